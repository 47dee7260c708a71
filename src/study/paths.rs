//! Spend to date along the horizon, for a few candidates: the data of a fan chart.
//!
//! A study keeps no course of events, so the same replications are run again with an observer that
//! records the spend to date at regular instants. Usage and luck are those of the study, and so is
//! each run's spend at its end. Memory is bounded by [`MOST_INSTANTS`] and [`MOST_PATHS`].
//! Deliberately absent: quantiles of anything but these paths.

use std::ops::Range;

use crate::domain::{Instant, Money, Source, Window};
use crate::engine::{Chunk, Fact, Moment, Observer, Setup, UsageRun};

use super::life::live_told;
use super::question::{Question, StudyError, StudyWatch};
use super::turns::in_turn;

/// The most instants at which spend is written down: daily for a year.
pub const MOST_INSTANTS: i64 = 366;
/// Minimum number of instants, for a horizon of fewer days.
const FEWEST_INSTANTS: i64 = 96;
/// The most replications that are run again: the first of a study.
pub const MOST_PATHS: usize = 2_000;

/// Spend to date of one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// Its place among the candidates.
    pub candidate: usize,
    /// The instants at which spend was recorded: evenly from the start of the horizon to its end.
    pub at: Vec<Instant>,
    /// Spend up to and at each instant, by replication, instants together.
    spend: Vec<Vec<f64>>,
}

impl Paths {
    /// Number of replications.
    pub fn len(&self) -> usize {
        self.spend.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.spend.is_empty()
    }

    /// Adds later replications of the same candidate.
    pub fn extend(&mut self, later: Paths) {
        self.spend.extend(later.spend);
    }

    /// The path of a replication.
    pub fn path(&self, replication: usize) -> &[f64] {
        &self.spend[replication]
    }

    /// For each instant the quantiles `p` over the replications, taken as in
    /// [`super::estimate::quantile`].
    pub fn quantiles<const N: usize>(&self, p: [f64; N]) -> Vec<[f64; N]> {
        self.quantiles_of_first(self.spend.len(), p)
    }

    /// The same over the first replications alone.
    pub fn quantiles_of_first<const N: usize>(
        &self,
        replications: usize,
        p: [f64; N],
    ) -> Vec<[f64; N]> {
        let spend = &self.spend[..replications.min(self.spend.len())];
        let mut quantiles = Vec::with_capacity(self.at.len());
        let mut sorted = Vec::with_capacity(spend.len());
        for index in 0..self.at.len() {
            sorted.clear();
            sorted.extend(spend.iter().map(|path| path[index]));
            sorted.sort_by(f64::total_cmp);
            let value = |p| super::estimate::value_at(&sorted, p);
            quantiles
                .push(p.map(|p| value(p).expect("paths are drawn of at least one replication")));
        }
        quantiles
    }
}

/// Runs some candidates again over `replications`, no later one than the first [`MOST_PATHS`]; `None` if stopped. Candidates
/// dropped early have fewer replications in the study; no more of them may be requested.
pub fn paths(
    question: &Question<'_>,
    candidates: &[usize],
    replications: Range<usize>,
    watch: &dyn StudyWatch,
) -> Result<Option<Vec<Paths>>, StudyError> {
    let Some(first) = candidates.first().and_then(|&index| question.candidates.get(index)) else {
        return Ok(Some(Vec::new()));
    };
    let at = instants(first.setup.horizon);
    let mut paths: Vec<Paths> = candidates
        .iter()
        .map(|&candidate| Paths { candidate, at: at.clone(), spend: Vec::new() })
        .collect();
    let wanted = replications.start..replications.end.min(MOST_PATHS);
    let count = wanted.len();
    let observer = |_: &Setup| SpendRecorder::new(&at);
    let live = |replication, chunk: &mut Chunk| {
        live_told(question, candidates, replication, chunk, watch, observer)
    };
    let keep = |lived: Vec<SpendRecorder<'_>>| {
        for (paths, spent) in paths.iter_mut().zip(lived) {
            paths.spend.push(spent.path());
        }
    };
    if in_turn(wanted, watch, live, keep)? < count {
        return Ok(None);
    }
    Ok(Some(paths))
}

