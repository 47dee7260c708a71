//! `recharge replay`: a capsule run again, and whether every byte of its results is the same.

use std::fs::File;
use std::path::Path;

use clap::Parser;

use crate::cli::args::{Cli, Command, Format, ReplayArgs, SettingArgs};
use crate::cli::exit::Failure;
use crate::cli::{print, question};
use crate::files::Manifest;
use crate::report::json;
use crate::report::json::capsule::{REPLAY, ReplayDifference, ReplayResult};
use crate::scenario::{Scenario, UsageSource};

use super::archive::{Capsule, Member, RESULTS, SCENARIO};
use super::lived::{LivedCommand, lived};
use super::words::kept;
use super::{command_of, is_file, origin_of};

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Replays a capsule; its results differ with exit code 1.
pub fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    let shown = args.file.display().to_string();
    let wrong = |why: String| Failure::Input(format!("{shown}: {why}"));
    Manifest::new().reads("the capsule", &args.file).check().map_err(|clashes| {
        let lines: Vec<String> = clashes.iter().map(ToString::to_string).collect();
        Failure::Input(lines.join("\n"))
    })?;
    let capsule = opened(&args.file).and_then(Capsule::read).map_err(wrong)?;
    refused(&capsule).map_or(Ok(()), |why| Err(wrong(why)))?;
    let is_result = |member: &&Member| RESULTS.contains(&member.name.as_str());
    let inputs: Vec<&Member> = capsule.members.iter().filter(|one| !is_result(one)).collect();
    let captured: Vec<&Member> = capsule.members.iter().filter(is_result).collect();
    let LivedCommand { code, results } = lived(&capsule.about.command, &inputs)?;
    let about = &capsule.about;
    let results =
        results.into_iter().map(|result| as_of(result, &about.version)).collect::<Vec<_>>();
    let codes = [about.exit_code, code];
    let result = ReplayResult {
        schema: REPLAY,
        agrees: false,
        captured_by: &about.version,
        replayed_by: VERSION,
        command: &about.command,
        exit_code_captured: about.exit_code,
        exit_code_replayed: code,
        compared: captured.iter().map(|member| member.name.as_str()).collect(),
        difference: difference(&captured, &results).or_else(|| of_codes(codes)),
    };
    tell(&shown, args.format, &ReplayResult { agrees: result.difference.is_none(), ..result })
}

fn opened(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|cause| format!("cannot be opened: {cause}"))
}

/// Reason why the command of a capsule is not run: it is none that `--capture` writes, or would read a file that the
/// capsule does not hold.
fn refused(capsule: &Capsule) -> Option<String> {
    let command = &capsule.about.command;
    let others = "its command is none that --capture writes";
    let Ok(kept) = kept(command) else { return Some(others.to_owned()) };
    if command_of(&kept, capsule.usage()) != *command {
        return Some(others.to_owned());
    }
    let words = ["recharge"].into_iter().chain(command.iter().map(String::as_str));
    let (settings, profile) = match Cli::try_parse_from(words).ok()?.command {
        Command::Run(args) => (args.settings, args.columns.columns.profile),
        Command::Study(args) => (args.settings, args.source.columns.columns.profile),
        Command::Plan(args) => (args.settings, args.source.columns.columns.profile),
        Command::Forecast(args) => (args.settings, args.source.columns.profile),
        _ => return Some(others.to_owned()),
    };
    let outside = "it would read a file that it does not hold";
    if profile.is_some_and(|profile| profile.ends_with(".toml")) {
        return Some(outside.to_owned());
    }
    let scenario = meant(capsule, &settings)?;
    let names_usage = matches!(scenario.usage, UsageSource::File(_)) && capsule.usage().is_none();
    let reads = names_usage || is_file(&scenario.csv.meaning.profile);
    reads.then(|| outside.to_owned())
}

/// The scenario of a capsule with the changes of its command; `None` where it cannot be read, and so nothing is.
fn meant(capsule: &Capsule, settings: &SettingArgs) -> Option<Scenario> {
    let text = std::str::from_utf8(capsule.member(SCENARIO)?).ok()?;
    let here = Path::new("");
    let scenario = Scenario::parse(SCENARIO, text, here, origin_of(capsule)).ok()?;
    let changes = question::changes(settings).ok()?;
    question::changed(scenario, &changes).ok()
}

/// A result with the version that captured it in the place of this one, which results state and which is no difference.
fn as_of(result: Member, version: &str) -> Member {
    if version == VERSION || !result.name.ends_with(".json") {
        return result;
    }
    let line =
        |version: &str| format!("\n    \"version\": {},\n", serde_json::Value::from(version));
    let text = String::from_utf8_lossy(&result.bytes).replacen(&line(VERSION), &line(version), 1);
    Member { bytes: text.into_bytes(), ..result }
}

