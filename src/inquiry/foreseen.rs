//! Gates held against futures: a cycle that is foreseen, or all of them together.
//!
//! Deliberately absent: gates of runs and studies, which are in `gates`.

use crate::domain::{Window, Zone};
use crate::figures::Figure;
use crate::scenario::{Gate, GateMeasure, GateSubject};
use crate::study::estimate::{mean, proportion, quantile};
use crate::study::{Confidence, Estimate, Futures, LivedCycle, LivedFuture};
use crate::usage::UsageSummary;

use super::gates::{GateCheck, GateOutcome, GateValue, bound_in_floats, judged, of_reading};

/// The share of futures that `spend_p95` is not above.
const P95: f64 = 0.95;

/// Futures that gates are held against.
#[derive(Clone, Copy, Debug)]
pub(super) struct GatedFutures<'f> {
    /// The futures.
    pub futures: &'f Futures,
    /// The place of the first cycle that is foreseen, the one that goes on.
    pub first: usize,
    /// The zone of the dates that cycles are named by.
    pub zone: Zone,
    /// What was read of the history.
    pub read: &'f UsageSummary,
}

impl GatedFutures<'_> {
    /// Holds the futures against gates, with this confidence for each.
    pub fn checks(&self, gates: &[Gate], confidence: Confidence) -> Vec<GateCheck> {
        gates.iter().map(|gate| self.check(gate, confidence)).collect()
    }

    fn check(&self, gate: &Gate, confidence: Confidence) -> GateCheck {
        if gate.measure.is_of_reading() {
            return of_reading(gate, Some(self.read));
        }
        let ahead = self.first..self.futures.cycles.len();
        let about = |place: usize| {
            let Window { from, .. } = self.futures.cycles[place];
            Some(format!("the cycle from {}", self.zone.show_date(from)))
        };
        let of = |place: usize| self.over(gate, about(place), &[place], confidence);
        match gate.subject {
            GateSubject::EachCycle => deciding(ahead.map(of).collect()),
            GateSubject::ThisCycle => of(self.first),
            _ => self.over(gate, None, &ahead.collect::<Vec<_>>(), confidence),
        }
    }

    /// Holds some cycles together against a gate.
    fn over(
        &self,
        gate: &Gate,
        about: Option<String>,
        cycles: &[usize],
        confidence: Confidence,
    ) -> GateCheck {
        let (bound, lived) = (bound_in_floats(gate), &self.futures.lived);
        let held = |found, outcome| GateCheck { gate: gate.clone(), about, found, bound, outcome };
        let asked = lived.iter().any(|future| sum(future, cycles, |cycle| cycle.usage) > 0.0);
        if !asked {
            return held(GateValue::NoDemand, GateOutcome::Fail);
        }
        match estimate(gate.measure, lived, cycles, confidence) {
            None => held(GateValue::Unknown, GateOutcome::Fail),
            Some(estimate) => {
                let outcome = judged(gate.comparison, estimate, bound, lived.len(), confidence);
                held(GateValue::Estimated(estimate), outcome)
            }
        }
    }
}

/// The check that decides: the first that fails, or the first that is inconclusive, or the last.
fn deciding(mut checks: Vec<GateCheck>) -> GateCheck {
    let failed = checks.iter().position(|check| check.outcome == GateOutcome::Fail);
    let open = || checks.iter().position(|check| check.outcome != GateOutcome::Pass);
    let place = failed.or_else(open).unwrap_or(checks.len() - 1);
    checks.swap_remove(place)
}

/// The sum over some cycles of a future.
fn sum(future: &LivedFuture, cycles: &[usize], of: fn(&LivedCycle) -> f64) -> f64 {
    cycles.iter().fold(0.0, |sum, &place| sum + of(&future.cycles[place]))
}

