//! A search over settings: the best of a lattice of values, without running all of it.
//!
//! Every setting has a list of values; those of a setting of numbers are in order. The search tries some
//! values of each setting a few times, gives up what is clearly worse than the best, runs the rest more
//! often and tries the values between them and their neighbours, until the neighbours of the best are one
//! value apart: successive halving over a pattern search (Karnin, Koren and Somekh 2013; Hooke and Jeeves
//! 1961), all on the same usage and luck. What is left is a [`study()`] of the best, of its neighbours and
//! of what comes close, which selects among them with the promise of the study. Deliberately absent: which
//! settings there are, and sentences.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::{NamedCandidate, Scenario, Setting, Stop, StudyTable, Variation};
use crate::study::candidates::{current, same_rules, whole};
use crate::study::estimate::paired;
use crate::study::{
    Candidate, Confidence, Estimate, KnownRuns, Objective, Question, Run, Runs, Standing,
    StudySpec, Until, UsageModel, extend,
};

use super::assess::{Judgement, KeepReason, Today, Verdict};
use super::error::InquiryError;
use super::pool::Means;
use super::score::Score;
use super::study::{Detail, StudyAnswer, StudyQuestion, near, study_knowing};
use super::surroundings::{SettingAxis, Surroundings, beside};

/// Replications of a setting when it is tried first.
const FIRST: usize = 16;
/// Replications with which the neighbours of the best are compared with it, at least.
const LAST: usize = 96;
/// Replications with which they are compared where fewer leave open differences that matter, at most.
const MOST: usize = 768;
/// Values of a setting of numbers that are tried first.
const COARSE: usize = 5;
/// Combinations that are all compared by the last study, at most: there is nothing to search.
const FEW: u128 = 16;
/// Combinations that are tried first, at most.
const MOST_COARSE: u128 = 320;
/// Combinations whose neighbours are tried in a round; half of them where each run takes long.
const REFINED: usize = 4;
/// Combinations that are run on, at most: fewer the more often they are run, down to the least.
const MOST_ALIVE: usize = 24;
/// Combinations that are run on however often, if so many are left.
const LEAST_ALIVE: usize = 6;
/// Combinations that the last study compares besides the best and those around it.
const CLOSE: usize = 4;
/// How far around the best the last study goes, in values.
const AROUND: [isize; 3] = [1, 3, 8];
/// Studies of neighbours, at most. Those after the first run little: most runs are known.
const MOST_STUDIES: usize = 24;

/// How many combinations are run side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Breadth {
    /// As many as promise something.
    #[default]
    Wide,
    /// The fewest, as each run takes long.
    Narrow,
}

impl Breadth {
    /// Combinations that are run on, if each is run so often.
    fn alive(self, replications: usize) -> usize {
        let most = match self {
            Breadth::Wide => MOST_ALIVE * LAST / replications.max(LAST),
            Breadth::Narrow => LEAST_ALIVE,
        };
        most.max(LEAST_ALIVE)
    }

    /// Whether two settings of the best are moved at once.
    fn crosses(self) -> bool {
        self == Breadth::Wide
    }

    /// Combinations whose neighbours are tried in a round.
    fn refined(self) -> usize {
        match self {
            Breadth::Wide => REFINED,
            Breadth::Narrow => REFINED / 2,
        }
    }
}

/// What can be chosen, and the criteria.
#[derive(Debug)]
pub struct SearchQuestion<'q> {
    scenario: &'q Scenario,
    axes: Vec<SettingAxis>,
    spec: &'q StudySpec,
    usage: &'q UsageModel,
    detail: Detail,
    today: Today,
    breadth: Breadth,
    /// Settings that the last study compares in any case, one for each setting of the lattice.
    also: Vec<Setting>,
}

/// The place of a combination in the lattice: the number of each setting's value.
type LatticePlace = Vec<usize>;

/// The outcome of a search.
#[derive(Clone, Debug)]
pub struct SearchAnswer {
    /// The study of the best combination, of its neighbours and of what comes close to it.
    pub study: StudyAnswer,
    /// The best candidate of the study: the advised one, or, where today's settings are kept because the gain is
    /// small or not sure, the one that may gain most.
    pub best: usize,
    /// Combinations of the lattice that were tried: those that the vendor's rules allow together.
    pub tried: usize,
    /// Combinations of the lattice.
    pub lattice: u128,
    /// Whether every combination of the lattice was looked at.
    pub is_exhaustive: bool,
    /// Runs of combinations, those of the last study included.
    pub runs: usize,
    /// What was tried next to the best.
    pub around_best: Surroundings,
    /// What was tried next to today's settings. Complete where those come out best, or are kept for an account.
    pub around_today: Surroundings,
}

