//! What all rows together show: units that must not be added up, accounts, repeats, totals, blanks, and
//! what another zone would change.
//!
//! Deliberately absent: what becomes of the events, which is `net` and `feed`.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::Totals;
use super::before::{ComparedRows, IdColumn, IdsBefore};
use super::blank::Blank;
use super::calendar_sums::CalendarSums;
use super::choose::{ChosenColumns, condition_columns};
use super::differences::DifferenceWay;
use super::grain::{DateGrain, GrainSet};
use super::headers::{self, Doubt, header_argument, in_shell, quoted};
use super::lone::LargestRow;
use super::moment::DateEvidence;
use super::net::FineEvent;
use super::number::{Atto, NumberEvidence};
use super::renamed::BlankEnds;
use super::rows::{CellNotation, RowMeaning, RowReader, TotalSign, UnnamedRows, UsageRow, cell};
use super::stages;
use super::values::{self, ValueCounts, ValuePlace, ValueRole, ValueSum, condition};
use super::widest::WidestRow;
use crate::domain::text::{counted, counted_are, excerpt};
use crate::domain::{Duration, Instant, Zone, grouped};
use crate::usage::doubt::{self, MovedUsage, RepeatedRows};
use crate::usage::export::RowView;
use crate::usage::{BadRow, BadRows};

/// Rows of nothing among which the sum of all others is looked for.
const OF_NOTHING: usize = 16;
/// Ids among which repeats are looked for.
const COMPARED: usize = 2_000_000;

/// An id that stands twice.
#[derive(Clone, Debug)]
struct RepeatedId {
    value: String,
    /// The line where it stands again.
    line: u64,
    /// The file where it stood first, if it is another.
    file: Option<Arc<str>>,
}

/// A row with the total of others.
#[derive(Clone, Copy, Debug)]
pub(super) struct TotalRow {
    line: u64,
    amount: Atto,
    /// Its instant, if it has one.
    at: Option<Instant>,
}

