//! Payments: how charges turn out, what a failed one does, repairs.

use crate::domain::{Duration, Instant, Share, Window};
use crate::payments::{Attempts, CardModel, Luck, Outages, Repair, Wait};
use crate::policy::{ChargeNeeds, OnFailure, PaymentTerms, UndonePayments};
use crate::scenario::declare::{Key, ValueKind};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{
    payment,
    payment::{card, outage, wait},
    root,
};
use crate::scenario::read::{At, Found, FromNode, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Node, Value};
use crate::scenario::value::Waits;
use crate::scenario::words::ChargeNeed;

use super::reversals::Reversals;
use super::{Horizon, without_effect};

/// The vendor's terms and the world's luck.
pub struct Payment {
    pub terms: PaymentTerms,
    pub luck: Luck,
}

/// Reads `[payment]`. A card is healthy at the start of the horizon.
pub fn payment(
    root: &Reader<'_>,
    reversals: &Result<Reversals, Reported>,
    horizon: Option<&Horizon>,
) -> Result<Payment, Reported> {
    let reader = root.table_or_empty(&root::PAYMENT)?;
    let card = card(&reader, horizon);
    let latency = reader.get(&payment::LATENCY);
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
        without_effect(&reader, &[&payment::REPAIR_AFTER.declared], why, None);
    }
    let card = card?;
    let reversals = reversals.as_ref().map_err(|reported| *reported)?;
    let luck = Luck {
        latency: latency?.value,
        outages: outages?,
        repair,
        card,
        refunds: reversals.refunds,
        chargebacks: reversals.chargebacks,
        ..failures?
    };
    let terms = PaymentTerms { undone: reversals.undone(), ..terms };
    Ok(Payment { terms, luck: verification?.into_luck(luck) })
}

