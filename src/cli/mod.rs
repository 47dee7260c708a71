//! The command line: one file per subcommand, with [`args`] for the arguments as typed.
//!
//! Results go to standard output, everything else to standard error. Deliberately absent: rules,
//! figures, and ending the process, which is left to `main`.

mod advise;
pub mod args;
mod backtest;
mod bill;
pub mod caller;
mod capsule;
mod check;
mod compare;
mod diff;
pub mod exit;
mod explain;
#[cfg(feature = "html")]
mod explore;
#[cfg(feature = "html")]
mod explored;
mod fit;
mod fleet;
mod forecast;
mod gate;
mod generate;
mod given;
mod habits;
mod horizon;
mod init;
mod inspect;
pub mod interrupt;
mod manifest;
mod many;
mod opener;
mod parquet;
mod plan;
mod prepare;
mod progress;
mod question;
mod readings;
mod run;
mod schema;
#[cfg(feature = "html")]
mod serve;
mod shrink;
mod spec;
mod study;
mod telling;
mod vendors;

use std::ffi::OsString;
use std::io::Write;

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::domain::text::visible;
use crate::report::document::text::{Emphasis, Screen};

use args::{Cli, Command};
use capsule::CapturedCommand;
use exit::Failure;

/// Runs the command line `arguments` (the program's name first) and returns the exit code.
pub fn main(arguments: &[OsString]) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    interrupt::listen();
    let called = Called { typed: retold(arguments), quiet: cli.quiet };
    let done = manifest::input(&cli.command).and_then(|()| done(&cli.command, &called));
    let Err(failure) = done else { return 0 };
    match (&failure, failure.message()) {
        (Failure::No(_), Some(message)) => say_in(Emphasis::Red, message),
        (Failure::Inconclusive(_), Some(message)) => say_in(Emphasis::Yellow, message),
        (_, Some(message)) => say(message),
        (_, None) => {}
    }
    failure.code()
}

/// A command line as it was called.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    /// The arguments as results show them.
    typed: Vec<String>,
    /// Whether no progress and no warnings are wanted.
    pub(crate) quiet: bool,
}

impl std::ops::Deref for Called {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.typed
    }
}

/// Says a warning, unless none is wanted.
pub(crate) fn warn(text: &str, quiet: bool) {
    if !quiet {
        say(text);
    }
}

/// Does what a subcommand asks for, and captures what its result rests on, if that is asked for.
fn done(command: &Command, called: &Called) -> Result<(), Failure> {
    match CapturedCommand::of(command, called) {
        Some(captured) => captured.capturing(|| answered(command, called)),
        None => answered(command, called),
    }
}

/// Does what a subcommand asks for.
fn answered(command: &Command, called: &Called) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(args, called),
        Command::Check(args) => check::check(args, called.quiet),
        Command::Init(args) => init::init(args),
        Command::Inspect(args) => inspect::inspect(args, called),
        Command::Schema(args) => schema::schema(args),

        Command::Generate(args) => generate::generate(args, called.quiet),
        Command::Study(args) => study::study(args, called),
        Command::Compare(args) => compare::compare(args, called),
        Command::Diff(args) => diff::diff(args, called),
        Command::Explain(args) => explain::explain(args, called),
        #[cfg(feature = "html")]
        Command::Explore(args) => explore::explore(args, called),
        #[cfg(not(feature = "html"))]
        Command::Explore(_) => Err(telling::not_built("explore", "html")),
        #[cfg(feature = "html")]
        Command::Serve(args) => serve::serve(args, called),
        #[cfg(not(feature = "html"))]
        Command::Serve(_) => Err(telling::not_built("serve", "html")),
        Command::Fleet(args) => fleet::fleet(args, called),
        Command::Plan(args) => plan::plan(args, called),
        Command::Advise(args) => advise::advise(args, called),
        Command::Forecast(args) => forecast::forecast(args, called),
        Command::Backtest(args) => backtest::backtest(args, called),
        Command::Fit(args) => fit::fit(args, called),
        Command::Prepare(args) => prepare::prepare(args, called),
        Command::Readings(args) => readings::readings(args, called),
        Command::Completions(args) => habits::completions(args),
        Command::Man(args) => habits::man(args),
        Command::Shrink(args) => shrink::shrink(args, called),
        Command::Replay(args) => capsule::replay(args),
        Command::Vendors(args) => vendors::vendors(args),
    }
}

