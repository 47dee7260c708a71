//! Reading instants: calendar dates and times, and Unix time.
//!
//! Written by hand over bytes, caching the last date and the last offset from UTC, because
//! neighbouring rows nearly always share them. Deliberately absent: every form that needs a guess
//! about the order of day and month.

use chrono::{DateTime, NaiveDate};

use crate::domain::text::counted;
use crate::domain::{Duration, Instant, Zone};

/// Milliseconds of one day without a clock change.
const DAY: i64 = Duration::DAY.millis();
/// Milliseconds of one hour.
const HOUR: i64 = Duration::HOUR.millis();
/// Unix times from this value on are taken for milliseconds: as seconds they would lie after the
/// year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// The format of the time column, as a setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeForm {
    /// Decided from the first row that can be read.
    #[default]
    Guess,
    /// RFC 3339, or `YYYY-MM-DD` with or without a time of day, local to the scenario's zone unless
    /// an offset is given.
    Calendar,
    /// Unix time in seconds, with or without decimals.
    Seconds,
    /// Unix time in milliseconds.
    Milliseconds,
}

impl TimeForm {
    /// Returns the name for messages.
    pub fn text(self) -> &'static str {
        match self {
            TimeForm::Guess => "decided by the first row",
            TimeForm::Calendar => "dates and times",
            TimeForm::Seconds => "Unix seconds",
            TimeForm::Milliseconds => "Unix milliseconds",
        }
    }
}

/// Reason why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Nothing there.
    #[error("the time is empty")]
    Empty,
    /// None of the forms.
    #[error(
        "not a time; write 2026-01-13T01:00:00Z, 2026-01-13 01:00, 2026-01-13, or Unix seconds or \
         milliseconds"
    )]
    NoForm,
    /// A date or time of day that no calendar has.
    #[error("no such date or time of day")]
    NoSuchTime,
    /// A number where dates are expected.
    #[error("a number among dates; all rows must be written in one form")]
    NumberAmongDates,
    /// A date where numbers are expected.
    #[error("not a number of the Unix times in this column; all rows must be written in one form")]
    DateAmongNumbers,
    /// Eight digits that may be a date or Unix seconds.
    #[error(
        "may be a date or Unix seconds; write dates as 2026-01-13, or set \
         `[usage] time_form = \"seconds\"`"
    )]
    CompactDate,
    /// A small number that may be a day of a spreadsheet or Unix seconds.
    #[error(
        "may be a day of a spreadsheet or a time of 1 January 1970 in Unix seconds; set \
         `[usage] time_form = \"seconds\"` if it is that"
    )]
    SerialDay,
    /// Outside the years 1 to 9999.
    #[error("outside the years 1 to 9999; Unix times are read in seconds or milliseconds")]
    OutsideYears,
}

/// Reads instants of one column.
#[derive(Clone, Debug)]
pub struct TimeReader {
    zone: Zone,
    form: TimeForm,
    /// The last date met, as text and in days since 1970-01-01.
    date: ([u8; 10], i64),
    uniform: Uniform,
    /// The local time read last, where it has no offset from UTC.
    local: Option<i64>,
    met: MetTimes,
}

/// What the times that were read of a column show of how they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::usage) struct MetTimes {
    pub(in crate::usage) skipped: SkippedTimes,
    /// Times without an offset from UTC.
    locals: u64,
    /// Those of them without a time of day.
    dates: u64,
    /// Whether a time has a time of day.
    has_clock: bool,
}

impl MetTimes {
    /// Adds those of rows that follow.
    pub(in crate::usage) fn join(&mut self, other: MetTimes) {
        self.skipped.join(other.skipped);
        self.locals += other.locals;
        self.dates += other.dates;
        self.has_clock |= other.has_clock;
    }

    /// Whether a time has no offset from UTC.
    pub(in crate::usage) fn has_local(self) -> bool {
        self.locals > 0
    }

    /// Whether a time has a time of day, as all have where none is read as a date alone.
    pub(in crate::usage) fn has_clock(self) -> bool {
        self.has_clock || self.dates == 0
    }

