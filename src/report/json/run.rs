//! The figures of a replay for programs: one JSON object whose names are the figures'.
//!
//! Credits and money are exact decimal strings, counts and milliseconds are integers, shares are
//! numbers. Within schema `recharge.run/1` names are only ever added.

use serde_json::{Map, Value, json};

use crate::chronicle::Chronicle;
use crate::domain::{Instant, Zone};
use crate::figures::{Figure, FigureValue, Figures};
use crate::replay::Outcome;
use crate::scenario::Scenario;

use crate::report::attention;
use crate::report::journal::reason;
use crate::report::provenance::Provenance;

/// The object of a replay.
pub fn object(scenario: &Scenario, outcome: &Outcome, provenance: &Provenance) -> Value {
    let zone = scenario.zone;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("schema", json!("recharge.run/1"));
    put("scenario", json!(scenario.name));
    put("unit", json!(scenario.unit));
    put("currency", json!(scenario.currency.code()));
    put("zone", json!(zone.name()));
    put("start", json!(zone.show(scenario.setup.horizon.from)));
    put("end", json!(zone.show(scenario.setup.horizon.to)));
    object.append(&mut figures(outcome.metrics.total(), scenario.currency.minor()));
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("cycles", cycles(scenario, outcome));
    put("outage_list", outages(&outcome.chronicle, zone));
    put("recharge_list", purchases(scenario, &outcome.chronicle));
    put("failure_list", failures(&outcome.chronicle, zone));
    put("attention", json!(attention::lines(scenario, outcome)));
    put("usage_choices", json!(attention::choices(&outcome.usage)));
    put("assumptions", assumptions(scenario));
    put("provenance", super::provenance(provenance));
    Value::Object(object)
}

/// The figures by name, in the order of the catalogue.
pub fn figures(figures: &Figures, minor: u32) -> Map<String, Value> {
    let pair = |figure: Figure| {
        let value = figure.of(figures).map_or(Value::Null, |value| number(value, minor));
        (figure.name().to_owned(), value)
    };
    Figure::of_runs().map(pair).collect()
}

/// A figure's value: exact decimals are strings.
fn number(value: FigureValue, minor: u32) -> Value {
    match value {
        FigureValue::Money(money) => json!(money.text(minor)),
        FigureValue::Credits(credits) => json!(credits.to_string()),
        FigureValue::Count(count) => json!(count),
        FigureValue::Price(number) | FigureValue::Share(number) => json!(number),
        FigureValue::Duration(length) => json!(length.millis()),
    }
}

fn cycles(scenario: &Scenario, outcome: &Outcome) -> Value {
    let cycle = |cycle: &crate::metrics::CycleFigures| {
        let mut object = Map::new();
        object.insert("start".to_owned(), json!(scenario.zone.show(cycle.window.from)));
        object.insert("end".to_owned(), json!(scenario.zone.show(cycle.window.to)));
        object.append(&mut figures(&cycle.figures, scenario.currency.minor()));
        Value::Object(object)
    };
    outcome.metrics.cycles().iter().map(cycle).collect()
}

fn outages(chronicle: &Chronicle, zone: Zone) -> Value {
    let outages = chronicle.outages.first().iter();
    outages
        .map(|outage| {
            json!({
                "from": zone.show(outage.from),
                "to": zone.show(outage.to),
                "length_ms": outage.length().millis(),
                "refused_events": outage.refused_events,
                "refused": outage.refused.to_string(),
                "state": outage.state.name(),
            })
        })
        .collect()
}

fn purchases(scenario: &Scenario, chronicle: &Chronicle) -> Value {
    let minor = scenario.currency.minor();
    let expires = |at: Instant| (at != Instant::NEVER).then(|| scenario.zone.show(at));
    let purchases = chronicle.purchases.first().iter();
    purchases
        .map(|purchase| {
            json!({
                "at": scenario.zone.show(purchase.at),
                "kind": if purchase.attempt.is_some() { "recharge" } else { "top_up" },
                "attempt": purchase.attempt,
                "credits": purchase.credits.to_string(),
                "price": purchase.price.text(minor),
                "balance": purchase.balance.to_string(),
                "expires": expires(purchase.expires),
            })
        })
        .collect()
}

fn failures(chronicle: &Chronicle, zone: Zone) -> Value {
    let failures = chronicle.failures.first().iter();
    failures
        .map(|failure| {
            json!({
                "at": zone.show(failure.at),
                "attempt": failure.attempt,
                "reason": reason(failure.decline),
                "suspended": failure.suspended,
            })
        })
        .collect()
}

fn assumptions(scenario: &Scenario) -> Value {
    let assumptions = scenario.assumptions.iter();
    assumptions
        .map(|assumption| json!({ "setting": assumption.path, "value": assumption.value }))
        .collect()
}
