//! The finding in one sentence: the head of a page, and the title of each chart.
//!
//! Every sentence is made of figures; nothing is advised here.

use crate::domain::text::in_unit;
use chrono::Datelike;

use crate::chronicle::incidents;
use crate::domain::{CreditTotal, Duration, Money};
use crate::engine::State;
use crate::figures::Figures;
use crate::inquiry::{Prevention, Preventions};
use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::{DayOfRefusals, Occurrence, Series, Spell, WeekdayOfRefusals};

use super::document::notation::{rounded_credits, rounded_share};
use super::words::{self, about, capital, count, credits, moment, number};

/// The whole run: what it cost, what was served, how long service was down, and when.
pub fn run(scenario: &Scenario, outcome: &Outcome) -> String {
    let total = outcome.metrics.total();
    let length = match scenario.zone.days(scenario.setup.horizon) {
        0 => about(total.length),
        days => count(days, "day"),
    };
    let spent = format!("{} in {length}", scenario.currency.show(total.total_spend()));
    let lost = match total.expired_cost.is_positive() {
        true => format!(
            " Purchased {} that had cost {} expired unused.",
            scenario.unit,
            scenario.currency.show(total.expired_cost)
        ),
        false => String::new(),
    };
    let lost = lost + &forfeited(scenario, outcome);
    if total.usage_events == 0 {
        return format!("{spent}, and there was no usage.{lost}");
    }
    if total.refused().micro() == 0 {
        let served = match total.served.micro() {
            0 => "nothing was asked for".to_owned(),
            _ => format!("all {} asked for were served, without an outage", scenario.unit),
        };
        return format!("{spent}; {served}.{lost}");
    }
    let fill = rounded_share(total.fill_rate());
    format!(
        "{spent}; {fill} of the {} asked for were served. {}{lost}",
        scenario.unit,
        down(scenario, outcome)
    )
}

/// The share of the allowance from which on it is worth a sentence that nobody used it.
const MUCH_OF_THE_ALLOWANCE: f64 = 0.25;

/// How much of the allowance was forfeited, where it is much of it.
fn forfeited(scenario: &Scenario, outcome: &Outcome) -> String {
    let total = outcome.metrics.total();
    let (granted, lost) = (total.granted_allowance.to_f64(), total.forfeited.to_f64());
    if granted <= 0.0 || lost / granted < MUCH_OF_THE_ALLOWANCE {
        return String::new();
    }
    if total.forfeited == total.granted_allowance {
        return format!(
            " All {} {} of allowance lapsed unused.",
            rounded_credits(granted),
            scenario.unit
        );
    }
    let (lost_shown, granted_shown) = (rounded_credits(lost), rounded_credits(granted));
    if lost_shown == granted_shown {
        let used = rounded_credits(granted - lost);
        return format!(
            " All but {used} of the {granted_shown} {} of allowance lapsed unused.",
            scenario.unit
        );
    }
    format!(
        " {lost_shown} of the {granted_shown} {} of allowance ({}) lapsed unused.",
        scenario.unit,
        rounded_share(lost / granted)
    )
}

/// How long service was down, in how many outages, and when.
fn down(scenario: &Scenario, outcome: &Outcome) -> String {
    let total = outcome.metrics.total();
    let (zone, horizon) = (scenario.zone, scenario.setup.horizon);
    let share = total.downtime.millis() as f64 / total.length.millis().max(1) as f64;
    let time = format!("{}, {} of the time", about(total.downtime), rounded_share(share));
    let listed = outcome.chronicle.outages.first();
    let many = match incidents(listed).len() as u64 {
        incidents if outcome.chronicle.outages.more() > 0 || incidents == total.outages => {
            small(&number(total.outages, "outage"))
        }
        incidents => format!(
            "{} ({})",
            small(&number(incidents, "incident")),
            count(total.outages, "interruption")
        ),
    };
    let (Some(first), Some(last)) = (listed.first(), listed.last()) else {
        return format!("Service was down for {time}, in {many}.");
    };
    let from = moment(zone, horizon, first.from);
    let to = match last.cut {
        true => "the end".to_owned(),
        false => moment(zone, horizon, last.to),
    };
    match (total.outages, outcome.chronicle.outages.more()) {
        (1, _) if about(total.downtime) == "0 s" || from == to => {
            format!("Service was down once, for {}, on {from}.", about(total.downtime))
        }
        (1, _) => format!("Service was down for {time}: from {from} to {to}."),
        (_, 0) => format!("Service was down for {time}, in {many} from {from} to {to}."),
        _ => format!("Service was down for {time}, in {many} from {from} on."),
    }
}

