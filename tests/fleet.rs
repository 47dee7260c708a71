//! Many accounts: each comes out as a run of its own, whatever the order of rows, the number of threads or the
//! number of shards; the books add up; and what is wrong is told at once.

mod results;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use recharge::books::Books;
use recharge::domain::Money;
use recharge::engine::Pace;
use recharge::figures::{Figure, FigureValue};
use recharge::fleet::{FleetBooks, account_seed};
use recharge::inquiry::{self, InquiryError, UsageInput};
use recharge::scenario::{Scenario, Setting, UsageOrigin};
use recharge::usage::csv::{CsvSettings, InputSource};

/// Rules under which most things happen: an allowance, caps, expiry, and a card that fails.
const BASE: &str = r#"
name = "Starter"
currency = "USD"
start = 2026-01-01
end = 2026-03-15
plan = "starter"
seed = 7
[plans.starter]
fee = "9.00"
allowance = 20
[plans.pro]
fee = "29.00"
allowance = 120
[packages.small]
credits = 30
price = "4.99"
[packages.big]
credits = 100
price = "13.00"
[recharge]
at_or_below = 5
package = "small"
credits_expire = "25 days"
caps = [{ recharges = 9, per = "month" }]
[payment]
latency = "10min"
fail_probability = "12%"
hard_share = "30%"
retry_after = "30min"
[usage.generate]
per_day = 3.0
amount = { law = "geometric", mean = 4 }
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("base.toml", BASE);
        folder.write(
            "changed.toml",
            &BASE
                .replace("at_or_below = 5", "at_or_below = 12")
                .replace("recharges = 9", "recharges = 3"),
        );
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs a command; its exit code, standard output and standard error.
    fn run(&self, arguments: &str) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_recharge"))
            .args(arguments.split_whitespace())
            .current_dir(self.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// The standard output of a command that does what it should.
    fn done(&self, arguments: &str) -> String {
        let (code, out, err) = self.run(arguments);
        assert_eq!(code, 0, "{arguments}: {err}");
        out
    }

    /// Makes up accounts and their usage.
    fn made(accounts: usize) -> Folder {
        let folder = Folder::new();
        folder.done(&format!(
            "generate base.toml --accounts {accounts} --out usage.csv --list accounts.csv"
        ));
        folder
    }
}

/// The rows of a table by the first column.
fn rows(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.unwrap();
        let cells =
            header.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.to_owned()));
        (record[0].to_owned(), cells.collect())
    };
    reader.records().map(record).collect()
}

/// An account by itself, from the rows that are given: its figures by name, and its books.
fn alone(
    folder: &Folder,
    scenario: &str,
    account: &str,
    (listed, source): (&BTreeMap<String, String>, &InputSource),
) -> (BTreeMap<&'static str, String>, Books) {
    let path = folder.path().join(scenario);
    let base = Scenario::read_using(&path, UsageOrigin::Command).unwrap();
    let mut settings: Vec<Setting> = ["zone", "start", "plan"]
        .into_iter()
        .filter_map(|key| Some((key, listed.get(key).filter(|value| !value.is_empty())?)))
        .map(|(key, value)| Setting::from_text(&format!("{key}={value}")).unwrap())
        .collect();
    settings.push(Setting::new(["seed"], account_seed(7, account)));
    let scenario = base.with_overrides(&settings).unwrap();
    let mut csv: CsvSettings = scenario.csv.clone();
    csv.meaning.account = Some(account.to_owned());
    csv.meaning.account_column = Some("account_id".to_owned());
    let usage = UsageInput::given(&scenario, source.clone(), csv);
    let minor = scenario.currency.minor();
    let books = || Ok::<_, InquiryError>(Books::new(&scenario.setup, scenario.zone, minor));
    let (outcome, books) = inquiry::run(&usage, Pace::Skip, books, &|| false).unwrap();
    let total = outcome.metrics.total();
    let text = |figure: Figure| match figure.of(total) {
        None => String::new(),
        Some(FigureValue::Money(money)) => money.text(minor),
        Some(FigureValue::Credits(credits)) => credits.to_string(),
        Some(FigureValue::Count(count)) => count.to_string(),
        Some(FigureValue::Duration(length)) => length.millis().to_string(),
        Some(FigureValue::Share(value) | FigureValue::Price(value)) => (value + 0.0).to_string(),
    };
    (Figure::of_runs().map(|figure| (figure.name(), text(figure))).collect(), books)
}

