//! A plot: marks at their places on two axes, and the labels of the axes.

use plotters::coord::cartesian::{Cartesian2d, MeshLine};
use plotters::coord::ranged1d::ValueFormatter;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Drawable, PointCollection, Polygon};
use plotters::series::LineSeries;
use plotters::style::Color;

use super::draw::{Area, colour, stroke};
use super::frame::End;
use super::ink::Ink;
use super::letters::{Anchor, Letters};
use super::mark::{Look, Mark, Point, Shape};
use super::measure::Axis;
use super::sheet::{DRAWN, Pixel, Sheet, pixel, thinned, unit};

/// A plot on a sheet.
pub(super) struct Plot<'p> {
    sheet: &'p Sheet,
    area: Area,
    ground: DrawingArea<Sheet, Cartesian2d<Axis, Axis>>,
}

impl<'p> Plot<'p> {
    /// A plot over an area, along two axes.
    pub(super) fn new(sheet: &'p Sheet, area: Area, (x, y): (Axis, Axis)) -> Plot<'p> {
        let [left, right] = [area.left, area.right].map(unit);
        let [top, bottom] = [area.top, area.bottom].map(unit);
        let axes = Cartesian2d::new(x, y, (left..right, bottom..top));
        Plot { sheet, area, ground: sheet.clone().into_drawing_area().apply_coord_spec(axes) }
    }

    fn x(&self) -> &Axis {
        self.ground.as_coord_spec().x_spec()
    }

    fn y(&self) -> &Axis {
        self.ground.as_coord_spec().y_spec()
    }

    fn put<'e, E>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, Point>,
        E: Drawable<Sheet>,
    {
        self.ground.draw(element).expect(DRAWN);
    }

    /// The position of a point, in pixels.
    fn pixel(&self, point: Point) -> Pixel {
        pixel(self.ground.map_coordinate(&point))
    }

    /// The position of a rectangle.
    fn pixels(&self, x: [f64; 2], y: [f64; 2]) -> Area {
        let (a, b) = (self.pixel((x[0], y[0])), self.pixel((x[1], y[1])));
        Area { left: a.0.min(b.0), top: a.1.min(b.1), right: a.0.max(b.0), bottom: a.1.max(b.1) }
    }

    fn cell(&self, column: usize, row: usize) -> Area {
        let edges = |place: usize| [place as f64, place as f64 + 1.0];
        let area = self.pixels(edges(column), edges(row));
        if area.width() >= 8.0 && area.height() >= 8.0 { area.within(0.5) } else { area }
    }

    /// Draws lines to read values by, down and across.
    pub(super) fn mesh(&self, down: bool, across: bool) {
        let draw = |sheet: &mut Sheet, line: MeshLine<'_, Axis, Axis>| {
            let (wanted, value) = match line {
                MeshLine::XMesh(_, _, value) => (down, *value),
                MeshLine::YMesh(_, _, value) => (across, *value),
            };
            let style = match value == 0.0 {
                true => stroke(Ink::Axis, 1.0, 1.0),
                false => stroke(Ink::Grid, 1.0, 0.75),
            };
            if wanted { line.draw(sheet, &style) } else { Ok(()) }
        };
        self.ground.draw_mesh(draw, 0, 0).expect(DRAWN);
    }

    /// Draws a line through the middle of every row.
    pub(super) fn row_lines(&self) {
        for tick in &self.y().ticks {
            let y = self.pixel((self.x().low, tick.at)).1;
            self.sheet.line((self.area.left, y), (self.area.right, y), Ink::Grid, 0.75);
        }
    }

    /// Writes the values of the second axis to its left.
    pub(super) fn ticks_beside(&self) {
        for tick in &self.y().ticks {
            let at = (self.area.left - 6.0, self.pixel((self.x().low, tick.at)).1);
            self.sheet.text(&self.y().format_ext(&tick.at), at, Anchor::End, Letters::TICK);
        }
    }

