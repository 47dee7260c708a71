//! Two programs, one contract: a second, deliberately naive one, written from
//! `docs/reference/semantics.md` alone, must agree with the engine to the credit, the cent and the
//! millisecond, fact by fact, over thousands of cases drawn from numbers.
//!
//! `RECHARGE_CASES` and `RECHARGE_SEED` choose how many cases and from where the long run takes:
//! `RECHARGE_CASES=1000000 cargo test --release --test differential -- --ignored`.

mod books;
mod calendar;
mod case;
mod checks;
mod coverage;
mod ledger;
mod naive;
mod regressions;
mod tell;

use std::panic::{AssertUnwindSafe, catch_unwind};

use case::{Case, generate, readable};
use checks::Checks;
use coverage::Coverage;
use naive::{Line, Sums, Told};
use recharge::chronicle::{Chronicle, Stranding};
use recharge::domain::Credits;
use recharge::engine::{Chunk, Engine, EngineError, Fact, Moment, Observer, Pace, UsageRun};
use recharge::metrics::Metrics;
use recharge::payments::Processor;
use recharge::streams::Streams;
use tell::Teller;

/// What one run of the engine told.
struct Run {
    lines: Vec<Line>,
    figures: Vec<(String, Sums)>,
    complaints: Vec<String>,
    balances: bool,
    kinds: std::collections::BTreeMap<String, u64>,
}

/// What one run of the engine told those who only add up: it may sleep over chunks.
struct Summed {
    figures: Vec<(String, Sums)>,
    lists: (Stranding, Chronicle),
    runs: u64,
}

/// Counts runs of usage.
#[derive(Clone, Debug, Default)]
struct Runs<const ADDS_UP: bool>(u64);

impl<const ADDS_UP: bool> Observer for Runs<ADDS_UP> {
    fn adds_up(&self) -> bool {
        ADDS_UP
    }

