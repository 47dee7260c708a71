//! Properties of every run, over generated scenarios (as TOML, through validation) and traces.
//!
//! A scenario that validation refuses proves nothing and is drawn again; the last test measures that
//! the properties are tried on runs in which something happens.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use recharge::chronicle::Stranding;
use recharge::domain::{CreditTotal, Credits, Duration, Instant, Pools, Source};
use recharge::engine::{
    Chunk, Engine, EventColumns, Fact, Moment, Observer, Pace, UsageRun, UsageSlice,
};
use recharge::figures::Figures;
use recharge::metrics::Metrics;
use recharge::payments::Processor;
use recharge::policy::{Action, CapWindow, Limit, Shortfall};
use recharge::replay::replay;
use recharge::report::journal::Journal;
use recharge::scenario::Scenario;
use recharge::streams::Streams;
use recharge::usage::Held;

/// A trace: seconds from the start, and credits.
type Trace = Vec<(i64, u32)>;

fn option(lines: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(lines)
}

/// The text of a scenario of January 2026.
fn scenario_text() -> impl Strategy<Value = String> {
    let first = (
        option(&[
            "recharge.at_or_below = 60",
            "recharge.below = 35.5",
            "recharge.consumed_share = \"80%\"",
        ]),
        option(&[
            "recharge.package = \"p\"",
            "recharge.package = \"p\"\nrecharge.packs = 3",
            "recharge.package = \"p\"\nrecharge.closes_gap = true\nrecharge.surcharge = \"30%\"",
            "recharge.up_to = 230\nrecharge.increment = 7\nrecharge.unit_price = \"0.013\"",
        ]),
        option(&[
            "",
            "recharge.firing = \"edge\"",
            "recharge.poll = \"7min\"",
            "recharge.cooldown = \"5h\"",
        ]),
        option(&[
            "",
            "recharge.caps = [{ recharges = 2, per = \"day\" }]",
            "recharge.caps = [{ money = \"30.00\", per = \"cycle\" }, { recharges = 3, per = \"36h\" }]",
            "recharge.caps = [{ credits = 700, per = \"month\", exceeding = \"clip\" }]",
            "recharge.caps = [{ credits = 300, per = \"month\", exceeding = \"disable\", warn_at = [\"50%\"] }]",
            "plans.p.quotas = [{ credits = 30, per = \"5h\" }]",
            "standing_charges = [{ credits = 1.5, every = \"7h\" }]",
            "gifts = [{ credits = 4, per = \"day\", expires = \"next\", burns = \"before_allowance\" }, { credits = 80, at = 2026-01-12T12:00:00, expires = \"9 days\", grace = \"1h\" }]",
        ]),
        option(&[
            "",
            "recharge.credits_expire = \"cycle_end\"",
            "recharge.credits_expire = \"3 days\"",
        ]),
        option(&[
            "",
            "rollover = { most = 50, cycles = 1 }",
            "rollover = { most = 50, share = \"40%\" }",
        ]),
        option(&[
            "",
            "account.charges = [{ at = 2025-12-31T20:00:00, credits = 100, price = \"7.50\" }, { at = 2025-12-30T09:00:00, failed = true }]",
            "account.caps_used = { day = { recharges = 1, money = \"7.50\", credits = 100 }, cycle = { recharges = 2, money = \"15.00\", credits = 200 } }",
            "account.failures = 1",
            "account.failures = 1\naccount.retry_at = 2026-01-02T06:00:00",
            "account.failures = 2\naccount.suspended_since = 2025-12-31T18:00:00",
        ]),
    );
    let second = (
        option(&[
            "payment.latency = \"0s\"",
            "payment.latency = \"5s\"",
            "payment.latency = \"9h\"",
        ]),
        option(&["", "payment.fail_probability = \"40%\"", "payment.fail_attempts = [1, 2, 4]"]),
        option(&["", "payment.disable_after = 2\npayment.repair_after = \"1 day\""]),
        option(&["", "payment.verify_probability = \"50%\"\npayment.verification_takes = \"3h\""]),
        option(&[
            "",
            "service.shortfall = \"partial\"",
            "service.shortfall = \"stop\"\nservice.restart_after = \"2h\"",
            "service.shortfall = \"stop\"\nservice.restart_within = \"6h\"",
            "service.shortfall = \"overdraft\"\nservice.overdraft_limit = 40",
            "service.overage = { price = \"0.02\", cap_credits = 40, bill_at = \"0.50\" }",
            "service.comes_back_after = \"6h\"",
            "service.metering_lag = \"20min\"",
        ]),
        option(&[
            "",
            "account.opening_balance = 90",
            "account.opening_grants = [{ credits = 60, expires = 2026-01-10 }, { credits = 45.5, price = \"1.01\" }]",
        ]),
        option(&[
            "",
            "actions = [{ at = 2026-01-05T00:00:00, do = \"disable\" }, { at = 2026-01-08T00:00:00, do = \"enable\" }]",
            "actions = [{ at = 2026-01-06T12:00:00, do = \"top_up\", credits = 80, price = \"2.00\" }]",
            "actions = [{ at = 2026-01-07T00:00:00, do = \"refund\" }]\nreversals.refund_takes = \"lot\"",
            "actions = [{ at = 2026-01-07T00:00:00, do = \"chargeback\" }, { at = 2026-01-20T00:00:00, do = \"dispute_won\" }]\nreversals.chargeback_takes = \"debt\"",
            "actions = [{ at = 2026-01-12T00:00:00, do = \"usage_reversed\", used_at = 2026-01-09T12:00:00 }, { at = 2026-02-02T00:00:00, do = \"usage_reversed\", used_at = 2026-01-09T13:00:00, credits = 4 }]",
            "actions = [{ at = 2026-01-07T00:00:00, do = \"card_expires\" }, { at = 2026-01-09T00:00:00, do = \"card_updated\" }]",
        ]),
        0..1_000_u32,
    );
    (first, second).prop_map(|((a, b, c, d, e, f, past), (g, h, i, j, k, l, m, seed))| {
        format!(
            "currency = \"USD\"\nzone = \"Europe/Berlin\"\nstart = 2026-01-01\nend = 2026-02-03\n\
             seed = {seed}\nplan = \"p\"\nplans.p.fee = \"9.00\"\nplans.p.allowance = 120\n\
             packages.p.credits = 100\npackages.p.price = \"7.50\"\n\
             {a}\n{b}\n{c}\n{d}\n{e}\n{f}\n{past}\n{g}\n{h}\n{i}\n{j}\n{k}\n{l}\n{m}\n"
        )
    })
}

