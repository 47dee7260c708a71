//! What the generated cases cover: every value of every dimension, and every kind of fact.

use std::collections::BTreeMap;

use recharge::domain::{BurnOrder, CycleLength, Duration, GiftPlace, Share};
use recharge::engine::{CapsUsed, OpeningExpiry};
use recharge::payments::{Luck, Wait};
use recharge::policy::*;

use crate::case::Case;
use crate::tell::KINDS;

/// How often everything worth reaching was reached.
#[derive(Debug)]
pub struct Coverage {
    reached: BTreeMap<String, u64>,
    /// Cases that were too long to compare.
    pub skipped: u64,
}

impl Default for Coverage {
    fn default() -> Coverage {
        let kinds = KINDS.iter().map(|kind| format!("fact {kind}"));
        let all = kinds.chain(DIMENSIONS.iter().map(|name| (*name).to_owned()));
        Coverage { reached: all.map(|name| (name, 0)).collect(), skipped: 0 }
    }
}

/// Every value that a case should have often enough.
const DIMENSIONS: [&str; 157] = [
    "rows take usage back",
    "rows take back more than was asked for",
    "refunds by chance",
    "chargebacks by chance",
    "disputes won by chance",
    "usage_reversed",
    "some usage undone",
    "usage of what ended is lost",
    "usage of what ended is given",
    "refund",
    "chargeback",
    "dispute_won",
    "takes back lot",
    "takes back balance",
    "takes back debt",
    "takes back nothing",
    "gift once",
    "gift every",
    "gift of a day",
    "gift of a month",
    "gift of a cycle",
    "gift never expires",
    "gift until the cycle's end",
    "gift until the next",
    "gift for a time",
    "gift until an instant",
    "gift before_allowance",
    "gift before_bought",
    "gift with_bought",
    "gift after_bought",
    "gift with a grace",
    "grace",
    "top-ups live otherwise",
    "quotas",
    "two quotas",
    "standing charge at a time",
    "standing charge of a cycle",
    "warnings",
    "exceeding disable",
    "restart within a time",
    "restart_service",
    "change_plan to quotas",
    "tax",
    "closes_gap",
    "up_to from the threshold",
    "sizes",
    "surcharge",
    "fixed fee",
    "plan of a term",
    "fee per cycle of a term",
    "allowance per term",
    "refill up_to",
    "rollover share",
    "downgrade kept",
    "downgrade cut",
    "trigger at_or_below",
    "trigger below",
    "share of cycle_total",
    "share of last_purchase",
    "share of purchases",
    "share of allowance",
    "firing level",
    "firing edge",
    "poll",
    "no poll",
    "cooldown success",
    "cooldown attempt",
    "packs",
    "up_to",
    "limit recharges",
    "limit money",
    "limit credits",
    "window day",
    "window month",
    "window cycle",
    "window rolling",
    "counts successes",
    "counts attempts",
    "exceeding skip",
    "exceeding clip",
    "exceeding overshoot",
    "cycles of months",
    "cycles of days",
    "cycles of hours",
    "lifetime never",
    "lifetime cycle_end",
    "lifetime for",
    "burn order",
    "retry list",
    "retry at once",
    "disable_after",
    "on failure count",
    "on failure suspend",
    "on failure ignore",
    "rollover",
    "rollover least",
    "rollover most",
    "refuse",
    "partial",
    "stop",
    "overdraft",
    "overage",
    "overage capped in credits",
    "overage capped in money",
    "overage without a cap",
    "overage billed at a sum",
    "debt first",
    "debt kept",
    "debt carried",
    "debt forgiven",
    "comes back",
    "metering lag",
    "requires",
    "csm enables offline",
    "csm disables",
    "ends with a cycle",
    "ends inside a cycle",
    "opening",
    "opening grants",
    "opening grant expires at an instant",
    "opening grant expires with the cycle",
    "past charges",
    "caps used",
    "past failures",
    "retry waits",
    "suspended before",
    "top_up of nothing",
    "fresh",
    "lacks a prerequisite",
    "starts disabled",
    "enable",
    "disable",
    "change_package",
    "change_packs",
    "change_up_to",
    "change_threshold",
    "change_caps",
    "top_up",
    "change_plan next",
    "change_plan immediate",
    "card_expires",
    "card_updated",
    "lose",
    "gain",
    "latency zero",
    "latency fixed",
    "latency drawn",
    "processor outage",
    "verification",
    "repair",
    "two capped windows",
    "no auto-recharge",
    "needs both",
    "needs a subscription",
    "needs a payment method",
    "needs nothing",
    "card",
];

