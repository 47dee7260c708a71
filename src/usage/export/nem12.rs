//! Interval readings of Australian meters in the format NEM12, as delimited text with a column for each interval of a day.
//!
//! Records of one meter and register (200) stand above those of its days (300), which hold a value for each interval in the
//! market's time, ten hours ahead of UTC all year. A row keeps the line of its record. Deliberately absent:
//! accumulated readings (NEM13), and what registers mean.

use std::collections::BTreeMap;

use crate::domain::grouped;
use crate::domain::text::counted;

/// Minutes of a day.
const DAY: usize = 24 * 60;
/// Columns before those of the intervals.
const BESIDE: [&str; 6] =
    ["NMI", "NMISuffix", "Direction", "MeterSerialNumber", "UOM", "IntervalDate"];
/// The zone of the market's time, whose clocks do not go forward in summer.
pub(super) const ZONE: &str = "Australia/Brisbane";

/// A file of interval readings as text with a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IntervalText {
    pub(super) text: String,
    /// The line of the header, in place of the first record of a register.
    pub(super) header_line: u64,
    pub(super) remarks: Vec<String>,
}

/// A line and what is wrong with it.
type NemProblem = (u64, String);

/// Whether text is of this format: with its first record, or with those of registers and days alone.
pub(super) fn begins(sample: &[u8]) -> bool {
    let mut lines = sample.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let is_day = |line: &[u8]| {
        line.starts_with(b"300,") && line.iter().filter(|byte| **byte == b',').count() > 20
    };
    first.starts_with(b"100,NEM12,")
        || (first.starts_with(b"200,") && lines.next().is_some_and(is_day))
}

/// A register, from the record above its days.
#[derive(Clone)]
struct MeterRegister {
    nmi: String,
    suffix: String,
    serial: String,
    unit: String,
    minutes: usize,
}

/// A day of a register.
struct RegisterDay {
    line: u64,
    register: usize,
    date: String,
    /// Its values; blank where there is none.
    values: Vec<String>,
}

/// What was read so far.
#[derive(Default)]
struct NemRecords {
    registers: Vec<MeterRegister>,
    /// The line of the first of them.
    first: u64,
    days: Vec<RegisterDay>,
    /// The days of each register, by its meter, suffix and date.
    seen: BTreeMap<(String, String, String), u64>,
    lines: u64,
    /// Values that the file says are missing.
    missing: usize,
    has_begin: bool,
    has_end: bool,
}

/// The readings of a file as text with a header; the error has its line.
pub(super) fn as_table(text: &str) -> Result<IntervalText, NemProblem> {
    let mut records = NemRecords::default();
    for (line, text) in (1..).zip(text.lines()) {
        records.lines = line;
        records.add(line, text.trim_end()).map_err(|why| (line, why))?;
    }
    if records.days.is_empty() {
        return Err((
            records.lines.max(1),
            "no record of a day (300) is in this file of NEM12".to_owned(),
        ));
    }
    let each = records.registers.iter().map(|register| register.minutes).min().unwrap_or(DAY);
    if let Some(other) = records.registers.iter().find(|other| !other.minutes.is_multiple_of(each))
    {
        let why = format!(
            "holds intervals of {each} and of {} minutes, which no columns have in common; keep one of them in a file of its own",
            other.minutes
        );
        return Err((records.first, why));
    }
    Ok(records.table(each))
}

impl NemRecords {
    fn add(&mut self, line: u64, text: &str) -> Result<(), String> {
        let cells: Vec<&str> = text.split(',').map(str::trim).collect();
        match cells.first().copied().unwrap_or_default() {
            "100" => {
                self.has_begin = true;
                Ok(())
            }
            "200" => self.add_register(line, &cells),
            "300" => self.add_day(line, &cells),
            "400" => self.add_quality(&cells),
            "900" => {
                self.has_end = true;
                Ok(())
            }
            "500" | "" => Ok(()),
            other => Err(format!(
                "`{}` begins no record of NEM12, which are 100, 200, 300, 400, 500 and 900; if the file was cut or joined here, \
                 export it again",
                crate::domain::text::excerpt(other)
            )),
        }
    }

    fn add_register(&mut self, line: u64, cells: &[&str]) -> Result<(), String> {
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default().to_owned();
        let minutes: usize = cell(8).parse().unwrap_or(0);
        if minutes == 0 || !DAY.is_multiple_of(minutes) {
            return Err(format!(
                "the ninth cell of a record 200 is the minutes of an interval, such as 30, and here it is `{}`",
                cell(8)
            ));
        }
        if self.registers.is_empty() {
            self.first = line;
        }
        let (nmi, suffix, serial, unit) = (cell(1), cell(4), cell(6), cell(7));
        self.registers.push(MeterRegister { nmi, suffix, serial, unit, minutes });
        Ok(())
    }

