//! Each kind of thing that real exports do, in another dress than the exports in `tests/exports` have, with its
//! right total worked out by hand.

use std::path::Path;
use std::process::Command;

/// The total that a run over this text demands, or why it was refused.
fn total(name: &str, bytes: &[u8], flags: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).expect("the folder is new");
    total_of(&file, flags)
}

fn total_of(file: &Path, flags: &[&str]) -> Result<String, String> {
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/total.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.arg("run").arg(scenario).args(["--format", "json", "--usage"]).arg(file).args(flags);
    let output = command.output().expect("the program runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ok(json["demanded"].as_str().expect("it is a quantity").to_owned())
}

/// Checks files: name, text, flags, right total.
fn check(files: &[(&str, &str, &[&str], &str)]) {
    for (name, text, flags, right) in files {
        assert_eq!(total(name, text.as_bytes(), flags).as_deref(), Ok(*right), "{name}:\n{text}");
    }
}

#[test]
fn rows_of_json_lie_in_pages_days_lists_and_tables_of_cells() {
    let page = |day: u32, value: &str| {
        format!(
            "{{\"object\":\"page\",\"data\":[{{\"object\":\"bucket\",\"start_time\":{},\"end_time\":{},\
             \"results\":[{{\"object\":\"costs\",\"amount\":{{\"value\":{value},\"currency\":\"usd\"}},\
             \"line_item\":\"input\"}},{{\"object\":\"costs\",\"amount\":{{\"value\":0.25,\
             \"currency\":\"usd\"}},\"line_item\":\"output\"}}]}},{{\"object\":\"bucket\",\
             \"start_time\":{},\"end_time\":{},\"results\":[]}}],\"has_more\":false,\"next_page\":null}}",
            1_777_593_600 + day * 86_400,
            1_777_680_000 + day * 86_400,
            1_777_680_000 + day * 86_400,
            1_777_766_400 + day * 86_400,
        )
    };
    let pages = format!("{}\n{}\n", page(0, "1.5"), page(2, "0.125"));
    check(&[
        ("one-page.json", &page(0, "1.5"), &[], "1.75"),
        ("pages.jsonl", &pages, &[], "2.125"),
        ("pages-without-a-profile.jsonl", &pages, &["--profile", "none"], "2.125"),
        (
            "cost-api.json",
            r#"{"data":[{"starting_at":"2026-05-01T00:00:00Z","ending_at":"2026-05-02T00:00:00Z","results":[
                {"currency":"USD","amount":"123.45","cost_type":"tokens"},
                {"currency":"USD","amount":"0.55","cost_type":"web_search"}]}],"has_more":false}"#,
            &[],
            "1.24",
        ),
        (
            "usage-api.json",
            r#"{"data":[{"starting_at":"2026-05-01T00:00:00Z","ending_at":"2026-05-02T00:00:00Z","results":[
                {"uncached_input_tokens":1000,"cache_creation":{"ephemeral_1h_input_tokens":5,
                 "ephemeral_5m_input_tokens":7},"cache_read_input_tokens":20,"output_tokens":300,
                 "server_tool_use":{"web_search_requests":9}}]}]}"#,
            &[],
            "1332",
        ),
        (
            "cost-explorer-api.json",
            r#"{"ResultsByTime":[{"TimePeriod":{"Start":"2026-05-01","End":"2026-05-02"},"Total":{},"Groups":[
                {"Keys":["EC2"],"Metrics":{"UnblendedCost":{"Amount":"1.5","Unit":"USD"}}},
                {"Keys":["S3"],"Metrics":{"UnblendedCost":{"Amount":"0.25","Unit":"USD"}}}],"Estimated":false}]}"#,
            &[],
            "1.75",
        ),
        (
            "query.json",
            r#"{"properties":{"nextLink":null,"columns":[{"name":"PreTaxCost","type":"Number"},
                {"name":"UsageDate","type":"Number"},{"name":"Currency","type":"String"}],
                "rows":[[1.5,20260501,"USD"],[2.25,20260502,"USD"]]}}"#,
            &[],
            "3.75",
        ),
        (
            "header-row.json",
            r#"[["day","credits"],["2026-05-01",3],["2026-05-02",4.5]]"#,
            &[],
            "7.5",
        ),
        (
            "metric-data.json",
            r#"{"MetricDataResults":[{"Id":"m1","Label":"tokens","Timestamps":["2026-05-01T00:00:00Z",
                "2026-05-01T01:00:00Z"],"Values":[10.0,2.5],"StatusCode":"Complete"}],"Messages":[]}"#,
            &[],
            "12.5",
        ),
        // A day that has an amount counts by it, and not once more by its parts.
        (
            "days-with-parts.json",
            r#"[{"date":"2026-05-01","credits":5,"parts":[{"credits":2},{"credits":3}]},
                {"date":"2026-05-02","credits":7,"parts":[{"credits":7}]}]"#,
            &[],
            "12",
        ),
        (
            "events.jsonl",
            "{\"lago_id\":\"a\",\"transaction_id\":\"t1\",\"external_subscription_id\":\"s\",\"code\":\"tokens\",\
             \"timestamp\":\"2026-05-01T00:00:00Z\",\"properties\":{\"total\":\"12\"}}\n\
             {\"lago_id\":\"b\",\"transaction_id\":\"t1\",\"external_subscription_id\":\"s\",\"code\":\"tokens\",\
             \"timestamp\":\"2026-05-01T00:00:00Z\",\"properties\":{\"total\":\"12\"}}\n",
            &[],
            "12",
        ),
    ]);
}

#[test]
fn the_same_product_is_known_in_its_other_files() {
    check(&[
        (
            "euro.csv",
            "Invoice number,1\nTotal amount due,\"€30.50\"\n\nProject ID,SKU description,Cost type,Usage start date,\
             Usage end date,Usage amount,Usage unit,Cost (€)\np,Core,Usage,2026-05-01,2026-05-31,\"1,000\",hour,10.00\n\
             p,RAM,Usage,2026-05-01,2026-05-31,5,gibibyte,20.50\n,,Total,,,,,30.50\n",
            &[],
            "30.5",
        ),
        (
            "focus-as-lines.jsonl",
            "{\"BilledCost\":0.5,\"BillingCurrency\":\"USD\",\"ChargeCategory\":\"Usage\",\"ChargePeriodStart\":\
             \"2026-05-01T00:00:00.000Z\",\"ConsumedQuantity\":2.5,\"ConsumedUnit\":\"GB-Hours\",\"Tags\":{\"a\":\"b\"}}\n\
             {\"BilledCost\":0.7,\"BillingCurrency\":\"USD\",\"ChargeCategory\":\"Tax\",\"ChargePeriodStart\":\
             \"2026-05-01T00:00:00.000Z\",\"ConsumedQuantity\":null,\"ConsumedUnit\":null,\"Tags\":{}}\n",
            &[],
            "2.5",
        ),
        // Money for different units may be added up.
        (
            "focus-money.csv",
            "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,ConsumedUnit\n\
             1.5,USD,Usage,2026-05-01T00:00:00Z,3,Hours\n0.25,USD,Usage,2026-05-01T00:00:00Z,7,GB\n",
            &["--amount-column", "BilledCost"],
            "1.75",
        ),
        (
            "monthly.json",
            r#"{"monthly":[{"month":"2026-04","inputTokens":1,"outputTokens":2,"totalTokens":3,"totalCost":0.5,
                "modelBreakdowns":[{"modelName":"m","inputTokens":1}]},{"month":"2026-05","inputTokens":4,
                "outputTokens":5,"totalTokens":9,"totalCost":0.5,"modelBreakdowns":[]}],
                "totals":{"totalTokens":12,"totalCost":1.0}}"#,
            &[],
            "12",
        ),
        (
            "sessions.json",
            r#"{"sessions":[{"sessionId":"a","inputTokens":1,"outputTokens":2,"totalTokens":3,"totalCost":0.5,
                "lastActivity":"2026-05-30"}],"totals":{"totalTokens":3}}"#,
            &[],
            "3",
        ),
        (
            "blocks.json",
            r#"{"blocks":[{"id":"2026-05-01T05:00:00.000Z","startTime":"2026-05-01T05:00:00.000Z",
                "endTime":"2026-05-01T10:00:00.000Z","isGap":false,"totalTokens":30,"costUSD":0.5},
                {"id":"gap-1","startTime":"2026-05-01T10:00:00.000Z","endTime":"2026-05-01T15:00:00.000Z",
                "isGap":true,"totalTokens":0,"costUSD":0}]}"#,
            &[],
            "30",
        ),
        (
            "billed.csv",
            "USAGE_DATE,SERVICE_TYPE,CREDITS_USED,CREDITS_ADJUSTMENT_CLOUD_SERVICES,CREDITS_BILLED\n\
             2026-05-01,WAREHOUSE_METERING,1.05,-0.05,1.00\n2026-05-02,WAREHOUSE_METERING,2.10,-0.10,2.00\n",
            &[],
            "3",
        ),
        (
            "export.jsonl",
            "{\"service\":{\"id\":\"A\",\"description\":\"Compute\"},\"sku\":{\"id\":\"B\",\"description\":\"Core\"},\
             \"usage_start_time\":\"2026-05-01 00:00:00 UTC\",\"usage_end_time\":\"2026-05-01 01:00:00 UTC\",\
             \"cost\":0.5,\"currency\":\"USD\",\"usage\":{\"amount\":3600,\"unit\":\"seconds\"},\"credits\":[]}\n\
             {\"service\":{\"id\":\"A\",\"description\":\"Compute\"},\"sku\":{\"id\":\"B\",\"description\":\"Core\"},\
             \"usage_start_time\":\"2026-05-01 01:00:00 UTC\",\"usage_end_time\":\"2026-05-01 02:00:00 UTC\",\
             \"cost\":0.25,\"currency\":\"USD\",\"usage\":{\"amount\":1800,\"unit\":\"seconds\"},\"credits\":[]}\n",
            &[],
            "0.75",
        ),
    ]);
}

#[test]
fn headers_numbers_and_dates_are_read_in_the_dress_of_their_country() {
    check(&[
        (
            "meter.csv",
            "Zeitstempel;Verbrauch (kWh);Zähler\n01.05.2026 00:00;0,125;Z1\n13.05.2026 01:00;1.000,5;Z1\n",
            &[],
            "1000.625",
        ),
        ("swiss.csv", "Date;Amount\n2026-05-01;1'234.50\n2026-05-02;0.50\n", &[], "1235"),
        (
            "french.csv",
            "Date;Amount\n2026-05-01;1\u{202f}234,50 €\n2026-05-02;0,50 €\n",
            &[],
            "1235",
        ),
        ("accounting.csv", "Date,Amount\n2026-05-01,$100.00\n2026-05-01,($12.50)\n", &[], "87.5"),
        ("hours.csv", "Date,Hour,MWh\n2026-05-01,0,2\n2026-05-01,1,3\n2026-05-01,23,4\n", &[], "9"),
        ("months.csv", "Month,Credits\n2026-01,30\n2026-02,12\n", &[], "42"),
        ("month-names.csv", "Month,Credits\nJanuary 2026,30\nFeb 2026,12\n", &[], "42"),
        ("compact.csv", "Day,Units\n20260501,3\n20260502,4\n", &[], "7"),
        ("old-mac.csv", "date,credits\r2026-05-01,3\r2026-05-02,4\r", &[], "7"),
        // A label with digits is no number.
        ("label.csv", "date,usage,node\n2026-05-01,3,n1\n2026-05-02,4,n2\n", &[], "7"),
        // Tiny amounts are added up before they are rounded.
        (
            "tiny.csv",
            "date,amount\n2026-05-01,0.0000004\n2026-05-02,4E-07\n2026-05-03,0.0000004\n",
            &[],
            "0.000001",
        ),
    ]);
}

