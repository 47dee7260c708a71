//! The smallest scenario and usage that still show a difference from a vendor's bill.
//!
//! What is kept is what the run charges on the day in dispute. Where it charges nothing on that day, an account without
//! usage would show that as well; so then all that it charges on the days before is kept too. Settings and usage events
//! are left out in turn until nothing more can be. Deliberately absent: files and sentences.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::NaiveDate;

use crate::domain::{Credits, Instant, Money};
use crate::engine::Pace;
use crate::replay::{ReplayError, replay};
use crate::scenario::{Scenario, ScenarioDraft, Setting, SettingPath, UsageOrigin};
use crate::usage::Held;

use super::charges::{Bill, BillCover, BilledDay, ChargeDay, ChargeRecorder, days_of};
use super::error::InquiryError;
use super::reduce::{Reduced, reduced};

/// The most levels of tables that settings are left out by.
const MOST_DEPTH: usize = 4;

/// A scenario, the usage that it meets, and a vendor's bill.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkQuestion<'q> {
    /// The scenario.
    pub scenario: &'q Scenario,
    /// Its text with all changes, without its usage.
    pub draft: &'q ScenarioDraft,
    /// The events that a run of it meets, in time order.
    pub events: &'q [(Instant, Credits)],
    /// The bill.
    pub bill: &'q Bill,
    /// The day in dispute; the first on which both differ, if none is named.
    pub date: Option<NaiveDate>,
    /// Whether neighbouring events that are left are joined into one that asks for their sum.
    pub joins: bool,
    /// The most runs.
    pub most: usize,
}

/// What still shows the difference.
#[derive(Clone, Debug)]
pub struct ShrinkAnswer {
    /// The difference.
    pub difference: BilledDay,
    /// Number of days and kinds that differ in all.
    pub differences: usize,
    /// The days that were compared.
    pub cover: BillCover,
    /// The settings that are left.
    pub draft: ScenarioDraft,
    /// The usage events that are left.
    pub events: Vec<(Instant, Credits)>,
    /// Their number before neighbours were joined.
    pub events_left: usize,
    /// Whether it was tried of all neighbours to join them.
    pub joins: bool,
    /// Settings before.
    pub settings_before: usize,
    /// Runs that it took.
    pub runs: usize,
    /// Whether it was tried of each setting and each event alone that it cannot be left out.
    pub is_least: bool,
}

/// What is found of a bill.
#[derive(Clone, Debug)]
pub enum Shrunk {
    /// The run charges what the bill has on the days that it is of.
    NoDifference(BillCover),
    /// What still shows a difference.
    Reduced(Box<ShrinkAnswer>),
}

/// The charges that are kept, and the runs that look for them.
struct DisputeSearch<'q> {
    question: ShrinkQuestion<'q>,
    kept: BTreeMap<ChargeDay, Money>,
    /// Whether all days before that of the dispute are kept too.
    keeps_before: bool,
    difference: BilledDay,
    runs: usize,
    stop: &'q dyn Fn() -> bool,
}

