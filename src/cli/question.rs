//! The question that the arguments ask: the scenario with its changes, and its usage.

use std::path::{Path, PathBuf};

use crate::domain::{Credits, Instant, Window, Zone};
use crate::inquiry::{
    self, CutCycle, InquiryError, UsageInput, WorkerPool, same_unit_among, states_amounts,
};
use crate::report::cuts::{self, CutIn};
use crate::report::usage::extent;
use crate::scenario::{Scenario, ScenarioError, Setting, UsageOrigin};
use crate::study::{MeteredUsage, StudySpec, UsageModel};
use crate::usage::UsageSummary;
use crate::usage::csv::{Amounts, CsvSettings, HashKind, InputSource, Mode};
use crate::usage::export::{Charset, Layout, ShortRows};

use crate::usage::meaning::blank::Blanks;
use crate::usage::meaning::formula::Condition;
use crate::usage::meaning::moment::DateOrder;
use crate::usage::meaning::number::DecimalMark;
use crate::usage::meaning::{
    BelowZero, ColumnMeaning, Keep, ProfileChoice, ScenarioUnit, Totals, is_one_unit,
};

use super::args::{
    BelowZeroArg, BlanksArg, ColumnArgs, DateOrderArg, DecimalArg, EncodingArg, FleetAskArgs,
    HashArg, KeepArg, ReadingArgs, SettingArgs, StudySource, TotalsArg,
};
use super::exit::Failure;
use super::horizon::{CalendarLength, HorizonChoice};
use super::{caller, interrupt};

/// The name of a scenario from standard input.
pub const STANDARD_INPUT: &str = "standard input";

/// Reads a scenario and changes it as the command line says. Warnings go to standard error.
pub fn scenario(
    path: &Path,
    origin: UsageOrigin,
    settings: &SettingArgs,
    quiet: bool,
) -> Result<Scenario, Failure> {
    let scenario = changed(read(path, origin)?, &changes(settings)?)?;
    warn(&scenario, quiet);
    Ok(scenario)
}

/// Reads the scenario, with its usage from the file `given` or from its own source, over the
/// requested period.
pub fn scenario_with_usage(
    path: &Path,
    given: Option<&Path>,
    columns: &ReadingArgs,
    settings: &SettingArgs,
    quiet: bool,
) -> Result<Scenario, Failure> {
    if columns.horizon == HorizonChoice::Scenario {
        return scenario(path, origin(given), settings, quiet);
    }
    // An end that is set holds with the other end of the horizon, and says nothing before that is known.
    let is_end = |one: &Setting| matches!(one.path.to_string().as_str(), "start" | "end");
    let (ends, others): (Vec<Setting>, Vec<Setting>) =
        changes(settings)?.into_iter().partition(is_end);
    let scenario = changed(read(path, origin(given))?, &others)?;
    warn(&scenario, quiet);
    let usage = usage(&scenario, given, &columns.columns)?;
    let horizon = match columns.horizon {
        HorizonChoice::Next(length) => next(&scenario, usage.end()?, length)?,
        HorizonChoice::Scenario | HorizonChoice::File => usage.days()?,
    };
    changed(over(&scenario, horizon)?, &ends)
}

