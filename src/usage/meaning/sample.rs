//! The first rows of an export, looked at column by column: which hold times, numbers, words, nothing.
//!
//! Deliberately absent: a choice among them.

use std::collections::BTreeSet;

use super::blank::Blank;
use super::entries::WordColumn;
use super::flags::FlagColumn;
use super::hours::{self, HoursOfColumn};
use super::kinds;
use super::labels;
use super::moment::{self, DateEvidence, DateVerdict};
use super::number::{self, Atto, DecimalMark, NotANumber, NumberEvidence, WrittenNumber};
use super::powers;
use super::row_ends::RowEnds;
use super::wide::WideTable;
use crate::domain::Currency;
use crate::usage::export::{ExportError, Row, is_bracketed_unit};

/// Rows that are looked at before columns are chosen.
pub(super) const ROWS: u64 = 2_000;
/// Columns of a table whose first rows are kept.
pub(super) const WIDEST: usize = 100;
/// Rows whose numbers are kept, to see which column is the sum of others, and which goes on where another ends.
const KEPT: usize = ROWS as usize;

/// Different cells that are kept: marks of debit and credit are two, in a spelling or two.
const FEW: usize = 4;

/// Amounts that a column must have before and after another takes over from it.
const FEWEST_BEFORE: usize = 2;

/// The look of the cells of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnSample {
    /// The first cell that holds something.
    pub(super) example: String,
    /// Cells that hold something.
    pub(super) filled: u64,
    /// Cells that hold a number in any notation.
    pub(super) numeric: u64,
    /// Cells that hold a number which a spreadsheet wrote with fewer digits than it had.
    pub(super) rounded: u64,
    /// Cells that hold a number with the sign of a currency.
    pub(super) money: u64,
    /// Cells that hold a number with a unit.
    pub(super) with_unit: u64,
    /// Whether not all cells that hold something hold the same.
    pub(super) differ: bool,
    /// Whether one behind the first rows holds something that none of those does.
    pub(super) differ_later: bool,
    /// Cells that hold a time of day alone.
    pub(super) clocks: u64,
    /// The hours of days that it holds, if all its cells are such.
    pub(super) hours: Option<HoursOfColumn>,
    /// What lies between begin and end of a row, where its times are those of ends.
    pub(super) ends: RowEnds,
    /// Cells that hold a duration in hours, minutes and seconds.
    pub(super) durations: u64,
    /// Cells that hold a duration in two parts, `1:30`.
    short_durations: u64,
    /// Whether one of them has more than one part.
    is_clear_duration: bool,
    /// Cells that hold the label of a total.
    pub(super) totals: u64,
    /// Cells that name a period without its year.
    pub(super) periods: u64,
    /// The different cells, as far as they are few.
    pub(super) few: Vec<String>,
    /// Whether a cell says in nothing but a word of kinds what its row is.
    pub(super) says_kind: bool,
    /// Whether a cell names what is paid for a plan.
    pub(super) names_fee: bool,
    /// Whether a cell says, if the column is of states, that its row is not billed.
    pub(super) says_unbilled: bool,
    /// Whether a cell describes an entry of a ledger, if the column is of descriptions.
    pub(super) says_entry: bool,
    /// How the cells are written that may be codes.
    codes: CodeSigns,
    /// The numbers of the first rows, one each; 0 where a cell holds none.
    first: Vec<Atto>,
    /// Whether its cells are parts of the dates of their rows.
    pub(super) is_part_of_date: bool,
    /// Evidence of its numbers about their notation.
    pub(super) numbers: NumberEvidence,
    /// Evidence of its times about theirs.
    pub(super) dates: DateEvidence,
}

/// Digits of numbers that are the same in every row, from which on they are a code.
const LONG_CODE: usize = 5;
/// Digits that no amount has.
const LONGEST_AMOUNT: usize = 15;

/// How cells are written that may be codes.
#[derive(Clone, Copy, Debug, Default)]
struct CodeSigns {
    /// Whether a cell has anything but digits.
    has_others: bool,
    /// Whether a cell of several digits begins with zero.
    begins_with_zero: bool,
    /// The digits of the longest cell.
    longest: usize,
    /// Cells that begin with letters of no currency, and go on with a number.
    named: u64,
}

impl CodeSigns {
    fn see(&mut self, cell: &str) {
        self.has_others = self.has_others || !cell.bytes().all(|byte| byte.is_ascii_digit());
        self.begins_with_zero |= cell.len() > 1 && cell.starts_with('0');
        self.longest = self.longest.max(cell.len());
        self.named += u64::from(is_named(cell));
    }
}

