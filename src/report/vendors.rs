//! What a vendor's rules are and what each rests on: a list of all, and one in full; for a terminal
//! and for the documentation.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::document::markdown::escaped;
use super::words::capital;
use crate::scenario::SettingPath;
use crate::vendors::{
    ChangedTo, OptionRange, OptionValues, OwnerOption, ReadingChange, ReadingChoice, RuleStanding,
    Vendor,
};

/// Columns that a terminal's lines are wrapped to.
const PROSE: usize = 100;

/// All vendors for a terminal: name, title, trigger, and what has to be given.
pub fn list(vendors: &[Vendor]) -> String {
    let width = vendors.iter().map(|vendor| vendor.name.len()).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for vendor in vendors {
        let _ = writeln!(text, "{:width$}{}", vendor.name, vendor.title);
        let mut lines = vec![trigger(vendor)];
        if !vendor.asks.is_empty() {
            lines.push(format!("to be given: {}", asked(vendor)));
        }
        for line in lines {
            prose(&mut text, &line, width);
        }
    }
    text + "\nrecharge vendors NAME shows every rule with its source.\n"
}

/// One vendor in full for a terminal.
pub fn text(vendor: &Vendor) -> String {
    let mut text = format!("{}: {}\n", vendor.name, vendor.title);
    prose(&mut text, &vendor.summary, 0);
    let _ = writeln!(text, "\nSources, read on {}", vendor.checked);
    for source in &vendor.sources {
        let _ = writeln!(text, "  {}: {}", source.name, source.place);
    }
    text.push_str("\nRules\n");
    for (path, standing) in &vendor.standings {
        for (path, value) in values(vendor, path) {
            let _ = writeln!(text, "  {path} = {value}");
        }
        prose(&mut text, &rests_on(standing), 6);
    }
    if !vendor.asks.is_empty() {
        text.push_str("\nNot published, to be given\n");
        for ask in &vendor.asks {
            let _ = writeln!(text, "  --set {}=…", ask.path);
            prose(&mut text, &ask.about, 6);
        }
    }
    if !vendor.options.is_empty() {
        text.push_str("\nAn owner may choose\n");
        for option in &vendor.options {
            let _ = writeln!(text, "  {}: {}", option.path, offered(option));
        }
    }
    if !vendor.readings.is_empty() {
        text.push_str("\nWhat the text leaves open\n");
    }
    for reading in &vendor.readings {
        prose(&mut text, &capital(&reading.says), 2);
        for (number, choice) in reading.choices.iter().enumerate() {
            prose(&mut text, &format!("{}. {}", number + 1, meaning(choice)), 4);
        }
        prose(&mut text, &format!("To ask: {}", reading.question), 4);
    }
    if !vendor.not_modelled.is_empty() {
        text.push_str("\nNot in a scenario\n");
        for rule in &vendor.not_modelled {
            prose(&mut text, rule, 2);
        }
    }
    text
}

/// The page of the documentation about all vendors.
pub fn page(vendors: &[Vendor]) -> String {
    let mut text = String::from(
        "# Vendors\n\n\
         The rules of real products, as files in `scenarios/vendors/` that are part of the program. `recharge vendors` lists \
         them, `recharge vendors NAME` shows one, `recharge init FILE --vendor NAME` writes the scenario behind it, and \
         `recharge compare --vendor A,B --usage FILE` runs one history through several. This page is made from the files.\n\n\
         Every value has a standing: *documented* by the vendor, read *from code*, *assumed* by this program, or the \
         *owner's choice*, with a value to start from. Results list what is assumed and what an owner has not chosen. What a \
         vendor does not publish has no default: it is given with `--set`.\n\n\
         | vendor | product | auto-recharge | to be given |\n|---|---|---|---|\n",
    );
    for vendor in vendors {
        let cells = [&vendor.title, &trigger(vendor), &asked(vendor)].map(|cell| escaped(cell));
        let _ = writeln!(text, "| [{0}](#{0}) | {1} |", vendor.name, cells.join(" | "));
    }
    for vendor in vendors {
        section(&mut text, vendor);
    }
    text
}

/// One vendor on the page.
fn section(text: &mut String, vendor: &Vendor) {
    let _ = writeln!(
        text,
        "\n## {}\n\n**{}.** {}",
        vendor.name,
        escaped(&vendor.title),
        escaped(&vendor.summary)
    );
    let _ = writeln!(text, "\nSources, read on {}:\n", vendor.checked);
    for source in &vendor.sources {
        let _ = writeln!(text, "- {}: {}", source.name, source.place);
    }
    text.push_str("\n| setting | value | rests on |\n|---|---|---|\n");
    for (path, standing) in &vendor.standings {
        for (path, value) in values(vendor, path) {
            let value = value.replace('|', "\\|");
            let _ = writeln!(text, "| `{path}` | `{value}` | {} |", escaped(&rests_on(standing)));
        }
    }
    for ask in &vendor.asks {
        let _ = writeln!(text, "| `{}` |  | to be given: {} |", ask.path, escaped(&ask.about));
    }
    if !vendor.options.is_empty() {
        text.push_str("\nAn owner may choose:\n\n");
        for option in &vendor.options {
            let _ = writeln!(text, "- `{}`: {}", option.path, escaped(&offered(option)));
        }
    }
    if !vendor.readings.is_empty() {
        text.push_str("\nThe text leaves open:\n\n");
    }
    for reading in &vendor.readings {
        let choices: Vec<String> =
            reading.choices.iter().map(|choice| escaped(&meaning(choice))).collect();
        let _ = writeln!(
            text,
            "- {}: {}. *{}*",
            escaped(&capital(&reading.says)),
            choices.join("; or "),
            escaped(&reading.question)
        );
    }
    if !vendor.not_modelled.is_empty() {
        text.push_str("\nNot in a scenario:\n\n");
        for rule in &vendor.not_modelled {
            let _ = writeln!(text, "- {}", escaped(rule));
        }
    }
}

