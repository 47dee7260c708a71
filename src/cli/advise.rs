//! `recharge advise`: from a usage file and a vendor's name to the settings that suit best.

use std::io::Write;
use std::path::Path;

use crate::domain::text::counted;
use crate::domain::{Instant, Window};
use crate::files::Output;
use crate::inquiry::{
    AdviceAnswer, AdviceQuestion, GatedAnswer, InquiryError, Means, Ranking, ReadingsAnswer,
    StudyAnswer, Today, UsageInput, advise as answer, find_today, gates_of_study, ranking,
    readings, same_unit_among,
};
use crate::report::advise::{AdviceReport, LeftOutVendor, VendorAdvice};
use crate::report::provenance::{Provenance, quoted};
use crate::report::readings::ReadingsReport;
use crate::report::study::StudySubject;
use crate::report::vendors::offered;
use crate::scenario::{GateOf, Scenario, ScenarioDraft, Setting, SettingPath, Stop};
use crate::study::{StudySpec, UsageModel};
use crate::usage::History;
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::inspect::inspect;
use crate::vendors::{OwnerOption, Vendor, VendorError};

use crate::report::gates::GateReport;

use super::args::{AdviseArgs, SettingArgs, TodayArgs};
use super::exit::Failure;
use super::gate::{self, GivenGates};
use super::given::{GivenVendors, MeteredHistory, on_any_day, opening, says_spread};
use super::progress::Progress;
use super::{Called, interrupt, manifest, many, question, say, spec, telling};

/// The probability with which the last study selects the best.
const CORRECT: &str = "95%";
/// Rows of a file that is run once for each reading of a vendor's text, at most.
const MOST_REREAD: u64 = 50_000;
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
    /// What this program set because neither the vendor nor the command says it.
    assumed: Vec<Setting>,
}

impl VendorCase {
    /// What is reported of it.
    fn advice<'c>(&'c self, answer: &'c AdviceAnswer) -> VendorAdvice<'c> {
        VendorAdvice {
            vendor: self.vendor,
            given: &self.given,
            scenario: &self.scenario,
            today: self.today,
            settled: &self.assumed,
            answer,
        }
    }

    /// The scenario with these settings.
    fn with(&self, chosen: &[Setting]) -> Result<Scenario, VendorError> {
        self.vendor.scenario_assuming(chosen, &self.assumed)
    }
}

/// Advises on the settings of a vendor, or on one of several.
pub fn advise(args: &AdviseArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Advice)?;
    manifest::advise(args)?;
    check_written(args)?;
    let (cases, is_alike) = cases(args, command.quiet)?;
    let gates = gate::given(gates, GateOf::Advice, &cases[0].scenario)?;
    find_today(&gates.gates, cases[0].today == Today::Known)?;
    let pool = many::pool(&args.many, &cases[0].spec)?;
    let progress = Progress::new(true);
    let means = Means { pool: &pool, watch: &progress };
    let detail = telling::detail(&args.telling);
    let Answered { cases, answers, left_out } = answered(args, cases, means)?;
    find_today(&gates.gates, cases[0].today == Today::Known)?;
    let known = (cases[0].today == Today::Known).then_some(&cases[0].scenario);
    let ranked = match answers.len() {
        1 => None,
        _ => Some(ranking(known, &answers, is_alike, detail, means)?),
    };
    tell(
        args,
        command,
        Advised { cases: &cases, answers: &answers, left_out: &left_out, ranked: ranked.as_ref() },
        &gates,
    )
}

/// The vendors with an answer, and those without.
struct Answered {
    cases: Vec<VendorCase>,
    answers: Vec<AdviceAnswer>,
    left_out: Vec<LeftOutVendor<'static>>,
}