/// The same with the usage of all accounts of the file, of which futures are drawn or not.
fn scenario_of_fleet(
    path: &Path,
    given: Option<&Path>,
    columns: &ReadingArgs,
    settings: &SettingArgs,
    (draws, pool, quiet): (bool, &WorkerPool, bool),
) -> Result<Scenario, Failure> {
    let scenario = scenario(path, origin(given), settings, quiet)?;
    if columns.horizon == HorizonChoice::Scenario {
        return Ok(scenario);
    }
    let usage = usage(&scenario, given, &columns.columns)?;
    let no_file = || InquiryError::NoFile { file: scenario.file.clone() };
    let (source, reading) = usage.file().ok_or_else(no_file)?;
    if source.is_read_once() {
        return Err(InquiryError::ReadOnce { name: source.to_string() }.into());
    }
    let stop = &interrupt::asked;
    let mut days = inquiry::fleet_days(source, reading, scenario.zone, pool, stop)?;
    match columns.horizon {
        HorizonChoice::Scenario => Ok(scenario.clone()),
        HorizonChoice::File => match days.span() {
            Some(span) => over(&scenario, span),
            None => Err(InquiryError::EmptyUsage { name: source.to_string(), unread: 0 }.into()),
        },
        HorizonChoice::Next(length) => {
            let horizon = next(&scenario, days.end(), length)?;
            match days.span() {
                Some(days) if !draws && days.to <= horizon.from => Err(Failure::Input(format!(
                    "--horizon '{}': {source} ends on {}, and nothing is asked for in what comes next; give \
                     --replications N too, which draws futures of each account from its own rows",
                    columns.horizon,
                    scenario.zone.show_date(Instant::from_millis(days.to.millis() - 1))
                ))),
                _ => over(&scenario, horizon),
            }
        }
    }
}

/// So much time after the present, which is where what is stated of the account holds, or else the end of the
/// history; the start of the scenario where neither is known.
pub fn next(
    scenario: &Scenario,
    history_end: Option<Instant>,
    length: CalendarLength,
) -> Result<Window, Failure> {
    let start = scenario.setup.horizon.from;
    let present = match scenario.setup.opening {
        Some(_) => start,
        None => history_end.unwrap_or(start),
    };
    let beyond = || Failure::Input("--horizon: ends beyond the calendar".to_owned());
    length.from(present, scenario.zone).ok_or_else(beyond)
}

/// Scenarios to be compared on the usage of the first, over its time and in its calendar.
pub fn scenarios(
    paths: &[PathBuf],
    source: &StudySource,
    settings: &SettingArgs,
    quiet: bool,
) -> Result<Vec<Scenario>, Failure> {
    let given = source.usage.as_deref();
    let first = |path: &Path| scenario_with_usage(path, given, &source.columns, settings, quiet);
    scenarios_after(paths, source, (settings, quiet), first)
}

/// The same for many accounts, whose usage is read on the threads of a pool.
pub fn scenarios_of_fleet(
    ask: &FleetAskArgs,
    settings: &SettingArgs,
    pool: &WorkerPool,
    quiet: bool,
) -> Result<Vec<Scenario>, Failure> {
    let paths: Vec<PathBuf> = ask.scenario.iter().chain(&ask.against).cloned().collect();
    let (given, columns) = (ask.source.usage.as_deref(), &ask.source.columns);
    let how = (ask.replications.is_some(), pool, quiet);
    let first = |path: &Path| scenario_of_fleet(path, given, columns, settings, how);
    scenarios_after(&paths, &ask.source, (settings, quiet), first)
}

/// Scenarios of which `first` reads the first, over its time and in its calendar.
fn scenarios_after(
    paths: &[PathBuf],
    source: &StudySource,
    (settings, quiet): (&SettingArgs, bool),
    first: impl Fn(&Path) -> Result<Scenario, Failure>,
) -> Result<Vec<Scenario>, Failure> {
    let [one, others @ ..] = paths else { return Ok(Vec::new()) };
    let first = first(one).and_then(|read| metered_as_asked(read, &source.columns));
    let after = |path: &PathBuf| {
        let other = scenario(path, UsageOrigin::Command, settings, quiet)?;
        // Without the first, what is wrong with the file alone is told.
        let Ok(first) = &first else { return Ok(other) };
        let other = other.in_calendar(first.zone);
        let other = other.map_err(|errors| Failure::Input(errors.to_string()))?;
        let other = match source.columns.horizon {
            HorizonChoice::Scenario => other,
            HorizonChoice::File | HorizonChoice::Next(_) => over(&other, first.setup.horizon)?,
        };
        metered_as_asked(other, &source.columns)
    };
    let others: Vec<Result<Scenario, Failure>> = others.iter().map(after).collect();
    together(std::iter::once(first).chain(others))
}

