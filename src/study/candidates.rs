//! Candidates from a scenario: what is set today, the crossed settings, the named ones.
//!
//! Deliberately absent: running them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use toml::Value;

use crate::scenario::diagnostic::Spot;
use crate::scenario::tree::Node;
use crate::scenario::{Scenario, UsageSource};
use crate::usage::generate::{Demand, Process};
use crate::usage::resample::History;

pub use crate::scenario::study::CURRENT;

use super::asked::{Asked, HistoryUse, Named};
use super::question::{Candidate, UsageModel};

/// The most candidates of one study.
pub const MOST_CANDIDATES: u128 = 10_000;
/// Candidates that make no scenario and are shown; the others mostly suffer from the same.
const SHOWN: usize = 1;

/// Why there are no candidates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CandidatesError {
    /// More than one study may have.
    #[error(
        "{count} candidates; a study has at most {MOST_CANDIDATES}. Try fewer values of fewer \
         settings, or a coarser `step`"
    )]
    TooMany {
        /// How many.
        count: u128,
    },
    /// Some make no scenario.
    #[error("{}", told.join("\n"))]
    Invalid {
        /// What is wrong with the first of them.
        told: Vec<String>,
    },
}

/// What is set today, called `current`.
pub fn current(scenario: &Scenario) -> Candidate {
    whole(scenario, CURRENT.to_owned())
}

/// A whole scenario as one candidate.
pub fn whole(scenario: &Scenario, name: String) -> Candidate {
    let (setup, luck) = (scenario.setup.clone(), scenario.luck.clone());
    Candidate { name, settings: Vec::new(), changes: Vec::new(), setup, luck }
}

/// A candidate by its settings, on the scenario that has them.
fn changed(named: &Named, base: &Scenario, scenario: &Scenario) -> Candidate {
    let settings: Vec<(String, String)> =
        named.set.iter().map(|(path, value)| (path.clone(), shown(value))).collect();
    let differs = |(path, value): &&(String, String)| {
        base.setting(path).is_none_or(|today| today.trim_matches('"') != value)
    };
    let changes = settings.iter().filter(differs).cloned().collect();
    Candidate { settings, changes, ..whole(scenario, named.name.clone()) }
}

/// All candidates: what is set today first, then the crossed settings in order, the last varying
/// fastest, then the named ones. A crossing that is what is set today is not repeated; what is set
/// today has its settings instead.
pub fn candidates(scenario: &Scenario, asked: &Asked) -> Result<Vec<Candidate>, CandidatesError> {
    let count = asked.count();
    if count > MOST_CANDIDATES {
        return Err(CandidatesError::TooMany { count });
    }
    let mut all = vec![current(scenario)];
    let mut seen: HashMap<String, usize> = all.iter().map(rules).zip(0..).collect();
    let (mut told, mut failed) = (Vec::new(), 0_usize);
    for named in crossed(asked).iter().chain(&asked.named) {
        let settings: Vec<(&str, Value)> =
            named.set.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
        match scenario.with_overrides(&settings) {
            Ok(made) => {
                let candidate = changed(named, scenario, &made);
                match seen.entry(rules(&candidate)) {
                    // What is set today keeps its name, and learns what it has for what was tried.
                    Entry::Occupied(earlier)
                        if *earlier.get() == 0 && all[0].settings.is_empty() =>
                    {
                        all[0].settings = candidate.settings;
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(free) => {
                        free.insert(all.len());
                        all.push(candidate);
                    }
                }
            }
            Err(errors) => {
                failed += 1;
                if told.len() < SHOWN {
                    told.push(format!("candidate `{}`:\n{errors}", named.name));
                }
            }
        }
    }
    if failed > told.len() {
        told.push(format!("and {} more candidates make no scenario", failed - told.len()));
    }
    if told.is_empty() { Ok(all) } else { Err(CandidatesError::Invalid { told }) }
}

/// What two candidates have in common when they are the same.
fn rules(candidate: &Candidate) -> String {
    format!("{:?}{:?}", candidate.setup, candidate.luck)
}

/// Every combination of the values to try.
fn crossed(asked: &Asked) -> Vec<Named> {
    if asked.vary.is_empty() {
        return Vec::new();
    }
    let paths: Vec<&str> = asked.vary.iter().map(|(path, _)| path.as_str()).collect();
    let mut all = vec![Vec::new()];
    for (path, values) in &asked.vary {
        let mut longer = Vec::new();
        for settings in &all {
            for index in 0..u64::try_from(values.count()).unwrap_or(0) {
                let Some(value) = values.get(index) else { continue };
                let mut settings: Vec<(String, Value)> = Clone::clone(settings);
                settings.push((path.clone(), value));
                longer.push(settings);
            }
        }
        all = longer;
    }
    let name = |set: &Vec<(String, Value)>| {
        let parts =
            set.iter().map(|(path, value)| format!("{} {}", short(path, &paths), shown(value)));
        parts.collect::<Vec<_>>().join(", ")
    };
    all.into_iter().map(|set| Named { name: name(&set), set }).collect()
}

/// The last name of a path where it is enough to tell it from the others, else the whole of it.
fn short<'p>(path: &'p str, among: &[&str]) -> &'p str {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let own = last(path);
    match among.iter().filter(|other| last(other) == own).count() {
        0 | 1 if own.parse::<u64>().is_err() => path.rsplit('.').next().unwrap_or(path),
        _ => path,
    }
}

/// A value as people read it: a text without its quotes.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => Node::from_toml(other, Spot { source: 0, start: 0, end: 0 }).text(),
    }
}

/// Why a scenario's usage cannot be drawn many times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It names none.
    #[error("the scenario names no usage; add [usage], or give --usage FILE")]
    None,
    /// Too little history to draw from.
    #[error(
        "the history covers {weeks} whole weeks, and drawing from it takes at least 2; set \
         `history = \"replay\"` in [study] to replay it as it was, or give more of it"
    )]
    TooShort {
        /// Whole weeks covered.
        weeks: usize,
    },
}

/// Where the usage of replications comes from: a law, or the history that was read.
pub fn source(
    scenario: &Scenario,
    history: Option<History>,
    asked: HistoryUse,
) -> Result<UsageModel, SourceError> {
    match (&scenario.usage, history) {
        (_, Some(history)) if asked == HistoryUse::Replay => Ok(UsageModel::Replayed(history)),
        (_, Some(history)) => {
            let weeks = history.weeks(scenario.horizon);
            match weeks.len() {
                0 | 1 => Err(SourceError::TooShort { weeks: weeks.len() }),
                _ => Ok(UsageModel::Resampled(weeks)),
            }
        }
        (UsageSource::Generated(demand), None) => {
            Ok(UsageModel::Drawn(Box::new(Process::new(Demand::clone(demand)))))
        }
        (UsageSource::Events(events), None) => {
            Ok(UsageModel::Replayed(History::of(events.clone(), "events of the scenario")))
        }
        (UsageSource::None | UsageSource::File(_), None) => Err(SourceError::None),
    }
}
