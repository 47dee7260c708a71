//! Every plan with every package along levels of usage: the cheapest at each level, and the level
//! from which a bigger plan pays.

use crate::scenario::{
    CURRENT, Gate, GateSubject, NamedCandidate, Scenario, Setting, SettingPath, StudyTable,
};
use crate::study::candidates::{CandidatesError, candidates, current};
use crate::study::{
    Candidate, Confidence, Ending, HorizonLength, KnownRuns, MOST_RUNS, Objective, Question, Runs,
    StudySpec, Until, UsageModel,
};

use super::answer::{LeftOut, Omission, PlanAnswer, UnfitChoice};
use super::cuts::{CutCycle, cut_cycles};
use super::error::InquiryError;
use super::gates::{GateCheck, GatedRuns, HeldGates, find_gated, of_runs, place};
use super::levels::{Level, LevelRuns, PlanChoice, crossings, spread};
use super::pool::Means;
use super::refine::{refine, to_draw};
use super::remedy::{RemedyQuestion, RemedySearch, remedy};
use super::settle::{at_look, next};
use super::study::{Detail, events, run_knowing};

/// The setting that a plan of a choice is for.
const PLAN: [&str; 1] = ["plan"];
/// The setting that a package of a choice is for.
const PACKAGE: [&str; 2] = ["recharge", "package"];
/// The setting of the balance that a recharge restores.
const UP_TO: [&str; 2] = ["recharge", "up_to"];

/// Maximum number of levels of usage of one question.
pub const MOST_LEVELS: usize = 200;

/// Levels of a question that names none, as shares of today's usage.
const SHARES_OF_TODAY: [f64; 6] = [0.25, 0.5, 0.75, 1.5, 2.0, 3.0];

/// Plans and packages to be tried at levels of usage.
#[derive(Debug)]
pub struct PlanQuestion<'q> {
    scenario: &'q Scenario,
    usage: &'q UsageModel,
    choices: Vec<PlanChoice>,
    unfit: Vec<UnfitChoice>,
    left_out: Option<LeftOut>,
    levels: Vec<f64>,
    objective: Objective,
    replications: usize,
    detail: Detail,
    gates: Vec<Gate>,
    settle: Option<usize>,
}

/// Today's usage, with the gates that are held against it.
struct TodayRuns {
    level: Level,
    spread: Option<[f64; 2]>,
    gates: HeldGates,
}

/// The choices to try: all plans and packages of the scenario unless some are named.
#[derive(Clone, Debug, Default)]
pub struct PlanSpec {
    /// Levels of usage in credits per period, above zero; where there are none, shares of today's usage
    /// from a quarter to three times.
    pub levels: Vec<f64>,
    /// Only these plans.
    pub plans: Vec<String>,
    /// Only these packages.
    pub packages: Vec<String>,
    /// The detail of the answer.
    pub detail: Detail,
}

