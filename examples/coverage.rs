//! Do 95 % intervals cover the truth 95 % of the time, and is the best selected as often as promised?
//!
//! And are the sentences of the advice true as often as they say? Many small independent studies, each with
//! a seed of its own, against a known answer or the same figure over very many replications: of an account
//! that is out weekly and of one that is out once in ten years. `cargo run --profile bench --example coverage`
//! takes about an hour of a processor; names of sections after `--` run these alone: `figures`, `rare`,
//! `cycles`, `selection`, `sentences`, `constraints`, `target`. The seeds are fixed, so the tables
//! are the same everywhere.

use recharge::study::EstimatedFigure;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use recharge::figures::Figure;
use recharge::inquiry::{
    Assessment, KeepReason, Means, StudyAnswer, StudyQuestion, Verdict, WorkerPool, study,
};
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

/// Light usage: a charge that fails is tried again after eight hours.
fn light(at: u32, card: &str) -> String {
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
"#
    )
}

/// Figures of what few replications see, and what a study of so many costs.
fn rare() {
    for (account, text) in [
        ("out about weekly", light(4, "10%")),
        ("out once in eighteen months", light(12, "0.07%")),
        ("out once in ten years", light(12, "0.0107%")),
    ] {
        let scenario = Scenario::from_text("account.toml", &text, Path::new("")).unwrap();
        let truth = runs(&scenario, u64::MAX, TRUTH);
        let outages = figure(Figure::OUTAGES, &truth).value;
        println!("| *{account}: {outages:.4} outages a month* | |");
        for replications in [200, 500, 1_000, 2_000] {
            let begun = Instant::now();
            let study = |seed| runs(&scenario, seed, replications);
            let studies: Vec<Runs> = (0..STUDIES / 2).map(study).collect();
            let each = begun.elapsed().as_secs_f64() * 1_000.0 / (STUDIES / 2) as f64;
            eprintln!("{account}: {each:.1} ms for {replications} replications");
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

/// Small studies of one account and their settings.
struct Sentences {
    what: &'static str,
    scenario: String,
    replications: u64,
}

/// Eight candidates for light usage, or their four thresholds alone.
const SETTINGS: &str = r#"
[study]
vary."recharge.at_or_below" = [2, 4, 8, 12]
vary."recharge.package" = ["one", "two"]
"#;
const THRESHOLDS: &str = r#"
[study]
vary."recharge.at_or_below" = [2, 4, 8, 12]
"#;
/// A refused credit costs what ten bought ones do.
const PRICED: &str = "price_per_refused_credit = \"1.00\"\nmateriality = \"0.10\"\n";
const UNTIL: &str = "until = { correct_selection = \"95%\", most = 20000 }\n";

/// Mean cost of each candidate, the share it serves, its breach, and whether it keeps what must hold.
struct Truth {
    costs: Vec<f64>,
    served: Vec<f64>,
    feasible: Vec<bool>,
}

impl Truth {
    fn of(scenario: &Scenario, spec: &StudySpec, means: Means<'_>) -> Truth {
        /// Replications that stand for the truth of candidates.
        const MANY: u64 = 400_000;
        let usage = source(scenario, None, Default::default()).unwrap();
        let mut spec = spec.clone();
        spec.table.stop = Stop::Replications(MANY);
        let answer = study(StudyQuestion::of(scenario, &spec, &usage).unwrap(), means).unwrap();
        let judged = &answer.judgement.assessments;
        Truth {
            costs: judged.iter().map(|judged| judged.cost.value).collect(),
            served: judged.iter().map(|judged| judged.served).collect(),
            feasible: judged.iter().map(Assessment::is_feasible).collect(),
        }
    }

    /// Whether no feasible candidate is better than this one by more than `materiality`.
    fn is_best(&self, index: usize, materiality: f64) -> bool {
        let better =
            |(&cost, &feasible): (&f64, &bool)| feasible && cost < self.costs[index] - materiality;
        !self.costs.iter().zip(&self.feasible).any(better)
    }

    fn any_feasible(&self) -> bool {
        self.feasible.iter().any(|&keeps| keeps)
    }
}

/// How often a kind of sentence was said, and was true.
#[derive(Default)]
struct Tally {
    said: u64,
    right: u64,
    claimed: f64,
}

/// By kind of sentence.
#[derive(Default)]
struct Tallies(BTreeMap<&'static str, Tally>);

impl Tallies {
    fn count(&mut self, kind: &'static str, right: bool, claimed: f64) {
        let tally = self.0.entry(kind).or_default();
        tally.said += 1;
        tally.right += u64::from(right);
        tally.claimed += claimed;
    }

    fn rows(&self, what: &str) {
        for (kind, tally) in &self.0 {
            let of = |part: f64| 100.0 * part / tally.said as f64;
            let (claimed, right) = (of(tally.claimed), of(tally.right as f64));
            println!("| {what} | {kind} | {} | {claimed:.1} % | {right:.1} % |", tally.said);
        }
    }
}

fn small(case: &Sentences, seed: u64) -> Scenario {
    let text = format!("seed = {seed}\n{}", case.scenario);
    Scenario::from_text("small.toml", &text, Path::new("")).unwrap()
}

/// One small study against the truth.
struct Marking<'m> {
    truth: &'m Truth,
    answer: &'m StudyAnswer,
    materiality: f64,
}

impl Marking<'_> {
    fn gained(&self, index: usize) -> f64 {
        self.truth.costs[0] - self.truth.costs[index]
    }

    /// Whether nothing is better by more than the materiality, of those that the sentence speaks of: where others may
    /// keep what must hold, these are the ones that keep it for certain.
    fn is_best(&self, index: usize) -> bool {
        let judgement = &self.answer.judgement;
        if judgement.unclear().is_none() {
            return self.truth.is_best(index, self.materiality);
        }
        let most = self.truth.costs[index] - self.materiality;
        let sure = |&other: &usize| judgement.assessments[other].is_choice();
        !(0..self.truth.costs.len()).filter(sure).any(|other| self.truth.costs[other] < most)
    }

    fn count(&self, tallies: &mut Tallies) {
        let judgement = &self.answer.judgement;
        let of = judgement.advised();
        self.verdict(tallies);
        let infeasible = matches!(judgement.verdict, Verdict::Infeasible(_));
        if let (Some(claimed), false) = (of.best, infeasible) {
            let is_best = self.is_best(of.index);
            tallies.count("best, or as good, with this probability", is_best, claimed);
        }
        let holds = |judged: &Assessment| {
            let gain = judged.gain.map(|gain| gain.difference);
            gain.is_none_or(|gain| gain.allows(self.gained(judged.index)))
        };
        tallies.count("the intervals of all gains", judgement.assessments.iter().all(holds), 0.95);
    }

    fn verdict(&self, tallies: &mut Tallies) {
        let truth = self.truth;
        match self.answer.judgement.verdict {
            Verdict::Change(index) => {
                let better = self.gained(index) > 0.0 || !truth.feasible[0];
                tallies.count("change to this", better, 0.95);
                tallies.count("this keeps what must hold", truth.feasible[index], 0.95);
                if truth.feasible[0] {
                    let overturned = self.gained(index) > 0.0;
                    tallies.count("what keeps everything is left only for less", overturned, 0.95);
                }
            }
            // That another may keep it is no claim, either.
            Verdict::Keep(KeepReason::Best) if self.answer.judgement.unclear().is_none() => {
                let best = truth.is_best(0, self.materiality);
                tallies.count("keep: nothing else costs less and keeps it", best, 0.95);
            }
            Verdict::Keep(KeepReason::TooLittle(index)) => {
                let little = self.gained(index) < self.materiality;
                tallies.count("keep: another saves too little", little, 0.95);
            }
            // What is not sure is no claim about the truth but for the range it gives.
            Verdict::Keep(_) => tallies.count("keep: nothing else is sure", true, 1.0),
            Verdict::Infeasible(index) => {
                // That none keeps it for certain is no claim about the truth.
                if !self.answer.judgement.may_be_feasible() {
                    tallies.count("none keeps what must hold", !truth.any_feasible(), 0.95);
                }
                let most = truth.served.iter().copied().fold(0.0, f64::max);
                // A tenth of what the best refuses is as near.
                let near = truth.served[index] >= most - 0.1 * (1.0 - most);
                tallies.count("the nearest miss", near, 0.95);
            }
        }
    }
}

/// How each small study of a case ended against its truth.
fn sentences(case: &Sentences, pool: &WorkerPool) {
    const SMALL: u64 = 1_000;
    let means = Means { pool, watch: &() };
    let scenario = small(case, 1);
    let mut spec = StudySpec::of(&scenario);
    let truth = Truth::of(&scenario, &spec, means);
    if case.replications > 0 {
        spec.table.stop = Stop::Replications(case.replications);
    }
    let mut tallies = Tallies::default();
    let mut remedies = BTreeMap::new();
    for seed in 1_000..1_000 + SMALL {
        let scenario = small(case, seed);
        let usage = source(&scenario, None, Default::default()).unwrap();
        let answer = study(StudyQuestion::of(&scenario, &spec, &usage).unwrap(), means).unwrap();
        let marking = Marking { truth: &truth, answer: &answer, materiality: spec.materiality() };
        marking.count(&mut tallies);
        if let Some(found) = answer.remedy.found() {
            let truly = remedies.entry(found.best.candidate.name.clone()).or_insert_with(|| {
                let settings = &found.best.candidate.changes;
                let changed = small(case, 1).with_overrides(settings).unwrap();
                let mut alone = StudySpec::of(&changed);
                alone.table.vary.clear();
                Truth::of(&changed, &alone, means).feasible[0]
            });
            let kind = match found.best.keeps_all {
                true => "a further setting keeps everything",
                false => "the further setting does not keep everything either",
            };
            tallies.count(kind, *truly == found.best.keeps_all, 0.95);
        }
    }
    tallies.rows(case.what);
}

/// A bound of the fill rate that is a tenth of what is refused better than the cheapest candidate serves, or
/// worse than today's settings do.
#[derive(Clone, Copy)]
enum Bound {
    AboveCheapest,
    BelowToday,
}

fn bounded(of: Bound, at: u32, pool: &WorkerPool) -> String {
    let plain = Sentences { what: "", scenario: light(at, "10%") + THRESHOLDS, replications: 0 };
    let scenario = small(&plain, 1);
    let spec = StudySpec::of(&scenario);
    let truth = Truth::of(&scenario, &spec, Means { pool, watch: &() });
    let cheapest =
        (0..truth.costs.len()).min_by(|&a, &b| truth.costs[a].total_cmp(&truth.costs[b]));
    let refused = |index: usize| 1.0 - truth.served[index];
    let most = match of {
        Bound::AboveCheapest => 0.9 * refused(cheapest.unwrap()),
        Bound::BelowToday => 1.1 * refused(0),
    };
    format!("constraints = {{ fill_rate_at_least = \"{:.4}%\" }}\n", 100.0 * (1.0 - most))
}

fn table(cases: &[(&'static str, String, u64)], pool: &WorkerPool) {
    for (what, scenario, replications) in cases {
        let (scenario, replications) = (scenario.clone(), *replications);
        sentences(&Sentences { what, scenario, replications }, pool);
    }
}

/// Cost decides, refusals have a price.
fn priced(pool: &WorkerPool) {
    let often = light(4, "10%") + SETTINGS + PRICED;
    let seldom = light(12, "0.5%") + SETTINGS + PRICED;
    table(
        &[
            ("out often, 200 replications", often.clone(), 200),
            ("out often, by default", often.clone(), 0),
            ("out rarely, 200", seldom.clone(), 200),
            ("out rarely, by default", seldom.clone(), 0),
            ("out often, selected with 95 %", often + UNTIL, 0),
            ("out rarely, selected with 95 %", seldom + UNTIL, 0),
        ],
        pool,
    );
}

/// A fill rate near the bound.
fn constrained(pool: &WorkerPool) {
    let cheapest = ["the cheapest just breaks it, 200", "it, by default", "it, selected with 95 %"];
    let today = ["today's just keep it, 200", "they, by default", "they, selected with 95 %"];
    for (bound, at, what) in [(Bound::AboveCheapest, 12, cheapest), (Bound::BelowToday, 4, today)] {
        let scenario =
            light(at, "10%") + THRESHOLDS + "materiality = \"0.02\"\n" + &bounded(bound, at, pool);
        let selected = scenario.clone() + UNTIL;
        let [few, usual, until] = what;
        table(&[(few, scenario.clone(), 200), (usual, scenario, 0), (until, selected, 0)], pool);
    }
}

/// The service target, assumed and stated, and what would meet it.
fn target(pool: &WorkerPool) {
    let assumed = |card: &str| light(12, card) + SETTINGS + "materiality = \"0.10\"\n";
    let stated = "target = [\"fill_rate >= 99.5%\"]\nmateriality = \"0.10\"\n";
    let capped = light(4, "1%").replace(
        "package = \"one\" }",
        "package = \"one\", caps = [{ recharges = 6, per = \"month\" }] }",
    );
    table(
        &[
            ("target assumed, met by a little, 200", assumed("0.4%"), 200),
            ("target assumed, met by a little, by default", assumed("0.4%"), 0),
            ("target assumed, missed by a little", assumed("0.8%"), 0),
            ("99.5 % wanted, none serves it", capped + THRESHOLDS + stated, 0),
        ],
        pool,
    );
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wants = |section: &str| asked.is_empty() || asked.iter().any(|one| one == section);
    println!("| figure | its interval covers the truth |\n|---|---|");
    for (section, run) in [
        ("figures", engine as fn()),
        ("rare", rare),
        ("cycles", clustered),
        ("selection", selection),
    ] {
        if wants(section) {
            run();
        }
    }
    println!("\n| studies | sentence | said | claimed | true |\n|---|---|---|---|---|");
    let pool = WorkerPool::new(None, usize::MAX).unwrap();
    for (section, run) in
        [("sentences", priced as fn(&WorkerPool)), ("constraints", constrained), ("target", target)]
    {
        if wants(section) {
            run(&pool);
        }
    }
}