impl<'q> SearchQuestion<'q> {
    /// The search over all combinations of `space`, relative to the scenario, which is compared with them.
    pub fn of(
        scenario: &'q Scenario,
        space: &[Variation],
        spec: &'q StudySpec,
        usage: &'q UsageModel,
    ) -> SearchQuestion<'q> {
        let axes =
            space.iter().map(SettingAxis::of).filter(|axis| !axis.values.is_empty()).collect();
        SearchQuestion {
            scenario,
            axes,
            spec,
            usage,
            detail: Detail::default(),
            today: Today::Unknown,
            breadth: Breadth::default(),
            also: Vec::new(),
        }
    }

    /// The same with one combination more that the last study compares, whatever the search finds: values that are not
    /// among those of the space join them, in their order.
    pub(super) fn with_also(mut self, settings: &[Setting]) -> Self {
        let join = |setting: &Setting| {
            let axis = self.axes.iter_mut().find(|axis| axis.path == setting.path);
            axis.and_then(|axis| axis.join(setting))
        };
        let also = settings.iter().filter_map(join).collect();
        SearchQuestion { also, ..self }
    }

    /// The same with so many combinations side by side.
    pub(super) fn with_breadth(self, breadth: Breadth) -> Self {
        SearchQuestion { breadth, ..self }
    }

    /// The same, with another level of detail of the last study.
    pub fn with_detail(self, detail: Detail) -> Self {
        SearchQuestion { detail, ..self }
    }

    /// The same where the scenario has the settings of an account, and not values to start from.
    pub fn with_today(self, today: Today) -> Self {
        SearchQuestion { today, ..self }
    }

    /// Number of combinations.
    pub fn lattice(&self) -> u128 {
        self.axes.iter().fold(1, |n: u128, axis| n.saturating_mul(axis.values.len() as u128))
    }
}

impl SettingAxis {
    /// The distance of values that are tried first, if there are to be `parts` of them.
    fn stride(&self, parts: usize) -> usize {
        match self.is_ordered() {
            true => self.last().div_ceil(parts.saturating_sub(1).max(1)).max(1),
            false => 1,
        }
    }

    /// Every `stride`th value, and the last.
    fn every(&self, stride: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.values.len()).step_by(stride).collect();
        if places.last() != Some(&self.last()) {
            places.push(self.last());
        }
        places
    }

    /// A value further by some values; the end where there are not so many, `None` at the end itself.
    fn moved(&self, from: usize, by: isize) -> Option<usize> {
        let to = from.saturating_add_signed(by).min(self.last());
        (to != from).then_some(to)
    }
}

/// Searches. A search that is stopped before its last study is an error.
pub fn search(
    question: &SearchQuestion<'_>,
    means: Means<'_>,
) -> Result<SearchAnswer, InquiryError> {
    let mut search = LatticeSearch::new(question, means);
    if question.lattice() > FEW {
        search.begin()?;
        while search.refine()? {}
    }
    search.finish()
}

/// What one of the last studies compares.
struct FinalStudy {
    /// The place that comes first.
    centre: Option<LatticePlace>,
    /// All places, the first one too.
    finalists: BTreeSet<LatticePlace>,
    /// Whether the settings next to today's are compared too.
    beside_today: bool,
}

/// A search on its way.
struct LatticeSearch<'s> {
    question: &'s SearchQuestion<'s>,
    means: Means<'s>,
    objective: Objective,
    /// Today's settings, then every combination tried.
    candidates: Vec<Candidate>,
    /// Where each is in the lattice; `None` of today's, if they are outside.
    places: Vec<Option<LatticePlace>>,
    runs: Vec<Runs>,
    /// All that was run of each candidate, in last studies too.
    known: Vec<Vec<Run>>,
    /// The candidate of every place that was tried; `None` where it makes no scenario.
    seen: BTreeMap<LatticePlace, Option<usize>>,
    /// Those that are run on.
    alive: Vec<usize>,
    strides: Vec<usize>,
    replications: usize,
}

