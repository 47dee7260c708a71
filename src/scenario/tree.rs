//! The text as a tree of values, each with its place.
//!
//! Everything TOML allows, without its meaning. Text whose size or depth could do harm is refused
//! before it is parsed, because freeing a deep tree takes as much stack as its depth.

use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::domain::text::{excerpt, is_hidden};

use super::diagnostic::{About, Diagnostic, Spot};

/// The most bytes a scenario may have.
pub const MOST_BYTES: usize = 1 << 20;
/// The most brackets that may be open at once.
const MOST_BRACKETS: usize = 32;
/// The most syntax errors that are looked at.
const MOST_ERRORS: usize = 500;
/// The most dots one key may have.
const MOST_DOTS: usize = 16;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its place.
    pub spot: Spot,
}

/// Any value of TOML.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number, in decimal digits, of any length.
    Integer(String),
    /// Any other number, as it was written less underscores.
    Float(String),
    /// `true` or `false`.
    Flag(bool),
    /// A date, a time, or both.
    Moment(Datetime),
    /// A list.
    List(Vec<Node>),
    /// A table, in file order.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The place of the key.
    pub key_spot: Spot,
    /// The value.
    pub node: Node,
}

impl Node {
    /// Returns the entries of a table; none for other values.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns true of a table without entries.
    pub fn is_empty_table(&self) -> bool {
        matches!(&self.value, Value::Table(entries) if entries.is_empty())
    }

    /// The value of a key of a table.
    pub fn child(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Describes the value found, quoting it if it is short: `the number 5`.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the text \"{}\"", excerpt(text)),
            Value::Integer(digits) | Value::Float(digits) => {
                format!("the number {}", excerpt(digits))
            }
            Value::Flag(flag) => flag.to_string(),
            Value::Moment(moment) => format!("the date or time {moment}"),
            Value::List(items) => match items.len() {
                0 => "an empty list".to_owned(),
                _ => "a list".to_owned(),
            },
            Value::Table(_) => "a table".to_owned(),
        }
    }

    /// Formats the value as TOML on one line.
    pub fn text(&self) -> String {
        match &self.value {
            Value::Text(text) => quoted(text),
            Value::Integer(digits) | Value::Float(digits) => digits.clone(),
            Value::Flag(flag) => flag.to_string(),
            Value::Moment(moment) => moment.to_string(),
            Value::List(items) if items.is_empty() => "[]".to_owned(),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Node::text).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Table(entries) => {
                let pair = |e: &Entry| format!("{} = {}", bare_or_quoted(&e.key), e.node.text());
                let pairs: Vec<String> = entries.iter().map(pair).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }
}

/// A text as TOML writes it on one line.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A key as TOML writes it.
pub fn bare_or_quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !key.is_empty() && key.chars().all(bare) {
        true => key.to_owned(),
        false => quoted(key),
    }
}

/// Parses a text into what of it is TOML and every place where it is not.
pub fn parse(text: &str, source: u32) -> (Node, Vec<Diagnostic>) {
    let whole = Spot { source, start: 0, end: 0 };
    if let Some(harm) = harm(text, source) {
        return (Node { value: Value::Table(Vec::new()), spot: whole }, vec![harm]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut syntax: Vec<Diagnostic> = Vec::new();
    for error in errors.iter().take(MOST_ERRORS) {
        let span = error.span().unwrap_or(0..0);
        let one = syntax_error(text, error.message(), spot(source, span));
        if !syntax.contains(&one) {
            syntax.push(one);
        }
    }
    let value = Value::Table(entries(table.get_ref(), source));
    (Node { value, spot: whole }, syntax)
}

fn syntax_error(text: &str, message: &str, spot: Spot) -> Diagnostic {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let label = match expected {
        "" => String::new(),
        "nothing" => "nothing is allowed here".to_owned(),
        "literal string" => "write text in quotes; numbers and dates have no letters".to_owned(),
        expected => format!("expected {expected}"),
    };
    let mut error = Diagnostic::error(format!("not valid TOML: {what}")).at(spot, label);
    error.about = About::Syntax;
    let written = text.get(spot.start as usize..spot.end as usize).unwrap_or("");
    if what == "duplicate key" {
        error = error.help("keep one of the two; a table's header may also occur only once");
    } else if what.contains("must be quoted") && !written.is_empty() {
        error = error.help(format!("write {}", quoted(written.trim())));
    }
    error
}

fn spot(source: u32, span: std::ops::Range<usize>) -> Spot {
    // A text has at most `MOST_BYTES` bytes.
    Spot { source, start: span.start as u32, end: span.end as u32 }
}

fn entries(table: &DeTable<'_>, source: u32) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_spot: spot(source, key.span()),
            node: Node {
                value: value_of(value.get_ref(), source),
                spot: spot(source, value.span()),
            },
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_spot.start);
    entries
}

fn value_of(value: &DeValue<'_>, source: u32) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(exact) => Value::Integer(exact.to_string()),
            Err(_) => Value::Integer(number.to_string()),
        },
        DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(moment) => Value::Moment(*moment),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node {
                    value: value_of(item.get_ref(), source),
                    spot: spot(source, item.span()),
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(entries(table, source)),
    }
}

