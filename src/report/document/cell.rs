//! Values of a document, typed: a renderer decides how each is written.

use crate::domain::{CreditTotal, Instant, Money};
use crate::study::Estimate;

/// The content of a column, or the unit of an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Words.
    Text,
    /// Text for machines: a setting, a file.
    Code,
    /// Figures of several kinds, each in a row.
    Figure,
    /// Money.
    Money,
    /// Money for 1,000 credits, which may be far below the minor unit.
    Price,
    /// Credits.
    Credits,
    /// A number of things.
    Count,
    /// A share of a whole.
    Share,
    /// Hours.
    Hours,
    /// A length of time.
    Length,
    /// An instant.
    Instant,
}

impl CellKind {
    /// Returns true if its cells are numbers, aligned to the right.
    pub fn is_number(self) -> bool {
        !matches!(self, CellKind::Text | CellKind::Code | CellKind::Instant)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Empty,
    /// A figure that cannot be known.
    Unknown,
    /// Words.
    Text(String),
    /// Words, parts of which lead elsewhere on a page.
    Linked(Vec<LinkedText>),
    /// An exact amount of money.
    Money(Money),
    /// An exact price, in money for 1,000 credits.
    Price(f64),
    /// An exact number of credits.
    Credits(CreditTotal),
    /// A number of things.
    Count(u64),
    /// An exact share of a whole, 0 to 1.
    Share(f64),
    /// A length of time in milliseconds; below zero where it is taken away.
    Length(i64),
    /// An instant.
    Instant(Instant),
    /// A mean over many runs, with how sure it is.
    Mean(Mean),
    /// A value that a workbook calculates from other cells.
    Derived(Box<Cell>, Derived),
}

impl Cell {
    /// Returns true if it is empty or an amount of nothing.
    pub fn is_nothing(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Money(money) => *money == Money::ZERO,
            Cell::Credits(credits) => *credits == CreditTotal::ZERO,
            Cell::Count(count) => *count == 0,
            Cell::Length(length) => *length == 0,
            Cell::Price(amount) | Cell::Share(amount) => *amount == 0.0,
            Cell::Unknown
            | Cell::Text(_)
            | Cell::Linked(_)
            | Cell::Instant(_)
            | Cell::Mean(_)
            | Cell::Derived(..) => false,
        }
    }

    /// Words.
    pub fn text(text: impl AsRef<str>) -> Cell {
        Cell::Text(text.as_ref().to_owned())
    }

    /// Credits, exactly.
    pub fn credits(credits: impl Into<CreditTotal>) -> Cell {
        Cell::Credits(credits.into())
    }

    /// An estimate with half of its interval; unknown if there is none.
    pub fn with_half(kind: CellKind, estimate: Option<Estimate>) -> Cell {
        Cell::estimated(kind, estimate, |estimate| Spread::Half(estimate.half_width()))
    }

    /// An estimate with its interval; unknown if there is none.
    pub fn with_limits(kind: CellKind, estimate: Option<Estimate>) -> Cell {
        Cell::estimated(kind, estimate, |estimate| Spread::Limits(estimate.low, estimate.high))
    }

    /// An estimate without its interval; unknown if there is none.
    pub fn value_of(kind: CellKind, estimate: Option<Estimate>) -> Cell {
        Cell::estimated(kind, estimate, |_| Spread::Alone)
    }

    /// A mean without an interval.
    pub fn mean(kind: CellKind, value: f64) -> Cell {
        Cell::Mean(Mean { kind, value, spread: Spread::Alone })
    }

    fn estimated(
        kind: CellKind,
        estimate: Option<Estimate>,
        spread: impl Fn(Estimate) -> Spread,
    ) -> Cell {
        let mean =
            |estimate: Estimate| Mean { kind, value: estimate.value, spread: spread(estimate) };
        estimate.map_or(Cell::Unknown, |estimate| Cell::Mean(mean(estimate)))
    }
}

/// Words that may lead elsewhere on a page, and be led to; other media show the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedText {
    /// The words.
    pub text: String,
    /// Where they lead: `#` and an anchor of the same page, or a file beside it.
    pub address: Option<String>,
    /// The anchor by which others lead here.
    pub anchor: Option<String>,
}

impl LinkedText {
    /// Words that lead nowhere.
    pub fn plain(text: impl Into<String>) -> LinkedText {
        LinkedText { text: text.into(), ..LinkedText::default() }
    }

    /// Words that lead to an address.
    pub fn to(address: String, text: impl Into<String>) -> LinkedText {
        LinkedText { text: text.into(), address: Some(address), anchor: None }
    }

    /// Parts in a row as one text.
    pub fn joined(parts: &[LinkedText]) -> String {
        parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// A mean over many runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Its unit.
    pub kind: CellKind,
    /// The mean.
    pub value: f64,
    /// Its interval.
    pub spread: Spread,
}

/// The form of an interval beside its mean. An unresolved limit is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Not at all.
    Alone,
    /// `± half`.
    Half(Option<f64>),
    /// `(low to high)`.
    Limits(Option<f64>, Option<f64>),
}

/// The formula by which a workbook calculates a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Derived {
    /// The sum of a column of another table, named by its header.
    Sum {
        /// The table.
        table: &'static str,
        /// The column's header.
        column: String,
    },
    /// The value of a cell in another table.
    Same {
        /// The table.
        table: &'static str,
        /// The row, from 0.
        row: usize,
        /// The column's header.
        column: String,
    },
}
