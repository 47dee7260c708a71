//! Many runs of two settings, a few at a time: today's and those of a change.
//!
//! Both live through the same futures, so each difference is taken future by future. Runs are kept, so the interval shrinks
//! with every slice and no future is lived twice; how many there are changes nothing else, and so the figures are those of
//! `recharge study` with as many replications. A change of usage is a change of the futures themselves: their draws stay the same.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::figures::Figure;
use crate::inquiry::InquiryError;
use crate::scenario::{Scenario, Setting};
use crate::study::candidates::current;
use crate::study::estimate::paired;
use crate::study::{
    Candidate, Estimate, EstimatedFigure, KnownRuns, MOST_PATHS, Objective, Paths, Question, Runs,
    StudySpec, Until, UsageModel, paths, replicate_knowing,
};

use super::subject::{Exploration, ExploreError};

/// One setting's runs, to which more can be added.
#[derive(Debug)]
pub struct FuturesSide {
    candidate: [Candidate; 1],
    source: UsageModel,
    objective: Objective,
    seed: u64,
    known: KnownRuns,
    runs: Runs,
    /// Spend to date in the first runs.
    paths: Option<Paths>,
}

/// What many runs come to.
#[derive(Debug, Serialize)]
pub struct FuturesView {
    /// Futures so far.
    replications: usize,
    /// The period that amounts and counts are given per: `cycle`.
    period: &'static str,
    /// The confidence of intervals.
    confidence: f64,
    /// The figures of `recharge study`, by name, today.
    today: Map<String, Value>,
    /// The same with the changes.
    changed: Map<String, Value>,
    /// The changed less today's, future by future, of figures that are means.
    difference: Map<String, Value>,
    /// Spend per period: sorted values of today, and with the changes.
    spend: [Vec<f64>; 2],
}

impl FuturesSide {
    /// No run yet of a scenario's settings.
    fn new(scenario: &Scenario, source: UsageModel) -> FuturesSide {
        let candidate = [current(scenario)];
        let objective = StudySpec::of(scenario).objective(&candidate);
        let mut known = KnownRuns::default();
        known.add(Vec::new());
        let (seed, runs) = (scenario.seed, Runs::new());
        FuturesSide { candidate, source, objective, seed, known, runs, paths: None }
    }

    fn question(&self, replications: usize) -> Question<'_> {
        Question {
            candidates: &self.candidate,
            source: &self.source,
            seed: self.seed,
            objective: self.objective.clone(),
            until: Until::Replications(replications),
        }
    }

    /// Spend to date in this many runs at least; those that are new are lived through again.
    fn paths(&mut self, replications: usize) -> Result<&Paths, ExploreError> {
        let done = self.paths.as_ref().map_or(0, Paths::len);
        if done < replications {
            let question = self.question(replications);
            let found = paths(&question, &[0], done..replications, &());
            let mut found = found.map_err(InquiryError::from)?.expect("nothing stops it");
            let found = found.pop().expect("one candidate has its paths");
            match &mut self.paths {
                Some(paths) => paths.extend(found),
                None => self.paths = Some(found),
            }
        }
        Ok(self.paths.as_ref().expect("at least one run is asked for"))
    }

    /// Looks at this many runs, and lives through those that are new.
    fn look(&mut self, replications: usize) -> Result<(), ExploreError> {
        let mut known = std::mem::take(&mut self.known);
        let ran = replicate_knowing(&self.question(replications), Some(&mut known), &());
        self.known = known;
        let mut ran = ran.map_err(InquiryError::from)?;
        self.runs = ran.runs.pop().expect("a study of one candidate has its runs");
        Ok(())
    }

    /// The length of its horizon in periods and in hours.
    fn length(&self) -> (f64, f64) {
        let length = self.objective.length(&self.candidate[0].setup);
        (length.periods, length.hours)
    }

    fn estimate(&self, figure: Figure) -> Option<Estimate> {
        let (periods, hours) = self.length();
        figure.estimate(&self.runs, &self.objective, periods, hours)
    }

    /// A figure of every run; `None` if any has none.
    fn samples(&self, figure: Figure) -> Option<Vec<f64>> {
        let (periods, hours) = self.length();
        figure.samples(&self.runs, periods, hours).into_iter().collect()
    }

    fn figures(&self) -> Map<String, Value> {
        let estimate =
            |figure: Figure| (figure.name_in_studies().to_owned(), json(self.estimate(figure)));
        Figure::of_studies().map(estimate).collect()
    }
}

impl Exploration {
    /// The runs of its settings with changes, of which there is none yet.
    pub fn side(&self, changes: &[Setting]) -> Result<FuturesSide, ExploreError> {
        let scenario = self.changed(changes)?;
        let source = self.model(&scenario)?;
        Ok(FuturesSide::new(&scenario, source))
    }
}

impl FuturesView {
    /// Lives through futures until both sides have this many, and says what they come to.
    pub fn of(
        today: &mut FuturesSide,
        changed: &mut FuturesSide,
        replications: usize,
    ) -> Result<FuturesView, ExploreError> {
        today.look(replications)?;
        changed.look(replications)?;
        let confidence = today.objective.confidence;
        let difference = |figure: Figure| {
            let paired = paired(&changed.samples(figure)?, &today.samples(figure)?, confidence)?;
            Some((figure.name_in_studies().to_owned(), json(Some(paired.difference))))
        };
        let means = [Figure::TOTAL_SPEND, Figure::RECHARGES, Figure::REFUSED, Figure::DOWNTIME];
        let spend = |side: &FuturesSide| {
            let mut spend = side.samples(Figure::TOTAL_SPEND).unwrap_or_default();
            spend.sort_by(f64::total_cmp);
            spend
        };
        Ok(FuturesView {
            replications,
            period: today.objective.period.name(),
            confidence: confidence.probability(),
            today: today.figures(),
            changed: changed.figures(),
            difference: means.into_iter().filter_map(difference).collect(),
            spend: [spend(today), spend(changed)],
        })
    }
}

/// Spend to date in many runs: the band that holds nine of ten, and the median.
#[derive(Debug, Serialize)]
pub struct FanView {
    /// Futures that it is of.
    replications: usize,
    /// Milliseconds, evenly from the start of the horizon to its end.
    at: Vec<i64>,
    /// What a twentieth, half and all but a twentieth of the futures have spent at most, at each instant, today.
    today: Vec<[f64; 3]>,
    /// The same with the changes.
    changed: Vec<[f64; 3]>,
}

impl FanView {
    /// Spend to date in this many futures of both sides, or in [`MOST_PATHS`].
    pub fn of(
        today: &mut FuturesSide,
        changed: &mut FuturesSide,
        replications: usize,
    ) -> Result<FanView, ExploreError> {
        let replications = replications.clamp(1, MOST_PATHS);
        let (today, changed) = (today.paths(replications)?, changed.paths(replications)?);
        let shares = [0.05, 0.5, 0.95];
        Ok(FanView {
            replications,
            at: today.at.iter().map(|at| at.millis()).collect(),
            today: today.quantiles_of_first(replications, shares),
            changed: changed.quantiles_of_first(replications, shares),
        })
    }
}

fn json(estimate: Option<Estimate>) -> Value {
    serde_json::to_value(estimate).expect("an estimate is numbers")
}
