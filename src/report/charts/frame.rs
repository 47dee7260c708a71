//! The frame of every chart: a chart states what it measures and its marks, and the frame places
//! them, on a laptop and on a phone.
//!
//! From the top: the key; then panel after panel, each with its caption, its plot, the labels of
//! its axes, and the names at the ends of its lines. All plots of a chart begin and end at the same
//! pixels, and those of a page begin at the same one, so that charts of time can be read together.

use super::Width;
use super::draw::Area;
use super::ink::{self, Ink};
use super::key::{ChartKey, KeyEntry};
use super::letters::{Anchor, Letters};
use super::mark::{Mark, Shape};
use super::measure::{Axis, Measure};
use super::plot::Plot;
use super::sheet::{Said, Sheet};

/// A chart: its key and its panels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Frame {
    pub(super) key: Vec<KeyEntry>,
    pub(super) panels: Vec<Panel>,
    /// Remaining remarks, below everything.
    pub(super) note: String,
}

/// Marks on two axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Panel {
    /// The quantity on the second axis, or the meaning of the rows; above the panel.
    pub(super) head: String,
    /// A sum or a name, above the panel at its right.
    pub(super) corner: String,
    pub(super) x: Measure,
    pub(super) y: Measure,
    /// The quantity on the first axis; an axis of time needs no name.
    pub(super) foot: String,
    /// True if the labels of the first axis are below this panel.
    pub(super) has_ticks: bool,
    /// Height of the plot in pixels, or of each of its rows: wide, narrow.
    pub(super) height: [f64; 2],
    /// The most the plot is wide, in pixels.
    pub(super) most_wide: Option<f64>,
    /// The text beside each row, if any.
    pub(super) values: Vec<String>,
    /// The names at the ends of lines.
    pub(super) ends: Vec<End>,
    pub(super) marks: Vec<Mark>,
}

/// A name at the end of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    /// The end of the line, on the second axis.
    pub(super) at: f64,
    pub(super) name: String,
    /// The part that is kept when the name has to be cut.
    pub(super) rest: String,
    pub(super) ink: Ink,
    /// True if it is kept when there is not room for all.
    pub(super) bold: bool,
}

impl Panel {
    /// A panel without marks.
    pub(super) fn new(x: Measure, y: Measure, height: [f64; 2]) -> Panel {
        Panel {
            head: String::new(),
            corner: String::new(),
            x,
            y,
            foot: String::new(),
            has_ticks: true,
            height,
            most_wide: None,
            values: Vec::new(),
            ends: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The names of its rows.
    fn rows(&self) -> &[String] {
        match &self.y {
            Measure::Names(names) => names,
            _ => &[],
        }
    }

    fn has_flags(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark.shape, Shape::Flag { .. }))
    }
}

/// The widest of texts.
fn widest<'t>(letters: Letters, texts: impl IntoIterator<Item = &'t String>) -> f64 {
    texts.into_iter().map(|text| letters.width(text)).fold(0.0, f64::max)
}

/// Letters of a finding above a chart.
const FINDING: Letters = Letters { size: 16.0, ..Letters::LABEL.heavy(true) };
/// Letters of the names of rows and of the text beside them.
const ROW: Letters = Letters::LABEL;
/// Height of a line of text above a row.
const LINE: f64 = 16.0;
/// Height of the numbers below a plot, and of the caption below them.
const TICKS: f64 = 22.0;
const FOOT: f64 = 16.0;

/// Placing of the names of rows, and of the text beside rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct RowNames {
    /// True if the names are to the left of their rows, instead of above them.
    beside: bool,
    /// Lines of text above each row.
    lines: u32,
}

impl RowNames {
    fn of(panel: &Panel, width: Width) -> RowNames {
        let beside = widest(ROW, panel.rows()) <= width.pick(250.0, 96.0);
        let above = !panel.values.is_empty() && !values_beside(panel, width);
        RowNames { beside, lines: u32::from(!beside) + u32::from(above) }
    }

    fn room(self) -> f64 {
        LINE * f64::from(self.lines)
    }
}

/// Returns true if the text beside rows has room to the right of them.
fn values_beside(panel: &Panel, width: Width) -> bool {
    width == Width::Wide || widest(ROW, &panel.values) <= 64.0
}

