//! Every figure of the catalogue as an estimate over replications.
//!
//! Amounts and counts are means per period, rates are over all replications, and quantities with a
//! relevant tail have quantiles over cycles. Each entry of the catalogue names its estimator.

use schemars::JsonSchema;
use serde::Serialize;

use crate::figures::{Estimator, Figure};

use super::estimate::{self, Confidence, Estimate, OverCycles};
use super::objective::{Objective, per_period};
use super::rare;
use super::runs::Runs;

/// What a study makes of a figure of the catalogue.
pub trait EstimatedFigure {
    /// Its value in every replication; `None` where it has none. `periods` and `hours` are the
    /// length of the candidate's horizon.
    fn samples(self, runs: &Runs, periods: f64, hours: f64) -> Vec<Option<f64>>;

    /// Its estimate, with the limits of the interval clamped to the figure's range; `None` if the
    /// runs cannot provide it. `periods` and `hours` are the length of the candidate's horizon.
    fn estimate(
        self,
        runs: &Runs,
        objective: &Objective,
        periods: f64,
        hours: f64,
    ) -> Option<Estimate>;
}

impl EstimatedFigure for Figure {
    fn samples(self, runs: &Runs, periods: f64, hours: f64) -> Vec<Option<f64>> {
        let Some(estimator) = self.estimator() else { return vec![None; runs.len()] };
        match estimator {
            Estimator::Objective => known(runs.cost.iter().copied()),
            Estimator::PerPeriod => known(runs.column(self).iter().map(|value| value / periods)),
            Estimator::Mean => known(runs.column(self).iter().copied()),
            Estimator::Kept { lost, whole } => pairs(runs, lost, whole)
                .map(|(lost, whole)| if whole > 0.0 { Some(1.0 - lost / whole) } else { Some(1.0) })
                .collect(),
            Estimator::Ratio { part, whole, scale, of_nothing } => pairs(runs, part, whole)
                .map(|(part, whole)| match whole > 0.0 {
                    true => Some(part * scale / whole),
                    false => of_nothing,
                })
                .collect(),
            Estimator::CyclesTouched { touched, cycles } => {
                known(pairs(runs, touched, cycles).map(share))
            }
            Estimator::CyclesFree { touched, cycles } => {
                known(pairs(runs, touched, cycles).map(|pair| 1.0 - share(pair)))
            }
            Estimator::TimeOutside(length) => {
                known(column(runs, length).iter().map(|inside| 1.0 - inside / hours))
            }
        }
    }

    fn estimate(
        self,
        runs: &Runs,
        objective: &Objective,
        periods: f64,
        hours: f64,
    ) -> Option<Estimate> {
        let confidence = objective.confidence;
        let estimate = match self.estimator()? {
            Estimator::PerPeriod => per_period(runs, self, periods, confidence),
            Estimator::TimeOutside(length) => {
                let length = named(length);
                per_period(runs, length, hours, confidence).map(Estimate::complement)
            }
            Estimator::Ratio { .. }
            | Estimator::Kept { .. }
            | Estimator::CyclesTouched { .. }
            | Estimator::CyclesFree { .. } => rate(self, runs, confidence),
            Estimator::Objective | Estimator::Mean => {
                let samples: Vec<f64> =
                    self.samples(runs, periods, hours).into_iter().flatten().collect();
                estimate::mean(&samples, confidence)
            }
        };
        Some(narrowed(self, runs, estimate?))
    }
}

/// An estimate within what the figure can be, and its value alone where nothing is drawn.
fn narrowed(figure: Figure, runs: &Runs, estimate: Estimate) -> Estimate {
    let (least, most) = figure.limits();
    match runs.is_certain {
        true => Estimate::certain(estimate.value),
        false => estimate.within(least, most),
    }
}

/// The estimate of a rate over all runs, which needs no length of the horizon; `None` for other
/// figures and if the runs cannot provide it.
pub(super) fn rate(figure: Figure, runs: &Runs, confidence: Confidence) -> Option<Estimate> {
    let estimate = match figure.estimator()? {
        Estimator::Ratio { part, whole, scale, of_nothing } => {
            let whole: Vec<f64> = column(runs, whole).iter().map(|whole| whole / scale).collect();
            let ratio = estimate::ratio(column(runs, part), &whole, confidence);
            ratio.or(of_nothing.filter(|_| !runs.is_empty()).map(Estimate::certain))
        }
        Estimator::Kept { lost, whole } => {
            let (lost, whole) = (named(lost), column(runs, whole));
            let share = rare::ratio(runs.column(lost), whole, runs.size_of_rare(lost), confidence);
            let all = || (!runs.is_empty()).then(|| Estimate::certain(1.0));
            share.map(Estimate::complement).or_else(all)
        }
        Estimator::CyclesTouched { touched, cycles } => {
            cycles_touched(runs, touched, cycles, confidence)
        }
        Estimator::CyclesFree { touched, cycles } => {
            Some(cycles_touched(runs, touched, cycles, confidence)?.complement())
        }
        _ => None,
    };
    Some(narrowed(figure, runs, estimate?))
}

