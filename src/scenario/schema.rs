//! The JSON Schema of scenarios (draft 2020-12), made from the declared keys, for editors.
//!
//! It states what the declaration states: keys, types, words, requirements and exclusions.
//! Deliberately absent: rules between values, which only reading checks.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::declare::{Cases, Declaration, KeyTable, Need, OneOf, ValueKind, WordCase};
use super::keys::ROOT;
use super::tree::{self, Entry, Node};

/// A length of time: numbers with units.
const LENGTH: &str = "^\\s*([0-9._]+\\s*[A-Za-z]+\\s*)+$";
/// A date, or a date and time.
const MOMENT: &str =
    "^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([Zz]|[+-]\\d{2}:\\d{2})?)?$";
/// A number that is at least 0, in a text.
const EXACT: &str = "^([0-9]+\\.?[0-9]*|\\.[0-9]+)$";
/// A share, in a text.
const SHARE: &str = "^([0-9]+\\.?[0-9]*|\\.[0-9]+)\\s*%?$";

/// The JSON Schema of a scenario file.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let Value::Object(root) = table(&ROOT, &mut definitions) else { return Value::Null };
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("A scenario of recharge"));
    schema.extend(root);
    schema.insert("$defs".into(), Value::Object(definitions.0));
    Value::Object(schema)
}

/// Tables by name, each once.
#[derive(Default)]
struct Definitions(Map<String, Value>);

impl Definitions {
    fn reference(&mut self, of: &KeyTable) -> Value {
        if !self.0.contains_key(of.name) {
            // The name is taken before the table is described.
            self.0.insert(of.name.to_owned(), Value::Null);
            let described = table(of, self);
            self.0.insert(of.name.to_owned(), described);
        }
        json!({ "$ref": format!("#/$defs/{}", of.name) })
    }
}

fn table(of: &KeyTable, definitions: &mut Definitions) -> Value {
    let mut properties = Map::new();
    for key in of.all_keys() {
        // A key of several cases is described once here, and again by each case where they differ.
        if !properties.contains_key(key.name) {
            properties.insert(key.name.to_owned(), property(key, definitions));
        }
    }
    let mut schema = Map::new();
    schema.insert("description".into(), json!(of.doc));
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("additionalProperties".into(), json!(false));
    schema.extend(needs(of));
    let mut all: Vec<Value> = of.one_of.iter().copied().map(excluding).collect();
    if let Some(cases) = of.cases {
        all.extend(cases.cases.iter().map(|case| only_with(cases, of, case)));
    }
    if !all.is_empty() {
        schema.insert("allOf".into(), Value::Array(all));
    }
    Value::Object(schema)
}

/// Required keys, and keys that need another.
fn needs(of: &KeyTable) -> Map<String, Value> {
    let required: Vec<&str> = of
        .keys
        .iter()
        .filter(|key| key.need == Need::Required && key.with.is_none())
        .map(|key| key.name)
        .collect();
    let mut dependent: Map<String, Value> = Map::new();
    let mut depends = |key: &str, on: &str| {
        let list = dependent.entry(key.to_owned()).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!(on));
        }
    };
    for key in of.keys {
        let Some(other) = key.with else { continue };
        depends(key.name, other);
        if key.need == Need::Required {
            depends(other, key.name);
        }
    }
    let mut needs = Map::new();
    if !required.is_empty() {
        needs.insert("required".into(), json!(required));
    }
    if !dependent.is_empty() {
        needs.insert("dependentRequired".into(), Value::Object(dependent));
    }
    needs
}

/// Exactly one, or at most one, of some keys.
fn excluding(group: &OneOf) -> Value {
    let mut options: Vec<Value> =
        group.keys.iter().map(|key| json!({ "required": [key] })).collect();
    if !group.required {
        options.push(json!({ "not": { "anyOf": options.clone() } }));
    }
    json!({ "oneOf": options })
}

/// The condition for one word: the needs of its case, and no key of other cases.
fn only_with(cases: &Cases, of: &KeyTable, case: &WordCase) -> Value {
    let mut then = needs(case.table);
    let own = |name: &str| case.table.key(name).is_some() || of.key(name).is_some();
    let mut foreign = Map::new();
    for key in of.all_keys().filter(|key| !own(key.name)) {
        foreign.insert(key.name.to_owned(), json!(false));
    }
    then.insert("properties".into(), Value::Object(foreign));
    let groups: Vec<Value> = case.table.one_of.iter().copied().map(excluding).collect();
    if !groups.is_empty() {
        then.insert("allOf".into(), Value::Array(groups));
    }
    json!({
        "if": { "properties": { cases.tag: { "const": case.word } }, "required": [cases.tag] },
        "then": then,
    })
}

