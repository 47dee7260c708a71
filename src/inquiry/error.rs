//! Reasons why a question has no answer.

use chrono::NaiveDate;

use crate::domain::text::{counted, in_unit, listed as enumerated};
use crate::domain::{Instant, Window, Zone, grouped};
use crate::replay::ReplayError;
use crate::study::StudyError;
use crate::study::candidates::{CandidatesError, SourceError};
use crate::usage::UsageError;
use crate::usage::meaning::{
    in_shell, is_scaled_unit, quoted as quoted_header, unit_factor, unit_formula,
};

use super::plan::MOST_LEVELS;

/// Reason why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// A run was requested, but the scenario names no usage.
    #[error("{file}: names no usage; add a [usage] table, or give --usage FILE")]
    NoUsage {
        /// The scenario's file.
        file: String,
    },
    /// The usage is inside no part of the horizon.
    #[error(transparent)]
    OutsideHorizon(Box<OutsideHorizon>),
    /// Even the largest purchase that may be chosen would be made again and again.
    #[error(transparent)]
    TooSmallPurchase(Box<TooSmallPurchase>),
    /// The usage has no row, or none that could be read.
    #[error("{name}: {}; give a file with usage in it, as `time,credits`", emptiness(*unread))]
    EmptyUsage {
        /// The source it was read from.
        name: String,
        /// Rows that could not be read and were skipped.
        unread: u64,
    },
    /// One row says nothing of how usage goes on.
    #[error(
        "{name}: has one row of usage, and one says nothing of how much is asked for in a day or a week; give a file with \
         more of them"
    )]
    OneRow {
        /// The source it was read from.
        name: String,
    },
    /// The horizon was to be that of a file, and usage comes from none.
    #[error(
        "--horizon file: {file} draws or writes its usage and reads no file; give --start and --end"
    )]
    NoFile {
        /// The scenario's file.
        file: String,
    },
    /// A command learns from a history, and usage comes from no file.
    #[error(
        "{file}: reads no file of usage, and this is learned from a history; give one with --usage FILE"
    )]
    NoHistory {
        /// The scenario's file.
        file: String,
    },
    /// Usage is left out event by event, and rows undo some of it.
    #[error(
        "{name}: rows below zero undo usage at their instants, and what is left out of usage here is only what was \
         asked for; give --below-zero netted to take them out of the usage that they correct"
    )]
    Reversed {
        /// The source of usage.
        name: String,
    },
    /// Nothing is asked for during an event, so a multiple of it is nothing.
    #[error(
        "nothing is asked for from {from} to {to} in any of {}, so no multiple of it is anything; choose \
         a time with usage by --at and --lasts",
        counted(futures, "future")
    )]
    NothingDuringEvent {
        /// The first local time of the event.
        from: String,
        /// The first local time after it.
        to: String,
        /// Number of futures.
        futures: usize,
    },
    /// The horizon was to be that of a file that can be read only once.
    #[error("--horizon: {name} can be read only once; give --start and --end")]
    ReadOnce {
        /// The source of usage.
        name: String,
    },
    /// A history is too short to be forecast from inside.
    #[error(
        "{name}: covers {}, and a backtest takes at least {needed}: two to learn from and those that are held out; \
         give more history{}",
        counted(weeks, "whole week"),
        if *needed > 3 { ", or hold out fewer weeks with --weeks" } else { "" }
    )]
    TooShortToTest {
        /// The source of usage.
        name: String,
        /// Whole weeks covered.
        weeks: usize,
        /// The fewest weeks.
        needed: usize,
    },
    /// The horizon of a forecast ends before the history does.
    #[error(
        "the history is known to {present}, and the forecast ends on {end}: nothing is ahead; give a later --end, \
         or more --cycles"
    )]
    NothingAhead {
        /// The end of what is known.
        present: Instant,
        /// The end of the horizon.
        end: Instant,
    },
    /// The rules cannot begin at another date.
    #[error("the scenario cannot begin on {from}: {errors}")]
    Moved {
        /// The date.
        from: Instant,
        /// What is wrong with it.
        errors: String,
    },
    /// The usage could not be read.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The usage cannot be drawn many times.
    #[error("{file}: {error}")]
    Model {
        /// The scenario's file.
        file: String,
        /// The reason.
        error: SourceError,
    },
    /// Settings that the question tries make no scenario.
    #[error("{reasons}")]
    Settings {
        /// The reasons, with the ways out.
        reasons: String,
    },
    /// A run did not come to its end.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Fewer than two scenarios were to be compared.
    #[error("a comparison needs two or more: name more scenarios, or vendors as --vendor A,B")]
    NothingToCompare,
    /// Scenarios cannot be compared with the first.
    #[error("{}", problems.join("\n"))]
    Incomparable {
        /// The problems, one text for each of them.
        problems: Vec<String>,
    },
    /// Settings make no candidates, or too many.
    #[error(transparent)]
    Candidates(#[from] CandidatesError),
    /// A plan with a package makes no scenario.
    #[error("{file}: {error}")]
    Choice {
        /// The scenario's file.
        file: String,
        /// The reason.
        error: CandidatesError,
    },
    /// Packages are to be compared where nothing buys one.
    #[error(
        "{file}: there is no [recharge], so nothing buys a package and there is none to choose; say when one is \
         bought, as with --set recharge.at_or_below=100 --set recharge.package={}",
        package.as_deref().unwrap_or("NAME")
    )]
    NothingBuys {
        /// The scenario's file.
        file: String,
        /// A package that it has.
        package: Option<String>,
    },
    /// The scenario has no plans, or no packages.
    #[error("the scenario has no [{table}] to choose from")]
    NoChoice {
        /// `plans` or `packages`.
        table: &'static str,
    },
    /// The scenario has no plan, or no package, of this name.
    #[error("--{table} {name}: the scenario has {}", listed(known))]
    UnknownChoice {
        /// `plans` or `packages`.
        table: &'static str,
        /// The name.
        name: String,
        /// The existing names.
        known: Vec<String>,
    },
    /// A level of usage is not a number of credits above zero.
    #[error("a level of usage is a number of credits above zero, and not {level}")]
    Level {
        /// The level.
        level: f64,
    },
    /// A gate names a candidate that there is not.
    #[error("gate '{gate}': nothing here is called `{name}`; there are {}", quoted(names))]
    NoSuchGated {
        /// The gate as it was written.
        gate: String,
        /// The name.
        name: String,
        /// The names that there are.
        names: Vec<String>,
    },
    /// A bill and the charges of a run do not differ on a day that is named.
    #[error("--date {date}: the bill and the rules do not differ on that day; {}", days(differ))]
    NoDifferenceOn {
        /// The day.
        date: NaiveDate,
        /// The days on which they do.
        differ: Vec<NaiveDate>,
    },
    /// The charges of a day add up to more than money can be.
    #[error("the charges of a day are out of range")]
    ChargesOutOfRange,
    /// A gate speaks of today's settings where nobody has chosen any.
    #[error(
        "gate '{gate}': today's settings are not known, so nothing is held against them; give them, as with \
         --plan and --package"
    )]
    NothingToday {
        /// The gate as it was written.
        gate: String,
    },
    /// A gate is relative to a baseline that there is not.
    #[error(
        "gate '{gate}': without --against there is no baseline; give the change with it, or write a number"
    )]
    NoBaseline {
        /// The gate as it was written.
        gate: String,
    },
    /// One question has too many levels of usage.
    #[error("{} of usage; at most {MOST_LEVELS}", counted(count, "level"))]
    TooManyLevels {
        /// Number of levels.
        count: usize,
    },
    /// No usage is requested, so there is nothing to scale to a level.
    #[error("{file}: the usage asks for nothing, so there is no shape to scale")]
    NoDemand {
        /// The scenario's file.
        file: String,
    },
    /// An export counts one unit, and the scenario's credits are another.
    #[error(transparent)]
    OtherUnit(Box<OtherUnit>),
    /// One factor was given for scenarios that count different units.
    #[error(transparent)]
    SharedFactor(SharedFactor),
    /// Usage in which every row asks for nothing.
    #[error(
        "{name}: {}; give a file with usage in it, as `time,credits`", nothing_asked(*rows)
    )]
    NothingAsked {
        /// The source it was read from.
        name: String,
        /// Its rows that count.
        rows: u64,
    },
    /// Many runs could not go on.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// Stopped before there was anything to report.
    #[error("interrupted before {before}")]
    Interrupted {
        /// The step that was not reached: `a replication was finished`.
        before: &'static str,
    },
}

