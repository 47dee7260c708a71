//! Two rows of one job, `reserved` and `settled`: what was held first and what it came to, of which only the last is usage.
//!
//! Deliberately absent: statuses by which single rows are not billed, which are in `flags`.

use std::collections::BTreeMap;

use super::choose::ChosenColumns;
use super::headers::{last_words, words};
use super::number::{self, Atto, DecimalMark};
use super::rows::cell;
use super::sample::{self, ColumnSample};
use super::values::{ValueCounts, condition};
use crate::domain::text::{counted, excerpt};
use crate::usage::export::Row;

/// Ids that must have both.
const FEWEST: usize = 2;

/// Words of headers of stages.
const HEADERS: [&str; 9] =
    ["status", "type", "event", "phase", "state", "stage", "kind", "action", "step"];

/// Words of what a job is said to take before it is done.
const BEFORE: [&str; 36] = [
    "reserved",
    "reserve",
    "reservation",
    "authorized",
    "authorised",
    "authorization",
    "authorize",
    "auth",
    "preauth",
    "hold",
    "held",
    "on hold",
    "estimated",
    "estimate",
    "preliminary",
    "provisional",
    "initial",
    "started",
    "start",
    "began",
    "begin",
    "pending",
    "requested",
    "queued",
    "created",
    "initiated",
    "open",
    "opened",
    "submitted",
    "accepted",
    "running",
    "in progress",
    "draft",
    "scheduled",
    "quoted",
    "planned",
];

/// Words of what it came to.
const AFTER: [&str; 31] = [
    "settled",
    "settle",
    "settlement",
    "captured",
    "capture",
    "final",
    "finalized",
    "finalised",
    "completed",
    "complete",
    "completion",
    "finished",
    "finish",
    "done",
    "end",
    "ended",
    "succeeded",
    "success",
    "successful",
    "posted",
    "cleared",
    "committed",
    "commit",
    "consumed",
    "charged",
    "closed",
    "confirmed",
    "actual",
    "billed",
    "used",
    "processed",
];

/// How far a stage is, by the last of its words that says so: `job.started`.
fn place(value: &str) -> Option<bool> {
    let words = words(value);
    let is_of = |list: &[&str]| {
        list.contains(&words.as_str())
            || words.rsplit(' ').next().is_some_and(|last| list.contains(&last))
    };
    is_of(&AFTER).then_some(true).or_else(|| is_of(&BEFORE).then_some(false))
}

/// Whether a header is that of a column of stages.
fn is_of_stages(header: &str) -> bool {
    last_words(header).split(' ').any(|word| HEADERS.contains(&word))
}

/// Whether a column is one of stages whose first cells are all of one: the other may begin later.
pub(super) fn has_one(header: &str, sample: &ColumnSample) -> bool {
    is_of_stages(header) && sample.filled > 0 && !sample.differ && place(&sample.example).is_some()
}

/// What should be known of two stages in a column the first of whose rows were all of one.
pub(super) fn told_later(name: &str, counts: &ValueCounts) -> Option<String> {
    let mut counting = counts.counting().filter(|value| !value.is_empty());
    let (one, other) = (counting.next()?, counting.next()?);
    if counting.next().is_some() || place(one)? == place(other)? {
        return None;
    }
    let after = if place(one)? { one } else { other };
    Some(format!(
        "Column `{name}` has rows of two stages, `{}` and `{}`, and those looked at first are all of one. Where a job has a row in \
         both, it counts twice; `--where {}` counts the last alone.",
        excerpt(one),
        excerpt(other),
        condition(name, &[after])
    ))
}

/// The problem of rows most ids of which stand in two stages.
pub(super) fn problem(
    rows: &[Row],
    columns: &ChosenColumns,
    samples: &[ColumnSample],
    mark: DecimalMark,
) -> Option<String> {
    let amounts = columns.amounts();
    let asked: Vec<&usize> = columns.filters.iter().flat_map(|filter| filter.columns()).collect();
    let is_free = |column: &usize| {
        !amounts.contains(column) && *column != columns.time && columns.clock != Some(*column)
    };
    let free = || (0..columns.header.len()).filter(is_free);
    let is_stage = |column: &usize| !asked.contains(&column) && is_of_stages(columns.name(*column));
    free().filter(is_stage).find_map(|column| {
        let stages = Stages::of(rows, column)?;
        let may_be_id =
            |id: &usize| *id != column && !samples.get(*id).is_some_and(ColumnSample::is_dates);
        let id = free().filter(may_be_id).find(|id| stages.both(rows, *id))?;
        stages.problem(rows, columns, id, mark)
    })
}

