//! Flat cells of a JSON object, scanned once and without an allocation where its names come as in a record before.
//!
//! The names of records are kept as a tree of steps: a name, or the end of an object. A record that follows
//! known steps has its cells where the steps say; any other is left to `flatten`, which reads every record, and
//! its steps are learned. A name that stands twice is refused there, so that no known step leads to one.
//! Deliberately absent: what a broken record is told.

use serde_json::value::RawValue;

use super::flatten::{FlatNames, joined};
use super::row::{Row, trimmed};
use crate::usage::buffer::first_of_or_control;

/// The most steps that are kept.
const STEPS: usize = 20_000;
/// Objects within objects that are scanned.
const DEEPEST: usize = 16;

/// The steps of the records read so far.
#[derive(Clone, Debug)]
pub(super) struct RecordShapes {
    /// The steps that follow each; the first is that before all records.
    nodes: Vec<Vec<RecordStep>>,
}

/// A step through a record.
#[derive(Clone, Debug)]
struct RecordStep {
    kind: StepKind,
    /// The name; empty at the end of an object.
    name: Box<str>,
    /// The name as it is mostly written: behind a comma, in its quotes, with the colon behind it.
    written: WrittenName,
    /// The node behind it.
    next: usize,
}

/// The kind of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StepKind {
    /// A value that is the cell in this place, and whether it may be an array of objects.
    Cell { place: usize, nested: bool },
    /// An object opens.
    Open,
    /// An object ends.
    Close,
}

/// A name behind a comma, in its quotes, with the colon behind it.
#[derive(Clone, Debug)]
struct WrittenName {
    text: Box<str>,
    /// Its first bytes, and the bits of those that are compared at once.
    first: [u128; 2],
    /// The same without the comma.
    alone: [u128; 2],
}

/// A record that has to be read in the general way: it is broken, or goes an unknown way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnknownRecord;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScannedValue {
    /// From here to there in the text.
    Plain(usize, usize),
    /// A string with escapes, from here to there between its quotes.
    Escaped(usize, usize),
    /// An array; whether of objects.
    Array(usize, usize, bool),
    Null,
}

/// The cells that a record fills: parts of its own text, and strings with escapes as they read.
pub(super) struct RecordCells<'c> {
    pub(super) cells: &'c mut [(usize, usize)],
    /// The place of the start of the record's own text.
    pub(super) from: usize,
    pub(super) aside: &'c mut String,
    /// The place of the start of `aside`.
    pub(super) aside_from: usize,
}

/// A place in the text of a record.
struct RecordScanner<'t> {
    text: &'t str,
    at: usize,
}

impl Default for RecordShapes {
    fn default() -> RecordShapes {
        RecordShapes { nodes: vec![Vec::new()] }
    }
}

impl RecordShapes {
    /// Fills a row of so many cells with the record in `text`, where that goes a known way. The row is of no
    /// use after an error.
    #[inline]
    pub(super) fn fill(
        &self,
        text: &str,
        width: usize,
        row: &mut Row,
    ) -> Result<(), UnknownRecord> {
        row.clear();
        row.text.push_str(text);
        row.cells.resize(width, (0, 0));
        let mut cells =
            RecordCells { cells: &mut row.cells, from: 0, aside: &mut row.text, aside_from: 0 };
        self.fill_cells(text, &mut cells)
    }

