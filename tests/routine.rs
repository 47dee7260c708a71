//! Recharges that are nothing but routine are lived through in an account's sleep, and everything else the general way: both
//! ways must come to the same, whatever the rules.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use recharge::chronicle::Stranding;
use recharge::domain::{Credits, Duration, Grant, Instant};
use recharge::engine::{
    Chunk, Engine, Fact, GeneralWay, Moment, Observer, Pace, RoutineRun, State, UsageRun,
};
use recharge::metrics::Metrics;
use recharge::payments::Processor;
use recharge::scenario::Scenario;
use recharge::streams::Streams;

/// Counts recharges and failures that were told as routine, and of these recharges those with an outage or an empty balance
/// in the same sleep; those that were told one by one; and caps that were reached in a sleep, and awake.
#[derive(Clone, Copy, Debug, Default)]
struct RoutineCount {
    recharges: u64,
    interrupted: u64,
    failed: u64,
    others: u64,
    others_failed: u64,
    dry: u64,
    others_capped: u64,
    /// A cap was reached, and nothing has been heard of since but what that led to.
    capped: bool,
}

impl Observer for RoutineCount {
    fn adds_up(&self) -> bool {
        true
    }

    fn takes_routine(&self) -> bool {
        true
    }

    fn routine(&mut self, run: &RoutineRun) {
        if std::mem::take(&mut self.capped) {
            self.dry += 1;
            self.others_capped -= 1;
        }
        self.recharges += run.recharges;
        self.failed += run.failed_attempts;
        if run.outages > 0 || run.exhausted > Duration::ZERO {
            self.interrupted += run.recharges;
        }
    }

    fn fact(&mut self, _: &Moment, fact: &Fact<'_>) {
        self.others += u64::from(matches!(fact, Fact::ChargeSucceeded { .. }));
        self.others_failed += u64::from(matches!(fact, Fact::ChargeFailed { .. }));
        match fact {
            Fact::CapReached { .. } => {
                self.others_capped += 1;
                self.capped = true;
            }
            Fact::Notified(_) | Fact::Disabled => {}
            _ => self.capped = false,
        }
    }

    fn usage(&mut self, _: &UsageRun<'_>) {
        self.capped = false;
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

/// One of what leaves recharges routine, mostly, or one of the others.
fn mostly(
    routine: &'static [&'static str],
    others: &'static [&'static str],
) -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => select(routine), 2 => select(others)]
}

/// When a recharge is due, what it buys, what limits it, and how long its credits last.
fn recharge() -> impl Strategy<Value = String> {
    let trigger = mostly(
        &["at_or_below = 0", "at_or_below = 20", "at_or_below = 60", "below = 12.5"],
        &[
            "consumed_share = \"80%\"",
            "consumed_share = \"95%\"\nrecharge.share_of = \"allowance\"",
        ],
    );
    let buys = mostly(
        &["package = \"p\"", "package = \"p\"\nrecharge.packs = 2", "package = \"free\""],
        &[
            "package = \"p\"\nrecharge.surcharge = \"30%\"\nrecharge.sizes = [{ from = 50, bonus_credits = 3 }]",
            "package = \"p\"\nrecharge.closes_gap = true",
            "up_to = 230\nrecharge.increment = 7\nrecharge.unit_price = \"0.013\"",
        ],
    );
    let limits = mostly(
        &[
            "",
            "",
            "",
            "recharge.firing = \"edge\"",
            "recharge.caps = [{ recharges = 9, per = \"month\" }]",
            "recharge.caps = [{ recharges = 3, per = \"day\", counts = \"attempts\" }]",
            "recharge.caps = [{ recharges = 9, per = \"month\" }, { money = \"66.00\", per = \"month\", counts = \"attempts\", exceeding = \"overshoot\" }]",
            "recharge.caps = [{ money = \"63.10\", per = \"cycle\" }, { recharges = 30, per = \"month\" }]",
            "recharge.caps = [{ credits = 700, per = \"month\", exceeding = \"overshoot\" }]",
            "recharge.caps = [{ money = \"30.00\", per = \"day\", exceeding = \"overshoot\" }]",
            "recharge.caps = [{ credits = 900, per = \"month\", exceeding = \"disable\" }]",
        ],
        &[
            "recharge.caps = [{ credits = 700, per = \"month\", exceeding = \"clip\" }]",
            "recharge.caps = [{ recharges = 4, per = \"36h\" }]",
            "recharge.caps = [{ recharges = 12, per = \"month\", warn_at = [\"50%\"] }]",
            "recharge.cooldown = \"3h\"",
            "recharge.poll = \"7min\"",
        ],
    );
    let lasts = mostly(
        &["", "", "recharge.credits_expire = \"cycle_end\""],
        &[
            "recharge.credits_expire = \"cycle_end\"\naccount.expiry_grace = \"1 day\"",
            "recharge.credits_expire = \"3 days\"",
        ],
    );
    (trigger, buys, limits, lasts).prop_map(|(trigger, buys, limits, lasts)| {
        format!("recharge.{trigger}\nrecharge.{buys}\n{limits}\n{lasts}\n")
    })
}

