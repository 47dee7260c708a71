//! An observer that keeps the data of charts: the balance over time, its marks, downtime and
//! refused usage.
//!
//! Time is cut into a bounded number of buckets, so memory does not grow with usage; a bucket keeps
//! its first, lowest, highest and last balance (which draws the same line as every event) and
//! counts everything else, so that no event is too short to be visible. The figures of contract §11
//! are not computed here.

mod refusals;

pub use refusals::{DayOfRefusals, Hours, Refusals, WeekdayOfRefusals};

use std::cmp::Reverse;

use chrono::{Datelike, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::domain::{CreditTotal, Credits, Duration, Instant, Money, Pools, Source, Window, Zone};
use crate::engine::{Fact, Moment, Observer, State, UsageRun};
use crate::figures::sum;

/// An event that is counted in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A recharge that succeeded.
    Recharge,
    /// A manual top-up.
    TopUp,
    /// A charge that failed.
    FailedAttempt,
    /// The trigger came to hold while a cap forbade a recharge.
    CapHit,
    /// Auto-recharge was suspended.
    Suspension,
}

impl Occurrence {
    /// All marks, in the order of reports.
    pub const ALL: [Occurrence; 5] = [
        Occurrence::Recharge,
        Occurrence::TopUp,
        Occurrence::FailedAttempt,
        Occurrence::CapHit,
        Occurrence::Suspension,
    ];
}

/// A state with a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spell {
    /// An outage.
    Outage,
    /// The trigger holds and a cap forbids.
    Capped,
    /// The bank waits for the cardholder.
    Verifying,
    /// Auto-recharge is suspended after failures.
    Suspended,
    /// Auto-recharge is off.
    Off,
}

impl Spell {
    /// All spells, in the order of reports.
    pub const ALL: [Spell; 5] =
        [Spell::Outage, Spell::Capped, Spell::Verifying, Spell::Suspended, Spell::Off];

    /// The spell that a state of auto-recharge is shown as, if it is shown.
    fn of(state: State) -> Option<Spell> {
        match state {
            State::Off => Some(Spell::Off),
            State::Capped => Some(Spell::Capped),
            State::Verifying => Some(Spell::Verifying),
            State::Suspended => Some(Spell::Suspended),
            State::Armed | State::Cooling | State::Charging | State::Backoff => None,
        }
    }
}

/// The balance at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The instant.
    pub at: Instant,
    /// The balance by pool.
    pub pools: Pools,
}

/// The first, lowest, highest and last balance of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first: Sample,
    low: Sample,
    high: Sample,
    last: Sample,
    low_after_high: bool,
}

/// A stretch of time that is drawn as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    range: Option<Range>,
    marks: [u64; Occurrence::ALL.len()],
    spells: [Duration; Spell::ALL.len()],
    spent: Money,
    /// The level of the trigger at its end, if it moved in it.
    level: Option<Credits>,
}

impl Bucket {
    fn add(&mut self, sample: Sample) {
        let fresh =
            Range { first: sample, low: sample, high: sample, last: sample, low_after_high: false };
        let range = self.range.get_or_insert(fresh);
        let balance = sample.pools.balance();
        if balance < range.low.pools.balance() {
            range.low = sample;
            range.low_after_high = true;
        }
        if balance > range.high.pools.balance() {
            range.high = sample;
            range.low_after_high = false;
        }
        range.last = sample;
    }

    /// The balances in it that matter, in time order.
    pub fn samples(&self) -> impl Iterator<Item = Sample> {
        let told = self.range.map(|range| {
            let (a, b) = match range.low_after_high {
                true => (range.high, range.low),
                false => (range.low, range.high),
            };
            [range.first, a, b, range.last]
        });
        told.into_iter().flatten()
    }

    /// Number of these events in it.
    pub fn marks(&self, mark: Occurrence) -> u64 {
        self.marks.get(mark as usize).copied().unwrap_or_default()
    }

    /// Duration of this spell in it.
    pub fn lasted(&self, spell: Spell) -> Duration {
        self.spells.get(spell as usize).copied().unwrap_or_default()
    }

    /// Money spent in it.
    pub fn spent(&self) -> Money {
        self.spent
    }

    /// The level of the trigger at its end, if it moved in it.
    pub fn level(&self) -> Option<Credits> {
        self.level
    }
}

