//! Settings, or whole scenarios, tried over many runs: the one to choose, and the certainty of that
//! choice.

use std::slice;

use crate::domain::Currency;
use crate::scenario::Scenario;
use crate::study::candidates::{FitCandidates, UnfitCandidate, current, fit_candidates};
use crate::study::paths;
use crate::study::{
    Candidate, Ending, KnownRuns, Objective, Paths, Question, Runs, StudyError, StudyRuns,
    StudySpec, Until, UsageModel, replicate_knowing,
};
use crate::usage::UsageSummary;

use super::assess::{Judgement, Stakes, Today, Verdict};
use super::bill::{BillDifference, BillQuestion, with_groups};
use super::cuts::{CutCycle, cut_cycles};
use super::error::InquiryError;
use super::neglect::Neglect;
use super::pool::Means;
use super::remedy::{RemedyQuestion, RemedySearch, remedy};
use super::roles::shown;

/// The candidates to try, and the specification of the study.
#[derive(Clone, Debug)]
pub struct StudyQuestion<'q> {
    /// The scenarios of the candidates: one for all of them, or one each. The first gives time, seed and
    /// currency.
    scenarios: &'q [Scenario],
    candidates: Vec<Candidate>,
    /// What was to be tried and makes no scenario.
    unfit: Vec<UnfitCandidate>,
    spec: &'q StudySpec,
    usage: &'q UsageModel,
    objective: Objective,
    until: Until,
    /// The number of replications, where it does not follow from the specification.
    replications: Option<usize>,
    detail: Detail,
    today: Today,
}

/// The detail of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The verdict alone, of a study that another one follows: nothing is looked for beyond the candidates.
    Verdict,
    /// Figures.
    #[default]
    Figures,
    /// The data of charts too, which takes more runs.
    Pictures,
}

/// The results of many runs for the candidates.
#[derive(Clone, Debug)]
pub struct StudyAnswer {
    /// The candidates; the first is the one that others are compared with.
    pub candidates: Vec<Candidate>,
    /// What was to be tried and makes no scenario.
    pub unfit: Vec<UnfitCandidate>,
    /// The objective and the constraints.
    pub objective: Objective,
    /// Their runs, in the same order.
    pub runs: Vec<Runs>,
    /// The verdict.
    pub judgement: Judgement,
    /// The search for settings that meet the service target, if no candidate tried does.
    pub remedy: RemedySearch,
    /// The service of what is advised, where it is poor and nothing is required of it.
    pub neglect: Option<Neglect>,
    /// The end of the runs.
    pub ended: Ending,
    /// What each scenario after the first costs more than the first, and why; empty unless scenarios are compared.
    pub bills: Vec<BillDifference>,
    /// Spend to date of the candidates that are shown by themselves.
    pub pictures: Pictures,
}

/// Spend to date, from a second pass over the same replications.
#[derive(Clone, Debug, PartialEq)]
pub enum Pictures {
    /// Not requested.
    None,
    /// For the candidates that are shown separately.
    Drawn(Vec<Paths>),
    /// Asked to stop before the second pass was through.
    Interrupted,
}

impl Pictures {
    /// Spend to date of each candidate that is drawn.
    pub fn paths(&self) -> &[Paths] {
        match self {
            Pictures::Drawn(paths) => paths,
            Pictures::None | Pictures::Interrupted => &[],
        }
    }
}

