//! The origin of a result: enough to reproduce it.

use std::borrow::Cow;

use crate::domain::text::is_hidden;
use crate::scenario::Scenario;
use crate::study::UsageModel;
use crate::usage::UsageSummary;
use crate::usage::csv::{FileHash, HashKind};

use super::words::count;

/// The origin of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The version of this program.
    pub version: &'static str,
    /// The scenario file's name; empty where no scenario is looked at.
    pub scenario: String,
    /// SHA-256 of the scenario's text, in hexadecimal.
    pub scenario_hash: String,
    /// The seed.
    pub seed: u64,
    /// The source of the usage.
    pub usage: String,
    /// The hash of the usage as stored; `None` for usage that was drawn.
    pub usage_hash: Option<FileHash>,
    /// Rows of usage read; `None` if usage is drawn anew for each of many runs.
    pub usage_rows: Option<u64>,
    /// The arguments of the command, without the program's path.
    pub command: Vec<String>,
}

impl Provenance {
    /// The provenance of a replay made by `command`, or of a study that rests on a file of usage.
    pub fn of(scenario: &Scenario, usage: &UsageSummary, command: &[String]) -> Provenance {
        Provenance {
            usage: usage.source.clone(),
            usage_hash: usage.hash.clone(),
            usage_rows: Some(usage.rows),
            ..Provenance::of_drawn(scenario, command)
        }
    }

    /// The provenance of a study made by `command` whose usage is drawn anew for each replication.
    fn of_drawn(scenario: &Scenario, command: &[String]) -> Provenance {
        Provenance {
            version: env!("CARGO_PKG_VERSION"),
            scenario: scenario.file.clone(),
            scenario_hash: hash(scenario.text.as_bytes()),
            seed: scenario.seed,
            usage: "drawn anew for each replication".to_owned(),
            usage_hash: None,
            usage_rows: None,
            command: command.to_vec(),
        }
    }

    /// The provenance of what `command` found of a file of usage alone.
    pub fn of_file(usage: String, usage_rows: Option<u64>, command: &[String]) -> Provenance {
        Provenance {
            version: env!("CARGO_PKG_VERSION"),
            scenario: String::new(),
            scenario_hash: String::new(),
            seed: 0,
            usage,
            usage_hash: None,
            usage_rows,
            command: command.to_vec(),
        }
    }

    /// The provenance of a study made by `command`.
    pub fn of_study(scenario: &Scenario, source: &UsageModel, command: &[String]) -> Provenance {
        match source.read() {
            Some(usage) => Provenance::of(scenario, usage, command),
            None => Provenance::of_drawn(scenario, command),
        }
    }

    /// The provenance on one line.
    pub fn line(&self) -> String {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let usage = match &self.usage_hash {
            Some(hash) => {
                format!("{} ({} {})", self.usage, hash.kind.name(), short(&hash.hex))
            }
            None => self.usage.clone(),
        };
        let rows =
            self.usage_rows.map_or(String::new(), |rows| format!(", {}", count(rows, "row")));
        let scenario = match self.scenario.is_empty() {
            true => String::new(),
            false => format!(
                "{} (sha256 {}) · seed {} · ",
                self.scenario,
                short(&self.scenario_hash),
                self.seed
            ),
        };
        format!(
            "recharge {} · {scenario}usage {usage}{rows} · {}",
            self.version,
            self.command_line()
        )
    }

    /// The command in shell syntax: words that a shell would interpret are quoted.
    pub fn command_line(&self) -> String {
        self.command.iter().fold("recharge".to_owned(), |line, word| line + " " + &quoted(word))
    }
}

/// A word of a command line, quoted if a POSIX shell would not leave it unchanged.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Cow::Borrowed(word),
        false if word.chars().any(is_hidden) => Cow::Owned(escaped(word)),
        false => Cow::Owned(format!("'{}'", word.replace('\'', r"'\''"))),
    }
}

/// A word with hidden characters in shell syntax: `$'…'`, with those as bytes.
fn escaped(word: &str) -> String {
    let mut bytes = [0; 4];
    let shown = word.chars().map(|letter| match letter {
        '\\' | '\'' => format!("\\{letter}"),
        letter if is_hidden(letter) => {
            letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")).collect()
        }
        letter => letter.to_string(),
    });
    format!("$'{}'", shown.collect::<String>())
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    HashKind::Sha256.of(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        for (word, wanted) in [
            ("--set", "--set"),
            ("recharge.at_or_below=0,100", "recharge.at_or_below=0,100"),
            ("größe.toml", "größe.toml"),
            ("fill_rate >= 0.5", "'fill_rate >= 0.5'"),
            ("my file.toml", "'my file.toml'"),
            (
                r#"recharge.caps=[{recharges=1,per="day"}]"#,
                r#"'recharge.caps=[{recharges=1,per="day"}]'"#,
            ),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("$HOME", "'$HOME'"),
            ("\u{1b}[1m\u{202e}it's\\7.toml", r"$'\033[1m\342\200\256it\'s\\7.toml'"),
        ] {
            assert_eq!(quoted(word), wanted);
        }
    }
}
