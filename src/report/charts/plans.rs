//! Plan or packs: the cost of each plan with each package along levels of usage. The cheapest of
//! them is a heavy line; above the plot, on the same scale, are the account's own usage and the
//! break-evens, each with its interval.

use crate::inquiry::Crossover;
use crate::inquiry::Envelope;
use crate::inquiry::PlanAnswer;
use crate::report::advice::Words;
use crate::report::plan::PlanReport;
use crate::report::plan_advice;
use crate::report::words::count;

use super::Chart;
use super::frame::{End, Frame, Panel};
use super::ink::Ink;
use super::mark::{BAND, Mark, Shape};
use super::measure::{AxisNotation, Ends, Measure, Quantity};

/// The most break-evens that are marked.
const MARKED: usize = 6;

/// Draws the chart; none if there is only one level.
pub(super) fn chart(told: &PlanReport<'_>) -> Option<Chart> {
    let picture = Picture::of(told.plans, told.words)?;
    Some(Chart::new("plans", picture.title(), picture.description(), |_| picture.frame()))
}

/// A change of the cheapest choice, or of the cheaper of two plans with the same package, as usage
/// grows.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    name: String,
    level: f64,
    low: Option<f64>,
    high: Option<f64>,
    /// The cost of both there.
    cost: f64,
    /// True if it is the cheapest of all that changes.
    cheapest: bool,
}

/// A line of costs.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    plan: String,
    /// ` + ` and the packages.
    packages: String,
    /// The choices it represents.
    choices: Vec<usize>,
    ink: Ink,
    /// Levels and costs.
    points: Vec<(f64, f64)>,
}

/// Everything that is drawn.
struct Picture<'p> {
    plans: &'p PlanAnswer,
    words: Words<'p>,
    lines: Vec<Line>,
    envelope: Envelope,
    changes: Vec<Change>,
    low: f64,
    high: f64,
}

