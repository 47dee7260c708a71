//! Journals of what the two programs once disagreed about, with the contract's answer.

use std::sync::Arc;

use recharge::domain::{
    BurnOrder, Credits, CycleLength, Cycles, Duration, GiftPlace, Instant, Money, Share, Window,
    Zone,
};
use recharge::engine::{EngineError, Impossible, Pace, Past, Payments, Setup};
use recharge::payments::{Attempts, Luck, Processor, Repair, Wait};
use recharge::policy::*;
use recharge::streams::Streams;

use crate::case::Case;
use crate::{compare, engine};

const HOUR: i64 = 3_600_000;

fn hours(count: i64) -> Duration {
    Duration::from_millis(count * HOUR)
}

/// The rules of a case's auto-recharge.
pub fn rules(case: &mut Case) -> &mut AutoRecharge {
    case.setup.policy.recharge.as_mut().expect("a case with auto-recharge")
}

/// Sixty days of 2026 in UTC, cycles by the month, a pack of 100 for 7 at a balance of zero.
fn case() -> Case {
    let start = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let from = Zone::UTC.midnight(start).unwrap();
    let package =
        Package { name: "100".into(), credits: Credits::whole(100), price: "7".parse().unwrap() };
    let contract = Contract {
        zone: Zone::UTC,
        minor: 2,
        cycles: Cycles::new(Zone::UTC, start.into(), CycleLength::Months(1)),
        plan: Plan::new("plan", Money::ZERO, Credits::ZERO),
        rollover: Rollover::default(),
        lifetime: Lifetime::Never,
        top_up_lifetime: Lifetime::Never,
        grace: Duration::ZERO,
        burn_order: BurnOrder::default(),
        tax: Share::NONE,
        standing: Vec::new(),
        gifts: Vec::new(),
    };
    let recharge = AutoRecharge {
        trigger: Trigger::AtOrBelow(Credits::ZERO),
        firing: Firing::Level,
        poll: None,
        cooldown: None,
        purchase: Purchase::Packs { package, packs: 1 },
        closes_gap: false,
        pricing: Pricing::default(),
        caps: Vec::new(),
        terms: PaymentTerms {
            needs: ChargeNeeds::ALL,
            retry_after: vec![Duration::DAY],
            disable_after: None,
            soft_decline: OnFailure::Count,
            hard_decline: OnFailure::Count,
            processor_outage: OnFailure::Count,
            undone: UndonePayments::default(),
        },
        eligibility: Eligibility::default(),
    };
    let policy = Policy { contract, recharge: Some(recharge), service: Service::default() };
    let setup = Setup {
        horizon: Window { from, to: from.plus(hours(60 * 24)) },
        policy,
        opening: None,
        enabled: true,
        facts: Prerequisites::ALL,
        past: Past::default(),
        actions: Vec::new(),
    };
    let (usage, below_zero, splits) = (Vec::new(), Vec::new(), Vec::new());
    Case { setup, luck: Luck::default(), seed: 0, usage, below_zero, splits }
}

/// The hour, the cause and the fact of what was told of these kinds, both programs agreeing.
fn journal(case: &Case, kinds: &[&str]) -> Vec<String> {
    if let Err(text) = compare(case) {
        panic!("{text}");
    }
    let start = case.setup.horizon.from.millis();
    let run = engine(case, Pace::Skip, &[]).expect("a run");
    let told = run.lines.iter().filter_map(|line| {
        let hour = (line.at - start) / HOUR;
        let cause = line.text.split(' ').next().unwrap_or_default();
        let fact = line.text.splitn(3, ']').last().unwrap_or_default();
        kinds.iter().find(|&&kind| fact.contains(kind))?;
        // Instants as hours since the start.
        let words = fact.split(' ').map(|word| match word.strip_prefix('@') {
            Some(at) => format!("@{}", (at.parse::<i64>().unwrap() - start) / HOUR),
            None => word.to_owned(),
        });
        Some(format!("{hour} {cause}{}", words.collect::<Vec<_>>().join(" ")))
    });
    told.collect()
}

