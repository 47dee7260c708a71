//! The effect of the varied settings on the cost, or on another chosen figure: a heat map of two
//! settings, or a line of one.
//!
//! Of more than two, those that move the figure most are drawn; the others are held at their
//! advised values, as the description states. Nothing is drawn if nothing was varied, if no setting
//! changes the figure, or if the candidates leave most of the map empty.

use crate::domain::text::counted;
use std::collections::BTreeMap;

use crate::domain::Duration;
use crate::figures::{Figure, Unit};
use crate::inquiry::Assessment;
use crate::report::study::{Face, StudyReport};
use crate::report::words::capital;
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue};
use crate::study::{Candidate, Estimate};

use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch, shade};
use super::mark::{BAND, Mark, Shape};
use super::measure::{AxisNotation, Measure};
use super::{Chart, ink_of};

/// Shown for a candidate whose scenario does not set the value.
const NOT_SET: &str = "not set";
/// Maximum number of values of one setting with a row each; more are drawn as a line if they are
/// numbers.
const ROWS: usize = 24;
/// The most cells of a map that say something under the pointer.
const TALKING: usize = 1_500;

/// Draws the chart.
pub(super) fn chart(report: &StudyReport<'_>) -> Option<Chart> {
    let view = &SettingsView::of(report);
    let mut settings = varied(view);
    // Strongest first; equals in the order named.
    settings.sort_by(|a, b| b.effect.total_cmp(&a.effect));
    let title = title(view, &settings)?;
    match settings.as_slice() {
        [] => None,
        [one] => {
            let description = describe_line(view, one);
            Some(Chart::new("settings", title, description, |_| line(view, one)))
        }
        [one, other, held @ ..] => {
            let map = Map::of(view, one, other, held)?;
            let description = map.describe(view, &settings);
            Some(Chart::new("settings", title, description, |_| map.frame(view)))
        }
    }
}

/// A study and the figure that is shown of it.
struct SettingsView<'t> {
    report: &'t StudyReport<'t>,
    figure: Figure,
    /// By candidate.
    values: Vec<Option<Estimate>>,
    /// The settings that were tried, in the order of candidates.
    settings: Vec<Tried>,
}

/// A setting that was tried.
struct Tried {
    /// Its name in words.
    name: String,
    /// Each candidate's value, as it is written.
    values: Vec<String>,
    /// The words of each value.
    words: BTreeMap<String, ValueWords>,
}

impl Tried {
    /// A value in words: `9,000`.
    fn value(&self, value: &str) -> String {
        self.words.get(value).map_or(value, |words| &words.alone).to_owned()
    }

    /// A value with the name of the setting: `9,000 package`.
    fn label(&self, value: &str) -> String {
        let whole = self.words.get(value).map(|words| words.label.clone());
        whole.unwrap_or_else(|| format!("{} {value}", self.name))
    }

    /// A value in a sentence: `the 9,000 package`.
    fn phrase(&self, value: &str) -> String {
        let whole = self.words.get(value).map(|words| words.phrase.clone());
        whole.unwrap_or_else(|| self.label(value))
    }
}

