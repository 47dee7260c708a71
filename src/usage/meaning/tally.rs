//! What all rows together show: units that must not be added up, accounts, repeats, totals, blanks, and
//! what another zone would change.
//!
//! Deliberately absent: what becomes of the events, which is `net` and `feed`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Totals;
use super::choose::ChosenColumns;
use super::headers::{self, Doubt};
use super::moment::DateEvidence;
use super::net::FineEvent;
use super::number::{Atto, NumberEvidence};
use super::rows::{RowMeaning, RowReader, UsageRow, cell};
use crate::domain::text::excerpt;
use crate::domain::{Duration, Instant, Zone};
use crate::usage::doubt::{self, MovedUsage, RepeatedRows};
use crate::usage::export::Row;
use crate::usage::{BadRow, BadRows};

/// Different values that are counted one by one.
const VALUES: usize = 1_000;
/// Values that a message lists.
const LISTED: usize = 12;
/// Ids among which repeats are looked for.
const COMPARED: usize = 2_000_000;

/// A value of a column with its rows and their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSum {
    /// The value as a message shows it.
    pub value: String,
    /// Its rows.
    pub rows: u64,
    /// Their sum.
    pub sum: Atto,
}

/// Rows with one value in a column, and their sum.
#[derive(Clone, Copy, Debug, Default)]
struct ValueCount {
    rows: u64,
    sum: Atto,
    /// Whether a row has an amount above zero.
    counts: bool,
}

/// The values of one column.
#[derive(Debug, Default)]
pub(super) struct ValueCounts {
    values: BTreeMap<String, ValueCount>,
}

impl ValueCounts {
    fn add(&mut self, value: &str, amount: Atto) {
        if !self.values.contains_key(value) {
            if self.values.len() >= VALUES {
                return;
            }
            self.values.insert(value.to_owned(), ValueCount::default());
        }
        if let Some(count) = self.values.get_mut(value) {
            count.rows += 1;
            count.sum = count.sum.plus(amount).unwrap_or(count.sum);
            count.counts |= amount > Atto::ZERO;
        }
    }

    /// Values whose rows have amounts above zero.
    fn counting(&self) -> impl Iterator<Item = &String> {
        self.values.iter().filter(|(_, count)| count.counts).map(|(value, _)| value)
    }

    /// The values, those with more rows first.
    fn sums(&self) -> Vec<ValueSum> {
        let mut sums: Vec<ValueSum> = self
            .values
            .iter()
            .map(|(value, count)| ValueSum {
                value: excerpt(value),
                rows: count.rows,
                sum: count.sum,
            })
            .collect();
        sums.sort_by_key(|one| std::cmp::Reverse(one.rows));
        sums
    }

    /// Each value with its rows and its sum.
    fn listed(&self) -> String {
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(count.rows));
        let shown = values.iter().take(LISTED).map(|(value, count)| {
            let rows =
                if count.rows == 1 { "1 row".to_owned() } else { format!("{} rows", count.rows) };
            format!("\n    `{}`: {rows}, sum {}", excerpt(value), count.sum)
        });
        let more = values.len().saturating_sub(LISTED);
        let more = if more > 0 { format!("\n    and {more} more") } else { String::new() };
        shown.collect::<String>() + &more
    }
}

