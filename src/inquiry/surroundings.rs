//! What a study tried next to one of its candidates: the next values of each setting of numbers, and the best with
//! each other value of the rest.
//!
//! Deliberately absent: the choice of what is tried.

use rust_decimal::Decimal;

use crate::scenario::{Scenario, Setting, SettingPath, SettingValue, Variation};
use crate::study::candidates::{same_rules, whole};

use super::assess::Assessment;
use super::study::StudyAnswer;

/// A setting and its values.
#[derive(Clone, Debug)]
pub(super) struct SettingAxis {
    pub path: SettingPath,
    pub values: Vec<Setting>,
    /// The values as numbers, where they are numbers that ascend: what lies between two can be expected to lie
    /// between them.
    numbers: Option<Vec<Decimal>>,
}

impl SettingAxis {
    pub fn of(variation: &Variation) -> SettingAxis {
        let values: Vec<Setting> = variation.settings().collect();
        let numbers: Option<Vec<Decimal>> = values.iter().map(|one| number(&one.value)).collect();
        let numbers = numbers.filter(|all| all.is_sorted_by(|a, b| a < b));
        SettingAxis { path: variation.path.clone(), values, numbers }
    }

    /// The value in its own words, which joins the others where it is none of them, a number in its place; `None` of what is
    /// no number among numbers.
    pub fn join(&mut self, setting: &Setting) -> Option<Setting> {
        let at = number(&setting.value);
        let place = match &mut self.numbers {
            None => self.values.iter().position(|one| one == setting).unwrap_or_else(|| {
                self.values.push(setting.clone());
                self.values.len() - 1
            }),
            Some(numbers) => {
                let at = at?;
                let place = numbers.partition_point(|&number| number < at);
                if numbers.get(place) != Some(&at) {
                    numbers.insert(place, at);
                    self.values.insert(place, setting.clone());
                }
                place
            }
        };
        Some(self.values[place].clone())
    }

    /// Whether the values are numbers that ascend.
    pub fn is_ordered(&self) -> bool {
        self.numbers.is_some()
    }

    /// The last value.
    pub fn last(&self) -> usize {
        self.values.len() - 1
    }

    /// The values of numbers next to `value`, which may lie between two of them: the next lower one and the next
    /// higher one.
    fn next_to(&self, value: &SettingValue) -> [Option<&Setting>; 2] {
        let (Some(numbers), Some(at)) = (&self.numbers, number(value)) else { return [None; 2] };
        let lower = numbers.partition_point(|&number| number < at).checked_sub(1);
        let upper = numbers.partition_point(|&number| number <= at);
        [lower.map(|lower| &self.values[lower]), self.values.get(upper)]
    }
}

/// A number, or a share as its percent.
fn number(value: &SettingValue) -> Option<Decimal> {
    let share = |text: String| text.strip_suffix('%')?.parse().ok();
    value.decimal().or_else(|| share(value.to_string()))
}

/// What was tried next to a candidate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The values next to its own, of each setting of numbers.
    pub neighbours: Vec<Neighbours>,
    /// For every other value of the settings that are not numbers, the cheapest candidate of the study with it,
    /// of those that keep what must hold before the others.
    pub alternatives: Vec<Alternative>,
}

/// The values of a setting next to that of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    /// The setting.
    pub path: SettingPath,
    /// The next lower value; `None` where there is none, or it makes no scenario.
    pub lower: Option<Neighbour>,
    /// The same of the next higher value.
    pub upper: Option<Neighbour>,
}

/// A value next to that of a candidate, with all other settings as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The value.
    pub value: SettingValue,
    /// The candidate of the study.
    pub candidate: usize,
}

/// Another value of a setting that is no number.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The setting with the value.
    pub setting: Setting,
    /// The candidate of the study.
    pub candidate: usize,
}

/// The settings of a scenario with one more, for each value next to that of `base`.
pub(super) fn beside(scenario: &Scenario, axes: &[SettingAxis]) -> Vec<Vec<Setting>> {
    let of = |axis: &SettingAxis| {
        let value = scenario.setting(&axis.path);
        let next = value.map_or([None; 2], |value| axis.next_to(&value));
        next.map(|setting| setting.cloned())
    };
    let next = axes.iter().flat_map(of).flatten().map(|setting| vec![setting]);
    next.filter(|set| scenario.with_overrides(set).is_ok()).collect()
}

