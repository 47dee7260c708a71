//! One round of routine: usage down to the trigger, and the time until the charge that it starts settles, or the one that is
//! tried again after it. And what comes where caps let no charge start: the rest of the balance is used up.
//!
//! A round knows the balance and nothing else of an account. It changes nothing but gaps in service, which it can take back:
//! where it turns out to be no routine, or its chunk ends before it does, it is dropped. Contract §4 and §5, as far as they
//! matter where usage that is not covered is refused.

use crate::domain::{Credits, Duration, Instant};

use super::observer::{IdleRefusals, RoutineRun};
use super::slice::UsageSlice;

/// What rounds in a chunk have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounds<'r, 'c> {
    pub(super) chunk: &'r UsageSlice<'c>,
    /// Events for each millionth of a credit.
    pub(super) pace: f64,
    /// The highest balance at which the trigger holds; not below zero.
    pub(super) level: i64,
    /// Whether an event that is not covered is refused, and that is all; else it ends the routine.
    pub(super) refuses: bool,
    /// What comes from then on is no routine.
    pub(super) until: Instant,
}

/// Where a round begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoundStart {
    /// Its first event.
    pub(super) next: usize,
    /// The balance, above the level of the trigger.
    pub(super) balance: i64,
}

/// A round under way. What few rounds have works on a copy of it, so that all others live through it in registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round<'r, 'c> {
    of: &'r Rounds<'r, 'c>,
    next: usize,
    balance: i64,
}

/// The gaps of rounds, and those before the round under way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundGaps {
    all: ServiceGaps,
    /// What to go back to where the round is dropped; `None` while it has none.
    before: Option<ServiceGaps>,
}

/// A balance that was used up where caps let no charge start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drought {
    /// When the balance came to the trigger.
    pub(super) capped: Instant,
    /// Credits served from then on.
    pub(super) served: Credits,
    /// When it came to zero.
    pub(super) emptied: Instant,
    /// The instant of the first event after that, with which an outage opened.
    pub(super) refused: Instant,
}

/// Time without service or without credits, all of which is over.
#[derive(Clone, Copy, Debug, Default)]
struct ServiceGaps {
    refused_events: u64,
    refused: i64,
    outages: u64,
    downtime: i64,
    exhausted: i64,
    idle: Option<IdleRefusals>,
}

impl<'r, 'c> Round<'r, 'c> {
    #[inline(always)]
    pub(super) fn new(of: &'r Rounds<'r, 'c>, start: RoundStart) -> Round<'r, 'c> {
        Round { of, next: start.next, balance: start.balance }
    }

    /// Where the next one begins.
    #[inline(always)]
    pub(super) fn end(&self) -> RoundStart {
        RoundStart { next: self.next, balance: self.balance }
    }

    /// Uses the events up to the one that brings the balance to the trigger; returns its instant. `None` where there is
    /// none in this chunk, or something else comes before it.
    #[inline(always)]
    pub(super) fn reach_trigger(&mut self, gaps: &mut RoundGaps) -> Option<Instant> {
        let (event, at) = self.trigger()?;
        let asked = self.of.chunk.sum(self.next, event + 1).micro();
        if asked > self.balance {
            let (reached, at) = self.run_short(event, gaps)?;
            (self.next, self.balance) = (reached.next, reached.balance);
            return Some(at);
        }
        (self.balance, self.next) = (self.balance - asked, event + 1);
        Some(at)
    }

    /// The event that brings the balance to the trigger or asks for more than that, and its instant.
    #[inline(always)]
    fn trigger(&self) -> Option<(usize, Instant)> {
        let &Rounds { chunk, pace, level, until, .. } = self.of;
        let event = chunk.reaches_at(self.next, Credits::from_micro(self.balance - level), pace);
        if event >= chunk.len() {
            return None;
        }
        let at = chunk.at(event);
        (at < until).then_some((event, at))
    }

