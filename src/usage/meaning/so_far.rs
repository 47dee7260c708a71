//! Totals so far of several users, keys or models in one file: those of each never fall, though those of all of them together do.
//!
//! Deliberately absent: a total so far of all rows, which [`super::tally`] looks at.

use std::collections::BTreeMap;

use super::blank::Blank;
use super::choose::ChosenColumns;
use super::headers::{self, header_argument};
use super::number::{self, DecimalMark};
use super::rows::cell;
use super::tally::{AmountOrder, FEWEST_ASKED};
use crate::domain::text::excerpt;
use crate::usage::export::Row;

/// Of how many rows one may be of a name that has few.
const ONE_IN: u64 = 10;

/// The problem of such amounts among the first rows; `None` where a name has amounts that fall.
pub(super) fn problem(rows: &[Row], columns: &ChosenColumns, mark: DecimalMark) -> Option<String> {
    let [amount] = columns.amounts()[..] else { return None };
    let is_settled = columns.filters.iter().any(|filter| filter.columns().contains(&&amount));
    let of_accounts = columns.account.iter().map(|(column, _)| *column);
    let watched = columns.watched.iter().map(|(column, _)| *column);
    let mut names: Vec<usize> =
        columns.keys.iter().copied().chain(of_accounts).chain(watched).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| *name != amount && *name != columns.time);
    if is_settled || names.is_empty() {
        return None;
    }
    // The rows of one user may be of several models, each with a total of its own.
    let apart = names.iter().map(|&name| vec![name]);
    let together = (names.len() > 1).then(|| names.clone());
    let says_total = headers::may_be_running(columns.name(amount));
    let orders = |names: &[usize]| orders(rows, names, amount, mark);
    let found = apart.chain(together).find(|names| run_apart(&orders(names), says_total))?;
    let named: Vec<String> =
        found.iter().map(|&name| format!("`{}`", excerpt(columns.name(name)))).collect();
    let name = columns.name(amount);
    Some(format!(
        "the amount: of the rows with one value in {}, no amount in column `{name}` is below the one before it, as in totals \
         so far, of which the usage is the differences and not the sum. If each is the amount of its row, `--amount-column {}` \
         (or `[usage] amount`) reads them; if not, export usage row by row, or write the differences into a column",
        named.join(" and "),
        header_argument(name)
    ))
}

/// The order of the amounts of each name, in the order of the file.
fn orders<'r>(
    rows: &'r [Row],
    names: &[usize],
    amount: usize,
    mark: DecimalMark,
) -> BTreeMap<Vec<&'r str>, (AmountOrder, u64)> {
    let mut orders: BTreeMap<Vec<&str>, (AmountOrder, u64)> = BTreeMap::new();
    for row in rows {
        let text = cell(row.view(), amount);
        let read = number::read(text, mark).ok().and_then(|read| read.number.atto());
        let name: Vec<&str> = names.iter().map(|&name| cell(row.view(), name)).collect();
        if let Some(read) = read
            && !name.iter().all(|name| Blank::of(name).is_some())
        {
            let (order, seen) = orders.entry(name).or_default();
            order.add(read);
            *seen += 1;
        }
    }
    orders
}

/// Whether the amounts of several names, of nearly all rows, go one way alone, by distances now longer and now shorter, or begin
/// anew now and then.
fn run_apart(orders: &BTreeMap<Vec<&str>, (AmountOrder, u64)>, says_total: bool) -> bool {
    let runs = |order: &AmountOrder| order.is_steady() || order.anew(says_total).is_some();
    let running = || orders.values().filter(|(order, _)| runs(order));
    let of_running: u64 = running().map(|(_, seen)| seen).sum();
    let all: u64 = orders.values().map(|(_, seen)| seen).sum();
    running().count() > 1 && of_running >= FEWEST_ASKED && ONE_IN * (all - of_running) <= all
}

#[cfg(test)]
mod tests {
    use super::super::number::Atto;
    use super::*;

    #[test]
    fn totals_so_far_of_two_names_run_apart_and_usage_does_not() {
        let order = |amounts: &[i128]| {
            let mut order = AmountOrder::default();
            amounts.iter().for_each(|&amount| order.add(Atto::from_steps(amount)));
            (order, amounts.len() as u64)
        };
        let rising: Vec<i128> = (1..=12).map(|n| 10 * n + n % 3).collect();
        let anew: Vec<i128> = rising.iter().chain(&rising).copied().collect();
        let mut fallen = rising.clone();
        fallen[5] = 47;
        let of = |series: &[&[i128]]| {
            let names = ["ann", "bob", "eve"];
            let orders = names.iter().zip(series).map(|(name, one)| (vec![*name], order(one)));
            run_apart(&orders.collect(), false)
        };
        assert!(of(&[&rising, &rising]) && of(&[&anew, &anew, &[7]]));
        assert!(of(&[&anew, &rising.iter().rev().copied().collect::<Vec<_>>()]));
        assert!(!of(&[&anew]), "one name is looked at with all rows");
        assert!(!of(&[&anew, &fallen]) && !of(&[&rising[..11], &rising[..11]]) && !of(&[]));
    }
}
