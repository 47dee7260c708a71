//! Doubts that only all rows of a file together raise: rows that repeat others, a number of rows at which
//! exports are cut, and usage that another zone would move to another month.
//!
//! Both readers of files count with these. Deliberately absent: what to do about it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use chrono::{DateTime, Datelike};

use super::meaning::number::Atto;
use crate::domain::text::counted_are;
use crate::domain::{Duration, Instant, Zone, grouped};

/// Rows among which repeats in full are looked for.
const COMPARED: usize = 2_000_000;
/// Numbers of rows at which exports are cut.
const CUTS: [u64; 9] =
    [1_000, 5_000, 10_000, 50_000, 65_535, 100_000, 500_000, 1_000_000, 1_048_575];
/// Milliseconds of a local day.
const DAY: i64 = Duration::DAY.millis();

/// The doubt about a file of so many rows; `None` where exports are not cut at that number.
pub(super) fn cut(rows: u64) -> Option<String> {
    CUTS.contains(&rows).then(|| {
        format!(
            "The file has exactly {} rows. Exports are often cut at such a number: check that it \
             reaches to the end.",
            grouped(&rows.to_string())
        )
    })
}

/// What is told of a last line without an end whose last cell is an amount.
pub(super) const OPEN_END: &str =
    "The last line has no line end: if the file was cut there, its amount is too small.";

/// Counts rows that are identical to an earlier one in every column.
#[derive(Debug, Default)]
pub(super) struct RepeatedRows {
    count: u64,
    /// Whether rows are in time order, so that only those of one instant are compared.
    in_order: bool,
    /// The instant of the rows in `seen`, where rows are in time order.
    at: Option<Instant>,
    /// The hashes of the rows with which the next is compared.
    seen: HashSet<u64>,
}

impl RepeatedRows {
    /// For rows in time order.
    pub(super) fn in_order() -> RepeatedRows {
        RepeatedRows { in_order: true, ..RepeatedRows::default() }
    }

    /// For rows in any order.
    pub(super) fn in_any_order() -> RepeatedRows {
        RepeatedRows::default()
    }

    /// Adds a row at `at`; `last` is the instant of the row before it. The hashes of the two are computed only
    /// where they decide.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        at: Instant,
        last: Instant,
        row: impl Fn() -> u64,
        before: impl Fn() -> u64,
    ) {
        if !self.in_order {
            self.compare(row());
        } else if at == last {
            self.add_again(at, row(), before);
        }
    }

    /// Adds a row at the instant of the one before it.
    #[cold]
    fn add_again(&mut self, at: Instant, row: u64, before: impl Fn() -> u64) {
        if self.at.replace(at) != Some(at) {
            self.seen.clear();
            self.seen.insert(before());
        }
        self.compare(row);
    }

    fn compare(&mut self, row: u64) {
        if self.seen.len() < COMPARED {
            self.count += u64::from(!self.seen.insert(row));
        }
    }

    /// Leaves the rows with which those of the next file are compared; those that were found stay here.
    pub(super) fn leave(&mut self) -> RepeatedRows {
        let seen = std::mem::take(&mut self.seen);
        RepeatedRows { count: 0, in_order: self.in_order, at: self.at, seen }
    }

    /// Whether rows are in time order.
    pub(super) fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The doubt in a sentence.
    pub(super) fn told(&self) -> Option<String> {
        let rows = match self.count {
            0 => return None,
            count => counted_are(grouped(&count.to_string()), "row"),
        };
        Some(format!(
            "{rows} identical to an earlier one in every column; all were counted. If they are repeats \
             of one event, name the columns of its identity with `[usage] identity` or `--identity`."
        ))
    }
}

/// The most moves between months in one sentence.
const MOVES: usize = 3;

/// Usage that would move from one month to another if local times were UTC.
#[derive(Debug)]
pub(super) struct MovedUsage {
    /// The zone in which local times were taken.
    zone: Zone,
    /// A local day all of which stays in its month.
    stays: Range<i64>,
    /// The amounts by their month and the month they would move to.
    moved: BTreeMap<(String, String), Atto>,
}

impl MovedUsage {
    /// For local times taken in `zone`.
    pub(super) fn from(zone: Zone) -> MovedUsage {
        let stays = if zone == Zone::UTC { i64::MIN..i64::MAX } else { 0..0 };
        MovedUsage { zone, stays, moved: BTreeMap::new() }
    }

    /// Counts usage at a local time, in milliseconds as if it were UTC.
    #[inline]
    pub(super) fn add(&mut self, local: i64, amount: impl FnOnce() -> Atto) {
        if !self.stays.contains(&local) {
            self.add_elsewhere(local, amount());
        }
    }

