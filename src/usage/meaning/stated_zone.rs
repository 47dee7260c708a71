//! The zone of local times that a file states itself: in the header of the column of times, or in a column beside it.
//!
//! A header may leave several zones open: `CET` is an hour before UTC all year, or the clock of Central Europe. One is taken
//! where all of them read the times of the file alike. Deliberately absent: offsets written in the times, which need no
//! zone.

use super::choose::ChosenColumns;
use super::headers;
use super::moment::{self, DateVerdict};
use super::sample::ColumnSample;
use crate::domain::text::excerpt;
use crate::domain::{Instant, Zone};
use crate::usage::export::Row;
use crate::usage::time::{TimeForm, TimeReader};

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

/// Letters for a clock, with its minutes east of UTC and the zone whose clock it is for a part of the year or all of it
/// (tz database 2025b).
const CLOCKS: [(&str, i32, &str); 31] = [
    ("CET", 60, "Europe/Berlin"),
    ("MEZ", 60, "Europe/Berlin"),
    ("CEST", 120, "Europe/Berlin"),
    ("MESZ", 120, "Europe/Berlin"),
    ("WET", 0, "Europe/Lisbon"),
    ("WEST", 60, "Europe/Lisbon"),
    ("EET", 120, "Europe/Helsinki"),
    ("EEST", 180, "Europe/Helsinki"),
    ("MSK", 180, "Europe/Moscow"),
    ("EST", -300, "America/New_York"),
    ("EDT", -240, "America/New_York"),
    ("CDT", -300, "America/Chicago"),
    ("MST", -420, "America/Denver"),
    ("MDT", -360, "America/Denver"),
    ("PST", -480, "America/Los_Angeles"),
    ("PDT", -420, "America/Los_Angeles"),
    ("AKST", -540, "America/Anchorage"),
    ("AKDT", -480, "America/Anchorage"),
    ("HST", -600, "Pacific/Honolulu"),
    ("JST", 540, "Asia/Tokyo"),
    ("KST", 540, "Asia/Seoul"),
    ("SGT", 480, "Asia/Singapore"),
    ("HKT", 480, "Asia/Hong_Kong"),
    ("SAST", 120, "Africa/Johannesburg"),
    ("AWST", 480, "Australia/Perth"),
    ("AEST", 600, "Australia/Sydney"),
    ("AEDT", 660, "Australia/Sydney"),
    ("NZST", 720, "Pacific/Auckland"),
    ("NZDT", 780, "Pacific/Auckland"),
    ("ACST", 570, "Australia/Adelaide"),
    ("ACDT", 630, "Australia/Adelaide"),
];

/// Those of these zones whose clocks are never put forward.
const ALL_YEAR: [&str; 8] = [
    "Europe/Moscow",
    "Pacific/Honolulu",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Africa/Johannesburg",
    "Australia/Perth",
];

