//! `recharge completions` and `recharge man`: help where a shell and `man` look for it.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;

use crate::files::Output;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::exit::Failure;
use super::{print, say};

/// Prints what a shell completes the command line with.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "recharge", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints the man page, or writes those of all subcommands to a folder.
pub fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = &args.dir else { return print(&page(command)?) };
    write(folder, "recharge.1", &page(command.clone())?)?;
    for subcommand in command.get_subcommands().filter(|one| one.get_name() != "help") {
        let name = format!("recharge-{}.1", subcommand.get_name());
        write(folder, &name, &page(subcommand.clone())?)?;
    }
    say(&format!("{}: written", folder.display()));
    Ok(())
}

fn page(command: clap::Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let mut output = Output::create(&folder.join(name))?;
    output.write_all(text.as_bytes())?;
    output.keep()?;
    Ok(())
}
