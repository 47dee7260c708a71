//! Plan or packs: what each plan with each package costs along levels of usage. The cheapest of them
//! is a heavy line; above the plot stand the account's own usage and where it pays to change, each
//! with its interval, on the same scale.

use crate::inquiry::Crossover;
use crate::inquiry::Envelope;
use crate::inquiry::PlanAnswer;
use crate::report::advice::Words;
use crate::report::plan::PlanReport;
use crate::report::words::count;

use super::axis::Scale;
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width};

/// How much room the numbers below the plot take.
const TICKS: f64 = 22.0;
/// The most break-evens that have a row.
const ROWS: usize = 6;

/// Draws the chart; nothing where there is but one level.
pub fn chart(told: &PlanReport<'_>) -> Option<Chart> {
    let picture = Picture::of(told.plans, told.words)?;
    let draw = |width, said: Said<'_>| picture.draw(width, said);
    Some(Chart::new("plans", picture.title(), picture.description(), draw))
}

/// A change of the cheapest choice, or of two plans with the same package, as usage grows.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    name: String,
    level: f64,
    low: Option<f64>,
    high: Option<f64>,
    /// What both cost there.
    cost: f64,
    /// Whether it is the cheapest of all that changes.
    cheapest: bool,
}

/// A line of costs.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    plan: String,
    /// ` + ` and the packages.
    packages: String,
    /// The choices it stands for.
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
        let (lines, changes) = (lines(plans, &envelope.costs), changes(plans, &envelope));
        (high > low).then_some(Picture { plans, words, lines, envelope, changes, low, high })
    }

    fn title(&self) -> String {
        let (plans, words) = (self.plans, &self.words);
        let best = plans.today.cheapest();
        let cost = plans.today.cost(best, plans.confidence).map_or(0.0, |cost| cost.value);
        let today = format!(
            "At today's {} {} {} {} {} {}",
            words.credits(plans.today.level),
            words.unit,
            words.per(),
            plans.name(best),
            if plans.choices.len() > 1 { "is cheapest, for" } else { "costs" },
            words.money(cost)
        );
        match self.envelope.next(plans.today.level) {
            Some((next, until)) => {
                let until = match until {
                    Some(until) => format!("to {}", words.credits(until)),
                    None => "on".to_owned(),
                };
                let from = words.credits(next.at.level);
                format!("{today}; from {from} {until} {}", plans.name(next.to))
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
        format!(
            "{lines} from {} to {} {} asked for; the heavy line is the cheapest.{spread}{changes}",
            words.credits(self.low),
            words.credits(self.high),
            words.unit
        )
    }

    /// Where usage and changes stand above the plot, each with its interval and what is said of it.
    fn rows(&self) -> Vec<Row> {
        let (plans, words) = (self.plans, &self.words);
        let mut usage = format!(": {}", words.credits(plans.today.level));
        if let Some([p5, p95]) = plans.spread {
            usage += &format!(", 90% of cycles {} to {}", words.credits(p5), words.credits(p95));
        }
        let usage = Row {
            name: "usage today".to_owned(),
            rest: usage,
            at: plans.today.level,
            low: plans.spread.map(|[p5, _]| p5),
            high: plans.spread.map(|[_, p95]| p95),
            ink: Ink::Orange,
            bold: false,
        };
        let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |at| words.credits(at));
        let changes = self.changes.iter().take(ROWS).map(|change| Row {
            name: change.name.clone(),
            rest: format!(
                " from {} ({} to {})",
                words.credits(change.level),
                limit(change.low),
                limit(change.high)
            ),
            at: change.level,
            // Not resolved: as far as levels were tried.
            low: Some(change.low.unwrap_or(self.low)),
            high: Some(change.high.unwrap_or(self.high)),
            ink: if change.cheapest { Ink::Text } else { Ink::Muted },
            bold: change.cheapest,
        });
        // Nearest to the plot what goes on in it as a band.
        changes.chain([usage]).collect()
    }

    fn draw(&self, width: Width, said: Said<'_>) -> String {
        let rows = self.rows();
        let more = self.changes.len().saturating_sub(ROWS);
        let lines = Lines::of(&rows, width);
        let pitch = lines.pitch();
        let above = if more > 0 { 18.0 } else { 2.0 };
        let strip = above + pitch * rows.len() as f64;
        let top = strip + 26.0;
        let bottom = top + width.pick(300.0, 260.0);
        let costs = || self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
        let least = costs().fold(f64::INFINITY, f64::min);
        let most = costs().fold(f64::NEG_INFINITY, f64::max);
        let scale = Scale::between(least, most, bottom, top, 40.0);
        let ticks = scale.ticks().into_iter().map(|tick| Letters::TICK.width(&scale.tick(tick)));
        let left = ticks.fold(width.pick(54.0, 32.0), f64::max) + 10.0;
        let right = width.pixels() - NAMES.with(&self.lines, width) - 26.0;
        let plot = Area { left, top, right, bottom };
        let across = Scale::between(self.low, self.high, left, right, width.pick(90.0, 54.0));
        let across = across.ending(self.low, self.high);
        canvas::draw(width.pixels(), plot.bottom + TICKS + 18.0, said, |canvas| {
            self.band(canvas, plot, strip - pitch + lines.interval(), &across);
            self.axes(canvas, plot, &across, &scale);
            for change in self.changes.iter().take(ROWS) {
                let x = across.x(change.level);
                canvas.line((x, strip), (x, scale.y(change.cost)), Ink::Axis, 0.75);
            }
            for (index, row) in rows.iter().enumerate() {
                row.draw(canvas, above + pitch * index as f64, &across, lines);
            }
            if more > 0 {
                let text = format!(
                    "Not drawn: {}; the table has them all.",
                    count(more as u64, "break-even")
                );
                canvas.text(&text, (0.0, 8.0), Anchor::Start, Letters::TICK);
            }
            self.curves(canvas, &across, &scale);
            NAMES.draw(canvas, &self.lines, plot, &scale, &self.leaders());
        })
    }

    /// The account's own usage, as a band through the plot, from where it is told.
    fn band(&self, canvas: &mut Canvas, plot: Area, top: f64, across: &Scale) {
        let today = across.x(self.plans.today.level);
        let [p5, p95] = self.plans.spread.unwrap_or([self.plans.today.level; 2]);
        let inside = |level: f64| across.x(level.clamp(self.low, self.high));
        let (left, right) = (inside(p5), inside(p95));
        canvas.fill(Area { left, right, top, ..plot }, Ink::Orange, 0.22);
        canvas.line((today, top), (today, plot.bottom), Ink::Orange, 1.5);
    }

    fn axes(&self, canvas: &mut Canvas, plot: Area, across: &Scale, scale: &Scale) {
        scale.draw(canvas, plot, |tick| scale.tick(tick));
        let caption =
            format!("{}{} {}", scale.word(), self.words.currency.code(), self.words.per());
        canvas.text(&caption, (0.0, plot.top - 14.0), Anchor::Start, Letters::TICK);
        across.draw_across(canvas, plot, |tick| across.tick(tick));
        let caption =
            format!("{}{} asked for {}", across.word(), self.words.unit, self.words.per());
        let caption = Letters::TICK.fit(&caption, plot.right);
        let at = (plot.right, plot.bottom + TICKS + 11.0);
        canvas.text(&caption, at, Anchor::End, Letters::TICK);
    }

    fn curves(&self, canvas: &mut Canvas, across: &Scale, scale: &Scale) {
        let at = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points.iter().map(|&(level, cost)| (across.x(level), scale.y(cost))).collect()
        };
        for line in &self.lines {
            canvas.path(&at(&line.points), line.ink, 1.25);
        }
        for stretch in &self.envelope.cheapest {
            let plan = &self.plans.choices[stretch.choice].plan;
            canvas.path(&at(&stretch.points), plan_ink(self.plans, plan), 4.0);
        }
        for change in self.changes.iter().take(ROWS) {
            let radius = if change.cheapest { 4.0 } else { 3.0 };
            let ink = if change.cheapest { Ink::Text } else { Ink::Muted };
            canvas.dot((across.x(change.level), scale.y(change.cost)), radius, ink);
        }
    }

    /// The choices that are the cheapest somewhere.
    fn leaders(&self) -> Vec<usize> {
        self.envelope.cheapest.iter().map(|stretch| stretch.choice).collect()
    }
}

