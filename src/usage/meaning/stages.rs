//! Two rows of one job, `reserved` and `settled`: what was held first and what it came to, of which only the last is usage.
//!
//! Deliberately absent: statuses by which single rows are not billed, which are in `flags`.

use std::collections::BTreeMap;

use super::headers::{in_shell, last_words, words};
use super::number::Atto;
use super::sample::ColumnSample;
use super::shown::{RowProblem, ShownRows};
use super::values::{ValueCounts, all_of, condition, one_of};
use crate::domain::text::{counted, excerpt};

/// Ids that must have both.
const FEWEST: usize = 2;
/// Of how many rows of a stage one may lack the other.
const AS_MANY_IN: u64 = 5;

/// Words of headers of stages.
const HEADERS: [&str; 11] = [
    "status", "type", "event", "phase", "state", "stage", "kind", "action", "step", "msg",
    "message",
];

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

/// The one of two stages whose rows are held first, where as many rows are in the other; `counting` are values with their rows.
pub(super) fn held_first<'v>(
    counting: impl Iterator<Item = (&'v str, u64)> + Clone,
) -> Option<[&'v str; 2]> {
    let at = |is_after: bool| {
        let mut of = counting.clone().filter(|(value, _)| place(value) == Some(is_after));
        of.next().filter(|_| of.next().is_none())
    };
    let ((before, held), (after, settled)) = (at(false)?, at(true)?);
    let are_as_many = AS_MANY_IN * held.abs_diff(settled) <= held.max(settled);
    (held.min(settled) >= FEWEST as u64 && are_as_many).then_some([before, after])
}

/// The problem of rows most ids of which stand in two stages.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amounts = columns.amounts();
    let is_free = |column: &usize| {
        !amounts.contains(column) && *column != columns.time && columns.clock != Some(*column)
    };
    let is_stage = |column: &usize| is_of_stages(columns.name(*column));
    shown.unasked().filter(is_free).filter(is_stage).find_map(|column| {
        let stages = Stages::of(shown, column)?;
        let may_be_id =
            |id: &usize| *id != column && !shown.sample(*id).is_some_and(ColumnSample::is_dates);
        let mut free = (0..columns.header.len()).filter(is_free).filter(may_be_id);
        let id = free.find(|id| stages.both(*id))?;
        stages.problem(id)
    })
}

/// The two values of a column of stages.
struct Stages<'s, 'r> {
    shown: &'s ShownRows<'r>,
    column: usize,
    before: &'r str,
    after: &'r str,
    /// Whether the column says nothing else of rows with amounts.
    are_all: bool,
}

impl<'s, 'r> Stages<'s, 'r> {
    /// The stages of a column in which rows with amounts are; `None` where it has more of them.
    fn of(shown: &'s ShownRows<'r>, column: usize) -> Option<Stages<'s, 'r>> {
        let [amount] = shown.columns.amounts()[..] else { return None };
        let values = shown.values(column)?;
        let mut counts = vec![false; values.texts.len()];
        for (&value, amount) in values.of_rows.iter().zip(shown.numbers(amount)) {
            counts[value] |= amount.is_some_and(|amount| amount != Atto::ZERO);
        }
        let counting = values.texts.iter().zip(counts).filter(|(_, counts)| *counts);
        let filled: Vec<&str> =
            counting.map(|(text, _)| *text).filter(|text| !text.is_empty()).collect();
        let at = |is_after: bool| -> Option<&'r str> {
            let mut of = filled.iter().filter(|text| place(text) == Some(is_after));
            of.next().copied().filter(|_| of.next().is_none())
        };
        let (before, after) = (at(false)?, at(true)?);
        Some(Stages { shown, column, before, after, are_all: filled.len() == 2 })
    }

    /// Whether nearly each value of a column stands in one row of each stage.
    fn both(&self, id: usize) -> bool {
        let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, stage) in self.shown.texts(id).zip(self.shown.texts(self.column)) {
            if stage == self.before || stage == self.after {
                ids.entry(id).or_default().push(stage);
            }
        }
        let has_both = |stages: &&Vec<&str>| {
            stages.len() == 2 && stages.contains(&self.before) && stages.contains(&self.after)
        };
        let both = ids.values().filter(has_both).count();
        both >= FEWEST && 10 * both >= 8 * ids.len()
    }

    /// The problem, where the amounts of both stages would be added up.
    fn problem(&self, id: usize) -> Option<RowProblem> {
        let columns = self.shown.columns;
        let [amount] = columns.amounts()[..] else { return None };
        let (before, after) = (self.sum(self.before, amount)?, self.sum(self.after, amount)?);
        if before.amount <= Atto::ZERO || after.amount <= Atto::ZERO {
            return None;
        }
        let name = columns.name(self.column);
        let listed = [(self.before, before), (self.after, after)].map(|(stage, sum)| {
            format!(
                "\n    `{}`: {} of those looked at, sum {}",
                excerpt(stage),
                counted(sum.rows, "row"),
                sum.amount
            )
        });
        let (last, both) = match self.shown.is_later() || !self.are_all {
            // Other rows may have neither.
            true => {
                let without = format!("not ({})", one_of(name, &[self.before], "\""));
                (in_shell(&without), all_of(name))
            }
            false => (condition(name, &[self.after]), condition(name, &[self.before, self.after])),
        };
        let text = format!(
            "column `{name}` has two stages of what column `{}` names, and nearly each{} has a row in both, so that it would count twice:{}\n  \
             choose with `--where {last}` (or `[usage] where`); where both are usage, `--where {both}` adds them up",
            columns.name(id),
            self.shown.among(),
            listed.concat(),
        );
        Some(RowProblem::naming(text, &[self.before]))
    }

    /// The sum of the rows of a stage that the filters take; `None` where it is out of range.
    fn sum(&self, stage: &str, amount: usize) -> Option<StageSum> {
        let mut sum = StageSum { rows: 0, amount: Atto::ZERO };
        for (row, read) in self.shown.numbers(amount).iter().enumerate() {
            if self.shown.text(row, self.column) != stage || !self.shown.is_taken(row) {
                continue;
            }
            if let Some(read) = *read {
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
    fn what_is_held_first_is_told_by_as_many_rows_of_what_it_came_to() {
        let held = |values: &[(&'static str, u64)]| held_first(values.iter().copied());
        let both = Some(["reserve", "settle"]);
        assert_eq!(held(&[("charge", 40), ("reserve", 20), ("settle", 18)]), both);
        assert_eq!(held(&[("charge", 40), ("reserve", 20), ("settle", 9)]), None);
        assert_eq!(held(&[("reserve", 20), ("hold", 20), ("settle", 20)]), None);
        assert_eq!(held(&[("charge", 40), ("settle", 20)]), None);
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
