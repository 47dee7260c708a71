//! Documents whose rows are written apart from their names in ways of their own: answers of BigQuery, `{"f":[{"v":…}]}` beside a schema, those
//! of Google Analytics, `dimensionValues` beside `metricValues`, and charts with a list of labels and a list of numbers for each dataset.
//!
//! They become records, one on each line. Deliberately absent: which of several datasets is the amount.

use serde_json::value::RawValue;

use super::flatten::{elements, entries, is_array, is_object};

/// Records that were made of such a document.
pub(super) struct MadeRecords {
    /// The array that holds the rows.
    pub(super) place: &'static str,
    /// An object on each line.
    pub(super) lines: Vec<String>,
}

/// The records of a document that is such; `None` for any other.
pub(super) fn records(root: &RawValue) -> Result<Option<MadeRecords>, String> {
    if !is_object(root) {
        return Ok(None);
    }
    for made in [answer, report, chart] {
        if let Some(records) = made(root)? {
            return Ok(Some(records));
        }
    }
    Ok(None)
}

/// The value under a key of an object.
fn at<'a>(object: &'a RawValue, wanted: &str) -> Result<Option<&'a RawValue>, String> {
    let mut found = None;
    if is_object(object) {
        entries(object, |key, value| {
            found = if key == wanted { Some(value) } else { found };
            Ok(())
        })?;
    }
    Ok(found)
}

/// The elements of the array under a key of an object.
fn list<'a>(object: &'a RawValue, wanted: &str) -> Result<Option<Vec<&'a RawValue>>, String> {
    let Some(array) = at(object, wanted)?.filter(|value| is_array(value)) else { return Ok(None) };
    let mut all = Vec::new();
    elements(array, |value| {
        all.push(value);
        Ok(())
    })?;
    Ok(Some(all))
}

/// The text under a key of an object, as it is written.
fn text<'a>(object: &'a RawValue, wanted: &str) -> Result<Option<&'a str>, String> {
    Ok(at(object, wanted)?.map(RawValue::get).filter(|text| text.starts_with('"')))
}

/// An object of these names, as they are written, and values.
fn record<'a>(cells: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let cells: Vec<String> =
        cells.map(|(name, value)| format!("{name}:{}", value.replace('\n', " "))).collect();
    format!("{{{}}}", cells.join(","))
}

/// The rows of an answer of BigQuery.
fn answer(root: &RawValue) -> Result<Option<MadeRecords>, String> {
    let schema = at(root, "schema")?.map_or(Ok(None), |schema| list(schema, "fields"))?;
    let (Some(fields), Some(rows)) = (schema, list(root, "rows")?) else { return Ok(None) };
    let mut names = Vec::new();
    for field in fields {
        names.extend(text(field, "name")?);
    }
    let mut lines = Vec::new();
    for row in rows {
        let Some(cells) = list(row, "f")? else { return Ok(None) };
        let mut values = Vec::new();
        for cell in cells {
            values.extend(at(cell, "v")?.map(RawValue::get));
        }
        if values.len() != names.len() {
            return Ok(None);
        }
        lines.push(record(names.iter().copied().zip(values)));
    }
    Ok((!lines.is_empty()).then_some(MadeRecords { place: "rows", lines }))
}

/// The rows of a report of Google Analytics.
fn report(root: &RawValue) -> Result<Option<MadeRecords>, String> {
    let headers = [list(root, "dimensionHeaders")?, list(root, "metricHeaders")?];
    let ([Some(dimensions), Some(metrics)], Some(rows)) = (headers, list(root, "rows")?) else {
        return Ok(None);
    };
    let mut names = Vec::new();
    for header in dimensions.into_iter().chain(metrics) {
        names.extend(text(header, "name")?);
    }
    let mut lines = Vec::new();
    for row in rows {
        let mut values = Vec::new();
        for part in ["dimensionValues", "metricValues"] {
            for cell in list(row, part)?.unwrap_or_default() {
                values.extend(at(cell, "value")?.map(RawValue::get));
            }
        }
        if values.len() != names.len() {
            return Ok(None);
        }
        lines.push(record(names.iter().copied().zip(values)));
    }
    Ok((!lines.is_empty()).then_some(MadeRecords { place: "rows", lines }))
}

