//! The balance over time: allowance on top of purchased credits, the threshold, outages; below it,
//! one line of marks for each kind of incident.

use crate::domain::{Duration, Window, grouped};
use crate::policy::Trigger;
use crate::report::words::{about, between_moments, count, credits};
use crate::report::{Subject, finding};
use crate::scenario::Scenario;
use crate::series::{Bucket, Occurrence as Event, Sample, Series, Spell};

use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{Mark, Point, Shape, steps};
use super::measure::{AxisNotation, Measure, at};
use super::{Chart, Width};

/// Maximum number of turns of the balance that are drawn separately.
const TURNS: usize = 180;

/// Draws the chart.
pub(super) fn chart(subject: Subject<'_>) -> Chart {
    let title = finding::balance(subject.outcome, subject.series);
    Chart::new("balance", title, description(subject), |width| frame(subject, width))
}

fn description(subject: Subject<'_>) -> String {
    let total = subject.outcome.metrics.total();
    let unit = &subject.scenario.unit;
    let happened = Event::ALL.iter().filter(|&&event| subject.series.marks(event) > 0);
    let events: Vec<_> = happened.map(|&event| finding::counted(subject.series, event)).collect();
    let events = match events.is_empty() {
        true => String::new(),
        false => format!(" Marked: {}.", events.join(", ")),
    };
    format!(
        "Balance in {unit} over time, allowance and purchased stacked; {} at the end.{events} {}.",
        credits(total.closing_balance),
        finding::outages(subject.outcome, Some(subject.series)),
    )
}

fn frame(subject: Subject<'_>, width: Width) -> Frame {
    let series = subject.series;
    let time = Measure::Time(series.horizon(), subject.scenario.zone);
    let (low, high) = reach(series);
    let measure = Measure::from_zero(low, high, AxisNotation::Plain);
    let mut whole = Panel::new(time.clone(), measure, [220.0, 180.0]);
    whole.head = subject.scenario.unit.clone();
    whole.marks = over_time(subject);
    let lanes = lanes(subject);
    whole.has_ticks = lanes.is_empty();
    let near = near(subject, &time, high);
    let mut key = entries(subject);
    if near.is_some() || lies_on_axis(series, high) {
        // The threshold has its name beside it only if it can be told from zero.
        let labels = whole.marks.extract_if(.., |mark| matches!(mark.shape, Shape::Label { .. }));
        let names = labels.filter_map(|mark| match mark.shape {
            Shape::Label { text, .. } if near.is_none() => Some(text),
            _ => None,
        });
        key.extend(names.map(|name| KeyEntry::new(Ink::Green, name, Patch::Full)));
    }
    let mut panels = vec![whole];
    panels.extend(near);
    if !lanes.is_empty() {
        let names = lanes.iter().map(Lane::name).collect();
        let mut below = Panel::new(time, Measure::Names(names), [20.0, 18.0]);
        let marks = lanes.iter().zip(0..).flat_map(|(lane, row)| lane.marks(subject, row, width));
        below.marks = marks.collect();
        panels.push(below);
    }
    Frame { key, panels, ..Frame::default() }
}

/// The lowest and the highest balance and threshold.
fn reach(series: &Series) -> (f64, f64) {
    let balances = series.buckets().flat_map(|(_, bucket)| {
        let samples = bucket.samples().map(|sample| sample.pools.balance().to_f64());
        samples.chain(bucket.level().map(|level| level.to_f64()))
    });
    balances.fold((0.0, 0.0), |(low, high), balance| (low.min(balance), high.max(balance)))
}

/// The highest threshold.
fn highest_threshold(series: &Series) -> f64 {
    let levels = series.buckets().filter_map(|(_, bucket)| bucket.level());
    levels.map(|level| level.to_f64()).fold(0.0, f64::max)
}

/// Returns true if no threshold can be told from zero beside the highest balance.
fn lies_on_axis(series: &Series, high: f64) -> bool {
    const LOW: f64 = 0.06;
    highest_threshold(series) <= LOW * high
}

/// The same near zero, where the threshold would lie on the axis.
fn near(subject: Subject<'_>, time: &Measure, high: f64) -> Option<Panel> {
    let level = highest_threshold(subject.series);
    let recharges = subject.outcome.metrics.total().recharges;
    let are_some = (1..=TURNS as u64).contains(&recharges);
    if level <= 0.0 || !lies_on_axis(subject.series, high) || !are_some {
        return None;
    }
    let measure = Measure::from_zero(0.0, 4.0 * level, AxisNotation::Plain);
    let mut panel = Panel::new(time.clone(), measure, [100.0, 90.0]);
    panel.head = format!("{}, near zero", subject.scenario.unit);
    panel.marks = over_time(subject);
    panel.marks.retain(|mark| !matches!(mark.shape, Shape::Line { .. }) || mark.ink != Ink::Text);
    panel.has_ticks = false;
    Some(panel)
}

