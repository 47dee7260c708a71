//! The result of a study or a comparison for programs: an object a candidate, with its figures as
//! estimates.
//!
//! Money here is a mean, so a float; exact money is a run's.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::figures::Figure;
use crate::inquiry::{Assessment, Beyond, ConstraintCheck, KeepReason, Remedy, Verdict};
use crate::report::study::{StudyReport, attention};
use crate::scenario::Setting;
use crate::study::{Constraint, Ending, Estimate, Objective, Period, ServiceTarget, Tails};

use super::explain::BillResult;
use super::figures::StudyFigures;
use super::periods::PeriodResults;
use super::plan::UnfitResult;

/// The name of the schema.
pub const SCHEMA: &str = "recharge.study/1";

/// The results of many runs of some candidates.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge study and recharge compare")]
pub struct StudyResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The name of the scenario, or of the comparison.
    scenario: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The name of credits.
    unit: &'r str,
    /// The advice and its reasons, in sentences.
    advice: String,
    /// The kind of advice.
    verdict: VerdictKind,
    /// The candidate that is advised, or that misses the constraints least.
    advised: &'r str,
    /// The service target.
    target: TargetResult,
    /// The cheapest candidate that satisfies everything by its values, where what is set today is kept and does not; `null`
    /// where it does, or none tried as often does.
    met_by: Option<&'r str>,
    /// A candidate that would satisfy everything, if none tried does; `null` if none was searched
    /// for.
    remedy: Option<RemedyResult>,
    /// The period that amounts and counts are given per.
    period: Period,
    /// The confidence of intervals.
    confidence: f64,
    /// Replications of the first candidate.
    replications: usize,
    /// The end of the study.
    ended: Ending,
    /// The least gain per period that is worth a change.
    materiality: f64,
    /// The seed.
    seed: u64,
    /// The source of the usage, in a sentence.
    usage: &'r str,
    /// Points that deserve attention, in sentences.
    attention: Vec<String>,
    /// The candidates; gains are over the first.
    candidates: Vec<CandidateResult<'r>>,
    /// What was to be tried and makes no scenario, and so is no candidate.
    unfit: Vec<UnfitResult<'r>>,
    /// What each scenario after the first costs more than the first; empty unless scenarios are compared.
    bills: Vec<BillResult>,
    /// The command that makes this result again.
    command: String,
    /// The version of recharge.
    version: &'static str,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// The kinds of advice.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictKind {
    /// Keep the first: nothing else was tried.
    KeepAlone,
    /// Keep the first: nothing else costs less.
    KeepBest,
    /// Keep the first: that another costs less is not sure.
    KeepNotSure,
    /// Keep the first: another costs less by too little.
    KeepTooLittle,
    /// Change to another.
    Change,
    /// No candidate keeps all constraints.
    Infeasible,
}

impl From<Verdict> for VerdictKind {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Keep(KeepReason::Alone) => VerdictKind::KeepAlone,
            Verdict::Keep(KeepReason::Best) => VerdictKind::KeepBest,
            Verdict::Keep(KeepReason::NotSure(_)) => VerdictKind::KeepNotSure,
            Verdict::Keep(KeepReason::TooLittle(_)) => VerdictKind::KeepTooLittle,
            Verdict::Change(_) => VerdictKind::Change,
            Verdict::Infeasible(_) => VerdictKind::Infeasible,
        }
    }
}

/// A candidate and what its runs found.
#[derive(Serialize, JsonSchema)]
struct CandidateResult<'r> {
    /// Its name.
    name: &'r str,
    /// Its settings: path and value.
    settings: SettingMap<&'r [Setting]>,
    /// Number of settings that differ from the first candidate's.
    changes: usize,
    /// Those settings in words.
    phrase: &'r str,
    /// Its replications.
    replications: usize,
    /// Number of replications after which it was dropped, clearly beaten; `null` if it was not.
    dropped_after: Option<usize>,
    /// True if it satisfies all constraints.
    feasible: bool,
    /// Credits it refuses per period beyond the first, if that rules it out.
    refuses_more: Option<f64>,
    /// True if no other candidate is better in spend, refusals and expiry at once.
    on_frontier: bool,
    /// The probability that no other feasible candidate is better.
    probability_best: Option<f64>,
    /// Its saving over the first, per period.
    gain: Option<Estimate>,
    /// The factor by which independent luck would have needed more replications for the gain.
    variance_reduction: Option<f64>,
    /// The constraints, and whether each holds.
    constraints: Vec<ConstraintResult>,
    /// Its figures, each an estimate with its interval; `null` if the runs cannot provide it.
    figures: StudyFigures,
    /// Quantiles of spend in a cycle, or in the horizon where that is the period.
    spend_in_a_cycle: Option<Tails>,
    /// Quantiles of the hours of outage in a cycle, or in the horizon if that is the period.
    downtime_hours_in_a_cycle: Option<Tails>,
    /// Spend, recharges and refusals by calendar month and by billing cycle, and over the horizon.
    periods: PeriodResults,
}

