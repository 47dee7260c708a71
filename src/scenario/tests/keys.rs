//! The declaration of keys is the only one.

use std::collections::BTreeSet;

use super::*;
use crate::scenario::declare::{KeyTable, ValueKind};
use crate::scenario::keys::ROOT;

fn declared() -> BTreeSet<(&'static str, &'static str)> {
    fn add(table: &'static KeyTable, all: &mut BTreeSet<(&'static str, &'static str)>) {
        for key in table.keys {
            if all.insert((table.name, key.name)) {
                add_kind(&key.kind, all);
            }
        }
        for case in table.cases.map(|cases| cases.cases).unwrap_or_default() {
            add(case.table, all);
        }
    }
    fn add_kind(kind: &'static ValueKind, all: &mut BTreeSet<(&'static str, &'static str)>) {
        match kind {
            ValueKind::Table(table) => add(table, all),
            ValueKind::Catalogue(of) | ValueKind::List { of, .. } => add_kind(of, all),
            ValueKind::Either(kinds) => kinds.iter().for_each(|kind| add_kind(kind, all)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    add(&ROOT, &mut all);
    all
}

fn seen(text: &str) -> BTreeSet<(&'static str, &'static str)> {
    let (tree, errors) = tree::parse(text, 0);
    assert!(errors.is_empty());
    let ctx = ReadContext::new();
    assert!(validate::scenario(&ctx, &tree).is_ok());
    ctx.seen.take()
}

#[test]
fn every_declared_key_is_read_and_every_key_read_is_declared() {
    let laws = OTHER.replace(
        "{ law = \"pareto\", least = 1, shape = 1.5, most = 500, step = 1 }",
        "{ law = \"geometric\", mean = 4 }",
    );
    let below = WORKED.replace("at_or_below = 100", "below = 101");
    let sources = [
        "amount = \"credits\"",
        "amount_per_row = 1",
        "file = \"usage.csv\"",
        "events = [{ at = 2026-01-03, credits = 5 }]",
        "file = \"usage.csv\"\n[usage.model]\nlevel = [1, 2, 3]\ngrowth_per_week = [-0.1, 0, 0.1]\n\
         drift = [0, 0.1, 0.2]\nnoise = [0, 0.1, 0.2]\nquiet_weeks = \"5%\"\n\
         outages = [{ from = 2026-01-03, to = 2026-01-04 }]",
        "multipliers = [{ from = 2026-01-03, to = 2026-01-04, times = 2 }]",
    ]
    .map(|source| format!("{LEAST}[usage]\n{source}\n"));
    let studies = [
        "until = { half_width = \"0.50\" }",
        "until = { correct_selection = \"95%\" }\nmateriality = 1",
    ]
    .map(|until| format!("{LEAST}[study]\n{until}\n"));
    let overages = [
        "{ price = \"0.01\", cap_credits = 50, bill_at = \"20.00\" }",
        "{ price = \"0.01\", cap_money = \"50.00\" }",
    ]
    .map(|overage| format!("{LEAST}[service]\noverage = {overage}\n"));
    let lengths = ["days = 7", "hours = 5"].map(|length| format!("{LEAST}[cycle]\n{length}\n"));
    let mut read = BTreeSet::new();
    for text in [FULL, OTHER, WORKED, LEAST, &laws, &below]
        .into_iter()
        .chain(sources.iter().chain(&studies).chain(&overages).chain(&lengths).map(|s| s.as_str()))
    {
        read.extend(seen(text));
    }
    let unread: Vec<_> = declared().difference(&read).copied().collect();
    assert_eq!(unread, []);
    // A key that is read where no table lists it stops in `Reader::read`.
    assert!(read.is_subset(&declared()));
}

#[test]
#[should_panic(expected = "a table is read with the keys that it lists")]
fn reading_a_key_of_another_table_stops() {
    let ctx = ReadContext::new();
    let root = reader::Reader::absent(&ctx, &ROOT, String::new());
    let _ = root.get(&crate::scenario::keys::recharge::AT_OR_BELOW);
}

#[test]
fn a_key_goes_with_a_key_of_its_own_table() {
    fn listed(table: &'static KeyTable) {
        for key in table.all_keys() {
            let mut all = table.all_keys().map(|key| key.name);
            assert!(key.with.is_none_or(|other| all.any(|name| name == other)), "{}", key.name);
        }
    }
    for (table, key) in declared() {
        if let ValueKind::Table(inner) = find(table, key).kind {
            listed(inner);
        }
    }
    listed(&ROOT);
}

#[test]
fn the_examples_of_all_keys_are_valid() {
    // Each example is placed in a scenario in which it has an effect.
    for (table, key) in declared() {
        let declared = find(table, key);
        if declared.example.is_empty() {
            continue;
        }
        let parsed = format!("x = {}", declared.example);
        let (tree, errors) = tree::parse(&parsed, 0);
        assert!(errors.is_empty(), "{table}.{key}: {parsed}");
        let node = tree.child("x").unwrap();
        assert!(fits(&declared.kind, node), "{table}.{key} = {}", declared.example);
    }
}

fn find(table: &str, key: &str) -> &'static declare::Declaration {
    fn inside(
        table: &'static KeyTable,
        name: &str,
        key: &str,
    ) -> Option<&'static declare::Declaration> {
        if table.name == name
            && let Some(found) = table.key(key)
        {
            return Some(found);
        }
        let cases = table.cases.map(|cases| cases.cases).unwrap_or_default();
        cases
            .iter()
            .find_map(|case| inside(case.table, name, key))
            .or_else(|| table.keys.iter().find_map(|one| inside_kind(&one.kind, name, key)))
    }
    fn inside_kind(
        kind: &'static ValueKind,
        name: &str,
        key: &str,
    ) -> Option<&'static declare::Declaration> {
        match kind {
            ValueKind::Table(table) => inside(table, name, key),
            ValueKind::Catalogue(of) | ValueKind::List { of, .. } => inside_kind(of, name, key),
            ValueKind::Either(kinds) => kinds.iter().find_map(|kind| inside_kind(kind, name, key)),
            _ => None,
        }
    }
    inside(&ROOT, table, key).unwrap()
}

