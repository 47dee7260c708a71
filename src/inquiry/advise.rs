//! The settings that suit a history of usage best, of those that an owner of a vendor's product may choose; and
//! the vendors among whom the history would be served best.
//!
//! Usage to come is drawn from a model of the history, over as many days and on the same dates; a history that is too
//! short for that is replayed as it was. What is found is also run on the history as it was, which anybody can repeat. Deliberately absent:
//! sentences.

use crate::domain::{Currency, Instant, Money};
use crate::scenario::{HistoryUse, Scenario, Setting, Stop, Variation};
use crate::study::candidates::{current, source, whole};
use crate::study::{
    Candidate, MeteredUsage, Question, Runs, StudyRuns, StudySpec, Until, UsageModel,
};
use crate::usage::History;
use crate::vendors::OwnerOption;

use super::assess::{Judgement, Today, Verdict};
use super::compare::comparable;
use super::error::InquiryError;
use super::pool::Means;
use super::search::{Breadth, SearchAnswer, SearchQuestion, search};
use super::sensitivity::{SensitivityQuestion, StableRange, compared, ranges};
use super::size::PurchaseCounts;
use super::space::{is_at_the_end, space};
use super::study::{Detail, StudyAnswer, StudyQuestion, run, study};
use super::surroundings::Surroundings;

/// Replications from which the size of costs is known, before anything is compared.
const SIZED: usize = 16;
/// The part of today's cost that is worth a change, where nothing is said about it.
const MATERIAL: f64 = 0.005;
/// Weeks after which settings can be chosen again: what usage may come to later is not theirs to meet.
const RECONSIDERED: u64 = 4;
/// How many times further values reach where what comes nearest has the last of them, and how often they do.
const FURTHER: u32 = 4;
const MOST_FURTHER: u32 = 2;
/// The name of settings that nobody has chosen.
const UNCHOSEN: &str = "values to start from";
/// The name of today's settings among vendors.
const TODAY: &str = "today's settings";

/// What an owner may choose, and the usage.
#[derive(Clone, Copy, Debug)]
pub struct AdviceQuestion<'q> {
    /// The rules of the vendor with today's settings, over the days of the history.
    pub scenario: &'q Scenario,
    /// What may be chosen.
    pub options: &'q [OwnerOption],
    /// The usage, as the vendor's meter counts it.
    pub history: &'q History,
    /// The criteria. A materiality of zero stands for a part of today's cost.
    pub spec: &'q StudySpec,
    /// Whether today's settings are those of an account, or values to start from.
    pub today: Today,
    /// The level of detail.
    pub detail: Detail,
    /// Whether to find what would change the advice, which takes more runs.
    pub ranges: bool,
}

/// The settings that suit best.
#[derive(Clone, Debug)]
pub struct AdviceAnswer {
    /// The search.
    pub search: SearchAnswer,
    /// The values that were searched.
    pub space: Vec<Variation>,
    /// The criteria, with the materiality that was used.
    pub spec: StudySpec,
    /// The usage that runs were drawn from.
    pub usage: UsageModel,
    /// The candidate of the study that is advised: today's settings where they are kept, or the nearest miss.
    pub advised: usize,
    /// The scenario with the settings that are advised.
    pub scenario: Scenario,
    /// Today's settings and the advised ones on the history as it was.
    pub as_it_was: AsItWas,
    /// The last row of the usage, where that is after the end of the horizon: nothing is learned of what comes after it.
    pub later: Option<Instant>,
    /// Whether ranges were asked for.
    pub with_ranges: bool,
    /// The range of each assumption over which the advice stays best; none where they were not asked for, or where
    /// nothing certainly keeps what must hold.
    pub ranges: Vec<StableRange>,
}

impl AdviceAnswer {
    /// What was tried next to the advised settings.
    pub fn around(&self) -> &Surroundings {
        match self.advised {
            0 => &self.search.around_today,
            _ => &self.search.around_best,
        }
    }

