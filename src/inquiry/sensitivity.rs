//! What would change advice: for each assumption that it rests on, the range over which the advised settings stay
//! the best of those that are compared.
//!
//! One assumption moves at a time, outwards from what it is, and all settings run on the same usage and luck. Where
//! the advice flips, the place is found by halving. Deliberately absent: a search for what is best elsewhere, and
//! sentences.

use crate::domain::{Duration, Share};
use crate::figures::Figure;
use crate::payments::Wait;
use crate::scenario::{Scenario, Setting};
use crate::study::candidates::whole;
use crate::study::{
    Candidate, Constraint, Ending, Question, Runs, StudyError, StudyRuns, StudySpec, Until,
    UsageModel,
};
use crate::usage::UsageChanges;

use super::assess::{Assessment, ConstraintCheck, kept};
use super::error::InquiryError;
use super::pool::Means;
use super::score::{Score, mean};
use super::study::{StudyAnswer, run};
use super::surroundings::Surroundings;

/// Runs of each setting at each value.
const REPLICATIONS: usize = 48;
/// Runs of the nearest settings that confirm a flip.
const CONFIRMED: usize = 192;
/// Runs of the advised settings that say what rare declines cost of service.
const RARE: usize = 384;
/// The share of declined charges beyond that assumed at which they are frequent enough to be counted.
const MANY_DECLINES: f64 = 0.05;
/// How often the distance between a value where the advice stays and one where it flips is halved.
const HALVINGS: usize = 4;
/// Usage, in times what it is.
const USAGE: [f64; 13] = [0.25, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0];
/// Growth of usage in a month, as a share.
const GROWTH: [f64; 12] = [-0.3, -0.2, -0.1, -0.05, -0.02, 0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
/// The share of charges that are declined.
const DECLINES: [f64; 8] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
/// The time that a charge takes, in seconds.
const LATENCY: [f64; 11] =
    [0.0, 5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0];

/// Something that advice rests on and that may be otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Premise {
    /// The amount of usage, in times that of the history.
    Usage,
    /// Growth of usage in a month, from the start of the horizon.
    Growth,
    /// The share of charges that are declined.
    Declines,
    /// The time that a charge takes, in seconds.
    Latency,
    /// The price of a refused credit, in the currency.
    RefusedCredit,
}

/// The range of an assumption over which the advice stays best.
#[derive(Clone, Debug, PartialEq)]
pub struct StableRange {
    /// The assumption.
    pub assumption: Premise,
    /// What it is in the advice.
    pub today: f64,
    /// The least and the most that were tried; the most of a price that follows from the runs is infinite.
    pub tried: [f64; 2],
    /// Where the advice flips below what is assumed; `None` if it does not.
    pub low: Option<Flip>,
    /// The same above.
    pub high: Option<Flip>,
}

/// Where advice ceases to be best.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The furthest value at which it was still best.
    pub at: f64,
    /// The nearest at which it was not; the place of the flip is somewhere between the two.
    pub gone: f64,
    /// The settings that are best beyond; `None` where nothing that was compared keeps what must hold.
    pub better: Option<Vec<Setting>>,
}

/// The advice whose ranges are looked for.
#[derive(Clone, Debug)]
pub(super) struct SensitivityQuestion<'q> {
    pub scenario: &'q Scenario,
    pub usage: &'q UsageModel,
    pub spec: &'q StudySpec,
    /// The settings that are compared, the advised ones first.
    pub settings: Vec<Vec<Setting>>,
}

