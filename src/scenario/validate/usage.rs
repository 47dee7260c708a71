//! Usage: a file, events, or a law to draw from.

use std::path::PathBuf;

use rust_decimal::Decimal;

use crate::domain::{Credits, Instant, Window};
use crate::forecast::{OutlookKeys, Uncertain};
use crate::scenario::declare::{Key, Optional, ValueKind};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{
    root, usage,
    usage::{
        amount, bursts, event, generate, geometric, lognormal, meter, model, multiplier, outage,
        pareto, spike,
    },
};
use crate::scenario::read::{At, Found, FromNode, Reported, all, check_name};
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Node, Value};
use crate::scenario::usage::UsageSource;
use crate::scenario::value::WeightedColumns;
use crate::scenario::words::{LawName, SpreadWord};
use crate::usage::csv::{Amounts, CsvSettings, Mode};
use crate::usage::export::{HeaderPlace, Layout, NO_HEADER};
use crate::usage::generate::{AmountLaw, Arrivals, Bursts, Demand, Spike};
use crate::usage::meaning::formula::Condition;
use crate::usage::meaning::{BelowZero, ColumnMeaning, Meter, ProfileChoice};
use crate::usage::{RowSpread, UsageChanges};

use super::Horizon;

/// What a scenario says of usage.
pub struct StatedUsage {
    /// Its source.
    pub source: UsageSource,
    /// What is stated of usage to come, where it is drawn from a model.
    pub model: Option<OutlookKeys>,
    /// How it differs from what the source says.
    pub changes: UsageChanges,
    /// The settings for reading a usage file.
    pub csv: CsvSettings,
}

/// Reads the source of usage and the settings for reading a usage file.
pub fn usage(root: &Reader<'_>, horizon: Option<&Horizon>) -> Result<StatedUsage, Reported> {
    let reader = root.table_or_empty(&root::USAGE)?;
    // Without a horizon, which is an error by itself, any window will do.
    let nowhere = Window { from: Instant::EARLIEST, to: Instant::EARLIEST };
    let window = horizon.map_or(nowhere, |horizon| horizon.window);
    let csv = csv(&reader, window);
    let source = source(&reader, horizon);
    let (model, changes) = (model(&reader), changes(&reader));
    Ok(StatedUsage { source: source?, model: model?, changes: changes?, csv: csv? })
}

/// Reads how usage differs from what its source says.
fn changes(reader: &Reader<'_>) -> Result<UsageChanges, Reported> {
    let (scale, growth) = (reader.get(&usage::SCALE), reader.get(&usage::GROWTH_PER_MONTH));
    let spikes = reader.rows(&usage::SPIKES, spike);
    let multipliers = reader.rows(&usage::MULTIPLIERS, |row| {
        let (from, to) = (row.get(&multiplier::FROM), row.get(&multiplier::TO));
        let times = row.get(&multiplier::TIMES);
        let (from, to, times) = (from?, to?, times?.value);
        in_order(row, "a multiplier", &from, &to)?;
        Ok(Spike { at: from.value, lasts: to.value.since(from.value), times })
    });
    let planned = spikes?.into_iter().chain(multipliers?).map(|found| found.value);
    Ok(UsageChanges {
        scale: scale?.value,
        growth_per_month: growth?.value.0,
        planned: planned.collect(),
    })
}

/// Reads a known busy time.
fn spike(row: &Reader<'_>) -> Result<Spike, Reported> {
    let (at, lasts) = (row.get(&spike::AT), row.get(&spike::LASTS));
    let times = row.get(&spike::TIMES);
    Ok(Spike { at: at?.value, lasts: lasts?.value, times: times?.value })
}

/// Refuses what does not end after it begins.
fn in_order(
    row: &Reader<'_>,
    what: &str,
    from: &Found<Instant>,
    to: &Found<Instant>,
) -> Result<(), Reported> {
    if to.value > from.value {
        return Ok(());
    }
    let error = Diagnostic::error(format!("{what} ends after it begins"))
        .at(to.spot, "the end")
        .at(from.spot, "the start");
    Err(row.ctx().note(error))
}

