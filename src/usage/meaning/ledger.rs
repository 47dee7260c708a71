//! What a column beside amounts proves of them: a balance that goes up and down by them shows which of their signs is usage,
//! and what is left of a limit shows that they are totals so far.
//!
//! Deliberately absent: words, which say the same in [`super::kinds`].

use super::entries::WordColumn;
use super::examination::Examination;
use super::headers::{self, header_argument, in_shell, quoted};
use super::kinds::KindWord;
use super::number::Atto;
use super::sample::ColumnSample;
use super::tally::Tally;
use super::values::ValueCounts;
use crate::domain::text::counted;

/// Steps of a balance that prove what it goes by.
const FEWEST_STEPS: usize = 2;
/// Rows with as much in all, used and left, that prove a total so far.
const FEWEST_LEVEL: usize = 4;

/// Rows below zero from which on they may be usage as they are most.
const FEWEST_BELOW: u64 = 3;

/// How a balance goes on by the amounts beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BalanceSide {
    /// Amounts above zero are added to it.
    Added,
    /// They are taken off.
    TakenOff,
}

/// The problem of amounts of which another column proves that they are not what is used, row by row.
pub(super) fn problem(
    examination: &Examination<'_>,
    tally: &Tally,
    is_guessed: bool,
) -> Option<String> {
    let columns = &examination.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let is_settled = examination.meaning.below_zero.is_some() || !columns.filters.is_empty();
    if is_settled || columns.is_of_profile {
        return None;
    }
    let name = columns.name(amount);
    let amounts = examination.samples.get(amount)?;
    let others = examination.samples.iter().enumerate();
    let mut balances = others.filter(|(column, sample)| {
        *column != amount && names_balance(columns.name(*column)) && sample.is_mostly_numbers()
    });
    let are_refunds = |side: BalanceSide| {
        tally.places(columns).iter().any(|(_, counts)| incoming_are_refunds(counts, side))
    };
    let of_balance = balances.find_map(|(column, balance)| {
        let beside = columns.name(column);
        match balance_side(amounts.first_numbers(), balance.first_numbers()) {
            Some(side) => (!are_refunds(side)).then(|| {
                let why =
                    format!("`{beside}` goes on by `{name}` in every row that was looked at first");
                both_ways(name, &why, amounts, side)
            }),
            None if is_guessed && are_level(amounts.first_numbers(), balance.first_numbers()) => {
                Some(total_so_far(name, beside))
            }
            None => None,
        }
    });
    of_balance.or_else(|| {
        let (below, filled) = (tally.rows_below_zero(), tally.filled_rows());
        let are_most =
            below >= FEWEST_BELOW && below > 2 * (filled - below) && tally.sum > Atto::ZERO;
        (are_most && !are_refunds(BalanceSide::Added)).then(|| {
            let why = format!("{} of {} rows of `{name}` are below zero", below, filled);
            both_ways(name, &why, amounts, BalanceSide::Added)
        })
    })
}

/// Whether a header is that of what is left.
pub(super) fn names_balance(header: &str) -> bool {
    let words = headers::words(header);
    let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
    has(&["balance", "remaining", "remainder", "left"])
        || (headers::is_balance(&words) && !has(&["purchased", "bought"]))
}

/// Whether all amounts that go the way of credits that come in are usage taken back, by the words of a column.
fn incoming_are_refunds(counts: &ValueCounts, side: BalanceSide) -> bool {
    let comes_in = |value: &&String| {
        counts.by_rows().iter().any(|(one, count)| {
            let comes_in = match side {
                BalanceSide::Added => count.counts,
                BalanceSide::TakenOff => count.falls,
            };
            one == value && comes_in
        })
    };
    let values: Vec<&String> = counts.by_rows().into_iter().map(|(value, _)| value).collect();
    let mut incoming = values.into_iter().filter(comes_in).peekable();
    let word = |value: &String| WordColumn::Kinds.says(value);
    incoming.peek().is_some() && incoming.all(|value| word(value) == Some(KindWord::Correction))
}

/// How a balance goes on by amounts of both signs, from the oldest row to the newest or the other way round; `None` if it
/// does not.
fn balance_side(amounts: &[Atto], balance: &[Atto]) -> Option<BalanceSide> {
    let count = amounts.len().min(balance.len());
    let holds = |is_newest_first: bool, side: BalanceSide| {
        let (mut rises, mut falls) = (0, 0);
        for next in 1..count {
            let (before, after) = match is_newest_first {
                false => (next - 1, next),
                true => (next, next - 1),
            };
            let amount = amounts[after];
            let step = match side {
                BalanceSide::Added => balance[after].minus(balance[before]),
                BalanceSide::TakenOff => balance[before].minus(balance[after]),
            };
            if step != Some(amount) {
                return false;
            }
            rises += usize::from(amount > Atto::ZERO);
            falls += usize::from(amount.is_negative());
        }
        // The first balance may be that of the first amount.
        let first = if is_newest_first { count - 1 } else { 0 };
        let both = |is: &dyn Fn(Atto) -> bool, seen: usize| seen > 0 || is(amounts[first]);
        both(&|amount| amount > Atto::ZERO, rises)
            && both(&|amount| amount.is_negative(), falls)
            && rises + falls >= FEWEST_STEPS
    };
    if count == 0 {
        return None;
    }
    let sides = [BalanceSide::Added, BalanceSide::TakenOff];
    sides.into_iter().find(|side| holds(false, *side) || holds(true, *side))
}

