//! A changed scenario beside its baseline: which settings differ, which figures moved, whose advice flips.
//!
//! Both live through the same usage and luck, so a difference is told apart from chance with few
//! replications. The intervals of all figures hold together (Bonferroni). Deliberately absent: wording.

use rust_decimal::prelude::ToPrimitive;

use crate::domain::Duration;
use crate::figures::{Figure, Unit};
use crate::scenario::{Gate, GateBound, GateMeasure, Scenario, SettingChange, setting_changes};
use crate::study::candidates::whole;
use crate::study::influence::difference;
use crate::study::{
    Candidate, Confidence, Ending, Estimate, EstimatedFigure, HorizonLength, Objective, Question,
    Runs, StudySpec, Until, UsageModel,
};
use crate::usage::UsageSummary;

use super::bill::{BillDifference, BillQuestion, with_groups};
use super::compare::comparable;
use super::error::InquiryError;
use super::gates::{
    GateCheck, GateOutcome, GateValue, GatedRuns, judged, of_runs, runs_prove_nothing,
};
use super::pool::Means;
use super::settle::{at_look, next};
use super::study::{StudyQuestion, events, run, study};

/// A changed scenario and its baseline.
#[derive(Debug)]
pub struct DiffQuestion<'q> {
    /// The baseline and the changed scenario.
    pub scenarios: &'q [Scenario; 2],
    /// The criteria: those of the changed scenario.
    pub spec: &'q StudySpec,
    /// The usage of both, counted by the meter of each.
    pub usage: &'q UsageModel,
    /// The gates.
    pub gates: &'q [Gate],
    /// The most replications to settle gates with; `None` to take them as they come.
    pub settle: Option<usize>,
}

/// A figure of both scenarios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureChange {
    /// The figure.
    pub figure: Figure,
    /// Its value with the baseline.
    pub base: Estimate,
    /// Its value with the change.
    pub head: Estimate,
    /// The second less the first, on the same usage and luck; the intervals of all figures hold together.
    pub difference: Estimate,
}

impl FigureChange {
    /// Returns true if the difference is certainly not zero.
    pub fn has_moved(&self) -> bool {
        !self.difference.allows(0.0)
            && self.difference.low.is_some()
            && self.difference.high.is_some()
    }

    /// Returns true if the value is the same in every replication.
    pub fn is_the_same(&self) -> bool {
        let Estimate { value, low, high } = self.difference;
        value == 0.0 && low == Some(0.0) && high == Some(0.0)
    }
}

/// What the study of a scenario advises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdviceOf {
    /// The candidate.
    pub name: String,
    /// It in words.
    pub phrase: String,
}

/// What a change changes.
#[derive(Clone, Debug)]
pub struct DiffAnswer {
    /// The settings that differ, in the order of the changed file.
    pub settings: Vec<SettingChange>,
    /// Every figure that both have.
    pub figures: Vec<FigureChange>,
    /// What the changed scenario costs more, and why; `None` without replications.
    pub bill: Option<BillDifference>,
    /// What the study of each advises; `None` where not both name candidates.
    pub advice: Option<[AdviceOf; 2]>,
    /// The gates, in their order.
    pub checks: Vec<GateCheck>,
    /// The objective.
    pub objective: Objective,
    /// The confidence of the intervals of gates.
    pub gates_at: Confidence,
    /// Replications of both.
    pub replications: usize,
}

impl DiffAnswer {
    /// The figures that certainly moved.
    pub fn moved(&self) -> impl Iterator<Item = &FigureChange> {
        self.figures.iter().filter(|change| change.has_moved())
    }
}

/// The runs of the baseline and of the change.
struct DiffRuns {
    runs: [Runs; 2],
    lengths: [HorizonLength; 2],
}

/// Runs both scenarios and compares them.
///
/// # Errors
///
/// If they cannot be compared, as scenarios of different currencies or time, or a run cannot go on.
pub fn diff(question: DiffQuestion<'_>, means: Means<'_>) -> Result<DiffAnswer, InquiryError> {
    comparable(question.scenarios)?;
    let [base, head] = question.scenarios;
    let candidates = [whole(base, "baseline".to_owned()), whole(head, "changed".to_owned())];
    let objective = question.spec.objective(&candidates);
    let first = events(question.spec, question.usage, head)?;
    let mut replications = question.spec.until_with(2, first).most();
    let mut looks = 0;
    loop {
        looks += 1;
        let pair = lived(&question, &candidates, &objective, replications, means)?;
        let gates_at = match question.settle {
            Some(_) => at_look(objective.confidence, looks),
            None => objective.confidence,
        };
        let at_gates = objective.with_confidence(gates_at);
        let read = question.usage.read();
        let held = |gate| check(gate, &pair, &head.name, read, &at_gates);
        let checks: Vec<GateCheck> = question.gates.iter().map(held).collect();
        let most = question.settle.unwrap_or(0);
        let more = next(&checks, replications).min(most);
        if more > replications {
            replications = more;
            continue;
        }
        return Ok(DiffAnswer {
            settings: setting_changes(base, head),
            figures: figures(&pair, &objective),
            bill: bill(&question, &pair, &objective, replications, means)?,
            advice: advice(&question, means)?,
            checks,
            objective,
            gates_at,
            replications,
        });
    }
}

