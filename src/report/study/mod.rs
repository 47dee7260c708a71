//! The results of a study or a comparison: its document, and its rows.
//!
//! In reading order: this page (the content, and its figures) → `document` → `notes` (the meaning
//! of the numbers, and the attention list) → `periods` (months and cycles) → `rows` (CSV). Money
//! here is a mean, so a float; exact money belongs to a replay.

mod document;
mod notes;
mod periods;
mod rows;

pub use notes::{attention, unfit};
pub use periods::period_rows;
pub use rows::{csv, samples};

use crate::domain::{Zone, grouped};
use crate::figures::Figure;
use crate::forecast::{FutureUsage, MethodTest};
use crate::inquiry::{
    self, Assessment, BillDifference, CostParts, Judgement, Neglect, Pictures, RemedySearch, Role,
    StudyAnswer,
};
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::candidates::UnfitCandidate;
use crate::study::{
    Candidate, Ending, Estimate, EstimatedFigure, Objective, Paths, Runs, Standing, UsageModel,
    estimate, net_spend,
};
use crate::usage::UsageSummary;
use crate::vendors;

use super::advice::Words;
use super::assumed;
use super::bill::BillReport;
use super::document::{Cell, Notation};
use super::provenance::Provenance;
use super::run::kind;
use super::usage;
use super::words::{self, count, lower, tested};

/// A study, ready to be reported.
#[derive(Clone, Debug)]
pub struct StudyReport<'t> {
    /// Its name.
    pub name: &'t str,
    /// The wording of numbers; the candidates and the objective.
    pub words: Words<'t>,
    /// What was to be tried and makes no scenario.
    pub unfit: &'t [UnfitCandidate],
    /// The runs, by candidate.
    pub runs: &'t [Runs],
    /// The judgement.
    pub judgement: &'t Judgement,
    /// The search for settings that meet the service target, if no candidate tried does.
    pub remedy: &'t RemedySearch,
    /// The service of what is advised, where it is poor and nothing is required of it.
    pub neglect: Option<&'t Neglect>,
    /// The end of the study.
    pub ended: Ending,
    /// The source of the usage, in a sentence.
    pub usage: String,
    /// That other commands draw the usage of the same file in another way.
    pub otherwise: Option<&'static str>,
    /// What the history says of usage to come, where runs are futures, each with a level of its own.
    pub future: Option<&'t FutureUsage>,
    /// How the method by which usage is drawn from a history did in forecasts from inside it; `None` where it is not
    /// drawn from one.
    pub tested: Option<MethodTest>,
    /// What each scenario after the first costs more than the first; empty unless scenarios are compared.
    pub bills: &'t [BillDifference],
    /// The data of charts.
    pub pictures: &'t Pictures,
    /// The figure that the map of settings shows.
    pub map: Figure,
    /// A summary of the history that the usage rests on, if any.
    pub read: Option<&'t UsageSummary>,
    /// What was read by the meter of each candidate, where there are several.
    pub meters: Vec<&'t UsageSummary>,
    /// The scenarios it rests on; the first is the one that others are compared with.
    pub scenarios: &'t [&'t Scenario],
    /// The origin of the result.
    pub provenance: &'t Provenance,
}

/// What a study was asked about.
#[derive(Clone, Copy, Debug)]
pub struct StudySubject<'t> {
    /// Its name.
    pub name: &'t str,
    /// The scenarios; money, unit and seed are those of the first.
    pub scenarios: &'t [&'t Scenario],
    /// Their usage.
    pub usage: &'t UsageModel,
    /// The figure that the map of settings shows.
    pub map: Figure,
    /// The origin of the result.
    pub provenance: &'t Provenance,
}

/// The unit of all scenarios; where they count different ones, the word for any.
fn shared_unit<'t>(scenarios: &[&'t Scenario]) -> &'t str {
    const ANY: &str = "credits";
    match scenarios {
        [first, others @ ..] if others.iter().all(|other| other.unit == first.unit) => &first.unit,
        _ => ANY,
    }
}