/// The service target.
#[derive(Serialize, JsonSchema)]
pub(super) struct TargetResult {
    /// True if it is assumed, because nothing states the value of service.
    assumed: bool,
    /// Its bounds; none if cost alone decides, or a price or a constraint states the value of
    /// service.
    bounds: Vec<TargetBound>,
    /// True if the advised or nearest candidate meets it by its values.
    met: bool,
}

/// The best candidate found beyond those tried, if none of them satisfies everything.
#[derive(Serialize, JsonSchema)]
pub(super) struct RemedyResult {
    /// True if it satisfies everything; it is then the cheapest of those tried that does, and otherwise the best
    /// by service.
    keeps_all: bool,
    /// Its settings, as a scenario writes them.
    settings: Vec<String>,
    /// Its settings in words.
    phrase: String,
    /// Its cost per period.
    cost: Estimate,
    /// Its spend per period.
    total_spend: f64,
    /// Served ÷ demanded.
    fill_rate: f64,
    /// Hours of outage per period.
    downtime_hours: f64,
    /// Number of further candidates tried.
    tried: usize,
    /// Their replications.
    replications: usize,
    /// The cheapest that provides the service that is wanted but breaks another constraint, such as a
    /// budget, if nothing satisfies everything.
    beyond: Option<BeyondResult>,
}

/// A candidate that provides the service that is wanted but breaks another constraint.
#[derive(Serialize, JsonSchema)]
struct BeyondResult {
    /// Its settings, as people read them; none if it is what is set today.
    settings: Vec<String>,
    /// Its cost per period.
    cost: Estimate,
    /// Its spend per period.
    total_spend: f64,
    /// Served ÷ demanded.
    fill_rate: f64,
    /// Hours of outage per period.
    downtime_hours: f64,
    /// The constraint that it misses most: its key in the scenario, or one of the same form.
    constraint: String,
    /// Its bound.
    bound: f64,
    /// The value that misses it.
    value: f64,
}

impl From<&Beyond> for BeyondResult {
    fn from(beyond: &Beyond) -> Self {
        let Beyond { further, missed, value } = beyond;
        BeyondResult {
            settings: further.candidate.changes.iter().map(ToString::to_string).collect(),
            cost: further.cost,
            total_spend: further.cash,
            fill_rate: further.served,
            downtime_hours: further.downtime,
            constraint: missed.name(),
            bound: missed.bound(),
            value: *value,
        }
    }
}

impl From<&Remedy> for RemedyResult {
    fn from(remedy: &Remedy) -> Self {
        let best = &remedy.best;
        RemedyResult {
            keeps_all: best.keeps_all,
            settings: best.candidate.changes.iter().map(ToString::to_string).collect(),
            phrase: best.candidate.phrase.clone(),
            cost: best.cost,
            total_spend: best.cash,
            fill_rate: best.served,
            downtime_hours: best.downtime,
            tried: remedy.tried,
            replications: remedy.replications,
            beyond: remedy.beyond.as_ref().map(BeyondResult::from),
        }
    }
}

/// A bound of the service target.
#[derive(Serialize, JsonSchema)]
struct TargetBound {
    /// A constraint's key in the scenario, or one of the same form.
    constraint: String,
    /// Its bound.
    bound: f64,
}

/// A constraint and the figure that is held against it.
#[derive(Serialize, JsonSchema)]
struct ConstraintResult {
    /// Its key in the scenario, or one of the same form.
    constraint: String,
    /// True if it belongs to the service target instead of the constraints.
    target: bool,
    /// Its bound.
    bound: f64,
    /// The figure, with limits at `confidence`.
    figure: Option<Estimate>,
    /// The confidence of its limits, higher than that of the study where it allows for all candidates together.
    confidence: f64,
    /// True if the figure's value satisfies it.
    holds: bool,
    /// True if the limits leave no doubt about that.
    clear: bool,
}