    /// What is told of dates without a time of day.
    pub(in crate::usage) fn told_dates(self) -> Option<String> {
        let rows = counted(self.dates, "row");
        (self.dates > 0)
            .then(|| format!("{rows} without a time of day, taken at the start of the day."))
    }
}

/// Local times that clocks skip when they go forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::usage) struct SkippedTimes {
    count: u64,
    /// The first of them, in milliseconds as if it were UTC, and the instant it was taken for.
    first: Option<(i64, Instant)>,
}

impl SkippedTimes {
    /// Adds those of rows that follow.
    pub(in crate::usage) fn join(&mut self, other: SkippedTimes) {
        self.count += other.count;
        self.first = self.first.or(other.first);
    }

    /// The doubt in a sentence; `None` where there are none.
    pub(in crate::usage) fn told(self, zone: Zone) -> Option<String> {
        let (local, at) = self.first?;
        let form = "%Y-%m-%d %H:%M";
        let local = DateTime::from_timestamp_millis(local)?.naive_utc().format(form);
        let times = counted(self.count, "local time");
        Some(format!(
            "{times} did not occur in {}, as clocks went forward over them ({local}): their usage counts at \
             the time to which they went, {}. If the file is in another zone, name it with `[usage] zone` or `--usage-zone`.",
            zone.name(),
            zone.local(at).format("%H:%M")
        ))
    }
}

/// A period of local time with one offset from UTC, in milliseconds of local time: `[from, to)`.
#[derive(Clone, Copy, Debug)]
struct Uniform {
    from: i64,
    to: i64,
    offset: i64,
}

impl TimeReader {
    /// Creates a reader of times in this form, local to `zone` unless an offset is given.
    pub fn new(zone: Zone, form: TimeForm) -> TimeReader {
        let uniform = Uniform { from: 0, to: 0, offset: 0 };
        TimeReader {
            zone,
            form,
            date: (*b"1970-01-01", 0),
            uniform,
            local: None,
            met: MetTimes::default(),
        }
    }

    /// The time that [`TimeReader::read`] read last, in milliseconds as if it were UTC; `None` if it has an
    /// offset from UTC.
    #[inline]
    pub(super) fn local(&self) -> Option<i64> {
        self.local
    }

    /// A reader of the same form that has read nothing yet.
    pub(super) fn anew(&self) -> TimeReader {
        TimeReader::new(self.zone, self.form)
    }

    /// Adds what another reader has met.
    pub(super) fn join(&mut self, met: MetTimes) {
        self.met.join(met);
    }

    /// What the times read so far show.
    pub(in crate::usage) fn met(&self) -> MetTimes {
        self.met
    }

    /// The form in force: the setting, or what the first good row decided.
    pub fn form(&self) -> TimeForm {
        self.form
    }

    /// Parses the instant in `text`, rounding down to milliseconds.
    #[inline]
    pub fn read(&mut self, text: &[u8]) -> Result<Instant, TimeError> {
        match self.form {
            TimeForm::Calendar => self.calendar(text).map_err(|why| calendar_problem(text, why)),
            TimeForm::Seconds => unix(text, 1_000),
            TimeForm::Milliseconds => unix(text, 1),
            TimeForm::Guess => self.first(text),
        }
    }

