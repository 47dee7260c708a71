//! The balance over time: allowance on top of what was purchased, the threshold, outages; below it,
//! one line of marks for each kind of thing that happened.

use crate::domain::money::grouped;
use crate::domain::{Duration, Pools, Window};
use crate::policy::Trigger;
use crate::report::words::{about, credits};
use crate::report::{Subject, finding};
use crate::scenario::Scenario;
use crate::series::{Bucket, Mark, Series, Spell};

use super::axis::{Multiple, Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Entry, Key, Patch, Width};

/// Draws the chart.
pub fn chart(subject: Subject<'_>) -> Chart {
    let title = finding::balance(subject.outcome, subject.series);
    Chart::new("balance", title, description(subject), |width, said| draw(subject, width, said))
}

fn description(subject: Subject<'_>) -> String {
    let total = subject.outcome.metrics.total();
    let unit = &subject.scenario.unit;
    let happened = Mark::ALL.iter().filter(|&&mark| subject.series.marks(mark) > 0);
    let marks: Vec<_> = happened.map(|&mark| finding::counted(subject.series, mark)).collect();
    let marks = match marks.is_empty() {
        true => String::new(),
        false => format!(" Marked: {}.", marks.join(", ")),
    };
    format!(
        "Balance in {unit} over time, allowance and purchased stacked; {} at the end.{marks} {}.",
        credits(total.closing_balance),
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
    let (left, right) = (width.left(), width.right());
    let flat = Area { left, top: 0.0, right, bottom: width.pick(220.0, 180.0) };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, flat);
    let named = Shape::new(subject.series, &time, &scale(subject.series, flat), flat).named();
    let key = Key::new(entries(subject, named), width);
    let top = key.height + 22.0;
    let plot = Area { top, bottom: top + flat.height(), ..flat };
    let pitch = width.pick(20.0, 32.0);
    let bottom = plot.bottom + 10.0 + pitch * lines.len() as f64;
    canvas::draw(width.pixels(), bottom + Time::HEIGHT, said, |canvas| {
        let scale = scale(subject.series, plot);
        shade(canvas, subject.series, &time, Area { bottom, ..plot });
        let multiple = Multiple::of(scale.reach());
        scale.draw(canvas, plot, |tick| multiple.tick(tick));
        let shape = Shape::new(subject.series, &time, &scale, plot);
        shape.draw(canvas);
        let levels = threshold(canvas, subject.series, &time, &scale, plot);
        shape.name(canvas, &levels);
        let unit = format!("{}{}", multiple.word, subject.scenario.unit);
        canvas.text_to_fit(&unit, (plot.left - 6.0, plot.top - 15.0), Letters::TICK);
        key.draw(canvas);
        for (index, line) in lines.iter().enumerate() {
            let y = plot.bottom + 10.0 + pitch * (index as f64 + 0.5);
            draw_line(canvas, subject.series, &time, line, y, width);
        }
        time.draw(canvas, bottom);
    })
}
/// A scale for the lowest and the highest balance and threshold.
fn scale(series: &Series, plot: Area) -> Scale {
    let balances = series.buckets().flat_map(|(_, bucket)| {
        let samples = bucket.samples().map(|sample| sample.pools.balance().to_f64());
        samples.chain(bucket.level().map(|level| level.to_f64()))
    });
    let both = |(low, high): (f64, f64), balance: f64| (low.min(balance), high.max(balance));
    let (low, high) = balances.fold((0.0, 0.0), both);
    Scale::new(low, high, plot, 34.0)
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

/// The edges of an area: x, upper and lower y.
type Edges = Vec<(f64, f64, f64)>;

/// The balance as areas.
struct Shape {
    plot: Area,
    purchased: Edges,
    allowance: Edges,
    owed: Edges,
    line: Vec<(f64, f64)>,
}

impl Shape {
    fn new(series: &Series, time: &Time, scale: &Scale, plot: Area) -> Shape {
        let points = points(series, time, scale, plot);
        let zero = scale.y(0.0);
        let edges = |edge: &dyn Fn(&Point) -> (f64, f64)| -> Edges {
            let edge = |point: &Point| (point.x, edge(point).0, edge(point).1);
            points.iter().map(edge).collect()
        };
        Shape {
            plot,
            purchased: edges(&|point| (point.purchased, zero)),
            allowance: edges(&|point| (point.total.min(point.purchased), point.purchased)),
            owed: edges(&|point| (zero, point.total.max(zero))),
            line: points.iter().map(|point| (point.x, point.total)).collect(),
        }
    }

    /// The areas with their names.
    fn areas(&self) -> [(&Edges, Ink, &'static str); 3] {
        [
            (&self.purchased, Ink::Blue, "purchased"),
            (&self.allowance, Ink::Sky, "allowance"),
            (&self.owed, Ink::Vermillion, "owed"),
        ]
    }

    /// For each area: nothing if it is empty, else whether its name fits into it.
    fn named(&self) -> [Option<bool>; 3] {
        self.areas().map(|(edges, _, name)| {
            let drawn = edges.iter().any(|&(_, upper, lower)| lower - upper >= 0.25);
            drawn.then(|| self.spot(edges, name).is_some())
        })
    }

    fn spot(&self, edges: &Edges, name: &str) -> Option<(f64, f64, f64)> {
        free_spot(edges, Letters::LABEL.width(name) + 16.0, 20.0, self.plot)
    }

    fn draw(&self, canvas: &mut Canvas) {
        for (edges, ink, _) in self.areas() {
            let upper = edges.iter().map(|&(x, upper, _)| (x, upper));
            let lower = edges.iter().rev().map(|&(x, _, lower)| (x, lower));
            canvas.shape(&upper.chain(lower).collect::<Vec<_>>(), ink);
        }
        // Where the balance goes up and down within a pixel, an outline would cover the areas; a line
        // in their colour fills what it passes through.
        let outline = if self.turns() > self.plot.width() / 4.0 { Ink::Blue } else { Ink::Text };
        canvas.path(&self.line, outline, 0.75);
    }

    /// How often the balance turns upwards.
    fn turns(&self) -> f64 {
        let up = |pair: &&[(f64, f64)]| matches!(pair, [a, b] if b.1 < a.1 - 1.0);
        self.line.windows(2).filter(up).count() as f64
    }

    /// Writes the names of the areas into them, beside the threshold's line.
    fn name(&self, canvas: &mut Canvas, levels: &[f64]) {
        for (edges, ink, name) in self.areas() {
            if let Some((x, top, bottom)) = self.spot(edges, name) {
                let clear = |y: &f64| levels.iter().all(|level| (level - y).abs() > 11.0);
                let places = [(top + bottom) / 2.0, top + 10.0, bottom - 10.0];
                let at = (x, places.into_iter().find(clear).unwrap_or(places[0]));
                canvas.text(name, at, Anchor::Middle, Letters::LABEL.in_ink(ink.text_on()));
            }
        }
    }
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

/// The first rectangle of this size inside an area, looking at every eighth pixel: its middle, and
/// from where to where there is room.
fn free_spot(
    edges: &[(f64, f64, f64)],
    width: f64,
    height: f64,
    plot: Area,
) -> Option<(f64, f64, f64)> {
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
        (top > f64::MIN && bottom - top >= height).then_some((x, top, bottom))
    })
}

/// Draws the level of the trigger where auto-recharge is on; returns where it was drawn.
fn threshold(
    canvas: &mut Canvas,
    series: &Series,
    time: &Time,
    scale: &Scale,
    plot: Area,
) -> Vec<f64> {
    let mut drawn = Vec::new();
    let mut level: Option<f64> = None;
    let mut line: Vec<(f64, f64)> = Vec::new();
    for (window, bucket) in series.buckets() {
        let (left, right) = (time.x(window.from), time.x(window.to).min(plot.right));
        level = bucket.level().map(|level| scale.y(level.to_f64())).or(level);
        match level.filter(|_| is_on(window, bucket)) {
            Some(y) => {
                line.extend([(left, y), (right, y)]);
                drawn.push(y);
            }
            None => bright(canvas, &std::mem::take(&mut line)),
        }
    }
    bright(canvas, &line);
    drawn
}

/// Whether auto-recharge was on for most of a bucket.
fn is_on(window: Window, bucket: &Bucket) -> bool {
    let idle = bucket.lasted(Spell::Off).plus(bucket.lasted(Spell::Suspended));
    idle.millis() * 2 < window.to.since(window.from).millis()
}

/// Draws a line that is seen on light and on dark areas.
fn bright(canvas: &mut Canvas, line: &[(f64, f64)]) {
    if line.len() > 1 {
        canvas.path(line, Ink::Paper, 3.5);
        canvas.path(line, Ink::Green, 1.75);
    }
}

fn entries(subject: Subject<'_>, named: [Option<bool>; 3]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut entry = |ink, name: &str, patch| {
        entries.push(Entry { ink, name: name.to_owned(), patch });
    };
    let [purchased, allowance, owed] = named;
    let areas = [
        (allowance, Ink::Sky, "allowance"),
        (purchased, Ink::Blue, "purchased"),
        (owed, Ink::Vermillion, "owed"),
    ];
    for (named, ink, name) in areas {
        if named == Some(false) {
            entry(ink, name, Patch::Full);
        }
    }
    if subject.series.buckets().any(|(window, bucket)| is_on(window, bucket)) {
        entry(Ink::Green, &threshold_name(subject.scenario), Patch::Line);
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
        ("manual top-ups", Ink::Orange, Some(Mark::TopUp), None),
        ("failed attempts", Ink::Vermillion, Some(Mark::FailedAttempt), None),
        ("verifying", Ink::Blue, None, Some(Spell::Verifying)),
        ("capped", Ink::Purple, Some(Mark::CapHit), Some(Spell::Capped)),
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
