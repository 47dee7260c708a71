//! The candidates that are shown separately, and the role of each.

use super::assess::{Judgement, KeepReason, Verdict};

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
    /// Second to the first, which is advised: its gain is uncertain or too small, or it costs more.
    Next,
}

/// The candidates that are shown separately, by position: the first, and the one that is advised,
/// misses least or comes next.
pub fn shown(judgement: &Judgement) -> Vec<(usize, Role)> {
    of(judgement.verdict, runner_up(judgement))
}

/// The other one of two.
fn runner_up(judgement: &Judgement) -> Option<usize> {
    match judgement.assessments.as_slice() {
        [_, other] => Some(other.index),
        _ => None,
    }
}

fn of(verdict: Verdict, runner_up: Option<usize>) -> Vec<(usize, Role)> {
    let first = |role: Role| (0, role);
    match verdict {
        Verdict::Change(index) => vec![first(Role::First), (index, Role::Advised)],
        Verdict::Infeasible(0) => vec![first(Role::Nearest)],
        Verdict::Infeasible(index) => vec![first(Role::First), (index, Role::Nearest)],
        Verdict::Keep(KeepReason::Alone | KeepReason::Best) => {
            let next = runner_up.map(|index| (index, Role::Next));
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
            let places: Vec<usize> =
                of(verdict, Some(1)).into_iter().map(|(place, _)| place).collect();
            assert_eq!(places[0], 0, "{verdict:?}");
            assert!(places.len() == 1 || places[1] > 0, "{verdict:?}");
        }
    }
}
