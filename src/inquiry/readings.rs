//! What each way to read a vendor's text comes to: the same usage and luck once for every reading, one place at a time,
//! and for all of them together where they are few.

use crate::books::Books;
use crate::domain::{CreditTotal, Duration, Money};
use crate::engine::Pace;
use crate::scenario::{Scenario, Setting};
use crate::vendors::{Reading, ReadingChoice};

use super::error::InquiryError;
use super::run::run;
use super::usage::UsageInput;

/// The most combinations of all readings that are run.
const MOST_COMBINATIONS: usize = 64;

/// The settings of what follows a failed charge.
const AFTER_FAILURE: [&str; 6] = [
    "payment.retry_after",
    "payment.disable_after",
    "payment.on_soft_decline",
    "payment.on_hard_decline",
    "payment.on_processor_outage",
    "payment.repair_after",
];

/// What a run with one reading comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRun {
    /// All that was paid.
    pub spend: Money,
    /// What purchased credits left at the end had cost.
    pub prepaid: Money,
    /// What the period cost: the spend and what purchased credits at the start had cost, less that.
    pub cost: Money,
    /// Recharges.
    pub recharges: u64,
    /// Charges that failed.
    pub failed: u64,
    /// Credits requested.
    pub demanded: CreditTotal,
    /// Credits refused.
    pub refused: CreditTotal,
    /// Outages.
    pub outages: u64,
    /// Time in outages.
    pub downtime: Duration,
    /// Purchased credits that expired.
    pub expired: CreditTotal,
}

/// A way to read a place, and what it comes to.
#[derive(Clone, Debug)]
pub struct ChoiceOutcome {
    /// What the text then means.
    pub meaning: String,
    /// The settings that say so; none for the first.
    pub settings: Vec<Setting>,
    /// The run, or why there is none.
    pub run: Result<ReadingRun, String>,
}

/// A place that is open, with each way to read it.
#[derive(Clone, Debug)]
pub struct PlaceOutcome {
    /// The words that leave it open.
    pub says: String,
    /// The question to ask the vendor.
    pub question: String,
    /// The ways to read it; the first is the one that the rules have.
    pub choices: Vec<ChoiceOutcome>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct ReadingsAnswer {
    /// The run as the rules are read at present.
    pub first: ReadingRun,
    /// The places, in the order of the readings.
    pub places: Vec<PlaceOutcome>,
    /// The least and the greatest cost of all combinations that can be run, and their number; `None` if they are
    /// too many, or no more than the choices themselves.
    pub combined: Option<Combined>,
}

/// All combinations of readings together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combined {
    /// Their number.
    pub count: usize,
    /// The least cost.
    pub least: Money,
    /// The greatest cost.
    pub most: Money,
    /// The fewest credits refused.
    pub fewest_refused: CreditTotal,
    /// The most credits refused.
    pub most_refused: CreditTotal,
}

impl PlaceOutcome {
    /// Returns true if a reading changes what is paid, served or kept.
    pub fn matters(&self) -> bool {
        let mut runs = self.runs();
        let first = runs.next();
        runs.any(|run| Some(run) != first)
    }

    /// Returns true if it is about what follows a failed charge, and no charge failed in any run, so that nothing was
    /// tried of it.
    pub fn is_untried(&self) -> bool {
        let set = || self.choices.iter().flat_map(|choice| &choice.settings);
        let is_of_failure = |setting: &Setting| {
            let path = setting.path.to_string();
            AFTER_FAILURE.iter().any(|after| path.starts_with(after))
        };
        set().next().is_some() && set().all(is_of_failure) && self.runs().all(|run| run.failed == 0)
    }

    /// The difference between the dearest and the cheapest reading.
    pub fn stake(&self) -> Money {
        let costs = || self.runs().map(|run| run.cost);
        let most = costs().max().unwrap_or(Money::ZERO);
        let least = costs().min().unwrap_or(Money::ZERO);
        most.minus(least).expect("each is a sum of what was paid")
    }

    /// The difference between the reading that refuses most and the one that refuses least.
    pub fn refused_stake(&self) -> CreditTotal {
        let refused = || self.runs().map(|run| run.refused);
        let most = refused().max().unwrap_or(CreditTotal::ZERO);
        most - refused().min().unwrap_or(CreditTotal::ZERO)
    }

    /// The difference between the reading with the longest outages and the one with the shortest.
    pub fn downtime_stake(&self) -> Duration {
        let downtime = || self.runs().map(|run| run.downtime.millis());
        let most = downtime().max().unwrap_or_default();
        Duration::from_millis(most - downtime().min().unwrap_or_default())
    }

    /// Returns true if a reading changes what the usage costs or how it is served, and not only what is left.
    pub fn is_worth_asking(&self) -> bool {
        let is_served_alike =
            self.refused_stake() == CreditTotal::ZERO && self.downtime_stake() == Duration::ZERO;
        self.stake() != Money::ZERO || !is_served_alike
    }

    fn runs(&self) -> impl Iterator<Item = &ReadingRun> {
        self.choices.iter().filter_map(|choice| choice.run.as_ref().ok())
    }

    /// How much hangs on it: the stakes as shares of what is paid and of what is requested.
    fn weight(&self, first: &ReadingRun) -> f64 {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { part };
        let paid = self.runs().map(|run| run.cost).max().unwrap_or(first.cost);
        share(self.stake().to_f64(), paid.to_f64())
            + share(self.refused_stake().to_f64(), first.demanded.to_f64())
    }
}