#[test]
fn what_rollover_lacks_is_granted_in_the_new_cycle() {
    let mut case = case();
    case.setup.enabled = false;
    case.setup.policy.contract.rollover = Rollover {
        least: Credits::whole(10),
        most: Credits::whole(10),
        cycles: 1,
        ..Rollover::default()
    };
    assert_eq!(
        journal(&case, &["cycle_started", "granted"]),
        [
            "0 cycle_start cycle_started 0 @0 @744",
            "744 cycle_start cycle_started 1 @744 @1416",
            "744 cycle_start granted allowance 10000000 0 @1416",
            "1416 cycle_start cycle_started 2 @1416 @2160",
        ]
    );
}

#[test]
fn a_poll_is_one_look_even_if_the_charge_settles_at_once() {
    let mut case = case();
    case.setup.horizon.to = case.setup.horizon.from.plus(hours(40));
    rules(&mut case).poll = Some(Duration::DAY);
    rules(&mut case).trigger = Trigger::AtOrBelow(Credits::whole(150));
    assert_eq!(
        journal(&case, &["charge_started"]),
        [
            "0 recheck charge_started 1 100000000 70000000000",
            "24 recheck charge_started 2 100000000 70000000000",
        ]
    );
}

#[test]
fn losing_what_is_not_required_says_nothing_of_what_was_lost_before() {
    let mut case = case();
    rules(&mut case).eligibility.requires =
        Prerequisites::NONE.with(Prerequisite::Subscription, true);
    case.luck.latency = Wait::Fixed(hours(9));
    let from = case.setup.horizon.from;
    case.setup.actions = vec![
        (from.plus(hours(1)), Action::Lose(Prerequisite::Subscription)),
        (from.plus(hours(2)), Action::Lose(Prerequisite::Owner)),
    ];
    assert_eq!(
        journal(&case, &["missing", "disable_waits"]),
        ["1 action prerequisites_missing [Subscription]", "1 action disable_waits"]
    );
}

#[test]
fn grants_that_were_burnt_before_they_expire_are_no_event() {
    let mut case = case();
    case.setup.policy.contract.lifetime = Lifetime::For(Duration::DAY);
    case.setup.policy.contract.top_up_lifetime = Lifetime::For(Duration::DAY);
    rules(&mut case).cooldown =
        Some(Cooldown { length: Duration::DAY, since: CooldownSince::Success });
    let from = case.setup.horizon.from;
    let order = Order { credits: Credits::whole(50), price: Money::ZERO };
    case.setup.horizon.to = from.plus(hours(30));
    case.setup.actions = vec![(from.plus(hours(24)), Action::TopUp(order))];
    // What was bought at the start is gone at hour 3. At hour 24 its lifetime ends, as does the
    // cooldown; the top-up of that hour comes before the look.
    case.usage = vec![(from.plus(hours(3)), Credits::whole(100))];
    assert_eq!(
        journal(&case, &["charge_started", "granted", "released", "cooldown"]),
        [
            "0 cycle_start charge_started 1 100000000 70000000000",
            "0 settlement granted recharge 100000000 70000000000 @24",
            "3 usage cooldown_waits @24",
            "24 action granted top_up 50000000 0 @48",
            "24 action released",
        ]
    );
}

