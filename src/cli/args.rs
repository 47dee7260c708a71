//! The command line as typed: clap and nothing else.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::{Credits, Share};
use crate::fleet::MOST_FUTURES;
use crate::usage::export::HeaderPlace;

use super::horizon::HorizonChoice;
use super::question::is_dash;

/// Heading of the options for reading usage.
pub const READING: &str = "Reading usage";
/// Heading of the options that change the scenario.
pub const CHANGING: &str = "Changing the scenario";
/// Heading of the options for results.
const RESULTS: &str = "Results";

/// Replay prepaid credits with auto-recharge, exactly.
#[derive(Debug, Parser)]
#[command(name = "recharge", version, about, max_term_width = 100)]
#[command(after_help = "Results go to standard output, everything else to standard error.\n\
    Exit codes: 0 done · 1 a gate failed, or a replay differs · 2 the command line or an input is wrong · \
    3 the machine failed · 4 a gate is inconclusive · 130 interrupted.")]
pub struct Cli {
    /// Print no progress and no warnings
    #[arg(long, global = true)]
    pub quiet: bool,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay a scenario's usage through its rules
    Run(RunArgs),
    /// Say why usage was refused and where the money went, cause by cause
    Explain(ExplainArgs),
    /// Check scenarios without running them
    Check(CheckArgs),
    /// Write a scenario to start from
    Init(InitArgs),
    /// Print the JSON Schema of scenario files or of results
    Schema(SchemaArgs),
    /// Write the usage a scenario generates as CSV
    Generate(GenerateArgs),
    /// Try settings over many runs and recommend one
    Study(StudyArgs),
    /// Compare whole scenarios on the same usage and luck
    Compare(CompareArgs),
    /// Say what a change of a scenario changes, beside its baseline
    Diff(DiffArgs),
    /// Say what a usage file holds, and how to read it
    #[command(
        after_help = "Exit code 0 says that the file was looked at, also where it needs a choice: `verdict` in --format json is \
                            reads, needs_a_choice or no_rows."
    )]
    Inspect(InspectArgs),
    /// Find the usage from which a bigger plan pays
    Plan(PlanArgs),
    /// Say which settings of a vendor suit a usage file best, or which vendor
    Advise(AdviseArgs),
    /// Foresee usage, spend, recharges, refusals and the run-out date, each with its range
    Forecast(ForecastArgs),
    /// Forecast a history from inside itself, and say what its ranges held
    Backtest(BacktestArgs),
    /// Learn a model of usage to come from a file, and write it as a table to read and change
    Fit(FitArgs),
    /// Replay many accounts, and say what a change does to all of them
    Fleet(Box<FleetArgs>),
    /// Find the smallest top-up by hand before an event with much usage
    Prepare(PrepareArgs),
    /// Say what a vendor's text leaves open, and what each way to read it costs
    Readings(ReadingsArgs),
    /// Reduce a scenario and its usage to the least that still shows a difference from a vendor's bill
    Shrink(ShrinkArgs),
    /// Replay a failure capsule, and say whether its results come out the same
    Replay(ReplayArgs),
    /// Write a page that answers what-if questions by itself, with the engine inside
    Explore(ExploreArgs),
    /// Answer what-if questions on a page of this machine, with files as they are and all threads
    Serve(ServeArgs),
    /// List products whose rules are known, or show every rule of one
    Vendors(VendorsArgs),
    /// Print a shell's completions of the command line
    Completions(CompletionsArgs),
    /// Print the man page, or write those of all subcommands
    Man(ManArgs),
}

/// `recharge completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `recharge man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for every subcommand to this folder, which exists
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// `recharge advise`
#[derive(Debug, Args)]
pub struct AdviseArgs {
    /// Usage: CSV, JSON or a workbook, plain or gzip; `-` for standard input
    pub file: PathBuf,
    /// Vendor, by a name that `recharge vendors` lists; several to rank them
    #[arg(long, value_name = "NAME", value_delimiter = ',', required = true)]
    pub vendor: Vec<String>,
    #[command(flatten)]
    pub today: TodayArgs,
    /// Set a setting, such as what a vendor does not publish: packages.pack.price=9.00; with
    /// several vendors NAME:PATH=VALUE sets it for one
    #[arg(long = "set", value_name = "[NAME:]PATH=VALUE")]
    pub set: Vec<String>,
    /// First day, in place of the file's first: 2026-01-01
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,
    /// First day after the period, in place of the one after the file's last
    #[arg(long, value_name = "DATE")]
    pub end: Option<String>,
    /// Seed of all random draws
    #[arg(long, value_parser = seed, allow_hyphen_values = true)]
    pub seed: Option<u64>,
    /// Title of the report, such as the customer's name
    #[arg(long, value_name = "TEXT", help_heading = RESULTS)]
    pub title: Option<String>,
    /// Question of the customer, for the report
    #[arg(long, value_name = "TEXT", help_heading = RESULTS)]
    pub question: Option<String>,
    /// Say how far usage, declines and the time of a charge may be otherwise before other settings
    /// are better (a page or a workbook always does); takes more runs
    #[arg(long, help_heading = RESULTS)]
    pub ranges: bool,
    /// Write the scenario behind the advice, which reads the file; of several vendors the best
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub columns: AdviceColumns,
    #[command(flatten)]
    pub many: ManyArgs,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
}