    /// The range of each assumption over which the advice stays best.
    fn stable(
        &self,
        scenario: &Scenario,
        means: Means<'_>,
    ) -> Result<Vec<StableRange>, InquiryError> {
        let settings = compared(&self.search.study, self.advised, self.around());
        let (usage, spec) = (&self.usage, &self.spec);
        ranges(&SensitivityQuestion { scenario, usage, spec, settings }, means)
    }
}

/// One run on the history as it was, with the luck of the scenario's seed.
#[derive(Clone, Debug)]
pub struct AsItWas {
    /// Of today's settings.
    pub today: Runs,
    /// Of the advised settings.
    pub advised: Runs,
}

/// Finds the settings.
pub fn advise(
    question: AdviceQuestion<'_>,
    means: Means<'_>,
) -> Result<AdviceAnswer, InquiryError> {
    let AdviceQuestion { scenario, history, .. } = question;
    let end = scenario.setup.horizon.to;
    let known = &history.known_at(end);
    enough(known)?;
    let mut space = space(question.options, scenario, known, 1);
    let counts = PurchaseCounts::of(scenario, &space, known);
    counts.map_or(Ok(()), |counts| counts.check(scenario))?;
    let usage = model(scenario, history, known)?;
    let mut spec = material(question, &usage, means)?;
    if let (Stop::CorrectSelection { most, .. }, Some(counts)) = (&mut spec.table.stop, counts) {
        *most = counts.replications(*most);
    }
    let breadth = counts.map_or_else(Breadth::default, |counts| counts.breadth());
    let searched = |space: &[Variation], also: &[Setting]| {
        let asked = SearchQuestion::of(scenario, space, &spec, &usage).with_detail(question.detail);
        let asked = asked.with_today(question.today).with_breadth(breadth);
        let asked = if also.is_empty() { asked } else { asked.with_also(also) };
        search(&asked, means)
    };
    let mut search = searched(&space, &[])?;
    // Futures may ask for more than the history, so what comes nearest may be further on.
    for further in 1..=MOST_FURTHER {
        if !ends_at_a_miss(question, &space, &search) {
            break;
        }
        space = super::space::space(question.options, scenario, known, FURTHER.pow(further));
        search = searched(&space, &[])?;
    }
    // What is found to keep what must hold beyond the search, and may be chosen, is a choice like the others.
    if let Some(kept) = found_besides(question, &space, &search) {
        search = searched(&space, &kept)?;
    }
    if question.today == Today::Unknown {
        search.study.candidates[0].name = UNCHOSEN.to_owned();
    }
    let advised = search.study.judgement.advised().index;
    let settings = search.study.candidates[advised].settings.clone();
    let made = with_settings(scenario, &settings);
    let as_it_was = as_it_was(scenario, &made, question, means)?;
    let mut answer = AdviceAnswer {
        search,
        space,
        spec,
        usage,
        advised,
        scenario: made,
        as_it_was,
        later: history.last().filter(|&last| last >= end && known.last() < Some(end)),
        with_ranges: question.ranges,
        ranges: Vec::new(),
    };
    let is_kept = !matches!(answer.search.study.judgement.verdict, Verdict::Infeasible(_));
    if question.ranges && is_kept {
        answer.ranges = answer.stable(scenario, means)?;
    }
    Ok(answer)
}

/// The value of each setting that was searched, of what keeps everything although no combination of the search is known to:
/// `None` where nothing was found, or an owner may not choose it.
fn found_besides(
    question: AdviceQuestion<'_>,
    space: &[Variation],
    search: &SearchAnswer,
) -> Option<Vec<Setting>> {
    let is_missed = matches!(search.study.judgement.verdict, Verdict::Infeasible(_));
    let found = search.study.remedy.found().filter(|found| is_missed && found.best.keeps_all)?;
    // A number between two that may be chosen stands for the larger one: the search says whether that keeps it too.
    let offered = |one: &Setting| {
        let option = question.options.iter().find(|option| option.path == one.path)?;
        let is_searched = space.iter().any(|variation| variation.path == one.path);
        let value = option.values.at_least(&one.path, &one.value).filter(|_| is_searched)?;
        Some(Setting { path: one.path.clone(), value })
    };
    let settings = found.best.candidate.settings.iter().map(offered).collect::<Option<Vec<_>>>()?;
    let made = question.scenario.with_overrides(&settings).ok()?;
    let value =
        |one: &Variation| Some(Setting { path: one.path.clone(), value: made.setting(&one.path)? });
    space.iter().map(value).collect()
}