#[test]
fn total_rows_stand_first_or_last_with_separators_and_have_to_tie() {
    let days: String = (1..=20).map(|day| format!("2026-05-{day:02},\"1,250.5\"\n")).collect();
    check(&[
        (
            "last.csv",
            &format!(
                "Usage report\nAccount: Example\n\nDay,Credits used\n{days}Total,\"25,010.0\"\n"
            ),
            &[],
            "25010",
        ),
        ("first.csv", &format!("Day,Credits used\nTotal,\"25,010\"\n{days}"), &[], "25010"),
        ("blank.csv", &format!("Day,Credits used\n{days},\"25,010\"\n"), &[], "25010"),
        (
            "ignored.csv",
            &format!("Day,Credits used\n{days}Total,\"26,000\"\n"),
            &["--totals", "ignore"],
            "25010",
        ),
    ]);
    let sections = "date,item,credits\n2026-05-01,a,5\n2026-05-01,b,7\nSubtotal,,12\n2026-05-02,a,1\n\
                    2026-05-02,b,2\nSubtotal,,3\nGrand total,,15\n";
    check(&[("sections.csv", sections, &[], "15")]);
    for (name, text) in [
        ("off.csv", format!("Day,Credits used\n{days}Total,\"26,000\"\n")),
        ("off-first.csv", format!("Day,Credits used\nGrand total,\"24,000\"\n{days}")),
        (
            "off-semicolons.csv",
            "Tag;Credits\n01.05.2026;1.000,5\n13.05.2026;2.000,5\nTotal;3.000,0\n".to_owned(),
        ),
    ] {
        let refused = total(name, text.as_bytes(), &[]).expect_err(name);
        assert!(
            refused.contains("is a total of") && refused.contains("--totals ignore"),
            "{refused}"
        );
    }
}

#[test]
fn amounts_that_are_all_below_zero_are_refused_with_both_ways_out() {
    let text = "date,Cost (USD)\n2026-05-01,-5\n2026-05-02,-6\n";
    let refused = total("negative.csv", text.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("--amount-column '-1 * `Cost (USD)`'"), "{refused}");
    assert!(
        refused.contains("corrections or refunds") && refused.contains("into one file"),
        "{refused}"
    );
    let with_usage = format!("{text}2026-05-01,40\n");
    assert_eq!(total("together.csv", with_usage.as_bytes(), &[]).as_deref(), Ok("29"));
    let flags = ["--amount-column", "-1 * `Cost (USD)`"];
    assert_eq!(total("negative.csv", text.as_bytes(), &flags).as_deref(), Ok("11"));
}

#[test]
fn the_reading_of_a_meter_that_runs_on_is_not_added_up_unless_it_is_chosen() {
    let text = "date,reading kWh\n2026-05-01,1000\n2026-05-02,1003\n";
    let refused = total("meter.csv", text.as_bytes(), &[]).unwrap_err();
    assert!(
        refused.contains("the only numbers are in column `reading kWh` (such as 1000)"),
        "{refused}"
    );
    let flags = ["--amount-column", "reading kWh"];
    assert_eq!(total("meter.csv", text.as_bytes(), &flags).as_deref(), Ok("2003"));
}

#[test]
#[cfg(feature = "xlsx")]
fn a_workbook_has_to_tie_to_its_total_row_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.xlsx");
    let write = |total: f64| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "Usage report").unwrap();
        for (column, name) in ["Date", "Service", "Credits"].into_iter().enumerate() {
            sheet.write(2, column as u16, name).unwrap();
        }
        for day in 1..=20 {
            sheet.write(2 + day, 0, format!("2026-05-{day:02}")).unwrap();
            sheet.write(2 + day, 1, "a").unwrap();
            sheet.write(2 + day, 2, 1250.5).unwrap();
        }
        sheet.write(23, 0, "Total").unwrap();
        sheet.write(23, 2, total).unwrap();
        book.save(&file).unwrap();
    };
    write(25_010.0);
    assert_eq!(total_of(&file, &[]).as_deref(), Ok("25010"));
    write(26_000.0);
    let refused = total_of(&file, &[]).unwrap_err();
    assert!(refused.contains("is a total of 26,000"), "{refused}");
    assert_eq!(total_of(&file, &["--totals", "ignore"]).as_deref(), Ok("25010"));
}

#[test]
fn a_condition_that_a_message_offers_can_be_pasted_into_a_shell() {
    let text = "date,Charge Type,amount\n2026-05-01,Usage,5\n2026-05-02,Tax,6\n";
    let refused = total("kinds.csv", text.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("--where '`Charge Type` = \"Usage\"'"), "{refused}");
    let flags = ["--where", "`Charge Type` = \"Usage\""];
    assert_eq!(total("kinds.csv", text.as_bytes(), &flags).as_deref(), Ok("5"));
}

/// Rows of a table that begins like one that is read plainly: a column with a word of kinds, the same in the first
/// rows.
fn rows_of_kinds(kind: impl Fn(usize) -> &'static str) -> String {
    let row = |n: usize| {
        let (day, hour, minute) = (1 + n / 1_440, n / 60 % 24, n % 60);
        format!("2026-05-{day:02}T{hour:02}:{minute:02}:00Z,{},1\n", kind(n))
    };
    format!("time,what,credits\n{}", (0..4_000).map(row).collect::<String>())
}

#[test]
fn a_word_of_kinds_that_changes_late_is_found_wherever_it_stands() {
    let usage = rows_of_kinds(|_| "usage");
    check(&[("usage.csv", &usage, &[], "4000")]);
    let charged = rows_of_kinds(|_| "charge");
    check(&[("one-kind.csv", &charged, &[], "4000")]);
    let bought = rows_of_kinds(|_| "purchase");
    let refused = total("one-kind.csv", bought.as_bytes(), &[]).expect_err("nothing is used");
    assert!(refused.contains("credits that come in, and no usage"), "{refused}");
    check(&[("one-kind.csv", &bought, &["--where", "what = 'purchase'"], "4000")]);
    let asked = rows_of_kinds(|_| "question");
    check(&[("one-kind.csv", &asked, &[], "4000")]);
    for late in [1, 999, 1_000, 1_999, 2_000, 2_001, 3_999] {
        let mixed = rows_of_kinds(|n| if n == late { "purchase" } else { "usage" });
        let refused = total("mixed.csv", mixed.as_bytes(), &[]).expect_err("two kinds");
        assert!(refused.contains("`purchase`: 1 row, sum 1"), "row {late}: {refused}");
        let chosen = total("mixed.csv", mixed.as_bytes(), &["--where", "what = \"usage\""]);
        assert_eq!(chosen.as_deref(), Ok("3999"), "row {late}");
        // Another word that says nothing of a kind is added up, as it is where all rows are read for their meaning.
        let other = rows_of_kinds(|n| if n == late { "" } else { "usage" });
        check(&[("blank.csv", &other, &[], "4000")]);
    }
}

#[test]
fn a_row_that_is_shorter_than_the_header_is_refused_whatever_stands_in_the_others() {
    let header = "timestamp,unit,amount,note\n";
    for (unit, rows) in [("requests", 3), ("requests", 3_000), ("", 3)] {
        let row = |n: usize| {
            let at = format!("2026-05-0{}T{:02}:{:02}:00Z", 1 + n / 1_440, n / 60 % 24, n % 60);
            match n + 1 == rows {
                true => format!("{at},{unit},7\n"),
                false => format!("{at},{unit},10,x\n"),
            }
        };
        let text = header.to_owned() + &(0..rows).map(row).collect::<String>();
        let refused = total("short.csv", text.as_bytes(), &[]).expect_err("a cell is missing");
        assert!(refused.contains(&format!("line {}", rows + 1)), "{refused}");
        let right = 10 * (rows - 1) + 7;
        check(&[("short.csv", &text, &["--pad-short-rows"], &right.to_string())]);
    }
}

#[test]
fn a_file_that_may_be_cut_is_told_with_a_unit_that_is_the_same_in_every_row() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let file = folder.path().join("cut.csv");
    for (end, is_told) in [("\n", false), ("", true)] {
        let text = format!(
            "time,unit,credits\n2026-05-01T10:00Z,credits,5\n2026-05-02T10:00Z,credits,5{end}"
        );
        std::fs::write(&file, text).expect("the folder is new");
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/total.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        let output = command.arg("run").arg(scenario).arg("--usage").arg(&file).output();
        let told = String::from_utf8_lossy(&output.expect("the program runs").stdout).into_owned();
        assert!(told.contains("2 usage events asking for 10 credits"), "{told}");
        assert_eq!(told.contains("has no line end"), is_told, "{told}");
    }
}

/// What a run says of amounts under a header, in a scenario that calls what it counts so; or why it is refused.
fn told_of_unit(unit: &str, header: &str, flags: &[&str]) -> Result<String, String> {
    told_of_usage(unit, &format!("time,model,{header}\n2026-06-01T00:00:00Z,a,7\n"), flags)
}

