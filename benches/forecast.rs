//! What learning from a history costs, and what a study costs whose parameters are drawn.
//!
//! `cargo bench --bench forecast` prints the seconds that a year of a million events takes to learn from, and the time of a study
//! drawn from the model beside one drawn from whole weeks; it fails where either is above what docs/reference/forecasts.md states.

use std::path::Path;
use std::time::Instant as Clock;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use recharge::domain::{Credits, Instant, Zone};
use recharge::forecast::{FutureUsage, OutlookKeys};
use recharge::inquiry::{Means, StudyQuestion, WorkerPool, study};
use recharge::scenario::Scenario;
use recharge::study::{StudySpec, UsageModel};
use recharge::usage::History;

/// Events of the history.
const EVENTS: i64 = 1_000_000;
/// The most seconds that learning from it may take.
const MOST_SECONDS: f64 = 1.0;
/// The most that a study may take beside one of whole weeks.
const MOST_RATIO: f64 = 1.2;
/// Rounds, of which the fastest counts.
const ROUNDS: usize = 5;
/// 1 January 2025, 00:00 UTC.
const START: i64 = 1_735_689_600_000;
/// A year, in milliseconds.
const YEAR: i64 = 365 * 86_400_000;

const RULES: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\n[packages.p]\ncredits = 20000\n\
    price = \"100\"\n[account]\nopening_balance = 20000\n[recharge]\nat_or_below = 2000\npackage = \"p\"\n\
    [study]\nreplications = 40\n";

/// A year of events at random times, each asking for 1 to 9 credits.
fn history(events: i64) -> History {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut rows: Vec<(Instant, Credits)> = (0..events)
        .map(|_| {
            let at = Instant::from_millis(START + random.random_range(0..YEAR));
            (at, Credits::whole(random.random_range(1..10)))
        })
        .collect();
    rows.sort();
    History::of(rows, "bench", Zone::UTC)
}

/// The fewest seconds of several rounds.
fn seconds(mut work: impl FnMut()) -> f64 {
    let round = |_| {
        let began = Clock::now();
        work();
        began.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn main() {
    let history = history(EVENTS);
    let keys = OutlookKeys::default();
    let learning = seconds(|| drop(FutureUsage::learned(&history, &keys)));
    println!("learning from {EVENTS} events of a year: {learning:.3} s");
    let scenario = Scenario::from_text("bench.toml", RULES, Path::new("")).expect("it is right");
    let spec = StudySpec::of(&scenario);
    let pool = WorkerPool::new(None, usize::MAX).expect("threads");
    let means = Means { pool: &pool, watch: &() };
    let run = |usage: &UsageModel| {
        let question = StudyQuestion::of(&scenario, &spec, usage).expect("a candidate");
        drop(study(question, means).expect("it runs"));
    };
    let weeks = UsageModel::Resampled(history.weeks());
    let future = FutureUsage::learned(&history, &keys).expect("it asks for credits");
    let model = UsageModel::Learned(Box::new(future));
    let (weeks, model) = (seconds(|| run(&weeks)), seconds(|| run(&model)));
    println!(
        "a study of whole weeks: {weeks:.3} s, of the model: {model:.3} s, {:.2} times",
        model / weeks
    );
    assert!(learning < MOST_SECONDS, "learning takes {learning:.3} s");
    assert!(model < MOST_RATIO * weeks, "a study takes {:.2} times as long", model / weeks);
}
