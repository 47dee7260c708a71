//! What many runs are asked, from the `study` table and the command line.

use rust_decimal::Decimal;

use crate::inquiry::MOST_LEVELS;
use crate::scenario::{Scenario, setting_from_text};
use crate::study::Figure;
use crate::study::asked::{Asked, AskedUntil, MOST_REPLICATIONS, Values, check_path};
use crate::study::candidates::shown;

use super::args::Many;
use super::exit::Failure;

/// What the scenario asks, with the command line's number of replications.
pub fn of(scenario: &Scenario, many: &Many) -> Result<Asked, Failure> {
    let mut asked = Asked::of(scenario);
    if let Some(replications) = many.replications {
        if !(1..=MOST_REPLICATIONS as usize).contains(&replications) {
            return Err(Failure::Input(format!(
                "--replications {replications}: a whole number from 1 to {MOST_REPLICATIONS} is needed"
            )));
        }
        asked.until = AskedUntil::Replications(replications);
    }
    Ok(asked)
}

/// The same with the settings to vary and the figure to map that the command line names.
pub fn varying(
    mut spec: Asked,
    varied_settings: &[String],
    map: Option<&str>,
) -> Result<Asked, Failure> {
    if let Some(name) = map {
        spec.map = mapped(name)?;
    }
    for vary in varied_settings {
        let (path, values) = varied(vary)?;
        spec.vary.retain(|(other, _)| *other != path);
        spec.vary.push((path, values));
    }
    Ok(spec)
}

/// The figure of this name.
fn mapped(name: &str) -> Result<Figure, Failure> {
    let figure = Figure::ALL.into_iter().find(|figure| figure.name() == name);
    figure.ok_or_else(|| {
        let names = Figure::ALL.map(Figure::name).join(", ");
        Failure::Input(format!("--map {name}: no figure of this name; there are {names}"))
    })
}

/// `recharge.at_or_below=0,100,500` or `recharge.at_or_below=0..2000..500`.
fn varied(text: &str) -> Result<(String, Values), Failure> {
    let wrong = |why: &str| Failure::Input(format!("--vary {text}: {why}"));
    let usual = "write PATH=VALUES, for example --vary recharge.at_or_below=0,100,500";
    let (path, values) = text.split_once('=').ok_or_else(|| wrong(usual))?;
    let path = path.trim();
    if path.is_empty() {
        return Err(wrong(usual));
    }
    check_path(path).map_err(|why| wrong(&why))?;
    Ok((path.to_owned(), listed(path, values).map_err(|why| wrong(&why))?))
}

/// Values of the setting at `path`, parted by commas, or `from..to..step`.
fn listed(path: &str, text: &str) -> Result<Values, String> {
    if let [from, to, step] = text.split("..").collect::<Vec<_>>().as_slice() {
        let number = |text: &str| {
            let number = text.trim().parse::<Decimal>();
            number.map_err(|_| format!("`{text}` is no number; a range is from..to..step"))
        };
        return Values::range(number(from)?, number(to)?, number(step)?);
    }
    let value = |text: &str| setting_from_text(&format!("{path}={}", text.trim()));
    let values: Vec<_> = text
        .split(',')
        .filter(|text| !text.trim().is_empty())
        .filter_map(value)
        .map(|(_, value)| value)
        .collect();
    match values.is_empty() {
        true => Err("an empty list: name at least one value to try".to_owned()),
        false => Ok(Values::List(values)),
    }
}

/// Levels of usage, `2000,4000,8000` or `1000..12000..1000`.
pub fn levels(text: &str) -> Result<Vec<f64>, Failure> {
    let wrong = |why: &str| Failure::Input(format!("--levels {text}: {why}"));
    let values = listed("levels", text).map_err(|why| wrong(&why))?;
    if values.count() > MOST_LEVELS as u128 {
        return Err(wrong(&format!("{} levels; at most {MOST_LEVELS}", values.count())));
    }
    let mut levels = Vec::new();
    for index in 0..u64::try_from(values.count()).unwrap_or(0) {
        let number = values.get(index).and_then(|value| shown(&value).parse::<f64>().ok());
        match number.filter(|number| number.is_finite() && *number > 0.0) {
            Some(number) => levels.push(number),
            None => {
                return Err(wrong(
                    "write credits above zero, such as 2000,4000 or 1000..12000..1000",
                ));
            }
        }
    }
    Ok(levels)
}
