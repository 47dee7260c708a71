//! Columns that say of which of two periods a row is, as pages of analytics export a comparison: `Oct 1, 2026 - Oct 31, 2026`
//! and `Sep 1, 2026 - Sep 30, 2026`, or `Current period` and `Previous period`.
//!
//! Deliberately absent: columns of amounts of another period, which `headers` knows.

use std::collections::BTreeMap;

use super::formula::Condition;
use super::headers::{header_argument, words};
use super::moment::{self, DateNotation, DateOrder};
use super::rows::cell;
use super::sample::ColumnSample;
use super::values::condition;
use crate::domain::text::excerpt;
use crate::usage::export::Row;

/// Headers, as words, of columns that hold nothing else than what is compared.
const HEADERS: [&str; 8] = [
    "date range",
    "date ranges",
    "date range name",
    "comparison",
    "compare",
    "date comparison",
    "period comparison",
    "comparison period",
];

/// Words for the period that a page is about.
const CURRENT: [&str; 12] = [
    "current",
    "current period",
    "this period",
    "selected period",
    "primary",
    "this month",
    "current month",
    "this week",
    "this year",
    "current year",
    "date range 0",
    "aktueller zeitraum",
];

/// Words for the one that it is compared with.
const OTHER: [&str; 17] = [
    "previous",
    "previous period",
    "prior period",
    "preceding period",
    "last period",
    "comparison",
    "comparison period",
    "last month",
    "previous month",
    "last week",
    "previous week",
    "last year",
    "previous year",
    "prior year",
    "same period last year",
    "date range 1",
    "vorheriger zeitraum",
];

/// Words for rows that say how much one is more than the other.
const CHANGES: [&str; 5] = ["change", "changes", "difference", "delta", "diff"];

/// Times that must stand under both periods, and rows below which nothing is a comparison.
const FEWEST: usize = 2;

/// Two periods among the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ComparedPeriods<'v> {
    /// The one that the page is about, by its name or as the later one.
    pub(super) current: &'v str,
    /// The one that it is compared with.
    pub(super) other: &'v str,
    /// Whether the header, the names or rows of changes say that they are compared.
    is_said: bool,
}

impl<'v> ComparedPeriods<'v> {
    /// The periods of a column; `None` where its values are others, or more.
    fn among(header: &str, values: impl Iterator<Item = &'v str>) -> Option<ComparedPeriods<'v>> {
        let (mut current, mut other, mut spans, mut has_changes) = (None, None, Vec::new(), false);
        for value in values.filter(|value| !value.is_empty()) {
            let words = words(value);
            let is_change = || words.split(' ').any(|word| CHANGES.contains(&word));
            if moment::is_span(value) {
                spans.push(value);
            } else if CURRENT.contains(&words.as_str()) {
                current = Some(value).filter(|_| current.is_none());
            } else if OTHER.contains(&words.as_str()) {
                other = Some(value).filter(|_| other.is_none());
            } else if is_change() && words.split(' ').count() <= 2 {
                has_changes = true;
            } else {
                return None;
            }
            if spans.len() > 2 {
                return None;
            }
        }
        let is_said = has_changes || is_of_comparison(header);
        match (current, other, spans.as_slice()) {
            (Some(current), Some(other), []) => {
                Some(ComparedPeriods { current, other, is_said: true })
            }
            (None, None, &[one, another]) => {
                let is_later = begin(one)? > begin(another)?;
                let (current, other) = if is_later { (one, another) } else { (another, one) };
                Some(ComparedPeriods { current, other, is_said })
            }
            _ => None,
        }
    }

    /// The same, where something says that they are compared.
    pub(super) fn said(
        header: &str,
        values: impl Iterator<Item = &'v str>,
    ) -> Option<ComparedPeriods<'v>> {
        ComparedPeriods::among(header, values).filter(|periods| periods.is_said)
    }
}

/// Whether a header is that of a column of compared periods.
pub(super) fn is_of_comparison(header: &str) -> bool {
    HEADERS.contains(&words(header).as_str())
}

