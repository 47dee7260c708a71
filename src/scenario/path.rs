//! Settings by their path: `recharge.caps.0.recharges`. Finding them, and setting them.
//!
//! Setting one of several keys that exclude each other removes the others. Deliberately absent: the
//! check of values, which happens when the tree is read again.

use super::declare::{KeyTable, OneOf, ValueKind};
use super::diagnostic::Spot;
use super::keys::ROOT;
use super::reader::other_name;
use super::setting::{SettingPath, joined};
use super::tree::{Entry, Node, Value, bare_or_quoted};
use crate::domain::suggest::near;

/// The most paths that suggestions are looked for among.
const MOST_KNOWN: usize = 2_000;

/// Reason why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// No setting is called so.
    Unknown(SettingPath),
    /// The setting exists, but the file leaves it out.
    Absent(SettingPath),
    /// The list is shorter.
    NoSuchItem {
        /// The list.
        list: String,
        /// Its length.
        length: usize,
    },
    /// A single value, which has no settings inside.
    NothingInside(String),
}

impl Lost {
    /// Returns the problem and the way out. `absent` is the wording for a setting that is left out.
    pub fn advice(&self, tree: &Node, absent: &str) -> (String, String) {
        match self {
            Lost::Unknown(path) => match suggestions(tree, path).as_slice() {
                _ if other_name(path.last()).is_some() => (
                    "no such setting".to_owned(),
                    format!("this is called {}", other_name(path.last()).unwrap_or_default()),
                ),
                [] => (
                    "no such setting".to_owned(),
                    "write the table, a dot and the key, as in recharge.packs".to_owned(),
                ),
                [first, rest @ ..] => {
                    let also: Vec<String> = rest.iter().map(|path| format!("`{path}`")).collect();
                    let help = match also.as_slice() {
                        [] => "write tables and keys as in a scenario".to_owned(),
                        also => format!("also near: {}", also.join(", ")),
                    };
                    (format!("did you mean `{first}`?"), help)
                }
            },
            Lost::Absent(path) => {
                (absent.to_owned(), format!("write `{path}` in the file, or do not name it here"))
            }
            Lost::NoSuchItem { list, length } => {
                let there = match length {
                    0 => format!("`{list}` is empty"),
                    1 => format!("`{list}` has one item, number 0"),
                    n => format!("`{list}` has the items 0 to {}", n - 1),
                };
                (there, format!("name an existing item, or set `{list}` as a whole"))
            }
            Lost::NothingInside(path) => {
                (format!("`{path}` is a single value"), format!("set `{path}` as a whole"))
            }
        }
    }
}

/// The value of a setting that the file has.
pub fn find<'a>(tree: &'a Node, path: &SettingPath) -> Result<&'a Node, Lost> {
    let mut node = tree;
    for name in path.names() {
        let child = match &node.value {
            Value::List(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => node.child(name),
        };
        let Some(child) = child else {
            return Err(match kind_of(path.names()).is_some() {
                true => Lost::Absent(path.clone()),
                false => Lost::Unknown(path.clone()),
            });
        };
        node = child;
    }
    Ok(node)
}

/// Returns the kind of the setting that these names lead to, if a scenario can have it.
pub fn kind_of(names: &[String]) -> Option<&'static ValueKind> {
    fn inside(kind: &'static ValueKind, names: &[String]) -> Option<&'static ValueKind> {
        let Some((name, rest)) = names.split_first() else { return Some(kind) };
        match kind {
            ValueKind::Table(table) => in_table(table, name, rest),
            ValueKind::Catalogue(of) => inside(of, rest),
            ValueKind::List { of, .. } if name.parse::<usize>().is_ok() => inside(of, rest),
            ValueKind::Open => Some(kind),
            ValueKind::Either(kinds) => kinds.iter().find_map(|kind| inside(kind, names)),
            _ => None,
        }
    }
    fn in_table(
        table: &'static KeyTable,
        name: &str,
        rest: &[String],
    ) -> Option<&'static ValueKind> {
        table.all_keys().filter(|key| key.name == name).find_map(|key| inside(&key.kind, rest))
    }
    names.split_first().and_then(|(name, rest)| in_table(&ROOT, name, rest))
}

