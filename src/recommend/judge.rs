//! Judging candidates: what each gains over the first, whether it keeps what must hold, and what
//! follows from that.

use crate::domain::Duration;
use crate::streams::Streams;
use crate::study::estimate::{self, Confidence, Estimate};
use crate::study::select::best_shares;
use crate::study::{Candidate, Constraint, Figure, Objective, Paired, Record, Runs};

use super::frontier::{Tradeoff, frontier};

/// Resamples for the probability of being best: ± 2 % at the most.
const RESAMPLES: u64 = 2_000;

/// A candidate, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its place among the candidates; the first is the one that others are compared with.
    pub index: usize,
    /// What it costs per period.
    pub cost: Estimate,
    /// What it spends per period, credits left at the end counted at what they had cost.
    pub tradeoff: Tradeoff,
    /// What it gains per period over the first, on the same usage and luck. The intervals of all
    /// candidates hold together (Bonferroni; Law 2015, 10.2.1). `None` for the first itself.
    pub gain: Option<Paired>,
    /// What must hold, and whether it does.
    pub kept: Vec<Kept>,
    /// The probability that no other one that keeps the constraints is better by more than the
    /// materiality; see [`best_shares`]. `None` where it is not known.
    pub best: Option<f64>,
    /// Whether no other beats it on spend, refused and expired credits.
    pub on_frontier: bool,
    /// Periods in its horizon.
    pub periods: f64,
    /// Hours in its horizon.
    pub hours: f64,
}

/// A constraint and how a candidate stands to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// The constraint.
    pub constraint: Constraint,
    /// The figure; `None` when the runs do not tell it.
    pub figure: Option<Estimate>,
}

impl Kept {
    /// Whether the value keeps it.
    pub fn holds(&self) -> bool {
        self.figure.is_some_and(|figure| self.constraint.keeps(figure.value))
    }

    /// Whether the interval leaves no doubt.
    pub fn is_clear(&self) -> bool {
        self.figure.is_some_and(|figure| self.constraint.is_clear(figure))
    }

    fn miss(&self) -> f64 {
        self.figure.map_or(f64::INFINITY, |figure| self.constraint.miss(figure.value))
    }
}

impl Judged {
    /// Whether it keeps every constraint, by its values.
    pub fn is_feasible(&self) -> bool {
        self.kept.iter().all(Kept::holds)
    }

    /// What it gains over the first; nothing for the first itself.
    pub fn gained(&self) -> f64 {
        self.gain.map_or(0.0, |gain| gain.difference.value)
    }

    /// The constraint it misses most, if any.
    pub fn worst(&self) -> Option<&Kept> {
        let missed = self.kept.iter().filter(|kept| !kept.holds());
        missed.max_by(|a, b| a.miss().total_cmp(&b.miss()))
    }

    fn worst_miss(&self) -> f64 {
        self.worst().map_or(0.0, Kept::miss)
    }
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep the first.
    Keep(Keep),
    /// Change to this candidate.
    Change(usize),
    /// No candidate keeps every constraint; this one misses least.
    Infeasible(usize),
}

/// Why what is set is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing else was tried.
    Alone,
    /// None of those tried costs less.
    Best,
    /// This one may cost less, but the interval of the gain spans zero.
    NotSure(usize),
    /// This one costs less, but by less than is worth a change.
    TooLittle(usize),
}

/// All candidates judged, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// By candidate, in their order.
    pub judged: Vec<Judged>,
    /// What follows.
    pub verdict: Verdict,
    /// Replications of the first candidate.
    pub replications: usize,
    /// The least gain worth a change.
    pub materiality: f64,
}

