//! A few rows of a kind of their own with large round amounts beside many small ones, as credits that come into an account have:
//! what they are called may be in any language.
//!
//! Deliberately absent: words, by which [`super::kinds`] and [`super::entries`] know such rows whatever their amounts.

use super::entries::WordColumn;
use super::headers::in_shell;
use super::kinds::KindWord;
use super::labels;
use super::number::Atto;
use super::shown::{RowProblem, ShownRows};
use super::values::{all_of, condition, one_of};
use crate::domain::text::{counted, excerpt};

/// Other rows among which such rows are few.
const FEWEST_OTHERS: usize = 10;
/// How many rows of others there are to each, at least.
const OTHERS_TO_EACH: usize = 10;
/// How many times as large each of their amounts is as the largest of others.
const TIMES: i128 = 3;
/// Millionths in what their amounts are multiples of.
const ROUND: i128 = 100 * 1_000_000;
/// Values that a column has at most, for each of which there are several rows.
const MOST_VALUES: usize = 200;
/// Values that a message names.
const NAMED: usize = 12;

/// The amounts of rows with one value.
#[derive(Clone, Debug)]
struct ValueAmounts<'r> {
    value: &'r str,
    rows: usize,
    /// In millionths.
    least: i128,
    most: i128,
    /// Rows whose amounts are round.
    round: usize,
    sum: Atto,
}

/// The problem of such rows, if no condition chooses among them.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amount = columns.amount_of_all()?;
    if !columns.filters.is_empty() {
        return None;
    }
    columns.labels.iter().find_map(|&column| {
        let name = columns.name(column);
        let of = WordColumn::of(name);
        if matches!(of, WordColumn::Names | WordColumn::Plans) {
            return None;
        }
        let values = of_values(shown, column, amount)?;
        // What a word says is asked about by it.
        let says = |value: &str| {
            let word = of.says(value).or_else(|| WordColumn::Kinds.says(value));
            matches!(word, Some(KindWord::Ledger | KindWord::Usage | KindWord::Correction))
                || of.is_fee(value)
        };
        let lumps = lumps(&values)?;
        (!lumps.iter().any(|lump| says(lump.value))).then(|| told(shown, name, &values, &lumps))
    })
}

/// The values of a column with their amounts; `None` where one is below zero, or values are as many as rows.
fn of_values<'r>(
    shown: &ShownRows<'r>,
    column: usize,
    amount: usize,
) -> Option<Vec<ValueAmounts<'r>>> {
    let of_column = shown.values(column)?;
    let is_total = |text: &&str| labels::labels_total(text.as_bytes());
    let totals: Vec<bool> = of_column.texts.iter().map(is_total).collect();
    let mut places: Vec<Option<usize>> = vec![None; totals.len()];
    let mut values: Vec<ValueAmounts<'r>> = Vec::new();
    for (&value, read) in of_column.of_rows.iter().zip(shown.numbers(amount)) {
        let Some(sum) = *read else { continue };
        if totals[value] || sum == Atto::ZERO {
            continue;
        }
        if sum.is_negative() || values.len() > MOST_VALUES {
            return None;
        }
        let size = sum.micro();
        let round = usize::from(size % ROUND == 0);
        let text = of_column.texts[value];
        let one = ValueAmounts { value: text, rows: 1, least: size, most: size, round, sum };
        match places[value] {
            None => {
                places[value] = Some(values.len());
                values.push(one);
            }
            Some(place) => values[place].join(&one)?,
        }
    }
    let rows: usize = values.iter().map(|value| value.rows).sum();
    (3 * values.len() <= rows).then_some(values)
}

impl ValueAmounts<'_> {
    /// Adds another row; `None` beyond what can be counted.
    fn join(&mut self, other: &ValueAmounts<'_>) -> Option<()> {
        self.rows += other.rows;
        self.round += other.round;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.sum = self.sum.plus(other.sum)?;
        Some(())
    }
}

