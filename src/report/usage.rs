//! Points that deserve attention about usage that was read: the part of it that counts, in
//! sentences.

use crate::domain::{Window, Zone, grouped};
use crate::usage::UsageSummary;

use super::words::{count, percent};

/// Rows outside the horizon, as a share of all that were read, from which on this comes before anything
/// else that deserves attention.
const MUCH_OUTSIDE: f64 = 0.01;

/// The sentence that precedes all others: that the answer rests on a part of the usage read.
pub fn first(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    (outside_share(usage) >= MUCH_OUTSIDE).then(|| outside(usage, horizon, zone)).flatten()
}

/// That few rows are outside the horizon.
pub fn later(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    (outside_share(usage) < MUCH_OUTSIDE).then(|| outside(usage, horizon, zone)).flatten()
}

/// The number of rows used, if not all are: ` of 3,210 rows`.
pub fn of_rows(usage: &UsageSummary) -> String {
    match usage.outside.count {
        0 => String::new(),
        _ => format!(" of {}", count(usage.rows, "row")),
    }
}

fn outside_share(usage: &UsageSummary) -> f64 {
    usage.outside.count as f64 / usage.rows.max(1) as f64
}

fn outside(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    let (first, last) = usage.outside.span?;
    Some(format!(
        "{} of {} of usage ({}) {} outside the horizon, which is from {} to {}, and left out; they are \
         from {} to {}.",
        grouped(&usage.outside.count.to_string()),
        count(usage.rows, "row"),
        percent(outside_share(usage)),
        if usage.outside.count == 1 { "is" } else { "are" },
        zone.show_local(horizon.from),
        zone.show_local(horizon.to),
        zone.show_local(first),
        zone.show_local(last),
    ))
}
