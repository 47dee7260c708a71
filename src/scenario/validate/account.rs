//! The account at the start, its billing cycles, and its eligibility for auto-recharge.

use crate::domain::{BurnOrder, CreditTotal, Credits, CycleLength, Cycles, Duration, Instant};
use crate::engine::{Opening, OpeningExpiry, OpeningGrant};
use crate::policy::{CsmRoute, Eligibility, Lifetime, Prerequisite, Prerequisites};
use crate::scenario::declare::{Defaulted, Key, ValueKind};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::keys::{
    account, account::eligibility, account::opening_grant, root, vendor::cycle,
};
use crate::scenario::read::{At, Found, FromNode, ReadContext, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{BoughtFrom, NamedLifetime};

use super::Horizon;
use super::past::{self, PastAccount};

/// Reads the billing cycles. Without a horizon, which is an error by itself, they start anywhere.
pub fn cycles(root: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Cycles, Reported> {
    let reader = root.table_or_empty(&root::CYCLE)?;
    let anchor = reader.get(&cycle::ANCHOR);
    let length = cycle_length(&reader, horizon);
    let (anchor, length) = (anchor?, length?);
    let zone = root.ctx().zone.get();
    let start = horizon.map(|horizon| zone.local(horizon.window.from)).unwrap_or_default();
    let anchor = anchor.map_or(start, |found| found.value);
    Ok(Cycles::new(zone, anchor, length))
}

/// The most cycles in a run: each has figures of its own.
const MOST_CYCLES: i64 = 10_000;

/// Reads the length of a billing cycle.
fn cycle_length(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<CycleLength, Reported> {
    reader.one_of(&cycle::LENGTH)?;
    let (days, hours) = (reader.get(&cycle::DAYS)?, reader.get(&cycle::HOURS)?);
    let (length, spot) = match (days, hours) {
        (Some(days), _) => (CycleLength::Days(days.value), days.spot),
        (None, Some(hours)) => (CycleLength::Hours(hours.value), hours.spot),
        (None, None) => {
            let months = reader.get(&cycle::MONTHS)?;
            return Ok(CycleLength::Months(months.value));
        }
    };
    let Some(horizon) = horizon else { return Ok(length) };
    let window = horizon.window;
    if window.to.since(window.from).millis() / length.least().millis() > MOST_CYCLES {
        let error = Diagnostic::error("the run has more than 10,000 billing cycles")
            .at(spot, "the length of a cycle")
            .at(horizon.start, "the run starts here")
            .help("choose longer cycles, or a shorter run");
        return Err(reader.ctx().note(error));
    }
    Ok(length)
}

/// The account at the start.
pub struct OpeningAccount {
    pub enabled: Found<bool>,
    pub opening: Option<Opening>,
    pub past: PastAccount,
    pub facts: Prerequisites,
    pub burn_order: BurnOrder,
    /// Lifetime of manual top-ups, if it is one of their own.
    pub top_up_lifetime: Option<Lifetime>,
    pub grace: Duration,
    /// Where the grace is written, if it is.
    pub grace_spot: Option<Spot>,
    fact_spots: Vec<(Prerequisite, Option<Spot>)>,
}

impl OpeningAccount {
    /// Notes an account without auto-recharge that is to have it enabled.
    pub fn check_enabled(&self, ctx: &ReadContext, has_recharge: bool) {
        if let (true, false, Some(spot)) = (self.enabled.value, has_recharge, self.enabled.spot) {
            let error = Diagnostic::error("there is no auto-recharge to enable")
                .at(spot, "")
                .help("describe it in a table [recharge], or leave `enabled` out");
            ctx.note(error);
        }
    }

    /// Returns true if enabling is requested at the start.
    pub fn wants_enabled(&self) -> bool {
        self.enabled.value
    }

    /// Credits at the start, both pools together; `None` if a cycle begins then.
    pub fn opening_credits(&self) -> Option<Credits> {
        let opening = self.opening.as_ref()?;
        let sum = opening.purchased_credits() + CreditTotal::from(opening.allowance);
        let micro = i64::try_from(sum.micro()).unwrap_or(i64::MAX);
        Some(Credits::from_micro(micro).min(Credits::LARGEST))
    }

    /// The place of a fact about the account.
    pub fn fact_spot(&self, fact: Prerequisite) -> Option<Spot> {
        self.fact_spots.iter().find(|(one, _)| *one == fact).and_then(|(_, spot)| *spot)
    }
}

pub fn account(root: &Reader<'_>, horizon: Option<&Horizon>) -> Result<OpeningAccount, Reported> {
    let reader = root.table_or_empty(&root::ACCOUNT)?;
    let enabled = reader.get(&account::ENABLED);
    let opening = opening(&reader, horizon);
    let past = past::past(&reader, horizon);
    let burn_order = burn_order(&reader);
    let top_ups_expire = reader.get(&account::TOP_UPS_EXPIRE);
    let grace = reader.get(&account::EXPIRY_GRACE);
    let mut facts = Ok(Prerequisites::NONE);
    let mut fact_spots = Vec::new();
    for one in Prerequisite::ALL {
        let key = fact(one);
        match reader.get(key) {
            Ok(found) => {
                facts = facts.map(|facts| facts.with(one, found.value));
                fact_spots.push((one, reader.whole_spot(key)));
            }
            Err(reported) => facts = Err(reported),
        }
    }
    Ok(OpeningAccount {
        enabled: enabled?,
        opening: opening?,
        past: past?,
        facts: facts?,
        burn_order: burn_order?,
        top_up_lifetime: top_ups_expire?.map(|found| found.value),
        grace: grace?.value,
        grace_spot: reader.standing(&account::EXPIRY_GRACE.declared).and_then(|(_, spot)| spot),
        fact_spots,
    })
}

/// The key of a fact about the account.
fn fact(one: Prerequisite) -> &'static Key<bool, Defaulted> {
    match one {
        Prerequisite::Owner => &account::OWNER,
        Prerequisite::Subscription => &account::SUBSCRIPTION,
        Prerequisite::PaymentMethod => &account::PAYMENT_METHOD,
        Prerequisite::OnlineBilling => &account::ONLINE_BILLING,
        Prerequisite::AddOn => &account::ADD_ON,
    }
}

/// Reads the opening balance, if there is one: the account is then inside a cycle.
fn opening(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Option<Opening>, Reported> {
    reader.one_of(&account::OPENING)?;
    let balance = reader.get(&account::OPENING_BALANCE);
    let allowance = reader.get(&account::OPENING_ALLOWANCE);
    let price = reader.get(&account::OPENING_PRICE);
    let grants = reader.rows(&account::OPENING_GRANTS, |row| opening_grant(row, horizon));
    let (balance, allowance, price, grants) = (balance?, allowance?, price?, grants?);
    if balance.is_none() && allowance.is_none() && grants.is_empty() {
        return Ok(None);
    }
    let allowance = allowance.map_or(Credits::ZERO, |found| found.value);
    let whole = balance.filter(|found| found.value.is_positive()).map(|found| OpeningGrant {
        credits: found.value,
        price: price.value,
        expires: OpeningExpiry::AsBoughtAtStart,
    });
    let purchased = grants.into_iter().map(|found| found.value).chain(whole).collect();
    Ok(Some(Opening { allowance, purchased, is_assumed: false }))
}

fn opening_grant(row: &Reader<'_>, horizon: Option<&Horizon>) -> Result<OpeningGrant, Reported> {
    let credits = row.get(&opening_grant::CREDITS);
    let expires = row.get(&opening_grant::EXPIRES);
    let price = row.get(&opening_grant::PRICE);
    let (credits, expires, price) = (credits?, expires?, price?);
    if let (Some(Found { value: OpeningExpiry::At(at), spot }), Some(horizon)) = (&expires, horizon)
        && *at <= horizon.window.from
    {
        let error = Diagnostic::error("a grant held at the start has expired by then")
            .at(*spot, "the first instant at which it is gone")
            .at(horizon.start, "the run starts here")
            .help("leave the grant out, or let it expire later");
        return Err(row.ctx().note(error));
    }
    let expires = expires.map(|found| found.value).unwrap_or_default();
    Ok(OpeningGrant { credits: credits.value, price: price.value, expires })
}

impl FromNode for OpeningExpiry {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Either([moment, words]) = at.kind else {
            unreachable!("an expiry is declared as an instant or a word")
        };
        let is_word = |text: &str| !text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if matches!(&node.value, Value::Text(text) if is_word(text)) {
            return Ok(match NamedLifetime::from_node(&at.narrowed(words), node)? {
                NamedLifetime::Never => OpeningExpiry::Never,
                NamedLifetime::CycleEnd => OpeningExpiry::CycleEnd,
            });
        }
        Instant::from_node(&at.narrowed(moment), node).map(OpeningExpiry::At)
    }
}

/// Ranks by position; what is not named comes after all that is.
fn burn_order(reader: &Reader<'_>) -> Result<BurnOrder, Reported> {
    let Some(order) = reader.get(&account::BURN_ORDER)? else {
        return Ok(BurnOrder::default());
    };
    let named = order.value;
    let twice = (1..named.len()).any(|i| named[..i].contains(&named[i]));
    if twice {
        let error = Diagnostic::error("`account.burn_order` names the same credits twice")
            .at(order.spot, "")
            .help("name each of \"opening\", \"top_up\", \"recharge\" and \"gift\" at most once");
        return Err(reader.ctx().note(error));
    }
    let rank = |one: BoughtFrom| named.iter().position(|&n| n == one).unwrap_or(named.len()) as u8;
    Ok(BurnOrder {
        opening: rank(BoughtFrom::Opening),
        recharge: rank(BoughtFrom::Recharge),
        top_up: rank(BoughtFrom::TopUp),
        gift: rank(BoughtFrom::Gift),
    })
}

/// Reads the conditions for using auto-recharge.
pub fn eligibility(root: &Reader<'_>) -> Result<Found<Eligibility>, Reported> {
    let reader = root.table_or_empty(&root::ELIGIBILITY)?;
    let requires = reader.get(&eligibility::REQUIRES);
    let enables_offline = reader.get(&eligibility::CSM_ENABLES_OFFLINE);
    let disables = reader.get(&eligibility::CSM_DISABLES);
    let through_csm = [&enables_offline, &disables]
        .iter()
        .any(|flag| flag.as_ref().is_ok_and(|found| found.value));
    let lead_time = match through_csm {
        true => reader.get(&eligibility::CSM_LEAD_TIME),
        false => reader.silently(&eligibility::CSM_LEAD_TIME),
    };
    let (requires, enables_offline) = (requires?, enables_offline?);
    let (disables, lead_time) = (disables?, lead_time?);
    if !through_csm {
        let why = "nothing goes through the CSM";
        super::without_effect(&reader, &[&eligibility::CSM_LEAD_TIME.declared], why, None);
    }
    let set = |set: Prerequisites, one: &Prerequisite| set.with(*one, true);
    let value = Eligibility {
        requires: requires.value.iter().fold(Prerequisites::NONE, set),
        csm: CsmRoute {
            enables_offline: enables_offline.value,
            disables: disables.value,
            lead_time: lead_time.value,
        },
    };
    Ok(Found { value, spot: reader.whole_spot(&eligibility::REQUIRES) })
}
