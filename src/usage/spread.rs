//! Totals that flow over their time, instead of being asked for at one instant.
//!
//! A row is the total of the time from its instant to that of the next; where the next is far, or there is
//! none, of a time as long as most, and of a day where rows are dates that are now nearer and now further apart. It is spread in pieces of five minutes: whole credits first, and what is
//! less than one credit with the last of them, so that the pieces add up to the row exactly. Deliberately
//! absent: whether rows are totals (`spacing`).

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::{Credits, Duration, Instant, Window, Zone};
use crate::engine::trace::Chunk;

use super::spacing::is_whole_days;
use super::{Feed, UsageError, UsageSummary, memory, push};

/// How rows of a file become events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowSpread {
    /// Each is an event at its instant.
    #[default]
    None,
    /// Each is a total that flows evenly over its time.
    Uniform,
    /// Each is a total that flows as busy as the hours of the local day are: millionths of a factor each, from
    /// midnight.
    Hours([u64; 24]),
}

/// The rows that were spread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowTotals {
    /// How many there are, inside the horizon and outside.
    pub rows: u64,
    /// The time of each, in order, where none was cut to a horizon and a part may be asked for later.
    pub(super) each: Arc<[RowTotal]>,
}

/// The rows of one instant, which are one total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowTotal {
    pub(super) at: Instant,
    pub(super) length: Duration,
    pub(super) rows: u64,
}

impl RowTotal {
    /// Whether nothing of it flows into a horizon, and it does not stand in it.
    pub(super) fn is_outside(self, horizon: Window) -> bool {
        let ends = self.at.plus(self.length);
        self.at >= horizon.to || ends <= horizon.from && !horizon.contains(self.at)
    }
}

/// The length of a piece.
const PIECE: i64 = 5 * 60_000;
/// Rows that are looked at to learn how far they are apart.
const LOOKED_AT: usize = 1_000;
/// Micro-credits of a credit.
const CREDIT: i64 = 1_000_000;

/// A feed that spreads the rows of another.
pub struct SpreadFeed {
    rows: Box<dyn Feed>,
    how: RowSpread,
    zone: Zone,
    horizon: Window,
    /// Rows that were read, those of one instant together with their number, in time order.
    read: VecDeque<(Instant, Credits, u64)>,
    /// Whether all rows were read.
    is_read: bool,
    /// How far most rows are apart; `None` until it is known, and where there is one row.
    usual: Option<Duration>,
    /// Pieces of a row, in time order.
    pieces: VecDeque<(Instant, Credits)>,
    /// Rows that were spread, and each where all of time is asked for.
    rows_spread: u64,
    each: Vec<RowTotal>,
    summary: UsageSummary,
}

impl SpreadFeed {
    /// Spreads `rows`, which are not cut to the horizon, over their time, and cuts the pieces to it.
    pub fn new(rows: Box<dyn Feed>, how: RowSpread, zone: Zone, horizon: Window) -> SpreadFeed {
        let summary = UsageSummary::of(rows.summary().source.clone());
        SpreadFeed {
            rows,
            how,
            zone,
            horizon,
            read: VecDeque::new(),
            is_read: false,
            usual: None,
            pieces: VecDeque::new(),
            rows_spread: 0,
            each: Vec::new(),
            summary,
        }
    }

    /// Reads on until so many rows wait, or to the end.
    fn read_on(&mut self, wanted: usize) -> Result<(), UsageError> {
        let mut chunk = Chunk::new();
        while self.read.len() < wanted && !self.is_read {
            self.rows.fill(&mut chunk)?;
            self.is_read = chunk.is_empty();
            for row in chunk.slice().merged() {
                self.take(row)?;
            }
        }
        Ok(())
    }

    /// Takes a row; rows of one instant are one total.
    fn take(&mut self, (at, amount): (Instant, Credits)) -> Result<(), UsageError> {
        match self.read.back_mut() {
            Some((last, sum, rows)) if *last == at => {
                *rows += 1;
                let micro = sum.micro().checked_add(amount.micro());
                let name = || self.summary.source.clone();
                *sum = Credits::from_micro(
                    micro.ok_or_else(|| UsageError::Amount { name: name(), at })?,
                );
            }
            _ => self.read.push_back((at, amount, 1)),
        }
        Ok(())
    }

