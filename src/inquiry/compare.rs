//! Whole scenarios on the same usage and luck, compared with the first.

use crate::scenario::Scenario;
use crate::study::candidates::whole;
use crate::study::{Candidate, StudySpec, UsageModel};

use super::error::InquiryError;
use super::study::StudyQuestion;

impl<'q> StudyQuestion<'q> {
    /// The question of how other scenarios compare with the first, on its `usage`, counted by the meter of
    /// each, and its `spec`.
    pub fn comparing(
        scenarios: &'q [Scenario],
        spec: &'q StudySpec,
        usage: &'q UsageModel,
    ) -> Result<StudyQuestion<'q>, InquiryError> {
        comparable(scenarios)?;
        Ok(StudyQuestion::about(named(scenarios), scenarios, spec, usage))
    }
}

/// The first of scenarios that can be compared: two or more with the same currency, horizon and zone.
pub fn comparable(scenarios: &[Scenario]) -> Result<&Scenario, InquiryError> {
    let [first, others @ ..] = scenarios else { return Err(InquiryError::NothingToCompare) };
    if others.is_empty() {
        return Err(InquiryError::NothingToCompare);
    }
    let problems: Vec<String> = others.iter().filter_map(|other| unlike(first, other)).collect();
    if problems.is_empty() { Ok(first) } else { Err(InquiryError::Incomparable { problems }) }
}

/// The reason why a scenario cannot be compared with the first, if any.
fn unlike(first: &Scenario, other: &Scenario) -> Option<String> {
    let show = |scenario: &Scenario| {
        let horizon = scenario.setup.horizon;
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
    if first.zone != other.zone {
        return Some(format!(
            "{}: its days are those of {} and in {} those of {}; compare them in one calendar, for \
             example with --set zone={}",
            other.file,
            other.zone.name(),
            first.file,
            first.zone.name(),
            first.zone.name()
        ));
    }
    (first.setup.horizon != other.setup.horizon).then(|| {
        format!(
            "{}: it runs from {} and {} from {}; give all the same time, for example with \
             --start {} --end {}",
            other.file,
            show(other),
            first.file,
            show(first),
            first.zone.show_date(first.setup.horizon.from),
            first.zone.show_date(first.setup.horizon.to)
        )
    })
}

/// Candidates named after their scenarios, or after their files if two names are equal.
fn named(scenarios: &[Scenario]) -> Vec<Candidate> {
    let name = |scenario: &Scenario| {
        let equal = scenarios.iter().filter(|other| other.name == scenario.name).count();
        if equal > 1 { scenario.file.clone() } else { scenario.name.clone() }
    };
    scenarios.iter().map(|scenario| whole(scenario, name(scenario))).collect()
}
