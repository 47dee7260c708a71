//! What a study costs against the plain loop, drawing included, and what changes that.
//!
//! The work is that of [`reference`]. Before anything is timed, the study and the plain loop must agree
//! on every candidate in every replication. All figures are ratios from interleaved rounds, each the
//! median over them, and printed first. Where one thread works it is time on a processor, but on the
//! wall where threads are compared, and where deciding is timed chunk by chunk:
//!
//! - the study on one thread against the plain loop over the same traces, which it holds;
//! - against reading the bytes of those traces once a candidate, which is what memory allows;
//! - on two threads against one;
//! - drawing shaped usage against plain Poisson arrivals, event by event;
//! - deciding over ten times the events with every quantity ten times as large, so that recharges
//!   are as many.

mod reference;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPool;
use recharge::engine::{Chunk, Engine, Pace};
use recharge::figures::Figure;
use recharge::metrics::Metrics;
use recharge::replay;
use recharge::scenario::Scenario;
use recharge::study::candidates::{source, whole};
use recharge::study::{Candidate, StudyRuns, UsageModel};
use recharge::usage::csv::Mode;

use reference::{
    PLAIN, Totals, candidates, months, plain, pool, processor, scaled, scenario, trace,
};

/// Replications of one timed study.
const REPLICATIONS: usize = 8;
const ROUNDS: usize = 9;

/// Usage of other shapes, and the same number of events a day.
const SHAPES: [(&str, &str); 5] = [
    (
        "hours of the week",
        "amount = { law = \"geometric\", mean = 2 }\n\
         hours = [1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 7, 6, 8, 9, 9, 8, 6, 4, 3, 2, 2, 1, 1]\n\
         weekdays = [5, 5, 5, 5, 4, 1, 1]\n",
    ),
    ("growth", "amount = { law = \"geometric\", mean = 2 }\ngrowth_per_month = \"5%\"\n"),
    (
        "bursts",
        "amount = { law = \"geometric\", mean = 2 }\n\
         bursts = { per_month = 20.0, lasts = \"1h\", times = 5 }\n",
    ),
    ("log-normal amounts", "amount = { law = \"lognormal\", median = 2, sigma = 1.0 }\n"),
    ("Pareto amounts", "amount = { law = \"pareto\", least = 1, shape = 1.5, most = 10000 }\n"),
];

fn study(candidates: &[Candidate], source: &UsageModel, pool: &ThreadPool) -> StudyRuns {
    reference::study(candidates, source, REPLICATIONS, pool)
}

/// Calls `each` with the chunks of a replication, drawn one after the other into the same memory.
fn drawn(scenario: &Scenario, replication: u64, mut each: impl FnMut(&Chunk)) {
    let mut chunk = Chunk::new();
    let mut feed = replay::feed(scenario, replication, Mode::Stream).expect("a law");
    loop {
        feed.fill(&mut chunk).expect("a law");
        if chunk.is_empty() {
            return;
        }
        each(&chunk);
    }
}

/// The seconds that drawing takes for each event.
fn drawing(scenario: &Scenario) -> f64 {
    let mut events = 0;
    let spent = busy(|| {
        for replication in 0..REPLICATIONS as u64 {
            drawn(scenario, replication, |chunk| events += black_box(chunk).len());
        }
    });
    spent / events as f64
}

/// How long the engines alone take, and how many recharges they make, drawing left out.
fn deciding<'s>(scenarios: &'s [Scenario]) -> (f64, u64) {
    let start = |scenario: &'s Scenario| {
        let metrics = Metrics::new(scenario.setup.horizon);
        Engine::start(&scenario.setup, Pace::Skip, processor(scenario, 0), metrics)
            .expect("a start")
    };
    let mut engines: Vec<_> = scenarios.iter().map(start).collect();
    let mut spent = Duration::ZERO;
    drawn(&scenarios[0], 0, |chunk| {
        let started = Instant::now();
        Engine::feed_all(&mut engines, &chunk.slice()).expect("nothing overflows");
        spent += started.elapsed();
    });
    let finished = engines.into_iter().map(|engine| engine.finish().expect("nothing overflows"));
    (spent.as_secs_f64(), finished.map(|metrics| metrics.total().recharges).sum())
}

/// Reads what a candidate could read of a trace, every instant and every running total.
fn reading(chunks: &[Chunk], candidates: usize) {
    for _ in 0..candidates {
        for chunk in black_box(chunks) {
            let last = chunk.times().fold(0, |all, at| all ^ at.millis());
            let least = (1..=chunk.len()).fold(0, |all, to| all ^ chunk.sum(0, to).micro());
            black_box((last, least));
        }
    }
}

/// Seconds on the clock on the wall.
fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}