/// Why service was down, where most was refused, and what would have prevented it.
pub fn story(
    scenario: &Scenario,
    outcome: &Outcome,
    series: Option<&Series>,
    prevented: Option<&Preventions>,
) -> Vec<String> {
    if outcome.metrics.total().refused().micro() == 0 {
        return Vec::new();
    }
    let sentences = [
        cause(scenario, series),
        worst(scenario, outcome),
        prevented.map(|found| prevention(scenario, outcome, found)),
    ];
    sentences.into_iter().flatten().collect()
}

/// What auto-recharge was doing while most was refused.
fn cause(scenario: &Scenario, series: Option<&Series>) -> Option<String> {
    let causes = series?.causes();
    let first = causes.first()?;
    let refused = share_of(first.refused, causes.iter().map(|cause| cause.refused));
    let while_doing = doing(first.state);
    Some(match refused {
        all if causes.len() == 1 || all >= 1.0 => {
            format!("All refused {} were asked for while {while_doing}.", scenario.unit)
        }
        some => format!(
            "{} of the refused {} were asked for while {while_doing}.",
            rounded_share(some),
            scenario.unit
        ),
    })
}

fn share_of(part: CreditTotal, all: impl Iterator<Item = CreditTotal>) -> f64 {
    let all = all.fold(CreditTotal::ZERO, |sum, one| sum + one);
    part.to_f64() / all.to_f64()
}

/// The outage in which most was refused, where it stands out of several.
fn worst(scenario: &Scenario, outcome: &Outcome) -> Option<String> {
    let outages = &outcome.chronicle.outages;
    if outages.more() > 0 || outages.count() < 2 {
        return None;
    }
    let worst = outages.first().iter().max_by_key(|outage| outage.refused)?;
    let total = outcome.metrics.total().refused();
    let share = CreditTotal::from(worst.refused).to_f64() / total.to_f64();
    let from = moment(scenario.zone, scenario.setup.horizon, worst.from);
    (share >= 0.5).then(|| {
        format!(
            "{} of the refused {} were asked for in one outage of {}, from {from} on.",
            rounded_share(share),
            scenario.unit,
            about(worst.length())
        )
    })
}

/// What would have prevented it, and for how much.
fn prevention(scenario: &Scenario, outcome: &Outcome, tried: &Preventions) -> String {
    let ended = match tried.ended {
        0 => String::new(),
        ended => format!(" {}", ended_trials(ended)),
    };
    let Some(best) = tried.found.first() else {
        return format!(
            "No threshold, number of packs, cap, plan or package that was tried would have refused fewer {}.{ended}",
            scenario.unit
        );
    };
    let what = capital(&best.phrase);
    let price = dearer(scenario, outcome, best);
    match best.figures.refused().micro() {
        0 => format!("{what} would have prevented it, {price}."),
        _ => format!(
            "{what} would have raised the share served to {}, {price}; nothing that was tried prevents all of it.{ended}",
            rounded_share(best.figures.fill_rate())
        ),
    }
}

/// That some changes were not tried to their end.
pub fn ended_trials(ended: usize) -> String {
    let was = if ended == 1 { "was" } else { "were" };
    format!(
        "{} {was} not tried to the end, as charges would have been too many.",
        number(ended as u64, "change")
    )
}

