//! Failure capsules: `--capture FILE.zip` keeps all that a result rests on with the result, and `recharge replay FILE.zip`
//! says whether it comes out the same.
//!
//! Both run the command of the capsule in a folder that holds its members and nothing else ([`lived`]), so what is
//! captured is what can be replayed. In reading order: this page → `words` → `lived` → `archive` → `replay`. Deliberately
//! absent: what the results mean.

mod archive;
mod lived;
mod replay;
mod words;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::files::{Manifest, Output};
use crate::report::json;
use crate::report::json::capsule::{CapsuleJson, CapturedUsage, MemberJson, SCHEMA};
use crate::report::provenance::hash;
use crate::scenario::{Scenario, ScenarioDraft, Setting, UsageOrigin, UsageSource, is_of_reading};
use crate::usage::meaning::ProfileChoice;

use super::args::{
    CaptureArgs, CaptureUsage, ColumnArgs, Command, PlanArgs, SettingArgs, StudyArgs,
};
use super::exit::Failure;
use super::{question, say};

use self::archive::{Capsule, MOST_OF_DATA, Member, SCENARIO, usage_name};
use self::lived::{LivedCommand, lived};
use self::words::{KeptOption, KeptWords, kept};

pub use self::replay::replay;

/// A command that may be captured.
#[derive(Clone, Copy, Debug)]
pub struct CapturedCommand<'c> {
    /// The file to write, and how much of the usage it holds.
    pub args: &'c CaptureArgs,
    /// The command as typed.
    pub command: &'c [String],
    /// Its scenario.
    pub scenario: &'c Path,
    /// The usage file of the command line.
    pub usage: Option<&'c Path>,
    /// How usage is read.
    pub columns: &'c ColumnArgs,
    /// What is changed of the scenario.
    pub settings: &'c SettingArgs,
}

/// What the results of a command rest on.
struct CapturedInputs {
    seed: Option<u64>,
    scenario: Member,
    usage: Option<Member>,
    held: CapturedUsage,
}

impl<'c> CapturedCommand<'c> {
    /// A command with its inputs; `None` of one that is not captured. `typed` are the arguments as results show them.
    pub fn of(command: &'c Command, typed: &'c [String]) -> Option<CapturedCommand<'c>> {
        let (args, scenario, usage, columns, settings) = match command {
            Command::Run(a) => (&a.capture, &a.scenario, &a.usage, &a.columns.columns, &a.settings),
            Command::Study(StudyArgs { capture, scenario, source, settings, .. })
            | Command::Plan(PlanArgs { capture, scenario, source, settings, .. }) => {
                (capture, scenario, &source.usage, &source.columns.columns, settings)
            }
            Command::Forecast(a) => {
                (&a.capture, &a.scenario, &a.source.usage, &a.source.columns, &a.settings)
            }
            _ => return None,
        };
        let usage = usage.as_deref();
        Some(CapturedCommand { args, command: typed, scenario, usage, columns, settings })
    }
}

