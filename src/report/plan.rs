//! Telling plans and packages along levels of usage: a table for people, JSON for programs, CSV by
//! level and choice and by run.
//!
//! Within schema `recharge.plan/1` names are only ever added.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::inquiry::BreakEven;
use crate::inquiry::plans::{Crossing, Level, PlanAnswer};
use crate::scenario::Scenario;
use crate::usage::UsageSummary;

use super::advice::Words;
use super::limits;
use super::plan_advice;
use super::provenance::Provenance;
use super::rows::{Cell, Rows};
use super::summary::{Last, plain_table};

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

    fn advice(&self) -> String {
        plan_advice::sentences(self.plans, &self.words).join("\n")
    }

    fn choices(&self) -> std::ops::Range<usize> {
        0..self.plans.choices.len()
    }
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
    let mut table = plain_table(&header, Last::Words);
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

/// Plans and packages for programs.
pub fn json(told: &PlanReport<'_>) -> Value {
    let plans = told.plans;
    let levels = plans.rows().into_iter().map(|level| {
        json!({
            "level": level.level,
            "today": plans.is_today(level),
            "cheapest": plans.name(level.cheapest()),
            "costs": told.choices().map(|choice| cost(plans, level, choice)).collect::<Vec<Value>>(),
        })
    });
    let crossings = plans.crossings.iter().map(|crossing| break_even(plans, crossing));
    json!({
        "schema": "recharge.plan/1",
        "scenario": told.scenario.name,
        "currency": told.words.currency.code(),
        "unit": told.words.unit,
        "period": told.words.objective.period.name(),
        "confidence": plans.confidence.probability(),
        "replications": plans.replications(),
        "advice": told.advice(),
        "attention": plan_advice::attention(plans, &told.words),
        "set_today": plans.set_today().map(|choice| plans.name(choice)),
        "usage": {
            "today": plans.today.level,
            "p5": plans.spread.map(|[p5, _]| p5),
            "p95": plans.spread.map(|[_, p95]| p95),
        },
        "break_even": crossings.collect::<Vec<Value>>(),
        "levels": levels.collect::<Vec<Value>>(),
        "seed": told.provenance.seed,
        "command": told.provenance.command_line(),
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn cost(plans: &PlanAnswer, level: &Level, index: usize) -> Value {
    let (choice, cost) = (&plans.choices[index], level.cost(index, plans.confidence));
    json!({
        "plan": choice.plan,
        "package": choice.package,
        "cost": cost.map(|cost| cost.value),
        "low": cost.and_then(|cost| cost.low),
        "high": cost.and_then(|cost| cost.high),
        "fill_rate": level.fill_rate(index, plans.confidence).map(|fill| fill.value),
    })
}

fn break_even(plans: &PlanAnswer, crossing: &Crossing) -> Value {
    let (small, big) = (&plans.choices[crossing.small], &plans.choices[crossing.big]);
    let plan = |side| plans.choices[crossing.choice(side)].plan.as_str();
    let changes = crossing.at.changes().iter().map(|change| {
        json!({
            "level": change.level,
            "low": change.low,
            "high": change.high,
            "cheaper": plan(change.cheaper),
        })
    });
    let (level, low, high) = match crossing.at {
        BreakEven::At(change) => (Some(change.level), change.low, change.high),
        _ => (None, None, None),
    };
    let throughout = match crossing.at {
        BreakEven::Throughout { cheaper, .. } => Some(plan(cheaper)),
        _ => None,
    };
    json!({
        "small": small.plan,
        "big": big.plan,
        "package": small.package,
        "kind": kind(&crossing.at),
        "level": level,
        "low": low,
        "high": high,
        "changes": changes.collect::<Vec<Value>>(),
        "throughout": throughout,
        "big_saves_today": crossing.today.value,
    })
}

fn kind(found: &BreakEven) -> &'static str {
    match found {
        BreakEven::At(_) => "once",
        BreakEven::Alternates(_) => "alternates",
        BreakEven::Throughout { .. } => "throughout",
        BreakEven::Same => "same",
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
