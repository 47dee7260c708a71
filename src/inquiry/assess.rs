//! Judging candidates: what each gains over the first, whether it keeps what must hold, and what
//! follows from that.

use crate::domain::Duration;
use crate::figures::Figure;
use crate::streams::Streams;
use crate::study::estimate::{self, Confidence, Estimate};
use crate::study::refused_beyond;
use crate::study::select::best_shares;
use crate::study::{Candidate, Constraint, Objective, Paired, Runs};

use super::frontier::{Tradeoff, frontier};

/// Resamples for the probability of being best: ± 2 % at the most.
const RESAMPLES: u64 = 2_000;

/// A candidate, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
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
    pub kept: Vec<ConstraintCheck>,
    /// Credits it refuses per period beyond the first, on the same usage and luck; the intervals hold
    /// together as those of [`Assessment::gain`]. `None` for the first itself.
    pub refused_beyond: Option<Estimate>,
    /// Credits it refuses per period beyond the first, where that is beyond doubt and nothing was
    /// said of what service is worth. It is no choice then: cost alone cannot advise to refuse.
    pub refuses_more: Option<f64>,
    /// The probability that no other one that keeps the constraints is better by more than the
    /// materiality; see [`best_shares`]. `None` where it is not known, or nothing else was tried.
    pub best: Option<f64>,
    /// Whether no other beats it on spend, refused and expired credits.
    pub on_frontier: bool,
    /// How many settings it changes.
    pub changes: usize,
    /// Periods in its horizon.
    pub periods: f64,
    /// Hours in its horizon.
    pub hours: f64,
}

/// A constraint and how a candidate stands to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstraintCheck {
    /// The constraint.
    pub constraint: Constraint,
    /// The figure; `None` when the runs do not tell it.
    pub figure: Option<Estimate>,
}

impl ConstraintCheck {
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

impl Assessment {
    /// Whether it keeps every constraint, by its values.
    pub fn is_feasible(&self) -> bool {
        self.kept.iter().all(ConstraintCheck::holds)
    }

    /// Whether it can be advised: it keeps every constraint and does not refuse more unasked.
    pub fn is_choice(&self) -> bool {
        self.is_feasible() && self.refuses_more.is_none()
    }

    /// What it gains over the first; nothing for the first itself.
    pub fn gained(&self) -> f64 {
        self.gain.map_or(0.0, |gain| gain.difference.value)
    }

    /// A constraint that it keeps by its value and not beyond doubt, the first of several.
    pub fn doubtful(&self) -> Option<&ConstraintCheck> {
        self.kept.iter().find(|kept| kept.holds() && !kept.is_clear())
    }

    /// The constraint it misses most, if any.
    pub fn worst(&self) -> Option<&ConstraintCheck> {
        let missed = self.kept.iter().filter(|kept| !kept.holds());
        missed.max_by(|a, b| a.miss().total_cmp(&b.miss()))
    }

    fn worst_miss(&self) -> f64 {
        self.worst().map_or(0.0, ConstraintCheck::miss)
    }
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep the first.
    Keep(KeepReason),
    /// Change to this candidate.
    Change(usize),
    /// No candidate keeps every constraint; this one misses least.
    Infeasible(usize),
}

/// Why what is set is kept.
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

/// Which differences matter, in money per period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stakes {
    /// The least gain worth a change.
    pub materiality: f64,
    /// What nobody sees: half of the currency's minor unit.
    pub near: f64,
}

/// All candidates judged, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// By candidate, in their order.
    pub judged: Vec<Assessment>,
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
        Stakes { materiality, near }: Stakes,
        seed: u64,
    ) -> Option<Judgement> {
        let first = runs.first().filter(|runs| !runs.is_empty())?;
        let together = together(objective.confidence, runs.len());
        let mut judged = Vec::with_capacity(runs.len());
        for (index, (candidate, runs)) in candidates.iter().zip(runs).enumerate() {
            let periods = objective.periods(&candidate.setup);
            let horizon = candidate.setup.horizon;
            let millis = horizon.to.since(horizon.from).millis() as f64;
            let hours = millis / Duration::HOUR.millis() as f64;
            let gain = match index {
                0 => None,
                _ => estimate::paired(&first.cost, &runs.cost, together),
            };
            let beyond = match index {
                0 => None,
                _ => beyond_first(runs, first, together, periods),
            };
            judged.push(Assessment {
                index,
                cost: Figure::COST.estimate(runs, objective, periods, hours)?,
                tradeoff: tradeoff(runs, periods),
                gain,
                kept: kept(runs, objective, periods),
                refused_beyond: beyond,
                refuses_more: beyond.and_then(|beyond| refuses_more(beyond, objective)),
                best: None,
                on_frontier: false,
                changes: candidate.changes.len(),
                periods,
                hours,
            });
        }
        let tradeoffs: Vec<Tradeoff> = judged.iter().map(|judged| judged.tradeoff).collect();
        for index in frontier(&tradeoffs) {
            judged[index].on_frontier = true;
        }
        rank(&mut judged, runs, materiality.max(near), seed);
        let verdict = verdict(&judged, materiality, near);
        Some(Judgement { judged, verdict, replications: first.len(), materiality })
    }

    /// The candidate that is advised, or that misses least.
    pub fn advised(&self) -> &Assessment {
        let index = match self.verdict {
            Verdict::Keep(_) => 0,
            Verdict::Change(index) | Verdict::Infeasible(index) => index,
        };
        &self.judged[index]
    }

    /// The constraints that no candidate keeps; none where only their combination rules all out.
    pub fn binding(&self) -> Vec<Constraint> {
        let checks = self.judged.first().map(|judged| judged.kept.as_slice()).unwrap_or_default();
        let missed_by_all = |&place: &usize| self.judged.iter().all(|j| !j.kept[place].holds());
        let places = (0..checks.len()).filter(missed_by_all);
        places.map(|place| checks[place].constraint).collect()
    }

    /// How many replications would tell a gain from zero at even odds, where these do not.
    pub fn replications_to_tell(&self, gain: Estimate) -> Option<u64> {
        let half = gain.half_width().filter(|&half| gain.value > 0.0 && half > gain.value)?;
        let times = (half / gain.value) * (half / gain.value);
        // A float beyond the range of the integer saturates.
        Some((self.replications as f64 * times).ceil() as u64)
    }
}

