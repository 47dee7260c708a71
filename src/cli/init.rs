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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::{Table, Value};

    use super::*;
    use crate::scenario::Scenario;

    /// The page of all keys, which is held to be that of the program.
    const REFERENCE: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/scenario.md"));

    /// Keys that the template does not set, by table, and why; `*` stands for all of a table.
    const LEFT_OUT: &[(&str, &[&str], &str)] = &[
        ("plans.NAME", &["title"], "the name is enough"),
        ("plans.NAME", &["fee_per", "allowance_per"], NAMED),
        ("recharge", &["below", "consumed_share", "share_of"], NAMED),
        ("recharge", &["up_to", "up_to_from", "increment", "unit_price"], NAMED),
        ("payment", &["on_soft_decline", "on_processor_outage"], NAMED),
        ("payment", &["needs"], "what a charge needs is hardly ever something else"),
        ("payment", &["fail_attempts", "hard_fail_attempts"], SCRIPTED),
        ("payment", &["verify_attempts", "verification_fail_attempts"], SCRIPTED),
        ("service", &["restart_after", "restart_within", "overdraft_limit"], NAMED),
        ("cycle", &["days", "hours"], NAMED),
        ("account", &["opening_grants"], NAMED),
        ("account", &["owner", "subscription", "online_billing", "add_on"], NAMED),
        (
            "account",
            &["failures", "retry_at", "suspended_since"],
            "an account that starts in trouble",
        ),
        (
            "study",
            &["candidates", "until", "constraints", "history"],
            "`vary` and `target` begin with less",
        ),
        ("gates", &["plan", "diff", "forecast"], "the gates of further commands are written alike"),
        (
            "usage",
            &["*"],
            "a file is given by the command line or `inspect --write`, which set what it needs",
        ),
        ("usage.generate", &["every", "offset"], "the alternative of `per_day` for tests"),
    ];
    /// Named in the template beside what it goes with or stands for.
    const NAMED: &str = "named beside another";
    /// Outcomes that are known one by one.
    const SCRIPTED: &str = "outcomes of single attempts are for tests";

    /// The template with all its examples in force.
    fn uncommented() -> String {
        let line = |line: &str| match line.strip_prefix("# ") {
            Some(setting) if setting.starts_with('[') || setting.split(' ').nth(1) == Some("=") => {
                setting.to_owned()
            }
            _ => line.to_owned(),
        };
        TEMPLATE.lines().map(|text| line(text) + "\n").collect()
    }

    /// The tables at a path of the reference, such as `plans.NAME` or `recharge.caps`.
    fn tables<'t>(root: &'t Value, path: &str) -> Vec<&'t Table> {
        let mut found = vec![root];
        for name in path.split('.').filter(|name| !name.is_empty()) {
            let inner = |value: &&'t Value| -> Vec<&'t Value> {
                let Value::Table(table) = value else { return Vec::new() };
                let inner = table.iter().filter(|(key, _)| name == "NAME" || *key == name);
                inner.map(|(_, value)| value).collect()
            };
            found = found.iter().flat_map(inner).collect();
            let each = |value: &'t Value| match value {
                Value::Array(rows) => rows.iter().collect(),
                value => vec![value],
            };
            found = found.into_iter().flat_map(each).collect();
        }
        found.into_iter().filter_map(Value::as_table).collect()
    }

    /// Whether a table's keys are to be in the template: of the others an example shows what they need.
    fn is_held_to(path: &str) -> bool {
        let rows = ["standing_charges", "gifts", "actions"];
        let inner = ["plans.NAME", "packages.NAME", "usage.generate"];
        let is_outer = !path.contains('.') && !rows.contains(&path);
        is_outer || inner.contains(&path) || path.starts_with("reversals.")
    }

    #[test]
    fn every_key_is_in_the_template_or_there_is_a_reason() {
        let template: Value = Value::Table(uncommented().parse().expect("it is TOML"));
        let (mut path, mut is_word) = (String::new(), false);
        let mut left_out: Vec<(String, String)> = Vec::new();
        for line in REFERENCE.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                is_word = false;
                path = heading.trim_matches(['`', '[', ']']).replace("At the top level", "");
            }
            // What a word such as `do = "top_up"` brings is told with the word.
            is_word |= line.starts_with("### ");
            let Some(key) = line.strip_prefix("| `").and_then(|line| line.split('`').next()) else {
                continue;
            };
            if is_word || !is_held_to(&path) {
                continue;
            }
            let is_root = path.is_empty();
            assert!(
                is_root || !tables(&template, &path).is_empty() || path == "usage",
                "no [{path}]"
            );
            if !tables(&template, &path).iter().any(|table| table.contains_key(key)) {
                left_out.push((path.clone(), key.to_owned()));
            }
        }
        let reason = |path: &str, key: &str| {
            let of = LEFT_OUT
                .iter()
                .find(|(of, keys, _)| *of == path && (keys.contains(&key) || keys == &["*"]));
            of.map(|&(_, _, reason)| reason)
        };
        for (path, key) in &left_out {
            let why = reason(path, key);
            assert!(why.is_some(), "`{key}` of [{path}] is neither in the template nor left out");
            assert!(why != Some(NAMED) || TEMPLATE.contains(key.as_str()), "{key} is not named");
        }
        for (path, keys, _) in LEFT_OUT {
            for key in keys.iter().filter(|key| **key != "*") {
                let listed = (path.to_string(), key.to_string());
                assert!(left_out.contains(&listed), "{key} of [{path}] is in the template");
            }
        }
    }

    #[test]
    fn every_example_of_the_template_holds_beside_the_others() {
        for text in [TEMPLATE.to_owned(), uncommented()] {
            let read = Scenario::from_text("template.toml", &text, Path::new(""));
            read.unwrap_or_else(|errors| panic!("{errors}"));
        }
    }
}
