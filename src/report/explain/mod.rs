//! The document of an explanation: the largest cause with the way out, what each cause makes of every figure, and each
//! outage with its causes.
//!
//! In reading order: this page (blocks and rows) → [`words`] (sentences). Deliberately absent: anything that divides a
//! figure.

pub mod words;

use std::io;

use crate::domain::CreditTotal;
use crate::figures::{Figure, FigureValue};
use crate::inquiry::{
    Division, Explanation, IncidentCauses, ManyCauses, MeanDivision, PartValue, Preventions,
    value_of,
};
use crate::replay::Outcome;
use crate::scenario::Scenario;

use super::document::notation::rounded_share;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, LISTED_ON_PAGE, Media,
    Notation, Table, assumptions, notes,
};
use super::evidence::JournalEvidence;
use super::provenance::Provenance;
use super::rows::{CsvCell, CsvColumns};
use super::words::count;
use super::{Report, attention, finding, start, usage};

/// The most incidents that a terminal lists.
const MOST_IN_TEXT: usize = 12;
/// What is left when all causes are lifted, as a row.
const REST: &str = "None of these";

/// The material of an explanation's document.
#[derive(Clone, Copy, Debug)]
pub struct ExplainReport<'a> {
    /// The question.
    pub scenario: &'a Scenario,
    /// The run that is explained.
    pub outcome: &'a Outcome,
    /// The answer.
    pub answer: &'a Explanation,
    /// The mean parts over many runs, where those were made.
    pub many: Option<&'a ManyCauses>,
    /// What an owner could have set instead, where that was sought.
    pub prevented: Option<&'a Preventions>,
    /// The rows of the journal that outages rest on.
    pub journal: JournalEvidence<'a>,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl Report for ExplainReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}