fn trace() -> impl Strategy<Value = Trace> {
    // Whole hours are frequent, so that ties with everything else are.
    let at = prop_oneof![(0..33 * 24_i64).prop_map(|hour| hour * 3_600), 0..33 * 86_400_i64];
    let amount =
        prop_oneof![4 => 1..20_000_000_u32, 1 => Just(0), 1 => 20_000_000..300_000_000_u32];
    prop::collection::vec((at, amount), 0..120).prop_map(|mut trace| {
        trace.sort_by_key(|&(at, _)| at);
        trace
    })
}

fn case() -> impl Strategy<Value = (Scenario, Trace)> {
    let valid = scenario_text().prop_filter_map("refused by validation", |text| {
        Scenario::from_text("generated.toml", &text, Path::new(".")).ok()
    });
    (valid, trace())
}

fn events(scenario: &Scenario, trace: &Trace) -> Vec<(Instant, Credits)> {
    let from = scenario.setup.horizon.from;
    let event = |&(at, amount): &(i64, u32)| {
        (from.plus(Duration::from_millis(at * 1_000)), Credits::from_micro(i64::from(amount)))
    };
    let inside = |&(at, _): &(Instant, Credits)| at < scenario.setup.horizon.to;
    trace.iter().map(event).filter(inside).collect()
}

/// Holds the properties at every step of a run.
struct Watch<'s> {
    scenario: &'s Scenario,
    came: CreditTotal,
    went: CreditTotal,
    /// The balance after what was told last: history has no gaps.
    last: Pools,
    in_flight: bool,
    successes: Vec<(Instant, Credits, rust_decimal::Decimal)>,
    cycle_starts: Vec<Instant>,
}

