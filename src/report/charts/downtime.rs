//! Downtime: how long service was down, by day, or by what suits the length of the horizon.

use crate::domain::Duration;
use crate::report::words::{about, count};
use crate::report::{Subject, finding};
use crate::series::{Column, Grain};

use super::axis::{Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width};

/// Draws the chart; nothing where service was never down.
pub fn chart(subject: Subject<'_>) -> Option<Chart> {
    let chart = || {
        let title = finding::outages(subject.outcome, subject.series);
        let draw = |width, said: Said<'_>| draw(subject, width, said);
        Chart::new("downtime", title, description(subject), draw)
    };
    (subject.outcome.metrics.total().outages > 0).then(chart)
}

fn description(subject: Subject<'_>) -> String {
    let grain = subject.series.grain().name();
    let down = subject.series.columns().iter().filter(|column| column.down > Duration::ZERO);
    let worst = worst(subject.series.columns()).map_or_else(String::new, |column| {
        let from = subject.scenario.zone.show_local(column.window.from);
        let from = from.trim_end_matches(" 00:00");
        format!(" The worst: {from}, down for {}.", about(column.down))
    });
    format!("Downtime by {grain}: {} with downtime.{worst}", count(down.count() as u64, grain))
}

/// The one column with the most downtime; none if there are several.
fn worst(columns: &[Column]) -> Option<&Column> {
    let worst = columns.iter().max_by_key(|column| column.down)?;
    let alike = columns.iter().filter(|column| column.down == worst.down).count();
    (alike == 1).then_some(worst)
}

/// In what downtime in a column is measured: its name, its sign, and how long it is.
fn measure(grain: Grain) -> (&'static str, &'static str, Duration) {
    match grain {
        Grain::Minute => ("seconds", "s", Duration::SECOND),
        Grain::Hour => ("minutes", "min", Duration::from_millis(60_000)),
        Grain::Day | Grain::Week => ("hours", "h", Duration::HOUR),
        Grain::Month | Grain::Year => ("days", "d", Duration::DAY),
    }
}

/// How far ticks are apart when the longest column has so many of its measure.
fn step(grain: Grain, most: f64) -> f64 {
    let steps: &[f64] = match grain {
        Grain::Minute | Grain::Hour => &[0.25, 0.5, 1.0, 5.0, 15.0],
        Grain::Day | Grain::Week => &[0.25, 0.5, 1.0, 2.0, 6.0, 24.0, 48.0],
        Grain::Month | Grain::Year => &[0.25, 0.5, 1.0, 7.0, 30.0, 90.0],
    };
    let fits = |step: &&f64| most / **step <= 4.5;
    steps.iter().find(fits).or(steps.last()).copied().unwrap_or(1.0)
}

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (left, right) = (width.left(), width.right());
    let plot = Area { left, top: 40.0, right, bottom: width.pick(190.0, 180.0) };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, plot);
    let columns = subject.series.columns();
    let grain = subject.series.grain();
    let (name, sign, unit) = measure(grain);
    let units = |length: Duration| length.millis() as f64 / unit.millis() as f64;
    let most = columns.iter().map(|column| units(column.down)).fold(0.0, f64::max);
    canvas::draw(width.pixels(), plot.bottom + Time::HEIGHT, said, |canvas| {
        let text = format!("{name} down, by {}", grain.name());
        canvas.text_to_fit(&text, (plot.left - 6.0, plot.top - 26.0), Letters::TICK);
        let scale = Scale::stepping(most, step(grain, most), plot);
        scale.draw(canvas, plot, |tick| match tick {
            0.0 => "0".to_owned(),
            tick => format!("{tick} {sign}"),
        });
        // No downtime is too short to be seen.
        let top = |column: &Column| scale.y(units(column.down)).min(scale.y(0.0) - 2.0);
        for column in columns.iter().filter(|column| column.down > Duration::ZERO) {
            draw_column(canvas, &time, column, top(column), plot.bottom);
        }
        if let Some(column) = worst(columns) {
            name_worst(canvas, &time, column, top(column));
        }
        time.draw(canvas, plot.bottom);
    })
}

fn draw_column(canvas: &mut Canvas, time: &Time, column: &Column, top: f64, bottom: f64) {
    let (left, right) = (time.x(column.window.from), time.x(column.window.to));
    // Thin columns touch; gaps between them would be drawn uneven.
    let gap = if right - left < 4.0 { 0.0 } else { ((right - left) * 0.1).min(3.0) };
    let right = (right - gap).max(left + gap + 1.5);
    canvas.fill(Area { left: left + gap, right, top, bottom }, Ink::Vermillion, 1.0);
}

/// Writes how long over the worst column.
fn name_worst(canvas: &mut Canvas, time: &Time, column: &Column, top: f64) {
    let label = about(column.down);
    let half = Letters::LABEL.width(&label) / 2.0;
    let x = (time.x(column.window.from) + time.x(column.window.to)) / 2.0;
    let x = x.clamp(half, (canvas.width - half).max(half));
    canvas.text(&label, (x, top - 9.0), Anchor::Middle, Letters::LABEL);
}
