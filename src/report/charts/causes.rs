//! Outages by cause on the time axis, and a waterfall of money.

use crate::domain::Money;
use crate::domain::text::listed;
use crate::figures::Figure;
use crate::inquiry::IncidentCauses;
use crate::report::bill::BillReport;
use crate::report::document::notation::{rounded_amount, rounded_share};
use crate::report::explain::{ExplainReport, on_axis, words};
use crate::report::words::{about, count, second};

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::Mark;
use super::measure::{AxisNotation, Measure, at};

/// The inks of causes, the largest first.
const INKS: [Ink; 6] = [Ink::Vermillion, Ink::Blue, Ink::Orange, Ink::Green, Ink::Purple, Ink::Sky];

/// The share of the downtime below which a cause is drawn with the others.
const SMALL: f64 = 0.01;

/// A cause of outages as it is drawn.
struct DrawnCause {
    /// Its places among the causes; several for the small ones.
    places: Vec<usize>,
    ink: Ink,
    name: String,
    /// Its part of the downtime, in milliseconds.
    part: i128,
}

/// Draws outages by cause: each outage as a column, divided as its downtime is.
pub(super) fn outages(report: &ExplainReport<'_>) -> Option<Chart> {
    let division = report.answer.of(Figure::DOWNTIME).filter(|one| one.whole > 0)?;
    let drawn = drawn(report);
    let first = drawn.first()?;
    let share = share(first.part, division.whole);
    let title = format!("{share} of the downtime is due to one cause: {}", lower(&first.name));
    let description = outage_description(report, &drawn);
    let frame = outage_frame(report, &drawn);
    Some(Chart::new("causes", title, description, |_| frame.clone()))
}

/// The causes of downtime, the largest first; the small ones, and what none causes, as one.
fn drawn(report: &ExplainReport<'_>) -> Vec<DrawnCause> {
    let Some(division) = report.answer.of(Figure::DOWNTIME) else { return Vec::new() };
    let is_large = |place: &usize| division.parts[*place] as f64 >= SMALL * division.whole as f64;
    let (mut large, others): (Vec<usize>, Vec<usize>) = division
        .by_size()
        .into_iter()
        .filter(|&place| division.parts[place] > 0)
        .partition(is_large);
    let beyond = large.split_off(large.len().min(INKS.len()));
    let others = [beyond, others].concat();
    let mut drawn: Vec<DrawnCause> = large
        .into_iter()
        .zip(INKS)
        .map(|(place, ink)| DrawnCause {
            places: vec![place],
            ink,
            name: words::label(&report.answer.causes[place], report.scenario),
            part: division.parts[place],
        })
        .collect();
    let part = others.iter().map(|&place| division.parts[place]).sum::<i128>() + division.rest;
    if part > 0 {
        let name = "All others".to_owned();
        drawn.push(DrawnCause { places: others, ink: Ink::Muted, name, part });
    }
    drawn
}

/// A part of a whole as a rounded percentage.
fn share(part: i128, whole: i128) -> String {
    rounded_share(part as f64 / (whole.max(1)) as f64)
}

/// The text with a small letter at its beginning.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    first + letters.as_str()
}

fn outage_description(report: &ExplainReport<'_>, drawn: &[DrawnCause]) -> String {
    let part = |one: &DrawnCause| {
        format!("{} {}", lower(&one.name), report.shown(Figure::DOWNTIME, one.part))
    };
    let parts: Vec<String> = drawn.iter().map(part).collect();
    format!(
        "{} over time; the height of each colour is a cause's part of that outage. Downtime in all: {}.",
        count(report.answer.incidents.len() as u64, "outage"),
        listed(&parts)
    )
}

fn outage_frame(report: &ExplainReport<'_>, drawn: &[DrawnCause]) -> Frame {
    let time = Measure::Time(report.scenario.setup.horizon, report.scenario.zone);
    let shares = Measure::from_zero(0.0, 100.0, AxisNotation::Percent);
    let mut panel = Panel::new(time, shares, [130.0, 120.0]);
    panel.head = "part of each outage".to_owned();
    for one in &report.answer.incidents {
        panel.marks.extend(outage_column(report, one, drawn));
    }
    let entry = |one: &DrawnCause| {
        let name = format!("{}, {}", one.name, report.shown(Figure::DOWNTIME, one.part));
        KeyEntry::new(one.ink, name, Patch::Full)
    };
    Frame { key: drawn.iter().map(entry).collect(), panels: vec![panel], ..Frame::default() }
}

/// The parts of an outage above one another; parts below zero are left out.
fn outage_column(
    report: &ExplainReport<'_>,
    one: &IncidentCauses,
    drawn: &[DrawnCause],
) -> Vec<Mark> {
    let part = |cause: &DrawnCause| {
        let parts: i128 = cause.places.iter().map(|&place| one.downtime.parts[place].max(0)).sum();
        parts + if cause.ink == Ink::Muted { one.downtime.rest.max(0) } else { 0 }
    };
    let all: i128 = drawn.iter().map(part).sum();
    let mut marks = Vec::new();
    let mut below = 0.0;
    for cause in drawn {
        let part = part(cause);
        if part == 0 {
            continue;
        }
        let above = below + 100.0 * part as f64 / all.max(1) as f64;
        let words = format!(
            "{}: {} of an outage of {} are due to {}",
            second(report.scenario.zone, one.incident.from),
            report.shown(Figure::DOWNTIME, part),
            about(one.incident.down),
            lower(&cause.name)
        );
        let time = [at(one.incident.from), at(one.incident.to)];
        marks.push(Mark::bar(time, [below, above], cause.ink).saying(words));
        below = above;
    }
    marks
}

