//! The specification of scenarios: what is accepted, what is refused, and the messages.

mod drawn;
mod keys;
mod overrides;
mod properties;
mod refused;
mod values;

use std::path::Path;

use super::*;
use crate::policy::AutoRecharge;

/// Every key except those that exclude others.
const FULL: &str = include_str!("full.toml");
/// The keys that [`FULL`] has to do without.
const OTHER: &str = include_str!("other.toml");
/// The worked example of the contract.
const WORKED: &str = include_str!("worked.toml");
/// The least a scenario has to say.
const LEAST: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

fn read(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::from_text("test.toml", text, Path::new("folder"))
}

/// Reads a text that makes a scenario.
fn valid(text: &str) -> Scenario {
    read(text).unwrap_or_else(|errors| panic!("{errors}\n\nin\n\n{text}"))
}

/// The rules of a scenario's auto-recharge.
fn rules(scenario: &Scenario) -> &AutoRecharge {
    scenario.setup.policy.recharge.as_ref().expect("a scenario with auto-recharge")
}

/// One line for each error or warning: the title, the text beneath each place, → the way out.
fn lines(diagnostics: &Diagnostics) -> Vec<String> {
    let line = |one: &Diagnostic| {
        let mut parts = vec![one.title.clone()];
        parts.extend(one.labels.iter().map(|l| l.text.clone()).filter(|text| !text.is_empty()));
        let advice = one.help.iter().map(|help| format!(" → {help}"));
        parts.join(" | ") + &advice.collect::<String>()
    };
    diagnostics.list.iter().map(line).collect()
}

fn errors(text: &str) -> Vec<String> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(errors) => lines(&errors),
    }
}

/// A change to the worked example and the messages expected.
struct Case {
    taken: Vec<String>,
    put: Vec<String>,
    said: String,
}

impl Case {
    /// Parses lines of `-`, which are removed, lines of `+`, which replace them (appended if none
    /// is removed), and the messages expected.
    fn parse(block: &str) -> Case {
        let change = |line: &&str| line.starts_with("- ") || line.starts_with("+ ");
        let changes: Vec<&str> = block.lines().take_while(change).collect();
        let part = |mark: &str| -> Vec<String> {
            changes.iter().filter_map(|line| line.strip_prefix(mark)).map(str::to_owned).collect()
        };
        let said: Vec<&str> = block.lines().skip(changes.len()).collect();
        Case { taken: part("- "), put: part("+ "), said: said.join("\n") }
    }

    /// The changed example.
    fn text(&self) -> String {
        let mut lines: Vec<&str> = WORKED.lines().collect();
        let mut place = lines.len();
        for taken in &self.taken {
            place =
                lines.iter().position(|line| line == taken).unwrap_or_else(|| panic!("{taken}?"));
            lines.remove(place);
        }
        for (index, put) in self.put.iter().enumerate() {
            lines.insert(place + index, put);
        }
        lines.join("\n") + "\n"
    }

    /// The case with other messages.
    fn saying(&self, said: &str) -> String {
        let before = self.taken.iter().map(|line| format!("- {line}\n"));
        let after = self.put.iter().map(|line| format!("+ {line}\n"));
        before.chain(after).chain([said.to_owned()]).collect()
    }
}
