//! What the settings that were varied do to the cost, or to another figure that was chosen: a heat map
//! of two, or a line of one.
//!
//! Of more than two, those are drawn that move the figure most; the others are held at what is
//! advised, and the description says so. Nothing is drawn where nothing was varied, or where the
//! candidates leave most of the map empty.

use std::collections::BTreeMap;

use crate::figures::{Figure, Unit};
use crate::inquiry::Assessment;
use crate::report::study::{Face, StudyReport};
use crate::report::words::capital;
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue};
use crate::study::{Candidate, Estimate};

use super::axis::Scale;
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{BAND, Chart, Entry, Key, Patch, Width, ink_of};

/// What is shown of a candidate whose scenario does not say.
const NOT_SET: &str = "not set";
/// How strong the dearest cell is drawn: so that letters can be read on it, in light and in dark.
const STRONGEST: f64 = 0.75;
/// The most values of one setting that have a row each; more are drawn as a line if they are numbers.
const ROWS: usize = 24;

/// Draws the chart.
pub fn chart(told: &StudyReport<'_>) -> Option<Chart> {
    let view = &View::of(told);
    let mut settings = varied(view);
    // Strongest first; of those alike, the first named.
    settings.sort_by(|a, b| b.effect.total_cmp(&a.effect));
    let title = title(view, &settings)?;
    match settings.as_slice() {
        [] => None,
        [one] => {
            let description = describe_line(view, one);
            let draw = |width, said: Said<'_>| draw_line(view, one, width, said);
            Some(Chart::new("settings", title, description, draw))
        }
        [one, other, held @ ..] => {
            let map = Map::of(view, one, other, held)?;
            let description = map.describe(view, &settings);
            let draw = |width, said: Said<'_>| draw_map(view, &map, width, said);
            Some(Chart::new("settings", title, description, draw))
        }
    }
}

/// A study and the figure that is shown of it.
struct View<'t> {
    told: &'t StudyReport<'t>,
    figure: Figure,
    /// By candidate.
    values: Vec<Option<Estimate>>,
    /// The settings that were tried, in the order of candidates: path, and what each candidate has.
    settings: Vec<(String, Vec<String>)>,
}

impl<'t> View<'t> {
    fn of(told: &'t StudyReport<'t>) -> View<'t> {
        let figure = told.map;
        let value = |judged: &Assessment| match figure {
            Figure::COST => Some(judged.cost),
            figure => told.estimate(judged, figure),
        };
        let values = told.judgement.judged.iter().map(value).collect();
        View { told, figure, values, settings: spelt(told) }
    }

    /// The figure of a candidate; `None` where the runs do not tell it.
    fn value(&self, judged: &Assessment) -> Option<Estimate> {
        self.values.get(judged.index).copied().flatten()
    }

    fn show(&self, value: f64) -> String {
        self.told.number(self.figure, value)
    }

    /// What an axis of the figure is called.
    fn axis(&self, scale: &Scale) -> String {
        let (word, words) = (scale.word(), self.told.words);
        let unit = match self.figure.unit() {
            Unit::Money | Unit::Price => words.currency.code(),
            Unit::Credits => words.unit,
            Unit::Duration => "hours",
            Unit::Share => "share",
            Unit::Count => "number",
        };
        format!("{}, {word}{unit}{}", self.name(), self.per())
    }

    /// What the figure is called.
    fn name(&self) -> String {
        self.figure.label().to_owned()
    }

    /// ` per cycle`, where the figure is so.
    fn per(&self) -> String {
        self.told.per(self.figure)
    }
}

/// A setting that was varied.
struct Varied {
    path: String,
    /// In order: of size if they are numbers, else as they were named.
    values: Vec<String>,
    /// The mean figure of the candidates with each value.
    means: Vec<f64>,
    /// How far apart the means are.
    effect: f64,
}

impl Varied {
    /// The values as numbers, if all are.
    fn numbers(&self) -> Option<Vec<f64>> {
        self.values.iter().map(|value| number(value)).collect()
    }
}

