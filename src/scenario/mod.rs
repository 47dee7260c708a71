//! The question: one TOML file becomes a [`Scenario`], or every reason why it cannot.
//!
//! Every key is declared once, in `keys`; reading with types and unknown keys, the JSON Schema
//! ([`schema()`]) and the key reference ([`reference()`]) follow from there. A setting from a command line
//! or a study ([`Setting`]) is set in the tree as if it had been written in the file. In reading order:
//! this page → `keys` → `declare` → `validate` → `reader`, `read` and `scalar` → `tree` → `diagnostic`; then
//! `setting` and `path`, `draft`, `bound`, `gate`, `changes`, `phrase`, `schema`, `reference`, `mistaken`. Deliberately absent: reading usage files, and running.

mod bound;
mod changes;
mod declare;
mod diagnostic;
mod draft;
mod gate;
mod keys;
mod mistaken;
mod path;
mod phrase;
mod read;
mod reader;
mod reference;
mod scalar;
mod schema;
mod setting;
mod source;
mod study;
mod tree;
mod usage;
mod validate;
mod value;
mod words;

use std::io::Read;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::str::Utf8Error;
use std::sync::Arc;

use crate::domain::text::{excerpt, on_one_line};
use crate::domain::{Currency, Zone};
use crate::engine::setup::Setup;
use crate::forecast::OutlookKeys;
use crate::payments::Luck;
use crate::policy::{Package, Plan};
use crate::usage::UsageChanges;
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::ProfileChoice;

pub use self::bound::{FigureBound, Measured, Sense};
pub use self::changes::{SettingChange, setting_changes};
pub use self::diagnostic::{Diagnostic, Diagnostics, Severity};
pub use self::draft::{NumberKind, ScenarioDraft, commented};
pub use self::gate::{Comparison, Gate, GateBound, GateMeasure, GateOf, GateSubject, GateTable};
pub use self::phrase::describe_cap;
pub use self::reference::reference;
pub use self::schema::schema;
pub use self::setting::{
    NotAPath, NumberRange, Setting, SettingPath, SettingValue, Values, Variation,
};
pub use self::source::is_of_reading;
pub use self::study::{
    CURRENT, HistoryUse, MOST_REPLICATIONS, NamedCandidate, Stop, StudyLimits, StudyTable,
    WantedService, check_path,
};
pub use self::usage::UsageSource;
pub use value::{WrittenTime, duration, instant, moment_in_text};

use self::diagnostic::{About, SourceText, Spot};
use self::read::ReadContext;
pub(crate) use self::tree::{Entry, Node, Value};

/// A question that can be run: what a file means, and the file.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The meaning of the file, also reachable through `Deref`.
    pub meaning: Meaning,
    /// Settings that are assumed because the vendor does not document them.
    pub assumptions: Vec<Assumption>,
    /// Settings that can be run but may not mean what the author intended.
    pub warnings: Diagnostics,
    /// The text it was read from.
    pub text: Arc<str>,
    /// The name of the file.
    pub file: String,
    /// The folder that files are relative to.
    pub folder: PathBuf,
    /// The file that it names as its usage, also where usage comes with the command.
    pub usage_file: Option<PathBuf>,
    /// The zone that the file says, where it is compared in the calendar of another.
    pub own_zone: Zone,
    /// The origin of its usage.
    origin: UsageOrigin,
    tree: Arc<Node>,
}

/// The origin of a scenario's usage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsageOrigin {
    /// The source that the scenario names.
    #[default]
    Scenario,
    /// The command line. The source that the scenario names is not used, so it is neither checked
    /// nor assumed.
    Command,
}

impl Deref for Scenario {
    type Target = Meaning;

    fn deref(&self) -> &Meaning {
        &self.meaning
    }
}

