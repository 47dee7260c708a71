//! Plan or packs: what each plan with each package costs along levels of usage. The cheapest of them
//! is a heavy line; above the plot stand the account's own usage and where it pays to change, each
//! with its interval, on the same scale.

use crate::recommend::plans::{Level, Plans, crossing};
use crate::recommend::{BreakEven, Words};
use crate::report::plan::Told;
use crate::report::words::count;

use super::axis::{Multiple, Scale};
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width};

/// How much room the numbers below the plot take.
const TICKS: f64 = 22.0;
/// The most break-evens that have a row.
const ROWS: usize = 6;

/// Draws the chart; nothing where there is but one level.
pub fn chart(told: &Told<'_>) -> Option<Chart> {
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
    name: String,
    /// The choices it stands for.
    choices: Vec<usize>,
    ink: Ink,
    /// Levels and costs.
    points: Vec<(f64, f64)>,
}

/// A stretch of levels along which one choice is the cheapest.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    choice: usize,
    points: Vec<(f64, f64)>,
}

/// Everything that is drawn.
struct Picture<'p> {
    plans: &'p Plans<'p>,
    words: Words<'p>,
    lines: Vec<Line>,
    cheapest: Vec<Stretch>,
    changes: Vec<Change>,
    low: f64,
    high: f64,
}

