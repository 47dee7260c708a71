//! What a total so far rises by from row to row, or a balance falls by, as a further column where an amount names it: `rise of Meter reading`.
//!
//! The first row has nothing before it and is blank, unless it begins a day or a month and the total begins anew with each of them. A total that begins anew
//! counts what it holds then; a balance that rises counts nothing. Deliberately absent: totals of several users or meters in one file, and files with the
//! newest row first.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::blank::Blank;
use super::formula::Formula;
use super::headers::{self, in_shell};
use super::moment::{self, DateEvidence, DateNotation, DateVerdict, NotAMoment};
use super::number::{self, Atto, DecimalMark, Exact, NumberEvidence, NumberVerdict};
use super::sample::ColumnSample;
use crate::domain::Duration;
use crate::domain::text::excerpt;
use crate::usage::csv::{Amounts, CsvSettings};
use crate::usage::export::{Row, RowView};

/// Rows from which on totals so far go one way.
const FEWEST: usize = 4;
/// How many moves one way there are for each the other way, at least.
const ONE_WAY: usize = 3;

/// The way in which numbers that are no amounts go while credits are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DifferenceWay {
    /// Up, as a total so far does.
    Rise,
    /// Down, as a balance does.
    Fall,
}

impl DifferenceWay {
    /// What stands before the header of the column.
    fn words(self) -> &'static str {
        match self {
            DifferenceWay::Rise => "rise of ",
            DifferenceWay::Fall => "fall of ",
        }
    }

    /// What the numbers do.
    fn verb(self) -> &'static str {
        match self {
            DifferenceWay::Rise => "rises",
            DifferenceWay::Fall => "falls",
        }
    }

    /// The way that the first numbers of a column go, if it is nearly always one and they are enough to tell.
    pub(super) fn of(numbers: &[Atto]) -> Option<DifferenceWay> {
        DifferenceWay::of_any(numbers).filter(|_| numbers.len() >= FEWEST)
    }

    /// The same of however few.
    fn of_any(numbers: &[Atto]) -> Option<DifferenceWay> {
        let moves = |is_such: fn(&Atto, &Atto) -> bool| {
            numbers.windows(2).filter(|pair| is_such(&pair[0], &pair[1])).count()
        };
        let (ups, downs) = (moves(|one, next| one < next), moves(|one, next| one > next));
        match () {
            () if ups + downs == 0 => None,
            () if ups >= ONE_WAY * downs => Some(DifferenceWay::Rise),
            () if downs >= ONE_WAY * ups => Some(DifferenceWay::Fall),
            () => None,
        }
    }

    /// The flag by which the differences of a column are counted.
    pub(super) fn flag(self, header: &str) -> String {
        format!("`--amount-column {}`", in_shell(&format!("{}{header}", self.words())))
    }
}

/// A column with the differences of another.
#[derive(Clone, Debug)]
pub(super) struct DifferenceColumn {
    of: usize,
    way: DifferenceWay,
    mark: DecimalMark,
    name: String,
    before: Option<Exact>,
    /// What it begins anew with, where its first row begins one, too.
    anew: Option<TotalPeriod>,
}

/// A stretch of the calendar with each of which a total begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TotalPeriod {
    Day,
    Month,
}

impl TotalPeriod {
    fn word(self) -> &'static str {
        match self {
            TotalPeriod::Day => "day",
            TotalPeriod::Month => "month",
        }
    }

    /// The number of the one in which a local time lies, and whether it is at its beginning.
    fn of(self, local: i64) -> Option<(i64, bool)> {
        let at = chrono::DateTime::from_timestamp_millis(local)?;
        let day = local.div_euclid(Duration::DAY.millis());
        Some(match self {
            TotalPeriod::Day => (day, local.rem_euclid(Duration::DAY.millis()) < HOUR),
            TotalPeriod::Month => {
                (i64::from(at.year()) * 12 + i64::from(at.month0()), at.day() == 1)
            }
        })
    }
}

/// The milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// What a total begins anew with, if its first row begins one: it falls where another of them begins, each time, and nowhere else.
fn begun_anew(rows: &[(i64, Atto)]) -> Option<TotalPeriod> {
    [TotalPeriod::Month, TotalPeriod::Day].into_iter().find(|period| {
        let number = |local: i64| period.of(local).map(|(number, _)| number);
        let begins =
            rows.first().and_then(|row| period.of(row.0)).is_some_and(|(_, begins)| begins);
        let falls = rows.windows(2).filter(|pair| pair[1].1 < pair[0].1).count();
        let is_such = |pair: &[(i64, Atto)]| {
            (pair[1].1 < pair[0].1) == (number(pair[0].0) < number(pair[1].0))
        };
        begins && (1..rows.len() - 1).contains(&falls) && rows.windows(2).all(is_such)
    })
}