    fn fact(&mut self, _: &Moment, _: &Fact<'_>) {}

    fn usage(&mut self, _: &UsageRun<'_>) {
        self.0 += 1;
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

/// What came of a case.
enum Outcome {
    /// Both programs agree.
    Agreed(Box<Run>),
    /// Too much happens in it.
    Skipped,
}

fn processor(case: &Case) -> Processor<'_> {
    Processor::new(&case.luck, Streams { seed: case.seed, replication: 0 })
}

/// Runs the engine, in chunks that end at `splits`, through a clone of itself at each.
fn engine(case: &Case, pace: Pace, splits: &[usize]) -> Result<Run, EngineError> {
    let setup = &case.setup;
    let listener = (Metrics::new(setup.horizon), (Teller::default(), Checks::new(setup)));
    let mut engine = Engine::start(setup, pace, processor(case), listener)?;
    let (usage, taken_back) = case.read();
    engine.takes_back(&taken_back);
    let mut bounds = splits.to_vec();
    bounds.push(usage.len());
    bounds.sort_unstable();
    let mut from = 0;
    for to in bounds {
        let mut chunk = Chunk::new();
        for &(at, asked) in &usage[from..to] {
            chunk.push(at, asked).expect("a chunk of a case is small");
        }
        engine.feed(&chunk)?;
        from = to;
        if let Some(&(next, _)) = usage.get(to) {
            engine.advance(next)?;
            engine = engine.clone();
        }
    }
    let (metrics, (teller, checks)) = engine.finish()?;
    Ok(Run {
        figures: tell::figures(&metrics),
        balances: metrics.total().balances()
            && metrics.cycles().iter().all(|c| c.figures.balances()),
        lines: teller.lines,
        kinds: teller.kinds,
        complaints: checks.complaints,
    })
}

/// Runs the engine in chunks of so many events, each of which it may sleep over if `MAY_SLEEP`.
fn summed<const MAY_SLEEP: bool>(case: &Case, events: usize) -> Result<Summed, EngineError> {
    let lists = (Stranding::default(), Chronicle::default());
    let listener = (Metrics::new(case.setup.horizon), (lists, Runs::<MAY_SLEEP>::default()));
    let (metrics, (lists, Runs(runs))) = lived(case, events, listener)?;
    Ok(Summed { figures: tell::figures(&metrics), lists, runs })
}

/// Runs the engine in chunks of so many events, through a clone of itself at each; returns what listened.
fn lived<O: Observer + Clone>(case: &Case, events: usize, listener: O) -> Result<O, EngineError> {
    let mut engine = Engine::start(&case.setup, Pace::Skip, processor(case), listener)?;
    let (usage, taken_back) = case.read();
    engine.takes_back(&taken_back);
    let mut chunk = Chunk::new();
    for part in usage.chunks(events) {
        chunk.clear();
        for &(at, asked) in part {
            chunk.push(at, asked).expect("a chunk of a case is small");
        }
        engine.advance(part[0].0)?;
        engine = engine.clone();
        engine.feed(&chunk)?;
    }
    engine.finish()
}

/// The same told to those who take routine recharges in one sum.
fn routine(case: &Case, events: usize) -> Result<(Vec<(String, Sums)>, Stranding), EngineError> {
    let listener = (Metrics::new(case.setup.horizon), Stranding::default());
    let (metrics, stranding) = lived(case, events, listener)?;
    Ok((tell::figures(&metrics), stranding))
}

/// Compares an account that sleeps with one that never does, and both with the naive program.
fn compare_asleep(case: &Case, naive: &Told) -> Result<(), String> {
    for events in [1, 3] {
        let name = format!("in chunks of {events}");
        let failed = |error: EngineError| format!("{name}: {error}");
        let asleep = summed::<true>(case, events).map_err(failed)?;
        let awake = summed::<false>(case, events).map_err(failed)?;
        figures_differ(&format!("asleep {name}"), &naive.figures, &asleep.figures)?;
        figures_differ(&format!("awake {name}"), &naive.figures, &awake.figures)?;
        if asleep.lists != awake.lists {
            let (asleep, awake) = (asleep.lists, awake.lists);
            return Err(format!("{name}: {asleep:?} asleep, not {awake:?}"));
        }
    }
    for events in [5, usize::MAX] {
        let name = format!("with routine in chunks of at most {events}");
        let (figures, stranding) =
            routine(case, events).map_err(|error| format!("{name}: {error}"))?;
        figures_differ(&name, &naive.figures, &figures)?;
        let awake =
            summed::<false>(case, events).map_err(|error| format!("{name}: {error}"))?.lists.0;
        if stranding != awake {
            return Err(format!("{name}: {stranding:?}, not {awake:?}"));
        }
    }
    Ok(())
}

/// The first difference between what was expected and what was told, with what led to it.
fn difference(name: &str, expected: &[Line], told: &[Line]) -> Result<(), String> {
    let same = |a: &Line, b: &Line| {
        let pools = a.pools.is_none() || b.pools.is_none() || a.pools == b.pools;
        a.at == b.at && a.text == b.text && pools
    };
    let length = expected.len().max(told.len());
    let differs = |&i: &usize| match (expected.get(i), told.get(i)) {
        (Some(a), Some(b)) => !same(a, b),
        _ => true,
    };
    let Some(first) = (0..length).find(differs) else { return Ok(()) };
    let show = |line: Option<&Line>| {
        line.map_or("(nothing)".into(), |line| {
            readable(&format!("@{} {} {}", line.at, line.text, line.pools.as_deref().unwrap_or("")))
        })
    };
    let mut text = format!("{name} differs at line {first}:\n");
    for i in first.saturating_sub(12)..first {
        text += &format!("    {}\n", show(expected.get(i)));
    }
    for i in first..first + 4 {
        text += &format!("  naive  {}\n", show(expected.get(i)));
    }
    for i in first..first + 4 {
        text += &format!("  engine {}\n", show(told.get(i)));
    }
    Err(text)
}

/// The first difference between figures.
fn figures_differ(
    name: &str,
    expected: &[(String, Sums)],
    told: &[(String, Sums)],
) -> Result<(), String> {
    if expected.len() != told.len() {
        return Err(format!("{name}: {} stretches, not {}", told.len(), expected.len()));
    }
    for ((stretch, expected), (other, told)) in expected.iter().zip(told) {
        if stretch != other {
            return Err(readable(&format!("{name}: cycle {other}, not {stretch}")));
        }
        for (figure, &told) in told {
            let expected = expected.get(figure).copied().unwrap_or(0);
            if told != expected {
                let text = format!("{name}: {figure} of {stretch} is {told}, not {expected}");
                return Err(readable(&text));
            }
        }
    }
    Ok(())
}

/// Compares the engine at both paces, whole and split, with the naive program.
fn compare(case: &Case) -> Result<Outcome, String> {
    let Ok(naive) = naive::run(&case.setup, processor(case), (&case.usage, &case.below_zero))
    else {
        return Ok(Outcome::Skipped);
    };
    let runs = [
        ("stepping", engine(case, Pace::Step, &[])),
        ("skipping", engine(case, Pace::Skip, &[])),
        ("split", engine(case, Pace::Skip, &case.splits)),
    ];
    let mut last = None;
    for (name, run) in runs {
        let run = run.map_err(|error| format!("{name}: {error}"))?;
        judge(name, &naive, &run)?;
        last = Some(run);
    }
    compare_asleep(case, &naive)?;
    let ledger = ledger::complaints(case).map_err(|error| format!("journal: {error}"))?;
    if let Some(complaint) = ledger.first() {
        return Err(format!("journal: {complaint}"));
    }
    last.map(|run| Outcome::Agreed(Box::new(run))).ok_or_else(|| "no run".into())
}

fn judge(name: &str, naive: &Told, run: &Run) -> Result<(), String> {
    difference(name, &naive.lines, &run.lines)?;
    figures_differ(name, &naive.figures, &run.figures)?;
    if let Some(complaint) = run.complaints.first() {
        return Err(readable(&format!("{name}: {complaint}")));
    }
    if !run.balances {
        return Err(format!("{name}: the figures do not balance"));
    }
    Ok(())
}

/// As [`compare`], a panic being a complaint like any other.
fn complaint(case: &Case) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| compare(case))) {
        Ok(Ok(_)) => None,
        Ok(Err(text)) => Some(text),
        Err(_) => Some("a panic".into()),
    }
}

