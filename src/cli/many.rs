//! Many runs from a question to results: threads, progress, time estimates, and output.

use crate::domain::text::{counted, counted_do};
use std::time::Instant;

use crate::inquiry::{
    GatedStudy, InquiryError, Means, Pictures, PoolError, RemedySearch, StudyAnswer, StudyQuestion,
    WorkerPool, gated_study, trial,
};
use crate::report::gates::GateReport;
use crate::report::provenance::Provenance;
use crate::report::study::StudySubject;
use crate::scenario::Scenario;
use crate::study::candidates::CandidatesError;
use crate::study::{Ending, StudySpec, UsageModel};

use super::args::{GateArgs, ManyArgs, OutputArgs};
use super::exit::Failure;
use super::gate::{self, Gated, GivenGates};
use super::progress::Progress;
use super::{Called, question, telling};

/// Creates the requested number of threads, but no more than there are replications.
pub fn pool(many: &ManyArgs, spec: &StudySpec) -> Result<WorkerPool, Failure> {
    WorkerPool::new(many.threads, spec.until().most()).map_err(|error| {
        match (&error, many.threads) {
            (PoolError::NoThread, Some(threads)) => {
                Failure::Input(format!("--threads {threads}: {error}"))
            }
            _ => Failure::Machine(error.to_string()),
        }
    })
}

/// The failure for candidates that cannot be tried; for too many, with the time they would take.
pub fn refused(
    error: InquiryError,
    scenario: &Scenario,
    spec: &StudySpec,
    usage: &UsageModel,
    pool: &WorkerPool,
) -> Failure {
    let InquiryError::Candidates(CandidatesError::TooMany { count }) = error else {
        return error.into();
    };
    let replications = spec.until().most();
    let started = Instant::now();
    let Ok(()) = trial(scenario, spec, usage, Means { pool, watch: &() }) else {
        return error.into();
    };
    let seconds = started.elapsed().as_secs_f64();
    let all = seconds * count as f64 * replications as f64 / pool.threads() as f64;
    Failure::Input(format!(
        "{}: {error}. With {} each, these would take up to {} here",
        scenario.file,
        counted(replications, "replication"),
        long(all)
    ))
}

/// A length of time as people say it.
fn long(seconds: f64) -> String {
    const YEAR: f64 = 31_557_600.0;
    for (name, size) in [("year", YEAR), ("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)] {
        if seconds >= 2.0 * size {
            return counted(format!("{:.0}", seconds / size), name);
        }
    }
    format!("{seconds:.0} seconds")
}

/// The context for reporting a study.
#[derive(Clone, Copy)]
pub struct StudyContext<'c> {
    /// The subcommand.
    pub subcommand: &'static str,
    /// Its name.
    pub name: &'c str,
    /// The scenarios it rests on; usage, time and seed are those of the first.
    pub scenarios: &'c [Scenario],
    /// Their usage.
    pub usage: &'c UsageModel,
    /// Its specification.
    pub spec: &'c StudySpec,
    /// The number of runs, and the outputs.
    pub many: &'c ManyArgs,
    /// Results as files to look at.
    pub telling: &'c OutputArgs,
    /// The command as typed.
    pub command: &'c Called,
    /// The gates.
    pub gates: &'c GivenGates,
    /// How they are told.
    pub gate_args: &'c GateArgs,
    /// The most replications to settle them with.
    pub settle: Option<usize>,
}

/// Answers a study and reports the answer.
pub fn answer(
    question: StudyQuestion<'_>,
    context: StudyContext<'_>,
    pool: &WorkerPool,
) -> Result<(), Failure> {
    let [scenario, ..] = context.scenarios else {
        return Err(InquiryError::NothingToCompare.into());
    };
    let (cuts, lived) = (question.cut_cycles(), context.usage.lived_through());
    question::warn_of_cuts(&cuts, lived, scenario.zone, context.command.quiet);
    let question = question.with_detail(telling::detail(context.telling));
    let progress = Progress::new(context.command.quiet);
    let means = Means { pool, watch: &progress };
    let GatedStudy { answer, checks, confidence } =
        gated_study(question, &context.gates.gates, context.settle, means)?;
    let provenance = Provenance::of_study(scenario, context.usage, context.command);
    let gated = Gated {
        command: context.subcommand,
        name: context.name,
        scenario,
        sample: Some((answer.judgement.replications, confidence.probability())),
    };
    let held = context.gates.report(checks, &gated);
    tell(&answer, &provenance, &held, context)?;
    match (answer.ended, &answer.pictures) {
        (Ending::Interrupted, _) => Err(Failure::Interrupted(format!(
            "interrupted: the report is of the {} finished",
            counted_do(answer.judgement.replications, "replication", "that was", "that were")
        ))),
        _ if matches!(answer.remedy, RemedySearch::Interrupted) => Err(Failure::Interrupted(
            "interrupted: the report is without the search for what would keep everything"
                .to_owned(),
        )),
        (_, Pictures::Interrupted) => Err(Failure::Interrupted(
            "interrupted: the report is without the spend to date".to_owned(),
        )),
        _ => gate::tell(&held, &provenance, context.gate_args),
    }
}

fn tell(
    answer: &StudyAnswer,
    provenance: &Provenance,
    gates: &GateReport,
    context: StudyContext<'_>,
) -> Result<(), Failure> {
    let scenarios: Vec<&Scenario> = context.scenarios.iter().collect();
    let subject = StudySubject {
        name: context.name,
        scenarios: &scenarios,
        usage: context.usage,
        map: context.spec.map,
        provenance,
    };
    let report = subject.report(answer);
    telling::write(context.telling, &report)?;
    let outcomes = |format| gate::in_format(format, gates, provenance);
    telling::tables(&report, context.many, &outcomes)?;
    telling::open(context.telling);
    Ok(())
}