impl<'p> Picture<'p> {
    fn of(plans: &'p Plans<'p>, words: Words<'p>) -> Option<Picture<'p>> {
        let all = plans.all();
        let (low, high) = (all.first()?.level, all.last()?.level);
        let confidence = plans.confidence;
        let costs = |choice: usize| -> Option<Vec<(f64, f64)>> {
            all.iter().map(|at| Some((at.level, at.cost(choice, confidence)?.value))).collect()
        };
        let costs: Option<Vec<_>> = (0..plans.choices.len()).map(costs).collect();
        let costs = costs?;
        let cheapest = cheapest(&costs);
        let changes = changes(plans, &all, &costs, &cheapest);
        let lines = lines(plans, &costs);
        let is_picture = high > low && !lines.is_empty();
        is_picture.then_some(Picture { plans, words, lines, cheapest, changes, low, high })
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
        let next = self.changes.iter().filter(|change| change.cheapest);
        match next.clone().find(|change| change.level > plans.today.level) {
            Some(change) => {
                format!("{today}; from {} on {}", words.credits(change.level), change.name)
            }
            None if next.count() == 0 && plans.choices.len() > 1 => {
                format!("{today}, and at every level tried")
            }
            None => today,
        }
    }

    fn description(&self) -> String {
        let words = &self.words;
        let percent = words.percent(self.plans.confidence.probability());
        let lines = match self.lines.as_slice() {
            [line] => format!("Cost {} of {}", words.per(), line.name),
            lines => format!("Cost {} of {} plans with packages", words.per(), lines.len()),
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
        let mut usage = format!("usage today: {}", words.credits(plans.today.level));
        if let Some([p5, p95]) = plans.spread {
            usage += &format!(", 90% of cycles {} to {}", words.credits(p5), words.credits(p95));
        }
        let mut rows = vec![Row {
            text: usage,
            at: plans.today.level,
            low: plans.spread.map(|[p5, _]| p5),
            high: plans.spread.map(|[_, p95]| p95),
            ink: Ink::Orange,
            bold: false,
        }];
        rows.extend(self.changes.iter().take(ROWS).map(|change| {
            let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |at| words.credits(at));
            Row {
                text: format!(
                    "{} from {} ({} to {})",
                    change.name,
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
            }
        }));
        rows
    }

    fn draw(&self, width: Width, said: Said<'_>) -> String {
        let rows = self.rows();
        let more = self.changes.len().saturating_sub(ROWS);
        let pitch = width.pick(20.0, 34.0);
        let left = width.pick(64.0, 42.0);
        let names = NAMES.with(&self.lines, width);
        let right = width.pixels() - names - 14.0;
        let strip = 4.0 + pitch * rows.len() as f64 + if more > 0 { 16.0 } else { 0.0 };
        let top = strip + 30.0;
        let plot = Area { left, top, right, bottom: top + width.pick(300.0, 260.0) };
        let across = Scale::between(self.low, self.high, left, right, width.pick(90.0, 62.0));
        let costs = || self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
        let (least, most) =
            (costs().fold(f64::INFINITY, f64::min), costs().fold(f64::NEG_INFINITY, f64::max));
        let scale = Scale::between(least, most, plot.bottom, plot.top, 40.0);
        canvas::draw(width.pixels(), plot.bottom + TICKS + 18.0, said, |canvas| {
            self.band(canvas, plot, &across);
            self.axes(canvas, plot, &across, &scale);
            for change in self.changes.iter().take(ROWS) {
                let x = across.x(change.level);
                canvas.line((x, strip), (x, scale.y(change.cost)), Ink::Axis, 0.75);
            }
            for (index, row) in rows.iter().enumerate() {
                row.draw(canvas, 4.0 + pitch * index as f64, &across, width);
            }
            if more > 0 {
                let text =
                    format!("and {}; the page lists them all", count(more as u64, "break-even"));
                canvas.text(&text, (0.0, strip - 8.0), Anchor::Start, Letters::TICK);
            }
            self.curves(canvas, &across, &scale);
            NAMES.draw(canvas, &self.lines, plot, &scale, &self.leaders());
        })
    }

    /// The account's own usage, as a band through the plot.
    fn band(&self, canvas: &mut Canvas, plot: Area, across: &Scale) {
        let today = across.x(self.plans.today.level);
        let [p5, p95] = self.plans.spread.unwrap_or([self.plans.today.level; 2]);
        let (left, right) = (across.x(p5), across.x(p95));
        canvas.fill(
            Area { left, right: right.max(left + 2.0), top: 0.0, ..plot },
            Ink::Orange,
            0.22,
        );
        canvas.line((today, 0.0), (today, plot.bottom), Ink::Orange, 1.5);
    }

    fn axes(&self, canvas: &mut Canvas, plot: Area, across: &Scale, scale: &Scale) {
        let money = Multiple::of(scale.reach());
        scale.draw(canvas, plot, |tick| money.tick(tick));
        let caption = format!("{}{} {}", money.word, self.words.currency.code(), self.words.per());
        canvas.text(&caption, (0.0, plot.top - 14.0), Anchor::Start, Letters::TICK);
        let credits = Multiple::of(across.reach());
        across.draw_across(canvas, plot, |tick| credits.tick(tick));
        let caption = format!("{}{} asked for {}", credits.word, self.words.unit, self.words.per());
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
        for stretch in &self.cheapest {
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
        self.cheapest.iter().map(|stretch| stretch.choice).collect()
    }
}

/// An interval on the scale of usage, with its words.
struct Row {
    text: String,
    at: f64,
    low: Option<f64>,
    high: Option<f64>,
    ink: Ink,
    bold: bool,
}

impl Row {
    fn draw(&self, canvas: &mut Canvas, top: f64, across: &Scale, width: Width) {
        let letters = if self.bold { Letters::LABEL.bold() } else { Letters::LABEL };
        let text = letters.fit(&self.text, width.pixels());
        let long = letters.width(&text);
        let x = across.x(self.at);
        let (from, to) =
            (across.x(self.low.unwrap_or(self.at)), across.x(self.high.unwrap_or(self.at)));
        let (text_at, y) = match width {
            // To the right of the interval where it fits, else to its left, else where there is room.
            Width::Wide if to + 12.0 + long <= canvas.width => {
                ((to + 12.0, top + 10.0), top + 10.0)
            }
            Width::Wide if from - 12.0 - long >= 0.0 => {
                ((from - 12.0 - long, top + 10.0), top + 10.0)
            }
            Width::Wide => ((canvas.width - long, top + 10.0), top + 10.0),
            Width::Narrow => {
                let start = (x - long / 2.0).clamp(0.0, (canvas.width - long).max(0.0));
                ((start, top + 8.0), top + 23.0)
            }
        };
        let (x_text, y_text) = text_at;
        let ground = Area {
            left: x_text - 3.0,
            right: x_text + long + 3.0,
            top: y_text - 8.0,
            bottom: y_text + 8.0,
        };
        canvas.fill(ground, Ink::Paper, 1.0);
        canvas.line((from, y), (to, y), self.ink, 2.0);
        for end in [self.low.map(|_| from), self.high.map(|_| to)].into_iter().flatten() {
            canvas.line((end, y - 4.0), (end, y + 4.0), self.ink, 2.0);
        }
        canvas.dot((x, y), 4.0, self.ink);
        canvas.text(&text, text_at, Anchor::Start, letters);
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
        let widest = lines.iter().map(|line| bold.width(&line.name)).fold(0.0, f64::max);
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
            let text = letters.fit(&line.name, canvas.width - plot.right - 13.0);
            canvas.text(&text, (plot.right + 13.0, place), Anchor::Start, letters);
        }
    }
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

fn plan_ink(plans: &Plans<'_>, plan: &str) -> Ink {
    let mut names: Vec<&str> = Vec::new();
    for choice in plans.choices {
        if !names.contains(&choice.plan.as_str()) {
            names.push(&choice.plan);
        }
    }
    let place = names.iter().position(|name| *name == plan);
    place.and_then(|place| INKS.get(place)).copied().unwrap_or(Ink::Muted)
}

/// One line a choice; those of one plan that cost the same everywhere share a line.
fn lines(plans: &Plans<'_>, costs: &[Vec<(f64, f64)>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, (choice, points)) in plans.choices.iter().zip(costs).enumerate() {
        let is_of = |line: &Line| {
            let first = line.choices.first().and_then(|&first| plans.choices.get(first));
            first.is_some_and(|first| first.plan == choice.plan)
        };
        if let Some(line) = lines.iter_mut().find(|line| is_of(line) && line.points == *points) {
            line.name += &format!(", {}", choice.package);
            line.choices.push(index);
            continue;
        }
        lines.push(Line {
            name: choice.name().to_owned(),
            choices: vec![index],
            ink: plan_ink(plans, &choice.plan),
            points: points.clone(),
        });
    }
    lines
}

/// Where two lines meet between two levels.
fn meeting((x0, a0): (f64, f64), (x1, a1): (f64, f64), b0: f64, b1: f64) -> (f64, f64) {
    let (before, after) = (a0 - b0, a1 - b1);
    let part = if before == after { 1.0 } else { (before / (before - after)).clamp(0.0, 1.0) };
    (x0 + part * (x1 - x0), a0 + part * (a1 - a0))
}

/// The stretches along which one choice is the cheapest. A choice stays until another is cheaper.
fn cheapest(costs: &[Vec<(f64, f64)>]) -> Vec<Stretch> {
    let levels = costs.first().map_or(0, Vec::len);
    let mut stretches: Vec<Stretch> = Vec::new();
    for index in 0..levels {
        let at = |choice: usize| costs[choice][index];
        let best = (0..costs.len()).min_by(|&a, &b| at(a).1.total_cmp(&at(b).1)).unwrap_or(0);
        let best = match stretches.last() {
            Some(last) if at(last.choice).1 <= at(best).1 => last.choice,
            _ => best,
        };
        match stretches.last_mut() {
            Some(last) if last.choice == best => last.points.push(at(best)),
            Some(last) => {
                let (ours, theirs) = (&costs[last.choice], &costs[best]);
                let meet =
                    meeting(ours[index - 1], ours[index], theirs[index - 1].1, theirs[index].1);
                last.points.push(meet);
                stretches.push(Stretch { choice: best, points: vec![meet, at(best)] });
            }
            None => stretches.push(Stretch { choice: best, points: vec![at(best)] }),
        }
    }
    stretches
}

/// What something costs at a level, between those tried.
fn cost_at(points: &[(f64, f64)], level: f64) -> f64 {
    let after = points.partition_point(|point| point.0 < level);
    match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
        (Some(&(x0, y0)), Some(&(x1, y1))) if x1 > x0 => y0 + (level - x0) / (x1 - x0) * (y1 - y0),
        (_, Some(&(_, y))) | (Some(&(_, y)), None) => y,
        (None, None) => 0.0,
    }
}

/// Where the cheapest changes, and then where two plans with the same package cost the same.
fn changes(
    plans: &Plans<'_>,
    all: &[&Level],
    costs: &[Vec<(f64, f64)>],
    cheapest: &[Stretch],
) -> Vec<Change> {
    let of = |(small, big): (usize, usize), at: BreakEven, name: String, cheapest: bool| {
        let BreakEven::At { level, low, high } = at else { return None };
        let cost = (cost_at(&costs[small], level) + cost_at(&costs[big], level)) / 2.0;
        Some(Change { name, level, low, high, cost, cheapest })
    };
    let mut changes = Vec::new();
    let mut told = Vec::new();
    for pair in cheapest.windows(2) {
        let pair = (pair[0].choice, pair[1].choice);
        // A break-even that was told is told the same here.
        let known = plans.crossings.iter().find(|known| (known.small, known.big) == pair);
        let found = match known {
            Some(known) => Some(*known),
            None => crossing(all, &plans.today, pair, plans.confidence),
        };
        let name = plans.name(pair.1).to_owned();
        changes.extend(found.and_then(|found| of(pair, found.at, name, true)));
        told.push(pair);
    }
    for crossing in &plans.crossings {
        let pair = (crossing.small, crossing.big);
        if told.contains(&pair) {
            continue;
        }
        let (small, big) = (&plans.choices[pair.0], &plans.choices[pair.1]);
        let name = format!("{} beats {} with {}", big.plan, small.plan, big.package);
        changes.extend(of(pair, crossing.at, name, false));
    }
    changes
}
