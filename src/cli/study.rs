//! `recharge study`: settings tried over many runs, and what to choose.

use std::path::Path;
use std::time::Instant;

use rust_decimal::Decimal;

use crate::inquiry::{Judgement, Stakes};
use crate::report::advice::Words;
use crate::report::provenance::Provenance;
use crate::report::study::{StudyReport, faces};
use crate::scenario::{Scenario, UsageSource, setting_from_text};
use crate::study::asked::{Asked, AskedUntil, MOST_REPLICATIONS, Values, check_path};
use crate::study::candidates::{CandidatesError, candidates, current, source};
use crate::study::paths::paths;
use crate::study::replicate::{BATCH, replicate};
use crate::study::select::Promise;
use crate::study::{
    Candidate, Ending, Figure, Objective, Paths, Period, Question, Runs, StudyError, StudyRuns,
    Until, UsageModel, Watch,
};
use crate::usage::csv::Mode;
use crate::usage::{History, UsageError};

use super::args::{self, Many, StudySource, Telling};
use super::exit::Failure;
use super::progress::Progress;
use super::question::{self, Usage};
use super::telling;

/// Replications of an account's past that tell how long a study takes.
const TRIALS: usize = 1;

/// Runs what the `[study]` table and the command line ask.
pub fn study(args: &args::Study, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    let mut asked = asked(&scenario, &args.many)?;
    if let Some(name) = &args.map {
        asked.map = mapped(name)?;
    }
    for vary in &args.vary {
        let (path, values) = varied(vary)?;
        asked.vary.retain(|(other, _)| *other != path);
        asked.vary.push((path, values));
    }
    let usage = usage(&scenario, &args.source, &asked)?;
    let inputs = [Some(&*args.scenario), read_from(&scenario, &args.source)];
    apart(&args.many, &args.telling, &inputs)?;
    let candidates = match candidates(&scenario, &asked) {
        Ok(candidates) => candidates,
        Err(error) => return Err(refused(error, &scenario, &asked, &usage)),
    };
    tell(&Study {
        name: &scenario.name,
        scenarios: &[&scenario],
        candidates: &candidates,
        source: &usage,
        asked: &asked,
        many: &args.many,
        telling: &args.telling,
        command,
    })
}

/// The file that usage is read from, if it is one.
pub fn read_from<'p>(scenario: &'p Scenario, given: &'p StudySource) -> Option<&'p Path> {
    match (&scenario.usage, given.usage.as_deref()) {
        (_, Some(path)) => Some(path),
        (UsageSource::File(path), None) => Some(path),
        _ => None,
    }
}

/// Refuses outputs that would take the place of what is read.
pub fn apart(many: &Many, telling: &Telling, inputs: &[Option<&Path>]) -> Result<(), Failure> {
    let inputs: Vec<&Path> = inputs.iter().copied().flatten().collect();
    let outputs = [(&many.csv, "--csv"), (&many.samples, "--samples"), (&telling.xlsx, "--xlsx")];
    for (path, option) in outputs {
        if let Some(path) = path {
            question::check_apart(path, option, &inputs)?;
        }
    }
    Ok(())
}

/// What the scenario asks, with the command line's number of replications.
pub fn asked(scenario: &Scenario, many: &Many) -> Result<Asked, Failure> {
    let mut asked = Asked::of(scenario);
    if let Some(replications) = many.replications {
        if !(1..=MOST_REPLICATIONS as usize).contains(&replications) {
            return Err(Failure::Input(format!(
                "--replications {replications}: a whole number from 1 to {MOST_REPLICATIONS} is needed"
            )));
        }
        asked.until = AskedUntil::Replications(replications);
    }
    Ok(asked)
}

/// The figure of this name.
fn mapped(name: &str) -> Result<Figure, Failure> {
    let figure = Figure::ALL.into_iter().find(|figure| figure.name() == name);
    figure.ok_or_else(|| {
        let names = Figure::ALL.map(Figure::name).join(", ");
        Failure::Input(format!("--map {name}: no figure of this name; there are {names}"))
    })
}

/// `recharge.at_or_below=0,100,500` or `recharge.at_or_below=0..2000..500`.
fn varied(text: &str) -> Result<(String, Values), Failure> {
    let wrong = |why: &str| Failure::Input(format!("--vary {text}: {why}"));
    let usual = "write PATH=VALUES, for example --vary recharge.at_or_below=0,100,500";
    let (path, values) = text.split_once('=').ok_or_else(|| wrong(usual))?;
    let path = path.trim();
    if path.is_empty() {
        return Err(wrong(usual));
    }
    check_path(path).map_err(|why| wrong(&why))?;
    Ok((path.to_owned(), listed(path, values).map_err(|why| wrong(&why))?))
}

