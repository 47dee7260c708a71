//! A vendor's bill beside the charges of a run: the sums of each day, and where they differ.
//!
//! A day is one of the scenario's zone. Deliberately absent: reading a bill from a file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::domain::{Instant, Money, Source, Window, Zone};
use crate::engine::{Fact, Moment, Observer, UsageRun};

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChargeKind {
    /// The fee of a plan.
    PlanFee,
    /// An automatic purchase.
    Recharge,
    /// A purchase by hand.
    TopUp,
    /// Use beyond the credits, billed at a price each.
    Overage,
}

impl ChargeKind {
    /// Every kind.
    pub const ALL: [ChargeKind; 4] =
        [ChargeKind::PlanFee, ChargeKind::Recharge, ChargeKind::TopUp, ChargeKind::Overage];

    /// The word for it in a bill.
    pub fn word(self) -> &'static str {
        match self {
            ChargeKind::PlanFee => "plan_fee",
            ChargeKind::Recharge => "recharge",
            ChargeKind::TopUp => "top_up",
            ChargeKind::Overage => "overage",
        }
    }

    /// Several of it in a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            ChargeKind::PlanFee => "plan fees",
            ChargeKind::Recharge => "recharges",
            ChargeKind::TopUp => "top-ups",
            ChargeKind::Overage => "overage",
        }
    }
}

/// A day, and what its charges are for; `None` for all of them together.
pub type ChargeDay = (NaiveDate, Option<ChargeKind>);

/// Sums of charges by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    sums: BTreeMap<ChargeDay, Money>,
}

/// A day on which a bill and a run differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledDay {
    /// The day.
    pub date: NaiveDate,
    /// What the charges are for; `None` where the bill does not say.
    pub kind: Option<ChargeKind>,
    /// The sum on the bill.
    pub billed: Money,
    /// The sum of the run.
    pub charged: Money,
}

/// The days that a bill is of, and what it says nothing about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillCover {
    /// The first of its days, and the one after the last.
    pub days: [NaiveDate; 2],
    /// Sums that the rules charge on days before it begins.
    pub before: usize,
    /// Sums that they charge on days after it ends.
    pub after: usize,
}

impl Bill {
    /// Adds a charge; `None` if the sum of its day is out of range.
    pub fn add(&mut self, day: ChargeDay, amount: Money) -> Option<()> {
        let sum = self.sums.entry(day).or_insert(Money::ZERO);
        *sum = sum.plus(amount).ok()?;
        Some(())
    }

    /// Returns true if it says what its charges are for.
    pub fn has_kinds(&self) -> bool {
        self.sums.keys().any(|(_, kind)| kind.is_some())
    }

    /// The sum of a day; zero where it has none.
    pub fn sum(&self, day: ChargeDay) -> Money {
        self.sums.get(&day).copied().unwrap_or(Money::ZERO)
    }

    /// The days and their sums before a date.
    pub fn before(&self, date: NaiveDate) -> impl Iterator<Item = (&ChargeDay, &Money)> {
        self.sums.range(..(date, None))
    }

    /// The first and the last day; `None` of a bill without any.
    pub fn span(&self) -> Option<[NaiveDate; 2]> {
        let (first, last) = (self.sums.first_key_value()?, self.sums.last_key_value()?);
        Some([first.0.0, last.0.0])
    }

    /// The number of sums on days that are not among `days`.
    pub fn outside(&self, days: &[NaiveDate; 2]) -> usize {
        let [first, after] = days;
        self.sums.keys().filter(|(date, _)| date < first || date >= after).count()
    }

    /// What of some days it is of, the first and the one after the last, and the sums of a run's charges on the other days
    /// among them: of these it says nothing. A day that somebody disputes is one that it is of.
    pub fn cover(
        &self,
        run: &Bill,
        days: &[NaiveDate; 2],
        disputed: Option<NaiveDate>,
    ) -> BillCover {
        let [from, to] = *days;
        let [first, last] = self.span().unwrap_or([from, to]);
        let disputed = disputed.filter(|date| *date >= from && *date < to);
        let first = disputed.map_or(first, |date| first.min(date)).max(from);
        let last = disputed.map_or(last, |date| last.max(date));
        let after = last.succ_opt().unwrap_or(last).min(to);
        let sums = |from: NaiveDate, to: NaiveDate| match from < to {
            true => run.sums.range((from, None)..(to, None)).count(),
            false => 0,
        };
        BillCover { days: [first, after], before: sums(from, first), after: sums(after, to) }
    }

    /// Where the charges of a run differ from it, in order, from the first of `days` to before the second.
    pub fn differences(&self, run: &Bill, days: &[NaiveDate; 2]) -> Vec<BilledDay> {
        let [first, after] = days;
        let all: BTreeSet<ChargeDay> = self.sums.keys().chain(run.sums.keys()).copied().collect();
        let inside = all.into_iter().filter(|(date, _)| date >= first && date < after);
        let both = inside.map(|(date, kind)| BilledDay {
            date,
            kind,
            billed: self.sum((date, kind)),
            charged: run.sum((date, kind)),
        });
        both.filter(|difference| difference.billed != difference.charged).collect()
    }
}

