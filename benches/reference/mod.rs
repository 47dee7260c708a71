//! The reference work that benches measure, and the best simple program for it.
//!
//! A year of about a million usage events (Poisson arrivals, one credit plus a geometric number
//! more), an allowance of 8,000 a calendar month, and 64 candidates: pack {1000, 2000, 3000, 6000} ×
//! recharges a month {5, 15, 40, none} × threshold {0, 100, 500, 2000}, 5 s latency, 2 % of attempts
//! failing. The plain loop knows nothing but this policy and goes event by event: the baseline.

// Each bench takes what it needs of it.
#![allow(dead_code)]

use std::path::Path;
use std::sync::Arc;

use rayon::ThreadPool;
use recharge::domain::{Instant, Zone};
use recharge::engine::{Answer, Chunk, Engine, Observer, Pace, Payments};
use recharge::metrics::Metrics;
use recharge::payments::{Processor, SharedLuck};
use recharge::replay;
use recharge::scenario::Scenario;
use recharge::streams::Streams;
use recharge::study::replicate;
use recharge::study::{self, Objective, Question, StudyRuns, Until, UsageModel};
use recharge::usage::csv::Mode;

/// Micro-credits in a credit.
const CREDIT: i64 = 1_000_000;
const HOUR: i64 = 3_600_000;

/// One candidate in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub pack: i64,
    pub cap: Option<u64>,
    pub threshold: i64,
}

/// What is compared between contenders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub recharges: u64,
    pub failed: u64,
    pub refused: i128,
    pub closing: i128,
}

/// The 64 candidates.
pub fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for pack in [1_000, 2_000, 3_000, 6_000] {
        for cap in [Some(5), Some(15), Some(40), None] {
            for threshold in [0, 100, 500, 2_000] {
                all.push(Candidate { pack, cap, threshold });
            }
        }
    }
    all
}

/// The usage of the reference work.
pub const PLAIN: &str = "usage.generate.per_day = 2740.0\n\
                         usage.generate.amount = { law = \"geometric\", mean = 2 }\n";

pub fn scenario(candidate: Candidate) -> Scenario {
    scaled(candidate, 1, PLAIN)
}

/// The reference work with every quantity of credits so many times as large, and this usage.
pub fn scaled(candidate: Candidate, times: i64, usage: &str) -> Scenario {
    let Candidate { pack, cap, threshold } = candidate;
    let caps = cap.map_or(String::new(), |cap| {
        format!("recharge.caps = [{{ recharges = {cap}, per = \"month\" }}]\n")
    });
    let (allowance, pack, threshold) = (8_000 * times, pack * times, threshold * times);
    let text = format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2027-01-01\nplan = \"p\"\n\
         plans.p.fee = \"39.00\"\nplans.p.allowance = {allowance}\n\
         packages.a.credits = {pack}\npackages.a.price = \"7.00\"\n\
         recharge.at_or_below = {threshold}\nrecharge.package = \"a\"\n{caps}\
         payment.latency = \"5s\"\npayment.fail_probability = \"2%\"\n{usage}"
    );
    Scenario::from_text("bench.toml", &text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

/// The year of usage of a replication, in chunks.
pub fn trace(scenario: &Scenario, replication: u64) -> Vec<Chunk> {
    let mut feed =
        replay::feed(scenario, replication, Mode::Stream).expect("the usage can be drawn");
    let mut chunks = Vec::new();
    loop {
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).expect("the usage can be drawn");
        if chunk.is_empty() {
            return chunks;
        }
        chunks.push(chunk);
    }
}

/// A pool of so many threads.
pub fn pool(threads: usize) -> ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// A study of what cost alone says.
pub fn study(
    candidates: &[study::Candidate],
    source: &UsageModel,
    replications: usize,
    pool: &ThreadPool,
) -> StudyRuns {
    let objective = Objective::of_spend();
    let until = Until::Replications(replications);
    let question = Question { candidates, source, seed: 0, objective, until };
    pool.install(|| replicate(&question, &()).unwrap_or_else(|error| panic!("{error}")))
}

/// An account lives through a trace; what listened comes back.
pub fn lived<O: Observer>(scenario: &Scenario, chunks: &[Chunk], pace: Pace, listener: O) -> O {
    let payments = processor(scenario, 0);
    let mut engine = Engine::start(&scenario.setup, pace, payments, listener).expect("a start");
    for chunk in chunks {
        engine.feed(chunk).expect("nothing overflows");
    }
    engine.finish().expect("nothing overflows")
}

