//! Do 95 % intervals cover the truth 95 % of the time, and is the best selected as often as promised?
//!
//! Many small independent studies of one account, each with a seed of its own, against a known answer or
//! the same figure over very many replications. `cargo run --release --example coverage`; takes about a
//! minute. The seeds are fixed, so the table is the same everywhere.

use std::path::Path;

use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use recharge::figures::Figure;
use recharge::scenario::Scenario;
use recharge::streams::{Purpose, Streams};
use recharge::study::candidates::{current, source};
use recharge::study::estimate::{self, Confidence, Estimate};
use recharge::study::replicate;
use recharge::study::select::{Promise, Screening};
use recharge::study::{Objective, Period, Question, Runs, Until};

/// Small studies.
const STUDIES: u64 = 2_000;
/// Replications of each.
const REPLICATIONS: usize = 100;
/// Replications that stand for the truth where no formula does.
const TRUTH: usize = 400_000;

/// Poisson demand, packs of 50, a charge that takes half an hour and fails one time in ten.
const ACCOUNT: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-01-31
cycle = { anchor = 2026-01-01 }
account = { opening_balance = 50 }
packages.one = { credits = 50, price = "5.00" }
recharge = { at_or_below = 6, package = "one" }
payment = { latency = "30min", retry_after = "20min", fail_probability = "10%" }
usage.generate = { per_day = 120.0, amount = { law = "geometric", mean = 2 } }
"#;

const USUAL: Confidence = Confidence::USUAL;

fn objective() -> Objective {
    Objective {
        period: Period::Month,
        per_refused_credit: 0.0,
        per_hour_of_downtime: 0.0,
        constraints: Vec::new(),
        confidence: USUAL,
    }
}

fn runs(scenario: &Scenario, seed: u64, replications: usize) -> Runs {
    let source = source(scenario, None, Default::default()).unwrap();
    let candidates = [current(scenario)];
    let question = Question {
        candidates: &candidates,
        source: &source,
        seed,
        objective: objective(),
        until: Until::Replications(replications),
    };
    replicate(&question, &()).unwrap().runs.remove(0)
}

