//! Whether a profile fits the rows of a file: one that counts rows which hold all others does not fit a file without such a row, as where
//! records of one category were exported.
//!
//! Deliberately absent: profiles whose conditions leave out what is no usage, which may be all that a file has.

use super::ColumnMeaning;
use super::number::DecimalMark;
use super::profile::Profile;
use super::values::condition;
use crate::usage::export::Row;

/// The problem of a file none of whose rows, which are all given, meets the condition of a profile that holds all others; `meaning` is that of
/// the settings over its own.
pub(super) fn problem(
    profile: &Profile,
    meaning: &ColumnMeaning,
    header: &[String],
    rows: &[Row],
) -> Option<String> {
    let [filter] = profile.meaning.filters.as_slice() else { return None };
    if !profile.holds_all || meaning.filters != profile.meaning.filters {
        return None;
    }
    let place = |name: &String| header.iter().position(|found| found.eq_ignore_ascii_case(name));
    let found = filter.map(&mut |name| place(name))?;
    let column = **found.columns().first()?;
    let is_kept = |row: &Row| {
        let cell = |column: usize| row.get(column).unwrap_or_default();
        found.holds(&cell, DecimalMark::Point)
    };
    let other = rows.first()?.get(column)?;
    let name = header.get(column)?;
    (!rows.iter().any(is_kept)).then(|| {
        let of_one = condition(name, &[other]);
        let amount = profile.amount.as_deref().map_or(String::new(), |amount| format!(" `{amount}` of"));
        format!(
            "none of its rows meets {filter}, by which the profile {} chooses those that hold all others; `--where {of_one}` counts{amount} the \
             rows of one of the others, with `--amount-column` another amount, and `--profile none` reads all rows without a profile",
            profile.name
        )
    })
}
