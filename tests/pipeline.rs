//! Pipelines as people set them up: the shell of the action, of the GitLab snippet and of the pre-commit hook, each as it
//! stands in the file that people copy, in a repository as `docs/guides/pipeline.md` describes it.
//!
//! Where git, bash or what packs a release is missing, all of it is counted as ignored.

mod junit;
mod place;

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};

use place::{Place, SCENARIO};

const GUIDE: &str = include_str!("../docs/guides/pipeline.md");
const ACTION: &str = include_str!("../action.yml");
const HOOKS: &str = include_str!("../.pre-commit-hooks.yaml");

/// What a repository states must stay true.
const GATES: &str =
    "[gates]\ndiff = [\"total_spend <= baseline + 5%\", \"failed_attempts <= baseline + 20%\"]\n";

/// A program that a pipeline runs on.
fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The value of a key in the text of a YAML file, the first time it is there.
fn value_of<'t>(yaml: &'t str, key: &str) -> &'t str {
    let line = |line: &'t str| line.trim().trim_start_matches("- ").strip_prefix(key);
    let mut values = yaml.lines().filter_map(line).filter_map(|rest| rest.strip_prefix(':'));
    values.next().unwrap_or_else(|| panic!("there is no {key}")).trim()
}

/// The shell of the composite action.
fn shell_of_action() -> String {
    let (_, run) = ACTION.split_once("      run: |\n").expect("the action has one step");
    let lines = run.lines().map(|line| line.strip_prefix("        ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The shell of the GitLab snippet.
fn shell_of_gitlab() -> String {
    let (_, script) =
        GUIDE.split_once("         script:\n").expect("the guide has a job of GitLab");
    let lines = script.lines().map_while(|line| line.trim().strip_prefix("- "));
    lines.collect::<Vec<_>>().join("\n")
}

/// A repository whose main branch has a scenario and its usage, where the guide says they are.
struct Repository(Place);

impl Repository {
    fn new() -> Repository {
        let repository = Repository(Place::new());
        repository.scenario(&|text| text);
        repository.0.file(usage(), &rows());
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit("prices");
        repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        repository
    }

    /// Writes the scenario as a pull request changes it.
    fn scenario(&self, change: &dyn Fn(String) -> String) {
        let generated = "[usage.generate]\nevery = \"6h\"\namount = 10\n";
        let study = "[study]\nhistory = \"replay\"\n";
        let text = format!("{}{study}{GATES}", SCENARIO.replace(generated, ""));
        self.0.file(scenario(), &change(text));
    }

    fn git(&self, words: &[&str]) -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        let mut command = Command::new("git");
        let output =
            command.args(identity).args(words).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// The exit code of a script as a pipeline runs it, and all that it says.
    fn shell(&self, script: &str, set: &[(&str, &str)]) -> (i32, String) {
        let program = Path::new(env!("CARGO_BIN_EXE_recharge")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(self.0.path());
        command.env("PATH", format!("{}:{path}", program.display()));
        let output = command.envs(set.iter().copied()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Runs the action with the inputs of the guide, and this many runs to settle gates.
    fn action(&self, scenario: &str, settle: &str) -> (i32, String) {
        let summary = self.0.path().join("summary.md");
        let base = ACTION.split_once("  base-ref:").expect("the action has a base").1;
        self.shell(
            &shell_of_action(),
            &[
                ("SCENARIO", scenario),
                ("USAGE", usage()),
                ("BASE_REF", value_of(base, "default")),
                ("REPLICATIONS", "40"),
                ("SETTLE", settle),
                ("RECHARGE", value_of(ACTION.split_once("  recharge:\n").unwrap().1, "default")),
                ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
            ],
        )
    }
}

/// The scenario of the guide.
fn scenario() -> &'static str {
    value_of(GUIDE, "scenario")
}

/// The usage of the guide.
fn usage() -> &'static str {
    value_of(GUIDE, "usage")
}

/// Two months of usage, ten credits every six hours.
fn rows() -> String {
    let start = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let row = |place: u64| {
        let day = start + chrono::Days::new(place / 4);
        format!("{day}T{:02}:00:00Z,10\n", place % 4 * 6)
    };
    "time,amount\n".to_owned() + &(0..236).map(row).collect::<String>()
}

fn a_harmless_change_is_green() {
    let repository = Repository::new();
    repository.scenario(&|text| text.replace("name = \"Small\"", "name = \"Starter\""));
    let (code, said) = repository.action(scenario(), value_of(GUIDE, "settle"));
    assert_eq!(code, 0, "{said}");
    let summary = repository.0.read("summary.md");
    assert!(summary.contains("No change"), "{summary}");
}

fn a_harmful_change_is_red_on_its_line() {
    let repository = Repository::new();
    repository.scenario(&|text| text.replace("fee = \"10.00\"", "fee = \"19.00\""));
    let (code, said) = repository.action(scenario(), value_of(GUIDE, "settle"));
    assert_eq!(code, 1, "{said}");
    let annotation = format!("::error file={},line=7,title=recharge gate::", scenario());
    assert!(said.contains(&annotation), "{said}");
    let summary = repository.0.read("summary.md");
    assert!(summary.contains("Total spend rises by $9.00 per cycle"), "{summary}");
}

fn a_noisy_change_is_inconclusive_and_settles() {
    let repository = Repository::new();
    let raised =
        |text: String| text.replace("fail_probability = \"10%\"", "fail_probability = \"11.5%\"");
    repository.scenario(&raised);
    let (code, said) = repository.action(scenario(), "");
    assert_eq!(code, 4, "{said}");
    let warning = format!("::warning file={},line=", scenario());
    assert!(said.contains(&warning), "{said}");
    assert!(said.contains("replications would settle it"), "{said}");
    let (code, said) = repository.action(scenario(), value_of(GUIDE, "settle"));
    assert_eq!(code, 0, "11.5% is less than a fifth above 10%: {said}");
}

fn a_mistake_and_a_new_scenario_are_told_and_nothing_is_left_behind() {
    let repository = Repository::new();
    repository.scenario(&|text| text.replace("fee = ", "fea = "));
    let (code, said) = repository.action(scenario(), "");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(&format!("::error file={},line=7,", scenario())), "{said}");
    repository.0.file("prices/new.toml", SCENARIO);
    let (code, said) = repository.action("prices/new.toml", "");
    assert!(code == 0 && said.contains("there is nothing to compare it with"), "{said}");
    let left = repository.git(&["status", "--porcelain", "--untracked-files=all"]);
    assert!(!left.contains(".base-"), "{left}");
}

fn the_job_of_gitlab_keeps_a_report_of_tests() {
    let repository = Repository::new();
    let base = repository.git(&["rev-parse", "HEAD"]);
    let job = |fee: &str| {
        repository.scenario(&|text| text.replace("fee = \"10.00\"", &format!("fee = \"{fee}\"")));
        let set = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())];
        let (code, said) = repository.shell(&shell_of_gitlab(), &set);
        let report = repository.0.read(
            value_of(GUIDE, "artifacts")
                .split("junit: ")
                .nth(1)
                .unwrap()
                .trim_end_matches([' ', '}']),
        );
        let outcomes: Vec<String> =
            junit::cases(&report).into_iter().map(|(_, outcome)| outcome).collect();
        (code, outcomes, said)
    };
    let (code, outcomes, said) = job("10.10");
    assert_eq!(
        (code, &outcomes[..]),
        (0, &["passed".to_owned(), "passed".to_owned()][..]),
        "{said}"
    );
    let (code, outcomes, said) = job("19.00");
    assert_eq!(
        (code, &outcomes[..]),
        (1, &["failure".to_owned(), "passed".to_owned()][..]),
        "{said}"
    );
}

fn the_hook_checks_the_scenarios_of_a_commit_and_no_other_file() {
    let repository = Repository::new();
    // The files of a commit that match the pattern are words of the command, as pre-commit runs it.
    let hook = |pattern: &str| {
        let entry = value_of(HOOKS, "entry");
        let script = format!(
            "git add . && git diff --cached --name-only | grep -E '{pattern}' | xargs --no-run-if-empty {entry}"
        );
        repository.shell(&script, &[])
    };
    let own = GUIDE
        .split_once("id: recharge-check")
        .expect("the guide has a configuration of pre-commit")
        .1;
    for pattern in [value_of(own, "files"), "^prices/"] {
        repository.scenario(&|text| text.replace("\"10.00\"", "\"12.00\""));
        let (code, said) = hook(pattern);
        assert!(code == 0 && said.contains(&format!("{}: ok", scenario())), "{code} {said}");
        repository.scenario(&|text| text.replace("fee = ", "fea = "));
        let (code, said) = hook(pattern);
        assert!(code != 0 && said.contains(&format!("{}:7", scenario())), "{code} {said}");
        repository.scenario(&|text| text);
    }
    repository.0.file("scenarios/bad.toml", "nmae = 1\n");
    let (code, said) = hook(value_of(HOOKS, "files"));
    assert!(code != 0 && said.contains("scenarios/bad.toml:1"), "{code} {said}");
}

fn a_release_is_laid_out_with_a_checksum_and_the_same_bytes_each_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [Place::new(), Place::new()];
    let release = |out: &Place, more: &[&str]| {
        let mut command = Command::new("bash");
        command.arg(root.join(".ci/release")).args(more).arg("--out").arg(out.path());
        let output = command.env("SOURCE_DATE_EPOCH", "1790000000").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap(), said)
    };
    let built = ["--target", "x86_64-test", "--program", env!("CARGO_BIN_EXE_recharge")];
    for place in &places {
        let (code, said) = release(place, &built);
        assert_eq!(code, 0, "{said}");
    }
    let name = format!("recharge-{}-x86_64-test", env!("CARGO_PKG_VERSION"));
    let archives = places
        .each_ref()
        .map(|place| std::fs::read(place.path().join(format!("{name}.tar.gz"))).unwrap());
    assert!(archives[0] == archives[1], "the same program gives the same bytes");
    let shell = |script: &str| {
        let output = Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(places[0].path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    shell(&format!("sha256sum --check --strict {name}.tar.gz.sha256"));
    let listed = shell(&format!("tar tzf {name}.tar.gz"));
    for file in [
        "recharge",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "LICENSE-FONT",
        "README.md",
        "completions/_recharge",
        "man/recharge.1",
        "man/recharge-shrink.1",
    ] {
        assert!(listed.lines().any(|line| line == format!("{name}/{file}")), "{file}: {listed}");
    }
    let version = shell(&format!("tar xzf {name}.tar.gz && {name}/recharge --version"));
    assert_eq!(version.trim(), format!("recharge {}", env!("CARGO_PKG_VERSION")));
    let (code, said) = release(&places[0], &["--program", "/nothing"]);
    assert!(code == 2 && said.contains("is no program"), "{said}");
    let (code, said) = release(&places[0], &["--prgram"]);
    assert!(code == 2 && said.contains("there are --program FILE"), "{said}");
}

fn main() -> ExitCode {
    let missing: Vec<&str> = ["git", "bash", "tar", "gzip", "sha256sum"]
        .into_iter()
        .filter(|program| !is_installed(program))
        .collect();
    if !missing.is_empty() {
        eprintln!("{} is missing: what runs a pipeline is ignored", missing.join(" and "));
    }
    let trials: [(&str, fn()); 7] = [
        ("a_harmless_change_is_green", a_harmless_change_is_green),
        ("a_harmful_change_is_red_on_its_line", a_harmful_change_is_red_on_its_line),
        ("a_noisy_change_is_inconclusive_and_settles", a_noisy_change_is_inconclusive_and_settles),
        (
            "a_mistake_and_a_new_scenario_are_told_and_nothing_is_left_behind",
            a_mistake_and_a_new_scenario_are_told_and_nothing_is_left_behind,
        ),
        ("the_job_of_gitlab_keeps_a_report_of_tests", the_job_of_gitlab_keeps_a_report_of_tests),
        (
            "the_hook_checks_the_scenarios_of_a_commit_and_no_other_file",
            the_hook_checks_the_scenarios_of_a_commit_and_no_other_file,
        ),
        (
            "a_release_is_laid_out_with_a_checksum_and_the_same_bytes_each_time",
            a_release_is_laid_out_with_a_checksum_and_the_same_bytes_each_time,
        ),
    ];
    let trial = |(name, test): (&str, fn())| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!missing.is_empty())
    };
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().map(trial).collect()).exit_code()
}
