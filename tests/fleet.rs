//! Many accounts: each comes out as a run of its own, whatever the order of rows, the number of threads or the
//! number of shards; the books add up; and what is wrong is told at once.

mod results;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use recharge::books::Books;
use recharge::domain::{Credits, Instant, Money};
use recharge::engine::{Chunk, Engine, Pace};
use recharge::figures::{Figure, FigureValue};
use recharge::fleet::{FleetBooks, account_seed};
use recharge::forecast::{FutureUsage, OutlookKeys};
use recharge::inquiry::{self, InquiryError, UsageInput};
use recharge::metrics::Metrics;
use recharge::payments::Processor;
use recharge::report::journal::Journal;
use recharge::scenario::{Scenario, Setting, UsageOrigin};
use recharge::streams::Streams;
use recharge::usage::csv::{CsvSettings, InputSource};
use recharge::usage::{Feed, History};

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
fn eighty_accounts_come_out_as_runs_of_their_own_and_the_books_are_their_sums() {
    let folder = Folder::made(80);
    folder.done(
        "fleet base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --csv rows.csv --quiet",
    );
    let found = rows(&folder.read("rows.csv"));
    let listed = rows(&folder.read("accounts.csv"));
    assert_eq!((found.len(), listed.len()), (80, 80));
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
    let json = |opening: i64, used: i64| {
        format!(
            r#"{{"months":{{"24312":{{"credits":{{"movement":{{"opening":0,"sold":10,"granted_free":0,"forgiven":0,
            "used":3,"expired":0,"forfeited":0,"taken_back":0,"restored":0,"closing":12}},"brought_in":5,"taken_out":0}},
            "money":{{"opening":0,"brought_in":0,"sold":100,"used":30,"expired":0,"refunded":0,"taken_out":0,"closing":70}},
            "plan_fees":0,"overage":0}},
            "24313":{{"credits":{{"movement":{{"opening":{opening},"sold":0,"granted_free":0,"forgiven":0,
            "used":2,"expired":0,"forfeited":0,"taken_back":0,"restored":0,"closing":10}},"brought_in":0,"taken_out":0}},
            "money":{{"opening":70,"brought_in":0,"sold":0,"used":20,"expired":0,"refunded":0,"taken_out":0,"closing":50}},
            "plan_fees":0,"overage":0}}}},
            "last":{{"24313":[10,50]}},"unexpired":{{"24313":[[null,{{"credits":10,"value":50}}]]}},
            "vintages":{{"24313":[
            {{"bought":24312,"month":24312,"came":100,"used":30,"expired":0,"refunded":0,"open":1}},
            {{"bought":24312,"month":24313,"came":0,"used":{used},"expired":0,"refunded":0,"open":0}}]}}}}"#
        )
    };
    let ties =
        |opening, used| serde_json::from_str::<FleetBooks>(&json(opening, used)).unwrap().ties();
    assert!(ties(12, 20));
    assert!(!ties(13, 20));
    assert!(!ties(12, 21), "vintages are not the months");
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

/// What became of the purchases of a month, in minor units: came, used, expired.
type Flows = BTreeMap<(Option<String>, String), [i128; 3]>;

/// A purchase, with its price in 10⁻¹⁰ of the currency.
struct Bought {
    month: Option<String>,
    price: i128,
    amount: i128,
    left: i128,
}

/// Half-even.
fn divided(amount: i128, by: i128) -> i128 {
    let (whole, rest) = (amount.div_euclid(by), amount.rem_euclid(by));
    whole + i128::from(2 * rest > by || (2 * rest == by && whole % 2 == 1))
}

/// Millionths, or 10⁻¹⁰, of a decimal.
fn fixed(text: &str, decimals: usize) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{}{part:0<decimals$}", if whole.is_empty() { "0" } else { whole }).parse().unwrap()
}