impl<'s> LatticeSearch<'s> {
    fn new(question: &'s SearchQuestion<'s>, means: Means<'s>) -> LatticeSearch<'s> {
        let today = current(question.scenario);
        let objective = question.spec.objective(std::slice::from_ref(&today));
        let mut search = LatticeSearch {
            question,
            means,
            objective,
            candidates: vec![today],
            places: vec![None],
            runs: vec![Runs::new()],
            known: vec![Vec::new()],
            seen: BTreeMap::new(),
            alive: vec![0],
            strides: Vec::new(),
            replications: FIRST,
        };
        search.strides = search.first_strides();
        search
    }

    fn axes(&self) -> &'s [SettingAxis] {
        &self.question.axes
    }

    /// The distances of the values that are tried first: as near as the number of combinations allows.
    fn first_strides(&self) -> Vec<usize> {
        let strides =
            |parts| -> Vec<usize> { self.axes().iter().map(|axis| axis.stride(parts)).collect() };
        let fits = |strides: &Vec<usize>| self.combinations(strides) <= MOST_COARSE;
        (2..=COARSE).rev().map(strides).find(fits).unwrap_or_else(|| strides(2))
    }

    fn combinations(&self, strides: &[usize]) -> u128 {
        let counts =
            self.axes().iter().zip(strides).map(|(axis, &stride)| axis.every(stride).len());
        counts.fold(1, |n: u128, count| n.saturating_mul(count as u128))
    }

    /// The combinations that are tried first: all of the coarse values, or, where those are too many, each
    /// value with the middle ones of the other settings.
    fn first_places(&self) -> Vec<LatticePlace> {
        let values: Vec<Vec<usize>> =
            self.axes().iter().zip(&self.strides).map(|(axis, &s)| axis.every(s)).collect();
        if self.combinations(&self.strides) > MOST_COARSE {
            let middle: LatticePlace =
                values.iter().map(|values| values[values.len() / 2]).collect();
            let alone = values.iter().enumerate().flat_map(|(axis, values)| {
                let middle = &middle;
                values.iter().map(move |&value| with(middle, axis, value))
            });
            return alone.collect();
        }
        self.crossed(&self.strides)
    }

    /// All combinations of the values of each setting that are so far apart.
    fn crossed(&self, strides: &[usize]) -> Vec<LatticePlace> {
        let mut places: Vec<LatticePlace> = vec![Vec::new()];
        for (axis, &stride) in self.axes().iter().zip(strides) {
            let values = axis.every(stride);
            let longer = |place: &LatticePlace| {
                let place = place.clone();
                values.iter().map(move |&value| [&place[..], &[value]].concat())
            };
            places = places.iter().flat_map(longer).collect();
        }
        places
    }

    /// Tries the first combinations. Their cycles decide the period in which cost is measured.
    fn begin(&mut self) -> Result<(), InquiryError> {
        self.add_all(self.first_places());
        self.objective = self.question.spec.objective(&self.candidates);
        self.run_on()
    }

    /// Adds the places that were not tried yet to those that are run.
    fn add_all(&mut self, places: Vec<LatticePlace>) {
        for place in places {
            if !self.seen.contains_key(&place) {
                let found = self.add(&place);
                self.alive.extend(found);
            }
        }
    }

    /// The candidate of a place, if it makes a scenario with rules of its own.
    fn add(&mut self, place: &LatticePlace) -> Option<usize> {
        let set = self.settings(place);
        let Ok(made) = self.question.scenario.with_overrides(&set) else {
            self.seen.insert(place.clone(), None);
            return None;
        };
        let candidate = Candidate { settings: set, ..whole(&made, String::new()) };
        let alike = self.candidates.iter().position(|other| same_rules(other, &candidate));
        let index = alike.unwrap_or(self.candidates.len());
        self.seen.insert(place.clone(), Some(index));
        match alike {
            Some(index) => {
                self.places[index].get_or_insert_with(|| place.clone());
                None
            }
            None => {
                self.enter(candidate, Some(place.clone()));
                Some(index)
            }
        }
    }

