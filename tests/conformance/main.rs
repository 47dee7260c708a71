//! Conformance: cases that vendors and billing systems have had to get right, as text tables.
//!
//! Each `.txt` file beside this one holds cases. A case names what it covers (`case`), whose
//! behaviour it follows (`from`), the settings that differ from the file's `always` block (`given`; `without`
//! takes one away),
//! the usage (`usage`: month-day, time, credits), which journal events it `shows`, the journal rows
//! expected (`then`) and figures expected (`figures`). Every case runs with the skip and without.
//!
//! `RECHARGE_BLESS=1` rewrites the expectations; read the difference before you keep it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use recharge::chronicle::FactEntry;
use recharge::domain::{Credits, Instant, Zone};
use recharge::engine::{Fact, Moment, Observer, Pace, UsageRun};
use recharge::figures::Figure;
use recharge::replay::replay;
use recharge::scenario::Scenario;
use recharge::usage::csv::{InputSource, Mode};
use recharge::usage::{Feed, Held};

/// One case as written.
#[derive(Clone, Debug, Default)]
struct Case {
    name: String,
    from: String,
    given: Vec<String>,
    usage: Vec<String>,
    shows: Vec<String>,
    then: Vec<String>,
    figures: Vec<String>,
}

/// A file of cases.
#[derive(Debug, Default)]
struct Table {
    head: Vec<String>,
    always: Vec<String>,
    cases: Vec<Case>,
}

impl Table {
    fn read(text: &str) -> Table {
        let mut table = Table::default();
        let mut block = String::new();
        for line in text.lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                if table.cases.is_empty() && table.always.is_empty() && line.starts_with('#') {
                    table.head.push(line.to_owned());
                }
                continue;
            }
            if let Some(item) = line.strip_prefix("    ") {
                table.block(&block).push(item.trim_end().to_owned());
                continue;
            }
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            block = word.to_owned();
            if word == "case" {
                table.cases.push(Case { name: rest.to_owned(), ..Case::default() });
                continue;
            }
            let last = table.cases.last_mut();
            match (word, last) {
                ("from", Some(case)) => case.from = rest.to_owned(),
                ("shows", Some(case)) => {
                    case.shows = rest.split(',').map(|event| event.trim().to_owned()).collect();
                }
                ("always", None) | ("given" | "usage" | "then" | "figures", Some(_)) => {}
                _ => panic!("`{line}` does not belong here"),
            }
        }
        table
    }

    fn block(&mut self, name: &str) -> &mut Vec<String> {
        match (name, self.cases.last_mut()) {
            ("always", None) => &mut self.always,
            ("given", Some(case)) => &mut case.given,
            ("usage", Some(case)) => &mut case.usage,
            ("then", Some(case)) => &mut case.then,
            ("figures", Some(case)) => &mut case.figures,
            _ => panic!("lines under `{name}` do not belong here"),
        }
    }

    fn write(&self) -> String {
        let mut text = self.head.join("\n") + "\n";
        let block = |text: &mut String, name: &str, lines: &[String]| {
            if !lines.is_empty() {
                let _ = writeln!(text, "{name}");
                lines.iter().for_each(|line| {
                    let _ = writeln!(text, "    {line}");
                });
            }
        };
        text.push('\n');
        block(&mut text, "always", &self.always);
        for case in &self.cases {
            let _ = writeln!(text, "\ncase {}\nfrom {}", case.name, case.from);
            block(&mut text, "given", &case.given);
            block(&mut text, "usage", &case.usage);
            if !case.shows.is_empty() {
                let _ = writeln!(text, "shows {}", case.shows.join(", "));
            }
            block(&mut text, "then", &case.then);
            block(&mut text, "figures", &case.figures);
        }
        text
    }
}

impl Case {
    fn scenario(&self, always: &[String]) -> Scenario {
        let key = |line: &String| {
            let line = line.strip_prefix("without ").unwrap_or(line);
            line.split('=').next().unwrap_or_default().trim().to_owned()
        };
        let changed: Vec<String> = self.given.iter().map(key).collect();
        let kept = always.iter().filter(|line| !changed.contains(&key(line)));
        let given = self.given.iter().filter(|line| !line.starts_with("without "));
        let text = kept.chain(given).cloned().collect::<Vec<_>>().join("\n");
        Scenario::from_text("case.toml", &text, Path::new("."))
            .unwrap_or_else(|errors| panic!("case {}:\n{errors}", self.name))
    }