/// Counts of the rows of a pass.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) rows: u64,
    /// Rows that count.
    pub(super) counted: u64,
    pub(super) filtered: u64,
    pub(super) other_accounts: u64,
    pub(super) nothing: u64,
    pub(super) skipped_blanks: u64,
    pub(super) blanks: u64,
    pub(super) duplicates: u64,
    /// Rows identical to an earlier one in every column.
    pub(super) repeated_rows: RepeatedRows,
    /// The instant of the last row that counts.
    last: Instant,
    pub(super) dates: u64,
    pub(super) bad: BadRows,
    /// The first row with an amount and without a time.
    untimed: Option<(Atto, BadRow)>,
    /// Rows that no meter takes, and the first of their lines.
    pub(super) unmetered: Option<(u64, u64)>,
    /// Rows with the total of others: where, and how much.
    pub(super) totals: Vec<(u64, Atto)>,
    /// What rows say that rounding changes of the total.
    rounding: Atto,
    /// The sum of the rows that count.
    pub(super) sum: Atto,
    /// The sum of their amounts without signs; `None` beyond what can be counted.
    size: Option<Atto>,
    /// The sum of those that conditions leave out.
    pub(super) left_out_sum: Atto,
    /// The sum since the last total row.
    section: Atto,
    /// The lines of totals that are the sum of all rows before them.
    so_far: HashSet<u64>,
    /// Rows with the sum of those since the last such row.
    pub(super) subtotals: u64,
    /// Times of the column of times, and amounts, as evidence.
    pub(super) date_evidence: DateEvidence,
    pub(super) number_evidence: NumberEvidence,
    units: ValueCounts,
    accounts: ValueCounts,
    watched: Vec<ValueCounts>,
    ids: Vec<HashSet<u64>>,
    /// The first id that appears twice, by column.
    repeated_ids: Vec<Option<(String, u64)>>,
    /// What would move from one month to another if local times were UTC.
    moved: MovedUsage,
    /// The amount of days that lie in two months of the account's zone.
    edge_days: (u64, Atto),
}

impl Tally {
    /// Creates one without rows, for a file whose local times are in the account's zone.
    pub(super) fn new(columns: &ChosenColumns, account: Zone) -> Tally {
        let watched = columns.watched.len();
        Tally {
            rows: 0,
            counted: 0,
            filtered: 0,
            other_accounts: 0,
            nothing: 0,
            skipped_blanks: 0,
            blanks: 0,
            duplicates: 0,
            repeated_rows: RepeatedRows::in_any_order(),
            last: Instant::EARLIEST,
            dates: 0,
            bad: BadRows::default(),
            untimed: None,
            unmetered: None,
            totals: Vec::new(),
            rounding: Atto::ZERO,
            sum: Atto::ZERO,
            size: Some(Atto::ZERO),
            left_out_sum: Atto::ZERO,
            section: Atto::ZERO,
            so_far: HashSet::new(),
            subtotals: 0,
            date_evidence: DateEvidence::default(),
            number_evidence: NumberEvidence::default(),
            units: ValueCounts::default(),
            accounts: ValueCounts::default(),
            watched: (0..watched).map(|_| ValueCounts::default()).collect(),
            ids: vec![HashSet::new(); watched],
            repeated_ids: vec![None; watched],
            moved: MovedUsage::from(account),
            edge_days: (0, Atto::ZERO),
        }
    }

    /// Counts a row that counts; `before` is the one that counted before it.
    pub(super) fn usage(
        &mut self,
        columns: &ChosenColumns,
        (row, before): (&Row, &Row),
        usage: &UsageRow,
        unit: &str,
    ) {
        self.counted += 1;
        self.sum = self.sum.plus(usage.amount).unwrap_or(self.sum);
        self.size = self.size.and_then(|size| size.plus(usage.amount.size()));
        self.section = self.section.plus(usage.amount).unwrap_or(self.section);
        self.blanks += u64::from(usage.blank);
        self.dates += u64::from(usage.is_date);
        if !unit.is_empty() {
            self.units.add(unit, usage.amount);
        }
        if let Some((column, None)) = columns.account {
            self.accounts.add(cell(row, column), usage.amount);
        }
        for (index, &(column, doubt)) in columns.watched.iter().enumerate() {
            let value = cell(row, column);
            match doubt {
                Doubt::Id => self.id(index, value, row.line()),
                _ => self.watched[index].add(value, usage.amount),
            }
        }
        let last = std::mem::replace(&mut self.last, usage.at);
        self.repeated_rows.add(usage.at, last, || whole(row), || whole(before));
    }

    fn id(&mut self, index: usize, value: &str, line: u64) {
        if value.is_empty() || self.ids[index].len() >= COMPARED {
            return;
        }
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        if !self.ids[index].insert(hasher.finish()) && self.repeated_ids[index].is_none() {
            self.repeated_ids[index] = Some((value.to_owned(), line));
        }
    }