impl<'p> Picture<'p> {
    fn of(plans: &'p PlanAnswer, words: Words<'p>) -> Option<Picture<'p>> {
        let envelope = Envelope::of(plans)?;
        let points = envelope.costs.first()?;
        let (low, high) = (points.first()?.0, points.last()?.0);
        let (lines, changes) = (lines(plans, &envelope.costs), changes(plans, &envelope, words));
        (high > low).then_some(Picture { plans, words, lines, envelope, changes, low, high })
    }

    fn title(&self) -> String {
        let (plans, words) = (self.plans, &self.words);
        let best = plans.today.cheapest();
        let cost = plans.today.cost(best, plans.confidence).map_or(0.0, |cost| cost.value);
        let today = format!(
            "{} {} {} {}",
            plan_advice::at_level(plans, words),
            with_ties(plans, &self.envelope, *words, best, plans.today.level),
            if plans.choices.len() > 1 { "is cheapest, for" } else { "costs" },
            words.money(cost)
        );
        let today = match plans.today.keeps(best) {
            true => today,
            false => format!("{today}, but misses what is wanted"),
        };
        match self.envelope.next(plans.today.level) {
            Some((next, until)) => {
                let until = match until {
                    Some(until) => format!("to {}", words.credits(until)),
                    None => "on".to_owned(),
                };
                let from = words.credits(next.at.level);
                let name = with_ties(plans, &self.envelope, *words, next.to, next.at.level);
                format!("{today}; from {from} {until} {name}")
            }
            _ if self.envelope.cheapest.len() == 1 && plans.choices.len() > 1 => {
                format!("{today}, and at every level tried")
            }
            _ => today,
        }
    }

    fn description(&self) -> String {
        let words = &self.words;
        let percent = words.percent(self.plans.confidence.probability());
        let lines = match self.lines.as_slice() {
            [line] => format!("Cost {} of {}{}", words.per(), line.plan, line.packages),
            _ => {
                let choices = count(self.plans.choices.len() as u64, "choice");
                format!("Cost {} of {choices} of plan and package", words.per())
            }
        };
        let spread = self.plans.spread.map_or(String::new(), |[p5, p95]| {
            format!(
                " The band is this account's usage: 90% of its cycles ask for {} to {}.",
                words.credits(p5),
                words.credits(p95)
            )
        });
        let changes = match self.changes.is_empty() {
            true => String::new(),
            false => format!(" Break-evens with {percent} intervals."),
        };
        // As they were asked for, and not as they came out.
        let all = self.plans.all();
        let ends = all.first().zip(all.last());
        let (from, to) =
            ends.map_or((self.low, self.high), |(low, high)| (low.nominal(), high.nominal()));
        format!(
            "{lines} from {} to {} {} asked for; the heavy line is the cheapest.{spread}{changes}",
            words.credits(from),
            words.credits(to),
            words.unit
        )
    }

    fn frame(&self) -> Frame {
        let costs = || self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
        let (least, most) =
            (costs().fold(f64::INFINITY, f64::min), costs().fold(f64::NEG_INFINITY, f64::max));
        let money = Measure::round(least, most, AxisNotation::Money(self.words.currency));
        let (low, high) = (self.low, self.high);
        let levels = Quantity { low, high, notation: AxisNotation::Plain, ends: Ends::Exact };
        let mut panel = Panel::new(Measure::Quantity(levels), money, [320.0, 280.0]);
        panel.head = format!("cost {}", self.words.per());
        panel.foot = format!("{} asked for {}", self.words.unit, self.words.per());
        panel.marks = self.usage();
        panel.marks.extend(self.senses());
        panel.marks.extend(self.curves());
        panel.marks.extend(self.changes.iter().take(MARKED).flat_map(|change| self.change(change)));
        panel.ends = self.ends();
        let more = self.changes.len().saturating_sub(MARKED);
        let note = match more {
            0 => String::new(),
            more => {
                format!("Not marked: {}; the table has them all.", count(more as u64, "break-even"))
            }
        };
        Frame { panels: vec![panel], note, ..Frame::default() }
    }

    /// The account's own usage: a band through the plot, named above it.
    fn usage(&self) -> Vec<Mark> {
        let (today, words) = (self.plans.today.level, &self.words);
        let mut text = format!("usage today: {}", words.credits(today));
        let band = self.plans.spread.map(|[p5, p95]| {
            text += &format!(", 90% of cycles {} to {}", words.credits(p5), words.credits(p95));
            Mark::bar([p5, p95], [f64::MIN, f64::MAX], Ink::Orange).strength(BAND)
        });
        let line = Mark::rule((today, f64::MIN), (today, f64::MAX), 1.5, Ink::Orange);
        let flag = Mark::new(Shape::Flag { x: today, text }, Ink::Text);
        band.into_iter().chain([line, flag]).collect()
    }

    /// The cost of every choice at a level, under the pointer.
    fn senses(&self) -> Vec<Mark> {
        let Some(first) = self.lines.first() else { return Vec::new() };
        let levels: Vec<f64> = first.points.iter().map(|point| point.0).collect();
        let sense = |(index, &level): (usize, &f64)| {
            let between = |other: Option<&f64>| other.map_or(level, |other| (level + other) / 2.0);
            let before = between(index.checked_sub(1).and_then(|before| levels.get(before)));
            let costs = self.lines.iter().filter_map(|line| {
                let cost = self.words.money(line.points.get(index)?.1);
                Some(format!("{} {cost}", line.name()))
            });
            let costs = costs.collect::<Vec<_>>().join("\n");
            let words = format!("{} {}\n{costs}", self.words.credits(level), self.words.unit);
            Mark::sense([before, between(levels.get(index + 1))], words)
        };
        levels.iter().enumerate().map(sense).collect()
    }

    /// The lines; the cheapest of them heavy.
    fn curves(&self) -> Vec<Mark> {
        let lines = self.lines.iter().map(|line| Mark::line(line.points.clone(), 1.25, line.ink));
        let heavy = self.envelope.cheapest.iter().map(|stretch| {
            let ink = plan_ink(self.plans, &self.plans.choices[stretch.choice].plan);
            Mark::line(stretch.points.clone(), 4.0, ink)
        });
        lines.chain(heavy).collect()
    }

    /// A break-even with its interval; a change of the cheapest has its text beside it.
    fn change(&self, change: &Change) -> Vec<Mark> {
        let (ink, radius) = match change.cheapest {
            true => (Ink::Text, 5.0),
            false => (Ink::Muted, 3.5),
        };
        let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |at| self.words.credits(at));
        let level = self.words.credits(change.level);
        let (low, high) = (limit(change.low), limit(change.high));
        let words = format!("{} from {level} ({low} to {high})", change.name);
        let at = (change.level, change.cost);
        // Not resolved: as far as levels were tried.
        let ends = (change.low.unwrap_or(self.low), change.high.unwrap_or(self.high));
        let interval = Mark::interval(change.cost, Some(ends.0), Some(ends.1), ink);
        let dot = Mark::dot(at, radius, ink).saying(words.as_str());
        let label = change.cheapest.then(|| Mark::label(at, words, true));
        interval.into_iter().chain([dot]).chain(label).collect()
    }

    /// The names of the lines, those heavy that are the cheapest somewhere.
    fn ends(&self) -> Vec<End> {
        let leads = |choice: &usize| self.envelope.cheapest.iter().any(|one| one.choice == *choice);
        let end = |line: &Line| {
            let bold = line.choices.iter().any(leads);
            let (name, rest) = (line.plan.clone(), line.packages.clone());
            Some(End { at: line.points.last()?.1, name, rest, ink: line.ink, bold })
        };
        self.lines.iter().filter_map(end).collect()
    }
}

