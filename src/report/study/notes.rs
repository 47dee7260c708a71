//! The meaning of a study's numbers, their limits, and the attention list, in sentences.

use crate::domain::grouped;
use crate::domain::text::{counted, listed};
use crate::figures::Figure;
use crate::forecast::FutureUsage;
use crate::inquiry::{Pictures, cut_cycles, states_amounts};
use crate::report::cuts::{self, CutIn};
use crate::report::document::notation::given_price;
use crate::report::words::{count, number};
use crate::report::{fit, start, usage};
use crate::scenario::Scenario;
use crate::study::candidates::UnfitCandidate;
use crate::study::{Ending, Runs};

use super::{Face, StudyReport};

/// The reason why there are not more runs, and the meaning of the numbers.
pub(super) fn how_far(report: &StudyReport<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let most = report.runs.iter().map(Runs::len).max().unwrap_or(0);
    let is_dropped = |runs: &&Runs| runs.dropped_after.is_some() && runs.len() < most;
    let dropped = report.runs.iter().filter(is_dropped).count();
    if dropped > 0 {
        let [were, their] = if dropped == 1 { ["was", "its"] } else { ["were", "their"] };
        lines.push(format!(
            "{} {were} dropped on the way; {their} figures rest on fewer replications.",
            number(dropped as u64, "candidate")
        ));
    }
    match (report.ended, report.pictures) {
        (Ending::Interrupted, Pictures::None) => {
            lines.push("The study was interrupted: this is of what was finished.".to_owned());
        }
        (Ending::Interrupted, _) => lines.push(
            "The study was interrupted: this is of what was finished, without the spend to date."
                .to_owned(),
        ),
        (_, Pictures::Interrupted) => {
            lines.push("The report was interrupted: it is without the spend to date.".to_owned())
        }
        _ => {}
    }
    lines.extend(report.otherwise.map(str::to_owned));
    lines.extend(notes(report));
    lines
}

/// The meaning of the numbers, one note each.
fn notes(report: &StudyReport<'_>) -> Vec<String> {
    let objective = report.objective();
    let confidence = report.words.percent(objective.confidence.probability());
    let gains = match report.candidates() {
        [first, _, ..] => format!(
            " Gains are over {}, on the same usage and luck; their intervals hold for all rows at once.",
            first.name.as_str()
        ),
        _ => String::new(),
    };
    let mut notes = vec![
        format!(
            "± and brackets: {confidence} intervals; `?`: more replications are needed.{gains}"
        ),
        format!(
            "Cost {}: total spend minus what the credits left at the end had cost, as far as they will be used \
             before they expire{}{}{}.",
            report.words.per(),
            report.assumed_in_cost(),
            price(report, objective.per_refused_credit, "refused credit"),
            price(report, objective.per_hour_of_downtime, "hour of outage"),
        ),
    ];
    if report.judgement.assessments.iter().any(|assessment| assessment.best.is_some()) {
        notes.push(best_note(report));
    }
    notes
}

/// A mean number of things with one decimal, and with none where that says nothing.
fn a_few(mean: f64) -> String {
    let shown = grouped(&format!("{mean:.1}"));
    shown.strip_suffix(".0").map(str::to_owned).unwrap_or(shown)
}