/// What the journal of an account says of its purchases, first in and first out.
fn recounted(journal: &str, months: &[String]) -> Flows {
    let mut reader = csv::Reader::from_reader(journal.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<BTreeMap<String, String>> = reader
        .records()
        .map(|row| {
            header.iter().map(str::to_owned).zip(row.unwrap().iter().map(str::to_owned)).collect()
        })
        .collect();
    let mut lots: Vec<Bought> = Vec::new();
    let mut came: BTreeMap<Option<String>, [i128; 3]> = BTreeMap::from([(None, [0; 3])]);
    let mut shown: BTreeMap<Option<String>, [i128; 3]> = BTreeMap::new();
    let (mut flows, mut rows) = (Flows::new(), rows.iter().peekable());
    for month in months {
        while let Some(row) = rows.next_if(|row| row["instant"][..7] == **month) {
            let taken = fixed(&row["purchased_before"], 6) - fixed(&row["purchased_after"], 6);
            match row["event"].as_str() {
                "opening_granted" | "recharge_granted" => {
                    let is_opening = row["event"] == "opening_granted";
                    let paid = match is_opening {
                        true => row["detail"].split_once("had cost ").map_or("0", |(_, paid)| paid),
                        false => row["money"].as_str(),
                    };
                    let (price, amount) = (fixed(paid, 10), fixed(&row["credits"], 6));
                    let month = (!is_opening).then(|| month.clone());
                    came.entry(month.clone()).or_default()[0] += price;
                    lots.push(Bought { month, price, amount, left: amount });
                }
                "usage" | "expired" => {
                    let mut rest = taken;
                    while rest > 0 {
                        let lot = lots.iter_mut().find(|lot| lot.left > 0).unwrap();
                        let part = rest.min(lot.left);
                        let worth = |left| divided(lot.price * left, lot.amount);
                        let gone = worth(lot.left) - worth(lot.left - part);
                        let to = if row["event"] == "usage" { 1 } else { 2 };
                        came.get_mut(&lot.month).unwrap()[to] += gone;
                        lot.left -= part;
                        rest -= part;
                    }
                }
                _ => assert_eq!(taken, 0, "{row:?}"),
            }
        }
        // Running sums: what came and what expired from the oldest on, what is held from the newest on.
        let (mut paid, mut expired, mut held) = (0, 0, 0);
        let cents = |units: i128| divided(units, 100_000_000);
        let mut now: BTreeMap<Option<String>, [i128; 3]> = BTreeMap::new();
        for (bought, [more, _, gone]) in &came {
            // What was held before the run is no cash, and has a rounding of its own.
            let is_before = bought.is_none();
            let part = cents(paid + more) - cents(paid);
            now.insert(bought.clone(), [part, 0, cents(expired + gone) - cents(expired)]);
            paid += if is_before { 0 } else { *more };
            expired += gone;
        }
        for (bought, [more, used, gone]) in came.iter().rev() {
            let left = more - used - gone;
            let value = cents(held + left) - cents(held);
            held += left;
            let sums = now.get_mut(bought).unwrap();
            sums[1] = sums[0] - sums[2] - value;
        }
        for (bought, sums) in now {
            let before = shown.insert(bought.clone(), sums).unwrap_or_default();
            let flow = [0, 1, 2].map(|place| sums[place] - before[place]);
            if flow != [0; 3] {
                flows.insert((bought, month.clone()), flow);
            }
        }
    }
    assert!(rows.peek().is_none(), "every row is in a month");
    flows
}

/// The scenario of accounts with what the list sets for them, but for their seed.
fn scenario_alone(folder: &Folder, listed: &BTreeMap<String, String>) -> Scenario {
    let path = folder.path().join("base.toml");
    let base = Scenario::read_using(&path, UsageOrigin::Command).unwrap();
    let keys = [
        ("zone", "zone"),
        ("start", "start"),
        ("end", "end"),
        ("opening_balance", "account.opening_balance"),
        ("account.opening_price", "account.opening_price"),
    ];
    let given =
        keys.into_iter().filter(|(key, _)| listed.get(*key).is_some_and(|value| !value.is_empty()));
    let settings: Vec<Setting> = given
        .map(|(key, path)| Setting::from_text(&format!("{path}={}", listed[key])).unwrap())
        .collect();
    base.with_overrides(&settings).unwrap()
}

/// The journal of an account, and its months.
fn journal_alone(scenario: &Scenario, account: &str, usage: &str) -> (String, Vec<String>) {
    let mut scenario = scenario.clone();
    scenario.meaning.seed = account_seed(7, account);
    // Without the column of accounts, these are plain rows.
    let own = |line: &str| format!("{}\n", line.split_once(',').unwrap().1);
    let rows: String = usage.lines().map(own).collect();
    let source = InputSource::Bytes(rows.as_bytes().into());
    let usage = UsageInput::given(&scenario, source, scenario.csv.clone());
    let observers = || {
        let journal = Journal::new(Vec::new(), scenario.zone, 2);
        Ok::<_, InquiryError>((journal, Books::new(&scenario.setup, scenario.zone, 2)))
    };
    let (_, (journal, books)) = inquiry::run(&usage, Pace::Step, observers, &|| false).unwrap();
    let month = |at| scenario.zone.local(at).format("%Y-%m").to_string();
    let months: Vec<String> = books.months().iter().map(|row| month(row.window.from)).collect();
    (String::from_utf8(journal.finish().unwrap()).unwrap(), months)
}

/// Breakage by the proportional method: used × share ÷ (1 − share), in [expired, paid − used].
fn proportional([came, used, expired]: [i128; 3], (unused, of): (i128, i128)) -> i128 {
    let wanted = (used.max(0) * unused) as f64 / (of - unused) as f64;
    let wanted = (wanted + 0.5).floor() as i128;
    wanted.max(expired).min(came - used)
}

fn cents(value: &serde_json::Value) -> i128 {
    let text = value.as_str().unwrap();
    let size = fixed(text.trim_start_matches('-'), 2);
    if text.starts_with('-') { -size } else { size }
}

#[test]
fn breakage_by_month_of_purchase_is_what_the_journals_of_150_accounts_say_by_both_methods() {
    let folder = Folder::new();
    let base = BASE
        .replace("plan = \"starter\"\n", "")
        .replace("per_day = 3.0", "per_day = 1.3")
        .replace("end = 2026-03-15", "end = 2026-05-20");
    folder.write("base.toml", &base);
    folder.done("generate base.toml --accounts 150 --out usage.csv --list made.csv");
    let mut list = "account_id,zone,start,end,opening_balance,account.opening_price\n".to_owned();
    for number in 1..=150 {
        let zone = ["UTC", "Asia/Tokyo", "America/Los_Angeles"][number % 3];
        let start = if number % 7 == 0 { "2026-02-01" } else { "" };
        let end = ["", "", "", "", "2026-04-11"][number % 5];
        let held = if number % 4 == 0 { "17,2.50" } else { "," };
        list.push_str(&format!("account-{number:06},{zone},{start},{end},{held}\n"));
    }
    folder.write("accounts.csv", &list);
    let ask = "fleet base.toml --usage usage.csv --accounts accounts.csv --format json --quiet";
    let learned: serde_json::Value = serde_json::from_str(&folder.done(ask)).unwrap();
    let stated: serde_json::Value =
        serde_json::from_str(&folder.done(&format!("{ask} --breakage-share 6%"))).unwrap();
    let listed = rows(&folder.read("accounts.csv"));
    let own = rows_by_account(&folder.read("usage.csv"));
    // By the last month of the accounts, as what ends earlier is taken out.
    let mut all: BTreeMap<String, Flows> = BTreeMap::new();
    for (account, row) in &listed {
        let usage = own.get(account).cloned().unwrap_or_default();
        let (journal, months) = journal_alone(&scenario_alone(&folder, row), account, &usage);
        let sums = all.entry(months.last().unwrap().clone()).or_default();
        for (key, flow) in recounted(&journal, &months) {
            let sum = sums.entry(key).or_default();
            (0..3).for_each(|place| sum[place] += flow[place]);
        }
    }
    let end = all.keys().next_back().unwrap().clone();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["2026-04", "2026-05"]);
    let mut vintages: BTreeMap<Option<String>, [i128; 3]> = BTreeMap::new();
    for ((bought, _), flow) in all.values().flatten() {
        let sum = vintages.entry(bought.clone()).or_default();
        (0..3).for_each(|place| sum[place] += flow[place]);
    }
    // Credits live for 25 days, and accounts end on 11 April and 20 May: what was bought in January and February has
    // passed its expiry, and what was bought at the end of March has not on accounts of the first kind.
    let is_over =
        |bought: &Option<String>| bought.as_deref().is_some_and(|month| month < "2026-03");
    let run_out: Vec<_> = vintages.iter().filter(|(bought, _)| is_over(bought)).collect();
    assert_eq!((run_out.len(), vintages.len()), (2, 6), "{vintages:?}");
    assert!(run_out.iter().all(|(_, sum)| sum[0] == sum[1] + sum[2] && sum[2] > 0));
    let of_run_out =
        (run_out.iter().map(|(_, sum)| sum[2]).sum(), run_out.iter().map(|(_, sum)| sum[0]).sum());
    for (json, share, from) in [(&learned, of_run_out, "run_out"), (&stated, (6, 100), "stated")] {
        let breakage = &json["base"]["breakage"];
        assert_eq!(breakage["share_from"], from);
        let told = breakage["vintages"].as_array().unwrap();
        assert_eq!(told.len(), vintages.len());
        for (row, (bought, sum)) in told.iter().zip(&vintages) {
            assert_eq!(row["bought"].as_str(), bought.as_deref());
            assert_eq!(["paid", "used", "expired"].map(|key| cents(&row[key])), *sum, "{bought:?}");
            let rest = cents(&row["left"]) + cents(&row["taken_out"]);
            assert_eq!(rest, sum[0] - sum[1] - sum[2]);
        }
        let expected = share.0 as f64 / share.1 as f64;
        assert!((breakage["expected_share"].as_f64().unwrap() - expected).abs() < 1e-12);
        // Month by month, all vintages and ends walked through again.
        let rolled = json["base"]["roll_forward"].as_array().unwrap();
        let by_use = breakage["proportional"].as_array().unwrap();
        assert_eq!(rolled.len(), by_use.len());
        let mut deferred = 0;
        for (remote, by_use) in rolled.iter().zip(by_use) {
            let month = remote["month"].as_str().unwrap();
            assert_eq!(by_use["month"], month);
            let (mut flow, mut more, mut taken) = ([0; 3], 0, 0);
            for (last, flows) in &all {
                for bought in vintages.keys() {
                    let of = |is_in: &dyn Fn(&str) -> bool| {
                        let mut sum = [0; 3];
                        for ((_, _), one) in
                            flows.iter().filter(|((other, at), _)| other == bought && is_in(at))
                        {
                            (0..3).for_each(|place| sum[place] += one[place]);
                        }
                        sum
                    };
                    let (now, before) = (of(&|at| at <= month), of(&|at| at < month));
                    (0..3).for_each(|place| flow[place] += now[place] - before[place]);
                    more += proportional(now, share) - proportional(before, share);
                    if last == month && *last != end {
                        taken += now[0] - now[1] - proportional(now, share);
                    }
                }
            }
            let came =
                |money: &serde_json::Value| cents(&money["brought_in"]) + cents(&money["sold"]);
            let (remote, by_use) = (&remote["money"], &by_use["money"]);
            assert_eq!(
                [came(remote), cents(&remote["used"]), cents(&remote["expired"])],
                flow,
                "{month}"
            );
            assert_eq!([came(by_use), cents(&by_use["used"])], flow[..2], "{month}");
            assert_eq!(
                [cents(&by_use["expired"]), cents(&by_use["taken_out"])],
                [more, taken],
                "{month}"
            );
            assert_eq!(cents(&by_use["opening"]), deferred, "{month}");
            deferred += flow[0] - flow[1] - more - taken;
            assert_eq!(cents(&by_use["closing"]), deferred, "{month}");
        }
        let sum: i128 = told.iter().map(|row| cents(&row["deferred_proportional"])).sum();
        assert_eq!(sum, deferred);
        // The ageing of what is left is the value at the end by the remote method.
        let unexpired = json["base"]["unexpired"].as_array().unwrap();
        let sum: i128 = unexpired.iter().map(|row| cents(&row["value"])).sum();
        assert_eq!(sum, cents(&rolled.last().unwrap()["money"]["closing"]));
    }
}

