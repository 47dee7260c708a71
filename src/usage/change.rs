//! Changes of what usage asks for: a scale, growth, and planned changes, on usage of any source.
//!
//! Events keep their instants, and each asks for its amount times the factors in force. Deliberately absent: the
//! source.

use std::sync::Arc;

use crate::domain::{Credits, Instant};
use crate::engine::trace::{Chunk, Refused};
use crate::policy::TakenBackUsage;

use super::factor::{Growth, Spike, Spikes};
use super::{Feed, UsageError, UsageSummary, push};

/// How usage differs from what its source says.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageChanges {
    /// The factor on all amounts, above 0.
    pub scale: f64,
    /// Compound growth from the start of the horizon: 0.05 is 5 % in each month of 30.4375 days. Above −1. Constant
    /// within an hour.
    pub growth_per_month: f64,
    /// Planned changes. Overlapping ones multiply.
    pub planned: Vec<Spike>,
}

impl Default for UsageChanges {
    fn default() -> Self {
        UsageChanges { scale: 1.0, growth_per_month: 0.0, planned: Vec::new() }
    }
}

impl UsageChanges {
    /// Whether usage is as its source says.
    pub fn is_none(&self) -> bool {
        self.scale == 1.0 && self.growth_per_month == 0.0 && self.planned.is_empty()
    }

    /// What they do to amounts, in a sentence.
    pub fn sentence(&self) -> String {
        format!("Usage is changed: {}.", self.words())
    }

    /// What they do to amounts: `times 1.5, growing by 5% a month`.
    pub fn words(&self) -> String {
        let mut clauses = Vec::new();
        if self.scale != 1.0 {
            clauses.push(format!("{} times as much", self.scale));
        }
        if self.growth_per_month != 0.0 {
            // Rounded to a millionth, so that a share such as 7 % is no 7.000000000000001 %.
            let percent = libm::round(self.growth_per_month * 1e8) / 1e6;
            clauses.push(format!("growing by {percent}% a month"));
        }
        match self.planned.len() {
            0 => {}
            1 => clauses.push("1 planned change".to_owned()),
            more => clauses.push(format!("{more} planned changes")),
        }
        clauses.join(", ")
    }
}

/// What changes make of amounts.
struct ChangingAmounts {
    scale: f64,
    growth: Option<Growth>,
    planned: Spikes,
    /// The factor at hand, none before changes hold, and until when it is that.
    factor: Option<f64>,
    until: Instant,
}

impl ChangingAmounts {
    /// Changes that hold from an instant on.
    fn new(changes: &UsageChanges, from: Instant) -> ChangingAmounts {
        let growth = changes.growth_per_month;
        ChangingAmounts {
            scale: changes.scale,
            growth: (growth != 0.0).then(|| Growth::new(growth, from)),
            planned: Spikes::new(&changes.planned),
            factor: None,
            until: from,
        }
    }

    /// Takes the factor of an instant; called in order of time.
    #[inline]
    fn reach(&mut self, at: Instant) {
        if at < self.until {
            return;
        }
        let (growth, grown) = match &mut self.growth {
            Some(growth) => growth.at(at),
            None => (1.0, Instant::NEVER),
        };
        let (planned, next) = self.planned.at(at);
        (self.factor, self.until) = (Some(self.scale * growth * planned), grown.min(next));
    }

    /// What an event asks for at the factor at hand: rounded half up.
    #[inline]
    fn changed(&self, amount: Credits) -> Credits {
        let Some(factor) = self.factor else { return amount };
        let most = Credits::LARGEST.micro() as f64;
        // Below zero there is nothing, so that leaving out the fraction rounds down.
        let micro = (amount.micro() as f64 * factor + 0.5).clamp(0.0, most);
        Credits::from_micro(micro as i64)
    }

    /// What an event asks for; called in order of time.
    fn of(&mut self, (at, amount): (Instant, Credits)) -> Credits {
        self.reach(at);
        self.changed(amount)
    }

    /// What rows take back: changed as the usage that they take back.
    fn of_rows(mut self, rows: &[TakenBackUsage]) -> Arc<[TakenBackUsage]> {
        let mut changed = rows.to_vec();
        let mut in_order: Vec<&mut TakenBackUsage> = changed.iter_mut().collect();
        in_order.sort_by_key(|row| row.used_at);
        for row in in_order {
            row.credits = self.of((row.used_at, row.credits));
        }
        changed.retain(|row| row.credits.is_positive());
        changed.into()
    }
}

/// Events that are changed together: as many as a chunk checks together.
const TOGETHER: usize = 64;

