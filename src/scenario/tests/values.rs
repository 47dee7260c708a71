//! The meaning of valid scenarios.

use super::*;
use crate::domain::{BurnOrder, Credits, Duration, GiftPlace, Instant, Share, Source, Window};
use crate::engine::{Opening, OpeningExpiry, OpeningGrant};
use crate::payments::{Attempts, ChargebackChance, UndoingChance, Wait};
use crate::policy::{
    Action, Base, CapWindow, ChargeNeeds, Counts, EndedGrant, Exceeding, Firing, Gift, GiftDue,
    GiftLifetime, Lifetime, Limit, OnFailure, Per, Purchase, PurchaseName, PurchaseReversal, Quota,
    Refill, Repayment, Shortfall, SizeStep, StandingCharge, StandingDue, TakesBack, TargetFrom,
    Term, Trigger, UsageReversal,
};
use crate::scenario::study::{HistoryUse, Stop};
use crate::usage::csv::Amounts;
use crate::usage::generate::{AmountLaw, Arrivals};

fn share(text: &str) -> Share {
    text.parse().unwrap()
}

fn hours(hours: i64) -> Duration {
    Duration::from_millis(hours * 3_600_000)
}

#[test]
fn a_scenario_with_every_key_is_read_without_a_doubt() {
    assert!(valid(FULL).warnings.is_empty(), "{}", valid(FULL).warnings);
    assert!(valid(WORKED).warnings.is_empty(), "{}", valid(WORKED).warnings);
    assert!(valid(LEAST).warnings.is_empty());
}

#[test]
fn the_head_of_a_scenario_says_what_it_is_about() {
    let full = valid(FULL);
    assert_eq!(full.name, "Everything");
    assert_eq!(full.question.as_deref(), Some("Does every key work?"));
    assert_eq!((full.unit.as_str(), full.currency.code(), full.seed), ("tasks", "USD", 42));
    assert_eq!(full.zone.name(), "Europe/Berlin");
    assert_eq!(full.setup.horizon.from.to_string(), "2025-12-31T23:00:00Z");
    assert_eq!(full.setup.horizon.to.to_string(), "2026-02-28T23:00:00Z");
}

#[test]
fn what_is_left_out_has_the_documented_defaults() {
    let least = valid(LEAST);
    assert_eq!((least.name.as_str(), least.unit.as_str()), ("test", "credits"));
    assert_eq!((least.zone.name(), least.seed), ("UTC", 0));
    assert_eq!(least.usage, UsageSource::None);
    let setup = &least.setup;
    assert!(!setup.enabled);
    assert_eq!(setup.opening, None);
    assert_eq!(setup.policy.contract.plan.allowance, Credits::ZERO);
    assert_eq!(setup.policy.service, crate::policy::Service::default());
    assert_eq!(setup.policy.recharge, None);
    assert_eq!(least.luck.latency, Wait::Fixed(Duration::ZERO));
    assert_eq!(least.luck.repair, None);
}

#[test]
fn overage_means_a_price_a_cap_and_a_sum() {
    use crate::policy::{Overage, OverageCap};
    let overage = |text: &str| {
        let text = format!("{LEAST}[service]\noverage = {text}\n");
        valid(&text).setup.policy.service.overage.expect("overage")
    };
    let price = "0.0125".parse().unwrap();
    let plain = Overage { price, cap: None, bill_at: None };
    assert_eq!(overage("{ price = \"0.0125\" }"), plain);
    let (cap, bill_at) = ("50".parse().unwrap(), "20".parse().unwrap());
    assert_eq!(
        overage("{ price = \"0.0125\", cap_money = \"50.00\", bill_at = \"20.00\" }"),
        Overage { cap: Some(OverageCap::Money(cap)), bill_at: Some(bill_at), ..plain }
    );
    assert_eq!(
        overage("{ price = \"0.0125\", cap_credits = 50 }"),
        Overage { cap: Some(OverageCap::Credits(Credits::whole(50))), ..plain }
    );
}