/// The two values of a column of stages.
struct Stages<'r> {
    column: usize,
    before: &'r str,
    after: &'r str,
}

impl<'r> Stages<'r> {
    /// The stages of a column; `None` where it has others, or more.
    fn of(rows: &'r [Row], column: usize) -> Option<Stages<'r>> {
        let mut values: Vec<&str> = Vec::new();
        for row in rows {
            let value = cell(row.view(), column);
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
            if values.len() > 2 {
                return None;
            }
        }
        let [one, other] = values[..] else { return None };
        match (place(one)?, place(other)?) {
            (false, true) => Some(Stages { column, before: one, after: other }),
            (true, false) => Some(Stages { column, before: other, after: one }),
            _ => None,
        }
    }

    /// Whether nearly each value of a column stands in one row of each stage.
    fn both(&self, rows: &[Row], id: usize) -> bool {
        let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in rows {
            let stages = ids.entry(cell(row.view(), id)).or_default();
            stages.push(cell(row.view(), self.column));
        }
        let has_both = |stages: &&Vec<&str>| {
            stages.len() == 2 && stages.contains(&self.before) && stages.contains(&self.after)
        };
        let both = ids.values().filter(has_both).count();
        both >= FEWEST && 10 * both >= 8 * ids.len()
    }

    /// The problem, where the amounts of both stages would be added up.
    fn problem(
        &self,
        rows: &[Row],
        columns: &ChosenColumns,
        id: usize,
        mark: DecimalMark,
    ) -> Option<String> {
        let [amount] = columns.amounts()[..] else { return None };
        let sum = |stage| self.sum(rows, columns, (stage, amount), mark);
        let (before, after) = (sum(self.before)?, sum(self.after)?);
        if before.amount <= Atto::ZERO || after.amount <= Atto::ZERO {
            return None;
        }
        let name = columns.name(self.column);
        let among = match sample::is_whole(rows.len() as u64) {
            true => "",
            false => " of those looked at",
        };
        let listed = [(self.before, before), (self.after, after)].map(|(stage, sum)| {
            format!(
                "\n    `{}`: {} of those looked at, sum {}",
                excerpt(stage),
                counted(sum.rows, "row"),
                sum.amount
            )
        });
        Some(format!(
            "column `{name}` has two stages of what column `{}` names, and nearly each{among} has a row in both, so that it would count twice:{}\n  \
             choose with `--where {}` (or `[usage] where`); where both are usage, `--where {}` adds them up",
            columns.name(id),
            listed.concat(),
            condition(name, &[self.after]),
            condition(name, &[self.before, self.after]),
        ))
    }

    /// The sum of the rows of a stage that the filters take; `None` where it is out of range.
    fn sum(
        &self,
        rows: &[Row],
        columns: &ChosenColumns,
        (stage, amount): (&str, usize),
        mark: DecimalMark,
    ) -> Option<StageSum> {
        let mut sum = StageSum { rows: 0, amount: Atto::ZERO };
        for row in rows.iter().map(Row::view) {
            let get = |column: usize| cell(row, column);
            let is_taken = columns.filters.iter().all(|filter| filter.holds(&get, mark));
            if get(self.column) != stage || !is_taken {
                continue;
            }
            let read = number::read(get(amount), mark).ok().and_then(|read| read.number.atto());
            if let Some(read) = read {
                sum.rows += 1;
                sum.amount = sum.amount.plus(read)?;
            }
        }
        Some(sum)
    }
}

/// The rows of a stage that have an amount, and their sum.
struct StageSum {
    rows: usize,
    amount: Atto,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_begins_late_is_told() {
        let counts = |values: &[&str]| {
            let mut counts = ValueCounts::default();
            values.iter().for_each(|value| counts.add(value, Atto::ONE));
            counts
        };
        let told = told_later("status", &counts(&["settled", "reserved", "settled"])).unwrap();
        assert!(
            told.ends_with("`--where \"status = 'settled'\"` counts the last alone."),
            "{told}"
        );
        for values in [&["settled"][..], &["settled", "closed"], &["settled", "reserved", "x"]] {
            assert_eq!(told_later("status", &counts(values)), None, "{values:?}");
        }
    }

    #[test]
    fn stages_are_told_by_their_words() {
        for (before, after) in [
            ("reserved", "settled"),
            ("AUTHORIZED", "captured"),
            ("hold", "capture"),
            ("Estimated", "Final"),
            ("job.started", "job.completed"),
        ] {
            assert_eq!(
                (place(before), place(after)),
                (Some(false), Some(true)),
                "{before} {after}"
            );
        }
        for value in ["chat", "released", "refunded", "unused", ""] {
            assert_eq!(place(value), None, "{value}");
        }
    }
}
