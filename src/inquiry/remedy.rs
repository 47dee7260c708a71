//! A search for settings that meet the service target if no candidate tried does: further settings
//! of one candidate, on the same usage and luck.
//!
//! The search is bounded, by candidates and by the charges that they start together, and deterministic. It makes one of the changes of [`super::changes`] at a time,
//! then, if none alone is enough, several together, and finally tries fewer packs than it found. Where the
//! service that is wanted costs more than a limit on spend allows, it also tells the cheapest that
//! provides it. Its answer covers only the settings it tried: others may do as well or better.

use rust_decimal::prelude::ToPrimitive;

use crate::domain::Credits;
use crate::engine::Setup;
use crate::figures::Figure;
use crate::scenario::{NamedCandidate, Scenario, Setting, StudyTable};
use crate::study::candidates::candidates;
use crate::study::{
    Candidate, Constraint, Ending, Estimate, EstimatedFigure, Objective, Question, Runs, Standing,
    StudyError, StudyRuns, StudySpec, Until, UsageModel,
};

use super::assess::{ConstraintCheck, CostParts, kept};
use super::breach::Breach;
use super::changes::{OwnerChanges, fewer_packs};
use super::error::InquiryError;
use super::pool::Means;
use super::prevention::TRIAL_CHARGES;
use super::size;
use super::study::run;

/// The most replications of each further candidate at first.
const REPLICATIONS: usize = 100;
/// The most of those that seem to be enough that are run as often as what was tried.
const CONFIRMED: usize = 8;
/// The most further candidates.
pub const MOST_FURTHER: usize = 100;

/// The most replications whose usage is looked through for its largest event.
const LOOKED_THROUGH: usize = 20;

/// The best candidate found beyond those tried.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Number of further candidates that were run.
    pub tried: usize,
    /// Number of runs of the best.
    pub replications: usize,
    /// The cheapest that keeps everything, or else the best by service.
    pub best: Further,
    /// The cheapest that provides the service that is wanted, further settings or a candidate of the
    /// study, if it breaks another constraint and nothing keeps everything.
    pub beyond: Option<Beyond>,
}

/// A candidate that provides the service that is wanted beyond another constraint, such as a budget.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// The candidate.
    pub further: Further,
    /// The constraint that it misses most.
    pub missed: Constraint,
    /// The value of the figure that misses it.
    pub value: f64,
}

/// A further candidate.
#[derive(Clone, Debug)]
pub struct Further {
    /// Its settings; the changes are relative to the scenario of the starting candidate.
    pub candidate: Candidate,
    /// Its cost per period.
    pub cost: Estimate,
    /// Its spend per period: the cash.
    pub cash: f64,
    /// What lies between the two.
    pub parts: CostParts,
    /// The share of the requested credits that it serves.
    pub served: f64,
    /// Hours of outage per period.
    pub downtime: f64,
    /// Number of its runs.
    pub replications: usize,
    /// True if it satisfies everything: certainly, or by its values without a refusal in any
    /// replication.
    pub keeps_all: bool,
    /// True if it satisfies the target and the constraints on service, likewise.
    pub keeps_service: bool,
    /// The constraints that its values miss.
    pub(super) missed: Vec<ConstraintCheck>,
}

/// The start of a search, and its criteria.
pub(super) struct RemedyQuestion<'q> {
    /// The scenario whose settings are changed.
    pub scenario: &'q Scenario,
    /// The settings of the candidate that it starts from.
    pub set: &'q [Setting],
    /// The usage of all candidates.
    pub usage: &'q UsageModel,
    /// The seed of usage and luck.
    pub seed: u64,
    /// The objective and the constraints.
    pub objective: &'q Objective,
    /// Replications of what was tried.
    pub replications: usize,
    /// The account and its horizon.
    pub setup: &'q Setup,
    /// What was tried, where its runs are kept.
    pub tried: Vec<(&'q Candidate, &'q Runs)>,
}

