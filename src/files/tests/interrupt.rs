//! A process that discards its unfinished files to end at once, while another of its threads
//! writes.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::record::{Fails, Lacks, Recorder};
use super::*;

/// Discards at the step of this number and returns the state that the process leaves; `None` if
/// there is no such step.
fn discarded_at(job: Job, lacks: Lacks, step: usize) -> Option<DiskState> {
    let folder = built(&job.before());
    let root = folder.path().to_owned();
    let (store, recorder) = store_over(Recorder::new(&root, lacks, Fails::None));
    let (begin, begun) = mpsc::channel();
    let end = begin.clone();
    let (finish, finished) = mpsc::channel();
    let finished = std::sync::Mutex::new(finished);
    recorder.before_each(move |number| {
        if number == step {
            begin.send(true).unwrap();
            // Whoever writes may have hold of the names; then it goes on first.
            let _ = finished.lock().unwrap().recv_timeout(Duration::from_millis(30));
        }
    });
    let path = root.clone();
    let writer = thread::spawn(move || {
        let written = job.write(store, &path, 2);
        // Nobody listens where it was interrupted.
        let _ = end.send(false);
        written
    });
    let left = begun.recv().unwrap().then(|| {
        let names = store.discard_unfinished();
        let _ = finish.send(());
        // Time for the writer to do what it must not do.
        thread::sleep(Duration::from_millis(10));
        let left = state_of(&root);
        drop(names);
        left
    });
    // Its file may be gone from under it, which is an error and no panic.
    let _ = writer.join().unwrap();
    left
}

#[test]
fn discarding_at_any_step_leaves_the_earlier_or_the_new_one_whole_and_nothing_else() {
    for job in Job::ALL {
        for lacks in [Lacks::Nothing, Lacks::Conditions] {
            let mut steps = 0;
            while let Some(left) = discarded_at(job, lacks, steps) {
                let context = format!("{job:?} {lacks:?} at step {steps}: {left:?}");
                assert!(job.stands_whole(&left), "{context}");
                let out = under(&left, Path::new("out"));
                assert_eq!(left.len(), out.len() + users().len(), "{context}");
                steps += 1;
            }
            assert!(steps >= 5, "{job:?} {lacks:?}: {steps}");
        }
    }
}
