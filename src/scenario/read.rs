//! The context of reading a scenario: errors, assumptions, and values read from nodes.
//!
//! Deliberately absent: tables and their keys, which [`super::reader`] reads.

use std::cell::{Cell, RefCell};

use crate::domain::text::{excerpt, is_hidden};
use crate::domain::{Currency, Zone};

use super::Assumption;
use super::declare::ValueKind;
use super::diagnostic::{Diagnostic, Spot};
use super::tree::{Entry, Node, Value};

/// Number of notes after which spelling suggestions are no longer computed.
const MOST_SUGGESTED: usize = 500;

/// An error that is already noted.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

/// A value and where it was written; nowhere if it is a default.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub spot: Option<Spot>,
}

/// The context of reading and its findings.
pub struct ReadContext {
    notes: RefCell<Vec<Diagnostic>>,
    assumptions: RefCell<Vec<Assumption>>,
    /// The zone of local times.
    pub zone: Cell<Zone>,
    /// The currency of money, once it is known.
    pub currency: Cell<Option<Currency>>,
    /// True if a setting may be missing from its place in the file: a key is misspelt, or another
    /// setting replaced it.
    pub displaced: Cell<bool>,
    #[cfg(test)]
    pub seen: RefCell<std::collections::BTreeSet<(&'static str, &'static str)>>,
}

impl Default for ReadContext {
    fn default() -> Self {
        ReadContext::new()
    }
}

impl ReadContext {
    /// Nothing read yet.
    pub fn new() -> ReadContext {
        ReadContext {
            notes: RefCell::default(),
            assumptions: RefCell::default(),
            zone: Cell::new(Zone::UTC),
            currency: Cell::new(None),
            displaced: Cell::new(false),
            #[cfg(test)]
            seen: RefCell::default(),
        }
    }

    /// Notes an error, or a warning.
    pub fn note(&self, diagnostic: Diagnostic) -> Reported {
        self.notes.borrow_mut().push(diagnostic);
        Reported
    }

    /// Returns true while spelling suggestions are worth computing. Only the first errors are
    /// drawn, and a file of another kind has tens of thousands.
    pub fn suggests(&self) -> bool {
        self.notes.borrow().len() < MOST_SUGGESTED
    }

    /// Notes what is assumed.
    pub fn assume(&self, assumption: Assumption) {
        self.assumptions.borrow_mut().push(assumption);
    }

    /// All that was noted.
    pub fn into_notes(self) -> (Vec<Diagnostic>, Vec<Assumption>) {
        (self.notes.into_inner(), self.assumptions.into_inner())
    }
}

/// The surroundings of a node that a value is read from.
pub struct At<'a> {
    /// The context, which collects the findings.
    pub ctx: &'a ReadContext,
    /// The path of the setting.
    pub path: String,
    /// The kind of value expected.
    pub kind: &'static ValueKind,
    /// An example value, in TOML.
    pub example: &'static str,
}

impl<'a> At<'a> {
    /// Notes that a value is not what it should be, and why.
    pub fn wrong(&self, node: &Node, why: impl Into<String>) -> Reported {
        let title = match self.example {
            // For a list or a table, the noun is clearer than an example.
            example if example.is_empty() || example.starts_with(['[', '{']) => {
                format!("`{}` must be {}", self.path, self.kind.noun())
            }
            example => {
                format!("`{}` must be {}, such as {example}", self.path, self.kind.noun())
            }
        };
        self.ctx.note(Diagnostic::value(title).at(node.spot, why))
    }

    /// The same setting, as one of the alternatives of its kind.
    pub fn narrowed(&self, kind: &'static ValueKind) -> At<'a> {
        At { ctx: self.ctx, path: self.path.clone(), kind, example: self.example }
    }
}

/// A type that can be read from a node.
pub trait FromNode: Sized {
    /// Reads it, noting what is wrong.
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported>;
}

/// Notes names that cannot be shown.
pub fn check_name(ctx: &ReadContext, entry: &Entry) -> Result<(), Reported> {
    let problem = match entry.key.as_str() {
        "" => "this name is empty",
        key if key.chars().any(is_hidden) => "this name has control characters",
        key if key.chars().count() > 100 => "this name has more than 100 characters",
        _ => return Ok(()),
    };
    Err(ctx.note(
        Diagnostic::value(format!("{problem}: \"{}\"", excerpt(&entry.key)))
            .at(entry.key_spot, "write a short name on one line"),
    ))
}

/// All results, or that some are errors; every one is looked at.
pub fn all<T>(results: impl Iterator<Item = Result<T, Reported>>) -> Result<Vec<T>, Reported> {
    let mut values = Vec::with_capacity(results.size_hint().0);
    let mut reported = None;
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(one) => reported = Some(one),
        }
    }
    reported.map_or(Ok(values), Err)
}

/// Parses a default: a text, a flag, a number, a table, or a list of them without commas inside.
/// Only tables go through the TOML parser, because this runs for every setting that is left out.
pub fn default_value(toml: &str, spot: Spot) -> Value {
    if let Some(items) = toml.strip_prefix('[').and_then(|items| items.strip_suffix(']')) {
        let items = items.split(", ").filter(|item| !item.is_empty());
        return Value::List(
            items.map(|one| Node { value: default_value(one, spot), spot }).collect(),
        );
    }
    if toml.starts_with('{') {
        let (tree, _) = super::tree::parse(&format!("default = {toml}"), 0);
        let value = tree.child("default").map(|node| node.value.clone());
        return value.expect("a default of the key table is TOML");
    }
    if let Some(text) = toml.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return Value::Text(text.to_owned());
    }
    match toml {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        digits => Value::Integer(digits.to_owned()),
    }
}
