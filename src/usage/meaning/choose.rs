//! Which columns count, chosen from what is set, what a profile knows, and what headers and cells show.
//!
//! A guess needs exactly one candidate. Deliberately absent: the rows beyond the sample.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::added;
use super::compared;
use super::copied;
use super::differences::{self, DifferenceWay};
use super::entries::{self, WordColumn};
use super::flags::FlagColumn;
use super::formula::{Condition, Formula, Product};
use super::headers::{self, Doubt, DurationNotation, DurationUnit};
use super::hours::{self, HourNotation};
use super::kinds;
use super::levels;
use super::metrics;
use super::moment::{self, DateNotation, DateVerdict};
use super::number::{self, DecimalMark, Exact};
use super::parted::{DAYS, MONTHS, YEARS};
use super::parts;
use super::pivot::Pivot;
use super::profile::{self, Profile, ProfileError};
use super::proofs::{self, OtherColumn};
use super::refunds;
use super::row_ends::RowEnds;
use super::sample::ColumnSample;
use super::scale::{energy_argument, multiple_of_unnamed};
use super::stages;
use super::unit::{ScenarioUnit, unit_of_header};
use super::used_beside::{self, UsedBeside};
use super::{ColumnMeaning, Keep, ProfileChoice};
use crate::domain::text::{counted, listed as enumerated};
use crate::domain::{Credits, grouped};
use crate::usage::csv::{Amounts, CsvSettings};
use crate::usage::export::FoundLayout;

/// Headers that a message lists.
const LISTED: usize = 40;

/// Columns whose sums a message lists.
const SUMMED: usize = 4;

/// Blank columns in which names are looked for that begin late.
const MOST_EMPTY: usize = 50;

/// The beginning of the name of a column by its place, from 1.
const PLACE: &str = "column_";

/// Why a column is the amount whose header is that of one.
const BY_HEADER: &str = "its header";

/// How the reason begins why a column is the amount that is the only one which may be.
const ALONE: &str = "the only column";

/// The way out where no column is the amount.
const AMOUNT_WAY_OUT: &str = "choose it with `[usage] amount = \"...\"` or `--amount-column`, or say what \
                              each row is worth with `[usage] amount_per_row` or `--amount-per-row`";

/// The problem of a header of several names with nothing but blanks between them.
const FIXED_WIDTHS: &str = "the file has one column, with runs of blanks in its header, as tables in fixed widths have: part its \
                            columns by commas, semicolons, tabs or bars, as a spreadsheet does that opens it";

/// Where everything is in each row.
#[derive(Clone, Debug)]
pub(super) struct ChosenColumns {
    /// The header.
    pub(super) header: Vec<String>,
    pub(super) time: usize,
    /// The columns in which the time stands where that one is blank.
    pub(super) times: Vec<usize>,
    /// The time of day, where the time is a date.
    pub(super) clock: Option<usize>,
    /// How that is written.
    pub(super) hours: HourNotation,
    /// What lies between begin and end of a row, where its times are those of ends.
    pub(super) ends: RowEnds,
    /// The conditions that each row must meet.
    pub(super) filters: Vec<Condition<usize>>,
    pub(super) meters: Vec<ChosenMeter>,
    /// The columns that make up the identity of a row.
    pub(super) identity: Vec<usize>,
    pub(super) keep: Keep,
    /// The account column, and the account that counts.
    pub(super) account: Option<(usize, Option<String>)>,
    /// Columns whose values are not added up without a choice.
    pub(super) watched: Vec<(usize, Doubt)>,
    /// Columns of words that no condition names, where the label of a total may stand.
    pub(super) labels: Vec<usize>,
    /// Columns with a value whose rows may be the sum of all others at their time, and that value.
    pub(super) rollups: Vec<(usize, String)>,
    /// Whether the amount is one of the profile.
    pub(super) is_of_profile: bool,
    /// Whether an interval among the times, most of which are none, may be that of a total.
    pub(super) may_span: bool,
    /// Columns that name what a row is of: a row that is of nothing may be the total of others.
    pub(super) keys: Vec<usize>,
    /// The same where no column has several names: those that hold one in nearly every row.
    pub(super) lone_keys: Vec<usize>,
    /// The column with the end of what the time begins: a row that lasts as long as all others may be their total.
    pub(super) end: Option<usize>,
    /// Columns that are blank in the first rows: usage may go on under one of them.
    pub(super) empty: Vec<usize>,
    /// Columns that may stand in for a guessed amount: those, and those of numbers that are called like it.
    pub(super) spare: Vec<usize>,
    /// Columns of amounts that are durations in hours, minutes and seconds.
    pub(super) durations: Vec<(usize, DurationNotation)>,
    /// Whether a column of times of day beside the dates is not read.
    pub(super) unread_clock: bool,
    /// Whether a column is chosen by more than its header, so that rows must be read for their meaning.
    pub(super) needs_meaning: bool,
    /// Whether periods without a year stand among the times, each of which labels the sum of its rows.
    pub(super) has_periods: bool,
}

/// An amount for some of the rows.
#[derive(Clone, Debug)]
pub(super) struct ChosenMeter {
    pub(super) when: Option<Condition<usize>>,
    pub(super) amount: Formula<usize>,
}

impl ChosenColumns {
    /// The columns that amounts are made of, each once.
    pub(super) fn amounts(&self) -> Vec<usize> {
        let mut columns: Vec<usize> =
            self.meters.iter().flat_map(|meter| meter.amount.columns().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The only column that the amount of every row is made of; `None` where it depends on the kind of row, or on several.
    pub(super) fn amount_of_all(&self) -> Option<usize> {
        let [ChosenMeter { when: None, .. }] = self.meters.as_slice() else { return None };
        let [amount] = self.amounts()[..] else { return None };
        Some(amount)
    }

    /// The amount as a formula over headers; `None` if it depends on the kind of row.
    pub(super) fn amount_text(&self) -> Option<String> {
        let [ChosenMeter { when: None, amount }] = self.meters.as_slice() else { return None };
        if let [term] = amount.terms.as_slice()
            && let ([column], true) = (term.columns.as_slice(), term.is_column())
        {
            return Some(self.reference(*column));
        }
        let product = |(place, term): (usize, &Product<usize>)| {
            let is_negative = term.factor.is_negative();
            let size = if is_negative { term.factor.negated() } else { term.factor };
            // A header may begin with a minus, a product that begins with a number is none.
            let is_shown = size != Exact::ONE || (place == 0 && is_negative);
            let factor = (is_shown || term.columns.is_empty())
                .then(|| size.atto().map(super::number::Atto::plain))
                .flatten();
            let columns =
                term.columns.iter().map(|&column| format!("`{}`", self.reference(column)));
            let product = factor.into_iter().chain(columns).collect::<Vec<_>>().join(" * ");
            let product = match term.divisor {
                1 => product,
                divisor => format!("{product} / {divisor}"),
            };
            match (place, is_negative) {
                (0, false) => product,
                (0, true) => format!("-{product}"),
                (_, false) => format!(" + {product}"),
                (_, true) => format!(" - {product}"),
            }
        };
        Some(amount.terms.iter().enumerate().map(product).collect())
    }

    /// The header of the time, or the headers of which each row fills one.
    pub(super) fn time_text(&self) -> String {
        let columns = std::iter::once(&self.time).chain(&self.times);
        columns.map(|&column| self.reference(column)).collect::<Vec<_>>().join(" or ")
    }

    /// The name by which a column is chosen: its header, or its place where others have the same header.
    fn reference(&self, column: usize) -> String {
        match is_repeated(&self.header, column) {
            true => format!("{PLACE}{}", column + 1),
            false => self.name(column).to_owned(),
        }
    }

    /// Every column that is read, each once.
    pub(super) fn used(&self) -> Vec<usize> {
        let conditions = self.meters.iter().filter_map(|meter| meter.when.as_ref());
        let mut columns: Vec<usize> =
            conditions.chain(&self.filters).flat_map(Condition::columns).copied().collect();
        columns.extend(self.amounts());
        columns.extend([self.time].into_iter().chain(self.clock));
        columns.extend(&self.times);
        columns.extend(&self.identity);
        columns.extend(self.account.iter().map(|(column, _)| *column));
        columns.extend(self.watched.iter().map(|(column, _)| *column));
        columns
    }

    /// Every column that is looked at, each once: also those that only tell what a row may be.
    pub(super) fn looked_at(&self) -> Vec<usize> {
        let mut columns = self.used();
        columns.extend(self.naming().iter().chain(&self.empty).chain(&self.spare).copied());
        columns.extend(self.end);
        columns
    }

    /// The columns that name what a row is of, or that hold one name where none has several.
    pub(super) fn naming(&self) -> &[usize] {
        if self.keys.is_empty() { &self.lone_keys } else { &self.keys }
    }

    /// Leaves out ids of the object around several rows, which repeat in each of them.
    pub(super) fn without_shared_ids(mut self, layout: &FoundLayout) -> ChosenColumns {
        let header = &self.header;
        let is_shared =
            |column: usize| header.get(column).is_some_and(|name| layout.is_shared(name));
        self.watched.retain(|&(column, doubt)| doubt != Doubt::Id || !is_shared(column));
        self
    }

    /// Watches the columns with a value whose rows may be the sum of all others.
    pub(super) fn watch_rollups(&mut self, rollups: Vec<(usize, String)>) {
        self.watched.extend(rollups.iter().map(|(column, _)| (*column, Doubt::Rollup)));
        self.rollups = rollups;
    }

    /// A column's header.
    pub(super) fn name(&self, column: usize) -> &str {
        self.header.get(column).map_or("", String::as_str)
    }
}

/// The choices in sentences, and the problems that prevent one.
#[derive(Debug, Default)]
pub(super) struct Choosing {
    /// Where time and amount are.
    pub(super) told: Vec<String>,
    /// What is told besides.
    pub(super) told_besides: Vec<String>,
    pub(super) problems: Vec<String>,
    /// Why each column was chosen: its place, and a few words.
    pub(super) reasons: BTreeMap<usize, &'static str>,
    /// Whether a column of times of day beside the dates is not read.
    unread_clock: bool,
    /// Whether a column is chosen by more than its header.
    needs_meaning: bool,
}

/// The profile of a file with this header.
pub(super) fn profile_of(
    meaning: &ColumnMeaning,
    header: &[String],
) -> Result<Option<Profile>, ProfileError> {
    Ok(match &meaning.profile {
        ProfileChoice::Nobody => None,
        ProfileChoice::Named(name) => Some(Profile::named(name)?),
        // Where days stand side by side, rows are something else than those of an export of this product.
        ProfileChoice::Found => {
            profile::by_header(header).filter(|_| !Pivot::has_days(header)).cloned()
        }
    })
}

/// A chooser of columns.
struct Chooser<'a> {
    header: &'a [String],
    samples: &'a [ColumnSample],
    settings: &'a CsvSettings,
    profile: Option<&'a Profile>,
    meaning: &'a ColumnMeaning,
    choosing: Choosing,
}

/// Chooses the columns; `meaning` is that of the settings over that of the profile.
pub(super) fn choose(
    header: &[String],
    samples: &[ColumnSample],
    settings: &CsvSettings,
    profile: Option<&Profile>,
    meaning: &ColumnMeaning,
) -> (Option<ChosenColumns>, Choosing) {
    let choosing = Choosing::default();
    let mut chooser = Chooser { header, samples, settings, profile, meaning, choosing };
    let chosen = chooser.all();
    let mut choosing = chooser.choosing;
    if let [alone] = header
        && alone.contains("  ")
        && !choosing.problems.is_empty()
    {
        choosing.problems = vec![FIXED_WIDTHS.to_owned()];
    }
    if let Some(problem) = copied::problem(header).filter(|_| !choosing.problems.is_empty()) {
        choosing.problems = vec![problem];
    }
    if !choosing.problems.is_empty() {
        choosing.problems.push(listed(header));
    }
    (chosen.filter(|_| choosing.problems.is_empty()), choosing)
}

/// Whether other columns have the header of this one.
fn is_repeated(header: &[String], column: usize) -> bool {
    let name = header.get(column);
    header.iter().filter(|other| Some(*other) == name).count() > 1
}

/// A header in a message, as it is where a shell can pass it on.
fn shown_header(name: &str) -> String {
    match name.chars().any(char::is_control) {
        true => crate::domain::text::excerpt(name),
        false => crate::domain::text::excerpt(name).replace("\\\"", "\"").replace("\\'", "'"),
    }
}

/// The columns of a file, for a message.
fn listed(header: &[String]) -> String {
    let mut names: Vec<String> = header
        .iter()
        .take(LISTED)
        .map(|name| format!("`{}`", crate::domain::text::excerpt(name)))
        .collect();
    if header.len() > LISTED {
        names.push(format!("and {} more", header.len() - LISTED));
    }
    format!("the columns are: {}", names.join(", "))
}

impl Chooser<'_> {
    fn all(&mut self) -> Option<ChosenColumns> {
        let (time, times) = self.times();
        let clock = time.and_then(|time| self.clock(time));
        let filters = self.filters();
        let meters = self.meters(time, clock);
        let identity = self.identity();
        let account = self.account();
        let mut watched = self.watched(&filters, &meters, &identity, account.is_some());
        watched.retain(|(column, _)| Some(*column) != time && Some(*column) != clock);
        let labels = self.labels(&filters, &meters);
        let is_of_profile = self.is_of_profile(&meters);
        let taken = |column: &usize| {
            Some(*column) == time || Some(*column) == clock || times.contains(column)
        };
        let keys = self.keys(&filters, &meters, &taken, false);
        let lone_keys = self.keys(&filters, &meters, &taken, true);
        let end = time.and_then(|time| self.end(time, clock)).filter(|_| !is_of_profile);
        let empty = self.empty(&taken);
        let spare = self.spare(&meters, &empty, &taken);
        let durations = self.durations(&meters);
        Some(ChosenColumns {
            header: self.header.to_vec(),
            time: time?,
            times: times.clone(),
            clock,
            hours: clock.map_or(HourNotation::default(), |clock| self.hours(clock)),
            ends: self.ends(time?),
            filters,
            meters,
            identity,
            keep: self.meaning.keep,
            account,
            watched,
            labels,
            rollups: Vec::new(),
            is_of_profile,
            may_span: self.samples.get(time?).is_some_and(|sample| sample.dates.rarely_spans()),
            keys,
            lone_keys,
            end,
            empty,
            spare,
            durations,
            unread_clock: self.choosing.unread_clock,
            needs_meaning: self.choosing.needs_meaning,
            has_periods: self
                .samples
                .get(time?)
                .is_some_and(|sample| sample.periods > 0 && sample.is_dates()),
        })
    }