    fn add_day(&mut self, line: u64, cells: &[&str]) -> Result<(), String> {
        let Some(register) = self.registers.last() else {
            return Err("a record 300 stands above any record 200, which says its meter and unit"
                .to_owned());
        };
        let date = iso_date(cells.get(1).copied().unwrap_or_default())?;
        let count = DAY / register.minutes;
        let is_number = |cell: &&str| cell.parse::<f64>().is_ok();
        let found = cells.iter().skip(2).take_while(|cell| is_number(cell)).count();
        if found != count {
            return Err(format!(
                "{} where a day has {count} of {} minutes each; if the file was cut here, export it again",
                counted(found, "value"),
                register.minutes
            ));
        }
        let key = (register.nmi.clone(), register.suffix.clone(), date.clone());
        if let Some(before) = self.seen.insert(key, line) {
            return Err(format!(
                "{date} of `{}` `{}` stands in line {before} already, and counting it twice is wrong: delete the older of the two, \
                 by their last cells",
                register.nmi, register.suffix
            ));
        }
        let is_missing = cells.get(2 + count).is_some_and(|quality| quality.starts_with('N'));
        let values = cells.iter().skip(2).take(count);
        let values = values.map(|value| if is_missing { "" } else { value }.to_owned()).collect();
        self.missing += if is_missing { count } else { 0 };
        self.days.push(RegisterDay { line, register: self.registers.len() - 1, date, values });
        Ok(())
    }

    /// Leaves the values blank that a record of the qualities of a day's intervals says are missing.
    fn add_quality(&mut self, cells: &[&str]) -> Result<(), String> {
        let number = |place: usize| cells.get(place).and_then(|cell| cell.parse::<usize>().ok());
        let (Some(from @ 1..), Some(to), Some(day)) = (number(1), number(2), self.days.last_mut())
        else {
            return Err("a record 400 says the first and the last interval of the day above it, and this does not".to_owned());
        };
        if cells.get(3).is_some_and(|quality| quality.starts_with('N')) {
            let values = day.values.iter_mut().take(to).skip(from - 1);
            for value in values.filter(|value| !value.is_empty()) {
                value.clear();
                self.missing += 1;
            }
        }
        Ok(())
    }

    /// The text, with a column for each interval of so many minutes.
    fn table(&self, each: usize) -> IntervalText {
        let mut lines = vec![String::new(); usize::try_from(self.lines).unwrap_or(0)];
        let columns = DAY / each;
        let clock = |place: usize| format!("{:02}:{:02}", place * each / 60, place * each % 60);
        let header = BESIDE.iter().map(|name| (*name).to_owned()).chain((0..columns).map(clock));
        let mut put = |line: u64, text: String| {
            let place = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
            if let Some(slot) = place.and_then(|place| lines.get_mut(place)) {
                *slot = text;
            }
        };
        put(self.first, header.collect::<Vec<_>>().join(","));
        for day in &self.days {
            let Some(register) = self.registers.get(day.register) else { continue };
            let MeterRegister { nmi, suffix, serial, unit, minutes } = register;
            let gap = ",".repeat(minutes / each);
            let values = day.values.iter().map(String::as_str).collect::<Vec<_>>().join(&gap);
            let end = ",".repeat(minutes / each - 1);
            let way = direction(suffix);
            let beside = format!("{nmi},{suffix},{way},{serial},{unit},{}", day.date);
            put(day.line, format!("{beside},{values}{end}"));
        }
        let mut text = lines.join("\n");
        text.push('\n');
        IntervalText { text, header_line: self.first, remarks: self.remarks() }
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![
            "The file is in the format NEM12: each record 300 is a day with a value for each interval, of the meter and the \
             register in the record 200 above it, in the market's time (UTC+10 all year)."
                .to_owned(),
        ];
        if self.missing > 0 {
            remarks.push(format!(
                "The file says of {} that nothing was measured (quality N): they count as no usage, and what was used then is not known.",
                match self.missing {
                    1 => "1 value".to_owned(),
                    more => format!("{} values", grouped(&more.to_string())),
                }
            ));
        }
        if self.has_begin && !self.has_end {
            remarks.push(
                "The file has no record 900, with which NEM12 ends: it may have been cut, and later days be missing.".to_owned(),
            );
        }
        remarks
    }
}

/// What a register counts by the first letter of its suffix, as the market names it: energy from the grid (`E1`), to it (`B1`),
/// or what its letter stands for, such as a second meter that checks the first.
fn direction(suffix: &str) -> &str {
    match suffix.get(..1) {
        Some("E") => "from grid",
        Some("B") => "to grid",
        letter => letter.unwrap_or_default(),
    }
}

