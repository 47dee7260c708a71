//! What is spent in a cycle, over all cycles of all replications: one panel for what is set, one for
//! what is advised, on the same scale, with the 5th percentile, the median and the 95th named.
//!
//! Where the candidates' cycles differ, a cycle of one is no cycle of the other; then it is what is
//! spent in a mean month of each replication; where no cycle is whole, in each replication.

use crate::figures::Figure;
use crate::report::study::{Face, StudyReport};
use crate::report::words::count;
use crate::study::Period;
use crate::study::estimate::value_at;

use super::axis::Scale;
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width, ink_of};

/// Draws the chart; nothing where nothing was ever spent.
pub fn chart(told: &StudyReport<'_>) -> Option<Chart> {
    let panels: Vec<Panel> = told.faces().iter().filter_map(|face| panel(told, face)).collect();
    let spent = panels.iter().any(|panel| panel.sorted.iter().any(|&spent| spent > 0.0));
    spent.then(|| {
        let title = title(told, &panels);
        let description = description(told, &panels);
        Chart::new("costs", title, description, |width, said| draw(told, &panels, width, said))
    })
}

/// What one candidate spends in a cycle.
struct Panel<'t> {
    face: Face<'t>,
    /// In ascending order, to the cent and below.
    sorted: Vec<f64>,
}

impl Panel<'_> {
    /// p5, median, p95.
    fn quantiles(&self) -> [f64; 3] {
        [0.05, 0.5, 0.95].map(|p| value_at(&self.sorted, p).unwrap_or(0.0))
    }
}

fn panel<'t>(told: &StudyReport<'t>, face: &Face<'t>) -> Option<Panel<'t>> {
    let runs = told.runs.get(face.judged.index)?;
    let mut sorted = match told.objective().period {
        Period::Cycle => runs.spend.clone(),
        Period::Month | Period::Horizon => {
            let samples = Figure::TOTAL_SPEND.samples(runs, face.judged.periods, face.judged.hours);
            samples.into_iter().flatten().collect()
        }
    };
    sorted.sort_by(f64::total_cmp);
    (!sorted.is_empty()).then_some(Panel { face: *face, sorted })
}

/// What is spent in it: the word for the period, and a replication where that is the horizon.
fn period(told: &StudyReport<'_>) -> &'static str {
    match told.objective().period {
        Period::Horizon => "replication",
        other => other.name(),
    }
}

fn title(told: &StudyReport<'_>, panels: &[Panel<'_>]) -> String {
    let each = panels.iter().map(|panel| {
        let [_, median, high] = panel.quantiles().map(|money| told.words.money(money));
        let all = panel.sorted.first() == panel.sorted.last();
        match all {
            true => format!("{} {median}, always", panel.face.word()),
            false if median == high => format!("{} {median}, no more in 95%", panel.face.word()),
            false => format!("{} {median}, at most {high} in 95%", panel.face.word()),
        }
    });
    let period = period(told);
    format!("Spend in the median {period}: {}", each.collect::<Vec<_>>().join("; "))
}

fn description(told: &StudyReport<'_>, panels: &[Panel<'_>]) -> String {
    let what = match told.objective().period {
        Period::Cycle => "cycle",
        Period::Month => "replication, each a mean month",
        Period::Horizon => "replication",
    };
    let counts: Vec<String> = panels
        .iter()
        .map(|panel| {
            format!("{} of {}", count(panel.sorted.len() as u64, what), panel.face.label())
        })
        .collect();
    format!(
        "How often how much is spent in a {}: {}. The median is marked, with the 5th and the 95th \
         percentile.",
        period(told),
        counts.join(", ")
    )
}

/// How money is cut into bins: the same for all panels. Where few amounts are spent at all, such as a
/// fee and whole packs, each is a bin of its own.
struct Bins {
    scale: Scale,
    /// Each from, up to, and not including.
    edges: Vec<(f64, f64)>,
}

impl Bins {
    fn of(panels: &[Panel<'_>], plot: Area, width: Width) -> Bins {
        let first = panels.iter().filter_map(|panel| panel.sorted.first().copied());
        let last = panels.iter().filter_map(|panel| panel.sorted.last().copied());
        let (low, high) = (first.fold(f64::INFINITY, f64::min), last.fold(0.0, f64::max));
        let apart = width.pick(90.0, 70.0);
        let scale = Scale::between(low, high, plot.left, plot.right, apart);
        let ends = scale.ticks();
        let (low, high) = (ends.first().copied(), ends.last().copied());
        let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(1.0));
        let count = width.pick(60, 36);
        let wide = (high - low) / count as f64;
        let edges = match few(panels, wide) {
            Some(amounts) => {
                amounts.iter().map(|amount| (amount - wide / 2.0, amount + wide / 2.0)).collect()
            }
            None => (0..count)
                .map(|index| (low + wide * index as f64, low + wide * (index + 1) as f64))
                .collect(),
        };
        Bins { scale, edges }
    }