    /// Parses an instant at the start of `text`, if it has the form `YYYY-MM-DDTHH:MM:SS[.fff]` with `Z` or an offset
    /// such as `+02:00` behind it, in a column of dates; returns it and the rest. Agrees with [`TimeReader::read`].
    #[inline(always)]
    pub(super) fn read_leading<'t>(&mut self, text: &'t [u8]) -> Option<(Instant, &'t [u8])> {
        if self.form != TimeForm::Calendar {
            return None;
        }
        let (date, rest) = text.split_first_chunk::<10>()?;
        let (mark, rest) = rest.split_first()?;
        let (clock, rest) = rest.split_first_chunk::<8>()?;
        let (fraction, rest) = match rest {
            [b'.', a, b, c, rest @ ..] => (two(b'0', *a).ok()? * 100 + two(*b, *c).ok()?, rest),
            rest => (0, rest),
        };
        let (offset, rest) = match rest {
            [b'Z', rest @ ..] => (0, rest),
            [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1, rest @ ..] => {
                (signed_offset(*sign, [*h0, *h1], [*m0, *m1]).ok()?, rest)
            }
            _ => return None,
        };
        if !matches!(mark, b'T' | b' ') {
            return None;
        }
        let local = self.days(date).ok()? * DAY + clock_at_once(*clock)? + fraction;
        Some((inside(local - offset).ok()?, rest))
    }

    /// Reads the first row, which decides the form.
    #[cold]
    fn first(&mut self, text: &[u8]) -> Result<Instant, TimeError> {
        let form = guess(text)?;
        let mut reader = TimeReader { form, ..self.clone() };
        let at = reader.read(text)?;
        *self = reader;
        Ok(at)
    }

    /// `YYYY-MM-DD`, then perhaps a time of day, then perhaps an offset.
    #[inline]
    fn calendar(&mut self, text: &[u8]) -> Result<Instant, TimeError> {
        // By far the most common form.
        if let Some((at, [])) = self.read_leading(text) {
            self.local = None;
            return Ok(at);
        }
        let (date, rest) = text.split_first_chunk::<10>().ok_or(TimeError::NoForm)?;
        let days = self.days(date)?;
        let (clock, offset) = match rest {
            [] => (0, None),
            [b'T' | b't' | b' ', rest @ ..] => clock(rest)?,
            _ => return Err(TimeError::NoForm),
        };
        let local = days * DAY + clock;
        self.local = offset.is_none().then_some(local);
        self.met.has_clock |= !rest.is_empty();
        match offset {
            Some(offset) => inside(local - offset),
            None => {
                self.met.locals += 1;
                self.met.dates += u64::from(rest.is_empty());
                self.at_local(local)
            }
        }
    }

    /// Days since 1970-01-01 of `YYYY-MM-DD`, the last one kept.
    #[inline(always)]
    fn days(&mut self, date: &[u8; 10]) -> Result<i64, TimeError> {
        match *date == self.date.0 {
            true => Ok(self.date.1),
            false => self.other_days(date),
        }
    }

    /// Days since 1970-01-01 of a date that is not the last one.
    #[inline(never)]
    fn other_days(&mut self, date: &[u8; 10]) -> Result<i64, TimeError> {
        let days = days(date)?;
        self.date = (*date, days);
        Ok(days)
    }

    /// The instant with this local date and time, in milliseconds as if it were UTC.
    #[inline]
    pub(in crate::usage) fn at_local(&mut self, local: i64) -> Result<Instant, TimeError> {
        if (self.uniform.from..self.uniform.to).contains(&local) {
            return inside(local - self.uniform.offset);
        }
        self.local_elsewhere(local)
    }

    /// The general case of [`TimeReader::at_local`]: looks up the zone, and caches the offset of
    /// the surrounding day or hour if it has only one.
    fn local_elsewhere(&mut self, local: i64) -> Result<Instant, TimeError> {
        for length in [DAY, HOUR] {
            let from = local.div_euclid(length) * length;
            let (first, last) = (self.ask(from), self.ask(from + length - 1));
            let (Ok(first), Ok(last)) = (first, last) else { continue };
            // A skipped or repeated time inside changes the distance of the two ends; for a time
            // that occurs twice the zone returns the earlier, which is the offset from before.
            if last.since(first).millis() == length - 1 {
                let offset = from - first.millis();
                self.uniform = Uniform { from, to: from + length, offset };
                return inside(local - offset);
            }
        }
        let at = self.ask(local)?;
        if self.zone.local(at).and_utc().timestamp_millis() != local {
            self.met.skipped.count += 1;
            self.met.skipped.first.get_or_insert((local, at));
        }
        Ok(at)
    }

    /// Looks up the zone.
    fn ask(&self, local: i64) -> Result<Instant, TimeError> {
        let local = DateTime::from_timestamp_millis(local).ok_or(TimeError::OutsideYears)?;
        self.zone.instant(local.naive_utc()).ok_or(TimeError::OutsideYears)
    }
}

