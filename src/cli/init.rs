//! `recharge init`: a scenario to start from.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::text::is_hidden;
use crate::files::Output;
use crate::report::provenance::quoted;
use crate::scenario::Setting;
use crate::vendors;

use super::args::InitArgs;
use super::exit::Failure;
use super::{manifest, print, question};

/// The scenario to start from; `NAME` in it is replaced by the name.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Writes NAME.toml and never over an existing file.
pub fn init(args: &InitArgs) -> Result<(), Failure> {
    let (path, name) = destination(args)?;
    refuse_existing(&path)?;
    manifest::init(&path)?;
    let text = match &args.vendor {
        None => TEMPLATE.replacen("NAME", &name, 1),
        Some(vendor) => of_vendor(vendor, &name, args)?,
    };
    let mut output = Output::create_new(&path)?;
    output.write_all(text.as_bytes())?;
    output.keep().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(&path),
        _ => error.into(),
    })?;
    let path = path.display().to_string();
    let usage = if args.vendor.is_some() { " --usage FILE" } else { "" };
    print(&format!("{path}: written; run it with: recharge run {}{usage}\n", quoted(&path)))
}

/// The rules of a vendor as a scenario of this name, checked before it is written.
fn of_vendor(vendor: &str, name: &str, args: &InitArgs) -> Result<String, Failure> {
    let vendor = vendors::find(vendor)?;
    let date = |key: &str, given: &Option<String>, usual: &str| {
        let date = given.as_deref().unwrap_or(usual);
        question::typed(&format!("--{key}"), date, &format!("{key}={date}"))
    };
    let set = args.set.iter().map(|text| question::typed("--set", text, text));
    let mut given = vec![
        Setting::new(["name"], name),
        date("start", &args.start, "2026-01-01")?,
        date("end", &args.end, "2026-04-01")?,
    ];
    given.extend(set.collect::<Result<Vec<Setting>, Failure>>()?);
    vendor.scenario(&given)?;
    Ok(vendor.text(&given)?)
}

/// Refuses to write over an existing file.
pub fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() { Err(exists(path)) } else { Ok(()) }
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
