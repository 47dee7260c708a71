//! A search for settings that meet the service target if no candidate tried does: further settings
//! of one candidate, on the same usage and luck.
//!
//! The search is bounded and deterministic. It changes one setting at a time (more packs, higher
//! caps or none, another threshold, another plan or package of the scenario), then, if no single
//! change is enough, several together, and finally tries fewer packs than it found. Where the
//! service that is wanted costs more than a limit on spend allows, it also tells the cheapest that
//! provides it. Its answer covers only the settings it tried: others may do as well or better.

use rust_decimal::Decimal;

use crate::domain::Credits;
use crate::engine::Setup;
use crate::figures::Figure;
use crate::policy::Purchase;
use crate::scenario::{NamedCandidate, Scenario, Setting, SettingPath, SettingValue, StudyTable};
use crate::study::candidates::candidates;
use crate::study::{
    Candidate, Constraint, Ending, Estimate, Objective, Question, Runs, Standing, StudyError,
    StudyRuns, StudySpec, Until, UsageModel,
};

use super::assess::{ConstraintCheck, kept};
use super::breach::Breach;
use super::error::InquiryError;
use super::pool::Means;
use super::study::run;

/// The most replications of each further candidate at first.
const REPLICATIONS: usize = 100;
/// The most of those that seem to be enough that are run as often as what was tried.
const CONFIRMED: usize = 8;
/// The most further candidates.
pub const MOST_FURTHER: usize = 100;

/// Maximum number of times that packs, or the balance to restore, are doubled.
const DOUBLINGS: u32 = 8;
/// The most other plans, and the most other packages.
const OTHERS: usize = 5;
/// The most replications whose usage is looked through for its largest event.
const LOOKED_THROUGH: usize = 20;
/// The most numbers of packs that are tried below one that is enough.
const FEWER: u64 = 8;

/// The setting of the number of packs.
const PACKS: [&str; 2] = ["recharge", "packs"];
/// The setting of the balance that a recharge restores.
const UP_TO: [&str; 2] = ["recharge", "up_to"];
/// The setting of all caps.
const CAPS: [&str; 2] = ["recharge", "caps"];
/// The settings of a threshold in credits.
const THRESHOLDS: [[&str; 2]; 2] = [["recharge", "at_or_below"], ["recharge", "below"]];
/// The setting of a threshold that is a share.
const CONSUMED: [&str; 2] = ["recharge", "consumed_share"];
/// The setting of the plan.
const PLAN: [&str; 1] = ["plan"];
/// The setting of the package.
const PACKAGE: [&str; 2] = ["recharge", "package"];

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

/// Searches.
pub(super) fn remedy(
    question: &RemedyQuestion<'_>,
    means: Means<'_>,
) -> Result<RemedySearch, InquiryError> {
    let Some(levers) = Levers::of(question, question.largest()?) else {
        return Ok(RemedySearch::None);
    };
    let replications = question.replications.min(REPLICATIONS);
    let mut search = Search { question, means, found: Vec::new() };
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

/// The possible changes of a candidate, each as a list of settings that replace one another.
struct Levers<'q> {
    scenario: &'q Scenario,
    set: &'q [Setting],
    /// More packs, or a higher balance to restore, ascending.
    packs: Vec<Setting>,
    /// Higher caps and, last, none; each of them changes every cap.
    caps: Vec<Vec<Setting>>,
    /// Earlier triggers, the earliest last.
    earlier: Vec<Setting>,
    /// Later triggers.
    later: Vec<Setting>,
    /// Other plans and packages.
    others: Vec<Setting>,
}

