//! Exports as products write them, each read by `recharge run` for its total: as it comes, or with one flag.
//!
//! Every value, name and id in `tests/exports` is invented; the shape is as found in public exports.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn exports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports")
}

/// Runs the scenario that only counts over an export.
fn run(file: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(exports()).args(["run", "total.toml", "--format", "json", "--usage"]);
    command.arg(file).args(flags).output().expect("the program runs")
}

/// What a run demanded, or why it was refused.
fn demanded(file: &Path, flags: &[&str]) -> Result<String, String> {
    let output = run(file, flags);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ok(json["demanded"].as_str().expect("it is a quantity").to_owned())
}

/// Prices of the tokens of two exports, as one amount each.
const OPENAI: &str =
    "0.001 * input_uncached_tokens + 0.0001 * input_cached_tokens + 0.004 * output_tokens";
const ANTHROPIC: &str = "0.001 * usage_input_tokens_no_cache + 0.00125 * \
     usage_input_tokens_cache_write_5m + 0.002 * usage_input_tokens_cache_write_1h + 0.0001 * \
     usage_input_tokens_cache_read + 0.005 * usage_output_tokens";

/// File, flag and its value, right total.
const TOTALS: &[(&str, &[&str], &str)] = &[
    ("01-github-ai-credit-17col.csv", &[], "45895.820386"),
    ("02-github-ai-credit-21col.csv", &[], "45442.711267"),
    ("03-github-premium-requests.csv", &[], "5.25"),
    ("05-openai-completions-usage.csv", &["--amount-column", OPENAI], "445.2742"),
    ("05-openai-completions-usage.csv", &[], "197893"),
    ("06-anthropic-console-usage.csv", &["--amount-column", ANTHROPIC], "460.96125"),
    ("07-anthropic-console-cost.csv", &[], "1.384"),
    ("07-anthropic-console-cost.csv", &["--amount-column", "cost_usd=100"], "138.4"),
    ("09-cursor-usage-events.csv", &[], "1234.85"),
    ("11-claude-code-transcript.jsonl", &[], "995"),
    ("12-ccusage-daily.json", &[], "35369"),
    ("12-ccusage-daily.json", &["--amount-column", "totalCost"], "18"),
    ("13-deepseek-amount.csv", &[], "0.037796"),
    ("15-snowflake-warehouse-metering.csv", &[], "11.001333"),
    ("17-databricks-billing-usage.csv", &[], "229.6479"),
    ("18-azure-ea-usage.csv", &[], "0.40116"),
    ("18-azure-ea-usage.csv", &["--where", "ChargeType in ('Usage', 'Refund')"], "0.30116"),
    ("19-gcp-cost-table.csv", &[], "1495"),
    ("19-gcp-cost-table.csv", &["--amount-column", "Unrounded cost ($)"], "1495.003441"),
    ("21-aws-cur.csv", &[], "1.500001"),
    (
        "21-aws-cur.csv",
        &["--where", "lineItem/LineItemType in (Usage, Credit, Refund)"],
        "1.000001",
    ),
    ("23-focus-sample.csv", &[], "11"),
    ("24-smart-meter-preamble.csv", &[], "2.5"),
    ("25-sim-credit-usage.csv", &[], "362"),
    ("27-flexprice-events.csv", &["--account", "cust-a"], "4500"),
    ("27-flexprice-events.csv", &["--account", "*"], "5000"),
    ("28-utc-export-local-month.csv", &[], "595000"),
];

#[test]
fn every_export_gives_its_right_total() {
    for (file, flags, total) in TOTALS {
        assert_eq!(demanded(Path::new(file), flags).as_deref(), Ok(*total), "{file} {flags:?}");
    }
}
