//! Many futures of one account: what each cycle comes to, when it recharges and runs out, and its balance and spend
//! along the way.
//!
//! The first candidate of a question lives through every replication with an observer that keeps these few numbers
//! and no events. Deliberately absent: quantiles.

use crate::domain::{Instant, Money, Source, Window};
use crate::engine::{Chunk, Fact, Moment, Observer, Setup, UsageRun};
use crate::figures::sum;
use crate::metrics::Metrics;

use super::life::live_told;
use super::paths::instants;
use super::question::{Question, StudyError, StudyWatch};
use super::turns::in_turn;

/// One future.
#[derive(Clone, Debug, PartialEq)]
pub struct LivedFuture {
    /// Its cycles, as far as the horizon reaches.
    pub cycles: Vec<LivedCycle>,
    /// What came in the cycle of the present before it.
    pub before: LivedPart,
    /// The first charge that starts after the present.
    pub recharged: Option<Instant>,
    /// The first outage after the present; the present itself during one.
    pub ran_out: Option<Instant>,
    /// Since when there is an outage at the present; `None` where there is none that began before.
    pub out_since: Option<Instant>,
    /// The balance at each instant of [`Futures::at`].
    pub balance: Vec<f64>,
    /// Spend since the start of the horizon up to each of them.
    pub spend: Vec<f64>,
}

/// The part of a cycle up to the present.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LivedPart {
    /// Money spent.
    pub spend: f64,
    /// Recharges that succeeded.
    pub recharges: f64,
    /// Whether there was an outage in it.
    pub outage: bool,
}

/// A cycle of a future.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LivedCycle {
    /// Credits requested.
    pub usage: f64,
    /// Money spent.
    pub spend: f64,
    /// Recharges that succeeded.
    pub recharges: f64,
    /// Credits refused.
    pub refused: f64,
    /// The balance at its end.
    pub balance: f64,
    /// Whether there was an outage in it.
    pub outage: bool,
}

/// Many futures of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Futures {
    /// The cycles, cut to the horizon.
    pub cycles: Vec<Window>,
    /// Evenly from the present to the end of the horizon, both among them.
    pub at: Vec<Instant>,
    /// The futures, by replication.
    pub lived: Vec<LivedFuture>,
}

/// Lives through so many futures from the present on; `None` if stopped.
pub fn foresee(
    question: &Question<'_>,
    present: Instant,
    replications: usize,
    watch: &dyn StudyWatch,
) -> Result<Option<Futures>, StudyError> {
    let Some(first) = question.candidates.first() else { return Err(StudyError::Nothing) };
    let horizon = first.setup.horizon;
    let present = present.max(horizon.from).min(horizon.to);
    let at = instants(Window { from: present, to: horizon.to });
    let (mut lived, mut cycles) = (Vec::with_capacity(replications), Vec::new());
    let observer = |setup: &Setup| (Metrics::new(setup.horizon), FutureRecorder::new(&at, present));
    let live = |replication, chunk: &mut Chunk| {
        live_told(question, &[0], replication, chunk, watch, observer)
    };
    let keep = |found: Vec<(Metrics, FutureRecorder<'_>)>| {
        for (metrics, recorder) in found {
            cycles = metrics.cycles().iter().map(|cycle| cycle.window).collect();
            lived.push(recorder.future(&metrics));
        }
    };
    if in_turn(0..replications, watch, live, keep)? < replications {
        return Ok(None);
    }
    Ok(Some(Futures { cycles, at, lived }))
}

/// Keeps the few numbers of a future.
struct FutureRecorder<'a> {
    at: &'a [Instant],
    present: Instant,
    recharged: Option<Instant>,
    ran_out: Option<Instant>,
    /// Whether there is an outage.
    is_out: bool,
    /// The last outage that began before the present, up to it.
    past_outage: Option<Window>,
    /// The balance after what was last heard of.
    last: f64,
    sum: Money,
    balance: Vec<f64>,
    spend: Vec<f64>,
    /// What was spent before the present, and whether it was a recharge, in time order.
    past: Vec<(Instant, Money, bool)>,
}