/// The width of a column of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week from Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Grain {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Grain::Minute => "minute",
            Grain::Hour => "hour",
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Year => "year",
        }
    }

    /// The finest that cuts a horizon into not too many columns.
    fn of(horizon: Window) -> Grain {
        match horizon.to.since(horizon.from).millis() / Duration::HOUR.millis() {
            ..5 => Grain::Minute,
            5..200 => Grain::Hour,
            200..9_600 => Grain::Day,
            9_600..67_200 => Grain::Week,
            67_200..290_000 => Grain::Month,
            _ => Grain::Year,
        }
    }

    /// The local time at which the column around `local` begins.
    fn first(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = local.date();
        let date = match self {
            Grain::Minute => return local.with_second(0)?.with_nanosecond(0),
            Grain::Hour => return local.with_minute(0)?.with_second(0)?.with_nanosecond(0),
            Grain::Day => Some(date),
            Grain::Week => {
                date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))
            }
            Grain::Month => date.with_day(1),
            Grain::Year => date.with_day(1).and_then(|date| date.with_month(1)),
        };
        date.map(|date| date.and_time(NaiveTime::MIN))
    }

    fn next(self, first: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Grain::Minute => first.checked_add_signed(TimeDelta::minutes(1)),
            Grain::Hour => first.checked_add_signed(TimeDelta::hours(1)),
            Grain::Day => first.checked_add_days(Days::new(1)),
            Grain::Week => first.checked_add_days(Days::new(7)),
            Grain::Month => first.checked_add_months(Months::new(1)),
            Grain::Year => first.checked_add_months(Months::new(12)),
        }
    }
}

/// A column of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayColumn {
    /// The cycle, cut to the horizon.
    pub window: Window,
    /// Downtime in it.
    pub down: Duration,
}

/// The purchases of a cycle, and the part that later expired unused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct CyclePurchases {
    /// The earliest and the latest expiry of what was bought.
    expires: Option<(Instant, Instant)>,
    wasted: Money,
}

/// The state of auto-recharge while service was down or usage was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateHarm {
    /// The state.
    pub state: State,
    /// Downtime meanwhile.
    pub down: Duration,
    /// Credits refused in that state.
    pub refused: CreditTotal,
}

/// The data of a run's charts.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    horizon: Window,
    zone: Zone,
    /// Milliseconds of a bucket.
    width: i64,
    buckets: Vec<Bucket>,
    grain: Grain,
    columns: Vec<DayColumn>,
    cycles: Vec<CyclePurchases>,
    refusals: Refusals,
    causes: Vec<StateHarm>,
    /// The state in an open outage, and the instant from which its downtime is still to be added.
    open: Option<(State, Instant)>,
    state: Option<(State, Instant)>,
    /// Whether the account has yet to get what it begins with: it holds nothing only until then.
    opens: bool,
}

impl Series {
    /// Maximum number of buckets.
    pub const MOST: i64 = 1_000;

    /// Listens to a run over `horizon`, with the calendar of `zone`.
    pub fn new(horizon: Window, zone: Zone) -> Series {
        let length = horizon.to.since(horizon.from).millis().max(1);
        let width = (length + Series::MOST - 1) / Series::MOST;
        let count = (length + width - 1) / width;
        let grain = Grain::of(horizon);
        Series {
            horizon,
            zone,
            width,
            buckets: vec![Bucket::default(); count as usize],
            grain,
            columns: columns(horizon, zone, grain),
            cycles: Vec::new(),
            refusals: Refusals::default(),
            causes: Vec::new(),
            open: None,
            state: None,
            opens: true,
        }
    }

    /// The horizon.
    pub fn horizon(&self) -> Window {
        self.horizon
    }

    /// The buckets in time order, each with its window.
    pub fn buckets(&self) -> impl Iterator<Item = (Window, &Bucket)> {
        (0..).zip(&self.buckets).map(|(index, bucket)| (self.window(index), bucket))
    }

    /// Number of these events.
    pub fn marks(&self, mark: Occurrence) -> u64 {
        self.buckets.iter().map(|bucket| bucket.marks(mark)).sum()
    }

    /// Duration of this spell.
    pub fn lasted(&self, spell: Spell) -> Duration {
        self.buckets.iter().fold(Duration::ZERO, |sum, bucket| sum.plus(bucket.lasted(spell)))
    }

    /// The width of the calendar's columns.
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// The calendar over the horizon.
    pub fn columns(&self) -> &[DayColumn] {
        &self.columns
    }

    /// Refused usage by time.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// The states of auto-recharge while service was down, the one with most refusals first.
    pub fn causes(&self) -> Vec<StateHarm> {
        let mut causes = self.causes.clone();
        causes
            .sort_by_key(|cause| Reverse((cause.refused, cause.down, Reverse(cause.state.name()))));
        causes
    }

