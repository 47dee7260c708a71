//! A table whose columns are days or hours, read as one with a row for each of them.
//!
//! `Service, 2026-05-01, 2026-05-02` becomes `Service, date, amount`, and so does `Service, 1, 2` to `31` where a column or a line
//! above has the month, `Year, Jan, Feb` to `Dec`, and `Week, Mon, Tue` to `Sun`; `Date, 00:00, 00:30` becomes `Date, time of day, amount`. Deliberately absent: the sums of such rows and columns.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::headers::{self, words};
use super::labels;
use super::moment::{self, DateEvidence, DateNotation, DateOrder, NotAMoment, NumberTime};
use super::number::{self, DecimalMark, Exact};
use super::parted::{self, PartedDate};
use crate::domain::Duration;
use crate::usage::export::{LineText, Row};

/// Days side by side that make such a table.
const FEWEST_DAYS: usize = 2;
/// Times of day side by side that make such a table.
const FEWEST_CLOCKS: usize = 12;
/// Spans of a day side by side that make such a table, each of which begins where the one before it ends.
const FEWEST_SPANS: usize = 2;
/// Numbers of intervals that a day may have.
const NUMBERED: [usize; 3] = [24, 48, 96];
/// Numbers side by side that are those of the days of a month, and the fewest where a word says that they are days.
const DAYS_OF_MONTH: std::ops::RangeInclusive<usize> = 28..=31;
const FEWEST_NAMED_DAYS: usize = 7;
/// Months side by side whose year stands elsewhere, and the years that they are of.
const FEWEST_MONTHS: usize = 3;
const YEARS: std::ops::RangeInclusive<i64> = 1990..=2100;
/// Words before the number of a day.
const DAY_WORDS: [&str; 12] =
    ["day", "d", "tag", "jour", "día", "dia", "giorno", "dag", "dzień", "den", "день", "日"];
/// The names of the days of a week, from Monday on, in full and for short.
const WEEKDAYS: [&[&str]; 7] = [
    &["mon", "monday", "mo", "montag", "lun", "lundi", "lunes", "lunedì", "maandag", "segunda"],
    &[
        "tue", "tues", "tuesday", "di", "dienstag", "mar", "mardi", "martes", "martedì", "dinsdag",
        "terça",
    ],
    &[
        "wed",
        "wednesday",
        "mi",
        "mittwoch",
        "mer",
        "mercredi",
        "mié",
        "miércoles",
        "mercoledì",
        "woensdag",
        "quarta",
    ],
    &[
        "thu",
        "thur",
        "thurs",
        "thursday",
        "do",
        "donnerstag",
        "jeu",
        "jeudi",
        "jue",
        "jueves",
        "gio",
        "giovedì",
        "donderdag",
        "quinta",
    ],
    &[
        "fri", "friday", "fr", "freitag", "ven", "vendredi", "vie", "viernes", "venerdì",
        "vrijdag", "sexta",
    ],
    &[
        "sat", "saturday", "sa", "samstag", "sam", "samedi", "sáb", "sábado", "sab", "sabato",
        "zaterdag",
    ],
    &["sun", "sunday", "so", "sonntag", "dim", "dimanche", "dom", "domingo", "domenica", "zondag"],
];
/// The name of the column of figures whose header is that of the days beside it.
const FIGURES: &str = "Name";
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
    /// Where the month or the week stands whose days the intervals are.
    place: Option<CalendarPlace>,
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
    /// Days of a month, which is in a column of its own or in a line above.
    DaysOfMonth,
    /// Days of a week, which is in a column of its own.
    DaysOfWeek,
    /// Months of a year, which is in a column of its own or in a line above.
    MonthsOfYear,
}

