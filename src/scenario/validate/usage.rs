//! Usage: a file, events, or a law to draw from.

use std::path::PathBuf;

use rust_decimal::Decimal;

use crate::domain::{Credits, Duration, Instant, Window};
use crate::scenario::declare::Kind;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::read::{At, Found, FromNode, Reader, Reported, all, check_name};
use crate::scenario::scalar::Growth;
use crate::scenario::tree::{Node, Value};
use crate::scenario::usage::UsageSource;
use crate::usage::csv::{Amounts, CsvSettings, Mode};
use crate::usage::generate::{AmountLaw, Arrivals, Bursts, Demand, Spike};
use crate::usage::time::TimeForm;

use super::Horizon;

/// Where usage comes from, and how a file of it is read.
pub fn usage(
    root: &Reader<'_>,
    horizon: Option<&Horizon>,
) -> Result<(UsageSource, CsvSettings), Reported> {
    let reader = root.table_or_empty("usage")?;
    // Without a horizon, which is then an error of its own, any will do.
    let nowhere = Window { from: Instant::EARLIEST, to: Instant::EARLIEST };
    let window = horizon.map_or(nowhere, |horizon| horizon.window);
    let csv = csv(&reader, window);
    let source = source(&reader, horizon);
    Ok((source?, csv?))
}

fn source(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<UsageSource, Reported> {
    Ok(match reader.which("file")? {
        None => UsageSource::None,
        Some("file") => UsageSource::File(PathBuf::from(reader.required::<String>("file")?.value)),
        Some("events") => UsageSource::Events(events(reader)?),
        Some(_) => match reader.table("generate")? {
            Some(generate) => {
                UsageSource::Generated(Box::new(possible(&generate, demand(&generate)?, horizon)?))
            }
            None => UsageSource::None,
        },
    })
}

fn events(reader: &Reader<'_>) -> Result<Vec<(Instant, Credits)>, Reported> {
    let rows = reader.rows("events", |row| {
        let (at, credits) = (row.required::<Instant>("at"), row.required::<Credits>("credits"));
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
    let time = reader.optional::<String>("time");
    let amounts = amounts(reader);
    let time_form = reader.or_default::<TimeForm>("time_form");
    let sort_input = reader.or_default::<bool>("sort_input");
    let skip_bad_rows = reader.or_default::<bool>("skip_bad_rows");
    let sort_limit = reader.or_default::<u64>("sort_limit");
    Ok(CsvSettings {
        time: time?.map(|found| found.value),
        time_form: time_form?.value,
        mode: if sort_input?.value { Mode::Sort } else { Mode::Stream },
        amounts: amounts?,
        skip_bad_rows: skip_bad_rows?.value,
        sort_limit: sort_limit?.value,
        ..CsvSettings::new(reader.ctx().zone.get(), horizon)
    })
}

fn amounts(reader: &Reader<'_>) -> Result<Amounts, Reported> {
    Ok(match reader.which("amount")? {
        None => Amounts::Guess,
        Some("amount") => {
            Amounts::Columns(vec![(reader.required::<String>("amount")?.value, Decimal::ONE)])
        }
        Some("amounts") => Amounts::Columns(reader.required::<Columns>("amounts")?.value.0),
        Some(_) => Amounts::EachRow(reader.required::<Credits>("amount_per_row")?.value),
    })
}

/// Columns, each with its weight.
struct Columns(Vec<(String, Decimal)>);

impl FromNode for Columns {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let (Value::Table(entries), Kind::Catalogue(of)) = (&node.value, at.kind) else {
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
        all(entries.iter().map(column)).map(Columns)
    }
}

fn demand(reader: &Reader<'_>) -> Result<Demand, Reported> {
    let arrivals = arrivals(reader);
    let amount = reader.required::<AmountLaw>("amount");
    let hours = shape::<24>(reader, "hours");
    let weekdays = shape::<7>(reader, "weekdays");
    let growth = reader.or_default::<Growth>("growth_per_month");
    let spikes = reader.rows("spikes", |row| {
        let (at, lasts) = (row.required::<Instant>("at"), row.required::<Duration>("lasts"));
        let times = row.required::<f64>("times");
        Ok(Spike { at: at?.value, lasts: lasts?.value, times: times?.value })
    });
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
    let offset = match reader.has("every") {
        true => reader.or_default::<Duration>("offset"),
        false => reader.or_silent_default::<Duration>("offset"),
    };
    match reader.which("every")? {
        Some("every") => {
            let every = reader.required::<Duration>("every");
            Ok(Arrivals::Every { every: every?.value, offset: offset?.value })
        }
        _ => Ok(Arrivals::Poisson { per_day: reader.required::<f64>("per_day")?.value }),
    }
}

/// Factors of which at least one is above zero.
fn shape<const N: usize>(reader: &Reader<'_>, key: &str) -> Result<Option<[f64; N]>, Reported> {
    let Some(factors) = reader.optional::<Vec<f64>>(key)? else { return Ok(None) };
    if factors.value.iter().all(|&factor| factor <= 0.0) {
        let error = Diagnostic::error(format!("`{}` leaves no usage at all", reader.path(key)))
            .at(factors.spot, "every factor is zero")
            .help("give the busy times a factor above 0, or leave `generate` out");
        return Err(reader.ctx().note(error));
    }
    // The declaration asks for as many.
    <[f64; N]>::try_from(factors.value).map(Some).map_err(|_| Reported)
}

fn bursts(reader: &Reader<'_>) -> Result<Option<Bursts>, Reported> {
    let Some(bursts) = reader.table("bursts")? else { return Ok(None) };
    let per_month = bursts.required::<f64>("per_month");
    let lasts = bursts.required::<Duration>("lasts");
    let times = bursts.required::<f64>("times");
    let (per_month, lasts, times) = (per_month?.value, lasts?.value, times?.value);
    Ok(Some(Bursts { per_month, lasts, times }))
}

impl FromNode for AmountLaw {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let Kind::Either([constant, Kind::Table(table)]) = at.kind else {
            return Err(at.wrong(node, ""));
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
    reader.required::<Law>("law")?;
    match reader.case() {
        Some("geometric") => {
            Ok(AmountLaw::Geometric { mean: reader.required::<f64>("mean")?.value })
        }
        Some("lognormal") => {
            let (median, sigma) = (reader.required("median"), reader.required::<f64>("sigma"));
            let step = reader.or_default::<Credits>("step");
            let median: Found<Credits> = median?;
            Ok(AmountLaw::LogNormal {
                median: median.value,
                sigma: sigma?.value,
                step: step?.value,
            })
        }
        _ => pareto(reader),
    }
}

fn pareto(reader: &Reader<'_>) -> Result<AmountLaw, Reported> {
    let (least, most) = (reader.required::<Credits>("least"), reader.required::<Credits>("most"));
    let shape = reader.required::<f64>("shape");
    let step = reader.or_default::<Credits>("step");
    let (least, most) = (least?, most?);
    if most.value <= least.value {
        let error = Diagnostic::error(format!("`{}` must be above `least`", reader.path("most")))
            .at(most.spot, "the most")
            .at(least.spot, "the least")
            .help("for an amount that is always the same write it alone: amount = 10");
        return Err(reader.ctx().note(error));
    }
    Ok(AmountLaw::Pareto {
        least: least.value,
        shape: shape?.value,
        most: most.value,
        step: step?.value,
    })
}

/// The word of a law; what it brings is read by its case.
struct Law;

impl FromNode for Law {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        super::actions::known_word(at, node).map(|()| Law)
    }
}