    /// The columns that name what a row is of, filled in most of the first rows: words and numbers that are no amounts; or, if they
    /// `are_lone`, those of one word that nearly all of these rows have. A column that a condition names is asked about, and what a
    /// profile knows needs no guess.
    fn keys(
        &self,
        filters: &[Condition<usize>],
        meters: &[ChosenMeter],
        taken: &dyn Fn(&usize) -> bool,
        are_lone: bool,
    ) -> Vec<usize> {
        if self.profile.is_some() {
            return Vec::new();
        }
        let conditions = meters.iter().filter_map(|meter| meter.when.as_ref()).chain(filters);
        let asked: Vec<usize> = conditions.flat_map(Condition::columns).copied().collect();
        let amounts: Vec<usize> =
            meters.iter().flat_map(|meter| meter.amount.columns().copied()).collect();
        let rows = self.samples.iter().map(|sample| sample.filled).max().unwrap_or_default();
        let names = |(column, sample): &(usize, &ColumnSample)| {
            let is_name = sample.is_words()
                || (sample.is_numbers() && !are_lone && !self.may_be_amount(*column));
            let is_filled = match are_lone {
                true => 10 * sample.filled >= 9 * rows,
                false => 2 * sample.filled >= rows,
            };
            is_name && sample.differ != are_lone && is_filled && !sample.is_part_of_date
        };
        let named = self.samples.iter().enumerate().filter(names).map(|(column, _)| column);
        named
            .filter(|column| !taken(column) && !asked.contains(column) && !amounts.contains(column))
            .collect()
    }

    /// The columns of amounts that are durations, which are read in seconds.
    fn durations(&mut self, meters: &[ChosenMeter]) -> Vec<(usize, DurationNotation)> {
        let amounts: BTreeSet<usize> =
            meters.iter().flat_map(|meter| meter.amount.columns().copied()).collect();
        let durations: Vec<(usize, DurationNotation)> = amounts
            .into_iter()
            .filter_map(|column| Some((column, self.duration_notation(column)?)))
            .collect();
        for &(column, DurationNotation { first, unit }) in &durations {
            let name = &self.header[column];
            let parts = match (self.samples[column].is_short_durations(), first) {
                (true, DurationUnit::Minutes) => "minutes and seconds",
                (true, _) => "hours and minutes",
                (false, _) => "hours, minutes and seconds",
            };
            self.choosing
                .told_besides
                .push(format!("Column `{name}` holds {parts}, which count in {}.", unit.word()));
        }
        durations
    }

    /// The unit in which the durations of a column count.
    fn duration_unit(&self, column: usize) -> Option<DurationUnit> {
        self.duration_notation(column).map(|notation| notation.unit)
    }

    /// How the durations of a column are written, and the unit in which they count: that of its header, of the scenario, or
    /// seconds; `None` if it holds none, or some in two parts of which its header does not say what they are.
    fn duration_notation(&self, column: usize) -> Option<DurationNotation> {
        let name = &self.header[column];
        let sample = self.samples.get(column)?;
        let shown = headers::shown_parts(name);
        let said = headers::duration_unit(name).filter(|_| shown.is_none());
        let unit = said.or_else(|| self.unit_of_time()).unwrap_or(DurationUnit::Seconds);
        if !sample.is_short_durations() {
            return sample.is_durations().then_some(DurationNotation { first: unit, unit });
        }
        let first = shown.or(said).filter(|first| *first != DurationUnit::Seconds)?;
        Some(DurationNotation { first, unit })
    }

    /// The unit of the scenario, where it is one of time and no formula is set, which is over seconds.
    fn unit_of_time(&self) -> Option<DurationUnit> {
        let is_guessed =
            matches!(self.settings.amounts, Amounts::Guess) && self.meaning.meters.is_empty();
        let unit = self.settings.unit.as_ref().filter(|_| is_guessed)?;
        headers::duration_unit(&unit.name).filter(|_| !unit.name.contains(' '))
    }

    /// The column of ends beside a column of times, if there is one and no time of day stands apart.
    fn end(&self, time: usize, clock: Option<usize>) -> Option<usize> {
        let ends = |column: &usize| *column != time && headers::is_end(&self.header[*column]);
        let mut found = self.columns_like(&ColumnSample::is_dates).into_iter().filter(ends);
        found.next().filter(|_| found.next().is_none() && clock.is_none())
    }

    /// The columns that are blank in the first rows.
    fn empty(&self, taken: &dyn Fn(&usize) -> bool) -> Vec<usize> {
        let is_empty = |column: &usize| {
            self.samples.get(*column).is_none_or(|sample| sample.filled == 0) && !taken(column)
        };
        match self.profile.is_some() {
            true => Vec::new(),
            false => (0..self.header.len()).filter(is_empty).take(MOST_EMPTY).collect(),
        }
    }

    /// The columns that may stand in for an amount that nobody chose.
    fn spare(
        &mut self,
        meters: &[ChosenMeter],
        empty: &[usize],
        taken: &dyn Fn(&usize) -> bool,
    ) -> Vec<usize> {
        let is_guessed =
            matches!(self.settings.amounts, Amounts::Guess) && self.meaning.meters.is_empty();
        let [ChosenMeter { when: None, amount }] = meters else { return Vec::new() };
        let mut amounts = amount.columns();
        let (Some(&amount), None) = (amounts.next(), amounts.next()) else { return Vec::new() };
        if !is_guessed || self.profile.is_some() {
            return Vec::new();
        }
        let is_like = |column: &usize| {
            let is_numbers = self.samples.get(*column).is_some_and(ColumnSample::is_numbers);
            *column != amount
                && !taken(column)
                && is_numbers
                && entries::is_named_like(&self.header[*column], &self.header[amount])
        };
        let like: Vec<usize> = (0..self.header.len()).filter(is_like).collect();
        self.choosing.needs_meaning |= !like.is_empty();
        let empty = empty.iter().copied().filter(|column| *column != amount);
        empty.chain(like).take(MOST_EMPTY).collect()
    }

    /// The column with this header: as written, in any case, by its words, or by the last of names that
    /// dots join.
    fn find(&self, wanted: &str) -> Option<usize> {
        let wanted = wanted.trim();
        let only = |right: &dyn Fn(&str) -> bool| {
            let mut found = self.header.iter().enumerate().filter(|(_, name)| right(name));
            found.next().filter(|_| found.next().is_none()).map(|(column, _)| column)
        };
        if let Some(start) = wanted.strip_suffix('*') {
            return only(&|name| name.starts_with(start));
        }
        only(&|name| name == wanted)
            .or_else(|| only(&|name| name.eq_ignore_ascii_case(wanted)))
            .or_else(|| {
                let words = headers::words(wanted);
                (!words.is_empty()).then(|| only(&|name| headers::words(name) == words)).flatten()
            })
            .or_else(|| only(&|name| name.rsplit_once('.').is_some_and(|(_, last)| last == wanted)))
            .or_else(|| only(&|name| headers::without_unit(name) == Some(wanted)))
            .or_else(|| self.at_place(wanted))
    }

    /// The column in the place that a text names, `column_3`, where its header stands over other columns too.
    fn at_place(&self, wanted: &str) -> Option<usize> {
        let place: usize = wanted.strip_prefix(PLACE)?.parse().ok()?;
        let column = place.checked_sub(1).filter(|column| *column < self.header.len())?;
        is_repeated(self.header, column).then_some(column)
    }

    /// The names by their places of the columns with this header.
    fn places_of(&self, header: &str) -> String {
        let same = self.header.iter().enumerate().filter(|(_, name)| *name == header);
        let names: Vec<String> =
            same.map(|(column, _)| format!("`{PLACE}{}`", column + 1)).collect();
        names.join(" or ")
    }

    /// The same, noting what is missing.
    fn named(&mut self, wanted: &str, what: &str, way_out: &str) -> Option<usize> {
        let found = self.find(wanted);
        if found.is_none() {
            let count = self.header.iter().filter(|name| *name == wanted).count();
            let problem = match count > 1 {
                true => format!(
                    "{what}: {count} columns have the header `{wanted}`; name one by its place in the row, as {}",
                    self.places_of(wanted)
                ),
                false => format!(
                    "{what}: no column with the header `{wanted}`{}; {way_out}",
                    self.asked_by(wanted)
                ),
            };
            self.choosing.problems.push(problem);
        }
        found
    }

    /// Whose `[usage]` names a column that a file given in place of its own lacks.
    fn asked_by(&self, wanted: &str) -> String {
        let in_amounts = |name: &String| name.contains(wanted);
        let is_stated = self.settings.time.as_ref().is_some_and(|time| time.contains(wanted))
            || matches!(&self.settings.amounts, Amounts::Columns(all) if all.iter().any(|(name, _)| in_amounts(name)));
        match &self.settings.stated_in {
            Some(file) if is_stated => format!(", which `[usage]` of {file} asks for"),
            _ => String::new(),
        }
    }

    /// The column of the time, and those in which it stands where that is blank: `time or timestamp`.
    fn times(&mut self) -> (Option<usize>, Vec<usize>) {
        let Some(wanted) = self.settings.time.clone().filter(|wanted| wanted.contains(" or "))
        else {
            return (self.time(), Vec::new());
        };
        if self.find(&wanted).is_some() {
            return (self.time(), Vec::new());
        }
        let way_out = "name columns as the header has them, as `--time-column 'time or timestamp'`";
        let found: Vec<Option<usize>> =
            wanted.split(" or ").map(|name| self.named(name, "the time", way_out)).collect();
        let Some(found) = found.into_iter().collect::<Option<Vec<usize>>>() else {
            return (None, Vec::new());
        };
        let names: Vec<String> =
            found.iter().map(|&column| format!("`{}`", self.header[column])).collect();
        self.choosing.told_besides.push(format!(
            "The time is in the first of the columns {} that is filled.",
            names.join(" and ")
        ));
        (found.first().copied(), found.get(1..).unwrap_or_default().to_vec())
    }

    fn time(&mut self) -> Option<usize> {
        let way_out = "choose it with `[usage] time = \"...\"` or `--time-column`";
        let of_profile = self.profile.and_then(|profile| profile.time.clone());
        if let Some(wanted) = self.settings.time.clone().or(of_profile) {
            let column = self.named(&wanted, "the time", &self.times_of_file(way_out))?;
            self.because(column, self.settings.time.is_some());
            self.choosing.told.push(format!("The time is in column `{}`.", self.header[column]));
            return Some(column);
        }
        let looks = |sample: &ColumnSample| sample.is_dates();
        for (place, names) in headers::TIMES.into_iter().enumerate() {
            let found = self.named_like(names, &looks);
            // `From` may be a time, and the number that calls.
            let counted = |sample: &ColumnSample| match place {
                0 => sample.is_counted_times(),
                _ => sample.is_near_times(),
            };
            let found = if found.is_empty() { self.named_like(names, &counted) } else { found };
            let found = self.rather(found, place);
            if let [column] = found.as_slice() {
                return Some(self.guessed_time(*column, "its header and its cells"));
            }
            if found.len() > 1 {
                let way_out = format!("{way_out}{}", self.one_after_another(&found));
                return self.unclear("the time", &found, &way_out);
            }
        }
        let starts = |all: Vec<usize>| -> Vec<usize> {
            all.into_iter().filter(|&column| !self.is_end(column)).collect()
        };
        let months = self.months();
        if let ([column], true) = (months.as_slice(), self.columns_like(&looks).is_empty()) {
            return Some(self.guessed_time(*column, "its header and its cells"));
        }
        let dates = starts(self.columns_like(&looks));
        let starts = match dates.is_empty() {
            true => starts(self.columns_like(&ColumnSample::is_recent_times)),
            false => dates,
        };
        if let ([], [column]) = (starts.as_slice(), self.columns_like(&looks).as_slice()) {
            return Some(self.guessed_time(*column, "the only column of times, though of ends"));
        }
        match starts.as_slice() {
            [column] => Some(self.guessed_time(*column, "the only column of times")),
            [] => {
                let ends = self.columns_like(&looks);
                if !ends.is_empty() {
                    return self.unclear("the time", &ends, way_out);
                }
                if let Some(problem) = self.parted_time() {
                    self.choosing.problems.push(problem);
                    return None;
                }
                if let Some(problem) = self.partly_times() {
                    self.choosing.problems.push(problem);
                    return None;
                }
                let unread = self.unread_time();
                let why = "no column holds times that can be read";
                self.choosing.problems.push(format!("the time: {why}{unread}; {way_out}"));
                None
            }
            several => {
                let is_of_usage =
                    |column: &&usize| headers::is_time_of_usage(&self.header[**column]);
                let mut of_usage = several.iter().filter(is_of_usage);
                match (of_usage.next(), of_usage.next()) {
                    (Some(&column), None) => {
                        Some(self.guessed_time(column, "its header and its cells"))
                    }
                    _ => self.unclear("the time", &starts, way_out),
                }
            }
        }
    }

