//! What lines above the header, and what stands around the records of a document, say of the zone of its times.
//!
//! A label such as `Time zone` says what follows it; without one, a line must speak of times and tell none itself: `Generated
//! 2026-06-01 08:00 UTC` says when the file was written. Deliberately absent: which zone is taken, which is
//! [`super::stated_zone`].

use super::headers::words;
use crate::domain::Zone;
use crate::usage::export::LineText;

/// Labels of a zone, as words.
const LABELS: [&str; 28] = [
    "time zone",
    "timezone",
    "tz",
    "utc offset",
    "gmt offset",
    "zeitzone",
    "fuseau horaire",
    "fuseau",
    "zona horaria",
    "huso horario",
    "fuso horário",
    "fuso horario",
    "fuso orario",
    "tijdzone",
    "strefa czasowa",
    "tidszon",
    "tidszone",
    "tidssone",
    "aikavyöhyke",
    "časové pásmo",
    "időzóna",
    "saat dilimi",
    "часовой пояс",
    "ζώνη ώρας",
    "时区",
    "時區",
    "タイムゾーン",
    "시간대",
];

/// Words for times, of a line that speaks of those of the file.
const TIMES: [&str; 30] = [
    "times",
    "timestamps",
    "dates",
    "time",
    "timestamp",
    "zeiten",
    "zeitangaben",
    "uhrzeiten",
    "zeitstempel",
    "heures",
    "horaires",
    "dates",
    "horas",
    "horarios",
    "fechas",
    "horários",
    "datas",
    "orari",
    "ore",
    "tijden",
    "tijdstippen",
    "godziny",
    "czasy",
    "tider",
    "tidspunkter",
    "ajat",
    "časy",
    "время",
    "时间",
    "時刻",
];

/// Beginnings of the names of zones of areas, in which the place is a city.
const AREAS: [&str; 9] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// A statement about the zone of times: where it stands, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ZoneLine {
    /// Where it stands, for a sentence.
    pub(super) place: String,
    /// What it says of the zone, without its label.
    pub(super) said: String,
    /// Whether a label says that it is a zone.
    pub(super) is_labelled: bool,
}

impl ZoneLine {
    /// The statements of lines, and of values with names.
    pub(super) fn all(lines: &[LineText], around: &[(String, String)]) -> Vec<ZoneLine> {
        let of_line = |line: &LineText| {
            let place =
                format!("line {} (`{}`)", line.line, crate::domain::text::excerpt(&line.text));
            ZoneLine::of(&line.text, place)
        };
        let of_value = |(name, value): &(String, String)| {
            let last = words(name.rsplit('.').next().unwrap_or(name));
            LABELS.contains(&last.as_str()).then(|| ZoneLine {
                place: format!("`{name}`"),
                said: value.clone(),
                is_labelled: true,
            })
        };
        let of_lines = lines.iter().filter_map(of_line);
        of_lines.chain(around.iter().filter_map(of_value)).collect()
    }

    /// The statement of a line.
    fn of(text: &str, place: String) -> Option<ZoneLine> {
        let small = text.to_lowercase();
        let label = LABELS.iter().filter_map(|label| end_of_label(&small, label)).max();
        if let Some(rest) = label.and_then(|end| small_rest(text, &small, end)) {
            let said = rest.trim_matches(|c: char| c.is_whitespace() || ":;,=\"'".contains(c));
            // A label without a value is the header of another table.
            return (!said.is_empty()).then(|| ZoneLine {
                place,
                said: said.to_owned(),
                is_labelled: true,
            });
        }
        let words = words(text);
        let speaks = words.split(' ').any(|word| TIMES.contains(&word))
            || ["时间", "時刻"].iter().any(|sign| words.contains(sign));
        (speaks && !tells_time(text)).then(|| ZoneLine {
            place,
            said: text.to_owned(),
            is_labelled: false,
        })
    }

    /// The zone that the words name and nothing else.
    pub(super) fn named(&self) -> Option<Zone> {
        Zone::from_name(self.said.trim()).filter(|_| self.is_labelled)
    }

