//! A table whose columns are days or hours, read as one with a row for each of them.
//!
//! `Service, 2026-05-01, 2026-05-02` becomes `Service, date, amount`; `Date, 00:00, 00:30` becomes
//! `Date, time of day, amount`. Deliberately absent: the sums of such rows and columns.

use super::blank::Blank;
use super::headers;
use super::moment::{self, DateNotation, NotAMoment};
use crate::usage::export::Row;

/// Days side by side that make such a table.
const FEWEST_DAYS: usize = 2;
/// Times of day side by side that make such a table.
const FEWEST_CLOCKS: usize = 12;
/// Spans of a day side by side that make such a table, each of which begins where the one before it ends.
const FEWEST_SPANS: usize = 2;
/// Numbers of intervals that a day may have.
const NUMBERED: [usize; 3] = [24, 48, 96];
/// Minutes of a day.
const DAY: usize = 24 * 60;
/// Words before the number of an interval.
const WORDS: [&str; 16] = [
    "",
    "h",
    "hr",
    "hour",
    "he",
    "hour ending",
    "interval",
    "int",
    "period",
    "p",
    "t",
    "time",
    "kwh",
    "k wh",
    "value",
    "reading",
];

/// The columns of a table that are intervals, and those that belong to each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pivot {
    /// The names of the columns that result.
    header: Vec<String>,
    /// The columns that stand beside the intervals.
    kept: Vec<usize>,
    intervals: Vec<Interval>,
    /// The kind of the intervals.
    pub(super) kind: IntervalKind,
}

/// The kind of columns that are intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntervalKind {
    /// Days or months.
    Days,
    /// Times of a day, whose date is in a column of its own.
    Clocks,
}

/// One interval.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Interval {
    /// Its date or time of day.
    label: String,
    /// Its cells; `None` where it has none of a name.
    cells: Vec<Option<usize>>,
}

/// A header that names an interval: its date or time of day, and what of it the column holds.
struct IntervalName {
    column: usize,
    label: String,
    part: String,
}

impl Pivot {
    /// The intervals that a header names, if it is of such a table.
    pub(super) fn of(header: &[String]) -> Option<Pivot> {
        let days = Pivot::from(header, days(header), IntervalKind::Days);
        let clocks = || Pivot::from(header, clocks(header), IntervalKind::Clocks);
        days.or_else(clocks).or_else(|| Pivot::from(header, numbered(header), IntervalKind::Clocks))
    }

    fn from(header: &[String], names: Vec<IntervalName>, kind: IntervalKind) -> Option<Pivot> {
        let mut parts: Vec<&str> = Vec::new();
        let mut intervals: Vec<Interval> = Vec::new();
        for name in &names {
            let part = parts.iter().position(|part| *part == name.part).unwrap_or_else(|| {
                parts.push(&name.part);
                parts.len() - 1
            });
            let place = intervals.iter().position(|one| one.label == name.label);
            let place = place.unwrap_or_else(|| {
                intervals.push(Interval { label: name.label.clone(), cells: Vec::new() });
                intervals.len() - 1
            });
            let cells = &mut intervals.get_mut(place)?.cells;
            if cells.len() <= part {
                cells.resize(part + 1, None);
            }
            let cell = cells.get_mut(part)?;
            if cell.replace(name.column).is_some() {
                return None;
            }
        }
        let is_taken = |column: &usize| names.iter().any(|name| name.column == *column);
        let kept: Vec<usize> = (0..header.len()).filter(|column| !is_taken(column)).collect();
        let are_spans = || spans(names.iter().filter_map(|name| header.get(name.column)));
        let fewest = match kind {
            IntervalKind::Days => FEWEST_DAYS,
            IntervalKind::Clocks if are_spans() => FEWEST_SPANS,
            IntervalKind::Clocks => FEWEST_CLOCKS,
        };
        let mut all: Vec<String> =
            kept.iter().filter_map(|&column| header.get(column).cloned()).collect();
        all.push(match kind {
            IntervalKind::Days => "date".to_owned(),
            IntervalKind::Clocks => "time of day".to_owned(),
        });
        let named = |part: &&str| if part.is_empty() { "amount" } else { part }.to_owned();
        all.extend(parts.iter().map(named));
        let is_twice =
            |name: &String| all.iter().filter(|n| n.eq_ignore_ascii_case(name)).count() > 1;
        if intervals.len() < fewest || all.iter().skip(kept.len()).any(is_twice) {
            return None;
        }
        for interval in &mut intervals {
            interval.cells.resize(parts.len(), None);
        }
        Some(Pivot { header: all, kept, intervals, kind })
    }

