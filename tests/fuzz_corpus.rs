//! The corpus of the fuzz targets, replayed: what any bytes must hold is held by these.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// After this a file of a corpus is taken for one that never ends, unoptimised and on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn files(target: &str) -> Vec<PathBuf> {
    let folder = fuzz().join("corpus").join(target);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Hands every file to its target; returns those that took too long.
fn replay(target: &str, check: fn(&[u8]), longest: Duration) -> Vec<PathBuf> {
    let files = files(target);
    assert!(files.len() >= 30, "the corpus of {target} has only {} files", files.len());
    let took_long = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        let started = Instant::now();
        check(&bytes);
        started.elapsed() > longest
    };
    files.into_iter().filter(took_long).collect()
}

#[test]
fn every_scenario_of_the_corpus_is_read_or_refused_with_a_word() {
    assert_eq!(replay("scenario", targets::scenario, LONGEST), Vec::<PathBuf>::new());
}

#[test]
fn every_usage_of_the_corpus_is_read_or_refused_with_a_word() {
    assert_eq!(replay("usage", targets::usage, LONGEST), Vec::<PathBuf>::new());
}

#[test]
fn every_export_of_the_corpus_is_read_alike_twice_or_refused_with_a_word() {
    assert_eq!(replay("export", targets::export, LONGEST), Vec::<PathBuf>::new());
}

#[test]
fn every_run_of_the_corpus_balances_and_steps_as_it_skips() {
    assert_eq!(replay("run", targets::run, LONGEST), Vec::<PathBuf>::new());
}

#[test]
fn a_file_that_takes_too_long_is_named() {
    assert!(!replay("usage", targets::usage, Duration::ZERO).is_empty());
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz().join(folder)).unwrap();
        entries
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names("fuzz_targets"), names("corpus"));
}

#[test]
fn the_corpus_stays_small() {
    let size = |path: PathBuf| fs::metadata(path).unwrap().len();
    let all: u64 =
        ["scenario", "usage", "run", "export"].into_iter().flat_map(files).map(size).sum();
    assert!(all < 300_000, "{all} bytes");
}
