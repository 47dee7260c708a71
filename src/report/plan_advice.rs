//! The sentences about plans and packages: today's usage, the levels from which a bigger plan pays,
//! and what to know before acting.

use crate::inquiry::{BreakEven, Crossover, Side};
use crate::inquiry::{Crossing, LeftOut, Omission, PlanAnswer, ServiceGap, UnfitChoice};

use crate::domain::text::{counted, listed};

use super::advice::Words;
use super::document::notation::given_price;

/// The most stretches of usage in one sentence.
const STRETCHES: usize = 6;

/// The sentences about today's usage and every break-even, one each.
pub fn sentences(plans: &PlanAnswer, words: &Words<'_>) -> Vec<String> {
    let mut sentences = today(plans, words);
    sentences.extend(break_evens(plans, words));
    sentences
}

/// What is best at today's usage, and what would be enough where no choice is.
pub fn today(plans: &PlanAnswer, words: &Words<'_>) -> Vec<String> {
    let mut sentences = vec![at_today(plans, words)];
    if let Some(remedy) = plans.remedy.found() {
        sentences.push(words.remedy(remedy, None, served(plans, plans.today.best())));
    }
    sentences
}

/// Every break-even, one sentence each.
pub fn break_evens(plans: &PlanAnswer, words: &Words<'_>) -> Vec<String> {
    let crossings = plans.crossings.iter();
    crossings.map(|crossing| break_even(plans, crossing, words)).collect()
}

/// The share that a choice serves at today's usage.
fn served(plans: &PlanAnswer, choice: usize) -> f64 {
    plans.today.fill_rate(choice, plans.confidence).map_or(1.0, |fill| fill.value)
}

/// Points to know before acting: whether today's settings are not among the choices, levels that no
/// choice serves, and whether the cheapest is so by serving less than another.
pub fn attention(plans: &PlanAnswer, words: &Words<'_>) -> Vec<String> {
    let left_out = unfit(&plans.unfit).into_iter().chain(plans.left_out.iter().map(left_out));
    let gaps = plans.service_gaps();
    let gaps = gaps.iter().map(|gaps| service_gap(plans, gaps, words));
    left_out.chain(out_of_reach(plans, words)).chain(gaps).collect()
}

/// The combinations that are no choices, one sentence for each reason.
fn unfit(unfit: &[UnfitChoice]) -> Vec<String> {
    let mut reasons: Vec<&str> = Vec::new();
    for one in unfit {
        if !reasons.contains(&&*one.reason) {
            reasons.push(&one.reason);
        }
    }
    let told = |reason: &str| {
        let names = unfit.iter().filter(|one| one.reason == reason).map(|one| &*one.name);
        let names: Vec<&str> = names.collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        format!("{} {verb} not among the choices: {reason}.", listed(&names))
    };
    reasons.into_iter().map(told).collect()
}

/// The reason why today's settings are not among the choices.
fn left_out(left_out: &LeftOut) -> String {
    let why = match left_out.why {
        Omission::NoPlan => "it has none of the plans",
        Omission::NoPackage => "it buys none of the packages",
        Omission::PlanNotNamed => "--plans leaves it out",
        Omission::PackageNotNamed => "--packages leaves it out",
    };
    let plan = left_out.plan.as_deref().unwrap_or("no plan");
    let bought = left_out.bought.as_deref().unwrap_or("no package");
    format!("What is set today, {plan} + {bought}, is not among the choices: {why}.")
}

/// The levels besides today's at which no choice keeps what must hold.
fn out_of_reach(plans: &PlanAnswer, words: &Words<'_>) -> Option<String> {
    let rows = plans.rows();
    let missed = rows.iter().filter(|level| !plans.is_today(level) && !level.keeps(level.best()));
    let levels: Vec<String> = missed.map(|level| words.credits(level.nominal())).collect();
    (!levels.is_empty()).then(|| {
        let (levels, unit) = (listed(&levels), words.unit);
        format!("At {levels} {unit} {} no choice meets {}.", words.per(), words.wanted())
    })
}

