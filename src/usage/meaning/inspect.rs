//! What a file of usage is, found out without a scenario: its layout, its columns, what they add up to, and
//! what needs a choice.
//!
//! It reads as [`super::examine`] does, and tells what that would refuse. Deliberately absent: wording for
//! people, which reports have.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::choose::ChosenColumns;
use super::examination::{Examination, Pass};
use super::feed;
use super::look::FirstLook;
use super::net;
use super::number::Atto;
use super::profile::Profile;
use super::sample::ColumnSample;
use super::tally::ValueSum;
use super::{ColumnMeaning, ProfileChoice};
use crate::domain::text::excerpt;
use crate::domain::{Duration, Instant, Window, Zone};
use crate::usage::csv::{Amounts, CsvSettings, InputSource};
use crate::usage::export::{BesideTable, FoundLayout};
use crate::usage::{UsageError, UsageSummary};

/// The most bars of a picture.
const BARS: usize = 60;
/// Gaps that are listed.
const GAPS: usize = 5;

/// What a file of usage is.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The source.
    pub source: String,
    /// How it is laid out.
    pub layout: FoundLayout,
    /// What of it is no row.
    pub beside: BesideTable,
    /// Whose export it is, if that is known.
    pub profile: Option<Profile>,
    /// What the amount counts, where the profile's own amount is read: `USD`.
    pub unit: Option<String>,
    /// Columns that the profile does not know.
    pub unknown: Vec<String>,
    /// The columns.
    pub columns: Vec<InspectedColumn>,
    /// What was chosen and found, one sentence each.
    pub told: Vec<String>,
    /// What deserves attention, one sentence each.
    pub doubts: Vec<String>,
    /// What needs a choice before it can be read.
    pub problems: Vec<String>,
    /// What the rows hold, if they could be read.
    pub rows: Option<InspectedRows>,
    /// The `[usage]` table that reads it, in TOML.
    pub table: String,
}

/// One column of a file.
#[derive(Clone, Debug)]
pub struct InspectedColumn {
    /// Its header.
    pub name: String,
    /// What its first cells hold: `dates`, `numbers`, `text`, `nothing`.
    pub holds: &'static str,
    /// What it is for: `time`, `amount`, `account`; `None` if it does not count.
    pub role: Option<&'static str>,
    /// Why it was chosen, in a few words; `None` where only its role says so.
    pub why: Option<&'static str>,
    /// The first cell that holds something, cut to what a line has room for.
    pub example: String,
}

/// What rows hold.
#[derive(Clone, Debug)]
pub struct InspectedRows {
    /// Rows in the file.
    pub rows: u64,
    /// Rows that count.
    pub counted: u64,
    /// Rows left out.
    pub left_out: u64,
    /// Rows that repeat the identity of another.
    pub duplicates: u64,
    /// Rows identical to an earlier one in every column.
    pub identical: u64,
    /// Rows below zero.
    pub negative: u64,
    /// Rows with a blank amount.
    pub blank: u64,
    /// Rows that cannot be read.
    pub bad: u64,
    /// What they add up to.
    pub sum: Atto,
    /// The first and the last instant.
    pub span: Option<(Instant, Instant)>,
    /// The zone in which days and months are counted.
    pub zone: Zone,
    /// The distance that half of the neighbouring instants or more have.
    pub step: Option<Duration>,
    /// The longest stretches without a row, if any is longer than usual by far.
    pub gaps: Vec<Window>,
    /// Sums by month, `2026-05`.
    pub months: Vec<(String, Atto)>,
    /// Sums by the values of columns that may hold units, kinds of rows or accounts.
    pub values: Vec<(String, Vec<ValueSum>)>,
    /// Sums of equal stretches of time from the first day to the last.
    pub bars: Vec<Atto>,
    /// The length of each stretch.
    pub bar: Duration,
    /// Where the first stretch begins.
    pub bars_from: Instant,
}

/// Finds out what a file of usage is.
pub fn inspect(source: InputSource, settings: &CsvSettings) -> Result<Inspection, UsageError> {
    let look = FirstLook::at(source, settings)?;
    let unknown = look.profile.as_ref().map_or(Vec::new(), |profile| {
        profile.unknown(&look.header).into_iter().map(str::to_owned).collect()
    });
    let mut inspection = Inspection {
        source: look.name.clone(),
        layout: look.found.clone(),
        beside: BesideTable::default(),
        unknown,
        unit: unit(settings, look.profile.as_ref()),
        columns: described(
            &look.header,
            &look.samples,
            look.columns.as_ref(),
            &look.choosing.reasons,
        ),
        told: look.told(),
        doubts: Vec::new(),
        problems: look.choosing.problems.clone(),
        rows: None,
        table: format!("[usage]\nfile = {}\n", quoted(&look.name))
            + &usage_keys(settings, look.profile.as_ref(), look.columns.as_ref()),
        profile: look.profile.clone(),
    };
    if let Ok(examination) = look.examination() {
        inspection.examine(&examination)?;
    }
    Ok(inspection)
}

