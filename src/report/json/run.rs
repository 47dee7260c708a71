//! The figures of a replay for programs: one JSON object whose names are the figures'.
//!
//! Credits and money are exact decimal strings, counts and milliseconds are integers, shares are
//! numbers. Within schema `recharge.run/1` names are only ever added.

use serde_json::{Map, Value, json};

use crate::chronicle::Chronicle;
use crate::domain::{Instant, Money, Zone};
use crate::metrics::Figures;
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

/// The figures of contract §11 by name.
pub fn figures(figures: &Figures, minor: u32) -> Map<String, Value> {
    let money = |money: Money| json!(money.text(minor));
    let pairs = [
        ("plan_fees", money(figures.plan_fees)),
        ("recharge_spend", money(figures.recharge_spend)),
        ("top_up_spend", money(figures.top_up_spend)),
        ("total_spend", money(figures.total_spend())),
        ("price_per_1000_served", json!(figures.price_per_1000())),
        ("recharges", json!(figures.recharges)),
        ("top_ups", json!(figures.top_ups)),
        ("failed_attempts", json!(figures.failed_attempts)),
        ("verifications", json!(figures.verifications)),
        ("suspensions", json!(figures.suspensions)),
        ("cap_blocks", json!(figures.cap_blocks)),
        ("notifications", json!(figures.notifications)),
        ("usage_events", json!(figures.usage_events)),
        ("refused_events", json!(figures.refused_events)),
        ("demanded", json!(figures.demanded.to_string())),
        ("served", json!(figures.served.to_string())),
        ("refused", json!(figures.refused().to_string())),
        ("unmetered", json!(figures.unmetered.to_string())),
        ("outages", json!(figures.outages)),
        ("downtime_ms", json!(figures.downtime.millis())),
        ("exhausted_ms", json!(figures.exhausted.millis())),
        ("fill_rate", json!(figures.fill_rate())),
        ("ready_rate", json!(figures.ready_rate())),
        ("stockout_free_cycles", json!(figures.stockout_free_cycles())),
        ("granted_allowance", json!(figures.granted_allowance.to_string())),
        ("granted_recharge", json!(figures.granted_recharge.to_string())),
        ("granted_top_up", json!(figures.granted_top_up.to_string())),
        ("forgiven", json!(figures.forgiven.to_string())),
        ("expired", json!(figures.expired.to_string())),
        ("forfeited", json!(figures.forfeited.to_string())),
        ("expired_cost", money(figures.expired_cost)),
        ("opening_balance", json!(figures.opening_balance.to_string())),
        ("closing_balance", json!(figures.closing_balance.to_string())),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
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
