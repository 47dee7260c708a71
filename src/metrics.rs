//! An observer that folds what happened into the figures of contract §11, in all and per cycle.
//!
//! It keeps a few numbers a cycle and never an event. Statistics over many runs are not made here.

use crate::domain::{CreditTotal, Credits, Duration, Instant, Money, Source, Window};
use crate::engine::{Fact, Moment, Observer, UsageRun};

/// The figures of a stretch of time: a whole run, or one cycle of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Plan fees charged.
    pub plan_fees: Money,
    /// Spent on automatic recharges.
    pub recharge_spend: Money,
    /// Spent on manual top-ups.
    pub top_up_spend: Money,
    /// Recharges that succeeded.
    pub recharges: u64,
    /// Manual top-ups.
    pub top_ups: u64,
    /// Charges that failed.
    pub failed_attempts: u64,
    /// Verifications the bank asked for.
    pub verifications: u64,
    /// Times auto-recharge was suspended.
    pub suspensions: u64,
    /// Times the trigger came to hold while a cap forbade a recharge.
    pub cap_blocks: u64,
    /// What the owner was told, in messages.
    pub notifications: u64,
    /// Usage events.
    pub usage_events: u64,
    /// Usage events of which anything was refused.
    pub refused_events: u64,
    /// Credits asked for.
    pub demanded: CreditTotal,
    /// Credits served.
    pub served: CreditTotal,
    /// Of those, not yet deducted from the balance.
    pub unmetered: CreditTotal,
    /// Outages that opened.
    pub outages: u64,
    /// Their length.
    pub downtime: Duration,
    /// The time with a balance of zero or less.
    pub exhausted: Duration,
    /// Credits granted by the plan.
    pub granted_allowance: CreditTotal,
    /// Credits bought by recharges.
    pub granted_recharge: CreditTotal,
    /// Credits bought by hand.
    pub granted_top_up: CreditTotal,
    /// Debt forgiven.
    pub forgiven: CreditTotal,
    /// Purchased credits that expired unused.
    pub expired: CreditTotal,
    /// Allowance that was forfeited.
    pub forfeited: CreditTotal,
    /// What the expired credits had cost.
    pub expired_cost: Money,
    /// The balance at the beginning: what the account held before.
    pub opening_balance: CreditTotal,
    /// The balance at the end.
    pub closing_balance: CreditTotal,
    /// Cycles touched.
    pub cycles: u64,
    /// Cycles touched by an outage.
    pub cycles_with_outage: u64,
    /// The length of the stretch.
    pub length: Duration,
}

impl Figures {
    /// Fees, recharges and top-ups together.
    pub fn total_spend(&self) -> Money {
        sum(sum(self.plan_fees, self.recharge_spend), self.top_up_spend)
    }

    /// Credits refused.
    pub fn refused(&self) -> CreditTotal {
        self.demanded - self.served
    }

    /// Credits served ÷ demanded; 1 when nothing was asked for.
    pub fn fill_rate(&self) -> f64 {
        ratio(self.served.to_f64(), self.demanded.to_f64())
    }

    /// The share of the time with a balance above zero.
    pub fn ready_rate(&self) -> f64 {
        let length = self.length.millis() as f64;
        ratio(length - self.exhausted.millis() as f64, length)
    }

    /// The share of cycles without an outage.
    pub fn stockout_free_cycles(&self) -> f64 {
        let cycles = self.cycles as f64;
        ratio(cycles - self.cycles_with_outage as f64, cycles)
    }

    /// What was spent for 1,000 served credits; `None` when none was served.
    pub fn price_per_1000(&self) -> Option<f64> {
        let served = self.served.to_f64();
        (served > 0.0).then(|| self.total_spend().to_f64() * 1000.0 / served)
    }

    /// What arrived: allowance, recharges, top-ups.
    pub fn granted(&self) -> CreditTotal {
        self.granted_allowance + self.granted_recharge + self.granted_top_up
    }

    /// The identity of contract §11: *opening + granted = served + expired + forfeited + balance*.
    /// Forgiven debt counts as granted, and what is served but not yet deducted not as served.
    pub fn balances(&self) -> bool {
        let came = self.opening_balance + self.granted() + self.forgiven;
        let went = self.served - self.unmetered + self.expired + self.forfeited;
        came == went + self.closing_balance
    }
}

