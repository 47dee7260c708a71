//! Spend against refused usage, one point a candidate; the larger the point, the more expired
//! unused.
//!
//! What the reader decides between has its name and its intervals; what no other beats stands out,
//! the rest is faint. Points that would lie on one another are drawn once, so that ten thousand
//! candidates make a picture that can be sent. Where a few refuse so much that all the others would
//! lie on the axis, those few stand at the upper edge, as arrows.

use std::collections::BTreeSet;

use crate::figures::Figure;
use crate::inquiry::Role;
use crate::inquiry::{Assessment, Verdict};
use crate::report::study::{Face, StudyReport};
use crate::report::words::{capital, count};
use crate::study::Estimate;

use super::axis::Scale;
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Entry, FAINT, Key, Patch, Width, ink_of};

/// The most points of a kind; more are drawn one for several.
const MOST: usize = 400;
/// The most points whose intervals are drawn, besides those that have a name.
const WITH_INTERVALS: usize = 30;

/// Draws the chart.
pub fn chart(told: &StudyReport<'_>) -> Option<Chart> {
    let points: Vec<Point> = told.judgement.judged.iter().filter_map(|j| point(told, j)).collect();
    let drawn = points.iter().any(|point| point.spend.value.is_finite());
    drawn.then(|| {
        let title = title(told, &points);
        let description = description(told, &points);
        Chart::new("frontier", title, description, |width, said| draw(told, &points, width, said))
    })
}

/// A candidate's place.
struct Point {
    index: usize,
    spend: Estimate,
    refused: Estimate,
    expired: f64,
    kind: Kind,
}

/// How a candidate stands to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It misses a constraint.
    Misses,
    /// Another one beats it.
    Beaten,
    /// No other beats it.
    Frontier,
}

fn point(told: &StudyReport<'_>, judged: &Assessment) -> Option<Point> {
    let (spend, refused) = told.spend_and_refused(judged)?;
    let kind = match (judged.is_feasible(), judged.on_frontier) {
        (false, _) => Kind::Misses,
        (true, true) => Kind::Frontier,
        (true, false) => Kind::Beaten,
    };
    Some(Point { index: judged.index, spend, refused, expired: judged.tradeoff.expired, kind })
}

fn of(points: &[Point], index: usize) -> Option<&Point> {
    points.iter().find(|point| point.index == index)
}

/// `advised spends $31.20 per cycle and refuses 4 credits`.
fn told_of(told: &StudyReport<'_>, face: &Face<'_>, points: &[Point]) -> String {
    let Some(point) = of(points, face.judged.index) else { return String::new() };
    let refused = match point.refused.value > 0.0 {
        true => format!("{} {}", told.words.credits(point.refused.value), told.words.unit),
        false => "nothing".to_owned(),
    };
    let spend = told.words.money(point.spend.value);
    format!("{} spends {spend} {} and refuses {refused}", face.word(), told.words.per())
}

fn title(told: &StudyReport<'_>, points: &[Point]) -> String {
    let faces = told.faces();
    let each: Vec<String> = faces.iter().map(|face| told_of(told, face, points)).collect();
    let both = match each.as_slice() {
        [first, other] => {
            let other = other.replacen(&format!(" {}", told.words.per()), "", 1);
            format!("{first}, {other}")
        }
        each => each.concat(),
    };
    let others = points.len().saturating_sub(1) as u64;
    let text = match told.judgement.verdict {
        Verdict::Infeasible(_) => format!("no candidate keeps every constraint: {both}"),
        Verdict::Keep(_) if others > 0 => {
            let better = points.iter().filter(|point| cheaper(point, points)).count();
            let which = match (better, others) {
                (0, 1) => "the other candidate does not spend".to_owned(),
                (0, _) => format!("none of {others} other candidates spends"),
                (1, 1) => "the other candidate spends".to_owned(),
                (1, _) => format!("1 of {others} other candidates spends"),
                (some, _) => format!("{some} of {others} other candidates spend"),
            };
            let first = each.first().cloned().unwrap_or_default();
            format!("{first}; {which} less without refusing more")
        }
        _ => both,
    };
    capital(&text)
}

/// Whether a candidate that keeps the constraints spends less than the first and refuses no more.
fn cheaper(point: &Point, points: &[Point]) -> bool {
    let Some(first) = of(points, 0) else { return false };
    point.kind != Kind::Misses
        && point.spend.value < first.spend.value
        && point.refused.value <= first.refused.value
}