impl<'t> StudySubject<'t> {
    /// The report of an answer about it.
    pub fn report(self, answer: &'t StudyAnswer) -> StudyReport<'t> {
        let StudySubject { name, scenarios, usage, map, provenance } = self;
        let first = scenarios.first().expect("a study is of a scenario");
        StudyReport {
            name,
            words: Words {
                currency: first.currency,
                unit: shared_unit(scenarios),
                candidates: &answer.candidates,
                objective: &answer.objective,
            },
            unfit: &answer.unfit,
            runs: &answer.runs,
            judgement: &answer.judgement,
            remedy: &answer.remedy,
            neglect: answer.neglect.as_ref(),
            ended: answer.ended,
            usage: match answer.runs.iter().all(|runs| runs.is_certain) {
                true => "the same usage in each, and nothing is left to luck".to_owned(),
                false => words::usage_model(usage),
            },
            otherwise: words::drawn_otherwise(usage),
            future: usage.future(),
            tested: usage.tested(first.seed),
            bills: &answer.bills,
            pictures: &answer.pictures,
            map,
            read: usage.read(),
            meters: usage.meters(),
            scenarios,
            provenance,
        }
    }
}

/// A candidate that is drawn and described separately.
#[derive(Clone, Copy, Debug)]
pub struct Face<'t> {
    /// The candidate.
    pub assessment: &'t Assessment,
    /// Its role.
    pub role: Role,
    /// Its position among those shown.
    pub place: usize,
    name: &'t str,
    /// Its name without what those of all shown begin with.
    short: &'t str,
    /// Whether it is a scenario of its own, and no change of settings.
    is_whole: bool,
}

impl Face<'_> {
    /// Its role in a word or two: `current`, `advised`, `nearest miss`, `best other one`; of scenarios
    /// that are compared, what tells one from the others.
    pub fn word(&self) -> &str {
        match self.role {
            Role::First | Role::Kept => self.short,
            _ if self.is_whole || self.assessment.index == 0 => self.short,
            Role::Advised => "advised",
            Role::Nearest => "nearest miss",
            Role::Next => "best other one",
        }
    }

    /// Its role with its name: `advised: package 9000`.
    pub fn label(&self) -> String {
        match self.role {
            Role::Kept => format!("{}, advised", self.name),
            Role::Nearest if self.word() == self.short => format!("{}, nearest miss", self.name),
            Role::Advised if self.word() == self.short => format!("{}, advised", self.name),
            Role::First => self.name.to_owned(),
            Role::Next if self.is_whole => self.name.to_owned(),
            _ => format!("{}: {}", self.word(), self.name),
        }
    }
}

