//! Amounts that become a total so far behind the first rows: from there on they only rise, or begin anew now and then.
//!
//! Deliberately absent: totals so far of all rows, which [`super::tally`] looks at, and of several users, which are in `so_far`.

use super::headers::{self, header_argument};
use super::number::Atto;
use super::shown::{RowProblem, ShownRows};
use super::tally::AmountOrder;

/// Rows that must show it.
const FEWEST: usize = 100;
/// Rows after which amounts that go both ways are none.
const TRIED: usize = 64;

/// The problem of such amounts; `None` where they fall as often as amounts do.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amount = columns.amount_of_all()?;
    let is_settled = columns.filters.iter().any(|filter| filter.columns().contains(&&amount));
    if is_settled {
        return None;
    }
    let name = columns.name(amount);
    let says_total = headers::may_be_running(name);
    let amounts = shown.numbers(amount);
    // They may begin to rise among these rows.
    let begin = [0, amounts.len() / 2]
        .into_iter()
        .find(|&begin| amounts.get(begin..).is_some_and(|rows| is_running(rows, says_total)))?;
    let line = shown.rows.get(begin).map_or(0, |row| row.line());
    let text = format!(
        "the amount: from line {line} on the amounts in column `{name}` rise from row to row, and fall nowhere or to half or less, as \
         a total so far does, of which the usage is the differences and not the sum. If each is the amount of its row, \
         `--amount-column {}` (or `[usage] amount`) reads them; if not, export usage row by row, or write the differences into a \
         column",
        header_argument(name)
    );
    Some(RowProblem::of(text))
}

/// Whether amounts are a total so far, which `says_total` if their header does.
fn is_running(rows: &[Option<Atto>], says_total: bool) -> bool {
    let mut order = AmountOrder::default();
    for (place, amount) in rows.iter().enumerate() {
        let Some(amount) = amount else { return false };
        order.add(*amount);
        // What is used goes down as often as up.
        if place == TRIED && !order.may_run() {
            return false;
        }
    }
    rows.len() >= FEWEST && (order.is_steady() || order.anew(says_total).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_so_far_rise_and_may_begin_anew_and_usage_does_not() {
        let is = |amount: fn(i128) -> i128| {
            let rows: Vec<Option<Atto>> =
                (0..300).map(|n| Some(Atto::from_steps(amount(n)))).collect();
            is_running(&rows, false)
        };
        let step = |n: i128| n * 7_919 % 17 + 1;
        assert!(is(|n| (0..n).map(|n| n * 7_919 % 17 + 1).sum()));
        assert!(is(|n| (n - n % 24..=n).map(|n| n * 7_919 % 17 + 1).sum()));
        assert!(!is(|n| n * 7_919 % 17 + 1));
        assert!(!is(|n| 3 * n), "by as much each time");
        let few: Vec<Option<Atto>> =
            (0..50).map(|n| Some(Atto::from_steps(n * n + step(n)))).collect();
        assert!(!is_running(&few, false));
    }
}
