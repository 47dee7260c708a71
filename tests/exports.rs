//! Exports as products write them, each read by `recharge run` for its total: as it comes, or with one flag.
//!
//! Every value, name and id in `tests/exports` is invented; the shape is as found in public exports.

mod results;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

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
    ("31-digitalocean-invoice.csv", &[], "3495.48"),
    ("32-twilio-usage-daily.json", &[], "23.0669"),
    (
        "32-twilio-usage-daily.json",
        &["--where", "category = 'sms'", "--amount-column", "usage"],
        "2351",
    ),
    ("33-sendgrid-stats.json", &[], "12047"),
    ("34-elevenlabs-character-stats.json", &[], "87318"),
    ("35-datadog-hourly-usage.json", &["--where", "usage_type = 'host_count'"], "728"),
    ("36-make-organization-usage.json", &[], "43989.33"),
    ("36-make-organization-usage.json", &["--amount-column", "operations"], "43252"),
    ("37-cloudflare-workers.json", &[], "150156"),
    ("38-linode-invoice.csv", &[], "210.9"),
    ("39-heroku-enterprise-daily.json", &[], "442.5"),
    ("39-heroku-enterprise-daily.json", &["--amount-column", "addons"], "35521"),
    ("40-fal-model-usage.json", &[], "308.925"),
    ("41-newrelic-data-ingest.json", &["--where", "facet = 'TracingBytes'"], "622.4419"),
    ("42-prometheus-query-range.json", &[], "2126.927"),
    ("43-apify-monthly-usage.json", &["--profile", "apify-monthly-usage"], "30.5"),
    ("43-apify-monthly-usage.json", &["--records", "data.dailyServiceUsages"], "30.5"),
    ("44-plivo-messages.json", &[], "0.0485"),
    (
        "44-plivo-messages.json",
        &["--amount-column", "units", "--where", "message_state in ('delivered', 'received')"],
        "6",
    ),
    ("45-mongodb-atlas-invoice.json", &["--profile", "mongodb-atlas-invoice"], "3.43"),
    ("45-mongodb-atlas-invoice.json", &["--records", "lineItems"], "3.43"),
];

/// The outcome of a first try: the right total, or words of the refusal.
type FirstTry = Result<&'static str, &'static str>;

/// Exports of thirteen products, and of two that name nobody: file, right total without a profile or the words
/// of the refusal that show the way out, flags that follow that way, and the total they give.
const WITHOUT_PROFILE: &[(&str, FirstTry, &[&str], &str)] = &[
    (
        "31-digitalocean-invoice.csv",
        Err("may be in any of `hours` (such as 155), `USD` (such as $54.25)"),
        &["--amount-column", "USD", "--where", "product != 'Taxes'"],
        "3495.48",
    ),
    (
        "32-twilio-usage-daily.json",
        Err("`totalprice`: 14 rows, sum 23.0669"),
        &["--where", "category = 'totalprice'"],
        "23.0669",
    ),
    ("33-sendgrid-stats.json", Ok("12047"), &[], "12047"),
    ("34-elevenlabs-character-stats.json", Ok("87318"), &[], "87318"),
    (
        "35-datadog-hourly-usage.json",
        Err("--where \"attributes.measurements.usage_type = 'container_count'\""),
        &["--where", "attributes.measurements.usage_type = 'container_count'"],
        "4480",
    ),
    (
        "36-make-organization-usage.json",
        Err("`operations` (such as 1350), `dataTransfer` (such as 2336850), `centicredits`"),
        &["--amount-column", "centicredits=0.01"],
        "43989.33",
    ),
    ("37-cloudflare-workers.json", Ok("150156"), &[], "150156"),
    ("38-linode-invoice.csv", Err("`Quantity` (such as "), &["--amount-column", "Amount"], "210.9"),
    (
        "39-heroku-enterprise-daily.json",
        Err("may be in any of `addons`"),
        &["--amount-column", "dynos"],
        "442.5",
    ),
    (
        "40-fal-model-usage.json",
        Err("`images`: 20 rows, sum 3,887"),
        &["--amount-column", "quantity * unit_price"],
        "308.925",
    ),
    (
        "41-newrelic-data-ingest.json",
        Err("--where \"usageMetric = 'LoggingBytes'\""),
        &["--where", "usageMetric = 'LoggingBytes'"],
        "782.272",
    ),
    ("42-prometheus-query-range.json", Ok("2126.927"), &[], "2126.927"),
    (
        "43-apify-monthly-usage.json",
        Err("choose one (`--records data.dailyServiceUsages`"),
        &["--records", "data.dailyServiceUsages", "--amount-column", "totalUsageCreditsUsd"],
        "30.5",
    ),
    (
        "44-plivo-messages.json",
        Err("--where \"message_state in ('delivered', 'received')\""),
        &["--amount-column", "total_amount"],
        "0.0485",
    ),
    (
        "45-mongodb-atlas-invoice.json",
        Err("choose one (`--records lineItems`"),
        &["--records", "lineItems", "--amount-column", "totalPriceCents=0.01"],
        "3.43",
    ),
];

#[test]
fn a_parquet_file_is_refused_with_the_command_that_converts_it() {
    // Written by pyarrow 26.
    let said = demanded(Path::new("46-usage.parquet"), &[]).expect_err("it is not read");
    let command = "`duckdb -c \"copy (from '46-usage.parquet') to 'usage.csv'\"`";
    assert!(said.contains("is a Parquet file; convert it") && said.contains(command), "{said}");
}

