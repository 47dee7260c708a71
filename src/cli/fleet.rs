//! `recharge fleet`: many accounts, each replayed by itself; and the same in pieces.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;

use crate::domain::text::{counted, counted_are};
use crate::files::Output;
use crate::fleet::{
    AccountRows, FleetAnswer, FleetFolder, FleetQuestion, FleetRules, FleetWork, FoldedAccount,
    PlannedScenario, Roster, RowOf, WantedFutures,
};
use crate::inquiry::{
    self, InquiryError, PoolError, UsageInput, WorkerPool, comparable, find_baseline, same_unit,
};
use crate::report::fleet::{FleetReport, header, row};
use crate::report::gates::GateReport;
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::scenario::{Gate, GateOf, Scenario, Setting, SettingPath, setting_changes};
use crate::usage::csv::{CsvSettings, InputSource};

use super::args::{
    FleetArgs, FleetAskArgs, FleetMergeArgs, FleetOutputArgs, FleetPiece, FleetPlanArgs,
    FleetShardArgs, FleetThreadArgs, OutcomeFormat, SettingArgs,
};
use super::caller::{self, FleetExtent};
use super::exit::Failure;
use super::gate::{self, Gated, GivenGates};
use super::horizon::HorizonChoice;
use super::progress::FleetProgress;
use super::question::is_dash;
use super::{Called, interrupt, manifest, parquet, print, question, say, telling};

/// Replays a fleet, or does a piece of the work.
pub fn fleet(args: &FleetArgs, command: &Called) -> Result<(), Failure> {
    match &args.piece {
        Some(FleetPiece::Plan(plan)) => planned(plan, command),
        Some(FleetPiece::Shard(shard)) => one_shard(shard, command.quiet),
        Some(FleetPiece::Merge(merge)) => merged(merge, command),
        None => whole(args, command),
    }
}

/// Replays all accounts here.
fn whole(args: &FleetArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.output.telling)?;
    parquet::look(&args.output)?;
    let typed = gate::typed(&args.output.gates, GateOf::Fleet)?;
    let pool = pool(&args.threads)?;
    let asked = AskedFleet::of(&args.ask, &pool, command.quiet)?;
    let gates = given(typed, asked.scenarios.first(), asked.scenarios.get(1))?;
    manifest::fleet(Some((&args.ask, &asked.scenarios)), Some(&args.output))?;
    let futures = args.ask.replications.map(WantedFutures::new);
    if let Some(folder) = &args.work {
        let folder = asked.plan(folder, command)?;
        work_through(&folder, (0, 1), &pool, command.quiet)?;
        return tell_folder(&folder, &gates, &args.output, command);
    }
    let rules = asked.rules(None)?;
    let progress = FleetProgress::new(command.quiet);
    let row = row_of(rules.base());
    let wanted = args.output.wants_rows() || caller::is_there();
    let wanted = wanted.then_some(&row as RowOf<'_>);
    let work = FleetWork { rules: &rules, row: wanted, futures, watch: &progress };
    let answer = match caller::fleet() {
        FleetExtent::Whole => inquiry::fleet(work, &asked.source, &asked.settings, &pool),
        FleetExtent::Portion | FleetExtent::Sum(_) if futures.is_some() => {
            return refuse_futures(&args.ask);
        }
        FleetExtent::Portion => return one_portion(&asked, work, &pool),
        FleetExtent::Sum(portions) => {
            inquiry::fleet_sum(work, &asked.question(command)?, &portions, &pool)
        }
    };
    progress.end();
    tell(&rules, &answer?, &gates, &args.output, command)
}

/// Refuses futures of a portion, of which only a part of the usage is read: that does not say until where usage is known.
fn refuse_futures(ask: &FleetAskArgs) -> Result<(), Failure> {
    match ask.replications {
        None => Ok(()),
        Some(replications) => Err(Failure::Input(format!(
            "--replications {replications}: a fleet in portions knows no futures; leave it out there, and draw them with \
             `recharge fleet … --replications {replications}` where all usage is, on all threads of one machine or in \
             the shards of a plan"
        ))),
    }
}