/// The times of rows, and the numbers of a column: those in the column that is named as the one of times, or in the first of times.
fn timed(
    header: &[String],
    rows: &[Row],
    named: Option<&String>,
    of: &dyn Fn(&Row) -> Option<Atto>,
) -> Vec<(i64, Atto)> {
    let evidence = |column: usize| {
        let mut evidence = DateEvidence::default();
        let cells = rows.iter().filter_map(|row| Some((row.line(), row.get(column)?)));
        cells.for_each(|(line, cell)| evidence.see(line, cell));
        match evidence.verdict() {
            DateVerdict::Notation(notation) if evidence.dates > 0 && evidence.others == 0 => {
                Some((column, notation))
            }
            _ => None,
        }
    };
    let is_named = |column: &usize| named.is_none_or(|named| header.get(*column) == Some(named));
    let found = (0..header.len()).filter(is_named).find_map(evidence);
    let Some((column, notation)) = found else { return Vec::new() };
    let read = |row: &Row| Some((moment::read(row.get(column)?, notation).ok()?.local, of(row)?));
    rows.iter().filter_map(read).collect()
}

impl DifferenceColumn {
    /// The column that the settings name as an amount, beside those of a header.
    pub(super) fn named(header: &[String], settings: &CsvSettings) -> Option<DifferenceColumn> {
        let Amounts::Columns(columns) = &settings.amounts else { return None };
        let mut wanted = columns.iter().flat_map(|(text, _)| {
            let formula = Formula::parse(text).ok();
            let inside =
                formula.iter().flat_map(Formula::columns).cloned().collect::<Vec<String>>();
            std::iter::once(text.clone()).chain(inside)
        });
        let find = |name: &String| {
            let ways = [DifferenceWay::Rise, DifferenceWay::Fall];
            let (way, of) =
                ways.into_iter().find_map(|way| Some((way, name.strip_prefix(way.words())?)))?;
            let of = header.iter().position(|one| one.eq_ignore_ascii_case(of))?;
            let is_header = header.iter().any(|one| one.eq_ignore_ascii_case(name));
            let mark = settings.meaning.decimal.unwrap_or_default();
            (!is_header).then(|| DifferenceColumn {
                of,
                way,
                mark,
                name: name.clone(),
                before: None,
                anew: None,
            })
        };
        wanted.find_map(|name| find(&name))
    }

    /// The name of the column.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Takes the decimal mark that the first rows show; the error is the problem of settings that take rows out between others, and of
    /// numbers that are of several things or go the other way.
    pub(super) fn look_at(
        &mut self,
        header: &[String],
        rows: &[Row],
        settings: &CsvSettings,
    ) -> Result<(), String> {
        let of = excerpt(header.get(self.of).map_or("", String::as_str));
        let meaning = &settings.meaning;
        if !meaning.filters.is_empty() || meaning.account.is_some() || !meaning.identity.is_empty()
        {
            return Err(format!(
                "the amount: what `{of}` {} by is what lies between one row of the file and the next, whatever conditions, an account or an identity leave out. Write the \
                 rows that count into a file of their own, and leave those settings out",
                self.way.verb()
            ));
        }
        let mut evidence = NumberEvidence::default();
        let cells = || rows.iter().filter_map(|row| Some((row.line(), row.get(self.of)?)));
        cells().for_each(|(line, cell)| evidence.see(line, cell));
        if let (NumberVerdict::Mark(mark), None) = (evidence.verdict(), meaning.decimal) {
            self.mark = mark;
        }
        let several = header.iter().enumerate().find(|(place, _)| tells_apart(rows, *place));
        if let Some((_, name)) = several {
            return Err(format!(
                "the amount: rows with several values in `{}` may each have a total of their own in `{of}`, and what lies between two rows is then none of them. \
                 Write the rows of each into a file of its own, with the header above them, and name their folder (`--usage`)",
                excerpt(name)
            ));
        }
        let numbers =
            cells().filter_map(|(_, cell)| number::read(cell, self.mark).ok()?.number.atto());
        let numbers: Vec<Atto> = numbers.collect();
        if self.way == DifferenceWay::Rise {
            let of = |row: &Row| number::read(row.get(self.of)?, self.mark).ok()?.number.atto();
            self.anew = begun_anew(&timed(header, rows, settings.time.as_ref(), &of));
        }
        match DifferenceWay::of_any(&numbers) {
            Some(way) if way == self.way => Ok(()),
            None if numbers.len() < FEWEST || numbers.windows(2).all(|pair| pair[0] == pair[1]) => {
                Ok(())
            }
            None => Err(format!(
                "the amount: the numbers in column `{of}` go up and down from row to row, as those of several totals or balances in one file do, and none that is \
                 counted by its differences does. Write the rows of each into a file of its own, with the header above them, and name their folder (`--usage`)"
            )),
            Some(way) => Err(format!(
                "the amount: the numbers in column `{of}` go the other way from row to row. If its newest row stands first, put the oldest first \
                 (`(head -n 1 FILE; tail -n +2 FILE | tac) > usage.csv`); otherwise {} counts them",
                way.flag(header.get(self.of).map_or("", String::as_str))
            )),
        }
    }

