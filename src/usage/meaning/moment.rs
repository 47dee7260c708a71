//! Instants as exports write them: dates in every order, clocks with AM and PM, offsets in every dress,
//! Unix times, days of a spreadsheet.
//!
//! The order of day and month and the meaning of bare numbers are decided by [`DateEvidence`] over a
//! whole column. Deliberately absent: a guess from one value.

use crate::domain::month_named;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::number::{self, DecimalMark, Witness};
use super::short_dates::{ShortDates, YearPlace};
use super::short_months::ShortMonths;
use crate::domain::{Duration, Instant};
use crate::usage::export::with_ascii_digits;

/// Milliseconds of a day.
const DAY: i64 = Duration::DAY.millis();
const HOUR: i64 = Duration::HOUR.millis();
/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;
/// The day of a spreadsheet that is 1970-01-01.
const SERIAL_EPOCH: i64 = 25_569;
/// Days of a spreadsheet that are taken for dates: the years 1954 to 2119.
const SERIAL_DAYS: std::ops::Range<f64> = 20_000.0..80_500.0;
/// Smaller numbers are no Unix times: the seconds of March 1973.
const EARLIEST_SECONDS: f64 = 1e8;

/// The order of day and month, and of a year of two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
    /// 26/12/31
    YearFirst,
}

impl DateOrder {
    /// The word that a setting has for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day_first",
            DateOrder::MonthFirst => "month_first",
            DateOrder::YearFirst => "year_first",
        }
    }
}

/// The unit of a bare number in a column of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberTime {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// Nanoseconds since 1970.
    Nanoseconds,
    /// Seconds, milliseconds, microseconds and nanoseconds since 1970, told apart by their digits: all are of the years
    /// 2000 to 2100.
    UnixBySize,
    /// Days of a spreadsheet, with the time of day as decimals.
    SerialDays,
    /// `20260531`
    CompactDate,
    /// `202605`, a month that begins on its first day
    CompactMonth,
    /// `2026053114`, `202605311430` or `20260531143000`
    CompactTime,
}

impl NumberTime {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            NumberTime::Seconds => "Unix seconds",
            NumberTime::Milliseconds => "Unix milliseconds",
            NumberTime::Microseconds => "Unix microseconds",
            NumberTime::Nanoseconds => "Unix nanoseconds",
            NumberTime::UnixBySize => "Unix times, whose units are told apart by their digits",
            NumberTime::SerialDays => "days of a spreadsheet",
            NumberTime::CompactDate => "dates such as 20260531",
            NumberTime::CompactMonth => "months such as 202605, each at its first day",
            NumberTime::CompactTime => "dates and times such as 202605311430",
        }
    }
}

/// The notation of a column's times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateNotation {
    /// The order of day, month and year, where a date does not show it.
    pub order: Option<DateOrder>,
    /// The unit of bare numbers, if the column has any.
    pub numbers: Option<NumberTime>,
    /// Whether two digits behind the name of a month are its year, `Jan-26`.
    pub month_years: bool,
}

/// Reason why a text is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAMoment {
    /// Nothing there.
    #[error("the time is empty")]
    Empty,
    /// None of the forms.
    #[error(
        "not a time; forms are 2026-05-31T14:30:00Z, 2026-05-31 14:30 -07:00, 5/31/2026 2:30 PM, \
         31.5.2026, 31 May 2026, 2026-W22, 2026-Q2, Unix times and days of a spreadsheet"
    )]
    NoForm,
    /// A date or time of day that no calendar has.
    #[error("no such date or time of day")]
    NoSuchTime,
    /// Day and month cannot be distinguished.
    #[error("day and month cannot be told apart")]
    Unclear,
    /// A number where dates are expected, or of another magnitude.
    #[error("a number that is no time like the others of the column")]
    OtherNumber,
    /// `Jan-26`.
    #[error(
        "a month of 20.. or a day of that month, which nothing tells apart; write the year with four digits, as in \
         `January 2026`"
    )]
    MonthOrDay,
    /// `Jan 6`.
    #[error("a day without its year; write the year behind it, as in `6 January 2026`")]
    NoYear,
    /// A year of the Buddhist calendar.
    #[error(
        "a year of another calendar, as 2569 is 2026 in Thailand; write the years of the common era"
    )]
    OtherCalendar,
    /// A Unix time in scientific notation that lacks digits.
    #[error(
        "a number in scientific notation without its last digits, as a spreadsheet shows Unix times and then saves them; \
         format the column as a number without decimals and save the file again, or export it again"
    )]
    LostDigits,
    /// A zone by letters that name several.
    #[error("its letters for a time zone name several; write the offset from UTC")]
    ZoneLetters,
}

/// A moment as written: a local date and time of day, with an offset from UTC if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenMoment {
    /// Milliseconds since 1970-01-01 as if the local time were UTC.
    pub local: i64,
    /// Milliseconds east of UTC.
    pub offset: Option<i64>,
    /// True if no time of day is written.
    pub is_date: bool,
}

impl WrittenMoment {
    /// The instant, if the offset is written.
    pub fn instant(self) -> Option<Instant> {
        self.offset.map(|offset| Instant::from_millis(self.local - offset))
    }

    /// This date at another time of day; an offset of the clock counts.
    pub fn at_clock(self, clock: ClockTime) -> WrittenMoment {
        let local = self.local.div_euclid(DAY) * DAY + clock.millis;
        WrittenMoment { local, offset: clock.offset.or(self.offset), is_date: false }
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockTime {
    /// Milliseconds since midnight; a whole day for 24:00.
    pub millis: i64,
    /// Milliseconds east of UTC.
    pub offset: Option<i64>,
}

/// A date as its three parts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WrittenDate {
    /// Year, month and day are known.
    Known(i64, i64, i64),
    /// Two parts of which one is the day, then the year, or the other way round where all parts have two digits; whether points
    /// part them.
    Either { first: i64, second: i64, year: i64, is_short: bool, points: bool },
}

/// Reads a moment.
pub fn read(text: &str, notation: DateNotation) -> Result<WrittenMoment, NotAMoment> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NotAMoment::Empty);
    }
    if let Some(written) = of_script(text) {
        return Ok(written);
    }
    let text = &*in_common_signs(text);
    if has_lost_digits(text) {
        return Err(NotAMoment::LostDigits);
    }
    if bare_number(text).is_some() {
        return notation.numbers.map_or(Err(NotAMoment::OtherNumber), |kind| counted(text, kind));
    }
    let shared = start_before_year(text);
    let text = shared.as_deref().unwrap_or_else(|| start_of(text));
    let text = &*year_before_clock(text);
    let text = &*date_before_clock(text);
    let (written, rest) = match date(text) {
        Err(NotAMoment::MonthOrDay) if notation.month_years => month_of_year(text)?,
        date => date?,
    };
    let days = resolve(written, notation.order)?;
    let rest = &*clock_with_colons(rest);
    let is_date = !begins_as_clock(rest);
    let clock = clock_or_midnight(rest, is_date).0?;
    Ok(WrittenMoment { local: days * DAY + clock.millis, offset: clock.offset, is_date })
}

/// A time of day before its date behind it, `10:05 10.02.2026`; any other text as it is.
fn date_before_clock(text: &str) -> Cow<'_, str> {
    let swapped = || {
        let (clock, date) = text.split_once([' ', ','])?;
        let is_clock = |text: &str| {
            (4..=8).contains(&text.len())
                && text.contains(':')
                && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        };
        let date = date.trim_start();
        let is_date = date.len() >= 8 && !date.contains(':');
        (is_clock(clock) && is_date).then(|| format!("{date} {clock}"))
    };
    swapped().map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A time of day with colons where one point parts it, `13.05`; any other text as it is.
fn clock_with_colons(rest: &str) -> Cow<'_, str> {
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = rest.split_once('.').filter(|_| rest.len() <= 5);
    match parts {
        Some((hour, minute)) if !hour.is_empty() && minute.len() == 2 => {
            match are_digits(hour) && are_digits(minute) {
                true => Cow::Owned(rest.replace('.', ":")),
                false => Cow::Borrowed(rest),
            }
        }
        _ => Cow::Borrowed(rest),
    }
}

/// A text with the digits of ASCII, the years of the common era and, for a number in scientific notation that has all its digits,
/// those digits: `1.7724420E9`. Any other text as it is.
fn in_common_signs(text: &str) -> Cow<'_, str> {
    let is_changed = |byte: &u8| b".,Ee".contains(byte);
    if text.is_ascii() && !text.as_bytes().get(1).is_some_and(is_changed) {
        return Cow::Borrowed(text);
    }
    let text = with_ascii_digits(text);
    let changed = era_year(&text).or_else(|| scientific(&text)?);
    changed.map_or(text, Cow::Owned)
}

/// Whether a text is a large number in scientific notation that lacks its last digits.
fn has_lost_digits(text: &str) -> bool {
    scientific(text) == Some(None)
}

/// The decimals from which on a program has written all digits that matter: spreadsheets, which round, write `E+09`.
const WRITTEN_DECIMALS: usize = 7;

/// The digits of a number from 10⁹ to 10¹⁹ in scientific notation; `Some(None)` where it has not all of them, and `None` for any
/// other text.
fn scientific(text: &str) -> Option<Option<String>> {
    let (mantissa, power) = text.split_once(['E', 'e'])?;
    let is_plain = power.starts_with(|c: char| ('1'..='9').contains(&c));
    let power: usize = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || !is_digits(whole) || !is_digits(decimals) || !(9..19).contains(&power) {
        return None;
    }
    if let Some((digits, rest)) = decimals.split_at_checked(power) {
        let point = if rest.is_empty() { "" } else { "." };
        return Some(Some(format!("{whole}{digits}{point}{rest}")));
    }
    let is_of_program = is_plain && decimals.len() >= WRITTEN_DECIMALS;
    Some(is_of_program.then(|| format!("{whole}{decimals:0<power$}")))
}

/// A date with the year of the common era for that of a Japanese emperor or of the Republic of China, `令和8年3月2日`.
fn era_year(text: &str) -> Option<String> {
    const ERAS: [(&str, i64); 4] = [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("民國", 1911)];
    let (rest, before) = ERAS
        .iter()
        .find_map(|(era, before)| Some((text.strip_prefix(era)?.trim_start(), *before)))?;
    let (year, rest) = rest.split_once('年')?;
    // The first year of an era has a sign of its own.
    let year: i64 = if year == "元" { 1 } else { year.trim().parse().ok()? };
    (1..200).contains(&year).then(|| format!("{}年{rest}", before + year))
}

/// `/Date(1772442000000)/`, as .NET writes milliseconds since 1970 into JSON.
fn of_script(text: &str) -> Option<WrittenMoment> {
    let inside = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    // An offset behind them says where the clock stood, and not another instant.
    let end = inside.find(['+', '-']).filter(|at| *at > 0).unwrap_or(inside.len());
    let millis: i64 = inside.get(..end)?.parse().ok()?;
    let is_possible = millis.abs() < 253_402_300_800_000;
    is_possible.then_some(WrittenMoment { local: millis, offset: Some(0), is_date: false })
}

