//! What a decision costs, against baselines in the same run.
//!
//! The work is that of [`reference`]. Contenders over the same held trace:
//!
//! - `plain loop`: the best simple program for just this policy, event by event: the baseline;
//! - `engine, stepping`: the engine with the skip off;
//! - `engine, skipping`: the engine as it is.
//!
//! All three must agree on every candidate before anything is timed. Quote ratios: absolute times
//! drift with the machine.

mod reference;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use recharge::engine::Pace;
use recharge::scenario::Scenario;

use reference::{candidates, engine, months, plain, scenario, trace};

fn study(criterion: &mut Criterion) {
    let candidates = candidates();
    let scenarios: Vec<Scenario> = candidates.iter().map(|&one| scenario(one)).collect();
    let chunks = trace(&scenarios[0], 0);
    let months = months();
    let events: u64 = chunks.iter().map(|chunk| chunk.len() as u64).sum();
    for (scenario, &candidate) in scenarios.iter().zip(&candidates) {
        let baseline = plain(scenario, candidate, &chunks, 0, &months);
        for pace in [Pace::Skip, Pace::Step] {
            assert_eq!(engine(scenario, &chunks, pace), baseline, "{candidate:?} {pace:?}");
        }
    }
    let mut group = criterion.benchmark_group("64 candidates over a held year");
    group.sample_size(10).throughput(Throughput::Elements(events * candidates.len() as u64));
    group.bench_function("plain loop", |bench| {
        bench.iter(|| {
            for (scenario, &candidate) in scenarios.iter().zip(&candidates) {
                black_box(plain(scenario, candidate, &chunks, 0, &months));
            }
        });
    });
    group.bench_function("engine, skipping", |bench| {
        bench.iter(|| {
            for scenario in &scenarios {
                black_box(engine(scenario, &chunks, Pace::Skip));
            }
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("1 candidate over a held year");
    group.sample_size(10).throughput(Throughput::Elements(events));
    group.bench_function("engine, stepping", |bench| {
        bench.iter(|| black_box(engine(&scenarios[0], &chunks, Pace::Step)));
    });
    group.bench_function("engine, skipping", |bench| {
        bench.iter(|| black_box(engine(&scenarios[0], &chunks, Pace::Skip)));
    });
    group.bench_function("drawing", |bench| bench.iter(|| black_box(trace(&scenarios[0], 0))));
    group.finish();
}

criterion_group!(benches, study);
criterion_main!(benches);
