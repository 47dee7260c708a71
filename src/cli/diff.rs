//! `recharge diff`: what a change of a scenario changes, beside its baseline.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::files::Output;
use crate::inquiry::{DiffQuestion, Means, diff as answer};
use crate::report::diff::DiffReport;
use crate::report::document::markdown::markdown;
use crate::report::document::text::text;
use crate::report::json;
use crate::report::json::diff::{BASELINE, SavedBaseline};
use crate::report::provenance::Provenance;
use crate::report::usage::edges;
use crate::report::words;
use crate::scenario::{GateOf, Scenario, SettingChange};
use crate::study::UsageModel;

use super::args::{DiffArgs, ManyArgs, OutcomeFormat};
use super::exit::Failure;
use super::gate::{self, Gated, GivenGates};
use super::progress::Progress;
use super::{Called, manifest, many, print, print_report, question, say, screen, spec};

/// A baseline, the changed scenario, and remarks on the first.
struct Both {
    scenarios: [Scenario; 2],
    saved: Option<SavedBaseline>,
}

/// Runs the changed scenario and its baseline on the same usage and luck.
pub fn diff(args: &DiffArgs, command: &Called) -> Result<(), Failure> {
    let gates = gate::typed(&args.gates, GateOf::Diff)?;
    let Both { scenarios, saved } = both(args, command.quiet)?;
    let [base, head] = &scenarios;
    let gates = gate::given(gates, GateOf::Diff, head)?;
    manifest::diff(args, &scenarios)?;
    let many =
        ManyArgs { replications: args.replications, threads: args.threads, ..ManyArgs::default() };
    let study = spec::of(head, &many)?;
    let pool = many::pool(&many, &study)?;
    let usage = question::metered_model(&scenarios, &args.source, &study)?;
    let asked = DiffQuestion {
        scenarios: &scenarios,
        spec: &study,
        usage: &usage,
        gates: &gates.gates,
        settle: args.settle.settle,
    };
    let progress = Progress::new(command.quiet);
    let answer = answer(asked, Means { pool: &pool, watch: &progress })?;
    let provenance = Provenance::of_study(head, &usage, command);
    let gates = placed(gates, &answer.settings, head);
    let gated = Gated {
        command: "diff",
        name: &head.name,
        scenario: head,
        sample: Some((answer.replications, answer.gates_at.probability())),
    };
    let held = gates.report(answer.checks.clone(), &gated);
    let mut remarks = remarks(saved.as_ref(), &answer.settings, &provenance);
    remarks.extend(bare_days(&usage, base));
    let report = DiffReport {
        base,
        head,
        answer: &answer,
        gates: &held,
        remarks: &remarks,
        usage: &words::usage_model(first(&usage)),
        provenance: &provenance,
    };
    save(args, &report)?;
    tell(args.format, &report)?;
    gate::tell(&held, &provenance, &args.gates)
}

/// That a file of usage leaves days of the horizon without any.
fn bare_days(usage: &UsageModel, scenario: &Scenario) -> Vec<String> {
    let lived = usage.lived_through();
    let told = lived.map(|read| edges(read, scenario.setup.horizon, scenario.zone));
    told.unwrap_or_default()
}

/// The usage of the baseline, in words that hold for both.
fn first(usage: &UsageModel) -> &UsageModel {
    usage.of(0)
}

/// Reads both scenarios: two files, or one file and a saved baseline; one file alone is its own baseline.
fn both(args: &DiffArgs, quiet: bool) -> Result<Both, Failure> {
    let (source, settings) = (&args.source, &args.settings);
    let read = |paths: &[PathBuf]| question::scenarios(paths, source, settings, quiet);
    match (&args.scenarios[..], &args.baseline) {
        (paths @ [_, _], None) => {
            let scenarios = read(paths)?.try_into().expect("two files are two scenarios");
            Ok(Both { scenarios, saved: None })
        }
        ([path], Some(file)) => {
            let saved = saved(file)?;
            let folder = path.parent().map(Path::to_owned).unwrap_or_default();
            let origin = question::origin(source.usage.as_deref());
            let base = Scenario::parse(&saved.file, &saved.text, &folder, origin);
            let base = base.map_err(|errors| Failure::Input(errors.to_string()))?;
            let base = question::changed(base, &question::changes(settings)?)?;
            let head = read(std::slice::from_ref(path))?;
            let head = head.into_iter().next().expect("one file is one scenario");
            Ok(Both { scenarios: [base, head], saved: Some(saved) })
        }
        ([path], None) if args.save_baseline.is_some() => {
            let head = read(std::slice::from_ref(path))?;
            let head = head.into_iter().next().expect("one file is one scenario");
            Ok(Both { scenarios: [head.clone(), head], saved: None })
        }
        _ => Err(Failure::Input(
            "name a baseline and the changed scenario: recharge diff base.toml head.toml, or recharge diff \
             head.toml --baseline baseline.json"
                .to_owned(),
        )),
    }
}

