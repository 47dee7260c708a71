//! Amounts in powers of ten with few digits, `1.81E+06`, as a spreadsheet writes long numbers: what is behind those digits is lost.
//!
//! Deliberately absent: times that were rounded so, which are refused.

use crate::domain::text::{counted_are, excerpt};

/// Digits that a spreadsheet leaves of a long number at most.
const MOST_DIGITS: usize = 6;

/// Whether a cell is a whole number of more digits than it is written with, in powers of ten as a spreadsheet writes them.
pub(super) fn is_rounded(cell: &str) -> bool {
    let Some((digits, power)) = cell.trim().split_once("E+") else { return false };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('-');
    whole.len() == 1
        && are_digits(whole)
        && are_digits(decimals)
        && decimals.len() < MOST_DIGITS
        && power.parse::<usize>().is_ok_and(|power| power > decimals.len())
}

/// The doubt about so many amounts of a column, of which one is an example.
pub(super) fn doubt(name: &str, cells: u64, example: &str) -> Option<String> {
    (cells > 1).then(|| {
        format!(
            "{} written in powers of ten in column `{name}`, such as `{}`, as a spreadsheet shows long numbers: the digits that are not \
             shown are lost, and the sum is as inexact. Export the file again, and do not save it in a spreadsheet.",
            counted_are(cells.to_string(), "amount"),
            excerpt(example)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_a_spreadsheet_shortened_are_known_by_their_digits() {
        for cell in ["1.81E+06", "1,08E+07", "8.92346E+17", "2E+06"] {
            assert!(is_rounded(cell), "{cell}");
        }
        for cell in ["1810000", "1.7724420E+9", "1.5E+00", "1.25E-03", "1e6", "E+06", "x1.2E+06"] {
            assert!(!is_rounded(cell), "{cell}");
        }
    }
}