    /// The columns that may be the time where one has the most common header: another whose header says that it is the time
    /// of the usage itself, or one of beginnings where the first is the same in all rows, as the date of a report is, or
    /// another day.
    fn rather(&mut self, found: Vec<usize>, place: usize) -> Vec<usize> {
        let &[common] = found.as_slice() else { return found };
        if place > 0 {
            return found;
        }
        let mut others = self.columns_like(&ColumnSample::is_dates);
        others.retain(|&column| column != common && !self.is_end(column));
        let (of_usage, rest): (Vec<usize>, Vec<usize>) =
            others.into_iter().partition(|&column| headers::is_time_of_usage(&self.header[column]));
        let is_start = |column: &usize| {
            let name = &self.header[*column];
            let names = [headers::words(name), headers::last_words(name)];
            names.iter().any(|name| headers::TIMES[1].contains(&name.as_str()))
        };
        let starts: Vec<usize> = rest.into_iter().filter(is_start).collect();
        let differ = |column: usize| self.samples.get(column).is_some_and(|sample| sample.differ);
        let rather = match () {
            () if !of_usage.is_empty() => of_usage,
            () if starts.is_empty() => return found,
            () if !differ(common) && starts.iter().any(|&column| differ(column)) => starts,
            () if starts.iter().any(|&start| self.is_another_day(common, start)) => {
                found.into_iter().chain(starts).collect()
            }
            () => return found,
        };
        self.choosing.needs_meaning = true;
        rather
    }

    /// Whether the first times of two columns are more than a day apart.
    fn is_another_day(&self, one: usize, other: usize) -> bool {
        let first = |column: usize| {
            let sample = self.samples.get(column)?;
            let DateVerdict::Notation(notation) = sample.dates.verdict() else { return None };
            Some(moment::read(&sample.example, notation).ok()?.local)
        };
        let day = crate::domain::Duration::DAY.millis();
        first(one).zip(first(other)).is_some_and(|(one, other)| one.abs_diff(other) > day as u64)
    }

    /// The columns of months in six digits whose header says that they are months.
    fn months(&self) -> Vec<usize> {
        let says = |&column: &usize| {
            let words = headers::words(&self.header[column]);
            words.split(' ').any(|word| headers::MONTHS.contains(&word))
                || ["年月", "月份", "연월"].iter().any(|sign| words.contains(sign))
        };
        self.columns_like(&ColumnSample::is_months).into_iter().filter(says).collect()
    }

    /// The problem of a year and a month in columns of their own, and perhaps a day, which are not read together, or of months
    /// without a year.
    fn parted_time(&self) -> Option<String> {
        let are_months = |sample: &ColumnSample| {
            sample.filled > 0
                && (sample.is_numbers() || sample.few.iter().all(|cell| moment::is_month(cell)))
        };
        let of = |columns: Vec<usize>, names: &[&str]| {
            let is_it =
                |column: &usize| names.contains(&headers::words(&self.header[*column]).as_str());
            columns.into_iter().find(is_it)
        };
        let numbers = || self.columns_like(&ColumnSample::is_numbers);
        let month = of(self.columns_like(&are_months), &MONTHS)?;
        let Some(year) = of(numbers(), &YEARS) else {
            return Some(format!(
                "the time: column `{}` has months, and no column called `Year` has their year: add one, with the year of each row \
                 in four digits",
                self.header[month]
            ));
        };
        let names: Vec<String> = [Some(year), Some(month), of(numbers(), &DAYS)]
            .into_iter()
            .flatten()
            .map(|column| format!("`{}`", self.header[column]))
            .collect();
        Some(format!(
            "the time: its parts stand in columns of their own, {}, which are read together where each row has a year of four digits, a \
             month from 1 to 12 or its name, and its day if there is one: write them so in each row",
            crate::domain::text::listed(&names)
        ))
    }

    /// The problem of a column some of whose cells are times and others none, as where another table begins below the first.
    fn partly_times(&self) -> Option<String> {
        let columns = self.header.iter().zip(self.samples);
        let (name, sample) = columns
            .filter(|(_, sample)| sample.dates.dates > 1 && sample.dates.others > 0)
            .max_by_key(|(_, sample)| sample.dates.dates)?;
        let other = sample.dates.other.as_ref()?;
        let (times, others) =
            [sample.dates.dates, sample.dates.others].map(|rows| counted(rows, "row")).into();
        // Below the header, so many rows stand above it.
        let above = other.line.saturating_sub(2);
        let way_out = match sample.dates.dates > above {
            // Times stand below it, too.
            true => String::new(),
            false => format!(
                "where another table begins there, keep what stands above it (`head -n {} FILE > usage.csv`); otherwise ",
                other.line.saturating_sub(1)
            ),
        };
        Some(format!(
            "the time: column `{name}` has a time in {times} of those looked at and none in {others}, the first in line {} (`{}`): \
             {way_out}write the times of those rows, or leave them out of the file",
            other.line, other.value
        ))
    }

    /// Why the first cell cannot be read of the columns whose header speaks of time.
    fn unread_time(&self) -> String {
        let speaks_of_time = |name: &str| {
            let periods = [
                "period",
                "week",
                "month",
                "quarter",
                "year",
                "datum",
                "fecha",
                "data",
                "mês",
                "mes",
                "mois",
                "monat",
                "woche",
                "kalenderwoche",
                "kw",
                "semana",
                "semaine",
                "quartal",
                "trimestre",
                "jahr",
                "zeitraum",
            ];
            let is_period = |word: &str| headers::is_of_time(word) || periods.contains(&word);
            headers::words(name).split(' ').any(is_period)
        };
        let told = |(name, sample): (&String, &ColumnSample)| {
            let why = moment::read(&sample.example, DateNotation::default()).err()?;
            let example = crate::domain::text::excerpt(&sample.example);
            Some(format!(" (`{example}` in column `{name}` is {why})"))
        };
        let columns = self.header.iter().zip(self.samples);
        columns
            .filter(|(name, sample)| sample.filled > 0 && speaks_of_time(name))
            .find_map(told)
            .unwrap_or_default()
    }

    /// The way to choose another column of times, with those that the file has.
    fn times_of_file(&self, way_out: &str) -> String {
        let mut times = self.columns_like(&ColumnSample::is_dates);
        times.extend(self.columns_like(&ColumnSample::is_recent_times));
        let flags: Vec<String> = times
            .into_iter()
            .take(LISTED)
            .map(|column| {
                format!("`--time-column {}`", headers::header_argument(&self.header[column]))
            })
            .collect();
        match flags.is_empty() {
            true => way_out.to_owned(),
            false => format!("the file has times: {} (or `[usage] time`)", flags.join(" or ")),
        }
    }

    /// The way to read the time of columns of which each row fills one.
    fn one_after_another(&self, columns: &[usize]) -> String {
        let rows = self.samples.iter().map(|sample| sample.filled).max().unwrap_or_default();
        let filled = columns.iter().filter_map(|&column| self.samples.get(column));
        if filled.map(|sample| sample.filled).sum::<u64>() > rows {
            return String::new();
        }
        let names: Vec<&str> = columns.iter().map(|&column| self.header[column].as_str()).collect();
        format!(
            "; if it goes on under another name, `--time-column {}` reads them as one",
            headers::in_shell(&names.join(" or "))
        )
    }

    /// Notes why a column was chosen that a key, a flag or a profile names.
    fn because(&mut self, column: usize, is_own: bool) {
        let why = match (is_own, self.profile) {
            (false, Some(_)) => "the profile names it",
            _ => "it was chosen",
        };
        self.choosing.reasons.insert(column, why);
    }

    fn guessed_time(&mut self, column: usize, why: &'static str) -> usize {
        self.choosing.reasons.insert(column, why);
        let name = &self.header[column];
        self.choosing.told.push(format!("The time is in column `{name}` (guessed from {why})."));
        column
    }

    /// Whether a header is that of an end, a period of billing, or a time of storing.
    fn is_end(&self, column: usize) -> bool {
        let words = headers::words(&self.header[column]);
        let begins = |sign: &str| words.contains(sign);
        headers::is_end(&self.header[column])
            || words.split(' ').any(|word| ["updated", "invoice", "due"].contains(&word))
            || ["billing period", "ingest", "expir"].into_iter().any(begins)
    }

    fn unclear(&mut self, what: &str, columns: &[usize], way_out: &str) -> Option<usize> {
        let name = |&column: &usize| {
            let example = self.samples.get(column).map_or("", |sample| sample.example.as_str());
            let example = crate::domain::text::excerpt(example);
            let name = shown_header(&self.header[column]);
            match is_repeated(self.header, column) {
                true => format!("`{PLACE}{}` (`{name}`, such as {example})", column + 1),
                false => format!("`{name}` (such as {example})"),
            }
        };
        let more = columns.len().saturating_sub(LISTED);
        let more = (more > 0).then(|| format!("{more} more"));
        let names: Vec<String> = columns.iter().take(LISTED).map(name).chain(more).collect();
        let names = names.join(", ");
        self.choosing.problems.push(format!("{what}: may be in any of {names}; {way_out}"));
        None
    }

    /// The columns whose header is one of these names and whose cells look right.
    fn named_like(&self, names: &[&str], looks: &dyn Fn(&ColumnSample) -> bool) -> Vec<usize> {
        let mut found = self.columns_like(looks);
        found.retain(|&column| {
            let words = headers::last_words(&self.header[column]);
            names.contains(&words.as_str())
                || names.contains(&headers::words(&self.header[column]).as_str())
        });
        found
    }

    fn columns_like(&self, looks: &dyn Fn(&ColumnSample) -> bool) -> Vec<usize> {
        let of = self.samples.iter().enumerate().filter(|(_, sample)| looks(sample));
        of.map(|(column, _)| column).collect()
    }

    /// The time of day beside a column of dates.
    fn clock(&mut self, time: usize) -> Option<usize> {
        if let Some(wanted) = self.meaning.time_of_day.clone() {
            let way_out =
                "choose it with `[usage] time_of_day = \"...\"` or `--time-of-day-column`";
            let column = self.named(&wanted, "the time of day", way_out)?;
            self.tell_of_hours(column);
            return Some(column);
        }
        let dates = &self.samples.get(time)?.dates;
        if dates.with_clock || dates.dates == 0 {
            return None;
        }
        let clocks = self.named_like(&headers::CLOCKS, &ColumnSample::is_clocks);
        let hours = self.named_like(&["hour", "hour of day", "stunde"], &ColumnSample::is_hours);
        let found = if clocks.is_empty() { hours } else { clocks };
        let all = self.columns_like(&ColumnSample::is_clocks);
        let found = match found.is_empty() {
            true => all.iter().copied().filter(|&at| headers::is_clock(&self.header[at])).collect(),
            false => found,
        };
        let found = if found.is_empty() { self.columns_of_hours() } else { found };
        let [column] = found.as_slice() else {
            self.tell_of_clocks(&all);
            self.tell_of_open_hours();
            return None;
        };
        self.choosing.reasons.insert(*column, "its header and its cells");
        let name = &self.header[*column];
        self.choosing
            .told_besides
            .push(format!("The time of day is in column `{name}` (guessed)."));
        self.tell_of_hours(*column);
        Some(*column)
    }

    /// The columns of hours by their cells: those whose header says so, or else those that have all hours on each date.
    fn columns_of_hours(&self) -> Vec<usize> {
        let known = |sample: &ColumnSample| sample.hours.is_some_and(|of| of.notation.is_some());
        let known = self.columns_like(&known);
        let is_named = |&column: &usize| hours::names_hours(&self.header[column]);
        let named: Vec<usize> = known.iter().copied().filter(is_named).collect();
        let is_complete = |&column: &usize| {
            let name = &self.header[column];
            let hours = self.samples.get(column).and_then(|sample| sample.hours);
            hours.is_some_and(|hours| hours.is_complete)
                && !headers::names_amount(name)
                && !headers::is_end(name)
                && !headers::is_lasting(name)
                && WordColumn::of(name) != WordColumn::Names
        };
        match named.is_empty() {
            true => known.into_iter().filter(is_complete).collect(),
            false => named,
        }
    }