/// Usage of which nothing is inside the horizon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name}: there is no usage in the horizon, which is from {} to {} ({}): {}. {}",
    zone.show_local(horizon.from),
    zone.show_local(horizon.to),
    zone.name(),
    self.where_it_is(),
    self.cure()
)]
pub struct OutsideHorizon {
    /// The source it was read from.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// The first and the last of their instants.
    pub span: (Instant, Instant),
    /// The horizon.
    pub horizon: Window,
    /// The zone of local times.
    pub zone: Zone,
    /// True if it is a file, whose days can be the horizon.
    pub file: bool,
}

/// Usage that even the largest purchase does not keep up with.
#[derive(Debug, thiserror::Error)]
#[error(
    "{file}: the busiest 31 days of the usage ask for {}, and the largest purchase that may be chosen has {}: it would \
     be made {} times in those days, and at most {} are run. Where the file counts in a smaller unit, say what one is \
     worth, as --amount-column HEADER=0.001. Where the vendor sells larger purchases, say so, as {}. Otherwise this vendor does not suit so much usage",
    in_unit(&self.asked, &self.unit),
    in_unit(&self.largest, &self.unit),
    grouped(&self.times.to_string()),
    grouped(&self.most.to_string()),
    self.larger
)]
pub struct TooSmallPurchase {
    /// The scenario's file.
    pub file: String,
    /// What the busiest month asks for.
    pub asked: String,
    /// The name of credits.
    pub unit: String,
    /// The credits of the largest purchase.
    pub largest: String,
    /// How a larger one is set.
    pub larger: String,
    /// How often it would be made in that month.
    pub times: u64,
    /// How often it may be made for a run.
    pub most: u64,
}

