//! What would have prevented the outages of a run, and for how much: the same usage and luck again, with
//! one setting changed.
//!
//! The changes of [`super::changes`] are tried, those of one kind in order until nothing is refused.
//! Deliberately absent: payments that fail, which no setting mends,
//! and many runs, which are a study's.

use crate::domain::sorting::sort_by_key;
use crate::engine::Pace;
use crate::figures::Figures;
use crate::replay::Outcome;
use crate::scenario::{Scenario, Setting};

use super::changes::{OwnerChanges, fewer_packs};
use super::error::InquiryError;
use super::run::run;
use super::usage::UsageInput;

/// The most events of a run that is lived through again: more would keep its reader waiting.
const MOST_EVENTS: u64 = 2_000_000;

/// A change that would have refused less.
#[derive(Clone, Debug)]
pub struct Prevention {
    /// The settings that change.
    pub settings: Vec<Setting>,
    /// Those settings in words.
    pub phrase: String,
    /// The figures of the run with it.
    pub figures: Figures,
}

/// What would have refused less than `found`, what refuses least first and the cheapest of those alike;
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
    let changes = OwnerChanges::of(usage.scenario(), found.usage.largest);
    best.extend(trial.best(alone(&changes.earlier))?);
    best.extend(trial.fewest_packs(&changes)?);
    best.extend(trial.best(trial.caps(&changes))?);
    best.extend(trial.best(alone(&changes.plans))?);
    best.extend(trial.best(alone(&changes.packages))?);
    sort_by_key(&mut best, |one| (one.figures.refused(), one.figures.total_spend()));
    Ok(Some(best))
}

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
    fn best(&self, proposals: Vec<Vec<Setting>>) -> Result<Option<Prevention>, InquiryError> {
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

    /// Without caps, or with higher ones, where one of them stopped a recharge; then without any and with an
    /// earlier trigger besides.
    fn caps(&self, changes: &OwnerChanges) -> Vec<Vec<Setting>> {
        if self.found.chronicle.cap_blocks.count() == 0 {
            return Vec::new();
        }
        let none = changes.caps.last().cloned().unwrap_or_default();
        let both = changes
            .earlier
            .iter()
            .map(|earlier| [&none[..], std::slice::from_ref(earlier)].concat());
        changes.caps.iter().cloned().chain(both).collect()
    }

    /// What prevents most of several changes of packs, with as few of them as do so.
    fn fewest_packs(&self, changes: &OwnerChanges) -> Result<Option<Prevention>, InquiryError> {
        let enough = self.best(alone(&changes.packs))?;
        let Some(found) = enough.as_ref().filter(|one| one.figures.refused().micro() == 0) else {
            return Ok(enough);
        };
        let fewer = self.best(fewer_packs(&found.settings))?;
        Ok(fewer.filter(|fewer| fewer.figures.refused().micro() == 0).or(enough))
    }
}

/// Each setting by itself.
fn alone(settings: &[Setting]) -> Vec<Vec<Setting>> {
    settings.iter().map(|setting| vec![setting.clone()]).collect()
}
