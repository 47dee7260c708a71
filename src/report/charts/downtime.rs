//! Downtime: how many hours service was down, by day (by week, month or year on long horizons).

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
        let from = subject.scenario.zone.local(column.window.from);
        format!(" The worst: {}, down for {}.", from.format("%-d %b %Y"), about(column.down))
    });
    format!("Hours down by {grain}: {} with downtime.{worst}", count(down.count() as u64, grain))
}

/// The one column with the most downtime; none if there are several.
fn worst(columns: &[Column]) -> Option<&Column> {
    let worst = columns.iter().max_by_key(|column| column.down)?;
    let alike = columns.iter().filter(|column| column.down == worst.down).count();
    (alike == 1).then_some(worst)
}

/// Hours between the ticks of a column of so many hours.
fn step(most: f64) -> f64 {
    [0.25, 0.5, 1.0, 2.0, 6.0, 24.0, 48.0, 168.0, 730.0, 4_380.0]
        .into_iter()
        .find(|step| most / step <= 4.5)
        .unwrap_or(8_760.0)
}

fn hours(length: Duration) -> f64 {
    length.millis() as f64 / Duration::HOUR.millis() as f64
}

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (left, right) = (width.left(), width.right());
    let plot = Area { left, top: 40.0, right, bottom: width.pick(190.0, 180.0) };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, plot);
    let columns = subject.series.columns();
    let most = columns.iter().map(|column| hours(column.down)).fold(0.0, f64::max);
    let grain = subject.series.grain();
    canvas::draw(width.pixels(), plot.bottom + Time::HEIGHT, said, |canvas| {
        let text = format!("hours down, by {}", grain.name());
        canvas.text_to_fit(&text, (plot.left - 6.0, plot.top - 26.0), Letters::TICK);
        let full = most >= 24.0 && grain == Grain::Day;
        let step = if full { 6.0 } else { step(most) };
        let scale = Scale::stepping(most, step, plot);
        scale.draw(
            canvas,
            plot,
            |tick| if tick == 0.0 { "0".to_owned() } else { format!("{tick} h") },
        );
        for column in columns {
            draw_column(canvas, &time, &scale, column);
        }
        name_worst(canvas, subject, &time, &scale);
        time.draw(canvas, plot.bottom);
    })
}

fn draw_column(canvas: &mut Canvas, time: &Time, scale: &Scale, column: &Column) {
    if column.down == Duration::ZERO {
        return;
    }
    let (left, right) = (time.x(column.window.from), time.x(column.window.to));
    let gap = ((right - left) * 0.1).min(3.0);
    // No downtime is too short to be seen.
    let top = scale.y(hours(column.down)).min(scale.y(0.0) - 2.0);
    let right = (right - gap).max(left + gap + 1.5);
    let area = Area { left: left + gap, right, top, bottom: scale.y(0.0) };
    canvas.fill(area, Ink::Vermillion, 1.0);
}

/// Writes how long over the worst column.
fn name_worst(canvas: &mut Canvas, subject: Subject<'_>, time: &Time, scale: &Scale) {
    let Some(column) = worst(subject.series.columns()) else { return };
    let label = about(column.down);
    let half = Letters::LABEL.width(&label) / 2.0;
    let x = (time.x(column.window.from) + time.x(column.window.to)) / 2.0;
    let x = x.clamp(half, (canvas.width - half).max(half));
    let y = scale.y(hours(column.down)).min(scale.y(0.0) - 2.0) - 9.0;
    canvas.text(&label, (x, y), Anchor::Middle, Letters::LABEL);
}
