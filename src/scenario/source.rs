//! The source of usage that a scenario names, as keys of its tree: `file`, `events` or `generate`.
//!
//! Where usage comes with the command, this is what does not count.

use super::keys::{root, usage};
use super::setting::SettingPath;
use super::tree::{Node, Value};

/// Returns true if a path is the source of usage or inside it.
pub fn is(path: &SettingPath) -> bool {
    let [table, key, ..] = path.names() else { return false };
    table == root::USAGE.name() && usage::SOURCE.keys.contains(&key.as_str())
}

/// The keys of usage that say what becomes of it, whatever it is read from.
const CHANGES: [&str; 5] = [
    usage::MODEL.name(),
    usage::SCALE.name(),
    usage::GROWTH_PER_MONTH.name(),
    usage::SPIKES.name(),
    usage::MULTIPLIERS.name(),
];

/// Returns true if a path is the source of usage, or says how a file of usage is read.
pub fn is_of_reading(path: &SettingPath) -> bool {
    let [table, key, ..] = path.names() else { return false };
    table == root::USAGE.name() && !CHANGES.contains(&key.as_str())
}

/// Removes the source of usage. How a file is read stays.
pub fn remove(tree: &mut Node) {
    let Value::Table(entries) = &mut tree.value else { return };
    let of_usage = entries.iter_mut().filter(|entry| entry.key == root::USAGE.name());
    for entry in of_usage {
        if let Value::Table(keys) = &mut entry.node.value {
            keys.retain(|entry| !usage::SOURCE.keys.contains(&entry.key.as_str()));
        }
    }
}

/// The file that is named as usage, as it is written.
pub fn named_file(tree: &Node) -> Option<&str> {
    match &tree.child(root::USAGE.name())?.child(usage::FILE.name())?.value {
        Value::Text(file) => Some(file),
        _ => None,
    }
}
