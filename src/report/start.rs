//! The sentences about an account at its start: that it has no credits, and that it knows nothing of usage before.

use crate::domain::text::in_unit;
use crate::domain::{CreditTotal, Zone};
use crate::engine::Setup;
use crate::payments::Luck;
use crate::usage::UsageSummary;

use super::usage::extent;
use super::words::credits;

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
