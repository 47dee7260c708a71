//! The `[vendor]` table of a vendor's file.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::scenario::{Entry, Node, NumberKind, ScenarioDraft, SettingPath, SettingValue, Value};

use super::{
    Ask, ChangedTo, Evidence, OptionRange, OptionValues, OwnerOption, Reading, ReadingChange,
    ReadingChoice, RuleStanding, Vendor, VendorSource,
};

/// The keys of the table.
const KEYS: [&str; 9] = [
    "title",
    "summary",
    "checked",
    "sources",
    "standing",
    "ask",
    "options",
    "readings",
    "not_modelled",
];

impl Vendor {
    /// Reads a vendor's file. The error says what is wrong first.
    pub(super) fn parse(name: &str, text: &str) -> Result<Vendor, String> {
        let file = format!("{name}.toml");
        let rules = ScenarioDraft::parse(&file, text).map_err(|errors| errors.to_string());
        vendor(name, rules?).map_err(|why| format!("{file}: {why}"))
    }
}

fn vendor(name: &str, mut rules: ScenarioDraft) -> Result<Vendor, String> {
    let table = rules.take("vendor").ok_or("there is no [vendor] table")?;
    if let Some(other) = table.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        return Err(format!("[vendor] has no `{}`", other.key));
    }
    let entries = |key: &str| table.child(key).map(Node::entries).unwrap_or_default();
    let paired = |key: &str| entries(key).iter().map(|entry| Ok((path(&entry.key)?, entry)));
    let standing = |pair: Result<(SettingPath, &Entry), String>| {
        let (path, entry) = pair?;
        Ok((path, standing_of(&entry.node).map_err(inside(entry))?))
    };
    let ask = |pair: Result<(SettingPath, &Entry), String>| {
        let (path, entry) = pair?;
        Ok(Ask { path, about: text(&entry.node).map_err(inside(entry))? })
    };
    let option = |pair: Result<(SettingPath, &Entry), String>| {
        let (path, entry) = pair?;
        let values = option_values(&path, &entry.node).map_err(inside(entry))?;
        Ok(OwnerOption { path, values })
    };
    let source = |entry: &Entry| {
        Ok(VendorSource {
            name: entry.key.clone(),
            place: text(&entry.node).map_err(inside(entry))?,
        })
    };
    let vendor = Vendor {
        name: name.to_owned(),
        title: needed_text(&table, "title")?,
        summary: needed_text(&table, "summary")?,
        checked: needed_text(&table, "checked")?,
        sources: entries("sources").iter().map(source).collect::<Result<_, String>>()?,
        standings: paired("standing").map(standing).collect::<Result<_, String>>()?,
        asks: paired("ask").map(ask).collect::<Result<_, String>>()?,
        options: paired("options").map(option).collect::<Result<_, String>>()?,
        readings: items(table.child("readings")).iter().map(reading).collect::<Result<_, _>>()?,
        not_modelled: items(table.child("not_modelled"))
            .iter()
            .map(text)
            .collect::<Result<_, _>>()?,
        rules,
    };
    let wrong = vendor.unsound();
    if wrong.is_empty() { Ok(vendor) } else { Err(wrong.join("\n")) }
}

/// Puts the name of an entry before what is wrong inside it.
fn inside(entry: &Entry) -> impl Fn(String) -> String {
    move |why| format!("`{}`: {why}", entry.key)
}

fn path(text: &str) -> Result<SettingPath, String> {
    SettingPath::new(text).map_err(|error| error.to_string())
}

fn text(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::Text(text) if !text.trim().is_empty() => Ok(text.clone()),
        _ => Err(format!("a text is needed, not {}", node.found())),
    }
}

