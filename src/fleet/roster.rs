//! The list of accounts: one row an account, with the settings in which it differs from the base scenario.
//!
//! A column is the path of a setting, or a name that owners use for one ([`NAMES`]); `segment` groups accounts in
//! results. A blank cell leaves the base as it is. Everything that is wrong is told at once. Deliberately absent:
//! usage, and the meaning of a value, which is the scenario's.

use std::collections::HashMap;

use crate::domain::suggest::near;
use crate::domain::text::excerpt;
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::usage::csv::InputSource;
use crate::usage::export::{ExportTable, FileFormat, HeaderPlace, Layout, Row};

use super::error::FleetError;

/// Headers of the column that says which account a row is about.
pub const ID_HEADERS: [&str; 6] =
    ["account_id", "account", "account id", "id", "customer_id", "customer"];

/// Names of columns, and what each sets.
pub const NAMES: [(&str, &str); 8] = [
    ("segment", "groups accounts in results"),
    ("plan", "`plan`"),
    ("package", "`recharge.package`"),
    ("packs", "`recharge.packs`"),
    ("threshold", "`recharge.below` where the base has it, and else `recharge.at_or_below`"),
    ("zone", "`zone`"),
    ("opening_balance", "`account.opening_balance`"),
    ("cap_used", "recharges used of the cap with the longest window at the start"),
];

/// Settings that are those of all accounts.
const SHARED: [&str; 8] =
    ["currency", "unit", "usage", "study", "gates", "seed", "question", "assumed"];
/// Problems that one message lists.
const LISTED: usize = 20;

/// An account of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedAccount {
    /// The line of the list, from 1.
    pub line: u64,
    /// Its segment, if it has one.
    pub segment: Option<String>,
    /// The cells that set something, by column.
    cells: Vec<(u32, String)>,
}

/// The accounts of a list.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// The name of the list.
    name: String,
    columns: Vec<RosterColumn>,
    accounts: HashMap<String, ListedAccount>,
}

/// What a column of the list sets.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RosterColumn {
    Account,
    Segment,
    Setting(SettingPath),
    /// The use of the cap with the longest window, whichever that is.
    CapUsed,
}

impl Roster {
    /// Reads a list. `column` is the header of the accounts in the usage, by which the list may name its own.
    pub fn read(
        source: &InputSource,
        column: Option<&str>,
        base: &Scenario,
        changed: Option<&Scenario>,
    ) -> Result<Roster, FleetError> {
        let name = source.to_string();
        let failed = |why: String| FleetError::Roster { problems: vec![format!("{name}: {why}")] };
        let layout = layout(&name);
        let mut table =
            ExportTable::open(source, &layout).map_err(|why| failed(why.to_string()))?;
        let header = table.header().to_vec();
        let mut problems = Vec::new();
        let id = id_column(&header, column, &mut problems);
        let columns = header.iter().enumerate().map(|(place, header)| {
            let is_id = id == Some(place);
            let found = if is_id { Ok(RosterColumn::Account) } else { meaning(header, base) };
            let checked = found.and_then(|found| checked(found, header, base, changed));
            checked.map_err(|why| problems.push(format!("{name}, column `{header}`: {why}"))).ok()
        });
        let columns: Vec<Option<RosterColumn>> = columns.collect();
        let Some(columns) =
            columns.into_iter().collect::<Option<Vec<_>>>().filter(|_| id.is_some())
        else {
            return Err(FleetError::Roster { problems });
        };
        let mut roster = Roster { name: name.clone(), columns, accounts: HashMap::new() };
        let mut row = Row::new();
        while table.next(&mut row).map_err(|why| failed(why.to_string()))? {
            if let Err(why) = roster.add(&row) {
                problems.push(format!("{name}, line {}: {why}", row.line()));
            }
        }
        if let Some(below) = table.left_out().below.first() {
            problems.push(format!(
                "{name}, line {}: is no row of the table; correct it or take it out",
                below.line
            ));
        }
        if roster.accounts.is_empty() && problems.is_empty() {
            problems.push(format!("{name}: names no account; give it a row for each"));
        }
        match problems.is_empty() {
            true => Ok(roster),
            false => Err(FleetError::Roster { problems: listed(problems) }),
        }
    }

