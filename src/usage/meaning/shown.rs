//! Rows of one table that stand one behind another, as the checks of [`super::checks`] are shown them: each number and each column
//! is looked at once, however many checks ask for it.
//!
//! Deliberately absent: which rows these are, which `look` and `later` choose, and what is asked of them.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::choose::ChosenColumns;
use super::headers::Doubt;
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::sample::{self, ColumnSample};
use crate::usage::export::Row;

/// Different cells of a column beyond which most stand in a row or two of those that are shown.
pub(super) const MOST_VALUES: usize = 400;

/// Which rows of a table are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownPart {
    /// All of them.
    Whole,
    /// The first of more.
    First,
    /// Some behind the first: what they do not show may stand before them.
    Later,
}

/// Rows, and what is looked up in them.
pub(super) struct ShownRows<'r> {
    pub(super) rows: &'r [Row],
    pub(super) part: ShownPart,
    pub(super) columns: &'r ChosenColumns,
    pub(super) mark: DecimalMark,
    /// The samples of all columns, where they were taken before.
    samples: &'r [ColumnSample],
    looked_at: Vec<LookedAt<'r>>,
}

/// What was looked up of a column.
#[derive(Default)]
struct LookedAt<'r> {
    sample: OnceCell<ColumnSample>,
    numbers: OnceCell<Vec<Option<Atto>>>,
    values: OnceCell<Option<ShownValues<'r>>>,
}

/// The different cells of a column.
#[derive(Default)]
pub(super) struct ShownValues<'r> {
    /// Each once, in the order of their first rows.
    pub(super) texts: Vec<&'r str>,
    /// For each row, the place of its cell among them.
    pub(super) of_rows: Vec<usize>,
}

/// What a check asks about rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowProblem {
    pub(super) text: String,
    /// The values that its way out names: rows further on may show others.
    pub(super) values: Vec<String>,
}

impl RowProblem {
    /// One whose way out names no values.
    pub(super) fn of(text: String) -> RowProblem {
        RowProblem { text, values: Vec::new() }
    }

    /// One whose way out names these values.
    pub(super) fn naming(text: String, values: &[&str]) -> RowProblem {
        RowProblem { text, values: values.iter().map(|&value| value.to_owned()).collect() }
    }
}

impl<'r> ShownRows<'r> {
    /// The first rows of a table, with the samples of its columns.
    pub(super) fn first(
        rows: &'r [Row],
        columns: &'r ChosenColumns,
        samples: &'r [ColumnSample],
        mark: DecimalMark,
    ) -> ShownRows<'r> {
        let part = match sample::is_whole(rows.len() as u64) {
            true => ShownPart::Whole,
            false => ShownPart::First,
        };
        ShownRows { samples, ..ShownRows::of(rows, part, columns, mark) }
    }

    /// Rows behind the first.
    pub(super) fn later(
        rows: &'r [Row],
        columns: &'r ChosenColumns,
        mark: DecimalMark,
    ) -> ShownRows<'r> {
        ShownRows::of(rows, ShownPart::Later, columns, mark)
    }

    fn of(
        rows: &'r [Row],
        part: ShownPart,
        columns: &'r ChosenColumns,
        mark: DecimalMark,
    ) -> ShownRows<'r> {
        let looked_at = columns.header.iter().map(|_| LookedAt::default()).collect();
        ShownRows { rows, part, columns, mark, samples: &[], looked_at }
    }

    /// A cell.
    pub(super) fn text(&self, row: usize, column: usize) -> &'r str {
        self.rows.get(row).map_or("", |row| cell(row.view(), column))
    }

    /// The cells of a column.
    pub(super) fn texts(&self, column: usize) -> impl Iterator<Item = &'r str> {
        let rows = self.rows;
        rows.iter().map(move |row| cell(row.view(), column))
    }

    /// The numbers of a column, row by row: see [`number::amount`].
    pub(super) fn numbers(&self, column: usize) -> &[Option<Atto>] {
        let read = || self.texts(column).map(|text| number::amount(text, self.mark)).collect();
        let of = self.looked_at.get(column);
        of.map(|of| of.numbers.get_or_init(read).as_slice()).unwrap_or_default()
    }

    /// The different cells of a column; `None` where they are too many to say anything of each.
    pub(super) fn values(&self, column: usize) -> Option<&ShownValues<'r>> {
        let of = self.looked_at.get(column)?;
        of.values.get_or_init(|| ShownValues::of(self.texts(column))).as_ref()
    }

    /// The look of a column.
    pub(super) fn sample(&self, column: usize) -> Option<&ColumnSample> {
        let of_column = || sample::of_column(self.rows, column);
        match self.part {
            ShownPart::Later => Some(self.looked_at.get(column)?.sample.get_or_init(of_column)),
            ShownPart::Whole | ShownPart::First => self.samples.get(column),
        }
    }

    /// The columns that no condition names.
    pub(super) fn unasked(&self) -> impl Iterator<Item = usize> {
        let filters = &self.columns.filters;
        let asked: Vec<usize> =
            filters.iter().flat_map(|filter| filter.columns()).copied().collect();
        (0..self.columns.header.len()).filter(move |column| !asked.contains(column))
    }

    /// Whether the conditions take a row.
    pub(super) fn is_taken(&self, row: usize) -> bool {
        let get = |column: usize| self.text(row, column);
        self.columns.filters.iter().all(|filter| filter.holds(&get, self.mark))
    }

    /// Whether amounts are of several units, which a column beside them names.
    pub(super) fn has_units(&self) -> bool {
        self.columns.watched.iter().any(|&(column, doubt)| {
            doubt == Doubt::Unit && self.sample(column).is_some_and(|sample| sample.differ)
        })
    }

    /// Words that say of rows that there are more.
    pub(super) fn among(&self) -> &'static str {
        match self.part {
            ShownPart::Whole => "",
            ShownPart::First | ShownPart::Later => " of those looked at",
        }
    }

    /// Whether there may be rows before these.
    pub(super) fn is_later(&self) -> bool {
        self.part == ShownPart::Later
    }
}

impl<'r> ShownValues<'r> {
    fn of(texts: impl Iterator<Item = &'r str>) -> Option<ShownValues<'r>> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut values = ShownValues::default();
        for text in texts {
            let place = *places.entry(text).or_insert_with(|| {
                values.texts.push(text);
                values.texts.len() - 1
            });
            values.of_rows.push(place);
            if values.texts.len() > MOST_VALUES {
                return None;
            }
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_their_first_rows() {
        let values = ShownValues::of(["b", "a", "b", "", "a"].into_iter()).unwrap();
        assert_eq!(values.texts, ["b", "a", ""]);
        assert_eq!(values.of_rows, [0, 1, 0, 2, 1]);
    }
}
