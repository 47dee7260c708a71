//! A program that calls a command in place of a person who types it: it hands over what would come from standard input, and
//! takes what would be printed.
//!
//! The command runs on the thread of [`called`], and what it reads and tells is the caller's as long as it runs. All else is
//! as typed: the same arguments, the same files, the same messages. Deliberately absent: the language of the caller.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::report::document::Document;
use crate::report::{Report, Tables};
use crate::usage::csv::InputSource;

use super::args::Cli;
use super::exit::Failure;
use super::{Called, done, manifest, retold};

/// What a caller hands over.
#[derive(Debug, Default)]
pub struct Handed {
    /// The usage that `-` stands for.
    pub usage: Option<InputSource>,
    /// Texts of scenarios, each with the path that stands for it, such as `-`.
    pub scenarios: Vec<(PathBuf, String)>,
    /// The part of a fleet that `recharge fleet` is asked for.
    pub fleet: FleetExtent,
    /// Whether the rows of replications and of periods are wanted.
    pub details: bool,
}

/// The part of a fleet that a caller asks for.
#[derive(Clone, Debug, Default)]
pub enum FleetExtent {
    /// All of it.
    #[default]
    Whole,
    /// The accounts of this usage, to be added to others.
    Portion,
    /// The sum of portions.
    Sum(Vec<String>),
}

/// What a command tells its caller.
#[derive(Debug, Default)]
pub struct Told {
    /// What was printed in place of a result.
    pub printed: String,
    /// What was said on standard error.
    pub said: Vec<String>,
    /// The result, where the command has one.
    pub result: Option<ToldResult>,
    /// A portion of a fleet.
    pub portion: Option<String>,
}

/// A result in all its forms.
#[derive(Debug)]
pub struct ToldResult {
    /// For programs.
    pub json: String,
    /// For people.
    pub document: Document,
    /// Rows of CSV.
    pub rows: Option<String>,
    /// A row for each replication, if details are wanted.
    pub samples: Option<String>,
    /// A row for each period, if details are wanted.
    pub periods: Option<String>,
}

/// A caller, while its command runs.
#[derive(Debug)]
struct Caller {
    handed: Handed,
    told: Told,
}

thread_local! {
    static CALLER: RefCell<Option<Caller>> = const { RefCell::new(None) };
}

/// Runs the command line `arguments` (the program's name first); returns what it told, and the failure if it failed.
pub fn called(arguments: &[OsString], handed: Handed) -> (Told, Result<(), Failure>) {
    /// Ends the call, whatever ends it.
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            CALLER.set(None);
        }
    }
    CALLER.set(Some(Caller { handed, told: Told::default() }));
    let _end = End;
    let ended = match Cli::try_parse_from(arguments) {
        Ok(cli) => {
            let called = Called { typed: retold(arguments), quiet: cli.quiet };
            manifest::input(&cli.command).and_then(|()| done(&cli.command, &called))
        }
        Err(error) if error.exit_code() != 0 => Err(Failure::Input(error.to_string())),
        Err(help) => {
            with(|caller| caller.told.printed.push_str(&help.to_string()));
            Ok(())
        }
    };
    let told = with(|caller| std::mem::take(&mut caller.told));
    (told.unwrap_or_default(), ended)
}

/// Does something with the caller, if there is one.
fn with<T>(act: impl FnOnce(&mut Caller) -> T) -> Option<T> {
    CALLER.with_borrow_mut(|caller| caller.as_mut().map(act))
}

/// Returns true if a program called the command.
pub(super) fn is_there() -> bool {
    with(|_| ()).is_some()
}

/// The usage that `-` stands for, if the caller handed it over.
pub(super) fn usage() -> Option<InputSource> {
    with(|caller| caller.handed.usage.clone()).flatten()
}

/// The text of the scenario that a path stands for, if the caller handed it over.
pub(super) fn scenario(path: &Path) -> Option<String> {
    let is_it = |one: &&(PathBuf, String)| one.0 == path;
    with(|caller| caller.handed.scenarios.iter().find(is_it).map(|(_, text)| text.clone()))
        .flatten()
}

/// The part of a fleet that is asked for.
pub(super) fn fleet() -> FleetExtent {
    with(|caller| caller.handed.fleet.clone()).unwrap_or_default()
}

/// Takes printed text; false if it is to be printed.
pub(super) fn print(text: &str) -> bool {
    with(|caller| caller.told.printed.push_str(text)).is_some()
}

/// Takes what is said on standard error; false if it is to be said.
pub(super) fn say(text: &str) -> bool {
    with(|caller| caller.told.said.push(text.to_owned())).is_some()
}

/// Takes a portion of a fleet.
pub(super) fn portion(text: String) {
    with(|caller| caller.told.portion = Some(text));
}

/// Takes a result with the rows it has; false if it is to be printed.
pub(super) fn result(
    report: &dyn Report,
    json: impl FnOnce() -> io::Result<String>,
    rows: impl FnOnce() -> io::Result<Option<String>>,
) -> io::Result<bool> {
    if !is_there() {
        return Ok(false);
    }
    let (json, document, rows) = (json()?, report.document(), rows()?);
    let result = ToldResult { json, document, rows, samples: None, periods: None };
    with(|caller| caller.told.result = Some(result));
    Ok(true)
}

