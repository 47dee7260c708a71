//! What real exports do, kind by kind: how they write numbers and times, what stands around their tables, which
//! rows are totals, corrections or repeats, and how many meters, units and accounts are in one file.
//!
//! Every value in `tests/shapes` is invented; right totals were computed apart from the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file, and what a run that only counts makes of it.
struct Shape {
    file: &'static str,
    /// Its right total, or words of the refusal.
    plain: Result<&'static str, &'static str>,
    /// One flag that the refusal names, with its value.
    flags: &'static [&'static str],
    /// The right total with that flag; blank where the file is refused without a flag that helps.
    total: &'static str,
}

fn shapes() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes")
}

fn demanded(output: Output) -> Result<String, String> {
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ok(json["demanded"].as_str().expect("it is a quantity").to_owned())
}

fn run(file: &str, flags: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let scenario = shapes().with_file_name("exports").join("total.toml");
    command.arg("run").arg(scenario).args(["--format", "json", "--usage", file]).args(flags);
    demanded(command.current_dir(shapes()).output().expect("the program runs"))
}

/// The total that the scenario reads which an inspection writes.
fn inspected(folder: &Path, index: usize, file: &str, flags: &[&str]) -> Result<String, String> {
    let scenario = folder.join(format!("{index}.toml"));
    let path = scenario.to_str().expect("it is a name in ASCII");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(shapes()).args(["inspect", file, "--write", path]).args(flags);
    let output = command.output().expect("the program runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    demanded(command.args(["run", path, "--format", "json"]).output().expect("the program runs"))
}

/// Whether this build reads a file.
fn is_read(file: &str) -> bool {
    cfg!(feature = "xlsx") || !file.ends_with(".xlsx")
}

#[test]
fn every_shape_gives_its_right_total_or_is_refused_with_a_flag_that_gives_it() {
    for shape in SHAPES.iter().filter(|shape| is_read(shape.file)) {
        let Shape { file, flags, total, .. } = shape;
        match (run(file, &[]), shape.plain) {
            (Ok(found), right) => assert_eq!(Ok(found.as_str()), right, "{file}"),
            (Err(said), Err(words)) => assert!(said.contains(words), "{file}: {said}"),
            (Err(said), Ok(_)) => panic!("{file}: {said}"),
        }
        if !flags.is_empty() {
            assert_eq!(run(file, flags).as_deref(), Ok(*total), "{file} {flags:?}");
        }
    }
}

#[test]
fn differences_of_several_totals_in_one_file_or_of_some_of_its_rows_are_refused() {
    for (file, flags, words) in [
        (
            "totals-of-users.csv",
            &["--amount-column", "rise of Total to date"][..],
            "several values in `User`",
        ),
        (
            "readings-of-two-meters.csv",
            &["--amount-column", "rise of Meter reading"],
            "go up and down from row to row",
        ),
        (
            "balances-alone.csv",
            &["--amount-column", "fall of Credits remaining", "--where", "`Credits remaining` > 0"],
            "leave those settings out",
        ),
        (
            "balances-alone.csv",
            &["--amount-column", "rise of Credits remaining"],
            "`--amount-column 'fall of Credits remaining'` counts them",
        ),
    ] {
        let said = run(file, flags).expect_err("it is no one total");
        assert!(said.contains(words), "{file}: {said}");
    }
}

#[test]
fn the_scenario_that_an_inspection_writes_reads_the_same_total() {
    let folder = tempfile::tempdir().unwrap();
    // Every fourth, and those whose columns are not those of the file.
    let is_chosen = |(index, shape): &(usize, &Shape)| {
        index % 4 == 0
            || [
                "columns",
                "days-",
                "he-",
                "halfhours",
                "map",
                "ignored",
                "no-data",
                "power",
                "sims",
                "year-",
                "page-",
                ".xls",
                ".xml",
            ]
            .iter()
            .any(|word| shape.file.contains(word))
    };
    for (index, shape) in SHAPES.iter().enumerate().filter(is_chosen) {
        // An inspection takes no `--set`.
        let is_set = shape.flags.contains(&"--set");
        if shape.total.is_empty() || !is_read(shape.file) || is_set {
            continue;
        }
        let found = inspected(folder.path(), index, shape.file, shape.flags);
        assert_eq!(found.as_deref(), Ok(shape.total), "{}", shape.file);
    }
}

#[test]
fn an_amount_chosen_by_hand_is_asked_about_its_units_as_any_other() {
    for (file, amount, column) in [
        ("../exports/01-github-ai-credit-17col.csv", "quantity", "unit_type"),
        ("oci-two-units.csv", "usage/billedQuantity", "cost/billingUnitReadable"),
        ("cur-two-currencies.csv", "lineItem/UnblendedCost", "lineItem/CurrencyCode"),
    ] {
        let said = run(file, &["--amount-column", amount]).expect_err("it has two units");
        let wanted = format!("column `{column}` has 2 kinds of rows");
        assert!(said.contains(&wanted), "{file}: {said}");
    }
}

/// A scenario that counts in a unit, and what a run of it says of a file: its total, or why it was refused.
fn run_in(unit: &str, file: &str, flags: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder of its own");
    let scenario = folder.path().join("unit.toml");
    let total = shapes().with_file_name("exports").join("total.toml");
    let text = std::fs::read_to_string(total).expect("it is there");
    let text = text.replace("zone =", &format!("unit = \"{unit}\"\nzone ="));
    std::fs::write(&scenario, text).expect("the folder is new");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.arg("run").arg(scenario).args(["--format", "json", "--usage", file]).args(flags);
    demanded(command.current_dir(shapes()).output().expect("the program runs"))
}

#[test]
fn the_column_in_the_unit_of_the_scenario_is_taken_and_one_of_its_measure_is_offered_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.csv");
    let file = path.to_str().unwrap();
    for (unit, text, right, flags, total) in [
        (
            "USD",
            "date,requests,cost_usd\n2026-05-01,3,1.5\n2026-05-02,4,2\n",
            Ok("3.5"),
            &[][..],
            "",
        ),
        (
            "credits",
            "date,tokens,credits\n2026-05-01,300,1.5\n2026-05-02,400,2\n",
            Ok("3.5"),
            &[],
            "",
        ),
        ("minutes", "date,minutes,credits\n2026-05-01,3,1.5\n2026-05-02,4,2\n", Ok("7"), &[], ""),
        // Two columns say it, or one says nothing.
        ("USD", "date,cost_usd,price_usd\n2026-05-01,3,1.5\n2026-05-02,4,2\n", Ok("7"), &[], ""),
        (
            "tokens",
            "date,input_tokens,output_tokens\n2026-05-01,3,1\n2026-05-02,4,2\n",
            Err("may be in any of"),
            &[],
            "",
        ),
        (
            "minutes",
            "date,path,duration_ms,credits\n2026-05-01,/x,90000,2\n2026-05-02,/x,45000,2\n",
            Err("`--amount-column 'duration_ms / 60000'` counts `duration_ms` (ms) in minutes"),
            &["--amount-column", "duration_ms / 60000"],
            "2.25",
        ),
        (
            "minutes",
            "Date,Duration,Credits\n2026-05-01,00:12:30,3\n2026-05-02,01:02:00,5\n",
            Ok("74.5"),
            &[],
            "",
        ),
        (
            "minutes",
            "Date,usage_seconds\n2026-05-01,100\n2026-05-02,20\n",
            Err("give --amount-column 'usage_seconds / 60', which counts them in minutes"),
            &["--amount-column", "usage_seconds / 60"],
            "2",
        ),
        (
            "tokens",
            "Date,tokens_k\n2026-05-01,1\n2026-05-02,2\n",
            Err("--amount-column tokens_k=1000"),
            &["--amount-column", "tokens_k=1000"],
            "3000",
        ),
        (
            "tokens",
            "Date,Tokens (crore)\n2026-05-01,1.5\n2026-05-02,2\n",
            Err("--amount-column 'Tokens (crore)=10000000'"),
            &["--amount-column", "Tokens (crore)=10000000"],
            "35000000",
        ),
        (
            "USD",
            "Date,Cost (¢)\n2026-05-01,150\n2026-05-02,50\n",
            Err("--amount-column 'Cost (¢)=0.01'"),
            &["--amount-column", "Cost (¢)=0.01"],
            "2",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        match (run_in(unit, file, &[]), right) {
            (Ok(found), right) => assert_eq!(Ok(found.as_str()), right, "{text}"),
            (Err(said), Err(words)) => assert!(said.contains(words), "{text}: {said}"),
            (Err(said), Ok(_)) => panic!("{text}: {said}"),
        }
        if !flags.is_empty() {
            assert_eq!(run_in(unit, file, flags).as_deref(), Ok(total), "{text}");
        }
    }
}

/// What a scenario in this unit makes of a file: its right total or words of the refusal, and the total with flags that the
/// refusal names.
type UnitShape = (
    &'static str,
    &'static str,
    Result<&'static str, &'static str>,
    &'static [&'static str],
    &'static str,
);

fn check_in_units(shapes: &[UnitShape]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.csv");
    let file = path.to_str().unwrap();
    for (unit, text, right, flags, total) in shapes {
        std::fs::write(&path, text).unwrap();
        match (run_in(unit, file, &[]), right) {
            (Ok(found), right) => assert_eq!(Ok(found.as_str()), *right, "{unit}: {text}"),
            (Err(said), Err(words)) => {
                assert!(said.contains(words), "{unit}: {text}: {said}");
                for flag in flags.iter() {
                    let is_named = said.contains(flag) || flag.contains("usage.meters");
                    assert!(is_named, "{flag}: {said}");
                }
            }
            (Err(said), Ok(_)) => panic!("{unit}: {text}: {said}"),
        }
        if !flags.is_empty() {
            assert_eq!(run_in(unit, file, flags).as_deref(), Ok(*total), "{unit}: {text}");
        }
    }
}

#[test]
fn what_begins_behind_the_rows_that_are_looked_at_first_is_told_or_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.csv");
    let file = path.to_str().unwrap();
    let inspected = |header: &str, first: &dyn Fn(usize) -> String, later: &[&str]| {
        let rows: String = (0..2_100).map(first).collect();
        std::fs::write(&path, format!("{header}\n{rows}{}\n", later.join("\n"))).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        let output = command.args(["inspect", file]).output().expect("the program runs");
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        said.concat().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let later = [
        "2026-03-01,x1,reserved,5",
        "2026-03-01,x1,settled,4",
        "2026-03-02,x2,reserved,6",
        "2026-03-02,x2,settled,5",
    ];
    let day = |row: usize| format!("2026-{:02}-{:02}", 1 + row / 1_400, 1 + row / 50 % 28);
    let job = |row: usize| format!("{},j{row},settled,{}\n", day(row), 1 + row % 7);
    let said = inspected("date,job,status,credits", &job, &later);
    assert!(said.contains("Column `status` has rows of two stages"), "{said}");
    let none = inspected("date,job,status,credits", &job, &later[1..2]);
    assert!(!none.contains("two stages"), "{none}");
    let range = "\"Feb 1, 2026 - Feb 28, 2026\"";
    let country = |row: usize| format!("{},{range},{}\n", day(row), 1 + row % 7);
    let before = "2026-02-01,\"Jan 1, 2026 - Jan 31, 2026\",3";
    let said = inspected("Date,Date range,Credits", &country, &[before]);
    assert!(said.contains("column `Date range` has 2 kinds of rows"), "{said}");
}

#[test]
fn files_each_of_which_has_one_range_of_dates_are_one_history() {
    let folder = tempfile::tempdir().unwrap();
    for (name, range) in
        [("a.csv", "Jan 1, 2026 - Jan 31, 2026"), ("b.csv", "Feb 1, 2026 - Feb 28, 2026")]
    {
        let rows: String = (1..=3).map(|n| format!("c{n},\"{range}\",{n}\n")).collect();
        std::fs::write(folder.path().join(name), format!("Country,Date range,Credits\n{rows}"))
            .unwrap();
    }
    assert_eq!(run(folder.path().to_str().unwrap(), &[]).as_deref(), Ok("12"));
}

