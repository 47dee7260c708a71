//! The candidates that are shown separately, and the role of each.

use super::assess::{Judgement, KeepReason, Verdict};
use crate::study::Candidate;

/// The role of a candidate in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The basis of the comparison, when another is advised.
    First,
    /// The basis of the comparison, and it is advised.
    Kept,
    /// Advised in place of the first.
    Advised,
    /// Misses the constraints least, if none satisfies them.
    Nearest,
    /// Beside these: its gain is uncertain or too small, or it costs more; or one of a few scenarios.
    Next,
}

/// The most scenarios of a comparison that are all shown separately.
const MOST_SIDES: usize = 4;

/// The candidates that are shown separately, by position: the first, and the one that is advised,
/// misses least or comes next; of a few whole scenarios, all.
pub fn shown(judgement: &Judgement, candidates: &[Candidate]) -> Vec<(usize, Role)> {
    let (all, verdict) = (candidates.len(), judgement.verdict);
    let is_whole = |one: &Candidate| one.settings.is_empty() && one.changes.is_empty();
    match all <= MOST_SIDES && candidates.iter().all(is_whole) {
        true => every(of(verdict, None), all),
        false => of(verdict, runner_up(all)),
    }
}

/// The other one of two.
fn runner_up(all: usize) -> Option<usize> {
    (all == 2).then_some(1)
}

/// Those shown for a reason, and then the others.
fn every(shown: Vec<(usize, Role)>, all: usize) -> Vec<(usize, Role)> {
    let others = (0..all).filter(|place| !shown.iter().any(|(other, _)| other == place));
    let others: Vec<(usize, Role)> = others.map(|place| (place, Role::Next)).collect();
    [shown, others].concat()
}

fn of(verdict: Verdict, runner_up: Option<usize>) -> Vec<(usize, Role)> {
    let first = |role: Role| (0, role);
    let next = runner_up.map(|index| (index, Role::Next));
    match verdict {
        Verdict::Change(index) => vec![first(Role::First), (index, Role::Advised)],
        Verdict::Infeasible(0) => [first(Role::Nearest)].into_iter().chain(next).collect(),
        Verdict::Infeasible(index) => vec![first(Role::First), (index, Role::Nearest)],
        Verdict::Keep(KeepReason::Alone | KeepReason::Best) => {
            [first(Role::Kept)].into_iter().chain(next).collect()
        }
        Verdict::Keep(KeepReason::NotSure(index) | KeepReason::TooLittle(index)) => {
            vec![first(Role::Kept), (index, Role::Next)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_always_shown_and_nobody_twice() {
        let reasons = [KeepReason::Alone, KeepReason::Best, KeepReason::NotSure(2)];
        let keeps = reasons.map(Verdict::Keep);
        let others = [Verdict::Change(3), Verdict::Infeasible(0), Verdict::Infeasible(4)];
        for verdict in keeps.into_iter().chain(others) {
            let shown = of(verdict, Some(1));
            for shown in [shown.clone(), every(shown, 5)] {
                let mut places: Vec<usize> = shown.into_iter().map(|(place, _)| place).collect();
                assert_eq!(places[0], 0, "{verdict:?}");
                let several = places.len();
                places.sort_unstable();
                places.dedup();
                assert_eq!(places.len(), several, "{verdict:?}");
            }
        }
    }

    #[test]
    fn of_a_few_scenarios_all_are_shown_whoever_misses_least() {
        for verdict in [Verdict::Infeasible(0), Verdict::Infeasible(2), Verdict::Change(1)] {
            let places: Vec<usize> =
                every(of(verdict, None), 3).into_iter().map(|(place, _)| place).collect();
            assert_eq!(places.len(), 3, "{verdict:?}");
        }
    }
}