impl<'q> StudyQuestion<'q> {
    /// The settings that `spec` varies and names, tried on one scenario.
    pub fn of(
        scenario: &'q Scenario,
        spec: &'q StudySpec,
        usage: &'q UsageModel,
    ) -> Result<StudyQuestion<'q>, InquiryError> {
        let FitCandidates { all, unfit } = fit_candidates(scenario, spec)?;
        let question = StudyQuestion::about(all, slice::from_ref(scenario), spec, usage);
        Ok(StudyQuestion { unfit, ..question })
    }

    /// Candidates of `scenarios`, on the time and with the seed of the first.
    pub(super) fn about(
        candidates: Vec<Candidate>,
        scenarios: &'q [Scenario],
        spec: &'q StudySpec,
        usage: &'q UsageModel,
    ) -> StudyQuestion<'q> {
        let objective = spec.objective(&candidates);
        let detail = Detail::default();
        let until = spec.until();
        let replications = None;
        let today = Today::Known;
        StudyQuestion {
            scenarios,
            candidates,
            unfit: Vec::new(),
            spec,
            usage,
            objective,
            until,
            replications,
            detail,
            today,
        }
    }

    /// The same, with a selection whose first stage is no longer than these replications: of candidates that
    /// are known to be close to each other.
    pub(super) fn with_first_stage(mut self, replications: usize) -> Self {
        if let Until::Selected { promise, .. } = &mut self.until {
            promise.first_stage = promise.first_stage.min(replications);
        }
        self
    }

    /// The same where the first candidate may be values to start from.
    pub(super) fn with_today(self, today: Today) -> Self {
        StudyQuestion { today, ..self }
    }

    /// The same, with another level of detail.
    pub fn with_detail(self, detail: Detail) -> Self {
        StudyQuestion { detail, ..self }
    }

    /// The same, with exactly this many replications.
    pub(super) fn with_replications(self, replications: usize) -> Self {
        StudyQuestion { replications: Some(replications), ..self }
    }

    /// The level of detail.
    pub(super) fn detail(&self) -> Detail {
        self.detail
    }

    /// What was read of usage; `None` where it is drawn.
    pub(super) fn read(&self) -> Option<&'q UsageSummary> {
        self.usage.read()
    }

    /// Whether nothing is drawn, so that one replication says all.
    pub(super) fn is_one_replay(&self) -> bool {
        self.replications(self.until).is_one_replay()
    }

    /// The candidates.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The cycles that the horizon cuts.
    pub fn cut_cycles(&self) -> Vec<CutCycle> {
        cut_cycles(self.candidates.iter().map(|candidate| &candidate.setup))
    }

    fn scenario(&self) -> &'q Scenario {
        self.scenarios.first().expect("a study is about a scenario")
    }

    /// The stopping rule: one replication where nothing is drawn; where nothing is stated, for the candidates and their
    /// usage.
    fn until(&self) -> Result<Until, InquiryError> {
        if self.is_one_replay() {
            return Ok(Until::Replications(1));
        }
        if let Some(replications) = self.replications {
            return Ok(Until::Replications(replications));
        }
        let count = self.candidates.len();
        Ok(match self.spec.is_usual() {
            true => self.spec.until_with(count, events(self.spec, self.usage, self.scenario())?),
            false => self.until,
        })
    }

    fn replications(&self, until: Until) -> Question<'_> {
        Question {
            candidates: &self.candidates,
            source: self.usage,
            seed: self.scenario().seed,
            objective: self.objective.clone(),
            until,
        }
    }
}

/// Runs the candidates and assesses them. An interrupted study answers with the finished part, and
/// is an error only before the first replication.
pub fn study(question: StudyQuestion<'_>, means: Means<'_>) -> Result<StudyAnswer, InquiryError> {
    study_knowing(question, None, means)
}

/// What would be enough where nothing that was tried is.
fn what_would_do(
    question: &StudyQuestion<'_>,
    judgement: &Judgement,
    neglect: Option<&Neglect>,
    runs: &[Runs],
    means: Means<'_>,
) -> Result<RemedySearch, InquiryError> {
    match (neglect, judgement.verdict) {
        (Some(Neglect { met_by: Some(_), .. }), _) => Ok(RemedySearch::None),
        (Some(Neglect { met_by: None, .. }), _) => {
            let wanted = Neglect::objective(&question.objective);
            look_further(question, &wanted, judgement.advised().index, runs, means)
        }
        (None, Verdict::Infeasible(nearest)) if judgement.assessments[nearest].lacks_service() => {
            look_further(question, &question.objective, nearest, runs, means)
        }
        (None, Verdict::Keep(_)) if is_kept_without(judgement) => {
            look_further(question, &question.objective, 0, runs, means)
        }
        (None, _) => Ok(RemedySearch::None),
    }
}

/// The difference of amounts that is too small to see: half of the currency's minor unit.
pub(super) fn near(currency: Currency) -> f64 {
    0.5 / f64::from(10_u32.saturating_pow(currency.minor()))
}

/// Whether what is set today is kept although its values miss the service that must hold, and nothing that was tried has it.
fn is_kept_without(judgement: &Judgement) -> bool {
    let first = &judgement.assessments[0];
    !first.is_feasible() && first.lacks_service() && judgement.met_by().is_none()
}

/// The same with the runs of each candidate that are known already, to which those that were not are added.
pub(super) fn study_knowing(
    question: StudyQuestion<'_>,
    known: Option<&mut KnownRuns>,
    means: Means<'_>,
) -> Result<StudyAnswer, InquiryError> {
    let replications = question.replications(question.until()?);
    let StudyRuns { runs, ended } = run_knowing(&replications, known, means)?;
    let stakes = Stakes {
        materiality: question.spec.materiality(),
        near: near(question.scenario().currency),
        selected: match (replications.until, ended) {
            (Until::Selected { promise, .. }, Ending::Enough) => Some(promise.correct),
            _ => None,
        },
        today: question.today,
    };
    let judgement = Judgement::of(
        &question.candidates,
        &runs,
        &question.objective,
        stakes,
        question.scenario().seed,
    );
    let before = "a replication was finished";
    let judgement = judgement.ok_or(InquiryError::Interrupted { before })?;
    let neglect = Neglect::of(&judgement, &question.candidates, &runs, &question.objective);
    let remedy = match (question.detail, ended) {
        (Detail::Verdict, _) | (_, Ending::Interrupted) => RemedySearch::None,
        _ => what_would_do(&question, &judgement, neglect.as_ref(), &runs, means)?,
    };
    let pictures = match (question.detail, ended) {
        (Detail::Verdict | Detail::Figures, _) => Pictures::None,
        (Detail::Pictures, Ending::Interrupted) => Pictures::Interrupted,
        (Detail::Pictures, _) => pictures(&replications, &runs, &judgement, means)?,
    };
    let bills = match ended {
        Ending::Interrupted => Vec::new(),
        _ => bills(&question, &runs, means)?,
    };
    let StudyQuestion { candidates, unfit, objective, .. } = question;
    Ok(StudyAnswer {
        candidates,
        unfit,
        objective,
        runs,
        judgement,
        remedy,
        neglect,
        ended,
        bills,
        pictures,
    })
}

