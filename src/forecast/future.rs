//! Usage to come as events: weeks drawn from an outlook, each with the events of a week of history.
//!
//! A week of history keeps what happens between its hours and days: bursts, nights, weekends. Its amounts are
//! scaled so that they sum to what the drawn week asks for; where all amounts of the history are whole credits, so
//! are the scaled ones, and what is left of one goes to the next. Without a whole week, seven of the whole days
//! make one; without a whole day, what was seen is repeated around the clock. Deliberately absent: what weeks ask
//! for (`outlook`).

use std::collections::VecDeque;
use std::sync::Arc;

use rand::RngExt;

use crate::domain::text::counted;
use crate::domain::{Credits, Duration, Instant, Window, Zone};
use crate::engine::trace::{Chunk, Refused};
use crate::engine::{EventColumns, Scaling};
use crate::policy::TakenBackUsage;
use crate::streams::{Purpose, Stream, Streams};
use crate::usage::{Feed, History, HistorySigns, Replayed, Trend, UsageError, UsageSummary};

use super::outlook::{Outlook, OutlookCourse, OutlookKeys};
use super::record::{DAYS, RecordedPast, day_number, midnight};

/// The most weeks, the latest, whose events are drawn.
const MOST_WEEKS: usize = 26;
/// Events that are scaled together.
const BLOCK: usize = 256;
/// A credit, in its smallest part.
const CREDIT: i64 = Credits::whole(1).micro();

/// Usage to come, learned from a history.
#[derive(Clone, Debug)]
pub struct FutureUsage {
    history: History,
    /// Times of which the history says nothing.
    outages: Arc<[Window]>,
    outlook: Outlook,
    evidence: Arc<RecordedPast>,
    likenesses: Arc<Likenesses>,
    /// The chance that a week is like one of the odd ones.
    odd: f64,
    /// Whether all amounts are whole credits.
    is_whole: bool,
    factor: f64,
    /// Weeks after which usage to come is drawn as after the history again.
    renewal: Option<u64>,
    trend: Option<Trend>,
    summary: Arc<UsageSummary>,
}

/// What weeks to come can look like.
#[derive(Clone, Debug)]
enum Likenesses {
    /// Whole weeks of history, and odd ones with what they ask for beside their neighbours.
    Weeks { usual: Vec<Likeness>, odd: Vec<(Likeness, f64)> },
    /// Whole days.
    Days(Vec<SourceDay>),
    /// What was seen, repeated.
    Seen(SourceDay),
}

/// A week of history.
#[derive(Clone, Debug)]
struct Likeness {
    days: [SourceDay; DAYS],
    asked: f64,
}

/// A stretch of history and its events.
#[derive(Clone, Copy, Debug)]
struct SourceDay {
    window: Window,
    /// Its first event, and the first after it.
    from: usize,
    to: usize,
    asked: f64,
}

impl FutureUsage {
    /// Learns from a history, and takes over what a person states; `None` if the history asks for nothing.
    pub fn learned(history: &History, keys: &OutlookKeys) -> Option<FutureUsage> {
        let evidence = RecordedPast::of(history, &keys.outages)?;
        let outlook = Outlook::learned(&evidence)?.stated(keys);
        let events = history.events();
        let likenesses = Likenesses::of(&evidence, events)?;
        Some(FutureUsage {
            odd: evidence.odd_share(),
            is_whole: events.iter().all(|(_, amount)| amount.micro() % CREDIT == 0),
            history: history.clone(),
            outages: keys.outages.as_slice().into(),
            outlook,
            evidence: Arc::new(evidence),
            likenesses: Arc::new(likenesses),
            factor: 1.0,
            renewal: None,
            trend: history.weeks().summary().past.as_ref().and_then(HistorySigns::trend),
            // What speaks against drawing weeks at random, or against replaying the span of the file, speaks not
            // against a model; hours without usage that look like outages do.
            summary: Arc::new(UsageSummary {
                past: Some(history.silences()),
                span: None,
                ..history.summary().clone()
            }),
        })
    }

    /// The same, each week asking for `factor` times as much.
    pub fn scaled(&self, factor: f64) -> FutureUsage {
        FutureUsage {
            outlook: self.outlook.scaled(factor),
            factor: self.factor * factor,
            ..self.clone()
        }
    }

