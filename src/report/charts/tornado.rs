//! What would change advice: for each assumption, the range over which the advice stays best within all that was
//! tried, the narrowest first.

use crate::inquiry::{Premise, StableRange};
use crate::report::advise::AdviceReport;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::mark::Mark;
use super::measure::{AxisNotation, Measure};

/// Draws the chart; none without ranges between two ends.
pub(super) fn chart(report: &AdviceReport<'_>) -> Option<Chart> {
    let mut ranges: Vec<&StableRange> = report.advice().answer.ranges.iter().collect();
    ranges.retain(|range| range.tried[1].is_finite());
    ranges.sort_by(|a, b| share(a).total_cmp(&share(b)));
    let first = report.ranges().into_iter().next()?;
    let description = "For each assumption, the range over which the advised settings stay best within all that was \
                       tried; the line is what is assumed.";
    let frame = Frame {
        panels: ranges.iter().map(|range| panel(report, range)).collect(),
        ..Frame::default()
    };
    let title = first.trim_end_matches('.').to_owned();
    (!ranges.is_empty())
        .then(|| Chart::new("tornado", title, description.to_owned(), |_| frame.clone()))
}

/// How much of what was tried the advice covers, as positions along the axis.
fn share(range: &StableRange) -> f64 {
    let [low, high] = stable(range).map(|value| place(range, value));
    let [least, most] = range.tried.map(|value| place(range, value));
    (high - low) / (most - least)
}

/// The ends of the range.
fn stable(range: &StableRange) -> [f64; 2] {
    let low = range.low.as_ref().map_or(range.tried[0], |flip| flip.at);
    let high = range.high.as_ref().map_or(range.tried[1], |flip| flip.at);
    [low, high]
}

/// Where a value is on its axis: times are apart by their ratio, as usage half and twice as large are.
fn place(range: &StableRange, value: f64) -> f64 {
    match range.assumption {
        Premise::Latency => libm::log2(1.0 + value),
        _ => value,
    }
}

fn panel(report: &AdviceReport<'_>, range: &StableRange) -> Panel {
    let (notation, scale) = match range.assumption {
        Premise::Growth | Premise::Declines => (AxisNotation::Percent, 100.0),
        Premise::Latency => (AxisNotation::Time, 1e3),
        Premise::Usage | Premise::RefusedCredit => (AxisNotation::Plain, 1.0),
    };
    let [least, most] = range.tried.map(|value| value * scale);
    let mut panel = Panel::new(
        Measure::from_zero(least, most, notation),
        Measure::Names(vec![String::new()]),
        [26.0, 26.0],
    );
    panel.head = report.assumed(range);
    let [low, high] = stable(range);
    let named = |value| report.value(range.assumption, value);
    panel.corner = format!("{} to {}", named(low), named(high));
    let all = Mark::bar([least, most], [0.3, 0.7], Ink::Muted).strength(0.25);
    let words = format!("stays best from {} to {}", named(low), named(high));
    let stays = Mark::bar([low * scale, high * scale], [0.15, 0.85], Ink::Blue).saying(words);
    let today = range.today * scale;
    let line = Mark::rule((today, 0.0), (today, 1.0), 2.0, Ink::Text);
    panel.marks.extend([all, stays, line]);
    panel
}
