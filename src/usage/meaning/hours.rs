//! Hours of a day in a column of their own, in any notation: `14:00`, `2 PM`, `H14`, `13-14`, hours from 1 to 24, half-hours
//! from 1 to 48.
//!
//! What the labels of a column are is seen in all of them: 24 without 0 counts hours that end, and a column with the same
//! 24 values on each date holds its hours whatever its header says. Deliberately absent: dates.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::headers;
use super::moment::{self, ClockTime, DateVerdict, NotAMoment, WrittenMoment};
use super::row_ends::RowEnds;
use super::sample::ColumnSample;
use crate::domain::{Duration, Instant};
use crate::usage::export::Row;
use crate::usage::time::TimeReader;

/// Milliseconds of a day, an hour and a minute.
const DAY: i64 = Duration::DAY.millis();
const HOUR: i64 = DAY / 24;
const MINUTE: i64 = HOUR / 60;
/// Different labels of a day at most: quarters of an hour on its longest day.
const MOST: usize = 100;
/// Words of headers of hours or parts of them, which are no amounts there.
const HEADERS: [&str; 36] = [
    "hour",
    "hr",
    "he",
    "hour ending",
    "hour beginning",
    "hour of day",
    "hour number",
    "hour no",
    "interval",
    "interval number",
    "interval no",
    "settlement period",
    "trading period",
    "time",
    "time of day",
    "time slot",
    "stunde",
    "tagesstunde",
    "uhrzeit",
    "heure",
    "tranche horaire",
    "hora",
    "periodo",
    "ora",
    "fascia oraria",
    "uur",
    "godzina",
    "godz",
    "timme",
    "tunti",
    "hodina",
    "óra",
    "saat",
    "час",
    "小时",
    "時間",
];
/// Letters before the number of an hour.
const BEFORE: [&str; 6] = ["he", "hour", "hr", "std", "godz", "h"];
/// Letters behind it.
const BEHIND: [&str; 6] = ["uhr", "hrs", "hr", "h", "時", "시"];

/// The meaning of the labels of a column of hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum HourNotation {
    /// Each is the time of day at which its row begins.
    #[default]
    Begins,
    /// Each is a stretch from a time of day, at which its row begins, to another.
    Ranges,
    /// Each is the time of day at which its row ends, so many milliseconds after it begins.
    Ends { each: i64 },
    /// Each is a number from `first`, of stretches of so many milliseconds that follow each other.
    Counted { first: i64, each: i64 },
}

/// A label of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HourLabel {
    kind: LabelKind,
    /// The number, or the milliseconds since midnight.
    value: i64,
    /// The second hour of two with one name, as clocks go back: `2B`.
    is_second: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LabelKind {
    Number,
    Clock,
    /// From a time of day to another.
    Range,
}

/// The hours of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HoursOfColumn {
    /// Their notation; `None` where two are possible.
    pub(super) notation: Option<HourNotation>,
    /// Whether dates have all of them, so that they are hours whatever the header says.
    pub(super) is_complete: bool,
}

impl HourLabel {
    fn read(text: &str) -> Option<HourLabel> {
        let text = text.trim();
        if let Some((begin, step)) = range(text) {
            let value = begin.rem_euclid(DAY);
            return (step > 0).then_some(HourLabel {
                kind: LabelKind::Range,
                value,
                is_second: false,
            });
        }
        if let Some(number) = number(text) {
            return Some(HourLabel { kind: LabelKind::Number, value: number, is_second: false });
        }
        if let Some((number, rest, is_second)) = doubled(text) {
            let kind = if rest.is_empty() { LabelKind::Number } else { LabelKind::Clock };
            let minutes = if rest.is_empty() { 0 } else { minutes_behind(rest)? };
            let value = if rest.is_empty() { number } else { number * HOUR + minutes * MINUTE };
            return Some(HourLabel { kind, value, is_second });
        }
        let clock = moment::clock(text).ok().or_else(|| moment::clock(&parted_by_h(text)?).ok())?;
        let is_clock = clock.offset.is_none() && text.bytes().any(|byte| !byte.is_ascii_digit());
        is_clock.then_some(HourLabel {
            kind: LabelKind::Clock,
            value: clock.millis,
            is_second: false,
        })
    }
}