/// Reading the file of `recharge advise`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = READING)]
pub struct AdviceColumns {
    #[command(flatten)]
    pub columns: ColumnArgs,
}

/// Today's settings of an account with the first vendor.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Today's settings")]
pub struct TodayArgs {
    /// Plan
    #[arg(long, value_name = "NAME")]
    pub plan: Option<String>,
    /// Package that a recharge buys
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,
    /// Packs that a recharge buys
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub packs: Option<String>,
    /// Balance that a recharge restores
    #[arg(long, value_name = "CREDITS", allow_negative_numbers = true)]
    pub up_to: Option<String>,
    /// Threshold: a balance of this or less starts a recharge
    #[arg(long, value_name = "CREDITS", conflicts_with = "below", allow_negative_numbers = true)]
    pub at_or_below: Option<String>,
    /// Threshold: a balance below this starts a recharge
    #[arg(long, value_name = "CREDITS", allow_negative_numbers = true)]
    pub below: Option<String>,
    /// Recharges that are used of the cap with the longest window when the file begins
    #[arg(long, value_name = "NUMBER")]
    pub used: Option<u64>,
}

/// The rules of a scenario or of a vendor, and the usage.
#[derive(Debug, Default, Args)]
pub struct RulesArgs {
    /// Scenario file, `-` for standard input [or: --vendor]
    #[arg(required_unless_present = "vendor", conflicts_with = "vendor")]
    pub scenario: Option<PathBuf>,
    /// Vendor by name: its rules on the usage file, over its days (see `recharge vendors`)
    #[arg(long, value_name = "NAME", requires = "usage")]
    pub vendor: Option<String>,
    /// Use this usage instead of the scenario's: CSV, JSON or a workbook, compressed or not
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub usage: Option<PathBuf>,
}

/// `recharge prepare`
#[derive(Debug, Args)]
pub struct PrepareArgs {
    #[command(flatten)]
    pub rules: RulesArgs,
    #[command(flatten)]
    pub columns: AdviceColumns,
    /// Instant at which the event begins: 2026-12-08T10:00
    #[arg(long, value_name = "TIME")]
    pub at: String,
    /// Length of the event: 3h
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true)]
    pub lasts: String,
    /// Usage during the event, in times what is usual at that hour
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, allow_hyphen_values = true, value_parser = factor)]
    pub times: f64,
    /// Balance when the event begins [default: the scenario's opening balance]
    #[arg(long, value_name = "CREDITS", allow_hyphen_values = true, value_parser = balance)]
    pub balance: Option<Credits>,
    /// Recharges that are used of the cap with the longest window when the event begins
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub used: Option<u64>,
    /// Service to aim at during the event: 'outages <= 1%' (of futures), 'fill_rate >= 99.9%'
    /// (repeatable) [default: outages <= 1%]
    #[arg(long, value_name = "BOUND")]
    pub target: Vec<String>,
    /// Futures to try each top-up on
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub futures: usize,
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Set a setting: payment.latency=10min (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Seed of all random draws
    #[arg(long, value_parser = seed, allow_hyphen_values = true)]
    pub seed: Option<u64>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    #[command(flatten)]
    pub telling: OutputArgs,
}

/// `recharge explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub rules: RulesArgs,
    #[command(flatten)]
    pub columns: ReadingArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    /// Write one CSV row for each part of each figure, of the run and of each outage; `-` for
    /// standard output
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub csv: Option<PathBuf>,
    /// Write every state change to a CSV file, whose rows the explanation names
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub journal: Option<PathBuf>,
    /// Explain this many runs too: the mean part of each cause, with its interval
    #[arg(long, value_name = "N", help_heading = "Runs")]
    pub replications: Option<usize>,
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Runs")]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge fleet`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(
    after_help = "Example:\n  recharge fleet base.toml --against changed.toml --usage usage.csv --accounts accounts.csv"
)]
pub struct FleetArgs {
    /// A piece of the work, for many machines
    #[command(subcommand)]
    pub piece: Option<FleetPiece>,
    #[command(flatten)]
    pub ask: FleetAskArgs,
    /// Keep what is done in a folder, so that the same command goes on after an interruption
    #[arg(long, value_name = "DIR", help_heading = "Runs")]
    pub work: Option<PathBuf>,
    #[command(flatten)]
    pub threads: FleetThreadArgs,
    #[command(flatten)]
    pub output: FleetOutputArgs,
}