    /// A candidate more.
    fn enter(&mut self, candidate: Candidate, place: Option<LatticePlace>) {
        self.candidates.push(candidate);
        self.places.push(place);
        self.runs.push(Runs::new());
        self.known.push(Vec::new());
    }

    fn settings(&self, place: &LatticePlace) -> Vec<Setting> {
        self.axes().iter().zip(place).map(|(axis, &value)| axis.values[value].clone()).collect()
    }

    /// Runs all that are alive as often as the round asks.
    fn run_on(&mut self) -> Result<(), InquiryError> {
        let question = Question {
            candidates: &self.candidates,
            source: self.question.usage,
            seed: self.question.scenario.seed,
            objective: self.objective.clone(),
            until: Until::Replications(self.replications),
        };
        let Means { pool, watch } = self.means;
        let mut known = KnownRuns::default();
        std::mem::take(&mut self.known).into_iter().for_each(|runs| known.add(runs));
        let (alive, runs, replications) = (&self.alive, &mut self.runs, self.replications);
        let ended =
            pool.install(|| extend(&question, alive, runs, &mut known, replications, watch));
        self.known = known.into_runs();
        let ended = ended?;
        let before = "a setting was found";
        if ended { Ok(()) } else { Err(InquiryError::Interrupted { before }) }
    }

    /// One round: gives up what is clearly worse, runs the rest more often, and tries their neighbours. Returns
    /// false once all neighbours of the best are tried and known well.
    fn refine(&mut self) -> Result<bool, InquiryError> {
        let ranked = self.give_up();
        let fine = self.is_fine();
        let best = ranked.iter().find_map(|&index| self.places[index].clone());
        let Some(best) = best else { return Ok(false) };
        let crosses = self.question.breadth.crosses();
        if fine && self.is_settled(ranked[0]) && self.around(&best, crosses).is_empty() {
            return Ok(false);
        }
        for stride in &mut self.strides {
            *stride = stride.div_ceil(2);
        }
        self.replications = match self.replications < LAST {
            true if !crosses && !self.is_fine() => self.replications,
            true => (self.replications * 3 / 2).min(LAST),
            false if fine && !self.is_settled(ranked[0]) => {
                (self.replications * 2).min(self.most())
            }
            false => self.replications,
        };
        let leaders = ranked
            .iter()
            .filter_map(|&index| self.places[index].as_ref())
            .take(self.question.breadth.refined());
        let mut nearby: Vec<LatticePlace> = leaders
            .enumerate()
            .flat_map(|(rank, place)| self.around(place, crosses && rank == 0))
            .collect();
        if !fine {
            let others = self.best_of_others();
            nearby.extend(others.iter().flat_map(|place| self.around(place, false)));
        }
        self.add_all(nearby);
        self.run_on()?;
        Ok(true)
    }

    /// The most replications before the last study: no more than that one may have.
    fn most(&self) -> usize {
        match self.question.spec.table.stop {
            Stop::CorrectSelection { most, .. } => {
                MOST.min(usize::try_from(most).unwrap_or(MOST)).max(LAST)
            }
            Stop::Usual | Stop::Replications(_) | Stop::HalfWidth { .. } => MOST,
        }
    }

    /// Whether neighbours are one value apart.
    fn is_fine(&self) -> bool {
        self.strides.iter().all(|&stride| stride == 1)
    }

    /// The candidates that are run on, the best first; the others are given up.
    fn give_up(&mut self) -> Vec<usize> {
        let ranked = self.ranked(&self.alive);
        let Some((best, _)) = ranked.first() else { return Vec::new() };
        // Coarse values say little of a package or a plan: the best with each is given up only once the values
        // around it were tried.
        let others = if self.is_fine() { Vec::new() } else { self.best_of_others() };
        let is_spared =
            |index: usize| self.places[index].as_ref().is_some_and(|place| others.contains(place));
        let most = self.question.breadth.alive(self.replications);
        let stays = |rank: usize, index: usize| rank < most && !self.is_worse(index, *best);
        let ranks = ranked.iter().map(|&(index, _)| index).enumerate();
        let left = ranks.filter(|&(rank, index)| is_spared(index) || stays(rank, index));
        let left: Vec<usize> = left.map(|(_, index)| index).collect();
        self.alive.clone_from(&left);
        if !self.alive.contains(&0) {
            self.alive.push(0);
        }
        left
    }