/// Whether letters of no currency stand before the digits of a cell, as in `INV-17` and `/v/3`.
fn is_named(cell: &str) -> bool {
    if cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return false;
    }
    let length = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
    let before = cell.get(..length).unwrap_or_default();
    let letters = before.trim_matches(|c: char| !c.is_alphabetic() && !number::is_currency(c));
    let is_code = letters.len() == 3 && Currency::from_code(letters).is_some();
    !letters.is_empty()
        && length < cell.len()
        && !letters.contains(number::is_currency)
        && !is_code
        && !number::is_currency_name(letters)
        && !number::is_currency_name(before.trim())
        && number::mark_of_account(letters).is_none()
}

impl ColumnSample {
    fn see(&mut self, line: u64, cell: &str) {
        let read = DecimalMark::EACH.map(|mark| number::read(cell, mark));
        if self.first.len() < KEPT {
            let number = read.iter().flatten().find_map(|written| written.number.atto());
            self.first.push(number.unwrap_or_default());
        }
        let is_new = !self.few.iter().any(|one| one == cell);
        if !cell.is_empty() && self.few.len() <= FEW && is_new {
            self.few.push(cell.to_owned());
        }
        if is_new {
            self.see_words(cell);
        }
        if Blank::of(cell).is_some() || is_bracketed_unit(cell) {
            return;
        }
        if self.filled == 0 {
            cell.clone_into(&mut self.example);
        }
        self.filled += 1;
        self.differ |= cell != self.example;
        self.codes.see(cell);
        let is_number = |read: &Result<WrittenNumber<'_>, NotANumber>| {
            matches!(
                read,
                Ok(_) | Err(NotANumber::TooLarge | NotANumber::TooPrecise | NotANumber::TwoSigns)
            )
        };
        let is_shortened = |&mark: &DecimalMark| number::read_shortened(cell, mark).is_some();
        if read.iter().any(is_number) || DecimalMark::EACH.iter().any(is_shortened) {
            self.numeric += 1;
            self.rounded += u64::from(powers::is_rounded(cell));
            self.money += u64::from(cell.contains(number::is_currency));
            let has_unit = |written: &WrittenNumber<'_>| !written.unit.is_empty();
            self.with_unit += u64::from(read.iter().flatten().any(has_unit));
            self.numbers.see(line, cell);
        }
        self.clocks += u64::from(cell.contains(':') && moment::clock(cell).is_ok());
        if number::read_duration(cell).is_some() {
            self.durations += 1;
            // The `m` of `5m` may be a million.
            let names = cell.split(|c: char| !c.is_alphabetic()).filter(|name| !name.is_empty());
            self.is_clear_duration |= cell.contains(':') || names.count() > 1;
        }
        self.short_durations += u64::from(number::is_short_duration(cell));
        self.totals += u64::from(labels::labels_total(cell.as_bytes()));
        // The label of a total, of a period that it sums up, or of another figure of all rows, stands among dates.
        self.periods += u64::from(labels::is_period(cell));
        if !labels::is_untimed_total(cell) && !labels::is_summary(cell) && !labels::is_period(cell)
        {
            self.dates.see(line, cell);
        }
    }

    /// Sees what a cell says that is not among the few, of which all was seen when they came.
    fn see_words(&mut self, cell: &str) {
        self.says_unbilled =
            self.says_unbilled || FlagColumn::Codes.is_unbilled(cell) == Some(true);
        if Blank::of(cell).is_some() || is_bracketed_unit(cell) {
            return;
        }
        self.says_kind = self.says_kind || kinds::of_cell(cell).is_some();
        self.names_fee = self.names_fee || kinds::is_plan_fee(cell, false);
        self.says_entry = self.says_entry || WordColumn::Descriptions.is_entry(cell);
    }

    /// The numbers of the first rows, 0 where a cell holds none.
    pub(super) fn first_numbers(&self) -> &[Atto] {
        &self.first
    }

    /// Whether they number the rows, from 0 or 1 on; a row of a total may have none.
    pub(super) fn numbers_rows(&self) -> bool {
        let Some(one) = Atto::from_micro(1_000_000) else { return false };
        let begins = self.first.first().is_some_and(|first| [Atto::ZERO, one].contains(first));
        let blank = usize::from(self.filled < self.first.len() as u64);
        let rows = self.first.len().saturating_sub(blank);
        let counting = self.first.get(..rows).unwrap_or_default();
        begins && rows > 2 && counting.windows(2).all(|pair| pair[0].plus(one) == Some(pair[1]))
    }

    /// Whether those are the numbers of all rows.
    pub(super) fn has_all_numbers(&self) -> bool {
        self.first.len() < KEPT
    }

    /// Whether nearly all its cells are dates or times, some of which may be Unix times; one may be that of a total row.
    pub(super) fn is_dates(&self) -> bool {
        let numbers = if self.dates.are_unix() { 0 } else { self.dates.numbers };
        self.dates.dates > 2 * self.periods && self.dates.others + numbers <= 1 + self.filled / 20
    }

    /// Whether all its cells are numbers that can be times.
    pub(super) fn is_counted_times(&self) -> bool {
        self.dates.numbers == self.filled
            && self.filled > 0
            && matches!(self.dates.verdict(), DateVerdict::Notation(_))
    }

    /// Whether all its cells are Unix times of years near ours, and not all the same.
    pub(super) fn is_recent_times(&self) -> bool {
        self.is_counted_times() && self.dates.are_recent()
    }

    /// Whether all its cells are numbers that can be times of years near ours.
    pub(super) fn is_near_times(&self) -> bool {
        self.is_counted_times() && (self.dates.are_recent() || self.dates.are_near_days())
    }

    /// Whether all its cells are months in six digits.
    pub(super) fn is_months(&self) -> bool {
        self.is_counted_times() && self.dates.are_months()
    }

    /// Whether its cells are codes of currencies.
    pub(super) fn is_currencies(&self) -> bool {
        let is_code = |cell: &String| Currency::from_code(cell).is_some();
        self.filled > 0 && self.few.len() <= FEW && self.few.iter().all(is_code)
    }

    /// Whether its cells are marks of debit and credit.
    pub(super) fn is_sides(&self, header: &str) -> bool {
        self.few.len() <= FEW && kinds::are_sides(header, self.few.iter().map(String::as_str))
    }

    /// Whether its cells are the hours of days, from 0 to 23.
    pub(super) fn is_hours(&self) -> bool {
        self.is_numbers() && self.dates.are_hours()
    }

    /// Whether its numbers are written as codes are: with letters of no currency before them, with a zero before others, with more
    /// digits than amounts have, or with many digits that are the same in every row.
    pub(super) fn are_codes(&self) -> bool {
        let CodeSigns { has_others, begins_with_zero, longest, named } = self.codes;
        if named > 0 && named == self.filled {
            return true;
        }
        let is_one = !self.differ && self.filled > 1 && longest >= LONG_CODE;
        self.filled > 0 && !has_others && (begins_with_zero || longest > LONGEST_AMOUNT || is_one)
    }

    /// Whether all its cells are numbers.
    pub(super) fn is_numbers(&self) -> bool {
        self.filled > 0 && self.numeric == self.filled
    }

    /// Whether half of its cells or more are numbers, enough where the header is one of an amount.
    pub(super) fn is_mostly_numbers(&self) -> bool {
        self.numeric > 0 && 2 * self.numeric >= self.filled
    }

    /// Whether it holds words, among which the label of a total may stand: not if each is one, as where a
    /// column says that all amounts are sums.
    pub(super) fn is_words(&self) -> bool {
        self.filled > self.totals && !self.is_dates() && !self.is_numbers() && !self.is_clocks()
    }

    /// Whether one of its first numbers is none of zero.
    pub(super) fn holds_amounts(&self) -> bool {
        self.first.iter().any(|number| *number != Atto::ZERO)
    }

    /// Whether each of the first numbers is the sum of those of `others`, as far as their decimals go.
    pub(super) fn is_sum_of(&self, others: &[&ColumnSample]) -> bool {
        let half = |number: Atto| match number == Atto::ZERO {
            true => Atto::ZERO,
            false => number.half_of_last_decimal(),
        };
        let ties = |(row, total): (usize, &Atto)| {
            let (mut sum, mut most) = (Some(Atto::ZERO), half(*total));
            for cell in others.iter().filter_map(|other| other.first.get(row)) {
                sum = sum.and_then(|sum| sum.plus(*cell));
                most = most.plus(half(*cell)).unwrap_or(most);
            }
            sum.and_then(|sum| total.minus(sum)).is_some_and(|off| off.size() <= most)
        };
        !others.is_empty()
            && self.first.iter().enumerate().all(ties)
            && self.first.iter().any(|total| *total != Atto::ZERO)
    }

    /// The sum of all its cells; `None` where more rows follow, or a comma may be read in two ways.
    pub(super) fn sum_of_all(&self) -> Option<Atto> {
        let is_clear = self.has_all_numbers() && self.numbers.comma.is_none();
        let mut all = self.first.iter().filter(|_| is_clear);
        let first = *all.next()?;
        all.try_fold(first, |sum, next| sum.plus(*next))
    }

    /// Whether its amounts end where those of `other` begin, from row to row: each has some, and none of this one stands
    /// beside or behind one of the other.
    pub(super) fn ends_where_begins(&self, other: &ColumnSample) -> bool {
        let are_some = |column: &ColumnSample| {
            column.first.iter().filter(|amount| **amount != Atto::ZERO).count() >= FEWEST_BEFORE
        };
        let last = self.first.iter().rposition(|amount| *amount != Atto::ZERO);
        let first = other.first.iter().position(|amount| *amount != Atto::ZERO);
        are_some(self)
            && are_some(other)
            && last.zip(first).is_some_and(|(last, first)| last < first)
    }

    /// Whether all its cells are durations in hours, minutes and seconds, and not all of them numbers with a unit.
    pub(super) fn is_durations(&self) -> bool {
        self.is_clear_duration && self.numeric < self.filled && self.durations == self.filled
    }

    /// Whether all its cells are durations in two parts.
    pub(super) fn is_short_durations(&self) -> bool {
        self.filled > 0 && self.short_durations == self.filled
    }

    /// Whether all its cells are durations, of two parts or three.
    pub(super) fn are_durations(&self) -> bool {
        self.is_durations() || self.is_short_durations()
    }

    /// The sum of the numbers of the first rows; `None` beyond what can be counted.
    pub(super) fn sum(&self) -> Option<Atto> {
        self.first.iter().try_fold(Atto::ZERO, |sum, number| sum.plus(*number))
    }

    /// The contents of its cells, in a word.
    pub(super) fn holds(&self) -> &'static str {
        match () {
            () if self.filled == 0 => "nothing",
            () if self.is_dates() => "dates",
            () if self.is_clocks() => "times of day",
            () if self.is_numbers() => "numbers",
            () => "text",
        }
    }

    /// Whether all its cells are times of day.
    pub(super) fn is_clocks(&self) -> bool {
        self.filled > 0 && self.clocks == self.filled
    }
}