/// By month, from the journal of an account run by itself: cash, what used and expired credits had cost; and credits sold, used
/// and expired.
fn flows_alone(scenario: &Scenario, account: &str, usage: &str) -> BTreeMap<String, [i128; 6]> {
    let mut sums: BTreeMap<String, [i128; 6]> = BTreeMap::new();
    let (journal, months) = journal_alone(scenario, account, usage);
    for ((_, month), flow) in recounted(&journal, &months) {
        let sums = sums.entry(month).or_default();
        (0..3).for_each(|place| sums[place] += flow[place]);
    }
    let mut reader = csv::Reader::from_reader(journal.as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|one| one == name).unwrap();
    let places = ["instant", "event", "purchased_before", "purchased_after"].map(place);
    for row in reader.records() {
        let row = row.unwrap();
        let [instant, event, before, after] = places.map(|place| &row[place]);
        let taken = fixed(before, 6) - fixed(after, 6);
        let sums = sums.entry(instant[..7].to_owned()).or_default();
        match event {
            "recharge_granted" => sums[3] -= taken,
            "usage" => sums[4] += taken,
            "expired" => sums[5] += taken,
            _ => assert_eq!(taken, 0, "{event}"),
        }
    }
    sums
}

#[test]
fn the_roll_forward_of_many_accounts_ties_to_the_last_unit_to_the_sum_of_their_journals() {
    the_roll_forward_ties_to_the_sum_of_journals(2_500);
}

