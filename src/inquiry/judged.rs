//! Judgements of candidates that are never run, for tests of what is judged and of what reports say of it.

use std::path::Path;

use super::assess::{Judgement, Stakes, Today};
use crate::scenario::{Scenario, Setting};
use crate::study::candidates::whole;
use crate::study::{Candidate, Constraint, Objective, Run, Runs};

/// What makes a difference worth it.
pub const STAKES: Stakes =
    Stakes { materiality: 1.0, near: 0.005, selected: None, today: Today::Known };

/// One month, so that a period is the horizon.
const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

/// Cash alone, under these constraints.
pub fn objective(constraints: Vec<Constraint>) -> Objective {
    Objective { constraints, ..Objective::of_spend() }
}

/// Candidates `current`, `b`, `c`, … with a spend and refused credits (of 1,000) by
/// replication.
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
    (candidates, made_runs(objective, spends, 100))
}

/// This many replications of a spend and refused credits (of 1,000).
pub fn made_runs(
    objective: &Objective,
    spends: &[&dyn Fn(usize) -> (f64, f64)],
    replications: usize,
) -> Vec<Runs> {
    let mut all = Vec::new();
    for spend in spends {
        let mut runs = Runs::new();
        for replication in 0..replications {
            let (spent, refused) = spend(replication);
            let run = Run::made(spent, refused, 0.0);
            let cost = objective.cost(&run, 1.0);
            runs.push(&run, cost);
        }
        all.push(runs);
    }
    all
}

/// Luck that all candidates share.
pub fn luck(replication: usize) -> f64 {
    ((replication * 7) % 11) as f64
}

/// Judges candidates that are never run by cash, under these constraints.
pub fn judge(
    constraints: Vec<Constraint>,
    spends: &[&dyn Fn(usize) -> (f64, f64)],
) -> (Vec<Candidate>, Objective, Judgement) {
    judge_by(objective(constraints), spends)
}

/// Judges candidates that are never run.
pub fn judge_by(
    objective: Objective,
    spends: &[&dyn Fn(usize) -> (f64, f64)],
) -> (Vec<Candidate>, Objective, Judgement) {
    let (candidates, runs) = made(&objective, spends);
    let judgement = Judgement::of(&candidates, &runs, &objective, STAKES, 1).unwrap();
    (candidates, objective, judgement)
}
