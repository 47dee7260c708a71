//! Telling plans and packages along levels of usage: a table for people, JSON for programs, CSV by
//! level and choice and by run.
//!
//! Within schema `recharge.plan/1` names are only ever added.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::inquiry::{Level, PlanAnswer};
use crate::scenario::Scenario;
use crate::usage::UsageSummary;

use super::advice::Words;
use super::limits;
use super::plan_advice;
use super::provenance::Provenance;
use super::rows::{Cell, Rows};
use comfy_table::{CellAlignment, Table, presets};

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
    /// The cost of a choice at a level in words.
    pub fn cost(&self, level: &Level, choice: usize) -> String {
        let cost = level.cost(choice, self.plans.confidence);
        cost.map_or_else(|| "unknown".to_owned(), |cost| self.words.money(cost.value))
    }

    pub(super) fn advice(&self) -> String {
        plan_advice::sentences(self.plans, &self.words).join("\n")
    }

    pub(super) fn choices(&self) -> std::ops::Range<usize> {
        0..self.plans.choices.len()
    }
}

/// A table without lines; every column but the first and the last, which are words, is aligned to the
/// right.
fn plain_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    let last = header.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        if index > 0 && index < last {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The table of levels as plain text, ending with a newline.
pub fn text(told: &PlanReport<'_>) -> String {
    let (words, plans) = (&told.words, told.plans);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}: plan or packs\n", told.scenario.name);
    let _ = writeln!(out, "{}\n", told.advice());
    let attention = plan_advice::attention(plans, words);
    if !attention.is_empty() {
        let _ = writeln!(out, "Attention\n  {}\n", attention.join("\n  "));
    }
    let mut header = vec![format!("{} a {}", words.unit, words.objective.period.name())];
    header.extend(plans.choices.iter().map(|choice| choice.name().to_owned()));
    header.push("cheapest".to_owned());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = plain_table(&header);
    for level in plans.rows() {
        let mark = if plans.is_today(level) { " *" } else { "" };
        let mut row = vec![format!("{}{mark}", words.credits(level.level))];
        row.extend(told.choices().map(|choice| told.cost(level, choice)));
        row.push(cheapest(told, level));
        table.add_row(row);
    }
    for line in table.to_string().lines() {
        let _ = writeln!(out, " {}", line.trim_end());
    }
    let _ = writeln!(
        out,
        "\nCost {}: spend, with credits left at the end counted at what they had cost where they never \
         expire. * today's usage. Break-evens are interpolated between the levels; brackets: {} \
         intervals.\nrecharge {} · seed {} · {}",
        words.per(),
        words.percent(plans.confidence.probability()),
        env!("CARGO_PKG_VERSION"),
        told.provenance.seed,
        told.provenance.command_line()
    );
    out
}

/// The cheapest choice at a level, with its fill rate where any choice refuses usage.
fn cheapest(told: &PlanReport<'_>, level: &Level) -> String {
    let (plans, cheapest) = (told.plans, level.cheapest());
    let fill = plans.refuses().then(|| level.fill_rate(cheapest, plans.confidence)).flatten();
    match fill {
        Some(fill) => {
            format!("{}, fill rate {}", plans.name(cheapest), told.words.percent(fill.value))
        }
        None => plans.name(cheapest).to_owned(),
    }
}

/// One row a level and choice.
pub fn csv(told: &PlanReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plans = told.plans;
    let mut rows = Rows::new(out);
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
                Cell::number(level.level),
                Cell::word(plans.is_today(level)),
                Cell::text(&choice.plan),
                Cell::text(&choice.package),
                Cell::word(index == cheapest),
                Cell::word(plans.replications()),
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
    let mut rows = Rows::new(out);
    rows.head(["level", "today", "plan", "package", "replication", "cost", "demanded", "served"])?;
    for level in plans.rows() {
        for (choice, tried) in plans.choices.iter().zip(&level.tried) {
            let runs = tried.cost.iter().zip(&tried.demanded).zip(&tried.served);
            for (replication, ((cost, demanded), served)) in runs.enumerate() {
                rows.row([
                    Cell::number(level.level),
                    Cell::word(plans.is_today(level)),
                    Cell::text(&choice.plan),
                    Cell::text(&choice.package),
                    Cell::word(replication),
                    Cell::number(*cost),
                    Cell::number(*demanded),
                    Cell::number(*served),
                ])?;
            }
        }
    }
    rows.finish().map(drop)
}