/// The points of a chart, with its settings around it or without: a record for each label, with a value of each dataset.
fn chart(root: &RawValue) -> Result<Option<MadeRecords>, String> {
    let inner = at(root, "data")?.filter(|data| is_object(data));
    let chart = inner.unwrap_or(root);
    let (Some(labels), Some(sets)) = (list(chart, "labels")?, list(chart, "datasets")?) else {
        return Ok(None);
    };
    let are_plain = labels.iter().all(|label| !is_object(label) && !is_array(label));
    let mut columns: Vec<(String, Vec<&str>)> = Vec::new();
    for (number, set) in (1..).zip(sets) {
        let Some(points) = list(set, "data")? else { return Ok(None) };
        let mut values = Vec::new();
        for point in points {
            let value = if is_object(point) { at(point, "y")? } else { Some(point) };
            values.extend(value.map(RawValue::get));
        }
        let name =
            text(set, "label")?.map_or_else(|| format!("\"dataset {number}\""), str::to_owned);
        let is_taken = columns.iter().any(|(other, _)| *other == name) || name == LABEL;
        let name = if is_taken { format!("\"{} {number}\"", name.trim_matches('"')) } else { name };
        if values.len() != labels.len() || !are_plain {
            return Ok(None);
        }
        columns.push((name, values));
    }
    let line = |(place, label): (usize, &&RawValue)| {
        let values =
            columns.iter().filter_map(|(name, values)| Some((name.as_str(), *values.get(place)?)));
        record(std::iter::once((LABEL, label.get())).chain(values))
    };
    let lines: Vec<String> = labels.iter().enumerate().map(line).collect();
    let is_chart = !columns.is_empty() && !lines.is_empty();
    Ok(is_chart.then_some(MadeRecords { place: "datasets", lines }))
}

/// The name of the labels of a chart, as it is written.
const LABEL: &str = "\"label\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_charts_become_records_with_their_names() {
        for (text, expected) in [
            (
                r#"{"schema":{"fields":[{"name":"day","type":"DATE"},{"name":"n"}]},"rows":[{"f":[{"v":"2026-05-01"},{"v":"5"}]},{"f":[{"v":"2026-05-02"},{"v":null}]}]}"#,
                Some(r#"rows {"day":"2026-05-01","n":"5"} {"day":"2026-05-02","n":null}"#),
            ),
            (
                r#"{"dimensionHeaders":[{"name":"date"}],"metricHeaders":[{"name":"n","type":"TYPE_INTEGER"}],"rows":[{"dimensionValues":[{"value":"20260501"}],"metricValues":[{"value":"5"}]}]}"#,
                Some(r#"rows {"date":"20260501","n":"5"}"#),
            ),
            (
                r#"{"dimensionHeaders":[{"name":"date"}],"metricHeaders":[{"name":"n"}],"rows":[{"dimensionValues":[{"value":"20260501"}]}]}"#,
                None,
            ),
            (
                r#"{"labels":["2026-05-01","2026-05-02"],"datasets":[{"label":"Credits","data":[5,6]},{"data":[{"x":1,"y":7},{"x":2,"y":8}]}]}"#,
                Some(
                    r#"datasets {"label":"2026-05-01","Credits":5,"dataset 2":7} {"label":"2026-05-02","Credits":6,"dataset 2":8}"#,
                ),
            ),
            (
                r#"{"type":"bar","data":{"labels":["May"],"datasets":[{"label":"a","data":[5]},{"label":"a","data":[6]}]}}"#,
                Some(r#"datasets {"label":"May","a":5,"a 2":6}"#),
            ),
            (r#"{"labels":["a"],"datasets":[{"data":[5,6]}]}"#, None),
            (r#"{"labels":["a"],"data":[5]}"#, None),
            (r#"{"schema":{"fields":[{"name":"n"}]},"rows":[{"n":5}]}"#, None),
            (r#"[{"n":5}]"#, None),
        ] {
            let root: &RawValue = serde_json::from_str(text).unwrap();
            let made = records(root).unwrap();
            let made = made.map(|made| format!("{} {}", made.place, made.lines.join(" ")));
            assert_eq!(made.as_deref(), expected, "{text}");
        }
    }
}
