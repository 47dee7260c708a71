//! Amounts that begin late to be written with their limit, `57 / 100`: the way to take the limit off.
//!
//! Deliberately absent: files whose first rows have them, which are read as they are.

use std::collections::BTreeSet;

use super::choose::ChosenColumns;
use crate::domain::text::excerpt;
use crate::usage::BadRow;
use crate::usage::export::in_file;

/// Of how many rows one may have a limit of its own.
const ONE_LIMIT_IN: usize = 2;

/// The problem of rows of which none can be read because of the limit behind its amount.
pub(super) fn problem(name: &str, columns: &ChosenColumns, bad: &[BadRow]) -> Option<String> {
    let amounts = columns.amounts();
    let is_of_amount = |row: &&BadRow| amounts.iter().any(|&one| columns.name(one) == row.column);
    let limits: Option<Vec<(&str, &str)>> = bad.iter().map(|row| limit(&row.value)).collect();
    let limits = limits?;
    let (link, _) = *limits.first()?;
    let different: BTreeSet<&str> = limits.iter().map(|(_, limit)| *limit).collect();
    let first = bad.first().filter(is_of_amount)?;
    if !bad.iter().all(|row| row.column == first.column)
        || limits.iter().any(|(other, _)| *other != link)
        || different.len() > 1.max(bad.len() / ONE_LIMIT_IN)
    {
        return None;
    }
    Some(in_file(
        &format!(
            "from line {} on column `{}` holds what was used and its limit (`{}`), and before it what was used alone: `sed -E 's#{link}[0-9]+##' \
             FILE > usage.csv` takes the limits off",
            first.line,
            first.column,
            excerpt(&first.value)
        ),
        name,
    ))
}

/// What may stand between an amount and its limit, in this order; a unit of the amount stands before it.
const LINKS: [&str; 8] =
    [" / ", " used of ", " used out of ", " out of ", " of ", " verbraucht von ", " von ", " sur "];

/// What stands between an amount and its limit, and the digits of the limit.
fn limit(value: &str) -> Option<(&'static str, &str)> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_word = |text: &str| text.chars().all(char::is_alphabetic);
    LINKS.iter().find_map(|link| {
        let (used, limit) = value.split_once(link)?;
        let (used, unit) = used.split_once(' ').unwrap_or((used, ""));
        (is_digits(used) && is_word(unit) && is_digits(limit)).then_some((*link, limit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stands_behind_a_slash_between_blanks_or_a_word() {
        for (value, link) in [
            ("57 / 100", " / "),
            ("57 of 100", " of "),
            ("57 credits used of 100", " used of "),
            ("57 out of 100", " out of "),
            ("57 von 100", " von "),
        ] {
            assert_eq!(limit(value), Some((link, "100")), "{value}");
        }
        for value in ["57", "57/100", "4 / 5 / 2026", "n / 100", "57 / ", "57 of them", "a of 100"]
        {
            assert_eq!(limit(value), None, "{value}");
        }
    }
}