/// Where the month of numbered days, or the week of named ones, stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CalendarPlace {
    /// The week in this column of each row, as a date that is so many days before the first of the named days, or a negative number.
    Week(usize, i64),
    /// In this column of each row.
    Column(usize),
    /// With its year in columns of their own.
    Parted(PartedDate),
    /// Above the header: its year and its number.
    Above(i64, i64),
    /// The year of months, in this column of each row.
    Year(usize),
    /// The same above the header.
    YearAbove(i64),
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
            IntervalKind::Clocks if are_spans() => FEWEST_SPANS,
            IntervalKind::Clocks => FEWEST_CLOCKS,
            _ => FEWEST_DAYS,
        };
        // `Date` above names of figures is said of the days beside it.
        let of_kept =
            |name: &String| match kind == IntervalKind::Days && name.eq_ignore_ascii_case("date") {
                true => FIGURES.to_owned(),
                false => name.clone(),
            };
        let mut all: Vec<String> =
            kept.iter().filter_map(|&column| header.get(column).map(of_kept)).collect();
        all.push(match kind {
            IntervalKind::Clocks => "time of day".to_owned(),
            _ => "date".to_owned(),
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
        Some(Pivot { header: all, kept, intervals, place: None, kind })
    }

    /// The days of months that a header numbers, where the first rows or the lines above say which months; the error is the
    /// problem where nothing does. `None` if the header numbers none, or the rows have dates of their own.
    pub(super) fn of_month(
        header: &[String],
        rows: &[Row],
        above: &[LineText],
    ) -> Option<Result<Pivot, String>> {
        let names = numbered_days(header);
        let (first, last) = (names.first()?.column, names.last()?.column);
        let pivot = Pivot::from(header, names, IntervalKind::DaysOfMonth)?;
        if let Some(month) = CalendarPlace::of(header, rows, above, &pivot.kept) {
            return Some(Ok(Pivot { place: Some(month), ..pivot }));
        }
        let mut kept = pivot.kept.iter();
        if kept.any(|&column| parted::holds_dates(rows, &header[column], column)) {
            return None;
        }
        Some(Err(format!(
            "the time: columns `{}` to `{}` are the days of a month by their numbers, and nothing says of which month of which year: \
             add a column `Month` that has it in each row, such as 2026-01, or a line above the header with nothing else than it",
            header[first], header[last]
        )))
    }

    /// Whether a header numbers days of a month.
    pub(super) fn has_numbered_days(header: &[String]) -> bool {
        !numbered_days(header).is_empty()
    }

    /// The days of weeks that a header names, where a column of the first rows says which weeks; the error is the problem where
    /// nothing does. `None` if the header names none, or the rows have other dates of their own.
    pub(super) fn of_week(header: &[String], rows: &[Row]) -> Option<Result<Pivot, String>> {
        let (first_day, names) = named_days(header)?;
        let (first, last) = (names.first()?.column, names.last()?.column);
        let pivot = Pivot::from(header, names, IntervalKind::DaysOfWeek)?;
        let mut kept = pivot.kept.iter();
        let place = kept.find_map(|&column| CalendarPlace::of_weeks(rows, column, first_day));
        if place.is_some() {
            return Some(Ok(Pivot { place, ..pivot }));
        }
        let mut kept = pivot.kept.iter();
        if kept.any(|&column| parted::holds_dates(rows, &header[column], column)) {
            return None;
        }
        Some(Err(format!(
            "the time: columns `{}` to `{}` are the days of a week, and nothing says of which: add a column `Week` that has the date of \
             its `{}` in each row",
            header[first], header[last], header[first]
        )))
    }

    /// Whether a header names the days of a week.
    pub(super) fn has_named_days(header: &[String]) -> bool {
        named_days(header).is_some()
    }

    /// The months that a header names without a year, where the first rows or the lines above say of which; the error is the problem
    /// where nothing does. `None` if the header names none, or the rows have dates of their own.
    pub(super) fn of_year(
        header: &[String],
        rows: &[Row],
        above: &[LineText],
    ) -> Option<Result<Pivot, String>> {
        let names = named_months(header)?;
        let (first, last) = (names.first()?.column, names.last()?.column);
        let pivot = Pivot::from(header, names, IntervalKind::MonthsOfYear)?;
        let mut kept = pivot.kept.iter();
        if kept.any(|&column| parted::holds_dates(rows, &header[column], column)) {
            return None;
        }
        if !pivot.intervals.is_sorted_by(|one, next| one.label < next.label) {
            return Some(Err(format!(
                "the time: columns `{}` to `{}` are months of two years, and nothing says which year each is of: write it behind each, as \
                 `{} 2026`",
                header[first], header[last], header[first]
            )));
        }
        let place = CalendarPlace::of_years(header, rows, above, &pivot.kept);
        if place.is_some() {
            return Some(Ok(Pivot { place, ..pivot }));
        }
        Some(Err(format!(
            "the time: columns `{}` to `{}` are months, and nothing says of which year: add a column `Year` that has it in each row, such \
             as 2026, or a line above the header with nothing else than it",
            header[first], header[last]
        )))
    }

    /// Whether a header names days or months with their years, side by side.
    pub(super) fn has_days(header: &[String]) -> bool {
        days(header).len() >= FEWEST_DAYS
    }

    /// Whether a header names months without a year.
    pub(super) fn has_named_months(header: &[String]) -> bool {
        named_months(header).is_some()
    }

    /// The names of the columns that result.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The column of figures that has the header of the days beside it, or is called as such a column is.
    pub(super) fn figures(&self) -> Option<usize> {
        let mut kept = self.kept.iter().zip(&self.header);
        kept.find(|(_, name)| *name == FIGURES).map(|(column, _)| *column)
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
        let day = self.place.as_ref().map(|place| place.day(&interval.label, whole));
        let label = day.as_deref().unwrap_or(&interval.label);
        // A month of 30 days has a column for the next one, too.
        let is_nothing = |&column: &usize| is_blank(&column) || is_zero(cell(column));
        if day.is_some()
            && moment::read(label, DateNotation::default()) == Err(NotAMoment::NoSuchTime)
            && interval.cells.iter().flatten().all(is_nothing)
        {
            return false;
        }
        row.begin(whole.line());
        self.kept.iter().for_each(|&column| row.push(cell(column)));
        row.push(label);
        interval.cells.iter().for_each(|column| row.push(column.map_or("", cell)));
        true
    }
}