/// The number of an hour, with letters before or behind it: `7`, `07`, `H07`, `HE 7`, `7h`, `7 Uhr`.
fn number(text: &str) -> Option<i64> {
    let small = text.to_lowercase();
    let small = BEFORE.iter().find_map(|letters| small.strip_prefix(letters)).unwrap_or(&small);
    let small = small.trim_start_matches([' ', '_', '-', '.']);
    let small =
        BEHIND.iter().find_map(|letters| small.strip_suffix(letters)).unwrap_or(small).trim();
    let is_number =
        (1..=3).contains(&small.len()) && small.bytes().all(|byte| byte.is_ascii_digit());
    small.parse().ok().filter(|_| is_number)
}

/// An hour that clocks go through twice, with what stands behind it and whether it is the second of them: `2A:00`, `2b`.
fn doubled(text: &str) -> Option<(i64, &str, bool)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, rest) = text.split_at_checked(length).filter(|_| (1..=2).contains(&length))?;
    let letter = rest.chars().next()?;
    let is_second = match letter {
        'A' | 'a' => false,
        'B' | 'b' | '*' => true,
        _ => return None,
    };
    let rest = rest.get(1..)?;
    (rest.is_empty() || rest.starts_with(':')).then_some((hour.parse().ok()?, rest, is_second))
}

fn minutes_behind(rest: &str) -> Option<i64> {
    let minutes = rest.strip_prefix(':')?;
    minutes.get(..2)?.parse().ok().filter(|minutes| (0..60).contains(minutes))
}

/// `14h30` as `14:30`.
fn parted_by_h(text: &str) -> Option<String> {
    let (hour, minute) = text.split_once(['h', 'H'])?;
    let are_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits(minute) && !hour.is_empty()).then(|| format!("{hour}:{minute}"))
}

/// The begin of a stretch of the day and its length, in milliseconds: `0-1`, `00:00-00:15`, `23:00 - 00:00`.
fn range(text: &str) -> Option<(i64, i64)> {
    let (begin, end) =
        text.split_once(['-', '\u{2013}', '/']).or_else(|| text.split_once(" to "))?;
    let time = |text: &str| -> Option<i64> {
        let text = text.trim();
        match number(text) {
            Some(number) => (number <= 24).then_some(number * HOUR),
            None => moment::clock(text)
                .ok()
                .filter(|clock| clock.offset.is_none())
                .map(|clock| clock.millis),
        }
    };
    let (begin, end) = (time(begin)?, time(end)?);
    // `00:00-00:59` ends with its last minute.
    let length = (end - begin).rem_euclid(DAY);
    let length = if length % HOUR == HOUR - MINUTE { length + MINUTE } else { length };
    Some((begin, length))
}

impl HourNotation {
    /// The place in its day of a row with this label, begun at an instant of `clock`, and how it is written.
    pub(super) fn at(
        self,
        (date, text): (WrittenMoment, &str),
        clock: &mut TimeReader,
    ) -> Result<(Instant, WrittenMoment), NotAMoment> {
        let instant = |moment: WrittenMoment, clock: &mut TimeReader| {
            let at = moment.instant().or_else(|| clock.at_local(moment.local).ok());
            at.ok_or(NotAMoment::NoSuchTime)
        };
        let time = |millis: i64| date.at_clock(ClockTime { millis, offset: None });
        if let HourNotation::Counted { first, each } = self {
            let label = HourLabel::read(text).ok_or(NotAMoment::NoForm)?;
            let place = (label.value - first + i64::from(label.is_second)) * each;
            if label.kind != LabelKind::Number || !(0..DAY + 2 * HOUR).contains(&place) {
                return Err(NotAMoment::NoSuchTime);
            }
            // A day has an hour less or more where clocks change; numbers count what has passed of it.
            let (start, next) = (instant(time(0), clock)?, instant(time(DAY), clock)?);
            let last = next.since(start).millis() - each;
            let at = start.plus(Duration::from_millis(place.min(last)));
            return Ok((at, time(place.min(DAY - each))));
        }
        let (written, is_second) = self.clock_of(text)?;
        let moment = date.at_clock(written);
        let moment = match self {
            HourNotation::Ends { each } => WrittenMoment { local: moment.local - each, ..moment },
            _ => moment,
        };
        let at = instant(moment, clock)?;
        let later = at.plus(Duration::from_millis(HOUR));
        let is_twice = is_second
            && instant(WrittenMoment { local: moment.local + HOUR, ..moment }, clock)? > later;
        Ok((if is_twice { later } else { at }, moment))
    }