/// Accounts live through a trace side by side, chunk by chunk, with their figures alone listening; these come back.
pub fn lived_side_by_side(scenarios: &[Scenario], chunks: &[Chunk]) -> Vec<Metrics> {
    let streams = Streams { seed: scenarios[0].seed, replication: 0 };
    let shared = Arc::new(SharedLuck::new(streams));
    let mut engines: Vec<_> = scenarios
        .iter()
        .map(|scenario| {
            let metrics = Metrics::new(scenario.setup.horizon);
            let payments = Processor::among(&scenario.luck, &shared);
            Engine::start(&scenario.setup, Pace::Skip, payments, metrics).expect("a start")
        })
        .collect();
    for chunk in chunks {
        Engine::feed_all(&mut engines, &chunk.slice()).expect("nothing overflows");
    }
    engines.into_iter().map(|engine| engine.finish().expect("nothing overflows")).collect()
}

/// The luck of a replication.
pub fn processor(scenario: &Scenario, replication: u64) -> Processor<'_> {
    Processor::new(&scenario.luck, Streams { seed: scenario.seed, replication })
}

/// What the engine finds in the usage of replication 0.
pub fn engine(scenario: &Scenario, chunks: &[Chunk], pace: Pace) -> Totals {
    let metrics = lived(scenario, chunks, pace, Metrics::new(scenario.setup.horizon));
    let total = metrics.total();
    Totals {
        recharges: total.recharges,
        failed: total.failed_attempts,
        refused: total.refused().micro(),
        closing: total.closing_balance.micro(),
    }
}

/// When charges of the plain loop settle or may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charge {
    None,
    Settles(i64),
    Waits(i64),
}

/// The plain loop: one candidate, event by event, nothing but this policy.
struct Plain<'s> {
    candidate: Candidate,
    processor: Processor<'s>,
    /// Starts of the months, the end of the horizon last.
    months: &'s [i64],
    month: usize,
    allowance: i64,
    purchased: i64,
    used: u64,
    attempt: u64,
    charge: Charge,
    totals: Totals,
}

impl Plain<'_> {
    fn start_month(&mut self) {
        self.allowance = 8_000 * CREDIT;
        self.used = 0;
        self.month += 1;
    }

    /// Everything scheduled at or before `at`.
    fn catch_up(&mut self, at: i64) {
        loop {
            let month = self.months.get(self.month).copied().unwrap_or(i64::MAX);
            let charge = match self.charge {
                Charge::None => i64::MAX,
                Charge::Settles(at) | Charge::Waits(at) => at,
            };
            let next = month.min(charge);
            if next > at {
                return;
            }
            if month <= charge {
                self.start_month();
            } else if let Charge::Settles(_) = self.charge {
                self.settle(charge);
            } else {
                self.charge = Charge::None;
            }
            self.trigger(next);
        }
    }

    fn settle(&mut self, at: i64) {
        match self.processor.settle(self.attempt, Instant::from_millis(at)) {
            Answer::Approved => {
                self.purchased += self.candidate.pack * CREDIT;
                self.used += 1;
                self.totals.recharges += 1;
                self.charge = Charge::None;
            }
            _ => {
                self.totals.failed += 1;
                self.charge = Charge::Waits(at + HOUR);
            }
        }
    }

    #[inline]
    fn trigger(&mut self, at: i64) {
        let low = self.allowance + self.purchased <= self.candidate.threshold * CREDIT;
        if low
            && self.charge == Charge::None
            && self.candidate.cap.is_none_or(|cap| self.used < cap)
        {
            self.attempt += 1;
            self.charge = Charge::Settles(at + 5_000);
        }
    }

    #[inline]
    fn use_one(&mut self, at: i64, amount: i64) {
        if self.allowance + self.purchased < amount {
            self.totals.refused += i128::from(amount);
            return;
        }
        let first = self.allowance.min(amount);
        self.allowance -= first;
        self.purchased -= amount - first;
        self.trigger(at);
    }
}

/// One candidate over the held trace of a replication.
pub fn plain(
    scenario: &Scenario,
    candidate: Candidate,
    chunks: &[Chunk],
    replication: u64,
    months: &[i64],
) -> Totals {
    let mut plain = Plain {
        candidate,
        processor: processor(scenario, replication),
        months,
        month: 0,
        allowance: 0,
        purchased: 0,
        used: 0,
        attempt: 0,
        charge: Charge::None,
        totals: Totals::default(),
    };
    for chunk in chunks {
        for (index, at) in chunk.times().enumerate() {
            let at = at.millis();
            let due = match plain.charge {
                Charge::None => false,
                Charge::Settles(due) | Charge::Waits(due) => due <= at,
            };
            if due || plain.months.get(plain.month).is_some_and(|&start| start <= at) {
                plain.catch_up(at);
            }
            plain.use_one(at, chunk.amount(index).micro());
        }
    }
    plain.catch_up(scenario.setup.horizon.to.millis() - 1);
    plain.totals.closing = i128::from(plain.allowance + plain.purchased);
    plain.totals
}

/// When the months of the year start.
pub fn months() -> Vec<i64> {
    let first = |month: u32| {
        let date = chrono::NaiveDate::from_ymd_opt(2026, month, 1).expect("a month");
        Zone::UTC.midnight(date).expect("a midnight").millis()
    };
    (1..=12).map(first).collect()
}
