//! The verdict on assessments: keep the present settings, change them, or no candidate satisfies
//! the constraints.
//!
//! Today's settings stay until something else is certainly better: they are given up for breaking a
//! constraint only if the breach is certain, and for a gain only if the gain is certain and worth
//! it. Only a candidate that certainly satisfies the constraints replaces them. A selection that
//! was decided is trusted: its survivor is the advice.

use crate::figures::Figure;
use crate::study::{MARGIN, Runs, Standing, refused_beyond};

use super::assess::{Assessment, KeepReason, Today, Verdict};
use super::score::mean;

/// The verdict on candidates, of which only those that were run as often as the first may be chosen. Gains of less than
/// `near` are none, and gains of less than `materiality` are worth no change.
pub(super) fn of(
    assessments: &[Assessment],
    runs: &[Runs],
    materiality: f64,
    near: f64,
) -> Verdict {
    let first = &assessments[0];
    let others = || {
        let others = assessments[1..].iter().filter(|assessment| assessment.is_choice());
        others.filter(|other| is_run_as_often(other, runs))
    };
    if first.standing() == Standing::Misses {
        let sure =
            best(others().filter(|assessment| assessment.standing() == Standing::Meets), near);
        let replacement = sure.or_else(|| best(others(), near));
        return replacement.map_or_else(
            || nearest(assessments, runs, near),
            |assessment| Verdict::Change(assessment.index),
        );
    }
    if assessments.len() == 1 {
        return Verdict::Keep(KeepReason::Alone);
    }
    let Some(best_of_all) = best(others(), near).filter(|other| other.gained() > near) else {
        return Verdict::Keep(KeepReason::Best);
    };
    let is_sure = |assessment: &&Assessment| {
        let low = assessment.gain.and_then(|gain| gain.difference.low);
        low.is_some_and(|low| low > 0.0)
    };
    match best(others().filter(is_sure), near) {
        None => Verdict::Keep(KeepReason::NotSure(best_of_all.index)),
        Some(sure) if sure.gained() < materiality => {
            Verdict::Keep(KeepReason::TooLittle(sure.index))
        }
        Some(sure) => Verdict::Change(sure.index),
    }
}

/// The verdict where the first are values to start from: the best of those that certainly satisfy the constraints, or,
/// where none does, of those that satisfy them by their values; only of those that were run as often as the first. Gains
/// of less than `near` are none.
pub(super) fn without_today(assessments: &[Assessment], runs: &[Runs], near: f64) -> Verdict {
    let left = || assessments.iter().filter(|one| is_run_as_often(one, runs));
    let certain = left().filter(|one| one.standing() == Standing::Meets);
    let likely = left().filter(|one| one.is_feasible() && one.may_be_feasible());
    match best(certain, near).or_else(|| best(likely, near)).map(|best| best.index) {
        None => nearest(assessments, runs, near),
        Some(0) if assessments.len() == 1 => Verdict::Keep(KeepReason::Alone),
        Some(0) => Verdict::Keep(KeepReason::Best),
        Some(index) => Verdict::Change(index),
    }
}

/// The verdict of a selection that was decided: the first where it is among those [`selected`] and an account has its
/// settings, or else the best of them. Gains of less than `near` are none.
pub(super) fn of_selection(
    assessments: &[Assessment],
    runs: &[Runs],
    near: f64,
    today: Today,
) -> Verdict {
    let left = || selected(assessments, runs, near);
    let keeps = today == Today::Known && left().any(|assessment| assessment.index == 0);
    match best(left(), near).map(|best| best.index).filter(|_| !keeps) {
        _ if keeps && assessments.len() == 1 => Verdict::Keep(KeepReason::Alone),
        _ if keeps => Verdict::Keep(KeepReason::Best),
        None => nearest(assessments, runs, near),
        Some(0) if assessments.len() == 1 => Verdict::Keep(KeepReason::Alone),
        Some(0) => Verdict::Keep(KeepReason::Best),
        Some(index) => Verdict::Change(index),
    }
}

