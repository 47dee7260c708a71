//! Spend per cycle: plan fee, recharges and top-ups stacked, what expired unused hatched as part of
//! what was bought; above it, the spend to date.

use chrono::Datelike;

use crate::domain::{Instant, Money, Window};
use crate::metrics::CycleFigures;
use crate::report::words::count;
use crate::report::{Subject, finding};
use crate::scenario::Scenario;

use super::axis::{Multiple, Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Entry, Key, Patch, Width};

/// The most bars there are; more cycles are drawn several to a bar.
const BARS: usize = 150;

/// Draws the chart; nothing where nothing was spent.
pub fn chart(subject: Subject<'_>) -> Option<Chart> {
    let spent = subject.outcome.metrics.total().total_spend();
    let chart = || {
        let title = finding::spend(subject.scenario, subject.outcome);
        Chart::new("spend", title, description(subject), |width, said| draw(subject, width, said))
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

/// What was spent in one or several cycles.
#[derive(Clone, Copy)]
struct Bar {
    window: Window,
    /// Fees, recharges, top-ups.
    parts: [f64; 3],
    /// What of the purchases expired unused.
    wasted: f64,
    /// All of it, exactly.
    total: Money,
}

const PARTS: [(Ink, &str); 3] =
    [(Ink::Sky, "plan fees"), (Ink::Blue, "recharges"), (Ink::Orange, "top-ups")];

impl Bar {
    fn sum(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// The bars, and how many cycles each stands for.
fn bars(subject: Subject<'_>) -> (Vec<Bar>, usize) {
    let cycles = subject.outcome.metrics.cycles();
    let each = cycles.len().div_ceil(BARS).max(1);
    let bars = cycles.chunks(each).enumerate().filter_map(|(index, cycles)| {
        let wasted = (index * each..).take(cycles.len()).map(|index| subject.series.wasted(index));
        bar(cycles, wasted.map(Money::to_f64).sum())
    });
    (bars.collect(), each)
}

fn bar(cycles: &[CycleFigures], wasted: f64) -> Option<Bar> {
    let (first, last) = (cycles.first()?, cycles.last()?);
    let sum = |part: fn(&CycleFigures) -> Money| cycles.iter().map(part).map(Money::to_f64).sum();
    let parts = [
        sum(|cycle| cycle.figures.plan_fees),
        sum(|cycle| cycle.figures.recharge_spend),
        sum(|cycle| cycle.figures.top_up_spend),
    ];
    let spends = cycles.iter().map(|cycle| cycle.figures.total_spend());
    let total = spends.fold(Money::ZERO, |sum, money| sum.plus(money).unwrap_or(sum));
    let window = Window { from: first.window.from, to: last.window.to };
    Some(Bar { window, parts, wasted: f64::min(wasted, parts[1] + parts[2]), total })
}

/// The most cycles that have a bar with their name each.
const NAMED: usize = 24;

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (bars, each) = bars(subject);
    let (left, right) = (width.left(), width.right());
    let key = Key::new(entries(subject, &bars), width);
    let top = key.height + 22.0;
    let to_date = Area { left, top, right, bottom: top + 110.0 };
    let top = to_date.bottom + Time::HEIGHT + 24.0;
    let high = match bars.len() {
        ..=NAMED => pitch(width) * bars.len() as f64,
        _ => width.pick(180.0, 160.0) + Time::HEIGHT,
    };
    let plot = Area { left, top, right, bottom: top + high };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, to_date);
    canvas::draw(width.pixels(), plot.bottom + 4.0, said, |canvas| {
        key.draw(canvas);
        draw_to_date(canvas, subject, &time, to_date);
        if bars.len() <= NAMED {
            return rows(canvas, subject.scenario, &bars, plot, width);
        }
        let per = if each == 1 { "per cycle".to_owned() } else { format!("per {each} cycles") };
        let plot = Area { bottom: plot.bottom - Time::HEIGHT, ..plot };
        columns(canvas, subject.scenario, &time, &bars, plot, &per);
    })
}

/// The spend to date, as it was spent.
fn draw_to_date(canvas: &mut Canvas, subject: Subject<'_>, time: &Time, plot: Area) {
    let total = subject.outcome.metrics.total().total_spend();
    let scale = Scale::new(0.0, total.to_f64(), plot, 34.0);
    let multiple = Multiple::of(scale.reach());
    let code = subject.scenario.currency.code();
    canvas.text_to_fit(
        &format!("{}{code} to date", multiple.word),
        (plot.left - 6.0, plot.top - 15.0),
        Letters::TICK,
    );
    scale.draw(canvas, plot, |tick| multiple.tick(tick));
    let mut points = vec![(plot.left, scale.y(0.0))];
    let mut sum = Money::ZERO;
    for (window, bucket) in subject.series.buckets().filter(|(_, b)| b.spent().is_positive()) {
        let x = time.x(window.from);
        points.push((x, scale.y(sum.to_f64())));
        sum = sum.plus(bucket.spent()).unwrap_or(sum);
        points.push((x, scale.y(sum.to_f64())));
    }
    points.push((plot.right, scale.y(sum.to_f64())));
    canvas.path(&points, Ink::Text, 1.75);
    canvas.dot((plot.right, scale.y(sum.to_f64())), 3.0, Ink::Text);
    let label = format!("{} in all", subject.scenario.currency.show(total));
    let at = (plot.right, plot.top - 15.0);
    canvas.text(&label, at, Anchor::End, Letters::LABEL.bold());
    time.draw(canvas, plot.bottom);
}

/// How high a row is.
fn pitch(width: Width) -> f64 {
    width.pick(24.0, 40.0)
}

/// One row a cycle, with its name and its sum.
fn rows(canvas: &mut Canvas, scenario: &Scenario, bars: &[Bar], plot: Area, width: Width) {
    let most = bars.iter().map(Bar::sum).fold(0.0, f64::max);
    let label = |bar: &Bar| scenario.currency.show(bar.total);
    let widest = bars.iter().map(|bar| Letters::LABEL.width(&label(bar))).fold(0.0, f64::max);
    let left = width.pick(plot.left, 0.0);
    let room = plot.right - left - widest - 8.0;
    for (index, bar) in bars.iter().enumerate() {
        let top = plot.top + pitch(width) * index as f64;
        let name = cycle_name(scenario, bar.window);
        // On a phone the name stands above its bar.
        let (top, at, anchor) = match width {
            Width::Wide => (top + 3.0, (left - 8.0, top + 12.0), Anchor::End),
            Width::Narrow => (top + 18.0, (0.0, top + 9.0), Anchor::Start),
        };
        canvas.text(&name, at, anchor, Letters::TICK.in_ink(Ink::Text));
        let x = |money: f64| left + room * money / most.max(f64::MIN_POSITIVE);
        let end = draw_row(canvas, bar, top, x);
        let at = (end + 6.0, top + 9.0);
        canvas.text(&label(bar), at, Anchor::Start, Letters::LABEL);
    }
}

/// Draws the bar of a row; returns where it ends.
fn draw_row(canvas: &mut Canvas, bar: &Bar, top: f64, x: impl Fn(f64) -> f64) -> f64 {
    let mut base = 0.0;
    let area = |from: f64, to: f64| Area { left: x(from), right: x(to), top, bottom: top + 18.0 };
    for (&(ink, _), part) in PARTS.iter().zip(bar.parts) {
        canvas.fill(area(base, base + part), ink, 1.0);
        base += part;
    }
    // What was wasted is part of what was bought: the end of the bar.
    canvas.hatch(area(base - bar.wasted, base), Ink::Paper);
    x(base)
}

/// From when to when a cycle goes, in days.
fn cycle_name(scenario: &Scenario, window: Window) -> String {
    let last = Instant::from_millis(window.to.millis() - 1);
    let (from, to) = (scenario.zone.local(window.from), scenario.zone.local(last));
    match (from.year() == to.year(), from.date() == to.date()) {
        (_, true) => from.format("%-d %b %Y").to_string(),
        (true, _) => format!("{}–{}", from.format("%-d %b"), to.format("%-d %b %Y")),
        (false, _) => format!("{}–{}", from.format("%-d %b %Y"), to.format("%-d %b %Y")),
    }
}

/// One column a cycle, or several cycles, over time.
fn columns(
    canvas: &mut Canvas,
    scenario: &Scenario,
    time: &Time,
    bars: &[Bar],
    plot: Area,
    per: &str,
) {
    let most = bars.iter().map(Bar::sum).fold(0.0, f64::max);
    let scale = Scale::new(0.0, most, plot, 34.0);
    let multiple = Multiple::of(scale.reach());
    let name = format!("{}{} {per}", multiple.word, scenario.currency.code());
    canvas.text_to_fit(&name, (plot.left - 6.0, plot.top - 15.0), Letters::TICK);
    scale.draw(canvas, plot, |tick| multiple.tick(tick));
    for bar in bars {
        draw_column(canvas, time, &scale, bar);
    }
    time.draw(canvas, plot.bottom);
}

fn draw_column(canvas: &mut Canvas, time: &Time, scale: &Scale, bar: &Bar) {
    let (left, right) = (time.x(bar.window.from), time.x(bar.window.to));
    let gap = ((right - left) * 0.12).clamp(0.25, 6.0);
    let (left, right) = (left + gap, right - gap);
    let mut base = 0.0;
    for (&(ink, _), part) in PARTS.iter().zip(bar.parts) {
        let area = Area { left, right, top: scale.y(base + part), bottom: scale.y(base) };
        canvas.fill(area, ink, 1.0);
        base += part;
    }
    // As in a row: the top of the column.
    let wasted = Area { left, right, top: scale.y(base), bottom: scale.y(base - bar.wasted) };
    canvas.hatch(wasted, Ink::Paper);
}

fn entries(subject: Subject<'_>, bars: &[Bar]) -> Vec<Entry> {
    let total = subject.outcome.metrics.total();
    let show = |money| subject.scenario.currency.show(money);
    let sums = [total.plan_fees, total.recharge_spend, total.top_up_spend];
    let mut entries: Vec<Entry> = PARTS
        .iter()
        .zip(sums)
        .filter(|(_, sum)| sum.is_positive())
        .map(|(&(ink, name), sum)| Entry {
            ink,
            name: format!("{name} {}", show(sum)),
            patch: Patch::Full,
        })
        .collect();
    if bars.iter().any(|bar| bar.wasted > 0.0) {
        let name = format!("expired unused {}", show(total.expired_cost));
        entries.push(Entry { ink: Ink::Blue, name, patch: Patch::Hatched });
    }
    entries
}
