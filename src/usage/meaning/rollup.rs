//! Values of a column whose rows are the sum of all others of their time: `all` beside each model.
//!
//! Deliberately absent: the rows beyond the first, which `tally` adds up, and such values that only those have, which are in
//! `later_rollup`.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::choose::ChosenColumns;
use super::headers::words;
use super::labels::{self, TotalLabel};
use super::moment::{self, DateNotation};
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::tally::ties;
use crate::domain::Duration;
use crate::usage::export::{Row, RowView};

/// Values of a column among which a sum is looked for.
const MOST_VALUES: usize = 200;
/// Times that a sum has to be found at where its name does not say that it is one.
const UNNAMED_TIMES: usize = 3;
/// Levels each of which may add up to the same at every time: two are a value and the sum of all others.
const FEWEST_LEVELS: usize = 3;

/// Values of a column among which one may be the sum of some that hold others.
const FEWEST_NESTED: usize = 4;

/// The amounts of the values of one column at one time, and their rows.
type IntervalSums<'r> = BTreeMap<&'r str, (Atto, usize)>;

/// How often a value is the sum of all others.
#[derive(Clone, Debug, Default)]
struct RollupEvidence {
    /// Times at which it is.
    ties: usize,
    /// Those at which there are several others.
    of_several: usize,
    /// Those at which it is one row, and the others are more.
    one_of_many: usize,
    /// The different sums.
    sums: BTreeSet<Atto>,
}

/// The columns with such a value, and the value.
pub(super) fn find(
    rows: &[Row],
    columns: &ChosenColumns,
    mark: DecimalMark,
) -> Vec<(usize, String)> {
    let [amount] = columns.amounts()[..] else { return Vec::new() };
    let counting = rows.iter().filter(|row| may_count(row, columns, mark));
    let rows: Vec<RowView<'_>> = counting.map(Row::view).collect();
    let found = |&column: &usize| {
        let place = (column, amount);
        let by_time = || sum_of_others(&rows, columns, place, mark, TimeKey::Time);
        let by_day = || sum_of_others(&rows, columns, place, mark, TimeKey::Day);
        Some((column, by_time().or_else(by_day)?))
    };
    columns.labels.iter().filter_map(found).collect()
}

/// Whether a row may count: the conditions take it, and no label says that it is a total.
pub(super) fn may_count(row: &Row, columns: &ChosenColumns, mark: DecimalMark) -> bool {
    let get = |column: usize| cell(row.view(), column);
    columns.filters.iter().all(|filter| filter.holds(&get, mark))
        && Blank::of(get(columns.time)).is_none()
        && !labels::is_untimed_total(get(columns.time))
        && !columns
            .labels
            .iter()
            .any(|&column| labels::dated_total(get(column)) == Some(TotalLabel::Certain))
}

/// What rows are compared within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimeKey {
    /// Those of one time.
    Time,
    /// Those of one day, for a row of a day among rows of hours.
    Day,
}

impl TimeKey {
    /// What rows with these cells for their time are compared within.
    fn of(self, (time, clock): (&str, &str)) -> String {
        let day = |text: &str| {
            let moment = moment::read(text, DateNotation::default()).ok()?;
            Some(moment.local.div_euclid(Duration::DAY.millis()).to_string())
        };
        match self {
            TimeKey::Time => format!("{time} {clock}"),
            TimeKey::Day => day(time).unwrap_or_else(|| time.to_owned()),
        }
    }
}

