//! Figures of two candidates compared replication by replication, rates too.
//!
//! A rate over all replications is no mean of the rates of each, so its difference is that of linearised
//! values: what each replication adds to the rate (Cochran, *Sampling Techniques*, 3rd ed. 1977, 6.13). Their
//! mean is the rate itself, and for a figure that is a mean they are its values. Deliberately absent: which
//! differences matter.

use crate::figures::{Estimator, Figure};

use super::estimate::{Confidence, Estimate};
use super::figures::EstimatedFigure;
use super::objective::HorizonLength;
use super::rare;
use super::runs::Runs;

/// A value of each replication, the mean of which is the figure; `None` if the runs cannot provide it.
pub fn influences(figure: Figure, runs: &Runs, length: HorizonLength) -> Option<Vec<f64>> {
    let column = |name| runs.column(Figure::named(name).expect("estimators name figures"));
    let values = match figure.estimator()? {
        Estimator::Kept { lost, whole } => {
            let lost = linear(column(lost), column(whole), 1.0);
            lost.map_or(vec![1.0; runs.len()], |lost| lost.iter().map(|lost| 1.0 - lost).collect())
        }
        Estimator::Ratio { part, whole, scale, of_nothing } => {
            linear(column(part), column(whole), scale)
                .or_else(|| Some(vec![of_nothing?; runs.len()]))?
        }
        Estimator::CyclesTouched { touched, cycles } => {
            linear(column(touched), column(cycles), 1.0)?
        }
        Estimator::CyclesFree { touched, cycles } => {
            let touched = linear(column(touched), column(cycles), 1.0)?;
            touched.iter().map(|touched| 1.0 - touched).collect()
        }
        Estimator::Objective
        | Estimator::PerPeriod
        | Estimator::Mean
        | Estimator::TimeOutside(_) => {
            let samples = figure.samples(runs, length.periods, length.hours);
            samples.into_iter().collect::<Option<Vec<f64>>>()?
        }
    };
    (!values.is_empty()).then_some(values)
}

/// The figure of `ours` less `times` that of `theirs`, on the same usage and luck; `None` if either
/// cannot provide it.
pub fn difference(
    figure: Figure,
    (ours, our_length): (&Runs, HorizonLength),
    (theirs, their_length): (&Runs, HorizonLength),
    times: f64,
    confidence: Confidence,
) -> Option<Estimate> {
    let ours = influences(figure, ours, our_length)?;
    let theirs = influences(figure, theirs, their_length)?;
    let theirs: Vec<f64> = theirs.iter().map(|value| value * times).collect();
    rare::difference(&ours, &theirs, confidence)
}

/// What each replication adds to the ratio of two totals; `None` if the wholes sum to zero.
fn linear(parts: &[f64], wholes: &[f64], scale: f64) -> Option<Vec<f64>> {
    let total = |values: &[f64]| values.iter().fold(0.0, |sum, value| sum + value);
    let whole = total(wholes);
    if whole <= 0.0 {
        return None;
    }
    let (ratio, mean) = (total(parts) / whole, whole / wholes.len() as f64);
    let one = |(part, whole): (&f64, &f64)| scale * (ratio + (part - ratio * whole) / mean);
    Some(parts.iter().zip(wholes).map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::super::run::Run;
    use super::*;

    const LENGTH: HorizonLength = HorizonLength { periods: 1.0, hours: 720.0 };

    /// Spend and refused credits of 1,000 in each replication.
    fn runs(lived: &[(f64, f64)]) -> Runs {
        let mut runs = Runs::new();
        for &(spent, refused) in lived {
            runs.push(&Run::made(spent, refused, 0.0), spent);
        }
        runs
    }

    #[test]
    fn the_mean_of_what_replications_add_is_the_figure() {
        let runs = runs(&[(10.0, 0.0), (14.0, 300.0), (12.0, 100.0), (9.0, 0.0)]);
        let objective = super::super::Objective::of_spend();
        for figure in [
            Figure::TOTAL_SPEND,
            Figure::FILL_RATE,
            Figure::PRICE_PER_1000_SERVED,
            Figure::OUTAGE_PROBABILITY,
            Figure::STOCKOUT_FREE_CYCLES,
            Figure::READY_RATE,
        ] {
            let values = influences(figure, &runs, LENGTH).unwrap();
            let mean = values.iter().sum::<f64>() / 4.0;
            let estimate = figure.estimate(&runs, &objective, 1.0, 720.0).unwrap();
            assert!((mean - estimate.value).abs() < 1e-9, "{figure:?}: {mean} {estimate:?}");
        }
    }

    #[test]
    fn a_constant_difference_is_certain_however_much_replications_differ() {
        let base = runs(&[(10.0, 0.0), (90.0, 0.0), (35.0, 0.0)]);
        let head = runs(&[(12.0, 0.0), (92.0, 0.0), (37.0, 0.0)]);
        let (head, base) = ((&head, LENGTH), (&base, LENGTH));
        let confidence = Confidence::USUAL;
        let found = difference(Figure::TOTAL_SPEND, head, base, 1.0, confidence).unwrap();
        assert!(
            (found.low.unwrap() - 2.0).abs() < 1e-9 && (found.high.unwrap() - 2.0).abs() < 1e-9
        );
        // Against twice the baseline the differences are no longer alike.
        let doubled = difference(Figure::TOTAL_SPEND, head, base, 2.0, confidence).unwrap();
        assert!((doubled.value + 43.0).abs() < 1e-9 && doubled.low < doubled.high);
    }
}
