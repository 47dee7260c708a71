//! A study that is run on until its gates are settled.
//!
//! Looking at intervals again and again finds one that happens to clear a bound sooner or later, so each look
//! takes half of what the looks before left of the error allowed: all of them together are wrong no more
//! often than the confidence says. Deliberately absent: which gates there are.

use crate::scenario::Gate;
use crate::study::{Confidence, Ending, KnownRuns, MOST_RUNS};

use super::error::InquiryError;
use super::gates::{GateCheck, GateOutcome, GatedAnswer, find_gated, gates_of_study};
use super::pool::Means;
use super::study::{Detail, StudyAnswer, StudyQuestion, study, study_knowing};

/// Each look has at least this many times the replications of the look before.
const GROWTH: usize = 2;

/// A study with the outcomes of its gates.
#[derive(Clone, Debug)]
pub struct GatedStudy {
    /// The answer, after the last look.
    pub answer: StudyAnswer,
    /// The gates, in their order.
    pub checks: Vec<GateCheck>,
    /// The confidence of their intervals.
    pub confidence: Confidence,
}

/// Answers a study and holds it against gates; with `most`, runs on until none of them is inconclusive, or
/// until every candidate was run as often.
///
/// # Errors
///
/// Those of [`study()`], and a gate that names a candidate that there is not.
pub fn gated_study(
    question: StudyQuestion<'_>,
    gates: &[Gate],
    most: Option<usize>,
    means: Means<'_>,
) -> Result<GatedStudy, InquiryError> {
    find_gated(gates, question.candidates().iter().map(|candidate| candidate.name.as_str()))?;
    // Where nothing is drawn the first look has seen all.
    match most.filter(|_| !gates.is_empty() && !question.is_one_replay()) {
        Some(most) => settled(question, gates, most, means),
        None => {
            let read = question.read();
            let answer = study(question, means)?;
            let confidence = answer.objective.confidence;
            let held = GatedAnswer::of_study(&answer, read);
            let checks = gates_of_study(gates, held, confidence)?;
            Ok(GatedStudy { answer, checks, confidence })
        }
    }
}

fn settled(
    question: StudyQuestion<'_>,
    gates: &[Gate],
    most: usize,
    means: Means<'_>,
) -> Result<GatedStudy, InquiryError> {
    let count = question.candidates().len();
    let most = most.min(MOST_RUNS / count.max(1));
    let mut known = KnownRuns::default();
    (0..count).for_each(|_| known.add(Vec::new()));
    let detail = question.detail();
    let mut looked = question.clone().with_detail(Detail::Figures);
    for look in 1.. {
        let answer = study_knowing(looked, Some(&mut known), means)?;
        let confidence = at_look(answer.objective.confidence, look);
        let held = GatedAnswer::of_study(&answer, question.read());
        let checks = gates_of_study(gates, held, confidence)?;
        let done = answer.judgement.replications;
        let next = next(&checks, done).min(most);
        if next <= done || answer.ended == Ending::Interrupted {
            return drawn(
                question,
                detail,
                GatedStudy { answer, checks, confidence },
                known,
                means,
            );
        }
        looked = question.clone().with_detail(Detail::Figures).with_replications(next);
    }
    unreachable!("every look has more replications than the one before, up to the most")
}

/// The same answer with pictures, if these are wanted.
fn drawn(
    question: StudyQuestion<'_>,
    detail: Detail,
    found: GatedStudy,
    mut known: KnownRuns,
    means: Means<'_>,
) -> Result<GatedStudy, InquiryError> {
    if detail == Detail::Figures || found.answer.ended == Ending::Interrupted {
        return Ok(found);
    }
    let replications = found.answer.judgement.replications;
    let question = question.with_detail(detail).with_replications(replications);
    Ok(GatedStudy { answer: study_knowing(question, Some(&mut known), means)?, ..found })
}

/// The confidence at a look, counted from 1: half of the error that is left.
pub(super) fn at_look(confidence: Confidence, look: u32) -> Confidence {
    let error = (1.0 - confidence.probability()) / libm::exp2(f64::from(look));
    Confidence::new(1.0 - error).unwrap_or(confidence)
}

/// The replications of the next look: as many as would settle what is open; none more if nothing is.
pub(super) fn next(checks: &[GateCheck], done: usize) -> usize {
    let needed = |check: &GateCheck| match check.outcome {
        GateOutcome::Inconclusive { replications } => {
            let named = replications.and_then(|needed| usize::try_from(needed).ok());
            Some(named.unwrap_or(0).max(done.saturating_mul(GROWTH)))
        }
        GateOutcome::Pass | GateOutcome::Fail => None,
    };
    checks.iter().filter_map(needed).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_looks_together_are_wrong_no_more_often_than_the_confidence_says() {
        let error = |look| 1.0 - at_look(Confidence::USUAL, look).probability();
        let all: f64 = (1..=40).map(error).sum();
        assert!(all <= 0.05 + 1e-9 && all > 0.0499, "{all}");
    }
}