/// Whether a sample of so many rows is the whole table.
pub(super) fn is_whole(count: u64) -> bool {
    count < ROWS
}

/// The sample of one column of rows.
pub(super) fn of_column(rows: &[Row], column: usize) -> ColumnSample {
    let mut sample = ColumnSample::default();
    for row in rows {
        sample.see(row.line(), row.get(column).unwrap_or_default());
    }
    sample
}

/// The samples of all columns, the rows of a table that is not too wide to keep them, and the number of rows seen.
pub(super) fn columns(
    table: &mut WideTable,
) -> Result<(Vec<ColumnSample>, Vec<Row>, u64), ExportError> {
    let mut samples = vec![ColumnSample::default(); table.header().len()];
    let (mut row, mut rows, mut count) = (Row::new(), Vec::new(), 0);
    while count < ROWS && table.next(&mut row)? {
        count += 1;
        for (sample, cell) in samples.iter_mut().zip(row.iter()) {
            sample.see(row.line(), cell);
        }
        if samples.len() <= WIDEST {
            rows.push(row.clone());
        }
    }
    if !is_whole(count) {
        see_later_words(table, &mut samples, &rows);
    }
    for column in table.parts_of_date() {
        samples[column].is_part_of_date = true;
    }
    hours::note(&mut samples, &rows, table.header());
    Ok((samples, rows, count))
}
/// Rows behind the first in which columns of few words are looked at: a status such as `failed` may come late.
const ROWS_OF_WORDS: u64 = 60_000;
/// Different cells of such a column at most, among the first rows and in all.
const FEW_WORDS: usize = 32;
const MOST_WORDS: usize = 64;

