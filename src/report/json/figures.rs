//! Figures of the catalogue as maps from names to values, with the schema that the catalogue makes.
//!
//! Exact decimals are strings, counts and milliseconds integers, shares and estimates numbers. A figure
//! that cannot be known is `null`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::figures::{Figure, Figures, Unit};
use crate::study::Estimate;

/// The pattern of an exact decimal number.
const DECIMAL: &str = "^-?[0-9]+(\\.[0-9]+)?$";

/// The figures of a run or of a cycle, by name in the order of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct RunFigures<'f> {
    /// The counts.
    pub figures: &'f Figures,
    /// Decimals of the currency.
    pub minor: u32,
}

impl Serialize for RunFigures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = |figure: Figure| figure.of(self.figures).map(|of| of.json(self.minor));
        serializer.collect_map(Figure::of_runs().map(|figure| (figure.name(), value(figure))))
    }
}

/// The figures of the usage that was read, by name in the order of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct ReadingFigures<'f>(pub RunFigures<'f>);

impl Serialize for ReadingFigures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let RunFigures { figures, minor } = self.0;
        let value = |figure: Figure| figure.of(figures).map(|of| of.json(minor));
        serializer.collect_map(Figure::of_reading().map(|figure| (figure.name(), value(figure))))
    }
}

impl JsonSchema for ReadingFigures<'_> {
    fn schema_name() -> Cow<'static, str> {
        "ReadingFigures".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        object(Figure::of_reading().map(|figure| (figure.name(), value_schema(figure))))
    }
}

impl JsonSchema for RunFigures<'_> {
    fn schema_name() -> Cow<'static, str> {
        "RunFigures".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        object(Figure::of_runs().map(|figure| (figure.name(), value_schema(figure))))
    }
}

/// The figures of a candidate of a study, by name in the order of studies.
#[derive(Clone, Debug)]
pub struct StudyFigures(pub Vec<(Figure, Option<Estimate>)>);

impl Serialize for StudyFigures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0.iter().map(|(figure, estimate)| (figure.name_in_studies(), estimate)),
        )
    }
}

impl JsonSchema for StudyFigures {
    fn schema_name() -> Cow<'static, str> {
        "StudyFigures".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let estimate = generator.subschema_for::<Option<Estimate>>();
        let one = |figure: Figure| {
            let mut schema = estimate.clone();
            schema.insert(
                "description".to_owned(),
                json!(description(figure, figure.is_per_period())),
            );
            (figure.name_in_studies(), schema)
        };
        object(Figure::of_studies().map(one))
    }
}

/// An object that has all of these and may have more.
fn object(properties: impl Iterator<Item = (&'static str, Schema)>) -> Schema {
    let properties: Map<String, Value> =
        properties.map(|(name, schema)| (name.to_owned(), schema.to_value())).collect();
    let names: Vec<&String> = properties.keys().collect();
    json_schema!({ "type": "object", "required": names, "properties": properties })
}

/// The schema of a figure's value in a run.
fn value_schema(figure: Figure) -> Schema {
    let description = description(figure, false);
    match figure.unit() {
        Unit::Money | Unit::Credits => json_schema!({
            "description": description, "type": ["string", "null"], "pattern": DECIMAL,
        }),
        Unit::Count | Unit::Duration => json_schema!({
            "description": description, "type": ["integer", "null"], "minimum": 0,
        }),
        Unit::Price => json_schema!({
            "description": description, "type": ["number", "null"], "minimum": 0,
        }),
        Unit::Share => json_schema!({
            "description": description, "type": ["number", "null"], "minimum": 0, "maximum": 1,
        }),
    }
}

fn description(figure: Figure, is_per_period: bool) -> String {
    let unit = match figure.unit() {
        Unit::Money => "money",
        Unit::Price => "money for 1,000 credits",
        Unit::Credits => "credits",
        Unit::Count => "a number",
        Unit::Share => "a share, 0 to 1",
        Unit::Duration if figure.estimator().is_some() && is_per_period => "hours",
        Unit::Duration => "milliseconds",
    };
    let per = if is_per_period { ", per period" } else { "" };
    format!("{} ({unit}{per}).", figure.meaning())
}
