//! `recharge plan`: the cheapest of each plan and package along levels of usage, and where the
//! bigger plan begins to pay.

use crate::inquiry::plans::{Crossing, Level, LevelRuns, PlanChoice, Plans, crossings, spread};
use crate::inquiry::plans::{LeftOut, Omission};
use crate::report::advice::Words;
use crate::report::plan::PlanReport;
use crate::report::provenance::Provenance;
use crate::scenario::Scenario;
use crate::study::asked::{Asked, Named};
use crate::study::candidates::{candidates, current};
use crate::study::{Candidate, Ending, Objective, Question, Runs, Until, UsageModel};

use super::args::{Many, Plan};
use super::exit::Failure;
use super::study::{asked, described, listed, objective, run, usage};
use super::{question, telling};

/// How often a level is added at each break-even found so far.
const REFINEMENTS: usize = 2;
/// How often after that the levels around a break-even are halved at most.
const HALVINGS: usize = 8;
/// How far the levels around a break-even may be apart, as a share of it. Costs bend where an allowance
/// is used up, so a line between levels that are far apart crosses zero elsewhere than costs do.
const APART: f64 = 0.04;
/// How many parts of the levels a picture has at least.
const PARTS: u32 = 16;
/// The most levels.
const MOST_LEVELS: u128 = 200;

/// Runs every plan with every package at every level.
pub fn plan(args: &Plan, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    let asked = asked(&scenario, &args.many)?;
    let wanted = levels(&args.levels)?;
    let source = usage(&scenario, &args.source, &asked)?;
    let choices = choices(&scenario, args)?;
    let objective =
        Objective { constraints: Vec::new(), ..objective(&asked, &[current(&scenario)]) };
    question::warn_of_cuts(&[current(&scenario)], scenario.zone);
    let study = Levels {
        scenario: &scenario,
        many: &args.many,
        asked: &asked,
        choices: &choices,
        objective: &objective,
        source: &source,
    };
    let mut plans = study.plans(&wanted)?;
    plans.left_out = left_out(&scenario, args, &choices);
    if args.telling.report.is_some() {
        study.draw_through(&mut plans)?;
    }
    let words = Words {
        currency: scenario.currency,
        unit: &scenario.unit,
        candidates: &[],
        objective: &objective,
    };
    let told = PlanReport {
        scenario: &scenario,
        words,
        plans: &plans,
        usage: described(&source),
        read: source.read(),
        provenance: &Provenance::of_study(&scenario, &source, command),
    };
    telling::write(&args.telling, &told)?;
    telling::tables(&told, &args.many)?;
    telling::open(&args.telling);
    Ok(())
}

/// Levels in ascending order.
fn levels(text: &str) -> Result<Vec<f64>, Failure> {
    let wrong = |why: &str| Failure::Input(format!("--levels {text}: {why}"));
    let values = listed("levels", text).map_err(|why| wrong(&why))?;
    if values.count() > MOST_LEVELS {
        return Err(wrong(&format!("{} levels; at most {MOST_LEVELS}", values.count())));
    }
    let mut levels = Vec::new();
    for index in 0..u64::try_from(values.count()).unwrap_or(0) {
        let number = values
            .get(index)
            .and_then(|value| crate::study::candidates::shown(&value).parse::<f64>().ok());
        match number.filter(|number| number.is_finite() && *number > 0.0) {
            Some(number) => levels.push(number),
            None => {
                return Err(wrong(
                    "write credits above zero, such as 2000,4000 or 1000..12000..1000",
                ));
            }
        }
    }
    levels.sort_by(f64::total_cmp);
    Ok(levels)
}

