//! Results for programs: one JSON object for each question, with the schema of each.
//!
//! Results are types that serialise; their JSON Schemas come from the same types, and figures from the
//! catalogue (`figures`). Within a version of a schema names are only ever added.

pub mod advise;
pub mod capsule;
pub mod check;
pub mod diff;
pub mod explain;
mod figures;
pub mod fleet;
pub mod forecast;
pub mod gates;
pub mod inspect;
mod periods;
pub mod plan;
pub mod prepare;
pub mod readings;
pub mod run;
pub mod shrink;
pub mod study;
pub mod vendors;

use std::io;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::domain::text::is_hidden;

/// JSON as it is printed, ending with a newline. Hidden characters (see [`is_hidden`]) are escaped
/// in JSON's way.
///
/// # Errors
///
/// If a value cannot be written as JSON.
pub fn text(value: &impl Serialize) -> io::Result<String> {
    let plain = serde_json::to_string_pretty(value)? + "\n";
    if !plain.chars().any(|letter| letter != '\n' && is_hidden(letter)) {
        return Ok(plain);
    }
    let mut text = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter != '\n' && is_hidden(letter) {
            // All of them are below 0x10000, so one escape is enough.
            true => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => text.push(letter),
        }
    }
    Ok(text)
}

/// The JSON Schema (draft 2020-12) of what serialises as `T`.
pub fn schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The origin of a result.
#[derive(Serialize, JsonSchema)]
pub struct ProvenanceJson {
    /// The version of recharge.
    version: &'static str,
    /// The scenario file's name.
    scenario: String,
    /// SHA-256 of the scenario's text, in hexadecimal.
    scenario_sha256: String,
    /// The seed.
    seed: u64,
    /// The source of the usage.
    usage: String,
    /// The hash of the usage as stored, in hexadecimal behind its kind, `blake3:` or `sha256:`; `null` for usage that was drawn.
    usage_hash: Option<String>,
    /// Rows of usage read; `null` if usage is drawn anew for each run.
    usage_rows: Option<u64>,
    /// The command that makes the result again.
    command: String,
}

impl From<&super::provenance::Provenance> for ProvenanceJson {
    fn from(made: &super::provenance::Provenance) -> Self {
        ProvenanceJson {
            version: made.version,
            scenario: made.scenario.clone(),
            scenario_sha256: made.scenario_hash.clone(),
            seed: made.seed,
            usage: made.usage.clone(),
            usage_hash: made.usage_hash.as_ref().map(ToString::to_string),
            usage_rows: made.usage_rows,
            command: made.command_line(),
        }
    }
}
