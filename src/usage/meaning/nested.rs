//! Rows that stand for a whole day, week, month, quarter or year in which other rows lie: where they are the sum of those,
//! they are totals of them; where they are not, what they are is asked.
//!
//! The rows are read once more for it, in files only that have rows of several lengths. Deliberately absent: labels, which
//! say that a row is a total whatever it stands for.

use std::collections::{BTreeMap, HashMap};

use super::blank::Blank;
use super::examination::Examination;
use super::formula::Condition;
use super::grain::{DateGrain, GrainSet};
use super::headers::{in_shell, quoted};
use super::number::Atto;
use super::rows::{CellNotation, RowMeaning, RowReader, cell};
use super::tally::{Tally, ties};
use crate::domain::Duration;
use crate::domain::text::{counted, excerpt};
use crate::usage::UsageError;
use crate::usage::export::{Row, RowView};

/// Rows of whole days or longer that are compared.
const MOST_WHOLE: usize = 20_000;
/// Different names of rows that are compared.
const MOST_NAMES: usize = 2_000;
/// Rows that a day must hold to be taken for the sum of them where no other day is.
const FEWEST_OF_ONE_DAY: u64 = 4;
/// Values that a message lists.
const LISTED: usize = 12;

/// What rows of several lengths are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowNesting {
    /// Usage, each beside the others.
    Apart,
    /// Those of these lengths are sums of the rows in them.
    Sums(GrainSet),
    /// Nothing says what some of them are: the problem.
    Unclear(String),
}

/// A row that stands for a whole day or longer.
struct WholeRow {
    line: u64,
    /// The cell with its time.
    written: String,
    start: i64,
    grain: DateGrain,
    amount: Atto,
    name: usize,
}

impl WholeRow {
    fn end(&self) -> i64 {
        self.grain.end(self.start)
    }
}

/// What a row of a whole stretch is to those that lie in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    /// No row lies in it, or none of the same name.
    Alone,
    /// It is the sum of so many.
    Sum(u64),
    /// Rows of its name lie in it, and add up to something else.
    Other(Atto),
}

/// The rows of a file by their days and lengths.
#[derive(Default)]
struct RowsByDay {
    whole: Vec<WholeRow>,
    /// The names of rows: their cells in the columns of words.
    names: Vec<Vec<String>>,
    places: HashMap<Vec<String>, usize>,
    /// The sum and the number of rows of each length and name by their day.
    sums: BTreeMap<(DateGrain, usize, i64), (Atto, u64)>,
}

/// Looks at the rows of a file once more, if some of them are of other lengths than others.
pub(super) fn of(
    examination: &Examination<'_>,
    tally: &Tally,
    notation: CellNotation,
) -> Result<RowNesting, UsageError> {
    let columns = &examination.columns;
    let is_asked = columns
        .filters
        .iter()
        .flat_map(Condition::columns)
        .any(|column| *column == columns.time || Some(*column) == columns.end);
    if !tally.grains.is_mixed() || is_asked || columns.is_of_profile {
        return Ok(RowNesting::Apart);
    }
    Ok(RowsByDay::read(examination, notation)?
        .map_or(RowNesting::Apart, |rows| rows.nesting(examination)))
}

impl RowsByDay {
    /// All rows; `None` where they are too many to be compared.
    fn read(
        examination: &Examination<'_>,
        notation: CellNotation,
    ) -> Result<Option<RowsByDay>, UsageError> {
        let (mut table, mut clock) = (examination.table()?, examination.clock());
        let mut reader = RowReader::new(&examination.columns, notation, &mut clock);
        let (mut row, mut rows) = (Row::new(), RowsByDay::default());
        let columns = &examination.columns;
        let mut named: Vec<usize> = columns.labels.clone();
        named.extend(columns.account.iter().map(|(column, _)| *column));
        while table.next(&mut row)? {
            let RowMeaning::Usage(usage, _) = reader.read(row.view()) else { continue };
            let start = usage.local.unwrap_or(usage.at.millis());
            let Some(name) = rows.name(row.view(), &named) else { return Ok(None) };
            let day = start.div_euclid(Duration::DAY.millis());
            let sum = rows.sums.entry((usage.grain, name, day)).or_default();
            *sum = (sum.0.plus(usage.amount).unwrap_or(sum.0), sum.1 + 1);
            if usage.grain > DateGrain::Moment {
                let written = cell(row.view(), columns.time).to_owned();
                let (line, grain, amount) = (row.line(), usage.grain, usage.amount);
                rows.whole.push(WholeRow { line, written, start, grain, amount, name });
            }
        }
        // Where nearly all are whole, few of them hold others.
        let finest = rows.sums.keys().next().map(|(grain, ..)| *grain);
        rows.whole.retain(|row| Some(row.grain) != finest);
        Ok((rows.whole.len() <= MOST_WHOLE).then_some(rows))
    }

    /// The place of a row's name; `None` where there are too many.
    fn name(&mut self, row: RowView<'_>, columns: &[usize]) -> Option<usize> {
        let cells: Vec<String> =
            columns.iter().map(|&column| cell(row, column).to_owned()).collect();
        if let Some(&place) = self.places.get(&cells) {
            return Some(place);
        }
        let place = self.names.len();
        self.names.push(cells.clone());
        self.places.insert(cells, place);
        (place < MOST_NAMES).then_some(place)
    }