/// The start of an interval, `2026-06-07T05:00:00Z/2026-06-07T06:00:00Z`, `2026-06-07 05:00 to 2026-06-07 06:00`
/// or `2026-06-01 - 2026-06-30`, or a time in the brackets of a log; any other text as it is.
fn start_of(text: &str) -> &str {
    let inside = text.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    let text = inside.unwrap_or(text);
    // What parts the two, or stands beside it, is in nearly no time.
    if text.len() < 19 || !text.contains(['/', ' ', '–']) {
        return text;
    }
    let is_end = |end: &str| {
        let letters = end.find(|c: char| !c.is_alphabetic()).unwrap_or(end.len());
        end.starts_with(|c: char| c.is_ascii_digit()) || end.get(..letters).is_some_and(is_month)
    };
    let parted = |by: &str, least: usize| {
        let (start, end) = text.split_once(by)?;
        (start.len() >= least && end.len() >= 5 && is_end(end)).then_some(start)
    };
    // `2026-01-01/2026-01-31`: dashes part what slashes would.
    let days = || parted("/", 10).filter(|start| start.contains('-') && !start.contains(' '));
    let found = parted("/", 16).or_else(|| parted(" to ", 8)).or_else(|| parted(" - ", 8));
    let dashed = || parted(" – ", 8).or_else(|| parted("–", 8));
    found.or_else(dashed).or_else(days).unwrap_or(text)
}

/// Bytes of an interval whose two days share a year.
const SHARED_YEAR: std::ops::Range<usize> = 12..48;

/// The start of an interval of days that share the year at its end, with that year: `Jan 1 - Jan 31, 2026`, `Jan 1-31, 2026`,
/// `1 - 31 January 2026` or `01.01.-31.01.2026`; one that ends earlier in the year than it starts began in the year before.
fn start_before_year(text: &str) -> Option<String> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !SHARED_YEAR.contains(&text.len()) || text.get(..4).is_none_or(is_digits) {
        return None;
    }
    let year = text.get(text.len() - 4..).filter(|year| is_digits(year))?;
    let parted = [" - ", " – ", " to ", "–", "-"];
    let (start, end) = parted.iter().find_map(|by| text.split_once(by))?;
    let (start, end) = (start.trim(), end.trim());
    let has_year = start.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
    let has_digit = start.bytes().any(|byte| byte.is_ascii_digit());
    if has_year || !has_digit || (is_digits(start) && !text.contains(' ')) {
        return None;
    }
    // What follows the number of the day, or stands before it, may be said once for both.
    let after = end.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = start.trim_end_matches('.');
    if is_digits(bare) {
        let rest = after.strip_suffix(year)?;
        return in_year(&|year| format!("{bare}{rest}{year}"), end, year);
    }
    let is_worded = start.starts_with(char::is_alphabetic);
    let month = start.trim_end_matches(|c: char| c.is_ascii_digit());
    let end = match is_worded && after.trim_start_matches([',', ' ']) == year {
        true => format!("{month}{end}"),
        false => end.to_owned(),
    };
    let by = match () {
        () if is_worded => ", ",
        () if start.contains(char::is_alphabetic) => " ",
        () if start.ends_with('.') => "",
        () => "/",
    };
    in_year(&|year| format!("{start}{by}{year}"), &end, year)
}

/// The start of an interval in the year of its end, or in the year before if it would lie behind the end; `None` where one of
/// them is no date.
fn in_year(start: &dyn Fn(i64) -> String, end: &str, year: &str) -> Option<String> {
    let day = |text: &str| {
        let (written, _) = date(text).ok().filter(|(_, rest)| rest.is_empty())?;
        let points = matches!(written, WrittenDate::Either { points: true, .. });
        let first = if points { DateOrder::DayFirst } else { DateOrder::MonthFirst };
        let orders = [first, DateOrder::DayFirst];
        orders.into_iter().find_map(|order| resolve(written, Some(order)).ok())
    };
    let year: i64 = year.parse().ok()?;
    let is_before = day(&start(year))? > day(end)?;
    let text = start(if is_before { year - 1 } else { year });
    day(&text).map(|_| text)
}

/// Whether a text is an interval from a day or a time to another.
pub(super) fn is_span(text: &str) -> bool {
    (start_of(text).len() < text.len() && !text.starts_with('['))
        || start_before_year(text.trim()).is_some()
}

/// `Mon Jun 1 10:00:00 UTC 2026`, as C writes times, with the year where other forms have it.
fn year_before_clock(text: &str) -> Cow<'_, str> {
    let dated = after_weekday(text);
    if dated.len() == text.len() {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = dated.split_ascii_whitespace().collect();
    let (month, day, clock, zone, year) = match words.as_slice() {
        [month, day, clock, year] => (month, day, clock, "", year),
        [month, day, clock, zone, year] => (month, day, clock, *zone, year),
        _ => return Cow::Borrowed(text),
    };
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    match is_year && clock.contains(':') {
        true => Cow::Owned(format!("{month} {day}, {year} {clock} {zone}")),
        false => Cow::Borrowed(text),
    }
}

/// The time of day behind a date, with the letters of a zone that name several: it is then local.
fn clock_or_midnight(rest: &str, is_date: bool) -> (Result<ClockTime, NotAMoment>, Option<&str>) {
    let read = |text: &str| if is_date { midnight(text) } else { clock(text) };
    let all = read(rest);
    if all != Err(NotAMoment::ZoneLetters) {
        return (all, None);
    }
    let before = rest.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
    match rest.get(before.len()..) {
        Some(letters) if (2..=5).contains(&letters.len()) => {
            (read(before.trim_end()), Some(letters))
        }
        _ => (all, None),
    }
}

/// The zones that letters for one may name, the likelier first.
pub(super) fn zones_of_letters(letters: &str) -> &'static [&'static str] {
    match letters {
        "BST" => &["Europe/London", "Asia/Dhaka"],
        "IST" => &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
        "AST" => &["America/Halifax", "Asia/Riyadh"],
        _ => &[],
    }
}

/// The start of a day, in the zone that stands after its date, if one does.
fn midnight(zone: &str) -> Result<ClockTime, NotAMoment> {
    let is_zone = zone.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_zone {
        return Err(NotAMoment::NoForm);
    }
    Ok(ClockTime { millis: 0, offset: offset(zone)? })
}