/// Answers for each vendor. One of several that sells too little at a time for the usage is left out; where none is left,
/// all are told.
fn answered(
    args: &AdviseArgs,
    cases: Vec<VendorCase>,
    means: Means<'_>,
) -> Result<Answered, Failure> {
    let (mut kept, mut answers, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for case in cases {
        let question = AdviceQuestion {
            scenario: &case.scenario,
            options: &case.vendor.options,
            history: &case.history,
            spec: &case.spec,
            today: case.today,
            detail: telling::detail(&args.telling),
            ranges: args.ranges || args.telling.report.is_some() || args.telling.xlsx.is_some(),
        };
        match answer(question, means) {
            Ok(answer) => {
                answers.push(answer);
                kept.push(case);
            }
            Err(error @ InquiryError::TooSmallPurchase(_)) => {
                left_out.push(LeftOutVendor { vendor: case.vendor, why: error.to_string() });
            }
            Err(error) => return Err(error.into()),
        }
    }
    if kept.is_empty() {
        let all: Vec<String> = left_out.into_iter().map(|one| one.why).collect();
        return Err(Failure::Input(all.join("\n")));
    }
    Ok(Answered { cases: kept, answers, left_out })
}

/// What was found of each vendor, and of all of them together.
#[derive(Clone, Copy)]
struct Advised<'c> {
    cases: &'c [VendorCase],
    answers: &'c [AdviceAnswer],
    left_out: &'c [LeftOutVendor<'c>],
    ranked: Option<&'c Ranking>,
}

impl Advised<'_> {
    /// The last study: of settings, or of vendors.
    fn study(&self) -> &StudyAnswer {
        self.ranked.map_or(&self.answers[0].search.study, |ranked| &ranked.study)
    }

    /// The usage that it was made on.
    fn usage(&self) -> &UsageModel {
        self.ranked.map_or(&self.answers[0].usage, |ranked| &ranked.usage)
    }

    /// What gates are held against: without a subject they speak of what is advised.
    fn gated(&self) -> GatedAnswer<'_> {
        let best = |ranked: &Ranking| ranked.order.first().copied().unwrap_or(0);
        let advised = self.ranked.map_or(self.answers[0].advised, best);
        let current = (self.cases[0].today == Today::Known).then_some(0);
        let (answer, read) = (self.study(), self.usage().read());
        GatedAnswer { answer, unsaid: advised, current, advised, read }
    }

    /// Holds the advice against the gates.
    fn hold(&self, gates: &GivenGates, name: &str) -> Result<GateReport, Failure> {
        let held = self.gated();
        let confidence = held.answer.objective.confidence;
        let checks = gates_of_study(&gates.gates, held, confidence)?;
        let replications = held.answer.judgement.replications;
        let gated = gate::Gated {
            command: "advise",
            name,
            scenario: &self.cases[0].scenario,
            sample: Some((replications, confidence.probability())),
        };
        Ok(gates.report(checks, &gated))
    }
}

/// The vendors with their scenarios over the days of the file, all of them in the calendar of the first, and whether they
/// count usage alike.
fn cases(args: &AdviseArgs, quiet: bool) -> Result<(Vec<VendorCase>, bool), Failure> {
    let settings = SettingArgs {
        set: args.set.clone(),
        seed: args.seed,
        start: args.start.clone(),
        end: args.end.clone(),
    };
    let given = GivenVendors::of(&args.vendor, &settings);
    let (given, set_today) = question::both(given, today_settings(&args.today))?;
    let mut each = given.each();
    let ends = question::ends(&settings)?;
    each.iter_mut().for_each(|(_, given)| given.extend(ends.iter().cloned()));
    let (vendor, given) = each.first_mut().expect("clap requires a vendor");
    let is_option = |one: &Setting| vendor.options.iter().any(|option| option.path == one.path);
    let today = match args.today.is_given() || given.iter().any(is_option) {
        true => Today::Known,
        false => Today::Unknown,
    };
    given.extend(set_today);
    let used = used(&args.today, vendor, given)?;
    given.extend(used);
    let (vendors, mut given): (Vec<&Vendor>, Vec<Vec<Setting>>) = each.into_iter().unzip();
    let open = provisional(&vendors, &mut given)?;
    question::own_factors(&open, &args.columns.columns, &args.set)?;
    let stated: Vec<bool> = given.iter().map(|given| given.iter().any(says_spread)).collect();
    let (histories, is_alike) = histories(args, &open, &stated)?;
    let spans = histories.iter().filter_map(|one| one.history.span());
    let days = spans.reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) });
    let days = days.expect("a history that is not empty spans some days");
    let mut cases = Vec::with_capacity(vendors.len());
    for (((vendor, mut given), history), place) in
        vendors.into_iter().zip(given).zip(histories).zip(0..)
    {
        let MeteredHistory { history, spread } = history;
        // Days that are given replace those of the file, which are the same for all: totals flow a day further than events.
        given.splice(0..0, question::days_of(&open[place], days));
        let dated = vendor.scenario(&given)?;
        let opening = opening(&dated, &history.known_at(dated.setup.horizon.to));
        let assumed: Vec<Setting> = spread.into_iter().chain(opening).collect();
        let scenario = vendor.scenario_assuming(&given, &assumed)?;
        question::warn(&scenario, quiet);
        not_offered(vendor, &given).iter().for_each(|line| super::warn(line, quiet));
        let spec = specification(&scenario, args)?;
        let today = if place == 0 { today } else { Today::Unknown };
        cases.push(VendorCase { vendor, given, scenario, history, spec, today, assumed });
    }
    Ok((cases, is_alike))
}

