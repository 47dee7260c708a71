//! A fleet in pieces: a folder with a plan, pieces that are a pure function of the plan and an index, and their sum.
//!
//! The plan puts the usage aside by account in a fixed number of parts, whatever the number of shards: shard *i* of
//! *n* does the parts whose number leaves *i* when divided by *n*. A part that is done is a file of its own, which
//! appears whole, so a shard that was killed is run again and goes on where it was, with the same number of shards or
//! another; the sum of all parts is the same bytes. Everything needed is in the folder, which can be copied to
//! other machines. Deliberately absent: a scheduler.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::Instant;
use crate::files::Output;
use crate::scenario::{Scenario, Setting, UsageOrigin};
use crate::usage::csv::{CsvSettings, FileHash, HashKind, InputSource};
use crate::usage::export::FileList;
use crate::usage::meaning::{AccountsRead, Keep};
use crate::usage::{BadRows, CountedUnit, UsageError, UsageSummary};

use super::error::FleetError;
use super::fold::FleetFold;
use super::futures::WantedFutures;
use super::live::{
    AccountRows, FleetAnswer, FleetWork, LivedAccounts, SilentAccounts, check_zone, each_part,
    live_part, put_aside,
};
use super::partition::{PARTS, part_path};
use super::roster::Roster;
use super::rules::FleetRules;

/// The name of the format of plans.
const SCHEMA: &str = "recharge.fleet.plan/3";
const PLAN: &str = "plan.json";

/// A scenario of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedScenario {
    /// The name of its file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What is set beside it, each as `path = value`.
    pub settings: Vec<String>,
}

impl PlannedScenario {
    /// A scenario with what is set beside its text.
    pub fn of(scenario: &Scenario, settings: &[Setting]) -> PlannedScenario {
        PlannedScenario {
            file: scenario.file.clone(),
            text: scenario.text.to_string(),
            settings: settings.iter().map(Setting::toml).collect(),
        }
    }

    fn scenario(&self, plan: &Path) -> Result<Scenario, FleetError> {
        let wrong = |why: String| FleetError::Work { path: plan.to_owned(), why };
        let folder = plan.parent().unwrap_or(Path::new(""));
        let read = Scenario::parse(&self.file, &self.text, folder, UsageOrigin::Command);
        let read = read.map_err(|errors| wrong(errors.to_string()))?;
        let settings = self.settings.iter().map(|text| Setting::from_text(text));
        let settings = settings.collect::<Result<Vec<_>, String>>().map_err(wrong)?;
        match settings.is_empty() {
            true => Ok(read),
            false => read.with_overrides(&settings).map_err(|errors| wrong(errors.to_string())),
        }
    }
}

/// What was read of the usage of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedUsage {
    source: String,
    column: String,
    is_zone_open: bool,
    rows: u64,
    left_out_rows: u64,
    skipped_rows: u64,
    hash: Option<FileHash>,
    /// The hash of each file, in the order in which they were read.
    hashes: Vec<FileHash>,
    chosen: Vec<String>,
    doubts: Vec<String>,
    /// What the amounts count, and the columns that are added up, where that is known.
    counted: Option<(String, Vec<String>)>,
}

impl PlannedUsage {
    pub(super) fn of(read: &AccountsRead) -> PlannedUsage {
        let summary = &read.summary;
        PlannedUsage {
            hashes: read.hashes.clone(),
            source: summary.source.clone(),
            column: read.column.clone(),
            is_zone_open: read.is_zone_open,
            rows: summary.rows,
            left_out_rows: summary.left_out_rows,
            skipped_rows: summary.bad_rows.count,
            hash: summary.hash.clone(),
            chosen: summary.chosen.clone(),
            doubts: summary.doubts.clone(),
            counted: summary.counted.clone().map(|counted| (counted.unit, counted.columns)),
        }
    }