/// A date of eight digits in ISO 8601.
fn iso_date(cell: &str) -> Result<String, String> {
    let parts = (cell.get(..4), cell.get(4..6), cell.get(6..8));
    match parts {
        (Some(year), Some(month), Some(day))
            if cell.len() == 8 && cell.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Ok(format!("{year}-{month}-{day}"))
        }
        _ => Err(format!(
            "the second cell of a record 300 is a date such as 20260531, and here it is `{cell}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of days with these values in each of their intervals, and what stands behind them.
    fn file(minutes: usize, days: &[(&str, &str, &str)]) -> String {
        let mut text = format!("100,NEM12,202606010000,A,B\n200,N1,E1,1,E1,N1,S1,kWh,{minutes},\n");
        for (date, value, end) in days {
            let values = vec![*value; DAY / minutes].join(",");
            text.push_str(&format!("300,{date},{values},{end}\n"));
        }
        text + "900\n"
    }

    #[test]
    fn each_day_is_a_line_with_the_number_of_its_record() {
        let days = [("20260501", "0.5", "A,,,20260502000000,"), ("20260502", "1", "A,,,,")];
        let found = as_table(&file(480, &days)).unwrap();
        assert_eq!(found.header_line, 2);
        let lines: Vec<&str> = found.text.lines().collect();
        assert_eq!(
            lines,
            [
                "",
                "NMI,NMISuffix,Direction,MeterSerialNumber,UOM,IntervalDate,00:00,08:00,16:00",
                "N1,E1,from grid,S1,kWh,2026-05-01,0.5,0.5,0.5",
                "N1,E1,from grid,S1,kWh,2026-05-02,1,1,1",
                "",
            ]
        );
        assert_eq!(found.remarks.len(), 1);
    }

    #[test]
    fn registers_of_longer_intervals_leave_those_between_blank() {
        let mut text = file(720, &[("20260501", "2", "A")]);
        text =
            text.replace("900\n", "200,N1,B1,1,B1,N1,S1,kWh,360,\n300,20260501,1,2,3,4,A\n900\n");
        let found = as_table(&text).unwrap();
        let rows: Vec<&str> = found.text.lines().filter(|line| line.starts_with("N1")).collect();
        assert_eq!(
            rows,
            ["N1,E1,from grid,S1,kWh,2026-05-01,2,,2,", "N1,B1,to grid,S1,kWh,2026-05-01,1,2,3,4"]
        );
    }

    #[test]
    fn values_that_were_not_measured_are_blank_and_told() {
        let text =
            file(480, &[("20260501", "0", "N"), ("20260502", "1", "V\n400,2,3,N,,\n400,1,1,A,,")]);
        let found = as_table(&text).unwrap();
        let rows: Vec<&str> = found.text.lines().filter(|line| line.starts_with("N1")).collect();
        assert_eq!(
            rows,
            ["N1,E1,from grid,S1,kWh,2026-05-01,,,", "N1,E1,from grid,S1,kWh,2026-05-02,1,,"]
        );
        assert!(
            found.remarks.iter().any(|said| said.contains("of 5 values")),
            "{:?}",
            found.remarks
        );
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_its_line() {
        let day =
            |end: &str| file(480, &[("20260501", "1", "A")]).replace("300,20260501,1,1,1,A", end);
        for (text, line, words) in [
            (day("300,20260501,1,1,A"), 3, "2 values where a day has 3 of 480 minutes each"),
            (day("300,20260501,1,1,1,1,A"), 3, "4 values where a day has 3"),
            (day("300,1/5/2026,1,1,1,A"), 3, "a date such as 20260531"),
            (file(7, &[]), 2, "the minutes of an interval"),
            (file(480, &[]), 3, "no record of a day"),
            (
                file(480, &[("20260501", "1", "A"), ("20260501", "2", "A")]),
                4,
                "stands in line 3 already",
            ),
            (day("301,x"), 3, "`301` begins no record of NEM12"),
        ] {
            let (at, why) = as_table(&text).unwrap_err();
            assert_eq!(at, line, "{why}");
            assert!(why.contains(words), "{why}");
        }
        let cut = file(480, &[("20260501", "1", "A")]).replace("900\n", "");
        let found = as_table(&cut).unwrap();
        assert!(
            found.remarks.iter().any(|said| said.contains("no record 900")),
            "{:?}",
            found.remarks
        );
    }

    #[test]
    fn only_files_of_this_format_are_taken_for_it() {
        assert!(begins(file(480, &[]).as_bytes()));
        let values = vec!["1"; 48].join(",");
        assert!(begins(
            format!("200,N1,E1,1,E1,N1,S1,kWh,30,\n300,20260501,{values}\n").as_bytes()
        ));
        assert!(!begins(b"100,NEM13,202606010000,A,B\n"));
        assert!(!begins(b"200,5\n300,6\n"));
    }
}