/// Letters that name clocks of several countries, or a clock that follows its country's summer time.
const COUNTRIES: [(&str, &[&str]); 8] = [
    ("CST", &["America/Chicago", "Asia/Shanghai"]),
    ("BST", &["Europe/London", "Asia/Dhaka"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("AST", &["America/Halifax", "Asia/Riyadh"]),
    ("ET", &["America/New_York"]),
    ("CT", &["America/Chicago"]),
    ("MT", &["America/Denver"]),
    ("PT", &["America/Los_Angeles"]),
];

/// Names of clocks in words, with the letters that mean the same.
const IN_WORDS: [(&str, &str); 15] = [
    ("eastern standard time", "EST"),
    ("eastern daylight time", "EDT"),
    ("eastern time", "ET"),
    ("central daylight time", "CDT"),
    ("central time", "CT"),
    ("mountain standard time", "MST"),
    ("mountain daylight time", "MDT"),
    ("mountain time", "MT"),
    ("pacific standard time", "PST"),
    ("pacific daylight time", "PDT"),
    ("pacific time", "PT"),
    ("central european time", "CET"),
    ("central european summer time", "CEST"),
    ("mitteleuropäische zeit", "CET"),
    ("japan standard time", "JST"),
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

/// What a header says of the zone of its times.
#[derive(Clone, Debug, PartialEq, Eq)]
enum HeaderZone {
    /// Nothing.
    Silent,
    /// One of these zones; none where it speaks of a zone that cannot be read from it.
    Said(Vec<Zone>),
}

/// Looks for the zone of local times, where nothing else says it. `rows` are all rows of the file, or none where there are
/// more than a sample.
pub(super) fn of(
    header: &[String],
    samples: &[ColumnSample],
    rows: &[Row],
    columns: &ChosenColumns,
) -> StatedZone {
    let is_local =
        |column: usize| samples.get(column).is_some_and(|sample| sample.dates.is_local());
    if !is_local(columns.time) {
        return StatedZone::None;
    }
    let times = [Some(columns.time), columns.clock].into_iter().flatten();
    for name in times.filter_map(|at| header.get(at)) {
        match in_header(name) {
            HeaderZone::Silent => {}
            HeaderZone::Said(zones) => return said(name, &zones, &locals(samples, rows, columns)),
        }
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

/// Whether a header says something of the zone of its times.
pub(in crate::usage) fn states_zone(header: &str) -> bool {
    in_header(header) != HeaderZone::Silent
}

/// The one of the zones of a header in which the file is read: the first where all of them read all its local times alike.
fn said(name: &str, zones: &[Zone], locals: &[i64]) -> StatedZone {
    let [first, others @ ..] = zones else {
        return StatedZone::Other(format!(
            "the header `{name}` speaks of the zone of its times, and which one cannot be read from it; choose it with \
             `--usage-zone` or `[usage] zone`, such as `Europe/Berlin`, or `Etc/GMT+5` for UTC-05:00"
        ));
    };
    let instants = |zone: Zone| -> Option<Vec<Instant>> {
        let mut reader = TimeReader::new(zone, TimeForm::Calendar);
        locals.iter().map(|&local| reader.at_local(local).ok()).collect()
    };
    let is_alike = || {
        let all: Option<Vec<Vec<Instant>>> = zones.iter().map(|zone| instants(*zone)).collect();
        !locals.is_empty() && all.is_some_and(|all| all.windows(2).all(|two| two[0] == two[1]))
    };
    if others.is_empty() || is_alike() {
        let told = format!("Local times are in {}, as the header `{name}` says.", first.text());
        return StatedZone::One(*first, told);
    }
    let flag = |zone: &Zone| match zone.text() == zone.name() {
        true => format!("`--usage-zone {}`", zone.name()),
        false => format!("`--usage-zone {}` ({} all year)", zone.name(), zone.text()),
    };
    let flags: Vec<String> = zones.iter().map(flag).collect();
    StatedZone::Other(format!(
        "the header `{name}` says in which zone its times are, but not clearly enough: it may be any of {}; choose one (or \
         `[usage] zone`)",
        flags.join(", ")
    ))
}

/// The local times of all rows, as if they were in UTC; none where one cannot be read so.
fn locals(samples: &[ColumnSample], rows: &[Row], columns: &ChosenColumns) -> Vec<i64> {
    let evidence = samples.get(columns.time).map(|sample| sample.dates.verdict());
    let Some(DateVerdict::Notation(notation)) = evidence else { return Vec::new() };
    let local = |row: &Row| {
        let read = moment::read(row.get(columns.time)?, notation).ok()?;
        let clock = match columns.clock {
            Some(column) => Some(moment::clock(row.get(column)?).ok()?),
            None => None,
        };
        Some(clock.map_or(read, |clock| read.at_clock(clock)).local)
    };
    rows.iter().filter_map(local).collect()
}

/// What a header says of a zone.
fn in_header(header: &str) -> HeaderZone {
    let mut offsets = Vec::new();
    let mut is_unread = false;
    for said in [utc_in(header), bracketed_offset(header)].into_iter().flatten() {
        match said.and_then(Zone::fixed) {
            Some(zone) => offsets.push(zone),
            None => is_unread = true,
        }
    }
    let (clocks, mut zones) = by_letters(header);
    zones.extend(tz_name_in(header));
    // An offset says which of two clocks the letters beside it mean; letters for winter and summer mean both.
    let is_settled = |(offset, _): &(Zone, Zone)| offsets.contains(offset);
    if !clocks.iter().any(is_settled) {
        let regions: Vec<Zone> = clocks.iter().map(|(_, region)| *region).collect();
        match clocks.as_slice() {
            [(one, _), (other, _)] if one != other && regions[0] == regions[1] => {}
            clocks => {
                let differ = clocks.iter().filter(|(_, of)| !ALL_YEAR.contains(&of.name()));
                zones.extend(differ.map(|(offset, _)| *offset));
            }
        }
        zones.extend(regions);
    }
    let mut all: Vec<Zone> = Vec::new();
    for zone in offsets.into_iter().chain(zones) {
        if !all.contains(&zone) {
            all.push(zone);
        }
    }
    match is_unread || !all.is_empty() {
        false => HeaderZone::Silent,
        true if is_unread => HeaderZone::Said(Vec::new()),
        true => HeaderZone::Said(all),
    }
}

/// The minutes east of UTC that stand behind `UTC` or `GMT` in a header, 0 where nothing does; `Some(None)` where what
/// stands there, or before it, says something else.
fn utc_in(header: &str) -> Option<Option<i32>> {
    let small = header.to_ascii_lowercase();
    let letter = |at: Option<usize>| at.and_then(|at| header.as_bytes().get(at)).copied();
    let is_word = |at: usize| {
        let (first, before) = (letter(Some(at)), letter(at.checked_sub(1)));
        let (last, after) = (letter(Some(at + 2)), letter(Some(at + 3)));
        let turns = |one: Option<u8>, next: Option<u8>| {
            one.is_some_and(|b| b.is_ascii_lowercase())
                && next.is_some_and(|b| b.is_ascii_uppercase())
        };
        let is_letter =
            |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphabetic() || b >= 0x80);
        let is_sign = small.get(at + 3..).is_some_and(|rest| {
            ["plus", "minus", "\u{2212}", "\u{2013}", "±"].iter().any(|sign| rest.starts_with(sign))
        });
        (!is_letter(before) || turns(before, first))
            && (!is_letter(after) || turns(last, after) || is_sign)
    };
    let found = ["utc", "gmt"].iter().flat_map(|word| small.match_indices(word));
    let at = found.map(|(at, _)| at).filter(|&at| is_word(at)).min()?;
    let before = headers::words(small.get(..at).unwrap_or_default());
    let denies = ["non", "not", "no", "nicht", "kein", "keine"];
    if before.split(' ').next_back().is_some_and(|word| denies.contains(&word)) {
        return Some(None);
    }
    let rest = small.get(at + 3..).unwrap_or_default();
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(None);
    }
    Some(signed_minutes(rest.trim_start_matches([' ', '_', ':'])).unwrap_or(Some(0)))
}

/// An offset that stands in brackets or at the end of a header, with its sign and its minutes: `(+02:00)`.
fn bracketed_offset(header: &str) -> Option<Option<i32>> {
    let parts = header.split(['(', ')', '[', ']', ' ']);
    let mut offsets = parts.filter(|part| {
        let digits = part.trim_start_matches(['+', '-', '\u{2212}']);
        digits.len() < part.len()
            && [4, 5].contains(&digits.len())
            && digits.bytes().filter(u8::is_ascii_digit).count() == 4
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
    });
    signed_minutes(offsets.next()?)
}

/// The minutes of an offset with its sign, `-05:00`, `+2`, `minus_5`; `None` where no sign and digits stand, `Some(None)`
/// where they are no offset.
fn signed_minutes(text: &str) -> Option<Option<i32>> {
    let signs = [
        ("+", 1),
        ("±", 1),
        ("plus", 1),
        ("-", -1),
        ("\u{2212}", -1),
        ("\u{2013}", -1),
        ("minus", -1),
    ];
    let (rest, sign) =
        signs.iter().find_map(|(text_of, sign)| Some((text.strip_prefix(text_of)?, *sign)))?;
    let rest = rest.trim_start_matches([' ', '_']);
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let minutes =
        |text: &str| match text.get(..2).filter(|two| two.bytes().all(|b| b.is_ascii_digit())) {
            Some(two) => two.parse().ok(),
            None => None,
        };
    let whole: Option<i32> = digits.parse().ok();
    let parted = rest.strip_prefix([':', '.']).and_then(minutes);
    let size = match (length, whole, parted) {
        (1 | 2, Some(hours), Some(minutes)) => Some((hours, minutes)),
        (1 | 2, Some(hours), None) => Some((hours, 0)),
        (3 | 4, Some(both), _) => Some((both / 100, both % 100)),
        _ => None,
    };
    Some(
        size.filter(|(_, minutes)| *minutes < 60)
            .map(|(hours, minutes)| sign * (hours * 60 + minutes)),
    )
}

/// The clocks that letters or words of a header name, each at its offset and with the zone that has it, and the zones of
/// letters for countries.
fn by_letters(header: &str) -> (Vec<(Zone, Zone)>, Vec<Zone>) {
    let zone = |name: &str| Zone::from_name(name).expect("it is in the tz database");
    let words = headers::words(header);
    let mut letters: Vec<String> = Vec::new();
    let in_words = IN_WORDS.iter().find(|(name, _)| words.contains(name));
    letters.extend(in_words.map(|(_, of)| (*of).to_owned()));
    let is_snake = !header.bytes().any(|byte| byte.is_ascii_uppercase());
    let parts: Vec<&str> = header.split(|c: char| !c.is_alphanumeric()).collect();
    let is_bracketed =
        |part: &str| ["(", "[", "/"].iter().any(|open| header.contains(&format!("{open}{part}")));
    for part in &parts {
        // `est` and `ist` are words of other languages; `PT` and `CT` may be anything.
        let is_last = parts.last() == Some(part);
        let is_letters = part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_small = is_snake && is_last && parts.len() > 1 && !["ist", "ast"].contains(part);
        let is_short = part.len() == 2 && is_bracketed(part);
        if is_letters || is_small || is_short {
            letters.push(if is_small { part.to_ascii_uppercase() } else { (*part).to_owned() });
        }
    }
    let clocks = letters.iter().filter_map(|letters| {
        let (_, minutes, region) = CLOCKS.iter().find(|(name, _, _)| name == letters)?;
        let region = zone(region);
        Some((Zone::fixed(*minutes).unwrap_or(region), region))
    });
    let countries = letters.iter().filter_map(|letters| {
        let (_, zones) = COUNTRIES.iter().find(|(name, _)| name == letters)?;
        Some(zones.iter().map(|name| zone(name)))
    });
    (clocks.collect(), countries.flatten().collect())
}

/// The longest name of the tz database, of an area and a place, that stands in a header.
fn tz_name_in(header: &str) -> Option<Zone> {
    if !header.contains('/') {
        return None;
    }
    let small = header.to_ascii_lowercase();
    let is_there = |name: &&str| {
        let name = name.to_ascii_lowercase();
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        name.contains('/')
            && small.match_indices(&name).any(|(at, found)| {
                let before = small.get(..at).and_then(|before| before.chars().next_back());
                let after = small.get(at + found.len()..).and_then(|after| after.chars().next());
                ends(before) && ends(after)
            })
    };
    let name = Zone::names().filter(is_there).max_by_key(|name| name.len())?;
    Zone::from_name(name)
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

    /// The zones that a header names, by the names of the tz database; `None` where it is silent.
    fn named(header: &str) -> Option<String> {
        match in_header(header) {
            HeaderZone::Silent => None,
            HeaderZone::Said(zones) => {
                Some(zones.iter().map(|zone| zone.name()).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn the_zone_in_a_header_is_read_with_its_sign_and_its_offset() {
        for (header, zones) in [
            ("Time (UTC)", "UTC"),
            ("usage_date_utc", "UTC"),
            ("startTimeUtc", "UTC"),
            ("UtcTime", "UTC"),
            ("Time UTC - start", "UTC"),
            ("Date (GMT)", "UTC"),
            ("GMT 24h", "UTC"),
            ("Datetime [UTC-05:00]", "Etc/GMT+5"),
            ("Date/Time (GMT+2)", "Etc/GMT-2"),
            ("Time (UTC+1)", "Etc/GMT-1"),
            ("Start (GMT-0500)", "Etc/GMT+5"),
            ("Zeit (UTC+01:00)", "Etc/GMT-1"),
            ("Time (UTC \u{2212}8)", "Etc/GMT+8"),
            ("Time (UTC\u{2013}8)", "Etc/GMT+8"),
            ("Time (UTC±0)", "UTC"),
            ("timestamp_utc_minus_5", "Etc/GMT+5"),
            ("timestamp_utcplus2", "Etc/GMT-2"),
            ("Time (UTC+5:30)", "Asia/Kolkata"),
            ("Time (UTC+14)", "Etc/GMT-14"),
            ("Time (-05:00)", "Etc/GMT+5"),
            ("Time +0200", "Etc/GMT-2"),
            ("Start Time (Europe/Berlin)", "Europe/Berlin"),
            ("Date/Time America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("Time (ET)", "America/New_York"),
            ("Time (Eastern Time)", "America/New_York"),
            ("Time (CET/CEST)", "Europe/Berlin"),
            ("Time, CET (UTC+1)", "Etc/GMT-1"),
            ("Time (JST)", "Asia/Tokyo"),
            ("Time (JST, UTC+9)", "Etc/GMT-9"),
            ("Zeit (MEZ)", "Etc/GMT-1, Europe/Berlin"),
            ("timestamp_pst", "Etc/GMT+8, America/Los_Angeles"),
            ("Timestamp (PST)", "Etc/GMT+8, America/Los_Angeles"),
            ("Time (UTC-05:00) Eastern Time", "Etc/GMT+5, America/New_York"),
            ("Time (CST)", "America/Chicago, Asia/Shanghai"),
            // It speaks of a zone, and of none that can be read.
            ("Non-UTC time", ""),
            ("Time (UTC5)", ""),
            ("Time (UTC+15)", ""),
            ("Time (UTC+05:17)", ""),
            ("Time (UTC-2026)", ""),
        ] {
            assert_eq!(named(header).as_deref(), Some(zones), "{header}");
        }
    }

    #[test]
    fn a_header_that_names_no_zone_is_silent() {
        for header in [
            "Time",
            "Date/Time",
            "Datum",
            "Local time",
            "Execution time",
            "nutcracker",
            "date_ist",
            "Date (2026)",
            "Time (s)",
            "Date PT",
            "Day +1",
            "Start - end",
        ] {
            assert_eq!(named(header), None, "{header}");
        }
    }

    #[test]
    fn of_several_zones_one_is_taken_where_all_read_the_times_alike() {
        let day = 24 * 3_600_000;
        let zones = ["Etc/GMT-1", "Europe/Berlin"].map(|name| Zone::from_name(name).unwrap());
        // Central Europe turns its clocks on at 02:00 of 29 March 2026, day 20,541.
        let (before, after) = (20_541 * day + 7_199_999, 20_541 * day + 3 * 3_600_000);
        let one = said("Time (CET)", &zones, &[before]);
        let told = "Local times are in UTC+01:00, as the header `Time (CET)` says.";
        assert_eq!(one, StatedZone::One(zones[0], told.to_owned()));
        for open in [&[before, after][..], &[]] {
            let StatedZone::Other(problem) = said("Time (CET)", &zones, open) else { panic!() };
            let ways =
                "`--usage-zone Etc/GMT-1` (UTC+01:00 all year), `--usage-zone Europe/Berlin`";
            assert!(problem.contains(ways), "{problem}");
        }
    }

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
