//! Assessment of candidates: the gain of each over the first, its standing against the constraints,
//! and the verdict.

use crate::figures::Figure;
use crate::streams::Streams;
use crate::study::distribution::{normal_cdf, normal_quantile};
use crate::study::estimate::{self, Confidence, Estimate};
use crate::study::rare;
use crate::study::select::Resampling;
use crate::study::{
    Candidate, Constraint, EstimatedFigure, HorizonLength, MARGIN_OF_TARGET, Objective, Paired,
    Requirement, Runs, ServiceTarget, Standing, level, refused_beyond,
};

use super::breach::Breach;
use super::frontier::{Tradeoff, frontier};
use super::verdict;

/// Resamples for the probability of being best: ± 2 % at the most.
const RESAMPLES: u64 = 2_000;

/// The assessment of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Its position among the candidates; the first is the one that others are compared with.
    pub index: usize,
    /// Number of its runs.
    pub replications: usize,
    /// Its cost per period.
    pub cost: Estimate,
    /// Its spend per period: the cash.
    pub cash: Estimate,
    /// From the cash it spends beyond the first to what it costs beyond the first. `None` for the first
    /// itself.
    pub bridge: Option<Bridge>,
    /// Its spend per period, less the cost of the credits left at the end, and its service.
    pub tradeoff: Tradeoff,
    /// Its gain per period over the first, on the same usage and luck. The intervals hold
    /// simultaneously for all candidates (Bonferroni; Law 2015, 10.2.1). `None` for the first
    /// itself.
    pub gain: Option<Paired>,
    /// The confidence of the intervals of all gains, each by itself.
    pub compared_at: Confidence,
    /// The share of the requested credits that it serves.
    pub served: f64,
    /// The cash it spends for each credit served; `None` if it serves none.
    pub paid_per_served: Option<f64>,
    /// Hours of outage per period.
    pub downtime: f64,
    /// The constraints, and its standing against each.
    pub kept: Vec<ConstraintCheck>,
    /// Credits it refuses per period beyond the first, on the same usage and luck; the intervals
    /// hold simultaneously, like those of [`Assessment::gain`]. `None` for the first itself.
    pub refused_beyond: Option<Estimate>,
    /// Credits that expire per period beyond the first, as [`Assessment::refused_beyond`].
    pub expired_beyond: Option<Estimate>,
    /// Credits it refuses per period beyond the first, if that is certain and no service is
    /// required beyond that of the first.
    pub refuses_more: Option<f64>,
    /// Its standing against refusing more than the first by a margin, if no service is required
    /// beyond that of the first: cost alone must not favour refusing usage.
    pub refusals: Standing,
    /// Its distance from the constraints and the service target.
    pub breach: Breach,
    /// True if it certainly refuses no more than the first by a margin, for an assumed target.
    pub no_worse: bool,
    /// The probability that no other eligible candidate is better by more than the materiality,
    /// limited to what this many replications can show; see [`Resampling`]. After a selection, its
    /// promise about the final candidate. `None` if it is unknown, or nothing else was tried.
    pub best: Option<f64>,
    /// True if it was run as often as the first and no other of those beats it on spend, refused and expired credits.
    pub on_frontier: bool,
    /// Number of settings it changes.
    pub changes: usize,
    /// Periods in its horizon.
    pub periods: f64,
    /// Hours in its horizon.
    pub hours: f64,
}

/// From the cash that a candidate spends beyond the first to what it costs beyond the first, per period:
/// `cash − kept + assumed + losses` is the cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bridge {
    /// Cash spent beyond the first, on the same usage and luck; the intervals hold together as those of
    /// [`Assessment::gain`].
    pub cash: Estimate,
    /// What the credits that are left beyond those of the first had cost.
    pub kept: f64,
    /// What is used of an opening balance that nobody states, beyond the first.
    pub assumed: f64,
    /// The price of what is refused and of the time that service is down, beyond the first.
    pub losses: f64,
}

/// What lies between the spend of a candidate and its cost, per period: `spend − left + assumed + losses` is the cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CostParts {
    /// What the credits that are left had cost.
    pub left: f64,
    /// What was used of an opening balance that nobody states.
    pub assumed: f64,
    /// The price of what was refused and of the time that service was down.
    pub losses: f64,
}

impl CostParts {
    /// Of the runs of a candidate.
    pub fn of(runs: &Runs, objective: &Objective, periods: f64) -> CostParts {
        let mean = |samples: &[f64]| {
            samples.iter().fold(0.0, |sum, one| sum + one) / samples.len().max(1) as f64
        };
        CostParts {
            left: mean(runs.column(Figure::LEFTOVER_VALUE)) / periods,
            assumed: mean(runs.column(Figure::ASSUMED_VALUE)) / periods,
            losses: mean(&objective.losses(runs, periods)),
        }
    }
}

/// A constraint and a candidate's standing against it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstraintCheck {
    /// The constraint.
    pub constraint: Constraint,
    /// True if it belongs to the service target instead of the constraints.
    pub is_target: bool,
    /// The figure, with limits at `confidence`; `None` if the runs cannot provide it.
    pub figure: Option<Estimate>,
    /// The candidate's standing at the same confidence.
    pub standing: Standing,
    /// The confidence, higher than that of the study where it allows for all candidates together.
    pub confidence: Confidence,
}

impl ConstraintCheck {
    /// Returns true if the value satisfies it.
    pub fn holds(&self) -> bool {
        self.figure.is_some_and(|figure| self.constraint.keeps(figure.value))
    }

    /// Returns true if the runs leave no doubt.
    pub fn is_clear(&self) -> bool {
        self.standing != Standing::Unclear
    }

    /// By how much the value misses it; a figure that is not known misses it by more than any.
    pub(super) fn miss(&self) -> f64 {
        self.figure.map_or(f64::INFINITY, |figure| self.constraint.miss(figure.value))
    }
}

impl Assessment {
    /// Returns true if its values satisfy every constraint.
    pub fn is_feasible(&self) -> bool {
        self.kept.iter().all(ConstraintCheck::holds)
    }

    /// Its standing against all constraints.
    pub fn standing(&self) -> Standing {
        let of_constraints = self.kept.iter().map(|kept| kept.standing).max();
        of_constraints.unwrap_or(Standing::Meets).max(self.refusals)
    }

    /// Returns true if none of what must hold is certainly missed.
    pub fn may_be_feasible(&self) -> bool {
        self.kept.iter().all(|kept| kept.standing != Standing::Misses)
    }

