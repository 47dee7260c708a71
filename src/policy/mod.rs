//! The settings of vendor and owner, as pure functions of a position.
//!
//! In reading order: `trigger` → `purchase` → `caps` → `payment` → `eligibility` → `plan` → `gift` →
//! `service` → `reversal` → `action`. Deliberately absent: state. The use of caps, charges in flight and
//! balances belong to the engine.

mod action;
mod caps;
mod eligibility;
mod gift;
mod payment;
mod plan;
mod purchase;
mod reversal;
mod service;
mod trigger;

use crate::domain::{BurnOrder, Cycles, Duration, Money, MoneyOverflow, Share, Zone};

pub use action::Action;
pub use caps::{Cap, CapWindow, Counts, Exceeding, Limit, Used, Warnings};
pub use eligibility::{CsmRoute, Eligibility, Prerequisite, Prerequisites};
pub use gift::{Gift, GiftDue, GiftLifetime};
pub use payment::{ChargeNeeds, Decline, OnFailure, PaymentTerms};
pub use plan::{Downgrade, Per, Plan, PlanChange, Quota, Refill, Rollover, Term};
pub(crate) use plan::{Proration, TermPlace};
pub use purchase::{
    Headroom, Lifetime, Offer, Order, Overflow, Package, Pricing, Purchase, Shortage, SizeStep,
    TargetFrom, with_tax,
};
pub use reversal::{
    EndedGrant, PurchaseName, PurchaseReversal, TakenBackUsage, TakesBack, UndonePayments,
    UsageReversal,
};
pub use service::{
    ComeBack, DebtAtCycleStart, Overage, OverageCap, Repayment, Service, Shortfall, StandingCharge,
    StandingDue,
};
pub use trigger::{Base, Bases, Cooldown, CooldownSince, Firing, Trigger};

/// All rules of one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Charges and credits of the account that do not depend on auto-recharge.
    pub contract: Contract,
    /// Auto-recharge; `None` for an account without.
    pub recharge: Option<AutoRecharge>,
    /// Treatment of usage.
    pub service: Service,
}

/// Billing cycles, the plan, and what becomes of credits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contract {
    /// The zone of calendar days and months.
    pub zone: Zone,
    /// Decimals of the currency's minor unit.
    pub minor: u32,
    /// Start instants of the billing cycles.
    pub cycles: Cycles,
    /// The plan at the start.
    pub plan: Plan,
    /// Treatment of unused allowance.
    pub rollover: Rollover,
    /// Lifetime of recharges, and of an opening balance that says none of its own.
    pub lifetime: Lifetime,
    /// Lifetime of manual top-ups.
    pub top_up_lifetime: Lifetime,
    /// Time by which purchased credits outlive a lifetime that ends.
    pub grace: Duration,
    /// The order in which purchased credits burn.
    pub burn_order: BurnOrder,
    /// Share added to all that is charged.
    pub tax: Share,
    /// Credits taken whether or not anything is used.
    pub standing: Vec<StandingCharge>,
    /// Credits that the vendor gives.
    pub gifts: Vec<Gift>,
}

impl Contract {
    /// Returns what is charged for an amount before tax.
    pub fn charged(&self, amount: Money) -> Result<Money, MoneyOverflow> {
        with_tax(amount, self.tax, self.minor)
    }
}

/// The rules of auto-recharge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AutoRecharge {
    /// The condition on the balance that starts a recharge.
    pub trigger: Trigger,
    /// Number of recharges that one fall below the threshold may start.
    pub firing: Firing,
    /// The interval at which the trigger is evaluated, counted from the start; continuously if
    /// `None`.
    pub poll: Option<Duration>,
    /// A pause between recharges.
    pub cooldown: Option<Cooldown>,
    /// The order of a recharge.
    pub purchase: Purchase,
    /// True if as many packs are bought as lift the balance above the trigger.
    pub closes_gap: bool,
    /// Terms of recharges.
    pub pricing: Pricing,
    /// Limits on recharges.
    pub caps: Vec<Cap>,
    /// Requirements of a charge, and consequences of a failed one.
    pub terms: PaymentTerms,
    /// Conditions for using auto-recharge.
    pub eligibility: Eligibility,
}
