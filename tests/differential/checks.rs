//! What must hold at every instant of every run, whoever computed it: the two identities of
//! contract §11, the caps in every window, one charge in flight, the limit of a debt.

use chrono_tz::Tz;
use recharge::domain::{Credits, Duration, Pools, Source};
use recharge::engine::{Fact, Moment, Observer, Setup, UsageRun};
use recharge::policy::{
    Action, Cap, CapWindow, Counts, Exceeding, Limit, Order, OverageCap, Shortfall, UndonePayments,
};

use crate::calendar;
use crate::naive::units;

/// Listens to a run and complains.
#[derive(Clone, Debug)]
pub struct Checks<'s> {
    setup: &'s Setup,
    zone: Tz,
    pools: Pools,
    came: i128,
    went: i128,
    demanded: i128,
    served: i128,
    refused: i128,
    unmetered: i128,
    /// Overage of the cycle, and what of it is not billed yet.
    beyond: i128,
    unbilled: i128,
    /// Purchased and given credits by when they expire.
    bought: Vec<(i64, i128)>,
    caps: Vec<Cap>,
    caps_at_start: Vec<Cap>,
    in_flight: bool,
    /// Whether credits came back to grants that have ended, and are going with what is told now.
    coming_back: bool,
    cycle: i64,
    /// Settled charges: when, what, and whether they succeeded.
    settled: Vec<(i64, Order, bool)>,
    /// Everything that did not hold.
    pub complaints: Vec<String>,
}