/// The gates of the command line, and those of the changed scenario or of the only one.
fn given(
    typed: Vec<Gate>,
    base: Option<&Scenario>,
    changed: Option<&Scenario>,
) -> Result<GivenGates, Failure> {
    let scenario = changed.or(base).expect("a fleet has a base");
    find_baseline(&typed, changed.is_some())?;
    let gates = gate::given(typed, GateOf::Fleet, scenario)?;
    Ok(if changed.is_some() { gates } else { gates.without_baseline() })
}

/// Replays the accounts of the usage for a caller who adds them to others.
fn one_portion(
    asked: &AskedFleet<'_>,
    work: FleetWork<'_>,
    pool: &WorkerPool,
) -> Result<(), Failure> {
    let from = (&asked.source, &asked.settings);
    let (portion, rows) = inquiry::fleet_portion(work, &asked.question(&[])?, from, pool)?;
    caller::portion(portion.text());
    let names = header(portion.column(), work.rules.changed().is_some());
    print(&lines(&names, &rows).collect::<String>())
}

/// Plans a fleet in a folder.
fn planned(args: &FleetPlanArgs, command: &Called) -> Result<(), Failure> {
    let asked = AskedFleet::of(&args.ask, &pool(&FleetThreadArgs::default())?, command.quiet)?;
    manifest::fleet(Some((&args.ask, &asked.scenarios)), None)?;
    let folder = asked.plan(&args.to, command)?;
    // Everything that is wrong is told before a shard begins.
    same_unit(folder.rules()?.base(), &folder.read().summary)?;
    say(&format!(
        "{}: planned, {}; run `recharge fleet shard {} --index I --of N` for I from 0 to N−1, and then \
         `recharge fleet merge {}`",
        args.to.display(),
        counted(folder.parts(), "part"),
        args.to.display(),
        args.to.display()
    ));
    Ok(())
}

/// Does one shard.
fn one_shard(args: &FleetShardArgs, quiet: bool) -> Result<(), Failure> {
    if args.index >= args.of {
        return Err(Failure::Input(format!(
            "--index {}: shards are counted from 0, so the last of {} is {}",
            args.index,
            args.of,
            args.of - 1
        )));
    }
    let folder = FleetFolder::open(&args.folder)?;
    let pool = pool(&args.threads)?;
    let done = work_through(&folder, (args.index, args.of), &pool, quiet)?;
    say(&format!(
        "shard {} of {}: {} done now; {} of {} done in all",
        args.index,
        args.of,
        counted(done, "part"),
        folder.parts_done(),
        counted_are(folder.parts(), "part")
    ));
    Ok(())
}

/// Adds up all shards.
fn merged(args: &FleetMergeArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.output.telling)?;
    parquet::look(&args.output)?;
    let typed = gate::typed(&args.output.gates, GateOf::Fleet)?;
    manifest::fleet(None, Some(&args.output))?;
    let folder = FleetFolder::open(&args.folder)?;
    let rules = folder.rules()?;
    let gates = given(typed, Some(rules.base()), rules.changed())?;
    tell_folder(&folder, &gates, &args.output, command)
}

/// Does the parts of a shard that are not done.
fn work_through(
    folder: &FleetFolder,
    shard: (usize, usize),
    pool: &WorkerPool,
    quiet: bool,
) -> Result<usize, Failure> {
    let rules = folder.rules()?;
    let progress = FleetProgress::new(quiet);
    let row = row_of(rules.base());
    let work = FleetWork { rules: &rules, row: Some(&row), futures: None, watch: &progress };
    let done = inquiry::fleet_shard(folder, work, shard, pool);
    progress.end();
    Ok(done?)
}

fn tell_folder(
    folder: &FleetFolder,
    gates: &GivenGates,
    output: &FleetOutputArgs,
    command: &[String],
) -> Result<(), Failure> {
    let answer = folder.merge()?;
    tell(&folder.rules()?, &answer, gates, output, command)
}