impl<'a> FutureRecorder<'a> {
    fn new(at: &'a [Instant], present: Instant) -> FutureRecorder<'a> {
        FutureRecorder {
            at,
            present,
            recharged: None,
            ran_out: None,
            is_out: false,
            past_outage: None,
            last: 0.0,
            sum: Money::ZERO,
            balance: Vec::with_capacity(at.len()),
            spend: Vec::with_capacity(at.len()),
            past: Vec::new(),
        }
    }

    /// Counts what is spent.
    fn spent(&mut self, at: Instant, money: Money, is_recharge: bool) {
        self.sum = sum(self.sum, money);
        if at < self.present {
            self.past.push((at, money, is_recharge));
        }
    }

    /// What came since the start of the cycle of the present.
    fn before(&self, metrics: &Metrics) -> LivedPart {
        let present = self.present;
        let cycles = metrics.cycles().iter().map(|cycle| cycle.window);
        let Some(window) = cycles.into_iter().find(|window| window.to > present) else {
            return LivedPart::default();
        };
        let of_cycle = || self.past.iter().rev().take_while(|(at, ..)| *at >= window.from);
        LivedPart {
            spend: of_cycle().fold(Money::ZERO, |all, (_, money, _)| sum(all, *money)).to_f64(),
            recharges: of_cycle().filter(|(.., is_recharge)| *is_recharge).count() as f64,
            outage: self
                .past_outage
                .is_some_and(|outage| outage.from >= window.from || outage.to > window.from),
        }
    }

    /// Writes down what holds before an instant.
    fn pass(&mut self, to: Instant) {
        while self.at.get(self.balance.len()).is_some_and(|&next| next < to) {
            self.balance.push(self.last);
            self.spend.push(self.sum.to_f64());
        }
    }

    /// Usage between two instants that takes the balance from one value to another, evenly.
    fn slide(&mut self, (first, last): (Instant, Instant), (before, after): (f64, f64)) {
        self.pass(first);
        let length = last.since(first).millis().max(1) as f64;
        while let Some(&next) = self.at.get(self.balance.len()).filter(|&&next| next < last) {
            let part = next.since(first).millis() as f64 / length;
            self.balance.push(before + part * (after - before));
            self.spend.push(self.sum.to_f64());
        }
        self.last = after;
    }

    /// The future that a run was.
    fn future(mut self, metrics: &Metrics) -> LivedFuture {
        self.balance.resize(self.at.len(), self.last);
        self.spend.resize(self.at.len(), self.sum.to_f64());
        let lived = |cycle: &crate::metrics::CycleFigures| {
            let figures = &cycle.figures;
            LivedCycle {
                usage: figures.demanded.to_f64(),
                spend: figures.total_spend().to_f64(),
                recharges: figures.recharges as f64,
                refused: figures.refused().to_f64(),
                balance: figures.closing_balance.to_f64(),
                outage: figures.cycles_with_outage > 0,
            }
        };
        let present = self.present;
        LivedFuture {
            out_since: self.past_outage.filter(|one| one.to == present).map(|one| one.from),
            before: self.before(metrics),
            cycles: metrics.cycles().iter().map(lived).collect(),
            recharged: self.recharged,
            ran_out: self.ran_out,
            balance: self.balance,
            spend: self.spend,
        }
    }
}

impl Observer for FutureRecorder<'_> {
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.pass(moment.at);
        self.last = moment.after.balance().to_f64();
        let is_ahead = moment.at >= self.present;
        match *fact {
            Fact::FeeCharged { fee: money, .. }
            | Fact::OverageBilled { price: money, .. }
            | Fact::Restored { price: money, .. }
            | Fact::Granted { source: Source::TopUp, price: money, .. } => {
                self.spent(moment.at, money, false);
            }
            Fact::Granted { source: Source::Recharge, price: money, .. } => {
                self.spent(moment.at, money, true);
            }
            Fact::Reversed { money, .. } => self.spent(moment.at, money.negative(), false),
            Fact::ChargeStarted { .. } if is_ahead => {
                self.recharged.get_or_insert(moment.at);
            }
            Fact::OutageOpened => {
                self.is_out = true;
                match is_ahead {
                    true => {
                        self.ran_out.get_or_insert(moment.at);
                    }
                    // It lasts until something is heard of its end.
                    false => {
                        self.past_outage = Some(Window { from: moment.at, to: self.present });
                    }
                }
            }
            Fact::OutageClosed { .. } => {
                if let Some(outage) = self.past_outage.as_mut().filter(|_| !is_ahead) {
                    outage.to = moment.at;
                }
                self.is_out = false;
                if is_ahead {
                    // An outage that goes on at the present began before it.
                    self.ran_out.get_or_insert(self.present);
                }
            }
            Fact::Ended { .. } if self.is_out => {
                self.ran_out.get_or_insert(self.present);
            }
            _ => {}
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let balances = (run.before.balance().to_f64(), run.after.balance().to_f64());
        self.slide((run.first, run.last), balances);
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}