    /// Returns true if it can be advised instead of the first: it certainly satisfies everything,
    /// or improves on the first.
    pub fn is_choice(&self) -> bool {
        self.standing() == Standing::Meets || self.is_improvement()
    }

    /// Returns true if it certainly satisfies the constraints, meets an assumed target by its
    /// values, and certainly refuses no more than the first.
    pub(super) fn is_improvement(&self) -> bool {
        let mut constraints = self.kept.iter().filter(|kept| !kept.is_target);
        let kept = constraints.all(|kept| kept.standing == Standing::Meets);
        kept && self.meets_target() && self.no_worse
    }

    /// Number of constraints that its values miss, not counting the service target.
    pub fn constraints_missed(&self) -> usize {
        self.kept.iter().filter(|kept| !kept.is_target && !kept.holds()).count()
    }

    /// Returns true if its values meet the service target.
    pub fn meets_target(&self) -> bool {
        self.kept.iter().filter(|kept| kept.is_target).all(ConstraintCheck::holds)
    }

    /// Returns true if it may miss the service target or a constraint on service.
    pub(super) fn lacks_service(&self) -> bool {
        let of_service =
            |kept: &&ConstraintCheck| kept.is_target || kept.constraint.measured().is_of_service();
        self.kept.iter().filter(of_service).any(|kept| kept.standing != Standing::Meets)
    }

    /// Its gain over the first; zero for the first itself.
    pub fn gained(&self) -> f64 {
        self.gain.map_or(0.0, |gain| gain.difference.value)
    }

    /// The first constraint that its value satisfies without certainty, if any.
    pub fn doubtful(&self) -> Option<&ConstraintCheck> {
        self.kept.iter().find(|kept| kept.holds() && !kept.is_clear())
    }

    /// What must hold and its values miss.
    pub fn missed(&self) -> impl Iterator<Item = &ConstraintCheck> {
        self.kept.iter().filter(|kept| !kept.holds())
    }
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep the first.
    Keep(KeepReason),
    /// Change to this candidate.
    Change(usize),
    /// No candidate keeps every constraint for certain; this one misses least.
    Infeasible(usize),
}

/// The reason why the present settings are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepReason {
    /// Nothing else was tried.
    Alone,
    /// None of those tried costs less.
    Best,
    /// This one may cost less, but the interval of the gain spans zero.
    NotSure(usize),
    /// This one costs less, but by less than is worth a change.
    TooLittle(usize),
}

/// What the settings of a scenario are that others are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Today {
    /// Those of an account: they stay until something else is surely better.
    Known,
    /// Values to start from, which nobody has chosen: the best is advised, as far as the runs show it.
    Unknown,
}

/// The differences that matter, in money per period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stakes {
    /// The least gain worth a change.
    pub materiality: f64,
    /// The difference too small to see: half of the currency's minor unit.
    pub near: f64,
    /// The promise of a selection that was decided: the probability that the final candidate is the
    /// best, or within the materiality of it.
    pub selected: Option<f64>,
    /// What the settings of the first are.
    pub today: Today,
}

/// The assessments of all candidates, and the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// By candidate, in their order.
    pub assessments: Vec<Assessment>,
    /// The verdict.
    pub verdict: Verdict,
    /// Replications of the first candidate.
    pub replications: usize,
    /// The least gain worth a change.
    pub materiality: f64,
    /// The promise of a selection that was decided, which [`Assessment::best`] of those left tells then.
    pub promise: Option<f64>,
    /// The highest probability that so many replications can show, and one minus the lowest; `None` where no probability
    /// was estimated.
    pub most_probable: Option<f64>,
    /// Whether nothing is drawn, so that one run says as much as many.
    pub is_certain: bool,
}

impl Judgement {
    /// Assesses the runs of candidates. `None` if there are none. `selected` is the promise of a
    /// selection that was decided about its final candidate.
    pub fn of(
        candidates: &[Candidate],
        runs: &[Runs],
        objective: &Objective,
        Stakes { materiality, near, selected, today }: Stakes,
        seed: u64,
    ) -> Option<Judgement> {
        let first = runs.first().filter(|runs| !runs.is_empty())?;
        let comparisons = Comparisons::of(runs, objective, materiality.max(near), seed);
        let mut assessments = Vec::with_capacity(runs.len());
        for (index, candidate) in candidates.iter().enumerate() {
            assessments.push(assessment(index, candidate, runs, objective, &comparisons)?);
        }
        // Means over other runs are no measure of each other.
        let whole: Vec<usize> =
            (0..runs.len()).filter(|&index| runs[index].len() == first.len()).collect();
        let tradeoffs: Vec<Tradeoff> =
            whole.iter().map(|&index| assessments[index].tradeoff).collect();
        for place in frontier(&tradeoffs) {
            assessments[whole[place]].on_frontier = true;
        }
        // Where nothing is left to luck, runs that repeat each other show no probability.
        let most_probable = match selected {
            _ if runs.iter().all(Runs::are_alike) => None,
            None => rank(&mut assessments, runs, materiality.max(near), seed),
            Some(promised) => {
                promise(&mut assessments, runs, promised, near);
                None
            }
        };
        let verdict = match (selected, today) {
            (None, Today::Known) => verdict::of(&assessments, runs, materiality, near),
            (None, Today::Unknown) => verdict::without_today(&assessments, runs, near),
            (Some(_), today) => verdict::of_selection(&assessments, runs, near, today),
        };
        let replications = first.len();
        Some(Judgement {
            assessments,
            verdict,
            replications,
            materiality,
            promise: selected,
            most_probable,
            is_certain: runs.iter().all(|runs| runs.is_certain),
        })
    }

    /// The candidate that is advised, or that misses least.
    pub fn advised(&self) -> &Assessment {
        let index = match self.verdict {
            Verdict::Keep(_) => 0,
            Verdict::Change(index) | Verdict::Infeasible(index) => index,
        };
        &self.assessments[index]
    }

    /// The candidates that were run as often as the first: what is told of them is told of the same runs.
    pub fn run_as_often(&self) -> impl Iterator<Item = &Assessment> + Clone {
        self.assessments.iter().filter(|judged| judged.replications == self.replications)
    }