/// The form of the first row.
fn guess(text: &[u8]) -> Result<TimeForm, TimeError> {
    if text.is_empty() {
        return Err(TimeError::Empty);
    }
    let Some((whole, _)) = number(text) else { return Ok(TimeForm::Calendar) };
    if text.len() == 8
        && text.iter().all(u8::is_ascii_digit)
        && (19000101..=21001231).contains(&whole)
    {
        return Err(TimeError::CompactDate);
    }
    if is_compact_time(text) {
        return Err(TimeError::CompactDate);
    }
    // A year, or a year and a month.
    let is_month = text.len() == 6 && (1..=12).contains(&(whole % 100));
    if (1_900..=2_100).contains(&whole) || is_month && (190_001..=210_012).contains(&whole) {
        return Err(TimeError::CompactDate);
    }
    if (20_000..80_500).contains(&whole) {
        return Err(TimeError::SerialDay);
    }
    match whole.unsigned_abs() >= MILLISECONDS_FROM.unsigned_abs() {
        true => Ok(TimeForm::Milliseconds),
        false => Ok(TimeForm::Seconds),
    }
}

/// Returns true for a date and a time of day of our century in twelve or fourteen digits, `202605311430`: as a count of
/// milliseconds it would lie before 2001 or after 2600.
fn is_compact_time(text: &[u8]) -> bool {
    let part =
        |from: usize| text.get(from..from + 2).and_then(|digits| two(digits[0], digits[1]).ok());
    let within = |from: usize, least: i64, most: i64| {
        part(from).is_some_and(|number| (least..=most).contains(&number))
    };
    matches!(text.len(), 12 | 14)
        && text.starts_with(b"20")
        && text.iter().all(u8::is_ascii_digit)
        && within(4, 1, 12)
        && within(6, 1, 31)
        && within(8, 0, 23)
        && within(10, 0, 59)
}

/// Returns true if a text can be read as a date, with or without a time of day.
pub(super) fn is_calendar(text: &[u8]) -> bool {
    TimeReader::new(Zone::UTC, TimeForm::Calendar).calendar(text).is_ok()
}

/// Returns true if a text is a number, as Unix times are.
pub(super) fn is_number(text: &[u8]) -> bool {
    number(text).is_some()
}

/// The problem with a text among dates, as specific as possible.
#[cold]
fn calendar_problem(text: &[u8], why: TimeError) -> TimeError {
    match text {
        [] => TimeError::Empty,
        _ if number(text).is_some() => TimeError::NumberAmongDates,
        _ => why,
    }
}

/// The instant of a Unix time in units of `unit` milliseconds.
#[inline]
fn unix(text: &[u8], unit: i64) -> Result<Instant, TimeError> {
    let Some((whole, micro)) = number(text) else {
        return Err(if text.is_empty() { TimeError::Empty } else { TimeError::DateAmongNumbers });
    };
    // `micro` counts millionths of a unit upwards from `whole`, so this rounds down.
    let fraction = micro * unit / 1_000_000;
    let millis = whole.checked_mul(unit).and_then(|whole| whole.checked_add(fraction));
    millis.map_or(Err(TimeError::OutsideYears), inside)
}

/// Parses a decimal number as its floor and the millionths above it, rounding down. A number too
/// large for an `i64` saturates.
#[inline]
fn number(text: &[u8]) -> Option<(i64, i64)> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let point = digits.iter().position(|&b| b == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at_checked(point)?;
    let fraction = fraction.get(1..).unwrap_or_default();
    if whole.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let next = |value: i64, digit: u8| value.saturating_mul(10).saturating_add(digit.into());
    let whole = whole.iter().fold(0, |value, digit| next(value, digit - b'0'));
    let shown = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
    let micro = shown.fold(0, |value, digit| next(value, digit - b'0'));
    let finer = fraction.iter().skip(6).any(|&b| b != b'0');
    if !negative {
        return Some((whole, micro));
    }
    match micro + i64::from(finer) {
        0 => Some((-whole, 0)),
        above => Some((-whole - 1, 1_000_000 - above)),
    }
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
fn days(date: &[u8; 10]) -> Result<i64, TimeError> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *date else {
        return Err(TimeError::NoForm);
    };
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let (month, day) = (two(m0, m1)?, two(d0, d1)?);
    if year == 0 {
        return Err(TimeError::OutsideYears);
    }
    let date = i32::try_from(year).ok().and_then(|year| {
        NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    });
    let date = date.ok_or(TimeError::NoSuchTime)?;
    Ok(date.signed_duration_since(NaiveDate::default()).num_days())
}