/// Whether a value may be one of two periods that are compared.
pub(super) fn may_be(header: &str, value: &str) -> bool {
    let words = words(value);
    let is_named = CURRENT.contains(&words.as_str()) || OTHER.contains(&words.as_str());
    is_named || (is_of_comparison(header) && moment::is_span(value))
}

/// Where an interval begins.
fn begin(span: &str) -> Option<i64> {
    let notation = DateNotation { order: Some(DateOrder::MonthFirst), ..DateNotation::default() };
    moment::read(span, notation).ok().map(|read| read.local)
}

/// The problem of a column of the first rows that no condition names and that compares two periods.
pub(super) fn problem(
    header: &[String],
    rows: &[Row],
    samples: &[ColumnSample],
    filters: &[Condition<String>],
) -> Option<String> {
    let asked: Vec<String> =
        filters.iter().flat_map(Condition::columns).map(|name| words(name)).collect();
    // A total for each of two stretches of time is a history of them.
    if rows.len() <= FEWEST {
        return None;
    }
    let is_open = |column: &usize| !asked.contains(&words(&header[*column]));
    let few = |column: usize| samples.get(column).map_or(&[][..], |sample| &sample.few);
    let mut columns = (0..header.len()).filter(is_open);
    columns.find_map(|column| {
        let values = few(column).iter().map(String::as_str);
        let periods = ComparedPeriods::among(&header[column], values)?;
        let is_compared = || periods.is_said || stand_at_one_time(rows, samples, column, periods);
        is_compared().then(|| told(header, samples, column, periods))
    })
}

/// Whether most times of another column stand under both periods.
fn stand_at_one_time(
    rows: &[Row],
    samples: &[ColumnSample],
    column: usize,
    periods: ComparedPeriods<'_>,
) -> bool {
    let is_time = |other: &usize| *other != column && samples[*other].is_dates();
    (0..samples.len()).filter(is_time).any(|time| {
        let mut times: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
        for row in rows.iter().map(Row::view) {
            let under = times.entry(cell(row, time)).or_default();
            under[0] |= cell(row, column) == periods.current;
            under[1] |= cell(row, column) == periods.other;
        }
        let both = times.values().filter(|under| under[0] && under[1]).count();
        both >= FEWEST && 2 * both >= times.len()
    })
}

/// The problem of these periods.
fn told(
    header: &[String],
    samples: &[ColumnSample],
    column: usize,
    ComparedPeriods { current, other, .. }: ComparedPeriods<'_>,
) -> String {
    let name = &header[column];
    // Rows of changes hide that the others have times.
    let is_time = !samples.iter().any(ColumnSample::is_dates) && samples[column].dates.dates > 0;
    let time = match is_time {
        true => format!("--time-column {} ", header_argument(name)),
        false => String::new(),
    };
    format!(
        "column `{name}` compares two periods, `{}` and `{}`, which are not added up without a choice; choose one with `{time}--where \
         {}` or `{time}--where {}` (or `[usage] where`); where both are usage of their own time, `{time}--where {}` adds them up",
        excerpt(current),
        excerpt(other),
        condition(name, &[current]),
        condition(name, &[other]),
        condition(name, &[current, other]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_periods_are_known_by_their_names_or_as_intervals_under_such_a_header() {
        let said = |header: &str, values: &[&'static str]| {
            ComparedPeriods::said(header, values.iter().copied())
                .map(|periods| (periods.current, periods.other))
        };
        let (october, september) = ("Oct 1, 2026 - Oct 31, 2026", "Sep 1, 2026 - Sep 30, 2026");
        assert_eq!(said("Date range", &[september, october]), Some((october, september)));
        assert_eq!(said("Range", &[october, september, "% change"]), Some((october, september)));
        assert_eq!(
            said("Period", &["Previous period", "Current period"]),
            Some(("Current period", "Previous period"))
        );
        assert_eq!(said("Period", &[october, september]), None);
        assert_eq!(said("Date range", &[october]), None);
        let august = "Aug 1, 2026 - Aug 31, 2026";
        assert_eq!(said("Date range", &[october, september, august]), None);
        assert_eq!(said("Status", &["current", "closed"]), None);
    }
}