    /// The time of day of a label, and whether it is the second of that name.
    fn clock_of(self, text: &str) -> Result<(ClockTime, bool), NotAMoment> {
        match HourLabel::read(text) {
            Some(HourLabel { kind: LabelKind::Number, value, is_second }) => {
                let millis = value * HOUR;
                match (0..=DAY).contains(&millis) {
                    true => Ok((ClockTime { millis, offset: None }, is_second)),
                    false => moment::clock(text).map(|clock| (clock, false)),
                }
            }
            Some(label) if label.kind == LabelKind::Range && self != HourNotation::Ranges => {
                moment::clock(text).map(|clock| (clock, false))
            }
            Some(label) => Ok((ClockTime { millis: label.value, offset: None }, label.is_second)),
            None => moment::clock(text).map(|clock| (clock, false)),
        }
    }

    /// What is told of rows that are not taken at the times of their labels.
    pub(super) fn told(self, name: &str) -> Option<String> {
        let length = |each: i64| match each / MINUTE {
            60 => "hour".to_owned(),
            minutes => format!("stretch of {minutes} minutes"),
        };
        match self {
            HourNotation::Begins | HourNotation::Ranges => None,
            HourNotation::Ends { each } => Some(format!(
                "The times in column `{name}` reach 24:00 and not 0:00, as those of ends do: each row is taken at the \
                 beginning of its {}.",
                length(each)
            )),
            HourNotation::Counted { first, each } => Some(format!(
                "Column `{name}` numbers the parts of a day from {first}: each row is taken at the beginning of its {}.",
                length(each)
            )),
        }
    }
}

/// Whether a header is one of hours.
pub(super) fn names_hours(header: &str) -> bool {
    HEADERS.contains(&headers::words(header).as_str())
}

/// The hours that a column holds; `None` where a cell is none, or they are of several notations. `dates` are the cells of
/// a column of dates beside it.
pub(super) fn of_column(
    rows: &[Row],
    dates: Option<usize>,
    column: usize,
) -> Option<HoursOfColumn> {
    let mut days: BTreeMap<&str, BTreeSet<(i64, bool)>> = BTreeMap::new();
    let (mut kinds, mut steps) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let cell = row.get(column).unwrap_or_default();
        if Blank::of(cell).is_some() {
            continue;
        }
        let label = HourLabel::read(cell)?;
        kinds.insert(label.kind);
        steps.extend(range(cell).map(|(_, step)| step));
        let date = dates.and_then(|dates| row.get(dates)).unwrap_or_default();
        let labels = days.entry(date).or_default();
        labels.insert((label.value, label.is_second));
        if labels.len() > MOST {
            return None;
        }
    }
    let all: BTreeSet<i64> = days.values().flatten().map(|(value, _)| *value).collect();
    let (&least, &most) = (all.first()?, all.last()?);
    let complete = complete_days(&days);
    let is_day = |parts: i64, each: i64| (DAY - HOUR..=DAY + HOUR).contains(&(parts * each));
    let notation = match kinds.into_iter().collect::<Vec<_>>().as_slice() {
        // The offset from UTC behind a time of day is the same in all rows.
        [LabelKind::Range] if steps.len() == 1 && all.len() > 1 => Some(HourNotation::Ranges),
        [LabelKind::Clock] => Some(of_clocks(&all)),
        [LabelKind::Number] => match (least, most, complete) {
            (0, 1..=23, _) => Some(HourNotation::Begins),
            (0, _, Some(each)) if is_day(most + 1, each) => {
                Some(HourNotation::Counted { first: 0, each })
            }
            (1, _, Some(each)) if is_day(most, each) => {
                Some(HourNotation::Counted { first: 1, each })
            }
            (1.., 24 | 25, _) => Some(HourNotation::Counted { first: 1, each: HOUR }),
            (1.., 1..=23, None) => None,
            _ => return None,
        },
        _ => return None,
    };
    Some(HoursOfColumn { notation, is_complete: complete.is_some() })
}

/// The length of the parts of a day of which most dates have all.
fn complete_days(days: &BTreeMap<&str, BTreeSet<(i64, bool)>>) -> Option<i64> {
    let length = |labels: &BTreeSet<(i64, bool)>| match labels.len() {
        23..=25 => Some(HOUR),
        46 | 48 | 50 => Some(HOUR / 2),
        92 | 96 | 100 => Some(HOUR / 4),
        _ => None,
    };
    let lengths: Vec<i64> = days.values().filter_map(length).collect();
    let first = *lengths.first()?;
    let is_same = lengths.iter().all(|one| *one == first);
    // The first and the last date may be in parts.
    (is_same && lengths.len() + 2 >= days.len() && 2 * lengths.len() >= days.len()).then_some(first)
}

