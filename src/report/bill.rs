//! What a scenario spends more than another: the sentence, the table and the waterfall of `diff` and `compare`.
//!
//! Means are rounded so that shown parts add up to the shown whole. Deliberately absent: dividing a difference.

use std::borrow::Cow;

use crate::domain::text::listed;
use crate::domain::{Currency, Money};
use crate::figures::Figure;
use crate::inquiry::{BillDifference, GroupPart};
use crate::study::{Estimate, Period};

#[cfg(feature = "html")]
use super::charts::Chart;
use super::document::{Cell, CellKind, Column, Table};
use super::words::capital;

/// What sums of floats leave over.
const LEFT_OVER: f64 = 1e-9;

/// A difference of bills, to be told.
#[derive(Clone, Copy, Debug)]
pub struct BillReport<'b> {
    /// The name of what is compared, for sentences.
    pub name: &'b str,
    /// Whether that is what a user calls it, which stays as it is at the beginning of a sentence.
    pub is_named: bool,
    /// What it is compared with.
    pub base: &'b str,
    /// The difference.
    pub bill: &'b BillDifference,
    /// The period that amounts are given per.
    pub period: Period,
    /// The currency.
    pub currency: Currency,
}

impl BillReport<'_> {
    /// `Pro spends $9.00 more per cycle: $20.00 plan fees, -$11.00 recharges.`; none where nothing differs.
    pub fn sentence(&self) -> Option<String> {
        let (whole, parts) = self.shown(self.components());
        let told: Vec<String> = self
            .bill
            .components
            .iter()
            .zip(&parts)
            .filter(|(_, part)| part.amount() != Money::ZERO.amount())
            .map(|((figure, _), part)| format!("{} {}", self.signed(*part), component(*figure)))
            .collect();
        if told.is_empty() {
            return None;
        }
        let (size, more) = match whole {
            less if less < Money::ZERO => (self.positive(less), "less"),
            more => (more, "more"),
        };
        let spends = match size == Money::ZERO {
            true if self.bill.total.value.abs() > LEFT_OVER => format!(
                "{} and {} differ in spend by less than {} per {}",
                self.name,
                self.base,
                self.currency.show(Money::of_minor(1, self.currency.minor())),
                self.period.name()
            ),
            true => format!("{} spends as much as {}", self.name, self.base),
            false => format!(
                "{} spends {} {more} per {}",
                self.name,
                self.currency.show(size),
                self.period.name()
            ),
        };
        let spends = if self.is_named { spends } else { capital(&spends) };
        Some(format!("{spends}: {}.", told.join(", ")))
    }

    /// What the settings that differ make of it, the largest first; none where they are not told apart.
    pub fn groups_sentence(&self) -> Option<String> {
        let (_, parts) = self.shown(self.bill.groups.iter().map(|one| one.spend.value));
        let mut told: Vec<(Money, &GroupPart)> = parts
            .into_iter()
            .zip(&self.bill.groups)
            .filter(|(part, _)| *part != Money::ZERO)
            .collect();
        told.sort_by_key(|(part, _)| std::cmp::Reverse(self.positive(*part)));
        let told: Vec<String> = told
            .into_iter()
            .map(|(part, one)| format!("{} {}", self.signed(part), group_name(one)))
            .collect();
        (told.len() > 1).then(|| format!("By what differs in the settings: {}.", told.join(", ")))
    }

    /// Component by component, then by the settings that differ.
    pub fn table(&self, name: impl Into<Cow<'static, str>>, title: String) -> Option<Table> {
        self.sentence()?;
        let columns = vec![
            Column::new("of the bill", CellKind::Text),
            Column::new(format!("more per {}", self.period.name()), CellKind::Money),
            Column::new("interval", CellKind::Money),
        ];
        let row = |name: String, part: Money, estimate: Estimate| {
            vec![
                Cell::Text(name),
                Cell::Money(part),
                Cell::with_limits(CellKind::Money, Some(estimate)),
            ]
        };
        let (whole, parts) = self.shown(self.components());
        let mut rows: Vec<Vec<Cell>> = self
            .bill
            .components
            .iter()
            .zip(parts)
            .map(|((figure, estimate), part)| row(capital(component(*figure)), part, *estimate))
            .collect();
        rows.push(row("Total spend".to_owned(), whole, self.bill.total));
        let several = Some(&self.bill.groups).filter(|groups| groups.len() > 1);
        let groups = || several.into_iter().flatten();
        let (_, parts) = self.shown(groups().map(|one| one.spend.value));
        for (one, part) in groups().zip(parts) {
            rows.push(row(format!("of it by {}", group_name(one)), part, one.spend));
        }
        Some(Table { rows, most_in_text: usize::MAX, ..Table::new(name, title, columns) })
    }

    /// A waterfall from one bill to the other: by settings where they are told apart, by components otherwise.
    #[cfg(feature = "html")]
    pub fn chart(&self, from: f64) -> Option<Chart> {
        super::charts::bill_waterfall(self, from)
    }

    /// The steps of a waterfall: the settings, or the components.
    #[cfg(feature = "html")]
    pub(super) fn steps(&self) -> Vec<(String, Money)> {
        match self.bill.groups.len() {
            0 | 1 => {
                let (_, parts) = self.shown(self.components());
                let names = self.bill.components.iter().map(|(one, _)| capital(component(*one)));
                names.zip(parts).filter(|(_, part)| *part != Money::ZERO).collect()
            }
            _ => {
                let (_, parts) = self.shown(self.bill.groups.iter().map(|one| one.spend.value));
                let names = self.bill.groups.iter().map(|one| capital(&group_name(one)));
                names.zip(parts).filter(|(_, part)| *part != Money::ZERO).collect()
            }
        }
    }

    fn components(&self) -> impl Iterator<Item = f64> + '_ {
        self.bill.components.iter().map(|(_, estimate)| estimate.value)
    }

    fn shown(&self, parts: impl Iterator<Item = f64>) -> (Money, Vec<Money>) {
        rounded(&parts.collect::<Vec<_>>(), self.currency.minor())
    }

    fn positive(&self, amount: Money) -> Money {
        Money::new(amount.amount().abs())
    }

    /// `$20.00`, `-$11.00`.
    pub(super) fn signed(&self, amount: Money) -> String {
        let size = self.currency.show(self.positive(amount));
        if amount < Money::ZERO { format!("-{size}") } else { size }
    }
}