/// The values whose rows are few, large and round beside those of all others.
fn lumps<'v, 'r>(values: &'v [ValueAmounts<'r>]) -> Option<Vec<&'v ValueAmounts<'r>>> {
    let is_round = |value: &&ValueAmounts<'_>| value.round == value.rows;
    let mut found: Vec<&ValueAmounts<'r>> = values.iter().filter(is_round).collect();
    loop {
        let is_other =
            |value: &&ValueAmounts<'_>| !found.iter().any(|one| one.value == value.value);
        let others: Vec<&ValueAmounts<'r>> = values.iter().filter(is_other).collect();
        let (count, of_others) = (rows(&found), rows(&others));
        let most = others.iter().map(|value| value.most).max()?;
        let before = found.len();
        found.retain(|value| value.least >= TIMES * most);
        if found.is_empty() || of_others < FEWEST_OTHERS {
            return None;
        }
        if found.len() == before {
            // Where most amounts are round, these say nothing.
            let round: usize = others.iter().map(|value| value.round).sum();
            let are_few = OTHERS_TO_EACH * count <= of_others && 2 * round < of_others;
            return are_few.then_some(found);
        }
    }
}

fn rows(values: &[&ValueAmounts<'_>]) -> usize {
    values.iter().map(|value| value.rows).sum()
}

/// The problem of these values of a column.
fn told(
    shown: &ShownRows<'_>,
    name: &str,
    values: &[ValueAmounts<'_>],
    lumps: &[&ValueAmounts<'_>],
) -> RowProblem {
    let among = shown.among();
    let listed = lumps.iter().take(NAMED).map(|lump| {
        format!(
            "\n    `{}`: {}{among}, sum {}",
            excerpt(lump.value),
            counted(lump.rows, "row"),
            lump.sum
        )
    });
    let of_lumps: Vec<&str> = lumps.iter().map(|lump| lump.value).collect();
    let all: Vec<&str> = values.iter().map(|value| value.value).collect();
    // Rows before them may have others.
    let all = match all.len() > NAMED || shown.is_later() {
        false => condition(name, &all),
        true => all_of(name),
    };
    let text = format!(
        "column `{name}` has a few rows with large round amounts beside many small ones, which may be credits that come in, \
         lapse or move, and no usage:{}\n  leave them out with `--where {}` (or `[usage] where`); where they are usage too, \
         `--where {all}` adds all up",
        listed.collect::<String>(),
        in_shell(&format!("not ({})", one_of(name, &of_lumps, "\""))),
    );
    RowProblem::naming(text, &of_lumps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[(&'static str, i128, usize)]) -> Option<Vec<&'static str>> {
        let value = |&(value, amount, rows): &(&'static str, i128, usize)| {
            let (size, sum) = (amount * 1_000_000, Atto::from_micro(amount * 1_000_000).unwrap());
            let round = if size % ROUND == 0 { rows } else { 0 };
            ValueAmounts { value, rows, least: size, most: size, round, sum }
        };
        let values: Vec<ValueAmounts<'static>> = rows.iter().map(value).collect();
        lumps(&values).map(|lumps| lumps.iter().map(|lump| lump.value).collect())
    }

    #[test]
    fn few_large_round_amounts_beside_many_small_ones_are_lumps() {
        assert_eq!(found(&[("a", 27, 12), ("b", 3000, 1)]), Some(vec!["b"]));
        assert_eq!(found(&[("a", 27, 30), ("b", 3000, 2), ("c", 100, 1)]), Some(vec!["b", "c"]));
        // As large as others, not round, too many, beside few, and beside round ones.
        assert_eq!(found(&[("a", 1027, 12), ("b", 3000, 1)]), None);
        assert_eq!(found(&[("a", 27, 12), ("b", 3050, 1)]), None);
        assert_eq!(found(&[("a", 27, 12), ("b", 3000, 2)]), None);
        assert_eq!(found(&[("a", 27, 9), ("b", 3000, 1)]), None);
        assert_eq!(found(&[("a", 27, 5), ("c", 100, 7), ("b", 3000, 1)]), None);
        assert_eq!(found(&[("a", 3000, 12)]), None);
    }
}
