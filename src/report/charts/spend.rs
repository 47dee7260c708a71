//! Spend per cycle: plan fee, recharges and top-ups stacked, what expired unused hatched as part of
//! what was bought; above it, the spend to date.

use crate::domain::{Money, Window};
use crate::metrics::CycleFigures;
use crate::report::words::count;
use crate::report::{Subject, finding};
use crate::scenario::Scenario;

use super::axis::{Multiple, Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Entry, Patch, Width, key};

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
    let dearest = cycles.iter().max_by_key(|cycle| cycle.figures.total_spend());
    let dearest = dearest.map_or_else(String::new, |cycle| {
        let from = subject.scenario.zone.show_local(cycle.window.from);
        format!(" The most in one: {}, from {from}.", show(cycle.figures.total_spend()))
    });
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

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (bars, each) = bars(subject);
    let (left, right) = (width.pick(72.0, 50.0), width.pixels() - width.pick(14.0, 6.0));
    let top = width.pick(44.0, 78.0);
    let to_date = Area { left, top, right, bottom: top + 80.0 };
    let one = bars.len() == 1;
    let top = if one { top } else { to_date.bottom + 42.0 };
    let plot = Area { left, top, right, bottom: top + width.pick(180.0, 160.0) };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, plot);
    canvas::draw(width.pixels(), plot.bottom + Time::HEIGHT, said, |canvas| {
        key(canvas, width.pick(left, 0.0), 0.0, &entries(subject, &bars));
        if !one {
            let named = caption(canvas, subject.scenario, to_date, "spend to date");
            draw_to_date(canvas, subject.scenario, &time, &bars, to_date, named);
        }
        let per = match each {
            1 => "per cycle".to_owned(),
            each => format!("per {each} cycles"),
        };
        caption(canvas, subject.scenario, plot, &per);
        let most = bars.iter().map(Bar::sum).fold(0.0, f64::max);
        let scale = Scale::new(0.0, most * 1.06, plot, 34.0);
        let multiple = Multiple::of(scale.reach());
        scale.draw(canvas, plot, |tick| money_tick(multiple, tick));
        for bar in &bars {
            draw_bar(canvas, subject.scenario, &time, &scale, bar);
        }
        time.draw(canvas, plot.bottom);
    })
}

/// The name of a panel above it, with the currency. Returns where it ends.
fn caption(canvas: &mut Canvas, scenario: &Scenario, plot: Area, name: &str) -> f64 {
    let text = format!("{}, {name}", scenario.currency.code());
    let left = plot.left - 30.0;
    canvas.text(&text, (left, plot.top - 13.0), Anchor::Start, Letters::TICK);
    left + Letters::TICK.width(&text)
}

fn money_tick(multiple: Multiple, tick: f64) -> String {
    match multiple.word {
        "" => multiple.tick(tick),
        word => format!("{} {}", multiple.tick(tick), word.get(..1).unwrap_or_default()),
    }
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

fn draw_bar(canvas: &mut Canvas, scenario: &Scenario, time: &Time, scale: &Scale, bar: &Bar) {
    let (left, right) = (time.x(bar.window.from), time.x(bar.window.to));
    let gap = ((right - left) * 0.12).clamp(0.25, 6.0);
    let (left, right) = (left + gap, right - gap);
    let mut base = 0.0;
    for (&(ink, _), part) in PARTS.iter().zip(bar.parts) {
        let area = Area { left, right, top: scale.y(base + part), bottom: scale.y(base) };
        canvas.fill(area, ink, 1.0);
        base += part;
    }
    // What was wasted is part of what was bought: the top of the bar.
    let wasted = Area { left, right, top: scale.y(base), bottom: scale.y(base - bar.wasted) };
    if wasted.height() > 0.5 {
        canvas.hatch(wasted, Ink::Paper);
        canvas.line((left, wasted.bottom), (right, wasted.bottom), Ink::Paper, 1.0);
    }
    let label = scenario.currency.show(bar.total);
    let letters = Letters::LABEL;
    if bar.total.is_positive() && letters.width(&label) + 4.0 <= right - left {
        let at = ((left + right) / 2.0, scale.y(base) - 9.0);
        canvas.text(&label, at, Anchor::Middle, letters);
    }
}

/// The spend to date as steps: fees fall at a cycle's start, and within a cycle the line climbs.
fn draw_to_date(
    canvas: &mut Canvas,
    scenario: &Scenario,
    time: &Time,
    bars: &[Bar],
    plot: Area,
    named: f64,
) {
    let total = bars.iter().fold(Money::ZERO, |sum, bar| sum.plus(bar.total).unwrap_or(sum));
    let scale = Scale::new(0.0, total.to_f64(), plot, 34.0);
    let multiple = Multiple::of(scale.reach());
    scale.draw(canvas, plot, |tick| money_tick(multiple, tick));
    let mut points = vec![(plot.left, scale.y(0.0))];
    let mut sum = 0.0;
    for bar in bars {
        let [fees, ..] = bar.parts;
        points.push((time.x(bar.window.from), scale.y(sum + fees)));
        sum += bar.sum();
        points.push((time.x(bar.window.to), scale.y(sum)));
    }
    canvas.path(&points, Ink::Text, 1.75);
    let end = (plot.right, scale.y(sum));
    canvas.dot(end, 3.0, Ink::Text);
    let label = format!("{} in all", scenario.currency.show(total));
    let letters = Letters::LABEL.bold();
    let left = (named + 12.0).max(plot.right - letters.width(&label));
    canvas.text(&label, (left.max(plot.right), plot.top - 13.0), Anchor::End, letters);
}