/// The scenario with the meter of the command line, where that names one, for all that are compared.
fn metered_as_asked(scenario: Scenario, columns: &ReadingArgs) -> Result<Scenario, Failure> {
    let asked = apply(&columns.columns, scenario.csv.clone())?;
    let mut scenario = scenario;
    scenario.meaning.csv.amounts = asked.amounts;
    scenario.meaning.csv.meaning.meters = asked.meaning.meters;
    Ok(scenario)
}

/// The scenario over other days, which begin and end at midnight in its zone.
pub fn over(scenario: &Scenario, days: Window) -> Result<Scenario, Failure> {
    changed(scenario.clone(), &days_of(scenario, days))
}

/// The first day and the first day after, as settings.
pub fn days_of(scenario: &Scenario, days: Window) -> Vec<Setting> {
    let date = |(key, at)| {
        let text = format!("{key}={}", scenario.zone.show_date(at));
        Setting::from_text(&text).expect("a date is a value")
    };
    [("start", days.from), ("end", days.to)].into_iter().map(date).collect()
}

/// The scenario with some settings set.
pub fn changed(scenario: Scenario, changes: &[Setting]) -> Result<Scenario, Failure> {
    if changes.is_empty() {
        return Ok(scenario);
    }
    let changed = scenario.with_overrides(changes);
    changed.map_err(|errors| Failure::Input(errors.to_string()))
}

/// The origin of usage for a command with this file, or without one.
pub fn origin(given: Option<&Path>) -> UsageOrigin {
    if given.is_some() { UsageOrigin::Command } else { UsageOrigin::Scenario }
}

/// Reads a scenario file, or a scenario from standard input for `-`.
pub fn read(path: &Path, origin: UsageOrigin) -> Result<Scenario, Failure> {
    read_or_told(path, origin).map_err(|errors| Failure::Input(errors.to_string()))
}

/// The same with the error as it was found. What standard input says of files is relative to the working directory.
pub fn read_or_told(path: &Path, origin: UsageOrigin) -> Result<Scenario, ScenarioError> {
    let (name, here) = (Path::new(STANDARD_INPUT), Path::new(""));
    let name = if is_dash(path) { name } else { path };
    match caller::scenario(path) {
        Some(text) => Scenario::read_from(text.as_bytes(), name, here, origin),
        None if is_dash(path) => Scenario::read_from(std::io::stdin().lock(), name, here, origin),
        None => Scenario::read_using(path, origin),
    }
}

/// Returns true if a path stands for standard input.
pub fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// Returns true if a scenario was read from standard input, which no annotation can name.
pub fn is_from_input(scenario: &Scenario) -> bool {
    scenario.file == STANDARD_INPUT
}

/// Says what is doubtful in a scenario, unless no warnings are wanted.
pub fn warn(scenario: &Scenario, quiet: bool) {
    if !scenario.warnings.is_empty() {
        super::warn(&scenario.warnings.to_string(), quiet);
    }
}

/// Says which cycles the horizon of a study cuts, unless no warnings are wanted; `usage` is what was read for it.
pub fn warn_of_cuts(cuts: &[CutCycle], usage: Option<&UsageSummary>, zone: Zone, quiet: bool) {
    if let Some(cut) = cuts::sentence(cuts, CutIn::Study, usage.and_then(extent), zone) {
        super::warn(&format!("warning: {cut}"), quiet);
    }
}

/// The settings changed on the command line, in the order given.
pub fn changes(settings: &SettingArgs) -> Result<Vec<Setting>, Failure> {
    let read = |text: &String| typed("--set", text, text);
    let seed = settings.seed.map(|seed| Ok(Setting::new(["seed"], seed)));
    let ends = ends(settings)?.into_iter().map(Ok);
    together(settings.set.iter().map(read).chain(seed).chain(ends))
}

