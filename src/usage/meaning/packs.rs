//! Rows that are packs of credits: `1000 credits` in a column of packages, beside an amount of 1,000. They were bought, and say
//! nothing of what is used.
//!
//! Deliberately absent: words for purchases, which are in [`super::kinds`] and [`super::entries`].

use super::blank::Blank;
use super::headers::{self, words};
use super::number::{self, Atto, DecimalMark};
use super::shown::{RowProblem, ShownRows};
use super::values::{all_of, condition};
use crate::domain::text::excerpt;

/// Packs that a condition names one by one.
const NAMED: usize = 12;

/// The problem of amounts that are the sizes of packs which the rows name, all of them.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let mut names = shown.unasked().filter(|column| {
        *column != amount
            && *column != columns.time
            && headers::names_package(columns.name(*column))
    });
    let column = names.find(|&column| are_packs(shown, column, amount))?;
    let name = columns.name(column);
    let mut packs: Vec<&str> = shown.texts(column).collect();
    packs.sort_unstable();
    packs.dedup();
    let ways = match packs.len() > NAMED {
        // Rows before them may name none.
        _ if shown.is_later() => all_of(name),
        false => condition(name, &packs),
        true => headers::in_shell(&format!("{} != \"\"", headers::quoted(name))),
    };
    let text = format!(
        "all amounts are the credits of packs that column `{name}` names (such as `{}`), which are bought, and no usage; export \
         usage instead; if they are usage by another name, `--where {ways}` (or `[usage] where`) reads them",
        excerpt(packs.first().unwrap_or(&""))
    );
    Some(RowProblem::of(text))
}

/// Whether each row names a pack of as many credits as its amount is.
fn are_packs(shown: &ShownRows<'_>, column: usize, amount: usize) -> bool {
    let is_filled = |row: &usize| Blank::of(shown.text(*row, amount)).is_none();
    let mut filled = (0..shown.rows.len()).filter(is_filled).peekable();
    let is_pack = |row: usize| {
        let size = pack_size(shown.text(row, column));
        size.is_some() && shown.numbers(amount).get(row) == Some(&size)
    };
    filled.peek().is_some() && filled.all(is_pack)
}

/// The credits of a pack, by its name: `1,000 credits`, `Pack of 500 credits`; `None` of a name without credits, or with
/// several numbers.
fn pack_size(name: &str) -> Option<Atto> {
    let says_credits = words(name).split(' ').any(headers::is_credits);
    let mut numbers = name
        .split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .map(|number| number.trim_matches(['.', ',']))
        .filter(|number| !number.is_empty());
    let number = numbers.next().filter(|_| says_credits && numbers.next().is_none())?;
    number::amount(number, DecimalMark::Point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_known_by_their_size_and_a_word_for_credits() {
        let size = |name: &str| pack_size(name).map(|size| size.to_string());
        for name in ["1000 credits", "1,000 Credits", "Pack of 1000 credits", "1000-credit pack"] {
            assert_eq!(size(name).as_deref(), Some("1,000"), "{name}");
        }
        for name in ["1000 images", "credits", "2 x 500 credits", "gpt-5"] {
            assert_eq!(size(name), None, "{name}");
        }
    }
}