/// Parses `HH:MM[:SS[.fraction]]` into milliseconds since midnight, and the offset if there is one.
/// A leap second, `:60`, is the first second of the next minute, as in Unix time.
#[inline]
fn clock(text: &[u8]) -> Result<(i64, Option<i64>), TimeError> {
    if let Some((whole, rest)) = text.split_first_chunk::<8>()
        && let Some(whole) = clock_at_once(*whole)
    {
        return behind(whole, rest);
    }
    let [h0, h1, b':', m0, m1, rest @ ..] = text else { return Err(TimeError::NoForm) };
    let (hour, minute) = (two(*h0, *h1)?, two(*m0, *m1)?);
    let (second, rest) = match rest {
        [b':', s0, s1, rest @ ..] => (two(*s0, *s1)?, rest),
        rest => (0, rest),
    };
    behind(millis(hour, minute, second)?, rest)
}

/// Adds what follows whole seconds: a fraction, and the offset if there is one.
#[inline]
fn behind(whole: i64, rest: &[u8]) -> Result<(i64, Option<i64>), TimeError> {
    let (fraction, rest) = match rest {
        [b'.' | b',', rest @ ..] => fraction(rest)?,
        rest => (0, rest),
    };
    Ok((whole + fraction, offset(rest)?))
}

/// Parses `HH:MM:SS` into milliseconds since midnight, all eight bytes at once; `None` for any
/// other form.
#[inline(always)]
fn clock_at_once(text: [u8; 8]) -> Option<i64> {
    /// The high bit of each byte.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// Added to a byte, this sets its high bit if it is above 9, or above 0 in the place of a
    /// colon.
    const ABOVE: u64 = u64::from_le_bytes([0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f, 0x76, 0x76]);
    // Digits become their values and colons zero.
    let values = u64::from_le_bytes(text) ^ u64::from_le_bytes(*b"00:00:00");
    if (values | values.wrapping_add(ABOVE)) & HIGH != 0 {
        return None;
    }
    // Ten times each and its neighbour: at most 99, so that no byte overflows.
    let pairs = (values * 10 + (values >> 8)).to_le_bytes();
    let [hour, minute, second] = [i64::from(pairs[0]), i64::from(pairs[3]), i64::from(pairs[6])];
    millis(hour, minute, second).ok()
}

/// Milliseconds since midnight.
#[inline(always)]
fn millis(hour: i64, minute: i64, second: i64) -> Result<i64, TimeError> {
    if hour > 23 || minute > 59 || second > 60 {
        return Err(TimeError::NoSuchTime);
    }
    Ok(((hour * 60 + minute) * 60 + second) * 1_000)
}

