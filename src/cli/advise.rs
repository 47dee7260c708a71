//! `recharge advise`: from a usage file and a vendor's name to the settings that suit best.

use std::io::Write;
use std::path::Path;

use crate::domain::{Duration, Instant, Window};
use crate::files::Output;
use crate::inquiry::{
    AdviceAnswer, AdviceQuestion, Means, Ranking, Today, UsageInput, advise as answer, ranking,
};
use crate::report::advice::Words;
use crate::report::advise::{AdviceReport, VendorAdvice};
use crate::report::provenance::{Provenance, quoted};
use crate::report::study::StudyReport;
use crate::report::words;
use crate::scenario::{Scenario, ScenarioDraft, Setting, SettingPath, Stop};
use crate::study::StudySpec;
use crate::usage::History;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::meaning::inspect::inspect;
use crate::vendors::{self, Vendor, VendorError};

use super::args::{AdviseArgs, TodayArgs};
use super::exit::Failure;
use super::progress::Progress;
use super::{manifest, many, question, say, spec, telling};

/// The probability with which the last study selects the best.
const CORRECT: &str = "95%";
/// Replications of the last study, at most.
const MOST: u64 = 1_000;

/// A vendor of the command with what is given for it.
struct VendorCase {
    vendor: &'static Vendor,
    given: Vec<Setting>,
    scenario: Scenario,
    history: History,
    spec: StudySpec,
    today: Today,
    opening: Option<Setting>,
}

/// Advises on the settings of a vendor, or on one of several.
pub fn advise(args: &AdviseArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    manifest::advise(args)?;
    check_written(args)?;
    let cases = cases(args)?;
    let pool = many::pool(&args.many, &cases[0].spec)?;
    let progress = Progress::new(true);
    let means = Means { pool: &pool, watch: &progress };
    let detail = telling::detail(&args.telling);
    let mut answers = Vec::with_capacity(cases.len());
    for case in &cases {
        let question = AdviceQuestion {
            scenario: &case.scenario,
            options: &case.vendor.options,
            history: &case.history,
            spec: &case.spec,
            today: case.today,
            detail,
        };
        answers.push(answer(question, means)?);
    }
    let known = (cases[0].today == Today::Known).then_some(&cases[0].scenario);
    let ranked = match answers.len() {
        1 => None,
        _ => Some(ranking(known, &answers, detail, means)?),
    };
    tell(args, command, &cases, &answers, ranked.as_ref())
}

/// The vendors with their scenarios over the days of the file, all in the calendar of the first.
fn cases(args: &AdviseArgs) -> Result<Vec<VendorCase>, Failure> {
    let vendors: Result<Vec<&Vendor>, VendorError> =
        args.vendor.iter().map(|name| vendors::find(name)).collect();
    let vendors = vendors?;
    let mut given = Vec::with_capacity(vendors.len());
    for (place, vendor) in vendors.iter().enumerate() {
        given.push(settings(args, vendor, place == 0)?);
    }
    // Any dates do before those of the file are known: they tell what else is missing.
    let anywhere = dates("2026-01-01", "2026-02-01");
    let mut missing = Vec::new();
    let mut first: Option<Scenario> = None;
    let mut open = Vec::with_capacity(vendors.len());
    for (vendor, given) in vendors.iter().zip(&mut given) {
        if let Some(first) = &first {
            let zone = Setting::new(["zone"], first.zone.name());
            given.insert(0, zone);
        }
        match vendor.scenario(&[&given[..], &anywhere].concat()) {
            Ok(scenario) => {
                first.get_or_insert_with(|| scenario.clone());
                open.push(scenario);
            }
            Err(error) => missing.push(named(&error, vendor, args.vendor.len() > 1)),
        }
    }
    if !missing.is_empty() {
        return Err(Failure::Input(missing.join("\n")));
    }
    let histories = histories(args, &open)?;
    let mut cases = Vec::with_capacity(vendors.len());
    for (((vendor, mut given), history), place) in
        vendors.into_iter().zip(given).zip(histories).zip(0..)
    {
        let days = history.span().expect("a history that is not empty spans some days");
        let zone = open[place].zone;
        given.extend(dates(&zone.show_date(days.from), &zone.show_date(days.to)));
        let opening = opening(&vendor.scenario(&given)?, &history);
        given.extend(opening.clone());
        let scenario = vendor.scenario(&given)?;
        question::warn(&scenario);
        let spec = specification(&scenario, args)?;
        let today =
            if place == 0 && is_known(args, vendor) { Today::Known } else { Today::Unknown };
        cases.push(VendorCase { vendor, given, scenario, history, spec, today, opening });
    }
    Ok(cases)
}