    fn add(&mut self, row: &Row) -> Result<(), String> {
        let mut account = ListedAccount { line: row.line(), ..ListedAccount::default() };
        let mut id = String::new();
        for (place, (column, cell)) in self.columns.iter().zip(row.iter()).enumerate() {
            let cell = cell.trim();
            match column {
                RosterColumn::Account => id = cell.to_owned(),
                _ if cell.is_empty() => {}
                RosterColumn::Segment => account.segment = Some(cell.to_owned()),
                RosterColumn::Setting(_) | RosterColumn::CapUsed => {
                    account.cells.push((place as u32, cell.to_owned()));
                }
            }
        }
        if id.is_empty() {
            return Err("names no account; fill the column, or take the row out".to_owned());
        }
        let line = account.line;
        match self.accounts.insert(id.clone(), account) {
            None => Ok(()),
            Some(first) => Err(format!(
                "the account `{}` stands in line {} already; leave one of them",
                excerpt(&id),
                first.line.min(line)
            )),
        }
    }

    /// The same list under another name.
    pub(super) fn named(self, name: &str) -> Roster {
        Roster { name: name.to_owned(), ..self }
    }

    /// The name of the list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of accounts.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Returns true if it names no account, as where there is no list.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// An account by its name in the usage.
    pub fn get(&self, account: &str) -> Option<&ListedAccount> {
        self.accounts.get(account)
    }

    /// The names of all accounts, in no order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    /// Returns true if a column sets the zone of accounts.
    pub fn sets_zone(&self) -> bool {
        self.columns.contains(&RosterColumn::Setting(SettingPath::from(["zone"])))
    }

    /// The paths that its columns set, each with the number of accounts for which it does.
    pub fn set_paths(&self) -> Vec<(SettingPath, u64)> {
        let counted = |place: usize| {
            let sets = |account: &&ListedAccount| {
                account.cells.iter().any(|(column, _)| *column as usize == place)
            };
            self.accounts.values().filter(sets).count() as u64
        };
        let columns = self.columns.iter().enumerate();
        columns
            .filter_map(|(place, column)| match column {
                RosterColumn::Setting(path) => Some((path.clone(), counted(place))),
                _ => None,
            })
            .collect()
    }

    /// What an account sets in `scenario`; the error names its line and column.
    pub fn settings(
        &self,
        account: &ListedAccount,
        scenario: &Scenario,
    ) -> Result<Vec<Setting>, String> {
        let place = |column: &SettingPath, why: String| {
            format!("{}, line {}, {column}: {why}", self.name, account.line)
        };
        let mut settings = Vec::new();
        for (column, cell) in &account.cells {
            let path = match &self.columns[*column as usize] {
                RosterColumn::Setting(path) => path.clone(),
                RosterColumn::CapUsed => match cap_used(scenario) {
                    Some(path) => path,
                    None => continue,
                },
                RosterColumn::Account | RosterColumn::Segment => continue,
            };
            let setting = Setting::from_text(&format!("{path}={cell}"));
            settings.push(setting.map_err(|why| place(&path, why))?);
        }
        Ok(settings)
    }
}

/// The layout of a list: a file of CSV has its header in the first line, whatever its rows look like.
fn layout(name: &str) -> Layout {
    match name.to_ascii_lowercase().ends_with(".csv") {
        true => Layout {
            format: Some(FileFormat::Delimited),
            header: Some(HeaderPlace::Line(1)),
            ..Layout::default()
        },
        false => Layout::default(),
    }
}

/// The first of several problems, and how many more there are.
pub(super) fn listed(mut problems: Vec<String>) -> Vec<String> {
    let more = problems.len().saturating_sub(LISTED);
    problems.truncate(LISTED);
    if more > 0 {
        problems.push(format!("and {more} more"));
    }
    problems
}

