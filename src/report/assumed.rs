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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_cost_is_said_to_count_a_balance_that_is_assumed_and_where_it_has_no_price() {
        const ASSUMED: &str = "assumed = [\"account.opening_balance\"]\n";
        const SOLD: &str = "[packages.a]\ncredits = 100\nprice = \"7\"\n[recharge]\nat_or_below = 10\npackage = \"a\"\n";
        let said = |before: &str, after: &str| {
            let dates = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";
            let text = format!("{dates}{before}account.opening_balance = 22\n{after}");
            let scenario = Scenario::from_text("test.toml", &text, Path::new("")).unwrap();
            in_cost(std::iter::once(&scenario.setup))
        };
        assert_eq!(said("", SOLD), "");
        assert!(said(ASSUMED, SOLD).ends_with("at what a credit costs there"));
        assert!(said(ASSUMED, "").contains("sells none has no such price"));
    }
}
