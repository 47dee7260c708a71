//! What caps let be bought within a run at most, window by window as they renew.
//!
//! Recharges are taken as early as the caps allow. A cap counts those within an interval of time, so a recharge that
//! comes earlier is inside no later interval, and no other choice of instants has more of them. Deliberately absent:
//! what a recharge needs besides, as a balance that is low, a charge that succeeds, and its time.

use crate::domain::{CreditTotal, Instant, Window};
use crate::policy::{Action, Cap, CapWindow, Contract, Offer, Overflow, Purchase, Used};

use super::cap_use::{self, CapAnswer, CapHistory, CapUse, WindowPlace};
use super::past::Settled;
use super::setup::Setup;

/// More recharges than this are as good as no cap.
const MOST: u64 = 100_000;

/// What caps leave within a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapRoom {
    /// Each cap by itself.
    pub caps: Vec<CapLeft>,
    /// The most that can be bought under all of them together; `None` where there is no cap, where they leave as much as
    /// anybody asks for, and where the size of a recharge or the caps may change.
    pub together: Option<BoughtAtMost>,
}

/// What a cap leaves within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapLeft {
    /// The cap.
    pub cap: Cap,
    /// What is used of it at the start.
    pub used: Used,
    /// The windows that the run touches; `None` of a rolling one.
    pub windows: Option<u64>,
    /// The most recharges that it allows by itself; `None` where their size may change.
    pub most: Option<u64>,
}

/// Recharges and what they bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BoughtAtMost {
    /// Their number.
    pub recharges: u64,
    /// Their credits.
    pub credits: CreditTotal,
}

impl CapRoom {
    /// What the caps at the start of a run leave until its end.
    pub fn of(setup: &Setup) -> Result<CapRoom, Overflow> {
        let Some(rules) = &setup.policy.recharge else {
            return Ok(CapRoom { caps: Vec::new(), together: None });
        };
        let (all, first) = (rules.caps.as_slice(), place(setup, setup.horizon.from));
        let left = |cap: &Cap| -> Result<CapLeft, Overflow> {
            let counted = opened(setup, &[*cap])?.remove(0);
            let alone = most(setup, &[*cap])?;
            Ok(CapLeft {
                cap: *cap,
                used: counted.used_at(first),
                windows: windows(setup, cap.window),
                most: alone.map(|alone| alone.recharges),
            })
        };
        let caps = all.iter().map(left).collect::<Result<_, _>>()?;
        let together = if all.is_empty() { None } else { most(setup, all)? };
        Ok(CapRoom { caps, together })
    }
}

/// The caps with what is used of them at the start.
fn opened(setup: &Setup, caps: &[Cap]) -> Result<Vec<CapUse>, Overflow> {
    let (start, past) = (setup.horizon.from, &setup.past);
    let history = CapHistory { charges: &past.charges, used: &past.caps_used, start };
    caps.iter().map(|cap| CapUse::new(*cap, place(setup, start), history)).collect()
}

/// The windows around an instant of the run.
fn place(setup: &Setup, at: Instant) -> WindowPlace {
    let Contract { zone, cycles, .. } = &setup.policy.contract;
    let around = cycles.around(at);
    // An account without an opening balance begins its first cycle with the run.
    let begins = setup.opening.is_none() && around.contains(setup.horizon.from);
    let cycle = if begins { Window { from: setup.horizon.from, ..around } } else { around };
    WindowPlace { at, zone: *zone, cycle }
}

/// The most recharges under these caps, each of the size that the rules say.
fn most(setup: &Setup, caps: &[Cap]) -> Result<Option<BoughtAtMost>, Overflow> {
    let Some((purchase, packs)) = one_size(setup) else { return Ok(None) };
    let rules = setup.policy.recharge.as_ref().expect("caps are rules of recharges");
    let contract = &setup.policy.contract;
    let offer = Offer {
        purchase,
        closes_gap: false,
        pricing: &rules.pricing,
        tax: contract.tax,
        minor: contract.minor,
    };
    let mut caps = opened(setup, caps)?;
    let (mut at, mut bought) = (setup.horizon.from, BoughtAtMost::default());
    while at < setup.horizon.to {
        let place = place(setup, at);
        match cap_use::judge(&mut caps, place, offer, packs)? {
            CapAnswer::Blocked { until, .. } => at = until,
            CapAnswer::Allowed(_) if bought.recharges >= MOST => return Ok(None),
            CapAnswer::Allowed(order) => {
                cap_use::count(&mut caps, place, Settled { at, order, succeeded: true })?;
                bought.recharges += 1;
                bought.credits += order.credits;
            }
        }
    }
    Ok(Some(bought))
}

/// What a recharge buys and how many packs of it, where all of the run buy the same under the same caps.
fn one_size(setup: &Setup) -> Option<(&Purchase, i128)> {
    let rules = setup.policy.recharge.as_ref().filter(|rules| !rules.closes_gap)?;
    let changes = |(_, action): &(Instant, Action)| {
        matches!(
            action,
            Action::ChangePackage(_)
                | Action::ChangePacks(_)
                | Action::ChangePurchase(_)
                | Action::ChangeCaps(_)
        )
    };
    match &rules.purchase {
        Purchase::Packs { packs, .. } if !setup.actions.iter().any(changes) => {
            Some((&rules.purchase, i128::from(*packs)))
        }
        _ => None,
    }
}

/// How many windows of a cap a run touches.
fn windows(setup: &Setup, window: CapWindow) -> Option<u64> {
    let zone = setup.policy.contract.zone;
    let around = |at: Instant| match window {
        CapWindow::Day => Some(zone.day(at)),
        CapWindow::Month => Some(zone.month(at)),
        CapWindow::Cycle => Some(place(setup, at).cycle),
        CapWindow::Rolling(_) => None,
    };
    let next = |window: &Window| around(window.to).filter(|_| window.to < setup.horizon.to);
    let first = around(setup.horizon.from)?;
    Some(std::iter::successors(Some(first), next).count() as u64)
}