/// Looks for the smallest scenario and usage. `stop` ends it early, with what is reached then.
///
/// # Errors
///
/// If the scenario cannot be run on the events, or does not differ from the bill on the day that is named.
pub fn shrink(
    question: ShrinkQuestion<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<Shrunk, InquiryError> {
    let ShrinkQuestion { scenario, bill, .. } = question;
    let charged = charges(scenario, question.events, bill.has_kinds())?;
    let days = days_of(scenario.setup.horizon, scenario.zone);
    let cover = bill.cover(&charged, &days, question.date);
    let differences = bill.differences(&charged, &cover.days);
    let of_date = |one: &&BilledDay| question.date.is_none_or(|date| one.date == date);
    let Some(&difference) = differences.iter().find(of_date) else {
        return match question.date {
            Some(date) => Err(InquiryError::NoDifferenceOn {
                date,
                differ: differences.iter().map(|one| one.date).collect(),
            }),
            None => Ok(Shrunk::NoDifference(cover)),
        };
    };
    let mut search = DisputeSearch::of(question, difference, &charged, stop);
    let settings_before = question.draft.values().len();
    let mut left = Left { draft: search.up_to_the_day(), events: question.events.to_vec() };
    let mut is_least = search.go(&mut left);
    let events_left = left.events.len();
    let joins = question.joins && is_least;
    if joins {
        is_least = search.join(&mut left);
    }
    Ok(Shrunk::Reduced(Box::new(ShrinkAnswer {
        difference,
        differences: differences.len(),
        cover,
        draft: left.draft,
        events: left.events,
        events_left,
        joins,
        settings_before,
        runs: search.runs,
        is_least,
    })))
}

/// What is left of a scenario and its usage.
#[derive(Clone, Debug)]
struct Left {
    draft: ScenarioDraft,
    events: Vec<(Instant, Credits)>,
}

impl<'q> DisputeSearch<'q> {
    fn of(
        question: ShrinkQuestion<'q>,
        difference: BilledDay,
        charged: &Bill,
        stop: &'q dyn Fn() -> bool,
    ) -> DisputeSearch<'q> {
        let day = (difference.date, difference.kind);
        let mut kept = BTreeMap::from([(day, charged.sum(day))]);
        let keeps_before = difference.charged == Money::ZERO;
        if keeps_before {
            kept.extend(charged.before(difference.date).map(|(&day, &sum)| (day, sum)));
        }
        DisputeSearch { question, kept, keeps_before, difference, runs: 0, stop }
    }

    /// Leaves out what can be, in turn; returns whether nothing more can.
    fn go(&mut self, left: &mut Left) -> bool {
        loop {
            let (settings, events) = (left.draft.values().len(), left.events.len());
            let least = self.settings(left) && self.events(left);
            let same = left.draft.values().len() == settings && left.events.len() == events;
            if !least || same {
                return least;
            }
        }
    }

    /// Joins neighbouring events into the last of them, long stretches first; returns whether no two can be joined.
    fn join(&mut self, left: &mut Left) -> bool {
        let mut stretch = left.events.len();
        loop {
            let before = left.events.len();
            let mut from = 0;
            while from + 1 < left.events.len() {
                let to = (from + stretch).min(left.events.len());
                let shorter = joined(&left.events, from, to);
                let shows = shorter.map(|events| (self.shows(&left.draft, &events), events));
                match shows {
                    Some((ControlFlow::Break(()), _)) => return false,
                    Some((ControlFlow::Continue(true), events)) => left.events = events,
                    _ => {}
                }
                from += 1;
            }
            match (stretch <= 2, left.events.len() < before) {
                (true, false) => return true,
                (true, true) => {}
                (false, _) => stretch = stretch.div_ceil(2),
            }
        }
    }

    /// The scenario that ends with the day in dispute, if that shows the difference too.
    fn up_to_the_day(&mut self) -> ScenarioDraft {
        let ShrinkQuestion { draft, events, .. } = self.question;
        let mut sooner = draft.clone();
        let ended = self.difference.date.succ_opt().is_some_and(|after| {
            Setting::from_text(&format!("end={after}")).is_ok_and(|end| sooner.set(&end).is_ok())
        });
        match ended && self.shows(&sooner, events) == ControlFlow::Continue(true) {
            true => sooner,
            false => draft.clone(),
        }
    }

    /// Leaves out settings: whole tables first, and then what is in them.
    fn settings(&mut self, left: &mut Left) -> bool {
        for depth in 1..=MOST_DEPTH {
            let base = left.draft.clone();
            let all = paths(&base, depth);
            let events = left.events.clone();
            let mut shows = |kept: &[SettingPath]| {
                let without: Vec<SettingPath> =
                    all.iter().filter(|path| !kept.contains(path)).cloned().collect();
                self.shows(&base.without(&without), &events)
            };
            let Reduced { items, is_least } = reduced(all.clone(), &mut shows);
            let without: Vec<SettingPath> =
                all.iter().filter(|path| !items.contains(path)).cloned().collect();
            left.draft = base.without(&without);
            if !is_least {
                return false;
            }
        }
        true
    }

    /// Leaves out usage events.
    fn events(&mut self, left: &mut Left) -> bool {
        let draft = left.draft.clone();
        let mut shows = |events: &[(Instant, Credits)]| self.shows(&draft, events);
        let Reduced { items, is_least } = reduced(std::mem::take(&mut left.events), &mut shows);
        left.events = items;
        is_least
    }

    /// Whether a scenario and usage still charge what is kept; ends the search where no run is left.
    fn shows(
        &mut self,
        draft: &ScenarioDraft,
        events: &[(Instant, Credits)],
    ) -> ControlFlow<(), bool> {
        if self.runs >= self.question.most || (self.stop)() {
            return ControlFlow::Break(());
        }
        self.runs += 1;
        let ShrinkQuestion { scenario, bill, .. } = self.question;
        let text = draft.toml(&|_| None);
        let made = Scenario::parse(&scenario.file, &text, &scenario.folder, UsageOrigin::Command);
        // What is no scenario, or cannot be run, shows nothing.
        let charged = made.ok().and_then(|made| {
            let same_money = made.currency == scenario.currency && made.zone == scenario.zone;
            same_money.then(|| charges(&made, events, bill.has_kinds()).ok())?
        });
        ControlFlow::Continue(charged.is_some_and(|charged| self.is_kept(&charged)))
    }

    /// Whether charges are those that are kept, on the days that are compared.
    fn is_kept(&self, charged: &Bill) -> bool {
        let same = self.kept.iter().all(|(&day, &sum)| charged.sum(day) == sum);
        let mut before = charged.before(self.difference.date);
        same && (!self.keeps_before || before.all(|(day, _)| self.kept.contains_key(day)))
    }
}

/// The events with those from one place to another as one, at the instant of the last; `None` if it would ask for more
/// than an event can.
fn joined(
    events: &[(Instant, Credits)],
    from: usize,
    to: usize,
) -> Option<Vec<(Instant, Credits)>> {
    let (all, last) = (&events[from..to], events[to - 1].0);
    let sum = all.iter().try_fold(Credits::ZERO, |sum, &(_, credits)| sum.plus(credits).ok())?;
    Some([&events[..from], &[(last, sum)], &events[to..]].concat())
}

/// The charges of a run by day.
fn charges(
    scenario: &Scenario,
    events: &[(Instant, Credits)],
    has_kinds: bool,
) -> Result<Bill, InquiryError> {
    let mut feed = Held::new(events.to_vec(), scenario.setup.horizon);
    let recorder = ChargeRecorder::new(scenario.zone, has_kinds);
    let ran = replay(scenario, &mut feed, Pace::Skip, recorder, &|| false);
    let (_, recorder) = ran.map_err(|error: ReplayError| InquiryError::from(error))?;
    recorder.charges.ok_or(InquiryError::ChargesOutOfRange)
}

/// The paths of settings and tables at a depth: a name at the top is at the first.
fn paths(draft: &ScenarioDraft, depth: usize) -> Vec<SettingPath> {
    let mut found: Vec<SettingPath> = Vec::new();
    for path in draft.values() {
        let Some(path) = path.outer(depth) else { continue };
        if found.last() != Some(&path) {
            found.push(path);
        }
    }
    found
}