/// What a change spends beyond the run: `for $204.00 more`.
pub fn dearer(scenario: &Scenario, outcome: &Outcome, prevention: &Prevention) -> String {
    let more = spent_beyond(outcome, prevention);
    match more {
        none if none == Money::ZERO => "for the same spend".to_owned(),
        more if more.is_positive() => format!("for {} more", scenario.currency.show(more)),
        less => {
            let saved = Money::ZERO.minus(less).expect("the opposite of a sum is in its range");
            format!("and would have spent {} less", scenario.currency.show(saved))
        }
    }
}

/// What a change would have spent beyond the run.
pub fn spent_beyond(outcome: &Outcome, prevention: &Prevention) -> Money {
    let spent = outcome.metrics.total().total_spend();
    let with = prevention.figures.total_spend();
    with.minus(spent).expect("the difference of two sums that are in range is in range")
}

/// The finding about outages: their number, their length, and, with a `series`, the state of
/// auto-recharge while most was refused.
pub fn outages(outcome: &Outcome, series: Option<&Series>) -> String {
    let total = outcome.metrics.total();
    if total.outages == 0 {
        return "No outage".to_owned();
    }
    let many = format!("{}, {}", number(total.outages, "outage"), about(total.downtime));
    let causes = series.map(Series::causes).unwrap_or_default();
    let Some(first) = causes.first() else { return many };
    let while_doing = format!("while {}", doing(first.state));
    if causes.len() == 1 {
        return match total.outages {
            1 => format!("{many}, {while_doing}"),
            2 => format!("{many}, both {while_doing}"),
            _ => format!("{many}, all {while_doing}"),
        };
    }
    let all = causes.iter().fold(CreditTotal::ZERO, |sum, cause| sum + cause.refused);
    let share = first.refused.to_f64() / all.to_f64();
    match about(first.down) == about(total.downtime) && share >= 0.995 {
        _ if share >= 1.0 => format!("{many}; all refused usage {while_doing}"),
        true => format!("{many}, nearly all of it {while_doing}"),
        false => format!("{many}; {:.0}% of refused usage {while_doing}", share * 100.0),
    }
}

fn doing(state: State) -> String {
    match state {
        State::Armed => "the balance was above the trigger".to_owned(),
        state => format!("auto-recharge was {}", words::state(state)),
    }
}