/// The value of a column whose rows are the sum of all others of their time.
fn sum_of_others(
    rows: &[RowView<'_>],
    columns: &ChosenColumns,
    (column, amount): (usize, usize),
    mark: DecimalMark,
    key: TimeKey,
) -> Option<String> {
    let values: BTreeSet<&str> = rows.iter().map(|&row| cell(row, column)).collect();
    if !(2..=MOST_VALUES).contains(&values.len()) {
        return None;
    }
    let mut intervals: BTreeMap<String, IntervalSums<'_>> = BTreeMap::new();
    for &row in rows {
        let clock = columns.clock.map_or("", |clock| cell(row, clock));
        let Some(amount) = number::amount(cell(row, amount), mark) else { continue };
        let sums = intervals.entry(key.of((cell(row, columns.time), clock))).or_default();
        let (sum, rows) = sums.entry(cell(row, column)).or_default();
        (*sum, *rows) = (sum.plus(amount)?, *rows + 1);
    }
    if let Some(value) = highest_level(&intervals) {
        return Some(value.to_owned());
    }
    let mut evidence: BTreeMap<&str, RollupEvidence> = BTreeMap::new();
    let mut counted = 0;
    for interval in intervals.values() {
        let all = interval.values().try_fold(Atto::ZERO, |sum, (amount, _)| sum.plus(*amount))?;
        if all == Atto::ZERO {
            continue;
        }
        counted += 1;
        for (value, &(sum, rows)) in interval {
            let others = all.minus(sum)?;
            // The others may be sums and their parts, so that all but this one come to twice as much.
            let is_twice = interval.len() >= FEWEST_NESTED
                && others.minus(sum).is_some_and(|other| ties(sum, other));
            if interval.len() > 1 && (ties(sum, others) || is_twice) {
                let found = evidence.entry(value).or_default();
                found.ties += 1;
                found.of_several += usize::from(interval.len() > 2);
                let others = interval.values().map(|(_, rows)| rows).sum::<usize>() - rows;
                found.one_of_many += usize::from(rows == 1 && others > 1);
                found.sums.insert(sum);
            }
        }
    }
    let is_sum = |(value, found): &(&&str, &RollupEvidence)| {
        let nearly_all = found.ties >= 2 && found.ties * 10 >= counted * 9;
        let is_only = counted == 1 && found.of_several == 1 && !value.is_empty();
        if key == TimeKey::Day {
            return nearly_all && found.one_of_many == found.ties && found.sums.len() > 1;
        }
        (nearly_all || (is_only && says_all(value)))
            && match says_all(value) {
                true => !value.is_empty() || found.of_several > 0,
                false => found.of_several >= UNNAMED_TIMES && found.sums.len() >= UNNAMED_TIMES,
            }
    };
    let mut sums = evidence.iter().filter(is_sum);
    sums.next().map(|(value, _)| (*value).to_owned())
}

/// The value with fewest rows of a column of levels: one organisation, its teams and its users, each of which adds up to the
/// same at every time.
fn highest_level<'r>(intervals: &BTreeMap<String, IntervalSums<'r>>) -> Option<&'r str> {
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sums = BTreeSet::new();
    for interval in intervals.values() {
        let sum = interval.values().next().map(|(sum, _)| *sum)?;
        if interval.len() < FEWEST_LEVELS || interval.values().any(|(other, _)| !ties(*other, sum))
        {
            return None;
        }
        interval.iter().for_each(|(value, (_, count))| *rows.entry(value).or_default() += count);
        sums.insert(sum);
    }
    let (highest, fewest) = rows.iter().min_by_key(|(_, count)| **count)?;
    let most = rows.values().max()?;
    (sums.len() >= UNNAMED_TIMES && fewest < most).then_some(*highest)
}

/// Whether a value says that it is all others, or says nothing.
pub(super) fn says_all(value: &str) -> bool {
    let words = words(value);
    let all = [
        "all",
        "any",
        "overall",
        "combined",
        "everything",
        "aggregate",
        "alle",
        "alles",
        "tous",
        "todos",
        "global",
        "worldwide",
        "entire",
        "gesamt",
        "tutti",
        "wszystkie",
        "все",
        "全部",
        "全体",
        "전체",
    ];
    value.is_empty() || value == "*" || all.contains(&words.split(' ').next().unwrap_or_default())
}
