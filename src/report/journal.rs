//! The journal: every state change as a CSV row, with its instant, its cause, the balance by pool
//! before and after, and the money.
//!
//! Usage between two state changes is one row, with the number of its events, their sums, and its
//! first and last instant. Money is given only where it moves, so the column adds up to the total
//! spend. Deliberately absent: figures, which are sums over the journal.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crate::chronicle::{Chronicle, FactEntry, UsageEntry};
use crate::domain::{Credits, Instant, Money, Pools, Zone};
use crate::engine::{Fact, Moment, Observer, State, UsageRun};

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
    usage: Option<UsageEntry>,
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
            CsvCell::word(usage.refused()),
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
        UsageEntry::gather(&mut self.usage, run);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.usage(run);
    }
}

/// A row of a journal that something rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// Its line in the file, from 1: the header is the first.
    pub line: u64,
    /// The instant.
    pub at: Instant,
    /// The event.
    pub event: &'static str,
    /// The cause.
    pub cause: &'static str,
    /// More about it.
    pub detail: String,
    /// Credits it is about.
    pub credits: Option<Credits>,
    /// Money it is about.
    pub money: Option<Money>,
    /// The balance after.
    pub balance: Credits,
}

/// The rows of a journal that an outage rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Listens as a journal does, and keeps which of its rows outages rest on: of as many outages as are listed one by one.
#[derive(Clone, Debug)]
pub struct JournalLines {
    zone: Zone,
    minor: u32,
    rows: u64,
    is_usage_open: bool,
    reason: Option<JournalLine>,
    open: Option<OutageLines>,
    found: Vec<OutageLines>,
}

impl JournalLines {
    /// Nothing heard yet. Instants in details are shown in `zone`, money with `minor` decimals, as in the journal.
    pub fn new(zone: Zone, minor: u32) -> JournalLines {
        JournalLines {
            zone,
            minor,
            rows: 0,
            is_usage_open: false,
            reason: None,
            open: None,
            found: Vec::new(),
        }
    }

    /// The rows of each outage, in order.
    pub fn outages(&self) -> &[OutageLines] {
        &self.found
    }

    fn line(&self, moment: &Moment, fact: &Fact<'_>) -> JournalLine {
        let entry = FactEntry::of(fact, self.zone, self.minor);
        JournalLine {
            line: self.rows + 1,
            at: moment.at,
            event: entry.event,
            cause: moment.cause.name(),
            detail: entry.detail,
            credits: entry.credits,
            money: entry.money,
            balance: moment.after.balance(),
        }
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
        match *fact {
            Fact::OutageOpened if self.found.len() < Chronicle::MOST => {
                let opened = self.line(moment, fact);
                let (from, reason) = (moment.at, self.reason.clone());
                self.open = Some(OutageLines { from, reason, closed: opened.clone(), opened });
            }
            Fact::OutageClosed { .. } => {
                let closed = self.open.take().map(|open| (open, self.line(moment, fact)));
                self.found.extend(closed.map(|(open, closed)| OutageLines { closed, ..open }));
            }
            _ if JournalLines::is_reason(fact) => self.reason = Some(self.line(moment, fact)),
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