impl ReadingsAnswer {
    /// The places that matter, the one with the most at stake first.
    pub fn by_stake(&self) -> Vec<&PlaceOutcome> {
        let mut found: Vec<&PlaceOutcome> =
            self.places.iter().filter(|place| place.matters()).collect();
        found.sort_by(|one, other| other.weight(&self.first).total_cmp(&one.weight(&self.first)));
        found
    }

    /// The one question worth asking: the place with the most at stake, if a reading of it changes what the usage
    /// costs or how it is served.
    pub fn worth_asking(&self) -> Option<&PlaceOutcome> {
        self.by_stake().into_iter().find(|place| place.is_worth_asking())
    }
}

/// Runs the usage of a scenario once for each reading. The error is that of the run as the rules are read at
/// present, or an interruption.
pub fn readings(
    usage: &UsageInput<'_>,
    open: &[Reading],
    stop: &dyn Fn() -> bool,
) -> Result<ReadingsAnswer, InquiryError> {
    let asking = Asking { usage, stop };
    let first = asking.run(usage.scenario())?;
    let mut places = Vec::new();
    for reading in open {
        let choices = reading.choices.iter().map(|choice| asking.choice(choice, &first));
        places.push(PlaceOutcome {
            says: reading.says.clone(),
            question: reading.question.clone(),
            choices: choices.collect::<Result<_, _>>()?,
        });
    }
    let combined = asking.combined(&places)?;
    Ok(ReadingsAnswer { first, places, combined })
}

/// The usage to be run again and again.
struct Asking<'a> {
    usage: &'a UsageInput<'a>,
    stop: &'a dyn Fn() -> bool,
}

impl Asking<'_> {
    fn run(&self, scenario: &Scenario) -> Result<ReadingRun, InquiryError> {
        let usage = self.usage.of_changed(scenario);
        let books = || {
            let minor = scenario.currency.minor();
            Ok::<_, InquiryError>(Books::new(&scenario.setup, scenario.zone, minor))
        };
        let (outcome, books) = run(&usage, Pace::Skip, books, self.stop)?;
        let total = outcome.metrics.total();
        let spend = total.total_spend();
        let books = books.total();
        let held = spend.plus(books.opening).expect("the books add up the same amounts");
        Ok(ReadingRun {
            spend,
            prepaid: books.closing,
            cost: held.minus(books.closing).expect("what is left was paid or opened with"),
            recharges: total.recharges,
            failed: total.failed_attempts,
            demanded: total.demanded,
            refused: total.refused(),
            outages: total.outages,
            downtime: total.downtime,
            expired: total.expired,
        })
    }

    /// The run with some settings; a reason where they make no scenario or no whole run.
    fn run_with(&self, settings: &[Setting]) -> Result<Result<ReadingRun, String>, InquiryError> {
        let changed = match self.usage.scenario().with_overrides(settings) {
            Ok(changed) => changed,
            Err(errors) => return Ok(Err(reason(errors.list.first().map(|one| &*one.title)))),
        };
        match self.run(&changed) {
            Ok(run) => Ok(Ok(run)),
            Err(error) if (self.stop)() => Err(error),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    fn choice(
        &self,
        choice: &ReadingChoice,
        first: &ReadingRun,
    ) -> Result<ChoiceOutcome, InquiryError> {
        let settings = choice.settings(self.usage.scenario());
        let run = match &settings {
            None => Err(reason(None)),
            Some(settings) if settings.is_empty() => Ok(first.clone()),
            Some(settings) => self.run_with(settings)?,
        };
        let settings = settings.unwrap_or_default();
        Ok(ChoiceOutcome { meaning: choice.meaning.clone(), settings, run })
    }

    /// All combinations of the choices that matter, if they are not too many.
    fn combined(&self, places: &[PlaceOutcome]) -> Result<Option<Combined>, InquiryError> {
        let open: Vec<&PlaceOutcome> = places.iter().filter(|place| place.matters()).collect();
        let count: usize = open.iter().map(|place| place.choices.len()).product();
        if open.len() < 2 || count > MOST_COMBINATIONS || !self.usage.can_be_read_again() {
            return Ok(None);
        }
        let mut runs = Vec::new();
        for number in 0..count {
            let settings = combination(&open, number);
            runs.extend(self.run_with(&settings)?.ok());
        }
        let costs = || runs.iter().map(|run| run.cost);
        let refused = || runs.iter().map(|run| run.refused);
        let (Some(least), Some(most)) = (costs().min(), costs().max()) else { return Ok(None) };
        let (Some(fewest_refused), Some(most_refused)) = (refused().min(), refused().max()) else {
            return Ok(None);
        };
        Ok(Some(Combined { count: runs.len(), least, most, fewest_refused, most_refused }))
    }
}

/// The settings of a combination by its number: a digit for each place, with as many values as it has choices.
fn combination(open: &[&PlaceOutcome], number: usize) -> Vec<Setting> {
    let mut rest = number;
    let mut settings = Vec::new();
    for place in open {
        let choice = &place.choices[rest % place.choices.len()];
        rest /= place.choices.len();
        settings.extend(choice.settings.iter().cloned());
    }
    settings
}

/// Why a reading has no run.
fn reason(title: Option<&str>) -> String {
    title.unwrap_or("it sets what the rules do not have").to_owned()
}
