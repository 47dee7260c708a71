//! Actions: what is done on the timeline.

use crate::domain::{Instant, Share, Source};
use crate::policy::{Action, Order, PlanChange, PurchaseName, PurchaseReversal, UsageReversal};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::keys::action::{
    change_caps, change_package, change_packs, change_plan, change_up_to, refund, top_up,
    usage_reversed,
};
use crate::scenario::keys::{action, root};
use crate::scenario::read::{Found, Reported};
use crate::scenario::reader::Reader;
use crate::scenario::words::{Deed, ReversedPurchase};

use super::Horizon;
use super::catalogue::Catalogues;
use super::reversals::Reversals;
use super::{recharge, without_effect};

/// An action, and where it was written.
pub struct ActionStep {
    pub at: Instant,
    pub action: Action,
    pub note: Option<String>,
    pub spot: Option<Spot>,
}

/// All actions, sorted by instant; file order at one instant.
pub fn actions(
    root: &Reader<'_>,
    catalogues: &Catalogues,
    reversals: &Result<Reversals, Reported>,
    horizon: Option<&Horizon>,
) -> Result<Vec<ActionStep>, Reported> {
    let rows = root.rows(&root::ACTIONS, |row| {
        let at = row.get(&action::AT);
        let note = row.get(&action::NOTE);
        let deed = row.get(&action::DO);
        let action = deed.and_then(|deed| action(row, deed.value, catalogues, reversals));
        let at = at.and_then(|at| inside(row, at, horizon, "an action"));
        if let (Ok(at), Ok(Action::ReverseUsage(reversal))) = (&at, &action) {
            used_before(row, *at, reversal)?;
        }
        let (note, spot) = (note?.map(|found| found.value), row.whole_spot(&action::DO));
        Ok(ActionStep { at: at?, action: action?, note, spot })
    })?;
    let mut steps: Vec<ActionStep> = rows.into_iter().map(|found| found.value).collect();
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

/// Notes an instant outside the run of what happens at it.
pub fn inside(
    row: &Reader<'_>,
    at: Found<Instant>,
    horizon: Option<&Horizon>,
    what: &str,
) -> Result<Instant, Reported> {
    let Some(horizon) = horizon else { return Ok(at.value) };
    if horizon.window.contains(at.value) {
        return Ok(at.value);
    }
    let (side, spot) = match at.value < horizon.window.from {
        true => ("the run starts here", horizon.start),
        false => ("the run has ended here", horizon.end),
    };
    let error = Diagnostic::error(format!("{what} lies outside the run"))
        .at(at.spot, "no instant of the run")
        .at(spot, side)
        .help("move it inside, widen the run, or leave it out");
    Err(row.ctx().note(error))
}

/// Notes usage that is undone before it is served.
fn used_before(row: &Reader<'_>, at: Instant, reversal: &UsageReversal) -> Result<(), Reported> {
    if reversal.used_at < at {
        return Ok(());
    }
    let error = Diagnostic::error("usage is undone before it is served")
        .at(row.whole_spot(&usage_reversed::USED_AT), "the usage")
        .at(row.whole_spot(&action::AT), "the action")
        .help("let `at` come after `used_at`");
    Err(row.ctx().note(error))
}

/// Reads the purchase that an action is about.
fn purchase_name(row: &Reader<'_>) -> Result<PurchaseName, Reported> {
    let (kind, number) = (row.get(&action::OF), row.get(&action::NUMBER));
    let source = match kind?.value {
        ReversedPurchase::Recharge => Source::Recharge,
        ReversedPurchase::TopUp => Source::TopUp,
    };
    Ok(PurchaseName { source, number: number?.map(|found| found.value) })
}

/// Reads a refund or a chargeback.
fn reversal(
    row: &Reader<'_>,
    is_chargeback: bool,
    reversals: &Result<Reversals, Reported>,
) -> Result<Action, Reported> {
    let of = purchase_name(row);
    let share = match is_chargeback {
        true => Ok(Share::ALL),
        false => row.get(&refund::SHARE).map(|found| found.value),
    };
    let reversals = reversals.as_ref().map_err(|reported| *reported)?;
    let (takes, key, what) = match is_chargeback {
        true => (reversals.chargeback, "chargeback_takes", "charges a purchase back"),
        false => (reversals.refund, "refund_takes", "refunds a purchase"),
    };
    let Some(takes) = takes else {
        let error = Diagnostic::error(format!("`reversals.{key}` is missing"))
            .at(row.whole_spot(&action::DO), format!("this {what}"))
            .help(format!(
                "write what the vendor takes back: [reversals] with {key} = \"lot\", \"balance\", \"debt\" or \
                 \"nothing\""
            ));
        return Err(row.ctx().note(error));
    };
    Ok(Action::Reverse(PurchaseReversal { of: of?, is_chargeback, share: share?, takes }))
}

/// Reads which usage is undone.
fn usage_reversal(
    row: &Reader<'_>,
    reversals: &Result<Reversals, Reported>,
) -> Result<Action, Reported> {
    let (used_at, credits) = (row.get(&usage_reversed::USED_AT), row.get(&usage_reversed::CREDITS));
    let ended = reversals.as_ref().map_err(|reported| *reported)?.ended;
    let credits = credits?.map(|found| found.value);
    Ok(Action::ReverseUsage(UsageReversal { used_at: used_at?.value, credits, ended }))
}

fn action(
    row: &Reader<'_>,
    deed: Deed,
    catalogues: &Catalogues,
    reversals: &Result<Reversals, Reported>,
) -> Result<Action, Reported> {
    Ok(match deed {
        Deed::Enable => Action::Enable,
        Deed::Disable => Action::Disable,
        Deed::ChangePackage => {
            let name = row.get(&change_package::PACKAGE)?;
            Action::ChangePackage(catalogues.package(row.ctx(), &name)?)
        }
        Deed::ChangePacks => Action::ChangePacks(row.get(&change_packs::PACKS)?.value),
        Deed::ChangeUpTo => {
            Action::ChangePurchase(recharge::up_to(row, &change_up_to::UP_TO)?.value)
        }
        Deed::ChangeThreshold => Action::ChangeThreshold(recharge::trigger(row)?.value),
        Deed::ChangeCaps => change_caps(row)?,
        Deed::TopUp => Action::TopUp(top_up(row, catalogues)?),
        Deed::ChangePlan => change_plan(row, catalogues)?,
        Deed::RestartService => Action::RestartService,
        Deed::Refund => reversal(row, false, reversals)?,
        Deed::Chargeback => reversal(row, true, reversals)?,
        Deed::DisputeWon => Action::WinDispute(purchase_name(row)?),
        Deed::UsageReversed => usage_reversal(row, reversals)?,
        Deed::CardExpires => Action::CardExpires,
        Deed::CardUpdated => Action::CardUpdated,
        Deed::Lose(one) => Action::Lose(one),
        Deed::Gain(one) => Action::Gain(one),
    })
}

fn change_caps(row: &Reader<'_>) -> Result<Action, Reported> {
    if !row.has(&change_caps::CAPS) {
        return Err(row.missing(&change_caps::CAPS));
    }
    let caps = recharge::caps(row)?;
    Ok(Action::ChangeCaps(caps.into_iter().map(|cap| cap.value).collect()))
}

fn change_plan(row: &Reader<'_>, catalogues: &Catalogues) -> Result<Action, Reported> {
    let name = row.get(&change_plan::PLAN);
    let when = row.get(&change_plan::WHEN);
    let plan = name.and_then(|name| catalogues.plan(row.ctx(), &name));
    let on_downgrade = row.get(&change_plan::ON_DOWNGRADE);
    let (plan, when, on_downgrade) = (plan?, when?.value, on_downgrade?);
    if when == PlanChange::NextCycle {
        let why = "only an immediate change finds allowance of the plan before";
        let keys = [&change_plan::ON_DOWNGRADE.declared];
        without_effect(row, &keys, why, row.whole_spot(&change_plan::WHEN));
    }
    let on_downgrade = on_downgrade.map(|found| found.value);
    Ok(Action::ChangePlan { plan, when, on_downgrade })
}

/// Reads a manual purchase: packs of a package, or any number of credits at a price.
fn top_up(row: &Reader<'_>, catalogues: &Catalogues) -> Result<Order, Reported> {
    row.one_of(&top_up::PURCHASE)?;
    let packs = row.get(&top_up::PACKS);
    if row.has(&top_up::CREDITS) {
        let (credits, price) = (row.required(&top_up::CREDITS), row.get(&top_up::PRICE));
        packs?;
        let order = Order { credits: credits?.value, price: price?.value };
        // What buys nothing costs nothing.
        return Ok(if order.credits.is_positive() { order } else { Order::default() });
    }
    let package =
        row.required(&top_up::PACKAGE).and_then(|name| catalogues.package(row.ctx(), &name));
    let (package, packs) = (package?, u64::from(packs?.value));
    match (package.credits.times(packs), package.price.times(packs)) {
        (Ok(credits), Ok(price)) => Ok(Order { credits, price }),
        _ => {
            let spot = row.whole_spot(&top_up::PACKS);
            let error = Diagnostic::error("this top-up is more than can be counted exactly")
                .at(spot.or(row.whole_spot(&top_up::PACKAGE)), "")
                .help("buy fewer packs at once");
            Err(row.ctx().note(error))
        }
    }
}
