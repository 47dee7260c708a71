//! Gates held against results: each passes, fails, or is inconclusive because the interval of its
//! figure spans the bound.
//!
//! A result over replications passes a gate only if the whole interval does, and fails it only if none
//! of the interval passes. The figures of one run are exact. Deliberately absent: the wording of
//! outcomes, and exit codes.

use std::cmp::Ordering;
use std::slice;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{CreditTotal, Duration};
use crate::figures::{Figure, FigureValue, Figures, Unit};
use crate::fleet::FleetFold;
use crate::replay::Outcome;
use crate::scenario::{Comparison, Gate, GateBound, GateMeasure, GateSubject, Measured};
use crate::study::distribution::normal_quantile;
use crate::study::estimate::{paired, quantile_of_cycles};
use crate::study::{
    Candidate, Confidence, Estimate, EstimatedFigure, HorizonLength, Objective, Runs,
    nothing_refused,
};

use crate::usage::UsageSummary;

use super::error::InquiryError;
use super::study::StudyAnswer;

/// Floats closer to a bound than this share of it are the bound: some thousand roundings.
const ROUNDING: f64 = 1e-9;

/// A gate held against a result.
#[derive(Clone, Debug, PartialEq)]
pub struct GateCheck {
    /// The gate.
    pub gate: Gate,
    /// The candidate, the cycle or the scenario that it was held against; `None` for a whole run.
    pub about: Option<String>,
    /// What was found.
    pub found: GateValue,
    /// The bound in the unit of the figure; durations in hours. Of a baseline, its figure with the change.
    pub bound: f64,
    /// The outcome.
    pub outcome: GateOutcome,
}

/// Gates held against runs, and how these were made.
#[derive(Clone, Debug)]
pub struct HeldGates {
    /// The gates, in their order.
    pub checks: Vec<GateCheck>,
    /// The confidence of their intervals.
    pub confidence: Confidence,
    /// Replications or futures.
    pub replications: usize,
}

/// What a gate is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GateValue {
    /// A figure of a run.
    Exact(FigureValue),
    /// A figure over replications; durations in hours.
    Estimated(Estimate),
    /// The figure cannot be known, as a price where nothing was served.
    Unknown,
    /// There is no usage inside the horizon, which proves nothing.
    NoUsage,
    /// The usage inside the horizon asks for no credits, which proves nothing.
    NoDemand,
}

/// The outcome of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateOutcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The interval of the figure spans the bound.
    Inconclusive {
        /// Replications that would settle it in eight cases of ten, if the figure is as it seems; `None`
        /// where none can be named.
        replications: Option<u64>,
    },
}

/// Holds the figures of a run against gates.
pub fn gates_of_run(gates: &[Gate], outcome: &Outcome) -> Vec<GateCheck> {
    gates.iter().map(|gate| of_run(gate, outcome)).collect()
}

/// Holds the sums over a fleet against gates: of the change where there is one, and of the base where a gate
/// says so.
///
/// # Errors
///
/// If a bound is relative to a baseline, and there is no change.
pub fn gates_of_fleet(gates: &[Gate], fold: &FleetFold) -> Result<Vec<GateCheck>, InquiryError> {
    find_baseline(gates, fold.changed.is_some())?;
    let base = &fold.base.figures;
    let changed = fold.changed.as_ref().map(|side| &side.figures);
    let check = |gate: &Gate| match (&gate.subject, changed) {
        (GateSubject::Unsaid, Some(changed)) => {
            of_sums(gate, "all accounts with the change", changed, base)
        }
        (_, Some(_)) => of_sums(gate, "all accounts without the change", base, base),
        (_, None) => of_sums(gate, "all accounts", base, base),
    };
    Ok(gates.iter().map(check).collect())
}

fn of_sums(gate: &Gate, about: &str, figures: &Figures, base: &Figures) -> GateCheck {
    let GateMeasure::Figure(figure) = gate.measure else {
        unreachable!("a gate of a fleet is read with a figure of runs")
    };
    let of_base = || figure.of(base).and_then(decimal);
    let bound = match gate.bound {
        GateBound::Value(bound) => Some(bound),
        GateBound::BaselineAnd(more) => of_base().and_then(|base| base.checked_add(more)),
        GateBound::BaselineTimes(times) => of_base().and_then(|base| base.checked_mul(times)),
    };
    of_figures(gate, Some(about.to_owned()), figures, bound)
}

/// Fails if a bound is relative to a baseline and there is none, so that nothing is run for nothing.
pub fn find_baseline(gates: &[Gate], is_there: bool) -> Result<(), InquiryError> {
    match gates.iter().find(|gate| written(gate).is_none()).filter(|_| !is_there) {
        Some(gate) => Err(InquiryError::NoBaseline { gate: gate.text.clone() }),
        None => Ok(()),
    }
}