impl<'s> Watch<'s> {
    fn new(scenario: &'s Scenario) -> Watch<'s> {
        Watch {
            scenario,
            came: CreditTotal::ZERO,
            went: CreditTotal::ZERO,
            last: Pools::default(),
            in_flight: false,
            successes: Vec::new(),
            cycle_starts: Vec::new(),
        }
    }

    fn balances(&self, balance: Credits) {
        assert_eq!(self.came - self.went, CreditTotal::from(balance), "the credits do not add up");
        let service = &self.scenario.setup.policy.service;
        let least = match service.shortfall {
            Shortfall::Overdraft { limit } => -limit.micro(),
            _ => 0,
        };
        let standing = &self.scenario.setup.policy.contract.standing;
        let reverses = |action: &Action| matches!(action, Action::Reverse(_));
        let reversed = self.scenario.setup.actions.iter().any(|(_, action)| reverses(action));
        if service.metering_lag == Duration::ZERO && standing.is_empty() && !reversed {
            assert!(balance.micro() >= least, "the balance fell to {balance}");
        }
    }

    /// What counts in the window of a cap around a success.
    fn inside(&self, window: CapWindow, at: Instant, other: Instant) -> bool {
        let zone = self.scenario.zone;
        match window {
            CapWindow::Day => zone.day(at).contains(other),
            CapWindow::Month => zone.month(at).contains(other),
            CapWindow::Rolling(length) => other <= at && at < other.plus(length),
            CapWindow::Cycle => {
                let starts = &self.cycle_starts;
                let cycle = |at: Instant| starts.iter().filter(|&&start| start <= at).count();
                cycle(at) == cycle(other)
            }
        }
    }

    fn caps_hold(&self, at: Instant) {
        for cap in self.scenario.setup.policy.recharge.iter().flat_map(|rules| &rules.caps) {
            let inside =
                self.successes.iter().filter(|(other, ..)| self.inside(cap.window, at, *other));
            match cap.limit {
                Limit::Recharges(limit) => assert!(inside.count() as u64 <= limit),
                Limit::Money(limit) => {
                    let spent: rust_decimal::Decimal = inside.map(|(_, _, money)| *money).sum();
                    assert!(spent <= limit.amount(), "{spent} in a window of {limit}");
                }
                Limit::Credits(limit) => {
                    let bought: i64 = inside.map(|(_, credits, _)| credits.micro()).sum();
                    assert!(bought <= limit.micro());
                }
            }
        }
    }
}

impl Observer for Watch<'_> {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        assert_eq!(moment.before, self.last, "a gap before {fact:?}");
        self.last = moment.after;
        match *fact {
            Fact::CycleStarted { .. } => self.cycle_starts.push(moment.at),
            Fact::Granted { source, credits, price, .. } => {
                self.came += credits;
                if source == Source::Recharge {
                    self.successes.push((moment.at, credits, price.amount()));
                    self.caps_hold(moment.at);
                }
            }
            Fact::Forgiven { credits } | Fact::Restored { credits, .. } => self.came += credits,
            Fact::UsageReversed { credits, given_back, unmetered, .. } => {
                assert!(given_back <= credits, "more came back than was undone");
                self.came += given_back;
                self.went += unmetered;
            }
            Fact::Reversed { credits, of_lot, .. } => {
                assert!(of_lot <= credits, "more of the purchase than was taken");
                self.went += credits;
            }
            Fact::Expired { credits, .. } | Fact::Forfeited { credits } => {
                assert!(credits.is_positive(), "nothing expired");
                self.went += credits;
            }
            Fact::Deducted { credits, overage } | Fact::StandingCharged { credits, overage } => {
                self.came += overage;
                self.went += credits;
            }
            Fact::ChargeStarted { .. } => {
                assert!(!self.in_flight, "two charges at once");
                self.in_flight = true;
            }
            Fact::ChargeSucceeded { .. } | Fact::ChargeFailed { .. } => self.in_flight = false,
            _ => {}
        }
        self.balances(moment.after.balance());
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        assert_eq!(run.before, self.last, "a gap before usage");
        self.last = run.after;
        let (mut demanded, mut refused) = (CreditTotal::ZERO, CreditTotal::ZERO);
        run.each(|_, asked, denied| {
            demanded += asked;
            refused += denied;
        });
        assert_eq!(demanded, CreditTotal::from(run.demanded));
        assert_eq!(demanded - refused, CreditTotal::from(run.served));
        if self.scenario.setup.policy.service.metering_lag == Duration::ZERO {
            self.came += run.overage;
            self.came += run.included;
            self.went += run.served;
        }
        self.balances(run.after.balance());
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

fn run(scenario: &Scenario, trace: &Trace, pace: Pace) -> (Figures, String) {
    let mut feed = Held::new(events(scenario, trace), scenario.setup.horizon);
    let journal = Journal::new(Vec::new(), scenario.zone, scenario.currency.minor());
    let (outcome, journal) = replay(scenario, &mut feed, pace, journal, &|| false).unwrap();
    (outcome.metrics.total().clone(), String::from_utf8(journal.finish().unwrap()).unwrap())
}

/// The figures of a run whose usage comes in two chunks, cut at `cut`, with a copy of the account
/// taking over in between.
fn split(scenario: &Scenario, trace: &Trace, cut: usize) -> Figures {
    let events = events(scenario, trace);
    let streams = Streams { seed: scenario.seed, replication: 0 };
    let processor = Processor::new(&scenario.luck, streams);
    let metrics = Metrics::new(scenario.setup.horizon);
    let mut engine = Engine::start(&scenario.setup, Pace::Skip, processor, metrics).unwrap();
    let cut = cut.min(events.len());
    for part in [&events[..cut], &events[cut..]] {
        let mut chunk = Chunk::new();
        for &(at, amount) in part {
            chunk.push(at, amount).unwrap();
        }
        engine.feed(&chunk).unwrap();
        if let Some(&(next, _)) = events.get(cut) {
            engine.advance(next.min(events[cut].0)).unwrap();
        }
        engine = engine.clone();
    }
    engine.finish().unwrap().total().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identities_caps_and_limits_hold_after_every_event((scenario, trace) in case()) {
        let mut feed = Held::new(events(&scenario, &trace), scenario.setup.horizon);
        let watch = Watch::new(&scenario);
        let (outcome, _) = replay(&scenario, &mut feed, Pace::Skip, watch, &|| false).unwrap();
        prop_assert!(outcome.metrics.total().balances());
    }

    #[test]
    fn skipping_is_invisible((scenario, trace) in case()) {
        prop_assert_eq!(run(&scenario, &trace, Pace::Skip), run(&scenario, &trace, Pace::Step));
    }

    #[test]
    fn a_run_split_in_two_at_any_instant_equals_the_run_in_one(
        (scenario, trace) in case(),
        cut in 0..121_usize,
    ) {
        let whole = run(&scenario, &trace, Pace::Skip).0;
        // What was read is known to the feed alone.
        let split = split(&scenario, &trace, cut);
        let split = Figures { rows: whole.rows, usage_total: whole.usage_total, ..split };
        prop_assert_eq!(split, whole);
    }
}

/// The figures and strandings of a run whose usage comes in these parts.
fn summed<'c>(
    scenario: &Scenario,
    parts: impl Iterator<Item = UsageSlice<'c>>,
) -> (Figures, String) {
    let observer = (Metrics::new(scenario.setup.horizon), Stranding::default());
    let (metrics, stranding) = heard(scenario, parts, observer);
    (metrics.total().clone(), format!("{stranding:?}"))
}

