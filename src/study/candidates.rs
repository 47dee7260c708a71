//! Candidates from a scenario: today's settings, the combined settings, the named ones.
//!
//! Deliberately absent: running them.

use crate::domain::grouped;
use crate::domain::text::counted;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::forecast::FutureUsage;
use crate::scenario::{HistoryUse, Scenario, Setting, UsageSource, Variation};
use crate::usage::History;
use crate::usage::generate::{Demand, Process};

pub use crate::scenario::CURRENT;

use super::question::{Candidate, UsageModel};
use super::spec::StudySpec;

/// The most candidates of one study.
pub const MOST_CANDIDATES: u128 = 10_000;
/// Number of invalid candidates shown; the others mostly have the same problem.
const SHOWN: usize = 1;

/// Reason why there are no candidates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CandidatesError {
    /// More than one study may have.
    #[error(
        "{}; a study has at most {}. Try fewer values of fewer settings, or a coarser `step`",
        counted(count, "candidate"),
        grouped(&MOST_CANDIDATES.to_string())
    )]
    TooMany {
        /// Number of candidates.
        count: u128,
    },
    /// Some make no scenario.
    #[error("{}", problems.join("\n"))]
    Invalid {
        /// The problems of the first of them.
        problems: Vec<String>,
    },
}

/// Settings to try that make no scenario, or under a name the same one as another candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfitCandidate {
    /// Its name, or its settings as they are written.
    pub name: String,
    /// The reason, in one line.
    pub reason: String,
}

/// Candidates, and those that make no scenario.
#[derive(Clone, Debug)]
pub struct FitCandidates {
    /// Today's settings, and all that make a scenario.
    pub all: Vec<Candidate>,
    /// Those that are left out: they make no scenario, or the same one as another.
    pub unfit: Vec<UnfitCandidate>,
}

/// Today's settings, as the candidate `current`.
pub fn current(scenario: &Scenario) -> Candidate {
    whole(scenario, CURRENT.to_owned())
}

/// A whole scenario as one candidate.
pub fn whole(scenario: &Scenario, name: String) -> Candidate {
    let (setup, luck) = (scenario.setup.clone(), scenario.luck.clone());
    let phrase = String::new();
    let (settings, changes) = (Vec::new(), Vec::new());
    Candidate { name, is_named: true, settings, changes, phrase, setup, luck }
}

/// Returns all candidates: today's settings first, then the combined settings in order, the last
/// varying fastest, then the named ones. A combination that means the same as today's settings is
/// not repeated; today's candidate shows its settings instead. One that makes no scenario is an error.
pub fn candidates(
    scenario: &Scenario,
    spec: &StudySpec,
) -> Result<Vec<Candidate>, CandidatesError> {
    let Sorted { all, problems, .. } = sorted(scenario, spec)?;
    if problems.is_empty() { Ok(all) } else { Err(CandidatesError::Invalid { problems }) }
}

/// The same without those that make no scenario, such as a package that no cap lets a recharge buy; an error where none of
/// what was to be tried makes one.
pub fn fit_candidates(
    scenario: &Scenario,
    spec: &StudySpec,
) -> Result<FitCandidates, CandidatesError> {
    let Sorted { all, mut unfit, repeated, problems } = sorted(scenario, spec)?;
    let tried = spec.count().saturating_sub(1);
    if !problems.is_empty() && unfit.len() as u128 == tried {
        return Err(CandidatesError::Invalid { problems });
    }
    unfit.extend(repeated);
    Ok(FitCandidates { all, unfit })
}

/// Candidates, and what is wrong with those that are none.
struct Sorted {
    all: Vec<Candidate>,
    /// Those that make no scenario.
    unfit: Vec<UnfitCandidate>,
    /// Named ones with the rules of another.
    repeated: Vec<UnfitCandidate>,
    /// The problems of the first that makes no scenario, and how many more there are.
    problems: Vec<String>,
}