/// How charges go, how usage is served, and what happens beside.
fn surroundings() -> impl Strategy<Value = String> {
    let latency = select(&["0s", "5s", "5s", "10min", "3h"]);
    let luck = mostly(
        &[
            "",
            "payment.fail_probability = \"8%\"",
            "payment.fail_probability = \"30%\"\npayment.hard_share = \"50%\"\npayment.retry_after = [\"20min\", \"3h\"]\npayment.disable_after = 2\npayment.repair_after = \"5h\"",
            "payment.fail_probability = \"25%\"\npayment.retry_after = \"0s\"\npayment.on_soft_decline = \"ignore\"",
            "payment.outages = [{ from = 2026-01-04, to = 2026-01-05 }]",
        ],
        &[
            "payment.fail_probability = \"20%\"\npayment.hard_share = \"40%\"\npayment.on_hard_decline = \"suspend\"\npayment.repair_after = \"2h\"",
            "account.failures = 1\npayment.fail_probability = \"20%\"\npayment.disable_after = 3\npayment.repair_after = \"1h\"",
            "payment.fail_attempts = [2, 5]\npayment.disable_after = 2\npayment.repair_after = \"1 day\"",
            "payment.verify_probability = \"10%\"\npayment.verification_takes = \"1h\"",
            "payment.card.decline_rate_per_month = \"90%\"",
            "reversals.refunds = { probability = \"20%\", after = \"2 days\" }",
        ],
    );
    let service = mostly(
        &[""],
        &[
            "service.shortfall = \"partial\"",
            "service.shortfall = \"stop\"\nservice.restart_after = \"2h\"",
            "service.shortfall = \"overdraft\"\nservice.overdraft_limit = 40",
            "service.overage = { price = \"0.02\", cap_credits = 40 }",
            "service.comes_back_after = \"6h\"",
        ],
    );
    let beside = mostly(
        &["", "account.opening_balance = 90"],
        &[
            "account.opening_grants = [{ credits = 60, expires = 2026-01-10 }, { credits = 45.5, price = \"1.01\" }]",
            "account.opening_grants = [{ credits = 60 }]\naccount.burn_order = [\"recharge\", \"opening\"]",
            "gifts = [{ credits = 30, at = 2026-01-03T12:00:00, burns = \"after_bought\" }]",
            "gifts = [{ credits = 4, per = \"day\", expires = \"next\", burns = \"before_allowance\" }]",
            "standing_charges = [{ credits = 1.5, every = \"7h\" }]",
            "actions = [{ at = 2026-01-05T00:00:00, do = \"disable\" }, { at = 2026-01-08T00:00:00, do = \"enable\" }]",
            "actions = [{ at = 2026-01-06T12:00:00, do = \"top_up\", credits = 80, price = \"2.00\" }]",
            "actions = [{ at = 2026-01-04T00:00:00, do = \"change_threshold\", at_or_below = 35 }, { at = 2026-01-09T00:00:00, do = \"change_package\", package = \"free\" }]",
            "actions = [{ at = 2026-01-07T00:00:00, do = \"card_expires\" }, { at = 2026-01-09T00:00:00, do = \"card_updated\" }]",
            "actions = [{ at = 2026-01-07T00:00:00, do = \"refund\" }]",
        ],
    );
    (latency, luck, service, beside).prop_map(|(latency, luck, service, beside)| {
        format!("payment.latency = \"{latency}\"\n{luck}\n{service}\n{beside}\n")
    })
}