impl Coverage {
    /// Adds what other cases covered.
    pub fn add(&mut self, other: Coverage) {
        for (name, cases) in other.reached {
            *self.reached.entry(name).or_default() += cases;
        }
        self.skipped += other.skipped;
    }

    /// Everything reached fewer than `least` times.
    pub fn scarce(&self, least: u64) -> Vec<(&str, u64)> {
        let few = self.reached.iter().filter(|(_, count)| **count < least);
        few.map(|(name, count)| (name.as_str(), *count)).collect()
    }

    fn mark(&mut self, name: &str) {
        let count = self.reached.get_mut(name).unwrap_or_else(|| panic!("unknown {name}"));
        *count += 1;
    }

    /// Counts a case and the kinds of facts it told.
    pub fn count(&mut self, case: &Case, kinds: &BTreeMap<String, u64>) {
        for kind in kinds.keys() {
            self.mark(&format!("fact {kind}"));
        }
        self.rules(&case.setup.policy);
        self.luck(&case.luck);
        let setup = &case.setup;
        self.mark(if setup.opening.is_some() { "opening" } else { "fresh" });
        let end = setup.horizon.to;
        let with_cycle = setup.policy.contract.cycles.around(end).from == end;
        self.mark(if with_cycle { "ends with a cycle" } else { "ends inside a cycle" });
        let purchased = setup.opening.iter().flat_map(|opening| &opening.purchased);
        for grant in purchased.clone() {
            match grant.expires {
                OpeningExpiry::At(_) => self.mark("opening grant expires at an instant"),
                OpeningExpiry::CycleEnd => self.mark("opening grant expires with the cycle"),
                OpeningExpiry::AsBoughtAtStart | OpeningExpiry::Never => {}
            }
        }
        let past = &setup.past;
        for (reached, name) in [
            (purchased.count() > 1, "opening grants"),
            (!past.charges.is_empty(), "past charges"),
            (past.caps_used != CapsUsed::default(), "caps used"),
            (past.failures > 0, "past failures"),
            (past.retry_at.is_some(), "retry waits"),
            (past.suspended_since.is_some(), "suspended before"),
            (!setup.enabled, "starts disabled"),
            (!case.below_zero.is_empty(), "rows take usage back"),
            (
                case.read().1.iter().any(|row| row.used_at == row.at),
                "rows take back more than was asked for",
            ),
            (setup.facts != Prerequisites::ALL, "lacks a prerequisite"),
        ] {
            if reached {
                self.mark(name);
            }
        }
        for (_, action) in &setup.actions {
            if let Action::ChangePlan { plan, when: PlanChange::Immediate, on_downgrade } = action
                && plan.allowance < setup.policy.contract.plan.allowance
            {
                match on_downgrade {
                    Some(Downgrade::Kept) => self.mark("downgrade kept"),
                    Some(Downgrade::Cut) => self.mark("downgrade cut"),
                    None => {}
                }
            }
            if let Action::Reverse(reversal) = action {
                self.mark(match reversal.takes {
                    TakesBack::Lot => "takes back lot",
                    TakesBack::Balance => "takes back balance",
                    TakesBack::Debt => "takes back debt",
                    TakesBack::Nothing => "takes back nothing",
                });
            }
            if let Action::ReverseUsage(reversal) = action {
                if reversal.credits.is_some() {
                    self.mark("some usage undone");
                }
                self.mark(match reversal.ended {
                    EndedGrant::Lost => "usage of what ended is lost",
                    EndedGrant::Given => "usage of what ended is given",
                });
            }
            if let Action::ChangePlan { plan, .. } = action
                && !plan.quotas.is_empty()
            {
                self.mark("change_plan to quotas");
            }
            self.mark(match action {
                Action::ChangePlan { when: PlanChange::NextCycle, .. } => "change_plan next",
                Action::ChangePlan { when: PlanChange::Immediate, .. } => "change_plan immediate",
                Action::Lose(_) => "lose",
                Action::Gain(_) => "gain",
                Action::TopUp(order) if *order == Order::default() => "top_up of nothing",
                other => other.name(),
            });
        }
    }