/// The text as a number, if it is nothing else.
fn bare_number(text: &str) -> Option<f64> {
    let text = &*serial_with_point(text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|&byte| byte == b'.').count() <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A day of a spreadsheet that is written with a decimal comma, `46174,5`, with a point; any other text as it is.
fn serial_with_point(text: &str) -> Cow<'_, str> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once(',') {
        Some((whole, part)) if whole.len() == 5 && is_digits(whole) && is_digits(part) => {
            Cow::Owned(format!("{whole}.{part}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Unix seconds of the years 2000 to 2100.
const RECENT_SECONDS: std::ops::Range<i128> = 940_000_000..4_200_000_000;

/// The same in seconds, milliseconds, microseconds and nanoseconds.
const RECENT: [std::ops::Range<f64>; 4] =
    [9.4e8..4.2e9, 9.4e11..4.2e12, 9.4e14..4.2e15, 9.4e17..4.2e18];

/// How many of a unit of Unix time are a second, if a number in it is of the years 2000 to 2100; no number is so in two units.
fn recent_unit(number: i128) -> Option<i128> {
    let units = [1, 1_000, 1_000_000, 1_000_000_000];
    units.into_iter().find(|unit| RECENT_SECONDS.contains(&number.div_euclid(*unit)))
}

/// The moment that a number counts, what is finer than a millisecond dropped towards the past.
fn counted(text: &str, kind: NumberTime) -> Result<WrittenMoment, NotAMoment> {
    let text = &*serial_with_point(text);
    let number = number::read(text, DecimalMark::Point).map_err(|_| NotAMoment::NoForm)?.number;
    let unix = |numerator, denominator| (number.floor_of(numerator, denominator), Some(0), false);
    let (millis, offset, is_date) = match kind {
        NumberTime::Seconds => unix(1_000, 1),
        NumberTime::Milliseconds => unix(1, 1),
        NumberTime::Microseconds => unix(1, 1_000),
        NumberTime::Nanoseconds => unix(1, 1_000_000),
        NumberTime::UnixBySize => {
            let whole = number.floor_of(1, 1).ok_or(NotAMoment::OtherNumber)?;
            let per_second = recent_unit(whole).ok_or(NotAMoment::OtherNumber)?;
            unix(1_000, per_second)
        }
        NumberTime::SerialDays => {
            // Its decimals are those of a float, which is exact to some microseconds.
            let halves = number.floor_of(2 * i128::from(DAY), 1);
            let millis = halves.map(|halves| (halves + 1).div_euclid(2));
            let epoch = i128::from(SERIAL_EPOCH * DAY);
            (millis.map(|millis| millis - epoch), None, number.decimals() == 0)
        }
        NumberTime::CompactDate => {
            let whole: i64 = text.parse().map_err(|_| NotAMoment::OtherNumber)?;
            let days = days_of(whole / 10_000, whole / 100 % 100, whole % 100)?;
            (Some(i128::from(days * DAY)), None, true)
        }
        NumberTime::CompactTime => {
            let (days, clock) = compact_time(text).ok_or(NotAMoment::OtherNumber)?;
            (Some(i128::from(days * DAY + clock.millis)), None, false)
        }
        NumberTime::CompactMonth => {
            let whole: i64 = text.parse().map_err(|_| NotAMoment::OtherNumber)?;
            (Some(i128::from(days_of(whole / 100, whole % 100, 1)? * DAY)), None, true)
        }
    };
    let local = millis.and_then(|millis| i64::try_from(millis).ok());
    let local = local.filter(|local| local.abs() < 253_402_300_800_000);
    Ok(WrittenMoment { local: local.ok_or(NotAMoment::OtherNumber)?, offset, is_date })
}

/// The day and the time of day of `2026053114`, `202605311430` or `20260531143000`, in the years from 2000 to 2099. Ten digits that
/// begin so would be Unix seconds of 2033 and later.
fn compact_time(text: &str) -> Option<(i64, ClockTime)> {
    let (date, time) = text.split_at_checked(8).filter(|_| [10, 12, 14].contains(&text.len()))?;
    let (date, length, _) = digits(date).ok().filter(|_| text.starts_with("20"))?;
    let (number, digits, _) = digits(time).ok().filter(|(_, digits, _)| *digits == time.len())?;
    let days = days_of(date / 10_000, date / 100 % 100, date % 100).ok().filter(|_| length == 8)?;
    // An hour alone begins at its first minute.
    let (number, digits) = if digits == 2 { (number * 100, 4) } else { (number, digits) };
    Some((days, compact_clock(number, digits, "").ok()?))
}

/// The date at the start of a text, and the rest without what parts them.
fn date(text: &str) -> Result<(WrittenDate, &str), NotAMoment> {
    let text = after_weekday(text);
    // `Q2 2026`
    if let Some(rest) = text.strip_prefix(['Q', 'q'])
        && let Ok((quarter, 1, rest)) = digits(rest)
        && let Ok((year, 4, "")) = digits(rest.trim_start_matches([' ', '-', '/']))
    {
        return Ok((quarter_of(year, quarter)?, ""));
    }
    // `KW 18/2026`, a week as Germans write it, which is that of ISO 8601.
    if let Some(rest) = text.strip_prefix("KW")
        && let Ok((week, 1 | 2, rest)) = digits(rest.trim_start())
        && let Ok((year, 4, "")) = digits(rest.trim_start_matches([' ', '/', '-', '.']))
    {
        return week_of(year, &week.to_string()).map(|(written, _)| (written, ""));
    }
    if text.starts_with(char::is_alphabetic) {
        return match week_begin(text) {
            Some(begin) => date(begin),
            None => month_name_first(text),
        };
    }
    let (first, digits, rest) = digits(text)?;
    if digits == 8
        && let Some(rest) = rest.strip_prefix(['T', 't'])
    {
        return Ok((WrittenDate::Known(first / 10_000, first / 100 % 100, first % 100), rest));
    }
    if digits == 4
        && let Some(written) = part_of_year(first, rest)
    {
        return written;
    }
    let mut separators = rest.chars();
    let separator = separators.next().ok_or(NotAMoment::NoForm)?;
    let rest = separators.as_str();
    if matches!(separator, '年' | '년') {
        return year_first(first, rest.trim_start());
    }
    // `02MAR2026`, and `02MAR2026:10:00:00`.
    if separator.is_ascii_alphabetic() && digits == 2 {
        let name = text.get(digits..).unwrap_or_default();
        return month_name_second(first, digits, '/', name);
    }

    let rest = if separator == '.' { rest.trim_start_matches(' ') } else { rest };
    let rest = rest.strip_prefix("de ").unwrap_or(rest);
    if !matches!(separator, '-' | '/' | '.' | ' ') {
        return Err(NotAMoment::NoForm);
    }
    if rest.starts_with(char::is_alphabetic) {
        return month_name_second(first, digits, separator, rest);
    }
    if separator == ' ' {
        return Err(NotAMoment::NoForm);
    }
    let (second, length, rest) = self::digits(rest)?;
    // `2026-061`, a day of the year.
    if digits == 4 && length == 3 && rest.is_empty() && separator == '-' {
        return day_of_year(first, second).map(|written| (written, rest));
    }
    // A month alone begins on its first day.
    if digits == 4 && length == 2 && rest.is_empty() && separator != '.' {
        return Ok((WrittenDate::Known(first, second, 1), rest));
    }
    // `05/2026`
    if digits <= 2 && length == 4 && rest.is_empty() {
        return Ok((WrittenDate::Known(second, first, 1), rest));
    }
    let rest = rest.strip_prefix(separator).ok_or(NotAMoment::NoForm)?;
    let rest = if separator == '.' { rest.trim_start_matches(' ') } else { rest };
    let (third, length, rest) = self::digits(rest)?;
    let written = match digits {
        4 => WrittenDate::Known(first, second, third),
        1 | 2 => WrittenDate::Either {
            first,
            second,
            year: year(third, length)?,
            is_short: digits == 2 && length == 2,
            points: separator == '.',
        },
        _ => return Err(NotAMoment::NoForm),
    };
    Ok((written, after_date(rest)))
}

/// The date of a day of a year, counted from 1.
fn day_of_year(year: i64, day: i64) -> Result<WrittenDate, NotAMoment> {
    let date = i32::try_from(year)
        .ok()
        .zip(u32::try_from(day).ok())
        .and_then(|(year, day)| NaiveDate::from_yo_opt(year, day))
        .ok_or(NotAMoment::NoSuchTime)?;
    Ok(WrittenDate::Known(year, i64::from(date.month()), i64::from(date.day())))
}

/// Whether a text begins with a day, a month and a year that are parted by points.
pub(super) fn has_points(text: &str) -> bool {
    matches!(date(text.trim()), Ok((WrittenDate::Either { points: true, .. }, _)))
}

/// A week or a quarter behind its year, `2026-W18`, `2026W18-3`, `2026-S18` or `2026-Q2`, which begins on its first day; `None` where
/// another form of a date goes on.
fn part_of_year(year: i64, rest: &str) -> Option<Result<(WrittenDate, &str), NotAMoment>> {
    let rest = rest.trim_start_matches(['-', ' ']);
    if let Some(quarter) = rest.strip_prefix(['Q', 'q']) {
        return Some(
            digits(quarter).and_then(|(quarter, _, rest)| Ok((quarter_of(year, quarter)?, rest))),
        );
    }
    let week = rest.strip_prefix("KW").or_else(|| rest.strip_prefix(['W', 'w']));
    // A French week has two digits; one digit may be a half of the year.
    let french = || rest.strip_prefix(['S', 's']).filter(|week| count_digits(week) >= 2);
    Some(week_of(year, week.or_else(french)?.trim_start()))
}

/// The digits that a text begins with.
fn count_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The first day of a quarter.
fn quarter_of(year: i64, quarter: i64) -> Result<WrittenDate, NotAMoment> {
    match (1..=4).contains(&quarter) {
        true => Ok(WrittenDate::Known(year, 3 * quarter - 2, 1)),
        false => Err(NotAMoment::NoSuchTime),
    }
}

/// The Monday of an ISO week, or another day of it: `18`, `18-3` or `183`.
fn week_of(year: i64, text: &str) -> Result<(WrittenDate, &str), NotAMoment> {
    let (number, length, rest) = digits(text)?;
    let (week, day, rest) = match (length, rest.strip_prefix('-')) {
        (1 | 2, Some(rest)) => {
            let (day, _, rest) = digits(rest)?;
            (number, day, rest)
        }
        (1 | 2, None) => (number, 1, rest),
        (3, _) => (number / 10, number % 10, rest),
        _ => return Err(NotAMoment::NoForm),
    };
    let weekdays = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    let weekday = usize::try_from(day - 1).ok().and_then(|day| weekdays.get(day).copied());
    let date = weekday.and_then(|weekday| {
        NaiveDate::from_isoywd_opt(i32::try_from(year).ok()?, u32::try_from(week).ok()?, weekday)
    });
    let date = date.ok_or(NotAMoment::NoSuchTime)?;
    let [year, month, day] =
        [i64::from(date.year()), i64::from(date.month()), i64::from(date.day())];
    Ok((WrittenDate::Known(year, month, day), after_date(rest)))
}

/// `2026年5月31日`, `2026년 5월 31일` or `2026年5月`, from the month on.
fn year_first(year: i64, rest: &str) -> Result<(WrittenDate, &str), NotAMoment> {
    let (month, _, rest) = digits(rest)?;
    let rest = rest.strip_prefix(['月', '월']).ok_or(NotAMoment::NoForm)?.trim_start();
    if rest.is_empty() {
        return Ok((WrittenDate::Known(year, month, 1), rest));
    }
    let (day, _, rest) = digits(rest)?;
    let rest = rest.strip_prefix(['日', '일']).ok_or(NotAMoment::NoForm)?;
    Ok((WrittenDate::Known(year, month, day), after_date(rest)))
}

/// The day on which a week begins behind the words for it, `Week of 2026-03-02`.
fn week_begin(text: &str) -> Option<&str> {
    const WORDS: [&str; 8] = [
        "week of ",
        "week commencing ",
        "week beginning ",
        "week starting ",
        "w/c ",
        "woche vom ",
        "semaine du ",
        "semana del ",
    ];
    let starts = |words: &&str| {
        text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
    };
    WORDS.into_iter().find(starts).and_then(|words| text.get(words.len()..))
}

/// `31 May 2026` or `2026-May-31`, from the name on; `first` is the number before it, of so many digits.
fn month_name_second(
    first: i64,
    digits: usize,
    separator: char,
    rest: &str,
) -> Result<(WrittenDate, &str), NotAMoment> {
    let (month, rest) = month_name(rest)?;
    let rest = rest.trim_start_matches(['.', ',', '-', '/', ' ']);
    // `2026 Jan`
    if rest.is_empty() && digits == 4 {
        return Ok((WrittenDate::Known(first, month, 1), rest));
    }
    if rest.is_empty() && digits <= 2 {
        return Err(NotAMoment::NoYear);
    }
    // `31 de mayo de 2026`
    let rest = rest.strip_prefix("de ").unwrap_or(rest);
    let (last, length, rest) = self::digits(rest)?;
    // `29/Nov/2026:10:00:00 +0000`, as servers log.
    let rest = if separator == '/' { rest.strip_prefix(':').unwrap_or(rest) } else { rest };
    let written = match digits {
        4 => WrittenDate::Known(first, month, last),
        _ => WrittenDate::Known(year(last, length)?, month, first),
    };
    Ok((written, after_date(rest)))
}

/// What stands between the name of a month and its year.
const BEFORE_YEAR: [char; 6] = ['.', '-', '/', ' ', '\'', '’'];

/// `May 31, 2026`, or a month alone, `May 2026`
fn month_name_first(text: &str) -> Result<(WrittenDate, &str), NotAMoment> {
    let (month, rest) = month_name(text)?;
    let is_before_day = may_precede_day(text, rest);
    let rest = rest.trim_start_matches(BEFORE_YEAR);
    // `janeiro de 2026`
    let (day, length, rest) = digits(rest.strip_prefix("de ").unwrap_or(rest))?;
    if length == 4 && after_year(rest).is_empty() {
        return Ok((WrittenDate::Known(day, month, 1), ""));
    }
    if length == 1 && rest.is_empty() {
        return Err(NotAMoment::NoYear);
    }
    if length == 2 && rest.is_empty() {
        return match is_before_day {
            true => Err(NotAMoment::MonthOrDay),
            false => Ok((WrittenDate::Known(year(day, length)?, month, 1), rest)),
        };
    }
    let rest =
        ["st", "nd", "rd", "th"].iter().find_map(|end| rest.strip_prefix(end)).unwrap_or(rest);
    let (last, length, rest) = digits(rest.trim_start_matches([',', ' ']))?;
    Ok((WrittenDate::Known(year(last, length)?, month, day), after_date(rest)))
}

/// `Jan-26`, where the digits are a year.
fn month_of_year(text: &str) -> Result<(WrittenDate, &str), NotAMoment> {
    let (month, digits, _) = short_month(text).ok_or(NotAMoment::NoForm)?;
    Ok((WrittenDate::Known(year(digits, 2)?, month, 1), ""))
}

/// The month of a name with two digits behind it, these, and whether they may be a day.
fn short_month(text: &str) -> Option<(i64, i64, bool)> {
    let (month, rest) = month_name(text).ok()?;
    let may_be_day = may_precede_day(text, rest);
    let (number, length, rest) = digits(rest.trim_start_matches(BEFORE_YEAR)).ok()?;
    (length == 2 && rest.is_empty()).then_some((month, number, may_be_day))
}

/// Whether a day may stand behind the name of the month that a text begins with, as it does in English, Hungarian and Lithuanian; `rest` is what
/// follows the name. Elsewhere the day stands before it, and in `janv.-26` and `sept.-26` the year behind it.
fn may_precede_day(text: &str, rest: &str) -> bool {
    const OTHERS: [&str; 22] = [
        "január",
        "február",
        "március",
        "április",
        "május",
        "június",
        "július",
        "augusztus",
        "szeptember",
        "október",
        "márc",
        "ápr",
        "máj",
        "jún",
        "júl",
        "szept",
        "saus",
        "vasar",
        "kov",
        "bal",
        "geg",
        "birž",
    ];
    let name = text.get(..text.len() - rest.len()).unwrap_or_default().to_lowercase();
    let is_other = || OTHERS.iter().any(|other| name.starts_with(other));
    // `Jan '26`
    let says_year = rest.starts_with(".-") || rest.contains(['\'', '’']);
    !says_year && (month_named(&name).is_some() || is_other())
}

/// The rest after a weekday, `Sun, ` or `Sunday, `.
fn after_weekday(text: &str) -> &str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at_checked(letters).unwrap_or((text, ""));
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let begins = word.get(..3).map(str::to_ascii_lowercase);
    match begins.is_some_and(|begins| days.contains(&begins.as_str())) {
        true => rest.trim_start_matches([',', '.', ' ']),
        false => text,
    }
}

/// The rest after a year, without the point of Hungarian and Serbian dates, `2026. 05. 01.`, or the word for a year of Slavic ones.
fn after_year(rest: &str) -> &str {
    if !rest.starts_with(['.', ' ']) {
        return rest;
    }
    let words = [".", "г.", "р.", "r.", "г", "года", "roku"];
    let after = |word: &&str| {
        let after = rest.trim_start().strip_prefix(*word)?;
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric());
        (!goes_on).then(|| after.trim_start())
    };
    words.iter().find_map(after).unwrap_or(rest)
}

/// The rest after a date, without the separator.
fn after_date(rest: &str) -> &str {
    let rest = after_year(rest);
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start_matches([',', ' ']);
    let links = [
        "at ",
        "à ",
        "um ",
        "a las ",
        "alle ore ",
        "alle ",
        "às ",
        "om ",
        "kl. ",
        "kl ",
        "klo ",
        "o ",
    ];
    links.iter().find_map(|link| rest.strip_prefix(link)).unwrap_or(rest)
}

/// The numbers of months by such names.
static OTHER_MONTHS: LazyLock<HashMap<&str, i64>> = LazyLock::new(|| HashMap::from(OTHER_NAMES));

/// Names of months in German, French, Spanish, Italian, Dutch, Portuguese and languages of the north and east of Europe that are not the
/// beginning of an English one, each with its number (Unicode CLDR 46, wide and abbreviated forms).
const OTHER_NAMES: [(&str, i64); 279] = [
    ("janeiro", 1),
    ("fevereiro", 2),
    ("fev", 2),
    ("março", 3),
    ("maio", 5),
    ("junho", 6),
    ("julho", 7),
    ("setembro", 9),
    ("set", 9),
    ("outubro", 10),
    ("out", 10),
    ("novembro", 11),
    ("dezembro", 12),
    ("marz", 3),
    ("januar", 1),
    ("jän", 1),
    ("jänner", 1),
    ("janvier", 1),
    ("janv", 1),
    ("enero", 1),
    ("ene", 1),
    ("gennaio", 1),
    ("gen", 1),
    ("januari", 1),
    ("februar", 2),
    ("février", 2),
    ("fevrier", 2),
    ("févr", 2),
    ("febrero", 2),
    ("febbraio", 2),
    ("februari", 2),
    ("märz", 3),
    ("mär", 3),
    ("mrz", 3),
    ("mars", 3),
    ("marzo", 3),
    ("maart", 3),
    ("mrt", 3),
    ("avril", 4),
    ("avr", 4),
    ("abril", 4),
    ("abr", 4),
    ("aprile", 4),
    ("mai", 5),
    ("mayo", 5),
    ("maggio", 5),
    ("mag", 5),
    ("mei", 5),
    ("juni", 6),
    ("juin", 6),
    ("junio", 6),
    ("giugno", 6),
    ("giu", 6),
    ("juli", 7),
    ("juillet", 7),
    ("juil", 7),
    ("julio", 7),
    ("luglio", 7),
    ("lug", 7),
    ("août", 8),
    ("aout", 8),
    ("agosto", 8),
    ("ago", 8),
    ("augustus", 8),
    ("septembre", 9),
    ("septiembre", 9),
    ("settembre", 9),
    ("oktober", 10),
    ("okt", 10),
    ("octobre", 10),
    ("octubre", 10),
    ("ottobre", 10),
    ("novembre", 11),
    ("noviembre", 11),
    ("décembre", 12),
    ("decembre", 12),
    ("diciembre", 12),
    ("dicembre", 12),
    ("dic", 12),
    ("dezember", 12),
    ("dez", 12),
    ("január", 1),
    ("styczeń", 1),
    ("stycznia", 1),
    ("sty", 1),
    ("leden", 1),
    ("ledna", 1),
    ("январь", 1),
    ("января", 1),
    ("янв", 1),
    ("січень", 1),
    ("січня", 1),
    ("ocak", 1),
    ("tammikuu", 1),
    ("janvāris", 1),
    ("sausis", 1),
    ("ιανουάριος", 1),
    ("ianuarie", 1),
    ("jaanuar", 1),
    ("február", 2),
    ("luty", 2),
    ("lutego", 2),
    ("lut", 2),
    ("únor", 2),
    ("února", 2),
    ("февраль", 2),
    ("февраля", 2),
    ("фев", 2),
    ("лютий", 2),
    ("лютого", 2),
    ("şubat", 2),
    ("helmikuu", 2),
    ("februarie", 2),
    ("veebruar", 2),
    ("marts", 3),
    ("március", 3),
    ("marzec", 3),
    ("marca", 3),
    ("březen", 3),
    ("března", 3),
    ("март", 3),
    ("марта", 3),
    ("березень", 3),
    ("березня", 3),
    ("mart", 3),
    ("maaliskuu", 3),
    ("martie", 3),
    ("märts", 3),
    ("április", 4),
    ("kwiecień", 4),
    ("kwietnia", 4),
    ("kwi", 4),
    ("duben", 4),
    ("dubna", 4),
    ("апрель", 4),
    ("апреля", 4),
    ("апр", 4),
    ("квітень", 4),
    ("квітня", 4),
    ("nisan", 4),
    ("huhtikuu", 4),
    ("aprilie", 4),
    ("aprill", 4),
    ("maj", 5),
    ("május", 5),
    ("maja", 5),
    ("květen", 5),
    ("května", 5),
    ("май", 5),
    ("мая", 5),
    ("травень", 5),
    ("травня", 5),
    ("mayıs", 5),
    ("toukokuu", 5),
    ("június", 6),
    ("czerwiec", 6),
    ("czerwca", 6),
    ("cze", 6),
    ("červen", 6),
    ("června", 6),
    ("июнь", 6),
    ("июня", 6),
    ("июн", 6),
    ("червень", 6),
    ("червня", 6),
    ("haziran", 6),
    ("kesäkuu", 6),
    ("iunie", 6),
    ("juuni", 6),
    ("július", 7),
    ("lipiec", 7),
    ("lipca", 7),
    ("lip", 7),
    ("červenec", 7),
    ("července", 7),
    ("июль", 7),
    ("июля", 7),
    ("июл", 7),
    ("липень", 7),
    ("липня", 7),
    ("temmuz", 7),
    ("heinäkuu", 7),
    ("iulie", 7),
    ("juuli", 7),
    ("augusti", 8),
    ("augusztus", 8),
    ("sierpień", 8),
    ("sierpnia", 8),
    ("sie", 8),
    ("srpen", 8),
    ("srpna", 8),
    ("август", 8),
    ("августа", 8),
    ("авг", 8),
    ("серпень", 8),
    ("серпня", 8),
    ("ağustos", 8),
    ("elokuu", 8),
    ("szeptember", 9),
    ("wrzesień", 9),
    ("września", 9),
    ("wrz", 9),
    ("září", 9),
    ("сентябрь", 9),
    ("сентября", 9),
    ("сен", 9),
    ("сент", 9),
    ("вересень", 9),
    ("вересня", 9),
    ("eylül", 9),
    ("syyskuu", 9),
    ("septembrie", 9),
    ("október", 10),
    ("październik", 10),
    ("października", 10),
    ("paź", 10),
    ("říjen", 10),
    ("října", 10),
    ("октябрь", 10),
    ("октября", 10),
    ("окт", 10),
    ("жовтень", 10),
    ("жовтня", 10),
    ("ekim", 10),
    ("lokakuu", 10),
    ("octombrie", 10),
    ("oktoober", 10),
    ("listopad", 11),
    ("listopada", 11),
    ("lis", 11),
    ("ноябрь", 11),
    ("ноября", 11),
    ("ноя", 11),
    ("kasım", 11),
    ("marraskuu", 11),
    ("noiembrie", 11),
    ("desember", 12),
    ("grudzień", 12),
    ("grudnia", 12),
    ("gru", 12),
    ("prosinec", 12),
    ("prosince", 12),
    ("декабрь", 12),
    ("декабря", 12),
    ("дек", 12),
    ("грудень", 12),
    ("грудня", 12),
    ("aralık", 12),
    ("joulukuu", 12),
    ("decembrie", 12),
    ("detsember", 12),
    ("fév", 2),
    ("déc", 12),
    ("ott", 10),
    ("des", 12),
    ("oca", 1),
    ("şub", 2),
    ("nis", 4),
    ("haz", 6),
    ("tem", 7),
    ("ağu", 8),
    ("eyl", 9),
    ("eki", 10),
    ("kas", 11),
    ("ara", 12),
    ("февр", 2),
    ("нояб", 11),
    ("sept", 9),
    ("márc", 3),
    ("ápr", 4),
    ("máj", 5),
    ("jún", 6),
    ("júl", 7),
    ("szept", 9),
    ("ian", 1),
    ("iun", 6),
    ("iul", 7),
    ("noi", 11),
    ("led", 1),
];

/// The number of a month by its name, in English above all, and what follows it.
fn month_name(text: &str) -> Result<(i64, &str), NotAMoment> {
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(length).ok_or(NotAMoment::NoForm)?;
    let word = word.to_lowercase();
    let english = month_named(&word).map(i64::from);
    let other = || OTHER_MONTHS.get(word.as_str()).copied();
    Ok((english.or_else(other).ok_or(NotAMoment::NoForm)?, rest))
}

/// Whether a word names a month.
pub(super) fn is_month(word: &str) -> bool {
    month_number(word).is_some()
}

/// The number of the month that a word names.
pub(super) fn month_number(word: &str) -> Option<i64> {
    month_name(word).ok().filter(|(_, rest)| rest.is_empty()).map(|(month, _)| month)
}

/// The year that two or four digits name.
fn year(number: i64, digits: usize) -> Result<i64, NotAMoment> {
    match digits {
        4 => Ok(number),
        2 => Ok(2_000 + number),
        _ => Err(NotAMoment::NoForm),
    }
}

/// One to eight digits, how many they are, and what follows them.
fn digits(text: &str) -> Result<(i64, usize, &str), NotAMoment> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length).ok_or(NotAMoment::NoForm)?;
    match (1..=8).contains(&length) {
        true => Ok((digits.parse().map_err(|_| NotAMoment::NoForm)?, length, rest)),
        false => Err(NotAMoment::NoForm),
    }
}