impl Inspection {
    /// The `[usage]` table with the file under another name.
    pub fn table_for(&self, file: &str) -> String {
        self.table.replacen(&quoted(&self.source), &quoted(file), 1)
    }

    /// Reads all rows, and takes what would be refused as what needs a choice.
    fn examine(&mut self, examination: &Examination<'_>) -> Result<(), UsageError> {
        let (pass, notation) = match examination.read(usize::MAX) {
            Ok(read) => read,
            Err(UsageError::Meaning { problems, .. }) => {
                self.problems.extend(problems);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match examination.refuse(&pass) {
            Ok(()) => {}
            Err(UsageError::Meaning { problems, .. }) => self.problems.extend(problems),
            Err(error) => self.problems.push(error.to_string()),
        }
        self.beside.clone_from(&pass.left_out);
        let mut summary = UsageSummary::of(self.source.clone());
        let netted = net::net(sorted(&pass));
        examination.tell(&mut summary, &pass.tally, &pass.found, &pass.left_out, notation);
        summary.doubts.extend(feed::told_netting(&netted.1));
        self.told.extend(summary.chosen);
        self.doubts.extend(summary.doubts);
        self.rows = Some(rows(examination, &pass, &netted.0, netted.1.rows));
        Ok(())
    }
}

fn sorted(pass: &Pass) -> Vec<net::FineEvent> {
    let mut events = pass.events.clone();
    events.sort_by_key(|(at, _)| *at);
    events
}

/// What the rows hold.
fn rows(
    examination: &Examination<'_>,
    pass: &Pass,
    events: &[net::FineEvent],
    negative: u64,
) -> InspectedRows {
    let tally = &pass.tally;
    let zone = examination.zone();
    let span = events.first().zip(events.last()).map(|(first, last)| (first.0, last.0));
    let (bars, bar, bars_from) = bars(events, span, zone);
    let distances = distances(events);
    InspectedRows {
        rows: tally.rows,
        counted: pass.events.len() as u64,
        left_out: tally.left_out(),
        duplicates: tally.duplicates,
        identical: tally.repeated_rows.count(),
        negative,
        blank: tally.blanks,
        bad: tally.bad.count,
        sum: tally.sum,
        span,
        zone,
        step: step(&distances),
        gaps: gaps(events, &distances),
        months: months(events, zone),
        values: tally.values(&examination.columns),
        bars,
        bar,
        bars_from,
    }
}

/// The distances between neighbouring instants that differ, in order of length.
fn distances(events: &[net::FineEvent]) -> Vec<i64> {
    let pairs = events.iter().zip(events.iter().skip(1));
    let mut distances: Vec<i64> =
        pairs.map(|(one, other)| other.0.since(one.0).millis()).filter(|&one| one > 0).collect();
    distances.sort_unstable();
    distances
}

/// The distance that half of the neighbouring instants or more have.
fn step(distances: &[i64]) -> Option<Duration> {
    let most = distances.chunk_by(|one, other| one == other).max_by_key(|same| same.len())?;
    let is_usual = 2 * most.len() >= distances.len() && most.len() > 1;
    most.first().filter(|_| is_usual).map(|&one| Duration::from_millis(one))
}

/// The longest stretches without an event: more than a day, and more than two usual distances, or twenty
/// of the median where none is usual.
fn gaps(events: &[net::FineEvent], distances: &[i64]) -> Vec<Window> {
    let median = distances.get(distances.len() / 2).copied().unwrap_or_default();
    let usual = step(distances).map_or(20 * median, |step| 2 * step.millis());
    let least = usual.max(Duration::DAY.millis() + 1);
    let pairs = events.iter().zip(events.iter().skip(1));
    let mut gaps: Vec<Window> = pairs
        .filter(|(one, other)| other.0.since(one.0).millis() >= least)
        .map(|(one, other)| Window { from: one.0, to: other.0 })
        .collect();
    gaps.sort_by_key(|gap| (gap.from.since(gap.to), gap.from));
    gaps.truncate(GAPS);
    gaps.sort_by_key(|gap| gap.from);
    gaps
}

/// Sums by month.
fn months(events: &[net::FineEvent], zone: Zone) -> Vec<(String, Atto)> {
    let mut months = BTreeMap::<String, Atto>::new();
    for (at, amount) in events {
        let local = zone.local(*at);
        let sum = months.entry(format!("{}-{:02}", local.year(), local.month())).or_default();
        *sum = sum.plus(*amount).unwrap_or(*sum);
    }
    months.into_iter().collect()
}

/// Sums of equal stretches, each of whole days where there are more days than bars.
fn bars(
    events: &[net::FineEvent],
    span: Option<(Instant, Instant)>,
    zone: Zone,
) -> (Vec<Atto>, Duration, Instant) {
    let Some((first, last)) = span else { return (Vec::new(), Duration::DAY, Instant::EARLIEST) };
    let day = Duration::DAY.millis();
    let from = zone.day(first).from.millis();
    let days = (last.millis() - from) / day + 1;
    let each = days.div_euclid(BARS as i64) + i64::from(days % BARS as i64 > 0);
    let length = if days == 1 { Duration::HOUR.millis() } else { each * day };
    let from = from + if days == 1 { (first.millis() - from) / length * length } else { 0 };
    let count = usize::try_from((last.millis() - from) / length + 1).unwrap_or(1);
    let mut bars = vec![Atto::ZERO; count];
    for (at, amount) in events {
        let place = usize::try_from((at.millis() - from) / length).unwrap_or(0);
        if let Some(bar) = bars.get_mut(place) {
            *bar = bar.plus(*amount).unwrap_or(*bar);
        }
    }
    (bars, Duration::from_millis(length), Instant::from_millis(from))
}

/// What the amount of a profile counts; `None` where another amount was chosen.
fn unit(settings: &CsvSettings, profile: Option<&Profile>) -> Option<String> {
    let is_own = matches!(settings.amounts, Amounts::Guess) && settings.meaning.meters.is_empty();
    profile.filter(|profile| is_own && !profile.unit.is_empty()).map(|profile| profile.unit.clone())
}

/// What each column holds and is for.
fn described(
    header: &[String],
    samples: &[ColumnSample],
    chosen: Option<&ChosenColumns>,
    reasons: &BTreeMap<usize, &'static str>,
) -> Vec<InspectedColumn> {
    let role = |column: usize| {
        let chosen = chosen?;
        match () {
            () if chosen.time == column => Some("time"),
            () if chosen.clock == Some(column) => Some("time of day"),
            () if chosen.amounts().contains(&column) => Some("amount"),
            () if chosen.account.as_ref().is_some_and(|(of, _)| *of == column) => Some("account"),
            () if chosen.identity.contains(&column) => Some("identity"),
            () if chosen.used().contains(&column) => Some("condition or unit"),
            () => None,
        }
    };
    let column = |(index, (name, sample)): (usize, (&String, &ColumnSample))| InspectedColumn {
        name: name.clone(),
        holds: sample.holds(),
        role: role(index),
        why: reasons.get(&index).copied(),
        example: excerpt(&sample.example),
    };
    header.iter().zip(samples).enumerate().map(column).collect()
}

/// The keys of `[usage]` that read a file.
fn usage_keys(
    settings: &CsvSettings,
    profile: Option<&Profile>,
    columns: Option<&ChosenColumns>,
) -> String {
    let mut table = String::new();
    let own = &settings.meaning;
    match (profile, columns) {
        (Some(profile), _) => {
            let name = match &own.profile {
                ProfileChoice::Named(name) => name,
                ProfileChoice::Found | ProfileChoice::Nobody => &profile.name,
            };
            table.push_str(&format!("profile = {}\n", quoted(name)));
            if let (Amounts::Columns(_), Some(columns)) = (&settings.amounts, columns) {
                table.push_str(&amount_key(columns));
            }
        }
        (None, Some(columns)) => {
            table.push_str(&format!("time = {}\n", quoted(columns.name(columns.time))));
            if let Some(clock) = columns.clock {
                table.push_str(&format!("time_of_day = {}\n", quoted(columns.name(clock))));
            }
            match &settings.amounts {
                Amounts::EachRow(each) => table.push_str(&format!(
                    "amount_per_row = {}\n",
                    quoted(&each.to_string().replace(',', ""))
                )),
                Amounts::Guess | Amounts::Columns(_) => table.push_str(&amount_key(columns)),
            }
        }
        (None, None) => {}
    }
    table + &chosen_keys(own)
}

/// The key of the amount; nothing if it depends on the kind of row.
fn amount_key(columns: &ChosenColumns) -> String {
    let amount = columns.amount_text();
    amount.map_or(String::new(), |amount| format!("amount = {}\n", quoted(&amount)))
}

/// The keys that were set for the inspection, as they stand in a scenario.
fn chosen_keys(own: &ColumnMeaning) -> String {
    let list = |values: &[String]| {
        let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut keys = String::new();
    let mut key = |name: &str, value: String| keys.push_str(&format!("{name} = {value}\n"));
    if !own.filters.is_empty() {
        let filters: Vec<String> = own.filters.iter().map(ToString::to_string).collect();
        key("where", list(&filters));
    }
    if !own.identity.is_empty() {
        key("identity", list(&own.identity));
        if own.keep == super::Keep::Last {
            key("keep", "\"last\"".to_owned());
        }
    }
    for (name, value) in [("account_column", &own.account_column), ("account", &own.account)] {
        if let Some(value) = value {
            key(name, quoted(value));
        }
    }
    if let Some(zone) = own.zone {
        key("zone", quoted(zone.name()));
    }
    if let Some(order) = own.date_order {
        key("date_order", quoted(order.word()));
    }
    if let Some(mark) = own.decimal {
        key("decimal", quoted(mark.word()));
    }
    if let Some(blanks) = own.blanks {
        key("blanks", quoted(blanks.word()));
    }
    keys
}

/// A text in TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}
