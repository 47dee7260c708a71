//! Usage that a program holds in columns, as a source like any other.
//!
//! A row is written as a row of CSV, each value as its exact text, and read by the readers of files: columns are chosen,
//! combined and left out by the same rules, and the same rows in a file have the same results. Up to 64 MB of
//! text are kept in memory, and more in a file without a name. Deliberately absent: where the values come from.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::csv::{InputSource, KeptSource, KeptWriter};

/// The value of a column in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnValue<'v> {
    /// Nothing, as a blank cell.
    Nothing,
    /// Text, as it stands.
    Text(&'v str),
    /// A whole number.
    Whole(i128),
    /// A whole number divided by a power of ten.
    Decimal {
        /// The number.
        digits: i128,
        /// Digits after the point; before it where it is negative.
        scale: i8,
    },
    /// A number as the shortest decimal text that is read as it; what is no number is a blank cell.
    Double(f64),
    /// The same in single precision: 0.1 is 0.1.
    Single(f32),
    /// True or false.
    Truth(bool),
    /// Days since 1970.
    Date(i64),
    /// Time since 1970.
    Time {
        /// The time, in the unit.
        since: i64,
        /// The unit.
        unit: TimeUnit,
        /// Whether it is counted in UTC; otherwise it is what a clock shows somewhere.
        utc: bool,
    },
}

/// The unit of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Milliseconds.
    Milli,
    /// Microseconds.
    Micro,
    /// Nanoseconds.
    Nano,
}

impl TimeUnit {
    /// Digits of a second after the point.
    fn digits(self) -> usize {
        match self {
            TimeUnit::Second => 0,
            TimeUnit::Milli => 3,
            TimeUnit::Micro => 6,
            TimeUnit::Nano => 9,
        }
    }
}

/// Usage in columns, taken row by row.
pub struct UsageColumns {
    columns: usize,
    /// Cells in the row that is being written.
    cells: usize,
    row: String,
    rows: u64,
    kept: KeptWriter,
}

impl UsageColumns {
    /// No rows yet, under the name of the source and the names of its columns.
    pub fn new(name: &str, header: &[String]) -> io::Result<UsageColumns> {
        let kept = KeptWriter::new(name);
        let mut columns =
            UsageColumns { columns: header.len(), cells: 0, row: String::new(), rows: 0, kept };
        for name in header {
            columns.push(ColumnValue::Text(name))?;
        }
        columns.rows = 0;
        Ok(columns)
    }

    /// Adds the next value of the row, which ends with the last column.
    pub fn push(&mut self, value: ColumnValue<'_>) -> io::Result<()> {
        if self.cells > 0 {
            self.row.push(',');
        }
        write_value(&mut self.row, value);
        self.cells += 1;
        if self.cells < self.columns {
            return Ok(());
        }
        // A row of one blank cell would be a line that readers pass over.
        if self.row.is_empty() {
            self.row.push_str("\"\"");
        }
        self.row.push('\n');
        self.kept.write_all(self.row.as_bytes())?;
        self.row.clear();
        (self.cells, self.rows) = (0, self.rows + 1);
        Ok(())
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The source, which can be read again.
    pub fn finish(self) -> io::Result<InputSource> {
        let kept: KeptSource = self.kept.finish()?;
        Ok(InputSource::Kept(kept))
    }
}

/// Writes a value as the text of a cell.
fn write_value(row: &mut String, value: ColumnValue<'_>) {
    let written = match value {
        ColumnValue::Nothing => Ok(()),
        ColumnValue::Text(text) => {
            write_text(row, text);
            Ok(())
        }
        ColumnValue::Whole(number) => write!(row, "{number}"),
        ColumnValue::Decimal { digits, scale } => {
            write_decimal(row, digits, scale);
            Ok(())
        }
        ColumnValue::Double(number) if number.is_nan() => Ok(()),
        ColumnValue::Double(number) => write!(row, "{number}"),
        ColumnValue::Single(number) if number.is_nan() => Ok(()),
        ColumnValue::Single(number) => write!(row, "{number}"),
        ColumnValue::Truth(truth) => write!(row, "{truth}"),
        ColumnValue::Date(days) => {
            write_date(row, days);
            Ok(())
        }
        ColumnValue::Time { since, unit, utc } => {
            write_time(row, since, unit, utc);
            Ok(())
        }
    };
    written.expect("text takes whatever is written to it");
}

/// Writes text, in quotes where a reader of CSV needs them.
fn write_text(row: &mut String, text: &str) {
    let is_plain = |byte: u8| !matches!(byte, b',' | b';' | b'\t' | b'|' | b'"' | b'\n' | b'\r');
    if text.bytes().all(is_plain) {
        row.push_str(text);
        return;
    }
    row.push('"');
    for letter in text.chars() {
        if letter == '"' {
            row.push('"');
        }
        row.push(letter);
    }
    row.push('"');
}

/// Writes a whole number with its point moved.
fn write_decimal(row: &mut String, digits: i128, scale: i8) {
    let (sign, text) = (if digits < 0 { "-" } else { "" }, digits.unsigned_abs().to_string());
    let Ok(scale) = usize::try_from(scale) else {
        let zeros = if digits == 0 { 0 } else { usize::from(scale.unsigned_abs()) };
        row.extend([sign, &text, &"0".repeat(zeros)]);
        return;
    };
    let text = format!("{text:0>width$}", width = scale + 1);
    let (whole, part) = text.split_at(text.len() - scale);
    row.extend([sign, whole]);
    if !part.is_empty() {
        row.extend([".", part]);
    }
}

/// Writes the day of the proleptic Gregorian calendar that is so many days after the first of 1970: Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn write_date(row: &mut String, days: i64) {
    let days = i128::from(days) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    write!(row, "{year:04}-{month:02}-{day:02}").expect("text takes whatever is written to it");
}

