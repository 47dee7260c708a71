//! What a scenario costs more than another, and why: the bill component by component, and each group of settings that
//! differs with its part of the difference.
//!
//! The scenario is made from the other one group of settings at a time: every subset of the groups lives through the same
//! usage and luck, and [`super::shapley`] divides the difference of every replication, of which the mean is told.
//! Deliberately absent: the settings as they are written, which are [`crate::scenario::setting_changes`]'s.

use crate::figures::Figure;
use crate::scenario::{Meaning, Scenario};
use crate::study::candidates::whole;
use crate::study::estimate;
use crate::study::{
    Candidate, Confidence, Ending, Estimate, MeteredUsage, Objective, Question, Runs, StudyRuns,
    Until, UsageModel,
};

use super::error::InquiryError;
use super::explain::sign_in_bill;
use super::pool::Means;
use super::shapley::float_parts;
use super::study::run;

/// The most runs that a division among groups takes; with more replications fewer groups are told apart.
const MOST_RUNS_OF_A_BILL: usize = 20_000;
/// The most groups that are told apart.
const MOST_GROUPS: usize = 4;

/// Settings that belong together, in the order in which reports list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingGroup {
    /// The plan: fee, allowance, quotas.
    Plan,
    /// What a recharge buys, and its price.
    Purchase,
    /// The threshold, and when it is looked at.
    Trigger,
    /// Caps.
    Caps,
    /// The cooldown.
    Cooldown,
    /// Auto-recharge as a whole, where one of the two has none.
    AutoRecharge,
    /// The lifetime of purchased credits.
    Expiry,
    /// Outcomes and consequences of charges.
    Payment,
    /// Treatment of usage that the balance does not cover.
    Service,
    /// Cycles, rollover, tax and standing charges.
    Billing,
    /// The account at the start.
    Account,
    /// The timeline.
    Actions,
    /// What a row of usage counts.
    Meter,
}

impl SettingGroup {
    /// All of them, in order.
    const ALL: [SettingGroup; 13] = [
        SettingGroup::Plan,
        SettingGroup::Purchase,
        SettingGroup::Trigger,
        SettingGroup::Caps,
        SettingGroup::Cooldown,
        SettingGroup::AutoRecharge,
        SettingGroup::Expiry,
        SettingGroup::Payment,
        SettingGroup::Service,
        SettingGroup::Billing,
        SettingGroup::Account,
        SettingGroup::Actions,
        SettingGroup::Meter,
    ];

    /// Its name for people, and with `_` for a space in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SettingGroup::Plan => "plan",
            SettingGroup::Purchase => "package and price",
            SettingGroup::Trigger => "threshold",
            SettingGroup::Caps => "caps",
            SettingGroup::Cooldown => "cooldown",
            SettingGroup::AutoRecharge => "auto-recharge",
            SettingGroup::Expiry => "expiry",
            SettingGroup::Payment => "payment",
            SettingGroup::Service => "service",
            SettingGroup::Billing => "cycles and tax",
            SettingGroup::Account => "account at the start",
            SettingGroup::Actions => "timeline",
            SettingGroup::Meter => "meter",
        }
    }

    /// Takes the settings of the group over from another scenario.
    fn take(self, into: &mut Meaning, from: &Meaning) {
        let (to, other) = (&mut into.setup, &from.setup);
        let (contract, theirs) = (&mut to.policy.contract, &other.policy.contract);
        match self {
            SettingGroup::Plan => contract.plan = theirs.plan.clone(),
            SettingGroup::Expiry => {
                contract.lifetime = theirs.lifetime;
                contract.burn_order = theirs.burn_order;
            }
            SettingGroup::Billing => {
                contract.cycles = theirs.cycles;
                contract.rollover = theirs.rollover;
                contract.tax = theirs.tax;
                contract.standing = theirs.standing.clone();
            }
            SettingGroup::Service => to.policy.service = other.policy.service,
            SettingGroup::Account => {
                to.opening = other.opening.clone();
                to.enabled = other.enabled;
                to.facts = other.facts;
                to.past = other.past.clone();
            }
            SettingGroup::Actions => to.actions = other.actions.clone(),
            SettingGroup::AutoRecharge => {
                to.policy.recharge = other.policy.recharge.clone();
                to.enabled = other.enabled;
                to.past = other.past.clone();
                to.actions = other.actions.clone();
            }
            SettingGroup::Payment => {
                into.luck = from.luck.clone();
                self.take_of_recharge(into, from);
            }
            SettingGroup::Purchase
            | SettingGroup::Trigger
            | SettingGroup::Caps
            | SettingGroup::Cooldown => self.take_of_recharge(into, from),
            SettingGroup::Meter => {}
        }
    }

    fn take_of_recharge(self, into: &mut Meaning, from: &Meaning) {
        let (Some(to), Some(other)) =
            (&mut into.setup.policy.recharge, &from.setup.policy.recharge)
        else {
            return;
        };
        match self {
            SettingGroup::Purchase => {
                to.purchase = other.purchase.clone();
                to.closes_gap = other.closes_gap;
                to.pricing = other.pricing.clone();
            }
            SettingGroup::Trigger => {
                to.trigger = other.trigger;
                to.firing = other.firing;
                to.poll = other.poll;
            }
            SettingGroup::Caps => to.caps = other.caps.clone(),
            SettingGroup::Cooldown => to.cooldown = other.cooldown,
            SettingGroup::Payment => {
                to.terms = other.terms.clone();
                to.eligibility = other.eligibility;
            }
            _ => {}
        }
    }

    /// The groups in which two scenarios differ. Where only one has auto-recharge, that is one group with all that
    /// acts on it.
    fn differing(base: &Scenario, head: &Scenario, has_meters: bool) -> Vec<SettingGroup> {
        let has_recharge = |one: &Scenario| one.setup.policy.recharge.is_some();
        let whole = has_recharge(base) != has_recharge(head);
        let is_asked = |group: &SettingGroup| match group {
            SettingGroup::AutoRecharge => whole,
            SettingGroup::Account | SettingGroup::Actions => !whole,
            SettingGroup::Meter => has_meters,
            _ => true,
        };
        let differs = |group: &SettingGroup| {
            let mut made = base.meaning.clone();
            group.take(&mut made, &head.meaning);
            made != base.meaning || *group == SettingGroup::Meter
        };
        SettingGroup::ALL.into_iter().filter(is_asked).filter(differs).collect()
    }
}