impl ExplainReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let (scenario, provenance) = (self.scenario, self.provenance);
        let mut blocks: Vec<Block> = self.means().map(Block::Table).into_iter().collect();
        blocks.extend(self.pictures());
        blocks.extend(self.section());
        blocks.extend(self.incidents().map(Block::Table));
        let listed = self.answer.incidents.iter().take(LISTED_ON_PAGE).map(|one| one.incident);
        let rows = self.journal.table(listed.map(|one| (one.from, one.to)));
        blocks.extend(rows.map(Block::Table));
        blocks.push(Block::Table(self.factors()));
        blocks.extend(notes("Attention", self.attention()));
        blocks.extend(notes("How this is counted", self.method()));
        blocks.extend(notes("Where the usage comes from", attention::choices(&self.outcome.usage)));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: why", scenario.name),
            question: scenario.question_of_usage().map(str::to_owned),
            finding: Finding {
                headline: self.headline(),
                sentences: self.sentences(),
                basis: self.basis(),
            },
            blocks,
            source: DocumentSource::of(&[scenario], provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    /// That the horizon has days without usage, and that the account begins anew inside the usage.
    fn attention(&self) -> Vec<String> {
        let (scenario, usage) = (self.scenario, &self.outcome.usage);
        let (horizon, zone) = (scenario.setup.horizon, scenario.zone);
        let anew = start::anew(&scenario.setup, usage, zone, &scenario.unit);
        anew.into_iter().chain(usage::edges(usage, horizon, zone)).collect()
    }

    /// What the run came to, and where its money went.
    fn sentences(&self) -> Vec<String> {
        let run = match self.many {
            None => finding::run(self.scenario, self.outcome),
            Some(_) => format!("The first run: {}", finding::run(self.scenario, self.outcome)),
        };
        let money = if self.answer.worst().is_some() { self.of_money() } else { None };
        [Some(run), money, self.of_waste()].into_iter().flatten().collect()
    }

    /// The mean part of each cause over many runs.
    fn means(&self) -> Option<Table> {
        let many = self.many?;
        let wanted = [Figure::DOWNTIME, Figure::REFUSED, Figure::TOTAL_SPEND, Figure::EXPIRED_COST];
        let figures: Vec<&MeanDivision> =
            wanted.iter().filter_map(|&figure| many.of(figure)).collect();
        if figures.is_empty() {
            return None;
        }
        let mut columns = vec![Column::new("cause", CellKind::Text)];
        columns.extend(figures.iter().map(|one| Column::new(one.figure.label(), kind(one.figure))));
        let cell =
            |one: &MeanDivision, estimate| Cell::with_limits(kind(one.figure), Some(estimate));
        let is_zero = |place: usize| figures.iter().all(|one| one.parts[place].value == 0.0);
        let places = (0..self.answer.causes.len()).filter(|&place| !is_zero(place));
        let row = |place: usize| {
            let name = words::label(&self.answer.causes[place], self.scenario);
            let parts = figures.iter().map(|one| cell(one, one.parts[place]));
            [Cell::Text(name)].into_iter().chain(parts).collect()
        };
        let mut rows: Vec<Vec<Cell>> = places.map(row).collect();
        let ends = |name: &str, of: fn(&MeanDivision) -> crate::study::Estimate| {
            let cells = figures.iter().map(|one| cell(one, of(one)));
            [Cell::text(name)].into_iter().chain(cells).collect::<Vec<Cell>>()
        };
        if figures.iter().any(|one| one.rest.value != 0.0) {
            rows.push(ends(REST, |one| one.rest));
        }
        rows.push(ends("total", |one| one.whole));
        Some(Table {
            rows,
            caption: Some(format!(
                "Means over {} of the whole horizon, each with its {} interval.",
                count(many.replications as u64, "replication"),
                rounded_share(many.confidence.probability())
            )),
            most_in_text: usize::MAX,
            ..Table::new("means", "Over many runs", columns)
        })
    }

    /// The blocks that the page of a run has too; it has the pictures among its own.
    pub fn section(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        blocks.extend(self.service().map(Block::Table));
        blocks.extend(self.money().map(Block::Table));
        blocks.extend(notes("Causes that act together", self.together()));
        blocks
    }

    #[cfg(feature = "html")]
    fn pictures(&self) -> Option<Block> {
        let charts = super::charts::of_explanation(self);
        (!charts.is_empty()).then_some(Block::Charts(charts))
    }

    #[cfg(not(feature = "html"))]
    fn pictures(&self) -> Option<Block> {
        None
    }

    /// Downtime and refused credits by cause.
    fn service(&self) -> Option<Table> {
        let figures = [Figure::DOWNTIME, Figure::REFUSED];
        let table = self.by_cause("causes_of_outages", "Why usage was refused", &figures)?;
        Some(Table {
            caption: Some(
                "What each cause makes of it. The last two columns are the run without that cause alone: where one of \
                 two causes is enough, lifting one changes nothing."
                    .to_owned(),
            ),
            ..table
        })
    }

    /// The bill by cause, and what expired.
    fn money(&self) -> Option<Table> {
        let figures = [&Figure::OF_BILL[..], &[Figure::TOTAL_SPEND, Figure::EXPIRED_COST]].concat();
        let table = self.by_cause("causes_of_spend", "What the money went to", &figures)?;
        Some(Table {
            caption: Some(
                "What each cause adds to the bill, or saves. What is spent without any of them is for the usage alone."
                    .to_owned(),
            ),
            ..table
        })
    }

    /// One row for each cause that has a part of one of some figures, the rest, and the sum.
    fn by_cause(&self, name: &'static str, title: &str, wanted: &[Figure]) -> Option<Table> {
        let figures = self.divided(wanted);
        let is_of_service = wanted.contains(&Figure::DOWNTIME);
        if figures.is_empty() {
            return None;
        }
        let mut columns = vec![Column::new("cause", CellKind::Text)];
        columns.extend(figures.iter().map(|(one, _)| Column::new(one.label(), kind(*one))));
        if is_of_service {
            let without = |one: &(Figure, _)| {
                Column::new(format!("{} without it", one.0.label()), kind(one.0))
            };
            columns.extend(figures.iter().map(without));
        }
        let minor = self.scenario.currency.minor();
        let cell = |figure: Figure, units: i128| part_cell(value_of(figure, units, minor));
        let places = self.by_size(&figures, is_of_service);
        let row = |place: usize| {
            let cause = &self.answer.causes[place];
            let parts = figures.iter().map(|(figure, one)| cell(*figure, one.parts[place]));
            let mut row = vec![Cell::Text(words::label(cause, self.scenario))];
            row.extend(parts);
            if is_of_service {
                let without =
                    |figure: Figure| figure.of(&cause.without).map_or(Cell::Unknown, self::cell);
                row.extend(figures.iter().map(|(figure, _)| without(*figure)));
            }
            row
        };
        let mut rows: Vec<Vec<Cell>> = places.into_iter().map(row).collect();
        let width = columns.len();
        let padded = |mut row: Vec<Cell>| {
            row.resize(width, Cell::Empty);
            row
        };
        if figures.iter().any(|(_, one)| one.rest != 0) {
            let rest = figures.iter().map(|(figure, one)| cell(*figure, one.rest));
            rows.push(padded([Cell::text(REST)].into_iter().chain(rest).collect()));
        }
        let wholes = figures.iter().map(|(figure, one)| cell(*figure, one.whole));
        let sums = padded([Cell::text("total")].into_iter().chain(wholes).collect());
        Some(Table { rows, sums, most_in_text: usize::MAX, ..Table::new(name, title, columns) })
    }

    /// The figures of those that are wanted that came to anything, with how they are divided.
    fn divided(&self, wanted: &[Figure]) -> Vec<(Figure, &Division)> {
        let found = wanted.iter().filter_map(|&figure| Some((figure, self.answer.of(figure)?)));
        found
            .filter(|(_, division)| division.whole != 0)
            .filter(|(figure, _)| *figure != Figure::TOTAL_SPEND || self.bill_has_parts())
            .collect()
    }

    /// The causes that have a part of one of some figures: the largest first, by downtime or by what is paid.
    fn by_size(&self, figures: &[(Figure, &Division)], is_of_service: bool) -> Vec<usize> {
        let has_part = |place: &usize| figures.iter().any(|(_, one)| one.parts[*place] != 0);
        let mut places: Vec<usize> = (0..self.answer.causes.len()).filter(has_part).collect();
        let is_paid = |one: &&(Figure, &Division)| one.0 != Figure::EXPIRED_COST;
        let deciding = match is_of_service {
            true => figures.first(),
            false => figures.iter().rev().find(is_paid).or(figures.first()),
        };
        let size = |place: usize| deciding.map_or(0, |(_, one)| one.parts[place].abs());
        places.sort_by_key(|&place| std::cmp::Reverse(size(place)));
        places
    }

    /// Returns true if more than one component of the bill is anything, so that a total says something.
    fn bill_has_parts(&self) -> bool {
        let is_paid = |one: &&Figure| self.answer.of(**one).is_some_and(|one| one.whole != 0);
        Figure::OF_BILL.iter().filter(is_paid).count() > 1
    }

    /// Each outage, with what each cause makes of it.
    fn incidents(&self) -> Option<Table> {
        let listed = &self.answer.incidents;
        let has_part =
            |place: usize| listed.iter().any(|incident| incident.downtime.parts[place] != 0);
        let places: Vec<usize> =
            (0..self.answer.causes.len()).filter(|&place| has_part(place)).collect();
        let has_rest = listed.iter().any(|incident| incident.downtime.rest != 0);
        let has_journal = !self.journal.outages.is_empty();
        let columns = self.incident_columns(&places, has_rest);
        let row = |one: &IncidentCauses| {
            let incident = &one.incident;
            let part = |units: i128| part_cell(value_of(Figure::DOWNTIME, units, 0));
            let mut row = vec![
                Cell::Instant(incident.from),
                Cell::Instant(incident.to),
                part(one.downtime.whole),
                Cell::Credits(CreditTotal::from_micro(one.refused.whole)),
                Cell::Text(words::mostly(self, one)),
            ];
            row.extend(has_journal.then(|| self.journal.cell(incident.from, incident.to)));
            row.extend(places.iter().map(|&place| part(one.downtime.parts[place])));
            row.extend(has_rest.then(|| part(one.downtime.rest)));
            row
        };
        let more = self.outcome.chronicle.outages.more();
        (!listed.is_empty()).then(|| Table {
            rows: listed.iter().map(row).collect(),
            caption: Some(
                "Outages less than 5 min apart are one row; the fewest causes, of rules alone where there are any, without which nothing of it would have \
                 been."
                    .to_owned(),
            ),
            note: (more > 0).then(|| "Those after the first 10,000 outages are in the sums above.".to_owned()),
            most_in_text: MOST_IN_TEXT,
            ..Table::new("incidents", "Outage by outage", columns)
        })
    }

    fn incident_columns(&self, places: &[usize], has_rest: bool) -> Vec<Column> {
        let mut columns = vec![
            Column::new("from", CellKind::Instant),
            Column::new("to", CellKind::Instant).only(Media::NotText),
            Column::new("down", CellKind::Length),
            Column::new("refused", CellKind::Credits),
            Column::new("would not have been without", CellKind::Text),
        ];
        let of_cause = |place: &usize| {
            let name = words::label(&self.answer.causes[*place], self.scenario);
            Column::new(name, CellKind::Length).only(Media::NotText)
        };
        columns.extend(places.iter().map(of_cause));
        if has_rest {
            columns.push(Column::new(REST, CellKind::Length).only(Media::NotText));
        }
        if !self.journal.outages.is_empty() {
            columns.insert(5, JournalEvidence::column());
        }
        columns
    }

    /// What was asked about, and what each question lifts.
    fn factors(&self) -> Table {
        let columns = vec![
            Column::new("cause", CellKind::Text),
            Column::new("name", CellKind::Code),
            Column::new("is lifted by", CellKind::Text),
        ];
        let is_group = |factors: usize| if factors > 1 { " (asked as one)" } else { "" };
        let rows = self.answer.causes.iter().flat_map(|cause| {
            cause.factors.iter().map(move |&factor| {
                let told = words::factor(factor, self.scenario);
                let told = format!("{told}{}", is_group(cause.factors.len()));
                vec![
                    Cell::Text(super::words::capital(&told)),
                    Cell::text(factor.name()),
                    Cell::text(factor.lifts().replace('`', "")),
                ]
            })
        });
        Table {
            rows: rows.collect(),
            most_in_text: usize::MAX,
            media: Media::NotText,
            ..Table::new("factors", "What was asked about", columns)
        }
    }

    /// How parts are computed, and what could not be asked.
    fn method(&self) -> Vec<String> {
        let mut lines = vec![
            "A part is what a cause adds when it joins the others, averaged over all orders of joining (Shapley \
             values). Parts and what is left without any cause add up to the whole to the last unit: units that do \
             not divide go to the parts from which rounding took most."
                .to_owned(),
        ];
        let mut divisions = self.answer.figures.iter().map(|one| &one.division);
        if divisions.any(|division| division.parts.iter().any(|&part| part < 0)) {
            lines.push(
                "A part below zero is what a cause spares: with it there is so much less than there would be without it."
                    .to_owned(),
            );
        }
        lines.extend(self.answer.left_out.iter().map(|(factor, reason)| {
            format!(
                "Not asked: {}, without which the run cannot go on ({reason}).",
                words::factor(*factor, self.scenario)
            )
        }));
        lines
    }

    /// Writes one row for each part of each figure: of the run, and of each outage.
    pub fn csv(&self, out: impl io::Write) -> io::Result<()> {
        let zone = self.scenario.zone;
        let instant = move |at: Option<crate::domain::Instant>| {
            at.map_or(CsvCell::EMPTY, |at| CsvCell::word(zone.show(at)))
        };
        let columns = CsvColumns::<PartRow>::default()
            .column("from", move |row| instant(row.window.map(|window| window.0)))
            .column("to", move |row| instant(row.window.map(|window| window.1)))
            .column("figure", |row| CsvCell::word(row.figure.name()))
            .column("cause", |row| CsvCell::text(&row.cause))
            .column("part", |row| CsvCell::word(&row.part));
        columns.write(self.rows(), out)
    }

    /// Every part of every figure.
    fn rows(&self) -> Vec<PartRow> {
        let mut rows = Vec::new();
        let mut add = |window, figure: Figure, division: &Division| {
            let shown = |units: i128| self.exact(figure, units);
            let names = self.names();
            let parts = names.into_iter().zip(&division.parts).map(|(cause, &part)| (cause, part));
            let ends = [("none".to_owned(), division.rest), ("total".to_owned(), division.whole)];
            for (cause, units) in parts.chain(ends) {
                rows.push(PartRow { window, figure, cause, part: shown(units) });
            }
        };
        for one in &self.answer.figures {
            add(None, one.figure, &one.division);
        }
        for one in &self.answer.incidents {
            let window = Some((one.incident.from, one.incident.to));
            add(window, Figure::DOWNTIME, &one.downtime);
            add(window, Figure::REFUSED, &one.refused);
        }
        rows
    }

    /// The names of the causes for programs; that of the group lists its factors.
    pub fn names(&self) -> Vec<String> {
        let name = |cause: &crate::inquiry::AskedCause| {
            cause.factors.iter().map(|factor| factor.name()).collect::<Vec<_>>().join("+")
        };
        self.answer.causes.iter().map(name).collect()
    }

    /// Units of a figure for programs: money and credits as decimals, time in milliseconds.
    pub fn exact(&self, figure: Figure, units: i128) -> String {
        let minor = self.scenario.currency.minor();
        match value_of(figure, units, minor) {
            PartValue::Money(money) => money.text(minor),
            PartValue::Credits(total) => total.to_string(),
            PartValue::Millis(millis) => millis.to_string(),
        }
    }
}