    /// The trigger comes after outages: from an event that the balance does not cover to the next that it does, which is
    /// served, and so on until it holds. It does not hold in an outage, so nothing is on its way.
    #[inline(never)]
    fn run_short(
        mut self,
        mut event: usize,
        gaps: &mut RoundGaps,
    ) -> Option<(RoundStart, Instant)> {
        let &Rounds { chunk, level, refuses, until, .. } = self.of;
        if !refuses {
            return None;
        }
        loop {
            self.balance -= chunk.sum(self.next, event).micro();
            let balance = Credits::from_micro(self.balance);
            let fits = chunk.first_within(event, chunk.len(), balance);
            if fits == chunk.len() || chunk.at(fits) >= until {
                return None;
            }
            let (opened, end) = (chunk.at(event), chunk.at(fits));
            let refused = IdleRefusals { first: opened, events: (fits - event) as u64, balance };
            let gaps = gaps.of_round();
            gaps.idle = Some(refused.after(gaps.idle));
            gaps.refuse(refused.events, chunk.sum(event, fits))?;
            gaps.close_outage(opened, end);
            self.balance -= chunk.amount(fits).micro();
            self.next = fits + 1;
            if self.balance <= level {
                return Some((self.end(), end));
            }
            let (reached, at) = self.trigger()?;
            let asked = chunk.sum(self.next, reached + 1).micro();
            if asked <= self.balance {
                (self.balance, self.next) = (self.balance - asked, reached + 1);
                return Some((self.end(), at));
            }
            event = reached;
        }
    }

    /// Uses the events between the start of a charge and the instant at which its credits arrive, and takes these. `None`
    /// where the chunk ends before that.
    #[inline(always)]
    pub(super) fn settle(
        &mut self,
        started: Instant,
        settles: Instant,
        credits: Credits,
        gaps: &mut RoundGaps,
    ) -> Option<()> {
        let chunk = self.of.chunk;
        let is_next = self.next < chunk.len() && chunk.at(self.next) >= settles;
        if !is_next {
            let covered = self.few_covered(settles);
            let RoundStart { next, balance } = match covered {
                Some(end) => end,
                None => self.wait(started, settles, gaps)?,
            };
            (self.next, self.balance) = (next, balance);
        } else if self.balance == 0 {
            gaps.exhaust(started, settles);
        }
        self.balance = self.balance.checked_add(credits.micro())?;
        Some(())
    }

    /// Where the events before a charge settles end, if they are few and leave some of the balance: what is usual where usage
    /// is frequent.
    #[inline(always)]
    fn few_covered(&self, settles: Instant) -> Option<RoundStart> {
        let chunk = self.of.chunk;
        let next = chunk.not_before_near(self.next, settles)?;
        let balance = self.balance - chunk.sum(self.next, next).micro();
        (balance > 0).then_some(RoundStart { next, balance })
    }

    /// Uses the events before a charge settles: those in a row that are covered together, and those that are not.
    #[inline(never)]
    fn wait(
        mut self,
        started: Instant,
        settles: Instant,
        gaps: &mut RoundGaps,
    ) -> Option<RoundStart> {
        let &Rounds { chunk, refuses, .. } = self.of;
        let near = chunk.not_before_near(self.next, settles);
        let end = near.unwrap_or_else(|| chunk.not_before(self.next, settles));
        if end == chunk.len() {
            return None;
        }
        let asked = chunk.sum(self.next, end).micro();
        if asked < self.balance {
            return Some(RoundStart { next: end, balance: self.balance - asked });
        }
        let (mut outage, mut exhausted) = (None, (self.balance == 0).then_some(started));
        while self.next < end {
            let from = self.next;
            let (short, covered) = self.first_short(end);
            if from < short {
                self.balance -= covered;
                if let Some(opened) = outage.take() {
                    gaps.of_round().close_outage(opened, chunk.at(from));
                }
                if self.balance == 0 {
                    exhausted = exhausted.or(Some(chunk.at(short - 1)));
                }
                self.next = short;
            } else if refuses {
                let fits = self.first_fitting(from, end);
                let refused = chunk.sum(from, fits);
                gaps.of_round().refuse((fits - from) as u64, refused)?;
                outage = outage.or(Some(chunk.at(from)));
                self.next = fits;
            } else {
                return None;
            }
        }
        if let Some(opened) = outage {
            gaps.of_round().close_outage(opened, settles);
        }
        if let Some(since) = exhausted {
            gaps.exhaust(since, settles);
        }
        Some(self.end())
    }