/// The confidence at which each of the comparisons with the first holds, for all to hold together.
fn together(confidence: Confidence, candidates: usize) -> Confidence {
    let others = candidates.saturating_sub(1).max(1) as f64;
    Confidence::new(1.0 - (1.0 - confidence.probability()) / others).unwrap_or(confidence)
}

fn tradeoff(runs: &Runs, periods: f64) -> Tradeoff {
    let mean = |figure: Figure| {
        let sum = runs.column(figure).iter().fold(0.0, |sum, sample| sum + sample);
        sum / runs.len().max(1) as f64 / periods
    };
    Tradeoff {
        spend: mean(Figure::TOTAL_SPEND) - mean(Figure::LEFTOVER_VALUE),
        refused: mean(Figure::DEMANDED) - mean(Figure::SERVED),
        expired: mean(Figure::EXPIRED),
    }
}

/// What a candidate refuses per period beyond the first.
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

fn refuses_more(beyond: Estimate, objective: &Objective) -> Option<f64> {
    let is_sure = objective.is_silent_on_service() && beyond.low.is_some_and(|low| low > 0.0);
    is_sure.then_some(beyond.value)
}

fn kept(runs: &Runs, objective: &Objective, periods: f64) -> Vec<ConstraintCheck> {
    let figure = |&constraint: &Constraint| ConstraintCheck {
        constraint,
        figure: constraint.figure(runs, periods, objective),
    };
    objective.constraints.iter().map(figure).collect()
}

/// Says how sure each is the best of those that keep the constraints and were run to the end.
/// Nothing is the best of one.
fn rank(judged: &mut [Assessment], runs: &[Runs], indifference: f64, seed: u64) {
    if judged.len() < 2 {
        return;
    }
    let racing =
        |judged: &&Assessment| judged.is_choice() && runs[judged.index].dropped_after.is_none();
    let racing: Vec<usize> = judged.iter().filter(racing).map(|judged| judged.index).collect();
    let costs: Vec<&[f64]> = racing.iter().map(|&index| runs[index].cost.as_slice()).collect();
    let streams = Streams { seed, replication: 0 };
    let Some(shares) = best_shares(&costs, indifference, streams, RESAMPLES) else { return };
    for judged in judged.iter_mut() {
        let place = racing.binary_search(&judged.index);
        judged.best = Some(place.map_or(0.0, |place| shares[place]));
    }
}

/// The one that gains most. Those within `near` of it are as good, and of them the one that refuses
/// least stands, then the one that changes least, then the first.
fn best<'j>(
    judged: impl Iterator<Item = &'j Assessment> + Clone,
    near: f64,
) -> Option<&'j Assessment> {
    let most = judged.clone().map(Assessment::gained).fold(f64::NEG_INFINITY, f64::max);
    let as_good = judged.filter(|judged| judged.gained() >= most - near);
    as_good.min_by(|a, b| {
        let refused = a.tradeoff.refused.total_cmp(&b.tradeoff.refused);
        refused.then(a.changes.cmp(&b.changes)).then(a.index.cmp(&b.index))
    })
}

