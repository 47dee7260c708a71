//! Telling plans and packages along levels of usage: a document for people, CSV by level and choice and by
//! run.
//!
//! In reading order: this page (what is told) → `document`.
//!
//! Within schema `recharge.plan/1` names are only ever added.

mod document;

use std::io::{self, Write};

use crate::inquiry::PlanAnswer;
use crate::scenario::Scenario;
use crate::usage::UsageSummary;

use super::advice::Words;
use super::limits;
use super::plan_advice;
use super::provenance::Provenance;
use super::rows::{CsvCell, CsvRows};

/// Plans and packages, ready to be told.
#[derive(Clone, Debug)]
pub struct PlanReport<'t> {
    /// The scenario.
    pub scenario: &'t Scenario,
    /// How numbers become words.
    pub words: Words<'t>,
    /// What was found.
    pub plans: &'t PlanAnswer,
    /// Where the usage came from, in a sentence.
    pub usage: String,
    /// What was read of the history that the usage rests on, if any was.
    pub read: Option<&'t UsageSummary>,
    /// Where it all comes from.
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

/// One row a level and choice.
pub fn csv(told: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plans = told.plans;
    let mut rows = CsvRows::new(out);
    rows.head([
        "level",
        "today",
        "plan",
        "package",
        "cheapest",
        "replications",
        "cost",
        "cost_low",
        "cost_high",
        "fill_rate",
        "fill_rate_low",
        "fill_rate_high",
    ])?;
    for level in plans.rows() {
        let cheapest = level.cheapest();
        for (index, choice) in plans.choices.iter().enumerate() {
            let mut row = vec![
                CsvCell::number(level.level),
                CsvCell::word(plans.is_today(level)),
                CsvCell::text(&choice.plan),
                CsvCell::text(&choice.package),
                CsvCell::word(index == cheapest),
                CsvCell::word(plans.replications()),
            ];
            row.extend(limits(level.cost(index, plans.confidence)));
            row.extend(limits(level.fill_rate(index, plans.confidence)));
            rows.row(row)?;
        }
    }
    rows.finish().map(drop)
}

/// One row a level, choice and replication.
pub fn samples(told: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plans = told.plans;
    let mut rows = CsvRows::new(out);
    rows.head(["level", "today", "plan", "package", "replication", "cost", "demanded", "served"])?;
    for level in plans.rows() {
        for (choice, tried) in plans.choices.iter().zip(&level.tried) {
            let runs = tried.cost.iter().zip(&tried.demanded).zip(&tried.served);
            for (replication, ((cost, demanded), served)) in runs.enumerate() {
                rows.row([
                    CsvCell::number(level.level),
                    CsvCell::word(plans.is_today(level)),
                    CsvCell::text(&choice.plan),
                    CsvCell::text(&choice.package),
                    CsvCell::word(replication),
                    CsvCell::number(*cost),
                    CsvCell::number(*demanded),
                    CsvCell::number(*served),
                ])?;
            }
        }
    }
    rows.finish().map(drop)
}
