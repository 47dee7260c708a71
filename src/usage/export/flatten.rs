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
        self.add_text(&mut name.to_owned(), value.get())
    }

    /// The same for the text of a value.
    fn add_text(&mut self, name: &mut String, text: &str) -> Result<(), String> {
        match text.as_bytes().first() {
            Some(b'{') => ValueText { text, at: 0, depth: 0 }.add_object(name, self),
            Some(b'"') => {
                let text = unquoted(text)?.into_owned();
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

    /// Adds the values of an object.
    pub(super) fn add_object(&mut self, prefix: &str, object: &RawValue) -> Result<(), String> {
        entries(object, |key, value| self.add(&joined(prefix, key), value))
    }
}

/// The text of a value that is JSON for certain, read once however deep its objects are.
struct ValueText<'t> {
    text: &'t str,
    at: usize,
    /// How many objects are open.
    depth: usize,
}

impl<'t> ValueText<'t> {
    /// Adds a cell for each value of the object that begins here, and goes on behind it.
    fn add_object(&mut self, name: &mut String, cells: &mut FlatCells) -> Result<(), String> {
        let (outer, mut seen) = (name.len(), Vec::new());
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!(
                "objects lie in one another more than {} deep",
                grouped(&DEEPEST.to_string())
            ));
        }
        while self.next_byte() != Some(b'}') {
            let key = unquoted(self.string())?;
            if outer > 0 {
                name.push('.');
            }
            name.push_str(&key);
            seen.push(key);
            self.next_byte();
            self.at += 1;
            match self.next_byte().ok_or(NO_VALUE)? {
                b'{' => self.add_object(name, cells)?,
                _ => {
                    let value = self.value();
                    cells.add_text(name, value)?;
                }
            }
            name.truncate(outer);
            if self.next_byte() == Some(b',') {
                self.at += 1;
            }
        }
        self.at += 1;
        self.depth -= 1;
        seen.sort_unstable();
        match seen.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("the name `{}` stands twice in an object", pair[0])),
            None => Ok(()),
        }
    }

    /// The next byte that is no blank.
    fn next_byte(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// The string that begins here, with its quotes.
    fn string(&mut self) -> &'t str {
        let (from, bytes) = (self.at, self.text.as_bytes());
        self.at += 1;
        while let Some(length) =
            memchr::memchr2(b'"', b'\\', bytes.get(self.at..).unwrap_or_default())
        {
            self.at += length;
            match bytes.get(self.at) {
                Some(b'"') => break,
                _ => self.at += 2,
            }
        }
        self.at = (self.at + 1).min(bytes.len());
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// The value that begins here, which is no object.
    fn value(&mut self) -> &'t str {
        let from = self.at;
        let mut depth = 0_usize;
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.string();
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth > 0 => depth -= 1,
                b',' | b'}' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        self.text.get(from..self.at).unwrap_or_default().trim_ascii_end()
    }
}

/// Objects in one another that are entered.
const DEEPEST: usize = 2_000;

/// What is said of a name without a value, which no JSON has.
const NO_VALUE: &str = "a name without a value";

/// The text of a string with its quotes.
fn unquoted(text: &str) -> Result<Cow<'_, str>, String> {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inside.filter(|inside| !inside.contains('\\')) {
        Some(inside) => Ok(Cow::Borrowed(inside)),
        None => serde_json::from_str(text).map(Cow::Owned).map_err(told),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of an object as a value of JSON says them.
    fn expected(name: &str, value: &serde_json::Value, cells: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(object) => {
                object.iter().for_each(|(key, value)| expected(&joined(name, key), value, cells));
            }
            serde_json::Value::String(text) => cells.push((name.to_owned(), text.clone())),
            serde_json::Value::Null => cells.push((name.to_owned(), String::new())),
            other => cells.push((name.to_owned(), other.to_string())),
        }
    }

    #[test]
    fn an_object_has_the_cells_of_its_values_however_deep_they_are() {
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        for text in [
            "{}",
            r#"{ "a" : 1 , "b" : { } , "c" : { "d" : "x" , "e" : null } }"#,
            r#"{"a":{"b":{"c":[1,{"d":"]}"}],"e":true}},"f":-1.5e3,"g":"q\"\\","h":""}"#,
            r#"{"a\"b":{"\u00e9":"\u00e9\n"},"":{"":1,"x":2},"é":"ü"}"#,
            deep.as_str(),
        ] {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            let mut cells = FlatCells::default();
            cells.add("", raw).unwrap();
            let (mut wanted, value) = (Vec::new(), text.parse());
            // What is deeper than the other reader goes is counted.
            match value {
                Ok(value) => expected("", &value, &mut wanted),
                Err(_) => wanted.push((vec!["a"; 200].join("."), "1".to_owned())),
            }
            cells.list.sort();
            wanted.sort();
            // Numbers and lists are as they are written.
            let plain = |list: &[(String, String)]| -> Vec<(String, String)> {
                let number =
                    |text: &String| text.parse::<f64>().map_or(text.clone(), |n| n.to_string());
                list.iter().map(|(name, text)| (name.clone(), number(text))).collect()
            };
            assert_eq!(plain(&cells.list), plain(&wanted), "{text}");
        }
    }

    #[test]
    fn a_name_may_stand_once_in_an_object_at_any_depth() {
        for text in [r#"{"a":1,"b":2,"a":3}"#, r#"{"x":{"y":{"a":1,"\u0061":2}}}"#] {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            let why = FlatCells::default().add("", raw).unwrap_err();
            assert_eq!(why, "the name `a` stands twice in an object");
        }
    }
}