/// A piece of the work on a fleet.
#[derive(Debug, Subcommand)]
pub enum FleetPiece {
    /// Put the usage aside by account in a folder, for shards
    Plan(Box<FleetPlanArgs>),
    /// Do one of several shards of a plan, or what it lacks
    Shard(FleetShardArgs),
    /// Add up all shards of a plan
    Merge(FleetMergeArgs),
}

/// The question about a fleet.
#[derive(Debug, Default, Args)]
pub struct FleetAskArgs {
    /// Scenario file: the rules, and an account where nothing else is said of it
    #[arg(required = true)]
    pub scenario: Option<PathBuf>,
    /// Scenario with a change, to which all accounts are compared
    #[arg(long, value_name = "SCENARIO")]
    pub against: Option<PathBuf>,
    /// List of accounts: a row each, columns are settings such as plan, package, threshold, zone, opening_balance,
    /// cap_used, segment, or paths such as recharge.packs
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub accounts: Option<PathBuf>,
    /// Futures of each account, drawn from a model of its own rows over the horizon: totals with ranges, before and after
    /// a change in the same futures
    #[arg(long, value_name = "N", help_heading = "Runs", value_parser = clap::value_parser!(u64).range(1..=MOST_FUTURES))]
    pub replications: Option<u64>,
    #[command(flatten)]
    pub source: StudySource,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge fleet plan`
#[derive(Debug, Args)]
pub struct FleetPlanArgs {
    /// Folder of the plan
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    #[command(flatten)]
    pub ask: FleetAskArgs,
}

/// `recharge fleet shard`
#[derive(Debug, Args)]
pub struct FleetShardArgs {
    /// Folder of the plan
    pub folder: PathBuf,
    /// Number of the shard, from 0
    #[arg(long, value_name = "I")]
    pub index: usize,
    /// Number of shards
    #[arg(long, value_name = "N", value_parser = shards)]
    pub of: usize,
    #[command(flatten)]
    pub threads: FleetThreadArgs,
}

/// `recharge fleet merge`
#[derive(Debug, Args)]
pub struct FleetMergeArgs {
    /// Folder of the plan
    pub folder: PathBuf,
    #[command(flatten)]
    pub output: FleetOutputArgs,
}

/// Threads of the work on a fleet.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Runs")]
pub struct FleetThreadArgs {
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Results about a fleet.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = RESULTS)]
pub struct FleetOutputArgs {
    /// Output format; csv is as with `--csv -`, junit and github tell the gates
    #[arg(long, value_enum, default_value_t)]
    pub format: OutcomeFormat,
    /// Write one CSV row per account, in the order of their names; `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the same rows as Parquet, where the program is built with it
    #[arg(long, value_name = "FILE")]
    pub parquet: Option<PathBuf>,
    /// Accounts in each list of those that stand out
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub top: u32,
    /// Share of what is paid for credits that is expected to be never used, as `6%`, for breakage in proportion to use
    /// [default: that of months whose purchases have passed their expiry]
    #[arg(long, value_name = "SHARE", value_parser = breakage_share)]
    pub breakage_share: Option<Share>,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
}

impl FleetOutputArgs {
    /// Returns true if the rows of accounts are wanted.
    pub fn wants_rows(&self) -> bool {
        self.csv.is_some() || self.parquet.is_some() || self.prints_rows()
    }

    /// Returns true if the rows of accounts are printed.
    pub fn prints_rows(&self) -> bool {
        match self.csv.as_deref() {
            Some(path) => is_dash(path),
            None => self.format == OutcomeFormat::Csv,
        }
    }
}

fn breakage_share(text: &str) -> Result<Share, String> {
    let share: Share =
        text.parse().map_err(|error| format!("{error}; write it as `6%` or `0.06`"))?;
    match share < Share::ALL {
        true => Ok(share),
        false => {
            Err("breakage in proportion to use needs some use; write a share below 100%".to_owned())
        }
    }
}

fn factor(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| "write a number with its decimals after a point, such as 1.5".to_owned())
}

fn balance(text: &str) -> Result<Credits, String> {
    let credits: Credits =
        text.parse().map_err(|error| format!("{error}; write it as 1200 or 12.50"))?;
    match credits >= Credits::ZERO {
        true => Ok(credits),
        false => Err("an account does not begin below zero; write 0 or more".to_owned()),
    }
}

fn shards(text: &str) -> Result<usize, String> {
    let shards = text.parse().ok().filter(|shards| *shards > 0);
    shards.ok_or_else(|| "write a whole number of at least 1".to_owned())
}