/// The rows of each account, with the header.
fn rows_by_account(usage: &str) -> BTreeMap<String, String> {
    let (header, body) = usage.split_once('\n').unwrap();
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    for line in body.lines() {
        let (account, _) = line.split_once(',').unwrap();
        let rows = own.entry(account.to_owned()).or_insert_with(|| format!("{header}\n"));
        rows.push_str(&format!("{line}\n"));
    }
    own
}

#[test]
fn two_hundred_accounts_come_out_as_runs_of_their_own_and_the_books_are_their_sums() {
    let folder = Folder::made(200);
    folder.done(
        "fleet base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --csv rows.csv --quiet",
    );
    let found = rows(&folder.read("rows.csv"));
    let listed = rows(&folder.read("accounts.csv"));
    assert_eq!((found.len(), listed.len()), (200, 200));
    let json: serde_json::Value =
        serde_json::from_str(&folder.done(
            "fleet base.toml --usage usage.csv --accounts accounts.csv --format json --quiet",
        ))
        .unwrap();
    let mut months: BTreeMap<String, [Money; 4]> = BTreeMap::new();
    let mut credits: BTreeMap<String, [i128; 3]> = BTreeMap::new();
    let own = rows_by_account(&folder.read("usage.csv"));
    for (number, (account, row)) in found.iter().enumerate() {
        // The first few choose their rows from the whole file, as `--account` does; the others read only theirs.
        let source = match number < 5 {
            true => InputSource::File(folder.path().join("usage.csv")),
            false => InputSource::Bytes(own[account.as_str()].as_bytes().into()),
        };
        let of = (&listed[account], &source);
        let (base, books) = alone(&folder, "base.toml", account, of);
        let (changed, _) = alone(&folder, "changed.toml", account, of);
        for (name, value) in base {
            assert_eq!(row[name], value, "{account}, {name}");
        }
        for (name, value) in changed {
            assert_eq!(row[&format!("changed_{name}")], value, "{account} changed, {name}");
        }
        assert_eq!(row["seed"], account_seed(7, account).to_string());
        let listed = &listed[account];
        let zone = recharge::domain::Zone::from_name(&listed["zone"]).unwrap();
        for month in books.months() {
            let name = zone.local(month.window.from).format("%Y-%m").to_string();
            let sums = months.entry(name.clone()).or_default();
            let more = [month.cash_paid, month.recognised, month.breakage, month.closing];
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.plus(more).unwrap());
            let sums = credits.entry(name).or_default();
            let more = [month.credits.sold, month.credits.used, month.credits.closing];
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more.micro());
            assert!(month.credits.ties(), "{account}");
        }
    }
    let rolled = json["base"]["roll_forward"].as_array().unwrap();
    assert_eq!(rolled.len(), months.len());
    for row in rolled {
        let name = row["month"].as_str().unwrap();
        let money = ["sold", "used", "expired", "closing"];
        for (key, sum) in money.iter().zip(months[name]) {
            assert_eq!(row["money"][key], sum.text(2), "{name}, {key}");
        }
        for (key, sum) in ["sold", "used", "closing"].iter().zip(credits[name]) {
            let sum = recharge::domain::CreditTotal::from_micro(sum).to_string();
            assert_eq!(row["credits"][key], sum, "{name}, {key}");
        }
    }
}

#[test]
fn any_order_of_rows_any_threads_and_any_shards_give_the_same_bytes() {
    let folder = Folder::made(60);
    let ask = "--against changed.toml --usage usage.csv --accounts accounts.csv --quiet";
    let told =
        |more: &str| folder.done(&format!("fleet base.toml {ask} --format json --csv {more}"));
    let one = told("one.csv --threads 1").replace("one.csv", "rows.csv");
    let grouped = folder.read("one.csv");
    results::valid(&one);
    assert_eq!(told("two.csv --threads 2").replace("two.csv", "rows.csv"), one);
    assert_eq!(folder.read("two.csv"), grouped);

    for shards in [1, 2, 7, 64] {
        let plan = format!("plan-{shards}");
        folder.done(&format!(
            "fleet plan base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --to {plan}"
        ));
        for index in (0..shards).rev() {
            folder.done(&format!("fleet shard {plan} --index {index} --of {shards} --quiet"));
        }
        let (code, _, err) =
            folder.run(&format!("fleet shard {plan} --index {shards} --of {shards}"));
        assert!(code == 2 && err.contains("counted from 0"), "{err}");
        let merged = folder.done(&format!("fleet merge {plan} --format json --csv merged.csv"));
        assert_eq!(folder.read("merged.csv"), grouped, "{shards}");
        let of = |text: &str| {
            let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
            value.as_object_mut().unwrap().remove("provenance");
            value
        };
        assert_eq!(of(&merged), of(&one), "{shards}");
    }

    // Rows in the order of time, as a vendor's log has them.
    let text = folder.read("usage.csv");
    let (header, body) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.sort_by_key(|line| line.split(',').nth(1).map(str::to_owned));
    folder.write("usage.csv", &format!("{header}\n{}\n", lines.join("\n")));
    told("any.csv");
    assert_eq!(folder.read("any.csv"), grouped);
}

