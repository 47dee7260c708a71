//! Rows with one start whose ends come later and later while their amounts grow, as a cumulative view has them: each is a total so
//! far, of which the last of a start is all.
//!
//! Deliberately absent: amounts that grow from time to time, which `tally` looks at.

use std::collections::BTreeMap;

use super::headers::{header_argument, in_shell};
use super::moment::{self, DateNotation, DateOrder, DateVerdict};
use super::number::Atto;
use super::rows::cell;
use super::shown::{RowProblem, ShownRows};

/// How often an amount must be more than the one before it.
const FEWEST_RISES: usize = 3;

/// The problem of such rows; `None` where none of their amounts may be a total so far.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let ([amount], Some(end)) = (&columns.amounts()[..], columns.end) else { return None };
    let notation = match shown.sample(end)?.dates.verdict() {
        DateVerdict::Notation(notation) => notation,
        _ => DateNotation { order: Some(DateOrder::MonthFirst), ..DateNotation::default() },
    };
    let mut of_start: BTreeMap<Vec<&str>, Vec<(i64, Atto)>> = BTreeMap::new();
    for (row, read) in shown.rows.iter().zip(shown.numbers(*amount)) {
        let text = |column: usize| cell(row.view(), column);
        let key = std::iter::once(&columns.time).chain(&columns.keys).map(|&column| text(column));
        let Ok(at) = moment::read(text(end), notation) else { continue };
        of_start.entry(key.collect()).or_default().push((at.local, (*read)?));
    }
    let rows: usize = of_start.values().map(Vec::len).sum();
    let (mut beside, mut rises, mut is_reversed) = (0, 0, false);
    for of_one in of_start.values_mut().filter(|of_one| of_one.len() > 1) {
        beside += of_one.len();
        is_reversed |= of_one.is_sorted_by(|one, other| one.0 > other.0);
        of_one.sort_unstable();
        if of_one.windows(2).any(|pair| pair[0].0 == pair[1].0 || pair[0].1 > pair[1].1) {
            return None;
        }
        rises += of_one.windows(2).filter(|pair| pair[0].1 < pair[1].1).count();
    }
    if rises < FEWEST_RISES || 2 * beside < rows {
        return None;
    }
    let name = |column: usize| columns.name(column);
    let identity = std::iter::once(columns.time).chain(columns.keys.iter().copied());
    let identity: Vec<String> =
        identity.map(|column| format!("--identity {}", in_shell(name(column)))).collect();
    let last = if is_reversed { "first" } else { "last" };
    let text = format!(
        "the amount: rows with one `{}` have a later `{}` and more in `{}` each time, as where each is a total so far of what \
         began then. Export it by time without the cumulative view (as `view_mode=periodic`), or count the largest of each \
         start with `{} --keep {last}`. If each row is an amount of its own, `--amount-column {}` (or `[usage] amount`) adds \
         them up",
        name(columns.time),
        name(end),
        name(*amount),
        identity.join(" "),
        header_argument(name(*amount)),
    );
    Some(RowProblem::of(text))
}
