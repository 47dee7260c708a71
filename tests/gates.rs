//! Gates as a pipeline meets them: exit codes, reports and annotations of `run`, `study`, `compare`, `plan`
//! and `diff`.

mod results;

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use results::valid;

/// A month of usage every six hours and payments that fail now and then.
const SCENARIO: &str = "name = \"Small\"\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-03-01\nplan = \"p\"\n\
     [plans.p]\nfee = \"10.00\"\nallowance = 1000\n\
     [packages.a]\ncredits = 100\nprice = \"1.00\"\n\
     [recharge]\nat_or_below = 50\npackage = \"a\"\n\
     [payment]\nfail_probability = \"10%\"\n\
     [usage.generate]\nevery = \"6h\"\namount = 10\n";

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.file("base.toml", SCENARIO);
        place
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(words).current_dir(self.0.path());
        command.output().unwrap()
    }

    /// The exit code, standard output and standard error.
    fn told(&self, words: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.run(words);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    fn study(&self, gates: &[&str], more: &[&str]) -> (i32, String, String) {
        let gates = gates.iter().flat_map(|gate| ["--gate", gate]);
        let words = ["study", "base.toml", "--replications", "60", "--quiet"].into_iter();
        self.told(&words.chain(gates).chain(more.iter().copied()).collect::<Vec<_>>())
    }
}

