//! Settings set from outside.

use super::*;
use crate::domain::{Credits, Share};
use crate::policy::{Limit, Purchase, Trigger};

fn set(text: &str, settings: &[&str]) -> Result<Scenario, Diagnostics> {
    let settings: Vec<Setting> =
        settings.iter().map(|setting| Setting::from_text(setting).unwrap()).collect();
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
    assert_eq!(rules(&scenario).caps[0].limit, Limit::Recharges(2));
    assert_eq!(scenario.luck.fail_probability, "10%".parse::<Share>().unwrap());
    assert_eq!(&*scenario.setup.policy.contract.plan.name, "pro");
    assert_eq!(scenario.packages[0].price.to_string(), "8.00");
    assert_eq!(scenario.name, "Another name");
    let median = SettingPath::new("usage.generate.amount.median").unwrap();
    assert_eq!(scenario.setting(&median), Some(30_u64.into()));
}

#[test]
fn every_path_that_is_known_can_be_set_to_the_value_it_has() {
    for text in [FULL, OTHER, WORKED] {
        let scenario = valid(text);
        let known = path::known_paths(&scenario.tree);
        let mut set = 0;
        for path in known {
            let path = SettingPath::new(&path).unwrap();
            let Some(value) = scenario.setting(&path) else { continue };
            let same = Setting { path, value };
            let again = scenario.with_overrides(std::slice::from_ref(&same));
            let again = again.unwrap_or_else(|errors| panic!("{same}: {errors}"));
            assert_eq!(again.setup, scenario.setup, "{same}");
            assert!(scenario.mean_alike(&[same], &[]));
            set += 1;
        }
        assert!(set > 15, "{set}");
    }
}

#[test]
fn setting_one_of_keys_that_exclude_each_other_replaces_its_rivals() {
    let scenario = set(WORKED, &["recharge.below=250"]).unwrap();
    assert_eq!(rules(&scenario).trigger, Trigger::Below(Credits::whole(250)));
    let settings = ["recharge.up_to=5000", "recharge.unit_price=\"0.01\""];
    let scenario = set(FULL, &[&settings[..], &["recharge.caps=[]"]].concat());
    // The packs go with the package; the action that changes the package is then refused.
    let errors = lines(&scenario.unwrap_err());
    assert!(errors[0].starts_with("no packs are bought at this time"), "{errors:#?}");
    let scenario = set(WORKED, &settings).unwrap();
    assert!(matches!(rules(&scenario).purchase, Purchase::UpTo { .. }));
    let scenario = set(OTHER, &["recharge.package=small", "recharge.at_or_below=5"]).unwrap();
    assert!(matches!(rules(&scenario).purchase, Purchase::Packs { packs: 1, .. }));
    assert_eq!(rules(&scenario).trigger, Trigger::AtOrBelow(Credits::whole(5)));
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
            "recharge.caps.3.recharges=2",
            "cannot set `recharge.caps.3.recharges` | `recharge.caps` has the items 0 to 2 → name an existing item, or set `recharge.caps` as a whole",
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
    for (text, toml) in [
        ("plan=pro", "\"pro\""),
        ("x=5", "5"),
        ("x = 5s", "\"5s\""),
        ("x=[1, \"a\"]", "[1, \"a\"]"),
        ("x=1\ny=2", "\"1\\ny=2\""),
        ("x=2026-01-01", "2026-01-01"),
        ("x=1_000.50", "1000.50"),
        ("x=99999999999999999999", "99999999999999999999"),
    ] {
        assert_eq!(Setting::from_text(text).unwrap().value.toml(), toml, "{text}");
    }
}

#[test]
fn what_is_not_a_setting_says_why_and_the_way_out() {
    for (text, why) in [
        ("nothing", "write PATH=VALUE, for example recharge.at_or_below=200"),
        ("=5", "write PATH=VALUE, for example recharge.at_or_below=200"),
        (
            "recharge..packs=2",
            "`recharge..packs` is not a path; separate names by dots, as in recharge.caps.0.recharges",
        ),
        ("recharge.caps=[{", "`[{` is not valid TOML; close every bracket and quote"),
        ("plan=\"pro", "`\"pro` is not valid TOML; close every bracket and quote"),
    ] {
        assert_eq!(Setting::from_text(text), Err(why.to_owned()), "{text}");
    }
}