/// What was read by two ways, or the faults of both at once.
pub fn both<A, B>(one: Result<A, Failure>, other: Result<B, Failure>) -> Result<(A, B), Failure> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Failure::Input(one)), Err(Failure::Input(other))) => {
            Err(Failure::Input(format!("{one}\n{other}")))
        }
        (Err(fault), _) | (_, Err(fault)) => Err(fault),
    }
}

/// All of what was read, or all faults of it at once.
pub fn together<T>(read: impl Iterator<Item = Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(one) => found.push(one),
            Err(Failure::Input(fault)) => faults.push(fault),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Failure::Input(faults.join("\n"))) }
}

/// The first day and the first day after that are given on the command line.
pub fn ends(settings: &SettingArgs) -> Result<Vec<Setting>, Failure> {
    let ends = [("start", &settings.start), ("end", &settings.end)];
    let given = ends.into_iter().filter_map(|(key, date)| Some((key, date.as_ref()?)));
    given.map(|(key, date)| typed(&format!("--{key}"), date, &format!("{key}={date}"))).collect()
}

/// A setting from the text that a flag stands for; the error shows the flag as it was typed.
pub fn typed(flag: &str, value: &str, text: &str) -> Result<Setting, Failure> {
    Setting::from_text(text).map_err(|why| Failure::Input(format!("{flag} {value}: {why}")))
}

/// The usage of `scenario`, or of a file in its place.
pub fn usage<'a>(
    scenario: &'a Scenario,
    file: Option<&Path>,
    columns: &ColumnArgs,
) -> Result<UsageInput<'a>, Failure> {
    let settings = apply(columns, scenario.csv.clone())?;
    Ok(match file {
        None => UsageInput::of(scenario, settings),
        Some(path) => UsageInput::given(scenario, source(path, "`--usage`")?, settings),
    })
}

/// The file that an argument names, or standard input for `-`. The error of a path that leads nowhere names the
/// argument; a pattern may stand for files that are there.
pub fn source(path: &Path, argument: &str) -> Result<InputSource, Failure> {
    if is_dash(path) {
        return Ok(caller::usage().unwrap_or(InputSource::Stdin));
    }
    let is_pattern = path.to_string_lossy().contains(['*', '?', '[']);
    match path.metadata() {
        Err(cause) if !is_pattern => Err(Failure::Input(format!(
            "{}: cannot be opened: {cause}; check the path given as {argument}",
            path.display()
        ))),
        _ => Ok(InputSource::File(path.to_owned())),
    }
}

/// The model from which each replication of a study draws its usage.
pub fn model(
    scenario: &Scenario,
    given: &StudySource,
    spec: &StudySpec,
) -> Result<UsageModel, Failure> {
    let usage = usage(scenario, given.usage.as_deref(), &given.columns.columns)?;
    Ok(usage.model(spec.table.history)?)
}

/// What the usage of scenarios that are compared is drawn from: the rows of the first, by the meter of
/// each.
pub fn metered_model(
    scenarios: &[Scenario],
    given: &StudySource,
    spec: &StudySpec,
) -> Result<UsageModel, Failure> {
    let [first, others @ ..] = scenarios else {
        return Err(InquiryError::NothingToCompare.into());
    };
    let read = usage(first, given.usage.as_deref(), &given.columns.columns)?;
    let unit = units_of(scenarios);
    let units = unit.as_ref().map(|unit| unit.others.clone()).unwrap_or_default();
    let read = read.called(unit);
    let model = read.model(spec.table.history)?;
    let summary = model.read().cloned();
    let mut metered = MeteredUsage::new(model);
    let mut alike = true;
    for other in others {
        let own = read.metered_by(&apply(&given.columns.columns, other.csv.clone())?);
        if own.is_some() && !read.can_be_read_again() {
            return Err(Failure::Input(format!(
                "{}: counts credits by its own [usage] amounts, and the usage can be read only once; \
                 give it as a file",
                other.file
            )));
        }
        if let (None, Some(summary)) = (&own, &summary) {
            same_unit_among(other, &units, summary)?;
        }
        let model = own.map(|own| own.model(spec.table.history)).transpose();
        let model = model.map_err(|error| Failure::Input(format!("{}: {error}", other.file)))?;
        alike &= model.is_none();
        metered.add(model);
    }
    let metered = UsageModel::Metered(metered);
    Ok(if alike { metered.of(0).clone() } else { metered })
}