/// The horizontal extent of all plots of a chart, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sides {
    left: f64,
    right: f64,
}

impl Sides {
    fn of(panels: &[Panel], width: Width) -> Sides {
        let left =
            panels.iter().map(|panel| Sides::left(panel, width)).fold(width.left(), f64::max);
        let right = panels.iter().map(|panel| Sides::right(panel, width)).fold(0.0, f64::max);
        let only_above = panels
            .iter()
            .all(|panel| !panel.rows().is_empty() && !RowNames::of(panel, width).beside);
        Sides { left: if only_above { 8.0 } else { left }, right: width.right() - right }
    }

    fn left(panel: &Panel, width: Width) -> f64 {
        match panel.rows() {
            [] => panel.y.upwards(panel.height[0]).room(),
            rows if RowNames::of(panel, width).beside => widest(ROW, rows) + 12.0,
            _ => 0.0,
        }
    }

    fn right(panel: &Panel, width: Width) -> f64 {
        let bold = Letters::LABEL.heavy(true);
        let ends = panel.ends.iter().map(|end| bold.width(&end.name) + bold.width(&end.rest));
        let ends = ends.fold(0.0, f64::max).min(width.pick(220.0, 110.0));
        let ends = if panel.ends.is_empty() { 0.0 } else { ends + 16.0 };
        match panel.values.is_empty() || !values_beside(panel, width) {
            true => ends,
            false => ends.max(widest(ROW, &panel.values).min(320.0) + 10.0),
        }
    }
}

/// A panel, laid out.
struct Laid<'p> {
    panel: &'p Panel,
    rows: RowNames,
    /// The top of its caption.
    top: f64,
    plot: Area,
    x: Axis,
    y: Axis,
    /// The top of the next panel.
    bottom: f64,
}

