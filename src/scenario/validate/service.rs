//! Service: what happens to usage.

use crate::domain::{Credits, Duration};
use crate::policy::{ComeBack, DebtAtCycleStart, Repayment, Service, Shortfall};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::read::{Found, Reader, Reported};
use crate::scenario::words::ShortfallWord;

use super::without_effect;

pub fn service(root: &Reader<'_>) -> Result<Found<Service>, Reported> {
    let reader = root.table_or_empty("service")?;
    let shortfall = reader.or_default::<ShortfallWord>("shortfall");
    let lag = reader.or_default::<Duration>("metering_lag");
    let retry = come_back(&reader);
    let (shortfall, lag) = match (shortfall, lag) {
        (Ok(shortfall), Ok(lag)) => (shortfall, lag),
        (Err(reported), _) | (_, Err(reported)) => return Err(reported),
    };
    let debts = shortfall.value == ShortfallWord::Overdraft || lag.value > Duration::ZERO;
    let debt = debt(&reader, debts, &shortfall);
    let kind = kind(&reader, &shortfall);
    let (debt, kind, retry) = (debt?, kind?, retry?);
    let value = Service {
        shortfall: kind,
        repayment: debt.0,
        debt_at_cycle_start: debt.1,
        retry,
        metering_lag: lag.value,
    };
    Ok(Found { value, spot: reader.whole_spot("shortfall") })
}

/// The shortfall with the setting that goes with it.
fn kind(reader: &Reader<'_>, word: &Found<ShortfallWord>) -> Result<Shortfall, Reported> {
    let restart_after = match word.value {
        ShortfallWord::Stop => reader.or_default::<Duration>("restart_after"),
        _ => reader.or_silent_default::<Duration>("restart_after"),
    };
    let limit = reader.optional::<Credits>("overdraft_limit");
    let (restart_after, limit) = (restart_after?, limit?);
    if word.value != ShortfallWord::Stop {
        let why = "only a service that stops restarts: shortfall = \"stop\"";
        without_effect(reader, &["restart_after"], why, word.spot);
    }
    if word.value != ShortfallWord::Overdraft {
        let why = "only an overdraft has a limit: shortfall = \"overdraft\"";
        without_effect(reader, &["overdraft_limit"], why, word.spot);
    }
    Ok(match word.value {
        ShortfallWord::Refuse => Shortfall::Refuse,
        ShortfallWord::Partial => Shortfall::Partial,
        ShortfallWord::Stop => Shortfall::Stop { restart_after: restart_after.value },
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

/// What becomes of debts, where there can be any.
fn debt(
    reader: &Reader<'_>,
    debts: bool,
    shortfall: &Found<ShortfallWord>,
) -> Result<(Repayment, DebtAtCycleStart), Reported> {
    if debts {
        let repayment = reader.or_default::<Repayment>("debt");
        let at_start = reader.or_default::<DebtAtCycleStart>("debt_at_cycle_start");
        return Ok((repayment?.value, at_start?.value));
    }
    let why = "nothing is ever owed: only an overdraft or a metering lag makes debts";
    without_effect(reader, &["debt", "debt_at_cycle_start"], why, shortfall.spot);
    let repayment = reader.or_silent_default::<Repayment>("debt");
    let at_start = reader.or_silent_default::<DebtAtCycleStart>("debt_at_cycle_start");
    Ok((repayment?.value, at_start?.value))
}

fn come_back(reader: &Reader<'_>) -> Result<Option<ComeBack>, Reported> {
    let after = reader.optional::<Duration>("comes_back_after");
    let times = match reader.has("comes_back_after") {
        true => reader.or_default::<u32>("comes_back_times"),
        false => reader.or_silent_default::<u32>("comes_back_times"),
    };
    let (after, times) = (after?, times?);
    Ok(after.map(|after| ComeBack { after: after.value, times: times.value }))
}
