//! What a change changes, as a document and as rows: settings, figures, advice, gates.
//!
//! Deliberately absent: what has moved, which is the inquiry's.

use std::io;

use crate::domain::text::{capital, listed};
use crate::figures::Figure;
use crate::inquiry::{AdviceOf, DiffAnswer, FigureChange};
use crate::scenario::{Scenario, SettingChange, SettingPath, SettingValue};
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
        let why = format!("What {} spends more, and why", self.head.name);
        blocks.extend(self.bill_table(why).map(Block::Table));
        blocks.extend(notes("Remarks", self.remarks.to_vec()));
        Document {
            title: self.title(),
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

    fn title(&self) -> String {
        let (base, head) = (&self.base.name, &self.head.name);
        match base == head {
            true => format!("Change of {head}"),
            false => format!("Change from {base} to {head}"),
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
            return format!(
                "No change: all {figures} are the same in every replication{}.",
                self.never_bought()
            );
        }
        format!("No significant change in any of {figures}.")
    }

    /// That the settings that differ are of packages or plans that neither account buys, so that no figure can move.
    fn never_bought(&self) -> String {
        let bought = |key: &str, name: &str| {
            let chosen = match key {
                "packages" => SettingPath::from(["recharge", "package"]),
                _ => SettingPath::from(["plan"]),
            };
            // What an owner does on the way may buy anything.
            let may_buy = |scenario: &&Scenario| {
                let chosen = scenario.setting(&chosen).map(|value| value.to_string());
                !scenario.setup.actions.is_empty() || chosen.is_none_or(|chosen| chosen == name)
            };
            [self.base, self.head].iter().any(may_buy)
        };
        let mut unused: Vec<String> = Vec::new();
        for change in &self.answer.settings {
            let path = change.path.to_string();
            let mut names = path.split('.');
            match (names.next(), names.next()) {
                (Some(key @ ("packages" | "plans")), Some(name)) if !bought(key, name) => {
                    unused.push(path.clone());
                }
                (Some("name" | "question"), None) => {}
                _ => return String::new(),
            }
        }
        match unused.as_slice() {
            [] => String::new(),
            [one] => format!(", as `{one}` is of what the account never buys, before or after"),
            some => {
                let named: Vec<String> = some.iter().map(|path| format!("`{path}`")).collect();
                format!(
                    ", as {} are of what the account never buys, before or after",
                    listed(&named)
                )
            }
        }
    }

    /// `total spend rises by $4.20 per cycle (+12%), from $35.00 to $39.20`.
    fn sentence_of(&self, change: &FigureChange) -> String {
        let kind = kind_in_studies(change.figure.unit());
        let show = |value: f64| self.notation().quantity(kind, value);
        let difference = change.difference.value;
        let size = difference.abs();
        let verb = match (difference < 0.0, is_plural(change.figure.label())) {
            (true, false) => "falls",
            (true, true) => "fall",
            (false, false) => "rises",
            (false, true) => "rise",
        };
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

    /// The bill, whose intervals are not those of the figures that moved.
    fn bill_table(&self, title: String) -> Option<Table> {
        let caption = format!(
            "The {} intervals hold for each line alone, so they are narrower than those for all figures together.",
            rounded_share(self.answer.objective.confidence.probability())
        );
        Some(Table { caption: Some(caption), ..self.bill()?.table("bill", title)? })
    }

    /// What the changed scenario spends more, to be told.
    pub fn bill(&self) -> Option<BillReport<'_>> {
        Some(BillReport {
            name: "the changed scenario",
            is_named: false,
            base: "the baseline",
            bill: self.answer.bill.as_ref()?,
            period: self.answer.objective.period,
            currency: self.head.currency,
        })
    }

    /// Sentences on the bill and on the advice.
    fn sentences(&self) -> Vec<String> {
        // Where chance alone may make every difference, a sum of them says nothing.
        let is_moved = self.answer.moved().next().is_some();
        let bill = self.bill().filter(|_| is_moved);
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
        let row = |change: ShownChange| {
            let line = change.line.map_or(Cell::Empty, |line| Cell::Count(line as u64));
            let value = |values: Vec<String>| Cell::text(shown_values(&values));
            vec![Cell::text(change.path), value(change.before), value(change.after), line]
        };
        let rows: Vec<Vec<Cell>> = shown_changes(&self.answer.settings).map(row).collect();
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
        let caption = Some(format!(
            "Amounts and counts are per {}. The {} intervals hold for all figures together.",
            self.answer.objective.period.name(),
            rounded_share(self.answer.objective.confidence.probability())
        ));
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
            format!("{}{size}", if value < 0.0 { "-" } else { "+" })
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
        CsvColumns::<&FigureChange>::default()
            .column("figure", |change| CsvCell::word(change.figure.name_in_studies()))
            .column("moved", |change| CsvCell::word(change.has_moved()))
            .estimate("baseline", |change| Some(change.base))
            .estimate("changed", |change| Some(change.head))
            .estimate("difference", |change| Some(change.difference))
            .write(&self.answer.figures, out)
    }
}

