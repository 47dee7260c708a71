//! Downtime: how long service was down, by day, or by what suits the length of the horizon.

use crate::domain::Duration;
use crate::report::words::{about, count};
use crate::report::{Subject, finding};
use crate::series::Column;

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

/// In what downtime in a column is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    name: &'static str,
    sign: &'static str,
    unit: Duration,
    /// How far ticks may be apart.
    steps: &'static [f64],
}

const SECONDS: Measure = Measure {
    name: "seconds",
    sign: "s",
    unit: Duration::SECOND,
    steps: &[0.25, 0.5, 1.0, 5.0, 15.0],
};
const MINUTES: Measure = Measure {
    name: "minutes",
    sign: "min",
    unit: Duration::from_millis(60_000),
    steps: &[0.25, 0.5, 1.0, 5.0, 15.0, 30.0],
};
const HOURS: Measure =
    Measure { name: "hours", sign: "h", unit: Duration::HOUR, steps: &[1.0, 2.0, 6.0, 24.0, 48.0] };
const DAYS: Measure =
    Measure { name: "days", sign: "d", unit: Duration::DAY, steps: &[1.0, 7.0, 30.0, 90.0] };

impl Measure {
    /// The largest of which the longest column has two.
    fn of(most: Duration) -> Measure {
        let fits = |measure: &Measure| most.millis() >= 2 * measure.unit.millis();
        // Columns of a day are read in hours.
        let all = if most > Duration::DAY { [DAYS, HOURS] } else { [HOURS, MINUTES] };
        all.into_iter().chain([MINUTES]).find(fits).unwrap_or(SECONDS)
    }

    /// So long in this measure.
    fn count(self, length: Duration) -> f64 {
        length.millis() as f64 / self.unit.millis() as f64
    }

    /// How far ticks are apart when the longest column has so many of its measure.
    fn step(self, most: f64) -> f64 {
        let fits = |step: &&f64| most / **step <= 4.5;
        self.steps.iter().find(fits).or(self.steps.last()).copied().unwrap_or(1.0)
    }
}

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (left, right) = (width.left(), width.right());
    let plot = Area { left, top: 40.0, right, bottom: width.pick(190.0, 180.0) };
    let time = Time::new(subject.series.horizon(), subject.scenario.zone, plot);
    let columns = subject.series.columns();
    let most = columns.iter().map(|column| column.down).max().unwrap_or_default();
    let measure = Measure::of(most);
    let most = measure.count(most);
    canvas::draw(width.pixels(), plot.bottom + Time::HEIGHT, said, |canvas| {
        let text = format!("{} down, by {}", measure.name, subject.series.grain().name());
        canvas.text_to_fit(&text, (plot.left - 6.0, plot.top - 26.0), Letters::TICK);
        let scale = Scale::stepping(most, measure.step(most), plot);
        scale.draw(canvas, plot, |tick| match tick {
            0.0 => "0".to_owned(),
            tick => format!("{tick} {}", measure.sign),
        });
        // No downtime is too short to be seen.
        let top = |column: &Column| scale.y(measure.count(column.down)).min(scale.y(0.0) - 2.0);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downtime_is_measured_in_what_people_say() {
        for (millis, name) in [
            (900, "seconds"),
            (119_000, "seconds"),
            (120_000, "minutes"),
            (7_199_000, "minutes"),
            (7_200_000, "hours"),
            (86_400_000, "hours"),
            (172_800_000, "days"),
        ] {
            assert_eq!(Measure::of(Duration::from_millis(millis)).name, name, "{millis}");
        }
    }
}