/// An interval on the scale of usage, with its words.
struct Row {
    name: String,
    rest: String,
    at: f64,
    low: Option<f64>,
    high: Option<f64>,
    ink: Ink,
    bold: bool,
}

/// On how many lines a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lines {
    /// The words beside the interval.
    Beside,
    /// The words above the interval.
    Above,
    /// The name above the numbers above the interval.
    Apart,
}

impl Lines {
    fn of(rows: &[Row], width: Width) -> Lines {
        let long = |row: &Row| row.letters().width(&row.name) + row.letters().width(&row.rest);
        match width {
            Width::Wide => Lines::Beside,
            Width::Narrow if rows.iter().all(|row| long(row) <= 0.94 * width.pixels()) => {
                Lines::Above
            }
            Width::Narrow => Lines::Apart,
        }
    }

    /// How high a row is.
    fn pitch(self) -> f64 {
        match self {
            Lines::Beside => 20.0,
            Lines::Above => 34.0,
            Lines::Apart => 49.0,
        }
    }

    /// How far below the top of a row its interval is.
    fn interval(self) -> f64 {
        match self {
            Lines::Beside => 10.0,
            Lines::Above => 23.0,
            Lines::Apart => 38.0,
        }
    }
}

impl Row {
    fn letters(&self) -> Letters {
        if self.bold { Letters::LABEL.bold() } else { Letters::LABEL }
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, across: &Scale, lines: Lines) {
        let (x, y) = (across.x(self.at), top + lines.interval());
        let from = across.x(self.low.unwrap_or(self.at));
        let to = across.x(self.high.unwrap_or(self.at));
        canvas.line((from, y), (to, y), self.ink, 2.0);
        for end in [self.low.map(|_| from), self.high.map(|_| to)].into_iter().flatten() {
            canvas.line((end, y - 4.0), (end, y + 4.0), self.ink, 2.0);
        }
        canvas.dot((x, y), 4.0, self.ink);
        match lines {
            Lines::Beside => self.beside(canvas, (from, to), y),
            Lines::Above => {
                self.above(canvas, x, top + 8.0, &format!("{}{}", self.name, self.rest))
            }
            Lines::Apart => {
                self.above(canvas, x, top + 8.0, &self.name);
                let rest = self.rest.trim_start_matches([':', ' ']);
                self.above(canvas, x, top + 23.0, rest);
            }
        }
    }