/// An account with these rules.
fn account(rules: &str, seed: u32) -> String {
    format!(
        "currency = \"USD\"\nzone = \"Europe/Berlin\"\nstart = 2026-01-01\nend = 2026-02-03\n\
         seed = {seed}\nplan = \"p\"\nplans.p.fee = \"9.00\"\nplans.p.allowance = 120\n\
         packages.p = {{ credits = 70, price = \"7.25\" }}\n\
         packages.free = {{ credits = 55.5, price = \"0\" }}\n{rules}"
    )
}

/// Rules half of which leave recharges routine.
fn rules() -> impl Strategy<Value = String> {
    (recharge(), surroundings(), 0..1_000_u32).prop_map(|(recharge, surroundings, seed)| {
        account(&format!("{recharge}{surroundings}"), seed)
    })
}

/// Rules that leave recharges routine until caps are used up, and what may then happen.
fn capped_rules() -> impl Strategy<Value = String> {
    let level =
        select(&["at_or_below = 0", "at_or_below = 20", "at_or_below = 60", "below = 12.5"]);
    let caps = select(&[
        "{ recharges = 2, per = \"month\" }",
        "{ recharges = 7, per = \"month\" }, { recharges = 3, per = \"day\" }",
        "{ recharges = 5, per = \"month\", counts = \"attempts\" }",
        "{ recharges = 5, per = \"month\", exceeding = \"disable\" }",
        "{ money = \"30.00\", per = \"day\", exceeding = \"overshoot\" }",
        "{ credits = 300, per = \"cycle\" }",
    ]);
    let luck = select(&[
        "",
        "",
        "recharge.firing = \"edge\"",
        "payment.fail_probability = \"8%\"",
        "payment.fail_probability = \"20%\"\npayment.retry_after = \"20min\"",
        "service.shortfall = \"partial\"",
    ]);
    let beside = select(&[
        "",
        "",
        "account.opening_balance = 90",
        "standing_charges = [{ credits = 3, every = \"40h\" }]",
        "actions = [{ at = 2026-01-03T12:00:00, do = \"top_up\", credits = 10, price = \"2.00\" }]",
        "actions = [{ at = 2026-01-02T12:00:00, do = \"change_threshold\", at_or_below = 35 }]",
    ]);
    let latency = select(&["0s", "5s", "10min"]);
    (level, caps, luck, beside, latency, 0..1_000_u32).prop_map(
        |(level, caps, luck, beside, latency, seed)| {
            let recharge = format!("recharge.{level}\nrecharge.package = \"p\"\n");
            let rules = format!("recharge.caps = [{caps}]\npayment.latency = \"{latency}\"\n");
            account(&format!("{recharge}{rules}{luck}\n{beside}\n"), seed)
        },
    )
}

/// Usage: seconds after the event before, and millionths of a credit; and how many events a chunk has.
type Usage = (Vec<(i64, i64)>, usize);

fn usage() -> impl Strategy<Value = Usage> {
    let apart = prop_oneof![
        12 => 0..6_000_i64,
        2 => Just(0),
        4 => select(&[5_i64, 600, 3_600]),
        1 => 20_000..200_000_i64,
    ];
    let amount = prop_oneof![
        4 => (1..9_i64).prop_map(|whole| whole * 1_000_000),
        2 => 1..9_000_000_i64,
        1 => 9_000_000..40_000_000_i64,
    ];
    let events = prop::collection::vec((apart, amount), 0..700);
    // A balance of fractions is hardly ever used up to nothing.
    let step = select(&[1_u64, 1_000_000]);
    let rounded = |micro: i64, step: u64| (micro as u64).next_multiple_of(step) as i64;
    (events, step, select(&[1_usize, 7, 90, 500, 500])).prop_map(move |(mut events, step, size)| {
        events.iter_mut().for_each(|(_, micro)| *micro = rounded(*micro, step));
        (events, size)
    })
}

