//! Inputs that somebody broke: bytes changed, left out, doubled, and put where they do not belong.

use super::dice::Dice;
use super::run::{csv, scenario as read};
use super::shop::Shop;
use super::targets;

/// What is put into a scenario.
const WORDS: [&str; 28] = [
    "\n[recharge]\n",
    "\n[[actions]]\n",
    "\"",
    "\"\"\"",
    "'",
    "#",
    "=",
    " = {",
    "}",
    "[",
    "]]",
    "\0",
    "\u{202e}",
    "\u{feff}",
    "-1",
    "1e400",
    "nan",
    "18446744073709551616",
    "0.0000001",
    "9999-12-31",
    "0000-00-00",
    "\"-5%\"",
    "\"1000 years\"",
    "recharge.package = \"s\"\n",
    "study.vary = {}\n",
    "usage.file = \"/dev/zero\"\n",
    "zone = \"Pacific/Apia\"\n",
    "#set plan=q\n",
];
/// What is put into a CSV file.
const CELLS: [&str; 22] = [
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\u{feff}",
    "-",
    "+",
    "1e999",
    "NaN",
    "0x10",
    "1_000",
    "1,5",
    "9999999999999",
    "2026-02-30T00:00:00Z",
    "1767225600",
    "24:00:00",
    "\u{202e}",
];

/// Bytes changed in up to eight places.
fn broken(mut bytes: Vec<u8>, words: &[&str], dice: &mut Dice) -> Vec<u8> {
    for _ in 0..1 + dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(24)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 => drop(bytes.drain(at..end)),
            3 => bytes = [&bytes[..end], &bytes[at..]].concat(),
            4 => bytes.truncate(at),
            5 => {
                let from = dice.below(bytes.len() + 1);
                let part = bytes[from..(from + dice.below(40)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ => drop(bytes.splice(at..end.min(at + dice.below(6)), dice.pick(words).bytes())),
        }
    }
    bytes
}

/// A scenario: read or refused with a word.
pub fn scenario(dice: &mut Dice) -> bool {
    let text = Shop::new(dice).text(1);
    targets::scenario(&broken(text.into_bytes(), &WORDS, dice));
    true
}

/// A CSV file: read the same in both ways, or refused with a word.
pub fn usage(dice: &mut Dice) -> bool {
    let shop = Shop::plain(dice);
    let base = read(&shop.text(1)).expect("a plain shop holds");
    let bytes = broken(csv(&base, &shop.rows).into_bytes(), &CELLS, dice);
    targets::usage(&[&[dice.below(256) as u8], &bytes[..]].concat());
    true
}

/// An export: read the same twice, or refused with a word.
pub fn export(dice: &mut Dice) -> bool {
    let shop = Shop::plain(dice);
    let base = read(&shop.text(1)).expect("a plain shop holds");
    targets::export(&broken(csv(&base, &shop.rows).into_bytes(), &CELLS, dice));
    true
}

/// A scenario, its trace or both: refused, or replayed to the same end whichever way.
pub fn run(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    let plain = read(&shop.with("zone", "").text(1)).or_else(|| read(&Shop::plain(dice).text(1)));
    let Some(base) = plain else { return false };
    let (mut text, mut rows) = (shop.text(1).into_bytes(), csv(&base, &shop.rows).into_bytes());
    match dice.below(3) {
        0 => text = broken(text, &WORDS, dice),
        1 => rows = broken(rows, &CELLS, dice),
        _ => {
            text = broken(text, &WORDS, dice);
            rows = broken(rows, &CELLS, dice);
        }
    }
    targets::run(&[&text[..], b"\n=====\n", &rows[..]].concat());
    true
}
