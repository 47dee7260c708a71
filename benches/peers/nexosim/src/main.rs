//! The reference work in NeXosim: one account a model, one simulation a candidate.
//!
//! Usage, months and charges are events that the account schedules on itself. The folder with the
//! work is the argument; the answer is a line of JSON (see `work.py`).

use std::fs;
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

const CREDIT: i64 = 1_000_000;
const LATENCY: i64 = 5_000;
const BACK_OFF: i64 = 3_600_000;
/// Nanoseconds after a millisecond at which things happen: months first, then charges, then usage.
const CHARGE: u32 = 1;
const USAGE: u32 = 2;

/// What all accounts meet.
struct Work {
    times: Vec<i64>,
    amounts: Vec<i64>,
    months: Vec<i64>,
    fails: Vec<u8>,
}

static WORK: OnceLock<Work> = OnceLock::new();
static TOTALS: Mutex<Vec<[i64; 4]>> = Mutex::new(Vec::new());

fn work() -> &'static Work {
    WORK.get().expect("read at the start")
}

fn instant(millis: i64, nanos: u32) -> MonotonicTime {
    let part = u32::try_from(millis.rem_euclid(1_000)).expect("below a thousand") * 1_000_000;
    MonotonicTime::new(millis.div_euclid(1_000), part + nanos).expect("an instant")
}

#[derive(Default, Serialize, Deserialize)]
struct Account {
    pack: i64,
    cap: Option<u64>,
    threshold: i64,
    allowance: i64,
    purchased: i64,
    next: usize,
    month: usize,
    used: u64,
    attempt: usize,
    charging: bool,
    recharges: i64,
    failed: i64,
    refused: i64,
}

#[Model]
impl Account {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        cx.schedule_event(instant(work().months[0], 0), schedulable!(Self::month), ()).unwrap();
        cx.schedule_event(instant(work().times[0], USAGE), schedulable!(Self::usage), ()).unwrap();
    }

    #[nexosim(schedulable)]
    async fn usage(&mut self, _: (), cx: &Context<Self>) {
        let (at, amount) = (work().times[self.next], work().amounts[self.next]);
        self.next += 1;
        if let Some(&next) = work().times.get(self.next) {
            // Two in one millisecond come one after the other.
            let later = instant(next, USAGE).max(cx.time() + Duration::from_nanos(1));
            cx.schedule_event(later, schedulable!(Self::usage), ()).unwrap();
        }
        if self.allowance + self.purchased < amount {
            self.refused += amount;
            return;
        }
        let first = self.allowance.min(amount);
        self.allowance -= first;
        self.purchased -= amount - first;
        self.trigger(at, cx);
    }

    #[nexosim(schedulable)]
    async fn month(&mut self, _: (), cx: &Context<Self>) {
        let months = &work().months;
        let at = months[self.month];
        self.month += 1;
        if self.month == months.len() {
            let closing = self.allowance + self.purchased;
            let totals = [self.recharges, self.failed, self.refused, closing];
            TOTALS.lock().expect("no panic").push(totals);
            return;
        }
        cx.schedule_event(instant(months[self.month], 0), schedulable!(Self::month), ()).unwrap();
        self.allowance = 8_000 * CREDIT;
        self.used = 0;
        self.trigger(at, cx);
    }

    fn trigger(&mut self, at: i64, cx: &Context<Self>) {
        let low = self.allowance + self.purchased <= self.threshold;
        if low && !self.charging && self.cap.is_none_or(|cap| self.used < cap) {
            self.charging = true;
            let due = at + LATENCY;
            cx.schedule_event(instant(due, CHARGE), schedulable!(Self::settle), due).unwrap();
        }
    }

    #[nexosim(schedulable)]
    async fn settle(&mut self, at: i64, cx: &Context<Self>) {
        let fails = work().fails[self.attempt] == 1;
        self.attempt += 1;
        if fails {
            self.failed += 1;
            let due = at + BACK_OFF;
            cx.schedule_event(instant(due, CHARGE), schedulable!(Self::again), due).unwrap();
            return;
        }
        self.purchased += self.pack;
        self.used += 1;
        self.recharges += 1;
        self.again(at, cx).await;
    }

    #[nexosim(schedulable)]
    async fn again(&mut self, at: i64, cx: &Context<Self>) {
        self.charging = false;
        self.trigger(at, cx);
    }
}

/// Every ninth candidate, in the order of `expected.json`.
fn candidates() -> Vec<(usize, Account)> {
    let mut all = Vec::new();
    for pack in [1_000, 2_000, 3_000, 6_000] {
        for cap in [Some(5), Some(15), Some(40), None] {
            for threshold in [0, 100, 500, 2_000] {
                let (pack, threshold) = (pack * CREDIT, threshold * CREDIT);
                all.push(Account { pack, cap, threshold, ..Account::default() });
            }
        }
    }
    all.into_iter().enumerate().step_by(9).collect()
}

fn simulate(account: Account) -> Result<(), SimulationError> {
    let months = &work().months;
    let (from, to) = (months[0], months[months.len() - 1]);
    let mut simulation = SimInit::with_num_threads(1)
        .add_model(account, Mailbox::new(), "account")
        .init(instant(from - 1, 0))?;
    simulation.step_until(instant(to, 0))?;
    Ok(())
}

fn ints(folder: &Path, name: &str) -> Vec<i64> {
    let bytes = fs::read(folder.join(name)).expect("exported before");
    bytes.as_chunks::<8>().0.iter().map(|word| i64::from_le_bytes(*word)).collect()
}

/// Seconds that this program was given a processor, which others on the machine hardly change; where the
/// system does not tell, those that passed.
fn clock(started: Instant) -> f64 {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let told = tasks.filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok());
    let busy: u64 = told.filter_map(|told| told.split(' ').next()?.parse::<u64>().ok()).sum();
    if busy > 0 { busy as f64 / 1e9 } else { started.elapsed().as_secs_f64() }
}

fn main() {
    let folder = std::env::args().nth(1).expect("the folder with the work");
    let folder = Path::new(&folder);
    let fails = fs::read(folder.join("attempts.u8")).expect("exported before");
    let (times, amounts) = (ints(folder, "times.i64"), ints(folder, "amounts.i64"));
    let months = ints(folder, "months.i64");
    let events = times.len();
    WORK.get_or_init(|| Work { times, amounts, months, fails });
    let candidates = candidates();
    let numbers: Vec<usize> = candidates.iter().map(|&(number, _)| number).collect();
    let started = Instant::now();
    let before = clock(started);
    for (_, account) in candidates {
        simulate(account).unwrap_or_else(|error| panic!("{error}"));
    }
    let seconds = clock(started) - before;
    let totals = TOTALS.lock().expect("no panic");
    println!(
        "{{\"what\": \"NeXosim\", \"note\": \"\", \"candidates\": {numbers:?}, \"events\": {events}, \
         \"seconds\": {seconds}, \"totals\": {totals:?}}}"
    );
}
