//! `recharge compare`: whole scenarios on the same usage and the same luck.

use crate::scenario::Scenario;
use crate::study::Candidate;
use crate::study::candidates::whole;

use super::args::Compare;
use super::exit::Failure;
use super::study::Study;
use super::{question, study, telling};

/// Compares scenarios with the first, on the usage of the first.
pub fn compare(args: &Compare, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let mut scenarios = Vec::new();
    for path in &args.scenarios {
        scenarios.push(question::scenario(path, &args.settings)?);
    }
    let Some(first) = scenarios.first() else {
        return Err(Failure::Input("name at least two scenarios".to_owned()));
    };
    let problems: Vec<String> =
        scenarios.iter().skip(1).filter_map(|other| unlike(first, other)).collect();
    if !problems.is_empty() {
        return Err(Failure::Input(problems.join("\n")));
    }
    let asked = study::asked(first, &args.many)?;
    let usage = study::usage(first, &args.source, &asked)?;
    let candidates = named(&scenarios);
    let name = format!("{} candidates on the usage of {}", candidates.len(), first.file);
    let all: Vec<&Scenario> = scenarios.iter().collect();
    study::tell(&Study {
        name: &name,
        scenarios: &all,
        candidates: &candidates,
        source: &usage,
        asked: &asked,
        many: &args.many,
        telling: &args.telling,
        command,
    })
}

/// Why a scenario cannot be compared with the first.
fn unlike(first: &Scenario, other: &Scenario) -> Option<String> {
    let show = |scenario: &Scenario| {
        let horizon = scenario.horizon;
        format!("{} to {}", scenario.zone.show(horizon.from), scenario.zone.show(horizon.to))
    };
    if first.currency != other.currency {
        return Some(format!(
            "{}: its money is {} and that of {} is {}; convert one of them",
            other.file,
            other.currency.code(),
            first.file,
            first.currency.code()
        ));
    }
    (first.horizon != other.horizon).then(|| {
        format!(
            "{}: it runs from {} and {} from {}; give all the same `start` and `end`, for example \
             with --set",
            other.file,
            show(other),
            first.file,
            show(first)
        )
    })
}

/// Candidates by the names of their scenarios, or by their files where names are alike.
fn named(scenarios: &[Scenario]) -> Vec<Candidate> {
    let alike = |name: &str| scenarios.iter().filter(|other| other.name == name).count() > 1;
    let name = |scenario: &Scenario| match alike(&scenario.name) {
        true => scenario.file.clone(),
        false => scenario.name.clone(),
    };
    scenarios.iter().map(|scenario| whole(scenario, name(scenario))).collect()
}
