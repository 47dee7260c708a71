//! What causes make of a run, against hand-made cases, against runs of their own, and over every shipped scenario.

mod results;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use recharge::engine::Pace;
use recharge::figures::Figure;
use recharge::inquiry::{self, Explanation, Factor, InquiryError, UsageInput, units};
use recharge::replay::Outcome;
use recharge::scenario::{Scenario, Setting};
use results::valid;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// 100 credits are left; a recharge of 100 starts when less is. `rules` goes into `[recharge]`.
fn scenario(rules: &str, more: &str, usage: &str) -> Scenario {
    let text = format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-01-04\n\
         [account]\nopening_balance = 100\n[packages.a]\ncredits = 100\nprice = \"7.00\"\n\
         [recharge]\nbelow = 100\npackage = \"a\"\n{rules}\n{more}\n[usage]\nevents = [{usage}]\n"
    );
    Scenario::from_text("s.toml", &text, Path::new("")).unwrap()
}

/// Three requests of 100, the third of which finds nothing if only one recharge may follow the first two.
const THREE: &str = "{ at = 2026-01-01T01:00:00, credits = 100 }, { at = 2026-01-01T02:00:00, credits = 100 }, \
     { at = 2026-01-01T03:00:00, credits = 100 }";

fn ran(scenario: &Scenario) -> Outcome {
    let usage = UsageInput::of(scenario, scenario.csv.clone());
    let nothing = || Ok::<_, InquiryError>(());
    inquiry::run(&usage, Pace::Skip, nothing, &|| false).unwrap().0
}

fn explained(scenario: &Scenario) -> Explanation {
    let usage = UsageInput::of(scenario, scenario.csv.clone());
    inquiry::explain(&usage, &ran(scenario), &|| false).unwrap()
}

fn place(found: &Explanation, factor: Factor) -> usize {
    let place = found.causes.iter().position(|cause| cause.factors == [factor]);
    place.unwrap_or_else(|| panic!("{factor:?} was not asked about: {:?}", found.causes))
}

const HOUR: i128 = 3_600_000;

#[test]
fn one_cap_that_alone_keeps_a_recharge_away_has_the_whole_outage() {
    let scenario = scenario("caps = [{ recharges = 1, per = \"day\" }]", "", THREE);
    let found = explained(&scenario);
    assert_eq!(found.causes.len(), 1);
    let outage = &found.incidents[0];
    assert_eq!((outage.downtime.whole, outage.downtime.parts[0]), (21 * HOUR, 21 * HOUR));
    assert_eq!((outage.refused.whole, outage.refused.parts[0]), (100_000_000, 100_000_000));
    assert_eq!(outage.enough, Some(vec![0]));
    // Without the cap the third request is served and paid for: the cap saves nothing that is not refused.
    let spend = found.of(Figure::TOTAL_SPEND).unwrap();
    assert_eq!((spend.whole, spend.rest, &*spend.parts), (1400, 2100, &[-700][..]));
}

#[test]
fn what_is_down_without_the_causes_of_an_outage_is_that_of_a_run_without_them() {
    // On the second day 500 credits are asked for, more than a recharge buys, with a cap or without.
    let usage = format!("{THREE}, {{ at = 2026-01-02T12:00:00, credits = 500 }}");
    let found = explained(&scenario("caps = [{ recharges = 1, per = \"day\" }]", "", &usage));
    let free = ran(&scenario("", "", &usage)).metrics.total().downtime;
    let first = &found.incidents[0];
    let cap = found.causes.iter().position(|one| one.factors.contains(&Factor::DayCap));
    assert_eq!(first.enough.as_deref(), cap.as_ref().map(std::slice::from_ref));
    assert!(free.millis() > 0);
    assert_eq!(first.left, free);
}

#[test]
fn two_caps_of_which_one_is_enough_share_an_outage_and_both_have_to_go() {
    let caps = "caps = [{ recharges = 1, per = \"day\" }, { money = \"7.00\", per = \"24h\" }]";
    // The second window ends 24 h after the first recharge, an hour after midnight.
    let found = explained(&scenario(caps, "", THREE));
    let (day, rolling) = (place(&found, Factor::DayCap), place(&found, Factor::RollingCap));
    let outage = &found.incidents[0];
    // Until midnight either cap is enough, and then until 01:00 the rolling one alone.
    assert_eq!(outage.downtime.whole, 22 * HOUR);
    assert_eq!(outage.downtime.parts[day], 21 * HOUR / 2);
    assert_eq!(outage.downtime.parts[rolling], 21 * HOUR / 2 + HOUR);
    let together = outage.downtime.interactions[0];
    assert_eq!((together.pair, together.amount), ([day, rolling], -21 * HOUR));
    assert_eq!(outage.enough, Some(vec![day, rolling]));
}