/// Those that a selection leaves: what it did not drop, and what it dropped for a difference of less than `near` though it
/// keeps what must hold and was run as often, which is as good.
pub(super) fn selected<'j>(
    assessments: &'j [Assessment],
    runs: &'j [Runs],
    near: f64,
) -> impl Iterator<Item = &'j Assessment> + Clone {
    let is_left = |one: &&Assessment| runs[one.index].dropped_after.is_none();
    let is_same = move |one: &Assessment, left: &Assessment| {
        let difference = one.cost.value - left.cost.value;
        runs[one.index].len() == runs[left.index].len() && difference.abs() <= near
    };
    assessments.iter().filter(move |one| {
        let mut left = assessments.iter().filter(is_left);
        is_left(one) || one.standing() == Standing::Meets && left.any(|left| is_same(one, left))
    })
}

/// Whether a candidate was run as often as the first, with which all are compared.
fn is_run_as_often(assessment: &Assessment, runs: &[Runs]) -> bool {
    runs[assessment.index].len() == runs[0].len()
}

/// The candidate with the largest gain. Those within `near` of it count as equal; among them the
/// one that refuses least wins, then the one that pays least, then the one that changes least, then the
/// first.
fn best<'j>(
    assessments: impl Iterator<Item = &'j Assessment> + Clone,
    near: f64,
) -> Option<&'j Assessment> {
    let most = assessments.clone().map(Assessment::gained).fold(f64::NEG_INFINITY, f64::max);
    let as_good = assessments.filter(|assessment| assessment.gained() >= most - near);
    as_good.min_by(|a, b| {
        let refused = a.tradeoff.refused.total_cmp(&b.tradeoff.refused);
        let spend = a.tradeoff.order_by_spend(&b.tradeoff);
        refused.then(spend).then(a.changes.cmp(&b.changes)).then(a.index.cmp(&b.index))
    })
}

/// The one that is nearest to what must hold, where none keeps it, of those that were run as often as the first; among
/// equals, and among those whose service the runs do not tell from its own, the cheapest; of those that cost the same within
/// `near` the one that refuses least, then the one that changes least.
fn nearest(assessments: &[Assessment], runs: &[Runs], near: f64) -> Verdict {
    let by_miss = |a: &&Assessment, b: &&Assessment| {
        let missed = a.breach.nearer(&b.breach);
        missed.then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
    };
    let left = || assessments.iter().filter(|one| is_run_as_often(one, runs));
    let nearest = left().min_by(by_miss).expect("the first is always assessed");
    let as_near = || left().filter(|one| serves_alike(one, nearest, runs));
    let least = as_near().map(|one| one.cost.value).fold(f64::INFINITY, f64::min);
    let cheapest = as_near().filter(|one| one.cost.value <= least + near).min_by(|a, b| {
        let refused = a.tradeoff.refused.total_cmp(&b.tradeoff.refused);
        refused.then(a.changes.cmp(&b.changes)).then(a.index.cmp(&b.index))
    });
    Verdict::Infeasible(cheapest.map_or(nearest.index, |cheapest| cheapest.index))
}

/// Whether a candidate misses nothing that the nearest one keeps, and the runs do not show that it refuses more: the
/// difference is within the noise, and within the part of what is asked for that counts as none.
fn serves_alike(one: &Assessment, nearest: &Assessment, runs: &[Runs]) -> bool {
    if one.index == nearest.index {
        return true;
    }
    let (ours, theirs) = (&runs[one.index], &runs[nearest.index]);
    let misses_more =
        one.kept.iter().zip(&nearest.kept).any(|(one, nearest)| !one.holds() && nearest.holds());
    let asked = mean(ours.column(Figure::DEMANDED));
    let more = refused_beyond(ours, theirs, one.compared_at);
    let is_noise = more
        .is_some_and(|more| more.value <= MARGIN * asked && more.low.is_none_or(|low| low <= 0.0));
    !misses_more && one.breach.is_no_further(&nearest.breach) && is_noise
}
