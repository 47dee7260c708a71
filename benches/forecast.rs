//! What learning from a history costs, and what a study on history costs, whose parameters are drawn or not.
//!
//! `cargo bench --bench forecast` prints the seconds that a year of a million events takes to learn from, the time of a study
//! drawn from the model, whose parameters are drawn too, beside one drawn from whole weeks, and what copying the events of a
//! larger history takes beside studies on it, which copy none; it fails where one is above what docs/reference/forecasts.md states.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Clock;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use recharge::domain::{Credits, Instant, Window, Zone};
use recharge::engine::Chunk;
use recharge::forecast::{FutureUsage, OutlookKeys};
use recharge::inquiry::{Means, StudyQuestion, WorkerPool, study};
use recharge::scenario::Scenario;
use recharge::streams::Streams;
use recharge::study::{StudySpec, UsageModel};
use recharge::usage::{Feed, History, Weeks};

/// Events of the history.
const EVENTS: i64 = 1_000_000;
/// The most seconds that learning from it may take.
const MOST_SECONDS: f64 = 1.0;
/// The most that a study of the model may take beside one of whole weeks.
const MOST_RATIO: f64 = 1.2;
/// Events of the twelve weeks of history on which a study of several candidates is run: 13 million in a year of them.
const MANY: i64 = 3_000_000;
/// The least that copying every event, and the study on history besides, must take of what the study takes.
const LEAST_GAIN: f64 = 5.0;
/// Replications of a study.
const REPLICATIONS: u64 = 40;
/// Rounds, of which the fastest counts.
const ROUNDS: usize = 5;
/// 1 January 2025, 00:00 UTC.
const START: i64 = 1_735_689_600_000;
/// A week, in milliseconds.
const WEEK: i64 = 7 * 86_400_000;
/// A year, in milliseconds.
const YEAR: i64 = 365 * 86_400_000;

const RULES: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\n[packages.p]\ncredits = 20000\n\
    price = \"100\"\n[account]\nopening_balance = 20000\n[recharge]\nat_or_below = 2000\npackage = \"p\"\n\
    [study]\nreplications = 40\n";

/// Events at random times in a length of time, in milliseconds, each asking for 1 to 9 credits.
fn history(events: i64, length: i64) -> History {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut rows: Vec<(Instant, Credits)> = (0..events)
        .map(|_| {
            let at = Instant::from_millis(START + random.random_range(0..length));
            (at, Credits::whole(random.random_range(1..10)))
        })
        .collect();
    rows.sort();
    History::of(rows, "bench", Zone::UTC)
}

/// The scenario of a study on a year of history: twelve candidates.
fn twelve() -> Scenario {
    let rules = RULES.replace("end = 2026-04-01", "end = 2027-01-01")
        + "[study.vary]\n\"packages.p.credits\" = [200000, 400000, 800000]\n\
           \"recharge.at_or_below\" = [5000, 20000, 50000, 100000]\n";
    Scenario::from_text("twelve.toml", &rules, Path::new("")).expect("it is right")
}

/// Copies every event that the replications of a study draw, as a feed does that holds none of them.
fn copy(weeks: &Weeks, horizon: Window) {
    let (mut drawn, mut copied) = (Chunk::new(), Chunk::new());
    let (mut times, mut amounts) = (Vec::new(), Vec::new());
    for replication in 0..REPLICATIONS {
        let mut feed = weeks.drawn(horizon, Streams { seed: 0, replication });
        loop {
            feed.fill(&mut drawn).expect("it is held");
            if drawn.is_empty() {
                break;
            }
            times.clear();
            amounts.clear();
            times.extend(drawn.times());
            amounts.extend(drawn.events().map(|(_, amount)| amount));
            let mut next = 0;
            while next < times.len() {
                copied.clear();
                next += copied.extend(&times[next..], &amounts[next..]).0;
                black_box(&copied);
            }
        }
    }
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

/// The fewest seconds of several rounds of each of two kinds of work, a round of the one and then of the other.
fn in_turn(mut works: [impl FnMut(); 2]) -> [f64; 2] {
    let mut fewest = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        for (work, fewest) in works.iter_mut().zip(&mut fewest) {
            let began = Clock::now();
            work();
            *fewest = fewest.min(began.elapsed().as_secs_f64());
        }
    }
    fewest
}

fn main() {
    let history = history(EVENTS, YEAR);
    let keys = OutlookKeys::default();
    let learning = seconds(|| drop(FutureUsage::learned(&history, &keys)));
    println!("learning from {EVENTS} events of a year: {learning:.3} s");
    let scenario = Scenario::from_text("bench.toml", RULES, Path::new("")).expect("it is right");
    let spec = StudySpec::of(&scenario);
    // One thread, as copying has.
    let pool = WorkerPool::new(Some(1), usize::MAX).expect("threads");
    let means = Means { pool: &pool, watch: &() };
    let of = |scenario: &Scenario, spec: &StudySpec, usage: &UsageModel| {
        let question = StudyQuestion::of(scenario, spec, usage).expect("a candidate");
        drop(study(question, means).expect("it runs"));
    };
    let model = |history: &History| {
        let future = FutureUsage::learned(history, &keys).expect("it asks for credits");
        UsageModel::Learned(Box::new(future))
    };
    let models = [UsageModel::Resampled(history.weeks()), model(&history)];
    let [weeks, drawn] = in_turn(models.each_ref().map(|usage| || of(&scenario, &spec, usage)));
    let ratio = drawn / weeks;
    println!(
        "a study of whole weeks: {weeks:.4} s, of the model: {drawn:.4} s, {ratio:.2} times as long"
    );
    assert!(learning < MOST_SECONDS, "learning takes {learning:.3} s");
    assert!(ratio < MOST_RATIO, "a study of the model takes {ratio:.2} times as long");
    let (scenario, history) = (twelve(), self::history(MANY, 12 * WEEK));
    let spec = StudySpec::of(&scenario);
    let copying = seconds(|| copy(&history.weeks(), scenario.setup.horizon));
    let models = [UsageModel::Resampled(history.weeks()), model(&history)];
    let shown = in_turn(models.each_ref().map(|usage| || of(&scenario, &spec, usage)));
    for (what, shown) in ["drawn from its weeks", "of its model"].into_iter().zip(shown) {
        let gain = (copying + shown) / shown;
        println!(
            "a study on a year {what}, 12 weeks of {MANY} events, 12 candidates: {:.2} ms a replication; copying its events besides would take {:.2} ms more, {gain:.1} times as much in all",
            1e3 * shown / REPLICATIONS as f64,
            1e3 * copying / REPLICATIONS as f64
        );
        assert!(gain > LEAST_GAIN, "copying costs {gain:.1} times as much");
    }
}