/// Rows that may be totals though nothing labels them.
#[derive(Debug, Default)]
struct UnlabelledTotals {
    /// Those that are of nothing and the sum of rows before them: how many, and the line of the first.
    unnamed: (u64, u64),
    /// Whether those are usage, as others that are of nothing are.
    are_usage: bool,
    /// Rows that count, are of nothing and hold something, so that one of them may be the sum of all others: their lines and amounts.
    of_nothing: Vec<(u64, Atto)>,
    /// The row that lasts longest.
    widest: WidestRow,
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
    /// Whether a word stands in one of them.
    blank_word: bool,
    pub(super) duplicates: u64,
    /// Rows identical to an earlier one in every column.
    pub(super) repeated_rows: RepeatedRows,
    /// The instants of the first and the last row that counts.
    first: Option<Instant>,
    last: Instant,
    pub(super) dates: u64,
    pub(super) bad: BadRows,
    /// The first row with an amount and without a time.
    untimed: Option<(Atto, BadRow)>,
    /// Rows that no meter takes, the first of their lines, and of what kind that is.
    pub(super) unmetered: Option<(u64, u64, String)>,
    /// The different values by which no meter takes them, in the first column that meters ask.
    unmetered_kinds: Vec<String>,
    /// Rows with the total of others.
    pub(super) totals: Vec<TotalRow>,
    /// The label of a total in a row with a time, and its column.
    label: Option<(usize, String)>,
    /// What rows say of rounding and taxes, which are part of a total and no usage.
    added: Atto,
    /// The sum of the rows that count.
    pub(super) sum: Atto,
    /// The sum of those that another file has too, each identity once.
    elsewhere: Atto,
    /// The sum of their amounts without signs; `None` beyond what can be counted.
    size: Option<Atto>,
    /// The sum of those that conditions leave out.
    pub(super) left_out_sum: Atto,
    /// The sum of their amounts without signs; `None` beyond what can be counted.
    left_out_size: Option<Atto>,
    /// The sum since the last total row.
    section: Atto,
    /// The rows since then that hold something.
    section_rows: u64,
    /// All rows that count and hold something.
    filled_rows: u64,
    /// The order of the amounts.
    order: AmountOrder,
    /// Rows that are sums of those before them.
    again: AgainRows,
    /// The sums of the day, the week and the month of the last row.
    pub(super) calendar: CalendarSums,
    /// The lines of totals that are the sum of all rows before them.
    so_far: HashSet<u64>,
    /// Rows with the sum of those since the last such row.
    pub(super) subtotals: u64,
    /// Rows with the sum of those that lie in what they stand for, and what the longest of them stands for.
    pub(super) periods: (u64, Option<DateGrain>),
    /// What the times of rows stand for.
    pub(super) grains: GrainSet,
    /// The row with the largest amount.
    pub(super) largest: LargestRow,
    /// How cells are read.
    pub(super) notation: Option<CellNotation>,
    /// Rows that may be totals though nothing labels them.
    unlabelled: UnlabelledTotals,
    /// Times of the column of times, and amounts, as evidence.
    pub(super) date_evidence: DateEvidence,
    pub(super) number_evidence: NumberEvidence,
    units: ValueCounts,
    /// Rows whose amount is written without a unit, unless it is zero, and their sum.
    bare: (u64, Atto),
    accounts: ValueCounts,
    watched: Vec<ValueCounts>,
    ids: Vec<HashSet<u64>>,
    /// The watched columns, as they are known in other files.
    id_columns: Vec<IdColumn>,
    /// The ids of earlier files.
    ids_before: IdsBefore,
    /// The first id that appears twice, by column.
    repeated_ids: Vec<Option<RepeatedId>>,
    /// Usage that would move from one month to another if local times were UTC.
    moved: MovedUsage,
    /// What is said of local times that clocks skip.
    pub(super) skipped_times: Option<String>,
    /// Shortened amounts, and what they may be off by in all.
    shortened: (u64, Atto),
    /// The amount of days that lie in two months of the account's zone.
    edge_days: (u64, Atto),
    /// Where the columns that count are blank.
    pub(super) blank_ends: BlankEnds,
    /// What checks of rows found beyond the first ones.
    pub(super) later: Vec<String>,
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
            blank_word: false,
            duplicates: 0,
            repeated_rows: RepeatedRows::in_any_order(),
            first: None,
            last: Instant::EARLIEST,
            dates: 0,
            bad: BadRows::default(),
            untimed: None,
            unmetered: None,
            unmetered_kinds: Vec::new(),
            totals: Vec::new(),
            label: None,
            added: Atto::ZERO,
            order: AmountOrder::default(),
            sum: Atto::ZERO,
            elsewhere: Atto::ZERO,
            size: Some(Atto::ZERO),
            left_out_sum: Atto::ZERO,
            left_out_size: Some(Atto::ZERO),
            section: Atto::ZERO,
            section_rows: 0,
            filled_rows: 0,
            again: AgainRows::default(),
            calendar: CalendarSums::of(account),
            so_far: HashSet::new(),
            subtotals: 0,
            periods: (0, None),
            grains: GrainSet::default(),
            largest: LargestRow::default(),
            notation: None,
            unlabelled: UnlabelledTotals::default(),
            date_evidence: DateEvidence::default(),
            number_evidence: NumberEvidence::default(),
            units: ValueCounts::default(),
            bare: (0, Atto::ZERO),
            accounts: ValueCounts::default(),
            watched: (0..watched).map(|_| ValueCounts::default()).collect(),
            ids: vec![HashSet::new(); watched],
            id_columns: Vec::new(),
            ids_before: IdsBefore::default(),
            repeated_ids: vec![None; watched],
            moved: MovedUsage::from(account),
            skipped_times: None,
            shortened: (0, Atto::ZERO),
            edge_days: (0, Atto::ZERO),
            blank_ends: BlankEnds::default(),
            later: Vec::new(),
        }
    }

    /// Creates one for some of the rows, to be [joined](Tally::join).
    pub(super) fn part(columns: &ChosenColumns, account: Zone, ends: BlankEnds) -> Tally {
        let mut tally = Tally { blank_ends: ends, ..Tally::new(columns, account) };
        // Which values are beyond those that are counted is known where the parts are joined.
        let all = |counts: &mut ValueCounts| counts.most = usize::MAX;
        tally.watched.iter_mut().for_each(all);
        all(&mut tally.units);
        all(&mut tally.accounts);
        tally
    }

    /// Counts a row that counts, but for what depends on the rows before it: see [`Tally::follow`].
    pub(super) fn usage(
        &mut self,
        columns: &ChosenColumns,
        row: RowView<'_>,
        usage: &UsageRow,
        unit: &str,
    ) {
        self.counted += 1;
        self.sum = self.sum.plus(usage.amount).unwrap_or(self.sum);
        self.size = self.size.and_then(|size| size.plus(usage.amount.size()));
        self.section = self.section.plus(usage.amount).unwrap_or(self.section);
        let is_filled = u64::from(usage.amount != Atto::ZERO);
        self.section_rows += is_filled;
        self.filled_rows += is_filled;
        self.order.add(usage.amount);
        self.grains.add(usage.grain);
        self.largest.see(row.line(), usage.amount);
        if usage.blank {
            self.blanks += 1;
            let is_word = |&column: &usize| {
                let text = cell(row, column);
                !text.is_empty() && Blank::of(text).is_some()
            };
            self.blank_word |= columns.amounts().iter().any(is_word);
        }
        if usage.rough > Atto::ZERO {
            let (rows, rough) = self.shortened;
            self.shortened = (rows + 1, rough.plus(usage.rough).unwrap_or(rough));
        }
        self.dates += u64::from(usage.is_date);
        if let Some(until) = usage.until {
            self.unlabelled.widest.see(row.line(), (usage.at, until), usage.amount);
        }
        if usage.may_be_total == Some(TotalSign::Unnamed)
            && usage.amount != Atto::ZERO
            && self.unlabelled.of_nothing.len() < OF_NOTHING
        {
            self.unlabelled.of_nothing.push((row.line(), usage.amount));
        }
        match unit.is_empty() {
            false => self.units.add(unit, usage.amount),
            true if usage.amount == Atto::ZERO || usage.blank => {}
            true => {
                let (rows, sum) = self.bare;
                self.bare = (rows + 1, sum.plus(usage.amount).unwrap_or(sum));
            }
        }
        if let Some((column, None)) = columns.account {
            self.accounts.add(cell(row, column), usage.amount);
        }
        for (index, &(column, doubt)) in columns.watched.iter().enumerate() {
            if doubt != Doubt::Id {
                self.watched[index].add(cell(row, column), usage.amount);
            }
        }
    }

    /// Compares a row that counts with those that counted before it, the last of which is `before`; `hash` is that of
    /// all its cells, if it is known.
    pub(super) fn follow(
        &mut self,
        columns: &ChosenColumns,
        (row, before): (RowView<'_>, RowView<'_>),
        (at, amount): FineEvent,
        hash: Option<u64>,
    ) {
        for (index, &(column, doubt)) in columns.watched.iter().enumerate() {
            if doubt == Doubt::Id {
                self.id(index, cell(row, column), row.line());
            }
        }
        let is_again = self.first.is_some() && at == self.last;
        let of_calendar = match is_again {
            true => self.calendar.rows_of(amount),
            false => self.calendar.rows_of_next(at, amount),
        };
        self.again.add(amount, (is_again, of_calendar), row.line());
        self.calendar.add(at, amount);
        self.first = self.first.or(Some(at));
        let last = std::mem::replace(&mut self.last, at);
        let hash = || hash.unwrap_or_else(|| whole(row));
        self.repeated_rows.add(at, last, hash, || whole(before));
    }

    /// Adds the counts of rows that follow, each of which is usage or left out by the conditions; `false`, with nothing
    /// added, where a sum of them might be more than can be counted.
    pub(super) fn join(&mut self, other: &Tally) -> bool {
        let in_bounds =
            |sum: Atto, size: Option<Atto>| size.and_then(|size| sum.size().plus(size)).is_some();
        let sums = [self.sum, self.section, self.moved.size(), self.edge_days.1, self.shortened.1];
        let size = self.size.and_then(|size| size.plus(other.size?));
        if size.is_none()
            || !sums.iter().all(|sum| in_bounds(*sum, other.size))
            || !in_bounds(self.left_out_sum, other.left_out_size)
            || !in_bounds(self.shortened.1, Some(other.shortened.1))
        {
            return false;
        }
        let both = |one: Atto, other: Atto| one.plus(other).unwrap_or(one);
        self.rows += other.rows;
        self.counted += other.counted;
        self.filtered += other.filtered;
        self.other_accounts += other.other_accounts;
        self.blanks += other.blanks;
        self.blank_word |= other.blank_word;
        self.dates += other.dates;
        self.sum = both(self.sum, other.sum);
        self.size = size;
        self.section = both(self.section, other.section);
        self.section_rows += other.section_rows;
        self.filled_rows += other.filled_rows;
        self.left_out_sum = both(self.left_out_sum, other.left_out_sum);
        self.order.join(&other.order);
        self.grains.join(other.grains);
        self.largest.join(other.largest);
        self.date_evidence.join(&other.date_evidence);
        self.number_evidence.join(&other.number_evidence);
        self.units.join(&other.units);
        self.bare = (self.bare.0 + other.bare.0, both(self.bare.1, other.bare.1));
        self.accounts.join(&other.accounts);
        self.watched.iter_mut().zip(&other.watched).for_each(|(mine, theirs)| mine.join(theirs));
        self.moved.join(&other.moved);
        self.shortened.0 += other.shortened.0;
        self.shortened.1 = both(self.shortened.1, other.shortened.1);
        self.edge_days.0 += other.edge_days.0;
        self.edge_days.1 = both(self.edge_days.1, other.edge_days.1);
        self.blank_ends.join(&other.blank_ends);
        self.unlabelled.widest.join(&other.unlabelled.widest);
        true
    }

    fn id(&mut self, index: usize, value: &str, line: u64) {
        if value.is_empty() || self.ids[index].len() >= COMPARED {
            return;
        }
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let id = hasher.finish();
        let is_new = self.ids[index].insert(id);
        if self.repeated_ids[index].is_some() {
            return;
        }
        let column = self.id_columns.get(index);
        let file = column.and_then(|column| self.ids_before.file_of(*column, id));
        if !is_new || file.is_some() {
            let value = value.to_owned();
            self.repeated_ids[index] = Some(RepeatedId { value, line, file });
        }
    }

    /// Goes on behind the rows of earlier files.
    pub(super) fn go_on(&mut self, columns: &ChosenColumns, before: ComparedRows) {
        let ComparedRows { repeated, last, ids } = before;
        (self.repeated_rows, self.last, self.ids_before) = (repeated, last, ids);
        let watched = columns.watched.iter();
        self.id_columns =
            watched.map(|(column, _)| IdColumn::named(columns.name(*column))).collect();
    }

    /// Leaves what the rows of the next file are compared with; `name` is that of this one.
    pub(super) fn leave(&mut self, name: &str) -> ComparedRows {
        let mut ids = std::mem::take(&mut self.ids_before);
        for (own, column) in self.ids.iter_mut().zip(&self.id_columns) {
            ids.add(*column, std::mem::take(own), name);
        }
        ComparedRows { repeated: self.repeated_rows.leave(), last: self.last, ids }
    }

    /// Counts the first row of an identity in its file that another file has too.
    pub(super) fn repeats_elsewhere(&mut self, amount: Atto) {
        self.duplicates += 1;
        self.section = self.section.plus(amount).unwrap_or(self.section);
        self.add_elsewhere(amount);
    }

    /// Adds to the sum of the rows that another file has too.
    pub(super) fn add_elsewhere(&mut self, amount: Atto) {
        self.elsewhere = self.elsewhere.plus(amount).unwrap_or(self.elsewhere);
    }

    /// The sum that a total row of the file may tell: also of rows that another file has too.
    pub(super) fn own_sum(&self) -> Atto {
        self.sum.plus(self.elsewhere).unwrap_or(self.sum)
    }

    /// The problem of rows of which none is left.
    pub(super) fn nothing_left(&self) -> Option<String> {
        (self.counted == 0 && self.filtered + self.other_accounts > 0).then(|| {
            format!(
                "no row is left: {} do not meet the conditions, {} are of other accounts",
                grouped(&self.filtered.to_string()),
                grouped(&self.other_accounts.to_string())
            )
        })
    }

    /// Counts a row that is no usage.
    pub(super) fn other(
        &mut self,
        reader: &RowReader<'_>,
        row: RowView<'_>,
        meaning: RowMeaning<'_>,
    ) {
        match meaning {
            RowMeaning::Usage(..) => {}
            RowMeaning::Total(amount, place) => {
                if let (None, Some((_, column))) = (&self.label, place) {
                    self.label = Some((column, cell(row, column).to_owned()));
                }
                let at = place.map(|(at, _)| at);
                self.total(TotalRow { line: row.line(), amount, at });
            }
            RowMeaning::Added(amount) => {
                self.nothing += 1;
                self.added = self.added.plus(amount).unwrap_or(self.added);
            }
            RowMeaning::Period(grain) => {
                let (rows, longest) = self.periods;
                self.periods = (rows + 1, longest.max(Some(grain)));
            }
            RowMeaning::Filtered => self.filter(reader, row),
            RowMeaning::OtherAccount => self.other_accounts += 1,
            RowMeaning::Nothing => self.nothing += 1,
            RowMeaning::BlankSkipped => self.skipped_blanks += 1,
            RowMeaning::NoMeter => self.no_meter(reader, row),
            RowMeaning::Bad(bad) => self.bad.add(bad),
            RowMeaning::Untimed(amount, bad) => match self.untimed {
                None => self.untimed = Some((amount, bad)),
                Some(_) => self.bad.add(bad),
            },
        }
    }

    /// Counts a row that the conditions leave out.
    #[inline]
    pub(super) fn filter(&mut self, reader: &RowReader<'_>, row: RowView<'_>) {
        self.filtered += 1;
        let Some(amount) = reader.amount_of(row) else { return };
        self.left_out_sum = self.left_out_sum.plus(amount).unwrap_or(self.left_out_sum);
        self.left_out_size = self.left_out_size.and_then(|sum| sum.plus(amount.size()));
    }

    /// Counts a row that no meter takes, with its value in the first column that meters ask.
    fn no_meter(&mut self, reader: &RowReader<'_>, row: RowView<'_>) {
        self.unmetered.get_or_insert_with(|| (0, row.line(), reader.kind_of(row))).0 += 1;
        let kind = condition_columns(reader.columns).first().map(|&column| cell(row, column));
        let kinds = &mut self.unmetered_kinds;
        if let Some(kind) = kind
            && kinds.len() < UNMETERED
            && !kinds.iter().any(|known| known == kind)
        {
            kinds.push(kind.to_owned());
        }
    }

    /// Settles what only all rows show: the sum, of which repeats count once, and whether a single row
    /// without a time, above or below all others, is their total. Events that are not held were not
    /// replaced by later ones. The error is a sum beyond counting.
    pub(super) fn settle(&mut self, held: Option<&[FineEvent]>) -> Result<(), String> {
        if let Some(events) = held {
            self.size = added(events.iter().map(|event| event.1.size()));
            self.sum = added(events.iter().map(|event| event.1)).unwrap_or(self.sum);
            self.settle_instants(events);
        }
        self.size.ok_or("the amounts add up to more than can be counted (10²⁰ credits)")?;
        if let Some((amount, bad)) = self.untimed.take() {
            let rows = self.counted + self.duplicates;
            match rows > 1 && self.bad.count == 0 && ties(amount, self.own_sum()) {
                true => self.totals.push(TotalRow { line: bad.line, amount, at: None }),
                false => self.bad.add_in_order(bad),
            }
        }
        Ok(())
    }

    /// Takes the totals that are the sum of what else stands at their instant for subtotals.
    fn settle_instants(&mut self, events: &[FineEvent]) {
        let dated = self.totals.iter().filter_map(|total| total.at);
        let mut sums: BTreeMap<Instant, Atto> = dated.map(|at| (at, Atto::ZERO)).collect();
        if sums.is_empty() {
            return;
        }
        for (at, amount) in events {
            if let Some(sum) = sums.get_mut(at) {
                *sum = sum.plus(*amount).unwrap_or(*sum);
            }
        }
        let before = self.totals.len();
        let sum_at = |at: Instant| sums.get(&at).copied().unwrap_or_default();
        self.totals.retain(|total| !total.at.is_some_and(|at| ties(total.amount, sum_at(at))));
        self.subtotals += (before - self.totals.len()) as u64;
    }

    /// The instants of the first and the last row that counts, which are those of all if they are in time order.
    pub(super) fn span(&self) -> Option<(Instant, Instant)> {
        self.first.map(|first| (first, self.last))
    }

    /// The rows that count and hold something.
    pub(super) fn filled_rows(&self) -> u64 {
        self.filled_rows
    }

    /// Rows that are left out.
    pub(super) fn left_out(&self) -> u64 {
        self.filtered
            + self.other_accounts
            + self.nothing
            + self.skipped_blanks
            + self.totals.len() as u64
            + self.subtotals
            + self.periods.0
    }

    /// The sums by the values of each column that may hold units, kinds of rows or accounts.
    pub(super) fn values(&self, columns: &ChosenColumns) -> Vec<(String, Vec<ValueSum>)> {
        let watched = columns.watched.iter().zip(&self.watched);
        let is_first = |column: usize, doubt: Doubt| {
            let of_column = columns.watched.iter().find(|(other, _)| *other == column);
            of_column.is_some_and(|(_, first)| *first == doubt)
        };
        let mut values: Vec<(String, Vec<ValueSum>)> = watched
            .filter(|((column, doubt), _)| {
                !matches!(doubt, Doubt::Id | Doubt::Stages) && is_first(*column, *doubt)
            })
            .map(|((column, _), counts)| (columns.name(*column).to_owned(), counts.sums()))
            .collect();
        if let Some((column, None)) = columns.account {
            values.push((columns.name(column).to_owned(), self.accounts.sums()));
        }
        values.retain(|(_, sums)| !sums.is_empty());
        values
    }

    /// Rows left out or counted as nothing, one sentence each.
    pub(super) fn told(&self, columns: &ChosenColumns) -> Vec<String> {
        let dates = match columns.unread_clock {
            true => "taken at the start of their day, since their time of day is not read",
            false => "without a time of day, taken at the start of the day",
        };
        let rows = |count: u64| counted(count, "row");
        let sentences: [(u64, &str); 8] = [
            (self.filtered, "left out by the conditions"),
            (self.other_accounts, "of other accounts left out"),
            (self.nothing, "left out for having no time and being no usage"),
            (self.skipped_blanks, "without an amount left out"),
            (self.blanks, self.blank_words()),
            (self.duplicates, "of an identity that another row stands for left out"),
            (self.subtotals + self.sections(), "with the sum of those above left out"),
            (self.dates, dates),
        ];
        let met = sentences.iter().filter(|(count, _)| *count > 0);
        let told = met.map(|(count, what)| format!("{} {what}.", rows(*count)));
        told.chain(self.told_periods()).collect()
    }

    /// What is told of rows that are the sums of those that lie in what they stand for.
    fn told_periods(&self) -> Option<String> {
        let (rows @ 1.., Some(grain)) = self.periods else { return None };
        let grain = grain.word();
        Some(match rows {
            1 => format!(
                "1 row for a whole {grain} left out: it is the sum of the rows in that {grain}."
            ),
            _ => format!(
                "{} for whole stretches, up to a {grain}, left out: each is the sum of the rows in it.",
                counted(rows, "row")
            ),
        })
    }

    /// The description of cells that count as 0 in place of a number.
    fn blank_words(&self) -> &'static str {
        match self.blank_word {
            true => {
                "with a word such as `Included`, `NULL` or `--` in place of a number, which counts as 0"
            }
            false => "with a blank in place of a number, which counts as 0",
        }
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
    fn total(&mut self, total: TotalRow) {
        let sum = self.own_sum();
        match ties(total.amount, self.section) && self.section != sum {
            true => self.subtotals += 1,
            false => {
                if ties(total.amount, sum) {
                    self.so_far.insert(total.line);
                }
                self.totals.push(total);
            }
        }
        (self.section, self.section_rows) = (Atto::ZERO, 0);
    }

    /// The sign of a total that a row has which is the sum of several rows since the last, or of all rows before.
    pub(super) fn sign_of_sum(&self, usage: &UsageRow) -> Option<TotalSign> {
        usage.may_be_total.filter(|_| self.comes_to(usage.amount))
    }

    /// Notes a row that names nothing and is the sum of those before it.
    pub(super) fn note_unnamed(&mut self, line: u64, unnamed: UnnamedRows) {
        let (rows, first) = self.unlabelled.unnamed;
        self.unlabelled.unnamed = (rows + 1, if rows == 0 { line } else { first });
        self.unlabelled.are_usage = unnamed == UnnamedRows::Usage;
    }

    fn comes_to(&self, amount: Atto) -> bool {
        let is_sum = |rows: u64, sum: Atto| rows > 1 && sum != Atto::ZERO && ties(amount, sum);
        is_sum(self.section_rows, self.section)
            || is_sum(self.filled_rows, self.sum)
            || self.calendar.rows_of(amount).is_some()
    }

    /// What rows are that name nothing and hold the sum of those before them, at the end: usage where others that name nothing
    /// hold no sum, and where it is one alone with rows behind it whose sum nothing holds.
    pub(super) fn unnamed(&self) -> UnnamedRows {
        let UnlabelledTotals { unnamed: (rows, _), of_nothing, .. } = &self.unlabelled;
        let is_alone = *rows == 1 && self.section_rows > 0;
        let is_chance = *rows > 0 && (!of_nothing.is_empty() || is_alone);
        match is_chance && self.hidden_total().is_none() {
            true => UnnamedRows::Usage,
            false => UnnamedRows::Totals,
        }
    }

    /// The line of a row that nothing labels and that is the sum of all others: it is of nothing, or lasts as long as all
    /// of them.
    pub(super) fn hidden_total(&self) -> Option<u64> {
        let is_sum = |&(_, amount): &(u64, Atto)| {
            let others = self.sum.minus(amount);
            self.filled_rows > 2
                && amount != Atto::ZERO
                && others.is_some_and(|others| ties(amount, others))
        };
        let mut candidates =
            self.unlabelled.of_nothing.iter().copied().chain(self.unlabelled.widest.over_all());
        candidates.find(is_sum).map(|(line, _)| line)
    }

    /// How many rows are below zero.
    pub(super) fn rows_below_zero(&self) -> u64 {
        self.order.below
    }

    /// Counts a row with the sum of those before it.
    pub(super) fn subtotal(&mut self) {
        self.subtotals += 1;
        (self.section, self.section_rows) = (Atto::ZERO, 0);
    }

    /// The problems that only a choice can settle.
    pub(super) fn problems(&self, columns: &ChosenColumns) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some((rows, line, kind)) = &self.unmetered {
            problems.push(format!(
                "{} of a kind that no meter takes, the first in line {line} ({kind}); {}",
                counted_are(*rows, "row"),
                self.meter_for_others(columns)
            ));
        }
        let amount = columns.amounts().first().map_or("", |&column| columns.name(column));
        problems.extend(self.bare_amounts(columns));
        let is_asked = |column: &usize| {
            columns.filters.iter().any(|filter| filter.columns().contains(&column))
        };
        let is_chosen = self.units.is_of_one_side() && columns.amounts().iter().any(is_asked);
        problems.extend(match self.units.has_marks() {
            true => Some(self.units.written_marks(amount, self.bare)).filter(|_| !is_chosen),
            false if has_meter_of_unit(columns) => None,
            false => self.units.problem(ValueRole::Written, amount, amount),
        });
        if self.accounts.count() > 1
            && let Some((column, _)) = columns.account
        {
            problems.push(values::accounts(columns.name(column), &self.accounts));
        }
        let several = self.several_accounts(columns);
        problems.extend(
            several
                .first()
                .filter(|_| several.len() > 1)
                .map(|_| values::several_accounts(&several)),
        );
        let units = self.asked_units(columns);
        for (index, &(column, doubt)) in columns.watched.iter().enumerate() {
            if doubt == Doubt::Account && several.len() > 1 {
                continue;
            }
            // One problem of a column is enough.
            let is_asked = |&(other, _): &(usize, Doubt)| other == column;
            let before = columns.watched.iter().take(index).enumerate();
            let mut before = before.filter(|(_, watched)| is_asked(watched));
            if before.any(|(at, &(_, doubt))| self.watched_problem(at, columns, doubt).is_some()) {
                continue;
            }
            let problem = self.watched_problem(index, columns, doubt);
            problems.extend(problem.map(|problem| match units.is_empty() {
                true => problem,
                false => values::beside_units(&problem, &units),
            }));
        }
        problems
    }

    /// The columns of units that no sum can be of and that are asked about.
    fn asked_units<'c>(&self, columns: &'c ChosenColumns) -> Vec<&'c str> {
        let watched = columns.watched.iter().enumerate();
        let asked = watched.filter(|&(index, &(column, doubt))| {
            doubt == Doubt::Unit
                && values::is_of_units(columns.name(column), &self.watched[index])
                && self.watched_problem(index, columns, doubt).is_some()
        });
        asked.map(|(_, (column, _))| columns.name(*column)).collect()
    }

    /// The ways out for rows that no meter takes.
    fn meter_for_others(&self, columns: &ChosenColumns) -> String {
        let column = condition_columns(columns).first().copied();
        let amount = columns.meters.iter().flat_map(|meter| meter.amount.columns()).next();
        let kinds: Vec<&str> = self.unmetered_kinds.iter().map(String::as_str).collect();
        let (Some(column), Some(&amount), 1..UNMETERED) = (column, amount, kinds.len()) else {
            return "add a meter for them with `[[usage.meters]]`, or leave them out with `[usage] where` or `--where`"
                .to_owned();
        };
        let these = values::one_of(columns.name(column), &kinds, "\"");
        let meter = format!(
            "usage.meters=[{{ where = {these:?}, amount = {:?} }}]",
            quoted(columns.name(amount))
        );
        let counted = format!(
            "`--set {}` (or `[[usage.meters]]`, with a meter for each kind)",
            in_shell(&meter)
        );
        // Without them there would be no row.
        if self.counted == 0 {
            return format!("to count them: {counted}");
        }
        format!(
            "to count these alone: {counted}; to leave them out: `--where {}` (or `[usage] where`)",
            in_shell(&format!("not ({these})"))
        )
    }

    /// The unit that is written beside all amounts.
    pub(super) fn written_unit(&self) -> Option<String> {
        self.units
            .counting()
            .next()
            .filter(|_| self.units.are_one_unit() && self.bare.0 == 0)
            .cloned()
    }

    /// The columns that may be of accounts and hold several.
    fn several_accounts<'t>(
        &'t self,
        columns: &'t ChosenColumns,
    ) -> Vec<(&'t str, &'t ValueCounts)> {
        let watched = columns.watched.iter().zip(&self.watched);
        let several =
            watched.filter(|((_, doubt), counts)| *doubt == Doubt::Account && counts.filled() > 1);
        let is_called = |column: usize, counts: &ValueCounts| {
            !self.is_at_once() && counts.are_called(columns.name(column))
        };
        let several = several.filter(|((column, _), counts)| !is_called(*column, counts));
        several.map(|((column, _), counts)| (columns.name(*column), counts)).collect()
    }

    /// The problem of amounts some of which have a unit beside them.
    fn bare_amounts(&self, columns: &ChosenColumns) -> Option<String> {
        let (rows @ 1.., sum) = self.bare else { return None };
        let [amount] = columns.amounts()[..] else { return None };
        let is_asked = columns.filters.iter().any(|filter| filter.columns().contains(&&amount));
        // A profile knows what its amount counts, however it is written.
        if self.units.count() == 0 || is_asked || columns.is_of_profile {
            return None;
        }
        let name = columns.name(amount);
        let has_unit = self.units.most_written(name);
        if self.units.has_marks() {
            return None;
        }
        Some(format!(
            "some amounts are written with a unit and some without, which must not be added up:{}\n    no unit: {}, \
             sum {sum}\n  choose the rows with `--where {}` or `--where {}` (or `[usage] where`), or write the unit \
             beside all of them if it is one",
            self.units.listed(),
            counted(rows, "row"),
            in_shell(&has_unit),
            in_shell(&format!("not ({has_unit})"))
        ))
    }

    /// The values that are not added up without a choice, with the places where they stand.
    pub(super) fn places(&self, columns: &ChosenColumns) -> Vec<(ValuePlace, &ValueCounts)> {
        let written = columns.amounts().first().map_or("", |&column| columns.name(column));
        let written = ValuePlace::of(ValueRole::Written, written);
        let mut places = match has_meter_of_unit(columns) {
            true => Vec::new(),
            false => vec![(written, &self.units)],
        };
        if let Some((column, None)) = columns.account {
            let role = ValueRole::Watched(Doubt::Account);
            places.push((ValuePlace::of(role, columns.name(column)), &self.accounts));
        }
        let watched = columns.watched.iter().zip(&self.watched);
        let is_of_values = |((_, doubt), _): &(&(usize, Doubt), _)| {
            !matches!(doubt, Doubt::Id | Doubt::Rollup | Doubt::Stages | Doubt::Compared)
        };
        places.extend(watched.filter(is_of_values).map(|(&(column, doubt), counts)| {
            (ValuePlace::of(ValueRole::Watched(doubt), columns.name(column)), counts)
        }));
        places.retain(|(_, counts)| counts.count() > 0);
        places
    }

    /// The problem of a watched column, if its values show one.
    fn watched_problem(
        &self,
        index: usize,
        columns: &ChosenColumns,
        doubt: Doubt,
    ) -> Option<String> {
        let column = columns.watched.get(index)?.0;
        let (name, counts) = (columns.name(column), &self.watched[index]);
        let amount = || columns.amounts().first().map_or("", |&column| columns.name(column));
        match doubt {
            // The lines of one bill are accounts, each with a number.
            Doubt::Account if counts.are_called(name) && self.is_at_once() => {
                Some(values::accounts(name, counts))
            }
            Doubt::Rollup => {
                let (_, sum) = columns.rollups.iter().find(|(of, _)| *of == column)?;
                values::rolled_up(name, counts, sum)
            }
            Doubt::Unit
            | Doubt::RowKind
            | Doubt::SaidKind
            | Doubt::Undone
            | Doubt::Flag
            | Doubt::Side
            | Doubt::Direction
            | Doubt::Meters
            | Doubt::Figures
            | Doubt::Compared
            | Doubt::Stages
            | Doubt::Account
            | Doubt::SharedAccount => counts.problem(ValueRole::Watched(doubt), name, amount()),
            Doubt::Id => self.repeated_ids[index].as_ref().map(|repeated| {
                let RepeatedId { value, line, file } = repeated;
                let places = match file {
                    None => format!("again in line {line}"),
                    Some(file) => format!("in {file} too, and here in line {line}"),
                };
                format!(
                    "the id `{}` in column `{name}` stands twice ({places}); say which row \
                     counts: `--identity {}` for the first, with `--keep last` for the last, or \
                     `--identity none` if all do",
                    excerpt(value),
                    header_argument(name)
                )
            }),
        }
    }

    /// Whether the total in a line is that of a section: the first of several is the sum of all rows before it.
    fn is_section(&self, line: u64) -> bool {
        let last = self.totals.last().map(|total| total.line);
        self.so_far.contains(&line) && (Some(line) != last || self.subtotals > 0)
    }

    /// Totals of sections that are the sum of all rows before them.
    fn sections(&self) -> u64 {
        self.totals.iter().filter(|total| self.is_section(total.line)).count() as u64
    }

    /// Compares the total rows with the sums; the error lists those that do not tie.
    pub(super) fn tie(
        &self,
        choice: Totals,
        columns: &ChosenColumns,
    ) -> Result<Vec<String>, Vec<String>> {
        let own = self.own_sum();
        let all = own.plus(self.left_out_sum).unwrap_or(own);
        let (mut told, mut untied) = (Vec::new(), Vec::new());
        for TotalRow { line, amount: total, .. } in
            self.totals.iter().filter(|total| !self.is_section(total.line))
        {
            if columns.amounts().is_empty() {
                told.push(format!(
                    "Line {line} is a total by its label and is left out; where each row counts the same, the rows cannot be \
                     compared with it."
                ));
                continue;
            }
            let with_added = |sum: Atto| sum.plus(self.added).unwrap_or(sum);
            let sums = [own, all, with_added(own), with_added(all)];
            match sums.iter().any(|sum| ties(*total, *sum)) {
                true => told.push(format!(
                    "Line {line} is a total: the file says {total}, the rows add up to {}{}.",
                    if ties(*total, all) { all } else { own },
                    match ties(*total, own) || ties(*total, all) {
                        true => String::new(),
                        false => format!(", and {} of rounding and taxes", self.added),
                    }
                )),
                false if choice == Totals::Ignore => told.push(format!(
                    "Line {line} is a total of {total}, while the rows add up to {}; it is left out.",
                    own
                )),
                false => untied.push(format!(
                    "line {line} is a total of {total}, while the rows add up to {}{}{}; find what is \
                     missing or repeated, or leave the total out unchecked with `[usage] totals = \
                     \"ignore\"` or `--totals ignore`{}",
                    own,
                    if all == own { String::new() } else { format!(", or {all} with those left out") },
                    match self.added == Atto::ZERO {
                        true => String::new(),
                        false => format!(
                            ", and to {} with {} of rounding and taxes",
                            with_added(own),
                            self.added
                        ),
                    },
                    self.label.as_ref().map_or(String::new(), |(column, label)| {
                        labelled(columns.name(*column), label)
                    })
                )),
            }
        }
        if untied.is_empty() { Ok(told) } else { Err(untied) }
    }

    /// The problem of a file whose amounts add up to less than zero.
    pub(super) fn below_zero(&self, columns: &ChosenColumns, has_usage: bool) -> String {
        let amount = columns.amounts().first().map_or("", |&column| columns.name(column));
        let formula = format!("-1 * {}", quoted(amount));
        let (no_usage, anyhow) = match has_usage {
            true => ("", ", or say what they do with `--below-zero netted` or `reversed`"),
            false => ("no amount is above zero, and ", ""),
        };
        format!(
            "{no_usage}all add up to {}: if the file writes usage below zero, as some exports do, \
             turn its sign round with `--amount-column {}` (or `[usage] amount`); if these are corrections or refunds, \
             which that would count as usage, put their rows into one file with the usage that they correct, or their file into \
             one folder with its files{anyhow}",
            self.sum,
            in_shell(&formula)
        )
    }

    /// Notes for readers of the result, one sentence each.
    pub(super) fn doubts(
        &self,
        columns: &ChosenColumns,
        account: Zone,
        file: Option<Zone>,
    ) -> Vec<String> {
        let mut doubts = self.blank_ends.told(columns);
        let of_stages = columns.watched.iter().zip(&self.watched);
        let of_stages = of_stages.filter(|((_, doubt), _)| *doubt == Doubt::Stages);
        doubts.extend(
            of_stages.filter_map(|((column, _), counts)| {
                stages::told_later(columns.name(*column), counts)
            }),
        );
        doubts.extend(self.moved.told());
        doubts.extend(self.skipped_times.clone());
        if let (rows @ 1.., rough) = self.shortened {
            let rows = counted_are(rows, "amount");
            doubts.push(format!(
                "{rows} shortened (`1.2K`), so that the digits beyond are lost: the sum may be off by up to \
                 {rough}. For an exact sum, export whole numbers."
            ));
        }
        doubts.extend(self.shared_accounts(columns));
        doubts.extend(self.unnamed_totals(columns));
        doubts.extend(self.running_total(columns));
        if let (days @ 1.., amount) = self.edge_days {
            doubts.push(format!(
                "{} on {} in {} that {} in two months in {}: what part \
                 belongs to which cannot be known. They count where the day begins.",
                match counted(amount, "credit") {
                    one if one == "1 credit" => format!("{one} stands"),
                    several => format!("{several} stand"),
                },
                counted(days, "day"),
                file.unwrap_or(account).name(),
                if days == 1 { "lies" } else { "lie" },
                account.name()
            ));
        }
        doubts.extend(doubt::cut(self.rows));
        doubts.extend(self.repeated_rows.told());
        doubts
    }
}