/// What the changed scenario costs more, component by component and by the settings that differ.
fn bill(
    question: &DiffQuestion<'_>,
    pair: &DiffRuns,
    objective: &Objective,
    replications: usize,
    means: Means<'_>,
) -> Result<Option<BillDifference>, InquiryError> {
    let of = |place: usize| (&pair.runs[place], pair.lengths[place].periods);
    let Some(bill) = BillDifference::of(of(1), of(0), objective.confidence) else {
        return Ok(None);
    };
    let asked = BillQuestion {
        scenarios: [&question.scenarios[0], &question.scenarios[1]],
        usage: (question.usage, [0, 1]),
        objective,
        replications,
        seed: question.scenarios[0].seed,
    };
    with_groups(bill, &asked, means).map(Some)
}

fn lived(
    question: &DiffQuestion<'_>,
    candidates: &[Candidate; 2],
    objective: &Objective,
    replications: usize,
    means: Means<'_>,
) -> Result<DiffRuns, InquiryError> {
    let asked = Question {
        candidates,
        source: question.usage,
        seed: question.scenarios[0].seed,
        objective: objective.clone(),
        until: Until::Replications(replications),
    };
    let found = run(&asked, means)?;
    if found.ended == Ending::Interrupted {
        return Err(InquiryError::Interrupted { before: "all replications were run" });
    }
    let runs: [Runs; 2] = found.runs.try_into().expect("a study of two has the runs of two");
    let lengths = [&candidates[0], &candidates[1]].map(|one| objective.length(&one.setup));
    Ok(DiffRuns { runs, lengths })
}

/// Every figure of both, with intervals that hold together.
fn figures(pair: &DiffRuns, objective: &Objective) -> Vec<FigureChange> {
    let count = Figure::of_studies().len() as f64;
    let error = (1.0 - objective.confidence.probability()) / count;
    let together = Confidence::new(1.0 - error).unwrap_or(objective.confidence);
    let of = |figure: Figure, place: usize| {
        let HorizonLength { periods, hours } = pair.lengths[place];
        figure.estimate(&pair.runs[place], objective, periods, hours)
    };
    let change = |figure: Figure| {
        Some(FigureChange {
            figure,
            base: of(figure, 0)?,
            head: of(figure, 1)?,
            difference: pair.difference(figure, 1.0, together)?,
        })
    };
    Figure::of_studies().filter_map(change).collect()
}

impl DiffRuns {
    /// The figure of the change less `times` that of the baseline.
    fn difference(&self, figure: Figure, times: f64, at: Confidence) -> Option<Estimate> {
        let [base, head] = &self.runs;
        let [base_length, head_length] = self.lengths;
        difference(figure, (head, head_length), (base, base_length), times, at)
    }
}

/// Holds the change against a gate; a bound relative to the baseline by the difference of the two.
fn check(
    gate: &Gate,
    pair: &DiffRuns,
    name: &str,
    read: Option<&UsageSummary>,
    objective: &Objective,
) -> GateCheck {
    let (runs, length) = (&pair.runs[1], pair.lengths[1]);
    let gated = GatedRuns { name, runs, length, gain: None, read };
    let (times, more) = match gate.bound {
        GateBound::Value(_) => return of_runs(gate, gated, objective),
        GateBound::BaselineAnd(more) => (1.0, more.to_f64().unwrap_or(0.0)),
        GateBound::BaselineTimes(times) => (times.to_f64().unwrap_or(1.0), 0.0),
    };
    let GateMeasure::Figure(figure) = gate.measure else {
        unreachable!("a gate relative to a baseline is read with a figure")
    };
    let more = match figure.unit() {
        Unit::Duration => more / Duration::HOUR.millis() as f64,
        _ => more,
    };
    let of = |place: usize| {
        let HorizonLength { periods, hours } = pair.lengths[place];
        figure.estimate(&pair.runs[place], objective, periods, hours)
    };
    let (about, gate) = (Some(name.to_owned()), gate.clone());
    let (base, head) = (of(0), of(1));
    let bound = base.map_or(f64::NAN, |base| base.value * times + more);
    if let Some(found) = runs_prove_nothing(runs) {
        return GateCheck { gate, about, found, bound, outcome: GateOutcome::Fail };
    }
    let beyond = pair.difference(figure, times, objective.confidence);
    let outcome = match beyond {
        Some(beyond) => judged(gate.comparison, beyond, more, runs.len(), objective.confidence),
        None => GateOutcome::Fail,
    };
    let found = head.map_or(GateValue::Unknown, GateValue::Estimated);
    GateCheck { gate, about, found, bound, outcome }
}

/// What the study of each advises, if both name candidates.
fn advice(
    question: &DiffQuestion<'_>,
    means: Means<'_>,
) -> Result<Option<[AdviceOf; 2]>, InquiryError> {
    let specs = question.scenarios.each_ref().map(StudySpec::of);
    if specs.iter().any(|spec| spec.count() <= 1) {
        return Ok(None);
    }
    let mut advised = Vec::with_capacity(2);
    for (place, (scenario, spec)) in question.scenarios.iter().zip(&specs).enumerate() {
        let asked = StudyQuestion::of(scenario, spec, question.usage.of(place))?;
        let answer = study(asked, means)?;
        if answer.ended == Ending::Interrupted {
            return Err(InquiryError::Interrupted { before: "the advice of both was found" });
        }
        let candidate = &answer.candidates[answer.judgement.advised().index];
        advised.push(AdviceOf { name: candidate.name.clone(), phrase: candidate.phrase.clone() });
    }
    Ok(Some(advised.try_into().expect("two scenarios have two answers")))
}