    fn rules(&mut self, policy: &Policy) {
        self.mark(match policy.contract.cycles.length() {
            CycleLength::Months(_) => "cycles of months",
            CycleLength::Days(_) => "cycles of days",
            CycleLength::Hours(_) => "cycles of hours",
        });
        self.mark(match policy.contract.lifetime {
            Lifetime::Never => "lifetime never",
            Lifetime::CycleEnd => "lifetime cycle_end",
            Lifetime::For(_) => "lifetime for",
        });
        self.service(&policy.service);
        let (rollover, plan) = (policy.contract.rollover, &policy.contract.plan);
        let times = |timed: bool| {
            let due =
                |charge: &StandingCharge| matches!(charge.due, StandingDue::Every(_)) == timed;
            policy.contract.standing.iter().any(due)
        };
        for (reached, name) in [
            (policy.contract.burn_order != BurnOrder::default(), "burn order"),
            (rollover != Rollover::default(), "rollover"),
            (rollover.least.is_positive(), "rollover least"),
            (rollover.most.is_positive(), "rollover most"),
            (rollover.share < Share::ALL, "rollover share"),
            (plan.term.cycles > 1, "plan of a term"),
            (policy.contract.tax > Share::NONE, "tax"),
            (!plan.quotas.is_empty(), "quotas"),
            (plan.quotas.len() > 1, "two quotas"),
            (times(true), "standing charge at a time"),
            (times(false), "standing charge of a cycle"),
            (plan.term.fee_per == Per::Cycle, "fee per cycle of a term"),
            (plan.term.allowance_per == Per::Term, "allowance per term"),
            (plan.refill == Refill::UpTo, "refill up_to"),
            (policy.contract.grace > Duration::ZERO, "grace"),
            (policy.contract.top_up_lifetime != policy.contract.lifetime, "top-ups live otherwise"),
        ] {
            if reached {
                self.mark(name);
            }
        }
        policy.contract.gifts.iter().for_each(|gift| self.gift(gift));
        match &policy.recharge {
            Some(recharge) => self.recharge(recharge),
            None => self.mark("no auto-recharge"),
        }
    }

    fn gift(&mut self, gift: &Gift) {
        self.mark(match gift.due {
            GiftDue::Once => "gift once",
            GiftDue::Every(_) => "gift every",
            GiftDue::Day => "gift of a day",
            GiftDue::Month => "gift of a month",
            GiftDue::CycleStart => "gift of a cycle",
        });
        self.mark(match gift.lifetime {
            GiftLifetime::Never => "gift never expires",
            GiftLifetime::CycleEnd => "gift until the cycle's end",
            GiftLifetime::Next => "gift until the next",
            GiftLifetime::For(_) => "gift for a time",
            GiftLifetime::Until(_) => "gift until an instant",
        });
        self.mark(match gift.place {
            GiftPlace::BeforeAllowance => "gift before_allowance",
            GiftPlace::BeforeBought => "gift before_bought",
            GiftPlace::WithBought => "gift with_bought",
            GiftPlace::AfterBought => "gift after_bought",
        });
        if gift.grace > Duration::ZERO {
            self.mark("gift with a grace");
        }
    }

    fn recharge(&mut self, recharge: &AutoRecharge) {
        self.mark(match recharge.trigger {
            Trigger::AtOrBelow(_) => "trigger at_or_below",
            Trigger::Below(_) => "trigger below",
            Trigger::ConsumedShare { base: Base::CycleTotal, .. } => "share of cycle_total",
            Trigger::ConsumedShare { base: Base::LastPurchase, .. } => "share of last_purchase",
            Trigger::ConsumedShare { base: Base::Purchases, .. } => "share of purchases",
            Trigger::ConsumedShare { base: Base::Allowance, .. } => "share of allowance",
        });
        self.mark(match recharge.firing {
            Firing::Level => "firing level",
            Firing::Edge => "firing edge",
        });
        self.mark(if recharge.poll.is_some() { "poll" } else { "no poll" });
        match recharge.cooldown.map(|cooldown| cooldown.since) {
            Some(CooldownSince::Success) => self.mark("cooldown success"),
            Some(CooldownSince::Attempt) => self.mark("cooldown attempt"),
            None => {}
        }
        self.mark(match recharge.purchase {
            Purchase::Packs { .. } => "packs",
            Purchase::UpTo { .. } => "up_to",
        });
        recharge.caps.iter().for_each(|cap| self.cap(cap));
        self.terms(&recharge.terms);
        let csm = recharge.eligibility.csm;
        let gap = recharge.closes_gap && matches!(recharge.purchase, Purchase::Packs { .. });
        let from_threshold =
            matches!(recharge.purchase, Purchase::UpTo { from: TargetFrom::Threshold, .. });
        for (reached, name) in [
            (recharge.caps.len() > 1, "two capped windows"),
            (recharge.eligibility.requires != Prerequisites::NONE, "requires"),
            (csm.enables_offline, "csm enables offline"),
            (csm.disables, "csm disables"),
            (gap, "closes_gap"),
            (from_threshold, "up_to from the threshold"),
            (!recharge.pricing.sizes.is_empty(), "sizes"),
            (recharge.pricing.surcharge > Share::NONE, "surcharge"),
            (recharge.pricing.fixed_fee.is_positive(), "fixed fee"),
        ] {
            if reached {
                self.mark(name);
            }
        }
    }