    /// The cheapest candidate that keeps everything by its values, where what is set today is kept and does not; `None`
    /// where it does, or none of those that were run as often does.
    pub fn met_by(&self) -> Option<&Assessment> {
        let first = &self.assessments[0];
        if !matches!(self.verdict, Verdict::Keep(_)) || first.is_feasible() {
            return None;
        }
        let keeping = self.run_as_often().filter(|other| other.is_feasible());
        keeping.max_by(|a, b| a.gained().total_cmp(&b.gained()).then(b.index.cmp(&a.index)))
    }

    /// The cheapest candidate that costs less than the advised one, by more than is worth a change, and
    /// may or may not satisfy the constraints; `None` where nothing is advised.
    pub fn unclear(&self) -> Option<&Assessment> {
        if matches!(self.verdict, Verdict::Infeasible(_)) {
            return None;
        }
        let advised = self.advised();
        let tempts = |assessment: &&Assessment| {
            assessment.index > 0
                && assessment.index != advised.index
                && assessment.standing() == Standing::Unclear
                && !assessment.is_choice()
                && assessment.gained() > advised.gained() + self.materiality
                && assessment.gained() > advised.gained()
        };
        let tempting = self.assessments.iter().filter(tempts);
        tempting.max_by(|a, b| a.gained().total_cmp(&b.gained()).then(b.index.cmp(&a.index)))
    }

    /// The constraints that no candidate satisfies; none if only their combination rules all out.
    pub fn binding(&self) -> Vec<Constraint> {
        let checks =
            self.assessments.first().map(|first| first.kept.as_slice()).unwrap_or_default();
        let missed_by_all = |&place: &usize| {
            self.assessments.iter().all(|judged| judged.kept[place].standing == Standing::Misses)
        };
        let places = (0..checks.len()).filter(missed_by_all);
        places.map(|place| checks[place].constraint).collect()
    }

    /// Returns true if one of the candidates may keep everything that must hold, for all that the runs show.
    pub fn may_be_feasible(&self) -> bool {
        self.assessments.iter().any(Assessment::may_be_feasible)
    }

    /// About how many replications would make a candidate's gain certain in eight studies of ten,
    /// if it is as large as it seems; `None` if it is certain already, or is no gain.
    pub fn replications_to_tell(&self, assessment: &Assessment) -> Option<u64> {
        let gain = assessment.gain?.difference;
        let half = gain.half_width()?;
        if gain.value <= 0.0 || half <= gain.value {
            return None;
        }
        // The gain must exceed the interval's half-width by another 0.84 standard errors.
        let reach = normal_quantile(0.5 + assessment.compared_at.probability() / 2.0);
        let far = half * (1.0 + normal_quantile(0.8) / reach) / gain.value;
        // A float beyond the range of the integer saturates.
        Some(libm::ceil(self.replications as f64 * far * far) as u64)
    }
}

/// The confidence of each comparison that makes all of them hold simultaneously.
#[derive(Clone, Copy, Debug)]
struct Comparisons {
    /// For the gains over the first.
    gains: Confidence,
    /// For the constraints, of each candidate but the first: one that breaks a constraint is
    /// advised by chance as rarely as if it were the only one.
    constraints: Confidence,
}

impl Comparisons {
    fn of(runs: &[Runs], objective: &Objective, indifference: f64, seed: u64) -> Comparisons {
        let usual = objective.confidence;
        let others = runs.len().saturating_sub(1).max(1) as f64;
        let shared = Confidence::new(1.0 - (1.0 - usual.probability()) / others)
            .expect("a part of what a confidence leaves to chance lies between 0 and 1");
        let all: Vec<&Runs> = runs.iter().collect();
        let whole = runs.iter().all(|other| other.len() == runs[0].len());
        let resampling = if whole { resampling(&all, seed) } else { None };
        let together = resampling.and_then(|(resampling, resamples)| {
            resampling.look(resamples, indifference, usual.probability()).together
        });
        // For a few correlated candidates, resampling gives a tighter bound than Bonferroni's.
        let resampled = together.and_then(|far| Confidence::new(2.0 * normal_cdf(far) - 1.0));
        let gains = resampled.filter(|gains| *gains < shared).unwrap_or(shared);
        Comparisons { gains: if gains > usual { gains } else { usual }, constraints: shared }
    }
}

/// Resamples of the costs of candidates, and the affordable number of them. `None` with too few
/// replications.
fn resampling(runs: &[&Runs], seed: u64) -> Option<(Resampling, u64)> {
    /// Maximum number of additions, unless that allows fewer than [`FEWEST`] resamples.
    const WORK: u64 = 400_000_000;
    const FEWEST: u64 = 200;
    let costs: Vec<&[f64]> = runs.iter().map(|runs| runs.cost.as_slice()).collect();
    let resampling = Resampling::of(&costs, Streams { seed, replication: 0 })?;
    let affordable = WORK / resampling.work(1).max(1);
    Some((resampling, affordable.clamp(FEWEST, RESAMPLES)))
}

fn assessment(
    index: usize,
    candidate: &Candidate,
    all: &[Runs],
    objective: &Objective,
    comparisons: &Comparisons,
) -> Option<Assessment> {
    let (first, runs) = (&all[0], &all[index]);
    let length = objective.length(&candidate.setup);
    let HorizonLength { periods, hours } = length;
    let other = index > 0;
    let beyond = other.then(|| beyond_first(runs, first, comparisons.gains, periods)).flatten();
    let sure = if other { comparisons.constraints } else { objective.confidence };
    let strict = objective.with_confidence(sure);
    let (kept, tradeoff) = (kept(runs, &strict, length), tradeoff(runs, periods));
    let cash = Figure::TOTAL_SPEND.estimate(runs, objective, periods, hours)?;
    let served = Figure::FILL_RATE.estimate(runs, objective, periods, hours)?.value;
    let credits = Some(level(runs, periods) * served).filter(|served| *served > 0.0);
    Some(Assessment {
        index,
        replications: runs.len(),
        cost: Figure::COST.estimate(runs, objective, periods, hours)?,
        cash,
        paid_per_served: credits.map(|credits| cash.value / credits),
        bridge: other.then(|| bridge(first, runs, objective, periods, comparisons.gains)).flatten(),
        tradeoff,
        gain: if other { gain(first, runs, objective, periods, comparisons.gains) } else { None },
        compared_at: comparisons.gains,
        served,
        downtime: Figure::DOWNTIME.estimate(runs, objective, periods, hours)?.value,
        breach: Breach::of(&kept, objective, tradeoff.refused),
        kept,
        refused_beyond: beyond,
        expired_beyond: other
            .then(|| expired_beyond(runs, first, comparisons.gains, periods))
            .flatten(),
        refuses_more: beyond.and_then(|beyond| refuses_more(beyond, objective)),
        refusals: if other { strict.stands_by(runs, first) } else { Standing::Meets },
        no_worse: objective.target == ServiceTarget::Assumed
            && strict.refuses_no_more(runs, first, MARGIN_OF_TARGET) == Standing::Meets,
        best: None,
        on_frontier: false,
        changes: candidate.changes.len(),
        periods,
        hours,
    })
}

