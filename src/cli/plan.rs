//! `recharge plan`: the cheapest of each plan and package along levels of usage, and where the
//! bigger plan begins to pay.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::domain::money::grouped;
use crate::recommend::{BreakEven, Point, Words, break_even};
use crate::report::summary::{Last, plain_table};
use crate::scenario::Scenario;
use crate::study::asked::{Asked, Named};
use crate::study::candidates::{candidates, current};
use crate::study::estimate::{mean, paired};
use crate::study::levels::level;
use crate::study::{Candidate, Confidence, Ended, Estimate, Objective, Question, Source, Until};

use super::args::{Format, Plan};
use super::exit::Failure;
use super::study::{asked, listed, objective, run, usage};
use super::{print, question};

/// How often a level is added at each break-even found so far.
const REFINEMENTS: usize = 2;
/// The most levels.
const MOST_LEVELS: u128 = 200;

/// A plan with a package.
struct Choice {
    plan: String,
    package: String,
    allowance: f64,
    candidate: Candidate,
}

/// What was found at one level.
struct Level {
    /// What was asked for; zero for today's.
    wanted: f64,
    /// What the usage came to.
    level: f64,
    /// Cost per period by choice, replication by replication.
    costs: Vec<Vec<f64>>,
}

/// Where two plans with the same package cost the same.
struct Crossing<'c> {
    small: &'c Choice,
    big: &'c Choice,
    at: BreakEven,
    /// What the smaller plan costs more at today's usage.
    today: Estimate,
}

/// Runs every plan with every package at every level.
pub fn plan(args: &Plan, command: &[String]) -> Result<(), Failure> {
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    let asked = asked(&scenario, &args.many)?;
    let wanted = levels(&args.levels)?;
    let source = usage(&scenario, &args.source, &asked)?;
    let choices = choices(&scenario, args)?;
    let objective =
        Objective { constraints: Vec::new(), ..objective(&asked, &[current(&scenario)]) };
    let study = Levels {
        scenario: &scenario,
        args,
        asked: &asked,
        choices: &choices,
        objective: &objective,
    };
    let today = study.at(&source)?;
    if today.level <= 0.0 {
        return Err(Failure::Input(format!(
            "{}: the usage asks for nothing, so there is no shape to scale",
            scenario.file
        )));
    }
    let mut found = Vec::new();
    for &level in &wanted {
        found.push(study.level(&source, level, &today)?);
    }
    for _ in 0..REFINEMENTS {
        let crossings = study.crossings(&found, &today);
        for level in study.untried(&found, &crossings) {
            found.push(study.level(&source, level, &today)?);
        }
        found.sort_by(|a, b| a.level.total_cmp(&b.level));
    }
    let crossings = study.crossings(&found, &today);
    // What was run only to find a crossing is no row of the table.
    found.retain(|level| wanted.iter().any(|&wanted| near(level.wanted, wanted)));
    let told = Told { study, found, today, crossings, command };
    print(&match args.many.format {
        Format::Text => told.text(),
        Format::Json => serde_json::to_string_pretty(&told.json()).unwrap_or_default() + "\n",
    })
}

