//! A study: candidates, stopping rule, constraints.

use std::collections::HashSet;

use crate::domain::text::excerpt;
use crate::domain::{Money, Share};
use crate::scenario::declare::{Key, OpenTable};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::keys::{
    root, study,
    study::{candidate, constraints, until},
};
use crate::scenario::read::{Found, ReadContext, Reported, all};
use crate::scenario::reader::Reader;
use crate::scenario::setting::{
    NotAPath, NumberRange, Setting, SettingPath, SettingValue, Values, Variation,
};
use crate::scenario::study::{
    CURRENT, NamedCandidate, Stop, StudyLimits, StudyTable, WantedService, check_path,
};
use crate::scenario::tree::{Entry, Node, Value};

/// The keys of a range.
const RANGE: [&str; 3] = ["from", "to", "step"];

pub fn study(root: &Reader<'_>) -> Result<Option<StudyTable>, Reported> {
    root.table(&root::STUDY)?.map(|reader| table(&reader)).transpose()
}

/// The table with nothing in it.
pub fn usual() -> StudyTable {
    let ctx = ReadContext::new();
    let reader = Reader::absent(&ctx, &study::TABLE, "study".to_owned());
    table(&reader).expect("an empty [study] table has no errors")
}

fn table(reader: &Reader<'_>) -> Result<StudyTable, Reported> {
    let (vary, named) = (vary(reader), named(reader));
    let materiality = reader.get(&study::MATERIALITY);
    let stop = stop(reader, materiality.as_ref().ok());
    let confidence = confidence(reader);
    let per_refused_credit = reader.get(&study::PRICE_PER_REFUSED_CREDIT);
    let per_hour_of_downtime = reader.get(&study::PRICE_PER_HOUR_OF_DOWNTIME);
    let constraints = constraints(reader);
    let target = target(reader);
    let history = reader.get(&study::HISTORY);
    Ok(StudyTable {
        vary: vary?,
        named: named?,
        stop: stop?,
        confidence: confidence?,
        per_refused_credit: per_refused_credit?.value,
        per_hour_of_downtime: per_hour_of_downtime?.value,
        materiality: materiality?.value,
        constraints: constraints?,
        bounds: Vec::new(),
        target: target?,
        history: history?.map(|found| found.value),
    })
}

/// A setting as written in a table: its path, its place, and its value.
struct WrittenSetting<'n> {
    path: String,
    spot: Spot,
    node: &'n Node,
}

/// A setting's path, if it is allowed there, and its value.
type Checked<'n> = (Result<SettingPath, Reported>, WrittenSetting<'n>);

/// The settings of a table: `"recharge.packs" = 2` and `recharge.packs = 2` are the same.
fn settings<'n>(entries: &'n [Entry], whole: &impl Fn(&Node) -> bool) -> Vec<WrittenSetting<'n>> {
    let mut found = Vec::new();
    for entry in entries {
        let Entry { key, key_spot, node } = entry;
        if matches!(node.value, Value::Table(_)) && !whole(node) {
            let inner = settings(node.entries(), whole).into_iter();
            found.extend(
                inner.map(|one| WrittenSetting { path: format!("{key}.{}", one.path), ..one }),
            );
            continue;
        }
        found.push(WrittenSetting { path: key.clone(), spot: *key_spot, node });
    }
    found
}