impl Surroundings {
    /// What a study of settings of `scenario` tried next to a candidate.
    pub(super) fn of(
        candidate: usize,
        study: &StudyAnswer,
        scenario: &Scenario,
        axes: &[SettingAxis],
    ) -> Surroundings {
        let settings = &study.candidates[candidate].settings;
        let made = scenario.with_overrides(settings);
        let made = made.expect("a candidate was made of these settings");
        let candidate = Surrounded { settings, made, study, scenario };
        let ordered = axes.iter().filter(|axis| axis.is_ordered());
        Surroundings {
            neighbours: ordered.map(|axis| candidate.neighbours(axis)).collect(),
            alternatives: candidate.alternatives(axes),
        }
    }
}

/// A candidate whose surroundings are looked for.
struct Surrounded<'s> {
    settings: &'s [Setting],
    made: Scenario,
    study: &'s StudyAnswer,
    scenario: &'s Scenario,
}

impl Surrounded<'_> {
    fn neighbours(&self, axis: &SettingAxis) -> Neighbours {
        let value = self.made.setting(&axis.path);
        let next = value.map_or([None; 2], |value| axis.next_to(&value));
        let [lower, upper] = next.map(|setting| self.neighbour(setting?));
        Neighbours { path: axis.path.clone(), lower, upper }
    }

    /// The candidate of the study with another value of one setting.
    fn neighbour(&self, setting: &Setting) -> Option<Neighbour> {
        let others = self.settings.iter().filter(|one| one.path != setting.path);
        let set: Vec<Setting> = others.chain([setting]).cloned().collect();
        let wanted = whole(&self.scenario.with_overrides(&set).ok()?, String::new());
        let mut all = self.study.candidates.iter();
        let candidate = all.position(|candidate| same_rules(candidate, &wanted))?;
        Some(Neighbour { value: setting.value.clone(), candidate })
    }

    /// The cheapest candidates of the study with other values of the settings that are not numbers.
    fn alternatives(&self, axes: &[SettingAxis]) -> Vec<Alternative> {
        let mut judged: Vec<&Assessment> = self.study.judgement.assessments.iter().collect();
        judged.sort_by(|a, b| {
            let kept = b.is_feasible().cmp(&a.is_feasible());
            kept.then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
        });
        let has =
            |index: usize, value: &Setting| self.study.candidates[index].settings.contains(value);
        let words = axes.iter().filter(|axis| !axis.is_ordered());
        let values = words.flat_map(|axis| &axis.values);
        let others =
            values.filter(|value| self.made.setting(&value.path) != Some(value.value.clone()));
        let found = others.filter_map(|value| {
            let judged = judged.iter().find(|judged| has(judged.index, value))?;
            Some(Alternative { setting: value.clone(), candidate: judged.index })
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Values;

    fn axis(path: &str, values: &[&str]) -> SettingAxis {
        let number =
            |text: &&str| text.parse::<u64>().map_or(SettingValue::from(*text), Into::into);
        let values = Values::List(values.iter().map(number).collect());
        SettingAxis::of(&Variation { path: SettingPath::new(path).unwrap(), values })
    }

    #[test]
    fn a_value_joins_the_others_in_its_place_and_once() {
        let mut numbers = axis("recharge.below", &["100", "200", "400"]);
        let at = |number: u64| Setting::new(["recharge", "below"], number);
        assert_eq!(numbers.join(&at(300)), Some(at(300)));
        assert_eq!(numbers.join(&at(200)), Some(at(200)));
        assert_eq!(numbers.values, [at(100), at(200), at(300), at(400)]);
        assert_eq!(numbers.next_to(&at(300).value), [Some(&at(200)), Some(&at(400))]);
        assert_eq!(numbers.join(&Setting::new(["recharge", "below"], "low")), None);
        let mut names = axis("recharge.package", &["small", "large"]);
        let huge = Setting::new(["recharge", "package"], "huge");
        assert_eq!(names.join(&huge), Some(huge.clone()));
        assert_eq!((names.values.len(), &names.values[2]), (3, &huge));
    }
}