#[test]
fn an_export_that_no_profile_knows_is_read_right_or_refused_with_a_way_out_that_works() {
    for (file, plain, flags, total) in WITHOUT_PROFILE {
        let nobody = &["--profile", "none"][..];
        match (demanded(Path::new(file), nobody), plain) {
            (Ok(found), right) => assert_eq!(Ok(found.as_str()), *right, "{file}"),
            (Err(said), Err(words)) => assert!(said.contains(words), "{file}: {said}"),
            (Err(said), Ok(_)) => panic!("{file}: {said}"),
        }
        let flags = [nobody, flags].concat();
        assert_eq!(demanded(Path::new(file), &flags).as_deref(), Ok(*total), "{file} {flags:?}");
    }
}

/// Runs a command whose last argument is `-` with these bytes in a pipe.
fn piped(arguments: &[&str], bytes: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(exports()).args(arguments).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A reader that refuses the first of them reads no more.
    let _ = child.stdin.take().expect("it is a pipe").write_all(bytes);
    child.wait_with_output().expect("the program runs")
}

/// What a run of the bytes in a pipe demands, or why it is refused.
fn demanded_of_pipe(bytes: &[u8], flags: &[&str]) -> Result<String, String> {
    let run = ["run", "total.toml", "--format", "json", "--usage", "-"];
    let output = piped(&[&run[..], flags].concat(), bytes);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ok(json["demanded"].as_str().expect("it is a quantity").to_owned())
}

/// What `inspect` finds of an export, with flags and in JSON.
fn inspected(file: &str, flags: &[&str], also: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(exports()).args(["inspect", file]).args(flags).args(also);
    command.output().expect("the program runs")
}

#[test]
fn the_scenario_that_inspect_writes_reads_the_same_total() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (file, flags, total)) in TOTALS.iter().enumerate() {
        let scenario = folder.path().join(format!("{index}.toml"));
        let path = scenario.to_str().unwrap();
        let output = inspected(file, flags, &["--format", "json", "--write", path]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{file}: {said}");
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["problems"], serde_json::json!([]), "{file}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        let ran = command.args(["run", path, "--format", "json"]).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success(), "{file} {flags:?}: {said}\n{}", found["usage_table"]);
        let json: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(json["demanded"].as_str(), Some(*total), "{file} {flags:?}");
    }
}

#[test]
fn every_export_is_read_from_a_pipe_as_from_its_file_packed_or_not() {
    for (file, flags, total) in TOTALS {
        let bytes = std::fs::read(exports().join(file)).unwrap();
        assert_eq!(demanded_of_pipe(&bytes, flags).as_deref(), Ok(*total), "{file}");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&bytes).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(demanded_of_pipe(&packed, flags).as_deref(), Ok(*total), "{file}, gzip");
        let inspected = piped(&[&["inspect", "-"][..], flags].concat(), &bytes);
        assert!(inspected.status.success(), "{file}");
    }
}

#[test]
fn an_export_longer_than_the_first_look_at_a_pipe_is_read_to_its_end() {
    let row = |n: usize| {
        let (day, minute, second) = (n / 1440 % 28 + 1, n / 60 % 24, n % 60);
        format!("2026-01-{day:02}T{minute:02}:{second:02}:00Z")
    };
    let count = 20_000;
    let lines: String = (0..count)
        .map(|n| format!("{{\"time\": \"{}\", \"usage\": {{\"credits\": 2}}}}\n", row(n)))
        .collect();
    let quoted: String =
        (0..count).map(|n| format!("\"{}\",\"a\nb\",\"1,002\"\n", row(n))).collect();
    let above = format!("Usage of January\n\n\"time\",\"note\",\"credits\"\n{quoted}");
    let zstd = compress_to_vec(lines.as_bytes(), CompressionLevel::Fastest);
    for (bytes, total) in
        [(lines.as_bytes(), "40000"), (&zstd[..], "40000"), (above.as_bytes(), "20040000")]
    {
        assert!(bytes.len() > 100_000 || bytes.starts_with(&zstd));
        assert_eq!(demanded_of_pipe(bytes, &[]).as_deref(), Ok(total));
    }
}

#[test]
fn what_is_wrong_with_an_export_in_a_pipe_names_standard_input() {
    let two = "time,unit,credits\n2026-01-05,hours,5\n2026-01-06,tokens,6\n";
    for (bytes, said) in [
        (two.as_bytes(), "2 kinds of rows"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"{\"time\": \"2026-01-05\", \"credits\": 5}\n{\"time\"", "line 2"),
        (&[0x1f, 0x8b, 8, 0, 1][..], "cannot be read"),
    ] {
        let refused = demanded_of_pipe(bytes, &[]).unwrap_err();
        assert!(refused.contains("standard input") && refused.contains(said), "{refused}");
    }
}

#[test]
fn every_inspection_is_one_screen_and_keeps_its_schema() {
    let printed = Command::new(env!("CARGO_BIN_EXE_recharge")).args(["schema", "inspect"]).output();
    let schema: serde_json::Value = serde_json::from_slice(&printed.unwrap().stdout).unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(exports()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".toml") || name.ends_with(".parquet") {
            continue;
        }
        // Documents with several arrays of records are read by the flag that says which.
        let needs_profile = |flags: &&[&str]| flags.first() == Some(&"--profile");
        let known = TOTALS.iter().find(|(file, ..)| *file == name).map(|(_, flags, _)| *flags);
        let flags = known.filter(needs_profile).unwrap_or_default();
        let text = String::from_utf8(inspected(&name, flags, &[]).stdout).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(text.lines().count() <= 45 && widest <= 100, "{widest} wide:\n{text}");
        let json = inspected(&name, flags, &["--format", "json"]).stdout;
        let result = results::valid(&String::from_utf8(json).unwrap());
        assert_eq!(results::schema_of(&result), schema, "{name}");
        seen += 1;
    }
    assert!(seen > 30);
}