impl<'t> StudyReport<'t> {
    /// What each scenario after the first costs more than the first, to be told.
    pub fn bills(&self) -> impl Iterator<Item = BillReport<'_>> {
        let of = |(place, bill): (usize, &'t BillDifference)| BillReport {
            name: &self.candidates()[place + 1].name,
            is_named: true,
            base: &self.candidates()[0].name,
            bill,
            period: self.objective().period,
            currency: self.words.currency,
        };
        self.bills.iter().enumerate().map(of)
    }

    /// The advice, sentence by sentence: what to do first, then what would be enough where nothing is.
    pub fn advice(&self) -> Vec<String> {
        let mut sentences = self.words.sentences(self.judgement);
        if let Some(remedy) = self.remedy.found() {
            let start = self.judgement.advised();
            let several = (self.scenarios.len() > 1).then(|| &*self.candidates()[start.index].name);
            let told = self.words.remedy(remedy, several, start.served);
            let place = if several.is_some() { start.index } else { 0 };
            let file = self.scenarios.get(place).map(|scenario| &scenario.file);
            let vendor = file.and_then(|file| vendors::all().iter().find(|one| one.name == *file));
            let is_offered =
                vendor.is_none_or(|vendor| vendor.offers(&remedy.best.candidate.changes));
            // What is kept is first said to miss what must hold.
            let after =
                if matches!(self.judgement.verdict, inquiry::Verdict::Keep(_)) { 2 } else { 1 };
            sentences.insert(
                after,
                match is_offered {
                    true => told,
                    false => format!("Beyond what an owner may choose: {}", lower(&told)),
                },
            );
        }
        if let Some(neglect) = self.neglect {
            sentences.insert(1, self.words.neglect(neglect, self.judgement));
        }
        if self.compares_vendors() {
            sentences[0] = of_starting_values(&sentences[0]);
        }
        sentences.extend(self.each_vendor());
        sentences.extend(self.rows_as_events());
        sentences.extend(self.of_futures());
        sentences.extend(self.tested.as_ref().map(tested));
        sentences
    }

    /// Whether vendors are compared of which an owner may choose something, as they start.
    fn compares_vendors(&self) -> bool {
        let has_choice = |one: &&Scenario| {
            let vendor = vendors::all().iter().find(|vendor| vendor.name == one.file);
            vendor.is_some_and(|vendor| !vendor.options.is_empty())
        };
        let is_whole = self.candidates().iter().all(|candidate| candidate.changes.is_empty());
        self.scenarios.len() > 1 && is_whole && self.scenarios.iter().any(has_choice)
    }

    /// The settings that each vendor has where vendors are compared, as its name says nothing of them.
    fn each_vendor(&self) -> Option<String> {
        const CHOSEN: [[&str; 2]; 5] = [
            ["recharge", "package"],
            ["recharge", "packs"],
            ["recharge", "up_to"],
            ["recharge", "at_or_below"],
            ["recharge", "below"],
        ];
        let is_vendor =
            |one: &&&Scenario| vendors::all().iter().any(|vendor| vendor.name == one.file);
        let told = |one: &&Scenario| {
            let plan = std::iter::once(SettingPath::from(["plan"]));
            let paths = plan.chain(CHOSEN.map(SettingPath::from));
            let value = |path: SettingPath| {
                let value = one.setting(&path)?;
                Some(Setting { path, value })
            };
            let settings: Vec<Setting> = paths.filter_map(value).collect();
            (!settings.is_empty())
                .then(|| format!("{} with {}", one.name, one.phrase_of(&settings)))
        };
        let told: Vec<String> = self.scenarios.iter().filter(is_vendor).filter_map(told).collect();
        (self.scenarios.len() > 1 && !told.is_empty())
            .then(|| format!("Compared are {}.{}", told.join("; "), self.best_of_each()))
    }

    /// Where the best of each vendor is to be had.
    fn best_of_each(&self) -> String {
        if !self.compares_vendors() {
            return String::new();
        }
        let is_vendor =
            |one: &&&Scenario| vendors::all().iter().any(|vendor| vendor.name == one.file);
        let names: Vec<&str> =
            self.scenarios.iter().filter(is_vendor).map(|one| one.file.as_str()).collect();
        format!(
            " An owner may choose others: `recharge advise FILE --vendor {}` compares the best of each.",
            names.join(",")
        )
    }

    /// That rows which look like totals count as events, where nothing keeps what must hold: as totals that flow they may be
    /// served.
    fn rows_as_events(&self) -> Option<String> {
        let apart = self.read?.apart?;
        let is_missed = matches!(self.judgement.verdict, inquiry::Verdict::Infeasible(_));
        is_missed.then(|| {
            format!(
                "That counts each row as one event at its instant, and rows are {}, as totals are: `--set \
                 usage.spread=uniform` lets them flow until the next, as `advise` and `forecast` assume, and may turn this.",
                usage::row_distance(apart)
            )
        })
    }

    /// What is not known of usage, apart from the number of runs, where runs are futures.
    fn of_futures(&self) -> Option<String> {
        self.future?;
        let advised = self.judgement.advised();
        let confidence = self.objective().confidence;
        let half = estimate::mean(&self.runs[advised.index].cost, confidence)?.half_width()?;
        Some(format!(
            "Its cost is known to ±{} {per} from the number of runs, and is {range} {per} in 8 of 10 futures, from not \
             knowing usage to come{best}.",
            self.words.money(half),
            range = self.cost_in_futures(advised)?,
            per = self.words.per(),
            best = self.best_in_futures().map_or(String::new(), |best| format!("; {best}"))
        ))
    }

    /// What a candidate costs in 8 of 10 futures; `None` where runs are no futures.
    pub fn cost_in_futures(&self, judged: &inquiry::Assessment) -> Option<String> {
        self.future?;
        let mut cost = self.runs[judged.index].cost.clone();
        cost.sort_by(f64::total_cmp);
        let [low, high] = [0.1, 0.9].map(|p| estimate::value_at(&cost, p));
        Some(match (self.words.money(low?), self.words.money(high?)) {
            (low, high) if low == high => low,
            (low, high) => format!("{low} to {high}"),
        })
    }

    /// In how many futures the advised candidate is best, or within what is worth a change of it; `None` where runs are
    /// no futures, or nothing else was compared to their end.
    pub fn best_in_futures(&self) -> Option<String> {
        let advised = self.judgement.advised();
        let ours = &self.runs[advised.index].cost;
        let judged = self.judgement.assessments.iter();
        // What may keep what must hold was compared, too.
        let is_compared = |other: &&inquiry::Assessment| {
            other.is_feasible() || other.standing() != Standing::Misses
        };
        let others = judged.filter(|other| other.index != advised.index).filter(is_compared);
        let all: Vec<&[f64]> = others.map(|other| &self.runs[other.index].cost[..]).collect();
        // As many futures as another had, too: of those given up on the way the ones that were run longest.
        let shared = all.iter().map(|cost| cost.len().min(ours.len())).max()?;
        let rivals: Vec<&[f64]> = all.into_iter().filter(|cost| cost.len() >= shared).collect();
        let ours = &ours[..shared];
        if self.future.is_none() || rivals.is_empty() || ours.is_empty() {
            return None;
        }
        let near = |(future, cost): (usize, &f64)| {
            let least = rivals.iter().map(|rival| rival[future]).fold(*cost, f64::min);
            *cost <= least + self.judgement.materiality + 1e-9
        };
        let best = ours.iter().enumerate().filter(|&one| near(one)).count();
        let futures = count(ours.len() as u64, "future");
        let share = match best {
            all if all == ours.len() && all > 1 => format!("in each of {futures}"),
            0 => format!("in none of {futures}"),
            some => format!("in {} of {futures}", grouped(&some.to_string())),
        };
        let near = match self.judgement.materiality > 0.0 {
            true => format!("within {} of", self.words.money(self.judgement.materiality)),
            false => "as good as".to_owned(),
        };
        Some(format!("it is {near} the best that was compared {share}"))
    }

    /// The candidates that are drawn and described separately, the first one first.
    pub fn faces(&self) -> Vec<Face<'t>> {
        let face = |(place, (index, role)): (usize, (usize, Role))| {
            let judged = self.judgement.assessments.get(index)?;
            let candidate = self.candidates().get(index)?;
            let is_whole = self.scenarios.len() > 1 && candidate.changes.is_empty();
            let name = candidate.name.as_str();
            Some(Face { assessment: judged, role, place, name, short: name, is_whole })
        };
        let shown = inquiry::shown(self.judgement, self.candidates()).into_iter().enumerate();
        let mut faces: Vec<Face<'t>> = shown.filter_map(face).collect();
        let names: Vec<&str> = faces.iter().map(|face| face.name).collect();
        let same = shared_beginning(&names);
        for face in &mut faces {
            face.short = &face.name[same..];
        }
        faces
    }

    /// Whether nothing is left to luck, so that all runs of each candidate are the same.
    pub fn is_one_replay(&self) -> bool {
        self.runs.iter().all(|runs| runs.is_certain)
    }

    /// Whether all runs of each candidate are the same, be it by luck.
    pub fn is_alike(&self) -> bool {
        self.runs.iter().all(|runs| runs.len() > 1 && runs.are_alike())
    }

    /// ` per cycle`, where a figure is so.
    pub fn per(&self, figure: Figure) -> String {
        match figure.is_per_period() {
            true => format!(" {}", self.words.per()),
            false => String::new(),
        }
    }

    /// Spend to date of the candidates that are drawn; none if it was not requested or interrupted.
    pub fn paths(&self) -> &'t [Paths] {
        self.pictures.paths()
    }

    /// The candidates.
    pub fn candidates(&self) -> &'t [Candidate] {
        self.words.candidates
    }

    /// The objective and the constraints.
    pub fn objective(&self) -> &'t Objective {
        self.words.objective
    }

    /// What lies between the spend of a candidate and its cost, per period.
    pub fn cost_parts(&self, judged: &Assessment) -> Option<CostParts> {
        let runs = self.runs.get(judged.index)?;
        Some(CostParts::of(runs, self.objective(), judged.periods))
    }

    /// What the cost counts of a balance that is assumed.
    pub(in crate::report) fn assumed_in_cost(&self) -> &'static str {
        assumed::in_cost(self.candidates().iter().map(|candidate| &candidate.setup))
    }

    /// Spend per period, less the cost of credits left at the end, and refused credits.
    pub fn spend_and_refused(&self, judged: &Assessment) -> Option<(Estimate, Estimate)> {
        let runs = self.runs.get(judged.index)?;
        let spend = net_spend(runs, judged.periods, self.objective().confidence)?;
        Some((spend, self.estimate(judged, Figure::REFUSED)?))
    }
}