/// The same of a file with this text.
fn told_of_usage(unit: &str, text: &str, flags: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("the folder is new");
        path
    };
    let usage = write("usage.csv", text);
    let rules = "currency = \"USD\"\nstart = 2026-06-01\nend = 2026-07-01\nplan = \"all\"\n[plans.all]\nallowance = 100\n";
    let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"\n") };
    let scenario = write("scenario.toml", &format!("{unit}{rules}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command
        .arg("run")
        .arg(scenario)
        .arg("--format")
        .arg("json")
        .arg("--usage")
        .arg(usage)
        .args(flags);
    let output = command.output().expect("the program runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let choices = json["usage_choices"].as_array().expect("it is a list");
    let told = choices.iter().filter_map(|choice| choice.as_str());
    Ok(told.filter(|choice| choice.contains("taken as")).collect())
}

#[test]
fn amounts_of_another_unit_are_refused_and_amounts_of_none_are_told() {
    for (unit, header) in
        [("dollars", "tokens"), ("tasks", "total_tokens"), ("credits", "tokens"), ("USD", "Hours")]
    {
        let refused = told_of_unit(unit, header, &[]).expect_err("it counts something else");
        assert!(refused.contains(&format!("counts {unit}")), "{refused}");
        assert!(refused.contains(&format!("--amount-column {header}=")), "{refused}");
        let factor = format!("{header}=0.5");
        assert_eq!(told_of_unit(unit, header, &["--amount-column", &factor]).as_deref(), Ok(""));
    }
    let of = |unit: &str, header: &str| told_of_unit(unit, header, &[]).unwrap();
    let taken =
        "Amounts are taken as dollars; give `--amount-column amount=FACTOR` if they are not.";
    assert_eq!(of("dollars", "amount"), taken);
    assert!(of("tasks", "credits").starts_with("Amounts are taken as tasks;"));
    let counted = "Amounts count tokens and are taken as credits; give `--amount-column tokens=FACTOR` if they are not.";
    assert_eq!(of("", "tokens"), counted);
    for (unit, header) in [
        ("", "amount"),
        ("tokens", "total_tokens"),
        ("credits", "credits"),
        ("dollars", "cost_usd"),
    ] {
        assert_eq!(of(unit, header), "", "{unit} {header}");
    }
}

#[test]
fn a_currency_beside_a_plain_cost_is_its_unit_for_both_readers() {
    // The second has lines above its header, which the plain reader does not read.
    for above in ["", "Costs of June\n\n"] {
        let of = |unit: &str, currency: &str, flags: &[&str]| {
            let row = |day: u8| format!("2026-06-0{day}T00:00:00Z,a,{day}.5,{currency}\n");
            let text = format!("{above}time,model,Cost,Currency\n{}{}", row(1), row(2));
            told_of_usage(unit, &text, flags)
        };
        assert_eq!(of("dollars", "USD", &[]).as_deref(), Ok(""), "{above:?}");
        assert_eq!(of("dollars", "usd", &[]).as_deref(), Ok(""), "{above:?}");
        let told = of("", "EUR", &[]).expect("credits may be anything");
        assert_eq!(
            told,
            "Amounts count EUR and are taken as credits; give `--amount-column Cost=FACTOR` if they are not."
        );
        for (unit, currency) in [("dollars", "EUR"), ("tasks", "USD"), ("credits", "USD")] {
            let refused = of(unit, currency, &[]).expect_err("it counts something else");
            assert!(refused.contains(&format!("counts {currency}")), "{above:?}: {refused}");
            assert!(refused.contains("--amount-column Cost=FACTOR"), "{above:?}: {refused}");
        }
        let told = of("tasks", "USD", &["--amount-column", "Cost=10"]);
        assert_eq!(told.as_deref(), Ok(""), "{above:?}");
    }
}

#[test]
fn rows_are_identical_by_the_text_of_their_cells_for_both_readers() {
    let one = "1 row is identical to an earlier one";
    for above in ["", "Usage of June\n\n"] {
        for (first, second, is_told) in [
            ("2026-06-01T00:00:00Z,10", "2026-06-01T00:00:00Z,10", true),
            ("2026-06-01T00:00:00Z,10", "2026-06-01T00:00:00Z,\"10\"", true),
            ("2026-06-01T00:00:00Z,10", "2026-06-01T00:00:00Z,10.0", false),
            ("2026-06-01T00:00:00Z,10.5", "2026-06-01T00:00:00Z,10.5", true),
            ("2026-06-01T00:00:00Z,10", "2026-06-01T00:00:00+00:00,10", false),
            ("2026-06-01T00:00:00Z,10", "2026-06-01T00:00:00Z,11", false),
        ] {
            let (_, attention) =
                said(&format!("{above}time,credits\n{first}\n{second}\n2026-06-02T00:00:00Z,1\n"));
            assert_eq!(attention.contains(one), is_told, "{above:?} {second}: {attention}");
        }
    }
}

#[test]
fn a_month_without_a_row_inside_the_usage_is_told_by_both_readers() {
    let no_row = "The usage has no row in ";
    for above in ["", "Usage\n\n"] {
        let of = |days: &[&str]| {
            let row = |day: &&str| format!("{day}T12:00:00Z,a,10\n");
            let rows: String = days.iter().map(row).collect();
            said(&format!("{above}time,model,credits\n{rows}")).1
        };
        let told = of(&["2026-01-31", "2026-03-01", "2026-06-30"]);
        assert!(
            told.contains(&format!("{no_row}Feb 2026; Apr 2026; May 2026: no usage, or no data?")),
            "{told}"
        );
        let told = of(&["2026-01-01", "2026-02-28", "2026-03-01", "2026-04-30"]);
        assert!(!told.contains(no_row), "{told}");
    }
}

#[test]
fn lines_of_labels_above_rows_are_no_header_without_a_row() {
    let preamble = "Report,Usage\nFrom,2026-05-01\nTo,2026-05-31\n";
    check(&[
        ("rows.csv", &format!("{preamble}\nDate,User,Amount\n2026-05-02,a,7\n"), &[], "7"),
        ("two.csv", "user,time,amount\na,2026-05-02,5\nb,2026-05-03,6\n", &[], "11"),
        ("short.csv", "Date,Amount\n2026-05-02,5\n2026-05-03,6\n", &[], "11"),
    ]);
}

#[test]
fn weeks_in_french_and_thousands_beside_dates_with_the_month_first_are_read() {
    check(&[
        ("semaines.csv", "semaine,amount\n2026-S18,5\n2026-S19,7\n", &[], "12"),
        ("us.tsv", "Date\tName\tCost\n05/13/2026\tA\t1,200\n05/14/2026\tB\t2,300\n", &[], "3500"),
        // The day that shows it may stand in another column.
        (
            "due.tsv",
            "Date\tDue\tCost\n05/03/2026\t05/17/2026\t1,200\n05/04/2026\t05/18/2026\t2,300\n",
            &["--time-column", "Date"],
            "3500",
        ),
    ]);
    let day_first = "Date\tName\tCost\n13/05/2026\tA\t1,200\n14/05/2026\tB\t2,300\n";
    let refused = total("day.tsv", day_first.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("may have thousands or three decimals"), "{refused}");
    // One digit behind an S may be a half of the year.
    let halves = total("halves.csv", b"half,amount\n2026-S1,5\n2026-S2,7\n", &[]).unwrap_err();
    assert!(halves.contains("the time"), "{halves}");
}

#[test]
fn all_accounts_of_a_file_without_any_are_the_whole_file() {
    let text = "time,amount\n2026-05-01T10:00:00Z,5\n2026-05-02T10:00:00Z,7\n";
    check(&[("plain.csv", text, &["--account", "*"], "12")]);
    let refused = total("plain.csv", text.as_bytes(), &["--account", "acme"]).unwrap_err();
    assert!(refused.contains("no column looks like one of accounts"), "{refused}");
    let folder = tempfile::tempdir().expect("a folder of its own");
    let file = folder.path().join("plain.csv");
    std::fs::write(&file, text).expect("the folder is new");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let output = command.arg("inspect").arg(&file).args(["--account", "*"]).output();
    let told = String::from_utf8(output.expect("the program runs").stdout).expect("it is text");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "No column looks like one of accounts: the whole file is one account.";
    assert!(told.contains(said), "{told}");
}

#[test]
fn a_header_without_a_row_is_told_as_that_by_every_command() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = root.join("tests/exports/total.toml");
    let scenario = scenario.to_str().expect("it is a name in ASCII");
    for (place, header) in [
        "time,credits\n",
        "When,Model,How much\n",
        "Day;Service;Cost\n",
        "Report,Usage\nFrom,2026-05-01\nTo,2026-05-31\n\nDate,User,Amount\n",
        "Report: usage\nAccount,acme\nPeriod,2026-05-01 - 2026-05-31\nDate,User,Amount\n",
        "Rapport;Consommation\nDu;01.05.2026\nDate;Client;Montant\n",
    ]
    .iter()
    .enumerate()
    {
        let file = folder.path().join(format!("{place}.csv"));
        std::fs::write(&file, header).expect("the folder is new");
        let file = file.to_str().expect("it is a name in ASCII");
        for command in [
            &["run", scenario, "--usage", file][..],
            &["advise", file, "--vendor", "openai"],
            &["forecast", scenario, "--usage", file],
            &["fit", file],
            &["readings", scenario, "--usage", file],
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_recharge")).args(command).output();
            let output = output.expect("the program runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
            assert!(said.contains("there is a header and no row below it"), "{command:?}: {said}");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_recharge"))
            .args(["inspect", file, "--format", "json"])
            .output();
        let output = output.expect("the program runs");
        let json: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("it prints JSON");
        assert_eq!(json["verdict"], "no_rows", "{json}");
        assert!(json.to_string().contains("There is a header and no row below it"), "{json}");
    }
}

#[test]
fn a_time_that_a_file_does_not_have_is_refused_with_those_that_it_has() {
    let text = "Usage Date,Stored,credits,epoch\n2026-06-01,2026-06-02,5,1780272000\n2026-06-02,2026-06-03,6,1780358400\n";
    let refused = told_of_usage("", text, &["--time-column", "time"]).expect_err("it has none");
    assert!(
        refused.contains(
            "the time: no column with the header `time`; the file has times: `--time-column 'Usage Date'` or \
             `--time-column Stored` or `--time-column epoch` (or `[usage] time`)"
        ),
        "{refused}"
    );
    assert!(told_of_usage("", text, &["--time-column", "Usage Date"]).is_ok());
}

#[test]
fn a_total_that_taxes_do_not_explain_is_refused_with_their_sum() {
    let text = "Date,Service,Cost\n2026-06-01,a,10\n2026-06-02,b,20\n,Tax,3\n,Total,40\n";
    let refused = told_of_usage("", text, &[]).expect_err("it adds up to 33");
    assert!(
        refused.contains(
            "is a total of 40, while the rows add up to 30, and to 33 with 3 of rounding and taxes;"
        ),
        "{refused}"
    );
    assert!(told_of_usage("", &text.replace("40", "33"), &[]).is_ok());
}

#[test]
fn vendors_that_count_different_things_are_told_what_one_file_is_taken_for() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let usage = folder.path().join("usage.csv");
    let compare = |header: &str| {
        let rows = "2026-06-01T00:00:00Z,7\n2026-06-02T00:00:00Z,7\n";
        std::fs::write(&usage, format!("time,{header}\n{rows}")).expect("the folder is there");
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args([
            "compare",
            "--vendor",
            "openrouter,product-classifier",
            "--replications",
            "2",
        ]);
        let output = command.arg("--quiet").arg("--usage").arg(&usage).output();
        let output = output.expect("the program runs");
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, told, _) = compare("credits");
    assert_eq!(code, Some(0));
    assert!(
        told.contains(
            "Amounts are taken as dollars by openrouter and as credits by product-classifier"
        ),
        "{told}"
    );
    let (code, _, refused) = compare("tokens");
    assert_eq!(code, Some(2));
    assert!(refused.contains("counts tokens, and openrouter counts dollars"), "{refused}");
}

#[test]
fn a_scenario_is_no_usage_alone_by_a_pattern_or_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let toml = folder.path().join("plan.toml");
    std::fs::write(&toml, "name = \"Plan\"\n").expect("the folder is new");
    for path in [toml.clone(), folder.path().join("*.toml"), folder.path().to_owned()] {
        let refused = total_of(&path, &[]).expect_err("it is no usage");
        assert!(refused.contains("a scenario is given as SCENARIO"), "{refused}");
    }
    std::fs::write(folder.path().join("usage.csv"), "time,credits\n2026-06-01T00:00:00Z,5\n")
        .expect("the folder is there");
    assert_eq!(total_of(folder.path(), &[]).as_deref(), Ok("5"));
}

/// What a run over this text chose and deserves attention.
fn said(text: &str) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let file = folder.path().join("usage.csv");
    std::fs::write(&file, text).expect("the folder is new");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/total.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.arg("run").arg(scenario).args(["--format", "json", "--usage"]).arg(file);
    let output = command.output().expect("the program runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let all = |key: &str| {
        let list = json[key].as_array().expect("it is a list").iter();
        list.filter_map(|one| one.as_str()).collect::<Vec<_>>().join("\n")
    };
    (all("usage_choices"), all("attention"))
}