impl RemedyQuestion<'_> {
    /// The credits that are asked for in a run, on average.
    fn asked(&self) -> f64 {
        let mean = |runs: &Runs| {
            let column = runs.column(Figure::DEMANDED);
            column.iter().sum::<f64>() / column.len().max(1) as f64
        };
        self.tried.iter().map(|(_, runs)| mean(runs)).fold(0.0, f64::max)
    }

    /// The largest event, as far as some of the replications tell.
    fn largest(&self) -> Result<Credits, InquiryError> {
        let replications = self.replications.min(LOOKED_THROUGH) as u64;
        let largest = self.usage.largest(self.setup, self.seed, replications);
        largest.map_err(|error| InquiryError::from(StudyError::from(error)))
    }
}

/// The outcome of a search for settings that meet the service target.
#[derive(Clone, Debug)]
pub enum RemedySearch {
    /// Something that was tried meets it, or nothing is known of the candidate that could be changed.
    None,
    /// The best that was found.
    Found(Box<Remedy>),
    /// Stopped before it was through.
    Interrupted,
}

impl RemedySearch {
    /// The best that was found.
    pub fn found(&self) -> Option<&Remedy> {
        match self {
            RemedySearch::Found(remedy) => Some(remedy),
            RemedySearch::None | RemedySearch::Interrupted => None,
        }
    }
}

/// About the charges of a candidate until it has bought what is asked for; as good as none where caps end them before.
fn about_charges(candidate: &Candidate, asked: f64) -> f64 {
    let policy = &candidate.setup.policy;
    let is_capped = policy.recharge.as_ref().is_some_and(|recharge| !recharge.caps.is_empty());
    let size = size::of_purchase(policy).and_then(|size| size.to_f64()).filter(|_| !is_capped);
    size.map_or(0.0, |size| if size > 0.0 { asked / size } else { 0.0 })
}

/// The charges that were started in all runs.
fn charges(runs: &Runs) -> u64 {
    let all = [Figure::RECHARGES, Figure::FAILED_ATTEMPTS].map(|figure| runs.column(figure));
    all.iter().flat_map(|column| column.iter()).sum::<f64>() as u64
}

/// Searches.
pub(super) fn remedy(
    question: &RemedyQuestion<'_>,
    means: Means<'_>,
) -> Result<RemedySearch, InquiryError> {
    let Some(levers) = Levers::of(question, question.largest()?) else {
        return Ok(RemedySearch::None);
    };
    let replications = question.replications.min(REPLICATIONS);
    let mut search = Search { question, means, found: Vec::new(), charges: 0 };
    for stage in [levers.alone(), levers.together()] {
        if !search.run(&stage, replications)? {
            return Ok(RemedySearch::Interrupted);
        }
        if search.cheapest().is_some() {
            break;
        }
    }
    let enough = search.cheapest().or_else(|| search.cheapest_of_service());
    let fewer = enough.map(|enough| levers.fewer_packs(enough));
    if !search.run(&fewer.unwrap_or_default(), replications)? || !search.confirm()? {
        return Ok(RemedySearch::Interrupted);
    }
    Ok(search.end())
}

/// The changes of a candidate, as candidates.
struct Levers<'q> {
    scenario: &'q Scenario,
    set: &'q [Setting],
    changes: OwnerChanges,
}