/// A balance to start with where an account would start without credits: what the busiest day asks for, so that an
/// outage is one of the settings and none of the start.
fn opening(scenario: &Scenario, history: &History) -> Option<Setting> {
    const WHOLE: i128 = 1_000_000;
    let day = history.most_within(Duration::DAY).micro();
    let credits = u64::try_from(day.div_euclid(WHOLE) + 1).ok()?;
    let starts_empty = scenario.setup.starts_empty();
    starts_empty.then(|| Setting::new(["account", "opening_balance"], credits))
}

/// The error of a vendor, with its name in the flags where there are several.
fn named(error: &VendorError, vendor: &Vendor, several: bool) -> String {
    let text = error.to_string();
    match several {
        true => text.replace("--set ", &format!("--set {}:", vendor.name)),
        false => text,
    }
}

fn dates(start: &str, end: &str) -> [Setting; 2] {
    let date = |key: &str, date: &str| Setting::from_text(&format!("{key}={date}"));
    [("start", start), ("end", end)].map(|(key, at)| date(key, at).expect("a date is a value"))
}

/// The history by the meter of each vendor; read once for those that count alike.
fn histories(args: &AdviseArgs, scenarios: &[Scenario]) -> Result<Vec<History>, Failure> {
    let mut read: Vec<(CsvSettings, History)> = Vec::new();
    let mut histories = Vec::with_capacity(scenarios.len());
    for scenario in scenarios {
        let settings = question::apply(&args.columns.columns, scenario.csv.clone())?;
        let alike = read.iter().find(|(other, _)| *other == settings);
        let history = match alike {
            Some((_, history)) => history.clone(),
            None => {
                let input = UsageInput::given(scenario, source(args), settings.clone());
                if !read.is_empty() && !input.can_be_read_again() {
                    let name = &scenario.file;
                    return Err(Failure::Input(format!(
                        "{name}: has a meter of its own, and the usage can be read only once; give it as a file"
                    )));
                }
                let history = input.history()?;
                read.push((settings, history.clone()));
                history
            }
        };
        histories.push(history);
    }
    Ok(histories)
}

fn source(args: &AdviseArgs) -> InputSource {
    match args.file.as_path() {
        path if path == Path::new("-") => InputSource::Stdin,
        path => InputSource::File(path.to_owned()),
    }
}

/// The settings given for a vendor: those for all vendors, those for it alone, and today's for the first.
fn settings(args: &AdviseArgs, vendor: &Vendor, is_first: bool) -> Result<Vec<Setting>, Failure> {
    let mut given = Vec::new();
    for text in &args.set {
        let (whose, setting) = addressed(text, args);
        if whose.is_none_or(|name| name == vendor.name) {
            let read = Setting::from_text(setting);
            given.push(read.map_err(|why| Failure::Input(format!("--set {text}: {why}")))?);
        }
    }
    given.extend(args.seed.map(|seed| Setting::new(["seed"], seed)));
    if is_first {
        given.extend(today(&args.today)?);
        given.extend(used(&args.today, vendor, &given)?);
    }
    Ok(given)
}

/// The vendor that a setting is for, if it names one, and the setting.
fn addressed<'t>(text: &'t str, args: &AdviseArgs) -> (Option<&'t str>, &'t str) {
    match text.split_once(':') {
        Some((name, setting)) if args.vendor.iter().any(|one| one == name) => (Some(name), setting),
        _ => (None, text),
    }
}

