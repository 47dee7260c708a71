//! A first look at a source: its layout, its profile and its first rows, and the columns chosen by them.
//!
//! Deliberately absent: the rows beyond the sample.

use super::balances::FollowedBalance;
use super::checks::{self, OpenQuestions};
use super::choose::{self, Choosing, ChosenColumns};
use super::compared;
use super::differences::{self, DifferenceColumn};
use super::entries::WordColumn;
use super::examination::{Examination, NotationEvidence};
use super::fitting;
use super::flows;
use super::formula::Formula;
use super::headers;
use super::headers::Doubt;
use super::hours;
use super::kinds::{self, KindWord};
use super::later::RowWindows;
use super::number::{DecimalMark, NumberEvidence, NumberVerdict};
use super::parted::PartedDate;
use super::pivot::{IntervalKind, Pivot};
use super::profile::{Profile, ProfileError};
use super::rollup;
use super::sample::{self, ColumnSample};
use super::shown::ShownRows;
use super::stated_zone::{self, StatedZone};
use super::unit::unit_of_header;
use super::unit_lines::unit_above;
use super::wide::{self, TableShape, WideTable};
use super::zone_lines::ZoneLine;
use super::{ColumnMeaning, Meter, ProfileChoice};
use crate::domain::text::listed as enumerated;
use crate::usage::csv::{Amounts, ConstantColumn, CsvSettings, Delimiter, InputSource};
use crate::usage::export::{FoundLayout, Layout, NameReach, Row, scenario_as_usage};
use crate::usage::pieces::PieceSizes;
use crate::usage::{CountedUnit, UsageError};

/// The findings at the start of a source.
pub(in crate::usage) struct FirstLook<'a> {
    pub(super) name: String,
    source: InputSource,
    layout: Layout,
    shape: TableShape,
    pub(super) settings: &'a CsvSettings,
    /// The names of the columns; none in a file without a row.
    pub(super) header: Vec<String>,
    /// The layout that was found.
    pub(super) found: FoundLayout,
    pub(super) profile: Option<Profile>,
    /// The meaning of the settings over that of the profile.
    meaning: ColumnMeaning,
    pub(super) samples: Vec<ColumnSample>,
    /// Whether a row stands below the header.
    pub(super) has_row: bool,
    /// The rows that were looked at.
    seen: u64,
    /// The columns that count, if they could be chosen.
    pub(super) columns: Option<ChosenColumns>,
    pub(super) choosing: Choosing,
    /// Whether the first rows show, whatever the columns are, that all must be read for their meaning.
    asks_of_rows: bool,
}

/// What is said of a header without rows.
pub(super) const NO_ROW: &str =
    "there is a header and no row below it; export it again, over days with usage";

/// The same, where a line of one cell may be the title of a table of more.
fn no_row(header: &[String], found: &FoundLayout) -> String {
    match (header, found.header_line) {
        ([name], Some(line)) => format!(
            "line {line} (`{}`) is taken for the header, and no row below it is one of its table; if another line is the header, name \
             it (`--header-line {}` or `[usage] header_line`), otherwise export it again, over days with usage",
            crate::domain::text::excerpt(name),
            line + 2
        ),
        _ => NO_ROW.to_owned(),
    }
}

/// A table whose rows are where its profile has them.
struct Opened {
    shape: TableShape,
    table: WideTable,
    profile: Option<Profile>,
    /// Why its columns cannot be read as the rows that they likely are.
    problem: Option<String>,
}

