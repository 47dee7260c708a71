//! What was found, in one sentence: the head of a page, and the title of each chart.
//!
//! Every sentence is made of figures; nothing is advised here.

use crate::domain::{CreditTotal, Duration};
use crate::engine::State;
use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::{Mark, Series, Spell};

use super::summary::in_words;
use super::words::{about, capital, count, credits, number, percent};

/// The whole run: what it cost, what was served, when service was down.
pub fn run(scenario: &Scenario, outcome: &Outcome, series: &Series) -> String {
    let total = outcome.metrics.total();
    let length = match total.length.millis() / Duration::DAY.millis() {
        0 => about(total.length),
        days => count(days.unsigned_abs(), "day"),
    };
    let spent = format!("{} in {length}", scenario.currency.show(total.total_spend()));
    let lost = match total.expired_cost.is_positive() {
        true => format!(" {} of it expired unused.", scenario.currency.show(total.expired_cost)),
        false => String::new(),
    };
    if total.usage_events == 0 {
        return format!("{spent}, and there was no usage.{lost}");
    }
    if total.refused().micro() == 0 {
        let served = match total.served.micro() {
            0 => "nothing was asked for".to_owned(),
            _ => format!("all {} asked for were served", scenario.unit),
        };
        return format!("{spent}; {served}, without an outage.{lost}");
    }
    let fill = percent(total.fill_rate());
    format!(
        "{spent}; {fill} of the {} asked for were served, with {}.{lost}",
        scenario.unit,
        small(&outages(outcome, series))
    )
}

/// Outages: how many, how long, and what auto-recharge was doing.
pub fn outages(outcome: &Outcome, series: &Series) -> String {
    let total = outcome.metrics.total();
    if total.outages == 0 {
        return "No outage".to_owned();
    }
    let by_state = series.outages();
    let many = format!("{}, {}", number(total.outages, "outage"), about(total.downtime));
    match by_state.as_slice() {
        [] => many,
        [(state, 1, _)] => format!("{many}, while {}", doing(*state)),
        [(state, 2, _)] => format!("{many}, both while {}", doing(*state)),
        [(state, _, _)] => format!("{many}, all while {}", doing(*state)),
        [(state, _, down), ..] if about(*down) == about(total.downtime) => {
            format!("{many}, nearly all of it while {}", doing(*state))
        }
        [(state, _, down), ..] => {
            format!("{many}, {} of it while {}", about(*down), doing(*state))
        }
    }
}

fn doing(state: State) -> String {
    format!("auto-recharge was {}", in_words(state))
}

/// The balance: what kept it up.
pub fn balance(outcome: &Outcome, series: &Series) -> String {
    let total = outcome.metrics.total();
    let mut bought = Vec::new();
    if total.recharges > 0 {
        bought.push(small(&number(total.recharges, "recharge")));
    }
    if total.top_ups > 0 {
        bought.push(small(&number(total.top_ups, "manual top-up")));
    }
    let bought = match bought.is_empty() {
        true => "No purchase".to_owned(),
        false => capital(&bought.join(" and ")),
    };
    let emptied = match total.exhausted {
        Duration::ZERO if total.outages == 0 => ", and the balance never came to zero".to_owned(),
        Duration::ZERO => {
            let times = count(total.outages, "time");
            format!("; the balance never came to zero, and yet was too small {times}")
        }
        empty => format!("; the balance was at zero for {}", about(empty)),
    };
    let held = [
        (Spell::Suspended, series.marks(Mark::Suspension) > 0, "suspended"),
        (Spell::Capped, series.marks(Mark::CapHit) > 0, "capped"),
    ];
    let held: Vec<_> = held
        .iter()
        .filter(|(_, happened, _)| *happened)
        .map(|(spell, _, word)| format!("{word} for {}", about(series.lasted(*spell))))
        .collect();
    match held.is_empty() {
        true => format!("{bought}{emptied}"),
        false => format!("{bought}{emptied}; auto-recharge was {}", held.join(" and ")),
    }
}

/// Spend: the total, what it was for, and what of it was lost.
pub fn spend(scenario: &Scenario, outcome: &Outcome) -> String {
    let total = outcome.metrics.total();
    let show = |money| scenario.currency.show(money);
    let spent = total.total_spend();
    if !spent.is_positive() {
        return "Nothing was spent".to_owned();
    }
    let parts = [
        (total.plan_fees, "plan fees".to_owned()),
        (total.recharge_spend, small(&number(total.recharges, "recharge"))),
        (total.top_up_spend, small(&number(total.top_ups, "manual top-up"))),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(money, _)| money.is_positive())
        .map(|(money, name)| format!("{} for {name}", show(*money)))
        .collect();
    let what = match parts.as_slice() {
        [_] => format!(
            "{}, all of it {}",
            show(spent),
            parts.concat().replacen(&show(spent), "", 1).trim()
        ),
        _ => format!("{}: {}", show(spent), parts.join(", ")),
    };
    match total.expired_cost.is_positive() {
        true => format!("{what}; {} of it expired unused", show(total.expired_cost)),
        false => what,
    }
}

/// Refused usage by weekday and hour: on which day most of it was.
pub fn refused(scenario: &Scenario, outcome: &Outcome, series: &Series) -> String {
    let total = outcome.metrics.total().refused();
    let days = series
        .refused()
        .iter()
        .map(|hours| hours.iter().fold(CreditTotal::ZERO, |sum, &hour| sum + hour));
    let days: Vec<CreditTotal> = days.collect();
    let worst = days.iter().max().copied().unwrap_or_default();
    let text = format!("{} {} refused", credits(total), scenario.unit);
    let mut alike = days.iter().zip(WEEKDAYS).filter(|(sum, _)| **sum == worst);
    match (alike.next(), alike.next()) {
        (Some((_, name)), None) if total.micro() > 0 => {
            let share = worst.to_f64() / total.to_f64();
            format!("{text}, {:.0}% of it on {name}s", share * 100.0)
        }
        _ => text,
    }
}

/// The days of a week.
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// With a small letter at the beginning, if it is a number word or a word of ours.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    first + letters.as_str()
}

/// How many events of a kind, for a description: `3 recharges`.
pub fn counted(series: &Series, mark: Mark) -> String {
    let noun = match mark {
        Mark::Recharge => "recharge",
        Mark::TopUp => "manual top-up",
        Mark::FailedAttempt => "failed attempt",
        Mark::CapHit => "cap hit",
        Mark::Suspension => "suspension",
    };
    count(series.marks(mark), noun)
}
