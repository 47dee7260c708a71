//! Stretches of usage without an event, so long that a month of the calendar may lie in one.
//!
//! Deliberately absent: which months do, which depends on a zone.

use crate::domain::{Duration, Instant, Window, Zone};
use crate::engine::trace::Chunk;

/// No month is shorter.
const SHORTEST_MONTH: Duration = Duration::from_millis(28 * Duration::DAY.millis());

/// Events that are looked at together.
const TOGETHER: usize = 64;

/// The stretches between events that follow each other in which a month may lie, in time order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongStretches {
    last: Option<Instant>,
    found: Vec<Window>,
}

impl LongStretches {
    /// Follows events behind those before.
    pub(super) fn follow(&mut self, chunk: &Chunk) {
        let slice = chunk.slice();
        if !chunk.zeros().is_empty() {
            return slice.merged().for_each(|(at, _)| self.see(at));
        }
        for from in (0..slice.len()).step_by(TOGETHER) {
            let to = slice.len().min(from + TOGETHER);
            // If what is before these and the last of them are close, so are all between.
            let last = slice.at(to - 1);
            match self.last.is_some_and(|before| last.since(before) < SHORTEST_MONTH) {
                true => self.last = Some(last),
                false => (from..to).for_each(|index| self.see(slice.at(index))),
            }
        }
    }

    /// Follows an event behind those before.
    fn see(&mut self, at: Instant) {
        let before = self.last.replace(at).unwrap_or(at);
        if at.since(before) >= SHORTEST_MONTH {
            self.found.push(Window { from: before, to: at });
        }
    }

    /// The months of a zone between the first event and the last that have none.
    pub fn months(&self, zone: Zone) -> Vec<Window> {
        let mut months = Vec::new();
        for stretch in &self.found {
            // The month of the event before the stretch has one.
            let mut month = zone.month(zone.month(stretch.from).to);
            while month.to <= stretch.to {
                months.push(month);
                month = zone.month(month.to);
            }
        }
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credits;

    /// The months without an event, in UTC, of events on these days; each chunk has so many of them.
    fn months(days: &[&str], most: usize) -> Vec<String> {
        let mut stretches = LongStretches::default();
        let at = |day: &&str| {
            let date = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").expect("it is a date");
            Zone::UTC.midnight(date).expect("UTC has every midnight")
        };
        for days in days.chunks(most) {
            let mut chunk = Chunk::new();
            days.iter().for_each(|day| chunk.push(at(day), Credits::from_micro(1)).unwrap());
            stretches.follow(&chunk);
        }
        let first = |month: &Window| month.from.to_string()[..7].to_owned();
        stretches.months(Zone::UTC).iter().map(first).collect()
    }

    #[test]
    fn months_without_an_event_lie_between_two_events_however_these_come() {
        for (days, expected) in [
            (&["2026-01-31", "2026-03-01"][..], &["2026-02"][..]),
            (&["2026-01-01", "2026-02-28", "2026-03-31"], &[]),
            (&["2026-01-31", "2026-02-01", "2026-04-01"], &["2026-03"]),
            (
                &["2025-10-15", "2026-02-01", "2026-02-02", "2026-05-30"],
                &["2025-11", "2025-12", "2026-01", "2026-03", "2026-04"],
            ),
            (&["2026-01-01"], &[]),
        ] {
            for most in 1..4 {
                assert_eq!(months(days, most), expected, "{days:?} {most}");
            }
        }
    }
}
