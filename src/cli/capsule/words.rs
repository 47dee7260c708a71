//! The words of a command that its result rests on, as a capsule keeps them: options that change a result, and none that
//! names a file.
//!
//! One function makes them from a command line, when a capsule is captured and when it is replayed; so a capsule that was
//! made by hand can ask for nothing else.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, CommandFactory};

use crate::cli::args::{CHANGING, Cli, READING};

/// Options that change a result, besides those under the headings of reading and of changing the scenario.
const OTHERS: [&str; 12] = [
    "vary",
    "replications",
    "target",
    "constraint",
    "gate",
    "settle",
    "levels",
    "plans",
    "packages",
    "cycles",
    "futures",
    "horizon",
];

/// The part of a command line that its result rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptWords {
    /// The subcommand.
    pub subcommand: String,
    /// Options with their values, each one word.
    pub options: Vec<KeptOption>,
}

/// An option of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOption {
    /// The word as it is typed: `--seed=7`.
    pub word: String,
    /// Whether it says how a file is read, which is of no use for plain amounts.
    pub is_of_reading: bool,
}

/// The words of a command line without the program. The error is that of clap.
pub fn kept(command: &[String]) -> Result<KeptWords, clap::Error> {
    let words = [OsString::from("recharge")].into_iter().chain(command.iter().map(OsString::from));
    let mut program = Cli::command();
    program.build();
    let matches = program.clone().try_get_matches_from(words)?;
    let (name, matches) = matches.subcommand().expect("a command line has a subcommand");
    let about = program.find_subcommand(name).expect("clap found the subcommand");
    let options = about.get_arguments().flat_map(|argument| words_of(argument, matches));
    Ok(KeptWords { subcommand: name.to_owned(), options: options.collect() })
}

/// The words of one option; none where it is not given, or changes no result.
fn words_of(argument: &Arg, matches: &ArgMatches) -> Vec<KeptOption> {
    let id = argument.get_id().as_str();
    let heading = argument.get_help_heading();
    // The usage file of a capsule is its own.
    let is_of_reading = heading == Some(READING) && id != "horizon";
    let is_kept = heading == Some(CHANGING) || heading == Some(READING) || OTHERS.contains(&id);
    let is_given =
        is_kept && id != "usage" && matches.value_source(id) == Some(ValueSource::CommandLine);
    let Some(long) = argument.get_long().filter(|_| is_given) else { return Vec::new() };
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return vec![KeptOption { word: format!("--{long}"), is_of_reading }];
    }
    let values = matches.get_raw(id).into_iter().flatten();
    let word = |value: &std::ffi::OsStr| format!("--{long}={}", value.to_string_lossy());
    values.map(|value| KeptOption { word: word(value), is_of_reading }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &str) -> Vec<String> {
        let command: Vec<String> = command.split(' ').map(str::to_owned).collect();
        let kept = kept(&command).unwrap();
        kept.options.into_iter().map(|option| option.word).collect()
    }

    #[test]
    fn what_changes_a_result_is_kept_and_what_names_a_file_is_not() {
        let command = "run a.toml --usage b.csv --journal c.csv --csv d.csv --time-column=when \
                       --set recharge.packs=2 --set seed=3 --seed 7 --skip-bad-rows --report e \
                       --bad-rows f.csv --format json --gates-as junit=g.xml --gate outages<=1";
        assert_eq!(
            words(command),
            [
                "--time-column=when",
                "--skip-bad-rows",
                "--gate=outages<=1",
                "--seed=7",
                "--set=recharge.packs=2",
                "--set=seed=3"
            ]
        );
        let command = "study a.toml --vary recharge.packs=1,2 --replications 5 --samples b.csv \
                       --threads 2 --quiet --settle=9 --target fill_rate>=99% --horizon file";
        assert_eq!(
            words(command),
            [
                "--vary=recharge.packs=1,2",
                "--horizon=file",
                "--replications=5",
                "--target=fill_rate>=99%",
                "--settle=9"
            ]
        );
    }

    #[test]
    fn kept_words_are_kept_again_as_they_are() {
        let command =
            "study a.toml --replications 5 --account=* --set usage.scale=2 --gate rows>=1";
        let first = words(command);
        let again = format!("study scenario.toml {}", first.join(" "));
        assert_eq!(words(&again), first);
    }
}