#[test]
fn recharge_means_trigger_purchase_and_caps() {
    let full = valid(FULL);
    let policy = rules(&full);
    assert_eq!(policy.trigger, Trigger::AtOrBelow(Credits::whole(100)));
    let Purchase::Packs { package, packs: 2 } = &policy.purchase else { panic!() };
    assert_eq!((&*package.name, package.credits), ("1000", Credits::whole(1_000)));
    assert_eq!((policy.firing, policy.poll), (Firing::Level, Some(Duration::from_millis(300_000))));
    assert_eq!(full.setup.policy.contract.lifetime, Lifetime::For(hours(365 * 24)));
    let cap = policy.caps[1];
    assert_eq!(cap.limit, Limit::Money("100".parse().unwrap()));
    assert_eq!((cap.window, cap.counts), (CapWindow::Month, Counts::Attempts));
    assert_eq!(cap.exceeding, Exceeding::Clip);
    assert_eq!(policy.caps[2].window, CapWindow::Rolling(hours(7 * 24)));

    let other = valid(OTHER);
    let policy = rules(&other);
    let base = Base::LastPurchase;
    assert_eq!(policy.trigger, Trigger::ConsumedShare { share: share("90%"), base });
    let Purchase::UpTo { target, from, increment, unit_price } = policy.purchase else { panic!() };
    assert_eq!(from, TargetFrom::Zero);
    assert_eq!((target, increment), (Credits::whole(5_000), Credits::whole(100)));
    assert_eq!(unit_price.to_string(), "0.005");
    assert_eq!(other.setup.policy.contract.lifetime, Lifetime::CycleEnd);
}

#[test]
fn plans_mean_terms_and_refills() {
    let full = valid(FULL);
    let plan = |name: &str| full.plans.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let (annual, pro) = (plan("annual"), plan("pro"));
    assert_eq!(annual.term, Term { cycles: 12, fee_per: Per::Term, allowance_per: Per::Term });
    assert_eq!(
        (annual.refill, pro.refill, pro.term),
        (Refill::UpTo, Refill::Full, Term::default())
    );
    assert_eq!(full.setup.policy.contract.rollover.share, share("50%"));
}

#[test]
fn quotas_standing_charges_and_warnings_mean_what_they_say() {
    let full = valid(FULL);
    let hours = |count: i64| Duration::from_millis(count * 3_600_000);
    let (_, annual) = full.plans.iter().find(|(key, _)| key == "annual").unwrap();
    assert_eq!(
        annual.quotas,
        [
            Quota { credits: Credits::whole(100), length: hours(5) },
            Quota { credits: Credits::whole(500), length: hours(7 * 24) },
        ]
    );
    let half = Credits::from_micro(500_000);
    assert_eq!(
        full.setup.policy.contract.standing,
        [
            StandingCharge { credits: half, due: StandingDue::Every(hours(1)) },
            StandingCharge { credits: Credits::whole(10), due: StandingDue::CycleStart },
        ]
    );
    let cap = rules(&full).caps[2];
    assert_eq!(cap.exceeding, Exceeding::Disable);
    assert_eq!(cap.warn_at.shares(), [share("80%"), share("100%")]);
}

#[test]
fn gifts_and_lifetimes_mean_what_they_say() {
    let contract = valid(FULL).meaning.setup.policy.contract;
    let days = |count: i64| Duration::from_millis(count * 86_400_000);
    assert_eq!(contract.top_up_lifetime, Lifetime::For(days(90)));
    assert_eq!((contract.lifetime, contract.grace), (Lifetime::For(days(365)), days(3)));
    // Midnights in Berlin.
    let at = |day: i64| Instant::from_millis(1_767_222_000_000).plus(days(day));
    let once = |day: i64| Window { from: at(day), to: Instant::NEVER };
    let plain = Gift {
        credits: Credits::whole(100),
        due: GiftDue::Once,
        within: once(19),
        lifetime: GiftLifetime::Until(at(50)),
        grace: Duration::ZERO,
        place: GiftPlace::BeforeBought,
        priority: 50,
    };
    let first = Gift {
        credits: Credits::whole(500),
        within: once(9),
        lifetime: GiftLifetime::For(days(30)),
        place: GiftPlace::BeforeAllowance,
        priority: 10,
        ..plain
    };
    let daily = Gift {
        credits: Credits::whole(5),
        due: GiftDue::Day,
        within: Window { from: at(4), to: at(35) },
        lifetime: GiftLifetime::Next,
        grace: Duration::from_millis(300_000),
        ..plain
    };
    let weekly = Gift {
        credits: Credits::whole(50),
        due: GiftDue::Every(days(7)),
        within: once(0),
        lifetime: GiftLifetime::CycleEnd,
        place: GiftPlace::WithBought,
        ..plain
    };
    assert_eq!(contract.gifts, [first, daily, weekly, plain]);
    let other = valid(OTHER).meaning.setup.policy.contract;
    assert_eq!((other.top_up_lifetime, other.gifts), (other.lifetime, vec![]));
}

