//! Energy that flows both ways: a column of a few values, each of which stands once at every instant.
//!
//! In whatever language and code they are written, `1.8.0` and `2.8.0`, `A+` and `A-`, such values are directions, or
//! registers of which one may be the sum of others, where their header is one of such. Rates of day and night, and rooms,
//! users and chargers, are added up. Deliberately absent: words of directions, which are in `kinds`.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::ChosenColumns;
use super::headers::{Doubt, words};
use super::sample::ColumnSample;
use crate::usage::export::Row;

/// Values of such a column at most.
const MOST: usize = 4;
/// Instants at which all of them must stand, at least.
const FEWEST: usize = 2;

/// Words of headers whose amounts are energy.
const ENERGY: [&str; 10] =
    ["wh", "kwh", "mwh", "gwh", "energy", "energie", "énergie", "energía", "energia", "wirkarbeit"];

/// Words of headers of directions and registers, and of what may be either.
const HEADERS: [&str; 38] = [
    "register",
    "registers",
    "registre",
    "registro",
    "zählwerk",
    "telwerk",
    "obis",
    "code",
    "kod",
    "code obis",
    "kind",
    "type",
    "typ",
    "tipo",
    "tipologia",
    "art",
    "rodzaj",
    "tyyppi",
    "soort",
    "slag",
    "druh",
    "direction",
    "richtung",
    "sens",
    "flow",
    "channel",
    "kanal",
    "canal",
    "medida",
    "magnitud",
    "measure",
    "measurement",
    "series",
    "name",
    "区分",
    "種別",
    "類別",
    "тип",
];
/// Words of rates by the time of day, the sums of which are what is used.
const RATES: [&str; 36] = [
    "peak", "on", "off", "offpeak", "onpeak", "shoulder", "mid", "midpeak", "partial", "super",
    "high", "low", "normal", "standard", "day", "night", "weekend", "ht", "nt", "hp", "hc", "p1",
    "p2", "p3", "p4", "t1", "t2", "punta", "llano", "valle", "tag", "nacht", "dag", "nuit", "jour",
    "rate",
];

/// Whether the amounts are energy, by their header, what is written beside them, a column of units or a line above the table.
pub(super) fn is_energy(
    columns: &ChosenColumns,
    samples: &[ColumnSample],
    above: Option<&str>,
) -> bool {
    let is_unit = |text: &str| ["Wh", "kWh", "KWH", "kwh", "MWh", "GWh"].contains(&text);
    let of_header =
        |column: &usize| words(columns.name(*column)).split(' ').any(|word| ENERGY.contains(&word));
    let beside = |sample: &ColumnSample| {
        !sample.few.is_empty() && sample.few.iter().all(|cell| is_unit(cell))
    };
    let written = |column: &usize| {
        let example = samples.get(*column).map_or("", |sample| sample.example.as_str());
        example.rsplit(' ').next().is_some_and(is_unit)
    };
    let amounts = columns.amounts();
    amounts.iter().any(of_header)
        || amounts.iter().any(written)
        || samples.iter().any(beside)
        || above.is_some_and(is_unit)
}

/// The columns of a few values each of which stands once at every instant.
pub(super) fn find(rows: &[Row], columns: &ChosenColumns, samples: &[ColumnSample]) -> Vec<usize> {
    let watched = |column: usize| {
        let doubts = columns.watched.iter().filter(move |(other, _)| *other == column);
        doubts.map(|(_, doubt)| *doubt)
    };
    let is_asked = |doubt: Doubt| {
        use Doubt::*;
        matches!(doubt, Unit | Account | SharedAccount | Id | Rollup)
    };
    let used = columns.used();
    let is_free = |column: usize| !used.contains(&column) || watched(column).next().is_some();
    let may_be = |column: usize| {
        is_free(column)
            && !watched(column).any(is_asked)
            && samples.get(column).is_some_and(|sample| sample.differ && sample.few.len() <= MOST)
            && names_direction(columns.name(column))
    };
    let recurs = |&column: &usize| may_be(column) && recurs(rows, columns, column);
    (0..columns.header.len()).filter(recurs).collect()
}

/// Whether a header may be that of directions or registers.
fn names_direction(header: &str) -> bool {
    words(header).split(' ').any(|word| HEADERS.contains(&word))
}

/// Whether a value is a rate by the time of day.
fn is_rate(value: &str) -> bool {
    words(value).split(' ').all(|word| RATES.contains(&word))
}

/// Whether each value of a column stands once at nearly every instant.
fn recurs(rows: &[Row], columns: &ChosenColumns, column: usize) -> bool {
    let mut instants: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for row in rows {
        let get = |column: usize| row.get(column).unwrap_or_default();
        let at = (get(columns.time), columns.clock.map_or("", get));
        instants.entry(at).or_default().push(get(column));
    }
    let values: BTreeSet<&str> = instants.values().flatten().copied().collect();
    let has_all = |at: &&Vec<&str>| {
        at.len() == values.len() && at.iter().copied().collect::<BTreeSet<_>>() == values
    };
    let whole = instants.values().filter(has_all).count();
    (2..=MOST).contains(&values.len())
        && whole >= FEWEST
        && 10 * whole >= 8 * instants.len()
        && !values.contains("")
        && !values.iter().all(|value| is_rate(value))
}