fn needed_text(table: &Node, key: &str) -> Result<String, String> {
    let node = table.child(key).ok_or_else(|| format!("`{key}` is missing"))?;
    text(node).map_err(|why| format!("`{key}`: {why}"))
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// `{ documented = "help", says = "…" }`, `{ from_code = "repository" }`, `{ assumed = "why" }` or `{ owner = "why" }`.
fn standing_of(node: &Node) -> Result<RuleStanding, String> {
    let says = node.child("says").map(text).transpose()?;
    let evidence = |source: String| Evidence { source, says: says.clone() };
    let word = node.entries().iter().find(|entry| entry.key != "says");
    let word = word.ok_or("write documented, from_code, assumed or owner")?;
    let value = text(&word.node)?;
    Ok(match word.key.as_str() {
        "documented" => RuleStanding::Documented(evidence(value)),
        "from_code" => RuleStanding::FromCode(evidence(value)),
        "assumed" => RuleStanding::Assumed(value),
        "owner" => RuleStanding::Owner(value),
        other => return Err(format!("`{other}` is no standing")),
    })
}

/// A list of values, or `{ from, to, step }`.
fn option_values(path: &SettingPath, node: &Node) -> Result<OptionValues, String> {
    if let Value::List(items) = &node.value {
        return Ok(OptionValues::List(items.iter().map(SettingValue::of).collect()));
    }
    let kind = NumberKind::of(path).ok_or("a range is of numbers; write a list of values")?;
    let number = |key: &str| {
        let Some(node) = node.child(key) else { return Ok(None) };
        let number = SettingValue::of(node).decimal();
        number.map(Some).ok_or_else(|| format!("`{key}` is no number"))
    };
    let range = OptionRange {
        from: number("from")?.ok_or("`from` is missing")?,
        to: number("to")?,
        step: number("step")?.unwrap_or(Decimal::ONE),
    };
    if range.to.is_some_and(|to| to < range.from) || range.step <= Decimal::ZERO {
        return Err("an empty range".to_owned());
    }
    Ok(match kind {
        NumberKind::Whole => OptionValues::Whole(range),
        NumberKind::Credits => OptionValues::Credits(range),
        NumberKind::Money => OptionValues::Money(range),
        NumberKind::Share => OptionValues::Share(range),
    })
}

/// `path = value`, or `path = { same_as = "path" }`.
fn change(entry: &Entry) -> Result<ReadingChange, String> {
    let to = match entry.node.child("same_as") {
        Some(node) => ChangedTo::SameAs(path(&text(node)?)?),
        None => ChangedTo::Value(SettingValue::of(&entry.node)),
    };
    Ok(ReadingChange { path: path(&entry.key)?, to })
}

/// `{ says, question, choices = [{ meaning, set = { path = value } }, …] }`.
fn reading(node: &Node) -> Result<Reading, String> {
    let choice = |node: &Node| -> Result<ReadingChoice, String> {
        let set = node.child("set").map(Node::entries).unwrap_or_default().iter();
        let changes = set.map(change).collect::<Result<_, String>>()?;
        Ok(ReadingChoice { meaning: needed_text(node, "meaning")?, changes })
    };
    let choices: Result<Vec<ReadingChoice>, String> =
        items(node.child("choices")).iter().map(choice).collect();
    let reading = Reading {
        says: needed_text(node, "says")?,
        question: needed_text(node, "question")?,
        choices: choices?,
    };
    match reading.choices.as_slice() {
        [first, _, ..] if first.changes.is_empty() => Ok(reading),
        [_, _, ..] => Err(format!("`{}`: the first reading is that of the file", reading.says)),
        _ => Err(format!("`{}` has fewer than two readings", reading.says)),
    }
}

impl Vendor {
    /// What its parts say against each other, a sentence each.
    fn unsound(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let values = self.rules.values();
        for path in &values {
            if self.standing(path).is_none() {
                wrong.push(format!("`{path}` has no standing"));
            }
        }
        for (path, standing) in &self.standings {
            if !values.iter().any(|value| value.is_in(path)) {
                wrong.push(format!(
                    "[vendor.standing] speaks of `{path}`, which the file leaves out"
                ));
            }
            let source = standing.evidence().map(|evidence| evidence.source.as_str());
            if let Some(source) = source.filter(|source| self.place(source).is_none()) {
                wrong.push(format!("`{path}`: no source is called `{source}`"));
            }
        }
        let asked = self.asks.iter().filter(|ask| self.rules.value(&ask.path).is_some());
        wrong.extend(asked.map(|ask| format!("`{}` is asked for, and the file has it", ask.path)));
        let outside = ["name", "start", "end", "seed", "assumed", "study", "actions", "question"];
        let roots: BTreeSet<&str> = values.iter().map(SettingPath::root).collect();
        let named = outside.into_iter().filter(|key| roots.contains(key));
        wrong.extend(named.map(|key| format!("`{key}` is not the vendor's to say")));
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[vendor]\ntitle = \"A\"\nsummary = \"S.\"\nchecked = \"2026-01-01\"\n\
                        [vendor.sources]\nhelp = \"a page\"\n";

    /// What is wrong with rules and the rest of a `[vendor]` table.
    fn wrong(rules: &str, rest: &str) -> String {
        Vendor::parse("a", &format!("{rules}\n{HEAD}{rest}")).unwrap_err()
    }

    #[test]
    fn a_value_without_a_standing_and_a_standing_without_a_value_are_refused() {
        let said = wrong(
            "unit = \"tasks\"\n[recharge]\nbelow = 5",
            "[vendor.standing]\n\"unit\" = { documented = \"help\" }\n\"recharge.packs\" = { assumed = \"one\" }",
        );
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(
            lines,
            [
                "a.toml: `recharge.below` has no standing",
                "[vendor.standing] speaks of `recharge.packs`, which the file leaves out",
            ]
        );
    }

    #[test]
    fn what_speaks_against_itself_is_refused() {
        for (rules, rest, why) in [
            (
                "unit = \"a\"",
                "[vendor.standing]\nunit = { documented = \"page\" }",
                "no source is called `page`",
            ),
            (
                "unit = \"a\"",
                "[vendor.standing]\nunit = { assumed = \"b\" }\n[vendor.ask]\nunit = \"the unit\"",
                "`unit` is asked for, and the file has it",
            ),
            (
                "start = 2026-01-01",
                "[vendor.standing]\nstart = { assumed = \"b\" }",
                "`start` is not the vendor's to say",
            ),
            ("", "[vendor.standing]\nunit = { said = \"b\" }", "`said` is no standing"),
            (
                "",
                "[[vendor.readings]]\nsays = \"x\"\nquestion = \"y\"\nchoices = [{ meaning = \"z\" }]",
                "`x` has fewer than two readings",
            ),
            ("", "[vendor.options]\nplan = { from = 1 }", "a range is of numbers"),
            (
                "",
                "[vendor.options]\n\"recharge.packs\" = { from = 5, to = 1 }",
                "`recharge.packs`: an empty range",
            ),
        ] {
            let said = wrong(rules, rest);
            assert!(said.contains(why), "{why}: {said}");
        }
    }

    #[test]
    fn options_have_the_kind_of_their_setting() {
        let path = |text: &str| SettingPath::new(text).unwrap();
        let text = format!(
            "{HEAD}[vendor.options]\n\"recharge.packs\" = {{ from = 1, to = 9 }}\n\
             \"recharge.below\" = {{ from = 5, step = 5 }}\n\"recharge.caps.0.money\" = {{ from = 0 }}\n\
             plan = [\"a\", \"b\"]\n"
        );
        let vendor = Vendor::parse("a", &text).unwrap();
        let kinds: Vec<(SettingPath, &str)> = vendor
            .options
            .iter()
            .map(|option| {
                let kind = match option.values {
                    OptionValues::Whole(_) => "whole",
                    OptionValues::Credits(_) => "credits",
                    OptionValues::Money(_) => "money",
                    OptionValues::Share(_) => "share",
                    OptionValues::List(_) => "list",
                };
                (option.path.clone(), kind)
            })
            .collect();
        let wanted = [
            (path("recharge.packs"), "whole"),
            (path("recharge.below"), "credits"),
            (path("recharge.caps.0.money"), "money"),
            (path("plan"), "list"),
        ];
        assert_eq!(kinds, wanted);
    }
}