/// Whether nothing keeps what must hold, and what comes nearest has the last of the values that were tried of something.
fn ends_at_a_miss(
    question: AdviceQuestion<'_>,
    space: &[Variation],
    search: &SearchAnswer,
) -> bool {
    let study = &search.study;
    let settings = &study.candidates[study.judgement.advised().index].settings;
    matches!(study.judgement.verdict, Verdict::Infeasible(_))
        && is_at_the_end(question.options, space, settings)
}

/// Refuses a history of one row, of which nothing can be learned.
pub fn enough(history: &History) -> Result<(), InquiryError> {
    let summary = history.summary();
    match summary.rows {
        1 => Err(InquiryError::OneRow { name: summary.source.clone() }),
        _ => Ok(()),
    }
}

/// The scenario with settings that were tried on it.
fn with_settings(scenario: &Scenario, settings: &[Setting]) -> Scenario {
    scenario.with_overrides(settings).expect("a candidate was made of these settings")
}

/// Usage to come as what is known of the history has it, or the history as it was where that is fewer than two whole weeks.
fn model(
    scenario: &Scenario,
    history: &History,
    known: &History,
) -> Result<UsageModel, InquiryError> {
    let long = known.weeks().len() > 1;
    let used = if long { HistoryUse::Model } else { HistoryUse::Replay };
    let model = source(scenario, Some(history.clone()), Some(used));
    let model =
        model.map_err(|error| InquiryError::Model { file: scenario.file.clone(), error })?;
    Ok(model.renewed(RECONSIDERED))
}

/// The criteria with a least gain worth a change: what is said, or a part of what today's settings cost.
fn material(
    question: AdviceQuestion<'_>,
    usage: &UsageModel,
    means: Means<'_>,
) -> Result<StudySpec, InquiryError> {
    let mut spec = question.spec.clone();
    if spec.table.materiality > Money::ZERO {
        return Ok(spec);
    }
    let today = [current(question.scenario)];
    let StudyRuns { runs, .. } = run(&asked(&today, usage, question, SIZED), means)?;
    let cost = runs[0].cost.iter().fold(0.0, |sum, cost| sum + cost) / SIZED as f64;
    spec.table.materiality = part_of(cost, question.scenario.currency);
    Ok(spec)
}

/// The part of a cost that is worth a change, in the minor unit of the currency and at least one of it.
fn part_of(cost: f64, currency: Currency) -> Money {
    let digits = currency.minor();
    let scale = libm::pow(10.0, f64::from(digits));
    let units = libm::fmax(libm::round(cost * MATERIAL * scale), 1.0);
    let text = format!("{:.*}", digits as usize, units / scale);
    text.parse().expect("a number with the decimals of a currency is money")
}

fn asked<'a>(
    candidates: &'a [Candidate],
    usage: &'a UsageModel,
    question: AdviceQuestion<'_>,
    replications: usize,
) -> Question<'a> {
    Question {
        candidates,
        source: usage,
        seed: question.scenario.seed,
        objective: question.spec.objective(candidates),
        until: Until::Replications(replications),
    }
}

