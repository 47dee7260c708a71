//! What lets an account sleep over a chunk of usage, and what wakes it: both sides of every boundary.
//!
//! That sleeping changes no figure is held over thousands of cases in `tests/differential`.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use recharge::domain::{Credits, Duration, Instant};
use recharge::engine::{Chunk, Engine, Fact, Limits, Moment, Observer, Pace, UsageRun};
use recharge::payments::Processor;
use recharge::scenario::Scenario;
use recharge::streams::Streams;

/// Writes down runs of usage as they are told, and adds up or asks for every run.
#[derive(Clone, Default)]
struct Told<const ADDS_UP: bool>(Rc<RefCell<Vec<String>>>);

impl<const ADDS_UP: bool> Observer for Told<ADDS_UP> {
    fn adds_up(&self) -> bool {
        ADDS_UP
    }

    fn fact(&mut self, _: &Moment, fact: &Fact<'_>) {
        if let Fact::Ended { .. } = fact {
            self.0.borrow_mut().push("end".into());
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let UsageRun { events, demanded, served, .. } = run;
        self.0.borrow_mut().push(format!("{events}: {served} of {demanded}"));
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.0.borrow_mut().push(format!("{}: nothing", run.events));
    }
}

fn scenario(rules: &str) -> Scenario {
    let text = format!("currency = \"USD\"\nstart = 2026-01-01\nend = 2026-01-05\n{rules}\n");
    Scenario::from_text("sleep.toml", &text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

type Account<'s, O> = Engine<'s, Processor<'s>, O>;

fn start<O: Observer>(scenario: &Scenario, pace: Pace, listener: O) -> Account<'_, O> {
    let processor = Processor::new(&scenario.luck, Streams { seed: 0, replication: 0 });
    Engine::start(&scenario.setup, pace, processor, listener).unwrap()
}

/// A chunk written as `hour amount, hour amount`; `24-` is a millisecond before hour 24.
fn chunk(scenario: &Scenario, text: &str) -> Chunk {
    let mut chunk = Chunk::new();
    for event in text.split(", ") {
        let (at, amount) = event.split_once(' ').unwrap();
        let hour: i64 = at.trim_end_matches('-').parse().unwrap();
        let millis = hour * Duration::HOUR.millis() - i64::from(at.ends_with('-'));
        let at: Instant = scenario.setup.horizon.from.plus(Duration::from_millis(millis));
        chunk.push(at, amount.parse().unwrap()).unwrap();
    }
    chunk
}

/// What is told while chunks are fed, those of each in brackets, and at the end.
fn tell<const ADDS_UP: bool>(rules: &str, pace: Pace, chunks: &str) -> String {
    let (scenario, told) = (scenario(rules), Told::<ADDS_UP>::default());
    let mut engine = start(&scenario, pace, told.clone());
    let mut text = String::new();
    for part in chunks.split(" | ") {
        engine.feed(&chunk(&scenario, part)).unwrap();
        text += &format!("[{}] ", told.0.take().join(", "));
    }
    engine.finish().unwrap();
    text + &told.0.take().join(", ")
}

const ARMED: &str = "account.opening_balance = 100\npackages.p = { credits = 50, price = \"5\" }\n\
                     recharge = { at_or_below = 10, package = \"p\" }\npayment.latency = \"1h\"";
const OFF: &str = "account.opening_balance = 100";
const ACTION: &str = "account.opening_balance = 100\nactions = [{ at = 2026-01-02T00:00:00, \
                      do = \"top_up\", credits = 1, price = \"0.10\" }]";
const OVERDRAFT: &str = "account.opening_balance = 1\nservice.shortfall = \"overdraft\"\n\
                         service.overdraft_limit = 50";
const LITTLE: &str = "account.opening_balance = 5";
const PARTIAL: &str = "account.opening_balance = 5\nservice.shortfall = \"partial\"";

#[test]
fn an_account_sleeps_until_something_needs_a_look() {
    for (rules, chunks, told) in [
        // Usage up to one step before the trigger, then the trigger itself.
        (ARMED, "1 40 | 2 49.999999", "[] [] 2: 89.999999 of 89.999999, end"),
        (ARMED, "1 40 | 2 50", "[] [2: 90 of 90] end"),
        (ARMED, "1 40 | 2 9, 3 40.999999", "[] [] 3: 89.999999 of 89.999999, end"),
        (ARMED, "1 40 | 2 9, 3 41", "[] [3: 90 of 90] end"),
        // What it slept over counts.
        (ARMED, "1 40 | 2 20 | 3 29.999999", "[] [] [] 3: 89.999999 of 89.999999, end"),
        (ARMED, "1 40 | 2 20 | 3 30", "[] [] [3: 90 of 90] end"),
        // The balance at zero, where nothing is bought.
        (OFF, "1 40 | 2 59.999999", "[] [] 2: 99.999999 of 99.999999, end"),
        (OFF, "1 40 | 2 60", "[] [2: 100 of 100] end"),
        // Something scheduled.
        (ACTION, "1 10 | 24- 10 | 25 10", "[] [] [2: 20 of 20] 1: 10 of 10, end"),
        (ACTION, "1 10 | 24 10 | 25 10", "[] [1: 10 of 10] [] 2: 20 of 20, end"),
        // The last that is covered.
        (OVERDRAFT, "1 1, 2 1 | 3 49", "[1: 1 of 1] [] 2: 50 of 50, end"),
        (OVERDRAFT, "1 1, 2 1 | 3 49.000001", "[1: 1 of 1] [1: 1 of 1, 1: 0 of 49.000001] end"),
        // An outage with nothing, and with something, that could be served.
        (
            LITTLE,
            "1 5, 2 9, 3 9 | 4 1000000 | 5 1",
            "[1: 5 of 5, 1: 0 of 9] [] [] 3: 0 of 1000010, end",
        ),
        (LITTLE, "1 6, 2 6 | 3 6 | 4 6", "[1: 0 of 6] [1: 0 of 6] [1: 0 of 6] 1: 0 of 6, end"),
        (LITTLE, "1 6, 2 6 | 3 5 | 4 1", "[1: 0 of 6] [1: 0 of 6, 1: 5 of 5] [1: 0 of 1] end"),
        (PARTIAL, "1 6, 2 6 | 3 7 | 4 1", "[1: 5 of 6] [] [] 3: 0 of 14, end"),
        // Events of zero credits.
        (
            OFF,
            "1 10 | 2 10, 3 0 | 4 10",
            "[] [1: 10 of 10, 1: 10 of 10, 1: nothing] [] 1: 10 of 10, end",
        ),
        (OFF, "1 10 | 2 0 | 3 10", "[] [1: 10 of 10, 1: nothing] [] 1: 10 of 10, end"),
    ] {
        assert_eq!(tell::<true>(rules, Pace::Skip, chunks), told, "{chunks} with {rules}");
    }
}

#[test]
fn accounts_fed_together_live_as_each_does_alone() {
    let rules = [ARMED, OFF, ACTION, OVERDRAFT, LITTLE, PARTIAL];
    let chunks = "1 2 | 2 9, 3 9 | 4 40 | 5 60, 6 0 | 7 1 | 24 1";
    let (scenarios, told) = (rules.map(scenario), rules.map(|_| Told::<true>::default()));
    let account = |(of, told): (_, &Told<true>)| start(of, Pace::Skip, told.clone());
    let mut accounts: Vec<_> = scenarios.iter().zip(&told).map(account).collect();
    let mut found = rules.map(|_| String::new());
    for part in chunks.split(" | ") {
        Engine::feed_all(&mut accounts, &chunk(&scenarios[0], part).slice()).unwrap();
        for (found, told) in found.iter_mut().zip(&told) {
            *found += &format!("[{}] ", told.0.take().join(", "));
        }
    }
    for (place, account) in accounts.into_iter().enumerate() {
        account.finish().unwrap();
        found[place] += &told[place].0.take().join(", ");
        assert_eq!(found[place], tell::<true>(rules[place], Pace::Skip, chunks), "{place}");
    }
}

#[test]
fn of_accounts_fed_together_the_first_that_cannot_go_on_is_named_by_its_place() {
    let scenario = scenario(ARMED);
    let account = |charges| {
        let limits = Limits { charges, ..Limits::default() };
        start(&scenario, Pace::Skip, Told::<true>::default()).within(limits)
    };
    let fed = |part| {
        let mut accounts = [account(9), account(0), account(9), account(0)];
        let fed = Engine::feed_all(&mut accounts, &chunk(&scenario, part).slice());
        fed.map_err(|(place, error)| (place, error.to_string().contains("charges")))
    };
    assert_eq!(fed("1 80, 2 1"), Ok(()));
    assert_eq!(fed("1 80, 2 10, 4 1"), Err((1, true)));
}

#[test]
fn nobody_sleeps_where_every_event_has_consequences_or_every_run_is_asked_for() {
    let each = "[1: 10 of 10] [1: 10 of 10] end";
    for rules in ["service.comes_back_after = \"6h\"", "service.metering_lag = \"20min\""] {
        let rules = format!("{OFF}\n{rules}");
        assert_eq!(tell::<true>(&rules, Pace::Skip, "1 10 | 2 10"), each, "{rules}");
    }
    assert_eq!(tell::<true>(OFF, Pace::Step, "1 10 | 2 10"), each);
    assert_eq!(tell::<false>(OFF, Pace::Skip, "1 10 | 2 10"), each);
    assert_eq!(tell::<true>(OFF, Pace::Skip, "1 10 | 2 10"), "[] [] 2: 20 of 20, end");
}

#[test]
fn whoever_passes_on_adds_up_only_if_all_do() {
    let (sums, runs) = (Told::<true>::default(), Told::<false>::default());
    assert!(().adds_up() && (sums.clone(), ()).adds_up() && Some(sums.clone()).adds_up());
    assert!(!(sums.clone(), runs.clone()).adds_up() && !(runs.clone(), sums).adds_up());
    assert!(!Some(runs).adds_up() && None::<Told<false>>.adds_up());
}

#[test]
fn who_looks_at_an_account_that_sleeps_wakes_it() {
    let (scenario, told) = (scenario(OFF), Told::<true>::default());
    let mut engine = start(&scenario, Pace::Skip, told.clone());
    for part in ["1 10", "2 10"] {
        engine.feed(&chunk(&scenario, part)).unwrap();
    }
    engine.advance(scenario.setup.horizon.to).unwrap();
    assert_eq!(told.0.borrow().len(), 0);
    let mut copy = engine.clone();
    assert_eq!(engine.pools().balance(), Credits::whole(80));
    assert_eq!(told.0.take(), ["2: 20 of 20"]);
    assert_eq!(copy.observer().0.borrow().len(), 1);
}

#[test]
fn what_is_refused_in_a_long_sleep_never_overflows() {
    let (scenario, told) = (scenario("account.opening_balance = 0"), Told::<true>::default());
    let mut engine = start(&scenario, Pace::Skip, told.clone());
    let from = scenario.setup.horizon.from;
    for _ in 0..9 {
        let mut chunk = Chunk::new();
        while chunk.push(from, Credits::LARGEST).is_ok() {}
        engine.feed(&chunk).unwrap();
    }
    engine.finish().unwrap();
    let events = |line: &String| line.split(':').next().unwrap().parse::<u64>().ok();
    assert_eq!(told.0.borrow().iter().filter_map(events).sum::<u64>(), 18);
    assert!(told.0.borrow().len() < 6, "{:?}", told.0);
}
