//! Rules that must hold between trigger, purchase, caps and plan at every instant of the timeline.
//!
//! The rules in force are followed through the actions and checked against each other after each
//! instant with a change. Deliberately absent: usage and luck, which are not known beforehand.

use std::collections::HashSet;
use std::sync::Arc;

use crate::domain::grouped;
use crate::domain::{Credits, Currency, Cycles, Instant, Share};
use crate::policy::{
    Action, Base, Bases, Cap, Exceeding, Limit, Offer, Order, Overflow, Package, Plan, PlanChange,
    Purchase, Shortage, TargetFrom, Trigger,
};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::read::{Found, ReadContext};

use super::account::OpeningAccount;
use super::actions::ActionStep;
use super::recharge::{Recharge, Terms};

/// Maximum number of recharges in a row that an empty account may need to rise above its threshold.
const MOST_IN_A_ROW: i128 = 10_000;

/// The facts that the rules are checked against besides each other; parts with errors are absent.
pub struct TimelineContext<'a> {
    pub currency: Currency,
    pub tax: Share,
    pub cycles: Option<Cycles>,
    pub start: Option<Instant>,
    pub plan: Option<&'a Arc<Plan>>,
    pub account: Option<&'a OpeningAccount>,
}

/// The rules in force at an instant; what has errors is not there.
struct InForce {
    terms: Terms,
    trigger: Option<Found<Trigger>>,
    purchase: Option<Found<Purchase>>,
    caps: Vec<Found<Cap>>,
}

/// Follows the timeline and notes every contradiction. If `steps` have errors, they are absent and
/// only the rules at the start are checked.
pub fn check(
    ctx: &ReadContext,
    bounds: &TimelineContext<'_>,
    recharge: Option<&Recharge>,
    steps: Option<&[ActionStep]>,
) {
    let steps = steps.unwrap_or_default();
    check_plans(ctx, bounds, steps);
    let Some(recharge) = recharge else { return needs_recharge(ctx, steps) };
    let mut in_force = InForce {
        terms: recharge.terms.as_ref().cloned().unwrap_or_default(),
        trigger: recharge.trigger.as_ref().ok().cloned(),
        purchase: recharge.purchase.as_ref().ok().cloned(),
        caps: recharge.caps.as_ref().cloned().unwrap_or_default(),
    };
    let mut checker = Checker { ctx, bounds, told: HashSet::new() };
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
}

/// Actions on auto-recharge need one.
fn needs_recharge(ctx: &ReadContext, steps: &[ActionStep]) {
    for step in steps {
        if step.action.is_on_recharge() {
            let error = Diagnostic::error("this scenario has no auto-recharge to act on")
                .at(step.spot, "")
                .help("describe it in a table [recharge], or leave the action out");
            ctx.note(error);
        }
    }
}

/// The plan in force, and the cycle in which a term of it began, by number from the anchor.
struct PlanInForce {
    plan: Arc<Plan>,
    since: i64,
}

impl PlanInForce {
    /// The end of the term under way at an instant, if the subscription is not cancelled meanwhile.
    fn term_ends(&self, cycles: Cycles, at: Instant) -> (i64, Instant) {
        let term = i64::from(self.plan.term.cycles);
        let next = self.since + ((cycles.index(at) - self.since).div_euclid(term) + 1) * term;
        (next, cycles.start(next))
    }
}

/// An immediate change goes between plans of the same terms, and says what a downgrade does.
fn check_plans(ctx: &ReadContext, bounds: &TimelineContext<'_>, steps: &[ActionStep]) {
    let (Some(plan), Some(cycles), Some(start)) = (bounds.plan, bounds.cycles, bounds.start) else {
        return;
    };
    let inside = bounds.account.is_some_and(|account| account.opening.is_some());
    let since = if inside { 0 } else { cycles.index(start) };
    let mut in_force = PlanInForce { plan: Arc::clone(plan), since };
    let mut waiting: Option<(Instant, PlanInForce)> = None;
    for step in steps {
        let Action::ChangePlan { plan: next, when, on_downgrade } = &step.action else { continue };
        if let Some((_, waited)) = waiting.take_if(|(at, _)| *at <= step.at) {
            in_force = waited;
        }
        let (plan, next) = (Arc::clone(&in_force.plan), Arc::clone(next));
        if *when == PlanChange::NextCycle {
            let (since, at) = in_force.term_ends(cycles, step.at);
            waiting = Some((at, PlanInForce { plan: next, since }));
            continue;
        }
        if next.term != plan.term {
            ctx.note(other_term(&plan, &next, step));
            continue;
        }
        if (next.fee < plan.fee || next.allowance < plan.allowance) && on_downgrade.is_none() {
            ctx.note(no_upgrade(bounds.currency, &plan, &next, step));
            continue;
        }
        (in_force.plan, waiting) = (next, None);
    }
}