    /// The same for cells wherever they are, all of which are empty before.
    #[inline]
    pub(super) fn fill_cells(
        &self,
        text: &str,
        cells: &mut RecordCells<'_>,
    ) -> Result<(), UnknownRecord> {
        let mut scanner = RecordScanner { text, at: 0 };
        let (mut node, mut depth) = (0, 1);
        scanner.expect(b'{')?;
        let mut first = true;
        while depth > 0 {
            let mut likely = self.likely(node);
            let has_name = !first && likely.is_some_and(|step| scanner.takes_next(&step.written));
            if !has_name {
                if scanner.takes(b'}') {
                    node = self.step(node, StepKind::Close, "")?.next;
                    (depth, first) = (depth - 1, false);
                    continue;
                }
                if !first {
                    scanner.expect(b',')?;
                }
                likely = likely.filter(|step| scanner.takes_written(&step.written));
            }
            if let Some(&RecordStep { kind: StepKind::Cell { place, nested }, next, .. }) = likely
                && scanner.is_before_cell()
            {
                cells.put(text, (place, nested), scanner.value()?)?;
                (node, first) = (next, false);
                continue;
            }
            let name = match likely {
                Some(step) => &*step.name,
                None => scanner.name()?,
            };
            if scanner.takes(b'{') {
                node = self.step(node, StepKind::Open, name)?.next;
                (depth, first) = (depth + 1, true);
                continue;
            }
            let value = scanner.value()?;
            let RecordStep { kind: StepKind::Cell { place, nested }, next, .. } =
                self.cell(node, name)?
            else {
                return Err(UnknownRecord);
            };
            cells.put(text, (*place, *nested), value)?;
            (node, first) = (*next, false);
        }
        scanner.end()
    }

    /// The step that records take first after a node, if it has a name.
    #[inline]
    fn likely(&self, node: usize) -> Option<&RecordStep> {
        self.nodes.get(node)?.first().filter(|step| step.kind != StepKind::Close)
    }

    /// The step of this name and kind from a node; records nearly always take the first.
    #[inline]
    fn step(&self, node: usize, kind: StepKind, name: &str) -> Result<&RecordStep, UnknownRecord> {
        let steps = self.nodes.get(node).ok_or(UnknownRecord)?;
        let is_it = |step: &&RecordStep| step.kind == kind && *step.name == *name;
        steps.iter().find(is_it).ok_or(UnknownRecord)
    }

    /// The step to the cell of this name from a node.
    #[inline]
    fn cell(&self, node: usize, name: &str) -> Result<&RecordStep, UnknownRecord> {
        let steps = self.nodes.get(node).ok_or(UnknownRecord)?;
        let is_it =
            |step: &&RecordStep| matches!(step.kind, StepKind::Cell { .. }) && *step.name == *name;
        steps.iter().find(is_it).ok_or(UnknownRecord)
    }

    /// Learns the steps of a record that was read in the general way, whose names `names` has behind a prefix.
    pub(super) fn learn(&mut self, prefix: &str, text: &str, names: &FlatNames) {
        if self.nodes.len() < STEPS {
            // What cannot be scanned is read in the general way each time.
            let _: Result<(), UnknownRecord> = self.learned(prefix, text, names);
        }
    }

    fn learned(
        &mut self,
        prefix: &str,
        text: &str,
        names: &FlatNames,
    ) -> Result<(), UnknownRecord> {
        let mut scanner = RecordScanner { text, at: 0 };
        let mut prefixes: Vec<String> = vec![prefix.to_owned()];
        let (mut node, mut first) = (0, true);
        scanner.expect(b'{')?;
        while let Some(prefix) = prefixes.last() {
            if scanner.takes(b'}') {
                node = self.add(node, StepKind::Close, "");
                (_, first) = (prefixes.pop(), false);
                continue;
            }
            if !first {
                scanner.expect(b',')?;
            }
            let name = scanner.name()?;
            let whole = joined(prefix, name);
            if scanner.takes(b'{') {
                if prefixes.len() == DEEPEST {
                    return Err(UnknownRecord);
                }
                node = self.add(node, StepKind::Open, name);
                prefixes.push(whole);
                first = true;
                continue;
            }
            let nested = matches!(scanner.value()?, ScannedValue::Array(_, _, true));
            let place = names.place(&whole).ok_or(UnknownRecord)?;
            node = self.add(node, StepKind::Cell { place, nested }, name);
            first = false;
        }
        scanner.end()
    }