#[test]
#[cfg(feature = "html")]
fn an_inspection_is_a_page_with_the_picture_the_sums_and_the_table_to_paste() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("page");
    let output = inspected("40-fal-model-usage.json", &[], &["--report", report.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(report.join("index.html")).unwrap();
    for words in [
        "It adds up to 308.925 (USD) in 40 rows, 1 May 2026 05:00 to 20 May 2026 05:00",
        "An export of fal: usage of models",
        "<pre>[usage]",
        "profile = &quot;fal-model-usage&quot;",
        "2026-05",
        "results.unit_price",
        "the profile names it",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(report.join("usage.svg").is_file());
    // A page of a file that needs a choice says which.
    let other = folder.path().join("other");
    inspected("35-datadog-hourly-usage.json", &[], &["--report", other.to_str().unwrap()]);
    let page = std::fs::read_to_string(other.join("index.html")).unwrap();
    assert!(page.contains("It needs a choice") && page.contains("container_count"), "{page}");
    let markdown = inspected("40-fal-model-usage.json", &[], &["--format", "markdown"]).stdout;
    let markdown = String::from_utf8(markdown).unwrap();
    assert!(
        markdown.contains("| 2026-05 | 308.925 |") && markdown.contains("```\n[usage]"),
        "{markdown}"
    );
    // The file that is read is not written to.
    let clash = inspected("40-fal-model-usage.json", &[], &["--write", "40-fal-model-usage.json"]);
    assert!(!clash.status.success());
}

#[test]
fn an_inspection_is_one_screen_with_what_a_person_needs() {
    let text = |file: &str, flags: &[&str]| {
        let output = inspected(file, flags, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let gcp = text("19-gcp-cost-table.csv", &[]);
    for words in [
        "header in line 9 · 18 columns · 5 rows",
        "An export of Google Cloud: cost table of an invoice",
        "1,495 (USD) in 3 of 5 rows, 1 Jul 2026, time in UTC",
        "Cost ($)          amount             such as 1000.00",
        "1 row is below zero, 15 in all",
        "Line 14 is a total: the file says 1,495, the rows add up to 1,495.",
        "profile = \"gcp-cost-table\"",
    ] {
        assert!(gcp.contains(words), "{words}:\n{gcp}");
    }
    assert!(gcp.lines().count() < 40, "{gcp}");
    let several = text("27-flexprice-events.csv", &[]);
    assert!(
        several.contains("`cust-b`: 1 row, sum 500") && several.contains("--account"),
        "{several}"
    );
}

#[test]
fn what_would_change_cycle_in_another_zone_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(exports().join("total.toml")).unwrap();
    let scenario = folder.path().join("new-york.toml");
    std::fs::write(&scenario, text.replace("zone = \"UTC\"", "zone = \"America/New_York\""))
        .unwrap();
    let months = |flags: &[&str], file: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(exports()).arg("run").arg(&scenario);
        command.args(["--format", "json", "--usage", file]).args(flags);
        let output = command.output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let of = |month: usize| json["cycles"][month]["demanded"].as_str().unwrap().to_owned();
        ((of(2), of(3)), json["attention"].to_string())
    };
    let file = "28-utc-export-local-month.csv";
    let (sums, told) = months(&[], file);
    assert_eq!(sums, ("0".to_owned(), "595000".to_owned()));
    assert!(
        told.contains("would move into another month, 594,300 from 2026-04 to 2026-03"),
        "{told}"
    );
    let (sums, told) = months(&["--usage-zone", "UTC"], file);
    assert_eq!(sums, ("594300".to_owned(), "700".to_owned()));
    assert!(!told.contains("would move"), "{told}");
    let (_, told) = months(&[], "06-anthropic-console-usage.csv");
    assert!(told.contains("on 1 day in UTC that lies in two months in America/New_York"), "{told}");
}

#[test]
fn what_was_read_is_counted_in_figures_and_for_gates() {
    let of = |file: &str, flags: &[&str]| {
        let output = run(Path::new(file), flags);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let names = [
            "rows",
            "skipped_rows",
            "netted_rows",
            "duplicate_rows",
            "left_out_rows",
            "usage_total",
        ];
        (names.map(|name| json[name].to_string()).join(" "), output.status.code())
    };
    let (databricks, code) = of("17-databricks-billing-usage.csv", &["--gate", "netted_rows <= 1"]);
    assert_eq!((databricks.as_str(), code), ("4 0 1 0 0 \"229.6479\"", Some(0)));
    let (transcript, code) =
        of("11-claude-code-transcript.jsonl", &["--gate", "duplicate_rows == 0"]);
    assert_eq!((transcript.as_str(), code), ("7 0 0 3 1 \"995\"", Some(1)));
    let (gcp, _) = of("19-gcp-cost-table.csv", &[]);
    assert_eq!(gcp, "5 0 1 0 2 \"1495\"");
}

/// A job of 30 credits that fails and gives them back two days later, and rows that take back more than there was.
const JOBS: &str =
    "time,credits\n2026-01-02,30\n2026-01-03,8\n2026-01-04,-30\n2026-01-05,9\n2026-01-06,-50\n";

#[test]
fn rows_below_zero_undo_usage_at_their_instants_where_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.csv");
    std::fs::write(&file, JOBS).unwrap();
    let names =
        ["demanded", "netted_rows", "reversed_rows", "given_back", "not_reversed", "usage_total"];
    let of = |file: &Path, flags: &[&str]| {
        let output = run(file, flags);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (names.map(|name| json[name].to_string().replace('"', "")).join(" "), json)
    };
    // The account that only counts serves nothing but with credits.
    let credits = ["--set", "account.opening_balance=100"];
    let unsaid = String::from_utf8(run(&file, &credits).stderr).unwrap();
    assert!(
        unsaid.contains("all add up to -33") && unsaid.contains("--below-zero netted"),
        "{unsaid}"
    );
    let netted = [&credits[..], &["--below-zero", "netted"]].concat();
    assert_eq!(of(&file, &netted).0, "0 2 0 0 0 0");
    let reversed = [&credits[..], &["--below-zero", "reversed"]].concat();
    let (told, json) = of(&file, &reversed);
    assert_eq!(told, "47 0 2 47 33 47");
    let attention = json["attention"].to_string();
    assert!(attention.contains("2 rows are below zero, 80 in all"), "{attention}");
    assert!(
        attention.contains("33 credits that rows took back had not been served before"),
        "{attention}"
    );
    // What is set is what the flag says, and rows may be in any order and in several files.
    let set = [&credits[..], &["--set", "usage.below_zero=reversed"]].concat();
    assert_eq!(of(&file, &set).0, told);
    let (head, rows) = JOBS.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.rotate_left(2);
    std::fs::write(&file, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    assert_eq!(of(&file, &set).0, told);
    let parts = folder.path().join("parts");
    std::fs::create_dir(&parts).unwrap();
    for (number, rows) in rows.chunks(2).enumerate() {
        let part = format!("{head}\n2026-01-01,1\n{}\n", rows.join("\n"));
        std::fs::write(parts.join(format!("{number}.csv")), part).unwrap();
    }
    // Three more credits were asked for, which the last row takes back too.
    assert_eq!(of(&parts, &set).0, "50 0 2 50 30 50");
    // Twice as much is asked for and taken back.
    let twice = [&set[..], &["--set", "usage.scale=2", "--set", "account.opening_balance=200"]];
    assert_eq!(of(&file, &twice.concat()).0, "94 0 2 94 66 94");
}

#[test]
fn credits_that_come_back_come_back_to_the_month_in_which_they_were_bought() {
    let place = tempfile::tempdir().unwrap();
    let scenario = place.path().join("s.toml");
    let rules = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\n[packages.p]\ncredits = 100\nprice = \"10\"\n\
        [recharge]\nat_or_below = 0\npackage = \"p\"\ncredits_expire = \"20 days\"\n";
    std::fs::write(&scenario, rules).unwrap();
    let usage = place.path().join("u.csv");
    std::fs::write(&usage, "time,credits,account\n2026-02-12,40,a\n2026-02-13,-30,a\n").unwrap();
    let usage = usage.to_str().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.args(["fleet", scenario.to_str().unwrap(), "--usage", usage]);
    command.args(["--account-column", "account", "--below-zero", "reversed"]);
    let output = command.args(["--format", "json"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it runs");
    // A pack a 20 days from 1 January on: those of 21 January and 10 February are in February, and of each all but what the
    // row of 12 February has kept expires.
    let vintages = told["base"]["breakage"]["vintages"].as_array().unwrap();
    let found: Vec<[&str; 4]> = vintages
        .iter()
        .map(|one| ["paid", "used", "expired", "left"].map(|key| one[key].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ["20.00", "0.00", "20.00", "0.00"],
            ["10.00", "1.00", "9.00", "0.00"],
            ["20.00", "0.00", "10.00", "10.00"],
        ]
    );
}

#[test]
fn a_study_of_the_history_and_a_fleet_meet_the_same_rows_below_zero() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let rows = JOBS.replace('\n', ",a\n").replacen("credits,a", "credits,customer", 1);
    std::fs::write(path("jobs.csv"), JOBS).unwrap();
    std::fs::write(path("customers.csv"), rows).unwrap();
    let set = ["--set", "usage.below_zero=reversed", "--set", "account.opening_balance=100"];
    let json = |arguments: &[&str]| -> serde_json::Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(exports()).args(arguments).args(set);
        let output = command.args(["--format", "json"]).output().expect("the program runs");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    };
    let (jobs, customers) = (path("jobs.csv"), path("customers.csv"));
    let (jobs, customers) = (jobs.to_str().unwrap(), customers.to_str().unwrap());
    let run = json(&["run", "total.toml", "--usage", jobs]);
    let study = json(&["study", "total.toml", "--usage", jobs, "--set", "study.history=replay"]);
    let fleet = json(&["fleet", "total.toml", "--usage", customers]);
    let (set, flag) = (&set[2..], ["--below-zero", "reversed"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(exports()).args(["fleet", "total.toml", "--usage", customers]);
    let output = command.args(set).args(flag).args(["--format", "json"]).output().unwrap();
    let asked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it runs");
    assert_eq!(asked["given_back"], fleet["given_back"], "the flag is that setting");
    let (study, fleet, asked) = (study.to_string(), fleet.to_string(), asked.to_string());
    assert!(asked.contains("\"given_back\":\"47\""), "{asked}");
    assert_eq!(run["given_back"], "47");
    assert!(study.contains("47"), "{study}");
    assert!(fleet.contains("\"given_back\":\"47\""), "{fleet}");
    assert!(fleet.contains("\"not_reversed\":\"33\""), "{fleet}");
}

#[test]
fn what_cannot_meet_reversals_says_so_and_inspect_names_the_choice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.csv");
    std::fs::write(&file, JOBS).unwrap();
    let said = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        let output = command.current_dir(exports()).args(arguments).output().expect("it runs");
        String::from_utf8([output.stdout, output.stderr].concat()).expect("text")
    };
    let file = file.to_str().unwrap();
    let reversed = ["--usage", file, "--below-zero", "reversed"];
    let page = folder.path().join("page.html");
    let explore = ["explore", "total.toml", "--out", page.to_str().unwrap()];
    let told = said(&[&explore[..], &reversed].concat());
    assert!(told.contains("--below-zero netted"), "{told}");
    assert!(!page.exists());
    let told =
        said(&[&["run", "total.toml", "--set", "usage.spread=uniform"][..], &reversed].concat());
    assert!(told.contains("usage that flows over its time"), "{told}");
    let told = said(&["inspect", file]);
    assert!(told.contains("or say what they do with"), "{told}");
    let told = said(&["inspect", file, "--below-zero", "reversed"]);
    assert!(told.contains("2 rows are below zero") && told.contains("below_zero = "), "{told}");
}

#[test]
fn a_folder_or_a_pattern_is_one_history_and_overlaps_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: &str| {
        std::fs::write(folder.path().join(name), format!("date,credits\n{rows}")).unwrap();
    };
    write("usage-2026-02.csv", "2026-02-01,20\n2026-02-02,5\n");
    write("usage-2026-01.csv", "2026-01-01,10\n2026-01-31,1\n");
    assert_eq!(demanded(folder.path(), &[]).as_deref(), Ok("36"));
    let pattern = folder.path().join("usage-2026-*.csv");
    assert_eq!(demanded(&pattern, &[]).as_deref(), Ok("36"));
    write("usage-2026-03.csv", "2026-02-02,5\n2026-03-01,7\n");
    let output = run(&pattern, &[]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["demanded"], &json["rows"]), (&"48".into(), &6.into()));
    let told = json["attention"].to_string();
    assert!(told.contains("overlap at 2 Feb 2026"), "{told}");
    let refused = demanded(&folder.path().join("none-*.csv"), &[]).unwrap_err();
    assert!(refused.contains("no file"), "{refused}");
}

