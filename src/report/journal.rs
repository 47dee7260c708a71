//! The journal: every state change as a CSV row, with its instant, its cause, the balance by pool
//! before and after, and the money.
//!
//! Usage between two state changes is one row, with the number of its events, their sums, and its
//! first and last instant. Money is given only where it moves, so the column adds up to the total
//! spend. Deliberately absent: figures, which are sums over the journal.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crate::domain::{CreditTotal, Credits, Instant, Money, Pools, Source, Zone};
use crate::engine::{Fact, Moment, Observer, State, UsageRun};
use crate::policy::{Decline, Order};

use super::rows::{CsvCell, CsvRows};

/// The columns of a journal.
pub const COLUMNS: [&str; 18] = [
    "instant",
    "event",
    "cause",
    "state",
    "detail",
    "credits",
    "money",
    "allowance_before",
    "purchased_before",
    "owed_before",
    "allowance_after",
    "purchased_after",
    "owed_after",
    "since",
    "usage_events",
    "demanded",
    "served",
    "refused",
];

/// Writes a journal while it listens.
pub struct Journal<W: Write> {
    out: CsvRows<W>,
    zone: Zone,
    minor: u32,
    usage: Option<Usage>,
    failure: WriteFailure,
}

/// The error that ended a journal, shared with the driver of the run so that it can stop at once.
#[derive(Clone, Debug, Default)]
pub struct WriteFailure(Rc<RefCell<Option<io::Error>>>);

impl WriteFailure {
    /// Returns true if writing has failed.
    pub fn is_some(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// The first error, once.
    pub fn take(&self) -> Option<io::Error> {
        self.0.take()
    }

    fn keep_first(&self, result: io::Result<()>) {
        if let Err(error) = result {
            self.0.borrow_mut().get_or_insert(error);
        }
    }
}

/// Usage since the last state change.
#[derive(Clone, Copy, Debug)]
struct Usage {
    first: Instant,
    last: Instant,
    events: u64,
    demanded: CreditTotal,
    served: CreditTotal,
    state: State,
    before: Pools,
    after: Pools,
}

/// A row without the columns of usage.
struct JournalRow<'a> {
    at: Instant,
    event: &'a str,
    cause: &'a str,
    state: State,
    detail: String,
    credits: Option<Credits>,
    money: Option<Money>,
    before: Pools,
    after: Pools,
}

impl<W: Write> Journal<W> {
    /// Creates a journal and writes its header. Instants are shown in `zone`, money with `minor`
    /// decimals.
    pub fn new(out: W, zone: Zone, minor: u32) -> Journal<W> {
        let mut out = CsvRows::new(out);
        let failure = WriteFailure::default();
        failure.keep_first(out.head(COLUMNS));
        Journal { out, zone, minor, usage: None, failure }
    }

    /// Reports a failure to `failure` too.
    pub fn telling(self, failure: &WriteFailure) -> Journal<W> {
        failure.keep_first(self.failure.take().map_or(Ok(()), Err));
        Journal { failure: failure.clone(), ..self }
    }