/// A verdict on vendors as they start, said of just that.
fn of_starting_values(verdict: &str) -> String {
    const STARTING: &str = "With the values that the rules start from or the command gives, and not the best of each vendor";
    let is_ours = ["Choose ", "Keep ", "None "].iter().any(|word| verdict.starts_with(word));
    match is_ours {
        true => format!("{STARTING}: {}", lower(verdict)),
        false => format!("{STARTING}: {verdict}"),
    }
}

/// The length of what all names begin with, up to a comma or a colon: 20 of `Product Classifier, Starter` and
/// `Product Classifier, Pro`; 0 of a single name, or where nothing would be left of one.
pub(in crate::report) fn shared_beginning(names: &[&str]) -> usize {
    let [first, others @ ..] = names else { return 0 };
    let ends = first.match_indices([',', ':']).map(|(at, _)| at + 1);
    let ends = ends.filter(|&at| first[at..].starts_with(' ')).map(|at| at + 1);
    let is_shared =
        |&at: &usize| names.iter().all(|name| name.len() > at && name.starts_with(&first[..at]));
    if others.is_empty() { 0 } else { ends.filter(is_shared).max().unwrap_or(0) }
}

impl<'t> StudyReport<'t> {
    /// A figure of a candidate, as an estimate.
    pub fn estimate(&self, judged: &Assessment, figure: Figure) -> Option<Estimate> {
        let runs = &self.runs[judged.index];
        figure.estimate(runs, self.objective(), judged.periods, judged.hours)
    }