    /// Whether a source has the bytes that were planned; `None` for one that can be read only once.
    fn is_of(&self, source: &InputSource) -> Result<Option<bool>, FleetError> {
        let InputSource::File(path) = source else { return Ok(None) };
        let list = FileList::of(std::slice::from_ref(path)).map_err(UsageError::from)?;
        if !list.files.iter().all(|path| path.is_file()) {
            return Ok(None);
        }
        if list.files.len() != self.hashes.len() {
            return Ok(Some(false));
        }
        for (path, planned) in list.files.iter().zip(&self.hashes) {
            let found = FileHash::of(&InputSource::File(path.clone()), planned.kind);
            if found.map_err(|cause| disk(path, cause))? != *planned {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    pub(super) fn column(&self) -> &str {
        &self.column
    }

    pub(super) fn read(&self) -> AccountsRead {
        let summary = UsageSummary {
            source: self.source.clone(),
            rows: self.rows,
            left_out_rows: self.left_out_rows,
            bad_rows: BadRows { count: self.skipped_rows, ..BadRows::default() },
            hash: self.hash.clone(),
            chosen: self.chosen.clone(),
            doubts: self.doubts.clone(),
            counted: self.counted.clone().map(|(unit, columns)| CountedUnit {
                unit,
                columns,
                kinds: Vec::new(),
            }),
            ..UsageSummary::default()
        };
        let (column, is_zone_open) = (self.column.clone(), self.is_zone_open);
        AccountsRead { summary, column, is_zone_open, hashes: self.hashes.clone() }
    }
}

/// The question of a plan: what its answer depends on beside the usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetQuestion {
    /// The base.
    pub base: PlannedScenario,
    /// The scenario with the change.
    pub changed: Option<PlannedScenario>,
    /// The list of accounts: its name and its text.
    pub accounts: Option<(String, String)>,
    /// The futures of each account that are wanted, beside what its usage comes to.
    pub replications: Option<u64>,
    /// The command, for results.
    pub command: Vec<String>,
}

impl FleetQuestion {
    /// SHA-256 of all that the answer depends on beside the usage, wherever its files lie.
    pub(super) fn hash(&self) -> String {
        let rules = |one: &PlannedScenario| (one.text.clone(), one.settings.clone());
        let accounts = self.accounts.as_ref().map(|(_, text)| text);
        hash(&json(&(rules(&self.base), self.changed.as_ref().map(rules), accounts)))
    }
}

/// A plan as its file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PlanFile {
    schema: String,
    version: String,
    parts: usize,
    keeps_last: bool,
    /// The last row of all accounts, in milliseconds: until then usage is known.
    known_until: Option<i64>,
    question: FleetQuestion,
    usage: PlannedUsage,
}

/// The result of a part as its file holds it.
#[derive(Debug, Serialize, Deserialize)]
struct PartFile {
    /// The plan it is of.
    plan: String,
    fold: FleetFold,
    rows: AccountRows,
}

/// A folder with a plan.
#[derive(Debug)]
pub struct FleetFolder {
    path: PathBuf,
    plan: PlanFile,
    /// SHA-256 of the plan.
    hash: String,
}

impl FleetFolder {
    /// Plans a fleet in `folder`, which is made if it is not there; a folder that holds this plan already is
    /// returned as it is. `stop` may ask to stop.
    pub fn plan(
        folder: &Path,
        question: &FleetQuestion,
        (source, settings): (&InputSource, &CsvSettings),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<FleetFolder, FleetError> {
        if folder.join(PLAN).exists() {
            return FleetFolder::planned(folder, question, source);
        }
        fs::create_dir_all(folder).map_err(|cause| disk(folder, cause))?;
        check_free(folder)?;
        // The plan is compared by the hash with the usage when it is asked for again.
        let kind = settings.hash.unwrap_or_default();
        let settings = CsvSettings { hash: Some(kind), ..settings.clone() };
        let (read, keep, known_until) = put_aside(source, &settings, folder, stop)?;
        // The plan appears last, and what it is of has to be there by then.
        for part in 0..PARTS {
            let path = part_path(folder, part);
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|cause| disk(&path, cause))?;
        }
        let plan = PlanFile {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            parts: PARTS,
            keeps_last: keep == Keep::Last,
            known_until: known_until.map(Instant::millis),
            question: question.clone(),
            usage: PlannedUsage::of(&read),
        };
        let text = json(&plan);
        write(&folder.join(PLAN), &text)?;
        let hash = hash(&text);
        Ok(FleetFolder { path: folder.to_owned(), plan, hash })
    }