    fn feed(&self, scenario: &Scenario) -> Box<dyn Feed> {
        let year = &scenario.zone.show(scenario.setup.horizon.from)[..4];
        let event = |line: &String| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [day, time, amount] = words[..] else { panic!("usage `{line}`") };
            (instant(scenario.zone, year, day, time), amount.parse::<Credits>().unwrap())
        };
        let events: Vec<(Instant, Credits)> = self.usage.iter().map(event).collect();
        if events.iter().all(|(_, amount)| *amount >= Credits::ZERO) {
            return Box::new(Held::new(events, scenario.setup.horizon));
        }
        // Rows below zero are of a file.
        let rows = events.iter().map(|(at, amount)| format!("{at},{amount}\n"));
        let text = format!("time,credits\n{}", rows.collect::<String>());
        let source = InputSource::Bytes(text.as_bytes().into());
        let feed = recharge::usage::open(source, scenario.csv.clone(), Mode::Examine);
        feed.unwrap_or_else(|error| panic!("case {}: {error}", self.name))
    }

    /// The journal rows and the figures of this case, replayed at `pace`.
    fn run(&self, always: &[String], pace: Pace) -> (Vec<String>, Vec<String>) {
        let scenario = self.scenario(always);
        let listener = Rows {
            zone: scenario.zone,
            minor: scenario.currency.minor(),
            shows: self.shows.clone(),
            rows: Vec::new(),
        };
        let mut feed = self.feed(&scenario);
        let (outcome, listener) = replay(&scenario, &mut *feed, pace, listener, &|| false)
            .unwrap_or_else(|error| panic!("case {}: {error}", self.name));
        let total = outcome.metrics.total();
        assert!(total.balances(), "case {}: the credits do not add up", self.name);
        let wanted = self.figures.iter().map(|line| {
            let name = line.split_whitespace().next().unwrap_or_default();
            let figure =
                Figure::named(name).unwrap_or_else(|| panic!("no figure is called {name}"));
            let value = figure.of(total).map(|value| value.json(scenario.currency.minor()));
            format!("{name} {}", value.unwrap_or_default().to_string().trim_matches('"'))
        });
        (listener.rows, wanted.collect())
    }
}

fn instant(zone: Zone, year: &str, day: &str, time: &str) -> Instant {
    let form = if time.contains('.') { "%Y-%m-%d %H:%M:%S%.f" } else { "%Y-%m-%d %H:%M:%S" };
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let text = format!("{year}-{day} {time}");
    let local = chrono::NaiveDateTime::parse_from_str(&text, form)
        .unwrap_or_else(|error| panic!("`{text}`: {error}"));
    zone.instant(local).unwrap()
}

/// Listens for the rows that a case shows.
struct Rows {
    zone: Zone,
    minor: u32,
    shows: Vec<String>,
    rows: Vec<String>,
}

impl Observer for Rows {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        let told = FactEntry::of(fact, self.zone, self.minor);
        if !self.shows.iter().any(|event| event == told.event) {
            return;
        }
        let local = self.zone.local(moment.at).format("%m-%d %H:%M:%S%.3f").to_string();
        let local = local.strip_suffix(".000").unwrap_or(&local).to_owned();
        let mut row = format!("{local}  {:<18}", told.event);
        for part in [
            told.credits.map(|credits| credits.to_string()),
            told.money.map(|money| format!("for {}", money.text(self.minor))),
            Some(told.detail).filter(|detail| !detail.is_empty()),
        ] {
            row.extend(part.map(|part| format!(" {part}")));
        }
        self.rows.push(format!("{row} | {}", moment.after.balance()));
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        if !self.shows.iter().any(|event| event == "usage") {
            return;
        }
        let zone = self.zone;
        let (rows, mut balance) = (&mut self.rows, run.before.balance());
        run.each(|at, demanded, refused| {
            let served = demanded.minus(refused).unwrap();
            // Usage together never leaves less than the run does: what the balance lacks can be overage, no debt.
            balance = balance.minus(served).unwrap().max(run.after.balance());
            let local = zone.local(at).format("%m-%d %H:%M:%S%.3f").to_string();
            let local = local.strip_suffix(".000").unwrap_or(&local);
            rows.push(format!("{local}  usage              {served} of {demanded} | {balance}"));
        });
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

fn tables() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "txt")).collect();
    files.sort();
    files
}

/// What of a table does not come out as written.
fn differences(table: &Table) -> String {
    let mut wrong = String::new();
    for case in &table.cases {
        for pace in [Pace::Skip, Pace::Step] {
            let (rows, figures) = case.run(&table.always, pace);
            if rows != case.then || figures != case.figures {
                let _ = writeln!(
                    wrong,
                    "case {} ({pace:?})\n  expected\n    {}\n    {}\n  found\n    {}\n    {}",
                    case.name,
                    case.then.join("\n    "),
                    case.figures.join("\n    "),
                    rows.join("\n    "),
                    figures.join("\n    "),
                );
                break;
            }
        }
    }
    wrong
}

fn bless(path: &Path, mut table: Table) {
    let always = table.always.clone();
    for case in &mut table.cases {
        (case.then, case.figures) = case.run(&always, Pace::Step);
    }
    fs::write(path, table.write()).unwrap();
}

#[test]
fn every_case_comes_out_as_its_table_says() {
    let mut wrong = String::new();
    let files = tables();
    assert!(!files.is_empty());
    for path in files {
        let table = Table::read(&fs::read_to_string(&path).unwrap());
        assert!(!table.cases.is_empty(), "{} has no case", path.display());
        if std::env::var_os("RECHARGE_BLESS").is_some() {
            bless(&path, table);
        } else {
            wrong += &differences(&table);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_case_names_its_source_and_expects_something() {
    for path in tables() {
        for case in Table::read(&fs::read_to_string(&path).unwrap()).cases {
            assert!(!case.from.is_empty(), "{}: no source", case.name);
            assert!(
                !(case.then.is_empty() && case.figures.is_empty()),
                "{}: expects nothing",
                case.name
            );
        }
    }
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let path = tables().remove(0);
    let mut table = Table::read(&fs::read_to_string(path).unwrap());
    assert_eq!(differences(&table), "");
    table.cases[0].then.push("01-01 00:00:00  charge_started".to_owned());
    assert!(differences(&table).contains(&table.cases[0].name));
}
