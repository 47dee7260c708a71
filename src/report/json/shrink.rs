//! The result of `recharge shrink` for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::inquiry::{BillCover, BilledDay, ChargeKind};
use crate::report::provenance::Provenance;
use crate::report::shrink::{self, ShrinkReport};
use crate::scenario::Scenario;

/// The name of the schema.
pub const SCHEMA: &str = "recharge.shrink/1";

/// What still shows a difference from a bill.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge shrink")]
pub struct ShrinkResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The difference; `null` where the rules charge what the bill has, and then nothing is written.
    difference: Option<DifferenceJson>,
    /// Number of days and kinds that differ in all.
    differences: usize,
    /// The days that were compared, and what was not.
    compared: ComparedJson,
    /// What is left; `null` where there is no difference.
    left: Option<LeftJson<'r>>,
    /// The finding in a sentence.
    sentence: String,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// The days of the scenario's time that a bill is of.
#[derive(Serialize, JsonSchema)]
struct ComparedJson {
    /// The first.
    from: String,
    /// The one after the last.
    to: String,
    /// Number of sums that the rules charge on days before them.
    sums_before: usize,
    /// Number of sums that the rules charge on days after them.
    sums_after: usize,
}

impl From<BillCover> for ComparedJson {
    fn from(cover: BillCover) -> ComparedJson {
        let [from, to] = cover.days.map(|date| date.to_string());
        ComparedJson { from, to, sums_before: cover.before, sums_after: cover.after }
    }
}

/// A day on which a bill and the rules differ.
#[derive(Serialize, JsonSchema)]
struct DifferenceJson {
    /// The day, in the scenario's zone.
    date: String,
    /// What the charges are for; `null` where the bill does not say.
    kind: Option<&'static str>,
    /// The sum on the bill.
    billed: String,
    /// The sum that the rules charge.
    charged: String,
}

/// What is left of a scenario and its usage.
#[derive(Serialize, JsonSchema)]
struct LeftJson<'r> {
    /// The scenario that was written.
    scenario_file: &'r str,
    /// The usage that was written; `null` where no event is left.
    usage_file: Option<&'r str>,
    /// Usage events.
    events: usize,
    /// Usage events that were left before neighbours were joined.
    events_left: usize,
    /// Usage events before.
    events_before: usize,
    /// Settings.
    settings: Vec<String>,
    /// Number of settings before.
    settings_before: usize,
    /// Runs that it took.
    runs: usize,
    /// True if none of the settings and events can be left out by itself.
    is_least: bool,
}

/// The result with the files that were written.
pub fn result<'r>(
    report: &ShrinkReport<'r>,
    files: (&'r str, Option<&'r str>),
) -> ShrinkResult<'r> {
    let ShrinkReport { scenario, events_before, answer, provenance } = *report;
    let BilledDay { date, kind, billed, charged } = answer.difference;
    ShrinkResult {
        schema: SCHEMA,
        scenario: &scenario.name,
        currency: scenario.currency.code(),
        difference: Some(DifferenceJson {
            date: date.to_string(),
            kind: kind.map(ChargeKind::word),
            billed: billed.to_string(),
            charged: charged.to_string(),
        }),
        differences: answer.differences,
        compared: answer.cover.into(),
        left: Some(LeftJson {
            scenario_file: files.0,
            usage_file: files.1,
            events: answer.events.len(),
            events_left: answer.events_left,
            events_before,
            settings: answer.draft.values().iter().map(ToString::to_string).collect(),
            settings_before: answer.settings_before,
            runs: answer.runs,
            is_least: answer.is_least,
        }),
        sentence: report.sentence(),
        provenance: provenance.into(),
    }
}

/// The result where a bill and the rules agree.
pub fn agreed<'r>(
    scenario: &'r Scenario,
    cover: BillCover,
    provenance: &Provenance,
) -> ShrinkResult<'r> {
    ShrinkResult {
        schema: SCHEMA,
        scenario: &scenario.name,
        currency: scenario.currency.code(),
        difference: None,
        differences: 0,
        compared: cover.into(),
        left: None,
        sentence: shrink::agreed(&cover),
        provenance: provenance.into(),
    }
}
