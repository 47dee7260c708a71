//! Poor service that nothing forbids: with a price of refusals there is no service target, so what costs
//! least may be down.

use crate::study::{Candidate, Constraint, Objective, Runs, ServiceTarget, Standing};

use super::assess::{ConstraintCheck, Judgement, Verdict, kept};

/// The service of what is advised, where it is surely poor and nothing is required of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Neglect {
    /// What it misses of the target that is assumed where nothing says what service is worth.
    pub missed: Vec<ConstraintCheck>,
    /// The candidate that costs least of those that meet that target, by position; `None` if none does.
    pub met_by: Option<usize>,
}

/// Service below this fill rate is poor, whatever refusals are said to cost: ten times the refusals that
/// the assumed target lets through.
const POOR: Constraint = Constraint::FillRateAtLeast(0.99);

impl Neglect {
    /// The assumed target as the objective, where the one of the user has none.
    pub(super) fn objective(objective: &Objective) -> Objective {
        Objective { target: ServiceTarget::Assumed, ..objective.clone() }
    }

    /// Looks at the service of what is advised; `None` where it is not surely poor, or where something is
    /// required of service.
    pub(super) fn of(
        judgement: &Judgement,
        candidates: &[Candidate],
        runs: &[Runs],
        objective: &Objective,
    ) -> Option<Neglect> {
        let asks = |constraint: &Constraint| constraint.measured().is_of_service();
        let is_asked = !objective.target.is_none() || objective.constraints.iter().any(asks);
        let is_priced = objective.per_refused_credit > 0.0 || objective.per_hour_of_downtime > 0.0;
        if is_asked || !is_priced || matches!(judgement.verdict, Verdict::Infeasible(_)) {
            return None;
        }
        let advised = judgement.advised().index;
        let assumed = Neglect::objective(objective);
        let poor = Objective { target: ServiceTarget::Stated(vec![POOR]), ..assumed.clone() };
        let checks = |place: usize, wanted: &Objective| -> Vec<ConstraintCheck> {
            let length = wanted.length(&candidates[place].setup);
            let checks = kept(&runs[place], wanted, length);
            checks.into_iter().filter(|check| check.is_target).collect()
        };
        if !checks(advised, &poor).iter().any(|check| check.standing == Standing::Misses) {
            return None;
        }
        let meets = |place: &usize| checks(*place, &assumed).iter().all(ConstraintCheck::holds);
        let costs = |place: &usize| judgement.assessments[*place].cost.value;
        let met_by = (0..candidates.len())
            .filter(meets)
            .min_by(|a, b| costs(a).total_cmp(&costs(b)).then(a.cmp(b)));
        let missed = checks(advised, &assumed);
        let missed = missed.into_iter().filter(|check| !check.holds()).collect();
        Some(Neglect { missed, met_by })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::judged::{judge_by, luck, made, objective};

    /// What is told of today's settings, which refuse `today` of 1,000 credits, and another candidate,
    /// which refuses none for ten times as much.
    fn told(objective: Objective, today: f64) -> Option<Neglect> {
        let current = |r: usize| (5.0 + luck(r), today);
        let other = |r: usize| (50.0 + luck(r), 0.0);
        let tried: [&dyn Fn(usize) -> (f64, f64); 2] = [&current, &other];
        let (candidates, objective, judgement) = judge_by(objective, &tried);
        Neglect::of(&judgement, &candidates, &made(&objective, &tried).1, &objective)
    }

    #[test]
    fn service_is_poor_where_more_than_one_credit_in_a_hundred_is_refused() {
        let priced = || Objective { per_refused_credit: 0.001, ..objective(Vec::new()) };
        assert_eq!(told(priced(), 9.0), None);
        let neglect = told(priced(), 11.0).unwrap();
        assert_eq!((neglect.missed.len(), neglect.met_by), (2, Some(1)));
    }

    #[test]
    fn where_something_is_required_of_service_that_says_it() {
        let required = vec![Constraint::FillRateAtLeast(0.5)];
        let priced = Objective { per_refused_credit: 0.001, ..objective(required) };
        assert_eq!(told(priced, 400.0), None);
        let stated = ServiceTarget::Stated(vec![Constraint::FillRateAtLeast(0.5)]);
        let priced =
            Objective { per_refused_credit: 0.001, target: stated, ..objective(Vec::new()) };
        assert_eq!(told(priced, 400.0), None);
        // A limit on spend says nothing of service.
        let limited = vec![Constraint::RechargesAtMost(1_000.0)];
        let priced = Objective { per_refused_credit: 0.001, ..objective(limited) };
        assert!(told(priced, 400.0).is_some());
    }
}