/// A baseline that was saved.
fn saved(file: &Path) -> Result<SavedBaseline, Failure> {
    let wrong = |why: String| Failure::Input(format!("--baseline {}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let saved: SavedBaseline = serde_json::from_str(&text).map_err(|error| {
        wrong(format!("is no baseline ({error}); write one with --save-baseline"))
    })?;
    match saved.schema == BASELINE {
        true => Ok(saved),
        false => Err(wrong(format!("is a {}, and a {BASELINE} is needed", saved.schema))),
    }
}

/// Says where a saved baseline was made otherwise than this result, and which changes do not count.
fn remarks(
    saved: Option<&SavedBaseline>,
    changes: &[SettingChange],
    provenance: &Provenance,
) -> Vec<String> {
    let mut remarks = Vec::new();
    if changes.iter().any(|change| ["usage", "seed"].contains(&change.path.root())) {
        remarks.push(
            "Both scenarios are run on the usage and the seed of the baseline, so what changed of these is not \
             compared."
                .to_owned(),
        );
    }
    let Some(saved) = saved else { return remarks };
    let hash = provenance.usage_hash.as_ref().map(ToString::to_string);
    let kind = |hash: &Option<String>| Some(hash.as_ref()?.split_once(':')?.0.to_owned());
    match (kind(&saved.provenance.usage_hash), kind(&hash)) {
        (Some(theirs), Some(ours)) if theirs != ours => remarks.push(format!(
            "The baseline names its usage by another hash, so whether it is the usage of this result was not \
             compared: give `--hash {theirs}`."
        )),
        _ if saved.provenance.usage_hash != hash => remarks.push(
            "The baseline was saved on other usage; here both scenarios meet the usage of this result."
                .to_owned(),
        ),
        _ => {}
    }
    if saved.provenance.version != provenance.version {
        remarks.push(format!(
            "The baseline was saved by recharge {}; here both scenarios are run by {}.",
            saved.provenance.version, provenance.version
        ));
    }
    remarks
}

/// The gates at the line of the first setting that was changed, which is what they speak of.
fn placed(gates: GivenGates, changes: &[SettingChange], head: &Scenario) -> GivenGates {
    const NO_RULES: [&str; 5] = ["name", "question", "gates", "usage", "seed"];
    let is_rule = |change: &&SettingChange| !NO_RULES.contains(&change.path.root());
    let line = changes.iter().filter(is_rule).find_map(|change| change.line);
    match line {
        Some(line) if !question::is_from_input(head) => gates.at(&head.file, line),
        _ => gates,
    }
}

/// Saves the changed scenario as a baseline, if that is asked for.
fn save(args: &DiffArgs, report: &DiffReport<'_>) -> Result<(), Failure> {
    let Some(path) = &args.save_baseline else { return Ok(()) };
    let mut output = Output::create(path)?;
    output.write_all(json::text(&json::diff::baseline(report))?.as_bytes())?;
    output.keep()?;
    say(&format!("{}: written", path.display()));
    Ok(())
}

fn tell(format: OutcomeFormat, report: &DiffReport<'_>) -> Result<(), Failure> {
    let DiffReport { gates, provenance, .. } = report;
    match format {
        OutcomeFormat::Text => print_report(&text(&report.document(), screen())),
        OutcomeFormat::Markdown => print(&markdown(&report.document())),
        OutcomeFormat::Json => print(&json::text(&json::diff::result(report))?),
        OutcomeFormat::Csv => {
            let mut rows = Vec::new();
            report.csv(&mut rows)?;
            print(&String::from_utf8_lossy(&rows))
        }
        OutcomeFormat::Junit | OutcomeFormat::Github => {
            print(&gate::in_format(format, gates, provenance)?)
        }
    }
}
