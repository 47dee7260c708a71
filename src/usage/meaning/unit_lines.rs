//! The unit of amounts that a line above the header says: `Unit: kW`, or a small table of its own with a column `Unite`.
//!
//! Deliberately absent: units in headers, in columns and beside amounts, which are in `unit`.

use super::headers::{is_power, words};
use super::unit::is_measure;
use crate::usage::export::LineText;

/// Labels of a unit, as words.
const LABELS: [&str; 20] = [
    "unit",
    "units",
    "unit of measure",
    "uom",
    "measurement unit",
    "einheit",
    "messeinheit",
    "unite",
    "unité",
    "unités",
    "unidad",
    "unidad de medida",
    "unidade",
    "unità",
    "unità di misura",
    "eenheid",
    "jednostka",
    "jednotka",
    "单位",
    "単位",
];

/// The unit of what is measured or of power that lines say; `None` where they say none, or several.
pub(super) fn unit_above(lines: &[LineText]) -> Option<String> {
    let cells = |line: &LineText| -> Vec<String> {
        line.text.split(", ").map(|cell| cell.trim().to_owned()).collect()
    };
    let is_unit = |unit: &&str| is_power(unit) || is_measure(unit);
    let mut found: Vec<String> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let own = cells(line);
        let below = lines.get(place + 1).map(cells);
        for (at, cell) in own.iter().enumerate() {
            let (label, value) = cell.split_once(':').unwrap_or((cell, ""));
            if !LABELS.contains(&words(label).as_str()) {
                continue;
            }
            let beside = own.get(at + 1).map(String::as_str);
            let below = below.as_ref().and_then(|below| below.get(at)).map(String::as_str);
            let mut units = [Some(value.trim()), beside, below].into_iter().flatten();
            found.extend(units.find(is_unit).map(str::to_owned));
        }
    }
    found.dedup();
    let unit = found.pop()?;
    found.is_empty().then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(lines: &[&str]) -> Option<String> {
        let line = |text: &&str| LineText { line: 1, text: (*text).to_owned() };
        unit_above(&lines.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn the_unit_stands_behind_its_label_beside_it_or_below_it() {
        for (lines, unit) in [
            (&["Meter report", "Unit: kW"][..], Some("kW")),
            (&["Einheit, Wh"], Some("Wh")),
            (&["PRM, Unite, Pas en minutes", "1234, W, 30"], Some("W")),
            (&["Unit: kW", "Unit: kWh"], None),
            (&["Unit: Sales"], None),
            (&["Report of units"], None),
        ] {
            assert_eq!(above(lines).as_deref(), unit, "{lines:?}");
        }
    }
}