impl<'q> Levers<'q> {
    fn of(question: &RemedyQuestion<'q>, largest: Credits) -> Option<Levers<'q>> {
        let made = question.scenario.with_overrides(question.set).ok()?;
        let changes = OwnerChanges::of(&made, largest);
        Some(Levers { scenario: question.scenario, set: question.set, changes })
    }

    /// One thing changed at a time.
    fn alone(&self) -> Vec<Candidate> {
        self.candidates(self.changes.alone())
    }

    /// Several things together: more packs, and other plans and packages, each with no cap, with the earliest
    /// trigger and with both.
    fn together(&self) -> Vec<Candidate> {
        let OwnerChanges { packs, caps, earlier, plans, packages, .. } = &self.changes;
        let earliest: Vec<Setting> = earlier.last().cloned().into_iter().collect();
        let uncapped: Vec<Setting> = caps.last().cloned().unwrap_or_default();
        let both = [&earliest[..], &uncapped[..]].concat();
        let with = |set: &Vec<Setting>| {
            let sized = plans.iter().chain(packages).chain(packs);
            sized.map(|size| [&set[..], std::slice::from_ref(size)].concat()).collect::<Vec<_>>()
        };
        let sets = [uncapped.clone(), earliest.clone(), both.clone()];
        let sets = sets.iter().filter(|set| !set.is_empty()).flat_map(with).chain([both]);
        self.candidates(sets)
    }

    /// Fewer packs than a candidate has that needed more than the scenario's.
    fn fewer_packs(&self, found: &Further) -> Vec<Candidate> {
        self.candidates(fewer_packs(&found.candidate.settings))
    }

    /// Candidates from settings on top of those that the search starts from; what makes no scenario, or the
    /// same as another, is left out.
    fn candidates(&self, sets: impl IntoIterator<Item = Vec<Setting>>) -> Vec<Candidate> {
        let mut made: Vec<Candidate> = Vec::new();
        for set in sets {
            // Caps that are removed, or set as a whole, are not set one by one before.
            let kept =
                self.set.iter().filter(|one| !set.iter().any(|other| one.path.is_in(&other.path)));
            let set: Vec<Setting> = kept.cloned().chain(set.iter().cloned()).collect();
            let name = set.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let named = vec![NamedCandidate { name, set }];
            let table = StudyTable { named, ..StudyTable::default() };
            let spec = StudySpec { table, ..StudySpec::default() };
            let found = candidates(self.scenario, &spec).ok().filter(|found| found.len() == 2);
            let Some(candidate) = found.and_then(|found| found.into_iter().next_back()) else {
                continue;
            };
            let alike =
                |other: &Candidate| other.setup == candidate.setup && other.luck == candidate.luck;
            if !made.iter().any(alike) {
                made.push(candidate);
            }
        }
        made
    }
}

/// A search on its way.
struct Search<'s> {
    question: &'s RemedyQuestion<'s>,
    means: Means<'s>,
    found: Vec<(Further, Breach)>,
    /// The charges that were started in all runs.
    charges: u64,
}