/// Where the balance was at zero for less than this part of the downtime, it was mostly too small.
const MOSTLY_STRANDED: i64 = 10;

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
    let emptied = emptied(total, touches_zero(series));
    let held = [
        (Spell::Suspended, series.marks(Occurrence::Suspension) > 0, "suspended"),
        (Spell::Capped, series.marks(Occurrence::CapHit) > 0, "capped"),
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

/// Whether a chart of the balance reaches zero, also where that lasts no time.
fn touches_zero(series: &Series) -> bool {
    let mut samples = series.buckets().flat_map(|(_, bucket)| bucket.samples());
    samples.any(|sample| !sample.pools.balance().is_positive())
}

/// How often and how long the balance did not suffice.
fn emptied(total: &Figures, touches_zero: bool) -> String {
    match (total.outages, total.exhausted) {
        (0, Duration::ZERO) if touches_zero => {
            ", and the balance was at zero for an instant at most".to_owned()
        }
        (0, Duration::ZERO) => ", and the balance never came to zero".to_owned(),
        (0, empty) => format!("; the balance was at zero for {}", about(empty)),
        (outages, Duration::ZERO) => format!(
            "; the balance was too small for a request {}, down for {}",
            count(outages, "time"),
            about(total.downtime)
        ),
        (outages, empty) if about(empty) == about(total.downtime) => {
            format!("; {}, {}, with nothing left", count(outages, "outage"), about(empty))
        }
        (outages, empty) if empty.millis() < total.downtime.millis() / MOSTLY_STRANDED => format!(
            "; the balance was too small for a request {}, down for {}, and at zero for {}",
            count(outages, "time"),
            about(total.downtime),
            about(empty)
        ),
        (outages, empty) => format!(
            "; {}, {}, with the balance at zero for {}",
            count(outages, "outage"),
            about(total.downtime),
            about(empty)
        ),
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
        (total.overage_spend, "overage".to_owned()),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(money, _)| money.is_positive())
        .map(|(money, name)| format!("{} for {name}", show(*money)))
        .collect();
    let refunded = Some(total.refunded).filter(|refunded| refunded.is_positive());
    let parts: Vec<_> = parts
        .into_iter()
        .chain(refunded.map(|refunded| format!("less {} refunded", show(refunded))))
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

/// The finding about refused usage: the number of days, and the day or weekday with most of it.
pub fn refused(scenario: &Scenario, outcome: &Outcome, series: &Series) -> String {
    let total = outcome.metrics.total().refused();
    let refusals = series.refusals();
    let text = format!("{} refused", in_unit(credits(total), &scenario.unit));
    let text = format!("{text} on {}", count(refusals.dates(), "day"));
    let share = |part: CreditTotal| part.to_f64() / total.to_f64() * 100.0;
    let Some(days) = refusals.days() else {
        return match habit(scenario, series) {
            Some(name) => format!("{text}, most of it on {name}s"),
            None => format!("{text}; no weekday stands out"),
        };
    };
    let ([first, ..], [.., last]) = (days, days) else { return text };
    let date = |day: &DayOfRefusals| day.date.format("%-d %b").to_string();
    let worst = days.iter().max_by_key(|day| day.sum()).filter(|day| share(day.sum()) >= 25.0);
    match worst {
        _ if days.len() == 1 => format!("{text}, {}", date(first)),
        Some(day) => format!("{text}, {:.0}% of it on {}", share(day.sum()), date(day)),
        None => format!("{text} from {} to {}", date(first), date(last)),
    }
}

/// The weekday with at least half as much again refused as on a mean day, on several dates none of
/// which has most of it.
fn habit(scenario: &Scenario, series: &Series) -> Option<&'static str> {
    let days = weekdays_in(scenario);
    let rate =
        |(weekday, days): (&WeekdayOfRefusals, u64)| weekday.sum().to_f64() / days.max(1) as f64;
    let rates: Vec<f64> = series.refusals().weekdays().iter().zip(days).map(rate).collect();
    let mean = rates.iter().sum::<f64>() / 7.0;
    let stands_out = |(index, weekday): &(usize, &WeekdayOfRefusals)| {
        let is_spread = weekday.dates >= 4 && weekday.most.to_f64() * 2.0 <= weekday.sum().to_f64();
        is_spread && rates[*index] >= 1.5 * mean
    };
    let mut found = series.refusals().weekdays().iter().enumerate().filter(stands_out);
    let (index, _) = found.next()?;
    found.next().is_none().then(|| WEEKDAYS[index])
}

/// The number of days of each weekday in the horizon, Monday first.
pub fn weekdays_in(scenario: &Scenario) -> [u64; 7] {
    let horizon = scenario.setup.horizon;
    let first = u64::from(scenario.zone.local(horizon.from).weekday().num_days_from_monday());
    let days = scenario.zone.days(horizon);
    std::array::from_fn(|weekday| (days + (6 + first - weekday as u64) % 7) / 7)
}

/// The days of a week.
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The text with a small letter at the beginning, if it is a number word or one of our words.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    first + letters.as_str()
}

/// The number of events of a kind, for a description: `3 recharges`.
pub fn counted(series: &Series, mark: Occurrence) -> String {
    let noun = match mark {
        Occurrence::Recharge => "recharge",
        Occurrence::TopUp => "manual top-up",
        Occurrence::FailedAttempt => "failed attempt",
        Occurrence::CapHit => "cap hit",
        Occurrence::Suspension => "suspension",
    };
    count(series.marks(mark), noun)
}
