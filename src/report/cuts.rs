//! The sentence about cycles that the horizon cuts.

use crate::domain::{Window, Zone};
use crate::inquiry::{CutCycle, HorizonEnd};

/// What is told of cycles that the horizon cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutIn {
    /// One run, whose figures are sums.
    Run,
    /// Many runs, whose figures are told per cycle.
    Study,
}

/// The sentence that the horizon cuts cycles although their fee and allowance count in full, with
/// the way to end on them; `None` if it cuts none.
pub fn sentence(cuts: &[CutCycle], of: CutIn, zone: Zone) -> Option<String> {
    let said: Vec<String> = cuts.iter().map(|cut| one(cut, of, zone)).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn one(cut: &CutCycle, of: CutIn, zone: Zone) -> String {
    let key = match cut.at {
        HorizonEnd::Start => "start",
        HorizonEnd::End => "end",
    };
    let counts = match (cut.counts, of) {
        (true, CutIn::Study) => "count in full, but it counts as a part of a cycle",
        (false, CutIn::Study) => "do not count, but the part of it does",
        (true, CutIn::Run) => "count in full, and only a part of its usage is in the run",
        (false, CutIn::Run) => "do not count, and a part of its usage is in the run",
    };
    let Window { from, to } = cut.cycle;
    let (from, to) = (zone.show_date(from), zone.show_date(to));
    format!(
        "`{key}` cuts the cycle from {from} to {to}: its fee and allowance {counts}. With \
         `--set {key}={from}` or `--set {key}={to}` cycles are whole."
    )
}