/// What a scenario costs more than another per period, on the same usage and luck.
#[derive(Clone, Debug, PartialEq)]
pub struct BillDifference {
    /// The total spend of the second less that of the first.
    pub total: Estimate,
    /// The credits refused by the second less those by the first.
    pub refused: Estimate,
    /// The components of the bill that either has, each the second less the first, and what is refunded taken off.
    pub components: Vec<(Figure, Estimate)>,
    /// The part of each group of settings that differs; they add up to the total. Empty where that was not sought, or
    /// could not be.
    pub groups: Vec<GroupPart>,
}

/// What settings that differ make of a difference of spend.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPart {
    /// The settings; several groups where they are too many to be told apart.
    pub groups: Vec<SettingGroup>,
    /// Their part of the total, per period.
    pub spend: Estimate,
    /// Their part of the difference of credits refused, per period.
    pub refused: Estimate,
}

impl BillDifference {
    /// The components of the bills of two candidates, without the parts of settings.
    pub fn of(
        (head, head_periods): (&Runs, f64),
        (base, base_periods): (&Runs, f64),
        confidence: Confidence,
    ) -> Option<BillDifference> {
        let per = |runs: &Runs, figure: Figure, periods: f64| -> Vec<f64> {
            runs.column(figure).iter().map(|value| value / periods).collect()
        };
        let is_certain = head.is_certain && base.is_certain;
        let difference = |figure: Figure| {
            let [ours, theirs] = [per(head, figure, head_periods), per(base, figure, base_periods)];
            let found = estimate::paired(&ours, &theirs, confidence)?.difference;
            Some(if is_certain { Estimate::certain(found.value) } else { found })
        };
        let is_anything = |figure: &Figure| {
            [head, base].iter().any(|runs| runs.column(*figure).iter().any(|&value| value != 0.0))
        };
        let components = Figure::OF_BILL.into_iter().filter(is_anything);
        Some(BillDifference {
            total: difference(Figure::TOTAL_SPEND)?,
            refused: difference(Figure::REFUSED)?,
            components: components
                .map(|figure| Some((figure, signed(figure, difference(figure)?))))
                .collect::<Option<_>>()?,
            groups: Vec::new(),
        })
    }
}

/// A difference of a component as it counts in the bill.
fn signed(figure: Figure, difference: Estimate) -> Estimate {
    if sign_in_bill(figure) > 0 { difference } else { difference.negated() }
}