fn case() -> impl Strategy<Value = (Scenario, Usage)> {
    let rules = prop_oneof![rules().boxed(), capped_rules().boxed()];
    let valid = rules.prop_filter_map("refused by validation", |text| {
        Scenario::from_text("generated.toml", &text, Path::new(".")).ok()
    });
    (valid, usage())
}

fn chunks(scenario: &Scenario, (events, size): &Usage) -> Vec<Chunk> {
    let mut at = scenario.setup.horizon.from;
    let mut placed: Vec<(Instant, Credits)> = Vec::new();
    for &(seconds, micro) in events {
        at = at.plus(Duration::from_millis(seconds * 1_000));
        placed.push((at, Credits::from_micro(micro)));
    }
    placed.retain(|&(at, _)| at < scenario.setup.horizon.to);
    let chunk = |part: &[(Instant, Credits)]| {
        let mut chunk = Chunk::new();
        part.iter().for_each(|&(at, amount)| chunk.push(at, amount).unwrap());
        chunk
    };
    placed.chunks(*size).map(chunk).collect()
}

/// What an observer has heard at the end, the grants left, and the state of auto-recharge after each chunk.
fn lived<O: Observer>(
    scenario: &Scenario,
    chunks: &[Chunk],
    pace: Pace,
    observer: O,
) -> (O, Vec<Grant>, Vec<State>) {
    let processor = Processor::new(&scenario.luck, Streams { seed: scenario.seed, replication: 0 });
    let mut engine = Engine::start(&scenario.setup, pace, processor, observer).unwrap();
    let mut states = Vec::new();
    for chunk in chunks {
        engine.feed(chunk).unwrap();
        states.push(engine.state());
    }
    let (observer, grants) = engine.finish_with_grants().unwrap();
    (observer, grants, states)
}

type Heard = (Metrics, Stranding);

fn heard(scenario: &Scenario) -> Heard {
    (Metrics::new(scenario.setup.horizon), Stranding::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn recharges_in_sleep_come_to_the_same_as_awake((scenario, usage) in case()) {
        let chunks = chunks(&scenario, &usage);
        let (asleep, left, states) = lived(&scenario, &chunks, Pace::Skip, heard(&scenario));
        for pace in [Pace::Skip, Pace::Step] {
            let (awake, others, awake_states) =
                lived(&scenario, &chunks, pace, GeneralWay(heard(&scenario)));
            prop_assert_eq!(format!("{asleep:#?}"), format!("{:#?}", awake.0));
            prop_assert_eq!(&left, &others);
            prop_assert_eq!(&states, &awake_states);
        }
    }
}

#[test]
fn the_cases_have_much_routine_and_much_that_is_none() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = RoutineCount::default();
    for _ in 0..600 {
        let (scenario, usage) = case().new_tree(&mut runner).unwrap().current();
        let chunks = chunks(&scenario, &usage);
        let one = lived(&scenario, &chunks, Pace::Skip, RoutineCount::default()).0;
        seen.recharges += one.recharges;
        seen.interrupted += one.interrupted;
        seen.failed += one.failed;
        seen.others += one.others;
        seen.others_failed += one.others_failed;
        seen.dry += one.dry;
        seen.others_capped += one.others_capped;
    }
    assert!(seen.recharges > 1_000 && seen.interrupted > 200 && seen.others > 1_000, "{seen:?}");
    assert!(seen.failed > 50 && seen.others_failed > 50, "{seen:?}");
    assert!(seen.dry > 25 && seen.others_capped > 100, "{seen:?}");
}

