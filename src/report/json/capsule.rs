//! What a failure capsule says of itself, and what came of replaying one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the schema of a capsule.
pub const SCHEMA: &str = "recharge.capsule/1";
/// The name of the schema of a replay.
pub const REPLAY: &str = "recharge.replay/1";

/// What a capsule says of itself, in its member `capsule.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "What a failure capsule says of itself")]
#[serde(deny_unknown_fields)]
pub struct CapsuleJson {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// The version of recharge that captured it.
    pub version: String,
    /// The seed of everything random; `null` if the scenario cannot be read.
    pub seed: Option<u64>,
    /// The arguments that make the results in a folder with the members: `run scenario.toml --usage=usage.csv`.
    pub command: Vec<String>,
    /// How much of the usage it holds.
    pub usage: CapturedUsage,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The members, in the order in which they are compared: what the results rest on, and then the results.
    pub members: Vec<MemberJson>,
}

/// How much of the usage a capsule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapturedUsage {
    /// The file as it was.
    Whole,
    /// The instants and the credits, and nothing else of the file.
    Amounts,
    /// None: the scenario states or draws its usage.
    None,
}

/// A member of a capsule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberJson {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What came of replaying a capsule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "Replay of a failure capsule")]
pub struct ReplayResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = REPLAY))]
    pub schema: &'static str,
    /// Whether every byte of the results is the same.
    pub agrees: bool,
    /// The version of recharge that captured it.
    pub captured_by: &'r str,
    /// The version of recharge that replayed it.
    pub replayed_by: &'static str,
    /// The arguments that were replayed.
    pub command: &'r [String],
    /// The exit code that was captured.
    pub exit_code_captured: u8,
    /// The exit code of the replay.
    pub exit_code_replayed: u8,
    /// The results that were compared, in this order.
    pub compared: Vec<&'r str>,
    /// The first difference; `null` where there is none.
    pub difference: Option<ReplayDifference>,
}

/// Where a replay differs first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplayDifference {
    /// The member, or `exit code`.
    pub member: String,
    /// The line in it, from 1; `null` for the exit code, or where only one of the two has the member.
    pub line: Option<usize>,
    /// What was captured there; `null` where there is nothing.
    pub captured: Option<String>,
    /// What the replay has there.
    pub replayed: Option<String>,
}
