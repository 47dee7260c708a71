//! What a change changes, and a baseline to compare later changes with, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inquiry::{AdviceOf, FigureChange};
use crate::report::diff::DiffReport;
use crate::scenario::SettingChange;
use crate::study::{Estimate, Period};

use super::explain::BillResult;
use super::figures::StudyFigures;
use super::gates::{GateResult, list};

/// The name of the schema of a difference.
pub const SCHEMA: &str = "recharge.diff/1";
/// The name of the schema of a baseline.
pub const BASELINE: &str = "recharge.baseline/1";

/// What a change changes.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge diff")]
pub struct DiffResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The name of the changed scenario.
    scenario: &'r str,
    /// The file of the baseline.
    base: &'r str,
    /// The file of the changed scenario.
    head: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The most important change in a sentence.
    headline: String,
    /// The period that amounts and counts are given per.
    period: Period,
    /// The confidence of the intervals of all figures together.
    confidence: f64,
    /// Replications of both.
    replications: usize,
    /// The settings that differ.
    settings: Vec<ChangedSetting>,
    /// Every figure that both have.
    figures: Vec<FigureResult>,
    /// What the changed scenario costs more, and why; `null` without replications.
    bill: Option<BillResult>,
    /// What the study of each advises; `null` where not both name candidates.
    advice: Option<AdviceChange<'r>>,
    /// The gates, in their order.
    gates: Vec<GateResult<'r>>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// A setting that differs.
#[derive(Serialize, JsonSchema)]
struct ChangedSetting {
    /// Its path.
    path: String,
    /// Its value in the baseline; `null` if it is left out there.
    base: Option<String>,
    /// Its value in the changed scenario; `null` if it is left out there.
    head: Option<String>,
    /// Its line in the file of the changed scenario, from 1.
    line: Option<usize>,
}

/// A figure of both.
#[derive(Serialize, JsonSchema)]
struct FigureResult {
    /// Its name.
    figure: &'static str,
    /// True if it certainly moved.
    moved: bool,
    /// Its value with the baseline.
    base: Estimate,
    /// Its value with the change.
    head: Estimate,
    /// The second less the first, on the same usage and luck.
    difference: Estimate,
}

/// The advice of both.
#[derive(Serialize, JsonSchema)]
struct AdviceChange<'r> {
    /// The candidate that the study of the baseline advises.
    base: &'r str,
    /// The candidate that the study of the changed scenario advises.
    head: &'r str,
    /// True if it is another.
    flips: bool,
}

/// A scenario to compare later ones with.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Baseline of recharge diff")]
pub struct BaselineResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = BASELINE))]
    schema: &'static str,
    /// The file of the scenario.
    file: &'r str,
    /// Its text, word for word.
    text: &'r str,
    /// Its figures.
    figures: StudyFigures,
    /// Replications.
    replications: usize,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// A baseline as it is read again.
#[derive(Clone, Debug, Deserialize)]
pub struct SavedBaseline {
    /// The name and version of its schema.
    pub schema: String,
    /// The file of the scenario.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its origin.
    pub provenance: SavedOrigin,
}

/// The part of the origin of a baseline that is looked at.
#[derive(Clone, Debug, Deserialize)]
pub struct SavedOrigin {
    /// The version of recharge.
    pub version: String,
    /// The hash of the usage, behind its kind; `None` for usage that was drawn.
    pub usage_hash: Option<String>,
}

/// The result of a difference.
pub fn result<'r>(report: &DiffReport<'r>) -> DiffResult<'r> {
    let answer = report.answer;
    DiffResult {
        schema: SCHEMA,
        scenario: &report.head.name,
        base: &report.base.file,
        head: &report.head.file,
        currency: report.head.currency.code(),
        headline: report.headline(),
        period: answer.objective.period,
        confidence: answer.objective.confidence.probability(),
        replications: answer.replications,
        settings: answer.settings.iter().map(ChangedSetting::from).collect(),
        figures: answer.figures.iter().map(FigureResult::from).collect(),
        bill: report.bill().as_ref().map(BillResult::of),
        advice: answer.advice.as_ref().map(AdviceChange::from),
        gates: list(report.gates),
        provenance: report.provenance.into(),
    }
}

/// The changed scenario as a baseline for later changes.
pub fn baseline<'r>(report: &DiffReport<'r>) -> BaselineResult<'r> {
    let of = |change: &FigureChange| (change.figure, Some(change.head));
    BaselineResult {
        schema: BASELINE,
        file: &report.head.file,
        text: &report.head.text,
        figures: StudyFigures(report.answer.figures.iter().map(of).collect()),
        replications: report.answer.replications,
        provenance: report.provenance.into(),
    }
}

impl From<&SettingChange> for ChangedSetting {
    fn from(change: &SettingChange) -> Self {
        ChangedSetting {
            path: change.path.to_string(),
            base: change.before.as_ref().map(ToString::to_string),
            head: change.after.as_ref().map(ToString::to_string),
            line: change.line,
        }
    }
}

impl From<&FigureChange> for FigureResult {
    fn from(change: &FigureChange) -> Self {
        FigureResult {
            figure: change.figure.name_in_studies(),
            moved: change.has_moved(),
            base: change.base,
            head: change.head,
            difference: change.difference,
        }
    }
}

impl<'r> From<&'r [AdviceOf; 2]> for AdviceChange<'r> {
    fn from([base, head]: &'r [AdviceOf; 2]) -> Self {
        AdviceChange { base: &base.name, head: &head.name, flips: base != head }
    }
}