    /// How the times of day in a column are written.
    fn hours(&self, column: usize) -> HourNotation {
        let hours = self.samples.get(column).and_then(|sample| sample.hours);
        hours.and_then(|hours| hours.notation).unwrap_or_default()
    }

    /// What lies between begin and end of a row where the times of a column are those of ends, which is told.
    fn ends(&mut self, time: usize) -> RowEnds {
        let ends = self.samples.get(time).map(|sample| sample.ends).unwrap_or_default();
        let name = &self.header[time];
        let told = match ends {
            RowEnds::After(each) => HourNotation::Ends { each }.told(name),
            // What counts in another month than it says is told with the doubts.
            RowEnds::Begin | RowEnds::AfterMonth => None,
        };
        self.choosing.needs_meaning |= ends == RowEnds::AfterMonth;
        self.choosing.told_besides.extend(told);
        ends
    }

    /// Tells at which instants rows are taken whose times of day are not those at which they begin.
    fn tell_of_hours(&mut self, column: usize) {
        let told = self.hours(column).told(&self.header[column]);
        self.choosing.told_besides.extend(told);
    }

    /// Tells of a column of hours that nothing says when they begin.
    fn tell_of_open_hours(&mut self) {
        let is_open = |sample: &ColumnSample| sample.hours.is_some_and(|of| of.notation.is_none());
        let open = self.columns_like(&is_open);
        let mut open = open.into_iter().filter(|&at| hours::names_hours(&self.header[at]));
        let Some(column) = open.next() else { return };
        let name = &self.header[column];
        self.choosing.unread_clock = true;
        self.choosing.told_besides.push(format!(
            "Column `{name}` holds hours, which are not read: none is 0 or 24, so that 1 may be the first hour of a day or \
             begin at 1:00. `--time-of-day-column {}` (or `[usage] time_of_day`) reads them as the hours at which rows begin.",
            headers::header_argument(name)
        ));
    }

    /// Tells of columns of times of day beside dates, of which none is read.
    fn tell_of_clocks(&mut self, columns: &[usize]) {
        let may_begin = |column: &&usize| {
            let name = &self.header[**column];
            !headers::is_end(name) && !headers::is_lasting(name)
        };
        let Some(first) = columns.iter().find(may_begin) else { return };
        let name = &self.header[*first];
        self.choosing.unread_clock = true;
        self.choosing.told_besides.push(format!(
            "Column `{name}` holds times of day, which are not read; if they are those of the dates, \
             `--time-of-day-column {}` (or `[usage] time_of_day`) reads them.",
            headers::header_argument(name)
        ));
    }

    fn filters(&mut self) -> Vec<Condition<usize>> {
        let mut filters = self.meaning.filters.clone();
        // Not every file of a product has all columns that a profile leaves rows out by.
        let of_profile = self.profile.map_or(&[][..], |profile| &profile.meaning.filters);
        filters.retain(|filter| {
            let leaves_out = matches!(filter, Condition::Not(_)) && of_profile.contains(filter);
            !leaves_out || filter.columns().iter().all(|name| self.find(name).is_some())
        });
        filters.iter().filter_map(|filter| self.bound(filter)).collect()
    }

    /// A condition with its columns found.
    fn bound(&mut self, condition: &Condition<String>) -> Option<Condition<usize>> {
        let way_out = "name a column as the header has it, in `backticks` if it has spaces";
        condition.map(&mut |name| self.named(name, "a condition", way_out))
    }

    /// The amounts: set, of the profile, or guessed.
    fn meters(&mut self, time: Option<usize>, clock: Option<usize>) -> Vec<ChosenMeter> {
        let formulas = match &self.settings.amounts {
            Amounts::EachRow(credits) => return self.each_row(*credits),
            Amounts::Columns(columns) => columns.clone(),
            Amounts::Guess if !self.meaning.meters.is_empty() => return self.of_meters(),
            Amounts::Guess => match self.profile.and_then(|profile| profile.amount.clone()) {
                Some(amount) => vec![(amount, Decimal::ONE)],
                None => return self.guessed_amount(time, clock),
            },
        };
        let mut terms = Vec::new();
        let mut told = Vec::new();
        for (text, factor) in &formulas {
            let Some(formula) = self.formula(text) else { continue };
            for &column in formula.columns() {
                self.because(column, matches!(self.settings.amounts, Amounts::Columns(_)));
            }
            let text = match (text.ends_with('*'), formula.columns().next()) {
                (true, Some(&column)) => &self.header[column],
                _ => text,
            };
            let factored = formula.times(exact(&factor.normalize().to_string()));
            match factored {
                Some(formula) => terms.extend(formula.terms),
                None => {
                    let why = format!("the amount: the factor {factor} has too many digits");
                    self.choosing.problems.push(why);
                }
            }
            told.push(match factor.normalize() == Decimal::ONE {
                true => format!("`{text}`"),
                false => format!("{} × `{text}`", factor.normalize()),
            });
        }
        self.choosing.told.push(format!("The amount is {}.", told.join(" + ")));
        let amount = Formula { terms };
        self.tell_dropped(&amount);
        if matches!(self.settings.amounts, Amounts::Columns(_)) {
            self.ask_of_unit(&amount, time, clock);
        }
        vec![ChosenMeter { when: None, amount }]
    }

    /// Notes that the only column that was chosen, as it stands, is in another unit of the measure that the scenario counts, or
    /// is power where that counts energy.
    fn ask_of_unit(&mut self, amount: &Formula<usize>, time: Option<usize>, clock: Option<usize>) {
        let ([term], Amounts::Columns(chosen)) = (amount.terms.as_slice(), &self.settings.amounts)
        else {
            return;
        };
        // A formula is the way to say that the numbers are right as they are.
        let is_formula = chosen.iter().any(|(text, _)| self.find(text).is_none());
        let ([column], true, false) = (term.columns.as_slice(), term.is_column(), is_formula)
        else {
            return;
        };
        let unit = self.settings.unit.as_ref();
        let Some(unit) = unit.filter(|unit| unit.is_said && unit.others.is_empty()) else { return };
        let name = &self.header[*column];
        let lasting = self.lasting_unit(*column);
        let interval = || time.and_then(|time| hours::interval(self.samples, time, clock));
        let power = headers::power_unit(name)
            .filter(|power| energy_argument(name, power, 60, &unit.name).is_some())
            .map(|power| power_problem(name, power, interval(), Some(unit)));
        let problem = power.or_else(|| proofs::chosen_in_other_unit(name, lasting, &unit.name));
        self.choosing.problems.extend(problem);
    }

