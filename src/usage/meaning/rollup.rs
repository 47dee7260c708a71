//! Values of a column whose rows are the sum of all others of their time: `all` beside each model.
//!
//! Deliberately absent: the rows beyond the first, which `tally` adds up.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::choose::ChosenColumns;
use super::headers::words;
use super::labels::{self, TotalLabel};
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::tally::ties;
use crate::usage::export::{Row, RowView};

/// Values of a column among which a sum is looked for.
const MOST_VALUES: usize = 200;
/// Times that a sum has to be found at where its name does not say that it is one.
const UNNAMED_TIMES: usize = 3;

/// The amounts of the values of one column at one time.
type IntervalSums<'r> = BTreeMap<&'r str, Atto>;

/// How often a value is the sum of all others.
#[derive(Clone, Debug, Default)]
struct RollupEvidence {
    /// Times at which it is.
    ties: usize,
    /// Those at which there are several others.
    of_several: usize,
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
    let counts = |row: &&Row| {
        let get = |column: usize| cell(row.view(), column);
        columns.filters.iter().all(|filter| filter.holds(&get, mark))
            && Blank::of(get(columns.time)).is_none()
            && !labels::is_total(get(columns.time))
            && !columns
                .labels
                .iter()
                .any(|&column| labels::dated_total(get(column)) == Some(TotalLabel::Certain))
    };
    let rows: Vec<RowView<'_>> = rows.iter().filter(counts).map(Row::view).collect();
    let found =
        |&column: &usize| Some((column, sum_of_others(&rows, columns, (column, amount), mark)?));
    columns.labels.iter().filter_map(found).collect()
}

/// The value of a column whose rows are the sum of all others of their time.
fn sum_of_others(
    rows: &[RowView<'_>],
    columns: &ChosenColumns,
    (column, amount): (usize, usize),
    mark: DecimalMark,
) -> Option<String> {
    let values: BTreeSet<&str> = rows.iter().map(|&row| cell(row, column)).collect();
    if !(2..=MOST_VALUES).contains(&values.len()) {
        return None;
    }
    let mut intervals: BTreeMap<(&str, &str), IntervalSums<'_>> = BTreeMap::new();
    for &row in rows {
        let clock = columns.clock.map_or("", |clock| cell(row, clock));
        let read = number::read(cell(row, amount), mark).ok().and_then(|read| read.number.atto());
        let Some(amount) = read else { continue };
        let sums = intervals.entry((cell(row, columns.time), clock)).or_default();
        let sum = sums.entry(cell(row, column)).or_default();
        *sum = sum.plus(amount)?;
    }
    let mut evidence: BTreeMap<&str, RollupEvidence> = BTreeMap::new();
    let mut counted = 0;
    for interval in intervals.values() {
        let all = interval.values().try_fold(Atto::ZERO, |sum, amount| sum.plus(*amount))?;
        if all == Atto::ZERO {
            continue;
        }
        counted += 1;
        for (value, &sum) in interval {
            if interval.len() > 1 && all.minus(sum).is_some_and(|others| ties(sum, others)) {
                let found = evidence.entry(value).or_default();
                found.ties += 1;
                found.of_several += usize::from(interval.len() > 2);
                found.sums.insert(sum);
            }
        }
    }
    let is_sum = |(value, found): &(&&str, &RollupEvidence)| {
        let nearly_all = found.ties >= 2 && found.ties * 10 >= counted * 9;
        nearly_all
            && match says_all(value) {
                true => !value.is_empty() || found.of_several > 0,
                false => found.of_several >= UNNAMED_TIMES && found.sums.len() >= UNNAMED_TIMES,
            }
    };
    let mut sums = evidence.iter().filter(is_sum);
    sums.next().map(|(value, _)| (*value).to_owned())
}

/// Whether a value says that it is all others, or says nothing.
fn says_all(value: &str) -> bool {
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
    ];
    value.is_empty() || value == "*" || all.contains(&words.split(' ').next().unwrap_or_default())
}
