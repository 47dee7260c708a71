//! The balance over time: allowance on top of what was purchased, the threshold, outages; below it,
//! one line of marks for each kind of thing that happened.

use crate::domain::money::grouped;
use crate::domain::{Duration, Pools};
use crate::policy::Trigger;
use crate::report::words::{about, credits};
use crate::report::{Subject, finding};
use crate::scenario::Scenario;
use crate::series::{Bucket, Mark, Series, Spell};

use super::axis::{Multiple, Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Entry, Patch, Width, key};

/// Draws the chart.
pub fn chart(subject: Subject<'_>) -> Chart {
    let title = finding::balance(subject.outcome, subject.series);
    Chart::new("balance", title, description(subject), |width, said| draw(subject, width, said))
}

fn description(subject: Subject<'_>) -> String {
    let total = subject.outcome.metrics.total();
    let unit = &subject.scenario.unit;
    let marks: Vec<_> =
        Mark::ALL.iter().map(|&mark| finding::counted(subject.series, mark)).collect();
    format!(
        "Balance in {unit} over time, allowance and purchased stacked, from {} to {}. Marked: {}. {}.",
        credits(total.opening_balance),
        credits(total.closing_balance),
        marks.join(", "),
        finding::outages(subject.outcome, subject.series),
    )
}

/// A point of the picture: the balance in pixels, from the bottom.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    purchased: f64,
    total: f64,
}

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let lines = lines(subject.series);
    let (left, right) = (width.pick(128.0, 46.0), width.pixels() - width.pick(14.0, 6.0));
    let room = width.pick(22.0, 60.0);
    let plot = Area { left, top: room + 18.0, right, bottom: room + width.pick(258.0, 208.0) };
    let pitch = width.pick(20.0, 32.0);
    let bottom = plot.bottom + 10.0 + pitch * lines.len() as f64;
    canvas::draw(width.pixels(), bottom + Time::HEIGHT, said, |canvas| {
        let time = Time::new(subject.series.horizon(), subject.scenario.zone, plot);
        let low_high = low_high(subject.series);
        let scale = Scale::new(low_high.0, low_high.1 * 1.02, plot, 34.0);
        shade(canvas, subject.series, &time, Area { bottom, ..plot });
        let multiple = Multiple::of(scale.reach());
        scale.draw(canvas, plot, |tick| multiple.tick(tick));
        let named = areas(canvas, subject.series, &time, &scale, plot);
        let threshold = threshold(canvas, subject.series, &time, &scale, plot);
        let unit = format!("{}{}", multiple.word, subject.scenario.unit);
        canvas.text(&unit, (plot.left, plot.top - 10.0), Anchor::Middle, Letters::TICK);
        let key_left = width.pick(plot.left, 0.0);
        key(canvas, key_left, 0.0, &entries(subject, named, threshold));
        for (index, line) in lines.iter().enumerate() {
            let y = plot.bottom + 10.0 + pitch * (index as f64 + 0.5);
            draw_line(canvas, subject.series, &time, line, y, width);
        }
        time.draw(canvas, bottom);
    })
}

/// The lowest and the highest balance and threshold.
fn low_high(series: &Series) -> (f64, f64) {
    let balances = series.buckets().flat_map(|(_, bucket)| {
        let samples = bucket.samples().map(|sample| sample.pools.balance().to_f64());
        samples.chain(bucket.level().map(|level| level.to_f64()))
    });
    balances
        .fold((0.0, 0.0), |(low, high), balance| (f64::min(low, balance), f64::max(high, balance)))
}

/// Shades outages, the darker the more of a bucket they take.
fn shade(canvas: &mut Canvas, series: &Series, time: &Time, area: Area) {
    spans(
        series,
        time,
        |bucket| bucket.lasted(Spell::Outage),
        |left, right, share| {
            let area = Area { left, right: right.max(left + 1.0), ..area };
            canvas.fill(area, Ink::Vermillion, if share > 0.5 { 0.22 } else { 0.13 });
        },
    );
}

/// Calls `each` with the left and right edge of every stretch of buckets in which something lasted
/// alike, and the share of the time that it took.
fn spans(
    series: &Series,
    time: &Time,
    lasted: impl Fn(&Bucket) -> Duration,
    mut each: impl FnMut(f64, f64, f64),
) {
    let mut open: Option<(f64, f64, f64)> = None;
    for (window, bucket) in series.buckets() {
        let length = window.to.since(window.from).millis().max(1) as f64;
        let share = lasted(bucket).millis() as f64 / length;
        let share = if share > 0.5 { 1.0 } else { share.min(0.25) };
        let (left, right) = (time.x(window.from), time.x(window.to));
        open = match open {
            Some((from, _, before)) if before == share && share > 0.0 => Some((from, right, share)),
            before => {
                if let Some((from, to, share)) = before {
                    each(from, to, share);
                }
                (share > 0.0).then_some((left, right, share))
            }
        };
    }
    if let Some((from, to, share)) = open {
        each(from, to, share);
    }
}