    /// The names of the columns that result.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The number of intervals side by side.
    pub(super) fn width(&self) -> usize {
        self.intervals.len()
    }

    /// Writes one interval of a row as a row; `false` if it has no value, as an hour that clocks skip.
    pub(super) fn write(&self, place: usize, whole: &Row, row: &mut Row) -> bool {
        let Some(interval) = self.intervals.get(place) else { return false };
        let cell = |column: usize| whole.get(column).unwrap_or_default();
        let is_blank = |&column: &usize| Blank::of(cell(column)) == Some(Blank::Missing);
        if interval.cells.iter().flatten().all(is_blank) {
            return false;
        }
        row.begin(whole.line());
        self.kept.iter().for_each(|&column| row.push(cell(column)));
        row.push(&interval.label);
        interval.cells.iter().for_each(|column| row.push(column.map_or("", cell)));
        true
    }
}

/// The headers that are days, or have one among names joined by dots: `2026-05-01.credits`.
fn days(header: &[String]) -> Vec<IntervalName> {
    let mut names = Vec::new();
    let mut before = None;
    for (column, name) in header.iter().enumerate() {
        let Some((prefix, label, part)) = day(name) else { continue };
        // Days at another place of the document are no columns of the same table.
        if *before.get_or_insert(prefix) == prefix {
            names.push(IntervalName { column, label: label.to_owned(), part: part.to_owned() });
        }
    }
    names
}

/// The day in a header: what stands before it, the day, and what follows.
fn day(name: &str) -> Option<(&str, &str, &str)> {
    let is_day = |text: &str| {
        let begins = text.starts_with(|c: char| c.is_alphanumeric());
        begins
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && matches!(
                moment::read(text, DateNotation::default()),
                Ok(_) | Err(NotAMoment::Unclear)
            )
    };
    if is_day(name) {
        return Some(("", name, ""));
    }
    let mut from = 0;
    for segment in name.split('.') {
        if is_day(segment) {
            let (before, after) = (name.get(..from)?, name.get(from + segment.len()..)?);
            return Some((before, segment, after.trim_start_matches('.')));
        }
        from += segment.len() + 1;
    }
    None
}

/// The headers that are times of day, each where its interval begins.
fn clocks(header: &[String]) -> Vec<IntervalName> {
    let minute = |name: &String| {
        let begin = name.split(['-', '–']).next().unwrap_or(name).trim();
        let clock = moment::clock(begin).ok().filter(|_| begin.contains([':', 'M', 'm']))?;
        usize::try_from(clock.millis / 60_000).ok()
    };
    let found: Vec<(usize, usize)> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, minute(name)?)))
        .collect();
    let (Some(&(_, first)), Some(&(_, last))) = (found.first(), found.last()) else {
        return Vec::new();
    };
    // From 00:30 to 24:00, or to 00:00, they are where intervals end.
    let ends = first > 0 && first * found.len() == DAY && last % DAY == 0;
    let begin = |minute: usize| if ends { (minute + DAY - first) % DAY } else { minute };
    found.into_iter().map(|(column, minute)| clock_name(column, begin(minute))).collect()
}

/// Whether headers are spans of a day, such as `00:00-00:15`, each of which begins where the one before it ends.
fn spans<'n>(names: impl Iterator<Item = &'n String>) -> bool {
    let minute = |text: &str| {
        let clock = moment::clock(text.trim()).ok().filter(|_| text.contains([':', 'M', 'm']))?;
        usize::try_from(clock.millis / 60_000).ok()
    };
    let span = |name: &'n String| {
        let (from, to) = name.split_once(['-', '–'])?;
        Some((minute(from)?, minute(to)?))
    };
    let found: Option<Vec<(usize, usize)>> = names.map(span).collect();
    found.is_some_and(|spans| {
        let follows = |pair: &[(usize, usize)]| pair[0].1 % DAY == pair[1].0 % DAY;
        spans.windows(2).all(follows)
    })
}

/// The headers that number the intervals of a day: `HE1` to `HE24`, `0` to `23`.
fn numbered(header: &[String]) -> Vec<IntervalName> {
    let number = |name: &String| {
        let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (word, digits) = name.split_at_checked(name.len() - digits)?;
        let word = headers::words(word);
        Some((word, digits.parse::<usize>().ok().filter(|_| digits.len() <= 2)?))
    };
    let found: Vec<(usize, (String, usize))> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, number(name)?)))
        .collect();
    let Some((_, (word, first))) = found.first() else { return Vec::new() };
    let counted = found.iter().zip(*first..);
    let is_row = counted.clone().all(|((_, (name, number)), next)| name == word && *number == next);
    let is_day = *first <= 1 && NUMBERED.contains(&found.len()) && WORDS.contains(&word.as_str());
    if !is_row || !is_day {
        return Vec::new();
    }
    let each = DAY / found.len();
    found.iter().enumerate().map(|(place, (column, _))| clock_name(*column, place * each)).collect()
}

