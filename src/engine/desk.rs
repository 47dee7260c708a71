//! The service desk: available credits, outages, the stopped service, and pending usage.

use std::collections::VecDeque;

use crate::domain::{Credits, Duration, Instant};
use crate::policy::{Service, Shortfall};

use super::observer::Fact;

/// The state of the service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk {
    /// Credits that may be served beyond the balance.
    limit: Credits,
    /// Credits that may be served beyond the balance before a bill is due.
    until_bill: Credits,
    /// Since when usage is refused.
    outage: Option<Instant>,
    /// True if the service stopped, which happens only under [`Shortfall::Stop`].
    stopped: bool,
}

impl Desk {
    pub(super) fn new(service: &Service) -> Desk {
        let limit = match service.overage {
            None => service.shortfall.limit(),
            Some(overage) => overage.most(),
        };
        let until_bill = match service.overage {
            None => Credits::from_micro(i64::MAX),
            Some(overage) => overage.billed_at(),
        };
        Desk { limit, until_bill, outage: None, stopped: false }
    }

    /// Returns true during an outage.
    #[inline(always)]
    pub(super) fn is_out(&self) -> bool {
        self.outage.is_some()
    }

    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The credits that could be served at once from this balance. An amount that overflows covers
    /// any event.
    #[inline(always)]
    pub(super) fn available(&self, balance: Credits) -> Credits {
        if self.stopped {
            return Credits::from_micro(i64::MIN);
        }
        Credits::from_micro(balance.micro().saturating_add(self.limit.micro()))
    }

    /// The credits with which a bill for overage is due, from this balance.
    #[inline(always)]
    pub(super) fn until_bill(&self, balance: Credits) -> i64 {
        balance.micro().saturating_add(self.until_bill.micro())
    }

    /// Returns true if overage has come to the sum with which a bill is due.
    #[inline(always)]
    pub(super) fn bill_is_due(&self) -> bool {
        !self.until_bill.is_positive()
    }

    /// Sets what may be served beyond the balance, and the part of it before the next bill.
    pub(super) fn limit_overage(&mut self, room: Credits, until_bill: Credits) {
        (self.limit, self.until_bill) = (room, until_bill);
    }

    /// An event fell short: an outage opens, unless one is open.
    pub(super) fn open_outage(&mut self, at: Instant) -> Option<Fact<'static>> {
        if self.outage.is_some() {
            return None;
        }
        self.outage = Some(at);
        Some(Fact::OutageOpened)
    }

    /// The service stops, unless it has.
    pub(super) fn stop(&mut self) -> Option<Fact<'static>> {
        let stops = !std::mem::replace(&mut self.stopped, true);
        stops.then_some(Fact::ServiceStopped)
    }

    /// Returns true if credits that arrive come too late to restart the stopped service. It stopped as its
    /// outage opened.
    pub(super) fn holds_stop(&self, service: &Service, now: Instant) -> bool {
        let Shortfall::Stop { restart_within: Some(within), .. } = service.shortfall else {
            return false;
        };
        self.outage.is_some_and(|stopped| now.since(stopped) >= within)
    }

    /// The stopped service restarts.
    pub(super) fn restart(&mut self) -> Fact<'static> {
        self.stopped = false;
        Fact::ServiceRestarted
    }

    /// Closes the outage, if one is open.
    #[inline(always)]
    pub(super) fn close_outage(&mut self) -> Option<Fact<'static>> {
        self.outage.take().map(|opened| Fact::OutageClosed { opened })
    }
}

/// Refused usage that will come back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    at: Instant,
    /// Its amount.
    pub(super) amount: Credits,
    /// Number of retries by then.
    pub(super) times: u32,
}

/// Served usage that is still to be deducted.
#[derive(Clone, Copy, Debug)]
struct Unmetered {
    at: Instant,
    amount: Credits,
}

/// Pending usage: to be retried, or to be deducted. The delay is the same for all, so each queue is
/// first in, first out.
#[derive(Clone, Debug, Default)]
pub(super) struct Backlog {
    returns: u64,
    waiting: VecDeque<Waiting>,
    unmetered: VecDeque<Unmetered>,
}

impl Backlog {
    /// Number of pending usage events.
    #[inline]
    pub(super) fn len(&self) -> u64 {
        (self.waiting.len() + self.unmetered.len()) as u64
    }

    /// Number of retries of usage so far.
    #[inline]
    pub(super) fn returns(&self) -> u64 {
        self.returns
    }

