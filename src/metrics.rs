//! An observer that folds a run into the figures of contract §11, in total and per cycle.
//!
//! It keeps a few numbers per cycle and no events. Statistics over many runs are not computed here.

use crate::domain::{Credits, Duration, Instant, Money, Source, Window};
use crate::engine::{Fact, Moment, Observer, RoutineRun, UsageRun};
use crate::figures::{Figures, sum};
use crate::usage::UsageSummary;

/// The figures of one cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct CycleFigures {
    /// The cycle, cut to the horizon.
    pub window: Window,
    /// The figures.
    pub figures: Figures,
}

/// The most cycles for which memory is reserved at once.
const MOST_FORESEEN: i64 = 16;

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

    /// Takes over what was read of usage.
    pub fn read(&mut self, usage: &UsageSummary) {
        self.total.read(usage);
    }

    /// The figures per cycle.
    pub fn cycles(&self) -> &[CycleFigures] {
        &self.cycles
    }

    /// The figures that count present events: those of the present cycle, which are added to the
    /// run's when the cycle closes, or the run's own before the first cycle.
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
        if self.cycles.is_empty() {
            self.make_room(cycle);
        }
        self.cycles.push(CycleFigures { window, figures });
    }

    /// Reserves memory for the cycles to come, if they are few and as long as this one.
    fn make_room(&mut self, cycle: Window) {
        let (run, length) = (self.horizon.to.since(cycle.from), cycle.to.since(cycle.from));
        let cycles = run.millis() / length.millis().max(1) + 2;
        self.cycles.reserve_exact(cycles.min(MOST_FORESEEN) as usize);
    }

    /// Cuts what goes on at the end of a cycle.
    fn close_cycle(&mut self, at: Instant, balance: Credits) {
        let Some(cycle) = self.cycles.last_mut() else { return };
        self.total.add_cycle(&cycle.figures);
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

    /// Counts the present cycle as touched by an outage `[opened, until)` that overlaps it.
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

    /// Adds outages that opened and closed in the present cycle.
    fn add_downtime(&mut self, down: Duration) {
        self.total.downtime = self.total.downtime.plus(down);
        if let Some(cycle) = self.cycles.last_mut() {
            cycle.figures.downtime = cycle.figures.downtime.plus(down);
        }
    }

    /// Adds time with a balance of zero that began and ended in the present cycle.
    fn add_exhausted(&mut self, empty: Duration) {
        self.total.exhausted = self.total.exhausted.plus(empty);
        if let Some(cycle) = self.cycles.last_mut() {
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
            Source::Gift => figures.granted_gift += credits,
        }
    }

    /// Usage is undone.
    fn usage_reversed(&mut self, given_back: Credits, unmetered: Credits, unserved: Credits) {
        let figures = self.present();
        figures.not_reversed += unserved;
        figures.given_back += given_back;
        figures.unmetered += Credits::from_micro(-unmetered.micro());
    }

    /// Usage served before is taken off the balance.
    fn deducted(&mut self, credits: Credits, overage: Credits) {
        let figures = self.present();
        figures.unmetered += Credits::from_micro(-credits.micro());
        figures.overage += overage;
    }

    /// A standing charge is taken.
    fn standing(&mut self, credits: Credits, overage: Credits) {
        let figures = self.present();
        figures.standing += credits;
        figures.overage += overage;
    }

    /// A purchase that was charged back is paid again.
    fn restored(&mut self, source: Source, credits: Credits, price: Money) {
        let figures = self.present();
        figures.restored += credits;
        let spend = match source {
            Source::TopUp => &mut figures.top_up_spend,
            _ => &mut figures.recharge_spend,
        };
        *spend = sum(*spend, price);
    }

    /// Adds the balance held before the run, to the run and to its first cycle.
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
    fn adds_up(&self) -> bool {
        true
    }

    fn takes_routine(&self) -> bool {
        true
    }

    // Most facts change no figure and should cost nothing.
    #[inline(always)]
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        match *fact {
            Fact::CycleStarted { cycle, .. } => self.start_cycle(moment, cycle),
            Fact::FeeCharged { fee, .. } => {
                let figures = self.present();
                figures.plan_fees = sum(figures.plan_fees, fee);
            }
            Fact::OverageBilled { price, .. } => {
                let figures = self.present();
                figures.overage_spend = sum(figures.overage_spend, price);
            }
            Fact::Granted { source, credits, price, .. } => self.granted(source, credits, price),
            Fact::Reversed { credits, money, .. } => {
                let figures = self.present();
                figures.taken_back += credits;
                figures.refunded = sum(figures.refunded, money);
            }
            Fact::Restored { source, credits, price, .. } => self.restored(source, credits, price),
            Fact::UsageReversed { given_back, unmetered, unserved, .. } => {
                self.usage_reversed(given_back, unmetered, unserved);
            }
            Fact::Forgiven { credits } => self.present().forgiven += credits,
            Fact::Expired { source, credits, cost } => {
                let figures = self.present();
                figures.expired += credits;
                if source == Source::Opening {
                    figures.expired_opening += credits;
                }
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
            Fact::Deducted { credits, overage } => self.deducted(credits, overage),
            Fact::StandingCharged { credits, overage } => self.standing(credits, overage),
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
        figures.overage += run.overage;
        figures.included += run.included;
        let beside = run.overage.micro() + run.included.micro();
        figures.unmetered += Credits::from_micro(run.served.micro() - burnt - beside);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.present().usage_events += run.events;
    }

    fn routine(&mut self, run: &RoutineRun) {
        let spend = run.order.price.times(run.recharges);
        let spend = spend.expect("the engine ends a run before a sum leaves the range");
        let bought = run.order.credits.times(run.recharges);
        let figures = self.present();
        figures.usage_events += run.usage_events;
        figures.refused_events += run.refused_events;
        figures.demanded += run.served;
        figures.demanded += run.refused;
        figures.served += run.served;
        figures.recharges += run.recharges;
        figures.granted_recharge += bought.expect("all of it is in the range of credits");
        figures.recharge_spend = sum(figures.recharge_spend, spend);
        figures.failed_attempts += run.failed_attempts;
        // Each recharge is told to the owner, and so is each failure.
        figures.notifications += run.recharges + run.failed_attempts;
        figures.outages += run.outages;
        if run.outages > 0 {
            self.touch(run.first, run.first);
        }
        self.add_downtime(run.downtime);
        self.add_exhausted(run.exhausted);
    }
}