fn card(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Option<CardModel>, Reported> {
    let Some(card) = reader.table(&payment::CARD)? else { return Ok(None) };
    let failures = card.get(&card::DECLINE_RATE_PER_MONTH);
    let soft = card.get(&card::SOFT_SHARE);
    let recovers = card.get(&card::RECOVERS_AFTER);
    let soon = card.get(&card::RETRY_SOON);
    let later = card.get(&card::RETRY_LATER);
    let after = card.get(&card::REPLACED_AFTER);
    let probability = card.get(&card::REPLACED_PROBABILITY);
    let (soon, later) = (soon?, later?);
    if soon.value > later.value {
        let error = Diagnostic::error("`retry_soon` is above `retry_later`")
            .at(soon.spot, "within an hour of a decline")
            .at(later.spot, "a day after it or later")
            .help("a later retry is more likely to succeed: swap the two");
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

/// Reads the sources of failure; the rest of the luck keeps its default.
fn failures(reader: &Reader<'_>) -> Result<Luck, Reported> {
    let probability = reader.get(&payment::FAIL_PROBABILITY);
    let hard_share = reader.get(&payment::HARD_SHARE);
    let soft = reader.get(&payment::FAIL_ATTEMPTS);
    let hard = reader.get(&payment::HARD_FAIL_ATTEMPTS);
    Ok(Luck {
        fail_probability: probability?.value,
        hard_share: hard_share?.value,
        fail_attempts: Attempts::new(soft?.value),
        hard_fail_attempts: Attempts::new(hard?.value),
        ..Luck::default()
    })
}

fn outages(reader: &Reader<'_>) -> Result<Outages, Reported> {
    let outages = reader.rows(&payment::OUTAGES, |row| {
        let (from, to) = (row.get(&outage::FROM), row.get(&outage::TO));
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

/// The bank's verification.
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
    let probability = reader.get(&payment::VERIFY_PROBABILITY);
    let attempts = reader.get(&payment::VERIFY_ATTEMPTS);
    let (probability, attempts) = (probability?, attempts?);
    let asked = probability.value > Share::NONE || !attempts.value.is_empty();
    let (takes, fail_probability) = match asked {
        true => (
            reader.get(&payment::VERIFICATION_TAKES),
            reader.get(&payment::VERIFICATION_FAIL_PROBABILITY),
        ),
        false => (
            reader.silently(&payment::VERIFICATION_TAKES),
            reader.silently(&payment::VERIFICATION_FAIL_PROBABILITY),
        ),
    };
    let fail_attempts = reader.get(&payment::VERIFICATION_FAIL_ATTEMPTS);
    if !asked {
        let keys = [
            &payment::VERIFICATION_TAKES.declared,
            &payment::VERIFICATION_FAIL_PROBABILITY.declared,
            &payment::VERIFICATION_FAIL_ATTEMPTS.declared,
        ];
        let why =
            "no bank ever requires verification: set `verify_probability` or `verify_attempts`";
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
    let needs = reader.get(&payment::NEEDS);
    let retry_after = reader.get(&payment::RETRY_AFTER);
    let disable_after = reader.get(&payment::DISABLE_AFTER);
    let soft = reader.get(&payment::ON_SOFT_DECLINE);
    let hard = reader.get(&payment::ON_HARD_DECLINE);
    let outage = reader.get(&payment::ON_PROCESSOR_OUTAGE);
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
        undone: UndonePayments::default(),
    };
    Ok(Found { value, spot: retry_after.spot })
}

fn repair(reader: &Reader<'_>) -> Result<Option<Repair>, Reported> {
    let after = reader.get(&payment::REPAIR_AFTER);
    let probability = reader.get(&payment::REPAIR_PROBABILITY);
    let (after, probability) = (after?, probability?);
    Ok(after.map(|after| Repair { after: after.value, probability: probability.value }))
}

/// Returns true if any failure can suspend auto-recharge.
fn can_suspend(terms: &PaymentTerms) -> bool {
    let all = [terms.soft_decline, terms.hard_decline, terms.processor_outage];
    let counts = terms.disable_after.is_some() && all.contains(&OnFailure::Count);
    counts || all.contains(&OnFailure::Suspend)
}

/// Returns true if some failure is retried forever.
fn retries_for_ever(terms: &PaymentTerms) -> bool {
    let all = [terms.soft_decline, terms.hard_decline, terms.processor_outage];
    let uncounted = terms.disable_after.is_none() && all.contains(&OnFailure::Count);
    uncounted || all.contains(&OnFailure::Ignore)
}

/// Checks that time passes between two attempts that can fail forever.
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
    let ignores =
        [&payment::ON_SOFT_DECLINE, &payment::ON_HARD_DECLINE, &payment::ON_PROCESSOR_OUTAGE];
    let ignored = ignores.into_iter().find_map(|key| {
        let found = reader.written(key).ok()??;
        (found.value == OnFailure::Ignore).then_some(found.spot)?
    });
    let error = Diagnostic::error("a failed charge would be retried forever at one instant")
        .at(terms.spot, "less than a second to the next attempt")
        .at(latency.spot, "an attempt may take no time")
        .at(ignored, "these failures never suspend")
        .help(
            "let `retry_after` end with at least \"1s\", give `latency` a minimum, or set \
             `disable_after`",
        );
    Err(reader.ctx().note(error))
}

impl FromNode for Waits {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Either([one, list]) = at.kind else {
            unreachable!("waits are declared as one or a list")
        };
        match &node.value {
            Value::List(_) => Vec::from_node(&at.narrowed(list), node).map(Waits),
            _ => Duration::from_node(&At { example: "\"1h\"", ..at.narrowed(one) }, node)
                .map(|wait| Waits(vec![wait])),
        }
    }
}

impl FromNode for Wait {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Either([fixed, ValueKind::Table(table)]) = at.kind else {
            unreachable!("a wait is declared as a length or a table")
        };
        if !matches!(node.value, Value::Table(_)) {
            return Duration::from_node(&at.narrowed(fixed), node).map(Wait::Fixed);
        }
        let reader = Reader::open(at.ctx, table, node, Some(node.spot), at.path.clone())?;
        let shortest = match fixed {
            ValueKind::Length { least } => Duration::from_millis(*least),
            _ => Duration::ZERO,
        };
        drawn(&reader, shortest)
    }
}

fn drawn(reader: &Reader<'_>, shortest: Duration) -> Result<Wait, Reported> {
    reader.one_of(&wait::LAW)?;
    if let Some(mean) = reader.get(&wait::MEAN)? {
        check_length(reader, &wait::MEAN, &mean, shortest)?;
        return Ok(Wait::Exponential { mean: mean.value });
    }
    if reader.has(&wait::LEAST) {
        return uniform(reader, shortest);
    }
    let (median, sigma) = (reader.required(&wait::MEDIAN), reader.get(&wait::SIGMA));
    let (median, sigma) = (median?, sigma?);
    check_length(reader, &wait::MEDIAN, &median, shortest)?;
    Ok(Wait::LogNormal { median: median.value, sigma: sigma.value })
}

fn uniform(reader: &Reader<'_>, shortest: Duration) -> Result<Wait, Reported> {
    let (least, most) = (reader.required(&wait::LEAST), reader.get(&wait::MOST));
    let (least, most) = (least?, most?);
    if most.value <= least.value {
        let title = format!("`{}` must be above `least`", reader.path(&wait::MOST));
        let error = Diagnostic::error(title)
            .at(most.spot, "the upper bound")
            .at(least.spot, "the least")
            .help("for a fixed wait, write the duration alone: \"5s\"");
        return Err(reader.ctx().note(error));
    }
    check_length(reader, &wait::LEAST, &least, shortest)?;
    Ok(Wait::Uniform { least: least.value, most: most.value })
}

/// Notes a length that is below the least its setting allows.
fn check_length<N>(
    reader: &Reader<'_>,
    key: &Key<Duration, N>,
    length: &Found<Duration>,
    shortest: Duration,
) -> Result<(), Reported> {
    if length.value >= shortest {
        return Ok(());
    }
    let title = format!("`{}` must be at least {shortest}", reader.path(key));
    Err(reader.ctx().note(Diagnostic::value(title).at(length.spot, "too short")))
}