impl CapturedCommand<'_> {
    /// Does what the command does, and captures what its result rests on, if that is asked for. What cannot be captured is
    /// refused before anything is run.
    pub fn capturing(&self, answered: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        self.look()?;
        self.keep(answered())
    }

    /// Refuses what cannot be captured.
    fn look(&self) -> Result<(), Failure> {
        let Some(file) = &self.args.capture else { return Ok(()) };
        if question::is_dash(file) {
            return Err(Failure::Input("--capture -: a capsule is a file; name one".to_owned()));
        }
        let read = [Some(self.scenario), self.usage];
        match read.into_iter().flatten().any(question::is_dash) {
            true => Err(Failure::Input(
                "--capture: standard input can be read only once; give the scenario and the usage as files"
                    .to_owned(),
            )),
            false => Ok(()),
        }
    }

    /// Writes the capsule of a command that has `done` what it does, failures too; what was interrupted has none.
    fn keep(&self, done: Result<(), Failure>) -> Result<(), Failure> {
        let Some(file) = &self.args.capture else { return done };
        if matches!(done, Err(Failure::Interrupted(_) | Failure::ReaderGone)) {
            return done;
        }
        match (done, self.write(file)) {
            (Err(failure), Err(other)) => {
                other.message().into_iter().for_each(say);
                Err(failure)
            }
            (Ok(()), written) => written,
            (done, Ok(())) => done,
        }
    }

    fn write(&self, file: &Path) -> Result<(), Failure> {
        let scenario = self.meant();
        let usage_file = self.usage_file(scenario.as_ref());
        let mut files = Manifest::new().reads("the scenario", self.scenario);
        if let Some(usage) = &usage_file {
            files = files.reads("the usage", usage);
        }
        files.writes("--capture", file).check().map_err(|clashes| {
            let lines: Vec<String> = clashes.iter().map(ToString::to_string).collect();
            Failure::Input(lines.join("\n"))
        })?;
        let inputs = self.inputs(scenario.as_ref(), usage_file.as_deref())?;
        let (capsule, about) = self.capsule(inputs)?;
        let bytes = capsule.bytes(&about).map_err(Failure::Machine)?;
        let mut output = Output::create(file)?;
        output.write_all(&bytes)?;
        output.keep()?;
        let shown = file.display();
        say(&format!("{shown}: written; replay it with: recharge replay {shown}"));
        Ok(())
    }

    /// Runs the command on what it rests on alone, and takes its results.
    fn capsule(&self, inputs: CapturedInputs) -> Result<(Capsule, String), Failure> {
        let CapturedInputs { seed, scenario, usage, held } = inputs;
        let kept = kept(self.command).map_err(|error| Failure::Input(error.to_string()))?;
        let options = kept.options.into_iter().filter(|option| serves(option, held)).collect();
        let name = usage.as_ref().map(|member| member.name.as_str());
        let command = command_of(&KeptWords { options, ..kept }, name);
        let mut members = vec![scenario];
        members.extend(usage);
        let rests_on: Vec<&Member> = members.iter().collect();
        let LivedCommand { code, results } = lived(&command, &rests_on)?;
        members.extend(results);
        let named = members
            .iter()
            .map(|member| MemberJson { name: member.name.clone(), sha256: hash(&member.bytes) });
        let about = CapsuleJson {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed,
            command,
            usage: held,
            exit_code: code,
            members: named.collect(),
        };
        let text = json::text(&about)?;
        Ok((Capsule { about, members }, text))
    }

    /// The scenario with the changes of the command line; `None` if it cannot be read, which may be the failure.
    fn meant(&self) -> Option<Scenario> {
        let origin = question::origin(self.usage);
        let scenario = Scenario::read_using(self.scenario, origin).ok()?;
        let changes = question::changes(self.settings).ok()?;
        question::changed(scenario, &changes).ok()
    }

    /// The usage file of the command line, or of the scenario.
    fn usage_file(&self, scenario: Option<&Scenario>) -> Option<PathBuf> {
        let own = || match &scenario?.usage {
            UsageSource::File(path) => Some(path.clone()),
            UsageSource::None | UsageSource::Events(_) | UsageSource::Generated(_) => None,
        };
        self.usage.map(Path::to_owned).or_else(own)
    }

    fn inputs(
        &self,
        scenario: Option<&Scenario>,
        usage: Option<&Path>,
    ) -> Result<CapturedInputs, Failure> {
        let text = fs::read(self.scenario).map_err(|cause| {
            Failure::Input(format!("--capture: cannot read {}: {cause}", self.scenario.display()))
        })?;
        let text = Member { name: SCENARIO.to_owned(), bytes: text };
        let seed = scenario.map(|scenario| scenario.seed);
        let whole = |scenario, usage, held| CapturedInputs { seed, scenario, usage, held };
        match (usage, self.args.capture_usage, scenario) {
            (None, ..) | (Some(_), CaptureUsage::Amounts, None) => {
                Ok(whole(text, None, CapturedUsage::None))
            }
            (Some(path), CaptureUsage::Whole, _) => {
                self.refuse_profiles(scenario)?;
                let usage = whole_file(path)?;
                Ok(whole(text, Some(usage), CapturedUsage::Whole))
            }
            (Some(_), CaptureUsage::Amounts, Some(scenario)) => {
                let usage = self.amounts(scenario)?;
                let text = without_reading(&text)?;
                Ok(whole(text, Some(usage), CapturedUsage::Amounts))
            }
        }
    }

    /// Refuses a profile in a file of its own, which a capsule does not hold.
    fn refuse_profiles(&self, scenario: Option<&Scenario>) -> Result<(), Failure> {
        let typed = self.columns.profile.as_deref().map(ProfileChoice::from_name);
        let own = scenario.map(|scenario| scenario.csv.meaning.profile.clone());
        match typed.into_iter().chain(own).any(|profile| is_file(&profile)) {
            true => Err(Failure::Input(
                "--capture: the usage is read by a profile in a file, which a capsule does not hold; capture the \
                 amounts: --capture-usage amounts"
                    .to_owned(),
            )),
            false => Ok(()),
        }
    }

    /// The instants and credits of all rows.
    fn amounts(&self, scenario: &Scenario) -> Result<Member, Failure> {
        let rows = question::usage(scenario, self.usage, self.columns)?.rows()?;
        let mut text = String::from("time,credits\n");
        for (at, credits) in rows {
            text.push_str(&format!("{at},{credits}\n"));
        }
        Ok(Member { name: usage_name("usage.csv"), bytes: text.into_bytes() })
    }
}