/// The scenarios of the vendors over any days, which do before those of the file are known: they tell what else is
/// missing. All are in the calendar of the first.
fn provisional(vendors: &[&Vendor], given: &mut [Vec<Setting>]) -> Result<Vec<Scenario>, Failure> {
    let several = vendors.len() > 1;
    let mut missing = Vec::new();
    let mut first: Option<Scenario> = None;
    let mut open = Vec::with_capacity(vendors.len());
    for (vendor, given) in vendors.iter().zip(given) {
        if let Some(first) = &first {
            let zone = Setting::new(["zone"], first.zone.name());
            given.insert(0, zone);
        }
        match vendor.scenario(&on_any_day(given)) {
            Ok(scenario) => {
                first.get_or_insert_with(|| scenario.clone());
                open.push(scenario);
            }
            Err(error) => {
                missing.push(if several { error.among_several() } else { error.to_string() })
            }
        }
    }
    match missing.is_empty() {
        true => Ok(open),
        false => Err(Failure::Input(missing.join("\n"))),
    }
}

/// The history by the meter of each vendor, and whether all count alike; read once for those that do. `stated` says
/// of each whether its settings tell events from totals.
fn histories(
    args: &AdviseArgs,
    scenarios: &[Scenario],
    stated: &[bool],
) -> Result<(Vec<MeteredHistory>, bool), Failure> {
    let mut read: Vec<(CsvSettings, MeteredHistory)> = Vec::new();
    let mut histories = Vec::with_capacity(scenarios.len());
    let unit = question::units_of(scenarios);
    for (scenario, &stated) in scenarios.iter().zip(stated) {
        let settings = question::apply(&args.columns.columns, scenario.csv.clone())?;
        let settings = CsvSettings { unit: unit.clone(), ..settings };
        let alike = read.iter().find(|(other, _)| *other == settings);
        let history = match alike {
            Some((_, history)) => {
                let units = unit.as_ref().map_or(&[][..], |unit| &unit.others);
                same_unit_among(scenario, units, history.history.summary())?;
                history.clone()
            }
            None => {
                let input = UsageInput::given(
                    scenario,
                    question::source(&args.file, "`FILE`")?,
                    settings.clone(),
                );
                if !read.is_empty() && !input.can_be_read_again() {
                    let name = &scenario.file;
                    return Err(Failure::Input(format!(
                        "{name}: has a meter of its own, and the usage can be read only once; give it as a file"
                    )));
                }
                let history = MeteredHistory::read(&input, stated)?;
                read.push((settings, history.clone()));
                history
            }
        };
        histories.push(history);
    }
    Ok((histories, read.len() == 1))
}

/// That a setting is given a value which the vendor does not offer, a warning each: an account may have it from before.
fn not_offered(vendor: &Vendor, given: &[Setting]) -> Vec<String> {
    let told = |option: &OwnerOption| {
        let set = given.iter().rev().find(|one| one.path == option.path)?;
        (!option.values.has(&set.value)).then(|| {
            format!(
                "warning: {set}: an owner of {} may choose {}; it is taken as it is given",
                vendor.title,
                offered(option)
            )
        })
    };
    vendor.options.iter().filter_map(told).collect()
}