impl Opened {
    /// Opens a source; `layout` learns where a profile that was found has its records.
    fn of(
        source: &InputSource,
        settings: &CsvSettings,
        layout: &mut Layout,
        reach: NameReach,
    ) -> Result<Opened, UsageError> {
        // The hash is taken where all rows are read for what they mean.
        let mut unhashed = Layout { hash: None, ..layout.clone() };
        let mut shape = wide::shape(source, &unhashed, reach)?;
        let mut table = WideTable::open(source, &unhashed, &shape)?;
        let profile = choose::profile_of(&settings.meaning, table.header())?;
        if let Some(records) = records_elsewhere(profile.as_ref(), settings, table.header()) {
            (layout.records, unhashed.records) = (Some(records.clone()), Some(records));
            shape = wide::shape(source, &unhashed, reach)?;
            table = WideTable::open(source, &unhashed, &shape)?;
        }
        let names = table.table().header();
        if profile.is_none() && !names_column(settings, names) {
            shape.pivot = wide::intervals(source, &unhashed, &shape, names)?;
        }
        let mut problem = None;
        if profile.is_none() && shape.pivot.is_none() {
            problem = add_days(source, settings, &unhashed, (&mut shape, names))?;
        }
        if let Some(mut difference) =
            DifferenceColumn::named(names, settings).filter(|_| shape.pivot.is_none())
        {
            let (rows, _) = wide::beginning(source, &unhashed, &shape)?;
            problem = problem.or(difference.look_at(names, &rows, settings).err());
            shape.difference = Some(difference);
        }
        if shape.pivot.is_some() || shape.parted.is_some() || shape.difference.is_some() {
            table = WideTable::open(source, &unhashed, &shape)?;
        }
        Ok(Opened { shape, table, profile, problem })
    }
}

/// Adds to the shape of a table with these names the days of a month or a week or the months of a year that stand side by side, or the
/// date of which each row has the parts; returns the problem of those whose month, week or year nothing names.
fn add_days(
    source: &InputSource,
    settings: &CsvSettings,
    layout: &Layout,
    (shape, names): (&mut TableShape, &[String]),
) -> Result<Option<String>, UsageError> {
    if Pivot::has_numbered_days(names) && !names_column(settings, names) {
        let (rows, above) = wide::beginning(source, layout, shape)?;
        match Pivot::of_month(names, &rows, &above) {
            Some(Ok(pivot)) => shape.pivot = Some(pivot),
            Some(Err(problem)) if !rows.is_empty() => return Ok(Some(problem)),
            Some(Err(_)) | None => {}
        }
    }
    if Pivot::has_named_days(names) && !names_column(settings, names) {
        let (rows, _) = wide::beginning(source, layout, shape)?;
        match Pivot::of_week(names, &rows) {
            Some(Ok(pivot)) => shape.pivot = Some(pivot),
            Some(Err(problem)) if !rows.is_empty() => return Ok(Some(problem)),
            Some(Err(_)) | None => {}
        }
    }
    if shape.pivot.is_none() && Pivot::has_named_months(names) && !names_column(settings, names) {
        let (rows, above) = wide::beginning(source, layout, shape)?;
        match Pivot::of_year(names, &rows, &above) {
            Some(Ok(pivot)) => shape.pivot = Some(pivot),
            Some(Err(problem)) if !rows.is_empty() => return Ok(Some(problem)),
            Some(Err(_)) | None => {}
        }
    }
    let named = |wanted: &String| PartedDate::named(names, wanted);
    shape.parted = settings.time.as_ref().and_then(named);
    if shape.pivot.is_none() && settings.time.is_none() && PartedDate::may_be(names) {
        let (rows, _) = wide::beginning(source, layout, shape)?;
        shape.parted = PartedDate::of(names, &rows);
    }
    Ok(None)
}