    /// The plan that is in a folder already, if it is of this question and of this usage.
    fn planned(
        folder: &Path,
        question: &FleetQuestion,
        source: &InputSource,
    ) -> Result<FleetFolder, FleetError> {
        let there = FleetFolder::open(folder)?;
        let asked =
            FleetQuestion { command: there.plan.question.command.clone(), ..question.clone() };
        let usage = &there.plan.usage;
        let wrong =
            |why: &str| Err(FleetError::Work { path: folder.to_owned(), why: why.to_owned() });
        if there.plan.question != asked || usage.source != source.to_string() {
            return wrong("holds the plan of another question; name another folder, or remove it");
        }
        match usage.is_of(source)? {
            Some(true) => Ok(there),
            Some(false) => wrong(
                "holds a plan of the usage as it was before; name another folder, or remove it",
            ),
            None => wrong(
                "holds a plan of usage that can be read only once, so that it cannot be compared; go on with \
                 `recharge fleet shard` and `merge`",
            ),
        }
    }

    /// The plan of a folder.
    pub fn open(folder: &Path) -> Result<FleetFolder, FleetError> {
        let path = folder.join(PLAN);
        let wrong = |why: String| FleetError::Work { path: path.clone(), why };
        let text = fs::read_to_string(&path).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => {
                wrong("there is no plan; make one with `recharge fleet plan`".to_owned())
            }
            _ => disk(&path, cause),
        })?;
        let plan: PlanFile = serde_json::from_str(&text)
            .map_err(|why| wrong(format!("is no plan of a fleet: {why}; make it again")))?;
        if plan.schema != SCHEMA || plan.version != env!("CARGO_PKG_VERSION") || plan.parts != PARTS
        {
            return Err(wrong(format!(
                "was made by version {} of this program, which is {}; make it again",
                plan.version,
                env!("CARGO_PKG_VERSION")
            )));
        }
        Ok(FleetFolder { path: folder.to_owned(), plan, hash: hash(&text) })
    }

    /// The rules that the plan is about.
    pub fn rules(&self) -> Result<FleetRules, FleetError> {
        let question = &self.plan.question;
        let plan = self.path.join(PLAN);
        let base = question.base.scenario(&plan)?;
        let changed = question.changed.as_ref().map(|one| one.scenario(&plan)).transpose()?;
        let roster = match &question.accounts {
            None => Roster::default(),
            Some((name, text)) => {
                let source = InputSource::Bytes(text.as_bytes().into());
                let column = Some(self.plan.usage.column.as_str());
                Roster::read(&source, column, &base, changed.as_ref())?.named(name)
            }
        };
        let rules = FleetRules::new(base, changed, roster)?;
        check_zone(&rules, &self.plan.usage.read())?;
        Ok(rules)
    }

    /// The command that the plan was made with.
    pub fn command(&self) -> &[String] {
        &self.plan.question.command
    }

    /// What was read of the usage.
    pub fn read(&self) -> AccountsRead {
        self.plan.usage.read()
    }

    /// The number of parts that are done.
    pub fn parts_done(&self) -> usize {
        (0..PARTS).filter(|part| self.result(*part).is_some()).count()
    }

    /// The number of all parts.
    pub fn parts(&self) -> usize {
        PARTS
    }

    /// The futures of each account that are wanted.
    fn futures(&self) -> Option<WantedFutures> {
        let known_until = self.plan.known_until.map(Instant::from_millis);
        let replications = self.plan.question.replications?;
        Some(WantedFutures { known_until, ..WantedFutures::new(replications) })
    }

    /// Does the parts of shard `index` of `shards` that are not done, with the futures that the plan wants; returns how many
    /// parts they were.
    pub fn shard(
        &self,
        work: FleetWork<'_>,
        index: usize,
        shards: usize,
    ) -> Result<usize, FleetError> {
        let (mut done, mut accounts) = (0, 0);
        let is_open = |part: &usize| part % shards == index && self.result(*part).is_none();
        let parts: Vec<usize> = (0..PARTS).filter(is_open).collect();
        let keep = if self.plan.keeps_last { Keep::Last } else { Keep::First };
        let work = FleetWork { futures: self.futures(), ..work };
        let live = |part| live_part(work, &self.path, part, (keep, SilentAccounts::Replayed));
        each_part(&parts, live, |part, found| {
            let found = found.checked().map_err(|error| match error {
                FleetError::Interrupted { .. } => FleetError::Interrupted { accounts, keeps: true },
                error => error,
            })?;
            let LivedAccounts { fold, rows, .. } = found;
            accounts += fold.accounts;
            let text = json(&PartFile { plan: self.hash.clone(), fold, rows });
            write(&self.result_path(part), &text)?;
            done += 1;
            Ok(())
        })?;
        Ok(done)
    }

    /// What all parts come to; the error names those that are not done.
    pub fn merge(&self) -> Result<FleetAnswer, FleetError> {
        let (mut fold, mut rows) = (FleetFold::default(), AccountRows::new());
        let mut missing = Vec::new();
        for part in 0..PARTS {
            match self.result(part) {
                Some(found) => {
                    fold.merge(&found.fold);
                    rows.extend(found.rows);
                }
                None => missing.push(part),
            }
        }
        if !missing.is_empty() {
            let first: Vec<String> = missing.iter().take(8).map(usize::to_string).collect();
            let more = if missing.len() > 8 { ", …" } else { "" };
            return Err(FleetError::Work {
                path: self.path.clone(),
                why: format!(
                    "{} of {PARTS} parts are not done ({}{more}); run the shards that lack them: part p is of \
                     shard p mod n of n",
                    missing.len(),
                    first.join(", ")
                ),
            });
        }
        fold.settle();
        rows.sort();
        let read = self.read();
        fold.add_read(&read.summary);
        Ok(FleetAnswer { fold, read, rows })
    }

    fn result_path(&self, part: usize) -> PathBuf {
        self.path.join(format!("done-{part:04}.json"))
    }

    /// The result of a part; `None` where there is none of this plan.
    fn result(&self, part: usize) -> Option<PartFile> {
        let text = fs::read_to_string(self.result_path(part)).ok()?;
        let found: PartFile = serde_json::from_str(&text).ok()?;
        (found.plan == self.hash).then_some(found)
    }
}

