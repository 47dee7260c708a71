use std::path::Path;

use super::*;

const FULL: &str = include_str!("full.toml");

fn read(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::from_text("test.toml", text, Path::new("folder"))
}

#[test]
fn a_scenario_with_every_key_is_read() {
    let scenario = read(FULL).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
}
