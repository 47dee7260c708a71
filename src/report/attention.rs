//! The attention list, one sentence per line: usage left out, a cycle that the horizon cuts, caps that
//! bound, suspensions, credits that expired unused, a stranded balance.
//!
//! Every line comes from something that happened; nothing is advised here.

use std::cmp::Reverse;

use crate::chronicle::{CapBlock, FailedCharge};
use crate::domain::text::counted;
use crate::domain::{CreditTotal, Instant, grouped};
use crate::engine::State;
use crate::inquiry::cut_cycles;
use crate::policy::{Action, Exceeding};
use crate::replay::Outcome;
use crate::scenario::{Scenario, describe_cap};
use crate::series::Series;
use crate::usage::UsageSummary;

use super::cuts::{self, CutIn};
use super::words::{capital, count, credits, second};

/// The lines for a run: usage that was left out first, then what most was refused for.
pub fn lines(scenario: &Scenario, outcome: &Outcome, series: Option<&Series>) -> Vec<String> {
    let (horizon, zone) = (scenario.setup.horizon, scenario.zone);
    let left_out = super::usage::first(&outcome.usage, horizon, zone);
    let extent = super::usage::extent(&outcome.usage);
    let cut = cuts::sentence(&cut_cycles([&scenario.setup]), CutIn::Run, extent, zone);
    let begins = super::start::anew(&scenario.setup, &outcome.usage, zone, &scenario.unit);
    let mut lines: Vec<String> = left_out.into_iter().chain(begins).chain(cut).collect();
    lines.extend(super::start::share_of_opening(&scenario.setup, 0, &scenario.unit));
    if outcome.metrics.total().outages > 0 {
        lines.extend(super::start::sentence(&scenario.setup, &scenario.luck));
    }
    let mut harmful: Vec<(CreditTotal, Vec<String>)> = [
        (&[State::Off][..], lines_of(missing, scenario, outcome)),
        (&[State::Suspended], lines_of(suspensions, scenario, outcome)),
        (&[State::Backoff, State::Verifying], lines_of(failures, scenario, outcome)),
        (&[State::Capped], lines_of(caps, scenario, outcome)),
        (&[State::Armed], lines_of(stranded, scenario, outcome)),
    ]
    .into_iter()
    .map(|(states, lines)| (refused_in(series, states), lines))
    .collect();
    harmful.sort_by_key(|(refused, _)| Reverse(*refused));
    lines.extend(harmful.into_iter().flat_map(|(_, lines)| lines));
    expired(&mut lines, scenario, outcome);
    not_reversed(&mut lines, outcome);
    usage(&mut lines, scenario, outcome);
    ending(&mut lines, outcome);
    lines
}

fn lines_of(
    tell: fn(&mut Vec<String>, &Scenario, &Outcome),
    scenario: &Scenario,
    outcome: &Outcome,
) -> Vec<String> {
    let mut lines = Vec::new();
    tell(&mut lines, scenario, outcome);
    lines
}

/// What was refused while auto-recharge was in one of these states; nothing where no series tells.
fn refused_in(series: Option<&Series>, states: &[State]) -> CreditTotal {
    let causes = series.map(Series::causes).unwrap_or_default();
    let refused = causes.iter().filter(|cause| states.contains(&cause.state));
    refused.fold(CreditTotal::ZERO, |sum, cause| sum + cause.refused)
}

fn missing(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    for missing in outcome.chronicle.missing.first() {
        let names: Vec<_> =
            missing.missing.iter().map(|one| one.name().replace('_', " ")).collect();
        lines.push(format!(
            "Auto-recharge was refused or turned off on {}: missing {}.",
            second(scenario.zone, missing.at),
            names.join(", ")
        ));
    }
}

fn suspensions(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let failures = &outcome.chronicle.failures;
    let when = |failure: &FailedCharge| second(scenario.zone, failure.at);
    let suspended: Vec<_> =
        failures.first().iter().filter(|failure| failure.suspended).map(when).collect();
    if !suspended.is_empty() {
        lines.push(format!(
            "Auto-recharge was suspended after failed payments {}: {}.",
            times(outcome.metrics.total().suspensions),
            some(&suspended)
        ));
    }
}

/// Payments that failed, where not each of them suspended auto-recharge.
fn failures(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let failures = &outcome.chronicle.failures;
    let suspended = failures.first().iter().filter(|failure| failure.suspended).count();
    if let (true, Some(first)) = (failures.count() > suspended as u64, failures.first().first()) {
        lines.push(format!(
            "{} failed, the first on {}.",
            count(failures.count(), "payment"),
            second(scenario.zone, first.at)
        ));
    }
}

/// Which caps stopped recharges and how often, each with the first time.
fn caps(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let blocks = &outcome.chronicle.cap_blocks;
    let mut told: Vec<(&CapBlock, u64)> = Vec::new();
    for block in blocks.first() {
        match told.iter_mut().find(|(first, _)| first.caps == block.caps) {
            Some((_, number)) => *number += 1,
            None => told.push((block, 1)),
        }
    }
    // Beyond the blocks that are listed, which caps it were is not known.
    let least = if blocks.more() > 0 { "at least " } else { "" };
    lines.extend(told.into_iter().map(|(first, number)| {
        let often = match (number, least) {
            (1, "") => String::new(),
            _ => format!(" {least}{}, first", times(number)),
        };
        let names: Vec<String> =
            first.caps.iter().map(|&index| cap_name(scenario, index)).collect();
        format!(
            "The {} of {} stopped recharges{often} from {}{}.",
            if names.len() == 1 { "cap" } else { "caps" },
            names.join(" and "),
            second(scenario.zone, first.at),
            reopens(scenario, first),
        )
    }));
}

