//! The outcomes of gates in words, and in the forms that pipelines read: a table, CSV, JUnit, and the
//! annotations of GitHub.
//!
//! Deliberately absent: what decides an outcome, which is the inquiry's.

use std::io;

use rust_decimal::Decimal;

use crate::domain::text::visible;
use crate::domain::{Currency, Money, Zone, grouped};
use crate::figures::{FigureValue, Unit};
use crate::inquiry::{GateCheck, GateOutcome, GateValue};
use crate::scenario::{GateBound, GateOf};
use crate::study::Estimate;

use super::document::CellKind;
use super::document::markdown::escaped;
use super::document::notation::{Notation, rounded_price, rounded_share};
use super::rows::{CsvCell, CsvColumns};
use super::words::{self, count};

/// The outcomes of the gates of one command.
#[derive(Clone, Debug)]
pub struct GateReport {
    /// The command: `study`.
    pub command: &'static str,
    /// The name of the scenario, or of the comparison.
    pub scenario: String,
    /// The results that the gates were held against.
    pub of: GateOf,
    /// The gates, in their order.
    pub gates: Vec<PlacedGate>,
    /// The notation of values.
    pub notation: Notation,
    /// The number of replications, and the confidence of intervals; `None` for one run.
    pub sample: Option<(usize, f64)>,
}

/// A gate that was held against a result, and its place.
#[derive(Clone, Debug)]
pub struct PlacedGate {
    /// The gate and its outcome.
    pub check: GateCheck,
    /// The file of the setting that it speaks of.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<usize>,
}

/// The outcome of several gates together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllGates {
    /// All of them hold.
    Pass,
    /// One of them does not hold.
    Fail,
    /// None fails, and the runs do not tell of all whether they hold.
    Inconclusive,
}

impl PlacedGate {
    /// The word for its outcome.
    pub fn word(&self) -> &'static str {
        match self.check.outcome {
            GateOutcome::Pass => "pass",
            GateOutcome::Fail => "fail",
            GateOutcome::Inconclusive { .. } => "inconclusive",
        }
    }

    fn passes(&self) -> bool {
        self.check.outcome == GateOutcome::Pass
    }
}

impl GateReport {
    /// The outcome of all of them.
    pub fn outcome(&self) -> AllGates {
        let is = |word: &str| self.gates.iter().any(|gate| gate.word() == word);
        match (is("fail"), is("inconclusive")) {
            (true, _) => AllGates::Fail,
            (_, true) => AllGates::Inconclusive,
            _ => AllGates::Pass,
        }
    }