fn no_upgrade(currency: Currency, from: &Plan, to: &Plan, step: &ActionStep) -> Diagnostic {
    let title = format!("the change from {} to {} is not an upgrade", from.name, to.name);
    let shown =
        |plan: &Plan| format!("{} for {} credits", currency.show(plan.fee), show(plan.allowance));
    let why = format!("{} now, {} then", shown(from), shown(to));
    Diagnostic::error(title).at(step.spot, why).help(
        "say what becomes of the allowance: on_downgrade = \"kept\" or \"cut\"; or write when = \"next_cycle\"",
    )
}

fn other_term(from: &Plan, to: &Plan, step: &ActionStep) -> Diagnostic {
    let title = format!("{} and {} have different terms", from.name, to.name);
    Diagnostic::error(title)
        .at(step.spot, "an immediate change is prorated over the rest of a term")
        .help("write when = \"next_cycle\": the change waits for the end of the term")
}

struct Checker<'a> {
    ctx: &'a ReadContext,
    bounds: &'a TimelineContext<'a>,
    /// Pairs of places that were already complained about.
    told: HashSet<(Option<Spot>, Option<Spot>)>,
}

impl Checker<'_> {
    fn note(&mut self, pair: (Option<Spot>, Option<Spot>), diagnostic: Diagnostic) {
        if self.told.insert(pair) {
            self.ctx.note(diagnostic);
        }
    }

    /// Applies an action to the rules; whether it changed any.
    fn change(&mut self, rules: &mut InForce, step: &ActionStep) -> bool {
        let spot = step.spot;
        match &step.action {
            Action::ChangeThreshold(trigger) => {
                rules.trigger = Some(Found { value: *trigger, spot });
            }
            Action::ChangePurchase(purchase) => {
                rules.purchase = Some(Found { value: purchase.clone(), spot });
            }
            Action::ChangeCaps(caps) => {
                rules.caps = caps.iter().map(|cap| Found { value: *cap, spot }).collect();
            }
            Action::ChangePackage(next) => {
                self.change_packs(rules, step, |package, _| *package = next.clone());
            }
            Action::ChangePacks(next) => {
                self.change_packs(rules, step, |_, packs| *packs = *next);
            }
            _ => return false,
        }
        true
    }

    fn change_packs(
        &mut self,
        rules: &mut InForce,
        step: &ActionStep,
        change: impl FnOnce(&mut Package, &mut u32),
    ) {
        let Some(purchase) = &mut rules.purchase else { return };
        if let Purchase::Packs { package, packs } = &mut purchase.value {
            change(package, packs);
            purchase.spot = step.spot;
            return;
        }
        let error = Diagnostic::error("no packs are bought at this time")
            .at(step.spot, "this changes packs")
            .at(purchase.spot, "this buys up to a target")
            .help("change the target instead: do = \"change_up_to\"");
        let pair = (step.spot, purchase.spot);
        self.note(pair, error);
    }

    fn check(&mut self, rules: &InForce) {
        for cap in &rules.caps {
            self.check_cap(rules, cap);
        }
        let Some(purchase) = &rules.purchase else { return };
        let Ok(order) = self.order(rules, &purchase.value, Credits::ZERO) else {
            let error = Diagnostic::error("one recharge is more than can be counted exactly")
                .at(purchase.spot, "")
                .help("buy less at once");
            return self.note((purchase.spot, None), error);
        };
        let Some(trigger) = &rules.trigger else { return };
        match &purchase.value {
            Purchase::Packs { .. } if rules.terms.closes_gap => {}
            Purchase::Packs { .. } => self.check_packs(purchase.spot, order, trigger),
            Purchase::UpTo { from: TargetFrom::Threshold, .. } => {}
            Purchase::UpTo { target, .. } => self.check_target(purchase.spot, *target, trigger),
        }
    }

    fn offer<'p>(&self, rules: &'p InForce, purchase: &'p Purchase) -> Offer<'p> {
        let Terms { closes_gap, pricing } = &rules.terms;
        let (tax, minor) = (self.bounds.tax, self.bounds.currency.minor());
        Offer { purchase, closes_gap: *closes_gap, pricing, tax, minor }
    }

    /// The recharge at a balance; as small as any where the trigger depends on the run.
    fn order(
        &self,
        rules: &InForce,
        purchase: &Purchase,
        balance: Credits,
    ) -> Result<Order, Overflow> {
        let offer = self.offer(rules, purchase);
        let level = rules.trigger.as_ref().and_then(|trigger| self.level(&trigger.value));
        let level = level.unwrap_or(balance);
        offer.order(offer.count(Shortage { balance, threshold: level, level }))
    }

    /// The highest balance at which the trigger holds, if it does not depend on the run.
    fn level(&self, trigger: &Trigger) -> Option<Credits> {
        let of = |allowance| trigger.level(&Bases { allowance, ..Bases::default() });
        match trigger {
            Trigger::AtOrBelow(_) | Trigger::Below(_) => Some(of(Credits::ZERO)),
            Trigger::ConsumedShare { base: Base::Allowance, .. } => {
                self.bounds.plan.map(|plan| of(plan.allowance))
            }
            Trigger::ConsumedShare { .. } => None,
        }
    }

    fn check_target(&mut self, spot: Option<Spot>, target: Credits, trigger: &Found<Trigger>) {
        let level = self.level(&trigger.value);
        let Some(level) = level.filter(|level| *level >= target) else { return };
        let error = Diagnostic::error("a recharge never lifts the balance above the threshold")
            .at(spot, format!("it restores a balance of {}", show(target)))
            .at(trigger.spot, format!("it is due at {} or less", show(level)))
            .help("raise `up_to` above the threshold, or lower the threshold");
        self.note((spot, trigger.spot), error);
    }

    /// Recharges that an empty account needs to rise above the threshold.
    fn check_packs(&mut self, spot: Option<Spot>, order: Order, trigger: &Found<Trigger>) {
        let step = i128::from(order.credits.micro().max(1));
        let missing = match (trigger.value, self.level(&trigger.value)) {
            (_, Some(level)) => i128::from(level.micro()),
            (Trigger::ConsumedShare { share, base: Base::CycleTotal }, None) => {
                self.beyond_total(share)
            }
            _ => return,
        };
        let needed = missing.div_euclid(step) + 1;
        if needed <= MOST_IN_A_ROW {
            return;
        }
        let count = grouped(&needed.to_string());
        let title =
            format!("an empty account would need {count} recharges to rise above the threshold");
        let error = Diagnostic::error(title)
            .at(spot, format!("each brings {}", show(order.credits)))
            .at(trigger.spot, "the threshold")
            .help(
                "buy a larger package or more packs at once, or lower the threshold; 10,000 \
                 recharges in a row are the most",
            );
        self.note((spot, trigger.spot), error);
    }

    /// The purchase needed, once all of the first cycle's credits T are used, until that use is
    /// less than the share s of all granted: T / s − T, in millionths of a credit.
    fn beyond_total(&self, share: Share) -> i128 {
        let opening = self.bounds.account.and_then(OpeningAccount::opening_credits);
        let allowance = self.bounds.plan.map(|plan| plan.allowance);
        let total = i128::from(opening.or(allowance).unwrap_or_default().micro());
        let whole = i128::from(Share::ALL.millionths());
        total * whole / i128::from(share.millionths().max(1)) - total
    }

    /// A limit of 0 means that nothing is to be bought, so it is only doubtful; any other limit too
    /// low for one recharge is a mistake.
    fn check_cap(&mut self, rules: &InForce, cap: &Found<Cap>) {
        let nothing = match cap.value.limit {
            Limit::Recharges(limit) => limit == 0,
            Limit::Money(limit) => !limit.is_positive(),
            Limit::Credits(limit) => !limit.is_positive(),
        };
        if nothing {
            let warning =
                Diagnostic::warning("this cap never allows a recharge that costs anything")
                    .at(cap.spot, "its limit is 0")
                    .help("if that is intended, `account.enabled = false` is clearer");
            return self.note((cap.spot, None), warning);
        }
        let Some(purchase) = &rules.purchase else { return };
        let Some(least) = self.least_order(rules, &purchase.value, cap.value.exceeding) else {
            return;
        };
        let currency = self.bounds.currency;
        let (fits, limit, needs) = match cap.value.limit {
            Limit::Money(most) => {
                let needs = format!("costs {}", currency.show(least.price));
                (least.price <= most, currency.show(most), needs)
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
            .at(purchase.spot, format!("the smallest recharge {needs}"))
            .help(
                "raise the limit, buy less at once, or disable auto-recharge: account.enabled = \
                 false",
            );
        self.note((cap.spot, purchase.spot), error);
    }

    /// The smallest recharge that can occur; `None` if any fits because the last overshoots.
    fn least_order(
        &self,
        rules: &InForce,
        purchase: &Purchase,
        exceeding: Exceeding,
    ) -> Option<Order> {
        let smallest = || self.offer(rules, purchase).smallest().ok();
        let level = || rules.trigger.as_ref().and_then(|trigger| self.level(&trigger.value));
        match exceeding {
            Exceeding::Overshoot => None,
            Exceeding::Clip => smallest(),
            Exceeding::Skip | Exceeding::Disable => match level() {
                Some(level) => self.order(rules, purchase, level).ok(),
                None if matches!(purchase, Purchase::Packs { .. }) => {
                    self.order(rules, purchase, Credits::ZERO).ok()
                }
                None => smallest(),
            },
        }
    }
}

fn show(credits: Credits) -> String {
    grouped(&credits.to_string())
}
