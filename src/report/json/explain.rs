//! The result of `recharge explain` for programs.
//!
//! Credits and money are exact decimal strings, times are milliseconds, instants are local with their offset.

use schemars::JsonSchema;
use serde::Serialize;

use crate::figures::Figure;
use crate::inquiry::{Division, IncidentCauses, ManyCauses, MeanDivision, Prevention};
use crate::report::bill::BillReport;
use crate::report::explain::{ExplainReport, words};
use crate::study::Estimate;

/// The name of the schema.
pub const SCHEMA: &str = "recharge.explain/1";

/// What each cause makes of what a run came to.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge explain")]
pub struct ExplainResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The name of credits.
    unit: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The largest cause in one sentence, with the way out.
    finding: String,
    /// What was asked about, in the order of the parts of every division.
    causes: Vec<AskedCauseResult>,
    /// Factors that could not be lifted.
    left_out: Vec<LeftOutResult>,
    /// The figures of the run, divided.
    figures: Vec<FigureDivision>,
    /// Means over many runs; `null` where none were asked for.
    means: Option<MeansResult>,
    /// The outages, those less than five minutes apart as one.
    incidents: Vec<IncidentResult>,
    /// What an owner could have set instead; `null` where nothing was refused.
    preventions: Option<Vec<PreventionResult>>,
    /// Replays that this rests on.
    replays: usize,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// Something that can be switched off, or a group of such factors.
#[derive(Serialize, JsonSchema)]
struct AskedCauseResult {
    /// Its factors, by name; several for the group of those that change least.
    factors: Vec<&'static str>,
    /// It in words.
    words: String,
    /// What it lifts, one text for each factor.
    lifts: Vec<&'static str>,
    /// Downtime of the run without it, in milliseconds.
    downtime_without: i64,
    /// Credits refused in the run without it.
    refused_without: String,
    /// Total spend of the run without it.
    total_spend_without: String,
}

/// A factor that could not be lifted.
#[derive(Serialize, JsonSchema)]
struct LeftOutResult {
    /// The factor.
    factor: &'static str,
    /// Why the run cannot go on without it.
    reason: String,
}

/// Means over many runs, divided.
#[derive(Serialize, JsonSchema)]
struct MeansResult {
    /// Replications.
    replications: usize,
    /// The confidence of the intervals, of each by itself.
    confidence: f64,
    /// The figures of the whole horizon; downtime in hours.
    figures: Vec<MeanDivisionResult>,
}

/// A mean over many runs, divided.
#[derive(Serialize, JsonSchema)]
struct MeanDivisionResult {
    /// The figure.
    figure: &'static str,
    /// Its mean.
    whole: MeanResult,
    /// Its mean without any cause.
    rest: MeanResult,
    /// The mean part of each cause.
    parts: Vec<MeanResult>,
}

/// A mean with its interval.
#[derive(Serialize, JsonSchema)]
struct MeanResult {
    /// The mean.
    mean: f64,
    /// The lower limit; `null` if the runs are too few.
    low: Option<f64>,
    /// The upper limit; `null` if the runs are too few.
    high: Option<f64>,
}

/// A figure, divided.
#[derive(Serialize, JsonSchema)]
struct FigureDivision {
    /// The figure.
    figure: &'static str,
    /// How it is divided.
    division: DivisionResult,
}

/// A whole, divided: `rest` and `parts` add up to `whole` to the last unit.
#[derive(Serialize, JsonSchema)]
struct DivisionResult {
    /// What it comes to.
    whole: String,
    /// What is left of it without any cause.
    rest: String,
    /// The part of each cause.
    parts: Vec<String>,
    /// What pairs of causes do together, where it is more than 5 % of all that the causes do.
    interactions: Vec<InteractionResult>,
}

/// What two causes do together.
#[derive(Serialize, JsonSchema)]
struct InteractionResult {
    /// Their places among the causes, from 0.
    pair: [usize; 2],
    /// Above zero where both are needed, below zero where one is enough.
    amount: String,
}

/// An outage, or several close together.
#[derive(Serialize, JsonSchema)]
struct IncidentResult {
    /// Its beginning.
    from: String,
    /// Its end.
    to: String,
    /// Downtime between its ends.
    downtime: DivisionResult,
    /// Credits refused between its ends.
    refused: DivisionResult,
    /// The places of the fewest causes without which nothing of it would have been; `null` if something is left without
    /// any of them.
    would_not_have_been_without: Option<Vec<usize>>,
    /// The line of the journal in which it opened, with the header as line 1; `null` if it is not known.
    journal_line: Option<u64>,
}

/// A change of settings that refuses less.
#[derive(Serialize, JsonSchema)]
struct PreventionResult {
    /// It in words.
    words: String,
    /// Its settings, each as a line of TOML.
    settings: Vec<String>,
    /// Credits refused with it.
    refused: String,
    /// Total spend with it.
    total_spend: String,
}

