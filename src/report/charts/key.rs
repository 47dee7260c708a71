//! The key of a chart: patches of ink and their names, over as many lines as they take.

use super::Width;
use super::draw::Area;
use super::ink::Ink;
use super::letters::{Anchor, Letters};
use super::mark::{BAND, FAINT, Look};
use super::sheet::Sheet;

/// An entry: a patch of ink and its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KeyEntry {
    pub(super) ink: Ink,
    pub(super) name: String,
    pub(super) patch: Patch,
}

/// The look of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patch {
    Full,
    Light,
    Hatched,
    Dot,
    Faint,
    Ring,
    Frame,
    Band,
    /// Shades from weak to strong, preceded by the least.
    Shades,
}

const LINE: f64 = 18.0;
const PATCH: f64 = 11.0;

impl KeyEntry {
    pub(super) fn new(ink: Ink, name: impl Into<String>, patch: Patch) -> KeyEntry {
        KeyEntry { ink, name: name.into(), patch }
    }

    fn patch_width(&self) -> f64 {
        if self.patch == Patch::Shades { 5.0 * PATCH } else { PATCH }
    }
}

/// A key, laid out.
pub(super) struct ChartKey<'e> {
    placed: Vec<(&'e KeyEntry, String, f64, f64)>,
    /// Its height in pixels.
    pub(super) height: f64,
}

impl<'e> ChartKey<'e> {
    /// Lays out entries in lines within the room from `left`.
    pub(super) fn new(entries: &'e [KeyEntry], left: f64, width: Width) -> ChartKey<'e> {
        let left = width.pick(left, 0.0);
        let (mut x, mut y) = (left, LINE / 2.0);
        let mut placed = Vec::new();
        for entry in entries {
            let patch = entry.patch_width() + 5.0;
            let name = Letters::LABEL.fit(&entry.name, width.pixels() - left - patch - 4.0);
            let wide = patch + Letters::LABEL.width(&name);
            if x > left && x + wide > width.pixels() {
                (x, y) = (left, y + LINE);
            }
            placed.push((entry, name, x, y));
            x += wide + 14.0;
        }
        let height = if placed.is_empty() { 0.0 } else { y + LINE / 2.0 + 4.0 };
        ChartKey { placed, height }
    }

    /// Draws it below `top`.
    pub(super) fn draw(&self, sheet: &Sheet, top: f64) {
        for (entry, name, x, y) in &self.placed {
            let y = top + y;
            let right = x + entry.patch_width();
            let area = Area { left: *x, top: y - PATCH / 2.0, right, bottom: y + PATCH / 2.0 };
            patch(sheet, entry, area);
            sheet.text(name, (right + 5.0, y), Anchor::Start, Letters::LABEL);
        }
    }
}

fn patch(sheet: &Sheet, entry: &KeyEntry, area: Area) {
    let (ink, middle) = (entry.ink, area.middle());
    match entry.patch {
        Patch::Full => sheet.fill(area, ink, 1.0),
        Patch::Light => sheet.fill(area, ink, 0.3),
        Patch::Hatched => {
            sheet.fill(area, ink, 1.0);
            sheet.hatch(area, Ink::Paper);
        }
        Patch::Dot => sheet.dot(middle, 4.5, Look::Full, ink, 1.0),
        Patch::Faint => sheet.dot(middle, 4.5, Look::Full, ink, FAINT),
        Patch::Ring => sheet.dot(middle, 4.0, Look::Ring, ink, 1.0),
        Patch::Frame => sheet.outline(area, ink),
        Patch::Band => {
            sheet.fill(area, ink, BAND);
            sheet.line((area.left, middle.1), (area.right, middle.1), ink, 2.0);
        }
        Patch::Shades => {
            for step in 0..5 {
                let left = area.left + PATCH * f64::from(step);
                let area = Area { left, right: left + PATCH - 1.0, ..area };
                sheet.fill(area, ink, shade(f64::from(step) / 4.0));
            }
        }
    }
}

/// The strength of a map's ink for a share of the greatest, from 0 to 1: letters are legible on the
/// strongest, in light and in dark.
pub(super) fn shade(share: f64) -> f64 {
    0.08 + 0.67 * share.clamp(0.0, 1.0)
}