#[test]
fn both_readers_tell_the_same_of_days_zones_and_a_last_line_without_an_end() {
    // The second has lines above its header, which the plain reader does not read.
    for above in ["", "Usage of June\n\n"] {
        let (told, _) =
            said(&format!("{above}time,model,credits\n2026-06-01,a,10\n2026-06-02,b,1"));
        for sentence in [
            "Times are dates, local ones in UTC",
            "2 rows without a time of day, taken at the start of the day.",
            "The last line has no line end",
        ] {
            assert!(told.contains(sentence), "{above:?}: {told}");
        }
        let rows = "2026-06-01T00:00:00Z,\"a\",10\n2026-06-01T00:00:00Z,a,10\n2026-06-02T00:00:00+02:00,a,1\n";
        let (told, attention) = said(&format!("{above}time,model,credits\n{rows}"));
        assert!(told.contains("Times are dates and times"), "{told}");
        assert!(!told.contains("local") && !told.contains("line end"), "{told}");
        assert!(
            attention.contains("1 row is identical to an earlier one"),
            "{above:?}: {attention}"
        );
    }
}

#[test]
fn several_subtotals_and_rows_of_nothing_are_told_with_their_number() {
    let (told, _) = said(
        "Datum;Projekt;Betrag\n2026-06-01;a;10\n2026-06-02;a;20\nZwischensumme;;30\n2026-06-03;b;5\n2026-06-04;b;7\n\
         Zwischensumme;;12\nGesamt;;42\n",
    );
    assert!(told.contains("3 rows with the sum of those above left out."), "{told}");
    let (told, _) =
        said("time,a,credits\n2026-06-01,x,1\n,,\n2026-06-02,y,2\n,,\n2026-06-03,z,3\n");
    assert!(!told.contains("time that is no usage"), "{told}");
}

#[test]
fn a_header_with_its_columns_in_another_order_is_another_table_wherever_it_stands() {
    for (at, model) in [(3, false), (900, false), (2_600, false), (2_600, true)] {
        let beside = |name: &'static str| if model { name } else { "" };
        let row = |n: usize| {
            let time =
                format!("2026-{:02}-{:02}T{:02}:00:00Z", 1 + n / 672, 1 + n / 24 % 28, n % 24);
            match n < at {
                true => format!("{time},{},2{}\n", n % 7, beside(",a \"quoted\" one")),
                false => format!("{time},2,{}{}\n", n % 7, beside(",\"b\"")),
            }
        };
        let model = beside(",model");
        let text =
            format!("time,requests,credits{model}\n{}", (0..at).map(row).collect::<String>())
                + &format!("time,credits,requests{model}\n")
                + &(at..3_000).map(row).collect::<String>();
        for flags in [&[][..], &["--skip-bad-rows"]] {
            let said = total("two.csv", text.as_bytes(), flags).expect_err("it is two tables");
            assert!(said.contains("--header-line"), "{at} {flags:?}: {said}");
            assert!(said.contains("usage-2.csv"), "{at} {flags:?}: {said}");
        }
    }
}

#[test]
fn the_same_header_again_is_left_out_wherever_it_stands() {
    for at in [3, 900, 2_600] {
        let row = |n: usize| {
            format!("2026-{:02}-{:02}T{:02}:00:00Z,2\n", 1 + n / 672, 1 + n / 24 % 28, n % 24)
        };
        let rows = |range: std::ops::Range<usize>| range.map(row).collect::<String>();
        let text = format!("time,credits\n{}time,credits\n{}", rows(0..at), rows(at..3_000));
        for flags in [&[][..], &["--skip-bad-rows"]] {
            assert_eq!(total("again.csv", text.as_bytes(), flags).as_deref(), Ok("6000"), "{at}");
        }
    }
}

/// Rows of an hour each, of three users in turn, each with its user, a feature and an amount; and what each user comes to.
fn rows_of_users(count: usize) -> (String, [usize; 3]) {
    let mut sums = [0; 3];
    let row = |n: usize| {
        let (day, hour) = (n / 24, n % 24);
        let amount = 1 + n * 7 % 23;
        sums[n % 3] += amount;
        let date =
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day as u64);
        format!("{date}T{hour:02}:00:00Z,user {},chat,{amount}\n", n % 3)
    };
    let rows: String = (0..count).map(row).collect();
    (format!("time,user,feature,credits\n{rows}"), sums)
}

#[test]
fn rows_at_the_end_that_come_to_what_all_others_do_are_asked_about_in_files_of_any_length() {
    for count in [60, 2_400, 6_000] {
        let (rows, sums) = rows_of_users(count);
        let all = sums.iter().sum::<usize>().to_string();
        let of_users = |more: usize| {
            let row = |(user, sum): (usize, &usize)| {
                format!("2026-12-31T00:00:00Z,user {user},every feature,{}\n", sum + more)
            };
            rows.clone() + &sums.iter().enumerate().map(row).collect::<String>()
        };
        let said = total("users.csv", of_users(0).as_bytes(), &[]).expect_err("all counts twice");
        assert!(said.contains("`every feature` in column `feature`"), "{count}: {said}");
        let flags = ["--where", "feature != \"every feature\""];
        assert_eq!(total("users.csv", of_users(0).as_bytes(), &flags).as_deref(), Ok(all.as_str()));
        // What is a little more than that is usage of its own.
        let more = (2 * sums.iter().sum::<usize>() + 15).to_string();
        let read = total("users.csv", of_users(5).as_bytes(), &[]);
        assert_eq!(read.as_deref(), Ok(more.as_str()), "{count}");
    }
}

#[test]
fn a_sum_of_each_user_and_day_that_begins_late_is_asked_about() {
    let mut text = "date,user,model,credits\n".to_owned();
    let mut sum = 0;
    for day in 0..360_usize {
        let date =
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day as u64);
        for user in ["ann", "ben", "cy", "dan"] {
            let amounts = [1 + day * 7 % 23, 1 + day * 5 % 19];
            text += &format!(
                "{date},{user},small,{}\n{date},{user},large,{}\n",
                amounts[0], amounts[1]
            );
            let of_day: usize = amounts.iter().sum();
            sum += of_day;
            if day >= 290 {
                text += &format!("{date},{user},both,{of_day}\n");
            }
        }
    }
    let said = total("late.csv", text.as_bytes(), &[]).expect_err("it counts twice");
    let told =
        "`both` in column `model` are each the sum of the others of their day with the same `user`";
    assert!(said.contains(told), "{said}");
    let flags = ["--where", "model != \"both\""];
    let right = sum.to_string();
    assert_eq!(total("late.csv", text.as_bytes(), &flags).as_deref(), Ok(right.as_str()));
}

#[test]
fn an_amount_that_ends_late_where_another_begins_is_asked_about_in_every_format() {
    let time =
        |n: u32| format!("2026-06-{:02}T{:02}:{:02}:00Z", 1 + n / 1_440, n / 60 % 24, n % 60);
    let csv = |n: u32| {
        let (credits, used) = if n < 2_500 { ("5", "") } else { ("", "5") };
        format!("{},m{},{credits},{used}\n", time(n), n % 3)
    };
    let name = |n: u32| if n < 2_500 { "credits" } else { "used" };
    let json = |n: u32| format!("{{\"time\":\"{}\",\"{}\":5}}\n", time(n), name(n));
    let log = |n: u32| format!("{} INFO charge user=u{} {}=5\n", time(n), n % 3, name(n));
    for (file, header, row, line) in [
        ("late.csv", "time,model,credits,used\n", &csv as &dyn Fn(u32) -> String, "2,502"),
        ("late.jsonl", "", &json, "2,501"),
        ("late.log", "", &log, "2,501"),
    ] {
        let text = header.to_owned() + &(0..2_600).map(row).collect::<String>();
        let said = total(file, text.as_bytes(), &[]).expect_err("usage would be lost");
        let told = "`credits` is blank from line ".to_owned()
            + line
            + " to the end, in 100 rows, where `used` begins";
        assert!(said.contains(&told), "{said}");
        assert!(said.contains("--amount-column 'credits + used'"), "{said}");
        for (amount, right) in [("credits + used", "13000"), ("credits", "12500")] {
            let flags = ["--amount-column", amount];
            assert_eq!(total(file, text.as_bytes(), &flags).as_deref(), Ok(right), "{file}");
        }
    }
    // What begins there holds no numbers.
    let row = |n: u32| {
        let (credits, note) = if n < 2_500 { ("5", "") } else { ("", "no charge") };
        format!("{},m{},{credits},{note}\n", time(n), n % 3)
    };
    let rows: String = (0..2_600).map(row).collect();
    let text = format!("time,model,credits,note\n{rows}");
    assert_eq!(total("note.csv", text.as_bytes(), &[]).as_deref(), Ok("12500"));
}

#[test]
fn rows_that_name_nothing_are_usage_where_their_sums_are_chance() {
    let told = |rows: &[(&str, u32)]| {
        let rows = rows.iter().zip(1..);
        let rows: String = rows
            .map(|((user, amount), day)| format!("2026-05-{day:02},{user},{amount}\n"))
            .collect();
        let text = format!("date,user,credits\n{rows}");
        let (chosen, attention) = said(&text);
        let said = chosen + &attention;
        let is_left_out = said.contains("left out as the");
        let usage = total("usage.csv", text.as_bytes(), &[]).expect("it is read");
        (
            usage,
            said.contains("all of them are usage"),
            is_left_out || said.contains("left out as totals"),
        )
    };
    let usage = |total: &str| (total.to_owned(), true, false);
    let of_totals = |total: &str| (total.to_owned(), false, true);
    let plain = |total: &str| (total.to_owned(), false, false);
    // Others that name nothing hold no sum.
    assert_eq!(told(&[("alice", 1), ("bob", 1), ("", 2), ("carol", 4), ("", 9)]), usage("17"));
    let rows = [("bob", 1), ("", 1), ("", 2), ("", 3), ("bob", 5), ("al", 1), ("al", 2), ("al", 1)];
    assert_eq!(told(&rows), usage("16"));
    // One alone, with rows behind it whose sum nothing holds.
    let rows = [("alice", 1), ("bob", 1), ("", 2), ("alice", 4), ("alice", 5), ("bob", 6)];
    assert_eq!(told(&rows), usage("19"));
    // A row of nothing is none that is added up.
    assert_eq!(told(&[("alice", 0), ("bob", 7), ("", 7), ("", 9)]), plain("23"));
    assert_eq!(told(&[("k1", 0), ("k1", 0), ("k2", 3), ("", 3), ("", 3)]), plain("9"));
    // A total at the end, or one for each part.
    assert_eq!(told(&[("alice", 1), ("bob", 2), ("carol", 4), ("", 7)]), of_totals("7"));
    let rows = [("alice", 1), ("bob", 2), ("", 3), ("alice", 4), ("bob", 5), ("", 9)];
    assert_eq!(told(&rows), of_totals("12"));
    let rows = [rows.as_slice(), &[("", 12)]].concat();
    assert_eq!(told(&rows), of_totals("12"));
}