    /// The name of the figure of a gate.
    pub fn figure(&self, gate: &PlacedGate) -> &'static str {
        gate.check.gate.measure.name(self.of)
    }

    /// A gate and its outcome in one sentence.
    pub fn sentence(&self, gate: &PlacedGate) -> String {
        let verdict = match gate.check.outcome {
            GateOutcome::Pass => "passed",
            GateOutcome::Fail => "failed",
            GateOutcome::Inconclusive { .. } => "is inconclusive",
        };
        format!("gate '{}' {verdict}: {}", gate.check.gate.text, self.found(gate))
    }

    /// What was found, and what would settle it.
    fn found(&self, gate: &PlacedGate) -> String {
        let figure = self.figure(gate);
        let about = gate.check.about.as_deref();
        let of = about.map(|about| format!(" of {about}")).unwrap_or_default();
        let value = match gate.check.found {
            GateValue::NoUsage => return "there is no usage inside the horizon".to_owned(),
            GateValue::NoDemand => {
                return "the usage inside the horizon asks for no credits".to_owned();
            }
            GateValue::Unknown => "null".to_owned(),
            GateValue::Exact(value) => self.exactly(value, gate.check.bound),
            GateValue::Estimated(estimate) => {
                let kind = kind_in_studies(gate.check.gate.measure.unit());
                let show = |value| self.notation.quantity(kind, value);
                match (estimate.low.map(show), estimate.high.map(show)) {
                    (Some(low), Some(high)) if low == high => show(estimate.value),
                    (low, high) => {
                        let limit = |limit: Option<String>| limit.unwrap_or("?".to_owned());
                        format!("{} ({} to {})", show(estimate.value), limit(low), limit(high))
                    }
                }
            }
        };
        let found = format!("{figure}{of} is {value}{}", self.allowed(&gate.check));
        match gate.check.outcome {
            GateOutcome::Inconclusive { replications } => {
                format!("{found}; {}", self.to_settle(&gate.check, replications))
            }
            GateOutcome::Pass | GateOutcome::Fail => found,
        }
    }

    /// A value of a run in its unit, with all its digits where it would look like a bound that it is not.
    fn exactly(&self, value: FigureValue, bound: f64) -> String {
        let currency = self.notation.currency;
        let unless_alike = |round: &dyn Fn(f64) -> String, found: f64, all: String| {
            if found != bound && round(found) == round(bound) { all } else { round(found) }
        };
        match value {
            FigureValue::Money(money) => {
                let size = Money::new(money.amount().abs()).full_text(currency.minor());
                let sign = if money < Money::ZERO { "-" } else { "" };
                format!("{sign}{}", currency.mark(&grouped(&size)))
            }
            FigureValue::Credits(total) => words::credits(total),
            FigureValue::Count(count) => grouped(&count.to_string()),
            FigureValue::Duration(length) => length.to_string(),
            FigureValue::Share(share) => {
                let percent =
                    share.to_string().parse::<Decimal>().map(|share| share * Decimal::ONE_HUNDRED);
                let all = percent
                    .map_or(share.to_string(), |percent| format!("{}%", percent.normalize()));
                unless_alike(&rounded_share, share, all)
            }
            FigureValue::Price(price) => {
                let round = |price: f64| rounded_price(currency, price);
                unless_alike(&round, price, currency.mark(&price.to_string()))
            }
        }
    }

    /// What the bound comes to, where it is relative to a baseline: `, and baseline + 5% is $36.46`.
    fn allowed(&self, check: &GateCheck) -> String {
        let text = check.gate.text.trim_end();
        match (check.gate.bound, text.rfind("baseline")) {
            (GateBound::BaselineAnd(_) | GateBound::BaselineTimes(_), Some(at))
                if check.bound.is_finite() =>
            {
                let kind = kind_in_studies(check.gate.measure.unit());
                format!(", and {} is {}", &text[at..], self.notation.quantity(kind, check.bound))
            }
            _ => String::new(),
        }
    }

    /// The replications that would settle a gate.
    fn to_settle(&self, check: &GateCheck, replications: Option<u64>) -> String {
        /// More than anybody waits for.
        const MOST: u64 = 10_000_000;
        // Away from the bound, and yet without the limit that would say so.
        let is_open = |estimate: Estimate| {
            let unresolved = estimate.low.is_none() || estimate.high.is_none();
            unresolved && (estimate.value - check.bound).abs() > 1e-9
        };
        match (replications.map(two_digits), check.found) {
            (Some(needed), _) if needed <= MOST => {
                format!("some {} would settle it", count(needed, "replication"))
            }
            (None, GateValue::Estimated(estimate)) if is_open(estimate) => {
                "too few replications to give it both limits; run more".to_owned()
            }
            (Some(_), _) => {
                format!("if its value is as it seems, over {} would settle it", count(MOST, "replication"))
            }
            _ => "its value is as near to the bound as these replications can tell, so they do not say how many would \
                  settle it"
                .to_owned(),
        }
    }

    /// A line for each gate.
    pub fn text(&self) -> String {
        self.gates.iter().map(|gate| self.sentence(gate) + "\n").collect()
    }

    /// A line for each gate that does not pass.
    pub fn objections(&self) -> String {
        let objections = self.gates.iter().filter(|gate| !gate.passes());
        objections.map(|gate| self.sentence(gate)).collect::<Vec<_>>().join("\n")
    }

    /// The basis in a few words: `200 replications, 95% intervals`.
    fn basis(&self) -> Option<String> {
        let (replications, confidence) = self.sample?;
        let replications = count(replications as u64, "replication");
        Some(format!("{replications}, {} intervals", rounded_share(confidence)))
    }

    /// A table for a comment or the summary of a job.
    pub fn markdown(&self) -> String {
        let mut text = format!("## Gates of {}\n\n", escaped(&self.scenario));
        text.push_str("| outcome | gate | found |\n|---|---|---|\n");
        for gate in &self.gates {
            let outcome = match gate.check.outcome {
                GateOutcome::Pass => "✅ pass",
                GateOutcome::Fail => "❌ fail",
                GateOutcome::Inconclusive { .. } => "❔ inconclusive",
            };
            let (written, found) = (escaped(&gate.check.gate.text), escaped(&self.found(gate)));
            text.push_str(&format!("| {outcome} | {written} | {found} |\n"));
        }
        if let Some(basis) = self.basis() {
            text.push_str(&format!("\n{basis}\n"));
        }
        text
    }

    /// Writes a row for each gate.
    pub fn csv(&self, out: impl io::Write) -> io::Result<()> {
        let estimate = |gate: &&PlacedGate| match gate.check.found {
            GateValue::Estimated(estimate) => Some(estimate),
            GateValue::Exact(value) => {
                let value = value.to_f64();
                Some(Estimate { value, low: None, high: None })
            }
            _ => None,
        };
        CsvColumns::<&PlacedGate>::default()
            .column("gate", |gate| CsvCell::text(&gate.check.gate.text))
            .column("outcome", |gate| CsvCell::word(gate.word()))
            .column("about", |gate| CsvCell::text(gate.check.about.as_deref().unwrap_or_default()))
            .column("figure", |gate| CsvCell::word(self.figure(gate)))
            .estimate("value", estimate)
            .column("bound", |gate| CsvCell::number(gate.check.bound))
            .column("replications_to_settle", |gate| match gate.check.outcome {
                GateOutcome::Inconclusive { replications: Some(needed) } => CsvCell::word(needed),
                _ => CsvCell::word(""),
            })
            .write(&self.gates, out)
    }

    /// A JUnit report: a test for each gate. One that is inconclusive is an error, as the job that it stops.
    pub fn junit(&self) -> String {
        let cases = self.gates.iter().map(|gate| TestCase {
            name: gate.check.gate.text.clone(),
            place: gate.file.clone().unwrap_or_else(|| self.scenario.clone()),
            trouble: match gate.check.outcome {
                GateOutcome::Pass => None,
                GateOutcome::Fail => Some(("failure", self.sentence(gate))),
                GateOutcome::Inconclusive { .. } => Some(("error", self.sentence(gate))),
            },
        });
        junit(&format!("recharge {}", self.command), &cases.collect::<Vec<_>>())
    }

    /// An annotation of GitHub for each gate that does not pass.
    pub fn github(&self) -> String {
        let objections = self.gates.iter().filter(|gate| !gate.passes());
        let annotation = |gate: &PlacedGate| {
            Annotation {
                level: match gate.check.outcome {
                    GateOutcome::Inconclusive { .. } => "warning",
                    _ => "error",
                },
                file: gate.file.as_deref(),
                line: gate.line,
                column: None,
                title: "recharge gate",
                message: &self.sentence(gate),
            }
            .text()
        };
        objections.map(annotation).collect()
    }
}