/// The ranges of usage, its growth, declines, the time of a charge and the price of a refused credit. None where the advised
/// settings do not keep what must hold as things are.
pub(super) fn ranges(
    question: &SensitivityQuestion<'_>,
    means: Means<'_>,
) -> Result<Vec<StableRange>, InquiryError> {
    let made = |set: &Vec<Setting>| {
        let made = question.scenario.with_overrides(set);
        whole(&made.expect("these settings were run before"), String::new())
    };
    let candidates: Vec<Candidate> = question.settings.iter().map(made).collect();
    let asked = Asked { question, candidates, means };
    let Some(advised) = asked.candidates.first() else { return Ok(Vec::new()) };
    let luck = &advised.luck;
    let mut axes = vec![
        PremiseAxis { assumption: Premise::Usage, values: &USAGE, today: 1.0 },
        PremiseAxis { assumption: Premise::Growth, values: &GROWTH, today: asked.growth() },
        PremiseAxis {
            assumption: Premise::Declines,
            values: &DECLINES,
            today: luck.fail_probability.to_f64(),
        },
    ];
    if let Wait::Fixed(latency) = luck.latency {
        let today = latency.millis() as f64 / 1e3;
        axes.push(PremiseAxis { assumption: Premise::Latency, values: &LATENCY, today });
    }
    let all: Vec<usize> = (0..asked.candidates.len()).collect();
    let now = asked.runs(&axes[0], 1.0, &all, REPLICATIONS)?;
    if !asked.scores(&now, &all)[0].breach.is_none() {
        return Ok(Vec::new());
    }
    let mut ranges = Vec::new();
    for axis in &axes {
        ranges.push(asked.range(axis)?);
    }
    ranges.extend(asked.price(&now, &all));
    Ok(ranges)
}

/// An assumption and the values to try, ascending.
struct PremiseAxis {
    assumption: Premise,
    values: &'static [f64],
    today: f64,
}

impl PremiseAxis {
    /// The value halfway between two.
    fn between(&self, one: f64, other: f64) -> f64 {
        match self.assumption {
            Premise::Usage => libm::sqrt(one * other),
            _ => (one + other) / 2.0,
        }
    }
}

struct Asked<'a> {
    question: &'a SensitivityQuestion<'a>,
    /// The advised one first.
    candidates: Vec<Candidate>,
    means: Means<'a>,
}

/// What becomes of the advice at a value.
enum AdviceFate {
    Stays,
    /// The settings of this candidate are better; `None` where nothing keeps what must hold.
    Flips(Option<usize>),
}

