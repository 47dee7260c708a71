//! The outcomes of gates for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::inquiry::{GateOutcome, GateValue};
use crate::report::gates::{AllGates, GateReport, PlacedGate};
use crate::report::provenance::Provenance;

/// The name of the schema.
pub const SCHEMA: &str = "recharge.gates/1";

/// The outcomes of gates.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Outcomes of gates")]
pub struct GatesResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The subcommand whose results the gates were held against.
    result: &'static str,
    /// The name of the scenario, or of the comparison.
    scenario: &'r str,
    /// The outcome of all gates together.
    outcome: OutcomeKind,
    /// Replications; `null` for one run.
    replications: Option<usize>,
    /// The confidence of intervals; `null` for one run.
    confidence: Option<f64>,
    /// The gates, in their order.
    gates: Vec<GateResult<'r>>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// An outcome.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OutcomeKind {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The interval of the figure spans the bound.
    Inconclusive,
}

/// The outcome of a gate.
#[derive(Serialize, JsonSchema)]
pub(super) struct GateResult<'r> {
    /// The gate as it was written.
    gate: &'r str,
    /// The candidate, choice, cycle or scenario that it was held against; `null` for a whole run.
    about: Option<&'r str>,
    /// The figure.
    figure: &'static str,
    /// Its value; durations in hours; `null` if it cannot be known.
    value: Option<f64>,
    /// The lower limit of its interval; `null` for one run, or if the runs do not resolve it.
    low: Option<f64>,
    /// The upper limit of its interval.
    high: Option<f64>,
    /// The comparison: `<=`.
    comparison: &'static str,
    /// The bound, in the unit of the value; relative to a baseline the figure of that with the change.
    bound: Option<f64>,
    /// The outcome.
    outcome: OutcomeKind,
    /// Replications that would settle it in eight cases of ten; `null` if it is settled, or none can be named.
    replications_to_settle: Option<u64>,
    /// The gate and its outcome in a sentence.
    sentence: String,
    /// The file of the setting that it speaks of.
    file: Option<&'r str>,
    /// The line in it, from 1.
    line: Option<usize>,
}

/// The outcomes of a report.
pub fn result<'r>(report: &'r GateReport, provenance: &Provenance) -> GatesResult<'r> {
    GatesResult {
        schema: SCHEMA,
        result: report.command,
        scenario: &report.scenario,
        outcome: match report.outcome() {
            AllGates::Pass => OutcomeKind::Pass,
            AllGates::Fail => OutcomeKind::Fail,
            AllGates::Inconclusive => OutcomeKind::Inconclusive,
        },
        replications: report.sample.map(|(replications, _)| replications),
        confidence: report.sample.map(|(_, confidence)| confidence),
        gates: list(report),
        provenance: provenance.into(),
    }
}

/// Each gate of a report.
pub(super) fn list(report: &GateReport) -> Vec<GateResult<'_>> {
    report.gates.iter().map(|gate| one(report, gate)).collect()
}

fn one<'r>(report: &GateReport, gate: &'r PlacedGate) -> GateResult<'r> {
    let check = &gate.check;
    let (value, low, high) = match check.found {
        GateValue::Exact(value) => (Some(value.to_f64()), None, None),
        GateValue::Estimated(estimate) => (Some(estimate.value), estimate.low, estimate.high),
        GateValue::Unknown | GateValue::NoUsage | GateValue::NoDemand => (None, None, None),
    };
    let (outcome, replications_to_settle) = match check.outcome {
        GateOutcome::Pass => (OutcomeKind::Pass, None),
        GateOutcome::Fail => (OutcomeKind::Fail, None),
        GateOutcome::Inconclusive { replications } => (OutcomeKind::Inconclusive, replications),
    };
    GateResult {
        gate: &check.gate.text,
        about: check.about.as_deref(),
        figure: report.figure(gate),
        value,
        low,
        high,
        comparison: check.gate.comparison.sign(),
        bound: Some(check.bound).filter(|bound| bound.is_finite()),
        outcome,
        replications_to_settle,
        sentence: report.sentence(gate),
        file: gate.file.as_deref(),
        line: gate.line,
    }
}
