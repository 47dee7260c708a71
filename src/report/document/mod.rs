//! A document: what a question found, as blocks that every medium renders.
//!
//! A builder (`report/{run,study,plan}`) makes one document for a subject; the renderers know no subject:
//! [`text`] (a terminal), [`page`] (HTML), [`book`] (a workbook), [`markdown`]. In reading order: this page
//! (the blocks) → [`cell`] (typed values) → [`notation`] (how a value is written) → the renderers.
//!
//! To add a table to every medium, push one more [`Block::Table`]; to add a column, one more [`Column`]
//! and one more cell a row. Rounding, units, alignment, escaping and wrapping happen in the renderers and
//! in [`notation`], nowhere else. Deliberately absent: anything that computes a figure.

#[cfg(feature = "xlsx")]
pub mod book;
pub mod cell;
mod grid;
pub mod markdown;
pub mod notation;
#[cfg(feature = "html")]
pub mod page;
pub mod text;

pub use cell::{Cell, CellKind, Derived, LinkedText, Mean, Spread};
pub use notation::Notation;

use std::borrow::Cow;

use crate::scenario::{Assumption, Origin, Scenario};

#[cfg(feature = "html")]
use super::charts::Chart;
use super::provenance::{self, Provenance};

/// The results of a question.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// The question that the scenario asks.
    pub question: Option<String>,
    /// The answer, and what it rests on.
    pub finding: Finding,
    /// The rest, in reading order.
    pub blocks: Vec<Block>,
    /// Enough to make it again.
    pub source: DocumentSource,
    /// The notation of values.
    pub notation: Notation,
}

impl Document {
    /// The pictures, in reading order.
    #[cfg(feature = "html")]
    pub fn charts(&self) -> Vec<Chart> {
        let charts = |block: &Block| match block {
            Block::Charts(charts) => charts.clone(),
            _ => Vec::new(),
        };
        self.blocks.iter().flat_map(charts).collect()
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The finding in one sentence.
    pub headline: String,
    /// Sentences that belong to it.
    pub sentences: Vec<String>,
    /// Its basis: the period, the amount of usage, the number of runs.
    pub basis: String,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub enum Block {
    /// Figures that are seen first.
    Cards(Vec<FigureCard>),
    /// Sentences under a title, a line each.
    Notes {
        /// The title.
        title: String,
        /// The sentences.
        lines: Vec<String>,
    },
    /// Text for machines under a title, to copy as it stands.
    Listing {
        /// The title.
        title: String,
        /// The text.
        text: String,
    },
    /// Rows under a header.
    Table(Table),
    /// Pictures, where a medium has them.
    #[cfg(feature = "html")]
    Charts(Vec<Chart>),
}

/// A figure that is seen first.
#[derive(Clone, Debug)]
pub struct FigureCard {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Cell,
    /// Its meaning, in a sentence.
    pub meaning: String,
    /// True if it deserves attention.
    pub alarm: bool,
}

/// Rows under a header.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name for machines, and the name of its sheet.
    pub name: Cow<'static, str>,
    /// Its title for people.
    pub title: String,
    /// The meaning of the rows, in a sentence or two above them.
    pub caption: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The sums of columns, below the rows; [`Cell::Empty`] for a column without a sum. Empty if
    /// nothing is summed.
    pub sums: Vec<Cell>,
    /// A remark on the rows, in a sentence below them.
    pub note: Option<String>,
    /// The media that show it.
    pub media: Media,
    /// Rows that a terminal lists one by one.
    pub most_in_text: usize,
    /// Rows that a page lists one by one.
    pub most_on_page: usize,
}

/// The media that show a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// Everywhere.
    All,
    /// Only a terminal.
    Text,
    /// Everywhere but in a terminal.
    NotText,
    /// Everywhere but in a workbook.
    NotBook,
    /// Only pages.
    Page,
    /// Only a workbook.
    Book,
}

impl Media {
    /// Returns true if a terminal and Markdown show it.
    pub(super) fn in_text(self) -> bool {
        matches!(self, Media::All | Media::Text | Media::NotBook)
    }

    /// Returns true if a page shows it.
    #[cfg(feature = "html")]
    pub(super) fn on_page(self) -> bool {
        matches!(self, Media::All | Media::NotText | Media::NotBook | Media::Page)
    }

    /// Returns true if a workbook has a sheet of it.
    #[cfg(feature = "xlsx")]
    pub(super) fn in_book(self) -> bool {
        matches!(self, Media::All | Media::NotText | Media::Book)
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// The kind of its cells.
    pub kind: CellKind,
    /// The media that show it.
    pub media: Media,
    /// Whether only workbooks show it where all its cells are nothing.
    pub may_be_left_out: bool,
}

impl Column {
    /// A column that every medium shows.
    pub fn new(name: impl Into<String>, kind: CellKind) -> Column {
        Column { name: name.into(), kind, media: Media::All, may_be_left_out: false }
    }

    /// The same, but left out of pages and terminals where it has nothing but zeros.
    pub fn unless_nothing(self) -> Column {
        Column { may_be_left_out: true, ..self }
    }