impl<'q> PlanQuestion<'q> {
    /// The question of `plan`, on the usage and with the prices, constraints, service target and
    /// replications of a study.
    pub fn of(
        scenario: &'q Scenario,
        study: &'q StudySpec,
        plan: &PlanSpec,
        usage: &'q UsageModel,
    ) -> Result<PlanQuestion<'q>, InquiryError> {
        /// Levels that are run besides those that are asked for, about.
        const BESIDES: usize = 16;
        let Combinations { choices, unfit } = combinations(scenario, plan)?;
        let tried = choices.len().saturating_mul(plan.levels.len() + BESIDES);
        let replications = study.until_with(tried, events(study, usage, scenario)?).most();
        let today = [current(scenario)];
        Ok(PlanQuestion {
            left_out: left_out(scenario, plan, &choices),
            levels: ascending(&plan.levels)?,
            objective: study.objective(&today),
            replications,
            detail: plan.detail,
            gates: Vec::new(),
            settle: None,
            scenario,
            usage,
            choices,
            unfit,
        })
    }

    /// The same, with gates that are held against the choices at today's usage, which is run up to `settle`
    /// times while one of them is inconclusive.
    ///
    /// # Errors
    ///
    /// If a gate names a choice that there is not.
    pub fn with_gates(self, gates: &[Gate], settle: Option<usize>) -> Result<Self, InquiryError> {
        find_gated(gates, self.names())?;
        let settle = settle.filter(|_| !gates.is_empty());
        let most = settle.map(|most| most.min(MOST_RUNS / self.choices.len().max(1)));
        Ok(PlanQuestion { gates: gates.to_vec(), settle: most, ..self })
    }

    fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.choices.iter().map(PlanChoice::name)
    }

    /// Holds the runs of the choices at today's usage against the gates.
    fn checks(
        &self,
        runs: &[Runs],
        best: usize,
        confidence: Confidence,
    ) -> Result<Vec<GateCheck>, InquiryError> {
        let objective = self.objective.with_confidence(confidence);
        let today = self.choices.iter().position(|choice| choice.candidate.changes.is_empty());
        let check = |gate: &Gate| {
            let place = match gate.subject {
                GateSubject::Unsaid | GateSubject::Current => today.ok_or_else(|| {
                    let names = self.names().map(str::to_owned).collect();
                    InquiryError::NoSuchGated {
                        gate: gate.text.clone(),
                        name: CURRENT.to_owned(),
                        names,
                    }
                })?,
                _ => place(gate, self.names(), best)?,
            };
            let (name, length) = (self.choices[place].name(), self.length());
            let read = self.usage.read();
            let gated = GatedRuns { name, runs: &runs[place], length, gain: None, read };
            Ok(of_runs(gate, gated, &objective))
        };
        self.gates.iter().map(check).collect()
    }

    /// The objective.
    pub fn objective(&self) -> &Objective {
        &self.objective
    }

    /// The cycles that the horizon cuts.
    pub fn cut_cycles(&self) -> Vec<CutCycle> {
        cut_cycles([&self.scenario.setup])
    }

    /// How long the horizon is, which all choices share.
    fn length(&self) -> HorizonLength {
        let first = self.choices.first().expect("a scenario without choices asks no question");
        self.objective.length(&first.candidate.setup)
    }

    /// The runs of all choices as a level.
    fn level_of(&self, runs: Vec<Runs>, wanted: f64) -> Level {
        let level = Level::of(&self.choices, runs, self.length(), &self.objective, wanted);
        level.expect("a level is made of at least one replication of at least one choice")
    }

    /// Looks for what would keep what must hold at today's usage, where no choice does, from the best choice
    /// on.
    fn look_further(&self, today: &Level, means: Means<'_>) -> Result<RemedySearch, InquiryError> {
        let best = today.best();
        if today.keeps(best) {
            return Ok(RemedySearch::None);
        }
        let start = RemedyQuestion {
            scenario: self.scenario,
            set: &self.choices[best].candidate.changes,
            usage: self.usage,
            seed: self.scenario.seed,
            objective: &self.objective,
            replications: self.replications,
            setup: &self.choices[best].candidate.setup,
            tried: Vec::new(),
        };
        match remedy(&start, means)? {
            RemedySearch::Interrupted => Err(InquiryError::Interrupted {
                before: "the search beyond the choices was through",
            }),
            search => Ok(search),
        }
    }

    /// Runs all choices; those of the runs that are `known` already are not made again.
    fn run(
        &self,
        usage: &UsageModel,
        replications: usize,
        known: Option<&mut KnownRuns>,
        means: Means<'_>,
    ) -> Result<Vec<Runs>, InquiryError> {
        let candidates: Vec<Candidate> =
            self.choices.iter().map(|choice| choice.candidate.clone()).collect();
        let question = Question {
            candidates: &candidates,
            source: usage,
            seed: self.scenario.seed,
            objective: self.objective.clone(),
            until: Until::Replications(replications),
        };
        let found = run_knowing(&question, known, means)?;
        match found.ended {
            Ending::Interrupted => Err(InquiryError::Interrupted { before: "all levels were run" }),
            _ => Ok(found.runs),
        }
    }

    /// Today's usage as it is.
    fn today(&self, means: Means<'_>) -> Result<TodayRuns, InquiryError> {
        let mut known = self.settle.map(|_| KnownRuns::default());
        if let Some(known) = &mut known {
            self.choices.iter().for_each(|_| known.add(Vec::new()));
        }
        let runs = self.run(self.usage, self.replications, known.as_mut(), means)?;
        let spread = runs.first().and_then(|runs| spread(runs, self.objective.confidence));
        let gated = if self.gates.is_empty() { Vec::new() } else { runs.clone() };
        let today = self.level_of(runs, 0.0);
        if today.level <= 0.0 {
            return Err(InquiryError::NoDemand { file: self.scenario.file.clone() });
        }
        let gates = self.held(gated, today.best(), known, means)?;
        Ok(TodayRuns { level: today, spread, gates })
    }

    /// Holds the gates against the runs of the choices at today's usage, and runs on to settle them, if that is
    /// asked for.
    fn held(
        &self,
        mut runs: Vec<Runs>,
        best: usize,
        mut known: Option<KnownRuns>,
        means: Means<'_>,
    ) -> Result<HeldGates, InquiryError> {
        let mut replications = self.replications;
        for look in 1.. {
            let confidence = match self.settle {
                Some(_) => at_look(self.objective.confidence, look),
                None => self.objective.confidence,
            };
            let checks = self.checks(&runs, best, confidence)?;
            let more = next(&checks, replications).min(self.settle.unwrap_or(0));
            if more <= replications {
                return Ok(HeldGates { checks, confidence, replications });
            }
            replications = more;
            runs = self.run(self.usage, replications, known.as_mut(), means)?;
        }
        unreachable!("every look has more replications than the one before, up to the most")
    }

    /// Today's usage, scaled to a level.
    fn level(&self, wanted: f64, today: &Level, means: Means<'_>) -> Result<Level, InquiryError> {
        let usage = self.usage.scaled(wanted / today.level)?;
        let runs = self.run(&usage, self.replications, None, means)?;
        Ok(self.level_of(runs, wanted))
    }
}