/// A folder with files of these names and texts.
fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const FIRST: &str =
    "event_id,timestamp,credits\ne1,2026-06-01T10:00:00Z,10\ne2,2026-06-02T10:00:00Z,20\n";
const LATER: &str = "event_id,timestamp,credits\ne2,2026-06-02T10:00:00Z,25\n";
const RESUMED: &str = "{\"type\":\"assistant\",\"timestamp\":\"2026-06-01T10:00:00.000Z\",\"sessionId\":\"s\",\"message\":{\"id\":\"msg_1\",\
     \"model\":\"m\",\"role\":\"assistant\",\"usage\":{\"input_tokens\":100,\"output_tokens\":4,\"cache_read_input_tokens\":0,\
     \"cache_creation_input_tokens\":0}}}\n";
const DBU: &str = "record_id,sku_name,usage_start_time,usage_quantity,record_type,usage_unit\n";

#[test]
fn several_files_are_read_as_if_their_rows_stood_in_one() {
    let original = format!("{DBU}1,S,2026-03-09T10:00:00Z,10,ORIGINAL,DBU\n");
    let corrected = format!(
        "{DBU}2,S,2026-03-09T10:00:00Z,-10,RETRACTION,DBU\n3,S,2026-03-09T10:00:00Z,4,RESTATEMENT,DBU\n"
    );
    let resumed = format!("{RESUMED}{}", RESUMED.replace("msg_1", "msg_2"));
    let day = |rows: &str| format!("Date,Credits\n{rows}");
    let cases: &[(&str, [&str; 2], &[&str], &str)] = &[
        ("an identity counts once, the first", [FIRST, LATER], &["--identity", "event_id"], "30"),
        (
            "or the last in time, whatever the names of the files",
            [LATER, FIRST],
            &["--identity", "event_id", "--keep", "last"],
            "35",
        ),
        ("or all where that is said", [FIRST, LATER], &["--identity", "none"], "55"),
        ("an identity of a profile counts once", [RESUMED, &resumed], &[], "208"),
        ("a correction is taken out of usage in another file", [&original, &corrected], &[], "4"),
        ("the order of reading does not matter to it", [&corrected, &original], &[], "4"),
        (
            "dates that one file leaves open are read as the other shows",
            [&day("06/02/2026,10\n"), &day("06/13/2026,20\n")],
            &[],
            "30",
        ),
        (
            "and so are decimal commas",
            ["Date;Credits\n2026-06-01;1,500\n", "Date;Credits\n2026-06-02;20,25\n"],
            &[],
            "21.75",
        ),
        (
            "a header that gained columns is the same usage",
            [&day("2026-06-01,10\n"), "Date,Region,Credits\n2026-06-02,eu,20\n"],
            &[],
            "30",
        ),
        (
            "files of a product and of none that count the same",
            [&day("2026-06-01,10\n"), "time,credits_used\n2026-06-02,20\n"],
            &[],
            "30",
        ),
        (
            "a file with a header alone counts nothing",
            [&day("2026-06-01,10\n"), &day("")],
            &[],
            "10",
        ),
        (
            "a total is that of its file, also of rows that stand in another",
            [
                "id,Date,Credits\na,2026-06-01,10\n,Total,10\n",
                "id,Date,Credits\na,2026-06-01,10\nb,2026-06-02,20\n,Total,30\n",
            ],
            &["--identity", "id"],
            "30",
        ),
        (
            "accounts are chosen over all files",
            [
                "Date,Customer,Credits\n2026-06-01,acme,10\n",
                "Date,Customer,Credits\n2026-06-02,beta,20\n",
            ],
            &["--account", "acme"],
            "10",
        ),
    ];
    for (what, [one, other], flags, total) in cases {
        let ending = if one.starts_with('{') { "jsonl" } else { "csv" };
        let names = [format!("a.{ending}"), format!("b.{ending}")];
        let folder = folder_of(&[(&names[0], one), (&names[1], other)]);
        let found = demanded(folder.path(), flags);
        assert_eq!(found.as_deref(), Ok(*total), "{what}");
        let inspected = inspected(folder.path().to_str().unwrap(), flags, &["--format", "json"]);
        let said = String::from_utf8_lossy(&inspected.stderr).into_owned();
        assert!(inspected.status.success(), "{what}: {said}");
        let json: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
        assert_eq!(json["problems"], serde_json::json!([]), "{what}");
        assert_eq!(json["rows"]["sum"].as_str(), Some(*total), "{what}");
    }
}

