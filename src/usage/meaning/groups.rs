//! Rows that are the sums of those below them: `Compute` above `VM` and `Disk`, `AI` above `Tokens`, at every time.
//!
//! Spaces before a name, which show such groups in a spreadsheet, are not needed: the amounts show them. Deliberately absent: one
//! value that is the sum of all others, which is in `rollup`.

use std::collections::HashMap;

use super::headers::in_shell;
use super::number::Atto;
use super::shown::{RowProblem, ShownPart, ShownRows};
use super::tally::ties;
use super::values::{all_of, condition, one_of};
use crate::domain::text::excerpt;

/// Values of a column among which groups are looked for.
const MOST_VALUES: usize = 200;
/// Values that a condition names one by one.
const NAMED: usize = 12;
/// Sums of several parts that must be found where each row is in a group, and where some are in none.
const FEWEST: [usize; 2] = [2, 3];

/// The values of a column in the order of their first rows, each with its amounts by time.
struct ValueSeries<'r> {
    values: Vec<(&'r str, Vec<Atto>)>,
}

/// A value and those of its parts: their places.
struct ValueGroup {
    head: usize,
    parts: std::ops::Range<usize>,
}

/// The problem of such rows.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    // Sums are looked for within one unit.
    if shown.has_units() {
        return None;
    }
    // A sum of several parts stands at their time.
    if columns.clock.is_none() && !stand_together(shown) {
        return None;
    }
    columns.labels.iter().find_map(|&column| {
        let series = ValueSeries::of(shown, column, amount)?;
        let heads = series.heads()?;
        Some(told(columns.name(column), &series, &heads, shown.part))
    })
}

/// Whether three rows or more have one time.
fn stand_together(shown: &ShownRows<'_>) -> bool {
    let mut rows: HashMap<&str, usize> = HashMap::new();
    shown.texts(shown.columns.time).any(|time| {
        let rows = rows.entry(time).or_default();
        *rows += 1;
        *rows > 2
    })
}

/// The problem of these values that are sums of those below them, at each time of all rows or of those that were looked at.
fn told(name: &str, series: &ValueSeries<'_>, heads: &[usize], part: ShownPart) -> RowProblem {
    let among = match part {
        ShownPart::Whole => "",
        ShownPart::First => " among the rows that were looked at first",
        ShownPart::Later => " among the rows that were looked at",
    };
    let value = |place: &usize| series.values[*place].0;
    let sums: Vec<&str> = heads.iter().take(NAMED).map(value).collect();
    let shown: Vec<String> = sums.iter().map(|value| format!("`{}`", excerpt(value))).collect();
    let more = if heads.len() > NAMED { ", and others" } else { "" };
    let all: Vec<&str> = heads.iter().map(value).collect();
    let chosen = match part {
        // What stands before them may be no part of such sums.
        ShownPart::Later => String::new(),
        ShownPart::Whole | ShownPart::First => {
            format!(", or choose them with `--where {}`", condition(name, &all))
        }
    };
    let text = format!(
        "column `{name}` has rows that are each the sum of those below them ({}{more}){among}, so that everything in them would count twice; \
         leave the sums out with `--where {}`{chosen} (or `[usage] where`); where they are usage of their \
         own, `--where {}` adds all up",
        shown.join(", "),
        in_shell(&format!("not ({})", one_of(name, &all, "\""))),
        all_of(name),
    );
    RowProblem::naming(text, &all)
}

