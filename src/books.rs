//! The books of a run: spend, use and the prepaid balance in money, per calendar month and per
//! billing cycle.
//!
//! Every purchased grant is a lot with a price per credit: the price paid ÷ the credits. Lots are
//! used in the burn-down order of contract §2, and the part of a lot that is used, expires or
//! remains is valued at its own price, so that *opening + cash paid = recognised use + breakage +
//! closing*. A value is kept in units of 10⁻¹⁰ of the currency as the lot's earlier worth less its
//! present worth, so nothing is lost however often a lot is split. Allowance has no price of its
//! own: plan fees have a separate column, and so has overage. Deliberately absent: the price of a debt, which is
//! unknown before it is repaid.

mod vintage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    BurnRank, CreditTotal, Credits, Expiry, Grant, Instant, Money, Pool, Pools, Source, Window,
    Zone,
};
use crate::engine::{Cause, Event, Fact, GivenBack, Moment, Observer, Setup, UsageRun};

use vintage::{MonthBought, VintageMoves, Vintages};

pub use vintage::VintageMonth;

/// The changes of the books in a calendar month or a billing cycle, money rounded to the minor unit
/// of the currency. Sums of rows are the rounded sums of the run, to the minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The period, cut to the horizon.
    pub window: Window,
    /// Recharges.
    pub recharges: u64,
    /// Usage events of which anything was refused.
    pub refused_events: u64,
    /// Credits requested.
    pub demanded: CreditTotal,
    /// Credits served.
    pub served: CreditTotal,
    /// Plan fees, in the period in which they are charged.
    pub plan_fees: Money,
    /// Overage, in the period in which it is billed.
    pub overage: Money,
    /// All that was paid and not paid back: plan fees, overage and credits, less refunds.
    pub total_spend: Money,
    /// Value of purchased credits at its start.
    pub opening: Money,
    /// Cash paid for credits: recharges and top-ups.
    pub cash_paid: Money,
    /// The price of the purchased credits that were used, less what was paid back beyond the price of the credits
    /// taken for it.
    pub recognised: Money,
    /// The price of the purchased credits that expired.
    pub breakage: Money,
    /// Paid back: refunds and chargebacks.
    pub refunded: Money,
    /// Value of purchased credits at its end: opening + cash paid − recognised use − breakage − refunded.
    pub closing: Money,
    /// The balance in credits.
    pub credits: CreditMovement,
}

/// What became of the balance in a period, in credits: *opening + sold + granted free + forgiven + restored −
/// used − expired − forfeited − taken back = closing*. A debt is a balance below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMovement {
    /// The balance at its start, with what the account held before the run.
    pub opening: CreditTotal,
    /// Bought by recharges and by hand.
    pub sold: CreditTotal,
    /// Allowance and gifts.
    pub granted_free: CreditTotal,
    /// Debt forgiven.
    pub forgiven: CreditTotal,
    /// Taken by usage, when it was deducted, and by standing charges, less what was given back of usage.
    pub used: CreditTotal,
    /// Purchased credits and gifts that expired.
    pub expired: CreditTotal,
    /// Allowance that was forfeited.
    pub forfeited: CreditTotal,
    /// Taken back by refunds and chargebacks.
    pub taken_back: CreditTotal,
    /// Restored by disputes that were won.
    pub restored: CreditTotal,
    /// The balance at its end.
    pub closing: CreditTotal,
}

impl CreditMovement {
    /// Adds another account's, or another period's beside it.
    pub fn add(&mut self, other: &CreditMovement) {
        for (sum, more) in [
            (&mut self.opening, other.opening),
            (&mut self.sold, other.sold),
            (&mut self.granted_free, other.granted_free),
            (&mut self.forgiven, other.forgiven),
            (&mut self.used, other.used),
            (&mut self.expired, other.expired),
            (&mut self.forfeited, other.forfeited),
            (&mut self.taken_back, other.taken_back),
            (&mut self.restored, other.restored),
            (&mut self.closing, other.closing),
        ] {
            *sum = *sum + more;
        }
    }