/// `recharge readings`
#[derive(Debug, Args)]
pub struct ReadingsArgs {
    #[command(flatten)]
    pub rules: RulesArgs,
    #[command(flatten)]
    pub columns: ReadingArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// What is explored: a scenario with its usage, and how far its settings can be moved
#[derive(Debug, Args)]
pub struct ExploredArgs {
    /// Scenario file, `-` for standard input
    pub scenario: PathBuf,
    /// Use this usage instead of the scenario's: CSV, JSON or a workbook, compressed or not
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub usage: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ReadingArgs,
    /// Take the ranges of what can be set from a vendor, by name (see `recharge vendors`)
    #[arg(long, value_name = "NAME")]
    pub vendor: Option<String>,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge explore`
#[derive(Debug, Args)]
pub struct ExploreArgs {
    #[command(flatten)]
    pub explored: ExploredArgs,
    /// Page to write [default: NAME-explore.html in this folder]
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub out: Option<PathBuf>,
    /// Open the page in a browser
    #[arg(long, help_heading = RESULTS)]
    pub open: bool,
}

/// `recharge serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub explored: ExploredArgs,
    /// Port on this machine [default: a free one]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Threads of studies [default: all]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Open the page in a browser
    #[arg(long, help_heading = RESULTS)]
    pub open: bool,
}

impl TodayArgs {
    /// Returns true if any of them is given.
    pub fn is_given(&self) -> bool {
        let TodayArgs { plan, package, packs, up_to, at_or_below, below, used } = self;
        let flags = [plan, package, packs, up_to, at_or_below, below];
        flags.into_iter().any(Option::is_some) || used.is_some()
    }
}

/// `recharge vendors`
#[derive(Debug, Args)]
pub struct VendorsArgs {
    /// Vendor to show in full [default: a list of all]
    pub name: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `recharge study`
#[derive(Debug, Args)]
pub struct StudyArgs {
    /// Scenario file, `-` for standard input; its `study` table lists the settings to try
    pub scenario: PathBuf,
    /// Also try these values of a setting: recharge.at_or_below=0,100,500, or 0..2000..500 for
    /// steps
    #[arg(long, value_name = "PATH=VALUES")]
    pub vary: Vec<String>,
    /// Figure to map over the varied settings (JSON name) [default: cost]
    #[arg(long, value_name = "FIGURE", requires = "report", help_heading = "Reports")]
    pub map: Option<String>,
    #[command(flatten)]
    pub source: StudySource,
    #[command(flatten)]
    pub many: ManyArgs,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub settle: SettleArgs,
    #[command(flatten)]
    pub capture: CaptureArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge forecast`
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// Scenario file, `-` for standard input: the rules, the account at its start, and its usage up to now
    pub scenario: PathBuf,
    /// Billing cycles to foresee, the one that goes on first [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120), conflicts_with = "end")]
    pub cycles: Option<u32>,
    /// Period to foresee: 'next 12 months'
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["end", "cycles"])]
    pub horizon: Option<HorizonChoice>,
    #[command(flatten)]
    pub source: HistorySource,
    #[command(flatten)]
    pub futures: FutureArgs,
    /// Output format; csv has a row for each figure of each cycle, junit and github tell the gates
    #[arg(long, value_enum, default_value_t, help_heading = RESULTS)]
    pub format: OutcomeFormat,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub settle: SettleArgs,
    #[command(flatten)]
    pub capture: CaptureArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge backtest`
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Scenario file, `-` for standard input; its `study` table lists the settings to advise on
    pub scenario: PathBuf,
    /// Weeks held out after each origin [default: those of a billing cycle, or 1 in a short history]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=520))]
    pub weeks: Option<u32>,
    /// The most origins
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub origins: u32,
    #[command(flatten)]
    pub source: HistorySource,
    #[command(flatten)]
    pub futures: FutureArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge fit`
#[derive(Debug, Args)]
pub struct FitArgs {
    /// Usage: CSV, JSON or a workbook, plain or gzip
    pub file: PathBuf,
    /// IANA zone of its days
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// Write the tables of a scenario to a new file
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    #[command(flatten)]
    pub telling: OutputArgs,
}

/// Source of a history.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = READING)]
pub struct HistorySource {
    /// Use this history instead of the scenario's usage: CSV, JSON or a workbook, compressed or not
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ColumnArgs,
}

/// Number of futures, and their output.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Runs")]
pub struct FutureArgs {
    /// Futures to live through [default: 2000; of a backtest 400 for each origin]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(20..=100_000))]
    pub futures: Option<u32>,
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// `recharge compare`
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Scenario files, one may be `-` for standard input; the first provides the usage and the `study` table
    #[arg(required_unless_present = "vendor", value_name = "SCENARIO")]
    pub scenarios: Vec<PathBuf>,
    /// Vendors by name, after the scenarios: their rules on the usage file, over its days (see
    /// `recharge vendors`)
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "usage")]
    pub vendor: Vec<String>,
    #[command(flatten)]
    pub source: StudySource,
    #[command(flatten)]
    pub many: ManyArgs,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub settle: SettleArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Baseline and changed scenario; with --baseline only the changed one; one may be
    /// `-` for standard input
    #[arg(required = true, num_args = 1..=2, value_name = "SCENARIO")]
    pub scenarios: Vec<PathBuf>,
    /// Baseline that was saved with --save-baseline
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Save the changed scenario as a baseline for later changes
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub save_baseline: Option<PathBuf>,
    #[command(flatten)]
    pub source: StudySource,
    /// Run both scenarios this many times [default: as the changed scenario says]
    #[arg(long, value_name = "N", help_heading = "Runs")]
    pub replications: Option<usize>,
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Runs")]
    pub threads: Option<usize>,
    /// Output format; junit and github tell the gates
    #[arg(long, value_enum, default_value_t = OutcomeFormat::Text, help_heading = RESULTS)]
    pub format: OutcomeFormat,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub settle: SettleArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Scenario file; `-` for standard input
    pub scenario: PathBuf,
    /// Credits requested per cycle: 2000,4000,8000, or 1000..12000..1000 for steps [default: a
    /// quarter to three times today's usage]
    #[arg(long, value_name = "LEVELS")]
    pub levels: Option<String>,
    /// Try only these plans, by their names in the file [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub plans: Vec<String>,
    /// Try only these packages, by their names in the file [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub packages: Vec<String>,
    #[command(flatten)]
    pub source: StudySource,
    #[command(flatten)]
    pub many: ManyArgs,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub settle: SettleArgs,
    #[command(flatten)]
    pub capture: CaptureArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// A history of usage for a study.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = READING)]
pub struct StudySource {
    /// Use this history instead of the scenario's usage: CSV, JSON or a workbook, compressed or not; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ReadingArgs,
}

/// Number of runs, and their outputs.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Runs")]
pub struct ManyArgs {
    /// Run every candidate this many times [default: as the scenario says]
    #[arg(long, value_name = "N")]
    pub replications: Option<usize>,
    /// Service to aim at: 'fill_rate >= 99%', 'outages <= 1%' (of cycles), 'downtime <= 2h', or
    /// none for cost alone (repeatable)
    #[arg(long, value_name = "BOUND")]
    pub target: Vec<String>,
    /// Add a constraint: 'total_spend <= 500', 'spend_p95 <= 60' (JSON names; repeatable)
    #[arg(long, value_name = "BOUND")]
    pub constraint: Vec<String>,
    /// Threads to use; the result is the same for any number [default: one per processor]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Output format; csv is as with `--csv -`, junit and github tell the gates
    #[arg(long, value_enum, default_value_t, help_heading = RESULTS)]
    pub format: OutcomeFormat,
    /// Write one CSV row per candidate (`plan`: per level and choice); `-` for standard output
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub csv: Option<PathBuf>,
    /// Write one CSV row per candidate (`plan`: per level and choice) and replication
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub samples: Option<PathBuf>,
    /// Write one CSV row per candidate (`plan`: per level and choice) and period: spend, recharges and
    /// refusals by calendar month, by billing cycle and over the horizon
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub periods: Option<PathBuf>,
}

/// `recharge run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scenario file; `-` for standard input
    pub scenario: PathBuf,
    /// Use this usage instead of the scenario's: CSV, JSON or a workbook, compressed or not; `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub usage: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ReadingArgs,
    /// Output format; csv is as with `--csv -`, junit and github tell the gates
    #[arg(long, value_enum, default_value_t, help_heading = RESULTS)]
    pub format: OutcomeFormat,
    /// Write one CSV row per calendar month and per billing cycle: spend, use, prepaid balance; `-`
    /// for standard output
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub csv: Option<PathBuf>,
    /// Write every state change to a CSV file
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub journal: Option<PathBuf>,
    /// Write the rows that are skipped, with the reasons, to a CSV file
    #[arg(long, value_name = "FILE", requires = "skip_bad_rows", help_heading = RESULTS)]
    pub bad_rows: Option<PathBuf>,
    #[command(flatten)]
    pub gates: GateArgs,
    #[command(flatten)]
    pub capture: CaptureArgs,
    #[command(flatten)]
    pub telling: OutputArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
    /// Take every usage event one by one; slower, and the result is the same
    #[arg(long, hide = true)]
    pub step: bool,
}

/// Conditions on figures that decide the exit code.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = RESULTS)]
pub struct GateArgs {
    /// Exit with 1 unless this holds, and with 4 if runs do not tell: 'total_spend <= $60',
    /// 'fill_rate >= 99%' (JSON names; repeatable)
    #[arg(long, value_name = "CONDITION")]
    pub gate: Vec<String>,
    /// Tell the outcomes of gates as text, json, markdown, csv, junit or github, in a file or on
    /// standard error (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = gates_as)]
    pub gates_as: Vec<GatesAs>,
}

/// Keeping all that a result rests on.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = RESULTS)]
pub struct CaptureArgs {
    /// Write a failure capsule: a zip of the scenario, the usage and the results, which `recharge replay` runs
    /// again; takes a second run
    #[arg(long, value_name = "FILE.zip")]
    pub capture: Option<PathBuf>,
    /// Part of the usage that a capsule holds
    #[arg(long, value_enum, default_value_t, requires = "capture")]
    pub capture_usage: CaptureUsage,
}

/// The part of the usage that a capsule holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CaptureUsage {
    /// The file as it is
    #[default]
    Whole,
    /// Times and credits, and nothing else of the file
    Amounts,
}

/// `recharge shrink`
#[derive(Debug, Args)]
pub struct ShrinkArgs {
    /// Scenario file; `-` for standard input
    pub scenario: PathBuf,
    /// Bill of the vendor: CSV with the columns date, amount and, where it says so, kind (plan_fee, recharge,
    /// top_up, overage)
    #[arg(long, value_name = "FILE")]
    pub bill: PathBuf,
    /// Day in dispute [default: the first on which the bill differs]
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,
    /// Use this usage instead of the scenario's: CSV, JSON or a workbook, compressed or not; `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub usage: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ReadingArgs,
    /// Write the scenario that is left to a new file, and the usage beside it with the ending csv
    #[arg(long, value_name = "FILE.toml", default_value = "shrunk.toml", help_heading = RESULTS)]
    pub write: PathBuf,
    /// Join neighbouring events that are left into one that asks for their sum
    #[arg(long, help_heading = RESULTS)]
    pub join: bool,
    /// The most runs to look for it in
    #[arg(long, value_name = "N", default_value_t = 20_000, help_heading = RESULTS)]
    pub runs: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    #[command(flatten)]
    pub settings: SettingArgs,
}

/// `recharge replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Capsule that --capture wrote
    #[arg(value_name = "FILE.zip")]
    pub file: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Going on until gates are settled.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = RESULTS)]