/// Whether a year can be one of the Buddhist calendar: those of 1957 to 2157.
fn is_buddhist(year: i64) -> bool {
    (2_500..=2_700).contains(&year)
}

/// The year, the month and the day of the local time of a moment.
pub(super) fn year_month_day(moment: WrittenMoment) -> Option<(i64, i64, i64)> {
    let date = chrono::DateTime::from_timestamp_millis(moment.local)?.date_naive();
    Some((i64::from(date.year()), i64::from(date.month()), i64::from(date.day())))
}

/// The date of a day by its number since the first of January 1970.
pub(super) fn date_of_day(number: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(number)?)
}

/// Days since 1970-01-01.
fn resolve(written: WrittenDate, order: Option<DateOrder>) -> Result<i64, NotAMoment> {
    let (WrittenDate::Known(year, ..) | WrittenDate::Either { year, .. }) = written;
    if is_buddhist(year) {
        return Err(NotAMoment::OtherCalendar);
    }
    let (year, month, day) = match written {
        WrittenDate::Known(year, month, day) => (year, month, day),
        WrittenDate::Either { first, second, year: last, is_short: true, .. }
            if order == Some(DateOrder::YearFirst) =>
        {
            (self::year(first, 2)?, second, last % 100)
        }
        WrittenDate::Either { first, second, year, points, .. } => match order {
            Some(DateOrder::DayFirst) => (year, second, first),
            Some(DateOrder::MonthFirst) => (year, first, second),
            None | Some(DateOrder::YearFirst) if points => (year, second, first),
            None | Some(DateOrder::YearFirst) if first == second => (year, first, second),
            None | Some(DateOrder::YearFirst) => return Err(NotAMoment::Unclear),
        },
    };
    days_of(year, month, day)
}