/// The sentence that one choice is the cheapest along neighbouring levels by serving less.
fn service_gap(plans: &PlanAnswer, gaps: &[ServiceGap], words: &Words<'_>) -> String {
    let first = gaps.first().expect("a stretch has at least one level");
    let last = gaps.last().unwrap_or(first);
    let price = match words.objective.per_refused_credit {
        price if price > 0.0 => format!("at {} each", given_price(words.currency, price)),
        _ => "at nothing".to_owned(),
    };
    let to = |from: String, to: String| if from == to { from } else { format!("{from} to {to}") };
    let range = |of: fn(&ServiceGap) -> f64| {
        let all = || gaps.iter().map(of);
        let (least, most) = (all().fold(1.0, f64::min), all().fold(0.0, f64::max));
        to(words.served(least), words.served(most))
    };
    let others = match gaps {
        [_] => format!("and {} serves {}", plans.name(first.best), words.served(first.most)),
        _ => format!("where another serves {}", range(|gap| gap.most)),
    };
    format!(
        "At {} {} {} the cheapest, {}, serves {} of what is asked for, {others}. Cost counts what is \
         refused {price}.",
        to(words.credits(first.level), words.credits(last.level)),
        words.unit,
        words.per(),
        plans.name(first.cheapest),
        range(|gap| gap.served),
    )
}

/// `At today's 3,000 credits per cycle`; of a model, what its futures come to in the mean, which nobody measured; of a
/// history, its mean, from which its latest weeks may be far.
pub fn at_level(plans: &PlanAnswer, words: &Words<'_>) -> String {
    let level = words.credits(plans.today.level);
    let (unit, per) = (words.unit, words.per());
    match mean_of(plans) {
        Some(of) => format!("At {level} {unit} {per}, the mean of the {of},"),
        None => format!("At today's {level} {unit} {per}"),
    }
}

/// Of what the usage of today is the mean; `None` where a scenario states it.
pub fn mean_of(plans: &PlanAnswer) -> Option<&'static str> {
    match (plans.is_foreseen, plans.is_read) {
        (true, _) => Some("futures"),
        (false, true) => Some("history"),
        (false, false) => None,
    }
}

fn at_today(plans: &PlanAnswer, words: &Words<'_>) -> String {
    let best = plans.today.best();
    let cost = plans.today.cost(best, plans.confidence);
    let cost = cost.expect("every choice was run at today's usage, or there is no answer");
    let at = at_level(plans, words);
    let (name, money, per) = (plans.in_words(best), words.money(cost.value), words.per());
    let service = words.service(served(plans, best), plans.today.tried[best].downtime);
    let wanted = words.wanted();
    match (plans.today.keeps(best), best == plans.today.cheapest()) {
        (true, is_cheapest) => {
            let that = match is_cheapest {
                true => String::new(),
                false => format!(" that meets {wanted}"),
            };
            let equals = equals(plans);
            match equals.is_empty() {
                true => {
                    format!(
                        "{at} the cheapest{that} is {name}, at a cost of {money} {per}; it {service}."
                    )
                }
                false => format!(
                    "{at} the cheapest{that} are {name}{equals}, each at a cost of {money} {per}; the first {service}."
                ),
            }
        }
        (false, _) if plans.choices.len() == 1 => {
            format!("{at} {name} misses {wanted}: it {service}, at a cost of {money} {per}.")
        }
        (false, _) => format!(
            "{at} none of the {} meets {wanted}: the nearest, {name}, {service}, at a cost of {money} {per}.",
            counted(plans.choices.len(), "choice")
        ),
    }
}

/// The choices that cost the same as the best one: ` and Starter with the 3,000 package`; nothing where it alone does.
fn equals(plans: &PlanAnswer) -> String {
    let equal = plans.today.equal_to_best();
    let names = || equal.iter().map(|&choice| plans.in_words(choice));
    match equal.as_slice() {
        [] => String::new(),
        [other] => format!(" and {}", plans.in_words(*other)),
        [.., last] if equal.len() < 4 => {
            let before: Vec<String> = names().take(equal.len() - 1).collect();
            format!(", {} and {}", before.join(", "), plans.in_words(*last))
        }
        _ => format!(" and {}", counted(equal.len(), "other")),
    }
}