    /// Spreads the next row; false at the end.
    fn spread_next(&mut self) -> Result<bool, UsageError> {
        if self.usual.is_none() {
            self.read_on(LOOKED_AT)?;
            self.usual = usual_distance(&self.read);
        }
        self.read_on(2)?;
        let Some((at, amount, rows)) = self.read.pop_front() else { return Ok(false) };
        let length = self.length(at);
        let total = RowTotal { at, length, rows };
        self.note(total)?;
        if total.is_outside(self.horizon) {
            self.summary.outside.add_rows(at, rows);
            return Ok(true);
        }
        match amount {
            // It asks for nothing, and shows that the log was kept.
            Credits::ZERO if self.horizon.contains(at) => self.pieces.push_back((at, amount)),
            _ => self.spread(at, length, amount),
        }
        Ok(true)
    }

    /// Counts a total, and keeps it where all of time is asked for: who cuts its pieces later has to know their rows.
    fn note(&mut self, total: RowTotal) -> Result<(), UsageError> {
        self.rows_spread += total.rows;
        if self.horizon.from == Instant::EARLIEST && self.horizon.to == Instant::NEVER {
            memory::reserve(&mut self.each, 1, &self.summary.source)?;
            self.each.push(total);
        }
        Ok(())
    }

    /// The time of which a row is the total: to the next, unless that is further than usual by half.
    fn length(&self, at: Instant) -> Duration {
        let usual = self.usual.unwrap_or(Duration::from_millis(0));
        let next = self.read.front().map(|&(next, ..)| next.since(at).millis());
        match next {
            Some(next) if next <= usual.millis() + usual.millis() / 2 => {
                Duration::from_millis(next)
            }
            _ => usual,
        }
    }

    fn spread(&mut self, at: Instant, length: Duration, amount: Credits) {
        let count = (length.millis() / PIECE).max(1);
        let start = |piece: i64| {
            let since = i128::from(length.millis()) * i128::from(piece) / i128::from(count);
            at.plus(Duration::from_millis(since as i64))
        };
        let weights: Vec<u64> = (0..count).map(|piece| self.weight(start(piece))).collect();
        let shares = shares(amount, &weights);
        for (piece, share) in (0..count).zip(shares) {
            let at = start(piece);
            if share > Credits::ZERO && self.horizon.contains(at) {
                self.pieces.push_back((at, share));
            }
        }
    }

    fn weight(&self, at: Instant) -> u64 {
        let RowSpread::Hours(hours) = self.how else { return 1 };
        let hour = chrono::Timelike::hour(&self.zone.local(at)) as usize;
        hours[hour]
    }

    /// Takes over what was read of the rows.
    fn finish(&mut self) {
        let read = self.rows.summary();
        let mut chosen = read.chosen.clone();
        let how = match self.how {
            RowSpread::Hours(_) => "by the hours of `spread_hours`",
            _ => "evenly",
        };
        if let Some(usual) = self.usual {
            chosen.push(format!(
                "Each row is a total that flows {how} until the next row, in most cases over {usual}."
            ));
        }
        // The end is reached again by each call after the last piece.
        let known = self.summary.totals.take().map(|totals| totals.each);
        let each = known.unwrap_or_else(|| std::mem::take(&mut self.each).into());
        let totals = RowTotals { rows: self.rows_spread, each };
        self.summary = UsageSummary {
            rows: read.rows,
            apart: None,
            bad_rows: read.bad_rows.clone(),
            netted_rows: read.netted_rows,
            excess_corrections: read.excess_corrections,
            duplicate_rows: read.duplicate_rows,
            left_out_rows: read.left_out_rows,
            doubts: read.doubts.clone(),
            sorted: read.sorted,
            hash: read.hash.clone(),
            counted: read.counted.clone(),
            chosen,
            totals: Some(totals),
            ..std::mem::take(&mut self.summary)
        };
    }
}

/// The middle one of the distances between rows, or a day where all are whole days and most are not near it: a date stands
/// for its day. `None` for less than two rows.
fn usual_distance(rows: &VecDeque<(Instant, Credits, u64)>) -> Option<Duration> {
    let next = rows.iter().skip(1);
    let apart = rows.iter().zip(next).map(|(&(at, ..), &(next, ..))| next.since(at).millis());
    let mut apart: Vec<i64> = apart.collect();
    apart.sort_unstable();
    let &middle = apart.get(apart.len() / 2)?;
    let near = apart.iter().filter(|&&one| (one - middle).abs() <= middle / 4).count();
    let are_dates = apart.iter().all(|&one| is_whole_days(one));
    match are_dates && 2 * near <= apart.len() {
        true => Some(Duration::DAY),
        false => Some(Duration::from_millis(middle)),
    }
}