/// Returns true if a setting is written in quotes even if it looks like a number: a package may be
/// called `1000`, and money is `"7.00"`.
pub fn is_quoted(path: &SettingPath) -> bool {
    let quoted = |kind: &ValueKind| {
        matches!(
            kind,
            ValueKind::Text
                | ValueKind::Reference(_)
                | ValueKind::Money { .. }
                | ValueKind::Words(_)
                | ValueKind::Path
        )
    };
    kind_of(path.names()).is_some_and(quoted)
}

/// Checks that a path leads to a setting; the error is paths that are near.
pub fn check(tree: &Node, path: &SettingPath) -> Result<(), Vec<String>> {
    match kind_of(path.names()) {
        Some(_) => Ok(()),
        None => Err(suggestions(tree, path)),
    }
}

/// Sets a setting, as if it had been written in the file.
pub fn set(tree: &mut Node, path: &SettingPath, value: Node) -> Result<(), Lost> {
    if kind_of(path.names()).is_none() {
        return Err(Lost::Unknown(path.clone()));
    }
    set_in_table(tree, &ROOT, path.names(), value, path)
}

fn set_inside(
    node: &mut Node,
    kind: &'static ValueKind,
    names: &[String],
    value: Node,
    path: &SettingPath,
) -> Result<(), Lost> {
    let Some((name, rest)) = names.split_first() else {
        *node = value;
        return Ok(());
    };
    match kind {
        ValueKind::Table(table) => set_in_table(node, table, names, value, path),
        ValueKind::Catalogue(of) => set_in_catalogue(node, of, names, value, path),
        ValueKind::List { of, .. } => {
            let list = path_before(path, names.len());
            let Value::List(items) = &mut node.value else {
                return Err(Lost::NoSuchItem { list, length: 0 });
            };
            let length = items.len();
            let item = name.parse::<usize>().ok().and_then(|index| items.get_mut(index));
            match item {
                Some(item) => set_inside(item, of, rest, value, path),
                None => Err(Lost::NoSuchItem { list, length }),
            }
        }
        ValueKind::Open => match entry_of(node, name, value.spot) {
            Some(entry) => set_inside(&mut entry.node, &ValueKind::Open, rest, value, path),
            None => Err(Lost::Unknown(path.clone())),
        },
        ValueKind::Either(kinds) => {
            let compound = |kind: &&'static ValueKind| match (&node.value, kind) {
                (Value::List(_), ValueKind::List { .. }) => true,
                (Value::List(_), _) => false,
                (_, ValueKind::Table(_)) => true,
                _ => false,
            };
            let alternatives: &'static [ValueKind] = kinds;
            match alternatives.iter().find(compound) {
                Some(kind) => set_inside(node, kind, names, value, path),
                None => Err(Lost::NothingInside(path_before(path, names.len()))),
            }
        }
        _ => Err(Lost::NothingInside(path_before(path, names.len()))),
    }
}

/// Sets an entry, or something inside an entry that is there.
fn set_in_catalogue(
    node: &mut Node,
    of: &'static ValueKind,
    names: &[String],
    value: Node,
    path: &SettingPath,
) -> Result<(), Lost> {
    let Some((name, rest)) = names.split_first() else { return Ok(()) };
    if !rest.is_empty() && node.child(name).is_none() {
        return Err(Lost::Unknown(path.clone()));
    }
    match entry_of(node, name, value.spot) {
        Some(entry) => set_inside(&mut entry.node, of, rest, value, path),
        None => Err(Lost::Unknown(path.clone())),
    }
}

fn set_in_table(
    node: &mut Node,
    table: &'static KeyTable,
    names: &[String],
    value: Node,
    path: &SettingPath,
) -> Result<(), Lost> {
    let Some((name, rest)) = names.split_first() else { return Ok(()) };
    let Some(key) = table.all_keys().find(|key| key.name == name) else {
        return Err(Lost::Unknown(path.clone()));
    };
    for group in table.all_groups().filter(|group| group.keys.contains(&key.name)) {
        remove_rivals(node, table, group, key.name);
    }
    let Some(entry) = entry_of(node, name, value.spot) else {
        return Err(Lost::Unknown(path.clone()));
    };
    if rest.is_empty() {
        entry.key_spot = value.spot;
    }
    set_inside(&mut entry.node, &key.kind, rest, value, path)
}