impl Search<'_> {
    /// Runs further candidates; false where it was stopped.
    fn run(&mut self, stage: &[Candidate], replications: usize) -> Result<bool, InquiryError> {
        let asked = self.question.asked() * replications as f64;
        let about = |one: &Candidate| about_charges(one, asked);
        // What buys so little at a time is worth no search.
        let stage = stage.iter().filter(|one| about(one) <= TRIAL_CHARGES as f64);
        let room = MOST_FURTHER - self.found.len();
        let stage: Vec<Candidate> = stage.take(room).cloned().collect();
        let most = stage.iter().map(about).fold(1.0, f64::max);
        let mut left = stage.as_slice();
        while !left.is_empty() && self.charges < TRIAL_CHARGES {
            // All together share their usage; a few at a time end where charges are too many.
            let at_once = (TRIAL_CHARGES as f64 / most) as usize;
            let (now, later) = left.split_at(left.len().min(at_once));
            let Some(found) = self.results(now, replications)? else { return Ok(false) };
            self.found.extend(found);
            left = later;
        }
        Ok(true)
    }

    /// Runs those that are about to be told as often as what was tried, as the best of many looks better
    /// than it is; false where it was stopped.
    fn confirm(&mut self) -> Result<bool, InquiryError> {
        for pick in [Search::cheapest, Search::cheapest_of_service, Search::best_served] {
            for _ in 0..CONFIRMED {
                let Some(picked) = pick(self).filter(|picked| !self.is_confirmed(picked)) else {
                    break;
                };
                let name = picked.candidate.name.clone();
                let again = [picked.candidate.clone()];
                let Some(found) = self.results(&again, self.question.replications)? else {
                    return Ok(false);
                };
                self.found.retain(|(other, _)| other.candidate.name != name);
                self.found.extend(found);
            }
        }
        Ok(true)
    }

    fn is_confirmed(&self, further: &Further) -> bool {
        further.replications >= self.question.replications
    }

    /// The results of candidates; `None` where it was stopped.
    fn results(
        &mut self,
        stage: &[Candidate],
        replications: usize,
    ) -> Result<Option<Vec<(Further, Breach)>>, InquiryError> {
        if stage.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let question = Question {
            candidates: stage,
            source: self.question.usage,
            seed: self.question.seed,
            objective: self.question.objective.clone(),
            until: Until::Replications(replications),
        };
        let StudyRuns { runs, ended } = run(&question, self.means)?;
        if ended == Ending::Interrupted {
            return Ok(None);
        }
        self.charges = runs.iter().map(charges).fold(self.charges, u64::saturating_add);
        let results = stage.iter().zip(&runs);
        let results =
            results.filter_map(|(candidate, runs)| further(candidate, runs, &question.objective));
        Ok(Some(results.collect()))
    }

    /// The cheapest that keeps everything.
    fn cheapest(&self) -> Option<&Further> {
        cheapest(self.found.iter().map(|(further, _)| further).filter(|one| one.keeps_all))
    }

    /// The best by service, the first of those that serve as much at the same cost.
    fn best_served(&self) -> Option<&Further> {
        let best = self.found.iter().min_by(|(a, ours), (b, theirs)| {
            ours.nearer(theirs).then(a.cost.value.total_cmp(&b.cost.value))
        });
        best.map(|(further, _)| further)
    }

    /// The cheapest that provides the service that is wanted, as [`Search::cheapest`].
    fn cheapest_of_service(&self) -> Option<&Further> {
        cheapest(self.found.iter().map(|(further, _)| further).filter(|one| one.keeps_service))
    }

    /// The cheapest that provides the service that is wanted beyond another constraint, of the candidates
    /// of the study and of what was found.
    fn beyond(&self) -> Option<Beyond> {
        let objective = self.question.objective;
        let of_study = self.question.tried.iter();
        let of_study = of_study.filter_map(|(candidate, runs)| further(candidate, runs, objective));
        let of_study: Vec<Further> = of_study.map(|(further, _)| further).collect();
        let kept = of_study.iter().filter(|one| one.keeps_service);
        let confirmed = self.cheapest_of_service().filter(|one| self.is_confirmed(one));
        let cheapest = cheapest(kept.chain(confirmed))?;
        let worst = cheapest.missed.iter().max_by(|a, b| a.miss().total_cmp(&b.miss()))?;
        let (missed, value) = (worst.constraint, worst.figure?.value);
        Some(Beyond { further: cheapest.clone(), missed, value })
    }

    fn end(&self) -> RemedySearch {
        let cheapest = self.cheapest().filter(|cheapest| self.is_confirmed(cheapest));
        let beyond = if cheapest.is_none() { self.beyond() } else { None };
        let best = cheapest.or_else(|| self.best_served()).cloned();
        best.map_or(RemedySearch::None, |best| {
            RemedySearch::Found(Box::new(Remedy {
                tried: self.found.len(),
                replications: best.replications,
                best,
                beyond,
            }))
        })
    }
}

/// The results of the runs of a further candidate; `None` with too few.
fn further(candidate: &Candidate, runs: &Runs, objective: &Objective) -> Option<(Further, Breach)> {
    let length = objective.length(&candidate.setup);
    let value = |figure: Figure| figure.estimate(runs, objective, length.periods, length.hours);
    let checks = kept(runs, objective, length);
    let refused = value(Figure::REFUSED)?.value;
    let is_kept = |check: &&ConstraintCheck| match check.standing {
        Standing::Meets => true,
        Standing::Unclear => refused == 0.0 && check.holds(),
        Standing::Misses => false,
    };
    let is_of_service =
        |check: &&ConstraintCheck| check.is_target || check.constraint.measured().is_of_service();
    let further = Further {
        candidate: candidate.clone(),
        cost: value(Figure::COST)?,
        cash: value(Figure::TOTAL_SPEND)?.value,
        parts: CostParts::of(runs, objective, length.periods),
        served: value(Figure::FILL_RATE)?.value,
        downtime: value(Figure::DOWNTIME)?.value,
        replications: runs.len(),
        keeps_all: checks.iter().all(|check| is_kept(&check)),
        keeps_service: checks.iter().filter(is_of_service).all(|check| is_kept(&check)),
        missed: checks.iter().filter(|check| !check.holds()).copied().collect(),
    };
    Some((further, Breach::of(&checks, objective, refused)))
}

