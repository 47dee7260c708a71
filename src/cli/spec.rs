//! The specification of many runs, from the `study` table and the command line.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::figures::{Figure, unknown};
use crate::inquiry::MOST_LEVELS;
use crate::scenario::{
    FigureBound, MOST_REPLICATIONS, NumberRange, Scenario, Stop, Variation, WantedService,
    check_path,
};
use crate::study::StudySpec;

use super::args::ManyArgs;
use super::exit::Failure;

/// The scenario's specification, with the command line's number of replications.
pub fn of(scenario: &Scenario, many: &ManyArgs) -> Result<StudySpec, Failure> {
    let mut spec = StudySpec::of(scenario);
    if let Some(replications) = many.replications.map(|replications| replications as u64) {
        if !(1..=MOST_REPLICATIONS).contains(&replications) {
            return Err(Failure::Input(format!(
                "--replications {replications}: a whole number from 1 to {MOST_REPLICATIONS} is needed"
            )));
        }
        spec.table.stop = Stop::Replications(replications);
    }
    spec.table.bounds.extend(bounds(&many.constraint)?);
    if !many.target.is_empty() {
        spec.table.target = target(&many.target)?;
    }
    Ok(spec)
}

/// Parses the service target: `fill_rate >= 99%`, or `none`.
pub fn target(typed: &[String]) -> Result<WantedService, Failure> {
    WantedService::from_texts(typed.iter().map(String::as_str))
        .map_err(|(place, why)| Failure::Input(format!("--target '{}': {why}", typed[place])))
}

/// Parses constraints: `total_spend <= 500`.
fn bounds(typed: &[String]) -> Result<Vec<FigureBound>, Failure> {
    let read = |text: &String| {
        let wrong = |why| Failure::Input(format!("--constraint '{text}': {why}"));
        FigureBound::from_text(text).map_err(wrong)
    };
    typed.iter().map(read).collect()
}

/// The same with the settings to vary and the figure to map from the command line.
pub fn varying(
    mut spec: StudySpec,
    varied_settings: &[String],
    map: Option<&str>,
) -> Result<StudySpec, Failure> {
    if let Some(name) = map {
        spec.map = mapped(name)?;
    }
    for vary in varied_settings {
        let variation = varied(vary)?;
        spec.table.vary.retain(|other| other.path != variation.path);
        spec.table.vary.push(variation);
    }
    Ok(spec)
}

/// The figure of this name.
fn mapped(name: &str) -> Result<Figure, Failure> {
    let of_studies = Figure::of_studies().map(Figure::name_in_studies);
    let figure = Figure::of_studies().find(|figure| figure.name_in_studies() == name);
    figure.ok_or_else(|| Failure::Input(format!("--map {name}: {}", unknown(name, of_studies))))
}

/// Parses settings to vary: `recharge.at_or_below=0,100,500`, `0..2000..500` or `1..10`.
fn varied(text: &str) -> Result<Variation, Failure> {
    let wrong = |why: String| Failure::Input(format!("--vary {text}: {why}"));
    let variation = Variation::from_text(text).map_err(wrong)?;
    check_path(&variation.path).map_err(wrong)?;
    Ok(variation)
}

/// Levels of usage, `2000,4000,8000` or `1000..12000..1000`.
pub fn levels(text: &str) -> Result<Vec<f64>, Failure> {
    let wrong = |why: &str| Failure::Input(format!("--levels {text}: {why}"));
    let usual = "write credits above zero, such as 2000,4000 or 1000..12000..1000";
    let numbers: Vec<Option<Decimal>> = match NumberRange::from_text(text) {
        Some(range) => {
            let range = range.map_err(|why| wrong(&why))?;
            if range.count() > MOST_LEVELS as u128 {
                return Err(wrong(&format!("{} levels; at most {MOST_LEVELS}", range.count())));
            }
            range.numbers().map(Some).collect()
        }
        None => text.split(',').map(|text| text.trim().parse().ok()).collect(),
    };
    if numbers.len() > MOST_LEVELS {
        return Err(wrong(&format!("{} levels; at most {MOST_LEVELS}", numbers.len())));
    }
    let credits = |number: Option<Decimal>| number?.to_f64().filter(|number| *number > 0.0);
    numbers.into_iter().map(|number| credits(number).ok_or_else(|| wrong(usual))).collect()
}