impl Tally {
    /// The accounts that are read as one because one bill is for all of them.
    fn shared_accounts(&self, columns: &ChosenColumns) -> Vec<String> {
        let watched = columns.watched.iter().zip(&self.watched);
        let amount = columns.amounts().first().map_or("", |&column| columns.name(column));
        let told = |((column, doubt), counts): (&(usize, Doubt), &ValueCounts)| match doubt {
            Doubt::SharedAccount => counts.shared(columns.name(*column)),
            Doubt::Flag if counts.are_statuses(amount) => counts.shared(columns.name(*column)),
            Doubt::Account if !self.is_at_once() => counts.told_called(columns.name(*column)),
            _ => None,
        };
        watched.filter_map(told).collect()
    }

    /// Whether all rows are of one instant, as those of one bill are.
    fn is_at_once(&self) -> bool {
        self.first == Some(self.last)
    }

    /// What is told of rows that name nothing and hold the sum of others, left out as totals or not.
    fn unnamed_totals(&self, columns: &ChosenColumns) -> Option<String> {
        let (rows @ 1.., line) = self.unlabelled.unnamed else { return None };
        let keys: Vec<String> =
            columns.naming().iter().map(|&key| format!("`{}`", columns.name(key))).collect();
        let [place, holds, them, it] = match rows {
            1 => [format!("Line {line} names"), "holds".into(), "it".into(), "it is".into()],
            _ => [
                format!("{}, the first in line {line}, name", counted(rows, "row")),
                "hold".into(),
                "them".into(),
                "they are".into(),
            ],
        };
        let named =
            columns.naming().iter().map(|&key| format!("{} != \"\"", quoted(columns.name(key))));
        let named = named.collect::<Vec<_>>().join(" or ");
        let first = columns.naming().first().map_or("", |&key| columns.name(key));
        // A condition that names all of them takes every row, and asks about each.
        let all = in_shell(&format!("{} = \"\" or {named}", quoted(first)));
        let then = match (self.unlabelled.are_usage, rows) {
            (true, _) => format!(
                "other rows that name nothing hold no such sum, or rows follow, so all of them are usage here. If {it} no \
                 usage, `--where {}` leaves out rows that name nothing.",
                in_shell(&named)
            ),
            (false, 1) => format!(
                "it is left out as their total. If it is usage, `--where {all}` takes all rows."
            ),
            (false, _) => format!(
                "they are left out as totals. If they are usage, `--where {all}` takes all rows."
            ),
        };
        Some(format!(
            "{place} nothing in {} and {holds} the sum of the rows before {them}: {then}",
            keys.join(", ")
        ))
    }

