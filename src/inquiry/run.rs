//! One run: a scenario's usage through its rules.

use crate::engine::{Limits, Observer, Pace};
use crate::replay::{Outcome, ReplayError, replay_within};
use crate::usage::csv::Mode;
use crate::usage::{Feed, UsageError};

use super::error::InquiryError;
use super::usage::UsageInput;

/// Runs the usage of a scenario through its rules. `observer` creates the observer of every event,
/// which is returned with the outcome; it is created again if rows turn out to be out of time order
/// and are read again, sorted. `stop` is called as in [`crate::replay::drive`].
pub fn run<O: Observer, E: From<InquiryError>>(
    usage: &UsageInput<'_>,
    pace: Pace,
    observer: impl FnMut() -> Result<O, E>,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, O), E> {
    run_within(usage, pace, Limits::default(), observer, stop)
}

/// The same within limits on the cost of the run.
pub(super) fn run_within<O: Observer, E: From<InquiryError>>(
    usage: &UsageInput<'_>,
    pace: Pace,
    limits: Limits,
    mut observer: impl FnMut() -> Result<O, E>,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, O), E> {
    let ran = read_through::<_, E>(usage, |feed| {
        Ok(replay_within(usage.scenario(), feed, pace, limits, observer()?, stop))
    })?;
    usage.check(&ran.0.usage)?;
    Ok(ran)
}

/// Passes usage to `attempt` as it comes; again if rows turn out to be out of time order, sorted, or to need another
/// reader.
pub(super) fn read_through<T, E: From<InquiryError>>(
    usage: &UsageInput<'_>,
    mut attempt: impl FnMut(&mut dyn Feed) -> Result<Result<T, ReplayError>, E>,
) -> Result<T, E> {
    let mut attempt =
        |mode| -> Result<Result<T, ReplayError>, E> { attempt(&mut *usage.open(mode)?) };
    let mut outcome = attempt(Mode::Stream)?;
    if let Err(ReplayError::Usage(UsageError::Unsorted { again: true, .. })) = &outcome {
        outcome = attempt(Mode::Sort)?;
    }
    // Rows that the plain reader cannot read may make sense to another reader.
    if let Err(ReplayError::Usage(error)) = &outcome
        && error.asks_for_meaning()
    {
        match attempt(Mode::Examine)? {
            Err(ReplayError::Usage(again)) if again.is_of_bad_rows() && error.is_of_bad_rows() => {}
            examined => outcome = examined,
        }
    }
    Ok(outcome.map_err(InquiryError::from)?)
}