/// Takes the result of many runs; false if it is to be printed.
pub(super) fn tables(told: &dyn Tables) -> io::Result<bool> {
    let Some(details) = with(|caller| caller.handed.details) else { return Ok(false) };
    let rows = |write: &dyn Fn(&mut dyn io::Write) -> io::Result<()>| -> io::Result<String> {
        let mut rows = Vec::new();
        write(&mut rows)?;
        Ok(String::from_utf8_lossy(&rows).into_owned())
    };
    let detail = |write: &dyn Fn(&mut dyn io::Write) -> io::Result<()>| {
        details.then(|| rows(write)).transpose()
    };
    let result = ToldResult {
        json: told.json()?,
        document: told.document(),
        rows: Some(rows(&|out| told.rows(out))?),
        samples: detail(&|out| told.samples(out))?,
        periods: detail(&|out| told.periods(out))?,
    };
    with(|caller| caller.told.result = Some(result));
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str = "name = \"a\"\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nzone = \"UTC\"\n\
        [account]\nopening_balance = 100\n[packages.p]\ncredits = 50\nprice = \"5.00\"\n\
        [recharge]\nat_or_below = 10\npackage = \"p\"\n[payment]\nlatency = \"2s\"\n";

    fn call(words: &[&str], handed: Handed) -> (Told, Result<(), Failure>) {
        let words: Vec<OsString> =
            ["recharge"].iter().chain(words).map(|word| OsString::from(*word)).collect();
        called(&words, handed)
    }

    fn handed() -> Handed {
        let rows = "time,credits,account_id\n2026-01-02,95,a\n2026-01-03,30,b\n2026-01-04,1,a\n";
        Handed {
            usage: Some(InputSource::Bytes(rows.as_bytes().into())),
            scenarios: vec![(PathBuf::from("-"), SCENARIO.to_owned())],
            ..Handed::default()
        }
    }

    #[test]
    fn a_result_is_handed_back_and_nothing_is_printed() {
        let words = ["run", "-", "--usage", "-", "--account", "a"];
        let (told, ended) = call(&words, handed());
        ended.unwrap();
        assert_eq!(told.printed, "");
        let result = told.result.unwrap();
        assert!(result.json.contains("\"usage\": \"memory\""), "{}", result.json);
        assert!(result.rows.unwrap().starts_with("period,start,end,"));
        assert!(!is_there());
    }

    #[test]
    fn a_failure_has_the_text_of_the_command_line() {
        let words = ["run", "-", "--usage", "-", "--account", "c"];
        let (_, ended) = call(&words, handed());
        let failure = ended.unwrap_err();
        assert_eq!(failure.code(), 2);
        assert!(failure.message().unwrap().contains("memory"), "{failure:?}");
        let (_, ended) = call(&["run", "-", "--wheel"], handed());
        assert!(ended.unwrap_err().message().unwrap().contains("'--wheel'"));
        let (told, ended) = call(&["--version"], Handed::default());
        ended.unwrap();
        assert!(told.printed.starts_with("recharge "));
    }

    #[test]
    fn portions_add_up_to_the_whole_and_no_account_is_in_two() {
        let fleet = |usage: &str, extent| {
            let usage = Some(InputSource::Bytes(usage.as_bytes().into()));
            let words = ["fleet", "-", "--usage", "-", "--quiet", "--threads", "1"];
            call(&words, Handed { usage, fleet: extent, ..handed() })
        };
        let portion = |rows: &str| {
            let usage = format!("time,credits,account_id\n{rows}");
            let (told, ended) = fleet(&usage, FleetExtent::Portion);
            ended.unwrap();
            (told.portion.unwrap(), told.printed)
        };
        let (one, rows) = portion("2026-01-02,95,a\n2026-01-04,1,a\n");
        assert_eq!(rows.lines().count(), 2, "{rows}");
        let (other, _) = portion("2026-01-03,30,b\n");
        let (whole, ended) = call(&["fleet", "-", "--usage", "-", "--quiet"], handed());
        ended.unwrap();
        let of = |told: Told| {
            let json: serde_json::Value = serde_json::from_str(&told.result.unwrap().json).unwrap();
            ["accounts", "base", "finding"].map(|key| json[key].clone())
        };
        let whole = of(whole);
        for order in [[&one, &other], [&other, &one]] {
            let texts = order.map(String::clone).to_vec();
            let (sum, ended) = fleet("", FleetExtent::Sum(texts));
            ended.unwrap();
            assert_eq!(of(sum), whole);
        }
        let (_, ended) = fleet("", FleetExtent::Sum(vec![one.clone(), one]));
        let failure = ended.unwrap_err();
        assert!(failure.message().unwrap().contains("are in another too"), "{failure:?}");
        let (_, ended) = fleet("", FleetExtent::Sum(Vec::new()));
        assert!(ended.unwrap_err().message().unwrap().contains("there is none"));
        let (_, ended) = fleet("", FleetExtent::Sum(vec!["{".to_owned()]));
        assert!(ended.unwrap_err().message().unwrap().contains("no portion of a fleet"));
    }
}