/// Values of the setting at `path`, parted by commas, or `from..to..step`.
pub fn listed(path: &str, text: &str) -> Result<Values, String> {
    if let [from, to, step] = text.split("..").collect::<Vec<_>>().as_slice() {
        let number = |text: &str| {
            let number = text.trim().parse::<Decimal>();
            number.map_err(|_| format!("`{text}` is no number; a range is from..to..step"))
        };
        return Values::range(number(from)?, number(to)?, number(step)?);
    }
    let value = |text: &str| setting_from_text(&format!("{path}={}", text.trim()));
    let values: Vec<_> = text
        .split(',')
        .filter(|text| !text.trim().is_empty())
        .filter_map(value)
        .map(|(_, value)| value)
        .collect();
    match values.is_empty() {
        true => Err("an empty list: name at least one value to try".to_owned()),
        false => Ok(Values::List(values)),
    }
}

/// Where the usage of every replication comes from. A file is read to its end and held.
pub fn usage(
    scenario: &Scenario,
    given: &StudySource,
    asked: &Asked,
) -> Result<UsageModel, Failure> {
    let file = given.usage.as_deref();
    let history = match (&scenario.usage, file) {
        (UsageSource::File(_), _) | (_, Some(_)) => Some(history(scenario, given)?),
        _ => None,
    };
    source(scenario, history, asked.history)
        .map_err(|error| Failure::Input(format!("{}: {error}", scenario.file)))
}

/// Reads a file of usage, all of it, whatever the horizon.
fn history(scenario: &Scenario, given: &StudySource) -> Result<History, Failure> {
    let usage = Usage::new(scenario, given.usage.as_deref(), &given.columns)?.over_all_time();
    let read = |mode| usage.open(mode).and_then(|mut feed| History::read(&mut *feed));
    match read(Mode::Stream) {
        Err(UsageError::Unsorted { again: true, .. }) => Ok(read(Mode::Sort)?),
        read => Ok(read?),
    }
}

/// Too many candidates: how many, and how long they would take.
fn refused(
    error: CandidatesError,
    scenario: &Scenario,
    asked: &Asked,
    usage: &UsageModel,
) -> Failure {
    let CandidatesError::TooMany { count } = error else {
        return Failure::Input(error.to_string());
    };
    let replications = until(asked, f64::MAX).most();
    let started = Instant::now();
    let alone = [current(scenario)];
    let question = Question {
        candidates: &alone,
        source: usage,
        seed: scenario.seed,
        objective: objective(asked, &alone),
        until: Until::Replications(TRIALS),
    };
    let Ok(_) = replicate(&question, &()) else { return Failure::Input(error.to_string()) };
    let seconds = started.elapsed().as_secs_f64() / TRIALS as f64;
    let all = seconds * count as f64 * replications as f64 / rayon::current_num_threads() as f64;
    Failure::Input(format!(
        "{}: {error}. With {replications} replications each, these would take up to {} here",
        scenario.file,
        long(all)
    ))
}

/// A length of time as people say it.
fn long(seconds: f64) -> String {
    const YEAR: f64 = 31_557_600.0;
    for (name, size) in [("years", YEAR), ("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)]
    {
        if seconds >= 2.0 * size {
            return format!("{:.0} {name}", seconds / size);
        }
    }
    format!("{seconds:.0} seconds")
}

/// What is minimised: per cycle, per month where the candidates' cycles differ, or per horizon where it
/// has no whole cycle.
pub fn objective(asked: &Asked, candidates: &[Candidate]) -> Objective {
    Objective {
        period: Period::of(candidates.iter().map(|candidate| &candidate.setup)),
        per_refused_credit: asked.per_refused_credit,
        per_hour_of_downtime: asked.per_hour_of_downtime,
        constraints: asked.constraints.clone(),
        confidence: asked.confidence,
    }
}

pub fn until(asked: &Asked, materiality: f64) -> Until {
    match asked.until {
        AskedUntil::Replications(replications) => Until::Replications(replications),
        AskedUntil::HalfWidth { half_width, most } => {
            Until::HalfWidth { half_width, confidence: asked.confidence, most }
        }
        AskedUntil::CorrectSelection { correct, most } => {
            let promise = Promise { correct, indifference: materiality, first_stage: BATCH };
            Until::Selected { promise, most }
        }
    }
}

/// Runs the candidates on as many threads as asked for.
pub fn run(question: &Question<'_>, many: &Many) -> Result<StudyRuns, Failure> {
    let exact = matches!(question.until, Until::Replications(_));
    let progress = Progress::new(question.until.most(), exact, many.quiet);
    let found = on_threads(many.threads, || replicate(question, &progress as &dyn Watch))?;
    progress.end();
    found.map_err(failed)
}

fn failed(error: StudyError) -> Failure {
    match error {
        StudyError::Usage(error) => error.into(),
        error => Failure::Input(error.to_string()),
    }
}

/// Does something on a pool of so many threads.
pub fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    if threads == Some(0) {
        return Err(Failure::Input("--threads 0: at least one thread is needed".to_owned()));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::Machine(format!("cannot start threads: {error}")))?;
    Ok(pool.install(work))
}

/// Candidates to be run, judged and told.
pub struct Study<'s> {
    /// What it is called.
    pub name: &'s str,
    /// The scenarios it rests on; usage, time and seed are those of the first.
    pub scenarios: &'s [&'s Scenario],
    /// What is tried; the first is what the others are compared with.
    pub candidates: &'s [Candidate],
    /// Their usage.
    pub source: &'s UsageModel,
    /// What is asked of them.
    pub asked: &'s Asked,
    /// How many runs, and what is printed.
    pub many: &'s Many,
    /// Results as files to look at.
    pub telling: &'s Telling,
    /// The command as typed.
    pub command: &'s [String],
}

