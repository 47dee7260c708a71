//! Gates: conditions on figures that decide the exit code, for jobs that stop a bad change.
//!
//! A gate is a figure's JSON name, a comparison and a number: `total_spend <= 60.00`. Both sides
//! are compared as exact decimals. Deliberately absent: any arithmetic on figures.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::domain::CreditTotal;
use crate::figures::{Figure, Figures, unknown};
use crate::report::json::number;

use super::exit::Failure;

/// A condition on a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    figure: Figure,
    comparison: Comparison,
    bound: Decimal,
    typed: String,
}

/// The comparison of a figure with a bound.
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

/// Parses gates as typed. The error lists everything that is wrong with any of them.
pub fn read(typed: &[String]) -> Result<Vec<Gate>, Failure> {
    let (mut gates, mut wrong) = (Vec::new(), Vec::new());
    for text in typed {
        match one(text) {
            Ok(gate) => gates.push(gate),
            Err(why) => wrong.push(format!("--gate '{text}': {why}")),
        }
    }
    if wrong.is_empty() { Ok(gates) } else { Err(Failure::Input(wrong.join("\n"))) }
}

fn one(text: &str) -> Result<Gate, String> {
    let found = WRITTEN.iter().find_map(|&(sign, comparison)| {
        text.split_once(sign).map(|(figure, bound)| (figure.trim(), comparison, bound.trim()))
    });
    let Some((figure, comparison, bound)) = found else {
        return Err("write a figure, a comparison and a number: 'total_spend <= 60.00'".to_owned());
    };
    let name = figure;
    let figures = || Figure::of_runs().chain(Figure::of_reading());
    let figure = figures()
        .find(|figure| figure.name() == name)
        .ok_or_else(|| unknown(name, figures().map(Figure::name)))?;
    let bound = bound.parse().map_err(|_| format!("`{bound}` is no decimal number"))?;
    Ok(Gate { figure, comparison, bound, typed: text.trim().to_owned() })
}

/// Checks figures against gates. The failure names every gate that fails, with the value found. If
/// no credit was requested all of them fail: an empty export, one of another year or one of zeros
/// proves nothing.
/// `minor` is the number of decimals of the currency.
pub fn judge(gates: &[Gate], figures: &Figures, minor: u32) -> Result<(), Failure> {
    let nothing = nothing(figures);
    let why_not = |gate: &Gate| nothing.map(str::to_owned).or_else(|| gate.refuses(figures, minor));
    let failed = |gate: &Gate| Some(format!("gate '{}' failed: {}", gate.typed, why_not(gate)?));
    let failures: Vec<String> = gates.iter().filter_map(failed).collect();
    if failures.is_empty() { Ok(()) } else { Err(Failure::No(failures.join("\n"))) }
}

/// Reason why the figures prove nothing, if they do not.
fn nothing(figures: &Figures) -> Option<&'static str> {
    if figures.usage_events == 0 {
        return Some("there is no usage inside the horizon");
    }
    (figures.demanded == CreditTotal::ZERO)
        .then_some("the usage inside the horizon asks for no credits")
}

impl Gate {
    /// The value found, if the gate fails. A figure that cannot be known passes no gate.
    fn refuses(&self, figures: &Figures, minor: u32) -> Option<String> {
        let value = self.figure.of(figures).map_or(Value::Null, |value| number(value, minor));
        let text = match value {
            Value::String(text) => text,
            value => value.to_string(),
        };
        let value = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
        let passes = value.is_ok_and(|value| match self.comparison {
            Comparison::AtMost => value <= self.bound,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Below => value < self.bound,
            Comparison::Above => value > self.bound,
            Comparison::Equal => value == self.bound,
        });
        (!passes).then(|| format!("{} is {text}", self.figure.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credits;

    /// $54.00 spent; of 10,000 credits requested 9,489 served; one outage.
    fn figures() -> Figures {
        Figures {
            plan_fees: "54".parse().unwrap(),
            outages: 1,
            usage_events: 1,
            demanded: "10000".parse::<Credits>().unwrap().into(),
            served: "9489".parse::<Credits>().unwrap().into(),
            ..Figures::default()
        }
    }

    fn verdict(gate: &str, figures: &Figures) -> Result<(), Failure> {
        judge(&read(&[gate.to_owned()])?, figures, 2)
    }

    fn code(verdict: Result<(), Failure>) -> u8 {
        verdict.map_or_else(|failure| failure.code(), |()| 0)
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
            ("price_per_1000_served < 5.7", 0),
            ("cost <= 54", 2),
            ("total_spent <= 54", 2),
            ("total_spend", 2),
            ("total_spend <= much", 2),
        ] {
            assert_eq!(self::code(verdict(gate, &figures())), code, "{gate}");
        }
    }

    #[test]
    fn a_figure_that_cannot_be_known_passes_no_gate() {
        let nothing_served = Figures { served: CreditTotal::ZERO, ..figures() };
        for gate in ["price_per_1000_served <= 100", "price_per_1000_served > 100"] {
            assert_eq!(code(verdict(gate, &nothing_served)), 1, "{gate}");
        }
    }

    #[test]
    fn every_figure_of_a_run_can_be_gated_and_a_misspelt_one_is_suggested() {
        for figure in Figure::of_runs() {
            assert!(read(&[format!("{} >= 0", figure.name())]).is_ok(), "{figure:?}");
            let Err(failure) = read(&[format!("{}x >= 0", figure.name())]) else { panic!() };
            let said = failure.message().unwrap();
            assert!(said.contains(&format!("did you mean `{}`?", figure.name())), "{said}");
        }
    }

    #[test]
    fn without_any_usage_every_gate_fails() {
        for (usage_events, micro, fails) in [(0, 0, true), (1, 1, false), (1, 0, true)] {
            let demanded = CreditTotal::from_micro(micro);
            let figures = Figures { usage_events, demanded, ..figures() };
            assert_eq!(verdict("outages <= 1", &figures).is_err(), fails);
            assert!(judge(&[], &figures, 2).is_ok(), "without a gate nothing fails");
        }
    }

    #[test]
    fn every_gate_that_fails_is_named_with_the_value_found() {
        let typed = ["total_spend <= 50".to_owned(), "outages == 0".to_owned()];
        let Ok(gates) = read(&typed) else { panic!("they are gates") };
        let Err(failure) = judge(&gates, &figures(), 2) else { panic!("both fail") };
        let said = failure.message().unwrap_or_default();
        assert!(said.contains("total_spend is 54.00") && said.contains("outages is 1"), "{said}");
    }
}
