//! Auto-recharge: trigger, purchase, caps, pauses.

use crate::domain::{Credits, Duration, Share};
use crate::policy::{
    AutoRecharge, Cap, CapWindow, Cooldown, Eligibility, Firing, Lifetime, Limit, PaymentTerms,
    Pricing, Purchase, SizeStep, Trigger, Warnings,
};
use crate::scenario::declare::{Key, ValueKind};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{recharge, recharge::cap, recharge::size, root};
use crate::scenario::read::{At, Found, FromNode, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::scalar::wrong_word;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{Choice, NamedLifetime, NamedWindow};

use super::catalogue::Catalogues;

/// Auto-recharge as read: each part, unless it has errors.
pub struct Recharge {
    pub trigger: Result<Found<Trigger>, Reported>,
    pub purchase: Result<Found<Purchase>, Reported>,
    pub caps: Result<Vec<Found<Cap>>, Reported>,
    pub terms: Result<Terms, Reported>,
    pace: Result<RechargePace, Reported>,
}

/// The terms of every purchase.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    pub closes_gap: bool,
    pub pricing: Pricing,
}

/// The settings that are independent of the others.
struct RechargePace {
    firing: Firing,
    poll: Option<Duration>,
    cooldown: Option<Cooldown>,
    lifetime: Lifetime,
}

impl Recharge {
    /// Lifetime of purchased credits.
    pub fn lifetime(&self) -> Result<Lifetime, Reported> {
        self.pace.as_ref().map(|pace| pace.lifetime).map_err(|reported| *reported)
    }

    /// The rules without the places.
    pub fn rules(
        self,
        terms: PaymentTerms,
        eligibility: Eligibility,
    ) -> Result<AutoRecharge, Reported> {
        let RechargePace { firing, poll, cooldown, .. } = self.pace?;
        let Terms { closes_gap, pricing } = self.terms?;
        Ok(AutoRecharge {
            trigger: self.trigger?.value,
            firing,
            poll,
            cooldown,
            purchase: self.purchase?.value,
            closes_gap,
            pricing,
            caps: self.caps?.into_iter().map(|cap| cap.value).collect(),
            terms,
            eligibility,
        })
    }
}

pub fn recharge(root: &Reader<'_>, catalogues: &Catalogues) -> Result<Option<Recharge>, Reported> {
    let Some(reader) = root.table(&root::RECHARGE)? else { return Ok(None) };
    Ok(Some(Recharge {
        trigger: trigger(&reader),
        purchase: purchase(&reader, catalogues),
        caps: caps(&reader),
        terms: purchase_terms(&reader),
        pace: pace(&reader),
    }))
}

fn pace(reader: &Reader<'_>) -> Result<RechargePace, Reported> {
    let firing = reader.get(&recharge::FIRING);
    let poll = reader.get(&recharge::POLL);
    let cooldown = cooldown(reader);
    let lifetime = reader.get(&recharge::CREDITS_EXPIRE);
    Ok(RechargePace {
        firing: firing?.value,
        poll: poll?.map(|found| found.value),
        cooldown: cooldown?,
        lifetime: lifetime?.value,
    })
}

/// Reads the trigger.
pub fn trigger(reader: &Reader<'_>) -> Result<Found<Trigger>, Reported> {
    let base = reader.get(&recharge::SHARE_OF);
    reader.one_of(&recharge::TRIGGER)?;
    if let Some(level) = reader.get(&recharge::AT_OR_BELOW)? {
        let spot = reader.whole_spot(&recharge::AT_OR_BELOW);
        return Ok(Found { value: Trigger::AtOrBelow(level.value), spot });
    }
    if let Some(level) = reader.get(&recharge::BELOW)? {
        let spot = reader.whole_spot(&recharge::BELOW);
        return Ok(Found { value: Trigger::Below(level.value), spot });
    }
    let share = reader.required(&recharge::CONSUMED_SHARE)?;
    if share.value == Share::NONE {
        let title = format!("`{}` must be above 0%", reader.path(&recharge::CONSUMED_SHARE));
        let error = Diagnostic::value(title)
            .at(share.spot, "this share is always used, so a recharge would always be due")
            .help("write the share that has to be used up: \"90%\"");
        return Err(reader.ctx().note(error));
    }
    let value = Trigger::ConsumedShare { share: share.value, base: base?.value };
    Ok(Found { value, spot: reader.whole_spot(&recharge::CONSUMED_SHARE) })
}

/// Reads the order of a recharge.
fn purchase(reader: &Reader<'_>, catalogues: &Catalogues) -> Result<Found<Purchase>, Reported> {
    reader.one_of(&recharge::PURCHASE)?;
    match reader.has(&recharge::PACKAGE) {
        true => packs(reader, catalogues),
        false => up_to(reader, &recharge::UP_TO),
    }
}

fn packs(reader: &Reader<'_>, catalogues: &Catalogues) -> Result<Found<Purchase>, Reported> {
    let package = reader
        .required(&recharge::PACKAGE)
        .and_then(|name| catalogues.package(reader.ctx(), &name));
    let packs = reader.get(&recharge::PACKS);
    let value = Purchase::Packs { package: package?, packs: packs?.value };
    Ok(Found { value, spot: reader.whole_spot(&recharge::PACKAGE) })
}

/// Reads the order that restores the balance in `target`.
pub fn up_to<N>(
    reader: &Reader<'_>,
    target: &'static Key<Credits, N>,
) -> Result<Found<Purchase>, Reported> {
    let spot = reader.whole_spot(target);
    let target = reader.required(target);
    let from = reader.get(&recharge::UP_TO_FROM);
    let increment = reader.get(&recharge::INCREMENT);
    let unit_price = reader.get(&recharge::UNIT_PRICE);
    let value = Purchase::UpTo {
        target: target?.value,
        from: from?.value,
        increment: increment?.value,
        unit_price: unit_price?.value,
    };
    Ok(Found { value, spot })
}

