//! The program: parses, runs, and ends the process, which nothing else does.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(recharge::cli::main(&arguments))
}