/// A gate on each cycle is held against the cycle that decides it: the first that fails, or else the last.
fn of_run(gate: &Gate, outcome: &Outcome) -> GateCheck {
    let total = outcome.metrics.total();
    let bound = Some(written(gate).expect("a gate of a run is read without a baseline"));
    if gate.subject != GateSubject::EachCycle || proves_nothing(total).is_some() {
        return of_figures(gate, None, total, bound);
    }
    let cycles = outcome.metrics.cycles().iter().enumerate();
    let held = cycles.map(|(place, cycle)| {
        exactly(gate, Some(format!("cycle {}", place + 1)), &cycle.figures, bound)
    });
    let mut held: Vec<GateCheck> = held.collect();
    let place = held.iter().position(|check| check.outcome != GateOutcome::Pass);
    held.swap_remove(place.unwrap_or(held.len() - 1))
}

fn of_figures(
    gate: &Gate,
    about: Option<String>,
    figures: &Figures,
    bound: Option<Decimal>,
) -> GateCheck {
    match proves_nothing(figures) {
        Some(found) => {
            let bound = bound.map_or(f64::NAN, |bound| in_floats(gate, bound));
            GateCheck { gate: gate.clone(), about, found, bound, outcome: GateOutcome::Fail }
        }
        None => exactly(gate, about, figures, bound),
    }
}

/// The reason why figures prove nothing, if they do not.
fn proves_nothing(figures: &Figures) -> Option<GateValue> {
    if figures.usage_events == 0 {
        return Some(GateValue::NoUsage);
    }
    (figures.demanded == CreditTotal::ZERO).then_some(GateValue::NoDemand)
}

/// Holds a figure against a bound; one that is not known fails.
fn exactly(
    gate: &Gate,
    about: Option<String>,
    figures: &Figures,
    bound: Option<Decimal>,
) -> GateCheck {
    let GateMeasure::Figure(figure) = gate.measure else {
        unreachable!("a gate of a run is read with a figure of runs")
    };
    let value = figure.of(figures);
    let both = value.and_then(decimal).zip(bound);
    let passes = both.is_some_and(|(value, bound)| gate.comparison.accepts(value.cmp(&bound)));
    GateCheck {
        gate: gate.clone(),
        about,
        found: value.map_or(GateValue::Unknown, GateValue::Exact),
        bound: bound.map_or(f64::NAN, |bound| in_floats(gate, bound)),
        outcome: if passes { GateOutcome::Pass } else { GateOutcome::Fail },
    }
}

/// A figure's value as an exact decimal; durations in milliseconds.
fn decimal(value: FigureValue) -> Option<Decimal> {
    match value {
        FigureValue::Money(money) => Some(money.decimal()),
        FigureValue::Credits(credits) => credits.to_string().parse().ok(),
        FigureValue::Count(count) => Some(Decimal::from(count)),
        FigureValue::Duration(length) => Some(Decimal::from(length.millis())),
        // The shortest digits that mean the float, so that 0.9 is nine tenths.
        FigureValue::Share(value) | FigureValue::Price(value) => value.to_string().parse().ok(),
    }
}

/// The bound that is written, if it is not relative to a baseline.
fn written(gate: &Gate) -> Option<Decimal> {
    match gate.bound {
        GateBound::Value(bound) => Some(bound),
        GateBound::BaselineAnd(_) | GateBound::BaselineTimes(_) => None,
    }
}

/// The bound of a gate that has no baseline; durations in hours.
pub(super) fn bound_in_floats(gate: &Gate) -> f64 {
    in_floats(gate, written(gate).expect("only a difference has a baseline"))
}

/// A bound or a change of one as a float; durations in hours.
fn in_floats(gate: &Gate, bound: Decimal) -> f64 {
    let value = bound.to_f64().expect("a gate is read with a bound in the range of money");
    match gate.measure.unit() {
        Unit::Duration => value / Duration::HOUR.millis() as f64,
        _ => value,
    }
}

/// The runs of a candidate that gates are held against.
#[derive(Clone, Copy, Debug)]
pub struct GatedRuns<'r> {
    /// Its name.
    pub name: &'r str,
    /// Its runs.
    pub runs: &'r Runs,
    /// The length of its horizon.
    pub length: HorizonLength,
    /// Its gain per period over the first; `None` for the first itself.
    pub gain: Option<Estimate>,
    /// What was read of the usage that all of them meet; `None` where it is drawn.
    pub read: Option<&'r UsageSummary>,
}

