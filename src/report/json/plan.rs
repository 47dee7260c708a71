//! Plans and packages along levels of usage, for programs.
//!
//! Within schema `recharge.plan/1` names are only ever added.

use serde_json::{Value, json};

use crate::inquiry::BreakEven;
use crate::inquiry::{Crossing, Level, PlanAnswer};
use crate::report::plan::PlanReport;
use crate::report::plan_advice;

/// Plans and packages for programs.
pub fn object(told: &PlanReport<'_>) -> Value {
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
