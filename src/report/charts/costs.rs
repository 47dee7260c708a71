//! The distribution of spend in a cycle, over all cycles of all replications: one panel for today's
//! settings, one for the advised ones, on the same scale, with the 5th percentile, the median and
//! the 95th named.
//!
//! If the candidates' cycles differ, the cycle of one is not that of the other; then it is spend in
//! a mean month of each replication; if no cycle is whole, spend in each replication.

use crate::figures::Figure;
use crate::report::study::{Face, StudyReport};
use crate::report::words::count;
use crate::study::EstimatedFigure;
use crate::study::Period;
use crate::study::estimate::value_at;

use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::mark::{Mark, Shape};
use super::measure::{AxisNotation, Measure};
use super::{Chart, ink_of};

/// Draws the chart; none if nothing was ever spent.
pub(super) fn chart(report: &StudyReport<'_>) -> Option<Chart> {
    let panels: Vec<Spends> =
        report.faces().iter().filter_map(|face| panel(report, face)).collect();
    let spent = panels.iter().any(|panel| panel.sorted.iter().any(|&spent| spent > 0.0));
    spent.then(|| {
        let title = title(report, &panels);
        let description = description(report, &panels);
        Chart::new("costs", title, description, |_| frame(report, &panels))
    })
}

/// One candidate's spend in a cycle.
struct Spends<'t> {
    face: Face<'t>,
    /// In ascending order, with fractions of a cent.
    sorted: Vec<f64>,
}

impl Spends<'_> {
    /// p5, median, p95.
    fn quantiles(&self) -> [f64; 3] {
        [0.05, 0.5, 0.95].map(|p| value_at(&self.sorted, p).unwrap_or(0.0))
    }

    /// The share of the amounts from `low` up to `high`, `high` itself left out.
    fn share(&self, low: f64, high: f64) -> f64 {
        let below = |limit: f64| self.sorted.partition_point(|amount| *amount < limit);
        (below(high) - below(low)) as f64 / self.sorted.len() as f64
    }

    /// The share of one amount.
    fn share_of(&self, amount: f64) -> f64 {
        let equal = self.sorted.iter().filter(|other| **other == amount).count();
        equal as f64 / self.sorted.len() as f64
    }

    /// `current $36.00 in 60%, $19.00 in 25%`.
    fn amounts_in_words(&self, report: &StudyReport<'_>, amounts: &[f64]) -> String {
        let mut shares: Vec<(f64, f64)> =
            amounts.iter().map(|&amount| (amount, self.share_of(amount))).collect();
        shares.retain(|(_, share)| *share > 0.0);
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        let word = self.face.word();
        if let [(amount, _)] = shares.as_slice() {
            return format!("{word} always {}", report.words.money(*amount));
        }
        let most = shares.iter().take(2).map(|(amount, share)| {
            format!("{} in {}", report.words.money(*amount), report.words.percent(*share))
        });
        format!("{word} {}", most.collect::<Vec<_>>().join(", "))
    }

    /// `current $36.00 in the median, at most $53.00 in 95%`.
    fn quantiles_in_words(&self, report: &StudyReport<'_>) -> String {
        let word = self.face.word();
        let [_, median, high] = self.quantiles().map(|money| report.words.money(money));
        match median == high {
            true => format!("{word} {median} in the median, no more in 95%"),
            false => format!("{word} {median} in the median, at most {high} in 95%"),
        }
    }
}

fn panel<'t>(report: &StudyReport<'t>, face: &Face<'t>) -> Option<Spends<'t>> {
    let runs = report.runs.get(face.assessment.index)?;
    let mut sorted = match report.objective().period {
        Period::Cycle => runs.spend.clone(),
        Period::Month | Period::Horizon => {
            let samples =
                Figure::TOTAL_SPEND.samples(runs, face.assessment.periods, face.assessment.hours);
            samples.into_iter().flatten().collect()
        }
    };
    sorted.sort_by(f64::total_cmp);
    (!sorted.is_empty()).then_some(Spends { face: *face, sorted })
}

/// The word for the period, or a replication if the period is the horizon.
fn period(report: &StudyReport<'_>) -> &'static str {
    match report.objective().period {
        Period::Horizon => "replication",
        other => other.name(),
    }
}

fn title(report: &StudyReport<'_>, panels: &[Spends<'_>]) -> String {
    let amounts = few(panels);
    let each = panels.iter().map(|panel| match &amounts {
        Some(amounts) => panel.amounts_in_words(report, amounts),
        None => panel.quantiles_in_words(report),
    });
    format!("Spend in a {}: {}", period(report), each.collect::<Vec<_>>().join("; "))
}

fn description(report: &StudyReport<'_>, panels: &[Spends<'_>]) -> String {
    let what = match report.objective().period {
        Period::Cycle => "cycle",
        Period::Month => "replication, each a mean month",
        Period::Horizon => "replication",
    };
    let counts: Vec<String> = panels
        .iter()
        .map(|panel| {
            format!("{} of {}", count(panel.sorted.len() as u64, what), panel.face.label())
        })
        .collect();
    let marked = match few(panels) {
        Some(_) => "",
        None => " The median is marked, with the 5th and the 95th percentile.",
    };
    let (period, counts) = (plural(period(report)), counts.join(", "));
    format!("Share of {period} by amount spent: {counts}.{marked}")
}

