//! Whole cases from a number: rules, account, timeline, luck and usage, full of ties.
//!
//! Instants come from a small pool of meaningful ones (cycle starts, midnights, clock changes) and
//! lengths of time are often the difference of two of them, so that things happen at once.

use std::fmt;
use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use recharge::domain::Source;
use recharge::domain::{
    BurnOrder, Credits, Currency, CycleLength, Cycles, Duration, GiftPlace, Instant, Money, Share,
    Window, Zone,
};
use recharge::engine::Chunk;
use recharge::engine::{CapsUsed, Opening, OpeningExpiry, OpeningGrant, Past, Settled, Setup};
use recharge::payments::{
    Attempts, CardModel, ChargebackChance, Luck, Outages, Repair, UndoingChance, Wait,
};
use recharge::policy::*;
use recharge::usage::csv::{CsvSettings, InputSource, Mode};
use recharge::usage::meaning::BelowZero;

use crate::calendar;

/// A whole case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Rules, account and timeline.
    pub setup: Setup,
    /// How charges turn out.
    pub luck: Luck,
    /// The seed of what is drawn.
    pub seed: u64,
    /// Usage, sorted, inside the horizon.
    pub usage: Vec<(Instant, Credits)>,
    /// Rows below zero that take usage back, without their signs, sorted.
    pub below_zero: Vec<(Instant, Credits)>,
    /// Where the run is split, by number of usage events.
    pub splits: Vec<usize>,
}

/// Zones and, of each, a day worth starting near: clock changes, leap days, ends of years.
const PLACES: [(&str, (i32, u32, u32)); 22] = [
    ("UTC", (2026, 1, 1)),
    ("UTC", (2024, 2, 29)),
    ("UTC", (2025, 12, 31)),
    ("Europe/Berlin", (2026, 3, 29)),
    ("Europe/Berlin", (2026, 10, 25)),
    ("Europe/Berlin", (2023, 12, 31)),
    ("America/New_York", (2026, 3, 8)),
    ("America/New_York", (2026, 11, 1)),
    ("America/New_York", (2024, 2, 29)),
    ("Asia/Kolkata", (2026, 2, 28)),
    ("Asia/Kathmandu", (2024, 1, 31)),
    ("Australia/Lord_Howe", (2026, 4, 5)),
    ("Australia/Lord_Howe", (2026, 10, 4)),
    ("America/Sao_Paulo", (2018, 11, 4)),
    ("America/Sao_Paulo", (2018, 2, 18)),
    ("Pacific/Apia", (2011, 12, 30)),
    ("Pacific/Apia", (2011, 12, 31)),
    ("America/St_Johns", (2010, 11, 7)),
    ("America/St_Johns", (2010, 3, 14)),
    ("America/Havana", (2025, 11, 2)),
    ("Atlantic/Azores", (2026, 10, 25)),
    ("Africa/Casablanca", (2026, 3, 22)),
];

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

struct Dice {
    rng: Xoshiro256PlusPlus,
    hot: Vec<i64>,
    start: i64,
    end: i64,
}

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.rng.random_range(0..n)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A length of time, often one that ends at something.
    fn length(&mut self, least: i64) -> i64 {
        let hot = self.hot.clone();
        let millis = match self.below(10) {
            0..5 => (self.pick(&hot) - self.pick(&hot)).abs(),
            5 => (self.end - self.start) / 10,
            _ => self.pick(&[1, 1_000, 60_000, HOUR, HOUR, 6 * HOUR, DAY, DAY, 2 * DAY, 7 * DAY]),
        };
        millis.max(least)
    }

    fn duration(&mut self, least: i64) -> Duration {
        Duration::from_millis(self.length(least))
    }

    /// An instant in the horizon, often one at which something else happens.
    fn instant(&mut self) -> i64 {
        let hot = self.hot.clone();
        let at = self.pick(&hot);
        let at = match self.below(12) {
            0 => at - 1,
            1 => at + 1,
            2 => at + HOUR,
            3 | 4 => at + self.length(0),
            5 => self.rng.random_range(self.start..self.end),
            _ => at,
        };
        at.clamp(self.start, self.end - 1)
    }

    fn credits(&mut self) -> Credits {
        let micro = match self.below(14) {
            0 => 1,
            1 => 33_333_333,
            2 => 100_000_001,
            3 => 99_999_999,
            4 => 1_500_000,
            5 => 1_000_000_i64 * self.rng.random_range(1..400_i64),
            _ => self.pick(&[5, 10, 10, 20, 25, 50, 50, 100, 100, 100, 200, 300]) * 1_000_000,
        };
        Credits::from_micro(micro)
    }

    fn share(&mut self) -> Share {
        let percent = self.pick(&[10, 25, 50, 50, 90, 100]);
        share(percent * 10_000 - i64::from(percent == 90 && self.chance(30)))
    }

    fn money(&mut self) -> Money {
        self.pick(&["0.5", "2", "5", "7", "7", "7.25", "20", "33.33"]).parse().expect("a price")
    }
}

fn share(millionths: i64) -> Share {
    Share::from_millionths(millionths).expect("a share")
}