/// Reads the terms of every purchase.
fn purchase_terms(reader: &Reader<'_>) -> Result<Terms, Reported> {
    let closes_gap = match reader.has(&recharge::PACKAGE) {
        true => reader.get(&recharge::CLOSES_GAP),
        false => reader.silently(&recharge::CLOSES_GAP),
    };
    let sizes = sizes(reader);
    let surcharge = reader.get(&recharge::SURCHARGE);
    let fixed_fee = reader.get(&recharge::FIXED_FEE);
    let (closes_gap, sizes) = (closes_gap?.value, sizes?);
    let (surcharge, fixed_fee) = (surcharge?.value, fixed_fee?.value);
    Ok(Terms { closes_gap, pricing: Pricing { sizes, surcharge, fixed_fee } })
}

/// Reads the steps of size, each larger than the one before.
fn sizes(reader: &Reader<'_>) -> Result<Vec<SizeStep>, Reported> {
    let rows = reader.rows(&recharge::SIZES, |row| {
        let (from, discount) = (row.get(&size::FROM), row.get(&size::DISCOUNT));
        let (bonus, credits) = (row.get(&size::BONUS), row.get(&size::BONUS_CREDITS));
        let from = from?;
        let (discount, bonus, bonus_credits) = (discount?.value, bonus?.value, credits?.value);
        let step = SizeStep { from: from.value, discount, bonus, bonus_credits };
        Ok((step, from.spot))
    })?;
    let steps: Vec<_> = rows.into_iter().map(|row| row.value).collect();
    for pair in steps.windows(2) {
        let [(before, earlier), (step, spot)] = pair else { continue };
        if step.from <= before.from {
            let error = Diagnostic::error("the steps of `recharge.sizes` must grow")
                .at(*spot, "no more than the step before")
                .at(*earlier, "the step before")
                .help("list the smallest `from` first, and each only once");
            return Err(reader.ctx().note(error));
        }
    }
    Ok(steps.into_iter().map(|(step, _)| step).collect())
}

fn cooldown(reader: &Reader<'_>) -> Result<Option<Cooldown>, Reported> {
    let length = reader.get(&recharge::COOLDOWN);
    let since = reader.get(&recharge::COOLDOWN_SINCE);
    let (length, since) = (length?, since?);
    Ok(length.map(|length| Cooldown { length: length.value, since: since.value }))
}

/// Reads the caps.
pub fn caps(reader: &Reader<'_>) -> Result<Vec<Found<Cap>>, Reported> {
    reader.rows(&recharge::CAPS, |row| {
        let limit = limit(row);
        let window = row.get(&cap::PER);
        let (counts, exceeding) = (row.get(&cap::COUNTS), row.get(&cap::EXCEEDING));
        let warn_at = warnings(row);
        Ok(Cap {
            limit: limit?,
            window: window?.value,
            counts: counts?.value,
            exceeding: exceeding?.value,
            warn_at: warn_at?,
        })
    })
}

fn warnings(row: &Reader<'_>) -> Result<Warnings, Reported> {
    let found = row.get(&cap::WARN_AT)?;
    Warnings::at(&found.value).ok_or_else(|| {
        let title = format!("the shares of `{}` must grow from above 0%", row.path(&cap::WARN_AT));
        let error = Diagnostic::value(title)
            .at(found.spot, "each is a warning of its own")
            .help("list the smallest first, and each only once: [\"80%\", \"90%\", \"100%\"]");
        row.ctx().note(error)
    })
}

fn limit(row: &Reader<'_>) -> Result<Limit, Reported> {
    row.one_of(&cap::LIMIT)?;
    if let Some(recharges) = row.get(&cap::RECHARGES)? {
        return Ok(Limit::Recharges(recharges.value));
    }
    if let Some(money) = row.get(&cap::MONEY)? {
        return Ok(Limit::Money(money.value));
    }
    row.required(&cap::CREDITS).map(|credits| Limit::Credits(credits.value))
}

/// Reads a word or a duration; a text that starts with a digit is a duration.
pub fn word_or_length<W: Choice>(
    at: &At<'_>,
    node: &Node,
) -> Result<Result<W, Duration>, Reported> {
    if let Value::Text(text) = &node.value {
        if let Some((_, word, _)) = W::WORDS.iter().find(|(word, ..)| word == text) {
            return Ok(Ok(*word));
        }
        if !text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return Err(wrong_word(at, node, W::WORDS.iter().map(|(word, ..)| *word)));
        }
    }
    let kinds: &'static [ValueKind] = match at.kind {
        ValueKind::Either(kinds) => kinds,
        _ => &[],
    };
    let length =
        kinds.iter().find(|kind| matches!(kind, ValueKind::Length { .. })).unwrap_or(at.kind);
    let at = At { example: "\"1h\"", ..at.narrowed(length) };
    Duration::from_node(&at, node).map(Err)
}

impl FromNode for CapWindow {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        Ok(match word_or_length::<NamedWindow>(at, node)? {
            Ok(NamedWindow::Day) => CapWindow::Day,
            Ok(NamedWindow::Month) => CapWindow::Month,
            Ok(NamedWindow::Cycle) => CapWindow::Cycle,
            Err(length) => CapWindow::Rolling(length),
        })
    }
}

impl FromNode for Lifetime {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        Ok(match word_or_length::<NamedLifetime>(at, node)? {
            Ok(NamedLifetime::Never) => Lifetime::Never,
            Ok(NamedLifetime::CycleEnd) => Lifetime::CycleEnd,
            Err(length) => Lifetime::For(length),
        })
    }
}
