//! The second program: the contract of `docs/reference/semantics.md`, event by event.
//!
//! One list of everything that is pending, the least of it next; nothing is skipped, cached or
//! kept sorted. It shares the number types and the description of the question with the crate, and
//! asks the same [`Payments`] for luck; every rule is written again here. Credits are counted in
//! millionths, money in units of 10⁻¹⁰, instants in milliseconds.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use recharge::domain::{Credits, Duration, GiftPlace, Instant, Money};
use recharge::engine::{Answer, OpeningExpiry, Payments, Setup};
use recharge::policy::{
    Action, AutoRecharge, Base, Cap, CapWindow, CooldownSince, Counts, DebtAtCycleStart, Decline,
    Downgrade, Exceeding, Firing, Gift, GiftDue, GiftLifetime, Lifetime, Limit, OnFailure,
    OverageCap, Per, Plan, PlanChange, Prerequisite, Pricing, Purchase, Quota, Refill, Repayment,
    Shortfall, StandingDue, TargetFrom, Trigger,
};
use recharge::policy::{EndedGrant, PurchaseName, PurchaseReversal, TakesBack, UsageReversal};

use crate::calendar::{self, NEVER};

/// Decimals that money is counted with here.
const MONEY_DECIMALS: u32 = 10;
/// More events than this and a case is too long to be worth a comparison.
const MOST_EVENTS: usize = 2_000;
/// More credits than this and recharges have fed on themselves: packs are counted one by one here.
const MOST_CREDITS: i64 = 100_000_000_000;

/// One thing told.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When.
    pub at: i64,
    /// What; `@` marks instants.
    pub text: String,
    /// Of a usage event, the balance by pool afterwards.
    pub pools: Option<String>,
}

/// Everything a run tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// In order.
    pub lines: Vec<Line>,
    /// The figures, of the whole run and then of each cycle.
    pub figures: Vec<(String, Sums)>,
}

/// Figures by name, in the units of this module.
pub type Sums = BTreeMap<&'static str, i128>;

/// The case is too long.
#[derive(Debug)]
pub struct TooLong;

#[derive(Clone, Debug)]
enum What {
    CycleStart,
    Expiry,
    Gift,
    QuotaEnd,
    Settlement,
    Action(usize),
    Request { enable: bool },
    Undone(PurchaseReversal),
    Won(PurchaseName),
    TakenBack { used_at: i64, credits: i64 },
    Repair(u64),
    Restart,
    Recheck,
    Poll,
    Standing,
    Deduction(i64),
    Return { amount: i64, left: u32 },
    Usage(i64),
}

/// Something pending: at an instant, with its class (contract §10), first scheduled first.
#[derive(Clone, Debug)]
struct Pending {
    at: i64,
    class: u8,
    number: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Off,
    Armed,
    Capped,
    Cooling,
    Charging,
    Verifying,
    Backoff,
    Suspended,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Allowance,
    Opening,
    Recharge,
    TopUp,
    Gift,
}

#[derive(Clone, Debug)]
struct Grant {
    source: Source,
    /// Whether it is allowance left of the cycle before the start.
    allowance: bool,
    credits: i64,
    left: i64,
    price: i128,
    expires: i64,
    with_cycle: bool,
    cycle: u64,
    /// Of a gift, its place and its priority.
    given: Option<(GiftPlace, u8)>,
    /// Of a purchase, its place among all purchases of the run.
    purchase: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Order {
    credits: i64,
    price: i128,
}

/// A purchase, and what was undone of it.
#[derive(Clone, Copy, Debug)]
struct Purchased {
    source: Source,
    order: Order,
    undone: i64,
    refunded: i128,
    /// What the last chargeback asked back, took and paid, while its dispute is open.
    dispute: Option<(i64, i64, i128)>,
}

/// What usage was served from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    Quotas,
    /// Not deducted yet.
    Later,
    /// The grant at this place of all.
    Grant(usize),
    Debt,
    ForgivenDebt,
    Unbilled,
    Billed,
}

/// A charge that has settled.
#[derive(Clone, Copy, Debug)]
struct Settled {
    at: i64,
    order: Order,
    success: bool,
}

/// One account, one run.
pub struct Naive<'a, P> {
    setup: &'a Setup,
    payments: P,
    zone: Tz,
    now: i64,
    cause: &'static str,
    pending: Vec<Pending>,
    number: usize,

    grants: Vec<Grant>,
    /// The place and the priority of the gift that is being given.
    giving: Option<(GiftPlace, u8)>,
    bought: Vec<Purchased>,
    /// What served the usage of each instant and is not undone, as it was taken.
    served: BTreeMap<i64, Vec<(Origin, i64)>>,
    /// Whether what arrives was taken back before.
    restoring: bool,
    /// The purchase that is arriving.
    buying: Option<usize>,
    owed: i64,
    /// What each quota of the plan is used, and until when its window is open.
    quotas: Vec<(Quota, i64, Option<i64>)>,
    included: bool,
    /// Overage of this cycle, and what of all is not billed yet.
    overage: i64,
    unbilled: i64,
    cycle: (i64, i64),
    cycle_number: u64,
    plan: Arc<Plan>,
    /// Cycle starts still to come inside the term under way; none if no term is.
    term_left: u32,
    /// The allowances there were time for, each a cycle or a term.
    allowances: u64,
    waiting_plan: Option<Arc<Plan>>,
    /// Auto-recharge as it is set at the time.
    recharge: Option<AutoRecharge>,
    has: Vec<Prerequisite>,
    card_works: bool,

    cycle_total: i64,
    last_purchase: Option<i64>,
    /// Bought in this cycle.
    purchases: i64,
    allowance: i64,

    state: State,
    off_next: bool,
    attempt: u64,
    order: Order,
    failures: u32,
    suspensions: u64,
    waits_until: i64,
    /// A cap turned auto-recharge off, and nobody has acted since.
    off_at_cap: bool,
    spell: bool,
    spell_is_spent: bool,
    settled: Vec<Settled>,

    outage: Option<i64>,
    stopped: bool,
    restart_is_due: bool,
    exhausted: Option<i64>,

    told: Vec<Line>,
    told_pools: [i64; 3],
    total: Sums,
    cycles: Vec<((i64, i64), Sums)>,
    outages: Vec<(i64, i64)>,
    empty: Vec<(i64, i64)>,
}

/// Money in units of 10⁻¹⁰.
pub fn units(money: Money) -> i128 {
    let amount = money.amount();
    amount.mantissa() * 10_i128.pow(MONEY_DECIMALS - amount.scale())
}

fn divided_half_even(number: i128, by: i128) -> i128 {
    let (whole, rest) = (number.div_euclid(by), number.rem_euclid(by));
    match (2 * rest).cmp(&by) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole % 2,
    }
}

fn purchase_name(source: Source) -> &'static str {
    if source == Source::TopUp { "top_up" } else { "recharge" }
}

/// Runs a whole case.
pub fn run<P: Payments>(
    setup: &Setup,
    payments: P,
    (usage, below_zero): (&[Row], &[Row]),
) -> Result<Told, TooLong> {
    let (usage, taken_back) = taken_back(usage, below_zero);
    let policy = &setup.policy;
    let zone = calendar::zone(policy.contract.zone.name());
    let start = setup.horizon.from.millis();
    let mut naive = Naive {
        setup,
        payments,
        zone,
        now: start,
        cause: "start",
        pending: Vec::new(),
        number: 0,
        grants: Vec::new(),
        giving: None,
        bought: Vec::new(),
        served: BTreeMap::new(),
        restoring: false,
        buying: None,
        owed: 0,
        quotas: policy.contract.plan.quotas.iter().map(|&quota| (quota, 0, None)).collect(),
        included: setup.opening.is_some(),
        overage: 0,
        unbilled: 0,
        cycle: (start, start),
        cycle_number: 0,
        plan: Arc::new(policy.contract.plan.clone()),
        term_left: 0,
        allowances: 0,
        waiting_plan: None,
        recharge: policy.recharge.clone(),
        has: setup.facts.iter().collect(),
        card_works: true,
        cycle_total: 0,
        last_purchase: known_purchase(setup),
        purchases: 0,
        allowance: 0,
        state: State::Off,
        off_next: false,
        attempt: 0,
        order: Order { credits: 0, price: 0 },
        failures: 0,
        suspensions: 0,
        waits_until: 0,
        off_at_cap: false,
        spell: false,
        spell_is_spent: false,
        settled: settled_before(setup),
        outage: None,
        stopped: false,
        restart_is_due: false,
        exhausted: None,
        told: Vec::new(),
        told_pools: [0; 3],
        total: Sums::new(),
        cycles: Vec::new(),
        outages: Vec::new(),
        empty: Vec::new(),
    };
    for (index, (at, _)) in setup.actions.iter().enumerate() {
        naive.schedule(at.millis(), What::Action(index));
    }
    for (at, amount) in usage {
        naive.schedule(at, What::Usage(amount));
    }
    for (at, used_at, credits) in taken_back {
        naive.schedule(at, What::TakenBack { used_at, credits });
    }
    naive.open();
    naive.live()?;
    Ok(naive.close())
}

/// A row of usage.
type Row = (Instant, recharge::domain::Credits);

/// The instant of a row below zero, that of the usage it undoes, and how much of it.
type TakenBack = (i64, i64, i64);