/// Attempt 1 is declined at 01:00, which suspends auto-recharge until the owner repairs it at 07:00.
const DECLINED: &str = "[payment]\nfail_attempts = [1]\ndisable_after = 1\nrepair_after = \"6h\"\n";
/// The second request comes after a retry would have succeeded, and before the repair.
const TWO: &str =
    "{ at = 2026-01-01T01:00:00, credits = 100 }, { at = 2026-01-01T04:00:00, credits = 100 }";

#[test]
fn two_causes_that_are_both_needed_share_an_outage_and_either_may_go() {
    let found = explained(&scenario("", DECLINED, TWO));
    let (decline, suspension) = (place(&found, Factor::Decline), place(&found, Factor::Suspension));
    let outage = &found.incidents[0];
    assert_eq!(outage.downtime.whole, 3 * HOUR);
    let parts = &outage.downtime.parts;
    assert_eq!((parts[decline], parts[suspension]), (3 * HOUR / 2, 3 * HOUR / 2));
    let together = outage.downtime.interactions[0];
    assert_eq!((together.pair, together.amount), ([decline, suspension], 3 * HOUR));
    assert_eq!(outage.enough, Some(vec![decline]));
}

#[test]
fn parts_are_the_mean_over_both_orders_of_runs_with_the_settings_changed_by_hand() {
    let base = scenario("", DECLINED, TWO);
    let downtime = |set: &[&str]| {
        let set: Vec<Setting> = set.iter().map(|text| Setting::from_text(text).unwrap()).collect();
        i128::from(ran(&base.with_overrides(&set).unwrap()).metrics.total().downtime.millis())
    };
    let (no_decline, no_suspension) = ("payment.fail_attempts=[]", "payment.disable_after=1000000");
    let (all, none) = (downtime(&[]), downtime(&[no_decline, no_suspension]));
    let (declines, suspends) = (downtime(&[no_suspension]), downtime(&[no_decline]));
    let found = explained(&base);
    let division = found.of(Figure::DOWNTIME).unwrap();
    assert_eq!((division.whole, division.rest), (all, none));
    let mean = |first: i128, second: i128| ((first - none) + (all - second)) / 2;
    assert_eq!(division.parts[place(&found, Factor::Decline)], mean(declines, suspends));
    assert_eq!(division.parts[place(&found, Factor::Suspension)], mean(suspends, declines));
}

#[test]
fn a_cause_that_changes_nothing_has_no_part_of_anything() {
    let caps = "caps = [{ recharges = 1, per = \"day\" }, { recharges = 50, per = \"month\" }]";
    let found = explained(&scenario(caps, "", THREE));
    let month = place(&found, Factor::MonthCap);
    assert!(found.figures.iter().all(|one| one.division.parts[month] == 0));
    assert!(found.incidents.iter().all(|one| one.downtime.parts[month] == 0));
}

#[test]
fn a_plan_has_a_part_of_the_bill_and_none_of_an_outage() {
    let plan = "[plans.p]\nfee = \"5.00\"\nallowance = 100\n";
    let text = scenario("caps = [{ recharges = 1, per = \"day\" }]", plan, THREE).text.to_string();
    let text =
        format!("plan = \"p\"\n{text}").replace("opening_balance = 100", "opening_balance = 50");
    let found = explained(&Scenario::from_text("s.toml", &text, Path::new("")).unwrap());
    let plan = place(&found, Factor::Plan);
    assert_eq!(found.of(Figure::PLAN_FEES).map(|one| one.parts[plan]), None);
    assert!(found.incidents.iter().all(|one| one.downtime.parts[plan] == 0));
    let text = text.replace("opening_balance = 50\n", "");
    let found = explained(&Scenario::from_text("s.toml", &text, Path::new("")).unwrap());
    assert_eq!(found.of(Figure::PLAN_FEES).unwrap().parts[place(&found, Factor::Plan)], 500);
}

