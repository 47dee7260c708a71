//! The words for what the cost counts of an opening balance that nobody states.

use crate::domain::CreditTotal;
use crate::engine::{Opening, Setup};
use crate::study::list_price;

/// What the cost counts beside the spend and the value left, where any account starts with a balance that is assumed;
/// empty otherwise.
pub fn in_cost<'s>(setups: impl Iterator<Item = &'s Setup> + Clone) -> &'static str {
    let mut assuming = setups.filter(|setup| has_assumed(setup)).peekable();
    if assuming.peek().is_none() {
        return "";
    }
    match assuming.all(|setup| list_price(setup).is_some()) {
        true => {
            ", plus what was used of an opening balance that is assumed, at what a credit costs there"
        }
        false => {
            ", plus what was used of an opening balance that is assumed, at what a credit costs there (an account that \
             sells none has no such price, and counts it as nothing unless something was bought)"
        }
    }
}

fn has_assumed(setup: &Setup) -> bool {
    let opening = setup.opening.as_ref();
    opening.is_some_and(|opening: &Opening| opening.assumed_credits() > CreditTotal::ZERO)
}