    /// Uses up a balance after it came to the trigger at `capped` and caps let no charge start, to the first event after that,
    /// which is refused. `None` where the chunk ends before that, or something else comes.
    pub(super) fn run_dry(
        mut self,
        capped: Instant,
        gaps: &mut RoundGaps,
    ) -> Option<(RoundStart, Drought)> {
        let &Rounds { chunk, refuses, until, .. } = self.of;
        let time = |event: usize| {
            let at = (event < chunk.len()).then(|| chunk.at(event));
            at.filter(|&at| refuses && at < until)
        };
        let gaps = gaps.of_round();
        let (had, mut emptied) = (self.balance, capped);
        while self.balance > 0 {
            let balance = Credits::from_micro(self.balance);
            let event = chunk.reaches(self.next, balance);
            let at = time(event)?;
            if chunk.sum(self.next, event + 1) == balance {
                (self.balance, self.next, emptied) = (0, event + 1, at);
                break;
            }
            self.balance -= chunk.sum(self.next, event).micro();
            let fits = self.first_fitting(event, chunk.len());
            let end = time(fits)?;
            gaps.refuse((fits - event) as u64, chunk.sum(event, fits))?;
            gaps.close_outage(at, end);
            self.balance -= chunk.amount(fits).micro();
            (self.next, emptied) = (fits + 1, end);
        }
        let refused = time(self.next)?;
        gaps.refuse(1, chunk.amount(self.next))?;
        self.next += 1;
        let served = Credits::from_micro(had);
        Some((self.end(), Drought { capped, served, emptied, refused }))
    }

    /// The first event before `end` that the balance does not cover after those before it, or `end`; and what these ask for.
    fn first_short(&self, end: usize) -> (usize, i64) {
        let chunk = self.of.chunk;
        let asked = chunk.sum(self.next, end).micro();
        if asked <= self.balance {
            return (end, asked);
        }
        // More than the balance is asked for, so a step above it is in range.
        let short = chunk.reaches(self.next, Credits::from_micro(self.balance + 1));
        (short, chunk.sum(self.next, short).micro())
    }

    /// The first event of `[from, to)` that the balance covers, or `to`.
    fn first_fitting(&self, from: usize, to: usize) -> usize {
        match self.balance {
            0 => to,
            balance => self.of.chunk.first_within(from, to, Credits::from_micro(balance)),
        }
    }
}

impl RoundGaps {
    /// The round under way is taken over, with its gaps.
    #[inline(always)]
    pub(super) fn keep(&mut self) {
        self.before = None;
    }

    /// The round under way is dropped, and its gaps with it.
    #[inline]
    pub(super) fn drop_round(&mut self) {
        if let Some(before) = self.before.take() {
            self.all = before;
        }
    }

    /// Those of the round under way and all before it.
    fn of_round(&mut self) -> &mut ServiceGaps {
        self.before.get_or_insert(self.all);
        &mut self.all
    }

    /// The balance was zero for a time.
    #[inline(never)]
    fn exhaust(&mut self, since: Instant, until: Instant) {
        self.of_round().exhausted += until.since(since).millis();
    }

    /// A run with these gaps.
    pub(super) fn told(&self, run: RoutineRun) -> RoutineRun {
        self.all.told(run)
    }
}

impl ServiceGaps {
    /// A run with these gaps.
    fn told(&self, run: RoutineRun) -> RoutineRun {
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
