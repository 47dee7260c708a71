//! What would have prevented the outages of a run, and for how much: the same usage and luck again, with
//! one setting changed.
//!
//! The changes of [`super::changes`] are tried, those of one kind in order until nothing is refused; then less of what does.
//! More is not always better, as a larger purchase may put off the next one into a busier hour: numbers that were not tried
//! may do with less, and nothing here says that it is the least.
//! Deliberately absent: payments that fail, which no setting mends,
//! and many runs, which are a study's.

use std::cell::Cell;

use rust_decimal::Decimal;

use crate::engine::{EngineError, Limits, Pace};
use crate::figures::Figures;
use crate::replay::{Outcome, ReplayError};
use crate::scenario::{Scenario, Setting, SettingPath};

use super::changes::{OwnerChanges, number, setting};
use super::error::InquiryError;
use super::run::run_within;
use super::usage::UsageInput;

/// Numbers up to twice the one found to prevent all, of which the one that spends least is told.
const BEYOND: u64 = 8;

/// The most events of a run that is lived through again: more would keep its reader waiting.
const MOST_EVENTS: u64 = 2_000_000;

/// The charges of all trials together where nothing else is said, which take some seconds: twice what one run may have.
pub const TRIAL_CHARGES: u64 = 20_000_000;

/// What would have refused less, of what was tried.
#[derive(Clone, Debug, Default)]
pub struct Preventions {
    /// What refuses least first, and the cheapest of those alike; of each kind of change the one that does so best.
    pub found: Vec<Prevention>,
    /// Changes that were not tried to their end, as they charge too often.
    pub ended: usize,
}

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