/// A credit every ten minutes, so that the third charge starts on January 2 at 16:00 and, failing, is tried again at 17:00:05.
#[test]
fn a_failure_is_routine_where_its_retry_succeeds_before_anything_else_happens() {
    let soft = "payment.fail_attempts = [3]";
    let hard = "payment.hard_fail_attempts = [3]";
    let top_up = |at: &str| {
        format!(
            "actions = [{{ at = 2026-01-02T{at}, do = \"top_up\", credits = 0.5, price = \"1\" }}]"
        )
    };
    let caps = |cap: &str| format!("recharge.caps = [{{ {cap} }}]");
    let day = |wait: &str| {
        format!(
            "payment.retry_after = \"{wait}\"\nrecharge.caps = [{{ recharges = 9, per = \"day\" }}]"
        )
    };
    // Failures that are told as routine, and one by one.
    for (fails, rule, told) in [
        (soft, String::new(), (1, 0)),
        (soft, "payment.disable_after = 2".into(), (1, 0)),
        (soft, "payment.disable_after = 1".into(), (0, 1)),
        (soft, "payment.disable_after = 1\npayment.on_soft_decline = \"ignore\"".into(), (1, 0)),
        (soft, "payment.on_soft_decline = \"suspend\"".into(), (0, 1)),
        (hard, "payment.on_soft_decline = \"suspend\"".into(), (1, 0)),
        (hard, "payment.on_hard_decline = \"suspend\"".into(), (0, 1)),
        // The retry fails as well.
        ("payment.fail_attempts = [3, 4]", String::new(), (0, 2)),
        ("payment.fail_attempts = [3, 5]", String::new(), (2, 0)),
        ("payment.fail_attempts = [3]\npayment.verify_attempts = [4]", String::new(), (0, 1)),
        // A failure before the start, which only a success ends.
        (soft, "account.failures = 1".into(), (0, 1)),
        // What caps leave to the retry.
        (soft, caps("recharges = 3, per = \"month\""), (1, 0)),
        (soft, caps("recharges = 2, per = \"month\""), (0, 0)),
        (soft, caps("recharges = 4, per = \"month\", counts = \"attempts\""), (1, 0)),
        (soft, caps("recharges = 3, per = \"month\", counts = \"attempts\""), (0, 1)),
        (soft, caps("credits = 280, per = \"month\", counts = \"attempts\""), (1, 0)),
        (soft, caps("credits = 279, per = \"month\", counts = \"attempts\""), (0, 1)),
        // The retry settles at 17:00:10.
        (soft, top_up("17:00:10.001"), (1, 0)),
        (soft, top_up("17:00:10"), (0, 1)),
        (soft, day("7h 59min 49s 999ms"), (1, 0)),
        (soft, day("7h 59min 50s"), (0, 1)),
        // The balance does not last until then.
        (soft, "recharge.at_or_below = 3".into(), (1, 0)),
        (soft, "recharge.at_or_below = 3\nservice.shortfall = \"partial\"".into(), (0, 1)),
        (soft, "recharge.at_or_below = 6\nservice.shortfall = \"partial\"".into(), (1, 0)),
    ] {
        let rules = format!("{fails}\n{rule}");
        let seen = alike(&rules, &(vec![(600, 1_000_000); 600], 600));
        assert_eq!((seen.failed, seen.others_failed), told, "{rules}");
    }
}