    fn cap(&mut self, cap: &Cap) {
        self.mark(match cap.limit {
            Limit::Recharges(_) => "limit recharges",
            Limit::Money(_) => "limit money",
            Limit::Credits(_) => "limit credits",
        });
        self.mark(match cap.window {
            CapWindow::Day => "window day",
            CapWindow::Month => "window month",
            CapWindow::Cycle => "window cycle",
            CapWindow::Rolling(_) => "window rolling",
        });
        self.mark(match cap.counts {
            Counts::Successes => "counts successes",
            Counts::Attempts => "counts attempts",
        });
        self.mark(match cap.exceeding {
            Exceeding::Skip => "exceeding skip",
            Exceeding::Clip => "exceeding clip",
            Exceeding::Overshoot => "exceeding overshoot",
            Exceeding::Disable => "exceeding disable",
        });
        if !cap.warn_at.shares().is_empty() {
            self.mark("warnings");
        }
    }

    fn service(&mut self, service: &Service) {
        self.mark(match service.shortfall {
            Shortfall::Refuse => "refuse",
            Shortfall::Partial => "partial",
            Shortfall::Stop { .. } => "stop",
            Shortfall::Overdraft { .. } => "overdraft",
        });
        if let Shortfall::Stop { restart_within: Some(_), .. } = service.shortfall {
            self.mark("restart within a time");
        }
        self.mark(match service.repayment {
            Repayment::DebtFirst => "debt first",
            Repayment::Kept => "debt kept",
        });
        self.mark(match service.debt_at_cycle_start {
            DebtAtCycleStart::Carry => "debt carried",
            DebtAtCycleStart::Forgive => "debt forgiven",
        });
        if let Some(overage) = service.overage {
            self.mark("overage");
            self.mark(match overage.cap {
                Some(OverageCap::Credits(_)) => "overage capped in credits",
                Some(OverageCap::Money(_)) => "overage capped in money",
                None => "overage without a cap",
            });
            if overage.bill_at.is_some() {
                self.mark("overage billed at a sum");
            }
        }
        if service.retry.is_some() {
            self.mark("comes back");
        }
        if service.metering_lag > Duration::ZERO {
            self.mark("metering lag");
        }
    }

    fn terms(&mut self, terms: &PaymentTerms) {
        for does in [terms.soft_decline, terms.hard_decline, terms.processor_outage] {
            self.mark(match does {
                OnFailure::Count => "on failure count",
                OnFailure::Suspend => "on failure suspend",
                OnFailure::Ignore => "on failure ignore",
            });
        }
        self.mark(match (terms.needs.subscription, terms.needs.payment_method) {
            (true, true) => "needs both",
            (true, false) => "needs a subscription",
            (false, true) => "needs a payment method",
            (false, false) => "needs nothing",
        });
        for (reached, name) in [
            (terms.retry_after.len() > 1, "retry list"),
            (terms.retry_after[0] == Duration::ZERO, "retry at once"),
            (terms.disable_after.is_some(), "disable_after"),
        ] {
            if reached {
                self.mark(name);
            }
        }
    }

    fn luck(&mut self, luck: &Luck) {
        self.mark(match luck.latency {
            Wait::Fixed(Duration::ZERO) => "latency zero",
            Wait::Fixed(_) => "latency fixed",
            _ => "latency drawn",
        });
        for (reached, name) in [
            (!luck.outages.windows().is_empty(), "processor outage"),
            (!luck.verify_attempts.is_empty(), "verification"),
            (luck.repair.is_some(), "repair"),
            (luck.card.is_some(), "card"),
            (luck.refunds.is_some(), "refunds by chance"),
            (luck.chargebacks.is_some(), "chargebacks by chance"),
            (luck.chargebacks.is_some_and(|one| one.won > Share::NONE), "disputes won by chance"),
        ] {
            if reached {
                self.mark(name);
            }
        }
    }
}
