//! The event list: scheduled events, and the order of simultaneous ones.
//!
//! At most one event of each kind is pending (a queue behind it holds the rest), so the list is an
//! array and a tie is broken by position: the order in which the variants are declared is the order
//! of contract §10, supply before demand.

use crate::domain::Instant;

/// Schedulable events, in their order at one instant. Usage comes after all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A billing cycle starts.
    CycleStart,
    /// Lifetime-limited grants expire.
    Expiry,
    /// Gifts arrive.
    Gift,
    /// The window of a quota ends.
    QuotaEnd,
    /// A charge or a verification settles.
    Settlement,
    /// Something on the timeline is done or comes into effect.
    Action,
    /// The owner repairs a suspended payment method.
    Repair,
    /// The stopped service restarts.
    Restart,
    /// A blocked or waiting trigger is looked at again.
    Recheck,
    /// Standing charges are taken.
    Standing,
    /// Usage served earlier is deducted from the balance.
    Deduction,
    /// Usage refused earlier comes back.
    Return,
}

impl Event {
    const ALL: [Event; 12] = [
        Event::CycleStart,
        Event::Expiry,
        Event::Gift,
        Event::QuotaEnd,
        Event::Settlement,
        Event::Action,
        Event::Repair,
        Event::Restart,
        Event::Recheck,
        Event::Standing,
        Event::Deduction,
        Event::Return,
    ];
}

/// The next instant of every kind of event.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    instants: [Instant; Event::ALL.len()],
    next: (Instant, Event),
}

impl Agenda {
    pub(super) fn new() -> Agenda {
        Agenda {
            instants: [Instant::NEVER; Event::ALL.len()],
            next: (Instant::NEVER, Event::CycleStart),
        }
    }

    /// Schedules an event, in place of the one of its kind that was pending.
    #[inline]
    pub(super) fn set(&mut self, event: Event, at: Instant) {
        self.instants[event as usize] = at;
        if event == self.next.1 {
            self.next = self.first();
        } else if (at, event) < self.next {
            self.next = (at, event);
        }
    }

    /// The earliest of all, of several the one declared first.
    fn first(&self) -> (Instant, Event) {
        let mut first = (Instant::NEVER, Event::CycleStart);
        for event in Event::ALL {
            if self.instants[event as usize] < first.0 {
                first = (self.instants[event as usize], event);
            }
        }
        first
    }

    pub(super) fn clear(&mut self, event: Event) {
        if self.instants[event as usize] != Instant::NEVER {
            self.set(event, Instant::NEVER);
        }
    }

    pub(super) fn get(&self, event: Event) -> Instant {
        self.instants[event as usize]
    }

    /// The next event; [`Instant::NEVER`] when nothing is scheduled.
    #[inline]
    pub(super) fn next(&self) -> (Instant, Event) {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_one_instant_events_happen_in_the_order_of_their_declaration() {
        let mut agenda = Agenda::new();
        let noon = Instant::from_millis(0);
        for event in Event::ALL.into_iter().rev() {
            agenda.set(event, noon);
        }
        let mut happened = Vec::new();
        while agenda.next().0 != Instant::NEVER {
            happened.push(agenda.next().1);
            agenda.clear(agenda.next().1);
        }
        assert_eq!(happened, Event::ALL);
        assert!(Event::ALL.is_sorted());
    }

    #[test]
    fn after_every_change_the_next_is_the_earliest_of_all() {
        let mut agenda = Agenda::new();
        let mut number: u64 = 1;
        for _ in 0..5_000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let event = Event::ALL[(number >> 33) as usize % Event::ALL.len()];
            match number >> 60 {
                0..6 => agenda.clear(event),
                _ => agenda.set(event, Instant::from_millis((number >> 40) as i64 % 20)),
            }
            assert_eq!(agenda.next(), agenda.first());
        }
    }

    #[test]
    fn an_earlier_event_of_a_later_kind_comes_first() {
        let mut agenda = Agenda::new();
        agenda.set(Event::CycleStart, Instant::from_millis(1));
        agenda.set(Event::Recheck, Instant::from_millis(0));
        assert_eq!(agenda.next(), (Instant::from_millis(0), Event::Recheck));
    }
}
