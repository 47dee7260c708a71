//! Why, over many runs: the mean part of each cause in each figure, with its interval.
//!
//! The causes are those of one run, [`super::explain`]'s. Every replication draws one trace of usage and one stream of
//! luck, and every subset of the causes lives through both; a figure of each replication is divided as that of one run,
//! in floats. Deliberately absent: outages one by one, which differ in every replication.

use std::collections::BTreeMap;

use crate::domain::Credits;
use crate::figures::Figure;
use crate::scenario::{HistoryUse, Scenario};
use crate::study::candidates::whole;
use crate::study::estimate;
use crate::study::{
    Candidate, Confidence, Ending, Estimate, MeteredUsage, Objective, Question, Runs, StudyError,
    StudyRuns, Until, UsageModel,
};

use super::error::InquiryError;
use super::explain::{AskedCause, OF_SERVICE, OF_WASTE, Players};
use super::factors::{Circumstances, Factor};
use super::pool::Means;
use super::shapley::{MOST_FACTORS, float_parts};
use super::study::run;
use super::usage::UsageInput;

/// The most runs that an explanation of many replications takes.
const MOST_RUNS_EXPLAINED: usize = 60_000;
/// The most replications whose usage is looked through for its largest request.
const LOOKED_THROUGH_FOR_CAUSES: u64 = 20;

/// The most causes that are told apart in so many replications.
pub fn most_causes(replications: usize) -> usize {
    let subsets = (MOST_RUNS_EXPLAINED / replications.max(1)).max(2);
    (subsets.ilog2() as usize).min(MOST_FACTORS)
}

/// What causes make of figures over many replications.
#[derive(Clone, Debug)]
pub struct ManyCauses {
    /// The figures of the whole horizon, those that are nothing in every run left out; downtime in hours.
    pub figures: Vec<MeanDivision>,
    /// Replications.
    pub replications: usize,
    /// The confidence of the intervals, of each by itself.
    pub confidence: Confidence,
}

/// A mean over replications, divided.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanDivision {
    /// The figure.
    pub figure: Figure,
    /// Its mean.
    pub whole: Estimate,
    /// Its mean without any cause.
    pub rest: Estimate,
    /// The mean part of each cause, by place.
    pub parts: Vec<Estimate>,
}

impl ManyCauses {
    /// How a figure is divided, if it is anything in some run.
    pub fn of(&self, figure: Figure) -> Option<&MeanDivision> {
        self.figures.iter().find(|one| one.figure == figure)
    }
}

/// The replications of a scenario to be explained.
#[derive(Clone, Copy, Debug)]
pub struct ManyQuestion<'q> {
    /// The usage.
    pub usage: &'q UsageInput<'q>,
    /// How a history is used; as the scenario's model says if `None`.
    pub history: Option<HistoryUse>,
    /// The causes, as one run was asked about them.
    pub causes: &'q [AskedCause],
    /// What the run says that is not in the rules.
    pub around: Circumstances,
    /// Replications.
    pub replications: usize,
    /// The objective, for the confidence of intervals.
    pub objective: &'q Objective,
}

/// Explains many replications.
///
/// # Errors
///
/// If the usage cannot be drawn many times, a run cannot go on, or it was stopped.
pub fn explain_many(
    question: &ManyQuestion<'_>,
    means: Means<'_>,
) -> Result<ManyCauses, InquiryError> {
    let scenario = question.usage.scenario();
    let model = question.usage.model(question.history)?;
    let looked = model.largest(&scenario.setup, scenario.seed, LOOKED_THROUGH_FOR_CAUSES);
    let looked = looked.map_err(StudyError::from)?;
    let largest = Credits::max(question.around.largest, looked);
    let around = Circumstances { largest, ..question.around };
    let sets: Vec<Vec<Factor>> = (0..1_usize << question.causes.len())
        .map(|subset| lifted(question.causes, subset))
        .collect();
    let without: Vec<Scenario> = sets.iter().map(|set| lift(scenario, set, around)).collect();
    let candidates: Vec<Candidate> =
        without.iter().zip(&sets).map(|(made, set)| whole(made, named(set))).collect();
    let source = drawn(question, model, (&sets, &without))?;
    let asked = Question {
        candidates: &candidates,
        source: &source,
        seed: scenario.seed,
        objective: question.objective.clone(),
        until: Until::Replications(question.replications),
    };
    let StudyRuns { runs, ended } = run(&asked, means)?;
    let replications = runs.iter().map(Runs::len).min().unwrap_or(0);
    if ended == Ending::Interrupted || replications == 0 {
        return Err(InquiryError::Interrupted { before: "all replications were explained" });
    }
    let players =
        Players::of(&question.causes.iter().map(|one| one.factors.clone()).collect::<Vec<_>>());
    let confidence = question.objective.confidence;
    let all =
        OF_SERVICE.into_iter().chain([Figure::TOTAL_SPEND]).chain(Figure::OF_BILL).chain(OF_WASTE);
    let division = |figure: Figure| divided(figure, &runs, &players, confidence);
    Ok(ManyCauses { figures: all.filter_map(division).collect(), replications, confidence })
}