/// Points that deserve attention: a cycle that the horizon cuts, and for each candidate shown
/// separately, whether a balance was stranded.
pub fn attention(report: &StudyReport<'_>) -> Vec<String> {
    let Scenario { meaning, .. } = report.first();
    let usage =
        report.read.and_then(|read| usage::first(read, meaning.setup.horizon, meaning.zone));
    let setups = report.candidates().iter().map(|candidate| &candidate.setup);
    let begins = report.read.filter(|_| report.future.is_none());
    let begins =
        begins.and_then(|read| start::anew(&meaning.setup, read, meaning.zone, report.words.unit));
    let extent = report.read.filter(|_| report.future.is_none()).and_then(usage::extent);
    let cut = cuts::sentence(&cut_cycles(setups), CutIn::Study, extent, meaning.zone);
    let metered = (!report.meters.is_empty()).then(|| {
        "Each scenario counts credits by its own meter: compare money and shares; credits served and \
         refused are each one's own."
            .to_owned()
    });
    let lent = report.scenarios.iter().filter_map(|other| lent(report, other));
    let moved = report.scenarios.iter().filter_map(|other| moved(other, report.first()));
    let later = report.read.map(|read| usage::later(read, meaning.setup.horizon, meaning.zone));
    let future = || report.future.into_iter();
    let distant = future()
        .filter_map(|future| fit::distant(future, meaning.setup.horizon.from, meaning.zone));
    distant
        .chain(usage)
        .chain(begins)
        .chain(unfit(report.unfit))
        .chain(unused(report))
        .chain(metered)
        .chain(lent)
        .chain(moved)
        .chain(cut)
        .chain(empty(report))
        .chain(start::share_of_opening(&meaning.setup, 0, report.words.unit))
        .chain(stranding(report))
        .chain(alike(report))
        .chain(later.unwrap_or_default())
        .chain(future().flat_map(|future| learned(report, future)))
        .collect()
}

/// That nothing is asked for in any replication, so that a fill rate says nothing.
fn unused(report: &StudyReport<'_>) -> Option<String> {
    let asks = |runs: &Runs| runs.column(Figure::DEMANDED).iter().any(|&asked| asked > 0.0);
    (!report.runs.iter().any(asks)).then(|| {
        "Nothing is asked for in any replication, so nothing is known of how usage would be served: a fill rate of \
         100% is that of no usage."
            .to_owned()
    })
}

/// What a model has learned from a history, and what that leaves open.
fn learned(report: &StudyReport<'_>, future: &FutureUsage) -> Vec<String> {
    let mut lines = fit::sentences(future, report.words.unit);
    lines.extend(fit::unknown(future));
    lines
}

/// That the account starts without credits with some of what is shown separately.
fn empty(report: &StudyReport<'_>) -> Option<String> {
    let faces = report.faces();
    let mut candidates = faces.iter().map(|face| &report.candidates()[face.assessment.index]);
    candidates.find_map(|candidate| start::sentence(&candidate.setup, &candidate.luck))
}

/// That all runs of each candidate are the same, so that no number says how sure anything is.
fn alike(report: &StudyReport<'_>) -> Option<String> {
    let runs = report.runs.first()?.len();
    let is_certain = report.is_one_replay();
    (is_certain || report.is_alike()).then(|| {
        let why = match is_certain {
            true => "the usage is, and nothing is left to luck. One run says as much, and no interval or \
                     probability says how sure this is",
            false => "what is left to luck happened in none of them, or changed nothing",
        };
        match runs {
            1 => {
                let usage = match report.read {
                    Some(_) => "is as it was",
                    None => "comes at fixed times in fixed amounts",
                };
                format!(
                    "Nothing is left to luck, and the usage {usage}: one run says all, as any other would be the same. Its \
                     figures are exact for that usage, and no interval or probability says how sure they are of other usage."
                )
            }
            some => {
                let runs = count(some as u64, "run");
                format!("All {runs} of each candidate are the same: {why}.")
            }
        }
    })
}

/// That a scenario is counted by the meter of the first, as it says nothing of its own.
fn lent(report: &StudyReport<'_>, other: &Scenario) -> Option<String> {
    let first = report.first();
    report.read?;
    let lent = states_amounts(&first.csv) && !states_amounts(&other.csv);
    lent.then(|| {
        format!(
            "{} says nothing of what a row of usage costs, so its credits are counted by the meter of {}; \
             give it [usage] amounts of its own.",
            other.name, first.name
        )
    })
}