    /// The node behind a step, which is added if it is new.
    fn add(&mut self, node: usize, kind: StepKind, name: &str) -> usize {
        let place_of = |kind| match kind {
            StepKind::Cell { place, .. } => Some(place),
            StepKind::Open | StepKind::Close => None,
        };
        let new = self.nodes.len();
        let steps = &mut self.nodes[node];
        let is_it = |step: &&mut RecordStep| match kind {
            StepKind::Cell { place, .. } => {
                place_of(step.kind) == Some(place) && *step.name == *name
            }
            kind => step.kind == kind && *step.name == *name,
        };
        if let Some(step) = steps.iter_mut().find(is_it) {
            if let (StepKind::Cell { nested, .. }, StepKind::Cell { nested: also, .. }) =
                (&mut step.kind, kind)
            {
                *nested |= also;
            }
            return step.next;
        }
        let written = WrittenName::of(name);
        steps.push(RecordStep { kind, name: name.into(), written, next: new });
        self.nodes.push(Vec::new());
        new
    }
}

impl WrittenName {
    fn of(name: &str) -> WrittenName {
        let text = format!(",\"{name}\":");
        let [first, alone] = [0, 1].map(|from| {
            let mut word = [0; WORD];
            let bytes = text.bytes().skip(from);
            word.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
            let compared = 8 * (text.len() - from).min(WORD) as u32;
            let bits = u128::MAX.checked_shr(u128::BITS - compared).unwrap_or(0);
            [u128::from_le_bytes(word), bits]
        });
        WrittenName { text: text.into(), first, alone }
    }

    /// Whether a text begins with it.
    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        begins(text, self.text.as_bytes(), self.first)
    }

    /// Whether a text begins with it but for the comma.
    #[inline]
    fn begins_alone(&self, text: &[u8]) -> bool {
        begins(text, self.text.as_bytes().get(1..).unwrap_or_default(), self.alone)
    }
}

/// Bytes that are compared at once.
const WORD: usize = 16;

/// Whether a text begins with another, of which these are the first bytes.
#[inline]
fn begins(text: &[u8], other: &[u8], [first, bits]: [u128; 2]) -> bool {
    match text.first_chunk() {
        Some(word) => {
            let is_same = (u128::from_le_bytes(*word) ^ first) & bits == 0;
            is_same && (other.len() <= WORD || text.starts_with(other))
        }
        None => text.starts_with(other),
    }
}

impl RecordCells<'_> {
    /// Puts a value of a record into its cell, which must be empty: one name may be written in two ways.
    #[inline]
    fn put(
        &mut self,
        record: &str,
        (place, may_nest): (usize, bool),
        value: ScannedValue,
    ) -> Result<(), UnknownRecord> {
        let cell = self.cells.get_mut(place).filter(|cell| cell.1 == 0).ok_or(UnknownRecord)?;
        let own = |(from, to): (usize, usize)| (self.from + from, self.from + to);
        *cell = match value {
            ScannedValue::Plain(from, to) => own(trimmed(record.as_bytes(), (from, to))),
            ScannedValue::Array(_, _, true) if !may_nest => return Err(UnknownRecord),
            ScannedValue::Array(from, to, _) => own((from, to)),
            ScannedValue::Null => own((1, 1)),
            ScannedValue::Escaped(from, to) => {
                let quoted = record.get(from - 1..=to).ok_or(UnknownRecord)?;
                let text: String = serde_json::from_str(quoted).map_err(|_| UnknownRecord)?;
                let from = self.aside.len();
                self.aside.push_str(&text);
                let (from, to) = trimmed(self.aside.as_bytes(), (from, self.aside.len()));
                (self.aside_from + from, self.aside_from + to)
            }
        };
        Ok(())
    }
}

