//! The sentences about an account at its start: that it has no credits, and that it knows nothing of usage before.

use crate::domain::text::{in_unit, listed};
use crate::domain::{CreditTotal, Credits, Zone};
use crate::engine::Setup;
use crate::payments::Luck;
use crate::policy::{Base, Bases, Purchase, Trigger};
use crate::usage::UsageSummary;

use super::usage::extent;
use super::words::{count, credits};

/// The sentence that an account starts empty, so that the outage of its first hours is one of the
/// scenario and none of the settings; `None` if it has credits at the start, or if its first charge
/// settles at once.
pub fn sentence(setup: &Setup, luck: &Luck) -> Option<String> {
    (setup.starts_empty() && !luck.settles_at_once()).then(|| {
        "The account starts with no credits, so usage is refused until the first recharge settles, and the \
         first cycle counts as one with an outage. If there are credits today, say how many with \
         `opening_balance` or `opening_grants` in [account]."
            .to_owned()
    })
}

/// The sentence that a horizon inside a file begins with an account of its own, so that its figures are not those that the
/// same days have in a longer run; `None` where the file has no rows before it.
pub fn anew(setup: &Setup, usage: &UsageSummary, zone: Zone, unit: &str) -> Option<String> {
    let from = setup.horizon.from;
    let (first, _) = extent(usage).filter(|&(first, _)| first < from)?;
    Some(format!(
        "The account begins anew on {} with {}: what the rows before that left behind, credits bought and cycles begun, is \
         not in these figures. In a run with `--start {}` the table by month has the same days with it.",
        zone.show_local(from),
        held(setup, unit),
        zone.show_date(zone.day(first).from),
    ))
}

/// The sentence that a share of the cycle's credits is taken of what the account has at its start, as nothing says what the
/// cycle had before, with what the rule comes to where as many recharges `before` are of the cycle; `None` where a recharge
/// is not due at such a share, or a cycle begins at the start.
pub fn share_of_opening(setup: &Setup, before: u64, unit: &str) -> Option<String> {
    let recharge = setup.policy.recharge.as_ref()?;
    let Trigger::ConsumedShare { share, base: Base::CycleTotal } = recharge.trigger else {
        return None;
    };
    let opening = setup.opening.as_ref()?;
    let due = |total: CreditTotal| {
        let cycle_total = Credits::from_micro(i64::try_from(total.micro()).ok()?);
        let level = recharge.trigger.level(&Bases { cycle_total, ..Bases::default() });
        Some(in_unit(credits(level), unit))
    };
    let told = |total: CreditTotal| in_unit(credits(total), unit);
    let held = CreditTotal::from(opening.allowance) + opening.purchased_credits();
    let allowance = setup.policy.contract.plan.allowance;
    let pack = match &recharge.purchase {
        Purchase::Packs { package, packs } => {
            i128::from(package.credits.micro()) * i128::from(*packs)
        }
        Purchase::UpTo { .. } => 0,
    };
    let bought = CreditTotal::from_micro(pack * i128::from(before));
    let whole = CreditTotal::from(allowance) + bought;
    let parts: Vec<String> = [
        allowance.is_positive().then(|| format!("the allowance of {}", told(allowance.into()))),
        (bought > CreditTotal::ZERO)
            .then(|| format!("the {} that are used ({})", count(before, "recharge"), told(bought))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rule = match whole > held {
        true => format!(
            ": {} alone come to {}, of which a recharge is due at {} or less",
            listed(&parts),
            told(whole),
            due(whole)?
        ),
        false => String::new(),
    };
    Some(format!(
        "Assumed: the {} at the start are all that its cycle has had, so that a recharge is due once {share} of that is used, at {} \
         or less (and of what is topped up by hand). The rule counts all that the cycle was given, of which nothing says how much \
         it was{rule}; `--set recharge.at_or_below=NUMBER` runs with the number at which one is due.",
        told(held),
        due(held)?,
    ))
}

/// What an account has at its start: `500 credits`.
fn held(setup: &Setup, unit: &str) -> String {
    let told = |total: CreditTotal| in_unit(credits(total), unit);
    match &setup.opening {
        Some(opening) => {
            let all = CreditTotal::from(opening.allowance) + opening.purchased_credits();
            format!("{}, its opening balance", told(all))
        }
        None => match setup.policy.contract.plan.allowance {
            allowance if allowance.is_positive() => {
                format!("a new cycle and its allowance of {}", told(allowance.into()))
            }
            _ => "no credits".to_owned(),
        },
    }
}