/// The estimate of a quantity over some cycles.
fn estimate(
    measure: GateMeasure,
    lived: &[LivedFuture],
    cycles: &[usize],
    confidence: Confidence,
) -> Option<Estimate> {
    let sums = |of: fn(&LivedCycle) -> f64| -> Vec<f64> {
        lived.iter().map(|future| sum(future, cycles, of)).collect()
    };
    match measure {
        GateMeasure::SpendP95 => quantile(&sums(|cycle| cycle.spend), P95, confidence),
        GateMeasure::Figure(Figure::TOTAL_SPEND) => mean(&sums(|cycle| cycle.spend), confidence),
        GateMeasure::Figure(Figure::DEMANDED) => mean(&sums(|cycle| cycle.usage), confidence),
        GateMeasure::Figure(Figure::RECHARGES) => mean(&sums(|cycle| cycle.recharges), confidence),
        GateMeasure::Figure(Figure::REFUSED) => mean(&sums(|cycle| cycle.refused), confidence),
        GateMeasure::Figure(Figure::CLOSING_BALANCE) => {
            let last = *cycles.last()?;
            let at_end: Vec<f64> = lived.iter().map(|one| one.cycles[last].balance).collect();
            mean(&at_end, confidence)
        }
        GateMeasure::Figure(Figure::OUTAGE_PROBABILITY) => {
            let is_out =
                |future: &&LivedFuture| cycles.iter().any(|&one| future.cycles[one].outage);
            let out = lived.iter().filter(is_out).count();
            proportion(out as u64, lived.len() as u64, confidence)
        }
        GateMeasure::Figure(_) | GateMeasure::Gain => {
            unreachable!("a gate of a forecast is read with a figure of forecasts")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Instant;
    use crate::scenario::GateOf;
    use crate::study::LivedPart;

    fn cycle(spend: f64, outage: bool) -> LivedCycle {
        LivedCycle { usage: 10.0, spend, recharges: 1.0, refused: 0.0, balance: spend, outage }
    }

    /// A hundred futures of a cycle that is past and two that are foreseen: the first costs 1 and 3 in turn, the
    /// second 10, and every twentieth future has an outage in the second.
    fn futures() -> Futures {
        let lived = |place: usize| LivedFuture {
            before: LivedPart::default(),
            cycles: vec![
                cycle(1_000.0, true),
                cycle(if place.is_multiple_of(2) { 1.0 } else { 3.0 }, false),
                cycle(10.0, place.is_multiple_of(20)),
            ],
            recharged: None,
            out_since: None,
            ran_out: None,
            balance: Vec::new(),
            spend: Vec::new(),
        };
        let day = |days: i64| Instant::from_millis(days * 86_400_000);
        let window = |month: i64| Window { from: day(30 * month), to: day(30 * month + 30) };
        Futures {
            cycles: (0..3).map(window).collect(),
            at: Vec::new(),
            lived: (0..100).map(lived).collect(),
        }
    }

    fn check(text: &str) -> GateCheck {
        let (futures, read) = (futures(), UsageSummary { rows: 7, ..UsageSummary::default() });
        let gated = GatedFutures { futures: &futures, first: 1, zone: Zone::UTC, read: &read };
        let gate = Gate::from_text(text, GateOf::Forecast).unwrap();
        gated.checks(&[gate], Confidence::USUAL).remove(0)
    }

    #[test]
    fn a_gate_speaks_of_all_cycles_to_come_of_this_one_or_of_each() {
        for (text, value, about) in [
            ("total_spend <= 99", 12.0, None),
            ("this_cycle.total_spend <= 99", 2.0, Some("the cycle from 1970-01-31")),
            ("each_cycle.total_spend <= 9", 10.0, Some("the cycle from 1970-03-02")),
            ("each_cycle.total_spend <= 99", 10.0, Some("the cycle from 1970-03-02")),
            ("this_cycle.spend_p95 <= 99", 3.0, Some("the cycle from 1970-01-31")),
            ("closing_balance <= 99", 10.0, None),
            ("demanded <= 99", 20.0, None),
            ("outage_probability <= 99%", 0.05, None),
            ("outages <= 99%", 0.05, None),
        ] {
            let check = check(text);
            let GateValue::Estimated(estimate) = check.found else { panic!("{text}: {check:?}") };
            assert!((estimate.value - value).abs() < 1e-9, "{text}: {estimate:?}");
            assert_eq!(check.about.as_deref(), about, "{text}");
        }
    }

    #[test]
    fn it_passes_fails_or_is_inconclusive_by_its_interval() {
        for (text, outcome) in [
            ("total_spend <= 13", "pass"),
            ("total_spend <= 11", "fail"),
            ("total_spend <= 12.01", "open"),
            ("outage_probability <= 1%", "fail"),
            ("outage_probability <= 5.1%", "open"),
            ("outage_probability <= 20%", "pass"),
            ("this_cycle.outage_probability <= 5%", "pass"),
            // One cycle fails and another is open, and the one that fails decides.
            ("each_cycle.total_spend <= 2.01", "fail"),
            ("rows == 7", "pass"),
            ("skipped_rows >= 1", "fail"),
        ] {
            let found = match check(text).outcome {
                GateOutcome::Pass => "pass",
                GateOutcome::Fail => "fail",
                GateOutcome::Inconclusive { .. } => "open",
            };
            assert_eq!(found, outcome, "{text}");
        }
    }

    #[test]
    fn futures_that_ask_for_nothing_prove_nothing() {
        let mut futures = futures();
        for future in &mut futures.lived {
            future.cycles.iter_mut().for_each(|cycle| cycle.usage = 0.0);
        }
        let read = UsageSummary::default();
        let gated = GatedFutures { futures: &futures, first: 1, zone: Zone::UTC, read: &read };
        let gate = Gate::from_text("total_spend <= 99", GateOf::Forecast).unwrap();
        let found = gated.checks(&[gate], Confidence::USUAL).remove(0);
        assert_eq!((found.found, found.outcome), (GateValue::NoDemand, GateOutcome::Fail));
    }
}