/// A credit every ten minutes, but for some events; after two recharges the balance comes to 20 on January 2 at 16:00, to zero
/// at 19:20, and an event is refused at 19:30.
#[test]
fn a_cap_is_slept_over_where_the_balance_is_used_up_and_an_event_refused_before_anything_else_happens()
 {
    let cap = |cap: &str| format!("recharge.caps = [{{ {cap} }}]");
    let two = cap("recharges = 2, per = \"month\"");
    let with = |rule: &str| format!("{two}\n{rule}");
    let top_up = |at: &str| {
        with(&format!(
            "actions = [{{ at = 2026-01-02T{at}, do = \"top_up\", credits = 5, price = \"1\" }}]"
        ))
    };
    // Events that ask for other amounts: their numbers and credits. Recharges in sleep; caps reached in a sleep, and awake.
    for (rule, odd, told) in [
        (two.clone(), &[][..], (2, 1, 0)),
        (with("recharge.firing = \"edge\""), &[], (2, 1, 0)),
        (cap("recharges = 2, per = \"month\", counts = \"attempts\""), &[], (2, 1, 0)),
        (cap("recharges = 2, per = \"month\", exceeding = \"disable\""), &[], (2, 1, 0)),
        (cap("money = \"14.50\", per = \"cycle\""), &[], (2, 1, 0)),
        (cap("money = \"14.51\", per = \"cycle\", exceeding = \"overshoot\""), &[], (3, 1, 0)),
        (cap("credits = 209.999999, per = \"month\""), &[], (2, 1, 0)),
        (cap("credits = 210, per = \"month\""), &[], (3, 1, 0)),
        (with("payment.fail_attempts = [2]"), &[], (2, 1, 0)),
        // A cap that is used up when the account falls asleep.
        (cap("recharges = 0, per = \"month\""), &[], (0, 0, 1)),
        // The window of a day, in which something is refused at 23:50 and at midnight.
        (cap("recharges = 1, per = \"day\""), &[(122, 49)], (1, 1, 3)),
        (cap("recharges = 1, per = \"day\""), &[(123, 48)], (1, 0, 4)),
        // What is on its way.
        (top_up("19:30:00"), &[], (2, 0, 1)),
        (top_up("19:30:00.001"), &[], (2, 1, 0)),
        (top_up("16:00:00.001"), &[], (2, 0, 2)),
        // Events that the rest does not cover, after which a smaller one is served.
        (two.clone(), &[(245, 30), (250, 15), (252, 11)], (2, 1, 0)),
        (two.clone(), &[(241, 20)], (2, 1, 0)),
        (two.clone(), &[(241, 21)], (2, 1, 0)),
        (two.clone(), &[(241, 19), (242, 2), (243, 1)], (2, 1, 0)),
        // The event at the trigger takes all, or asks for more.
        (two.clone(), &[(240, 21)], (2, 1, 0)),
        (two.clone(), &[(240, 22)], (2, 1, 0)),
        (with("recharge.at_or_below = 0"), &[], (2, 1, 0)),
        (with("service.shortfall = \"partial\""), &[], (2, 0, 1)),
    ] {
        let mut events = vec![(600, 1_000_000); 600];
        for &(number, credits) in odd {
            events[number - 1].1 = credits * 1_000_000;
        }
        let seen = alike(&rule, &(events, 600));
        assert_eq!((seen.recharges, seen.dry, seen.others_capped), told, "{rule} {odd:?}");
    }
}

/// Four days with these rules and this usage, which must come to the same asleep and awake.
fn alike(rules: &str, usage: &Usage) -> RoutineCount {
    let level = if rules.contains("at_or_below") { "" } else { "recharge.at_or_below = 20\n" };
    let text = format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-01-05\nplan = \"p\"\n\
         plans.p = {{ fee = \"9\", allowance = 120 }}\n\
         packages.p = {{ credits = 70, price = \"7.25\" }}\nrecharge.package = \"p\"\n\
         payment.latency = \"5s\"\n{level}{rules}\n"
    );
    let scenario = Scenario::from_text("alike.toml", &text, Path::new("."));
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let chunks = chunks(&scenario, usage);
    let listener = (heard(&scenario), RoutineCount::default());
    let ((asleep, seen), left, _) = lived(&scenario, &chunks, Pace::Skip, listener);
    let awake = GeneralWay(heard(&scenario));
    let (awake, others, _) = lived(&scenario, &chunks, Pace::Skip, awake);
    assert_eq!(format!("{asleep:#?}"), format!("{:#?}", awake.0), "{rules}");
    assert_eq!(left, others, "{rules}");
    seen
}