/// The notation of times of day: of ends where those of a whole day are among them, with 24:00 and without midnight.
fn of_clocks(all: &BTreeSet<i64>) -> HourNotation {
    let least = all.first().copied().unwrap_or_default();
    let is_even = least > 0 && least <= HOUR && all.iter().all(|time| time % least == 0);
    let has_all = || i64::try_from(all.len()).is_ok_and(|count| count * least == DAY);
    match all.contains(&DAY) && is_even && has_all() {
        true => HourNotation::Ends { each: least },
        false => HourNotation::Begins,
    }
}

/// What lies between begin and end of a row whose times of day, in one column with their dates, are those of ends; 0 where
/// they are not.
pub(super) fn ends_in_column(rows: &[Row], time: usize) -> i64 {
    let cells = || rows.iter().filter_map(|row| row.get(time));
    if !cells().any(|cell| cell.contains("24:00")) {
        return 0;
    }
    let clock = |cell: &str| {
        let clock = cell.rsplit([' ', 'T']).next()?;
        moment::clock(clock).ok().filter(|clock| clock.offset.is_none()).map(|clock| clock.millis)
    };
    let all: Option<BTreeSet<i64>> =
        cells().filter(|cell| Blank::of(cell).is_none()).map(clock).collect();
    match all.map(|all| of_clocks(&all)) {
        Some(HourNotation::Ends { each }) => each,
        _ => 0,
    }
}

/// Notes in the samples of all columns which of them hold hours, beside the first column of dates.
pub(super) fn note(samples: &mut [ColumnSample], rows: &[Row], header: &[String]) {
    let is_date = |sample: &ColumnSample| sample.is_dates() && !sample.dates.with_clock;
    let dates = samples.iter().position(is_date);
    let may_be = |column: usize, sample: &ColumnSample| {
        let is_other =
            sample.filled == 0 || sample.is_dates() || headers::is_doubtful(&header[column]);
        !is_other && sample.differ
    };
    for (column, sample) in samples.iter_mut().enumerate() {
        if dates.is_some() && may_be(column, sample) {
            sample.hours = of_column(rows, dates, column);
        }
        if sample.is_dates() && sample.dates.with_clock {
            sample.ends = match ends_in_column(rows, column) {
                0 => RowEnds::Begin,
                each => RowEnds::After(each),
            };
        }
        if let (RowEnds::Begin, true) = (sample.ends, sample.is_dates())
            && let DateVerdict::Notation(notation) = sample.dates.verdict()
        {
            sample.ends = RowEnds::of_months(rows, &header[column], column, notation);
        }
    }
}

/// The minutes from row to row by the first times of a file, in a column of dates and times or in one of times of day; `None`
/// where they are not the same throughout.
pub(super) fn interval(
    samples: &[ColumnSample],
    time: usize,
    clock: Option<usize>,
) -> Option<u128> {
    let gaps = gaps(samples, time, clock)?;
    let first = *gaps.first().filter(|gap| *gap % MINUTE.unsigned_abs() == 0)?;
    let are_same = gaps.len() > 1 && gaps.iter().all(|gap| *gap == first && first > 0);
    are_same.then(|| u128::from(first / MINUTE.unsigned_abs()))
}

/// The fewest minutes from row to row by the first times of a file; `None` where they are no whole minutes.
pub(super) fn least_interval(
    samples: &[ColumnSample],
    time: usize,
    clock: Option<usize>,
) -> Option<u128> {
    let least = gaps(samples, time, clock)?.into_iter().min()?;
    (least % MINUTE.unsigned_abs() == 0).then(|| u128::from(least / MINUTE.unsigned_abs()))
}