/// A study that gates are held against.
#[derive(Clone, Copy, Debug)]
pub struct GatedAnswer<'a> {
    /// The study.
    pub answer: &'a StudyAnswer,
    /// The candidate that a gate without a subject speaks of.
    pub unsaid: usize,
    /// The candidate that is set today; `None` where nobody has chosen one.
    pub current: Option<usize>,
    /// The candidate that is advised.
    pub advised: usize,
    /// What was read of usage; `None` where it is drawn.
    pub read: Option<&'a UsageSummary>,
}

impl<'a> GatedAnswer<'a> {
    /// A study of a scenario, whose current settings are the first candidate.
    pub fn of_study(answer: &'a StudyAnswer, read: Option<&'a UsageSummary>) -> GatedAnswer<'a> {
        let advised = answer.judgement.advised().index;
        GatedAnswer { answer, unsaid: 0, current: Some(0), advised, read }
    }

    /// The place of the candidate that a gate speaks of.
    fn place(&self, gate: &Gate) -> Result<usize, InquiryError> {
        let names = self.answer.candidates.iter().map(|candidate| candidate.name.as_str());
        find_today(slice::from_ref(gate), self.current.is_some())?;
        match gate.subject {
            GateSubject::Unsaid => Ok(self.unsaid),
            _ => place(gate, names, self.advised),
        }
    }
}

/// Holds candidates against gates, with this confidence for each.
///
/// # Errors
///
/// If a gate names a candidate that there is not.
pub fn gates_of_study(
    gates: &[Gate],
    held: GatedAnswer<'_>,
    confidence: Confidence,
) -> Result<Vec<GateCheck>, InquiryError> {
    let StudyAnswer { candidates, runs, .. } = held.answer;
    let objective = held.answer.objective.with_confidence(confidence);
    let check = |gate: &Gate| {
        let place = held.place(gate)?;
        let candidate: &Candidate = &candidates[place];
        let gated = GatedRuns {
            name: &candidate.name,
            runs: &runs[place],
            length: objective.length(&candidate.setup),
            gain: gain(held.answer, place, confidence),
            read: held.read,
        };
        Ok(of_runs(gate, gated, &objective))
    };
    gates.iter().map(check).collect()
}

/// The gain of a candidate over the first; of the first itself none at all.
fn gain(answer: &StudyAnswer, place: usize, confidence: Confidence) -> Option<Estimate> {
    let (first, own) = (&answer.runs[0], &answer.runs[place]);
    paired(&first.cost, &own.cost, confidence).map(|paired| paired.difference)
}

/// Fails if a gate speaks of today's settings where nobody has chosen any, so that nothing is run for nothing.
pub fn find_today(gates: &[Gate], is_known: bool) -> Result<(), InquiryError> {
    let of_today =
        |gate: &&Gate| gate.subject == GateSubject::Current || gate.measure == GateMeasure::Gain;
    match gates.iter().find(of_today).filter(|_| !is_known) {
        Some(gate) => Err(InquiryError::NothingToday { gate: gate.text.clone() }),
        None => Ok(()),
    }
}

/// Fails if a gate names a candidate that is not among `names`, so that nothing is run for nothing.
pub fn find_gated<'n>(
    gates: &[Gate],
    names: impl Iterator<Item = &'n str> + Clone,
) -> Result<(), InquiryError> {
    gates.iter().try_for_each(|gate| place(gate, names.clone(), 0).map(drop))
}

/// The place of the candidate that a gate speaks of.
pub(super) fn place<'n>(
    gate: &Gate,
    names: impl Iterator<Item = &'n str> + Clone,
    advised: usize,
) -> Result<usize, InquiryError> {
    match &gate.subject {
        GateSubject::Unsaid | GateSubject::Current => Ok(0),
        GateSubject::Advised => Ok(advised),
        GateSubject::Named(name) => {
            names.clone().position(|other| other == name).ok_or_else(|| InquiryError::NoSuchGated {
                gate: gate.text.clone(),
                name: name.clone(),
                names: names.map(str::to_owned).collect(),
            })
        }
        GateSubject::EachCycle | GateSubject::ThisCycle => {
            unreachable!("only gates of a run and of a forecast are read with cycles")
        }
    }
}

/// Holds one candidate against a gate.
pub(super) fn of_runs(gate: &Gate, gated: GatedRuns<'_>, objective: &Objective) -> GateCheck {
    let bound = bound_in_floats(gate);
    let about = Some(gated.name.to_owned());
    if let Some(found) = runs_prove_nothing(gated.runs) {
        return GateCheck { gate: gate.clone(), about, found, bound, outcome: GateOutcome::Fail };
    }
    if gate.measure.is_of_reading() {
        return of_reading(gate, gated.read);
    }
    let estimate = measured(gate.measure, gated, objective);
    let outcome = match estimate {
        None => GateOutcome::Fail,
        Some(estimate) if gated.runs.is_certain => {
            match gate.comparison.accepts(order(estimate.value, bound)) {
                true => GateOutcome::Pass,
                false => GateOutcome::Fail,
            }
        }
        Some(estimate) => {
            judged(gate.comparison, estimate, bound, gated.runs.len(), objective.confidence)
        }
    };
    let found = estimate.map_or(GateValue::Unknown, GateValue::Estimated);
    GateCheck { gate: gate.clone(), about, found, bound, outcome }
}

