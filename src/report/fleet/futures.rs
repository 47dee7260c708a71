//! What all accounts come to in many futures: ranges, before and after a change, and what they rest on.

use crate::figures::{Figure, Figures};
use crate::fleet::{FEWEST_WEEKS, FleetFutures, spread_figures, whole};

use super::super::document::{Cell, CellKind, Column, Table};
use super::super::words::{count, number};
use super::{FleetReport, whole_cell};

/// The sum of all accounts over futures, in minor units, millionths or milliseconds. A quantile is unknown without a
/// future on its far side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FuturesSpread {
    /// The mean, rounded.
    pub(crate) mean: i128,
    /// What 5 of 100 futures do not exceed.
    pub(crate) p5: Option<i128>,
    /// What 50 of 100 do not exceed.
    pub(crate) p50: Option<i128>,
    /// What 95 of 100 do not exceed.
    pub(crate) p95: Option<i128>,
}

impl FuturesSpread {
    /// The spread of values, of which there is at least one.
    pub(crate) fn of(mut values: Vec<i128>) -> FuturesSpread {
        values.sort_unstable();
        let futures = values.len();
        let at = |hundredths: usize| {
            let place = (futures * hundredths).div_ceil(100).max(1) - 1;
            let sides = futures * hundredths >= 100 && futures * (100 - hundredths) >= 100;
            sides.then(|| values[place])
        };
        let (sum, count) = (values.iter().sum::<i128>(), futures as i128);
        FuturesSpread {
            mean: (2 * sum + count).div_euclid(2 * count),
            p5: at(5),
            p50: at(50),
            p95: at(95),
        }
    }
}

/// A change whose mean is that of the means that stand above it, as these are rounded: 25 and 25 differ by nothing.
fn changed_by(base: FuturesSpread, changed: FuturesSpread, change: FuturesSpread) -> FuturesSpread {
    FuturesSpread { mean: changed.mean - base.mean, ..change }
}

/// A figure over futures.
pub(crate) struct FutureFigure {
    pub(crate) figure: Figure,
    pub(crate) base: FuturesSpread,
    pub(crate) changed: Option<FuturesSpread>,
    /// The change in the same future.
    pub(crate) change: Option<FuturesSpread>,
}

