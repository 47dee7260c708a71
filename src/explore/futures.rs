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
    Candidate, Estimate, EstimatedFigure, KnownRuns, Objective, Question, Runs, StudySpec, Until,
    UsageModel, replicate_knowing,
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
        FuturesSide { candidate, source, objective, seed, known, runs }
    }

    /// Looks at this many runs, and lives through those that are new.
    fn look(&mut self, replications: usize) -> Result<(), ExploreError> {
        let question = Question {
            candidates: &self.candidate,
            source: &self.source,
            seed: self.seed,
            objective: self.objective.clone(),
            until: Until::Replications(replications),
        };
        let ran = replicate_knowing(&question, Some(&mut self.known), &());
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

fn json(estimate: Option<Estimate>) -> Value {
    serde_json::to_value(estimate).expect("an estimate is numbers")
}