#[test]
fn a_gate_of_a_study_passes_fails_or_is_inconclusive_by_its_interval() {
    let place = Place::new();
    let (_, json, _) = place.study(&[], &["--format", "json"]);
    let result = valid(&json);
    let figure = &result["candidates"][0]["figures"]["failed_attempts"];
    let of = |name: &str| figure[name].as_f64().unwrap();
    let (low, value, high) = (of("low"), of("value"), of("high"));
    assert!(low < value && value < high, "{figure}");
    for (bound, code) in [(high, 0), (high - 1e-6, 4), (value, 4), (low, 4), (low - 1e-6, 1)] {
        let gate = format!("failed_attempts <= {bound:.9}");
        let (found, _, said) = place.study(&[&gate], &[]);
        assert_eq!(found, code, "{gate}: {said}");
    }
    let (code, _, said) =
        place.study(&["failed_attempts <= 0", &format!("failed_attempts <= {value}")], &[]);
    assert_eq!(code, 1, "one that fails outweighs one that is inconclusive: {said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn an_inconclusive_gate_says_what_would_settle_it_and_settles() {
    let place = Place::new();
    let (_, json, _) = place.study(&[], &["--format", "json"]);
    let figure = &valid(&json)["candidates"][0]["figures"]["failed_attempts"];
    let (value, high) = (figure["value"].as_f64().unwrap(), figure["high"].as_f64().unwrap());
    let gate = format!("failed_attempts <= {:.9}", value + 0.2 * (high - value));
    let (code, _, said) = place.study(&[&gate], &[]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("is inconclusive") && said.contains("replications would settle it"),
        "{said}"
    );
    let as_json = ["--settle=5000", "--gates-as", "json=gates.json"];
    let (code, _, said) = place.study(&[&gate], &as_json);
    assert_eq!(code, 1, "with more runs it is above the bound: {said}");
    let settled = valid(&place.read("gates.json"));
    assert!(settled["replications"].as_u64().unwrap() > 60, "{settled}");
    // A budget that is used up leaves it open.
    let (code, ..) = place.study(&[&gate], &["--settle=61"]);
    assert_eq!(code, 4);
}

#[test]
fn gates_speak_of_the_advised_the_current_and_named_candidates() {
    let place = Place::new();
    let study = "[study]\ntarget = [\"none\"]\ncandidates = [{ name = \"dear\", set = { \"plans.p.fee\" = \
         \"90.00\" } }, { name = \"cheap = good\", set = { \"plans.p.fee\" = \"1.00\" } }]\n";
    place.file("base.toml", &format!("{SCENARIO}{study}"));
    for (gate, code) in [
        ("plan_fees == 10", 0),
        ("current.plan_fees <= $9", 1),
        ("advised.plan_fees == 1", 0),
        ("dear.plan_fees == 90", 0),
        ("'cheap = good'.gain >= 8.99", 0),
        ("advised.gain >= 9.01", 1),
        ("'deer'.gain >= 5", 2),
        ("plan_fees <= 10 EUR", 2),
        ("gain >= 5", 2),
    ] {
        let (found, _, said) = place.study(&[gate], &[]);
        assert_eq!(found, code, "{gate}: {said}");
    }
}

#[test]
fn gates_of_a_scenario_are_held_and_annotated_on_their_line() {
    let place = Place::new();
    // Keys before the first table, so that the lines are known.
    let run = "gates.run = [\n  \"total_spend <= 1\",\n  \"outages <= 99\",\n]\n";
    let study = "gates.study = [\"plan_fees < $10\"]\n";
    place.file("base.toml", &format!("{run}{study}{SCENARIO}"));
    let (code, _, said) = place.told(&["run", "base.toml", "--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    let annotation = "::error file=base.toml,line=2,title=recharge gate::gate 'total_spend <= 1'";
    assert!(said.contains(annotation), "{said}");
    assert!(!said.contains("outages"), "{said}");
    let (code, _, said) = place.study(&[], &["--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=base.toml,line=5,"), "{said}");
}

#[test]
fn each_cycle_of_a_run_is_held_against_a_gate() {
    let place = Place::new();
    for (gate, code, about) in [
        ("each_cycle.plan_fees <= 10", 0, ""),
        ("each_cycle.demanded <= 1200", 1, "cycle 1"),
        ("each_cycle.demanded >= 1200", 1, "cycle 2"),
    ] {
        let (found, _, said) = place.told(&["run", "base.toml", "--gate", gate]);
        assert_eq!(found, code, "{gate}: {said}");
        assert!(said.contains(about), "{said}");
    }
}

#[test]
fn plans_are_held_against_gates_at_todays_usage() {
    let place = Place::new();
    let plans = "[plans.q]\nfee = \"50.00\"\nallowance = 5000\n";
    place.file("base.toml", &format!("{SCENARIO}{plans}"));
    let words =
        ["plan", "base.toml", "--levels", "500", "--replications", "20", "--quiet", "--gate"];
    for (gate, code) in [
        ("current.plan_fees == 10", 0),
        ("advised.plan_fees <= 10", 0),
        ("current.recharges >= 99", 1),
        ("nobody.plan_fees <= 10", 2),
    ] {
        let (found, _, said) = place.told(&[&words[..], &[gate]].concat());
        assert_eq!(found, code, "{gate}: {said}");
    }
}

#[test]
fn a_change_of_prices_is_told_with_its_line_and_its_figures() {
    let place = Place::new();
    place.file("head.toml", &SCENARIO.replace("fee = \"10.00\"", "fee = \"12.00\""));
    let words = ["diff", "base.toml", "head.toml", "--replications", "40", "--quiet"];
    let with = |more: &[&'static str]| place.told(&[&words[..], more].concat());
    let (code, text, said) =
        with(&["--gate", "total_spend <= baseline + 5%", "--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=head.toml,line=7,"), "{said}");
    assert!(text.contains("Total spend rises by $2.00 per cycle"), "{text}");
    assert!(text.contains("plans.p.fee"), "{text}");
    for (gate, code) in [
        ("total_spend <= baseline + 50%", 0),
        ("total_spend <= baseline + $2.01", 0),
        ("total_spend <= baseline + $1.99", 1),
        ("fill_rate >= baseline", 0),
        ("plan_fees == baseline + 2", 0),
    ] {
        let (found, _, said) = with(&["--gate", gate]);
        assert_eq!(found, code, "{gate}: {said}");
    }
    let result: Value = valid(&with(&["--format", "json"]).1);
    assert_eq!(result["settings"][0]["line"], 7, "{result}");
    let moved = |name: &str| {
        let figures = result["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["figure"] == name).unwrap()["moved"].clone()
    };
    assert_eq!((moved("total_spend"), moved("recharges")), (true.into(), false.into()));
    let (_, rows, _) = with(&["--format", "csv"]);
    assert!(
        rows.lines().any(|row| row.starts_with("plan_fees,true,10,10,10,12,12,12,2,2,2")),
        "{rows}"
    );
}

#[test]
fn a_change_that_changes_nothing_says_so() {
    let place = Place::new();
    place.file("head.toml", &SCENARIO.replace("\"10.00\"", "\"10\"").replace("Small", "Smaller"));
    let words = ["diff", "base.toml", "head.toml", "--replications", "40", "--quiet"];
    let (code, text, said) = place.told(
        &[&words[..], &["--gate", "total_spend <= baseline", "--format", "markdown"]].concat(),
    );
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("No change: all ") && text.contains("| name |"), "{text}");
    assert!(!text.contains("plans.p.fee"), "10.00 is 10: {text}");
}

#[test]
fn a_saved_baseline_stands_for_the_scenario_it_was() {
    let place = Place::new();
    let save =
        ["diff", "base.toml", "--save-baseline", "b.json", "--replications", "40", "--quiet"];
    let (code, _, said) = place.told(&save);
    assert_eq!(code, 0, "{said}");
    valid(&place.read("b.json"));
    place.file("base.toml", &SCENARIO.replace("fee = \"10.00\"", "fee = \"12.00\""));
    let words = ["diff", "base.toml", "--baseline", "b.json", "--replications", "40", "--quiet"];
    let (code, text, said) = place.told(&words);
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("Total spend rises by $2.00 per cycle"), "{text}");
    place.file("b.json", "{\"schema\": \"recharge.run/1\"}");
    let (code, _, said) = place.told(&words);
    assert!(code == 2 && said.contains("--save-baseline"), "{said}");
    let (code, _, said) = place.told(&["diff", "base.toml"]);
    assert!(code == 2 && said.contains("name a baseline"), "{said}");
}

#[test]
fn one_study_tells_its_gates_in_every_form_at_once() {
    let place = Place::new();
    let forms = ["json=g.json", "junit=g.xml", "markdown=g.md", "csv=g.csv", "text=g.txt"];
    let more: Vec<&str> = forms.iter().flat_map(|form| ["--gates-as", form]).collect();
    let (code, ..) = place.study(&["plan_fees <= 9", "plan_fees <= 10"], &more);
    assert_eq!(code, 1);
    let outcomes = valid(&place.read("g.json"));
    assert_eq!(outcomes["outcome"], "fail");
    assert_eq!(outcomes["gates"][1]["outcome"], "pass");
    let junit = place.read("g.xml");
    assert!(junit.contains("<testsuites tests=\"2\" failures=\"1\" errors=\"0\">"), "{junit}");
    assert!(
        place.read("g.md").contains("| ❌ fail | plan\\_fees \\<= 9 |"),
        "{}",
        place.read("g.md")
    );
    assert_eq!(place.read("g.csv").lines().count(), 3);
    assert_eq!(place.read("g.txt").lines().count(), 2);
    let (code, _, said) = place.study(&["plan_fees <= 9"], &["--gates-as", "json=base.toml"]);
    assert!(code == 2, "an input is no output: {said}");
    let (code, _, said) = place.study(&[], &["--gates-as", "xml"]);
    assert!(code == 2 && said.contains("junit"), "{said}");
}

#[test]
fn a_mistake_is_annotated_where_it_stands() {
    let place = Place::new();
    place.file("bad.toml", &SCENARIO.replace("fee = ", "fea = "));
    let (code, told, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "github"]);
    assert_eq!(code, 2);
    assert!(told.contains("::error file=bad.toml,line=7,col=1,title=recharge check::"), "{told}");
    let (_, json, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "json"]);
    let result = valid(&json);
    assert_eq!((&result["ok"], &result["files"][0]["ok"]), (&false.into(), &true.into()));
    let (_, junit, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "junit"]);
    assert!(junit.contains("<testsuites tests=\"2\" failures=\"1\" errors=\"0\">"), "{junit}");
    place.file("gate.toml", &format!("{SCENARIO}[gates]\nrun = [\"total_spent <= 5\"]\n"));
    let (code, told, _) = place.told(&["check", "gate.toml", "--format", "github"]);
    assert!(code == 2 && told.contains("line=21,") && told.contains("total_spend"), "{told}");
}