impl Judgement {
    /// Judges the runs of candidates. `None` when there are none.
    pub fn of(
        candidates: &[Candidate],
        runs: &[Runs],
        objective: &Objective,
        materiality: f64,
        seed: u64,
    ) -> Option<Judgement> {
        let first = runs.first().filter(|runs| !runs.is_empty())?;
        let together = together(objective.confidence, runs.len());
        let mut judged = Vec::with_capacity(runs.len());
        for (index, (candidate, runs)) in candidates.iter().zip(runs).enumerate() {
            let periods = objective.periods(candidate);
            let horizon = candidate.setup.horizon;
            let millis = horizon.to.since(horizon.from).millis() as f64;
            let hours = millis / Duration::HOUR.millis() as f64;
            let gain = match index {
                0 => None,
                _ => estimate::paired(&first.cost, &runs.cost, together),
            };
            judged.push(Judged {
                index,
                cost: Figure::Cost.estimate(runs, objective, periods, hours)?,
                tradeoff: tradeoff(runs, periods),
                gain,
                kept: kept(runs, objective, periods),
                best: None,
                on_frontier: false,
                periods,
                hours,
            });
        }
        let tradeoffs: Vec<Tradeoff> = judged.iter().map(|judged| judged.tradeoff).collect();
        for index in frontier(&tradeoffs) {
            judged[index].on_frontier = true;
        }
        rank(&mut judged, runs, materiality, seed);
        let verdict = verdict(&judged, materiality);
        Some(Judgement { judged, verdict, replications: first.len(), materiality })
    }

    /// The candidate that is advised, or that misses least.
    pub fn advised(&self) -> &Judged {
        let index = match self.verdict {
            Verdict::Keep(_) => 0,
            Verdict::Change(index) | Verdict::Infeasible(index) => index,
        };
        &self.judged[index]
    }
}

/// The confidence at which each of the comparisons with the first holds, for all to hold together.
fn together(confidence: Confidence, candidates: usize) -> Confidence {
    let others = candidates.saturating_sub(1).max(1) as f64;
    Confidence::new(1.0 - (1.0 - confidence.probability()) / others).unwrap_or(confidence)
}

fn tradeoff(runs: &Runs, periods: f64) -> Tradeoff {
    let mean = |record: Record| {
        let sum = runs.column(record).iter().fold(0.0, |sum, sample| sum + sample);
        sum / runs.len().max(1) as f64 / periods
    };
    Tradeoff {
        spend: mean(Record::TotalSpend) - mean(Record::LeftoverValue),
        refused: mean(Record::Demanded) - mean(Record::Served),
        expired: mean(Record::Expired),
    }
}

fn kept(runs: &Runs, objective: &Objective, periods: f64) -> Vec<Kept> {
    let figure = |&constraint: &Constraint| Kept {
        constraint,
        figure: constraint.figure(runs, periods, objective.confidence),
    };
    objective.constraints.iter().map(figure).collect()
}

/// Says how sure each is the best of those that keep the constraints and were run to the end.
fn rank(judged: &mut [Judged], runs: &[Runs], materiality: f64, seed: u64) {
    let racing =
        |judged: &&Judged| judged.is_feasible() && runs[judged.index].dropped_after.is_none();
    let racing: Vec<usize> = judged.iter().filter(racing).map(|judged| judged.index).collect();
    let costs: Vec<&[f64]> = racing.iter().map(|&index| runs[index].cost.as_slice()).collect();
    let streams = Streams { seed, replication: 0 };
    let Some(shares) = best_shares(&costs, materiality, streams, RESAMPLES) else { return };
    for judged in judged.iter_mut() {
        let place = racing.iter().position(|&index| index == judged.index);
        judged.best = Some(place.map_or(0.0, |place| shares[place]));
    }
}

fn verdict(judged: &[Judged], materiality: f64) -> Verdict {
    let feasible = || judged.iter().filter(|judged| judged.is_feasible());
    // Of those that gain the same the first stands: it is what is set today, or the simplest.
    let most =
        |a: &&Judged, b: &&Judged| a.gained().total_cmp(&b.gained()).then(b.index.cmp(&a.index));
    let Some(best) = feasible().max_by(most) else {
        let least = |a: &&Judged, b: &&Judged| {
            let misses = a.worst_miss().total_cmp(&b.worst_miss());
            misses.then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
        };
        return Verdict::Infeasible(judged.iter().min_by(least).map_or(0, |judged| judged.index));
    };
    if !judged[0].is_feasible() {
        return Verdict::Change(best.index);
    }
    if best.index == 0 {
        return Verdict::Keep(if judged.len() == 1 { Keep::Alone } else { Keep::Best });
    }
    let is_sure = |judged: &&Judged| {
        let low = judged.gain.and_then(|gain| gain.difference.low);
        low.is_some_and(|low| low > 0.0)
    };
    match feasible().filter(is_sure).max_by(most) {
        None => Verdict::Keep(Keep::NotSure(best.index)),
        Some(sure) if sure.gained() < materiality => Verdict::Keep(Keep::TooLittle(sure.index)),
        Some(sure) => Verdict::Change(sure.index),
    }
}
