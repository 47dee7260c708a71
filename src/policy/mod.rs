//! What the vendor and the owner set, as pure functions of a position.
//!
//! In reading order: `trigger` → `purchase` → `caps` → `payment` → `eligibility` →
//! `plan` → `service` → `action`. Deliberately absent: state. What has been used, what is in
//! flight and what is left is the engine's.

mod action;
mod caps;
mod eligibility;
mod payment;
mod plan;
mod purchase;
mod service;
mod trigger;

use crate::domain::{BurnOrder, Cycles, Duration, Zone};

pub use action::Action;
pub use caps::{Cap, CapWindow, Counts, Exceeding, Limit, Used};
pub use eligibility::{CsmRoute, Eligibility, Prerequisite, Prerequisites};
pub use payment::{ChargeNeeds, Decline, OnFailure, PaymentTerms};
pub use plan::{Plan, PlanChange, Rollover};
pub use purchase::{Headroom, Lifetime, Order, Overflow, Package, Purchase};
pub use service::{ComeBack, DebtAtCycleStart, Repayment, Service, Shortfall};
pub use trigger::{Base, Bases, Cooldown, CooldownSince, Firing, Trigger};

/// All rules of one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The zone of calendar days and months.
    pub zone: Zone,
    /// Decimals of the currency's minor unit.
    pub minor: u32,
    /// When billing cycles start.
    pub cycles: Cycles,
    /// The plan at the start.
    pub plan: Plan,
    /// What happens to unused allowance.
    pub rollover: Rollover,
    /// When a recharge is wanted.
    pub trigger: Trigger,
    /// How often one fall below the threshold fires.
    pub firing: Firing,
    /// The trigger is looked at only at the start and every so long after it; always when `None`.
    pub poll: Option<Duration>,
    /// A pause between recharges.
    pub cooldown: Option<Cooldown>,
    /// What a recharge buys.
    pub purchase: Purchase,
    /// How much may be recharged.
    pub caps: Vec<Cap>,
    /// How long bought credits live.
    pub lifetime: Lifetime,
    /// In which order what was bought burns.
    pub burn_order: BurnOrder,
    /// What a failed charge does.
    pub terms: PaymentTerms,
    /// Who may use auto-recharge.
    pub eligibility: Eligibility,
    /// How usage is treated.
    pub service: Service,
}