/// The case of this number.
pub fn generate(number: u64) -> Case {
    let mut dice =
        Dice { rng: Xoshiro256PlusPlus::seed_from_u64(number), hot: Vec::new(), start: 0, end: 0 };
    let dice = &mut dice;
    let (zone_name, date) = dice.pick(&PLACES);
    let zone = Zone::from_name(zone_name).expect("a zone");
    let tz = calendar::zone(zone_name);
    let special = NaiveDate::from_ymd_opt(date.0, date.1, date.2).expect("a date");
    let days = dice.pick(&[1, 2, 3, 5, 10, 35, 35, 65, 100]);
    let lead = dice.below(days.min(40)) as u64;
    let hour = dice.pick(&[(0, 0), (0, 0), (0, 0), (2, 30), (3, 0), (12, 0), (23, 30)]);
    let start_local = (special - Days::new(lead)).and_hms_opt(hour.0, hour.1, 0).expect("a time");
    let anchor = match dice.below(5) {
        0 | 1 => start_local,
        2 => late_anchor(dice, start_local),
        3 => special.and_hms_opt(hour.0, hour.1, 0).expect("a time"),
        _ => special.and_hms_opt(2, 30, 0).expect("a time") - Days::new(365),
    };
    let length = cycle_length(dice);
    dice.start = calendar::instant(tz, start_local);
    dice.end = dice.start + days as i64 * DAY + dice.pick(&[0, 0, 1, HOUR]);
    if dice.chance(30) {
        let cycle = calendar::cycle(tz, anchor, length, dice.end);
        let ends = if cycle.0 > dice.start + 1 { cycle.0 } else { cycle.1 };
        let near = dice.pick(&[-1, 0, 0, 0, 1]);
        dice.end = if ends - dice.start < 200 * DAY { ends + near } else { dice.end };
    }
    heat(dice, tz, special, anchor, length);
    let currency = dice.pick(&["USD", "EUR", "JPY", "BHD"]);
    let minor = Currency::from_code(currency).expect("a currency").minor();
    let contract = Contract {
        zone,
        minor,
        cycles: Cycles::new(zone, anchor, length),
        plan: plan(dice, "starter", 0),
        rollover: rollover(dice),
        lifetime: lifetime(dice),
        burn_order: burn_order(dice),
        tax: if dice.chance(75) {
            Share::NONE
        } else {
            dice.pick(&[share(190_000), share(77_000)])
        },
        top_up_lifetime: lifetime(dice),
        grace: if dice.chance(70) { Duration::ZERO } else { dice.duration(0) },
        standing: standing(dice),
        gifts: gifts(dice),
    };
    let recharge = (!dice.chance(4)).then(|| recharge(dice));
    let policy = Policy { contract, recharge, service: service(dice) };
    let opening = dice.chance(35).then(|| opening(dice));
    let facts = match dice.chance(75) {
        true => Prerequisites::ALL,
        false => Prerequisite::ALL
            .into_iter()
            .fold(Prerequisites::ALL, |all, one| all.with(one, dice.chance(70))),
    };
    let actions = actions(dice, &policy);
    let usage = usage(dice, &policy);
    let horizon =
        Window { from: Instant::from_millis(dice.start), to: Instant::from_millis(dice.end) };
    let enabled = dice.chance(88) && policy.recharge.is_some();
    let past = past(dice);
    let mut setup = Setup { horizon, policy, opening, enabled, facts, past, actions };
    let splits = (0..dice.below(4)).map(|_| dice.below(usage.len() + 1)).collect();
    let mut luck = luck(dice);
    // Drawn last, so that the cases without are what they were before there was such a thing.
    if dice.chance(30) && !usage.is_empty() {
        undo_usage(dice, &mut setup, &usage);
    }
    if let (true, Some(recharge)) = (dice.chance(20), &mut setup.policy.recharge) {
        undo_by_chance(dice, recharge, &mut luck);
    }
    let below_zero = match dice.chance(20) && !usage.is_empty() {
        true => below_zero(dice, &mut setup, &usage),
        false => Vec::new(),
    };
    Case { setup, luck, seed: number, usage, below_zero, splits }
}

/// Rows that take usage back, some at an instant at which there is some, and some for more than there was.
fn below_zero(
    dice: &mut Dice,
    setup: &mut Setup,
    usage: &[(Instant, Credits)],
) -> Vec<(Instant, Credits)> {
    setup.policy.service.usage_of_ended = dice.pick(&[EndedGrant::Lost, EndedGrant::Given]);
    let mut rows = Vec::new();
    for _ in 0..dice.pick(&[1, 2, 4, 8]) {
        let (used_at, asked) = dice.pick(usage);
        let at = match dice.below(4) {
            0 => used_at.millis(),
            1 => used_at.millis() + dice.pick(&[1, 1_000, HOUR, DAY]),
            2 => used_at.millis() + dice.length(1),
            _ => dice.instant(),
        };
        let credits = match dice.below(3) {
            0 => dice.credits(),
            1 => asked,
            _ => Credits::from_micro(1 + asked.micro() * 4 / 3),
        };
        if dice.start <= at && at < dice.end && credits.is_positive() {
            rows.push((Instant::from_millis(at), credits));
        }
    }
    rows.sort_by_key(|&(at, _)| at);
    rows
}

/// Adds chances that recharges are refunded or charged back.
fn undo_by_chance(dice: &mut Dice, recharge: &mut AutoRecharge, luck: &mut Luck) {
    let takes = [TakesBack::Lot, TakesBack::Balance, TakesBack::Debt, TakesBack::Nothing];
    let (refund, chargeback) = (dice.pick(&takes), dice.pick(&takes));
    recharge.terms.undone = UndonePayments { refund, chargeback };
    let chance = |dice: &mut Dice| UndoingChance {
        probability: dice.pick(&[share(300_000), share(700_000), Share::ALL]),
        after: wait(dice),
    };
    luck.refunds = dice.chance(50).then(|| chance(dice));
    luck.chargebacks = dice.chance(70).then(|| {
        let (undoing, won) = (chance(dice), probability(dice));
        ChargebackChance { undoing, won, decided_after: wait(dice) }
    });
}

/// Adds actions that undo usage, mostly of an instant at which there is some.
fn undo_usage(dice: &mut Dice, setup: &mut Setup, usage: &[(Instant, Credits)]) {
    let ended = dice.pick(&[EndedGrant::Lost, EndedGrant::Given]);
    for _ in 0..dice.pick(&[1, 2, 4, 8]) {
        let (used_at, asked) = dice.pick(usage);
        let used_at = if dice.chance(95) { used_at.millis() } else { dice.instant() };
        let at = match dice.below(3) {
            0 => used_at + dice.pick(&[1, 1_000, HOUR, DAY]),
            1 => used_at + dice.length(1),
            _ => dice.instant(),
        };
        if used_at < at && at < dice.end {
            let credits = match dice.below(4) {
                0 => Some(dice.credits()),
                1 => Some(Credits::from_micro(1 + asked.micro() / 3)),
                _ => None,
            };
            let used_at = Instant::from_millis(used_at);
            let reversal = UsageReversal { used_at, credits, ended };
            setup.actions.push((Instant::from_millis(at), Action::ReverseUsage(reversal)));
        }
    }
    setup.actions.sort_by_key(|(at, _)| *at);
}