    /// The same, drawn anew every so many weeks as those right after the history: for choices that can be made again
    /// by then, so that no choice answers for what the level may come to in years.
    pub fn renewed(self, weeks: u64) -> FutureUsage {
        FutureUsage { renewal: Some(weeks), ..self }
    }

    /// Weeks after which usage to come is drawn as after the history again.
    pub fn renewal(&self) -> Option<u64> {
        self.renewal
    }

    /// What is believed of weeks to come.
    pub fn outlook(&self) -> &Outlook {
        &self.outlook
    }

    /// What the history shows.
    pub fn evidence(&self) -> &RecordedPast {
        &self.evidence
    }

    /// The history that it is learned from.
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Times of which the history says nothing.
    pub(super) fn outages(&self) -> &[Window] {
        &self.outages
    }

    /// A summary of the history.
    pub fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    /// How weeks of the history change, where that is told from chance.
    pub fn trend(&self) -> Option<Trend> {
        self.trend
    }

    /// What a replication asks for in each of the first `weeks` after the history.
    pub fn weeks(&self, weeks: u64, streams: Streams) -> Vec<f64> {
        let mut course = self.outlook.course(streams).renewed(self.renewal);
        let week = |lead| self.likeness(lead, streams).1 * course.week(lead);
        (1..=weeks).map(week).collect()
    }

    /// A feed over `horizon`.
    pub fn drawn(&self, horizon: Window, streams: Streams) -> DrawnFuture {
        let mut summary = UsageSummary::of("usage to come, learned from history".to_owned());
        summary.chosen.push(format!(
            "Usage is drawn from a model of {} of history with seed {}, replication {}.",
            counted(self.evidence.whole_weeks(), "week"),
            streams.seed,
            streams.replication
        ));
        let zone = self.evidence.zone;
        let begins = day_number(zone, horizon.from);
        let end = self.evidence.end_day();
        let before = (begins - end).rem_euclid(DAYS as i64);
        // A horizon that begins before the end of the history, or long after it, is lived through as if it came right
        // after it: nothing says where the level went on the way.
        let is_apart = begins < end || self.evidence.is_long_before(horizon.from);
        let origin = if is_apart { begins - before } else { end };
        let step = if self.is_whole && self.factor == 1.0 { CREDIT } else { 1 };
        let mut feed = DrawnFuture {
            future: self.clone(),
            horizon,
            streams,
            course: self.outlook.course(streams).renewed(self.renewal),
            first: begins - before,
            origin,
            number: 0,
            pieces: VecDeque::new(),
            step,
            left: 0.0,
            times: Vec::with_capacity(BLOCK),
            amounts: Vec::with_capacity(BLOCK),
            summary,
        };
        feed.begin();
        feed
    }

    /// A feed over `horizon`: the history as it was up to its end, and then a drawn future.
    pub fn continued(&self, horizon: Window, streams: Streams) -> ContinuedUsage {
        let end = self.evidence.end.max(horizon.from).min(horizon.to);
        ContinuedUsage {
            known: self.history.replayed(Window { from: horizon.from, to: end }),
            drawn: self.drawn(Window { from: end, to: horizon.to }, streams),
            summary: UsageSummary::of(self.summary.source.clone()),
        }
    }

    /// The odd week that a week looks like, with what it asks for beside others; nothing and one for a usual one.
    fn likeness(&self, lead: u64, streams: Streams) -> (Option<&Likeness>, f64) {
        let Likenesses::Weeks { odd, .. } = &*self.likenesses else { return (None, 1.0) };
        let mut stream = streams.at(Purpose::Likeness, 2 * lead);
        if odd.is_empty() || stream.random::<f64>() >= self.odd {
            return (None, 1.0);
        }
        let (likeness, times) = &odd[stream.random_range(0..odd.len())];
        (Some(likeness), *times)
    }
}

