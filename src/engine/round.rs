//! One round of routine: usage down to the trigger, and the time until the charge that it starts settles, or the one that is
//! tried again after it.
//!
//! A round knows the balance and nothing else of an account. It changes nothing: where it turns out to be no routine, or
//! its chunk ends before it does, it is dropped. Contract §4 and §5, as far as they matter where usage that is not covered
//! is refused.

use crate::domain::{Credits, Duration, Instant};

use super::observer::{IdleRefusals, RoutineRun};
use super::slice::UsageSlice;

/// What a round begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoundStart {
    /// The highest balance at which the trigger holds; not below zero.
    pub(super) level: i64,
    /// The balance, above that.
    pub(super) balance: i64,
    /// Whether an event that is not covered is refused, and that is all; else it ends the routine.
    pub(super) refuses: bool,
    /// What comes from then on is no routine.
    pub(super) until: Instant,
    /// Its first event.
    pub(super) next: usize,
}

/// A round under way.
pub(super) struct Round<'r, 'c> {
    chunk: &'r UsageSlice<'c>,
    start: RoundStart,
    next: usize,
    balance: i64,
    served: i64,
    gaps: Option<ServiceGaps>,
}

/// Time without service or without credits, all of which is over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ServiceGaps {
    refused_events: u64,
    refused: i64,
    outages: u64,
    downtime: i64,
    exhausted: i64,
    idle: Option<IdleRefusals>,
}

impl<'r, 'c> Round<'r, 'c> {
    #[inline]
    pub(super) fn new(chunk: &'r UsageSlice<'c>, start: RoundStart) -> Round<'r, 'c> {
        let RoundStart { next, balance, .. } = start;
        Round { chunk, start, next, balance, served: 0, gaps: None }
    }

    /// The event after it.
    #[inline]
    pub(super) fn next(&self) -> usize {
        self.next
    }

    #[inline]
    pub(super) fn balance(&self) -> i64 {
        self.balance
    }

    /// Credits served in it.
    #[inline]
    pub(super) fn served(&self) -> Credits {
        Credits::from_micro(self.served)
    }

    /// What few rounds have.
    #[inline]
    pub(super) fn gaps(&self) -> Option<&ServiceGaps> {
        self.gaps.as_ref()
    }

    /// Uses the events up to the one that brings the balance to the trigger; returns its instant. `None` where there is
    /// none in this chunk, or something else comes before it.
    #[inline]
    pub(super) fn reach_trigger(&mut self) -> Option<Instant> {
        loop {
            let above = Credits::from_micro(self.balance - self.start.level);
            let event = self.chunk.reaches(self.next, above);
            if event == self.chunk.len() {
                return None;
            }
            let at = self.chunk.at(event);
            if at >= self.start.until {
                return None;
            }
            let asked = self.chunk.sum(self.next, event + 1).micro();
            if asked <= self.balance {
                self.serve(asked);
                self.next = event + 1;
                return Some(at);
            }
            let end = self.run_short(event)?;
            if self.balance <= self.start.level {
                return Some(end);
            }
        }
    }

    /// An outage from an event that the balance does not cover to the next that it does, which is served; returns the
    /// instant of that one. The trigger does not hold, so nothing is on its way.
    fn run_short(&mut self, event: usize) -> Option<Instant> {
        if !self.start.refuses {
            return None;
        }
        self.serve(self.chunk.sum(self.next, event).micro());
        let balance = Credits::from_micro(self.balance);
        let fits = self.chunk.first_within(event, self.chunk.len(), balance);
        if fits == self.chunk.len() || self.chunk.at(fits) >= self.start.until {
            return None;
        }
        let (opened, end) = (self.chunk.at(event), self.chunk.at(fits));
        let refused = IdleRefusals { first: opened, events: (fits - event) as u64, balance };
        let gaps = self.gaps.get_or_insert_default();
        gaps.idle = Some(refused.after(gaps.idle));
        gaps.refuse(refused.events, self.chunk.sum(event, fits))?;
        gaps.close_outage(opened, end);
        self.serve(self.chunk.amount(fits).micro());
        self.next = fits + 1;
        Some(end)
    }