/// Returns true if a value has a form that its kind allows.
fn fits(kind: &ValueKind, node: &tree::Node) -> bool {
    use tree::Value::{Flag, Float, Integer, List, Moment, Table as Entries, Text};
    match (kind, &node.value) {
        (ValueKind::Words(words), Text(text)) => words().iter().any(|(word, _)| word == text),
        (ValueKind::List { of, least, most }, List(items)) => {
            (*least..=*most).contains(&items.len()) && items.iter().all(|item| fits(of, item))
        }
        (ValueKind::Table(table), Entries(entries)) => entries
            .iter()
            .all(|e| table.all_keys().any(|key| key.name == e.key && fits(&key.kind, &e.node))),
        (ValueKind::Catalogue(of), Entries(entries)) => entries.iter().all(|e| fits(of, &e.node)),
        (ValueKind::Either(kinds), _) => kinds.iter().any(|kind| fits(kind, node)),
        (ValueKind::Length { .. }, Text(text)) => value::duration(text).is_ok(),
        (ValueKind::Moment | ValueKind::LocalMoment, Moment(moment)) => {
            value::moment(moment).is_ok()
        }
        (ValueKind::Open, Entries(_))
        | (ValueKind::Flag, Flag(_))
        | (ValueKind::Count { .. }, Integer(_)) => true,
        (ValueKind::Number { .. }, Integer(_) | Float(_)) => true,
        (ValueKind::Credits { .. }, Integer(_) | Float(_) | Text(_)) => true,
        (ValueKind::Factor, Integer(_) | Text(_)) => true,
        (ValueKind::Money { .. }, Text(text)) => text.parse::<crate::domain::Money>().is_ok(),
        (ValueKind::Share, Text(text)) => text.parse::<crate::domain::Share>().is_ok(),
        (ValueKind::Growth | ValueKind::Text | ValueKind::Zone | ValueKind::Currency, Text(_)) => {
            true
        }
        (ValueKind::Reference(_) | ValueKind::Path, Text(_)) => true,
        _ => false,
    }
}

#[test]
fn every_declared_key_is_in_the_schema_and_in_the_reference() {
    let schema = schema();
    let reference = reference();
    for (table, key) in declared() {
        assert!(reference.contains(&format!("| `{key}` |")), "{key} of {table}");
    }
    for table in ["recharge", "payment", "usage", "cap", "wait", "action", "generate"] {
        for (_, key) in declared().into_iter().filter(|(name, _)| *name == table) {
            let described = &schema["$defs"][table]["properties"][key]["description"];
            assert!(described.is_string(), "{key} of {table}");
        }
        assert_eq!(schema["$defs"][table]["additionalProperties"], false);
    }
    assert_eq!(schema["required"], serde_json::json!(["currency", "start", "end"]));
}

#[test]
fn the_words_of_actions_are_the_names_the_engine_gives_them() {
    use crate::policy::{Action, Prerequisite};
    let words: Vec<String> = match &find("action", "do").kind {
        ValueKind::Words(words) => words().iter().map(|(word, _)| (*word).to_owned()).collect(),
        _ => Vec::new(),
    };
    let plain = [Action::Enable, Action::Disable, Action::CardExpires, Action::CardUpdated];
    let facts =
        Prerequisite::ALL.into_iter().flat_map(|one| [Action::Lose(one), Action::Gain(one)]);
    for action in plain.into_iter().chain(facts) {
        assert!(words.iter().any(|word| word == action.name()), "{}", action.name());
        let text = format!(
            "{LEAST}[packages.p]\ncredits = 5\nprice = 1\n[recharge]\nbelow = 1\npackage = \"p\"\n\
             [[actions]]\nat = 2026-01-02\ndo = \"{}\"\n",
            action.name()
        );
        assert_eq!(valid(&text).setup.actions[0].1, action);
    }
}