    /// Writes the remaining rows and returns the writer, or the first error met on the way.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_usage();
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        self.out.finish()
    }

    fn write(&mut self, cells: [CsvCell; 18]) {
        if !self.failure.is_some() {
            let written = self.out.row(cells);
            self.failure.keep_first(written);
        }
    }

    fn write_usage(&mut self) {
        let Some(usage) = self.usage.take() else { return };
        let [a, b, c] = pools(usage.before);
        let [d, e, f] = pools(usage.after);
        self.write([
            CsvCell::word(self.zone.show(usage.last)),
            CsvCell::word("usage"),
            CsvCell::word("usage"),
            CsvCell::word(usage.state.name()),
            CsvCell::EMPTY,
            CsvCell::EMPTY,
            CsvCell::EMPTY,
            a,
            b,
            c,
            d,
            e,
            f,
            CsvCell::word(self.zone.show(usage.first)),
            CsvCell::word(usage.events),
            CsvCell::word(usage.demanded),
            CsvCell::word(usage.served),
            CsvCell::word(usage.demanded - usage.served),
        ]);
    }

    fn write_row(&mut self, row: JournalRow<'_>) {
        let [a, b, c] = pools(row.before);
        let [d, e, f] = pools(row.after);
        self.write([
            CsvCell::word(self.zone.show(row.at)),
            CsvCell::word(row.event),
            CsvCell::word(row.cause),
            CsvCell::word(row.state.name()),
            CsvCell::Text(row.detail),
            row.credits.map_or(CsvCell::EMPTY, CsvCell::word),
            row.money.map_or(CsvCell::EMPTY, |money| CsvCell::word(money.text(self.minor))),
            a,
            b,
            c,
            d,
            e,
            f,
            CsvCell::EMPTY,
            CsvCell::EMPTY,
            CsvCell::EMPTY,
            CsvCell::EMPTY,
            CsvCell::EMPTY,
        ]);
    }
}

fn pools(pools: Pools) -> [CsvCell; 3] {
    [pools.allowance, pools.purchased, pools.owed].map(CsvCell::word)
}

impl<W: Write> Observer for Journal<W> {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.write_usage();
        let entry = FactEntry::of(fact, self.zone, self.minor);
        self.write_row(JournalRow {
            at: moment.at,
            event: entry.event,
            cause: moment.cause.name(),
            state: moment.state,
            detail: entry.detail,
            credits: entry.credits,
            money: entry.money,
            before: moment.before,
            after: moment.after,
        });
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let usage = self.usage.get_or_insert(Usage {
            first: run.first,
            last: run.last,
            events: 0,
            demanded: CreditTotal::ZERO,
            served: CreditTotal::ZERO,
            state: run.state,
            before: run.before,
            after: run.after,
        });
        usage.last = run.last;
        usage.events += run.events;
        usage.demanded += run.demanded;
        usage.served += run.served;
        usage.after = run.after;
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.usage(run);
    }
}

/// A row of a journal, by its line in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// The line, from 1: the header is the first.
    pub line: u64,
    /// The event.
    pub event: &'static str,
}

/// The rows of a journal that an outage rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutageLines {
    /// When it opened.
    pub from: Instant,
    /// What kept a recharge away when it opened: the last such row before it, if that still held.
    pub reason: Option<JournalLine>,
    /// The row of its opening.
    pub opened: JournalLine,
    /// The row of its end.
    pub closed: JournalLine,
}

/// Listens as a journal does, and keeps which of its rows outages rest on.
#[derive(Clone, Debug, Default)]
pub struct JournalLines {
    rows: u64,
    is_usage_open: bool,
    reason: Option<JournalLine>,
    open: Option<OutageLines>,
    found: Vec<OutageLines>,
}

impl JournalLines {
    /// The rows of each outage, in order.
    pub fn outages(&self) -> &[OutageLines] {
        &self.found
    }

    fn is_reason(fact: &Fact<'_>) -> bool {
        matches!(
            fact,
            Fact::CapReached { .. }
                | Fact::CooldownWaits { .. }
                | Fact::ChargeStarted { .. }
                | Fact::VerificationAsked { .. }
                | Fact::ChargeFailed { .. }
                | Fact::Suspended
                | Fact::Disabled
                | Fact::PrerequisitesMissing { .. }
        )
    }

    fn ends_reason(fact: &Fact<'_>) -> bool {
        matches!(
            fact,
            Fact::ChargeSucceeded { .. } | Fact::Released | Fact::Repaired | Fact::Enabled
        )
    }
}