    /// Writes to the right of the interval where there is room, else on the side with more of it.
    fn beside(&self, canvas: &mut Canvas, (from, to): (f64, f64), y: f64) {
        const GAP: f64 = 12.0;
        let letters = self.letters();
        let (right, left) = (canvas.width - to - GAP, from - GAP);
        let long = letters.width(&self.name) + letters.width(&self.rest);
        let said = |room: f64| shortened(letters, &self.name, &self.rest, room);
        match long <= right || right >= left {
            true => canvas.text(&said(right), (to + GAP, y), Anchor::Start, letters),
            false => canvas.text(&said(left), (from - GAP, y), Anchor::End, letters),
        }
    }

    /// Writes around a place, as near to it as the edges leave room for.
    fn above(&self, canvas: &mut Canvas, x: f64, y: f64, text: &str) {
        let letters = self.letters();
        let text = shortened(letters, text, "", canvas.width);
        // Letters may be wider than is thought of them.
        let half = letters.width(&text) * 1.03 / 2.0;
        let x =
            x.clamp(half.min(canvas.width / 2.0), (canvas.width - half).max(canvas.width / 2.0));
        canvas.text(&text, (x, y), Anchor::Middle, letters);
    }
}

/// The names at the ends of the lines.
struct Names {
    letters: Letters,
    apart: f64,
}

