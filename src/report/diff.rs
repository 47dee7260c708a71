//! What a change changes, as a document and as rows: settings, figures, advice, gates.
//!
//! Deliberately absent: what has moved, which is the inquiry's.

use std::io;

use crate::domain::text::capital;
use crate::figures::Figure;
use crate::inquiry::{AdviceOf, DiffAnswer, FigureChange};
use crate::scenario::{Scenario, SettingValue};
use crate::study::Estimate;

use super::bill::BillReport;
use super::document::notation::rounded_share;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Notation, Table, notes,
};
use super::gates::{GateReport, kind_in_studies};
use super::provenance::Provenance;
use super::rows::{CsvCell, CsvColumns};
use super::words::{count, number};

/// The figures that a headline names first if they move.
const FIRST: [Figure; 5] = [
    Figure::TOTAL_SPEND,
    Figure::COST,
    Figure::FILL_RATE,
    Figure::OUTAGE_PROBABILITY,
    Figure::DOWNTIME,
];

/// A change beside its baseline.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'r> {
    /// The baseline.
    pub base: &'r Scenario,
    /// The changed scenario.
    pub head: &'r Scenario,
    /// What the change changes.
    pub answer: &'r DiffAnswer,
    /// The gates.
    pub gates: &'r GateReport,
    /// Remarks on the baseline, in sentences.
    pub remarks: &'r [String],
    /// The origin of the usage, in words.
    pub usage: &'r str,
    /// The origin of the result.
    pub provenance: &'r Provenance,
}