impl<'r> ValueSeries<'r> {
    /// The series of a column; `None` where a value stands twice at a time, or amounts cannot be read.
    fn of(shown: &ShownRows<'r>, column: usize, amount: usize) -> Option<ValueSeries<'r>> {
        let columns = shown.columns;
        let mut times: HashMap<(&str, &str), usize> = HashMap::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut cells: HashMap<(usize, usize), Atto> = HashMap::new();
        let mut values = Vec::new();
        for (row, read) in shown.numbers(amount).iter().enumerate() {
            if !shown.is_taken(row) {
                continue;
            }
            let get = |column: usize| shown.text(row, column);
            let at = (get(columns.time), columns.clock.map_or("", get));
            let next = times.len();
            let time = *times.entry(at).or_insert(next);
            let value = get(column);
            let place = *places.entry(value).or_insert_with(|| {
                values.push((value, Vec::new()));
                values.len() - 1
            });
            if values.len() > MOST_VALUES || value.is_empty() {
                return None;
            }
            if cells.insert((place, time), read.unwrap_or(Atto::ZERO)).is_some() {
                return None;
            }
        }
        // Of the first and the last time of later rows, some rows may stand before them and behind them.
        let whole = match shown.is_later() {
            true => 1..times.len().saturating_sub(1),
            false => 0..times.len(),
        };
        for (place, (_, amounts)) in values.iter_mut().enumerate() {
            let amount = |time| cells.get(&(place, time)).copied().unwrap_or(Atto::ZERO);
            *amounts = whole.clone().map(amount).collect();
        }
        Some(ValueSeries { values })
    }

    /// The places of values that are the sums of those below them; `None` where chance may have made them so, or one of them is
    /// the sum of all.
    fn heads(&self) -> Option<Vec<usize>> {
        let whole = self.groups(true);
        let has_whole = !whole.is_empty();
        let groups = if has_whole { whole } else { self.groups(false) };
        let is_of_all = groups.iter().any(|group| group.parts.len() + 1 == self.values.len());
        let found: usize = groups.iter().map(|group| self.sums_of_several(group)).sum();
        if is_of_all || found < FEWEST[usize::from(!has_whole)] {
            return None;
        }
        let several = groups.iter().filter(|group| has_whole || group.parts.len() > 1);
        Some(several.map(|group| group.head).collect())
    }

    /// The groups from the first value on; where each must be in one, nothing if one is in none.
    fn groups(&self, must_cover: bool) -> Vec<ValueGroup> {
        let (mut groups, mut head) = (Vec::new(), 0);
        while head < self.values.len() {
            let fewest = if must_cover { 1 } else { 2 };
            match self.parts_of(head, fewest) {
                Some(end) => {
                    groups.push(ValueGroup { head, parts: head + 1..end });
                    head = end;
                }
                None if must_cover => return Vec::new(),
                None => head += 1,
            }
        }
        groups
    }

    /// Where the parts end whose sum a value is at every time, if it is one.
    fn parts_of(&self, head: usize, fewest: usize) -> Option<usize> {
        let sums = &self.values.get(head)?.1;
        let mut of_parts = vec![Atto::ZERO; sums.len()];
        for (end, (_, amounts)) in self.values.iter().enumerate().skip(head + 1) {
            for (sum, amount) in of_parts.iter_mut().zip(amounts) {
                *sum = sum.plus(*amount)?;
            }
            let is_sum = sums.iter().zip(&of_parts).all(|(one, other)| ties(*one, *other));
            let counts = sums.iter().any(|sum| *sum != Atto::ZERO);
            if is_sum && counts && end - head >= fewest {
                return Some(end + 1);
            }
        }
        None
    }

    /// The number of times at which a group is the sum of several parts above zero.
    fn sums_of_several(&self, group: &ValueGroup) -> usize {
        let times = self.values[group.head].1.len();
        let parts = &self.values[group.parts.clone()];
        let counting = |time: &usize| {
            let above = parts.iter().filter(|(_, amounts)| amounts[*time] > Atto::ZERO);
            above.count() > 1
        };
        (0..times).filter(counting).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::{self, DecimalMark};
    use super::*;

    fn heads(values: &[(&'static str, &[i128])]) -> Option<Vec<usize>> {
        let amounts = |amounts: &[i128]| {
            let read =
                |number: &i128| number::amount(&number.to_string(), DecimalMark::Point).unwrap();
            amounts.iter().map(read).collect()
        };
        let values = values.iter().map(|(name, of)| (*name, amounts(of))).collect();
        ValueSeries { values }.heads()
    }

    #[test]
    fn groups_are_known_by_their_sums_at_every_time() {
        let groups: [(&str, &[i128]); 5] = [
            ("Compute", &[30, 40]),
            ("VM", &[20, 25]),
            ("Disk", &[10, 15]),
            ("AI", &[7, 8]),
            ("Tokens", &[7, 8]),
        ];
        assert_eq!(heads(&groups), Some(vec![0, 3]));
        let beside: [(&str, &[i128]); 4] = [
            ("Support", &[5, 5, 5]),
            ("Compute", &[30, 40, 11]),
            ("VM", &[20, 25, 10]),
            ("Disk", &[10, 15, 1]),
        ];
        assert_eq!(heads(&beside), Some(vec![1]));
    }

    #[test]
    fn sums_by_chance_and_one_value_that_is_all_are_no_groups() {
        let chance: [(&str, &[i128]); 4] =
            [("a", &[3, 9]), ("b", &[1, 4]), ("c", &[2, 5]), ("d", &[8, 8])];
        assert_eq!(heads(&chance), None);
        let all: [(&str, &[i128]); 3] = [("all", &[3, 9, 5]), ("b", &[1, 4, 2]), ("c", &[2, 5, 3])];
        assert_eq!(heads(&all), None);
        let others: [(&str, &[i128]); 3] =
            [("a", &[3, 9, 5]), ("b", &[1, 4, 2]), ("c", &[2, 5, 4])];
        assert_eq!(heads(&others), None);
    }
}