    /// The problem of rows each of which holds the sum of the rows since the last such row, and stands at the time of the one before
    /// it or is the sum of many, where nothing names what rows are of.
    pub(super) fn again_problem(&self, columns: &ChosenColumns) -> Option<String> {
        let [column] = columns.amounts()[..] else { return None };
        let (sums, (line, amount)) = (self.again.likely(), self.again.first);
        let is_asked = columns.filters.iter().any(|filter| filter.columns().contains(&&column));
        // A condition that takes every row says that all count.
        let is_settled = is_asked || (!columns.filters.is_empty() && self.filtered == 0);
        let is_known = !columns.keys.is_empty() || columns.is_of_profile || is_settled;
        if sums < FEWEST_AGAIN || is_known {
            return None;
        }
        let (name, time) = (columns.name(column), columns.name(columns.time));
        let all = values::all_of(name);
        let leave_out = match self.again.below_sums() {
            Some(largest) => {
                // A condition has no commas between the digits of a number.
                let largest = largest.to_string().replace(',', "");
                format!(
                    "Leave them out with `--where {}` (or `[usage] where`), which takes the amounts of all other rows",
                    in_shell(&format!("{} <= {largest}", quoted(name)))
                )
            }
            None => {
                format!("Leave them out of the file, or label them, as `Total` in column `{time}`")
            }
        };
        let place = match self.again.own_sums {
            0 => " at the time of the row before and",
            _ => "",
        };
        Some(format!(
            "{}{place} the sum of the rows since the last such row, or of a day, a week or a month, the first in line {line} \
             ({amount}): likely subtotals. {leave_out}; if they are usage, `--where {all}` (or `[usage] where`) adds them up",
            counted_are(sums.to_string(), "row")
        ))
    }