#[test]
fn reversals_mean_what_the_vendor_takes_back() {
    let actions = valid(FULL).meaning.setup.actions;
    let undoes = |action: &&Action| matches!(action, Action::Reverse(_) | Action::WinDispute(_));
    let found: Vec<&Action> = actions.iter().map(|(_, action)| action).filter(undoes).collect();
    let of = PurchaseName { source: Source::Recharge, number: None };
    let chargeback =
        PurchaseReversal { of, is_chargeback: true, share: Share::ALL, takes: TakesBack::Debt };
    let refund = PurchaseReversal {
        of: PurchaseName { source: Source::TopUp, number: Some(1) },
        is_chargeback: false,
        share: share("50%"),
        takes: TakesBack::Lot,
    };
    let expected = [Action::Reverse(refund), Action::Reverse(chargeback), Action::WinDispute(of)];
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}

#[test]
fn chances_of_refunds_and_chargebacks_are_a_part_of_the_luck_and_the_vendor_says_what_they_take() {
    let full = valid(FULL).meaning;
    let days = |days: i64| hours(24 * days);
    let refunds = UndoingChance { probability: share("1%"), after: Wait::Fixed(days(3)) };
    let after = Wait::LogNormal { median: days(30), sigma: 0.5 };
    let undoing = UndoingChance { probability: share("0.6%"), after };
    let (won, decided_after) = (share("30%"), Wait::Fixed(days(60)));
    let chargebacks = ChargebackChance { undoing, won, decided_after };
    assert_eq!((full.luck.refunds, full.luck.chargebacks), (Some(refunds), Some(chargebacks)));
    let undone = full.setup.policy.recharge.unwrap().terms.undone;
    assert_eq!((undone.refund, undone.chargeback), (TakesBack::Lot, TakesBack::Debt));
}

#[test]
fn a_reversal_of_usage_means_the_usage_and_what_becomes_of_what_has_ended() {
    let reversal = |text: &str| {
        let actions = valid(text).meaning.setup.actions;
        let found = actions.iter().find_map(|(_, action)| match action {
            Action::ReverseUsage(reversal) => Some(*reversal),
            _ => None,
        });
        found.expect("usage is undone")
    };
    let used_at = Instant::from_millis(1_768_896_000_000);
    let (credits, ended) = (Some(Credits::whole(40)), EndedGrant::Given);
    assert_eq!(reversal(FULL), UsageReversal { used_at, credits, ended });
    let less = FULL.replace("credits = 40\n", "").replace("usage_of_ended = \"given\"\n", "");
    let ended = EndedGrant::Lost;
    assert_eq!(reversal(&less), UsageReversal { used_at, credits: None, ended });
}

#[test]
fn the_price_of_a_recharge_means_sizes_a_surcharge_a_fee_and_tax() {
    let full = valid(FULL);
    let policy = rules(&full);
    assert!(policy.closes_gap);
    let ten = Credits::whole(10_000);
    let (discount, bonus) = (share("10%"), share("5%"));
    let first = SizeStep { from: ten, discount, bonus, bonus_credits: Credits::whole(100) };
    let second = SizeStep { from: Credits::whole(20_000), discount: share("20%"), ..first };
    let second = SizeStep { bonus: Share::NONE, bonus_credits: Credits::ZERO, ..second };
    assert_eq!(policy.pricing.sizes, [first, second]);
    assert_eq!(
        (policy.pricing.surcharge, full.setup.policy.contract.tax),
        (share("30%"), share("19%"))
    );
    assert_eq!(policy.pricing.fixed_fee.to_string(), "0.35");
}

#[test]
fn payment_means_terms_and_luck() {
    let full = valid(FULL);
    let terms = &rules(&full).terms;
    assert_eq!(terms.needs, ChargeNeeds { subscription: false, payment_method: true });
    let worked = valid(WORKED);
    assert_eq!(rules(&worked).terms.needs, ChargeNeeds::ALL);
    assert_eq!(rules(&worked).terms.retry_after, [Duration::HOUR]);
    assert_eq!(terms.retry_after, [hours(1), hours(2), hours(4)]);
    assert_eq!(terms.disable_after, Some(3));
    assert_eq!(
        (terms.hard_decline, terms.processor_outage),
        (OnFailure::Suspend, OnFailure::Ignore)
    );
    let luck = &full.luck;
    assert_eq!(luck.latency, Wait::LogNormal { median: Duration::from_millis(5_000), sigma: 0.5 });
    assert_eq!((luck.fail_probability, luck.hard_share), (share("5%"), share("20%")));
    assert_eq!(
        (&luck.fail_attempts, &luck.hard_fail_attempts),
        (&Attempts::new(vec![2]), &Attempts::new(vec![5]))
    );
    assert_eq!(luck.outages.windows()[0].from.to_string(), "2026-01-05T07:00:00Z");
    assert_eq!(luck.verification_fail_probability, share("25%"));
    let repair = luck.repair.unwrap();
    assert_eq!(
        (repair.after, repair.probability),
        (Wait::Exponential { mean: hours(48) }, share("90%"))
    );
}