impl<'q> Levers<'q> {
    fn of(question: &RemedyQuestion<'q>, largest: Credits) -> Option<Levers<'q>> {
        let made = question.scenario.with_overrides(question.set).ok()?;
        let (earlier, later) = thresholds(&made, largest);
        Some(Levers {
            scenario: question.scenario,
            set: question.set,
            packs: packs(&made),
            caps: caps(&made),
            earlier,
            later,
            others: others(&made),
        })
    }

    /// One thing changed at a time.
    fn alone(&self) -> Vec<Candidate> {
        let single = |setting: &Setting| vec![setting.clone()];
        let singles = [&self.packs, &self.earlier, &self.later, &self.others];
        let sets = singles.into_iter().flatten().map(single).chain(self.caps.iter().cloned());
        self.candidates(sets)
    }

    /// Several things together: more packs, and other plans and packages, each with no cap, with the earliest
    /// trigger and with both.
    fn together(&self) -> Vec<Candidate> {
        let earliest: Vec<Setting> = self.earlier.last().cloned().into_iter().collect();
        let uncapped: Vec<Setting> = self.caps.last().cloned().unwrap_or_default();
        let both = [&earliest[..], &uncapped[..]].concat();
        let with = |set: &Vec<Setting>| {
            let sized = self.others.iter().chain(&self.packs);
            sized.map(|size| [&set[..], std::slice::from_ref(size)].concat()).collect::<Vec<_>>()
        };
        let sets = [uncapped.clone(), earliest.clone(), both.clone()];
        let sets = sets.iter().filter(|set| !set.is_empty()).flat_map(with).chain([both]);
        self.candidates(sets)
    }

    /// Fewer packs than a candidate has that needed more than the scenario's.
    fn fewer_packs(&self, found: &Further) -> Vec<Candidate> {
        let path = SettingPath::from(PACKS);
        let packs = |setting: &&Setting| setting.path == path;
        let whole = |setting: &Setting| u64::try_from(setting.value.decimal()?).ok();
        let Some(enough) = found.candidate.settings.iter().rev().find(packs).and_then(whole) else {
            return Vec::new();
        };
        let least = enough / 2;
        let step = (enough - least).saturating_sub(1).div_ceil(FEWER).max(1);
        let fewer = (least + 1..enough).step_by(usize::try_from(step).unwrap_or(usize::MAX));
        let others = found.candidate.settings.iter().filter(|setting| setting.path != path);
        let others: Vec<Setting> = others.cloned().collect();
        let with = |packs: u64| [&others[..], &[Setting::new(PACKS, packs)]].concat();
        self.candidates(fewer.map(with))
    }

    /// Candidates from settings on top of those that the search starts from; what makes no scenario, or the
    /// same as another, is left out.
    fn candidates(&self, sets: impl IntoIterator<Item = Vec<Setting>>) -> Vec<Candidate> {
        let mut made: Vec<Candidate> = Vec::new();
        for set in sets {
            let kept =
                self.set.iter().filter(|one| !set.iter().any(|other| other.path == one.path));
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

/// Packs, or the balance that is restored, doubled again and again.
fn packs(made: &Scenario) -> Vec<Setting> {
    let up_to = number(made, &UP_TO.into());
    let path = if up_to.is_some() { SettingPath::from(UP_TO) } else { SettingPath::from(PACKS) };
    let buys = made.setup.policy.recharge.is_some();
    let now = up_to.or_else(|| number(made, &path)).unwrap_or(Decimal::ONE);
    let doubled =
        (1..=DOUBLINGS).filter_map(|times| now.checked_mul(Decimal::from(1_u64 << times)));
    doubled.filter(|_| buys).map(|number| setting(&path, number)).collect()
}

/// Every cap doubled, four and eight times as high, and no cap.
fn caps(made: &Scenario) -> Vec<Vec<Setting>> {
    let count = made.setup.policy.recharge.as_ref().map_or(0, |recharge| recharge.caps.len());
    if count == 0 {
        return Vec::new();
    }
    let limit = |cap: usize| {
        let paths = ["recharges", "money", "credits"].map(|limit| {
            SettingPath::new(&format!("recharge.caps.{cap}.{limit}")).expect("three plain names")
        });
        paths.into_iter().find_map(|path| Some((number(made, &path)?, path)))
    };
    let higher = |times: u64| {
        let raised = |cap: usize| {
            let (now, path) = limit(cap)?;
            Some(setting(&path, now.checked_mul(Decimal::from(times))?))
        };
        (0..count).map(raised).collect::<Option<Vec<Setting>>>()
    };
    let none = Setting { path: CAPS.into(), value: SettingValue::empty_list() };
    [2, 4, 8].into_iter().filter_map(higher).chain([vec![none]]).collect()
}

/// Earlier and later triggers: a threshold in credits higher by parts of what a recharge buys, or as high as
/// the largest event and twice that, below which one can be refused while credits are left; or a smaller
/// share that has to be used; a lower threshold.
fn thresholds(made: &Scenario, largest: Credits) -> (Vec<Setting>, Vec<Setting>) {
    let bought =
        made.setup.policy.recharge.as_ref().and_then(|recharge| bought(&recharge.purchase));
    let largest = exact(largest);
    let of_events = [Some(largest), largest.checked_mul(Decimal::TWO)];
    let of_events: Vec<Decimal> = of_events.into_iter().flatten().collect();
    let threshold = THRESHOLDS.map(SettingPath::from);
    let threshold = threshold.into_iter().find_map(|path| Some((number(made, &path)?, path)));
    if let (Some((now, path)), Some(bought)) = (threshold, bought) {
        let parts = [25, 50, 100, 200, 400, 1600].map(|percent| Decimal::new(percent, 2));
        let parts = parts.into_iter().filter_map(|part| now.checked_add(bought.checked_mul(part)?));
        let mut higher: Vec<Decimal> = parts.chain(of_events).filter(|&at| at > now).collect();
        higher.sort_unstable();
        higher.dedup();
        let lower = [Decimal::new(5, 1), Decimal::ZERO].map(|part| now * part);
        let at = |number: Decimal| setting(&path, number.normalize());
        return (higher.into_iter().map(at).collect(), lower.map(at).to_vec());
    }
    let is_share = made.setting(&CONSUMED.into()).is_some();
    let events_are_large = bought.is_some_and(|bought| largest > bought);
    let earlier =
        if is_share { earlier_than_a_share(of_events, events_are_large) } else { Vec::new() };
    (earlier, Vec::new())
}

/// Triggers earlier than that of a share: smaller shares, and a threshold in the place of the share that
/// the largest events fit in. It is the earliest of all where events are larger than what a recharge buys.
fn earlier_than_a_share(of_events: Vec<Decimal>, events_are_large: bool) -> Vec<Setting> {
    let share = |percent: u64| Setting {
        path: CONSUMED.into(),
        value: SettingValue::from(format!("{percent}%").as_str()),
    };
    let shares = [80, 60, 40, 20].map(share);
    let at = |number: Decimal| setting(&THRESHOLDS[0].into(), number.normalize());
    let of_events: Vec<Setting> =
        of_events.into_iter().filter(|at| *at > Decimal::ZERO).map(at).collect();
    match events_are_large {
        true => [&shares[..], &of_events].concat(),
        false => [&of_events[..], &shares].concat(),
    }
}

/// Other plans and packages of the scenario.
fn others(made: &Scenario) -> Vec<Setting> {
    let of = |path: SettingPath, names: Vec<String>| {
        let now = made.setting(&path).map(|name| name.to_string());
        let other = move |name: &String| now.as_ref().is_some_and(|now| now != name);
        let names = names.into_iter().filter(other).take(OTHERS);
        names
            .map(move |name| Setting {
                path: path.clone(),
                value: SettingValue::from(name.as_str()),
            })
            .collect::<Vec<_>>()
    };
    let plans = made.plans.iter().map(|(name, _)| name.clone()).collect();
    let packages = made.packages.iter().map(|package| package.name.to_string()).collect();
    [of(PLAN.into(), plans), of(PACKAGE.into(), packages)].concat()
}

fn number(made: &Scenario, path: &SettingPath) -> Option<Decimal> {
    made.setting(path)?.decimal()
}

fn setting(path: &SettingPath, number: Decimal) -> Setting {
    Setting { path: path.clone(), value: SettingValue::number(path, number) }
}

fn exact(credits: Credits) -> Decimal {
    Decimal::new(credits.micro(), 6)
}

/// Credits of a recharge, or the balance that it restores.
fn bought(purchase: &Purchase) -> Option<Decimal> {
    match purchase {
        Purchase::Packs { package, packs } => {
            exact(package.credits).checked_mul(Decimal::from(*packs))
        }
        Purchase::UpTo { target, .. } => Some(exact(*target)),
    }
}

/// A search on its way.
struct Search<'s> {
    question: &'s RemedyQuestion<'s>,
    means: Means<'s>,
    found: Vec<(Further, Breach)>,
}

impl Search<'_> {
    /// Runs further candidates; false where it was stopped.
    fn run(&mut self, stage: &[Candidate], replications: usize) -> Result<bool, InquiryError> {
        let room = MOST_FURTHER - self.found.len();
        let found = self.results(&stage[..stage.len().min(room)], replications)?;
        let is_through = found.is_some();
        self.found.extend(found.unwrap_or_default());
        Ok(is_through)
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
        &self,
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
        let results = stage.iter().zip(&runs);
        let results =
            results.filter_map(|(candidate, runs)| further(candidate, runs, &question.objective));
        Ok(Some(results.collect()))
    }

    /// The cheapest that keeps everything, the first of those that spend the same.
    fn cheapest(&self) -> Option<&Further> {
        let kept = self.found.iter().map(|(further, _)| further).filter(|one| one.keeps_all);
        kept.min_by(|a, b| a.cash.total_cmp(&b.cash))
    }

    /// The best by service, the first of those that serve as much for the same.
    fn best_served(&self) -> Option<&Further> {
        let best = self
            .found
            .iter()
            .min_by(|(a, ours), (b, theirs)| ours.nearer(theirs).then(a.cash.total_cmp(&b.cash)));
        best.map(|(further, _)| further)
    }

    /// The cheapest that provides the service that is wanted, as [`Search::cheapest`].
    fn cheapest_of_service(&self) -> Option<&Further> {
        let kept = self.found.iter().map(|(further, _)| further).filter(|one| one.keeps_service);
        kept.min_by(|a, b| a.cash.total_cmp(&b.cash))
    }

    /// The cheapest that provides the service that is wanted beyond another constraint, of the candidates
    /// of the study and of what was found.
    fn beyond(&self) -> Option<Beyond> {
        let objective = self.question.objective;
        let of_study = self.question.tried.iter();
        let of_study = of_study.filter_map(|(candidate, runs)| further(candidate, runs, objective));
        let of_study: Vec<Further> = of_study.map(|(further, _)| further).collect();
        let kept = of_study.iter().filter(|one| one.keeps_service);
        let cheapest = kept
            .chain(self.cheapest_of_service().filter(|one| self.is_confirmed(one)))
            .min_by(|a, b| a.cash.total_cmp(&b.cash))?;
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
    let checks = kept(runs, objective, length, objective);
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
        served: value(Figure::FILL_RATE)?.value,
        downtime: value(Figure::DOWNTIME)?.value,
        replications: runs.len(),
        keeps_all: checks.iter().all(|check| is_kept(&check)),
        keeps_service: checks.iter().filter(is_of_service).all(|check| is_kept(&check)),
        missed: checks.iter().filter(|check| !check.holds()).copied().collect(),
    };
    Some((further, Breach::of(&checks, objective, refused)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn scenario(recharge: &str) -> Scenario {
        let text = format!(
            "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"small\"\n\
             plans.small = {{ fee = \"9.00\", allowance = 100 }}\n\
             plans.big = {{ fee = \"19.00\", allowance = 900 }}\n\
             packages.ten = {{ credits = 10, price = \"1.00\" }}\n\
             packages.many = {{ credits = 1000, price = \"50.00\" }}\n{recharge}\n"
        );
        Scenario::from_text("levers.toml", &text, Path::new("")).unwrap()
    }

    fn levers<'q>(scenario: &'q Scenario, set: &'q [Setting]) -> Levers<'q> {
        let made = scenario.with_overrides(set).unwrap();
        let (earlier, later) = thresholds(&made, Credits::from_micro(40_000_000));
        let (packs, caps, others) = (packs(&made), caps(&made), others(&made));
        Levers { scenario, set, packs, caps, earlier, later, others }
    }

    fn told(settings: &[Setting]) -> Vec<String> {
        settings.iter().map(ToString::to_string).collect()
    }

    const CAPPED: &str = "recharge = { at_or_below = 5, package = \"ten\", packs = 3, caps = [{ recharges = 2, \
         per = \"day\" }, { money = \"9000.00\", per = \"month\" }] }";

    #[test]
    fn what_can_be_changed_is_more_packs_other_caps_and_triggers_and_what_the_scenario_sells() {
        let scenario = scenario(CAPPED);
        let levers = levers(&scenario, &[]);
        assert_eq!(told(&levers.packs)[..2], ["recharge.packs = 6", "recharge.packs = 12"]);
        assert_eq!(
            told(&levers.caps[0]),
            ["recharge.caps.0.recharges = 4", "recharge.caps.1.money = 18000"]
        );
        assert_eq!(told(levers.caps.last().unwrap()), ["recharge.caps = []"]);
        // Parts of what a recharge buys, and the largest event and twice that.
        let thresholds = ["12.5", "20", "35", "40", "65", "80", "125", "485"];
        let thresholds = thresholds.map(|at| format!("recharge.at_or_below = {at}"));
        assert_eq!(told(&levers.earlier), thresholds);
        assert_eq!(told(&levers.later), ["recharge.at_or_below = 2.5", "recharge.at_or_below = 0"]);
        assert_eq!(told(&levers.others), ["plan = big", "recharge.package = many"]);
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

    #[test]
    fn fewer_packs_lie_between_half_of_what_is_enough_and_that() {
        let scenario = scenario(CAPPED);
        let levers = levers(&scenario, &[]);
        let enough = |packs: u64| {
            let candidate = levers.candidates([vec![Setting::new(PACKS, packs)]]).pop().unwrap();
            let cost = Estimate { value: 1.0, low: None, high: None };
            let (keeps_all, keeps_service, missed) = (true, true, Vec::new());
            let (served, downtime) = (1.0, 0.0);
            let found = Further {
                candidate,
                cost,
                cash: 1.0,
                served,
                downtime,
                replications: 1,
                keeps_all,
                keeps_service,
                missed,
            };
            levers.fewer_packs(&found).into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(enough(6), ["recharge.packs = 4", "recharge.packs = 5"]);
        let many = enough(768);
        assert_eq!(
            (many.len(), &*many[0], &*many[7]),
            (8, "recharge.packs = 385", "recharge.packs = 721")
        );
    }

    #[test]
    fn a_share_and_a_balance_to_restore_have_levers_of_their_own() {
        let share = scenario("recharge = { consumed_share = \"90%\", package = \"ten\" }");
        // The largest event is of 40 credits, and a pack has ten.
        let earlier = told(&levers(&share, &[]).earlier);
        assert_eq!(earlier.len(), 6);
        assert_eq!(earlier[3], "recharge.consumed_share = 20%");
        assert_eq!(earlier[4..], ["recharge.at_or_below = 40", "recharge.at_or_below = 80"]);
        let up_to = scenario(
            "recharge = { at_or_below = 5, up_to = 50, increment = 1, unit_price = \"0.10\" }",
        );
        assert_eq!(told(&levers(&up_to, &[]).packs)[0], "recharge.up_to = 100");
        let none = scenario("");
        assert_eq!(levers(&none, &[]).alone().len(), 1, "the bigger plan alone");
    }
}