    /// A value of a figure, in its unit.
    pub fn number(&self, figure: Figure, value: f64) -> String {
        self.notation().quantity(kind(figure), value)
    }

    /// `51.20 ± 0.30`: with half the interval, where it is resolved.
    pub fn with_half(&self, figure: Figure, estimate: Option<Estimate>) -> String {
        self.notation().show(&Cell::with_half(kind(figure), estimate))
    }

    /// The notation of values: the currency and the zone of the first scenario.
    pub(super) fn notation(&self) -> Notation {
        let zone = self.first().zone;
        Notation { currency: self.words.currency, zone }
    }

    /// The zone in which results for programs show instants.
    pub(crate) fn first_zone(&self) -> Zone {
        self.first().zone
    }

    /// The scenario that others are compared with.
    fn first(&self) -> &'t Scenario {
        self.scenarios.first().expect("a study is about a scenario")
    }

    /// The end of the study, in words; `None` where it ended as it had to.
    pub fn ended(&self) -> Option<&'static str> {
        match self.ended {
            Ending::Complete => None,
            Ending::Enough => Some("enough for the precision asked for"),
            Ending::AtMost => Some("the most allowed, before the precision asked for"),
            Ending::Interrupted => Some("interrupted: these are finished"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_on_vendors_as_they_start_is_said_of_that_and_keeps_names_as_they_are() {
        let starting = "With the values that the rules start from or the command gives, and not the best of each vendor: ";
        for (verdict, told) in [
            ("Choose Acme: that spends $5.", "choose Acme: that spends $5."),
            ("Keep Acme: it spends $5.", "keep Acme: it spends $5."),
            ("Acme misses it.", "Acme misses it."),
        ] {
            assert_eq!(of_starting_values(verdict), format!("{starting}{told}"));
        }
    }

    #[test]
    fn what_names_share_is_left_out_where_something_is_left_of_each() {
        for (names, shared) in [
            (["Classifier, Starter", "Classifier, Pro"], "Classifier, ".len()),
            (["Acme: a, b", "Acme: a, c"], "Acme: a, ".len()),
            (["Starter", "Pro"], 0),
            (["Acme, ", "Acme, Pro"], 0),
            (["Acme,Pro", "Acme,Starter"], 0),
            (["current", "Starter, 9,000 package"], 0),
        ] {
            assert_eq!(shared_beginning(&names), shared, "{names:?}");
        }
        assert_eq!(shared_beginning(&["Acme, Pro"]), 0);
        assert_eq!(shared_beginning(&[]), 0);
    }
}