#[test]
fn what_is_never_added_up_in_one_file_is_refused_in_several_with_the_files_and_the_way_out() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "Date,Currency,Cost\n2026-06-01,USD,10\n",
            "Date,Currency,Cost\n2026-06-02,EUR,20\n",
            &["`USD`: ", "`EUR`: ", "--where"],
        ),
        (
            "Date,Charge\n2026-06-01,$10\n",
            "Date,Charge\n2026-06-02,€20\n",
            &["2 units", "`$`", "--where"],
        ),
        (
            "Date,unit,Quantity\n2026-06-01,GB,10\n2026-06-01,GB,1\n",
            "Date,unit,Quantity\n2026-06-02,Hours,20\n2026-06-02,Hours,2\n",
            &["`GB`: ", "`Hours`: ", "--where"],
        ),
        (
            "Date,Customer,Credits\n2026-06-01,acme,10\n2026-06-03,acme,1\n",
            "Date,Customer,Credits\n2026-06-02,beta,20\n",
            &["2 accounts", "`beta`: ", "--account"],
        ),
        (
            "Date,Credits\n2026-06-01,10\n",
            "Date,Tokens\n2026-06-02,5000\n",
            &["`Credits`: ", "`Tokens`: ", "a.csv", "b.csv", "--amount-column"],
        ),
        (
            "Date,Credits\n13/06/2026,10\n",
            "Date,Credits\n06/14/2026,20\n",
            &["`13/06/2026` in line 2 of ", "a.csv", "b.csv", "--date-order"],
        ),
        (
            "Date;Credits\n2026-06-01;1.50\n",
            "Date;Credits\n2026-06-02;20,25\n",
            &["`20,25` in line 2 of ", "--decimal"],
        ),
        (FIRST, LATER, &["the id `e2`", "a.csv too", "--identity event_id"]),
        (
            "event_id,timestamp,credits\ne1,2026-06-01T10:00:00Z,10\n",
            "event_id,timestamp,credits\ne1,2026-06-05T10:00:00Z,10\n",
            &["the id `e1`", "a.csv too", "--identity event_id"],
        ),
        ("Date,Credits\n2026-05-01,x\n", "Date,Credits\n2026-06-01,10\n", &["a.csv", "Credits"]),
        (
            "Date,Credits\n2026-05-01,-4\n",
            "Date,Credits\n2026-06-01,-4\n",
            &["no amount is above zero"],
        ),
    ];
    for (one, other, wanted) in cases {
        let folder = folder_of(&[("a.csv", one), ("b.csv", other)]);
        let refused = demanded(folder.path(), &[]).expect_err(one);
        for part in *wanted {
            assert!(refused.contains(part), "`{part}` is not in: {refused}");
        }
        let inspected = inspected(folder.path().to_str().unwrap(), &[], &["--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
        assert_ne!(json["problems"], serde_json::json!([]), "{one}");
    }
}

#[test]
fn files_that_come_to_the_same_are_asked_about_and_read_alone_or_all() {
    let rows = |from: u32, to: u32, amount: u32| -> String {
        let row = |n| format!("2026-06-0{}T{:02}:00:00Z,{amount}\n", n / 24 + 1, n % 24);
        "timestamp,credits\n".to_owned() + &(from..to).map(row).collect::<String>()
    };
    let days = "date,credits\n2026-06-01,48\n2026-06-02,48\n";
    let all = ["--where", "credits = \"\" or credits != \"\""];
    let folder = folder_of(&[("hours.csv", &rows(0, 48, 2)), ("days.csv", days)]);
    let refused = demanded(folder.path(), &[]).unwrap_err();
    assert!(refused.contains("come to the same, 96, in times that overlap"), "{refused}");
    assert!(refused.contains("--where 'credits = \"\" or credits != \"\"'"), "{refused}");
    assert_eq!(demanded(folder.path(), &all), Ok("192".to_owned()));
    assert_eq!(demanded(&folder.path().join("days.csv"), &[]), Ok("96".to_owned()));
    // One for all beside one for each.
    let folder = folder_of(&[
        ("all.csv", &rows(0, 48, 5)),
        ("first.csv", &rows(0, 48, 3)),
        ("second.csv", &rows(0, 48, 2)),
    ]);
    let refused = demanded(folder.path(), &[]).unwrap_err();
    assert!(refused.contains("all.csv comes to as much as all others together, 240"), "{refused}");
    // One month after another, with as much usage, is one history.
    let folder = folder_of(&[("first.csv", &rows(0, 24, 2)), ("second.csv", &rows(24, 48, 2))]);
    assert_eq!(demanded(folder.path(), &[]), Ok("96".to_owned()));
}

#[test]
fn what_is_told_of_several_files_names_them_as_they_are() {
    let day = |rows: &str| format!("Date,Credits\n{rows}");
    let folder = folder_of(&[
        ("a.csv", &day("2026-06-01,10\n2026-06-02,5\n")),
        ("b.csv", &day("2026-06-02,5\n2026-06-03,7\n")),
        ("c.csv", &day("")),
        ("README.txt", "These files, and others, are ours.\n"),
        ("words.txt", "hello\nworld\n"),
    ]);
    let told = |flags: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(folder.path()).arg("run").arg(exports().join("total.toml"));
        let output =
            command.args(["--usage", ".", "--format", "json"]).args(flags).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    };
    let text = told(&[]);
    for wanted in [
        "3 files are read as one history.",
        "In each file with rows: The time is in column `Date`",
        "The file ./c.csv has a header and no row below it",
        "README.txt",
        "words.txt",
        "The files ./a.csv and ./b.csv overlap at 2 Jun 2026",
        "In ./b.csv: 1 row is identical to an earlier one in every column",
    ] {
        assert!(text.contains(wanted), "`{wanted}` is not in: {text}");
    }
    assert!(!text.contains("A.csv") && !text.contains("B.csv"), "{text}");
}

