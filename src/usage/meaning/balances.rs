//! A balance beside amounts, followed through all rows of a file: at which of them it rises, so that credits came in, and whether it
//! falls by amounts below zero here and above zero there, of which the size alone is usage.
//!
//! Deliberately absent: a balance that goes on by both signs, which is in `ledger`.

use std::collections::BTreeSet;

use super::checks::OpenQuestions;
use super::choose::ChosenColumns;
use super::entries::WordColumn;
use super::headers::{in_shell, quoted};
use super::kinds::KindWord;
use super::ledger;
use super::number::{self, Atto, DecimalMark};
use super::risen;
use super::rows::cell;
use super::sample::ROWS;
use crate::domain::text::counted;
use crate::usage::export::RowView;

/// Rows by which a balance must fall.
const FEWEST_FALLS: u64 = 2;
/// Rows that a condition names one by one.
const NAMED: usize = 12;
/// Different values of a column that are kept.
const MOST_VALUES: usize = 400;

/// A balance and the amounts beside it, row by row.
pub(super) struct FollowedBalance {
    amount: usize,
    balance: usize,
    mark: DecimalMark,
    /// The row before: its amount, its balance and its line.
    before: Option<(Atto, Atto, u64)>,
    rows: u64,
    /// The same rows from the oldest on and from the newest on.
    ways: [BalanceWay; 2],
    words: Vec<WordsOfColumn>,
}

/// The values of a column of words.
struct WordsOfColumn {
    column: usize,
    /// Those of rows at which the balance falls, and at which it rises.
    used: BTreeSet<String>,
    come_in: BTreeSet<String>,
}

/// What a balance does at the rows of a file, if they are in this order.
#[derive(Default)]
struct BalanceWay {
    is_broken: bool,
    falls: u64,
    rises: u64,
    /// The first rows at which it rises.
    risen: Vec<RisenRow>,
    /// Falls by amounts below zero, and by others.
    below: u64,
    above: u64,
    /// The lines of the first amounts of each sign.
    first: [Option<u64>; 2],
}

/// A row at which a balance rises.
struct RisenRow {
    line: u64,
    time: String,
    amount: Atto,
}

impl FollowedBalance {
    /// No rows yet; `None` where no balance stands beside one column of amounts, or a condition chooses among its rows, or what those
    /// below zero do is said.
    pub(super) fn of(
        columns: &ChosenColumns,
        open: OpenQuestions,
        mark: DecimalMark,
    ) -> Option<FollowedBalance> {
        let is_open = columns.filters.is_empty() && open.signs;
        let amount = columns.amount_of_all().filter(|_| is_open)?;
        let is_balance =
            |column: &usize| *column != amount && ledger::names_balance(columns.name(*column));
        let mut balances = (0..columns.header.len()).filter(is_balance);
        let balance = balances.next().filter(|_| balances.next().is_none())?;
        let is_of_words =
            |column: &&usize| WordColumn::of(columns.name(**column)) != WordColumn::Names;
        let of_column = |&column: &usize| {
            let (used, come_in) = (BTreeSet::new(), BTreeSet::new());
            WordsOfColumn { column, used, come_in }
        };
        let words = columns.labels.iter().filter(is_of_words).map(of_column).collect();
        let ways = [BalanceWay::default(), BalanceWay::default()];
        Some(FollowedBalance { amount, balance, mark, before: None, rows: 0, ways, words })
    }

    /// Sees the next row; one without a balance, as that of a total, stands between others.
    pub(super) fn see(&mut self, columns: &ChosenColumns, row: RowView<'_>) {
        let [oldest_first, newest_first] = &mut self.ways;
        if oldest_first.is_broken && newest_first.is_broken {
            return;
        }
        self.rows += 1;
        let read = |column: usize| number::amount(cell(row, column), self.mark);
        let Some(balance) = read(self.balance) else { return };
        let amount = read(self.amount).unwrap_or_default();
        let before = self.before.replace((amount, balance, row.line()));
        let Some((amount_before, balance_before, line_before)) = before else { return };
        newest_first.step(amount_before, balance_before.minus(balance), line_before);
        let Some(falls) = oldest_first.step(amount, balance.minus(balance_before), row.line())
        else {
            return;
        };
        if !falls && oldest_first.risen.len() < NAMED {
            let time = cell(row, columns.time).to_owned();
            oldest_first.risen.push(RisenRow { line: row.line(), time, amount });
        }
        self.words.iter_mut().for_each(|words| words.see(row, falls));
    }

    /// Whether the balance goes by the amounts at all rows, the oldest of which stands first.
    pub(super) fn is_followed(&self) -> bool {
        let [oldest_first, newest_first] = &self.ways;
        // Where the newest stands first, rows that come in are known by some of them alone.
        !oldest_first.is_broken || (!newest_first.is_broken && newest_first.rises == 0)
    }

    /// The problem that all rows show.
    pub(super) fn problem(&self, columns: &ChosenColumns) -> Option<String> {
        let whole = self.ways.iter().find(|way| !way.is_broken && way.falls >= FEWEST_FALLS)?;
        let (name, beside) = (columns.name(self.amount), columns.name(self.balance));
        if whole.below >= FEWEST_FALLS && whole.above >= FEWEST_FALLS && whole.rises == 0 {
            return Some(whole.told_signs(name, beside));
        }
        // The rows of a short file are looked at as a whole.
        let oldest_first = &self.ways[0];
        let is_asked = self.rows > ROWS && oldest_first.rises > 0 && oldest_first.below == 0;
        (is_asked && !oldest_first.is_broken).then(|| self.told_rises(columns)).flatten()
    }