/// Returns true if a profile is one that is read from a file.
fn is_file(profile: &ProfileChoice) -> bool {
    matches!(profile, ProfileChoice::Named(name) if name.ends_with(".toml"))
}

/// A usage file as it is.
fn whole_file(path: &Path) -> Result<Member, Failure> {
    let about = path.metadata().ok().filter(|about| about.is_file());
    let wrong = |why: &str| {
        Failure::Input(format!(
            "--capture: the usage {} {why}: --capture-usage amounts",
            path.display()
        ))
    };
    let about = about.ok_or_else(|| wrong("is not one file; capture the amounts"))?;
    if about.len() > MOST_OF_DATA {
        let why = format!("is larger than {} MiB; capture the amounts", MOST_OF_DATA >> 20);
        return Err(wrong(&why));
    }
    Ok(Member { name: usage_name(&path.to_string_lossy()), bytes: fs::read(path)? })
}

/// The scenario without what it says of the file that is replaced by its amounts.
fn without_reading(scenario: &Member) -> Result<Member, Failure> {
    let text = String::from_utf8_lossy(&scenario.bytes);
    let draft = ScenarioDraft::parse(SCENARIO, &text);
    let draft = draft.map_err(|errors| Failure::Input(errors.to_string()))?;
    let read: Vec<_> = draft.values().into_iter().filter(is_of_reading).collect();
    let text = draft.without(&read).toml(&|_| None);
    Ok(Member { name: SCENARIO.to_owned(), bytes: text.into_bytes() })
}

/// Returns true if an option serves where so much of the usage is held: none that says where usage is once the capsule
/// holds it, and none that says how to read it where only amounts are left.
fn serves(option: &KeptOption, held: CapturedUsage) -> bool {
    let path = option.word.strip_prefix("--set=").and_then(|text| Setting::from_text(text).ok());
    let names_reading = path.is_some_and(|setting| is_of_reading(&setting.path));
    match held {
        CapturedUsage::None => true,
        CapturedUsage::Whole => !option.word.starts_with("--set=usage.file="),
        CapturedUsage::Amounts => !option.is_of_reading && !names_reading,
    }
}

/// The command that makes the results in a folder with the members.
fn command_of(kept: &KeptWords, usage: Option<&str>) -> Vec<String> {
    let first = [kept.subcommand.clone(), SCENARIO.to_owned()];
    let usage = usage.map(|name| format!("--usage={name}"));
    let options = kept.options.iter().map(|option| option.word.clone());
    first.into_iter().chain(usage).chain(options).collect()
}

/// The origin of the usage of a capsule's command.
fn origin_of(capsule: &Capsule) -> UsageOrigin {
    match capsule.usage() {
        Some(_) => UsageOrigin::Command,
        None => UsageOrigin::Scenario,
    }
}