impl Line {
    fn name(&self) -> String {
        format!("{}{}", self.plan, self.packages)
    }
}

/// The inks of plans, in their order; those beyond are grey.
const INKS: [Ink; 4] = [Ink::Blue, Ink::Vermillion, Ink::Green, Ink::Purple];

fn plan_ink(plans: &PlanAnswer, plan: &str) -> Ink {
    let mut names: Vec<&str> = Vec::new();
    for choice in &plans.choices {
        if !names.contains(&choice.plan.as_str()) {
            names.push(&choice.plan);
        }
    }
    let place = names.iter().position(|name| *name == plan);
    place.and_then(|place| INKS.get(place)).copied().unwrap_or(Ink::Muted)
}

/// One line per choice; those of one plan that cost the same everywhere share a line.
fn lines(plans: &PlanAnswer, costs: &[Vec<(f64, f64)>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, (choice, points)) in plans.choices.iter().zip(costs).enumerate() {
        let same = |line: &&mut Line| line.plan == choice.plan_title && line.points == *points;
        if let Some(line) = lines.iter_mut().find(same) {
            line.packages += &format!(", {}", choice.value);
            line.choices.push(index);
            continue;
        }
        lines.push(Line {
            plan: choice.plan_title.clone(),
            packages: format!(" + {}", choice.value),
            choices: vec![index],
            ink: plan_ink(plans, &choice.plan),
            points: points.clone(),
        });
    }
    lines
}

/// The name of a choice with all packages of its plan that cost the same there: `Pro + 1,000 or
/// 3,000`.
fn with_ties(
    plans: &PlanAnswer,
    envelope: &Envelope,
    words: Words<'_>,
    choice: usize,
    level: f64,
) -> String {
    let cost = |choice: usize| envelope.cost(choice, level).map(|cost| words.money(cost));
    let plan = &plans.choices[choice].plan;
    let others = plans.choices.iter().enumerate();
    let ties = others.filter(|(other, of)| of.plan == *plan && cost(*other) == cost(choice));
    let ties: Vec<usize> = ties.map(|(other, _)| other).collect();
    match ties.split_first() {
        Some((&first, equals)) => plans.together(first, equals),
        None => plans.name(choice).to_owned(),
    }
}

