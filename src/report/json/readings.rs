//! The result of `recharge readings` for programs.
//!
//! Credits and money are exact decimal strings, counts are integers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::inquiry::{ChoiceOutcome, Combined, PlaceOutcome, ReadingRun};
use crate::report::readings::ReadingsReport;

/// The name of the schema.
pub const SCHEMA: &str = "recharge.readings/1";

/// What each way to read a vendor's text comes to.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge readings")]
pub struct ReadingsResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The name of credits.
    unit: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The finding in a sentence or two.
    finding: String,
    /// The run as the rules are read at present.
    at_present: ReadingRunResult,
    /// The places that are open, in the order of the rules.
    places: Vec<PlaceResult<'r>>,
    /// The question with the most at stake; `null` if none matters.
    worth_asking: Option<&'r str>,
    /// All combinations of the readings that matter; `null` if they are too many or no more than one place
    /// matters.
    combined: Option<CombinedResult>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// A place that is open.
#[derive(Serialize, JsonSchema)]
struct PlaceResult<'r> {
    /// The words that leave it open.
    says: &'r str,
    /// The question to ask the vendor.
    question: &'r str,
    /// True if a reading changes what is paid, served or kept.
    matters: bool,
    /// The difference between the dearest and the cheapest reading.
    stake: String,
    /// The difference in credits refused.
    refused_stake: String,
    /// The ways to read it; the first is that of the rules at present.
    choices: Vec<ChoiceResult<'r>>,
}

/// A way to read a place.
#[derive(Serialize, JsonSchema)]
struct ChoiceResult<'r> {
    /// What the text then means.
    meaning: &'r str,
    /// The settings that say so, each as a line of TOML.
    settings: Vec<String>,
    /// The run; `null` if there is none.
    run: Option<ReadingRunResult>,
    /// Why there is no run.
    problem: Option<&'r str>,
}

/// What a run with one reading comes to.
#[derive(Serialize, JsonSchema)]
struct ReadingRunResult {
    /// All that was paid.
    total_spend: String,
    /// What purchased credits left at the end had cost.
    prepaid_at_end: String,
    /// What the period cost.
    cost: String,
    /// Recharges.
    recharges: u64,
    /// Credits refused.
    refused: String,
    /// Outages.
    outages: u64,
    /// Time in outages, in milliseconds.
    downtime: i64,
    /// Purchased credits that expired.
    expired: String,
}

/// All combinations together.
#[derive(Serialize, JsonSchema)]
struct CombinedResult {
    /// Their number.
    count: usize,
    /// The least cost.
    least_cost: String,
    /// The greatest cost.
    most_cost: String,
    /// The fewest credits refused.
    fewest_refused: String,
    /// The most credits refused.
    most_refused: String,
}

/// The result of a report.
pub fn result<'r>(report: &ReadingsReport<'r>) -> ReadingsResult<'r> {
    let ReadingsReport { scenario, answer, provenance, .. } = *report;
    let minor = scenario.currency.minor();
    let place = |place: &'r PlaceOutcome| PlaceResult {
        says: &place.says,
        question: &place.question,
        matters: place.matters(),
        stake: place.stake().text(minor),
        refused_stake: place.refused_stake().to_string(),
        choices: place.choices.iter().map(|choice| choice_result(choice, minor)).collect(),
    };
    ReadingsResult {
        schema: SCHEMA,
        scenario: &scenario.name,
        unit: &scenario.unit,
        currency: scenario.currency.code(),
        finding: report.headline(),
        at_present: run_result(&answer.first, minor),
        places: answer.places.iter().map(place).collect(),
        worth_asking: answer.worth_asking().map(|place| &*place.question),
        combined: answer.combined.as_ref().map(|all| combined_result(all, minor)),
        provenance: provenance.into(),
    }
}

fn choice_result(choice: &ChoiceOutcome, minor: u32) -> ChoiceResult<'_> {
    ChoiceResult {
        meaning: &choice.meaning,
        settings: choice.settings.iter().map(|setting| setting.toml()).collect(),
        run: choice.run.as_ref().ok().map(|run| run_result(run, minor)),
        problem: choice.run.as_ref().err().map(String::as_str),
    }
}

fn run_result(run: &ReadingRun, minor: u32) -> ReadingRunResult {
    ReadingRunResult {
        total_spend: run.spend.text(minor),
        prepaid_at_end: run.prepaid.text(minor),
        cost: run.cost.text(minor),
        recharges: run.recharges,
        refused: run.refused.to_string(),
        outages: run.outages,
        downtime: run.downtime.millis(),
        expired: run.expired.to_string(),
    }
}

fn combined_result(all: &Combined, minor: u32) -> CombinedResult {
    CombinedResult {
        count: all.count,
        least_cost: all.least.text(minor),
        most_cost: all.most.text(minor),
        fewest_refused: all.fewest_refused.to_string(),
        most_refused: all.most_refused.to_string(),
    }
}
