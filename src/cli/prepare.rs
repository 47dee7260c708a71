//! `recharge prepare`: the smallest top-up by hand before an event with much usage.

use std::slice;

use chrono::{Datelike, Days, NaiveDateTime};

use crate::domain::text::{counted, excerpt};
use crate::domain::{Duration, Instant, Window, Zone};
use crate::inquiry::{self, Means, PrepareQuestion, UsageInput};
use crate::report::json;
use crate::report::prepare::PrepareReport;
use crate::report::provenance::Provenance;
use crate::scenario::{
    self, HistoryUse, Scenario, Setting, SettingPath, Stop, WantedService, WrittenTime,
};
use crate::study::{StudySpec, UsageModel};

use super::args::{ManyArgs, PrepareArgs, SettingArgs};
use super::exit::Failure;
use super::given::{GivenVendors, MeteredHistory};
use super::progress::Progress;
use super::{Called, manifest, many, question, say, spec, telling};

/// The service that is wanted where nothing is said.
const TARGET: &str = "outages <= 1%";

/// Finds the top-up.
pub fn prepare(args: &PrepareArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenario = over_event(args, command.quiet)?;
    manifest::prepare(args, &scenario)?;
    if !(args.times.is_finite() && args.times > 0.0) {
        return Err(Failure::Input(format!(
            "--times {}: a factor above zero is needed",
            args.times
        )));
    }
    let many =
        ManyArgs { replications: Some(args.futures), threads: args.threads, ..ManyArgs::default() };
    let spec = specification(&scenario, args, &many)?;
    let settings = question::apply(&args.columns.columns, scenario.csv.clone())?;
    let usage = match &args.rules.usage {
        Some(path) => UsageInput::given(&scenario, question::source(path, "`--usage`")?, settings),
        None => UsageInput::of(&scenario, settings),
    };
    let (usual, flows) = usual(&usage, spec.table.history)?;
    let usage = usual.scaled(args.times).map_err(inquiry::InquiryError::from)?;
    let pool = many::pool(&many, &spec)?;
    let progress = Progress::new(command.quiet);
    let means = Means { pool: &pool, watch: &progress };
    let asked =
        PrepareQuestion { scenario: &scenario, spec: &spec, usage: &usage, futures: args.futures };
    let answer = inquiry::prepare(asked, means)?;
    let provenance = Provenance::of_study(&scenario, &usage, command);
    let report = PrepareReport {
        scenario: &scenario,
        times: args.times,
        answer: &answer,
        usage: &usage,
        flows,
        skipped: skipped(args, &scenario),
        provenance: &provenance,
    };
    telling::document(&args.telling, args.format, &report, || {
        json::text(&json::prepare::result(&report))
    })
}

/// What is usual: a law of the scenario, or a history, and whether rows of it are assumed to be totals that flow.
fn usual(
    usage: &UsageInput<'_>,
    history: Option<HistoryUse>,
) -> Result<(UsageModel, bool), Failure> {
    if !usage.is_read() {
        return Ok((usage.model(history)?, false));
    }
    let MeteredHistory { history: read, spread } = MeteredHistory::of(usage)?;
    Ok((usage.model_of(Some(read), history)?, spread.is_some()))
}

/// The local time at which the event was to begin, where clocks skip it.
fn skipped(args: &PrepareArgs, scenario: &Scenario) -> Option<NaiveDateTime> {
    let begins = scenario.zone.local(scenario.setup.horizon.from);
    match scenario::moment_in_text(&args.at) {
        Ok(WrittenTime::Local(given)) if given != begins => Some(given),
        _ => None,
    }
}

/// The rules over the time of the event, with the balance and the uses of caps at its start.
fn over_event(args: &PrepareArgs, quiet: bool) -> Result<Scenario, Failure> {
    let lasts = scenario::duration(&args.lasts)
        .map_err(|why| Failure::Input(format!("--lasts {}: {why}", args.lasts)))?;
    if lasts <= Duration::ZERO {
        return Err(Failure::Input(format!(
            "--lasts {}: a length above zero is needed",
            args.lasts
        )));
    }
    let written = scenario::moment_in_text(&args.at)
        .map_err(|why| Failure::Input(format!("--at {}: {why}", excerpt(&args.at))))?;
    let start = question::typed("--at", &args.at, &format!("start={}", args.at))?;
    let mut settings = inside_event(args, written, lasts);
    settings.push(start);
    let end = some_end(written, lasts).ok_or_else(|| {
        Failure::Input(format!(
            "--at {}, --lasts {}: the event ends after the year 9999",
            args.at, args.lasts
        ))
    })?;
    let provisional = read(args, &[&settings[..], &[end]].concat())?;
    let end = provisional.setup.horizon.from.plus(lasts);
    settings.push(end_at(&provisional, end));
    if let Some(balance) = args.balance {
        let text = format!("account.opening_balance={balance}");
        settings.push(question::typed("--balance", &balance.to_string(), &text)?);
    }
    if let Some(used) = args.used {
        settings.push(used_of(&provisional, used)?);
    }
    let scenario = read(args, &settings)?;
    question::warn(&scenario, quiet);
    Ok(scenario)
}

