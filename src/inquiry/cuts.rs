//! Cycles cut by the horizon, whose fee and allowance count in full or not at all.

use crate::domain::Window;
use crate::engine::Setup;
use crate::study::Cut;

/// A cycle of which the horizon holds a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutCycle {
    /// The end of the horizon that cuts it.
    pub at: HorizonEnd,
    /// The whole cycle.
    pub cycle: Window,
    /// True if its fee and allowance count; the part inside counts in any case.
    pub counts: bool,
}

/// An end of the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HorizonEnd {
    /// Its start.
    Start,
    /// Its end.
    End,
}

/// The cycles cut by the horizon, of the first of these that has any and has a fee or an allowance
/// per cycle.
pub fn cut_cycles<'s>(setups: impl IntoIterator<Item = &'s Setup>) -> Vec<CutCycle> {
    setups.into_iter().map(cuts_of).find(|cuts| !cuts.is_empty()).unwrap_or_default()
}

fn cuts_of(setup: &Setup) -> Vec<CutCycle> {
    let plan = &setup.policy.contract.plan;
    if !plan.fee.is_positive() && !plan.allowance.is_positive() {
        return Vec::new();
    }
    let Cut { start, end } = Cut::of(setup);
    // With an opening balance the account is inside the cycle, and paid for it before.
    let pays_at_start = setup.opening.is_none();
    let cut = |at, counts| move |cycle| CutCycle { at, cycle, counts };
    let start = start.map(cut(HorizonEnd::Start, pays_at_start));
    start.into_iter().chain(end.map(cut(HorizonEnd::End, true))).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::Scenario;

    fn cuts(text: &str) -> Vec<(HorizonEnd, bool)> {
        let text = format!("currency = \"USD\"\ncycle.anchor = 2026-01-01\n{text}");
        let scenario = Scenario::from_text("cut.toml", &text, Path::new("")).unwrap();
        let found = cut_cycles([&scenario.setup]);
        found.into_iter().map(|cut| (cut.at, cut.counts)).collect()
    }

    #[test]
    fn a_cut_cycle_matters_where_something_is_paid_or_given_for_it() {
        let both = "start = 2026-01-15\nend = 2026-03-10\n";
        let plan = "plan = \"p\"\n[plans.p]\nfee = \"5\"\n";
        assert_eq!(cuts(both), []);
        let found = [(HorizonEnd::Start, true), (HorizonEnd::End, true)];
        assert_eq!(cuts(&format!("{both}{plan}")), found);
        assert_eq!(cuts(&format!("start = 2026-01-01\nend = 2026-03-01\n{plan}")), []);
    }

    #[test]
    fn with_an_opening_balance_the_cycle_that_the_start_cuts_was_paid_before() {
        let text = "start = 2026-01-15\nend = 2026-03-01\nplan = \"p\"\n[plans.p]\nfee = \"5\"\n\
            [account]\nopening_balance = 9\n";
        assert_eq!(cuts(text), [(HorizonEnd::Start, false)]);
    }
}