impl Likenesses {
    fn of(evidence: &RecordedPast, events: &EventColumns) -> Option<Likenesses> {
        let weeks = 0..evidence.whole_weeks();
        let likeness = |week: usize| {
            let is_known = evidence.days_of(week).iter().all(Option::is_some);
            let likeness = Likeness::of(evidence.zone, evidence.first_day(week), events)?;
            (likeness.asked > 0.0).then_some((week, is_known, likeness))
        };
        let all: Vec<_> = weeks.filter_map(likeness).collect();
        let times =
            |week: usize| evidence.odd.iter().find(|odd| odd.place == week).map(|odd| odd.times);
        let odd =
            all.iter().filter_map(|(week, _, likeness)| Some((likeness.clone(), times(*week)?)));
        let odd = odd.collect();
        let usual = |whole: bool| -> Vec<Likeness> {
            let usual = all.iter().rev().filter(|(week, known, _)| {
                times(*week).is_none() && (*known || !whole) && evidence.weeks[*week].is_some()
            });
            usual.take(MOST_WEEKS).map(|(_, _, likeness)| likeness.clone()).collect()
        };
        let usual =
            Some(usual(true)).filter(|usual| !usual.is_empty()).unwrap_or_else(|| usual(false));
        if !usual.is_empty() {
            return Some(Likenesses::Weeks { usual, odd });
        }
        let whole = (0..evidence.whole_days()).filter(|&day| evidence.days[day].is_some());
        let days: Vec<SourceDay> = whole
            .filter_map(|day| SourceDay::of_day(evidence.zone, evidence.first + day as i64, events))
            .collect();
        if days.iter().any(|day| day.asked > 0.0) {
            return Some(Likenesses::Days(days));
        }
        let from = evidence.rows.from;
        let seen = SourceDay::of(Window { from, to: from.plus(evidence.seen()) }, events);
        (seen.asked > 0.0).then_some(Likenesses::Seen(seen))
    }
}

impl Likeness {
    fn of(zone: Zone, first: i64, events: &EventColumns) -> Option<Likeness> {
        let days: Option<Vec<SourceDay>> =
            (first..first + DAYS as i64).map(|day| SourceDay::of_day(zone, day, events)).collect();
        let days: [SourceDay; DAYS] = days?.try_into().ok()?;
        Some(Likeness { asked: days.iter().map(|day| day.asked).sum(), days })
    }
}

impl SourceDay {
    fn of_day(zone: Zone, day: i64, events: &EventColumns) -> Option<SourceDay> {
        let window = Window { from: midnight(zone, day)?, to: midnight(zone, day + 1)? };
        Some(SourceDay::of(window, events))
    }

    fn of(window: Window, events: &EventColumns) -> SourceDay {
        let (from, to) = (events.not_before(window.from), events.not_before(window.to));
        let asked = events.events(from..to).map(|(_, amount)| amount.to_f64()).sum();
        SourceDay { window, from, to, asked }
    }
}

/// A feed of drawn weeks.
#[derive(Clone, Debug)]
pub struct DrawnFuture {
    future: FutureUsage,
    horizon: Window,
    streams: Streams,
    course: OutlookCourse,
    /// The number of the first day of the first week that touches the horizon.
    first: i64,
    /// The number of the day from which on weeks are counted as weeks to come.
    origin: i64,
    /// Weeks that have begun.
    number: i64,
    /// What is left of the week that is being filled.
    pieces: VecDeque<PlacedDays>,
    /// Millionths of a credit that amounts are multiples of.
    step: i64,
    /// Steps that earlier pieces left over, from −½ to ½.
    left: f64,
    /// Instants and amounts of the block at hand.
    times: Vec<Instant>,
    amounts: Vec<Credits>,
    summary: UsageSummary,
}

/// Events of history put onto a stretch of the horizon: a day, or days that all come equally much later.
#[derive(Clone, Copy, Debug)]
struct PlacedDays {
    source: SourceDay,
    onto: Window,
    /// Factor on amounts.
    factor: f64,
    /// What amounts are read through, once the first of its events is drawn.
    scaling: Option<Scaling>,
}

impl PlacedDays {
    fn new(source: SourceDay, onto: Window, factor: f64) -> PlacedDays {
        PlacedDays { source, onto, factor, scaling: None }
    }

    /// By how many milliseconds its events come later in the horizon; `None` if it is put onto a stretch of another length.
    fn shift(&self) -> Option<i64> {
        let later = |to: Instant, from: Instant| to.millis() - from.millis();
        let shift = later(self.onto.from, self.source.window.from);
        (later(self.onto.to, self.source.window.to) == shift).then_some(shift)
    }

    /// Appends the days right after it, if they come as much later.
    fn join(&mut self, next: &PlacedDays) -> bool {
        let follows = self.source.window.to == next.source.window.from
            && self.onto.to == next.onto.from
            && self.factor == next.factor;
        if !follows || self.shift().is_none() || self.shift() != next.shift() {
            return false;
        }
        self.source.window.to = next.source.window.to;
        self.source.to = next.source.to;
        self.source.asked += next.source.asked;
        self.onto.to = next.onto.to;
        true
    }