fn clock_name(column: usize, minute: usize) -> IntervalName {
    let label = format!("{:02}:{:02}", minute / 60, minute % 60);
    IntervalName { column, label, part: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(|name| name.trim().to_owned()).collect()
    }

    /// The columns that result, and the intervals by their labels.
    fn pivot(names: &str) -> Option<(String, Vec<String>)> {
        let pivot = Pivot::of(&header(names))?;
        let labels = pivot.intervals.iter().map(|one| one.label.clone()).collect();
        Some((pivot.header.join(", "), labels))
    }

    #[test]
    fn days_and_months_side_by_side_become_rows() {
        for (names, columns, first) in [
            (
                "Service, 2026-05-01, 2026-05-02, Total",
                "Service, Total, date, amount",
                "2026-05-01",
            ),
            ("Product, Jan 2026, Feb 2026", "Product, date, amount", "Jan 2026"),
            ("a, 1/5/2026, 2/5/2026", "a, date, amount", "1/5/2026"),
            (
                "2026-05-01.credits, 2026-05-01.cost, 2026-05-02.credits",
                "date, credits, cost",
                "2026-05-01",
            ),
        ] {
            let (found, labels) = pivot(names).unwrap_or_else(|| panic!("{names}"));
            assert_eq!((found.as_str(), labels[0].as_str()), (columns, first), "{names}");
        }
    }

    #[test]
    fn hours_side_by_side_begin_where_their_interval_does() {
        let hours = |from: usize, word: &str, to: usize| {
            let names: Vec<String> = (from..=to).map(|n| format!("{word}{n}")).collect();
            format!("Date, {}", names.join(", "))
        };
        let clocks = |minutes: std::ops::RangeInclusive<usize>, each: usize| {
            let names: Vec<String> =
                minutes.map(|n| format!("{:02}:{:02}", n * each / 60, n * each % 60)).collect();
            format!("Date, {}", names.join(", "))
        };
        for (names, count, first, last) in [
            (hours(1, "HE", 24), 24, "00:00", "23:00"),
            (hours(0, "", 23), 24, "00:00", "23:00"),
            (hours(1, "Interval ", 48), 48, "00:00", "23:30"),
            (clocks(0..=47, 30), 48, "00:00", "23:30"),
            (clocks(1..=48, 30), 48, "00:00", "23:30"),
            (clocks(0..=95, 15), 96, "00:00", "23:45"),
            (
                "Date, 00:00-00:15, 00:15-00:30, 00:30-00:45, 00:45-01:00".to_owned(),
                4,
                "00:00",
                "00:45",
            ),
            ("Date, 22:00 – 23:00, 23:00 – 24:00".to_owned(), 2, "22:00", "23:00"),
        ] {
            let (columns, labels) = pivot(&names).unwrap_or_else(|| panic!("{names}"));
            assert_eq!(columns, "Date, time of day, amount");
            let ends = (labels.len(), labels[0].as_str(), labels[count - 1].as_str());
            assert_eq!(ends, (count, first, last), "{names}");
        }
    }

    #[test]
    fn other_tables_stay_as_they_are() {
        for names in [
            "date, credits",
            "2026-05-01, credits",
            "id, q1, q2, q3, q4",
            "Date, START TIME, END TIME, kWh",
            "Date, 06:00-14:00, 22:00-06:00",
            "Date, 00:00, 06:00, 12:00, 18:00",
            "date, 1, 2, 3",
            "date, 2026-05-01, 2026-05-02",
            "Region, us-east-1($), eu-west-1($)",
            "tokens1, tokens2, tokens3, tokens4, tokens5, tokens6, tokens7, tokens8, tokens9",
        ] {
            assert_eq!(pivot(names), None, "{names}");
        }
    }

    #[test]
    fn an_interval_without_a_value_is_no_row() {
        let pivot = Pivot::of(&header("Service, 2026-05-01, 2026-05-02")).unwrap();
        let (mut whole, mut row) = (Row::new(), Row::new());
        ["EC2", "5", ""].iter().for_each(|cell| whole.push(cell));
        assert!(pivot.write(0, &whole, &mut row) && !pivot.write(1, &whole, &mut row));
        assert_eq!(row.iter().collect::<Vec<_>>(), ["EC2", "2026-05-01", "5"]);
    }
}
