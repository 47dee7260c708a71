//! Spend to date, and below it spend per cycle: plan fee, recharges and top-ups stacked, with the
//! part that expired unused hatched.

use chrono::Datelike;

use crate::domain::grouped;
use crate::domain::{Instant, Money, Window};
use crate::metrics::CycleFigures;
use crate::report::words::{between_moments, count};
use crate::report::{Subject, finding};
use crate::scenario::Scenario;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{Mark, Shape, steps};
use super::measure::{AxisNotation, Measure, at};

/// Maximum number of columns; with more cycles, several share a column.
const COLUMNS: usize = 150;

/// The most purchases that say something under the pointer.
const SENSES: usize = 150;

/// Draws the chart; nothing where nothing was spent.
pub(super) fn chart(subject: Subject<'_>) -> Option<Chart> {
    let spent = subject.outcome.metrics.total().total_spend();
    let chart = || {
        let title = finding::spend(subject.scenario, subject.outcome);
        Chart::new("spend", title, description(subject), |_| frame(subject))
    };
    spent.is_positive().then(chart)
}

fn description(subject: Subject<'_>) -> String {
    let cycles = subject.outcome.metrics.cycles();
    let show = |money| subject.scenario.currency.show(money);
    let most = cycles.iter().map(|cycle| cycle.figures.total_spend()).max().unwrap_or_default();
    let dearest: Vec<_> =
        cycles.iter().filter(|cycle| cycle.figures.total_spend() == most).collect();
    let dearest = match dearest.as_slice() {
        [cycle] if cycles.len() > 1 => {
            let name = cycle_name(subject.scenario, cycle.window);
            format!(" The most in one: {}, {name}.", show(most))
        }
        _ => String::new(),
    };
    format!(
        "Spend in {} over {}, with the spend to date.{dearest}",
        subject.scenario.currency.code(),
        count(cycles.len() as u64, "cycle"),
    )
}

/// Spend in one or several cycles.
#[derive(Clone, Copy)]
struct SpendColumn {
    window: Window,
    /// Fees, recharges, top-ups, overage.
    parts: [f64; 4],
    /// The part of the purchases that expired unused.
    wasted: f64,
    /// All of it, exactly.
    total: Money,
}

const PARTS: [(Ink, &str); 4] = [
    (Ink::Sky, "plan fees"),
    (Ink::Blue, "recharges"),
    (Ink::Orange, "top-ups"),
    (Ink::Purple, "overage"),
];

/// The columns, and the number of cycles in each.
fn columns(subject: Subject<'_>) -> (Vec<SpendColumn>, usize) {
    let cycles = subject.outcome.metrics.cycles();
    let each = cycles.len().div_ceil(COLUMNS).max(1);
    let columns = cycles.chunks(each).enumerate().filter_map(|(index, cycles)| {
        let wasted = (index * each..).take(cycles.len()).map(|index| subject.series.wasted(index));
        column(cycles, wasted.map(Money::to_f64).sum())
    });
    (columns.collect(), each)
}

fn column(cycles: &[CycleFigures], wasted: f64) -> Option<SpendColumn> {
    let (first, last) = (cycles.first()?, cycles.last()?);
    let sum = |part: fn(&CycleFigures) -> Money| cycles.iter().map(part).map(Money::to_f64).sum();
    let parts = [
        sum(|cycle| cycle.figures.plan_fees),
        sum(|cycle| cycle.figures.recharge_spend),
        sum(|cycle| cycle.figures.top_up_spend),
        sum(|cycle| cycle.figures.overage_spend),
    ];
    let spends = cycles.iter().map(|cycle| cycle.figures.total_spend());
    let total = spends.fold(Money::ZERO, |sum, money| sum.plus(money).unwrap_or(sum));
    let window = Window { from: first.window.from, to: last.window.to };
    Some(SpendColumn { window, parts, wasted: f64::min(wasted, parts[1] + parts[2]), total })
}

fn frame(subject: Subject<'_>) -> Frame {
    let (columns, each) = columns(subject);
    let mut panels = vec![to_date(subject)];
    if columns.len() > 1 {
        panels.push(by_cycle(subject, &columns, each));
    }
    Frame { key: entries(subject, &columns), panels, ..Frame::default() }
}

fn panel(subject: Subject<'_>, high: f64, height: [f64; 2]) -> Panel {
    let time = Measure::Time(subject.series.horizon(), subject.scenario.zone);
    let money = AxisNotation::Money(subject.scenario.currency);
    Panel::new(time, Measure::from_zero(0.0, high, money), height)
}