/// A part of a figure, as a row.
struct PartRow {
    window: Option<(crate::domain::Instant, crate::domain::Instant)>,
    figure: Figure,
    cause: String,
    part: String,
}

fn kind(figure: Figure) -> CellKind {
    super::run::kind(figure)
}

fn cell(value: FigureValue) -> Cell {
    match value {
        FigureValue::Money(money) => Cell::Money(money),
        FigureValue::Credits(total) => Cell::Credits(total),
        FigureValue::Duration(length) => Cell::Length(length.millis()),
        FigureValue::Count(count) => Cell::Count(count),
        FigureValue::Price(_) | FigureValue::Share(_) => {
            unreachable!("only figures that add up are divided")
        }
    }
}

fn part_cell(value: PartValue) -> Cell {
    match value {
        PartValue::Money(money) => Cell::Money(money),
        PartValue::Credits(total) => Cell::Credits(total),
        PartValue::Millis(millis) => Cell::Length(millis),
    }
}

/// Units of a figure on the axis of a chart: money in the currency, time in milliseconds, credits as they are.
#[cfg(feature = "html")]
pub(super) fn on_axis(figure: Figure, units: i128, minor: u32) -> f64 {
    match value_of(figure, units, minor) {
        PartValue::Money(money) => money.to_f64(),
        PartValue::Credits(total) => total.to_f64(),
        PartValue::Millis(millis) => millis as f64,
    }
}
