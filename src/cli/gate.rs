//! Gates on the command line and of scenarios: collected before anything is run, told when all is done, and
//! turned into an exit code.
//!
//! Deliberately absent: what a gate means, which is the scenario's, and holding results against it, which is
//! the inquiry's.

use std::io::Write;
use std::path::Path;

use crate::files::Output;
use crate::inquiry::GateCheck;
use crate::report::gates::{AllGates, GateReport, PlacedGate, notation};
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::scenario::{Gate, GateBound, GateOf, Scenario, SettingPath};

use super::args::{GateArgs, GatesAs, OutcomeFormat};
use super::exit::Failure;
use super::{question, say};

/// Gates with their places, all read before anything is run.
#[derive(Clone, Debug)]
pub struct GivenGates {
    of: GateOf,
    /// In the order of `places`.
    pub gates: Vec<Gate>,
    /// The file of each, and its line there.
    places: Vec<(Option<String>, Option<usize>)>,
}

/// The result that gates were held against.
#[derive(Clone, Copy, Debug)]
pub struct Gated<'g> {
    /// The command.
    pub command: &'static str,
    /// The name of the scenario, or of the comparison.
    pub name: &'g str,
    /// The scenario whose money it is.
    pub scenario: &'g Scenario,
    /// The number of replications, and the confidence of intervals; `None` for one run.
    pub sample: Option<(usize, f64)>,
}

/// Parses the gates of the command line. The error lists everything that is wrong with any of them.
pub fn typed(args: &GateArgs, of: GateOf) -> Result<Vec<Gate>, Failure> {
    let (mut gates, mut wrong) = (Vec::new(), Vec::new());
    for text in &args.gate {
        match Gate::from_text(text, of) {
            Ok(gate) => gates.push(gate),
            Err(why) => wrong.push(format!("--gate '{text}': {why}")),
        }
    }
    if wrong.is_empty() { Ok(gates) } else { Err(Failure::Input(wrong.join("\n"))) }
}

/// The gates of the command line and after them those of a scenario, all in its money.
pub fn given(typed: Vec<Gate>, of: GateOf, scenario: &Scenario) -> Result<GivenGates, Failure> {
    // The rules of a vendor, and a scenario from standard input, are in no file that an annotation could name.
    let file = || {
        (of != GateOf::Advice && !question::is_from_input(scenario)).then(|| scenario.file.clone())
    };
    let mut gates = typed;
    let mut places = vec![(file(), None); gates.len()];
    for (place, gate) in scenario.gates.of(of).iter().enumerate() {
        let path = format!("gates.{}.{place}", of.key());
        let path = SettingPath::new(&path).expect("three plain names");
        places.push((file(), scenario.line_of(&path)));
        gates.push(gate.clone());
    }
    let wrong = |gate: &Gate| {
        let why = gate.wrong_money(scenario.currency)?;
        Some(format!("gate '{}': {why}", gate.text))
    };
    let wrong: Vec<String> = gates.iter().filter_map(wrong).collect();
    if !wrong.is_empty() {
        return Err(Failure::Input(wrong.join("\n")));
    }
    Ok(GivenGates { of, gates, places })
}

impl GivenGates {
    /// Leaves out what is relative to a baseline, as there is none, and says so.
    pub fn without_baseline(mut self) -> GivenGates {
        let (mut gates, mut places) = (Vec::new(), Vec::new());
        for (gate, place) in self.gates.into_iter().zip(self.places) {
            match gate.bound {
                GateBound::Value(_) => {
                    gates.push(gate);
                    places.push(place);
                }
                GateBound::BaselineAnd(_) | GateBound::BaselineTimes(_) => say(&format!(
                    "gate '{}' is left out: without --against there is no baseline",
                    gate.text
                )),
            }
        }
        (self.gates, self.places) = (gates, places);
        self
    }

    /// The same gates, all placed at this line of a file.
    pub fn at(self, file: &str, line: usize) -> GivenGates {
        let places = vec![(Some(file.to_owned()), Some(line)); self.places.len()];
        GivenGates { places, ..self }
    }

    /// The report of their outcomes.
    pub fn report(&self, checks: Vec<GateCheck>, gated: &Gated<'_>) -> GateReport {
        let place = |(check, (file, line)): (GateCheck, &(Option<String>, Option<usize>))| {
            PlacedGate { check, file: file.clone(), line: *line }
        };
        GateReport {
            command: gated.command,
            scenario: gated.name.to_owned(),
            of: self.of,
            gates: checks.into_iter().zip(&self.places).map(place).collect(),
            notation: notation(gated.scenario.currency),
            sample: gated.sample,
        }
    }
}

/// Tells the outcomes as `args` ask, and fails unless all gates pass.
pub fn tell(report: &GateReport, provenance: &Provenance, args: &GateArgs) -> Result<(), Failure> {
    if report.gates.is_empty() {
        return Ok(());
    }
    for wanted in &args.gates_as {
        told_as(wanted, report, provenance)?;
    }
    let is_told = |wanted: &GatesAs| wanted.file.is_none() && wanted.format == OutcomeFormat::Text;
    match verdict(report) {
        Err(failure) if args.gates_as.iter().any(is_told) => Err(failure.without_message()),
        verdict => verdict,
    }
}

/// Fails unless all gates pass; one that fails outweighs those that are inconclusive.
pub fn verdict(report: &GateReport) -> Result<(), Failure> {
    match report.outcome() {
        AllGates::Pass => Ok(()),
        AllGates::Fail => Err(Failure::No(report.objections())),
        AllGates::Inconclusive => Err(Failure::Inconclusive(report.objections())),
    }
}

/// Writes the outcomes to a file, or says them on standard error.
fn told_as(wanted: &GatesAs, report: &GateReport, provenance: &Provenance) -> Result<(), Failure> {
    let text = in_format(wanted.format, report, provenance)?;
    match &wanted.file {
        Some(path) => written(path, &text),
        None => {
            if !text.is_empty() {
                say(&text);
            }
            Ok(())
        }
    }
}

fn written(path: &Path, text: &str) -> Result<(), Failure> {
    let mut output = Output::create(path)?;
    output.write_all(text.as_bytes())?;
    output.keep()?;
    Ok(())
}

/// The outcomes in a format.
pub fn in_format(
    format: OutcomeFormat,
    report: &GateReport,
    provenance: &Provenance,
) -> Result<String, Failure> {
    Ok(match format {
        OutcomeFormat::Text => report.text(),
        OutcomeFormat::Json => json::text(&json::gates::result(report, provenance))?,
        OutcomeFormat::Markdown => report.markdown(),
        OutcomeFormat::Csv => {
            let mut rows = Vec::new();
            report.csv(&mut rows)?;
            String::from_utf8_lossy(&rows).into_owned()
        }
        OutcomeFormat::Junit => report.junit(),
        OutcomeFormat::Github => report.github(),
    })
}
