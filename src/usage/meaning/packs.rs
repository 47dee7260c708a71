//! Rows that are packs of credits: `1000 credits` in a column of packages, beside an amount of 1,000. They were bought, and say
//! nothing of what is used.
//!
//! Deliberately absent: words for purchases, which are in [`super::kinds`] and [`super::entries`].

use super::blank::Blank;
use super::choose::ChosenColumns;
use super::headers::{self, words};
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::values::condition;
use crate::domain::text::excerpt;
use crate::usage::export::Row;

/// Packs that a condition names one by one.
const NAMED: usize = 12;

/// The problem of amounts that are the sizes of packs which the first rows name, all of them.
pub(super) fn problem(rows: &[Row], columns: &ChosenColumns, mark: DecimalMark) -> Option<String> {
    let [amount] = columns.amounts()[..] else { return None };
    let asked: Vec<&usize> = columns.filters.iter().flat_map(|filter| filter.columns()).collect();
    let mut names = (0..columns.header.len()).filter(|column| {
        *column != amount
            && *column != columns.time
            && !asked.contains(&column)
            && headers::names_package(columns.name(*column))
    });
    let column = names.find(|&column| are_packs(rows, column, amount, mark))?;
    let name = columns.name(column);
    let mut packs: Vec<&str> = rows.iter().map(|row| cell(row.view(), column)).collect();
    packs.sort_unstable();
    packs.dedup();
    let ways = match packs.len() > NAMED {
        false => condition(name, &packs),
        true => headers::in_shell(&format!("{} != \"\"", headers::quoted(name))),
    };
    Some(format!(
        "all amounts are the credits of packs that column `{name}` names (such as `{}`), which are bought, and no usage; export \
         usage instead; if they are usage by another name, `--where {ways}` (or `[usage] where`) reads them",
        excerpt(packs.first().unwrap_or(&""))
    ))
}

/// Whether each row names a pack of as many credits as its amount is.
fn are_packs(rows: &[Row], column: usize, amount: usize, mark: DecimalMark) -> bool {
    let is_filled = |row: &&Row| Blank::of(cell(row.view(), amount)).is_none();
    let mut filled = rows.iter().filter(is_filled).peekable();
    let is_pack = |row: &Row| {
        let read = number::read(cell(row.view(), amount), mark).ok();
        let size = pack_size(cell(row.view(), column));
        size.is_some() && read.and_then(|read| read.number.atto()) == size
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
    number::read(number, DecimalMark::Point).ok()?.number.atto()
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
