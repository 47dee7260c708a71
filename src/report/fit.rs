//! What a history says of usage to come, in sentences and as a table of a scenario.

use crate::domain::{Zone, grouped};
use crate::forecast::{FutureUsage, Uncertain};

use super::Report;
use super::document::notation::rounded_credits;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Notation, Table, notes,
};
use super::provenance::Provenance;
use super::words::{count, date, learned_from};

/// Weeks from which on a history says how far weeks move.
const ENOUGH_WEEKS: usize = 8;
/// Growth in a week that is told as none.
const NO_GROWTH: f64 = 0.0005;
/// The most odd weeks that are told one by one.
const LISTED: usize = 4;

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct FitReport<'a> {
    /// The file.
    pub file: &'a str,
    /// The `[usage]` table that reads it, in TOML.
    pub usage: &'a str,
    /// What is learned.
    pub future: &'a FutureUsage,
    /// The zone of days.
    pub zone: Zone,
    /// The currency of documents, of which this one shows no amount.
    pub currency: crate::domain::Currency,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl FitReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let mut blocks = vec![Block::Table(self.table())];
        blocks.extend(notes("What cannot be known", unknown(self.future)));
        blocks.push(Block::Listing { title: "As a scenario has it".to_owned(), text: self.toml() });
        let mut sentences = sentences(self.future, "credits").into_iter();
        Document {
            title: format!("{}: usage to come", self.file),
            question: None,
            finding: Finding {
                headline: sentences.next().unwrap_or_default(),
                sentences: sentences.collect(),
                basis: format!("learned from {} of history", learned_from(self.future.evidence())),
            },
            blocks,
            source: DocumentSource { provenance: self.provenance.clone(), scenarios: Vec::new() },
            notation: Notation { currency: self.currency, zone: self.zone },
        }
    }

    fn table(&self) -> Table {
        let outlook = self.future.outlook();
        let columns = ["", "10 %", "50 %", "90 %"];
        let columns = columns.map(|name| Column::new(name, CellKind::Text)).to_vec();
        let row = |name: &str, of: Uncertain, shown: fn(f64) -> String| {
            let values = of.quantiles().map(|value| Cell::text(shown(value)));
            [Cell::text(name)].into_iter().chain(values).collect()
        };
        Table {
            rows: vec![
                row("credits a week at the end", outlook.level, rounded_credits),
                row("growth from week to week", outlook.growth, percent),
                row("drift from week to week", outlook.drift, percent),
                row("noise of weeks", outlook.noise, percent),
            ],
            caption: Some(
                "Each is below the first value with 10 %, below the last with 90 %: every run draws its own."
                    .to_owned(),
            ),
            ..Table::new("model", "What is learned", columns)
        }
    }

    /// The tables of a scenario that draw usage to come from this file.
    pub fn toml(&self) -> String {
        let outlook = self.future.outlook();
        let list = |of: Uncertain, digits: usize| {
            let shown = of.quantiles().map(|value| trimmed(value, digits));
            format!("[{}]", shown.join(", "))
        };
        let quiet = format!("\"{:.1}%\"", outlook.quiet * 100.0);
        let keys = [
            ("level", list(outlook.level, 3), "credits a week: below with 10 %, 50 %, 90 %"),
            (
                "growth_per_week",
                list(outlook.growth, 5),
                "0.01 is 1 % a week; fades by a tenth each week",
            ),
            ("drift", list(outlook.drift, 5), "how far the level moves from week to week"),
            ("noise", list(outlook.noise, 5), "how far weeks are from the level"),
            ("quiet_weeks", quiet, "weeks without usage"),
        ];
        let keys = keys.map(|(key, value, why)| (format!("{key} = {value}"), why));
        let wide = keys.iter().map(|(text, _)| text.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            keys.iter().map(|(text, why)| format!("{text:wide$}  # {why}\n")).collect();
        format!("{}\n\n[usage.model]\n{}", self.usage.trim_end(), lines.concat())
    }
}

/// A number without zeros at its end.
fn trimmed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// What is learned of a history, a sentence each.
pub fn sentences(future: &FutureUsage, unit: &str) -> Vec<String> {
    let (outlook, evidence) = (future.outlook(), future.evidence());
    let [low, middle, high] = outlook.level.quantiles().map(rounded_credits);
    let mut lines = vec![format!(
        "A week asks for some {middle} {unit} at the end of the history ({low} to {high} with 80 %)."
    )];
    let [least, growth, most] = outlook.growth.quantiles();
    lines.push(match growth.abs() < NO_GROWTH {
        true => "The history shows no growth that could be told from noise.".to_owned(),
        false => format!(
            "Usage grows by {} a week at the end ({} to {}), which fades.",
            percent(growth),
            percent(least),
            percent(most)
        ),
    });
    for odd in evidence.odd.iter().take(LISTED) {
        lines.push(format!(
            "The week of {} asks for {} times what its neighbours do: it says nothing of the level, and may \
             come again.",
            date(evidence.zone(), odd.from),
            grouped(&format!("{:.1}", odd.times))
        ));
    }
    if outlook.quiet > 0.0 {
        lines.push(format!("{} of weeks have no usage at all.", percent(outlook.quiet)));
    }
    lines
}

/// What a history leaves open, a sentence each.
pub fn unknown(future: &FutureUsage) -> Vec<String> {
    let evidence = future.evidence();
    let mut lines = Vec::new();
    match (evidence.known_weeks(), evidence.whole_days()) {
        (0, 0) => lines.push(
            "Less than a whole day is known: what was seen is repeated around the clock, and how nights, weekdays \
             and weeks differ cannot be known."
                .to_owned(),
        ),
        (0, days) => lines.push(format!(
            "Only {} known: how weekdays and weeks differ cannot be known.",
            if days == 1 { "1 day is".to_owned() } else { format!("{days} days are") }
        )),
        (1, _) => lines.push(
            "One week is known: how weeks differ from each other cannot be known, and is guessed from other histories."
                .to_owned(),
        ),
        (few, _) if few < ENOUGH_WEEKS => lines.push(format!(
            "{few} weeks are known: growth and how far the level moves can hardly be told, and ranges are wide."
        )),
        _ => {}
    }
    let unknown = evidence.unknown_days();
    if unknown > 0 {
        lines.push(format!(
            "{} without a row, or in a known outage: what they would have asked for is taken from the others, not \
             as none.",
            count(unknown as u64, "day")
        ));
    }
    lines
}

impl Report for FitReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