fn property(key: &Declaration, definitions: &mut Definitions) -> Value {
    let mut schema = Map::new();
    schema.insert("description".into(), json!(key.doc));
    if let Value::Object(value) = kind(&key.kind, definitions) {
        schema.extend(value);
    }
    if let Need::Default(value) = key.need {
        schema.insert("default".into(), default(value));
    }
    Value::Object(schema)
}

/// Converts a default to JSON. Texts, flags, whole numbers and empty lists look the same in both.
fn default(toml: &str) -> Value {
    if toml.starts_with('{') {
        let (tree, _) = tree::parse(&format!("default = {toml}"), 0);
        return tree.child("default").map_or_else(|| json!(toml), in_json);
    }
    serde_json::from_str(toml).unwrap_or_else(|_| json!(toml))
}

/// Converts a value to JSON: numbers as written, dates and times as text.
fn in_json(node: &Node) -> Value {
    match &node.value {
        tree::Value::Table(entries) => {
            let entry = |entry: &Entry| (entry.key.clone(), in_json(&entry.node));
            Value::Object(entries.iter().map(entry).collect())
        }
        tree::Value::List(items) => Value::Array(items.iter().map(in_json).collect()),
        tree::Value::Text(text) => json!(text),
        tree::Value::Flag(flag) => json!(flag),
        tree::Value::Moment(moment) => json!(moment.to_string()),
        tree::Value::Integer(digits) | tree::Value::Float(digits) => {
            serde_json::from_str(digits).unwrap_or_else(|_| json!(digits))
        }
    }
}

fn kind(of: &ValueKind, definitions: &mut Definitions) -> Value {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match of {
        ValueKind::Text | ValueKind::Reference(_) | ValueKind::Path | ValueKind::Zone => {
            json!({ "type": "string", "minLength": 1 })
        }
        ValueKind::Flag => json!({ "type": "boolean" }),
        ValueKind::Count { least, most } => in_range("integer", least, most),
        ValueKind::Number { least, most } => in_range("number", least, most),
        ValueKind::Factor | ValueKind::Credits { positive: false } => {
            json!({ "anyOf": [{ "type": "number", "minimum": 0 }, text(EXACT)] })
        }
        ValueKind::Credits { positive: true } => {
            json!({ "anyOf": [{ "type": "number", "exclusiveMinimum": 0 }, text(EXACT)] })
        }
        ValueKind::Money { .. } => {
            json!({ "anyOf": [text(EXACT), { "type": "integer", "minimum": 0 }] })
        }
        ValueKind::Share => {
            json!({ "anyOf": [text(SHARE), { "type": "number", "minimum": 0, "maximum": 1 }] })
        }
        ValueKind::Growth => json!({
            "anyOf": [
                text("^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)\\s*%?$"),
                { "type": "number", "exclusiveMinimum": -1, "maximum": 10 },
            ]
        }),
        ValueKind::Length { .. } => text(LENGTH),
        ValueKind::Moment | ValueKind::LocalMoment => text(MOMENT),
        ValueKind::Currency => text("^[A-Z]{3}$"),
        ValueKind::Words(words) => one_of_words(&words()),
        ValueKind::List { of, least, most } => json!({
            "type": "array",
            "items": kind(of, definitions),
            "minItems": least,
            "maxItems": most,
        }),
        ValueKind::Table(table) => definitions.reference(table),
        ValueKind::Catalogue(of) => {
            json!({ "type": "object", "additionalProperties": kind(of, definitions) })
        }
        ValueKind::Open => json!({ "type": "object" }),
        ValueKind::Either(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(|one| kind(one, definitions)).collect();
            json!({ "anyOf": kinds })
        }
    }
}

fn in_range(kind: &str, least: impl Serialize, most: impl Serialize) -> Value {
    json!({ "type": kind, "minimum": least, "maximum": most })
}

fn one_of_words(words: &[(&str, &str)]) -> Value {
    let options: Vec<Value> =
        words.iter().map(|(word, doc)| json!({ "const": word, "description": doc })).collect();
    json!({ "type": "string", "oneOf": options })
}