/// The first difference of results, in the order in which they are compared.
fn difference(captured: &[&Member], replayed: &[Member]) -> Option<ReplayDifference> {
    let of = |name: &str| captured.iter().find(|member| member.name == name).map(|one| &one.bytes);
    let again =
        |name: &str| replayed.iter().find(|member| member.name == name).map(|one| &one.bytes);
    RESULTS.into_iter().find_map(|name| match (of(name), again(name)) {
        (captured, replayed) if captured == replayed => None,
        (Some(captured), Some(replayed)) => Some(first_line(name, captured, replayed)),
        (captured, replayed) => Some(ReplayDifference {
            member: name.to_owned(),
            line: None,
            captured: captured.map(|bytes| format!("{} bytes", bytes.len())),
            replayed: replayed.map(|bytes| format!("{} bytes", bytes.len())),
        }),
    })
}

/// The first line that differs of two texts that are not the same.
fn first_line(name: &str, captured: &[u8], replayed: &[u8]) -> ReplayDifference {
    let lines = |bytes: &'_ [u8]| -> Vec<String> {
        let lines = bytes.split(|&byte| byte == b'\n');
        lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    };
    let (captured, replayed) = (lines(captured), lines(replayed));
    let same = captured.iter().zip(&replayed).take_while(|(one, other)| one == other).count();
    ReplayDifference {
        member: name.to_owned(),
        line: Some(same + 1),
        captured: captured.get(same).cloned(),
        replayed: replayed.get(same).cloned(),
    }
}

fn of_codes([captured, replayed]: [u8; 2]) -> Option<ReplayDifference> {
    (captured != replayed).then(|| ReplayDifference {
        member: "exit code".to_owned(),
        line: None,
        captured: Some(captured.to_string()),
        replayed: Some(replayed.to_string()),
    })
}

fn tell(file: &str, format: Format, result: &ReplayResult<'_>) -> Result<(), Failure> {
    let by = match result.captured_by == result.replayed_by {
        true => format!("recharge {}", result.replayed_by),
        false => format!("recharge {} (captured by {})", result.replayed_by, result.captured_by),
    };
    let said = match &result.difference {
        None => format!(
            "{file}: agrees: {by} gives the same bytes of {}, and the same exit code {}\n",
            result.compared.join(", "),
            result.exit_code_replayed
        ),
        Some(difference) => {
            format!("{file}: differs: {by} gives another {}\n", where_it_is(difference))
        }
    };
    match (format, result.agrees) {
        (Format::Json, agrees) => {
            print(&json::text(result)?)?;
            if agrees { Ok(()) } else { Err(Failure::No(said)) }
        }
        (_, true) => print(&said),
        (_, false) => Err(Failure::No(said)),
    }
}

/// The place of a difference, with what stands there.
fn where_it_is(difference: &ReplayDifference) -> String {
    let ReplayDifference { member, line, captured, replayed } = difference;
    let place = line.map_or(String::new(), |line| format!(", from line {line} on"));
    let shown = |text: &Option<String>| text.as_deref().map_or("nothing".to_owned(), excerpt_of);
    format!("{member}{place}\n  captured: {}\n  replayed: {}", shown(captured), shown(replayed))
}

/// A line as people can compare it: not all of a very long one.
fn excerpt_of(text: &str) -> String {
    const WIDTH: usize = 160;
    text.chars().take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, text: &str) -> Member {
        Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn the_first_difference_is_told_by_its_member_and_its_line() {
        let captured = [member("journal.csv", "a\nb\nc\n"), member("result.json", "{}\n")];
        let captured: Vec<&Member> = captured.iter().collect();
        let of = |journal: &str, result: &str| {
            let replayed = [member("journal.csv", journal), member("result.json", result)];
            difference(&captured, &replayed).map(|found| (found.member, found.line, found.replayed))
        };
        assert_eq!(of("a\nb\nc\n", "{}\n"), None);
        let found = |name: &str, line, text: &str| {
            Some((name.to_owned(), Some(line), Some(text.to_owned())))
        };
        assert_eq!(of("a\nB\nc\n", "[]\n"), found("journal.csv", 2, "B"));
        assert_eq!(of("a\nb\nc\nd\n", "{}\n"), found("journal.csv", 4, "d"));
        assert_eq!(of("a\nb\n", "{}\n"), found("journal.csv", 3, ""));
        assert_eq!(of("a\nb\nc\n", "[]\n"), found("result.json", 1, "[]"));
        let fewer = [member("result.json", "{}\n")];
        let lost = difference(&captured, &fewer).unwrap();
        assert_eq!((&*lost.member, lost.line, lost.replayed), ("journal.csv", None, None));
    }

    #[test]
    fn another_version_is_no_difference_of_a_result() {
        let text = |version: &str| {
            format!("{{\n  \"provenance\": {{\n    \"version\": \"{version}\",\n    \"seed\": 1\n")
        };
        let told = as_of(member("result.json", &text(VERSION)), "0.0.9");
        assert_eq!(String::from_utf8(told.bytes).unwrap(), text("0.0.9"));
    }
}
