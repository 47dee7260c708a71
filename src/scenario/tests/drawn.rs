//! How errors are drawn: see the table beside this file.

use super::*;

fn drawn(text: &str) -> String {
    match read(text) {
        Ok(scenario) => scenario.warnings.to_string(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn errors_are_drawn_beneath_the_text_they_are_about() {
    let mut wrong = Vec::new();
    for block in include_str!("drawn.txt").split("=====\n").skip(1) {
        let case = Case::parse(block.trim_end());
        let drawn = drawn(&case.text());
        if drawn != case.said {
            wrong.push(case.saying(&drawn));
        }
    }
    assert!(wrong.is_empty(), "these look different:\n\n{}\n", wrong.join("\n=====\n"));
}

#[test]
fn overrides_are_drawn_as_if_they_were_a_file() {
    let negative = [("recharge.at_or_below", toml::Value::Integer(-5))];
    let expected = "\
error: `recharge.at_or_below` must be a number of credits, such as 100
 --> override:1:24
  |
1 | recharge.at_or_below = -5
  |                        ^^ this is negative";
    let errors = valid(WORKED).with_overrides(&negative).unwrap_err();
    assert_eq!(errors.to_string(), expected);
}

#[test]
fn a_contradiction_with_an_override_points_into_both() {
    let setting = [("recharge.at_or_below", toml::Value::Integer(10_000_000))];
    let expected = "\
error: an empty account would need 10,001 recharges to rise above the threshold
  --> test.toml:19:1
   |
19 | package = \"1000\"
   | ^^^^^^^^^^^^^^^^ each brings 1,000
   |
  ::: override:1:24
   |
 1 | recharge.at_or_below = 10000000
   |                        -------- the threshold
   |
   = help: buy a larger package or more packs at once, or lower the threshold; 10,000 recharges in \
     a row are the most";
    let errors = valid(WORKED).with_overrides(&setting).unwrap_err();
    assert_eq!(errors.to_string(), expected);
}

#[test]
fn styles_are_drawn_on_request_only() {
    let errors = read("currency = 5").unwrap_err();
    assert!(!errors.draw(Drawing::Plain).contains('\u{1b}'));
    assert!(errors.draw(Drawing::Styled).contains('\u{1b}'));
}

#[test]
fn machines_are_told_line_and_column() {
    let errors = read("start = 2026-01-01\r\nend = 2026-02-01\nname = \"ü\"; x\n").unwrap_err();
    let position = errors.position(&errors.list[0]).unwrap();
    assert_eq!((position.source.as_str(), position.line, position.column), ("test.toml", 3, 11));
}

#[test]
fn of_very_many_errors_the_first_hundred_are_drawn() {
    let unknown: String = (0..1_000).map(|n| format!("unknown{n} = {n}\n")).collect();
    let errors = read(&format!("{unknown}{LEAST}")).unwrap_err();
    assert_eq!(errors.list.len(), 1_000);
    assert!(errors.to_string().ends_with("… and 900 more"));
}