/// Until when caps stop recharges.
fn reopens(scenario: &Scenario, block: &CapBlock) -> String {
    let caps = scenario.setup.policy.recharge.as_ref().map_or(&[][..], |recharge| &recharge.caps);
    let disables =
        |&index: &usize| caps.get(index).is_some_and(|cap| cap.exceeding == Exceeding::Disable);
    match block.until {
        Instant::NEVER if block.caps.iter().any(disables) => {
            " on, and auto-recharge was switched off".to_owned()
        }
        Instant::NEVER => " on, as a recharge is more than they ever allow".to_owned(),
        until => format!(" until {}", second(scenario.zone, until)),
    }
}

/// A cap in words, if the caps were those of the policy all along.
fn cap_name(scenario: &Scenario, index: usize) -> String {
    let changed =
        scenario.setup.actions.iter().any(|(_, action)| matches!(action, Action::ChangeCaps(_)));
    let recharge = scenario.setup.policy.recharge.as_ref();
    match recharge.and_then(|recharge| recharge.caps.get(index)) {
        Some(cap) if !changed => describe_cap(cap, scenario.currency, &scenario.unit),
        _ => format!("cap {}", index + 1),
    }
}

/// What rows below zero take back and was not served.
fn not_reversed(lines: &mut Vec<String>, outcome: &Outcome) {
    let credits_of_rows = outcome.metrics.total().not_reversed;
    if credits_of_rows > CreditTotal::ZERO {
        lines.push(format!(
            "{} that rows took back had not been served before, so nothing was given back for that.",
            counted(credits(credits_of_rows), "credit"),
        ));
    }
}

fn stranded(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let Some(stranded) = outcome.chronicle.stranded() else { return };
    lines.push(format!(
        "Stranded balance: from {} on, {} refused while up to {} {} lay idle, above the threshold and \
         below what was asked for, so nothing triggered a recharge. A threshold of at least the largest event, {} {}, \
         prevents that, where the vendor lets an owner choose it.",
        second(scenario.zone, stranded.first),
        match stranded.events {
            1 => "1 event was".to_owned(),
            events => format!("{} were", count(events, "event")),
        },
        credits(stranded.balance),
        scenario.unit,
        credits(outcome.usage.largest),
        scenario.unit,
    ));
}

fn expired(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let total = outcome.metrics.total();
    if total.expired.micro() > 0 {
        lines.push(format!(
            "{} purchased {} that had cost {} expired unused.",
            credits(total.expired),
            scenario.unit,
            scenario.currency.show(total.expired_cost)
        ));
    }
}

fn usage(lines: &mut Vec<String>, scenario: &Scenario, outcome: &Outcome) {
    let usage = &outcome.usage;
    lines.extend(super::usage::later(usage, scenario.setup.horizon, scenario.zone));
    if usage.events == 0 {
        lines.push("There is no usage inside the horizon.".to_owned());
    }
    reading(lines, usage);
}

/// The rows of a usage file that could not be read as written.
pub fn reading(lines: &mut Vec<String>, usage: &UsageSummary) {
    if usage.bad_rows.count > 0 {
        let verb = if usage.bad_rows.count == 1 { "was" } else { "were" };
        lines.push(format!(
            "{} could not be read and {verb} skipped:",
            count(usage.bad_rows.count, "row")
        ));
        lines.extend(usage.bad_rows.first.iter().map(|row| format!("  {row}")));
    }
    let left = [
        (usage.left_out_rows, "left out by a condition or an account, or as totals"),
        (usage.duplicate_rows, "left out because another with the same identity counts"),
    ];
    lines.extend(left.iter().filter(|(rows, _)| *rows > 0).map(|(rows, why)| {
        let verb = if *rows == 1 { "was" } else { "were" };
        let rows = grouped(&rows.to_string());
        format!("{rows} of {} {verb} {why}.", count(usage.rows, "row"))
    }));
    lines.extend(usage.doubts.iter().cloned());
    if usage.sorted {
        lines.push("The usage was not in time order and was sorted in memory.".to_owned());
    }
}

/// The choices made in reading the usage, one sentence each, marking guesses.
pub fn choices(usage: &UsageSummary) -> Vec<String> {
    usage.chosen.iter().map(|chosen| sentence(chosen)).collect()
}

fn ending(lines: &mut Vec<String>, outcome: &Outcome) {
    if outcome.chronicle.in_flight {
        lines.push("A charge was in flight at the end; it is not counted.".to_owned());
    }
}

fn times(number: u64) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => count(number, "time"),
    }
}

/// The first few of a list.
fn some(items: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// The text with a capital at the beginning and a full stop at the end.
fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{end}", capital(text))
}