#[test]
fn a_threshold_below_the_largest_request_has_the_outage_of_a_balance_that_is_stranded() {
    let text = scenario("", "", TWO).text.replace("opening_balance = 100", "opening_balance = 150");
    let text = text.replace("below = 100", "at_or_below = 0");
    let found = explained(&Scenario::from_text("s.toml", &text, Path::new("")).unwrap());
    let outage = &found.incidents[0];
    // 50 credits are left at 04:00: they serve nothing, and nothing is bought until the end.
    assert_eq!(outage.downtime.whole, 68 * HOUR);
    assert_eq!(outage.downtime.parts[place(&found, Factor::Threshold)], 68 * HOUR);
    assert_eq!(outage.enough, Some(vec![place(&found, Factor::Threshold)]));
}

/// The scenarios that are shipped and bring their own usage.
fn shipped() -> Vec<(String, Scenario)> {
    let files = fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let mut all: Vec<(String, Scenario)> =
        files.map(|path| (path.display().to_string(), Scenario::read(&path).unwrap())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn everywhere_parts_and_rest_add_up_to_what_the_run_came_to_and_outages_to_their_sum() {
    let mut explained_outages = 0;
    for (name, scenario) in shipped() {
        let outcome = ran(&scenario);
        let found = explained(&scenario);
        let minor = scenario.currency.minor();
        let total = outcome.metrics.total();
        for one in &found.figures {
            let division = &one.division;
            let sum = division.rest + division.parts.iter().sum::<i128>();
            assert_eq!(sum, division.whole, "{name}: {:?}", one.figure);
            let run = units(one.figure.of(total).unwrap(), minor);
            assert_eq!(division.whole, run, "{name}: {:?}", one.figure);
        }
        let mut downtime = 0;
        let mut refused = 0;
        for one in &found.incidents {
            for division in [&one.downtime, &one.refused] {
                let sum = division.rest + division.parts.iter().sum::<i128>();
                assert_eq!(sum, division.whole, "{name}");
            }
            downtime += one.downtime.whole;
            refused += one.refused.whole;
            explained_outages += 1;
        }
        assert_eq!(downtime, i128::from(total.downtime.millis()), "{name}");
        assert_eq!(refused, total.refused().micro(), "{name}");
    }
    assert!(explained_outages > 10, "{explained_outages} outages are too few to tell");
}

#[test]
fn every_factor_is_a_row_of_the_reference_with_what_it_lifts() {
    let page = fs::read_to_string(root().join("docs/reference/causes.md")).unwrap();
    for factor in Factor::ALL {
        let row = format!("| `{}` |", factor.name());
        let line = page.lines().find(|line| line.starts_with(&row));
        let line = line.unwrap_or_else(|| panic!("docs/reference/causes.md has no row {row}"));
        assert!(line.ends_with(&format!("| {} |", factor.lifts())), "{line}\n{}", factor.lifts());
    }
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, Factor::ALL.len(), "a row of the reference is no factor");
}

/// Runs the program; returns success, standard output and standard error.
fn recharge(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn in_folder(scenario: &Scenario, arguments: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), &*scenario.text).unwrap();
    let (done, out, said) = recharge(folder.path(), &[&["explain", "s.toml"], arguments].concat());
    assert!(done, "{said}");
    (folder, out)
}

#[test]
fn the_largest_cause_is_told_in_a_sentence_with_the_way_out_and_its_price() {
    let scenario = scenario("caps = [{ recharges = 1, per = \"day\" }]", "", THREE);
    let (_, out) = in_folder(&scenario, &["--format", "json"]);
    let found: Value = valid(&out);
    assert_eq!(
        found["finding"],
        "Without the cap of 1 recharge a day, the outage of 21 h would not have been; 3 packs at a time would have \
         avoided it too, for $7.00 more."
    );
    assert_eq!(found["figures"][0]["division"]["whole"], "75600000");
    assert_eq!(found["replays"], 2);
}