/// Seconds on a processor, of all threads together, where the system tells them (Linux does, to a few
/// milliseconds): what others run on a shared machine counts less. On the wall elsewhere.
fn busy(work: impl FnOnce()) -> f64 {
    let spent = || -> Option<f64> {
        let tasks = std::fs::read_dir("/proc/self/task").ok()?.flatten();
        let text = |task: std::fs::DirEntry| {
            std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default()
        };
        let nanoseconds = |text: String| text.split(' ').next()?.parse::<f64>().ok();
        tasks.map(text).map(nanoseconds).sum::<Option<f64>>()
    };
    let before = spent();
    let wall = seconds(work);
    spent().zip(before).map_or(wall, |(after, before)| (after - before) / 1e9)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median over rounds of what `ratio` finds.
fn rounds(mut ratio: impl FnMut() -> f64) -> f64 {
    median((0..ROUNDS).map(|_| ratio()).collect())
}

/// What the study found of a candidate in a replication.
fn totals(found: &StudyRuns, candidate: usize, replication: usize) -> Totals {
    let of = |record: Figure| found.runs[candidate].column(record)[replication];
    let micro = |credits: f64| (credits * 1e6).round() as i128;
    Totals {
        recharges: of(Figure::RECHARGES) as u64,
        failed: of(Figure::FAILED_ATTEMPTS) as u64,
        refused: micro(of(Figure::DEMANDED) - of(Figure::SERVED)),
        closing: micro(of(Figure::CLOSING_BALANCE)),
    }
}

fn bench(criterion: &mut Criterion) {
    let (one, two) = (pool(1), pool(2));
    let grid = candidates();
    let scenarios: Vec<Scenario> = grid.iter().map(|&candidate| scenario(candidate)).collect();
    let named = |scenario| whole(scenario, String::new());
    let all: Vec<Candidate> = scenarios.iter().map(named).collect();
    let law = source(&scenarios[0], None, Default::default()).expect("a law");
    let months = months();
    let work = scenarios.iter().zip(&grid);

    let found = study(&all, &law, &one);
    assert_eq!(study(&all, &law, &two), found, "threads change nothing");
    let mut events = 0;
    for replication in 0..REPLICATIONS {
        let chunks = trace(&scenarios[0], replication as u64);
        events += chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>();
        for (index, (scenario, &candidate)) in work.clone().enumerate() {
            let wanted = plain(scenario, candidate, &chunks, replication as u64, &months);
            assert_eq!(totals(&found, index, replication), wanted, "{candidate:?} {replication}");
        }
    }
    println!("the study is the plain loop on {} runs", all.len() * REPLICATIONS);

    // The plain loop and the reading take one replication for the study's many.
    let chunks = trace(&scenarios[0], 0);
    let each = |seconds: f64| seconds / REPLICATIONS as f64;
    let studied = || each(busy(|| _ = black_box(study(&all, &law, &one))));
    let looped = rounds(|| {
        let plain = busy(|| {
            for (scenario, &candidate) in work.clone() {
                black_box(plain(scenario, candidate, &chunks, 0, &months));
            }
        });
        plain / studied()
    });
    println!("study, one thread, drawing included: {looped:.1} x the plain loop");
    let read = rounds(|| busy(|| reading(&chunks, all.len())) / studied());
    println!("reading the bytes of the trace once a candidate: {read:.1} x the study");
    let drawn = rounds(|| drawing(&scenarios[0]) * events as f64 / REPLICATIONS as f64 / studied());
    println!("drawing: {:.0} % of the study", 100.0 * drawn);
    let on = |pool: &ThreadPool| seconds(|| _ = black_box(study(&all, &law, pool)));
    let threads = rounds(|| on(&one) / on(&two));
    println!("study, two threads: {threads:.2} x one");
    for (name, usage) in SHAPES {
        let usage: String = usage.lines().map(|line| format!("usage.generate.{line}\n")).collect();
        let usage = format!("usage.generate.per_day = 2740.0\n{usage}");
        let shaped = scaled(grid[0], 1, &usage);
        let ratio = rounds(|| drawing(&shaped) / drawing(&scenarios[0]));
        println!("drawing, {name}: {ratio:.2} x plain Poisson");
    }
    let denser = PLAIN.replace("2740.0", "27400.0");
    let dense: Vec<Scenario> = grid.iter().map(|&one| scaled(one, 10, &denser)).collect();
    let (few, many) = (deciding(&scenarios).1, deciding(&dense).1);
    let ratio = rounds(|| deciding(&dense).0 / deciding(&scenarios).0);
    println!("deciding over 10 x the events ({many} recharges for {few}): {ratio:.2} x");

    let mut group = criterion.benchmark_group("a study, 64 candidates");
    group.sample_size(10).throughput(Throughput::Elements(events * all.len() as u64));
    group.bench_function("one thread", |bench| bench.iter(|| study(&all, &law, &one)));
    group.bench_function("two threads", |bench| bench.iter(|| study(&all, &law, &two)));
    group.throughput(Throughput::Elements(events));
    group.bench_function("drawing", |bench| bench.iter(|| drawing(&scenarios[0])));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
