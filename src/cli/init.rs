//! `recharge init`: a scenario to start from.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::text::is_hidden;
use crate::files::Output;

use super::args::InitArgs;
use super::exit::Failure;
use super::{manifest, print};

/// The scenario to start from; `NAME` in it is replaced by the name.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Writes NAME.toml and never over an existing file.
pub fn init(args: &InitArgs) -> Result<(), Failure> {
    let (path, name) = destination(args)?;
    if path.symlink_metadata().is_ok() {
        return Err(exists(&path));
    }
    manifest::init(&path)?;
    let mut output = Output::create_new(&path)?;
    output.write_all(TEMPLATE.replacen("NAME", &name, 1).as_bytes())?;
    output.keep().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(&path),
        _ => error.into(),
    })?;
    let path = path.display();
    print(&format!("{path}: written; run it with: recharge run {path}\n"))
}

fn exists(path: &Path) -> Failure {
    let path = path.display();
    Failure::Input(format!("{path}: exists already; choose another name or remove it"))
}

/// The file to write and the name of the scenario in it.
fn destination(args: &InitArgs) -> Result<(PathBuf, String), Failure> {
    let mut path = args.name.clone();
    if path.extension().is_none_or(|extension| extension != "toml") {
        path.as_mut_os_string().push(".toml");
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let plain = stem.chars().all(|c| !is_hidden(c) && c != '"' && c != '\\');
    if stem.is_empty() || stem == ".toml" || !plain {
        return Err(Failure::Input(format!(
            "{:?} is no name for a scenario; use letters, digits, spaces and dashes",
            args.name
        )));
    }
    let name = stem.to_owned();
    Ok((path, name))
}