/// Outages, the areas, their outline and the threshold.
fn over_time(subject: Subject<'_>) -> Vec<Mark> {
    let series = subject.series;
    let mut marks = outages(subject);
    let samples: Vec<Sample> = series.buckets().flat_map(|(_, bucket)| bucket.samples()).collect();
    let end = at(series.horizon().to);
    let edge = |of: &dyn Fn(&Sample) -> f64| {
        let points = samples.iter().map(|sample| (at(sample.at), of(sample)));
        let last = samples.last().map(|sample| (end, of(sample)));
        steps(points.chain(last))
    };
    let purchased = edge(&|sample| sample.pools.purchased.to_f64());
    let total = edge(&|sample| sample.pools.balance().to_f64());
    let zero = || purchased.iter().map(|point| (point.0, 0.0));
    let area = |low: Vec<Point>, high: Vec<Point>, ink: Ink| {
        let edges = low.iter().zip(&high).map(|(low, high)| (low.0, low.1, high.1.max(low.1)));
        let edges: Vec<_> = edges.collect();
        let is_drawn = edges.iter().any(|(_, low, high)| high > low);
        is_drawn.then(|| Mark::new(Shape::Area(edges), ink))
    };
    let below_zero = total.iter().map(|point| (point.0, point.1.min(0.0))).collect();
    marks.extend(area(zero().collect(), purchased.clone(), Ink::Blue));
    marks.extend(area(purchased.clone(), total.clone(), Ink::Sky));
    marks.extend(area(below_zero, zero().collect(), Ink::Vermillion));
    marks.extend(senses(subject));
    // Where the balance goes up and down within a pixel, an outline would cover the areas; a line
    // in their colour fills the space it passes through.
    let turns = total.windows(2).filter(|pair| pair[1].1 > pair[0].1).count();
    let outline = if turns > TURNS { Ink::Blue } else { Ink::Text };
    marks.push(Mark::line(total, 0.75, outline));
    marks.extend(threshold(subject));
    marks
}

/// The balance of some days, under the pointer.
fn senses(subject: Subject<'_>) -> Vec<Mark> {
    let buckets: Vec<(Window, &Bucket)> = subject.series.buckets().collect();
    let mut last = None;
    let sense = |some: &[(Window, &Bucket)]| {
        let samples = some.iter().flat_map(|(_, bucket)| bucket.samples());
        let balances = samples.map(|sample| sample.pools.balance());
        // The last balance holds until the next sample.
        let balances: Vec<_> = last.into_iter().chain(balances).collect();
        last = balances.last().copied();
        let (low, high) = (balances.iter().min()?, balances.iter().max()?);
        let ([first, ..], [.., end]) = (some, some) else { return None };
        let stretch = Window { from: first.0.from, to: end.0.to };
        let stretch = between_moments(subject.scenario.zone, stretch);
        let words = format!("{stretch}: {} to {}", credits(*low), credits(*high));
        Some(Mark::sense([at(first.0.from), at(end.0.to)], words))
    };
    buckets.chunks(16).filter_map(sense).collect()
}

/// Returns true if a spell came and went so often that its stretches would run into each other.
fn is_broken(series: &Series, spell: Spell) -> bool {
    let partly = series.buckets().filter(|(window, bucket)| {
        let lasted = bucket.lasted(spell).millis();
        lasted > 0 && lasted * 2 < window.to.since(window.from).millis()
    });
    partly.count() > 150
}

/// Outages as stretches of time; if they would run into each other, their lane shows more.
fn outages(subject: Subject<'_>) -> Vec<Mark> {
    if is_broken(subject.series, Spell::Outage) {
        return Vec::new();
    }
    let (low, high) = reach(subject.series);
    let spans = spans(subject.series, |bucket| bucket.lasted(Spell::Outage));
    let mark = |span: Span| {
        Mark::bar(
            [at(span.window.from), at(span.window.to)],
            [low.min(0.0), 2.0 * high.max(1.0)],
            Ink::Vermillion,
        )
        .strength(0.2)
        .saying(span.words(subject.scenario, "outage"))
    };
    spans.into_iter().map(mark).collect()
}

/// A stretch of buckets in which something lasted.
struct Span {
    window: Window,
    lasted: Duration,
}

impl Span {
    fn words(&self, scenario: &Scenario, name: &str) -> String {
        format!("{}: {name}, {}", between_moments(scenario.zone, self.window), about(self.lasted))
    }
}