pub struct SettleArgs {
    /// Where a gate is inconclusive, run on until it is settled, up to N runs of every candidate, or futures
    /// [default without N: 20000]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "20000")]
    pub settle: Option<usize>,
}

/// A format of outcomes, and the file they are written to; none for standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatesAs {
    /// The format.
    pub format: OutcomeFormat,
    /// The file.
    pub file: Option<PathBuf>,
}

/// A folder, which standard output is not.
fn folder(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => {
            Err("a report is a folder of files; name one, or write ./- for this name".to_owned())
        }
        name => Ok(PathBuf::from(name)),
    }
}

fn gates_as(text: &str) -> Result<GatesAs, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
        return Err("name a file after the `=`".to_owned());
    }
    let format = OutcomeFormat::from_str(name, false).map_err(|_| {
        "write text, json, markdown, csv, junit or github, and =FILE for a file".to_owned()
    })?;
    Ok(GatesAs { format, file })
}

/// Format of outcomes: of gates, of a check, and of whatever takes gates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutcomeFormat {
    /// Sentences for people
    #[default]
    Text,
    /// For programs
    Json,
    /// For a comment, or the summary of a job
    Markdown,
    /// Rows for a spreadsheet
    Csv,
    /// A test report
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

impl OutcomeFormat {
    /// The format of a document; `None` for rows and for what only gates have.
    pub fn of_document(self) -> Option<Format> {
        match self {
            OutcomeFormat::Text => Some(Format::Text),
            OutcomeFormat::Json => Some(Format::Json),
            OutcomeFormat::Markdown => Some(Format::Markdown),
            OutcomeFormat::Csv | OutcomeFormat::Junit | OutcomeFormat::Github => None,
        }
    }
}