    /// The zone of the first city that stands behind an offset, as `(UTC+01:00) Amsterdam, Berlin` names it: its clocks may
    /// go forward in summer.
    pub(super) fn of_city(&self) -> Option<Zone> {
        if !self.is_labelled {
            return None;
        }
        let parts = self.said.split([',', ')', '(', '/', ';']).map(str::trim);
        let zone_of = |part: &str| {
            let part = part.replace(' ', "_");
            let is_city = |name: &&str| {
                let of_area = AREAS.iter().any(|area| name.starts_with(area));
                let city = name.rsplit('/').next().unwrap_or_default();
                of_area && city.eq_ignore_ascii_case(&part)
            };
            Zone::names().find(is_city).and_then(Zone::from_name)
        };
        parts.filter(|part| part.len() > 2).find_map(zone_of)
    }
}

/// The end of a label at a boundary of words in a text of small letters, behind which a value stands.
fn end_of_label(small: &str, label: &str) -> Option<usize> {
    let at = small.find(label)?;
    let end = at + label.len();
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = small.get(..at)?.chars().next_back();
    let after = small.get(end..)?.chars().next();
    let is_sign = !label.is_ascii() && label.chars().count() <= 6;
    ((!is_letter(before) && !is_letter(after)) || is_sign).then_some(end)
}

/// What stands behind a place of the small letters of a text, as it is written.
fn small_rest<'t>(text: &'t str, small: &str, end: usize) -> Option<&'t str> {
    // Few letters have another length in small.
    text.get(end..).filter(|_| text.len() == small.len())
}

/// Whether a text tells a time itself: a year, or a clock that is no offset.
fn tells_time(text: &str) -> bool {
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("20") || part.starts_with("19"));
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    let has_clock = || {
        text.match_indices(':').any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
            let sign =
                before.get(..before.len() - digits).and_then(|sign| sign.chars().next_back());
            digits > 0 && !matches!(sign, Some('+' | '-' | '\u{2212}' | '±'))
        })
    };
    parts.any(is_year) || has_clock()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line says of the zone, and whether a label says so.
    fn said(text: &str) -> Option<(String, bool)> {
        ZoneLine::of(text, String::new()).map(|line| (line.said, line.is_labelled))
    }

    #[test]
    fn a_label_says_what_stands_behind_it() {
        for (line, zone) in [
            ("Time zone: America/Los_Angeles", "America/Los_Angeles"),
            ("# timezone: Asia/Tokyo", "Asia/Tokyo"),
            ("Zeitzone, Europe/Berlin", "Europe/Berlin"),
            ("Account: Acme, Fuseau horaire : Europe/Paris", "Europe/Paris"),
            ("时区：Asia/Shanghai", "Asia/Shanghai"),
            ("TZ=UTC", "UTC"),
        ] {
            let line = line.replace('：', ":");
            assert_eq!(said(&line), Some((zone.to_owned(), true)), "{line}");
        }
        for line in ["Time zone", "Usage report", "Plan: Pro", "Period: 2026-05-01 - 2026-05-31"] {
            assert_eq!(said(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_that_speaks_of_times_says_their_zone_unless_it_tells_one() {
        for line in ["All times are in UTC", "Times in UTC+02:00", "Alle Zeiten in UTC"] {
            assert_eq!(said(line), Some((line.to_owned(), false)), "{line}");
        }
        for line in
            ["Time of export: 2026-06-01 08:00 UTC", "Time: 08:15 UTC", "Dates of 2026, UTC"]
        {
            assert_eq!(said(line), None, "{line}");
        }
    }

    #[test]
    fn a_city_behind_an_offset_is_one_of_the_tz_database() {
        let city = |said: &str| {
            let said = said.to_owned();
            let line = ZoneLine { place: String::new(), said, is_labelled: true };
            line.of_city().map(Zone::name)
        };
        assert_eq!(city("(UTC+09:00) Osaka, Sapporo, Tokyo"), Some("Asia/Tokyo"));
        assert_eq!(city("(UTC+01:00) Amsterdam, Berlin, Bern"), Some("Europe/Amsterdam"));
        assert_eq!(city("UTC"), None);
    }
}