/// Sees the words that come behind the first rows in columns that have few. What cannot be read ends it, and is told where all rows are
/// read.
fn see_later_words(table: &mut WideTable, samples: &mut [ColumnSample], rows: &[Row]) {
    let header = table.header().to_vec();
    let mut columns: Vec<(usize, BTreeSet<String>)> = Vec::new();
    for (column, (name, sample)) in header.iter().zip(&*samples).enumerate() {
        if sample.is_numbers() && FlagColumn::of(name).is_none() {
            continue;
        }
        let mut cells = BTreeSet::new();
        let is_few = rows.iter().all(|row| {
            cells.insert(row.get(column).unwrap_or_default());
            cells.len() <= FEW_WORDS
        });
        if is_few && !rows.is_empty() {
            columns.push((column, cells.into_iter().map(str::to_owned).collect()));
        }
    }
    let mut row = Row::new();
    for _ in 0..ROWS_OF_WORDS {
        if columns.is_empty() || !matches!(table.next(&mut row), Ok(true)) {
            return;
        }
        columns.retain_mut(|(column, seen)| {
            let cell = row.get(*column).unwrap_or_default();
            if !seen.contains(cell) {
                seen.insert(cell.to_owned());
                let sample = &mut samples[*column];
                sample.differ_later |= Blank::of(cell).is_none();
                sample.see_words(cell);
            }
            seen.len() <= MOST_WORDS
        });
    }
}
