//! Spend against refused usage, one point per candidate; the larger the point, the more expired
//! unused.
//!
//! The candidates to decide between have names and intervals; those on the frontier stand out, the
//! rest is faint. Points that would overlap are drawn once, so that a chart of ten thousand
//! candidates stays small enough to send. If a few refuse so much that all the others would lie on
//! the axis, those few are drawn at the upper edge, as arrows.

use std::collections::BTreeMap;

use crate::figures::Figure;
use crate::inquiry::{Assessment, Role, Verdict};
use crate::report::study::{Face, StudyReport, shared_beginning};
use crate::report::words::{capital, count};
use crate::study::{Estimate, level};

use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{FAINT, Look, Mark, Shape};
use super::measure::{AxisNotation, Measure};
use super::{Chart, ink_of};

/// The most points of a kind; more are drawn one for several.
const MOST: usize = 400;
/// The most places of which several candidates are named.
const NAMED: usize = 12;
/// Maximum number of points with intervals, besides those with a name.
const WITH_INTERVALS: usize = 30;

/// Draws the chart; nothing where nothing is refused, or all lie on one place.
pub(super) fn chart(report: &StudyReport<'_>) -> Option<Chart> {
    let points: Vec<FrontierPoint> =
        report.judgement.assessments.iter().filter_map(|j| point(report, j)).collect();
    let refuses = points.iter().any(|point| point.refused.value > 0.0);
    let first = points.first().map(FrontierPoint::place);
    let differs = points.iter().any(|point| Some(point.place()) != first);
    (refuses && differs).then(|| {
        let (title, description) = (title(report, &points), description(report, &points));
        Chart::new("frontier", title, description, |_| frame(report, &points))
    })
}

/// A candidate's place.
struct FrontierPoint {
    index: usize,
    spend: Estimate,
    refused: Estimate,
    expired: f64,
    kind: FrontierRole,
}

/// The role of a candidate among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrontierRole {
    /// It misses a constraint.
    Misses,
    /// Another one beats it.
    Beaten,
    /// No other beats it.
    Frontier,
}

impl FrontierPoint {
    /// Its place.
    fn place(&self) -> (f64, f64) {
        (self.spend.value, self.refused.value)
    }
}

fn point(report: &StudyReport<'_>, assessment: &Assessment) -> Option<FrontierPoint> {
    let (spend, refused) = report.spend_and_refused(assessment)?;
    let kind = match (assessment.is_feasible(), assessment.on_frontier) {
        (false, _) => FrontierRole::Misses,
        (true, true) => FrontierRole::Frontier,
        (true, false) => FrontierRole::Beaten,
    };
    Some(FrontierPoint {
        index: assessment.index,
        spend,
        refused,
        expired: assessment.tradeoff.expired,
        kind,
    })
}

fn of(points: &[FrontierPoint], index: usize) -> Option<&FrontierPoint> {
    points.iter().find(|point| point.index == index)
}

/// `advised spends $31.20 per cycle and refuses 4 credits`.
fn in_words(report: &StudyReport<'_>, face: &Face<'_>, points: &[FrontierPoint]) -> String {
    let Some(point) = of(points, face.assessment.index) else { return String::new() };
    let refused = match point.refused.value > 0.0 {
        true => format!("{} {}", few(report, point.refused.value), report.words.unit),
        false => "nothing".to_owned(),
    };
    let spend = report.words.money(point.spend.value);
    format!("{} spends a net {spend} {} and refuses {refused}", face.word(), report.words.per())
}

/// How much is asked for, which tells a few refused credits from many: ` of 6,210`.
fn of_all(report: &StudyReport<'_>) -> String {
    let first = report.judgement.assessments.first();
    let runs = report.runs.first();
    let demanded = first.zip(runs).map(|(first, runs)| level(runs, first.periods));
    match demanded {
        Some(demanded) if report.meters.is_empty() && demanded > 0.0 => {
            format!(", of {} asked for", report.words.credits(demanded))
        }
        _ => String::new(),
    }
}

/// Credits with enough decimals to distinguish a few from none.
fn few(report: &StudyReport<'_>, credits: f64) -> String {
    match report.words.credits(credits).as_str() {
        "0" if credits > 0.0 => {
            let digits = (-libm::floor(libm::log10(credits))).clamp(2.0, 9.0) as usize;
            format!("{credits:.digits$}")
        }
        shown => shown.to_owned(),
    }
}

