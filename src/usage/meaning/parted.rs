//! Dates whose year, month and day stand in columns of their own: `Year, Month, Day`, read as one column of dates.
//!
//! Deliberately absent: times of day, which have a column of their own beside dates of any kind.

use super::headers::{is_of_time, words};
use super::moment::{self, DateNotation, DateVerdict};
use crate::usage::export::{Row, RowView};

/// Headers, as words, of years.
pub(super) const YEARS: [&str; 23] = [
    "year",
    "jahr",
    "année",
    "annee",
    "año",
    "anno",
    "ano",
    "jaar",
    "rok",
    "år",
    "vuosi",
    "yıl",
    "год",
    "рік",
    "év",
    "年",
    "년",
    "연도",
    "年份",
    "年度",
    "yr",
    "yyyy",
    "usage year",
];

/// The same of months.
pub(super) const MONTHS: [&str; 28] = [
    "month",
    "monat",
    "mois",
    "mes",
    "mese",
    "mês",
    "maand",
    "miesiąc",
    "měsíc",
    "måned",
    "månad",
    "kuukausi",
    "ay",
    "месяц",
    "місяць",
    "hónap",
    "月",
    "월",
    "月份",
    "month name",
    "monthname",
    "month number",
    "month no",
    "month of year",
    "mon",
    "mm",
    "mth",
    "usage month",
];

/// The same of days.
pub(super) const DAYS: [&str; 20] = [
    "day",
    "tag",
    "jour",
    "día",
    "dia",
    "giorno",
    "dag",
    "dzień",
    "den",
    "päivä",
    "gün",
    "день",
    "nap",
    "日",
    "일",
    "day of month",
    "day number",
    "dd",
    "dom",
    "usage day",
];

/// What joins the headers in the name of the dates.
const AND: &str = " and ";

/// Years that such a column may hold.
const NEAR_YEARS: std::ops::RangeInclusive<i64> = 1990..=2100;

/// The columns that make up a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartedDate {
    year: usize,
    month: usize,
    day: Option<usize>,
    /// The headers, joined: `Year and Month and Day`.
    name: String,
}

impl PartedDate {
    /// The columns that a header and the first rows show to be the parts of a date; `None` where another column holds dates.
    pub(super) fn of(header: &[String], rows: &[Row]) -> Option<PartedDate> {
        let (year, month) = (among(header, &YEARS)?, among(header, &MONTHS)?);
        let day = among(header, &DAYS);
        let are_days = |column: &usize| {
            let cells = || rows.iter().filter_map(|row| row.get(*column));
            let filled = || cells().filter(|cell| !cell.is_empty());
            filled().next().is_some() && filled().all(|cell| number(cell).is_some())
        };
        let parted = PartedDate::joining(header, year, month, day.filter(are_days));
        let is_date = |row: &Row| parted.date(row.view()).is_some();
        let dated = rows.iter().filter(|row| is_date(row)).count();
        let is_read = dated > 0 && rows.len() - dated <= 1 + rows.len() / 20;
        let others = (0..header.len()).filter(|column| !parted.columns().contains(column));
        let has_dates = |column: usize| holds_dates(rows, &header[column], column);
        (is_read && !others.into_iter().any(has_dates)).then_some(parted)
    }

    /// Whether a header names a year and a month.
    pub(super) fn may_be(header: &[String]) -> bool {
        among(header, &YEARS).is_some() && among(header, &MONTHS).is_some()
    }

    /// The columns that a setting names in this order, joined by `and`.
    pub(super) fn named(header: &[String], wanted: &str) -> Option<PartedDate> {
        let find = |name: &str| {
            let is_it = |one: &&String| one.eq_ignore_ascii_case(name.trim());
            header.iter().position(|one| is_it(&one))
        };
        let is_header = find(wanted).is_some();
        let columns: Option<Vec<usize>> = wanted.split(AND).map(find).collect();
        match columns?[..] {
            [year, month] if !is_header => Some(PartedDate::joining(header, year, month, None)),
            [year, month, day] if !is_header => {
                Some(PartedDate::joining(header, year, month, Some(day)))
            }
            _ => None,
        }
    }

    fn joining(header: &[String], year: usize, month: usize, day: Option<usize>) -> PartedDate {
        let columns = [Some(year), Some(month), day].into_iter().flatten();
        let names: Vec<&str> = columns.map(|column| header[column].as_str()).collect();
        PartedDate { year, month, day, name: names.join(AND) }
    }

    /// The name of the column of dates.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The columns of its parts.
    pub(super) fn columns(&self) -> Vec<usize> {
        [Some(self.year), Some(self.month), self.day].into_iter().flatten().collect()
    }

    /// The date of a row as text: of its month where the day is blank. Where parts are none of a date, the first of them that
    /// is none, so that it is told or labels a total.
    pub(super) fn text(&self, row: RowView<'_>) -> String {
        if let Some(date) = self.date(row) {
            return date;
        }
        let cells = || self.columns().into_iter().map(|column| cell(row, column));
        let is_part = |text: &str| number(text).is_some() || month(text).is_some();
        let other = cells().find(|text| !text.is_empty() && !is_part(text));
        match other {
            Some(other) => other.to_owned(),
            None => cells().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
        }
    }