    /// The names that rows have which a row with the name `of` may be the total of: the same where it names something.
    fn names_in(&self, of: usize) -> Vec<usize> {
        let is_same =
            |(mine, theirs): (&String, &String)| Blank::of(mine).is_some() || mine == theirs;
        let named = self.names.iter().enumerate();
        let is_in = |name: &Vec<String>| self.names[of].iter().zip(name).all(is_same);
        named.filter(|(_, name)| is_in(name)).map(|(place, _)| place).collect()
    }

    /// The sum and the number of the rows of one length and some names that lie in a row.
    fn inside(&self, whole: &WholeRow, grain: DateGrain, names: &[usize]) -> (Atto, u64) {
        let day = |at: i64| at.div_euclid(Duration::DAY.millis());
        let days = day(whole.start)..day(whole.end() - 1) + 1;
        let mut all = (Atto::ZERO, 0);
        for &name in names {
            for (_, (sum, rows)) in
                self.sums.range((grain, name, days.start)..(grain, name, days.end))
            {
                all = (all.0.plus(*sum).unwrap_or(all.0), all.1 + rows);
            }
        }
        all
    }

    /// What a row is to those that lie in it.
    fn whole(&self, row: &WholeRow, all: &[usize], same: &[usize]) -> Whole {
        // Weeks go over the ends of months.
        let is_part = |grain: &&DateGrain| {
            **grain < row.grain && !(**grain == DateGrain::Week && row.grain > DateGrain::Week)
        };
        let mut off = Whole::Alone;
        for &grain in DateGrain::ALL.iter().filter(is_part) {
            for names in [same, all] {
                let (sum, rows) = self.inside(row, grain, names);
                match rows {
                    0 => {}
                    _ if ties(row.amount, sum) => return Whole::Sum(rows),
                    _ if names == same => off = Whole::Other(sum),
                    _ => {}
                }
            }
        }
        off
    }

    fn nesting(&self, examination: &Examination<'_>) -> RowNesting {
        let all: Vec<usize> = (0..self.names.len()).collect();
        let mut same: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut found: BTreeMap<DateGrain, Vec<(&WholeRow, Whole)>> = BTreeMap::new();
        for row in self.whole.iter().filter(|row| row.amount != Atto::ZERO) {
            let same = same.entry(row.name).or_insert_with(|| self.names_in(row.name));
            found.entry(row.grain).or_default().push((row, self.whole(row, &all, same)));
        }
        let mut sums = GrainSet::default();
        let mut unclear = Vec::new();
        for (&grain, rows) in &found {
            let are_sums = rows.iter().all(|(_, whole)| matches!(whole, Whole::Sum(_)));
            match grain {
                // A date among times may be the midnight of its day.
                DateGrain::Day if are_sums && is_no_chance(rows) => sums.add(grain),
                DateGrain::Day => {}
                _ if are_sums => sums.add(grain),
                _ => unclear.extend(rows.iter().filter(|(_, whole)| *whole != Whole::Alone)),
            }
        }
        match (unclear.as_slice(), sums == GrainSet::default()) {
            ([], true) => RowNesting::Apart,
            ([], false) => RowNesting::Sums(sums),
            (unclear, _) => RowNesting::Unclear(problem(unclear, examination)),
        }
    }
}

/// Whether days are the sums of the rows in them by more than chance.
fn is_no_chance(days: &[(&WholeRow, Whole)]) -> bool {
    let rows = |(_, whole): &(&WholeRow, Whole)| match whole {
        Whole::Sum(rows) => *rows,
        Whole::Alone | Whole::Other(_) => 0,
    };
    days.iter().any(|day| rows(day) >= FEWEST_OF_ONE_DAY)
        || days.iter().filter(|day| rows(day) > 1).count() > 1
}

/// The problem of rows of a whole stretch of which nothing says what they are.
fn problem(rows: &[(&WholeRow, Whole)], examination: &Examination<'_>) -> String {
    let columns = &examination.columns;
    let name = quoted(columns.name(columns.time));
    let listed: String = rows
        .iter()
        .take(LISTED)
        .map(|(row, whole)| {
            let inside = match whole {
                Whole::Other(sum) => format!("add up to {sum}"),
                Whole::Sum(_) | Whole::Alone => "add up to the same".to_owned(),
            };
            let WholeRow { line, written, amount, .. } = row;
            format!(
                "\n    line {line}: `{}` has {amount}, the rows in it {inside}",
                excerpt(written)
            )
        })
        .collect();
    let more = match rows.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("\n    and {more} more"),
    };
    let mut written: Vec<String> =
        rows.iter().map(|(row, _)| format!("\"{}\"", row.written.replace('"', "\"\""))).collect();
    written.sort();
    written.dedup();
    let without = in_shell(&format!("not ({name} in ({}))", written.join(", ")));
    let with = in_shell(&format!("{name} = \"\" or {name} != \"\""));
    let grain = rows.first().map_or("day", |(row, _)| row.grain.word());
    format!(
        "{} for a whole {grain} in which other rows lie, and may be their total or usage beside them:{listed}{more}\n  leave \
         them out with `--where {without}`, or add them up with `--where {with}` (or `[usage] where`)",
        match rows.len() {
            1 => "1 row stands".to_owned(),
            several => format!("{} stand", counted(several, "row")),
        }
    )
}