impl CalendarPlace {
    /// The place of the months: a column of nothing else, one of years beside one of months, or a line above the header.
    fn of(
        header: &[String],
        rows: &[Row],
        above: &[LineText],
        kept: &[usize],
    ) -> Option<CalendarPlace> {
        let is_of_months = |column: &&usize| {
            let cells = rows.iter().filter_map(|row| row.get(**column));
            let cells = cells
                .filter(|cell| Blank::of(cell).is_none() && !labels::labels_total(cell.as_bytes()));
            let mut cells = cells.peekable();
            cells.peek().is_some() && cells.all(|cell| month_of(cell).is_some())
        };
        let columns: Vec<usize> = kept.iter().filter(is_of_months).copied().collect();
        let is_named = |column: &&usize| {
            words(&header[**column]).split(' ').any(|word| headers::MONTHS.contains(&word))
        };
        let column = columns.iter().find(is_named).or(columns.first());
        if let Some(&column) = column {
            return Some(CalendarPlace::Column(column));
        }
        if let Some(parted) = PartedDate::of(header, rows) {
            return Some(CalendarPlace::Parted(parted));
        }
        let mut months: Vec<(i64, i64)> =
            above.iter().flat_map(|line| months_in(&line.text)).collect();
        months.dedup();
        match months[..] {
            [(year, month)] => Some(CalendarPlace::Above(year, month)),
            _ => None,
        }
    }

    /// The years of months: in the column that is called so or is the only one of nothing else, or in a line above the header.
    fn of_years(
        header: &[String],
        rows: &[Row],
        above: &[LineText],
        kept: &[usize],
    ) -> Option<CalendarPlace> {
        let is_of_years = |column: &&usize| {
            let cells = rows.iter().filter_map(|row| row.get(**column));
            let cells = cells
                .filter(|cell| Blank::of(cell).is_none() && !labels::labels_total(cell.as_bytes()));
            let mut cells = cells.peekable();
            cells.peek().is_some() && cells.all(|cell| year_of(cell).is_some())
        };
        let columns: Vec<usize> = kept.iter().filter(is_of_years).copied().collect();
        let is_named = |column: &&usize| {
            words(&header[**column]).split(' ').any(|word| parted::YEARS.contains(&word))
        };
        match (columns.iter().find(is_named), &columns[..]) {
            (Some(&column), _) | (None, &[column]) => return Some(CalendarPlace::Year(column)),
            _ => {}
        }
        let mut years: Vec<i64> = above.iter().filter_map(|line| year_in(&line.text)).collect();
        years.dedup();
        match years[..] {
            [year] => Some(CalendarPlace::YearAbove(year)),
            _ => None,
        }
    }