#[test]
fn a_cap_per_day_holds_in_the_hour_after_midnight_that_occurs_twice() {
    let mut case = case();
    let zone = Zone::from_name("America/St_Johns").unwrap();
    // At 00:01 on 7 November 2010 the clock was set back to 23:01 on the 6th.
    let date = chrono::NaiveDate::from_ymd_opt(2010, 11, 7).unwrap();
    let from = zone.midnight(date).unwrap().plus(Duration::from_millis(600_000));
    case.setup.horizon = Window { from, to: from.plus(hours(30)) };
    case.setup.policy.contract.zone = zone;
    case.setup.policy.contract.cycles = Cycles::new(zone, date.into(), CycleLength::Months(1));
    rules(&mut case).caps = vec![Cap {
        limit: Limit::Recharges(1),
        window: CapWindow::Day,
        counts: Counts::Successes,
        exceeding: Exceeding::Skip,
        warn_at: Warnings::NONE,
    }];
    let minute = |n: i64| Instant::from_millis(from.millis() + n * 60_000);
    case.usage = vec![(minute(20), Credits::whole(100)), (minute(30), Credits::whole(100))];
    assert_eq!(
        journal(&case, &["charge_started", "cap_reached"]),
        [
            "0 cycle_start charge_started 1 100000000 70000000000",
            "0 usage cap_reached [0] @24",
            "0 usage notified cap_reached",
            "24 recheck charge_started 2 100000000 70000000000",
        ]
    );
}

#[test]
fn a_cap_of_money_counts_from_nothing_with_decimals() {
    let mut case = case();
    let from = case.setup.horizon.from;
    let package =
        Package { name: "p".into(), credits: Credits::whole(100), price: "7.25".parse().unwrap() };
    rules(&mut case).purchase = Purchase::Packs { package: package.clone(), packs: 1 };
    rules(&mut case).caps = vec![Cap {
        limit: Limit::Money("30".parse().unwrap()),
        window: CapWindow::Rolling(Duration::DAY),
        counts: Counts::Successes,
        exceeding: Exceeding::Skip,
        warn_at: Warnings::NONE,
    }];
    let dearer = Package { price: "20".parse().unwrap(), ..package };
    case.setup.actions = vec![(from.plus(hours(1)), Action::ChangePackage(dearer))];
    case.usage = vec![(from.plus(hours(48)), Credits::whole(100))];
    assert_eq!(
        journal(&case, &["charge_started"]),
        [
            "0 cycle_start charge_started 1 100000000 72500000000",
            "48 usage charge_started 2 100000000 200000000000",
        ]
    );
}

#[test]
fn a_repair_of_an_earlier_suspension_is_void() {
    let mut case = case();
    let from = case.setup.horizon.from;
    rules(&mut case).terms.disable_after = Some(1);
    case.luck.fail_attempts = Attempts::new(vec![1, 2]);
    let probability = Share::from_millionths(500_000).unwrap();
    case.luck.repair = Some(Repair { after: Wait::Fixed(hours(9)), probability });
    case.setup.actions = vec![(from.plus(hours(5)), Action::Enable)];
    // The first suspension would be repaired at hour 9; the second, of hour 5, never is.
    let once = |seed: &u64| {
        let mut processor = Processor::new(&case.luck, Streams { seed: *seed, replication: 0 });
        processor.repair_after(1).is_some() && processor.repair_after(2).is_none()
    };
    case.seed = (0..100).find(once).expect("a seed of such luck");
    assert_eq!(
        journal(&case, &["suspended", "repaired", "enabled"]),
        [
            "0 start enabled",
            "0 settlement suspended",
            "0 settlement notified suspended",
            "5 action enabled",
            "5 settlement suspended",
            "5 settlement notified suspended",
        ]
    );
}

#[test]
fn a_plan_change_that_waited_is_dropped_by_an_immediate_one() {
    let mut case = case();
    let from = case.setup.horizon.from;
    let plan = |name: &str, allowance| {
        let allowance = Credits::whole(allowance);
        Arc::new(Plan::new(name, Money::ZERO, allowance))
    };
    let change = |plan, when| Action::ChangePlan { plan, when, on_downgrade: None };
    case.setup.actions = vec![
        (from.plus(hours(1)), change(plan("small", 1), PlanChange::NextCycle)),
        (from.plus(hours(372)), change(plan("large", 62), PlanChange::Immediate)),
    ];
    assert_eq!(
        journal(&case, &["plan_change", "granted allowance"]),
        [
            "1 action plan_change_waits small",
            "372 action plan_changed large",
            "372 action granted allowance 31000000 0 @744",
            "744 cycle_start granted allowance 62000000 0 @1416",
            "1416 cycle_start granted allowance 62000000 0 @2160",
        ]
    );
}

