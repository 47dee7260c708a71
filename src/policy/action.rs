//! Actions of the owner, the vendor and the world on the timeline. Source: contract §9.

use std::sync::Arc;

use super::caps::Cap;
use super::eligibility::Prerequisite;
use super::plan::{Downgrade, Plan, PlanChange};
use super::purchase::{Order, Package, Purchase};
use super::reversal::{PurchaseName, PurchaseReversal, UsageReversal};
use super::trigger::Trigger;

/// Something done at an instant.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The owner requests enabling auto-recharge.
    Enable,
    /// The owner requests disabling auto-recharge.
    Disable,
    /// Another package is selected.
    ChangePackage(Package),
    /// Another number of packs is selected.
    ChangePacks(u32),
    /// Another kind of purchase is selected.
    ChangePurchase(Purchase),
    /// Another threshold is set.
    ChangeThreshold(Trigger),
    /// Other caps are set, in place of all before.
    ChangeCaps(Vec<Cap>),
    /// Credits are bought by hand and arrive at once.
    TopUp(Order),
    /// Another plan is chosen.
    ChangePlan {
        /// The new plan.
        plan: Arc<Plan>,
        /// The instant at which it takes effect.
        when: PlanChange,
        /// The allowance, if it takes effect at once and has less of it; kept if `None`.
        on_downgrade: Option<Downgrade>,
    },
    /// Somebody restarts the stopped service.
    RestartService,
    /// A purchase is refunded or charged back.
    Reverse(PurchaseReversal),
    /// The vendor wins the dispute about a purchase that was charged back.
    WinDispute(PurchaseName),
    /// Usage is undone.
    ReverseUsage(UsageReversal),
    /// The card expires: charges fail until it is updated.
    CardExpires,
    /// A working card is put on file.
    CardUpdated,
    /// A prerequisite is lost.
    Lose(Prerequisite),
    /// A prerequisite is had (again).
    Gain(Prerequisite),
}

impl Action {
    /// Returns true if the action is about auto-recharge, and so has no effect on an account
    /// without it.
    pub fn is_on_recharge(&self) -> bool {
        match self {
            Action::Enable
            | Action::Disable
            | Action::ChangePackage(_)
            | Action::ChangePacks(_)
            | Action::ChangePurchase(_)
            | Action::ChangeThreshold(_)
            | Action::ChangeCaps(_) => true,
            Action::TopUp(_)
            | Action::ChangePlan { .. }
            | Action::RestartService
            | Action::Reverse(_)
            | Action::WinDispute(_)
            | Action::ReverseUsage(_)
            | Action::CardExpires
            | Action::CardUpdated
            | Action::Lose(_)
            | Action::Gain(_) => false,
        }
    }

    /// Its name in scenarios and journals.
    pub fn name(&self) -> &'static str {
        match self {
            Action::Enable => "enable",
            Action::Disable => "disable",
            Action::ChangePackage(_) => "change_package",
            Action::ChangePacks(_) => "change_packs",
            Action::ChangePurchase(_) => "change_up_to",
            Action::ChangeThreshold(_) => "change_threshold",
            Action::ChangeCaps(_) => "change_caps",
            Action::TopUp(_) => "top_up",
            Action::ChangePlan { .. } => "change_plan",
            Action::RestartService => "restart_service",
            Action::Reverse(PurchaseReversal { is_chargeback: false, .. }) => "refund",
            Action::Reverse(PurchaseReversal { is_chargeback: true, .. }) => "chargeback",
            Action::WinDispute(_) => "dispute_won",
            Action::ReverseUsage(_) => "usage_reversed",
            Action::CardExpires => "card_expires",
            Action::CardUpdated => "card_updated",
            Action::Lose(Prerequisite::Owner) => "ownership_lost",
            Action::Lose(Prerequisite::Subscription) => "subscription_cancelled",
            Action::Lose(Prerequisite::PaymentMethod) => "payment_method_removed",
            Action::Lose(Prerequisite::OnlineBilling) => "billing_offline",
            Action::Lose(Prerequisite::AddOn) => "add_on_disabled",
            Action::Gain(Prerequisite::Owner) => "ownership_gained",
            Action::Gain(Prerequisite::Subscription) => "subscription_resumed",
            Action::Gain(Prerequisite::PaymentMethod) => "payment_method_added",
            Action::Gain(Prerequisite::OnlineBilling) => "billing_online",
            Action::Gain(Prerequisite::AddOn) => "add_on_enabled",
        }
    }
}