    /// What a row adds to those before it, as a cell.
    pub(super) fn cell(&mut self, row: RowView<'_>) -> String {
        let cell = row.get(self.of).unwrap_or_default();
        if Blank::of(cell).is_some() {
            return String::new();
        }
        let Some(now) = number::read(cell, self.mark).ok().map(|read| read.number) else {
            // It is told as a bad row.
            return cell.to_owned();
        };
        let Some(before) = self.before.replace(now) else {
            return match self.anew {
                Some(_) => cell.to_owned(),
                None => String::new(),
            };
        };
        let (Some(now), Some(before)) = (now.atto(), before.atto()) else { return cell.to_owned() };
        let step = match self.way {
            DifferenceWay::Rise => now.minus(before),
            DifferenceWay::Fall => before.minus(now),
        };
        match (step, self.way) {
            (Some(step), DifferenceWay::Rise) if step.is_negative() => now.plain(),
            (Some(step), DifferenceWay::Fall) if step.is_negative() => Atto::ZERO.plain(),
            (Some(step), _) => step.plain(),
            (None, _) => cell.to_owned(),
        }
    }

    /// What is told of it.
    pub(super) fn told(&self, header: &[String]) -> String {
        let of = header.get(self.of).map_or("", String::as_str);
        let anew = match self.way {
            DifferenceWay::Rise => "where it falls it begins anew, and counts what it holds then",
            DifferenceWay::Fall => "where it rises nothing is counted",
        };
        let way = match self.way {
            DifferenceWay::Rise => "rises",
            DifferenceWay::Fall => "falls",
        };
        let first = match self.anew {
            Some(period) => format!(
                "the first row begins a {0}, as it does with each {0}, and counts what it holds",
                period.word()
            ),
            None => "the first row has none before it".to_owned(),
        };
        format!(
            "What `{}` {way} by from row to row is the amount; {first}, and {anew}.",
            excerpt(of)
        )
    }
}

/// Whether the differences of a column are another of this header.
pub(super) fn is_counted(header: &[String], column: usize) -> bool {
    let Some(of) = header.get(column) else { return false };
    let is_of = |name: &String| {
        let ways = [DifferenceWay::Rise, DifferenceWay::Fall];
        ways.iter().any(|way| {
            name.strip_prefix(way.words()).is_some_and(|rest| rest.eq_ignore_ascii_case(of))
        })
    };
    header.iter().any(is_of)
}

/// The way to count the totals so far of several users or meters in one file, of which the only numbers are in a column; `None` where
/// those of each do not rise.
pub(super) fn way_apart(
    header: &[String],
    samples: &[ColumnSample],
    rows: &[Row],
) -> Option<String> {
    let mut numeric = samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| sample.is_numbers() && !sample.is_recent_times());
    let (column, sample) = numeric.next().filter(|_| numeric.next().is_none())?;
    let name = header.get(column).filter(|name| headers::may_be_running(name))?;
    if DifferenceWay::of(sample.first_numbers()).is_some() {
        return None;
    }
    let rise_apart = |place: &usize| {
        let mut totals: BTreeMap<&str, Vec<Atto>> = BTreeMap::new();
        for (row, number) in rows.iter().zip(sample.first_numbers()) {
            totals.entry(row.get(*place).unwrap_or_default()).or_default().push(*number);
        }
        let rises = |of: &Vec<Atto>| DifferenceWay::of_any(of) == Some(DifferenceWay::Rise);
        totals.len() > 1 && totals.values().all(rises)
    };
    let mut words = (0..header.len()).filter(|place| samples[*place].is_words());
    let apart = words.find(|place| tells_apart(rows, *place) && rise_apart(place))?;
    Some(format!(
        "each value in `{}` has a total of its own in `{name}`, of which the usage is what lies between its rows: write the rows of each \
         into a file of its own, with the header above them, name their folder (`--usage`), and give {}; the first row of each has none \
         before it",
        excerpt(&header[apart]),
        DifferenceWay::Rise.flag(name)
    ))
}