/// What an observer has heard of a run whose usage comes in these parts.
fn heard<'c, O: Observer>(
    scenario: &Scenario,
    parts: impl Iterator<Item = UsageSlice<'c>>,
    observer: O,
) -> O {
    let streams = Streams { seed: scenario.seed, replication: 0 };
    let processor = Processor::new(&scenario.luck, streams);
    let mut engine = Engine::start(&scenario.setup, Pace::Skip, processor, observer).unwrap();
    parts.for_each(|part| engine.feed_slice(&part).unwrap());
    engine.finish().unwrap()
}

/// Writes down every fact, and every event with what was refused of it.
#[derive(Clone, Default)]
struct HeardEvents(String);

impl Observer for HeardEvents {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.0 += &format!("{moment:?} {fact:?}\n");
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        run.each(|at, demanded, refused| self.0 += &format!("{at}: {demanded} {refused}\n"));
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn usage_shown_where_it_lies_in_any_pieces_is_lived_through_like_copies(
        (scenario, trace) in case(),
        mut cuts in proptest::collection::vec(0..121_usize, 0..6),
        shift in -4_000_000_000..4_000_000_000_i64,
    ) {
        let asks = |event: &(Instant, Credits)| event.1 > Credits::ZERO;
        let events: Vec<_> = events(&scenario, &trace).into_iter().filter(asks).collect();
        let mut copied = Chunk::new();
        events.iter().for_each(|&(at, amount)| copied.push(at, amount).unwrap());
        let copied = || std::iter::once(copied.slice());
        // The same usage at another time, of which the engine sees pieces moved back to their place.
        let earlier = |at: Instant| Instant::from_millis(at.millis() - shift);
        let held: EventColumns = events.iter().map(|&(at, amount)| (earlier(at), amount)).collect();
        cuts.extend([0, held.len()]);
        cuts.iter_mut().for_each(|cut| *cut = held.len().min(*cut));
        cuts.sort_unstable();
        let pieces = || cuts.windows(2).map(|two| held.slice(two[0]..two[1], shift));
        prop_assert_eq!(summed(&scenario, pieces()), summed(&scenario, copied()));
        let events = HeardEvents::default;
        let heard = |parts: &[UsageSlice<'_>]| heard(&scenario, parts.iter().copied(), events()).0;
        prop_assert_eq!(heard(&pieces().collect::<Vec<_>>()), heard(&copied().collect::<Vec<_>>()));
    }

    #[test]
    fn scaled_usage_shown_where_it_lies_is_lived_through_like_copies(
        (scenario, trace) in case(),
        mut cuts in proptest::collection::vec(0..121_usize, 0..6),
        factor in 0.0..2.5_f64,
        step in prop_oneof![Just(1_i64), Just(1_000_000), Just(20_000_000)],
    ) {
        let asks = |event: &(Instant, Credits)| event.1 > Credits::ZERO;
        let held: EventColumns = events(&scenario, &trace).into_iter().filter(asks).collect();
        let scaling = held.scaling(0, factor, step, 0.0);
        let mut copied = Chunk::new();
        for (&at, amount) in held.times().iter().zip(held.scaled(0..held.len(), scaling)) {
            copied.push(at, amount).unwrap();
        }
        cuts.extend([0, held.len()]);
        cuts.iter_mut().for_each(|cut| *cut = held.len().min(*cut));
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|two| held.slice(two[0]..two[1], 0).scaled(scaling, true));
        prop_assert_eq!(summed(&scenario, pieces), summed(&scenario, [copied.slice()].into_iter()));
    }
}

