//! A vendor of two plans and three packages, a folder for its scenarios, and the program run on them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// One cycle of 30 days; Starter and Pro with the three packages, and no payment fails.
pub const CLASSIFIER: &str = r#"
name = "Classifier"
currency = "USD"
start = 2026-04-01
end = 2026-05-01
plan = "starter"
plans.starter = { fee = "19.00", allowance = 3000 }
plans.pro = { fee = "39.00", allowance = 8000 }
packages.1000 = { credits = 1000, price = "7.00" }
packages.3000 = { credits = 3000, price = "17.00" }
packages.9000 = { credits = 9000, price = "37.00" }
recharge = { at_or_below = 100, package = "3000" }
payment.latency = "5s"
"#;

/// Usage at fixed distances.
pub const STEADY: &str = "[usage.generate]\nevery = \"10min\"\namount = 1\n";

/// A folder that is removed in the end.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    /// Writes a file and returns its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Runs the program.
pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.stdin(Stdio::null()).args(arguments).output().unwrap()
}

/// What a command that ended well printed.
pub fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
