//! The page of a study: the advice, the figures of what is set and of what is advised with their
//! intervals, the constraints, the charts, the candidates, and how far the study went.

use maud::{Markup, html};

use crate::figures::Figure;
use crate::inquiry::ConstraintCheck;
use crate::inquiry::Role;
use crate::report::attention;
use crate::report::charts::Chart;
use crate::report::study::{self, Face, StudyReport, cells, notes, shown};
use crate::report::words::{capital, count};
use crate::study::{Ending, Estimate, Period, Tails};

use super::{Card, Holds, LISTED, cards, list, page, pictures, table};

/// The page as HTML.
pub fn of_study(told: &StudyReport<'_>, charts: &[Chart]) -> String {
    let inside = html! {
        (opening(told))
        (cards(&first_figures(told)))
        (list("Attention", &study::attention(told)))
        (constraints(told))
        (pictures(charts))
        (figures(told))
        (candidates(told))
        (list("How far this goes", &how_far(told)))
        (list("How the usage came about", &usage(told)))
        (super::assumptions(told.scenarios))
        (super::source(told.scenarios, told.provenance))
    };
    page(told.name, told.provenance.version, &inside)
}

fn opening(told: &StudyReport<'_>) -> Markup {
    let first = told.scenarios.first();
    let question = first.and_then(|scenario| scenario.question.as_deref());
    let sentences = told.words.sentences(told.judgement);
    let (advice, more) = sentences.split_first().map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
    let horizon = first.map_or(String::new(), |scenario| {
        let horizon = scenario.setup.horizon;
        format!(
            " {} to {}, time in {}.",
            scenario.zone.show_local(horizon.from),
            scenario.zone.show_local(horizon.to),
            scenario.zone.name()
        )
    });
    let rests_on = format!(
        "{}, {} each ({}); {}.{horizon}",
        count(told.candidates().len() as u64, "candidate"),
        count(told.judgement.replications as u64, "replication"),
        told.ended(),
        told.usage
    );
    html! {
        (super::opening(told.name, question, advice, ""))
        @if !more.is_empty() { p.advice { (more.join(" ")) } }
        p.muted.small { (rests_on) }
    }
}

/// The figures that are seen first, of what is advised or comes nearest, against the first.
const FIRST: [(Figure, &str, &str); 6] = [
    (Figure::COST, "Cost", "What is minimised."),
    (Figure::TOTAL_SPEND, "Spend", "Plan fees, recharges and manual top-ups."),
    (Figure::FILL_RATE, "Fill rate", "Served of what was asked for."),
    (Figure::OUTAGE_PROBABILITY, "Cycles with an outage", "The share that an outage touches."),
    (Figure::RECHARGES, "Recharges", "Charges that succeeded."),
    (Figure::EXPIRED, "Expired unused", "Bought, and not used in time."),
];

fn first_figures(told: &StudyReport<'_>) -> Vec<Card> {
    let faces = told.faces();
    let (Some(first), Some(last)) = (faces.first(), faces.last()) else { return Vec::new() };
    // Where the first is advised, what comes next is no reason to show its figures first.
    let shown = if last.role == Role::Next { first } else { last };
    let card = |&(figure, name, means): &(Figure, &str, &str)| {
        let value = |face: &Face<'_>| {
            let estimate = told.estimate(face.judged, figure);
            estimate.map_or("unknown".to_owned(), |estimate| told.number(figure, estimate.value))
        };
        let beside = match shown.judged.index {
            0 => String::new(),
            _ => format!(" {}: {}.", capital(first.word()), value(first)),
        };
        Card {
            name: format!("{name}{}, {}", told.per(figure), shown.word()),
            value: value(shown),
            means: format!("{means}{beside}"),
            alarm: false,
        }
    };
    FIRST.iter().map(card).collect()
}