/// The usage without what rows below zero take out of that of their own instants, and what the rest of each takes back:
/// of the usage before it the latest first, as far as no row before it did, each an instant of use and an amount.
fn taken_back(usage: &[Row], below_zero: &[Row]) -> (Vec<(i64, i64)>, Vec<TakenBack>) {
    let plain = |row: &Row| (row.0.millis(), row.1.micro());
    let mut usage: Vec<(i64, i64)> = usage.iter().map(plain).collect();
    let mut rows: Vec<(i64, i64)> = below_zero.iter().map(plain).collect();
    let take = |from: &mut i64, wanted: &mut i64| {
        let taken = (*from).min(*wanted);
        *from -= taken;
        *wanted -= taken;
        taken
    };
    for (at, wanted) in &mut rows {
        for (_, asked) in usage.iter_mut().rev().filter(|(used_at, _)| used_at == at) {
            take(asked, wanted);
        }
    }
    // Rows of one instant are one.
    let mut joined: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    rows.iter().for_each(|(at, wanted)| *joined.entry(*at).or_default() += wanted);
    let (mut open, mut taken_back) = (usage.clone(), Vec::new());
    for (at, mut wanted) in joined.into_iter().filter(|&(_, wanted)| wanted > 0) {
        let mut of: Vec<(i64, i64)> = Vec::new();
        for (used_at, asked) in open.iter_mut().rev().filter(|(used_at, _)| *used_at < at) {
            match (take(asked, &mut wanted), of.last_mut()) {
                (0, _) => {}
                (taken, Some((last, sum))) if last == used_at => *sum += taken,
                (taken, _) => of.push((*used_at, taken)),
            }
        }
        of.extend((wanted > 0).then_some((at, wanted)));
        taken_back.extend(of.into_iter().map(|(used_at, taken)| (at, used_at, taken)));
    }
    (usage, taken_back)
}

/// The past charges of a case.
fn settled_before(setup: &Setup) -> Vec<Settled> {
    let settled = |charge: &recharge::engine::Settled| {
        let order =
            Order { credits: charge.order.credits.micro(), price: units(charge.order.price) };
        Settled { at: charge.at.millis(), order, success: charge.succeeded }
    };
    setup.past.charges.iter().map(settled).collect()
}

/// The credits of the last charge before the start that succeeded, if it says them.
fn known_purchase(setup: &Setup) -> Option<i64> {
    let charges = settled_before(setup);
    let last = charges.iter().rfind(|charge| charge.success)?;
    (last.order.credits > 0).then_some(last.order.credits)
}