    /// The cost of purchases of cycle `index` that expired unused.
    pub fn wasted(&self, index: usize) -> Money {
        self.cycles.get(index).map_or(Money::ZERO, |cycle| cycle.wasted)
    }

    fn window(&self, index: i64) -> Window {
        let from = self.horizon.from.plus(Duration::from_millis(index * self.width));
        let to = from.plus(Duration::from_millis(self.width)).min(self.horizon.to);
        Window { from, to }
    }

    /// The bucket around an instant; the last one for the horizon's end.
    fn index(&self, at: Instant) -> usize {
        let index = at.since(self.horizon.from).millis() / self.width;
        (index as usize).min(self.buckets.len().saturating_sub(1))
    }

    fn bucket(&mut self, at: Instant) -> Option<&mut Bucket> {
        let index = self.index(at);
        self.buckets.get_mut(index)
    }

    fn sample(&mut self, at: Instant, pools: Pools) {
        if let Some(bucket) = self.bucket(at) {
            bucket.add(Sample { at, pools });
        }
    }

    /// Whether the account gets what it begins with, in place of the nothing that it held before.
    fn opens_with(&mut self, at: Instant, fact: &Fact<'_>) -> bool {
        let Fact::Granted { source, .. } = fact else { return false };
        let is_given = matches!(source, Source::Allowance | Source::Opening | Source::Gift);
        self.opens &= is_given && at == self.horizon.from;
        if let Some(first) = self.buckets.first_mut().filter(|_| self.opens) {
            first.range = None;
        }
        self.opens
    }

    fn mark(&mut self, at: Instant, mark: Occurrence) {
        let bucket = self.bucket(at);
        if let Some(count) = bucket.and_then(|bucket| bucket.marks.get_mut(mark as usize)) {
            *count += 1;
        }
    }

    /// Records a spell from `from` to `to`; one without duration counts as a millisecond, to be
    /// visible.
    fn last(&mut self, spell: Spell, from: Instant, to: Instant) {
        let to = to.max(from.plus(Duration::from_millis(1)));
        for index in self.index(from)..=self.index(to) {
            let window = self.window(index as i64);
            let inside = to.min(window.to).since(from.max(window.from));
            let bucket = self.buckets.get_mut(index);
            if let Some(lasted) = bucket.and_then(|b| b.spells.get_mut(spell as usize)) {
                *lasted = lasted.plus(inside);
            }
        }
    }

    /// Notes the state of auto-recharge.
    fn turn(&mut self, at: Instant, state: State, end: bool) {
        let (before, since) = *self.state.get_or_insert((state, at));
        if before == state && !end {
            return;
        }
        self.state = Some((state, at));
        if let Some((down, since)) = self.open {
            self.cause(down).down = self.cause(down).down.plus(at.since(since));
            self.open = Some((state, at));
        }
        if let Some(spell) = Spell::of(before)
            && at > since
        {
            self.last(spell, since, at);
        }
    }

    fn close_outage(&mut self, opened: Instant, at: Instant) {
        self.last(Spell::Outage, opened, at);
        let from = self.columns.partition_point(|column| column.window.to <= opened);
        for column in self.columns.iter_mut().skip(from) {
            if column.window.from >= at {
                break;
            }
            let inside = at.min(column.window.to).since(opened.max(column.window.from));
            column.down = column.down.plus(inside);
        }
        if let Some((state, since)) = self.open.take() {
            self.cause(state).down = self.cause(state).down.plus(at.since(since));
        }
    }

    fn cause(&mut self, state: State) -> &mut StateHarm {
        let known = self.causes.iter().position(|cause| cause.state == state);
        let place = known.unwrap_or(self.causes.len());
        if known.is_none() {
            self.causes.push(StateHarm { state, down: Duration::ZERO, refused: CreditTotal::ZERO });
        }
        &mut self.causes[place]
    }

    fn refuse(&mut self, at: Instant, state: State, credits: Credits) {
        self.refusals.add(self.zone, at, credits);
        self.cause(state).refused += credits;
    }

    fn spend(&mut self, at: Instant, money: Money) {
        if let Some(bucket) = self.bucket(at) {
            bucket.spent = sum(bucket.spent, money);
        }
    }

    fn buy(&mut self, expires: Instant) {
        let Some(cycle) = self.cycles.last_mut() else { return };
        let (first, last) = cycle.expires.unwrap_or((expires, expires));
        cycle.expires = Some((first.min(expires), last.max(expires)));
    }