fn cycle_length(dice: &mut Dice) -> CycleLength {
    use CycleLength::{Days, Hours, Months};
    match dice.below(10) {
        0..5 => Months(1),
        5 => dice.pick(&[Months(2), Months(3), Months(12)]),
        6 | 7 => dice.pick(&[Days(1), Days(7), Days(7), Days(10)]),
        _ => dice.pick(&[Hours(5), Hours(24), Hours(36)]),
    }
}

fn opening(dice: &mut Dice) -> Opening {
    let allowance = if dice.chance(70) { dice.credits() } else { Credits::ZERO };
    let grants = dice.pick(&[0, 1, 1, 1, 2, 3]);
    let purchased = (0..grants).map(|_| OpeningGrant {
        credits: dice.credits(),
        price: dice.money(),
        expires: match dice.below(6) {
            0 => OpeningExpiry::Never,
            1 => OpeningExpiry::CycleEnd,
            2 | 3 => OpeningExpiry::At(Instant::from_millis(dice.instant().max(dice.start + 1))),
            _ => OpeningExpiry::AsBoughtAtStart,
        },
    });
    Opening { allowance, purchased: purchased.collect(), is_assumed: false }
}

fn past(dice: &mut Dice) -> Past {
    if dice.chance(55) {
        return Past::default();
    }
    let mut charges: Vec<Settled> = (0..dice.pick(&[0, 0, 1, 2, 3]))
        .map(|_| Settled {
            at: Instant::from_millis(dice.start - dice.length(1)),
            order: Order {
                credits: if dice.chance(80) { dice.credits() } else { Credits::ZERO },
                price: dice.money(),
            },
            succeeded: dice.chance(75),
        })
        .collect();
    charges.sort_by_key(|charge| charge.at);
    let mut used = || {
        dice.chance(30).then(|| Used {
            recharges: dice.pick(&[0, 1, 2, 3]),
            money: dice.money(),
            credits: dice.credits(),
        })
    };
    let caps_used = CapsUsed { day: used(), month: used(), cycle: used() };
    Past {
        charges,
        caps_used,
        failures: dice.pick(&[0, 0, 1, 2]),
        retry_at: dice.chance(25).then(|| Instant::from_millis(dice.start + dice.length(0))),
        suspended_since: dice.chance(20).then(|| Instant::from_millis(dice.start - dice.length(0))),
    }
}

fn late_anchor(dice: &mut Dice, start: NaiveDateTime) -> NaiveDateTime {
    let day = dice.pick(&[28, 29, 30, 31]);
    let month = dice.pick(&[1, 3, 5, 7, 8, 10, 12]);
    let year = dice.pick(&[-1, 0, 0, 1]) + chrono::Datelike::year(&start);
    NaiveDate::from_ymd_opt(year, month, day).expect("a date").and_time(start.time())
}

/// Fills the pool of instants at which things like to happen.
fn heat(dice: &mut Dice, tz: Tz, special: NaiveDate, anchor: NaiveDateTime, length: CycleLength) {
    let (start, end) = (dice.start, dice.end);
    let mut hot = vec![start, start + HOUR, end - 1];
    let (mut next, mut guard) = (calendar::cycle(tz, anchor, length, start), 0);
    while next.1 < end && guard < 4 {
        hot.push(next.1);
        next = calendar::cycle(tz, anchor, length, next.1);
        guard += 1;
    }
    for (hour, minute) in [(0, 0), (2, 0), (3, 0)] {
        hot.push(calendar::instant(tz, special.and_hms_opt(hour, minute, 0).expect("a time")));
    }
    // In the hour that occurs twice, where clocks are set back at midnight.
    hot.push(hot[hot.len() - 3] + HOUR / 2);
    for _ in 0..3 {
        let at = dice.rng.random_range(start..end);
        hot.push(calendar::day(tz, at).1);
        hot.push(start + (at - start) / HOUR * HOUR);
    }
    hot.push(calendar::month(tz, start).1);
    hot.retain(|&at| start <= at && at < end);
    dice.hot = hot;
}

fn recharge(dice: &mut Dice) -> AutoRecharge {
    AutoRecharge {
        trigger: trigger(dice),
        firing: dice.pick(&[Firing::Level, Firing::Level, Firing::Edge]),
        poll: poll(dice),
        cooldown: cooldown(dice),
        purchase: purchase(dice),
        closes_gap: dice.chance(25),
        pricing: pricing(dice),
        caps: caps(dice),
        terms: terms(dice),
        eligibility: eligibility(dice),
    }
}

fn plan(dice: &mut Dice, name: &str, more: i64) -> Plan {
    let allowance = match dice.chance(20) {
        true => Credits::ZERO,
        false => dice.credits().plus(Credits::whole(more)).expect("credits"),
    };
    let fee = if dice.chance(20) { Money::ZERO } else { dice.money() };
    let term = match dice.chance(70) {
        true => Term::default(),
        false => Term {
            cycles: dice.pick(&[2, 3, 3, 12]),
            fee_per: dice.pick(&[Per::Term, Per::Term, Per::Cycle]),
            allowance_per: dice.pick(&[Per::Cycle, Per::Cycle, Per::Term]),
        },
    };
    let refill = dice.pick(&[Refill::Full, Refill::Full, Refill::UpTo]);
    let quotas = quotas(dice);
    Plan { name: name.into(), fee, allowance, term, refill, quotas }
}

fn quotas(dice: &mut Dice) -> Vec<Quota> {
    if dice.chance(75) {
        return Vec::new();
    }
    let lengths = dice.pick(&[&[5][..], &[5, 168], &[36], &[24, 5], &[1]]);
    let quota = |hours: &i64| Quota {
        credits: dice.credits(),
        length: Duration::from_millis(hours * HOUR + dice.pick(&[0, 0, 1])),
    };
    lengths.iter().map(quota).collect()
}

fn standing(dice: &mut Dice) -> Vec<StandingCharge> {
    if dice.chance(80) {
        return Vec::new();
    }
    let least = HOUR.max((dice.end - dice.start) / 100);
    let charge = |_| StandingCharge {
        credits: dice.pick(&["0.000001", "1", "5", "33.333333"]).parse().expect("credits"),
        due: match dice.below(3) {
            0 => StandingDue::CycleStart,
            _ => StandingDue::Every(dice.duration(least)),
        },
    };
    (0..2).map(charge).collect()
}

