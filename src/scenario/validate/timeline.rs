//! What must hold between trigger, purchase, caps and plan at every instant of the timeline.
//!
//! The rules in force are followed through the actions; after each instant with a change they are
//! held against each other. Deliberately absent: usage and luck, which nobody knows beforehand.

use std::collections::HashSet;
use std::sync::Arc;

use crate::domain::money::grouped;
use crate::domain::{Credits, Cycles, Instant, Money, Share};
use crate::policy::{
    Action, Base, Bases, Cap, Exceeding, Limit, Order, Plan, PlanChange, Purchase, Trigger,
};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::read::{Context, Found, Reported};

use super::account::Account;
use super::actions::Step;
use super::recharge::Recharge;

/// The most recharges in a row that an empty account may need to rise above its threshold.
const MOST_IN_A_ROW: i128 = 10_000;

/// What the rules are held against besides each other.
pub struct Bounds<'a> {
    pub minor: u32,
    pub cycles: Cycles,
    pub plan: &'a Arc<Plan>,
    pub account: &'a Account,
}

/// The rules in force at an instant.
struct InForce {
    trigger: Found<Trigger>,
    purchase: Found<Purchase>,
    caps: Vec<Found<Cap>>,
}

/// Follows the timeline and notes every contradiction.
pub fn check(
    ctx: &Context,
    bounds: &Bounds<'_>,
    recharge: Option<&Recharge>,
    steps: &[Step],
) -> Result<(), Reported> {
    let plans = check_plans(ctx, bounds, steps);
    let Some(recharge) = recharge else {
        return plans.and(needs_recharge(ctx, steps));
    };
    let mut in_force = InForce {
        trigger: recharge.trigger.clone(),
        purchase: recharge.purchase.clone(),
        caps: recharge.caps.clone(),
    };
    let mut checker = Checker { ctx, bounds, told: HashSet::new(), reported: plans.err() };
    checker.check(&in_force);
    for instant in steps.chunk_by(|a, b| a.at == b.at) {
        let mut changed = false;
        for step in instant {
            changed |= checker.change(&mut in_force, step);
        }
        if changed {
            checker.check(&in_force);
        }
    }
    checker.reported.map_or(Ok(()), Err)
}

/// Actions on auto-recharge need one.
fn needs_recharge(ctx: &Context, steps: &[Step]) -> Result<(), Reported> {
    let mut result = Ok(());
    for step in steps {
        let about_recharge = match step.action {
            Action::Enable
            | Action::Disable
            | Action::ChangePackage(_)
            | Action::ChangePacks(_)
            | Action::ChangePurchase(_)
            | Action::ChangeThreshold(_)
            | Action::ChangeCaps(_) => true,
            Action::TopUp(_)
            | Action::ChangePlan { .. }
            | Action::CardExpires
            | Action::CardUpdated
            | Action::Lose(_)
            | Action::Gain(_) => false,
        };
        if about_recharge {
            let error = Diagnostic::error("this scenario has no auto-recharge to act on")
                .at(step.spot, "")
                .help("describe it in a table [recharge], or leave the action out");
            result = Err(ctx.note(error));
        }
    }
    result
}

/// An immediate change must be an upgrade of the plan then in force.
fn check_plans(ctx: &Context, bounds: &Bounds<'_>, steps: &[Step]) -> Result<(), Reported> {
    let mut result = Ok(());
    let mut plan = Arc::clone(bounds.plan);
    let mut waiting: Option<(Instant, Arc<Plan>)> = None;
    for step in steps {
        let Action::ChangePlan { plan: next, when } = &step.action else { continue };
        if let Some((_, waited)) = waiting.take_if(|(at, _)| *at <= step.at) {
            plan = waited;
        }
        match when {
            PlanChange::NextCycle => {
                waiting = Some((bounds.cycles.around(step.at).to, Arc::clone(next)));
            }
            PlanChange::Immediate if next.fee < plan.fee || next.allowance < plan.allowance => {
                result = Err(ctx.note(no_upgrade(ctx, &plan, next, step)));
            }
            PlanChange::Immediate => (plan, waiting) = (Arc::clone(next), None),
        }
    }
    result
}