fn spans(series: &Series, lasted: impl Fn(&Bucket) -> Duration) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (window, bucket) in series.buckets() {
        let lasted = lasted(bucket);
        if lasted == Duration::ZERO {
            continue;
        }
        match spans.last_mut().filter(|span| span.window.to == window.from) {
            Some(span) => {
                span.window.to = window.to;
                span.lasted = span.lasted.plus(lasted);
            }
            None => spans.push(Span { window, lasted }),
        }
    }
    spans
}

/// The level of the trigger while auto-recharge is on, with its name at the first place.
fn threshold(subject: Subject<'_>) -> Vec<Mark> {
    let mut lines: Vec<Vec<Point>> = vec![Vec::new()];
    let mut level: Option<f64> = None;
    for (window, bucket) in subject.series.buckets() {
        level = bucket.level().map(|level| level.to_f64()).or(level);
        match (level.filter(|_| can_buy(window, bucket)), lines.last_mut()) {
            (Some(level), Some(line)) => {
                line.extend([(at(window.from), level), (at(window.to), level)])
            }
            _ => lines.push(Vec::new()),
        }
    }
    lines.retain(|line| !line.is_empty());
    let label = lines.first().and_then(|line| line.first()).map(|&(x, level)| {
        let recharge = subject.scenario.setup.policy.recharge.as_ref();
        let recharge = recharge.expect("only auto-recharge has a threshold to be told");
        let name = threshold_name(recharge.trigger);
        Mark { ink: Ink::Text, ..Mark::label((x, level), name, false) }
    });
    // Seen on light and on dark areas.
    let bright = lines.into_iter().flat_map(|line| {
        [Mark::line(line.clone(), 3.5, Ink::Paper), Mark::line(line, 1.75, Ink::Green)]
    });
    bright.chain(label).collect()
}

/// True if auto-recharge could buy for most of a bucket.
fn can_buy(window: Window, bucket: &Bucket) -> bool {
    let idle = [Spell::Off, Spell::Suspended, Spell::Capped].map(|spell| bucket.lasted(spell));
    let idle = idle.into_iter().fold(Duration::ZERO, Duration::plus);
    idle.millis() * 2 < window.to.since(window.from).millis()
}

fn entries(subject: Subject<'_>) -> Vec<KeyEntry> {
    let samples = || subject.series.buckets().flat_map(|(_, bucket)| bucket.samples());
    let areas = [
        (
            samples().any(|one| one.pools.allowance.is_positive()),
            Ink::Sky,
            "allowance",
            Patch::Full,
        ),
        (
            samples().any(|one| one.pools.purchased.is_positive()),
            Ink::Blue,
            "purchased",
            Patch::Full,
        ),
        (samples().any(|one| one.pools.owed.is_positive()), Ink::Vermillion, "owed", Patch::Full),
        (!outages(subject).is_empty(), Ink::Vermillion, "outage", Patch::Light),
    ];
    let there = areas.into_iter().filter(|area| area.0);
    there.map(|(_, ink, name, patch)| KeyEntry::new(ink, name, patch)).collect()
}

/// The trigger as the scenario sets it.
fn threshold_name(trigger: Trigger) -> String {
    match trigger {
        Trigger::AtOrBelow(level) => format!("recharge at {} or less", credits(level)),
        Trigger::Below(level) => format!("recharge below {}", credits(level)),
        Trigger::ConsumedShare { share, .. } => format!("recharge when {share} is used"),
    }
}

/// A line below the plot: everything of one kind that happened.
struct Lane {
    noun: &'static str,
    ink: Ink,
    event: Option<Event>,
    spell: Option<Spell>,
    count: u64,
    lasted: Duration,
}

/// The lanes of incidents; none for kinds that did not occur.
fn lanes(subject: Subject<'_>) -> Vec<Lane> {
    let series = subject.series;
    let outages = subject.outcome.metrics.total().outages;
    let all = [
        ("outages", Ink::Vermillion, None, Some(Spell::Outage)),
        ("recharges", Ink::Green, Some(Event::Recharge), None),
        ("manual top-ups", Ink::Orange, Some(Event::TopUp), None),
        ("failed attempts", Ink::Vermillion, Some(Event::FailedAttempt), None),
        ("verifying", Ink::Blue, None, Some(Spell::Verifying)),
        ("capped", Ink::Purple, Some(Event::CapHit), Some(Spell::Capped)),
        ("suspended", Ink::Muted, Some(Event::Suspension), Some(Spell::Suspended)),
        ("off", Ink::Muted, None, Some(Spell::Off)),
    ];
    let lane =
        |(noun, ink, event, spell): (&'static str, Ink, Option<Event>, Option<Spell>)| Lane {
            noun,
            ink,
            event,
            spell,
            count: match (event, spell) {
                (Some(event), _) => series.marks(event),
                (None, Some(Spell::Outage)) => outages,
                (None, _) => 0,
            },
            lasted: spell.map_or(Duration::ZERO, |spell| series.lasted(spell)),
        };
    let happened = |lane: &Lane| lane.count > 0 || lane.lasted > Duration::ZERO;
    all.into_iter().map(lane).filter(happened).collect()
}