/// Parses one to nine digits after the decimal point into whole milliseconds; returns them and the
/// rest.
fn fraction(text: &[u8]) -> Result<(i64, &[u8]), TimeError> {
    if let [a, b, c, rest @ ..] = text
        && !rest.first().is_some_and(u8::is_ascii_digit)
    {
        return Ok((two(b'0', *a)? * 100 + two(*b, *c)?, rest));
    }
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count).ok_or(TimeError::NoForm)?;
    if digits.is_empty() || digits.len() > 9 {
        return Err(TimeError::NoForm);
    }
    let shown = digits.iter().chain(std::iter::repeat(&b'0')).take(3);
    Ok((shown.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')), rest))
}

/// Parses `Z`, ` UTC`, `±HH`, `±HHMM` or `±HH:MM` into milliseconds east of UTC; `None` if nothing
/// is there.
#[inline]
fn offset(text: &[u8]) -> Result<Option<i64>, TimeError> {
    let (sign, hours, minutes) = match text {
        [] => return Ok(None),
        [b'Z' | b'z'] | b" UTC" | b" Z" => return Ok(Some(0)),
        [b' ', sign @ (b'+' | b'-'), h0, h1, m0, m1] => (*sign, [*h0, *h1], [*m0, *m1]),
        [sign @ (b'+' | b'-'), h0, h1] => (*sign, [*h0, *h1], *b"00"),
        [sign @ (b'+' | b'-'), h0, h1, m0, m1] | [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            (*sign, [*h0, *h1], [*m0, *m1])
        }
        _ => return Err(TimeError::NoForm),
    };
    signed_offset(sign, hours, minutes).map(Some)
}

/// An offset from UTC in milliseconds, by its sign and its digits.
#[inline]
fn signed_offset(sign: u8, [h0, h1]: [u8; 2], [m0, m1]: [u8; 2]) -> Result<i64, TimeError> {
    let (hours, minutes) = (two(h0, h1)?, two(m0, m1)?);
    if hours > 23 || minutes > 59 {
        return Err(TimeError::NoSuchTime);
    }
    let offset = (hours * 60 + minutes) * 60_000;
    Ok(if sign == b'-' { -offset } else { offset })
}

/// Two digits.
#[inline]
fn two(tens: u8, ones: u8) -> Result<i64, TimeError> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 {
        return Err(TimeError::NoForm);
    }
    Ok(i64::from(tens) * 10 + i64::from(ones))
}