#[test]
fn a_path_is_read_as_it_is_shown() {
    for (text, shown) in [
        ("recharge.packs", "recharge.packs"),
        (" packages.\"1000\".price ", "packages.1000.price"),
        ("packages.'a.b'.price", "packages.\"a.b\".price"),
        ("packages.\"a \\\"b\\\"\".price", "packages.\"a \\\"b\\\"\".price"),
    ] {
        let path = SettingPath::new(text).unwrap();
        assert_eq!(path.to_string(), shown);
        assert_eq!(SettingPath::new(shown), Ok(path));
    }
    for text in ["", ".", "a.", ".a", "a..b", "\"a", "'a", "\"a\"b", &"a.".repeat(16), "\"a\\"] {
        assert!(SettingPath::new(text).is_err(), "{text}");
    }
}

#[test]
fn values_to_try_are_a_list_or_a_range() {
    let tried = |text: &str| -> Result<Vec<String>, String> {
        Ok(Variation::from_text(text)?.settings().map(|one| one.value.toml()).collect())
    };
    for (text, values) in [
        ("recharge.at_or_below=0, 100 ,0.5", vec!["0", "100", "0.5"]),
        ("recharge.packs=1..4", vec!["1", "2", "3", "4"]),
        ("recharge.packs=1..4..2", vec!["1", "3"]),
        ("recharge.at_or_below=0..1..0.25", vec!["0", "0.25", "0.5", "0.75", "1"]),
        ("plans.starter.fee=19..20..0.5", vec!["\"19\"", "\"19.5\"", "\"20\""]),
        ("plan=starter,pro", vec!["\"starter\"", "\"pro\""]),
        ("recharge.package=1000,\"a, b\"", vec!["\"1000\"", "\"a, b\""]),
        (
            "recharge.caps=[],[{ recharges = 2, per = \"day\" }]",
            vec!["[]", "[{ recharges = 2, per = \"day\" }]"],
        ),
    ] {
        assert_eq!(tried(text), Ok(values.into_iter().map(str::to_owned).collect()), "{text}");
    }
    for (text, why) in [
        ("recharge.packs", "write PATH=VALUES, for example recharge.at_or_below=0,100,500"),
        ("recharge.packs=,", "an empty list; name at least one value to try"),
        ("recharge.packs=1..a", "`a` is not a number; a range is from..to, or from..to..step"),
        ("recharge.packs=4..1", "an empty range: 1 is below 4; swap `from` and `to`"),
        ("recharge.packs=1..4..0", "the step of a range must be above zero"),
    ] {
        assert_eq!(tried(text), Err(why.to_owned()), "{text}");
    }
}

#[test]
fn settings_are_alike_when_they_mean_the_same() {
    let scenario = valid(WORKED);
    let alike = |one: &str, other: &str| {
        let set = |text: &str| Setting::from_text(text).unwrap();
        scenario.mean_alike(&[set(one)], &[set(other)])
    };
    assert!(alike("recharge.at_or_below=100", "recharge.at_or_below=\"100.0\""));
    assert!(alike("payment.latency=60s", "payment.latency=1min"));
    assert!(alike("payment.fail_probability=5%", "payment.fail_probability=0.05"));
    assert!(alike("packages.1000.price=7", "packages.1000.price=7.00"));
    assert!(!alike("recharge.at_or_below=100", "recharge.at_or_below=101"));
    // Errors mean nothing.
    assert!(!alike("recharge.at_or_below=x", "recharge.at_or_below=x"));
}

#[test]
fn overrides_add_up() {
    let once = set(WORKED, &["recharge.packs=2"]).unwrap();
    let twice = once.with_overrides(&[Setting::new(["recharge", "below"], 50_u64)]).unwrap();
    assert!(matches!(rules(&twice).purchase, Purchase::Packs { packs: 2, .. }));
    assert_eq!(rules(&twice).trigger, Trigger::Below(Credits::whole(50)));
}

#[test]
fn a_number_is_text_where_the_setting_is_written_in_quotes() {
    for (text, toml) in [
        ("recharge.package=1000", "\"1000\""),
        ("plans.starter.fee=19.50", "\"19.50\""),
        ("recharge.packs=2", "2"),
        ("recharge.package=\"1000\"", "\"1000\""),
    ] {
        assert_eq!(Setting::from_text(text).unwrap().value.toml(), toml, "{text}");
    }
}