    /// Writes the values of the first axis below it; names are cut to fit.
    pub(super) fn ticks_below(&self, are_names: bool) {
        const FEW: usize = 8;
        let (axis, y) = (self.x(), self.area.bottom);
        if !are_names {
            self.sheet.line((self.area.left, y), (self.area.right, y), Ink::Axis, 1.0);
        }
        let pitch = self.area.width() / axis.ticks.len().max(1) as f64;
        // A few names are cut to fit; of many, only as many are written as fit.
        let widest = axis.ticks.iter().map(|tick| Letters::TICK.width(&tick.label) + 8.0);
        let widest = if axis.ticks.len() > FEW { widest.fold(28.0, f64::max) } else { 28.0 };
        let sparse = if are_names { (widest / pitch).ceil().max(1.0) as usize } else { 1 };
        for tick in axis.ticks.iter().step_by(sparse) {
            let x = self.pixel((tick.at, self.y().low)).0;
            let label = axis.format_ext(&tick.at);
            let room =
                if are_names { (pitch * sparse as f64 - 4.0).max(24.0) } else { self.sheet.width };
            if !are_names {
                self.sheet.line((x, y), (x, y + 4.0), Ink::Axis, 1.0);
            }
            self.sheet.inside(&Letters::TICK.fit(&label, room), (x, y + 13.0), Letters::TICK);
        }
    }

    /// Draws marks in their order, and texts above the plot.
    pub(super) fn marks(&self, marks: &[Mark]) {
        for mark in marks {
            self.sheet.saying(&mark.words, || self.mark(mark));
        }
    }

    fn mark(&self, mark: &Mark) {
        let (sheet, ink, strength) = (self.sheet, mark.ink, mark.strength);
        match &mark.shape {
            Shape::Line { points, thick } => self.line(points, *thick, mark),
            Shape::Area(edges) => {
                let lower = edges.iter().map(|&(x, low, _)| (x, low));
                let upper = edges.iter().rev().map(|&(x, _, high)| (x, high));
                let corners: Vec<Point> = lower.chain(upper).collect();
                self.put(&Polygon::new(corners, colour(ink, strength).filled()));
            }
            Shape::Bar { x, y, is_apart } => self.bar(self.pixels(*x, *y), *is_apart, mark),
            Shape::Hatch { x, y } => sheet.hatch(self.pixels(*x, *y), ink),
            Shape::Cell { column, row, text } => {
                self.put_cell(self.cell(*column, *row), text, mark)
            }
            Shape::Outline { column, row } => {
                sheet.outline(self.cell(*column, *row).within(0.5), ink);
            }
            Shape::Corner { column, row } => sheet.corner(self.cell(*column, *row), ink),
            Shape::Dot { at, radius, look } => {
                sheet.dot(self.pixel(*at), *radius, *look, ink, strength)
            }
            Shape::Tick { at, high } => {
                sheet.fill(Area::around(self.pixel(*at), 1.5, *high), ink, strength);
            }
            Shape::Rule { from, to, thick, is_interval } => {
                let (from, to) = (self.pixel(*from), self.pixel(*to));
                sheet.line(from, to, ink, *thick);
                for (x, y) in [from, to].into_iter().filter(|_| *is_interval) {
                    sheet.line((x, y - 4.0), (x, y + 4.0), ink, *thick);
                }
            }
            Shape::Sense { x } => {
                let y = [self.y().low, self.y().high];
                let map = |place: usize| self.ground.map_coordinate(&(x[place], y[place]));
                sheet.sense(map(0), map(1));
            }
            Shape::Flag { x, text } => {
                let at = (self.pixel((*x, self.y().low)).0, self.area.top - 12.0);
                sheet.inside(text, at, Letters::LABEL.in_ink(ink));
            }
            Shape::Label { .. } | Shape::Crown { .. } => {}
        }
    }