/// The mean of a difference of two candidates: exact where nothing of either is drawn.
fn known(first: &Runs, runs: &Runs, difference: Estimate) -> Estimate {
    match first.is_certain && runs.is_certain {
        true => Estimate::certain(difference.value),
        false => difference,
    }
}

/// A candidate's gain over the first. If few replications tell them apart in the cost of refusals
/// and downtime, the limits of that part come from rare losses instead of Student's t.
fn gain(
    first: &Runs,
    runs: &Runs,
    objective: &Objective,
    periods: f64,
    confidence: Confidence,
) -> Option<Paired> {
    let paired = estimate::paired(&first.cost, &runs.cost, confidence)?;
    if first.is_certain && runs.is_certain {
        let difference = known(first, runs, paired.difference);
        return Some(Paired { difference, ..paired });
    }
    // Candidates with cycles of different lengths are compared per month, so all share their
    // periods.
    let (theirs, ours) = (objective.losses(first, periods), objective.losses(runs, periods));
    let differ = theirs.iter().zip(&ours).filter(|(theirs, ours)| theirs != ours).count();
    if differ == 0 || 2 * differ > ours.len() {
        return Some(paired);
    }
    let spent = |runs: &Runs, losses: &[f64]| -> Vec<f64> {
        runs.cost.iter().zip(losses).map(|(cost, loss)| cost - loss).collect()
    };
    let spend = estimate::paired(&spent(first, &theirs), &spent(runs, &ours), confidence)?;
    let lost = rare::difference(&theirs, &ours, confidence)?;
    Some(Paired { difference: rare::plus(spend.difference, lost), ..paired })
}

/// From the cash that a candidate spends beyond the first to what it costs beyond the first.
fn bridge(
    first: &Runs,
    runs: &Runs,
    objective: &Objective,
    periods: f64,
    confidence: Confidence,
) -> Option<Bridge> {
    let per = |runs: &Runs, figure: Figure| -> Vec<f64> {
        runs.column(figure).iter().map(|sample| sample / periods).collect()
    };
    let cash = |runs| per(runs, Figure::TOTAL_SPEND);
    let beyond = |ours: &[f64], theirs: &[f64]| {
        let pairs = ours.iter().zip(theirs);
        let (sum, count) = pairs
            .fold((0.0, 0_usize), |(sum, count), (our, their)| (sum + (our - their), count + 1));
        sum / count.max(1) as f64
    };
    let left = |runs| per(runs, Figure::LEFTOVER_VALUE);
    let assumed = |runs| per(runs, Figure::ASSUMED_VALUE);
    Some(Bridge {
        cash: known(
            first,
            runs,
            estimate::paired(&cash(runs), &cash(first), confidence)?.difference,
        ),
        kept: beyond(&left(runs), &left(first)),
        assumed: beyond(&assumed(runs), &assumed(first)),
        losses: beyond(&objective.losses(runs, periods), &objective.losses(first, periods)),
    })
}

fn tradeoff(runs: &Runs, periods: f64) -> Tradeoff {
    let mean = |figure: Figure| {
        let sum = runs.column(figure).iter().fold(0.0, |sum, sample| sum + sample);
        sum / runs.len().max(1) as f64 / periods
    };
    Tradeoff {
        spend: mean(Figure::TOTAL_SPEND) - mean(Figure::LEFTOVER_VALUE)
            + mean(Figure::ASSUMED_VALUE),
        refused: mean(Figure::REFUSED),
        expired: mean(Figure::EXPIRED),
    }
}

/// Credits that a candidate refuses per period beyond the first.
fn beyond_first(
    runs: &Runs,
    first: &Runs,
    confidence: Confidence,
    periods: f64,
) -> Option<Estimate> {
    let beyond = refused_beyond(runs, first, confidence)?;
    let per = |credits: f64| credits / periods;
    Some(Estimate {
        value: per(beyond.value),
        low: beyond.low.map(per),
        high: beyond.high.map(per),
    })
}

/// Purchased credits that expire per period beyond the first.
fn expired_beyond(
    runs: &Runs,
    first: &Runs,
    confidence: Confidence,
    periods: f64,
) -> Option<Estimate> {
    let per = |runs: &Runs| -> Vec<f64> {
        runs.column(Figure::EXPIRED).iter().map(|sample| sample / periods).collect()
    };
    let difference = estimate::paired(&per(runs), &per(first), confidence)?.difference;
    Some(known(first, runs, difference))
}

fn refuses_more(beyond: Estimate, objective: &Objective) -> Option<f64> {
    let decides = objective.is_silent_on_service() && objective.target.is_none();
    let is_sure = decides && beyond.low.is_some_and(|low| low > 0.0);
    is_sure.then_some(beyond.value)
}

/// The constraints and the service target, each with its figure, and the candidate's standing with
/// the confidence `strict`.
pub(super) fn kept(
    runs: &Runs,
    objective: &Objective,
    length: HorizonLength,
) -> Vec<ConstraintCheck> {
    let check = |Requirement { constraint, is_target }: Requirement| ConstraintCheck {
        constraint,
        is_target,
        figure: constraint.figure(runs, length, objective),
        standing: constraint.standing(runs, length, objective),
        confidence: objective.confidence,
    };
    objective.requirements().map(check).collect()
}

/// The highest probability that this many replications, or resamples of them, can show: an event
/// seen in none of n may still happen in 3 of n (the rule of three of Hanley and Lippman-Hand
/// 1983).
pub fn most_probable(replications: usize) -> f64 {
    1.0 - 3.0 / (replications.max(3) as f64)
}

/// Replications below which no probability is given: they could show nine of ten at the most.
pub const FEWEST_FOR_A_PROBABILITY: usize = 30;