/// A step of a waterfall.
struct Step {
    /// Its name.
    name: String,
    /// The amount it adds, or takes away; of an end, the whole.
    amount: f64,
    /// It in words.
    shown: String,
    /// True if it is where the waterfall begins or ends.
    is_end: bool,
}

/// A waterfall: a row for each step, from where the ones before have come to.
fn waterfall(head: String, steps: &[Step], notation: AxisNotation) -> Frame {
    let mut reached = 0.0;
    let mut ends = Vec::new();
    for step in steps {
        let from = if step.is_end { 0.0 } else { reached };
        reached = if step.is_end { step.amount } else { reached + step.amount };
        ends.push([from, reached]);
    }
    let all = || ends.iter().flatten().copied();
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let names = steps.iter().map(|step| step.name.clone()).collect();
    let mut panel =
        Panel::new(Measure::from_zero(low, high, notation), Measure::Names(names), [26.0, 24.0]);
    panel.head = head;
    panel.values = steps.iter().map(|step| step.shown.clone()).collect();
    for (row, (step, [from, to])) in steps.iter().zip(&ends).enumerate() {
        let ink = match (step.is_end, step.amount < 0.0) {
            (true, _) => Ink::Blue,
            (false, true) => Ink::Green,
            (false, false) => Ink::Orange,
        };
        let rows = [row as f64 + 0.14, row as f64 + 0.86];
        let words = format!("{}: {}", step.name, step.shown);
        panel.marks.push(Mark::bar([from.min(*to), from.max(*to)], rows, ink).saying(words));
        if row + 1 < steps.len() {
            panel.marks.push(Mark::rule(
                (*to, row as f64 + 0.86),
                (*to, row as f64 + 1.14),
                1.0,
                Ink::Axis,
            ));
        }
    }
    let key = vec![
        KeyEntry::new(Ink::Blue, "the sum", Patch::Full),
        KeyEntry::new(Ink::Orange, "adds", Patch::Full),
        KeyEntry::new(Ink::Green, "saves", Patch::Full),
    ];
    Frame { key, panels: vec![panel], ..Frame::default() }
}

/// Draws the spend as what is spent without any cause, and what each cause adds or saves.
pub(super) fn spend(report: &ExplainReport<'_>) -> Option<Chart> {
    let division = report.answer.of(Figure::TOTAL_SPEND)?;
    let places = division.by_size();
    if places.is_empty() {
        return None;
    }
    let minor = report.scenario.currency.minor();
    let step = |name: String, units: i128, is_end: bool| {
        let shown = report.shown(Figure::TOTAL_SPEND, units);
        let sign = if units > 0 && !is_end { "+" } else { "" };
        let amount = on_axis(Figure::TOTAL_SPEND, units, minor);
        Step { name, amount, shown: format!("{sign}{shown}"), is_end }
    };
    let causes = places.iter().map(|&place| {
        let name = words::label(&report.answer.causes[place], report.scenario);
        step(name, division.parts[place], false)
    });
    let first = step("Usage alone".to_owned(), division.rest, true);
    let last = step("Total spend".to_owned(), division.whole, true);
    let steps: Vec<Step> = [first].into_iter().chain(causes).chain([last]).collect();
    let notation = AxisNotation::Money(report.scenario.currency);
    let frame = waterfall("spend, from usage alone to the bill".to_owned(), &steps, notation);
    let description = told(&steps);
    let title = report.of_money()?.trim_end_matches('.').to_owned();
    Some(Chart::new("waterfall", title, description, |_| frame.clone()))
}

/// A waterfall in words.
fn told(steps: &[Step]) -> String {
    let steps: Vec<String> =
        steps.iter().map(|step| format!("{} {}", step.name, step.shown)).collect();
    format!("A waterfall: {}.", listed(&steps))
}

/// Draws the way from one bill to another: what the settings that differ, or the components, add and save.
pub(super) fn between(report: &BillReport<'_>, from: f64) -> Option<Chart> {
    let title = report.sentence()?;
    let currency = report.currency;
    let amount = |money: Money| money.to_f64();
    let end = |name: &str, value: f64| Step {
        name: name.to_owned(),
        amount: value,
        shown: rounded_amount(currency, value),
        is_end: true,
    };
    let middle = report.steps().into_iter().map(|(name, money)| Step {
        name,
        amount: amount(money),
        shown: format!("{}{}", if money.is_positive() { "+" } else { "" }, report.signed(money)),
        is_end: false,
    });
    let to = from + report.bill.total.value;
    let steps: Vec<Step> =
        [end(report.base, from)].into_iter().chain(middle).chain([end(report.name, to)]).collect();
    let head = format!("spend per {}", report.period.name());
    let frame = waterfall(head, &steps, AxisNotation::Money(currency));
    let title = title.trim_end_matches('.').to_owned();
    Some(Chart::new("waterfall", title, told(&steps), |_| frame.clone()))
}