    fn line(&self, points: &[Point], thick: f64, mark: &Mark) {
        let style = stroke(mark.ink, mark.strength, thick);
        for element in LineSeries::new(points.iter().copied(), style) {
            self.put(&element);
        }
    }

    /// A rectangle, at least a visible width; thin ones touch, because gaps would be drawn uneven.
    fn bar(&self, mut area: Area, is_apart: bool, mark: &Mark) {
        const THIN: f64 = 1.5;
        let gap = if is_apart && area.width() >= 4.0 { (area.width() * 0.1).min(3.0) } else { 0.0 };
        area.right = (area.right - gap).max(area.left + gap + THIN);
        area.left += gap;
        area.top = area.top.min(area.bottom - THIN);
        self.sheet.fill(area, mark.ink, mark.strength);
    }

    fn put_cell(&self, area: Area, text: &str, mark: &Mark) {
        self.sheet.fill(area, mark.ink, mark.strength);
        let letters = Letters::LABEL;
        if area.height() >= 15.0 && area.width() >= letters.width(text) + 4.0 {
            self.sheet.text(text, area.middle(), Anchor::Middle, letters);
        }
    }

    /// Writes names at the ends of lines, each at the height of its line, or as near as the others
    /// allow.
    pub(super) fn ends(&self, ends: &[End]) {
        const APART: f64 = 15.0;
        let height = |end: &End| self.pixel((self.x().high, end.at)).1;
        let mut order: Vec<(&End, f64)> = ends.iter().map(|end| (end, height(end))).collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        let most = (self.area.height() / APART) as usize + 1;
        let mut left_out = order.len().saturating_sub(most);
        order.retain(|(end, _)| {
            let is_out = left_out > 0 && !end.bold;
            left_out -= usize::from(is_out);
            !is_out
        });
        let wanted: Vec<f64> = order.iter().map(|(_, y)| *y).collect();
        let places = spread_out(&wanted, APART, self.area.top, self.area.bottom);
        let right = self.area.right;
        for ((end, y), place) in order.iter().zip(places) {
            let letters = Letters::LABEL.heavy(end.bold);
            self.sheet.line((right, *y), (right + 10.0, place), end.ink, 1.0);
            let name =
                letters.fit_name(&end.name, &end.rest, 0.96 * (self.sheet.width - right - 13.0));
            self.sheet.text(&name, (right + 13.0, place), Anchor::Start, letters);
        }
    }

    /// Writes texts on top of columns, those that are clear of each other.
    pub(super) fn crowns(&self, marks: &[Mark]) {
        let letters = Letters::LABEL;
        let mut free = f64::NEG_INFINITY;
        for mark in marks {
            let Shape::Crown { at, text } = &mark.shape else { continue };
            let (x, y) = self.pixel(*at);
            let half = letters.width(text) / 2.0;
            let x = x.clamp(half, (self.sheet.width - half).max(half));
            if x - half >= free {
                self.sheet.text(text, (x, y - 9.0), Anchor::Middle, letters);
                free = x + half + 4.0;
            }
        }
    }

    /// Writes labels beside their places, clear of dots and of each other.
    pub(super) fn labels(&self, marks: &[Mark]) {
        let dots = marks.iter().filter_map(|mark| match mark.shape {
            Shape::Dot { at, radius, look } if look != Look::Arrow => {
                Some(Area::around(self.pixel(at), 2.0 * radius, 2.0 * radius))
            }
            _ => None,
        });
        let mut taken: Vec<Area> = dots.collect();
        if marks.iter().any(|mark| matches!(mark.shape, Shape::Label { .. })) {
            taken.extend(marks.iter().flat_map(|mark| self.beads(mark)));
        }
        for mark in marks {
            let Shape::Label { at, text, bold } = &mark.shape else { continue };
            let letters = Letters::LABEL.heavy(*bold).in_ink(mark.ink);
            let text = letters.fit(text, self.sheet.width * 0.8);
            let at = self.pixel(*at);
            let area = self.free(at, letters.width(&text) + 4.0, &taken);
            self.leader(at, area);
            self.sheet.label(&text, area, letters);
            taken.push(area);
        }
    }