/// Runs every plan with every package at every level, and at others near break-evens. An
/// interrupted one has no answer.
pub fn plan(question: PlanQuestion<'_>, means: Means<'_>) -> Result<PlanAnswer, InquiryError> {
    let confidence = question.objective.confidence;
    let TodayRuns { level: today, spread, gates } = question.today(means)?;
    let run = |wanted: f64| question.level(wanted, &today, means);
    let wanted = match question.levels.is_empty() {
        true => around(today.level),
        false => question.levels.clone(),
    };
    let levels = wanted.into_iter().map(run);
    let levels = levels.collect::<Result<Vec<Level>, InquiryError>>()?;
    let mut between = refine(&question.choices, &levels, &today, confidence, run)?;
    let ran = LevelRuns { levels: &levels, between: &between, today: &today };
    let crossings = crossings(&question.choices, ran, confidence);
    if question.detail == Detail::Pictures {
        let all: Vec<f64> = ran.ascending().iter().map(|level| level.level).collect();
        for wanted in to_draw(&all, spread, &question.choices) {
            between.push(run(wanted)?);
        }
    }
    let remedy = question.look_further(&today, means)?;
    let is_foreseen = question.usage.future().is_some();
    let is_read = question.usage.read().is_some();
    let PlanQuestion { choices, unfit, left_out, .. } = question;
    Ok(PlanAnswer {
        is_foreseen,
        is_read,
        choices,
        unfit,
        levels,
        between,
        today,
        spread,
        crossings,
        remedy,
        left_out,
        confidence,
        gates,
    })
}

/// The levels of a question that names none: shares of today's usage, to two digits that matter.
fn around(today: f64) -> Vec<f64> {
    let round = |level: f64| {
        let digit = libm::pow(10.0, libm::floor(libm::log10(level)) - 1.0);
        libm::round(level / digit) * digit
    };
    SHARES_OF_TODAY.iter().map(|share| round(share * today)).collect()
}

/// Levels from the lowest to the highest.
fn ascending(levels: &[f64]) -> Result<Vec<f64>, InquiryError> {
    if levels.len() > MOST_LEVELS {
        return Err(InquiryError::TooManyLevels { count: levels.len() });
    }
    if let Some(&level) = levels.iter().find(|level| !level.is_finite() || **level <= 0.0) {
        return Err(InquiryError::Level { level });
    }
    let mut levels = levels.to_vec();
    levels.sort_by(f64::total_cmp);
    Ok(levels)
}

/// Plans with packages: those that make a scenario, and those that do not.
struct Combinations {
    choices: Vec<PlanChoice>,
    unfit: Vec<UnfitChoice>,
}