/// Drops what a failing case does not need to fail, and says what is left of it.
fn shrunk(mut case: Case) -> String {
    let mut why = complaint(&case).unwrap_or_default();
    'smaller: loop {
        for smaller in case.smaller() {
            if let Some(text) = complaint(&smaller) {
                (case, why) = (smaller, text);
                continue 'smaller;
            }
        }
        return format!("case {}\n{case}\n{why}", case.seed);
    }
}

/// Runs cases until one fails; says what was covered.
fn run_cases(first: u64, count: u64) -> Result<Coverage, String> {
    let mut coverage = Coverage::default();
    for number in first..first + count {
        let case = generate(number);
        let outcome = catch_unwind(AssertUnwindSafe(|| compare(&case)));
        match outcome {
            Ok(Ok(Outcome::Agreed(run))) => coverage.count(&case, &run.kinds),
            Ok(Ok(Outcome::Skipped)) => coverage.skipped += 1,
            _ => return Err(shrunk(case)),
        }
    }
    Ok(coverage)
}

/// The same on several threads, each with a share of the cases in a row; panics with what fails.
fn run_on_threads(first: u64, count: u64, threads: u64) -> Coverage {
    let share = count.div_ceil(threads);
    std::thread::scope(|scope| {
        let run = |n: u64| scope.spawn(move || run_cases(first + n * share, share));
        let runs: Vec<_> = (0..threads).map(run).collect();
        let mut coverage = Coverage::default();
        for run in runs {
            let found = run.join().expect("a thread").unwrap_or_else(|failure| panic!("{failure}"));
            coverage.add(found);
        }
        coverage
    })
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn the_engine_agrees_with_the_naive_program_and_every_kind_of_case_occurs() {
    let coverage = run_on_threads(0, 1_500, 2);
    let scarce = coverage.scarce(10);
    assert!(scarce.is_empty(), "hardly ever generated: {scarce:?}");
    assert!(coverage.skipped < 75, "{} of 1500 cases were too long", coverage.skipped);
}

#[test]
#[ignore = "long: RECHARGE_CASES cases from RECHARGE_SEED"]
fn the_engine_agrees_with_the_naive_program_in_the_long_run() {
    let (count, seed) = (setting("RECHARGE_CASES", 100_000), setting("RECHARGE_SEED", 1));
    let threads = setting("RECHARGE_THREADS", 2);
    let skipped = run_on_threads(seed << 32, count, threads).skipped;
    println!("{count} cases from seed {seed} agree, {skipped} were too long");
    assert!(skipped * 20 < count, "{skipped} of {count} cases were too long");
}

#[test]
fn days_and_months_agree_in_every_zone_around_every_clock_change() {
    use recharge::domain::{Instant, Zone};
    let (hour, first) = (3_600_000_i64, 1_136_073_600_000_i64);
    let changes = |name: &'static str| {
        let tz = calendar::zone(name);
        let offset = move |at: i64| calendar::local(tz, at).and_utc().timestamp_millis() - at;
        // Two days apart, the whole of two years.
        let steps = (0..365).map(move |n| first + n * 48 * hour);
        let changed = move |&at: &i64| offset(at) != offset(at + 48 * hour);
        steps.filter(changed).flat_map(move |at| (0..192).map(move |n| at + n * hour / 4))
    };
    for name in Zone::names() {
        let (zone, tz) = (Zone::from_name(name).unwrap(), calendar::zone(name));
        for at in changes(name) {
            // Local times as the clock would have shown them a day before: some are skipped.
            let wall = calendar::local(tz, at - 24 * hour) + chrono::Days::new(1);
            let found = zone.instant(wall).map(Instant::millis);
            assert_eq!(found, Some(calendar::instant(tz, wall)), "{name} {wall}");
            let instant = Instant::from_millis(at);
            for (window, expected) in [
                (zone.day(instant), calendar::day(tz, at)),
                (zone.month(instant), calendar::month(tz, at)),
            ] {
                assert_eq!(
                    (window.from.millis(), window.to.millis()),
                    expected,
                    "{name} {instant}"
                );
            }
        }
    }
}