const NAMES: Names = Names { letters: Letters::LABEL, apart: 15.0 };

impl Names {
    /// How wide the names are, cut to what there is room for.
    fn with(&self, lines: &[Line], width: Width) -> f64 {
        let bold = self.letters.bold();
        let widest = lines.iter().map(|line| line.width(bold)).fold(0.0, f64::max);
        widest.min(width.pick(220.0, 110.0))
    }

    /// Writes each at the height of its line, or as near as the others leave room for.
    fn draw(
        &self,
        canvas: &mut Canvas,
        lines: &[Line],
        plot: Area,
        scale: &Scale,
        leaders: &[usize],
    ) {
        let end = |line: &Line| line.points.last().map_or(plot.bottom, |point| scale.y(point.1));
        let mut order: Vec<(&Line, f64)> = lines.iter().map(|line| (line, end(line))).collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        // Where there is no room for all, those that are the cheapest somewhere come first.
        let most = (plot.height() / self.apart) as usize + 1;
        let is_leader = |line: &Line| line.choices.iter().any(|choice| leaders.contains(choice));
        let mut left_out = order.len().saturating_sub(most);
        order.retain(|(line, _)| {
            let out = left_out > 0 && !is_leader(line);
            left_out -= usize::from(out);
            !out
        });
        let wanted: Vec<f64> = order.iter().map(|(_, y)| *y).collect();
        let places = spread_out(&wanted, self.apart, plot.top, plot.bottom);
        for ((line, y), place) in order.iter().zip(places) {
            let letters = if is_leader(line) { self.letters.bold() } else { self.letters };
            canvas.line((plot.right, *y), (plot.right + 10.0, place), line.ink, 1.0);
            let text =
                shortened(letters, &line.plan, &line.packages, canvas.width - plot.right - 13.0);
            canvas.text(&text, (plot.right + 13.0, place), Anchor::Start, letters);
        }
    }
}

impl Line {
    fn width(&self, letters: Letters) -> f64 {
        letters.width(&self.plan) + letters.width(&self.packages)
    }
}

/// A name and what follows it in so many pixels; where there is too little room, it is the name that
/// is cut.
fn shortened(letters: Letters, name: &str, rest: &str, room: f64) -> String {
    // Letters may be wider than is thought of them.
    let room = room * 0.96 - 2.0;
    let for_name = room - letters.width(rest);
    if letters.width(name) > for_name && for_name < letters.width("mmm…") {
        return letters.fit(&format!("{name}{rest}"), room);
    }
    format!("{}{rest}", letters.fit(name, for_name))
}

/// Heights as near to those wanted, in ascending order, as leaves them `apart`, between two edges.
fn spread_out(wanted: &[f64], apart: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::with_capacity(wanted.len());
    for &y in wanted {
        let free = places.last().map_or(top, |last| last + apart);
        places.push(y.max(free));
    }
    let mut edge = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(edge);
        edge = *place - apart;
    }
    places
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

/// One line a choice; those of one plan that cost the same everywhere share a line.
fn lines(plans: &PlanAnswer, costs: &[Vec<(f64, f64)>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, (choice, points)) in plans.choices.iter().zip(costs).enumerate() {
        let same = |line: &&mut Line| line.plan == choice.plan && line.points == *points;
        if let Some(line) = lines.iter_mut().find(same) {
            line.packages += &format!(", {}", choice.package);
            line.choices.push(index);
            continue;
        }
        lines.push(Line {
            plan: choice.plan.clone(),
            packages: format!(" + {}", choice.package),
            choices: vec![index],
            ink: plan_ink(plans, &choice.plan),
            points: points.clone(),
        });
    }
    lines
}