impl Lane {
    fn name(&self) -> String {
        let many = grouped(&self.count.to_string());
        match (self.spell, self.lasted) {
            (_, Duration::ZERO) => format!("{} {many}", self.noun),
            (Some(Spell::Outage), lasted) => format!("{} {many}, {}", self.noun, about(lasted)),
            (_, lasted) => format!("{} {}", self.noun, about(lasted)),
        }
    }

    fn marks(&self, subject: Subject<'_>, row: u32, width: Width) -> Vec<Mark> {
        let (series, scenario) = (subject.series, subject.scenario);
        let middle = f64::from(row) + 0.5;
        let hits: Vec<(Window, u64)> = match self.event {
            Some(event) => series
                .buckets()
                .map(|(window, bucket)| (window, bucket.marks(event)))
                .filter(|(_, hits)| *hits > 0)
                .collect(),
            None => Vec::new(),
        };
        let spans =
            self.spell.map_or(Vec::new(), |spell| spans(series, |bucket| bucket.lasted(spell)));
        // Too many to be drawn separately: their number, or their share of the time, as height.
        let is_broken = self.spell.is_some_and(|spell| is_broken(series, spell));
        if is_broken || hits.len().max(spans.len()) > width.pick(200, 80) {
            return self.dense(subject, row, width);
        }
        let bars = spans.into_iter().map(|span| {
            Mark::bar(
                [at(span.window.from), at(span.window.to)],
                [middle - 0.2, middle + 0.2],
                self.ink,
            )
            .saying(span.words(scenario, self.noun))
        });
        let ticks = hits.into_iter().map(|(window, hits)| {
            let x = (at(window.from) + at(window.to)) / 2.0;
            let words =
                format!("{}: {}", between_moments(scenario.zone, window), self.counted(hits));
            Mark::new(Shape::Tick { at: (x, middle), high: 12.0 }, self.ink).saying(words)
        });
        bars.chain(ticks).collect()
    }

    fn counted(&self, hits: u64) -> String {
        match self.event {
            Some(Event::CapHit) => count(hits, "cap hit"),
            Some(Event::Suspension) => count(hits, "suspension"),
            _ => count(hits, self.noun.trim_end_matches('s')),
        }
    }

    /// Columns, as high as something happened often or lasted.
    fn dense(&self, subject: Subject<'_>, row: u32, width: Width) -> Vec<Mark> {
        let buckets: Vec<(Window, &Bucket)> = subject.series.buckets().collect();
        let size = buckets.len().div_ceil(width.pick(180, 75)).max(1);
        let amount = |bucket: &Bucket| match (self.spell, self.event) {
            (Some(spell), _) => bucket.lasted(spell).millis() as f64,
            (None, Some(event)) => bucket.marks(event) as f64,
            (None, None) => 0.0,
        };
        let sum =
            |some: &[(Window, &Bucket)]| some.iter().map(|(_, bucket)| amount(bucket)).sum::<f64>();
        let most = buckets.chunks(size).map(sum).fold(0.0, f64::max);
        let column = |some: &[(Window, &Bucket)]| {
            let ([first, ..], [.., last]) = (some, some) else { return None };
            let sum = sum(some);
            let length = last.0.to.since(first.0.from).millis() as f64;
            let share = if self.spell.is_some() { sum / length } else { sum / most };
            let told = match self.spell {
                Some(_) => format!("{}, {}", self.noun, about(Duration::from_millis(sum as i64))),
                None => self.counted(sum as u64),
            };
            let stretch = Window { from: first.0.from, to: last.0.to };
            let words = format!("{}: {told}", between_moments(subject.scenario.zone, stretch));
            let foot = f64::from(row) + 0.9;
            let bar = [foot - 0.8 * share.min(1.0), foot];
            let mark = Mark::bar([at(first.0.from), at(last.0.to)], bar, self.ink).saying(words);
            (sum > 0.0).then_some(mark)
        };
        buckets.chunks(size).filter_map(column).collect()
    }
}