fn verdict(judged: &[Assessment], materiality: f64, near: f64) -> Verdict {
    let feasible = || judged.iter().filter(|judged| judged.is_feasible());
    let Some(best_of_all) = best(feasible(), near) else {
        let least = |a: &&Assessment, b: &&Assessment| {
            let misses = a.worst_miss().total_cmp(&b.worst_miss());
            misses.then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
        };
        return Verdict::Infeasible(judged.iter().min_by(least).map_or(0, |judged| judged.index));
    };
    if !judged[0].is_feasible() {
        return Verdict::Change(best_of_all.index);
    }
    let choices = || judged.iter().filter(|judged| judged.is_choice());
    let Some(best_of_all) = best(choices(), near) else { return Verdict::Keep(KeepReason::Best) };
    // What is set today needs no reason to stay.
    if best_of_all.index == 0 || best_of_all.gained() <= near {
        return Verdict::Keep(if judged.len() == 1 { KeepReason::Alone } else { KeepReason::Best });
    }
    let is_sure = |judged: &&Assessment| {
        let low = judged.gain.and_then(|gain| gain.difference.low);
        low.is_some_and(|low| low > 0.0)
    };
    match best(choices().filter(is_sure), near) {
        None => Verdict::Keep(KeepReason::NotSure(best_of_all.index)),
        Some(sure) if sure.gained() < materiality => {
            Verdict::Keep(KeepReason::TooLittle(sure.index))
        }
        Some(sure) => Verdict::Change(sure.index),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::{Scenario, Setting};
    use crate::study::Run;
    use crate::study::candidates::whole;

    const STAKES: Stakes = Stakes { materiality: 1.0, near: 0.005 };

    /// One month, so that a period is the horizon.
    const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    pub fn objective(constraints: Vec<Constraint>) -> Objective {
        Objective { constraints, ..Objective::of_spend() }
    }

    /// Candidates `current`, `b`, `c`, … with a spend and refused credits (of 1,000) by replication.
    pub fn made(
        objective: &Objective,
        spends: &[&dyn Fn(usize) -> (f64, f64)],
    ) -> (Vec<Candidate>, Vec<Runs>) {
        let scenario = Scenario::from_text("month.toml", MONTH, Path::new("")).unwrap();
        let names = ["current", "b", "c", "d"];
        let candidates: Vec<Candidate> = names
            .iter()
            .take(spends.len())
            .map(|name| {
                let set = |value: &str| vec![Setting::new(["recharge", "packs"], value)];
                Candidate { changes: set(name), ..whole(&scenario, (*name).to_owned()) }
            })
            .collect();
        let mut all = Vec::new();
        for spend in spends {
            let mut runs = Runs::new();
            for replication in 0..20 {
                let (spent, refused) = spend(replication);
                let run = Run::made(spent, refused, 0.0);
                let cost = objective.cost(&run, 1.0);
                runs.push(&run, cost);
            }
            all.push(runs);
        }
        (candidates, all)
    }

    /// Luck that all candidates share.
    pub fn luck(replication: usize) -> f64 {
        ((replication * 7) % 11) as f64
    }

    pub fn judge(
        constraints: Vec<Constraint>,
        spends: &[&dyn Fn(usize) -> (f64, f64)],
    ) -> (Vec<Candidate>, Objective, Judgement) {
        let objective = objective(constraints);
        let (candidates, runs) = made(&objective, spends);
        let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
        (candidates, objective, judgement)
    }

    fn verdict_of(constraints: &[Constraint], spends: &[&dyn Fn(usize) -> (f64, f64)]) -> Verdict {
        judge(constraints.to_vec(), spends).2.verdict
    }

    /// What jumps up and down from one replication to the next, by so much.
    fn noise(replication: usize, size: f64) -> f64 {
        if replication.is_multiple_of(2) { size } else { -size }
    }

    #[test]
    fn a_gain_must_be_beyond_doubt_and_worth_it() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        for (what, gain, size, wanted) in [
            ("sure and worth it", 5.0, 1.0, Verdict::Change(1)),
            ("sure and too little", 0.9, 0.1, Verdict::Keep(KeepReason::TooLittle(1))),
            ("not sure", 5.0, 20.0, Verdict::Keep(KeepReason::NotSure(1))),
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
        // What is set today breaks it itself: change, even for more.
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
        assert_eq!(judgement.advised().worst().unwrap().constraint, fill[0]);
    }

    #[test]
    fn of_those_that_gain_the_same_the_one_that_refuses_least_stands() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let some = |r: usize| (40.0 + luck(r), 10.0);
        let none = |r: usize| (40.0 + luck(r), 0.0);
        assert_eq!(verdict_of(&[], &[&current, &some, &none]), Verdict::Change(2));
    }

    #[test]
    fn intervals_of_several_gains_are_wider_than_that_of_one() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let other = |r: usize| (45.0 + luck(r) + noise(r, 3.0), 0.0);
        let half = |spends: &[&dyn Fn(usize) -> (f64, f64)]| {
            let judged = judge(Vec::new(), spends).2.judged;
            judged[1].gain.unwrap().difference.half_width().unwrap()
        };
        assert!(half(&[&current, &other, &other, &other]) > 1.1 * half(&[&current, &other]));
    }

    #[test]
    fn the_frontier_holds_what_nothing_beats() {
        let current = |r: usize| (50.0 + luck(r), 10.0);
        let dear = |r: usize| (60.0 + luck(r), 10.0);
        let safe = |r: usize| (60.0 + luck(r), 0.0);
        let (_, _, judgement) = judge(Vec::new(), &[&current, &dear, &safe]);
        let on: Vec<bool> = judgement.judged.iter().map(|judged| judged.on_frontier).collect();
        assert_eq!(on, [true, false, true]);
    }
}