/// Two scenarios whose difference is divided.
pub(super) struct BillQuestion<'q> {
    /// The first and the second.
    pub scenarios: [&'q Scenario; 2],
    /// The usage of candidates, and the places of the two among them.
    pub usage: (&'q UsageModel, [usize; 2]),
    /// The objective, for the period and the confidence.
    pub objective: &'q Objective,
    /// Replications.
    pub replications: usize,
    /// The seed.
    pub seed: u64,
}

/// The same difference with the part of each group of settings in which the two scenarios differ. Empty where they differ in none, or where a
/// mixture of the two cannot be run.
pub(super) fn with_groups(
    bill: BillDifference,
    question: &BillQuestion<'_>,
    means: Means<'_>,
) -> Result<BillDifference, InquiryError> {
    let asked = groups_of(question);
    let groups = match <[Vec<SettingGroup>; 1]>::try_from(asked) {
        Ok([groups]) => vec![GroupPart { groups, spend: bill.total, refused: bill.refused }],
        Err(asked) => group_parts(question, asked, means)?,
    };
    Ok(BillDifference { groups, ..bill })
}

/// The groups in which they differ, as many as can be told apart.
fn groups_of(question: &BillQuestion<'_>) -> Vec<Vec<SettingGroup>> {
    let [base, head] = question.scenarios;
    let (usage, places) = question.usage;
    let has_meters = usage.meter(places[0]) != usage.meter(places[1]);
    let groups = SettingGroup::differing(base, head, has_meters);
    let most = (MOST_RUNS_OF_A_BILL / question.replications.max(1)).max(2).ilog2() as usize;
    together(groups, most.min(MOST_GROUPS))
}

/// The part of each of several groups, from runs of every mixture of the two scenarios.
fn group_parts(
    question: &BillQuestion<'_>,
    asked: Vec<Vec<SettingGroup>>,
    means: Means<'_>,
) -> Result<Vec<GroupPart>, InquiryError> {
    let [base, head] = question.scenarios;
    let (usage, places) = question.usage;
    let replications = question.replications.max(1);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mixtures: Vec<Vec<SettingGroup>> = (0..1_usize << asked.len())
        .map(|subset| {
            let taken = asked.iter().enumerate().filter(|(place, _)| subset & (1 << place) != 0);
            taken.flat_map(|(_, groups)| groups.iter().copied()).collect()
        })
        .collect();
    let candidates: Vec<Candidate> =
        mixtures.iter().map(|taken| mixture(base, head, taken)).collect();
    let source = metered(usage, places, &mixtures);
    let asking = Question {
        candidates: &candidates,
        source: &source,
        seed: question.seed,
        objective: question.objective.clone(),
        until: Until::Replications(replications),
    };
    // A mixture may be a scenario that nobody would write, such as one without a way to buy enough.
    let Ok(StudyRuns { runs, ended }) = run(&asking, means) else { return Ok(Vec::new()) };
    if ended == Ending::Interrupted {
        return Err(InquiryError::Interrupted {
            before: "the difference of the bills was divided",
        });
    }
    let periods: Vec<f64> =
        candidates.iter().map(|one| question.objective.length(&one.setup).periods).collect();
    let part = |figure: Figure| parts_of(figure, (&runs, &periods), asked.len());
    let (spend, refused) = (part(Figure::TOTAL_SPEND), part(Figure::REFUSED));
    let confidence = question.objective.confidence;
    let is_certain = runs.iter().all(|runs| runs.is_certain);
    let mean = |samples: &[f64]| {
        let found = estimate::mean(samples, confidence)?;
        Some(if is_certain { Estimate::certain(found.value) } else { found })
    };
    let group = |(place, groups): (usize, Vec<SettingGroup>)| {
        Some(GroupPart { groups, spend: mean(&spend[place])?, refused: mean(&refused[place])? })
    };
    Ok(asked.into_iter().enumerate().filter_map(group).collect())
}

/// The groups one by one; those beyond the most together in the last.
fn together(groups: Vec<SettingGroup>, most: usize) -> Vec<Vec<SettingGroup>> {
    if groups.len() <= most {
        return groups.into_iter().map(|group| vec![group]).collect();
    }
    let (first, others) = groups.split_at(most.saturating_sub(1));
    first.iter().map(|&group| vec![group]).chain([others.to_vec()]).collect()
}

/// The first scenario with some groups of settings of the second.
fn mixture(base: &Scenario, head: &Scenario, taken: &[SettingGroup]) -> Candidate {
    let mut made = base.clone();
    taken.iter().for_each(|group| group.take(&mut made.meaning, &head.meaning));
    whole(&made, format!("with {} settings taken over", taken.len()))
}

/// The usage of each mixture: that of the second where it takes over the meter.
fn metered(usage: &UsageModel, places: [usize; 2], mixtures: &[Vec<SettingGroup>]) -> UsageModel {
    let [base, head] = places;
    let mut made = MeteredUsage::new(usage.of(base).clone());
    let takes = |taken: &[SettingGroup]| taken.contains(&SettingGroup::Meter);
    if !mixtures.iter().any(|taken| takes(taken)) {
        return usage.of(base).clone();
    }
    let mut own: Option<usize> = None;
    for (place, taken) in mixtures.iter().enumerate().skip(1) {
        match (takes(taken), own) {
            (false, _) => made.add(None),
            (true, None) => {
                made.add(Some(usage.of(head).clone()));
                own = Some(place);
            }
            (true, Some(first)) => made.add_like(first),
        }
    }
    UsageModel::Metered(made)
}

/// The part of each group in each replication, per period.
fn parts_of(figure: Figure, (runs, periods): (&[Runs], &[f64]), groups: usize) -> Vec<Vec<f64>> {
    let replications = runs.iter().map(Runs::len).min().unwrap_or(0);
    let mut parts = vec![Vec::with_capacity(replications); groups];
    for replication in 0..replications {
        let worth: Vec<f64> = runs
            .iter()
            .zip(periods)
            .map(|(runs, periods)| runs.column(figure)[replication] / periods)
            .collect();
        for (part, value) in parts.iter_mut().zip(float_parts(groups, &worth)) {
            part.push(value);
        }
    }
    parts
}
