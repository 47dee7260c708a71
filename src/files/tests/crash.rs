//! Kills and losses of power, at every step.

use std::collections::BTreeSet;
use std::path::Path;

use super::model::Model;
use super::record::{Done, Fails, Lacks, Recorder};
use super::*;
use crate::files::leftover;

/// The operations on a disk when version 2 replaces the earlier state.
fn done(job: Job, lacks: Lacks) -> Vec<Done> {
    let folder = built(&job.before());
    let (store, recorder) = store_over(Recorder::new(folder.path(), lacks, Fails::None));
    job.write(store, folder.path(), 2).unwrap();
    let mut after = job.whole(2);
    after.extend(users());
    assert_eq!(state_of(folder.path()), after, "{job:?} {lacks:?}");
    recorder.done()
}

/// Returns true if the earlier report is kept aside, whole, and its place is free.
fn stands_aside(state: &DiskState) -> bool {
    let aside = state.keys().find(|path| path.to_string_lossy().ends_with(".out.earlier"));
    let Some(aside) = aside else { return false };
    let inside = under(state, aside).into_iter().map(|(path, bytes)| {
        let rest = path.strip_prefix(aside).unwrap().to_owned();
        (
            if rest.as_os_str().is_empty() { "out".into() } else { Path::new("out").join(rest) },
            bytes,
        )
    });
    under(state, Path::new("out")).is_empty()
        && inside.collect::<DiskState>() == Job::Folder.whole(1)
}

/// Checks the invariants of a disk on which a process died while writing version 2.
fn holds(job: Job, lacks: Lacks, state: &DiskState, after: &[Done]) {
    let whole = job.stands_whole(state);
    let aside = job == Job::Folder && lacks != Lacks::Nothing && stands_aside(state);
    assert!(whole || aside, "{job:?} {lacks:?} after {after:?}:\n{state:?}");
    for (path, bytes) in users() {
        assert_eq!(state[&path], bytes, "{path:?}");
    }
}

/// Checks what the next run finds and leaves.
fn next_run(job: Job, lacks: Lacks, state: &DiskState) {
    let folder = built(state);
    let (store, _) = store_over(Recorder::new(folder.path(), lacks, Fails::None));
    leftover::tidy(store, folder.path(), Some(&CONTENTS));
    let tidied = state_of(folder.path());
    assert!(job.stands_whole(&tidied), "{state:?}\n{tidied:?}");
    if job == Job::NewFile && tidied.contains_key(Path::new("out")) {
        return;
    }
    job.write(store, folder.path(), 3).unwrap();
    let mut expected = job.whole(3);
    expected.extend(users());
    assert_eq!(state_of(folder.path()), expected, "after {state:?}");
}

#[test]
fn a_kill_at_any_step_leaves_the_earlier_or_the_new_one_whole_and_the_next_run_tidies_up() {
    for (job, lacks) in all() {
        let done = done(job, lacks);
        let mut model = Model::of(&job.before());
        for count in 0..=done.len() {
            if count > 0 {
                model.perform(&done[count - 1]);
            }
            holds(job, lacks, &model.now(), &done[..count]);
            next_run(job, lacks, &model.now());
        }
    }
}

#[test]
fn a_loss_of_power_at_any_step_leaves_the_earlier_or_the_new_one_whole() {
    for (job, lacks) in all() {
        let done = done(job, lacks);
        let mut model = Model::of(&job.before());
        let mut seen = BTreeSet::new();
        for count in 0..=done.len() {
            if count > 0 {
                model.perform(&done[count - 1]);
            }
            for state in model.after_power_loss() {
                holds(job, lacks, &state, &done[..count]);
                seen.insert(state);
            }
        }
        assert!(seen.len() > done.len() / 2, "{job:?} {lacks:?}: {} states", seen.len());
        for state in &seen {
            next_run(job, lacks, state);
        }
        // Files reported as written survive.
        assert_eq!(model.after_power_loss().iter().filter(|state| !is_new(job, state)).count(), 0);
    }
}

fn is_new(job: Job, state: &DiskState) -> bool {
    under(state, Path::new("out")) == job.whole(2)
}

fn all() -> impl Iterator<Item = (Job, Lacks)> {
    Job::ALL.into_iter().flat_map(|job| Lacks::ALL.map(|lacks| (job, lacks)))
}