#[test]
fn a_shard_that_was_killed_is_run_again_and_a_run_goes_on_where_it_was() {
    let folder = Folder::made(40);
    let ask = "base.toml --usage usage.csv --accounts accounts.csv";
    folder.done(&format!("fleet plan {ask} --to plan"));
    folder.done("fleet shard plan --index 0 --of 1 --quiet");
    let whole = folder.done("fleet merge plan --format json");
    let done = |part: usize| folder.path().join(format!("plan/done-{part:04}.json"));
    // What a killed process leaves: parts that are missing, and one that was cut.
    for part in (0..256).filter(|part| part % 3 == 0) {
        fs::remove_file(done(part)).unwrap();
    }
    let cut = fs::read(done(1)).unwrap();
    fs::write(done(1), &cut[..cut.len() / 2]).unwrap();
    let (code, _, err) = folder.run("fleet merge plan");
    assert_eq!(code, 2);
    assert!(err.contains("87 of 256 parts are not done (0, 1, 3,"), "{err}");
    let kept = fs::metadata(done(2)).unwrap().modified().unwrap();
    for index in 0..7 {
        folder.done(&format!("fleet shard plan --index {index} --of 7 --quiet"));
    }
    assert_eq!(fs::metadata(done(2)).unwrap().modified().unwrap(), kept, "it was not done again");
    assert_eq!(folder.done("fleet merge plan --format json"), whole);

    // The same with one command, which goes on with what is there.
    let go = format!("fleet {ask} --work work --format json --quiet");
    let first = folder.done(&go);
    fs::remove_file(folder.path().join("work/done-0009.json")).unwrap();
    assert_eq!(folder.done(&go), first);
    let (code, _, err) = folder.run(&format!("fleet {ask} --work work --seed 8"));
    assert!(code == 2 && err.contains("holds the plan of another question"), "{err}");
    let usage = folder.read("usage.csv");
    folder.write("usage.csv", &format!("{usage}account-000001,2026-03-01T00:00:00Z,1\n"));
    let (code, _, err) = folder.run(&go);
    assert!(code == 2 && err.contains("the usage as it was before"), "{err}");
}

#[test]
fn a_folder_with_something_else_in_it_is_left_as_it_is() {
    let folder = Folder::made(3);
    fs::create_dir(folder.path().join("mine")).unwrap();
    folder.write("mine/letter.txt", "dear");
    let (code, _, err) = folder.run("fleet plan base.toml --usage usage.csv --to mine");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("holds letter.txt, which is no part of a plan"), "{err}");
    assert_eq!(fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
    let (code, _, err) = folder.run("fleet shard mine --index 0 --of 1");
    assert!(code == 2 && err.contains("make one with `recharge fleet plan`"), "{err}");
}

#[test]
fn accounts_without_usage_exist_and_usage_without_a_listed_account_has_the_base() {
    let folder = Folder::new();
    folder.write(
        "usage.csv",
        "account_id,time,credits\na,2026-01-05T10:00:00Z,7\nstranger,2026-01-05T10:00:00Z,7\n",
    );
    folder.write("accounts.csv", "account_id,segment,plan\na,gold,pro\nsilent,gold,pro\nmute,,\n");
    let json: serde_json::Value = serde_json::from_str(&folder.done(
        "fleet base.toml --usage usage.csv --accounts accounts.csv --format json --csv rows.csv",
    ))
    .unwrap();
    let count = |key: &str| json[key].as_u64().unwrap();
    assert_eq!([count("accounts"), count("listed")], [4, 3]);
    assert_eq!([count("without_usage"), count("unlisted")], [2, 1]);
    let rows = rows(&folder.read("rows.csv"));
    // Three cycles begin: of Pro at 29.00, and of Starter at 9.00.
    for (account, fees) in
        [("a", "87.00"), ("silent", "87.00"), ("mute", "27.00"), ("stranger", "27.00")]
    {
        assert_eq!(rows[account]["plan_fees"], fees, "{account}");
    }
    let text = folder.done("fleet base.toml --usage usage.csv --accounts accounts.csv");
    assert!(text.contains("Two accounts of the list have no row of usage"), "{text}");
    assert!(text.contains("One account with usage is not in the list"), "{text}");
    assert!(text.contains("gold"), "{text}");
}