/// Writes the files that are wanted, prints, and holds the sums against gates.
fn tell(
    rules: &FleetRules,
    answer: &FleetAnswer,
    gates: &GivenGates,
    output: &FleetOutputArgs,
    command: &[String],
) -> Result<(), Failure> {
    inquiry::check_fleet(answer, rules.base())?;
    let provenance = Provenance::of(rules.base(), &answer.read.summary, command);
    let held = inquiry::gates_of_fleet(&gates.gates, &answer.fold)?;
    let scenario = rules.changed().unwrap_or(rules.base());
    let gated = Gated { command: "fleet", name: &scenario.name, scenario, sample: None };
    let held = gates.report(held, &gated);
    told(rules, answer, &provenance, &held, output)?;
    gate::tell(&held, &provenance, &output.gates)
}

/// Writes the files that are wanted, then prints.
fn told(
    rules: &FleetRules,
    answer: &FleetAnswer,
    provenance: &Provenance,
    gates: &GateReport,
    output: &FleetOutputArgs,
) -> Result<(), Failure> {
    let kept = kept(rules);
    let report = FleetReport {
        base: rules.base(),
        changed: rules.changed(),
        answer,
        kept: &kept,
        breakage_share: output.breakage_share,
        top: output.top as usize,
        provenance,
    };
    if let Some(path) = &output.parquet {
        let names = header(&answer.read.column, rules.changed().is_some());
        parquet::write(path, rules.roster(), &names, &answer.rows)?;
    }
    let format = if output.prints_rows() { OutcomeFormat::Csv } else { output.format };
    if let Some(path) = output.csv.as_deref().filter(|path| !is_dash(path)) {
        let names = header(&answer.read.column, rules.changed().is_some());
        let mut lines = lines(&names, &answer.rows);
        let mut file = Output::create(path)?;
        lines.try_for_each(|line| file.write_all(line.as_bytes()))?;
        file.keep()?;
        if format == OutcomeFormat::Csv {
            return telling::write(&output.telling, &report);
        }
    }
    let rows = || -> std::io::Result<String> {
        let names = header(&answer.read.column, rules.changed().is_some());
        Ok(lines(&names, &answer.rows).collect())
    };
    let json = || json::text(&json::fleet::result(&report));
    if caller::result(&report, json, || rows().map(Some))? {
        return telling::write(&output.telling, &report);
    }
    let outcomes = |format| gate::in_format(format, gates, provenance);
    telling::gated(&output.telling, format, &report, json, rows, &outcomes)
}

/// The lines of a file of rows.
fn lines<'l>(names: &'l str, rows: &'l AccountRows) -> impl Iterator<Item = &'l str> {
    std::iter::once(names).chain(rows.iter().map(|(_, row)| row.as_str()))
}

/// The row of an account.
fn row_of(base: &Scenario) -> impl Fn(&FoldedAccount<'_>) -> String + Sync + use<> {
    let (seed, minor) = (base.seed, base.currency.minor());
    move |one: &FoldedAccount<'_>| row(one, seed, minor)
}

/// Settings that both the list and the change set, with the number of accounts that keep their own.
fn kept(rules: &FleetRules) -> Vec<(SettingPath, u64)> {
    let Some(changed) = rules.changed() else { return Vec::new() };
    let changes = setting_changes(rules.base(), changed);
    let is_changed = |path: &SettingPath| {
        changes.iter().any(|change| change.path.is_in(path) || path.is_in(&change.path))
    };
    let set = rules.roster().set_paths().into_iter();
    set.filter(|(path, accounts)| *accounts > 0 && is_changed(path)).collect()
}

fn pool(threads: &FleetThreadArgs) -> Result<WorkerPool, Failure> {
    WorkerPool::new(threads.threads, usize::MAX).map_err(|error| match (&error, threads.threads) {
        (PoolError::NoThread, Some(threads)) => {
            Failure::Input(format!("--threads {threads}: {error}"))
        }
        _ => Failure::Machine(error.to_string()),
    })
}

/// The changes of every scenario: those that are set, and the treatment of rows below zero, which is that of an account.
fn changes(ask: &FleetAskArgs) -> SettingArgs {
    let mut changes = ask.settings.clone();
    let word = ask.source.columns.columns.below_zero.and_then(|one| one.to_possible_value());
    changes.set.extend(word.map(|word| format!("usage.below_zero={}", word.get_name())));
    changes
}