/// A component of the bill in a sentence.
fn component(figure: Figure) -> &'static str {
    match figure {
        Figure::PLAN_FEES => "plan fees",
        Figure::RECHARGE_SPEND => "recharges",
        Figure::TOP_UP_SPEND => "top-ups by hand",
        Figure::REFUNDED => "refunds",
        other => other.label(),
    }
}

fn group_name(one: &GroupPart) -> String {
    let names: Vec<String> = one.groups.iter().map(|group| group.name().to_owned()).collect();
    listed(&names)
}

/// Amounts as minor units that add up to their rounded sum: each rounded down, the units that are lacking to those from
/// which rounding took most.
fn rounded(parts: &[f64], minor: u32) -> (Money, Vec<Money>) {
    let scale = 10_i32.pow(minor);
    let scaled: Vec<f64> = parts.iter().map(|part| part * f64::from(scale)).collect();
    let whole = libm::round(scaled.iter().sum()) as i128;
    let mut units: Vec<i128> = scaled.iter().map(|part| libm::floor(*part) as i128).collect();
    let mut places: Vec<usize> = (0..parts.len()).collect();
    let taken = |place: &usize| scaled[*place] - libm::floor(scaled[*place]);
    places.sort_by(|a, b| taken(b).total_cmp(&taken(a)));
    let lacking = usize::try_from(whole - units.iter().sum::<i128>()).unwrap_or(0);
    places.into_iter().take(lacking).for_each(|place| units[place] += 1);
    let money = |units: i128| Money::of_minor(units, minor);
    (money(whole), units.into_iter().map(money).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(value: f64) -> Estimate {
        Estimate { value, low: Some(value), high: Some(value) }
    }

    fn told(components: &[(Figure, f64)]) -> Option<String> {
        let bill = BillDifference {
            total: exactly(components.iter().map(|one| one.1).sum()),
            refused: exactly(0.0),
            components: components.iter().map(|&(one, value)| (one, exactly(value))).collect(),
            groups: Vec::new(),
        };
        let currency = Currency::from_code("USD").unwrap();
        let period = Period::Cycle;
        BillReport { name: "Pro", is_named: true, base: "Starter", bill: &bill, period, currency }
            .sentence()
    }

    #[test]
    fn a_difference_is_told_component_by_component() {
        assert_eq!(
            told(&[(Figure::PLAN_FEES, 20.0), (Figure::RECHARGE_SPEND, -11.0)]).unwrap(),
            "Pro spends $9.00 more per cycle: $20.00 plan fees, -$11.00 recharges."
        );
        assert_eq!(
            told(&[(Figure::PLAN_FEES, -2.5), (Figure::TOP_UP_SPEND, 0.0)]).unwrap(),
            "Pro spends $2.50 less per cycle: -$2.50 plan fees."
        );
        assert_eq!(
            told(&[(Figure::PLAN_FEES, 7.0), (Figure::RECHARGE_SPEND, -7.0)]).unwrap(),
            "Pro spends as much as Starter: $7.00 plan fees, -$7.00 recharges."
        );
        assert_eq!(told(&[(Figure::PLAN_FEES, 0.0)]), None);
    }

    #[test]
    fn shown_parts_add_up_to_the_shown_whole() {
        for parts in
            [vec![1.005, 1.005, 1.005], vec![-0.333, -0.333, -0.334], vec![0.004; 9], vec![]]
        {
            let (whole, shown) = rounded(&parts, 2);
            let sum = shown.iter().fold(Money::ZERO, |sum, part| sum.plus(*part).unwrap());
            assert_eq!(sum, whole, "{parts:?}");
        }
    }
}
