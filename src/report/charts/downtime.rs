//! Downtime: the length of outages by day, or by a unit that suits the length of the horizon.

use crate::domain::Duration;
use crate::report::words::{about, count};
use crate::report::{Subject, finding};
use crate::series::DayColumn;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::mark::Mark;
use super::measure::{AxisNotation, Measure, at};

/// Draws the chart; nothing where service was never down.
pub(super) fn chart(subject: Subject<'_>) -> Option<Chart> {
    let chart = || {
        let title = finding::outages(subject.outcome, Some(subject.series));
        Chart::new("downtime", title, description(subject), |_| frame(subject))
    };
    (subject.outcome.metrics.total().outages > 0).then(chart)
}

fn description(subject: Subject<'_>) -> String {
    let grain = subject.series.grain().name();
    let down = subject.series.columns().iter().filter(|column| column.down > Duration::ZERO);
    let worst = worst(subject.series.columns()).map_or_else(String::new, |column| {
        format!(" The worst: {}, down for {}.", name(subject, column), about(column.down))
    });
    format!("Downtime by {grain}: {} with downtime.{worst}", count(down.count() as u64, grain))
}

fn name(subject: Subject<'_>, column: &DayColumn) -> String {
    let from = subject.scenario.zone.show_local(column.window.from);
    from.trim_end_matches(" 00:00").to_owned()
}

/// The only column with the most downtime; none if there are several.
fn worst(columns: &[DayColumn]) -> Option<&DayColumn> {
    let worst = columns.iter().max_by_key(|column| column.down)?;
    let alike = columns.iter().filter(|column| column.down == worst.down).count();
    (alike == 1).then_some(worst)
}

fn frame(subject: Subject<'_>) -> Frame {
    let (series, columns) = (subject.series, subject.series.columns());
    let millis = |column: &DayColumn| column.down.millis() as f64;
    let most = columns.iter().map(millis).fold(0.0, f64::max);
    let x = Measure::Time(series.horizon(), subject.scenario.zone);
    let mut panel =
        Panel::new(x, Measure::from_zero(0.0, most, AxisNotation::Time), [150.0, 140.0]);
    panel.head = format!("down, by {}", series.grain().name());
    let down = columns.iter().filter(|column| column.down > Duration::ZERO);
    panel.marks.extend(down.map(|column| {
        let time = [at(column.window.from), at(column.window.to)];
        let words = format!("{}: down for {}", name(subject, column), about(column.down));
        Mark::column(time, [0.0, millis(column)], Ink::Vermillion).saying(words)
    }));
    panel.marks.extend(worst(columns).map(|column| {
        let middle = (at(column.window.from) + at(column.window.to)) / 2.0;
        Mark::crown((middle, millis(column)), about(column.down))
    }));
    Frame { panels: vec![panel], ..Frame::default() }
}