/// Draws the balance; says which of the two areas there are, and whether they bear their names.
fn areas(
    canvas: &mut Canvas,
    series: &Series,
    time: &Time,
    scale: &Scale,
    plot: Area,
) -> [Option<bool>; 2] {
    let points = points(series, time, scale, plot);
    let zero = scale.y(0.0);
    let purchased: Vec<_> = points.iter().map(|point| (point.x, point.purchased, zero)).collect();
    let allowance: Vec<_> = points
        .iter()
        .map(|point| (point.x, point.total.min(point.purchased), point.purchased))
        .collect();
    let named = [
        area(canvas, &purchased, Ink::Blue, "purchased", plot),
        area(canvas, &allowance, Ink::Sky, "allowance", plot),
    ];
    let owed: Vec<_> = points.iter().map(|point| (point.x, point.total.max(zero), zero)).collect();
    area(canvas, &owed, Ink::Vermillion, "owed", plot);
    let line: Vec<_> = points.iter().map(|point| (point.x, point.total)).collect();
    canvas.path(&line, Ink::Text, 0.75);
    named
}

/// The balance as points in pixels: between two events it stays where it was.
fn points(series: &Series, time: &Time, scale: &Scale, plot: Area) -> Vec<Point> {
    let place = |x: f64, pools: Pools| Point {
        x,
        purchased: scale.y(pools.purchased.to_f64()),
        total: scale.y(pools.balance().to_f64()),
    };
    let mut points: Vec<Point> = Vec::new();
    for sample in series.buckets().flat_map(|(_, bucket)| bucket.samples()) {
        let point = place(time.x(sample.at), sample.pools);
        if let Some(&last) = points.last() {
            points.push(Point { x: point.x, ..last });
        }
        points.push(point);
    }
    if let Some(&last) = points.last() {
        points.push(Point { x: plot.right, ..last });
    }
    points
}

/// Fills the area between two edges, given as x, upper and lower y, and writes its name into it
/// where there is room. `None` if there is no area, else whether it bears its name.
fn area(
    canvas: &mut Canvas,
    edges: &[(f64, f64, f64)],
    ink: Ink,
    name: &str,
    plot: Area,
) -> Option<bool> {
    if edges.iter().all(|&(_, upper, lower)| lower - upper < 0.25) {
        return None;
    }
    let upper = edges.iter().map(|&(x, upper, _)| (x, upper));
    let lower = edges.iter().rev().map(|&(x, _, lower)| (x, lower));
    canvas.shape(&upper.chain(lower).collect::<Vec<_>>(), ink, 1.0);
    let letters = Letters::LABEL.in_ink(ink.text_on());
    let spot = free_spot(edges, letters.width(name) + 16.0, 20.0, plot);
    if let Some(at) = spot {
        canvas.text(name, at, Anchor::Middle, letters);
    }
    Some(spot.is_some())
}

/// The middle of the first rectangle of this size inside an area, looking at every eighth pixel.
fn free_spot(edges: &[(f64, f64, f64)], width: f64, height: f64, plot: Area) -> Option<(f64, f64)> {
    const STEP: f64 = 8.0;
    let slices = (plot.width() / STEP).floor() as usize;
    // The room in each slice: its highest lower limit of the top, its lowest of the bottom.
    let mut room = vec![(f64::MIN, f64::MAX); slices + 1];
    for pair in edges.windows(2) {
        let [a, b] = pair else { continue };
        let slice = |x: f64| (((x - plot.left) / STEP).max(0.0) as usize).min(slices);
        for slot in room.get_mut(slice(a.0)..=slice(b.0)).unwrap_or_default() {
            slot.0 = slot.0.max(a.1).max(b.1);
            slot.1 = slot.1.min(a.2).min(b.2);
        }
    }
    let wide = (width / STEP).ceil() as usize;
    room.windows(wide.max(1)).zip(0..).find_map(|(window, index)| {
        let top = window.iter().map(|slot| slot.0).fold(f64::MIN, f64::max);
        let bottom = window.iter().map(|slot| slot.1).fold(f64::MAX, f64::min);
        let x = plot.left + STEP * (f64::from(index) + wide as f64 / 2.0);
        (top > f64::MIN && bottom - top >= height).then(|| (x, (top + bottom) / 2.0))
    })
}

/// Draws the level of the trigger where auto-recharge is on; says whether it is anywhere.
fn threshold(canvas: &mut Canvas, series: &Series, time: &Time, scale: &Scale, plot: Area) -> bool {
    let mut level: Option<f64> = None;
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut drawn = false;
    for (window, bucket) in series.buckets() {
        let (left, right) = (time.x(window.from), time.x(window.to));
        level = bucket.level().map(|level| scale.y(level.to_f64())).or(level);
        let idle = bucket.lasted(Spell::Off).plus(bucket.lasted(Spell::Suspended));
        let on = idle.millis() * 2 < window.to.since(window.from).millis();
        match level {
            Some(y) if on => line.extend([(left, y), (right.min(plot.right), y)]),
            _ => {
                drawn |= dash(canvas, &line);
                line.clear();
            }
        }
    }
    dash(canvas, &line) || drawn
}