/// A figure, by name.
type Asked = (&'static str, fn(&Runs) -> Estimate);

const FIGURES: [Asked; 9] = [
    ("mean cost", |runs| figure(Figure::COST, runs)),
    ("mean recharges", |runs| figure(Figure::RECHARGES, runs)),
    ("fill rate (a ratio)", |runs| figure(Figure::FILL_RATE, runs)),
    ("failures for each success (a ratio)", |runs| {
        let done = runs.column(Figure::RECHARGES);
        estimate::ratio(runs.column(Figure::FAILED_ATTEMPTS), done, USUAL).unwrap()
    }),
    ("share of months with over 8 h at zero", |runs| {
        let hits = runs.column(Figure::EXHAUSTED).iter().filter(|&&hours| hours > 8.0).count();
        estimate::proportion(hits as u64, runs.len() as u64, USUAL).unwrap()
    }),
    ("median of hours at zero", |runs| exhausted(runs, 0.5)),
    ("p5 of hours at zero", |runs| exhausted(runs, 0.05)),
    ("p95 of hours at zero", |runs| exhausted(runs, 0.95)),
    ("p95 of hours of outage", |runs| {
        estimate::quantile(runs.column(Figure::DOWNTIME), 0.95, USUAL).unwrap()
    }),
];

fn figure(figure: Figure, runs: &Runs) -> Estimate {
    figure.estimate(runs, &objective(), 1.0, 720.0).unwrap()
}

fn exhausted(runs: &Runs, p: f64) -> Estimate {
    estimate::quantile(runs.column(Figure::EXHAUSTED), p, USUAL).unwrap()
}

fn row(what: &str, covered: usize, of: u64) {
    let share = covered as f64 / of as f64;
    let error = (share * (1.0 - share) / of as f64).sqrt();
    println!("| {what} | {:.1} % ± {:.1} |", 100.0 * share, 196.0 * error);
}

fn engine() {
    let scenario = Scenario::from_text("account.toml", ACCOUNT, Path::new("")).unwrap();
    let truth = runs(&scenario, u64::MAX, TRUTH);
    let studies: Vec<Runs> =
        (0..STUDIES).into_par_iter().map(|seed| runs(&scenario, seed, REPLICATIONS)).collect();
    for (what, ask) in FIGURES {
        let exact = ask(&truth).value;
        let covered = studies.iter().filter(|runs| ask(runs).allows(exact)).count();
        row(what, covered, STUDIES);
    }
}

/// Cycles that share the luck of their replication: what is common and what is their own.
fn clustered() {
    const CYCLES: usize = 12;
    let truth = |p: f64| recharge::study::distribution::normal_quantile(p);
    let sample = |study: u64| -> Vec<f64> {
        let draw = |replication: u64| {
            let mut stream = Streams { seed: study, replication }.at(Purpose::Amounts, 0);
            let common: f64 = stream.sample(StandardNormal);
            let mut own = move || -> f64 { stream.sample(StandardNormal) };
            (0..CYCLES).map(|_| 0.6 * common + 0.8 * own()).collect::<Vec<f64>>()
        };
        (0..REPLICATIONS as u64).flat_map(draw).collect()
    };
    let samples: Vec<Vec<f64>> = (0..STUDIES).into_par_iter().map(sample).collect();
    for (what, p) in [("median", 0.5), ("p5", 0.05), ("p95", 0.95), ("p99", 0.99)] {
        let covers = |sample: &&Vec<f64>| {
            let found = estimate::quantile_of_cycles(sample, CYCLES, p, USUAL).unwrap();
            found.allows(truth(p))
        };
        row(
            &format!("{what} over cycles that go together"),
            samples.iter().filter(covers).count(),
            STUDIES,
        );
    }
    let share = 1.0 - recharge::study::distribution::normal_cdf(1.5);
    let covers = |sample: &&Vec<f64>| {
        let hits = |cycles: &[f64]| cycles.iter().filter(|&&value| value > 1.5).count() as f64;
        let counts: Vec<f64> = sample.chunks(CYCLES).map(hits).collect();
        estimate::share_of_cycles(&counts, CYCLES as f64, USUAL).unwrap().allows(share)
    };
    row("share of cycles that go together (6.7 %)", samples.iter().filter(covers).count(), STUDIES);
}

/// The hardest case of a selection: all others are worse by just the indifference.
fn selection() {
    let promise = Promise { correct: 0.95, indifference: 1.0, first_stage: 32 };
    for (what, candidates, shared, own) in [
        ("2 candidates, luck mostly shared", 2, 3.0, 1.5),
        ("10 candidates, luck mostly shared", 10, 3.0, 1.5),
        ("10 candidates, luck all their own", 10, 0.0, 3.0),
    ] {
        let right = |seed: &u64| {
            let mut costs = vec![Vec::new(); candidates];
            for replication in 0..3_000 {
                let mut stream = Streams { seed: *seed, replication }.at(Purpose::Amounts, 0);
                let common: f64 = stream.sample(StandardNormal);
                for (index, costs) in costs.iter_mut().enumerate() {
                    let alone: f64 = stream.sample(StandardNormal);
                    let mean = f64::from(u8::from(index != 1));
                    costs.push(mean + shared * common + own * alone);
                }
            }
            let mut screening = Screening::begin(&costs, promise).unwrap();
            screening.look(&costs, &|_| true);
            assert!(screening.is_decided());
            screening.left() == [1]
        };
        let right = (0..STUDIES).into_par_iter().filter(right).count();
        row(&format!("best selected (at least 95 % promised): {what}"), right, STUDIES);
    }
}

fn main() {
    println!("| figure | its interval covers the truth |\n|---|---|");
    engine();
    clustered();
    selection();
}