/// What would have refused less than `found`. Usage is read once more, and held. `None` where nothing was refused, where
/// usage cannot be read again, and of very much usage: then nothing is tried. All trials together start at most so many
/// `charges`; those that would start more are ended.
pub fn preventions(
    usage: &UsageInput<'_>,
    found: &Outcome,
    charges: u64,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Preventions>, InquiryError> {
    let refused = found.metrics.total().refused().micro();
    if refused == 0 || found.usage.events > MOST_EVENTS || !usage.can_be_read_again() {
        return Ok(None);
    }
    let held = usage.held()?;
    let (charges_left, ended) = (Cell::new(charges), Cell::new(0));
    let trial = Trial { usage: &held, found, stop, charges_left, ended };
    let mut best = Vec::new();
    let changes = OwnerChanges::of(usage.scenario(), found.usage.largest);
    best.extend(trial.best(alone(&changes.earlier))?);
    best.extend(trial.cheapest(trial.least(trial.best(alone(&changes.packs))?)?)?);
    best.extend(trial.least(trial.best(trial.caps(&changes))?)?);
    best.extend(trial.best(alone(&changes.plans))?);
    best.extend(trial.best(alone(&changes.packages))?);
    best.sort_by_key(|one| (one.figures.refused(), one.figures.total_spend()));
    Ok(Some(Preventions { found: best, ended: trial.ended.get() }))
}

/// The run, to be lived through again.
struct Trial<'t> {
    usage: &'t UsageInput<'t>,
    found: &'t Outcome,
    stop: &'t dyn Fn() -> bool,
    /// Charges that further trials may start.
    charges_left: Cell<u64>,
    /// Trials that were ended before theirs.
    ended: Cell<usize>,
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
        let usual = Limits::default();
        let charges = self.charges_left.get().min(usual.charges);
        let limits = Limits { charges, ..usual };
        match run_within::<(), InquiryError>(&usage, Pace::Skip, limits, || Ok(()), self.stop) {
            Ok((outcome, ())) => {
                let total = outcome.metrics.total().clone();
                self.spend(total.recharges + total.failed_attempts);
                Ok(Some(total))
            }
            Err(error) if (self.stop)() => Err(error),
            Err(InquiryError::Replay(ReplayError::Engine {
                error: EngineError::TooManyCharges { .. },
                ..
            })) => {
                self.ended.set(self.ended.get() + 1);
                self.spend(charges);
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    fn spend(&self, charges: u64) {
        self.charges_left.set(self.charges_left.get().saturating_sub(charges));
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

    /// What prevents all with fewer settings and smaller numbers, where those that are tried do so: packs, balances to restore
    /// and caps are found by doubling, and half of what that comes to may do.
    fn least(&self, found: Option<Prevention>) -> Result<Option<Prevention>, InquiryError> {
        let mut least = match found {
            Some(found) if found.figures.refused().micro() == 0 => found,
            other => return Ok(other),
        };
        let mut place = 0;
        while place < least.settings.len() && least.settings.len() > 1 {
            let mut fewer = least.settings.clone();
            fewer.remove(place);
            match self.enough(fewer)? {
                Some(enough) => least = enough,
                None => place += 1,
            }
        }
        for place in 0..least.settings.len() {
            least = self.smallest(least, place)?;
        }
        Ok(Some(least))
    }

    /// Of what buys more at a time the one that spends least: a little more than what prevents all may be paid less
    /// often.
    fn cheapest(&self, found: Option<Prevention>) -> Result<Option<Prevention>, InquiryError> {
        let Some(mut best) = found else { return Ok(None) };
        let [Setting { path, value }] = best.settings.as_slice() else { return Ok(Some(best)) };
        let (Some(least), path) = (value.decimal(), path.clone()) else { return Ok(Some(best)) };
        if best.figures.refused().micro() > 0 {
            return Ok(Some(best));
        }
        let step = step_to(least, &path);
        for part in 1..=BEYOND {
            let more = (least * Decimal::from(part) / Decimal::from(BEYOND) / step).ceil() * step;
            let other = self.enough(vec![setting(&path, (least + more).normalize())])?;
            let spends_less =
                |one: &Prevention| one.figures.total_spend() < best.figures.total_spend();
            if let Some(other) = other.filter(spends_less) {
                best = other;
            }
        }
        Ok(Some(best))
    }

    /// The same with a smaller number in one of its settings: halfway between what is set and what is enough, again and
    /// again, to three digits.
    fn smallest(&self, mut least: Prevention, place: usize) -> Result<Prevention, InquiryError> {
        let path = least.settings[place].path.clone();
        let now = number(self.scenario(), &path).unwrap_or(Decimal::ONE);
        let Some(mut enough) = least.settings[place].value.decimal() else { return Ok(least) };
        let step = step_to(enough, &path);
        let mut short = now;
        loop {
            let half = ((short + enough) / Decimal::TWO / step).floor() * step;
            if half <= short || half >= enough {
                return Ok(least);
            }
            let mut settings = least.settings.clone();
            settings[place] = setting(&path, half.normalize());
            match self.enough(settings)? {
                Some(found) => (least, enough) = (found, half),
                None => short = half,
            }
        }
    }

    /// The run with these settings, where that prevents all.
    fn enough(&self, settings: Vec<Setting>) -> Result<Option<Prevention>, InquiryError> {
        let Ok(changed) = self.scenario().with_overrides(&settings) else { return Ok(None) };
        let figures = self.figures(&changed)?.filter(|one| one.refused().micro() == 0);
        let phrase = changed.phrase_of(&settings);
        Ok(figures.map(|figures| Prevention { settings, phrase, figures }))
    }
}

/// The step to which a number is looked for: one, or the third digit of a large one; of money and credits a hundredth
/// where they are below ten.
fn step_to(number: Decimal, path: &SettingPath) -> Decimal {
    let text = path.to_string();
    let is_whole = text.ends_with("recharges") || text.ends_with("packs");
    let mut step =
        if is_whole || number >= Decimal::TEN { Decimal::ONE } else { Decimal::new(1, 2) };
    while number >= step * Decimal::ONE_THOUSAND {
        step *= Decimal::TEN;
    }
    step
}

/// Each setting by itself.
fn alone(settings: &[Setting]) -> Vec<Vec<Setting>> {
    settings.iter().map(|setting| vec![setting.clone()]).collect()
}
