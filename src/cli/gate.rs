//! Gates: conditions on figures that decide the exit code, for jobs that stop a bad change.
//!
//! A gate is a figure's JSON name, a comparison and a number: `total_spend <= 60.00`. Both sides
//! are compared as exact decimals. Deliberately absent: any arithmetic on figures.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::scenario::nearest;

use super::exit::Failure;

/// A condition on a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    figure: String,
    comparison: Comparison,
    bound: Decimal,
    typed: String,
}

/// How a figure is compared with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
}

/// The comparisons as they are written, longer ones first.
const WRITTEN: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

/// Reads gates as typed. The error tells everything that is wrong with any of them; `figures` are
/// the names there are.
pub fn read(typed: &[String], figures: &[String]) -> Result<Vec<Gate>, Failure> {
    let (mut gates, mut wrong) = (Vec::new(), Vec::new());
    for text in typed {
        match one(text, figures) {
            Ok(gate) => gates.push(gate),
            Err(why) => wrong.push(format!("--gate '{text}': {why}")),
        }
    }
    if wrong.is_empty() { Ok(gates) } else { Err(Failure::Input(wrong.join("\n"))) }
}

fn one(text: &str, figures: &[String]) -> Result<Gate, String> {
    let found = WRITTEN.iter().find_map(|&(sign, comparison)| {
        text.split_once(sign).map(|(figure, bound)| (figure.trim(), comparison, bound.trim()))
    });
    let Some((figure, comparison, bound)) = found else {
        return Err("write a figure, a comparison and a number: 'total_spend <= 60.00'".to_owned());
    };
    if !figures.iter().any(|name| name == figure) {
        let near = nearest(figure, figures.iter().map(String::as_str));
        let near = near.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        return Err(format!("no figure is called `{figure}`{near}"));
    }
    let bound = bound.parse().map_err(|_| format!("`{bound}` is no decimal number"))?;
    Ok(Gate { figure: figure.to_owned(), comparison, bound, typed: text.trim().to_owned() })
}

/// Holds figures against gates. The failure names every gate that says no, and what was found. Where
/// no credit was asked for all of them say no: an empty export, one of another year or one of zeros
/// shows nothing.
pub fn judge(gates: &[Gate], figures: &Map<String, Value>) -> Result<(), Failure> {
    let nothing = nothing(figures);
    let why_not = |gate: &Gate| nothing.map(str::to_owned).or_else(|| gate.refuses(figures));
    let says_no = |gate: &Gate| Some(format!("gate '{}' says no: {}", gate.typed, why_not(gate)?));
    let said: Vec<String> = gates.iter().filter_map(says_no).collect();
    if said.is_empty() { Ok(()) } else { Err(Failure::No(said.join("\n"))) }
}

/// Why figures show nothing, if they do not.
fn nothing(figures: &Map<String, Value>) -> Option<&'static str> {
    let demanded = figures.get("demanded").and_then(Value::as_str);
    if figures.get("usage_events").and_then(Value::as_u64) == Some(0) {
        return Some("there is no usage inside the horizon");
    }
    (demanded == Some("0")).then_some("the usage inside the horizon asks for no credits")
}

impl Gate {
    /// What was found, if the gate says no. A figure without a value passes no gate.
    fn refuses(&self, figures: &Map<String, Value>) -> Option<String> {
        let text = match figures.get(&self.figure) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "nothing".to_owned(),
        };
        let value = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
        let passes = value.is_ok_and(|value| match self.comparison {
            Comparison::AtMost => value <= self.bound,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Below => value < self.bound,
            Comparison::Above => value > self.bound,
            Comparison::Equal => value == self.bound,
        });
        (!passes).then(|| format!("{} is {text}", self.figure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Map<String, Value> {
        let value = serde_json::json!({
            "total_spend": "54.00", "outages": 1, "fill_rate": 0.9489, "price_per_1000_served": null
        });
        value.as_object().cloned().unwrap_or_default()
    }

    fn verdict(gate: &str) -> Result<(), Failure> {
        let names: Vec<String> = figures().keys().cloned().collect();
        judge(&read(&[gate.to_owned()], &names)?, &figures())
    }

    #[test]
    fn a_gate_compares_exactly_and_on_both_sides_of_its_bound() {
        for (gate, code) in [
            ("total_spend <= 54", 0),
            ("total_spend<=53.999999", 1),
            ("total_spend < 54.00", 1),
            ("total_spend == 54.0", 0),
            ("outages > 1", 1),
            ("outages >= 1", 0),
            ("fill_rate >= 0.9489", 0),
            ("fill_rate >= 0.94891", 1),
            ("price_per_1000_served <= 100", 1),
            ("total_spent <= 54", 2),
            ("total_spend", 2),
            ("total_spend <= much", 2),
        ] {
            assert_eq!(verdict(gate).map_or_else(|failure| failure.code(), |()| 0), code, "{gate}");
        }
    }

    #[test]
    fn without_any_usage_every_gate_says_no() {
        let names: Vec<String> = figures().keys().cloned().collect();
        for (events, demanded, says_no) in
            [(0, "0", true), (1, "0.000001", false), (1, "0", true), (1, "5", false)]
        {
            let mut figures = figures();
            figures.insert("usage_events".to_owned(), serde_json::json!(events));
            figures.insert("demanded".to_owned(), serde_json::json!(demanded));
            let Ok(gates) = read(&["outages <= 1".to_owned()], &names) else { panic!("a gate") };
            assert_eq!(judge(&gates, &figures).is_err(), says_no);
            assert!(judge(&[], &figures).is_ok(), "who asks nothing is told nothing");
        }
    }

    #[test]
    fn every_gate_that_says_no_is_named_with_what_was_found() {
        let names: Vec<String> = figures().keys().cloned().collect();
        let typed = ["total_spend <= 50".to_owned(), "outages == 0".to_owned()];
        let Ok(gates) = read(&typed, &names) else { panic!("they are gates") };
        let Err(failure) = judge(&gates, &figures()) else { panic!("both say no") };
        let said = failure.message().unwrap_or_default();
        assert!(said.contains("total_spend is 54.00") && said.contains("outages is 1"), "{said}");
    }
}