fn constraints(told: &StudyReport<'_>) -> Markup {
    let faces = told.faces();
    let all = &told.objective().constraints;
    let kept = |face: &Face<'_>, index: usize| -> String {
        let Some(kept) = face.judged.kept.get(index) else { return String::new() };
        let value = kept.figure.map_or("no figure".to_owned(), |figure| {
            let show = |value: f64| told.words.value(kept.constraint, value);
            interval(figure, show)
        });
        format!("{}: {value}", verdict(kept))
    };
    let mut heads = vec![("must hold", Holds::Text)];
    heads.extend(faces.iter().map(|face| (face.word(), Holds::Text)));
    let rows: Vec<Vec<String>> = all
        .iter()
        .enumerate()
        .map(|(index, &constraint)| {
            let mut row = vec![capital(&told.words.constraint(constraint))];
            row.extend(faces.iter().map(|face| kept(face, index)));
            row
        })
        .collect();
    let keeping = told.judgement.judged.iter().filter(|judged| judged.is_feasible()).count();
    let note = format!(
        "{keeping} of {} keep them all.",
        count(told.candidates().len() as u64, "candidate")
    );
    html! { @if !rows.is_empty() { (table("Constraints", &heads, &rows, Some(&note))) } }
}

fn verdict(kept: &ConstraintCheck) -> &'static str {
    match (kept.holds(), kept.is_clear()) {
        (true, true) => "kept",
        (true, false) => "kept, not for certain",
        (false, true) => "missed",
        (false, false) => "missed, not for certain",
    }
}

/// `51.20 (50.90 to 51.50)`; a limit that is not resolved is a question mark.
fn interval(estimate: Estimate, show: impl Fn(f64) -> String) -> String {
    let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), &show);
    let (value, low, high) = (show(estimate.value), limit(estimate.low), limit(estimate.high));
    if low == value && high == value { value } else { format!("{value} ({low} to {high})") }
}

/// A row of figures: its name, one cell a candidate, what it means.
struct FigureRow {
    name: String,
    cells: Vec<String>,
    means: &'static str,
}

fn figures(told: &StudyReport<'_>) -> Markup {
    let faces = told.faces();
    let row = |figure: Figure| {
        let cell = |face: &Face<'_>| match told.estimate(face.judged, figure) {
            Some(estimate) => interval(estimate, |value| told.number(figure, value)),
            None => "unknown".to_owned(),
        };
        let name = format!("{}{}", figure.label(), told.per(figure));
        FigureRow { name, cells: faces.iter().map(cell).collect(), means: figure.meaning() }
    };
    let is_nothing = |&figure: &Figure| {
        let estimate = |face: &Face<'_>| told.estimate(face.judged, figure);
        let zero = |estimate: Estimate| {
            let limit = |limit: Option<f64>| limit.is_none_or(|limit| limit == 0.0);
            estimate.value == 0.0 && limit(estimate.low) && limit(estimate.high)
        };
        faces.iter().all(|face| estimate(face).is_some_and(zero))
    };
    let (nothing, some): (Vec<Figure>, Vec<Figure>) = Figure::of_studies().partition(is_nothing);
    let nothing: Vec<&str> = nothing.into_iter().map(Figure::label).collect();
    let rows = some.into_iter().map(row);
    let rows = rows.chain(gain(told, &faces)).chain(tails(told, &faces));
    html! {
        h2 { "Figures, and what they mean" }
        p.muted.small {
            "In brackets: " (told.words.percent(told.objective().confidence.probability())) " intervals."
        }
        div.scroll tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { }
                    @for face in &faces { th.number scope="col" { (face.word()) } }
                    th scope="col" { }
                } }
                tbody { @for row in rows {
                    tr {
                        th scope="row" { (row.name) }
                        @for cell in &row.cells { td.number { (cell) } }
                        td.means { (row.means) }
                    }
                } }
            }
        }
        @if !nothing.is_empty() { p.muted.small { "Zero throughout: " (nothing.join(", ")) "." } }
        @for face in &faces {
            @if face.word() != face.label() { p.muted.small { (capital(&face.label())) "." } }
        }
    }
}