impl<'a> FirstLook<'a> {
    /// Looks at a source as far as its first rows need it; one that can be read only once is kept.
    pub(in crate::usage) fn beginning(
        source: InputSource,
        settings: &'a CsvSettings,
    ) -> Result<FirstLook<'a>, UsageError> {
        FirstLook::at(source, settings, NameReach::Beginning)
    }

    /// The same by the names of these records.
    pub(super) fn at(
        source: InputSource,
        settings: &'a CsvSettings,
        reach: NameReach,
    ) -> Result<FirstLook<'a>, UsageError> {
        let name = source.to_string();
        let source = kept(source)?;
        let mut layout = layout(settings)?;
        let Opened { shape, mut table, profile, problem: of_days } =
            Opened::of(&source, settings, &mut layout, reach)?;
        let header = table.header().to_vec();
        let found = table.table().layout().clone();
        let mut meaning = match &profile {
            Some(profile) => settings.meaning.over(&profile.meaning),
            None => settings.meaning.clone(),
        };
        let (samples, rows, count) = sample::columns(&mut table)?;
        let whole = if sample::is_whole(count) { rows.as_slice() } else { &[] };
        let (mut columns, mut choosing) =
            choose::choose(&header, &samples, settings, profile.as_ref(), &meaning);
        let unfit =
            profile.as_ref().map(|profile| fitting::problem(profile, &meaning, &header, whole));
        if let Some(problem) = unfit.flatten() {
            choosing.problems = vec![problem];
            columns = None;
        }
        let compared = || compared::problem(&header, &rows, &samples, &meaning.filters);
        if let Some(problem) = profile.is_none().then(compared).flatten() {
            choosing.problems = vec![problem];
            columns = None;
        }
        let is_open = columns.is_none() && settings.amounts == Amounts::Guess && profile.is_none();
        let apart = || differences::way_apart(&header, &samples, &rows);
        if let Some(way) = is_open.then(apart).flatten()
            && let [problem, ..] = choosing.problems.as_mut_slice()
        {
            problem.push_str(&format!("; {way}"));
        }
        if let Some(problem) = of_days {
            choosing.problems = vec![problem];
            columns = None;
        }
        let unit = unit_above(&table.table().left_out().above);
        let unit = unit.as_deref();
        let power = power(settings, profile.as_ref(), (columns.as_ref(), &samples), (&found, unit));
        if let Some(problem) = power {
            choosing.problems.push(problem);
            columns = None;
        }
        if let (None, Some(chosen)) = (meaning.zone, &columns) {
            let lines = ZoneLine::all(&table.table().left_out().above, &found.around);
            let stated = stated_zone::of(&header, &samples, whole, chosen, &lines);
            columns = columns.filter(|_| take_zone(stated, &mut meaning, &mut choosing));
        }
        let open = OpenQuestions::of(settings, &meaning);
        let of_guessed = |columns: &ChosenColumns| {
            let mark = decimal_mark(&meaning, columns, &samples);
            checks::of_guessed(&ShownRows::first(&rows, columns, &samples, mark), open)
        };
        if let Some(problem) = columns.as_ref().and_then(of_guessed) {
            choosing.problems.push(problem);
            columns = None;
        }
        let mut counted_twice = None;
        if let Some(columns) = columns.as_mut().filter(|columns| !columns.is_of_profile) {
            let mark = decimal_mark(&meaning, columns, &samples);
            watch(columns, &rows, &samples, mark, unit);
            let is_rounded = |column: usize| samples[column].rounded > 0;
            columns.needs_meaning |= columns.amounts().into_iter().any(is_rounded);
            let shown = ShownRows::first(&rows, columns, &samples, mark);
            counted_twice = checks::of_any(&shown, open);
        }
        let needs_meaning = columns.as_ref().is_some_and(|columns| columns.needs_meaning);
        let asks_of_rows = counted_twice.is_some() || needs_meaning;
        if let Some(problem) = counted_twice {
            choosing.problems.push(problem);
            columns = None;
        }
        Ok(FirstLook {
            name,
            source,
            layout,
            shape,
            settings,
            header,
            found,
            profile,
            meaning,
            samples,
            has_row: count > 0,
            seen: count,
            columns,
            choosing,
            asks_of_rows,
        })
    }

    /// The choices, one sentence each.
    pub(super) fn told(&self) -> Vec<String> {
        let profile = self.profile.iter().map(|profile| told_profile(profile, &self.header));
        let pivot = self.shape.pivot.iter().map(|pivot| {
            let what = match pivot.kind {
                IntervalKind::Days => "days or months",
                IntervalKind::Clocks => "times of day",
                IntervalKind::DaysOfMonth => "days of a month",
                IntervalKind::DaysOfWeek => "days of a week",
                IntervalKind::MonthsOfYear => "months of a year",
            };
            format!("{} columns are {what}: each of their cells is read as a row.", pivot.width())
        });
        let chosen = self.choosing.told.iter().chain(&self.choosing.told_besides).cloned();
        let parted = self.shape.parted.iter().map(|parted| {
            let names: Vec<String> = parted
                .columns()
                .iter()
                .map(|&column| format!("`{}`", self.header[column]))
                .collect();
            format!("Columns {} are read together as a date.", enumerated(&names))
        });
        let difference = self.shape.difference.iter().map(|of| of.told(&self.header));
        profile.chain(pivot).chain(parted).chain(difference).chain(chosen).collect()
    }

    /// Returns the source with its columns chosen; the error lists the problems.
    pub(super) fn examination(self) -> Result<Examination<'a>, UsageError> {
        let counted = self.counted();
        let FirstLook { name, source, layout, shape, settings, meaning, samples, .. } = self;
        let Some(columns) = self.columns else {
            return Err(UsageError::Meaning { name, problems: self.choosing.problems });
        };
        let columns = columns.without_shared_ids(&self.found);
        let format = self.found.format;
        Ok(Examination {
            source,
            layout,
            shape,
            settings,
            meaning,
            columns,
            samples,
            name,
            format,
            counted,
            pieces: PieceSizes::default(),
            elsewhere: NotationEvidence::default(),
        })
    }

    /// The error of a source without a row of usage.
    pub(super) fn no_rows(self) -> UsageError {
        match self.header.is_empty() {
            true => UsageError::Empty { name: self.name },
            false => UsageError::Meaning {
                name: self.name,
                problems: vec![no_row(&self.header, &self.found)],
            },
        }
    }

    /// What the profile's amount counts; `None` where another amount was chosen.
    pub(super) fn counted(&self) -> Option<CountedUnit> {
        let settings = self.settings;
        let is_own =
            matches!(settings.amounts, Amounts::Guess) && settings.meaning.meters.is_empty();
        let profile = self.profile.as_ref().filter(|profile| is_own && !profile.unit.is_empty())?;
        let kind = |meter: &Meter| Some((meter.when.as_ref()?.to_string(), meter.amount.clone()));
        let kinds = profile.meaning.meters.iter().filter_map(kind).collect();
        // Which columns there are is known once they are chosen.
        Some(CountedUnit { unit: profile.unit.clone(), columns: Vec::new(), kinds })
    }
}