/// Levels in ascending order.
fn levels(text: &str) -> Result<Vec<f64>, Failure> {
    let wrong = |why: &str| Failure::Input(format!("--levels {text}: {why}"));
    let values = listed(text).map_err(|why| wrong(&why))?;
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

/// Every plan with every package, or those that were named; the smaller allowance first.
fn choices(scenario: &Scenario, args: &Plan) -> Result<Vec<Choice>, Failure> {
    let plans: Vec<String> = scenario.plans.iter().map(|(name, _)| name.clone()).collect();
    let packages: Vec<String> =
        scenario.packages.iter().map(|package| package.name.to_string()).collect();
    let plans = chosen("plans", &args.plans, plans)?;
    let packages = chosen("packages", &args.packages, packages)?;
    let mut choices = Vec::new();
    for plan in &plans {
        for package in &packages {
            let text = |text: &str| toml::Value::String(text.to_owned());
            let set = vec![
                ("plan".to_owned(), text(plan)),
                ("recharge.package".to_owned(), text(package)),
            ];
            let name = format!("{plan} + {package}");
            let asked = Asked { named: vec![Named { name, set }], ..Asked::default() };
            let made = candidates(scenario, &asked)
                .map_err(|error| Failure::Input(format!("{}: {error}", scenario.file)))?;
            // What is set today stands alone when the choice is just that.
            let Some(mut candidate) = made.into_iter().last() else { continue };
            candidate.name = format!("{plan} + {package}");
            let allowance = candidate.setup.policy.plan.allowance.to_f64();
            choices.push(Choice {
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
    args: &'l Plan,
    asked: &'l Asked,
    choices: &'l [Choice],
    objective: &'l Objective,
}

impl<'l> Levels<'l> {
    fn at(&self, source: &Source) -> Result<Level, Failure> {
        let candidates: Vec<Candidate> =
            self.choices.iter().map(|choice| choice.candidate.clone()).collect();
        let question = Question {
            candidates: &candidates,
            source,
            seed: self.scenario.seed,
            objective: self.objective.clone(),
            until: Until::Replications(super::study::until(self.asked, f64::MAX).most()),
        };
        let found = run(&question, &self.args.many)?;
        if found.ended == Ended::Interrupted {
            return Err(Failure::Interrupted("interrupted before all levels were run".to_owned()));
        }
        let periods = candidates.first().map_or(1.0, |first| self.objective.periods(first));
        let level = found.runs.first().map_or(0.0, |runs| level(runs, periods));
        Ok(Level {
            wanted: 0.0,
            level,
            costs: found.runs.into_iter().map(|runs| runs.cost).collect(),
        })
    }

    /// Today's usage, scaled to a level.
    fn level(&self, source: &Source, wanted: f64, today: &Level) -> Result<Level, Failure> {
        let level = self.at(&source.scaled(wanted / today.level))?;
        Ok(Level { wanted, ..level })
    }

    /// Break-evens at which no level was run yet.
    fn untried(&self, found: &[Level], crossings: &[Crossing<'_>]) -> Vec<f64> {
        let mut untried: Vec<f64> = Vec::new();
        for crossing in crossings {
            let BreakEven::At { level, .. } = crossing.at else { continue };
            let tried = found.iter().any(|found| near(found.wanted, level));
            if !tried && !untried.iter().any(|&other| near(other, level)) {
                untried.push(level);
            }
        }
        untried
    }

    /// The break-even of each two plans with the same package.
    fn crossings(&self, found: &[Level], today: &Level) -> Vec<Crossing<'l>> {
        let mut crossings = Vec::new();
        for (i, small) in self.choices.iter().enumerate() {
            for (j, big) in self.choices.iter().enumerate().skip(i + 1) {
                if small.package != big.package || small.allowance >= big.allowance {
                    continue;
                }
                let difference = |level: &Level| self.difference(level, i, j);
                let points: Option<Vec<Point>> = found
                    .iter()
                    .map(|level| Some(Point { level: level.level, difference: difference(level)? }))
                    .collect();
                let (Some(points), Some(today)) = (points, difference(today)) else { continue };
                crossings.push(Crossing { small, big, at: break_even(&points), today });
            }
        }
        crossings
    }

    fn difference(&self, level: &Level, one: usize, other: usize) -> Option<Estimate> {
        let confidence: Confidence = self.objective.confidence;
        Some(paired(&level.costs[one], &level.costs[other], confidence)?.difference)
    }
}

/// Levels, ready to be told.
struct Told<'t> {
    study: Levels<'t>,
    found: Vec<Level>,
    today: Level,
    crossings: Vec<Crossing<'t>>,
    command: &'t [String],
}

impl Told<'_> {
    fn words(&self) -> Words<'_> {
        Words {
            currency: self.study.scenario.currency,
            unit: &self.study.scenario.unit,
            candidates: &[],
            objective: self.study.objective,
        }
    }

    fn means(&self, level: &Level) -> Vec<Option<Estimate>> {
        let confidence = self.study.objective.confidence;
        level.costs.iter().map(|costs| mean(costs, confidence)).collect()
    }

    /// The cheapest choice at a level.
    fn cheapest(&self, level: &Level) -> usize {
        let means = self.means(level);
        let value = |index: usize| means[index].map_or(f64::INFINITY, |mean| mean.value);
        (0..means.len()).min_by(|&a, &b| value(a).total_cmp(&value(b))).unwrap_or(0)
    }

    fn text(&self) -> String {
        let (words, scenario) = (self.words(), self.study.scenario);
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: plan or packs\n", scenario.name);
        let _ = writeln!(out, "{}\n", self.advice());
        let mut header =
            vec![format!("{} a {}", scenario.unit, self.study.objective.period.name())];
        header.extend(self.study.choices.iter().map(|choice| choice.candidate.name.clone()));
        header.push("cheapest".to_owned());
        let mut table =
            plain_table(&header.iter().map(String::as_str).collect::<Vec<_>>(), Last::Words);
        for (level, mark) in self.rows() {
            let mut row = vec![format!("{}{mark}", whole(level.level))];
            row.extend(self.means(level).iter().map(|mean| match mean {
                Some(mean) => words.money(mean.value),
                None => "unknown".to_owned(),
            }));
            row.push(self.study.choices[self.cheapest(level)].candidate.name.clone());
            table.add_row(row);
        }
        for line in table.to_string().lines() {
            let _ = writeln!(out, " {}", line.trim_end());
        }
        let _ = writeln!(
            out,
            "\nCost {}: spend, with credits left at the end counted at what they had cost where they never \
             expire. * today's usage. Break-evens are interpolated between the levels; brackets: {} \
             intervals.\nrecharge {} · seed {} · recharge {}",
            words.per(),
            words.percent(self.study.objective.confidence.probability()),
            env!("CARGO_PKG_VERSION"),
            scenario.seed,
            self.command.join(" ")
        );
        out
    }

    /// All levels with today's among them.
    fn rows(&self) -> Vec<(&Level, &'static str)> {
        let mut rows: Vec<(&Level, &str)> = self.found.iter().map(|level| (level, "")).collect();
        rows.push((&self.today, " *"));
        rows.sort_by(|a, b| a.0.level.total_cmp(&b.0.level));
        rows
    }

    /// Where today's usage lies, and every break-even.
    fn advice(&self) -> String {
        let (words, unit) = (self.words(), &self.study.scenario.unit);
        let cheapest = self.cheapest(&self.today);
        let cost = self.means(&self.today)[cheapest].map_or(0.0, |mean| mean.value);
        let mut sentences = vec![format!(
            "At today's {} {unit} {} the cheapest is {}, for {}.",
            whole(self.today.level),
            words.per(),
            self.study.choices[cheapest].candidate.name,
            words.money(cost)
        )];
        for crossing in &self.crossings {
            let Crossing { small, big, at, today } = crossing;
            let (small_plan, big_plan, package) = (&small.plan, &big.plan, &small.package);
            sentences.push(match at {
                BreakEven::At { level, low, high } => {
                    let limit = |limit: &Option<f64>| limit.map_or("?".to_owned(), whole);
                    let (cheaper, by) = match today.value > 0.0 {
                        true => (big_plan, today.value),
                        false => (small_plan, -today.value),
                    };
                    format!(
                        "With {package}, {big_plan} is cheaper than {small_plan} from {} {unit} {} on \
                         ({} to {}); today {cheaper} is, by {}.",
                        whole(*level),
                        words.per(),
                        limit(low),
                        limit(high),
                        words.money(by)
                    )
                }
                BreakEven::FirstThroughout => {
                    format!("With {package}, {small_plan} is cheaper than {big_plan} at every level tried.")
                }
                BreakEven::SecondThroughout => {
                    format!("With {package}, {big_plan} is no dearer than {small_plan} at any level tried.")
                }
            });
        }
        sentences.join("\n")
    }

    fn json(&self) -> Value {
        let levels = self.rows().into_iter().map(|(level, mark)| {
            let costs =
                self.means(level).into_iter().zip(self.study.choices).map(|(mean, choice)| {
                    json!({
                        "plan": choice.plan,
                        "package": choice.package,
                        "cost": mean.map(|mean| mean.value),
                        "low": mean.and_then(|mean| mean.low),
                        "high": mean.and_then(|mean| mean.high),
                    })
                });
            json!({
                "level": level.level,
                "today": !mark.is_empty(),
                "cheapest": self.study.choices[self.cheapest(level)].candidate.name,
                "costs": costs.collect::<Vec<Value>>(),
            })
        });
        let crossings = self.crossings.iter().map(|crossing| {
            let (level, low, high) = match crossing.at {
                BreakEven::At { level, low, high } => (Some(level), low, high),
                _ => (None, None, None),
            };
            json!({
                "small": crossing.small.plan,
                "big": crossing.big.plan,
                "package": crossing.small.package,
                "level": level,
                "low": low,
                "high": high,
                "big_saves_today": crossing.today.value,
            })
        });
        json!({
            "schema": "recharge.plan/1",
            "scenario": self.study.scenario.name,
            "currency": self.study.scenario.currency.code(),
            "unit": self.study.scenario.unit,
            "period": self.study.objective.period.name(),
            "advice": self.advice(),
            "break_even": crossings.collect::<Vec<Value>>(),
            "levels": levels.collect::<Vec<Value>>(),
            "seed": self.study.scenario.seed,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// Whether two levels are the same for all purposes.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-4 * other.abs()
}

/// A level as a whole number.
fn whole(level: f64) -> String {
    grouped(&format!("{level:.0}"))
}