/// Every plan with every package, or those that were named; the smaller allowance first. For an
/// account that buys up to a balance, that is one more package, unless packages were named.
///
/// # Errors
///
/// If nothing buys a package, or no combination makes a scenario.
fn combinations(scenario: &Scenario, spec: &PlanSpec) -> Result<Combinations, InquiryError> {
    let plans: Vec<String> = scenario.plans.iter().map(|(name, _)| name.clone()).collect();
    let packages: Vec<String> =
        scenario.packages.iter().map(|package| package.name.to_string()).collect();
    let plans = chosen("plans", &spec.plans, plans)?;
    let rule = up_to(scenario).filter(|_| spec.packages.is_empty());
    let packages = match packages.is_empty() && rule.is_some() {
        true => packages,
        false => chosen("packages", &spec.packages, packages)?,
    };
    if scenario.setup.policy.recharge.is_none() {
        let (file, package) = (scenario.file.clone(), packages.first().cloned());
        return Err(InquiryError::NothingBuys { file, package });
    }
    let (mut choices, mut unfit, mut refused) = (Vec::new(), Vec::new(), None);
    for plan in &plans {
        for package in packages.iter().chain(&rule) {
            let bought = (rule.as_ref() != Some(package)).then_some(package.as_str());
            match choice(scenario, plan, package, bought) {
                Ok(choice) => choices.push(choice),
                Err((left_out, error)) => {
                    unfit.push(left_out);
                    refused.get_or_insert(error);
                }
            }
        }
    }
    match (choices.is_empty(), refused) {
        (true, Some(error)) => Err(InquiryError::Choice { file: scenario.file.clone(), error }),
        _ => {
            choices.sort_by(|a, b| a.allowance.total_cmp(&b.allowance));
            Ok(Combinations { choices, unfit })
        }
    }
}

/// A plan with a package; the scenario's package stays if none is `bought`. The error says of which combination it is.
fn choice(
    scenario: &Scenario,
    plan: &str,
    package: &str,
    bought: Option<&str>,
) -> Result<PlanChoice, (UnfitChoice, CandidatesError)> {
    let mut set = vec![Setting::new(PLAN, plan)];
    set.extend(bought.map(|package| Setting::new(PACKAGE, package)));
    let plan_title = scenario.label_of(&set[..1]);
    let rest = match (bought, scenario.setting(&UP_TO.into())) {
        (None, Some(value)) => vec![Setting { path: UP_TO.into(), value }],
        _ => set[1..].to_vec(),
    };
    let (bought, phrase) = (scenario.label_of(&rest), scenario.phrase_of(&rest));
    let value = scenario.values_of(&rest);
    let name = format!("{plan_title} + {value}");
    let named = vec![NamedCandidate { name: name.clone(), set }];
    if let Err(wrong) = scenario.with_overrides(&named[0].set) {
        let left_out = UnfitChoice { name: name.clone(), reason: wrong.in_one_line() };
        let problems = vec![format!("candidate `{name}`:\n{wrong}")];
        return Err((left_out, CandidatesError::Invalid { problems }));
    }
    let table = StudyTable { named, ..StudyTable::default() };
    let made = candidates(scenario, &StudySpec { table, ..StudySpec::default() });
    let made = made.expect("one candidate that makes a scenario is not too many");
    // If the choice equals today's settings, they are the only candidate.
    let candidate = made.into_iter().next_back().expect("what is set today is a candidate");
    Ok(PlanChoice {
        plan: plan.to_owned(),
        package: package.to_owned(),
        plan_title,
        value,
        bought,
        phrase,
        allowance: candidate.setup.policy.contract.plan.allowance.to_f64(),
        candidate: Candidate { name, ..candidate },
    })
}

/// The rule of an account that buys enough to bring its balance up to a target: `up to 2000`.
fn up_to(scenario: &Scenario) -> Option<String> {
    let target = scenario.setting(&UP_TO.into());
    target.map(|target| format!("up to {target}"))
}

/// Today's settings, if they are not among the choices.
fn left_out(scenario: &Scenario, spec: &PlanSpec, choices: &[PlanChoice]) -> Option<LeftOut> {
    if choices.iter().any(|choice| choice.candidate.changes.is_empty()) {
        return None;
    }
    let set = |path: SettingPath| scenario.setting(&path).map(|value| Setting { path, value });
    let label = |setting: Setting| scenario.values_of(&[setting]);
    let plan = scenario.setting(&PLAN.into()).map(|name| name.to_string());
    let bought = set(PACKAGE.into()).or_else(|| set(UP_TO.into())).map(label);
    let why = match (&plan, &bought) {
        (None, _) => Omission::NoPlan,
        (_, None) => Omission::NoPackage,
        (Some(plan), _) if !spec.plans.is_empty() && !spec.plans.contains(plan) => {
            Omission::PlanNotNamed
        }
        _ => Omission::PackageNotNamed,
    };
    Some(LeftOut { plan: set(PLAN.into()).map(label), bought, why })
}

/// The requested names, each of which must exist; all names if none is requested.
fn chosen(
    table: &'static str,
    asked: &[String],
    known: Vec<String>,
) -> Result<Vec<String>, InquiryError> {
    if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
        return Err(InquiryError::UnknownChoice { table, name: unknown.clone(), known });
    }
    if known.is_empty() {
        return Err(InquiryError::NoChoice { table });
    }
    Ok(if asked.is_empty() { known } else { asked.to_vec() })
}
