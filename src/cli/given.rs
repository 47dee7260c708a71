//! What a command line gives to vendors: `--vendor A,B`, settings for all of them or for one, and the days of a file.

use std::path::Path;

use crate::domain::Duration;
use crate::inquiry::{InquiryError, UsageInput};
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::usage::{History, RowSpread};
use crate::vendors::{self, Vendor};

use super::args::{ReadingArgs, SettingArgs};
use super::exit::Failure;
use super::horizon::HorizonChoice;
use super::question;

/// Vendors and what each is given.
pub struct GivenVendors {
    vendors: Vec<(&'static Vendor, Vec<Setting>)>,
    /// Settings as typed that no vendor asks for and none is named in: they hold for scenario files too.
    common: Vec<String>,
}

impl GivenVendors {
    /// The vendors of these names. A setting `NAME:PATH=VALUE` is for one of them; `PATH=VALUE` is for those that ask
    /// for it, or for all if none does.
    pub fn of(names: &[String], settings: &SettingArgs) -> Result<GivenVendors, Failure> {
        let mut wrong = Vec::new();
        let mut vendors: Vec<(&'static Vendor, Vec<Setting>)> = Vec::new();
        for name in names {
            match vendors::find(name) {
                Ok(vendor) if vendors.iter().any(|(other, _)| other.name == vendor.name) => {
                    wrong.push(format!("--vendor: {} is named twice; name each once", vendor.name));
                }
                Ok(vendor) => vendors.push((vendor, Vec::new())),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::Input(wrong.join("\n")));
        }
        let mut common = Vec::new();
        for text in &settings.set {
            match read_for(text, &vendors) {
                Ok((name, setting)) => give(&mut vendors, &mut common, text, name, setting),
                Err(Failure::Input(why)) => wrong.push(why),
                Err(other) => return Err(other),
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::Input(wrong.join("\n")));
        }
        let seed = settings.seed.map(|seed| Setting::new(["seed"], seed));
        for (_, given) in &mut vendors {
            given.extend(seed.clone());
        }
        Ok(GivenVendors { vendors, common })
    }

    /// The vendors, each with the settings given for it.
    pub fn each(self) -> Vec<(&'static Vendor, Vec<Setting>)> {
        self.vendors
    }

    /// The settings of the command line for scenario files beside the vendors.
    pub fn for_files(&self, settings: &SettingArgs) -> SettingArgs {
        SettingArgs { set: self.common.clone(), ..settings.clone() }
    }

    /// The scenarios of their rules with further settings. The error lists everything that any of them
    /// lacks.
    pub fn scenarios(&self, further: &[Setting]) -> Result<Vec<Scenario>, Failure> {
        self.scenarios_with(further, &self.spread_of_each(None))
    }

    /// That rows are totals, as it is assumed of each unless something given says what they are.
    fn spread_of_each(&self, spread: Option<&Setting>) -> Vec<Vec<Setting>> {
        let of = |(_, given): &(_, Vec<Setting>)| {
            let is_stated = given.iter().any(says_spread);
            spread.filter(|_| !is_stated).cloned().into_iter().collect()
        };
        self.vendors.iter().map(of).collect()
    }

    /// The same, each with its own assumptions.
    fn scenarios_with(
        &self,
        further: &[Setting],
        assumed: &[Vec<Setting>],
    ) -> Result<Vec<Scenario>, Failure> {
        let mut scenarios = Vec::new();
        let mut wrong = Vec::new();
        for ((vendor, given), assumed) in self.vendors.iter().zip(assumed) {
            // The history is replayed as recorded unless a setting says otherwise.
            let replayed = [Setting::new(["study", "history"], "replay")];
            let all: Vec<Setting> = replayed.iter().chain(further).chain(given).cloned().collect();
            match vendor.scenario_assuming(&all, assumed) {
                Ok(scenario) => scenarios.push(scenario),
                Err(error) if self.vendors.len() > 1 => wrong.push(error.among_several()),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        match wrong.is_empty() {
            true => Ok(scenarios),
            false => Err(Failure::Input(wrong.join("\n"))),
        }
    }

    /// The scenarios before the days of a file are known.
    fn on_any_day(&self) -> Result<Vec<Scenario>, Failure> {
        let undated = |(vendor, given): &(&'static Vendor, Vec<Setting>)| (*vendor, undated(given));
        let vendors = self.vendors.iter().map(undated).collect();
        GivenVendors { vendors, common: Vec::new() }.scenarios(&any_day())
    }

    /// The scenarios over the whole days of a usage file, or over the days of the command line. Rows of the file that
    /// are evenly apart, or dates, are totals that flow until the next, unless something says what they are.
    pub fn over_file(
        &self,
        file: &Path,
        columns: &ReadingArgs,
        settings: &SettingArgs,
    ) -> Result<Vec<Scenario>, Failure> {
        let dates = question::ends(settings)?;
        let provisional = match dates.len() {
            2 => self.scenarios(&dates)?,
            _ => self.on_any_day()?,
        };
        let Some(((_, given), first)) = self.vendors.first().zip(provisional.first()) else {
            return Ok(provisional);
        };
        question::own_factors(&provisional, &columns.columns, &settings.set)?;
        let usage = question::usage(first, Some(file), &columns.columns)?;
        let usage = usage.called(question::units_of(&provisional));
        if dates.len() == 2 && !usage.can_be_read_again() {
            return Ok(provisional);
        }
        let MeteredHistory { history, spread } =
            MeteredHistory::read(&usage, given.iter().any(says_spread))?;
        let (days, drawn) = match columns.horizon {
            HorizonChoice::Next(length) => {
                // What comes after the file is in none of its rows.
                let drawn = Setting::new(["study", "history"], "model");
                (question::next(first, Some(history.end()), length)?, Some(drawn))
            }
            HorizonChoice::Scenario | HorizonChoice::File => {
                (history.span().expect("a history that is not empty spans some days"), None)
            }
        };
        let days = question::days_of(first, days);
        let further: Vec<Setting> = days.into_iter().chain(dates).chain(drawn).collect();
        let assumed = self.spread_of_each(spread.as_ref());
        let scenarios = self.scenarios_with(&further, &assumed)?;
        self.opened(&scenarios, &history, &further, assumed)
    }

    /// The scenarios of their rules with further settings, on usage that a scenario beside them reads.
    pub fn scenarios_beside(
        &self,
        usage: &UsageInput<'_>,
        further: &[Setting],
    ) -> Result<Vec<Scenario>, Failure> {
        let scenarios = self.scenarios(further)?;
        if !usage.can_be_read_again() || !scenarios.iter().any(|one| one.setup.starts_empty()) {
            return Ok(scenarios);
        }
        self.opened(&scenarios, &usage.history()?, further, self.spread_of_each(None))
    }

    /// The same scenarios, with [`opening`] for those that would start empty.
    fn opened(
        &self,
        scenarios: &[Scenario],
        history: &History,
        further: &[Setting],
        assumed: Vec<Vec<Setting>>,
    ) -> Result<Vec<Scenario>, Failure> {
        let with_opening = |(mut assumed, scenario): (Vec<Setting>, &Scenario)| {
            assumed.extend(opening(scenario, history));
            assumed
        };
        let opened: Vec<Vec<Setting>> =
            assumed.into_iter().zip(scenarios).map(with_opening).collect();
        self.scenarios_with(further, &opened)
    }
}

/// A balance to start with where an account would start without credits and nothing says what it has: what the busiest
/// 24 hours ask for, rounded up to whole credits, so that an outage is one of the settings and none of the start.
pub fn opening(scenario: &Scenario, history: &History) -> Option<Setting> {
    const WHOLE: i128 = 1_000_000;
    let setup = &scenario.setup;
    // A balance of zero that is stated is no less stated than another.
    if setup.opening.is_some() || !setup.starts_empty() {
        return None;
    }
    let day = history.most_within(Duration::DAY).micro();
    let credits = u64::try_from((day + WHOLE - 1).div_euclid(WHOLE)).ok()?;
    (credits > 0).then(|| Setting::new(["account", "opening_balance"], credits))
}

/// A history by the meter of a vendor.
#[derive(Clone)]
pub struct MeteredHistory {
    /// The history.
    pub history: History,
    /// The setting that lets totals flow, where rows are evenly apart or dates and nothing says what they are.
    pub spread: Option<Setting>,
}

impl MeteredHistory {
    /// The same as [`MeteredHistory::read`] for a scenario, which may state what its rows are.
    pub fn of(usage: &UsageInput<'_>) -> Result<MeteredHistory, Failure> {
        let scenario = usage.scenario();
        let states = |key| scenario.setting(&SettingPath::from(["usage", key])).is_some();
        MeteredHistory::read(usage, states("spread") || states("spread_hours"))
    }

    /// Reads all of a file, with rows that are evenly apart or dates as totals that flow until the next, unless it is `stated`
    /// what they are.
    pub fn read(usage: &UsageInput<'_>, stated: bool) -> Result<MeteredHistory, Failure> {
        let history = usage.history()?;
        // What flows over its time is of no instant that a row could undo.
        if stated || history.is_reversed() || history.summary().apart.is_none() {
            return Ok(MeteredHistory { history, spread: None });
        }
        let history = history.spread(RowSpread::Uniform).map_err(InquiryError::from)?;
        let spread = Setting::new(["usage", "spread"], "uniform");
        Ok(MeteredHistory { history, spread: Some(spread) })
    }
}

/// Whether a setting says if rows are events or totals.
pub fn says_spread(setting: &Setting) -> bool {
    matches!(setting.path.to_string().as_str(), "usage.spread" | "usage.spread_hours")
}

/// Settings with dates that hold before the days of a file are known. One end of the days that is given counts with
/// the other end of the file, and says nothing without it.
pub fn on_any_day(given: &[Setting]) -> Vec<Setting> {
    any_day().into_iter().chain(undated(given)).collect()
}

/// Settings without those of the first and the last day.
fn undated(given: &[Setting]) -> Vec<Setting> {
    let is_date = |one: &&Setting| matches!(one.path.to_string().as_str(), "start" | "end");
    given.iter().filter(|one| !is_date(one)).cloned().collect()
}

fn any_day() -> [Setting; 2] {
    ["start=2026-01-01", "end=2026-01-02"]
        .map(|text| Setting::from_text(text).expect("a date is a value"))
}

/// Reads a setting of the command line, with the vendor it is for.
fn read_for<'t>(
    text: &'t str,
    vendors: &[(&'static Vendor, Vec<Setting>)],
) -> Result<(Option<&'t str>, Setting), Failure> {
    let (name, rest) = of_one(text, vendors)?;
    Ok((name, question::typed("--set", text, rest)?))
}

/// Gives a setting to the vendor it is for, to those that ask for it, or to all.
fn give(
    vendors: &mut [(&'static Vendor, Vec<Setting>)],
    common: &mut Vec<String>,
    text: &str,
    name: Option<&str>,
    setting: Setting,
) {
    let asks = |vendor: &Vendor| vendor.asks.iter().any(|ask| ask.path == setting.path);
    let is_asked = vendors.iter().any(|(vendor, _)| asks(vendor));
    if name.is_none() && !is_asked {
        common.push(text.to_owned());
    }
    for (vendor, given) in vendors {
        let is_for = name.map_or(!is_asked || asks(vendor), |name| name == vendor.name);
        if is_for {
            given.push(setting.clone());
        }
    }
}

/// Splits `NAME:PATH=VALUE` into the vendor it is for and the rest.
fn of_one<'t>(
    text: &'t str,
    vendors: &[(&'static Vendor, Vec<Setting>)],
) -> Result<(Option<&'t str>, &'t str), Failure> {
    let path = text.split('=').next().unwrap_or_default();
    let Some((name, _)) = path.split_once(':') else { return Ok((None, text)) };
    if path.starts_with(['"', '\'']) {
        return Ok((None, text));
    }
    let meant = vendors::find(name).ok().map(|vendor| vendor.name.as_str());
    let is_meant = |(vendor, _): &&(&'static Vendor, Vec<Setting>)| Some(&*vendor.name) == meant;
    let Some((vendor, _)) = vendors.iter().find(is_meant) else {
        let names: Vec<&str> = vendors.iter().map(|(vendor, _)| vendor.name.as_str()).collect();
        return Err(Failure::Input(format!(
            "--set {text}: `{name}` is none of the vendors of this command: {}",
            names.join(", ")
        )));
    };
    Ok((Some(&vendor.name), &text[name.len() + 1..]))
}