    /// Checks that what came and went explains the closing balance.
    pub fn ties(&self) -> bool {
        let came = self.opening + self.sold + self.granted_free + self.forgiven + self.restored;
        came == self.used + self.expired + self.forfeited + self.taken_back + self.closing
    }
}

/// Purchased credits that were left at the end of a run, by their expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnexpiredLots {
    /// The expiry; [`Instant::NEVER`] for none.
    pub expires: Instant,
    /// The credits.
    pub credits: CreditTotal,
    /// What they had cost, so rounded that all together are the closing value of the books.
    pub value: Money,
}

/// An amount of money of a statement, by the name that programs read.
type NamedMoney = (&'static str, fn(&Statement) -> Money);

impl Statement {
    /// Its amounts of money by the names that programs read.
    pub const MONEY: [NamedMoney; 9] = [
        ("plan_fees", |row| row.plan_fees),
        ("overage_spend", |row| row.overage),
        ("total_spend", |row| row.total_spend),
        ("prepaid_at_start", |row| row.opening),
        ("cash_paid", |row| row.cash_paid),
        ("recognised_use", |row| row.recognised),
        ("breakage", |row| row.breakage),
        ("prepaid_at_end", |row| row.closing),
        ("refunded", |row| row.refunded),
    ];

    /// Credits refused.
    pub fn refused(&self) -> CreditTotal {
        self.demanded - self.served
    }
}

/// The price of a whole grant in units of 10⁻¹⁰, and what is left of its credits.
#[derive(Clone, Copy, Debug)]
struct Lot {
    price: u128,
    amount: u64,
    left: u64,
    /// Whether it expires as a part of a cycle's start.
    with_cycle: bool,
    /// The purchase it is of, by source and number.
    purchase: Option<(Source, u64)>,
    /// The month in which it was bought.
    bought: MonthBought,
}

impl Lot {
    fn new(
        price: Money,
        amount: Credits,
        with_cycle: bool,
        purchase: Option<(Source, u64)>,
        bought: MonthBought,
    ) -> Lot {
        let price = price.units().expect("a price has at most six decimals and is not negative");
        let amount = micro(amount);
        Lot { price, amount, left: amount, with_cycle, purchase, bought }
    }

    /// Value of the rest, rounded half-even like [`Money::cost_of`].
    fn worth(self) -> u128 {
        let (amount, left) = (u128::from(self.amount), u128::from(self.left));
        let whole = self.price / amount * left;
        let part = self.price % amount * left;
        let (quotient, rest) = (whole + part / amount, part % amount);
        let up = 2 * rest > amount || (2 * rest == amount && quotient % 2 == 1);
        quotient + u128::from(up)
    }

    /// Takes credits from what is left; returns what they had cost.
    fn take(&mut self, credits: u64) -> u128 {
        let before = self.worth();
        self.left -= credits;
        before - self.worth()
    }
}

/// The place of a lot in the burn-down order: rank, expiry, age.
type BurnPlace = (BurnRank, Instant, u64);

/// The sums of the books since the start of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Grants, allowance among them.
    grants: u64,
    recharges: u64,
    /// Manual top-ups.
    top_ups: u64,
    refused_events: u64,
    demanded: CreditTotal,
    served: CreditTotal,
    plan_fees: u128,
    overage: u128,
    cash_paid: u128,
    /// Below zero where more is paid back than the credits taken for it had cost.
    recognised: i128,
    breakage: u128,
    refunded: u128,
    sold: CreditTotal,
    granted_free: CreditTotal,
    forgiven: CreditTotal,
    used: CreditTotal,
    expired: CreditTotal,
    forfeited: CreditTotal,
    taken_back: CreditTotal,
    restored: CreditTotal,
}

impl Sums {
    /// The balance that follows from what the account held before.
    fn balance(&self, before: CreditTotal) -> CreditTotal {
        let came = before + self.sold + self.granted_free + self.forgiven + self.restored;
        came - self.used - self.expired - self.forfeited - self.taken_back
    }
}

/// Periods in a row, each with the sums at its end.
#[derive(Clone, Debug, Default)]
struct Closed {
    windows: Vec<Window>,
    sums: Vec<Sums>,
}