/// Reports as files.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Reports")]
pub struct OutputArgs {
    /// Write a page with charts to a folder, replacing an earlier report there
    #[arg(long, value_name = "DIR", value_parser = folder)]
    pub report: Option<PathBuf>,
    /// Open the page once it is written
    #[arg(long, requires = "report")]
    pub open: bool,
    /// Also write the charts as PNG (requires a build with the feature `png`)
    #[arg(long, requires = "report")]
    pub png: bool,
    /// Write a workbook
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

/// Settings for reading a usage file, and the period to simulate.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = READING)]
pub struct ReadingArgs {
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// Period to simulate: `scenario`, the whole days of the usage `file`, or what comes after it:
    /// 'next 12 months', for usage that is drawn, as by `[usage.model]` (see also `forecast`)
    #[arg(long, default_value_t = HorizonChoice::Scenario, value_name = "PERIOD")]
    #[arg(conflicts_with_all = ["start", "end"])]
    pub horizon: HorizonChoice,
}

/// Settings for reading a usage file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = READING)]
pub struct ColumnArgs {
    /// Header of the time column, or several as 'time or timestamp' or 'Year and Month and Day' [default: guessed]
    #[arg(long, value_name = "HEADER")]
    pub time_column: Option<String>,
    /// Header of an amount column, or HEADER=FACTOR; repeat to add columns up [default: guessed]
    #[arg(
        long,
        value_name = "HEADER[=FACTOR]",
        conflicts_with = "amount_per_row",
        allow_hyphen_values = true
    )]
    pub amount_column: Vec<String>,
    /// Credits of every row, for files without an amount column
    #[arg(long, value_name = "CREDITS")]
    pub amount_per_row: Option<String>,
    /// Count only rows that meet this condition: "unit_type = 'requests'"; repeatable
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<String>,
    /// Account to read, if the file has several; '*' for all together
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Header of the account column
    #[arg(long, value_name = "HEADER")]
    pub account_column: Option<String>,
    /// Header of a column that identifies repeated rows, of which one counts (repeatable); `none`
    /// if all count
    #[arg(long, value_name = "HEADER")]
    pub identity: Vec<String>,
    /// Row that counts among those with one identity
    #[arg(long, value_enum)]
    pub keep: Option<KeepArg>,
    /// Profile of the export: a name, a file, or `none`
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Line with the names of the columns, `none` if the file has none [default: found in the file]
    #[arg(long, value_name = "LINE|none")]
    pub header_line: Option<HeaderPlace>,
    /// Array of a JSON document with the records, as names joined by dots, `*` for every key [default: the only one]
    #[arg(long, value_name = "PATH")]
    pub records: Option<String>,
    /// Sheet of a workbook, or a pattern such as `2026-*` for several with one header [default: the only one with a table]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Encoding of the file [default: found in the file]
    #[arg(long, value_enum)]
    pub encoding: Option<EncodingArg>,
    /// Treat the missing cells of rows shorter than the header as blank
    #[arg(long)]
    pub pad_short_rows: bool,
    /// Zone of times without an offset from UTC [default: the scenario's]
    #[arg(long, value_name = "ZONE")]
    pub usage_zone: Option<String>,
    /// Hash by which the result names the file [default: blake3]
    #[arg(long, value_enum)]
    pub hash: Option<HashArg>,
    /// Header of the time of day, for a time column with dates only
    #[arg(long, value_name = "HEADER")]
    pub time_of_day_column: Option<String>,
    /// Order of day and month in dates such as 9/2/2026, or of the year in 26-02-09
    #[arg(long, value_enum)]
    pub date_order: Option<DateOrderArg>,
    /// Decimal mark of numbers
    #[arg(long, value_enum)]
    pub decimal: Option<DecimalArg>,
    /// Treatment of cells without an amount
    #[arg(long, value_enum)]
    pub blanks: Option<BlanksArg>,
    /// Treatment of amounts below zero
    #[arg(long, value_enum)]
    pub below_zero: Option<BelowZeroArg>,
    /// Use of a row with the total of the others
    #[arg(long, value_enum)]
    pub totals: Option<TotalsArg>,
    /// Count and list unreadable rows instead of stopping
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Maximum share of rows that may be skipped; one always may [default: 0.1%]
    #[arg(long, value_name = "SHARE", requires = "skip_bad_rows")]
    pub skip_limit: Option<String>,
    /// Sort rows in memory, for standard input that is not in time order
    #[arg(long)]
    pub sort: bool,
}

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EncodingArg {
    /// With a byte-order mark or without
    #[value(name = "utf-8")]
    Utf8,
    /// The low byte first
    #[value(name = "utf-16le")]
    Utf16Le,
    /// The high byte first
    #[value(name = "utf-16be")]
    Utf16Be,
    /// With all letters of Latin-1
    #[value(name = "windows-1252")]
    Windows1252,
}