/// The place of the column that names the account.
fn id_column(header: &[String], usage: Option<&str>, problems: &mut Vec<String>) -> Option<usize> {
    let names = usage.into_iter().chain(ID_HEADERS);
    let mut found = names.filter_map(|name| {
        let is = |header: &String| header.eq_ignore_ascii_case(name);
        header.iter().position(is)
    });
    let place = found.next();
    if place.is_none() {
        problems.push(format!(
            "the list of accounts has no column that names them: call it {} or as in the usage; its columns \
             are {}",
            ID_HEADERS[0],
            header.join(", ")
        ));
    }
    place
}

/// What a column sets, by its header.
fn meaning(header: &str, base: &Scenario) -> Result<RosterColumn, String> {
    let name = header.trim().to_ascii_lowercase();
    let setting = |path| Ok(RosterColumn::Setting(path));
    match name.as_str() {
        "segment" => Ok(RosterColumn::Segment),
        "cap_used" => Ok(RosterColumn::CapUsed),
        "package" => setting(SettingPath::from(["recharge", "package"])),
        "packs" => setting(SettingPath::from(["recharge", "packs"])),
        "threshold" => setting(threshold(base)),
        "opening_balance" => setting(SettingPath::from(["account", "opening_balance"])),
        _ => {
            let path = SettingPath::new(header).map_err(|why| unknown(header, &why.to_string()))?;
            setting(path)
        }
    }
}

/// The path of the threshold: as the base compares it.
fn threshold(base: &Scenario) -> SettingPath {
    let below = SettingPath::from(["recharge", "below"]);
    match base.setting(&below) {
        Some(_) => below,
        None => SettingPath::from(["recharge", "at_or_below"]),
    }
}

/// Refuses a column that sets nothing an account can have.
fn checked(
    column: RosterColumn,
    header: &str,
    base: &Scenario,
    changed: Option<&Scenario>,
) -> Result<RosterColumn, String> {
    match &column {
        RosterColumn::Setting(path) if SHARED.contains(&path.root()) => Err(format!(
            "`{path}` is the same for all accounts; set it in the scenario, or with --set {path}=VALUE"
        )),
        RosterColumn::Setting(path) => match base.check_setting(path) {
            Ok(()) => Ok(column),
            Err(near) => Err(unknown(header, &paths(&near))),
        },
        RosterColumn::CapUsed => {
            match std::iter::once(base).chain(changed).any(|one| cap_used(one).is_some()) {
                true => Ok(column),
                false => Err("there is no cap on the number of recharges in a day, a month or a \
                              cycle; leave the column out"
                    .to_owned()),
            }
        }
        RosterColumn::Account | RosterColumn::Segment => Ok(column),
    }
}

/// The message about a header that sets nothing.
fn unknown(header: &str, why: &str) -> String {
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    let near = near(header, names.iter().copied());
    let meant = match near.first() {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    format!(
        "sets nothing{why}; {meant}columns are {}, or paths of settings such as recharge.packs; take others \
         out of the list",
        names.join(", ")
    )
}

fn paths(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!(" (near: {})", near.join(", ")),
    }
}

/// The setting of the recharges used of the cap with the longest window; `None` without such a cap.
fn cap_used(scenario: &Scenario) -> Option<SettingPath> {
    const MOST: usize = 16;
    let text = |path: String| Some(scenario.setting(&SettingPath::new(&path).ok()?)?.to_string());
    let window = |cap: usize| {
        text(format!("recharge.caps.{cap}.recharges"))?;
        text(format!("recharge.caps.{cap}.per"))
    };
    let windows: Vec<String> = (0..MOST).filter_map(window).collect();
    let mut lengths = ["cycle", "month", "day"].into_iter();
    let longest = lengths.find(|one| windows.iter().any(|window| window == one))?;
    Some(SettingPath::from(["account", "caps_used", longest, "recharges"]))
}