fn no_upgrade(ctx: &Context, from: &Plan, to: &Plan, step: &Step) -> Diagnostic {
    let title = format!("the change from {} to {} is no upgrade", from.name, to.name);
    let shown =
        |plan: &Plan| format!("{} for {} credits", paid(ctx, plan.fee), show(plan.allowance));
    let why = format!("{} now, {} then", shown(from), shown(to));
    Diagnostic::error(title)
        .at(step.spot, why)
        .help("only an upgrade can take effect immediately: write when = \"next_cycle\"")
}

struct Checker<'a> {
    ctx: &'a Context,
    bounds: &'a Bounds<'a>,
    /// Pairs of places that were already complained about.
    told: HashSet<(Option<Spot>, Option<Spot>)>,
    reported: Option<Reported>,
}

impl Checker<'_> {
    fn note(&mut self, pair: (Option<Spot>, Option<Spot>), diagnostic: Diagnostic) {
        if self.told.insert(pair) {
            self.ctx.note(diagnostic);
        }
        self.reported = Some(Reported);
    }

    /// Applies an action to the rules; whether it changed any.
    fn change(&mut self, rules: &mut InForce, step: &Step) -> bool {
        let spot = step.spot;
        match &step.action {
            Action::ChangeThreshold(trigger) => rules.trigger = Found { value: *trigger, spot },
            Action::ChangePurchase(purchase) => {
                rules.purchase = Found { value: purchase.clone(), spot };
            }
            Action::ChangeCaps(caps) => {
                rules.caps = caps.iter().map(|cap| Found { value: *cap, spot }).collect();
            }
            Action::ChangePackage(next) => match &mut rules.purchase.value {
                Purchase::Packs { package, .. } => {
                    *package = next.clone();
                    rules.purchase.spot = spot;
                }
                Purchase::UpTo { .. } => self.no_packs(rules, step),
            },
            Action::ChangePacks(next) => match &mut rules.purchase.value {
                Purchase::Packs { packs, .. } => {
                    *packs = *next;
                    rules.purchase.spot = spot;
                }
                Purchase::UpTo { .. } => self.no_packs(rules, step),
            },
            _ => return false,
        }
        true
    }

    fn no_packs(&mut self, rules: &InForce, step: &Step) {
        let error = Diagnostic::error("no packs are bought at this time")
            .at(step.spot, "this changes packs")
            .at(rules.purchase.spot, "this buys up to a target")
            .help("change the target instead: do = \"change_up_to\"");
        self.note((step.spot, rules.purchase.spot), error);
    }

    fn check(&mut self, rules: &InForce) {
        let Ok(order) = rules.purchase.value.order(Credits::ZERO, self.bounds.minor) else {
            let error = Diagnostic::error("one recharge is more than can be counted exactly")
                .at(rules.purchase.spot, "")
                .help("buy less at once");
            return self.note((rules.purchase.spot, None), error);
        };
        match &rules.purchase.value {
            Purchase::Packs { .. } => self.check_packs(rules, order),
            Purchase::UpTo { target, .. } => self.check_target(rules, *target),
        }
        for cap in &rules.caps {
            self.check_cap(rules, cap);
        }
    }

    /// The highest balance at which the trigger holds, where that does not depend on what happens.
    fn level(&self, trigger: &Trigger) -> Option<Credits> {
        let bases = Bases { allowance: self.bounds.plan.allowance, ..Bases::default() };
        match trigger {
            Trigger::AtOrBelow(_) | Trigger::Below(_) => Some(trigger.level(&bases)),
            Trigger::ConsumedShare { base: Base::Allowance, .. } => Some(trigger.level(&bases)),
            Trigger::ConsumedShare { .. } => None,
        }
    }

    fn check_target(&mut self, rules: &InForce, target: Credits) {
        let Some(level) = self.level(&rules.trigger.value).filter(|level| *level >= target) else {
            return;
        };
        let error = Diagnostic::error("a recharge never lifts the balance above the threshold")
            .at(rules.purchase.spot, format!("it restores a balance of {}", show(target)))
            .at(rules.trigger.spot, format!("it is wanted at {} or less", show(level)))
            .help("raise `up_to` above the threshold, or lower the threshold");
        self.note((rules.purchase.spot, rules.trigger.spot), error);
    }

    /// Recharges that an empty account needs to rise above the threshold.
    fn check_packs(&mut self, rules: &InForce, order: Order) {
        let step = i128::from(order.credits.micro().max(1));
        let needed = match (&rules.trigger.value, self.level(&rules.trigger.value)) {
            (_, Some(level)) => i128::from(level.micro()).div_euclid(step) + 1,
            (Trigger::ConsumedShare { share, base: Base::CycleTotal }, None) => {
                let missing = self.beyond_total(*share);
                missing.div_euclid(step) + 1
            }
            _ => 1,
        };
        if needed <= MOST_IN_A_ROW {
            return;
        }
        let count = grouped(&needed.to_string());
        let title =
            format!("an empty account would need {count} recharges to rise above the threshold");
        let error = Diagnostic::error(title)
            .at(rules.purchase.spot, format!("each brings {}", show(order.credits)))
            .at(rules.trigger.spot, "the threshold")
            .help(
                "buy a larger package or more packs at once, or lower the threshold; 10,000 \
                   recharges in a row are the most",
            );
        self.note((rules.purchase.spot, rules.trigger.spot), error);
    }

    /// How much has to be bought, once all of the first cycle's credits T are used, until that is
    /// less than the share s of all granted: T / s − T, in millionths of a credit.
    fn beyond_total(&self, share: Share) -> i128 {
        let first = match self.bounds.account.opening {
            Some(_) => self.bounds.account.opening_credits(),
            None => self.bounds.plan.allowance,
        };
        let total = i128::from(first.micro());
        let whole = i128::from(Share::ALL.millionths());
        total * whole / i128::from(share.millionths().max(1)) - total
    }

    fn check_cap(&mut self, rules: &InForce, cap: &Found<Cap>) {
        let nothing = match cap.value.limit {
            Limit::Recharges(limit) => limit == 0,
            Limit::Money(limit) => !limit.is_positive(),
            Limit::Credits(limit) => !limit.is_positive(),
        };
        if nothing {
            let error = Diagnostic::error("this cap would never allow one recharge")
                .at(cap.spot, "its limit is 0")
                .help("disable auto-recharge instead: account.enabled = false");
            return self.note((cap.spot, None), error);
        }
        let Some(least) = self.least_order(rules, cap.value.exceeding) else { return };
        let (fits, limit, needs) = match cap.value.limit {
            Limit::Money(most) => {
                let ctx = self.ctx;
                (least.price <= most, paid(ctx, most), format!("costs {}", paid(ctx, least.price)))
            }
            Limit::Credits(most) => {
                (least.credits <= most, show(most), format!("brings {}", show(least.credits)))
            }
            Limit::Recharges(_) => return,
        };
        if fits {
            return;
        }
        let error = Diagnostic::error("this cap would never allow one recharge")
            .at(cap.spot, format!("at most {limit}"))
            .at(rules.purchase.spot, format!("the smallest recharge {needs}"))
            .help(
                "raise the limit, buy less at once, or disable auto-recharge: account.enabled = \
                 false",
            );
        self.note((cap.spot, rules.purchase.spot), error);
    }

    /// The smallest recharge that can be wanted; none where any fits because the last overshoots.
    fn least_order(&self, rules: &InForce, exceeding: Exceeding) -> Option<Order> {
        let minor = self.bounds.minor;
        match (&rules.purchase.value, exceeding) {
            (_, Exceeding::Overshoot) => None,
            (purchase @ Purchase::Packs { .. }, Exceeding::Skip) => {
                purchase.order(Credits::ZERO, minor).ok()
            }
            (purchase, Exceeding::Clip) => purchase.smallest(minor).ok(),
            (purchase @ Purchase::UpTo { .. }, Exceeding::Skip) => {
                match self.level(&rules.trigger.value) {
                    Some(level) => purchase.order(level, minor).ok(),
                    None => purchase.smallest(minor).ok(),
                }
            }
        }
    }
}

fn paid(ctx: &Context, money: Money) -> String {
    ctx.currency.get().map_or_else(|| money.to_string(), |currency| currency.show(money))
}

fn show(credits: Credits) -> String {
    grouped(&credits.to_string())
}