    /// The weeks in a column, all of whose cells are weeks, or dates of the first or the last of the days that begin on a weekday.
    fn of_weeks(rows: &[Row], column: usize, first_day: i64) -> Option<CalendarPlace> {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells
            .filter(|cell| Blank::of(cell).is_none() && !labels::labels_total(cell.as_bytes()));
        let dates: Option<Vec<(&str, i64)>> =
            cells.map(|cell| Some((cell, date_of(cell)?))).collect();
        let dates = dates.filter(|dates| !dates.is_empty())?;
        let begins = |day: i64| dates.iter().all(|(_, date)| (date + 3).rem_euclid(7) == day);
        // A week that is written as such begins on Monday, wherever it is shown to begin.
        let are_weeks = dates.iter().all(|(cell, _)| cell.contains(['W', 'w']));
        match () {
            () if begins(first_day) => Some(CalendarPlace::Week(column, 0)),
            () if begins((first_day + 6).rem_euclid(7)) && !are_weeks => {
                Some(CalendarPlace::Week(column, -6))
            }
            () => None,
        }
    }

    /// The date of a day of the month or the week of a row, or of a month of its year; what stands in place of those, where none does.
    fn day(&self, day: &str, row: &Row) -> String {
        let text = match self {
            CalendarPlace::Week(column, before) => {
                let text = row.get(*column).unwrap_or_default();
                let date = date_of(text).zip(day.parse::<i64>().ok());
                let date = date.and_then(|(date, place)| written_date(date + before + place));
                return date.unwrap_or_else(|| text.to_owned());
            }
            CalendarPlace::Above(year, month) => return format!("{year:04}-{month:02}-{day}"),
            CalendarPlace::YearAbove(year) => return format!("{year:04}-{day}"),
            CalendarPlace::Year(column) => {
                let text = row.get(*column).unwrap_or_default();
                return year_of(text).map_or(text.to_owned(), |year| format!("{year:04}-{day}"));
            }
            CalendarPlace::Column(column) => row.get(*column).unwrap_or_default().to_owned(),
            CalendarPlace::Parted(parted) => parted.text(row.view()),
        };
        match month_of(&text) {
            Some((year, month)) => format!("{year:04}-{month:02}-{day}"),
            None => text,
        }
    }
}

/// The number of the day that a text is, since the first of January 1970; `None` if a day may be a month.
fn date_of(text: &str) -> Option<i64> {
    let moment = moment::read(text, DateNotation::default()).ok()?;
    moment.is_date.then(|| moment.local.div_euclid(Duration::DAY.millis()))
}

/// The date of a day of this number.
fn written_date(day: i64) -> Option<String> {
    let date = moment::date_of_day(day)?;
    Some(date.format("%Y-%m-%d").to_string())
}

/// The headers that name the days of a week, each once and one after another, and the number of the first from Monday on.
fn named_days(header: &[String]) -> Option<(i64, Vec<IntervalName>)> {
    let weekday = |name: &String| {
        let name = name.trim().trim_end_matches('.').to_lowercase();
        WEEKDAYS.iter().position(|names| names.contains(&name.as_str()))
    };
    let found: Vec<(usize, usize)> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, weekday(name)?)))
        .collect();
    let &(first, first_day) = found.first()?;
    let is_next = |(place, (column, day)): (usize, &(usize, usize))| {
        *column == first + place && *day == (first_day + place) % WEEKDAYS.len()
    };
    if found.len() != WEEKDAYS.len() || !found.iter().enumerate().all(is_next) {
        return None;
    }
    let name = |(place, (column, _)): (usize, (usize, usize))| IntervalName {
        column,
        label: place.to_string(),
        part: String::new(),
    };
    Some((first_day as i64, found.into_iter().enumerate().map(name).collect()))
}