#[test]
fn everything_that_is_wrong_with_a_list_is_told_at_once() {
    let folder = Folder::made(3);
    let wrong = |list: &str| {
        folder.write("list.csv", list);
        let (code, out, err) = folder.run("fleet base.toml --usage usage.csv --accounts list.csv");
        assert_eq!((code, out.as_str()), (2, ""), "{list}: {err}");
        err
    };
    let err = wrong("account_id,treshold,colour,usage.scale,currency\na,1,2,3,4\n");
    for part in [
        "column `treshold`: sets nothing",
        "did you mean `threshold`?",
        "column `colour`: sets nothing",
        "column `usage.scale`",
        "`currency` is the same for all accounts",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    let err = wrong("account_id,plan,threshold\na,gold,5\nb,pro,x\na,pro,5\n,pro,5\n");
    assert!(err.contains("line 4: the account `a` stands in line 2 already"), "{err}");
    assert!(err.contains("line 5: names no account"), "{err}");
    let err = wrong("account_id,plan,threshold\na,gold,5\nb,pro,x\n");
    assert!(err.contains("line 2, account `a`") && err.contains("gold"), "{err}");
    assert!(err.contains("line 3, account `b`"), "{err}");
    assert!(wrong("name,plan\na,pro\n").contains("no column that names them"));
    assert!(wrong("account_id,plan\n").contains("names no account"));
}

#[test]
fn a_list_may_use_the_names_owners_use() {
    let folder = Folder::made(2);
    folder.write(
        "list.csv",
        "account,package,packs,threshold,zone,opening_balance,cap_used,recharge.credits_expire\n\
         account-000001,big,2,9,Europe/Berlin,55,8,never\n",
    );
    folder.done("fleet base.toml --usage usage.csv --accounts list.csv --csv rows.csv --quiet");
    let rows = rows(&folder.read("rows.csv"));
    assert_eq!(rows["account-000001"]["opening_balance"], "55");
    assert_eq!(rows["account-000001"]["expired"], "0");
    assert_eq!(rows["account-000002"]["opening_balance"], "0");
}

#[test]
fn accounts_that_set_what_a_change_sets_keep_theirs_and_that_is_told() {
    let folder = Folder::made(3);
    folder.write("list.csv", "account_id,threshold\naccount-000001,5\naccount-000002,\n");
    let text = folder.done(
        "fleet base.toml --against changed.toml --usage usage.csv --accounts list.csv --quiet",
    );
    assert!(
        text.contains("1 account keeps its own recharge.at_or_below, which the list sets"),
        "{text}"
    );
}

#[test]
fn times_without_a_zone_are_refused_where_accounts_have_zones() {
    let folder = Folder::new();
    folder.write(
        "usage.csv",
        "account_id,time,credits\na,2026-01-05 10:00:00,7\nb,2026-01-06 10:00:00,7\n",
    );
    folder.write("list.csv", "account_id,zone\na,Europe/Berlin\n");
    let ask = "fleet base.toml --usage usage.csv --accounts list.csv --quiet";
    let (code, _, err) = folder.run(ask);
    assert!(code == 2 && err.contains("--usage-zone"), "{err}");
    folder.done(&format!("{ask} --usage-zone America/New_York"));
    folder.done("fleet base.toml --usage usage.csv --quiet");
}

#[test]
fn an_account_that_cannot_be_replayed_is_named() {
    let folder = Folder::new();
    // The balance after a recharge is beyond what can be counted, but only for who needs one.
    let large = BASE
        .replace("allowance = 20", "allowance = 1000000000000")
        .replace("credits = 30", "credits = 1000000000000")
        .replace("at_or_below = 5", "at_or_below = 900000000000\npacks = 9");
    folder.write("base.toml", &large);
    folder.write(
        "usage.csv",
        "account_id,time,credits\na,2026-01-05T10:00:00Z,200000000000\nb,2026-01-05T10:00:00Z,1\n",
    );
    let (code, out, err) = folder.run("fleet base.toml --usage usage.csv --quiet");
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("account a: at 2026-01-05T") && !err.contains("account b"), "{err}");
}