/// The arguments as results show them: without the program, and without options that cannot change
/// a result, so that any number of threads gives the same bytes.
fn retold(arguments: &[OsString]) -> Vec<String> {
    let mut told = Vec::new();
    let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" | "--port" => drop(words.next()),
            "--quiet" | "-q" | "--step" | "--open" => {}
            _ if word.starts_with("--threads=") || word.starts_with("--port=") => {}
            _ => told.push(word),
        }
    }
    told
}

/// Help and version go to standard output and are not failures; anything else is.
fn refuse(error: &clap::Error) -> u8 {
    match error.use_stderr() {
        // It quotes arguments, which may be names of files.
        true => {
            say(&refusal(error));
            2
        }
        false => {
            // Nothing is left to be done about a terminal that cannot be written to.
            let _ = error.print();
            0
        }
    }
}

/// The message of a wrong command line: of an option that another command has, with the setting that does the same, and without
/// the tip to pass an option as a value, which none is.
fn refusal(error: &clap::Error) -> String {
    /// Options of `advise` and the settings that they set.
    const SETTINGS: [(&str, &str); 6] = [
        ("--plan", "plan"),
        ("--package", "recharge.package"),
        ("--packs", "recharge.packs"),
        ("--up-to", "recharge.up_to"),
        ("--at-or-below", "recharge.at_or_below"),
        ("--below", "recharge.below"),
    ];
    let text = error.to_string();
    let unknown = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) if error.kind() == ErrorKind::UnknownArgument => option,
        _ => return text,
    };
    let is_no_value = |line: &&str| !line.contains("as a value, use '-- ");
    let kept: Vec<&str> = text.lines().filter(is_no_value).collect();
    let setting = SETTINGS.iter().find(|(option, _)| option == unknown);
    let tip = setting.map(|(_, path)| format!("  tip: `--set {path}=VALUE` sets it here\n\n"));
    match (tip, kept.iter().position(|line| line.starts_with("Usage:"))) {
        (Some(tip), Some(place)) => {
            format!(
                "{}\n\n{tip}{}\n",
                kept[..place].join("\n").trim_end(),
                kept[place..].join("\n")
            )
        }
        _ => kept.join("\n") + "\n",
    }
}

/// Prints results, with nothing hidden in them.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    if caller::print(text) {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    out.write_all(visible(text).as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Prints a report, in which nothing from a file is hidden; without its bold type where the terminal or
/// `NO_COLOR` wants none.
pub(crate) fn print_report(text: &str) -> Result<(), Failure> {
    if caller::print(text) {
        return Ok(());
    }
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// How results are laid out: in the width of the terminal, if they go to one; with bold type and colours there
/// and wherever `CLICOLOR_FORCE` asks for them, and nowhere with `NO_COLOR`.
pub(crate) fn screen() -> Screen {
    let out = std::io::stdout();
    let width = terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0));
    Screen { width, is_styled: is_styled(&out) }
}

/// Returns true if a stream shows bold type and colours. `CLICOLOR_FORCE=0` forces nothing.
fn is_styled(out: &impl anstream::stream::RawStream) -> bool {
    let is_forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let shows = is_forced || out.is_terminal();
    shows && !caller::is_there() && AutoStream::choice(out) != ColorChoice::Never
}

/// Says something on standard error, with nothing hidden in it.
pub(crate) fn say(text: &str) {
    if caller::say(text.trim_end()) {
        return;
    }
    let mut err = anstream::stderr().lock();
    // Standard error may be closed, and there is no other place to report to.
    let _ = writeln!(err, "{}", visible(text.trim_end()));
}

/// The same in a colour, where standard error shows any.
fn say_in(emphasis: Emphasis, text: &str) {
    if !is_styled(&std::io::stderr()) {
        return say(text);
    }
    let mut err = anstream::stderr().lock();
    let lines = text.trim_end().lines();
    // As above.
    lines.for_each(|line| drop(writeln!(err, "{}", emphasis.line(&visible(line)))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_change_a_result_is_not_retold() {
        let words = ["recharge", "study", "a.toml", "--threads", "2", "--quiet", "--seed", "7"];
        assert_eq!(retold(&words.map(OsString::from)), ["study", "a.toml", "--seed", "7"]);
        let words = ["recharge", "run", "a.toml", "--threads=2"];
        assert_eq!(retold(&words.map(OsString::from)), ["run", "a.toml"]);
    }
}