impl<'t> SettingsView<'t> {
    fn of(report: &'t StudyReport<'t>) -> SettingsView<'t> {
        let figure = report.map;
        let value = |assessment: &Assessment| match figure {
            Figure::COST => Some(assessment.cost),
            figure => report.estimate(assessment, figure),
        };
        let values = report.judgement.assessments.iter().map(value).collect();
        SettingsView { report, figure, values, settings: spelt(report) }
    }

    /// The figure of a candidate; `None` if the runs cannot provide it.
    fn value(&self, assessment: &Assessment) -> Option<Estimate> {
        self.values.get(assessment.index).copied().flatten()
    }

    fn show(&self, value: f64) -> String {
        self.report.number(self.figure, value)
    }

    /// The name of the figure's axis.
    fn axis(&self) -> String {
        format!("{}{}", self.name(), self.per())
    }

    /// The notation of the figure's ticks, and the factor on its values there.
    fn notation(&self) -> (AxisNotation, f64) {
        match self.figure.unit() {
            Unit::Money | Unit::Price => (AxisNotation::Money(self.report.words.currency), 1.0),
            Unit::Share => (AxisNotation::Percent, 100.0),
            Unit::Duration => (AxisNotation::Time, Duration::HOUR.millis() as f64),
            Unit::Credits | Unit::Count => (AxisNotation::Plain, 1.0),
        }
    }

    /// The name of the figure.
    fn name(&self) -> String {
        self.figure.label().to_owned()
    }

    /// ` per cycle`, where the figure is so.
    fn per(&self) -> String {
        self.report.per(self.figure)
    }
}

/// A setting that was varied.
struct Varied<'v> {
    tried: &'v Tried,
    /// In order: of size if they are numbers, else as they were named.
    values: Vec<String>,
    /// The mean figure of the candidates with each value.
    means: Vec<f64>,
    /// The range of the means.
    effect: f64,
}

impl Varied<'_> {
    /// The values in words.
    fn shown(&self) -> Vec<String> {
        (0..self.values.len()).map(|place| self.value(place)).collect()
    }

    /// A value by its place, in words.
    fn value(&self, place: usize) -> String {
        self.tried.value(&self.values[place])
    }

    /// A value by its place, with the name of the setting.
    fn label(&self, place: usize) -> String {
        self.tried.label(&self.values[place])
    }

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
fn varied<'v>(view: &'v SettingsView<'_>) -> Vec<Varied<'v>> {
    let setting = |tried: &'v Tried| {
        let mut values: Vec<String> = Vec::new();
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        // Today's settings come last: the order is that of the values as they were named.
        let (first, others) = view.report.judgement.assessments.split_first()?;
        for assessment in others.iter().chain([first]) {
            let value = value_of(tried, assessment);
            if !values.contains(&value) {
                values.push(value.clone());
            }
            let sum = sums.entry(value).or_default();
            if let Some(found) = view.value(assessment) {
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
        several.then_some(Varied { tried, values, means, effect: high - low })
    };
    view.settings.iter().filter_map(setting).collect()
}

/// A candidate's value of a setting.
fn value_of(tried: &Tried, assessment: &Assessment) -> String {
    tried.values[assessment.index].clone()
}

/// Each candidate's value of every setting that was tried, in one spelling for each meaning.
fn spelt(report: &StudyReport<'_>) -> Vec<Tried> {
    let candidates = report.candidates();
    let mut paths: Vec<&SettingPath> = Vec::new();
    for setting in candidates.iter().flat_map(|candidate| &candidate.settings) {
        if !paths.contains(&&setting.path) {
            paths.push(&setting.path);
        }
    }
    let spelt = |path: &SettingPath| {
        let scenario = report.scenarios.first().copied();
        let mut spellings = Spellings { scenario, path, shown: BTreeMap::new(), known: Vec::new() };
        let today = scenario.and_then(|scenario| scenario.setting(path));
        let value = |candidate: &Candidate| {
            let tried = candidate.settings.iter().find(|setting| setting.path == *path);
            tried.map(|setting| setting.value.clone()).or_else(|| today.clone())
        };
        // Today's value is spelt as it was tried.
        let (first, others) = candidates.split_first().expect("what is set today is a candidate");
        let mut all: Vec<String> = vec![String::new()];
        all.extend(others.iter().map(|candidate| spellings.of(value(candidate))));
        all[0] = spellings.of(value(first));
        let words = spellings.known.iter().map(|value| {
            let setting = Setting { path: path.clone(), value: value.clone() };
            (value.to_string(), in_words(scenario, setting))
        });
        let words = words.collect();
        let name =
            scenario.map_or_else(|| path.to_string(), |scenario| scenario.key_in_words(path));
        Tried { name, values: all, words }
    };
    paths.into_iter().map(spelt).collect()
}

/// The words of a setting's value.
struct ValueWords {
    /// `9,000`.
    alone: String,
    /// `9,000 package`.
    label: String,
    /// `the 9,000 package`.
    phrase: String,
}

fn in_words(scenario: Option<&Scenario>, setting: Setting) -> ValueWords {
    let settings = [setting];
    let Some(scenario) = scenario else {
        let [whole] = settings;
        let (alone, label) = (whole.value.to_string(), whole.to_string());
        return ValueWords { alone, phrase: label.clone(), label };
    };
    // A value that makes a scenario only together with others is described by the scenario as it is.
    let made = scenario.with_overrides(&settings).ok();
    let made = made.as_ref().unwrap_or(scenario);
    ValueWords {
        alone: made.value_in_words(&settings[0]),
        label: made.label_of(&settings),
        phrase: made.phrase_of(&settings),
    }
}

/// One spelling of a setting for each meaning: the first that is met.
struct Spellings<'s> {
    scenario: Option<&'s Scenario>,
    path: &'s SettingPath,
    /// The spelling shown, by every spelling met.
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

    /// Returns true if two values mean the same: numbers by their size, others by their meaning to
    /// the scenario.
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

/// `Package moves the cost most: $31.20 per cycle with the 9,000 package, $48.00 with the 1,000 package`.
fn title(view: &SettingsView<'_>, settings: &[Varied<'_>]) -> Option<String> {
    let strongest = settings.first()?;
    let pairs = || strongest.means.iter().zip(&strongest.values);
    let best = pairs().min_by(|a, b| a.0.total_cmp(b.0));
    let worst = pairs().max_by(|a, b| a.0.total_cmp(b.0));
    let ((low, best), (high, worst)) = best.zip(worst)?;
    let [best, worst] = [best, worst].map(|value| strongest.tried.phrase(value));
    let (low, high) = (view.show(*low), view.show(*high));
    if low == high {
        return None;
    }
    let name = match view.figure {
        Figure::COST => "the cost".to_owned(),
        _ => view.name(),
    };
    let per = view.per();
    let only = settings.len() == 1;
    let what = if only { format!("and {name}") } else { format!("moves {name} most") };
    let mean = if only { "" } else { ", on average" };
    let setting = capital(&strongest.tried.name);
    Some(format!("{setting} {what}: {low}{per} with {best}, {high} with {worst}{mean}"))
}