fn sorted(scenario: &Scenario, spec: &StudySpec) -> Result<Sorted, CandidatesError> {
    let count = spec.count();
    if count > MOST_CANDIDATES {
        return Err(CandidatesError::TooMany { count });
    }
    let mut found = Distinct::new(scenario);
    let (mut problems, mut unfit) = (Vec::new(), Vec::new());
    let crossed = crossed(&spec.table.vary).into_iter().map(|set| (None, set));
    let named = spec.table.named.iter().cloned().map(|named| (Some(named.name), named.set));
    for (name, set) in crossed.chain(named) {
        match scenario.with_overrides(&set) {
            Ok(made) => found.add(name, set, &made),
            Err(errors) => {
                let name = name.unwrap_or_else(|| written(&set));
                if problems.len() < SHOWN {
                    problems.push(format!("candidate `{name}`:\n{errors}"));
                }
                unfit.push(UnfitCandidate { name, reason: errors.in_one_line() });
            }
        }
    }
    if unfit.len() > problems.len() {
        problems.push(match unfit.len() - problems.len() {
            1 => "and one more candidate makes no scenario".to_owned(),
            more => format!("and {} make no scenario", counted(more, "more candidate")),
        });
    }
    Ok(Sorted { all: found.all, unfit, repeated: found.repeated, problems })
}

/// Candidates of which no two have the same rules.
struct Distinct<'s> {
    today: &'s Scenario,
    all: Vec<Candidate>,
    /// Named ones with the rules of another.
    repeated: Vec<UnfitCandidate>,
    /// Candidates by a hash of their rules.
    by_hash: HashMap<u64, Vec<usize>>,
    /// Names made of settings.
    labels: HashSet<String>,
    /// Caches, by a setting's line of TOML, whether that setting alone leaves everything as it is
    /// today.
    idle: HashMap<String, bool>,
}

