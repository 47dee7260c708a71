//! Results held against their JSON Schemas.
//!
//! A validator of what the schemas of results use and of nothing else: it refuses a keyword that it does
//! not know, so nothing goes unchecked, and a name that a schema does not describe.

use recharge::report::json;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// The schema that a result names.
pub fn schema_of(result: &Value) -> Value {
    match result["schema"].as_str() {
        Some(json::run::SCHEMA) => json::schema::<json::run::RunResult<'_>>(),
        Some(json::study::SCHEMA) => json::schema::<json::study::StudyResult<'_>>(),
        Some(json::inspect::SCHEMA) => json::schema::<json::inspect::InspectResult<'_>>(),
        Some(json::plan::SCHEMA) => json::schema::<json::plan::PlanResult<'_>>(),
        Some(json::readings::SCHEMA) => json::schema::<json::readings::ReadingsResult<'_>>(),
        Some(json::vendors::SCHEMA) => json::schema::<json::vendors::VendorsResult<'_>>(),
        Some(json::forecast::FORECAST) => json::schema::<json::forecast::ForecastResult<'_>>(),
        Some(json::forecast::BACKTEST) => json::schema::<json::forecast::BacktestResult<'_>>(),
        Some(json::gates::SCHEMA) => json::schema::<json::gates::GatesResult<'_>>(),
        Some(json::check::SCHEMA) => json::schema::<json::check::CheckResult<'_>>(),
        Some(json::diff::SCHEMA) => json::schema::<json::diff::DiffResult<'_>>(),
        Some(json::explain::SCHEMA) => json::schema::<json::explain::ExplainResult<'_>>(),
        Some(json::diff::BASELINE) => json::schema::<json::diff::BaselineResult<'_>>(),
        Some(json::shrink::SCHEMA) => json::schema::<json::shrink::ShrinkResult<'_>>(),
        Some(json::capsule::SCHEMA) => json::schema::<json::capsule::CapsuleJson>(),
        Some(json::capsule::REPLAY) => json::schema::<json::capsule::ReplayResult<'_>>(),
        Some(json::fleet::SCHEMA) => json::schema::<json::fleet::FleetResult<'_>>(),
        Some(json::forecast::FIT) => json::schema::<json::forecast::FitResult<'_>>(),
        other => panic!("{other:?} names no schema"),
    }
    .to_value()
}

/// A result as it was printed, which keeps its schema.
pub fn valid(printed: &str) -> Value {
    let result: Value = serde_json::from_str(printed).unwrap();
    let breaches = breaches(&result, &schema_of(&result));
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    result
}

/// Where a value breaks a schema.
pub fn breaches(value: &Value, schema: &Value) -> Vec<String> {
    let mut check = Check { root: schema, breaches: Vec::new() };
    check.value("$", value, schema);
    check.breaches
}

/// One validation.
struct Check<'s> {
    root: &'s Value,
    breaches: Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, path: &str, value: &Value, schema: &Value) {
        let Some(keywords) = schema.as_object() else { panic!("{path}: {schema} is no schema") };
        for (keyword, wanted) in keywords {
            if let Some(breach) = self.keyword(path, value, keywords, keyword, wanted) {
                self.breaches.push(format!("{path}: {value} {breach}"));
            }
        }
    }

    /// What breaks one keyword; what lies deeper is noted by itself.
    fn keyword(
        &mut self,
        path: &str,
        value: &Value,
        keywords: &Map<String, Value>,
        keyword: &str,
        wanted: &Value,
    ) -> Option<String> {
        let number = value.as_f64();
        let broken = match keyword {
            "$schema" | "$defs" | "title" | "description" | "format" => false,
            "$ref" => {
                let place = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                let target = self.root.pointer(place).expect("a reference leads somewhere");
                self.value(path, value, &target.clone());
                false
            }
            "type" => !types(wanted).any(|name| is(value, name)),
            "const" => value != wanted,
            "enum" => !wanted.as_array().unwrap().contains(value),
            "minimum" => number.is_some_and(|number| number < wanted.as_f64().unwrap()),
            "maximum" => number.is_some_and(|number| number > wanted.as_f64().unwrap()),
            "pattern" => {
                assert_eq!(wanted, r"^-?[0-9]+(\.[0-9]+)?$", "{path}: an unknown pattern");
                value.as_str().is_some_and(|text| text.parse::<Decimal>().is_err())
            }
            "oneOf" | "anyOf" => {
                let root = self.root;
                let fits = |one: &&Value| {
                    let mut check = Check { root, breaches: Vec::new() };
                    check.value(path, value, one);
                    check.breaches.is_empty()
                };
                let fitting = wanted.as_array().unwrap().iter().filter(fits).count();
                fitting == 0 || (keyword == "oneOf" && fitting > 1)
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, wanted);
                }
                false
            }
            "required" => {
                let lacks = |name: &&Value| value.get(name.as_str().unwrap()).is_none();
                let missing: Vec<&Value> =
                    wanted.as_array().unwrap().iter().filter(lacks).collect();
                if value.is_object() && !missing.is_empty() {
                    return Some(format!("lacks {missing:?}"));
                }
                false
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    let place = format!("{path}.{name}");
                    match (wanted.get(name), keywords.get("additionalProperties")) {
                        (Some(schema), _) | (None, Some(schema)) => {
                            self.value(&place, inner, schema)
                        }
                        (None, None) => self.breaches.push(format!("{place}: is not described")),
                    }
                }
                false
            }
            "additionalProperties" => {
                if !keywords.contains_key("properties") {
                    for (name, inner) in value.as_object().into_iter().flatten() {
                        self.value(&format!("{path}.{name}"), inner, wanted);
                    }
                }
                false
            }
            "minItems" => value.as_array().is_some_and(|items| items.len() < count(wanted)),
            "maxItems" => value.as_array().is_some_and(|items| items.len() > count(wanted)),
            other => panic!("{path}: the validator does not know `{other}`"),
        };
        broken.then(|| format!("breaks `{keyword}` {wanted}"))
    }
}

fn types(wanted: &Value) -> impl Iterator<Item = &str> {
    let one = wanted.as_str().into_iter();
    one.chain(wanted.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("no type is called `{other}`"),
    }
}

/// A number of items.
fn count(wanted: &Value) -> usize {
    usize::try_from(wanted.as_u64().expect("a count")).expect("a small count")
}