/// A source that can be read more than once, and is no scenario.
fn kept(source: InputSource) -> Result<InputSource, UsageError> {
    if let InputSource::File(path) = &source
        && let Some(error) = scenario_as_usage(path)
    {
        return Err(error.into());
    }
    source.kept()
}

/// The array of records that the profile of a file reads, where the rows that were found lack its amount.
fn records_elsewhere(
    profile: Option<&Profile>,
    settings: &CsvSettings,
    header: &[String],
) -> Option<String> {
    let profile = profile.filter(|_| settings.layout.records.is_none())?;
    let amount = Formula::parse(profile.amount.as_deref()?).ok()?;
    let is_found = |name: &String| header.contains(name);
    profile.records.clone().filter(|_| !amount.columns().any(is_found))
}

/// The problem of guessed amounts whose unit, which stands around the records of a document or above the header, is one of
/// power.
fn power(
    settings: &CsvSettings,
    profile: Option<&Profile>,
    (columns, samples): (Option<&ChosenColumns>, &[ColumnSample]),
    (found, above): (&FoundLayout, Option<&str>),
) -> Option<String> {
    let is_guessed = matches!(settings.amounts, Amounts::Guess) && profile.is_none();
    let [amount] = columns.filter(|_| is_guessed)?.amounts()[..] else { return None };
    let (name, chosen) = (columns?.name(amount), columns?);
    let interval = || hours::interval(samples, chosen.time, chosen.clock);
    let problem =
        |unit: &str| choose::power_problem(name, unit, interval(), settings.unit.as_ref());
    if let Some(unit) = above.filter(|unit| headers::is_power(unit)) {
        return unit_of_header(name).is_none().then(|| problem(unit));
    }
    let is_unit = |name: &str| headers::last_words(name) == "unit";
    let unit = found.around.iter().find(|(name, unit)| is_unit(name) && headers::is_power(unit));
    unit.filter(|_| headers::counts_anything(name)).map(|(_, unit)| problem(unit))
}