impl Observer for JournalLines {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.rows += 1 + u64::from(std::mem::take(&mut self.is_usage_open));
        let entry = FactEntry::of(fact, Zone::UTC, 0);
        let line = JournalLine { line: self.rows + 1, event: entry.event };
        match *fact {
            Fact::OutageOpened => {
                let (from, reason) = (moment.at, self.reason);
                self.open = Some(OutageLines { from, reason, opened: line, closed: line });
            }
            Fact::OutageClosed { .. } => {
                let open = self.open.take();
                self.found.extend(open.map(|open| OutageLines { closed: line, ..open }));
            }
            _ if JournalLines::is_reason(fact) => self.reason = Some(line),
            _ if JournalLines::ends_reason(fact) => self.reason = None,
            _ => {}
        }
    }

    fn usage(&mut self, _: &UsageRun<'_>) {
        self.is_usage_open = true;
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {
        self.is_usage_open = true;
    }
}

/// A fact in words and numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactEntry {
    /// The event.
    pub event: &'static str,
    /// More about it.
    pub detail: String,
    /// Credits it is about.
    pub credits: Option<Credits>,
    /// Money it is about.
    pub money: Option<Money>,
}

impl FactEntry {
    /// The row for a fact; instants in it are shown in `zone`, money with `minor` decimals.
    pub fn of(fact: &Fact<'_>, zone: Zone, minor: u32) -> FactEntry {
        let until = |at: Instant| match at {
            Instant::NEVER => "never".to_owned(),
            at => format!("until {}", zone.show(at)),
        };
        let since = |at: Instant| format!("since {}", zone.show(at));
        let of = |at: Instant| format!("of {}", zone.show(at));
        match *fact {
            Fact::CycleStarted { .. } | Fact::QuotaOpened { .. } | Fact::QuotaEnded { .. } => {
                FactEntry::of_window(fact, until)
            }
            Fact::PlanChanged { .. }
            | Fact::PlanChangeWaits { .. }
            | Fact::FeeCharged { .. }
            | Fact::OverageBilled { .. } => FactEntry::of_plan(fact),
            Fact::Granted { .. }
            | Fact::Reversed { .. }
            | Fact::Restored { .. }
            | Fact::UsageReversed { .. }
            | Fact::Forgiven { .. }
            | Fact::Expired { .. }
            | Fact::Forfeited { .. }
            | Fact::Deducted { .. }
            | Fact::StandingCharged { .. } => FactEntry::of_credits(fact, until, of, minor),
            Fact::ChargeStarted { .. }
            | Fact::ChargeSucceeded { .. }
            | Fact::ChargeFailed { .. }
            | Fact::VerificationAsked { .. }
            | Fact::BackedOff { .. }
            | Fact::Suspended
            | Fact::Repaired
            | Fact::CapReached { .. }
            | Fact::CapWarned { .. }
            | Fact::CooldownWaits { .. }
            | Fact::Released => FactEntry::of_charge(fact, until, minor),
            Fact::Acted { .. }
            | Fact::Requested { .. }
            | Fact::Enabled
            | Fact::Disabled
            | Fact::DisableWaits
            | Fact::PrerequisitesMissing { .. } => FactEntry::of_request(fact, zone),
            Fact::OutageOpened
            | Fact::OutageClosed { .. }
            | Fact::ServiceStopped
            | Fact::ServiceRestarted
            | Fact::Exhausted
            | Fact::Replenished { .. } => FactEntry::of_service(fact, since),
            Fact::Notified(what) => entry("notified").detail(what.name().to_owned()),
            Fact::Ended { in_flight, .. } => ended(in_flight),
        }
    }

    /// How a fact about a billing cycle or the window of a quota is told.
    fn of_window(fact: &Fact<'_>, until: impl Fn(Instant) -> String) -> FactEntry {
        match *fact {
            Fact::CycleStarted { number, cycle } => {
                entry("cycle_started").detail(format!("cycle {number} {}", until(cycle.to)))
            }
            Fact::QuotaOpened { quota, window } => {
                entry("quota_opened").detail(format!("quota {} {}", quota + 1, until(window.to)))
            }
            Fact::QuotaEnded { quota, used } => {
                entry("quota_ended").detail(format!("quota {}, used {used}", quota + 1))
            }
            _ => unreachable!("the caller passes facts about cycles and quotas"),
        }
    }