fn description(told: &StudyReport<'_>, points: &[Point]) -> String {
    let of_kind = |kind: Kind| points.iter().filter(|point| point.kind == kind).count() as u64;
    let misses = match of_kind(Kind::Misses) {
        0 => String::new(),
        some => format!(" {} a constraint.", counted(some, "misses", "miss")),
    };
    let crowded = [Kind::Misses, Kind::Beaten, Kind::Frontier];
    let crowded = match crowded.iter().any(|&kind| of_kind(kind) > MOST as u64) {
        true => " Where many lie together, one point stands for them.",
        false => "",
    };
    format!(
        "Spend {} (credits left at the end counted at what they had cost) against refused {}, {}; the \
         larger a point, the more expired unused. {} not beaten on spend, refusals and waste \
         together.{misses}{crowded} Lines through points: {} intervals.",
        told.words.per(),
        told.words.unit,
        count(points.len() as u64, "candidate"),
        match points.iter().filter(|point| told.judgement.judged[point.index].on_frontier).count() {
            1 => "1 is".to_owned(),
            some => format!("{some} are"),
        },
        told.words.percent(told.objective().confidence.probability()),
    )
}

fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// Where everything is drawn.
struct Sheet {
    plot: Area,
    across: Scale,
    up: Scale,
    most_expired: f64,
    /// What is refused beyond this is off the scale.
    cut: Option<f64>,
}

impl Sheet {
    fn at(&self, point: &Point) -> (f64, f64) {
        match self.is_beyond(point) {
            true => (self.across.x(point.spend.value), self.plot.top),
            false => (self.across.x(point.spend.value), self.up.y(point.refused.value)),
        }
    }

    fn is_beyond(&self, point: &Point) -> bool {
        self.cut.is_some_and(|cut| point.refused.value > cut)
    }

    /// The area of a point grows with what expired.
    fn radius(&self, point: &Point) -> f64 {
        match self.most_expired > 0.0 {
            true => 3.0 + 9.0 * libm::sqrt((point.expired / self.most_expired).clamp(0.0, 1.0)),
            false => 4.5,
        }
    }
}

fn draw(told: &StudyReport<'_>, points: &[Point], width: Width, said: Said<'_>) -> String {
    let faces = told.faces();
    let key = Key::new(entries(points, &faces), width);
    let (left, right) = (width.left(), width.right());
    let top = key.height + 26.0;
    let flat = points.iter().all(|point| point.refused.value <= 0.0);
    let high = if flat { 90.0 } else { width.pick(320.0, 280.0) };
    let plot = Area { left, top, right, bottom: top + high };
    // Large numbers need more room than there is on a phone.
    let left = left.max(sheet(points, &faces, plot, width).up.room());
    let plot = Area { left, ..plot };
    let sheet = sheet(points, &faces, plot, width);
    let lines = caption(told, &sheet, points, width);
    let bottom = plot.bottom + 22.0 + 16.0 * lines.len() as f64;
    canvas::draw(width.pixels(), bottom + 4.0, said, |canvas| {
        key.draw(canvas);
        let name = format!("{}{} refused {}", sheet.up.word(), told.words.unit, told.words.per());
        canvas.text_to_fit(&name, (plot.left - 6.0, plot.top - 16.0), Letters::TICK);
        match flat {
            // Nothing is refused: there is no height to read.
            true => canvas.text("0", (plot.left - 6.0, plot.bottom), Anchor::End, Letters::TICK),
            false => sheet.up.draw(canvas, plot, |tick| sheet.up.tick(tick)),
        }
        sheet.across.draw_across(canvas, plot, |tick| sheet.across.tick(tick));
        for (line, y) in lines.iter().zip(0..) {
            let at = (plot.right, plot.bottom + 30.0 + 16.0 * f64::from(y));
            canvas.text(line, at, Anchor::End, Letters::TICK);
        }
        let named = |point: &&Point| faces.iter().any(|face| face.judged.index == point.index);
        for kind in [Kind::Misses, Kind::Beaten, Kind::Frontier] {
            let some: Vec<&Point> =
                points.iter().filter(|point| point.kind == kind && !named(point)).collect();
            crowd(canvas, &sheet, &some, kind);
        }
        name_faces(canvas, &sheet, points, &faces);
    })
}

fn sheet(points: &[Point], faces: &[Face<'_>], plot: Area, width: Width) -> Sheet {
    let named = |point: &Point| faces.iter().any(|face| face.judged.index == point.index);
    let ends = |estimate: Estimate| {
        [Some(estimate.value), estimate.low, estimate.high].into_iter().flatten()
    };
    let reach = |pick: fn(&Point) -> Estimate| {
        let values = points.iter().flat_map(|point| match named(point) {
            true => ends(pick(point)).collect::<Vec<f64>>(),
            false => vec![pick(point).value],
        });
        let both = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        values.filter(|value| value.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), both)
    };
    let (low, high) = reach(|point| point.spend);
    let cut = cut(points, faces);
    let refused = cut.unwrap_or_else(|| reach(|point| point.refused).1);
    let expired = points.iter().map(|point| point.expired).fold(0.0, f64::max);
    // Room for the largest points.
    let inside = Area { left: plot.left + 14.0, right: plot.right - 14.0, ..plot };
    Sheet {
        plot,
        across: Scale::between(low, high, inside.left, inside.right, width.pick(90.0, 70.0)),
        up: Scale::new(0.0, refused, Area { top: plot.top + 12.0, ..plot }, 40.0),
        most_expired: expired,
        cut,
    }
}