    /// The instant in the horizon of an event.
    fn place(&self, at: Instant) -> Instant {
        let length = |window: Window| window.to.since(window.from).millis();
        let (was, is) = (length(self.source.window), length(self.onto));
        let since = at.since(self.source.window.from).millis();
        let since = match was == is {
            true => since,
            false => (i128::from(since) * i128::from(is) / i128::from(was.max(1))) as i64,
        };
        self.onto.from.plus(Duration::from_millis(since))
    }

    /// Leaves out what lies outside a horizon.
    fn clip(&mut self, events: &EventColumns, horizon: Window) {
        if horizon.from <= self.onto.from && self.onto.to <= horizon.to {
            return;
        }
        let SourceDay { from, to, .. } = self.source;
        let before = |limit: Instant| {
            from + events.times()[from..to].partition_point(|&at| self.place(at) < limit)
        };
        (self.source.from, self.source.to) = (before(horizon.from), before(horizon.to));
    }
}

impl DrawnFuture {
    /// Draws weeks until there is one with events; none is left at the end of the horizon.
    fn begin(&mut self) {
        while self.pieces.is_empty() {
            let first = self.first + DAYS as i64 * self.number;
            let zone = self.future.evidence.zone;
            let Some(from) = midnight(zone, first).filter(|&from| from < self.horizon.to) else {
                return;
            };
            self.number += 1;
            let weeks = (first - self.origin).div_euclid(DAYS as i64);
            let lead = u64::try_from(weeks + 1).unwrap_or(1).max(1);
            self.fill_week(lead, first, from);
        }
    }

    fn fill_week(&mut self, lead: u64, first: i64, from: Instant) {
        let (odd, times) = self.future.likeness(lead, self.streams);
        let wanted = times * self.course.week(lead);
        if wanted <= 0.0 {
            return;
        }
        for days in self.placed_week(odd, wanted, (first, from)) {
            let is_joined = self.pieces.back_mut().is_some_and(|last| last.join(&days));
            if !is_joined {
                self.pieces.push_back(days);
            }
        }
        let horizon = self.horizon;
        self.pieces.retain(|piece| piece.onto.to > horizon.from && piece.onto.from < horizon.to);
        let events = self.future.history.events();
        for piece in &mut self.pieces {
            piece.clip(events, horizon);
        }
    }

    /// The days of the week that begins with day number `first`, at `from`, and asks for `wanted`.
    fn placed_week(
        &self,
        odd: Option<&Likeness>,
        wanted: f64,
        (first, from): (i64, Instant),
    ) -> Vec<PlacedDays> {
        let mut stream = self.streams.at(Purpose::Likeness, 2 * first.unsigned_abs() + 1);
        let zone = self.future.evidence.zone;
        let onto = |day: usize| {
            let day = first + day as i64;
            Some(Window { from: midnight(zone, day)?, to: midnight(zone, day + 1)? })
        };
        let placed = |days: &[SourceDay], asked: f64| -> Vec<PlacedDays> {
            let factor = wanted / asked;
            let days = days.iter().enumerate();
            days.filter_map(|(day, &source)| Some(PlacedDays::new(source, onto(day)?, factor)))
                .collect()
        };
        match &*self.future.likenesses {
            Likenesses::Weeks { usual, .. } => {
                let likeness = odd.unwrap_or_else(|| &usual[stream.random_range(0..usual.len())]);
                placed(&likeness.days, likeness.asked)
            }
            Likenesses::Days(days) => {
                let drawn = seven(days, &mut stream);
                placed(&drawn, drawn.iter().map(|day| day.asked).sum())
            }
            Likenesses::Seen(seen) => match midnight(zone, first + DAYS as i64) {
                Some(to) => repeated(*seen, Window { from, to }, wanted),
                None => Vec::new(),
            },
        }
    }

    /// Parts the first piece where its amounts are too large to be added up, before any of its events is drawn.
    fn part_first(&mut self, events: &EventColumns) {
        let Some(piece) = self.pieces.front_mut().filter(|piece| piece.scaling.is_none()) else {
            return;
        };
        let SourceDay { from, to, .. } = piece.source;
        let part = events.scalable(from, to, piece.factor);
        if part < to {
            let mut rest = *piece;
            (piece.source.to, rest.source.from) = (part, part);
            self.pieces.insert(1, rest);
        }
    }