impl<P: Payments> Naive<'_, P> {
    // ---- the list of everything pending -------------------------------------------------------

    fn schedule(&mut self, at: i64, what: What) {
        let class = match what {
            What::CycleStart => 1,
            What::Expiry => 2,
            What::Gift => 3,
            What::QuotaEnd => 4,
            What::Settlement => 5,
            What::Action(_) => 6,
            What::Request { .. } => 7,
            What::Undone(_) | What::Won(_) => 8,
            What::TakenBack { .. } => 9,
            What::Repair(_) => 10,
            What::Restart => 11,
            What::Recheck | What::Poll => 12,
            What::Standing => 13,
            What::Deduction(_) => 14,
            What::Return { .. } => 15,
            What::Usage(_) => 16,
        };
        self.number += 1;
        self.pending.push(Pending { at, class, number: self.number, what });
    }

    fn next(&mut self) -> Option<Pending> {
        let end = self.setup.horizon.to.millis();
        let indices = 0..self.pending.len();
        let key = |&i: &usize| {
            let pending = &self.pending[i];
            (pending.at, pending.class, pending.number)
        };
        let least = indices.min_by_key(key)?;
        (self.pending[least].at < end).then(|| self.pending.swap_remove(least))
    }

    fn live(&mut self) -> Result<(), TooLong> {
        for _ in 0..MOST_EVENTS {
            let Some(pending) = self.next() else { return Ok(()) };
            self.now = pending.at;
            let poll = matches!(pending.what, What::Poll);
            let changes = self.happen(pending.what);
            if self.balance().max(self.cycle_total) > MOST_CREDITS {
                return Err(TooLong);
            }
            self.note_balance();
            if !changes {
                continue;
            }
            if !self.polls() || poll {
                self.look();
            }
        }
        Err(TooLong)
    }

    /// Lets something happen; says whether it changes anything, rather than being void.
    fn happen(&mut self, what: What) -> bool {
        self.cause = match what {
            What::CycleStart => "cycle_start",
            What::Expiry => "expiry",
            What::Gift => "gift",
            What::QuotaEnd => "quota_end",
            What::Standing => "standing",
            What::Settlement => "settlement",
            What::Action(_)
            | What::Request { .. }
            | What::Undone(_)
            | What::Won(_)
            | What::TakenBack { .. } => "action",
            What::Repair(_) => "repair",
            What::Restart => "restart",
            What::Recheck | What::Poll => "recheck",
            What::Deduction(_) => "deduction",
            What::Return { .. } => "return",
            What::Usage(_) => "usage",
        };
        match what {
            What::CycleStart => self.cycle_start(),
            What::Expiry => return self.expire(false),
            What::Gift => return self.give_what_is_due(),
            What::QuotaEnd => return self.end_quotas(),
            What::Standing => return self.stand(),
            What::Settlement => self.settle(),
            What::Action(index) => self.act(&self.setup.actions[index].1.clone()),
            What::Request { enable: true } => self.enable_now(),
            What::Request { enable: false } => self.disable_now(),
            What::Undone(reversal) => self.reverse(&reversal),
            What::Won(name) => self.win(name),
            What::TakenBack { used_at, credits } => self.take_back_usage(used_at, credits),
            What::Repair(suspension) => return self.repair(suspension),
            What::Restart => self.restart(),
            What::Recheck => self.end_wait(),
            What::Poll => {
                let every = self.rules().poll.map_or(1, Duration::millis);
                self.schedule(self.now + every, What::Poll);
                self.end_wait();
            }
            What::Deduction(amount) => {
                let used_at = self.now - self.setup.policy.service.metering_lag.millis();
                self.burn_for(used_at, amount);
                self.add("unmetered", -i128::from(amount));
                self.say(format!("deducted {amount}"));
                self.note_balance();
                self.bill_at_sum();
            }
            What::Return { amount, left } => self.ask(amount, left),
            What::Usage(amount) => {
                let times = self.setup.policy.service.retry.map_or(0, |retry| retry.times);
                self.ask(amount, times);
            }
        }
        true
    }

    // ---- telling ------------------------------------------------------------------------------

    fn pools(&self) -> [i64; 3] {
        let sum = |allowance: bool| {
            self.grants.iter().filter(|g| g.allowance == allowance).map(|g| g.left).sum()
        };
        [sum(true), sum(false), self.owed]
    }

    fn balance(&self) -> i64 {
        let [allowance, purchased, owed] = self.pools();
        allowance + purchased - owed
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Off => "off",
            State::Armed => "armed",
            State::Capped => "capped",
            State::Cooling => "cooling",
            State::Charging => "charging",
            State::Verifying => "verifying",
            State::Backoff => "backoff",
            State::Suspended => "suspended",
        }
    }

    fn say(&mut self, what: String) {
        let (before, after) = (self.told_pools, self.pools());
        self.told_pools = after;
        let text = format!("{} {} {before:?} {after:?} {what}", self.cause, self.state_name());
        self.told.push(Line { at: self.now, text, pools: None });
    }

    fn notify(&mut self, what: &str) {
        self.add("notifications", 1);
        self.say(format!("notified {what}"));
    }

    fn add(&mut self, figure: &'static str, amount: i128) {
        *self.total.entry(figure).or_default() += amount;
        if let Some((_, sums)) = self.cycles.last_mut() {
            *sums.entry(figure).or_default() += amount;
        }
    }

    // ---- start and end ------------------------------------------------------------------------

    fn open(&mut self) {
        let missing = self.missing();
        let past = &self.setup.past;
        let stands = self.setup.enabled && missing.is_empty();
        if let Some(since) = past.suspended_since.filter(|_| stands) {
            self.state = State::Suspended;
            self.suspensions = 1;
            if let Some(after) = self.payments.repair_after(1) {
                let due = (since.millis() + after.millis()).min(NEVER).max(self.now);
                self.schedule(due, What::Repair(1));
            }
        } else if stands {
            self.state = State::Armed;
            self.note_enabling();
            self.say("enabled".into());
            self.failures = past.failures;
            if let Some(until) = past.retry_at.map(Instant::millis) {
                self.state = State::Backoff;
                self.spell_is_spent = false;
                self.waits_until = until;
                self.schedule_wait(until);
                self.say(format!("backed_off @{until}"));
            }
        } else if self.setup.enabled {
            self.say_missing(&missing);
        }
        for charge in &self.setup.policy.contract.standing {
            if let StandingDue::Every(length) = charge.due {
                self.schedule(self.now + length.millis(), What::Standing);
            }
        }
        for gift in &self.setup.policy.contract.gifts {
            let mut next = self.first_gift(gift);
            while let Some(at) = next.filter(|&at| at < self.setup.horizon.from.millis()) {
                next = self.next_gift(gift, at);
            }
            if let Some(at) = next {
                self.schedule(at, What::Gift);
            }
        }
        self.cycle = self.cycle_around(self.now);
        match &self.setup.opening {
            None => {
                self.cause = "cycle_start";
                self.cycle.0 = self.now;
                self.begin_cycle();
                self.pay_fee();
            }
            Some(opening) => {
                self.begin_cycle();
                let (term, cycles) = (self.plan.term.cycles, &self.setup.policy.contract.cycles);
                let before =
                    calendar::cycles_since(self.zone, cycles.anchor(), cycles.length(), self.now);
                self.term_left = term - 1 - before.rem_euclid(i64::from(term)) as u32;
                self.allowance = self.setup.policy.contract.plan.allowance.micro();
                self.grant(Source::Opening, true, opening.allowance.micro(), 0);
                for grant in &opening.purchased {
                    let (expires, with_cycle) = match grant.expires {
                        OpeningExpiry::AsBoughtAtStart => self.expiry_of_bought(Source::Opening),
                        OpeningExpiry::Never => (NEVER, false),
                        OpeningExpiry::CycleEnd => (self.cycle.1, true),
                        OpeningExpiry::At(at) => (at.millis(), false),
                    };
                    let (credits, price) = (grant.credits.micro(), units(grant.price));
                    self.grant_until(Source::Opening, false, credits, price, expires, with_cycle);
                }
                self.cycle_total = self.balance();
            }
        }
        self.note_balance();
        match self.polls() {
            true => self.schedule(self.now, What::Poll),
            false => self.look(),
        }
    }

    fn close(mut self) -> Told {
        self.now = self.setup.horizon.to.millis();
        self.cause = "end";
        if self.cycle.1 == self.now {
            self.take_what_ends();
        } else {
            self.bill();
        }
        self.close_outage();
        let charging = matches!(self.state, State::Charging | State::Verifying);
        let exhausted = self.exhausted.map_or("none".into(), |at| format!("@{at}"));
        self.say(format!("ended {charging} {exhausted}"));
        if let Some(since) = self.exhausted {
            self.empty.push((since, self.now));
        }
        self.end_cycle();
        let mut figures = self.figures();
        figures.insert(0, ("total".into(), self.total));
        Told { lines: self.told, figures }
    }

    /// The figures of each cycle, and those of the total that are lengths of time.
    fn figures(&mut self) -> Vec<(String, Sums)> {
        let (start, end) = (self.setup.horizon.from.millis(), self.setup.horizon.to.millis());
        let shared = |spans: &[(i64, i64)], (from, to): (i64, i64)| -> i128 {
            spans.iter().map(|&(a, b)| i128::from((b.min(to) - a.max(from)).max(0))).sum()
        };
        let mut touched = 0;
        for (window, sums) in &mut self.cycles {
            let (from, to) = *window;
            // One that opens and closes at once touches the cycle in which it does.
            let inside =
                |&(opened, closed): &(i64, i64)| opened < to && (from <= opened || from < closed);
            let touches = self.outages.iter().any(inside);
            touched += i128::from(touches);
            sums.insert("cycles", 1);
            sums.insert("cycles_with_outage", i128::from(touches));
            sums.insert("downtime", shared(&self.outages, *window));
            sums.insert("exhausted", shared(&self.empty, *window));
            sums.insert("length", i128::from(to - from));
        }
        self.total.insert("cycles", self.cycles.len() as i128);
        self.total.insert("cycles_with_outage", touched);
        self.total.insert("downtime", shared(&self.outages, (start, end)));
        self.total.insert("exhausted", shared(&self.empty, (start, end)));
        self.total.insert("length", i128::from(end - start));
        self.total.insert("closing_balance", i128::from(self.balance()));
        let named =
            |((from, to), sums): &((i64, i64), Sums)| (format!("@{from} @{to}"), sums.clone());
        self.cycles.iter().map(named).collect()
    }

    // ---- cycles and plans ---------------------------------------------------------------------

    fn cycle_around(&self, at: i64) -> (i64, i64) {
        let cycles = &self.setup.policy.contract.cycles;
        calendar::cycle(self.zone, cycles.anchor(), cycles.length(), at)
    }

    fn begin_cycle(&mut self) {
        let (from, to) = self.cycle;
        self.schedule(to, What::CycleStart);
        let horizon = self.setup.horizon;
        let window = (from.max(horizon.from.millis()), to.min(horizon.to.millis()));
        self.cycles.push((window, Sums::new()));
        let balance = i128::from(self.balance());
        if let Some((_, sums)) = self.cycles.last_mut() {
            sums.insert("opening_balance", balance);
        }
        self.say(format!("cycle_started {} @{from} @{to}", self.cycle_number));
    }

    fn end_cycle(&mut self) {
        let balance = i128::from(self.balance());
        if let Some((_, sums)) = self.cycles.last_mut() {
            sums.insert("closing_balance", balance);
        }
    }

    /// Whether the time of an allowance ends with the present cycle.
    fn allowance_ends(&self) -> bool {
        match self.plan.term.allowance_per {
            Per::Cycle => true,
            Per::Term => self.term_left == 0,
        }
    }

    fn allowance_until(&self) -> i64 {
        let mut until = self.cycle.1;
        if !self.allowance_ends() {
            for _ in 0..self.term_left {
                until = self.cycle_around(until).1;
            }
        }
        until
    }

    /// Steps 1 to 3 of a cycle start, which belong to the cycle that ends.
    fn take_what_ends(&mut self) {
        self.cycle_number += 1;
        self.bill();
        self.expire(true);
        if self.allowance_ends() {
            self.allowances += 1;
            self.forfeit();
        }
        if self.setup.policy.service.debt_at_cycle_start == DebtAtCycleStart::Forgive {
            self.turn(Origin::Debt, Origin::ForgivenDebt);
        }
        if self.setup.policy.service.debt_at_cycle_start == DebtAtCycleStart::Forgive
            && self.owed > 0
        {
            let owed = std::mem::take(&mut self.owed);
            self.add("forgiven", i128::from(owed));
            self.say(format!("forgiven {owed}"));
        }
    }

    fn cycle_start(&mut self) {
        let ends = self.allowance_ends();
        self.take_what_ends();
        self.end_cycle();
        self.cycle = self.cycle_around(self.now);
        self.begin_cycle();
        self.purchases = 0;
        if ends {
            self.top_up_carried();
        }
        if self.term_left == 0
            && let Some(plan) = self.waiting_plan.take()
        {
            self.plan = plan;
            self.say(format!("plan_changed {}", self.plan.name));
        }
        self.pay_fee();
    }

    fn top_up_carried(&mut self) {
        let lacking = self.setup.policy.contract.rollover.least.micro() - self.pools()[0];
        if lacking > 0 {
            self.grant(Source::Allowance, true, lacking, 0);
        }
    }

    fn pay_fee(&mut self) {
        let overage = std::mem::take(&mut self.overage);
        let (plan, inside) = (self.plan.clone(), self.term_left > 0);
        let subscribed = self.has.contains(&Prerequisite::Subscription);
        let room = self.room();
        if inside {
            self.term_left -= 1;
        } else if subscribed {
            self.term_left = plan.term.cycles - 1;
        }
        let due = |per: Per| !inside || per == Per::Cycle;
        if due(plan.term.allowance_per) {
            self.allowance = 0;
        }
        if subscribed && due(plan.term.fee_per) {
            self.charge_fee(&plan, units(plan.fee));
        }
        if subscribed && due(plan.term.allowance_per) {
            self.allowance = plan.allowance.micro();
            let amount = match plan.refill {
                Refill::Full => self.allowance,
                Refill::UpTo => (self.allowance - self.balance()).max(0),
            };
            self.grant(Source::Allowance, true, amount, 0);
        }
        for gift in self.setup.policy.contract.gifts.clone() {
            let inside = gift.within.contains(Instant::from_millis(self.now));
            if gift.due == GiftDue::CycleStart && inside {
                self.give(&gift);
            }
        }
        self.use_quotas_of(&plan);
        self.included = subscribed || inside;
        self.take_up(room);
        if overage > 0 {
            self.credits_arrived();
        }
        let standing = &self.setup.policy.contract.standing;
        let due = standing.iter().filter(|charge| charge.due == StandingDue::CycleStart);
        self.charge_standing(due.map(|charge| charge.credits.micro()).sum());
        self.cycle_total = self.balance();
    }

    fn charge_fee(&mut self, plan: &Plan, fee: i128) {
        let fee = self.with_tax(fee);
        if fee > 0 {
            self.add("plan_fees", fee);
            self.say(format!("fee_charged {} {fee}", plan.name));
        }
    }

    fn forfeit(&mut self) {
        let rollover = self.setup.policy.contract.rollover;
        let mut forfeited = 0;
        for grant in self.grants.iter_mut().filter(|g| g.allowance) {
            if self.allowances - grant.cycle > rollover.cycles {
                forfeited += std::mem::take(&mut grant.left);
            }
        }
        let left = i128::from(self.pools()[0]);
        let share = left * i128::from(rollover.share.millionths()) / 1_000_000;
        forfeited += self.take_oldest((left - share.min(i128::from(rollover.most.micro()))) as i64);
        self.say_forfeited(forfeited);
    }

    /// Takes so much of the allowance, the oldest first; says how much there was.
    fn take_oldest(&mut self, mut amount: i64) -> i64 {
        let mut taken = 0;
        for grant in self.grants.iter_mut().filter(|g| g.allowance) {
            let lost = grant.left.min(amount).max(0);
            grant.left -= lost;
            amount -= lost;
            taken += lost;
        }
        taken
    }

    fn say_forfeited(&mut self, forfeited: i64) {
        if forfeited > 0 {
            self.add("forfeited", i128::from(forfeited));
            self.say(format!("forfeited {forfeited}"));
        }
    }

    fn change_plan(&mut self, plan: &Arc<Plan>, when: PlanChange, cuts: bool) {
        if when == PlanChange::NextCycle {
            self.waiting_plan = Some(plan.clone());
            self.say(format!("plan_change_waits {}", plan.name));
            return;
        }
        self.waiting_plan = None;
        let old = std::mem::replace(&mut self.plan, plan.clone());
        let further = i128::from(self.term_left);
        self.term_left = self.term_left.min(plan.term.cycles - 1);
        self.say(format!("plan_changed {}", plan.name));
        if !self.has.contains(&Prerequisite::Subscription) {
            return;
        }
        let cycle = i128::from(self.cycle.1 - self.cycle.0);
        let rest = i128::from(self.cycle.1 - self.now);
        let share = |per: Per| match per {
            Per::Cycle => (rest, cycle),
            Per::Term => (further * cycle + rest, i128::from(old.term.cycles) * cycle),
        };
        let (left, whole) = share(old.term.fee_per);
        let dearer = (units(plan.fee) - units(old.fee)).max(0);
        let cent = 10_i128.pow(MONEY_DECIMALS - self.setup.policy.contract.minor);
        let fee = divided_half_even(dearer * left, whole * cent) * cent;
        self.charge_fee(plan, fee);
        let (left, whole) = share(old.term.allowance_per);
        let more = i128::from(plan.allowance.micro() - old.allowance.micro());
        let granted = (more.max(0) * left / whole) as i64;
        self.allowance += granted;
        self.grant(Source::Allowance, true, granted, 0);
        if cuts && more < 0 {
            let cut = (-more * left / whole) as i64;
            self.allowance = (self.allowance - cut).max(0);
            let taken = self.take_oldest(cut);
            self.say_forfeited(taken);
        }
        let room = self.room();
        self.use_quotas_of(plan);
        self.included = true;
        self.take_up(room);
    }

    // ---- quotas and standing charges ----------------------------------------------------------

    /// The usage that the quotas of the plan leave.
    fn room(&self) -> i64 {
        let left = self.quotas.iter().map(|(quota, used, _)| quota.credits.micro() - used);
        if self.included { left.min().unwrap_or(0).max(0) } else { 0 }
    }

    /// As where credits arrive, if there is more room than before.
    fn take_up(&mut self, before: i64) {
        if self.room() > before {
            self.credits_arrived();
        }
    }

    fn use_quotas_of(&mut self, plan: &Plan) {
        let now = |quota: &Quota| {
            let same = self.quotas.iter().find(|(other, ..)| other.length == quota.length);
            same.map_or((*quota, 0, None), |&(_, used, until)| (*quota, used, until))
        };
        self.quotas = plan.quotas.iter().map(now).collect();
    }

    /// Usage of so much is served by the plan.
    fn include(&mut self, amount: i64) {
        if amount == 0 {
            return;
        }
        self.add("included", i128::from(amount));
        for index in 0..self.quotas.len() {
            self.quotas[index].1 += amount;
            if self.quotas[index].2.is_none() {
                let until = (self.now + self.quotas[index].0.length.millis()).min(NEVER);
                self.quotas[index].2 = Some(until);
                self.schedule(until, What::QuotaEnd);
                self.say(format!("quota_opened {index} @{} @{until}", self.now));
            }
        }
    }

    fn end_quotas(&mut self) -> bool {
        let (room, told) = (self.room(), self.told.len());
        for index in 0..self.quotas.len() {
            if self.quotas[index].2.is_some_and(|until| until <= self.now) {
                let used = std::mem::take(&mut self.quotas[index].1);
                self.quotas[index].2 = None;
                self.say(format!("quota_ended {index} {used}"));
            }
        }
        self.take_up(room);
        self.told.len() > told
    }

    /// All standing charges due now are one.
    fn stand(&mut self) -> bool {
        let start = self.setup.horizon.from.millis();
        let others =
            |pending: &Pending| pending.at == self.now && matches!(pending.what, What::Standing);
        if self.pending.iter().any(others) {
            return false;
        }
        let mut sum = 0;
        for charge in &self.setup.policy.contract.standing {
            let StandingDue::Every(length) = charge.due else { continue };
            if (self.now - start) % length.millis() == 0 {
                sum += charge.credits.micro();
                self.schedule(self.now + length.millis(), What::Standing);
            }
        }
        self.charge_standing(sum);
        true
    }

    fn charge_standing(&mut self, credits: i64) {
        if credits == 0 {
            return;
        }
        self.burn(credits);
        self.add("standing", i128::from(credits));
        self.say(format!("standing_charge {credits}"));
        self.note_balance();
        self.bill_at_sum();
    }

    // ---- grants -------------------------------------------------------------------------------

    /// When credits bought now expire, and whether that is a part of a cycle's start.
    fn expiry_of_bought(&self, source: Source) -> (i64, bool) {
        let contract = &self.setup.policy.contract;
        let lifetime = match source {
            Source::TopUp => contract.top_up_lifetime,
            _ => contract.lifetime,
        };
        let (end, with_cycle) = match lifetime {
            Lifetime::Never => return (NEVER, false),
            Lifetime::CycleEnd => (self.cycle.1, true),
            Lifetime::For(length) => (self.now + length.millis(), false),
        };
        self.after_grace(end, with_cycle, contract.grace)
    }

    /// An end with a grace is one of its own.
    fn after_grace(&self, end: i64, with_cycle: bool, grace: Duration) -> (i64, bool) {
        ((end + grace.millis()).min(NEVER), with_cycle && grace == Duration::ZERO)
    }

    // ---- gifts --------------------------------------------------------------------------------

    /// The first of the gifts that come at times of their own, before the start or after it.
    fn first_gift(&self, gift: &Gift) -> Option<i64> {
        let from = gift.within.from.millis();
        let (day, month) = (calendar::day(self.zone, from), calendar::month(self.zone, from));
        let first = |(start, next): (i64, i64)| if start == from { from } else { next };
        let at = match gift.due {
            GiftDue::Once | GiftDue::Every(_) => from,
            GiftDue::Day => first(day),
            GiftDue::Month => first(month),
            GiftDue::CycleStart => return None,
        };
        (at < gift.within.to.millis()).then_some(at)
    }

    fn after_gift(&self, gift: &Gift, at: i64) -> i64 {
        match gift.due {
            GiftDue::Once => NEVER,
            GiftDue::Every(length) => at + length.millis(),
            GiftDue::Day => calendar::day(self.zone, at).1,
            GiftDue::Month => calendar::month(self.zone, at).1,
            GiftDue::CycleStart => self.cycle.1,
        }
    }

    fn next_gift(&self, gift: &Gift, at: i64) -> Option<i64> {
        let next = self.after_gift(gift, at);
        (gift.due != GiftDue::Once && next < gift.within.to.millis()).then_some(next)
    }

    /// All gifts due now are one event.
    fn give_what_is_due(&mut self) -> bool {
        let others =
            |pending: &Pending| pending.at == self.now && matches!(pending.what, What::Gift);
        if self.pending.iter().any(others) {
            return false;
        }
        for gift in self.setup.policy.contract.gifts.clone() {
            let mut due = self.first_gift(&gift);
            while let Some(at) = due.filter(|&at| at < self.now) {
                due = self.next_gift(&gift, at);
            }
            if due == Some(self.now) {
                self.give(&gift);
                if let Some(next) = self.next_gift(&gift, self.now) {
                    self.schedule(next, What::Gift);
                }
            }
        }
        true
    }

    fn give(&mut self, gift: &Gift) {
        let (end, with_cycle) = match gift.lifetime {
            GiftLifetime::Never => (NEVER, false),
            GiftLifetime::CycleEnd => (self.cycle.1, true),
            GiftLifetime::Next => {
                (self.after_gift(gift, self.now), gift.due == GiftDue::CycleStart)
            }
            GiftLifetime::For(length) => (self.now + length.millis(), false),
            GiftLifetime::Until(at) => (at.millis(), false),
        };
        let (expires, with_cycle) = match gift.lifetime {
            GiftLifetime::Never => (NEVER, false),
            _ => self.after_grace(end, with_cycle, gift.grace),
        };
        self.giving = Some((gift.place, gift.priority));
        self.grant_until(Source::Gift, false, gift.credits.micro(), 0, expires, with_cycle);
        self.giving = None;
    }

    fn grant(&mut self, source: Source, allowance: bool, credits: i64, price: i128) {
        let (expires, with_cycle) = match allowance {
            true => (self.allowance_until(), false),
            false => self.expiry_of_bought(source),
        };
        self.grant_until(source, allowance, credits, price, expires, with_cycle);
    }

    fn grant_until(
        &mut self,
        source: Source,
        allowance: bool,
        credits: i64,
        price: i128,
        expires: i64,
        with_cycle: bool,
    ) {
        if credits == 0 {
            return;
        }
        let mut left = credits;
        if self.setup.policy.service.repayment == Repayment::DebtFirst {
            let repaid = left.min(self.owed);
            left -= repaid;
            self.owed -= repaid;
        }
        let cycle = self.allowances;
        self.grants.push(Grant {
            source,
            allowance,
            credits,
            left,
            price,
            expires,
            with_cycle,
            cycle,
            given: self.giving,
            purchase: self.buying,
        });
        if !allowance && !with_cycle && expires < NEVER {
            self.schedule(expires, What::Expiry);
        }
        self.cycle_total += credits;
        if self.restoring {
            return;
        }
        let (name, figure) = match source {
            Source::Allowance => ("allowance", "granted_allowance"),
            Source::Opening => ("opening", "opening_balance"),
            Source::Recharge => ("recharge", "granted_recharge"),
            Source::TopUp => ("top_up", "granted_top_up"),
            Source::Gift => ("gift", "granted_gift"),
        };
        self.add(figure, i128::from(credits));
        self.say(format!("granted {name} {credits} {price} @{expires}"));
        self.credits_arrived();
    }

    fn buy(&mut self, source: Source, order: Order) {
        self.buying = Some(self.bought.len());
        self.bought.push(Purchased { source, order, undone: 0, refunded: 0, dispute: None });
        self.grant(source, false, order.credits, order.price);
        self.buying = None;
    }

    // ---- reversals ----------------------------------------------------------------------------

    /// The purchase of this name so far, and its number among those of its source.
    fn named(&self, name: PurchaseName, disputed: bool) -> Option<(usize, usize)> {
        let source = match name.source {
            recharge::domain::Source::Recharge => Source::Recharge,
            _ => Source::TopUp,
        };
        let of_source = |i: &usize| self.bought[*i].source == source;
        let all: Vec<usize> = (0..self.bought.len()).filter(of_source).collect();
        let numbered = all.into_iter().enumerate().map(|(n, i)| (i, n + 1));
        let right = |&(i, n): &(usize, usize)| {
            let number = name.number.is_none_or(|number| number == n as u64);
            number && (!disputed || self.bought[i].dispute.is_some())
        };
        let mut found = None;
        for next in numbered {
            if right(&next) {
                found = Some(next);
            }
        }
        found
    }

    fn reverse(&mut self, reversal: &PurchaseReversal) {
        let Some((index, number)) = self.named(reversal.of, false) else { return };
        let purchase = self.bought[index];
        let Order { credits, price } = purchase.order;
        let part = i128::from(credits) * i128::from(reversal.share.millionths()) / 1_000_000;
        let asked = (part as i64).min(credits - purchase.undone);
        let of_it = |grant: &&Grant| grant.purchase == Some(index);
        let left: i64 = self.grants.iter().filter(of_it).map(|grant| grant.left).sum();
        let covered = asked.min(self.balance().max(0));
        let overage = self.setup.policy.service.overage.is_some();
        let taken = match reversal.takes {
            TakesBack::Lot => asked.min(left),
            TakesBack::Balance => covered,
            TakesBack::Debt if overage => covered,
            TakesBack::Debt => asked,
            TakesBack::Nothing => 0,
        };
        let cent = 10_i128.pow(MONEY_DECIMALS - self.setup.policy.contract.minor);
        let share = |part: i128, whole: i128| divided_half_even(price * part, whole * cent) * cent;
        let money = match reversal.takes {
            _ if reversal.is_chargeback => price - purchase.refunded,
            TakesBack::Lot => share(i128::from(taken), i128::from(credits)),
            _ => share(i128::from(reversal.share.millionths()), 1_000_000),
        };
        let money = money.min(price - purchase.refunded);
        if taken == 0 && money == 0 {
            return;
        }
        let mut rest = taken;
        for grant in self.grants.iter_mut().filter(|grant| grant.purchase == Some(index)) {
            let own = grant.left.min(rest);
            grant.left -= own;
            rest -= own;
        }
        let of_lot = taken - rest;
        self.burn(rest);
        let purchase = &mut self.bought[index];
        purchase.undone += asked;
        purchase.refunded += money;
        if reversal.is_chargeback {
            purchase.dispute = Some((asked, taken, money));
        }
        self.add("taken_back", i128::from(taken));
        self.add("refunded", money);
        let (what, source) = (reversal.is_chargeback, purchase_name(self.bought[index].source));
        self.say(format!("reversed {what} {source} {number} {taken} {of_lot} {money}"));
    }

    fn win(&mut self, name: PurchaseName) {
        let Some((index, number)) = self.named(name, true) else { return };
        let purchase = &mut self.bought[index];
        let Some((asked, taken, money)) = purchase.dispute.take() else { return };
        purchase.undone -= asked;
        purchase.refunded -= money;
        let source = purchase.source;
        let (expires, _) = self.expiry_of_bought(source);
        self.add("restored", i128::from(taken));
        self.add(if source == Source::TopUp { "top_up_spend" } else { "recharge_spend" }, money);
        self.buying = Some(index);
        self.restoring = true;
        self.grant(source, false, taken, money);
        (self.buying, self.restoring) = (None, false);
        let source = purchase_name(source);
        self.say(format!("restored {source} {number} {taken} {money} @{expires}"));
        if taken > 0 {
            self.credits_arrived();
        }
    }

    // ---- usage that is undone -----------------------------------------------------------------

    /// Notes what usage of an instant was served from.
    fn note(&mut self, used_at: i64, origin: Origin, credits: i64) {
        if credits > 0 {
            self.served.entry(used_at).or_default().push((origin, credits));
        }
    }

    /// All that came from one origin is of another now.
    fn turn(&mut self, from: Origin, to: Origin) {
        for (origin, _) in self.served.values_mut().flatten().filter(|(origin, _)| *origin == from)
        {
            *origin = to;
        }
    }

    /// Takes credits for the usage of an instant.
    fn burn_for(&mut self, used_at: i64, amount: i64) {
        let mut later = amount;
        for (origin, credits) in self.served.entry(used_at).or_default() {
            if *origin == Origin::Later {
                let deducted = later.min(*credits);
                *credits -= deducted;
                later -= deducted;
            }
        }
        let left: Vec<i64> = self.grants.iter().map(|grant| grant.left).collect();
        let (owed, unbilled) = (self.owed, self.unbilled);
        self.burn(amount);
        let mut used: Vec<usize> =
            (0..left.len()).filter(|&i| self.grants[i].left < left[i]).collect();
        used.sort_by_key(|&i| self.burns_at(i));
        for index in used {
            self.note(used_at, Origin::Grant(index), left[index] - self.grants[index].left);
        }
        self.note(used_at, Origin::Debt, self.owed - owed);
        self.note(used_at, Origin::Unbilled, self.unbilled - unbilled);
    }

    /// What of the usage of an instant is undone first, as far as it is asked for: what is not deducted yet, then what
    /// was taken last, then what quotas served.
    fn undo(&mut self, reversal: &UsageReversal) -> Vec<(Origin, i64)> {
        let mut rest = reversal.credits.map_or(i64::MAX, Credits::micro);
        let mut undone: Vec<(Origin, i64)> = Vec::new();
        let Some(served) = self.served.get_mut(&reversal.used_at.millis()) else { return undone };
        let is_later = |origin| origin == Origin::Later;
        let is_of_quotas = |origin| origin == Origin::Quotas;
        let turns: [&dyn Fn(Origin) -> bool; 3] =
            [&is_later, &|origin| !is_later(origin) && !is_of_quotas(origin), &is_of_quotas];
        for turn in turns {
            for (origin, credits) in served.iter_mut().rev().filter(|(origin, _)| turn(*origin)) {
                let taken = rest.min(*credits);
                *credits -= taken;
                rest -= taken;
                match undone.last_mut() {
                    _ if taken == 0 => {}
                    Some((last, sum)) if last == origin => *sum += taken,
                    _ => undone.push((*origin, taken)),
                }
            }
        }
        undone
    }

    fn has_ended(&self, grant: &Grant) -> bool {
        match grant.allowance {
            true => self.allowances - grant.cycle > self.setup.policy.contract.rollover.cycles,
            false => grant.expires <= self.now,
        }
    }

    fn reverse_usage(&mut self, reversal: &UsageReversal) {
        let undone = self.undo(reversal);
        if undone.iter().any(|(_, credits)| *credits > 0) {
            self.give_usage_back(reversal, undone, 0);
        }
    }

    /// A row takes usage back; what was not served of it is counted.
    fn take_back_usage(&mut self, used_at: i64, credits: i64) {
        let reversal = UsageReversal {
            used_at: Instant::from_millis(used_at),
            credits: Some(Credits::from_micro(credits)),
            ended: self.setup.policy.service.usage_of_ended,
        };
        let undone = if used_at < self.now { self.undo(&reversal) } else { Vec::new() };
        let served: i64 = undone.iter().map(|(_, credits)| credits).sum();
        self.add("not_reversed", i128::from(credits - served));
        self.give_usage_back(&reversal, undone, credits - served);
    }

    fn give_usage_back(
        &mut self,
        reversal: &UsageReversal,
        undone: Vec<(Origin, i64)>,
        unserved: i64,
    ) {
        let all: i64 = undone.iter().map(|(_, credits)| credits).sum();
        let used_at = reversal.used_at.millis();
        let (balance, room) = (self.balance(), (self.room(), self.overage_left()));
        let (mut gift, mut later, mut told, mut lost) = (0, 0, Vec::new(), Vec::new());
        for (origin, credits) in undone {
            match origin {
                Origin::ForgivenDebt => {}
                Origin::Billed => gift += credits,
                Origin::Unbilled => {
                    self.overage -= credits;
                    self.unbilled -= credits;
                }
                Origin::Debt => {
                    let lowered = credits.min(self.owed);
                    self.owed -= lowered;
                    gift += credits - lowered;
                }
                Origin::Quotas => self.give_back_to_quotas(used_at, credits),
                Origin::Later => later += self.deduct_less(used_at, credits),
                Origin::Grant(index) if !self.has_ended(&self.grants[index]) => {
                    let mut repaid = 0;
                    if self.setup.policy.service.repayment == Repayment::DebtFirst {
                        repaid = credits.min(self.owed);
                    }
                    self.owed -= repaid;
                    self.grants[index].left += credits - repaid;
                    told.push(format!("{index}:{credits}:{repaid}:false"));
                }
                Origin::Grant(_) if reversal.ended == EndedGrant::Given => gift += credits,
                Origin::Grant(index) => {
                    lost.push((index, credits));
                    told.push(format!("{index}:{credits}:0:true"));
                }
            }
        }
        let came = self.balance() - balance;
        for &(index, credits) in &lost {
            self.grants[index].left += credits;
        }
        let given_back = self.balance() - balance + later;
        self.add("given_back", i128::from(given_back));
        self.add("unmetered", -i128::from(later));
        let told = told.join(" ");
        self.say(format!(
            "usage_reversed @{used_at} {all} {unserved} {given_back} {later} [{told}]"
        ));
        for (index, credits) in lost {
            self.lose_at_once(index, credits);
        }
        if used_at < self.cycle.0 {
            self.cycle_total += came;
        }
        self.giving = Some((GiftPlace::WithBought, 0));
        self.grant(Source::Gift, false, gift, 0);
        self.giving = None;
        if came > 0 || self.room() > room.0 || self.overage_left() > room.1 {
            self.credits_arrived();
        }
    }

    /// Credits that came back to a grant that has ended are gone with it.
    fn lose_at_once(&mut self, index: usize, credits: i64) {
        let grant = &mut self.grants[index];
        grant.left -= credits;
        if grant.allowance {
            self.add("forfeited", i128::from(credits));
            return self.say(format!("forfeited {credits}"));
        }
        let cost = divided_half_even(grant.price * i128::from(credits), i128::from(grant.credits));
        let source = grant.source;
        self.let_expire(source, credits, cost);
    }

    /// Counts credits that are past their end.
    fn let_expire(&mut self, source: Source, credits: i64, cost: i128) {
        self.add("expired", i128::from(credits));
        if source == Source::Opening {
            self.add("expired_opening", i128::from(credits));
        }
        self.add("expired_cost", cost);
        self.say(format!("expired {credits} {cost}"));
    }

    /// The windows that were open when usage was served, and still are, count so much less.
    fn give_back_to_quotas(&mut self, used_at: i64, credits: i64) {
        for (quota, used, end) in &mut self.quotas {
            if end.is_some_and(|end| end - quota.length.millis() <= used_at) {
                *used = (*used - credits).max(0);
            }
        }
    }

    /// What is still to be deducted for the usage of an instant becomes so much less, of the last event first.
    fn deduct_less(&mut self, used_at: i64, credits: i64) -> i64 {
        let due = used_at + self.setup.policy.service.metering_lag.millis();
        let mut rest = credits;
        let mut places: Vec<usize> = (0..self.pending.len()).collect();
        places.sort_by_key(|&i| std::cmp::Reverse(self.pending[i].number));
        for place in places {
            let pending = &mut self.pending[place];
            if let (true, What::Deduction(amount)) = (pending.at == due, &mut pending.what) {
                let less = rest.min(*amount);
                *amount -= less;
                rest -= less;
            }
        }
        self.pending.retain(|pending| !matches!(pending.what, What::Deduction(0)));
        credits - rest
    }

    /// All that ends now, with a cycle or by its own lifetime, in burn-down order.
    fn expire(&mut self, with_cycle: bool) -> bool {
        let told = self.told.len();
        let ends = |i: &usize| {
            let grant = &self.grants[*i];
            !grant.allowance && grant.with_cycle == with_cycle && grant.expires <= self.now
        };
        let mut ending: Vec<usize> = (0..self.grants.len()).filter(ends).collect();
        ending.sort_by_key(|&i| self.burns_at(i));
        for index in ending {
            let grant = &mut self.grants[index];
            let left = std::mem::take(&mut grant.left);
            if left == 0 {
                continue;
            }
            let cost = divided_half_even(grant.price * i128::from(left), i128::from(grant.credits));
            let source = grant.source;
            self.let_expire(source, left, cost);
        }
        self.told.len() > told
    }

    /// The place of a grant in burn-down order: its kind, its rank in that, when it expires, its age.
    fn burns_at(&self, index: usize) -> (u8, u8, i64, usize) {
        let (grant, order) = (&self.grants[index], self.setup.policy.contract.burn_order);
        if grant.allowance {
            return (1, 0, 0, index);
        }
        let (kind, rank) = match (grant.source, grant.given) {
            (_, Some((GiftPlace::BeforeAllowance, priority))) => (0, priority),
            (_, Some((GiftPlace::BeforeBought, priority))) => (2, priority),
            (_, Some((GiftPlace::WithBought, _))) => (3, order.gift),
            (_, Some((GiftPlace::AfterBought, priority))) => (4, priority),
            (Source::Recharge, None) => (3, order.recharge),
            (Source::TopUp, None) => (3, order.top_up),
            _ => (3, order.opening),
        };
        (kind, rank, grant.expires, index)
    }

    /// Takes credits from the grants in burn-down order; what they lack is owed.
    fn burn(&mut self, mut amount: i64) {
        while amount > 0 {
            let holding = (0..self.grants.len()).filter(|&i| self.grants[i].left > 0);
            let Some(next) = holding.min_by_key(|&i| self.burns_at(i)) else { break };
            let taken = amount.min(self.grants[next].left);
            self.grants[next].left -= taken;
            amount -= taken;
        }
        match self.setup.policy.service.overage {
            None => self.owed += amount,
            Some(_) => {
                self.overage += amount;
                self.unbilled += amount;
                self.add("overage", i128::from(amount));
            }
        }
    }

    /// Overage that the cap leaves in this cycle.
    fn overage_left(&self) -> i64 {
        let Some(overage) = self.setup.policy.service.overage else { return 0 };
        match overage.cap {
            // More than a case can ask for.
            None => 1 << 60,
            Some(OverageCap::Credits(most)) => (most.micro() - self.overage).max(0),
            Some(OverageCap::Money(most)) => {
                let most = units(most) * 1_000_000 / units(overage.price);
                (most as i64 - self.overage).max(0)
            }
        }
    }

    fn bill(&mut self) {
        let Some(overage) = self.setup.policy.service.overage else { return };
        let credits = std::mem::take(&mut self.unbilled);
        if credits == 0 {
            return;
        }
        self.turn(Origin::Unbilled, Origin::Billed);
        let cent = 10_i128.pow(MONEY_DECIMALS - self.setup.policy.contract.minor);
        let exact = units(overage.price) * i128::from(credits);
        let price = self.with_tax(divided_half_even(exact, 1_000_000 * cent) * cent);
        self.add("overage_spend", price);
        self.say(format!("overage_billed {credits} {price}"));
    }

    fn bill_at_sum(&mut self) {
        let overage = self.setup.policy.service.overage;
        let Some((overage, sum)) = overage.and_then(|o| o.bill_at.map(|sum| (o, sum))) else {
            return;
        };
        if units(overage.price) * i128::from(self.unbilled) >= units(sum) * 1_000_000 {
            self.bill();
        }
    }

    fn credits_arrived(&mut self) {
        if !self.stopped {
            self.close_outage();
        } else if !self.restart_is_due {
            let shortfall = self.setup.policy.service.shortfall;
            let Shortfall::Stop { restart_within, .. } = shortfall else { return };
            let stopped = self.outage.unwrap_or(self.now);
            if restart_within.is_none_or(|within| self.now - stopped < within.millis()) {
                self.restart_later();
            }
        }
    }

    fn restart_later(&mut self) {
        if let Shortfall::Stop { restart_after, .. } = self.setup.policy.service.shortfall
            && self.stopped
            && !self.restart_is_due
        {
            self.restart_is_due = true;
            self.schedule(self.now + restart_after.millis(), What::Restart);
        }
    }

    fn note_balance(&mut self) {
        match (self.balance() > 0, self.exhausted) {
            (false, None) => {
                self.exhausted = Some(self.now);
                self.say("exhausted".into());
            }
            (true, Some(since)) => {
                self.exhausted = None;
                self.empty.push((since, self.now));
                self.say(format!("replenished @{since}"));
            }
            _ => {}
        }
    }

    // ---- usage and service --------------------------------------------------------------------

    fn ask(&mut self, amount: i64, times_left: u32) {
        self.add("usage_events", 1);
        if amount == 0 {
            return;
        }
        let service = self.setup.policy.service;
        let balance = self.balance() + self.overage_left();
        let inside = if self.stopped { 0 } else { self.room().min(amount) };
        let rest = amount - inside;
        let served = match service.shortfall {
            _ if self.stopped => 0,
            _ if rest == 0 => amount,
            Shortfall::Overdraft { limit } if balance - rest >= -limit.micro() => amount,
            _ if balance >= rest => amount,
            Shortfall::Partial => inside + balance.max(0),
            _ => 0,
        };
        let refused = amount - served;
        let included = inside.min(served);
        self.include(included);
        self.note(self.now, Origin::Quotas, included);
        let deducted = served - included;
        if deducted > 0 && service.metering_lag == Duration::ZERO {
            self.burn_for(self.now, deducted);
        } else if deducted > 0 {
            self.note(self.now, Origin::Later, deducted);
            self.add("unmetered", i128::from(deducted));
            self.schedule(self.now + service.metering_lag.millis(), What::Deduction(deducted));
        }
        self.add("demanded", i128::from(amount));
        self.add("served", i128::from(served));
        self.add("refused_events", i128::from(refused > 0));
        self.say_usage(amount, refused);
        if refused == 0 {
            self.close_outage();
            self.after_usage();
            return;
        }
        if let Some(retry) = service.retry
            && times_left > 0
        {
            let again = What::Return { amount: refused, left: times_left - 1 };
            self.schedule(self.now + retry.after.millis(), again);
        }
        if self.outage.is_none() {
            self.outage = Some(self.now);
            self.add("outages", 1);
            self.say("outage_opened".into());
        }
        if matches!(service.shortfall, Shortfall::Stop { .. }) && !self.stopped {
            self.stopped = true;
            self.restart_is_due = false;
            self.say("service_stopped".into());
        }
        self.after_usage();
    }

    fn after_usage(&mut self) {
        self.note_balance();
        self.bill_at_sum();
    }

    fn say_usage(&mut self, amount: i64, refused: i64) {
        let after = self.pools();
        let balance = self.balance();
        let text =
            format!("usage {} {amount} refused {refused} leaves {balance}", self.state_name());
        self.told.push(Line { at: self.now, text, pools: Some(format!("{after:?}")) });
        self.told_pools = after;
    }

    fn close_outage(&mut self) {
        if let Some(opened) = self.outage.take() {
            self.outages.push((opened, self.now));
            self.say(format!("outage_closed @{opened}"));
        }
    }

    fn restart(&mut self) {
        self.stopped = false;
        self.restart_is_due = false;
        self.say("service_restarted".into());
        self.close_outage();
    }

    // ---- the trigger --------------------------------------------------------------------------

    fn rules(&self) -> &AutoRecharge {
        self.recharge.as_ref().expect("a case without auto-recharge does nothing with it")
    }

    fn rules_mut(&mut self) -> &mut AutoRecharge {
        self.recharge.as_mut().expect("a case without auto-recharge does nothing with it")
    }

    fn polls(&self) -> bool {
        self.recharge.as_ref().is_some_and(|recharge| recharge.poll.is_some())
    }

    fn holds(&self) -> bool {
        self.recharge.is_some() && self.holds_at(self.balance())
    }

    fn holds_at(&self, balance: i64) -> bool {
        match self.rules().trigger {
            Trigger::Below(_) => balance < self.threshold(),
            _ => balance <= self.threshold(),
        }
    }

    fn threshold(&self) -> i64 {
        match self.rules().trigger {
            Trigger::AtOrBelow(level) | Trigger::Below(level) => level.micro(),
            Trigger::ConsumedShare { share, base } => {
                let base = i128::from(match base {
                    Base::CycleTotal => self.cycle_total,
                    Base::LastPurchase => self.last_purchase.unwrap_or(self.allowance),
                    Base::Purchases if self.purchases > 0 => self.purchases,
                    Base::Purchases => self.allowance,
                    Base::Allowance => self.allowance,
                });
                let left = base * i128::from(1_000_000 - share.millionths());
                left.div_euclid(1_000_000) as i64
            }
        }
    }

    /// What is seen of the trigger begins, goes on with or ends a spell.
    fn see(&mut self) {
        let holds = self.holds();
        if !(self.spell && holds) {
            self.spell_is_spent = false;
        }
        self.spell = holds;
    }

    fn note_enabling(&mut self) {
        self.failures = 0;
        self.see();
        self.spell_is_spent = self.spell;
        self.off_at_cap = false;
    }

    fn look(&mut self) {
        self.see();
        if !matches!(self.state, State::Armed | State::Capped | State::Cooling) {
            return;
        }
        let spent = self.rules().firing == Firing::Edge && self.spell_is_spent;
        if !self.spell || spent {
            self.release();
            return;
        }
        if let Some(until) = self.cooldown_until().filter(|&until| until > self.now) {
            if self.state != State::Cooling {
                self.state = State::Cooling;
                self.say(format!("cooldown_waits @{until}"));
                self.schedule_wait(until);
            }
            return;
        }
        match self.affordable() {
            Ok(order) => self.start_charge(order),
            Err((caps, _)) if caps.iter().any(|&i| self.turns_off(i)) => {
                if self.state != State::Capped {
                    self.state = State::Capped;
                    self.add("cap_blocks", 1);
                    self.say(format!("cap_reached {caps:?} @{NEVER}"));
                    self.notify("cap_reached");
                }
                self.disable_now();
                self.off_at_cap = true;
            }
            Err((caps, until)) => {
                self.schedule_wait(until);
                if self.state != State::Capped {
                    self.state = State::Capped;
                    self.add("cap_blocks", 1);
                    self.say(format!("cap_reached {caps:?} @{until}"));
                    self.notify("cap_reached");
                }
            }
        }
    }

    fn turns_off(&self, cap: usize) -> bool {
        self.rules().caps[cap].exceeding == Exceeding::Disable
    }

    fn release(&mut self) {
        if matches!(self.state, State::Capped | State::Cooling) {
            self.state = State::Armed;
            self.say("released".into());
        }
    }

    /// Where there are polls, a wait ends at one.
    fn schedule_wait(&mut self, until: i64) {
        if !self.polls() {
            self.schedule(until, What::Recheck);
        }
    }

    fn end_wait(&mut self) {
        if self.state == State::Backoff && self.waits_until <= self.now {
            self.state = State::Armed;
            self.say("released".into());
        }
    }

    fn cooldown_until(&self) -> Option<i64> {
        let cooldown = self.rules().cooldown?;
        let counts = |s: &&Settled| s.success || cooldown.since == CooldownSince::Attempt;
        let last = self.settled.iter().rfind(counts)?;
        Some(last.at + cooldown.length.millis())
    }

    // ---- purchases and caps -------------------------------------------------------------------

    fn order_of(&self, count: i64) -> Order {
        let Order { credits, price } = self.packs_or_increments(count);
        let pricing = &self.rules().pricing;
        if *pricing == Pricing::default() {
            return Order { credits, price: self.with_tax(price) };
        }
        let reached = pricing.sizes.iter().rfind(|step| step.from.micro() <= credits);
        let (mut more, mut price) = (0, price * 1_000_000);
        if let Some(step) = reached {
            let bonus = i128::from(credits) * i128::from(step.bonus.millionths()) / 1_000_000;
            more = bonus as i64 + step.bonus_credits.micro();
            price = price / 1_000_000 * i128::from(1_000_000 - step.discount.millionths());
        }
        price *= i128::from(1_000_000 + pricing.surcharge.millionths());
        let cent = 10_i128.pow(MONEY_DECIMALS - self.setup.policy.contract.minor);
        let price = divided_half_even(price, 1_000_000_000_000 * cent) * cent;
        let price = self.with_tax(price + units(pricing.fixed_fee));
        Order { credits: credits + more, price }
    }

    /// What is charged for an amount.
    fn with_tax(&self, amount: i128) -> i128 {
        let contract = &self.setup.policy.contract;
        let cent = 10_i128.pow(MONEY_DECIMALS - contract.minor);
        let exact = amount * i128::from(1_000_000 + contract.tax.millionths());
        match contract.tax.millionths() {
            0 => amount,
            _ => divided_half_even(exact, 1_000_000 * cent) * cent,
        }
    }

    fn packs_or_increments(&self, count: i64) -> Order {
        match &self.rules().purchase {
            Purchase::Packs { package, .. } => Order {
                credits: package.credits.micro() * count,
                price: units(package.price) * i128::from(count),
            },
            Purchase::UpTo { increment, unit_price, .. } => {
                let credits = increment.micro() * count;
                let cent = 10_i128.pow(MONEY_DECIMALS - self.setup.policy.contract.minor);
                let exact = units(*unit_price) * i128::from(credits);
                Order { credits, price: divided_half_even(exact, 1_000_000 * cent) * cent }
            }
        }
    }

    /// Packs, or increments, that are wanted.
    fn wanted(&self) -> i64 {
        match &self.rules().purchase {
            Purchase::Packs { package, packs } => {
                // The first balance above all at which the trigger holds, and whole packs to it.
                let above = i64::from(!matches!(self.rules().trigger, Trigger::Below(_)));
                let gap = self.threshold() + above - self.balance();
                let (whole, rest) = (gap / package.credits.micro(), gap % package.credits.micro());
                let closing = whole + i64::from(rest > 0);
                match self.rules().closes_gap {
                    true => closing.max(i64::from(*packs)),
                    false => i64::from(*packs),
                }
            }
            Purchase::UpTo { target, from, increment, .. } => {
                let from = match from {
                    TargetFrom::Zero => 0,
                    TargetFrom::Threshold => self.threshold(),
                };
                let gap = from + target.micro() - self.balance();
                let step = increment.micro();
                ((gap + step - 1).div_euclid(step)).max(1)
            }
        }
    }

    /// What a cap counts in the window around an instant: recharges, money, credits.
    fn counted(&self, cap: &Cap, at: i64) -> (u64, i128, i64) {
        let used = &self.setup.past.caps_used;
        let (from, known) = match cap.window {
            CapWindow::Day => (calendar::day(self.zone, at).0, used.day),
            CapWindow::Month => (calendar::month(self.zone, at).0, used.month),
            CapWindow::Cycle => (self.cycle.0, used.cycle),
            CapWindow::Rolling(length) => (at - length.millis() + 1, None),
        };
        let start = self.setup.horizon.from.millis();
        let (from, (mut number, mut money, mut credits)) = match known {
            Some(used) if from <= start => {
                (start, (used.recharges, units(used.money), used.credits.micro()))
            }
            _ => (from, (0, 0, 0)),
        };
        let counts = |s: &&Settled| s.success || cap.counts == Counts::Attempts;
        for settled in self.settled.iter().filter(counts).filter(|s| s.at >= from) {
            number += 1;
            money += settled.order.price;
            credits += settled.order.credits;
        }
        (number, money, credits)
    }

    fn fits(&self, cap: &Cap, counted: (u64, i128, i64), order: Order) -> bool {
        let (number, money, credits) = counted;
        let overshoot = cap.exceeding == Exceeding::Overshoot;
        match cap.limit {
            Limit::Recharges(limit) => number < limit,
            Limit::Money(limit) if overshoot => money < units(limit),
            Limit::Money(limit) => money + order.price <= units(limit),
            Limit::Credits(limit) if overshoot => credits < limit.micro(),
            Limit::Credits(limit) => credits + order.credits <= limit.micro(),
        }
    }

    /// The order that every cap allows, or the caps that forbid one and when they would allow it.
    fn affordable(&self) -> Result<Order, (Vec<usize>, i64)> {
        let clips = |cap: &&Cap| {
            cap.exceeding == Exceeding::Clip && !matches!(cap.limit, Limit::Recharges(_))
        };
        let fits_clips = |count: i64| {
            let order = self.order_of(count);
            self.rules()
                .caps
                .iter()
                .filter(clips)
                .all(|cap| self.fits(cap, self.counted(cap, self.now), order))
        };
        let mut count = self.wanted();
        while count > 1 && !fits_clips(count) {
            count -= 1;
        }
        let order = self.order_of(count);
        let forbids = |&i: &usize| {
            let cap = &self.rules().caps[i];
            !self.fits(cap, self.counted(cap, self.now), order)
        };
        let blocking: Vec<usize> = (0..self.rules().caps.len()).filter(forbids).collect();
        let until = blocking.iter().map(|&i| self.allows_again(&self.rules().caps[i], order)).max();
        until.map_or(Ok(order), |until| Err((blocking, until)))
    }

    /// The first instant at which a cap that forbids an order allows it.
    fn allows_again(&self, cap: &Cap, order: Order) -> i64 {
        if !self.fits(cap, (0, 0, 0), order) {
            return NEVER;
        }
        match cap.window {
            CapWindow::Day => calendar::day(self.zone, self.now).1,
            CapWindow::Month => calendar::month(self.zone, self.now).1,
            CapWindow::Cycle => self.cycle.1,
            CapWindow::Rolling(length) => {
                let ends = self.settled.iter().map(|s| s.at + length.millis());
                let mut ends: Vec<i64> = ends.filter(|&end| end > self.now).collect();
                ends.sort_unstable();
                let again = |&end: &i64| self.fits(cap, self.counted(cap, end), order);
                ends.into_iter().find(again).unwrap_or(NEVER)
            }
        }
    }

    // ---- charges ------------------------------------------------------------------------------

    fn start_charge(&mut self, order: Order) {
        self.attempt += 1;
        self.order = order;
        self.state = State::Charging;
        let latency = self.payments.latency(self.attempt).millis();
        self.schedule(self.now + latency, What::Settlement);
        self.say(format!("charge_started {} {} {}", self.attempt, order.credits, order.price));
    }

    fn settle(&mut self) {
        let at = Instant::from_millis(self.now);
        if self.state == State::Verifying {
            return match self.payments.verified(self.attempt) {
                true => self.succeed(),
                false => self.fail(Decline::Verification),
            };
        }
        let needs = self.rules().terms.needs;
        let answer = if needs.payment_method && !self.has.contains(&Prerequisite::PaymentMethod) {
            Answer::Declined(Decline::NoPaymentMethod)
        } else if needs.subscription && !self.has.contains(&Prerequisite::Subscription) {
            Answer::Declined(Decline::NoSubscription)
        } else if !self.card_works {
            Answer::Declined(Decline::Hard)
        } else {
            self.payments.settle(self.attempt, at)
        };
        match answer {
            Answer::Approved => self.succeed(),
            Answer::Declined(decline) => self.fail(decline),
            Answer::Verify(length) => {
                self.state = State::Verifying;
                self.schedule(self.now + length.millis(), What::Settlement);
                self.add("verifications", 1);
                self.say(format!("verification_asked {}", self.attempt));
                self.notify("verification_needed");
            }
        }
    }

    fn succeed(&mut self) {
        let order = self.order;
        let reached = self.reached();
        self.settled.push(Settled { at: self.now, order, success: true });
        self.failures = 0;
        self.see();
        self.spell_is_spent = self.spell;
        self.state = if std::mem::take(&mut self.off_next) { State::Off } else { State::Armed };
        self.say(format!("charge_succeeded {} {} {}", self.attempt, order.credits, order.price));
        self.add("recharges", 1);
        self.add("recharge_spend", order.price);
        self.last_purchase = Some(order.credits);
        self.purchases += order.credits;
        self.buy(Source::Recharge, order);
        self.draw_undoing();
        self.note_balance();
        self.notify("recharge_done");
        self.warn(&reached);
    }

    /// Schedules what luck undoes of the last recharge.
    fn draw_undoing(&mut self) {
        let undoing = self.payments.undoing(self.attempt);
        let number = self.bought.iter().filter(|one| one.source == Source::Recharge).count();
        let source = recharge::domain::Source::Recharge;
        let of = PurchaseName { source, number: Some(number as u64) };
        let takes = self.rules().terms.undone;
        let share = recharge::domain::Share::ALL;
        let whole = |is_chargeback, takes| {
            What::Undone(PurchaseReversal { of, is_chargeback, share, takes })
        };
        for (after, what) in [
            (undoing.refunded, whole(false, takes.refund)),
            (undoing.charged_back, whole(true, takes.chargeback)),
            (undoing.won, What::Won(of)),
        ] {
            if let Some(after) = after {
                self.schedule(self.now + after.millis(), what);
            }
        }
    }

    /// Of each cap, the number of shares at which it warns that are used.
    fn reached(&self) -> Vec<usize> {
        let Some(recharge) = &self.recharge else { return Vec::new() };
        let of = |cap: &Cap| {
            let (number, money, credits) = self.counted(cap, self.now);
            let (used, limit) = match cap.limit {
                Limit::Recharges(limit) => (i128::from(number), i128::from(limit)),
                Limit::Money(limit) => (money, units(limit)),
                Limit::Credits(limit) => (i128::from(credits), i128::from(limit.micro())),
            };
            let shares = cap.warn_at.shares().iter().map(|share| i128::from(share.millionths()));
            shares.filter(|share| used * 1_000_000 >= limit * share).count()
        };
        recharge.caps.iter().map(of).collect()
    }

    /// Warns of the shares that are used now and were not before.
    fn warn(&mut self, before: &[usize]) {
        let now = self.reached();
        for (cap, (&before, now)) in before.iter().zip(now).enumerate() {
            for nth in before..now {
                let share = self.rules().caps[cap].warn_at.shares()[nth].millionths();
                self.say(format!("cap_warned {cap} {share}"));
                self.notify("cap_warning");
            }
        }
    }

    fn fail(&mut self, decline: Decline) {
        let terms = self.rules().terms.clone();
        let (name, does) = match decline {
            Decline::Soft => ("soft", terms.soft_decline),
            Decline::Verification => ("verification", terms.soft_decline),
            Decline::Hard => ("hard", terms.hard_decline),
            Decline::Outage => ("outage", terms.processor_outage),
            Decline::NoPaymentMethod => ("no_payment_method", terms.hard_decline),
            Decline::NoSubscription => ("no_subscription", terms.hard_decline),
        };
        let reached = self.reached();
        self.settled.push(Settled { at: self.now, order: self.order, success: false });
        self.failures += u32::from(does != OnFailure::Ignore);
        let in_a_row = self.failures;
        let suspends = does == OnFailure::Suspend
            || (does == OnFailure::Count
                && terms.disable_after.is_some_and(|most| in_a_row >= most));
        let nth = (in_a_row.max(1) as usize).min(terms.retry_after.len());
        let wait = terms.retry_after[nth - 1].millis();
        self.state = match (std::mem::take(&mut self.off_next), suspends) {
            (true, _) => State::Off,
            (_, true) => State::Suspended,
            _ => State::Backoff,
        };
        self.add("failed_attempts", 1);
        self.say(format!("charge_failed {} {name} {in_a_row}", self.attempt));
        self.notify("charge_failed");
        self.warn(&reached);
        if self.state == State::Suspended {
            self.suspend();
        } else if self.state == State::Backoff {
            let until = self.now + wait;
            self.waits_until = until;
            self.schedule_wait(until);
            self.say(format!("backed_off @{until}"));
        }
    }

    fn suspend(&mut self) {
        self.suspensions += 1;
        self.add("suspensions", 1);
        self.say("suspended".into());
        self.notify("suspended");
        if let Some(after) = self.payments.repair_after(self.suspensions) {
            self.schedule(self.now + after.millis(), What::Repair(self.suspensions));
        }
    }

    fn repair(&mut self, suspension: u64) -> bool {
        if self.state != State::Suspended || suspension != self.suspensions {
            return false;
        }
        self.update_card();
        self.state = State::Armed;
        self.note_enabling();
        self.say("repaired".into());
        true
    }

    /// Another card, which works, is on file.
    fn update_card(&mut self) {
        self.card_works = true;
        self.gain(Prerequisite::PaymentMethod);
        self.payments.repaired(Instant::from_millis(self.now));
    }

    // ---- the owner ----------------------------------------------------------------------------

    fn missing(&self) -> Vec<Prerequisite> {
        let Some(recharge) = &self.recharge else { return Vec::new() };
        let eligibility = &recharge.eligibility;
        let lacks = |one: &Prerequisite| !self.has.contains(one);
        let waived = |one: &Prerequisite| {
            *one == Prerequisite::OnlineBilling && eligibility.csm.enables_offline
        };
        eligibility.requires.iter().filter(lacks).filter(|one| !waived(one)).collect()
    }

    fn say_missing(&mut self, missing: &[Prerequisite]) {
        self.say(format!("prerequisites_missing {missing:?}"));
    }

    fn act(&mut self, action: &Action) {
        self.say(format!("acted {}", action.name()));
        let csm =
            self.recharge.as_ref().map(|recharge| recharge.eligibility.csm).unwrap_or_default();
        let effective = self.now + csm.lead_time.millis();
        match action {
            Action::Enable => {
                let offline = !self.has.contains(&Prerequisite::OnlineBilling);
                if csm.enables_offline && offline {
                    self.schedule(effective, What::Request { enable: true });
                    self.say(format!("requested true @{effective}"));
                } else {
                    self.enable_now();
                }
            }
            Action::Disable => {
                if csm.disables {
                    self.schedule(effective, What::Request { enable: false });
                    self.say(format!("requested false @{effective}"));
                } else {
                    self.disable_now();
                }
            }
            Action::ChangePackage(to) => {
                if let Purchase::Packs { package, .. } = &mut self.rules_mut().purchase {
                    *package = to.clone();
                }
            }
            Action::ChangePacks(to) => {
                if let Purchase::Packs { packs, .. } = &mut self.rules_mut().purchase {
                    *packs = *to;
                }
            }
            Action::ChangePurchase(to) => self.rules_mut().purchase = to.clone(),
            Action::ChangeThreshold(to) => self.rules_mut().trigger = *to,
            Action::ChangeCaps(to) => {
                self.rules_mut().caps = to.clone();
                if self.off_at_cap {
                    self.enable_now();
                }
            }
            Action::RestartService => self.restart_later(),
            Action::Reverse(reversal) => self.reverse(reversal),
            Action::WinDispute(name) => self.win(*name),
            Action::ReverseUsage(reversal) => self.reverse_usage(reversal),
            Action::TopUp(order) if order.credits == Credits::ZERO => {}
            Action::TopUp(order) => {
                self.add("top_ups", 1);
                let price = self.with_tax(units(order.price));
                self.add("top_up_spend", price);
                self.last_purchase = Some(order.credits.micro());
                self.purchases += order.credits.micro();
                self.buy(Source::TopUp, Order { credits: order.credits.micro(), price });
            }
            Action::ChangePlan { plan, when, on_downgrade } => {
                self.change_plan(plan, *when, *on_downgrade == Some(Downgrade::Cut));
            }
            Action::CardExpires => self.card_works = false,
            Action::CardUpdated => self.update_card(),
            Action::Lose(one) => self.lose(*one),
            Action::Gain(one) => self.gain(*one),
        }
    }

    fn gain(&mut self, one: Prerequisite) {
        self.lose_silently(one);
        self.has.push(one);
    }

    fn lose_silently(&mut self, one: Prerequisite) {
        self.has.retain(|&other| other != one);
    }

    fn lose(&mut self, one: Prerequisite) {
        self.lose_silently(one);
        let missing = self.missing();
        self.off_at_cap &= !missing.contains(&one);
        if missing.contains(&one) && self.state != State::Off {
            self.say_missing(&missing);
            self.disable_now();
        }
    }

    fn enable_now(&mut self) {
        let missing = self.missing();
        if !missing.is_empty() {
            self.say_missing(&missing);
            return;
        }
        match self.state {
            State::Off | State::Suspended => {
                self.state = State::Armed;
                self.note_enabling();
                self.say("enabled".into());
            }
            _ if std::mem::take(&mut self.off_next) => self.say("enabled".into()),
            _ => {}
        }
    }

    fn disable_now(&mut self) {
        self.off_at_cap = false;
        match self.state {
            State::Off => {}
            State::Charging | State::Verifying => {
                self.off_next = true;
                self.say("disable_waits".into());
            }
            _ => {
                self.state = State::Off;
                self.say("disabled".into());
            }
        }
    }
}