/// Every plan with every package, or those that were named; the smaller allowance first. An account
/// that buys up to a balance has that as one more package, unless packages were named.
fn choices(scenario: &Scenario, args: &Plan) -> Result<Vec<PlanChoice>, Failure> {
    let plans: Vec<String> = scenario.plans.iter().map(|(name, _)| name.clone()).collect();
    let packages: Vec<String> =
        scenario.packages.iter().map(|package| package.name.to_string()).collect();
    let plans = chosen("plans", &args.plans, plans)?;
    let rule = up_to(scenario).filter(|_| args.packages.is_empty());
    let packages = match packages.is_empty() && rule.is_some() {
        true => packages,
        false => chosen("packages", &args.packages, packages)?,
    };
    let mut choices = Vec::new();
    for plan in &plans {
        for package in packages.iter().chain(&rule) {
            let text = |text: &str| toml::Value::String(text.to_owned());
            let mut set = vec![("plan".to_owned(), text(plan))];
            if rule.as_ref() != Some(package) {
                set.push(("recharge.package".to_owned(), text(package)));
            }
            let name = format!("{plan} + {package}");
            let asked = Asked { named: vec![Named { name, set }], ..Asked::default() };
            let made = candidates(scenario, &asked)
                .map_err(|error| Failure::Input(format!("{}: {error}", scenario.file)))?;
            // What is set today stands alone when the choice is just that.
            let Some(mut candidate) = made.into_iter().last() else { continue };
            candidate.name = format!("{plan} + {package}");
            let allowance = candidate.setup.policy.plan.allowance.to_f64();
            choices.push(PlanChoice {
                plan: plan.clone(),
                package: package.clone(),
                allowance,
                candidate,
            });
        }
    }
    choices.sort_by(|a, b| a.allowance.total_cmp(&b.allowance));
    Ok(choices)
}

/// The rule of an account that buys what brings its balance up to a target: `up to 2000`.
fn up_to(scenario: &Scenario) -> Option<String> {
    scenario.setting("recharge.up_to").map(|target| format!("up to {target}"))
}

/// What is set today and why it is no choice, where it is none.
fn left_out(scenario: &Scenario, args: &Plan, choices: &[PlanChoice]) -> Option<LeftOut> {
    if choices.iter().any(|choice| choice.candidate.changes.is_empty()) {
        return None;
    }
    let text = |path| scenario.setting(path).map(|text| text.trim_matches('"').to_owned());
    let (plan, bought) = (text("plan"), text("recharge.package").or_else(|| up_to(scenario)));
    let why = match (&plan, &bought) {
        (None, _) => Omission::NoPlan,
        (_, None) => Omission::NoPackage,
        (Some(plan), _) if !args.plans.is_empty() && !args.plans.contains(plan) => {
            Omission::PlanNotNamed
        }
        _ => Omission::PackageNotNamed,
    };
    Some(LeftOut { plan, bought, why })
}

/// The names asked for, each of which must be there; all of them when none is.
fn chosen(what: &str, asked: &[String], all: Vec<String>) -> Result<Vec<String>, Failure> {
    if let Some(unknown) = asked.iter().find(|name| !all.contains(name)) {
        return Err(Failure::Input(format!(
            "--{what} {unknown}: the scenario has {}",
            if all.is_empty() { "none".to_owned() } else { all.join(", ") }
        )));
    }
    if all.is_empty() {
        return Err(Failure::Input(format!("the scenario has no [{what}] to choose from")));
    }
    Ok(if asked.is_empty() { all } else { asked.to_vec() })
}

/// What is run at every level.
#[derive(Clone, Copy)]
struct Levels<'l> {
    scenario: &'l Scenario,
    many: &'l Many,
    asked: &'l Asked,
    choices: &'l [PlanChoice],
    objective: &'l Objective,
    source: &'l UsageModel,
}

