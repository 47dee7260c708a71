//! The distance of a candidate from the constraints and the service target, and the order of two
//! candidates by it.

use std::cmp::Ordering;

use crate::study::{Objective, ServiceTarget};

use super::assess::ConstraintCheck;

/// The distance of a candidate from the constraints and the service target, by its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breach {
    /// The constraints that it misses.
    constraints: usize,
    /// By how much it misses the worst of them.
    constraint: f64,
    /// The amount by which it misses the worst bound of the service target.
    target: f64,
    /// True if the user states the target.
    is_stated: bool,
    /// Credits refused per period.
    refused: f64,
}

impl Breach {
    /// Of something that must hold nothing.
    #[cfg(any(test, feature = "fixtures"))]
    pub const NONE: Breach =
        Breach { constraints: 0, constraint: 0.0, target: 0.0, is_stated: false, refused: 0.0 };

    /// Computes the breach from the checks and the credits refused per period.
    pub(super) fn of(kept: &[ConstraintCheck], objective: &Objective, refused: f64) -> Breach {
        let missed = |is_target: bool| {
            kept.iter().filter(move |one| one.is_target == is_target && !one.holds())
        };
        let worst =
            |is_target: bool| missed(is_target).map(ConstraintCheck::miss).fold(0.0, f64::max);
        Breach {
            constraints: missed(false).count(),
            constraint: worst(false),
            target: worst(true),
            is_stated: matches!(objective.target, ServiceTarget::Stated(_)),
            refused,
        }
    }

    /// Returns true if nothing is missed.
    pub fn is_none(&self) -> bool {
        self.constraints == 0 && self.target <= 0.0
    }

    /// Returns true if it misses no constraint that the other keeps, none by more, and no stated target by more: all but
    /// what is refused.
    pub fn is_no_further(&self, other: &Breach) -> bool {
        self.constraints <= other.constraints
            && self.constraint <= other.constraint
            && (!self.is_stated || self.target <= other.target)
    }

    /// Orders the nearer one first: it misses fewer constraints, then misses its worst one by less,
    /// then gives the better service, which is the lower refusals and, before them, the smaller
    /// miss of a stated target.
    pub fn nearer(&self, other: &Breach) -> Ordering {
        let missed = self.constraints.cmp(&other.constraints);
        let missed = missed.then(self.constraint.total_cmp(&other.constraint));
        let refused = self.refused.total_cmp(&other.refused);
        let target = self.target.total_cmp(&other.target);
        missed.then(match self.is_stated {
            true => target.then(refused),
            false => refused.then(target),
        })
    }
}
