//! What is foreseen, and what came of earlier forecasts: ranges that hold half, 80 and 95 of a hundred futures.

use crate::domain::{Instant, Window};
use crate::inquiry::{FORECAST_FIGURES, ForecastFan};
use crate::report::backtest::BacktestReport;
use crate::report::forecast::ForecastReport;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{BAND, Mark, Shape, steps};
use super::measure::{AxisNotation, Measure, at};

/// The places of the lower and upper limits of each range among the quantiles of a fan.
const LIMITS: [(usize, usize); 3] = [(0, 6), (1, 5), (2, 4)];
/// The place of the median.
const MEDIAN: usize = 3;

/// The balance and spend from the present on.
pub(super) fn ahead(report: &ForecastReport<'_>) -> Chart {
    let description =
        "Quantiles over all futures: half of them are inside the darkest band, 80 of a \
        hundred inside the next, 95 inside the lightest; the line is the median."
            .to_owned();
    Chart::new("forecast", report.picture_title(), description, |_| fans(report))
}

fn fans(report: &ForecastReport<'_>) -> Frame {
    let answer = report.answer;
    let money = AxisNotation::Money(report.scenario.currency);
    let balance = fan(report, &answer.balance, AxisNotation::Plain, Ink::Blue, false);
    let spend = fan(report, &answer.spend, money, Ink::Orange, true);
    let head = |head: String, panel: Panel| Panel { head, ..panel };
    Frame {
        key: vec![
            KeyEntry::new(Ink::Blue, "balance", Patch::Band),
            KeyEntry::new(Ink::Orange, "spend", Patch::Band),
        ],
        panels: vec![
            head(format!("{} left", report.scenario.unit), balance),
            head("spend to date".to_owned(), spend),
        ],
        ..Frame::default()
    }
}

fn fan(
    report: &ForecastReport<'_>,
    fan: &ForecastFan,
    notation: AxisNotation,
    ink: Ink,
    is_stepped: bool,
) -> Panel {
    let (first, last) = (fan.at[0], fan.at[fan.at.len() - 1]);
    let time = Measure::Time(Window { from: first, to: last }, report.scenario.zone);
    let all = || fan.quantiles.iter().flatten().copied();
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let mut panel = Panel::new(time, Measure::from_zero(low, high, notation), [200.0, 180.0]);
    let edge = |place: usize| {
        let points = fan.at.iter().zip(&fan.quantiles).map(|(&time, all)| (at(time), all[place]));
        if is_stepped { steps(points) } else { points.collect() }
    };
    for (low, high) in LIMITS {
        let edges = edge(low).into_iter().zip(edge(high));
        let area = edges.map(|((x, low), (_, high))| (x, low, high)).collect();
        panel.marks.push(Mark::new(Shape::Area(area), ink).strength(BAND));
    }
    panel.marks.push(Mark::line(edge(MEDIAN), 2.0, ink));
    panel
}

/// What each forecast from inside a history held.
pub(super) fn tested(report: &BacktestReport<'_>) -> Chart {
    let description =
        "For each origin the ranges that were to hold half and 80 of a hundred futures, and \
        a dot for what came."
            .to_owned();
    Chart::new("backtest", report.picture_title(), description, |_| origins(report))
}

fn origins(report: &BacktestReport<'_>) -> Frame {
    let money = AxisNotation::Money(report.scenario.currency);
    let panels =
        [(0, report.scenario.unit.clone(), AxisNotation::Plain), (1, "spend".to_owned(), money)];
    let panel = |(figure, head, notation)| Panel { head, ..forecasts(report, figure, notation) };
    Frame {
        key: vec![
            KeyEntry::new(Ink::Blue, "forecast", Patch::Band),
            KeyEntry::new(Ink::Orange, "what came", Patch::Dot),
        ],
        panels: panels.into_iter().map(panel).collect(),
        ..Frame::default()
    }
}

fn forecasts(report: &BacktestReport<'_>, figure: usize, notation: AxisNotation) -> Panel {
    assert!(figure < FORECAST_FIGURES.len(), "a figure of forecasts");
    let origins = &report.answer.origins;
    let window =
        Window { from: origins[0].held_out.from, to: origins[origins.len() - 1].held_out.to };
    let score = |place: usize| origins[place].scores[figure];
    let most = (0..origins.len())
        .map(|place| f64::max(score(place).ranges[1][1], score(place).happened))
        .fold(0.0, f64::max);
    let time = Measure::Time(window, report.scenario.zone);
    let mut panel = Panel::new(time, Measure::from_zero(0.0, most, notation), [150.0, 140.0]);
    for (place, origin) in origins.iter().enumerate() {
        let next = origins.get(place + 1).map_or(origin.held_out.to, |next| next.held_out.from);
        let to = next.min(origin.held_out.to);
        let [from, to] = inset(origin.held_out.from, to);
        for [low, high] in [score(place).ranges[1], score(place).ranges[0]] {
            let area = vec![(from, low, high), (to, low, high)];
            panel.marks.push(Mark::new(Shape::Area(area), Ink::Blue).strength(BAND));
        }
        let middle = (from + to) / 2.0;
        panel.marks.push(Mark::dot((middle, score(place).happened), 3.5, Ink::Orange));
        panel.marks.push(Mark::sense([from, to], report.origin_in_words(place, figure)));
    }
    panel
}

/// A stretch of time with a small gap to its neighbours.
fn inset(from: Instant, to: Instant) -> [f64; 2] {
    let (from, to) = (at(from), at(to));
    let gap = (to - from) * 0.1;
    [from + gap, to - gap]
}