/// The headers that name months without a year, at least three that follow one another, each once.
fn named_months(header: &[String]) -> Option<Vec<IntervalName>> {
    let month = |name: &String| moment::month_number(name.trim().trim_end_matches('.'));
    let found: Vec<(usize, i64)> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, month(name)?)))
        .collect();
    let (_, first) = *found.first()?;
    let follow = found.iter().zip(first - 1..).all(|((_, month), next)| *month == next % 12 + 1);
    let name = |(column, month): (usize, i64)| IntervalName {
        column,
        label: format!("{month:02}"),
        part: String::new(),
    };
    (follow && (FEWEST_MONTHS..=12).contains(&found.len()))
        .then(|| found.into_iter().map(name).collect())
}

/// The year that a text is.
fn year_of(text: &str) -> Option<i64> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| is_year && YEARS.contains(year))
}

/// The year that a line above a table names, beside no other number and no month: an export is of another day than its rows.
fn year_in(line: &str) -> Option<i64> {
    let words = || line.split([' ', ',', ':', ';', '(', ')', '|']).filter(|word| !word.is_empty());
    let is_of_date = |word: &str| {
        word.bytes().any(|byte| byte.is_ascii_digit())
            || moment::is_month(word.trim_end_matches('.'))
    };
    let mut of_dates = words().filter(|word| is_of_date(word));
    of_dates.next().and_then(year_of).filter(|_| of_dates.next().is_none())
}

/// The year and the number of the month that a text is: `2026-10`, `October 2026`, `202610`, or its first day.
fn month_of(text: &str) -> Option<(i64, i64)> {
    let is_compact = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = is_compact.then_some(NumberTime::CompactMonth);
    let read = |order| {
        let notation = DateNotation { order: Some(order), numbers, ..DateNotation::default() };
        moment::read(text, notation).ok()
    };
    // Of dates the first of a month stands for it, whatever comes first.
    let (one, other) = (read(DateOrder::DayFirst)?, read(DateOrder::MonthFirst)?);
    let is_date = one.is_date && one == other;
    let (year, month, day) = moment::year_month_day(one).filter(|_| is_date)?;
    (day == 1).then_some((year, month))
}

/// The months that a line above a table names: with their years, and no day but the first of an interval.
fn months_in(line: &str) -> Vec<(i64, i64)> {
    let after = line.rsplit(": ").next().unwrap_or(line).trim();
    if moment::is_span(after) {
        return month_of(after).into_iter().collect();
    }
    let tokens: Vec<&str> =
        line.split([' ', ',', ':', ';', '(', ')', '|']).filter(|token| !token.is_empty()).collect();
    let of_digits = |token: &&&str| {
        let (digits, marks): (Vec<u8>, Vec<u8>) =
            token.bytes().partition(|byte| byte.is_ascii_digit());
        (5..=6).contains(&digits.len()) && matches!(marks[..], [b'-' | b'/'])
    };
    let single = tokens.iter().filter(of_digits).filter_map(|token| month_of(token));
    let named = tokens.windows(2).filter(|pair| {
        let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let is_month = |text: &str| moment::is_month(text.trim_end_matches('.'));
        (is_month(pair[0]) && is_year(pair[1])) || (is_year(pair[0]) && is_month(pair[1]))
    });
    single.chain(named.filter_map(|pair| month_of(&pair.join(" ")))).collect()
}

/// Whether a cell is a number of nothing.
fn is_zero(text: &str) -> bool {
    number::read(text, DecimalMark::Point).is_ok_and(|read| read.number == Exact::ZERO)
}

