//! Auto-recharge: trigger, purchase, caps, pauses.

use crate::domain::{Credits, Duration, Money, Share};
use crate::policy::{
    Cap, CapWindow, Cooldown, CooldownSince, Firing, Lifetime, Limit, Package, Purchase, Trigger,
};
use crate::scenario::declare::Kind;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::read::{At, Found, FromNode, Reader, Reported};
use crate::scenario::scalar::wrong_word;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{Choice, NamedLifetime, NamedWindow};

use super::catalogue::Catalogues;

/// Auto-recharge as read: each part, unless it has errors.
pub struct Recharge {
    pub trigger: Result<Found<Trigger>, Reported>,
    pub purchase: Result<Found<Purchase>, Reported>,
    pub caps: Result<Vec<Found<Cap>>, Reported>,
    pace: Result<Pace, Reported>,
}

/// What does not stand to anything else.
struct Pace {
    firing: Firing,
    poll: Option<Duration>,
    cooldown: Option<Cooldown>,
    lifetime: Lifetime,
}

/// Auto-recharge as rules.
pub struct Rules {
    pub trigger: Trigger,
    pub purchase: Purchase,
    pub caps: Vec<Cap>,
    pub firing: Firing,
    pub poll: Option<Duration>,
    pub cooldown: Option<Cooldown>,
    pub lifetime: Lifetime,
}

impl Recharge {
    /// Without the places.
    pub fn rules(self) -> Result<Rules, Reported> {
        let pace = self.pace?;
        Ok(Rules {
            trigger: self.trigger?.value,
            purchase: self.purchase?.value,
            caps: self.caps?.into_iter().map(|cap| cap.value).collect(),
            firing: pace.firing,
            poll: pace.poll,
            cooldown: pace.cooldown,
            lifetime: pace.lifetime,
        })
    }
}

/// The rules of an account without auto-recharge: it is never enabled, its threshold lies below
/// every balance an overdraft allows, and what it would buy is free.
pub fn none() -> Rules {
    let below_all = Credits::from_micro(-Credits::LARGEST.micro() - 1);
    let credits = Credits::whole(1);
    let package = Package { name: "none".into(), credits, price: Money::ZERO };
    Rules {
        trigger: Trigger::AtOrBelow(below_all),
        purchase: Purchase::Packs { package, packs: 1 },
        caps: Vec::new(),
        firing: Firing::Level,
        poll: None,
        cooldown: None,
        lifetime: Lifetime::Never,
    }
}

pub fn recharge(root: &Reader<'_>, catalogues: &Catalogues) -> Result<Option<Recharge>, Reported> {
    let Some(reader) = root.table("recharge")? else { return Ok(None) };
    Ok(Some(Recharge {
        trigger: trigger(&reader),
        purchase: purchase(&reader, catalogues),
        caps: caps(&reader),
        pace: pace(&reader),
    }))
}

fn pace(reader: &Reader<'_>) -> Result<Pace, Reported> {
    let firing = reader.or_default::<Firing>("firing");
    let poll = reader.optional::<Duration>("poll");
    let cooldown = cooldown(reader);
    let lifetime = reader.or_default::<Lifetime>("credits_expire");
    Ok(Pace {
        firing: firing?.value,
        poll: poll?.map(|found| found.value),
        cooldown: cooldown?,
        lifetime: lifetime?.value,
    })
}

/// When a recharge is wanted.
pub fn trigger(reader: &Reader<'_>) -> Result<Found<Trigger>, Reported> {
    let share_of = match reader.has("consumed_share") {
        true => reader.or_default("share_of"),
        false => reader.or_silent_default("share_of"),
    };
    let Some(which) = reader.which("at_or_below")? else { return Err(Reported) };
    let value = match which {
        "at_or_below" => Trigger::AtOrBelow(reader.required::<Credits>(which)?.value),
        "below" => Trigger::Below(reader.required::<Credits>(which)?.value),
        _ => {
            let share = reader.required::<Share>(which)?;
            if share.value == Share::NONE {
                let error = Diagnostic::value(format!("`{}` must be above 0%", reader.path(which)))
                    .at(
                        share.spot,
                        "this share is always used, so a recharge would always be wanted",
                    )
                    .help("write the share that has to be used up: \"90%\"");
                return Err(reader.ctx().note(error));
            }
            Trigger::ConsumedShare { share: share.value, base: share_of?.value }
        }
    };
    Ok(Found { value, spot: reader.whole_spot(which) })
}