impl Closed {
    /// The period that is open.
    fn open(&self) -> Option<Window> {
        self.windows.get(self.sums.len()).copied()
    }

    /// Closes every period that ends at `at` or before, but the last.
    fn roll(&mut self, at: Instant, sums: Sums) {
        while self.sums.len() + 1 < self.windows.len()
            && self.open().is_some_and(|window| window.to <= at)
        {
            self.sums.push(sums);
        }
    }
}

/// Keeps the books of a run.
#[derive(Clone, Debug)]
pub struct Books {
    horizon: Window,
    minor: u32,
    lots: BTreeMap<BurnPlace, Lot>,
    /// Value of credits purchased before the run.
    opening: u128,
    /// All credits from before the run.
    held_before: CreditTotal,
    sums: Sums,
    months: Closed,
    cycles: Closed,
    vintages: Vintages,
}

impl Books {
    /// Listens to a run of `setup`, with the calendar months of `zone` and amounts of `minor` decimals.
    pub fn new(setup: &Setup, zone: Zone, minor: u32) -> Books {
        Books {
            horizon: setup.horizon,
            minor,
            lots: BTreeMap::new(),
            opening: 0,
            held_before: CreditTotal::ZERO,
            sums: Sums::default(),
            months: Closed { windows: months(setup.horizon, zone), sums: Vec::new() },
            cycles: Closed::default(),
            vintages: Vintages::default(),
        }
    }

    /// The books per calendar month of the scenario's zone. Complete when the run has ended.
    pub fn months(&self) -> Vec<Statement> {
        self.statements(&self.months)
    }

    /// The books per billing cycle. Complete when the run has ended.
    pub fn cycles(&self) -> Vec<Statement> {
        self.statements(&self.cycles)
    }

    /// The books of the whole run. Complete when it has ended.
    pub fn total(&self) -> Statement {
        self.statement(self.horizon, &Sums::default(), &self.sums)
    }

    /// The purchased credits that are left, by expiry. Complete when the run has ended.
    pub fn unexpired(&self) -> Vec<UnexpiredLots> {
        let mut by_expiry: BTreeMap<Instant, (CreditTotal, u128)> = BTreeMap::new();
        for (&(_, expires, _), lot) in &self.lots {
            let (credits, worth) = by_expiry.entry(expires).or_default();
            *credits = *credits + CreditTotal::from_micro(i128::from(lot.left));
            *worth += lot.worth();
        }
        let mut before = 0;
        let row = |(expires, (credits, worth)): (Instant, (CreditTotal, u128))| {
            let value = self.round(before + worth) - self.round(before);
            before += worth;
            UnexpiredLots { expires, credits, value: Money::of_minor(value, self.minor) }
        };
        by_expiry.into_iter().map(row).collect()
    }

    /// What became of the purchases of each month, month by month; rows of a month add up to its statement. Complete when
    /// the run has ended.
    pub fn vintages(&self) -> Vec<VintageMonth> {
        let run = (self.months.sums.len(), self.horizon.to);
        self.vintages.rows(run, self.opening, |units| self.round(units))
    }

    /// The changes of a vintage in the present month.
    fn of_vintage(&mut self, bought: MonthBought) -> &mut VintageMoves {
        self.vintages.at(self.months.sums.len(), bought)
    }

    /// The month in which a purchase was made; `None` for what is none of the run.
    fn bought(&self, purchase: Option<(Source, u64)>) -> MonthBought {
        let (source, number) = purchase?;
        let made = |sums: &Sums| match source {
            Source::Recharge => sums.recharges,
            _ => sums.top_ups,
        };
        let month = self.months.sums.partition_point(|sums| made(sums) < number);
        Some(u32::try_from(month).expect("a horizon has fewer months"))
    }

    /// The month in which a grant without a number was bought, which no dispute gives back later; `None` for what is none of the run.
    fn bought_by_age(&self, grant: &Grant) -> MonthBought {
        match grant.source {
            Source::Recharge | Source::TopUp => {}
            Source::Opening | Source::Gift | Source::Allowance => return None,
        }
        let age = u64::from(grant.lot);
        let month = self.months.sums.partition_point(|sums| sums.grants <= age);
        Some(u32::try_from(month).expect("a horizon has fewer months"))
    }