fn source(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<UsageSource, Reported> {
    reader.one_of(&usage::SOURCE)?;
    if let Some(file) = reader.get(&usage::FILE)? {
        return Ok(UsageSource::File(PathBuf::from(file.value)));
    }
    if reader.has(&usage::EVENTS) {
        return Ok(UsageSource::Events(events(reader)?));
    }
    Ok(match reader.table(&usage::GENERATE)? {
        Some(generate) => {
            UsageSource::Generated(Box::new(possible(&generate, demand(&generate)?, horizon)?))
        }
        None => UsageSource::None,
    })
}

/// Reads what is stated of usage to come.
fn model(reader: &Reader<'_>) -> Result<Option<OutlookKeys>, Reported> {
    let Some(model) = reader.table(&usage::MODEL)? else { return Ok(None) };
    if reader.has(&usage::EVENTS) || reader.has(&usage::GENERATE) {
        let error =
            Diagnostic::error("`usage.model` is learned from a file, and this usage has none")
                .at(model.spot(), "")
                .help("name a file with `usage.file`, or leave the model out");
        return Err(reader.ctx().note(error));
    }
    let (level, growth) =
        (uncertain(&model, &model::LEVEL), uncertain(&model, &model::GROWTH_PER_WEEK));
    let (drift, noise) = (uncertain(&model, &model::DRIFT), uncertain(&model, &model::NOISE));
    let quiet = model.get(&model::QUIET_WEEKS);
    let outages = model.rows(&model::OUTAGES, |row| {
        let (from, to) = (row.get(&outage::FROM), row.get(&outage::TO));
        let (from, to) = (from?, to?);
        in_order(row, "an outage", &from, &to)?;
        Ok(Window { from: from.value, to: to.value })
    });
    Ok(Some(OutlookKeys {
        level: level?,
        growth: growth?,
        drift: drift?,
        noise: noise?,
        quiet: quiet?.map(|found| found.value.to_f64()),
        outages: outages?.into_iter().map(|found| found.value).collect(),
    }))
}

/// Three quantiles of a quantity that is not known exactly.
fn uncertain(
    reader: &Reader<'_>,
    key: &'static Key<Vec<f64>, Optional>,
) -> Result<Option<Uncertain>, Reported> {
    let Some(found) = reader.get(key)? else { return Ok(None) };
    let three = <[f64; 3]>::try_from(found.value).map_err(|_| Reported)?;
    if let Some(uncertain) = Uncertain::new(three) {
        return Ok(Some(uncertain));
    }
    let error = Diagnostic::error(format!("`{}` is not in ascending order", reader.path(key)))
        .at(found.spot, "10 %, 50 % and 90 % quantiles")
        .help("write the smallest number first; three equal numbers mean that it is known exactly");
    Err(reader.ctx().note(error))
}

fn events(reader: &Reader<'_>) -> Result<Vec<(Instant, Credits)>, Reported> {
    let rows = reader.rows(&usage::EVENTS, |row| {
        let (at, credits) = (row.get(&event::AT), row.get(&event::CREDITS));
        Ok((at?.value, credits?.value))
    })?;
    let mut events: Vec<(Instant, Credits)> = rows.into_iter().map(|found| found.value).collect();
    events.sort_by_key(|(at, _)| *at);
    Ok(events)
}

/// Demand that can be drawn over the horizon.
fn possible(
    reader: &Reader<'_>,
    demand: Demand,
    horizon: Option<&Horizon>,
) -> Result<Demand, Reported> {
    let problems = horizon.map(|horizon| demand.problems(horizon.window)).unwrap_or_default();
    let mut result = Ok(demand);
    for problem in problems {
        let error = Diagnostic::error("this usage cannot be drawn").at(reader.spot(), "");
        result = Err(reader.ctx().note(error.help(problem)));
    }
    result
}

fn csv(reader: &Reader<'_>, horizon: Window) -> Result<CsvSettings, Reported> {
    let time = reader.get(&usage::TIME);
    let amounts = amounts(reader);
    let time_form = reader.get(&usage::TIME_FORM);
    let sort_input = reader.get(&usage::SORT_INPUT);
    let skip_bad_rows = reader.get(&usage::SKIP_BAD_ROWS);
    let sort_limit = reader.get(&usage::SORT_LIMIT);
    let skip_limit = reader.get(&usage::SKIP_LIMIT);
    let spread = spread(reader)?;
    refuse_spread_reversals(reader, spread)?;
    Ok(CsvSettings {
        spread,
        time: time?.map(|found| found.value),
        time_form: time_form?.value,
        mode: if sort_input?.value { Mode::Sort } else { Mode::Stream },
        amounts: amounts?,
        skip_bad_rows: skip_bad_rows?.value,
        sort_limit: sort_limit?.value,
        skip_limit: skip_limit?.value,
        layout: layout(reader)?,
        meaning: meaning(reader)?,
        ..CsvSettings::new(reader.ctx().zone.get(), horizon)
    })
}

/// Refuses totals that flow over their time where rows below zero undo usage of an instant.
fn refuse_spread_reversals(reader: &Reader<'_>, spread: RowSpread) -> Result<(), Reported> {
    let reversed = reader.get(&usage::BELOW_ZERO)?;
    let reversed = reversed.filter(|found| found.value == BelowZero::Reversed);
    let (Some(reversed), true) = (reversed, spread != RowSpread::None) else { return Ok(()) };
    let error = Diagnostic::error("usage that flows over its time is of no instant to be undone")
        .at(reversed.spot, "each row below zero undoes usage of an instant")
        .help("leave out `spread`, or write below_zero = \"netted\"");
    Err(reader.ctx().note(error))
}

/// Reads the layout of the table.
fn layout(reader: &Reader<'_>) -> Result<Layout, Reported> {
    let (header, encoding) = (reader.get(&usage::HEADER_LINE), reader.get(&usage::ENCODING));
    let short_rows = reader.get(&usage::SHORT_ROWS);
    let (records, sheet) = (reader.get(&usage::RECORDS), reader.get(&usage::SHEET));
    Ok(Layout {
        header: given(header)?,
        encoding: given(encoding)?,
        short_rows: given(short_rows)?.unwrap_or_default(),
        records: given(records)?,
        sheet: given(sheet)?,
        ..Layout::default()
    })
}

impl FromNode for HeaderPlace {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        match &node.value {
            Value::Text(word) if word == NO_HEADER => Ok(HeaderPlace::Nowhere),
            Value::Integer(line) => match line.parse() {
                Ok(line @ 1..=1_000_000) => Ok(HeaderPlace::Line(line)),
                _ => Err(at.wrong(node, format!("found {line}"))),
            },
            _ => Err(at.wrong(node, format!("found {}", node.found()))),
        }
    }
}