fn title(report: &StudyReport<'_>, points: &[FrontierPoint]) -> String {
    let faces = report.faces();
    let each: Vec<String> = faces.iter().map(|face| in_words(report, face, points)).collect();
    let per = format!(" {}", report.words.per());
    let once = |(place, one): (usize, &String)| match place {
        0 => one.clone(),
        _ => one.replacen(&per, "", 1),
    };
    let both = each.iter().enumerate().map(once).collect::<Vec<_>>().join(", ");
    let others = points.len().saturating_sub(1) as u64;
    let text = match report.judgement.verdict {
        Verdict::Infeasible(_) => {
            let surely = if report.judgement.may_be_feasible() { " for certain" } else { "" };
            format!("no candidate keeps every constraint{surely}: {both}")
        }
        Verdict::Keep(_) if others > 0 => {
            let better = points.iter().filter(|point| cheaper(point, points)).count();
            let which = match (better, others) {
                (0, 1) => "the other candidate does not spend".to_owned(),
                (0, _) => format!("none of {} spends", count(others, "other candidate")),
                (1, 1) => "the other candidate spends".to_owned(),
                (some, _) => format!(
                    "{some} of {} {}",
                    count(others, "other candidate"),
                    if some == 1 { "spends" } else { "spend" }
                ),
            };
            let first = each.first().cloned().unwrap_or_default();
            format!("{first}; {which} less without refusing more")
        }
        _ => both,
    };
    capital(&text)
}

/// Returns true if a candidate that satisfies the constraints spends less than the first and
/// refuses no more.
fn cheaper(point: &FrontierPoint, points: &[FrontierPoint]) -> bool {
    let Some(first) = of(points, 0) else { return false };
    point.kind != FrontierRole::Misses
        && point.spend.value < first.spend.value
        && point.refused.value <= first.refused.value
}

fn description(report: &StudyReport<'_>, points: &[FrontierPoint]) -> String {
    let of_kind =
        |kind: FrontierRole| points.iter().filter(|point| point.kind == kind).count() as u64;
    let misses = match of_kind(FrontierRole::Misses) {
        0 => String::new(),
        some => format!(" {} a constraint.", counted(some, "misses", "miss")),
    };
    let crowded = [FrontierRole::Misses, FrontierRole::Beaten, FrontierRole::Frontier];
    let crowded = match crowded.iter().any(|&kind| of_kind(kind) > MOST as u64) {
        true => " Where many lie together, one point stands for them.",
        false => "",
    };
    let faces = report.faces();
    let named = faces.iter().filter(|face| face.word() != face.label());
    let names: String = named.map(|face| format!(" {}.", capital(&face.label()))).collect();
    format!(
        "Spend {} (credits left at the end counted at what they had cost{}) against refused {}, {}{}. {} not beaten on spend, refusals and waste \
         together.{misses}{crowded}{names} Lines through points: {} intervals.",
        report.words.per(),
        report.assumed_in_cost(),
        report.words.unit,
        count(points.len() as u64, "candidate"),
        if has_sizes(points) { "; the larger a point, the more expired unused" } else { "" },
        match points
            .iter()
            .filter(|point| report.judgement.assessments[point.index].on_frontier)
            .count()
        {
            1 => "1 is".to_owned(),
            some => format!("{some} are"),
        },
        report.words.percent(report.objective().confidence.probability()),
    )
}

fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// The upper end of the scale of refusals: if a few candidates without a name would press most of
/// the others into the lowest tenth, it is the maximum of the others.
fn cut(points: &[FrontierPoint], faces: &[Face<'_>]) -> Option<f64> {
    let most = points.iter().map(|point| point.refused.value).fold(0.0, f64::max);
    let low = |point: &&FrontierPoint| point.refused.value <= most / 10.0;
    let pressed = points.iter().filter(low).count();
    let few = most > 0.0
        && pressed * 10 >= points.len() * 6
        && points.iter().filter(|point| is_face(point, faces)).all(|point| low(&point));
    let others = points.iter().filter(low).map(|point| {
        let reach = point.refused.high.filter(|_| is_face(point, faces));
        reach.unwrap_or(point.refused.value).max(point.refused.value)
    });
    let others = others.fold(0.0, f64::max);
    (few && others > 0.0 && others < most).then_some(others)
}

fn is_face(point: &FrontierPoint, faces: &[Face<'_>]) -> bool {
    faces.iter().any(|face| face.assessment.index == point.index)
}

/// True if points differ in what expired unused.
fn has_sizes(points: &[FrontierPoint]) -> bool {
    points.windows(2).any(|pair| pair[0].expired != pair[1].expired)
}

/// The picture while it is made.
struct FrontierView<'v> {
    report: &'v StudyReport<'v>,
    faces: Vec<Face<'v>>,
    points: &'v [FrontierPoint],
    most_expired: f64,
    cut: Option<f64>,
    /// The refused credits at the upper edge.
    top: f64,
}

fn frame(report: &StudyReport<'_>, points: &[FrontierPoint]) -> Frame {
    let faces = report.faces();
    let cut = cut(points, &faces);
    let ends = |pick: fn(&FrontierPoint) -> Estimate| {
        let values = points.iter().flat_map(|point| match is_face(point, &faces) {
            true => {
                let estimate = pick(point);
                [Some(estimate.value), estimate.low, estimate.high]
            }
            false => [Some(pick(point).value), None, None],
        });
        let values = values.flatten().filter(|value| value.is_finite());
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let ((low, high), refused) = (ends(|point| point.spend), ends(|point| point.refused).1);
    let top = cut.unwrap_or(refused);
    let most_expired = points.iter().map(|point| point.expired).fold(0.0, f64::max);
    let view = FrontierView { report, faces, points, most_expired, cut, top };
    let money = Measure::round(low, high, AxisNotation::Money(report.words.currency));
    let mut panel =
        Panel::new(money, Measure::from_zero(0.0, top, AxisNotation::Plain), [320.0, 280.0]);
    panel.head = format!("{} refused {}{}", report.words.unit, report.words.per(), of_all(report));
    panel.foot = format!("spend, net of credits left, {}", report.words.per());
    for kind in [FrontierRole::Misses, FrontierRole::Beaten, FrontierRole::Frontier] {
        panel.marks.extend(view.crowd(kind));
    }
    panel.marks.extend(view.named());
    Frame { key: view.entries(), panels: vec![panel], note: view.note() }
}

impl FrontierView<'_> {
    fn at(&self, point: &FrontierPoint) -> (f64, f64) {
        (point.spend.value, if self.is_beyond(point) { f64::MAX } else { point.refused.value })
    }

    fn is_beyond(&self, point: &FrontierPoint) -> bool {
        self.cut.is_some_and(|cut| point.refused.value > cut)
    }

    /// The area of a point grows with what expired.
    fn radius(&self, point: &FrontierPoint) -> f64 {
        match has_sizes(self.points) {
            true => 3.0 + 9.0 * libm::sqrt((point.expired / self.most_expired).clamp(0.0, 1.0)),
            false => 4.5,
        }
    }

    fn name(&self, point: &FrontierPoint) -> &str {
        let candidate = self.report.candidates().get(point.index);
        candidate.map_or("", |candidate| candidate.name.as_str())
    }

    /// The text of a point under the pointer.
    fn words(&self, point: &FrontierPoint) -> String {
        let (report, name) = (self.report, self.name(point));
        let (spend, refused) =
            (report.words.money(point.spend.value), few(report, point.refused.value));
        let expired = report.number(Figure::EXPIRED, point.expired);
        format!("{name}: spends a net {spend}, refuses {refused}, {expired} expire unused")
    }

    /// The meaning of the size of points, and of those at the upper edge.
    fn note(&self) -> String {
        let unit = self.report.words.unit;
        let sizes = has_sizes(self.points).then(|| {
            let most = self.report.number(Figure::EXPIRED, self.most_expired);
            format!("Largest point: {most} {unit} expired unused.")
        });
        let beyond: Vec<f64> = self
            .points
            .iter()
            .filter(|point| self.is_beyond(point))
            .map(|point| point.refused.value)
            .collect();
        let most = beyond.iter().copied().fold(0.0, f64::max);
        let least = beyond.iter().copied().fold(f64::INFINITY, f64::min);
        let [least, most] = [least, most].map(|value| self.report.words.credits(value));
        let beyond = match beyond.len() {
            0 => None,
            1 => Some(format!("Arrow: off the scale, refuses {most}.")),
            _ if least == most => Some(format!("Arrows: off the scale, refuse {most}.")),
            _ => Some(format!("Arrows: off the scale, refuse {least} to {most}.")),
        };
        [sizes, beyond].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn entries(&self) -> Vec<KeyEntry> {
        let kinds = [
            (FrontierRole::Frontier, Ink::Text, "not beaten by another", Patch::Dot),
            (FrontierRole::Beaten, Ink::Axis, "beaten", Patch::Faint),
            (FrontierRole::Misses, Ink::Vermillion, "misses a constraint", Patch::Ring),
        ];
        let is_there = |kind: FrontierRole| {
            self.points.iter().any(|point| point.kind == kind && !is_face(point, &self.faces))
        };
        let there = kinds.into_iter().filter(|(kind, ..)| is_there(*kind));
        there.map(|(_, ink, name, patch)| KeyEntry::new(ink, name, patch)).collect()
    }

    /// Points of a kind without names; those that would overlap are drawn once.
    fn crowd(&self, kind: FrontierRole) -> Vec<Mark> {
        let is_one = |point: &&FrontierPoint| point.kind == kind && !is_face(point, &self.faces);
        let drawn = self.apart(&self.points.iter().filter(is_one).collect::<Vec<_>>());
        let has_intervals = kind == FrontierRole::Frontier && drawn.len() <= WITH_INTERVALS;
        let mut marks = Vec::new();
        for (point, alike) in &drawn {
            if has_intervals && !self.is_beyond(point) {
                marks.extend(self.intervals(point, Ink::Axis, 0.75));
            }
            let beyond = self.is_beyond(point);
            let (ink, strength, look) = match kind {
                FrontierRole::Misses if beyond => (Ink::Vermillion, 0.8, Look::Arrow),
                _ if beyond => (Ink::Text, 0.8, Look::Arrow),
                FrontierRole::Misses => (Ink::Vermillion, 1.0, Look::Ring),
                FrontierRole::Beaten => (Ink::Axis, FAINT, Look::Full),
                FrontierRole::Frontier => (Ink::Text, 0.8, Look::Full),
            };
            let radius = if beyond { 4.5 } else { self.radius(point) };
            let more = match alike.len() as u64 {
                0 => String::new(),
                some => format!("; and {} in this place", count(some, "other")),
            };
            let shape = Shape::Dot { at: self.at(point), radius, look };
            let words = format!("{}{more}", self.words(point));
            marks.push(Mark::new(shape, ink).strength(strength).saying(words));
        }
        if drawn.len() <= NAMED {
            let of_several = drawn.iter().filter(|(_, alike)| !alike.is_empty());
            marks.extend(of_several.map(|(point, alike)| {
                Mark::label(self.at(point), self.of_several(point, alike), false)
            }));
        }
        marks
    }

    /// What the names of the candidates in one place begin with, and their number: `Pro, 6 candidates`.
    fn of_several(&self, point: &FrontierPoint, alike: &[&FrontierPoint]) -> String {
        let all: Vec<&str> = [point].iter().chain(alike).map(|point| self.name(point)).collect();
        let many = count(all.len() as u64, "candidate");
        match &all[0][..shared_beginning(&all)] {
            "" => many,
            shared => format!("{shared}{many}"),
        }
    }

    /// One point for each cell of a grid, as fine as the number of points allows, and the others that it
    /// represents.
    fn apart<'p>(
        &self,
        points: &[&'p FrontierPoint],
    ) -> Vec<(&'p FrontierPoint, Vec<&'p FrontierPoint>)> {
        let spends = || points.iter().map(|point| point.spend.value);
        let low = spends().fold(f64::INFINITY, f64::min);
        let wide = (spends().fold(low, f64::max) - low).max(f64::MIN_POSITIVE);
        let mut cells = 3_000.0;
        loop {
            let mut seen: BTreeMap<[i64; 3], (&FrontierPoint, Vec<&FrontierPoint>)> =
                BTreeMap::new();
            for &point in points {
                let (spend, refused) = self.at(point);
                let refused = refused.min(self.top) / self.top.max(f64::MIN_POSITIVE);
                let place = [(spend - low) / wide, refused, self.radius(point) / 800.0];
                // A cast of a float to an integer saturates.
                let place = place.map(|share| (share * cells) as i64);
                seen.entry(place)
                    .and_modify(|(_, others)| others.push(point))
                    .or_insert((point, Vec::new()));
            }
            if seen.len() <= MOST {
                let mut kept: Vec<_> = seen.into_values().collect();
                kept.sort_by_key(|(point, _)| point.index);
                return kept;
            }
            cells /= 1.5;
        }
    }

    /// The intervals of a point in both directions, where they are resolved.
    fn intervals(&self, point: &FrontierPoint, ink: Ink, thick: f64) -> Vec<Mark> {
        let (x, y) = self.at(point);
        let across = point.spend.low.zip(point.spend.high);
        let up = point.refused.low.zip(point.refused.high);
        let across = across.map(|(low, high)| Mark::rule((low, y), (high, y), thick, ink));
        let up = up.map(|(low, high)| Mark::rule((x, low.max(0.0)), (x, high), thick, ink));
        across.into_iter().chain(up).collect()
    }

    /// The points with names.
    fn named(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        for face in &self.faces {
            let Some(point) = of(self.points, face.assessment.index) else { continue };
            marks.extend(self.intervals(point, ink_of(face), 2.0));
            let (at, radius) = (self.at(point), self.radius(point));
            if point.kind == FrontierRole::Misses && face.role != Role::Kept {
                let shape = Shape::Dot { at, radius: radius + 3.0, look: Look::Ring };
                marks.push(Mark::new(shape, Ink::Vermillion));
            }
            marks.push(Mark::dot(at, radius, ink_of(face)).saying(self.words(point)));
            let name = match face.assessment.index {
                0 => face.label(),
                _ => face.word().to_owned(),
            };
            marks.push(Mark::label(at, name, true));
        }
        marks
    }
}