impl<'t> RecordScanner<'t> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes blanks.
    #[inline]
    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes blanks and this byte, if it is next.
    #[inline]
    fn takes(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), UnknownRecord> {
        if self.takes(byte) { Ok(()) } else { Err(UnknownRecord) }
    }

    fn end(&mut self) -> Result<(), UnknownRecord> {
        self.blanks();
        if self.peek().is_none() { Ok(()) } else { Err(UnknownRecord) }
    }

    /// A name without escapes, and the colon behind it.
    #[inline]
    fn name(&mut self) -> Result<&'t str, UnknownRecord> {
        self.expect(b'"')?;
        match self.string()? {
            (from, to, false) => {
                self.expect(b':')?;
                self.text.get(from..to).ok_or(UnknownRecord)
            }
            _ => Err(UnknownRecord),
        }
    }

    /// Passes a comma, a name in its quotes and the colon behind it, if they are next and nothing is between them.
    #[inline]
    fn takes_next(&mut self, name: &WrittenName) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = name.begins(rest);
        self.at += if found { name.text.len() } else { 0 };
        found
    }

    /// Passes a name in its quotes and the colon behind it, if they are next.
    #[inline]
    fn takes_written(&mut self, name: &WrittenName) -> bool {
        self.blanks();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        // A blank before the colon is for the general way.
        let found = name.begins_alone(rest);
        self.at += if found { name.text.len() - 1 } else { 0 };
        found
    }

    /// Whether no object is next.
    #[inline]
    fn is_before_cell(&mut self) -> bool {
        self.blanks();
        self.peek() != Some(b'{')
    }

    /// The string behind an opening quote: where it begins and ends, and whether it has escapes.
    #[inline]
    fn string(&mut self) -> Result<(usize, usize, bool), UnknownRecord> {
        let (from, mut escaped) = (self.at, false);
        loop {
            let end = self.string_mark().ok_or(UnknownRecord)?;
            self.at = end + 1;
            match self.text.as_bytes().get(end) {
                Some(b'"') => return Ok((from, self.at - 1, escaped)),
                Some(b'\\') => (self.at, escaped) = (self.at + 1, true),
                _ => return Err(UnknownRecord),
            }
        }
    }

    /// The place of the next byte that ends a string, or that no string has.
    #[inline]
    fn string_mark(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        first_of_or_control([b'"', b'\\'], rest).map(|length| self.at + length)
    }

    /// A value that is no object.
    #[inline]
    fn value(&mut self) -> Result<ScannedValue, UnknownRecord> {
        self.blanks();
        let from = self.at;
        match self.peek().ok_or(UnknownRecord)? {
            b'"' => {
                self.at += 1;
                let (from, to, escaped) = self.string()?;
                Ok(match escaped {
                    true => ScannedValue::Escaped(from, to),
                    false => ScannedValue::Plain(from, to),
                })
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word("null").map(|()| ScannedValue::Null),
            b't' => self.word("true").map(|()| ScannedValue::Plain(from, self.at)),
            b'f' => self.word("false").map(|()| ScannedValue::Plain(from, self.at)),
            b'[' => self.array(),
            _ => Err(UnknownRecord),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), UnknownRecord> {
        let is_it = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += word.len();
        if is_it { Ok(()) } else { Err(UnknownRecord) }
    }

    /// At least one digit.
    #[inline]
    fn digits(&mut self) -> Result<(), UnknownRecord> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > from { Ok(()) } else { Err(UnknownRecord) }
    }

    /// A number as JSON has it (RFC 8259): no zero before other digits, no bare point.
    #[inline]
    fn number(&mut self) -> Result<ScannedValue, UnknownRecord> {
        let from = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(ScannedValue::Plain(from, self.at))
    }

    /// An array, as `serde_json` finds its end.
    fn array(&mut self) -> Result<ScannedValue, UnknownRecord> {
        let (from, rest) = (self.at, self.text.get(self.at..).ok_or(UnknownRecord)?);
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let array = values.next().and_then(Result::ok).ok_or(UnknownRecord)?.get();
        self.at = from + array.len();
        let nests = array.get(1..).is_some_and(|inner| inner.trim_start().starts_with('{'));
        Ok(ScannedValue::Array(from, self.at, nests))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::export::flatten::FlatCells;
    use proptest::prelude::*;

    /// The cells of a record as `flatten` has them, with its names added.
    fn flat(text: &str, names: &mut FlatNames) -> Option<Vec<String>> {
        let record: &RawValue = serde_json::from_str(text).ok()?;
        let mut cells = FlatCells::default();
        cells.add_object("", record).ok()?;
        names.gather(&cells, 1).ok()?;
        let mut row = vec![String::new(); names.list.len()];
        for (name, text) in cells.list {
            row[names.place(&name).unwrap()] = text;
        }
        Some(row)
    }

    fn scanned(shapes: &RecordShapes, text: &str, width: usize) -> Option<Vec<String>> {
        let mut row = Row::new();
        shapes.fill(text, width, &mut row).ok()?;
        let cell = |&(from, to): &(usize, usize)| row.text[from..to].to_owned();
        Some(row.cells.iter().map(cell).collect())
    }

    #[test]
    fn a_record_like_one_before_is_scanned_as_it_is_read() {
        let texts = [
            r#"{"a":1,"b":{"c":"x","d":null},"e":[1,2]}"#,
            r#" { "a" : -0.5e+3 , "b" : { "c" : "\u00e9\n\"" , "d" : true } , "e" : [ ] } "#,
            r#"{"a":"","b":{"c":false,"d":0},"e":"[{"}"#,
        ];
        let (mut names, mut shapes) = (FlatNames::default(), RecordShapes::default());
        assert_eq!(scanned(&shapes, texts[0], 4), None, "nothing is known yet");
        flat(texts[0], &mut names).unwrap();
        shapes.learn("", texts[0], &names);
        for text in texts {
            assert_eq!(scanned(&shapes, text, 4), flat(text, &mut names), "{text}");
        }
    }

    #[test]
    fn a_record_that_is_broken_or_goes_another_way_is_left_to_the_general_way() {
        let (mut names, mut shapes) = (FlatNames::default(), RecordShapes::default());
        let known = r#"{"a":1,"b":{"c":2}}"#;
        flat(known, &mut names).unwrap();
        shapes.learn("", known, &names);
        for text in [
            r#"{"a":1,"b":{"c":2}"#,
            r#"{"a":1,"b":{"c":2}}}"#,
            r#"{"a":1,"b":{"c":2}} x"#,
            r#"{"a":1 "b":{"c":2}}"#,
            r#"{"a":1,,"b":{"c":2}}"#,
            r#"{,"a":1,"b":{"c":2}}"#,
            r#"{"a":01,"b":{"c":2}}"#,
            r#"{"a":1.,"b":{"c":2}}"#,
            r#"{"a":+1,"b":{"c":2}}"#,
            r#"{"a":nul,"b":{"c":2}}"#,
            r#"{"a":"\x","b":{"c":2}}"#,
            "{\"a\":\"\t\",\"b\":{\"c\":2}}",
            r#"{"a":[1,],"b":{"c":2}}"#,
            r#"{"a":[{"x":1}],"b":{"c":2}}"#,
            r#"{"a":1,"b":{"c":2},"a":3}"#,
            r#"{"a":1,"b":{"c":2,"c":3}}"#,
            r#"{"b":{"c":2},"a":1}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":1}"#,
            r#"{"\u0061":1,"b":{"c":2}}"#,
        ] {
            assert_eq!(scanned(&shapes, text, 2), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_scanned_is_what_flatten_reads(
            texts in prop::collection::vec(
                prop::collection::vec(prop::sample::select(vec![
                    "{", "}", ":", ",", "\"a\"", "\"b\"", "\"c.d\"", "1", "-0", "1e5", "null", "true",
                    "[1]", "[{}]", "\"\\n\"", " ", "{\"a\":1}", "\"a\":1", "\"c\":{\"d\":2}",
                    "\"a\":{\"b\":\"x\"}", "\"b\":null", "\"a name of many letters\":7", "\"fourteen bytes\":7",
                ]), 0..8),
                1..12,
            ),
        ) {
            let (mut names, mut shapes) = (FlatNames::default(), RecordShapes::default());
            for parts in texts {
                let text = format!("{{{}}}", parts.join(","));
                let known = scanned(&shapes, &text, names.list.len());
                let read = flat(&text, &mut names);
                if known.is_some() {
                    prop_assert_eq!(known, read.clone(), "{}", text);
                }
                if let Some(read) = read {
                    shapes.learn("", &text, &names);
                    if let Some(again) = scanned(&shapes, &text, names.list.len()) {
                        prop_assert_eq!(again, read, "{}", text);
                    }
                }
            }
        }
    }
}
