//! Gifts: credits that the vendor gives, once or again and again, with a place in burn-down order and an
//! expiry of their own. Source: contract §2.

use crate::domain::{
    BurnOrder, BurnRank, Credits, Duration, Expiry, GiftPlace, Instant, Window, Zone,
};

/// Credits that the vendor gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gift {
    /// The credits of each.
    pub credits: Credits,
    /// The instants at which they arrive.
    pub due: GiftDue,
    /// They arrive from its start on, and no longer from its end on.
    pub within: Window,
    /// The expiry of each.
    pub lifetime: GiftLifetime,
    /// Time by which they outlive their expiry.
    pub grace: Duration,
    /// The place in burn-down order.
    pub place: GiftPlace,
    /// The priority among gifts of the same place, from 0, which burns first, to 100.
    pub priority: u8,
}

/// The instants at which a gift arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiftDue {
    /// Once, at the start of [`Gift::within`].
    Once,
    /// At the start of [`Gift::within`] and at the end of every such length from then on.
    Every(Duration),
    /// At the start of each calendar day.
    Day,
    /// At the start of each calendar month.
    Month,
    /// At each cycle start, as a part of it.
    CycleStart,
}

/// The expiry of a gift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GiftLifetime {
    /// Never.
    #[default]
    Never,
    /// At the end of the billing cycle they arrive in.
    CycleEnd,
    /// When the next of them is due.
    Next,
    /// This long after they arrived.
    For(Duration),
    /// At this instant.
    Until(Instant),
}

impl Gift {
    /// Returns the first instant at or after `start` at which it arrives as an event of its own; [`Instant::NEVER`]
    /// if there is none.
    pub fn first(&self, start: Instant, zone: Zone) -> Instant {
        let from = self.within.from;
        let earliest = from.max(start);
        let first = match self.due {
            GiftDue::Once => from,
            GiftDue::Every(length) => {
                let length = length.millis();
                let passed = (earliest.millis() - from.millis()).div_euclid(length);
                let last = Instant::from_millis(from.millis() + passed * length);
                if last < earliest { last.plus(Duration::from_millis(length)) } else { last }
            }
            GiftDue::Day => first_of(zone.day(earliest), earliest),
            GiftDue::Month => first_of(zone.month(earliest), earliest),
            GiftDue::CycleStart => Instant::NEVER,
        };
        self.inside(first)
    }

    /// Returns the instant at which it arrives after `at`, at which it did as an event of its own.
    pub fn following(&self, at: Instant, zone: Zone) -> Instant {
        match self.due {
            GiftDue::Once => Instant::NEVER,
            _ => self.inside(self.next(at, zone, Instant::NEVER)),
        }
    }

    /// The instant at which the next is due, whatever the end of the gifts; `cycle_end` is that of a cycle.
    fn next(&self, at: Instant, zone: Zone, cycle_end: Instant) -> Instant {
        match self.due {
            GiftDue::Once => Instant::NEVER,
            GiftDue::Every(length) => at.plus(length),
            GiftDue::Day => zone.day(at).to,
            GiftDue::Month => zone.month(at).to,
            GiftDue::CycleStart => cycle_end,
        }
    }

    fn inside(&self, at: Instant) -> Instant {
        if at < self.within.to { at } else { Instant::NEVER }
    }

    /// Returns true if one arrives as a part of the cycle start at `at`.
    pub fn comes_with_cycle(&self, at: Instant) -> bool {
        self.due == GiftDue::CycleStart && self.within.contains(at)
    }

    /// Returns the expiry of one that arrives at `at` in a cycle that ends at `cycle_end`.
    pub fn expiry(&self, at: Instant, zone: Zone, cycle_end: Instant) -> Expiry {
        let end = match self.lifetime {
            GiftLifetime::Never => return Expiry::Never,
            GiftLifetime::CycleEnd => cycle_end,
            GiftLifetime::Next => self.next(at, zone, cycle_end),
            GiftLifetime::For(length) => at.plus(length),
            GiftLifetime::Until(end) => end,
        };
        let ends_with_cycle = match self.lifetime {
            GiftLifetime::CycleEnd => true,
            GiftLifetime::Next => self.due == GiftDue::CycleStart,
            _ => false,
        };
        match self.grace {
            Duration::ZERO if ends_with_cycle => Expiry::WithCycle(end),
            grace => Expiry::At(end.plus(grace)),
        }
    }

    /// Returns its rank in burn-down order.
    pub fn rank(&self, order: BurnOrder) -> BurnRank {
        order.rank_of_gift(self.place, self.priority)
    }
}

/// The start of a calendar window, or of the next one if it lies before `earliest`.
fn first_of(window: Window, earliest: Instant) -> Instant {
    if window.from == earliest { earliest } else { window.to }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        let parsed = chrono::DateTime::parse_from_rfc3339(text).unwrap();
        Instant::from_millis(parsed.timestamp_millis())
    }

    fn gift(due: GiftDue, from: &str, to: &str) -> Gift {
        Gift {
            credits: Credits::whole(1),
            due,
            within: Window { from: at(from), to: at(to) },
            lifetime: GiftLifetime::Next,
            grace: Duration::ZERO,
            place: GiftPlace::default(),
            priority: 50,
        }
    }

    #[test]
    fn gifts_arrive_inside_their_time_and_last_until_the_next_whether_it_comes_or_not() {
        let berlin = Zone::from_name("Europe/Berlin").unwrap();
        let (from, to) = ("2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
        let daily = gift(GiftDue::Day, from, to);
        let (first, second) = (at(from), at("2026-03-29T00:00:00+01:00"));
        assert_eq!(daily.first(at("2026-03-01T00:00:00+01:00"), berlin), first);
        assert_eq!(daily.first(at("2026-03-28T00:00:00.001+01:00"), berlin), second);
        assert_eq!(daily.following(first, berlin), second);
        assert_eq!(daily.following(second, berlin), Instant::NEVER);
        // The day of the clock change has 23 hours.
        assert_eq!(daily.expiry(second, berlin, Instant::NEVER), Expiry::At(at(to)));
        let weekly = gift(GiftDue::Every(Duration::from_millis(7 * 86_400_000)), from, to);
        assert_eq!(weekly.first(first, berlin), first);
        assert_eq!(weekly.following(first, berlin), Instant::NEVER);
        let later = Gift { within: Window { to: Instant::NEVER, ..weekly.within }, ..weekly };
        assert_eq!(later.first(second, berlin), at("2026-04-04T00:00:00+01:00"));
    }

    #[test]
    fn what_ends_with_a_cycle_is_part_of_its_end_unless_there_is_a_grace() {
        let end = at("2026-02-01T00:00:00Z");
        let now = at("2026-01-01T00:00:00Z");
        let monthly = gift(GiftDue::CycleStart, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
        let zone = Zone::from_name("UTC").unwrap();
        assert!(
            monthly.comes_with_cycle(now) && !monthly.comes_with_cycle(at("2026-03-01T00:00:00Z"))
        );
        assert_eq!(monthly.expiry(now, zone, end), Expiry::WithCycle(end));
        let patient = Gift { grace: Duration::from_millis(1), ..monthly };
        assert_eq!(patient.expiry(now, zone, end), Expiry::At(end.plus(patient.grace)));
    }
}