    /// The header of amounts that never fall, if it says total.
    fn running<'c>(&self, columns: &'c ChosenColumns) -> Option<&'c str> {
        let [amount] = columns.amounts()[..] else { return None };
        let runs = self.counted >= FEWEST_RUNNING && self.order.is_running();
        let is_steady = self.order.is_steady() && 10 * self.order.moves() >= 9 * self.counted;
        let name = columns.name(amount);
        (is_steady || (runs && headers::may_be_running(name))).then_some(name)
    }

    /// The doubt about amounts that never fall under a header that says total.
    fn running_total(&self, columns: &ChosenColumns) -> Option<String> {
        self.running(columns).map(|name| {
            format!(
                "No amount in column `{name}` is below the one before it: if it is a total so far, the \
                 usage is its differences, and not the sum of {} that is read here.",
                self.sum
            )
        })
    }

    /// The problem of such amounts of a meter where nobody chose them.
    pub(super) fn running_problem(&self, columns: &ChosenColumns) -> Option<String> {
        let is_asked = |name: &&str| {
            headers::is_register(name)
                || (self.order.is_steady() && self.order.moves() + 1 >= FEWEST_ASKED)
        };
        let running = self.running(columns).filter(is_asked).map(|name| {
            let (side, what) = match self.order.rises >= self.order.falls {
                true => ("below", "a total so far"),
                false => ("above", "a balance, or in a total so far whose newest row stands first"),
            };
            format!(
                "the amount: no amount in column `{name}` is {side} the one before it, as in {what}, of which the \
                 usage is the differences and not the sum of {}. If each is the amount of its row, `--amount-column {}` \
                 (or `[usage] amount`) reads them; if not, export usage row by row, or count the differences with {}",
                self.sum,
                header_argument(name),
                self.order.way().flag(name)
            )
        });
        running.or_else(|| self.total_that_begins_anew(columns))
    }

    /// The problem of amounts that rise nearly everywhere and fall to little now and then.
    fn total_that_begins_anew(&self, columns: &ChosenColumns) -> Option<String> {
        let [amount] = columns.amounts()[..] else { return None };
        let name = columns.name(amount);
        let falls = self.order.anew(headers::may_be_running(name))?;
        Some(format!(
            "the amount: the amounts in column `{name}` rise from row to row and fall to half or less {}, as a total so far \
             does that begins anew, of which the usage is the differences, {} without the first row, and not the sum of {}. If \
             each is the amount of its row, `--amount-column {}` (or `[usage] amount`) reads them; if not, export usage row by \
             row, or {}count the differences with {}",
            counted(falls, "time"),
            self.order.differences(),
            self.sum,
            header_argument(name),
            match self.order.way() {
                DifferenceWay::Rise => "",
                DifferenceWay::Fall => {
                    "put the oldest row first (`(head -n 1 FILE; tail -n +2 FILE | tac) > usage.csv`) and "
                }
            },
            DifferenceWay::Rise.flag(name)
        ))
    }
}

