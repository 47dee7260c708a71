//! Payments: how charges turn out, what a failed one does, repairs.

use crate::domain::{Duration, Instant, Share, Window};
use crate::payments::{Attempts, CardModel, Luck, Outages, Repair, Wait};
use crate::policy::{ChargeNeeds, OnFailure, PaymentTerms};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::read::{At, Found, FromNode, Reader, Reported};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::ChargeNeed;

use super::{Horizon, without_effect};

/// The vendor's terms and the world's luck.
pub struct Payment {
    pub terms: PaymentTerms,
    pub luck: Luck,
}

/// Reads `[payment]`. A card is healthy at the start of the horizon.
pub fn payment(root: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Payment, Reported> {
    let reader = root.table_or_empty("payment")?;
    let card = card(&reader, horizon);
    let latency = reader.or_default::<Wait>("latency");
    let failures = failures(&reader);
    let outages = outages(&reader);
    let verification = verification(&reader);
    let terms = terms(&reader);
    let repair = repair(&reader);
    if let (Ok(latency), Ok(terms)) = (&latency, &terms) {
        check_progress(&reader, latency, terms)?;
    }
    let (terms, repair) = (terms?.value, repair?);
    if !can_suspend(&terms) {
        let why = "nothing ever suspends auto-recharge here";
        without_effect(&reader, &["repair_after"], why, None);
    }
    let card = card?;
    let luck = Luck { latency: latency?.value, outages: outages?, repair, card, ..failures? };
    Ok(Payment { terms, luck: verification?.into_luck(luck) })
}

fn card(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Option<CardModel>, Reported> {
    let Some(card) = reader.table("card")? else { return Ok(None) };
    let failures = card.or_default::<Share>("decline_rate_per_month");
    let soft = card.or_default::<Share>("soft_share");
    let recovers = card.or_default::<Wait>("recovers_after");
    let soon = card.or_default::<Share>("retry_soon");
    let later = card.or_default::<Share>("retry_later");
    let after = card.or_default::<Wait>("replaced_after");
    let probability = card.or_default::<Share>("replaced_probability");
    let (soon, later) = (soon?, later?);
    if soon.value > later.value {
        let error = Diagnostic::error("`retry_soon` is above `retry_later`")
            .at(soon.spot, "within an hour of a decline")
            .at(later.spot, "a day after it or later")
            .help("a retry helps the more, the longer one waits: swap the two");
        return Err(card.ctx().note(error));
    }
    Ok(Some(CardModel {
        healthy_at: horizon.map_or(Instant::EARLIEST, |horizon| horizon.window.from),
        failures_per_month: failures?.value,
        soft_share: soft?.value,
        recovers_after: recovers?.value,
        retry_soon: soon.value,
        retry_later: later.value,
        replacement: Some(Repair { after: after?.value, probability: probability?.value }),
    }))
}

/// What makes attempts fail; the rest of the luck is left at its default.
fn failures(reader: &Reader<'_>) -> Result<Luck, Reported> {
    let probability = reader.or_default::<Share>("fail_probability");
    let hard_share = match reader.has("fail_probability") {
        true => reader.or_default::<Share>("hard_share"),
        false => reader.or_silent_default::<Share>("hard_share"),
    };
    let soft = reader.or_default::<Vec<u64>>("fail_attempts");
    let hard = reader.or_default::<Vec<u64>>("hard_fail_attempts");
    Ok(Luck {
        fail_probability: probability?.value,
        hard_share: hard_share?.value,
        fail_attempts: Attempts::new(soft?.value),
        hard_fail_attempts: Attempts::new(hard?.value),
        ..Luck::default()
    })
}

fn outages(reader: &Reader<'_>) -> Result<Outages, Reported> {
    let outages = reader.rows("outages", |row| {
        let (from, to) = (row.required::<Instant>("from"), row.required::<Instant>("to"));
        let (from, to) = (from?, to?);
        if to.value > from.value {
            return Ok(Window { from: from.value, to: to.value });
        }
        let error = Diagnostic::error("an outage must end after it begins")
            .at(to.spot, "the first instant after it")
            .at(from.spot, "the first instant of it")
            .help("swap the two, or leave this outage out");
        Err(row.ctx().note(error))
    })?;
    Ok(Outages::new(outages.into_iter().map(|found| found.value).collect()))
}

/// What the bank's verification is like.
struct Verification {
    probability: Share,
    attempts: Attempts,
    takes: Wait,
    fail_probability: Share,
    fail_attempts: Attempts,
}

impl Verification {
    fn into_luck(self, luck: Luck) -> Luck {
        Luck {
            verify_probability: self.probability,
            verify_attempts: self.attempts,
            verification: self.takes,
            verification_fail_probability: self.fail_probability,
            verification_fail_attempts: self.fail_attempts,
            ..luck
        }
    }
}

fn verification(reader: &Reader<'_>) -> Result<Verification, Reported> {
    let probability = reader.or_default::<Share>("verify_probability");
    let attempts = reader.or_default::<Vec<u64>>("verify_attempts");
    let (probability, attempts) = (probability?, attempts?);
    let asked = probability.value > Share::NONE || !attempts.value.is_empty();
    let (takes, fail_probability) = match asked {
        true => (
            reader.or_default::<Wait>("verification_takes"),
            reader.or_default::<Share>("verification_fail_probability"),
        ),
        false => (
            reader.or_silent_default::<Wait>("verification_takes"),
            reader.or_silent_default::<Share>("verification_fail_probability"),
        ),
    };
    let fail_attempts = reader.or_default::<Vec<u64>>("verification_fail_attempts");
    if !asked {
        let keys =
            ["verification_takes", "verification_fail_probability", "verification_fail_attempts"];
        let why = "no bank ever asks: set `verify_probability` or `verify_attempts`";
        without_effect(reader, &keys, why, probability.spot);
    }
    Ok(Verification {
        probability: probability.value,
        attempts: Attempts::new(attempts.value),
        takes: takes?.value,
        fail_probability: fail_probability?.value,
        fail_attempts: Attempts::new(fail_attempts?.value),
    })
}

fn terms(reader: &Reader<'_>) -> Result<Found<PaymentTerms>, Reported> {
    let needs = reader.or_default::<Vec<ChargeNeed>>("needs");
    let retry_after = reader.or_default::<Waits>("retry_after");
    let disable_after = reader.optional::<u32>("disable_after");
    let soft = reader.or_default::<OnFailure>("on_soft_decline");
    let hard = reader.or_default::<OnFailure>("on_hard_decline");
    let outage = reader.or_default::<OnFailure>("on_processor_outage");
    let (needs, retry_after) = (needs?.value, retry_after?);
    let value = PaymentTerms {
        needs: ChargeNeeds {
            subscription: needs.contains(&ChargeNeed::Subscription),
            payment_method: needs.contains(&ChargeNeed::PaymentMethod),
        },
        retry_after: retry_after.value.0,
        disable_after: disable_after?.map(|found| found.value),
        soft_decline: soft?.value,
        hard_decline: hard?.value,
        processor_outage: outage?.value,
    };
    Ok(Found { value, spot: retry_after.spot })
}

fn repair(reader: &Reader<'_>) -> Result<Option<Repair>, Reported> {
    let after = reader.optional::<Wait>("repair_after");
    let probability = match reader.has("repair_after") {
        true => reader.or_default::<Share>("repair_probability"),
        false => reader.or_silent_default::<Share>("repair_probability"),
    };
    let (after, probability) = (after?, probability?);
    Ok(after.map(|after| Repair { after: after.value, probability: probability.value }))
}

/// Whether any failure can suspend auto-recharge.
fn can_suspend(terms: &PaymentTerms) -> bool {
    let all = [terms.soft_decline, terms.hard_decline, terms.processor_outage];
    let counts = terms.disable_after.is_some() && all.contains(&OnFailure::Count);
    counts || all.contains(&OnFailure::Suspend)
}

/// Whether some failure is retried for ever.
fn retries_for_ever(terms: &PaymentTerms) -> bool {
    let all = [terms.soft_decline, terms.hard_decline, terms.processor_outage];
    let uncounted = terms.disable_after.is_none() && all.contains(&OnFailure::Count);
    uncounted || all.contains(&OnFailure::Ignore)
}

/// Time has to pass between two attempts that can fail for ever.
fn check_progress(
    reader: &Reader<'_>,
    latency: &Found<Wait>,
    terms: &Found<PaymentTerms>,
) -> Result<(), Reported> {
    let last = terms.value.retry_after.last().copied().unwrap_or(Duration::HOUR);
    let takes_no_time = match latency.value {
        Wait::Fixed(length) => length == Duration::ZERO,
        Wait::Uniform { least, .. } => least == Duration::ZERO,
        Wait::Exponential { .. } | Wait::LogNormal { .. } => true,
    };
    if !takes_no_time || last >= Duration::SECOND || !retries_for_ever(&terms.value) {
        return Ok(());
    }
    let ignores = ["on_soft_decline", "on_hard_decline", "on_processor_outage"];
    let ignored = ignores.iter().find_map(|key| {
        let found = reader.optional::<OnFailure>(key).ok()??;
        (found.value == OnFailure::Ignore).then_some(found.spot)?
    });
    let error = Diagnostic::error("a failed charge would be retried for ever at one instant")
        .at(terms.spot, "less than a second to the next attempt")
        .at(latency.spot, "an attempt may take no time")
        .at(ignored, "these failures never suspend")
        .help(
            "let `retry_after` end with at least \"1s\", give `latency` a least time, or set \
             `disable_after`",
        );
    Err(reader.ctx().note(error))
}

/// Waits after failures in a row: one or a list.
struct Waits(Vec<Duration>);

impl FromNode for Waits {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        use crate::scenario::declare::Kind;
        let Kind::Either([one, list]) = at.kind else { return Err(at.wrong(node, "")) };
        match &node.value {
            Value::List(_) => Vec::from_node(&at.narrowed(list), node).map(Waits),
            _ => Duration::from_node(&At { example: "\"1h\"", ..at.narrowed(one) }, node)
                .map(|wait| Waits(vec![wait])),
        }
    }
}

impl FromNode for Wait {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        use crate::scenario::declare::Kind;
        let Kind::Either([fixed, Kind::Table(table)]) = at.kind else {
            return Err(at.wrong(node, ""));
        };
        if !matches!(node.value, Value::Table(_)) {
            return Duration::from_node(&at.narrowed(fixed), node).map(Wait::Fixed);
        }
        let reader = Reader::open(at.ctx, table, node, Some(node.spot), at.path.clone())?;
        let shortest = match fixed {
            Kind::Length { least } => Duration::from_millis(*least),
            _ => Duration::ZERO,
        };
        drawn(&reader, shortest)
    }
}

fn drawn(reader: &Reader<'_>, shortest: Duration) -> Result<Wait, Reported> {
    let Some(which) = reader.which("least")? else { return Err(Reported) };
    let length = reader.required::<Duration>(which);
    let wait = match which {
        "least" => {
            let most = reader.required::<Duration>("most");
            let (least, most) = (length.clone()?, most?);
            if most.value <= least.value {
                let error =
                    Diagnostic::error(format!("`{}` must be above `least`", reader.path("most")))
                        .at(most.spot, "the bound above")
                        .at(least.spot, "the least")
                        .help("for a wait that is always the same write it alone: \"5s\"");
                return Err(reader.ctx().note(error));
            }
            Wait::Uniform { least: least.value, most: most.value }
        }
        "mean" => Wait::Exponential { mean: length.clone()?.value },
        _ => {
            let sigma = reader.required::<f64>("sigma");
            Wait::LogNormal { median: length.clone()?.value, sigma: sigma?.value }
        }
    };
    let length = length?;
    if length.value < shortest {
        let title = format!("`{}` must be at least {shortest}", reader.path(which));
        return Err(reader.ctx().note(Diagnostic::value(title).at(length.spot, "too short")));
    }
    Ok(wait)
}
