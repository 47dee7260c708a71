//! The files of each command: what it reads and what it writes, by the options that name them.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::files::Manifest;
use crate::scenario::Scenario;

#[cfg(feature = "html")]
use super::args::ExploredArgs;
use super::args::{
    AdviseArgs, BacktestArgs, CheckArgs, Command, CompareArgs, DiffArgs, ExplainArgs, ExploreArgs,
    FitArgs, FleetAskArgs, FleetOutputArgs, ForecastArgs, GateArgs, GenerateArgs, InspectArgs,
    ManyArgs, OutcomeFormat, OutputArgs, PlanArgs, PrepareArgs, ReadingsArgs, RulesArgs, RunArgs,
    ServeArgs, ShrinkArgs, StudyArgs,
};
use super::caller;
use super::exit::Failure;
use super::question::is_dash;

/// The files of `recharge run`.
pub fn run(args: &RunArgs, scenario: &Scenario) -> Result<(), Failure> {
    one_output(&args.csv, args.format)?;
    let files = reading([(&args.scenario, scenario)], args.usage.as_deref());
    let files = rows(
        writing(
            files,
            [
                ("--journal", &args.journal),
                ("--bad-rows", &args.bad_rows),
                ("--capture", &args.capture.capture),
            ],
        )?,
        &args.csv,
    )?;
    checked(gates(told(files, &args.telling)?, &args.gates)?)
}

/// The files of `recharge study`.
pub fn study(args: &StudyArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    let files = writing(files, [("--capture", &args.capture.capture)])?;
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge plan`.
pub fn plan(args: &PlanArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    let files = writing(files, [("--capture", &args.capture.capture)])?;
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge forecast`.
pub fn forecast(args: &ForecastArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.source.usage.as_deref());
    let files = writing(files, [("--capture", &args.capture.capture)])?;
    checked(gates(told(files, &args.telling)?, &args.gates)?)
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
    checked(gates(told(rows_of_many(files, &args.many)?, &args.telling)?, &args.gates)?)
}

/// The files of `recharge prepare`.
pub fn prepare(args: &PrepareArgs, scenario: &Scenario) -> Result<(), Failure> {
    let named = args.rules.scenario.iter().map(|path| (path, scenario));
    checked(told(reading(named, args.rules.usage.as_deref()), &args.telling)?)
}

/// The files of `recharge explain`.
pub fn explain(args: &ExplainArgs, scenario: &Scenario) -> Result<(), Failure> {
    let named = args.rules.scenario.iter().map(|path| (path, scenario));
    let files = reading(named, args.rules.usage.as_deref());
    let files = rows(writing(files, [("--journal", &args.journal)])?, &args.csv)?;
    checked(told(files, &args.telling)?)
}

/// The files of `recharge readings`.
pub fn readings(args: &ReadingsArgs, scenario: &Scenario) -> Result<(), Failure> {
    let named = args.rules.scenario.iter().map(|path| (path, scenario));
    checked(told(reading(named, args.rules.usage.as_deref()), &args.telling)?)
}

/// The files of `recharge shrink`.
pub fn shrink(args: &ShrinkArgs, scenario: &Scenario, usage: &Path) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.usage.as_deref());
    let files = files.reads("the bill", &args.bill);
    let written = (Some(args.write.clone()), Some(usage.to_owned()));
    checked(writing(files, [("--write", &written.0), ("the usage of --write", &written.1)])?)
}

/// The files of `recharge explore`, which writes to `out`, or of `recharge serve`, which writes none.
#[cfg(feature = "html")]
pub fn explored(
    args: &ExploredArgs,
    out: Option<&Path>,
    scenario: &Scenario,
) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], args.usage.as_deref());
    checked(writing(files, [("--out", &out.map(Path::to_owned))])?)
}

/// The files of `recharge generate`.
pub fn generate(args: &GenerateArgs, scenario: &Scenario) -> Result<(), Failure> {
    let files = reading([(&args.scenario, scenario)], None);
    checked(writing(files, [("--out", &args.out), ("--list", &args.list)])?)
}

