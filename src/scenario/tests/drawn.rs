//! Drawing of errors: see the table in `drawn.txt`.

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
    let negative = [Setting::new(["recharge", "at_or_below"], -5_i64)];
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
    let setting = [Setting::new(["recharge", "at_or_below"], 10_000_000_u64)];
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

#[test]
fn a_place_in_a_very_long_line_is_shown_with_its_column_and_what_is_around_it() {
    let events = "{at=2026-01-02,credits=1},".repeat(20_000);
    let text = format!("{LEAST}usage.events = [{events}{{at=2026-01-02,credits=-1}}]\n");
    let errors = read(&text).unwrap_err();
    let position = errors.position(&errors.list[0]).unwrap();
    assert!(position.column > 500_000);
    let drawn = errors.to_string();
    let place = format!("{}:{}:{}", position.source, position.line, position.column);
    assert!(drawn.contains(&place), "{place}:\n{drawn}");
    assert!(drawn.contains("credits=-1") && drawn.contains("^^ this is negative"), "{drawn}");
    assert!(drawn.len() < 5_000, "{} bytes", drawn.len());
}

#[test]
fn places_far_apart_are_shown_apart() {
    let between = "# nothing\n".repeat(2_000);
    let text = format!("{LEAST}{between}[[actions]]\nat = 2030-01-01\ndo = \"enable\"\n");
    let errors = read(&text).unwrap_err();
    let drawn = errors.to_string();
    assert!(drawn.contains("no instant of the run") && drawn.contains("the run has ended here"));
    assert!(!drawn.contains("# nothing"), "{drawn}");
}

#[test]
fn likely_spellings_are_looked_for_among_the_first_errors_only() {
    let unknown: String = (0..2_000).map(|number| format!("plam{number} = 1\n")).collect();
    let misspelt: String =
        (0..2_000).map(|_| "[[actions]]\nat = 2026-01-02\ndo = \"enabel\"\n").collect();
    for (text, words) in [
        (format!("{LEAST}{misspelt}"), "did you mean \"enable\"?"),
        (format!("{unknown}{LEAST}currenci = 1\n"), "`currenci`"),
    ] {
        let errors = read(&text).unwrap_err();
        assert!(errors.list.len() > 1_900, "{}", errors.list.len());
        let meant = |one: &&Diagnostic| one.labels.iter().any(|label| label.text.contains("mean"));
        assert!(errors.list.iter().filter(meant).count() <= 500);
        let said = |one: &Diagnostic| {
            one.title.contains(words) || one.labels.iter().any(|label| label.text.contains(words))
        };
        assert!(errors.list.iter().any(said), "{words}");
    }
}
