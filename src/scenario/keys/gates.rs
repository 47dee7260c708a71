//! Keys: gates, the conditions on figures that decide the exit code.

use crate::scenario::declare::{Key, KeyTable, Optional};

use super::kinds;

pub const RUN: Key<Vec<String>, Optional> =
    Key::optional("run", kinds::list(&kinds::TEXT, 1, 100), "Gates of `recharge run`.")
        .example("[\"total_spend <= 60.00\"]");
pub const STUDY: Key<Vec<String>, Optional> = Key::optional(
    "study",
    kinds::list(&kinds::TEXT, 1, 100),
    "Gates of `recharge study` and `recharge compare`.",
)
.example("[\"outage_probability <= 5%\", \"advised.total_spend <= 40\"]");
pub const PLAN: Key<Vec<String>, Optional> = Key::optional(
    "plan",
    kinds::list(&kinds::TEXT, 1, 100),
    "Gates of `recharge plan`, on the choices at today's usage.",
)
.example("[\"advised.fill_rate >= 99%\"]");
pub const DIFF: Key<Vec<String>, Optional> = Key::optional(
    "diff",
    kinds::list(&kinds::TEXT, 1, 100),
    "Gates of `recharge diff`, on this scenario as the changed one.",
)
.example("[\"total_spend <= baseline + 5%\"]");
pub const FORECAST: Key<Vec<String>, Optional> = Key::optional(
    "forecast",
    kinds::list(&kinds::TEXT, 1, 100),
    "Gates of `recharge forecast`, on the cycles to come.",
)
.example("[\"this_cycle.outage_probability <= 5%\"]");
pub const FLEET: Key<Vec<String>, Optional> = Key::optional(
    "fleet",
    kinds::list(&kinds::TEXT, 1, 100),
    "Gates of `recharge fleet`, on the sums over all accounts with this scenario, or with it as the changed one.",
)
.example("[\"total_spend >= baseline - 2%\", \"refused <= baseline\"]");
/// Gates.
pub static TABLE: KeyTable = KeyTable {
    name: "gates",
    doc: "Conditions on figures that decide the exit code; see `docs/reference/gates.md`.",
    one_of: &[],
    cases: None,
    keys: &[
        RUN.declared,
        STUDY.declared,
        PLAN.declared,
        DIFF.declared,
        FORECAST.declared,
        FLEET.declared,
    ],
};
