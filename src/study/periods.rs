//! Spend, recharges and refusals by calendar month and by billing cycle, over the replications of a study.
//!
//! An observer counts months while a run lives; cycles come from the figures of the run. Where cycles are
//! calendar months they are kept once. Deliberately absent: exact money, which is a run's (`books`).

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::months;
use crate::domain::{CreditTotal, Instant, Money, Source, Window};
use crate::engine::{Fact, Moment, Observer, RoutineRun, Setup, UsageRun};
use crate::figures::sum;
use crate::metrics::{CycleFigures, Metrics};

use super::estimate::value_at;

/// Spend, recharges and refused credits of a run in a period: money, a count, credits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PeriodCounts {
    /// Spend.
    pub spend: f64,
    /// Recharges.
    pub recharges: f64,
    /// Refused credits.
    pub refused: f64,
}

/// Periods of every replication of a candidate, replication after replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PeriodRuns {
    periods: usize,
    counts: Vec<PeriodCounts>,
}

impl PeriodRuns {
    /// Reserves exactly the memory for this many replications like this one.
    pub(super) fn make_room(&mut self, replications: usize, run: &[PeriodCounts]) {
        self.counts.reserve_exact(replications * run.len());
    }

    /// Adds the next replication.
    pub(super) fn push(&mut self, run: &[PeriodCounts]) {
        self.periods = run.len();
        self.counts.extend(run);
    }

    /// Summarises the periods, which lie in these windows; where nothing is drawn the first replication is all.
    pub(super) fn summaries(&self, windows: &[Window], is_certain: bool) -> Vec<PeriodSummary> {
        assert_eq!(self.periods, windows.len(), "each period has a window");
        let summary = |(index, &window): (usize, &Window)| {
            let of = |value: fn(&PeriodCounts) -> f64| {
                let values = self.counts[index..].iter().step_by(self.periods);
                Percentiles::of(values.map(value), is_certain)
            };
            Some(PeriodSummary {
                window,
                spend: of(|counts| counts.spend)?,
                recharges: of(|counts| counts.recharges)?,
                refused: of(|counts| counts.refused)?,
            })
        };
        windows.iter().enumerate().filter_map(summary).collect()
    }
}

/// Spend, recharges and refused credits of a candidate in all periods of its horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeriodSummaries {
    /// By calendar month.
    pub months: Vec<PeriodSummary>,
    /// By billing cycle.
    pub cycles: Vec<PeriodSummary>,
    /// Over the whole horizon; `None` without a replication.
    pub all: Option<PeriodSummary>,
    /// True if the cycles are the calendar months.
    pub cycles_are_months: bool,
}

/// Spend, recharges and refused credits in a period, over replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodSummary {
    /// The period, cut to the horizon.
    pub window: Window,
    /// Spend.
    pub spend: Percentiles,
    /// Recharges.
    pub recharges: Percentiles,
    /// Refused credits.
    pub refused: Percentiles,
}

/// A value over replications. A percentile that fewer than one replication in it would be above is not
/// known: the 80th takes 5 replications, the 95th 20.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Percentiles {
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: Option<f64>,
    /// The 80th percentile over the replications.
    pub p80: Option<f64>,
    /// The 95th percentile over the replications.
    pub p95: Option<f64>,
}

impl Percentiles {
    /// Those of a value that is the same in every replication there could be.
    fn certain(value: f64) -> Percentiles {
        Percentiles { mean: value, p50: Some(value), p80: Some(value), p95: Some(value) }
    }

    /// Takes them of one value per replication, as [`super::estimate::quantile`] does; `None` of none. Where nothing is
    /// drawn the first value stands for all.
    pub(super) fn of(
        mut values: impl Iterator<Item = f64>,
        is_certain: bool,
    ) -> Option<Percentiles> {
        if is_certain {
            return values.next().map(Percentiles::certain);
        }
        let mut sorted: Vec<f64> = values.collect();
        let total = sorted.iter().fold(0.0, |total, value| total + value);
        let mean = (!sorted.is_empty()).then(|| total / sorted.len() as f64)?;
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |percent: usize| {
            let is_known = sorted.len() * (100 - percent) >= 100;
            is_known.then(|| value_at(&sorted, percent as f64 / 100.0)).flatten()
        };
        Some(Percentiles { mean, p50: at(50), p80: at(80), p95: at(95) })
    }
}

/// The calendar months of a setup, in its zone, cut to its horizon.
pub(super) fn months_of(setup: &Setup) -> Vec<Window> {
    months(setup.horizon, setup.policy.contract.zone)
}