/// The headers that number the days of a month from 1 on: `1` to `31`, `Day 1` to `Day 30`, `1st` to `31st`.
fn numbered_days(header: &[String]) -> Vec<IntervalName> {
    let number = |name: &String| {
        let name = name.trim();
        let bare = ["st", "nd", "rd", "th", "."].iter().find_map(|end| name.strip_suffix(end));
        let bare = bare.filter(|bare| bare.bytes().all(|byte| byte.is_ascii_digit()));
        let name = bare.unwrap_or(name);
        let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (word, digits) = name.split_at_checked(name.len() - digits)?;
        let word = words(word);
        let is_day =
            word.is_empty() && name.len() == digits.len() || DAY_WORDS.contains(&word.as_str());
        let number = digits.parse::<usize>().ok().filter(|_| digits.len() <= 2)?;
        is_day.then_some((word, number))
    };
    let found: Vec<(usize, (String, usize))> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, number(name)?)))
        .collect();
    let Some((_, (word, _))) = found.first() else { return Vec::new() };
    let is_row = found.iter().zip(1..).all(|((_, (name, n)), next)| name == word && *n == next);
    let fewest = if word.is_empty() { *DAYS_OF_MONTH.start() } else { FEWEST_NAMED_DAYS };
    if !is_row || !(fewest..=*DAYS_OF_MONTH.end()).contains(&found.len()) {
        return Vec::new();
    }
    let name = |(column, (_, day)): &(usize, (String, usize))| IntervalName {
        column: *column,
        label: format!("{day:02}"),
        part: String::new(),
    };
    found.iter().map(name).collect()
}

/// The headers that are days, or have one among names joined by dots: `2026-05-01.credits`. Those at another place of the
/// document, `requests.2026-05-01` beside `credits.2026-05-01`, are parts of the same days where most of these are the same.
fn days(header: &[String]) -> Vec<IntervalName> {
    // Months with two digits show what these are, by themselves or beside other words.
    let mut evidence = DateEvidence::default();
    let ends = |name: &'_ String| {
        let words = || name.split(' ').map(|word| word.trim_matches(['(', ')', ':']).to_owned());
        [Some(name.clone()), words().next(), words().next_back()]
    };
    header.iter().flat_map(ends).flatten().for_each(|text| evidence.see(0, &text));
    let month_years = evidence.has_month_years();
    let found: Vec<(usize, (&str, &str, &str))> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| Some((column, day(name, month_years)?)))
        .collect();
    let Some(&(_, (first, ..))) = found.first() else { return Vec::new() };
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, (place, label, _)) in &found {
        places.entry(place).or_default().insert(label);
    }
    let own = places.remove(first).unwrap_or_default();
    places.retain(|_, labels| {
        let common = labels.intersection(&own).count();
        common >= FEWEST_DAYS && 2 * common >= labels.len().max(own.len())
    });
    let are_several = !places.is_empty();
    let name = |(column, (place, label, part)): (usize, (&str, &str, &str))| {
        let part = match are_several {
            true => [place.trim_end_matches('.'), part]
                .iter()
                .filter(|name| !name.is_empty())
                .copied()
                .collect::<Vec<&str>>()
                .join("."),
            false => part.to_owned(),
        };
        IntervalName { column, label: label.to_owned(), part }
    };
    let is_of_table = |(_, (place, ..)): &(usize, (&str, &str, &str))| {
        *place == first || places.contains_key(place)
    };
    found.into_iter().filter(is_of_table).map(name).collect()
}