/// Reads the meaning of the columns beyond time and amount.
fn meaning(reader: &Reader<'_>) -> Result<ColumnMeaning, Reported> {
    let meters = reader.rows(&usage::METERS, |row| {
        let (when, amount) = (row.get(&meter::WHERE), row.get(&meter::AMOUNT));
        Ok(Meter { when: when?.map(|found| found.value), amount: amount?.value })
    });
    let profile = reader.get(&usage::PROFILE);
    let time_of_day = reader.get(&usage::TIME_OF_DAY);
    let filters = reader.get(&usage::WHERE);
    let (identity, keep) = (reader.get(&usage::IDENTITY), reader.get(&usage::KEEP));
    let account_column = reader.get(&usage::ACCOUNT_COLUMN);
    let account = reader.get(&usage::ACCOUNT);
    let (units, zone) = (reader.get(&usage::UNITS), reader.get(&usage::ZONE));
    let (blanks, decimal) = (reader.get(&usage::BLANKS), reader.get(&usage::DECIMAL));
    let (date_order, totals) = (reader.get(&usage::DATE_ORDER), reader.get(&usage::TOTALS));
    let below_zero = reader.get(&usage::BELOW_ZERO);
    Ok(ColumnMeaning {
        profile: given(profile)?.unwrap_or_default(),
        time_of_day: given(time_of_day)?,
        filters: given(filters)?.unwrap_or_default(),
        meters: meters?.into_iter().map(|found| found.value).collect(),
        identity: given(identity)?.unwrap_or_default(),
        keep: given(keep)?.unwrap_or_default(),
        account_column: given(account_column)?,
        account: given(account)?,
        units: given(units)?.unwrap_or_default(),
        zone: given(zone)?,
        blanks: given(blanks)?,
        below_zero: given(below_zero)?,
        decimal: given(decimal)?,
        date_order: given(date_order)?,
        totals: given(totals)?.unwrap_or_default(),
    })
}

