//! Changes of what usage asks for: a scale, growth, and planned changes, on usage of any source.
//!
//! Events keep their instants, and each asks for its amount times the factors in force. Deliberately absent: the
//! source.

use std::sync::Arc;

use crate::domain::{Credits, Instant};
use crate::engine::trace::Chunk;
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
    /// The first instant at which changes hold.
    from: Instant,
}

impl ChangingAmounts {
    fn new(changes: &UsageChanges, from: Instant) -> ChangingAmounts {
        let growth = changes.growth_per_month;
        ChangingAmounts {
            scale: changes.scale,
            growth: (growth != 0.0).then(|| Growth::new(growth, from)),
            planned: Spikes::new(&changes.planned),
            from,
        }
    }

    /// What an event asks for; called in order of time.
    fn of(&mut self, (at, amount): (Instant, Credits)) -> Credits {
        if at < self.from {
            return amount;
        }
        let growth = self.growth.as_mut().map_or(1.0, |growth| growth.at(at).0);
        let factor = self.scale * growth * self.planned.at(at).0;
        let most = Credits::LARGEST.micro() as f64;
        let micro = libm::floor(amount.micro() as f64 * factor + 0.5).clamp(0.0, most);
        Credits::from_micro(micro as i64)
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
        while let Some((at, amount)) = self.next() {
            let changed = self.amounts.of((at, amount));
            if !push(chunk, (at, changed), &self.summary.source)? {
                return Ok(false);
            }
            self.passed[usize::from(amount == Credits::ZERO)] += 1;
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
