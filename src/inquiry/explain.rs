//! Why: each outage, each refused credit and each unit of money of a run, put down to the factors that made it.
//!
//! The same usage and luck are lived through once for every subset of the factors of the scenario, all runs of the same
//! usage together, and each figure is divided by [`super::shapley`]. Factors beyond the most that can be told apart are
//! asked about as one group: those that change least when they are lifted alone, or are there alone. Deliberately absent:
//! sentences, and what to do instead, which is [`super::prevention`]'s.

use std::collections::BTreeMap;

use crate::chronicle::{Incident, incidents};
use crate::domain::{CreditTotal, Credits, Duration, Instant, Money, Window};
use crate::engine::{AnyObserver, Chunk, Engine, Fact, Moment, Observer, Pace, UsageRun};
use crate::figures::{Figure, FigureValue, Figures};
use crate::metrics::Metrics;
use crate::payments::Processor;
use crate::replay::{Course, Halt, Outcome, ReplayError, drive};
use crate::scenario::Scenario;
use crate::streams::Streams;
use crate::usage::Feed;

use super::error::InquiryError;
use super::factors::{Circumstances, Factor};
use super::run::read_through;
use super::shapley::{Division, MOST_FACTORS, Worths};
use super::usage::UsageInput;

/// The most incidents that are explained one by one.
const MOST_INCIDENTS: usize = 500;

/// Why a run came to what it came to.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What was asked about, in the order of [`Factor`], the group last; parts of divisions are by place here.
    pub causes: Vec<AskedCause>,
    /// Factors that could not be lifted, with the reason.
    pub left_out: Vec<(Factor, String)>,
    /// The outages, those close together as one.
    pub incidents: Vec<IncidentCauses>,
    /// The figures that are divided, each with how; figures that are nothing in every run are left out.
    pub figures: Vec<FigureCauses>,
    /// Runs that this rests on.
    pub runs: usize,
    /// What the run says that is not in the rules.
    pub around: Circumstances,
}

/// A factor, or the group of those that change least.
#[derive(Clone, Debug)]
pub struct AskedCause {
    /// The factors; several for the group.
    pub factors: Vec<Factor>,
    /// The figures of the run without it.
    pub without: Figures,
}

/// An incident, and what made it.
#[derive(Clone, Debug)]
pub struct IncidentCauses {
    /// The incident.
    pub incident: Incident,
    /// Downtime between its ends, in milliseconds.
    pub downtime: Division,
    /// Credits refused between its ends, in millionths.
    pub refused: Division,
    /// The fewest causes without which nothing of it would have been, by place: of rules alone if that is possible; of
    /// several such sets the one whose parts are largest. `None` where something of it is left without any of them.
    pub enough: Option<Vec<usize>>,
    /// Downtime of the whole run without those causes, which other outages make that would take its place.
    pub left: Duration,
}

/// A figure, and what made it.
#[derive(Clone, Debug)]
pub struct FigureCauses {
    /// The figure.
    pub figure: Figure,
    /// It, in [`units`].
    pub division: Division,
}

/// The figures of service that are divided.
pub(super) const OF_SERVICE: [Figure; 2] = [Figure::DOWNTIME, Figure::REFUSED];
/// The figures of waste that are divided.
pub(super) const OF_WASTE: [Figure; 2] = [Figure::EXPIRED, Figure::EXPIRED_COST];

/// The sign with which a [part of the bill](Figure::OF_BILL) counts in the total spend: what was refunded is taken off.
pub(super) fn sign_in_bill(figure: Figure) -> i128 {
    if figure == Figure::REFUNDED { -1 } else { 1 }
}

impl Explanation {
    /// How a figure is divided, if it is anything in some run.
    pub fn of(&self, figure: Figure) -> Option<&Division> {
        let mut figures = self.figures.iter();
        figures.find(|one| one.figure == figure).map(|one| &one.division)
    }

    /// The incident with the most downtime.
    pub fn worst(&self) -> Option<&IncidentCauses> {
        self.incidents.iter().rev().max_by_key(|one| one.incident.down)
    }
}