fn plural(period: &str) -> String {
    format!("{period}s")
}

/// The amounts that are spent at all, where they are few.
fn few(spends: &[Spends<'_>]) -> Option<Vec<f64>> {
    const FEW: usize = 12;
    let mut amounts: Vec<f64> = Vec::new();
    for value in spends.iter().flat_map(|one| &one.sorted) {
        let place = amounts.partition_point(|amount| amount < value);
        if amounts.get(place) != Some(value) {
            amounts.insert(place, *value);
        }
        if amounts.len() > FEW {
            return None;
        }
    }
    Some(amounts)
}

fn frame(report: &StudyReport<'_>, spends: &[Spends<'_>]) -> Frame {
    let panels = match few(spends) {
        Some(amounts) => spends.iter().map(|one| by_amount(report, one, &amounts)).collect(),
        None => by_bin(report, spends),
    };
    Frame { panels, ..Frame::default() }
}

/// A row for each amount, as long as its share.
fn by_amount(report: &StudyReport<'_>, one: &Spends<'_>, amounts: &[f64]) -> Panel {
    let names = amounts.iter().map(|&amount| report.words.money(amount)).collect();
    let shares = amounts.iter().map(|&amount| one.share_of(amount));
    let share = Measure::from_zero(0.0, 100.0, AxisNotation::Percent);
    let mut panel = Panel::new(share, Measure::Names(names), [24.0, 22.0]);
    panel.head = one.face.label();
    panel.foot = format!("share of {}", plural(period(report)));
    panel.values = shares.clone().map(|share| report.words.percent(share)).collect();
    panel.marks = shares
        .zip(&panel.values)
        .zip(0..)
        .filter(|((share, _), _)| *share > 0.0)
        .map(|((share, value), row)| {
            let (top, bottom) = (f64::from(row) + 0.12, f64::from(row) + 0.88);
            let words = format!("{value} of {}", plural(period(report)));
            Mark::bar([0.0, share * 100.0], [top, bottom], ink_of(&one.face)).saying(words)
        })
        .collect();
    panel
}

/// The frequency of spend between two amounts, one panel per candidate on the same scales.
fn by_bin(report: &StudyReport<'_>, spends: &[Spends<'_>]) -> Vec<Panel> {
    const BINS: u32 = 48;
    let low =
        spends.iter().filter_map(|one| one.sorted.first().copied()).fold(f64::INFINITY, f64::min);
    let high = spends.iter().filter_map(|one| one.sorted.last().copied()).fold(0.0, f64::max);
    let money = Measure::round(low, high, AxisNotation::Money(report.words.currency));
    let axis = money.across(720.0, 90.0);
    let wide = (axis.high - axis.low) / f64::from(BINS);
    let edge = |bin: u32| axis.low + wide * f64::from(bin);
    let bins: Vec<(f64, f64)> = (0..=BINS).map(|bin| (edge(bin), edge(bin + 1))).collect();
    let shares = |one: &Spends<'_>| -> Vec<f64> {
        bins.iter().map(|&(from, to)| one.share(from, to) * 100.0).collect()
    };
    let most = spends.iter().flat_map(shares).fold(0.0, f64::max);
    let panel = |one: &Spends<'_>| {
        let share = Measure::from_zero(0.0, most, AxisNotation::Percent);
        let mut panel = Panel::new(money.clone(), share, [110.0, 100.0]);
        panel.foot = format!("spend in a {}", period(report));
        panel.corner = one.face.label();
        panel.head = format!("share of {}", plural(period(report)));
        let bars = bins.iter().zip(shares(one)).filter(|(_, share)| *share > 0.0);
        panel.marks.extend(bars.map(|(&(from, to), share)| {
            let [from_money, to_money] = [from, to].map(|money| report.words.money(money));
            let words =
                format!("{from_money} to {to_money}: {}", report.words.percent(share / 100.0));
            Mark::column([from, to], [0.0, share], ink_of(&one.face)).strength(0.75).saying(words)
        }));
        panel.marks.extend(quantiles(report, one, most));
        panel
    };
    spends.iter().map(panel).collect()
}

/// The median and the percentiles as lines, named where they differ.
fn quantiles(report: &StudyReport<'_>, one: &Spends<'_>, most: f64) -> Vec<Mark> {
    let quantiles = one.quantiles();
    let names = ["p5", "median", "p95"];
    let lines = quantiles.iter().zip(names).map(|(&money, name)| {
        let thick = if name == "median" { 2.25 } else { 1.0 };
        let words = format!("{name} {}", report.words.money(money));
        Mark::rule((money, 0.0), (money, most), thick, Ink::Text).saying(words)
    });
    let [low, median, high] = quantiles.map(|money| report.words.money(money));
    let text = format!("p5 {low} · median {median} · p95 {high}");
    let flag = Mark::new(Shape::Flag { x: quantiles[1], text }, Ink::Text);
    lines.chain([flag]).collect()
}