/// What a run says of a file, or of a folder of files, where an account holds another unit than credits.
fn in_unit(unit: &str, files: &[(&str, &str)], flags: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let scenario = folder.path().join("unit.toml");
    let text = format!(
        "name = \"Unit\"\ncurrency = \"USD\"\nunit = \"{unit}\"\nzone = \"UTC\"\nstart = 2026-01-01\nend = 2027-01-01\n\
         plan = \"all\"\n[plans.all]\nallowance = 1000000000\n"
    );
    std::fs::write(&scenario, text).expect("the folder is new");
    let usage = folder.path().join("usage");
    std::fs::create_dir(&usage).expect("the folder is new");
    for (name, text) in files {
        std::fs::write(usage.join(name), text).expect("the folder is new");
    }
    let usage = match files {
        [(name, _)] => usage.join(name),
        _ => usage,
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.arg("run").arg(scenario).args(["--format", "json", "--usage"]).arg(usage).args(flags);
    let output = command.output().expect("the program runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ok(json["demanded"].as_str().expect("it is a quantity").to_owned())
}

#[test]
fn a_unit_of_another_size_is_refused_with_the_factor_that_counts_it() {
    let rows = |header: &str, row: &str| format!("{header}\n2026-05-01,{row}\n2026-05-02,{row}\n");
    for (unit, header, row, column, total) in [
        ("kWh", "Date,Energy (Wh)", "500", "Energy (Wh)=0.001", "1"),
        ("kWh", "Date,Usage,Unit", "500,Wh", "Usage=0.001", "1"),
        ("kWh", "Date,Value", "500 Wh", "Value=0.001", "1"),
        ("kWh", "Date,usage_Wh", "500", "usage_Wh=0.001", "1"),
        ("kWh", "Date,Usage (MWh)", "2", "Usage (MWh)=1000", "4000"),
        ("Wh", "Date,Usage (kWh)", "2", "Usage (kWh)=1000", "4000"),
        ("MJ", "Date,Usage (kWh)", "2", "Usage (kWh)=3.6", "14.4"),
        ("seconds", "Date,Usage,Unit", "1500,ms", "Usage=0.001", "3"),
        ("USD", "date,cost_micros,currency_code", "1250000,USD", "cost_micros=0.000001", "2.5"),
        ("USD", "date,cost_usd_micros,model", "1250000,a", "cost_usd_micros=0.000001", "2.5"),
        ("USD", "date,cost_nanos,currency", "1250000000,USD", "cost_nanos=0.000000001", "2.5"),
        ("USD", "date,amount_minor,currency", "125,USD", "amount_minor=0.01", "2.5"),
        ("USD", "date,cost_in_cents,currency", "125,USD", "cost_in_cents=0.01", "2.5"),
        ("GBP", "Date,Cost (pence)", "125", "Cost (pence)=0.01", "2.5"),
        ("USD", "date,cost_in_usd_ticks", "50000000000", "cost_in_usd_ticks=0.0000000001", "10"),
        ("USD", "Date,Spend (k USD)", "12", "Spend (k USD)=1000", "24000"),
        ("USD", "Date,Cost ($ thousands)", "5", "Cost ($ thousands)=1000", "10000"),
        ("characters", "Date,Characters (thousands)", "5", "Characters (thousands)=1000", "10000"),
        ("tokens", "Date,Tokens (M)", "1.2", "Tokens (M)=1000000", "2400000"),
        ("tokens", "Date,Usage (1K tokens)", "3", "Usage (1K tokens)=1000", "6000"),
    ] {
        let text = rows(header, row);
        let files = [("usage.csv", text.as_str())];
        let said = in_unit(unit, &files, &[]).expect_err(header);
        assert!(said.contains(column) && !said.contains("nothing says"), "{header}: {said}");
        let read = in_unit(unit, &files, &["--amount-column", column]);
        assert_eq!(read.as_deref(), Ok(total), "{header}");
    }
    // Where no decimal is the factor, a division by a whole number is exact.
    for (unit, header, row, formula, total) in [
        ("minutes", "Date,Usage,Unit", "1200,ms", "Usage / 60000", "0.04"),
        ("minutes", "Date,Usage (sec)", "120", "`Usage (sec)` / 60", "4"),
        ("hours", "Date,Talk (ms)", "1800000", "`Talk (ms)` / 3600000", "1"),
        ("kWh", "Date,Heat (MJ)", "9", "5 * `Heat (MJ)` / 18", "5"),
    ] {
        let text = rows(header, row);
        let files = [("usage.csv", text.as_str())];
        let said = in_unit(unit, &files, &[]).expect_err(header);
        assert!(said.contains(&format!("--amount-column '{formula}'")), "{header}: {said}");
        let read = in_unit(unit, &files, &["--amount-column", formula]);
        assert_eq!(read.as_deref(), Ok(total), "{header}");
    }
    // What nothing says of the other is refused without one.
    for (unit, header, row) in [("GB", "Date,Traffic (kB)", "1200"), ("kWh", "Date,Gas (m3)", "12")]
    {
        let text = rows(header, row);
        let said = in_unit(unit, &[("usage.csv", &text)], &[]).expect_err(header);
        assert!(said.contains("FACTOR"), "{header}: {said}");
    }
    // The same unit in other letters or in full is read as it is.
    for (unit, header, row, total) in [
        ("kWh", "Date,Usage (KWH)", "5", "10"),
        ("minutes", "Date,Usage,Unit", "5,min", "10"),
        ("AI credits", "Date,Credits", "5", "10"),
    ] {
        let text = rows(header, row);
        assert_eq!(in_unit(unit, &[("usage.csv", &text)], &[]).as_deref(), Ok(total), "{header}");
    }
}

#[test]
fn files_in_units_of_one_measure_are_not_added_up_unless_they_are_as_large() {
    let file = |unit: &str, month: u32, value: &str| {
        format!(
            "Time,Usage ({unit})\n2026-0{month}-01 00:00,{value}\n2026-0{month}-02 00:00,{value}\n"
        )
    };
    let both = |unit: &str| {
        let (april, may) = (file("kWh", 4, "0.5"), file(unit, 5, "500"));
        in_unit("kWh", &[("a.csv", &april), ("b.csv", &may)], &[])
    };
    let said = both("Wh").expect_err("they are of two sizes");
    assert!(said.contains("count different things"), "{said}");
    assert_eq!(both("kWh").as_deref(), Ok("1001"));
}

#[test]
fn rows_that_no_meter_takes_are_all_named_by_the_ways_out() {
    let text = "date,sku,quantity,unit_type,aic_quantity,gross_amount,discount_amount,net_amount\n\
                2026-06-01,a,12.5,ai-units,0,0,0,0\n2026-06-02,b,1,AI credits,0,0,0,0\n";
    let said = total("report.csv", text.as_bytes(), &[]).expect_err("no meter takes them");
    let meter = "usage.meters=[{ where = \"`unit_type` in (\\\"ai-units\\\", \\\"AI credits\\\")\", amount = \"`quantity`\" }]";
    let plain = meter.replace("`unit_type`", "unit_type").replace("`quantity`", "quantity");
    assert!(said.contains(meter) || said.contains(&plain), "{said}");
    let flag = if said.contains(meter) { meter } else { plain.as_str() };
    assert_eq!(total("report.csv", text.as_bytes(), &["--set", flag]).as_deref(), Ok("13.5"));
}

#[test]
fn a_sum_of_sums_that_is_chosen_by_its_amount_is_asked_about() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes/sums-of-sums.csv");
    let said = total_of(&file, &["--amount-column", "Price"]).expect_err("it holds sums");
    assert!(said.contains("everything would count three times"), "{said}");
    let ways = "`--where \"Category = 'sms'\"` or `--where \"Category = 'totalprice'\"`";
    assert!(said.contains(ways), "{said}");
}

#[test]
fn amounts_that_go_up_and_down_for_other_reasons_are_no_total_that_begins_anew() {
    let days = |amount: &dyn Fn(usize) -> usize| {
        let row = |n: usize| format!("2026-0{}-{:02},{}\n", 3 + n / 28, 1 + n % 28, amount(n));
        "date,credits\n".to_owned() + &(0..56).map(row).collect::<String>()
    };
    // An even rise from day to day, a week of work, a weekend with half of it, and a count of a month.
    let even = days(&|n| 2 + 3 * (n % 7));
    let week = days(&|n| [50, 47, 61, 55, 58, 20, 12][n % 7]);
    let growth = days(&|n| 100 + 5 * n + (n * n) % 7 - if n % 14 == 13 { 60 } else { 0 });
    for text in [&even, &week, &growth] {
        assert!(total("usage.csv", text.as_bytes(), &[]).is_ok(), "{text}");
    }
    let count = days(&|n| 1 + (n % 28) * 9 + (n % 28) * (n % 5));
    let rising = days(&|n| 3 + (0..=n % 28).map(|day| 4 + day * day % 11).sum::<usize>());
    assert!(total("usage.csv", count.as_bytes(), &[]).is_ok(), "it falls now and then");
    let refused = total("usage.csv", rising.as_bytes(), &[]).expect_err("it is a total so far");
    assert!(refused.contains("as a total so far does that begins anew"), "{refused}");
    // With the newest row first it is the same.
    let mut rows: Vec<&str> = rising.lines().skip(1).collect();
    rows.reverse();
    let turned = format!("date,credits\n{}\n", rows.join("\n"));
    let again = total("usage.csv", turned.as_bytes(), &[]).expect_err("it is a total so far");
    let differences =
        |text: &str| text.split("differences, ").nth(1).map(|rest| rest[..10].to_owned());
    assert_eq!(differences(&refused), differences(&again), "{refused}{again}");
}

#[test]
fn usage_taken_back_stays_what_it_is_beside_a_balance() {
    let text = "date,what,amount,balance\n2026-05-01,job,10,90\n2026-05-02,refund,-4,94\n2026-05-03,job,7,87\n";
    check(&[("refund.csv", text, &[], "13")]);
    let text = text.replace("refund", "pack");
    let refused = total("pack.csv", text.as_bytes(), &[]).expect_err("it may be a purchase");
    assert!(refused.contains("goes on by `amount`"), "{refused}");
    check(&[
        ("pack.csv", &text, &["--where", "amount > 0"], "17"),
        ("pack.csv", &text, &["--below-zero", "netted"], "13"),
    ]);
}

/// A file whose rows are ordinary at first, and of a kind of their own from a row far behind on.
struct LateKind {
    name: &'static str,
    header: &'static str,
    /// The ordinary row of a number, and the sum of its usage in tenths.
    before: fn(usize) -> (String, i64),
    /// Those of the kind, from 0 on.
    late: fn(usize) -> (String, i64),
    /// Words of the refusal.
    words: &'static str,
    /// A way out that it names, and gives the sum.
    flags: &'static [&'static str],
}

/// The time of a row, so many to an hour, from the begin of 2026 on.
fn hourly(row: usize, to_an_hour: usize) -> String {
    let hour = row / to_an_hour;
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
        + chrono::Days::new((hour / 24) as u64);
    format!("{day}T{:02}:{:02}:00Z", hour % 24, 60 / to_an_hour * (row % to_an_hour))
}

/// The same for all rows of an hour.
fn hour(row: usize, to_an_hour: usize) -> String {
    hourly(row / to_an_hour * to_an_hour, to_an_hour)
}

/// An amount without an order.
fn some(row: usize) -> i64 {
    (row as i64 * 7_919 + 13) % 97 + 1
}

/// Rows before those of a kind of their own: as many as are looked at first, and as many again.
const BEFORE: usize = 4_100;
/// Rows of the kind.
const LATE: usize = 2_040;