#[test]
fn all_rows_count_where_an_identity_of_none_says_so() {
    let folder = folder_of(&[("a.csv", &format!("{FIRST}e2,2026-06-02T10:00:00Z,20\n"))]);
    let file = folder.path().join("a.csv");
    assert!(demanded(&file, &[]).unwrap_err().contains("--identity none"));
    assert_eq!(demanded(&file, &["--identity", "none"]).as_deref(), Ok("50"));
    assert_eq!(demanded(&file, &["--identity", "event_id"]).as_deref(), Ok("30"));
}

#[test]
fn an_identity_settles_what_overlaps() {
    let folder = folder_of(&[("a.csv", FIRST), ("b.csv", LATER)]);
    let output = run(folder.path(), &["--identity", "event_id"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["duplicate_rows"], 1);
    assert!(!json["attention"].to_string().contains("overlap"), "{}", json["attention"]);
}

#[test]
fn an_inspection_of_several_files_lists_them_and_writes_a_scenario_that_reads_them() {
    let folder = folder_of(&[
        ("a.csv", "Date,Credits\n2026-06-01,10\n"),
        ("b.csv", "Date,Credits\n2026-07-02,5\n"),
    ]);
    let pattern = folder.path().join("*.csv");
    let scenario = folder.path().join("mine.toml");
    let write = ["--write", scenario.to_str().unwrap()];
    let output = inspected(pattern.to_str().unwrap(), &[], &write);
    let screen = String::from_utf8(output.stdout).unwrap();
    for wanted in [
        "2 files · CSV",
        "15 (Credits) in 2 rows",
        "a.csv: 10 in 1 row, 1 Jun 2026",
        "amount = \"Credits\"",
    ] {
        assert!(screen.contains(wanted), "`{wanted}` is not in:\n{screen}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let ran = command.args(["run", write[1], "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(json["demanded"], "15", "{}", String::from_utf8_lossy(&ran.stderr));
    let files = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    let [a, b] = files.each_ref().map(|path| path.to_str().unwrap());
    let refused = inspected(a, &[], &[b]);
    let said = String::from_utf8(refused.stderr).unwrap();
    let quoted = format!("recharge inspect '{}'", pattern.display());
    assert!(said.contains(&quoted), "{said}");
}

#[test]
fn the_layout_of_a_table_can_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.csv");
    std::fs::write(&file, "2026-05-01,10\n2026-05-02,20\n").unwrap();
    assert!(demanded(&file, &[]).unwrap_err().contains("header"));
    assert_eq!(demanded(&file, &["--set", "usage.header_line=none"]).as_deref(), Ok("30"));
    std::fs::write(&file, "a,b\n1,2\n\ndate,credits\n2026-05-01,10\n").unwrap();
    assert_eq!(demanded(&file, &["--set", "usage.header_line=4"]).as_deref(), Ok("10"));
}

#[test]
fn every_export_gives_its_right_total() {
    for (file, flags, total) in TOTALS {
        assert_eq!(demanded(Path::new(file), flags).as_deref(), Ok(*total), "{file} {flags:?}");
    }
}

#[test]
fn a_profile_of_ten_lines_of_the_users_own_reads_a_file_and_tells_new_columns() {
    let folder = tempfile::tempdir().unwrap();
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/usage.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let (_, from) =
        guide.split_once("```toml\ntitle = \"Our gateway\"").expect("the guide shows one");
    let (rest, _) = from.split_once("```").unwrap();
    let profile = format!("title = \"Our gateway\"{rest}");
    assert!(profile.lines().count() <= 10, "{profile}");
    let mine = folder.path().join("mine.toml");
    let known = profile.replacen("[usage]", "columns = [\"note\"]\n[usage]", 1);
    std::fs::write(&mine, &profile).unwrap();
    let file = folder.path().join("gateway.csv");
    let rows = "2026-05-01 10:00:00,billable,3,a\n2026-05-01 11:00:00,free,40,b\n2026-05-02 00:00:00,billable,4,c\n";
    std::fs::write(&file, format!("ts,kind,units,note\n{rows}")).unwrap();
    let flags = ["--profile", mine.to_str().unwrap()];
    assert_eq!(demanded(&file, &flags).as_deref(), Ok("7"));
    // A column that neither the profile nor its list knows is told, in a run and in an inspection.
    std::fs::write(&mine, known).unwrap();
    std::fs::write(
        &file,
        format!("ts,kind,units,note,bonus_units\n{}", rows.replace('\n', ",5\n")),
    )
    .unwrap();
    assert_eq!(demanded(&file, &flags).as_deref(), Ok("7"));
    let told = inspected(file.to_str().unwrap(), &flags, &[]).stdout;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("does not know 1 column") && told.contains("`bonus_units`"), "{told}");
    let ran = Command::new(env!("CARGO_BIN_EXE_recharge"))
        .current_dir(exports())
        .args(["run", "total.toml", "--usage", file.to_str().unwrap()])
        .args(flags)
        .output()
        .unwrap();
    let ran = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.contains("columns that it does not know: bonus_units"), "{ran}");
}