/// Whether two columns add up to the same in every row, and the one that is read goes mostly one way.
fn are_level(amounts: &[Atto], left: &[Atto]) -> bool {
    let mut sums = amounts.iter().zip(left).map(|(used, left)| used.plus(*left));
    let Some(first) = sums.next() else { return false };
    let steps = amounts.windows(2);
    let (mut rises, mut falls) = (0, 0);
    for step in steps {
        rises += usize::from(step[1] > step[0]);
        falls += usize::from(step[1] < step[0]);
    }
    amounts.len() >= FEWEST_LEVEL
        && first.is_some()
        && sums.all(|sum| sum == first)
        && rises.max(falls) + 1 >= FEWEST_LEVEL
        && 3 * rises.min(falls) <= rises.max(falls)
}

/// The problem of amounts that go into a balance with one sign and out of it with the other.
fn both_ways(name: &str, why: &str, amounts: &ColumnSample, side: BalanceSide) -> String {
    let (used, in_word, out_word, sign) = match side {
        BalanceSide::Added => ("<", "above", "below", "-1 * "),
        BalanceSide::TakenOff => (">", "below", "above", ""),
    };
    let is_in = |amount: &&Atto| (**amount > Atto::ZERO) == (side == BalanceSide::Added);
    let moves = || amounts.first_numbers().iter().filter(|amount| **amount != Atto::ZERO);
    let told = |amounts: Vec<&Atto>| {
        let sum = amounts.iter().try_fold(Atto::ZERO, |sum, amount| sum.plus(**amount));
        let sum = sum.map_or(String::new(), |sum| format!(", sum {sum}"));
        format!("{}{sum}", counted(amounts.len(), "row"))
    };
    let (incoming, usage) = (moves().filter(is_in).collect(), moves().filter(|one| !is_in(one)));
    let formula = format!("{sign}{}", quoted(name));
    let amount = match side {
        BalanceSide::Added => format!(" --amount-column {}", in_shell(&formula)),
        BalanceSide::TakenOff => String::new(),
    };
    let condition = in_shell(&format!("{} {used} 0", quoted(name)));
    format!(
        "the amount: {why}, so those {in_word} zero ({}) likely are credits that come in, as purchases are, and those {out_word} \
         zero ({}) usage: read these alone with `--where {condition}{amount}` (or `[usage] where` and `amount`), or, if the \
         rows below zero take usage back, all as they stand with `--below-zero netted`",
        told(incoming),
        told(usage.collect()),
    )
}

/// The problem of a total so far beside what is left.
fn total_so_far(name: &str, beside: &str) -> String {
    format!(
        "the amount: `{name}` and `{beside}` add up to the same in every row that was looked at first, as what was used so far \
         and what is left of a limit do: the usage is the differences of `{name}` from row to row, and not the sum. If each is \
         the amount of its row, `--amount-column {}` (or `[usage] amount`) reads them; if not, export usage row by row, or write \
         the differences into a column",
        header_argument(name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[i128]) -> Vec<Atto> {
        numbers.iter().map(|&number| Atto::from_steps(number)).collect()
    }

    #[test]
    fn a_balance_that_goes_on_by_both_signs_shows_which_is_usage() {
        let side =
            |amounts: &[i128], balance: &[i128]| balance_side(&numbers(amounts), &numbers(balance));
        let added = Some(BalanceSide::Added);
        assert_eq!(side(&[500, -10, -7], &[500, 490, 483]), added);
        assert_eq!(side(&[-7, -10, 500], &[483, 490, 500]), added);
        assert_eq!(side(&[-500, 10, 7], &[500, 490, 483]), Some(BalanceSide::TakenOff));
        // All of one sign, one off by one, one step alone, and nothing.
        assert_eq!(side(&[500, 10, 7], &[500, 510, 517]), None);
        assert_eq!(side(&[500, -10, -7], &[500, 490, 482]), None);
        assert_eq!(side(&[500, -10], &[500, 490]), None);
        assert_eq!(side(&[], &[]), None);
    }

    #[test]
    fn used_and_left_of_one_limit_are_a_count_so_far_if_it_goes_one_way() {
        let are = |amounts: &[i128], left: &[i128]| are_level(&numbers(amounts), &numbers(left));
        assert!(are(&[3, 5, 9, 9, 12], &[97, 95, 91, 91, 88]));
        assert!(are(&[3, 5, 9, 12, 1], &[97, 95, 91, 88, 99]));
        assert!(!are(&[3, 5, 2, 9, 4], &[97, 95, 98, 91, 96]));
        assert!(!are(&[3, 5, 9, 12], &[97, 95, 91, 87]));
        assert!(!are(&[3, 5, 9], &[97, 95, 91]));
    }
}
