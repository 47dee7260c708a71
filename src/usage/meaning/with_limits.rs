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
    let limits: Option<Vec<&str>> = bad.iter().map(|row| limit(&row.value)).collect();
    let different: BTreeSet<&str> = limits?.into_iter().collect();
    let first = bad.first().filter(is_of_amount)?;
    if !bad.iter().all(|row| row.column == first.column)
        || different.len() > 1.max(bad.len() / ONE_LIMIT_IN)
    {
        return None;
    }
    Some(in_file(
        &format!(
            "from line {} on column `{}` holds what was used and its limit (`{}`), and before it what was used alone: `sed -E 's# / [0-9]+##' \
             FILE > usage.csv` takes the limits off",
            first.line,
            first.column,
            excerpt(&first.value)
        ),
        name,
    ))
}

/// The digits of a limit behind an amount and a slash between blanks.
fn limit(value: &str) -> Option<&str> {
    let (used, limit) = value.split_once(" / ")?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_digits(used) && is_digits(limit)).then_some(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stands_behind_a_slash_between_blanks() {
        assert_eq!(limit("57 / 100"), Some("100"));
        for value in ["57", "57/100", "4 / 5 / 2026", "n / 100", "57 / "] {
            assert_eq!(limit(value), None, "{value}");
        }
    }
}
