//! Rows in a tree, as traces of agents are: a row whose id stands in `parent_run_id` of others holds what they add up to.
//!
//! Deliberately absent: rows that hold others by their times, which are in `nested`, and by their names, which are in `groups`.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::choose::ChosenColumns;
use super::headers::{in_shell, last_words, quoted};
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::values::condition;
use crate::usage::export::Row;

/// Rows that must hold what their children add up to.
const FEWEST: usize = 2;

/// What the last word of a header of parents may be.
const ENDS: [&str; 10] =
    ["parent", "id", "uuid", "guid", "key", "sid", "run", "span", "observation", "name"];

/// Whether a header is that of the parents of rows.
fn is_of_parents(header: &str) -> bool {
    let words = last_words(header);
    words.starts_with("parent") && words.rsplit(' ').next().is_some_and(|end| ENDS.contains(&end))
}

/// The problem of the first rows, where those with children hold the sum of them.
pub(super) fn problem(rows: &[Row], columns: &ChosenColumns, mark: DecimalMark) -> Option<String> {
    let [amount] = columns.amounts()[..] else { return None };
    let asked: Vec<&usize> = columns.filters.iter().flat_map(|filter| filter.columns()).collect();
    let is_free = |column: &usize| *column != amount && *column != columns.time;
    let free = || (0..columns.header.len()).filter(is_free);
    let is_parent = |column: &usize| is_of_parents(columns.name(*column));
    let parent = free().filter(is_parent).find(|column| !asked.contains(&column))?;
    let sums = sums_of_children(rows, (parent, amount), mark);
    let ids = free().filter(|column| *column != parent);
    ids.into_iter().find(|&id| hold_their_children(rows, (id, amount), &sums, mark))?;
    let nothing: BTreeSet<&str> =
        rows.iter().map(|row| cell(row.view(), parent)).filter(|text| is_blank(text)).collect();
    let nothing: Vec<&str> = nothing.into_iter().collect();
    let name = columns.name(parent);
    let all = in_shell(&format!("{0} = \"\" or {0} != \"\"", quoted(name)));
    (!nothing.is_empty()).then(|| {
        format!(
            "the amount: rows that others name in column `{name}` hold in `{}` what those others add up to, so that it would count \
             twice; `--where {}` (or `[usage] where`) counts the rows that have nothing above them, and with them all others; where \
             each row is usage of its own, `--where {all}` adds them up",
            columns.name(amount),
            condition(name, &nothing),
        )
    })
}

fn is_blank(text: &str) -> bool {
    Blank::of(text).is_some()
}

fn amount_of(row: &Row, amount: usize, mark: DecimalMark) -> Atto {
    let read = number::read(cell(row.view(), amount), mark).ok();
    read.and_then(|read| read.number.atto()).unwrap_or_default()
}

/// What the rows under each parent add up to.
fn sums_of_children(
    rows: &[Row],
    (parent, amount): (usize, usize),
    mark: DecimalMark,
) -> BTreeMap<&str, Atto> {
    let mut sums: BTreeMap<&str, Atto> = BTreeMap::new();
    for row in rows {
        let of = cell(row.view(), parent);
        if !is_blank(of) {
            let sum = sums.entry(of).or_default();
            *sum = sum.plus(amount_of(row, amount, mark)).unwrap_or(*sum);
        }
    }
    sums
}

/// Whether nearly each row that has an id of a parent has the amount of its children, too.
fn hold_their_children(
    rows: &[Row],
    (id, amount): (usize, usize),
    sums: &BTreeMap<&str, Atto>,
    mark: DecimalMark,
) -> bool {
    let is_some = |sum: &&Atto| **sum != Atto::ZERO;
    let sum = |row: &Row| sums.get(cell(row.view(), id)).filter(is_some).copied();
    let parents: Vec<(Atto, Atto)> =
        rows.iter().filter_map(|row| Some((amount_of(row, amount, mark), sum(row)?))).collect();
    let same = parents.iter().filter(|(own, of_children)| own == of_children).count();
    same >= FEWEST && 10 * same >= 8 * parents.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_known_by_their_header() {
        for header in ["parent_run_id", "parentObservationId", "Parent", "span.parent_id"] {
            assert!(is_of_parents(header), "{header}");
        }
        for header in ["id", "run_id", "parent credits", "transparent"] {
            assert!(!is_of_parents(header), "{header}");
        }
    }
}