/// Where the cheapest changes, and then where two plans with the same package cost the same.
fn changes(plans: &PlanAnswer, envelope: &Envelope) -> Vec<Change> {
    let of = |pair: [usize; 2], at: Crossover, name: String, cheapest: bool| {
        let costs = pair.map(|choice| envelope.cost(choice, at.level));
        let cost = (costs[0]? + costs[1]?) / 2.0;
        Some(Change { name, level: at.level, low: at.low, high: at.high, cost, cheapest })
    };
    let first = envelope.changes.iter().filter_map(|change| {
        of([change.from, change.to], change.at, plans.name(change.to).to_owned(), true)
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
        let name = format!("{} beats {} with {}", winner.plan, loser.plan, winner.package);
        of([from, to], at, name, false)
    });
    // Of many, those nearest to today's usage have rows, in the order of their levels.
    let far = |change: &Change| (change.level - plans.today.level).abs();
    let mut others: Vec<Change> = others.collect();
    others.sort_by(|a, b| far(a).total_cmp(&far(b)));
    let mut changes: Vec<Change> = first.collect();
    let near = others.len().min(ROWS.saturating_sub(changes.len()));
    others[..near].sort_by(|a, b| a.level.total_cmp(&b.level));
    changes.extend(others);
    changes
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::Currency;
    use crate::inquiry::{ChoiceRuns, Level, LevelRuns, PlanChoice, crossings};
    use crate::scenario::Scenario;
    use crate::study::candidates::whole;
    use crate::study::{Confidence, Objective};

    const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    fn choices(names: &[(&str, &str, f64)]) -> Vec<PlanChoice> {
        let scenario = Scenario::from_text("month.toml", MONTH, Path::new("")).unwrap();
        let choice = |&(plan, package, allowance): &(&str, &str, f64)| PlanChoice {
            plan: plan.to_owned(),
            package: package.to_owned(),
            allowance,
            candidate: whole(&scenario, format!("{plan} + {package}")),
        };
        names.iter().map(choice).collect()
    }

    /// A level at which choices cost so much, by replication a cent more or less.
    fn level(wanted: f64, level: f64, costs: &[f64]) -> Level {
        let tried = |&cost: &f64| ChoiceRuns {
            cost: vec![cost - 0.01, cost, cost + 0.01],
            demanded: vec![level; 3],
            served: vec![level; 3],
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
        PlanAnswer { choices, levels, between, today, spread, crossings, left_out, confidence }
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
        let said = Said { title: &title, description: &description };
        let svgs = [Width::Wide, Width::Narrow].map(|width| picture.draw(width, said));
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
        // A single level makes none.
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
            assert_eq!(svg.matches(" beats starter ").count(), ROWS);
            assert!(svg.contains("Not drawn: 14 break-evens; the table has them all."));
            assert!(svg.contains(">pro beats starter with p9 from 2,900 (2,900 to 2,900)</text>"));
            assert!(!svg.contains("with p0 "));
        }
    }

    #[test]
    fn names_are_kept_apart_and_inside() {
        assert_eq!(spread_out(&[10.0, 11.0, 90.0], 15.0, 0.0, 100.0), [10.0, 25.0, 90.0]);
        assert_eq!(spread_out(&[95.0, 96.0, 97.0], 15.0, 0.0, 100.0), [70.0, 85.0, 100.0]);
        assert!(spread_out(&[], 15.0, 0.0, 100.0).is_empty());
    }

    #[test]
    fn where_there_is_too_little_room_it_is_the_name_that_is_cut() {
        let cut = |name: &str| shortened(Letters::LABEL, name, " + 1000", 120.0);
        assert_eq!(cut("pro"), "pro + 1000");
        assert_eq!(cut("a plan with a long name"), "a plan wi… + 1000");
        assert!(shortened(Letters::LABEL, "pro", &"9".repeat(99), 120.0).ends_with('…'));
    }
}
