//! An observer that lists incidents: outages, purchases, failures, cap blocks, refusals to enable,
//! and stranded usage.
//!
//! Each list keeps its first [`Chronicle::MOST`] entries and counts the rest, so memory does not
//! grow with usage. Sums are not computed here.

mod entry;

pub use entry::{FactEntry, UsageEntry, reason};

use crate::domain::{CreditTotal, Credits, Duration, Instant, Money, Source};
use crate::engine::{Cause, Fact, IdleRefusals, Moment, Observer, RoutineRun, State, UsageRun};
use crate::policy::{Decline, Prerequisites};

/// A list that keeps its first entries and counts all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    first: Vec<T>,
    count: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Listed { first: Vec::new(), count: 0 }
    }
}

impl<T> Listed<T> {
    fn add(&mut self, entry: T) {
        self.count += 1;
        if self.first.len() < Chronicle::MOST {
            self.first.push(entry);
        }
    }

    /// The first entries, at most [`Chronicle::MOST`].
    pub fn first(&self) -> &[T] {
        &self.first
    }

    /// Number of all entries.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Number of entries beyond the first.
    pub fn more(&self) -> u64 {
        self.count - self.first.len() as u64
    }
}

/// A time in which usage was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The first refused event.
    pub from: Instant,
    /// The instant at which service was back, or the horizon's end.
    pub to: Instant,
    /// Events of which anything was refused.
    pub refused_events: u64,
    /// Credits refused.
    pub refused: Credits,
    /// The state of auto-recharge when it opened: why no credits were there.
    pub state: State,
    /// True if the horizon's end cut it.
    pub cut: bool,
}

impl Outage {
    /// Its length.
    pub fn length(&self) -> Duration {
        self.to.since(self.from)
    }
}

/// Outages that a reader takes for one: less than five minutes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The beginning of the first outage.
    pub from: Instant,
    /// The end of the last one.
    pub to: Instant,
    /// True if the horizon's end cut the last one.
    pub cut: bool,
    /// The length of all outages, without the time between them.
    pub down: Duration,
    /// Number of outages.
    pub interruptions: u64,
    /// Events of which anything was refused.
    pub refused_events: u64,
    /// Credits refused.
    pub refused: CreditTotal,
    /// The state of auto-recharge when the outage opened that refused most.
    pub state: State,
    most: Credits,
}

/// The most time between two outages of one incident.
const BETWEEN: Duration = Duration::from_millis(300_000);

/// Outages, those close together as one.
pub fn incidents(outages: &[Outage]) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    for outage in outages {
        match incidents.last_mut().filter(|last| outage.from.since(last.to) < BETWEEN) {
            Some(last) => last.add(outage),
            None => incidents.push(Incident::of(outage)),
        }
    }
    incidents
}

impl Incident {
    fn of(outage: &Outage) -> Incident {
        Incident {
            from: outage.from,
            to: outage.to,
            cut: outage.cut,
            down: outage.length(),
            interruptions: 1,
            refused_events: outage.refused_events,
            refused: CreditTotal::from(outage.refused),
            state: outage.state,
            most: outage.refused,
        }
    }

    fn add(&mut self, outage: &Outage) {
        (self.to, self.cut) = (outage.to, outage.cut);
        self.down = Duration::from_millis(self.down.millis() + outage.length().millis());
        self.interruptions += 1;
        self.refused_events += outage.refused_events;
        self.refused = self.refused + CreditTotal::from(outage.refused);
        if outage.refused > self.most {
            (self.state, self.most) = (outage.state, outage.refused);
        }
    }
}

/// Money that moved, or was to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseRecord {
    /// The instant of the purchase.
    pub at: Instant,
    /// A recharge or a manual top-up.
    pub source: Source,
    /// The number of the charge; `None` for a top-up.
    pub attempt: Option<u64>,
    /// Credits bought.
    pub credits: Credits,
    /// Their price.
    pub price: Money,
    /// The balance after.
    pub balance: Credits,
    /// The instant at which the unused rest is lost.
    pub expires: Instant,
}

/// A charge that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedCharge {
    /// The instant at which it settled.
    pub at: Instant,
    /// The number of the charge.
    pub attempt: u64,
    /// Reason of the failure.
    pub decline: Decline,
    /// True if it suspended auto-recharge.
    pub suspended: bool,
}

/// A recharge that caps forbade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapBlock {
    /// The instant at which the trigger came to hold.
    pub at: Instant,
    /// The caps that blocked it, by position among those in force.
    pub caps: Vec<usize>,
    /// The instant at which the windows allow it again.
    pub until: Instant,
}

/// Prerequisites that were missing when they were needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The instant of the refusal.
    pub at: Instant,
    /// All of them.
    pub missing: Prerequisites,
    /// Origin of the request: the start, or an action.
    pub cause: Cause,
}

/// Usage refused while credits were left and the trigger did not hold: the balance was above the
/// threshold and below the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stranded {
    /// The first such refusal.
    pub first: Instant,
    /// Number of such events.
    pub events: u64,
    /// The largest balance that lay idle.
    pub balance: Credits,
}

/// State of the service, as far as stranding depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum StrandingService {
    #[default]
    Running,
    /// It stopped, and no credits have arrived since.
    Stopped,
    /// Stopped, with credits arrived and the restart pending: its refusals are not stranded usage.
    Restarting,
}

/// Notices usage that is stranded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stranding {
    found: Option<Stranded>,
    service: StrandingService,
}

impl Stranding {
    /// The stranded usage, if there was any.
    pub fn found(&self) -> Option<Stranded> {
        self.found
    }