/// Reads the settings of an open table and checks each: none twice, none that all candidates share.
fn open<'a, N>(
    reader: &Reader<'a>,
    key: &'static Key<OpenTable, N>,
    whole: impl Fn(&Node) -> bool,
) -> Result<Vec<Checked<'a>>, Reported> {
    let Some(node) = reader.open_node(key) else { return Ok(Vec::new()) };
    let (ctx, path) = (reader.ctx(), reader.path(key));
    if !matches!(node.value, Value::Table(_)) {
        let why = format!("found {}; write settings by their path", node.found());
        return Err(note(ctx, format!("`{path}` must be a table"), Some(node.spot), &why));
    }
    let found = settings(node.entries(), &whole);
    if found.is_empty() {
        let why = "name at least one setting, by its path";
        return Err(note(ctx, format!("`{path}` is empty"), Some(node.spot), why));
    }
    let mut seen = HashSet::new();
    let check = |one: WrittenSetting<'a>| {
        let refuse = |title: String, why: &str| Err(note(ctx, title, Some(one.spot), why));
        let to = match SettingPath::new(&one.path) {
            Err(NotAPath { text }) => {
                refuse(format!("`{path}` has `{}`, not a path", excerpt(&text)), NotAPath::HELP)
            }
            Ok(to) if !seen.insert(to.clone()) => {
                refuse(format!("`{path}` has `{to}` twice"), "leave one of them out")
            }
            Ok(to) => match check_path(&to) {
                Err(why) => refuse(format!("`{path}` has `{to}`"), &why),
                Ok(()) => Ok(to),
            },
        };
        (to, one)
    };
    Ok(found.into_iter().map(check).collect())
}

fn vary(reader: &Reader<'_>) -> Result<Vec<Variation>, Reported> {
    let is_range = |node: &Node| RANGE.iter().any(|key| node.child(key).is_some());
    let read = |(path, one): Checked<'_>| {
        let values = values(one.node).map_err(|(spot, why)| {
            let title = format!("`{}` has no values to try", excerpt(&one.path));
            note(reader.ctx(), title, Some(spot), &why)
        });
        let values = values?;
        Ok(Variation { path: path?, values })
    };
    all(open(reader, &study::VARY, is_range)?.into_iter().map(read))
}

/// The values to try, or what is wrong and where.
fn values(node: &Node) -> Result<Values, (Spot, String)> {
    let wrong = |why: &str| Err((node.spot, why.to_owned()));
    match &node.value {
        Value::List(values) if values.is_empty() => {
            wrong("an empty list: name at least one value to try")
        }
        Value::List(values) => Ok(Values::List(values.iter().map(SettingValue::of).collect())),
        Value::Table(entries) => range(node, entries).map(Values::Range),
        _ => wrong("this is one value; write the values to try as a list, or { from, to, step }"),
    }
}

fn range(node: &Node, entries: &[Entry]) -> Result<NumberRange, (Spot, String)> {
    let odd = entries.iter().find(|entry| !RANGE.contains(&entry.key.as_str()));
    if let Some(odd) = odd {
        return Err((odd.key_spot, "a range is { from, to, step }".to_owned()));
    }
    let part = |key: &str| {
        let missing =
            || (node.spot, format!("a range is {{ from, to, step }}; `{key}` is missing"));
        let part = node.child(key).ok_or_else(missing)?;
        SettingValue::of(part)
            .decimal()
            .ok_or_else(|| (part.spot, "this is not a number".to_owned()))
    };
    NumberRange::new(part("from")?, part("to")?, part("step")?).map_err(|why| (node.spot, why))
}

fn named(reader: &Reader<'_>) -> Result<Vec<NamedCandidate>, Reported> {
    let rows = reader.rows(&study::CANDIDATES, |row| {
        let name = row.get(&candidate::NAME);
        let set = match row.has(&candidate::SET) {
            true => open(row, &candidate::SET, |_| false),
            false => Err(row.missing(&candidate::SET)),
        };
        let setting = |(path, one): Checked<'_>| {
            Ok(Setting { path: path?, value: SettingValue::of(one.node) })
        };
        let set = set.and_then(|set| all(set.into_iter().map(setting)));
        let (name, set) = (name?, set?);
        Ok((NamedCandidate { name: name.value.trim().to_owned(), set }, name.spot))
    })?;
    let mut named: Vec<NamedCandidate> = Vec::new();
    let mut reported = None;
    for Found { value: (one, spot), .. } in rows {
        let why = match one.name.as_str() {
            CURRENT => {
                Some("this name means what is set today, which is always among the candidates")
            }
            name if named.iter().any(|other| other.name == name) => Some("it has the same name"),
            _ => None,
        };
        if let Some(why) = why {
            let title = format!("another candidate is called `{}`", one.name);
            reported = Some(note(reader.ctx(), title, spot, why));
        }
        named.push(one);
    }
    reported.map_or(Ok(named), Err)
}