/// Takes over the zone that a file states; `false` if it states something that no one zone is.
fn take_zone(stated: StatedZone, meaning: &mut ColumnMeaning, choosing: &mut Choosing) -> bool {
    match stated {
        StatedZone::None => {}
        StatedZone::One(zone, told) => {
            meaning.zone = Some(zone);
            choosing.told_besides.push(told);
        }
        StatedZone::Other(problem) => {
            choosing.problems.push(problem);
            return false;
        }
    }
    true
}

/// Watches the columns whose values the first rows show to be the sum of others, or energy in several directions; `unit` is
/// that of a line above the header.
fn watch(
    columns: &mut ChosenColumns,
    rows: &[Row],
    samples: &[ColumnSample],
    mark: DecimalMark,
    unit: Option<&str>,
) {
    columns.watch_rollups(rollup::find(rows, columns, mark));
    if flows::is_energy(columns, samples, unit) {
        let flows = flows::find(rows, columns, samples);
        columns.watched.extend(flows.into_iter().map(|column| (column, Doubt::Unit)));
    }
}

/// The decimal mark that the first rows show.
fn decimal_mark(
    meaning: &ColumnMeaning,
    columns: &ChosenColumns,
    samples: &[ColumnSample],
) -> DecimalMark {
    let mut evidence = NumberEvidence::default();
    columns.amounts().iter().for_each(|&column| evidence.join(&samples[column].numbers));
    meaning.decimal.unwrap_or(match evidence.verdict() {
        NumberVerdict::Mark(mark) => mark,
        NumberVerdict::Unclear(_) | NumberVerdict::Mixed(..) => DecimalMark::Point,
    })
}

/// What a source must go on with that is read for its times and amounts alone.
#[derive(Default)]
pub(in crate::usage) struct PlainTable {
    /// The columns that leave nothing in doubt while they hold the same in every row.
    pub(in crate::usage) constants: Vec<ConstantColumn>,
    /// The rows further on that are put to the checks of the first; `None` where nothing is asked of them.
    pub(in crate::usage) later: Option<RowWindows>,
}