/// Draws a line that is seen on light and on dark areas.
fn dash(canvas: &mut Canvas, line: &[(f64, f64)]) -> bool {
    if line.len() < 2 {
        return false;
    }
    canvas.path(line, Ink::Paper, 3.0);
    canvas.path(line, Ink::Vermillion, 1.5);
    true
}

fn entries(subject: Subject<'_>, named: [Option<bool>; 2], threshold: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut entry = |ink, name: &str, patch| {
        entries.push(Entry { ink, name: name.to_owned(), patch });
    };
    if named[1] == Some(false) {
        entry(Ink::Sky, "allowance", Patch::Full);
    }
    if named[0] == Some(false) {
        entry(Ink::Blue, "purchased", Patch::Full);
    }
    if threshold {
        entry(Ink::Vermillion, &threshold_name(subject.scenario), Patch::Line);
    }
    if subject.outcome.metrics.total().outages > 0 {
        entry(Ink::Vermillion, "outage", Patch::Light);
    }
    entries
}

/// The trigger as the scenario sets it.
fn threshold_name(scenario: &Scenario) -> String {
    match scenario.setup.policy.trigger {
        Trigger::AtOrBelow(level) => format!("recharge at {} or less", credits(level)),
        Trigger::Below(level) => format!("recharge below {}", credits(level)),
        Trigger::ConsumedShare { share, .. } => format!("recharge when {share} is used"),
    }
}

/// A line below the plot: everything of one kind that happened.
struct Line {
    name: String,
    value: String,
    ink: Ink,
    mark: Option<Mark>,
    spell: Option<Spell>,
}

/// The lines for what happened; none for what did not.
fn lines(series: &Series) -> Vec<Line> {
    let all = [
        ("outages", Ink::Vermillion, None, Some(Spell::Outage)),
        ("recharges", Ink::Green, Some(Mark::Recharge), None),
        ("manual top-ups", Ink::Purple, Some(Mark::TopUp), None),
        ("failed attempts", Ink::Vermillion, Some(Mark::FailedAttempt), None),
        ("verifying", Ink::Purple, None, Some(Spell::Verifying)),
        ("cap reached", Ink::Orange, Some(Mark::CapHit), Some(Spell::Capped)),
        ("suspended", Ink::Muted, Some(Mark::Suspension), Some(Spell::Suspended)),
        ("off", Ink::Muted, None, Some(Spell::Off)),
    ];
    let line = |(name, ink, mark, spell): (&str, Ink, Option<Mark>, Option<Spell>)| {
        let marks = mark.map_or(0, |mark| series.marks(mark));
        let lasted = spell.map_or(Duration::ZERO, |spell| series.lasted(spell));
        let value = match spell {
            _ if marks == 0 && lasted == Duration::ZERO => return None,
            Some(_) if lasted > Duration::ZERO => about(lasted),
            _ => grouped(&marks.to_string()),
        };
        Some(Line { name: name.to_owned(), value, ink, mark, spell })
    };
    all.into_iter().filter_map(line).collect()
}

fn draw_line(canvas: &mut Canvas, series: &Series, time: &Time, line: &Line, y: f64, width: Width) {
    let left = time.x(series.horizon().from);
    let right = time.x(series.horizon().to);
    let text = format!("{} {}", line.name, line.value);
    // On a phone the name stands above its line.
    let (y, at, anchor) = match width {
        Width::Wide => (y, (left - 8.0, y), Anchor::End),
        Width::Narrow => (y + 8.0, (left, y - 7.0), Anchor::Start),
    };
    canvas.text(&text, at, anchor, Letters::TICK.in_ink(Ink::Text));
    canvas.line((left, y), (right, y), Ink::Grid, 0.75);
    if let Some(spell) = line.spell {
        spans(
            series,
            time,
            |bucket| bucket.lasted(spell),
            |left, right, _| {
                let area =
                    Area { left, top: y - 4.0, right: right.max(left + 1.5), bottom: y + 4.0 };
                canvas.fill(area, line.ink, 1.0);
            },
        );
    }
    let Some(mark) = line.mark else { return };
    for (window, bucket) in series.buckets() {
        if bucket.marks(mark) > 0 {
            let x = (time.x(window.from) + time.x(window.to)) / 2.0;
            let area = Area { left: x - 0.75, top: y - 6.0, right: x + 0.75, bottom: y + 6.0 };
            canvas.fill(area, line.ink, 1.0);
        }
    }
}