    /// Uses the events between the start of a charge and the instant at which its credits arrive, and takes these. `None`
    /// where the chunk ends before that.
    #[inline]
    pub(super) fn settle(
        &mut self,
        started: Instant,
        settles: Instant,
        credits: Credits,
    ) -> Option<()> {
        let is_next = self.next < self.chunk.len() && self.chunk.at(self.next) >= settles;
        if !is_next {
            self.wait(started, settles)?;
        } else if self.balance == 0 {
            self.exhaust(started, settles);
        }
        self.balance = self.balance.checked_add(credits.micro())?;
        Some(())
    }

    /// Uses the events before a charge settles: those in a row that are covered together, and those that are not.
    fn wait(&mut self, started: Instant, settles: Instant) -> Option<()> {
        let near = self.chunk.not_before_near(self.next, settles);
        let end = near.unwrap_or_else(|| self.chunk.not_before(self.next, settles));
        if end == self.chunk.len() {
            return None;
        }
        let (mut outage, mut exhausted) = (None, (self.balance == 0).then_some(started));
        while self.next < end {
            let from = self.next;
            let (short, covered) = self.first_short(end);
            if from < short {
                self.serve(covered);
                if let Some(opened) = outage.take() {
                    self.gaps.get_or_insert_default().close_outage(opened, self.chunk.at(from));
                }
                if self.balance == 0 {
                    exhausted = exhausted.or(Some(self.chunk.at(short - 1)));
                }
                self.next = short;
            } else if self.start.refuses {
                let fits = self.first_fitting(from, end);
                let refused = self.chunk.sum(from, fits);
                self.gaps.get_or_insert_default().refuse((fits - from) as u64, refused)?;
                outage = outage.or(Some(self.chunk.at(from)));
                self.next = fits;
            } else {
                return None;
            }
        }
        if let Some(opened) = outage {
            self.gaps.get_or_insert_default().close_outage(opened, settles);
        }
        if let Some(since) = exhausted {
            self.exhaust(since, settles);
        }
        Some(())
    }

    /// The first event before `end` that the balance does not cover after those before it, or `end`; and what these ask for.
    fn first_short(&self, end: usize) -> (usize, i64) {
        let asked = self.chunk.sum(self.next, end).micro();
        if asked <= self.balance {
            return (end, asked);
        }
        // More than the balance is asked for, so a step above it is in range.
        let short = self.chunk.reaches(self.next, Credits::from_micro(self.balance + 1));
        (short, self.chunk.sum(self.next, short).micro())
    }

    /// The first event of `[from, to)` that the balance covers, or `to`.
    fn first_fitting(&self, from: usize, to: usize) -> usize {
        match self.balance {
            0 => to,
            balance => self.chunk.first_within(from, to, Credits::from_micro(balance)),
        }
    }

    /// The balance was zero for a time.
    fn exhaust(&mut self, since: Instant, until: Instant) {
        self.gaps.get_or_insert_default().exhausted += until.since(since).millis();
    }

    #[inline]
    fn serve(&mut self, amount: i64) {
        self.balance -= amount;
        self.served += amount;
    }
}

impl ServiceGaps {
    /// Appends these to those before them; `None` if that is beyond the range of credits.
    pub(super) fn after(&self, before: &ServiceGaps) -> Option<ServiceGaps> {
        Some(ServiceGaps {
            refused_events: before.refused_events + self.refused_events,
            refused: before.refused.checked_add(self.refused)?,
            outages: before.outages + self.outages,
            downtime: before.downtime + self.downtime,
            exhausted: before.exhausted + self.exhausted,
            idle: self.idle.map(|idle| idle.after(before.idle)).or(before.idle),
        })
    }

    /// A run with these gaps.
    pub(super) fn told(&self, run: RoutineRun) -> RoutineRun {
        RoutineRun {
            refused_events: self.refused_events,
            refused: Credits::from_micro(self.refused),
            outages: self.outages,
            downtime: Duration::from_millis(self.downtime),
            exhausted: Duration::from_millis(self.exhausted),
            idle: self.idle,
            ..run
        }
    }

    fn refuse(&mut self, events: u64, amount: Credits) -> Option<()> {
        self.refused_events += events;
        self.refused = self.refused.checked_add(amount.micro())?;
        Some(())
    }

    fn close_outage(&mut self, opened: Instant, at: Instant) {
        self.outages += 1;
        self.downtime += at.since(opened).millis();
    }
}