/// The row that counts among those with one identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeepArg {
    /// The first in the file, or in the earliest of several files
    First,
    /// The last in the file, or in the latest of several files
    Last,
}

/// The order of day and month, and of a year of two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum DateOrderArg {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
    /// 26/12/31
    YearFirst,
}

/// The decimal mark of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecimalArg {
    /// 1,234.5
    Point,
    /// 1.234,5
    Comma,
}

/// The treatment of cells without an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BlanksArg {
    /// No usage
    Zero,
    /// The row is left out
    Skip,
    /// The row cannot be read
    Refuse,
}

/// The treatment of amounts below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BelowZeroArg {
    /// They are taken out of the usage that they correct
    Netted,
    /// Each undoes usage before it at its own instant
    Reversed,
}

/// The hash by which a result names the file of its usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HashArg {
    /// BLAKE3, quick on any processor
    Blake3,
    /// SHA-256, for who needs it
    Sha256,
}

/// The use of a row with the total of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TotalsArg {
    /// The others must add up to it
    Check,
    /// Nothing
    Ignore,
}

/// Changes to a scenario from the command line.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = CHANGING)]
pub struct SettingArgs {
    /// Seed of all random draws [default: as the scenario says]
    #[arg(long, value_parser = seed, allow_hyphen_values = true)]
    pub seed: Option<u64>,
    /// First day, replacing the scenario's `start`: 2026-01-01
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,
    /// First day after the period, replacing the scenario's `end`
    #[arg(long, value_name = "DATE")]
    pub end: Option<String>,
    /// Change a setting by its path: recharge.at_or_below=200; with vendors NAME:PATH=VALUE is for one
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("write a whole number from 0 to {}", u64::MAX))
}