/// What a scenario costs more than another per period.
#[derive(Serialize, JsonSchema)]
pub(super) struct BillResult {
    /// The name of the scenario.
    scenario: String,
    /// The sentence about it; `null` where nothing differs.
    sentence: Option<String>,
    /// Total spend beyond the other's.
    total: Estimate,
    /// The components of the bill.
    components: Vec<ComponentResult>,
    /// The settings that differ, by group; empty where they were not told apart.
    settings: Vec<SettingGroupResult>,
}

/// A component of a bill.
#[derive(Serialize, JsonSchema)]
struct ComponentResult {
    /// The figure.
    figure: &'static str,
    /// It beyond the other's.
    difference: Estimate,
}

/// Settings that differ, and their part.
#[derive(Serialize, JsonSchema)]
struct SettingGroupResult {
    /// The groups of settings.
    groups: Vec<&'static str>,
    /// Their part of the total spend.
    spend: Estimate,
    /// Their part of the credits refused.
    refused: Estimate,
}

impl BillResult {
    pub(super) fn of(report: &BillReport<'_>) -> BillResult {
        let components = report.bill.components.iter().map(|&(figure, difference)| {
            ComponentResult { figure: figure.name_in_studies(), difference }
        });
        let settings = report.bill.groups.iter().map(|one| SettingGroupResult {
            groups: one.groups.iter().map(|group| group.name()).collect(),
            spend: one.spend,
            refused: one.refused,
        });
        BillResult {
            scenario: report.name.to_owned(),
            sentence: report.sentence(),
            total: report.bill.total,
            components: components.collect(),
            settings: settings.collect(),
        }
    }
}

/// The result of a report.
pub fn result<'r>(report: &ExplainReport<'r>) -> ExplainResult<'r> {
    let ExplainReport { scenario, answer, provenance, .. } = *report;
    let figures = answer.figures.iter().map(|one| FigureDivision {
        figure: one.figure.name(),
        division: division(report, one.figure, &one.division),
    });
    let left_out = answer.left_out.iter();
    ExplainResult {
        schema: SCHEMA,
        scenario: &scenario.name,
        unit: &scenario.unit,
        currency: scenario.currency.code(),
        finding: report.headline(),
        causes: causes(report),
        left_out: left_out
            .map(|(factor, reason)| LeftOutResult { factor: factor.name(), reason: reason.clone() })
            .collect(),
        figures: figures.collect(),
        means: report.many.map(means),
        incidents: answer.incidents.iter().map(|one| incident(report, one)).collect(),
        preventions: report
            .prevented
            .map(|tried| tried.found.iter().map(|one| prevention(report, one)).collect()),
        replays: answer.runs,
        provenance: provenance.into(),
    }
}

fn causes(report: &ExplainReport<'_>) -> Vec<AskedCauseResult> {
    let minor = report.scenario.currency.minor();
    let cause = |one: &crate::inquiry::AskedCause| AskedCauseResult {
        factors: one.factors.iter().map(|factor| factor.name()).collect(),
        words: words::cause(one, report.scenario),
        lifts: one.factors.iter().map(|factor| factor.lifts()).collect(),
        downtime_without: one.without.downtime.millis(),
        refused_without: one.without.refused().to_string(),
        total_spend_without: one.without.total_spend().text(minor),
    };
    report.answer.causes.iter().map(cause).collect()
}

fn means(many: &ManyCauses) -> MeansResult {
    let mean = |one: Estimate| MeanResult { mean: one.value, low: one.low, high: one.high };
    let figure = |one: &MeanDivision| MeanDivisionResult {
        figure: one.figure.name_in_studies(),
        whole: mean(one.whole),
        rest: mean(one.rest),
        parts: one.parts.iter().map(|&part| mean(part)).collect(),
    };
    MeansResult {
        replications: many.replications,
        confidence: many.confidence.probability(),
        figures: many.figures.iter().map(figure).collect(),
    }
}

fn division(report: &ExplainReport<'_>, figure: Figure, division: &Division) -> DivisionResult {
    let exact = |units: i128| report.exact(figure, units);
    let notable = division.interactions.iter().filter(|one| division.is_notable(one));
    DivisionResult {
        whole: exact(division.whole),
        rest: exact(division.rest),
        parts: division.parts.iter().map(|&part| exact(part)).collect(),
        interactions: notable
            .map(|one| InteractionResult { pair: one.pair, amount: exact(one.amount) })
            .collect(),
    }
}

fn incident(report: &ExplainReport<'_>, one: &IncidentCauses) -> IncidentResult {
    let zone = report.scenario.zone;
    IncidentResult {
        from: zone.show(one.incident.from),
        to: zone.show(one.incident.to),
        downtime: division(report, Figure::DOWNTIME, &one.downtime),
        refused: division(report, Figure::REFUSED, &one.refused),
        would_not_have_been_without: one.enough.clone(),
        journal_line: report.journal.opened(one.incident.from),
    }
}

fn prevention(report: &ExplainReport<'_>, one: &Prevention) -> PreventionResult {
    PreventionResult {
        words: one.phrase.clone(),
        settings: one.settings.iter().map(|setting| setting.toml()).collect(),
        refused: one.figures.refused().to_string(),
        total_spend: one.figures.total_spend().text(report.scenario.currency.minor()),
    }
}