/// The kind of a figure's cells where lengths of time are hours.
pub fn kind_in_studies(unit: Unit) -> CellKind {
    match unit {
        Unit::Money => CellKind::Money,
        Unit::Price => CellKind::Price,
        Unit::Credits => CellKind::Credits,
        Unit::Count => CellKind::Count,
        Unit::Share => CellKind::Share,
        Unit::Duration => CellKind::Hours,
    }
}

/// A number of replications, rounded up to two digits.
fn two_digits(number: u64) -> u64 {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    number.div_ceil(unit).saturating_mul(unit)
}

/// A test of a JUnit report.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// Its name.
    pub name: String,
    /// The file it is about.
    pub place: String,
    /// `failure` or `error`, and the message.
    pub trouble: Option<(&'static str, String)>,
}

/// A JUnit report of one suite.
pub fn junit(suite: &str, cases: &[TestCase]) -> String {
    let of = |kind: &str| {
        let is = |case: &&TestCase| case.trouble.as_ref().is_some_and(|(other, _)| *other == kind);
        cases.iter().filter(is).count()
    };
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
        cases.len(),
        of("failure"),
        of("error")
    );
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"{}\" {counts} skipped=\"0\" time=\"0\">\n",
        xml(suite)
    );
    for TestCase { name, place, trouble } in cases {
        let head =
            format!("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"", xml(name), xml(place));
        match trouble {
            None => text.push_str(&format!("{head}/>\n")),
            Some((kind, message)) => text.push_str(&format!(
                "{head}>\n      <{kind} message=\"{}\" type=\"gate\">{}</{kind}>\n    \
                 </testcase>\n",
                xml(message),
                xml(message)
            )),
        }
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Text inside XML; what XML cannot hold is written as Rust escapes it.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A message at a line of a file, as a step of GitHub Actions prints it.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'t> {
    /// `error` or `warning`.
    pub level: &'static str,
    /// The file, if it is about one.
    pub file: Option<&'t str>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// The title.
    pub title: &'static str,
    /// The message.
    pub message: &'t str,
}

impl Annotation<'_> {
    /// The workflow command, ending with a newline.
    pub fn text(&self) -> String {
        let mut properties = Vec::new();
        properties.extend(self.file.map(|file| format!("file={}", property(file))));
        properties.extend(self.line.map(|line| format!("line={line}")));
        properties.extend(self.column.map(|column| format!("col={column}")));
        properties.push(format!("title={}", property(self.title)));
        format!("::{} {}::{}\n", self.level, properties.join(","), data(self.message))
    }
}