impl Asked<'_> {
    /// The growth in a month that is stated.
    fn growth(&self) -> f64 {
        self.question.usage.of(0).changes().map_or(0.0, |changes| changes.growth_per_month)
    }

    /// The usage where an assumption about it has a value; `None` where it is what it is.
    fn usage(&self, assumption: Premise, value: f64) -> Result<Option<UsageModel>, InquiryError> {
        let usage = self.question.usage;
        Ok(match assumption {
            Premise::Usage if value != 1.0 => Some(usage.scaled(value).map_err(StudyError::from)?),
            Premise::Growth if value != self.growth() => {
                let growth_per_month = (1.0 + value) / (1.0 + self.growth()) - 1.0;
                let grown = UsageChanges { growth_per_month, ..UsageChanges::default() };
                Some(usage.clone().changed(&grown))
            }
            _ => None,
        })
    }

    fn range(&self, axis: &PremiseAxis) -> Result<StableRange, InquiryError> {
        let below = axis.values.iter().rev().copied().filter(|&value| value < axis.today);
        let above = axis.values.iter().copied().filter(|&value| value > axis.today);
        let ends = axis.values.iter().copied().chain([axis.today]);
        Ok(StableRange {
            assumption: axis.assumption,
            today: axis.today,
            tried: [ends.clone().fold(f64::INFINITY, f64::min), ends.fold(0.0, f64::max)],
            low: self.flip(axis, below)?,
            high: self.flip(axis, above)?,
        })
    }

    /// The first flip among values that lead away from what is assumed.
    fn flip(
        &self,
        axis: &PremiseAxis,
        values: impl Iterator<Item = f64>,
    ) -> Result<Option<Flip>, InquiryError> {
        let mut stays = axis.today;
        for value in values {
            let AdviceFate::Flips(mut better) = self.outcome(axis, value)? else {
                stays = value;
                continue;
            };
            let mut flips = value;
            for _ in 0..HALVINGS {
                let half = axis.between(stays, flips);
                match self.outcome(axis, half)? {
                    AdviceFate::Stays => stays = half,
                    AdviceFate::Flips(there) => (flips, better) = (half, there),
                }
            }
            let better = better.map(|index| self.question.settings[index].clone());
            let is_rare = axis.assumption == Premise::Declines && flips > axis.today;
            return Ok(Some(match if is_rare { self.kept_up_to(axis)? } else { None } {
                // Service is lost before a rival is cheaper.
                Some([at, gone]) if at < flips => Flip { at, gone, better },
                _ => Flip { at: stays, gone: flips, better },
            }));
        }
        Ok(None)
    }

    /// What becomes of the advice at a value. A flip counts if more runs of the nearest settings confirm it.
    fn outcome(&self, axis: &PremiseAxis, value: f64) -> Result<AdviceFate, InquiryError> {
        const NEAREST: usize = 3;
        let all: Vec<usize> = (0..self.candidates.len()).collect();
        let (fate, order) = self.fate(axis, value, &all, REPLICATIONS)?;
        if let AdviceFate::Stays = fate {
            return Ok(fate);
        }
        let nearest: Vec<usize> = [0].into_iter().chain(order.into_iter().take(NEAREST)).collect();
        Ok(self.fate(axis, value, &nearest, CONFIRMED)?.0)
    }

    /// What becomes of the advice among some candidates, the advised one first, and the others, the best first.
    fn fate(
        &self,
        axis: &PremiseAxis,
        value: f64,
        places: &[usize],
        replications: usize,
    ) -> Result<(AdviceFate, Vec<usize>), InquiryError> {
        let runs = self.runs(axis, value, places, replications)?;
        let scores = self.scores(&runs, places);
        let (advised, rivals) = scores.split_first().expect("the advised settings come first");
        let mut order: Vec<usize> = (0..rivals.len()).collect();
        order.sort_by(|&a, &b| rivals[a].order(&rivals[b]));
        let kept = advised.breach.is_none();
        let better = order.first().filter(|&&best| match (kept, rivals[best].breach.is_none()) {
            (true, true) => advised.cost - rivals[best].cost > self.question.spec.materiality(),
            (kept, best_kept) => best_kept && !kept,
        });
        let fate = match better {
            Some(&best) => AdviceFate::Flips(Some(places[best + 1])),
            None if kept => AdviceFate::Stays,
            None => AdviceFate::Flips(None),
        };
        Ok((fate, order.into_iter().map(|rival| places[rival + 1]).collect()))
    }

    /// The share of declined charges up to which the advised settings keep the service that must hold, as an interval.
    /// Declines are too rare near it to be counted, and what they cost of service grows with their share, so it lies
    /// where a line from service as things are to that with many more declines meets the bound. `None` where no such
    /// bound is met.
    fn kept_up_to(&self, axis: &PremiseAxis) -> Result<Option<[f64; 2]>, InquiryError> {
        let (from, to) = (axis.today, axis.today + MANY_DECLINES);
        let objective = self.question.spec.objective(&self.candidates);
        let length = objective.length(&self.candidates[0].setup);
        let checks = |value: f64| -> Result<Vec<ConstraintCheck>, InquiryError> {
            let runs = self.runs(axis, value, &[0], RARE)?;
            Ok(kept(&runs[0], &objective, length))
        };
        let (near, far) = (checks(from)?, checks(to)?);
        let meets = |(near, far): (&ConstraintCheck, &ConstraintCheck)| {
            let bound = match near.constraint {
                Constraint::FillRateAtLeast(bound) | Constraint::OutageProbabilityAtMost(bound) => {
                    bound
                }
                _ => return None,
            };
            let (start, end) = (near.figure?.value, far.figure?);
            let at = |value: f64| {
                let part = (bound - start) / (value - start);
                (part.is_finite() && part > 0.0).then_some(from + (to - from) * part)
            };
            let (one, other) = (at(end.low?)?, at(end.high?)?);
            Some([libm::fmin(one, other), libm::fmax(one, other)])
        };
        let all = near.iter().zip(&far).filter_map(meets);
        Ok(all.min_by(|one, other| one[0].total_cmp(&other[0])))
    }

    fn scores(&self, runs: &[Runs], places: &[usize]) -> Vec<Score> {
        let objective = self.question.spec.objective(&self.candidates);
        let both = places.iter().zip(runs);
        both.map(|(&place, runs)| Score::of(&self.candidates[place], runs, &objective)).collect()
    }

    /// Runs some candidates where an assumption has a value.
    fn runs(
        &self,
        axis: &PremiseAxis,
        value: f64,
        places: &[usize],
        replications: usize,
    ) -> Result<Vec<Runs>, InquiryError> {
        let changed = self.usage(axis.assumption, value)?;
        let mut candidates: Vec<Candidate> =
            places.iter().map(|&place| self.candidates[place].clone()).collect();
        for candidate in &mut candidates {
            match axis.assumption {
                Premise::Declines => candidate.luck.fail_probability = share(value),
                Premise::Latency => {
                    let millis = libm::round(value * 1e3) as i64;
                    candidate.luck.latency = Wait::Fixed(Duration::from_millis(millis));
                }
                Premise::Usage | Premise::Growth | Premise::RefusedCredit => {}
            }
        }
        let question = Question {
            candidates: &candidates,
            source: changed.as_ref().unwrap_or(self.question.usage),
            seed: self.question.scenario.seed,
            objective: self.question.spec.objective(&candidates),
            until: Until::Replications(replications),
        };
        let StudyRuns { runs, ended } = run(&question, self.means)?;
        let before = "it was known what would change the advice";
        match ended {
            Ending::Interrupted => Err(InquiryError::Interrupted { before }),
            _ => Ok(runs),
        }
    }

    /// The range of the price of a refused credit, which takes no further runs; `None` where it can change nothing.
    fn price(&self, now: &[Runs], all: &[usize]) -> Option<StableRange> {
        let today = self.question.spec.objective(&self.candidates).per_refused_credit;
        let scores = self.scores(now, all);
        let periods =
            self.question.spec.objective(&self.candidates).periods(&self.candidates[0].setup);
        let refused = |index: usize| mean(now[index].column(Figure::REFUSED)) / periods;
        let (mut low, mut high): (Option<Flip>, Option<Flip>) = (None, None);
        for (index, rival) in scores.iter().enumerate().skip(1) {
            let fewer = refused(0) - refused(index);
            let dearer = rival.cost - scores[0].cost + self.question.spec.materiality();
            if !rival.breach.is_none() || fewer == 0.0 || dearer <= 0.0 {
                continue;
            }
            let at = today + dearer / fewer;
            let better = Some(self.question.settings[index].clone());
            match fewer > 0.0 {
                true if high.as_ref().is_none_or(|high| at < high.at) => {
                    high = Some(Flip { at, gone: at, better });
                }
                false if at >= 0.0 && low.as_ref().is_none_or(|low| at > low.at) => {
                    low = Some(Flip { at, gone: at, better });
                }
                _ => {}
            }
        }
        let tried = [0.0, f64::INFINITY];
        let found = low.is_some() || high.is_some();
        found.then_some(StableRange { assumption: Premise::RefusedCredit, today, tried, low, high })
    }
}

/// A share to the millionth.
fn share(value: f64) -> Share {
    let millionths = libm::round(value * 1e6) as i64;
    Share::from_millionths(millionths).expect("the values to try are shares")
}

/// The settings that are compared: the advised ones, what was tried around them, and the cheapest of the rest of a
/// study, all that keep what must hold before the others.
pub(super) fn compared(
    study: &StudyAnswer,
    advised: usize,
    around: &Surroundings,
) -> Vec<Vec<Setting>> {
    const MOST: usize = 12;
    let next = around.neighbours.iter().flat_map(|next| [&next.lower, &next.upper]).flatten();
    let others = around.alternatives.iter().map(|other| other.candidate);
    let mut judged: Vec<&Assessment> = study.judgement.assessments.iter().collect();
    judged.sort_by(|a, b| {
        let kept = b.is_feasible().cmp(&a.is_feasible());
        kept.then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
    });
    let rest = judged.into_iter().map(|judged| judged.index);
    let mut places = vec![advised];
    for place in next.map(|next| next.candidate).chain(others).chain(rest) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.truncate(MOST);
    places.into_iter().map(|place| study.candidates[place].settings.clone()).collect()
}