    /// The shares of the values in each bin.
    fn shares(&self, sorted: &[f64]) -> Vec<f64> {
        let mut shares = vec![0.0; self.edges.len()];
        let mut index = 0;
        for &value in sorted {
            while index + 1 < shares.len() && self.edges[index].1 <= value {
                index += 1;
            }
            if let Some(share) = shares.get_mut(index) {
                *share += 1.0 / sorted.len() as f64;
            }
        }
        shares
    }
}

/// The amounts that are spent at all, where they are few and `apart` from each other.
fn few(panels: &[Panel<'_>], apart: f64) -> Option<Vec<f64>> {
    const FEW: usize = 40;
    let mut amounts: Vec<f64> = Vec::new();
    for panel in panels {
        for &value in &panel.sorted {
            let place = amounts.partition_point(|&amount| amount < value);
            if amounts.get(place) != Some(&value) {
                amounts.insert(place, value);
            }
            if amounts.len() > FEW {
                return None;
            }
        }
    }
    amounts.windows(2).all(|pair| pair[1] - pair[0] >= apart).then_some(amounts)
}

fn draw(told: &StudyReport<'_>, panels: &[Panel<'_>], width: Width, said: Said<'_>) -> String {
    let (left, right) = (width.left(), width.right());
    let (high, head) = (width.pick(110.0, 100.0), width.pick(44.0, 60.0));
    let pitch = high + head + 26.0;
    let area = |index: usize| {
        let top = head + pitch * index as f64;
        Area { left, right, top, bottom: top + high }
    };
    let bins = Bins::of(panels, area(0), width);
    let shares: Vec<Vec<f64>> = panels.iter().map(|panel| bins.shares(&panel.sorted)).collect();
    // A sum of shares may be a whole and a little more.
    let most = shares.iter().flatten().copied().fold(0.0, f64::max).min(1.0);
    let bottom = area(panels.len() - 1).bottom;
    canvas::draw(width.pixels(), bottom + 40.0, said, |canvas| {
        for (index, (panel, shares)) in panels.iter().zip(&shares).enumerate() {
            let plot = area(index);
            let scale = Scale::stepping(most * 100.0, step(most * 100.0), plot);
            scale.draw(canvas, plot, |tick| format!("{tick:.0}%"));
            bins.scale.draw_across(canvas, plot, |tick| bins.scale.tick(tick));
            bars(canvas, panel, shares, &bins, &scale, plot);
            quantiles(canvas, told, panel, &bins, plot, width);
        }
        let period = period(told);
        let name =
            format!("spend in {}{} in a {period}", bins.scale.word(), told.words.currency.code());
        canvas.text(&name, (right, bottom + 30.0), Anchor::End, Letters::TICK);
    })
}

/// How far ticks of percent are apart, so that a whole is the top.
fn step(most: f64) -> f64 {
    const STEPS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0];
    STEPS.into_iter().find(|step| most / step <= 3.0).unwrap_or(50.0)
}

fn bars(
    canvas: &mut Canvas,
    panel: &Panel<'_>,
    shares: &[f64],
    bins: &Bins,
    scale: &Scale,
    plot: Area,
) {
    for (share, &(from, to)) in shares.iter().zip(&bins.edges).filter(|(share, _)| **share > 0.0) {
        let (left, right) = (bins.scale.x(from), bins.scale.x(to));
        // What is rare is seen all the same.
        let top = scale.y(share * 100.0).min(plot.bottom - 1.0);
        let area = Area { left: left + 0.5, right: right - 0.5, top, bottom: plot.bottom };
        canvas.fill(area, ink_of(&panel.face), 0.75);
    }
}

/// Marks p5, median and p95, and writes them above the panel.
fn quantiles(
    canvas: &mut Canvas,
    told: &StudyReport<'_>,
    panel: &Panel<'_>,
    bins: &Bins,
    plot: Area,
    width: Width,
) {
    let [low, median, high] = panel.quantiles();
    for (value, thick) in [(low, 1.0), (median, 2.25), (high, 1.0)] {
        let x = bins.scale.x(value);
        canvas.line((x, plot.top - 4.0), (x, plot.bottom), Ink::Text, thick);
    }
    let name = Letters::LABEL.bold().fit(&panel.face.label(), width.pick(420.0, 340.0));
    let start = width.pick(plot.left, 0.0);
    let words = [low, median, high].map(|money| told.words.money(money));
    let words = format!("p5 {} · median {} · p95 {}", words[0], words[1], words[2]);
    match width {
        Width::Wide => {
            canvas.text(&name, (start, plot.top - 18.0), Anchor::Start, Letters::LABEL.bold());
            canvas.text(&words, (plot.right, plot.top - 18.0), Anchor::End, Letters::LABEL);
        }
        Width::Narrow => {
            canvas.text(&name, (start, plot.top - 36.0), Anchor::Start, Letters::LABEL.bold());
            canvas.text(&words, (start, plot.top - 18.0), Anchor::Start, Letters::LABEL);
        }
    }
}
