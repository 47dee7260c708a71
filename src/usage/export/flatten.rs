//! JSON objects as cells: nested names joined by dots, numbers as they are written.
//!
//! Deliberately absent: where in a file the objects are.

use crate::domain::grouped;
use crate::domain::text::counted;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use super::datum::begins_as_number;
use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The most names that the records of a file may have.
pub(super) const NAMES: usize = 10_000;

/// The names of the columns, in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct FlatNames {
    pub(super) list: Vec<String>,
    /// The line of the record in which each appears first.
    lines: Vec<u64>,
    /// Those whose cells hold arrays of objects.
    pub(super) nested: BTreeSet<String>,
    /// Those with a string that begins as a number does.
    pub(super) text_numbers: BTreeSet<String>,
    places: HashMap<String, usize>,
}

impl FlatNames {
    /// Adds a name if it is new.
    fn add(&mut self, name: &str, line: u64) {
        if !self.places.contains_key(name) {
            self.places.insert(name.to_owned(), self.list.len());
            self.list.push(name.to_owned());
            self.lines.push(line);
        }
    }

    /// Adds the names of an object, whose record begins on a line.
    pub(super) fn gather(&mut self, cells: &FlatCells, line: u64) -> Result<(), String> {
        cells.list.iter().for_each(|(name, _)| self.add(name, line));
        self.nested.extend(cells.nested.iter().cloned());
        self.text_numbers.extend(cells.text_numbers.iter().cloned());
        if self.list.len() > NAMES {
            return Err(format!(
                "the records have more than {} names; where names are data, such as days, make \
                 them records (`jq -c 'to_entries[]' FILE > usage.jsonl`)",
                grouped(&NAMES.to_string())
            ));
        }
        Ok(())
    }

    /// Whether all names of an object are known, and those whose cells hold arrays of objects as such.
    pub(super) fn has_all_of(&self, cells: &FlatCells) -> bool {
        cells.list.iter().all(|(name, _)| self.places.contains_key(name))
            && cells.nested.iter().all(|name| self.nested.contains(name))
    }

    /// The names that are not in the first record, with the lines on which they begin.
    pub(super) fn late(&self) -> Vec<(String, u64)> {
        let first = self.lines.iter().min();
        let all = self.list.iter().zip(&self.lines);
        all.filter(|(_, line)| Some(*line) > first)
            .map(|(name, line)| (name.clone(), *line))
            .collect()
    }

    /// The place of a name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

/// The cells of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct FlatCells {
    /// Names and texts, in the order of the file.
    pub(super) list: Vec<(String, String)>,
    /// The names whose cells hold arrays of objects.
    nested: Vec<String>,
    /// The names whose cells hold strings that begin as numbers do.
    text_numbers: Vec<String>,
}

impl FlatCells {
    /// Adds what a value holds under a name; an object adds one cell for each value in it.
    pub(super) fn add(&mut self, name: &str, value: &RawValue) -> Result<(), String> {
        let text = value.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let mut inner = Vec::new();
                entries(value, |key, value| {
                    inner.push((joined(name, key), value));
                    Ok(())
                })?;
                inner.into_iter().try_for_each(|(name, value)| self.add(&name, value))
            }
            Some(b'"') => {
                let text = string(value)?;
                if begins_as_number(&text) {
                    self.text_numbers.push(name.to_owned());
                }
                self.push(name, text)
            }
            Some(b'n') => self.push(name, String::new()),
            _ => {
                let inner = text.strip_prefix('[').map(str::trim_start);
                if inner.is_some_and(|inner| inner.starts_with('{')) {
                    self.nested.push(name.to_owned());
                }
                self.push(name, text.to_owned())
            }
        }
    }

    fn push(&mut self, name: &str, text: String) -> Result<(), String> {
        self.list.push((name.to_owned(), text));
        Ok(())
    }

    /// The cells of a list under these names.
    pub(super) fn listed(list: &RawValue, names: &[String]) -> Result<FlatCells, String> {
        let mut cells = FlatCells::default();
        let mut left = names.iter();
        let mut more = 0;
        elements(list, |value| match left.next() {
            Some(name) => cells.add(name, value),
            None => {
                more += 1;
                Ok(())
            }
        })?;
        if more > 0 || left.len() > 0 {
            let count = names.len() - left.len() + more;
            return Err(format!(
                "a row of {} under {}",
                counted(count, "cell"),
                counted(names.len(), "name")
            ));
        }
        Ok(cells)
    }

    /// Adds a row for each place in lists of one length; the other cells repeat in each of them.
    pub(super) fn side_by_side(
        &self,
        lists: &[String],
        rows: &mut Vec<FlatCells>,
    ) -> Result<(), String> {
        let (mut columns, mut text_numbers) = (Vec::new(), self.text_numbers.clone());
        for (name, text) in self.list.iter().filter(|(name, _)| lists.contains(name)) {
            let mut column = FlatCells::default();
            let list: &RawValue = serde_json::from_str(text).map_err(|why| why.to_string())?;
            elements(list, |value| column.add(name, value))?;
            columns.push(column.list);
            text_numbers.extend(column.text_numbers);
        }
        let length = columns.iter().map(Vec::len).max().unwrap_or(0);
        if columns.iter().any(|column| column.len() != length) {
            let names: Vec<String> = lists.iter().map(|list| format!("`{list}`")).collect();
            return Err(format!("the lists {} have different lengths", names.join(", ")));
        }
        let beside = |name: &String| !lists.contains(name);
        let others: Vec<_> = self.list.iter().filter(|(name, _)| beside(name)).cloned().collect();
        for place in 0..length {
            let cells = columns.iter().filter_map(|column| column.get(place).cloned());
            let list = others.iter().cloned().chain(cells).collect();
            let nested = self.nested.clone();
            // Once is enough.
            let text_numbers = std::mem::take(&mut text_numbers);
            rows.push(FlatCells { list, nested, text_numbers });
        }
        Ok(())
    }

    /// Adds the values of an object, but for the one at `left_out`.
    pub(super) fn add_object(
        &mut self,
        prefix: &str,
        object: &RawValue,
        left_out: Option<&str>,
    ) -> Result<(), String> {
        entries(object, |key, value| {
            let here = Some(key) == left_out;
            if here { Ok(()) } else { self.add(&joined(prefix, key), value) }
        })
    }
}