/// Sets the probability that each is the best of the eligible candidates; the first is one of them
/// unless it breaks a constraint. None for a single one, which is compared with nothing. Returns the highest that
/// can be shown.
fn rank(
    assessments: &mut [Assessment],
    runs: &[Runs],
    indifference: f64,
    seed: u64,
) -> Option<f64> {
    let racing = |assessment: &&Assessment| match assessment.index {
        0 => assessment.standing() != Standing::Misses,
        index => assessment.is_choice() && runs[index].dropped_after.is_none(),
    };
    let racing: Vec<usize> =
        assessments.iter().filter(racing).map(|assessment| assessment.index).collect();
    if racing.len() < 2 {
        return None;
    }
    let raced: Vec<&Runs> = racing.iter().map(|&index| &runs[index]).collect();
    let (resampling, resamples) = resampling(&raced, seed)?;
    let fewest = raced.iter().map(|runs| runs.len()).min().map_or(0, |n| n.min(resamples as usize));
    if fewest < FEWEST_FOR_A_PROBABILITY {
        return None;
    }
    let (shares, most) =
        (resampling.look(resamples, indifference, 0.5).best, most_probable(fewest));
    for (&index, share) in racing.iter().zip(shares) {
        assessments[index].best = Some(share.min(most));
    }
    Some(most)
}