/// Holds what was read of usage against a gate: it is exact, and cannot be known of usage that is drawn.
pub(super) fn of_reading(gate: &Gate, read: Option<&UsageSummary>) -> GateCheck {
    let Some(read) = read else {
        let bound = written(gate).map_or(f64::NAN, |bound| in_floats(gate, bound));
        let (gate, found) = (gate.clone(), GateValue::Unknown);
        return GateCheck { gate, about: None, found, bound, outcome: GateOutcome::Fail };
    };
    let mut figures = Figures::default();
    figures.read(read);
    exactly(gate, None, &figures, written(gate))
}

pub(super) fn runs_prove_nothing(runs: &Runs) -> Option<GateValue> {
    let asked = runs.column(Figure::DEMANDED).iter().any(|&credits| credits > 0.0);
    (!asked).then_some(GateValue::NoDemand)
}

/// The estimate of a quantity.
fn measured(measure: GateMeasure, gated: GatedRuns<'_>, objective: &Objective) -> Option<Estimate> {
    let GatedRuns { runs, length, gain, .. } = gated;
    match measure {
        GateMeasure::Figure(figure) => {
            let estimate = figure.estimate(runs, objective, length.periods, length.hours)?;
            let of_service = Measured::Figure(figure).is_of_service();
            Some(if of_service && nothing_refused(runs) { resolved(estimate) } else { estimate })
        }
        GateMeasure::SpendP95 => {
            let (spend, cycles) = runs.spend_in(objective.period);
            quantile_of_cycles(spend, cycles, 0.95, objective.confidence)
        }
        GateMeasure::Gain => gain,
    }
}

/// The estimate with its value in the place of limits that nothing tells.
fn resolved(estimate: Estimate) -> Estimate {
    let Estimate { value, low, high } = estimate;
    Estimate { value, low: low.or(Some(value)), high: high.or(Some(value)) }
}

/// The outcome for an interval from so many replications.
pub(super) fn judged(
    comparison: Comparison,
    estimate: Estimate,
    bound: f64,
    replications: usize,
    confidence: Confidence,
) -> GateOutcome {
    let accepts = |limit: f64| comparison.accepts(order(limit, bound));
    let Estimate { low, high, .. } = estimate;
    let (worst, best) = match comparison {
        Comparison::AtMost | Comparison::Below => (high, low),
        Comparison::AtLeast | Comparison::Above => (low, high),
        Comparison::Equal => {
            let all = low.zip(high).is_some_and(|(low, high)| accepts(low) && accepts(high));
            let outside = low.is_some_and(|low| order(low, bound).is_gt())
                || high.is_some_and(|high| order(high, bound).is_lt());
            return match (all, outside) {
                (true, _) => GateOutcome::Pass,
                (_, true) => GateOutcome::Fail,
                _ => GateOutcome::Inconclusive { replications: None },
            };
        }
    };
    if worst.is_some_and(accepts) {
        return GateOutcome::Pass;
    }
    if best.is_some_and(|best| !accepts(best)) {
        return GateOutcome::Fail;
    }
    let needed = to_settle(estimate, bound, replications, confidence);
    GateOutcome::Inconclusive { replications: needed }
}

/// About how many replications would bring the nearer limit off the bound in eight cases of ten, if the
/// true value is the estimate: as of a gain that is to be made certain.
fn to_settle(
    estimate: Estimate,
    bound: f64,
    replications: usize,
    confidence: Confidence,
) -> Option<u64> {
    let limit = if estimate.value < bound { estimate.high } else { estimate.low };
    let (away, half) = ((estimate.value - bound).abs(), (limit? - estimate.value).abs());
    if order(estimate.value, bound).is_eq() {
        return None;
    }
    let reach = normal_quantile(0.5 + confidence.probability() / 2.0);
    let far = half * (1.0 + normal_quantile(0.8) / reach) / away;
    // A float beyond the range of the integer saturates.
    Some(libm::ceil(replications as f64 * far * far) as u64)
}

/// The order of floats, of which two are equal where only rounding parts them.
fn order(value: f64, bound: f64) -> Ordering {
    match (value - bound).abs() <= ROUNDING * bound.abs().max(1.0) {
        true => Ordering::Equal,
        false => value.total_cmp(&bound),
    }
}