/// Beyond what refusals are off the scale: where a few, none of them told by itself, would press most of
/// the others into the lowest tenth, and what the others refuse at the most.
fn cut(points: &[Point], faces: &[Face<'_>]) -> Option<f64> {
    let most = points.iter().map(|point| point.refused.value).fold(0.0, f64::max);
    let low = |point: &&Point| point.refused.value <= most / 10.0;
    let pressed = points.iter().filter(low).count();
    let named = |point: &Point| faces.iter().any(|face| face.judged.index == point.index);
    let few = most > 0.0
        && pressed * 10 >= points.len() * 6
        && points.iter().filter(|point| named(point)).all(|point| low(&point));
    let others = points.iter().filter(low).map(|point| {
        let reach = point.refused.high.filter(|_| named(point)).unwrap_or(point.refused.value);
        reach.max(point.refused.value)
    });
    let others = others.fold(0.0, f64::max);
    (few && others > 0.0 && others < most).then_some(others)
}

/// What stands at the upper edge, in words.
fn beyond(told: &StudyReport<'_>, sheet: &Sheet, points: &[Point]) -> Option<String> {
    let beyond: Vec<&Point> = points.iter().filter(|point| sheet.is_beyond(point)).collect();
    let most = beyond.iter().map(|point| point.refused.value).fold(0.0, f64::max);
    let least = beyond.iter().map(|point| point.refused.value).fold(f64::INFINITY, f64::min);
    let [least, most] = [least, most].map(|value| told.words.credits(value));
    match beyond.len() {
        0 => None,
        1 => Some(format!("arrow: off the scale, refuses {most}")),
        _ if least == most => Some(format!("arrows: off the scale, refuse {most}")),
        _ => Some(format!("arrows: off the scale, refuse {least} to {most}")),
    }
}

/// What the horizontal axis and the size of points mean.
fn caption(told: &StudyReport<'_>, sheet: &Sheet, points: &[Point], width: Width) -> Vec<String> {
    let axis = format!(
        "spend in {}{} {}",
        sheet.across.word(),
        told.words.currency.code(),
        told.words.per()
    );
    let mut parts = vec![axis];
    if sheet.most_expired > 0.0 {
        let most = told.number(Figure::EXPIRED, sheet.most_expired);
        parts.push(format!("largest point: {most} {} expired unused", told.words.unit));
    }
    parts.extend(beyond(told, sheet, points));
    // One line where it fits.
    let line = parts.join("; ");
    let room = width.right();
    match Letters::TICK.width(&line) <= room {
        true => vec![line],
        false => parts.iter().map(|part| Letters::TICK.fit(part, room)).collect(),
    }
}

fn entries(points: &[Point], faces: &[Face<'_>]) -> Vec<Entry> {
    let kinds = [
        (Kind::Frontier, Ink::Text, "not beaten by another", Patch::Dot),
        (Kind::Beaten, Ink::Axis, "beaten", Patch::Faint),
        (Kind::Misses, Ink::Vermillion, "misses a constraint", Patch::Ring),
    ];
    let named = |point: &Point| faces.iter().any(|face| face.judged.index == point.index);
    let there = |kind: Kind| points.iter().any(|point| point.kind == kind && !named(point));
    let entry = |&(_, ink, name, patch): &(Kind, Ink, &str, Patch)| Entry {
        ink,
        name: name.to_owned(),
        patch,
    };
    kinds.iter().filter(|(kind, ..)| there(*kind)).map(entry).collect()
}

/// Draws points without names, those that would lie on one another once.
fn crowd(canvas: &mut Canvas, sheet: &Sheet, points: &[&Point], kind: Kind) {
    let drawn = apart(sheet, points);
    if kind == Kind::Frontier && points.len() <= WITH_INTERVALS {
        for point in drawn.iter().filter(|point| !sheet.is_beyond(point)) {
            intervals(canvas, sheet, point, Ink::Axis, 0.75);
        }
    }
    for point in drawn {
        let (at, radius) = (sheet.at(point), sheet.radius(point));
        if sheet.is_beyond(point) {
            arrow(canvas, at, if kind == Kind::Misses { Ink::Vermillion } else { Ink::Text });
            continue;
        }
        match kind {
            Kind::Misses => canvas.ring(at, radius, Ink::Vermillion, 1.0),
            Kind::Beaten => canvas.disc(at, radius, Ink::Axis, FAINT),
            Kind::Frontier => canvas.disc(at, radius, Ink::Text, 0.8),
        }
    }
}

/// Points upwards, from the upper edge.
fn arrow(canvas: &mut Canvas, (x, y): (f64, f64), ink: Ink) {
    canvas.veil(&[(x - 4.5, y + 8.0), (x, y - 1.0), (x + 4.5, y + 8.0)], ink, 0.8);
}

/// One point for each cell of a grid, as fine as the number of points allows.
fn apart<'p>(sheet: &Sheet, points: &[&'p Point]) -> Vec<&'p Point> {
    let mut cell = 0.25;
    loop {
        let mut seen = BTreeSet::new();
        let place = |point: &Point| {
            let (x, y) = sheet.at(point);
            // A cast of a float to an integer saturates, and no chart is that large.
            let cell = |length: f64| (length / cell) as i64;
            (cell(x), cell(y), cell(sheet.radius(point)))
        };
        let kept: Vec<&Point> =
            points.iter().copied().filter(|point| seen.insert(place(point))).collect();
        if kept.len() <= MOST {
            return kept;
        }
        cell *= 1.5;
    }
}