/// What a recharge buys.
fn purchase(reader: &Reader<'_>, catalogues: &Catalogues) -> Result<Found<Purchase>, Reported> {
    let Some(which) = reader.which("package")? else { return Err(Reported) };
    match which {
        "package" => packs(reader, catalogues),
        _ => up_to(reader),
    }
}

fn packs(reader: &Reader<'_>, catalogues: &Catalogues) -> Result<Found<Purchase>, Reported> {
    let package = reader
        .required::<String>("package")
        .and_then(|name| catalogues.package(reader.ctx(), &name));
    let packs = reader.or_default::<u32>("packs");
    let value = Purchase::Packs { package: package?, packs: packs?.value };
    Ok(Found { value, spot: reader.whole_spot("package") })
}

/// What restores a balance.
pub fn up_to(reader: &Reader<'_>) -> Result<Found<Purchase>, Reported> {
    let target = reader.required::<Credits>("up_to");
    let increment = reader.or_default::<Credits>("increment");
    let unit_price = reader.required::<Money>("unit_price");
    let value = Purchase::UpTo {
        target: target?.value,
        increment: increment?.value,
        unit_price: unit_price?.value,
    };
    Ok(Found { value, spot: reader.whole_spot("up_to") })
}

fn cooldown(reader: &Reader<'_>) -> Result<Option<Cooldown>, Reported> {
    let length = reader.optional::<Duration>("cooldown");
    let since = match reader.has("cooldown") {
        true => reader.or_default::<CooldownSince>("cooldown_since"),
        false => reader.or_silent_default::<CooldownSince>("cooldown_since"),
    };
    let (length, since) = (length?, since?);
    Ok(length.map(|length| Cooldown { length: length.value, since: since.value }))
}

/// How much may be recharged.
pub fn caps(reader: &Reader<'_>) -> Result<Vec<Found<Cap>>, Reported> {
    reader.rows("caps", |row| {
        let limit = limit(row);
        let window = row.required::<CapWindow>("per");
        let (counts, exceeding) = (row.or_default("counts"), row.or_default("exceeding"));
        Ok(Cap {
            limit: limit?,
            window: window?.value,
            counts: counts?.value,
            exceeding: exceeding?.value,
        })
    })
}

fn limit(row: &Reader<'_>) -> Result<Limit, Reported> {
    let Some(which) = row.which("recharges")? else { return Err(Reported) };
    match which {
        "recharges" => row.required(which).map(|found| Limit::Recharges(found.value)),
        "money" => row.required(which).map(|found| Limit::Money(found.value)),
        _ => row.required(which).map(|found| Limit::Credits(found.value)),
    }
}

/// A word, or a duration; which of the two is decided by whether it starts with a digit.
fn word_or_length<W: Choice>(at: &At<'_>, node: &Node) -> Result<Result<W, Duration>, Reported> {
    if let Value::Text(text) = &node.value {
        if let Some((_, word, _)) = W::WORDS.iter().find(|(word, ..)| word == text) {
            return Ok(Ok(*word));
        }
        if !text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return Err(wrong_word(at, node, W::WORDS.iter().map(|(word, ..)| *word)));
        }
    }
    let kinds: &'static [Kind] = match at.kind {
        Kind::Either(kinds) => kinds,
        _ => &[],
    };
    let length = kinds.iter().find(|kind| matches!(kind, Kind::Length { .. })).unwrap_or(at.kind);
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