#[test]
#[ignore = "long: cargo test --test fleet -- --ignored"]
fn the_roll_forward_of_10000_accounts_ties_to_the_last_unit_to_the_sum_of_their_journals() {
    the_roll_forward_ties_to_the_sum_of_journals(10_000);
}

fn the_roll_forward_ties_to_the_sum_of_journals(accounts: usize) {
    let folder = Folder::new();
    let base =
        BASE.replace("plan = \"starter\"\n", "").replace("per_day = 3.0", "per_day = 0.3").replace(
            "amount = { law = \"geometric\", mean = 4 }",
            "amount = { law = \"geometric\", mean = 9 }",
        );
    folder.write("base.toml", &base);
    let made = format!("generate base.toml --accounts {accounts} --out usage.csv --list made.csv");
    folder.done(&made);
    // Accounts that begin with the month: a row of the journal adds up usage of one cycle, and is of the month of its last event.
    let made = rows(&folder.read("made.csv"));
    let listed = made.iter().map(|(account, row)| format!("{account},{}\n", row["zone"]));
    folder.write("list.csv", &format!("account_id,zone\n{}", listed.collect::<String>()));
    let ask = "fleet base.toml --usage usage.csv --accounts list.csv --format json --quiet";
    let told: serde_json::Value = serde_json::from_str(&folder.done(ask)).unwrap();
    assert_eq!(told["accounts"], accounts);
    let own = rows_by_account(&folder.read("usage.csv"));
    let listed: Vec<(String, BTreeMap<String, String>)> =
        rows(&folder.read("list.csv")).into_iter().collect();
    let mut by_zone: BTreeMap<String, Scenario> = BTreeMap::new();
    for (_, row) in &listed {
        by_zone.entry(row["zone"].clone()).or_insert_with(|| scenario_alone(&folder, row));
    }
    let flows = listed.par_iter().map(|(account, row)| {
        // Usage cannot be nothing; a row of zero credits asks for nothing.
        let none = format!("account_id,time,credits\n{account},2026-03-01T12:00:00Z,0\n");
        let usage = own.get(account).unwrap_or(&none);
        flows_alone(&by_zone[&row["zone"]], account, usage)
    });
    let mut sums = flows.reduce(BTreeMap::new, |mut sums, of| {
        for (month, flow) in of {
            let sum: &mut [i128; 6] = sums.entry(month).or_default();
            sum.iter_mut().zip(flow).for_each(|(sum, part)| *sum += part);
        }
        sums
    });
    let rolled = told["base"]["roll_forward"].as_array().unwrap();
    assert_eq!(rolled.len(), 3);
    let mut closing = [0; 2];
    for row in rolled {
        let sum = sums.remove(row["month"].as_str().unwrap()).unwrap();
        let money = ["sold", "used", "expired"].map(|key| cents(&row["money"][key]));
        let micro = |key: &str| fixed(row["credits"][key].as_str().unwrap(), 6);
        let credits = ["sold", "used", "expired"].map(micro);
        assert_eq!([&money[..], &credits[..]].concat(), sum, "{row}");
        closing[0] += money[0] - money[1] - money[2];
        closing[1] += credits[0] - credits[1] - credits[2];
        assert_eq!([cents(&row["money"]["closing"]), micro("closing")], closing, "{row}");
        assert!(sum.iter().all(|part| *part > 0), "{sum:?}");
    }
    assert!(sums.is_empty(), "{sums:?}");
}