/// Text of a workflow command, which ends at a line's end.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which also ends at a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The notation of gates where no instant is told.
pub fn notation(currency: Currency) -> Notation {
    Notation { currency, zone: Zone::UTC }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Gate;

    fn report(outcome: GateOutcome) -> GateReport {
        let gate = Gate::from_text("outage_probability <= 5%", GateOf::Study).unwrap();
        let found = Estimate { value: 0.048, low: Some(0.041), high: Some(0.056) };
        let check = GateCheck {
            gate,
            about: Some("a <b> & \"c\"".to_owned()),
            found: GateValue::Estimated(found),
            bound: 0.05,
            outcome,
        };
        GateReport {
            command: "study",
            scenario: "s".to_owned(),
            of: GateOf::Study,
            gates: vec![PlacedGate { check, file: Some("a,b.toml".to_owned()), line: Some(7) }],
            notation: notation(Currency::from_code("USD").unwrap()),
            sample: Some((200, 0.95)),
        }
    }

    #[test]
    fn what_is_inconclusive_says_what_would_settle_it() {
        let open = report(GateOutcome::Inconclusive { replications: Some(33_101) });
        assert_eq!(
            open.objections(),
            "gate 'outage_probability <= 5%' is inconclusive: outage_probability of a <b> & \"c\" is 4.8% \
             (4.1% to 5.6%); some 34,000 replications would settle it"
        );
        assert_eq!(open.outcome(), AllGates::Inconclusive);
        let never = report(GateOutcome::Inconclusive { replications: None });
        assert!(
            never.objections().contains("as near to the bound as these replications can tell"),
            "{}",
            never.objections()
        );
        assert_eq!(report(GateOutcome::Pass).objections(), "");
    }

    #[test]
    fn more_replications_than_anybody_waits_for_are_told_as_that_and_not_as_none() {
        let told = |replications| {
            report(GateOutcome::Inconclusive { replications: Some(replications) }).objections()
        };
        assert!(told(10_000_000).ends_with("some 10,000,000 replications would settle it"));
        assert!(told(20_000_000).ends_with(
            "if its value is as it seems, over 10,000,000 replications would settle it"
        ));
    }

    #[test]
    fn a_figure_without_a_limit_is_not_called_as_near_as_the_bound() {
        let told = |value: f64| {
            let mut report = report(GateOutcome::Inconclusive { replications: None });
            let found = Estimate { value, low: Some(0.0), high: None };
            report.gates[0].check.found = GateValue::Estimated(found);
            report.objections()
        };
        assert!(
            told(0.0).ends_with(
                "is 0% (0% to ?); too few replications to give it both limits; run more"
            ),
            "{}",
            told(0.0)
        );
        assert!(
            told(0.05).ends_with("so they do not say how many would settle it"),
            "{}",
            told(0.05)
        );
    }

    #[test]
    fn a_bound_that_is_relative_to_a_baseline_is_told_in_figures() {
        let mut report = report(GateOutcome::Fail);
        let gate = Gate::from_text("outage_probability <= baseline + 5%", GateOf::Diff).unwrap();
        report.gates[0].check.gate = gate;
        assert_eq!(
            report.objections(),
            "gate 'outage_probability <= baseline + 5%' failed: outage_probability of a <b> & \"c\" is 4.8% \
             (4.1% to 5.6%), and baseline + 5% is 5%"
        );
    }

    #[test]
    fn an_annotation_stands_at_the_line_and_its_text_cannot_leave_it() {
        let failed = report(GateOutcome::Fail).github();
        assert!(
            failed.starts_with("::error file=a%2Cb.toml,line=7,title=recharge gate::gate '"),
            "{failed}"
        );
        assert!(
            failed.contains("<= 5%25'") && failed.ends_with("(4.1%25 to 5.6%25)\n"),
            "{failed}"
        );
        let open = report(GateOutcome::Inconclusive { replications: None }).github();
        assert!(open.starts_with("::warning file="), "{open}");
        assert_eq!(report(GateOutcome::Pass).github(), "");
        let message = "one\ntwo::error::three\r";
        let told = Annotation {
            level: "error",
            file: None,
            line: None,
            column: None,
            title: "t",
            message,
        };
        assert_eq!(told.text(), "::error title=t::one%0Atwo::error::three\\r\n");
    }

    #[test]
    fn junit_counts_failures_and_takes_what_is_inconclusive_for_an_error() {
        for (outcome, counts) in [
            (GateOutcome::Pass, "tests=\"1\" failures=\"0\" errors=\"0\""),
            (GateOutcome::Fail, "tests=\"1\" failures=\"1\" errors=\"0\""),
            (
                GateOutcome::Inconclusive { replications: None },
                "tests=\"1\" failures=\"0\" errors=\"1\"",
            ),
        ] {
            let text = report(outcome).junit();
            assert_eq!(text.matches(counts).count(), 2, "{text}");
            assert!(!text.contains("<b>"), "{text}");
        }
    }
}
