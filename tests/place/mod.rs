//! A folder in which the program is run, as tests of commands need it.

#![allow(dead_code, reason = "no test uses all of it")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A month of usage every six hours and payments that fail now and then.
pub const SCENARIO: &str = "name = \"Small\"\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-03-01\nplan = \"p\"\n\
     [plans.p]\nfee = \"10.00\"\nallowance = 1000\n\
     [packages.a]\ncredits = 100\nprice = \"1.00\"\n\
     [recharge]\nat_or_below = 50\npackage = \"a\"\n\
     [payment]\nfail_probability = \"10%\"\n\
     [usage.generate]\nevery = \"6h\"\namount = 10\n";

/// A folder with a scenario, `base.toml`.
pub struct Place(pub TempDir);

impl Place {
    pub fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.file("base.toml", SCENARIO);
        place
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// The exit code, standard output and standard error.
    pub fn told(&self, words: &[&str]) -> (i32, String, String) {
        self.told_of(words, "")
    }

    /// The same with this on standard input.
    pub fn told_of(&self, words: &[&str], input: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(words).current_dir(self.0.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Who does not read it closes it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }
}