fn number(text: &str) -> Option<f64> {
    let (text, share) = match text.strip_suffix('%') {
        Some(text) => (text, 0.01),
        None => (text, 1.0),
    };
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number * share)
}

/// The settings of which candidates have different values.
fn varied(view: &View<'_>) -> Vec<Varied> {
    let setting = |path: &str| {
        let mut values: Vec<String> = Vec::new();
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        // What is set today comes last: the order is that of the values as they were named.
        let (first, others) = view.told.judgement.judged.split_first()?;
        for judged in others.iter().chain([first]) {
            let value = value_of(view, judged, path);
            if !values.contains(&value) {
                values.push(value.clone());
            }
            let sum = sums.entry(value).or_default();
            if let Some(found) = view.value(judged) {
                *sum = (sum.0 + found.value, sum.1 + 1.0);
            }
        }
        if values.iter().all(|value| number(value).is_some()) {
            values.sort_by(|a, b| {
                number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        let mean = |value: &String| {
            sums.get(value).map_or(0.0, |(sum, count)| sum / f64::max(*count, 1.0))
        };
        let means: Vec<f64> = values.iter().map(mean).collect();
        let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let low = means.iter().copied().fold(f64::INFINITY, f64::min);
        let several = values.len() > 1;
        several.then(|| Varied { path: path.to_owned(), values, means, effect: high - low })
    };
    view.settings.iter().filter_map(|(path, _)| setting(path)).collect()
}

/// What a candidate has for a setting.
fn value_of(view: &View<'_>, judged: &Assessment, path: &str) -> String {
    let tried = view.settings.iter().find(|(other, _)| other == path);
    let (_, values) = tried.expect("only settings that were tried are drawn");
    values[judged.index].clone()
}

/// What each candidate has for every setting that was tried, in one spelling for each meaning.
fn spelt(told: &StudyReport<'_>) -> Vec<(String, Vec<String>)> {
    let candidates = told.candidates();
    let mut paths: Vec<&SettingPath> = Vec::new();
    for setting in candidates.iter().flat_map(|candidate| &candidate.settings) {
        if !paths.contains(&&setting.path) {
            paths.push(&setting.path);
        }
    }
    let spelt = |path: &SettingPath| {
        let scenario = told.scenarios.first().copied();
        let mut spellings = Spellings { scenario, path, shown: BTreeMap::new(), known: Vec::new() };
        let today = scenario.and_then(|scenario| scenario.setting(path));
        let value = |candidate: &Candidate| {
            let tried = candidate.settings.iter().find(|setting| setting.path == *path);
            tried.map(|setting| setting.value.clone()).or_else(|| today.clone())
        };
        // What is set today is spelt as it was tried.
        let (first, others) = candidates.split_first().expect("what is set today is a candidate");
        let mut all: Vec<String> = vec![String::new()];
        all.extend(others.iter().map(|candidate| spellings.of(value(candidate))));
        all[0] = spellings.of(value(first));
        (path.to_string(), all)
    };
    paths.into_iter().map(spelt).collect()
}

/// One spelling of a setting for each meaning: the first that is met.
struct Spellings<'s> {
    scenario: Option<&'s Scenario>,
    path: &'s SettingPath,
    /// What is shown, by every spelling that was met.
    shown: BTreeMap<String, String>,
    /// One value of each meaning.
    known: Vec<SettingValue>,
}

impl Spellings<'_> {
    fn of(&mut self, value: Option<SettingValue>) -> String {
        let Some(value) = value else { return NOT_SET.to_owned() };
        let text = value.to_string();
        if let Some(shown) = self.shown.get(&text) {
            return shown.clone();
        }
        let known = self.known.iter().find(|known| self.are_alike(known, &value));
        let shown = known.map_or_else(|| text.clone(), ToString::to_string);
        if known.is_none() {
            self.known.push(value);
        }
        self.shown.insert(text, shown.clone());
        shown
    }

    /// Whether two values mean the same: numbers by their size, others by what the scenario makes of them.
    fn are_alike(&self, one: &SettingValue, other: &SettingValue) -> bool {
        match (number(&one.to_string()), number(&other.to_string())) {
            (Some(one), Some(other)) => one == other,
            (None, None) => {
                let set = |value: &SettingValue| [Setting::new(self.path.clone(), value.clone())];
                self.scenario.is_some_and(|base| base.mean_alike(&set(one), &set(other)))
            }
            _ => false,
        }
    }
}

/// `recharge.package moves the cost most: $31.20 per cycle with 9000, $48.00 with 1000`.
fn title(view: &View<'_>, settings: &[Varied]) -> Option<String> {
    let strongest = settings.first()?;
    let pairs = || strongest.means.iter().zip(&strongest.values);
    let best = pairs().min_by(|a, b| a.0.total_cmp(b.0));
    let worst = pairs().max_by(|a, b| a.0.total_cmp(b.0));
    let ((low, best), (high, worst)) = best.zip(worst)?;
    let (low, high) = (view.show(*low), view.show(*high));
    let name = match view.figure {
        Figure::COST => "the cost".to_owned(),
        _ => view.name(),
    };
    let per = view.per();
    if low == high {
        return Some(format!("No setting that was varied changes {name}: {low}{per}"));
    }
    let only = settings.len() == 1;
    let what = if only { format!("and {name}") } else { format!("moves {name} most") };
    let mean = if only { "" } else { ", on average" };
    Some(format!("{} {what}: {low}{per} with {best}, {high} with {worst}{mean}", strongest.path))
}

/// The figure, and what the cost is made of, where it is more than spend.
fn shown(view: &View<'_>) -> String {
    let objective = view.told.objective();
    let priced = objective.per_refused_credit > 0.0 || objective.per_hour_of_downtime > 0.0;
    let more = if priced && view.figure == Figure::COST {
        " (with what refused usage and downtime cost you)"
    } else {
        ""
    };
    format!("{}{}{more}", capital(&view.name()), view.per())
}

/// Candidates by the values of two settings, all others held.
struct Map<'s> {
    rows: &'s Varied,
    columns: &'s Varied,
    /// Row by row; empty where no candidate is.
    cells: Vec<Option<usize>>,
    /// What the other settings are held at.
    held: Vec<(String, String)>,
}

