//! The files of each command: what it reads and what it writes, by the options that name them.

use std::path::{Path, PathBuf};

use crate::files::Manifest;
use crate::scenario::Scenario;

#[cfg(feature = "html")]
use super::args::ExploreArgs;
use super::args::{
    AdviseArgs, BacktestArgs, CheckArgs, CompareArgs, DiffArgs, FitArgs, ForecastArgs, GateArgs,
    GenerateArgs, InspectArgs, ManyArgs, OutputArgs, PlanArgs, PrepareArgs, ReadingsArgs, RunArgs,
    StudyArgs,
};
use super::exit::Failure;

/// The files of `recharge run`.
pub fn run(args: &RunArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.usage.as_deref());
    let files = rows(
        writing(files, [("--journal", &args.journal), ("--bad-rows", &args.bad_rows)])?,
        &args.csv,
    )?;
    checked(gates(told(files, &args.telling)?, &args.gates)?)
}

/// The files of `recharge study`.
pub fn study(args: &StudyArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge plan`.
pub fn plan(args: &PlanArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge forecast`.
pub fn forecast(args: &ForecastArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    checked(told(files, &args.telling)?)
}

/// The files of `recharge backtest`.
pub fn backtest(args: &BacktestArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    checked(told(files, &args.telling)?)
}

/// The files of `recharge fit`.
pub fn fit(args: &FitArgs) -> Result<(), Failure> {
    let files = reading([], Some(&args.file));
    checked(told(writing(files, [("--write", &args.write)])?, &args.telling)?)
}

/// The files of `recharge compare`.
pub fn compare(args: &CompareArgs, scenarios: &[Scenario]) -> Result<(), Failure> {
    let named = args.scenarios.iter().zip(scenarios);
    let files = reading(named, args.source.usage.as_deref());
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge advise`.
pub fn advise(args: &AdviseArgs) -> Result<(), Failure> {
    let files = reading([], Some(&args.file));
    let files = writing(files, [("--write", &args.write)])?;
    checked(told(rows_of_many(files, &args.many)?, &args.telling)?)
}

/// The files of `recharge prepare`.
pub fn prepare(args: &PrepareArgs, scenario: &Scenario) -> Result<(), Failure> {
    let named = args.rules.scenario.iter().map(|path| (path, scenario));
    checked(told(reading(named, args.rules.usage.as_deref()), &args.telling)?)
}

/// The files of `recharge readings`.
pub fn readings(args: &ReadingsArgs, scenario: &Scenario) -> Result<(), Failure> {
    let named = args.rules.scenario.iter().map(|path| (path, scenario));
    checked(told(reading(named, args.rules.usage.as_deref()), &args.telling)?)
}

/// The files of `recharge explore`, which writes to `out`.
#[cfg(feature = "html")]
pub fn explore(args: &ExploreArgs, out: &Path, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.usage.as_deref());
    checked(writing(files, [("--out", &Some(out.to_owned()))])?)
}

/// The files of `recharge generate`.
pub fn generate(args: &GenerateArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], None);
    checked(writing(files, [("--out", &args.out)])?)
}

/// The files of `recharge inspect`.
pub fn inspect(args: &InspectArgs) -> Result<(), Failure> {
    let files = match args.file.as_path() {
        path if is_dash(path) => Manifest::new().reads_standard_input(),
        path => Manifest::new().reads("the usage", path),
    };
    checked(told(writing(files, [("--write", &args.write)])?, &args.telling)?)
}

/// The files of `recharge init`.
pub fn init(path: &Path) -> Result<(), Failure> {
    checked(Manifest::new().writes("the scenario", path))
}

/// The files of `recharge check`.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let read = |files: Manifest, path: &PathBuf| files.reads("the scenario", path);
    checked(args.scenarios.iter().fold(Manifest::new(), read))
}

/// The files of `recharge diff`.
pub fn diff(args: &DiffArgs, scenarios: &[Scenario]) -> Result<(), Failure> {
    // Without two files the baseline is read from a file of its own.
    let heads = &scenarios[scenarios.len() - args.scenarios.len()..];
    let named = args.scenarios.iter().zip(heads);
    let files = reading(named, args.source.usage.as_deref());
    let saved = args.baseline.iter();
    let files = saved.fold(files, |files, path| files.reads("the baseline", path));
    let files = writing(files, [("--save-baseline", &args.save_baseline)])?;
    checked(gates(files, &args.gates)?)
}

/// Adds scenarios and usage: a scenario's own usage file is protected even if another replaces it
/// on the command line.
fn reading<'a>(
    scenarios: impl IntoIterator<Item = (&'a PathBuf, &'a Scenario)>,
    usage: Option<&Path>,
) -> Manifest {
    let mut files = Manifest::new();
    for (path, scenario) in scenarios {
        files = files.reads("the scenario", path);
        if let Some(usage) = &scenario.usage_file {
            files = files.reads("the usage", usage);
        }
    }
    match usage {
        Some(path) if is_dash(path) => files.reads_standard_input(),
        Some(path) => files.reads("the usage", path),
        None => files,
    }
}

/// Adds files that are written. Standard output holds what is printed, so none of them is a dash.
fn writing<'a>(
    mut files: Manifest,
    outputs: impl IntoIterator<Item = (&'static str, &'a Option<PathBuf>)>,
) -> Result<Manifest, Failure> {
    for (option, path) in outputs {
        let Some(path) = path else { continue };
        if is_dash(path) {
            return Err(Failure::Input(format!(
                "{option} -: standard output holds what is printed; name a file (a file called `-` is ./-)"
            )));
        }
        files = files.writes(option, path);
    }
    Ok(files)
}

fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// Adds the rows and the samples of many runs.
fn rows_of_many(files: Manifest, many: &ManyArgs) -> Result<Manifest, Failure> {
    rows(writing(files, [("--samples", &many.samples), ("--periods", &many.periods)])?, &many.csv)
}

/// Adds rows. A dash for `--csv` is standard output, in place of the report.
fn rows(files: Manifest, csv: &Option<PathBuf>) -> Result<Manifest, Failure> {
    match csv {
        Some(path) if is_dash(path) => Ok(files),
        path => writing(files, [("--csv", path)]),
    }
}

/// Adds the outcomes of gates.
fn gates(files: Manifest, args: &GateArgs) -> Result<Manifest, Failure> {
    let named = args.gates_as.iter().map(|wanted| ("--gates-as", &wanted.file));
    writing(files, named)
}

/// Adds results as files to look at.
fn told(files: Manifest, telling: &OutputArgs) -> Result<Manifest, Failure> {
    let files = writing(files, [("--xlsx", &telling.xlsx)])?;
    Ok(match &telling.report {
        Some(path) => files.writes_folder("--report", path),
        None => files,
    })
}

fn checked(files: Manifest) -> Result<(), Failure> {
    files.check().map_err(|clashes| {
        let lines: Vec<String> = clashes.iter().map(ToString::to_string).collect();
        Failure::Input(lines.join("\n"))
    })
}