#[test]
fn the_properties_are_tried_on_runs_in_which_something_happens() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = Figures::default();
    for _ in 0..300 {
        let (scenario, trace) = case().new_tree(&mut runner).unwrap().current();
        let figures = run(&scenario, &trace, Pace::Skip).0;
        seen.recharges += figures.recharges;
        seen.failed_attempts += figures.failed_attempts;
        seen.verifications += figures.verifications;
        seen.suspensions += figures.suspensions;
        seen.cap_blocks += figures.cap_blocks;
        seen.outages += figures.outages;
        seen.expired = seen.expired + figures.expired;
        seen.forfeited = seen.forfeited + figures.forfeited;
    }
    for (what, often) in [
        ("recharges", seen.recharges),
        ("failed attempts", seen.failed_attempts),
        ("verifications", seen.verifications),
        ("suspensions", seen.suspensions),
        ("cap blocks", seen.cap_blocks),
        ("outages", seen.outages),
        ("expired credits", seen.expired.micro() as u64),
        ("forfeited credits", seen.forfeited.micro() as u64),
    ] {
        assert!(often > 20, "{what}: only {often}");
    }
}

#[test]
fn a_credit_that_vanishes_is_noticed() {
    let text =
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-01-02\naccount.opening_balance = 5";
    let scenario = Scenario::from_text("small.toml", text, Path::new(".")).unwrap();
    let mut watch = Watch::new(&scenario);
    watch.came += Credits::whole(6);
    let noticed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        watch.balances(Credits::whole(5));
    }));
    assert!(noticed.is_err());
}