/// Today's settings by their flags.
fn today_settings(args: &TodayArgs) -> Result<Vec<Setting>, Failure> {
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
    question::together(
        set.map(|(flag, path, value)| question::typed(flag, value, &format!("{path}={value}"))),
    )
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

/// Reports the advice, writes the scenario behind it, and holds it against the gates.
fn tell(
    args: &AdviseArgs,
    command: &[String],
    found: Advised<'_>,
    gates: &GivenGates,
) -> Result<(), Failure> {
    let Advised { cases, answers, left_out, ranked } = found;
    let advices: Vec<VendorAdvice<'_>> =
        cases.iter().zip(answers).map(|(case, answer)| case.advice(answer)).collect();
    let chosen: Vec<Vec<Setting>> =
        advices.iter().map(|advice| [advice.given, &advice.settings()].concat()).collect();
    let written = cases.iter().zip(&chosen).map(|(case, chosen)| case.with(chosen));
    let written = written.collect::<Result<Vec<Scenario>, VendorError>>()?;
    let scenarios: Vec<&Scenario> = written.iter().collect();
    let (usage, study) = (found.usage(), found.study());
    let titles: Vec<&str> = advices.iter().map(|advice| &*advice.vendor.title).collect();
    let provenance = Provenance::of_study(&written[0], usage, command);
    let subject = StudySubject {
        name: &titles.join(", "),
        scenarios: &scenarios,
        usage,
        map: answers[0].spec.map,
        provenance: &provenance,
    };
    let study = subject.report(study);
    let mut report = AdviceReport {
        title: args.title.as_deref(),
        question: args.question.as_deref(),
        advices: &advices,
        left_out,
        ranking: ranked,
        study,
        open: Vec::new(),
        command: String::new(),
    };
    let best = report.best();
    let readings = left_open(args, &cases[best], &written[best])?;
    let told = |answer| ReadingsReport {
        scenario: &written[best],
        answer,
        usage: cases[best].history.summary(),
        provenance: &provenance,
    };
    report.open = readings.iter().map(told).collect();
    let settings = [&cases[best].assumed[..], &chosen[best]].concat();
    report.command = init(args, cases[best].vendor, &settings);
    if let Some(path) = &args.write {
        write(path, args, &cases[best], &chosen[best])?;
        let ahead = advices[best].looks_ahead();
        say(&written_words(path, ahead, !written[best].changes.is_none()));
    }
    telling::write(&args.telling, &report)?;
    let held = found.hold(gates, &titles.join(", "))?;
    telling::tables(&report, &args.many, &|format| gate::in_format(format, &held, &provenance))?;
    telling::open(&args.telling);
    gate::tell(&held, &provenance, &args.gates)
}

/// What each way to read the vendor's text costs with the advised settings; nothing where the text leaves nothing open,
/// or where running the file once for each reading would take too long or cannot be done.
fn left_open(
    args: &AdviseArgs,
    case: &VendorCase,
    advised: &Scenario,
) -> Result<Option<ReadingsAnswer>, Failure> {
    let open = case.vendor.open_readings(advised);
    let settings = question::apply(&args.columns.columns, advised.csv.clone())?;
    let usage = UsageInput::given(advised, question::source(&args.file, "`FILE`")?, settings);
    let is_short = case.history.summary().rows <= MOST_REREAD;
    if open.is_empty() || !is_short || !usage.can_be_read_again() {
        return Ok(None);
    }
    Ok(Some(readings(&usage, &open, &interrupt::asked)?))
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
    let found = inspect(question::source(&args.file, "`FILE`")?, &settings)?;
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
    // A study of it draws usage to come, as the advice did.
    let known = case.history.known_at(case.scenario.setup.horizon.to);
    let is_drawn = known.weeks().len() > 1;
    let history = is_drawn.then(|| Setting::new(["study", "history"], "model"));
    let all: Vec<Setting> = chosen.iter().cloned().chain(usage).chain(history).collect();
    let text = case.vendor.text_assuming(&all, &case.assumed)?;
    let mut output = Output::create_new(path)?;
    output.write_all(text.as_bytes())?;
    output.keep()?;
    Ok(())
}

/// What the scenario is that was written, and which command confirms the advice. `ahead` are the weeks after which the
/// futures of the advice have settings chosen again, where they have; `is_changed` says that usage to come differs from
/// what the file says.
fn written_words(path: &Path, ahead: Option<u64>, is_changed: bool) -> String {
    let path = path.display();
    let figures = match is_changed {
        true => {
            "changes the usage of the file as stated, where the advice also tells of the usage as it was"
        }
        false => "gives the figures that the advice tells on the usage as it was",
    };
    let run = format!("{path}: written; run it with: recharge run {path}, which {figures}");
    ahead.map_or(run.clone(), |weeks| {
        format!(
            "{run}; recharge study {path} gives others, as it keeps these settings to the end, where the advice has them \
             chosen again every {}",
            counted(weeks, "week")
        )
    })
}
