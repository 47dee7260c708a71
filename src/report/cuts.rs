//! The sentence about cycles that the horizon cuts.

use crate::domain::{Window, Zone};
use crate::inquiry::{CutCycle, HorizonEnd};

/// The sentence that the horizon cuts cycles although their fee and allowance count in full, with
/// the way to end on them; `None` if it cuts none.
pub fn sentence(cuts: &[CutCycle], zone: Zone) -> Option<String> {
    let said: Vec<String> = cuts.iter().map(|cut| one(cut, zone)).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn one(cut: &CutCycle, zone: Zone) -> String {
    let key = match cut.at {
        HorizonEnd::Start => "start",
        HorizonEnd::End => "end",
    };
    let counts = match cut.counts {
        true => "count in full, but it counts as a part of a cycle",
        false => "do not count, but the part of it does",
    };
    let Window { from, to } = cut.cycle;
    let (from, to) = (zone.show_date(from), zone.show_date(to));
    format!(
        "`{key}` cuts the cycle from {from} to {to}: its fee and allowance {counts}. Set \
         `{key} = {from}` or `{key} = {to}` to have whole cycles."
    )
}