/// A figure as a whole number of the smallest units in which it is shown: money in minor units of a currency with `minor`
/// decimals, credits in millionths, time in milliseconds.
pub fn units(value: FigureValue, minor: u32) -> i128 {
    match value {
        FigureValue::Money(money) => {
            let shown = money.rounded(minor).amount();
            let scaled = shown.mantissa() * 10_i128.pow(minor);
            scaled / 10_i128.pow(shown.scale())
        }
        FigureValue::Credits(credits) => credits.micro(),
        FigureValue::Duration(length) => i128::from(length.millis()),
        FigureValue::Count(count) => i128::from(count),
        FigureValue::Price(_) | FigureValue::Share(_) => {
            unreachable!("only figures that add up are divided")
        }
    }
}

/// A part of a figure that is divided among causes; below zero where a cause takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartValue {
    /// Money.
    Money(Money),
    /// Credits.
    Credits(CreditTotal),
    /// Time, in milliseconds.
    Millis(i64),
}

/// A whole number of units as the value of a figure that is counted in them.
pub fn value_of(figure: Figure, units: i128, minor: u32) -> PartValue {
    match figure.of(&Figures::default()) {
        Some(FigureValue::Money(_)) => PartValue::Money(Money::of_minor(units, minor)),
        Some(FigureValue::Credits(_)) => PartValue::Credits(CreditTotal::from_micro(units)),
        _ => PartValue::Millis(
            i64::try_from(units).expect("a part of a time in a run is no longer than it"),
        ),
    }
}

/// Explains a run that was made of this usage. `stop` is called as in [`crate::replay::drive`].
///
/// # Errors
///
/// If the usage cannot be read again, or `stop` returned true.
pub fn explain(
    usage: &UsageInput<'_>,
    found: &Outcome,
    stop: &dyn Fn() -> bool,
) -> Result<Explanation, InquiryError> {
    explain_with(usage, found, MOST_FACTORS, stop)
}

/// The most usage events that all runs of a brief explanation live through together.
const MOST_EVENTS_BRIEFLY: u64 = 60_000_000;

/// The same for a reader who did not ask: with fewer causes told apart of much usage, and none where even that would keep
/// the reader waiting or the usage cannot be read again.
pub fn explain_briefly(
    usage: &UsageInput<'_>,
    found: &Outcome,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Explanation>, InquiryError> {
    let subsets = MOST_EVENTS_BRIEFLY / found.usage.events.max(1);
    let most = subsets.checked_ilog2().map_or(0, |most| (most as usize).min(MOST_FACTORS));
    if most < 3 || !usage.can_be_read_again() {
        return Ok(None);
    }
    explain_with(usage, found, most, stop).map(Some)
}

/// The same with at most so many causes, the least influential factors as one of them.
pub fn explain_with(
    usage: &UsageInput<'_>,
    found: &Outcome,
    most: usize,
    stop: &dyn Fn() -> bool,
) -> Result<Explanation, InquiryError> {
    let around = Circumstances {
        largest: found.usage.largest,
        is_stranded: found.chronicle.stranded().is_some(),
    };
    let mut listed = incidents(found.chronicle.outages.first());
    listed.truncate(MOST_INCIDENTS);
    let mut asked =
        AskedRun { usage, around, windows: listed.iter().map(window).collect(), stop, runs: 0 };
    let scenario = usage.scenario();
    let mut present: Vec<Factor> =
        Factor::ALL.into_iter().filter(|factor| factor.is_present(scenario, around)).collect();
    let mut left_out = Vec::new();
    loop {
        let tried =
            asked.causes(&present, most).and_then(|causes| Ok((asked.table(&causes)?, causes)));
        match tried {
            Ok((table, causes)) => {
                return Ok(asked.explanation((listed, causes, table), left_out));
            }
            Err(Trouble::Inquiry(error)) => return Err(error),
            // Without all of them the account cannot go on: the last of them is not lifted.
            Err(Trouble::Lifted { factor, reason }) => {
                present.retain(|other| *other != factor);
                left_out.push((factor, reason));
            }
        }
    }
}

/// The time in which an incident is looked for in other runs; one of no length has a millisecond.
fn window(incident: &Incident) -> Window {
    let least = incident.from.plus(Duration::from_millis(1));
    Window { from: incident.from, to: incident.to.max(least) }
}

/// What a run without some factors comes to.
#[derive(Clone, Debug)]
struct World {
    figures: Figures,
    /// Downtime and refused credits by incident.
    inside: Vec<InsideWindow>,
}

/// What happened in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct InsideWindow {
    down: i64,
    refused: i128,
}