fn gifts(dice: &mut Dice) -> Vec<Gift> {
    if dice.chance(65) {
        return Vec::new();
    }
    (0..dice.pick(&[1, 1, 2, 3])).map(|_| gift(dice)).collect()
}

fn gift(dice: &mut Dice) -> Gift {
    let least = HOUR.max((dice.end - dice.start) / 60);
    let days = dice.end - dice.start < 70 * DAY;
    let due = match dice.below(8) {
        0..3 => GiftDue::Once,
        3 => GiftDue::Every(dice.duration(least)),
        4 if days => GiftDue::Day,
        5 => GiftDue::Month,
        _ => GiftDue::CycleStart,
    };
    let once = due == GiftDue::Once;
    let from = match dice.below(4) {
        0 if !once => dice.start - dice.length(0).min(40 * DAY),
        1 | 2 => dice.instant(),
        _ => dice.start,
    };
    let to = if once || dice.chance(70) { i64::MAX } else { dice.instant().max(from + 1) };
    let instant = Instant::from_millis(dice.instant().max(from + 1));
    let lifetime = match dice.below(6) {
        0 => GiftLifetime::Never,
        1 => GiftLifetime::CycleEnd,
        2 if !once => GiftLifetime::Next,
        2 | 3 if once => GiftLifetime::Until(instant),
        _ => GiftLifetime::For(dice.duration(1)),
    };
    Gift {
        credits: dice.credits(),
        due,
        within: Window { from: Instant::from_millis(from), to: Instant::from_millis(to) },
        lifetime,
        grace: if dice.chance(70) { Duration::ZERO } else { dice.duration(0) },
        place: dice.pick(&[
            GiftPlace::BeforeAllowance,
            GiftPlace::BeforeBought,
            GiftPlace::WithBought,
            GiftPlace::AfterBought,
        ]),
        priority: dice.pick(&[0, 20, 50, 50, 100]),
    }
}

fn rollover(dice: &mut Dice) -> Rollover {
    if dice.chance(55) {
        return Rollover::default();
    }
    let most =
        dice.pick(&[Credits::ZERO, Credits::whole(30), Credits::whole(100), Credits::LARGEST]);
    let least = if dice.chance(60) { Credits::ZERO } else { dice.credits().min(most) };
    let share = dice.pick(&[Share::ALL, Share::ALL, share(500_000), share(333_333), Share::NONE]);
    Rollover { least, share, most, cycles: dice.pick(&[0, 1, 1, 2, 1_000]) }
}

fn trigger(dice: &mut Dice) -> Trigger {
    match dice.below(5) {
        0 | 1 => Trigger::AtOrBelow(if dice.chance(25) { Credits::ZERO } else { dice.credits() }),
        2 => Trigger::Below(if dice.chance(10) { Credits::ZERO } else { dice.credits() }),
        _ => Trigger::ConsumedShare {
            share: dice.share(),
            base: dice.pick(&[
                Base::CycleTotal,
                Base::LastPurchase,
                Base::Purchases,
                Base::Allowance,
            ]),
        },
    }
}

fn poll(dice: &mut Dice) -> Option<Duration> {
    let least = HOUR.max((dice.end - dice.start) / 150);
    dice.chance(22).then(|| dice.duration(least))
}

fn cooldown(dice: &mut Dice) -> Option<Cooldown> {
    dice.chance(30).then(|| Cooldown {
        length: dice.duration(1),
        since: dice.pick(&[CooldownSince::Success, CooldownSince::Attempt]),
    })
}

fn package(dice: &mut Dice) -> Package {
    let credits = dice.credits().max(Credits::whole(10));
    Package { name: "pack".into(), credits, price: dice.money() }
}

fn purchase(dice: &mut Dice) -> Purchase {
    if dice.chance(60) {
        return Purchase::Packs { package: package(dice), packs: dice.pick(&[1, 1, 2, 3]) };
    }
    Purchase::UpTo {
        target: dice.credits(),
        from: dice.pick(&[TargetFrom::Zero, TargetFrom::Zero, TargetFrom::Threshold]),
        increment: dice.pick(&["1", "10", "25", "33.333333", "100"]).parse().expect("credits"),
        unit_price: dice.pick(&["0.01", "0.005", "0.123456", "1"]).parse().expect("a price"),
    }
}

fn pricing(dice: &mut Dice) -> Pricing {
    if dice.chance(65) {
        return Pricing::default();
    }
    let mut sizes: Vec<SizeStep> = (0..dice.pick(&[0, 1, 1, 2]))
        .map(|_| SizeStep {
            from: dice.credits(),
            discount: dice.pick(&[Share::NONE, share(100_000), share(333_333), Share::ALL]),
            bonus: dice.pick(&[Share::NONE, Share::NONE, share(100_000), share(333_333)]),
            bonus_credits: dice.pick(&[Credits::ZERO, Credits::ZERO, Credits::whole(7)]),
        })
        .collect();
    sizes.sort_by_key(|step| step.from);
    sizes.dedup_by_key(|step| step.from);
    Pricing {
        sizes,
        surcharge: dice.pick(&[Share::NONE, share(300_000), share(123_456)]),
        fixed_fee: if dice.chance(60) { Money::ZERO } else { "3".parse().expect("money") },
    }
}

fn caps(dice: &mut Dice) -> Vec<Cap> {
    let count = dice.pick(&[0, 0, 1, 1, 2, 3]);
    (0..count).map(|_| cap(dice)).collect()
}

fn cap(dice: &mut Dice) -> Cap {
    let limit = match dice.below(3) {
        0 => Limit::Recharges(dice.pick(&[0, 1, 1, 2, 3])),
        1 => Limit::Money(
            dice.pick(&["0", "5", "7", "14", "20", "40", "99.99"]).parse().expect("money"),
        ),
        _ => Limit::Credits(Credits::whole(dice.pick(&[0, 50, 100, 200, 300, 500]))),
    };
    let window = match dice.below(5) {
        0 => CapWindow::Day,
        1 => CapWindow::Month,
        2 => CapWindow::Cycle,
        _ => CapWindow::Rolling(dice.duration(1)),
    };
    Cap {
        limit,
        window,
        counts: dice.pick(&[Counts::Successes, Counts::Successes, Counts::Attempts]),
        exceeding: dice.pick(&[
            Exceeding::Skip,
            Exceeding::Clip,
            Exceeding::Overshoot,
            Exceeding::Disable,
        ]),
        warn_at: match dice.below(4) {
            0 => Warnings::at(&[share(800_000), share(900_000), Share::ALL]).expect("they grow"),
            1 => Warnings::at(&[share(333_333)]).expect("one share"),
            _ => Warnings::NONE,
        },
    }
}