#[test]
fn more_money_than_can_be_counted_ends_the_run_at_the_instant_it_moves() {
    let mut case = case();
    let from = case.setup.horizon.from;
    let price: Money = "1000000000000".parse().unwrap();
    let package = Package {
        name: "dear".into(),
        credits: Credits::whole(100),
        price: price.times(10_u64.pow(6)).unwrap(),
    };
    rules(&mut case).purchase = Purchase::Packs { package, packs: 1 };
    // The first recharge comes at the start, one more after each event.
    case.usage = (1..=9).map(|hour| (from.plus(hours(hour)), Credits::whole(100))).collect();
    let error = engine(&case, Pace::Skip, &[]).err().expect("an end of the run");
    assert!(matches!(error, EngineError::Overflow { what: Overflow::Money(_), .. }), "{error}");
    assert!(error.to_string().starts_with("at 2026-01-01T07:00:00Z: "), "{error}");
    case.usage.truncate(6);
    assert!(engine(&case, Pace::Skip, &[]).is_ok());
}

#[test]
fn what_is_to_be_done_to_auto_recharge_that_is_not_there_is_refused_before_the_run() {
    let mut case = case();
    let from = case.setup.horizon.from;
    case.setup.policy.recharge = None;
    let refused = |case: &Case| engine(case, Pace::Skip, &[]).err();
    assert_eq!(refused(&case), Some(EngineError::NoAutoRecharge { at: from }));
    case.setup.enabled = false;
    assert_eq!(refused(&case), None);
    let later = from.plus(hours(5));
    case.setup.actions = vec![(from, Action::CardExpires), (later, Action::Enable)];
    assert_eq!(refused(&case), Some(EngineError::NoAutoRecharge { at: later }));
}

#[test]
fn what_comes_back_to_grants_that_have_ended_is_gone_before_anything_else_is_told() {
    let mut case = case();
    let from = case.setup.horizon.from;
    let contract = &mut case.setup.policy.contract;
    contract.plan = Plan::new("plan", Money::ZERO, Credits::whole(20));
    contract.gifts = vec![Gift {
        credits: Credits::whole(100),
        due: GiftDue::Every(hours(48)),
        within: Window { from, to: Instant::NEVER },
        lifetime: GiftLifetime::For(hours(242)),
        grace: Duration::ZERO,
        place: GiftPlace::BeforeAllowance,
        priority: 100,
    }];
    let used_at = from.plus(hours(1));
    case.usage = vec![(used_at, Credits::whole(110))];
    let reversal = UsageReversal { used_at, credits: None, ended: EndedGrant::Lost };
    case.setup.actions = vec![(from.plus(hours(1_000)), Action::ReverseUsage(reversal))];
    let told = journal(&case, &["forfeited", "expired"]);
    let at_once: Vec<&str> = told.iter().filter_map(|line| line.strip_prefix("1000 ")).collect();
    assert_eq!(at_once, ["action forfeited 10000000", "action expired 100000000 0"]);
}

#[test]
fn only_a_fault_of_the_program_is_told_with_the_address_of_its_run() {
    let at = Instant::from_millis(0);
    let fault = EngineError::Impossible { at, what: Impossible::NothingInFlight }.placed(7, 3);
    let told = "at 1970-01-01T00:00:00Z: a charge settled and none was in flight; ";
    assert!(fault.starts_with(told) && fault.ends_with("with seed 7, replication 3"), "{fault}");
    let rules = EngineError::Livelock { at }.placed(7, 3);
    assert!(!rules.contains("seed"), "{rules}");
}