#[test]
fn what_no_purchase_tells_of_breakage_is_not_told_and_never_expires_has_a_row() {
    let folder = Folder::new();
    folder.write("base.toml", &BASE.replace("credits_expire = \"25 days\"\n", ""));
    folder.done("generate base.toml --accounts 5 --out usage.csv --list made.csv");
    let ask = "fleet base.toml --usage usage.csv --quiet";
    let text = folder.done(ask);
    assert!(text.contains("The proportional method is not told"), "{text}");
    assert!(text.contains("--breakage-share"), "{text}");
    assert!(text.contains("never"), "{text}");
    assert!(!text.contains("breakage in proportion to use"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.done(&format!("{ask} --format json"))).unwrap();
    let breakage = &json["base"]["breakage"];
    assert!(breakage["expected_share"].is_null() && breakage["proportional"].is_null());
    assert!(breakage["vintages"][0]["breakage_proportional"].is_null());
    assert!(json["base"]["unexpired"][0]["month"].is_null());
    let stated = folder.done(&format!("{ask} --breakage-share 6%"));
    assert!(stated.contains("expects 6% of what is paid to be never used, as stated"), "{stated}");
    for (share, why) in [("100%", "below 100%"), ("6", "between 0% and 100%")] {
        let (code, _, err) = folder.run(&format!("{ask} --breakage-share {share}"));
        assert!(code == 2 && err.contains(why) && err.contains("--breakage-share"), "{err}");
    }
}

#[test]
fn futures_of_all_accounts_are_the_same_bytes_for_any_threads_and_order_and_add_up_from_runs_alone()
{
    let folder = Folder::made(12);
    let ask =
        "fleet base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --quiet";
    let told = |more: &str| -> serde_json::Value {
        let text = folder.done(&format!("{ask} --format json {more}"));
        results::valid(&text);
        serde_json::from_str(&text).unwrap()
    };
    let one = told("--replications 25 --threads 1")["futures"].clone();
    assert_eq!(told("--replications 25 --threads 3")["futures"], one);
    // In pieces too, which know from the plan until when usage is known.
    let pieces = "base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --replications 25";
    folder.done(&format!("fleet plan {pieces} --to plan"));
    for index in [2, 0, 1] {
        folder.done(&format!("fleet shard plan --index {index} --of 3 --quiet"));
    }
    let merged: serde_json::Value =
        serde_json::from_str(&folder.done("fleet merge plan --format json")).unwrap();
    assert_eq!(merged["futures"], one);
    assert_eq!(told("--replications 25 --work work")["futures"], one);
    let (code, _, err) = folder.run(&format!("{ask} --replications 24 --work work"));
    assert!(code == 2 && err.contains("holds the plan of another question"), "{err}");
    assert_eq!(one["replications"], 25);
    assert!(told("")["futures"].is_null());
    // Rows in the order of time.
    let text = folder.read("usage.csv");
    let (header, body) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.sort_by_key(|line| line.split(',').nth(1).map(str::to_owned));
    folder.write("usage.csv", &format!("{header}\n{}\n", lines.join("\n")));
    assert_eq!(told("--replications 25")["futures"], one);

    // Each future of each account, learned and lived through here, one after the other.
    let listed = rows(&folder.read("accounts.csv"));
    let end = lines.iter().map(|line| line.split(',').nth(1).unwrap()).max().unwrap().to_owned();
    let end = chrono::DateTime::parse_from_rfc3339(&end).unwrap().timestamp_millis();
    let end = Instant::from_millis(end);
    let mut sums = [[0_i128; 25]; 2];
    let own = rows_by_account(&text);
    for (account, row) in &listed {
        for (sums, file) in sums.iter_mut().zip(["base.toml", "changed.toml"]) {
            let base =
                Scenario::read_using(&folder.path().join(file), UsageOrigin::Command).unwrap();
            let given = ["zone", "start", "plan"].into_iter();
            let given = given.filter(|key| row.get(*key).is_some_and(|value| !value.is_empty()));
            let settings: Vec<Setting> = given
                .map(|key| Setting::from_text(&format!("{key}={}", row[key])).unwrap())
                .collect();
            let scenario = base.with_overrides(&settings).unwrap();
            let mut csv: CsvSettings = scenario.csv.clone();
            csv.meaning.account_column = Some("account_id".to_owned());
            csv.meaning.account = Some(account.clone());
            let source = InputSource::Bytes(own[account.as_str()].as_bytes().into());
            let mut known = UsageInput::given(&scenario, source, csv).history().unwrap().rows();
            known.push((end, Credits::ZERO));
            let history = History::of(known, "usage.csv", scenario.zone);
            let future = FutureUsage::learned(&history, &OutlookKeys::default()).unwrap();
            for (replication, sum) in sums.iter_mut().enumerate() {
                let streams =
                    Streams { seed: account_seed(7, account), replication: replication as u64 };
                let mut feed = future.drawn(scenario.setup.horizon, streams);
                let processor = Processor::new(&scenario.luck, streams);
                let metrics = Metrics::new(scenario.setup.horizon);
                let mut engine =
                    Engine::start(&scenario.setup, Pace::Step, processor, metrics).unwrap();
                let mut chunk = Chunk::new();
                loop {
                    feed.fill(&mut chunk).unwrap();
                    if chunk.is_empty() {
                        break;
                    }
                    engine.feed(&chunk).unwrap();
                }
                let metrics = engine.finish().unwrap();
                *sum += metrics.total().total_spend().in_minor(2);
            }
        }
    }
    let spend = one["figures"].as_array().unwrap();
    let spend = spend.iter().find(|one| one["figure"] == "total_spend").unwrap();
    let change: Vec<i128> =
        sums[1].iter().zip(&sums[0]).map(|(after, before)| after - before).collect();
    for (name, mut values) in
        [("base", sums[0].to_vec()), ("changed", sums[1].to_vec()), ("change", change)]
    {
        values.sort_unstable();
        // Of 25 the second, the thirteenth and the twenty-fourth.
        for (key, place) in [("p5", 1), ("p50", 12), ("p95", 23)] {
            assert_eq!(cents(&spend[name][key]), values[place], "{name} {key}");
        }
        assert!(values[0] < values[24], "futures differ: {values:?}");
    }
}

#[test]
fn accounts_with_little_usage_are_told_in_futures() {
    let folder = Folder::made(3);
    let usage = folder.read("usage.csv");
    let (header, _) = usage.split_once('\n').unwrap();
    let mut rows = format!("{header}\n");
    for day in 1..=31 {
        rows.push_str(&format!("steady,2026-01-{day:02}T10:00:00Z,7\n"));
    }
    rows.push_str("late,2026-01-28T10:00:00Z,7\n");
    folder.write("few.csv", &rows);
    folder.write("list.csv", "account_id\nsteady\nlate\nmute\n");
    let ask = "base.toml --usage few.csv --accounts list.csv --replications 20";
    let text = folder.done(&format!("fleet {ask} --quiet"));
    assert!(text.contains("One account has fewer than 2 whole weeks of usage"), "{text}");
    assert!(text.contains("One account has no usage to learn from"), "{text}");
    assert!(
        text.contains("Over futures") && text.contains("In nine of ten of 20 futures"),
        "{text}"
    );
    let (code, _, err) = folder.run("fleet base.toml --usage few.csv --replications 10001");
    assert!(code == 2 && err.contains("10000"), "{err}");
}

/// Rows of four accounts: corrections within the usage of one, beyond that of two, and rows outside the horizon.
const CORRECTED: &str = "account_id,time,credits\n\
    within,2026-01-05T10:00:00Z,10\nwithin,2026-01-06T10:00:00Z,-4\n\
    beyond,2026-01-05T10:00:00Z,3\nbeyond,2026-01-07T10:00:00Z,-8\n\
    little,2026-02-01T10:00:00Z,1\nlittle,2026-02-02T10:00:00Z,-1.0000001\n\
    late,2026-01-05T10:00:00Z,2\nlate,2026-03-14T23:59:59.999Z,3\nlate,2026-03-15T00:00:00Z,7\n\
    late,2027-03-15T00:00:00Z,7\n";

#[test]
fn corrections_beyond_the_usage_of_accounts_and_rows_outside_the_horizon_are_told_and_counted() {
    let folder = Folder::new();
    folder.write("usage.csv", CORRECTED);
    let text = folder.done("fleet base.toml --usage usage.csv --quiet");
    for sentence in [
        "The rows below zero of 2 accounts exceed all of their usage; the excess, 5.000001 credits in all, is left \
         out.",
        "2 of 10 rows of usage (20.00%), of 1 account, are outside the horizon and left out; they are from 15 Mar 2026 \
         00:00 to 15 Mar 2027 00:00.",
        "Three accounts have rows below zero, which were taken out of their other usage: 3 rows are below zero.",
    ] {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&text).contains(sentence), "{sentence}\n{text}");
    }
    // Each row says its own, and the sums are those of the rows.
    let ask = "fleet base.toml --usage usage.csv --quiet --format json --csv rows.csv";
    let json: serde_json::Value = serde_json::from_str(&folder.done(ask)).unwrap();
    let told = rows(&folder.read("rows.csv"));
    let of = |account: &str| {
        ["rows", "netted_rows", "excess_corrections", "outside_rows", "usage_total"]
            .map(|name| told[account][name].clone())
    };
    assert_eq!(of("within"), ["2", "1", "0", "0", "6"]);
    assert_eq!(of("beyond"), ["2", "1", "5", "0", "0"]);
    assert_eq!(of("little"), ["2", "1", "0.000001", "0", "0"]);
    assert_eq!(of("late"), ["4", "0", "0", "2", "5"]);
    let usage = &json["usage"];
    let figures = &usage["figures"];
    assert_eq!((&figures["rows"], &figures["netted_rows"]), (&10.into(), &3.into()));
    assert_eq!(figures["excess_corrections"], "5.000001");
    assert_eq!((&figures["outside_rows"], &usage["accounts_outside"]), (&2.into(), &1.into()));
    assert_eq!((&usage["accounts_netted"], &usage["accounts_excess"]), (&3.into(), &2.into()));
    assert_eq!(usage["outside_from"], "2026-03-15T00:00:00Z");
    assert_eq!(usage["outside_to"], "2027-03-15T00:00:00Z");

    // In pieces too, and in any order of rows.
    folder.done("fleet plan base.toml --usage usage.csv --to plan");
    for index in 0..3 {
        folder.done(&format!("fleet shard plan --index {index} --of 3 --quiet"));
    }
    let merged = folder.done("fleet merge plan --format json --csv merged.csv");
    let merged: serde_json::Value = serde_json::from_str(&merged).unwrap();
    assert_eq!((&merged["usage"], folder.read("merged.csv")), (usage, folder.read("rows.csv")));
    let (header, body) = CORRECTED.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.sort_by_key(|line| line.split(',').nth(1).map(str::to_owned));
    folder.write("usage.csv", &format!("{header}\n{}\n", lines.join("\n")));
    folder.done(ask);
    assert_eq!(folder.read("rows.csv"), folder.read("merged.csv"));

    // And for gates.
    let gate = |gate: &str| {
        let base = "fleet base.toml --usage usage.csv --quiet --gate";
        let output = Command::new(env!("CARGO_BIN_EXE_recharge"))
            .args(base.split_whitespace().chain([gate]))
            .current_dir(folder.path())
            .output();
        output.unwrap().status.code()
    };
    assert_eq!(gate("excess_corrections <= 5.000001"), Some(0));
    assert_eq!(gate("excess_corrections <= 5"), Some(1));
    assert_eq!(gate("outside_rows < 2"), Some(1));
}