/// That a scenario is compared in the calendar of the first.
fn moved(other: &Scenario, first: &Scenario) -> Option<String> {
    (other.own_zone != other.zone).then(|| {
        format!(
            "{} has its days and cycles in {} here, the calendar of {}; by itself it has them in {}.",
            other.name,
            other.zone.name(),
            first.name,
            other.own_zone.name()
        )
    })
}

/// For each candidate shown separately, whether a balance was stranded.
fn stranding(report: &StudyReport<'_>) -> Vec<String> {
    report.faces().iter().filter_map(|face| stranded(report, face)).collect()
}

/// What was to be tried and makes no scenario, one sentence for each reason.
pub fn unfit(unfit: &[UnfitCandidate]) -> Vec<String> {
    /// The most that a sentence names.
    const NAMED: usize = 4;
    let mut reasons: Vec<&str> = Vec::new();
    for one in unfit {
        if !reasons.contains(&&*one.reason) {
            reasons.push(&one.reason);
        }
    }
    let told = |reason: &str| {
        let names = unfit.iter().filter(|one| one.reason == reason);
        let mut names: Vec<String> = names.map(|one| format!("`{}`", one.name)).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let more = names.len().saturating_sub(NAMED);
        if more > 1 {
            names.truncate(NAMED);
            names.push(counted(more, "other"));
        }
        format!("{} {verb} not among the candidates: {reason}.", listed(&names))
    };
    reasons.into_iter().map(told).collect()
}

fn stranded(report: &StudyReport<'_>, face: &Face<'_>) -> Option<String> {
    let events = report.runs.get(face.assessment.index)?.column(Figure::STRANDED_EVENTS);
    let touched = events.iter().filter(|&&events| events > 0.0).count();
    let mean = report.estimate(face.assessment, Figure::STRANDED_EVENTS)?.value;
    (touched > 0).then(|| {
        format!(
            "With {}, a balance was stranded{} {} per {} refused while \
             {} lay idle above the threshold, so nothing triggered a recharge. A threshold of at least the largest \
             event prevents that, where the vendor lets an owner choose it; so does service that gives what is there.",
            report.words.named(face.assessment),
            match report.is_one_replay() {
                true => ":".to_owned(),
                false => format!(
                    " in {} of {}; in the mean of all of them",
                    grouped(&touched.to_string()),
                    count(events.len() as u64, "replication")
                ),
            },
            match a_few(mean) {
                none if none == "0" => "fewer than 0.1 usage events".to_owned(),
                several => counted(several, "usage event"),
            },
            match a_few(mean).as_str() {
                "1" => format!("{} was", report.objective().period.name()),
                _ => format!("{} were", report.objective().period.name()),
            },
            report.words.unit,
        )
    })
}

fn price(report: &StudyReport<'_>, price: f64, what: &str) -> String {
    match price > 0.0 {
        true => format!(", and {} for each {what}", given_price(report.words.currency, price)),
        false => String::new(),
    }
}

/// What the column of the best tells.
fn best_note(report: &StudyReport<'_>) -> String {
    let what = match report.judgement.promise {
        Some(promise) => format!(
            "the promise of the selection: each candidate that is left is so with at least {}",
            report.words.percent(promise)
        ),
        None => "the share of bootstrap resamples of the replications in which no other one that keeps the \
                 constraints is better"
            .to_owned(),
    };
    let by = match report.judgement.materiality > 0.0 {
        true if report.judgement.promise.is_none() => {
            format!(" by more than {}", report.words.money(report.judgement.materiality))
        }
        _ => String::new(),
    };
    format!("Best: {what}{by}; only the settings listed were tried.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_number_of_things_has_a_decimal_only_where_it_says_something() {
        for (mean, shown) in [(1_440.0, "1,440"), (1_440.04, "1,440"), (0.25, "0.2"), (3.5, "3.5")]
        {
            assert_eq!(a_few(mean), shown, "{mean}");
        }
    }
}
