//! Whether a profile that was found by the header of a file fits its rows: one that keeps none of them does not, as where records of one
//! category are exported whose profile counts another.
//!
//! Deliberately absent: a profile that is named, which is taken whatever it leaves.

use super::number::DecimalMark;
use super::profile::Profile;
use super::{ColumnMeaning, ProfileChoice};
use crate::domain::text::listed;
use crate::usage::export::Row;

/// What is told where a profile is not taken, as it would keep none of all the rows of a file; `meaning` is that of the settings over its own.
pub(super) fn kept_none(
    profile: &Profile,
    (chosen, meaning): (&ProfileChoice, &ColumnMeaning),
    header: &[String],
    rows: &[Row],
) -> Option<String> {
    let filters = &profile.meaning.filters;
    let is_own = *chosen == ProfileChoice::Found && meaning.filters == *filters;
    if rows.is_empty() || filters.is_empty() || !is_own {
        return None;
    }
    let place = |name: &String| header.iter().position(|found| found.eq_ignore_ascii_case(name));
    let mut found = Vec::new();
    for filter in filters {
        found.push(filter.map(&mut |name| place(name))?);
    }
    let is_kept = |row: &Row| {
        let cell = |column: usize| row.get(column).unwrap_or_default();
        found.iter().all(|filter| filter.holds(&cell, DecimalMark::Point))
    };
    let shown: Vec<String> = filters.iter().map(|filter| format!("`{filter}`")).collect();
    (!rows.iter().any(is_kept)).then(|| {
        format!(
            "The header is that of {}, and no row meets {}, by which that profile chooses: the file is read without a profile.",
            profile.title,
            listed(&shown)
        )
    })
}