/// A feed whose events ask for more or less than those of another.
pub struct ChangedFeed<F> {
    source: F,
    amounts: ChangingAmounts,
    read: Chunk,
    /// Events, and those of zero credits, of what was read that were passed on.
    passed: [usize; 2],
    /// What is changed.
    sentence: String,
    /// What rows take back of it, changed as what they take back.
    taken_back: Arc<[TakenBackUsage]>,
    summary: UsageSummary,
}

impl<F: Feed> ChangedFeed<F> {
    /// The events of `source`, changed from an instant on, from which on they also grow.
    pub fn new(source: F, changes: &UsageChanges, from: Instant) -> ChangedFeed<F> {
        ChangedFeed {
            summary: UsageSummary::of(source.summary().source.clone()),
            taken_back: ChangingAmounts::new(changes, from).of_rows(&source.taken_back()),
            source,
            amounts: ChangingAmounts::new(changes, from),
            read: Chunk::new(),
            passed: [0, 0],
            sentence: changes.sentence(),
        }
    }

    /// The next event of what was read, of those with an amount and those without.
    fn next(&self) -> Option<(Instant, Credits)> {
        let [event, zero] = self.passed;
        let read = self.read.slice();
        let event = (event < read.len()).then(|| (read.at(event), read.amount(event)));
        let zero = self.read.zeros().get(zero).map(|&at| (at, Credits::ZERO));
        match (event, zero) {
            (Some(event), Some(zero)) if zero.0 < event.0 => Some(zero),
            (event, zero) => event.or(zero),
        }
    }

    /// Passes on what was read; false if the chunk is full.
    fn pass(&mut self, chunk: &mut Chunk) -> Result<bool, UsageError> {
        if self.read.zeros().is_empty() {
            return self.pass_blocks(chunk);
        }
        while let Some((at, amount)) = self.next() {
            let changed = self.amounts.of((at, amount));
            if !push(chunk, (at, changed), &self.summary.source)? {
                return Ok(false);
            }
            self.passed[usize::from(amount == Credits::ZERO)] += 1;
        }
        Ok(true)
    }

    /// The same of events that all ask for something, those of one factor in blocks.
    fn pass_blocks(&mut self, chunk: &mut Chunk) -> Result<bool, UsageError> {
        let read = self.read.slice();
        let (mut times, mut amounts) = ([Instant::EARLIEST; TOGETHER], [Credits::ZERO; TOGETHER]);
        while self.passed[0] < read.len() {
            let from = self.passed[0];
            self.amounts.reach(read.at(from));
            let rest = (from..read.len()).take(TOGETHER);
            let mut count = 0;
            for index in rest {
                let at = read.at(index);
                if count > 0 && at >= self.amounts.until {
                    break;
                }
                (times[count], amounts[count]) = (at, self.amounts.changed(read.amount(index)));
                count += 1;
            }
            let (taken, refused) = chunk.extend(&times[..count], &amounts[..count]);
            self.passed[0] += taken;
            match refused {
                None => {}
                Some(Refused::Full) => return Ok(false),
                Some(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    let name = self.summary.source.clone();
                    return Err(UsageError::Amount { name, at: times[taken] });
                }
            }
        }
        Ok(true)
    }

    /// Takes over what was read of the source, and counts what is passed on.
    fn sum_up(&mut self, chunk: &Chunk) {
        let own = std::mem::take(&mut self.summary);
        self.summary = UsageSummary {
            events: own.events,
            zeros: own.zeros,
            total: own.total,
            largest: own.largest,
            span: own.span,
            stretches: own.stretches,
            ..self.source.summary().clone()
        };
        self.summary.chosen.push(self.sentence.clone());
        self.summary.inside(chunk);
    }
}

impl<F: Feed> Feed for ChangedFeed<F> {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        while self.pass(chunk)? {
            self.source.fill(&mut self.read)?;
            self.passed = [0, 0];
            if self.read.is_empty() {
                break;
            }
        }
        self.sum_up(chunk);
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::clone(&self.taken_back)
    }
}

