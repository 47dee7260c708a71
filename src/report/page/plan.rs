//! The page of plans and packages: what is cheapest today and from where on it pays to change, the
//! picture, the table of levels, the assumptions, and where it comes from.

use maud::{Markup, html};

use crate::inquiry::BreakEven;
use crate::inquiry::Envelope;
use crate::inquiry::{Crossing, Level};
use crate::report::attention;
use crate::report::charts::Chart;
use crate::report::plan::PlanReport;
use crate::report::plan_advice;
use crate::report::words::{capital, count, percent};
use crate::study::Estimate;

use super::{Card, Head, Holds, cards, list, opening, page, pictures, table};

/// The page as HTML.
pub fn of_plan(told: &PlanReport<'_>, charts: &[Chart]) -> String {
    let (scenario, plans) = (told.scenario, told.plans);
    let advice = plan_advice::sentences(plans, &told.words);
    let (finding, more) = advice.split_first().map_or(("", &[][..]), |(one, more)| (&**one, more));
    let finding = [Some(finding.to_owned()), saving(told)];
    let finding = finding.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let rests_on = format!(
        "{} of plan and package · {} a level · {}",
        count(plans.choices.len() as u64, "choice"),
        count(plans.replications() as u64, "replication"),
        told.usage
    );
    let choices = told.read.map(attention::choices).unwrap_or_default();
    let name = format!("{}: plan or packs", scenario.name);
    let inside = html! {
        (opening(&name, scenario.question.as_deref(), &finding, &rests_on))
        (cards(&first_figures(told)))
        (list("Attention", &plan_advice::attention(plans, &told.words)))
        (pictures(charts))
        (list("From where on the bigger plan pays", &told_first(more)))
        (levels(told))
        (break_evens(told))
        (meaning(told))
        (list("How the usage came about", &choices))
        (super::assumptions(&[scenario]))
        (super::source(&[scenario], told.provenance))
    };
    page(&name, told.provenance.version, &inside)
}

/// The most sentences on break-evens; the table has them all.
const SENTENCES: usize = 8;

fn told_first(sentences: &[String]) -> Vec<String> {
    let mut told: Vec<String> = sentences.iter().take(SENTENCES).cloned().collect();
    if sentences.len() > SENTENCES {
        told.push(format!("And {} more; the table has them all.", sentences.len() - SENTENCES));
    }
    told
}

/// What the cheapest saves over what is set today, where that is beyond doubt.
fn saving(told: &PlanReport<'_>) -> Option<String> {
    let (plans, words) = (told.plans, &told.words);
    let set = plans.set_today()?;
    let saved = plans.today.difference(set, plans.today.cheapest(), plans.confidence)?;
    let is_sure = saved.low.is_some_and(|low| words.money(low.max(0.0)) != words.money(0.0));
    is_sure.then(|| {
        format!(
            "That is {} less than {}, which is set today.",
            words.money(saved.value),
            plans.name(set)
        )
    })
}

/// What is cheapest today and what it saves, where that changes, how much is asked for and served.
fn first_figures(told: &PlanReport<'_>) -> Vec<Card> {
    let (plans, words) = (told.plans, &told.words);
    let card =
        |name: &str, value, means| Card { name: name.to_owned(), value, means, alarm: false };
    let cheapest = plans.today.cheapest();
    let cost = |choice| plans.today.cost(choice, plans.confidence);
    let costs = cost(cheapest).map_or_else(String::new, |cost| {
        format!("{} {}{}.", words.money(cost.value), words.per(), between(told, cost))
    });
    let spread = plans.spread.map_or_else(
        || "No cycle is whole, so how usage varies from one to the next is not known.".to_owned(),
        |[p5, p95]| {
            format!("90% of cycles ask for {} to {}.", words.credits(p5), words.credits(p95))
        },
    );
    let usage = format!("{} {}", capital(words.unit), words.per());
    let thousands = plans.today.level / 1_000.0;
    let price = cost(cheapest).map_or_else(String::new, |cost| words.money(cost.value / thousands));
    let fill = plans.today.fill_rate(cheapest, plans.confidence);
    vec![
        card("Cheapest today", plans.name(cheapest).to_owned(), costs),
        beside(told, cheapest),
        next_change(told),
        card(&usage, words.credits(plans.today.level), spread),
        card(
            "Per 1,000 asked for",
            price,
            format!("With {}, at today's usage.", plans.name(cheapest)),
        ),
        card(
            "Fill rate",
            fill.map_or_else(|| "–".to_owned(), |fill| percent(fill.value)),
            format!("{} served of those asked for, with the same.", capital(words.unit)),
        ),
    ]
}