    /// The problem of rows at which the balance rises; `None` where words say what they are, which is asked about by those.
    fn told_rises(&self, columns: &ChosenColumns) -> Option<String> {
        let BalanceWay { rises, risen, .. } = &self.ways[0];
        let (name, beside) = (columns.name(self.amount), columns.name(self.balance));
        let are_all = *rises == risen.len() as u64;
        let way = match self.words.iter().find(|words| words.are_apart()) {
            Some(words) => {
                let header = columns.name(words.column);
                let of = WordColumn::of(header);
                let says = |value: &String| {
                    let word = of.says(value).or_else(|| WordColumn::Kinds.says(value));
                    matches!(word, Some(KindWord::Ledger | KindWord::Usage | KindWord::Correction))
                };
                if words.come_in.iter().any(says) {
                    return None;
                }
                let come_in: Vec<&str> = words.come_in.iter().map(String::as_str).collect();
                risen::leave_out(header, &come_in)
            }
            None if are_all => {
                let row = |row: &RisenRow| {
                    let time = row.time.replace('"', "\"\"");
                    let (at, name) = (quoted(columns.name(columns.time)), quoted(name));
                    format!("{at} = \"{time}\" and {name} = {}", row.amount.plain())
                };
                let rows: Vec<String> = risen.iter().map(row).collect();
                let usage = in_shell(&format!("not ({})", rows.join(" or ")));
                format!("leave them out with `--where {usage}` (or `[usage] where`)")
            }
            None => risen::write_below_zero(name),
        };
        let mut lines: Vec<String> = risen.iter().map(|row| row.line.to_string()).collect();
        lines.extend((!are_all).then(|| "and others".to_owned()));
        Some(format!(
            "the amount: `{beside}` rises by `{name}` in {} ({} {}) and falls by it in all others, so that the former likely are \
             credits that come in, and no usage: {way}",
            counted(*rises, "row"),
            if *rises == 1 { "line" } else { "lines" },
            lines.join(", ")
        ))
    }
}

impl WordsOfColumn {
    /// Notes the word of a row at which the balance falls or rises.
    fn see(&mut self, row: RowView<'_>, falls: bool) {
        let values = if falls { &mut self.used } else { &mut self.come_in };
        let value = cell(row, self.column);
        if values.len() <= MOST_VALUES && !values.contains(value) {
            values.insert(value.to_owned());
        }
    }

    /// Whether rows that come in have few values that no row of usage has.
    fn are_apart(&self) -> bool {
        self.used.len() <= MOST_VALUES
            && self.come_in.len() <= NAMED
            && self.come_in.is_disjoint(&self.used)
    }
}

impl BalanceWay {
    /// Adds a row by which the balance goes so far up; whether it falls by the amount, if it is neither blank nor something else.
    fn step(&mut self, amount: Atto, step: Option<Atto>, line: u64) -> Option<bool> {
        let Some(step) = step.filter(|step| step.size() == amount.size()) else {
            self.is_broken = true;
            return None;
        };
        if amount == Atto::ZERO {
            return None;
        }
        if step > Atto::ZERO {
            self.rises += 1;
            return Some(false);
        }
        self.falls += 1;
        let is_below = amount.is_negative();
        *(if is_below { &mut self.below } else { &mut self.above }) += 1;
        self.first[usize::from(is_below)].get_or_insert(line);
        Some(true)
    }

    /// The problem of a balance that falls by amounts of both signs.
    fn told_signs(&self, name: &str, beside: &str) -> String {
        let BalanceWay { below, above, first, .. } = self;
        let line = first.iter().flatten().max().copied().unwrap_or_default();
        let column = quoted(name);
        let meters = format!(
            "usage.meters=[{{ where = {:?}, amount = {:?} }}, {{ where = {:?}, amount = {:?} }}]",
            format!("{column} < 0"),
            format!("-1 * {column}"),
            format!("{column} >= 0"),
            column
        );
        format!(
            "the amount: `{beside}` falls in every row, by `{name}` below zero in {} and above zero in {}; the other sign begins at \
             line {line}. What it falls by is used, whatever the sign: `--set {}` (or `[[usage.meters]]`) counts it",
            counted(*below, "row"),
            counted(*above, "row"),
            in_shell(&meters)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(rows: &[(i128, i128)]) -> BalanceWay {
        let mut way = BalanceWay::default();
        for (line, pair) in (3..).zip(rows.windows(2)) {
            let step = Atto::from_steps(pair[1].1 - pair[0].1);
            way.step(Atto::from_steps(pair[1].0), Some(step), line);
        }
        way
    }

    #[test]
    fn a_balance_that_falls_by_both_signs_is_told_with_where_the_other_begins() {
        let both = way(&[(-3, 97), (-2, 95), (-5, 90), (4, 86), (1, 85)]);
        assert!(!both.is_broken && (both.below, both.above, both.rises) == (2, 2, 0));
        assert!(both.told_signs("delta", "balance").contains("begins at line 5."));
        let in_and_out = way(&[(3, 97), (2, 95), (50, 145), (4, 141)]);
        assert!(!in_and_out.is_broken && (in_and_out.falls, in_and_out.rises) == (2, 1));
        assert!(way(&[(3, 97), (2, 94)]).is_broken, "the balance goes by something else");
    }
}