/// A question about a fleet, with its files read but for the usage.
struct AskedFleet<'a> {
    ask: &'a FleetAskArgs,
    /// The changes of every scenario.
    changes: SettingArgs,
    /// The base, and the change if there is one.
    scenarios: Vec<Scenario>,
    source: InputSource,
    settings: CsvSettings,
}

impl<'a> AskedFleet<'a> {
    fn of(
        ask: &'a FleetAskArgs,
        pool: &WorkerPool,
        quiet: bool,
    ) -> Result<AskedFleet<'a>, Failure> {
        if let Some(account) = &ask.source.columns.columns.account {
            return Err(Failure::Input(format!(
                "--account {account}: a fleet reads all accounts; leave some out with --where"
            )));
        }
        let changes = changes(ask);
        let scenarios = question::scenarios_of_fleet(ask, &changes, pool, quiet)?;
        if scenarios.len() > 1 {
            comparable(&scenarios)?;
        }
        let [base, ..] = scenarios.as_slice() else {
            return Err(InquiryError::NothingToCompare.into());
        };
        let given = ask.source.usage.as_deref();
        let usage: UsageInput<'_> = question::usage(base, given, &ask.source.columns.columns)?;
        let Some((source, settings)) = usage.file() else {
            return Err(Failure::Input(format!(
                "{}: names no file of usage; give one with --usage FILE",
                base.file
            )));
        };
        let (source, settings) = (source.clone(), settings.clone());
        Ok(AskedFleet { ask, changes, scenarios, source, settings })
    }

    /// The rules of all accounts.
    fn rules(&self, column: Option<&str>) -> Result<FleetRules, Failure> {
        let base = self.scenarios[0].clone();
        let changed = self.scenarios.get(1).cloned();
        let own = self.settings.meaning.account_column.as_deref();
        let roster = match &self.ask.accounts {
            None => Roster::default(),
            Some(path) => {
                let source = question::source(path, "`--accounts`")?;
                Roster::read(&source, column.or(own), &base, changed.as_ref())?
            }
        };
        Ok(FleetRules::new(base, changed, roster)?)
    }

    /// The plan in a folder, made if it is not there.
    fn plan(&self, folder: &Path, command: &[String]) -> Result<FleetFolder, Failure> {
        // A list with mistakes makes no plan.
        self.rules(None)?;
        let question = self.question(command)?;
        let from = (&self.source, &self.settings);
        Ok(FleetFolder::plan(folder, &question, from, &interrupt::asked)?)
    }

    /// The question as text, with all it depends on beside the usage.
    fn question(&self, command: &[String]) -> Result<FleetQuestion, Failure> {
        let accounts = match &self.ask.accounts {
            None => None,
            Some(path) => {
                let name = InputSource::File(path.clone()).to_string();
                let text = std::fs::read_to_string(path).map_err(|cause| {
                    Failure::Input(format!("{name}: a plan holds the list as text: {cause}"))
                })?;
                Some((name, text))
            }
        };
        Ok(FleetQuestion {
            base: PlannedScenario::of(&self.scenarios[0], &self.set(0)?),
            changed: match self.scenarios.get(1) {
                None => None,
                Some(changed) => Some(PlannedScenario::of(changed, &self.set(1)?)),
            },
            accounts,
            replications: self.ask.replications,
            command: command.to_vec(),
        })
    }

    /// What the command sets beside the text of a scenario.
    fn set(&self, index: usize) -> Result<Vec<Setting>, Failure> {
        let scenario = &self.scenarios[index];
        let mut settings = question::changes(&self.changes)?;
        if scenario.own_zone != scenario.zone {
            settings.push(Setting::new(["zone"], scenario.zone.name()));
        }
        if !matches!(self.ask.source.columns.horizon, HorizonChoice::Scenario) {
            settings.extend(question::days_of(scenario, scenario.setup.horizon));
        }
        Ok(settings)
    }
}