#[test]
fn books_that_do_not_tie_are_noticed() {
    let json = |opening: i64| {
        format!(
            r#"{{"months":{{"24312":{{"credits":{{"movement":{{"opening":0,"sold":10,"granted_free":0,"forgiven":0,
            "used":3,"expired":0,"forfeited":0,"taken_back":0,"restored":0,"closing":12}},"brought_in":5,"taken_out":0}},
            "money":{{"opening":0,"brought_in":0,"sold":100,"used":30,"expired":0,"refunded":0,"taken_out":0,"closing":70}},
            "plan_fees":0,"overage":0}},
            "24313":{{"credits":{{"movement":{{"opening":{opening},"sold":0,"granted_free":0,"forgiven":0,
            "used":2,"expired":0,"forfeited":0,"taken_back":0,"restored":0,"closing":10}},"brought_in":0,"taken_out":0}},
            "money":{{"opening":70,"brought_in":0,"sold":0,"used":20,"expired":0,"refunded":0,"taken_out":0,"closing":50}},
            "plan_fees":0,"overage":0}}}},
            "last":{{"24313":[10,50]}},"unexpired":[[null,{{"credits":10,"value":50}}]]}}"#
        )
    };
    let books = |opening| serde_json::from_str::<FleetBooks>(&json(opening)).unwrap();
    assert!(books(12).ties());
    assert!(!books(13).ties());
}

#[test]
fn sums_over_a_fleet_are_held_against_gates_and_a_change_against_its_baseline() {
    let folder = Folder::made(12);
    folder.write("changed.toml", &BASE.replace("at_or_below = 5", "at_or_below = 15"));
    let result = |more: &str| -> serde_json::Value {
        let told = folder.done(&format!("fleet base.toml --usage usage.csv --format json{more}"));
        serde_json::from_str(&told).unwrap()
    };
    let both = result(" --against changed.toml");
    let of = |side: &str, figure: &str| -> f64 {
        let value = &both[side]["figures"][figure];
        value.as_str().map_or_else(|| value.as_f64().unwrap(), |text| text.parse().unwrap())
    };
    let (base, changed) = (of("base", "refused"), of("changed", "refused"));
    assert!(changed < base && changed > 0.0, "{base} {changed}");
    let share = |share: f64| format!("{:.6}", share * 100.0);
    let less = 1.0 - changed / base;
    for (gate, code) in [
        ("refused < baseline".to_owned(), 0),
        (format!("refused <= baseline - {}%", share(less - 1e-5)), 0),
        (format!("refused <= baseline - {}%", share(less + 1e-5)), 1),
        (format!("current.refused == {base}"), 0),
        (format!("refused == {changed}"), 0),
        (format!("downtime <= {} h", of("changed", "downtime_ms") / 3_600_000.0), 2),
        (format!("downtime_ms <= {}", of("changed", "downtime_ms")), 0),
        ("rows >= 1".to_owned(), 0),
        ("advised.refused <= 1".to_owned(), 2),
    ] {
        let mut all = Command::new(env!("CARGO_BIN_EXE_recharge"));
        all.current_dir(folder.path()).args(["fleet", "base.toml", "--usage", "usage.csv"]);
        let told = all.args(["--against", "changed.toml", "--gate", &gate]).output().unwrap();
        let said = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(code), "{gate}: {said}");
    }
    // Without a change there is no baseline: who asks for one is refused before anything is replayed, and what a
    // scenario states is left out, as it may have been the change before.
    let (code, out, said) =
        folder.run("fleet base.toml --usage usage.csv --gate refused<=baseline");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(said.contains("without --against there is no baseline"), "{said}");
    folder.write("gated.toml", &format!("{BASE}\n[gates]\nfleet = [\"refused <= baseline\"]\n"));
    let (code, _, said) = folder.run("fleet gated.toml --usage usage.csv");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("gate 'refused <= baseline' is left out: without --against"), "{said}");
    // The changed scenario brings its own, also where shards are merged.
    let (code, out, said) =
        folder.run("fleet base.toml --usage usage.csv --against gated.toml --format junit");
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("tests=\"1\" failures=\"0\""), "{out}");
    folder.done("fleet plan base.toml --usage usage.csv --against gated.toml --to work");
    folder.done("fleet shard work --index 0 --of 1 --quiet");
    let merged = folder.done("fleet merge work --gates-as text=gates.txt");
    assert!(!merged.is_empty());
    assert!(
        folder.read("gates.txt").starts_with("gate 'refused <= baseline' passed: refused of all")
    );
}