    /// Counts a row that is no usage.
    pub(super) fn other(&mut self, reader: &RowReader<'_>, row: &Row, meaning: RowMeaning<'_>) {
        match meaning {
            RowMeaning::Usage(..) => {}
            RowMeaning::Total(total) => self.total(row.line(), total),
            RowMeaning::Rounding(amount) => {
                self.nothing += 1;
                self.rounding = self.rounding.plus(amount).unwrap_or(self.rounding);
            }
            RowMeaning::Filtered => {
                self.filtered += 1;
                let amount = reader.amount_of(row).and_then(|sum| self.left_out_sum.plus(sum));
                self.left_out_sum = amount.unwrap_or(self.left_out_sum);
            }
            RowMeaning::OtherAccount => self.other_accounts += 1,
            RowMeaning::Nothing => self.nothing += 1,
            RowMeaning::BlankSkipped => self.skipped_blanks += 1,
            RowMeaning::NoMeter => {
                let (rows, line) = self.unmetered.unwrap_or((0, row.line()));
                self.unmetered = Some((rows + 1, line));
            }
            RowMeaning::Bad(bad) => self.bad.add(bad),
            RowMeaning::Untimed(amount, bad) => match self.untimed {
                None => self.untimed = Some((amount, bad)),
                Some(_) => self.bad.add(bad),
            },
        }
    }

    /// Settles what only all rows show: the sum, of which repeats count once, and whether a single row
    /// without a time, above or below all others, is their total. Events that are not held were not
    /// replaced by later ones. The error is a sum beyond counting.
    pub(super) fn settle(&mut self, held: Option<&Vec<FineEvent>>) -> Result<(), String> {
        if let Some(events) = held {
            self.size = added(events.iter().map(|event| event.1.size()));
            self.sum = added(events.iter().map(|event| event.1)).unwrap_or(self.sum);
        }
        self.size.ok_or("the amounts add up to more than can be counted (10²⁰ credits)")?;
        if let Some((amount, bad)) = self.untimed.take() {
            match self.counted > 1 && self.bad.count == 0 && ties(amount, self.sum) {
                true => self.totals.push((bad.line, amount)),
                false => self.bad.add(bad),
            }
        }
        Ok(())
    }

    /// Rows that are left out.
    pub(super) fn left_out(&self) -> u64 {
        self.filtered
            + self.other_accounts
            + self.nothing
            + self.skipped_blanks
            + self.totals.len() as u64
            + self.subtotals
    }

    /// The sums by the values of each column that may hold units, kinds of rows or accounts.
    pub(super) fn values(&self, columns: &ChosenColumns) -> Vec<(String, Vec<ValueSum>)> {
        let watched = columns.watched.iter().zip(&self.watched);
        let mut values: Vec<(String, Vec<ValueSum>)> = watched
            .filter(|((_, doubt), _)| *doubt != Doubt::Id)
            .map(|((column, _), counts)| (columns.name(*column).to_owned(), counts.sums()))
            .collect();
        if let Some((column, None)) = columns.account {
            values.push((columns.name(column).to_owned(), self.accounts.sums()));
        }
        values.retain(|(_, sums)| !sums.is_empty());
        values
    }

    /// What was left out or counted as nothing, one sentence each.
    pub(super) fn told(&self) -> Vec<String> {
        let rows =
            |count: u64| if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let sentences = [
            (self.filtered, "left out by the conditions"),
            (self.other_accounts, "of other accounts left out"),
            (self.nothing, "without a time that is no usage left out"),
            (self.skipped_blanks, "without an amount left out"),
            (self.blanks, "with a blank in place of a number, which counts as 0"),
            (self.duplicates, "of an identity that another row stands for left out"),
            (self.subtotals, "with the sum of those above left out"),
            (self.dates, "without a time of day, taken at the start of the day"),
        ];
        let met = sentences.iter().filter(|(count, _)| *count > 0);
        met.map(|(count, what)| format!("{} {what}.", rows(*count))).collect()
    }

    /// Notes what another zone would change: the account is in `account`, the file in `file` if that is set.
    pub(super) fn zone(&mut self, usage: &UsageRow, account: Zone, file: Option<Zone>) {
        let Some(local) = usage.local else { return };
        match file {
            None => self.moved.add(local, || usage.amount),
            Some(file) if usage.is_date && file != account => {
                let end = usage.at.plus(Duration::from_millis(Duration::DAY.millis() - 1));
                if doubt::month_in(account, usage.at) != doubt::month_in(account, end) {
                    self.edge_days.0 += 1;
                    self.edge_days.1 =
                        self.edge_days.1.plus(usage.amount).unwrap_or(self.edge_days.1);
                }
            }
            _ => {}
        }
    }