/// The billing cycles of a setup, cut to its horizon.
pub(super) fn cycles_of(setup: &Setup) -> Vec<Window> {
    let mut cycles = Vec::new();
    let mut from = setup.horizon.from;
    while from < setup.horizon.to {
        let to = setup.policy.contract.cycles.around(from).to.min(setup.horizon.to);
        cycles.push(Window { from, to });
        from = to;
    }
    cycles
}

/// Spend, recharges and refused credits of each cycle of a run.
pub(super) fn by_cycle(metrics: &Metrics) -> Vec<PeriodCounts> {
    let counts = |cycle: &CycleFigures| PeriodCounts {
        spend: cycle.figures.total_spend().to_f64(),
        recharges: cycle.figures.recharges as f64,
        refused: cycle.figures.refused().to_f64(),
    };
    metrics.cycles().iter().map(counts).collect()
}

/// Counts what each calendar month of a run spends, recharges and refuses. No run of usage that it hears of
/// may cross the end of a month, as it adds up.
#[derive(Debug)]
pub(super) struct MonthRecorder<'m> {
    months: &'m [Window],
    closed: Vec<PeriodCounts>,
    spend: Money,
    recharges: u64,
    refused: CreditTotal,
}

impl<'m> MonthRecorder<'m> {
    pub(super) fn new(months: &'m [Window]) -> MonthRecorder<'m> {
        let closed = Vec::with_capacity(months.len());
        let (spend, refused) = (Money::ZERO, CreditTotal::ZERO);
        MonthRecorder { months, closed, spend, recharges: 0, refused }
    }

    /// Returns true if these are the billing cycles of a run.
    pub(super) fn are_cycles_of(&self, metrics: &Metrics) -> bool {
        metrics.cycles().iter().map(|cycle| cycle.window).eq(self.months.iter().copied())
    }

    /// The months; complete when the run has ended.
    pub(super) fn months(mut self) -> Vec<PeriodCounts> {
        self.close();
        self.closed.resize(self.months.len(), PeriodCounts::default());
        self.closed
    }

    /// Closes the months that end at `at` or before.
    fn roll(&mut self, at: Instant) {
        while self.months.get(self.closed.len()).is_some_and(|month| month.to <= at) {
            self.close();
        }
    }

    fn close(&mut self) {
        self.closed.push(PeriodCounts {
            spend: std::mem::take(&mut self.spend).to_f64(),
            recharges: std::mem::take(&mut self.recharges) as f64,
            refused: std::mem::take(&mut self.refused).to_f64(),
        });
    }

    fn spend(&mut self, at: Instant, money: Money) {
        self.roll(at);
        self.spend = sum(self.spend, money);
    }
}

impl Observer for MonthRecorder<'_> {
    fn adds_up(&self) -> bool {
        true
    }

    fn takes_routine(&self) -> bool {
        true
    }