    /// The same on another day than the last that stays in its month.
    fn add_elsewhere(&mut self, local: i64, amount: Atto) {
        let now = month(local);
        let then = |local| month_in(self.zone, Instant::from_millis(local));
        let day = local.div_euclid(DAY) * DAY;
        if then(day) == now && then(day + DAY - 1) == now {
            self.stays = day..day + DAY;
            return;
        }
        let then = then(local);
        if now != then {
            let moved = self.moved.entry((now, then)).or_default();
            *moved = moved.plus(amount).unwrap_or(*moved);
        }
    }

    /// The largest of the amounts.
    pub(super) fn size(&self) -> Atto {
        self.moved.values().map(|amount| amount.size()).max().unwrap_or_default()
    }

    /// Adds what other rows would move.
    pub(super) fn join(&mut self, other: &MovedUsage) {
        for (months, amount) in &other.moved {
            let moved = self.moved.entry(months.clone()).or_default();
            *moved = moved.plus(*amount).unwrap_or(*moved);
        }
    }

    /// The doubt in a sentence; `None` where nothing would move.
    pub(super) fn told(&self) -> Option<String> {
        let move_of = |((now, then), amount): (&(String, String), &Atto)| {
            format!("{amount} from {now} to {then}")
        };
        let mut moves: Vec<String> = self.moved.iter().map(move_of).collect();
        let more = moves.len().saturating_sub(MOVES);
        moves.truncate(MOVES);
        let last = match more {
            0 => moves.pop()?,
            more => format!("{more} more between other months"),
        };
        let moves = match moves.is_empty() {
            true => last,
            false => format!("{} and {last}", moves.join(", ")),
        };
        Some(format!(
            "The times of the file have no offset from UTC and were taken in {}. If they are UTC, usage \
             would move into another month, {moves}: set `[usage] zone = \"UTC\"` or `--usage-zone UTC`, or \
             your own zone to keep them.",
            self.zone.name()
        ))
    }
}

/// The month of a local time.
fn month(local: i64) -> String {
    let date = DateTime::from_timestamp_millis(local).map(|at| at.naive_utc());
    date.map_or(String::new(), |date| format!("{}-{:02}", date.year(), date.month()))
}

/// The month of an instant in a zone.
pub(super) fn month_in(zone: Zone, at: Instant) -> String {
    let local = zone.local(at);
    format!("{}-{:02}", local.year(), local.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(mut rows: RepeatedRows, list: &[(i64, u64)]) -> u64 {
        let mut before = (Instant::EARLIEST, 0);
        for &(at, row) in list {
            let at = Instant::from_millis(at);
            rows.add(at, before.0, || row, || before.1);
            before = (at, row);
        }
        rows.count()
    }

    #[test]
    fn rows_in_order_repeat_only_others_of_their_instant() {
        let list = [(1, 7), (1, 8), (1, 7), (1, 7), (2, 7), (3, 9), (3, 9)];
        assert_eq!(repeated(RepeatedRows::in_order(), &list), 3);
        assert_eq!(repeated(RepeatedRows::in_order(), &[(1, 7), (2, 7), (2, 8)]), 0);
    }

    #[test]
    fn rows_in_any_order_repeat_any_other() {
        let list = [(1, 7), (2, 8), (1, 7), (2, 9)];
        assert_eq!(repeated(RepeatedRows::in_any_order(), &list), 1);
    }

    #[test]
    fn only_usage_near_the_end_of_a_month_would_move() {
        let new_york = Zone::from_name("America/New_York").unwrap();
        let mut moved = MovedUsage::from(new_york);
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
        let one = || Atto::from_micro(1_000_000).unwrap();
        for time in [
            "2026-03-31T23:59:59Z",
            "2026-04-01T00:00:00Z",
            "2026-04-01T03:59:59Z",
            "2026-04-01T04:00:00Z",
            "2026-04-15T00:00:00Z",
        ] {
            moved.add(at(time), one);
        }
        let told = moved.told().unwrap();
        assert!(
            told.contains("would move into another month, 2 from 2026-04 to 2026-03:"),
            "{told}"
        );
    }

    #[test]
    fn many_months_are_one_sentence() {
        let mut moved = MovedUsage::from(Zone::from_name("America/New_York").unwrap());
        for month in 2..=7 {
            let text = format!("2026-{month:02}-01T00:00:00Z");
            let at = DateTime::parse_from_rfc3339(&text).unwrap().timestamp_millis();
            moved.add(at, || Atto::from_micro(1_000_000).unwrap());
        }
        let told = moved.told().unwrap();
        let wanted = "1 from 2026-02 to 2026-01, 1 from 2026-03 to 2026-02, 1 from 2026-04 to 2026-03 and 3 \
                      more between other months:";
        assert!(told.contains(wanted), "{told}");
    }

    #[test]
    fn nothing_moves_in_utc() {
        let mut moved = MovedUsage::from(Zone::UTC);
        moved.add(0, || unreachable!("no amount is needed"));
        assert_eq!(moved.told(), None);
    }
}
