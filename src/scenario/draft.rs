//! A scenario that is not finished: settings of a file that can be completed, taken apart and written.
//!
//! Keys are set by their paths, as on a command line. Deliberately absent: the check of values, which
//! happens when the written text is read as a [`super::Scenario`].

use std::sync::Arc;

use crate::domain::text::excerpt;

use super::declare::ValueKind;
use super::diagnostic::{Diagnostics, SourceText, Spot};
use super::keys::ROOT;
use super::path::{self, Lost};
use super::setting::{Setting, SettingPath, SettingValue};
use super::tree::{self, Entry, Node, Value, bare_or_quoted};

/// Columns of a written line.
const WIDTH: usize = 118;

/// Settings of a scenario, some of which may be missing.
#[derive(Clone, Debug)]
pub struct ScenarioDraft {
    tree: Node,
}

/// The kind of number that a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// A whole number.
    Whole,
    /// A number of credits.
    Credits,
    /// An amount of money.
    Money,
    /// A share.
    Share,
}

impl NumberKind {
    /// The kind of the setting at a path; `None` if it is not a number.
    pub fn of(path: &SettingPath) -> Option<NumberKind> {
        match path::kind_of(path.names())? {
            ValueKind::Count { .. } => Some(NumberKind::Whole),
            ValueKind::Credits { .. } => Some(NumberKind::Credits),
            ValueKind::Money { .. } => Some(NumberKind::Money),
            ValueKind::Share => Some(NumberKind::Share),
            _ => None,
        }
    }
}

impl ScenarioDraft {
    /// Parses a text. The error lists every place that is not TOML.
    pub fn parse(name: &str, text: &str) -> Result<ScenarioDraft, Diagnostics> {
        let (tree, syntax) = tree::parse(text, 0);
        if syntax.is_empty() {
            return Ok(ScenarioDraft { tree });
        }
        let sources = [SourceText { name: name.to_owned(), text: Arc::from(text) }];
        Err(Diagnostics::new(Arc::from(sources), syntax))
    }

    /// Removes a key at the top level, and returns its value.
    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        let Value::Table(entries) = &mut self.tree.value else { return None };
        let place = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.remove(place).node)
    }

    /// The value of a setting that it has.
    pub fn value(&self, path: &SettingPath) -> Option<SettingValue> {
        path::find(&self.tree, path).ok().map(SettingValue::of)
    }

    /// The names in a table, in its order; none if there is no such table.
    pub fn names(&self, path: &SettingPath) -> Vec<String> {
        let table = path::find(&self.tree, path).ok();
        let entries = table.map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| entry.key.clone()).collect()
    }

    /// The same without the settings at these paths, and without tables that are empty then. An item of a list has no
    /// path of its own.
    pub fn without(&self, paths: &[SettingPath]) -> ScenarioDraft {
        fn kept(node: &Node, names: &mut Vec<String>, paths: &[SettingPath]) -> Option<Node> {
            if paths.iter().any(|path| path.names() == names.as_slice()) {
                return None;
            }
            let Value::Table(entries) = &node.value else { return Some(node.clone()) };
            let inner = entries.iter().filter_map(|entry| {
                names.push(entry.key.clone());
                let node = kept(&entry.node, names, paths);
                names.pop();
                Some(Entry { node: node?, ..entry.clone() })
            });
            let inner: Vec<Entry> = inner.collect();
            let emptied = inner.is_empty() && !entries.is_empty();
            (!emptied).then(|| Node { value: Value::Table(inner), ..node.clone() })
        }
        let mut tree = self.tree.clone();
        match kept(&self.tree, &mut Vec::new(), paths) {
            Some(left) => tree = left,
            None => tree.value = Value::Table(Vec::new()),
        }
        ScenarioDraft { tree }
    }

    /// Sets a setting, as if it had been written. Setting one of several keys that exclude each other
    /// removes the others. The error states the problem and the way out.
    pub fn set(&mut self, setting: &Setting) -> Result<(), String> {
        let node = setting.value.placed(Spot { source: 0, start: 0, end: 0 });
        path::set(&mut self.tree, &setting.path, node).map_err(|lost: Lost| {
            let (why, help) = lost.advice(&self.tree, "left out");
            format!("cannot set `{}`: {why}; {help}", excerpt(&setting.path.to_string()))
        })
    }

    /// The paths of all single values; a list is one value.
    pub fn values(&self) -> Vec<SettingPath> {
        fn gather(node: &Node, names: &mut Vec<String>, found: &mut Vec<SettingPath>) {
            let Value::Table(entries) = &node.value else {
                found.push(SettingPath::of_names(names.clone()));
                return;
            };
            for entry in entries {
                names.push(entry.key.clone());
                gather(&entry.node, names, found);
                names.pop();
            }
        }
        let mut found = Vec::new();
        gather(&self.tree, &mut Vec::new(), &mut found);
        found
    }

    /// Writes the settings as a file, in the order of the key reference, with a comment above each value or
    /// table for which `remark` has one.
    pub fn toml(&self, remark: &dyn Fn(&SettingPath) -> Option<String>) -> String {
        let mut writing = Writing { remark, text: String::new() };
        let place =
            |key: &str| ROOT.all_keys().position(|known| known.name == key).unwrap_or(usize::MAX);
        let mut entries: Vec<&Entry> = self.tree.entries().iter().collect();
        entries.sort_by_key(|entry| (is_table(&entry.node), place(&entry.key)));
        for entry in entries {
            writing.entry(&[], entry);
        }
        writing.text
    }
}

fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Table(_))
}

/// A file while it is written.
struct Writing<'r> {
    remark: &'r dyn Fn(&SettingPath) -> Option<String>,
    text: String,
}

impl Writing<'_> {
    /// Writes an entry inside the table with these names: a table at the top level and a table by name under a
    /// heading, anything else on one line.
    fn entry(&mut self, names: &[String], entry: &Entry) {
        let inside: Vec<String> = names.iter().chain([&entry.key]).cloned().collect();
        let is_catalogue = matches!(path::kind_of(&inside), Some(ValueKind::Catalogue(_)));
        let is_named = matches!(path::kind_of(names), Some(ValueKind::Catalogue(_)));
        if !is_table(&entry.node) || !(names.is_empty() || is_named) {
            return self.value(inside, entry);
        }
        if !is_catalogue {
            self.heading(&inside);
        }
        for entry in entry.node.entries() {
            self.entry(&inside, entry);
        }
    }

    fn heading(&mut self, names: &[String]) {
        self.text.push('\n');
        let path = SettingPath::of_names(names.to_vec());
        if let Some(remark) = (self.remark)(&path) {
            self.comment(&remark);
        }
        self.text.push_str(&format!("[{path}]\n"));
    }

    fn value(&mut self, names: Vec<String>, entry: &Entry) {
        let key = bare_or_quoted(&entry.key);
        let line = match &entry.node.value {
            Value::List(items) if key.len() + entry.node.text().len() + 3 > WIDTH => {
                let items: String =
                    items.iter().map(|item| format!("    {},\n", item.text())).collect();
                format!("{key} = [\n{items}]")
            }
            _ => format!("{key} = {}", entry.node.text()),
        };
        match (self.remark)(&SettingPath::of_names(names)) {
            Some(remark) if line.len() + remark.len() + 6 <= WIDTH && !line.contains('\n') => {
                self.text.push_str(&format!("{line}    # {remark}\n"));
            }
            remark => {
                if let Some(remark) = remark {
                    self.comment(&remark);
                }
                self.text.push_str(&line);
                self.text.push('\n');
            }
        }
    }

    fn comment(&mut self, text: &str) {
        self.text.push_str(&commented(text));
    }
}

/// Text as lines of a comment.
pub fn commented(text: &str) -> String {
    let options = textwrap::Options::new(WIDTH - 2)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = text.lines().flat_map(|line| textwrap::wrap(line, &options));
    lines.map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> ScenarioDraft {
        ScenarioDraft::parse("draft.toml", text).unwrap()
    }

    #[test]
    fn a_draft_is_written_in_the_order_of_the_keys_with_its_remarks() {
        let text = "[service]\nshortfall = \"refuse\"\n[packages.small]\ncredits = 10\n\
                    [recharge]\nbelow = 5\ncaps = [{ recharges = 4, per = \"day\" }]\n\
                    [payment]\nlatency = { mean = \"5s\" }\n";
        let mut draft = draft(text);
        for text in ["packages.small.price=7", "currency=USD", "start=2026-01-01"] {
            draft.set(&Setting::from_text(text).unwrap()).unwrap();
        }
        let remark = |path: &SettingPath| match path.to_string().as_str() {
            "packages.small.price" => Some("a price list".to_owned()),
            "recharge" => Some("the rule".to_owned()),
            _ => None,
        };
        let wanted = "currency = \"USD\"\nstart = 2026-01-01\n\n[packages.small]\ncredits = 10\n\
                      price = \"7\"    # a price list\n\n# the rule\n[recharge]\nbelow = 5\n\
                      caps = [{ recharges = 4, per = \"day\" }]\n\n[payment]\n\
                      latency = { mean = \"5s\" }\n\n[service]\nshortfall = \"refuse\"\n";
        assert_eq!(draft.toml(&remark), wanted);
    }

    #[test]
    fn settings_and_whole_tables_can_be_left_out() {
        let draft = draft(
            "seed = 1\n[plans.a]\nfee = 1\n[plans.b]\nfee = 2\n[payment]\nlatency = { mean = \"5s\" }\n",
        );
        let without = |paths: &[&str]| {
            let paths: Vec<_> = paths.iter().map(|path| SettingPath::new(path).unwrap()).collect();
            draft.without(&paths).toml(&|_| None)
        };
        assert_eq!(
            without(&["plans.b", "payment.latency.mean"]),
            "seed = 1\n\n[plans.a]\nfee = 1\n"
        );
        assert_eq!(without(&["plans", "payment"]), "seed = 1\n");
        assert_eq!(without(&["nothing"]), draft.toml(&|_| None));
        assert_eq!(without(&["seed", "plans", "payment"]), "");
    }

    #[test]
    fn keys_that_exclude_each_other_replace_each_other() {
        let mut draft = draft("[recharge]\nbelow = 5\n");
        draft.set(&Setting::from_text("recharge.at_or_below=5").unwrap()).unwrap();
        assert_eq!(draft.toml(&|_| None), "\n[recharge]\nat_or_below = 5\n");
        let said = draft.set(&Setting::from_text("recharge.belw=5").unwrap()).unwrap_err();
        assert!(said.starts_with("cannot set `recharge.belw`: did you mean `recharge.below`?"));
    }
}