/// Reason why a set of runs is not complete.
enum Trouble {
    Inquiry(InquiryError),
    /// The account could not go on without this factor and others.
    Lifted {
        factor: Factor,
        reason: String,
    },
}

impl From<InquiryError> for Trouble {
    fn from(error: InquiryError) -> Trouble {
        Trouble::Inquiry(error)
    }
}

/// The run that is explained, to be lived through without some factors.
struct AskedRun<'a> {
    usage: &'a UsageInput<'a>,
    around: Circumstances,
    windows: Vec<Window>,
    stop: &'a dyn Fn() -> bool,
    runs: usize,
}

impl AskedRun<'_> {
    /// What is asked about: each factor, or those that change most and the others as one group.
    fn causes(&mut self, present: &[Factor], most: usize) -> Result<Vec<Vec<Factor>>, Trouble> {
        let each = |factors: &[Factor]| factors.iter().map(|&one| vec![one]).collect::<Vec<_>>();
        if present.len() <= most {
            return Ok(each(present));
        }
        let influence = self.influence(present)?;
        let mut places: Vec<usize> = (0..present.len()).collect();
        places.sort_by(|&a, &b| influence[b].total_cmp(&influence[a]));
        let (kept, others) = places.split_at(most.saturating_sub(1));
        let of = |places: &[usize]| {
            let mut factors: Vec<Factor> = places.iter().map(|&place| present[place]).collect();
            factors.sort_unstable();
            factors
        };
        Ok(each(&of(kept)).into_iter().chain([of(others)]).collect())
    }

    /// How much each factor changes when it alone is lifted, or alone is there: the largest change of a figure, as a share
    /// of that figure.
    fn influence(&mut self, present: &[Factor]) -> Result<Vec<f64>, Trouble> {
        let but = |kept: Factor| present.iter().copied().filter(move |&one| one != kept).collect();
        let ends = [Vec::new(), present.to_vec()];
        let lifted = present.iter().map(|&one| vec![one]);
        let alone = present.iter().map(|&one| but(one));
        let sets: Vec<Vec<Factor>> = ends.into_iter().chain(lifted).chain(alone).collect();
        let worlds = self.live(&sets)?;
        let minor = self.usage.scenario().currency.minor();
        let figures: Vec<Figure> =
            OF_SERVICE.into_iter().chain(Figure::OF_BILL).chain(OF_WASTE).collect();
        let at =
            |world: usize, figure: Figure| amount(figure, &worlds[world].figures, minor) as f64;
        let change = |place: usize, figure: Figure| {
            let (all, none) = (at(0, figure), at(1, figure));
            let lifted = (at(2 + place, figure) - all).abs();
            let alone = (at(2 + present.len() + place, figure) - none).abs();
            let scale = all.abs().max(none.abs()).max(1.0);
            lifted.max(alone) / scale
        };
        let most = |place| figures.iter().map(|&one| change(place, one)).fold(0.0, f64::max);
        Ok((0..present.len()).map(most).collect())
    }

    /// The run with each subset of the causes; bit *i* is set where cause *i* is there.
    fn table(&mut self, causes: &[Vec<Factor>]) -> Result<Vec<World>, Trouble> {
        let lifted = |subset: usize| {
            let absent = causes.iter().enumerate().filter(|(place, _)| subset & (1 << place) == 0);
            absent.flat_map(|(_, factors)| factors.iter().copied()).collect()
        };
        let sets: Vec<Vec<Factor>> = (0..1 << causes.len()).map(lifted).collect();
        self.live(&sets)
    }

    /// The runs without these factors; those with the same usage live through it together.
    fn live(&mut self, sets: &[Vec<Factor>]) -> Result<Vec<World>, Trouble> {
        let mut by_usage: BTreeMap<Vec<Factor>, Vec<usize>> = BTreeMap::new();
        for (place, set) in sets.iter().enumerate() {
            let of_usage = set.iter().copied().filter(|factor| factor.is_of_usage()).collect();
            by_usage.entry(of_usage).or_default().push(place);
        }
        let mut worlds: Vec<Option<World>> = vec![None; sets.len()];
        for places in by_usage.values() {
            let without: Vec<Scenario> =
                places.iter().map(|&place| self.without(&sets[place])).collect();
            let lived = read_through(&self.usage.of_changed(&without[0]), |feed| {
                Ok::<_, InquiryError>(self.drive(&without, feed))
            })?;
            let lived = lived.map_err(|(place, reason)| {
                let lifted = sets[places[place]].last().copied();
                let factor = lifted.expect("the run with all factors was made before");
                Trouble::Lifted { factor, reason }
            })?;
            for (&place, world) in places.iter().zip(lived) {
                worlds[place] = Some(world);
            }
        }
        self.runs += sets.len();
        Ok(worlds.into_iter().map(|world| world.expect("every set has a usage")).collect())
    }

    fn without(&self, factors: &[Factor]) -> Scenario {
        let mut scenario = self.usage.scenario().clone();
        factors.iter().for_each(|factor| factor.lift(&mut scenario.meaning, self.around));
        scenario
    }

    /// Drives accounts of these scenarios through one feed; inside, the place of the first that cannot go on, and why.
    fn drive(
        &self,
        scenarios: &[Scenario],
        feed: &mut dyn Feed,
    ) -> Result<Result<Vec<World>, (usize, String)>, ReplayError> {
        let mut marks: Vec<Instant> =
            self.windows.iter().flat_map(|window| [window.from, window.to]).collect();
        marks.dedup();
        let observer = |scenario: &Scenario| {
            (Metrics::new(scenario.setup.horizon), Inside::new(&self.windows))
        };
        let mut observers: Vec<_> = scenarios.iter().map(observer).collect();
        let mut engines = Vec::with_capacity(scenarios.len());
        for (place, (scenario, observer)) in scenarios.iter().zip(&mut observers).enumerate() {
            let streams = Streams { seed: scenario.seed, replication: 0 };
            let payments = Processor::new(&scenario.luck, streams);
            let observer = AnyObserver::of(observer);
            match Engine::start(&scenario.setup, Pace::Skip, payments, observer) {
                Ok(engine) => engines.push(engine),
                Err(error) => return Ok(Err((place, error.to_string()))),
            }
        }
        let course = Course { horizon: self.usage.scenario().setup.horizon, marks: &marks };
        match drive(feed, &mut Chunk::new(), &mut engines, course, self.stop) {
            Ok(()) => {}
            Err(Halt::Usage(error)) => return Err(error.into()),
            Err(Halt::Engine { index, error }) => return Ok(Err((index, error.to_string()))),
            Err(Halt::Stopped { events, at }) => {
                return Err(ReplayError::Interrupted { events, at });
            }
        }
        for (place, engine) in engines.into_iter().enumerate() {
            if let Err(error) = engine.finish() {
                return Ok(Err((place, error.to_string())));
            }
        }
        let world = |(metrics, inside): (Metrics, Inside<'_>)| World {
            figures: metrics.total().clone(),
            inside: inside.sums,
        };
        Ok(Ok(observers.into_iter().map(world).collect()))
    }

    /// The answer from the runs with each subset of causes.
    fn explanation(
        &self,
        (listed, causes, table): (Vec<Incident>, Vec<Vec<Factor>>, Vec<World>),
        left_out: Vec<(Factor, String)>,
    ) -> Explanation {
        let minor = self.usage.scenario().currency.minor();
        let players = Players::of(&causes);
        let of_service = |figure: Figure| FigureCauses {
            figure,
            division: players.service(|subset| amount(figure, &table[subset].figures, minor)),
        };
        let of_money = |figure: Figure| FigureCauses {
            figure,
            division: players.all(|subset| amount(figure, &table[subset].figures, minor)),
        };
        let is_something = |one: &FigureCauses| {
            one.division.whole != 0
                || one.division.rest != 0
                || one.division.parts.iter().any(|&part| part != 0)
        };
        let mut figures: Vec<FigureCauses> = OF_SERVICE.into_iter().map(of_service).collect();
        let bill: Vec<FigureCauses> = Figure::OF_BILL.into_iter().map(of_money).collect();
        let spend = |subset: usize| {
            let part =
                |&one: &Figure| sign_in_bill(one) * amount(one, &table[subset].figures, minor);
            Figure::OF_BILL.iter().map(part).sum()
        };
        let total = total(&bill, players.all(spend));
        figures.push(FigureCauses { figure: Figure::TOTAL_SPEND, division: total });
        figures.extend(bill);
        figures.extend(OF_WASTE.into_iter().map(of_money));
        figures.retain(is_something);
        let incident = |(place, incident): (usize, Incident)| {
            let down = |subset: usize| i128::from(table[subset].inside[place].down);
            let enough = players
                .enough(|subset| down(subset) == 0 && table[subset].inside[place].refused == 0)
                .map(|sets| largest(sets, &players.service(&down)));
            let lifted = enough.iter().flatten().fold(0, |lifted, one| lifted | (1 << one));
            IncidentCauses {
                left: table[(table.len() - 1) & !lifted].figures.downtime,
                incident,
                downtime: players.service(&down),
                refused: players.service(|subset| table[subset].inside[place].refused),
                enough,
            }
        };
        let without = |place: usize| table[(table.len() - 1) & !(1 << place)].figures.clone();
        let incidents = listed.into_iter().enumerate().map(incident).collect();
        let asked = causes.into_iter().enumerate();
        let causes =
            asked.map(|(place, factors)| AskedCause { factors, without: without(place) }).collect();
        let (runs, around) = (self.runs, self.around);
        Explanation { causes, left_out, incidents, figures, runs, around }
    }
}