/// The value of an optional key, wherever it stands.
fn given<T>(found: Result<Option<Found<T>>, Reported>) -> Result<Option<T>, Reported> {
    found.map(|found| found.map(|found| found.value))
}

impl FromNode for Condition<String> {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let text = String::from_node(at, node)?;
        Condition::parse(&text).map_err(|error| at.wrong(node, error.why))
    }
}

impl FromNode for ProfileChoice {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        Ok(ProfileChoice::from_name(&String::from_node(at, node)?))
    }
}

fn spread(reader: &Reader<'_>) -> Result<RowSpread, Reported> {
    /// Millionths of a factor.
    const PRECISION: f64 = 1e6;
    reader.one_of(&usage::SPREADS)?;
    if let Some(hours) = shape::<24>(reader, &usage::SPREAD_HOURS)? {
        return Ok(RowSpread::Hours(hours.map(|factor| (factor * PRECISION) as u64)));
    }
    Ok(match reader.get(&usage::SPREAD)?.value {
        SpreadWord::None => RowSpread::None,
        SpreadWord::Uniform => RowSpread::Uniform,
    })
}

fn amounts(reader: &Reader<'_>) -> Result<Amounts, Reported> {
    reader.one_of(&usage::AMOUNTS_FROM)?;
    if let Some(column) = reader.get(&usage::AMOUNT)? {
        return Ok(Amounts::Columns(vec![(column.value, Decimal::ONE)]));
    }
    if let Some(columns) = reader.get(&usage::AMOUNTS)? {
        return Ok(Amounts::Columns(columns.value.0));
    }
    let each = reader.get(&usage::AMOUNT_PER_ROW)?;
    Ok(each.map_or(Amounts::Guess, |credits| Amounts::EachRow(credits.value)))
}

impl FromNode for WeightedColumns {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let (Value::Table(entries), ValueKind::Catalogue(of)) = (&node.value, at.kind) else {
            return Err(at.wrong(node, format!("found {}", node.found())));
        };
        if entries.is_empty() {
            return Err(at.wrong(node, "name at least one column"));
        }
        let column = |entry: &crate::scenario::tree::Entry| {
            check_name(at.ctx, entry)?;
            let path = format!("{}.{}", at.path, entry.key);
            let at = At { ctx: at.ctx, path, kind: of, example: of.example() };
            Ok((entry.key.clone(), Decimal::from_node(&at, &entry.node)?))
        };
        all(entries.iter().map(column)).map(WeightedColumns)
    }
}

fn demand(reader: &Reader<'_>) -> Result<Demand, Reported> {
    let arrivals = arrivals(reader);
    let amount = reader.get(&generate::AMOUNT);
    let hours = shape::<24>(reader, &generate::HOURS);
    let weekdays = shape::<7>(reader, &generate::WEEKDAYS);
    let growth = reader.get(&generate::GROWTH_PER_MONTH);
    let spikes = reader.rows(&generate::SPIKES, spike);
    let bursts = bursts(reader);
    Ok(Demand {
        arrivals: arrivals?,
        amounts: amount?.value,
        hours: hours?,
        weekdays: weekdays?,
        growth_per_month: growth?.value.0,
        spikes: spikes?.into_iter().map(|found| found.value).collect(),
        bursts: bursts?,
    })
}