/// The figure, and what the cost is made of, where it is more than spend.
fn shown(view: &SettingsView<'_>) -> String {
    let objective = view.report.objective();
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
    rows: &'s Varied<'s>,
    columns: &'s Varied<'s>,
    /// Row by row; empty where no candidate is.
    cells: Vec<Option<usize>>,
    /// The other settings, with the value that each has on the map.
    held: Vec<(&'s Tried, String)>,
}

impl<'s> Map<'s> {
    /// The map, unless most of it is empty.
    fn of(
        view: &SettingsView<'_>,
        one: &'s Varied<'s>,
        other: &'s Varied<'s>,
        held: &[Varied<'s>],
    ) -> Option<Map<'s>> {
        // Rows can be many, columns cannot.
        let (rows, columns) =
            if one.values.len() >= other.values.len() { (one, other) } else { (other, one) };
        let advised = view.report.judgement.advised();
        let held = held.iter().map(|setting| setting.tried);
        let held: Vec<(&Tried, String)> =
            held.map(|tried| (tried, value_of(tried, advised))).collect();
        let mut cells = vec![None; rows.values.len() * columns.values.len()];
        for assessment in &view.report.judgement.assessments {
            if held.iter().any(|(tried, value)| value_of(tried, assessment) != *value) {
                continue;
            }
            let place = |setting: &Varied<'_>| {
                let value = value_of(setting.tried, assessment);
                setting.values.iter().position(|other| *other == value)
            };
            let (Some(row), Some(column)) = (place(rows), place(columns)) else { continue };
            let cell = &mut cells[row * columns.values.len() + column];
            *cell = cell.or(Some(assessment.index));
        }
        let filled = cells.iter().flatten().count();
        (filled * 2 >= cells.len()).then_some(Map { rows, columns, cells, held })
    }

    fn describe(&self, view: &SettingsView<'_>, settings: &[Varied<'_>]) -> String {
        let held: Vec<String> = self.held.iter().map(|(tried, value)| tried.label(value)).collect();
        let held = match held.is_empty() {
            true => String::new(),
            false => format!(
                " Of {} settings that were varied these two move it most; the map holds {}, as in {}.",
                settings.len(),
                held.join(", "),
                match view.report.candidates().get(view.report.judgement.advised().index) {
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
            "{} for each {} and {}; the stronger the colour, the {}.{held}{}{empty}",
            shown(view),
            self.rows.tried.name,
            self.columns.tried.name,
            if view.figure.unit() == Unit::Money { "dearer" } else { "more" },
            self.beside(view)
        )
    }

    /// The reason why today's settings are not on the map.
    fn beside(&self, view: &SettingsView<'_>) -> String {
        let Some(first) = view.report.judgement.assessments.first() else { return String::new() };
        let name = view.report.candidates().first().map_or("", |first| first.name.as_str());
        let other = |(tried, held): &&(&Tried, String)| value_of(tried, first) != *held;
        match self.held.iter().find(other) {
            Some((tried, _)) if !self.cells.contains(&Some(0)) => {
                let value = tried.label(&value_of(tried, first));
                format!(" Not on it: {name}, which has {value}.")
            }
            _ => String::new(),
        }
    }

    /// The least and the greatest of the figure.
    fn reach(&self, view: &SettingsView<'_>) -> (f64, f64) {
        let cells = self.cells.iter().flatten();
        let values = cells.filter_map(|&index| view.values.get(index).copied().flatten());
        let both = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        values.map(|value| value.value).fold((f64::INFINITY, f64::NEG_INFINITY), both)
    }
}

impl Map<'_> {
    fn frame(&self, view: &SettingsView<'_>) -> Frame {
        let (rows, columns) = (&self.rows.shown(), &self.columns.shown());
        let high = (420.0 / rows.len() as f64).clamp(3.0, 34.0);
        let names = |values: &[String]| Measure::Names(values.to_vec());
        let mut panel = Panel::new(names(columns), names(rows), [high, high]);
        panel.head.clone_from(&self.rows.tried.name);
        panel.foot.clone_from(&self.columns.tried.name);
        // Few columns need not be as wide as the sheet.
        panel.most_wide = Some(190.0 * columns.len() as f64);
        let reach = self.reach(view);
        let place = |index: usize| (index / columns.len(), index % columns.len());
        for (index, cell) in self.cells.iter().enumerate() {
            let assessment = cell.and_then(|cell| view.report.judgement.assessments.get(cell));
            let marks =
                assessment.map(|assessment| self.cell(view, assessment, place(index), reach));
            panel.marks.extend(marks.into_iter().flatten());
        }
        let faces: Vec<Face<'_>> = view.report.faces();
        let on_map = |face: &&Face<'_>| self.place_of(face).is_some();
        for face in faces.iter().filter(on_map) {
            let index = self.place_of(face).expect("those off the map are left out");
            let (row, column) = place(index);
            panel.marks.push(Mark::new(Shape::Outline { column, row }, outline_of(face)));
        }
        let mut key: Vec<KeyEntry> = faces
            .iter()
            .filter(on_map)
            .map(|face| KeyEntry::new(outline_of(face), face.label(), Patch::Frame))
            .collect();
        key.extend(self.shades(view, reach));
        Frame { key, panels: vec![panel], ..Frame::default() }
    }

    fn place_of(&self, face: &Face<'_>) -> Option<usize> {
        self.cells.iter().position(|cell| *cell == Some(face.assessment.index))
    }

    fn cell(
        &self,
        view: &SettingsView<'_>,
        assessment: &Assessment,
        (row, column): (usize, usize),
        reach: (f64, f64),
    ) -> Vec<Mark> {
        let Some(Estimate { value, .. }) = view.value(assessment) else { return Vec::new() };
        let share = if reach.1 > reach.0 { (value - reach.0) / (reach.1 - reach.0) } else { 0.0 };
        let text = view.show(value);
        let place =
            [(self.rows, row), (self.columns, column)].map(|(setting, at)| setting.label(at));
        let misses = if assessment.is_feasible() { "" } else { "; misses a constraint" };
        let words = format!("{}: {text}{}{misses}", place.join(", "), view.per());
        let words = if self.cells.len() <= TALKING { words } else { String::new() };
        let shape = Shape::Cell { column, row, text };
        let mut marks = vec![Mark::new(shape, Ink::Blue).strength(shade(share)).saying(words)];
        if !assessment.is_feasible() {
            marks.push(Mark::new(Shape::Corner { column, row }, Ink::Vermillion));
        }
        marks
    }

    /// The meaning of weak and strong, and the corners.
    fn shades(&self, view: &SettingsView<'_>, (low, high): (f64, f64)) -> Vec<KeyEntry> {
        let range = format!("{} to {}{}", view.show(low), view.show(high), view.per());
        let misses = |index: &usize| !view.report.judgement.assessments[*index].is_feasible();
        let corner =
            self.cells.iter().flatten().any(misses).then(|| {
                KeyEntry::new(Ink::Vermillion, "corner: misses a constraint", Patch::Full)
            });
        [KeyEntry::new(Ink::Blue, range, Patch::Shades)].into_iter().chain(corner).collect()
    }
}