impl OutsideHorizon {
    /// `its 15,902 rows are from 26 Feb 2015 21:42 to 23 Apr 2015 02:47`.
    fn where_it_is(&self) -> String {
        let (first, last) = (self.zone.show_local(self.span.0), self.zone.show_local(self.span.1));
        match self.rows {
            1 => format!("its only row is of {first}"),
            rows => format!("its {} rows are from {first} to {last}", grouped(&rows.to_string())),
        }
    }

    /// The way out.
    fn cure(&self) -> String {
        let (first, last) = (self.zone.day(self.span.0), self.zone.day(self.span.1));
        let file = if self.file { "--horizon file, or " } else { "" };
        let ahead = match self.horizon.from > self.span.1 {
            true => {
                ". What comes after it is drawn by `recharge forecast`, or with a table [usage.model] in the scenario"
            }
            false => "",
        };
        format!(
            "To look at its own days, give {file}--start {} --end {}{ahead}",
            self.zone.show_date(first.from),
            self.zone.show_date(last.to)
        )
    }
}

/// An export that counts one unit, for a scenario whose credits are another: tokens are no dollars.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name}: the export counts {counted}, and {file} counts {unit}: {}",
    self.cure()
)]
pub struct OtherUnit {
    /// The source of usage.
    pub name: String,
    /// The unit of its amounts.
    pub counted: String,
    /// The columns that are added up.
    pub columns: Vec<String>,
    /// Where kinds of rows count by columns of their own: the condition of each, and its amount.
    pub kinds: Vec<(String, String)>,
    /// The scenario's file, or the name of a vendor.
    pub file: String,
    /// The unit of its credits.
    pub unit: String,
    /// All scenarios on this usage with their units, where these differ.
    pub all: Vec<(String, String)>,
}

impl OtherUnit {
    /// The ways out.
    fn cure(&self) -> String {
        let one = one(&self.counted);
        if !self.all.is_empty() {
            return format!(
                "nothing says what {one} is worth. {} differ, so {}",
                units(&self.all),
                own_factors(&self.all, self.column())
            );
        }
        let column = self.column();
        let others = match self.columns.len() {
            0 | 1 => String::new(),
            _ => format!(", once for each of {}", self.columns.join(", ")),
        };
        let unit = &self.unit;
        let factor = unit_factor(&self.counted, unit).filter(|_| self.kinds.is_empty());
        if let Some(factor) = factor {
            return format!(
                "give --amount-column {}{others}, which counts them in {unit}, or an export that counts {unit}",
                argument(&format!("{column}={factor}")),
            );
        }
        let formula = unit_formula(column, &self.counted, unit).filter(|_| self.kinds.is_empty());
        if let Some(formula) = formula {
            return format!(
                "give --amount-column {}{others}, which counts them in {unit}, or an export that counts {unit}",
                argument(&formula)
            );
        }
        // One factor adds up what counts by columns of its own.
        let of_all = match self.kinds.is_empty() {
            true => format!(
                "one factor for all rows, as --amount-column {}{others}\n  ",
                argument(&format!("{column}=FACTOR"))
            ),
            false => String::new(),
        };
        format!(
            "nothing says what {one} is worth. Give one of these, with the {unit} that {one} costs as FACTOR:\n  {of_all}\
             a factor by kind of row, as --set {}\n  \
             an export that counts {unit}",
            self.by_kind(column)
        )
    }

