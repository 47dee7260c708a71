//! The rules of vendors for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::vendors::{trigger, values};
use crate::scenario::SettingPath;
use crate::vendors::{OptionValues, OwnerOption, RuleStanding, Vendor};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.vendors/1";

/// Vendors and their rules.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge vendors")]
pub struct VendorsResult<'v> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The vendors, by name.
    vendors: Vec<VendorResult<'v>>,
}

/// A product whose rules are known.
#[derive(Serialize, JsonSchema)]
struct VendorResult<'v> {
    /// Its name on the command line.
    name: &'v str,
    /// The product and its vendor.
    title: &'v str,
    /// Its auto-recharge in one sentence.
    summary: &'v str,
    /// The date on which its sources were read.
    checked: &'v str,
    /// When a recharge is due and what it buys, in words.
    trigger: String,
    /// The documents and repositories that values come from.
    sources: Vec<SourceResult<'v>>,
    /// Every value with what it rests on.
    settings: Vec<SettingResult>,
    /// What the vendor does not publish.
    asks: Vec<AskResult<'v>>,
    /// What an owner may choose.
    options: Vec<OptionResult>,
    /// What its text leaves open.
    readings: Vec<OpenResult<'v>>,
    /// Rules of the product that a scenario cannot say.
    not_modelled: &'v [String],
}

/// A document or a repository.
#[derive(Serialize, JsonSchema)]
struct SourceResult<'v> {
    /// Its name.
    name: &'v str,
    /// Its place.
    place: &'v str,
}

/// A value and what it rests on.
#[derive(Serialize, JsonSchema)]
struct SettingResult {
    /// The path of the setting.
    path: String,
    /// Its value, in TOML.
    value: String,
    /// What it rests on: documented, from code, assumed, or the owner's choice.
    standing: &'static str,
    /// The source; `null` for what no source says.
    source: Option<String>,
    /// The words of the source, or the reason; `null` if the source is enough.
    why: Option<String>,
}

/// A setting that has to be given.
#[derive(Serialize, JsonSchema)]
struct AskResult<'v> {
    /// The path of the setting.
    path: String,
    /// What it is, in words.
    about: &'v str,
}

/// A setting that an owner may choose: a range, or a list.
#[derive(Serialize, JsonSchema)]
struct OptionResult {
    /// The path of the setting.
    path: String,
    /// The least; `null` for a list.
    from: Option<String>,
    /// The most; `null` for a list, or if there is no limit.
    to: Option<String>,
    /// The step; `null` for a list.
    step: Option<String>,
    /// The values, in TOML; `null` for a range.
    values: Option<Vec<String>>,
}

/// A place that the text leaves open.
#[derive(Serialize, JsonSchema)]
struct OpenResult<'v> {
    /// The words that leave it open.
    says: &'v str,
    /// The question to ask the vendor.
    question: &'v str,
    /// The ways to read it; the first is that of the file.
    meanings: Vec<&'v str>,
}

/// The result for some vendors.
pub fn result<'v>(vendors: &[&'v Vendor]) -> VendorsResult<'v> {
    VendorsResult {
        schema: SCHEMA,
        vendors: vendors.iter().map(|vendor| of_vendor(vendor)).collect(),
    }
}

fn of_vendor(vendor: &Vendor) -> VendorResult<'_> {
    VendorResult {
        name: &vendor.name,
        title: &vendor.title,
        summary: &vendor.summary,
        checked: &vendor.checked,
        trigger: trigger(vendor),
        sources: vendor
            .sources
            .iter()
            .map(|one| SourceResult { name: &one.name, place: &one.place })
            .collect(),
        settings: vendor.standings.iter().flat_map(|one| settings(vendor, one)).collect(),
        asks: vendor
            .asks
            .iter()
            .map(|ask| AskResult { path: ask.path.to_string(), about: &ask.about })
            .collect(),
        options: vendor.options.iter().map(option).collect(),
        readings: vendor
            .readings
            .iter()
            .map(|reading| OpenResult {
                says: &reading.says,
                question: &reading.question,
                meanings: reading.choices.iter().map(|choice| &*choice.meaning).collect(),
            })
            .collect(),
        not_modelled: &vendor.not_modelled,
    }
}

/// The values that one standing is about.
fn settings(vendor: &Vendor, (path, standing): &(SettingPath, RuleStanding)) -> Vec<SettingResult> {
    let (source, why) = match standing {
        RuleStanding::Documented(evidence) | RuleStanding::FromCode(evidence) => {
            (Some(evidence.source.clone()), evidence.says.clone())
        }
        RuleStanding::Assumed(why) | RuleStanding::Owner(why) => (None, Some(why.clone())),
    };
    let setting = |(path, value): (SettingPath, String)| SettingResult {
        path: path.to_string(),
        value,
        standing: standing.word(),
        source: source.clone(),
        why: why.clone(),
    };
    values(vendor, path).into_iter().map(setting).collect()
}

fn option(option: &OwnerOption) -> OptionResult {
    let (range, values) = match &option.values {
        OptionValues::Whole(range)
        | OptionValues::Credits(range)
        | OptionValues::Money(range)
        | OptionValues::Share(range) => (Some(range), None),
        OptionValues::List(values) => {
            (None, Some(values.iter().map(|value| value.toml()).collect()))
        }
    };
    OptionResult {
        path: option.path.to_string(),
        from: range.map(|range| range.from.to_string()),
        to: range.and_then(|range| range.to).map(|to| to.to_string()),
        step: range.map(|range| range.step.to_string()),
        values,
    }
}