/// What scenarios call what one usage counts: for each by name, where they do not call it the same. Those that say what a
/// row costs take nothing one for one.
pub fn units_of(scenarios: &[Scenario]) -> Option<ScenarioUnit> {
    let open = scenarios.iter().filter(|one| !states_amounts(&one.csv));
    let open: Vec<&Scenario> = open.collect();
    let first = open.first().copied().or(scenarios.first())?.csv.unit.clone()?;
    let is_same = |other: &&Scenario| is_one_unit(&other.unit, &first.name);
    let others = match open.iter().all(is_same) {
        true => Vec::new(),
        false => open.iter().map(|one| (one.file.clone(), one.unit.clone())).collect(),
    };
    Some(ScenarioUnit { others, ..first })
}

/// Refuses what a row is worth where the command line says it for scenarios of different units at once.
pub fn own_factors(
    scenarios: &[Scenario],
    columns: &ColumnArgs,
    set: &[String],
) -> Result<(), Failure> {
    let is_factor = |text: &String| parted_factor(text).is_some();
    let has_factor = columns.amount_column.len() > 1 || columns.amount_column.iter().any(is_factor);
    let is_worth = |text: &String| {
        ["usage.amount", "usage.meters"].iter().any(|path| text.trim_start().starts_with(path))
    };
    match has_factor || columns.amount_per_row.is_some() || set.iter().any(is_worth) {
        true => Ok(inquiry::own_factors(scenarios)?),
        false => Ok(()),
    }
}

/// The settings for a CSV file, with the command line's flags replacing the scenario's.
pub fn apply(columns: &ColumnArgs, mut settings: CsvSettings) -> Result<CsvSettings, Failure> {
    if columns.time_column.is_some() || !columns.amount_column.is_empty() {
        settings.stated_in = None;
    }
    if let Some(time) = &columns.time_column {
        settings.time = Some(time.clone());
    }
    if columns.amount_per_row.is_some() || !columns.amount_column.is_empty() {
        settings.meaning.meters.clear();
    }
    if let Some(amount) = &columns.amount_per_row {
        let credits: Credits = amount
            .parse()
            .map_err(|error| Failure::Input(format!("--amount-per-row {amount}: {error}")))?;
        settings.amounts = Amounts::EachRow(credits);
    }
    if !columns.amount_column.is_empty() {
        let parts: Result<Vec<_>, Failure> =
            columns.amount_column.iter().map(|column| amount_column(column)).collect();
        settings.amounts = Amounts::Columns(parts?);
    }
    settings.meaning = meaning(columns, settings.meaning)?;
    settings.layout = layout(columns, settings.layout);
    if let Some(limit) = &columns.skip_limit {
        let share = limit.parse();
        settings.skip_limit =
            share.map_err(|error| Failure::Input(format!("--skip-limit {limit}: {error}")))?;
    }
    if let Some(hash) = columns.hash {
        settings.hash = Some(match hash {
            HashArg::Blake3 => HashKind::Blake3,
            HashArg::Sha256 => HashKind::Sha256,
        });
    }
    settings.skip_bad_rows |= columns.skip_bad_rows;
    if columns.sort {
        settings.mode = Mode::Sort;
    }
    Ok(settings)
}