/// What each gains over the first.
fn gain(told: &StudyReport<'_>, faces: &[Face<'_>]) -> Option<FigureRow> {
    let cell = |face: &Face<'_>| match face.judged.gain {
        Some(gain) => interval(gain.difference, |value| told.words.money(value)),
        None => "–".to_owned(),
    };
    let means = "how much less it costs on the same usage and luck";
    let name = format!("gain {}", told.words.per());
    (faces.len() > 1).then(|| FigureRow { name, cells: faces.iter().map(cell).collect(), means })
}

/// Spend and downtime in a cycle, or in the horizon: the median and the tails.
fn tails(told: &StudyReport<'_>, faces: &[Face<'_>]) -> Vec<FigureRow> {
    type Quantile = (&'static str, fn(&Tails) -> Estimate);
    const QUANTILES: [Quantile; 4] = [
        ("p5", |tails| tails.p5),
        ("median", |tails| tails.median),
        ("p95", |tails| tails.p95),
        ("p99", |tails| tails.p99),
    ];
    let period = told.objective().period;
    let over = match period {
        Period::Cycle | Period::Month => "over all whole cycles of all replications",
        Period::Horizon => "over all replications",
    };
    let mut rows = Vec::new();
    for (what, figure) in [("spend", Figure::TOTAL_SPEND), ("downtime", Figure::DOWNTIME)] {
        for (name, pick) in QUANTILES {
            let cell = |face: &Face<'_>| {
                let runs = told.runs.get(face.judged.index)?;
                let samples = match figure {
                    Figure::DOWNTIME => runs.downtime_in(period),
                    _ => runs.spend_in(period),
                };
                let tails = Tails::of(samples, told.objective())?;
                Some(interval(pick(&tails), |value| told.number(figure, value)))
            };
            let cells = faces.iter().map(|face| cell(face).unwrap_or("unknown".to_owned()));
            rows.push(FigureRow {
                name: format!("{what} in a {}, {name}", period.span()),
                cells: cells.collect(),
                means: if name == "p5" { over } else { "" },
            });
        }
    }
    rows
}

fn candidates(told: &StudyReport<'_>) -> Markup {
    let (shown, hidden) = shown(told.judgement, LISTED);
    let cost = format!("cost {}", told.words.per());
    let heads = [
        ("candidate", Holds::Text),
        (cost.as_str(), Holds::Number),
        ("gain", Holds::Number),
        ("recharges", Holds::Number),
        ("fill rate", Holds::Number),
        ("outage cycles", Holds::Number),
        ("refused", Holds::Number),
        ("expired", Holds::Number),
        ("best", Holds::Number),
        ("", Holds::Text),
    ];
    let rows: Vec<Vec<String>> =
        shown.into_iter().map(|judged| cells(told, judged).to_vec()).collect();
    let more = format!(
        "And {} more; --csv and the workbook list them all.",
        count(hidden as u64, "candidate")
    );
    table("Candidates", &heads, &rows, (hidden > 0).then_some(&more))
}

/// How many runs there were, why not more, and what the numbers are.
fn how_far(told: &StudyReport<'_>) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of each candidate: {}.",
        capital(&count(told.judgement.replications as u64, "replication")),
        told.ended()
    )];
    let dropped = told.runs.iter().filter(|runs| runs.dropped_after.is_some()).count();
    if dropped > 0 {
        lines.push(format!(
            "{} dropped on the way, clearly beaten; their figures rest on fewer replications.",
            match dropped {
                1 => "One candidate was".to_owned(),
                some => format!("{some} candidates were"),
            }
        ));
    }
    if told.ended == Ending::Interrupted {
        lines.push(
            "The study was interrupted: this is of what was finished, without the spend to date."
                .to_owned(),
        );
    } else if told.paths.is_empty() {
        lines.push("The report was interrupted: it is without the spend to date.".to_owned());
    }
    lines.extend(notes(told));
    lines
}

/// How the usage was read, where it was.
fn usage(told: &StudyReport<'_>) -> Vec<String> {
    let Some(read) = told.read else { return Vec::new() };
    let mut lines = attention::choices(read);
    attention::reading(&mut lines, read);
    lines
}