    /// The meters that give each kind of row a factor.
    fn by_kind(&self, column: &str) -> String {
        if self.kinds.is_empty() {
            return format!(
                "'usage.meters=[{{ where = \"COLUMN = \\\"VALUE\\\"\", amount = \"FACTOR * {}\" }}]'",
                quoted_header(column)
            );
        }
        let meter = |(condition, amount): &(String, String)| {
            format!(
                "{{ where = {condition:?}, amount = {:?} }}",
                format!("FACTOR * {}", quoted_header(amount))
            )
        };
        let meters: Vec<String> = self.kinds.iter().map(meter).collect();
        argument(&format!("usage.meters=[{}]", meters.join(", ")))
    }

    /// The column that a way out names.
    fn column(&self) -> &str {
        self.columns.last().map_or("HEADER", String::as_str)
    }
}

/// One factor for scenarios that count different units, of which it can be right for one at most.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} differ, and what an amount is worth is given for all of them at once, so that as many of each would be taken for \
     the same; {}",
    units(all),
    own_factors(all, "HEADER")
)]
pub struct SharedFactor {
    /// The scenarios with their units.
    pub all: Vec<(String, String)>,
}

/// `The units of openai (dollars) and clay (credits)`.
fn units(all: &[(String, String)]) -> String {
    let each: Vec<String> = all.iter().map(|(name, unit)| format!("{name} ({unit})")).collect();
    format!("The units of {}", enumerated(&each))
}

/// The way out where each scenario needs a factor of its own.
fn own_factors(all: &[(String, String)], column: &str) -> String {
    let column = quoted_header(column);
    let each = all.iter().map(|(name, unit)| {
        let set = format!("{name}:usage.amount=\"FACTOR * {column}\"");
        format!("\n  --set {}, the {unit} for each", argument(&set))
    });
    format!(
        "give each a FACTOR of its own (a scenario file by its [usage] amount):{}",
        each.collect::<String>()
    )
}

/// An argument as a shell passes it on.
fn argument(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '=');
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => in_shell(text),
    }
}

/// One of a unit, which may be described and not named, as `what its meter counts`.
fn one(unit: &str) -> String {
    let is_open = unit.starts_with("the ") || unit.starts_with("what ");
    match () {
        () if is_open => "one of it".to_owned(),
        () if is_scaled_unit(unit) && unit != "cents" => "one of them".to_owned(),
        // The `s` of `ms` is that of seconds.
        () => format!("one {}", unit.strip_suffix('s').filter(|one| one.len() > 2).unwrap_or(unit)),
    }
}

fn nothing_asked(rows: u64) -> String {
    match rows {
        0 => emptiness(0),
        1 => "its row asks for 0 credits".to_owned(),
        rows => format!("all of its {} ask for 0 credits", counted(rows, "row")),
    }
}

fn emptiness(unread: u64) -> String {
    match unread {
        0 => "there is no usage in it".to_owned(),
        1 => "its row could not be read".to_owned(),
        unread => format!("none of its {} could be read", counted(unread, "row")),
    }
}

/// The days on which a bill differs.
fn days(differ: &[NaiveDate]) -> String {
    let days: Vec<String> = differ.iter().map(ToString::to_string).collect();
    match days.is_empty() {
        true => "they differ on none".to_owned(),
        false => format!("they differ on {}", days.join(", ")),
    }
}

/// Names as a gate writes them: one of several words, or with a comma, could not be told from two.
fn quoted(names: &[String]) -> String {
    let is_plain = |name: &String| name.chars().all(|one| one.is_alphanumeric() || one == '_');
    let quote = |name: &String| if is_plain(name) { name.clone() } else { format!("'{name}'") };
    listed(&names.iter().map(quote).collect::<Vec<_>>())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