/// Runs today's settings and the advised ones on the history as it was.
fn as_it_was(
    today: &Scenario,
    advised: &Scenario,
    question: AdviceQuestion<'_>,
    means: Means<'_>,
) -> Result<AsItWas, InquiryError> {
    let candidates = [current(today), whole(advised, "advised".to_owned())];
    let usage = UsageModel::Replayed(question.history.clone().within(today.setup.horizon));
    let StudyRuns { runs, .. } = run(&asked(&candidates, &usage, question, 1), means)?;
    let [today, advised] = <[Runs; 2]>::try_from(runs).expect("two candidates were run");
    Ok(AsItWas { today, advised })
}

/// Vendors on the same usage, each with its own meter and its best settings.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Today's settings, if they are known, and then the scenarios, one a vendor, in the order of the question.
    pub scenarios: Vec<Scenario>,
    /// Their comparison; the first is the one that others are compared with.
    pub study: StudyAnswer,
    /// The usage by the meter of each.
    pub usage: UsageModel,
    /// The vendors among the scenarios, the best first: those that keep what must hold before the others, each
    /// by cost.
    pub order: Vec<usize>,
}

/// The candidates from a place on, the best first: of those that keep what must hold those come first that show it in as
/// many runs as the first, as means over fewer runs are no measure of theirs.
fn in_order(judgement: &Judgement, from: usize) -> Vec<usize> {
    let judged = &judgement.assessments;
    let mut order: Vec<usize> = (from..judged.len()).collect();
    let standing = |place: usize| {
        let (kept, whole) =
            (judged[place].is_feasible(), judged[place].replications == judgement.replications);
        (kept && whole, kept)
    };
    order.sort_by(|&a, &b| {
        let kept = standing(b).cmp(&standing(a));
        kept.then(judged[a].cost.value.total_cmp(&judged[b].cost.value))
    });
    order
}

/// Ranks vendors by the answers for each of them, of which there must be at least two. `today` has the settings of
/// an account with the first, and `is_alike` says that all meters count alike.
pub fn ranking(
    today: Option<&Scenario>,
    answers: &[AdviceAnswer],
    is_alike: bool,
    detail: Detail,
    means: Means<'_>,
) -> Result<Ranking, InquiryError> {
    let named = today.map(|today| with_settings(today, &[Setting::new(["name"], TODAY)]));
    let before = usize::from(named.is_some());
    let advised = answers.iter().map(|answer| answer.scenario.clone());
    let scenarios: Vec<Scenario> = named.into_iter().chain(advised).collect();
    comparable(&scenarios)?;
    let [first, others @ ..] = answers else { return Err(InquiryError::NothingToCompare) };
    let mut metered = MeteredUsage::new(first.usage.clone());
    (0..before).for_each(|_| metered.add(None));
    others.iter().for_each(|other| metered.add(Some(other.usage.clone())));
    let usage = if is_alike { first.usage.clone() } else { UsageModel::Metered(metered) };
    let question = StudyQuestion::comparing(&scenarios, &first.spec, &usage)?.with_detail(detail);
    let study = study(question, means)?;
    let order = in_order(&study.judgement, before);
    Ok(Ranking { scenarios, study, usage, order })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::judged::{STAKES, luck, made, made_runs, objective};
    use crate::study::Constraint;

    #[test]
    fn what_was_run_less_often_is_ranked_behind_what_shows_more() {
        let objective = objective(vec![Constraint::FillRateAtLeast(0.95)]);
        let (dear, cheap) = (|r: usize| (60.0 + luck(r), 0.0), |r: usize| (50.0 + luck(r), 0.0));
        let down = |r: usize| (10.0 + luck(r), 900.0);
        let spends: [&dyn Fn(usize) -> (f64, f64); 4] = [&dear, &cheap, &down, &dear];
        let (candidates, mut runs) = made(&objective, &spends);
        let order = |runs: &[Runs]| {
            let judgement = Judgement::of(&candidates, runs, &objective, STAKES, 1).unwrap();
            in_order(&judgement, 0)
        };
        assert_eq!(order(&runs), [1, 0, 3, 2]);
        runs[1] = made_runs(&objective, &[&cheap], 99).remove(0);
        assert_eq!(order(&runs), [0, 3, 1, 2]);
    }
}