    /// Counts the use of a vintage, below zero where it is taken back.
    fn recognise(&mut self, bought: MonthBought, units: i128) {
        self.sums.recognised += units;
        self.of_vintage(bought).recognised += units;
    }

    fn statements(&self, closed: &Closed) -> Vec<Statement> {
        let mut before = Sums::default();
        let row = |(&window, &after): (&Window, &Sums)| {
            let statement = self.statement(window, &before, &after);
            before = after;
            statement
        };
        closed.windows.iter().zip(&closed.sums).map(row).collect()
    }

    /// The changes between two sums. Cumulative amounts are rounded and their differences taken;
    /// the rounding remainder goes to recognised use.
    fn statement(&self, window: Window, before: &Sums, after: &Sums) -> Statement {
        let of = |amount: fn(&Sums) -> u128| self.round(amount(after)) - self.round(amount(before));
        let held = |sums: &Sums| {
            let came = (self.opening + sums.cash_paid) as i128 - sums.recognised;
            let held = came - (sums.breakage + sums.refunded) as i128;
            self.round(u128::try_from(held).expect("what is held is not below zero"))
        };
        let money = |amount: i128| Money::of_minor(amount, self.minor);
        let (cash_paid, breakage) = (of(|sums| sums.cash_paid), of(|sums| sums.breakage));
        let refunded = of(|sums| sums.refunded);
        let (opening, closing) = (held(before), held(after));
        Statement {
            window,
            recharges: after.recharges - before.recharges,
            refused_events: after.refused_events - before.refused_events,
            demanded: after.demanded - before.demanded,
            served: after.served - before.served,
            plan_fees: money(of(|sums| sums.plan_fees)),
            overage: money(of(|sums| sums.overage)),
            total_spend: money(
                of(|sums| sums.plan_fees + sums.overage + sums.cash_paid) - refunded,
            ),
            opening: money(opening),
            cash_paid: money(cash_paid),
            recognised: money(opening + cash_paid - breakage - refunded - closing),
            breakage: money(breakage),
            refunded: money(refunded),
            closing: money(closing),
            credits: self.movement(before, after),
        }
    }

    /// What became of the balance between two sums.
    fn movement(&self, before: &Sums, after: &Sums) -> CreditMovement {
        CreditMovement {
            opening: before.balance(self.held_before),
            sold: after.sold - before.sold,
            granted_free: after.granted_free - before.granted_free,
            forgiven: after.forgiven - before.forgiven,
            used: after.used - before.used,
            expired: after.expired - before.expired,
            forfeited: after.forfeited - before.forfeited,
            taken_back: after.taken_back - before.taken_back,
            restored: after.restored - before.restored,
            closing: after.balance(self.held_before),
        }
    }

    /// Units of 10⁻¹⁰ in minor units of the currency, rounded half-even.
    fn round(&self, units: u128) -> i128 {
        let minor = 10_u128.pow(Money::UNIT_DECIMALS - self.minor);
        let (quotient, rest) = (units / minor, units % minor);
        let up = 2 * rest > minor || (2 * rest == minor && quotient % 2 == 1);
        i128::try_from(quotient + u128::from(up)).expect("the engine counts money in 96 bits")
    }

    fn start_cycle(&mut self, cycle: Window) {
        if self.cycles.open().is_some() {
            self.cycles.sums.push(self.sums);
        }
        let from = cycle.from.max(self.horizon.from);
        self.cycles.windows.push(Window { from, to: cycle.to.min(self.horizon.to) });
    }

    fn granted(&mut self, moment: &Moment, grant: Granted) {
        if moment.after.allowance != moment.before.allowance || grant.source == Source::Allowance {
            return;
        }
        let purchase = grant.number.map(|number| (grant.source, number));
        let bought = self.bought(purchase);
        let mut lot = Lot::new(grant.price, grant.credits, grant.with_cycle, purchase, bought);
        match grant.source {
            Source::Opening => self.opening += lot.price,
            Source::Recharge | Source::TopUp => {
                self.sums.cash_paid += lot.price;
                self.of_vintage(bought).paid += lot.price;
                self.vintages.expires(bought, grant.expires);
            }
            // A gift costs nothing, and allowance is no lot.
            Source::Gift | Source::Allowance => {}
        }
        // Usage that a debt covered was served before, and gets its price now.
        let repaid = micro(moment.before.owed) - micro(moment.after.owed);
        self.recognise(bought, lot.take(repaid) as i128);
        if lot.left > 0 {
            self.lots.insert((grant.rank, grant.expires, grant.age), lot);
        }
    }