/// The levels at which the cheapest changes, followed by break-evens of two plans with the same
/// package.
fn changes(plans: &PlanAnswer, envelope: &Envelope, words: Words<'_>) -> Vec<Change> {
    let of = |pair: [usize; 2], at: Crossover, name: String, cheapest: bool| {
        let costs = pair.map(|choice| envelope.cost(choice, at.level));
        let cost = (costs[0]? + costs[1]?) / 2.0;
        Some(Change { name, level: at.level, low: at.low, high: at.high, cost, cheapest })
    };
    let first = envelope.changes.iter().filter_map(|change| {
        let name = with_ties(plans, envelope, words, change.to, change.at.level);
        of([change.from, change.to], change.at, name, true)
    });
    let others =
        plans.crossings.iter().flat_map(|crossing| {
            crossing.at.changes().iter().map(move |&at| {
                (crossing.choice(at.cheaper.other()), crossing.choice(at.cheaper), at)
            })
        });
    let told = |&(from, to, at): &(usize, usize, Crossover)| {
        envelope.changes.iter().any(|other| (other.from, other.to, other.at) == (from, to, at))
    };
    let others = others.filter(|other| !told(other)).filter_map(|(from, to, at)| {
        let (loser, winner) = (&plans.choices[from], &plans.choices[to]);
        let name =
            format!("{} beats {} with {}", winner.plan_title, loser.plan_title, winner.phrase);
        of([from, to], at, name, false)
    });
    // If there are many, those nearest to today's usage are marked, in the order of their levels.
    let far = |change: &Change| (change.level - plans.today.level).abs();
    let mut others: Vec<Change> = others.collect();
    others.sort_by(|a, b| far(a).total_cmp(&far(b)));
    let mut changes: Vec<Change> = first.collect();
    let near = others.len().min(MARKED.saturating_sub(changes.len()));
    others[..near].sort_by(|a, b| a.level.total_cmp(&b.level));
    changes.extend(others);
    changes
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::Currency;
    use crate::inquiry::{
        Breach, ChoiceRuns, HeldGates, Level, LevelRuns, PlanChoice, RemedySearch, crossings,
    };
    use crate::scenario::Scenario;
    use crate::study::candidates::whole;
    use crate::study::{Confidence, Objective};

    const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    fn choices(names: &[(&str, &str, f64)]) -> Vec<PlanChoice> {
        let scenario = Scenario::from_text("month.toml", MONTH, Path::new("")).unwrap();
        let choice = |&(plan, package, allowance): &(&str, &str, f64)| PlanChoice {
            plan: plan.to_owned(),
            package: package.to_owned(),
            plan_title: plan.to_owned(),
            value: package.to_owned(),
            bought: package.to_owned(),
            phrase: package.to_owned(),
            allowance,
            candidate: whole(&scenario, format!("{plan} + {package}")),
        };
        names.iter().map(choice).collect()
    }

    /// A level at which choices have these costs, by replication a cent more or less.
    fn level(wanted: f64, level: f64, costs: &[f64]) -> Level {
        let tried = |&cost: &f64| ChoiceRuns {
            cost: vec![cost - 0.01, cost, cost + 0.01],
            demanded: vec![level; 3],
            served: vec![level; 3],
            in_periods: Default::default(),
            downtime: 0.0,
            breach: Breach::NONE,
        };
        Level { wanted, level, tried: costs.iter().map(tried).collect() }
    }

    /// `today` is where usage is; `costs` what the choices cost at a level.
    fn plans(
        choices: &[PlanChoice],
        levels: &[f64],
        today: f64,
        costs: impl Fn(f64) -> Vec<f64>,
    ) -> PlanAnswer {
        let levels: Vec<Level> = levels.iter().map(|&at| level(at, at, &costs(at))).collect();
        let confidence = Confidence::USUAL;
        let today = level(0.0, today, &costs(today));
        let ran = LevelRuns { levels: &levels, between: &[], today: &today };
        let crossings = crossings(choices, ran, confidence);
        let spread = Some([today.level * 0.9, today.level * 1.1]);
        let (between, left_out) = (Vec::new(), None);
        let choices = choices.to_vec();
        PlanAnswer {
            choices,
            levels,
            between,
            today,
            spread,
            crossings,
            is_foreseen: false,
            is_read: false,
            remedy: RemedySearch::None,
            unfit: Vec::new(),
            left_out,
            confidence,
            gates: HeldGates { checks: Vec::new(), confidence: Confidence::USUAL, replications: 0 },
        }
    }

    fn objective() -> Objective {
        Objective::of_spend()
    }

    fn drawn(plans: &PlanAnswer) -> (String, [String; 2]) {
        let objective = objective();
        let currency = Currency::from_code("USD").unwrap();
        let words = Words { currency, unit: "credits", candidates: &[], objective: &objective };
        let picture = Picture::of(plans, words).unwrap();
        let (title, description) = (picture.title(), picture.description());
        let chart = Chart::new("plans", title.clone(), description, |_| picture.frame());
        let svgs = [chart.wide, chart.narrow];
        for svg in &svgs {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        (title, svgs)
    }

    /// Starter costs a cent a credit, Pro 50 dollars.
    fn starter_or_pro(level: f64) -> Vec<f64> {
        vec![level / 100.0, 50.0]
    }

    #[test]
    fn a_title_says_what_is_cheapest_today_and_from_where_on_it_is_not() {
        let choices = choices(&[("starter", "1000", 0.0), ("pro", "1000", 9.0)]);
        let levels = [1_000.0, 4_000.0, 8_000.0];
        for (today, title) in [
            (
                3_000.0,
                "At today's 3,000 credits per cycle starter + 1000 is cheapest, for $30.00; from \
                 5,000 on pro + 1000",
            ),
            (6_000.0, "At today's 6,000 credits per cycle pro + 1000 is cheapest, for $50.00"),
        ] {
            assert_eq!(drawn(&plans(&choices, &levels, today, starter_or_pro)).0, title);
        }
        let low = plans(&choices, &[1_000.0, 2_000.0], 1_500.0, starter_or_pro);
        let title = drawn(&low).0;
        assert!(title.ends_with("is cheapest, for $15.00, and at every level tried"), "{title}");
    }

    #[test]
    fn a_break_even_is_marked_and_labelled_with_its_interval_in_both_widths() {
        let choices = choices(&[("starter", "1000", 0.0), ("pro", "1000", 9.0)]);
        let plans = plans(&choices, &[1_000.0, 4_000.0, 8_000.0], 3_000.0, starter_or_pro);
        for svg in drawn(&plans).1 {
            assert!(svg.contains(">pro + 1000 from 5,000 (5,000 to 5,000)</text>"), "{svg}");
            assert!(svg.contains(">usage today: 3,000, 90% of cycles 2,700 to 3,300</text>"));
            assert!(svg.contains(">starter + 1000</text>") && svg.contains(">pro + 1000</text>"));
        }
    }

    #[test]
    fn one_choice_and_usage_beyond_all_levels_make_a_picture_too() {
        let choices = choices(&[("starter", "1000", 0.0)]);
        let one = |level: f64| vec![level / 100.0];
        let (title, svgs) = drawn(&plans(&choices, &[1_000.0, 2_000.0], 9_000.0, one));
        assert_eq!(title, "At today's 9,000 credits per cycle starter + 1000 costs $90.00");
        assert!(svgs[0].contains("Cost per cycle of starter + 1000 from 1,000 to 9,000"));
        // A single level makes no chart.
        let single = plans(&choices, &[], 9_000.0, one);
        let objective = objective();
        let currency = Currency::from_code("USD").unwrap();
        let words = Words { currency, unit: "credits", candidates: &[], objective: &objective };
        assert!(Picture::of(&single, words).is_none());
    }

    #[test]
    fn packages_of_a_plan_that_cost_the_same_share_a_line_and_a_label() {
        let choices =
            choices(&[("pro", "1000", 9.0), ("pro", "3000", 9.0), ("starter", "1000", 0.0)]);
        let costs = |level: f64| vec![50.0, 50.0, level / 100.0];
        for svg in drawn(&plans(&choices, &[1_000.0, 8_000.0], 3_000.0, costs)).1 {
            assert!(svg.contains(">pro + 1000, 3000</text>"), "{svg}");
            assert!(!svg.contains(">pro + 3000</text>"));
        }
    }

    #[test]
    fn of_many_break_evens_those_near_today_have_rows_and_the_others_are_counted() {
        let packages: Vec<String> = (0..20).map(|index| format!("p{index}")).collect();
        let mut names: Vec<(&str, &str, f64)> = vec![("none", "free", 0.0)];
        for package in &packages {
            names.extend([("starter", package.as_str(), 1.0), ("pro", package, 9.0)]);
        }
        let choices = choices(&names);
        // Each package breaks even 100 credits later; one choice is the cheapest at every level.
        let costs = |level: f64| {
            let mut costs = vec![0.0];
            for index in 0..20 {
                costs.extend([level / 100.0, 20.0 + f64::from(index)]);
            }
            costs
        };
        for svg in drawn(&plans(&choices, &[1_000.0, 9_000.0], 2_950.0, costs)).1 {
            assert_eq!(svg.matches(" beats starter ").count(), MARKED);
            assert!(svg.contains("Not marked: 14 break-evens; the table has them all."));
            assert!(
                svg.contains(
                    "<title>pro beats starter with p9 from 2,900 (2,900 to 2,900)</title>"
                )
            );
            assert!(!svg.contains("with p0 "));
        }
    }

    #[test]
    fn packages_that_cost_the_same_are_named_together() {
        let choices =
            choices(&[("pro", "1000", 9.0), ("pro", "3000", 9.0), ("starter", "1000", 0.0)]);
        let costs = |level: f64| vec![50.0, 50.0 + (level - 5_000.0).max(0.0), level / 100.0];
        let (title, svgs) = drawn(&plans(&choices, &[1_000.0, 8_000.0], 3_000.0, costs));
        assert!(
            title.ends_with("starter + 1000 is cheapest, for $30.00; from 5,000 on pro + 1000")
        );
        assert!(svgs[0].contains(">pro + 1000 from 5,000"));
        let costs = |level: f64| vec![50.0, 50.0, level / 100.0];
        let (title, svgs) = drawn(&plans(&choices, &[1_000.0, 8_000.0], 3_000.0, costs));
        assert!(title.ends_with("from 5,000 on pro + any package"), "{title}");
        assert!(svgs[0].contains(">pro + any package from 5,000"), "{}", svgs[0]);
    }
}