#[test]
fn under_a_unit_of_money_the_money_is_taken_and_no_quantity_beside_it() {
    check_in_units(&[
        (
            "USD",
            "Date,Meter,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrency\n\
             05/14/2026,in,12,1K,0.03,USD\n05/15/2026,in,9,1K,0.02,USD\n",
            Ok("0.05"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Consumption,Unit,Unit price,Cost,Currency\n\
             2026-05-01,12,GB,0.10,1.20,USD\n2026-05-02,9,GB,0.10,0.90,USD\n",
            Ok("2.1"),
            &[],
            "",
        ),
        (
            "EUR",
            "date,consumed_quantity,unit,total_untaxed_amount,currency\n\
             2026-05-01,12,million tokens,2.40,EUR\n2026-05-02,3,million tokens,0.6,EUR\n",
            Ok("3"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,UsageQuantity,CurrencyCode,CostBeforeTax,TaxAmount,TotalCost\n\
             2026-05-01,12,USD,7.5,0.75,8.25\n2026-05-02,9,USD,1,0.1,1.1\n",
            Err(
                "`--amount-column CostBeforeTax` counts `CostBeforeTax`, `--amount-column TotalCost`",
            ),
            &["--amount-column", "TotalCost"],
            "9.35",
        ),
        // The currency of the file is another.
        (
            "USD",
            "date,consumed_quantity,unit,total_untaxed_amount,currency\n2026-05-01,12,tokens,2.40,EUR\n2026-05-02,3,tokens,0.6,EUR\n",
            Err("the export counts EUR"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Quantity,Cost,Currency\n2026-05-01,12,7.5,EUR\n2026-05-02,9,1,EUR\n",
            Err("the export counts EUR"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Quantity,Total\n2026-05-01,12,7.5\n2026-05-02,9,1\n",
            Err("nothing says that column `Quantity` does: `--amount-column Total` counts `Total`"),
            &["--amount-column", "Total"],
            "8.5",
        ),
        (
            "USD",
            "Date,Quantity,Unit price\n2026-05-01,12,0.5\n2026-05-02,9,1\n",
            Err("counts `Quantity` at the price of one in `Unit price`"),
            &["--amount-column", "`Unit price` * Quantity"],
            "15",
        ),
        (
            "USD",
            "Date,To,Body,Parts,Price\n2026-05-12,+61400000000,Hi,1,0.079\n2026-05-13,+61400000001,Ho,2,0.158\n",
            Err("`--amount-column Price` counts `Price`, if each is the price of its whole row"),
            &["--amount-column", "Price"],
            "0.237",
        ),
        (
            "USD",
            "Day,Resolutions,Price per resolution,Total\n2026-05-01,30,$0.99,$29.70\n2026-05-02,2,$0.99,$1.98\n",
            Ok("31.68"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Input Tokens,Output Tokens,Cost\n2026-05-01,1030,230,$0.030\n2026-05-02,102,22,$0.02\n",
            Ok("0.05"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Builds,Build credits used ($)\n2026-05-01,3,3.00\n2026-05-02,4,16.00\n",
            Ok("19"),
            &[],
            "",
        ),
        (
            "USD",
            "date,spend,total_tokens\n2026-05-01,1.5,120\n2026-05-02,2,80\n",
            Ok("3.5"),
            &[],
            "",
        ),
        (
            "USD",
            "id,createdAt,cost,costBreakdown.stt,costBreakdown.llm,costBreakdown.total\n\
             a,2026-05-01,1.5,0.5,0.75,1.5\nb,2026-05-02,2,1,0.5,2\n",
            Ok("3.5"),
            &[],
            "",
        ),
        (
            "USD",
            "Date,Region,Quantity,Unit,Unit Price,Amount\n2026-05-01,us,24,hours,0.08,1.92\n2026-05-02,us,10,hours,0.08,0.8\n",
            Ok("2.72"),
            &[],
            "",
        ),
        (
            "EUR",
            "Datum;Typ;Menge;Einheit;Einzelpreis;Preis\n14.05.2026;CX22;2;Stück;3,79;7,58\n15.05.2026;CX32;1;Stück;6,80;6,80\n",
            Ok("14.38"),
            &[],
            "",
        ),
        (
            "EUR",
            "Date;Service;Quantité;Prix unitaire HT (€);Total HT (€)\n13/05/2026;AI;30;0,02;0,60\n14/05/2026;AI;21;0,02;0,42\n",
            Ok("1.02"),
            &[],
            "",
        ),
    ]);
}

#[test]
fn a_column_in_another_size_of_the_unit_is_counted_in_it_exactly_however_it_was_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.csv");
    let file = path.to_str().unwrap();
    for (unit, text, column, way_out, total) in [
        (
            "kWh",
            "timestamp,consumption (Wh),returned (Wh)\n14/05/2026 00:00,700,0\n14/05/2026 01:00,41,0\n",
            "consumption (Wh)",
            "consumption (Wh)=0.001",
            "0.741",
        ),
        (
            "GB",
            "Date,Data used (MB),Sessions\n2026-05-01,1200,2\n2026-05-02,900,2\n",
            "Data used (MB)",
            "Data used (MB)=0.001",
            "2.1",
        ),
        (
            "minutes",
            "start,hours,requests\n2026-05-01,1.5,7\n2026-05-02,0.25,8\n",
            "hours",
            "hours=60",
            "105",
        ),
        (
            "kWh",
            "Start,Net (kWh),Demand (kW)\nMay 14 2026 00:00,8,16\nMay 14 2026 00:30,4,8\nMay 14 2026 01:00,1,2\n",
            "Demand (kW)",
            "Demand (kW)=0.5",
            "13",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let said = run_in(unit, file, &["--amount-column", column]).expect_err("it is in another");
        assert!(
            said.contains(&format!("--amount-column '{way_out}'"))
                || said.contains(&format!("--amount-column {way_out}")),
            "{said}"
        );
        let found = run_in(unit, file, &["--amount-column", way_out]);
        assert_eq!(found.as_deref(), Ok(total), "{text}");
        // A formula says that the numbers are right as they are.
        assert!(run_in(unit, file, &["--amount-column", &format!("1 * `{column}`")]).is_ok());
    }
}

#[test]
fn the_only_column_in_the_unit_of_the_scenario_is_taken_beside_other_measures_money_and_heads() {
    check_in_units(&[
        (
            "kWh",
            "Start,Net (kWh),Demand (kW)\nMay 14 2026 00:00,8.1,9\nMay 14 2026 01:00,4,5\n",
            Ok("12.1"),
            &[],
            "",
        ),
        (
            "kWh",
            "日付,使用量（kWh）,電気料金（円）\n2026/05/01,0.5,12\n2026/05/02,1.25,34\n",
            Ok("1.75"),
            &[],
            "",
        ),
        (
            "minutes",
            "Start,Participants,Duration (Minutes)\n2026-05-01,3,30\n2026-05-02,4,21\n",
            Ok("51"),
            &[],
            "",
        ),
        (
            "credits",
            "Data;Usuário;Créditos consumidos;Custo (R$)\n14/05/2026;Ana;30;R$ 3,00\n15/05/2026;Ana;21;R$ 2,10\n",
            Ok("51"),
            &[],
            "",
        ),
        // These points are no credits.
        (
            "credits",
            "start,data_points.conversation,data_points.cost\n2026-05-01,3,1.5\n2026-05-02,4,2\n",
            Err("may be in any of"),
            &["--amount-column", "data_points.conversation"],
            "7",
        ),
        (
            "credits",
            "Date,Billed Copilot Credits,Non-billed Copilot Credits\n2026-05-01,30,0\n2026-05-02,21,0\n",
            Ok("51"),
            &[],
            "",
        ),
        (
            "credits",
            "Date,Billed Copilot Credits,Non-billed Copilot Credits\n2026-05-01,30,0\n2026-05-02,21,1\n",
            Err("may be in any of"),
            &[],
            "",
        ),
        (
            "kWh",
            "Zeit;Leistung (W)\n01.05.2026 00:00;400\n01.05.2026 01:00;400\n01.05.2026 02:00;200\n",
            Err("here 60 minutes: `--amount-column 'Leistung (W)=0.001'` counts kWh (or"),
            &["--amount-column", "Leistung (W)=0.001"],
            "1",
        ),
        (
            "kWh",
            "Zeit;Leistung (W)\n01.05.2026 00:00;600\n01.05.2026 00:05;600\n01.05.2026 00:10;1200\n",
            Err("here 5 minutes"),
            &["--amount-column", "`Leistung (W)` / 12000"],
            "0.2",
        ),
    ]);
}

#[test]
fn ways_out_count_what_lies_between_two_balances_and_what_several_columns_of_credits_come_to() {
    check_in_units(&[
        (
            "credits",
            "created_at,action,credits_before,credits_after\n2026-05-10,render,5000,4988\n2026-05-11,render,4988,4979\n",
            Err("counts what each row took off"),
            &["--amount-column", "credits_before - credits_after"],
            "21",
        ),
        (
            "credits",
            "Date,gpt-5 credits,claude-4 credits\n2026-05-01,12,13\n2026-05-02,9,1\n",
            Err("for their sum"),
            &["--amount-column", "`gpt-5 credits` + `claude-4 credits`"],
            "35",
        ),
        (
            "credits",
            "Date,Included credits used,Overage credits used\n2026-05-01,12,1\n2026-05-02,9,3\n",
            Err("for their sum"),
            &["--amount-column", "`Included credits used` + `Overage credits used`"],
            "25",
        ),
        (
            "credits",
            "Date,Type,Credits\n2026-05-09,Usage,25\n2026-05-10,Usage,71\n2026-05-11,Refund,5\n",
            Err("to take off what was given back: `--set"),
            &[
                "--set",
                "usage.meters=[{ where = \"Type = \\\"Usage\\\"\", amount = \"Credits\" }, { where = \"Type = \\\"Refund\\\"\", amount = \"-1 * Credits\" }]",
            ],
            "91",
        ),
        (
            "USD",
            "Date,Description,Amount\n2026-05-09,API usage,2\n2026-05-10,API usage,8\n2026-05-10,Sales tax (8%),0.8\n\
             2026-05-10,Amount due,10.8\n",
            Err("choose with `--where \"Description = 'API usage'\"`"),
            &["--where", "Description = 'API usage'"],
            "10",
        ),
    ]);
}

#[test]
fn rows_a_month_apart_are_told_as_totals_by_a_run_and_by_an_inspection() {
    let told = |command: &str, file: &str| {
        let scenario = shapes().with_file_name("exports").join("total.toml");
        let mut run = Command::new(env!("CARGO_BIN_EXE_recharge"));
        run.current_dir(shapes()).arg(command);
        if command == "run" {
            run.arg(scenario).arg("--usage");
        }
        let output = run.arg(file).output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let months = "Rows of usage are a month apart, as totals of months are, and invoices";
    let invoices = "The times in column `invoice_date` likely are those of invoices";
    for command in ["run", "inspect"] {
        let text = told(command, "invoice-dates.csv");
        assert!(text.contains(months) && text.contains(invoices), "{command}: {text}");
        let text = told(command, "ends-of-months.csv");
        let ends = "The times in column `Period end` are ends, each where a month begins: each row is taken at the beginning of the \
                    month before";
        assert!(text.contains(ends), "{command}: {text}");
        let text = told(command, "powers-of-ten.csv");
        let lost = "3 amounts are written in powers of ten in column `Tokens`, such as `1.81E+06`";
        assert!(text.contains(lost), "{command}: {text}");
        let text = told(command, "workspaces.csv");
        assert!(!text.contains(months) && !text.contains(invoices), "{command}: {text}");
        let parts = "The rows of 2 values of `workspace_id` are added up: `w-1` 11, `w-2` 7.";
        assert!(text.contains(parts), "{command}: {text}");
        let text = told(command, "statuses-of-requests.csv");
        assert!(text.contains("of `status` are added up: `200` 238,"), "{command}: {text}");
        let text = told(command, "numbers-called.csv");
        assert!(text.contains("12 numbers in 12 rows: they are taken for"), "{command}: {text}");
        let text = told(command, "included-and-billed.csv");
        assert!(
            text.contains("sum of `included_credits` and `billed_credits`"),
            "{command}: {text}"
        );
    }
}

/// Rows of hours from the start of 2026 on, with whole amounts from 1 to 9.
fn hours(count: u32, row: impl Fn(String, u32) -> String) -> String {
    let time = |hour: u32| {
        format!("2026-{:02}-{:02} {:02}:00", 1 + hour / 672, 1 + hour / 24 % 28, hour % 24)
    };
    (0..count).map(|hour| row(time(hour), 1 + hour * 7 % 9)).collect()
}

#[test]
fn a_total_at_the_end_of_a_long_file_is_asked_about_as_in_a_short_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let total: u32 = (0..1_500).map(|hour| 1 + hour * 7 % 9).sum();
    for (name, text, words, way_out) in [
        (
            "a label that no other row has",
            format!(
                "Time,Service,Credits\n{}2026-03-07 11:00,Endsumme aller,{total}\n",
                hours(1_500, |time, amount| format!("{time},api,{amount}\n"))
            ),
            "under `Endsumme aller` in column `Service`",
            "Service != \"Endsumme aller\"".to_owned(),
        ),
        (
            "no label",
            format!(
                "Time,Credits\n{}2026-03-07 11:00,{total}\n",
                hours(1_500, |time, amount| format!("{time},{amount}\n"))
            ),
            "line 1502, at an end of the file",
            format!("Credits != {total}"),
        ),
        (
            "a date among times",
            format!(
                "Time,Credits\n{}2026-03-08,{total}\n",
                hours(1_500, |time, amount| format!("{time},{amount}\n"))
            ),
            "line 1502, at an end of the file",
            format!("Credits != {total}"),
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let file = path.to_str().unwrap();
        let said = run(file, &[]).expect_err(name);
        assert!(said.contains(words), "{name}: {said}");
        assert_eq!(run(file, &["--where", &way_out]), Ok(total.to_string()), "{name}");
        let said = run(file, &["--sort"]).expect_err(name);
        assert!(said.contains(words), "{name}, sorted: {said}");
    }
    // What is read only once cannot be read again for what it means.
    let long = std::fs::File::open(&path).unwrap();
    let scenario = shapes().with_file_name("exports").join("total.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.arg("run").arg(scenario).args(["--format", "json", "--usage", "-"]).stdin(long);
    let said = demanded(command.output().expect("the program runs"));
    assert!(said.as_ref().is_err_and(|said| said.contains("save it in a file")), "{said:?}");
    // The same rows without their total are read as they are.
    let rows = hours(1_500, |time, amount| format!("{time},{amount}\n"));
    std::fs::write(&path, format!("Time,Credits\n{rows}")).unwrap();
    assert_eq!(run(path.to_str().unwrap(), &[]), Ok(total.to_string()));
}

#[test]
fn every_file_in_the_folder_is_a_shape() {
    let mut files: Vec<String> = std::fs::read_dir(shapes())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut known: Vec<&str> = SHAPES.iter().map(|shape| shape.file).collect();
    files.sort();
    known.sort_unstable();
    assert_eq!(files, known);
}

#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    Shape { file: "records-by-project.json", plain: Ok("28"), flags: &["--records", "projects.*"], total: "28" },
    Shape { file: "records-by-customer.json", plain: Err("column `customer` has 2 accounts"), flags: &["--account", "ann"], total: "7" },
    Shape { file: "records-by-kind.json", plain: Err("`--records 'data.*'` reads them with the key of each as its `data`"), flags: &["--records", "data.actual"], total: "7" },
    Shape { file: "months.xlsx", plain: Err("`--sheet '*'` reads 2 sheets one after another"), flags: &["--sheet", "*"], total: "26" },
    Shape { file: "summary-and-rows.xlsx", plain: Err("(`--sheet \"Detail\""), flags: &["--sheet", "Detail"], total: "14" },
    Shape { file: "nem12.csv", plain: Ok("27"), flags: &["--amount-column", "amount"], total: "27" },
    Shape { file: "nem12-both-ways.csv", plain: Err("column `Direction` has 2 kinds of rows"), flags: &["--where", "Direction = 'from grid'"], total: "27" },
    Shape { file: "sections.csv", plain: Err("`grep -E '^\"?(Date|[0-9])' sections.csv > usage.csv`"), flags: &[], total: "" },
    Shape { file: "readings-below-metadata.csv", plain: Ok("10"), flags: &["--header-line", "3"], total: "10" },
    Shape { file: "quarters-of-an-hour.csv", plain: Ok("3.5"), flags: &["--amount-column", "amount"], total: "3.5" },
    Shape { file: "grants-and-used.json", plain: Err("`grant_amount` 70, `used_amount` 30"), flags: &["--amount-column", "used_amount"], total: "30" },
    Shape { file: "tokens-in-all.json", plain: Ok("129"), flags: &["--amount-column", "tokens.total"], total: "129" },
    Shape { file: "psql.txt", plain: Ok("35"), flags: &[], total: "35" },
    Shape { file: "psql-with-nulls.txt", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "mysql.txt", plain: Ok("35"), flags: &["--amount-column", "credits"], total: "35" },
    Shape { file: "drawn-with-lines.txt", plain: Ok("35"), flags: &[], total: "35" },
    Shape { file: "units-in-a-row.csv", plain: Ok("63"), flags: &["--amount-column", "Verbrauch"], total: "63" },
    Shape { file: "units-and-a-pattern.csv", plain: Err("`Netzbezug (Wh)` (such as 10)"), flags: &["--amount-column", "Einspeisung (Wh)"], total: "63" },
    Shape { file: "years-above-months.csv", plain: Ok("66"), flags: &[], total: "66" },
    Shape { file: "groups-above-names.csv", plain: Err("`Input Credits` (such as 10)"), flags: &["--amount-column", "Output Credits"], total: "60" },
    Shape { file: "orb-cumulative.json", plain: Err("--identity 'usage.timeframe_start' --keep last"), flags: &["--identity", "usage.timeframe_start", "--keep", "last"], total: "15" },
    Shape { file: "cumulative-by-model.csv", plain: Err("--identity 'Start' --identity 'Model' --keep last"), flags: &["--identity", "Start", "--identity", "Model", "--keep", "last"], total: "14" },
    Shape { file: "hours-and-minutes.csv", plain: Ok("16.5"), flags: &["--amount-column", "Hours"], total: "16.5" },
    Shape { file: "minutes-and-seconds.csv", plain: Ok("79.5"), flags: &["--amount-column", "Minutes"], total: "79.5" },
    Shape { file: "durations-in-minutes.csv", plain: Ok("64.5"), flags: &["--amount-column", "Duration (min)"], total: "64.5" },
    Shape { file: "durations-in-two-parts.csv", plain: Err("hours and minutes or minutes and seconds"), flags: &[], total: "" },
    Shape { file: "arabic-digits.csv", plain: Ok("168"), flags: &[], total: "168" },
    Shape { file: "devanagari-digits.csv", plain: Ok("168"), flags: &[], total: "168" },
    Shape { file: "fullwidth-dates.csv", plain: Ok("168"), flags: &[], total: "168" },
    Shape { file: "reiwa.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "unix-of-programs.csv", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "unix-rounded.csv", plain: Err("without its last digits"), flags: &[], total: "" },
    Shape { file: "month-ends-as-subtotals.csv", plain: Err("the first in line 33 (397)"), flags: &["--where", "Credits = \"\" or Credits != \"\""], total: "1522" },
    Shape { file: "total-unlabelled.csv", plain: Err("line 14, at an end of the file, holds 78"), flags: &["--where", "Credits != 78"], total: "78" },
    Shape { file: "price-and-currency.csv", plain: Err("`price` (such as 0.084)"), flags: &["--amount-column", "price"], total: "0.146" },
    Shape { file: "zone-in-header.csv", plain: Ok("700"), flags: &["--usage-zone", "UTC"], total: "706" },
    Shape { file: "zone-name-in-header.csv", plain: Ok("6"), flags: &["--usage-zone", "UTC"], total: "706" },
    Shape { file: "zone-letters-winter.csv", plain: Ok("7"), flags: &["--usage-zone", "UTC"], total: "97" },
    Shape { file: "zone-letters.csv", plain: Err("`--usage-zone Etc/GMT-1` (UTC+01:00 all year), `--usage-zone Europe/Berlin`"), flags: &["--usage-zone", "Etc/GMT-1"], total: "97" },
    Shape { file: "point-or-thousands.csv", plain: Err("may have thousands or three decimals"), flags: &["--decimal", "comma"], total: "2230" },
    Shape { file: "point-or-thousands.tsv", plain: Err("may have thousands or three decimals"), flags: &["--decimal", "comma"], total: "2230" },
    Shape { file: "point-or-thousands.json", plain: Err("may have thousands or three decimals"), flags: &["--decimal", "point"], total: "981.25" },
    Shape { file: "point-of-json.json", plain: Ok("3.579"), flags: &[], total: "3.579" },
    Shape { file: "comma-or-thousands.csv", plain: Err("may have thousands or three decimals"), flags: &["--decimal", "comma"], total: "3.579" },
    Shape { file: "three-decimals-english.csv", plain: Ok("3.595"), flags: &[], total: "3.595" },
    Shape { file: "three-decimals-settled.csv", plain: Ok("13.873"), flags: &[], total: "13.873" },
    Shape { file: "uhrzeit.csv", plain: Ok("1.75"), flags: &["--usage-zone", "Etc/GMT+1"], total: "1.999" },
    Shape { file: "stray-cell.xlsx", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "stray-column.xlsx", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "rows-with-total.csv", plain: Ok("11"), flags: &["--amount-per-row", "1"], total: "2" },
    Shape { file: "grafana.csv", plain: Err("`{team=\"a\"}` (such as 5)"), flags: &["--amount-column", "{team=\"a\"}"], total: "12" },
    Shape { file: "header-name-twice.csv", plain: Err("`column_2` (`Amount`, such as 5)"), flags: &["--amount-column", "column_2"], total: "12" },
    Shape { file: "en-dash.csv", plain: Ok("25"), flags: &[], total: "25" },
    Shape { file: "week-subtotals.csv", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "year-and-month.csv", plain: Ok("11"), flags: &["--time-column", "Year and Month"], total: "11" },
    Shape { file: "due-dates.csv", plain: Err("the time: may be in any of `Invoice date`"), flags: &["--time-column", "Invoice date"], total: "220" },
    Shape { file: "sjis.csv", plain: Err("is no UTF-8, and the text is in another encoding"), flags: &[], total: "" },
    Shape { file: "trillions.csv", plain: Err("--amount-column 'credits=0.000001'"), flags: &["--amount-column", "credits=0.000001"], total: "12000000" },
    Shape { file: "units-in-brackets.csv", plain: Err("the amount: may be in any of `Energie Netzbezug (Wh)`"), flags: &["--amount-column", "Energie Netzbezug"], total: "750" },
    Shape { file: "sas-dates.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "days-of-year.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "dotnet-dates.json", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "currency-twice.csv", plain: Ok("1240"), flags: &[], total: "1240" },
    Shape { file: "buddhist-years.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "german.csv", plain: Ok("27031.9"), flags: &[], total: "27031.9" },
    Shape { file: "euro-suffix.csv", plain: Ok("27031.9"), flags: &[], total: "27031.9" },
    Shape { file: "euro-latin1.csv", plain: Ok("27031.9"), flags: &[], total: "27031.9" },
    Shape { file: "comma-decimals.csv", plain: Ok("17.95"), flags: &[], total: "17.95" },
    Shape { file: "ambiguous-comma.csv", plain: Err("and no other number shows which"), flags: &[], total: "" },
    Shape { file: "swiss.csv", plain: Ok("24690"), flags: &[], total: "24690" },
    Shape { file: "french-nbsp.csv", plain: Ok("24690"), flags: &[], total: "24690" },
    Shape { file: "paren-negative.csv", plain: Ok("24655.5"), flags: &[], total: "24655.5" },
    Shape { file: "trailing-minus.csv", plain: Ok("197.5"), flags: &[], total: "197.5" },
    Shape { file: "sci.csv", plain: Ok("0.0022"), flags: &[], total: "0.0022" },
    Shape { file: "usd-suffix.csv", plain: Ok("195"), flags: &[], total: "195" },
    Shape { file: "percent.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "lakh.csv", plain: Ok("3703701"), flags: &[], total: "3703701" },
    Shape { file: "dmy-slash.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "mdy-clock12.csv", plain: Ok("820"), flags: &[], total: "820" },
    Shape { file: "ambiguous-dm.csv", plain: Err("day and month cannot be told apart"), flags: &["--date-order", "day_first"], total: "28" },
    Shape { file: "ymd-slash.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "rfc2822.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "go-utc.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "space-offset.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "excel-serial.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "excel-serial-frac.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "unix-ms.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "unix-us.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "unix-ns.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "long-month.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "dmon.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "yyyymmdd.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "month-only.csv", plain: Ok("28"), flags: &[], total: "28" },
    Shape { file: "date-hour-cols.csv", plain: Ok("480"), flags: &[], total: "480" },
    Shape { file: "hour-1-24.csv", plain: Ok("480"), flags: &[], total: "480" },
    Shape { file: "two-digit-year.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "iso-week-z.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "tz-name.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "tz-pst.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "interval-slash.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "ampm-iso.csv", plain: Ok("40"), flags: &[], total: "40" },
    Shape { file: "cr.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "utf16le.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "utf16be.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "utf16-nobom.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "pipe.txt", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "tab.tsv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "packed.csv.gz", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "all-quoted-semi.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "sep-line.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "zip.zip", plain: Err("unpack it (`unzip zip.zip`)"), flags: &[], total: "" },
    Shape { file: "latin1.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "spaces.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "comment.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "trailing-comma.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "blank-lines.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "markdown.md", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "newline-in-cell.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "backslash-quote.csv", plain: Err("a quote inside a quoted cell is written twice"), flags: &[], total: "" },
    Shape { file: "total-last.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "total-first.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "total-blank-date.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "total-wrong.csv", plain: Err("find what is missing or repeated"), flags: &[], total: "" },
    Shape { file: "grand-sub.csv", plain: Ok("420"), flags: &[], total: "420" },
    Shape { file: "footer.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "preamble-10.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "unmarked-total.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "summe.csv", plain: Ok("220"), flags: &[], total: "220" },
    Shape { file: "day-subtotals.csv", plain: Ok("60"), flags: &[], total: "60" },
    Shape { file: "total-with-date.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "cost-explorer.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "ce-account.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "ce-region.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "ce-monthly.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-usage.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "ce-nogroup.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "ce-tagkey.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "days-as-columns.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "days-as-columns-total.csv", plain: Ok("630"), flags: &[], total: "630" },
    Shape { file: "hours-as-columns.csv", plain: Ok("240"), flags: &[], total: "240" },
    Shape { file: "he-columns.csv", plain: Ok("240"), flags: &[], total: "240" },
    Shape { file: "month-columns.csv", plain: Ok("66"), flags: &[], total: "66" },
    Shape { file: "halfhours.csv", plain: Ok("240"), flags: &[], total: "240" },
    Shape { file: "h1-h24.csv", plain: Ok("480"), flags: &[], total: "480" },
    Shape { file: "nem12ish.csv", plain: Ok("960"), flags: &[], total: "960" },
    Shape { file: "units.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "unit = 'hours'"], total: "100" },
    Shape { file: "metric-col.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "metric = 'output_tokens'"], total: "100" },
    Shape { file: "kind-event.csv", plain: Err("which are not added up without a choice"), flags: &[], total: "" },
    Shape { file: "balance.csv", plain: Err("no amount is above zero"), flags: &[], total: "" },
    Shape { file: "currencies.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "currency = 'USD'"], total: "40" },
    Shape { file: "tokens-multi.csv", plain: Err("may be in any of"), flags: &["--amount-column", "input_tokens + output_tokens"], total: "2140" },
    Shape { file: "sum-col.csv", plain: Ok("140"), flags: &[], total: "140" },
    Shape { file: "cum.csv", plain: Err("which by its header is no amount"), flags: &[], total: "" },
    Shape { file: "accounts.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "c2"], total: "200" },
    Shape { file: "tenant.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "c2"], total: "200" },
    Shape { file: "org-name.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "c2"], total: "200" },
    Shape { file: "subscription.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "c2"], total: "200" },
    Shape { file: "users.csv", plain: Ok("220"), flags: &[], total: "220" },
    Shape { file: "event-id-dups.csv", plain: Err("stands twice"), flags: &[], total: "" },
    Shape { file: "transaction-id.csv", plain: Err("stands twice"), flags: &[], total: "" },
    Shape { file: "request-id-updates.csv", plain: Err("stands twice"), flags: &[], total: "" },
    Shape { file: "identical.csv", plain: Err("20 rows from line 22 on repeat those from line 2 on"), flags: &["--identity", "timestamp", "--identity", "credits"], total: "210" },
    Shape { file: "neg.csv", plain: Ok("206"), flags: &[], total: "206" },
    Shape { file: "type-refund.csv", plain: Ok("206"), flags: &[], total: "206" },
    Shape { file: "backref.csv", plain: Ok("206"), flags: &[], total: "206" },
    Shape { file: "neg-all.csv", plain: Err("no amount is above zero"), flags: &[], total: "" },
    Shape { file: "blanks.csv", plain: Ok("10"), flags: &[], total: "10" },
    Shape { file: "unlimited.csv", plain: Ok("6"), flags: &[], total: "6" },
    Shape { file: "free.csv", plain: Ok("3"), flags: &[], total: "3" },
    Shape { file: "pending.csv", plain: Err("rows that cannot be read"), flags: &[], total: "" },
    Shape { file: "lt.csv", plain: Err("rows that cannot be read"), flags: &[], total: "" },
    Shape { file: "lines.jsonl", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "data.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "deep.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "buckets.json", plain: Ok("26.25"), flags: &[], total: "26.25" },
    Shape { file: "str.jsonl", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "map.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "columns.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "arrays.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "concat.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "cell.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "cell-sq.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "cloudevents.jsonl", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "lago.jsonl", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "big.json", plain: Err("may be in any of"), flags: &[], total: "" },
    Shape { file: "cut-gz.csv.gz", plain: Err("export or download it again"), flags: &[], total: "" },
    Shape { file: "cut-json.json", plain: Err("if the file was cut here, export it again"), flags: &[], total: "" },
    Shape { file: "cut-row.csv", plain: Err("if the file was cut here, export it again"), flags: &[], total: "" },
    Shape { file: "header-twice.csv", plain: Ok("230"), flags: &[], total: "230" },
    Shape { file: "openai-costs.csv", plain: Ok("0.627469"), flags: &[], total: "0.627469" },
    Shape { file: "openai-costs-lines.csv", plain: Ok("2.000004"), flags: &[], total: "2.000004" },
    Shape { file: "openrouter.csv", plain: Ok("0.002469"), flags: &[], total: "0.002469" },
    Shape { file: "openrouter-activity.csv", plain: Ok("0.3"), flags: &[], total: "0.3" },
    Shape { file: "cursor-requests.csv", plain: Err("which are not added up without a choice"), flags: &[], total: "" },
    Shape { file: "deepseek-cost.csv", plain: Ok("0.246914"), flags: &[], total: "0.246914" },
    Shape { file: "deepseek-cost-cny.csv", plain: Ok("0.246914"), flags: &[], total: "0.246914" },
    Shape { file: "snowflake-daily.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "snowflake-warehouse-only.csv", plain: Ok("60"), flags: &[], total: "60" },
    Shape { file: "gcp-bq.csv", plain: Ok("10"), flags: &[], total: "10" },
    Shape { file: "azure-mca.csv", plain: Ok("10"), flags: &[], total: "10" },
    Shape { file: "oci.csv", plain: Ok("9.5"), flags: &[], total: "9.5" },
    Shape { file: "openmeter.json", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "openmeter.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "anthropic-cost-api.json", plain: Ok("24.69"), flags: &[], total: "24.69" },
    Shape { file: "vercel-focus.jsonl", plain: Ok("40"), flags: &[], total: "40" },
    Shape { file: "dates.xlsx", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "preamble-total.xlsx", plain: Ok("215"), flags: &[], total: "215" },
    Shape { file: "two-sheets.xlsx", plain: Err("choose one (`--sheet"), flags: &["--sheet", "Detail"], total: "210" },
    Shape { file: "times.xlsx", plain: Ok("24"), flags: &[], total: "24" },
    Shape { file: "text-numbers.xlsx", plain: Ok("24690"), flags: &[], total: "24690" },
    Shape { file: "pivot.xlsx", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "date-clock-cols.xlsx", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "cover.xlsx", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "serial-general.xlsx", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "packed.csv.zst", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "lines.jsonl.gz", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "array.json.zst", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "utf16.csv.gz", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "cut.csv.zst", plain: Err("export or download it again"), flags: &[], total: "" },
    Shape { file: "ce-account-2h.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-account-2hb.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-account-2hc.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-one.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-usage-type.csv", plain: Ok("11.25"), flags: &[], total: "11.25" },
    Shape { file: "ce-blank.csv", plain: Ok("30.75"), flags: &[], total: "30.75" },
    Shape { file: "ce-total-col-first.csv", plain: Ok("31.75"), flags: &[], total: "31.75" },
    Shape { file: "ce-total-mismatch.csv", plain: Err("may be in any of"), flags: &[], total: "" },
    Shape { file: "ds-cost-iso.csv", plain: Ok("208.189032"), flags: &[], total: "208.189032" },
    Shape { file: "ds-cost-neg.csv", plain: Err("no amount is above zero"), flags: &["--amount-column", "-1 * cost"], total: "28.8" },
    Shape { file: "ds-amount-iso.csv", plain: Ok("19.96778"), flags: &[], total: "19.96778" },
    Shape { file: "ds-amount-compact.csv", plain: Ok("0.056"), flags: &[], total: "0.056" },
    Shape { file: "ds-two-currencies.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "currency = 'USD'"], total: "20" },
    Shape { file: "cursor-included-pro.csv", plain: Ok("0.19"), flags: &[], total: "0.19" },
    Shape { file: "openrouter.json", plain: Ok("0.3"), flags: &[], total: "0.3" },
    Shape { file: "snow-metering-history.csv", plain: Ok("44"), flags: &[], total: "44" },
    Shape { file: "snow-daily-multi.csv", plain: Ok("420"), flags: &[], total: "420" },
    Shape { file: "cur2.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "cur-savings.csv", plain: Ok("60"), flags: &[], total: "60" },
    Shape { file: "focus-two-units.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "ConsumedUnit = 'GB'"], total: "40" },
    Shape { file: "focus-cost.csv", plain: Err("which are not added up without a choice"), flags: &["--amount-column", "BilledCost"], total: "20" },
    Shape { file: "gh-reordered.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "gh-actions.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "unit_type = 'minutes'"], total: "200" },
    Shape { file: "gh-actions-tab.csv", plain: Ok("200"), flags: &[], total: "200" },
    Shape { file: "openai-costs-usd-column.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "amount_currency = 'usd'"], total: "15" },
    Shape { file: "anthropic-claude-code.csv", plain: Ok("300"), flags: &[], total: "300" },
    Shape { file: "gcp-short.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "dst-fall.csv", plain: Ok("5"), flags: &[], total: "5" },
    Shape { file: "accounts.jsonl", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "a"], total: "100" },
    Shape { file: "cloudevents-dups.jsonl", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "cloudevents-batch.json", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "openmeter-export.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "a"], total: "100" },
    Shape { file: "lago-csv.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "lago-two-codes.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "code = 'tokens'"], total: "100" },
    Shape { file: "stripe-csv.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "stripe-balance.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "oci-usage.csv", plain: Ok("28.5"), flags: &[], total: "28.5" },
    Shape { file: "net-below.csv", plain: Ok("5"), flags: &[], total: "5" },
    Shape { file: "bom-semicolon-preamble.csv", plain: Ok("72"), flags: &[], total: "72" },
    Shape { file: "currency-per-row.csv", plain: Err("which must not be added up:"), flags: &[], total: "" },
    Shape { file: "mixed-units-suffix.csv", plain: Err("which must not be added up:"), flags: &[], total: "" },
    Shape { file: "nested-buckets-empty.json", plain: Ok("550"), flags: &[], total: "550" },
    Shape { file: "jsonl-bom-crlf.jsonl", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "json-in-cell-two.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "start-end-only.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "month-rows.csv", plain: Ok("28"), flags: &[], total: "28" },
    Shape { file: "sumrow-average.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "minmax.csv", plain: Ok("100"), flags: &[], total: "100" },
    Shape { file: "thousands-space.csv", plain: Ok("24680"), flags: &[], total: "24680" },
    Shape { file: "header-units-row.csv", plain: Ok("210"), flags: &[], total: "210" },
    Shape { file: "excel-formulas.csv", plain: Ok("1020"), flags: &[], total: "1020" },
    Shape { file: "log-times.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "access.log", plain: Err("the access log of a server; write the times of its requests as CSV"), flags: &[], total: "" },
    Shape { file: "shortened.csv", plain: Ok("3422150"), flags: &[], total: "3422150" },
    Shape { file: "shortened-mixed.csv", plain: Err("a thousand or more in full, where other amounts are shortened"), flags: &[], total: "" },
    Shape { file: "tokens-shortened.csv", plain: Err("--amount-column"), flags: &["--amount-column", "Total Tokens"], total: "1800100" },
    Shape { file: "minutes.csv", plain: Err("no column of numbers"), flags: &[], total: "" },
    Shape { file: "atlas-invoice.csv", plain: Err("may be in any of `Quantity`"), flags: &["--amount-column", "Amount", "--where", "Unit in ('server hours', 'GB')"], total: "41.37" },
    Shape { file: "by-day.json", plain: Ok("2100"), flags: &[], total: "2100" },
    Shape { file: "ledger-purchase.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Type = 'Usage'", "--amount-column", "-1 * Credits"], total: "25.5" },
    Shape { file: "ledger-topup.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Type = 'Usage'"], total: "15" },
    Shape { file: "ledger-topup-negative.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Type = 'Usage'"], total: "15" },
    Shape { file: "ledger-debit.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "`Transaction Type` = 'debit'", "--amount-column", "-1 * Credits"], total: "41" },
    Shape { file: "ledger-description.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Description = 'Usage'"], total: "15" },
    Shape { file: "ledger-expiry.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Reason in ('consumption', 'refund')"], total: "13" },
    Shape { file: "names-like-kinds.csv", plain: Ok("6"), flags: &[], total: "6" },
    Shape { file: "negative-refund.csv", plain: Err("all add up to -30"), flags: &["--amount-column", "-1 * Credits"], total: "30" },
    Shape { file: "total-monthly.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "total-of-month.csv", plain: Ok("33"), flags: &[], total: "33" },
    Shape { file: "total-monthly-wrong.csv", plain: Err("find what is missing or repeated"), flags: &[], total: "" },
    Shape { file: "total-by-name.csv", plain: Ok("33"), flags: &[], total: "33" },
    Shape { file: "total-care.csv", plain: Ok("61"), flags: &[], total: "61" },
    Shape { file: "rollup-all.csv", plain: Err("are the sum of all others at their time"), flags: &["--where", "Model != 'all'"], total: "37" },
    Shape { file: "rollup-blank.csv", plain: Err("the rows with nothing in column `Model` are the sum"), flags: &["--where", "not Model is blank"], total: "37" },
    Shape { file: "rollup-unnamed.csv", plain: Err("the rows of `acme` in column `Team` are the sum"), flags: &["--where", "Team = 'acme'"], total: "108" },
    Shape { file: "equal-halves.csv", plain: Ok("72"), flags: &[], total: "72" },
    Shape { file: "unit-beside-none.csv", plain: Err("written with marks of debit and credit"), flags: &["--where", "not Cost contains 'CR'"], total: "100" },
    Shape { file: "tokens-used.csv", plain: Err("may be in any of `Tokens used`"), flags: &["--amount-column", "Tokens used"], total: "3000" },
    Shape { file: "menge-betrag.csv", plain: Err("may be in any of `Menge`"), flags: &["--amount-column", "Betrag"], total: "112.85" },
    Shape { file: "quantity-total.csv", plain: Err("may be in any of `Qty`"), flags: &["--amount-column", "Total"], total: "2" },
    Shape { file: "ce-usage-one.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "total-tokens.jsonl", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "twilio-messages.csv", plain: Err("may be in any of `NumSegments` (such as 2), `Price`"), flags: &["--amount-column", "-1 * Price"], total: "0.0237" },
    Shape { file: "gcp-bq-tax.jsonl", plain: Ok("0.74"), flags: &[], total: "0.74" },
    Shape { file: "gcp-cost-tax.csv", plain: Ok("1000"), flags: &[], total: "1000" },
    Shape { file: "oci-two-units.csv", plain: Ok("0.25"), flags: &[], total: "0.25" },
    Shape { file: "cur-two-currencies.csv", plain: Ok("1.500001"), flags: &[], total: "1.500001" },
    Shape { file: "renamed-column.csv", plain: Err("where one of them ends another begins"), flags: &["--amount-column", "credits + ai_credits"], total: "26" },
    Shape { file: "renamed-newest-first.csv", plain: Err("where one of them ends another begins"), flags: &["--amount-column", "Credits + `Compute Units`"], total: "26" },
    Shape { file: "sparse-beside.csv", plain: Ok("26"), flags: &[], total: "26" },
    Shape { file: "events-of-meters.csv", plain: Err("column `event_name` has 2 kinds of rows"), flags: &["--where", "event_name = 'ai_search'"], total: "12" },
    Shape { file: "events-in-credits.csv", plain: Ok("212"), flags: &[], total: "212" },
    Shape { file: "energy-both-ways.csv", plain: Err("column `direction` has 2 kinds of rows"), flags: &["--where", "direction = 'import'"], total: "4" },
    Shape { file: "calls-both-ways.csv", plain: Ok("7"), flags: &[], total: "7" },
    Shape { file: "power.csv", plain: Err("holds power in kW"), flags: &["--amount-column", "0.25 * `Leistung (kW)`"], total: "8" },
    Shape { file: "unit-spelt-twice.csv", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "units-spelt-twice.csv", plain: Err("column `unit` has 3 kinds of rows"), flags: &["--where", "unit in ('GB', 'gb')"], total: "11" },
    Shape { file: "reversed-status.csv", plain: Err("column `status` has 2 kinds of rows"), flags: &["--where", "status = 'settled'"], total: "17" },
    Shape { file: "many-jobs-purchase.csv", plain: Err("not (Description = \"Purchase\")"), flags: &["--where", "not (Description = 'Purchase')", "--amount-column", "-1 * Amount"], total: "210" },
    Shape { file: "subtotals-french.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "subtotals-german.csv", plain: Ok("17.25"), flags: &[], total: "17.25" },
    Shape { file: "average-and-total.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "total-of-period.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "joined-with-marks.csv", plain: Ok("18"), flags: &[], total: "18" },
    Shape { file: "joined-narrower.csv", plain: Err("holds two tables, with headers in lines 1 and 12"), flags: &["--header-line", "12"], total: "9" },
    Shape { file: "joined-wider.csv", plain: Err("holds two tables, with headers in lines 1 and 12"), flags: &["--header-line", "12"], total: "9" },
    Shape { file: "summary-of-models-below.csv", plain: Ok("55"), flags: &[], total: "55" },
    Shape { file: "two-tables.csv", plain: Err("holds two tables"), flags: &["--header-line", "5"], total: "150" },
    Shape { file: "compact-clock.csv", plain: Ok("6"), flags: &[], total: "6" },
    Shape { file: "compact-seconds.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "month-intervals.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "portuguese-dates.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "japanese-dates.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "month-year.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "kroner.tsv", plain: Ok("6"), flags: &[], total: "6" },
    Shape { file: "yen.csv", plain: Ok("1500"), flags: &[], total: "1500" },
    Shape { file: "lists.jsonl", plain: Err("whose columns have no names"), flags: &[], total: "" },
    Shape { file: "phone-cards.csv", plain: Err("column `MSISDN` has 2 accounts"), flags: &["--account", "33600000001"], total: "0.2" },
    Shape { file: "sims.csv", plain: Err("3 columns may say whose the usage is"), flags: &["--account", "*"], total: "1500" },
    Shape { file: "claude-code-analytics.json", plain: Ok("147"), flags: &[], total: "147" },
    Shape { file: "line-total.csv", plain: Err("may be in any of `Quantity`"), flags: &["--amount-column", "Line Total"], total: "0.48" },
    Shape { file: "first-of-pages.json", plain: Ok("5"), flags: &[], total: "5" },
    Shape { file: "power.json", plain: Err("holds power in W"), flags: &["--amount-column", "0.5 * value"], total: "400" },
    Shape { file: "total-ignored.csv", plain: Err("find what is missing or repeated"), flags: &["--totals", "ignore"], total: "11" },
    Shape { file: "no-data.csv", plain: Err("leave them out with `--skip-bad-rows`"), flags: &["--skip-bad-rows"], total: "1.2" },
    Shape { file: "total-unnamed.csv", plain: Ok("35"), flags: &["--where", "Model = '' or Model != '' or Region != ''"], total: "70" },
    Shape { file: "total-unnamed-first.csv", plain: Ok("30.5"), flags: &["--where", "label = '' or label != ''"], total: "61" },
    Shape { file: "total-of-span.csv", plain: Ok("1"), flags: &[], total: "1" },
    Shape { file: "total-without-id.csv", plain: Ok("35"), flags: &[], total: "35" },
    Shape { file: "unnamed-usage.csv", plain: Ok("60"), flags: &[], total: "60" },
    Shape { file: "invoice-span-total.csv", plain: Ok("23.2"), flags: &[], total: "23.2" },
    Shape { file: "direction-case.csv", plain: Ok("20"), flags: &[], total: "20" },
    Shape { file: "direction-blank.csv", plain: Err("``: 1 row, sum 8"), flags: &["--where", "Direction in ('Out', 'out')"], total: "12" },
    Shape { file: "mail-events.json", plain: Err("the only numbers are in column `message.size`"), flags: &["--amount-per-row", "1"], total: "3" },
    Shape { file: "sms-parts.csv", plain: Err("the only numbers that may be amounts are in column `Parts`"), flags: &["--amount-column", "Parts"], total: "4" },
    Shape { file: "soll-haben.csv", plain: Err("column `Soll/Haben` has marks of debit and credit"), flags: &["--where", "Soll/Haben = 'S'"], total: "16" },
    Shape { file: "soll-haben-beside.csv", plain: Err("written with marks of debit and credit"), flags: &["--where", "Betrag contains \" S\""], total: "16" },
    Shape { file: "marks-first.csv", plain: Err("written with marks of debit and credit"), flags: &["--where", "Amount contains \"DR\""], total: "15.25" },
    Shape { file: "below-zero-in-two-ways.csv", plain: Ok("15.75"), flags: &[], total: "15.75" },
    Shape { file: "two-signs.csv", plain: Err("two signs, each of which says that it is below zero"), flags: &[], total: "" },
    Shape { file: "calls-from-numbers.csv", plain: Ok("1.27"), flags: &[], total: "1.27" },
    Shape { file: "minutes-price-per-unit.csv", plain: Ok("17"), flags: &[], total: "17" },
    Shape { file: "iso-weeks.csv", plain: Ok("310.5"), flags: &[], total: "310.5" },
    Shape { file: "kalenderwochen.csv", plain: Ok("22.5"), flags: &[], total: "22.5" },
    Shape { file: "quarters.csv", plain: Ok("250"), flags: &[], total: "250" },
    Shape { file: "month-or-day.csv", plain: Ok("310"), flags: &[], total: "310" },
    Shape { file: "meter-total.csv", plain: Err("as in a total so far, of which the usage is the differences"), flags: &["--amount-column", "meter_total_kwh"], total: "15322" },
    Shape { file: "credits-beside.csv", plain: Ok("20"), flags: &[], total: "20" },
    Shape { file: "waehrung.csv", plain: Err("column `Währung` has 2 kinds of rows"), flags: &["--where", "Währung = 'EUR'"], total: "15.5" },
    Shape { file: "currency-by-its-cells.csv", plain: Err("column `Cur.` has 2 kinds of rows"), flags: &["--where", "Cur. = 'USD'"], total: "1.5" },
    Shape { file: "meses.csv", plain: Ok("3223.5"), flags: &[], total: "3223.5" },
    Shape { file: "read-types.csv", plain: Err("column `Read Type` has 2 kinds of rows"), flags: &["--where", "`Read Type` = \"Active Import Interval (kW)\""], total: "1.7" },
    Shape { file: "time-spent.csv", plain: Err("column `Time spent` holds durations (such as 1h 30m)"), flags: &["--amount-column", "Time spent"], total: "8100" },
    Shape { file: "fixed-widths.txt", plain: Err("as tables in fixed widths have"), flags: &[], total: "" },
    Shape { file: "vat-among-lines.csv", plain: Err("column `Description` has 3 kinds of rows"), flags: &["--where", "Description in ('Credit note of May', 'Usage of May')"], total: "100" },
    Shape { file: "power-by-unit.csv", plain: Err("column `value` holds power in kW"), flags: &["--amount-column", "0.25 * value"], total: "2.5" },
    Shape { file: "estimated-reads.csv", plain: Ok("18.5"), flags: &[], total: "18.5" },
    Shape { file: "grades.csv", plain: Err("if they are other marks, `--where \"Grade in ('C', 'D')\"` adds all up"), flags: &["--where", "Grade in ('C', 'D')"], total: "11" },
    Shape { file: "bank-marks.csv", plain: Err("written with marks of debit and credit"), flags: &["--where", "Amount contains \"DR\""], total: "15" },
    Shape { file: "credit-marks.csv", plain: Err("no mark: "), flags: &["--where", "not (amount contains \"CR\")"], total: "15" },
    Shape { file: "durations.csv", plain: Err("column `run time` holds durations"), flags: &["--amount-column", "run time"], total: "101730" },
    Shape { file: "energy-bst.csv", plain: Err("`--usage-zone Europe/London` or `--usage-zone Asia/Dhaka`"), flags: &["--usage-zone", "Europe/London"], total: "1.2" },
    Shape { file: "excel-serial-comma.csv", plain: Ok("4.5"), flags: &[], total: "4.5" },
    Shape { file: "renamed-time.jsonl", plain: Err("`--time-column 'time or timestamp'` reads them as one"), flags: &["--time-column", "time or timestamp"], total: "25" },
    Shape { file: "two-account-columns.csv", plain: Err("2 columns may say whose the usage is"), flags: &["--account", "*"], total: "15" },
    Shape { file: "so-far.csv", plain: Err("a total so far"), flags: &[], total: "" },
    Shape { file: "two-currencies-of-cost.csv", plain: Err("give each a factor into one unit"), flags: &["--where", "currency = 'USD'"], total: "0.0079" },
    Shape { file: "ledger-own-names.csv", plain: Err("not added up without a choice"), flags: &["--where", "Description in ('Image generation', 'Video render')"], total: "60" },
    Shape { file: "ledger-eigene-namen.csv", plain: Err("not added up without a choice"), flags: &["--where", "Buchungstext in ('Bilderzeugung', 'Videoschnitt')"], total: "30" },
    Shape { file: "payment-thanks.csv", plain: Err("not added up without a choice"), flags: &["--where", "Description = 'Usage charges'"], total: "30" },
    Shape { file: "services-like-entries.csv", plain: Ok("42"), flags: &[], total: "42" },
    Shape { file: "month-under-days.csv", plain: Ok("31"), flags: &[], total: "31" },
    Shape { file: "month-above-days.csv", plain: Ok("31"), flags: &[], total: "31" },
    Shape { file: "month-beside-days.csv", plain: Err("may be their total or usage beside them"), flags: &["--where", "not (Date in (\"March 2026\"))"], total: "31" },
    Shape { file: "quarters-among-months.csv", plain: Ok("78"), flags: &[], total: "78" },
    Shape { file: "weeks-among-days.csv", plain: Ok("20"), flags: &[], total: "20" },
    Shape { file: "day-above-hours.csv", plain: Ok("15"), flags: &[], total: "15" },
    Shape { file: "midnights-as-dates.csv", plain: Ok("20"), flags: &[], total: "20" },
    Shape { file: "quarter-column.csv", plain: Ok("66"), flags: &[], total: "66" },
    Shape { file: "day-and-hour-rows.csv", plain: Ok("327"), flags: &[], total: "327" },
    Shape { file: "daily-and-hourly.csv", plain: Err("so that everything would count twice"), flags: &["--where", "granularity != \"daily\""], total: "327" },
    Shape { file: "three-levels.csv", plain: Err("so that everything would count 3 times"), flags: &["--where", "level = 'user'"], total: "263" },
    Shape { file: "gesamtergebnis.csv", plain: Ok("31"), flags: &[], total: "31" },
    Shape { file: "total-by-its-sum.csv", plain: Err("the sum of all other rows, under `Viso`"), flags: &["--where", "Service != \"Viso\""], total: "31" },
    Shape { file: "all-of-one-month.csv", plain: Err("so that everything would count twice"), flags: &["--where", "region != \"all\""], total: "30" },
    Shape { file: "total-so-far-unsaid.csv", plain: Err("as in a total so far"), flags: &[], total: "" },
    Shape { file: "usage-that-grows.csv", plain: Ok("6200"), flags: &[], total: "6200" },
    Shape { file: "unidade.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "unidade = 'GB'"], total: "5" },
    Shape { file: "units-by-their-cells.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Messart = 'GB'"], total: "7" },
    Shape { file: "kundennummer.csv", plain: Err("accounts, and a scenario is about one"), flags: &["--account", "17"], total: "5" },
    Shape { file: "credits-left.csv", plain: Err("which by its header is no amount"), flags: &[], total: "" },
    Shape { file: "guthaben-verbraucht.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "voided-rows.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "voided = 'false'"], total: "6" },
    Shape { file: "forecast-rows.csv", plain: Err("which are not added up without a choice"), flags: &["--where", "Type = 'actual'"], total: "22" },
    Shape { file: "failed-for-nothing.csv", plain: Ok("6"), flags: &[], total: "6" },
    Shape { file: "credits-off-a-bill.csv", plain: Err("may be in any of"), flags: &["--amount-column", "Net"], total: "24" },
    Shape { file: "quantity-and-credits-used.csv", plain: Err("all cells of each add up to: `Quantity` 1,800, `Credits Used` 18"), flags: &["--amount-column", "Credits Used"], total: "18" },
    Shape { file: "unit-of-what-credits-are-for.csv", plain: Err("may be in any of `Usage` (such as 120), `Credits Used`"), flags: &["--amount-column", "Credits Used"], total: "18" },
    Shape { file: "tokens-and-token-credits.csv", plain: Err("may be in any of `TOKEN_CREDITS`"), flags: &["--amount-column", "TOKEN_CREDITS"], total: "0.036" },
    Shape { file: "amount-and-credits-used.csv", plain: Err("may be in any of `amount`"), flags: &["--amount-column", "credits_used"], total: "110" },
    Shape { file: "cantidad-y-creditos.csv", plain: Err("may be in any of `Cantidad`"), flags: &["--amount-column", "Créditos consumidos"], total: "62" },
    Shape { file: "ledger-by-its-balance.csv", plain: Err("`balance_after` goes on by `amount` in every row"), flags: &["--where", "amount < 0", "--amount-column", "-1 * amount"], total: "170" },
    Shape { file: "ledger-mostly-below-zero.csv", plain: Err("17 of 19 rows of `amount` are below zero"), flags: &["--where", "amount < 0", "--amount-column", "-1 * amount"], total: "170" },
    Shape { file: "total-of-months-anew.csv", plain: Err("fall to half or less 2 times, as a total so far does that begins anew"), flags: &["--amount-column", "credits_used"], total: "237990" },
    Shape { file: "total-of-days-anew.csv", plain: Err("of which the usage is the differences, 2,265 without the first row"), flags: &["--amount-column", "tokens"], total: "27923" },
    Shape { file: "total-begun-anew.csv", plain: Err("of which the usage is the differences, 94 without the first row"), flags: &["--amount-column", "credits_used_total"], total: "321" },
    Shape { file: "used-and-left.csv", plain: Err("`credits_used` and `credits_remaining` add up to the same in every row"), flags: &["--amount-column", "credits_used"], total: "694" },
    Shape { file: "nothing-but-purchases.csv", plain: Err("credits that come in, and no usage"), flags: &["--where", "Type = 'Purchase'"], total: "2000" },
    Shape { file: "purchases-described.csv", plain: Err("credits that come in, and no usage"), flags: &["--where", "Description in ('Auto recharge', 'Credit purchase')"], total: "100" },
    Shape { file: "identifier-twice.csv", plain: Err("the id `e2` in column `identifier` stands twice"), flags: &["--identity", "identifier"], total: "150" },
    Shape { file: "cursor-included-with-cost.csv", plain: Err("choose with `--where \"Kind = 'On-Demand'\"`"), flags: &["--where", "Kind = 'On-Demand'"], total: "1.25" },
    Shape { file: "ledger-nap-tien.csv", plain: Err("`Nạp tiền`: 2 rows, sum 200"), flags: &["--where", "Loại = 'Sử dụng'"], total: "147" },
    Shape { file: "ledger-lataus.csv", plain: Err("`Lataus`: 2 rows, sum 200"), flags: &["--where", "Tyyppi = 'Käyttö'"], total: "147" },
    Shape { file: "ledger-monthly-reset.csv", plain: Err("`monthly reset`: 2 rows, sum 200"), flags: &["--where", "source = 'chat'"], total: "147" },
    Shape { file: "sums-of-sums.csv", plain: Err("column `UsageUnit` has 2 kinds of rows"), flags: &["--amount-column", "Price", "--where", "Category = 'totalprice'"], total: "4.7637" },
    Shape { file: "zone-above.csv", plain: Ok("6"), flags: &["--usage-zone", "UTC"], total: "706" },
    Shape { file: "zone-in-cells-above.csv", plain: Ok("6"), flags: &["--usage-zone", "UTC"], total: "706" },
    Shape { file: "zone-windows-above.csv", plain: Ok("6"), flags: &["--usage-zone", "UTC"], total: "706" },
    Shape { file: "zone-sentence-above.csv", plain: Err("line 2 (`All times are in PST`) says in which zone the times are"), flags: &["--usage-zone", "Etc/GMT+8"], total: "30" },
    Shape { file: "zone-unread-above.csv", plain: Err("line 2 (`Time zone: local`) speaks of the zone of the times"), flags: &["--usage-zone", "Etc/GMT+5"], total: "30" },
    Shape { file: "hours-numbered.csv", plain: Ok("54"), flags: &["--time-of-day-column", "Hora"], total: "54" },
    Shape { file: "hours-h01.csv", plain: Ok("54"), flags: &[], total: "54" },
    Shape { file: "hours-ending.csv", plain: Ok("54"), flags: &[], total: "54" },
    Shape { file: "settlement-periods.csv", plain: Ok("102"), flags: &[], total: "102" },
    Shape { file: "hours-ranges.csv", plain: Ok("54"), flags: &[], total: "54" },
    Shape { file: "times-of-ends.csv", plain: Ok("54"), flags: &[], total: "54" },
    Shape { file: "hours-open.csv", plain: Ok("1"), flags: &["--time-of-day-column", "Godzina"], total: "1" },
    Shape { file: "hours-twice.csv", plain: Ok("5.75"), flags: &["--usage-zone", "Europe/Berlin"], total: "5.75" },
    Shape { file: "report-date.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "report-time.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "booked-later.csv", plain: Err("the time: may be in any of `created_at`"), flags: &["--time-column", "start_time"], total: "11" },
    Shape { file: "energy-rodzaj.csv", plain: Err("choose with `--where \"Rodzaj = 'pobór'\"`"), flags: &["--where", "Rodzaj = 'pobór'"], total: "0.75" },
    Shape { file: "energy-by-code.csv", plain: Err("column `Channel` has 2 kinds of rows"), flags: &["--where", "Channel = 'A+'"], total: "2" },
    Shape { file: "energy-kubun.csv", plain: Err("choose with `--where \"区分 = '買電'\"`"), flags: &["--where", "区分 = '買電'"], total: "2" },
    Shape { file: "models-each-day.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "energy-registers.csv", plain: Err("column `Register` has 2 kinds of rows"), flags: &["--where", "Register = 'Afname Nacht'"], total: "0.1" },
    Shape { file: "power-above.csv", plain: Err("column `Valeur` holds power in W"), flags: &["--amount-column", "0.0005 * Valeur"], total: "2.4" },
    Shape { file: "power-line-above.csv", plain: Err("column `Value` holds power in kW"), flags: &["--amount-column", "0.25 * Value"], total: "3" },
    Shape { file: "meters-by-size.csv", plain: Err("column `Service` has 3 kinds of rows"), flags: &["--where", "Service = 'Data'"], total: "30007" },
    Shape { file: "meters-by-name.csv", plain: Err("column `Feature` has 3 kinds of rows"), flags: &["--where", "Feature = 'Chat'"], total: "1350" },
    Shape { file: "services-of-credits.csv", plain: Ok("2712"), flags: &[], total: "2712" },
    Shape { file: "accounts-company-name.csv", plain: Err("column `Company Name` has 2 accounts"), flags: &["--account", "A1"], total: "12" },
    Shape { file: "accounts-ean-code.csv", plain: Err("column `EAN-code` has 2 accounts"), flags: &["--account", "A1"], total: "12" },
    Shape { file: "accounts-rufnummer.csv", plain: Err("column `Rufnummer` has 2 accounts"), flags: &["--account", "A1"], total: "12" },
    Shape { file: "accounts-kaisha.csv", plain: Err("column `会社名` has 2 accounts"), flags: &["--account", "A1"], total: "12" },
    Shape { file: "credits-refunded.csv", plain: Err("(sum 20), `--amount-column 'credits - credits_refunded'`"), flags: &["--amount-column", "credits - credits_refunded"], total: "16" },
    Shape { file: "credits-after-refund.csv", plain: Ok("16"), flags: &[], total: "16" },
    Shape { file: "unbilled-zh.csv", plain: Err("column `状态` has 2 kinds of rows"), flags: &["--where", "状态 = '正常'"], total: "7" },
    Shape { file: "unbilled-result.csv", plain: Err("column `Result` has 2 kinds of rows"), flags: &["--where", "Result = 'OK'"], total: "7" },
    Shape { file: "unbilled-success.csv", plain: Err("column `success` has 2 kinds of rows"), flags: &["--where", "success = 'true'"], total: "7" },
    Shape { file: "unbilled-waived.csv", plain: Err("column `billing_status` has 2 kinds of rows"), flags: &["--where", "billing_status = 'billed'"], total: "7" },
    Shape { file: "unbilled-code.csv", plain: Err("column `status_code` has 2 kinds of rows"), flags: &["--where", "status_code = '200'"], total: "7" },
    Shape { file: "unbilled-error.csv", plain: Err("column `error` has 2 kinds of rows"), flags: &["--where", "error = ''"], total: "7" },
    Shape { file: "compact-months.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "french-clock.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "japanese-clock.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "fra-til.csv", plain: Ok("1.2"), flags: &[], total: "1.2" },
    Shape { file: "average-below.csv", plain: Ok("40"), flags: &[], total: "40" },
    Shape { file: "energy-by-rate.csv", plain: Ok("88"), flags: &["--where", "Rate = 'Peak'"], total: "35" },
    Shape { file: "energy-day-and-night.csv", plain: Ok("88"), flags: &["--where", "Register = 'Day'"], total: "35" },
    Shape { file: "energy-by-room.csv", plain: Ok("67"), flags: &["--where", "Room = 'Kitchen'"], total: "28" },
    Shape { file: "busier-by-the-hour.csv", plain: Ok("11145"), flags: &[], total: "11145" },
    Shape { file: "seats-of-two-kinds.csv", plain: Ok("354"), flags: &["--where", "product = 'Pro seat'"], total: "67" },
    Shape { file: "context-and-generated-tokens.csv", plain: Err("for their sum, `--amount-column 'ContextTokens + GeneratedTokens'`"), flags: &["--amount-column", "ContextTokens + GeneratedTokens"], total: "2877" },
    Shape { file: "ledger-of-four-rows.csv", plain: Err("3 of 4 rows of `credits` are below zero"), flags: &["--where", "credits < 0", "--amount-column", "-1 * credits"], total: "80" },
    Shape { file: "totals-of-two-users.csv", plain: Err("of the rows with one value in `user`, no amount in column `credits_used`"), flags: &["--amount-column", "credits_used"], total: "11394" },
    Shape { file: "numbers-called.csv", plain: Ok("24"), flags: &["--account-column", "phone_number", "--account", "*"], total: "24" },
    Shape { file: "lines-of-one-bill.csv", plain: Err("column `phone_number` has 12 accounts"), flags: &["--account", "*"], total: "24" },
    Shape { file: "workspaces.csv", plain: Ok("18"), flags: &["--where", "workspace_id = 'w-1'"], total: "11" },
    Shape { file: "statuses-of-requests.csv", plain: Ok("247"), flags: &["--where", "status = 200"], total: "238" },
    Shape { file: "packs.csv", plain: Err("are the credits of packs that column `Package` names"), flags: &["--where", "Package in ('1,000 credits', '500 credits')"], total: "1500" },
    Shape { file: "invoice-dates.csv", plain: Ok("105.5"), flags: &[], total: "105.5" },
    Shape { file: "included-and-billed.csv", plain: Ok("150"), flags: &["--amount-column", "billed_credits"], total: "30" },
    Shape { file: "included-and-billed-off.csv", plain: Err("may be in any of `credits_used`"), flags: &["--amount-column", "credits_used"], total: "150" },
    Shape { file: "quantity-times-price.csv", plain: Ok("62"), flags: &["--amount-column", "total_credits"], total: "62" },
    Shape { file: "quantity-not-times-price.csv", plain: Err("may be in any of `quantity`"), flags: &["--amount-column", "total_credits"], total: "61" },
    Shape { file: "shortened-with-unit.csv", plain: Ok("3404050"), flags: &[], total: "3404050" },
    Shape { file: "extended-json.json", plain: Ok("4.5"), flags: &[], total: "4.5" },
    Shape { file: "metering-point-codes.csv", plain: Ok("0.75"), flags: &[], total: "0.75" },
    Shape { file: "parties-of-calls.csv", plain: Err("may be in any of `Billable (sec)` (such as 120), `Cost`"), flags: &["--amount-column", "`Billable (sec)` / 60"], total: "3" },
    Shape { file: "value-and-points-used.csv", plain: Err("may be in any of `Value` (such as 3), `Points used`"), flags: &["--amount-column", "Points used"], total: "70" },
    Shape { file: "metrics-and-their-units.csv", plain: Err("the choice of `unit` comes first"), flags: &["--where", "unit = 'GB'"], total: "3.5" },
    Shape { file: "figures-measure-names.csv", plain: Err("column `Measure Names` has 2 kinds of rows"), flags: &["--where", "`Measure Names` = 'Credits'"], total: "51" },
    Shape { file: "figures-indicator.csv", plain: Err("`--where \"indicator = 'credits_used'\"`"), flags: &["--where", "indicator = 'credits_used'"], total: "21" },
    Shape { file: "figures-series.csv", plain: Err("column `Series` has 2 kinds of rows"), flags: &["--where", "Series = 'credits'"], total: "203" },
    Shape { file: "figures-across.csv", plain: Err("choose with `--where '`` = \"Credits used\"'`"), flags: &["--where", "`` = 'Credits used'"], total: "154" },
    Shape { file: "figures-row-labels.csv", plain: Err("column `Row Labels` has 2 kinds of rows"), flags: &["--where", "`Row Labels` = 'Credits used'"], total: "96" },
    Shape { file: "groups-of-parts.csv", plain: Err("rows that are each the sum of those below them (`Compute`, `AI`)"), flags: &["--where", "not (Service in (\"Compute\", \"AI\"))"], total: "85" },
    Shape { file: "groups-long.csv", plain: Err("rows that are each the sum of those below them (`Compute`, `AI`)"), flags: &["--where", "not (Service in (\"Compute\", \"AI\"))"], total: "87" },
    Shape { file: "stages-reserved.csv", plain: Err("column `status` has two stages of what column `job` names"), flags: &["--where", "status = 'settled'"], total: "20" },
    Shape { file: "stages-estimated.csv", plain: Err("column `Phase` has two stages of what column `Order` names"), flags: &["--where", "Phase = 'Final'"], total: "19.5" },
    Shape { file: "stages-of-others.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "types-charged.csv", plain: Ok("42"), flags: &[], total: "42" },
    Shape { file: "kinds-charged.csv", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "rows-numbered.csv", plain: Ok("136"), flags: &[], total: "136" },
    Shape { file: "credits-fr.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "credits-pl.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "credits-ja.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "credits-hu.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "usage-ru.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "runs.csv", plain: Ok("7"), flags: &[], total: "7" },
    Shape { file: "executions.csv", plain: Ok("7"), flags: &[], total: "7" },
    Shape { file: "total-all.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "year-month-name.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "ranges-of-days.csv", plain: Ok("65"), flags: &[], total: "65" },
    Shape { file: "ranges-iso.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "ranges-de.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "year-month-words.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "ends-of-months.csv", plain: Ok("65"), flags: &[], total: "65" },
    Shape { file: "amounts-in-mb-and-gb.csv", plain: Err("give each its factor into one unit in place of FACTOR"), flags: &["--set", "usage.meters=[{ where = \"Data contains \\\"MB\\\"\", amount = \"Data\" }, { where = \"Data contains \\\"GB\\\"\", amount = \"1000 * Data\" }]"], total: "6720" },
    Shape { file: "table-below-table.csv", plain: Err("keep what stands above it (`head -n 6 FILE > usage.csv`)"), flags: &[], total: "" },
    Shape { file: "total-word-1.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-2.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-3.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-4.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-5.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-6.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-7.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-8.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-9.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-10.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-11.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-12.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "total-word-13.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "plan-beside-overage.csv", plain: Err("column `Item` has 2 kinds of rows"), flags: &["--where", "Item = 'Overage credits'"], total: "54.38" },
    Shape { file: "subscription-beside-usage.csv", plain: Err("`Monthly subscription fee`: 1 row, sum 49"), flags: &["--where", "Description in ('Chat', 'Image generation')"], total: "6.75" },
    Shape { file: "usage-by-plan.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "jobs-called-plan.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "lakh-grouped-decimals.csv", plain: Ok("11358023.75"), flags: &[], total: "11358023.75" },
    Shape { file: "lakh-words.csv", plain: Ok("31325000"), flags: &[], total: "31325000" },
    Shape { file: "lakh-in-header.csv", plain: Err("each number in column `Usage (in lakh)` stands for 100,000 by its header: `--amount-column 'Usage (in lakh)=100000'`"), flags: &["--amount-column", "Usage (in lakh)=100000"], total: "1550000" },
    Shape { file: "compared-date-ranges.csv", plain: Err("column `Date range` compares two periods"), flags: &["--where", "`Date range` = 'Oct 1, 2026 - Oct 31, 2026'"], total: "52" },
    Shape { file: "compared-with-changes.csv", plain: Err("`--time-column 'Date range' --where"), flags: &["--time-column", "Date range", "--where", "`Date range` = 'Oct 1, 2026 - Oct 31, 2026'"], total: "52" },
    Shape { file: "compared-days-twice.csv", plain: Err("column `Period` compares two periods"), flags: &["--where", "Period = 'Oct 1, 2026 - Oct 31, 2026'"], total: "16" },
    Shape { file: "compared-by-words.csv", plain: Err("column `Series` compares two periods"), flags: &["--where", "Series = 'Current period'"], total: "9" },
    Shape { file: "compared-columns.csv", plain: Ok("9"), flags: &[], total: "9" },
    Shape { file: "two-spans-of-history.csv", plain: Ok("22"), flags: &[], total: "22" },
    Shape { file: "year-month-day.csv", plain: Ok("12.5"), flags: &["--time-column", "Year and Month and Day"], total: "12.5" },
    Shape { file: "year-month-name-day-hour.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "months-without-years.csv", plain: Err("no column called `Year` has their year: add one"), flags: &[], total: "" },
    Shape { file: "archive.mht", plain: Err("a web archive (MHT); open it in a browser"), flags: &[], total: "" },
    Shape { file: "year-of-two-digits.csv", plain: Err("where each row has a year of four digits"), flags: &[], total: "" },
    Shape { file: "year-month-beside-date.csv", plain: Ok("7"), flags: &[], total: "7" },
    Shape { file: "no-such-day.csv", plain: Err("no such date"), flags: &[], total: "" },
    Shape { file: "days-numbered-by-month.csv", plain: Ok("374"), flags: &[], total: "374" },
    Shape { file: "days-numbered-title.csv", plain: Ok("251"), flags: &[], total: "251" },
    Shape { file: "days-numbered-year-month.csv", plain: Ok("244"), flags: &[], total: "244" },
    Shape { file: "days-numbered-nowhere.csv", plain: Err("nothing says of which month"), flags: &[], total: "" },
    Shape { file: "days-numbered-month-alone.csv", plain: Err("nothing says of which month of which year"), flags: &[], total: "" },
    Shape { file: "days-that-are-none.csv", plain: Ok("12"), flags: &[], total: "12" },
    Shape { file: "portal.xls", plain: Ok("1012.75"), flags: &[], total: "1012.75" },
    Shape { file: "saved-page.html", plain: Ok("5.75"), flags: &[], total: "5.75" },
    Shape { file: "page-of-two-tables.html", plain: Err("2 tables have a header and rows (`By day`, `By model`); choose one (`--sheet \"By day\"`"), flags: &["--sheet", "By day"], total: "5.75" },
    Shape { file: "page-without-table.html", plain: Err("is a web page without a table; the download may have needed a session"), flags: &[], total: "" },
    Shape { file: "tabelle-latin1.xls", plain: Ok("1005.75"), flags: &[], total: "1005.75" },
    Shape { file: "spreadsheet-2003.xml", plain: Ok("5.75"), flags: &[], total: "5.75" },
    Shape { file: "other.xml", plain: Err("an XML document; download the same figures as CSV or JSON"), flags: &[], total: "" },
    Shape { file: "markup-in-cells.csv", plain: Ok("5.75"), flags: &[], total: "5.75" },
    Shape { file: "plan-among-types.csv", plain: Err("column `Type` has 2 kinds of rows"), flags: &["--where", "Type = 'Overage'"], total: "54.5" },
    Shape { file: "days-named.csv", plain: Ok("152"), flags: &[], total: "152" },
    Shape { file: "entries-expired.csv", plain: Err("`Expired credits`: 1 row, sum 40"), flags: &["--where", "Description = 'API usage'"], total: "299" },
    Shape { file: "entries-signup-bonus.csv", plain: Err("`sign_up_bonus`: 1 row, sum 40"), flags: &["--where", "Reason in ('api_call', 'batch_run')"], total: "299" },
    Shape { file: "entries-transferred.csv", plain: Err("`Transferred to workspace B`: 1 row, sum 30"), flags: &["--where", "Action in ('Enrich', 'Verify')"], total: "299" },
    Shape { file: "entries-granted-ja.csv", plain: Err("`付与`: 1 row, sum 40"), flags: &["--where", "内容 in ('翻訳', '要約')"], total: "299" },
    Shape { file: "entries-bonus-es.csv", plain: Err("`Bonificación`: 1 row, sum 40"), flags: &["--where", "Concepto in ('Consulta', 'Informe')"], total: "299" },
    Shape { file: "entries-balance-pt.csv", plain: Err("`Saldo inicial`: 1 row, sum 40"), flags: &["--where", "Descrição = 'Uso da API'"], total: "299" },
    Shape { file: "actions-with-such-words.csv", plain: Ok("339"), flags: &[], total: "339" },
    Shape { file: "wallet-inbound.csv", plain: Err("`inbound`: 1 row, sum 50"), flags: &["--where", "transaction_type = 'outbound'"], total: "299" },
    Shape { file: "messages-both-ways.csv", plain: Ok("299"), flags: &[], total: "299" },
    Shape { file: "lumps.csv", plain: Err("`Zugang Sonderkonto`: 1 row, sum 5,000"), flags: &["--where", "not (Beleg = \"Zugang Sonderkonto\")"], total: "299" },
    Shape { file: "large-rows-that-are-not-round.csv", plain: Ok("5311"), flags: &[], total: "5311" },
    Shape { file: "balance-that-rises.csv", plain: Err("`Balance` rises by `Credits` in 2 rows and falls by it in all others"), flags: &["--where", "Buchungsart in ('Abruf', 'Lauf')"], total: "299" },
    Shape { file: "balance-that-rises-by-refunds.csv", plain: Err("to take off what was given back"), flags: &["--set", "usage.meters=[{ where = \"Description = \\\"Render\\\"\", amount = \"Credits\" }, { where = \"Description = \\\"Refund\\\"\", amount = \"-1 * Credits\" }]"], total: "55" },
    Shape { file: "balance-that-falls.csv", plain: Ok("299"), flags: &[], total: "299" },
    Shape { file: "plan-and-used.csv", plain: Ok("2970"), flags: &[], total: "2970" },
    Shape { file: "limits-and-used.csv", plain: Err("`Credits used` is never more than `Credits`"), flags: &["--amount-column", "Credits used"], total: "1930" },
    Shape { file: "plan-used-and-left.csv", plain: Ok("1620"), flags: &[], total: "1620" },
    Shape { file: "lots-and-used.csv", plain: Err("each row is of a lot of credits"), flags: &["--amount-column", "Used"], total: "1450" },
    Shape { file: "credits-beside-storage-used.csv", plain: Ok("15"), flags: &[], total: "15" },
    Shape { file: "account-credits.csv", plain: Err("may be in any of `Account credits` (such as 12), `Requests`"), flags: &["--amount-column", "Account credits"], total: "49" },
    Shape { file: "credits-and-overage.csv", plain: Err("column `Overage credits` holds more of it"), flags: &["--amount-column", "Credits + `Overage credits`"], total: "2965" },
    Shape { file: "credits-without-overage.csv", plain: Ok("2720"), flags: &[], total: "2720" },
    Shape { file: "usage-and-adjustments.csv", plain: Err("column `Adjustments` holds adjustments"), flags: &["--amount-column", "Usage + Adjustments"], total: "2675" },
    Shape { file: "usage-without-adjustments.csv", plain: Ok("2720"), flags: &[], total: "2720" },
    Shape { file: "invoice-total-in-lines.csv", plain: Err("`Invoice total` is the same in all rows that have one `Invoice`"), flags: &["--identity", "Invoice"], total: "87" },
    Shape { file: "order-total-in-lines.csv", plain: Err("`Line credits` adds up to it"), flags: &["--amount-column", "Line credits"], total: "75" },
    Shape { file: "orders-of-equal-lines.csv", plain: Ok("50"), flags: &[], total: "50" },
    Shape { file: "total-half-blank.csv", plain: Err("`total_tokens` is blank in 2 rows"), flags: &["--amount-column", "total_tokens + input_tokens + output_tokens"], total: "363" },
    Shape { file: "total-blank-beside-parts.csv", plain: Err("`total_tokens` is blank in 1 row"), flags: &["--set", "usage.meters=[{ where = \"total_tokens is not blank\", amount = \"total_tokens\" }, { where = \"total_tokens is blank\", amount = \"prompt_tokens + completion_tokens\" }]"], total: "346" },
    Shape { file: "total-blank-with-its-parts.csv", plain: Ok("274"), flags: &[], total: "274" },
    Shape { file: "dates-year-first.csv", plain: Ok("69"), flags: &[], total: "69" },
    Shape { file: "dates-year-first-or-last.csv", plain: Err("the year may be the first part or the last in column `Date`"), flags: &["--date-order", "year_first"], total: "28" },
    Shape { file: "dates-year-last.csv", plain: Ok("69"), flags: &[], total: "69" },
    Shape { file: "deleted-at.csv", plain: Err("column `deleted_at` has 3 kinds of rows"), flags: &["--where", "deleted_at = ''"], total: "12" },
    Shape { file: "cancelled-null.csv", plain: Err("--where \"cancelled_at = 'NULL'\""), flags: &["--where", "cancelled_at = 'NULL'"], total: "9" },
    Shape { file: "superseded-by.csv", plain: Err("column `Superseded by` has 2 kinds of rows"), flags: &["--where", "`Superseded by` = ''"], total: "12" },
    Shape { file: "voided-at.json", plain: Err("column `voided_at` has 2 kinds of rows"), flags: &["--where", "voided_at = ''"], total: "24" },
    Shape { file: "deleted-never.csv", plain: Ok("11"), flags: &[], total: "11" },
    Shape { file: "subscription-cancelled.json", plain: Ok("30"), flags: &[], total: "30" },
    Shape { file: "is-internal.csv", plain: Err("column `Is internal` has 2 kinds of rows"), flags: &["--where", "`Is internal` = 'FALSE'"], total: "12" },
    Shape { file: "dry-runs.csv", plain: Err("column `Run type` has 2 kinds of rows"), flags: &["--where", "`Run type` = 'live'"], total: "12" },
    Shape { file: "drafts.csv", plain: Err("column `State` has 2 kinds of rows"), flags: &["--where", "State = 'finalized'"], total: "11" },
    Shape { file: "rolling-30-days.csv", plain: Err("holds sums of the time before each row"), flags: &[], total: "" },
    Shape { file: "last-30-days-of-a-chart.csv", plain: Ok("78"), flags: &[], total: "78" },
    Shape { file: "trailing-months.csv", plain: Err("holds sums of the time before each row"), flags: &[], total: "" },
    Shape { file: "requests-per-second.csv", plain: Err("--amount-column '300 * Requests/s'"), flags: &["--amount-column", "300 * Requests/s"], total: "23400" },
    Shape { file: "megabits-per-second.csv", plain: Err("--amount-column '86400 * `Bandwidth (Mbps)`'"), flags: &["--amount-column", "86400 * `Bandwidth (Mbps)`"], total: "6739200" },
    Shape { file: "tokens-per-minute-of-months.csv", plain: Err("holds how much was used per minute"), flags: &[], total: "" },
    Shape { file: "credits-per-day-of-days.csv", plain: Ok("69"), flags: &[], total: "69" },
    Shape { file: "average-a-day.csv", plain: Err("holds averages, which do not add up"), flags: &[], total: "" },
    Shape { file: "peak-users.csv", plain: Err("holds how much there was at once or at most"), flags: &[], total: "" },
    Shape { file: "percentile-of-months.csv", plain: Err("holds how much there was at once or at most"), flags: &[], total: "" },
    Shape { file: "peak-hours.csv", plain: Ok("234"), flags: &[], total: "234" },
    Shape { file: "runs-in-a-tree.csv", plain: Err("hold in `total_tokens` what those others add up to"), flags: &["--where", "parent_run_id = ''"], total: "137" },
    Shape { file: "runs-of-their-own.csv", plain: Ok("114"), flags: &[], total: "114" },
    Shape { file: "minutes-and-multiplier.csv", plain: Err("--amount-column 'Minutes * Multiplier'"), flags: &["--amount-column", "Minutes * Multiplier"], total: "78" },
    Shape { file: "minutes-multiplied.csv", plain: Err("Billed minutes"), flags: &["--amount-column", "Billed minutes"], total: "78" },
    Shape { file: "multiplier-of-one.csv", plain: Ok("25"), flags: &[], total: "25" },
    Shape { file: "tokens-and-credit-rate.csv", plain: Err("--amount-column 'Tokens * `Credit rate`'"), flags: &["--amount-column", "Tokens * `Credit rate`"], total: "20" },
    Shape { file: "charts-of-days.json", plain: Err("`BandwidthUsedChart`"), flags: &["--amount-column", "BandwidthUsedChart"], total: "2100" },
    Shape { file: "days-at-two-places.json", plain: Err("`credits_by_day` (such as 1)"), flags: &["--amount-column", "credits_by_day"], total: "21" },
    Shape { file: "series-of-figures.json", plain: Err("column `name` has 2 kinds of rows"), flags: &["--where", "name = 'Credits'"], total: "20" },
    Shape { file: "types-mixed.json", plain: Ok("18.5"), flags: &[], total: "18.5" },
    Shape { file: "pasted-overlap.csv", plain: Err("4 rows from line 10 on repeat those from line 6 on"), flags: &["--identity", "Date", "--identity", "Credits"], total: "78" },
    Shape { file: "repeated-here-and-there.csv", plain: Ok("32"), flags: &[], total: "32" },
    Shape { file: "powers-of-ten.csv", plain: Ok("20870000"), flags: &[], total: "20870000" },
    Shape { file: "meter-few.csv", plain: Err("as in readings of a meter"), flags: &[], total: "" },
    Shape { file: "kwh-few.csv", plain: Ok("1864"), flags: &[], total: "1864" },
    Shape { file: "months-cut-short.csv", plain: Ok("15"), flags: &[], total: "15" },
    Shape { file: "months-turkish.csv", plain: Ok("17"), flags: &[], total: "17" },
    Shape { file: "months-korean.csv", plain: Ok("15"), flags: &[], total: "15" },
    Shape { file: "half-days-spanish.csv", plain: Ok("8"), flags: &[], total: "8" },
    Shape { file: "half-days-chinese.csv", plain: Ok("8"), flags: &[], total: "8" },
    Shape { file: "clock-before-date.csv", plain: Ok("8"), flags: &[], total: "8" },
    Shape { file: "clock-with-a-point.csv", plain: Ok("8"), flags: &[], total: "8" },
    Shape { file: "spans-with-a-dash.csv", plain: Ok("8"), flags: &[], total: "8" },
    Shape { file: "included-is-a-name.csv", plain: Err("`Used` (such as 7)"), flags: &["--amount-column", "Used"], total: "21" },
    Shape { file: "calls-and-credits-per-call.csv", plain: Err("--amount-column 'Calls * `Credits per call`'"), flags: &["--amount-column", "Calls * `Credits per call`"], total: "37" },
    Shape { file: "models-side-by-side.csv", plain: Err("their sum: `--amount-column '`gpt-4o` + `claude-3`'`"), flags: &["--amount-column", "`gpt-4o` + `claude-3`"], total: "24" },
    Shape { file: "counter-from-to.csv", plain: Err("counts what each row added"), flags: &["--amount-column", "character_count_change_to - character_count_change_from"], total: "80" },
    Shape { file: "pages-with-titles.csv", plain: Ok("1055"), flags: &[], total: "1055" },
    Shape { file: "pages-of-a-site.csv", plain: Ok("55"), flags: &[], total: "55" },
    Shape { file: "apostrophes.csv", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "apostrophes-in-words.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "days-in-digits.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "days-in-digits-unclear.csv", plain: Err("day and month cannot be told apart"), flags: &["--date-order", "day_first"], total: "51" },
    Shape { file: "days-in-six-digits.csv", plain: Ok("60"), flags: &[], total: "60" },
    Shape { file: "order-in-digits.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "thai-years.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "months-french-short.csv", plain: Ok("55"), flags: &[], total: "55" },
    Shape { file: "figures-under-date.csv", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "figures-under-date-two.csv", plain: Err("column `Name` has 2 kinds of rows"), flags: &["--where", "Name = 'Credits'"], total: "1051" },
    Shape { file: "days-above-figures.csv", plain: Ok("1081"), flags: &[], total: "1081" },
    Shape { file: "used-of-limits.csv", plain: Ok("2951"), flags: &[], total: "2951" },
    Shape { file: "used-of-limit-words.csv", plain: Ok("2951"), flags: &[], total: "2951" },
    Shape { file: "passed-of-tests.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "thousands-without-quotes.csv", plain: Ok("1002951"), flags: &[], total: "1002951" },
    Shape { file: "thousands-or-decimals.csv", plain: Err("`sed 's/,/;/' thousands-or-decimals.csv > usage.csv`"), flags: &[], total: "" },
    Shape { file: "notes-with-commas.csv", plain: Err("a cell that holds the delimiter needs quotes"), flags: &[], total: "" },
    Shape { file: "datev-buchungen.csv", plain: Err("has marks of debit and credit"), flags: &["--where", "`Soll/Haben-Kennzeichen` = \"S\""], total: "1051.75" },
    Shape { file: "nested-months.csv", plain: Ok("1064"), flags: &[], total: "1064" },
    Shape { file: "nested-names.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "fixed-widths-ruled.txt", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "bars-without-header.txt", plain: Err("a header line is needed"), flags: &["--header-line", "none", "--amount-column", "column_3"], total: "21" },
    Shape { file: "pairs.log", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "pairs-behind-times.log", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "pairs-and-a-trace.log", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "pairs-and-messages.log", plain: Err("`grep 'credits=' pairs-and-messages.log > usage.log`"), flags: &[], total: "" },
    Shape { file: "tags.csv", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "dump-mysql.sql", plain: Ok("1051"), flags: &[], total: "1051" },
    Shape { file: "dump-postgres.sql", plain: Err("2 tables have dates or numbers in their rows"), flags: &["--sheet", "public.credit_usage"], total: "21" },
    Shape { file: "records-psql.txt", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "records-mysql.txt", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "list.yaml", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "nested-list.yaml", plain: Err("yaml.safe_load"), flags: &[], total: "" },
    Shape { file: "bigquery-rows.json", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "chart-datasets.json", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "chart-of-models.json", plain: Err("their sum: `--amount-column '`small-1` + `large-1`'`"), flags: &["--amount-column", "`small-1` + `large-1`"], total: "26" },
    Shape { file: "total-so-far-column.csv", plain: Err("`--amount-column 'rise of Month-to-date credits'`"), flags: &["--amount-column", "rise of Month-to-date credits"], total: "86" },
    Shape { file: "balances-alone.csv", plain: Err("`--amount-column 'fall of Credits remaining'`"), flags: &["--amount-column", "fall of Credits remaining"], total: "80" },
    Shape { file: "months-under-any-name.csv", plain: Err("`All products` in column `Product` are each the sum of the others of their month, so"), flags: &["--where", "Product != \"All products\""], total: "440" },
    Shape { file: "invoices-among-days.csv", plain: Err("the rows of `Invoice Jan 2026`, `Invoice Feb 2026`, `Invoice Mar 2026` in column `Product` are each the sum"), flags: &["--where", "not (Product in (\"Invoice Jan 2026\", \"Invoice Feb 2026\", \"Invoice Mar 2026\"))"], total: "468" },
    Shape { file: "weeks-before-their-days.csv", plain: Err("`Weekly` in column `service` are each the sum of the others of their week"), flags: &["--where", "service != \"Weekly\""], total: "363" },
    Shape { file: "sums-of-each-user-and-day.csv", plain: Err("`*` in column `model`"), flags: &["--where", "model != \"*\""], total: "531" },
    Shape { file: "sums-of-users-at-the-end.csv", plain: Err("`All features` in column `Feature` are each the sum of the others of all rows with the same `User`"), flags: &["--where", "Feature != \"All features\""], total: "703" },
    // A service that is used once a month, and comes to no sum.
    Shape { file: "a-service-once-a-month.csv", plain: Ok("958"), flags: &[], total: "" },
    Shape { file: "renamed-while-both.csv", plain: Err("`credits_used` holds numbers in 15 rows in which `credits` holds nothing, from line 27 on, and the same number in 5 rows"), flags: &["--set", "usage.meters=[{ where = \"credits_used is not blank and credits_used != 0\", amount = \"credits_used\" }, { where = \"credits_used is blank or credits_used = 0\", amount = \"credits\" }]"], total: "814" },
    Shape { file: "renamed-with-zeros.csv", plain: Err("`--amount-column 'credits + credits_v2'`"), flags: &["--amount-column", "credits + credits_v2"], total: "816" },
    Shape { file: "renamed-for-a-while.jsonl", plain: Err("`creditsUsed` holds numbers in 7 rows in which `credits` holds nothing, from line 16 on"), flags: &["--set", "usage.meters=[{ where = \"creditsUsed is not blank and creditsUsed != 0\", amount = \"creditsUsed\" }, { where = \"creditsUsed is blank or creditsUsed = 0\", amount = \"credits\" }]"], total: "865" },
    Shape { file: "other-credits-beside.csv", plain: Ok("601"), flags: &[], total: "" },
    Shape { file: "log-of-payments.log", plain: Err("`INFO payment received`: 3 rows, sum 51"), flags: &["--where", "log_message = 'INFO charged'"], total: "1104" },
    Shape { file: "log-of-jobs.log", plain: Ok("1376"), flags: &[], total: "" },
    Shape { file: "weeks-across.csv", plain: Ok("676"), flags: &[], total: "" },
    Shape { file: "weeks-across-from-sunday.csv", plain: Ok("754"), flags: &[], total: "" },
    Shape { file: "weeks-across-nowhere.csv", plain: Err("columns `Mon` to `Sun` are the days of a week, and nothing says of which: add a column `Week`"), flags: &[], total: "" },
    Shape { file: "totals-of-users.csv", plain: Err("name their folder (`--usage`), and give `--amount-column 'rise of Total to date'`"), flags: &[], total: "" },
    Shape { file: "tokens-and-cached.csv", plain: Err("their sum: `--amount-column 'input_tokens + output_tokens'` (without `cached_input_tokens`"), flags: &["--amount-column", "input_tokens + output_tokens"], total: "231" },
    Shape { file: "tokens-beside-more-cached.csv", plain: Err("`output_tokens` (such as 12); choose it"), flags: &["--amount-column", "input_tokens"], total: "110" },
    Shape { file: "wallet-alone.csv", plain: Err("`--amount-column 'fall of Wallet'`"), flags: &["--amount-column", "fall of Wallet"], total: "80" },
    Shape { file: "days-by-days.csv", plain: Err("may be in any of `2026-05-01`"), flags: &["--amount-column", "2026-05-03"], total: "41" },
    Shape { file: "readings-of-two-meters.csv", plain: Err("may be in any of `Meter reading`"), flags: &[], total: "" },
    Shape { file: "data-in-digits.csv", plain: Ok("510413"), flags: &[], total: "510413" },
    Shape { file: "dump-oracle.sql", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "used-of-limits-of-users.csv", plain: Ok("126"), flags: &[], total: "126" },
    Shape { file: "pages-of-months.csv", plain: Ok("55"), flags: &[], total: "55" },
    Shape { file: "pages-with-totals.csv", plain: Ok("822"), flags: &[], total: "822" },
    Shape { file: "pages-carried-forward.csv", plain: Ok("927"), flags: &[], total: "927" },
    Shape { file: "fixed-widths-of-pages.txt", plain: Ok("13437"), flags: &[], total: "13437" },
    Shape { file: "total-of-months-from-the-first.csv", plain: Err("`--amount-column 'rise of Credits used this month'`"), flags: &["--amount-column", "rise of Credits used this month"], total: "2177" },
    Shape { file: "total-of-months-from-the-tenth.csv", plain: Err("`--amount-column 'rise of Credits used this month'`"), flags: &["--amount-column", "rise of Credits used this month"], total: "1749" },
    Shape { file: "pairs-without-years.log", plain: Err("`sed 's/^/2026 /' pairs-without-years.log > usage.log`"), flags: &[], total: "" },
    Shape { file: "pairs-with-years.log", plain: Ok("21"), flags: &[], total: "21" },
    Shape { file: "newest-first.csv", plain: Err("a balance, a total so far"), flags: &[], total: "" },
    Shape { file: "pages-in-fixed-widths.txt", plain: Ok("5851"), flags: &[], total: "5851" },
    Shape { file: "thousands-in-two-columns.csv", plain: Err("`sed -E '1s/,/;/g; 2,$s/^([^,]*),([^,]*,[^,]*),/\\1;\\2;/' thousands-in-two-columns.csv > usage.csv`"), flags: &[], total: "" },
    Shape { file: "labels-below-months.csv", plain: Ok("119"), flags: &[], total: "119" },
    Shape { file: "labels-below-months-no-sums.csv", plain: Err("in line 3 (`Chat`): write the times of those rows"), flags: &[], total: "" },
    Shape { file: "access-with-credits.log", plain: Err("with `credits=6` behind its requests"), flags: &[], total: "" },
    Shape { file: "dump-sqlserver.sql", plain: Ok("51.5"), flags: &[], total: "51.5" },
    Shape { file: "dump-replace.sql", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "dump-copy-csv.sql", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "analytics-report.json", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "times-with-uhr.csv", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "used-words-of-limits.csv", plain: Ok("2951"), flags: &[], total: "2951" },
    Shape { file: "left-words-of-limits.csv", plain: Err("the amount"), flags: &[], total: "" },
    Shape { file: "objects-behind-times.log", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "objects-behind-times-cut.log", plain: Err("line 3"), flags: &[], total: "" },
    Shape { file: "objects-with-times-behind-times.log", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "pairs-below-a-message.log", plain: Err("`grep 'credits=' pairs-below-a-message.log > usage.log`"), flags: &[], total: "" },
    Shape { file: "pairs-with-colons.log", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "list-in-braces.yaml", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "documents.yaml", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "documents-nested.yaml", plain: Err("json.dump(list(yaml.safe_load_all(sys.stdin))"), flags: &[], total: "" },
    Shape { file: "two-teams-side-by-side.csv", plain: Err("their sum: `--amount-column 'column_3 + column_5'`"), flags: &["--amount-column", "column_3 + column_5"], total: "105" },
    Shape { file: "twilio-of-one-category.json", plain: Err("`--where \"category = 'sms'\"` counts `price` of the rows of one of the others"), flags: &["--where", "category = 'sms'", "--amount-column", "usage"], total: "54" },
    Shape { file: "markdown-bold-total.md", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "fixed-widths-selected.txt", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "fixed-widths-spooled.lst", plain: Ok("51"), flags: &[], total: "51" },
    Shape { file: "clocks-without-zeros.csv", plain: Ok("87"), flags: &[], total: "87" },
    Shape { file: "lengths-under-time.csv", plain: Ok("87"), flags: &[], total: "87" },
];
