//! The sentence about cycles that the horizon cuts.

use crate::domain::{Instant, Window, Zone};
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
/// the way to end on them, inside the usage whose first and last instant are given where that is a file; `None` if it cuts
/// none.
pub fn sentence(
    cuts: &[CutCycle],
    of: CutIn,
    usage: Option<(Instant, Instant)>,
    zone: Zone,
) -> Option<String> {
    let said: Vec<String> = cuts.iter().map(|cut| one(cut, of, usage, zone)).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn one(cut: &CutCycle, of: CutIn, usage: Option<(Instant, Instant)>, zone: Zone) -> String {
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
    // An end on the first day, or a start behind the last, leaves nothing.
    let has_days = |at: Instant| {
        usage.is_none_or(|(first, last)| {
            let (first, last) = (zone.day(first).from, zone.day(last).to);
            match cut.at {
                HorizonEnd::Start => first <= at && at < last,
                HorizonEnd::End => first < at && at <= last,
            }
        })
    };
    let set = |at: Instant| format!("`--set {key}={}`", zone.show_date(at));
    let cure = match (has_days(from), has_days(to)) {
        (true, false) => format!("With {} cycles are whole.", set(from)),
        (false, true) => format!("With {} cycles are whole.", set(to)),
        (true, true) => format!("With {} or {} cycles are whole.", set(from), set(to)),
        (false, false) => {
            "The usage has no day at which it begins or ends, so that none of its cycles is whole there.".to_owned()
        }
    };
    let (from, to) = (zone.show_date(from), zone.show_date(to));
    format!("`{key}` cuts the cycle from {from} to {to}: its fee and allowance {counts}. {cure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Zone::UTC.midnight(text.parse().unwrap()).unwrap()
    }

    fn told(end: HorizonEnd, cycle: [&str; 2], usage: Option<[&str; 2]>) -> String {
        let cycle = Window { from: at(cycle[0]), to: at(cycle[1]) };
        let usage = usage.map(|[first, last]| (at(first), at(last)));
        sentence(&[CutCycle { at: end, cycle, counts: true }], CutIn::Run, usage, Zone::UTC)
            .unwrap()
    }

    #[test]
    fn the_way_out_is_a_cut_inside_the_usage() {
        let cycle = ["2026-01-02", "2026-02-02"];
        let both = "With `--set end=2026-01-02` or `--set end=2026-02-02` cycles are whole.";
        let first = "With `--set end=2026-01-02` cycles are whole.";
        for (usage, cure) in [
            (None, both),
            (Some(["2025-06-01", "2026-02-01"]), both),
            (Some(["2025-06-01", "2026-03-09"]), both),
            (Some(["2025-06-01", "2026-01-31"]), first),
            (Some(["2025-06-01", "2026-01-23"]), first),
        ] {
            let told = told(HorizonEnd::End, cycle, usage);
            assert!(told.ends_with(cure), "{usage:?}: {told}");
        }
        let later = told(HorizonEnd::Start, cycle, Some(["2026-01-09", "2026-06-01"]));
        assert!(later.ends_with("With `--set start=2026-02-02` cycles are whole."), "{later}");
        for usage in [["2026-01-09", "2026-01-23"], ["2026-01-02", "2026-01-23"]] {
            let none = told(HorizonEnd::End, cycle, Some(usage));
            assert!(!none.contains("--set"), "{none}");
        }
    }
}