    /// Small rectangles along a line.
    fn beads(&self, mark: &Mark) -> Vec<Area> {
        const APART: f64 = 6.0;
        const MOST: f64 = 200.0;
        let points = match &mark.shape {
            Shape::Line { points, .. } => points.as_slice(),
            Shape::Rule { from, to, .. } => &[*from, *to],
            _ => return Vec::new(),
        };
        let places = points.iter().map(|point| self.ground.map_coordinate(point));
        let pixels: Vec<Pixel> = thinned(places).into_iter().map(pixel).collect();
        let along = |pair: &[Pixel]| {
            let (from, to) = (pair[0], pair[1]);
            let count = (libm::hypot(to.0 - from.0, to.1 - from.1) / APART).ceil().clamp(1.0, MOST);
            let bead = move |step: u32| {
                let part = f64::from(step) / count;
                let at = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
                Area::around(at, 3.0, 3.0)
            };
            (0..count as u32).map(bead).collect::<Vec<_>>()
        };
        pixels.windows(2).flat_map(along).collect()
    }

    /// A line from a place to its label, if the label is not beside it.
    fn leader(&self, at: Pixel, label: Area) {
        let near = (at.0.clamp(label.left, label.right), at.1.clamp(label.top, label.bottom));
        if libm::hypot(at.0 - near.0, at.1 - near.1) > 16.0 {
            self.sheet.line(at, near, Ink::Axis, 0.75);
        }
    }

    /// The position for a label nearest to its point that is free, or the one that covers least.
    fn free(&self, (x, y): Pixel, wide: f64, taken: &[Area]) -> Area {
        const HIGH: f64 = 16.0;
        const GAP: f64 = 9.0;
        let beside = GAP + wide / 2.0;
        let around = |rise: f64| {
            [(beside, rise), (-beside, rise), (0.0, rise + GAP + 8.0), (0.0, rise - GAP - 8.0)]
        };
        let rises = (0..9).flat_map(|step| [f64::from(step) * -9.0, f64::from(step) * 9.0]);
        // Inside the plot, if it is wide enough.
        let (left, right) = match wide <= self.area.width() {
            true => (self.area.left, self.area.right),
            false => (2.0, self.sheet.width - 2.0),
        };
        let half = (wide / 2.0).min((right - left) / 2.0);
        let keep = |x: f64| x.clamp(left + half, right - half);
        let places =
            rises.flat_map(around).map(|(dx, dy)| Area::around((keep(x + dx), y + dy), wide, HIGH));
        let is_inside =
            |area: &Area| area.top >= self.area.top - 4.0 && area.bottom <= self.area.bottom;
        let covers = |area: &Area| taken.iter().map(|other| area.shared(*other)).sum::<f64>();
        let mut best = Area::around((keep(x), y), wide, HIGH);
        let mut least = f64::INFINITY;
        for area in places.filter(is_inside) {
            let covered = covers(&area);
            if covered < least {
                (best, least) = (area, covered);
            }
        }
        best
    }
}

/// Heights as near as possible to those wanted, in ascending order, at least `apart`, between two
/// edges.
fn spread_out(wanted: &[f64], apart: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::with_capacity(wanted.len());
    for &y in wanted {
        let free = places.last().map_or(top, |last| last + apart);
        places.push(y.max(free));
    }
    let mut edge = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(edge);
        edge = *place - apart;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_apart_and_inside() {
        assert_eq!(spread_out(&[10.0, 11.0, 90.0], 15.0, 0.0, 100.0), [10.0, 25.0, 90.0]);
        assert_eq!(spread_out(&[95.0, 96.0, 97.0], 15.0, 0.0, 100.0), [70.0, 85.0, 100.0]);
        assert!(spread_out(&[], 15.0, 0.0, 100.0).is_empty());
    }
}
