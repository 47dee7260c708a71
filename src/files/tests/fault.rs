//! Disks that fail at any step, for once or from then on.

use std::path::Path;

use super::record::{Fails, Lacks, Recorder};
use super::*;
use crate::files::disk::{Disk, DiskStep, System};

/// A disk on which another process removes the first thing that is begun before it can be opened, as a leftover.
#[derive(Debug, Default)]
struct TidiedDisk(std::sync::atomic::AtomicBool);

impl Disk for TidiedDisk {
    fn perform(&self, step: DiskStep<'_>) -> io::Result<()> {
        let begun = match &step {
            DiskStep::CreateFile { path, .. } | DiskStep::CreateFolder { path, .. } => Some(*path),
            _ => None,
        };
        System.perform(step)?;
        match begun.filter(|_| !self.0.swap(true, std::sync::atomic::Ordering::SeqCst)) {
            Some(path) if path.is_dir() => std::fs::remove_dir(path),
            Some(path) => std::fs::remove_file(path),
            None => Ok(()),
        }
    }
}

#[test]
fn what_another_process_takes_for_a_leftover_before_it_is_opened_is_begun_again() {
    for job in Job::ALL {
        let folder = built(&job.before());
        let disk: &'static TidiedDisk = Box::leak(Box::default());
        let store: &'static Store = Box::leak(Box::new(Store::over(disk)));
        job.write(store, folder.path(), 2).unwrap_or_else(|error| panic!("{job:?}: {error}"));
        assert_eq!(under(&state_of(folder.path()), Path::new("out")), job.whole(2), "{job:?}");
    }
}

/// Holds what must hold when one or all later operations fail.
fn holds(job: Job, lacks: Lacks, fails: Fails) {
    let folder = built(&job.before());
    let (store, _) = store_over(Recorder::new(folder.path(), lacks, fails));
    let written = job.write(store, folder.path(), 2);
    let state = state_of(folder.path());
    let context = format!("{job:?} {lacks:?} {fails:?}: {written:?}\n{state:?}");
    for (path, bytes) in users() {
        assert_eq!(state[&path], bytes, "{context}");
    }
    match written {
        Ok(()) => assert_eq!(under(&state, Path::new("out")), job.whole(2), "{context}"),
        Err(error) => {
            let messages = error.to_string();
            assert!(messages.contains("out"), "{context}");
            let (_, aside) = messages.split_once("the earlier folder is now ").unwrap_or_default();
            let whole = job.stands_whole(&state);
            assert!(whole || state_of(Path::new(aside)).len() == 2, "{context}");
            let stays = state.keys().any(|path| path.to_string_lossy().ends_with(".part"));
            // A single failure is undone; a disk that is gone leaves entries to a later run.
            assert!(!stays || matches!(fails, Fails::From(_)) || !aside.is_empty(), "{context}");
        }
    }
}

#[test]
fn a_failure_at_any_step_leaves_the_earlier_or_the_new_one_and_says_where_it_is() {
    for job in Job::ALL {
        for lacks in Lacks::ALL {
            for step in 0..30 {
                holds(job, lacks, Fails::One(step));
                holds(job, lacks, Fails::From(step));
            }
        }
    }
}

#[test]
fn an_earlier_report_that_cannot_go_back_is_kept_and_said_where() {
    // Without exchanging: the renaming of the new one fails, and that back.
    let job = Job::Folder;
    let mut messages = Vec::new();
    for step in 0..30 {
        let folder = built(&job.before());
        let recorder = Recorder::new(folder.path(), Lacks::Conditions, Fails::From(step));
        let (store, _) = store_over(recorder);
        let Err(error) = job.write(store, folder.path(), 2) else { continue };
        if let Some((_, aside)) = error.to_string().split_once("the earlier folder is now ") {
            let kept = state_of(Path::new(aside));
            assert_eq!(kept.get(Path::new("page")), Some(&Some(page(1))), "{aside}");
            messages.push(step);
        }
    }
    assert_eq!(messages.len(), 2, "at the renaming, and at the syncing after it: {messages:?}");
}

#[test]
fn what_the_user_puts_there_meanwhile_stays() {
    for lacks in Lacks::ALL {
        let job = Job::Folder;
        let folder = built(&job.before());
        let (store, _) = store_over(Recorder::new(folder.path(), lacks, Fails::None));
        let out = folder.path().join("out");
        let started = Folder::start_in(store, &out, &CONTENTS).unwrap();
        started.write("page", &page(2)).unwrap();
        fs::write(out.join("mine.txt"), "the user's").unwrap();
        let refused = started.keep().unwrap_err().to_string();
        assert!(refused.contains("mine.txt"), "{refused}");
        assert_eq!(fs::read_to_string(out.join("mine.txt")).unwrap(), "the user's");
        let state = state_of(folder.path());
        let expected = job.before().len() + 1;
        assert_eq!(state.len(), expected, "{state:?}");
    }
}