fn note(ctx: &ReadContext, title: String, spot: Option<Spot>, why: &str) -> Reported {
    ctx.note(Diagnostic::value(title).at(spot, why))
}

fn confidence(reader: &Reader<'_>) -> Result<Share, Reported> {
    let found = reader.get(&study::CONFIDENCE)?;
    if found.value == Share::NONE || found.value == Share::ALL {
        let title = "`study.confidence` must lie between 0% and 100%".to_owned();
        return Err(note(reader.ctx(), title, found.spot, "write \"95%\", say"));
    }
    Ok(found.value)
}

fn stop(reader: &Reader<'_>, materiality: Option<&Found<Money>>) -> Result<Stop, Reported> {
    reader.one_of(&study::ENOUGH)?;
    let Some(until) = reader.table(&study::UNTIL)? else {
        let replications = reader.get(&study::REPLICATIONS)?;
        return Ok(match replications.spot {
            Some(_) => Stop::Replications(replications.value),
            None => Stop::Usual,
        });
    };
    let precision = until.one_of(&until::PRECISION);
    let most = until.get(&until::MOST);
    precision?;
    let Some(half_width) = until.get(&until::HALF_WIDTH)? else {
        return selection(reader, &until, most?.value, materiality);
    };
    if half_width.value == Money::ZERO {
        let title = "`study.until.half_width` must be above 0".to_owned();
        return Err(note(reader.ctx(), title, half_width.spot, "no number of runs is enough"));
    }
    Ok(Stop::HalfWidth { half_width: half_width.value, most: most?.value })
}

fn selection(
    reader: &Reader<'_>,
    until: &Reader<'_>,
    most: u64,
    materiality: Option<&Found<Money>>,
) -> Result<Stop, Reported> {
    let correct = until.required(&until::CORRECT_SELECTION)?;
    if !(0.5..1.0).contains(&correct.value.to_f64()) {
        let title = "`study.until.correct_selection` must lie from 50% to below 100%".to_owned();
        return Err(note(reader.ctx(), title, correct.spot, "write \"95%\", say"));
    }
    if materiality.is_some_and(|found| found.value == Money::ZERO) {
        let error = Diagnostic::error("`study.materiality` must be above 0 for a selection")
            .at(until.spot(), "the selection ignores smaller differences")
            .at(materiality.and_then(|found| found.spot), "")
            .help(
                "add the smallest gain per period that is worth a change: materiality = \"1.00\"",
            );
        return Err(reader.ctx().note(error));
    }
    Ok(Stop::CorrectSelection { correct: correct.value, most })
}

fn constraints(reader: &Reader<'_>) -> Result<StudyLimits, Reported> {
    let Some(reader) = reader.table(&study::CONSTRAINTS)? else {
        return Ok(StudyLimits::default());
    };
    let fill_rate = reader.get(&constraints::FILL_RATE_AT_LEAST);
    let outages = reader.get(&constraints::OUTAGE_PROBABILITY_AT_MOST);
    let spend = reader.get(&constraints::SPEND_P95_AT_MOST);
    let recharges = reader.get(&constraints::RECHARGES_AT_MOST);
    Ok(StudyLimits {
        fill_rate_at_least: fill_rate?.map(|found| found.value),
        outage_probability_at_most: outages?.map(|found| found.value),
        spend_p95_at_most: spend?.map(|found| found.value),
        recharges_at_most: recharges?.map(|found| found.value),
    })
}

fn target(reader: &Reader<'_>) -> Result<WantedService, Reported> {
    let Some(found) = reader.get(&study::TARGET)? else { return Ok(WantedService::Unsaid) };
    WantedService::from_texts(found.value.iter().map(String::as_str)).map_err(|(place, why)| {
        let title =
            format!("`{}` has `{}`", reader.path(&study::TARGET), excerpt(&found.value[place]));
        note(reader.ctx(), title, found.spot, &why)
    })
}
