//! What a study costs, in effective usage events per second, and what of it is drawing.
//!
//! The reference work of `benches/engine.rs`: a year of about a million usage events, 64 candidates.
//! `drawing` makes the same traces and gives them to nobody; its share of `study` is printed first,
//! from interleaved rounds.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use recharge::engine::Chunk;
use recharge::replay;
use recharge::scenario::Scenario;
use recharge::study::asked::{Asked, Values};
use recharge::study::candidates::{candidates, source};
use recharge::study::replicate::replicate;
use recharge::study::{Candidate, Confidence, Objective, Period, Question, Source, Until};
use recharge::usage::csv::Mode;

/// Replications of one timed study.
const REPLICATIONS: usize = 8;
const ROUNDS: u32 = 5;

fn scenario() -> Scenario {
    let text = "currency = \"USD\"\nstart = 2026-01-01\nend = 2027-01-01\nplan = \"p\"\n\
         plans.p = { fee = \"39.00\", allowance = 8000 }\n\
         packages.a = { credits = 1000, price = \"7.00\" }\n\
         recharge = { at_or_below = 100, package = \"a\", caps = [{ recharges = 40, per = \"month\" }] }\n\
         payment = { latency = \"5s\", fail_probability = \"2%\" }\n\
         usage.generate.per_day = 2740.0\n\
         usage.generate.amount = { law = \"geometric\", mean = 2 }\n";
    Scenario::from_text("bench.toml", text, Path::new("")).unwrap_or_else(|e| panic!("{e}"))
}

/// Packs, caps and thresholds.
fn grid(scenario: &Scenario) -> Vec<Candidate> {
    let whole = |values: &[i64]| {
        Values::List(values.iter().map(|&value| toml::Value::Integer(value)).collect())
    };
    let packs = [1_000, 2_000, 3_000, 6_000];
    let thresholds = [0, 100, 500, 2_000];
    let vary = [
        ("packages.a.credits", whole(&packs)),
        ("recharge.caps.0.recharges", whole(&[5, 15, 40, 1_000_000])),
        ("recharge.at_or_below", whole(&thresholds)),
    ];
    let vary = vary.into_iter().map(|(path, values)| (path.to_owned(), values)).collect();
    let asked = Asked { vary, ..Asked::default() };
    let mut all = candidates(scenario, &asked).unwrap_or_else(|error| panic!("{error}"));
    all.truncate(64);
    all
}

fn study(candidates: &[Candidate], source: &Source) {
    let objective = Objective {
        period: Period::Cycle,
        per_refused_credit: 0.0,
        per_hour_of_downtime: 0.0,
        constraints: Vec::new(),
        confidence: Confidence::USUAL,
    };
    let until = Until::Replications(REPLICATIONS);
    let question = Question { candidates, source, seed: 0, objective, until };
    black_box(replicate(&question, &()).unwrap_or_else(|error| panic!("{error}")));
}

/// The traces alone; how many events they have.
fn drawing(scenario: &Scenario) -> u64 {
    let mut chunk = Chunk::new();
    let mut events = 0;
    for replication in 0..REPLICATIONS as u64 {
        let mut feed = replay::feed(scenario, replication, Mode::Stream).expect("a law");
        loop {
            feed.fill(&mut chunk).expect("a law");
            if chunk.is_empty() {
                break;
            }
            events += chunk.len() as u64;
            black_box(&chunk);
        }
    }
    events
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn bench(criterion: &mut Criterion) {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let small = scenario();
    let (drawn, all) = (source(&small, None, Default::default()).expect("a law"), grid(&small));
    let events = drawing(&small);
    let (mut draw, mut whole) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        draw += timed(|| _ = black_box(drawing(&small)));
        whole += timed(|| one.install(|| study(&all, &drawn)));
    }
    let effective = events as f64 * all.len() as f64 * f64::from(ROUNDS) / whole.as_secs_f64();
    println!(
        "one thread: {:.2e} effective usage events a second; drawing is {:.0} % of the time",
        effective,
        100.0 * draw.as_secs_f64() / whole.as_secs_f64()
    );
    let mut group = criterion.benchmark_group("a study, 64 candidates");
    group.sample_size(10).throughput(Throughput::Elements(events * all.len() as u64));
    group.bench_function("one thread", |bench| {
        bench.iter(|| one.install(|| study(&all, &drawn)));
    });
    group.bench_function("all threads", |bench| bench.iter(|| study(&all, &drawn)));
    group.throughput(Throughput::Elements(events));
    group.bench_function("drawing", |bench| bench.iter(|| drawing(&small)));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