#[test]
fn an_opening_balance_is_assumed_as_long_as_nothing_states_it() {
    let text =
        format!("{LEAST}assumed = [\"account.opening_balance\"]\naccount.opening_balance = 22\n");
    let is_assumed = |scenario: &Scenario| scenario.setup.opening.as_ref().unwrap().is_assumed;
    let listed = |scenario: &Scenario| {
        scenario.assumptions.iter().any(|one| one.path == "account.opening_balance")
    };
    let assumed = valid(&text);
    assert!(is_assumed(&assumed) && listed(&assumed));
    assert!(is_assumed(&assumed.with_overrides(&[Setting::new(["seed"], 7_u64)]).unwrap()));
    for balance in [0_u64, 22] {
        let set = [Setting::new(["account", "opening_balance"], balance)];
        let stated = assumed.with_overrides(&set).unwrap();
        assert!(!is_assumed(&stated) && !listed(&stated), "{balance}");
        // It stays stated, whatever is set after it.
        let later = stated.with_overrides(&[Setting::new(["seed"], 7_u64)]).unwrap();
        assert!(!is_assumed(&later), "{balance}");
    }
    let text = format!("{LEAST}account.opening_balance = 22\n");
    assert!(!is_assumed(&valid(&text)));
}

#[test]
fn account_service_and_plan_are_what_they_say() {
    let full = valid(FULL);
    let opening = Opening {
        allowance: Credits::whole(100),
        purchased: vec![OpeningGrant {
            credits: "250.5".parse().unwrap(),
            price: "1.50".parse().unwrap(),
            expires: OpeningExpiry::AsBoughtAtStart,
        }],
        is_assumed: false,
    };
    assert_eq!(full.setup.opening, Some(opening));
    let policy = &full.setup.policy;
    assert_eq!(
        policy.contract.burn_order,
        BurnOrder { opening: 0, top_up: 1, recharge: 2, gift: 3 }
    );
    assert_eq!(
        (&*policy.contract.plan.name, policy.contract.plan.allowance),
        ("Starter", Credits::whole(3_000))
    );
    assert_eq!(&*full.plans[1].1.name, "pro");
    assert_eq!(policy.service.shortfall, Shortfall::Overdraft { limit: Credits::whole(500) });
    assert_eq!(policy.service.retry.unwrap().times, 2);
    assert_eq!(rules(&full).eligibility.csm.lead_time, hours(48));
    let service = valid(OTHER).meaning.setup.policy.service;
    assert_eq!(
        service.shortfall,
        Shortfall::Stop {
            restart_after: Duration::from_millis(300_000),
            restart_within: Some(Duration::from_millis(3_600_000)),
        }
    );
    assert_eq!(service.repayment, Repayment::Kept);
}

#[test]
fn burning_sources_not_named_come_last() {
    let text = WORKED.replace("[recharge]", "[account]\nburn_order = [\"recharge\"]\n[recharge]");
    let order = valid(&text).setup.policy.contract.burn_order;
    assert_eq!(order, BurnOrder { opening: 1, top_up: 1, recharge: 0, gift: 1 });
}

#[test]
fn usage_is_generated_written_or_read_from_a_file_beside_the_scenario() {
    let UsageSource::Generated(demand) = valid(FULL).meaning.usage else { panic!() };
    assert_eq!(demand.arrivals, Arrivals::Poisson { per_day: 240.0 });
    let median = Credits::whole(20);
    let step = "0.1".parse().unwrap();
    assert_eq!(demand.amounts, AmountLaw::LogNormal { median, sigma: 0.8, step });
    assert_eq!((demand.hours.unwrap()[7], demand.growth_per_month), (1.5, 0.05));

    let file = valid(&format!("{LEAST}[usage]\nfile = \"a/b.csv\"\namount = \"tokens\"\n"));
    assert_eq!(file.usage, UsageSource::File("folder/a/b.csv".into()));
    let Amounts::Columns(columns) = file.meaning.csv.amounts else { panic!() };
    assert_eq!(columns[0].0, "tokens");

    let events = "events = [{ at = 2026-01-04, credits = 1 }, { at = 2026-01-03, credits = 0.1 }]";
    let UsageSource::Events(events) = valid(&format!("{LEAST}[usage]\n{events}\n")).meaning.usage
    else {
        panic!()
    };
    let events: Vec<String> =
        events.iter().map(|(at, credits)| format!("{at} {credits}")).collect();
    assert_eq!(events, ["2026-01-03T00:00:00Z 0.1", "2026-01-04T00:00:00Z 1"]);
}