    /// Counts a total row. One that is the sum of the rows since the last is a subtotal, which ties.
    pub(super) fn total(&mut self, line: u64, total: Atto) {
        match ties(total, self.section) && self.section != self.sum {
            true => self.subtotals += 1,
            false => {
                if ties(total, self.sum) {
                    self.so_far.insert(line);
                }
                self.totals.push((line, total));
            }
        }
        self.section = Atto::ZERO;
    }

    /// What cannot be added up or read without a choice.
    pub(super) fn problems(&self, columns: &ChosenColumns) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some((rows, line)) = self.unmetered {
            let of = super::choose::condition_columns(columns).join(", ");
            problems.push(format!(
                "{rows} rows are of a kind that no meter takes, the first in line {line} (see {of}); add a \
                 meter for them, or leave them out with `[usage] where` or `--where`"
            ));
        }
        if self.units.values.len() > 1 {
            problems.push(format!(
                "the amounts are written in {} units, which must not be added up:{}\n  choose the rows \
                 with `[usage] where` or `--where`",
                self.units.values.len(),
                self.units.listed()
            ));
        }
        if self.accounts.values.len() > 1
            && let Some((column, _)) = columns.account
        {
            problems.push(accounts(columns.name(column), &self.accounts));
        }
        for (index, &(column, doubt)) in columns.watched.iter().enumerate() {
            let (name, counts) = (columns.name(column), &self.watched[index]);
            let filled = counts.counting().filter(|value| !value.is_empty()).count();
            match doubt {
                Doubt::Unit if filled > 1 => problems.push(units(name, counts)),
                Doubt::RowKind
                    if counts.counting().count() > 1
                        && counts.counting().any(|value| headers::is_metered(value)) =>
                {
                    problems.push(units(name, counts));
                }
                Doubt::Account if counts.values.keys().filter(|v| !v.is_empty()).count() > 1 => {
                    problems.push(accounts(name, counts));
                }
                Doubt::Id => problems.extend(self.repeated_ids[index].as_ref().map(|(id, line)| {
                    format!(
                        "the id `{}` in column `{name}` stands twice (again in line {line}); say which row \
                         counts: `--identity {}` for the first, with `--keep last` for the last, or \
                         `--identity none` if all do",
                        excerpt(id),
                        quoted(name)
                    )
                })),
                _ => {}
            }
        }
        problems
    }

    /// Compares the total rows with the sums; the error lists those that do not tie.
    pub(super) fn tie(&self, choice: Totals) -> Result<Vec<String>, Vec<String>> {
        let all = self.sum.plus(self.left_out_sum).unwrap_or(self.sum);
        let (mut told, mut untied) = (Vec::new(), Vec::new());
        let last = self.totals.last().map(|(line, _)| *line);
        // The first of several sums of sections is the sum of all rows before it.
        let is_section = |line: &u64| self.so_far.contains(line) && Some(*line) != last;
        for (line, total) in self.totals.iter().filter(|(line, _)| !is_section(line)) {
            let rounded = |sum: Atto| sum.plus(self.rounding).unwrap_or(sum);
            match [self.sum, all, rounded(self.sum), rounded(all)].iter().any(|sum| ties(*total, *sum))
            {
                true => told.push(format!(
                    "Line {line} is a total: the file says {total}, the rows add up to {}.",
                    if ties(*total, all) { all } else { self.sum }
                )),
                false if choice == Totals::Ignore => told.push(format!(
                    "Line {line} is a total of {total}, while the rows add up to {}; it is left out.",
                    self.sum
                )),
                false => untied.push(format!(
                    "line {line} is a total of {total}, while the rows add up to {}{}; find what is \
                     missing or repeated, or leave the total out unchecked with `[usage] totals = \
                     \"ignore\"` or `--totals ignore`",
                    self.sum,
                    if all == self.sum { String::new() } else { format!(", or {all} with those left out") }
                )),
            }
        }
        if untied.is_empty() { Ok(told) } else { Err(untied) }
    }

    /// The problem of a file without an amount above zero.
    pub(super) fn below_zero(&self, columns: &ChosenColumns) -> String {
        let amount = columns.amounts().first().map_or("", |&column| columns.name(column));
        let formula = format!("-1 * {}", quoted(amount));
        format!(
            "no amount is above zero, and all add up to {}; if the file writes usage below zero, turn it \
             round with `--amount-column {}` (or `[usage] amount`)",
            self.sum,
            in_shell(&formula)
        )
    }

    /// What a reader of the result should know, one sentence each.
    pub(super) fn doubts(&self, account: Zone, file: Option<Zone>) -> Vec<String> {
        let mut doubts: Vec<String> = self.moved.told().into_iter().collect();
        if let (days @ 1.., amount) = self.edge_days {
            doubts.push(format!(
                "{amount} credits stand on {days} days in {} that lie in two months in {}: what part \
                 belongs to which cannot be known. They count where the day begins.",
                file.unwrap_or(account).name(),
                account.name()
            ));
        }
        doubts.extend(doubt::cut(self.rows));
        doubts.extend(self.repeated_rows.told());
        doubts
    }
}