/// The factors that are lifted in a subset of causes, of which bit *i* is set where cause *i* is there.
fn lifted(causes: &[AskedCause], subset: usize) -> Vec<Factor> {
    let absent = causes.iter().enumerate().filter(|(place, _)| subset & (1 << place) == 0);
    absent.flat_map(|(_, cause)| cause.factors.iter().copied()).collect()
}

fn lift(scenario: &Scenario, factors: &[Factor], around: Circumstances) -> Scenario {
    let mut made = scenario.clone();
    factors.iter().for_each(|factor| factor.lift(&mut made.meaning, around));
    made
}

/// The name of a run in messages.
fn named(set: &[Factor]) -> String {
    match set.is_empty() {
        true => "as it is".to_owned(),
        false => {
            let names: Vec<&str> = set.iter().map(|factor| factor.name()).collect();
            format!("without {}", names.join(", "))
        }
    }
}

/// The usage of each run: as it is drawn, or without what of it is lifted.
fn drawn(
    question: &ManyQuestion<'_>,
    model: UsageModel,
    (sets, without): (&[Vec<Factor>], &[Scenario]),
) -> Result<UsageModel, InquiryError> {
    let of_usage = |set: &Vec<Factor>| -> Vec<Factor> {
        set.iter().copied().filter(|factor| factor.is_of_usage()).collect()
    };
    if sets.iter().all(|set| of_usage(set).is_empty()) {
        return Ok(model);
    }
    let mut firsts: BTreeMap<Vec<Factor>, usize> = BTreeMap::new();
    let mut metered: Option<MeteredUsage> = None;
    for (place, set) in sets.iter().enumerate() {
        let key = of_usage(set);
        let own = |place: usize| question.usage.of_changed(&without[place]).model(question.history);
        match (&mut metered, firsts.get(&key)) {
            (None, _) => metered = Some(MeteredUsage::new(own(place)?)),
            (Some(metered), None) => metered.add(Some(own(place)?)),
            (Some(metered), Some(&first)) => metered.add_like(first),
        }
        firsts.entry(key).or_insert(place);
    }
    Ok(UsageModel::Metered(metered.expect("there is at least the run without any cause")))
}

/// The mean division of a figure; `None` where it is nothing in every run.
fn divided(
    figure: Figure,
    runs: &[Runs],
    players: &Players,
    confidence: Confidence,
) -> Option<MeanDivision> {
    let is_something = |runs: &Runs| runs.column(figure).iter().any(|&value| value != 0.0);
    if !runs.iter().any(is_something) {
        return None;
    }
    let replications = runs.iter().map(Runs::len).min()?;
    let asked = players.asked(OF_SERVICE.contains(&figure));
    let at = |subset: usize, replication: usize| runs[subset].column(figure)[replication];
    let mut parts = vec![Vec::with_capacity(replications); players.count()];
    for replication in 0..replications {
        let worth: Vec<f64> = (0..1_usize << asked.places.len())
            .map(|subset| at(asked.wide(subset), replication))
            .collect();
        let found = float_parts(asked.places.len(), &worth);
        for (place, part) in parts.iter_mut().enumerate() {
            let bit = asked.places.iter().position(|&other| other == place);
            part.push(bit.map_or(0.0, |bit| found[bit]));
        }
    }
    let of =
        |subset: usize| estimate::mean(&runs[subset].column(figure)[..replications], confidence);
    Some(MeanDivision {
        figure,
        whole: of(runs.len() - 1)?,
        rest: of(asked.wide(0))?,
        parts: parts.iter().map(|part| estimate::mean(part, confidence)).collect::<Option<_>>()?,
    })
}