    /// Fills a chunk with the events of the first piece. Returns false if the chunk is full or the horizon over.
    fn pour(&mut self, events: &Arc<EventColumns>, chunk: &mut Chunk) -> Result<bool, UsageError> {
        self.part_first(events);
        let Some(piece) = self.pieces.front_mut() else { return Ok(false) };
        let SourceDay { from, to, .. } = piece.source;
        let (step, left) = (self.step, self.left);
        let scaling =
            *piece.scaling.get_or_insert_with(|| events.scaling(from, piece.factor, step, left));
        let piece = *piece;
        let (taken, refused) = match piece.shift() {
            Some(shift) => chunk.take_scaled(events, from..to, shift, scaling),
            None => self.pour_stretched(&piece, events, scaling, chunk),
        };
        match refused {
            None => {
                self.left = events.left(&scaling, to);
                self.pieces.pop_front();
                Ok(true)
            }
            Some(Refused::Full) => {
                self.pieces[0].source.from += taken;
                Ok(false)
            }
            Some(Refused::OutOfOrder | Refused::NotAnAmount) => {
                let name = self.summary.source.clone();
                Err(UsageError::Amount { name, at: piece.place(events.times()[from + taken]) })
            }
        }
    }

    /// Adds the events of a day that is put onto one of another length.
    fn pour_stretched(
        &mut self,
        piece: &PlacedDays,
        events: &EventColumns,
        scaling: Scaling,
        chunk: &mut Chunk,
    ) -> (usize, Option<Refused>) {
        let mut taken = 0;
        let SourceDay { from, to, .. } = piece.source;
        while from + taken < to {
            let next = from + taken..to.min(from + taken + BLOCK);
            self.times.clear();
            self.times.extend(events.times()[next.clone()].iter().map(|&at| piece.place(at)));
            self.amounts.clear();
            self.amounts.extend(events.scaled(next, scaling));
            let (some, refused) = chunk.extend(&self.times, &self.amounts);
            taken += some;
            if refused.is_some() {
                return (taken, refused);
            }
        }
        (taken, None)
    }
}

/// Seven days drawn with replacement, of which at least one asks for credits.
fn seven(days: &[SourceDay], stream: &mut Stream) -> Vec<SourceDay> {
    let mut drawn: Vec<SourceDay> =
        (0..DAYS).map(|_| days[stream.random_range(0..days.len())]).collect();
    if drawn.iter().all(|day| day.asked <= 0.0)
        && let Some(busy) = days.iter().find(|day| day.asked > 0.0)
    {
        drawn[stream.random_range(0..DAYS)] = *busy;
    }
    drawn
}

/// What was seen, repeated a whole number of times through a week that asks for `wanted`.
fn repeated(source: SourceDay, week: Window, wanted: f64) -> Vec<PlacedDays> {
    let length = week.to.since(week.from).millis();
    let seen = source.window.to.since(source.window.from).millis();
    let times = (length / seen).max(1);
    let factor = wanted / (source.asked * times as f64);
    let at = |time: i64| {
        let since = i128::from(length) * i128::from(time) / i128::from(times);
        week.from.plus(Duration::from_millis(since as i64))
    };
    let onto = |time: i64| Window { from: at(time), to: at(time + 1) };
    (0..times).map(|time| PlacedDays::new(source, onto(time), factor)).collect()
}

impl Feed for DrawnFuture {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        let events = Arc::clone(self.future.history.events());
        loop {
            self.begin();
            if !self.pour(&events, chunk)? {
                break;
            }
        }
        self.summary.inside(chunk);
        self.summary.rows = self.summary.events;
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}

/// A feed of history as it was and then of a drawn future.
#[derive(Clone, Debug)]
pub struct ContinuedUsage {
    known: Replayed,
    drawn: DrawnFuture,
    summary: UsageSummary,
}

impl Feed for ContinuedUsage {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        self.known.fill(chunk)?;
        if chunk.is_empty() {
            self.drawn.fill(chunk)?;
        }
        self.summary.inside(chunk);
        self.summary.rows = self.summary.events;
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        self.known.taken_back()
    }
}