#[test]
fn many_accounts_sleep_over_chunks_and_some_cannot() {
    let told = |number| {
        let case = generate(number);
        let (asleep, awake) = (summed::<true>(&case, 1).ok()?, summed::<false>(&case, 1).ok()?);
        (awake.runs > 20).then_some((asleep.runs, awake.runs))
    };
    let told: Vec<(u64, u64)> = (0..1_000).filter_map(told).collect();
    let sleep = told.iter().filter(|(asleep, awake)| asleep * 4 < awake * 3).count();
    let cannot = told.iter().filter(|(asleep, awake)| asleep == awake).count();
    assert!(sleep * 5 > told.len() && cannot > 10, "{sleep} and {cannot} of {}", told.len());
}

// ---- the checkers, fed something broken ------------------------------------------------------------

/// A case with many facts, and what both programs say of it.
fn busy() -> (Told, Run) {
    let found = (0..200).find_map(|number| {
        let case = generate(number);
        let told =
            naive::run(&case.setup, processor(&case), (&case.usage, &case.below_zero)).ok()?;
        let run = engine(&case, Pace::Skip, &[]).ok()?;
        let busy = run.kinds.contains_key("charge_succeeded") && run.kinds.contains_key("expired");
        (busy && run.lines.len() > 30).then_some((told, run))
    });
    found.expect("a busy case among the first")
}

#[test]
fn a_fact_too_few_is_noticed_wherever_it_is_missing() {
    let (told, mut run) = busy();
    assert!(judge("whole", &told, &run).is_ok());
    for index in 0..run.lines.len() {
        let line = run.lines.remove(index);
        assert!(difference("broken", &told.lines, &run.lines).is_err(), "{index}");
        run.lines.insert(index, line);
    }
}