/// Draws the intervals of a point in both directions, where they are resolved.
fn intervals(canvas: &mut Canvas, sheet: &Sheet, point: &Point, ink: Ink, thick: f64) {
    let (x, y) = sheet.at(point);
    let inside = |x: f64| x.clamp(sheet.plot.left, sheet.plot.right);
    if let (Some(low), Some(high)) = (point.spend.low, point.spend.high) {
        let ends = (inside(sheet.across.x(low)), inside(sheet.across.x(high)));
        canvas.line((ends.0, y), (ends.1, y), ink, thick);
    }
    if let (Some(low), Some(high)) = (point.refused.low, point.refused.high) {
        let end = |value: f64| sheet.up.y(value.max(0.0)).clamp(sheet.plot.top, sheet.plot.bottom);
        canvas.line((x, end(low)), (x, end(high)), ink, thick);
    }
}

/// Draws the points that have a name, with it.
fn name_faces(canvas: &mut Canvas, sheet: &Sheet, points: &[Point], faces: &[Face<'_>]) {
    let mut taken: Vec<Area> = Vec::new();
    for face in faces {
        let Some(point) = of(points, face.judged.index) else { continue };
        let ink = ink_of(face);
        intervals(canvas, sheet, point, ink, 2.0);
        canvas.disc(sheet.at(point), sheet.radius(point), ink, 0.85);
        canvas.ring(sheet.at(point), sheet.radius(point), Ink::Paper, 1.0);
        if point.kind == Kind::Misses && face.role != Role::Kept {
            canvas.ring(sheet.at(point), sheet.radius(point) + 2.5, Ink::Vermillion, 1.25);
        }
    }
    for face in faces {
        let Some(point) = of(points, face.judged.index) else { continue };
        name_face(canvas, sheet, point, &face.label(), &mut taken);
    }
}

/// Writes a name beside a point, where there is room and no other name.
fn name_face(canvas: &mut Canvas, sheet: &Sheet, point: &Point, name: &str, taken: &mut Vec<Area>) {
    let letters = Letters::LABEL.bold();
    let name = letters.fit(name, sheet.plot.width() * 0.8);
    let wide = letters.width(&name);
    let ((x, y), radius) = (sheet.at(point), sheet.radius(point));
    let right = x + radius + 6.0;
    let left = match right + wide <= canvas.width - 4.0 {
        true => right,
        // To the left, or as far to the right as it fits.
        false if x - radius - 6.0 - wide >= sheet.plot.left => x - radius - 6.0 - wide,
        false => (canvas.width - 4.0 - wide).max(0.0),
    };
    let over = left < x + radius && left + wide > x - radius;
    let middle = if over { y - radius - 10.0 } else { y - 9.0 };
    let area =
        |middle: f64| Area { left, right: left + wide, top: middle - 9.0, bottom: middle + 9.0 };
    let free = |middle: f64| {
        let area = area(middle);
        let inside = area.top >= sheet.plot.top - 24.0 && area.bottom <= sheet.plot.bottom + 2.0;
        inside && !taken.iter().any(|other| meet(area, *other))
    };
    let shifts = (0..12).flat_map(|step| [-6.0 * f64::from(step), 6.0 * f64::from(step)]);
    let middle = shifts.map(|shift| middle + shift).find(|&m| free(m)).unwrap_or(middle);
    canvas.label(&name, (left, middle), Anchor::Start, letters);
    taken.push(area(middle));
}

fn meet(one: Area, other: Area) -> bool {
    one.left < other.right
        && other.left < one.right
        && one.top < other.bottom
        && other.top < one.bottom
}
