//! The local days on which there are rows, of rows in any order that nobody holds.
//!
//! Deliberately absent: what the rows ask for.

use std::collections::BTreeMap;

use crate::domain::{Instant, Window, Zone};

use super::history::{History, RecordedDay};

/// Local days with rows.
#[derive(Clone, Debug)]
pub struct RecordedDays {
    zone: Zone,
    days: BTreeMap<Instant, RecordedDay>,
    /// The day of the last row, beside the others: the next row is mostly of the same day.
    present: Option<RecordedDay>,
}

impl RecordedDays {
    /// No day of a zone.
    pub fn new(zone: Zone) -> RecordedDays {
        RecordedDays { zone, days: BTreeMap::new(), present: None }
    }

    /// Adds a row.
    pub fn add(&mut self, at: Instant) {
        if let Some(day) = self.present.as_mut().filter(|day| day.window.contains(at)) {
            return day.add_row(at);
        }
        self.put_away();
        let window = self.zone.day(at);
        let mut day = RecordedDay::new(self.zone, window, at);
        day.add_row(at);
        self.present = Some(day);
    }

    /// Puts the present day among the others.
    fn put_away(&mut self) {
        let Some(day) = self.present.take() else { return };
        self.days.entry(day.window.from).and_modify(|other| other.join(&day)).or_insert(day);
    }

    /// The whole days from the first row to the last; `None` without a row.
    pub fn span(&mut self) -> Option<Window> {
        self.put_away();
        let (_, first) = self.days.first_key_value()?;
        let (_, last) = self.days.last_key_value()?;
        Some(Window { from: first.window.from, to: last.window.to })
    }

    /// The end of the last whole day, from which on usage is to come; of the last row, where there is none; `None` without
    /// a row.
    pub fn end(&mut self) -> Option<Instant> {
        self.put_away();
        let days: Vec<RecordedDay> = self.days.values().cloned().collect();
        (!days.is_empty()).then(|| History::end_of(&days, self.zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credits;

    #[test]
    fn days_and_their_end_are_those_of_a_history_whatever_the_order_of_rows() {
        let zone = Zone::from_name("America/New_York").unwrap();
        let hour = 3_600_000;
        for hours in [vec![0], vec![0, 5], (0..100).collect(), (3..77).step_by(5).collect()] {
            // Over the clock change of 8 March 2026.
            let at =
                |hour_number: &i64| Instant::from_millis(1_772_600_000_000 + hour_number * hour);
            let times: Vec<Instant> = hours.iter().map(at).collect();
            let events = times.iter().map(|&at| (at, Credits::whole(1))).collect();
            let history = History::of(events, "rows", zone);
            let mut days = RecordedDays::new(zone);
            let (odd, even): (Vec<_>, Vec<_>) = times.iter().partition(|at| at.millis() % 7 < 3);
            odd.into_iter().chain(even.into_iter().rev()).for_each(|at| days.add(at));
            assert_eq!(days.span(), history.span(), "{hours:?}");
            assert_eq!(days.end(), Some(history.end()), "{hours:?}");
        }
        assert_eq!((RecordedDays::new(zone).span(), RecordedDays::new(zone).end()), (None, None));
    }
}
