//! Totals so far of several users, keys or models in one file: those of each never fall, though those of all of them together do.
//!
//! Deliberately absent: a total so far of all rows, which [`super::tally`] looks at.

use std::collections::HashMap;

use super::blank::Blank;
use super::headers::{self, header_argument};
use super::number::Atto;
use super::shown::{MOST_VALUES, RowProblem, ShownRows, ShownValues};
use super::tally::{AmountOrder, FEWEST_ASKED, FEWEST_RISES, FEWEST_STEADY};
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
    let runs = |names: &Vec<usize>| {
        orders(shown, names, amount).is_some_and(|orders| run_apart(&orders, says_total))
    };
    let found = apart.chain(together).find(runs)?;
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

/// The names of rows, each of which is in one or several columns.
struct RowsByName {
    /// For each row, the place of its name.
    of_rows: Vec<usize>,
    /// For each name, whether it is blank.
    blank: Vec<bool>,
}

impl RowsByName {
    /// Those in these columns; `None` where they are too many for any to have several amounts in nearly all rows.
    fn of(shown: &ShownRows<'_>, columns: &[usize]) -> Option<RowsByName> {
        let mut names = columns.iter().map(|&column| RowsByName::in_column(shown.values(column)?));
        let first = names.next()??;
        names.try_fold(first, |all, of| all.beside(&of?))
    }

    fn in_column(values: &ShownValues<'_>) -> Option<RowsByName> {
        let blank = values.texts.iter().map(|text| Blank::of(text).is_some()).collect();
        Some(RowsByName { of_rows: values.of_rows.clone(), blank })
    }

    /// Each with one of others.
    fn beside(self, other: &RowsByName) -> Option<RowsByName> {
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut both = RowsByName { of_rows: Vec::new(), blank: Vec::new() };
        for (&one, &of) in self.of_rows.iter().zip(&other.of_rows) {
            let place = *places.entry(one * other.blank.len() + of).or_insert_with(|| {
                both.blank.push(self.blank[one] && other.blank[of]);
                both.blank.len() - 1
            });
            both.of_rows.push(place);
            if both.blank.len() > MOST_VALUES {
                return None;
            }
        }
        Some(both)
    }
}

/// How the amounts of a name go.
#[derive(Clone, Copy, Default)]
struct NameSteps {
    last: Option<Atto>,
    rows: u64,
    rises: u64,
    falls: u64,
}

impl NameSteps {
    fn add(&mut self, amount: Atto) {
        if let Some(last) = self.last.replace(amount) {
            self.rises += u64::from(amount > last);
            self.falls += u64::from(amount < last);
        }
        self.rows += 1;
    }

    /// Whether they may run: see [`AmountOrder::is_steady`] and [`AmountOrder::anew`].
    fn may_run(&self) -> bool {
        let (most, fewest) = (self.rises.max(self.falls), self.rises.min(self.falls));
        self.rows >= FEWEST_STEADY && most >= FEWEST_RISES * fewest
    }
}

/// The order of the amounts of each name, in the order of the file; `None` where too few of them may run.
fn orders(shown: &ShownRows<'_>, columns: &[usize], amount: usize) -> Option<Vec<NameOrder>> {
    let names = RowsByName::of(shown, columns)?;
    let rows = || {
        let read = names.of_rows.iter().zip(shown.numbers(amount));
        let named = read.filter_map(|(&name, read)| Some((name, (*read)?)));
        named.filter(|&(name, _)| !names.blank[name])
    };
    let mut steps = vec![NameSteps::default(); names.blank.len()];
    rows().for_each(|(name, amount)| steps[name].add(amount));
    let running: u64 = steps.iter().filter(|of| of.may_run()).map(|of| of.rows).sum();
    let all: u64 = steps.iter().map(|of| of.rows).sum();
    if running < FEWEST_ASKED || ONE_IN * (all - running) > all {
        return None;
    }
    let mut orders = vec![NameOrder::default(); steps.len()];
    for (name, amount) in rows() {
        let (order, seen) = &mut orders[name];
        order.add(amount);
        *seen += 1;
    }
    Some(orders)
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
