//! Charts, as SVG.
//!
//! In reading order: this page → [`balance`], [`spend`], [`downtime`], [`refused`] (of a replay, one
//! file a chart) → [`frontier`], [`settings`], [`fan`], [`costs`] (of a study) → [`canvas`], [`axis`], [`ink`] (the kit). Each is drawn twice, wide for a laptop or a
//! sheet of paper and narrow for a phone, because letters do not shrink with a picture. Its title
//! states the finding. Deliberately absent: anything that computes a figure.

pub mod axis;
pub mod balance;
pub mod canvas;
pub mod costs;
pub mod differences;
pub mod downtime;
pub mod fan;
pub mod frontier;
pub mod ink;
#[cfg(feature = "png")]
pub mod pixels;
pub mod plans;
pub mod refused;
pub mod settings;
pub mod spend;
#[cfg(test)]
mod tests;

use super::study::{Face, StudyReport};
use super::{Subject, plan};
use crate::inquiry::Role;
use canvas::{Anchor, Canvas, Letters, Said};
use ink::Ink;

/// How wide a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// For a laptop and for paper.
    Wide,
    /// For a phone.
    Narrow,
}

impl Width {
    /// In pixels.
    pub fn pixels(self) -> f64 {
        match self {
            Width::Wide => 880.0,
            Width::Narrow => 358.0,
        }
    }

    /// Where plots begin: all at the same place, so that charts of time can be read together.
    pub fn left(self) -> f64 {
        self.pick(140.0, 46.0)
    }

    /// Where plots end.
    pub fn right(self) -> f64 {
        self.pixels() - self.pick(16.0, 8.0)
    }

    /// One value or the other.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Width::Wide => wide,
            Width::Narrow => narrow,
        }
    }
}

/// A chart, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What its file is called, without an ending.
    pub name: &'static str,
    /// Its finding.
    pub title: String,
    /// What it shows, in place of looking at it.
    pub description: String,
    /// As SVG, for a laptop and for paper.
    pub wide: String,
    /// As SVG, for a phone.
    pub narrow: String,
}

impl Chart {
    /// Draws a chart in both widths; `draw` returns its SVG.
    fn new(
        name: &'static str,
        title: String,
        description: String,
        draw: impl Fn(Width, Said<'_>) -> String,
    ) -> Chart {
        let said = Said { title: &title, description: &description };
        let (wide, narrow) = (draw(Width::Wide, said), draw(Width::Narrow, said));
        Chart { name, title, description, wide, narrow }
    }
}

/// The names of all charts there can be.
pub const NAMES: [&str; 10] = [
    "balance",
    "spend",
    "downtime",
    "refused",
    "frontier",
    "settings",
    "fan",
    "costs",
    "plans",
    "differences",
];

/// The charts of a replay: those that have something to show.
pub fn of_run(subject: Subject<'_>) -> Vec<Chart> {
    let charts = [
        Some(balance::chart(subject)),
        spend::chart(subject),
        downtime::chart(subject),
        refused::chart(subject),
    ];
    charts.into_iter().flatten().collect()
}

/// The charts of a study: those that have something to show.
pub fn of_study(told: &StudyReport<'_>) -> Vec<Chart> {
    // Where scenarios are compared, the pairs are the question.
    let pairs = (told.scenarios.len() > 1).then(|| differences::chart(told)).flatten();
    let charts =
        [pairs, frontier::chart(told), settings::chart(told), fan::chart(told), costs::chart(told)];
    charts.into_iter().flatten().collect()
}

/// The charts of plans and packages.
pub fn of_plan(told: &plan::PlanReport<'_>) -> Vec<Chart> {
    plans::chart(told).into_iter().collect()
}

/// An entry of a key: a patch of ink and its name.
struct Entry {
    ink: Ink,
    name: String,
    patch: Patch,
}

/// How a patch in a key looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Patch {
    Full,
    Light,
    Hatched,
    Line,
    Dot,
    Faint,
    Ring,
    Frame,
    Band,
}

/// How strong what stands in the background is drawn.
const FAINT: f64 = 0.45;
/// How strong an interval around a line is drawn.
const BAND: f64 = 0.22;

/// The ink of a candidate that is told by itself.
fn ink_of(face: &Face<'_>) -> Ink {
    match face.role {
        Role::First | Role::Kept => Ink::Orange,
        Role::Nearest if face.judged.index == 0 => Ink::Orange,
        Role::Advised | Role::Nearest | Role::Next => Ink::Blue,
    }
}

/// A key, laid out over lines of the room there is.
struct Key {
    entries: Vec<(Entry, f64, f64)>,
    height: f64,
}

impl Key {
    const LINE: f64 = 18.0;
    const PATCH: f64 = 11.0;

    fn new(entries: Vec<Entry>, width: Width) -> Key {
        let left = width.pick(width.left(), 0.0);
        let (mut x, mut y) = (left, Key::LINE / 2.0);
        let mut placed = Vec::new();
        for entry in entries {
            let wide = Key::PATCH + 5.0 + Letters::LABEL.width(&entry.name);
            if x > left && x + wide > width.pixels() {
                (x, y) = (left, y + Key::LINE);
            }
            placed.push((entry, x, y));
            x += wide + 14.0;
        }
        let height = if placed.is_empty() { 0.0 } else { y + Key::LINE / 2.0 + 4.0 };
        Key { entries: placed, height }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let half = Key::PATCH / 2.0;
        for (entry, x, y) in &self.entries {
            let (left, right) = (*x, x + Key::PATCH);
            let area = canvas::Area { left, top: y - half, right, bottom: y + half };
            match entry.patch {
                Patch::Full => canvas.fill(area, entry.ink, 1.0),
                Patch::Light => canvas.fill(area, entry.ink, 0.3),
                Patch::Hatched => {
                    canvas.fill(area, entry.ink, 1.0);
                    canvas.hatch(area, Ink::Paper);
                }
                Patch::Dot => canvas.dot((x + half, *y), 4.5, entry.ink),
                Patch::Faint => canvas.disc((x + half, *y), 4.5, entry.ink, FAINT),
                Patch::Ring => canvas.ring((x + half, *y), 4.0, entry.ink, 1.25),
                Patch::Frame => canvas.frame(area, entry.ink, 2.5),
                Patch::Band => {
                    canvas.fill(area, entry.ink, BAND);
                    canvas.line((left, *y), (right, *y), entry.ink, 2.0);
                }
                Patch::Line => canvas.line((left, *y), (right, *y), entry.ink, 1.75),
            }
            canvas.text(&entry.name, (right + 5.0, *y), Anchor::Start, Letters::LABEL);
        }
    }
}