    #[inline(always)]
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        match *fact {
            Fact::FeeCharged { fee, .. } => self.spend(moment.at, fee),
            Fact::OverageBilled { price, .. } => self.spend(moment.of_bill(), price),
            Fact::Granted { source: Source::Recharge, price, .. } => {
                self.spend(moment.at, price);
                self.recharges += 1;
            }
            Fact::Granted { source: Source::TopUp, price, .. } => self.spend(moment.at, price),
            Fact::Restored { price, .. } => self.spend(moment.at, price),
            Fact::Reversed { money, .. } => self.spend(moment.at, money.negative()),
            _ => {}
        }
    }

    #[inline]
    fn usage(&mut self, run: &UsageRun<'_>) {
        let refused = run.refused();
        if refused.is_positive() {
            self.roll(run.first);
            self.refused += refused;
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}

    fn routine(&mut self, run: &RoutineRun) {
        let spend = run.order.price.times(run.recharges);
        self.spend(run.first, spend.expect("the engine ends a run before a sum leaves the range"));
        self.recharges += run.recharges;
        self.refused += run.refused;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::{Chunk, Engine, GeneralWay, Pace};
    use crate::payments::Processor;
    use crate::replay::{self, Course, drive};
    use crate::scenario::Scenario;
    use crate::streams::Streams;
    use crate::usage::csv::Mode;

    fn percentiles(count: u32) -> Option<Percentiles> {
        Percentiles::of((0..count).rev().map(f64::from), false)
    }

    /// Counts the recharges that were told as routine.
    #[derive(Default)]
    struct RoutineRecharges(u64);

    impl Observer for RoutineRecharges {
        fn adds_up(&self) -> bool {
            true
        }

        fn takes_routine(&self) -> bool {
            true
        }

        fn fact(&mut self, _: &Moment, _: &Fact<'_>) {}
        fn usage(&mut self, _: &UsageRun<'_>) {}
        fn nothing_asked(&mut self, _: &UsageRun<'_>) {}

        fn routine(&mut self, run: &RoutineRun) {
            self.0 += run.recharges;
        }
    }

    #[test]
    fn months_with_routine_recharges_are_those_with_every_fact_told() {
        let text = "currency = \"USD\"\nstart = 2026-01-15\nend = 2026-06-20\nplan = \"p\"\n\
                    plans.p = { fee = \"9\", allowance = 50 }\n\
                    packages.a = { credits = 40, price = \"2.50\" }\n\
                    recharge = { at_or_below = 1, package = \"a\" }\n\
                    payment = { latency = \"5min\", fail_probability = \"4%\" }\n\
                    usage.generate = { per_day = 30.0, amount = { law = \"geometric\", mean = 3 } }\n";
        let scenario = Scenario::from_text("months.toml", text, Path::new("")).unwrap();
        let (setup, months) = (&scenario.setup, months_of(&scenario.setup));
        let marks: Vec<Instant> = months.iter().map(|month| month.to).collect();
        fn lived<O: Observer>(scenario: &Scenario, marks: &[Instant], observer: O) -> O {
            let payments = Processor::new(&scenario.luck, Streams { seed: 1, replication: 0 });
            let engine = Engine::start(&scenario.setup, Pace::Skip, payments, observer);
            let mut engines = [engine.unwrap()];
            let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
            let course = Course { horizon: scenario.setup.horizon, marks };
            drive(&mut *feed, &mut Chunk::new(), &mut engines, course, &|| false).unwrap();
            let [engine] = engines;
            engine.finish().unwrap()
        }
        let routine = (MonthRecorder::new(&months), RoutineRecharges::default());
        let (routine, RoutineRecharges(recharges)) = lived(&scenario, &marks, routine);
        let general = GeneralWay(MonthRecorder::new(&months));
        let GeneralWay(general) = lived(&scenario, &marks, general);
        let (routine, general) = (routine.months(), general.months());
        assert_eq!((routine.len(), &routine), (months_of(setup).len(), &general));
        let all: f64 = general.iter().map(|month| month.recharges).sum();
        assert!(recharges > 150 && (recharges as f64) < all, "{recharges} of {all}");
    }

    #[test]
    fn a_percentile_takes_as_many_replications_as_one_of_them_is_above_it() {
        let known = |count| {
            let found = percentiles(count).unwrap();
            [found.p50, found.p80, found.p95].map(|value| value.is_some())
        };
        assert_eq!(percentiles(0), None);
        for (count, expected) in [
            (1, [false; 3]),
            (2, [true, false, false]),
            (4, [true, false, false]),
            (5, [true, true, false]),
            (19, [true, true, false]),
            (20, [true; 3]),
        ] {
            assert_eq!(known(count), expected, "{count}");
        }
        let found = percentiles(101).unwrap();
        assert_eq!((found.mean, found.p50, found.p80), (50.0, Some(50.0), Some(80.0)));
        assert_eq!(found.p95, Some(95.0));
        let certain = Percentiles::of([7.0].into_iter(), true).unwrap();
        assert_eq!([certain.p50, certain.p80, certain.p95], [Some(7.0); 3], "nothing is drawn");
    }

    #[test]
    fn periods_are_told_apart_in_every_replication() {
        let counts = |spend| PeriodCounts { spend, recharges: spend / 2.0, refused: 0.0 };
        let mut runs = PeriodRuns::default();
        for replication in 0..4_u32 {
            let first = f64::from(replication);
            runs.push(&[counts(first), counts(100.0 + 2.0 * first)]);
        }
        let at = Instant::from_millis;
        let windows = [(0, 10), (10, 15)].map(|(a, b)| Window { from: at(a), to: at(b) });
        let found = runs.summaries(&windows, false);
        let summed: Vec<_> =
            found.iter().map(|one| (one.window, one.spend.mean, one.recharges.p50)).collect();
        let expected = [(windows[0], 1.5, Some(0.5)), (windows[1], 103.0, Some(51.0))];
        assert_eq!(summed, expected);
    }
}