/// Counts downtime and refused credits in windows that do not overlap, in order.
struct Inside<'w> {
    windows: &'w [Window],
    sums: Vec<InsideWindow>,
}

impl<'w> Inside<'w> {
    fn new(windows: &'w [Window]) -> Inside<'w> {
        Inside { windows, sums: vec![InsideWindow::default(); windows.len()] }
    }

    /// The place of the first window that ends after an instant.
    fn after(&self, at: Instant) -> usize {
        self.windows.partition_point(|window| window.to <= at)
    }

    fn add_outage(&mut self, opened: Instant, closed: Instant) {
        for place in self.after(opened)..self.windows.len() {
            let Window { from, to } = self.windows[place];
            if from >= closed {
                break;
            }
            self.sums[place].down += to.min(closed).since(from.max(opened)).millis();
        }
    }
}

impl Observer for Inside<'_> {
    // No run of usage crosses an end of a window, as those are marks of the course.
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        if let Fact::OutageClosed { opened } = *fact {
            self.add_outage(opened, moment.at);
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let refused = run.refused();
        if !refused.is_positive() {
            return;
        }
        let place = self.after(run.first);
        if self.windows.get(place).is_some_and(|window| window.from <= run.first) {
            self.sums[place].refused += i128::from(Credits::micro(refused));
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

/// A figure of a run in units.
fn amount(figure: Figure, figures: &Figures, minor: u32) -> i128 {
    units(figure.of(figures).expect("every run has the figures that are divided"), minor)
}

/// The whole bill: the sum of its components, part by part, so that a table of them adds up down and across.
fn total(bill: &[FigureCauses], alone: Division) -> Division {
    let signed = |one: &FigureCauses, units: i128| sign_in_bill(one.figure) * units;
    let sum = |of: &dyn Fn(&Division) -> i128| {
        bill.iter().map(|one| signed(one, of(&one.division))).sum()
    };
    Division {
        whole: sum(&|one| one.whole),
        rest: sum(&|one| one.rest),
        parts: (0..alone.parts.len()).map(|place| sum(&|one| one.parts[place])).collect(),
        interactions: alone.interactions,
    }
}

/// Of several sets of causes, the one whose parts are largest; the first of those alike.
fn largest(sets: Vec<Vec<usize>>, division: &Division) -> Vec<usize> {
    let size = |set: &Vec<usize>| set.iter().map(|&place| division.parts[place]).sum::<i128>();
    sets.into_iter().rev().max_by_key(size).unwrap_or_default()
}

/// The causes, of which some are not asked about service.
pub(super) struct Players {
    count: usize,
    /// Those that are asked about service.
    of_service: AskedPlaces,
    /// The subset of those of service that change usage.
    usage: usize,
}

/// The causes that are asked about a figure. The others are there in every run.
#[derive(Clone, Debug)]
pub(super) struct AskedPlaces {
    /// Their places among all causes.
    pub(super) places: Vec<usize>,
    /// The subset of the others.
    always: usize,
}

impl AskedPlaces {
    /// The subset of all causes that a subset of these stands for.
    pub(super) fn wide(&self, subset: usize) -> usize {
        let places = self.places.iter().enumerate();
        let present = places.filter(|(bit, _)| subset & (1 << bit) != 0);
        present.map(|(_, place)| 1 << place).sum::<usize>() | self.always
    }
}

impl Players {
    pub(super) fn of(causes: &[Vec<Factor>]) -> Players {
        let is_of_service = |factors: &[Factor]| factors.iter().any(|one| one.is_of_service());
        let (places, others): (Vec<usize>, Vec<usize>) =
            (0..causes.len()).partition(|&place| is_of_service(&causes[place]));
        let always = others.into_iter().map(|place| 1 << place).sum();
        let is_of_usage = |place: &usize| causes[*place].iter().any(|one| one.is_of_usage());
        let usage = places.iter().enumerate().filter(|(_, place)| is_of_usage(place));
        let usage = usage.map(|(bit, _)| 1 << bit).sum();
        Players { count: causes.len(), of_service: AskedPlaces { places, always }, usage }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Those that are asked about a figure of service, or about one of money.
    pub(super) fn asked(&self, is_of_service: bool) -> AskedPlaces {
        match is_of_service {
            true => self.of_service.clone(),
            false => AskedPlaces { places: (0..self.count).collect(), always: 0 },
        }
    }

    /// Divides a figure among all causes.
    fn all(&self, worth: impl FnMut(usize) -> i128) -> Division {
        Worths::new(self.count, worth).divided()
    }

    /// Divides a figure of service among the causes that are asked about it; the others have no part.
    fn service(&self, mut worth: impl FnMut(usize) -> i128) -> Division {
        let asked = &self.of_service;
        let worths = Worths::new(asked.places.len(), |subset| worth(asked.wide(subset)));
        let mut division = worths.divided();
        let mut parts = vec![0; self.count];
        for (&place, &part) in asked.places.iter().zip(&division.parts) {
            parts[place] = part;
        }
        for interaction in &mut division.interactions {
            interaction.pair = interaction.pair.map(|place| asked.places[place]);
        }
        Division { parts, ..division }
    }

    /// The smallest sets of causes, by place, without which a condition holds; all of the same size. Sets of rules alone
    /// where there are any.
    fn enough(&self, holds: impl Fn(usize) -> bool) -> Option<Vec<Vec<usize>>> {
        let asked = &self.of_service;
        let all = (1_usize << asked.places.len()) - 1;
        let mut sufficient: Vec<usize> =
            (0..=all).filter(|&lifted| holds(asked.wide(all & !lifted))).collect();
        // Less usage ends every outage and is no way out: rules come first.
        let of_rules = |lifted: &usize| lifted & self.usage == 0;
        if sufficient.iter().any(of_rules) {
            sufficient.retain(of_rules);
        }
        let least = sufficient.iter().map(|lifted| lifted.count_ones()).min()?;
        let places = |lifted: usize| {
            let bits = (0..asked.places.len()).filter(|bit| lifted & (1 << bit) != 0);
            bits.map(|bit| asked.places[bit]).collect()
        };
        let smallest = sufficient.into_iter().filter(|lifted| lifted.count_ones() == least);
        Some(smallest.map(places).collect())
    }
}