/// Rows that are sums, from which on they are asked about.
const FEWEST_AGAIN: u64 = 2;
/// Sums from which on chance makes none of them.
const MANY_SUMS: u64 = 5;
/// Rows of which one is the sum.
const FEWEST_OF_SUM: u64 = 4;
/// The same, from which on chance makes none of it.
const FEWEST_OF_LONG_SUM: u64 = 20;

/// Rows that hold the sum of those before them, as subtotals do that nothing labels.
#[derive(Clone, Copy, Debug, Default)]
struct AgainRows {
    /// Rows at the time of the one before.
    rows: u64,
    /// Those of them that are the sum of the rows since the last sum, or of a stretch of the calendar.
    sums: u64,
    /// Those of these that stand behind many others.
    long_sums: u64,
    /// Sums of many rows at times of their own.
    own_sums: u64,
    /// The line and the amount of the first sum.
    first: (u64, Atto),
    /// The least of all sums, and of those of many rows.
    least: Option<Atto>,
    least_long: Option<Atto>,
    /// The largest amount that is no sum.
    largest: Atto,
    /// The rows since the last of these, and since the last that may be one of few rows.
    sections: [SummedRows; 2],
}

/// Rows that are added up.
#[derive(Clone, Copy, Debug, Default)]
struct SummedRows {
    sum: Atto,
    /// Those of them that hold something.
    filled: u64,
}

