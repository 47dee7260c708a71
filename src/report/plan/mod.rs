//! The report of plans and packages along levels of usage: a document for people, CSV by level and
//! choice and by run.
//!
//! In reading order: this page (the content) → `document`.
//!
//! Within schema `recharge.plan/1` names are only ever added.

mod document;

use std::io::{self, Write};

use crate::forecast::{FutureUsage, MethodTest};
use crate::inquiry::{ChoiceRuns, Level, PlanAnswer, PlanChoice};
use crate::scenario::Scenario;
use crate::usage::UsageSummary;

use super::advice::Words;
use super::periods::{self, PeriodRow};
use super::plan_advice;
use super::provenance::Provenance;
use super::rows::{CsvCell, CsvColumns};

/// Plans and packages, ready to be reported.
#[derive(Clone, Debug)]
pub struct PlanReport<'t> {
    /// The scenario.
    pub scenario: &'t Scenario,
    /// The wording of numbers.
    pub words: Words<'t>,
    /// The answer.
    pub plans: &'t PlanAnswer,
    /// The source of the usage, in a sentence.
    pub usage: String,
    /// How the method by which usage is drawn from a history did in forecasts from inside it; `None` where it is not
    /// drawn from one.
    pub tested: Option<&'t MethodTest>,
    /// What is learned from a history, if usage is drawn from that.
    pub future: Option<&'t FutureUsage>,
    /// That other commands draw the usage of the same file in another way.
    pub otherwise: Option<&'static str>,
    /// A summary of the history that the usage rests on, if any.
    pub read: Option<&'t UsageSummary>,
    /// The origin of the result.
    pub provenance: &'t Provenance,
}

impl PlanReport<'_> {
    pub(super) fn advice(&self) -> String {
        plan_advice::sentences(self.plans, &self.words).join("\n")
    }

    pub(super) fn choices(&self) -> std::ops::Range<usize> {
        0..self.plans.choices.len()
    }
}

/// A choice at a level as a row.
#[derive(Clone, Copy)]
struct ChoiceRow<'r> {
    level: &'r Level,
    index: usize,
    choice: &'r PlanChoice,
}

fn choice_rows(plans: &PlanAnswer) -> impl Iterator<Item = ChoiceRow<'_>> {
    plans.rows().into_iter().flat_map(|level| {
        let choices = plans.choices.iter().enumerate();
        choices.map(move |(index, choice)| ChoiceRow { level, index, choice })
    })
}

/// The columns that say which choice at which level a row is about.
fn naming<'c, T>(
    plans: &'c PlanAnswer,
    row: impl for<'t> Fn(&'t T) -> ChoiceRow<'t> + Copy + 'c,
) -> CsvColumns<'c, T> {
    CsvColumns::default()
        .column("level", move |one: &T| CsvCell::number(row(one).level.level))
        .column("today", move |one: &T| CsvCell::word(plans.is_today(row(one).level)))
        .column("plan", move |one: &T| CsvCell::text(&row(one).choice.plan))
        .column("package", move |one: &T| CsvCell::text(&row(one).choice.package))
}

/// Writes one row per level and choice.
pub fn csv(report: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plans = report.plans;
    let columns = naming::<ChoiceRow<'_>>(plans, |row| *row)
        .column("cheapest", |row| CsvCell::word(row.level.costs_least(row.index)))
        .column("replications", |_| CsvCell::word(plans.replications()))
        .estimate("cost", |row| row.level.cost(row.index, plans.confidence))
        .estimate("fill_rate", |row| row.level.fill_rate(row.index, plans.confidence))
        .column("advised", |row| CsvCell::word(row.index == row.level.best()))
        .column("keeps_all", |row| CsvCell::word(row.level.keeps(row.index)))
        .column("downtime_hours", |row| CsvCell::number(row.level.tried[row.index].downtime));
    columns.write(choice_rows(plans), out)
}

/// Writes one row per level, choice and period: calendar months, billing cycles, the whole horizon.
pub fn period_rows(report: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let columns = naming::<PeriodRow<ChoiceRow<'_>>>(report.plans, |row| row.about);
    let rows = choice_rows(report.plans)
        .flat_map(|row| periods::rows(row, &row.level.tried[row.index].in_periods));
    periods::csv(columns, rows, report.scenario.zone, out)
}

/// Writes one row per level, choice and replication.
pub fn samples(report: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    fn runs<'r>(row: &ChoiceRow<'r>) -> &'r ChoiceRuns {
        &row.level.tried[row.index]
    }
    let columns = naming::<(ChoiceRow<'_>, usize)>(report.plans, |(row, _)| *row)
        .column("replication", |(_, replication)| CsvCell::word(replication))
        .column("cost", |(row, replication)| CsvCell::number(runs(row).cost[*replication]))
        .column("demanded", |(row, replication)| CsvCell::number(runs(row).demanded[*replication]))
        .column("served", |(row, replication)| CsvCell::number(runs(row).served[*replication]));
    let rows = choice_rows(report.plans);
    columns.write(rows.flat_map(|row| (0..runs(&row).cost.len()).map(move |at| (row, at))), out)
}
