//! Refused usage by hour, as a heat map; drawn if there is much of it. For a few dates each has a
//! row; for many, each weekday, with the mean of such an hour.

use crate::domain::CreditTotal;
use crate::domain::grouped;
use crate::report::{Subject, finding};
use crate::series::{DayOfRefusals, WeekdayOfRefusals};

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch, shade};
use super::mark::{Mark, Shape};
use super::measure::Measure;

/// The fewest hours with refusals that make a picture.
const MUCH: usize = 24;

/// Draws the chart; nothing where refusals are few.
pub(super) fn chart(subject: Subject<'_>) -> Option<Chart> {
    let rows = rows(subject);
    let some: Vec<f64> = rows.iter().flat_map(|row| row.hours).filter(|hour| *hour > 0.0).collect();
    // One long outage under even usage shows nothing about hours and days.
    let is_even = some.iter().all(|hour| Some(hour) == some.first());
    let chart = || {
        let title = finding::refused(subject.scenario, subject.outcome, subject.series);
        Chart::new("refused", title, description(subject), |_| frame(subject, &rows))
    };
    (some.len() >= MUCH && !is_even).then(chart)
}

fn description(subject: Subject<'_>) -> String {
    let unit = &subject.scenario.unit;
    match subject.series.refusals().days() {
        Some(_) => format!(
            "Refused {unit} by hour on every day with refusals; the stronger the colour, the more."
        ),
        None => {
            format!("Refused {unit} in a mean hour of the week; the stronger the colour, the more.")
        }
    }
}

/// A row of the map.
struct HourRow {
    name: String,
    hours: [f64; 24],
}

fn rows(subject: Subject<'_>) -> Vec<HourRow> {
    let refusals = subject.series.refusals();
    if let Some(days) = refusals.days() {
        let row = |day: &DayOfRefusals| HourRow {
            name: day.date.format("%a %-d %b").to_string(),
            hours: day.hours.map(CreditTotal::to_f64),
        };
        return days.iter().map(row).collect();
    }
    let days = finding::weekdays_in(subject.scenario);
    let weekdays = refusals.weekdays().iter().zip(finding::WEEKDAYS).zip(days);
    let row = |((weekday, name), days): ((&WeekdayOfRefusals, &str), u64)| HourRow {
        name: name[..3].to_owned(),
        hours: weekday.hours.map(|sum| sum.to_f64() / days.max(1) as f64),
    };
    weekdays.map(row).collect()
}

fn frame(subject: Subject<'_>, rows: &[HourRow]) -> Frame {
    let unit = &subject.scenario.unit;
    let most = rows.iter().flat_map(|row| row.hours).fold(0.0, f64::max);
    let hours = Measure::Names((0..24).map(|hour| format!("{hour:02}:00")).collect());
    let names = Measure::Names(rows.iter().map(|row| row.name.clone()).collect());
    let high = (420.0 / rows.len() as f64).clamp(13.0, 22.0);
    let mut panel = Panel::new(hours, names, [high, high.min(18.0)]);
    panel.foot = format!("hour of the day, time in {}", subject.scenario.zone.name());
    for (place, row) in rows.iter().enumerate() {
        panel.marks.extend((0..24).map(|hour| cell(row, place, hour, most, unit)));
    }
    let most = match subject.series.refusals().days() {
        Some(_) => format!("up to {} {unit} in an hour", number(most)),
        None => format!("up to {} {unit} in a mean hour", number(most)),
    };
    let key = vec![KeyEntry::new(Ink::Vermillion, most, Patch::Shades)];
    Frame { key, panels: vec![panel], ..Frame::default() }
}

/// A cell: even the smallest refusal is darker than none.
fn cell(row: &HourRow, place: usize, hour: usize, most: f64, unit: &str) -> Mark {
    let refused = row.hours[hour];
    let shape = Shape::Cell { column: hour, row: place, text: String::new() };
    let words = format!("{} {hour:02}:00: {} {unit} refused", row.name, number(refused));
    match refused > 0.0 {
        true => Mark::new(shape, Ink::Vermillion).strength(shade(refused / most)).saying(words),
        false => Mark::new(shape, Ink::Grid).strength(0.5),
    }
}

fn number(amount: f64) -> String {
    grouped(&if amount >= 100.0 { format!("{amount:.0}") } else { format!("{amount:.1}") })
}