fn late_kinds() -> Vec<LateKind> {
    vec![
        LateKind {
            name: "growing.csv",
            header: "timeframe_start,timeframe_end,model,credits",
            before: |n| {
                (format!("{},{},m,{}", hourly(n, 6), hourly(n + 1, 6), some(n)), 10 * some(n))
            },
            late: |n| {
                let (group, place) = (n / 12, n % 12);
                let from = BEFORE + 12 * group;
                let amount = (place as i64 + 1) * (group as i64 % 5 + 1);
                let sum = if place == 11 { 10 * amount } else { 0 };
                (format!("{},{},m,{amount}", hourly(from, 6), hourly(from + place + 1, 6)), sum)
            },
            words: "a later `timeframe_end` and more in `credits` each time",
            flags: &["--identity", "timeframe_start", "--keep", "last"],
        },
        LateKind {
            name: "so-far.csv",
            header: "time,model,credits",
            before: |n| {
                (
                    format!("{},{},{}", hourly(n, 6), ["large", "small"][n % 2], some(n)),
                    10 * some(n),
                )
            },
            late: |n| {
                let amount = n as i64 / 2 * 5 + (n as i64 / 2) % 4 + n as i64 % 2;
                let model = ["large", "small"][n % 2];
                (format!("{},{model},{amount}", hourly(BEFORE + n, 6)), 10 * amount)
            },
            words: "as in totals so far",
            flags: &["--amount-column", "credits"],
        },
        LateKind {
            name: "packs.csv",
            header: "time,package,credits",
            before: |n| (format!("{},,{}", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let size = [1000, 500][n % 2];
                (format!("{},{size} credits,{size}", hourly(BEFORE + n, 6)), 10 * size)
            },
            words: "the credits of packs that column `package` names",
            flags: &["--where", "package = \"\" or package != \"\""],
        },
        LateKind {
            name: "half-blank.csv",
            header: "time,provider,input_tokens,output_tokens,total_tokens",
            before: |n| (format!("{},a,,,{}", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let (one, other) = (some(n), some(n + 5));
                (format!("{},b,{one},{other},", hourly(BEFORE + n, 6)), 10 * (one + other))
            },
            words: "`total_tokens` is blank in",
            flags: &[
                "--set",
                "usage.meters=[{ where = \"total_tokens is not blank\", amount = \"total_tokens\" }, { where = \
                 \"total_tokens is blank\", amount = \"input_tokens + output_tokens\" }]",
            ],
        },
        LateKind {
            name: "invoices.csv",
            header: "date,Invoice,Description,Invoice total",
            before: |n| (format!("{},A{n},API,{}", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let (invoice, place) = (n / 3, n % 3);
                let sum = if place == 0 { 10 * some(invoice) } else { 0 };
                let line = ["API", "Storage", "Support"][place];
                (format!("{},B{invoice},{line},{}", hour(BEFORE + n, 3), some(invoice)), sum)
            },
            words: "`Invoice total` is the same in all rows of those looked at that have one `Invoice`",
            flags: &["--identity", "Invoice"],
        },
        LateKind {
            name: "multiplied.csv",
            header: "date,Repository,Minutes,Multiplier",
            before: |n| (format!("{},app,{},", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let by = [1, 2, 10][n % 3];
                (format!("{},app,{},{by}", hourly(BEFORE + n, 6), some(n)), 10 * by * some(n))
            },
            words: "column `Multiplier` says by how much each row counts",
            flags: &[
                "--set",
                "usage.meters=[{ where = \"Multiplier is not blank\", amount = \"Minutes * Multiplier\" }, { where = \
                 \"Multiplier is blank\", amount = \"Minutes\" }]",
            ],
        },
        LateKind {
            name: "tree.csv",
            header: "id,name,start_time,total_tokens,parent_run_id",
            before: |n| (format!("r{n},llm,{},{},", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let (run, place) = (n / 3, n % 3);
                let (one, other) = (some(run), some(run + 40));
                let (amount, sum) =
                    [(one + other, 10 * (one + other)), (one, 0), (other, 0)][place];
                let parent = if place == 0 { String::new() } else { format!("p{run}-0") };
                let name = if place == 0 { "agent" } else { "llm" };
                (format!("p{run}-{place},{name},{},{amount},{parent}", hourly(BEFORE + n, 6)), sum)
            },
            words: "hold in `total_tokens` what those others add up to",
            flags: &["--where", "parent_run_id is blank"],
        },
        LateKind {
            name: "stages.csv",
            header: "time,job,status,credits",
            before: |n| (format!("{},j{n},completed,{}", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let (job, is_last) = (n / 2, n % 2 == 1);
                let status = if is_last { "settled" } else { "reserved" };
                let sum = if is_last { 10 * some(job) } else { 0 };
                (format!("{},k{job},{status},{}", hourly(BEFORE + n, 6), some(job)), sum)
            },
            words: "column `status` has two stages of what column `job` names",
            flags: &["--where", "not (status = \"reserved\")"],
        },
        LateKind {
            name: "groups.csv",
            header: "time,Service,credits",
            before: |n| {
                let service = ["VM", "Disk", "Tokens"][n % 3];
                (format!("{},{service},{}", hour(n, 3), some(n)), 10 * some(n))
            },
            late: |n| {
                let (place, at) = (n % 5, n / 5 * 5);
                let parts = [some(at + 1), some(at + 2), some(at + 3)];
                let service = ["Compute", "VM", "Disk", "AI", "Tokens"][place];
                let amount = [parts[0] + parts[1], parts[0], parts[1], parts[2], parts[2]][place];
                let sum = if place == 0 || place == 3 { 0 } else { 10 * amount };
                (format!("{},{service},{amount}", hour(BEFORE / 3 * 5 + 10 + n, 5)), sum)
            },
            words: "rows that are each the sum of those below them (`Compute`, `AI`)",
            flags: &["--where", "not (Service in (\"Compute\", \"AI\"))"],
        },
        LateKind {
            name: "lumps.csv",
            header: "time,Beleg,credits",
            before: |n| {
                let kind = ["Abruf", "Lauf"][n % 2];
                (format!("{},{kind},{}", hourly(n, 6), some(n)), 10 * some(n))
            },
            late: |n| {
                let is_lump = n % 400 == 50;
                let kind = if is_lump { "Zugang Sonderkonto" } else { ["Abruf", "Lauf"][n % 2] };
                let (amount, sum) = if is_lump { (5_000, 0) } else { (some(n), 10 * some(n)) };
                (format!("{},{kind},{amount}", hourly(BEFORE + n, 6)), sum)
            },
            words: "`Zugang Sonderkonto`: 5 rows of those looked at, sum 25,000",
            flags: &["--where", "not (Beleg = \"Zugang Sonderkonto\")"],
        },
        LateKind {
            name: "all.csv",
            header: "date,user,credits",
            before: |n| (format!("{},u{},{}", day(n / 41), n % 41, some(n)), 10 * some(n)),
            late: |n| {
                let (at, place) = (n / 41, n % 41);
                let others: i64 = (0..40).map(|other| some(41 * at + other)).sum();
                let (user, amount, sum) = match place {
                    40 => ("all".to_owned(), others, 0),
                    user => (format!("u{user}"), some(n), 10 * some(n)),
                };
                (format!("{},{user},{amount}", day(BEFORE / 41 + at)), sum)
            },
            words: "the rows of `all` in column `user` are each the sum of all others",
            flags: &["--where", "user != \"all\""],
        },
        LateKind {
            name: "organisation.csv",
            header: "date,user,credits",
            before: |n| (format!("{},u{},{}", day(n / 41), n % 41, some(n)), 10 * some(n)),
            late: |n| {
                let (at, place) = (n / 41, n % 41);
                let others: i64 = (0..40).map(|other| some(41 * at + other)).sum();
                let (user, amount, sum) = match place {
                    40 => ("Example Ltd".to_owned(), others, 0),
                    user => (format!("u{user}"), some(n), 10 * some(n)),
                };
                (format!("{},{user},{amount}", day(BEFORE / 41 + at)), sum)
            },
            words: "the rows of `Example Ltd` in column `user` are each the sum of all others",
            flags: &["--where", "user != \"Example Ltd\""],
        },
        LateKind {
            name: "days.csv",
            header: "start,granularity,credits",
            before: |n| (format!("{},hour,{}", hourly(n, 1), some(n)), 10 * some(n)),
            late: |n| {
                let (at, place) = (n / 25, n % 25);
                let hours: i64 = (0..24).map(|hour| some(25 * at + hour)).sum();
                let first = (BEFORE / 24 + 1 + at) * 24;
                match place {
                    24 => (format!("{},day,{hours}", hourly(first, 1)), 0),
                    hour => (format!("{},hour,{}", hourly(first + hour, 1), some(n)), 10 * some(n)),
                }
            },
            words: "the rows of `day` in column `granularity` are each the sum of all others",
            flags: &["--where", "granularity != \"day\""],
        },
        LateKind {
            name: "running.csv",
            header: "time,credits",
            before: |n| (format!("{},{}", hourly(n, 6), some(n)), 10 * some(n)),
            late: |n| {
                let amount = 40 * n as i64 + some(n) % 29;
                (format!("{},{amount}", hourly(BEFORE + n, 6)), 10 * amount)
            },
            words: "the amounts in column `credits` rise from row to row",
            flags: &["--amount-column", "credits"],
        },
        LateKind {
            name: "day-to-date.csv",
            header: "time,region,credits",
            before: |n| (format!("{},eu,{}", hourly(n, 1), some(n)), 10 * some(n)),
            late: |n| {
                let amount: i64 = (n - n % 24..=n).map(some).sum();
                (format!("{},eu,{amount}", hourly(BEFORE + 4 + n, 1)), 10 * amount)
            },
            words: "fall nowhere or to half or less, as a total so far does",
            flags: &["--amount-column", "credits"],
        },
    ]
}

/// A day, from the begin of 2026 on.
fn day(number: usize) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(number as u64)
}

/// A file with these rows, and their sum.
fn of_rows(header: &str, rows: impl Iterator<Item = (String, i64)>) -> (String, String) {
    let (mut text, mut sum) = (format!("{header}\n"), 0);
    for (row, tenths) in rows {
        text += &row;
        text.push('\n');
        sum += tenths;
    }
    let right = match sum % 10 {
        0 => format!("{}", sum / 10),
        tenth => format!("{}.{tenth}", sum / 10),
    };
    (text, right)
}

#[test]
fn a_kind_that_begins_far_behind_the_first_rows_is_refused_with_a_way_out_that_gives_the_right_total()
 {
    for LateKind { name, header, before, late, words, flags } in late_kinds() {
        let ordinary = (0..BEFORE + LATE).map(before);
        let (text, right) = of_rows(header, ordinary);
        let found = total(name, text.as_bytes(), &[]);
        assert_eq!(found, Ok(right), "{name}, ordinary");
        let (text, right) = of_rows(header, (0..BEFORE).map(before).chain((0..LATE).map(late)));
        let said = total(name, text.as_bytes(), &[]).expect_err(name);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words) && said.contains("lines "), "{name}: {said}");
        let way = flags.iter().filter_map(|flag| flag.split('"').next());
        assert!(way.clone().all(|way| said.contains(way)), "{name}: {said}");
        assert_eq!(total(name, text.as_bytes(), flags), Ok(right), "{name}");
    }
}

#[test]
fn a_word_that_comes_late_in_a_column_of_few_is_asked_about_as_if_it_came_first() {
    for (header, usual, late) in [
        ("time,status,credits", "succeeded", "failed"),
        ("time,Status,credits", "成功", "失败"),
        ("time,status_code,credits", "200", "500"),
        ("time,kind,credits", "actual", "forecast"),
        ("time,Entry,credits", "Lookup", "Payment received"),
        ("time,Description,credits", "Usage: chat", "Monthly subscription fee"),
    ] {
        let row = |n: usize, is_late: bool| match is_late && n % 9 == 4 {
            true => (format!("{},{late},{}", hourly(n, 6), some(n)), 0),
            false => (format!("{},{usual},{}", hourly(n, 6), some(n)), 10 * some(n)),
        };
        let (text, right) = of_rows(header, (0..BEFORE + LATE).map(|n| row(n, false)));
        assert_eq!(total("usual.csv", text.as_bytes(), &[]), Ok(right), "{header}, ordinary");
        let (text, right) = of_rows(header, (0..BEFORE + LATE).map(|n| row(n, n > BEFORE)));
        let said = total("late.csv", text.as_bytes(), &[]).expect_err(late);
        let name = header.split(',').nth(1).expect("a column between two");
        assert!(said.contains(late) && said.contains(name), "{said}");
        let way = format!("{name} = \"{usual}\"");
        assert_eq!(total("late.csv", text.as_bytes(), &["--where", &way]), Ok(right), "{header}");
    }
}

#[test]
fn amounts_by_which_a_balance_rises_far_behind_the_first_rows_are_asked_about() {
    let mut balance = 1_000_000;
    let mut row = |n: usize| {
        let comes_in = n > BEFORE && n % 100 == 7;
        balance += if comes_in { some(n) } else { -some(n) };
        let kind = if comes_in { "Gutschr." } else { ["Abruf", "Lauf"][n % 2] };
        let sum = if comes_in { 0 } else { 10 * some(n) };
        (format!("{},{kind},{},{balance}", hourly(n, 6), some(n)), sum)
    };
    let rows: Vec<(String, i64)> = (0..BEFORE + LATE).map(&mut row).collect();
    let (text, right) = of_rows("Datum,Buchungsart,Credits,Balance", rows.into_iter());
    let said = total("risen.csv", text.as_bytes(), &[]).expect_err("credits come in");
    assert!(said.contains("`Balance` rises by `Credits` in"), "{said}");
    let flags = ["--where", "not (Buchungsart = \"Gutschr.\")"];
    assert!(said.contains("not (Buchungsart = \"Gutschr.\")"), "{said}");
    assert_eq!(total("risen.csv", text.as_bytes(), &flags), Ok(right));
}

#[test]
fn a_balance_that_rises_in_some_of_all_rows_is_asked_about_with_the_line_of_each() {
    let mut balance = 1_000_000;
    // In no window and in no last rows.
    let lines = [4_300, 4_900, 5_500, 5_950];
    let mut row = |n: usize| {
        let comes_in = lines.contains(&(n + 2));
        let amount = if comes_in { 700 } else { some(n) };
        balance += if comes_in { amount } else { -amount };
        let sum = if comes_in { 0 } else { 10 * amount };
        (format!("{},R-{},{amount},{balance}", hourly(n, 6), n * 7_919 % 9_973), sum)
    };
    let rows: Vec<(String, i64)> = (0..12_000).map(&mut row).collect();
    let (text, right) = of_rows("time,ref,credits,balance", rows.into_iter());
    assert!(total("risen.csv", text.as_bytes(), &[]).is_err_and(|said| {
        said.contains("in 4 rows (lines 4300, 4900, 5500, 5950) and falls by it in all others")
    }));
    let said = total("risen.csv", text.as_bytes(), &[]).expect_err("credits come in");
    let way = said.split("--where '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert_eq!(total("risen.csv", text.as_bytes(), &["--where", way]), Ok(right));
}

#[test]
fn a_balance_that_falls_by_amounts_below_zero_and_then_above_counts_what_it_falls_by() {
    for (rows, turn) in [(40, 25), (6_000, 4_100)] {
        let mut balance = 1_000_000;
        let mut row = |n: usize| {
            balance -= some(n);
            let amount = if n < turn { -some(n) } else { some(n) };
            (format!("{},{amount},{balance}", hourly(n, 6)), 10 * some(n))
        };
        let rows: Vec<(String, i64)> = (0..rows).map(&mut row).collect();
        let (text, right) = of_rows("time,delta,balance", rows.into_iter());
        let said = total("flip.csv", text.as_bytes(), &[]).expect_err("the sign turns");
        assert!(said.contains(&format!("the other sign begins at line {}", turn + 2)), "{said}");
        let way = said.split("--set '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert_eq!(total("flip.csv", text.as_bytes(), &["--set", way]), Ok(right));
    }
    // A balance that goes on by both signs.
    let text = "time,delta,balance\n2026-05-01,-5,95\n2026-05-02,-6,89\n2026-05-03,20,109\n2026-05-04,-7,102\n";
    let said = total("both.csv", text.as_bytes(), &[]).expect_err("credits come in");
    assert!(said.contains("goes on by `delta`"), "{said}");
}

#[test]
fn sums_of_months_that_name_nothing_are_left_out_though_other_rows_stand_before_their_month() {
    for with_sums_from in [1, 4] {
        for (rows, to_an_hour) in [(300, 0), (9_000, 2)] {
            let at = |n: usize| match to_an_hour {
                0 => hourly(17 * n, 1),
                _ => hourly(n, to_an_hour),
            };
            let month = |n: usize| at(n)[5..7].parse::<u32>().unwrap();
            let (mut all, mut sum) = (Vec::new(), 0);
            for n in 0..rows {
                all.push((format!("{},chat,{}", at(n), some(n)), 10 * some(n)));
                sum += some(n);
                if month(n) != month(n + 1) {
                    if month(n) >= with_sums_from {
                        all.push((format!("{},,{sum}", at(n)), 0));
                    }
                    sum = 0;
                }
            }
            let (text, right) = of_rows("time,feature,credits", all.into_iter());
            assert_eq!(
                total("months.csv", text.as_bytes(), &[]),
                Ok(right),
                "{with_sums_from} {rows}"
            );
            let (told, attention) = said(&text);
            assert!((told + &attention).contains("left out as totals"), "{attention}");
        }
    }
    // Blank cells beside one name, whose rows are usage.
    let row = |n: usize| {
        let name = if n % 30 == 7 { "" } else { "chat" };
        (format!("{},{name},{}", hourly(n, 2), some(n)), 10 * some(n))
    };
    let (text, right) = of_rows("time,feature,credits", (0..3_000).map(row));
    assert_eq!(total("blank.csv", text.as_bytes(), &[]), Ok(right));
}

/// Rows with the sum of each month on the first of the next, which nothing labels; the sum of all, and that without those.
fn with_sums_of_months(rows: usize) -> (String, [i64; 2]) {
    let (mut text, mut all, mut usage, mut month) = ("time,credits\n".to_owned(), 0, 0, 0);
    for n in 0..rows {
        let at = hourly(5 * n, 1);
        if n > 0 && at[5..7] != hourly(5 * (n - 1), 1)[5..7] {
            text += &format!("{}-01T00:00:00Z,{month}\n", &at[..7]);
            (all, month) = (all + month, 0);
        }
        let amount = 25 * some(n);
        text += &format!("{at},{amount}\n");
        (all, usage, month) = (all + amount, usage + amount, month + amount);
    }
    (text, [all, usage])
}

#[test]
fn sums_of_months_on_the_first_of_the_next_are_asked_about_with_a_condition_that_leaves_them_out() {
    let (text, [all, usage]) = with_sums_of_months(500);
    let read = |flags: &[&str]| total("sums.csv", text.as_bytes(), flags);
    let refused = read(&[]).unwrap_err();
    for part in
        ["3 rows are the sum of the rows since the last such row", "`--where 'credits <= 2425'`"]
    {
        assert!(refused.contains(part), "{refused}");
    }
    assert_eq!(read(&["--where", "credits <= 2425"]), Ok(usage.to_string()));
    assert_eq!(read(&["--where", "credits = \"\" or credits != \"\""]), Ok(all.to_string()));
    // Twenty of one and a batch of twenty come together by chance, where more such batches lie among the others.
    let rows = (0..120).map(|n| if [20, 41, 95].contains(&n) { 20 } else { 1 });
    let rows = rows.enumerate().map(|(n, amount)| format!("{},{amount}\n", hourly(n, 1)));
    let text_of_batches = "time,credits\n".to_owned() + &rows.collect::<String>();
    assert_eq!(total("batches.csv", text_of_batches.as_bytes(), &[]), Ok("177".to_owned()));
    // One alone may be chance, and what some of the rows come to is no sum of all of them.
    let (text, [all, _]) = with_sums_of_months(250);
    assert_eq!(total("one.csv", text.as_bytes(), &[]), Ok(all.to_string()));
}

#[test]
fn unix_times_of_several_units_are_told_apart_by_their_digits_also_beside_written_times() {
    let rows = "time,credits\n1772359200,5\n1772359260000,6\n1772362800000000,7\n";
    check(&[
        ("units.csv", rows, &[], "18"),
        (
            "written.csv",
            &format!("{rows}1772366400000000000,8\n2026-03-01T13:00:00Z,9\n"),
            &[],
            "35",
        ),
    ]);
    let written = format!("{rows}2026-03-01T13:00:00Z,9\n");
    let told =
        "Times are dates and times and Unix times, whose units are told apart by their digits.";
    assert!(said(&written).0.contains(told), "{}", said(&written).0);
    // A number that is a time of our years in no unit is no time.
    let other = format!("{rows}17723592,8\n");
    let refused = total("other.csv", other.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("17723592"), "{refused}");
}

/// A table of two products whose columns have these headers, with 1 to so many for the first and as much again for the other.
fn side_by_side(first: &str, headers: &[&str]) -> String {
    let amounts: Vec<String> = (1..=headers.len()).map(|amount| amount.to_string()).collect();
    let amounts = amounts.join(",");
    format!("{first},{}\nchat,{amounts}\nimage,{amounts}\n", headers.join(","))
}

#[test]
fn months_with_two_digits_that_follow_one_another_are_months_of_years() {
    let english = ["Nov-25", "Dec-25", "Jan-26", "Feb-26"];
    let spanish = ["ene-26", "feb-26", "mar-26", "abr-26", "may-26"];
    let column = "Month,Credits\nJan-26,5\nFeb-26,6\nJan-26,7\n";
    check(&[
        // The first two are before the year that is counted.
        ("english.csv", &side_by_side("Product", &english), &[], "14"),
        ("spanish.csv", &side_by_side("Producto", &spanish), &[], "30"),
        ("quoted.csv", &side_by_side("Product", &["Jan '26", "Feb '26"]), &[], "6"),
        ("column.csv", column, &[], "18"),
    ]);
    let told =
        "Times are dates, of which two digits behind a month are its year, local ones in UTC.";
    assert!(said(column).0.contains(told), "{}", said(column).0);
    // Days of one month, or a month that nothing follows.
    for text in ["Day,Credits\nJan-26,5\nJan-27,6\n", "Month,Credits\nJan-26,5\nJan-26,6\n"] {
        let refused = total("unclear.csv", text.as_bytes(), &[]).unwrap_err();
        assert!(refused.contains("a month of 20.. or a day of that month"), "{refused}");
    }
}

#[test]
fn months_side_by_side_are_of_the_year_in_their_row_or_above_them() {
    let months = ["Jan", "Feb", "Mar", "Apr"];
    let german = "Jahr,Januar,Februar,März,Gesamt\n2025,1,2,3,6\n2026,4,5,6,15\n";
    let above = |line: &str| format!("{line}\n\n{}", side_by_side("Product", &months));
    check(&[("row.csv", german, &[], "15"), ("above.csv", &above("Usage 2026"), &[], "20")]);
    // The header of a known product, with months in the place of its rows.
    let costs = "Service,2026-01-01,2026-02-01,Total costs($)\nEC2,6,15,21\nS3,4,5,9\nTotal costs,10,20,30\n";
    check(&[("costs.csv", costs, &[], "30")]);
    // The day of an export says nothing of the year of its rows.
    for line in ["Exported 5 January 2027", "Exported 2027-01-05"] {
        let refused = total("unsaid.csv", above(line).as_bytes(), &[]).unwrap_err();
        assert!(refused.contains("nothing says of which year: add a column `Year`"), "{refused}");
    }
    let over = side_by_side("Product", &["Nov", "Dec", "Jan"]);
    let refused = total("over.csv", over.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("months of two years") && refused.contains("`Nov 2026`"), "{refused}");
}

#[test]
fn logs_of_sentences_are_refused_with_a_command_that_makes_a_table_of_them() {
    let log = "2026-03-01 10:00:00 ann used 21 credits for m1\n2026-03-01 10:05:00 worker started\n\
               2026-03-02 11:00:00.250 bob used 1,037 credits\n2026-03-03 12:00:00 5 credits\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.log"), log).unwrap();
    let refused = total("a.log", log.as_bytes(), &[]).unwrap_err();
    let command = refused.split('`').find(|part| part.starts_with("(echo")).expect("it is named");
    let shell = command.split_once("p' ").unwrap().0.to_owned() + "p' a.log) > usage.csv";
    let run = Command::new("bash").args(["-c", &shell]).current_dir(folder.path()).status();
    // Where there is no shell, the command is not tried.
    if run.is_ok_and(|status| status.success()) {
        assert_eq!(total_of(&folder.path().join("usage.csv"), &[]), Ok("1063".to_owned()));
    }
}

#[test]
fn logs_with_levels_before_their_times_or_objects_behind_late_ones_and_dates_of_yaml_are_read() {
    let started = "2026-03-01T09:00:00Z INFO started\n".repeat(50);
    check(&[
        (
            "level.log",
            "INFO 2026-03-01T10:00:00Z charged credits: 5 account=a\nWARN 2026-03-02T10:00:00Z charged credits: 6 account=a\n",
            &[],
            "11",
        ),
        (
            "ruby.log",
            "I, [2026-03-01T10:00:00.25 #42]  INFO -- : credits=5 model=m\nI, [2026-03-02T10:00:00.25 #42]  INFO -- : credits=6 model=m\n",
            &[],
            "11",
        ),
        (
            "late.log",
            &(started
                + "2026-03-01T10:00:00Z INFO {\"credits\":5}\n2026-03-02T10:00:00Z INFO {\"credits\":6}\n"),
            &[],
            "11",
        ),
        ("dates.yaml", "2026-03-01: 5\n2026-03-02: 6\n", &[], "11"),
        ("below.yaml", "credits:\n  2026-03-01: {used: 5}\n  2026-03-02: {used: 6}\n", &[], "11"),
    ]);
}

#[test]
fn a_blank_time_beside_another_is_refused_with_both_columns_and_read_by_them() {
    let text = "created_at,completed_at,model,credits\n2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,a,5\n\
                ,2026-03-02T10:05:00Z,a,7\n2026-03-03T10:00:00Z,,a,8\n";
    let refused = total("blank.csv", text.as_bytes(), &[]).unwrap_err();
    let way = "`--time-column 'created_at or completed_at'`";
    assert!(refused.contains(way) && refused.contains("`completed_at` holds one"), "{refused}");
    check(&[("blank.csv", text, &["--time-column", "created_at or completed_at"], "20")]);
    let alone = text.replace(",2026-03-02T10:05:00Z,", ",,");
    let refused = total("alone.csv", alone.as_bytes(), &[]).unwrap_err();
    assert!(refused.contains("the time is empty") && !refused.contains("holds one"), "{refused}");
}

#[test]
fn words_of_log_lines_that_hold_first_and_charge_then_are_two_stages_of_a_job() {
    let line = |n: usize, job: usize, what: &str, credits: i64| {
        format!(
            "time={} level=info msg=\"credits {what}\" job=j{job} credits={credits}\n",
            hourly(n, 6)
        )
    };
    for before in [0, 6_000] {
        let (mut text, mut sum) = (String::new(), 0);
        for n in 0..before {
            text += &line(n, n, "charged", some(n));
            sum += some(n);
        }
        for n in before..before + 1_500 {
            text += &line(n, n, "reserved", some(n) + 3);
            text += &line(n, n, "charged", some(n));
            sum += some(n);
        }
        let said = total("jobs.log", text.as_bytes(), &[]).expect_err("each counts twice");
        assert!(said.contains("column `msg` has two stages of what column `job` names"), "{said}");
        let way = match before {
            0 => "msg = 'credits charged'",
            _ => "not (msg = \"credits reserved\")",
        };
        assert!(said.contains(way), "{said}");
        let right = Ok(sum.to_string());
        assert_eq!(total("jobs.log", text.as_bytes(), &["--where", way]), right, "{before}");
    }
    // Messages of jobs that are held in one line each.
    let text: String =
        (0..40).map(|n| line(n, n, ["reserved", "charged"][n % 2], some(n))).collect();
    let sum: i64 = (0..40).map(some).sum();
    assert_eq!(total("jobs.log", text.as_bytes(), &[]), Ok(sum.to_string()));
}

#[test]
fn a_stage_that_is_held_first_is_not_the_kind_that_is_offered() {
    let row = |n: usize| match n {
        0..60 => (format!("{},charge,{}", hourly(n, 2), some(n)), 10 * some(n)),
        n if n.is_multiple_of(2) => (format!("{},reserve,{}", hourly(n, 2), some(n) + 5), 0),
        n => (format!("{},settle,{}", hourly(n, 2), some(n)), 10 * some(n)),
    };
    let (text, right) = of_rows("time,event,credits", (0..160).map(row));
    let refused = total("jobs.csv", text.as_bytes(), &[]).expect_err("some are held first");
    assert!(refused.contains("`--where \"event in ('charge', 'settle')\"`"), "{refused}");
    assert!(refused.contains("two stages of one have"), "{refused}");
    let flags = ["--where", "event in ('charge', 'settle')"];
    assert_eq!(total("jobs.csv", text.as_bytes(), &flags), Ok(right));
}

#[test]
fn an_error_that_comes_late_is_asked_about() {
    let line = |n: usize| {
        let error = if n > BEFORE && n % 9 == 4 { "\"timeout\"" } else { "\"\"" };
        format!("{{\"time\":\"{}\",\"error\":{error},\"credits\":{}}}\n", hourly(n, 6), some(n))
    };
    let text: String = (0..BEFORE + LATE).map(line).collect();
    let said = total("late.jsonl", text.as_bytes(), &[]).expect_err("some failed");
    assert!(said.contains("column `error` has 2 kinds of rows"), "{said}");
    let right: i64 = (0..BEFORE + LATE).filter(|n| *n <= BEFORE || n % 9 != 4).map(some).sum();
    let flags = ["--where", "error = ''"];
    assert_eq!(total("late.jsonl", text.as_bytes(), &flags), Ok(right.to_string()));
}

#[test]
fn numbers_that_are_written_in_another_way_far_behind_are_refused_with_a_command_or_read() {
    // Unix seconds that become milliseconds.
    let at = |n: usize| match n < BEFORE {
        true => (1_767_225_600 + 600 * n).to_string(),
        false => ((1_767_225_600 + 600 * n) * 1_000 + 7).to_string(),
    };
    let row = |n: usize| (format!("{},{}", at(n), some(n)), 10 * some(n));
    let (text, right) = of_rows("ts,credits", (0..BEFORE + LATE).map(row));
    assert_eq!(total("unix.csv", text.as_bytes(), &[]), Ok(right));
    // Thousands without quotes, and limits behind amounts.
    let row = |n: usize| (format!("{},chat,{}", hourly(n, 6), some(n)), 10 * some(n));
    for (late, words) in [
        ("1,204", "{1}),([0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?)$/"),
        ("57 / 100", "`sed -E 's# / [0-9]+##'"),
    ] {
        let (text, _) = of_rows("time,feature,credits", (0..BEFORE).map(row));
        let rows: String =
            (0..50).map(|n| format!("{},chat,{late}\n", hourly(BEFORE + n, 6))).collect();
        let said = total("late.csv", (text + &rows).as_bytes(), &[]).expect_err(late);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn names_with_numbers_are_no_amounts() {
    for (header, name) in [
        ("Date,Invoice,Amount USD", "INV-"),
        ("Date,Kostenstelle,Verbrauch", "KST "),
        ("Date,Object,Transfer", "/v/"),
        ("Date,Document,Amount (credits)", "INV0000"),
    ] {
        let row = |n: usize| (format!("{},{name}{},{}", day(n), n % 7 + 1, some(n)), 10 * some(n));
        let (text, right) = of_rows(header, (0..60).map(row));
        assert_eq!(total("names.csv", text.as_bytes(), &[]), Ok(right), "{header}");
    }
    // A currency before each number.
    let row = |n: usize| (format!("{},chat,EUR {}", day(n), some(n)), 10 * some(n));
    let (text, right) = of_rows("Date,Service,Charge", (0..60).map(row));
    assert_eq!(total("money.csv", text.as_bytes(), &[]), Ok(right));
}

#[test]
fn rows_that_were_pasted_far_behind_the_first_rows_are_refused_by_both_readers() {
    for (header, with_model) in [("time,credits", false), ("time,model,credits", true)] {
        let row = |n: usize| {
            let model = if with_model { ["a,", "b,"][n % 2] } else { "" };
            (format!("{},{model}{}", hourly(n, 6), some(n)), 10 * some(n))
        };
        let again = |n: usize| (row(n).0, 0);
        let rows = (0..BEFORE).map(row).chain((2_500..2_700).map(again));
        let (text, right) = of_rows(header, rows.chain((BEFORE..BEFORE + 500).map(row)));
        let said = total("pasted.csv", text.as_bytes(), &[]).expect_err("rows stand twice");
        let words = format!("200 rows from line {} on repeat those from line 2502 on", BEFORE + 2);
        assert!(said.contains(&words), "{said}");
        let names = header.split(',').flat_map(|name| ["--identity", name]);
        let flags: Vec<&str> = names.collect();
        assert!(said.contains(&flags.join(" ")), "{said}");
        assert_eq!(total("pasted.csv", text.as_bytes(), &flags), Ok(right), "{header}");
    }
}

#[test]
fn a_long_ordinary_file_is_read_whatever_its_rows_show_here_and_there() {
    let row = |n: usize| {
        let amount = some(n) + if n.is_multiple_of(500) { 900 } else { 0 };
        let (model, host) = (["small", "large"][n / 7 % 2], ["one", "two", "three"][n * n % 3]);
        let kind = ["chat", "batch"][n % 2];
        (format!("{},{host},{model},{kind},{amount}.5", hourly(n, 6)), 10 * amount + 5)
    };
    let (text, right) = of_rows("time,host,model,type,credits", (0..40_000).map(row));
    for flags in [&[][..], &["--where", "credits > 0"]] {
        assert_eq!(total("ordinary.csv", text.as_bytes(), flags), Ok(right.clone()), "{flags:?}");
    }
}