/// An amount in shares by weight, evenly where all weights are zero: whole credits, and what is less than one
/// with the last share that has any weight.
fn shares(amount: Credits, weights: &[u64]) -> Vec<Credits> {
    let even: Vec<u64>;
    let weights = match weights.iter().all(|&weight| weight == 0) {
        true => {
            even = vec![1; weights.len()];
            &even
        }
        false => weights,
    };
    let all: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    let last = weights.iter().rposition(|&weight| weight > 0);
    let (whole, rest) = (amount.micro() / CREDIT, amount.micro() % CREDIT);
    let (mut before, mut given) = (0_i128, 0_i128);
    let share = |(index, &weight): (usize, &u64)| {
        before += i128::from(weight);
        let until = i128::from(whole) * before / all;
        let credits = (until - given) as i64;
        given = until;
        Credits::from_micro(credits * CREDIT + if Some(index) == last { rest } else { 0 })
    };
    weights.iter().enumerate().map(share).collect()
}

impl Feed for SpreadFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        loop {
            let Some(&piece) = self.pieces.front() else {
                if self.spread_next()? {
                    continue;
                }
                self.finish();
                break;
            };
            if !push(chunk, piece, &self.summary.source)? {
                break;
            }
            self.pieces.pop_front();
        }
        self.summary.inside(chunk);
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::Held;

    const HOUR: i64 = 3_600_000;

    fn at(hours: i64) -> Instant {
        Instant::from_millis(hours * HOUR)
    }

    /// Rows at hours, with micro-credits, spread and cut to hours.
    fn spread(
        rows: &[(i64, i64)],
        how: RowSpread,
        horizon: (i64, i64),
    ) -> (Vec<(i64, i64)>, UsageSummary) {
        let event = |&(hour, micro): &(i64, i64)| (at(hour), Credits::from_micro(micro));
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let rows = Held::new(rows.iter().map(event).collect(), always);
        let horizon = Window { from: at(horizon.0), to: at(horizon.1) };
        let mut feed = SpreadFeed::new(Box::new(rows), how, Zone::UTC, horizon);
        let (mut chunk, mut pieces) = (Chunk::new(), Vec::new());
        loop {
            feed.fill(&mut chunk).unwrap();
            if chunk.is_empty() {
                return (pieces, feed.summary().clone());
            }
            let piece = |i: usize| (chunk.at(i).millis(), chunk.amount(i).micro());
            pieces.extend((0..chunk.len()).map(piece));
        }
    }

    fn sum(pieces: &[(i64, i64)]) -> i64 {
        pieces.iter().map(|(_, micro)| micro).sum()
    }

    #[test]
    fn pieces_add_up_to_their_row_and_are_whole_credits_but_for_a_rest() {
        let day = 24;
        for micro in [1_200 * CREDIT, 7 * CREDIT + 300_000, 999_999, 288 * CREDIT, 0] {
            let rows = [(0, micro), (day, 5 * CREDIT)];
            let (pieces, summary) = spread(&rows, RowSpread::Uniform, (0, day));
            assert_eq!(sum(&pieces), micro);
            let uneven = pieces.iter().filter(|(_, micro)| micro % CREDIT != 0).count();
            assert!(uneven <= 1, "{micro}: {pieces:?}");
            assert_eq!(summary.outside.count, 1, "{micro}");
        }
        let (pieces, _) = spread(&[(0, 1_200 * CREDIT), (day, 0)], RowSpread::Uniform, (0, day));
        assert_eq!(pieces.len(), 288);
        assert!(pieces.iter().all(|&(_, micro)| micro == 4 * CREDIT || micro == 5 * CREDIT));
    }

    #[test]
    fn a_total_of_nothing_stays_a_row_that_asks_for_nothing() {
        let rows = [(0, 12 * CREDIT), (1, 0), (2, 12 * CREDIT), (3, 0)];
        let (pieces, summary) = spread(&rows, RowSpread::Uniform, (0, 3));
        assert_eq!(sum(&pieces), 24 * CREDIT);
        assert_eq!((summary.zeros, summary.events, summary.outside.count), (1, 25, 1));
    }

    #[test]
    fn a_total_flows_to_the_next_row_and_no_further_than_usual() {
        let rows: Vec<(i64, i64)> = [0, 1, 2, 7, 8].map(|hour| (hour, 12 * CREDIT)).to_vec();
        let (pieces, _) = spread(&rows, RowSpread::Uniform, (0, 100));
        let hours: Vec<i64> = pieces.iter().map(|(millis, _)| millis / HOUR).collect();
        let each = |hour: i64| hours.iter().filter(|&&other| other == hour).count();
        assert_eq!([0, 1, 2, 3, 6, 7, 8, 9].map(each), [12, 12, 12, 0, 0, 12, 12, 0]);
    }

    #[test]
    fn a_date_flows_over_its_day_where_dates_are_now_nearer_and_now_further_apart() {
        let rows = |days: &[i64]| -> Vec<(i64, i64)> {
            days.iter().map(|day| (24 * day, 288 * CREDIT)).collect()
        };
        let days = |days: &[i64]| {
            let (pieces, summary) = spread(&rows(days), RowSpread::Uniform, (0, 24 * 100));
            let mut flows: Vec<i64> =
                pieces.iter().map(|(millis, _)| millis / (24 * HOUR)).collect();
            flows.dedup();
            (flows, summary.events)
        };
        assert_eq!(days(&[0, 1, 2, 19, 25]), (vec![0, 1, 2, 19, 25], 5 * 288));
        // Weeks are weeks, also where one begins a day late.
        assert_eq!(days(&[0, 7, 15, 21]).0, (0..28).collect::<Vec<i64>>());
        // What has times of day lasts as long as most.
        let (pieces, _) =
            spread(&[(0, 288 * CREDIT), (24, 0), (49, 0)], RowSpread::Uniform, (0, 99));
        assert_eq!(pieces.iter().filter(|(_, micro)| *micro > 0).count(), 288);
    }

    #[test]
    fn pieces_are_cut_to_the_horizon_and_a_row_before_it_flows_into_it() {
        let rows = [(0, 288 * CREDIT), (24, 288 * CREDIT), (48, 288 * CREDIT)];
        let (pieces, summary) = spread(&rows, RowSpread::Uniform, (12, 36));
        assert_eq!((pieces.first().unwrap().0, sum(&pieces)), (12 * HOUR, 288 * CREDIT));
        assert_eq!((summary.rows, summary.outside.count), (3, 1));
        assert_eq!(summary.totals.map(|totals| totals.rows), Some(3));
    }

    #[test]
    fn rows_outside_are_counted_each_also_those_of_one_instant() {
        let rows = [(0, CREDIT), (0, CREDIT), (24, CREDIT), (48, CREDIT), (48, 0), (48, CREDIT)];
        let (_, summary) = spread(&rows, RowSpread::Uniform, (24, 48));
        assert_eq!(summary.totals.unwrap().rows, 6);
        assert_eq!((summary.rows, summary.outside.count), (6, 5));
    }

    #[test]
    fn a_total_flows_as_busy_as_the_hours_are() {
        let mut hours = [0; 24];
        (hours[9], hours[10]) = (1_000_000, 3_000_000);
        let rows = [(0, 400 * CREDIT), (24, 400 * CREDIT)];
        let (pieces, _) = spread(&rows, RowSpread::Hours(hours), (0, 24));
        let of = |hour: i64| {
            pieces.iter().filter(|(at, _)| at / HOUR == hour).map(|(_, micro)| micro).sum::<i64>()
        };
        assert_eq!([8, 9, 10, 11].map(of), [0, 100 * CREDIT, 300 * CREDIT, 0]);
    }

    #[test]
    fn rows_of_one_instant_are_one_total_and_a_single_row_stays_an_event() {
        let rows = [(0, 6 * CREDIT), (0, 6 * CREDIT), (1, 0), (2, 0)];
        assert_eq!(spread(&rows, RowSpread::Uniform, (0, 9)).0.len(), 12);
        assert_eq!(
            spread(&[(3, 6 * CREDIT)], RowSpread::Uniform, (0, 9)).0,
            [(3 * HOUR, 6 * CREDIT)]
        );
    }
}