    /// The date of a row, which may be one that no calendar has.
    fn date(&self, row: RowView<'_>) -> Option<String> {
        let year = number(cell(row, self.year)).filter(|year| NEAR_YEARS.contains(year))?;
        let month = month(cell(row, self.month))?;
        let day = self.day.map_or("", |day| cell(row, day));
        if day.is_empty() {
            return Some(format!("{year:04}-{month:02}"));
        }
        let day = number(day).filter(|day| (1..=31).contains(day))?;
        Some(format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// The only column whose header is one of these names.
fn among(header: &[String], names: &[&str]) -> Option<usize> {
    let is_it = |name: &String| names.contains(&words(name).as_str());
    let mut found = header.iter().enumerate().filter(|(_, name)| is_it(name));
    found.next().filter(|_| found.next().is_none()).map(|(column, _)| column)
}

fn cell(row: RowView<'_>, column: usize) -> &str {
    row.get(column).unwrap_or_default().trim()
}

/// A whole number of at most four digits; one that a program wrote with a decimal, `10.0`, too.
fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let is_number = (1..=4).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| whole.parse().ok()).flatten()
}

/// The number of a month, by number or by name.
fn month(text: &str) -> Option<i64> {
    let named = || moment::month_number(text.trim().trim_end_matches('.'));
    number(text).filter(|number| (1..=12).contains(number)).or_else(named)
}

/// Whether more than half of the first cells of a column are dates, or all are Unix times under a header that speaks of time.
pub(super) fn holds_dates(rows: &[Row], header: &str, column: usize) -> bool {
    let mut evidence = moment::DateEvidence::default();
    let cells = rows.iter().filter_map(|row| Some((row.line(), row.get(column)?)));
    cells.filter(|(_, cell)| !cell.is_empty()).for_each(|(line, cell)| evidence.see(line, cell));
    let are_times = || {
        matches!(evidence.verdict(), DateVerdict::Notation(DateNotation { numbers: Some(_), .. }))
            && words(header).split(' ').any(is_of_time)
    };
    2 * evidence.dates > evidence.dates + evidence.others + evidence.numbers
        || (evidence.numbers > 0 && evidence.dates + evidence.others == 0 && are_times())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Vec<String>, Vec<Row>) {
        let mut lines = text.split(';').map(|line| line.split(','));
        let header = lines.next().unwrap().map(str::to_owned).collect();
        let row = |cells: std::str::Split<'_, char>| {
            let mut row = Row::new();
            row.begin(2);
            cells.for_each(|cell| row.push(cell));
            row
        };
        (header, lines.map(row).collect())
    }

    /// The name of the dates, and those of all rows.
    fn dates(text: &str) -> Option<(String, Vec<String>)> {
        let (header, rows) = table(text);
        let parted = PartedDate::of(&header, &rows)?;
        Some((parted.name().to_owned(), rows.iter().map(|row| parted.text(row.view())).collect()))
    }

    #[test]
    fn parts_of_dates_are_joined_whatever_their_order() {
        for (text, name, first) in [
            ("Year,Month,Day,Credits;2026,10,5,3", "Year and Month and Day", "2026-10-05"),
            ("day,month,year,n;7,October,2026,3", "year and month and day", "2026-10-07"),
            ("Credits,YEAR,MONTH;3,2026,Oct.", "YEAR and MONTH", "2026-10"),
            ("year,month,day,n;2026.0,2.0,30.0,1", "year and month and day", "2026-02-30"),
        ] {
            let (found, dates) = dates(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.as_str(), dates[0].as_str()), (name, first), "{text}");
        }
        let (_, all) = dates("Year,Month,Day,n;2026,10,5,3;Total,,,3").unwrap();
        assert_eq!(all, ["2026-10-05", "Total"]);
        let (_, all) = dates("Year,Month,Day,n;2026,10,5,3;2026,10,,9").unwrap();
        assert_eq!(all, ["2026-10-05", "2026-10"]);
    }

    #[test]
    fn other_columns_are_no_parts_of_dates() {
        for text in [
            "Year,Month,Credits;26,10,3",
            "Year,Credits;2026,3",
            "Year,Month,Credits;2026,13,3",
            "date,year,month,day,n;2026-10-05,2026,10,5,3",
            "ts,year,month,n;1790000000,2026,10,3",
            "Year,Month,Credits;2026,2026-10,3",
        ] {
            assert_eq!(dates(text), None, "{text}");
        }
    }

    #[test]
    fn a_setting_names_the_columns_in_their_order() {
        let (header, rows) = table("y,m,d,n;2026,Oct,5,3");
        let named = PartedDate::named(&header, "y and m and d").unwrap();
        assert_eq!(named.text(rows[0].view()), "2026-10-05");
        assert_eq!(PartedDate::named(&header, "y and x"), None);
        let (header, _) = table("Date and Time,Date,Time;1,2,3");
        assert_eq!(PartedDate::named(&header, "Date and Time"), None);
    }
}