/// Evenly from the start of a horizon to its end, both among them.
pub(super) fn instants(horizon: Window) -> Vec<Instant> {
    let (from, length) = (horizon.from.millis(), horizon.to.since(horizon.from).millis());
    let days = length / crate::domain::Duration::DAY.millis();
    let parts = days.clamp(FEWEST_INSTANTS, MOST_INSTANTS);
    let at = |part: i64| from + (i128::from(length) * i128::from(part) / i128::from(parts)) as i64;
    (0..=parts).map(|part| Instant::from_millis(at(part))).collect()
}

/// Writes down the spend to date at given instants.
struct SpendRecorder<'a> {
    at: &'a [Instant],
    sum: Money,
    path: Vec<f64>,
}

impl<'a> SpendRecorder<'a> {
    fn new(at: &'a [Instant]) -> SpendRecorder<'a> {
        SpendRecorder { at, sum: Money::ZERO, path: Vec::with_capacity(at.len()) }
    }

    fn spend(&mut self, at: Instant, money: Money) {
        // Spend at an instant belongs to that instant.
        while self.at.get(self.path.len()).is_some_and(|&next| next < at) {
            self.path.push(self.sum.to_f64());
        }
        let sum = self.sum.plus(money);
        self.sum = sum.expect("the engine ends a run before what it tells of leaves the range");
    }

    /// The whole path.
    fn path(mut self) -> Vec<f64> {
        self.path.resize(self.at.len(), self.sum.to_f64());
        self.path
    }
}

impl Observer for SpendRecorder<'_> {
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        match *fact {
            Fact::FeeCharged { fee, .. } => self.spend(moment.at, fee),
            Fact::OverageBilled { price, .. } => self.spend(moment.at, price),
            Fact::Granted { source: Source::Recharge | Source::TopUp, price, .. } => {
                self.spend(moment.at, price);
            }
            Fact::Restored { price, .. } => self.spend(moment.at, price),
            Fact::Reversed { money, .. } => self.spend(moment.at, money.negative()),
            _ => {}
        }
    }

    fn usage(&mut self, _: &UsageRun<'_>) {}

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Duration;

    fn window(millis: i64) -> Window {
        Window { from: Instant::from_millis(7), to: Instant::from_millis(7 + millis) }
    }

    #[test]
    fn instants_are_even_bounded_and_hold_both_ends() {
        const DAY: i64 = Duration::DAY.millis();
        for (length, count) in [(1, 97), (DAY, 97), (96 * DAY, 97), (200 * DAY, 201)] {
            assert_eq!(instants(window(length)).len(), count, "{length}");
        }
        for length in [1, 366 * DAY, 400 * DAY, 9_000 * 366 * DAY] {
            let at = instants(window(length));
            assert!(at.len() as i64 <= MOST_INSTANTS + 1);
            assert_eq!((at[0].millis(), at[at.len() - 1].millis()), (7, 7 + length));
        }
    }

    #[test]
    fn what_is_spent_at_an_instant_is_in_what_was_spent_up_to_it() {
        let at: Vec<Instant> = [0, 10, 20, 30].map(Instant::from_millis).into();
        let mut spent = SpendRecorder::new(&at);
        for (at, money) in [(0, "1"), (10, "2"), (11, "4")] {
            spent.spend(Instant::from_millis(at), money.parse().unwrap());
        }
        assert_eq!(spent.path(), [1.0, 3.0, 7.0, 7.0]);
    }

    #[test]
    fn quantiles_are_taken_at_each_instant_alone() {
        let at: Vec<Instant> = [0, 10].map(Instant::from_millis).into();
        let spend = (0..101).map(|i| vec![f64::from(i), f64::from(100 - i) * 2.0]).collect();
        let paths = Paths { candidate: 0, at, spend };
        assert_eq!(paths.quantiles([0.05, 0.5]), [[5.0, 50.0], [10.0, 100.0]]);
    }
}