fn lifetime(dice: &mut Dice) -> Lifetime {
    match dice.below(4) {
        0 => Lifetime::Never,
        1 => Lifetime::CycleEnd,
        _ => Lifetime::For(dice.duration(1)),
    }
}

fn burn_order(dice: &mut Dice) -> BurnOrder {
    if dice.chance(60) {
        return BurnOrder::default();
    }
    let mut rank = || dice.below(3) as u8;
    BurnOrder { opening: rank(), recharge: rank(), top_up: rank(), gift: rank() }
}

fn terms(dice: &mut Dice) -> PaymentTerms {
    let least = HOUR.max((dice.end - dice.start) / 100);
    let mut retry_after: Vec<_> = (0..dice.below(3)).map(|_| dice.duration(0)).collect();
    retry_after.push(dice.duration(least));
    let on = [OnFailure::Count, OnFailure::Count, OnFailure::Suspend, OnFailure::Ignore];
    // An ignored failure waits the first wait for ever.
    retry_after[0] =
        retry_after[0].max(Duration::from_millis(if dice.chance(50) { least } else { 0 }));
    let patient = retry_after[0].millis() >= least;
    let on = if patient { &on[..] } else { &on[..3] };
    PaymentTerms {
        needs: dice.pick(&[
            ChargeNeeds::ALL,
            ChargeNeeds::ALL,
            ChargeNeeds { subscription: false, payment_method: true },
            ChargeNeeds { subscription: true, payment_method: false },
            ChargeNeeds::NOTHING,
        ]),
        retry_after,
        disable_after: dice.pick(&[None, Some(1), Some(2), Some(3)]),
        soft_decline: dice.pick(on),
        hard_decline: dice.pick(on),
        processor_outage: dice.pick(on),
        undone: UndonePayments::default(),
    }
}

fn eligibility(dice: &mut Dice) -> Eligibility {
    let requires = match dice.chance(45) {
        true => Prerequisites::NONE,
        false => Prerequisite::ALL
            .into_iter()
            .fold(Prerequisites::NONE, |all, one| all.with(one, dice.chance(45))),
    };
    let csm = match dice.chance(70) {
        true => CsmRoute::default(),
        false => CsmRoute {
            enables_offline: dice.chance(60),
            disables: dice.chance(60),
            lead_time: if dice.chance(25) { Duration::ZERO } else { dice.duration(0) },
        },
    };
    Eligibility { requires, csm }
}

fn service(dice: &mut Dice) -> Service {
    let shortfall = match dice.below(4) {
        0 => Shortfall::Refuse,
        1 => Shortfall::Partial,
        2 => Shortfall::Stop {
            restart_after: if dice.chance(40) { Duration::ZERO } else { dice.duration(0) },
            restart_within: match dice.below(3) {
                0 => Some(dice.duration(0)),
                _ => None,
            },
        },
        _ => Shortfall::Overdraft { limit: dice.credits() },
    };
    let overage = (!matches!(shortfall, Shortfall::Overdraft { .. }) && dice.chance(30))
        .then(|| overage(dice));
    Service {
        overage,
        shortfall,
        repayment: dice.pick(&[Repayment::DebtFirst, Repayment::DebtFirst, Repayment::Kept]),
        debt_at_cycle_start: dice.pick(&[DebtAtCycleStart::Carry, DebtAtCycleStart::Forgive]),
        retry: dice
            .chance(30)
            .then(|| ComeBack { after: dice.duration(1), times: dice.pick(&[1, 1, 2, 3]) }),
        metering_lag: if dice.chance(22) { dice.duration(1) } else { Duration::ZERO },
        usage_of_ended: EndedGrant::Lost,
    }
}

fn overage(dice: &mut Dice) -> Overage {
    let cap = match dice.below(4) {
        0 => None,
        1 | 2 => Some(OverageCap::Credits(dice.credits())),
        _ => Some(OverageCap::Money(dice.money())),
    };
    Overage {
        price: dice.pick(&["0.01", "0.03", "0.005", "0.123456", "1"]).parse().expect("a price"),
        cap,
        bill_at: dice.chance(50).then(|| dice.money()),
    }
}

fn actions(dice: &mut Dice, policy: &Policy) -> Vec<(Instant, Action)> {
    let count = dice.pick(&[0, 1, 2, 3, 5, 8]);
    let mut instants: Vec<i64> = (0..count).map(|_| dice.instant()).collect();
    instants.sort_unstable();
    let purchase = policy.recharge.as_ref().map(|recharge| &recharge.purchase);
    let mut packs = matches!(purchase, Some(Purchase::Packs { .. }));
    let mut list = Vec::new();
    for at in instants {
        let action = action(dice, packs);
        if let Action::ChangePurchase(to) = &action {
            packs = matches!(to, Purchase::Packs { .. });
        }
        if policy.recharge.is_some() || !action.is_on_recharge() {
            list.push((Instant::from_millis(at), action));
        }
    }
    // A dispute is won later than it is opened.
    for (at, action) in list.clone() {
        if let Action::Reverse(PurchaseReversal { is_chargeback: true, of, .. }) = action
            && dice.chance(70)
        {
            let later = dice.instant().max(at.millis());
            list.push((Instant::from_millis(later), Action::WinDispute(of)));
        }
    }
    list.sort_by_key(|(at, _)| *at);
    list
}

fn purchase_name(dice: &mut Dice) -> PurchaseName {
    PurchaseName {
        source: dice.pick(&[Source::Recharge, Source::Recharge, Source::TopUp]),
        number: dice.pick(&[None, None, None, Some(1), Some(2)]),
    }
}

