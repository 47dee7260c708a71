//! Spend to date along the horizon: the median, and the band that holds nine runs of ten, for
//! today's settings and the advised ones.

use crate::domain::grouped;
use crate::report::study::{Face, StudyReport};
use crate::report::words::{capital, count};
use crate::study::Paths;

use super::frame::{End, Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{BAND, Mark, Shape, steps};
use super::measure::{AxisNotation, Measure, at};
use super::{Chart, ink_of};

/// Draws the chart; none if no paths were recorded, or nothing was ever spent.
pub(super) fn chart(report: &StudyReport<'_>) -> Option<Chart> {
    let fans: Vec<Fan> = report.faces().iter().filter_map(|face| fan(report, face)).collect();
    let spent = fans.iter().any(|fan| fan.end().most > 0.0);
    spent.then(|| {
        Chart::new("fan", title(report, &fans), description(report, &fans), |_| {
            frame(report, &fans)
        })
    })
}

/// One candidate's fan.
struct Fan<'t> {
    face: Face<'t>,
    paths: &'t Paths,
    /// Spend up to each instant.
    quantiles: Vec<Spent>,
}

/// Spend up to an instant, over the runs.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    least: f64,
    /// Nine runs of ten are between this one and `p95`.
    p5: f64,
    median: f64,
    p95: f64,
    most: f64,
}

impl Spent {
    /// `$512.00 ($480.00 to $560.00 in nine runs of ten)`.
    fn in_words(self, money: impl Fn(f64) -> String) -> String {
        let [least, low, median, high, most] =
            [self.least, self.p5, self.median, self.p95, self.most].map(money);
        match low == high {
            true if least == most => format!("{median} in every run"),
            true => format!("{median} in nine runs of ten ({least} to {most} in all)"),
            false => format!("{median} ({low} to {high} in nine runs of ten)"),
        }
    }
}

impl Fan<'_> {
    fn end(&self) -> Spent {
        self.quantiles.last().copied().unwrap_or_default()
    }

    fn ink(&self) -> Ink {
        ink_of(&self.face)
    }

    /// Spend until then.
    fn tell(&self, report: &StudyReport<'_>, spent: Spent) -> String {
        spent.in_words(|money| report.words.money(money))
    }
}

fn fan<'t>(report: &StudyReport<'t>, face: &Face<'t>) -> Option<Fan<'t>> {
    let paths = report.paths().iter().find(|paths| paths.candidate == face.assessment.index)?;
    let quantiles = paths.quantiles([0.0, 0.05, 0.5, 0.95, 1.0]);
    let spent = |[least, p5, median, p95, most]: [f64; 5]| Spent { least, p5, median, p95, most };
    let quantiles = quantiles.into_iter().map(spent).collect();
    (!paths.is_empty()).then_some(Fan { face: *face, paths, quantiles })
}

fn title(report: &StudyReport<'_>, fans: &[Fan<'_>]) -> String {
    let each =
        fans.iter().map(|fan| format!("{} {}", fan.face.word(), fan.tell(report, fan.end())));
    let each = each.collect::<Vec<_>>().join("; ");
    let days =
        report.scenarios.first().map_or(0, |scenario| scenario.zone.days(scenario.setup.horizon));
    match days {
        0 => format!("Spent in all: {each}"),
        days => format!("Spent after {}: {each}", count(days, "day")),
    }
}

fn description(report: &StudyReport<'_>, fans: &[Fan<'_>]) -> String {
    let runs = fans.iter().map(|fan| fan.paths.len()).max().unwrap_or(0);
    let of_all = match runs < report.judgement.replications {
        true => {
            let all = grouped(&report.judgement.replications.to_string());
            format!("the first {} of {all}", grouped(&runs.to_string()))
        }
        false => format!("all {}", grouped(&runs.to_string())),
    };
    format!(
        "Spend to date in {of_all} replications: the line is the median, and on each day nine of ten runs \
         are inside the band. All have the same usage and luck."
    )
}

