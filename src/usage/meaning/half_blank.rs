//! A total that some rows leave blank while they have its parts: `total_tokens` of one vendor beside `input_tokens` and
//! `output_tokens` of another, as logs of several have.
//!
//! Deliberately absent: amounts that go on under another name, which `choose` looks at, and totals in rows of their own.

use super::blank::Blank;
use super::headers::{self, header_argument, in_shell, last_words, quoted};
use super::number::Atto;
use super::sample::ColumnSample;
use super::shown::{RowProblem, ShownRows};
use super::tally::ties;
use crate::domain::text::{counted, listed};

/// The problem of an amount that is blank in some of the rows, where others of its unit hold something.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amount = columns.amount_of_all()?;
    let name = columns.name(amount);
    let total = HalfBlank { shown, amount };
    let may_be_part = |column: &usize| {
        *column != amount
            && headers::says_total(name)
            && unit(columns.name(*column)) == unit(name)
            && shown.sample(*column).is_some_and(ColumnSample::is_mostly_numbers)
            && total.rows().any(|row| total.lacks(row) && total.has(row, *column))
    };
    let beside: Vec<usize> = (0..columns.header.len()).filter(may_be_part).collect();
    let (parts, others): (Vec<usize>, Vec<usize>) =
        beside.into_iter().partition(|column| headers::is_part_of_sum(columns.name(*column)));
    if parts.is_empty() {
        return None;
    }
    let names = |columns_of: &[usize]| {
        let names = columns_of.iter().map(|&column| format!("`{}`", columns.name(column)));
        listed(&names.collect::<Vec<_>>())
    };
    let blank = total
        .rows()
        .filter(|row| total.lacks(*row))
        .filter(|row| parts.iter().any(|&part| total.has(*row, part)))
        .count();
    let sum: Vec<String> = parts.iter().map(|&part| quoted(columns.name(part))).collect();
    let sum = sum.join(" + ");
    let way = match total.beside(&parts) {
        // Rows before them may have both.
        TotalBeside::None if !shown.is_later() => {
            let all = format!("{} + {sum}", quoted(name));
            format!("`--amount-column {}` adds them up (or `[usage] amount`)", in_shell(&all))
        }
        TotalBeside::None | TotalBeside::Sum => {
            let of = quoted(name);
            let meters = format!(
                "usage.meters=[{{ where = {:?}, amount = {of:?} }}, {{ where = {:?}, amount = {sum:?} }}]",
                format!("{of} is not blank"),
                format!("{of} is blank"),
            );
            format!(
                "`--set {}` (or `[[usage.meters]]`) takes them where it is blank",
                in_shell(&meters)
            )
        }
        TotalBeside::Other => {
            "they add up to something else where it is not, so write the total into those rows"
                .to_owned()
        }
    };
    let left_out = match others.as_slice() {
        [] => String::new(),
        others => format!(" (without {})", names(others)),
    };
    let among = shown.among();
    let text = format!(
        "the amount: `{name}` is blank in {}{among} with something in {}, which would not count: {way}{left_out}; where only \
         rows with a total count, `--amount-column {}` reads it alone",
        counted(blank, "row"),
        names(&parts),
        header_argument(name)
    );
    Some(RowProblem::of(text))
}

/// The unit that a header ends with.
fn unit(header: &str) -> String {
    last_words(header).rsplit(' ').next().unwrap_or_default().to_owned()
}

/// What parts come to in rows that have a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TotalBeside {
    /// No row has both.
    None,
    /// The total.
    Sum,
    /// Something else.
    Other,
}

/// Rows some of which lack their total.
struct HalfBlank<'s, 'r> {
    shown: &'s ShownRows<'r>,
    amount: usize,
}

impl HalfBlank<'_, '_> {
    fn rows(&self) -> impl Iterator<Item = usize> {
        0..self.shown.rows.len()
    }

    /// Whether a row has no total.
    fn lacks(&self, row: usize) -> bool {
        Blank::of(self.shown.text(row, self.amount)).is_some()
    }

    /// Whether a row has a number other than zero in a column.
    fn has(&self, row: usize, column: usize) -> bool {
        self.read(row, column).is_some_and(|number| number != Atto::ZERO)
    }

    fn read(&self, row: usize, column: usize) -> Option<Atto> {
        self.shown.numbers(column).get(row).copied().flatten()
    }

    /// What the parts come to in rows that have a total and one of them.
    fn beside(&self, parts: &[usize]) -> TotalBeside {
        let has_both =
            |row: &usize| !self.lacks(*row) && parts.iter().any(|&part| self.has(*row, part));
        let is_sum = |row: usize| {
            let mut numbers = parts.iter().map(|&part| self.read(row, part).unwrap_or(Atto::ZERO));
            let sum = numbers.try_fold(Atto::ZERO, |sum, number| sum.plus(number));
            self.read(row, self.amount).zip(sum).is_some_and(|(total, sum)| ties(total, sum))
        };
        let mut both = self.rows().filter(has_both).peekable();
        if both.peek().is_none() {
            return TotalBeside::None;
        }
        if both.all(is_sum) { TotalBeside::Sum } else { TotalBeside::Other }
    }
}