impl FleetReport<'_> {
    /// The figures that are something in any future.
    pub(crate) fn future_figures(&self) -> Vec<FutureFigure> {
        let Some(futures) = &self.answer.fold.futures else { return Vec::new() };
        let minor = self.minor();
        let values = |figure: Figure, all: &[Figures]| -> Option<Vec<i128>> {
            all.iter().map(|one| figure.of(one).map(|value| whole(value, minor))).collect()
        };
        let of = |figure: Figure| {
            let base = values(figure, &futures.base)?;
            let changed = match futures.changed.is_empty() {
                true => None,
                false => Some(values(figure, &futures.changed)?),
            };
            let is_something = base.iter().chain(changed.iter().flatten()).any(|value| *value != 0);
            let change = changed.as_ref().map(|changed| {
                let each = changed.iter().zip(&base).map(|(after, before)| after - before);
                FuturesSpread::of(each.collect())
            });
            is_something.then(|| {
                let (base, changed) = (FuturesSpread::of(base), changed.map(FuturesSpread::of));
                let change =
                    changed.zip(change).map(|(changed, change)| changed_by(base, changed, change));
                FutureFigure { figure, base, changed, change }
            })
        };
        Figure::of_runs().filter_map(of).collect()
    }

    /// The table of futures.
    pub(super) fn futures(&self) -> Option<Table> {
        let futures = self.answer.fold.futures.as_ref()?;
        let several = !futures.changed.is_empty();
        let mut columns = vec![Column::new("", CellKind::Text)];
        if several {
            columns.push(Column::new("with", CellKind::Text));
        }
        let names = ["mean", "5 of 100", "median", "95 of 100"];
        columns.extend(names.map(|name| Column::new(name, CellKind::Figure)));
        let mut rows = Vec::new();
        let is_spread = |one: &FutureFigure| spread_figures().any(|figure| figure == one.figure);
        for one in self.future_figures().into_iter().filter(is_spread) {
            let sides =
                [("base", Some(one.base)), ("changed", one.changed), ("change", one.change)];
            for (place, (name, spread)) in sides.into_iter().enumerate() {
                let Some(spread) = spread else { continue };
                let label = if place == 0 { Cell::text(one.figure.label()) } else { Cell::Empty };
                let mut row = vec![label];
                row.extend(several.then(|| Cell::text(name)));
                let cell = |value: i128| match name {
                    "change" => self.change_cell(one.figure, value),
                    _ => whole_cell(one.figure.unit(), value, self.minor()),
                };
                row.push(cell(spread.mean));
                let quantiles = [spread.p5, spread.p50, spread.p95];
                row.extend(quantiles.map(|value| value.map_or(Cell::Unknown, cell)));
                rows.push(row);
            }
        }
        Some(Table {
            rows,
            most_in_text: usize::MAX,
            caption: Some(format!(
                "The sums of all accounts in {} of the horizon, as if it came after the usage. So many of 100 futures are \
                 at or below the value.{}",
                count(futures.base.len() as u64, "future"),
                if several { " The change is that of the same future." } else { "" }
            )),
            note: Some(
                "The usage of each account is drawn by itself: what moves all of them together is not in these ranges."
                    .to_owned(),
            ),
            ..Table::new("futures", "Over futures", columns)
        })
    }

    /// What is told of futures in sentences.
    pub(super) fn futures_told(&self) -> Vec<String> {
        let Some(futures) = &self.answer.fold.futures else { return Vec::new() };
        let mut told = Vec::new();
        if self.futures_headline().is_none() {
            told.extend(self.future_spend());
        }
        if futures.short > 0 {
            let (has, its) = match futures.short {
                1 => ("has", "its futures repeat"),
                _ => ("have", "their futures repeat"),
            };
            told.push(format!(
                "{} {has} fewer than {FEWEST_WEEKS} whole weeks of usage: {its} what was seen, and tell little.",
                number(futures.short, "account")
            ));
        }
        if futures.silent > 0 {
            let has = if futures.silent == 1 { "has" } else { "have" };
            told.push(format!(
                "{} {has} no usage to learn from, and {has} none in any future.",
                number(futures.silent, "account")
            ));
        }
        told
    }

    /// The answer of futures, where the horizon is what comes after the usage: it has no row of it, or the few of a last day
    /// that is not whole.
    pub(super) fn futures_headline(&self) -> Option<String> {
        if self.is_ahead() { self.future_spend() } else { None }
    }

    /// Whether most rows of usage are before the horizon, so that what is replayed in it tells of accounts that hardly ask for
    /// anything.
    pub(super) fn is_ahead(&self) -> bool {
        let fold = &self.answer.fold;
        let outside = fold.base.figures.outside_rows;
        let inside = self.answer.read.summary.rows.saturating_sub(outside);
        let start = self.base.setup.horizon.from;
        let is_before = fold.rows.outside_span().is_some_and(|(first, _)| first < start);
        !fold.has_usage() || (is_before && outside > inside)
    }

    /// What all accounts pay over futures.
    fn future_spend(&self) -> Option<String> {
        let futures = self.answer.fold.futures.as_ref()?;
        let mut figures = self.future_figures().into_iter();
        let spend = figures.find(|one| one.figure == Figure::TOTAL_SPEND)?;
        self.spend_told(futures, spend.changed.unwrap_or(spend.base), spend.change)
    }

    fn spend_told(
        &self,
        futures: &FleetFutures,
        spend: FuturesSpread,
        change: Option<FuturesSpread>,
    ) -> Option<String> {
        let show =
            |value: i128| self.notation().show(&self.change_cell(Figure::TOTAL_SPEND, value));
        let with = if futures.changed.is_empty() { "" } else { " with the change" };
        let futures = count(futures.base.len() as u64, "future");
        let Some((low, high)) = spend.p5.zip(spend.p95) else {
            return Some(format!(
                "In {futures} all accounts together pay {} on average{with}; a range takes 20 futures.",
                show(spend.mean)
            ));
        };
        let less_or_more = match change.and_then(|change| change.p5.zip(change.p95)) {
            None => String::new(),
            Some((low, high)) => {
                format!(", a change of {} to {} in the same futures", show(low), show(high))
            }
        };
        Some(format!(
            "In nine of ten of {futures} all accounts together pay {} to {}{with}{less_or_more}.",
            show(low),
            show(high)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_recharge_more_is_no_change_of_one_beside_two_means_of_25() {
        // 24.6 and 25.3 are both told as 25; 0.7 alone would be told as 1.
        let of = |tens: i128, ones: i128| {
            let values = (0..10).map(|place| if place < ones { tens + 1 } else { tens });
            FuturesSpread::of(values.collect())
        };
        let (base, changed) = (of(24, 6), of(25, 3));
        assert_eq!((base.mean, changed.mean, of(0, 7).mean), (25, 25, 1));
        assert_eq!(changed_by(base, changed, of(0, 7)).mean, 0);
    }

    #[test]
    fn a_quantile_needs_a_future_on_its_far_side() {
        let of = |futures: i128| FuturesSpread::of((1..=futures).rev().collect());
        let all = of(100);
        assert_eq!((all.p5, all.p50, all.p95, all.mean), (Some(5), Some(50), Some(95), 51));
        let few = of(20);
        assert_eq!((few.p5, few.p50, few.p95), (Some(1), Some(10), Some(19)));
        assert_eq!((of(19).p5, of(19).p50, of(19).p95), (None, Some(10), None));
        assert_eq!((of(1).p50, of(1).mean), (None, 1));
        assert_eq!(FuturesSpread::of(vec![-3, -4]).mean, -3);
    }
}