/// The share of cycles that are touched, over all runs.
fn cycles_touched(
    runs: &Runs,
    touched: &str,
    cycles: &str,
    confidence: Confidence,
) -> Option<Estimate> {
    let in_each = column(runs, cycles).first().copied()?;
    estimate::share_of_cycles(column(runs, touched), in_each, confidence)
}

fn known(samples: impl Iterator<Item = f64>) -> Vec<Option<f64>> {
    samples.map(Some).collect()
}

fn pairs<'r>(runs: &'r Runs, a: &str, b: &str) -> impl Iterator<Item = (f64, f64)> + use<'r> {
    column(runs, a).iter().copied().zip(column(runs, b).iter().copied())
}

/// The column of an estimator's input.
fn column<'r>(runs: &'r Runs, name: &str) -> &'r [f64] {
    runs.column(named(name))
}

/// The input of an estimator.
fn named(name: &str) -> Figure {
    Figure::named(name).expect("an estimator names figures of the catalogue")
}

/// A part of a whole; all of nothing.
fn share((part, whole): (f64, f64)) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

/// Quantiles of something over cycles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Tails {
    /// The 5th percentile.
    pub p5: Estimate,
    /// The median.
    pub median: Estimate,
    /// The 95th percentile.
    pub p95: Estimate,
    /// The 99th percentile.
    pub p99: Estimate,
}

impl Tails {
    /// Takes values cycle by cycle and their number in each replication, as returned by
    /// [`Runs::spend_in`]. Where nothing is drawn, these are all there are: `is_certain`.
    pub fn of(
        (samples, cycles): (&[f64], usize),
        objective: &Objective,
        is_certain: bool,
    ) -> Option<Tails> {
        let values = OverCycles::new(samples, cycles);
        let quantile = |p| {
            let found = values.quantile(p, objective.confidence)?;
            Some(if is_certain { Estimate::certain(found.value) } else { found })
        };
        Some(Tails {
            p5: quantile(0.05)?,
            median: quantile(0.5)?,
            p95: quantile(0.95)?,
            p99: quantile(0.99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Run;
    use super::*;

    /// Twenty replications of an hour each, of which one has an outage.
    fn rare() -> Runs {
        let mut runs = Runs::new();
        for replication in 0..20 {
            let mut run = Run::made(5.0, 0.0, 0.0);
            if replication == 7 {
                run.set(Figure::OUTAGES, 1.0);
                run.set(Figure::DOWNTIME, 0.5);
                run.set(Figure::EXHAUSTED, 0.5);
                run.set(Figure::SERVED, 990.0);
                run.set(Figure::REFUSED, 10.0);
                run.set(Figure::LEFTOVER_VALUE, 80.0);
                run.set(Figure::CLOSING_BALANCE, -40.0);
            }
            let cost = run.value(Figure::TOTAL_SPEND) - run.value(Figure::LEFTOVER_VALUE);
            runs.push(&run, cost);
        }
        runs
    }

    #[test]
    fn limits_stay_where_a_figure_can_be() {
        let runs = rare();
        let objective = Objective::of_spend();
        let limits = |figure: Figure| {
            let found = figure.estimate(&runs, &objective, 1.0, 1.0).unwrap();
            assert!(found.allows(found.value), "{figure:?}");
            // An event never observed has no upper limit.
            (found.low.unwrap(), found.high.unwrap_or(figure.limits().1))
        };
        for figure in [Figure::OUTAGES, Figure::DOWNTIME, Figure::REFUSED] {
            // An event observed once bounds nothing above, and the true value may be far higher.
            let (low, high) = limits(figure);
            let seen = figure.estimate(&runs, &objective, 1.0, 1.0).unwrap().value;
            assert!(
                0.0 < low && low < 0.1 * seen && high > 4.0 * seen,
                "{figure:?}: {low} to {high}"
            );
        }
        let (low, high) = limits(Figure::LEFTOVER_VALUE);
        assert!(low == 0.0 && high > 0.0, "{low} to {high}");
        let (low, high) = limits(Figure::READY_RATE);
        assert!(low < 0.95 && (0.95..1.0).contains(&high), "{low} to {high}");
        // A cost net of leftover credits, and a balance, may be below zero.
        assert!(limits(Figure::COST).0 < 0.0);
        assert!(limits(Figure::CLOSING_BALANCE).0 < 0.0);
        for figure in Figure::of_studies() {
            let (low, high) = limits(figure);
            let (least, most) = figure.limits();
            assert!(least <= low && low <= high && high <= most, "{figure:?}: {low} to {high}");
        }
    }
}