fn reversal(dice: &mut Dice) -> PurchaseReversal {
    let takes = [TakesBack::Lot, TakesBack::Balance, TakesBack::Debt, TakesBack::Nothing];
    PurchaseReversal {
        of: purchase_name(dice),
        is_chargeback: false,
        share: dice.pick(&[Share::ALL, Share::ALL, share(500_000), share(333_333)]),
        takes: dice.pick(&takes),
    }
}

fn chargeback(dice: &mut Dice) -> Action {
    Action::Reverse(PurchaseReversal { is_chargeback: true, share: Share::ALL, ..reversal(dice) })
}

fn action(dice: &mut Dice, packs: bool) -> Action {
    match dice.below(25) {
        19..21 => Action::Reverse(reversal(dice)),
        21..24 => chargeback(dice),
        24 => Action::WinDispute(purchase_name(dice)),
        18 => Action::RestartService,
        0..3 => Action::Enable,
        3 | 4 => Action::Disable,
        5 if packs => Action::ChangePackage(package(dice)),
        6 if packs => Action::ChangePacks(dice.pick(&[1, 2, 3])),
        5..7 => Action::ChangePurchase(purchase(dice)),
        7 => Action::ChangeThreshold(trigger(dice)),
        8 => Action::ChangeCaps(caps(dice)),
        9 if dice.chance(10) => Action::TopUp(Order::default()),
        9 | 10 => Action::TopUp(Order { credits: dice.credits(), price: dice.money() }),
        11 | 12 => Action::ChangePlan {
            plan: Arc::new(plan(dice, "pro", 50)),
            when: dice.pick(&[PlanChange::NextCycle, PlanChange::Immediate]),
            on_downgrade: dice.pick(&[None, Some(Downgrade::Kept), Some(Downgrade::Cut)]),
        },
        13 => Action::CardExpires,
        14 => Action::CardUpdated,
        15 | 16 => Action::Lose(dice.pick(&Prerequisite::ALL)),
        _ => Action::Gain(dice.pick(&Prerequisite::ALL)),
    }
}

fn amount(dice: &mut Dice, policy: &Policy) -> Credits {
    match dice.below(12) {
        0 => Credits::ZERO,
        1 => policy.contract.plan.allowance,
        2 => match policy.recharge.as_ref().map(|recharge| &recharge.purchase) {
            Some(Purchase::Packs { package, .. }) => package.credits,
            Some(Purchase::UpTo { target, .. }) => *target,
            None => Credits::whole(20),
        },
        3..6 => Credits::whole(dice.pick(&[1, 5, 10])),
        _ => dice.credits(),
    }
}

fn usage(dice: &mut Dice, policy: &Policy) -> Vec<(Instant, Credits)> {
    let mut list = Vec::new();
    for _ in 0..dice.pick(&[0, 1, 2, 4, 6, 8, 10]) {
        let (at, asked) = (dice.instant(), amount(dice, policy));
        let events = dice.pick(&[1, 1, 1, 2, 3]);
        list.extend(std::iter::repeat_n((at, asked), events));
    }
    // Regular usage for a while: what skipping is for.
    for _ in 0..dice.pick(&[0, 0, 1, 1, 2]) {
        let (mut at, step) = (dice.instant(), dice.length(0));
        let asked = Credits::from_micro(dice.pick(&[1, 10, 25, 2_500, 10_000]) * 1_000_000 / 10);
        for _ in 0..dice.pick(&[5, 10, 20, 30, 150]) {
            list.push((at, asked));
            at += step;
        }
    }
    list.retain(|&(at, _)| at < dice.end);
    list.sort_by_key(|&(at, _)| at);
    list.into_iter().map(|(at, asked)| (Instant::from_millis(at), asked)).collect()
}

fn wait(dice: &mut Dice) -> Wait {
    match dice.below(8) {
        0..3 => Wait::Fixed(Duration::ZERO),
        3..6 => Wait::Fixed(dice.duration(1)),
        6 => Wait::Uniform { least: Duration::ZERO, most: dice.duration(1) },
        _ => Wait::Exponential { mean: dice.duration(1) },
    }
}

fn attempts(dice: &mut Dice) -> Attempts {
    let numbers = (0..dice.pick(&[0, 0, 0, 1, 2])).map(|_| 1 + dice.below(5) as u64);
    Attempts::new(numbers.collect())
}

fn probability(dice: &mut Dice) -> Share {
    dice.pick(&[Share::NONE, Share::NONE, share(200_000), share(500_000), Share::ALL])
}

/// A card that fails often enough to matter in a few days.
fn card(dice: &mut Dice) -> CardModel {
    CardModel {
        failures_per_month: Share::ALL,
        soft_share: probability(dice),
        recovers_after: wait(dice),
        retry_soon: dice.pick(&[Share::NONE, share(500_000)]),
        retry_later: dice.pick(&[share(500_000), Share::ALL]),
        replacement: dice.chance(60).then(|| Repair { after: wait(dice), probability: Share::ALL }),
        ..CardModel::usual(Instant::from_millis(dice.start))
    }
}

fn luck(dice: &mut Dice) -> Luck {
    let quiet = dice.chance(30);
    let latency = wait(dice);
    if quiet {
        return Luck { latency, ..Luck::default() };
    }
    let outages = (0..dice.pick(&[0, 0, 1, 2]))
        .map(|_| {
            let from = Instant::from_millis(dice.instant());
            Window { from, to: from.plus(dice.duration(1)) }
        })
        .collect();
    Luck {
        card: dice.chance(20).then(|| card(dice)),
        latency,
        fail_probability: dice.pick(&[Share::NONE, share(200_000), share(500_000)]),
        hard_share: probability(dice),
        fail_attempts: attempts(dice),
        hard_fail_attempts: attempts(dice),
        outages: Outages::new(outages),
        verify_probability: dice.pick(&[Share::NONE, Share::NONE, share(200_000), Share::ALL]),
        verify_attempts: attempts(dice),
        verification: wait(dice),
        verification_fail_probability: probability(dice),
        verification_fail_attempts: attempts(dice),
        repair: dice.chance(60).then(|| Repair {
            after: wait(dice),
            probability: dice.pick(&[share(500_000), Share::ALL, Share::ALL]),
        }),
        ..Luck::default()
    }
}

// ---- making a failing case small ------------------------------------------------------------------