/// The spend to date, as it was spent.
fn to_date(subject: Subject<'_>) -> Panel {
    let total = subject.outcome.metrics.total().total_spend();
    let show = |money| subject.scenario.currency.show(money);
    let mut panel = panel(subject, total.to_f64(), [110.0, 110.0]);
    panel.head = "spend to date".to_owned();
    panel.corner = format!("{} in all", show(total));
    let horizon = subject.series.horizon();
    let (mut points, mut sum) = (vec![(at(horizon.from), 0.0)], Money::ZERO);
    let mut words = Vec::new();
    for (window, bucket) in subject.series.buckets().filter(|(_, b)| b.spent().is_positive()) {
        sum = sum.plus(bucket.spent()).unwrap_or(sum);
        points.push((at(window.from), sum.to_f64()));
        let time = between_moments(subject.scenario.zone, window);
        words.push(format!("{time}: {} spent, {} to date", show(bucket.spent()), show(sum)));
    }
    let end = (at(horizon.to), sum.to_f64());
    points.push(end);
    let every = words.len().div_ceil(SENSES).max(1);
    let senses = words.into_iter().zip(points[1..].windows(2)).step_by(every);
    panel.marks.extend(senses.map(|(words, pair)| Mark::sense([pair[0].0, end.0], words)));
    panel.marks.push(Mark::line(steps(points), 1.75, Ink::Text));
    panel.marks.push(Mark::dot(end, 3.0, Ink::Text));
    panel
}

/// One column a cycle, or several cycles, over time.
fn by_cycle(subject: Subject<'_>, columns: &[SpendColumn], each: usize) -> Panel {
    let sum = |column: &SpendColumn| column.parts.iter().sum::<f64>();
    let most = columns.iter().map(sum).fold(0.0, f64::max);
    let mut panel = panel(subject, most, [150.0, 140.0]);
    panel.head = match each {
        1 => "spend per cycle".to_owned(),
        each => format!("spend per {each} cycles"),
    };
    for column in columns {
        panel.marks.extend(stack(subject.scenario, column));
        let middle = (at(column.window.from) + at(column.window.to)) / 2.0;
        let total = subject.scenario.currency.show(column.total);
        panel.marks.push(Mark::crown((middle, sum(column)), total));
    }
    panel
}

/// The parts of a column, one on the other.
fn stack(scenario: &Scenario, column: &SpendColumn) -> Vec<Mark> {
    let x = [at(column.window.from), at(column.window.to)];
    let parts = PARTS.iter().zip(column.parts).filter(|(_, part)| *part > 0.0);
    let told: Vec<String> = parts
        .clone()
        .map(|((_, name), part)| format!("{name} {}", shown(scenario, part)))
        .collect();
    let total = scenario.currency.show(column.total);
    let words = format!("{}: {total}; {}", cycle_name(scenario, column.window), told.join(", "));
    let mut base = 0.0;
    let mut marks = Vec::new();
    for (&(ink, _), part) in parts {
        marks.push(Mark::column(x, [base, base + part], ink).saying(words.as_str()));
        base += part;
    }
    // The wasted part is at the top of the purchased column.
    if column.wasted > 0.0 {
        marks.push(Mark::new(Shape::Hatch { x, y: [base - column.wasted, base] }, Ink::Paper));
    }
    marks
}

fn shown(scenario: &Scenario, amount: f64) -> String {
    let minor = scenario.currency.minor() as usize;
    scenario.currency.mark(&grouped(&format!("{amount:.minor$}")))
}

/// The first and the last day of a cycle.
fn cycle_name(scenario: &Scenario, window: Window) -> String {
    let last = Instant::from_millis(window.to.millis() - 1);
    let (from, to) = (scenario.zone.local(window.from), scenario.zone.local(last));
    match (from.year() == to.year(), from.date() == to.date()) {
        (_, true) => from.format("%-d %b %Y").to_string(),
        (true, _) => format!("{}–{}", from.format("%-d %b"), to.format("%-d %b %Y")),
        (false, _) => format!("{}–{}", from.format("%-d %b %Y"), to.format("%-d %b %Y")),
    }
}

fn entries(subject: Subject<'_>, columns: &[SpendColumn]) -> Vec<KeyEntry> {
    let total = subject.outcome.metrics.total();
    let show = |money| subject.scenario.currency.show(money);
    let sums = [total.plan_fees, total.recharge_spend, total.top_up_spend, total.overage_spend];
    let parts = PARTS.iter().zip(sums).filter(|(_, sum)| sum.is_positive());
    let entry = |(&(ink, name), sum): (&(Ink, &str), Money)| {
        KeyEntry::new(ink, format!("{name} {}", show(sum)), Patch::Full)
    };
    let mut entries: Vec<KeyEntry> = parts.map(entry).collect();
    if columns.iter().any(|column| column.wasted > 0.0) {
        let name = format!("expired unused {}", show(total.expired_cost));
        entries.push(KeyEntry::new(Ink::Blue, name, Patch::Hatched));
    }
    entries
}