/// Refuses a text that could do harm: more bytes, brackets or dots than any scenario needs.
fn harm(text: &str, source: u32) -> Option<Diagnostic> {
    let syntax = |title: String, at: usize| {
        let mut error = Diagnostic::error(title);
        error.about = About::Syntax;
        error.at(spot(source, at..at + 1), "here")
    };
    if text.len() > MOST_BYTES {
        let mut error = Diagnostic::error("the scenario is larger than 1 MiB")
            .help("keep usage in a separate CSV file and name it: file = \"usage.csv\"");
        error.about = About::Syntax;
        return Some(error);
    }
    match Nesting::default().scan(text.as_bytes()) {
        Ok(()) => None,
        Err(TooDeep::Brackets(at)) => {
            Some(syntax(format!("more than {MOST_BRACKETS} brackets are open at once"), at))
        }
        Err(TooDeep::Dots(at)) => {
            Some(syntax(format!("a key with more than {MOST_DOTS} dots"), at))
        }
    }
}

/// The nesting depth of a text at a byte, counted outside strings and comments.
#[derive(Default)]
struct Nesting {
    brackets: usize,
    dots: usize,
}

enum TooDeep {
    Brackets(usize),
    Dots(usize),
}

impl Nesting {
    fn scan(mut self, text: &[u8]) -> Result<(), TooDeep> {
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' | b'\'' => {
                    at = end_of_string(text, at, byte);
                    continue;
                }
                b'#' => {
                    at = find(text, at, b"\n").unwrap_or(text.len());
                    continue;
                }
                b'[' | b'{' => {
                    self.brackets += 1;
                    self.dots = 0;
                }
                b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
                b'\n' | b'=' | b',' => self.dots = 0,
                b'.' => self.dots += 1,
                _ => {}
            }
            if self.brackets > MOST_BRACKETS {
                return Err(TooDeep::Brackets(at));
            }
            if self.dots > MOST_DOTS {
                return Err(TooDeep::Dots(at));
            }
            at += 1;
        }
        Ok(())
    }
}

/// The byte after a string that starts at `at`, following TOML's rules, unterminated strings
/// included.
fn end_of_string(text: &[u8], at: usize, quote: u8) -> usize {
    let triple = [quote; 3];
    let escapes = quote == b'"';
    let many_lines = text[at..].starts_with(&triple);
    let mut at = at + if many_lines { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        match byte {
            // A backslash takes only what could end the string with it.
            b'\\' if escapes => {
                at += usize::from(matches!(text.get(at + 1), Some(b'\\' | b'"')));
            }
            b'\n' if !many_lines => return at,
            byte if byte == quote && !many_lines => return at + 1,
            byte if byte == quote && text[at..].starts_with(&triple) => {
                // Up to two quotes more belong to the string.
                let more = text[at + 3..].iter().take(2).take_while(|&&b| b == quote).count();
                return at + 3 + more;
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn find(text: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    text.get(from..)?.windows(what.len()).position(|w| w == what).map(|at| from + at)
}