    /// Attributes expired credits to the latest cycle that bought credits expiring now.
    fn waste(&mut self, at: Instant, cost: Money) {
        let bought_here = |cycle: &&mut CyclePurchases| {
            cycle.expires.is_some_and(|(first, last)| first <= at && at <= last)
        };
        if let Some(cycle) = self.cycles.iter_mut().rev().find(bought_here) {
            cycle.wasted = sum(cycle.wasted, cost);
        }
    }
}

/// The calendar over a horizon, one column per grain. Local times that a clock change skips get no
/// column.
fn columns(horizon: Window, zone: Zone, grain: Grain) -> Vec<DayColumn> {
    let mut columns = Vec::new();
    let mut from = horizon.from;
    let mut local = grain.first(zone.local(from));
    while from < horizon.to {
        local = local.and_then(|local| grain.next(local));
        let next = local.map_or(Some(Instant::NEVER), |local| zone.instant(local));
        let to = next.unwrap_or(Instant::NEVER).min(horizon.to);
        if to > from {
            columns.push(DayColumn { window: Window { from, to }, down: Duration::ZERO });
            from = to;
        }
    }
    columns
}

/// What a run of usage leaves after the first `burnt` of it, the allowance first (contract §2), or what was bought or
/// given where that went while allowance was left. What is not owed after the run is overage.
fn burn(run: &UsageRun<'_>, burnt: Credits) -> Pools {
    let mut pools = run.before;
    let mut left = burnt.micro();
    let (allowance, purchased) = (run.before.allowance, run.before.purchased);
    let most = [allowance, purchased].map(Credits::micro);
    let gone = purchased.micro() - run.after.purchased.micro();
    let in_turn = match run.after.allowance.is_positive() {
        true => [(&mut pools.purchased, gone), (&mut pools.allowance, most[0])],
        false => [(&mut pools.allowance, most[0]), (&mut pools.purchased, most[1])],
    };
    for (pool, most) in in_turn {
        let taken = left.min(most).max(0);
        *pool = Credits::from_micro(pool.micro() - taken);
        left -= taken;
    }
    let owed = Credits::from_micro(pools.owed.micro().saturating_add(left));
    pools.owed = owed.min(run.after.owed);
    pools
}

impl Observer for Series {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        let at = moment.at;
        if !self.opens_with(at, fact) {
            self.sample(at, moment.before);
        }
        self.sample(at, moment.after);
        self.turn(at, moment.state, matches!(fact, Fact::Ended { .. }));
        match *fact {
            Fact::CycleStarted { .. } => self.cycles.push(CyclePurchases::default()),
            Fact::FeeCharged { fee, .. } => self.spend(at, fee),
            Fact::OverageBilled { price, .. } => self.spend(moment.of_bill(), price),
            Fact::Granted { source: Source::Recharge, price, expires, .. } => {
                self.mark(at, Occurrence::Recharge);
                self.spend(at, price);
                self.buy(expires);
            }
            Fact::Granted { source: Source::TopUp, price, expires, .. } => {
                self.mark(at, Occurrence::TopUp);
                self.spend(at, price);
                self.buy(expires);
            }
            Fact::Restored { price, .. } => self.spend(at, price),
            Fact::Reversed { money, .. } => self.spend(at, money.negative()),
            Fact::ChargeFailed { .. } => self.mark(at, Occurrence::FailedAttempt),
            Fact::CapReached { .. } => self.mark(at, Occurrence::CapHit),
            Fact::Suspended => self.mark(at, Occurrence::Suspension),
            Fact::Expired { cost, .. } => self.waste(at, cost),
            Fact::OutageOpened => self.open = Some((moment.state, at)),
            Fact::OutageClosed { opened } => self.close_outage(opened, at),
            _ => {}
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        self.opens = false;
        self.turn(run.first, run.state, false);
        if run.refused().is_positive() {
            run.each(|at, _, refused| self.refuse(at, run.state, refused));
            self.sample(run.first, run.before);
            self.sample(run.last, run.after);
            return;
        }
        let (mut done, mut pools, mut at) = (0, run.before, run.first);
        while done < run.events {
            let window = self.window(self.index(at) as i64);
            let (events, burnt) = match window.contains(at) {
                true => run.before(window.to),
                false => (run.events, run.demanded),
            };
            self.sample(at, pools);
            pools = if events >= run.events { run.after } else { burn(run, burnt) };
            self.sample(run.instant(events.saturating_sub(1)), pools);
            done = events.max(done + 1);
            at = run.instant(done);
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}

    fn threshold(&mut self, at: Instant, level: Credits) {
        if let Some(bucket) = self.bucket(at) {
            bucket.level = Some(level);
        }
    }
}