/// The files of `recharge fleet`; those of a plan lie in a folder of their own.
pub fn fleet(
    ask: Option<(&FleetAskArgs, &[Scenario])>,
    output: Option<&FleetOutputArgs>,
) -> Result<(), Failure> {
    let mut files = match ask {
        None => Manifest::new(),
        Some((ask, scenarios)) => {
            let paths = ask.scenario.iter().chain(&ask.against);
            let files = reading(paths.zip(scenarios), ask.source.usage.as_deref());
            let listed = ask.accounts.iter();
            listed.fold(files, |files, path| files.reads("the list of accounts", path))
        }
    };
    if let Some(output) = output {
        one_output(&output.csv, output.format)?;
        files = writing(rows(files, &output.csv)?, [("--parquet", &output.parquet)])?;
        files = told(files, &output.telling)?;
    }
    checked(files)
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
    let read = |files: Manifest, path: &PathBuf| reads_scenario(files, path);
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
        files = reads_scenario(files, path);
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

fn reads_scenario(files: Manifest, path: &Path) -> Manifest {
    match is_dash(path) {
        true => files.reads_standard_input(),
        false => files.reads("the scenario", path),
    }
}

/// Refuses a command that would read standard input twice, before any of it is read.
pub fn input(command: &Command) -> Result<(), Failure> {
    let (scenarios, usage) = inputs(command);
    let dashes = scenarios.iter().filter(|path| is_dash(path)).count();
    match (dashes, usage.is_some_and(is_dash)) {
        (0, _) | (1, false) => Ok(()),
        (1, true) if caller::scenario(Path::new("-")).is_some() => Ok(()),
        (1, true) => Err(Failure::Input(
            "-: standard input can be the scenario or the usage, and not both; name a file for one of them"
                .to_owned(),
        )),
        _ => Err(Failure::Input(
            "-: standard input can be one scenario only; name files for the others".to_owned(),
        )),
    }
}

/// The scenarios of a command, and its usage.
fn inputs(command: &Command) -> (Vec<&Path>, Option<&Path>) {
    let one = |path| vec![path];
    match command {
        Command::Run(args) => (one(args.scenario.as_path()), args.usage.as_deref()),
        Command::Study(args) => (one(&args.scenario), args.source.usage.as_deref()),
        Command::Plan(args) => (one(&args.scenario), args.source.usage.as_deref()),
        Command::Forecast(args) => (one(&args.scenario), args.source.usage.as_deref()),
        Command::Backtest(args) => (one(&args.scenario), args.source.usage.as_deref()),
        Command::Shrink(args) => (one(&args.scenario), args.usage.as_deref()),
        Command::Generate(args) => (one(&args.scenario), None),
        Command::Check(args) => (args.scenarios.iter().map(PathBuf::as_path).collect(), None),
        Command::Compare(args) => {
            let scenarios = args.scenarios.iter().map(PathBuf::as_path).collect();
            (scenarios, args.source.usage.as_deref())
        }
        Command::Diff(args) => {
            let scenarios = args.scenarios.iter().map(PathBuf::as_path).collect();
            (scenarios, args.source.usage.as_deref())
        }
        Command::Fleet(args) => {
            let both = args.ask.scenario.iter().chain(&args.ask.against);
            (both.map(PathBuf::as_path).collect(), args.ask.source.usage.as_deref())
        }
        Command::Prepare(args) => of_rules(&args.rules),
        Command::Readings(args) => of_rules(&args.rules),
        Command::Explain(args) => of_rules(&args.rules),
        Command::Explore(ExploreArgs { explored, .. })
        | Command::Serve(ServeArgs { explored, .. }) => {
            (one(&explored.scenario), explored.usage.as_deref())
        }
        Command::Init(_)
        | Command::Schema(_)
        | Command::Inspect(_)
        | Command::Advise(_)
        | Command::Fit(_)
        | Command::Vendors(_)
        | Command::Replay(_)
        | Command::Completions(_)
        | Command::Man(_) => (Vec::new(), None),
    }
}

fn of_rules(rules: &RulesArgs) -> (Vec<&Path>, Option<&Path>) {
    (rules.scenario.iter().map(PathBuf::as_path).collect(), rules.usage.as_deref())
}

/// Adds the rows and the samples of many runs.
fn rows_of_many(files: Manifest, many: &ManyArgs) -> Result<Manifest, Failure> {
    one_output(&many.csv, many.format)?;
    rows(writing(files, [("--samples", &many.samples), ("--periods", &many.periods)])?, &many.csv)
}

/// Refuses rows on standard output where another format is asked for there.
fn one_output(csv: &Option<PathBuf>, format: OutcomeFormat) -> Result<(), Failure> {
    let is_rows = matches!(format, OutcomeFormat::Text | OutcomeFormat::Csv);
    if is_rows || !csv.as_deref().is_some_and(is_dash) {
        return Ok(());
    }
    let format = format.to_possible_value().expect("every format has a name");
    Err(Failure::Input(format!(
        "--csv -: standard output is for --format {}; name a file for the rows",
        format.get_name()
    )))
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