/// The milliseconds from one of the first times of a file to the next.
fn gaps(samples: &[ColumnSample], time: usize, clock: Option<usize>) -> Option<Vec<u64>> {
    let sample = samples.get(clock.unwrap_or(time))?;
    let read = |cell: &String| match (clock, sample.dates.verdict()) {
        (Some(_), _) => moment::clock(cell).ok().map(|clock| clock.millis),
        (None, DateVerdict::Notation(notation)) => {
            moment::read(cell, notation).ok().map(|read| read.local)
        }
        (None, _) => None,
    };
    let times: Vec<i64> = sample.few.iter().map(read).collect::<Option<_>>()?;
    Some(times.windows(2).map(|pair| pair[1].abs_diff(pair[0])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Zone;
    use crate::usage::time::TimeForm;

    /// Rows of dates and labels.
    fn hours(rows: &[(&str, String)]) -> Option<HoursOfColumn> {
        let row = |(date, label): &(&str, String)| {
            let mut row = Row::new();
            row.begin(1);
            row.push(date);
            row.push(label);
            row
        };
        of_column(&rows.iter().map(row).collect::<Vec<_>>(), Some(0), 1)
    }

    fn all(
        label: impl Fn(i64) -> String,
        of: std::ops::RangeInclusive<i64>,
    ) -> Vec<(&'static str, String)> {
        ["2026-05-01", "2026-05-02"]
            .into_iter()
            .flat_map(|date| of.clone().map(|n| (date, label(n))).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn hours_are_known_in_any_notation() {
        let counted = |each| Some(HourNotation::Counted { first: 1, each });
        let two = |n: i64| format!("{n:02}");
        for (rows, notation) in [
            (all(|n| n.to_string(), 1..=24), counted(HOUR)),
            (all(|n| format!("H{n:02}"), 1..=24), counted(HOUR)),
            (all(|n| n.to_string(), 1..=48), counted(HOUR / 2)),
            (all(|n| n.to_string(), 1..=96), counted(HOUR / 4)),
            (all(two, 0..=23), Some(HourNotation::Begins)),
            (all(|n| format!("{n}-{}", n + 1), 0..=23), Some(HourNotation::Ranges)),
            (
                all(|n| format!("{n:02}:00-{:02}:00", (n + 1) % 24), 0..=23),
                Some(HourNotation::Ranges),
            ),
            (all(|n| format!("{n:02}:00"), 1..=24), Some(HourNotation::Ends { each: HOUR })),
            (all(|n| format!("{n:02}:00"), 0..=23), Some(HourNotation::Begins)),
        ] {
            let found = hours(&rows).unwrap_or_else(|| panic!("{:?}", rows[0]));
            assert_eq!((found.notation, found.is_complete), (notation, true), "{:?}", rows[0]);
        }
        let few: Vec<(&str, String)> = (1..=3).map(|n| ("2026-05-01", n.to_string())).collect();
        let open = HoursOfColumn { notation: None, is_complete: false };
        assert_eq!(hours(&few), Some(open));
        let others: Vec<(&str, String)> = (1..=30).map(|n| ("2026-05-01", n.to_string())).collect();
        assert_eq!(hours(&others), None);
    }

    #[test]
    fn numbered_hours_count_what_has_passed_of_a_day_on_which_clocks_change() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        let mut clock = TimeReader::new(zone, TimeForm::Calendar);
        let mut at = |date: &str, label: &str, notation: HourNotation| {
            let date = moment::read(date, moment::DateNotation::default()).unwrap();
            notation.at((date, label), &mut clock).unwrap().0.to_string()
        };
        let counted = HourNotation::Counted { first: 1, each: HOUR };
        for (date, label, instant) in [
            ("2026-05-01", "1", "2026-04-30T22:00:00Z"),
            ("2026-05-01", "24", "2026-05-01T21:00:00Z"),
            // Clocks go forward, then back.
            ("2026-03-29", "3", "2026-03-29T01:00:00Z"),
            ("2026-03-29", "23", "2026-03-29T21:00:00Z"),
            ("2026-03-29", "24", "2026-03-29T21:00:00Z"),
            ("2026-10-25", "3", "2026-10-25T00:00:00Z"),
            ("2026-10-25", "4", "2026-10-25T01:00:00Z"),
            ("2026-10-25", "25", "2026-10-25T22:00:00Z"),
        ] {
            assert_eq!(at(date, label, counted), instant, "{date} {label}");
        }
        let begins = HourNotation::Begins;
        assert_eq!(at("2026-10-25", "2A:00", begins), "2026-10-25T00:00:00Z");
        assert_eq!(at("2026-10-25", "2B:00", begins), "2026-10-25T01:00:00Z");
        assert_eq!(
            at("2026-05-31", "24:00", HourNotation::Ends { each: HOUR }),
            "2026-05-31T21:00:00Z"
        );
        assert_eq!(at("2026-05-31", "12 AM", begins), "2026-05-30T22:00:00Z");
    }
}