    fn strand(&mut self, run: &UsageRun<'_>) {
        let balance = run.before.balance();
        let stranded = self.found.get_or_insert(Stranded { first: run.first, events: 0, balance });
        stranded.events += run.refused_events();
        stranded.balance = stranded.balance.max(balance);
    }
}

impl Observer for Stranding {
    fn adds_up(&self) -> bool {
        true
    }

    fn takes_routine(&self) -> bool {
        true
    }

    fn routine(&mut self, run: &RoutineRun) {
        let Some(IdleRefusals { first, events, balance }) = run.idle else { return };
        let stranded = self.found.get_or_insert(Stranded { first, events: 0, balance });
        stranded.events += events;
        stranded.balance = stranded.balance.max(balance);
    }

    // Most facts change nothing here and should cost nothing, as in the figures.
    #[inline(always)]
    fn fact(&mut self, _: &Moment, fact: &Fact<'_>) {
        match *fact {
            Fact::Granted { .. } if self.service == StrandingService::Stopped => {
                self.service = StrandingService::Restarting;
            }
            Fact::ServiceStopped => self.service = StrandingService::Stopped,
            Fact::ServiceRestarted => self.service = StrandingService::Running,
            _ => {}
        }
    }

    #[inline]
    fn usage(&mut self, run: &UsageRun<'_>) {
        if !run.refused().is_positive() {
            return;
        }
        let idle = run.state == State::Armed && run.after.balance().is_positive();
        if idle && self.service != StrandingService::Restarting {
            self.strand(run);
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

/// The incidents of a run, listed one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chronicle {
    /// Outages.
    pub outages: Listed<Outage>,
    /// Recharges and top-ups.
    pub purchases: Listed<PurchaseRecord>,
    /// Failed charges.
    pub failures: Listed<FailedCharge>,
    /// Cap blocks.
    pub cap_blocks: Listed<CapBlock>,
    /// Prerequisites that were missing.
    pub missing: Listed<Missing>,
    /// True if a charge was in flight at the end.
    pub in_flight: bool,
    /// The state of auto-recharge at the end.
    pub last_state: Option<State>,
    attempt: Option<u64>,
    open: Option<Outage>,
    stranding: Stranding,
}

impl Chronicle {
    /// Usage that was stranded, if any was.
    pub fn stranded(&self) -> Option<Stranded> {
        self.stranding.found()
    }

    /// Entries that a list keeps.
    pub const MOST: usize = 10_000;

    fn purchase(
        &mut self,
        moment: &Moment,
        source: Source,
        credits: Credits,
        price: Money,
        expires: Instant,
    ) {
        let attempt = match source {
            Source::Recharge => self.attempt.take(),
            Source::TopUp => None,
            Source::Allowance | Source::Opening | Source::Gift => return,
        };
        let balance = moment.after.balance();
        self.purchases.add(PurchaseRecord {
            at: moment.at,
            source,
            attempt,
            credits,
            price,
            balance,
            expires,
        });
    }

    fn close(&mut self, at: Instant, cut: bool) {
        if let Some(outage) = self.open.take() {
            self.outages.add(Outage { to: at, cut, ..outage });
        }
    }

    /// Counts a refusal towards its outage. The first refusal is reported before the outage opens,
    /// so the outage is opened here.
    fn refuse(&mut self, run: &UsageRun<'_>) {
        let fresh = Outage {
            from: run.first,
            to: run.last,
            refused_events: 0,
            refused: Credits::ZERO,
            state: run.state,
            cut: false,
        };
        let outage = self.open.get_or_insert(fresh);
        outage.refused_events += run.refused_events();
        let refused = outage.refused.micro().saturating_add(run.refused().micro());
        outage.refused = Credits::from_micro(refused);
    }
}

impl Observer for Chronicle {
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.stranding.fact(moment, fact);
        match *fact {
            Fact::ChargeSucceeded { attempt, .. } => self.attempt = Some(attempt),
            Fact::Granted { source, credits, price, expires, .. } => {
                self.purchase(moment, source, credits, price, expires);
            }
            Fact::ChargeFailed { attempt, decline, .. } => {
                let suspended = moment.state == State::Suspended;
                self.failures.add(FailedCharge { at: moment.at, attempt, decline, suspended });
            }
            Fact::CapReached { caps, until } => {
                self.cap_blocks.add(CapBlock { at: moment.at, caps: caps.to_vec(), until });
            }
            Fact::PrerequisitesMissing { missing } => {
                self.missing.add(Missing { at: moment.at, missing, cause: moment.cause });
            }
            Fact::OutageClosed { .. } => self.close(moment.at, moment.cause == Cause::End),
            Fact::Ended { in_flight, .. } => {
                self.in_flight = in_flight;
                self.last_state = Some(moment.state);
            }
            _ => {}
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        self.stranding.usage(run);
        if run.refused().is_positive() {
            self.refuse(run);
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_less_than_five_minutes_apart_are_one_incident() {
        let outage = |from: i64, to: i64, refused: i64, state: State| Outage {
            from: Instant::from_millis(from * 1_000),
            to: Instant::from_millis(to * 1_000),
            refused_events: 1,
            refused: Credits::from_micro(refused),
            state,
            cut: false,
        };
        let found = incidents(&[
            outage(0, 10, 5, State::Charging),
            outage(309, 320, 7, State::Capped),
            outage(620, 630, 1, State::Charging),
        ]);
        let told = found.iter().map(|one| {
            (one.from.millis(), one.to.millis(), one.down.millis(), one.interruptions, one.state)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (0, 320_000, 21_000, 2, State::Capped),
                (620_000, 630_000, 10_000, 1, State::Charging)
            ]
        );
        assert_eq!(found[0].refused, CreditTotal::from(Credits::from_micro(12)));
    }
}