/// Refuses a folder with anything in it that a plan does not write.
fn check_free(folder: &Path) -> Result<(), FleetError> {
    let is_of_plan = |name: &str| {
        let numbered = |head: &str, tail: &str| name.starts_with(head) && name.ends_with(tail);
        numbered("usage-", ".bin") || numbered("done-", ".json")
    };
    for entry in fs::read_dir(folder).map_err(|cause| disk(folder, cause))? {
        let entry = entry.map_err(|cause| disk(folder, cause))?;
        let name = entry.file_name();
        if !name.to_str().is_some_and(is_of_plan) {
            return Err(FleetError::Work {
                path: folder.to_owned(),
                why: format!(
                    "holds {}, which is no part of a plan; name another folder",
                    name.display()
                ),
            });
        }
    }
    Ok(())
}

pub(super) fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value);
    text.expect("its maps have names or whole numbers as keys") + "\n"
}

pub(super) fn hash(text: &str) -> String {
    HashKind::Sha256.of(text.as_bytes())
}

fn write(path: &Path, text: &str) -> Result<(), FleetError> {
    let written = || -> std::io::Result<()> {
        let mut output = Output::create(path)?;
        output.write_all(text.as_bytes())?;
        output.keep()
    };
    written().map_err(|cause| disk(path, cause))
}

fn disk(path: &Path, cause: std::io::Error) -> FleetError {
    FleetError::Disk { path: path.to_owned(), cause }
}