/// Settings as a map from paths to values.
pub(super) struct SettingMap<S>(pub(super) S);

impl<T: AsRef<[Setting]>> Serialize for SettingMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.0.as_ref().iter();
        serializer.collect_map(pairs.map(|one| (one.path.to_string(), one.value.to_string())))
    }
}

impl<T> JsonSchema for SettingMap<T> {
    fn schema_name() -> Cow<'static, str> {
        "Settings".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

/// The result of a study.
pub fn result<'r>(report: &'r StudyReport<'r>) -> StudyResult<'r> {
    let judgement = report.judgement;
    StudyResult {
        schema: SCHEMA,
        scenario: report.name,
        currency: report.words.currency.code(),
        unit: report.words.unit,
        advice: report.advice().join(" "),
        verdict: judgement.verdict.into(),
        advised: &report.candidates()[judgement.advised().index].name,
        target: TargetResult::of(report.objective(), judgement.advised().meets_target()),
        met_by: judgement.met_by().map(|judged| report.candidates()[judged.index].name.as_str()),
        remedy: report.remedy.found().map(RemedyResult::from),
        period: report.objective().period,
        confidence: report.objective().confidence.probability(),
        replications: judgement.replications,
        ended: report.ended,
        materiality: judgement.materiality,
        seed: report.provenance.seed,
        usage: &report.usage,
        attention: attention(report),
        candidates: judgement.assessments.iter().map(|judged| candidate(report, judged)).collect(),
        unfit: report
            .unfit
            .iter()
            .map(|one| UnfitResult { name: &one.name, reason: &one.reason })
            .collect(),
        bills: report.bills().map(|bill| BillResult::of(&bill)).collect(),
        command: report.provenance.command_line(),
        version: report.provenance.version,
        provenance: report.provenance.into(),
    }
}

impl TargetResult {
    /// Of what is wanted, and whether it is met.
    pub(super) fn of(objective: &Objective, met: bool) -> TargetResult {
        let target = &objective.target;
        let bound = |constraint: &Constraint| TargetBound {
            constraint: constraint.name(),
            bound: constraint.bound(),
        };
        TargetResult {
            assumed: *target == ServiceTarget::Assumed,
            bounds: target.constraints().iter().map(bound).collect(),
            met,
        }
    }
}

fn candidate<'r>(report: &'r StudyReport<'r>, judged: &Assessment) -> CandidateResult<'r> {
    let (candidate, runs) = (&report.candidates()[judged.index], &report.runs[judged.index]);
    let estimate = |figure: Figure| (figure, report.estimate(judged, figure));
    let (objective, period) = (report.objective(), report.objective().period);
    CandidateResult {
        name: &candidate.name,
        settings: SettingMap(candidate.settings.as_slice()),
        changes: candidate.changes.len(),
        phrase: &candidate.phrase,
        replications: runs.len(),
        dropped_after: runs.dropped_after,
        feasible: judged.is_feasible(),
        refuses_more: judged.refuses_more,
        on_frontier: judged.on_frontier,
        probability_best: judged.best,
        gain: judged.gain.map(|gain| gain.difference),
        variance_reduction: judged.gain.and_then(|gain| gain.variance_reduction),
        constraints: judged.kept.iter().map(ConstraintResult::from).collect(),
        figures: StudyFigures(Figure::of_studies().map(estimate).collect()),
        spend_in_a_cycle: Tails::of(runs.spend_in(period), objective, runs.is_certain),
        downtime_hours_in_a_cycle: Tails::of(runs.downtime_in(period), objective, runs.is_certain),
        periods: PeriodResults::of(&report.in_periods(judged), report.first_zone()),
    }
}

impl From<&ConstraintCheck> for ConstraintResult {
    fn from(check: &ConstraintCheck) -> Self {
        ConstraintResult {
            constraint: check.constraint.name(),
            target: check.is_target,
            bound: check.constraint.bound(),
            figure: check.figure,
            confidence: check.confidence.probability(),
            holds: check.holds(),
            clear: check.is_clear(),
        }
    }
}