    /// Returns true if the runs tell all that are left from the best wherever the difference matters.
    fn is_settled(&self, best: usize) -> bool {
        let materiality = self.question.spec.materiality();
        let is_told = |&index: &usize| {
            let half = self.beyond(index, best).and_then(|more| more.half_width());
            half.is_none_or(|half| half <= materiality)
        };
        let others = || self.alive.iter().filter(|&&index| index != best && index != 0);
        self.replications >= self.most() || self.replications >= LAST && others().all(is_told)
    }

    /// What a candidate costs beyond another, on the same usage and luck.
    fn beyond(&self, index: usize, best: usize) -> Option<Estimate> {
        let (ours, theirs) = (&self.runs[index].cost, &self.runs[best].cost);
        let shared = ours.len().min(theirs.len());
        Some(paired(&ours[..shared], &theirs[..shared], worse())?.difference)
    }

    /// Candidates with their scores, the best first.
    fn ranked(&self, among: &[usize]) -> Vec<(usize, Score)> {
        let mut ranked: Vec<(usize, Score)> =
            among.iter().map(|&index| (index, self.score(index))).collect();
        ranked.sort_by(|(a, ours), (b, theirs)| ours.order(theirs).then(a.cmp(b)));
        ranked
    }

    fn score(&self, index: usize) -> Score {
        Score::of(&self.candidates[index], &self.runs[index], &self.objective)
    }

    /// Returns true if a candidate certainly breaks what the best keeps, or certainly costs more than it.
    fn is_worse(&self, index: usize, best: usize) -> bool {
        if index == best {
            return false;
        }
        let objective = self.objective.with_confidence(worse());
        let standing = |index: usize| {
            let length = objective.length(&self.candidates[index].setup);
            objective.standing(&self.runs[index], length, &self.runs[0])
        };
        let of_best = standing(best);
        if standing(index) == Standing::Misses && of_best != Standing::Misses {
            return true;
        }
        let near = near(self.question.scenario.currency);
        let costs_more = self.beyond(index, best).is_some_and(|more| match more.low {
            Some(low) => low > near,
            None => more.value > near,
        });
        costs_more && self.score(best).breach.is_none()
    }

    /// The places around one that were not tried: along each setting of numbers and, where `crossed`, along
    /// two of them at once.
    fn around(&self, place: &LatticePlace, crossed: bool) -> Vec<LatticePlace> {
        let moves = |axis: usize| {
            let stride = self.strides[axis] as isize;
            let steps = if self.axes()[axis].is_ordered() { [-stride, stride] } else { [0, 0] };
            steps.into_iter().filter_map(move |by| self.axes()[axis].moved(place[axis], by))
        };
        let mut found: Vec<LatticePlace> = Vec::new();
        for axis in 0..place.len() {
            for value in moves(axis) {
                let one = with(place, axis, value);
                for other in axis + 1..if crossed { place.len() } else { 0 } {
                    found.extend(moves(other).map(|value| with(&one, other, value)));
                }
                found.push(one);
            }
        }
        found.retain(|place| !self.seen.contains_key(place));
        found
    }

    /// Studies the best and what is around it, until that holds the neighbours of what comes out best, and, where
    /// today's settings are kept, of those.
    fn finish(mut self) -> Result<SearchAnswer, InquiryError> {
        let ranked = self.ranked(&self.alive);
        let mut centre = ranked.iter().find_map(|&(index, _)| self.places[index].clone());
        let mut centres: BTreeSet<LatticePlace> = centre.iter().cloned().collect();
        let mut beside_today = false;
        loop {
            let mut finalists = self.finalists(centre.as_ref());
            // One that was best before may be so again.
            for before in &centres {
                finalists.extend(self.moved(before, &AROUND[..1]));
                finalists.insert(before.clone());
            }
            let is_all = self.question.lattice() <= FEW;
            let asked = FinalStudy { centre: centre.clone(), finalists, beside_today };
            let detail = if is_all { self.question.detail } else { Detail::Verdict };
            let study = self.study(&asked, detail)?;
            let best = favoured(&study.judgement);
            let place = self.place_of(&study.candidates[best].settings);
            let is_new = place.as_ref().is_some_and(|place| centres.insert(place.clone()));
            let is_kept = best == 0 || is_keep(&study.judgement);
            let lacks_today = is_kept && !std::mem::replace(&mut beside_today, is_kept);
            if is_all {
                return Ok(self.answer(study, best));
            }
            if !(is_new || lacks_today) || centres.len() > MOST_STUDIES {
                // All its runs are known: what is looked for beyond them is looked for once.
                let study = self.study(&asked, self.question.detail)?;
                return Ok(self.answer(study, best));
            }
            centre = place.or(centre);
        }
    }