/// The sum of amounts; `None` beyond what can be counted.
fn added(mut amounts: impl Iterator<Item = Atto>) -> Option<Atto> {
    amounts.try_fold(Atto::ZERO, |sum, amount| sum.plus(amount))
}

/// Whether a total is a sum, to half a unit of its own last decimal.
fn ties(total: Atto, sum: Atto) -> bool {
    total == sum || total.minus(sum).is_some_and(|off| off.size() <= total.half_of_last_decimal())
}

fn units(name: &str, counts: &ValueCounts) -> String {
    let values: Vec<&String> = counts.counting().collect();
    let filled = values.iter().find(|value| !value.is_empty()).map_or("", |value| value.as_str());
    let all: Vec<&str> = values.iter().take(LISTED).map(|value| value.as_str()).collect();
    format!(
        "column `{name}` has {} kinds of rows, which must not be added up unasked:{}\n  choose with \
         `--where {}` (or `[usage] where`); to add them up all the same: `--where {}`",
        counts.values.len(),
        counts.listed(),
        condition(name, &[filled]),
        condition(name, &all)
    )
}

/// The condition that a column has one of these values, quoted for a shell.
fn condition(name: &str, values: &[&str]) -> String {
    let is_plain = |text: &&str| !text.contains(['$', '`', '"', '\\', '!']);
    let is_plain = is_bare(name) && values.iter().all(is_plain);
    let mark = if is_plain { "'" } else { "\"" };
    let value = |text: &&str| format!("{mark}{}{mark}", text.replace(mark, &mark.repeat(2)));
    let values: Vec<String> = values.iter().map(value).collect();
    let condition = match values.as_slice() {
        [one] => format!("{} = {one}", quoted(name)),
        several => format!("{} in ({})", quoted(name), several.join(", ")),
    };
    if is_plain { format!("\"{condition}\"") } else { in_shell(&condition) }
}

/// A text between the single quotes of a shell.
fn in_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn accounts(name: &str, counts: &ValueCounts) -> String {
    format!(
        "column `{name}` has {} accounts, and a scenario is about one:{}\n  choose one with `--account \
         NAME` (or `[usage] account`), or take them all for one with `--account '*'`",
        counts.values.len(),
        counts.listed()
    )
}

/// A header as a condition names it.
fn quoted(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { format!("`{name}`") }
}

/// Whether a condition may name a header without quotes.
fn is_bare(name: &str) -> bool {
    let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/');
    name.chars().all(bare) && name.starts_with(|c: char| c.is_alphabetic())
}

/// The hash of all cells of a row.
fn whole(row: &Row) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.iter().for_each(|cell| cell.hash(&mut hasher));
    hasher.finish()
}

/// The identity of a row by some of its columns: `None` if all of them are blank.
pub(super) fn identity(columns: &[usize], row: &Row) -> Option<u128> {
    if columns.iter().all(|&column| cell(row, column).is_empty()) {
        return None;
    }
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        columns.iter().for_each(|&column| cell(row, column).hash(&mut hasher));
        u128::from(hasher.finish())
    };
    Some(half(0) << 64 | half(1))
}

/// Where the row with each identity went.
pub(super) type Identities = HashMap<u128, usize>;