/// The day in a header: what stands before it, the day, and what follows; with whether two digits behind months are years.
fn day(name: &str, month_years: bool) -> Option<(&str, &str, &str)> {
    let notation = DateNotation { month_years, ..DateNotation::default() };
    let is_day = |text: &str| {
        let begins = text.starts_with(|c: char| c.is_alphanumeric());
        begins
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && matches!(moment::read(text, notation), Ok(_) | Err(NotAMoment::Unclear))
    };
    if is_day(name) {
        return Some(("", name, ""));
    }
    if let Some((day, part)) = day_and_words(name, &is_day) {
        return Some(("", day, part));
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

/// A day beside words without a digit, `2026-05-01 credits` or `Credits (May 2026)`, and those words.
fn day_and_words<'n>(name: &'n str, is_day: &impl Fn(&str) -> bool) -> Option<(&'n str, &'n str)> {
    let spaces = name.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    spaces.filter_map(|at| name.split_at_checked(at)).find_map(|(first, last)| {
        let trimmed = |text: &'n str| text.trim_matches([' ', '(', ')', '-', ':']);
        let (first, last) = (trimmed(first), trimmed(last));
        let are_words = |text: &str| {
            !text.is_empty() && text.chars().all(|c| !c.is_ascii_digit()) && !moment::is_month(text)
        };
        match (is_day(first), is_day(last)) {
            (true, _) if are_words(last) => Some((first, last)),
            (_, true) if are_words(first) => Some((last, first)),
            _ => None,
        }
    })
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
    fn named_days_are_those_of_the_week_of_their_row() {
        let from_monday = "Week, Mon, Tue, Wed, Thu, Fri, Sat, Sun, Total";
        let from_sunday = "Week, Sun., Mon., Tue., Wed., Thu., Fri., Sat.";
        let in_german = "Woche, Mo, Di, Mi, Do, Fr, Sa, So";
        for (names, week, first, last) in [
            (from_monday, "2026-W10", "2026-03-02", "2026-03-08"),
            (from_monday, "2026-03-02", "2026-03-02", "2026-03-08"),
            (from_monday, "2026-03-08", "2026-03-02", "2026-03-08"),
            (from_sunday, "2026-03-07", "2026-03-01", "2026-03-07"),
            (from_sunday, "2026-03-01", "2026-03-01", "2026-03-07"),
            (in_german, "KW 10/2026", "2026-03-02", "2026-03-08"),
        ] {
            let mut row = Row::new();
            row.begin(2);
            row.push(week);
            (1..header(names).len()).for_each(|day| row.push(&day.to_string()));
            let rows = [row];
            let pivot = Pivot::of_week(&header(names), &rows).unwrap().unwrap();
            let mut written = Row::new();
            let mut date = |place| {
                assert!(pivot.write(place, &rows[0], &mut written));
                written.get(written.count() - 2).unwrap().to_owned()
            };
            assert_eq!([date(0), date(6)], [first, last], "{week}");
        }
        // Six days, days in another order and another word are no week.
        for names in
            ["Week, Mon, Tue, Wed, Thu, Fri, Sat", "Week, Tue, Mon, Wed, Thu, Fri, Sat, Sun"]
        {
            assert!(Pivot::of_week(&header(names), &[]).is_none(), "{names}");
        }
        let nowhere = Pivot::of_week(&header(from_monday), &[]);
        assert!(nowhere.is_some_and(|found| found.is_err()));
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
            ("User, Credits Mar-26, Credits Apr-26", "User, date, Credits", "Mar-26"),
            ("User, 2026-05-01 Credits, 2026-05-02 Credits", "User, date, Credits", "2026-05-01"),
            (
                "a, Used (May 2026), Left (May 2026), Used (June 2026)",
                "a, date, Used, Left",
                "May 2026",
            ),
            (
                "2026-05-01.credits, 2026-05-01.cost, 2026-05-02.credits",
                "date, credits, cost",
                "2026-05-01",
            ),
            // Days at two places are parts of the same days, and those of other days are not.
            (
                "requests.2026-05-01, requests.2026-05-02, credits.2026-05-01, credits.2026-05-02",
                "date, requests, credits",
                "2026-05-01",
            ),
            (
                "days.2026-05-01, days.2026-05-02, before.2026-04-01, before.2026-04-02",
                "before.2026-04-01, before.2026-04-02, date, amount",
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
    fn figures_under_the_header_of_the_days_beside_them_get_one_of_their_own() {
        let names = "Date, 2026-05-01, 2026-05-02";
        assert_eq!(pivot(names).map(|(columns, _)| columns).as_deref(), Some("Name, date, amount"));
        let of = Pivot::of(&header(names)).unwrap();
        assert_eq!(of.figures(), Some(0));
        assert_eq!(Pivot::of(&header("Service, 2026-05-01, 2026-05-02")).unwrap().figures(), None);
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
            "Region, us-east-1($), eu-west-1($)",
            "tokens1, tokens2, tokens3, tokens4, tokens5, tokens6, tokens7, tokens8, tokens9",
        ] {
            assert_eq!(pivot(names), None, "{names}");
        }
    }

    /// Rows of cells parted by commas.
    fn rows(lines: &[&str]) -> Vec<Row> {
        let row = |line: &&str| {
            let mut row = Row::new();
            line.split(',').for_each(|cell| row.push(cell.trim()));
            row
        };
        lines.iter().map(row).collect()
    }

    #[test]
    fn numbered_days_are_those_of_the_month_of_their_row_or_of_a_line_above() {
        let days = |word: &str, to: usize| {
            (1..=to).map(|day| format!("{word}{day}")).collect::<Vec<_>>().join(", ")
        };
        let of = |names: String, lines: &[&str], above: &[&str]| {
            let line = |text: &&str| LineText { line: 1, text: (*text).to_owned() };
            let above: Vec<LineText> = above.iter().map(line).collect();
            let rows = rows(lines);
            let pivot = Pivot::of_month(&header(&names), &rows, &above)?;
            Some(pivot.map(|pivot| {
                let mut row = Row::new();
                let is_there = pivot.write(1, &rows[0], &mut row);
                (
                    is_there,
                    row.iter().last().unwrap_or_default().to_owned(),
                    pivot.header.join(", "),
                )
            }))
        };
        let date = |names: String, lines: &[&str], above: &[&str]| {
            let (is_there, _, header) = of(names, lines, above).unwrap().unwrap();
            assert!(is_there);
            header
        };
        let by_month = format!("Month, {}", days("", 31));
        for month in ["2026-10", "October 2026", "Oct 2026", "10/2026", "202610", "2026-10-01"] {
            let line = format!("{month}, 3, 4");
            assert_eq!(date(by_month.clone(), &[&line], &[]), "Month, date, amount", "{month}");
        }
        let named = format!("Service, {}", days("Day ", 30));
        for above in ["Usage of October 2026", "Period: 2026-10", "2026-10-01 - 2026-10-31"] {
            let header = date(named.clone(), &["chat, 3, 4"], &[above]);
            assert_eq!(header, "Service, date, amount", "{above}");
        }
        let apart = format!("Year, Month, {}", days("", 31));
        assert_eq!(date(apart, &["2026, Oct, 3, 4"], &[]), "Year, Month, date, amount");
        let without = format!("Service, {}", days("", 31));
        for above in [&[][..], &["Generated 2026-11-03"], &["Oct 2026 and Nov 2026"]] {
            let refused = of(without.clone(), &["chat, 3, 4"], above).unwrap().unwrap_err();
            assert!(refused.contains("nothing says of which month"), "{above:?}: {refused}");
        }
        for names in [
            format!("Date, {}", days("", 31)),
            format!("Month, {}", days("", 27)),
            format!("Month, {}, 503", days("", 12)),
            format!("Month, {}", days("Store ", 31)),
        ] {
            assert!(of(names.clone(), &["2026-10-05, 3, 4"], &[]).is_none(), "{names}");
        }
    }

    #[test]
    fn a_day_that_its_month_lacks_is_no_row_while_it_holds_nothing() {
        let names = (1..=31).map(|day| day.to_string()).collect::<Vec<_>>().join(", ");
        let header = header(&format!("Month, {names}"));
        let zeros = vec!["0"; 28].join(", ");
        let rows = rows(&[&format!("2026-02, {zeros}, 0, , 5")]);
        let pivot = Pivot::of_month(&header, &rows, &[]).unwrap().unwrap();
        let mut row = Row::new();
        assert!(pivot.write(27, &rows[0], &mut row));
        assert_eq!(row.iter().collect::<Vec<_>>(), ["2026-02", "2026-02-28", "0"]);
        assert!(!pivot.write(28, &rows[0], &mut row) && !pivot.write(29, &rows[0], &mut row));
        assert!(pivot.write(30, &rows[0], &mut row), "it is refused where it is read");
        assert_eq!(row.iter().nth(1), Some("2026-02-31"));
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
