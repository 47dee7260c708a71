//! Pairs of questions whose answers stand to each other in a known way.

use recharge::scenario::Setting;
use rust_decimal::Decimal;
use serde_json::Value;

use super::dice::Dice;
use super::run::{Told, on_rows, scenario};
use super::shop::{Rows, Shop};

/// What is an amount of credits in the JSON of a run.
const CREDITS: [&str; 22] = [
    "demanded",
    "usage_total",
    "served",
    "refused",
    "included",
    "unmetered",
    "standing_charges",
    "granted_allowance",
    "granted_recharge",
    "granted_top_up",
    "granted_gift",
    "taken_back",
    "restored",
    "given_back",
    "not_reversed",
    "forgiven",
    "expired",
    "forfeited",
    "opening_balance",
    "closing_balance",
    "credits",
    "balance",
];
/// What speaks of credits in words, or is a price of one.
const SKIPPED: [&str; 2] = ["attention", "price_per_1000_served"];

/// A case that is not refused and comes to its end; its scenario's text is of `times` the credits.
fn told(shop: &Shop, times: i64, rows: &Rows) -> Option<Told> {
    on_rows(&scenario(&shop.text(times))?, rows).ok()
}

/// Ten times the credits at a tenth of the price of each.
pub fn ten_times(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    // The part of an allowance that a change of plan grants, or that is carried over, is rounded to a millionth.
    if shop.sets("change_plan") || shop.sets(", share = ") {
        return false;
    }
    let Some(once) = told(&shop, 1, &shop.rows) else { return false };
    let rows = shop.rows.iter().map(|&(at, amount)| (at, amount * 10)).collect();
    let ten = told(&shop, 10, &rows).expect("what holds of credits holds of ten times as many");
    compare(&once.json, &ten.json, 10);
    let kinds = |told: &Told| -> Vec<[String; 4]> {
        let mut rows = csv::Reader::from_reader(told.journal.as_bytes());
        rows.records()
            .map(|row| row.unwrap())
            .map(|row| [0, 1, 2, 6].map(|column| row[column].to_owned()))
            .collect()
    };
    assert_eq!(kinds(&once), kinds(&ten));
    true
}

/// Two objects that are the same but for credits, of which the second has so many times as many.
pub fn compare(once: &Value, more: &Value, times: i64) {
    match (once, more) {
        (Value::Object(once), Value::Object(more)) => {
            assert_eq!(once.len(), more.len());
            for (name, value) in once {
                let name = name.as_str();
                match value.as_str().filter(|_| CREDITS.contains(&name)) {
                    _ if SKIPPED.contains(&name) => {}
                    Some(credits) => {
                        let credits: Decimal = credits.parse().expect("credits");
                        let other = more[name].as_str().expect("credits").parse();
                        assert_eq!(other, Ok(credits * Decimal::from(times)), "{name}");
                    }
                    None => compare(value, &more[name], times),
                }
            }
        }
        (Value::Array(once), Value::Array(more)) => {
            assert_eq!(once.len(), more.len());
            once.iter().zip(more).for_each(|(one, other)| compare(one, other, times));
        }
        // Shares of credits are divided as floats.
        (Value::Number(one), Value::Number(other)) if one.is_f64() => {
            let (one, other) = (one.as_f64().expect("a float"), other.as_f64().expect("a float"));
            assert!((one - other).abs() <= 1e-12 * one.abs(), "{one} and {other}");
        }
        _ => assert_eq!(once, more),
    }
}