/// Takes the rivals of a key away, and what means nothing without them.
fn remove_rivals(node: &mut Node, table: &'static KeyTable, group: &OneOf, winner: &str) {
    let rival = |name: &str| name != winner && group.keys.contains(&name);
    let Value::Table(entries) = &mut node.value else { return };
    if !entries.iter().any(|entry| rival(&entry.key)) {
        return;
    }
    entries.retain(|entry| {
        let companion =
            table.all_keys().any(|key| key.name == entry.key && key.with.is_some_and(rival));
        !rival(&entry.key) && !companion
    });
}

/// Returns the entry of a key, adding it if there is none; a value that is not a table is replaced
/// by one.
fn entry_of<'a>(node: &'a mut Node, name: &str, spot: Spot) -> Option<&'a mut Entry> {
    let empty = || Node { value: Value::Table(Vec::new()), spot };
    if !matches!(node.value, Value::Table(_)) {
        *node = empty();
    }
    let Value::Table(entries) = &mut node.value else { return None };
    if !entries.iter().any(|entry| entry.key == name) {
        entries.push(Entry { key: name.to_owned(), key_spot: spot, node: empty() });
    }
    entries.iter_mut().find(|entry| entry.key == name)
}

/// The part of a path before its last `left` names.
fn path_before(path: &SettingPath, left: usize) -> String {
    let before = path.names().len().saturating_sub(left);
    joined(&path.names()[..before])
}

/// Suggests paths for one that leads nowhere: by spelling, or with the same last name.
///
/// A path in an existing table has only its last name misspelt, so that is compared with its neighbours:
/// beside the name of the table any two keys would be near.
fn suggestions(tree: &Node, path: &SettingPath) -> Vec<String> {
    let known = known_paths(tree);
    let path = path.to_string();
    let (table, last) = path.rsplit_once('.').unwrap_or(("", &path));
    let in_table =
        known.iter().any(|known| known.rsplit_once('.').is_some_and(|(of, _)| of == table));
    let mut found: Vec<String> = match in_table {
        true => {
            let neighbours = known.iter().filter_map(|known| known.rsplit_once('.'));
            let keys = neighbours.filter(|(of, _)| *of == table).map(|(_, key)| key);
            near(last, keys).into_iter().map(|key| format!("{table}.{key}")).collect()
        }
        false => {
            near(&path, known.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
        }
    };
    let lasts = known.iter().map(|known| known.rsplit('.').next().unwrap_or(known));
    let near_lasts = near(last, lasts);
    for near_last in near_lasts {
        for path in &known {
            if path.rsplit('.').next() == Some(near_last) && !found.contains(path) {
                found.push(path.clone());
            }
        }
    }
    found.truncate(4);
    found
}

/// Returns every path that could be set, with the names and numbers of this tree.
pub fn known_paths(tree: &Node) -> Vec<String> {
    let mut known = Vec::new();
    add_table(&mut known, &ROOT, Some(tree), "");
    known
}

fn add_table(known: &mut Vec<String>, table: &KeyTable, node: Option<&Node>, path: &str) {
    let before = match path {
        "" => String::new(),
        path => format!("{path}."),
    };
    for key in table.all_keys() {
        let child = node.and_then(|node| node.child(key.name));
        add(known, &key.kind, child, format!("{before}{}", key.name));
    }
}

fn add(known: &mut Vec<String>, kind: &ValueKind, node: Option<&Node>, path: String) {
    if known.len() >= MOST_KNOWN || known.contains(&path) {
        return;
    }
    match kind {
        ValueKind::Table(table) => add_table(known, table, node, &path),
        ValueKind::Catalogue(of) => {
            for entry in node.map(Node::entries).unwrap_or_default() {
                let path = format!("{path}.{}", bare_or_quoted(&entry.key));
                add(known, of, Some(&entry.node), path);
            }
        }
        ValueKind::List { of, .. } => {
            if let (Some(Value::List(items)), ValueKind::Table(_)) = (node.map(|n| &n.value), *of) {
                for (index, item) in items.iter().enumerate().take(MOST_KNOWN) {
                    add(known, of, Some(item), format!("{path}.{index}"));
                }
            }
            known.push(path);
        }
        ValueKind::Either(kinds) => {
            if let Some(ValueKind::Table(table)) =
                kinds.iter().find(|k| matches!(k, ValueKind::Table(_)))
            {
                add_table(known, table, node, &path);
            }
            known.push(path);
        }
        _ => known.push(path),
    }
}