    /// The places that the last study compares around the best one.
    fn finalists(&self, centre: Option<&LatticePlace>) -> BTreeSet<LatticePlace> {
        if self.question.lattice() <= FEW {
            return self.crossed(&vec![1; self.axes().len()]).into_iter().collect();
        }
        let close = self.ranked(&self.alive).into_iter().take(CLOSE);
        let close = close.filter_map(|(index, _)| self.places[index].clone());
        let also = self.place_of(&self.question.also);
        let mut places: BTreeSet<LatticePlace> =
            close.chain(self.best_of_others()).chain(also).collect();
        let Some(centre) = centre else { return places };
        // Where something must hold, the cheapest that certainly keeps it may be a few values away.
        let must_hold = self.objective.requirements().next().is_some();
        let steps = if must_hold { &AROUND[..] } else { &AROUND[..1] };
        places.extend(self.moved(centre, steps));
        places
    }

    /// The places from which one setting of numbers differs by some values.
    fn moved(&self, from: &LatticePlace, steps: &[isize]) -> Vec<LatticePlace> {
        let mut places = Vec::new();
        for (axis, values) in self.axes().iter().enumerate().filter(|(_, axis)| axis.is_ordered()) {
            let both = steps.iter().flat_map(|&by| [by, -by]);
            let moved = both.filter_map(|by| values.moved(from[axis], by));
            places.extend(moved.map(|value| with(from, axis, value)));
        }
        places
    }

    /// The best combination that was tried with each value of the settings that are not numbers.
    fn best_of_others(&self) -> Vec<LatticePlace> {
        let tried = 0..self.candidates.len();
        let tried: Vec<usize> = tried.filter(|&index| !self.runs[index].is_empty()).collect();
        let ranked = self.ranked(&tried);
        let mut best: BTreeMap<(usize, usize), &LatticePlace> = BTreeMap::new();
        for (axis, _) in self.axes().iter().enumerate().filter(|(_, axis)| !axis.is_ordered()) {
            for place in ranked.iter().filter_map(|&(index, _)| self.places[index].as_ref()) {
                best.entry((axis, place[axis])).or_insert(place);
            }
        }
        best.into_values().cloned().collect()
    }

    /// The study of today's settings and of the finalists, and perhaps of those next to today's. The one at the centre
    /// comes before the others, so that it stays the best among equals.
    fn study(&mut self, asked: &FinalStudy, detail: Detail) -> Result<StudyAnswer, InquiryError> {
        let scenario = self.question.scenario;
        let (centre, places) = (asked.centre.as_ref(), &asked.finalists);
        let beside = if asked.beside_today { beside(scenario, self.axes()) } else { Vec::new() };
        let beside = beside.into_iter().map(|set| NamedCandidate { name: self.name(&set), set });
        let beside: Vec<NamedCandidate> = beside.collect();
        let mut named: Vec<NamedCandidate> = Vec::new();
        let others = places.iter().filter(|&place| Some(place) != centre);
        for place in centre.into_iter().chain(others) {
            if !self.seen.contains_key(place) {
                self.add(place);
            }
            if self.seen[place].is_some() {
                let set = self.settings(place);
                named.push(NamedCandidate { name: self.name(&set), set });
            }
        }
        named.extend(beside);
        let table = StudyTable { vary: Vec::new(), named, ..self.question.spec.table.clone() };
        let spec = StudySpec { table, ..self.question.spec.clone() };
        let question = StudyQuestion::of(self.question.scenario, &spec, self.question.usage)?;
        let question = question.with_detail(detail).with_first_stage(LAST);
        let question = question.with_today(self.question.today);
        let entered: Vec<usize> =
            question.candidates().iter().map(|candidate| self.entered(candidate)).collect();
        let mut known = KnownRuns::default();
        entered.iter().for_each(|&index| known.add(std::mem::take(&mut self.known[index])));
        let study = study_knowing(question, Some(&mut known), self.means);
        for (index, runs) in entered.into_iter().zip(known.into_runs()) {
            self.known[index] = runs;
        }
        study
    }