/// The meaning of a file. Two files that say the same in other words are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// The scenario's name; the file's name if it gives none.
    pub name: String,
    /// The question, if it has one.
    pub question: Option<String>,
    /// The name for credits.
    pub unit: String,
    /// The currency of all money.
    pub currency: Currency,
    /// The zone of local times.
    pub zone: Zone,
    /// The seed of everything random.
    pub seed: u64,
    /// The horizon, the rules, the account at the start, the timeline.
    pub setup: Setup,
    /// The author's reason for each action of the timeline, if given.
    pub notes: Vec<Option<String>>,
    /// The chances that decide the outcome of charges.
    pub luck: Luck,
    /// The source of usage; a file is relative to the scenario's folder.
    pub usage: UsageSource,
    /// What is stated of usage to come, where it is drawn from a model of the file.
    pub model: Option<OutlookKeys>,
    /// How usage differs from what its source says.
    pub changes: UsageChanges,
    /// The settings for reading a usage file.
    pub csv: CsvSettings,
    /// All packages, in file order.
    pub packages: Vec<Package>,
    /// All plans by their names in the file, in file order.
    pub plans: Vec<(String, Arc<Plan>)>,
    /// The study to make over many runs.
    pub study: Option<StudyTable>,
    /// Conditions on figures of results.
    pub gates: GateTable,
}

/// A setting whose value the vendor does not document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The path of the setting.
    pub path: String,
    /// Its value, in TOML.
    pub value: String,
    /// The origin of the assumption.
    pub origin: Origin,
}

/// What the account holds at the start.
const OPENING: [&str; 2] = ["account.opening_balance", "account.opening_grants"];

impl Assumption {
    /// Whether it is what the account holds at the start.
    fn is_of_opening(&self) -> bool {
        let is_of = OPENING.contains(&&*self.path) || self.path == "account";
        self.origin == Origin::Declared && is_of
    }
}

/// Takes what an account holds at the start off the list of what is assumed, as it is stated.
fn state_opening(tree: &mut Node) {
    let Value::Table(entries) = &mut tree.value else { return };
    let Some(assumed) = entries.iter_mut().find(|entry| entry.key == "assumed") else { return };
    if let Value::List(items) = &mut assumed.node.value {
        let is_stated =
            |item: &Node| matches!(&item.value, Value::Text(path) if OPENING.contains(&&**path));
        items.retain(|item| !is_stated(item));
    }
}

/// The origin of an assumed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The author, who lists it in `assumed`.
    Declared,
    /// This tool: it was left out, and its default holds.
    Default,
}

/// Reason why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("cannot read the scenario {}: {source}", shown(path))]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        source: std::io::Error,
    },
    /// The content is not a valid scenario.
    #[error(transparent)]
    Invalid(#[from] Diagnostics),
}

/// A path as messages name it.
fn shown(path: &Path) -> String {
    on_one_line(&path.to_string_lossy()).into_owned()
}

impl Scenario {
    /// Reads a file. The error comes from the file system, or lists everything that is wrong with
    /// the file.
    pub fn read(path: &Path) -> Result<Scenario, ScenarioError> {
        Scenario::read_using(path, UsageOrigin::Scenario)
    }