/// Sets the promise of a selection for the candidates that it leaves; where there was one only, nothing was
/// selected.
fn promise(assessments: &mut [Assessment], runs: &[Runs], promised: f64, near: f64) {
    if assessments.len() < 2 {
        return;
    }
    let left: Vec<usize> =
        verdict::selected(assessments, runs, near).map(|one| one.index).collect();
    for assessment in assessments.iter_mut() {
        assessment.best = left.contains(&assessment.index).then_some(promised);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::judged::{STAKES, judge, judge_by, luck, made, made_runs, objective};

    #[test]
    fn the_steps_from_cash_to_cost_add_up() {
        let current = |r: usize| (50.0 + luck(r), 100.0 + luck(r));
        let other = |r: usize| (56.0 + noise(r, 1.0) + luck(r), 3.0);
        let priced = Objective { per_refused_credit: 0.2, ..objective(Vec::new()) };
        let (_, _, judgement) = judge_by(priced, &[&current, &other]);
        let judged = &judgement.assessments[1];
        let Bridge { cash, kept, assumed, losses } = judged.bridge.unwrap();
        let gain = judged.gain.unwrap().difference.value;
        assert!((cash.value - 6.0).abs() < 1e-9 && losses < -18.0, "{cash:?} {losses}");
        assert!((cash.value - kept + assumed + losses + gain).abs() < 1e-9);
    }

    fn verdict_of(constraints: &[Constraint], spends: &[&dyn Fn(usize) -> (f64, f64)]) -> Verdict {
        judge(constraints.to_vec(), spends).2.verdict
    }

    /// Noise that alternates by this size from one replication to the next.
    fn noise(replication: usize, size: f64) -> f64 {
        if replication.is_multiple_of(2) { size } else { -size }
    }

    #[test]
    fn a_gain_must_be_beyond_doubt_and_worth_it() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        for (what, gain, size, wanted) in [
            ("sure and worth it", 5.0, 1.0, Verdict::Change(1)),
            ("sure and too little", 0.9, 0.1, Verdict::Keep(KeepReason::TooLittle(1))),
            ("not sure", 5.0, 40.0, Verdict::Keep(KeepReason::NotSure(1))),
            ("nothing anyone sees", 0.004, 0.0, Verdict::Keep(KeepReason::Best)),
            ("a loss", -5.0, 1.0, Verdict::Keep(KeepReason::Best)),
        ] {
            let other = |r: usize| (50.0 + luck(r) - gain + noise(r, size), 0.0);
            assert_eq!(verdict_of(&[], &[&current, &other]), wanted, "{what}");
        }
        assert_eq!(verdict_of(&[], &[&current]), Verdict::Keep(KeepReason::Alone));
    }

    #[test]
    fn a_sure_gain_is_taken_where_a_larger_one_is_not_sure() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let sure = |r: usize| (46.0 + luck(r), 0.0);
        let unsure = |r: usize| (45.0 + luck(r) + noise(r, 40.0), 0.0);
        assert_eq!(verdict_of(&[], &[&current, &unsure, &sure]), Verdict::Change(2));
    }

    #[test]
    fn what_breaks_a_constraint_is_not_advised_however_cheap() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let cheap = |r: usize| (20.0 + luck(r), 100.0);
        let fill = [Constraint::FillRateAtLeast(0.95)];
        assert_eq!(verdict_of(&fill, &[&current, &cheap]), Verdict::Keep(KeepReason::Best));
        // Today's settings break it: change, even at a higher cost.
        assert_eq!(verdict_of(&fill, &[&cheap, &current]), Verdict::Change(1));
    }

    #[test]
    fn cost_alone_does_not_advise_to_refuse_more() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let cheap = |r: usize| (20.0 + luck(r), 100.0);
        assert_eq!(verdict_of(&[], &[&current, &cheap]), Verdict::Keep(KeepReason::Best));
        let priced = Objective { per_refused_credit: 0.01, ..objective(Vec::new()) };
        let (candidates, runs) = made(&priced, &[&current, &cheap]);
        let judgement = Judgement::of(&candidates, &runs, &priced, STAKES, 1).unwrap();
        assert_eq!(judgement.verdict, Verdict::Change(1));
    }

    #[test]
    fn when_nothing_keeps_the_constraints_the_nearest_miss_is_told() {
        let far = |r: usize| (20.0 + luck(r), 400.0);
        let near = |r: usize| (60.0 + luck(r), 100.0);
        let fill = [Constraint::FillRateAtLeast(0.95)];
        let (_, _, judgement) = judge(fill.to_vec(), &[&far, &near]);
        assert_eq!(judgement.verdict, Verdict::Infeasible(1));
        assert_eq!(judgement.advised().missed().next().unwrap().constraint, fill[0]);
    }

    #[test]
    fn of_those_that_gain_the_same_the_one_that_refuses_least_stands() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let some = |r: usize| (40.0 + luck(r), 10.0);
        let none = |r: usize| (40.0 + luck(r), 0.0);
        assert_eq!(verdict_of(&[], &[&current, &some, &none]), Verdict::Change(2));
    }

    #[test]
    fn intervals_of_several_gains_are_wider_than_that_of_one_unless_they_go_together() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let other = |period: usize| move |r: usize| (45.0 + luck(r) + noise(r / period, 3.0), 0.0);
        let (one, two, three) = (other(1), other(2), other(4));
        let half = |spends: &[&dyn Fn(usize) -> (f64, f64)]| {
            let judged = judge(Vec::new(), spends).2.assessments;
            judged[1].gain.unwrap().difference.half_width().unwrap()
        };
        let alone = half(&[&current, &one]);
        assert!(half(&[&current, &one, &two, &three]) > 1.1 * alone);
        assert!(half(&[&current, &one, &one, &one]) < 1.05 * alone);
    }

    #[test]
    fn a_probability_is_no_finer_than_so_many_replications_can_tell() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let better = |r: usize| (40.0 + luck(r), 0.0);
        let judged = judge(Vec::new(), &[&current, &better]).2.assessments;
        assert_eq!(judged[1].best, Some(0.97));
        assert_eq!(judged[0].best, Some(0.0));
    }

    #[test]
    fn what_is_compared_with_nothing_has_no_probability_of_being_the_best() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let better = |r: usize| (40.0 + luck(r), 0.0);
        let out = |r: usize| (30.0 + luck(r), 1_000.0);
        let served = vec![Constraint::FillRateAtLeast(0.5)];
        let alone = judge(Vec::new(), &[&current]).2;
        let only_one_keeps = judge(served.clone(), &[&current, &out]).2;
        let two_keep = judge(served, &[&current, &better, &out]).2;
        assert_eq!((alone.assessments[0].best, alone.most_probable), (None, None));
        assert_eq!(only_one_keeps.assessments[0].best, None);
        assert_eq!(two_keep.assessments[1].best, Some(0.97));
        assert_eq!(two_keep.most_probable, Some(0.97));
    }

    #[test]
    fn what_is_set_today_stands_until_its_breach_is_sure() {
        // 10 of 1,000 credits refused in each of ten replications of 100: 99.9 % served, and in
        // truth between 99.8 % and 99.96 %.
        let some = |r: usize| if r % 10 == 3 { 10.0 } else { 0.0 };
        let today = |r: usize| (50.0 + luck(r), some(r));
        let dearer = |r: usize| (60.0 + luck(r), 0.0);
        let cheaper = |r: usize| (30.0 + luck(r), some(r));
        let unsure = [Constraint::FillRateAtLeast(0.9991)];
        let spends: [&dyn Fn(usize) -> (f64, f64); 3] = [&today, &dearer, &cheaper];
        let (_, _, judgement) = judge(unsure.to_vec(), &spends);
        assert_eq!(judgement.assessments[0].standing(), Standing::Unclear);
        // The cheaper one may break it as well, so it does not replace today's settings.
        assert_eq!(judgement.verdict, Verdict::Keep(KeepReason::Best));
        let sure = [Constraint::FillRateAtLeast(0.9999)];
        assert_eq!(judge(sure.to_vec(), &spends).2.verdict, Verdict::Change(1));
    }

    #[test]
    fn values_to_start_from_give_way_to_what_is_best_by_its_values_where_nothing_is_sure() {
        let some = |often: usize| move |r: usize| if r % often == 3 { 10.0 } else { 0.0 };
        let start = |r: usize| (50.0 + luck(r), some(10)(r));
        let fewer = |r: usize| (40.0 + luck(r), some(20)(r));
        let cheaper = |r: usize| (30.0 + luck(r), some(10)(r + 5));
        let down = |r: usize| (10.0 + luck(r), 805.0);
        let verdict = |today: Today, least: f64| {
            let objective = objective(vec![Constraint::FillRateAtLeast(least)]);
            let (candidates, runs) = made(&objective, &[&start, &fewer, &cheaper, &down]);
            let stakes = Stakes { today, ..STAKES };
            Judgement::of(&candidates, &runs, &objective, stakes, 1).unwrap().verdict
        };
        let kept = Verdict::Keep(KeepReason::Best);
        // All but the last may break it and may keep it; with the values of the runs they keep it.
        assert_eq!(verdict(Today::Known, 0.9988), kept);
        assert_eq!(verdict(Today::Unknown, 0.9988), Verdict::Change(2));
        // Only one keeps it by its values.
        assert_eq!(verdict(Today::Unknown, 0.9993), Verdict::Change(1));
        // None does.
        assert_eq!(verdict(Today::Unknown, 0.9999), Verdict::Infeasible(1));
    }

    #[test]
    fn what_costs_less_and_may_keep_the_constraints_is_not_denied() {
        let some = |r: usize| if r % 10 == 3 { 10.0 } else { 0.0 };
        let today = |r: usize| (50.0 + luck(r), 0.0);
        let cheaper = |r: usize| (30.0 + luck(r), some(r));
        let spends: [&dyn Fn(usize) -> (f64, f64); 2] = [&today, &cheaper];
        let unclear = |least: f64| {
            let fill = vec![Constraint::FillRateAtLeast(least)];
            let judgement = judge(fill, &spends).2;
            (judgement.verdict, judgement.unclear().map(|judged| judged.index))
        };
        let kept = Verdict::Keep(KeepReason::Best);
        assert_eq!(unclear(0.9991), (kept, Some(1)));
        assert_eq!(unclear(0.9999), (kept, None));
        assert_eq!(unclear(0.99), (Verdict::Change(1), None));
    }

    #[test]
    fn a_target_met_by_values_alone_allows_hardly_more_refusals_than_today() {
        // 0.5 credits of 1,000 refused in every tenth replication: within a thousandth of demand and
        // beyond a tenth of that.
        let today = |r: usize| (50.0 + luck(r), 0.0);
        let cheaper = |refused: f64| {
            move |r: usize| (30.0 + luck(r), if r % 10 == 3 { refused } else { 0.0 })
        };
        for (refused, no_worse) in [(0.2, true), (5.0, false)] {
            let objective = Objective { target: ServiceTarget::Assumed, ..objective(Vec::new()) };
            let (candidates, runs) = made(&objective, &[&today, &cheaper(refused)]);
            let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
            assert_eq!(judgement.assessments[1].no_worse, no_worse, "{refused}");
        }
    }

    #[test]
    fn what_costs_less_and_refuses_no_more_in_any_run_is_advised_however_many_are_compared() {
        // Three of 100 replications of today refuse something.
        let today = |r: usize| (50.0 + luck(r), if r % 40 == 3 { 60.0 } else { 0.0 });
        let better = |r: usize| (45.0 + luck(r), 0.0);
        let dearer = |r: usize| (60.0 + luck(r), 0.0);
        for others in [1, 2] {
            let mut spends: Vec<&dyn Fn(usize) -> (f64, f64)> = vec![&today, &better];
            spends.extend(std::iter::repeat_n(&dearer as &dyn Fn(usize) -> (f64, f64), others));
            let objective = Objective { target: ServiceTarget::Assumed, ..objective(Vec::new()) };
            let (candidates, runs) = made(&objective, &spends);
            let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
            assert_eq!(judgement.verdict, Verdict::Change(1), "{others}");
        }
    }

    #[test]
    fn of_those_that_keep_a_budget_the_one_that_refuses_least_comes_nearest_to_the_target() {
        // Today's settings exceed the budget of 60. Without auto-recharge nothing is spent and most
        // is refused.
        let today = |r: usize| (70.0 + luck(r), 0.0);
        let off = |r: usize| (20.0 + luck(r), 590.0);
        let few = |r: usize| (45.0 + luck(r), 44.0);
        let budget = vec![Constraint::SpendP95AtMost(60.0)];
        let objective = Objective { target: ServiceTarget::Assumed, ..objective(budget) };
        let (candidates, runs) = made(&objective, &[&today, &off, &few]);
        let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
        assert_eq!(judgement.verdict, Verdict::Infeasible(2));
    }

    fn judge_by_target(target: ServiceTarget, spends: &[&dyn Fn(usize) -> (f64, f64)]) -> Verdict {
        let objective = Objective { target, ..objective(Vec::new()) };
        let (candidates, runs) = made(&objective, spends);
        Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap().verdict
    }

    #[test]
    fn a_service_that_is_down_is_not_kept_because_it_is_cheap() {
        let down = |r: usize| (6.0 + luck(r), 805.0);
        let up = |r: usize| (40.0 + luck(r), 0.0);
        let dear = |r: usize| (90.0 + luck(r), 0.0);
        let spends: [&dyn Fn(usize) -> (f64, f64); 3] = [&down, &dear, &up];
        assert_eq!(judge_by_target(ServiceTarget::Assumed, &spends), Verdict::Change(2));
        assert_eq!(judge_by_target(ServiceTarget::None, &spends), Verdict::Keep(KeepReason::Best));
        // Nor is one that is down taken for what it saves.
        let spends: [&dyn Fn(usize) -> (f64, f64); 2] = [&up, &down];
        let kept = Verdict::Keep(KeepReason::Best);
        assert_eq!(judge_by_target(ServiceTarget::Assumed, &spends), kept);
    }

    #[test]
    fn misses_of_the_target_are_ranked_by_service_and_not_by_cost() {
        let free = |r: usize| (luck(r), 1_000.0);
        let some = |r: usize| (60.0 + luck(r), 400.0);
        let most = |r: usize| (90.0 + luck(r), 100.0);
        let as_much = |r: usize| (80.0 + luck(r), 100.0);
        let spends: [&dyn Fn(usize) -> (f64, f64); 4] = [&free, &some, &most, &as_much];
        assert_eq!(judge_by_target(ServiceTarget::Assumed, &spends), Verdict::Infeasible(3));
    }

    #[test]
    fn of_misses_whose_service_the_runs_do_not_tell_apart_the_cheaper_is_told() {
        let often = |r: usize| r % 5 == 3;
        let dear = |r: usize| (90.0 + luck(r), if often(r) { 100.0 } else { 0.0 });
        // Two replications of twenty differ, one each way.
        let cheap = |more: f64| {
            move |r: usize| {
                let beside = if r == 13 {
                    more
                } else if r == 28 {
                    20.0 - more
                } else {
                    0.0
                };
                (80.0 + luck(r), if often(r) { 100.0 + beside } else { 0.0 })
            }
        };
        let (alike, worse) =
            (cheap(40.0), |r: usize| (70.0 + luck(r), if often(r) { 140.0 } else { 0.0 }));
        let target = ServiceTarget::Assumed;
        let verdict =
            |spends: &[&dyn Fn(usize) -> (f64, f64)]| judge_by_target(target.clone(), spends);
        assert_eq!(verdict(&[&dear, &alike]), Verdict::Infeasible(1));
        assert_eq!(verdict(&[&alike, &dear]), Verdict::Infeasible(0));
        assert_eq!(verdict(&[&dear, &worse]), Verdict::Infeasible(0));
    }

    #[test]
    fn a_stated_target_decides_on_both_sides_of_its_bound() {
        let cheap = |r: usize| (20.0 + luck(r), 100.0);
        let dear = |r: usize| (50.0 + luck(r), 0.0);
        for (least, verdict) in
            [(0.9, Verdict::Keep(KeepReason::Best)), (0.901, Verdict::Change(1))]
        {
            let target = ServiceTarget::Stated(vec![Constraint::FillRateAtLeast(least)]);
            assert_eq!(judge_by_target(target, &[&cheap, &dear]), verdict, "{least}");
        }
    }

    #[test]
    fn few_replications_without_a_refusal_do_not_forbid_to_save() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let cheap = |r: usize| (40.0 + luck(r), 0.0);
        let objective = Objective { target: ServiceTarget::Assumed, ..objective(Vec::new()) };
        let (candidates, _) = made(&objective, &[&current, &cheap]);
        let few = made_runs(&objective, &[&current, &cheap], 20);
        let judgement = Judgement::of(&candidates, &few, &objective, STAKES, 1).unwrap();
        assert_eq!(judgement.assessments[1].standing(), Standing::Unclear);
        assert_eq!(judgement.verdict, Verdict::Change(1));
    }

    #[test]
    fn the_survivor_of_a_selection_is_the_advice() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let other = |r: usize| (49.8 + luck(r), 0.0);
        let objective = objective(Vec::new());
        let (candidates, mut runs) = made(&objective, &[&current, &other]);
        let selected = Stakes { selected: Some(0.95), ..STAKES };
        let verdict = |runs: &[Runs]| {
            let judgement = Judgement::of(&candidates, runs, &objective, selected, 1).unwrap();
            (judgement.verdict, judgement.assessments[0].best, judgement.assessments[1].best)
        };
        runs[0].dropped_after = Some(64);
        assert_eq!(verdict(&runs), (Verdict::Change(1), None, Some(0.95)));
        (runs[0].dropped_after, runs[1].dropped_after) = (None, Some(64));
        assert_eq!(verdict(&runs), (Verdict::Keep(KeepReason::Best), Some(0.95), None));
    }

    #[test]
    fn of_what_costs_the_same_the_better_service_is_advised_and_then_the_least_cash() {
        let start = |r: usize| (50.0 + luck(r), 0.0);
        let lossy = |r: usize| (49.999 + luck(r), 0.1);
        let served = |r: usize| (50.001 + luck(r), 0.0);
        let dearer = |r: usize| (50.3 + luck(r), 0.0);
        let objective = objective(Vec::new());
        let verdict = |spends: &[&dyn Fn(usize) -> (f64, f64)], today: Today| {
            let (candidates, mut runs) = made(&objective, spends);
            // The selection left the one that saves a part of a cent by serving less.
            (0..spends.len()).filter(|&one| one != 1).for_each(|one| {
                runs[one].dropped_after = Some(100);
            });
            let stakes = Stakes { selected: Some(0.95), today, ..STAKES };
            let judgement = Judgement::of(&candidates, &runs, &objective, stakes, 1).unwrap();
            let best: Vec<bool> =
                judgement.assessments.iter().map(|one| one.best.is_some()).collect();
            (judgement.verdict, best)
        };
        // All three are as good; the first pays least of those that serve all.
        let equal = verdict(&[&start, &lossy, &served, &dearer], Today::Unknown);
        assert_eq!(equal, (Verdict::Keep(KeepReason::Best), vec![true, true, true, false]));
        assert_eq!(verdict(&[&start, &lossy, &served, &dearer], Today::Known), equal);
        let equal = verdict(&[&dearer, &lossy, &served], Today::Unknown);
        assert_eq!(equal, (Verdict::Change(2), vec![false, true, true]));
        // What was given up earlier was not compared with it to the end.
        let (candidates, mut runs) = made(&objective, &[&dearer, &lossy]);
        runs.extend(made_runs(&objective, &[&served], 60));
        (runs[0].dropped_after, runs[2].dropped_after) = (Some(100), Some(60));
        let candidates = [candidates, vec![whole_of(&objective)]].concat();
        let stakes = Stakes { selected: Some(0.95), today: Today::Unknown, ..STAKES };
        let judgement = Judgement::of(&candidates, &runs, &objective, stakes, 1).unwrap();
        assert_eq!(judgement.verdict, Verdict::Change(1));
    }

    /// A candidate more.
    fn whole_of(objective: &Objective) -> Candidate {
        made(objective, &[&|_| (0.0, 0.0)]).0.remove(0)
    }

    #[test]
    fn where_nothing_is_drawn_differences_have_no_range() {
        let current = |_: usize| (50.0, 10.0);
        let other = |_: usize| (43.0, 3.0);
        let objective = objective(Vec::new());
        let (candidates, _) = made(&objective, &[&current, &other]);
        let mut runs = made_runs(&objective, &[&current, &other], 1);
        runs.iter_mut().for_each(|runs| runs.is_certain = true);
        let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
        let judged = &judgement.assessments[1];
        let exact = |estimate: Option<Estimate>| {
            let estimate = estimate.unwrap();
            assert_eq!([estimate.low, estimate.high], [Some(estimate.value); 2], "{estimate:?}");
            estimate.value
        };
        assert_eq!(exact(judged.gain.map(|gain| gain.difference)), 7.0);
        assert_eq!(exact(judged.bridge.map(|bridge| bridge.cash)), -7.0);
        assert_eq!(exact(judged.refused_beyond), -7.0);
        assert_eq!(exact(judged.expired_beyond), 0.0);
        assert_eq!(judgement.verdict, Verdict::Change(1));
    }

    #[test]
    fn what_is_kept_and_misses_what_must_hold_is_told_with_the_cheapest_that_keeps_it() {
        let some = |often: usize| move |r: usize| if r % often == 3 { 10.0 } else { 0.0 };
        let today = |r: usize| (50.0 + luck(r), some(10)(r));
        let dear = |r: usize| (60.0 + luck(r), some(14)(r));
        let dearer = |r: usize| (70.0 + luck(r), some(14)(r));
        let cheap = |r: usize| (40.0 + luck(r), some(10)(r));
        let spends: [&dyn Fn(usize) -> (f64, f64); 4] = [&today, &dearer, &dear, &cheap];
        let of = |least: f64| {
            let judgement = judge(vec![Constraint::FillRateAtLeast(least)], &spends).2;
            (judgement.verdict, judgement.met_by().map(|judged| judged.index))
        };
        let kept = Verdict::Keep(KeepReason::Best);
        // Today 99.90% are served and nobody is sure of it; the dear ones serve 99.93%.
        assert_eq!(of(0.9992), (kept, Some(2)));
        assert_eq!(of(0.9990), (kept, None), "today's settings keep it");
        assert_eq!(of(0.9994), (kept, None), "none does");
    }

    #[test]
    fn what_was_run_less_often_is_said_to_keep_nothing_and_beats_nothing() {
        let objective = objective(vec![Constraint::FillRateAtLeast(0.9992)]);
        let today = |r: usize| (50.0 + luck(r), if r % 10 == 3 { 10.0 } else { 0.0 });
        let dear = |r: usize| (60.0 + luck(r), 0.0);
        let (candidates, mut runs) = made(&objective, &[&today, &dear]);
        let told = |runs: &[Runs]| {
            let judgement = Judgement::of(&candidates, runs, &objective, STAKES, 1).unwrap();
            let met_by = judgement.met_by().map(|judged| judged.index);
            let whole = judgement.run_as_often().count();
            (judgement.verdict, met_by, whole, judgement.assessments[1].on_frontier)
        };
        let kept = Verdict::Keep(KeepReason::Best);
        assert_eq!(told(&runs), (kept, Some(1), 2, true));
        runs[1] = made_runs(&objective, &[&dear], 99).remove(0);
        assert_eq!(told(&runs), (kept, None, 1, false));
    }

    #[test]
    fn the_frontier_holds_what_nothing_beats() {
        let current = |r: usize| (50.0 + luck(r), 10.0);
        let dear = |r: usize| (60.0 + luck(r), 10.0);
        let safe = |r: usize| (60.0 + luck(r), 0.0);
        let (_, _, judgement) = judge(Vec::new(), &[&current, &dear, &safe]);
        let on: Vec<bool> = judgement.assessments.iter().map(|judged| judged.on_frontier).collect();
        assert_eq!(on, [true, false, true]);
    }
}