#[test]
fn actions_are_sorted_by_instant_and_stay_in_file_order_at_one() {
    let at =
        |day: u32, word: &str| format!("[[actions]]\nat = 2026-01-{day:02}\ndo = \"{word}\"\n");
    let actions =
        [at(9, "card_expires"), at(3, "disable"), at(9, "card_updated"), at(3, "enable")].concat();
    let scenario = valid(&format!("{WORKED}{actions}"));
    let names: Vec<&str> = scenario.setup.actions.iter().map(|(_, action)| action.name()).collect();
    assert_eq!(names, ["disable", "enable", "card_expires", "card_updated"]);
    assert_eq!(scenario.notes, [None, None, None, None]);
    let full = valid(FULL);
    let top_up = full.setup.actions.iter().position(|(_, action)| action.name() == "top_up");
    assert_eq!(full.notes[top_up.unwrap()].as_deref(), Some("before the campaign"));
}

#[test]
fn a_cycle_is_anchored_at_the_start_unless_it_says_otherwise() {
    let start_of = |text: &str| {
        let scenario = valid(text);
        scenario.setup.policy.contract.cycles.around(scenario.setup.horizon.from).from.to_string()
    };
    assert_eq!(start_of(LEAST), "2026-01-01T00:00:00Z");
    assert_eq!(start_of(&format!("{LEAST}[cycle]\nanchor = 2026-01-15\n")), "2025-12-15T00:00:00Z");
}

#[test]
fn floats_are_read_from_their_digits_and_stay_exact() {
    for (written, read) in
        [("0.1", "0.1"), ("1e-6", "0.000001"), ("1_000.5", "1000.5"), ("1e3", "1000")]
    {
        let text = WORKED.replace("allowance = 3000", &format!("allowance = {written}"));
        assert_eq!(
            valid(&text).setup.policy.contract.plan.allowance.to_string(),
            read,
            "{written}"
        );
    }
}

#[test]
fn assumptions_are_what_is_listed_and_what_was_left_out() {
    let scenario = valid(WORKED);
    let of = |origin: Origin| -> Vec<String> {
        let one = |a: &Assumption| format!("{} = {}", a.path, a.value);
        scenario.assumptions.iter().filter(|a| a.origin == origin).map(one).collect()
    };
    assert_eq!(of(Origin::Declared), ["payment.latency = \"5s\""]);
    let defaults = of(Origin::Default);
    for expected in
        ["zone = \"UTC\"", "payment.retry_after = \"1h\"", "recharge.firing = \"level\""]
    {
        assert!(defaults.iter().any(|one| one == expected), "{expected} in {defaults:#?}");
    }
    // Settings without effect in this scenario are not assumed.
    for path in ["recharge.share_of", "service.restart_after", "service.debt", "payment.latency"] {
        assert!(!defaults.iter().any(|one| one.starts_with(path)), "{path} in {defaults:#?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let missing = Scenario::read(Path::new("no/such/file.toml")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read the scenario no/such/file.toml: "));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin1.toml");
    std::fs::write(&path, b"name = 'x'\nquestion = 'caf\xe9'\n").unwrap();
    let text = Scenario::read(&path).unwrap_err().to_string();
    assert!(text.starts_with("error: the scenario is not UTF-8 text, at line 2"), "{text}");
    std::fs::write(&path, " ".repeat(tree::MOST_BYTES + 1)).unwrap();
    let text = Scenario::read(&path).unwrap_err().to_string();
    assert!(text.starts_with("error: the scenario is larger than 1 MiB"), "{text}");
}

