//! Service: what happens to usage.

use crate::domain::{Duration, Money};
use crate::policy::{
    ComeBack, DebtAtCycleStart, Overage, OverageCap, Repayment, Service, Shortfall, StandingCharge,
    StandingDue,
};
use crate::scenario::declare::{Key, Optional};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{root, service, service::overage, service::standing};
use crate::scenario::read::{Found, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::words::ShortfallWord;

use super::reversals::Reversals;
use super::without_effect;

pub fn service(
    root: &Reader<'_>,
    reversals: &Result<Reversals, Reported>,
) -> Result<Found<Service>, Reported> {
    let reader = root.table_or_empty(&root::SERVICE)?;
    let shortfall = reader.get(&service::SHORTFALL);
    let lag = reader.get(&service::METERING_LAG);
    let retry = come_back(&reader);
    let overage = overage(&reader);
    let charged = root.has(&root::STANDING_CHARGES) || root.has(&root::REVERSALS);
    let (shortfall, lag) = match (shortfall, lag) {
        (Ok(shortfall), Ok(lag)) => (shortfall, lag),
        (Err(reported), _) | (_, Err(reported)) => return Err(reported),
    };
    let overage = overage?;
    check_overage(&reader, &shortfall, overage)?;
    let debts = shortfall.value == ShortfallWord::Overdraft
        || ((lag.value > Duration::ZERO || charged) && overage.is_none());
    let debt = debt(&reader, debts, &shortfall);
    let kind = kind(&reader, &shortfall);
    let (debt, kind, retry) = (debt?, kind?, retry?);
    let value = Service {
        shortfall: kind,
        repayment: debt.0,
        debt_at_cycle_start: debt.1,
        retry,
        metering_lag: lag.value,
        overage,
        usage_of_ended: reversals.as_ref().map_err(|reported| *reported)?.ended,
    };
    Ok(Found { value, spot: reader.whole_spot(&service::SHORTFALL) })
}

/// The shortfall with the setting that goes with it.
fn kind(reader: &Reader<'_>, word: &Found<ShortfallWord>) -> Result<Shortfall, Reported> {
    let restart_after = match word.value {
        ShortfallWord::Stop => reader.get(&service::RESTART_AFTER),
        _ => reader.silently(&service::RESTART_AFTER),
    };
    let within = reader.get(&service::RESTART_WITHIN);
    let limit = reader.get(&service::OVERDRAFT_LIMIT);
    let (restart_after, within, limit) = (restart_after?, within?, limit?);
    if word.value != ShortfallWord::Stop {
        let why = "only a service that stops restarts: shortfall = \"stop\"";
        let keys = [&service::RESTART_AFTER.declared, &service::RESTART_WITHIN.declared];
        without_effect(reader, &keys, why, word.spot);
    }
    if word.value != ShortfallWord::Overdraft {
        let why = "only an overdraft has a limit: shortfall = \"overdraft\"";
        without_effect(reader, &[&service::OVERDRAFT_LIMIT.declared], why, word.spot);
    }
    Ok(match word.value {
        ShortfallWord::Refuse => Shortfall::Refuse,
        ShortfallWord::Partial => Shortfall::Partial,
        ShortfallWord::Stop => Shortfall::Stop {
            restart_after: restart_after.value,
            restart_within: within.map(|found| found.value),
        },
        ShortfallWord::Overdraft => match limit {
            Some(limit) => Shortfall::Overdraft { limit: limit.value },
            None => {
                let error = Diagnostic::error("`service.overdraft_limit` is missing")
                    .at(word.spot, "an overdraft needs a limit")
                    .help("write how far below zero the balance may go: overdraft_limit = 500");
                return Err(reader.ctx().note(error));
            }
        },
    })
}

/// Reads the treatment of debts, if there can be any.
fn debt(
    reader: &Reader<'_>,
    debts: bool,
    shortfall: &Found<ShortfallWord>,
) -> Result<(Repayment, DebtAtCycleStart), Reported> {
    if debts {
        let repayment = reader.get(&service::DEBT);
        let at_start = reader.get(&service::DEBT_AT_CYCLE_START);
        return Ok((repayment?.value, at_start?.value));
    }
    let why = "nothing is ever owed: only an overdraft, or a metering lag, standing charges or reversals without overage, make debts";
    without_effect(
        reader,
        &[&service::DEBT.declared, &service::DEBT_AT_CYCLE_START.declared],
        why,
        shortfall.spot,
    );
    let repayment = reader.silently(&service::DEBT);
    let at_start = reader.silently(&service::DEBT_AT_CYCLE_START);
    Ok((repayment?.value, at_start?.value))
}

/// Reads the price of usage beyond the balance, and its limits.
fn overage(reader: &Reader<'_>) -> Result<Option<Overage>, Reported> {
    let Some(table) = reader.table(&service::OVERAGE)? else { return Ok(None) };
    table.one_of(&overage::CAP)?;
    let price = table.required(&overage::PRICE);
    let credits = table.get(&overage::CAP_CREDITS);
    let money = positive(&table, &overage::CAP_MONEY, "no overage is served");
    let bill_at = positive(&table, &overage::BILL_AT, "a bill would always be due");
    let (price, credits, money, bill_at) = (price?, credits?, money?, bill_at?);
    if !price.value.is_positive() {
        let error = Diagnostic::value(format!("`{}` must be above 0", table.path(&overage::PRICE)))
            .at(price.spot, "overage that costs nothing is no overage")
            .help("write the price of one credit beyond the balance: price = \"0.01\"");
        return Err(table.ctx().note(error));
    }
    let cap = credits.map(|found| OverageCap::Credits(found.value));
    let cap = cap.or(money.map(OverageCap::Money));
    Ok(Some(Overage { price: price.value, cap, bill_at }))
}

/// Reads an amount of money that may not be zero.
fn positive(
    table: &Reader<'_>,
    key: &'static Key<Money, Optional>,
    why: &str,
) -> Result<Option<Money>, Reported> {
    let Some(found) = table.get(key)? else { return Ok(None) };
    if !found.value.is_positive() {
        let error = Diagnostic::value(format!("`{}` must be above 0", table.path(key)))
            .at(found.spot, format!("with 0, {why}"))
            .help("write an amount of money above 0, or leave it out");
        return Err(table.ctx().note(error));
    }
    Ok(Some(found.value))
}

/// Overage and an overdraft are two ways to serve beyond the balance.
fn check_overage(
    reader: &Reader<'_>,
    shortfall: &Found<ShortfallWord>,
    overage: Option<Overage>,
) -> Result<(), Reported> {
    if overage.is_none() || shortfall.value != ShortfallWord::Overdraft {
        return Ok(());
    }
    let error = Diagnostic::error("overage and an overdraft cannot both serve beyond the balance")
        .at(shortfall.spot, "what it owes costs nothing")
        .at(reader.whole_spot(&service::OVERAGE), "what it serves is billed")
        .help(
            "leave one of them out; `shortfall` says what happens to usage that the cap of overage leaves \
             uncovered: \"refuse\", \"partial\" or \"stop\"",
        );
    Err(reader.ctx().note(error))
}

/// Reads the credits that are taken whether or not anything is used.
pub fn standing(root: &Reader<'_>) -> Result<Vec<StandingCharge>, Reported> {
    let rows = root.rows(&root::STANDING_CHARGES, |row| {
        row.one_of(&standing::DUE)?;
        let credits = row.get(&standing::CREDITS);
        let (every, per) = (row.get(&standing::EVERY), row.get(&standing::PER));
        let due = match (every?, per?) {
            (Some(length), _) => StandingDue::Every(length.value),
            (None, _) => StandingDue::CycleStart,
        };
        Ok(StandingCharge { credits: credits?.value, due })
    })?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

fn come_back(reader: &Reader<'_>) -> Result<Option<ComeBack>, Reported> {
    let after = reader.get(&service::COMES_BACK_AFTER);
    let times = reader.get(&service::COMES_BACK_TIMES);
    let (after, times) = (after?, times?);
    Ok(after.map(|after| ComeBack { after: after.value, times: times.value }))
}
