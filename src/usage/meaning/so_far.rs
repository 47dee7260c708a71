//! Totals so far of several users, keys or models in one file: those of each never fall, though those of all of them together do.
//!
//! Deliberately absent: a total so far of all rows, which [`super::tally`] looks at.

use std::collections::HashMap;

use super::blank::Blank;
use super::headers::{self, header_argument};
use super::shown::{RowProblem, ShownRows, ShownValues};
use super::tally::{AmountOrder, FEWEST_ASKED};
use crate::domain::text::excerpt;

/// Of how many rows one may be of a name that has few.
const ONE_IN: u64 = 10;

/// The amounts of one name: their order, and how many they are.
type NameOrder = (AmountOrder, u64);

/// The problem of such amounts; `None` where a name has amounts that fall.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
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
    let found =
        apart.chain(together).find(|names| run_apart(&orders(shown, names, amount), says_total))?;
    let named: Vec<String> =
        found.iter().map(|&name| format!("`{}`", excerpt(columns.name(name)))).collect();
    let name = columns.name(amount);
    let text = format!(
        "the amount: of the rows with one value in {}, no amount in column `{name}` is below the one before it, as in totals \
         so far, of which the usage is the differences and not the sum. If each is the amount of its row, `--amount-column {}` \
         (or `[usage] amount`) reads them; if not, export usage row by row, or write the differences into a column",
        named.join(" and "),
        header_argument(name)
    );
    Some(RowProblem::of(text))
}

/// The order of the amounts of each name, in the order of the file.
fn orders(shown: &ShownRows<'_>, names: &[usize], amount: usize) -> Vec<NameOrder> {
    let columns: Vec<&ShownValues<'_>> =
        names.iter().filter_map(|&name| shown.values(name)).collect();
    let is_blank = |text: &&str| Blank::of(text).is_some();
    let blanks: Vec<Vec<bool>> =
        columns.iter().map(|of| of.texts.iter().map(is_blank).collect()).collect();
    let mut places: HashMap<Vec<usize>, usize> = HashMap::new();
    let (mut orders, mut name): (Vec<NameOrder>, Vec<usize>) = (Vec::new(), Vec::new());
    for (row, read) in shown.numbers(amount).iter().enumerate() {
        let Some(read) = *read else { continue };
        name.clear();
        name.extend(columns.iter().map(|of| of.of_rows[row]));
        if name.iter().zip(&blanks).all(|(&value, blanks)| blanks[value]) {
            continue;
        }
        let place = match places.get(&name) {
            Some(&place) => place,
            None => {
                places.insert(name.clone(), orders.len());
                orders.push(NameOrder::default());
                orders.len() - 1
            }
        };
        let (order, seen) = &mut orders[place];
        order.add(read);
        *seen += 1;
    }
    orders
}

/// Whether the amounts of several names, of nearly all rows, go one way alone, by distances now longer and now shorter, or begin
/// anew now and then.
fn run_apart(orders: &[NameOrder], says_total: bool) -> bool {
    let runs = |order: &AmountOrder| order.is_steady() || order.anew(says_total).is_some();
    let running = || orders.iter().filter(|(order, _)| runs(order));
    let of_running: u64 = running().map(|(_, seen)| seen).sum();
    let all: u64 = orders.iter().map(|(_, seen)| seen).sum();
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
            let orders: Vec<NameOrder> = series.iter().map(|one| order(one)).collect();
            run_apart(&orders, false)
        };
        assert!(of(&[&rising, &rising]) && of(&[&anew, &anew, &[7]]));
        assert!(of(&[&anew, &rising.iter().rev().copied().collect::<Vec<_>>()]));
        assert!(!of(&[&anew]), "one name is looked at with all rows");
        assert!(!of(&[&anew, &fallen]) && !of(&[&rising[..11], &rising[..11]]) && !of(&[]));
    }
}