/// Today's settings by their flags.
fn today(args: &TodayArgs) -> Result<Vec<Setting>, Failure> {
    let flags = [
        ("--plan", "plan", &args.plan),
        ("--package", "recharge.package", &args.package),
        ("--packs", "recharge.packs", &args.packs),
        ("--up-to", "recharge.up_to", &args.up_to),
        ("--at-or-below", "recharge.at_or_below", &args.at_or_below),
        ("--below", "recharge.below", &args.below),
    ];
    let set =
        flags.into_iter().filter_map(|(flag, path, value)| Some((flag, path, value.as_ref()?)));
    set.map(|(flag, path, value)| {
        let setting = Setting::from_text(&format!("{path}={value}"));
        setting.map_err(|why| Failure::Input(format!("{flag} {value}: {why}")))
    })
    .collect()
}

/// The use of the cap with the longest window at the start.
fn used(args: &TodayArgs, vendor: &Vendor, given: &[Setting]) -> Result<Option<Setting>, Failure> {
    let Some(used) = args.used else { return Ok(None) };
    let value = |path: &str| {
        let path = SettingPath::new(path).ok()?;
        let set = given.iter().rev().find(|one| one.path == path);
        set.map(|one| one.value.clone()).or_else(|| vendor.rules().value(&path))
    };
    let window = |cap: usize| {
        value(&format!("recharge.caps.{cap}.recharges"))?;
        value(&format!("recharge.caps.{cap}.per")).map(|per| per.to_string())
    };
    let windows: Vec<String> = (0..16).filter_map(window).collect();
    let longest =
        ["cycle", "month", "day"].into_iter().find(|one| windows.iter().any(|w| w == one));
    match longest {
        Some(per) => Ok(Some(Setting::new(["account", "caps_used", per, "recharges"], used))),
        None => Err(Failure::Input(format!(
            "--used {used}: {} has no cap on the number of recharges in a day, a month or a cycle",
            vendor.name
        ))),
    }
}

/// Returns true if the command says what an owner has chosen.
fn is_known(args: &AdviseArgs, vendor: &Vendor) -> bool {
    let TodayArgs { plan, package, packs, up_to, at_or_below, below, used } = &args.today;
    let flags = [plan, package, packs, up_to, at_or_below, below];
    let option = |text: &String| {
        let (whose, setting) = addressed(text, args);
        let is_its = whose.is_none_or(|name| name == vendor.name);
        let setting = Setting::from_text(setting).ok();
        is_its && setting.is_some_and(|set| vendor.options.iter().any(|one| one.path == set.path))
    };
    flags.into_iter().any(Option::is_some) || used.is_some() || args.set.iter().any(option)
}

/// The criteria: the command's, and a selection with a promise unless a number of runs is asked for.
fn specification(scenario: &Scenario, args: &AdviseArgs) -> Result<StudySpec, Failure> {
    let mut study = spec::of(scenario, &args.many)?;
    if args.many.replications.is_none() {
        let correct = CORRECT.parse().expect("the constant is a share");
        study.table.stop = Stop::CorrectSelection { correct, most: MOST };
    }
    Ok(study)
}

/// Refuses to write over an existing file.
fn check_written(args: &AdviseArgs) -> Result<(), Failure> {
    match &args.write {
        Some(path) if path.symlink_metadata().is_ok() => {
            let path = path.display();
            Err(Failure::Input(format!("{path}: exists already; choose another name")))
        }
        _ => Ok(()),
    }
}

