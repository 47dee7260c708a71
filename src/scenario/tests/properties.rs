//! Properties that hold for any text.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::scenario::declare::{KeyTable, ValueKind};
use crate::scenario::tree::{Entry, Node, Value};

/// A key of a tree: its place, and the keys that could be present next to it.
struct KeyPlace {
    entry: Entry,
    table: &'static KeyTable,
}

/// All declared keys of a tree.
fn places(text: &str) -> Vec<KeyPlace> {
    fn add(places: &mut Vec<KeyPlace>, kind: &'static ValueKind, node: &Node) {
        match (kind, &node.value) {
            (ValueKind::Table(table), Value::Table(entries)) => {
                for entry in entries {
                    let Some(key) = table.all_keys().find(|key| key.name == entry.key) else {
                        continue;
                    };
                    places.push(KeyPlace { entry: entry.clone(), table });
                    add(places, &key.kind, &entry.node);
                }
            }
            (ValueKind::Catalogue(of), Value::Table(entries)) => {
                entries.iter().for_each(|entry| add(places, of, &entry.node));
            }
            (ValueKind::List { of, .. }, Value::List(items)) => {
                items.iter().for_each(|item| add(places, of, item));
            }
            (ValueKind::Either(kinds), _) => kinds.iter().for_each(|kind| add(places, kind, node)),
            _ => {}
        }
    }
    let (tree, _) = tree::parse(text, 0);
    let mut found = Vec::new();
    static ROOT: ValueKind = ValueKind::Table(&crate::scenario::keys::ROOT);
    add(&mut found, &ROOT, &tree);
    found
}

/// A key with one letter dropped, doubled, exchanged with its neighbour or replaced.
fn misspelt(key: &str, how: usize, at: usize) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let at = at % letters.len();
    match how % 4 {
        0 if letters.len() > 2 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = 'q',
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_misspelt_key_is_one_error_that_names_the_right_spelling(
        sample in prop::sample::select(vec![FULL, OTHER, WORKED]),
        which: Index,
        how in 0usize..4,
        at in 0usize..20,
    ) {
        let places = places(sample);
        let place = which.get(&places);
        let key = place.entry.key.as_str();
        let wrong = misspelt(key, how, at);
        // Another key's name is not a misspelling.
        prop_assume!(place.table.all_keys().all(|key| key.name != wrong));
        // Between two keys as near, the text cannot say which was meant.
        let distance = |name: &str| strsim::damerau_levenshtein(&wrong, name);
        let nearest = |other: &str| other == key || distance(other) > distance(key);
        prop_assume!(place.table.all_keys().all(|other| nearest(other.name)));
        let spot = place.entry.key_spot;
        let mut text = sample.to_owned();
        text.replace_range(spot.start as usize..spot.end as usize, &wrong);
        // A header that occurs for several tables is misspelt in all of them.
        if sample.matches(&format!("[[{key}]]")).count() > 1 || sample.contains(&format!("[{key}.")) {
            return Ok(());
        }
        let errors = match read(&text) {
            Ok(_) => return Err(TestCaseError::fail(format!("{wrong} is accepted"))),
            Err(errors) => errors,
        };
        let said: Vec<String> = lines(&errors);
        prop_assert_eq!(errors.list.len(), 1, "{} for {}: {:#?}", wrong, key, said);
        let named = errors.list[0].labels[0].text.contains(&format!("did you mean `{key}`?"));
        prop_assert!(named, "{} for {}: {:#?}", wrong, key, said);
    }

    #[test]
    fn no_mutation_of_a_scenario_panics(
        sample in prop::sample::select(vec![FULL, OTHER, WORKED]),
        changes in prop::collection::vec((any::<Index>(), any::<u8>(), 0usize..5), 1..12),
    ) {
        let mut bytes = sample.as_bytes().to_vec();
        for (index, byte, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match how {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, byte),
                2 => bytes[at] = byte,
                3 => bytes[at] = b"[]{}=\"'.#\n,-0"[byte as usize % 13],
                _ => bytes.truncate(at.max(1)),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Err(errors) = read(&text) {
            prop_assert!(!errors.is_empty());
            prop_assert!(!errors.draw().is_empty());
            for error in &errors.list {
                prop_assert!(error.labels.is_empty() || errors.position(error).is_some());
            }
        }
    }

    #[test]
    fn no_text_at_all_panics(text in "[\\[\\]{}=\"'.#\\n, a-c0-9-]{0,200}") {
        if let Err(errors) = read(&text) {
            prop_assert!(!errors.draw().is_empty());
        }
    }

    #[test]
    fn no_override_panics(
        sample in prop::sample::select(vec![FULL, OTHER, WORKED]),
        which: Index,
        value in prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_map(|number| format!("{number:?}")),
            any::<bool>().prop_map(|flag| flag.to_string()),
            "\\PC{0,12}",
            Just("[]".to_owned()),
            Just("{}".to_owned()),
        ],
    ) {
        let scenario = valid(sample);
        let known = path::known_paths(&scenario.tree);
        let text = format!("{}={value}", which.get::<String>(&known));
        let Ok(setting) = Setting::from_text(&text) else { return Ok(()) };
        if let Err(errors) = scenario.with_overrides(&[setting]) {
            prop_assert!(!errors.draw().is_empty());
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for text in [
        "[".repeat(10_000),
        format!("a = {}", "[".repeat(10_000)),
        format!("a = {}", "{a=".repeat(10_000)),
        format!("a{} = 1", ".a".repeat(10_000)),
        format!("[a{}]", ".a".repeat(10_000)),
        format!("[[a{}]]\nb = 1", ". a".repeat(10_000)),
        format!("a\"\".{} = 1", "'b'.".repeat(10_000)),
        format!("x = \"\\\n{}", "y.".repeat(100_000)),
        format!("x = \"\"\"\"\"\"\"{}", "[".repeat(100_000)),
    ] {
        let errors = read(&text).unwrap_err();
        assert!(errors.list.len() < 1_000 && !errors.to_string().is_empty());
    }
}

#[test]
fn brackets_and_dots_in_texts_and_comments_are_no_nesting() {
    let many = "[.".repeat(200);
    let text = format!(
        "# {many}\nquestion = \"{many} \\\" {many}\" # {many}\nname = '{many}'\n{LEAST}\
         unit = \"\"\"{many}\"\"\"\n"
    );
    assert_eq!(valid(&text).unit, many);
}