    /// The instant of the next retry of refused usage.
    pub(super) fn next_return(&self) -> Instant {
        self.waiting.front().map_or(Instant::NEVER, |waiting| waiting.at)
    }

    /// The instant of the next deduction of served usage.
    pub(super) fn next_deduction(&self) -> Instant {
        self.unmetered.front().map_or(Instant::NEVER, |unmetered| unmetered.at)
    }

    /// Schedules a retry of refused usage, unless it has used up its retries.
    pub(super) fn send_away(
        &mut self,
        service: &Service,
        now: Instant,
        amount: Credits,
        times: u32,
    ) {
        let Some(retry) = service.retry.filter(|retry| times < retry.times) else { return };
        self.waiting.push_back(Waiting { at: now.plus(retry.after), amount, times: times + 1 });
    }

    /// The usage that comes back now.
    pub(super) fn come_back(&mut self) -> Option<Waiting> {
        self.returns += 1;
        self.waiting.pop_front()
    }

    /// Served usage waits to be deducted.
    pub(super) fn defer(&mut self, at: Instant, amount: Credits) {
        self.unmetered.push_back(Unmetered { at, amount });
    }

    /// Takes credits out of the usage that is deducted at `at`, of the last events first; returns how many there were.
    pub(super) fn spare(&mut self, at: Instant, amount: Credits) -> Credits {
        let mut rest = amount.micro();
        let due = |unmetered: &&mut Unmetered| unmetered.at == at;
        for unmetered in self.unmetered.iter_mut().rev().filter(due) {
            let spared = unmetered.amount.micro().min(rest);
            unmetered.amount = Credits::from_micro(unmetered.amount.micro() - spared);
            rest -= spared;
        }
        self.unmetered.retain(|unmetered| unmetered.amount.is_positive());
        Credits::from_micro(amount.micro() - rest)
    }

    /// The usage that is deducted now.
    pub(super) fn deduct(&mut self) -> Option<Credits> {
        self.unmetered.pop_front().map(|unmetered| unmetered.amount)
    }
}

/// The wait between the arrival of credits and the restart of a stopped service, if services stop.
pub(super) fn restart_after(service: &Service) -> Option<Duration> {
    match service.shortfall {
        Shortfall::Stop { restart_after, .. } => Some(restart_after),
        Shortfall::Refuse | Shortfall::Partial | Shortfall::Overdraft { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::ComeBack;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    fn service(shortfall: Shortfall) -> Service {
        let retry = Some(ComeBack { after: Duration::SECOND, times: 2 });
        Service { shortfall, retry, ..Service::default() }
    }

    #[test]
    fn an_overdraft_adds_to_what_can_be_served_and_a_stop_leaves_nothing() {
        let ten = Credits::whole(10);
        let mut desk = Desk::new(&service(Shortfall::Overdraft { limit: ten }));
        assert_eq!(desk.available(Credits::whole(-4)), Credits::whole(6));
        assert_eq!(desk.available(Credits::from_micro(i64::MAX)).micro(), i64::MAX);
        assert_eq!((desk.stop(), desk.stop()), (Some(Fact::ServiceStopped), None));
        assert!(desk.available(Credits::whole(1_000)) < Credits::ZERO);
        assert_eq!(desk.restart(), Fact::ServiceRestarted);
        assert_eq!(desk.available(ten), Credits::whole(20));
    }

    #[test]
    fn an_outage_opens_and_closes_once() {
        let mut desk = Desk::new(&service(Shortfall::Refuse));
        assert_eq!(desk.close_outage(), None);
        assert_eq!(desk.open_outage(at(1)), Some(Fact::OutageOpened));
        assert_eq!((desk.open_outage(at(2)), desk.is_out()), (None, true));
        assert_eq!(desk.close_outage(), Some(Fact::OutageClosed { opened: at(1) }));
    }

    #[test]
    fn usage_comes_back_as_often_as_it_may() {
        let (service, mut backlog) = (service(Shortfall::Refuse), Backlog::default());
        for times in 0..3 {
            backlog.send_away(&service, at(0), Credits::whole(1), times);
        }
        assert_eq!((backlog.len(), backlog.next_return()), (2, at(1_000)));
        let times = [backlog.come_back(), backlog.come_back(), backlog.come_back()];
        assert_eq!(times.map(|back| back.map(|back| back.times)), [Some(1), Some(2), None]);
        assert_eq!(
            (backlog.next_return(), backlog.next_deduction()),
            (Instant::NEVER, Instant::NEVER)
        );
    }
}
