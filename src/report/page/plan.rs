//! The page of plans and packages: what is cheapest today and from where on it pays to change, the
//! picture, the table of levels, the assumptions, and where it comes from.

use maud::{Markup, html};

use crate::recommend::BreakEven;
use crate::recommend::plans::{Crossing, Level};
use crate::report::attention;
use crate::report::charts::Chart;
use crate::report::plan::Told;
use crate::report::words::{capital, count, percent};
use crate::study::Estimate;

use super::{Card, Head, cards, list, opening, page, pictures, table};

/// The page as HTML.
pub fn of_plan(told: &Told<'_>, charts: &[Chart]) -> String {
    let (scenario, plans) = (told.scenario, told.plans);
    let advice = plans.advice(&told.words);
    let (finding, more) = advice.split_first().map_or(("", &[][..]), |(one, more)| (one, more));
    let rests_on = format!(
        "{} · {} a level · {}",
        count(plans.choices.len() as u64, "choice of plan and package"),
        count(plans.replications() as u64, "replication"),
        told.usage
    );
    let choices = told.read.map(attention::choices).unwrap_or_default();
    let name = format!("{}: plan or packs", scenario.name);
    let inside = html! {
        (opening(&name, scenario.question.as_deref(), finding, &rests_on))
        (cards(&first_figures(told)))
        (list("From where on the bigger plan pays", more))
        (list("Attention", &attention(told)))
        (pictures(charts))
        (levels(told))
        (break_evens(told))
        (meaning(told))
        (list("How the usage came about", &choices))
        (super::assumptions(&scenario.assumptions))
        (super::source(&[scenario], told.provenance))
    };
    page(&name, told.provenance.version, &inside)
}

/// What is cheapest today and what that saves, how much is asked for, and how much of it is served.
fn first_figures(told: &Told<'_>) -> Vec<Card> {
    let (plans, words) = (told.plans, &told.words);
    let card =
        |name: &str, value, means| Card { name: name.to_owned(), value, means, alarm: false };
    let cheapest = plans.today.cheapest();
    let cost = |choice| plans.today.cost(choice, plans.confidence);
    let between = |estimate: Estimate| match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!(" ({} to {})", words.money(low), words.money(high)),
        _ => ", from too few replications for an interval".to_owned(),
    };
    let costs = cost(cheapest).map_or_else(String::new, |cost| {
        format!("{} {}{}.", words.money(cost.value), words.per(), between(cost))
    });
    let mut cards = vec![card("Cheapest today", plans.name(cheapest).to_owned(), costs)];
    if let Some(set) = plans.set_today() {
        let name = plans.name(set);
        let means = match plans.today.difference(set, cheapest, plans.confidence) {
            _ if set == cheapest => format!("{name}, which is the cheapest."),
            Some(saved) => {
                let saved = format!("{}{}", words.money(saved.value), between(saved));
                format!("{name}: {saved} more than the cheapest.")
            }
            None => format!("{name}."),
        };
        let value = cost(set).map_or_else(String::new, |cost| words.money(cost.value));
        cards.push(card(&format!("Set today, {}", words.per()), value, means));
    }
    let spread = plans.spread.map_or_else(
        || "No cycle is whole, so how usage varies from one to the next is not known.".to_owned(),
        |[p5, p95]| {
            format!("90% of cycles ask for {} to {}.", words.credits(p5), words.credits(p95))
        },
    );
    let name = format!("{} {}", capital(words.unit), words.per());
    cards.push(card(&name, words.credits(plans.today.level), spread));
    if let Some(fill) = plans.today.fill_rate(cheapest, plans.confidence) {
        let means = format!("Of the {} asked for, served by the cheapest.", words.unit);
        cards.push(card("Fill rate", percent(fill.value), means));
    }
    cards
}

/// By how much the cheapest may serve less than another before that is said.
const SERVED: f64 = 0.001;

/// Where the cheapest is so by serving less.
fn attention(told: &Told<'_>) -> Vec<String> {
    let (plans, words) = (told.plans, &told.words);
    let price = match words.objective.per_refused_credit {
        price if price > 0.0 => format!("at {price} {} each", words.currency.code()),
        _ => "at nothing".to_owned(),
    };
    let warn = |level: &Level| {
        let fill = |choice| level.fill_rate(choice, plans.confidence).map(|fill| fill.value);
        let cheapest = level.cheapest();
        let served = fill(cheapest)?;
        let choices = (0..plans.choices.len()).filter_map(|choice| Some((choice, fill(choice)?)));
        let (best, most) = choices.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (most - served > SERVED).then(|| {
            format!(
                "At {} {} {} the cheapest, {}, serves {} of what is asked for, and {} serves {}. \
                 Cost counts what is refused {price}.",
                words.credits(level.level),
                words.unit,
                words.per(),
                plans.name(cheapest),
                percent(served),
                plans.name(best),
                percent(most)
            )
        })
    };
    plans.rows().into_iter().filter_map(warn).collect()
}

/// What every choice costs at every level.
fn levels(told: &Told<'_>) -> Markup {
    let (plans, words) = (told.plans, &told.words);
    let first = format!("{} asked for", words.unit);
    let mut heads: Vec<Head<'_>> = vec![(&first, false)];
    heads.extend(plans.choices.iter().map(|choice| (choice.name(), true)));
    heads.push(("cheapest", false));
    let cost = |level: &Level, choice| match level.cost(choice, plans.confidence) {
        None => "unknown".to_owned(),
        Some(cost) => match cost.half_width() {
            Some(half) => format!("{} ± {}", words.money(cost.value), words.money(half)),
            None => format!("{} ± ?", words.money(cost.value)),
        },
    };
    let row = |level: &Level| {
        let today = if plans.is_today(level) { ", today" } else { "" };
        let mut row = vec![format!("{}{today}", words.credits(level.level))];
        row.extend((0..plans.choices.len()).map(|choice| cost(level, choice)));
        row.push(plans.name(level.cheapest()).to_owned());
        row
    };
    let rows: Vec<Vec<String>> = plans.rows().into_iter().map(row).collect();
    table(&format!("Cost {} at each level", words.per()), &heads, &rows, None)
}

/// Where each two plans with the same package cost the same.
fn break_evens(told: &Told<'_>) -> Markup {
    let (plans, words) = (told.plans, &told.words);
    let heads = [
        ("package", false),
        ("smaller plan", false),
        ("bigger plan", false),
        ("same cost at", true),
        ("interval", true),
        ("bigger saves today", true),
    ];
    let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |limit| words.credits(limit));
    let row = |crossing: &Crossing| {
        let (small, big) = (&plans.choices[crossing.small], &plans.choices[crossing.big]);
        let (level, interval) = match crossing.at {
            BreakEven::At { level, low, high } => {
                (words.credits(level), format!("{} to {}", limit(low), limit(high)))
            }
            BreakEven::FirstThroughout => ("smaller cheaper throughout".to_owned(), String::new()),
            BreakEven::SecondThroughout => {
                ("bigger no dearer throughout".to_owned(), String::new())
            }
        };
        vec![
            small.package.clone(),
            small.plan.clone(),
            big.plan.clone(),
            level,
            interval,
            words.money(crossing.today.value),
        ]
    };
    let rows: Vec<Vec<String>> = plans.crossings.iter().map(row).collect();
    html! { @if !rows.is_empty() { (table("Break-evens", &heads, &rows, None)) } }
}

/// How it was judged.
fn meaning(told: &Told<'_>) -> Markup {
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
        (super::table_of("what", &rows))
    }
}
