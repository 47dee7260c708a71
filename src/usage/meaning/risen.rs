//! Amounts without signs beside a balance that rises by some and falls by others: those by which it rises come in.
//!
//! Deliberately absent: amounts with signs, which are in `ledger`, and what rows are called, which is in `kinds` and `entries`.

use std::collections::BTreeMap;

use super::entries::WordColumn;
use super::headers::{in_shell, quoted};
use super::kinds::KindWord;
use super::ledger;
use super::number::Atto;
use super::shown::{RowProblem, ShownPart, ShownRows};
use super::values::{all_of, condition, one_of};
use crate::domain::text::counted;

/// Rows by which a balance must fall.
const FEWEST_FALLS: usize = 2;
/// Values that a condition names one by one.
const NAMED: usize = 12;

/// What a row does to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BalanceStep {
    Rises,
    Falls,
    /// Nothing is known of what there was before the oldest row.
    Unknown,
}

/// The problem of such amounts, if no condition chooses among them.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amount = columns.amount_of_all()?;
    if !columns.filters.is_empty() {
        return None;
    }
    let read =
        |column: usize| -> Option<Vec<Atto>> { shown.numbers(column).iter().copied().collect() };
    let is_balance =
        |column: &usize| *column != amount && ledger::names_balance(columns.name(*column));
    let (balance, steps) = (0..columns.header.len())
        .filter(is_balance)
        .find_map(|column| Some((column, steps(&read(amount)?, &read(column)?)?)))?;
    let told = Risen { shown, steps: &steps };
    let mut values = Vec::new();
    let separating = columns.labels.iter().find_map(|&column| Some((column, told.sides(column)?)));
    let way = match separating {
        Some((column, [come_in, used])) => {
            let of = WordColumn::of(columns.name(column));
            // What a word says is asked about by it.
            let says = |value: &&str| {
                let word = of.says(value).or_else(|| WordColumn::Kinds.says(value));
                matches!(word, Some(KindWord::Ledger | KindWord::Usage | KindWord::Correction))
            };
            if come_in.iter().any(says) {
                return None;
            }
            let name = columns.name(column);
            // Rows before them may be used under other names.
            let usage = match used.len() > NAMED || shown.is_later() {
                false => condition(name, &used),
                true => in_shell(&format!("not ({})", one_of(name, &come_in, "\""))),
            };
            let all = all_of(name);
            values = come_in;
            format!(
                "leave them out with `--where {usage}` (or `[usage] where`); where they are usage too, `--where {all}` adds all up"
            )
        }
        None => write_below_zero(columns.name(amount)),
    };
    let rises = steps.iter().filter(|step| **step == BalanceStep::Rises).count();
    let among = match shown.part {
        ShownPart::Whole => "all others",
        ShownPart::First | ShownPart::Later => "all others that were looked at",
    };
    let (name, beside) = (columns.name(amount), columns.name(balance));
    let text = format!(
        "the amount: `{beside}` rises by `{name}` in {} and falls by it in {among}, so that the former likely are credits that come \
         in, and no usage: {way}",
        counted(rises, "row")
    );
    Some(RowProblem::naming(text, &values))
}

/// The way out that leaves rows with these values of a column out.
pub(super) fn leave_out(name: &str, come_in: &[&str]) -> String {
    let usage = in_shell(&format!("not ({})", one_of(name, come_in, "\"")));
    format!(
        "leave them out with `--where {usage}` (or `[usage] where`); where they are usage too, `--where {}` adds all up",
        all_of(name)
    )
}

/// The way out where nothing tells rows apart.
pub(super) fn write_below_zero(name: &str) -> String {
    let above = in_shell(&format!("{} > 0", quoted(name)));
    format!(
        "write their amounts below zero, and leave them out with `--where {above}` (or `[usage] where`)"
    )
}