impl FirstLook<'_> {
    /// Whether the first rows show, whatever the columns are, that all must be read for their meaning.
    pub(in crate::usage) fn asks_of_rows(&self) -> bool {
        self.asks_of_rows
    }

    /// What a reader of times and amounts alone must go on with; `None` if the first rows raise a doubt that only all rows can
    /// settle, or a choice is missing.
    pub(in crate::usage) fn plain_table(&self) -> Option<PlainTable> {
        // The plain reader reads local times in the zone of the scenario.
        if !self.has_row || self.meaning.zone != self.settings.meaning.zone {
            return None;
        }
        // Nor does it know dates that are made of several columns, or rows that are made of one.
        if self.shape.pivot.is_some()
            || self.shape.parted.is_some()
            || self.shape.difference.is_some()
        {
            return None;
        }
        let chosen = self.columns.as_ref()?;
        let watched = chosen.watched.iter().map(|&(column, doubt)| {
            let sample = self.samples.get(column).filter(|sample| !sample.differ)?;
            let value = sample.example.clone();
            is_settled_by(doubt, &value).then_some(ConstantColumn { column, value: Some(value) })
        });
        let mut constants: Vec<ConstantColumn> = watched.collect::<Option<_>>()?;
        // What is told besides is told where all rows are read for their meaning.
        let tells_more = !self.choosing.told_besides.is_empty();
        let has_clock = chosen.clock.is_some() || chosen.unread_clock || chosen.needs_meaning;
        if has_clock || chosen.end.is_some() || (!constants.is_empty() && tells_more) {
            return None;
        }
        // A row that names nothing may be the total of others.
        if !chosen.naming().is_empty() {
            let is_full = |&&column: &&usize| {
                self.samples.get(column).is_some_and(|sample| sample.filled == self.seen)
            };
            let column = *chosen.naming().iter().find(is_full)?;
            constants.push(ConstantColumn { column, value: None });
        }
        let mark = decimal_mark(&self.meaning, chosen, &self.samples);
        let open = OpenQuestions::of(self.settings, &self.meaning);
        // A balance is followed through all rows.
        if !sample::is_whole(self.seen) && FollowedBalance::of(chosen, open, mark).is_some() {
            return None;
        }
        Some(PlainTable { constants, later: RowWindows::of(chosen, open, mark) })
    }
}

/// Whether a column that holds the same in every row leaves nothing in doubt.
fn is_settled_by(doubt: Doubt, value: &str) -> bool {
    match doubt {
        Doubt::Unit => !headers::is_power(value),
        // Rows that are all of purchases are asked about.
        Doubt::RowKind | Doubt::SaidKind => {
            let comes_in = WordColumn::Descriptions.says(value) == Some(KindWord::Ledger)
                || WordColumn::Kinds.says(value) == Some(KindWord::Ledger);
            !comes_in || !kinds::is_never_usage(value)
        }
        Doubt::Direction
        | Doubt::Meters
        | Doubt::Figures
        | Doubt::Compared
        | Doubt::Stages
        | Doubt::Flag
        | Doubt::Account
        | Doubt::SharedAccount => true,
        Doubt::Undone => !kinds::says_undone(value, kinds::of_cell(value)),
        Doubt::Side | Doubt::Rollup | Doubt::Id => false,
    }
}

/// Whether the amount that is set names a column of the file, so that its rows are read as they stand.
fn names_column(settings: &CsvSettings, header: &[String]) -> bool {
    let Amounts::Columns(columns) = &settings.amounts else { return false };
    let is_header = |name: &String| header.iter().any(|one| one.eq_ignore_ascii_case(name));
    columns.iter().any(|(text, _)| {
        let formula = Formula::parse(text);
        is_header(text) || formula.is_ok_and(|formula| formula.columns().any(is_header))
    })
}

/// The layout that the settings say.
pub(super) fn layout(settings: &CsvSettings) -> Result<Layout, ProfileError> {
    let delimiter = match settings.delimiter {
        Delimiter::Guess => None,
        Delimiter::Comma => Some(b','),
        Delimiter::Semicolon => Some(b';'),
        Delimiter::Tab => Some(b'\t'),
        Delimiter::Bar => Some(b'|'),
    };
    let records = match &settings.meaning.profile {
        ProfileChoice::Named(name) => Profile::named(name)?.records,
        ProfileChoice::Found | ProfileChoice::Nobody => None,
    };
    let records = settings.layout.records.clone().or(records);
    Ok(Layout { delimiter, records, hash: settings.hash, ..settings.layout.clone() })
}

/// A profile in a sentence.
fn told_profile(profile: &Profile, header: &[String]) -> String {
    let unknown = profile.unknown(header);
    let unknown = match unknown.as_slice() {
        [] => String::new(),
        names => format!("; columns that it does not know: {}", names.join(", ")),
    };
    let note = profile.note.as_ref().map_or(String::new(), |note| format!(" {note}"));
    format!("Read as {profile}, known by its header{unknown}.{note}")
}