/// Writes an instant with all its digits, as RFC 3339 where it is in UTC.
fn write_time(row: &mut String, since: i64, unit: TimeUnit, utc: bool) {
    let digits = unit.digits();
    let second = 10_i64.pow(digits as u32);
    let (seconds, part) = (since.div_euclid(second), since.rem_euclid(second));
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    write_date(row, days);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let written = write!(row, "T{hour:02}:{minute:02}:{second:02}");
    written.expect("text takes whatever is written to it");
    if part > 0 {
        write!(row, ".{part:0digits$}").expect("text takes whatever is written to it");
    }
    if utc {
        row.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Instant, Window, Zone};
    use crate::engine::trace::Chunk;
    use crate::usage::csv::{CsvSettings, Mode};

    fn cell(value: ColumnValue<'_>) -> String {
        let mut row = String::new();
        write_value(&mut row, value);
        row
    }

    fn time(since: i64, unit: TimeUnit, utc: bool) -> String {
        cell(ColumnValue::Time { since, unit, utc })
    }

    #[test]
    fn a_number_keeps_every_digit() {
        for (value, text) in [
            (ColumnValue::Nothing, ""),
            (ColumnValue::Whole(-7), "-7"),
            (ColumnValue::Whole(u64::MAX.into()), "18446744073709551615"),
            (ColumnValue::Decimal { digits: 12_345, scale: 2 }, "123.45"),
            (ColumnValue::Decimal { digits: -5, scale: 6 }, "-0.000005"),
            (ColumnValue::Decimal { digits: 5, scale: 0 }, "5"),
            (ColumnValue::Decimal { digits: 5, scale: -3 }, "5000"),
            (ColumnValue::Decimal { digits: 0, scale: -3 }, "0"),
            (ColumnValue::Double(0.1 + 0.2), "0.30000000000000004"),
            (ColumnValue::Double(1e-7), "0.0000001"),
            (ColumnValue::Double(f64::NAN), ""),
            (ColumnValue::Double(f64::INFINITY), "inf"),
            (ColumnValue::Single(0.1), "0.1"),
            (ColumnValue::Single(f32::NAN), ""),
            (ColumnValue::Truth(true), "true"),
        ] {
            assert_eq!(cell(value), text, "{value:?}");
        }
    }

    #[test]
    fn an_instant_keeps_its_unit_and_says_whether_it_is_in_utc() {
        for (since, unit, utc, text) in [
            (0, TimeUnit::Second, true, "1970-01-01T00:00:00Z"),
            (-1, TimeUnit::Milli, true, "1969-12-31T23:59:59.999Z"),
            (1_767_225_600, TimeUnit::Second, false, "2026-01-01T00:00:00"),
            (1_709_164_800_000_001, TimeUnit::Micro, true, "2024-02-29T00:00:00.000001Z"),
            (1_709_251_199_999_999_999, TimeUnit::Nano, true, "2024-02-29T23:59:59.999999999Z"),
            (951_782_400, TimeUnit::Second, true, "2000-02-29T00:00:00Z"),
            (-62_135_596_800, TimeUnit::Second, true, "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(time(since, unit, utc), text);
        }
        for (days, text) in [(0, "1970-01-01"), (-1, "1969-12-31"), (20_454, "2026-01-01")] {
            assert_eq!(cell(ColumnValue::Date(days)), text);
        }
        // Instants that no calendar of the readers has are refused by them, and nothing panics here.
        for unit in [TimeUnit::Second, TimeUnit::Nano] {
            assert!(time(i64::MIN, unit, true).ends_with('Z'));
            assert!(time(i64::MAX, unit, true).ends_with('Z'));
        }
    }

    #[test]
    fn text_that_would_part_a_row_is_quoted() {
        for (text, written) in
            [("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\"")]
        {
            assert_eq!(cell(ColumnValue::Text(text)), written);
        }
    }

    #[test]
    fn the_rows_are_read_as_those_of_a_file_and_again() {
        let header = ["when", "credits", "note"].map(str::to_owned);
        let mut columns = UsageColumns::new("memory", &header).unwrap();
        for hour in 0..3 {
            let since = 1_767_225_600_000_000 + hour * 3_600_000_000;
            let time = ColumnValue::Time { since, unit: TimeUnit::Micro, utc: true };
            columns.push(time).unwrap();
            columns.push(ColumnValue::Decimal { digits: 1_500_001, scale: 6 }).unwrap();
            columns.push(ColumnValue::Text("a, \"b\"\nc")).unwrap();
        }
        assert_eq!(columns.rows(), 3);
        let source = columns.finish().unwrap();
        assert_eq!(source.to_string(), "memory");
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        for _ in 0..2 {
            let settings = CsvSettings::new(Zone::UTC, always);
            let mut feed = crate::usage::open(source.clone(), settings, Mode::Stream).unwrap();
            let mut chunk = Chunk::new();
            feed.fill(&mut chunk).unwrap();
            assert_eq!(chunk.len(), 3);
            assert_eq!(feed.summary().total.to_string(), "4.500003");
        }
    }

    #[test]
    fn a_column_of_its_own_may_be_blank() {
        let mut columns = UsageColumns::new("memory", &["only".to_owned()]).unwrap();
        columns.push(ColumnValue::Nothing).unwrap();
        assert_eq!(columns.rows(), 1);
    }
}