#[test]
fn the_rows_of_the_journal_that_an_outage_rests_on_are_in_the_journal() {
    let scenario = scenario("caps = [{ recharges = 1, per = \"day\" }]", "", THREE);
    let (folder, out) = in_folder(&scenario, &["--format", "json", "--journal", "j.csv"]);
    let line = valid(&out)["incidents"][0]["journal_line"].as_u64().unwrap();
    let journal = fs::read_to_string(folder.path().join("j.csv")).unwrap();
    let row = journal.lines().nth(line as usize - 1).unwrap();
    assert!(row.contains(",outage_opened,"), "{line}: {row}");
    let (_, text) = in_folder(&scenario, &[]);
    let block = journal.lines().position(|row| row.contains(",cap_reached,")).unwrap() + 1;
    assert!(text.contains(&format!("{block} cap_reached, {line} outage_opened")), "{text}");
}

/// The links of a page to its own anchors and to other places.
#[cfg(feature = "html")]
fn links(page: &str) -> (Vec<&str>, Vec<&str>) {
    let links = page.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.partition(|link| link.starts_with('#'))
}

/// Checks that what an outage rests on leads to a row of the page, and that row to the journal; returns how many rows there are.
#[cfg(feature = "html")]
fn assert_rows_are_linked(report: &Path, journal: &Path) -> usize {
    let page = fs::read_to_string(report.join("index.html")).unwrap();
    let written = fs::read_to_string(journal).unwrap();
    let written: Vec<&str> = written.lines().collect();
    let (inside, outside) = links(&page);
    let to_rows: Vec<&str> =
        inside.into_iter().filter_map(|link| link.strip_prefix("#journal-")).collect();
    assert!(!to_rows.is_empty());
    for line in &to_rows {
        assert_eq!(page.matches(&format!("id=\"journal-{line}\"")).count(), 1, "{line}");
    }
    for link in &outside {
        let (address, line) = link.split_once("#row=").unwrap();
        let file = address.replace("%20", " ").replace("%22", "\"");
        let file = file.replace("%3C", "<").replace("%3E", ">");
        assert_eq!(
            fs::canonicalize(report.join(file)).unwrap(),
            fs::canonicalize(journal).unwrap()
        );
        assert!(to_rows.contains(&line), "{line}");
        let row = page.split(&format!("id=\"journal-{line}\"")).nth(1).unwrap();
        let event = row.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        let line: usize = line.parse().unwrap();
        assert!(written[line - 1].contains(&format!(",{event},")), "{line} {event}");
    }
    outside.len()
}

#[cfg(feature = "html")]
#[test]
fn a_page_leads_from_an_outage_to_its_rows_and_from_those_to_the_journal_beside_it() {
    let scenario = scenario("caps = [{ recharges = 1, per = \"day\" }]", "", THREE);
    // A name that is unkind to a page and to an address.
    let journal = "a \"<b>.csv";
    for command in ["run", "explain"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("s.toml"), &*scenario.text).unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        let arguments = [command, "s.toml", "--journal", journal, "--report", "out/page"];
        let (done, _, said) = recharge(folder.path(), &arguments);
        assert!(done, "{said}");
        let [report, journal] = ["out/page", journal].map(|name| folder.path().join(name));
        assert_eq!(assert_rows_are_linked(&report, &journal), 3, "{command}");
        let page = fs::read_to_string(report.join("index.html")).unwrap();
        assert!(page.contains("<code>a &quot;&lt;b&gt;.csv</code> has all rows"), "{command}");
        // Without a journal the rows are there, and the page leads nowhere else.
        assert!(recharge(folder.path(), &[command, "s.toml", "--report", "out/page"]).0);
        let page = fs::read_to_string(report.join("index.html")).unwrap();
        let (inside, outside) = links(&page);
        assert!(inside.iter().any(|link| link.starts_with("#journal-")), "{command}");
        assert_eq!(outside, [] as [&str; 0], "{command}");
        assert!(page.contains("--journal FILE writes all rows"), "{command}");
    }
}

#[cfg(feature = "html")]
#[test]
fn of_very_many_outages_those_that_a_page_lists_lead_to_rows_that_it_has() {
    // One recharge a day, and a third request each day that finds nothing, for 250 days.
    let requests = |day: u32| {
        let date = format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        [1, 2, 3].map(|hour| format!("{{ at = {date}T0{hour}:00:00, credits = 100 }}"))
    };
    let usage: Vec<String> = (0..250).flat_map(requests).collect();
    let scenario = scenario("caps = [{ recharges = 1, per = \"day\" }]", "", &usage.join(", "));
    let text = scenario.text.replace("end = 2026-01-04", "end = 2026-10-01");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let arguments = ["run", "s.toml", "--journal", "j.csv", "--report", "page"];
    let (done, _, said) = recharge(folder.path(), &arguments);
    assert!(done, "{said}");
    let rows = assert_rows_are_linked(&folder.path().join("page"), &folder.path().join("j.csv"));
    assert!(rows > 400, "{rows}");
}