/// What each row does to a balance, from the oldest row to the newest or the other way round; `None` where a row does something
/// else, or they all go one way.
fn steps(amounts: &[Atto], balance: &[Atto]) -> Option<Vec<BalanceStep>> {
    if amounts.iter().any(|amount| amount.is_negative()) {
        return None;
    }
    let step = |after: usize, before: usize| {
        let (amount, step) = (amounts[after], balance[after].minus(balance[before])?);
        match () {
            () if step == amount => Some(BalanceStep::Rises),
            () if step.size() == amount => Some(BalanceStep::Falls),
            () => None,
        }
    };
    let oldest = |row: usize| match amounts[row] == balance[row] {
        true => BalanceStep::Rises,
        false => BalanceStep::Unknown,
    };
    let last = amounts.len().checked_sub(1)?;
    let forward = || -> Option<Vec<BalanceStep>> {
        let rest = (1..=last).map(|row| step(row, row - 1));
        std::iter::once(Some(oldest(0))).chain(rest).collect()
    };
    let backward = || -> Option<Vec<BalanceStep>> {
        let rest = (0..last).map(|row| step(row, row + 1));
        rest.chain(std::iter::once(Some(oldest(last)))).collect()
    };
    let count =
        |steps: &[BalanceStep], of: BalanceStep| steps.iter().filter(|step| **step == of).count();
    forward().or_else(backward).filter(|steps| {
        count(steps, BalanceStep::Rises) > 0 && count(steps, BalanceStep::Falls) >= FEWEST_FALLS
    })
}

/// Rows with what each does to a balance.
struct Risen<'s, 'r> {
    shown: &'s ShownRows<'r>,
    steps: &'s [BalanceStep],
}

impl<'r> Risen<'_, 'r> {
    /// The values of a column whose rows come in, and those whose rows are used; `None` where rows with one value do both.
    fn sides(&self, column: usize) -> Option<[Vec<&'r str>; 2]> {
        let mut sides: BTreeMap<&str, BalanceStep> = BTreeMap::new();
        let mut values = Vec::new();
        for (value, &step) in self.shown.texts(column).zip(self.steps) {
            let side = sides.entry(value).or_insert_with(|| {
                values.push(value);
                step
            });
            match (*side, step) {
                (_, BalanceStep::Unknown) => {}
                (BalanceStep::Unknown, known) => *side = known,
                (known, other) if known != other => return None,
                _ => {}
            }
        }
        let has = |value: &&str, step: BalanceStep| sides.get(value) == Some(&step);
        let (come_in, used): (Vec<&str>, Vec<&str>) =
            values.into_iter().partition(|value| has(value, BalanceStep::Rises));
        let is_open = WordColumn::of(self.shown.columns.name(column)) == WordColumn::Names;
        (!is_open && !used.iter().any(|value| has(value, BalanceStep::Unknown)))
            .then_some([come_in, used])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_shows_what_comes_in_whichever_row_is_the_oldest() {
        use BalanceStep::{Falls, Rises, Unknown};
        let numbers = |numbers: &[i128]| -> Vec<Atto> {
            numbers.iter().map(|&number| Atto::from_steps(number)).collect()
        };
        let steps =
            |amounts: &[i128], balance: &[i128]| steps(&numbers(amounts), &numbers(balance));
        let all = Some(vec![Rises, Falls, Falls, Rises]);
        assert_eq!(steps(&[100, 3, 4, 50], &[100, 97, 93, 143]), all);
        let all = Some(vec![Rises, Falls, Falls, Unknown]);
        assert_eq!(steps(&[50, 4, 3, 7], &[143, 93, 97, 100]), all);
        // All used, another step, and amounts with signs.
        assert_eq!(steps(&[3, 4, 50], &[97, 93, 43]), None);
        assert_eq!(steps(&[100, 3, 4, 50], &[100, 97, 93, 142]), None);
        assert_eq!(steps(&[100, -3, -4, 50], &[100, 97, 93, 143]), None);
    }
}
