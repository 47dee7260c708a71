//! The command of a capsule, run in a folder with what it rests on.
//!
//! It runs in a process of its own, so that every name in its results is that of a member, whatever folder it is
//! captured or replayed in.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::exit::Failure;

use super::archive::{MOST_OF_DATA, Member, RESULTS};

/// The exit code of a command that was interrupted.
const INTERRUPTED: i32 = 130;

/// The exit code of a command, and its results in the order in which they are compared.
#[derive(Clone, Debug)]
pub struct LivedCommand {
    /// The exit code.
    pub code: u8,
    /// The results that there are.
    pub results: Vec<Member>,
}

/// Runs a command in a folder that holds `inputs` and nothing else.
pub fn lived(command: &[String], inputs: &[&Member]) -> Result<LivedCommand, Failure> {
    let folder = tempfile::tempdir()?;
    for member in inputs {
        fs::write(folder.path().join(&member.name), &member.bytes)?;
    }
    let mut program = Command::new(std::env::current_exe()?);
    program.args(command).args(results_of(command)).current_dir(folder.path());
    let output = program.env("NO_COLOR", "1").stdin(Stdio::null()).output()?;
    let code = match output.status.code() {
        Some(INTERRUPTED) => return Err(Failure::Interrupted("interrupted".to_owned())),
        code => code.and_then(|code| u8::try_from(code).ok()),
    };
    let ended = || Failure::Machine("the command of the capsule was ended from outside".to_owned());
    let code = code.ok_or_else(ended)?;
    let mut results = Vec::new();
    for name in RESULTS {
        let bytes = match name {
            "result.json" => output.stdout.clone(),
            "messages.txt" => output.stderr.clone(),
            name => written(&folder.path().join(name))?,
        };
        if bytes.len() as u64 > MOST_OF_DATA {
            let most = MOST_OF_DATA >> 20;
            return Err(Failure::Input(format!(
                "{name}: a capsule holds results of up to {most} MiB"
            )));
        }
        if !bytes.is_empty() {
            results.push(Member { name: name.to_owned(), bytes });
        }
    }
    Ok(LivedCommand { code, results })
}

/// The options with which a subcommand writes its results.
fn results_of(command: &[String]) -> Vec<&'static str> {
    let rows = match command.first().map(String::as_str) {
        Some("study" | "plan") => ["--quiet", "--samples=samples.csv"].as_slice(),
        Some("forecast") => &["--quiet"],
        _ => &["--journal=journal.csv"],
    };
    [rows, &["--format=json", "--gates-as=json=gates.json"]].concat()
}

/// What a command wrote; nothing where it did not.
fn written(path: &Path) -> Result<Vec<u8>, Failure> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    Ok(fs::read(path)?)
}
