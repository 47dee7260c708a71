//! Settings that differ between two scenarios.

use super::setting::{SettingPath, SettingValue};
use super::tree::{self, Node, Value};
use super::{Scenario, path};

/// A setting that two scenarios write differently.
#[derive(Clone, Debug)]
pub struct SettingChange {
    /// Its path.
    pub path: SettingPath,
    /// Its value in the first; `None` if the first leaves it out.
    pub before: Option<SettingValue>,
    /// Its value in the second; `None` if the second leaves it out.
    pub after: Option<SettingValue>,
    /// Its line in the file of the second, from 1; of a setting that is left out there, the line of the table
    /// that held it, if that is left.
    pub line: Option<usize>,
}

/// The settings that differ in the texts of the files, in the order of the second file and then those that it leaves out. Values are the
/// same if they are written alike, numbers also if they are equal, as 9 and 9.00.
pub fn setting_changes(before: &Scenario, after: &Scenario) -> Vec<SettingChange> {
    // The trees of what was read lack usage that a command line replaced.
    let [old_tree, tree] = [before, after].map(|scenario| tree::parse(&scenario.text, 0).0);
    let (old, new) = (leaves(&old_tree), leaves(&tree));
    let find = |leaves: &[(SettingPath, SettingValue)], path: &SettingPath| {
        leaves.iter().find(|(other, _)| other == path).map(|(_, value)| value.clone())
    };
    let line = |path: &SettingPath| {
        let mut names = path.names().to_vec();
        loop {
            let line = line_in(&tree, &after.text, &SettingPath::of_names(names.clone()));
            names.pop();
            if line.is_some() || names.is_empty() {
                return line;
            }
        }
    };
    // What a command line sets is the same in both, whatever their files say.
    let is_set_alike = |path: &SettingPath| {
        let (one, other) = (before.setting(path), after.setting(path));
        let is_alike =
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| alike(one, other));
        is_alike && path.root() != "usage"
    };
    let mut changes = Vec::new();
    for (path, value) in &new {
        let before = find(&old, path);
        if is_set_alike(path) {
            continue;
        }
        if !before.as_ref().is_some_and(|before| alike(before, value)) {
            let (line, path) = (line(path), path.clone());
            changes.push(SettingChange { path, before, after: Some(value.clone()), line });
        }
    }
    for (path, value) in old {
        if find(&new, &path).is_none() {
            let (line, before) = (line(&path), Some(value));
            changes.push(SettingChange { path, before, after: None, line });
        }
    }
    changes
}

/// The line of a text, from 1, that writes the setting at a path of its tree.
pub(super) fn line_in(tree: &Node, text: &str, at: &SettingPath) -> Option<usize> {
    let spot = path::find(tree, at).ok()?.spot;
    let before = text.as_bytes().get(..spot.start as usize).filter(|_| spot.source == 0)?;
    Some(1 + before.iter().filter(|&&byte| byte == b'\n').count())
}

fn alike(one: &SettingValue, other: &SettingValue) -> bool {
    match (one.decimal(), other.decimal()) {
        (Some(one), Some(other)) => one == other,
        _ => one.toml() == other.toml(),
    }
}

/// Single values of a file with their paths, in file order. Empty lists and tables count as values.
fn leaves(tree: &Node) -> Vec<(SettingPath, SettingValue)> {
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    found
}

fn collect(node: &Node, names: &mut Vec<String>, found: &mut Vec<(SettingPath, SettingValue)>) {
    let mut inside = |name: String, node: &Node| {
        names.push(name);
        collect(node, names, found);
        names.pop();
    };
    match &node.value {
        Value::Table(entries) if !entries.is_empty() => {
            entries.iter().for_each(|entry| inside(entry.key.clone(), &entry.node));
        }
        Value::List(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(place, item)| inside(place.to_string(), item));
        }
        _ if names.is_empty() => {}
        _ => found.push((SettingPath::of_names(names.clone()), SettingValue::of(node))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const HEAD: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n";

    fn changes(before: &str, after: &str) -> Vec<String> {
        let read = |text: &str| {
            Scenario::from_text("s.toml", &format!("{HEAD}{text}"), Path::new("")).unwrap()
        };
        let shown =
            |value: Option<SettingValue>| value.map_or("–".to_owned(), |value| value.to_string());
        let told = |one: SettingChange| {
            let line = one.line.map_or("?".to_owned(), |line| line.to_string());
            format!("{line} {}: {} → {}", one.path, shown(one.before), shown(one.after))
        };
        setting_changes(&read(before), &read(after)).into_iter().map(told).collect()
    }

    #[test]
    fn what_differs_is_found_with_its_line_and_what_is_written_otherwise_is_the_same() {
        let plan = "[plans.p]\nfee = \"10.00\"\nallowance = 100\n";
        assert_eq!(changes(plan, plan), Vec::<String>::new());
        assert_eq!(
            changes(plan, "plans.p = { allowance = 100, fee = \"10\" }\n"),
            Vec::<String>::new()
        );
        let dearer = "[plans.p]\nfee = \"12.00\"\nallowance = 100\n";
        assert_eq!(changes(plan, dearer), ["6 plans.p.fee: 10.00 → 12.00"]);
        let named = "[plans.p]\ntitle = \"Pro\"\nallowance = 100\nfee = \"10.00\"\n";
        assert_eq!(changes(plan, named), ["6 plans.p.title: – → Pro"]);
        assert_eq!(changes(named, plan), ["5 plans.p.title: Pro → –"]);
    }
}