/// A line, wrapped and indented.
fn prose(text: &mut String, line: &str, indent: usize) {
    let space = " ".repeat(indent);
    for line in textwrap::wrap(line, PROSE.saturating_sub(indent).max(20)) {
        let _ = writeln!(text, "{space}{line}");
    }
}

/// The single values that a standing is about, as TOML.
pub(super) fn values(vendor: &Vendor, standing: &SettingPath) -> Vec<(SettingPath, String)> {
    let own = |path: &SettingPath| {
        let nearer = |other: &&(SettingPath, RuleStanding)| {
            path.is_in(&other.0) && other.0.is_in(standing) && other.0 != *standing
        };
        path.is_in(standing) && !vendor.standings.iter().any(|other| nearer(&other))
    };
    let rules = vendor.rules();
    let paths = rules.values().into_iter().filter(own);
    paths.filter_map(|path| rules.value(&path).map(|value| (path, value.toml()))).collect()
}

/// What a value rests on, in words.
pub fn rests_on(standing: &RuleStanding) -> String {
    match standing {
        RuleStanding::Documented(evidence) | RuleStanding::FromCode(evidence) => {
            match &evidence.says {
                Some(says) => format!("{}, {}: {says}", standing.word(), evidence.source),
                None => format!("{}, {}", standing.word(), evidence.source),
            }
        }
        RuleStanding::Assumed(why) | RuleStanding::Owner(why) => {
            format!("{}: {why}", standing.word())
        }
    }
}

/// What has to be given, in words.
fn asked(vendor: &Vendor) -> String {
    vendor.asks.iter().map(|ask| ask.about.as_str()).collect::<Vec<_>>().join("; ")
}

/// What may be chosen for an option, in words: `100 to 100000 in steps of 100`.
pub fn offered(option: &OwnerOption) -> String {
    match &option.values {
        OptionValues::Whole(range)
        | OptionValues::Credits(range)
        | OptionValues::Money(range)
        | OptionValues::Share(range) => ranged(range),
        OptionValues::List(values) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    }
}

fn ranged(range: &OptionRange) -> String {
    let ends = match range.to {
        Some(to) => format!("{} to {to}", range.from),
        None => format!("{} or more", range.from),
    };
    if range.step == Decimal::ONE { ends } else { format!("{ends} in steps of {}", range.step) }
}

/// What a way to read means, with the settings that say so.
fn meaning(choice: &ReadingChoice) -> String {
    let change = |change: &ReadingChange| match &change.to {
        ChangedTo::Value(value) => format!("{} = {}", change.path, value.toml()),
        ChangedTo::SameAs(path) => format!("{} = {path}", change.path),
    };
    let changes: Vec<String> = choice.changes.iter().map(change).collect();
    match changes.is_empty() {
        true => format!("{} (as in the file)", choice.meaning),
        false => format!("{} ({})", choice.meaning, changes.join(", ")),
    }
}

/// When a recharge is due and what it buys, in plain words: `at or below 100 credits: 1,000 credits for 7.00 USD`.
pub fn trigger(vendor: &Vendor) -> String {
    let unit = vendor.value("unit").map_or_else(|| "credits".to_owned(), |unit| unit.to_string());
    let is_asked = |key: &str| vendor.asks.iter().any(|ask| ask.path.to_string() == key);
    let level = |key: &str, words: &str| {
        let value = vendor.value(key).map(|value| format!("{words} {value} {unit}"));
        value.or_else(|| is_asked(key).then(|| format!("{words} a level that is to be given")))
    };
    let share = || {
        let share = vendor.value("recharge.consumed_share")?;
        let of = vendor.value("recharge.share_of").map(|of| of.to_string());
        Some(match of.as_deref() {
            Some("last_purchase") => format!("{share} of the last purchase used"),
            Some("purchases") => format!("{share} of the cycle's purchases used"),
            Some("allowance") => format!("{share} of the allowance used"),
            _ => format!("{share} of the cycle's {unit} used"),
        })
    };
    let due = level("recharge.at_or_below", "at or below")
        .or_else(|| level("recharge.below", "below"))
        .or_else(share);
    match due {
        None if is_asked("service.overage.price") => {
            "no auto-recharge: use beyond the allowance is served and billed".to_owned()
        }
        None => "no auto-recharge".to_owned(),
        Some(due) => format!("{due}: {}", bought(vendor, &unit)),
    }
}

/// What a recharge buys.
fn bought(vendor: &Vendor, unit: &str) -> String {
    let currency = vendor.value("currency").map_or_else(String::new, |code| format!(" {code}"));
    if let Some(target) = vendor.value("recharge.up_to") {
        return format!("fills up to {target} {unit}");
    }
    let Some(package) = vendor.value("recharge.package") else {
        return "buys what is to be given".to_owned();
    };
    let of_package = |key: &str| {
        let path = SettingPath::new(&format!("packages.\"{package}\".{key}")).ok()?;
        vendor.rules().value(&path)
    };
    let packs = vendor.value("recharge.packs").and_then(|packs| packs.decimal());
    let packs = packs.unwrap_or(Decimal::ONE);
    let in_all = |key: &str| {
        let each = of_package(key)?.decimal()?;
        each.checked_mul(packs).map(|all| all.to_string())
    };
    match (in_all("credits"), in_all("price")) {
        (Some(credits), Some(price)) => format!("buys {credits} {unit} for {price}{currency}"),
        (Some(credits), None) => format!("buys {credits} {unit}"),
        _ => format!("buys a number of {unit} that is to be given"),
    }
}
