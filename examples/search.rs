//! How many runs does the search over settings save against running all of them, at the same promise?
//!
//! Lost sales with a lead time, of which dynamic programming knows the best package and threshold: many small
//! independent searches, each with a seed of its own, against studies of the whole lattice. Both promise the best, or
//! something within the materiality of it, in 95 of 100. `cargo run --profile bench --example search`; takes a few minutes
//! of a processor. The seeds are fixed, so the table is the same everywhere.

#[path = "../tests/dynamic/mod.rs"]
mod dynamic;

use recharge::inquiry::{
    Means, SearchQuestion, StudyAnswer, StudyQuestion, UsageInput, Verdict, WorkerPool, search,
    study,
};
use recharge::scenario::{Scenario, Setting, SettingPath};
use recharge::study::{Runs, StudySpec};

use dynamic::{cost_of, least, lost_sales};

/// Searches, and studies of the whole lattice.
const SEARCHES: u64 = 30;
/// The distance of thresholds in the lattice.
const STEP: usize = 4;
/// The difference in cost that does not matter.
const MATERIALITY: f64 = 0.05;

/// What a selection took and found.
struct Selected {
    runs: usize,
    /// The exact cost of what was selected.
    cost: f64,
}

/// The exact cost of a candidate of a study.
fn exact(answer: &StudyAnswer, index: usize) -> f64 {
    let value = |path: &str| {
        let path = SettingPath::new(path).unwrap();
        let settings = &answer.candidates[index].settings;
        settings.iter().find(|one| one.path == path).map(|one| one.value.to_string())
    };
    let package = value("recharge.package").map_or(20, |name| name[1..].parse().unwrap());
    cost_of(value("recharge.at_or_below").map_or(10, |text| text.parse().unwrap()), package)
}

/// Searches the lattice.
fn searched(scenario: &Scenario, means: Means<'_>) -> Selected {
    let spec = StudySpec::of(scenario);
    let usage = UsageInput::of(scenario, scenario.csv.clone()).model(Default::default()).unwrap();
    let space = dynamic::space(STEP);
    let answer = search(&SearchQuestion::of(scenario, &space, &spec, &usage), means).unwrap();
    Selected { runs: answer.runs, cost: exact(&answer.study, answer.best) }
}

/// Studies every combination of the lattice.
fn studied(scenario: &Scenario, means: Means<'_>) -> Selected {
    let mut spec = StudySpec::of(scenario);
    spec.table.vary = dynamic::space(STEP);
    let usage = UsageInput::of(scenario, scenario.csv.clone()).model(Default::default()).unwrap();
    let question = StudyQuestion::of(scenario, &spec, &usage).unwrap();
    let answer = study(question, means).unwrap();
    let best = match answer.judgement.verdict {
        Verdict::Change(index) | Verdict::Infeasible(index) => index,
        Verdict::Keep(_) => 0,
    };
    Selected { runs: answer.runs.iter().map(Runs::len).sum(), cost: exact(&answer, best) }
}

/// A row of the table: the mean number of runs, and how often the best was selected.
fn row(name: &str, all: &[Selected], least: f64) -> f64 {
    let runs = all.iter().map(|one| one.runs as f64).sum::<f64>() / all.len() as f64;
    let correct = all.iter().filter(|one| one.cost <= least + MATERIALITY).count();
    let worst = all.iter().map(|one| one.cost / least - 1.0).fold(0.0, f64::max);
    println!("| {name} | {runs:.0} | {correct} of {} | {:.2} % |", all.len(), worst * 100.0);
    runs
}

fn main() {
    let pool = WorkerPool::new(None, usize::MAX).unwrap();
    let means = Means { pool: &pool, watch: &() };
    let base = lost_sales(0);
    let seeds =
        (1..=SEARCHES).map(|seed| base.with_overrides(&[Setting::new(["seed"], seed)]).unwrap());
    let scenarios: Vec<Scenario> = seeds.collect();
    let least = least(STEP);
    println!(
        "| settings | runs | the best, or within the materiality of it | furthest from it |\n|---|---|---|---|"
    );
    let search: Vec<Selected> = scenarios.iter().map(|one| searched(one, means)).collect();
    let found = row("searched", &search, least);
    let study: Vec<Selected> = scenarios.iter().map(|one| studied(one, means)).collect();
    let all = row("all of them", &study, least);
    println!("\nThe search takes {:.1} times fewer runs.", all / found);
}