impl Figures {
    /// Adds what happened in a cycle. What is left out is no sum over cycles or was cut at their
    /// ends: the run counts it for itself.
    fn add(&mut self, cycle: &Figures) {
        let Figures {
            plan_fees,
            recharge_spend,
            top_up_spend,
            recharges,
            top_ups,
            failed_attempts,
            verifications,
            suspensions,
            cap_blocks,
            notifications,
            usage_events,
            refused_events,
            demanded,
            served,
            unmetered,
            outages,
            downtime: _,
            exhausted: _,
            granted_allowance,
            granted_recharge,
            granted_top_up,
            forgiven,
            expired,
            forfeited,
            expired_cost,
            opening_balance: _,
            closing_balance: _,
            cycles: _,
            cycles_with_outage: _,
            length: _,
        } = *cycle;
        for (total, money) in [
            (&mut self.plan_fees, plan_fees),
            (&mut self.recharge_spend, recharge_spend),
            (&mut self.top_up_spend, top_up_spend),
            (&mut self.expired_cost, expired_cost),
        ] {
            *total = sum(*total, money);
        }
        for (total, count) in [
            (&mut self.recharges, recharges),
            (&mut self.top_ups, top_ups),
            (&mut self.failed_attempts, failed_attempts),
            (&mut self.verifications, verifications),
            (&mut self.suspensions, suspensions),
            (&mut self.cap_blocks, cap_blocks),
            (&mut self.notifications, notifications),
            (&mut self.usage_events, usage_events),
            (&mut self.refused_events, refused_events),
            (&mut self.outages, outages),
        ] {
            *total += count;
        }
        for (total, credits) in [
            (&mut self.demanded, demanded),
            (&mut self.served, served),
            (&mut self.unmetered, unmetered),
            (&mut self.granted_allowance, granted_allowance),
            (&mut self.granted_recharge, granted_recharge),
            (&mut self.granted_top_up, granted_top_up),
            (&mut self.forgiven, forgiven),
            (&mut self.expired, expired),
            (&mut self.forfeited, forfeited),
        ] {
            *total = *total + credits;
        }
    }
}

/// A part of a whole; all of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

/// A sum of prices. Every price has at most six decimals and is at most 10¹⁸ (see
/// [`Money`] and the range of packs), so 10⁴ of the largest fit exactly; beyond what 28 digits hold
/// the sum stays at what it was.
fn sum(a: Money, b: Money) -> Money {
    a.plus(b).unwrap_or(a)
}

/// The figures of one cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct CycleFigures {
    /// From when to when, cut to the horizon.
    pub window: Window,
    /// The figures.
    pub figures: Figures,
}

/// Folds a run into figures.
#[derive(Clone, Debug)]
pub struct Metrics {
    horizon: Window,
    total: Figures,
    cycles: Vec<CycleFigures>,
    outage: Option<Instant>,
    exhausted: Option<Instant>,
}

impl Metrics {
    /// Listens to a run over `horizon`.
    pub fn new(horizon: Window) -> Metrics {
        Metrics {
            horizon,
            total: Figures::default(),
            cycles: Vec::new(),
            outage: None,
            exhausted: None,
        }
    }

    /// The figures of the whole run. Complete when the run has ended.
    pub fn total(&self) -> &Figures {
        &self.total
    }

    /// The figures per cycle.
    pub fn cycles(&self) -> &[CycleFigures] {
        &self.cycles
    }

    /// The figures that what happens now counts in: the present cycle's, which are added to the
    /// run's when the cycle closes, or the run's before the first cycle.
    #[inline]
    fn present(&mut self) -> &mut Figures {
        match self.cycles.last_mut() {
            Some(cycle) => &mut cycle.figures,
            None => &mut self.total,
        }
    }

    fn start_cycle(&mut self, moment: &Moment, cycle: Window) {
        self.close_cycle(moment.at, moment.before.balance());
        let from = cycle.from.max(self.horizon.from);
        let window = Window { from, to: cycle.to.min(self.horizon.to) };
        let mut figures = Figures { cycles: 1, ..Figures::default() };
        figures.opening_balance = moment.after.balance().into();
        self.total.cycles += 1;
        self.cycles.push(CycleFigures { window, figures });
    }

    /// Cuts what goes on at the end of a cycle.
    fn close_cycle(&mut self, at: Instant, balance: Credits) {
        let Some(cycle) = self.cycles.last_mut() else { return };
        self.total.add(&cycle.figures);
        let from = cycle.window.from;
        cycle.figures.length = at.since(from);
        cycle.figures.closing_balance = balance.into();
        if let Some(opened) = self.outage {
            let down = at.since(opened.max(from));
            cycle.figures.downtime = cycle.figures.downtime.plus(down);
            self.touch(at, opened);
        }
        if let (Some(since), Some(cycle)) = (self.exhausted, self.cycles.last_mut()) {
            cycle.figures.exhausted = cycle.figures.exhausted.plus(at.since(since.max(from)));
        }
    }