    /// The unit of a column of durations.
    fn lasting_unit(&self, column: usize) -> Option<&'static str> {
        let is_lasting = self.samples.get(column).is_some_and(ColumnSample::is_durations);
        is_lasting.then(|| self.duration_unit(column).map(DurationUnit::word)).flatten()
    }

    /// Tells the columns that the profile adds up and a choice of others leaves out.
    fn tell_dropped(&mut self, chosen: &Formula<usize>) {
        let text = self.profile.and_then(|profile| profile.amount.as_deref());
        let is_chosen = matches!(self.settings.amounts, Amounts::Columns(_));
        let Some(of_profile) =
            text.filter(|_| is_chosen).and_then(|text| Formula::parse(text).ok())
        else {
            return;
        };
        let taken: Vec<&String> = chosen.columns().map(|&column| &self.header[column]).collect();
        let is_taken = |name: &&String| taken.contains(name);
        let (kept, mut dropped): (Vec<&String>, Vec<&String>) =
            of_profile.columns().filter(|name| self.header.contains(name)).partition(is_taken);
        // What is chosen in its parts is not left out.
        let parts: Vec<&ColumnSample> = chosen
            .columns()
            .filter(|&&column| !kept.contains(&&self.header[column]))
            .filter_map(|&column| self.samples.get(column))
            .collect();
        dropped.retain(|name| {
            let column = self.header.iter().position(|one| one == *name);
            let whole = column.and_then(|column| self.samples.get(column));
            !whole.is_some_and(|whole| adds_up(whole, &parts))
        });
        if kept.is_empty() || dropped.is_empty() {
            return;
        }
        let sum_of = |name: &String| {
            let column = self.header.iter().position(|one| one == name);
            column.and_then(|column| self.samples.get(column)?.sum())
        };
        let is_whole = self.samples.iter().all(ColumnSample::has_all_numbers);
        let named = |name: &&String| match sum_of(name).filter(|_| is_whole) {
            Some(sum) => format!("`{name}` ({sum} in all rows)"),
            None => format!("`{name}`"),
        };
        let names: Vec<String> = dropped.iter().map(named).collect();
        let are = if names.len() == 1 { "is" } else { "are" };
        let way = |name: &&String| {
            format!("`--amount-column {}`", headers::in_shell(&format!("{name}=FACTOR")))
        };
        let ways = enumerated(&dropped.iter().map(way).collect::<Vec<_>>());
        self.choosing.told_besides.push(format!(
            "What the export counts in {} {are} left out, as only {} {} chosen of what it adds up: {ways} counts {} too, for a FACTOR in {}.",
            enumerated(&names),
            enumerated(&kept.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>()),
            if kept.len() == 1 { "is" } else { "are" },
            if names.len() == 1 { "it" } else { "them" },
            self.settings.unit.as_ref().map_or("credits", |unit| &unit.name),
        ));
    }

    fn each_row(&mut self, credits: Credits) -> Vec<ChosenMeter> {
        self.choosing.told.push(format!("Each row is worth {}.", counted(credits, "credit")));
        let factor = exact(&credits.to_string().replace(',', ""));
        let term = Product { factor, divisor: 1, columns: Vec::new() };
        vec![ChosenMeter { when: None, amount: Formula { terms: vec![term] } }]
    }

    fn of_meters(&mut self) -> Vec<ChosenMeter> {
        let meters = self.meaning.meters.clone();
        let mut chosen = Vec::new();
        for meter in &meters {
            let when = meter.when.as_ref().map(|when| self.bound(when));
            let (Some(amount), false) = (self.formula(&meter.amount), matches!(when, Some(None)))
            else {
                continue;
            };
            chosen.push(ChosenMeter { when: when.flatten(), amount });
        }
        let amounts: Vec<String> =
            meters.iter().map(|meter| format!("`{}`", meter.amount)).collect();
        for column in chosen.iter().flat_map(|meter| meter.amount.columns()).copied() {
            self.because(column, !self.settings.meaning.meters.is_empty());
        }
        let told = format!("The amount is one of {}, by the kind of row.", amounts.join(", "));
        self.choosing.told.push(told);
        chosen
    }

    /// A header, or else a formula over headers.
    fn formula(&mut self, text: &str) -> Option<Formula<usize>> {
        if let Some(column) = self.find(text) {
            return Some(Formula { terms: vec![Product::of(column)] });
        }
        let way_out = "choose it with `[usage] amount = \"...\"` or `--amount-column`: a header, or \
                       sums and products of them";
        match Formula::parse(text) {
            Ok(formula)
                if formula
                    .terms
                    .iter()
                    .any(|term| term.columns.len() + formula.terms.len() > 1)
                    || formula.terms.iter().any(|term| !term.is_column()) =>
            {
                formula.map(&mut |name| self.named(name, "the amount", way_out))
            }
            _ => {
                self.named(text, "the amount", way_out);
                None
            }
        }
    }

    fn guessed_amount(&mut self, time: Option<usize>, clock: Option<usize>) -> Vec<ChosenMeter> {
        let looks = |sample: &ColumnSample| sample.is_mostly_numbers();
        let taken = |column: &usize| Some(*column) == time || Some(*column) == clock;
        let mut chosen = None;
        for names in headers::AMOUNTS {
            let mut found = self.named_like(names, &looks);
            if names == headers::COUNTS && !found.is_empty() {
                found.extend(self.money());
                found.sort_unstable();
                found.dedup();
            }
            found.retain(|column| !taken(column) && !headers::is_typed_again(self.header, *column));
            if let &[column] = found.as_slice() {
                found.extend(self.rivals(column, names == headers::COUNTS, &taken));
                found.extend(self.reduced_by(column, &taken));
                found.sort_unstable();
                found.dedup();
            }
            match found.as_slice() {
                [] => continue,
                [column] => chosen = Some((*column, BY_HEADER)),
                _ => {
                    found.sort_unstable();
                    chosen = self.proven(&found);
                    if chosen.is_none() {
                        return self.unclear_amount(&found);
                    }
                }
            }
            break;
        }
        let mut numeric = self.columns_like(&ColumnSample::is_numbers);
        numeric.retain(|column| !taken(column) && self.may_be_amount(*column));
        if chosen.is_none() {
            chosen = match numeric.as_slice() {
                [column] => Some((*column, "the only column of amounts")),
                [] => self.only_partly_numbers(&taken),
                _ => self
                    .sum_of_all(&numeric)
                    .or_else(|| self.total_of_object(&numeric))
                    .or_else(|| self.proven(&numeric)),
            };
        }
        let Some((column, why)) = chosen else {
            return self.amount_not_found(&numeric, &taken);
        };
        let Some((column, why)) = self.in_unit_of_scenario((column, why), &taken) else {
            return Vec::new();
        };
        let Some((column, why)) = self.what_was_used((column, why), &numeric) else {
            return Vec::new();
        };
        // What the file proves needs no word that says so.
        let is_alone = why.starts_with(ALONE);
        if (is_alone && self.is_property(column, clock))
            || self.is_power(column, time, clock)
            || self.is_multiple(column)
            || self.is_level(column, time, clock)
            || self.goes_on_elsewhere(column, &taken)
        {
            return Vec::new();
        }
        let given_back = refunds::problem(self.header, self.samples, column);
        let added = || added::problem(self.header, self.samples, column);
        if let Some(problem) = given_back.or_else(added) {
            self.choosing.problems.push(problem);
            return Vec::new();
        }
        self.choosing.reasons.insert(column, why);
        let name = &self.header[column];
        self.choosing.told.push(format!("The amount is in column `{name}` (guessed from {why})."));
        self.tell_of_money(column);
        self.tell_of_other_periods();
        let columns = self.typed_alike(column);
        vec![ChosenMeter {
            when: None,
            amount: Formula { terms: columns.into_iter().map(Product::of).collect() },
        }]
    }

    /// The column of an amount with those of the same name in other types, as a database writes one number as it is and another
    /// as `$numberLong`: each row fills one of them.
    fn typed_alike(&mut self, column: usize) -> Vec<usize> {
        let again = headers::typed_again(self.header, column);
        if again.is_empty() {
            return vec![column];
        }
        let names: Vec<String> =
            again.iter().map(|&other| format!("`{}`", self.header[other])).collect();
        self.choosing.needs_meaning = true;
        self.choosing.told_besides.push(format!(
            "`{}` is written in another type too, in {}: they are one amount.",
            self.header[column],
            enumerated(&names)
        ));
        [column].into_iter().chain(again).collect()
    }

    /// Notes that the header of the amount is one of averages, peaks, rates or sums of the days before.
    fn is_level(&mut self, column: usize, time: Option<usize>, clock: Option<usize>) -> bool {
        let Some(sample) = self.samples.get(column) else { return false };
        let step = time.and_then(|time| hours::interval(self.samples, time, clock));
        let least = time.and_then(|time| hours::least_interval(self.samples, time, clock));
        let problem = levels::problem(self.header, column, sample, (step, least));
        self.choosing.problems.extend(problem.iter().cloned());
        problem.is_some()
    }

    /// Tells of columns of numbers of another period, which are no usage of the times of their rows.
    fn tell_of_other_periods(&mut self) {
        let is_other = |column: &usize| headers::is_of_other_period(&self.header[*column]);
        let mut others = self.columns_like(&ColumnSample::is_mostly_numbers);
        others.retain(is_other);
        let names: Vec<String> =
            others.iter().map(|&column| format!("`{}`", self.header[column])).collect();
        let (columns, are) = match names.as_slice() {
            [] => return,
            [_] => ("Column", "is of another period, with which the amounts are compared: it is"),
            _ => {
                ("Columns", "are of another period, with which the amounts are compared: they are")
            }
        };
        self.choosing
            .told_besides
            .push(format!("{columns} {} {are} left out.", enumerated(&names)));
    }

    /// Notes that other columns have amounts before those of the chosen one begin, or after they end: usage may go on
    /// under another name.
    fn goes_on_elsewhere(&mut self, chosen: usize, taken: &dyn Fn(&usize) -> bool) -> bool {
        let sample = |column: usize| self.samples.get(column);
        let takes_over = |&other: &usize| match (sample(chosen), sample(other)) {
            (Some(one), Some(other)) => {
                one.ends_where_begins(other) || other.ends_where_begins(one)
            }
            _ => false,
        };
        let mut others = self.columns_like(&ColumnSample::is_numbers);
        others.retain(|column| !taken(column) && self.may_be_amount(*column) && takes_over(column));
        if others.is_empty() {
            return false;
        }
        let all: BTreeSet<usize> = others.into_iter().chain([chosen]).collect();
        let names: Vec<String> =
            all.iter().map(|&column| headers::quoted(&self.header[column])).collect();
        let only = headers::header_argument(&self.header[chosen]);
        self.choosing.problems.push(format!(
            "the amount: no row has one in more than one of {}, and where one of them ends another begins. If \
             usage goes on under another name, all of them count: `--amount-column {}` (or `[usage] amount`); if not, \
             choose the one that does, such as `--amount-column {only}`",
            all.iter().map(|&column| format!("`{}`", self.header[column])).collect::<Vec<_>>().join(", "),
            headers::in_shell(&names.join(" + ")),
        ));
        true
    }

    /// Notes that the header of the amount says how many each of its numbers stands for, and not of what: `Usage (in lakh)`.
    fn is_multiple(&mut self, column: usize) -> bool {
        let name = &self.header[column];
        let times = unit_of_header(name).and_then(|unit| multiple_of_unnamed(&unit));
        let Some(times) = times else { return false };
        self.choosing.problems.push(format!(
            "the amount: each number in column `{name}` stands for {} by its header: `--amount-column {}` counts them (or `[usage] \
             amount`); if the numbers are right as they are, `--amount-column {}` reads them",
            grouped(&times.to_string()),
            headers::in_shell(&format!("{name}={times}")),
            headers::in_shell(&format!("1 * {}", headers::quoted(name)))
        ));
        true
    }

    /// Notes that the header of the amount is one of power, which is no amount of what was used.
    fn is_power(&mut self, column: usize, time: Option<usize>, clock: Option<usize>) -> bool {
        let name = &self.header[column];
        let interval = time.and_then(|time| hours::interval(self.samples, time, clock));
        let scenario = self.settings.unit.as_ref();
        let problem =
            headers::power_unit(name).map(|unit| power_problem(name, unit, interval, scenario));
        self.choosing.problems.extend(problem.iter().cloned());
        problem.is_some()
    }

    /// The columns that may be the amount as well as one that its header names: beside a count, whatever counts
    /// something; beside a quantity and a price, what they come to; beside anything else, credits.
    fn rivals(&self, chosen: usize, is_count: bool, taken: &dyn Fn(&usize) -> bool) -> Vec<usize> {
        let numeric = self.columns_like(&ColumnSample::is_numbers);
        let is_priced = numeric.iter().any(|&column| headers::is_unit_price(&self.header[column]));
        let unit = |column: usize| {
            let words = headers::words(&self.header[column]);
            words.rsplit(' ').next().unwrap_or_default().to_owned()
        };
        // `Total tokens` holds the other tokens already.
        let is_total = headers::says_total(&self.header[chosen]);
        let is_part = |column: &usize| is_total && unit(*column) == unit(chosen);
        let is_money = headers::is_money(&self.header[chosen]);
        // What a row was charged goes before how much of something it is about.
        let is_of_credits = headers::are_charged_credits(&self.header[chosen]);
        let is_rival = |column: &usize| {
            let words = headers::words(&self.header[*column]);
            let counts = words.split(' ').any(|word| headers::AMOUNT_WORDS.contains(&word));
            let is_charged = is_priced && !is_money && headers::is_charged_total(&words);
            *column != chosen
                && !is_part(column)
                && !taken(column)
                && self.may_be_amount(*column)
                && ((is_count && counts)
                    || is_charged
                    || (!is_of_credits && headers::are_charged_credits(&self.header[*column])))
        };
        numeric.into_iter().filter(is_rival).collect()
    }

    /// The columns one of which is the other less the credits of the chosen one: those credits are what is taken off a bill.
    fn reduced_by(&self, chosen: usize, taken: &dyn Fn(&usize) -> bool) -> Vec<usize> {
        let words = headers::words(&self.header[chosen]);
        if !["credit", "credits"].contains(&words.as_str()) {
            return Vec::new();
        }
        let mut others = self.columns_like(&ColumnSample::is_numbers);
        others.retain(|column| *column != chosen && !taken(column) && self.may_be_amount(*column));
        let differ = |&column: &usize| self.samples.get(column).is_some_and(|sample| sample.differ);
        let is_whole = |&&whole: &&usize| {
            others.iter().any(|&part| {
                part != whole
                    && differ(&part)
                    && self.samples[whole].is_sum_of(&[&self.samples[chosen], &self.samples[part]])
            })
        };
        match others.iter().any(|whole| is_whole(&whole)) {
            true => others,
            false => Vec::new(),
        }
    }

    /// Notes that no column, or none of several, can be said to be the amount.
    fn amount_not_found(
        &mut self,
        numeric: &[usize],
        taken: &dyn Fn(&usize) -> bool,
    ) -> Vec<ChosenMeter> {
        let mut all = self.columns_like(&ColumnSample::is_numbers);
        all.retain(|column| !taken(column) && !self.samples[*column].is_recent_times());
        if numeric.is_empty() {
            let mut lasting = self.columns_like(&ColumnSample::are_durations);
            lasting.retain(|column| {
                let speaks = headers::speaks_of_duration(&self.header[*column]);
                let is_it = self.samples[*column].is_durations() && all.is_empty();
                !taken(column) && (speaks || is_it)
            });
            if let [column] = *lasting.as_slice() {
                return self.duration_alone(column);
            }
        }
        if let (true, [column]) = (numeric.is_empty(), all.as_slice()) {
            self.no_amount(*column);
            return Vec::new();
        }
        if numeric.is_empty() && all.is_empty() {
            let mut partly = self.columns_like(&ColumnSample::is_mostly_numbers);
            partly.retain(|column| !taken(column) && self.may_be_amount(*column));
            if !partly.is_empty() {
                return self.unclear_amount(&partly);
            }
            let problem = format!("the amount: no column of numbers; {AMOUNT_WAY_OUT}");
            self.choosing.problems.push(problem);
            return Vec::new();
        }
        // Ids and codes are no amounts, whatever else there is.
        all.retain(|column| !self.is_code(*column));
        match (numeric.is_empty(), all.is_empty()) {
            (true, true) => {
                let why = "no column of numbers that are no ids and codes";
                self.choosing.problems.push(format!("the amount: {why}; {AMOUNT_WAY_OUT}"));
                Vec::new()
            }
            (true, false) => self.unclear_amount(&all),
            (false, _) => self.unclear_amount(numeric),
        }
    }

    /// Notes that several columns may be the amount, and how those of one unit are added up.
    fn unclear_amount(&mut self, columns: &[usize]) -> Vec<ChosenMeter> {
        let unit = |column: usize| {
            let words = headers::last_words(&self.header[column]);
            words.rsplit(' ').next().map(str::to_owned).filter(|_| words.contains(' '))
        };
        let same: Vec<usize> = match columns.first().and_then(|&first| unit(first)) {
            Some(word) => {
                let is_part = |column: &usize| unit(*column).as_ref() == Some(&word);
                columns.iter().copied().filter(is_part).collect()
            }
            None => Vec::new(),
        };
        let named = |&column: &usize| parts::in_formula(self.header, column);
        let names: Vec<String> = same.iter().map(named).collect();
        // A total holds the others already, and so may what no name says to be a part.
        let is_part = |&column: &usize| headers::is_part_of_sum(&self.header[column]);
        let are_parts = (same.len() == columns.len() && same.iter().all(is_part))
            || self.are_credits_of_several(columns);
        let names = match are_parts {
            true => columns.iter().map(named).collect(),
            false => names,
        };
        let way_out = match are_parts && (2..=4).contains(&columns.len()) {
            true => format!(
                "{AMOUNT_WAY_OUT}; for their sum, `--amount-column {}`",
                headers::in_shell(&names.join(" + "))
            ),
            false => {
                AMOUNT_WAY_OUT.to_owned() + &parts::sum_of_parts(self.header, self.samples, columns)
            }
        };
        let ways = self.ways_in_unit(columns)
            + &self.before_and_after(columns)
            + &parts::product_of_one(self.header, columns);
        self.unclear("the amount", columns, &(ways + &way_out + &self.sums_of(columns)));
        Vec::new()
    }

    /// The ways that count columns of several in the unit of the scenario which are in another of its measure.
    fn ways_in_unit(&self, columns: &[usize]) -> String {
        let unit = self.settings.unit.as_ref();
        let Some(unit) = unit.filter(|unit| unit.is_said && unit.others.is_empty()) else {
            return String::new();
        };
        let ways = columns.iter().flat_map(|&column| {
            proofs::ways_in_unit(&self.header[column], self.lasting_unit(column), &unit.name)
        });
        ways.map(|way| format!("{way}; ")).collect()
    }

    /// The way that counts what lies between two columns, of what there was before each row and after it.
    fn before_and_after(&self, columns: &[usize]) -> String {
        let among =
            |words: &[&str], names: &[&str]| words.iter().position(|word| names.contains(word));
        let stem = |column: usize, names: &[&str]| {
            let words = headers::words(&self.header[column]);
            let mut words: Vec<&str> = words.split(' ').collect();
            let place = among(&words, names)?;
            words.remove(place);
            Some(words.join(" "))
        };
        let of = |&before: &usize| {
            let stem_before =
                stem(before, &["before", "opening", "from", "vorher", "avant", "antes"])?;
            let is_after = |after: &&usize| {
                let after =
                    stem(**after, &["after", "closing", "to", "nachher", "après", "después"]);
                after.as_ref() == Some(&stem_before)
            };
            let after = columns.iter().find(is_after)?;
            let difference = |one: usize, other: usize| {
                let names = [one, other].map(|column| headers::quoted(&self.header[column]));
                headers::in_shell(&names.join(" - "))
            };
            let numbers = |column: usize| self.samples.get(column).map(ColumnSample::first_numbers);
            let (first, then) = (numbers(before)?, numbers(*after)?);
            Some(match first.iter().zip(then).all(|(first, then)| then >= first) {
                true => {
                    let formula = difference(*after, before);
                    format!("`--amount-column {formula}` counts what each row added; ")
                }
                false => {
                    let formula = difference(before, *after);
                    format!("`--amount-column {formula}` counts what each row took off; ")
                }
            })
        };
        columns.iter().find_map(of).unwrap_or_default()
    }

    /// Whether columns are credits of different things each, none of which is the sum of the others: `gpt-5 credits` and `claude-4
    /// credits`, what a plan includes and what is beyond it.
    fn are_credits_of_several(&self, columns: &[usize]) -> bool {
        let is_sum = |column: &usize| {
            let others = columns.iter().filter(|other| *other != column);
            let others: Vec<&ColumnSample> =
                others.filter_map(|&other| self.samples.get(other)).collect();
            let whole = self.samples.get(*column);
            whole.is_none_or(|whole| {
                whole.is_sum_of(&others)
                    || (others.len() == 1 && whole.first_numbers() == others[0].first_numbers())
            })
        };
        let is_of_one = |column: &usize| headers::are_credits_of_one(&self.header[*column]);
        columns.iter().all(is_of_one) && !columns.iter().any(is_sum)
    }

    /// What a few columns of numbers add up to, where all of their cells were looked at.
    fn sums_of(&self, columns: &[usize]) -> String {
        let sum = |&column: &usize| {
            let sum = self.samples.get(column)?.sum_of_all()?;
            Some(format!("`{}` {sum}", shown_header(&self.header[column])))
        };
        let sums: Option<Vec<String>> = columns.iter().map(sum).collect();
        match sums.filter(|sums| (2..=SUMMED).contains(&sums.len())) {
            Some(sums) => format!("; all cells of each add up to: {}", sums.join(", ")),
            None => String::new(),
        }
    }

    /// The only column that may be the amount, which holds durations: in the unit of its header, where that says one;
    /// otherwise it is noted how they count.
    fn duration_alone(&mut self, column: usize) -> Vec<ChosenMeter> {
        let name = &self.header[column];
        let says_unit = headers::duration_unit(name).is_some() || self.unit_of_time().is_some();
        if says_unit && self.duration_unit(column).is_some() {
            let why = "the only column of durations";
            self.choosing.reasons.insert(column, why);
            self.choosing
                .told
                .push(format!("The amount is in column `{name}` (guessed from {why})."));
            return vec![ChosenMeter {
                when: None,
                amount: Formula { terms: vec![Product::of(column)] },
            }];
        }
        let example = self.samples.get(column).map_or("", |sample| sample.example.as_str());
        if self.duration_unit(column).is_none() {
            self.choosing.problems.push(format!(
                "the amount: column `{name}` holds durations in two parts (such as {example}), which may be hours and minutes or \
                 minutes and seconds; say which in its header, as `{name} (hours)` for 1:30 as an hour and a half, or \
                 `{name} (minutes)` for a minute and a half, or write all three parts, as 0:01:30"
            ));
            return Vec::new();
        }
        let per_second = headers::in_shell(&format!("0.001 * {}", headers::quoted(name)));
        self.choosing.problems.push(format!(
            "the amount: column `{name}` holds durations (such as {example}), of which nothing says what they are worth; \
             `--amount-column {}` counts their seconds, and `--amount-column {per_second}` a thousandth for each (or \
             `[usage] amount`)",
            headers::header_argument(name)
        ));
        Vec::new()
    }

    /// Notes that the only column of numbers may be a property of what each row is about, as the size of a message is, and what
    /// else a row may be worth: nothing in its header says that it is an amount, and the rows say more than a time and a number.
    fn is_property(&mut self, column: usize, clock: Option<usize>) -> bool {
        let beside = if clock.is_some() { 3 } else { 2 };
        let name = &self.header[column];
        let sample = self.samples.get(column);
        let has_units = sample.is_some_and(|sample| sample.with_unit > 0);
        if self.header.len() <= beside || has_units || headers::names_amount(name) {
            return false;
        }
        let example = sample.map_or("", |sample| sample.example.as_str());
        let is_other = |&other: &usize| {
            other != column
                && self.samples.get(other).is_some_and(|sample| !sample.is_recent_times())
        };
        let are_others = self.columns_like(&ColumnSample::is_numbers).iter().any(is_other);
        let may_be = if are_others { " that may be amounts" } else { "" };
        self.choosing.problems.push(format!(
            "the amount: the only numbers{may_be} are in column `{name}` (such as {example}), whose header does not say that they are \
             what is used: they may as well be a property of what each row is about. If they are the amounts, \
             `--amount-column {}` (or `[usage] amount`) reads them; if each row is one event and counts the same, \
             `--amount-per-row 1` (or `[usage] amount_per_row`) counts the rows",
            headers::header_argument(name)
        ));
        true
    }

    /// Notes that the only column of numbers is none of amounts by its header.
    fn no_amount(&mut self, column: usize) {
        let name = &self.header[column];
        let example = self.samples.get(column).map_or("", |sample| sample.example.as_str());
        let way =
            self.samples.get(column).and_then(|sample| DifferenceWay::of(sample.first_numbers()));
        let steps = way.map_or(String::new(), |way| {
            format!(
                "; if it is a total so far or a balance, {} counts what lies between its rows",
                way.flag(name)
            )
        });
        self.choosing.problems.push(format!(
            "the amount: the only numbers are in column `{name}` (such as {example}), which by its header is no \
             amount of a row but an id, a price, a limit, a balance, a total so far, or of another period; export usage row by row{steps}; if its numbers are \
             the amounts of their rows all the same, `--amount-column {}` (or `[usage] amount`) reads them",
            headers::header_argument(name)
        ));
    }

    /// The column that the file itself proves to be the amount among several, and why, which is told besides.
    fn proven(&mut self, columns: &[usize]) -> Option<(usize, &'static str)> {
        let proof = proofs::of(self.header, self.samples, columns, self.settings.unit.as_ref())?;
        self.choosing.told_besides.push(proof.told);
        self.choosing.needs_meaning = true;
        Some((proof.column, proof.why))
    }

    /// The chosen column, or the one that is in the unit of the scenario; `None` where another is in a unit of its measure, which
    /// is noted.
    fn in_unit_of_scenario(
        &mut self,
        (column, why): (usize, &'static str),
        taken: &dyn Fn(&usize) -> bool,
    ) -> Option<(usize, &'static str)> {
        let is_other = |other: &usize| *other != column && !taken(other);
        let mut others: Vec<(usize, Option<&'static str>)> = Vec::new();
        for other in (0..self.header.len()).filter(is_other) {
            let Some(sample) = self.samples.get(other) else { continue };
            if sample.is_durations() {
                others.extend(self.duration_unit(other).map(|unit| (other, Some(unit.word()))));
            } else if sample.is_numbers() && self.may_be_amount(other) {
                others.push((other, None));
            }
        }
        let unit = self.settings.unit.as_ref();
        match proofs::in_unit((self.header, self.samples), &others, column, unit) {
            None => Some((column, why)),
            Some(OtherColumn::Amount(proof)) => {
                self.choosing.told_besides.push(proof.told);
                self.choosing.needs_meaning = true;
                Some((proof.column, proof.why))
            }
            Some(OtherColumn::Unclear(problem)) => {
                self.choosing.problems.push(problem);
                None
            }
        }
    }

    /// The chosen column, or the one of what was used of it; `None` where either may be meant, which is noted.
    fn what_was_used(
        &mut self,
        (column, why): (usize, &'static str),
        numeric: &[usize],
    ) -> Option<(usize, &'static str)> {
        match used_beside::of(self.header, self.samples, column, numeric) {
            None => Some((column, why)),
            Some(UsedBeside::Amount(proof)) => {
                self.choosing.told_besides.push(proof.told);
                self.choosing.needs_meaning = true;
                Some((proof.column, proof.why))
            }
            Some(UsedBeside::Unclear(problem)) => {
                self.choosing.problems.push(problem);
                None
            }
        }
    }

    /// The column whose header says total and whose cells are the sums of all others.
    fn sum_of_all(&self, numeric: &[usize]) -> Option<(usize, &'static str)> {
        let says_total = |column: &&usize| {
            headers::words(&self.header[**column]).split(' ').any(|word| word.starts_with("total"))
        };
        let is_sum = |column: &&usize| {
            let others = numeric.iter().filter(|other| other != column);
            let others: Vec<&ColumnSample> =
                others.filter_map(|&other| self.samples.get(other)).collect();
            self.samples.get(**column).is_some_and(|sample| sample.is_sum_of(&others))
        };
        let column = numeric.iter().filter(says_total).find(is_sum)?;
        Some((*column, "the sum of all other columns of amounts"))
    }

    /// The only `total` of an object whose other values are all the columns of amounts, where its cells are the sums of those
    /// that are not of a cache: cached tokens are in those of the input.
    fn total_of_object(&self, numeric: &[usize]) -> Option<(usize, &'static str)> {
        let object = |column: usize| self.header[column].rsplit_once('.');
        let is_total = |column: &usize| {
            object(*column).is_some_and(|(_, name)| name.eq_ignore_ascii_case("total"))
        };
        let mut totals = numeric.iter().copied().filter(is_total);
        let (Some(total), None) = (totals.next(), totals.next()) else { return None };
        let (of, _) = object(total)?;
        let others = || numeric.iter().copied().filter(|&one| one != total);
        let is_cached = |column: usize| headers::last_words(&self.header[column]).contains("cache");
        let are_beside = others().all(|one| object(one).is_some_and(|(other, _)| other == of));
        let parts = others().filter(|&one| !is_cached(one));
        let parts: Vec<&ColumnSample> = parts.filter_map(|one| self.samples.get(one)).collect();
        let is_sum = parts.len() > 1 && self.samples.get(total)?.is_sum_of(&parts);
        (are_beside && is_sum).then_some((total, "the total of the values beside it"))
    }

    /// The only column with numbers among its cells, where no column has nothing else: what it holds beside
    /// them is told row by row.
    fn only_partly_numbers(&self, taken: &dyn Fn(&usize) -> bool) -> Option<(usize, &'static str)> {
        let mut found = self.columns_like(&ColumnSample::is_mostly_numbers);
        found.retain(|column| !taken(column) && self.may_be_amount(*column));
        match found.as_slice() {
            [column] => Some((*column, "the only column with numbers")),
            _ => None,
        }
    }

    /// Tells how money is read that stands beside an amount that is none.
    fn tell_of_money(&mut self, amount: usize) {
        let money = self.money();
        if money.contains(&amount) || headers::is_money(&self.header[amount]) {
            return;
        }
        let is_price = |column: &usize| headers::is_unit_price(&self.header[*column]);
        let prices: Vec<usize> =
            self.columns_like(&ColumnSample::is_numbers).into_iter().filter(is_price).collect();
        let name = |column: usize| headers::quoted(&self.header[column]);
        // What was charged is not always the price of what was used.
        let is_charged = |column: &usize| {
            let words = headers::words(&self.header[*column]);
            *column != amount
                && !is_price(column)
                && (words.starts_with("total") || headers::is_charged_total(&words))
        };
        let mut charged = self.columns_like(&ColumnSample::is_numbers);
        charged.retain(|column| self.may_be_amount(*column) && is_charged(column));
        let formula = match (money.as_slice(), prices.as_slice()) {
            ([money], _) => name(*money),
            ([], [_]) if charged.len() == 1 => name(charged[0]),
            ([], [price]) => format!("{} * {}", name(*price), name(amount)),
            _ => return,
        };
        let formula = headers::in_shell(&formula);
        self.choosing.told_besides.push(format!("For money: `--amount-column {formula}`."));
    }

    /// The columns of money, which a column of counts does not replace.
    fn money(&self) -> Vec<usize> {
        let is_money = |column: &usize| {
            headers::is_money(&self.header[*column])
                || self.samples.get(*column).is_some_and(|sample| sample.money > 0)
        };
        let mut numeric = self.columns_like(&ColumnSample::is_mostly_numbers);
        numeric.retain(|column| self.may_be_amount(*column) && is_money(column));
        numeric
    }

    /// Whether a column of numbers may hold amounts: not ids, prices, shares, limits or times.
    fn may_be_amount(&self, column: usize) -> bool {
        let is_part_of_date = self.samples.get(column).is_some_and(|of| of.is_part_of_date);
        if is_part_of_date || self.is_code(column) || self.numbers_rows(column) {
            return false;
        }
        if headers::is_typed_again(self.header, column) {
            return false;
        }
        let is_of_day = self.samples.get(column).is_some_and(|sample| sample.hours.is_some());
        if is_of_day && hours::names_hours(&self.header[column]) {
            return false;
        }
        let words = headers::words(headers::without_type(&self.header[column]));
        if self.is_size_of_something(column, &words) {
            return false;
        }
        let signs = [
            "id",
            "price",
            "rate",
            "quota",
            "limit",
            "balance",
            "remaining",
            "year",
            "month",
            "number",
            "percent",
            "version",
            "index",
            "line",
            "zip",
            "account",
            "reading",
            "cumulative",
            "running",
            "mtd",
            "ytd",
            "phone",
            "party",
            "code",
            "sid",
            "status",
            "latency",
            "lifetime",
            "rufnummer",
            "telefonnummer",
            "nummer",
            "numéro",
            "número",
            "numero",
            "mcc",
            "mnc",
            "resolution",
            "source",
            "destination",
            "caller",
            "callee",
            "appelant",
            "appelé",
            "appele",
            "appelée",
            "anrufer",
            "angerufener",
            "llamante",
            "chiamante",
            "chiamato",
            "dzwoniący",
            "language",
            "langue",
            "sprache",
            "idioma",
            "lingua",
            "extension",
        ];
        // What was used until then is no amount of a row.
        let is_so_far =
            ["so far", "to date", "until now"].iter().any(|so_far| words.contains(so_far));
        let is_price_of_row = self.has_price_unit(&words) || headers::is_charged_total(&words);
        // `Account credits` may be those of a row.
        let is_sign = |word: &str| {
            signs.contains(&word) && (word != "account" || !words.ends_with("account credits"))
        };
        (is_price_of_row || !words.split(' ').any(is_sign))
            && !is_so_far
            && !headers::is_of_other_period(&self.header[column])
            && !headers::is_so_far(&words)
            && !headers::is_balance(&words)
            && !["from", "to"].contains(&words.as_str())
            && headers::doubt(&self.header[column]) != Some(Doubt::Account)
            && (is_price_of_row || !headers::is_unit_price(&self.header[column]))
            && self.samples.get(column).is_some_and(|sample| {
                let speaks_of_time = words.split(' ').any(headers::is_of_time);
                !(sample.is_dates() || speaks_of_time && sample.is_recent_times())
            })
    }

    /// Whether a column beside other numbers holds sizes with their unit, `12kb`: those of documents, which nobody uses up.
    fn is_size_of_something(&self, column: usize, words: &str) -> bool {
        let others = self.columns_like(&ColumnSample::is_numbers);
        let has_unit = |sample: &ColumnSample| sample.with_unit > 0;
        words.rsplit(' ').next() == Some("size")
            && self.samples.get(column).is_some_and(has_unit)
            && others.iter().any(|other| *other != column)
    }

    /// Whether a column without a name numbers the rows.
    fn numbers_rows(&self, column: usize) -> bool {
        let name = self.header[column].trim();
        let nameless =
            ["", "#", "№", "n°", "nr", "nr.", "no", "no.", "lp", "lp.", "row", "unnamed: 0"];
        let is_nameless = nameless.contains(&name.to_lowercase().as_str())
            || name == format!("{PLACE}{}", column + 1);
        is_nameless && self.samples.get(column).is_some_and(ColumnSample::numbers_rows)
    }

    /// Whether a column of numbers holds ids, codes or names of packages, by its header or by how its cells are written.
    fn is_code(&self, column: usize) -> bool {
        let name = headers::without_type(&self.header[column]);
        let is_written = self.samples.get(column).is_some_and(|sample| {
            sample.are_codes() || (sample.with_unit > 0 && headers::names_package(name))
        });
        headers::is_of_code(name) || (is_written && !headers::names_amount(name))
    }

    /// Whether a price has its currency in a column beside it: `Price` and `PriceUnit`, what a row was charged.
    fn has_price_unit(&self, words: &str) -> bool {
        let currency = |name: &String| {
            let name = headers::words(name);
            name == "price unit" || name == "price currency"
        };
        // A price beside a currency and no quantity is what a row was charged.
        let is_currency = |name: &String| headers::words(name) == "currency";
        let is_quantity = |name: &String| {
            let words = headers::words(name);
            ["quantity", "qty", "units", "usage", "amount", "unit"]
                .iter()
                .any(|one| words.split(' ').any(|word| word == *one))
        };
        let has_price_of_one = || self.header.iter().any(|name| headers::is_price_of_one(name));
        headers::is_bare_price(words)
            && (self.header.iter().any(currency)
                || has_price_of_one()
                || self.header.iter().any(is_currency) && !self.header.iter().any(is_quantity))
    }

    /// Whether it is said that all rows count, whatever ids they have.
    fn all_count(&self) -> bool {
        matches!(self.meaning.identity.as_slice(), [name] if name == "none" && self.find(name).is_none())
    }

    fn identity(&mut self) -> Vec<usize> {
        if self.all_count() {
            return Vec::new();
        }
        let names = self.meaning.identity.clone();
        let way_out = "choose it with `[usage] identity = [\"...\"]` or `--identity`";
        names.iter().filter_map(|name| self.named(name, "the identity", way_out)).collect()
    }

    fn account(&mut self) -> Option<(usize, Option<String>)> {
        let chosen = self.meaning.account.clone();
        let way_out = "choose it with `[usage] account_column = \"...\"` or `--account-column`";
        let of_profile = self.profile.and_then(|profile| profile.meaning.account_column.as_ref());
        if let Some(wanted) = self.meaning.account_column.clone() {
            // Not every file of a product has accounts.
            if of_profile == Some(&wanted) && chosen.is_none() && self.find(&wanted).is_none() {
                return None;
            }
            return Some((self.named(&wanted, "the account", way_out)?, chosen));
        }
        let candidates: Vec<usize> = (0..self.header.len())
            .filter(|&column| headers::doubt(&self.header[column]) == Some(Doubt::Account))
            .filter(|&column| self.samples.get(column).is_some_and(|sample| sample.filled > 0))
            .collect();
        // All of them together are of no one column.
        if chosen.as_ref()? == "*"
            && let Some(first) = candidates.first()
        {
            return Some((*first, chosen));
        }
        // An account is chosen where there are several.
        let several =
            |column: &usize| self.samples.get(*column).is_some_and(|sample| sample.differ);
        let differ: Vec<usize> = candidates.iter().copied().filter(several).collect();
        let candidates = if differ.is_empty() { candidates } else { differ };
        match candidates.as_slice() {
            [column] => Some((*column, chosen)),
            [] if chosen.as_deref() == Some("*") => {
                let told = "No column looks like one of accounts: the whole file is one account.";
                self.choosing.told.push(told.to_owned());
                None
            }
            [] => {
                let why = "the account: no column looks like one of accounts";
                self.choosing.problems.push(format!("{why}; {way_out}"));
                None
            }
            _ => {
                self.unclear("the account", &candidates, way_out);
                None
            }
        }
    }

    /// Whether each part of the amount is made of the same columns as one of the profile's.
    fn is_of_profile(&self, meters: &[ChosenMeter]) -> bool {
        let Some(profile) = self.profile else { return false };
        let products = |formulas: &mut dyn Iterator<Item = &String>| -> Vec<Vec<usize>> {
            let mut products = Vec::new();
            for text in formulas {
                if let Some(column) = self.find(text) {
                    products.push(vec![column]);
                } else if let Ok(formula) = Formula::parse(text) {
                    let places = formula.map(&mut |name| self.find(name));
                    let terms = places.into_iter().flat_map(|formula| formula.terms);
                    products.extend(terms.map(|term| term.columns));
                }
            }
            products
        };
        // What is right for one kind of row says nothing of all.
        let (some, all): (Vec<_>, Vec<_>) =
            profile.meaning.meters.iter().partition(|meter| meter.when.is_some());
        let some = products(&mut some.into_iter().map(|meter| &meter.amount));
        let all = products(&mut all.into_iter().map(|meter| &meter.amount).chain(&profile.amount));
        meters.iter().all(|meter| {
            let mut terms = meter.amount.terms.iter();
            let is_for_some = meter.when.is_some();
            terms.all(|term| {
                all.contains(&term.columns) || (is_for_some && some.contains(&term.columns))
            })
        })
    }

    /// The columns of words that no condition names and no amount is made of.
    fn labels(&self, filters: &[Condition<usize>], meters: &[ChosenMeter]) -> Vec<usize> {
        let conditions = meters.iter().filter_map(|meter| meter.when.as_ref()).chain(filters);
        let asked: Vec<usize> = conditions.flat_map(Condition::columns).copied().collect();
        let amounts = |column: &usize| {
            meters.iter().any(|meter| meter.amount.columns().any(|amount| amount == column))
        };
        let words = self.columns_like(&ColumnSample::is_words);
        words.into_iter().filter(|column| !asked.contains(column) && !amounts(column)).collect()
    }

    /// Whether a column holds numbers of units, as by its header it may hold their names.
    fn counts_units(&self, column: usize) -> bool {
        headers::last_words(&self.header[column]).ends_with("units")
            && self.samples.get(column).is_some_and(ColumnSample::is_numbers)
    }

    /// Whether every product of the amount has money in it.
    fn are_money(&self, meters: &[ChosenMeter]) -> bool {
        let is_money = |term: &Product<usize>| {
            term.columns.iter().any(|&column| headers::is_money(&self.header[column]))
        };
        meters.iter().flat_map(|meter| &meter.amount.terms).all(is_money)
    }

    /// Whether words in the first cells of a column say what kind their rows are of.
    fn says_kind(&self, column: usize) -> bool {
        let sample = self.samples.get(column);
        let is_name = || WordColumn::of(&self.header[column]) == WordColumn::Names;
        let differ = |sample: &ColumnSample| sample.differ || sample.differ_later;
        let is_fee = |sample: &ColumnSample| sample.names_fee && differ(sample);
        let says = |sample: &ColumnSample| {
            sample.says_kind || is_fee(sample) || (sample.says_entry && !is_name())
        };
        sample.is_some_and(|sample| says(sample) && !sample.is_numbers())
    }

    /// Whether the first cells of a column have words for directions.
    fn says_direction(&self, column: usize) -> bool {
        let has = |sample: &ColumnSample| sample.few.iter().any(|cell| kinds::has_direction(cell));
        self.samples.get(column).is_some_and(has)
    }

    /// Whether the cells of the column with this header say of some rows that they are not billed.
    fn says_unbilled(&self, name: &str) -> bool {
        let Some(flags) = FlagColumn::of(name) else { return false };
        let column = self.header.iter().position(|header| header == name);
        let sample = column.and_then(|column| self.samples.get(column));
        sample.is_some_and(|sample| match flags {
            FlagColumn::States | FlagColumn::Codes => sample.says_unbilled,
            FlagColumn::Errors => {
                (sample.filled > 0 || sample.differ_later) && !sample.is_numbers()
            }
            FlagColumn::Lapsed => true,
            FlagColumn::Billed | FlagColumn::Unbilled => {
                sample.few.iter().all(|cell| flags.is_unbilled(cell).is_some())
            }
        })
    }

    /// Whether the first cells of a column are units that are measured in.
    fn says_units(&self, column: usize) -> bool {
        let is_unit = |cell: &String| super::unit::is_measure(cell);
        self.samples.get(column).is_some_and(|sample| {
            sample.differ && sample.is_words() && sample.few.iter().all(is_unit)
        })
    }

    /// Whether what the amounts count may differ from row to row: they are no credits.
    fn may_count_anything(&self, amounts: &[usize]) -> bool {
        let is_of_credits = |column: &usize| {
            let words = headers::words(&self.header[*column]);
            words.split(' ').any(|word| ["credit", "credits"].contains(&word))
        };
        !amounts.is_empty() && !amounts.iter().any(is_of_credits)
    }

    /// Whether the amounts are credits by their headers, beside numbers of something else.
    fn has_other_quantity(&self, amounts: &[usize]) -> bool {
        let is_other = |column: &usize| {
            !amounts.contains(column) && headers::counts_anything(&self.header[*column])
        };
        let are_credits =
            amounts.iter().all(|&column| headers::are_charged_credits(&self.header[column]));
        !amounts.is_empty()
            && are_credits
            && self.columns_like(&ColumnSample::is_numbers).iter().any(is_other)
    }

    /// Whether the first cells of a column are codes of currencies.
    fn says_currency(&self, column: usize) -> bool {
        self.samples.get(column).is_some_and(ColumnSample::is_currencies)
    }

    /// Whether the first cells of a column are marks of debit and credit.
    fn says_side(&self, column: usize) -> bool {
        self.samples.get(column).is_some_and(|sample| sample.is_sides(&self.header[column]))
    }

    /// The columns that are not added up without a choice: those that are set or known, and, where the amount
    /// is not that of a profile, those whose header raises a doubt. A column that a condition names is chosen.
    fn watched(
        &self,
        filters: &[Condition<usize>],
        meters: &[ChosenMeter],
        identity: &[usize],
        has_account: bool,
    ) -> Vec<(usize, Doubt)> {
        let conditions = meters.iter().filter_map(|meter| meter.when.as_ref()).chain(filters);
        let asked: Vec<usize> = conditions.flat_map(Condition::columns).copied().collect();
        let amounts: Vec<usize> =
            meters.iter().flat_map(|meter| meter.amount.columns().copied()).collect();
        let own = self.is_of_profile(meters);
        let money = !amounts.is_empty() && self.are_money(meters);
        let units = &self.meaning.units;
        let of_profile = self.settings.meaning.units.is_empty();
        let mut watched = Vec::new();
        for (column, name) in self.header.iter().enumerate() {
            let set = units.iter().any(|unit| unit.eq_ignore_ascii_case(name));
            // What a profile says of units is said of its own amount.
            let names_currency = headers::names_currency(name) || self.says_currency(column);
            let set = set && (!money || own || !of_profile || names_currency);
            let is_shared = self.profile.is_some_and(|profile| profile.shares(name));
            let doubt = match headers::doubt(name) {
                _ if set => Some(Doubt::Unit),
                _ if is_shared && !has_account => Some(Doubt::SharedAccount),
                Some(Doubt::Account) if own && !has_account => Some(Doubt::SharedAccount),
                _ if own => None,
                // Money for different units may be added up.
                Some(Doubt::Unit) if money && !names_currency => None,
                // The unit of what was used is none of the credits that it cost.
                Some(Doubt::Unit) if self.has_other_quantity(&amounts) => None,
                // Credits are what each type of usage was charged.
                Some(Doubt::Unit) if self.are_types_charged(name, &amounts) => Some(Doubt::RowKind),
                // A number of units is a count and no unit.
                Some(Doubt::Unit) if self.counts_units(column) => None,
                Some(Doubt::Id) if self.all_count() => None,
                Some(Doubt::Id) if !identity.is_empty() || self.profile.is_some() => None,
                Some(Doubt::Account) if has_account => None,
                Some(Doubt::Account) if self.profile.is_some() => Some(Doubt::SharedAccount),
                None | Some(Doubt::RowKind) if self.says_side(column) => Some(Doubt::Side),
                None if self.says_currency(column) => Some(Doubt::Unit),
                None if !money && self.says_units(column) && self.may_count_anything(&amounts) => {
                    Some(Doubt::Unit)
                }
                None if self.says_unbilled(name) => Some(Doubt::Flag),
                None if self.says_kind(column) => Some(Doubt::SaidKind),
                None if self.may_be_meters(column, &amounts) => Some(Doubt::Meters),
                None if self.says_direction(column) => Some(Doubt::Direction),
                None if self.may_compare(column) => Some(Doubt::Compared),
                None if self.has_one_stage(column) => Some(Doubt::Stages),
                None if !has_account && self.is_part_of_account(column) => {
                    Some(Doubt::SharedAccount)
                }
                doubt => doubt,
            };
            if let Some(doubt) = doubt
                && !asked.contains(&column)
                && !amounts.contains(&column)
                && !differences::is_counted(self.header, column)
            {
                watched.push((column, doubt));
                watched.extend(self.beside(name, doubt, &amounts).map(|doubt| (column, doubt)));
                let is_kind = matches!(doubt, Doubt::RowKind | Doubt::SaidKind);
                if is_kind && self.may_be_meters(column, &amounts) {
                    watched.push((column, Doubt::Meters));
                }
            }
            let may_be = !own && !asked.contains(&column) && !amounts.contains(&column);
            if may_be && self.may_be_figures(column, &amounts) {
                watched.push((column, Doubt::Figures));
            }
        }
        watched
    }

    /// Whether the first cells of a column of stages are all of one.
    fn has_one_stage(&self, column: usize) -> bool {
        let sample = self.samples.get(column);
        sample.is_some_and(|sample| stages::has_one(&self.header[column], sample))
    }

    /// Whether the first cells of a column may be of periods that are compared.
    fn may_compare(&self, column: usize) -> bool {
        let name = &self.header[column];
        let sample = self.samples.get(column);
        sample.is_some_and(|sample| sample.few.iter().any(|cell| compared::may_be(name, cell)))
    }

    /// Whether a column names types of usage, each of which was charged credits.
    fn are_types_charged(&self, name: &str, amounts: &[usize]) -> bool {
        matches!(amounts, [amount] if headers::are_charged_credits(&self.header[*amount]))
            && headers::last_words(name) == "usage type"
    }

    /// Whether a column names the parts of one account, of which no profile says anything.
    fn is_part_of_account(&self, column: usize) -> bool {
        self.profile.is_none()
            && headers::shares_bill(&self.header[column])
            && self.samples.get(column).is_some_and(|sample| sample.filled > 0 && sample.differ)
    }

    /// Whether each name in a column may be a meter of its own: its header is one of kinds, and that of the amount says
    /// nothing of what it counts, as no unit beside it does.
    fn may_be_meters(&self, column: usize, amounts: &[usize]) -> bool {
        let &[amount] = amounts else { return false };
        let sample = |column: usize| self.samples.get(column);
        let says_unit = |name: &String| headers::is_of_unit(name);
        let is_bare = sample(amount).is_some_and(|sample| sample.money + sample.with_unit == 0);
        self.profile.is_none()
            && is_bare
            && headers::is_quantity(&self.header[amount])
            && headers::names_meters(&self.header[column])
            && !self.header.iter().any(says_unit)
            && sample(column).is_some_and(|sample| sample.differ && sample.is_words())
    }

    /// Whether values of a column may name figures: one of the first does, and the header of the amount does not say what it
    /// counts.
    fn may_be_figures(&self, column: usize, amounts: &[usize]) -> bool {
        let &[amount] = amounts else { return false };
        let sample = |column: usize| self.samples.get(column);
        let is_bare = sample(amount).is_some_and(|sample| sample.money + sample.with_unit == 0);
        let name = &self.header[amount];
        let is_open = headers::is_quantity(name)
            || headers::counts_anything(name)
            || metrics::is_open_amount(name);
        let names_figure = |sample: &ColumnSample| {
            sample.differ
                && sample.is_words()
                && sample.few.iter().any(|value| metrics::is_figure(value))
        };
        self.profile.is_none() && is_bare && is_open && sample(column).is_some_and(names_figure)
    }

    /// The doubt that the cells of a column raise beside the one of its header or words.
    fn beside(&self, name: &str, doubt: Doubt, amounts: &[usize]) -> Option<Doubt> {
        let has_refunds = || self.header.iter().any(|name| headers::words(name).contains("refund"));
        let counts_anything =
            || matches!(amounts, [one] if headers::counts_anything(&self.header[*one]));
        match doubt {
            // Where a column says how much was paid back, what a row says of itself is told there.
            Doubt::SaidKind if !has_refunds() => Some(Doubt::Undone),
            Doubt::RowKind if self.says_unbilled(name) => Some(Doubt::Flag),
            // One kind of event may count minutes, and another images.
            Doubt::RowKind if headers::names_events(name) && counts_anything() => Some(Doubt::Unit),
            _ => None,
        }
    }
}

/// The problem of amounts that are power, in this unit, where a row stands for so many minutes, if that is known.
pub(super) fn power_problem(
    name: &str,
    unit: &str,
    minutes: Option<u128>,
    scenario: Option<&ScenarioUnit>,
) -> String {
    if let Some(minutes) = minutes {
        return power_of_interval(name, unit, minutes, scenario);
    }
    let of = |hours: &str| headers::in_shell(&format!("{hours} * {}", headers::quoted(name)));
    let thousandth = match unit {
        "W" => format!(
            "; for kWh a thousandth of that, such as `--amount-column {}` for 30 minutes",
            of("0.0005")
        ),
        _ => String::new(),
    };
    format!(
        "the amount: column `{name}` holds power in {unit}, which is used up for as long as its interval is: for {unit}h \
         give `--amount-column {}` if a row stands for 15 minutes, `--amount-column {}` for 30, and `--amount-column \
         {}` for an hour (or `[usage] amount`){thousandth}",
        of("0.25"),
        of("0.5"),
        of("1")
    )
}

/// The same where the time from row to row is known: the energy in the unit of the scenario, or else in that of the power and
/// in kWh.
fn power_of_interval(
    name: &str,
    unit: &str,
    minutes: u128,
    scenario: Option<&ScenarioUnit>,
) -> String {
    let said = scenario.filter(|scenario| scenario.is_said).map(|scenario| scenario.name.clone());
    let own = said.filter(|said| energy_argument(name, unit, minutes, said).is_some());
    let mut wanted =
        own.map_or_else(|| vec![format!("{unit}h"), "kWh".to_owned()], |own| vec![own]);
    wanted.dedup();
    let ways: Vec<String> = wanted
        .iter()
        .filter_map(|wanted| {
            let argument = energy_argument(name, unit, minutes, wanted)?;
            Some(format!("`--amount-column {argument}` counts {wanted}"))
        })
        .collect();
    format!(
        "the amount: column `{name}` holds power in {unit}, which is used up for as long as its interval is, here {}: {} (or \
         `[usage] amount`)",
        counted(minutes, "minute"),
        ways.join(", ")
    )
}

/// A number that is written without groups.
fn exact(text: &str) -> Exact {
    let read = number::read(text, DecimalMark::Point);
    read.map(|written| written.number).expect("a decimal is written in digits")
}

/// The headers that the conditions of meters name.
pub(super) fn condition_columns(columns: &ChosenColumns) -> Vec<usize> {
    let conditions = columns.meters.iter().filter_map(|meter| meter.when.as_ref());
    let mut found: Vec<usize> = conditions.flat_map(Condition::columns).copied().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a column is the sum of some of the parts that were chosen, in each of the first rows.
fn adds_up(whole: &ColumnSample, parts: &[&ColumnSample]) -> bool {
    /// Parts of which every selection is looked at.
    const FEW: usize = 8;
    if parts.len() > FEW {
        return whole.is_sum_of(parts);
    }
    (1..1_usize << parts.len()).any(|chosen| {
        let some: Vec<&ColumnSample> = parts
            .iter()
            .enumerate()
            .filter(|(place, _)| chosen >> place & 1 == 1)
            .map(|(_, part)| *part)
            .collect();
        whole.is_sum_of(&some)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Instant, Window, Zone};

    /// A header with every column that a profile names.
    fn header_of(profile: &Profile) -> Vec<String> {
        let amounts = profile.meaning.meters.iter().map(|meter| &meter.amount);
        let formulas = amounts.chain(&profile.amount).filter_map(|text| Formula::parse(text).ok());
        let in_formulas: Vec<String> =
            formulas.flat_map(|formula| formula.columns().cloned().collect::<Vec<_>>()).collect();
        let filters = profile.meaning.filters.iter();
        let meters = profile.meaning.meters.iter().filter_map(|meter| meter.when.as_ref());
        let asked = filters.chain(meters).flat_map(Condition::columns).cloned();
        let known = profile.fingerprint.iter().chain(&profile.columns).chain(&profile.accounts);
        let mut header: Vec<String> =
            known.map(|name| name.replace('*', "x")).chain(in_formulas).chain(asked).collect();
        header.extend(profile.time.clone());
        header.extend(profile.meaning.identity.iter().cloned());
        header.retain(|name| !name.ends_with('*'));
        header.sort();
        header.dedup();
        header
    }

    #[test]
    fn accounts_that_share_a_bill_are_watched_in_every_profile_that_has_a_column_of_them() {
        let window = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let settings = CsvSettings::new(Zone::UTC, window);
        let mut checked = Vec::new();
        for profile in profile::built_in() {
            let header = header_of(profile);
            let is_account = |name: &&String| {
                headers::doubt(name) == Some(Doubt::Account) || profile.shares(name)
            };
            let accounts: Vec<&String> = header.iter().filter(is_account).collect();
            if accounts.is_empty() || profile.meaning.account_column.is_some() {
                continue;
            }
            let samples = vec![ColumnSample::default(); header.len()];
            let (columns, choosing) =
                choose(&header, &samples, &settings, Some(profile), &profile.meaning);
            let columns = columns.unwrap_or_else(|| panic!("{}: {choosing:?}", profile.name));
            for name in accounts {
                let column = header.iter().position(|other| other == name).unwrap();
                let is_watched = columns.watched.contains(&(column, Doubt::SharedAccount));
                assert!(is_watched, "{} {name}", profile.name);
            }
            checked.push(profile.name.as_str());
        }
        for name in ["deepseek-cost", "github-ai-credits", "twilio-usage-records", "oci-cost"] {
            assert!(checked.contains(&name), "{name} is among {checked:?}");
        }
    }

    #[test]
    fn an_amount_of_some_rows_of_a_profile_is_not_its_amount_of_all() {
        let profile = Profile::named("github-ai-credits").unwrap();
        let window = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let mut settings = CsvSettings::new(Zone::UTC, window);
        let header = header_of(&profile);
        let samples = vec![ColumnSample::default(); header.len()];
        let unit = header.iter().position(|name| name == "unit_type").unwrap();
        let is_watched = |settings: &CsvSettings| {
            let (columns, _) =
                choose(&header, &samples, settings, Some(&profile), &profile.meaning);
            columns.unwrap().watched.contains(&(unit, Doubt::Unit))
        };
        assert!(!is_watched(&settings));
        settings.amounts = Amounts::Columns(vec![("quantity".to_owned(), Decimal::ONE)]);
        assert!(is_watched(&settings));
    }
}
