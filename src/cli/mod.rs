//! Asking for it: one file per subcommand, with [`args`] the command line as typed.
//!
//! Results go to standard output, everything else to standard error. Deliberately absent: rules,
//! figures, and the end of the process, which is `main`'s.

pub mod args;
mod check;
pub mod exit;
mod generate;
mod init;
pub mod interrupt;
mod question;
mod run;
mod telling;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;

use args::{Cli, Command};
use exit::Failure;

/// Does what the command line `arguments` (the program's name first) says; returns the exit code.
pub fn main(arguments: &[OsString]) -> u8 {
    let typed: Vec<String> =
        arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    interrupt::listen();
    let done = match cli.command {
        Command::Run(args) => run::run(&args, &typed),
        Command::Check(args) => check::check(&args),
        Command::Init(args) => init::init(&args),

        Command::Generate(args) => generate::generate(&args),
    };
    let Err(failure) = done else { return 0 };
    if let Some(message) = failure.message() {
        say(message);
    }
    failure.code()
}

/// Help and version go to standard output and are no failure; anything else is.
fn refuse(error: &clap::Error) -> u8 {
    // Nothing is left to be done about a terminal that cannot be written to.
    let _ = error.print();
    u8::from(error.use_stderr()) * 2
}

/// Prints results.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Says something on standard error.
pub(crate) fn say(text: &str) {
    let mut err = anstream::stderr().lock();
    // Nobody may be listening, and there is nobody else to tell.
    let _ = writeln!(err, "{}", text.trim_end());
}