impl<'l> Levels<'l> {
    /// Everything that is found along the levels wanted.
    fn plans(&self, wanted: &[f64]) -> Result<Plans<'l>, Failure> {
        let confidence = self.objective.confidence;
        let runs = self.run(self.source)?;
        let spread = runs.first().and_then(|runs| spread(runs, confidence));
        let today = Level::of(runs, self.periods(), 0.0);
        if today.level <= 0.0 {
            return Err(Failure::Input(format!(
                "{}: the usage asks for nothing, so there is no shape to scale",
                self.scenario.file
            )));
        }
        let (mut levels, mut between) = (Vec::new(), Vec::new());
        for &wanted in wanted {
            levels.push(self.level(wanted, &today)?);
        }
        for round in 0..REFINEMENTS + HALVINGS {
            let ran = LevelRuns { levels: &levels, between: &between, today: &today };
            let crossings = crossings(self.choices, ran, confidence);
            let more = match round < REFINEMENTS {
                true => untried(ran, &crossings),
                false => halves(ran, &crossings),
            };
            // What is run only to find a crossing is no row of the table.
            for wanted in more {
                between.push(self.level(wanted, &today)?);
            }
        }
        let ran = LevelRuns { levels: &levels, between: &between, today: &today };
        let crossings = crossings(self.choices, ran, confidence);
        let choices = self.choices;
        let left_out = None;
        Ok(Plans { choices, levels, between, today, spread, crossings, left_out, confidence })
    }

    /// Runs levels besides, for a picture to draw lines through: over the levels that were run and
    /// today's usage, evenly, and where an allowance is used up.
    fn draw_through(&self, plans: &mut Plans<'_>) -> Result<(), Failure> {
        let all: Vec<f64> = plans.all().iter().map(|level| level.level).collect();
        let ends = all.iter().copied().chain(plans.spread.into_iter().flatten());
        let low = ends.clone().fold(f64::INFINITY, f64::min);
        let high = ends.fold(f64::NEG_INFINITY, f64::max);
        let part = (high - low) / f64::from(PARTS);
        let allowances = self.choices.iter().map(|choice| choice.allowance);
        let allowances = allowances.filter(|&allowance| low < allowance && allowance < high);
        let evenly = (0..=PARTS).map(|index| low + part * f64::from(index));
        let mut tried = all;
        for wanted in allowances.chain(evenly).filter(|&wanted| wanted > 0.0) {
            if tried.iter().all(|level| (level - wanted).abs() > part / 4.0) {
                plans.between.push(self.level(wanted, &plans.today)?);
                tried.push(wanted);
            }
        }
        Ok(())
    }

    /// Periods in the horizon, which all choices share.
    fn periods(&self) -> f64 {
        let first = self.choices.first();
        first.map_or(1.0, |first| self.objective.periods(&first.candidate.setup))
    }

    fn run(&self, source: &UsageModel) -> Result<Vec<Runs>, Failure> {
        let candidates: Vec<Candidate> =
            self.choices.iter().map(|choice| choice.candidate.clone()).collect();
        let question = Question {
            candidates: &candidates,
            source,
            seed: self.scenario.seed,
            objective: self.objective.clone(),
            until: Until::Replications(super::study::until(self.asked, f64::MAX).most()),
        };
        let found = run(&question, self.many)?;
        if found.ended == Ending::Interrupted {
            return Err(Failure::Interrupted("interrupted before all levels were run".to_owned()));
        }
        Ok(found.runs)
    }

    /// Today's usage, scaled to a level.
    fn level(&self, wanted: f64, today: &Level) -> Result<Level, Failure> {
        let runs = self.run(&self.source.scaled(wanted / today.level))?;
        Ok(Level::of(runs, self.periods(), wanted))
    }
}

/// Where the cheaper of two changes, over all pairs.
fn changes(crossings: &[Crossing]) -> impl Iterator<Item = f64> {
    crossings.iter().flat_map(|crossing| crossing.at.changes()).map(|change| change.level)
}

/// Break-evens at which no level was run yet.
fn untried(ran: LevelRuns<'_>, crossings: &[Crossing]) -> Vec<f64> {
    let mut untried: Vec<f64> = Vec::new();
    for level in changes(crossings) {
        let mut found = ran.levels.iter().chain(ran.between);
        let tried = found.any(|found| near(found.wanted, level));
        if !tried && !untried.iter().any(|&other| near(other, level)) {
            untried.push(level);
        }
    }
    untried
}

/// The middle of the levels around each break-even, where those are too far apart.
fn halves(ran: LevelRuns<'_>, crossings: &[Crossing]) -> Vec<f64> {
    let all = ran.levels.iter().chain(ran.between).chain([ran.today]);
    let mut found: Vec<f64> = all.map(|found| found.level).collect();
    found.sort_by(f64::total_cmp);
    let mut halves: Vec<f64> = Vec::new();
    for level in changes(crossings) {
        let after = found.partition_point(|&found| found <= level);
        let before = after.checked_sub(1).and_then(|before| found.get(before));
        let (Some(before), Some(after)) = (before, found.get(after)) else { continue };
        let half = (before + after) / 2.0;
        let far = after - before > APART * level;
        if far && !halves.iter().any(|&other| near(other, half)) {
            halves.push(half);
        }
    }
    halves
}

/// Whether two levels are the same for all purposes.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-4 * other.abs()
}