#[test]
fn a_balance_that_is_off_by_the_smallest_step_is_noticed() {
    let (told, mut run) = busy();
    for index in 0..run.lines.len() {
        let line = run.lines[index].clone();
        run.lines[index].text.push('1');
        assert!(difference("broken", &told.lines, &run.lines).is_err(), "{index}");
        run.lines[index] = line.clone();
        run.lines[index].at += 1;
        assert!(difference("broken", &told.lines, &run.lines).is_err(), "{index}");
        run.lines[index] = line;
    }
}

#[test]
fn a_figure_that_is_off_by_one_is_noticed() {
    let (told, mut run) = busy();
    for stretch in 0..run.figures.len() {
        for name in run.figures[stretch].1.keys().copied().collect::<Vec<_>>() {
            *run.figures[stretch].1.get_mut(name).unwrap() += 1;
            assert!(figures_differ("broken", &told.figures, &run.figures).is_err(), "{name}");
            *run.figures[stretch].1.get_mut(name).unwrap() -= 1;
        }
    }
    assert!(figures_differ("whole", &told.figures, &run.figures).is_ok());
}

/// Complaints about a run of hand-made facts, each with the balance after it.
fn complaints(case: &Case, facts: &[(i64, i64, recharge::engine::Fact<'_>)]) -> Vec<String> {
    use recharge::domain::{Instant, Pools};
    use recharge::engine::{Cause, Moment, Observer, State};
    let mut checks = Checks::new(&case.setup);
    let mut before = Pools::default();
    for (at, balance, fact) in facts {
        let after = Pools { purchased: Credits::whole(*balance), ..Pools::default() };
        let at = Instant::from_millis(*at);
        let (cause, state) = (Cause::Start, State::Armed);
        checks.fact(&Moment { at, cause, state, before, after }, fact);
        before = after;
    }
    checks.complaints
}

#[test]
fn a_broken_run_is_complained_about() {
    use recharge::domain::{BurnRank, Instant, Money, Source};
    use recharge::engine::Fact;
    use recharge::policy::{Cap, CapWindow, Counts, Exceeding, Limit, Order, Warnings};
    let mut case = generate(0);
    case.setup.policy.service = Default::default();
    case.setup.actions.clear();
    regressions::rules(&mut case).terms.undone = Default::default();
    regressions::rules(&mut case).caps = vec![Cap {
        limit: Limit::Recharges(1),
        window: CapWindow::Month,
        counts: Counts::Successes,
        exceeding: Exceeding::Skip,
        warn_at: Warnings::NONE,
    }];
    let start = case.setup.horizon.from.millis();
    let order = Order { credits: Credits::whole(5), price: Money::ZERO };
    let started = |attempt| Fact::ChargeStarted { attempt, order };
    let succeeded = |attempt| Fact::ChargeSucceeded { attempt, order };
    let granted = |expires: i64| Fact::Granted {
        source: Source::Recharge,
        credits: order.credits,
        price: Money::ZERO,
        expires: Instant::from_millis(start + expires),
        with_cycle: false,
        rank: BurnRank::ALLOWANCE,
    };
    let recharge = |n| [(start, 0, started(n)), (start, 0, succeeded(n))];
    let sound = [&recharge(1)[..], &[(start, 5, granted(9))]].concat();
    assert_eq!(complaints(&case, &sound), Vec::<String>::new());
    for (broken, complaint) in [
        (recharge(1).iter().chain(&recharge(2)).cloned().collect(), "cap"),
        (vec![(start, 0, started(1)), (start, 0, started(2))], "two charges"),
        (vec![(start, 0, succeeded(1))], "never started"),
        (vec![(start, 4, granted(9))], "what came"),
        (vec![(start, 5, granted(9)), (start + 10, 5, Fact::Exhausted)], "expired"),
        (vec![(start, -1, Fact::Forfeited { credits: Credits::whole(1) })], "below its limit"),
    ] {
        let found = complaints(&case, &broken);
        assert!(found.iter().any(|text| text.contains(complaint)), "{complaint}: {found:?}");
    }
}