    /// How a fact about the plan and what it bills is told.
    fn of_plan(fact: &Fact<'_>) -> FactEntry {
        match *fact {
            Fact::PlanChanged { plan } => entry("plan_changed").detail(plan.name.to_string()),
            Fact::PlanChangeWaits { plan } => {
                entry("plan_change_waits").detail(plan.name.to_string())
            }
            Fact::FeeCharged { plan, fee } => {
                entry("fee_charged").detail(plan.name.to_string()).money(fee)
            }
            Fact::OverageBilled { credits, price } => {
                entry("overage_billed").credits(credits).money(price)
            }
            _ => unreachable!("the caller passes facts about the plan"),
        }
    }

    /// How a fact about credits that come and go is told.
    fn of_credits(
        fact: &Fact<'_>,
        until: impl Fn(Instant) -> String,
        of: impl Fn(Instant) -> String,
        minor: u32,
    ) -> FactEntry {
        match *fact {
            Fact::Granted { source, credits, price, expires, rank, .. } => {
                let row = entry(granted(source)).credits(credits);
                if source == Source::Gift {
                    let (place, priority) = rank.of_gift();
                    let place = format!("{}, priority {priority}", place.name());
                    return row.detail(format!("{}, {place}", until(expires)));
                }
                // Credits purchased before the run move no money in it.
                if source == Source::Opening && price.is_positive() {
                    let cost = price.full_text(minor);
                    return row.detail(format!("{}, had cost {cost}", until(expires)));
                }
                let money = price.is_positive().then_some(price);
                FactEntry { money, ..row.detail(until(expires)) }
            }
            Fact::Reversed { is_chargeback, source, number, credits, of_lot, money } => {
                let event = if is_chargeback { "charged_back" } else { "refunded" };
                let detail = format!("{} {number}, {of_lot} of its own", purchase(source));
                entry(event).detail(detail).credits(credits).money(money.negative())
            }
            Fact::Restored { source, number, credits, price, expires, .. } => {
                let detail = format!("{}, {} {number}", until(expires), purchase(source));
                entry("dispute_won").detail(detail).credits(credits).money(price)
            }
            Fact::UsageReversed { used, credits, lots, .. } => {
                let mut detail = of(used);
                for lot in lots {
                    let grant = u64::from(lot.grant.lot) + 1;
                    detail += &format!(", {} to grant {grant}", lot.credits);
                    if lot.repaid.is_positive() {
                        detail += &format!(" less {} owed", lot.repaid);
                    }
                }
                entry("usage_reversed").detail(detail).credits(credits)
            }
            Fact::Forgiven { credits } => entry("debt_forgiven").credits(credits),
            Fact::Expired { credits, cost } => {
                let cost = cost.full_text(minor);
                entry("expired").detail(format!("had cost {cost}")).credits(credits)
            }
            Fact::Forfeited { credits } => entry("forfeited").credits(credits),
            Fact::Deducted { credits, .. } => entry("deducted").credits(credits),
            Fact::StandingCharged { credits, .. } => entry("standing_charge").credits(credits),
            _ => unreachable!("the caller passes facts about credits"),
        }
    }

    /// How a fact about what the owner wants is told.
    fn of_request(fact: &Fact<'_>, zone: Zone) -> FactEntry {
        match *fact {
            Fact::Acted { action } => entry("action").detail(action.name().to_owned()),
            Fact::Requested { enable, effective } => {
                let what = if enable { "enable" } else { "disable" };
                entry("csm_asked").detail(format!("{what}, effective {}", zone.show(effective)))
            }
            Fact::Enabled => entry("enabled"),
            Fact::Disabled => entry("disabled"),
            Fact::DisableWaits => entry("disable_waits"),
            Fact::PrerequisitesMissing { missing } => {
                let names: Vec<_> = missing.iter().map(|one| one.name()).collect();
                entry("prerequisites_missing").detail(names.join(", "))
            }
            _ => unreachable!("the caller passes facts about what the owner wants"),
        }
    }

