//! Outages by cause on the time axis, and a waterfall of money.

use crate::domain::{Money, Window};
use crate::figures::Figure;
use crate::inquiry::IncidentCauses;
use crate::report::bill::BillReport;
use crate::report::document::notation::{rounded_amount, rounded_share};
use crate::report::explain::{ExplainReport, on_axis, words};
use crate::report::words::{about, count};

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::Mark;
use super::measure::{AxisNotation, Measure, at};

/// The inks of causes, the largest first.
const INKS: [Ink; 6] = [Ink::Vermillion, Ink::Blue, Ink::Orange, Ink::Green, Ink::Purple, Ink::Sky];

/// The ink of the cause that is listed at a place of the ranking; the smallest share one.
fn ink(rank: usize) -> Ink {
    INKS.get(rank).copied().unwrap_or(Ink::Muted)
}

/// Draws outages by cause: a row for each cause, a bar for each outage, as strong as its part of it.
pub(super) fn outages(report: &ExplainReport<'_>) -> Option<Chart> {
    let division = report.answer.of(Figure::DOWNTIME)?;
    let listed = &report.answer.incidents;
    let has_part = |place: &usize| listed.iter().any(|one| one.downtime.parts[*place] > 0);
    let mut places: Vec<usize> =
        (0..division.parts.len()).filter(|place| has_part(place)).collect();
    places.sort_by_key(|&place| std::cmp::Reverse(division.parts[place]));
    if places.is_empty() {
        return None;
    }
    let frame = outage_frame(report, &places);
    let first = words::label(&report.answer.causes[places[0]], report.scenario);
    let share = share(division.parts[places[0]], division.whole);
    let title = format!("{share} of the downtime is due to one cause: {}", lower(&first));
    Some(Chart::new("causes", title, outage_description(report, &places), |_| frame.clone()))
}

/// A part of a whole as a rounded percentage.
fn share(part: i128, whole: i128) -> String {
    let share = part as f64 / (whole.max(1)) as f64;
    rounded_share(share)
}

/// The text with a small letter at its beginning.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    first + letters.as_str()
}

fn outage_description(report: &ExplainReport<'_>, places: &[usize]) -> String {
    let division =
        report.answer.of(Figure::DOWNTIME).expect("only downtime that is divided is drawn");
    let part = |&place: &usize| {
        let name = lower(&words::label(&report.answer.causes[place], report.scenario));
        format!("{name} {}", report.shown(Figure::DOWNTIME, division.parts[place]))
    };
    let parts: Vec<String> = places.iter().map(part).collect();
    format!(
        "{} over time, with a row for each cause; a bar is as dark as the cause's part of that outage. In all: {}.",
        count(report.answer.incidents.len() as u64, "outage"),
        words::listed(&parts)
    )
}

fn outage_frame(report: &ExplainReport<'_>, places: &[usize]) -> Frame {
    let division =
        report.answer.of(Figure::DOWNTIME).expect("only downtime that is divided is drawn");
    let Window { from, to } = report.scenario.setup.horizon;
    let names =
        places.iter().map(|&place| words::label(&report.answer.causes[place], report.scenario));
    let time = Measure::Time(Window { from, to }, report.scenario.zone);
    let mut panel = Panel::new(time, Measure::Names(names.collect()), [26.0, 24.0]);
    panel.head = "outages by cause".to_owned();
    panel.values =
        places.iter().map(|&place| report.shown(Figure::DOWNTIME, division.parts[place])).collect();
    for (row, &place) in places.iter().enumerate() {
        panel.marks.extend(
            report.answer.incidents.iter().filter_map(|one| outage_bar(report, one, place, row)),
        );
    }
    Frame { panels: vec![panel], ..Frame::default() }
}

fn outage_bar(
    report: &ExplainReport<'_>,
    one: &IncidentCauses,
    place: usize,
    row: usize,
) -> Option<Mark> {
    let (part, whole) = (one.downtime.parts[place], one.downtime.whole);
    if part <= 0 || whole <= 0 {
        return None;
    }
    let strength = (part as f64 / whole as f64).clamp(0.25, 1.0);
    let words = format!(
        "{}: {} of an outage of {}",
        report.scenario.zone.show_local(one.incident.from),
        report.shown(Figure::DOWNTIME, part),
        about(one.incident.down)
    );
    let (from, to) = (at(one.incident.from), at(one.incident.to));
    let rows = [row as f64 + 0.12, row as f64 + 0.88];
    Some(Mark::bar([from, to], rows, ink(row)).strength(strength).saying(words))
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
    format!("A waterfall: {}.", words::listed(&steps))
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