/// The days of a horizon: the first, and the first after.
pub fn days_of(horizon: Window, zone: Zone) -> [NaiveDate; 2] {
    let last = zone.local(Instant::from_millis(horizon.to.millis() - 1)).date();
    [zone.local(horizon.from).date(), last.succ_opt().unwrap_or(last)]
}

/// Sums up the charges of a run while it listens.
pub(super) struct ChargeRecorder {
    zone: Zone,
    has_kinds: bool,
    /// The charges; `None` once a sum is out of range.
    pub charges: Option<Bill>,
}

impl ChargeRecorder {
    /// Listens to a run whose days are in `zone`, and tells kinds apart if a bill does.
    pub fn new(zone: Zone, has_kinds: bool) -> ChargeRecorder {
        ChargeRecorder { zone, has_kinds, charges: Some(Bill::default()) }
    }
}

impl Observer for ChargeRecorder {
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        let (at, kind, amount) = match *fact {
            Fact::FeeCharged { fee, .. } => (moment.at, ChargeKind::PlanFee, fee),
            Fact::OverageBilled { price, .. } => (moment.of_bill(), ChargeKind::Overage, price),
            Fact::Granted { source: Source::Recharge, price, .. } => {
                (moment.at, ChargeKind::Recharge, price)
            }
            Fact::Granted { source: Source::TopUp, price, .. } => {
                (moment.at, ChargeKind::TopUp, price)
            }
            _ => return,
        };
        if amount == Money::ZERO {
            return;
        }
        let day = (self.zone.local(at).date(), self.has_kinds.then_some(kind));
        let added = self.charges.as_mut().and_then(|charges| charges.add(day, amount));
        if added.is_none() {
            self.charges = None;
        }
    }

    fn usage(&mut self, _: &UsageRun<'_>) {}

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill(lines: &[(&str, Option<ChargeKind>, &str)]) -> Bill {
        let mut bill = Bill::default();
        for (date, kind, amount) in lines {
            bill.add((date.parse().unwrap(), *kind), amount.parse().unwrap()).unwrap();
        }
        bill
    }

    #[test]
    fn days_before_a_bill_begins_and_after_it_ends_are_not_among_its_own() {
        let billed = bill(&[("2026-01-03", None, "9"), ("2026-01-05", None, "9")]);
        let run = bill(&[
            ("2025-12-31", None, "1"),
            ("2026-01-01", None, "1"),
            ("2026-01-02", None, "1"),
            ("2026-01-03", None, "1"),
            ("2026-01-05", None, "1"),
            ("2026-01-06", None, "1"),
            ("2026-01-09", None, "1"),
        ]);
        let day = |date: &str| date.parse::<NaiveDate>().unwrap();
        let days = [day("2026-01-01"), day("2026-01-09")];
        let told = |disputed: Option<&str>| {
            let BillCover { days: [first, after], before, after: later } =
                billed.cover(&run, &days, disputed.map(day));
            (first.to_string(), after.to_string(), before, later)
        };
        let found = |first: &str, after: &str, sums: [usize; 2]| {
            (first.to_owned(), after.to_owned(), sums[0], sums[1])
        };
        assert_eq!(told(None), found("2026-01-03", "2026-01-06", [2, 1]));
        assert_eq!(told(Some("2026-01-04")), found("2026-01-03", "2026-01-06", [2, 1]));
        assert_eq!(told(Some("2026-01-06")), found("2026-01-03", "2026-01-07", [2, 0]));
        assert_eq!(told(Some("2026-01-02")), found("2026-01-02", "2026-01-06", [1, 1]));
        assert_eq!(told(Some("2026-01-09")), found("2026-01-03", "2026-01-06", [2, 1]));
    }

    #[test]
    fn sums_of_a_day_are_compared_inside_the_horizon() {
        let recharge = Some(ChargeKind::Recharge);
        let billed = bill(&[
            ("2026-01-01", recharge, "9"),
            ("2026-01-02", recharge, "9"),
            ("2026-01-02", recharge, "9.00"),
            ("2026-01-04", recharge, "5"),
            ("2026-01-05", recharge, "1"),
        ]);
        let run = bill(&[
            ("2026-01-02", recharge, "18"),
            ("2026-01-03", recharge, "9"),
            ("2026-01-04", Some(ChargeKind::TopUp), "5"),
        ]);
        let days = ["2026-01-02", "2026-01-05"].map(|date| date.parse().unwrap());
        let found = billed.differences(&run, &days);
        let told: Vec<String> = found
            .iter()
            .map(|one| {
                format!("{} {:?} {} {}", one.date, one.kind.unwrap(), one.billed, one.charged)
            })
            .collect();
        assert_eq!(
            told,
            ["2026-01-03 Recharge 0 9", "2026-01-04 Recharge 5 0", "2026-01-04 TopUp 0 5"]
        );
        assert_eq!(billed.outside(&days), 2);
    }
}