fn outline_of(face: &Face<'_>) -> Ink {
    match ink_of(face) {
        Ink::Orange => Ink::Orange,
        _ => Ink::Text,
    }
}

fn describe_line(view: &SettingsView<'_>, setting: &Varied<'_>) -> String {
    format!(
        "{} for each value of {}, with {} intervals.",
        shown(view),
        setting.tried.name,
        view.report.words.percent(view.report.objective().confidence.probability())
    )
}

/// One candidate on a line of one setting.
struct CandidateStep<'t> {
    assessment: &'t Assessment,
    value: usize,
    found: Estimate,
}

/// The candidates in the order of their values.
fn steps<'t>(view: &SettingsView<'t>, setting: &Varied<'_>) -> Vec<CandidateStep<'t>> {
    let step = |assessment: &'t Assessment| {
        let value = value_of(setting.tried, assessment);
        let value = setting.values.iter().position(|other| *other == value)?;
        Some(CandidateStep { assessment, value, found: view.value(assessment)? })
    };
    let mut steps: Vec<CandidateStep<'t>> =
        view.report.judgement.assessments.iter().filter_map(step).collect();
    steps.sort_by_key(|step| (step.value, step.assessment.index));
    steps
}

/// The extent that a scale must hold.
fn reach_of(steps: &[CandidateStep<'_>]) -> (f64, f64) {
    let ends = |found: Estimate| [Some(found.value), found.low, found.high].into_iter().flatten();
    let all = steps.iter().flat_map(|step| ends(step.found));
    all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

fn line(view: &SettingsView<'_>, setting: &Varied<'_>) -> Frame {
    let steps = steps(view, setting);
    let (low, high) = reach_of(&steps);
    let (unit, factor) = view.notation();
    let figure = Measure::round(low * factor, high * factor, unit);
    match setting.numbers() {
        Some(numbers) if numbers.len() > 2 => {
            let panels = vec![course(view, setting, &numbers, &steps, figure)];
            Frame { panels, ..Frame::default() }
        }
        _ => {
            let more = steps.len().saturating_sub(ROWS);
            let note = match more {
                0 => String::new(),
                more => format!("And {}.", counted(more, "more value")),
            };
            let panels = vec![rows(view, setting, &steps, figure)];
            Frame { panels, note, ..Frame::default() }
        }
    }
}

/// The text of a candidate under the pointer.
fn words(view: &SettingsView<'_>, setting: &Varied<'_>, step: &CandidateStep<'_>) -> String {
    let value = view.report.with_half(view.figure, Some(step.found));
    format!("{}: {value}{}", setting.label(step.value), view.per())
}

/// Values that are numbers: the figure along them, with a band.
fn course(
    view: &SettingsView<'_>,
    setting: &Varied<'_>,
    numbers: &[f64],
    steps: &[CandidateStep<'_>],
    figure: Measure,
) -> Panel {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let across = Measure::round(least, most, AxisNotation::Plain);
    let mut panel = Panel::new(across, figure, [260.0, 230.0]);
    (panel.head, panel.foot) = (view.axis(), setting.tried.name.clone());
    let factor = view.notation().1;
    let at = |step: &CandidateStep<'_>| (numbers[step.value], step.found.value * factor);
    let edges: Option<Vec<(f64, f64, f64)>> = steps
        .iter()
        .map(|step| Some((at(step).0, step.found.low? * factor, step.found.high? * factor)))
        .collect();
    let band = edges.map(|edges| Mark::new(Shape::Area(edges), Ink::Axis).strength(BAND));
    panel.marks.extend(band);
    panel.marks.push(Mark::line(steps.iter().map(at).collect(), 1.75, Ink::Text));
    if steps.len() <= 60 {
        let dot = |step| Mark::dot(at(step), 2.5, Ink::Text).saying(words(view, setting, step));
        panel.marks.extend(steps.iter().map(dot));
    }
    for face in view.report.faces() {
        let step = steps.iter().find(|step| step.assessment.index == face.assessment.index);
        let Some(step) = step else { continue };
        let dot = Mark::dot(at(step), 5.5, ink_of(&face)).saying(words(view, setting, step));
        panel.marks.extend([dot, Mark::label(at(step), face.label(), true)]);
    }
    panel
}

/// Values that are words: a row each.
fn rows(
    view: &SettingsView<'_>,
    setting: &Varied<'_>,
    steps: &[CandidateStep<'_>],
    figure: Measure,
) -> Panel {
    let faces = view.report.faces();
    let face_of = |step: &CandidateStep<'_>| {
        faces.iter().find(|face| face.assessment.index == step.assessment.index)
    };
    let shown = &steps[..steps.len().min(ROWS)];
    let name = |step: &CandidateStep<'_>| match face_of(step) {
        Some(face) => format!("{} ({})", setting.value(step.value), face.word()),
        None => setting.value(step.value),
    };
    let names = Measure::Names(shown.iter().map(name).collect());
    let mut panel = Panel::new(figure, names, [26.0, 22.0]);
    (panel.head, panel.foot) = (setting.tried.name.clone(), view.axis());
    panel.values = shown.iter().map(|step| view.show(step.found.value)).collect();
    let factor = view.notation().1;
    for (step, row) in shown.iter().zip(0..) {
        let (ink, y) = (face_of(step).map_or(Ink::Muted, ink_of), f64::from(row) + 0.5);
        let limit = |limit: Option<f64>| limit.map(|limit| limit * factor);
        let found = step.found;
        panel.marks.extend(Mark::interval(y, limit(found.low), limit(found.high), ink));
        let dot = Mark::dot((found.value * factor, y), 5.0, ink);
        panel.marks.push(dot.saying(words(view, setting, step)));
    }
    panel
}
