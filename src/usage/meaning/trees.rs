//! Rows in a tree, as traces of agents are: a row whose id stands in `parent_run_id` of others holds what they add up to.
//!
//! Deliberately absent: rows that hold others by their times, which are in `nested`, and by their names, which are in `groups`.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::headers::{in_shell, last_words, quoted};
use super::number::Atto;
use super::shown::{RowProblem, ShownRows};
use super::values::{all_of, condition};

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

/// The problem of rows where those with children hold the sum of them.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let is_free = |column: &usize| *column != amount && *column != columns.time;
    let is_parent = |column: &usize| is_of_parents(columns.name(*column));
    let parent = shown.unasked().filter(is_free).find(is_parent)?;
    let sums = sums_of_children(shown, parent, amount)?;
    let mut ids = (0..columns.header.len()).filter(is_free).filter(|column| *column != parent);
    ids.find(|&id| hold_their_children(shown, (id, amount), &sums))?;
    let nothing: BTreeSet<&str> = shown.texts(parent).filter(|text| is_blank(text)).collect();
    let nothing: Vec<&str> = nothing.into_iter().collect();
    let name = columns.name(parent);
    let above = match shown.is_later() {
        // Nothing may be written in another way before them.
        true => in_shell(&format!("{} is blank", quoted(name))),
        false => condition(name, &nothing),
    };
    let text = format!(
        "the amount: rows that others name in column `{name}` hold in `{}` what those others add up to, so that it would count \
         twice; `--where {above}` (or `[usage] where`) counts the rows that have nothing above them, and with them all others; where \
         each row is usage of its own, `--where {}` adds them up",
        columns.name(amount),
        all_of(name),
    );
    (!nothing.is_empty()).then(|| RowProblem::of(text))
}

fn is_blank(text: &str) -> bool {
    Blank::of(text).is_some()
}

/// What the rows under each parent add up to; `None` beyond what can be counted.
fn sums_of_children<'r>(
    shown: &ShownRows<'r>,
    parent: usize,
    amount: usize,
) -> Option<BTreeMap<&'r str, Atto>> {
    let mut sums: BTreeMap<&str, Atto> = BTreeMap::new();
    for (of, read) in shown.texts(parent).zip(shown.numbers(amount)) {
        if !is_blank(of) {
            let sum = sums.entry(of).or_default();
            *sum = sum.plus(read.unwrap_or_default())?;
        }
    }
    Some(sums)
}

/// Whether nearly each row that has an id of a parent has the amount of its children, too.
fn hold_their_children(
    shown: &ShownRows<'_>,
    (id, amount): (usize, usize),
    sums: &BTreeMap<&str, Atto>,
) -> bool {
    let is_some = |sum: &&Atto| **sum != Atto::ZERO;
    let rows = shown.texts(id).zip(shown.numbers(amount));
    let parents: Vec<(Atto, Atto)> = rows
        .filter_map(|(id, own)| {
            let of_children = sums.get(id).filter(is_some)?;
            Some((own.unwrap_or_default(), *of_children))
        })
        .collect();
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