/// What a command says of a sample export where it refuses it.
fn refused(command: &str, file: &str, flags: &[&str]) -> String {
    let file = exports().join(file);
    let file = file.to_str().expect("it is a name in ASCII");
    let words = match command {
        "compare" => ["compare", "--usage", file],
        command => [command, "--quiet", file],
    };
    let output = Command::new(env!("CARGO_BIN_EXE_recharge")).args(words).args(flags).output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{command} {file} {flags:?}: {said}");
    said
}

#[test]
fn money_in_the_currency_of_a_column_is_no_other_money_and_no_credits() {
    let azure = "18-azure-ea-usage.csv";
    for (command, vendor, unit) in [
        ("advise", "openai", "dollars"),
        ("advise", "product-classifier", "credits"),
        ("compare", "openai,telnyx", ""),
    ] {
        let said = refused(command, azure, &["--vendor", vendor]);
        assert!(said.contains("the export counts CAD"), "{vendor}: {said}");
        assert!(said.contains(unit) && said.contains("CostInBillingCurrency"), "{vendor}: {said}");
    }
    // The currency of an invoice stands above its table.
    let said = refused("advise", "19-gcp-cost-table.csv", &["--vendor", "product-classifier"]);
    assert!(said.contains("the export counts USD"), "{said}");
    // What a column of units says is the unit, by its name.
    let said = refused("advise", "23-focus-sample.csv", &["--vendor", "openai"]);
    assert!(said.contains("the export counts Requests, and openai counts dollars"), "{said}");
}