/// Two names joined by a dot.
pub(super) fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// The text of a JSON string.
pub(super) fn string(value: &RawValue) -> Result<String, String> {
    serde_json::from_str(value.get()).map_err(|why| why.to_string())
}

/// Whether a value is an object.
pub(super) fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
}

/// Whether a value is an array.
pub(super) fn is_array(value: &RawValue) -> bool {
    value.get().starts_with('[')
}

/// Calls `each` with the names and the values of an object; a name may appear in it once.
pub(super) fn entries<'a>(
    object: &'a RawValue,
    each: impl FnMut(&str, &'a RawValue) -> Result<(), String>,
) -> Result<(), String> {
    let mut deserializer = serde_json::Deserializer::from_str(object.get());
    let visited = deserializer.deserialize_map(Entries { each, seen: Vec::new() });
    visited.map_err(told)
}

/// Calls `each` with the values of an array.
pub(super) fn elements<'a>(
    array: &'a RawValue,
    each: impl FnMut(&'a RawValue) -> Result<(), String>,
) -> Result<(), String> {
    let mut deserializer = serde_json::Deserializer::from_str(array.get());
    deserializer.deserialize_seq(Elements(each)).map_err(told)
}

/// A problem without the place in the value, which is no place in the file.
fn told(why: serde_json::Error) -> String {
    let text = why.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

struct Entries<F> {
    each: F,
    seen: Vec<String>,
}

impl<'de, F: FnMut(&str, &'de RawValue) -> Result<(), String>> Visitor<'de> for Entries<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let value: &'de RawValue = map.next_value()?;
            (self.each)(&key, value).map_err(A::Error::custom)?;
            self.seen.push(key.into_owned());
        }
        self.seen.sort_unstable();
        match self.seen.windows(2).find(|pair| pair.first() == pair.last()) {
            Some(pair) => {
                let twice = pair.first().map_or("", String::as_str);
                Err(A::Error::custom(format!("the name `{twice}` stands twice in an object")))
            }
            None => Ok(()),
        }
    }
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> Result<(), String>> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut array: A) -> Result<(), A::Error> {
        while let Some(value) = array.next_element::<&'de RawValue>()? {
            (self.0)(value).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// The value at a path of names and places in JSON text; `None` if it has no such value.
pub(super) fn at_path<'a>(text: &'a str, path: &[String]) -> Result<Option<&'a RawValue>, String> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let mut value = whole;
    for step in path {
        let mut found = None;
        if is_object(value) {
            entries(value, |key, inner| {
                if key == step {
                    found = Some(inner);
                }
                Ok(())
            })?;
        } else if is_array(value) {
            let (mut left, mut wanted) = (step.parse::<u64>().ok(), None);
            elements(value, |inner| {
                if left == Some(0) {
                    wanted = Some(inner);
                }
                left = left.and_then(|left| left.checked_sub(1));
                Ok(())
            })?;
            found = wanted;
        }
        match found {
            Some(inner) => value = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// A value as a cell: the text of a string, blank for `null`, the JSON otherwise.
pub(super) fn cell(value: &RawValue) -> Result<String, String> {
    match value.get().as_bytes().first() {
        Some(b'"') => string(value),
        Some(b'n') => Ok(String::new()),
        _ => Ok(value.get().to_owned()),
    }
}