impl<'s> Distinct<'s> {
    fn new(today: &'s Scenario) -> Distinct<'s> {
        let all = vec![current(today)];
        let by_hash = HashMap::from([(rules_hash(&all[0]), vec![0])]);
        let (repeated, labels, idle) = (Vec::new(), HashSet::new(), HashMap::new());
        Distinct { today, all, repeated, by_hash, labels, idle }
    }

    /// Adds a candidate unless there is one with the same rules. Today's candidate keeps its name
    /// and takes over the settings that mean the same. A candidate without a name is called by its
    /// settings.
    fn add(&mut self, name: Option<String>, set: Vec<Setting>, made: &Scenario) {
        let is_named = name.as_ref().is_some_and(|name| *name != made.label_of(&set));
        let name = name.unwrap_or_else(|| self.label(&set, made));
        let candidate = Candidate { is_named, settings: set, ..whole(made, name) };
        let alike = self.by_hash.entry(rules_hash(&candidate)).or_default();
        match alike.iter().find(|&&index| same_rules(&self.all[index], &candidate)) {
            Some(&index) => {
                if candidate.is_named {
                    let reason = format!("it has the same rules as `{}`", self.all[index].name);
                    self.repeated.push(UnfitCandidate { name: candidate.name.clone(), reason });
                }
                if index == 0 && self.all[0].settings.is_empty() {
                    self.all[0].settings = candidate.settings;
                }
            }
            None => {
                alike.push(self.all.len());
                let changes = self.changes(&candidate);
                let phrase = made.phrase_of(&changes);
                self.all.push(Candidate { changes, phrase, ..candidate });
            }
        }
    }

    /// The settings of a candidate in words, or as they are written where the words are those of
    /// another.
    fn label(&mut self, set: &[Setting], made: &Scenario) -> String {
        let label = made.label_of(set);
        match self.labels.insert(label.clone()) {
            true => label,
            false => written(set),
        }
    }

    /// The settings that distinguish a candidate: all except those without which it has the same
    /// rules.
    fn changes(&mut self, candidate: &Candidate) -> Vec<Setting> {
        let mut changes = candidate.settings.clone();
        for setting in &candidate.settings {
            if changes.len() == 1 || !self.is_idle(setting) {
                continue;
            }
            let others: Vec<Setting> =
                changes.iter().filter(|other| *other != setting).cloned().collect();
            let made = self.today.with_overrides(&others);
            if made.is_ok_and(|made| same_rules(&current(&made), candidate)) {
                changes = others;
            }
        }
        changes
    }

    /// Returns true if a setting by itself leaves all rules as they are today.
    fn is_idle(&mut self, setting: &Setting) -> bool {
        let (today, all) = (self.today, &self.all);
        *self.idle.entry(setting.toml()).or_insert_with(|| {
            let alone = today.with_overrides(std::slice::from_ref(setting));
            alone.is_ok_and(|made| same_rules(&current(&made), &all[0]))
        })
    }
}

/// Returns true if two candidates behave the same in every run.
pub fn same_rules(one: &Candidate, other: &Candidate) -> bool {
    one.setup == other.setup && one.luck == other.luck
}

/// A hash that is equal for candidates with the same rules.
fn rules_hash(candidate: &Candidate) -> u64 {
    let mut hasher = DefaultHasher::new();
    let luck = &candidate.luck;
    candidate.setup.policy.hash(&mut hasher);
    (luck.fail_probability, luck.hard_share, luck.verify_probability).hash(&mut hasher);
    hasher.finish()
}

/// Every combination of the values to try.
fn crossed(vary: &[Variation]) -> Vec<Vec<Setting>> {
    if vary.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<Vec<Setting>> = vec![Vec::new()];
    for variation in vary {
        let values: Vec<Setting> = variation.settings().collect();
        let longer = |set: &Vec<Setting>| {
            let set = set.clone();
            let with = move |one: &Setting| [&set[..], std::slice::from_ref(one)].concat();
            values.iter().map(with).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// Settings as they are written: `plan = pro, recharge.packs = 2`.
fn written(set: &[Setting]) -> String {
    set.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Reason why a scenario's usage cannot be drawn many times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It has no usage.
    #[error("the scenario names no usage; add [usage], or give --usage FILE")]
    None,
    /// The history asks for no credits.
    #[error("the history asks for no credits, so there is nothing to learn usage to come from")]
    Silent,
    /// Too little history to draw from.
    #[error(
        "the history covers {}, and drawing from it takes at least 2; set \
         `history = \"model\"` in [study] to draw from what little it says, `history = \"replay\"` to replay it \
         as it was, or give more of it (days without usage count with a row of 0 credits)",
        counted(weeks, "whole week")
    )]
    TooShort {
        /// Whole weeks covered.
        weeks: usize,
    },
}

/// Returns the source of usage for replications, with the changes that the scenario states.
pub fn source(
    scenario: &Scenario,
    history: Option<History>,
    asked: Option<HistoryUse>,
) -> Result<UsageModel, SourceError> {
    Ok(unchanged(scenario, history, asked)?.changed(&scenario.changes))
}

/// Returns the source of usage for replications: a law, or a history read from a file.
fn unchanged(
    scenario: &Scenario,
    history: Option<History>,
    asked: Option<HistoryUse>,
) -> Result<UsageModel, SourceError> {
    // What comes after a history is not the history again.
    let is_past = |history: &History| history.end() <= scenario.setup.horizon.from;
    let asked = asked.or_else(|| {
        let is_past = scenario.model.is_some() || history.as_ref().is_some_and(is_past);
        is_past.then_some(HistoryUse::Model)
    });
    let replayed = |history: History| UsageModel::Replayed(history.within(scenario.setup.horizon));
    match (&scenario.usage, history) {
        (_, Some(history)) if asked == Some(HistoryUse::Replay) => Ok(replayed(history)),
        (_, Some(history)) if asked == Some(HistoryUse::Model) => {
            let keys = scenario.model.clone().unwrap_or_default();
            // What comes after the days that are asked about was not known on the last of them.
            let known = history.known_at(scenario.setup.horizon.to);
            let future = FutureUsage::learned(&known, &keys).ok_or(SourceError::Silent)?;
            Ok(UsageModel::Learned(Box::new(future)))
        }
        (_, Some(history)) => {
            let weeks = history.weeks();
            match weeks.len() {
                0 | 1 => Err(SourceError::TooShort { weeks: weeks.len() }),
                _ => Ok(UsageModel::Resampled(weeks)),
            }
        }
        (UsageSource::Generated(demand), None) => {
            Ok(UsageModel::Drawn(Box::new(Process::new(Demand::clone(demand)))))
        }
        (UsageSource::Events(events), None) => {
            Ok(replayed(History::of(events.clone(), "events of the scenario", scenario.zone)))
        }
        (UsageSource::None | UsageSource::File(_), None) => Err(SourceError::None),
    }
}