/// A setting that differs, or a list of which several items do.
struct ShownChange {
    path: String,
    before: Vec<String>,
    after: Vec<String>,
    line: Option<usize>,
}

/// The changes as people read them: rules first, and the items of a list together.
fn shown_changes(changes: &[SettingChange]) -> impl Iterator<Item = ShownChange> {
    let list = |path: &str| {
        let (list, item) = path.rsplit_once('.')?;
        item.bytes().all(|letter| letter.is_ascii_digit()).then(|| list.to_owned())
    };
    let text = |value: &Option<SettingValue>| value.iter().map(ToString::to_string).collect();
    let mut shown: Vec<(Option<String>, ShownChange)> = Vec::new();
    let mut ordered: Vec<&SettingChange> = changes.iter().collect();
    ordered.sort_by_key(|change| rank(change.path.root()));
    for change in ordered {
        let path = change.path.to_string();
        let (of, before, after) = (list(&path), text(&change.before), text(&change.after));
        match shown.last_mut() {
            Some((last, all)) if of.is_some() && *last == of => {
                all.path = of.unwrap_or(path);
                all.before.extend::<Vec<String>>(before);
                all.after.extend::<Vec<String>>(after);
            }
            _ => shown.push((of, ShownChange { path, before, after, line: change.line })),
        }
    }
    shown.into_iter().map(|(_, change)| change)
}

/// The order of changes: rules, what both are run on, what is asked of the result, and what names it.
fn rank(root: &str) -> u8 {
    match root {
        "usage" | "seed" => 1,
        "study" | "gates" => 2,
        "name" | "question" | "assumed" => 3,
        _ => 0,
    }
}

/// Values on one line, not all of a long one.
fn shown_values(values: &[String]) -> String {
    const WIDTH: usize = 48;
    let text = values.join(", ");
    match text.char_indices().nth(WIDTH) {
        _ if values.is_empty() => "–".to_owned(),
        None => text,
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// Whether the name of a figure stands for several things: `recharges`, `plan fees`.
fn is_plural(label: &str) -> bool {
    let words = label.split(' ');
    let name = words.take_while(|word| !["of", "with", "by", "left", "at"].contains(word)).last();
    name.is_some_and(|name| name.ends_with('s'))
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
    Some(format!("{}{:.1}%", if share < 0.0 { "-" } else { "+" }, share.abs() * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::setting_changes;
    use std::path::Path;

    fn scenario(text: &str) -> Scenario {
        let rest = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n[packages.a]\ncredits = 10\nprice = 1\n";
        let text = text.replace("REST", rest);
        Scenario::from_text("a.toml", &text, Path::new("")).unwrap_or_else(|why| panic!("{why}"))
    }

    #[test]
    fn rules_come_first_and_the_items_of_a_list_are_one_change() {
        let day = |hour: u32| format!("hours = [{}1]\n", format!("{hour}, ").repeat(23));
        let text = |name: &str, package: &str, hour| {
            format!(
                "name = \"{name}\"\nREST[recharge]\nat_or_below = 5\npackage = \"{package}\"\n\
                 [usage.generate]\nper_day = 5\namount = 1\n{}",
                day(hour)
            )
        };
        let head = text("a long name of a changed scenario that nobody reads to its end", "a", 3);
        let head = head.replace("at_or_below = 5", "at_or_below = 6");
        let changes = setting_changes(&scenario(&text("a", "a", 2)), &scenario(&head));
        let shown: Vec<(String, String)> = shown_changes(&changes)
            .map(|change| (change.path, shown_values(&change.after)))
            .collect();
        let names: Vec<&str> = shown.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["recharge.at_or_below", "usage.generate.hours", "name"]);
        assert!(shown[1].1.starts_with("3, 3, 3, ") && shown[1].1.ends_with('…'), "{shown:?}");
        assert!(shown[2].1.chars().count() <= 49, "{shown:?}");
    }

    #[test]
    fn figures_that_stand_for_several_things_rise_and_others_rises() {
        for (label, plural) in [
            ("recharges", true),
            ("plan fees", true),
            ("cycles with an outage", true),
            ("rows left out", true),
            ("time with credits", false),
            ("bought by recharges", false),
            ("cost of what expired", false),
            ("total spend", false),
        ] {
            assert_eq!(is_plural(label), plural, "{label}");
        }
    }
}
