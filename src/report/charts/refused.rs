//! Refused usage by hour and weekday, as a heat map; drawn where there is much of it.

use crate::domain::CreditTotal;
use crate::report::words::credits;
use crate::report::{Subject, finding};

use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width};

/// The fewest hours of the week with refusals that make a picture.
const MUCH: usize = 24;

/// Draws the chart; nothing where refusals are few.
pub fn chart(subject: Subject<'_>) -> Option<Chart> {
    let cells = subject.series.refused().iter().flatten();
    let some: Vec<_> = cells.filter(|cell| cell.micro() > 0).collect();
    // One long outage under even usage says nothing of hours and weekdays.
    let uneven = some.iter().any(|cell| some.first() != Some(cell));
    let chart = || {
        let title = finding::refused(subject.scenario, subject.outcome, subject.series);
        let draw = |width, said: Said<'_>| draw(subject, width, said);
        Chart::new("refused", title, description(subject), draw)
    };
    (some.len() >= MUCH && uneven).then(chart)
}

fn description(subject: Subject<'_>) -> String {
    format!(
        "Refused {} by hour and weekday; the stronger the colour, the more.",
        subject.scenario.unit
    )
}

fn draw(subject: Subject<'_>, width: Width, said: Said<'_>) -> String {
    let (left, right) = (width.left(), width.right());
    let high = width.pick(22.0, 18.0);
    let plot = Area { left, top: 26.0, right, bottom: 26.0 + high * 7.0 };
    let cells = subject.series.refused();
    let most = cells.iter().flatten().max().copied().unwrap_or_default();
    canvas::draw(width.pixels(), plot.bottom + 46.0, said, |canvas| {
        hours(canvas, plot, width);
        for (day, hours) in (0..).zip(cells) {
            let top = plot.top + high * f64::from(day);
            let name = finding::WEEKDAYS.get(day as usize).and_then(|name| name.get(..3));
            let at = (left - 6.0, top + high / 2.0);
            canvas.text(name.unwrap_or_default(), at, Anchor::End, Letters::TICK);
            for (hour, &sum) in (0..).zip(hours) {
                let wide = plot.width() / 24.0;
                let left = plot.left + wide * f64::from(hour);
                let area = Area { left, top, right: left + wide - 1.0, bottom: top + high - 1.0 };
                cell(canvas, area, sum, most);
            }
        }
        scale(canvas, subject, plot, most);
    })
}

fn hours(canvas: &mut Canvas, plot: Area, width: Width) {
    for hour in (0..24).step_by(width.pick(2, 6)) {
        let x = plot.left + plot.width() / 24.0 * f64::from(hour);
        canvas.text(&format!("{hour:02}:00"), (x, plot.top - 12.0), Anchor::Start, Letters::TICK);
    }
}

/// How dark a cell is, 0 to 1; some refusal is never as light as none.
fn strength(sum: CreditTotal, most: CreditTotal) -> f64 {
    match sum.micro() > 0 && most.micro() > 0 {
        true => 0.12 + 0.88 * sum.to_f64() / most.to_f64(),
        false => 0.0,
    }
}

fn cell(canvas: &mut Canvas, area: Area, sum: CreditTotal, most: CreditTotal) {
    match strength(sum, most) {
        0.0 => canvas.fill(area, Ink::Grid, 0.5),
        strength => canvas.fill(area, Ink::Vermillion, strength),
    }
}

/// What light and dark mean.
fn scale(canvas: &mut Canvas, subject: Subject<'_>, plot: Area, most: CreditTotal) {
    let y = plot.bottom + 16.0;
    let unit = &subject.scenario.unit;
    let text = format!("{} {unit}", credits(most));
    canvas.text("0", (plot.left, y), Anchor::Start, Letters::TICK);
    for step in 0..5 {
        let left = plot.left + 12.0 + 22.0 * f64::from(step);
        let area = Area { left, top: y - 6.0, right: left + 21.0, bottom: y + 6.0 };
        match step {
            0 => canvas.fill(area, Ink::Grid, 0.5),
            step => canvas.fill(area, Ink::Vermillion, 0.12 + 0.88 * f64::from(step) / 4.0),
        }
    }
    canvas.text(&text, (plot.left + 128.0, y), Anchor::Start, Letters::TICK);
    let zone = format!("time in {}", subject.scenario.zone.name());
    let at = (plot.right, plot.bottom + 34.0);
    canvas.text(&zone, at, Anchor::End, Letters::TICK);
}
