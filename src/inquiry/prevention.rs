//! What would have prevented the outages of a run, and for how much: the same usage and luck again, with
//! one setting changed.
//!
//! Settings are tried that an owner can change: when to buy, how much at once, the caps, the plan. Those of
//! numbers grow until nothing is refused. Deliberately absent: payments that fail, which no setting mends,
//! and many runs, which are a study's.

use crate::domain::Credits;
use crate::engine::Pace;
use crate::figures::Figures;
use crate::policy::{Purchase, Trigger};
use crate::replay::Outcome;
use crate::scenario::{Scenario, Setting};

use super::error::InquiryError;
use super::run::run;
use super::usage::UsageInput;

/// The most events of a run that is lived through again: more would keep its reader waiting.
const MOST_EVENTS: u64 = 2_000_000;
/// How often a number is raised, each time to the double.
const RAISES: u32 = 5;
/// The most plans that are tried, the smallest of the bigger ones first.
const PLANS: usize = 3;

/// A change that would have had less refused.
#[derive(Clone, Debug)]
pub struct Prevention {
    /// The settings that change.
    pub settings: Vec<Setting>,
    /// Those settings in words.
    pub phrase: String,
    /// The figures of the run with it.
    pub figures: Figures,
}

/// What would have had less refused than `found`, what refuses least first and the cheapest of those alike;
/// of each kind of change the one that does so best. `None` where nothing was refused, where usage cannot
/// be read again, and of very much usage: then nothing is tried.
pub fn preventions(
    usage: &UsageInput<'_>,
    found: &Outcome,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Vec<Prevention>>, InquiryError> {
    let refused = found.metrics.total().refused().micro();
    if refused == 0 || found.usage.events > MOST_EVENTS || !usage.can_be_read_again() {
        return Ok(None);
    }
    let trial = Trial { usage, found, stop };
    let mut best = Vec::new();
    best.extend(trial.best(trial.thresholds())?);
    best.extend(trial.best(trial.packs())?);
    best.extend(trial.best(trial.caps())?);
    best.extend(trial.best(trial.plans())?);
    best.sort_by_key(|one| (one.figures.refused(), one.figures.total_spend()));
    Ok(Some(best))
}

/// Settings to try together.
type Proposal = Vec<Setting>;

/// The run, to be lived through again.
struct Trial<'t> {
    usage: &'t UsageInput<'t>,
    found: &'t Outcome,
    stop: &'t dyn Fn() -> bool,
}

impl Trial<'_> {
    fn scenario(&self) -> &Scenario {
        self.usage.scenario()
    }

    /// Of several proposals the first that prevents all, or the one that refuses least; nothing where none
    /// refuses less than the run did.
    fn best(&self, proposals: Vec<Proposal>) -> Result<Option<Prevention>, InquiryError> {
        let mut best: Option<Prevention> = None;
        let mut least = self.found.metrics.total().refused();
        for settings in proposals {
            let Ok(changed) = self.scenario().with_overrides(&settings) else { continue };
            let Some(figures) = self.figures(&changed)? else { continue };
            let phrase = changed.phrase_of(&settings);
            let refused = figures.refused();
            if refused < least {
                least = refused;
                best = Some(Prevention { settings, phrase, figures });
            }
            if least.micro() == 0 {
                break;
            }
        }
        Ok(best)
    }

    /// The figures of the run by a changed scenario; nothing where that is no whole run.
    fn figures(&self, changed: &Scenario) -> Result<Option<Figures>, InquiryError> {
        let usage = self.usage.of_changed(changed);
        match run::<(), InquiryError>(&usage, Pace::Skip, || Ok(()), self.stop) {
            Ok((outcome, ())) => Ok(Some(outcome.metrics.total().clone())),
            Err(_) if !(self.stop)() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The threshold of the trigger, as high as the largest event and then doubled.
    fn threshold_settings(&self) -> Vec<Setting> {
        let Some(recharge) = &self.scenario().setup.policy.recharge else { return Vec::new() };
        let (key, today) = match recharge.trigger {
            Trigger::AtOrBelow(today) => ("at_or_below", today),
            Trigger::Below(today) => ("below", today),
            Trigger::ConsumedShare { .. } => ("at_or_below", Credits::ZERO),
        };
        let largest = self.found.usage.largest;
        let from = if largest > today { largest } else { doubled(today) };
        let levels = std::iter::successors(Some(from), |&level| Some(doubled(level)));
        let levels = levels.take(RAISES as usize).filter(|level| *level > today);
        let setting = |level: Credits| Setting::from_text(&format!("recharge.{key}={level}")).ok();
        levels.filter_map(setting).collect()
    }

    fn thresholds(&self) -> Vec<Proposal> {
        self.threshold_settings().into_iter().map(|setting| vec![setting]).collect()
    }

    fn packs(&self) -> Vec<Proposal> {
        let recharge = self.scenario().setup.policy.recharge.as_ref();
        let Some(Purchase::Packs { packs, .. }) = recharge.map(|recharge| &recharge.purchase)
        else {
            return Vec::new();
        };
        let more = |raise: u32| packs.saturating_add(1 << raise);
        let proposal = |packs: u32| vec![Setting::new(["recharge", "packs"], u64::from(packs))];
        (0..RAISES).map(more).map(proposal).collect()
    }

    /// Without caps, where one of them stopped a recharge; then with a higher threshold besides.
    fn caps(&self) -> Vec<Proposal> {
        if self.found.chronicle.cap_blocks.count() == 0 {
            return Vec::new();
        }
        let Ok(none) = Setting::from_text("recharge.caps=[]") else { return Vec::new() };
        let both = self.threshold_settings().into_iter();
        let both = both.map(|setting| vec![none.clone(), setting]);
        [vec![none.clone()]].into_iter().chain(both).collect()
    }

    /// The plans that grant more than today's, the smallest first.
    fn plans(&self) -> Vec<Proposal> {
        let scenario = self.scenario();
        let today = scenario.setup.policy.contract.plan.allowance;
        let mut bigger: Vec<_> =
            scenario.plans.iter().filter(|(_, plan)| plan.allowance > today).collect();
        bigger.sort_by_key(|(_, plan)| plan.allowance);
        let proposal = |(name, _): &(String, _)| vec![Setting::new(["plan"], name.as_str())];
        bigger.into_iter().take(PLANS).map(proposal).collect()
    }
}

fn doubled(level: Credits) -> Credits {
    Credits::from_micro(level.micro().saturating_mul(2)).max(Credits::from_micro(1_000_000))
}