    /// Counts a grant; returns its age.
    fn next_age(&mut self) -> u64 {
        self.sums.grants += 1;
        self.sums.grants - 1
    }

    /// A dispute was won: credits come back as a grant of their own.
    fn restored(&mut self, moment: &Moment, mut grant: Granted) {
        self.sums.restored += grant.credits;
        if grant.credits.is_positive() {
            grant.age = self.next_age();
            return self.granted(moment, grant);
        }
        // What it had taken nothing for is used at its price again.
        let paid = units(grant.price);
        let bought = self.bought(grant.number.map(|number| (grant.source, number)));
        self.sums.cash_paid += paid;
        self.of_vintage(bought).paid += paid;
        self.recognise(bought, paid as i128);
    }

    /// The end of the run, which ends a month and a cycle.
    fn close(&mut self, moment: &Moment) {
        let explained = self.sums.balance(self.held_before);
        assert_eq!(explained, moment.after.balance().into(), "the books explain the balance");
        self.months.sums.push(self.sums);
        self.cycles.sums.push(self.sums);
    }

    /// Credits that were used come back to the lots that they were taken from, at their price.
    fn give_back(&mut self, back: &GivenBack) {
        let grant = &back.grant;
        if grant.pool == Pool::Allowance {
            return;
        }
        let purchase = (grant.number > 0).then_some((grant.source, grant.number));
        let bought = match purchase {
            Some(_) => self.bought(purchase),
            None => self.bought_by_age(grant),
        };
        if back.ended {
            let cost = grant.price.cost_of(back.credits, grant.amount).expect("the engine told it");
            self.recognise(bought, -(units(cost) as i128));
            // The engine tells next that it has expired, without the lot.
            self.of_vintage(bought).breakage += units(cost);
            return;
        }
        let (place, with_cycle) = (
            (grant.rank, grant.expiry.instant(), u64::from(grant.lot)),
            matches!(grant.expiry, Expiry::WithCycle(_)),
        );
        let lot = Lot::new(grant.price, grant.amount, with_cycle, purchase, bought);
        let used_up = Lot { left: 0, ..lot };
        let lot = self.lots.entry(place).or_insert(used_up);
        let before = lot.worth();
        // A debt that it repays is used at once, at the price of the lot.
        lot.left += micro(back.credits) - micro(back.repaid);
        let (worth, is_empty) = (lot.worth() - before, lot.left == 0);
        self.recognise(bought, -(worth as i128));
        if is_empty {
            self.lots.remove(&place);
        }
    }

    /// Counts a purchase; returns its number among those of its source.
    fn number(&mut self, source: Source) -> Option<u64> {
        let count = match source {
            Source::Recharge => &mut self.sums.recharges,
            Source::TopUp => &mut self.sums.top_ups,
            Source::Opening | Source::Gift | Source::Allowance => return None,
        };
        *count += 1;
        Some(*count)
    }

    /// Millionths of credits that burn before the allowance.
    fn burns_before_allowance(&self) -> u64 {
        let before = |&(&(rank, ..), _): &(&BurnPlace, &Lot)| rank < BurnRank::ALLOWANCE;
        self.lots.iter().take_while(before).map(|(_, lot)| lot.left).sum()
    }

    /// Uses purchased credits in burn-down order.
    fn burn(&mut self, credits: u64) {
        let mut rest = credits;
        while rest > 0 {
            let mut first = self.lots.first_entry().expect("what is burnt was purchased");
            let lot = first.get_mut();
            let taken = rest.min(lot.left);
            let (bought, cost) = (lot.bought, lot.take(taken));
            rest -= taken;
            if lot.left == 0 {
                first.remove();
            }
            self.recognise(bought, cost as i128);
        }
    }