/// ` (from to to)`, or that it is not resolved.
fn between(told: &PlanReport<'_>, estimate: Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            format!(" ({} to {})", told.words.money(low), told.words.money(high))
        }
        _ => ", from too few replications for an interval".to_owned(),
    }
}

/// What is set today, or the dearest where that is not among the choices, beside the cheapest.
fn beside(told: &PlanReport<'_>, cheapest: usize) -> Card {
    let (plans, words) = (told.plans, &told.words);
    let value = |choice| plans.today.cost(choice, plans.confidence).map_or(0.0, |cost| cost.value);
    let dearest = (0..plans.choices.len()).max_by(|&a, &b| value(a).total_cmp(&value(b)));
    let (title, other) = match plans.set_today() {
        Some(set) => ("Set today", set),
        None => ("Dearest today", dearest.unwrap_or(cheapest)),
    };
    let name = plans.name(other);
    let means = match plans.today.difference(other, cheapest, plans.confidence) {
        _ if other == cheapest => {
            format!("{} {}, as the cheapest.", words.money(value(other)), words.per())
        }
        None => format!("{} {}.", words.money(value(other)), words.per()),
        Some(more) => format!(
            "{} {}, {} more than the cheapest{}.",
            words.money(value(other)),
            words.per(),
            words.money(more.value),
            between(told, more)
        ),
    };
    Card { name: title.to_owned(), value: name.to_owned(), means, alarm: false }
}

/// Where, above today's usage, another choice becomes the cheapest.
fn next_change(told: &PlanReport<'_>) -> Card {
    let (plans, words) = (told.plans, &told.words);
    let envelope = Envelope::of(plans);
    let next = envelope.as_ref().and_then(|envelope| envelope.next(plans.today.level));
    let (value, means) = match next {
        Some((next, until)) => {
            let (name, at) = (plans.name(next.to), next.at);
            let interval = match (at.low, at.high) {
                (Some(low), Some(high)) => {
                    format!(" ({} to {})", words.credits(low), words.credits(high))
                }
                _ => String::new(),
            };
            let stretch = match until {
                Some(until) => format!("{interval} up to {}", words.credits(until)),
                None => format!(" on{interval}"),
            };
            let means = format!(
                "{} {}: {name} is the cheapest from there{stretch}.",
                words.unit,
                words.per()
            );
            (words.credits(at.level), capital(&means))
        }
        None => {
            ("None".to_owned(), "At no higher level that was tried is another cheaper.".to_owned())
        }
    };
    Card { name: "Next change".to_owned(), value, means, alarm: false }
}

/// The most choices that have a column.
const COLUMNS: usize = 8;

