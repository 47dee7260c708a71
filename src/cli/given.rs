//! What a command line gives to vendors: `--vendor A,B`, settings for all of them or for one, and the days of a file.

use std::path::Path;

use crate::scenario::{Scenario, Setting};
use crate::vendors::{self, Vendor, VendorError};

use super::args::{ReadingArgs, SettingArgs};
use super::exit::Failure;
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
        let found: Result<Vec<&'static Vendor>, VendorError> =
            names.iter().map(|name| vendors::find(name)).collect();
        let mut vendors: Vec<(&'static Vendor, Vec<Setting>)> =
            found?.into_iter().map(|vendor| (vendor, Vec::new())).collect();
        let mut common = Vec::new();
        for text in &settings.set {
            let (name, rest) = of_one(text, &vendors)?;
            let setting = question::typed("--set", text, rest)?;
            let asks = |vendor: &Vendor| vendor.asks.iter().any(|ask| ask.path == setting.path);
            let is_asked = vendors.iter().any(|(vendor, _)| asks(vendor));
            if name.is_none() && !is_asked {
                common.push(text.clone());
            }
            for (vendor, given) in &mut vendors {
                let is_for = name.map_or(!is_asked || asks(vendor), |name| name == vendor.name);
                if is_for {
                    given.push(setting.clone());
                }
            }
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
        let mut scenarios = Vec::new();
        let mut wrong = Vec::new();
        for (vendor, given) in &self.vendors {
            // The history is replayed as recorded unless a setting says otherwise.
            let replayed = [Setting::new(["study", "history"], "replay")];
            let all: Vec<Setting> = replayed.iter().chain(further).chain(given).cloned().collect();
            match vendor.scenario(&all) {
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

    /// The scenarios over the whole days of a usage file, or over the days of the command line.
    pub fn over_file(
        &self,
        file: &Path,
        columns: &ReadingArgs,
        settings: &SettingArgs,
    ) -> Result<Vec<Scenario>, Failure> {
        let dates = question::ends(settings)?;
        if dates.len() == 2 {
            return self.scenarios(&dates);
        }
        let provisional = self.scenarios(&any_day())?;
        let Some(first) = provisional.first() else { return Ok(provisional) };
        let days = question::usage(first, Some(file), columns)?.days()?;
        let days = question::days_of(first, days);
        self.scenarios(&days.into_iter().chain(dates).collect::<Vec<Setting>>())
    }
}

/// Dates with which rules are read before the days of a file are known.
pub fn any_day() -> [Setting; 2] {
    ["start=2026-01-01", "end=2026-01-02"]
        .map(|text| Setting::from_text(text).expect("a date is a value"))
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
    if !vendors.iter().any(|(vendor, _)| vendor.name == name) {
        let names: Vec<&str> = vendors.iter().map(|(vendor, _)| vendor.name.as_str()).collect();
        return Err(Failure::Input(format!(
            "--set {text}: `{name}` is none of the vendors of this command: {}",
            names.join(", ")
        )));
    }
    Ok((Some(name), &text[name.len() + 1..]))
}