fn frame(report: &StudyReport<'_>, fans: &[Fan<'_>]) -> Frame {
    let [scenario, ..] = report.scenarios else { return Frame::default() };
    let most = fans.iter().map(|fan| fan.end().p95).fold(0.0, f64::max);
    let money = Measure::from_zero(0.0, most, AxisNotation::Money(report.words.currency));
    let horizon = scenario.setup.horizon;
    let mut panel = Panel::new(Measure::Time(horizon, scenario.zone), money, [260.0, 230.0]);
    panel.head = "spend to date".to_owned();
    panel.marks.extend(fans.iter().map(band));
    panel.marks.extend(senses(report, fans));
    for fan in fans {
        let points =
            fan.paths.at.iter().zip(&fan.quantiles).map(|(&time, all)| (at(time), all.median));
        let points = steps(points.chain([(at(horizon.to), fan.end().median)]));
        panel.marks.push(Mark::line(points, 2.25, fan.ink()));
        panel.ends.push(End {
            at: fan.end().median,
            name: if fans.len() > 1 { fan.face.word().to_owned() } else { String::new() },
            rest: match report.words.money(fan.end().median) {
                money if fans.len() > 1 => format!(" {money}"),
                money => money,
            },
            ink: fan.ink(),
            bold: true,
        });
    }
    let entry = |fan: &Fan<'_>| KeyEntry::new(fan.ink(), fan.face.label(), Patch::Band);
    Frame { key: fans.iter().map(entry).collect(), panels: vec![panel], ..Frame::default() }
}

/// The band of a fan: spend stays where it is until the next instant.
fn band(fan: &Fan<'_>) -> Mark {
    let edge = |which: fn(&Spent) -> f64| {
        let points = fan.paths.at.iter().zip(&fan.quantiles);
        steps(points.map(move |(&time, spent)| (at(time), which(spent))))
    };
    let edges = edge(|spent| spent.p5)
        .into_iter()
        .zip(edge(|spent| spent.p95))
        .map(|((x, low), (_, high))| (x, low, high));
    Mark::new(Shape::Area(edges.collect()), fan.ink()).strength(BAND)
}

/// Spend until then, under the pointer.
fn senses(report: &StudyReport<'_>, fans: &[Fan<'_>]) -> Vec<Mark> {
    const MOST: usize = 60;
    let ([scenario, ..], [first, ..]) = (report.scenarios, fans) else { return Vec::new() };
    let every = first.paths.at.len().div_ceil(MOST).max(1);
    let places: Vec<usize> = (0..first.paths.at.len()).step_by(every).collect();
    let sense = |(&from, to): (&usize, f64)| {
        let tell = |fan: &Fan<'_>| {
            format!("{} {}", fan.face.word(), fan.tell(report, *fan.quantiles.get(from)?)).into()
        };
        let each: Vec<String> = fans.iter().filter_map(tell).collect();
        let date = scenario.zone.show_local(first.paths.at[from]);
        let words = format!("{}: {}", date.trim_end_matches(" 00:00"), each.join("; "));
        Mark::sense([at(first.paths.at[from]), to], capital(&words))
    };
    let ends = places[1.min(places.len())..].iter().map(|&next| at(first.paths.at[next]));
    places.iter().zip(ends.chain([at(scenario.setup.horizon.to)])).map(sense).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_said_only_of_every_run() {
        let money = |money: f64| format!("${money:.0}");
        let same = Spent { least: 602.0, p5: 602.0, median: 602.0, p95: 602.0, most: 602.0 };
        assert_eq!(same.in_words(money), "$602 in every run");
        assert_eq!(
            Spent { most: 619.0, ..same }.in_words(money),
            "$602 in nine runs of ten ($602 to $619 in all)"
        );
        assert_eq!(
            Spent { p5: 585.0, least: 500.0, ..same }.in_words(money),
            "$602 ($585 to $602 in nine runs of ten)"
        );
    }
}