/// Costs that differ by less are the same: a cent.
const SAME_COST: f64 = 0.01;

/// The cheapest; of those that cost the same the one that takes least cash, as what is left over is worth what it cost, and the first
/// of those.
fn cheapest<'f>(among: impl Iterator<Item = &'f Further> + Clone) -> Option<&'f Further> {
    let least = among.clone().map(|one| one.cost.value).min_by(f64::total_cmp)?;
    let same = among.filter(|one| one.cost.value < least + SAME_COST);
    same.min_by(|a, b| a.cash.total_cmp(&b.cash))
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::inquiry::changes::PACKS;
    use crate::inquiry::changes::tests::{CAPPED, scenario};

    fn levers<'q>(scenario: &'q Scenario, set: &'q [Setting]) -> Levers<'q> {
        let made = scenario.with_overrides(set).unwrap();
        let changes = OwnerChanges::of(&made, Credits::from_micro(40_000_000));
        Levers { scenario, set, changes }
    }

    #[test]
    fn every_candidate_makes_a_scenario_and_no_two_are_alike() {
        let scenario = scenario(CAPPED);
        let set = [Setting::new(PACKS, 5_u64)];
        let levers = levers(&scenario, &set);
        let (alone, together) = (levers.alone(), levers.together());
        assert_eq!(alone.len(), 8 + 4 + 8 + 2 + 2);
        assert_eq!(together.len(), 3 * (8 + 2) + 1);
        // Those that change something else keep what the search started from.
        let kept = |candidate: &&Candidate| candidate.name.starts_with("recharge.packs = 5, ");
        assert_eq!(alone.iter().filter(kept).count(), alone.len() - 8);
    }

    /// A candidate that buys so many packs, and what it was found to cost and to spend.
    fn found(levers: &Levers<'_>, packs: u64, cost: f64, cash: f64) -> Further {
        let candidate = levers.candidates([vec![Setting::new(PACKS, packs)]]).pop().unwrap();
        Further {
            candidate,
            cost: Estimate { value: cost, low: None, high: None },
            cash,
            parts: CostParts::default(),
            served: 1.0,
            downtime: 0.0,
            replications: 1,
            keeps_all: true,
            keeps_service: true,
            missed: Vec::new(),
        }
    }

    #[test]
    fn of_what_costs_the_same_that_is_told_which_takes_least_cash() {
        let scenario = scenario(CAPPED);
        let levers = levers(&scenario, &[]);
        let packs = |all: &[(u64, f64, f64)]| {
            let all: Vec<Further> = all.iter().map(|&(p, c, s)| found(&levers, p, c, s)).collect();
            cheapest(all.iter()).map(|one| one.candidate.name.clone())
        };
        let told = |packs: u64| Some(format!("recharge.packs = {packs}"));
        // What is left over of 256 packs is worth what it cost.
        let same = [(256, 50.08, 1_811.0), (6, 50.084, 61.0), (7, 50.08, 61.0), (8, 50.09, 1.0)];
        assert_eq!(packs(&same), told(6));
        assert_eq!(packs(&[(256, 50.08, 1_811.0), (6, 50.10, 61.0)]), told(256));
        assert_eq!(packs(&[]), None);
    }

    #[test]
    fn fewer_packs_lie_between_half_of_what_is_enough_and_that() {
        let scenario = scenario(CAPPED);
        let levers = levers(&scenario, &[]);
        let enough = |packs: u64| {
            let found = found(&levers, packs, 1.0, 1.0);
            levers.fewer_packs(&found).into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(enough(6), ["recharge.packs = 4", "recharge.packs = 5"]);
        let many = enough(768);
        assert_eq!(
            (many.len(), &*many[0], &*many[7]),
            (8, "recharge.packs = 385", "recharge.packs = 721")
        );
    }
}