impl DiffReport<'_> {
    fn notation(&self) -> Notation {
        Notation { currency: self.head.currency, zone: self.head.zone }
    }

    /// The document.
    pub fn document(&self) -> Document {
        let mut blocks = Vec::new();
        let gates: Vec<String> =
            self.gates.gates.iter().map(|gate| self.gates.sentence(gate)).collect();
        blocks.extend(notes("Gates", gates));
        blocks.extend(self.settings().map(Block::Table));
        blocks.extend(self.moved().map(Block::Table));
        let why = format!("What {} costs more, and why", self.head.name);
        blocks.extend(self.bill().and_then(|bill| bill.table("bill", why)).map(Block::Table));
        blocks.extend(notes("Remarks", self.remarks.to_vec()));
        Document {
            title: format!("{} changed", self.head.name),
            question: None,
            finding: Finding {
                headline: self.headline(),
                sentences: self.sentences(),
                basis: self.basis(),
            },
            blocks,
            source: DocumentSource::of(&[self.base, self.head], self.provenance),
            notation: self.notation(),
        }
    }

    /// The most important change in one sentence.
    pub fn headline(&self) -> String {
        let moved: Vec<&FigureChange> = self.answer.moved().collect();
        let named = |figure: &Figure| moved.iter().find(|change| change.figure == *figure);
        let Some(first) = FIRST.iter().find_map(named).or(moved.first()) else {
            return self.nothing_moved();
        };
        let others = match moved.len() - 1 {
            0 => String::new(),
            others => format!("; {} moved too", count(others as u64, "other figure")),
        };
        format!("{}{others}.", capital(&self.sentence_of(first)))
    }

    /// The headline where no figure moved.
    fn nothing_moved(&self) -> String {
        let figures = count(self.answer.figures.len() as u64, "figure");
        if self.answer.figures.iter().all(FigureChange::is_the_same) {
            return format!("No change: all {figures} are the same in every replication.");
        }
        format!("No significant change in any of {figures}.")
    }

    /// `total spend rises by $4.20 per cycle (+12%), from $35.00 to $39.20`.
    fn sentence_of(&self, change: &FigureChange) -> String {
        let kind = kind_in_studies(change.figure.unit());
        let show = |value: f64| self.notation().quantity(kind, value);
        let difference = change.difference.value;
        let (verb, size) =
            if difference < 0.0 { ("falls", -difference) } else { ("rises", difference) };
        let per = match change.figure.is_per_period() {
            true => format!(" per {}", self.answer.objective.period.name()),
            false => String::new(),
        };
        let size = match kind {
            CellKind::Share => points(size),
            _ => show(size),
        };
        let relative = relative(change).map(|share| format!(" ({share})")).unwrap_or_default();
        format!(
            "{} {verb} by {size}{per}{relative}, from {} to {}",
            change.figure.label(),
            show(change.base.value),
            show(change.head.value)
        )
    }

    /// What the changed scenario costs more, to be told.
    pub fn bill(&self) -> Option<BillReport<'_>> {
        Some(BillReport {
            name: "the change",
            base: "the baseline",
            bill: self.answer.bill.as_ref()?,
            period: self.answer.objective.period,
            currency: self.head.currency,
        })
    }

    /// Sentences on the bill and on the advice.
    fn sentences(&self) -> Vec<String> {
        let bill = self.bill();
        let bill = bill.iter().flat_map(|bill| [bill.sentence(), bill.groups_sentence()]);
        bill.flatten().chain(self.of_advice()).collect()
    }

    fn of_advice(&self) -> Option<String> {
        let shown = |advice: &AdviceOf| match advice.phrase.is_empty() {
            true => advice.name.clone(),
            false => advice.phrase.clone(),
        };
        let [base, head] = self.answer.advice.as_ref()?;
        Some(match base == head {
            true => format!("The advice stays: {}.", shown(head)),
            false => format!("The advice flips: from {} to {}.", shown(base), shown(head)),
        })
    }

    fn basis(&self) -> String {
        let DiffAnswer { replications, objective, .. } = self.answer;
        format!(
            "{} against {}, {} of each on the same usage and luck ({}); {} intervals, for all figures \
             together.",
            self.head.file,
            self.base.file,
            count(*replications as u64, "replication"),
            self.usage,
            rounded_share(objective.confidence.probability())
        )
    }

    /// The settings that differ.
    fn settings(&self) -> Option<Table> {
        let names = ["setting", "baseline", "changed"];
        let columns = names.map(|name| Column::new(name, CellKind::Code)).to_vec();
        let columns = [columns, vec![Column::new("line", CellKind::Count)]].concat();
        let value = |value: &Option<SettingValue>| {
            Cell::text(value.as_ref().map_or("–".to_owned(), ToString::to_string))
        };
        let rows: Vec<Vec<Cell>> = self
            .answer
            .settings
            .iter()
            .map(|change| {
                let line = change.line.map_or(Cell::Empty, |line| Cell::Count(line as u64));
                let path = Cell::text(change.path.to_string());
                vec![path, value(&change.before), value(&change.after), line]
            })
            .collect();
        let title = count(rows.len() as u64, "changed setting");
        (!rows.is_empty()).then(|| Table { rows, ..Table::new("settings", title, columns) })
    }

    /// The figures that moved.
    fn moved(&self) -> Option<Table> {
        let columns = vec![
            Column::new("figure", CellKind::Text),
            Column::new("baseline", CellKind::Figure),
            Column::new("changed", CellKind::Figure),
            Column::new("difference", CellKind::Figure),
            Column::new("relative", CellKind::Text),
        ];
        let row = |change: &FigureChange| {
            let kind = kind_in_studies(change.figure.unit());
            vec![
                Cell::text(change.figure.label()),
                Cell::mean(kind, change.base.value),
                Cell::mean(kind, change.head.value),
                Cell::text(self.difference(change)),
                relative(change).map_or(Cell::Empty, Cell::Text),
            ]
        };
        let rows: Vec<Vec<Cell>> = self.answer.moved().map(row).collect();
        let still = (self.answer.figures.len() - rows.len()) as u64;
        let note = Some(format!(
            "The other {} no significant change.",
            match still {
                1 => "figure shows".to_owned(),
                still => format!("{} show", number(still, "figure")),
            }
        ));
        let title = format!("{} moved", count(rows.len() as u64, "figure"));
        let caption =
            Some(format!("Amounts and counts are per {}.", self.answer.objective.period.name()));
        (!rows.is_empty()).then(|| Table {
            rows,
            caption,
            note: note.filter(|_| still > 0),
            most_in_text: usize::MAX,
            ..Table::new("figures", title, columns)
        })
    }

    /// A difference with its interval; of shares in points.
    fn difference(&self, change: &FigureChange) -> String {
        let kind = kind_in_studies(change.figure.unit());
        let show = |value: f64| {
            let size = match kind {
                CellKind::Share => points(value.abs()),
                _ => self.notation().quantity(kind, value.abs()),
            };
            format!("{}{size}", if value < 0.0 { "−" } else { "+" })
        };
        let Estimate { value, low, high } = change.difference;
        match (low.map(show), high.map(show)) {
            (Some(low), Some(high)) if low == high => show(value),
            (low, high) => {
                let limit = |limit: Option<String>| limit.unwrap_or("?".to_owned());
                format!("{} ({} to {})", show(value), limit(low), limit(high))
            }
        }
    }

    /// Writes a row for each figure.
    pub fn csv(&self, out: impl io::Write) -> io::Result<()> {
        CsvColumns::<&FigureChange>::new()
            .column("figure", |change| CsvCell::word(change.figure.name_in_studies()))
            .column("moved", |change| CsvCell::word(change.has_moved()))
            .estimate("baseline", |change| Some(change.base))
            .estimate("changed", |change| Some(change.head))
            .estimate("difference", |change| Some(change.difference))
            .write(&self.answer.figures, out)
    }
}

/// A difference of shares: `2.5 points`.
fn points(share: f64) -> String {
    let shown = format!("{:.2}", share * 100.0);
    let shown = shown.trim_end_matches('0').trim_end_matches('.');
    format!("{shown} points")
}

/// The difference as a share of the baseline; none for shares, and beside a baseline of nothing.
fn relative(change: &FigureChange) -> Option<String> {
    if kind_in_studies(change.figure.unit()) == CellKind::Share || change.base.value == 0.0 {
        return None;
    }
    let share = change.difference.value / change.base.value.abs();
    Some(format!("{}{:.1}%", if share < 0.0 { "−" } else { "+" }, share.abs() * 100.0))
}