/// Whether a column has words of which several stand in two rows or more, as names of users and meters do.
fn tells_apart(rows: &[Row], column: usize) -> bool {
    let is_word = |cell: &str| {
        let is_time =
            !matches!(moment::read(cell, DateNotation::default()), Err(NotAMoment::NoForm));
        Blank::of(cell).is_none() && !is_time && !number::is_number(cell)
    };
    let mut counts = BTreeMap::new();
    for cell in rows.iter().filter_map(|row| row.get(column)).filter(|cell| is_word(cell)) {
        *counts.entry(cell).or_insert(0) += 1;
    }
    counts.values().filter(|count| **count > 1).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::new();
        cells.iter().for_each(|cell| row.push(cell));
        row
    }

    fn column(way: DifferenceWay) -> DifferenceColumn {
        let (mark, name) = (DecimalMark::Point, String::new());
        DifferenceColumn { of: 1, way, mark, name, before: None, anew: None }
    }

    fn cells(way: DifferenceWay, numbers: &[&str]) -> Vec<String> {
        let mut column = column(way);
        numbers.iter().map(|number| column.cell(row(&["2026-05-01", number]).view())).collect()
    }

    #[test]
    fn a_total_counts_what_it_rises_by_and_a_balance_what_it_falls_by() {
        let totals = cells(DifferenceWay::Rise, &["10", "12.5", "", "1,020", "3"]);
        assert_eq!(totals, ["", "2.5", "", "1007.5", "3"]);
        let balances = cells(DifferenceWay::Fall, &["100", "98", "500", "n/a", "490"]);
        assert_eq!(balances, ["", "2", "0", "", "10"]);
        assert_eq!(cells(DifferenceWay::Fall, &["100", "many"])[1], "many");
    }

    #[test]
    fn a_total_that_begins_anew_with_each_month_or_day_counts_its_first_row() {
        let anew = |rows: &[(&str, i128)]| {
            let read = |(at, amount): &(&str, i128)| {
                let at = moment::read(at, DateNotation::default()).unwrap();
                (at.local, Atto::from_steps(*amount))
            };
            begun_anew(&rows.iter().map(read).collect::<Vec<_>>())
        };
        let month = [("2026-01-01", 5), ("2026-01-31", 40), ("2026-02-01", 3), ("2026-02-02", 9)];
        assert_eq!(anew(&month), Some(TotalPeriod::Month));
        assert_eq!(anew(&month[1..]), None, "its first row begins no month");
        assert_eq!(anew(&month[..2]), None, "it begins anew nowhere");
        let fallen = [("2026-01-01", 5), ("2026-01-02", 4), ("2026-02-01", 3)];
        assert_eq!(anew(&fallen), None);
        let day = [("2026-01-05 00:00", 5), ("2026-01-05 23:00", 9), ("2026-01-06 00:00", 2)];
        assert_eq!(anew(&day), Some(TotalPeriod::Day));
    }

    #[test]
    fn the_differences_of_one_way_are_those_of_totals_or_balances() {
        let way = |numbers: &[i64]| {
            let numbers: Vec<Atto> =
                numbers.iter().map(|number| Atto::from_steps(i128::from(*number))).collect();
            DifferenceWay::of(&numbers)
        };
        assert_eq!(way(&[1, 2, 4, 3, 9]), Some(DifferenceWay::Rise));
        assert_eq!(way(&[9, 8, 7, 20, 19]), Some(DifferenceWay::Fall));
        assert_eq!(way(&[1, 100, 2, 101, 3]), None);
        assert_eq!(way(&[1, 2, 4]), None, "they are too few");
    }

    #[test]
    fn names_of_which_several_have_two_rows_tell_rows_apart() {
        let rows = |users: [&str; 4]| users.map(|user| row(&["2026-05-01", "5", user])).to_vec();
        assert!(tells_apart(&rows(["a", "b", "a", "b"]), 2));
        assert!(
            !tells_apart(&rows(["a", "a", "a", "a"]), 2)
                && !tells_apart(&rows(["a", "b", "c", "d"]), 2)
        );
        assert!(
            !tells_apart(&rows(["a", "b", "a", "b"]), 0)
                && !tells_apart(&rows(["a", "b", "a", "b"]), 1)
        );
    }
}