/// The actions and gifts that the rules have inside the event, where they have others too, which are left out.
fn inside_event(args: &PrepareArgs, begins: WrittenTime, lasts: Duration) -> Vec<Setting> {
    let Ok(own) = read(args, &[]) else { return Vec::new() };
    let Ok(from) = scenario::instant(begins, own.zone) else { return Vec::new() };
    let event = Window { from, to: from.plus(lasts) };
    let kept = |key: &&str| {
        let of =
            |path: String| own.setting(&SettingPath::new(&path).ok()?).map(|at| at.to_string());
        let all: Vec<(String, String)> = (0..)
            .map_while(|place| {
                Some((
                    of(format!("{key}.{place}"))?,
                    of(format!("{key}.{place}.at")).unwrap_or_default(),
                ))
            })
            .collect();
        let instant = |at: &str| {
            let written = scenario::moment_in_text(at.trim_matches('"')).ok()?;
            scenario::instant(written, own.zone).ok()
        };
        let is_inside = |at: &str| instant(at).is_none_or(|at| event.contains(at));
        let inside: Vec<&str> =
            all.iter().filter(|(_, at)| is_inside(at)).map(|(text, _)| text.as_str()).collect();
        let outside = all.len() - inside.len();
        (outside > 0).then(|| {
            let left = counted(outside, key.trim_end_matches('s'));
            say(&format!(
                "{left} of {} outside the event left out, with all that comes of it",
                own.name
            ));
            Setting::from_text(&format!("{key}=[{}]", inside.join(", "))).ok()
        })?
    };
    ["actions", "gifts"].iter().filter_map(kept).collect()
}

/// A date after the event, whatever the zone: what a scenario draws until then is what the event may draw. `None` of
/// one that no scenario has.
fn some_end(begins: WrittenTime, lasts: Duration) -> Option<Setting> {
    let begins = match begins {
        WrittenTime::Local(at) => at.date(),
        WrittenTime::Absolute(at) => Zone::UTC.local(at).date(),
    };
    let days = lasts.millis() as u64 / Duration::DAY.millis() as u64;
    let end = begins.checked_add_days(Days::new(days + 3)).filter(|end| end.year() <= 9999)?;
    Some(Setting::from_text(&format!("end={end}")).expect("a date is a value"))
}

/// The first instant after the event as a setting.
fn end_at(scenario: &Scenario, end: Instant) -> Setting {
    let local = scenario.zone.local(end).format("%Y-%m-%dT%H:%M:%S");
    Setting::from_text(&format!("end={local}")).expect("a date and time is a value")
}

/// The uses of the cap with the longest window.
fn used_of(scenario: &Scenario, used: u64) -> Result<Setting, Failure> {
    let text = |path: String| Some(scenario.setting(&SettingPath::new(&path).ok()?)?.to_string());
    let cap = |cap: usize| {
        let limit = text(format!("recharge.caps.{cap}.recharges"))?.parse::<u64>().ok()?;
        Some((text(format!("recharge.caps.{cap}.per"))?, limit))
    };
    let caps: Vec<(String, u64)> = (0..16).filter_map(cap).collect();
    let mut lengths = ["cycle", "month", "day"].into_iter();
    let longest = lengths.find_map(|one| caps.iter().find(|(per, _)| per == one));
    match longest {
        Some((per, limit)) if used > *limit => Err(Failure::Input(format!(
            "--used {used}: the cap of {} is {} per {per}",
            scenario.name,
            counted(*limit, "recharge")
        ))),
        Some((per, _)) => Ok(Setting::new(["account", "caps_used", per, "recharges"], used)),
        None => Err(Failure::Input(format!(
            "--used {used}: {} has no cap on the number of recharges in a day, a month or a cycle",
            scenario.name
        ))),
    }
}

/// Reads the rules with settings, the command's own after them.
fn read(args: &PrepareArgs, settings: &[Setting]) -> Result<Scenario, Failure> {
    let own = SettingArgs { set: args.set.clone(), seed: args.seed, ..SettingArgs::default() };
    match (&args.rules.scenario, &args.rules.vendor) {
        (_, Some(name)) => {
            let given = GivenVendors::of(slice::from_ref(name), &own)?;
            let resampled = [Setting::new(["study", "history"], "resample")];
            let mut scenarios = given.scenarios(&[settings, &resampled].concat())?;
            Ok(scenarios.pop().expect("one vendor makes one scenario"))
        }
        (Some(path), None) => {
            let scenario = question::read(path, question::origin(args.rules.usage.as_deref()))?;
            let all = [settings, &question::changes(&own)?].concat();
            scenario.with_overrides(&all).map_err(|errors| Failure::Input(errors.to_string()))
        }
        (None, None) => Err(Failure::Input("name a scenario, or --vendor NAME".to_owned())),
    }
}

/// The criteria: the command's target, the scenario's, or few outages.
fn specification(
    scenario: &Scenario,
    args: &PrepareArgs,
    many: &ManyArgs,
) -> Result<StudySpec, Failure> {
    let mut study = spec::of(scenario, many)?;
    let stated: Vec<String> = match (args.target.is_empty(), &study.table.target) {
        (true, WantedService::Unsaid) => vec![TARGET.to_owned()],
        (true, _) => Vec::new(),
        (false, _) => args.target.clone(),
    };
    if !stated.is_empty() {
        study.table.target = spec::target(&stated)?;
    }
    study.table.stop = Stop::Replications(args.futures as u64);
    Ok(study)
}
