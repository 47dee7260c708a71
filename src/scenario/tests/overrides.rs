//! Settings set from outside.

use super::*;
use crate::domain::{Credits, Share};
use crate::policy::{Limit, Purchase, Trigger};

fn set(text: &str, settings: &[&str]) -> Result<Scenario, Diagnostics> {
    let settings: Vec<(String, toml::Value)> =
        settings.iter().map(|setting| setting_from_text(setting).unwrap()).collect();
    let settings: Vec<(&str, toml::Value)> =
        settings.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
    valid(text).with_overrides(&settings)
}

fn refused(text: &str, settings: &[&str]) -> Vec<String> {
    set(text, settings).map(|_| Vec::new()).unwrap_or_else(|errors| lines(&errors))
}

#[test]
fn any_setting_can_be_set_by_its_path() {
    let settings = [
        "recharge.caps.0.recharges=2",
        "payment.fail_probability=10%",
        "plan=pro",
        "usage.generate.amount.median = 30",
        "actions.0.packs = 5",
        "packages.\"1000\".price = \"8.00\"",
        "payment.latency.sigma = 1.5",
        "name = Another name",
    ];
    let scenario = set(FULL, &settings).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(scenario.setup.policy.caps[0].limit, Limit::Recharges(2));
    assert_eq!(scenario.luck.fail_probability, "10%".parse::<Share>().unwrap());
    assert_eq!(&*scenario.setup.policy.plan.name, "pro");
    assert_eq!(scenario.packages[0].price.to_string(), "8.00");
    assert_eq!(scenario.name, "Another name");
    assert_eq!(scenario.setting("usage.generate.amount.median").as_deref(), Some("30"));
}

#[test]
fn every_path_that_is_known_can_be_set_to_the_value_it_has() {
    for text in [FULL, OTHER, WORKED] {
        let scenario = valid(text);
        let known = path::known_paths(&scenario.tree);
        let mut set = 0;
        for path in known {
            let Ok(node) = path::find(&scenario.tree, &path) else { continue };
            let again = scenario.with_overrides(&[(&path, node.to_toml())]);
            let again = again.unwrap_or_else(|errors| panic!("{path}: {errors}"));
            assert_eq!(format!("{:?}", again.setup), format!("{:?}", scenario.setup), "{path}");
            set += 1;
        }
        assert!(set > 15, "{set}");
    }
}

#[test]
fn setting_one_of_keys_that_exclude_each_other_replaces_its_rivals() {
    let scenario = set(WORKED, &["recharge.below=250"]).unwrap();
    assert_eq!(scenario.setup.policy.trigger, Trigger::Below(Credits::whole(250)));
    let settings = ["recharge.up_to=5000", "recharge.unit_price=\"0.01\""];
    let scenario = set(FULL, &[&settings[..], &["recharge.caps=[]"]].concat());
    // The packs go with the package; the action that changes the package is then refused.
    let errors = lines(&scenario.unwrap_err());
    assert!(errors[0].starts_with("no packs are bought at this time"), "{errors:#?}");
    let scenario = set(WORKED, &settings).unwrap();
    assert!(matches!(scenario.setup.policy.purchase, Purchase::UpTo { .. }));
    let scenario = set(OTHER, &["recharge.package=small", "recharge.at_or_below=5"]).unwrap();
    assert!(matches!(scenario.setup.policy.purchase, Purchase::Packs { packs: 1, .. }));
    assert_eq!(scenario.setup.policy.trigger, Trigger::AtOrBelow(Credits::whole(5)));
}

#[test]
fn a_path_that_names_no_setting_is_refused_with_those_near() {
    for (setting, said) in [
        ("recharge.pack=2", "cannot set `recharge.pack` | did you mean `recharge.packs`?"),
        ("at_or_belo=2", "cannot set `at_or_belo` | did you mean `recharge.at_or_below`?"),
        (
            "recharge.at_or_below.x=2",
            "cannot set `recharge.at_or_below.x` | did you mean `recharge.at_or_below`?",
        ),
        (
            "zzzzzzzz=2",
            "cannot set `zzzzzzzz` | no such setting → write the table, a dot and the key, as in recharge.packs",
        ),
        (
            "recharge..packs=2",
            "cannot set `recharge..packs` | not a path → write names parted by dots: recharge.caps.0.recharges",
        ),
        (
            "recharge.caps.3.recharges=2",
            "cannot set `recharge.caps.3.recharges` | `recharge.caps` has the items 0 to 2 → name an item that is there, or set `recharge.caps` as a whole",
        ),
        (
            "packages.larger.price=2",
            "cannot set `packages.larger.price` | did you mean `packages.big.price`?",
        ),
    ] {
        let errors = refused(FULL, &[setting]);
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert!(errors[0].starts_with(said), "{errors:#?}");
    }
}

#[test]
fn a_value_set_is_checked_like_one_in_the_file() {
    assert_eq!(
        refused(WORKED, &["recharge.packs=0", "plan=prro"]),
        [
            "`recharge.packs` must be a whole number from 1 to 10,000, such as 1 | out of range",
            "there is no plan \"prro\" → this scenario describes \"starter\"",
        ]
    );
}

#[test]
fn what_is_no_toml_is_taken_as_text() {
    let value = |text: &str| setting_from_text(text).unwrap().1;
    assert_eq!(value("plan=pro"), toml::Value::String("pro".into()));
    assert_eq!(value("x=5"), toml::Value::Integer(5));
    assert_eq!(value("x = 5s"), toml::Value::String("5s".into()));
    assert_eq!(value("x=[1, 2]").as_array().unwrap().len(), 2);
    assert_eq!(value("x=1\ny=2"), toml::Value::String("1\ny=2".into()));
    assert_eq!(value("x=2026-01-01").as_datetime().unwrap().to_string(), "2026-01-01");
    assert_eq!(setting_from_text("nothing"), None);
    assert_eq!(setting_from_text("=5"), None);
}

#[test]
fn overrides_add_up() {
    let once = set(WORKED, &["recharge.packs=2"]).unwrap();
    let twice = once.with_overrides(&[("recharge.below", toml::Value::Integer(50))]).unwrap();
    assert!(matches!(twice.setup.policy.purchase, Purchase::Packs { packs: 2, .. }));
    assert_eq!(twice.setup.policy.trigger, Trigger::Below(Credits::whole(50)));
}

#[test]
fn a_number_is_text_where_the_setting_is_written_in_quotes() {
    let value = |text: &str| setting_from_text(text).unwrap().1;
    assert_eq!(value("recharge.package=1000"), toml::Value::String("1000".to_owned()));
    assert_eq!(value("plans.starter.fee=19.50"), toml::Value::String("19.50".to_owned()));
    assert_eq!(value("recharge.packs=2"), toml::Value::Integer(2));
    assert_eq!(value("recharge.package=\"1000\""), toml::Value::String("1000".to_owned()));
}