    /// The same, for usage from `origin`.
    pub fn read_using(path: &Path, origin: UsageOrigin) -> Result<Scenario, ScenarioError> {
        let failed = |source| ScenarioError::File { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(failed)?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Scenario::read_from(file, path, &folder, origin)
    }

    /// Reads what `input` gives to its end. `path` names it in messages, and files are relative to `folder`.
    pub fn read_from(
        input: impl Read,
        path: &Path,
        folder: &Path,
        origin: UsageOrigin,
    ) -> Result<Scenario, ScenarioError> {
        let failed = |source| ScenarioError::File { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let most = tree::MOST_BYTES as u64 + 1;
        input.take(most).read_to_end(&mut bytes).map_err(failed)?;
        let name = shown(path);
        match String::from_utf8(bytes) {
            Ok(text) => Scenario::parse(&name, &text, folder, origin).map_err(|found| {
                let usage = mistaken::told(path, text.as_bytes());
                let is_read = text.len() <= tree::MOST_BYTES && !mistaken::is_no_toml(&found);
                let usage = usage.filter(|_| !is_read);
                usage.map_or(found, |error| about_a_file(name, error)).into()
            }),
            Err(error) => Err(not_a_scenario(path, error.as_bytes(), error.utf8_error()).into()),
        }
    }

    /// Parses the text of a file. `name` is its name in messages; the error lists everything that
    /// is wrong.
    pub fn from_text(name: &str, text: &str, folder: &Path) -> Result<Scenario, Diagnostics> {
        Scenario::parse(name, text, folder, UsageOrigin::Scenario)
    }

    /// The same, for usage from `origin`.
    pub fn parse(
        name: &str,
        text: &str,
        folder: &Path,
        origin: UsageOrigin,
    ) -> Result<Scenario, Diagnostics> {
        let text: Arc<str> = Arc::from(text);
        let sources = [SourceText { name: name.to_owned(), text: Arc::clone(&text) }];
        let sources: Arc<[SourceText]> = Arc::from(sources);
        let (mut tree, syntax) = tree::parse(&text, 0);
        let usage_file = source::named_file(&tree).map(|file| folder.join(file));
        if origin == UsageOrigin::Command {
            source::remove(&mut tree);
        }
        if !syntax.is_empty() {
            return Err(Diagnostics::new(sources, beside_syntax(&tree, syntax, &text)));
        }
        let read = Scenario::from_tree(Arc::new(tree), sources, folder, origin, false);
        read.map(|scenario| Scenario { usage_file, ..scenario })
    }

    /// Returns the same scenario with some settings set, one after another, as if they had been
    /// written in the file. Setting one of several keys that exclude each other replaces the
    /// others. The error lists everything that is then wrong, including paths that name no setting.
    pub fn with_overrides(&self, settings: &[Setting]) -> Result<Scenario, Diagnostics> {
        let mut tree = Node::clone(&self.tree);
        let mut sources =
            vec![SourceText { name: self.file.clone(), text: Arc::clone(&self.text) }];
        let mut errors = Vec::new();
        for setting in settings {
            let source = sources.len() as u32;
            let spot =
                |start: usize, end: usize| Spot { source, start: start as u32, end: end as u32 };
            let path = setting.path.to_string();
            let text = setting.toml();
            if self.origin == UsageOrigin::Command && source::is(&setting.path) {
                let title = format!("cannot set `{}`", excerpt(&path));
                let error = Diagnostic::error(title).at(spot(0, path.len()), "not used");
                errors.push(error.help("usage comes with the command; leave one of the two out"));
            }
            if OPENING.contains(&&*path) {
                state_opening(&mut tree);
            }
            let shown = text.len() - setting.value.toml().len();
            let node = setting.value.placed(spot(shown, text.len()));
            if let Err(lost) = path::set(&mut tree, &setting.path, node) {
                let (why, help) = lost.advice(&tree, "left out");
                let title = format!("cannot set `{}`", excerpt(&path));
                errors.push(Diagnostic::error(title).at(spot(0, path.len()), why).help(help));
            }
            sources.push(SourceText { name: "override".to_owned(), text: Arc::from(text) });
        }
        let sources = Arc::from(sources);
        if !errors.is_empty() {
            return Err(Diagnostics::new(sources, errors));
        }
        let (folder, overridden) = (&self.folder, !settings.is_empty());
        let usage_file = source::named_file(&tree).map(|file| folder.join(file));
        let usage_file = usage_file.or_else(|| self.usage_file.clone());
        let read = Scenario::from_tree(Arc::new(tree), sources, folder, self.origin, overridden)?;
        let moved = self.own_zone != self.zone && read.zone == self.zone;
        let own_zone = if moved { self.own_zone } else { read.zone };
        Ok(Scenario { usage_file, own_zone, ..read })
    }

    /// The same scenario with its local times, days and cycles in another zone.
    pub fn in_calendar(&self, zone: Zone) -> Result<Scenario, Diagnostics> {
        let moved = self.with_overrides(&[Setting::new(["zone"], zone.name())])?;
        Ok(Scenario { own_zone: self.own_zone, ..moved })
    }

    fn from_tree(
        tree: Arc<Node>,
        sources: Arc<[SourceText]>,
        folder: &Path,
        origin: UsageOrigin,
        overridden: bool,
    ) -> Result<Scenario, Diagnostics> {
        let ctx = ReadContext::new();
        ctx.displaced.set(overridden || origin == UsageOrigin::Command);
        let meaning = validate::scenario(&ctx, &tree);
        let (notes, assumptions) = ctx.into_notes();
        let failed = notes.iter().any(|note| note.severity == Severity::Error);
        let notes = Diagnostics::new(Arc::clone(&sources), notes);
        let meaning = match meaning {
            Ok(meaning) if !failed => meaning,
            _ => return Err(notes),
        };
        let SourceText { name: file, text } = sources[0].clone();
        let stem = Path::new(&file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut meaning = meaning;
        if meaning.name.is_empty() {
            meaning.name = stem.unwrap_or_else(|| "scenario".to_owned());
        }
        if let UsageSource::File(usage) = &mut meaning.usage {
            *usage = folder.join(&*usage);
        }
        if let ProfileChoice::Named(profile) = &mut meaning.csv.meaning.profile
            && profile.ends_with(".toml")
        {
            *profile = folder.join(&*profile).to_string_lossy().into_owned();
        }
        if let Some(opening) = &mut meaning.setup.opening {
            opening.is_assumed = assumptions.iter().any(Assumption::is_of_opening);
        }
        let folder = folder.to_owned();
        let warnings = notes;
        let own_zone = meaning.zone;
        let usage_file = None;
        Ok(Scenario {
            meaning,
            assumptions,
            warnings,
            text,
            file,
            folder,
            usage_file,
            own_zone,
            origin,
            tree,
        })
    }

    /// Returns true if the scenario means the same with `some` settings as with `others`; false if
    /// either has errors.
    pub fn mean_alike(&self, some: &[Setting], others: &[Setting]) -> bool {
        let (Ok(one), Ok(other)) = (self.with_overrides(some), self.with_overrides(others)) else {
            return false;
        };
        one.meaning == other.meaning
    }

    /// The question that a run of it answers: none where its usage is replaced by another, of which the
    /// author's question says nothing.
    pub fn question_of_usage(&self) -> Option<&str> {
        match self.origin {
            UsageOrigin::Scenario => self.question.as_deref(),
            UsageOrigin::Command => None,
        }
    }

    /// The line of its file, from 1, that writes a setting; `None` if the file does not.
    pub fn line_of(&self, path: &SettingPath) -> Option<usize> {
        changes::line_in(&self.tree, &self.text, path)
    }

    /// Checks that a path leads to a setting, whether or not the scenario has it; the error is paths that are near.
    pub fn check_setting(&self, path: &SettingPath) -> Result<(), Vec<String>> {
        path::check(&self.tree, path)
    }

    /// The value of a setting that the scenario has.
    pub fn setting(&self, path: &SettingPath) -> Option<SettingValue> {
        path::find(&self.tree, path).ok().map(SettingValue::of)
    }
}

/// Returns the syntax errors, and those errors of single values on other lines, which remain
/// reliable.
fn beside_syntax(tree: &Node, syntax: Vec<Diagnostic>, text: &str) -> Vec<Diagnostic> {
    let line = |spot: Spot| {
        let before = text.as_bytes().get(..spot.start as usize).unwrap_or_default();
        before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let lines: Vec<usize> =
        syntax.iter().flat_map(|one| &one.labels).map(|label| line(label.spot)).collect();
    let ctx = ReadContext::new();
    let _ = validate::scenario(&ctx, tree);
    let trusted = |one: &Diagnostic| {
        one.about == About::Value && one.labels.iter().all(|l| !lines.contains(&line(l.spot)))
    };
    let (notes, _) = ctx.into_notes();
    syntax.into_iter().chain(notes.into_iter().filter(trusted)).collect()
}

/// Why bytes that are no text cannot be a scenario.
fn not_a_scenario(path: &Path, bytes: &[u8], broken: Utf8Error) -> Diagnostics {
    let is_long = bytes.len() > tree::MOST_BYTES;
    let error = mistaken::told(path, bytes).unwrap_or_else(|| {
        let what = match bytes.get(..broken.valid_up_to()) {
            Some(valid) if !is_long => {
                let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
                format!("not UTF-8 text, at line {line}")
            }
            _ => "larger than 1 MiB".to_owned(),
        };
        Diagnostic::error(format!("the scenario is {what}")).help(
            "a scenario is a TOML file; save it as UTF-8, and keep usage in a file of its own",
        )
    });
    about_a_file(shown(path), error)
}

/// An error about a file as a whole.
fn about_a_file(name: String, error: Diagnostic) -> Diagnostics {
    Diagnostics::new(Arc::from([SourceText { name, text: Arc::from("") }]), vec![error])
}

#[cfg(test)]
mod tests;