fn days_of(year: i64, month: i64, day: i64) -> Result<i64, NotAMoment> {
    let date = i32::try_from(year).ok().filter(|year| (1..=9_999).contains(year));
    let date = date.and_then(|year| {
        NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    });
    let date = date.ok_or(NotAMoment::NoSuchTime)?;
    Ok(date.signed_duration_since(NaiveDate::default()).num_days())
}

/// A time of day without the word behind it, `14:41 Uhr`.
fn without_word(text: &str) -> &str {
    let word = text.len().checked_sub(WORD.len()).and_then(|at| text.split_at_checked(at));
    match word {
        Some((before, word)) if word.eq_ignore_ascii_case(WORD) && before.contains([':', '.']) => {
            before.trim_end()
        }
        _ => text,
    }
}

/// The word behind a time of day.
const WORD: &str = "Uhr";

/// Reads a time of day, `14:30`, `2:30:15.250 PM`, `下午2:30`, `14:30:00 -07:00`, `14.30.00.000000` or `14`.
pub fn clock(text: &str) -> Result<ClockTime, NotAMoment> {
    let text = without_word(text.trim());
    let half = HALVES.iter().find_map(|(sign, noon)| Some((*noon, text.strip_prefix(*sign)?)));
    let Some((afternoon, rest)) = half else { return clock_of_day(text) };
    let clock = clock_of_day(rest.trim_start())?;
    let (hour, past) = (clock.millis / HOUR, clock.millis % HOUR);
    match hour {
        0..=12 => {
            let hour = hour % 12 + if afternoon { 12 } else { 0 };
            Ok(ClockTime { millis: hour * HOUR + past, ..clock })
        }
        _ => Err(NotAMoment::NoSuchTime),
    }
}

/// Whether a text begins as a time of day does.
fn begins_as_clock(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        || HALVES.iter().any(|(sign, _)| text.starts_with(sign))
}

/// Halves of a day as they stand before the hour in Chinese, Japanese and Korean, and whether each is the second.
const HALVES: [(&str, bool); 6] = [
    ("上午", false),
    ("午前", false),
    ("오전", false),
    ("下午", true),
    ("午後", true),
    ("오후", true),
];

/// A time of day without a half of it before the hour.
fn clock_of_day(text: &str) -> Result<ClockTime, NotAMoment> {
    let (hour, length, rest) = digits(text)?;
    if length == 6 || length == 4 {
        return compact_clock(hour, length, rest);
    }
    if let Some(clock) = clock_by_signs(hour, rest) {
        return clock;
    }
    // `14h05`, as it is written in French.
    if let Some(minutes) = rest.trim_start().strip_prefix(['h', 'H']) {
        return match digits(minutes.trim_start()) {
            Ok((minute, 2, "")) => clock_of_day(&format!("{hour:02}:{minute:02}")),
            _ => Err(NotAMoment::NoForm),
        };
    }
    let mark = if is_pointed(rest) { '.' } else { ':' };
    let (minute, rest) = match rest.strip_prefix(mark) {
        Some(rest) => {
            let (minute, length, rest) = digits(rest)?;
            (if length == 2 { minute } else { 60 }, rest)
        }
        // `2 PM`, or the hours of a day in two digits.
        None if half(rest.trim_start()).is_some() || length == 2 => (0, rest),
        None => return Err(NotAMoment::NoForm),
    };
    let (second, rest) = match rest.strip_prefix(mark) {
        Some(rest) => {
            let (second, _, rest) = digits(rest)?;
            (second, rest)
        }
        None => (0, rest),
    };
    let (fraction, rest) = fraction(rest)?;
    let (hour, rest) = half_day(hour, rest)?;
    if hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second + fraction > 0) {
        return Err(NotAMoment::NoSuchTime);
    }
    let millis = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction;
    Ok(ClockTime { millis, offset: offset(rest)? })
}

/// `0時30分`, `14时05分30秒` or `9시`, from the sign on; `None` where none stands.
fn clock_by_signs(hour: i64, rest: &str) -> Option<Result<ClockTime, NotAMoment>> {
    let part = |text: &str, signs: &[char]| -> Option<(i64, usize)> {
        let (number, length, rest) = digits(text).ok()?;
        let rest = rest.strip_prefix(signs)?;
        (length <= 2).then_some((number, text.len() - rest.len()))
    };
    let mut rest = rest.strip_prefix(['時', '时', '시'])?.trim_start();
    let (mut minute, mut second) = (0, 0);
    if let Some((number, end)) = part(rest, &['分', '분']) {
        (minute, rest) = (number, rest.get(end..)?.trim_start());
    }
    if let Some((number, end)) = part(rest, &['秒', '초']) {
        (second, rest) = (number, rest.get(end..)?);
    }
    Some(match (rest, hour > 23 || minute > 59 || second > 60) {
        ("", false) => {
            let millis = ((hour * 60 + minute) * 60 + second) * 1_000;
            Ok(ClockTime { millis, offset: None })
        }
        ("", true) => Err(NotAMoment::NoSuchTime),
        _ => Err(NotAMoment::NoForm),
    })
}

/// Returns true if points part minutes and seconds from what precedes them, as in `.30.00`.
fn is_pointed(text: &str) -> bool {
    let is_two =
        |bytes: &[u8]| matches!(bytes, [b'.', a, b] if a.is_ascii_digit() && b.is_ascii_digit());
    let bytes = text.as_bytes();
    bytes.get(..3).is_some_and(is_two) && bytes.get(3..6).is_some_and(is_two)
}

/// `143000` or `1430`.
fn compact_clock(number: i64, length: usize, rest: &str) -> Result<ClockTime, NotAMoment> {
    let seconds = if length == 6 { number } else { number * 100 };
    let (hour, minute, second) = (seconds / 10_000, seconds / 100 % 100, seconds % 100);
    if hour > 23 || minute > 59 || second > 60 {
        return Err(NotAMoment::NoSuchTime);
    }
    let millis = ((hour * 60 + minute) * 60 + second) * 1_000;
    Ok(ClockTime { millis, offset: offset(rest)? })
}

/// Decimals of a second in whole milliseconds, dropped towards the past, and what follows.
fn fraction(text: &str) -> Result<(i64, &str), NotAMoment> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Ok((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(length).ok_or(NotAMoment::NoForm)?;
    if digits.is_empty() {
        return Err(NotAMoment::NoForm);
    }
    let shown = digits.bytes().chain(std::iter::repeat(b'0')).take(3);
    Ok((shown.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')), rest))
}

/// The half of a day at the start of a text, afternoon or not, and what follows.
fn half(text: &str) -> Option<(bool, &str)> {
    const WORDS: [(&str, bool); 10] = [
        ("am", false),
        ("pm", true),
        ("a.m.", false),
        ("p.m.", true),
        ("a. m.", false),
        ("p. m.", true),
        ("a.\u{a0}m.", false),
        ("p.\u{a0}m.", true),
        ("a.\u{202f}m.", false),
        ("p.\u{202f}m.", true),
    ];
    WORDS.iter().find_map(|(word, noon)| {
        let (start, rest) = text.split_at_checked(word.len())?;
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        (ends && start.eq_ignore_ascii_case(word)).then_some((*noon, rest))
    })
}

/// The hour of 24 that an hour and perhaps AM or PM name.
fn half_day(hour: i64, rest: &str) -> Result<(i64, &str), NotAMoment> {
    let trimmed = rest.trim_start_matches([' ', '\u{202f}', '\u{a0}']);
    match half(trimmed) {
        None => Ok((hour, rest)),
        Some(_) if !(1..=12).contains(&hour) => Err(NotAMoment::NoSuchTime),
        Some((afternoon, rest)) => Ok((hour % 12 + if afternoon { 12 } else { 0 }, rest)),
    }
}

/// An offset from UTC in milliseconds: `Z`, `UTC`, `+0000`, ` -07:00`, ` +0000 UTC`, `EST`, `[Europe/Berlin]`
/// after one of them.
pub(super) fn offset(text: &str) -> Result<Option<i64>, NotAMoment> {
    let text = text.trim();
    let text = match text.split_once('[') {
        Some((before, name)) if name.ends_with(']') && !before.is_empty() => before.trim_end(),
        _ => text,
    };
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(minutes) = by_letters(text) {
        return Ok(Some(minutes * MINUTE));
    }
    let signed = ["UTC", "GMT"].iter().find_map(|zone| text.strip_prefix(zone)).unwrap_or(text);
    let (sign, rest) = match signed.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-" | "\u{2212}", rest)) => (-1, rest),
        _ if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            return Err(NotAMoment::ZoneLetters);
        }
        _ => return Err(NotAMoment::NoForm),
    };
    let (number, length, rest) = digits(rest)?;
    let (hours, minutes, rest) = match (length, rest.strip_prefix(':')) {
        (1 | 2, Some(rest)) => {
            let (minutes, _, rest) = digits(rest)?;
            (number, minutes, rest)
        }
        (1 | 2, None) => (number, 0, rest),
        (4, _) => (number / 100, number % 100, rest),
        _ => return Err(NotAMoment::NoForm),
    };
    // A name after an offset repeats it: `+0000 UTC`, `-0700 PDT`, `(Pacific Daylight Time)`.
    let repeats = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '(' | ')');
    if !rest.chars().all(repeats) {
        return Err(NotAMoment::NoForm);
    }
    if hours > 23 || minutes > 59 {
        return Err(NotAMoment::NoSuchTime);
    }
    Ok(Some(sign * (hours * 60 + minutes) * MINUTE))
}