    /// Credits of a purchase are taken back, then others in burn-down order; what is paid back beyond their price makes
    /// the use of the purchase cheaper.
    fn reverse(&mut self, moment: &Moment, purchase: (Source, u64), of_lot: Credits, money: Money) {
        let refunded = units(money);
        self.sums.refunded += refunded;
        let bought = self.bought(Some(purchase));
        self.of_vintage(bought).refunded += refunded;
        let (mut rest, mut taken_back) = (micro(of_lot), 0);
        for lot in self.lots.values_mut().filter(|lot| lot.purchase == Some(purchase)) {
            let taken = rest.min(lot.left);
            taken_back += lot.take(taken) as i128;
            rest -= taken;
        }
        self.lots.retain(|_, lot| lot.left > 0);
        self.recognise(bought, taken_back - refunded as i128);
        self.burn(purchased(moment.before, moment.after) - micro(of_lot));
    }

    /// The first lot in burn-down order that ends now expires: as a part of the cycle's start, or by
    /// itself.
    fn expire(&mut self, moment: &Moment, credits: Credits) {
        let with_cycle = moment.cause != Cause::Scheduled(Event::Expiry);
        let ends = |&(&(_, expires, _), lot): &(&BurnPlace, &Lot)| {
            expires <= moment.at && lot.with_cycle == with_cycle
        };
        let place = self.lots.iter().find(ends).map(|(&place, _)| place);
        let place = place.expect("what expires was purchased");
        let lot = self.lots.remove(&place).expect("it was found above");
        assert_eq!(lot.left, micro(credits), "lots burn in the order of the account");
        self.sums.breakage += lot.worth();
        self.of_vintage(lot.bought).breakage += lot.worth();
        self.sums.expired += credits;
    }

    /// Adds what of a run of usage comes after `done`, up to `part`.
    fn add(&mut self, run: &UsageRun<'_>, part: RunPart, done: RunPart) {
        if run.refused().is_positive() {
            self.sums.refused_events += part.events - done.events;
        }
        self.sums.demanded += difference(part.demanded, done.demanded);
        self.sums.served += difference(part.served, done.served);
        self.sums.used += difference(part.used, done.used);
        self.burn(part.burnt - done.burnt);
    }
}

/// The first events of a run of usage.
#[derive(Clone, Copy, Default)]
struct RunPart {
    events: u64,
    demanded: Credits,
    served: Credits,
    /// What they take from the balance.
    used: Credits,
    /// Millionths of purchased credits that they use.
    burnt: u64,
}

impl RunPart {
    fn all(run: &UsageRun<'_>) -> RunPart {
        let burnt = purchased(run.before, run.after);
        let used = difference(run.before.balance(), run.after.balance());
        RunPart { events: run.events, demanded: run.demanded, served: run.served, used, burnt }
    }

    /// The events before an instant. Several are served or refused in full, and use first what quotas of the plan serve, then
    /// what burns before the allowance (`first` millionths), then the allowance.
    fn before(run: &UsageRun<'_>, at: Instant, first: u64) -> RunPart {
        let (events, demanded) = run.before(at);
        let served = if run.refused().is_positive() { Credits::ZERO } else { demanded };
        let (asked, allowance) = (micro(served), micro(run.before.allowance));
        let beyond = asked.min(first) + asked.saturating_sub(first + allowance);
        let burnt = beyond.min(purchased(run.before, run.after));
        let used = difference(served, run.included.min(served));
        let used = used.min(difference(run.before.balance(), run.after.balance()));
        RunPart { events, demanded, served, used, burnt }
    }
}

/// Millionths of purchased credits that were used between two balances.
fn purchased(before: Pools, after: Pools) -> u64 {
    micro(before.purchased) - micro(after.purchased)
}

/// The difference between a longer and a shorter part of a run.
fn difference(more: Credits, less: Credits) -> Credits {
    Credits::from_micro(more.micro() - less.micro())
}

