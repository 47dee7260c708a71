//! Do 95 % intervals cover the truth 95 % of the time, and is the best selected as often as promised?
//!
//! And are the sentences of the advice true as often as they say? Many small independent studies, each with
//! a seed of its own, against a known answer or the same figure over very many replications: of an account
//! that is out about weekly and of one that is out once in ten years. `cargo run --release --example
//! coverage`; takes some ten minutes of a processor. The seeds are fixed, so the tables are the same
//! everywhere.

use std::path::Path;

use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use recharge::figures::Figure;
use recharge::inquiry::{Assessment, KeepReason, Means, StudyQuestion, Verdict, WorkerPool, study};
use recharge::scenario::Scenario;
use recharge::scenario::Stop;
use recharge::streams::{Purpose, Streams};
use recharge::study::candidates::{current, source};
use recharge::study::estimate::{self, Confidence, Estimate};
use recharge::study::replicate;
use recharge::study::select::{Promise, Screening};
use recharge::study::{Objective, Period, Question, Runs, StudySpec, Until};

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
    Objective { period: Period::Month, ..Objective::of_spend() }
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
type Covered = (&'static str, fn(&Runs) -> Estimate);

const FIGURES: [Covered; 9] = [
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
    let studies: Vec<Runs> = (0..STUDIES).map(|seed| runs(&scenario, seed, REPLICATIONS)).collect();
    for (what, ask) in FIGURES {
        let exact = ask(&truth).value;
        let covered = studies.iter().filter(|runs| ask(runs).allows(exact)).count();
        row(what, covered, STUDIES);
    }
}

/// An account that is out about once in ten years: the same demand, watched more closely.
const RARE: [(&str, &str); 3] = [
    ("at_or_below = 6", "at_or_below = 16"),
    ("fail_probability = \"10%\"", "fail_probability = \"0.005%\""),
    ("retry_after = \"20min\"", "retry_after = \"3h\""),
];

/// Figures of what few replications see, at the default number of replications.
fn rare() {
    let seldom = RARE.iter().fold(ACCOUNT.to_owned(), |text, (from, to)| text.replace(from, to));
    for (account, text) in [("out weekly", ACCOUNT.to_owned()), ("out once in ten years", seldom)] {
        let scenario = Scenario::from_text("account.toml", &text, Path::new("")).unwrap();
        let truth = runs(&scenario, u64::MAX, TRUTH);
        let outages =
            Figure::OUTAGE_PROBABILITY.estimate(&truth, &objective(), 1.0, 720.0).unwrap();
        println!("| *{account}: in {:.2} % of months* | |", 100.0 * outages.value);
        for replications in [200, 2_000] {
            let study = |seed| runs(&scenario, seed, replications);
            let studies: Vec<Runs> = (0..STUDIES / 2).map(study).collect();
            for asked in [Figure::FILL_RATE, Figure::REFUSED, Figure::DOWNTIME, Figure::OUTAGES] {
                let exact = figure(asked, &truth).value;
                let covers = |runs: &&Runs| figure(asked, runs).allows(exact);
                let covered = studies.iter().filter(covers).count();
                row(
                    &format!("{} at {replications} replications", asked.name()),
                    covered,
                    STUDIES / 2,
                );
            }
        }
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

/// A study of few settings, and what is true of them.
struct Sentences {
    what: &'static str,
    scenario: String,
    replications: usize,
}

/// A month of light usage; a refused credit costs what ten bought ones do. `at` is where it buys, `card` how
/// often a charge fails.
fn small(at: u32, card: &str, study: &str) -> String {
    format!(
        r#"
currency = "USD"
start = 2026-01-01
end = 2026-01-31
cycle = {{ anchor = 2026-01-01 }}
account = {{ opening_balance = 50 }}
packages.one = {{ credits = 50, price = "5.00" }}
packages.two = {{ credits = 120, price = "11.00" }}
recharge = {{ at_or_below = {at}, package = "one" }}
payment = {{ latency = "30min", retry_after = "8h", fail_probability = "{card}" }}
usage.generate = {{ per_day = 20.0, amount = {{ law = "geometric", mean = 2 }} }}
[study]
vary."recharge.at_or_below" = [2, 4, 8, 12]
vary."recharge.package" = ["one", "two"]
{study}
"#
    )
}

/// Mean cost of each candidate, and whether it truly keeps what must hold.
struct Truth {
    costs: Vec<f64>,
    feasible: Vec<bool>,
}

impl Truth {
    fn of(scenario: &Scenario, spec: &StudySpec, means: Means<'_>) -> Truth {
        let usage = source(scenario, None, Default::default()).unwrap();
        let mut spec = spec.clone();
        spec.table.stop = Stop::Replications(100_000);
        let answer = study(StudyQuestion::of(scenario, &spec, &usage).unwrap(), means).unwrap();
        let feasible = |judged: &Assessment| judged.is_feasible();
        Truth {
            costs: answer.judgement.judged.iter().map(|judged| judged.cost.value).collect(),
            feasible: answer.judgement.judged.iter().map(feasible).collect(),
        }
    }

    /// Whether no feasible candidate is better than this one by more than `materiality`.
    fn is_best(&self, index: usize, materiality: f64) -> bool {
        let better =
            |(&cost, &feasible): (&f64, &bool)| feasible && cost < self.costs[index] - materiality;
        !self.costs.iter().zip(&self.feasible).any(better)
    }
}

/// How often each kind of sentence was said, and was true.
#[derive(Default)]
struct Tally {
    said: u64,
    right: u64,
    claimed: f64,
}

impl Tally {
    fn count(&mut self, right: bool, claimed: f64) {
        self.said += 1;
        self.right += u64::from(right);
        self.claimed += claimed;
    }

    fn row(&self, what: &str, kind: &str) {
        if self.said == 0 {
            return;
        }
        let of = |part: f64| 100.0 * part / self.said as f64;
        println!(
            "| {what} | {kind} | {} | {:.1} % | {:.1} % |",
            self.said,
            of(self.claimed),
            of(self.right as f64)
        );
    }
}

fn sentences(case: &Sentences, pool: &WorkerPool) {
    const SMALL: u64 = 1_000;
    let means = Means { pool, watch: &() };
    let read = |seed: u64| {
        let text = format!("seed = {seed}\n{}", case.scenario);
        Scenario::from_text("small.toml", &text, Path::new("")).unwrap()
    };
    let scenario = read(1);
    let mut spec = StudySpec::of(&scenario);
    let truth = Truth::of(&scenario, &spec, means);
    if case.replications > 0 {
        spec.table.stop = Stop::Replications(case.replications as u64);
    }
    let mut tallies: Vec<(&str, Tally)> = Vec::new();
    let mut count = |kind: &'static str, right: bool, claimed: f64| match tallies
        .iter_mut()
        .find(|(other, _)| *other == kind)
    {
        Some((_, tally)) => tally.count(right, claimed),
        None => {
            let mut tally = Tally::default();
            tally.count(right, claimed);
            tallies.push((kind, tally));
        }
    };
    for seed in 1_000..1_000 + SMALL {
        let scenario = read(seed);
        let usage = source(&scenario, None, Default::default()).unwrap();
        let answer = study(StudyQuestion::of(&scenario, &spec, &usage).unwrap(), means).unwrap();
        let judgement = &answer.judgement;
        let of = judgement.advised();
        let materiality = spec.materiality();
        let is_best = truth.is_best(of.index, materiality) && truth.feasible[of.index];
        let gained = |index: usize| truth.costs[0] - truth.costs[index];
        match judgement.verdict {
            Verdict::Change(index) => {
                count("change to this", gained(index) > 0.0 || !truth.feasible[0], 0.95);
                count("this keeps what must hold", truth.feasible[index], 0.95);
            }
            Verdict::Keep(KeepReason::TooLittle(index)) => {
                count("keep: another saves too little", gained(index) < materiality, 0.95);
            }
            // What is not sure is no claim about the truth but for the range it gives.
            Verdict::Keep(_) => count("keep", true, 1.0),
            Verdict::Infeasible(_) => {
                count(
                    "none keeps what must hold",
                    !truth.feasible.iter().any(|&keeps| keeps),
                    0.95,
                );
            }
        }
        if let (Some(claimed), false) =
            (of.best, matches!(judgement.verdict, Verdict::Infeasible(_)))
        {
            count("best, or as good, with this probability", is_best, claimed);
        }
        let holds = |judged: &Assessment| {
            let gain = judged.gain.map(|gain| gain.difference);
            gain.is_none_or(|gain| gain.allows(gained(judged.index)))
        };
        count("the intervals of all gains", judgement.judged.iter().all(holds), 0.95);
    }
    for (kind, tally) in tallies {
        tally.row(case.what, kind);
    }
}

fn main() {
    println!("| figure | its interval covers the truth |\n|---|---|");
    engine();
    rare();
    clustered();
    selection();
    println!("\n| studies | sentence | said | claimed | true |\n|---|---|---|---|---|");
    let pool = WorkerPool::new(None, usize::MAX).unwrap();
    let priced = "price_per_refused_credit = \"1.00\"\nmateriality = \"0.10\"\n";
    let filled = "materiality = \"0.10\"\nconstraints = { fill_rate_at_least = \"99.5%\" }\n";
    let until = "until = { correct_selection = \"95%\", most = 20000 }\n";
    for (what, at, card, study, replications) in [
        ("out often, 200 replications", 4, "10%", priced.to_owned(), 200),
        ("out often, 2,000", 4, "10%", priced.to_owned(), 2_000),
        ("out rarely, 200", 12, "0.5%", priced.to_owned(), 200),
        ("out rarely, 2,000", 12, "0.5%", priced.to_owned(), 2_000),
        ("99.5 % served, 200", 4, "10%", filled.to_owned(), 200),
        ("99.5 % served, 2,000", 4, "10%", filled.to_owned(), 2_000),
        ("selected with 95 %", 4, "10%", format!("{priced}{until}"), 0),
        ("selected with 95 %, 99.5 % served", 4, "10%", format!("{filled}{until}"), 0),
    ] {
        sentences(&Sentences { what, scenario: small(at, card, &study), replications }, &pool);
    }
}