impl Case {
    /// The usage and what is taken back of it, as a file with all its rows is read.
    pub fn read(&self) -> (Vec<(Instant, Credits)>, Arc<[TakenBackUsage]>) {
        if self.below_zero.is_empty() {
            return (self.usage.clone(), Arc::default());
        }
        let mut text = String::from("time,credits\n");
        let row = |(at, credits): &(Instant, Credits)| format!("{at},{credits}\n");
        // What was used before the run is not taken back in it.
        text +=
            &row(&(Instant::from_millis(self.setup.horizon.from.millis() - 1), Credits::whole(1)));
        text.extend(self.usage.iter().map(row));
        let negative = |&(at, credits)| row(&(at, Credits::from_micro(-Credits::micro(credits))));
        text.extend(self.below_zero.iter().map(negative));
        let source = InputSource::Bytes(text.as_bytes().into());
        let mut settings = CsvSettings::new(self.setup.policy.contract.zone, self.setup.horizon);
        settings.meaning.below_zero = Some(BelowZero::Reversed);
        let mut feed = recharge::usage::open(source, settings, Mode::Stream).expect("a file");
        let (mut chunk, mut events) = (Chunk::new(), Vec::new());
        loop {
            feed.fill(&mut chunk).expect("rows");
            if chunk.is_empty() {
                break;
            }
            events.extend(chunk.events());
            events.extend(chunk.zeros().iter().map(|&at| (at, Credits::ZERO)));
        }
        events.sort_by_key(|&(at, _)| at);
        (events, feed.taken_back())
    }

    /// Every case that is smaller by one step.
    pub fn smaller(&self) -> Vec<Case> {
        let mut list = Vec::new();
        for index in 0..self.below_zero.len() {
            list.push(self.with(|case| {
                case.below_zero.remove(index);
            }));
        }
        let mut half = self.usage.len() / 2;
        while half > 0 {
            for from in (0..self.usage.len()).step_by(half) {
                let to = (from + half).min(self.usage.len());
                list.push(self.with(|case| drop(case.usage.drain(from..to))));
            }
            half /= 2;
        }
        for index in 0..self.setup.actions.len() {
            list.push(self.with(|case| drop(case.setup.actions.remove(index))));
        }
        let caps = self.setup.policy.recharge.as_ref().map_or(0, |recharge| recharge.caps.len());
        for index in 0..caps {
            list.push(self.with(|case| {
                if let Some(recharge) = &mut case.setup.policy.recharge {
                    recharge.caps.remove(index);
                }
            }));
        }
        for index in 0..self.splits.len() {
            list.push(self.with(|case| {
                case.splits.remove(index);
            }));
        }
        list.extend(self.simpler_rules());
        list.extend(self.simpler_luck());
        let before = format!("{self:?}");
        list.retain(|case| format!("{case:?}") != before);
        list
    }

    fn with(&self, change: impl FnOnce(&mut Case)) -> Case {
        let mut case = self.clone();
        change(&mut case);
        case.splits.iter_mut().for_each(|split| *split = (*split).min(case.usage.len()));
        case
    }

    fn simpler_rules(&self) -> Vec<Case> {
        let rule = |change: fn(&mut Setup)| self.with(|case| change(&mut case.setup));
        let on_recharge = |change: fn(&mut AutoRecharge)| {
            self.with(|case| case.setup.policy.recharge.iter_mut().for_each(change))
        };
        vec![
            rule(|s| s.opening = None),
            rule(|s| s.opening.iter_mut().for_each(|opening| opening.purchased.truncate(1))),
            rule(|s| s.past = Past::default()),
            rule(|s| s.past.charges.truncate(1)),
            rule(|s| s.past.caps_used = CapsUsed::default()),
            rule(|s| s.past.failures = 0),
            rule(|s| s.past.retry_at = None),
            rule(|s| s.past.suspended_since = None),
            rule(|s| s.enabled = s.policy.recharge.is_some()),
            rule(|s| s.facts = Prerequisites::ALL),
            rule(|s| s.policy.contract.rollover = Rollover::default()),
            rule(|s| s.policy.contract.rollover.least = Credits::ZERO),
            rule(|s| s.policy.contract.rollover.share = Share::ALL),
            rule(|s| s.policy.contract.plan.term = Term::default()),
            rule(|s| s.policy.contract.plan.refill = Refill::Full),
            rule(|s| s.policy.contract.plan.quotas.clear()),
            rule(|s| s.policy.contract.plan.quotas.truncate(1)),
            rule(|s| s.policy.contract.gifts.clear()),
            rule(|s| s.policy.contract.gifts.truncate(1)),
            rule(|s| s.policy.contract.gifts.truncate(2)),
            rule(|s| s.policy.contract.grace = Duration::ZERO),
            rule(|s| s.policy.contract.top_up_lifetime = s.policy.contract.lifetime),
            rule(|s| s.policy.contract.standing.clear()),
            rule(|s| s.policy.contract.standing.truncate(1)),
            on_recharge(|r| r.caps.iter_mut().for_each(|cap| cap.warn_at = Warnings::NONE)),
            on_recharge(|r| r.firing = Firing::Level),
            on_recharge(|r| r.poll = None),
            on_recharge(|r| r.cooldown = None),
            rule(|s| s.policy.contract.lifetime = Lifetime::Never),
            rule(|s| s.policy.contract.burn_order = BurnOrder::default()),
            on_recharge(|r| r.trigger = Trigger::AtOrBelow(Credits::ZERO)),
            rule(|s| s.policy.contract.plan.fee = Money::ZERO),
            rule(|s| s.policy.contract.plan.allowance = Credits::ZERO),
            on_recharge(|r| r.eligibility = Eligibility::default()),
            on_recharge(|r| r.eligibility.csm = CsmRoute::default()),
            rule(|s| s.policy.service = Service::default()),
            rule(|s| s.policy.service.shortfall = Shortfall::Refuse),
            rule(|s| s.policy.service.repayment = Repayment::DebtFirst),
            rule(|s| s.policy.service.debt_at_cycle_start = DebtAtCycleStart::Carry),
            rule(|s| s.policy.service.overage = None),
            rule(|s| s.policy.service.overage.iter_mut().for_each(|overage| overage.cap = None)),
            rule(|s| s.policy.service.overage.iter_mut().for_each(|o| o.bill_at = None)),
            rule(|s| s.policy.service.retry = None),
            rule(|s| s.policy.service.metering_lag = Duration::ZERO),
            rule(|s| s.policy.contract.tax = Share::NONE),
            on_recharge(|r| r.closes_gap = false),
            on_recharge(|r| r.pricing = Pricing::default()),
            on_recharge(|r| r.pricing.sizes.clear()),
            on_recharge(|r| r.pricing.surcharge = Share::NONE),
            on_recharge(|r| r.pricing.fixed_fee = Money::ZERO),
            on_recharge(|r| r.terms.retry_after = vec![Duration::DAY]),
            on_recharge(|r| r.terms.disable_after = None),
            on_recharge(|r| r.terms.needs = ChargeNeeds::NOTHING),
            on_recharge(|r| r.terms.soft_decline = OnFailure::Count),
            on_recharge(|r| r.terms.hard_decline = OnFailure::Count),
            on_recharge(|r| r.terms.processor_outage = OnFailure::Count),
            on_recharge(|r| {
                if let Purchase::Packs { packs, .. } = &mut r.purchase {
                    *packs = 1;
                }
            }),
            on_recharge(|r| {
                let package = Package {
                    name: "pack".into(),
                    credits: Credits::whole(100),
                    price: Money::ZERO,
                };
                r.purchase = Purchase::Packs { package, packs: 1 };
            }),
        ]
    }