    /// How a fact about service is told.
    fn of_service(fact: &Fact<'_>, since: impl Fn(Instant) -> String) -> FactEntry {
        match *fact {
            Fact::OutageOpened => entry("outage_opened"),
            Fact::OutageClosed { opened } => entry("outage_closed").detail(since(opened)),
            Fact::ServiceStopped => entry("service_stopped"),
            Fact::ServiceRestarted => entry("service_restarted"),
            Fact::Exhausted => entry("exhausted"),
            Fact::Replenished { exhausted } => entry("replenished").detail(since(exhausted)),
            _ => unreachable!("the caller passes facts about service"),
        }
    }

    /// How a fact about charges, and what holds them up, is told.
    fn of_charge(fact: &Fact<'_>, until: impl Fn(Instant) -> String, minor: u32) -> FactEntry {
        match *fact {
            Fact::ChargeStarted { attempt, order } => {
                entry("charge_started").charge(attempt, order, minor)
            }
            Fact::ChargeSucceeded { attempt, order } => {
                entry("charge_succeeded").charge(attempt, order, minor)
            }
            Fact::ChargeFailed { attempt, decline, in_a_row } => entry("charge_failed")
                .detail(format!("attempt {attempt}, {}, {in_a_row} in a row", reason(decline))),
            Fact::VerificationAsked { attempt } => {
                entry("verification_asked").detail(format!("attempt {attempt}"))
            }
            Fact::BackedOff { until: at } => entry("backed_off").detail(until(at)),
            Fact::Suspended => entry("suspended"),
            Fact::Repaired => entry("repaired"),
            Fact::CapReached { caps, until: at } => {
                let caps: Vec<_> = caps.iter().map(|cap| format!("cap {}", cap + 1)).collect();
                entry("cap_reached").detail(format!("{} {}", caps.join(", "), until(at)))
            }
            Fact::CapWarned { cap, share } => {
                entry("cap_warned").detail(format!("cap {} at {share}", cap + 1))
            }
            Fact::CooldownWaits { until: at } => entry("cooldown_waits").detail(until(at)),
            Fact::Released => entry("released"),
            _ => unreachable!("the facts about charges are listed where they are sent here"),
        }
    }

    fn detail(self, detail: String) -> FactEntry {
        FactEntry { detail, ..self }
    }

    fn credits(self, credits: Credits) -> FactEntry {
        FactEntry { credits: Some(credits), ..self }
    }

    fn money(self, money: Money) -> FactEntry {
        FactEntry { money: Some(money), ..self }
    }

    /// Describes a charge: no money has moved yet, so its price is given in words.
    fn charge(self, attempt: u64, order: Order, minor: u32) -> FactEntry {
        let price = order.price.full_text(minor);
        self.detail(format!("attempt {attempt}, {} for {price}", order.credits))
    }
}

fn entry(event: &'static str) -> FactEntry {
    FactEntry { event, ..FactEntry::default() }
}

fn ended(in_flight: bool) -> FactEntry {
    let charge = if in_flight { "a charge is in flight" } else { "" };
    entry("ended").detail(charge.to_owned())
}

/// A purchase of this source, in words.
fn purchase(source: Source) -> &'static str {
    match source {
        Source::Recharge => "recharge",
        Source::TopUp => "top-up",
        Source::Allowance | Source::Opening | Source::Gift => "credits",
    }
}

fn granted(source: Source) -> &'static str {
    match source {
        Source::Allowance => "allowance_granted",
        Source::Opening => "opening_granted",
        Source::Recharge => "recharge_granted",
        Source::TopUp => "top_up_granted",
        Source::Gift => "gift_granted",
    }
}

/// The reason for a failed charge, in words.
pub fn reason(decline: Decline) -> &'static str {
    match decline {
        Decline::Soft => "soft decline",
        Decline::Hard => "hard decline",
        Decline::Outage => "processor outage",
        Decline::Verification => "verification failed",
        Decline::NoPaymentMethod => "no payment method",
        Decline::NoSubscription => "no subscription",
    }
}
