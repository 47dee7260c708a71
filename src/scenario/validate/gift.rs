//! Gifts: what the vendor gives, when, and until when.

use crate::domain::{Instant, Window};
use crate::policy::{Gift, GiftDue, GiftLifetime};
use crate::scenario::declare::ValueKind;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{gift, root};
use crate::scenario::read::{At, Found, FromNode, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{GiftEnd, GiftTime};

use super::recharge::word_or_length;
use super::{Horizon, without_effect};

/// Reads the credits that the vendor gives.
pub fn gifts(root: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Vec<Gift>, Reported> {
    let rows = root.rows(&root::GIFTS, |row| gift(row, horizon))?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

fn gift(row: &Reader<'_>, horizon: Option<&Horizon>) -> Result<Gift, Reported> {
    row.one_of(&gift::DUE)?;
    let credits = row.get(&gift::CREDITS);
    let due = due(row, horizon);
    let (expires, grace) = (row.get(&gift::EXPIRES), row.get(&gift::GRACE));
    let (place, priority) = (row.get(&gift::BURNS), row.get(&gift::PRIORITY));
    let (credits, (due, within), expires) = (credits?, due?, expires?);
    let (grace, place, priority) = (grace?, place?, priority?);
    check_expiry(row, due, within, expires.as_ref())?;
    let lifetime = expires.map(|found| found.value).unwrap_or_default();
    if lifetime == GiftLifetime::Never {
        let keys = [&gift::GRACE.declared];
        without_effect(row, &keys, "they never expire", row.whole_spot(&gift::EXPIRES));
    }
    let priority = u8::try_from(priority.value).expect("a priority is at most 100");
    let (grace, place) = (grace.value, place.value);
    Ok(Gift { credits: credits.value, due, within, lifetime, grace, place, priority })
}

/// Reads the instants at which gifts arrive.
fn due(row: &Reader<'_>, horizon: Option<&Horizon>) -> Result<(GiftDue, Window), Reported> {
    let (at, every, per) = (row.get(&gift::AT), row.get(&gift::EVERY), row.get(&gift::PER));
    let (from, until) = (row.get(&gift::FROM), row.get(&gift::UNTIL));
    let (at, every, per) = (at?, every?, per?);
    let (from, until): (Option<Found<Instant>>, Option<Found<Instant>>) = (from?, until?);
    if let Some(at) = at {
        let keys = [&gift::FROM.declared, &gift::UNTIL.declared];
        without_effect(row, &keys, "this gift comes once, at `at`", at.spot);
        let at = super::actions::inside(row, at, horizon, "a gift")?;
        return Ok((GiftDue::Once, Window { from: at, to: Instant::NEVER }));
    }
    let start = horizon.map_or(Instant::NEVER, |horizon| horizon.window.from);
    let first = from.as_ref().map_or(start, |found| found.value);
    let last = until.as_ref().map_or(Instant::NEVER, |found| found.value);
    if let Some(until) = until.filter(|until| until.value <= first.max(start)) {
        let error = Diagnostic::error("these gifts end before one can come")
            .at(until.spot, "the first instant at which they no longer come")
            .at(
                from.and_then(|from| from.spot).or(horizon.and_then(|h| h.start)),
                "not before this",
            )
            .help("let them end later, or leave them out");
        return Err(row.ctx().note(error));
    }
    let due = match (every, per.map(|per| per.value)) {
        (Some(length), _) => GiftDue::Every(length.value),
        (None, Some(GiftTime::Day)) => GiftDue::Day,
        (None, Some(GiftTime::Month)) => GiftDue::Month,
        (None, Some(GiftTime::Cycle) | None) => GiftDue::CycleStart,
    };
    Ok((due, Window { from: first, to: last }))
}

/// An expiry that the gifts cannot have.
fn check_expiry(
    row: &Reader<'_>,
    due: GiftDue,
    within: Window,
    expires: Option<&Found<GiftLifetime>>,
) -> Result<(), Reported> {
    let Some(expires) = expires else { return Ok(()) };
    let (title, why, help) = match (expires.value, due) {
        (GiftLifetime::Until(end), GiftDue::Once) if end <= within.from => (
            "a gift has expired when it comes",
            "the first instant at which it is gone",
            "let it expire later, or leave it out",
        ),
        (GiftLifetime::Until(_), due) if due != GiftDue::Once => (
            "gifts that come again and again cannot all expire at one instant",
            "those that come later would be gone when they come",
            "write how long each of them lasts: expires = \"30 days\"",
        ),
        (GiftLifetime::Next, GiftDue::Once) => (
            "a gift that comes once is followed by none",
            "there is no next one",
            "write an instant, a time after it came, \"cycle_end\" or \"never\"",
        ),
        _ => return Ok(()),
    };
    Err(row.ctx().note(Diagnostic::error(title).at(expires.spot, why).help(help)))
}

impl FromNode for GiftLifetime {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let moment = match at.kind {
            ValueKind::Either([moment, ..]) => moment,
            _ => unreachable!("the expiry of a gift is declared as an instant or something else"),
        };
        let is_date = match &node.value {
            Value::Text(text) => looks_like_a_date(text),
            _ => true,
        };
        if is_date {
            return Instant::from_node(&at.narrowed(moment), node).map(GiftLifetime::Until);
        }
        Ok(match word_or_length::<GiftEnd>(at, node)? {
            Ok(GiftEnd::Never) => GiftLifetime::Never,
            Ok(GiftEnd::CycleEnd) => GiftLifetime::CycleEnd,
            Ok(GiftEnd::Next) => GiftLifetime::Next,
            Err(length) => GiftLifetime::For(length),
        })
    }
}

/// Four digits and a dash begin a date.
fn looks_like_a_date(text: &str) -> bool {
    let text = text.trim_start().as_bytes();
    text.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit))
        && text.get(4) == Some(&b'-')
}