#[test]
fn usage_of_which_nothing_is_in_the_horizon_is_refused_and_its_own_days_are_those_of_all_accounts()
{
    let folder = Folder::new();
    let rows = "account_id,time,credits\n\
        b,2026-05-03T12:00:00Z,4\nb,2026-05-29T12:00:00Z,5\na,2026-04-30T22:30:00Z,1\na,2026-05-20T12:00:00Z,9\n";
    folder.write("usage.csv", rows);
    for ask in
        ["fleet base.toml --usage usage.csv", "fleet base.toml --usage usage.csv --work work"]
    {
        let (code, out, err) = folder.run(ask);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        let words = err.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "usage.csv: there is no usage in the horizon",
            "its 4 rows are from 30 Apr 2026 22:30 to 29 May 2026 12:00",
            "--horizon file, or --start 2026-04-30 --end 2026-05-30",
        ] {
            assert!(words.contains(part), "{part}: {err}");
        }
    }
    // The days of all accounts together, however many files there are.
    let told = |ask: &str| -> serde_json::Value {
        let mut told: serde_json::Value = serde_json::from_str(
            &folder.done(&format!("fleet base.toml --quiet --format json {ask}")),
        )
        .unwrap();
        told.as_object_mut().unwrap().remove("provenance");
        told.as_object_mut().unwrap().remove("reading");
        told
    };
    let days = told("--usage usage.csv --start 2026-04-30 --end 2026-05-30");
    assert_eq!(told("--usage usage.csv --horizon file"), days);
    assert_eq!(days["usage"]["figures"]["outside_rows"], 0);
    let (header, body) = rows.split_once('\n').unwrap();
    let lines: Vec<&str> = body.lines().collect();
    fs::create_dir(folder.path().join("days")).unwrap();
    folder.write("days/1.csv", &format!("{header}\n{}\n{}\n", lines[0], lines[2]));
    folder.write("days/2.csv", &format!("{header}\n{}\n{}\n", lines[1], lines[3]));
    assert_eq!(told("--usage days --horizon file"), days);
    folder.done("run base.toml --usage days --account b --horizon file");
    // A plan, and what it is compared with, have them too.
    folder
        .done("fleet plan base.toml --against changed.toml --usage days --horizon file --to plan");
    folder.done("fleet shard plan --index 0 --of 1 --quiet");
    let merged: serde_json::Value =
        serde_json::from_str(&folder.done("fleet merge plan --format json")).unwrap();
    assert_eq!(merged["base"], days["base"]);
}

