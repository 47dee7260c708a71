//! Spend to date along the horizon: the median, and the band in which nine runs of ten are, for
//! what is set and for what is advised.

use crate::report::study::{Face, StudyReport};
use crate::report::words::count;
use crate::study::Paths;

use super::axis::{Scale, Time};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{BAND, Chart, Entry, Key, Patch, Width, ink_of};

/// Draws the chart; nothing where no paths were written down, or nothing was ever spent.
pub fn chart(told: &StudyReport<'_>) -> Option<Chart> {
    let fans: Vec<Fan> = told.faces().iter().filter_map(|face| fan(told, face)).collect();
    let spent = fans.iter().any(|fan| fan.end()[2] > 0.0);
    spent.then(|| {
        let draw = |width, said: Said<'_>| draw(told, &fans, width, said);
        Chart::new("fan", title(told, &fans), description(told, &fans), draw)
    })
}

/// One candidate's fan.
struct Fan<'t> {
    face: Face<'t>,
    paths: &'t Paths,
    /// p5, median and p95 at each instant.
    quantiles: Vec<[f64; 3]>,
}

impl Fan<'_> {
    fn end(&self) -> [f64; 3] {
        self.quantiles.last().copied().unwrap_or_default()
    }

    fn ink(&self) -> Ink {
        ink_of(&self.face)
    }
}

fn fan<'t>(told: &StudyReport<'t>, face: &Face<'t>) -> Option<Fan<'t>> {
    let paths = told.paths.iter().find(|paths| paths.candidate == face.judged.index)?;
    let quantiles = paths.quantiles([0.05, 0.5, 0.95]);
    (!paths.is_empty()).then_some(Fan { face: *face, paths, quantiles })
}

/// `current comes to $512.00 (half of the runs), $480.00 to $560.00 (nine of ten)`.
fn title(told: &StudyReport<'_>, fans: &[Fan<'_>]) -> String {
    let each = fans.iter().map(|fan| {
        let [low, median, high] = fan.end().map(|money| told.words.money(money));
        match low == high {
            true => format!("{} {median} in every run", fan.face.word()),
            false => format!("{} {median} ({low} to {high} in nine runs of ten)", fan.face.word()),
        }
    });
    let days = told.scenarios.first().map_or(0, |scenario| {
        let horizon = scenario.setup.horizon;
        horizon.to.since(horizon.from).millis() / crate::domain::Duration::DAY.millis()
    });
    let each = each.collect::<Vec<_>>().join("; ");
    match u64::try_from(days) {
        Ok(days) if days > 0 => format!("Spent after {}: {each}", count(days, "day")),
        _ => format!("Spent in all: {each}"),
    }
}

fn description(told: &StudyReport<'_>, fans: &[Fan<'_>]) -> String {
    let runs = fans.iter().map(|fan| fan.paths.len()).max().unwrap_or(0);
    let of_all = match runs < told.judgement.replications {
        true => format!("the first {} of {}", runs, told.judgement.replications),
        false => format!("all {runs}"),
    };
    format!(
        "Spend to date, of {of_all} replications: the line is the median, the band holds nine of ten (5th \
         to 95th percentile, at each instant by itself). All on the same usage and luck."
    )
}

fn draw(told: &StudyReport<'_>, fans: &[Fan<'_>], width: Width, said: Said<'_>) -> String {
    let key = Key::new(entries(told, fans, width), width);
    let top = key.height + 26.0;
    let bottom = top + width.pick(260.0, 230.0);
    let most = fans.iter().map(|fan| fan.end()[2]).fold(0.0, f64::max);
    let plot = Area { left: width.left(), top, right: width.right(), bottom };
    let scale = Scale::new(0.0, most, plot, 34.0);
    let plot = Area { left: width.left().max(scale.room()), ..plot };
    let [scenario, ..] = told.scenarios else { return String::new() };
    let time = Time::new(scenario.setup.horizon, scenario.zone, plot);
    canvas::draw(width.pixels(), plot.bottom + Time::HEIGHT, said, |canvas| {
        key.draw(canvas);
        let name = format!("{}{} to date", scale.word(), told.words.currency.code());
        canvas.text_to_fit(&name, (plot.left - 6.0, plot.top - 16.0), Letters::TICK);
        scale.draw(canvas, plot, |tick| scale.tick(tick));
        for fan in fans {
            band(canvas, fan, &time, &scale);
        }
        for fan in fans {
            median(canvas, fan, &time, &scale);
        }
        name_ends(canvas, told, fans, (&time, &scale), plot);
        time.draw(canvas, plot.bottom);
    })
}

/// The points of one quantile: spend holds until the next instant's.
fn points(fan: &Fan<'_>, time: &Time, scale: &Scale, which: usize) -> Vec<(f64, f64)> {
    let at = fan.paths.at.iter().zip(&fan.quantiles);
    at.map(|(&at, quantiles)| (time.x(at), scale.y(quantiles[which]))).collect()
}

fn band(canvas: &mut Canvas, fan: &Fan<'_>, time: &Time, scale: &Scale) {
    let (low, high) = (points(fan, time, scale, 0), points(fan, time, scale, 2));
    let around: Vec<(f64, f64)> = low.into_iter().chain(high.into_iter().rev()).collect();
    canvas.veil(&around, fan.ink(), BAND);
}

fn median(canvas: &mut Canvas, fan: &Fan<'_>, time: &Time, scale: &Scale) {
    let points = points(fan, time, scale, 1);
    canvas.path(&points, fan.ink(), 2.25);
    if let Some(&end) = points.last() {
        canvas.dot(end, 3.5, fan.ink());
    }
}

/// Writes what was spent at the end beside each line, one above the other.
fn name_ends(
    canvas: &mut Canvas,
    told: &StudyReport<'_>,
    fans: &[Fan<'_>],
    (time, scale): (&Time, &Scale),
    plot: Area,
) {
    let letters = Letters::LABEL.bold();
    let mut order: Vec<&Fan<'_>> = fans.iter().collect();
    order.sort_by(|a, b| b.end()[1].total_cmp(&a.end()[1]));
    let mut free = f64::NEG_INFINITY;
    for (index, fan) in order.into_iter().enumerate() {
        let median = fan.end()[1];
        let name = format!("{} {}", fan.face.word(), told.words.money(median));
        let name = letters.fit(&name, plot.width() * 0.6);
        // The upper name stands above its line; the lower one below, where the name begins: lines rise.
        let left = plot.right - 8.0 - letters.width(&name);
        let below = |which: usize| {
            let points = points(fan, time, scale, which);
            let before = points.iter().rev().find(|(x, _)| *x <= left);
            before.map_or(scale.y(median), |&(_, y)| y)
        };
        let wanted = match index {
            0 => scale.y(fan.end()[2]) - 13.0,
            _ => below(0) + 14.0,
        };
        let y = wanted.max(free).min(plot.bottom - 10.0);
        canvas.label(&name, (plot.right - 8.0, y), Anchor::End, letters);
        free = y + 18.0;
    }
}

fn entries(told: &StudyReport<'_>, fans: &[Fan<'_>], width: Width) -> Vec<Entry> {
    let entry = |fan: &Fan<'_>| {
        let [low, _, high] = fan.end().map(|money| told.words.money(money));
        let range = format!(", {low} to {high}");
        let room = width.pick(420.0, width.pixels() - 20.0) - Letters::LABEL.width(&range);
        let name = Letters::LABEL.fit(&fan.face.label(), room);
        Entry { ink: fan.ink(), name: format!("{name}{range}"), patch: Patch::Band }
    };
    fans.iter().map(entry).collect()
}