/// Reports the advice, and writes the scenario behind it.
fn tell(
    args: &AdviseArgs,
    command: &[String],
    cases: &[VendorCase],
    answers: &[AdviceAnswer],
    ranked: Option<&Ranking>,
) -> Result<(), Failure> {
    let advices: Vec<VendorAdvice<'_>> = cases
        .iter()
        .zip(answers)
        .map(|(case, answer)| VendorAdvice {
            vendor: case.vendor,
            given: &case.given,
            scenario: &case.scenario,
            today: case.today,
            opening: case.opening.as_ref(),
            answer,
        })
        .collect();
    let chosen: Vec<Vec<Setting>> =
        advices.iter().map(|advice| [advice.given, &advice.settings()].concat()).collect();
    let written = cases.iter().zip(&chosen).map(|(case, chosen)| case.vendor.scenario(chosen));
    let written: Vec<Scenario> = written.collect::<Result<_, VendorError>>()?;
    let scenarios: Vec<&Scenario> = written.iter().collect();
    let usage = ranked.map_or(&answers[0].usage, |ranked| &ranked.usage);
    let study = ranked.map_or(&answers[0].search.study, |ranked| &ranked.study);
    let names: Vec<&str> = advices.iter().map(|advice| &*advice.vendor.title).collect();
    let name = names.join(", ");
    let provenance = Provenance::of_study(&written[0], usage, command);
    let study = StudyReport {
        name: &name,
        words: Words {
            currency: cases[0].scenario.currency,
            unit: &cases[0].scenario.unit,
            candidates: &study.candidates,
            objective: &study.objective,
        },
        runs: &study.runs,
        judgement: &study.judgement,
        remedy: &study.remedy,
        ended: study.ended,
        usage: words::usage_model(usage),
        pictures: &study.pictures,
        map: answers[0].spec.map,
        read: usage.read(),
        meters: usage.meters(),
        scenarios: &scenarios,
        provenance: &provenance,
    };
    let mut report = AdviceReport {
        title: args.title.as_deref(),
        question: args.question.as_deref(),
        advices: &advices,
        ranking: ranked,
        study,
        command: String::new(),
    };
    let best = report.best();
    report.command = init(args, cases[best].vendor, &chosen[best]);
    if let Some(path) = &args.write {
        write(path, args, &cases[best], &chosen[best])?;
    }
    telling::write(&args.telling, &report)?;
    telling::tables(&report, &args.many)?;
    telling::open(&args.telling);
    Ok(())
}

/// The command that writes the scenario with these settings; of settings of one path the last counts.
fn init(args: &AdviseArgs, vendor: &Vendor, chosen: &[Setting]) -> String {
    let name = args.title.as_deref().map_or("advice".to_owned(), |title| {
        let letters =
            title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
        letters.collect()
    });
    let mut words = vec!["init".to_owned(), name, "--vendor".to_owned(), vendor.name.clone()];
    for (place, setting) in chosen.iter().enumerate() {
        if chosen[place + 1..].iter().any(|later| later.path == setting.path) {
            continue;
        }
        let path = setting.path.to_string();
        match path.as_str() {
            "start" | "end" => words.extend([format!("--{path}"), setting.value.to_string()]),
            _ => words.extend(["--set".to_owned(), format!("{path}={}", setting.value)]),
        }
    }
    words.iter().fold("recharge".to_owned(), |line, word| line + " " + &quoted(word))
}

/// Writes the scenario that has the advised settings and reads the file.
fn write(
    path: &Path,
    args: &AdviseArgs,
    case: &VendorCase,
    chosen: &[Setting],
) -> Result<(), Failure> {
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings { horizon: always, ..case.scenario.csv.clone() };
    let settings = question::apply(&args.columns.columns, settings)?;
    let found = inspect(source(args), &settings)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let table = match folder.and_then(|_| std::path::absolute(&found.source).ok()) {
        Some(file) => found.table_for(&file.to_string_lossy()),
        None => found.table.clone(),
    };
    let read =
        ScenarioDraft::parse("usage", &table).map_err(|why| Failure::Machine(why.to_string()))?;
    let usage = read.values().into_iter().filter_map(|path| {
        let value = read.value(&path)?;
        Some(Setting { path, value })
    });
    let all: Vec<Setting> = chosen.iter().cloned().chain(usage).collect();
    let text = case.vendor.text(&all)?;
    let mut output = Output::create_new(path)?;
    output.write_all(text.as_bytes())?;
    output.keep()?;
    say(&format!("{}: written; run it with: recharge run {}", path.display(), path.display()));
    Ok(())
}