/// What every choice costs at every level; of many, those that cost least today and those that are
/// the cheapest anywhere.
fn levels(told: &PlanReport<'_>) -> Markup {
    let (plans, words) = (told.plans, &told.words);
    let rows = plans.rows();
    let is_cheapest = |choice: usize| rows.iter().any(|level| level.cheapest() == choice);
    let today = |choice| plans.today.cost(choice, plans.confidence).map_or(0.0, |cost| cost.value);
    let mut shown: Vec<usize> = (0..plans.choices.len()).collect();
    shown.sort_by(|&a, &b| is_cheapest(b).cmp(&is_cheapest(a)).then(today(a).total_cmp(&today(b))));
    shown.truncate(COLUMNS);
    shown.sort_unstable();
    let first = format!("{} asked for", words.unit);
    let mut heads: Vec<Head<'_>> = vec![(&first, Holds::Date), ("cheapest", Holds::Text)];
    heads.extend(shown.iter().map(|&choice| (plans.name(choice), Holds::Number)));
    // Half of the interval besides, where there is room for it.
    let with_half = shown.len() <= 4;
    let cost = |level: &Level, choice| match level.cost(choice, plans.confidence) {
        None => "unknown".to_owned(),
        Some(cost) if !with_half => words.money(cost.value),
        Some(cost) => {
            let half = cost.half_width().map_or_else(|| "?".to_owned(), |half| words.money(half));
            format!("{} ± {half}", words.money(cost.value))
        }
    };
    let row = |level: &&Level| {
        let today = if plans.is_today(level) { ", today" } else { "" };
        let level_name = format!("{}{today}", words.credits(level.level));
        let mut row = vec![level_name, plans.name(level.cheapest()).to_owned()];
        row.extend(shown.iter().map(|&choice| cost(level, choice)));
        row
    };
    let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    let more = plans.choices.len() - shown.len();
    let more = (more > 0).then(|| format!("And {} that cost more.", count(more as u64, "choice")));
    table(&format!("Cost {} at each level", words.per()), &heads, &rows, more.as_deref())
}

/// Where each two plans with the same package cost the same: a row for each level, or one that says
/// that there is none.
fn break_evens(told: &PlanReport<'_>) -> Markup {
    let (plans, words) = (told.plans, &told.words);
    let heads = [
        ("package", Holds::Text),
        ("smaller plan", Holds::Text),
        ("bigger plan", Holds::Text),
        ("same cost at", Holds::Number),
        ("interval", Holds::Number),
        ("cheaper above", Holds::Text),
        ("bigger saves today", Holds::Number),
    ];
    let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |limit| words.credits(limit));
    let row = |crossing: &Crossing, level: String, interval: String, cheaper: String| {
        let (small, big) = (&plans.choices[crossing.small], &plans.choices[crossing.big]);
        let saves = words.money(crossing.today.value);
        let (package, small, big) = (small.package.clone(), small.plan.clone(), big.plan.clone());
        vec![package, small, big, level, interval, cheaper, saves]
    };
    let mut rows = Vec::new();
    for crossing in &plans.crossings {
        let plan = |side| plans.choices[crossing.choice(side)].plan.clone();
        let one = |level: &str, cheaper| row(crossing, level.to_owned(), String::new(), cheaper);
        match &crossing.at {
            BreakEven::Same => rows.push(one("all levels", "neither".to_owned())),
            BreakEven::Throughout { cheaper, ties: false } => {
                rows.push(one("none", plan(*cheaper)))
            }
            BreakEven::Throughout { cheaper, ties: true } => {
                rows.push(one("some levels", plan(*cheaper)));
            }
            found => rows.extend(found.changes().iter().map(|change| {
                let interval = format!("{} to {}", limit(change.low), limit(change.high));
                row(crossing, words.credits(change.level), interval, plan(change.cheaper))
            })),
        }
    }
    html! { @if !rows.is_empty() { (table("Break-evens", &heads, &rows, None)) } }
}

/// How it was judged.
fn meaning(told: &PlanReport<'_>) -> Markup {
    let (plans, words, objective) = (told.plans, &told.words, told.words.objective);
    let mut rows = vec![
        (
            "cost",
            words.per(),
            "spend, with credits left at the end counted at what they had cost where they never expire",
        ),
        (
            "intervals",
            words.percent(plans.confidence.probability()),
            "how often one covers the true value; ± is half of it, `?`: more replications are needed",
        ),
        (
            "replications",
            plans.replications().to_string(),
            "at each level, all choices on the same usage and the same luck of payments",
        ),
        (
            "levels run",
            plans.all().len().to_string(),
            "today's usage, scaled; break-evens are interpolated between neighbours",
        ),
    ];
    let prices = [
        ("a refused credit", objective.per_refused_credit),
        ("an hour of downtime", objective.per_hour_of_downtime),
    ];
    rows.extend(prices.into_iter().filter(|(_, price)| *price > 0.0).map(|(name, price)| {
        (name, format!("{price} {}", words.currency.code()), "what it costs you, added to the cost")
    }));
    html! {
        h2 { "How it was judged" }
        (super::table_of("what it rests on", &rows))
    }
}