/// The events of a run, where the number of replications depends on them.
pub(super) fn events(
    spec: &StudySpec,
    usage: &UsageModel,
    scenario: &Scenario,
) -> Result<u64, InquiryError> {
    if !spec.is_usual() {
        return Ok(0);
    }
    usage.events(&scenario.setup, scenario.seed).map_err(|error| StudyError::from(error).into())
}

/// Searches for settings that keep what `wanted` requires, which no candidate tried does, starting from the
/// candidate at `index`.
fn look_further(
    question: &StudyQuestion<'_>,
    wanted: &Objective,
    index: usize,
    runs: &[Runs],
    means: Means<'_>,
) -> Result<RemedySearch, InquiryError> {
    let several = question.scenarios.len() > 1;
    let candidate = &question.candidates[index];
    let scenario = if several { &question.scenarios[index] } else { question.scenario() };
    let start = RemedyQuestion {
        scenario,
        set: &candidate.changes,
        usage: question.usage.of(index),
        seed: question.scenario().seed,
        objective: wanted,
        replications: runs[0].len(),
        setup: &candidate.setup,
        tried: if several {
            vec![(candidate, &runs[index])]
        } else {
            question.candidates.iter().zip(runs).collect()
        },
    };
    remedy(&start, means)
}

/// What each scenario after the first costs more than the first; by the settings that differ where pictures are wanted.
fn bills(
    question: &StudyQuestion<'_>,
    runs: &[Runs],
    means: Means<'_>,
) -> Result<Vec<BillDifference>, InquiryError> {
    let mut bills = Vec::new();
    let objective = &question.objective;
    for (place, scenario) in question.scenarios.iter().enumerate().skip(1) {
        let of = |place: usize| {
            (&runs[place], objective.length(&question.candidates[place].setup).periods)
        };
        let Some(bill) = BillDifference::of(of(place), of(0), objective.confidence) else {
            return Ok(Vec::new());
        };
        let asked = BillQuestion {
            scenarios: [question.scenario(), scenario],
            usage: (question.usage, [0, place]),
            objective,
            replications: runs[place].len().min(runs[0].len()),
            seed: question.scenario().seed,
        };
        bills.push(match question.detail {
            Detail::Verdict | Detail::Figures => bill,
            Detail::Pictures => with_groups(bill, &asked, means)?,
        });
    }
    Ok(bills)
}

/// Runs the candidates that are shown separately again, as often as all of them were run.
fn pictures(
    question: &Question<'_>,
    runs: &[Runs],
    judgement: &Judgement,
    means: Means<'_>,
) -> Result<Pictures, InquiryError> {
    let shown: Vec<usize> =
        shown(judgement, question.candidates).into_iter().map(|(place, _)| place).collect();
    let replications = shown.iter().map(|&place| runs[place].len()).min().unwrap_or(0);
    let paths = means.pool.install(|| paths(question, &shown, 0..replications, means.watch))?;
    Ok(paths.map_or(Pictures::Interrupted, Pictures::Drawn))
}

/// Runs one replication of today's settings, so that a caller with a clock can estimate the time of
/// a study.
pub fn trial(
    scenario: &Scenario,
    spec: &StudySpec,
    usage: &UsageModel,
    means: Means<'_>,
) -> Result<(), InquiryError> {
    let question =
        StudyQuestion::about(vec![current(scenario)], slice::from_ref(scenario), spec, usage);
    run(&question.replications(Until::Replications(1)), means)?;
    Ok(())
}

/// Replicates on the threads of the pool.
pub(super) fn run(question: &Question<'_>, means: Means<'_>) -> Result<StudyRuns, InquiryError> {
    run_knowing(question, None, means)
}

/// The same without the replications that are known already.
pub(super) fn run_knowing(
    question: &Question<'_>,
    known: Option<&mut KnownRuns>,
    means: Means<'_>,
) -> Result<StudyRuns, InquiryError> {
    let Means { pool, watch } = means;
    watch.begin(question.until);
    let runs = pool.install(|| replicate_knowing(question, known, watch));
    watch.end();
    Ok(runs?)
}