impl<'s> Checks<'s> {
    /// Checks of a run of this case.
    pub fn new(setup: &'s Setup) -> Checks<'s> {
        Checks {
            setup,
            zone: calendar::zone(setup.policy.contract.zone.name()),
            pools: Pools::default(),
            came: 0,
            went: 0,
            demanded: 0,
            served: 0,
            refused: 0,
            unmetered: 0,
            beyond: 0,
            unbilled: 0,
            bought: Vec::new(),
            caps: setup.policy.recharge.as_ref().map_or_else(Vec::new, |rules| rules.caps.clone()),
            caps_at_start: Vec::new(),
            in_flight: false,
            coming_back: false,
            cycle: 0,
            settled: Vec::new(),
            complaints: Vec::new(),
        }
    }

    fn demand(&mut self, holds: bool, at: i64, what: &str) {
        if !holds {
            self.complaints.push(format!("@{at} {what}"));
        }
    }

    /// After every fact and every run of usage.
    fn identities(&mut self, at: i64, before: Pools, after: Pools) {
        let continuous = self.pools == before;
        self.demand(
            continuous,
            at,
            "the balance before is not the balance after what was told last",
        );
        self.pools = after;
        let balance = i128::from(after.balance().micro());
        let whole = self.came == self.served - self.unmetered + self.went + balance;
        self.demand(whole, at, "what came is not what went and the balance");
        let all = self.demanded == self.served + self.refused;
        self.demand(all, at, "what was demanded is not what was served and refused");
        let negative = [after.allowance, after.purchased, after.owed].iter().any(|c| c.micro() < 0);
        self.demand(!negative, at, "a pool is below zero");
        let service = self.setup.policy.service;
        let least = match service.shortfall {
            Shortfall::Overdraft { limit } => -i128::from(limit.micro()),
            _ => 0,
        };
        let within = self.may_go_below() || balance >= least;
        self.demand(within, at, "the balance is below its limit");
    }

    /// Whether the balance may fall below any limit, and overage pass any cap.
    fn may_go_below(&self) -> bool {
        let policy = &self.setup.policy;
        let undoes = |action: &Action| matches!(action, Action::Reverse(_));
        let reverses = self.setup.actions.iter().any(|(_, action)| undoes(action));
        let by_chance = policy.recharge.as_ref().map(|recharge| recharge.terms.undone);
        reverses
            || by_chance.is_some_and(|undone| undone != UndonePayments::default())
            || policy.service.metering_lag > Duration::ZERO
            || !policy.contract.standing.is_empty()
    }

    /// What is left of purchases is no more than purchases that have not expired.
    fn expiries(&mut self, at: i64) {
        let alive: i128 = self.bought.iter().filter(|b| b.0 > at).map(|b| b.1).sum();
        let enough = alive >= i128::from(self.pools.purchased.micro());
        self.demand(enough, at, "expired credits are still there");
    }

    fn window(&self, cap: &Cap, at: i64) -> i64 {
        match cap.window {
            CapWindow::Day => calendar::day(self.zone, at).0,
            CapWindow::Month => calendar::month(self.zone, at).0,
            CapWindow::Cycle => self.cycle,
            CapWindow::Rolling(length) => at - length.millis() + 1,
        }
    }

    /// Recharges, money and credits that a cap counts in the window that ends with this instant.
    fn used(&self, cap: &Cap, at: i64) -> (u64, i128, i64) {
        let from = self.window(cap, at);
        let mut used = (0, 0, 0);
        for &(settled, order, success) in &self.settled {
            if settled >= from && (success || cap.counts == Counts::Attempts) {
                used.0 += 1;
                used.1 += units(order.price);
                used.2 += order.credits.micro();
            }
        }
        used
    }

    fn caps_hold(&mut self, at: i64) {
        for cap in self.caps_at_start.clone() {
            let (recharges, money, credits) = self.used(&cap, at);
            let holds = match cap.limit {
                Limit::Recharges(limit) => recharges <= limit,
                _ if cap.exceeding == Exceeding::Overshoot => true,
                Limit::Money(limit) => money <= units(limit),
                Limit::Credits(limit) => credits <= limit.micro(),
            };
            self.demand(holds, at, "a cap is exceeded");
        }
    }

    fn none_is_used_up(&mut self, at: i64) {
        let overshoots = |cap: &&Cap| cap.exceeding == Exceeding::Overshoot;
        for cap in self.caps.iter().filter(overshoots).copied().collect::<Vec<_>>() {
            let (recharges, money, credits) = self.used(&cap, at);
            let room = match cap.limit {
                Limit::Recharges(limit) => recharges < limit,
                Limit::Money(limit) => money < units(limit),
                Limit::Credits(limit) => credits < limit.micro(),
            };
            self.demand(room, at, "a charge starts although a cap is used up");
        }
    }

    fn settle(&mut self, at: i64, order: Order, success: bool) {
        let flying = std::mem::take(&mut self.in_flight);
        self.demand(flying, at, "a charge settles that never started");
        self.settled.push((at, order, success));
        self.caps_hold(at);
    }

    /// Overage comes from nowhere and is served at once, only where nothing else is left, within its cap.
    fn overage(&mut self, at: i64, credits: Credits) {
        let credits = i128::from(credits.micro());
        (self.came, self.beyond) = (self.came + credits, self.beyond + credits);
        self.unbilled += credits;
        let service = self.setup.policy.service;
        let Some(overage) = service.overage else {
            return self.demand(credits == 0, at, "there is overage without a price");
        };
        let within = match overage.cap {
            None => true,
            Some(OverageCap::Credits(most)) => self.beyond <= i128::from(most.micro()),
            Some(OverageCap::Money(most)) => {
                units(overage.price) * self.beyond <= units(most) * 1_000_000
            }
        };
        self.demand(within || self.may_go_below(), at, "overage is beyond its cap");
    }

    fn learn(&mut self, at: i64, fact: &Fact<'_>) {
        match fact {
            Fact::CycleStarted { cycle, .. } => {
                self.cycle = cycle.from.millis();
                self.beyond = 0;
                self.demand(self.unbilled == 0, at, "a cycle starts with unbilled overage");
            }
            Fact::Ended { .. } => {
                self.demand(self.unbilled == 0, at, "a run ends with unbilled overage");
            }
            Fact::Granted { source, credits, expires, .. } => {
                self.came += i128::from(credits.micro());
                if *source != Source::Allowance {
                    self.bought.push((expires.millis(), i128::from(credits.micro())));
                }
            }
            Fact::Restored { credits, expires, .. } => {
                self.came += i128::from(credits.micro());
                self.bought.push((expires.millis(), i128::from(credits.micro())));
            }
            Fact::Reversed { credits, .. } => self.went += i128::from(credits.micro()),
            Fact::UsageReversed { given_back, unmetered, overage, .. } => {
                self.came += i128::from(given_back.micro());
                self.unmetered -= i128::from(unmetered.micro());
                self.unbilled -= i128::from(overage.micro());
                self.beyond -= i128::from(overage.micro());
            }
            Fact::Forgiven { credits } => self.came += i128::from(credits.micro()),
            Fact::Expired { credits, .. } | Fact::Forfeited { credits } => {
                self.went += i128::from(credits.micro());
            }
            Fact::Deducted { credits, overage } => {
                self.unmetered -= i128::from(credits.micro());
                self.overage(at, *overage);
            }
            Fact::StandingCharged { credits, overage } => {
                self.went += i128::from(credits.micro());
                self.overage(at, *overage);
            }
            Fact::OverageBilled { credits, .. } => {
                self.unbilled -= i128::from(credits.micro());
                self.demand(self.unbilled == 0, at, "a bill leaves overage unbilled");
            }
            Fact::Acted { action: Action::ChangeCaps(caps) } => self.caps = caps.clone(),
            Fact::ChargeStarted { order, .. } => {
                let flying = std::mem::replace(&mut self.in_flight, true);
                self.demand(!flying, at, "two charges are in flight");
                self.none_is_used_up(at);
                self.caps_at_start = self.caps.clone();
                let bought = order.credits.is_positive();
                self.demand(bought, at, "a charge buys nothing");
            }
            Fact::ChargeSucceeded { order, .. } => self.settle(at, *order, true),
            Fact::ChargeFailed { .. } => self.settle(at, Order::default(), false),
            _ => {}
        }
    }
}

impl Observer for Checks<'_> {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        let at = moment.at.millis();
        self.learn(at, fact);
        self.identities(at, moment.before, moment.after);
        // Everything that expires at an instant expires before anything else is told of it, but for what comes back
        // to grants that have ended and is gone with the next that are told.
        let goes = matches!(fact, Fact::Expired { .. } | Fact::Forfeited { .. });
        let comes_back = matches!(fact, Fact::UsageReversed { .. });
        self.coming_back = comes_back || (self.coming_back && goes);
        let expires = self.coming_back || matches!(fact, Fact::Expired { .. });
        if !expires && !matches!(fact, Fact::CycleStarted { .. }) {
            self.expiries(at - 1);
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let (mut demanded, mut refused) = (0_i128, 0_i128);
        run.each(|_, asked, turned_away| {
            demanded += i128::from(asked.micro());
            refused += i128::from(turned_away.micro());
        });
        self.demanded += demanded;
        self.refused += refused;
        self.served += i128::from(run.served.micro());
        let included = i128::from(run.included.micro());
        self.came += included;
        if self.setup.policy.service.metering_lag > Duration::ZERO {
            self.unmetered += i128::from(run.served.micro()) - included;
        }
        let within = run.included <= run.served;
        self.demand(within, run.last.millis(), "quotas serve what nobody asked for");
        self.overage(run.last.millis(), run.overage);
        let covered = run.overage == Credits::ZERO || run.after.balance() == Credits::ZERO;
        self.demand(covered, run.last.millis(), "there is overage while credits are left");
        self.identities(run.last.millis(), run.before, run.after);
        self.expiries(run.last.millis());
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}
