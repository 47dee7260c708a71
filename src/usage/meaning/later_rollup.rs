//! Values of a column whose rows are each the sum of all others of their time or day, in rows behind the first: `all` beside each
//! user from April on, the sum of a day below its hours.
//!
//! Deliberately absent: those that the first rows show, which are in `rollup`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::moment::{self, DateNotation};
use super::number::Atto;
use super::rollup::{may_count, says_all};
use super::shown::{RowProblem, ShownRows};
use super::tally::ties;
use super::values::{all_of, not_equal};
use crate::domain::Duration;
use crate::domain::text::excerpt;

/// Rows that have to be such a sum, where the value says that it is all others, and where it does not.
const FEWEST: [usize; 2] = [3, 5];
/// Rows of a time of which one is the sum of the others.
const FEWEST_TOGETHER: usize = 3;
/// The letters of a date before a time of day, at least.
const SHORTEST_DATE: usize = 8;

/// The problem of such rows.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let read = |(row, text): (usize, &Option<Atto>)| Some((row, (*text)?));
    let counts = |(row, _): &(usize, Atto)| may_count(&shown.rows[*row], columns, shown.mark);
    let amounts = shown.numbers(amount).iter().enumerate().filter_map(read);
    let amounts: Vec<(usize, Atto)> = amounts.filter(counts).collect();
    let get = |row: usize| {
        let clock = columns.clock.map_or("", |clock| shown.text(row, clock));
        (shown.text(row, columns.time), clock)
    };
    let by_time = || sums_of_others(&amounts, &get);
    let by_day = || sums_of_others(&amounts, &|row| day(get(row).0));
    let (column, value) =
        column_of_sums(shown, &by_time()).or_else(|| column_of_sums(shown, &by_day()))?;
    let name = columns.name(column);
    let of = match value {
        "" => "rows with nothing".to_owned(),
        value => format!("rows of `{}`", excerpt(value)),
    };
    let text = format!(
        "the {of} in column `{name}` are each the sum of all others at their time, or in their day, among the rows that were looked \
         at, so that everything there would count twice; leave them out with `--where {}` (or `[usage] where`); where they are \
         usage of their own, `--where {}` adds all up",
        not_equal(name, value),
        all_of(name)
    );
    Some(RowProblem::naming(text, &[value]))
}

/// Rows that are the sum of all others of one time.
struct SumRows {
    rows: Vec<(usize, Atto)>,
    /// The rows of the first and the last time, before and behind which others of that time may stand.
    ends: BTreeSet<usize>,
}

/// Rows each of which is the sum of all others that have the same `key` and stand beside it, as rows of one time do.
fn sums_of_others<K: PartialEq>(amounts: &[(usize, Atto)], key: &dyn Fn(usize) -> K) -> SumRows {
    let mut found = SumRows { rows: Vec::new(), ends: BTreeSet::new() };
    let mut begin = 0;
    while let Some(&(first, _)) = amounts.get(begin) {
        let of = key(first);
        let rest = amounts.get(begin..).unwrap_or_default();
        let count = rest.iter().take_while(|(row, _)| key(*row) == of).count().max(1);
        let together = rest.get(..count).unwrap_or_default();
        if begin == 0 || count == rest.len() {
            found.ends.extend(together.iter().map(|(row, _)| *row));
        } else if count >= FEWEST_TOGETHER {
            found.add(together);
        }
        begin += count;
    }
    found
}

impl SumRows {
    /// Adds those of these rows that are the sum of the others.
    fn add(&mut self, together: &[(usize, Atto)]) {
        let all = together.iter().try_fold(Atto::ZERO, |sum, (_, amount)| sum.plus(*amount));
        let is_sum = |(_, amount): &&(usize, Atto)| {
            let others = all.and_then(|all| all.minus(*amount));
            *amount != Atto::ZERO && others.is_some_and(|others| ties(*amount, others))
        };
        self.rows.extend(together.iter().filter(is_sum));
    }
}

/// The column with a value nearly all of whose rows are such sums, and that value.
fn column_of_sums<'r>(shown: &ShownRows<'r>, sums: &SumRows) -> Option<(usize, &'r str)> {
    if sums.rows.len() < FEWEST[0] {
        return None;
    }
    shown.columns.labels.iter().find_map(|&column| {
        let mut values: BTreeMap<&str, BTreeSet<Atto>> = BTreeMap::new();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &(row, amount) in &sums.rows {
            let value = shown.text(row, column);
            values.entry(value).or_default().insert(amount);
            *counts.entry(value).or_default() += 1;
        }
        let is_sum = |value: &&str| {
            let rows = counts.get(value).copied().unwrap_or_default();
            let amounts = values.get(value).map_or(0, BTreeSet::len);
            let all = || {
                let of = shown.texts(column).enumerate().filter(|(_, text)| text == value);
                of.filter(|(row, _)| !sums.ends.contains(row)).count()
            };
            rows >= FEWEST[usize::from(!says_all(value))]
                && amounts >= FEWEST[0]
                && 10 * rows >= 9 * all()
        };
        values.keys().copied().find(is_sum).map(|value| (column, value))
    })
}

/// The day of a time, as it is written or as it is read.
fn day(text: &str) -> Cow<'_, str> {
    match text.find([' ', 'T']).and_then(|at| text.get(..at)) {
        Some(date) if date.len() >= SHORTEST_DATE => Cow::Borrowed(date),
        _ => match moment::read(text, DateNotation::default()) {
            Ok(moment) => Cow::Owned(moment.local.div_euclid(Duration::DAY.millis()).to_string()),
            Err(_) => Cow::Borrowed(text),
        },
    }
}