fn arrivals(reader: &Reader<'_>) -> Result<Arrivals, Reported> {
    let offset = reader.get(&generate::OFFSET);
    reader.one_of(&generate::ARRIVALS)?;
    match reader.get(&generate::EVERY)? {
        Some(every) => Ok(Arrivals::Every { every: every.value, offset: offset?.value }),
        None => {
            let per_day = reader.required(&generate::PER_DAY)?;
            Ok(Arrivals::Poisson { per_day: per_day.value })
        }
    }
}

/// Factors of which at least one is above zero.
fn shape<const N: usize>(
    reader: &Reader<'_>,
    key: &'static Key<Vec<f64>, Optional>,
) -> Result<Option<[f64; N]>, Reported> {
    let Some(factors) = reader.get(key)? else { return Ok(None) };
    if factors.value.iter().all(|&factor| factor <= 0.0) {
        let error = Diagnostic::error(format!("`{}` leaves no usage at all", reader.path(key)))
            .at(factors.spot, "every factor is zero")
            .help("give the busy times a factor above 0, or leave the factors out");
        return Err(reader.ctx().note(error));
    }
    // The declaration requires this number.
    <[f64; N]>::try_from(factors.value).map(Some).map_err(|_| Reported)
}

fn bursts(reader: &Reader<'_>) -> Result<Option<Bursts>, Reported> {
    let Some(bursts) = reader.table(&generate::BURSTS)? else { return Ok(None) };
    let per_month = bursts.get(&bursts::PER_MONTH);
    let lasts = bursts.get(&bursts::LASTS);
    let times = bursts.get(&bursts::TIMES);
    let (per_month, lasts, times) = (per_month?.value, lasts?.value, times?.value);
    Ok(Some(Bursts { per_month, lasts, times }))
}

impl FromNode for AmountLaw {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Either([constant, ValueKind::Table(table)]) = at.kind else {
            unreachable!("an amount is declared as a number or a table")
        };
        if !matches!(node.value, Value::Table(_)) {
            let at = At { example: "10", ..at.narrowed(constant) };
            return Credits::from_node(&at, node).map(AmountLaw::Constant);
        }
        let reader = Reader::open(at.ctx, table, node, Some(node.spot), at.path.clone())?;
        law(&reader)
    }
}

fn law(reader: &Reader<'_>) -> Result<AmountLaw, Reported> {
    match reader.get(&amount::LAW)?.value {
        LawName::Geometric => {
            Ok(AmountLaw::Geometric { mean: reader.get(&geometric::MEAN)?.value })
        }
        LawName::LogNormal => {
            let (median, sigma) = (reader.get(&lognormal::MEDIAN), reader.get(&usage::SIGMA));
            let step = reader.get(&usage::STEP);
            Ok(AmountLaw::LogNormal {
                median: median?.value,
                sigma: sigma?.value,
                step: step?.value,
            })
        }
        LawName::Pareto => pareto(reader),
    }
}

fn pareto(reader: &Reader<'_>) -> Result<AmountLaw, Reported> {
    let (least, most) = (reader.get(&pareto::LEAST), reader.get(&pareto::MOST));
    let shape = reader.get(&pareto::SHAPE);
    let step = reader.get(&usage::STEP);
    let (least, most) = (least?, most?);
    if most.value <= least.value {
        let error =
            Diagnostic::error(format!("`{}` must be above `least`", reader.path(&pareto::MOST)))
                .at(most.spot, "the most")
                .at(least.spot, "the least")
                .help("for a fixed amount, write the number alone: amount = 10");
        return Err(reader.ctx().note(error));
    }
    Ok(AmountLaw::Pareto {
        least: least.value,
        shape: shape?.value,
        most: most.value,
        step: step?.value,
    })
}