#[test]
fn shells_complete_every_subcommand_and_each_has_a_man_page() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = place.told(&["completions", shell]);
        assert!(code == 0 && script.contains("diff") && script.contains("gates-as"), "{shell}");
    }
    let (code, page, _) = place.told(&["man"]);
    assert!(code == 0 && page.contains(".TH recharge 1"), "{page}");
    fs::create_dir(place.0.path().join("man")).unwrap();
    assert_eq!(place.told(&["man", "--dir", "man"]).0, 0);
    assert!(place.read("man/recharge-diff.1").contains("save\\-baseline"));
}

/// The shell of a step of the composite action.
#[cfg(unix)]
fn shell_of_action() -> String {
    let action = include_str!("../action.yml");
    let (_, run) = action.split_once("      run: |\n").expect("the action has one step");
    run.lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(unix)]
#[test]
fn the_shell_of_the_action_turns_a_harmful_pull_request_red_and_a_harmless_one_green() {
    let place = Place::new();
    let gates = "[gates]\ndiff = [\"total_spend <= baseline + 5%\"]\n";
    place.file("base.toml", &format!("{SCENARIO}{gates}"));
    let git = |words: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        let mut command = Command::new("git");
        let output = command.args(identity).args(words).current_dir(place.0.path()).output();
        assert!(output.unwrap().status.success(), "{words:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "prices"]);
    let run = |scenario: &str| {
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", &shell_of_action()]);
        command.env("SCENARIO", scenario).env("USAGE", "").env("BASE_REF", "main");
        command.env("REPLICATIONS", "40").env("SETTLE", "200");
        command.env("RECHARGE", env!("CARGO_BIN_EXE_recharge"));
        command.env("GITHUB_STEP_SUMMARY", place.0.path().join("summary.md"));
        let output = command.current_dir(place.0.path()).output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.code().unwrap(), said)
    };
    let changed = |from: &str, to: &str| {
        place.file("base.toml", &format!("{SCENARIO}{gates}").replace(from, to));
        run("base.toml")
    };
    let (code, said) = changed("name = \"Small\"", "name = \"Starter\"");
    assert_eq!(code, 0, "{said}");
    assert!(place.read("summary.md").contains("No change"), "{}", place.read("summary.md"));
    let (code, said) = changed("fee = \"10.00\"", "fee = \"19.00\"");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=base.toml,line=7,title=recharge gate::"), "{said}");
    assert!(place.read("summary.md").contains("Total spend rises by $9.00 per cycle"));
    let (code, said) = changed("fee = ", "fea = ");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("::error file=base.toml,line=7,"), "{said}");
    place.file("new.toml", SCENARIO);
    assert_eq!(run("new.toml").0, 0);
    let left = fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(".base-")));
}