    /// The same, in some media only.
    pub fn only(self, media: Media) -> Column {
        Column { media, ..self }
    }
}

/// Rows that a terminal lists one by one, unless a table sets another number.
const LISTED_IN_TEXT: usize = 20;
/// Rows that a page lists one by one, unless a table sets another number.
pub const LISTED_ON_PAGE: usize = 200;

impl Table {
    /// A table that every medium shows.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        title: impl Into<String>,
        columns: Vec<Column>,
    ) -> Table {
        Table {
            name: name.into(),
            title: title.into(),
            caption: None,
            columns,
            rows: Vec::new(),
            sums: Vec::new(),
            note: None,
            media: Media::All,
            most_in_text: LISTED_IN_TEXT,
            most_on_page: LISTED_ON_PAGE,
        }
    }

    /// The same without the columns of nothing that may be left out; workbooks keep them, so that their columns stay
    /// where they are.
    pub fn without_nothing(mut self) -> Table {
        let cells = |place: usize| {
            let rows = self.rows.iter().chain(std::iter::once(&self.sums));
            rows.filter_map(move |row| row.get(place))
        };
        let is_nothing = |place: &usize| {
            self.columns[*place].may_be_left_out && cells(*place).all(Cell::is_nothing)
        };
        let places: Vec<usize> = (0..self.columns.len()).filter(is_nothing).collect();
        for place in places {
            self.columns[place].media = Media::Book;
        }
        self
    }

    /// Figures with their values and what they mean.
    pub fn of_figures(name: &'static str, title: impl Into<String>) -> Table {
        let columns = vec![
            Column::new("", CellKind::Text),
            Column::new("", CellKind::Figure),
            Column::new("", CellKind::Text).only(Media::NotText),
            Column::new("", CellKind::Text).only(Media::Text),
        ];
        Table { most_in_text: usize::MAX, ..Table::new(name, title, columns) }
    }

    /// Adds a figure: its name, its value, its meaning, and a remark for a terminal, which has no
    /// room for meanings.
    pub fn figure(&mut self, name: &str, value: Cell, meaning: &str, remark: impl Into<String>) {
        let remark = remark.into();
        let remark = if remark.is_empty() { Cell::Empty } else { Cell::Text(remark) };
        self.rows.push(vec![Cell::text(name), value, Cell::text(meaning), remark]);
    }

    /// The row of sums, where there is one and more than one row to add up.
    fn totals(&self) -> Option<&Vec<Cell>> {
        (self.rows.len() > 1 && !self.sums.is_empty()).then_some(&self.sums)
    }

    /// The places of the columns that a medium shows.
    fn places(&self, shows: impl Fn(Media) -> bool) -> Vec<usize> {
        (0..self.columns.len()).filter(|&place| shows(self.columns[place].media)).collect()
    }
}

/// Enough to make a document again.
#[derive(Clone, Debug)]
pub struct DocumentSource {
    /// The origin of the result.
    pub provenance: Provenance,
    /// The texts of the scenarios it rests on.
    pub scenarios: Vec<ScenarioText>,
}

/// A scenario as it was read.
#[derive(Clone, Debug)]
pub struct ScenarioText {
    /// Its file.
    pub file: String,
    /// SHA-256 of its text, in hexadecimal.
    pub hash: String,
    /// Its text, word for word.
    pub text: String,
}

impl DocumentSource {
    /// The source of a document about scenarios.
    pub fn of(scenarios: &[&Scenario], provenance: &Provenance) -> DocumentSource {
        let read = |scenario: &&Scenario| ScenarioText {
            file: scenario.file.clone(),
            hash: provenance::hash(scenario.text.as_bytes()),
            text: scenario.text.to_string(),
        };
        DocumentSource {
            provenance: provenance.clone(),
            scenarios: scenarios.iter().map(read).collect(),
        }
    }
}

/// Every assumed value, by origin; for several scenarios with the file of each.
pub fn assumptions(scenarios: &[&Scenario]) -> Vec<Block> {
    let origins = [
        (Origin::Declared, "Assumed by this scenario", "this scenario", Media::All),
        (
            Origin::Default,
            "Not set in the scenario: defaults of the program",
            "a default of the program",
            Media::NotText,
        ),
    ];
    let several = scenarios.len() > 1;
    let mut blocks = Vec::new();
    for (origin, title, by, media) in origins {
        let assumed = scenarios.iter().flat_map(|scenario| {
            let of_origin = move |one: &&Assumption| one.origin == origin;
            scenario.assumptions.iter().filter(of_origin).map(move |one| (*scenario, one))
        });
        let rows: Vec<Vec<Cell>> = assumed
            .map(|(scenario, one)| {
                let cells = [&scenario.file, &one.path, &one.value].map(Cell::text);
                cells.into_iter().skip(usize::from(!several)).chain([Cell::text(by)]).collect()
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        let columns =
            ["scenario", "setting", "assumed value"].map(|name| Column::new(name, CellKind::Code));
        let mut columns: Vec<Column> = columns.into_iter().skip(usize::from(!several)).collect();
        columns.push(Column::new("assumed by", CellKind::Text).only(Media::Book));
        let name = if origin == Origin::Declared { "assumptions" } else { "defaults" };
        blocks.push(Block::Table(Table {
            rows,
            media,
            most_in_text: usize::MAX,
            ..Table::new(name, title, columns)
        }));
    }
    blocks
}

/// Sentences under a title, if there are any.
pub fn notes(title: impl Into<String>, lines: Vec<String>) -> Option<Block> {
    (!lines.is_empty()).then(|| Block::Notes { title: title.into(), lines })
}