#[test]
fn what_comes_after_the_usage_of_all_accounts_is_drawn_in_futures() {
    let folder = Folder::new();
    let mut usage = "account_id,time,credits\n".to_owned();
    for day in 1..=31 {
        usage.push_str(&format!("a,2026-01-{day:02}T10:00:00Z,7\n"));
        usage.push_str(&format!("b,2026-01-{day:02}T22:00:00Z,{}\n", day % 4));
    }
    folder.write("usage.csv", &usage);
    let ask = "fleet base.toml --usage usage.csv --quiet";
    let next = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_recharge"))
            .args(
                ask.split_whitespace()
                    .chain(["--horizon", "next 2 months"])
                    .chain(more.iter().copied()),
            )
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = next(&[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for part in ["--horizon 'next 2 months'", "usage.csv ends on 2026-01-31", "--replications N"] {
        assert!(err.contains(part), "{part}: {err}");
    }
    let (code, drawn, err) = next(&["--replications", "20", "--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let drawn: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    let dated =
        format!("{ask} --format json --replications 20 --start 2026-02-01 --end 2026-04-01");
    let dated: serde_json::Value = serde_json::from_str(&folder.done(&dated)).unwrap();
    assert_eq!(drawn["futures"], dated["futures"]);
    let finding = drawn["finding"].as_str().unwrap();
    assert!(
        finding.starts_with("In nine of ten of 20 futures all accounts together pay"),
        "{finding}"
    );
    let (_, text, _) = next(&["--replications", "20"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("No row of usage is in the horizon, they are from 1 Jan 2026 10:00 to"),
        "{text}"
    );
    assert_eq!(text.matches("In nine of ten of 20 futures").count(), 1, "{text}");
    // Rows of a last day that is not whole are in the horizon, and are no answer.
    folder.write("usage.csv", &(usage + "a,2026-02-01T01:00:00Z,3\n"));
    let (_, text, _) = next(&["--replications", "20"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = words.find("In nine of ten of 20 futures all accounts together pay").unwrap();
    let few =
        words.find("Only 1 of 63 rows of usage is in the horizon, and the others, from").unwrap();
    assert!(first < few && !words.contains("2 accounts pay"), "{text}");
}

#[test]
fn a_cycle_that_the_end_cuts_is_told_as_its_fee_counts_in_full() {
    let folder = Folder::new();
    let row = |day: u32| format!("a,2026-01-{day:02}T10:00:00Z,7\n");
    let usage = "account_id,time,credits\n".to_owned() + &(1..=20).map(row).collect::<String>();
    folder.write("usage.csv", &usage);
    let told = |end: &str| {
        folder.done(&format!("fleet base.toml --usage usage.csv --start 2026-01-01 --end {end}"))
    };
    let cut = "`end` cuts the cycle from 2026-02-01 to 2026-03-01";
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(told("2026-02-11")).contains(cut));
    assert!(!words(told("2026-02-01")).contains("cuts the cycle"));
}

#[test]
fn rows_of_accounts_are_a_parquet_file_where_the_program_has_it() {
    let folder = Folder::made(30);
    let ask =
        "fleet base.toml --against changed.toml --usage usage.csv --accounts accounts.csv --quiet";
    let (code, _, err) = folder.run(&format!("{ask} --csv rows.parquet"));
    assert!(code == 2 && err.contains("give --parquet rows.parquet"), "{err}");
    let written = folder.run(&format!("{ask} --csv rows.csv --parquet rows.parquet"));
    let path = folder.path().join("rows.parquet");
    let (code, _, err) = written;
    if cfg!(not(feature = "parquet")) {
        assert!(code == 2 && err.contains("duckdb -c") && err.contains("--csv rows.csv"), "{err}");
        assert!(!path.exists() && !folder.path().join("rows.csv").exists());
        return;
    }
    assert_eq!(code, 0, "{err}");
    #[cfg(feature = "parquet")]
    same_in_parquet(&path, &folder.read("rows.csv"));
    // The same bytes from pieces, and again.
    let first = fs::read(&path).unwrap();
    folder.done(&format!("{ask} --work work --parquet rows.parquet"));
    assert_eq!(fs::read(&path).unwrap(), first);
    let (code, _, err) = folder.run(&format!("{ask} --parquet usage.csv"));
    assert!(code == 2 && err.contains("usage.csv"), "{err}");
}

/// Reads a Parquet file back and compares each value, with its type, with the text of CSV.
#[cfg(feature = "parquet")]
fn same_in_parquet(path: &Path, csv: &str) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let mut told = csv::Reader::from_reader(csv.as_bytes());
    let header = told.headers().unwrap().clone();
    let mut found = reader.get_row_iter(None).unwrap();
    let mut kinds = BTreeMap::new();
    for record in told.records() {
        let (record, row) = (record.unwrap(), found.next().unwrap().unwrap());
        for ((name, cell), (column, value)) in header.iter().zip(&record).zip(row.get_column_iter())
        {
            assert_eq!(name, column);
            let (kind, text) = match value {
                Field::Null => ("nothing", String::new()),
                Field::Str(text) => ("text", text.clone()),
                Field::Long(count) => ("count", count.to_string()),
                Field::Double(number) => ("double", number.to_string()),
                Field::Decimal(decimal) => {
                    let digits = i128::from_be_bytes(decimal.data().try_into().unwrap());
                    assert_eq!(decimal.precision(), 38);
                    let of = 10_i128.pow(decimal.scale() as u32);
                    let scale = decimal.scale() as usize;
                    ("decimal", format!("{}.{:0scale$}", digits / of, digits.abs() % of))
                }
                other => panic!("{name}: {other:?}"),
            };
            let same = match kind {
                "decimal" => fixed(&text, 10) == fixed(cell, 10),
                _ => text == cell,
            };
            assert!(same, "{name}: {text} for {cell}");
            *kinds.entry(kind).or_insert(0) += 1;
        }
    }
    assert!(found.next().is_none());
    kinds.remove("nothing");
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), ["count", "decimal", "double", "text"]);
}
