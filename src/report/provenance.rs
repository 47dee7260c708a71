//! Where a result comes from: enough to make it again.

use sha2::{Digest, Sha256};

use crate::replay::Outcome;
use crate::scenario::Scenario;

/// What made a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The version of this program.
    pub version: &'static str,
    /// The scenario file's name.
    pub scenario: String,
    /// SHA-256 of the scenario's text, in hexadecimal.
    pub scenario_hash: String,
    /// The seed.
    pub seed: u64,
    /// Where the usage came from.
    pub usage: String,
    /// SHA-256 of the usage as stored; `None` for usage that was drawn.
    pub usage_hash: Option<String>,
    /// Rows of usage read.
    pub usage_rows: u64,
    /// The arguments of the command, without the program's path.
    pub command: Vec<String>,
}

impl Provenance {
    /// Of a replay made by `command`.
    pub fn of(scenario: &Scenario, outcome: &Outcome, command: &[String]) -> Provenance {
        Provenance {
            version: env!("CARGO_PKG_VERSION"),
            scenario: scenario.file.clone(),
            scenario_hash: hash(scenario.text.as_bytes()),
            seed: scenario.seed,
            usage: outcome.usage.source.clone(),
            usage_hash: outcome.usage.hash.clone(),
            usage_rows: outcome.usage.rows,
            command: command.to_vec(),
        }
    }

    /// On one line.
    pub fn line(&self) -> String {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let usage = match &self.usage_hash {
            Some(hash) => format!("{} (sha256 {})", self.usage, short(hash)),
            None => self.usage.clone(),
        };
        format!(
            "recharge {} · {} (sha256 {}) · seed {} · usage {usage}, {} rows · recharge {}",
            self.version,
            self.scenario,
            short(&self.scenario_hash),
            self.seed,
            self.usage_rows,
            self.command.join(" ")
        )
    }
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