/// Output format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A summary for people
    #[default]
    Text,
    /// The same figures for programs
    Json,
    /// The summary as Markdown, for a comment or a wiki
    Markdown,
}

/// `recharge check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Scenario files; one may be `-` for standard input
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = OutcomeFormat::Text)]
    pub format: OutcomeFormat,
}

/// `recharge schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Kind of schema
    #[arg(value_enum, default_value_t, value_name = "KIND")]
    pub of: SchemaKind,
}

/// Subject of a JSON Schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// Scenario files; one may be `-` for standard input
    #[default]
    Scenario,
    /// Output of `run --format json`
    Run,
    /// Output of `study --format json`
    Study,
    /// Output of `compare --format json`
    Compare,
    /// Output of `plan --format json`
    Plan,
    /// Output of `advise --format json`
    Advise,
    /// Output of `forecast --format json`
    Forecast,
    /// Output of `backtest --format json`
    Backtest,
    /// Output of `fleet --format json`
    Fleet,
    /// Output of `fit --format json`
    Fit,
    /// Output of `prepare --format json`
    Prepare,
    /// Output of `readings --format json`
    Readings,
    /// Output of `explain --format json`
    Explain,
    /// Output of `inspect --format json`
    Inspect,
    /// Output of `check --format json`
    Check,
    /// Output of `diff --format json`
    Diff,
    /// A baseline of `diff --save-baseline`
    Baseline,
    /// Outcomes of gates: `--gates-as json`
    Gates,
    /// What a failure capsule says of itself: its `capsule.json`
    Capsule,
    /// Output of `replay --format json`
    Replay,
    /// Output of `shrink --format json`
    Shrink,
    /// Output of `vendors --format json`
    Vendors,
}

/// `recharge inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The file, a folder of files, or a pattern in quotes; `-` is standard input
    pub file: PathBuf,
    /// What a shell makes of a pattern without quotes
    #[arg(hide = true)]
    pub more: Vec<PathBuf>,
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULTS)]
    pub format: Format,
    /// Write a scenario that reads the file over its days, to start from
    #[arg(long, value_name = "FILE", help_heading = RESULTS)]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub telling: OutputArgs,
}

/// `recharge init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Name of the scenario; the file is NAME.toml
    pub name: PathBuf,
    /// Write the rules of this vendor: a name that `recharge vendors` lists
    #[arg(long, value_name = "VENDOR")]
    pub vendor: Option<String>,
    /// First day of the scenario [default: 2026-01-01]
    #[arg(long, value_name = "DATE", requires = "vendor")]
    pub start: Option<String>,
    /// First day after the scenario [default: 2026-04-01]
    #[arg(long, value_name = "DATE", requires = "vendor")]
    pub end: Option<String>,
    /// Set a setting, such as what the vendor does not publish: packages.pack.price=9.00
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "vendor")]
    pub set: Vec<String>,
}

/// `recharge generate`
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Scenario file; `-` for standard input
    pub scenario: PathBuf,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Make up so many accounts that differ in size, zone, segment and first day, each with usage as the scenario
    /// draws it; rows are grouped by account
    #[arg(long, value_name = "N", requires = "list", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub accounts: Option<u64>,
    /// File for the list of these accounts, as `fleet --accounts` reads it
    #[arg(long, value_name = "FILE", requires = "accounts")]
    pub list: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingArgs,
}