/// The sentence about the cheaper of two plans along usage.
fn break_even(plans: &PlanAnswer, crossing: &Crossing, words: &Words<'_>) -> String {
    let plan = |side| plans.choices[crossing.choice(side)].plan_title.as_str();
    let bought = &plans.choices[crossing.small].phrase;
    let found = match &crossing.at {
        BreakEven::At(change) => changes_once(change, crossing, plan, (plans, words)),
        BreakEven::Alternates(changes) => format!(
            "which of {} and {} is cheaper alternates with {} {}: {} {}, and {} elsewhere; {}",
            plan(Side::First),
            plan(Side::Second),
            words.unit,
            words.per(),
            plan(Side::Second),
            stretches(changes, words),
            plan(Side::First),
            cheaper_now(crossing, plan, (plans, words))
        ),
        BreakEven::Throughout { cheaper, ties: false } => {
            format!(
                "{} is cheaper than {} at every level tried",
                plan(*cheaper),
                plan(cheaper.other())
            )
        }
        BreakEven::Throughout { cheaper, ties: true } => format!(
            "{} is no dearer than {} at any level tried",
            plan(*cheaper),
            plan(cheaper.other())
        ),
        BreakEven::Same => format!(
            "{} and {} cost the same at every level tried",
            plan(Side::First),
            plan(Side::Second)
        ),
    };
    format!("With {bought}, {found}.")
}

fn changes_once<'p>(
    change: &Crossover,
    crossing: &Crossing,
    plan: impl Fn(Side) -> &'p str,
    (plans, words): (&PlanAnswer, &Words<'_>),
) -> String {
    let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |at| words.credits(at));
    format!(
        "{} is cheaper than {} from {} {} {} on ({} to {}); {}",
        plan(change.cheaper),
        plan(change.cheaper.other()),
        words.credits(change.level),
        words.unit,
        words.per(),
        limit(change.low),
        limit(change.high),
        cheaper_now(crossing, plan, (plans, words))
    )
}

/// The sentence about the cheaper of two plans today, or at what futures come to in the mean, with the difference.
fn cheaper_now<'p>(
    crossing: &Crossing,
    plan: impl Fn(Side) -> &'p str,
    (plans, words): (&PlanAnswer, &Words<'_>),
) -> String {
    let now = mean_of(plans).map_or("today".to_owned(), |of| format!("at the mean of the {of}"));
    let saves = crossing.today.value;
    let cheaper = if saves > 0.0 { Side::Second } else { Side::First };
    match words.money(saves.abs()) {
        nothing if nothing == words.money(0.0) => match words.too_small(saves) {
            Some(size) => format!("{now} {} saves {size}", plan(cheaper)),
            None => format!("{now} both cost the same"),
        },
        by => format!("{now} {} saves {by}", plan(cheaper)),
    }
}

/// The stretches of usage along which the second of two is the cheaper one: `from 2,891 to 7,900,
/// from 11,845 to 16,900 and from 20,796 on`.
fn stretches(changes: &[Crossover], words: &Words<'_>) -> String {
    let mut told = Vec::new();
    let mut from = None;
    for change in changes {
        let level = words.credits(change.level);
        match (change.cheaper, from.take()) {
            (Side::Second, _) => from = Some(level),
            (Side::First, Some(from)) => told.push(format!("from {from} to {level}")),
            (Side::First, None) => told.push(format!("up to {level}")),
        }
    }
    told.extend(from.map(|from| format!("from {from} on")));
    let more = told.len().saturating_sub(STRETCHES);
    if more > 0 {
        told.truncate(STRETCHES - 1);
        told.push(format!("in {} stretches above that", more + 1));
    }
    listed(&told)
}