#[test]
fn rows_of_the_parts_add_up() {
    let caps = "caps = [{ recharges = 1, per = \"day\" }, { money = \"7.00\", per = \"24h\" }]";
    let (_, out) = in_folder(&scenario(caps, "", THREE), &["--csv", "-"]);
    let mut sums: Vec<(String, i64, i64)> = Vec::new();
    for row in csv::Reader::from_reader(out.as_bytes()).records() {
        let row = row.unwrap();
        let figure = format!("{} {}", &row[0], &row[2]);
        if &row[2] != "downtime_ms" {
            continue;
        }
        let part: i64 = row[4].parse().unwrap();
        match sums.last_mut().filter(|last| last.0 == figure) {
            Some(last) if &row[3] == "total" => last.2 = part,
            Some(last) => last.1 += part,
            None => sums.push((figure, part, 0)),
        }
    }
    assert_eq!(sums.len(), 2, "of the run and of its outage: {out}");
    assert!(sums.iter().all(|(_, parts, whole)| parts == whole), "{sums:?}");
}

#[test]
fn usage_that_can_be_read_only_once_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = scenario("", "", THREE).text.to_string();
    let text = text.split("[usage]").next().unwrap().to_owned();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let (done, _, said) = recharge(folder.path(), &["explain", "s.toml", "--usage", "-"]);
    assert!(!done && said.contains("give the usage as a file"), "{said}");
}

#[test]
fn a_difference_is_told_by_the_components_of_the_bill_and_by_the_settings_that_differ() {
    let folder = tempfile::tempdir().unwrap();
    let base = scenario("", "", THREE).text.to_string();
    let base = format!("plan = \"p\"\n{base}").replace("opening_balance = 100\n", "");
    let base = base.replace("[recharge]", "[plans.p]\nfee = \"5.00\"\nallowance = 100\n[recharge]");
    // The fee rises by $20, the price of a pack falls by $3: three recharges cost $9 less.
    let head = base.replace("fee = \"5.00\"", "fee = \"25.00\"").replace("\"7.00\"", "\"4.00\"");
    for (name, text) in [("base.toml", &base), ("head.toml", &head)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let arguments =
        ["diff", "base.toml", "head.toml", "--replications", "2", "--quiet", "--format", "json"];
    let (done, out, said) = recharge(folder.path(), &arguments);
    assert!(done, "{said}");
    let bill = valid(&out)["bill"].clone();
    assert_eq!(
        bill["sentence"],
        "The changed scenario spends $11.00 more per horizon: $20.00 plan fees, -$9.00 recharges."
    );
    let part = |place: usize| {
        let one = &bill["settings"][place];
        (one["groups"][0].clone(), one["spend"]["value"].clone())
    };
    assert_eq!(part(0), ("plan".into(), 20.0.into()));
    assert_eq!(part(1), ("package and price".into(), (-9.0).into()));
    assert_eq!(bill["total"]["value"], 11.0);
}

#[test]
fn means_over_replications_add_up_to_the_mean_of_the_whole() {
    let name = root().join("scenarios/product-classifier-study.toml");
    let arguments = ["explain", name.to_str().unwrap(), "--replications", "8", "--quiet"];
    let run =
        |more: &[&str]| recharge(&root(), &[&arguments[..], &["--format", "json"], more].concat());
    let (done, out, said) = run(&[]);
    assert!(done, "{said}");
    let found = valid(&out);
    let means = found["means"]["figures"].as_array().unwrap();
    assert!(!means.is_empty());
    for one in means {
        let mean = |value: &Value| value["mean"].as_f64().unwrap();
        let parts: f64 = one["parts"].as_array().unwrap().iter().map(mean).sum();
        let whole = mean(&one["whole"]);
        assert!((mean(&one["rest"]) + parts - whole).abs() < 1e-6 * whole.abs().max(1.0), "{one}");
    }
    let told = |text: &str| text.replace(" --threads 1", "");
    assert_eq!(told(&run(&["--threads", "1"]).1), told(&out), "threads change no byte");
}