impl SummedRows {
    #[inline]
    fn add(&mut self, amount: Atto) {
        self.sum = self.sum.plus(amount).unwrap_or(self.sum);
        self.filled += u64::from(amount != Atto::ZERO);
    }
}

impl AgainRows {
    /// Adds a row in file order; with whether it stands at the time of the one before, and the rows of a stretch of the calendar whose
    /// sum it is.
    #[inline]
    fn add(&mut self, amount: Atto, (is_again, of_calendar): (bool, Option<u64>), line: u64) {
        self.rows += u64::from(is_again);
        let is_sum = |rows: &&SummedRows| rows.filled >= FEWEST_OF_SUM && rows.sum == amount;
        let of_section = self.sections.iter().find(is_sum).map(|rows| rows.filled);
        let of_calendar = of_calendar.filter(|rows| *rows >= FEWEST_OF_LONG_SUM);
        if let Some(rows) = of_section.or(of_calendar) {
            self.add_sum(amount, is_again, rows, line);
            return;
        }
        self.largest = self.largest.max(amount);
        self.sections.iter_mut().for_each(|rows| rows.add(amount));
    }

    /// Adds what is the sum of so many rows.
    #[cold]
    fn add_sum(&mut self, amount: Atto, is_again: bool, rows: u64, line: u64) {
        let less = |least: Option<Atto>| Some(least.map_or(amount, |least| least.min(amount)));
        self.least = less(self.least);
        self.sections[1] = SummedRows::default();
        let is_long = rows >= FEWEST_OF_LONG_SUM;
        if is_long {
            self.least_long = less(self.least_long);
        }
        // That of few rows at a time of its own may be chance.
        if !is_again && !is_long {
            self.sections[0].add(amount);
            return;
        }
        if self.sums + self.own_sums == 0 {
            self.first = (line, amount);
        }
        self.sums += u64::from(is_again);
        self.long_sums += u64::from(is_again && is_long);
        self.own_sums += u64::from(!is_again);
        self.sections[0] = SummedRows::default();
    }

    /// How many rows are likely sums: those at the time of the one before only where no other rows are so, or they are of many; those at
    /// times of their own only where they are above all other amounts, or several.
    fn likely(self) -> u64 {
        let are_chance = self.sums < self.rows && self.long_sums < self.sums;
        let are_above = self.least_long.is_some_and(|least| self.largest < least);
        let own = if are_above || self.own_sums >= MANY_SUMS { self.own_sums } else { 0 };
        own + if are_chance { self.long_sums } else { self.sums }
    }

    /// The largest amount that is no sum, if every sum is above it.
    fn below_sums(self) -> Option<Atto> {
        self.least.is_some_and(|least| self.largest < least).then_some(self.largest)
    }
}

/// Kinds that a way out names.
const UNMETERED: usize = 12;

/// Rows that never fall, from which on a column may be a running total.
const FEWEST_RUNNING: u64 = 10;

/// Rows that only rise, from which on they are a likely total so far whatever their header says.
pub(super) const FEWEST_STEADY: u64 = 12;
/// The same from which on it is asked.
pub(super) const FEWEST_ASKED: u64 = 20;
/// How often a total so far rises for each time that it begins anew, at least.
pub(super) const FEWEST_RISES: u64 = 4;
/// The same, and the moves from which on it is asked; with what its header must say for it.
const RISES: [(bool, u64, u64); 2] = [(true, FEWEST_RISES, 12), (false, 5, 20)];
/// Distances between them that are longer than the one before, and shorter: those of a trend are not.
const FEWEST_UNEVEN: u64 = 3;

/// The order of amounts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AmountOrder {
    first: Option<Atto>,
    last: Option<Atto>,
    rises: u64,
    falls: u64,
    /// The first and the last distance between two of them, and how often one was longer or shorter than the one before.
    steps: Option<(Atto, Atto)>,
    longer: u64,
    shorter: u64,
    /// The distances of those that rise, and of those that fall.
    ups: StepSizes,
    downs: StepSizes,
    /// How often one is half of the one before or less, and the other way round.
    halved: u64,
    doubled: u64,
    /// What totals so far come to that these are, with the oldest first and with the newest first.
    climbed: Atto,
    sunk: Atto,
    /// What they come to where those begin anew, with the oldest first and with the newest first.
    begun: (Atto, Atto),
    /// How many are below zero.
    below: u64,
}

/// Distances that come one after another.
#[derive(Clone, Copy, Debug, Default)]
struct StepSizes {
    ends: Option<(Atto, Atto)>,
    /// How often one is another than the one before.
    differing: u64,
}

impl StepSizes {
    fn add(&mut self, step: Atto) {
        self.join(StepSizes { ends: Some((step, step)), differing: 0 });
    }

    /// Adds those that follow.
    fn join(&mut self, other: StepSizes) {
        let Some((first, last)) = other.ends else { return };
        let before = self.ends.unwrap_or((first, first));
        self.differing += other.differing + u64::from(before.1 != first);
        self.ends = Some((before.0, last));
    }
}

impl AmountOrder {
    /// Adds an amount in file order.
    #[inline]
    pub(super) fn add(&mut self, amount: Atto) {
        self.below += u64::from(amount.is_negative());
        match self.last.replace(amount) {
            Some(last) if !self.is_no_total() => self.follow(last, amount),
            Some(_) => {}
            None => self.first = Some(amount),
        }
    }

    /// Whether they are no total so far whatever follows, so that their distances say nothing any more: they rise and fall, and
    /// neither falls where it begins anew nor rises where it does so with the newest first.
    #[inline]
    fn is_no_total(&self) -> bool {
        self.falls > self.halved && self.rises > self.doubled
    }

    fn follow(&mut self, last: Atto, amount: Atto) {
        self.rises += u64::from(amount > last);
        self.falls += u64::from(amount < last);
        let step = amount.minus(last).unwrap_or_default().size();
        self.step(step, step);
        self.see_anew(last, amount, step);
    }

    /// Looks at two amounts, one after another, for a total so far that begins anew.
    fn see_anew(&mut self, last: Atto, amount: Atto, step: Atto) {
        let is_half = |part: Atto, whole: Atto| part.plus(part).is_some_and(|both| both <= whole);
        let (climbed, sunk) = match amount >= last {
            true => {
                if amount > last {
                    self.ups.add(step);
                }
                self.doubled += u64::from(amount > last && is_half(last, amount));
                let begun = if amount > last { last } else { Atto::ZERO };
                self.begun.1 = self.begun.1.plus(begun).unwrap_or(self.begun.1);
                (step, begun)
            }
            false => {
                self.downs.add(step);
                self.halved += u64::from(is_half(amount, last));
                self.begun.0 = self.begun.0.plus(amount).unwrap_or(self.begun.0);
                (amount, step)
            }
        };
        self.climbed = self.climbed.plus(climbed).unwrap_or(self.climbed);
        self.sunk = self.sunk.plus(sunk).unwrap_or(self.sunk);
    }

