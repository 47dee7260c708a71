//! Results for programs: one JSON object for each question.
//!
//! Within a schema names are only ever added.

pub mod plan;
pub mod run;
pub mod study;

use serde_json::{Value, json};

use crate::domain::text::is_hidden;

use super::provenance::Provenance;

/// JSON as it is printed, ending with a newline. What is hidden in a text (see [`is_hidden`]) is
/// escaped as JSON escapes it.
pub fn text(value: &Value) -> String {
    let plain = format!("{value:#}\n");
    if !plain.chars().any(|letter| letter != '\n' && is_hidden(letter)) {
        return plain;
    }
    let mut text = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter != '\n' && is_hidden(letter) {
            // All of them are below 0x10000, so one escape is enough.
            true => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => text.push(letter),
        }
    }
    text
}

fn provenance(provenance: &Provenance) -> Value {
    json!({
        "version": provenance.version,
        "scenario": provenance.scenario,
        "scenario_sha256": provenance.scenario_hash,
        "seed": provenance.seed,
        "usage": provenance.usage,
        "usage_sha256": provenance.usage_hash,
        "usage_rows": provenance.usage_rows,
        "command": provenance.command_line(),
    })
}