/// Minutes east of UTC of the zones that RFC 2822 knows by letters, and of those whose letters name one offset in the
/// tz database (2025b). `BST` and `IST` name several.
fn by_letters(text: &str) -> Option<i64> {
    Some(match text {
        "Z" | "z" | "UTC" | "utc" | "GMT" | "UT" | "WET" => 0,
        "EDT" => -4 * 60,
        "EST" | "CDT" => -5 * 60,
        "CST" | "MDT" => -6 * 60,
        "MST" | "PDT" => -7 * 60,
        "PST" | "AKDT" => -8 * 60,
        "AKST" => -9 * 60,
        "HST" => -10 * 60,
        "CET" | "WEST" => 60,
        "CEST" | "EET" | "SAST" => 2 * 60,
        "EEST" | "MSK" => 3 * 60,
        "JST" | "KST" => 9 * 60,
        "ACST" => 9 * 60 + 30,
        "AEST" => 10 * 60,
        "ACDT" => 10 * 60 + 30,
        "AEDT" => 11 * 60,
        "NZST" => 12 * 60,
        "NZDT" => 13 * 60,
        _ => return None,
    })
}

/// The evidence of one column's times about their notation.
#[derive(Clone, Debug, Default)]
pub struct DateEvidence {
    /// Values that are dates in some form.
    pub dates: u64,
    /// Bare numbers.
    pub numbers: u64,
    /// Values that are neither.
    pub others: u64,
    /// The first of them.
    pub(super) other: Option<Witness>,
    /// The first date that shows that the day comes first.
    pub day_first: Option<Witness>,
    /// The first date that shows that the month comes first.
    pub month_first: Option<Witness>,
    /// The first that shows neither.
    pub unclear: Option<Witness>,
    /// True if points separate the parts of the unclear ones, which means day, month, year.
    points: bool,
    /// The least and the greatest of the numbers.
    range: Option<(f64, f64)>,
    /// The units in which one of them is a Unix time of the years 2000 to 2100, a bit each.
    units: u8,
    /// True if each number is a date in eight digits.
    compact: bool,
    /// True if each number is a year and a month in six digits.
    months: bool,
    /// True if each number is a date and a time of day in twelve or fourteen digits.
    clocks: bool,
    /// True if one has an offset from UTC.
    pub with_offset: bool,
    /// True if one has no offset from UTC.
    pub without_offset: bool,
    /// True if one has a time of day.
    pub with_clock: bool,
    /// Dates that are written as intervals.
    spans: u64,
    /// The first letters of a zone that name several, and where they stand.
    pub(super) letters: Option<(String, Witness)>,
    /// Evidence of its dates in three times two digits, which may begin with the year.
    short: ShortDates,
    /// Evidence of its months with two digits behind them.
    short_months: ShortMonths,
}

/// The verdict on the evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum DateVerdict {
    /// One notation reads all.
    Notation(DateNotation),
    /// Day and month cannot be distinguished, as in this value.
    Unclear(Witness),
    /// The day comes first here, the month there.
    Mixed(Witness, Witness),
    /// The year may be the first or the last part, as in this value.
    YearUnclear(Witness),
    /// Numbers whose magnitude is of several kinds, or of no time: the least and the greatest.
    Numbers(f64, f64),
}

impl DateEvidence {
    /// Looks at a value of the column.
    pub fn see(&mut self, line: u64, text: &str) {
        let text = &*in_common_signs(text.trim());
        if let Some(number) = bare_number(text) {
            return self.see_number(text, number);
        }
        if of_script(text).is_some() {
            return self.see_full();
        }
        let shared = start_before_year(text);
        let start = shared.as_deref().unwrap_or_else(|| start_of(text));
        self.spans += u64::from(start.len() < text.len());
        let text = &*year_before_clock(start);
        let text = &*date_before_clock(text);
        let (written, rest) = match date(text) {
            Ok(date) => date,
            Err(why) => {
                self.see_other(line, text);
                if why == NotAMoment::MonthOrDay {
                    self.see_short_month(text);
                }
                return;
            }
        };
        if rest.is_empty() && text.starts_with(char::is_alphabetic) {
            self.see_short_month(text);
        }
        let rest = &*clock_with_colons(rest);
        let is_date = !begins_as_clock(rest);
        let (clock, letters) = match rest.is_empty() {
            true => (None, None),
            false => {
                let (clock, letters) = clock_or_midnight(rest, is_date);
                (Some(clock), letters)
            }
        };
        let order = Some(DateOrder::DayFirst);
        let possible = resolve(written, order)
            .or(resolve(written, Some(DateOrder::MonthFirst)))
            .or(resolve(written, Some(DateOrder::YearFirst)));
        if possible.is_err() || matches!(clock, Some(Err(_))) {
            self.see_other(line, text);
            return;
        }
        if let (Some(letters), None) = (letters, &self.letters) {
            self.letters = Some((letters.to_owned(), Witness::new(line, text)));
        }
        self.dates += 1;
        self.with_clock |= !is_date;
        match clock.and_then(Result::ok).and_then(|clock| clock.offset) {
            Some(_) => self.with_offset = true,
            None => self.without_offset = true,
        }
        let WrittenDate::Either { first, second, year, is_short, points } = written else { return };
        match is_short {
            true => self.short.see([first, second, year % 100], points),
            false => self.short.has_others = true,
        }
        let place = match (first > 12, second > 12) {
            (true, _) => &mut self.day_first,
            (_, true) => &mut self.month_first,
            _ => {
                self.points |= points;
                &mut self.unclear
            }
        };
        place.get_or_insert_with(|| Witness::new(line, text));
    }

    /// Looks at a month with two digits behind it, which is counted among the others as long as these may be a day.
    #[cold]
    fn see_short_month(&mut self, text: &str) {
        let Some((month, digits, may_be_day)) = short_month(text) else { return };
        (self.dates, self.others) = self.unweighed();
        self.short_months.see(month, digits, may_be_day);
        self.weigh_months();
    }

    /// Counts those months among the dates if their digits are years.
    fn weigh_months(&mut self) {
        if self.short_months.are_years() {
            self.others -= self.short_months.count;
            self.dates += self.short_months.count;
            self.without_offset = true;
        }
    }

    /// How many are dates and others, with those months among the others.
    fn unweighed(&self) -> (u64, u64) {
        match self.short_months.are_years() {
            true => (self.dates - self.short_months.count, self.others + self.short_months.count),
            false => (self.dates, self.others),
        }
    }

    fn see_other(&mut self, line: u64, text: &str) {
        self.others += 1;
        self.other.get_or_insert_with(|| Witness::new(line, text));
    }

    /// Looks at an instant that is written in full, with its offset from UTC.
    #[inline]
    pub(super) fn see_full(&mut self) {
        self.dates += 1;
        self.with_clock = true;
        self.with_offset = true;
    }

    fn see_number(&mut self, text: &str, number: f64) {
        let whole = number as i64;
        let compact = text.len() == 8
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (19_000_101..=21_001_231).contains(&whole)
            && days_of(whole / 10_000, whole / 100 % 100, whole % 100).is_ok();
        let month = text.len() == 6
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (190_001..=210_012).contains(&whole)
            && (1..=12).contains(&(whole % 100));
        self.compact = compact && (self.compact || self.numbers == 0);
        self.months = month && (self.months || self.numbers == 0);
        self.clocks = compact_time(text).is_some() && (self.clocks || self.numbers == 0);
        self.numbers += 1;
        let (least, most) = self.range.unwrap_or((number, number));
        self.range = Some((least.min(number), most.max(number)));
        self.units |=
            RECENT.iter().position(|recent| recent.contains(&number)).map_or(0, |unit| 1 << unit);
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn join(&mut self, other: &DateEvidence) {
        self.join_order(other);
        self.unclear = self.unclear.take().or_else(|| other.unclear.clone());
        self.points |= other.points;
        if other.numbers > 0 {
            self.compact = other.compact && (self.compact || self.numbers == 0);
            self.months = other.months && (self.months || self.numbers == 0);
            self.clocks = other.clocks && (self.clocks || self.numbers == 0);
        }
        self.range = match (self.range, other.range) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (mine, theirs) => mine.or(theirs),
        };
        self.units |= other.units;
        self.numbers += other.numbers;
        let ((dates, others), (more_dates, more_others)) = (self.unweighed(), other.unweighed());
        (self.dates, self.others) = (dates + more_dates, others + more_others);
        self.other = self.other.take().or_else(|| other.other.clone());
        self.with_offset |= other.with_offset;
        self.without_offset |= other.without_offset;
        self.with_clock |= other.with_clock;
        self.spans += other.spans;
        self.letters = self.letters.take().or_else(|| other.letters.clone());
        self.short.join(&other.short);
        self.short_months.join(&other.short_months);
        self.weigh_months();
    }

    /// Whether intervals are rare among its dates: one may be that of a total.
    pub(super) fn rarely_spans(&self) -> bool {
        2 * self.spans < self.dates
    }