/// Runs candidates, judges them and tells it.
pub fn tell(study: &Study<'_>) -> Result<(), Failure> {
    let Study { candidates, source, asked, many, .. } = *study;
    let [scenario, ..] = study.scenarios else {
        return Err(Failure::Input("name a scenario".to_owned()));
    };
    question::warn_of_cuts(candidates, scenario.zone);
    let objective = objective(asked, candidates);
    let question = Question {
        candidates,
        source,
        seed: scenario.seed,
        objective: objective.clone(),
        until: until(asked, asked.materiality),
    };
    let found = run(&question, many)?;
    let near = 0.5 / f64::from(10_u32.saturating_pow(scenario.currency.minor()));
    let stakes = Stakes { materiality: asked.materiality, near };
    let judged = Judgement::of(candidates, &found.runs, &objective, stakes, scenario.seed);
    let Some(judgement) = judged else {
        return Err(Failure::Interrupted(
            "interrupted before a replication was finished".to_owned(),
        ));
    };
    let words = Words {
        currency: scenario.currency,
        unit: &scenario.unit,
        candidates,
        objective: &objective,
    };
    let fan = match found.ended {
        Ending::Interrupted => None,
        _ => fan(&question, &found, &judgement, study)?,
    };
    let told = StudyReport {
        name: study.name,
        words,
        runs: &found.runs,
        judgement: &judgement,
        ended: found.ended,
        usage: described(source),
        paths: fan.as_deref().unwrap_or_default(),
        map: asked.map,
        read: source.read(),
        scenarios: study.scenarios,
        provenance: &Provenance::of_study(scenario, source, study.command),
    };
    telling::write(study.telling, &told)?;
    telling::tables(&told, many)?;
    telling::open(study.telling);
    match found.ended {
        Ending::Interrupted => Err(Failure::Interrupted(format!(
            "interrupted: the report is of the {} replications that were finished",
            judgement.replications
        ))),
        _ if fan.is_none() => Err(Failure::Interrupted(
            "interrupted: the report is without the spend to date".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Spend to date of the candidates that a page shows, if there will be one: a second pass over the
/// same replications. `None` when interrupted.
fn fan(
    question: &Question<'_>,
    found: &StudyRuns,
    judgement: &Judgement,
    study: &Study<'_>,
) -> Result<Option<Vec<Paths>>, Failure> {
    if study.telling.report.is_none() {
        return Ok(Some(Vec::new()));
    }
    let shown: Vec<usize> = faces(judgement.verdict).into_iter().map(|(index, _)| index).collect();
    let lengths = shown.iter().filter_map(|&index| found.runs.get(index)).map(Runs::len);
    let replications = lengths.min().unwrap_or(0);
    let progress = Progress::new(replications, true, true);
    let paths = on_threads(study.many.threads, || {
        paths(question, &shown, replications, &progress as &dyn Watch)
    })?;
    paths.map_err(failed)
}

/// Where usage comes from, in a sentence.
pub fn described(source: &UsageModel) -> String {
    match source {
        UsageModel::Drawn(_) => "usage drawn anew for each".to_owned(),
        UsageModel::Resampled(weeks) => {
            format!("usage of each strung together from {} whole weeks of history", weeks.len())
        }
        UsageModel::Replayed(_) => {
            "the same usage in each: only the luck of payments varies".to_owned()
        }
    }
}