    /// Whether they rise more often than they fall, as far as a total so far does, or the other way round.
    pub(super) fn may_run(self) -> bool {
        self.rises.max(self.falls) >= FEWEST_RISES * self.rises.min(self.falls)
    }

    /// How often they begin anew if they are a total so far, which `says_total` if their header does; `None` if they are none.
    pub(super) fn anew(self, says_total: bool) -> Option<u64> {
        let (ups, downs, deep, steps, begun) = match self.rises >= self.falls {
            true => (self.rises, self.falls, self.halved, self.ups, self.begun.0),
            false => (self.falls, self.rises, self.doubled, self.downs, self.begun.1),
        };
        let is_such = |&(needs_word, rises, moves): &(bool, u64, u64)| {
            (says_total || !needs_word) && ups >= rises * downs && ups + downs >= moves
        };
        // It begins with what is used of one row, as the differences are; usage that comes and goes with the hours begins higher.
        let between = self.differences().minus(begun).unwrap_or_default();
        let mean = |sum: Atto, of: u64| sum.steps() / i128::from(of.max(1));
        let is_count = downs > 0
            && 2 * mean(begun, downs) <= 3 * mean(between, ups)
            && downs == deep
            && self.below == 0
            // What is used is now more and now less.
            && 2 * steps.differing >= ups
            && RISES.iter().any(is_such);
        is_count.then_some(downs)
    }

    /// The way that they go as a total so far or as a balance.
    fn way(self) -> DifferenceWay {
        if self.rises >= self.falls { DifferenceWay::Rise } else { DifferenceWay::Fall }
    }

    /// What they come to as a total so far, without the first of them.
    fn differences(self) -> Atto {
        if self.rises >= self.falls { self.climbed } else { self.sunk }
    }

    /// How often one is another than the one before.
    pub(super) fn moves(self) -> u64 {
        self.rises + self.falls
    }

    /// Adds distances that follow, the first and the last of which are these.
    fn step(&mut self, first: Atto, last: Atto) {
        if let Some((_, before)) = self.steps {
            self.longer += u64::from(first > before);
            self.shorter += u64::from(first < before);
        }
        self.steps = Some((self.steps.map_or(first, |(first, _)| first), last));
    }

    /// Adds the amounts that follow.
    fn join(&mut self, other: &AmountOrder) {
        let (Some(first), last) = (other.first, other.last) else { return };
        self.add(first);
        self.last = last;
        if let Some((first, last)) = other.steps {
            self.step(first, last);
        }
        self.longer += other.longer;
        self.shorter += other.shorter;
        self.rises += other.rises;
        self.falls += other.falls;
        self.ups.join(other.ups);
        self.downs.join(other.downs);
        self.halved += other.halved;
        self.doubled += other.doubled;
        self.begun.0 = self.begun.0.plus(other.begun.0).unwrap_or(self.begun.0);
        self.begun.1 = self.begun.1.plus(other.begun.1).unwrap_or(self.begun.1);
        self.climbed = self.climbed.plus(other.climbed).unwrap_or(self.climbed);
        self.sunk = self.sunk.plus(other.sunk).unwrap_or(self.sunk);
        // The first was counted where it was added.
        self.below += other.below - u64::from(first.is_negative());
    }

    /// Whether they rise nearly everywhere and fall nowhere, or the other way round, by distances now longer and now shorter:
    /// so do totals so far, and hardly ever what is used from day to day.
    pub(super) fn is_steady(self) -> bool {
        let rises = self.rises.max(self.falls);
        self.rises.min(self.falls) == 0
            && rises + 1 >= FEWEST_STEADY
            && self.longer.min(self.shorter) >= FEWEST_UNEVEN
    }

    /// Whether they only rise, or only fall in a file with the newest first.
    fn is_running(self) -> bool {
        self.rises.min(self.falls) == 0 && self.rises.max(self.falls) >= FEWEST_RUNNING / 2
    }
}

/// The sum of amounts; `None` beyond what can be counted.
fn added(mut amounts: impl Iterator<Item = Atto>) -> Option<Atto> {
    amounts.try_fold(Atto::ZERO, |sum, amount| sum.plus(amount))
}

/// Whether meters choose rows by what is written beside their amounts, each with its own factor.
fn has_meter_of_unit(columns: &ChosenColumns) -> bool {
    let amounts = columns.amounts();
    condition_columns(columns).iter().any(|column| amounts.contains(column))
}

/// Whether a total is a sum, to half a unit of its own last decimal.
pub(super) fn ties(total: Atto, sum: Atto) -> bool {
    total == sum || total.minus(sum).is_some_and(|off| off.size() <= total.half_of_last_decimal())
}

/// The way to count rows that have a time and the label of a total.
fn labelled(name: &str, label: &str) -> String {
    format!(
        "; it is taken for a total by its label in column `{name}`: a condition on that column, such as \
         `--where {}`, takes its rows as usage",
        condition(name, &[label])
    )
}

/// The hash of all cells of a row.
pub(super) fn whole(row: RowView<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.iter().for_each(|cell| cell.hash(&mut hasher));
    hasher.finish()
}

/// The identity of a row by some of its columns: `None` if all of them are blank.
pub(super) fn identity(columns: &[usize], row: RowView<'_>) -> Option<u128> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The order of amounts all of whose distances are looked at.
    fn followed(amounts: &[i128]) -> AmountOrder {
        let mut order = AmountOrder::default();
        for &amount in amounts {
            let amount = Atto::from_steps(amount);
            match order.last.replace(amount) {
                Some(last) => order.follow(last, amount),
                None => order.first = Some(amount),
            }
            order.below += u64::from(amount.is_negative());
        }
        order
    }

    /// What is asked of it.
    fn told(order: AmountOrder) -> String {
        let count = order.anew(true).map(|count| (count, order.differences(), order.way()));
        let steady = order.is_steady().then(|| (order.moves(), order.way()));
        let (runs, few) = (order.is_running(), order.anew(false));
        format!("{count:?} {few:?} {steady:?} {runs} {}", order.below)
    }

    proptest! {
        #[test]
        fn amounts_that_are_no_total_so_far_are_none_however_they_go_on_and_wherever_they_are_parted(
            steps in prop::collection::vec(
                prop_oneof![6 => 1_i128..9, 2 => -60_i128..0, 1 => -3_i128..1],
                0..80,
            ),
            parted in 0_usize..80,
        ) {
            let mut last = 0_i128;
            let amounts: Vec<i128> = steps
                .iter()
                .map(|step| {
                    last = (last + step).max(-2);
                    last
                })
                .collect();
            let expected = told(followed(&amounts));
            let mut order = AmountOrder::default();
            amounts.iter().for_each(|&amount| order.add(Atto::from_steps(amount)));
            prop_assert_eq!(&told(order), &expected, "{:?}", amounts);
            let (first, second) = amounts.split_at(parted.min(amounts.len()));
            let [mut first, second] = [first, second].map(|amounts| {
                let mut order = AmountOrder::default();
                amounts.iter().for_each(|&amount| order.add(Atto::from_steps(amount)));
                order
            });
            first.join(&second);
            prop_assert_eq!(told(first), expected, "{:?} parted at {}", amounts, parted);
        }
    }

    #[test]
    fn distances_are_looked_at_no_more_once_they_say_nothing() {
        let mut order = AmountOrder::default();
        for amount in [10, 13, 11] {
            assert!(!order.is_no_total());
            order.add(Atto::from_steps(amount));
        }
        assert!(order.is_no_total());
        let moves = order.moves();
        (0..50).for_each(|amount| order.add(Atto::from_steps(amount)));
        assert_eq!(order.moves(), moves);
    }
}