    fn simpler_luck(&self) -> Vec<Case> {
        let luck = |change: fn(&mut Luck)| self.with(|case| change(&mut case.luck));
        vec![
            luck(|l| *l = Luck::default()),
            luck(|l| l.card = None),
            luck(|l| l.latency = Wait::default()),
            luck(|l| l.fail_probability = Share::NONE),
            luck(|l| l.fail_attempts = Attempts::default()),
            luck(|l| l.hard_fail_attempts = Attempts::default()),
            luck(|l| l.outages = Outages::default()),
            luck(|l| l.verify_probability = Share::NONE),
            luck(|l| l.verify_attempts = Attempts::default()),
            luck(|l| l.verification = Wait::default()),
            luck(|l| l.verification_fail_probability = Share::NONE),
            luck(|l| l.verification_fail_attempts = Attempts::default()),
            luck(|l| l.repair = None),
        ]
    }
}

impl fmt::Display for Case {
    /// One setting a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setup { horizon, policy, opening, enabled, facts, past, actions } = &self.setup;
        let mut lines = vec![
            format!("horizon = {horizon:?}"),
            format!("zone = {}, minor = {}", policy.contract.zone.name(), policy.contract.minor),
            format!(
                "cycles = {:?} from {}",
                policy.contract.cycles.length(),
                policy.contract.cycles.anchor()
            ),
            format!("plan = {:?}", policy.contract.plan),
            format!("rollover = {:?}, tax {}", policy.contract.rollover, policy.contract.tax),
            format!("standing charges = {:?}", policy.contract.standing),
            format!("gifts = {:?}", policy.contract.gifts),
        ];
        match &policy.recharge {
            None => lines.push("no auto-recharge".to_owned()),
            Some(recharge) => lines.extend(told(recharge)),
        }
        let has: Vec<_> = facts.iter().collect();
        lines.extend([
            format!("lifetime = {:?}, {:?}", policy.contract.lifetime, policy.contract.burn_order),
            format!(
                "of top-ups {:?}, grace {}",
                policy.contract.top_up_lifetime, policy.contract.grace
            ),
            format!("service = {:?}", policy.service),
            format!("opening = {opening:?}, enabled = {enabled}, has {has:?}"),
            format!("past = {past:?}"),
            format!("luck = {:?}, seed = {}", self.luck, self.seed),
        ]);
        lines.extend(actions.iter().map(|(at, action)| format!("action {at} {action:?}")));
        lines.extend(self.usage.iter().map(|(at, asked)| format!("usage {at} {asked}")));
        lines.extend(self.below_zero.iter().map(|(at, back)| format!("taken back {at} {back}")));
        lines.push(format!("splits = {:?}", self.splits));
        writeln!(f, "{}", readable(&lines.join("\n")))
    }
}

/// The rules of auto-recharge, one setting a line.
fn told(recharge: &AutoRecharge) -> Vec<String> {
    let AutoRecharge { trigger, firing, poll, cooldown, purchase, caps, terms, .. } = recharge;
    let AutoRecharge { closes_gap, pricing, eligibility, .. } = recharge;
    let requires: Vec<_> = eligibility.requires.iter().collect();
    let mut lines = vec![
        format!("trigger = {trigger:?}, {firing:?}, poll {poll:?}"),
        format!("cooldown = {cooldown:?}"),
        format!("purchase = {purchase:?}, closes the gap {closes_gap}"),
        format!("pricing = {pricing:?}"),
    ];
    lines.extend(caps.iter().map(|cap| format!("cap = {cap:?}")));
    lines.push(format!("terms = {terms:?}"));
    lines.push(format!("requires = {requires:?}, {:?}", eligibility.csm));
    lines
}

/// Instants as dates, credits and lengths as people write them.
pub fn readable(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    let marks = ["Instant(", "Credits(", "Duration(", "Money(", "Share(", "@"];
    loop {
        let found = marks.iter().filter_map(|m| rest.find(m).map(|i| (i, *m))).min();
        let Some((from, mark)) = found else { break };
        let body = &rest[from + mark.len()..];
        let digits = body.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(body.len());
        let number = body[..digits].parse::<i64>();
        let plain = mark == "@" || body[digits..].starts_with(')');
        shown.push_str(&rest[..from]);
        match (number, plain) {
            (Ok(number), true) => {
                shown.push_str(&match mark {
                    "Credits(" => Credits::from_micro(number).to_string(),
                    "Duration(" => format!("{}", Duration::from_millis(number)),
                    "Money(" => number.to_string(),
                    "Share(" => format!("{}%", number as f64 / 10_000.0),
                    _ => Instant::from_millis(number).to_string(),
                });
                rest = &body[digits + usize::from(mark != "@")..];
            }
            _ => {
                shown.push_str(mark);
                rest = body;
            }
        }
    }
    shown + rest
}
