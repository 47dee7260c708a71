//! Usage of a file over time, in equal stretches.

use crate::domain::grouped;
use crate::domain::text::counted;
use crate::domain::{Duration, Instant, Window};
use crate::usage::meaning::inspect::{InspectedRows, Inspection};
use crate::usage::meaning::number::Atto;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::mark::Mark;
use super::measure::{AxisNotation, Measure, at};

/// Draws the chart; nothing where there are no two stretches with a usage above zero.
pub(super) fn chart(found: &Inspection, rows: &InspectedRows) -> Option<Chart> {
    let peak = rows.bars.iter().copied().max().unwrap_or(Atto::ZERO);
    if rows.bars.len() < 2 || peak == Atto::ZERO {
        return None;
    }
    let each = each(rows.bar);
    let quiet = rows.bars.iter().filter(|bar| **bar == Atto::ZERO).count();
    let title = match quiet {
        0 => format!("Usage stands in every {each}"),
        1 => format!("1 of {} has no usage", plural(rows.bars.len(), &each)),
        quiet => format!(
            "{} of {} have no usage",
            grouped(&quiet.to_string()),
            plural(rows.bars.len(), &each)
        ),
    };
    let unit = found.unit.as_ref().map_or(String::new(), |unit| format!(", in {unit}"));
    let description = format!("Usage in each {each}{unit}, time in {}.", rows.zone.text());
    Some(Chart::new("usage", title, description, |_| frame(rows, peak, &each)))
}

/// The name of a stretch.
fn each(bar: Duration) -> String {
    match bar {
        Duration::DAY => "day".to_owned(),
        Duration::HOUR => "hour".to_owned(),
        bar => format!("stretch of {bar}"),
    }
}

fn plural(number: usize, each: &str) -> String {
    match each.strip_prefix("stretch") {
        Some(rest) => format!("{} stretches{rest}", grouped(&number.to_string())),
        None => counted(number, each),
    }
}

fn frame(rows: &InspectedRows, peak: Atto, each: &str) -> Frame {
    let end = |place: usize| {
        let length = rows.bar.millis() * i64::try_from(place).expect("a picture has few bars");
        Instant::from_millis(rows.bars_from.millis() + length)
    };
    let horizon = Window { from: rows.bars_from, to: end(rows.bars.len()) };
    let notation = AxisNotation::Plain;
    let mut panel = Panel::new(
        Measure::Time(horizon, rows.zone),
        Measure::from_zero(0.0, float(peak), notation),
        [180.0, 150.0],
    );
    panel.head = format!("usage in each {each}");
    panel.corner = format!("{} in all", short(rows.sum));
    for (place, amount) in rows.bars.iter().enumerate().filter(|(_, amount)| **amount > Atto::ZERO)
    {
        let x = [at(end(place)), at(end(place + 1))];
        let words = format!("{}: {}", rows.zone.show_local(end(place)), short(*amount));
        panel.marks.push(Mark::column(x, [0.0, float(*amount)], Ink::Blue).saying(words.as_str()));
    }
    Frame { panels: vec![panel], ..Frame::default() }
}

fn float(amount: Atto) -> f64 {
    amount.micro() as f64 / 1e6
}

fn short(amount: Atto) -> String {
    Atto::from_micro(amount.micro()).unwrap_or(amount).to_string()
}
