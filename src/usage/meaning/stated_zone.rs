//! The zone of local times that a file states itself: in the header of the column of times, or in a column beside it.
//!
//! Deliberately absent: offsets written in the times, which need no zone.

use super::choose::ChosenColumns;
use super::headers;
use super::moment;
use super::sample::ColumnSample;
use crate::domain::Zone;
use crate::domain::text::excerpt;

/// Headers of columns that name the zone of the times beside them.
const NAMES: [&str; 10] = [
    "timezone",
    "time zone",
    "tz",
    "zone",
    "utc offset",
    "gmt offset",
    "offset",
    "timezone offset",
    "time zone offset",
    "tz offset",
];

/// The statement of a file about its local times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StatedZone {
    /// Nothing, or nothing that is needed.
    None,
    /// One zone, and the sentence that says where it stands.
    One(Zone, String),
    /// Something that no one zone is; the problem.
    Other(String),
}

/// Looks for the zone of local times, where nothing else says it.
pub(super) fn of(
    header: &[String],
    samples: &[ColumnSample],
    columns: &ChosenColumns,
) -> StatedZone {
    let is_local =
        |column: usize| samples.get(column).is_some_and(|sample| sample.dates.is_local());
    if !is_local(columns.time) {
        return StatedZone::None;
    }
    let times = [Some(columns.time), columns.clock];
    let says_utc =
        |name: &&String| headers::words(name).split(' ').any(|word| ["utc", "gmt"].contains(&word));
    if let Some(name) = times.into_iter().flatten().filter_map(|at| header.get(at)).find(says_utc) {
        let told = format!("Local times are in UTC, as the header `{name}` says.");
        return StatedZone::One(Zone::UTC, told);
    }
    let beside = header.iter().zip(samples).find(|(name, sample)| {
        NAMES.contains(&headers::words(name).as_str()) && is_zone(&sample.example)
    });
    let Some((name, sample)) = beside else { return StatedZone::None };
    let stated = excerpt(&sample.example);
    match Zone::from_name(sample.example.trim()).filter(|_| !sample.differ) {
        Some(zone) => StatedZone::One(
            zone,
            format!("Local times are in {}, as column `{name}` says.", zone.name()),
        ),
        None => StatedZone::Other(format!(
            "the times have no offset from UTC, and column `{name}` (such as `{stated}`) is not read for it; choose the \
             zone of the file with `[usage] zone` or `--usage-zone`"
        )),
    }
}

/// Returns true for a zone of the tz database, letters that name an offset, and an offset such as `-04:00`.
fn is_zone(text: &str) -> bool {
    let text = text.trim();
    let is_offset = text.starts_with(['+', '-', '\u{2212}'])
        || ["UTC", "GMT"].iter().any(|zone| text.starts_with(zone));
    Zone::from_name(text).is_some()
        || (is_offset || text.bytes().all(|byte| byte.is_ascii_uppercase()))
            && matches!(moment::offset(text), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_offsets_are_told_from_other_words() {
        for zone in ["America/New_York", "UTC", "-04:00", "+0530", "UTC+2", "CEST", "Z"] {
            assert!(is_zone(zone), "{zone}");
        }
        for other in ["us-central1-a", "eu", "EU1", "DE", "", "4", "north"] {
            assert!(!is_zone(other), "{other}");
        }
    }
}