impl<'s> Map<'s> {
    /// The map, unless most of it is empty.
    fn of(view: &View<'_>, one: &'s Varied, other: &'s Varied, held: &[Varied]) -> Option<Map<'s>> {
        // Rows can be many, columns cannot.
        let (rows, columns) =
            if one.values.len() >= other.values.len() { (one, other) } else { (other, one) };
        let advised = view.told.judgement.advised();
        let held = held.iter().map(|setting| setting.path.clone());
        let held: Vec<(String, String)> =
            held.map(|path| (path.clone(), value_of(view, advised, &path))).collect();
        let mut cells = vec![None; rows.values.len() * columns.values.len()];
        for judged in &view.told.judgement.judged {
            if held.iter().any(|(path, value)| value_of(view, judged, path) != *value) {
                continue;
            }
            let place = |setting: &Varied| {
                let value = value_of(view, judged, &setting.path);
                setting.values.iter().position(|other| *other == value)
            };
            let (Some(row), Some(column)) = (place(rows), place(columns)) else { continue };
            let cell = &mut cells[row * columns.values.len() + column];
            *cell = cell.or(Some(judged.index));
        }
        let filled = cells.iter().flatten().count();
        (filled * 2 >= cells.len()).then_some(Map { rows, columns, cells, held })
    }

    fn describe(&self, view: &View<'_>, settings: &[Varied]) -> String {
        let held: Vec<String> =
            self.held.iter().map(|(path, value)| format!("{path} = {value}")).collect();
        let held = match held.is_empty() {
            true => String::new(),
            false => format!(
                " Of {} settings that were varied these two move it most; the map holds {}, as in {}.",
                settings.len(),
                held.join(", "),
                match view.told.candidates().get(view.told.judgement.advised().index) {
                    Some(candidate) => candidate.name.as_str(),
                    None => "what is advised",
                }
            ),
        };
        let empty = match self.cells.iter().all(Option::is_some) {
            true => "",
            false => " Empty: not tried, or the same as another.",
        };
        format!(
            "{} for each {} and {}; the darker, the {}.{held}{}{empty}",
            shown(view),
            self.rows.path,
            self.columns.path,
            if view.figure.unit() == Unit::Money { "dearer" } else { "more" },
            self.beside(view)
        )
    }

    /// Why what is set is not on the map.
    fn beside(&self, view: &View<'_>) -> String {
        let Some(first) = view.told.judgement.judged.first() else { return String::new() };
        let name = view.told.candidates().first().map_or("", |first| first.name.as_str());
        let other = |(path, held): &&(String, String)| value_of(view, first, path) != *held;
        match self.held.iter().find(other) {
            Some((path, _)) if !self.cells.contains(&Some(0)) => {
                let value = value_of(view, first, path);
                format!(" Not on it: {name}, which has {path} = {value}.")
            }
            _ => String::new(),
        }
    }

    /// The least and the greatest of the figure.
    fn reach(&self, view: &View<'_>) -> (f64, f64) {
        let cells = self.cells.iter().flatten();
        let values = cells.filter_map(|&index| view.values.get(index).copied().flatten());
        let both = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        values.map(|value| value.value).fold((f64::INFINITY, f64::NEG_INFINITY), both)
    }
}

fn draw_map(view: &View<'_>, map: &Map<'_>, width: Width, said: Said<'_>) -> String {
    let faces: Vec<Face<'_>> = view
        .told
        .faces()
        .into_iter()
        .filter(|face| map.cells.contains(&Some(face.judged.index)))
        .collect();
    let key = Key::new(map_entries(view, map, &faces), width);
    let (rows, columns) = (map.rows.values.len(), map.columns.values.len());
    let names = map.rows.values.iter().map(|value| Letters::TICK.width(value));
    let left = names.fold(0.0, f64::max) + 10.0;
    let left = left.clamp(width.pick(width.left(), 46.0), width.pick(260.0, 120.0));
    let right = width.right();
    // Few columns need not be as wide as the sheet.
    let right = right.min(left + 190.0 * columns as f64);
    let high = (420.0 / rows as f64).clamp(3.0, 34.0);
    let top = key.height + 58.0;
    let plot = Area { left, top, right, bottom: top + high * rows as f64 };
    let wide = plot.width() / columns as f64;
    canvas::draw(width.pixels(), plot.bottom + 40.0, said, |canvas| {
        key.draw(canvas);
        let letters = Letters::TICK;
        let bold = letters.in_ink(Ink::Text).bold();
        let name = bold.fit(&map.rows.path, width.right());
        canvas.text(&name, (0.0, key.height + 12.0), Anchor::Start, bold);
        let name = bold.fit(&map.columns.path, width.right() - left);
        canvas.text(&name, (left, key.height + 28.0), Anchor::Start, bold);
        names_of(canvas, &map.columns.values, wide, 6.0, |canvas, index, name| {
            let middle = plot.left + wide * (index as f64 + 0.5);
            let name = letters.fit(name, (wide - 4.0).max(24.0));
            canvas.text(&name, (middle, plot.top - 12.0), Anchor::Middle, letters);
        });
        names_of(canvas, &map.rows.values, high, 14.0, |canvas, index, name| {
            let middle = plot.top + high * (index as f64 + 0.5);
            let name = letters.fit(name, plot.left - 8.0);
            canvas.text(&name, (plot.left - 6.0, middle), Anchor::End, letters);
        });
        let area = |index: usize| {
            let (row, column) = (index / columns, index % columns);
            let (left, top) = (plot.left + wide * column as f64, plot.top + high * row as f64);
            let gap = if high >= 8.0 && wide >= 8.0 { 1.0 } else { 0.0 };
            Area { left, top, right: left + wide - gap, bottom: top + high - gap }
        };
        let reach = map.reach(view);
        for (index, cell) in map.cells.iter().enumerate() {
            let Some(judged) = cell.and_then(|cell| view.told.judgement.judged.get(cell)) else {
                continue;
            };
            draw_cell(canvas, view, judged, area(index), reach);
        }
        for face in &faces {
            let cell = map.cells.iter().position(|cell| *cell == Some(face.judged.index));
            if let Some(index) = cell {
                let area = area(index);
                let inside = Area {
                    left: area.left + 1.0,
                    right: area.right - 1.0,
                    top: area.top + 1.0,
                    bottom: area.bottom - 1.0,
                };
                canvas.frame(inside, frame_of(face), 2.5);
            }
        }
        shades(canvas, view, reach, plot);
    })
}

/// Calls `each` with the names that have room, `pitch` pixels from one to the next.
fn names_of(
    canvas: &mut Canvas,
    names: &[String],
    pitch: f64,
    least: f64,
    each: impl Fn(&mut Canvas, usize, &str),
) {
    let widest = match least > 10.0 {
        true => least,
        false => 28.0,
    };
    let every = (widest / pitch).ceil().max(1.0) as usize;
    for (index, name) in names.iter().enumerate().filter(|(index, _)| index % every == 0) {
        each(canvas, index, name);
    }
}

fn frame_of(face: &Face<'_>) -> Ink {
    match ink_of(face) {
        Ink::Orange => Ink::Orange,
        _ => Ink::Text,
    }
}

fn draw_cell(
    canvas: &mut Canvas,
    view: &View<'_>,
    judged: &Assessment,
    area: Area,
    reach: (f64, f64),
) {
    let Some(Estimate { value, .. }) = view.value(judged) else { return };
    let share = match reach.1 > reach.0 {
        true => (value - reach.0) / (reach.1 - reach.0),
        false => 0.0,
    };
    canvas.fill(area, Ink::Blue, 0.06 + (STRONGEST - 0.06) * share);
    let name = view.show(value);
    let letters = Letters::LABEL.in_ink(Ink::Text);
    if !judged.is_feasible() {
        strike(canvas, area);
    }
    if area.height() >= 15.0 && area.width() >= letters.width(&name) + 6.0 {
        let at = ((area.left + area.right) / 2.0, (area.top + area.bottom) / 2.0);
        canvas.text(&name, at, Anchor::Middle, letters);
    }
}

/// Marks a cell that misses a constraint.
fn strike(canvas: &mut Canvas, area: Area) {
    let size = area.height().min(area.width()).min(12.0);
    let (right, top) = (area.right, area.top);
    let corner = [(right - size, top), (right, top), (right, top + size)];
    canvas.veil(&corner, Ink::Vermillion, 0.9);
}

/// What light and dark mean.
fn shades(canvas: &mut Canvas, view: &View<'_>, reach: (f64, f64), plot: Area) {
    let y = plot.bottom + 18.0;
    let (low, high) = (view.show(reach.0), format!("{}{}", view.show(reach.1), view.per()));
    let start = plot.left + Letters::TICK.width(&low) + 8.0;
    canvas.text(&low, (plot.left, y), Anchor::Start, Letters::TICK);
    // As wide as the words behind them leave room for.
    let room = canvas.width - start - Letters::TICK.width(&high) - 12.0;
    let wide = (room / 5.0).clamp(6.0, 22.0);
    for step in 0..5 {
        let left = start + wide * f64::from(step);
        let area = Area { left, top: y - 6.0, right: left + wide - 1.0, bottom: y + 6.0 };
        canvas.fill(area, Ink::Blue, 0.06 + (STRONGEST - 0.06) * f64::from(step) / 4.0);
    }
    canvas.text(&high, (start + 5.0 * wide + 8.0, y), Anchor::Start, Letters::TICK);
}

fn map_entries(view: &View<'_>, map: &Map<'_>, faces: &[Face<'_>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = faces
        .iter()
        .map(|face| Entry {
            ink: frame_of(face),
            name: Letters::LABEL.fit(&face.label(), 300.0),
            patch: Patch::Frame,
        })
        .collect();
    let misses = |index: &usize| !view.told.judgement.judged[*index].is_feasible();
    if map.cells.iter().flatten().any(misses) {
        let name = "corner: misses a constraint".to_owned();
        entries.push(Entry { ink: Ink::Vermillion, name, patch: Patch::Full });
    }
    entries
}

fn describe_line(view: &View<'_>, setting: &Varied) -> String {
    format!(
        "{} for each value of {}, with {} intervals.",
        shown(view),
        setting.path,
        view.told.words.percent(view.told.objective().confidence.probability())
    )
}

/// One candidate on a line of one setting.
struct Step<'t> {
    judged: &'t Assessment,
    value: usize,
    found: Estimate,
}

/// The candidates in the order of their values.
fn steps<'t>(view: &View<'t>, setting: &Varied) -> Vec<Step<'t>> {
    let step = |judged: &'t Assessment| {
        let value = value_of(view, judged, &setting.path);
        let value = setting.values.iter().position(|other| *other == value)?;
        Some(Step { judged, value, found: view.value(judged)? })
    };
    let mut steps: Vec<Step<'t>> = view.told.judgement.judged.iter().filter_map(step).collect();
    steps.sort_by_key(|step| (step.value, step.judged.index));
    steps
}

