//! The key reference in Markdown, made from the declared keys.

use crate::domain::text::capital;

use super::declare::{Declaration, KeyTable, Need, OneOf, ValueKind, WordCase, either};
use super::keys::ROOT;

/// The text before the first table.
const INTRODUCTION: &str = "\
# Keys of a scenario

A scenario is one TOML file. This page lists every key; any other key is an error.

| value | how it is written |
|---|---|
| a duration | a number and a unit, or several of them: `\"5s\"`, `\"1h 30min\"`, `\"250ms\"`, `\"2 days\"`, `\"0s\"`; units are ms, s, min, h, days and weeks |
| a date, or a date and time | `2026-01-31`, `2026-01-31T09:00:00`, `\"2026-01-31 09:00\"` in the scenario's zone, or with an offset, `2026-01-31T09:00:00Z`; to the millisecond |
| a share | `\"90%\"` or `0.9`, in steps of a millionth |
| an amount of money | `\"7.00\"`, or `7` for whole amounts; never a float |
| a number of credits | `1000`, `\"0.25\"` or `0.25`, with at most six decimals |
| the path of a setting | table names, list positions and keys, separated by dots: `\"recharge.caps.0.recharges\"`; quote a name that contains a dot |
";

/// The whole reference: one section for each table, in reading order.
pub fn reference() -> String {
    let mut sections = Vec::new();
    add_section(&mut sections, &ROOT, "At the top level");
    let mut text = String::from(INTRODUCTION);
    for (_, section) in sections {
        text.push('\n');
        text.push_str(&section);
    }
    text
}

/// Adds a table and, after it, the tables inside it; each once.
fn add_section(sections: &mut Vec<(&'static str, String)>, table: &'static KeyTable, path: &str) {
    if sections.iter().any(|(name, _)| *name == table.name) {
        return;
    }
    sections.push((table.name, section(table, path)));
    let before = match std::ptr::eq(table, &ROOT) {
        true => String::new(),
        false => format!("{}.", path.trim_matches('`').trim_matches(['[', ']'])),
    };
    for key in table.all_keys() {
        add_inner(sections, &key.kind, &format!("{before}{}", key.name));
    }
}

fn add_inner(sections: &mut Vec<(&'static str, String)>, kind: &'static ValueKind, path: &str) {
    match kind {
        ValueKind::Table(table) => add_section(sections, table, &format!("`[{path}]`")),
        ValueKind::Catalogue(of) => add_inner(sections, of, &format!("{path}.NAME")),
        ValueKind::List { of: ValueKind::Table(table), .. } => {
            add_section(sections, table, &format!("`[[{path}]]`"));
        }
        ValueKind::Either(kinds) => kinds.iter().for_each(|kind| add_inner(sections, kind, path)),
        _ => {}
    }
}

fn section(table: &KeyTable, path: &str) -> String {
    let mut text = format!("## {path}\n\n{}\n", table.doc);
    text.push_str(&groups(table.one_of));
    text.push_str(&keys(table.keys));
    text.push_str(&words(table.keys));
    let Some(cases) = table.cases else { return text };
    for case in cases.cases {
        text.push_str(&case_section(cases.tag, case));
    }
    text
}

fn case_section(tag: &str, case: &WordCase) -> String {
    let mut text = format!("\n### `{tag} = \"{}\"`\n\n{}.\n", case.word, capital(case.doc));
    if case.table.keys.is_empty() {
        return text;
    }
    text.push_str(&groups(case.table.one_of));
    text.push_str(&keys(case.table.keys));
    text.push_str(&words(case.table.keys));
    text
}

fn groups(groups: &[&OneOf]) -> String {
    let mut text = String::new();
    for group in groups {
        let names: Vec<String> = group.keys.iter().map(|key| format!("`{key}`")).collect();
        let how_many = if group.required { "Exactly" } else { "At most" };
        text.push_str(&format!("\n{how_many} one of {}.\n", either(&names)));
    }
    text
}

fn keys(keys: &[Declaration]) -> String {
    let mut text = String::from("\n| key | value | default | meaning |\n|---|---|---|---|\n");
    for key in keys {
        let meaning = match key.with {
            Some(other) => format!("{} Only with `{other}`.", key.doc),
            None => key.doc.to_owned(),
        };
        text.push_str(&format!(
            "| `{}` | {}{} | {} | {} |\n",
            key.name,
            cell(&key.kind.noun()),
            example(key),
            default(key),
            cell(&meaning)
        ));
    }
    text
}

fn example(key: &Declaration) -> String {
    match (key.example, &key.kind) {
        (
            "",
            ValueKind::Table(_)
            | ValueKind::Catalogue(_)
            | ValueKind::List { .. }
            | ValueKind::Open,
        ) => String::new(),
        ("", ValueKind::Words(_) | ValueKind::Flag) => String::new(),
        ("", kind) => format!(", as `{}`", kind.example()),
        (example, _) => format!(", as `{}`", cell(example)),
    }
}

fn default(key: &Declaration) -> String {
    match key.need {
        Need::Required => "required".to_owned(),
        Need::Optional => String::new(),
        Need::Default(value) => format!("`{value}`"),
    }
}

/// The meaning of each word, for keys whose values are words.
fn words(keys: &[Declaration]) -> String {
    let mut text = String::new();
    for key in keys {
        let among = matches!(key.kind, ValueKind::List { .. });
        for (word, doc) in words_of(&key.kind) {
            let setting = match among {
                true => format!("`\"{word}\"` in `{}`", key.name),
                false => format!("`{} = \"{word}\"`", key.name),
            };
            text.push_str(&format!("- {setting}: {doc}\n"));
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn words_of(kind: &ValueKind) -> Vec<(&'static str, &'static str)> {
    match kind {
        ValueKind::Words(words) => words(),
        ValueKind::List { of, .. } => words_of(of),
        ValueKind::Either(kinds) => kinds.iter().flat_map(words_of).collect(),
        _ => Vec::new(),
    }
}

/// A text that cannot end a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