/// The instant, if it lies in the years 1 to 9999.
#[inline]
fn inside(millis: i64) -> Result<Instant, TimeError> {
    let at = Instant::from_millis(millis);
    if at < Instant::EARLIEST || at >= Instant::NEVER {
        return Err(TimeError::OutsideYears);
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(zone: &str, form: TimeForm, text: &str) -> Result<String, TimeError> {
        let zone = Zone::from_name(zone).unwrap();
        TimeReader::new(zone, form).read(text.as_bytes()).map(|at| at.to_string())
    }

    fn calendar(text: &str) -> Result<String, TimeError> {
        read("Europe/Berlin", TimeForm::Calendar, text)
    }

    #[test]
    fn a_clock_read_at_once_is_the_clock_read_byte_by_byte() {
        let by_byte = |text: [u8; 8]| {
            let all = [text.as_slice(), b"Z"].concat();
            super::clock(&all).ok().map(|(millis, _)| millis)
        };
        let mut read = 0;
        for number in 0..1_000_000 {
            let (hour, minute, second) = (number / 10_000, number / 100 % 100, number % 100);
            let text = format!("{hour:02}:{minute:02}:{second:02}");
            let text: [u8; 8] = text.into_bytes().try_into().unwrap();
            assert_eq!(clock_at_once(text), by_byte(text), "{text:?}");
            read += usize::from(clock_at_once(text).is_some());
        }
        assert_eq!(read, 24 * 60 * 61);
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut text = *b"12:34:56";
                text[place] = byte;
                assert_eq!(clock_at_once(text), by_byte(text), "{text:?}");
            }
        }
    }

    #[test]
    fn the_start_of_a_text_is_read_as_the_whole_would_be() {
        for (text, rest) in [
            ("2026-01-13T01:00:00Z", Some("")),
            ("2026-01-13 01:00:00Z,5", Some(",5")),
            ("2026-01-13T01:00:00.250Z,5", Some(",5")),
            ("9999-12-31T23:59:59.999Z", Some("")),
            ("2026-01-13T01:00:00+05:30,5", Some(",5")),
            ("2026-01-13 01:00:00.250-08:00", Some("")),
            ("0001-01-01T00:00:00+00:01", None),
            ("9999-12-31T23:59:59-00:01", None),
            ("2026-01-13T01:00:00+24:00", None),
            ("2026-01-13T01:00:00+05:60", None),
            ("2026-01-13T01:00:00+0530", None),
            ("2026-01-13T01:00:00+05", None),
            ("9999-12-31T23:59:60Z", None),
            ("0000-12-31T23:59:59Z", None),
            ("2026-02-29T01:00:00Z", None),
            ("2026-01-13T24:00:00Z", None),
            ("2026-01-13T01:00:00.25Z", None),
            ("2026-01-13T01:00:00.2x0Z", None),
            ("2026-01-13T01:00:00z", None),
            ("2026-01-13x01:00:00Z", None),
            ("2026-01-13T01:00:00", None),
            ("2026-01-13T01:00", None),
            ("", None),
        ] {
            let mut reader = TimeReader::new(Zone::UTC, TimeForm::Calendar);
            let found = reader.read_leading(text.as_bytes());
            assert_eq!(found.map(|(_, rest)| rest), rest.map(str::as_bytes), "{text}");
            if let Some((at, rest)) = found {
                // In small letters it is read byte by byte.
                let whole = text[..text.len() - rest.len()].replace('T', "t");
                let whole = whole.replace(' ', "t").replace('Z', "z");
                assert_eq!(reader.read_leading(whole.as_bytes()), None);
                assert_eq!(reader.read(whole.as_bytes()), Ok(at), "{text}");
            }
        }
        let mut reader = TimeReader::new(Zone::UTC, TimeForm::Guess);
        assert_eq!(reader.read_leading(b"2026-01-13T01:00:00Z"), None, "the form is not known yet");
    }

    #[test]
    fn dates_and_times_are_read_in_every_form_people_write() {
        for (text, at) in [
            ("2026-01-13T01:00:00Z", "2026-01-13T01:00:00Z"),
            ("2026-01-13t01:00:00z", "2026-01-13T01:00:00Z"),
            ("2026-01-13 01:00:00 UTC", "2026-01-13T01:00:00Z"),
            ("2026-01-13T01:00:00+01:00", "2026-01-13T00:00:00Z"),
            ("2026-01-13T01:00:00-0530", "2026-01-13T06:30:00Z"),
            ("2026-01-13 01:00:00+00", "2026-01-13T01:00:00Z"),
            ("2026-01-13 01:00:00 +0100", "2026-01-13T00:00:00Z"),
            ("2026-01-13T01:00:00.5Z", "2026-01-13T01:00:00.500Z"),
            ("2026-01-13T01:00:00.9999999Z", "2026-01-13T01:00:00.999Z"),
            ("2026-01-13T01:00:00.000000001Z", "2026-01-13T01:00:00Z"),
            ("2026-01-13 01:00", "2026-01-13T00:00:00Z"),
            ("2026-07-13T01:00:30", "2026-07-12T23:00:30Z"),
            ("2026-07-13", "2026-07-12T22:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(calendar(text).as_deref(), Ok(at), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_says_why() {
        for (text, why) in [
            ("", TimeError::Empty),
            ("yesterday", TimeError::NoForm),
            ("13.01.2026", TimeError::NoForm),
            ("01/13/2026", TimeError::NoForm),
            ("2026-1-13", TimeError::NoForm),
            ("2026-01-13T", TimeError::NoForm),
            ("2026-01-13T01", TimeError::NoForm),
            ("2026-01-13T01:00:00.", TimeError::NoForm),
            ("2026-01-13T01:00:00.0123456789Z", TimeError::NoForm),
            ("2026-01-13T01:00:00+1", TimeError::NoForm),
            ("2026-01-13T01:00:00Zulu", TimeError::NoForm),
            ("2026-13-01", TimeError::NoSuchTime),
            ("2026-02-29", TimeError::NoSuchTime),
            ("2026-01-13T24:00", TimeError::NoSuchTime),
            ("2026-01-13T23:60", TimeError::NoSuchTime),
            ("2026-01-13T23:00:61", TimeError::NoSuchTime),
            ("0000-01-01", TimeError::OutsideYears),
            ("0001-01-01T00:00:00+01:00", TimeError::OutsideYears),
            ("9999-12-31T23:59:59-01:00", TimeError::OutsideYears),
            ("1700000000", TimeError::NumberAmongDates),
        ] {
            assert_eq!(calendar(text), Err(why), "{text}");
        }
    }

    #[test]
    fn unix_times_drop_what_is_finer_than_a_millisecond_towards_the_past() {
        use TimeForm::*;
        for (form, text, millis) in [
            (Seconds, "0", 0),
            (Seconds, "1700000000", 1_700_000_000_000),
            (Seconds, "1700000000.1239999", 1_700_000_000_123),
            (Seconds, "-1.5", -1_500),
            (Seconds, "-0.0001", -1),
            (Seconds, "-0.0000000001", -1),
            (Milliseconds, "1700000000123", 1_700_000_000_123),
            (Milliseconds, "1700000000123.9", 1_700_000_000_123),
            (Milliseconds, "-1", -1),
        ] {
            let at = TimeReader::new(Zone::UTC, form).read(text.as_bytes());
            assert_eq!(at, Ok(Instant::from_millis(millis)), "{text}");
        }
        for (text, why) in [
            ("2026-01-13", TimeError::DateAmongNumbers),
            ("1.7e9", TimeError::DateAmongNumbers),
            ("", TimeError::Empty),
            ("253402300800", TimeError::OutsideYears),
            ("99999999999999999999999", TimeError::OutsideYears),
            ("-99999999999999999999999", TimeError::OutsideYears),
        ] {
            assert_eq!(read("UTC", Seconds, text), Err(why), "{text}");
        }
    }

    #[test]
    fn the_first_row_decides_the_form_and_a_bad_one_does_not() {
        for (text, form) in [
            ("2026-01-13", TimeForm::Calendar),
            ("99999999999", TimeForm::Seconds),
            ("100000000000", TimeForm::Milliseconds),
            ("-5.5", TimeForm::Seconds),
            ("tomorrow", TimeForm::Guess),
            ("", TimeForm::Guess),
            ("20260113", TimeForm::Guess),
            ("202601131430", TimeForm::Guess),
            ("20260113143000", TimeForm::Guess),
            ("202613131430", TimeForm::Milliseconds),
        ] {
            let mut reader = TimeReader::new(Zone::UTC, TimeForm::Guess);
            let read = reader.read(text.as_bytes());
            assert_eq!(reader.form(), form, "{text}");
            assert_eq!(read.is_ok(), form != TimeForm::Guess, "{text}");
        }
    }

    #[test]
    fn local_times_that_clocks_skip_are_told_and_those_beside_them_are_not() {
        let new_york = Zone::from_name("America/New_York").unwrap();
        let mut reader = TimeReader::new(new_york, TimeForm::Calendar);
        for text in
            ["2026-03-08 01:59:59", "2026-03-08 03:00", "2026-11-01 01:30", "2026-03-08T02:30:00Z"]
        {
            reader.read(text.as_bytes()).unwrap();
            assert_eq!(reader.met().skipped.told(new_york), None, "{text}");
        }
        for text in ["2026-03-08 02:00", "2026-03-08 02:59:59"] {
            let at = reader.read(text.as_bytes()).unwrap();
            assert_eq!(
                new_york.show_local(at),
                new_york.show_local(reader.read(b"2026-03-08 03:00").unwrap())
            );
        }
        let told = reader.met().skipped.told(new_york).unwrap();
        let words = "2 local times did not occur in America/New_York, as clocks went forward over them \
                     (2026-03-08 02:00): their usage counts at the time to which they went, 03:00.";
        assert!(told.starts_with(words), "{told}");
    }

    proptest! {
        #[test]
        fn kept_dates_and_offsets_never_change_an_instant(
            hours in prop::collection::vec(-24_i64..24_000_000, 1..6),
            zone in prop::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
                "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin",
            ]),
        ) {
            let zone = Zone::from_name(zone).unwrap();
            let mut reader = TimeReader::new(zone, TimeForm::Calendar);
            // Minutes around the years 1970 to 2015, revisited in steps so that the cached offset
            // is used.
            for minute in hours.iter().flat_map(|&m| (0..200).map(move |i| m + i * 7)) {
                let local = DateTime::from_timestamp(minute * 60, 0).unwrap().naive_utc();
                let text = local.format("%Y-%m-%dT%H:%M").to_string();
                prop_assert_eq!(reader.read(text.as_bytes()).ok(), zone.instant(local), "{}", text);
            }
        }

        #[test]
        fn no_bytes_make_a_reader_panic(text in prop::collection::vec(any::<u8>(), 0..40)) {
            for form in [TimeForm::Guess, TimeForm::Calendar, TimeForm::Seconds] {
                let _ = TimeReader::new(Zone::UTC, form).read(&text);
            }
        }
    }
}