impl Feed for Box<dyn Feed> {
    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        (**self).taken_back()
    }

    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        (**self).fill(chunk)
    }

    fn summary(&self) -> &UsageSummary {
        (**self).summary()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Duration, Window};
    use crate::usage::Held;

    const HOUR: i64 = 3_600_000;

    fn at(hour: i64) -> Instant {
        Instant::from_millis(hour * HOUR)
    }

    /// What events of 10 credits at each of six hours ask for, in millionths.
    fn changed(changes: &UsageChanges, from: i64) -> Vec<i64> {
        let rows = (0..6).map(|hour| (at(hour), Credits::whole(10))).collect();
        let held = Held::new(rows, Window { from: at(0), to: at(6) });
        let mut feed = ChangedFeed::new(held, changes, at(from));
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).unwrap();
        let all: Vec<i64> = (0..chunk.len()).map(|index| chunk.amount(index).micro()).collect();
        assert_eq!(
            feed.summary().total.micro(),
            all.iter().map(|&one| i128::from(one)).sum::<i128>()
        );
        all
    }

    #[test]
    fn a_change_holds_from_its_first_instant_to_before_its_last() {
        let spike = Spike { at: at(1), lasts: Duration::from_millis(2 * HOUR), times: 0.5 };
        let changes = UsageChanges { planned: vec![spike], ..UsageChanges::default() };
        let (whole, half) = (10_000_000, 5_000_000);
        assert_eq!(changed(&changes, 0), [whole, half, half, whole, whole, whole]);
        // What is known stays as it was.
        assert_eq!(changed(&changes, 2), [whole, whole, half, whole, whole, whole]);
    }

    #[test]
    fn scales_growth_and_overlapping_changes_multiply_and_amounts_are_rounded_half_up() {
        let spike = |from, times| Spike { at: at(from), lasts: Duration::DAY, times };
        let changes = UsageChanges {
            scale: 1.5,
            growth_per_month: 0.2,
            planned: vec![spike(4, 2.0), spike(5, 3.0)],
        };
        let grown = |hour: i32, times: f64| {
            let growth = 1.2_f64.powf(f64::from(hour) / (30.4375 * 24.0));
            (1.5e7 * growth * times + 0.5).floor() as i64
        };
        let found = changed(&changes, 0);
        let wanted = [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (4, 2.0), (5, 6.0)];
        for (found, (hour, times)) in found.iter().zip(wanted) {
            assert!((found - grown(hour, times)).abs() <= 1, "{hour}: {found}");
        }
        let third = UsageChanges { scale: 1.0 / 3.0, ..UsageChanges::default() };
        assert_eq!(changed(&third, 0), [3_333_333; 6]);
        let none = UsageChanges { scale: 1e-9, ..UsageChanges::default() };
        assert_eq!(changed(&none, 0), [] as [i64; 0]);
    }

    #[test]
    fn events_in_blocks_are_changed_as_one_by_one_wherever_a_chunk_or_a_factor_ends() {
        let spike = |from, lasts, times| Spike {
            at: Instant::from_millis(from),
            lasts: Duration::from_millis(lasts),
            times,
        };
        let changes = UsageChanges {
            scale: 0.7,
            growth_per_month: 0.3,
            planned: vec![
                spike(7_000_003, 1, 0.0),
                spike(9_000_000, 40_000_000, 1e-9),
                spike(60_000_000, 1_000, 9.0),
            ],
        };
        // Some at one instant, some a factor makes nothing of, and more than a chunk holds.
        let row = |i: i64| {
            (
                Instant::from_millis(i / 3 * 7_919 % 1_000 + i / 3 * 9_000),
                Credits::from_micro(1 + i * 104_729 % 5_000_000),
            )
        };
        let rows: Vec<(Instant, Credits)> = (0..40_000).map(row).collect();
        let rows: Vec<_> = rows.into_iter().filter(|row| row.0 < at(30)).collect();
        let mut one_by_one = ChangingAmounts::new(&changes, at(1));
        let mut rows_in_order = rows.clone();
        rows_in_order.sort_by_key(|row| row.0);
        let wanted: Vec<(Instant, Credits)> =
            rows_in_order.iter().map(|&row| (row.0, one_by_one.of(row))).collect();
        let held = Held::new(rows, Window { from: at(0), to: at(30) });
        let mut feed = ChangedFeed::new(held, &changes, at(1));
        let (mut chunk, mut found, mut zeros) = (Chunk::new(), Vec::new(), 0);
        loop {
            feed.fill(&mut chunk).unwrap();
            if chunk.is_empty() {
                break;
            }
            found.extend(chunk.events());
            zeros += chunk.zeros().len();
        }
        let (asking, nothing): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|row| row.1.is_positive());
        assert!(nothing.len() > 100 && asking.len() > Chunk::EVENTS / 4);
        assert_eq!(found, asking);
        assert_eq!(zeros, nothing.len());
    }

    #[test]
    fn rows_of_nothing_stay_in_their_place_and_events_are_counted_once() {
        let rows = vec![
            (at(0), Credits::ZERO),
            (at(1), Credits::whole(1)),
            (at(1), Credits::ZERO),
            (at(2), Credits::whole(2)),
        ];
        let held = Held::new(rows, Window { from: at(0), to: at(3) });
        let changes = UsageChanges { scale: 2.0, ..UsageChanges::default() };
        let mut feed = ChangedFeed::new(held, &changes, at(0));
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).unwrap();
        assert!(chunk.times().eq([at(1), at(2)]));
        assert_eq!(chunk.zeros(), [at(0), at(1)]);
        feed.fill(&mut chunk).unwrap();
        assert!(chunk.is_empty());
        assert_eq!((feed.summary().events, feed.summary().zeros), (4, 2));
    }
}