/// Rows of nothing among the others.
pub fn zeros(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    let Some(without) = told(&shop, 1, &shop.rows) else { return false };
    if without.json["usage_events"] == 0 {
        // That there is no usage at all is told, and then is not so.
        return false;
    }
    let mut rows = shop.rows.clone();
    let added = 1 + dice.below(20);
    for _ in 0..added {
        let at = dice.below(rows.len() + 1);
        let before = at.checked_sub(1).map_or(0, |before| rows[before].0);
        let after = rows.get(at).map_or(before + 1, |row| row.0);
        rows.insert(at, (dice.between(before, after.max(before + 1)), 0));
    }
    let with = told(&shop, 1, &rows).expect("nothing is asked for");
    let events = |told: &Told| told.json["usage_events"].as_u64().unwrap();
    assert_eq!(events(&with), events(&without) + added as u64);
    assert_eq!(but_events(with.json), but_events(without.json));
    true
}

/// Without how many events there were.
fn but_events(mut json: Value) -> Value {
    match &mut json {
        Value::Object(object) => {
            object.remove("usage_events");
            object.remove("rows");
            object.values_mut().for_each(|value| *value = but_events(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = but_events(item.take())),
        _ => {}
    }
    json
}

/// Each event in two parts at its instant. What is bought up to a target, and a share of what was bought
/// last, depend on how far one event reaches; so does what is refused.
pub fn parts(dice: &mut Dice) -> bool {
    let mut shop = Shop::new(dice);
    shop.rows.iter_mut().for_each(|row| row.1 /= 8);
    // A charge that takes no time succeeds between the parts, and its balance is told.
    if shop.sets("latency = \"0s\"")
        || shop.sets("up_to")
        || shop.sets("last_purchase")
        || shop.sets("caps")
        || shop.sets("edge")
    {
        return false;
    }
    let Some(whole) = told(&shop, 1, &shop.rows) else { return false };
    if whole.json["refused"] != "0" {
        return false;
    }
    let mut rows = Rows::new();
    for &(at, amount) in &shop.rows {
        let part = dice.between(0, amount + 1);
        rows.extend([(at, part), (at, amount - part)]);
    }
    let parted = told(&shop, 1, &rows).expect("nothing more is asked for");
    assert_eq!(but_events(parted.json), but_events(whole.json));
    true
}

/// What the columns of a journal add up to.
pub fn journal(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    let Some(told) = told(&shop, 1, &shop.rows) else { return false };
    let mut rows = csv::Reader::from_reader(told.journal.as_bytes());
    let names = rows.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let sum = |name: &str| -> Decimal {
        let column = names.iter().position(|other| other == name).unwrap();
        let cells = records.iter().map(|row| &row[column]).filter(|cell| !cell.is_empty());
        cells.map(|cell| cell.parse::<Decimal>().unwrap()).sum()
    };
    let figure = |name: &str| -> Decimal {
        let value = &told.json[name];
        value.as_str().map_or_else(|| value.to_string(), str::to_owned).parse().unwrap()
    };
    for (column, name) in [
        ("money", "total_spend"),
        ("usage_events", "usage_events"),
        ("demanded", "demanded"),
        ("served", "served"),
        ("refused", "refused"),
    ] {
        assert_eq!(sum(column), figure(name), "{column}\n{}", shop.text(1));
    }
    true
}

/// Settings set to what they are set to, by their paths.
pub fn set_again(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    let Some(base) = scenario(&shop.text(1)) else { return false };
    let Ok(told) = on_rows(&base, &shop.rows) else { return false };
    let paths = [
        "plan",
        "plans.p.fee",
        "recharge.packs",
        "recharge.at_or_below",
        "recharge.package",
        "payment.latency",
        "service.shortfall",
        "recharge.caps",
        "account.opening_balance",
        "actions",
    ];
    let mut again = base.clone();
    let mut some = false;
    for _ in 0..4 {
        let path = dice.pick(&paths);
        let Ok(empty) = Setting::from_text(&format!("{path}=0")) else { continue };
        let Some(value) = base.setting(&empty.path) else { continue };
        let setting = Setting::from_text(&format!("{path}={value}")).expect("a value reads back");
        again = again.with_overrides(&[setting]).expect("what holds can be set");
        some = true;
    }
    assert_eq!(on_rows(&again, &shop.rows), Ok(told));
    some
}