#[test]
fn a_file_of_usage_is_told_as_that_and_a_broken_scenario_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Scenario::read(&path).unwrap_err().to_string()
    };
    let rows = b"time,credits\n2026-01-01T00:00:00Z,5\n2026-01-02T00:00:00Z,5\n".as_slice();
    let long = [rows, &b"2026-01-03T00:00:00Z,5\n".repeat(50_000)].concat();
    let usage: [(&str, &[u8]); 10] = [
        ("usage.csv", &long),
        ("usage.csv", rows),
        ("usage.dat", rows),
        ("usage.dat", b"\ntime;credits\n2026-01-01;5\n"),
        ("usage.dat", b"{\"time\": \"2026-01-01\", \"credits\": 5}\n"),
        ("usage.dat", b"[\n  {\"time\": \"2026-01-01\"}\n]\n"),
        ("usage.dat", b"[{\"time\": \"2026-01-01\"}]"),
        ("usage.dat", b"\x1f\x8b\x08\0\xff"),
        ("usage.XLSX", b"PK\x03\x04\xff"),
        ("usage.csv", b"t\xefme,credits\n"),
    ];
    for (name, bytes) in usage {
        let text = told(name, bytes);
        assert!(text.contains("looks like usage, and is no scenario"), "{name}: {text}");
        assert!(text.contains("recharge inspect FILE"), "{text}");
        assert_eq!(text.matches("error").count(), 1, "{text}");
    }
    let scenarios: [(&str, &[u8]); 5] = [
        ("one.toml", b"name = one, two\n"),
        ("one.toml", b"[account\nzone = 1\n"),
        ("one.toml", b"# a, b\nname\n"),
        ("one.toml", b"[ account ]\nzone\n"),
        ("one.toml", b"name\n"),
    ];
    for (name, bytes) in scenarios {
        let text = told(name, bytes);
        assert!(text.contains("not valid TOML"), "{}: {text}", bytes.escape_ascii());
    }
    // A scenario may have any name.
    let text = told("usage.csv", b"nam = 'x'\n");
    assert!(text.contains("unknown key") && !text.contains("looks like"), "{text}");
}

#[test]
fn files_are_relative_to_the_folder_of_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, format!("\u{feff}{LEAST}[usage]\nfile = \"usage.csv\"\n")).unwrap();
    let scenario = Scenario::read(&path).unwrap();
    assert_eq!(scenario.name, "mine");
    assert_eq!(scenario.usage, UsageSource::File(folder.path().join("usage.csv")));
}

#[test]
fn a_study_says_what_is_tried_and_how_it_is_judged() {
    let study = valid(FULL).meaning.study.unwrap();
    let range = NumberRange::new(0.into(), 1.into(), rust_decimal::Decimal::new(25, 2)).unwrap();
    let path = ["recharge", "at_or_below"].into();
    let thresholds = Variation { path, values: Values::Range(range) };
    assert_eq!(study.vary, [Variation::list(["recharge", "packs"], [1_u64, 2]), thresholds]);
    let named = &study.named[0];
    assert_eq!(named.name, "the bigger plan");
    let keys: Vec<&str> = named.set.iter().map(|one| one.path.last()).collect();
    assert_eq!(keys, ["plan", "packs"]);
    assert_eq!(study.stop, Stop::Replications(100));
    assert_eq!((study.confidence, study.history), (share("99%"), Some(HistoryUse::Replay)));
    assert_eq!(study.per_refused_credit.to_string(), "0.05");
    assert_eq!(study.per_hour_of_downtime.to_string(), "20");
    assert_eq!(study.materiality.to_string(), "1.00");
    let limits = study.constraints;
    assert_eq!(limits.fill_rate_at_least, Some(share("99.9%")));
    assert_eq!(limits.outage_probability_at_most, Some(share("5%")));
    assert_eq!(limits.spend_p95_at_most.map(|money| money.to_f64()), Some(200.0));
    assert_eq!(limits.recharges_at_most, Some(rust_decimal::Decimal::new(25, 1)));
}

#[test]
fn a_study_stops_when_it_is_told() {
    let stop = |text: &str| valid(&format!("{LEAST}[study]\n{text}\n")).meaning.study.unwrap().stop;
    let cent = "0.01".parse().unwrap();
    assert_eq!(stop(""), Stop::Usual);
    assert_eq!(stop("replications = 2000"), Stop::Replications(2_000));
    assert_eq!(
        stop("until = { half_width = \"0.01\" }"),
        Stop::HalfWidth { half_width: cent, most: 2_000 }
    );
    assert_eq!(
        stop("materiality = 1\nuntil = { correct_selection = \"50%\", most = 7 }"),
        Stop::CorrectSelection { correct: share("50%"), most: 7 }
    );
}