    /// The place among the candidates of the search of a candidate of a study, which is entered if it is new.
    fn entered(&mut self, candidate: &Candidate) -> usize {
        let alike = self.candidates.iter().position(|other| same_rules(other, candidate));
        alike.unwrap_or_else(|| {
            self.enter(candidate.clone(), None);
            self.candidates.len() - 1
        })
    }

    /// The name of a combination: its settings in words.
    fn name(&self, set: &[Setting]) -> String {
        let scenario = self.question.scenario;
        scenario.with_overrides(set).map_or_else(|_| String::new(), |made| made.label_of(set))
    }

    /// The place of settings; `None` where they lack one of the lattice, or have a value outside.
    fn place_of(&self, settings: &[Setting]) -> Option<LatticePlace> {
        let place = |axis: &SettingAxis| {
            let set = settings.iter().find(|one| one.path == axis.path)?;
            axis.values.iter().position(|value| value == set)
        };
        self.axes().iter().map(place).collect()
    }

    fn answer(self, study: StudyAnswer, best: usize) -> SearchAnswer {
        let around = |index| Surroundings::of(index, &study, self.question.scenario, self.axes());
        SearchAnswer {
            best,
            tried: self.seen.values().flatten().count(),
            lattice: self.question.lattice(),
            is_exhaustive: self.seen.len() as u128 == self.question.lattice(),
            runs: self.known.iter().map(Vec::len).sum(),
            around_best: around(best),
            around_today: around(0),
            study,
        }
    }
}

/// The candidate that comes out best, whether or not it is worth a change.
fn favoured(judgement: &Judgement) -> usize {
    match judgement.verdict {
        Verdict::Keep(KeepReason::NotSure(index) | KeepReason::TooLittle(index)) => index,
        Verdict::Keep(KeepReason::Alone | KeepReason::Best) => 0,
        Verdict::Change(index) | Verdict::Infeasible(index) => index,
    }
}

/// Whether today's settings are kept.
fn is_keep(judgement: &Judgement) -> bool {
    matches!(judgement.verdict, Verdict::Keep(_))
}

/// The confidence with which something is given up as worse than the best.
fn worse() -> Confidence {
    Confidence::new(0.999).expect("a share between zero and one")
}

/// A place with another value of one setting.
fn with(place: &LatticePlace, axis: usize, value: usize) -> LatticePlace {
    let mut place = place.clone();
    place[axis] = value;
    place
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::inquiry::pool::WorkerPool;
    use crate::inquiry::usage::UsageInput;
    use crate::scenario::{SettingPath, SettingValue, Values};

    #[test]
    fn a_combination_that_was_found_besides_is_compared_to_the_end_whatever_the_search_finds() {
        const TEXT: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n\
            packages.ten = { credits = 10, price = \"1.00\" }\nrecharge = { at_or_below = 5, package = \"ten\" }\n\
            usage.generate = { every = \"1h\", amount = 2 }\n";
        let scenario = Scenario::from_text("also.toml", TEXT, Path::new("")).unwrap();
        let path = SettingPath::new("recharge.at_or_below").unwrap();
        let values = Values::List((0..400_u64).map(|at| SettingValue::from(10 * at)).collect());
        let space = [Variation { path: path.clone(), values }];
        let spec = StudySpec::of(&scenario);
        let usage = UsageInput::of(&scenario, scenario.csv.clone()).model(Default::default());
        let usage = usage.unwrap();
        let pool = WorkerPool::new(Some(1), 100).unwrap();
        let means = Means { pool: &pool, watch: &() };
        let question = || SearchQuestion::of(&scenario, &space, &spec, &usage);
        let far = Setting { path, value: SettingValue::from(3_215_u64) };
        let has = |answer: &SearchAnswer| {
            let mut all = answer.study.candidates.iter();
            all.any(|candidate| candidate.settings.contains(&far))
        };
        let without = search(&question(), means).unwrap();
        assert!(!has(&without) && !without.is_exhaustive && without.tried < 400);
        assert!(has(&search(&question().with_also(std::slice::from_ref(&far)), means).unwrap()));
    }
}