#[test]
fn the_way_out_of_another_unit_names_the_columns_and_kinds_of_the_export_and_is_taken() {
    for (file, column) in [
        ("03-github-premium-requests.csv", "--amount-column 'Requests Used=FACTOR'"),
        ("24-smart-meter-preamble.csv", "--amount-column"),
    ] {
        let said = refused("advise", file, &["--vendor", "openai"]);
        assert!(said.contains(column) && !said.contains("HEADER"), "{file}: {said}");
    }
    let said = refused("advise", "01-github-ai-credit-17col.csv", &["--vendor", "openai"]);
    assert!(!said.contains("one factor for all rows"), "{said}");
    let way_out = said.lines().find_map(|line| line.split_once("as --set ").map(|(_, set)| set));
    // As a shell reads it, with a price.
    let set = way_out.expect("a way out is offered").trim().trim_matches('\'');
    let set = set.replace("'\\''", "'").replace("FACTOR", "0.01");
    let total = demanded(Path::new("01-github-ai-credit-17col.csv"), &["--set", &set]);
    assert_eq!(total.as_deref(), Ok("458.958204"), "{set}");
}

#[test]
fn rows_that_no_meter_takes_are_told_with_their_kind_and_columns_that_are_left_out_with_their_names()
 {
    let meter =
        "usage.meters=[{ where = \"unit_type = 'ai-credits'\", amount = \"0.01 * quantity\" }]";
    let said =
        refused("advise", "01-github-ai-credit-17col.csv", &["--vendor", "openai", "--set", meter]);
    assert!(said.contains("2 rows are of a kind that no meter takes"), "{said}");
    assert!(said.contains("`unit_type` is `requests`"), "{said}");
    let file = exports().join("06-anthropic-console-usage.csv");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let some = ["--amount-column", "usage_output_tokens=0.000015"];
    let output = command.arg("advise").arg(file).args(["--vendor", "openai"]).args(some).output();
    let told = String::from_utf8(output.expect("the program runs").stdout).expect("it is text");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for column in [
        "usage_input_tokens_no_cache",
        "usage_input_tokens_cache_write_5m",
        "usage_input_tokens_cache_write_1h",
        "usage_input_tokens_cache_read",
    ] {
        assert!(told.contains(&format!("`{column}`")), "{told}");
    }
    assert!(
        told.contains("are left out, as only `usage_output_tokens` is chosen of what it adds up"),
        "{told}"
    );
    assert!(told.contains("for a FACTOR in dollars"), "{told}");
    // What is chosen in its parts is not left out; without one of them it is.
    let file = exports().join("05-openai-completions-usage.csv");
    let advised = |columns: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.arg("advise").arg(&file).args(["--vendor", "openai"]);
        command.args(columns.iter().flat_map(|column| ["--amount-column", column]));
        let output = command.output().expect("the program runs");
        let told = String::from_utf8(output.stdout).expect("it is text");
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let parts =
        ["input_uncached_tokens=0.00125", "input_cached_tokens=0.000125", "output_tokens=0.01"];
    let whole = advised(&parts);
    assert!(
        whole.contains("0.00125 × `input_uncached_tokens`") && !whole.contains("left out, as only"),
        "{whole}"
    );
    let part = advised(&parts[1..]);
    assert!(
        part.contains("`input_tokens`")
            && part.contains("is left out, as only `output_tokens` is chosen"),
        "{part}"
    );
}

#[test]
fn the_scenario_that_inspect_writes_states_the_unit_that_the_file_names() {
    let folder = tempfile::tempdir().unwrap();
    for (file, unit, currency) in [
        ("06-anthropic-console-usage.csv", "tokens", "USD"),
        ("07-anthropic-console-cost.csv", "USD", "USD"),
        ("18-azure-ea-usage.csv", "CAD", "CAD"),
        ("24-smart-meter-preamble.csv", "kWh", "USD"),
    ] {
        let path = folder.path().join(file.replace(".csv", ".toml"));
        let output = inspected(file, &[], &["--write", path.to_str().unwrap()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("its credits are {unit}, as the file says")), "{said}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("\nunit = \"{unit}\"\n")), "{file}: {text}");
        assert!(text.contains(&format!("\ncurrency = \"{currency}\"\n")), "{file}: {text}");
    }
    // A header is no unit.
    let path = folder.path().join("plain.toml");
    let usage = folder.path().join("plain.csv");
    std::fs::write(&usage, "time,value\n2026-01-01T10:00:00Z,5\n2026-01-01T11:07:00Z,6\n").unwrap();
    inspected(usage.to_str().unwrap(), &[], &["--write", path.to_str().unwrap()]);
    assert!(!std::fs::read_to_string(&path).unwrap().contains("\nunit = "));
}