impl<'p> Laid<'p> {
    fn new(panel: &'p Panel, width: Width, sides: Sides, top: f64) -> Laid<'p> {
        let rows = RowNames::of(panel, width);
        let [wide, narrow] = panel.height;
        let high = width.pick(wide, narrow);
        let high = match panel.rows().len() {
            0 => high,
            count => (high + rows.room()) * count as f64,
        };
        let head = if panel.head.is_empty() && panel.corner.is_empty() { 0.0 } else { 20.0 };
        let flags = if panel.has_flags() { 18.0 } else { 0.0 };
        let from = top + head + flags + 6.0;
        let right = panel.most_wide.map_or(sides.right, |most| sides.right.min(sides.left + most));
        let plot = Area { left: sides.left, top: from, right, bottom: from + high };
        let foot = if panel.foot.is_empty() && panel.x.caption().is_empty() { 0.0 } else { FOOT };
        let below = if panel.has_ticks { TICKS + foot } else { 0.0 };
        let mut y = panel.y.upwards(plot.height());
        y.band = 1.0 - rows.room() / (high / panel.rows().len().max(1) as f64);
        let x = panel.x.across(plot.width(), width.pick(90.0, 66.0));
        Laid { panel, rows, top, plot, x, y, bottom: plot.bottom + below }
    }

    fn draw(&self, sheet: &Sheet, width: Width) {
        let (panel, plot) = (self.panel, self.plot);
        self.captions(sheet);
        let drawn = Plot::new(sheet, plot, (self.x.clone(), self.y.clone()));
        drawn
            .mesh(matches!(panel.x, Measure::Quantity(_)), matches!(panel.y, Measure::Quantity(_)));
        if matches!(panel.x, Measure::Time(..)) && !panel.rows().is_empty() {
            drawn.row_lines();
        }
        drawn.marks(&panel.marks);
        match panel.rows() {
            [] => drawn.ticks_beside(),
            rows => self.names(sheet, rows, width),
        }
        if panel.has_ticks {
            drawn.ticks_below(matches!(panel.x, Measure::Names(_)));
            let foot = if panel.foot.is_empty() { panel.x.caption() } else { panel.foot.clone() };
            let foot = Letters::TICK.fit(&foot, width.right());
            let at = (plot.right.max(Letters::TICK.width(&foot)), plot.bottom + TICKS + 7.0);
            sheet.text(&foot, at, Anchor::End, Letters::TICK);
        }
        drawn.ends(&panel.ends);
        drawn.crowns(&panel.marks);
        drawn.labels(&panel.marks);
    }

    fn captions(&self, sheet: &Sheet) {
        let (corner, y) = (Letters::LABEL.heavy(true), self.top + 12.0);
        let room = (sheet.width - corner.width(&self.panel.corner) - 8.0).max(0.4 * sheet.width);
        let head = Letters::TICK.fit(&self.panel.head, room);
        // Beside the plot if it fits, otherwise from the edge of the sheet.
        let left = (self.plot.left - 6.0 - Letters::TICK.width(&head)).max(0.0);
        sheet.text(&head, (left, y), Anchor::Start, Letters::TICK);
        let text =
            corner.fit(&self.panel.corner, self.plot.right - Letters::TICK.width(&head) - 8.0);
        sheet.text(&text, (self.plot.right, y), Anchor::End, corner);
    }

    /// The names of rows and the text beside them.
    fn names(&self, sheet: &Sheet, names: &[String], width: Width) {
        let pitch = self.plot.height() / names.len() as f64;
        let sparse = (13.0 / pitch).ceil().max(1.0) as usize;
        for (index, name) in names.iter().enumerate().filter(|(index, _)| index % sparse == 0) {
            let top = self.plot.top + pitch * index as f64;
            let middle = top + self.rows.room() + (pitch - self.rows.room()) / 2.0;
            let value = self.panel.values.get(index).map_or("", String::as_str);
            if self.rows.beside {
                let name = ROW.fit(name, self.plot.left - 8.0);
                sheet.text(&name, (self.plot.left - 8.0, middle), Anchor::End, ROW);
            } else {
                let bold = ROW.heavy(width == Width::Narrow);
                sheet.text(&bold.fit(name, sheet.width), (0.0, top + 8.0), Anchor::Start, bold);
            }
            if values_beside(self.panel, width) {
                let at = (self.plot.right + 10.0, middle);
                sheet.text(&ROW.fit(value, sheet.width - at.0), at, Anchor::Start, ROW);
            } else {
                let left = if self.rows.beside { self.plot.left } else { 0.0 };
                let at = (left, top + self.rows.room() - LINE / 2.0);
                sheet.text(&ROW.fit(value, sheet.width - left), at, Anchor::Start, ROW);
            }
        }
    }
}

impl Frame {
    /// Draws the chart and returns its SVG.
    pub(super) fn draw(&self, width: Width, said: Said<'_>) -> String {
        self.draw_between(width, said, [Vec::new(), Vec::new()])
    }

    /// Draws the wide chart as a separate file: with its finding above and its description below,
    /// so that a forwarded picture explains itself, and with its dark colours.
    pub(super) fn draw_alone(&self, said: Said<'_>) -> String {
        let room = Width::Wide.right();
        let words =
            [FINDING.wrap(said.title, room, 3), Letters::TICK.wrap(said.description, room, 5)];
        let style = format!("<style>{}</style><desc>", ink::style());
        self.draw_between(Width::Wide, said, words).replacen("<desc>", &style, 1)
    }

    fn draw_between(
        &self,
        width: Width,
        said: Said<'_>,
        [above, below]: [Vec<String>; 2],
    ) -> String {
        let sides = Sides::of(&self.panels, width);
        let key = ChartKey::new(&self.key, sides.left, width);
        let begin = if above.is_empty() { 0.0 } else { 10.0 + 22.0 * above.len() as f64 };
        let mut top = begin + key.height;
        let mut laid: Vec<Laid<'_>> = Vec::new();
        for panel in &self.panels {
            let next = Laid::new(panel, width, sides, top);
            top = next.bottom + if panel.has_ticks { 12.0 } else { 4.0 };
            laid.push(next);
        }
        let note = [Letters::TICK.wrap(&self.note, width.right(), 4), below].concat();
        let height = top + 18.0 * note.len() as f64;
        let sheet = Sheet::new(width.pixels(), height.ceil());
        sheet.lines(&above, 12.0, 22.0, FINDING);
        key.draw(&sheet, begin);
        for panel in &laid {
            panel.draw(&sheet, width);
        }
        sheet.lines(&note, top + 4.0, 18.0, Letters::TICK);
        sheet.finish(said)
    }
}