/// How the table lies in the file, with the command line's flags in place of the scenario's.
fn layout(columns: &ColumnArgs, scenario: Layout) -> Layout {
    let encoding = columns.encoding.map(|encoding| match encoding {
        EncodingArg::Utf8 => Charset::Utf8,
        EncodingArg::Utf16Le => Charset::Utf16Le,
        EncodingArg::Utf16Be => Charset::Utf16Be,
        EncodingArg::Windows1252 => Charset::Windows1252,
    });
    let padded = columns.pad_short_rows.then_some(ShortRows::Pad);
    Layout {
        header: columns.header_line.or(scenario.header),
        records: columns.records.clone().or(scenario.records),
        sheet: columns.sheet.clone().or(scenario.sheet),
        encoding: encoding.or(scenario.encoding),
        short_rows: padded.unwrap_or(scenario.short_rows),
        ..scenario
    }
}

/// What the columns mean, with the command line's flags in place of the scenario's.
fn meaning(columns: &ColumnArgs, scenario: ColumnMeaning) -> Result<ColumnMeaning, Failure> {
    let condition = |text: &String| {
        Condition::parse(text).map_err(|error| Failure::Input(format!("--where {error}")))
    };
    let zone = |name: &String| {
        let wrong =
            || Failure::Input(format!("--usage-zone {name}: no IANA time zone is called so"));
        Zone::from_name(name).ok_or_else(wrong)
    };
    let flags = ColumnMeaning {
        profile: columns.profile.as_deref().map(ProfileChoice::from_name).unwrap_or_default(),
        time_of_day: columns.time_of_day_column.clone(),
        filters: columns.conditions.iter().map(condition).collect::<Result<_, _>>()?,
        identity: columns.identity.clone(),
        keep: match columns.keep {
            Some(KeepArg::Last) => Keep::Last,
            Some(KeepArg::First) | None => Keep::First,
        },
        account_column: columns.account_column.clone(),
        account: columns.account.clone(),
        zone: columns.usage_zone.as_ref().map(zone).transpose()?,
        blanks: columns.blanks.map(|blanks| match blanks {
            BlanksArg::Zero => Blanks::Zero,
            BlanksArg::Skip => Blanks::Skip,
            BlanksArg::Refuse => Blanks::Refuse,
        }),
        below_zero: columns.below_zero.map(|below_zero| match below_zero {
            BelowZeroArg::Netted => BelowZero::Netted,
            BelowZeroArg::Reversed => BelowZero::Reversed,
        }),
        decimal: columns.decimal.map(|decimal| match decimal {
            DecimalArg::Point => DecimalMark::Point,
            DecimalArg::Comma => DecimalMark::Comma,
        }),
        date_order: columns.date_order.map(|order| match order {
            DateOrderArg::DayFirst => DateOrder::DayFirst,
            DateOrderArg::MonthFirst => DateOrder::MonthFirst,
            DateOrderArg::YearFirst => DateOrder::YearFirst,
        }),
        totals: match columns.totals {
            Some(TotalsArg::Ignore) => Totals::Ignore,
            Some(TotalsArg::Check) | None => Totals::Check,
        },
        ..ColumnMeaning::default()
    };
    Ok(flags.over(&scenario))
}

/// The header and the factor of `HEADER=FACTOR`; `None` of a header alone, which may have a sign of its own, as
/// `{team="a"}`, or stand in backticks.
fn parted_factor(text: &str) -> Option<(&str, &str)> {
    let (header, factor) = text.rsplit_once('=')?;
    let is_open = header.matches('`').count() % 2 == 1;
    let is_like_number = factor.trim().is_empty()
        || factor
            .trim_start_matches([' ', '+', '-', '.', ','])
            .starts_with(|c: char| c.is_ascii_digit());
    (is_like_number && !is_open).then_some((header, factor))
}

/// `HEADER` or `HEADER=FACTOR`.
fn amount_column(text: &str) -> Result<(String, rust_decimal::Decimal), Failure> {
    let Some((header, factor)) = parted_factor(text) else {
        return Ok((text.to_owned(), rust_decimal::Decimal::ONE));
    };
    let factor = factor.parse().map_err(|_| {
        Failure::Input(format!(
            "--amount-column {text}: `{factor}` is no decimal number; write HEADER=0.001"
        ))
    })?;
    Ok((header.to_owned(), factor))
}