/// What a scale must hold.
fn reach_of(steps: &[Step<'_>]) -> (f64, f64) {
    let ends = |found: Estimate| [Some(found.value), found.low, found.high].into_iter().flatten();
    let all = steps.iter().flat_map(|step| ends(step.found));
    all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

fn draw_line(view: &View<'_>, setting: &Varied, width: Width, said: Said<'_>) -> String {
    let steps = steps(view, setting);
    match setting.numbers() {
        Some(numbers) if numbers.len() > 2 => {
            draw_course(view, setting, &numbers, &steps, width, said)
        }
        _ => draw_rows(view, setting, &steps, width, said),
    }
}

/// Values that are numbers: the figure along them, with a band.
fn draw_course(
    view: &View<'_>,
    setting: &Varied,
    numbers: &[f64],
    steps: &[Step<'_>],
    width: Width,
    said: Said<'_>,
) -> String {
    let (low, high) = reach_of(steps);
    let up = Scale::between(low, high, 274.0, 34.0, 40.0);
    let left = width.left().max(up.room());
    let plot = Area { left, top: 34.0, right: width.right(), bottom: 274.0 };
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let across =
        Scale::between(least, most, plot.left + 8.0, plot.right - 8.0, width.pick(80.0, 60.0));
    let at = |step: &Step<'_>| {
        (across.x(numbers.get(step.value).copied().unwrap_or(0.0)), up.y(step.found.value))
    };
    canvas::draw(width.pixels(), plot.bottom + 40.0, said, |canvas| {
        let name = view.axis(&up);
        canvas.text_to_fit(&name, (plot.left - 6.0, plot.top - 18.0), Letters::TICK);
        up.draw(canvas, plot, |tick| up.tick(tick));
        across.draw_across(canvas, plot, |tick| across.tick(tick));
        let name = format!("{}{}", across.word(), setting.path);
        canvas.text(&name, (plot.right, plot.bottom + 30.0), Anchor::End, Letters::TICK);
        let edge = |pick: fn(&Estimate) -> Option<f64>| -> Option<Vec<(f64, f64)>> {
            let edge = |step: &Step<'_>| Some((at(step).0, up.y(pick(&step.found)?)));
            steps.iter().map(edge).collect()
        };
        if let (Some(low), Some(high)) = (edge(|found| found.low), edge(|found| found.high)) {
            let around: Vec<(f64, f64)> = low.into_iter().chain(high.into_iter().rev()).collect();
            canvas.veil(&around, Ink::Axis, BAND);
        }
        canvas.path(&steps.iter().map(at).collect::<Vec<_>>(), Ink::Text, 1.75);
        if steps.len() <= 60 {
            for step in steps {
                canvas.dot(at(step), 2.5, Ink::Text);
            }
        }
        let mut free = f64::NEG_INFINITY;
        for face in view.told.faces() {
            let step = steps.iter().find(|step| step.judged.index == face.judged.index);
            let Some(step) = step else { continue };
            let (x, y) = at(step);
            canvas.dot((x, y), 5.5, ink_of(&face));
            let letters = Letters::LABEL.bold();
            let name = letters.fit(&face.label(), plot.width() * 0.7);
            let half = letters.width(&name) / 2.0;
            let x = x.clamp(half + 2.0, (canvas.width - half - 2.0).max(half + 2.0));
            let above = if y - 16.0 < plot.top { y + 18.0 } else { y - 16.0 };
            let y = if (above - free).abs() < 18.0 { above + 36.0 } else { above };
            canvas.label(&name, (x, y), Anchor::Middle, letters);
            free = y;
        }
    })
}

/// Values that are words: a row each.
fn draw_rows(
    view: &View<'_>,
    setting: &Varied,
    steps: &[Step<'_>],
    width: Width,
    said: Said<'_>,
) -> String {
    let shown: Vec<&Step<'_>> = steps.iter().take(ROWS).collect();
    let pitch = width.pick(28.0, 44.0);
    let (left, right) = (width.pick(width.left(), 8.0), width.right());
    let top = 34.0;
    let plot = Area { left, top, right, bottom: top + pitch * shown.len() as f64 + 4.0 };
    let (low, high) = reach_of(steps);
    let across =
        Scale::between(low, high, plot.left + 12.0, plot.right - 12.0, width.pick(90.0, 70.0));
    canvas::draw(width.pixels(), plot.bottom + 40.0, said, |canvas| {
        canvas.text(
            &setting.path,
            (0.0, 14.0),
            Anchor::Start,
            Letters::TICK.in_ink(Ink::Text).bold(),
        );
        across.draw_across(canvas, plot, |tick| across.tick(tick));
        let more = match steps.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!("and {more} more values; "),
        };
        let name = format!("{more}{}", view.axis(&across));
        canvas.text(&name, (plot.right, plot.bottom + 30.0), Anchor::End, Letters::TICK);
        let faces = view.told.faces();
        for (index, step) in shown.iter().enumerate() {
            let top = plot.top + pitch * index as f64;
            let y = top + width.pick(pitch / 2.0, pitch - 12.0);
            let face = faces.iter().find(|face| face.judged.index == step.judged.index);
            let ink = face.map_or(Ink::Muted, ink_of);
            let value = &setting.values[step.value];
            let name = match face {
                Some(face) => format!("{value} ({})", face.word()),
                None => value.clone(),
            };
            let found = step.found;
            if let (Some(low), Some(high)) = (found.low, found.high) {
                canvas.line((across.x(low), y), (across.x(high), y), ink, 2.0);
            }
            canvas.dot((across.x(found.value), y), 5.0, ink);
            let letters = Letters::TICK.in_ink(Ink::Text);
            match width {
                Width::Wide => {
                    let name = letters.fit(&name, left - 8.0);
                    canvas.text(&name, (left - 8.0, y), Anchor::End, letters);
                }
                Width::Narrow => {
                    let name = letters.fit(&name, right - left);
                    canvas.text(&name, (left, top + 14.0), Anchor::Start, letters);
                }
            }
            let label = view.show(found.value);
            let x = across.x(found.high.unwrap_or(found.value)) + 8.0;
            let anchor = match x + Letters::LABEL.width(&label) < right {
                true => (x, Anchor::Start),
                false => (across.x(found.low.unwrap_or(found.value)) - 8.0, Anchor::End),
            };
            canvas.label(&label, (anchor.0, y), anchor.1, Letters::LABEL);
        }
    })
}