/// Credits that arrived.
#[derive(Clone, Copy)]
struct Granted {
    source: Source,
    credits: Credits,
    price: Money,
    expires: Instant,
    with_cycle: bool,
    rank: BurnRank,
    /// Of a purchase, its number among those of its source.
    number: Option<u64>,
    /// Its number among all grants, in order of arrival.
    age: u64,
}

/// Money in units of 10⁻¹⁰.
fn units(money: Money) -> u128 {
    money.units().expect("the engine counted it in these units")
}

/// Millionths of credits that are not below zero.
fn micro(credits: Credits) -> u64 {
    u64::try_from(credits.micro()).expect("pools and grants are not below zero")
}

/// The calendar months that a horizon touches, cut to it.
pub fn months(horizon: Window, zone: Zone) -> Vec<Window> {
    let mut months = Vec::new();
    let mut from = horizon.from;
    while from < horizon.to {
        let to = zone.month(from).to.min(horizon.to);
        months.push(Window { from, to });
        from = to;
    }
    months
}

/// Returns true if a fact is part of the end of a cycle, which belongs to the month that ends with
/// it.
fn ends_cycle(moment: &Moment, fact: &Fact<'_>) -> bool {
    let at_end = matches!(moment.cause, Cause::Scheduled(Event::CycleStart) | Cause::End);
    at_end
        && matches!(
            fact,
            Fact::OverageBilled { .. }
                | Fact::Expired { .. }
                | Fact::Forfeited { .. }
                | Fact::Forgiven { .. }
        )
}

impl Observer for Books {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        if !ends_cycle(moment, fact) {
            self.months.roll(moment.at, self.sums);
        }
        match *fact {
            Fact::CycleStarted { cycle, .. } => self.start_cycle(cycle),
            Fact::FeeCharged { fee, .. } => {
                self.sums.plan_fees += units(fee);
            }
            Fact::OverageBilled { price, .. } => {
                self.sums.overage += units(price);
            }
            Fact::Granted { source, credits, price, expires, with_cycle, rank } => {
                let (number, age) = (self.number(source), self.next_age());
                match source {
                    Source::Opening => self.held_before += credits,
                    Source::Allowance | Source::Gift => self.sums.granted_free += credits,
                    Source::Recharge | Source::TopUp => self.sums.sold += credits,
                }
                let of = Granted { source, credits, price, expires, with_cycle, rank, number, age };
                self.granted(moment, of);
            }
            Fact::Restored { source, number, credits, price, expires, with_cycle, rank } => {
                let (number, age) = (Some(number), 0);
                let of = Granted { source, credits, price, expires, with_cycle, rank, number, age };
                self.restored(moment, of);
            }
            Fact::Reversed { source, number, of_lot, money, .. } => {
                self.sums.taken_back += difference(moment.before.balance(), moment.after.balance());
                self.reverse(moment, (source, number), of_lot, money);
            }
            Fact::UsageReversed { lots, .. } => {
                self.sums.used += difference(moment.before.balance(), moment.after.balance());
                lots.iter().for_each(|back| self.give_back(back));
            }
            // It came back after its end, to be gone at once.
            Fact::Expired { credits, cost, .. }
                if moment.cause == Cause::Scheduled(Event::Action) =>
            {
                self.sums.breakage += units(cost);
                self.sums.expired += credits;
            }
            Fact::Expired { credits, .. } => self.expire(moment, credits),
            Fact::Forfeited { credits } => self.sums.forfeited += credits,
            Fact::Forgiven { credits } => self.sums.forgiven += credits,
            Fact::Deducted { .. } | Fact::StandingCharged { .. } => {
                self.sums.used += difference(moment.before.balance(), moment.after.balance());
                self.burn(purchased(moment.before, moment.after));
            }
            Fact::Ended { .. } => self.close(moment),
            _ => {}
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        self.months.roll(run.first, self.sums);
        let mut done = RunPart::default();
        let first = self.burns_before_allowance();
        // A month that ends within the run has its part of it.
        while let Some(month) = self.months.open().filter(|month| month.to <= run.last) {
            let part = RunPart::before(run, month.to, first);
            self.add(run, part, done);
            done = part;
            self.months.roll(month.to, self.sums);
        }
        self.add(run, RunPart::all(run), done);
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}