    /// Marks the present cycle as touched by an outage `[opened, until)`, if it is.
    fn touch(&mut self, until: Instant, opened: Instant) {
        let Some(cycle) = self.cycles.last_mut() else { return };
        let inside = opened >= cycle.window.from || until > cycle.window.from;
        if inside && cycle.figures.cycles_with_outage == 0 {
            cycle.figures.cycles_with_outage = 1;
            self.total.cycles_with_outage += 1;
        }
    }

    fn close_outage(&mut self, at: Instant, opened: Instant) {
        self.touch(at, opened);
        self.outage = None;
        self.total.downtime = self.total.downtime.plus(at.since(opened));
        if let Some(cycle) = self.cycles.last_mut() {
            let down = at.since(opened.max(cycle.window.from));
            cycle.figures.downtime = cycle.figures.downtime.plus(down);
        }
    }

    fn end_exhaustion(&mut self, at: Instant, since: Instant) {
        self.exhausted = None;
        self.total.exhausted = self.total.exhausted.plus(at.since(since));
        if let Some(cycle) = self.cycles.last_mut() {
            let empty = at.since(since.max(cycle.window.from));
            cycle.figures.exhausted = cycle.figures.exhausted.plus(empty);
        }
    }

    #[inline]
    fn granted(&mut self, source: Source, credits: Credits, price: Money) {
        let figures = self.present();
        match source {
            Source::Allowance => figures.granted_allowance += credits,
            Source::Opening => self.open_with(credits),
            Source::Recharge => {
                figures.recharges += 1;
                figures.granted_recharge += credits;
                figures.recharge_spend = sum(figures.recharge_spend, price);
            }
            Source::TopUp => {
                figures.top_ups += 1;
                figures.granted_top_up += credits;
                figures.top_up_spend = sum(figures.top_up_spend, price);
            }
        }
    }

    /// What the account held before the run, and its first cycle with it.
    fn open_with(&mut self, credits: Credits) {
        self.total.opening_balance += credits;
        if let Some(cycle) = self.cycles.last_mut() {
            cycle.figures.opening_balance += credits;
        }
    }

    fn end(&mut self, moment: &Moment, exhausted: Option<Instant>) {
        let balance = moment.after.balance();
        if let Some(since) = exhausted {
            self.end_exhaustion(moment.at, since);
        }
        self.total.closing_balance = balance.into();
        self.total.length = self.horizon.to.since(self.horizon.from);
        self.close_cycle(moment.at, balance);
    }
}

impl Observer for Metrics {
    const ADDS_UP: bool = true;

    // Most facts change no figure: where the engine tells one of those, nothing should be done.
    #[inline(always)]
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        match *fact {
            Fact::CycleStarted { cycle, .. } => self.start_cycle(moment, cycle),
            Fact::FeeCharged { fee, .. } => {
                let figures = self.present();
                figures.plan_fees = sum(figures.plan_fees, fee);
            }
            Fact::Granted { source, credits, price, .. } => self.granted(source, credits, price),
            Fact::Forgiven { credits } => self.present().forgiven += credits,
            Fact::Expired { credits, cost } => {
                let figures = self.present();
                figures.expired += credits;
                figures.expired_cost = sum(figures.expired_cost, cost);
            }
            Fact::Forfeited { credits } => self.present().forfeited += credits,
            Fact::ChargeFailed { .. } => self.present().failed_attempts += 1,
            Fact::VerificationAsked { .. } => self.present().verifications += 1,
            Fact::Suspended => self.present().suspensions += 1,
            Fact::CapReached { .. } => self.present().cap_blocks += 1,
            Fact::Notified(_) => self.present().notifications += 1,
            Fact::OutageOpened => {
                self.outage = Some(moment.at);
                self.present().outages += 1;
            }
            Fact::OutageClosed { opened } => self.close_outage(moment.at, opened),
            Fact::Exhausted => self.exhausted = Some(moment.at),
            Fact::Replenished { exhausted } => self.end_exhaustion(moment.at, exhausted),
            Fact::Deducted { credits } => {
                self.present().unmetered += Credits::from_micro(-credits.micro());
            }
            Fact::Ended { exhausted, .. } => self.end(moment, exhausted),
            _ => {}
        }
    }

    #[inline]
    fn usage(&mut self, run: &UsageRun<'_>) {
        let burnt = run.before.balance().micro() - run.after.balance().micro();
        let figures = self.present();
        figures.usage_events += run.events;
        figures.refused_events += run.refused_events();
        figures.demanded += run.demanded;
        figures.served += run.served;
        figures.unmetered += Credits::from_micro(run.served.micro() - burnt);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.present().usage_events += run.events;
    }
}