    /// Adds the evidence of another column of the same file for the order of day and month.
    pub fn join_order(&mut self, other: &DateEvidence) {
        for (mine, theirs) in
            [(&mut self.day_first, &other.day_first), (&mut self.month_first, &other.month_first)]
        {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    /// The notation that reads all times of the column.
    pub fn verdict(&self) -> DateVerdict {
        let year = self.short.year();
        let order = match (&self.day_first, &self.month_first, &self.unclear) {
            _ if year == YearPlace::First => Some(DateOrder::YearFirst),
            (day, month, unclear) if year == YearPlace::Unclear => {
                let witness = day.as_ref().or(month.as_ref()).or(unclear.as_ref());
                let witness = witness.expect("a date in two digits is one of the three");
                return DateVerdict::YearUnclear(witness.clone());
            }
            (Some(day), Some(month), _) => return DateVerdict::Mixed(day.clone(), month.clone()),
            (Some(_), None, _) => Some(DateOrder::DayFirst),
            (None, Some(_), _) => Some(DateOrder::MonthFirst),
            (None, None, Some(witness)) if !self.points => {
                return DateVerdict::Unclear(witness.clone());
            }
            (None, None, Some(_)) => Some(DateOrder::DayFirst),
            (None, None, None) => None,
        };
        let numbers = match self.range {
            Some((least, most)) if self.dates == 0 => match self.number_time(least, most) {
                Some(kind) => Some(kind),
                None => return DateVerdict::Numbers(least, most),
            },
            // Beside written times.
            Some(range) => are_recent_in_any_unit(range).then_some(NumberTime::UnixBySize),
            None => None,
        };
        let month_years = self.has_month_years();
        DateVerdict::Notation(DateNotation { order, numbers, month_years })
    }

    /// Whether two digits behind names of months are their years.
    pub(super) fn has_month_years(&self) -> bool {
        self.short_months.are_years()
    }

    /// Whether a time of it is local: written without an offset from UTC, and no count from an instant.
    pub(super) fn is_local(&self) -> bool {
        let counts = |kind: NumberTime| {
            use NumberTime::*;
            matches!(kind, Seconds | Milliseconds | Microseconds | Nanoseconds | UnixBySize)
        };
        let numbers = self.range.filter(|_| self.dates == 0);
        let kind = numbers.and_then(|(least, most)| self.number_time(least, most));
        self.without_offset || kind.is_some_and(|kind| !counts(kind))
    }

    /// Whether its numbers reach from 0 to the hours of a day.
    pub(super) fn are_hours(&self) -> bool {
        self.range.is_some_and(|(least, most)| least == 0.0 && (1.0..=23.0).contains(&most))
    }

    /// Whether its numbers are Unix times of the years 2000 to 2100, in one unit, or dates in digits.
    pub(super) fn are_recent(&self) -> bool {
        let in_unit = |(least, most): (f64, f64)| {
            RECENT.iter().any(|recent| recent.contains(&least) && recent.contains(&most))
        };
        let are_written = self.numbers > 0 && (self.compact || self.clocks);
        are_written || self.range.is_some_and(in_unit)
    }

    /// Whether its numbers are Unix times of the years 2000 to 2100, each in a unit of its own.
    pub(super) fn are_unix(&self) -> bool {
        self.range.is_some_and(are_recent_in_any_unit)
    }

    /// Whether each of its numbers is a year and a month in six digits.
    pub(super) fn are_months(&self) -> bool {
        self.numbers > 0 && self.months
    }

    /// Whether its numbers are days of a spreadsheet in the years 2000 to 2100.
    pub(super) fn are_near_days(&self) -> bool {
        let is_near = |number: f64| (36_526.0..73_051.0).contains(&number);
        self.range.is_some_and(|(least, most)| is_near(least) && is_near(most))
    }

    /// The unit of numbers in this range; `None` if they are of several magnitudes, or too small for times.
    fn number_time(&self, least: f64, most: f64) -> Option<NumberTime> {
        if self.compact {
            return Some(NumberTime::CompactDate);
        }
        if self.months {
            return Some(NumberTime::CompactMonth);
        }
        if self.clocks {
            return Some(NumberTime::CompactTime);
        }
        if SERIAL_DAYS.contains(&least) && SERIAL_DAYS.contains(&most) {
            return Some(NumberTime::SerialDays);
        }
        let kind = |number: f64| match number.abs() {
            size if size < 1e11 => NumberTime::Seconds,
            size if size < 1e14 => NumberTime::Milliseconds,
            size if size < 1e17 => NumberTime::Microseconds,
            _ => NumberTime::Nanoseconds,
        };
        // Small numbers are years, months or hours rather than seconds of the seventies.
        if least.abs().max(most.abs()) < EARLIEST_SECONDS {
            return None;
        }
        let (first, last) = (kind(least), kind(most));
        if self.units.count_ones() > 1 {
            return are_recent_in_any_unit((least, most)).then_some(NumberTime::UnixBySize);
        }
        (first == last || least.abs() < 1e8).then_some(last)
    }
}

/// Whether the least and the largest of numbers are each a Unix time of the years 2000 to 2100 in some unit.
fn are_recent_in_any_unit((least, most): (f64, f64)) -> bool {
    [least, most].iter().all(|number| RECENT.iter().any(|recent| recent.contains(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, notation: DateNotation) -> Result<String, NotAMoment> {
        let moment = read(text, notation)?;
        let local = chrono::DateTime::from_timestamp_millis(moment.local).expect("it is in range");
        let local = local.naive_utc().format("%Y-%m-%dT%H:%M:%S%.3f").to_string();
        let local = local.trim_end_matches(".000");
        Ok(match moment.offset {
            None if moment.is_date => local.trim_end_matches("T00:00:00").to_owned(),
            None => local.to_owned(),
            Some(offset) => format!("{local} {:+}min", offset / MINUTE),
        })
    }

    #[test]
    fn moments_are_read_in_every_form_that_shows_its_order() {
        for (text, moment) in [
            ("2026-05-31", "2026-05-31"),
            ("15 mars 2026 à 14:05", "2026-03-15T14:05:00"),
            ("2026-05-31 14h05", "2026-05-31T14:05:00"),
            ("15 mars 2026 à 9 h 05", "2026-03-15T09:05:00"),
            ("Week of 2026-03-02", "2026-03-02"),
            ("W/C 2 March 2026", "2026-03-02"),
            ("2026年5月1日 0時30分", "2026-05-01T00:30:00"),
            ("2026年5月1日 14时05分30秒", "2026-05-01T14:05:30"),
            ("2026-W18", "2026-04-27"),
            ("2026-S18", "2026-04-27"),
            ("2026 S18", "2026-04-27"),
            ("2026-S01", "2025-12-29"),
            ("2026W01", "2025-12-29"),
            ("2026-W53-7", "2027-01-03"),
            ("2026W183", "2026-04-29"),
            ("KW 18/2026", "2026-04-27"),
            ("2026 KW 18", "2026-04-27"),
            ("janeiro de 2026", "2026-01-01"),
            ("Jan/2026", "2026-01-01"),
            ("2026-Q2", "2026-04-01"),
            ("Q4 2025", "2025-10-01"),
            ("2026-5-1", "2026-05-01"),
            ("2026/05/31", "2026-05-31"),
            ("2026.05.31", "2026-05-31"),
            ("31.05.2026", "2026-05-31"),
            ("1.5.2026 14:30", "2026-05-01T14:30:00"),
            ("31.5.2026 klo 13.05", "2026-05-31T13:05:00"),
            ("10:05 31.05.2026", "2026-05-31T10:05:00"),
            ("31.05.2026, 14:41 Uhr", "2026-05-31T14:41:00"),
            ("31. Mai 2026 um 9:05 Uhr", "2026-05-31T09:05:00"),
            ("2026/5/31 下午1:05:00", "2026-05-31T13:05:00"),
            ("2026/5/31 上午 9:05", "2026-05-31T09:05:00"),
            ("2026-05-31 01:05 p.\u{a0}m.", "2026-05-31T13:05:00"),
            ("2026년 5월 1일", "2026-05-01"),
            ("2026년 5월", "2026-05-01"),
            ("ott 2026", "2026-10-01"),
            ("31.05.2026–30.06.2026", "2026-05-31"),
            ("31. 5. 2026", "2026-05-31"),
            ("29/Nov/2026:10:00:05 +0000", "2026-11-29T10:00:05 +0min"),
            ("[29/Nov/2026:10:00:05 -0730]", "2026-11-29T10:00:05 -450min"),
            ("9/Nov/2026:10:00:05", "2026-11-09T10:00:05"),
            ("29/Nov/2026", "2026-11-29"),
            ("2026-05-31T14:30:00Z", "2026-05-31T14:30:00 +0min"),
            ("2026-05-31T14:30:00.1239999Z", "2026-05-31T14:30:00.123 +0min"),
            ("2026-05-01 00:00:00.000 -07:00", "2026-05-01T00:00:00 -420min"),
            ("2026-05-01 00:00:00.000 -0700", "2026-05-01T00:00:00 -420min"),
            ("2026-05-01 00:00:00+00", "2026-05-01T00:00:00 +0min"),
            ("2026-05-01 00:00:00 +0000 UTC", "2026-05-01T00:00:00 +0min"),
            ("2026-05-01 00:00:00 UTC", "2026-05-01T00:00:00 +0min"),
            ("2026-05-01T10:00:00+02:00[Europe/Berlin]", "2026-05-01T10:00:00 +120min"),
            ("Fri, 01 May 2026 10:00:00 +0000", "2026-05-01T10:00:00 +0min"),
            ("Fri, 1 May 2026 10:00:00 GMT", "2026-05-01T10:00:00 +0min"),
            ("1 May 2026 10:00:00 PDT", "2026-05-01T10:00:00 -420min"),
            ("May 1, 2026", "2026-05-01"),
            ("May 1, 2026, 2:30 PM", "2026-05-01T14:30:00"),
            ("01-May-2026 12:00 AM", "2026-05-01T00:00:00"),
            ("Sept 3rd, 2026", "2026-09-03"),
            ("20260531T143000Z", "2026-05-31T14:30:00 +0min"),
            ("2026-05-31 24:00", "2026-06-01T00:00:00"),
            ("3/3/2026", "2026-03-03"),
            ("2026-05-31 14:30:00 GMT+2", "2026-05-31T14:30:00 +120min"),
            ("2026-06-07T05:00:00Z/2026-06-07T06:00:00Z", "2026-06-07T05:00:00 +0min"),
            ("2026-06-07 05:00:00 to 2026-06-07 06:00:00", "2026-06-07T05:00:00"),
            ("2026-06-07 05:00 - 06:00", "2026-06-07T05:00:00"),
            ("2026-06-01 - 2026-06-30", "2026-06-01"),
            ("May 1, 2026 - May 31, 2026", "2026-05-01"),
            ("1 May 2026 to 31 May 2026", "2026-05-01"),
            ("2026-01-01/2026-01-31", "2026-01-01"),
            ("Jan 1 - Jan 31, 2026", "2026-01-01"),
            ("Jan 1-31, 2026", "2026-01-01"),
            ("Dec 15 – Jan 14, 2026", "2025-12-15"),
            ("1 - 31 January 2026", "2026-01-01"),
            ("1 Jan - 31 Jan 2026", "2026-01-01"),
            ("01.01.-31.01.2026", "2026-01-01"),
            ("15.12. - 14.01.2026", "2025-12-15"),
            ("2026. 05. 01.", "2026-05-01"),
            ("2026. 05. 01. 10:30", "2026-05-01T10:30:00"),
            ("2026. május 1.", "2026-05-01"),
            ("2026 Jan", "2026-01-01"),
            ("2026-January", "2026-01-01"),
            ("maj 2026", "2026-05-01"),
            ("1 maja 2026 r.", "2026-05-01"),
            ("5. května 2026", "2026-05-05"),
            ("květen 2026", "2026-05-01"),
            ("1 мая 2026 г.", "2026-05-01"),
            ("май 2026 г.", "2026-05-01"),
            ("Ağustos 2026", "2026-08-01"),
            ("1 Mayıs 2026", "2026-05-01"),
            ("2026-06-01T07", "2026-06-01T07:00:00"),
            ("2026-06-01 07 UTC", "2026-06-01T07:00:00 +0min"),
            ("2026-06-01 UTC", "2026-06-01T00:00:00 +0min"),
            ("Mon Jun  1 10:00:00 UTC 2026", "2026-06-01T10:00:00 +0min"),
            ("Mon Jun 01 10:00:00 2026", "2026-06-01T10:00:00"),
            ("Jun 1, 2026 at 3:00 PM", "2026-06-01T15:00:00"),
            ("01-JUN-2026 10.15.00.000000 PM", "2026-06-01T22:15:00"),
            ("1. Juni 2026", "2026-06-01"),
            ("1 de mayo de 2026", "2026-05-01"),
            ("2 de março de 2026 10:00", "2026-03-02T10:00:00"),
            ("2026年5月31日", "2026-05-31"),
            ("2026年5月31日 14:30", "2026-05-31T14:30:00"),
            ("2026년 3월", "2026-03-01"),
            ("2026년 3월 2일", "2026-03-02"),
            ("2026년3월2일 오후 1:05", "2026-03-02T13:05:00"),
            ("2026/2/13 下午1:05:00", "2026-02-13T13:05:00"),
            ("2026/2/13 上午12:05:00", "2026-02-13T00:05:00"),
            ("2026年2月13日 午後0時05分", "2026-02-13T12:05:00"),
            ("2026-02-13 01:05 p. m.", "2026-02-13T13:05:00"),
            ("déc. 2026", "2026-12-01"),
            ("ott 2026", "2026-10-01"),
            ("Şub 2026", "2026-02-01"),
            ("февр. 2026", "2026-02-01"),
            ("05/2026", "2026-05-01"),
            ("3 août 2026 10:00", "2026-08-03T10:00:00"),
            ("31-Dez-2026", "2026-12-31"),
            ("2026-06-01 10:00 CEST", "2026-06-01T10:00:00 +120min"),
            ("2026-06-01 10:00 AEST", "2026-06-01T10:00:00 +600min"),
            ("02MAR2026", "2026-03-02"),
            ("02MAR2026:10:00:00", "2026-03-02T10:00:00"),
            ("2026-061", "2026-03-02"),
            ("2024-366", "2024-12-31"),
            ("/Date(1772442000000)/", "2026-03-02T09:00:00 +0min"),
            ("/Date(1772442000000+0100)/", "2026-03-02T09:00:00 +0min"),
        ] {
            assert_eq!(shown(text, DateNotation::default()).as_deref(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn letters_that_name_several_zones_leave_a_time_local_and_are_noted() {
        let notation = DateNotation::default();
        for (text, local) in [
            ("2026-05-31 14:30 BST", "2026-05-31 14:30"),
            ("2026-05-31 14:30 IST", "2026-05-31 14:30"),
            ("2026-05-31 BST", "2026-05-31"),
        ] {
            assert_eq!(read(text, notation), read(local, notation), "{text}");
            let mut evidence = DateEvidence::default();
            evidence.see(2, text);
            let letters = evidence.letters.map(|(letters, _)| letters);
            assert_eq!(letters.as_deref(), text.get(text.len() - 3..), "{text}");
        }
        let mut known = DateEvidence::default();
        known.see(2, "2026-05-31 14:30 CEST");
        assert!(known.letters.is_none());
    }

    #[test]
    fn other_scripts_and_eras_and_whole_numbers_in_scientific_notation_are_read() {
        let seconds =
            DateNotation { numbers: Some(NumberTime::Seconds), ..DateNotation::default() };
        for (text, notation, plain) in [
            ("٢٠٢٦-٠٣-٠٢", DateNotation::default(), "2026-03-02"),
            ("２０２６／０３／０２", DateNotation::default(), "2026-03-02"),
            ("令和8年3月2日", DateNotation::default(), "2026-03-02"),
            ("令和元年5月1日", DateNotation::default(), "2019-05-01"),
            ("平成31年4月30日", DateNotation::default(), "2019-04-30"),
            ("民國115年3月2日", DateNotation::default(), "2026-03-02"),
            ("1.772442037E9", seconds, "1772442037"),
            ("1.772442037E+09", seconds, "1772442037"),
            ("1.7724420E9", seconds, "1772442000"),
        ] {
            assert_eq!(read(text, notation), read(plain, notation), "{text}");
            assert!(read(text, notation).is_ok(), "{text}");
        }
        for text in ["1.77E9", "1.77E+09", "1.7724420E+09", "1.772442E+12"] {
            assert_eq!(read(text, seconds), Err(NotAMoment::LostDigits), "{text}");
        }
    }

    #[test]
    fn days_of_a_spreadsheet_have_a_comma_or_a_point() {
        let notation =
            DateNotation { numbers: Some(NumberTime::SerialDays), ..DateNotation::default() };
        assert_eq!(read("46174,5", notation), read("46174.5", notation));
        assert!(read("46,174", notation).is_err() && read("46174,", notation).is_err());
    }

    #[test]
    fn what_is_no_moment_says_why() {
        use NotAMoment::*;
        for (text, why) in [
            ("", Empty),
            ("yesterday", NoForm),
            ("Total", NoForm),
            ("9/2/2026", Unclear),
            ("2026-02-29", NoSuchTime),
            ("2026-13-01", NoSuchTime),
            ("2026-05-31 25:00", NoSuchTime),
            ("2026-05-31 24:01", NoSuchTime),
            ("2026-05-31 13:00 PM", NoSuchTime),
            ("2026-05-31 7", NoForm),
            ("2026-05-31 noon", NoForm),
            ("46143", OtherNumber),
            ("Jan-26", MonthOrDay),
            ("Jan 6", NoYear),
            ("6 Jan", NoYear),
            ("06-Jan", NoYear),
            ("2026-05-31 14h5", NoForm),
            ("2026-05-31 24h61", NoSuchTime),
            ("Week ending 2026-05-31", NoForm),
            ("Jan 26", MonthOrDay),
            ("2026-366", NoSuchTime),
            ("2026-000", NoSuchTime),
            ("02XYZ2026", NoForm),
            ("/Date(now)/", NoForm),
            ("01/03/2569", OtherCalendar),
            ("2569-03-01", OtherCalendar),
            ("2026-W54", NoSuchTime),
            ("2026-W18-8", NoSuchTime),
            ("2026-S54", NoSuchTime),
            ("2026-S1", NoForm),
            ("2025-W53", NoSuchTime),
            ("2026-Q5", NoSuchTime),
            ("1,234.5", NoForm),
        ] {
            assert_eq!(shown(text, DateNotation::default()), Err(why), "{text}");
        }
    }

    fn verdict(values: &[&str]) -> DateVerdict {
        let mut evidence = DateEvidence::default();
        for (line, value) in (2..).zip(values) {
            evidence.see(line, value);
        }
        evidence.verdict()
    }

    #[test]
    fn a_thirteen_anywhere_in_the_column_tells_day_from_month() {
        let order = |values: &[&str]| match verdict(values) {
            DateVerdict::Notation(notation) => notation.order,
            other => panic!("{values:?}: {other:?}"),
        };
        assert_eq!(order(&["9/2/2026", "9/12/2026", "9/13/2026"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["9/2/2026", "13/9/2026"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["9.2.2026"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["2026-05-31"]), None);
        let unclear = verdict(&["2026-01-01", "9/12/2026"]);
        assert_eq!(unclear, DateVerdict::Unclear(Witness::new(3, "9/12/2026")));
        assert!(matches!(verdict(&["13/9/2026", "9/13/2026"]), DateVerdict::Mixed(..)));
    }

    #[test]
    fn bare_numbers_are_known_by_the_magnitude_of_them_all() {
        for (values, text, moment) in [
            (&["1780272000"][..], "1780272000", "2026-06-01T00:00:00 +0min"),
            (&["1780272000.123"], "1780272000.123", "2026-06-01T00:00:00.123 +0min"),
            (&["1780272000000"], "1780272000000", "2026-06-01T00:00:00 +0min"),
            (&["1780272000000000"], "1780272000000000", "2026-06-01T00:00:00 +0min"),
            (&["46143", "46144"], "46143", "2026-05-01"),
            (&["46143.4166666667"], "46143.4166666667", "2026-05-01T10:00:00"),
            (&["20260531", "20260601"], "20260531", "2026-05-31"),
            (&["202605", "202612"], "202605", "2026-05-01"),
            (&["202605311430", "202606010000"], "202605311430", "2026-05-31T14:30:00"),
            (&["20260531143015"], "20260531143015", "2026-05-31T14:30:15"),
            (&["2026053100", "2026053123"], "2026053123", "2026-05-31T23:00:00"),
            // The last is no hour, so that these are Unix seconds.
            (&["2026053100", "2026053124"], "2026053100", "2034-03-15T16:31:40 +0min"),
            // No calendar has the first, so that all are counts of milliseconds.
            (&["202613010000", "202605010000"], "202605010000", "1976-06-02T23:10:10 +0min"),
        ] {
            let DateVerdict::Notation(notation) = verdict(values) else { panic!("{values:?}") };
            assert_eq!(shown(text, notation).as_deref(), Ok(moment), "{values:?}");
        }
        let each = ["1780272000", "1780272000000", "1780272000000000", "1780272000000000000"];
        let DateVerdict::Notation(both) = verdict(&each) else { panic!() };
        for number in each {
            assert_eq!(shown(number, both).as_deref(), Ok("2026-06-01T00:00:00 +0min"), "{number}");
        }
        assert_eq!(shown("17802720000", both), Err(NotAMoment::OtherNumber));
        let DateVerdict::Notation(beside) = verdict(&["2026-05-31", "1780272000"]) else {
            panic!()
        };
        assert_eq!(beside, DateNotation { numbers: Some(NumberTime::UnixBySize), ..beside });
        // One that is of no such year leaves all of them open.
        let unclear = ["1780272000", "1780272000000000", "17802720000000000"];
        assert!(matches!(verdict(&unclear), DateVerdict::Numbers(..)));
        // Years, months and hours are no seconds of 1970, nor are six digits without a month.
        for small in [&["2026", "2027"][..], &["5", "6"], &["0", "23"], &["202605", "202613"]] {
            assert!(matches!(verdict(small), DateVerdict::Numbers(..)), "{small:?}");
        }
        // Digits behind months are years where months follow one another.
        for months in [&["Jan-26", "Feb-26"][..], &["Feb-26", "ene-26"], &["Dec-25", "Jan-26"]] {
            let DateVerdict::Notation(years) = verdict(months) else { panic!("{months:?}") };
            assert_eq!(shown("Jan-26", years).as_deref(), Ok("2026-01-01"));
        }
        let DateVerdict::Notation(days) = verdict(&["Jan-26", "Jan-27"]) else { panic!() };
        assert_eq!(shown("Jan-26", days), Err(NotAMoment::MonthOrDay));
        assert_eq!(shown("Jan '26", days).as_deref(), Ok("2026-01-01"));
        // A number among dates is none of them.
        let DateVerdict::Notation(mixed) = verdict(&["2026-05-31", "46143"]) else { panic!() };
        assert_eq!(shown("46143", mixed), Err(NotAMoment::OtherNumber));
    }

    #[test]
    fn a_date_takes_the_time_of_day_of_another_column() {
        let date = read("2026-03-08", DateNotation::default()).unwrap();
        let moment = date.at_clock(clock("01:30").unwrap());
        assert_eq!((moment.local - date.local, moment.is_date), (90 * MINUTE, false));
        assert_eq!(clock("1:30:15.5 pm").unwrap().millis, 13 * 3_600_000 + 30 * MINUTE + 15_500);
        assert_eq!(clock("13").unwrap().millis, 13 * 3_600_000);
        assert_eq!(clock("7").map_err(|why| why.to_string()).ok(), None);
    }
}
