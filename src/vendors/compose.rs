//! A scenario of a vendor's rules: what is asked for and the period are filled in, the rest stands as the
//! file has it. The scenario is read from the text that `recharge init` writes, so that the two cannot differ.

use std::path::Path;

use crate::scenario::{
    Scenario, ScenarioDraft, Setting, SettingPath, SettingValue, UsageOrigin, commented,
};

use super::{Ask, RuleStanding, Vendor, VendorError};

/// A value that stands for one that is not given yet.
const MISSING: &str = "?";

/// Settings that belong to no vendor.
const OWN: [&str; 3] = ["name", "start", "end"];

impl Vendor {
    /// The scenario of the vendor's rules with these settings, which must include `start` and `end` and
    /// everything that is asked for; later ones replace earlier ones. Usage comes with the command. The
    /// error lists everything that is missing, or everything that is wrong.
    pub fn scenario(&self, given: &[Setting]) -> Result<Scenario, VendorError> {
        self.scenario_assuming(given, &[])
    }

    /// The same with further settings that nobody gave, which are assumed.
    pub fn scenario_assuming(
        &self,
        given: &[Setting],
        assumed: &[Setting],
    ) -> Result<Scenario, VendorError> {
        let text = self.text_assuming(given, assumed)?;
        let read = Scenario::parse(&self.name, &text, Path::new(""), UsageOrigin::Command);
        read.map_err(|errors| VendorError::Invalid { vendor: self.name.clone(), errors })
    }

    /// The text of that scenario, with the standing of each value in a comment. It may lack `start` and `end`.
    pub fn text(&self, given: &[Setting]) -> Result<String, VendorError> {
        self.text_assuming(given, &[])
    }

    /// The same with further settings that nobody gave, which are assumed.
    pub fn text_assuming(
        &self,
        given: &[Setting],
        assumed: &[Setting],
    ) -> Result<String, VendorError> {
        let all = [given, assumed].concat();
        let mut draft = self.filled(&all)?;
        let mut unsaid = self.assumed(&draft, &all);
        unsaid.extend(assumed.iter().map(|one| one.path.clone()));
        let list =
            unsaid.iter().map(|path| SettingValue::from(path.to_string().as_str())).collect();
        let placed = draft.set(&Setting { path: SettingPath::from(["assumed"]), value: list });
        placed.expect("a scenario has a list of what is assumed");
        let is_assumed = |path: &SettingPath| assumed.iter().any(|one| one.path == *path);
        Ok(self.head()
            + &draft.toml(&|path| match is_assumed(path) {
                true => Some("assumed: nothing says so".to_owned()),
                false => self.remark(path, given),
            }))
    }

    /// The settings that neither the vendor's sources nor these settings say.
    pub fn assumed(&self, draft: &ScenarioDraft, given: &[Setting]) -> Vec<SettingPath> {
        let is_given = |path: &SettingPath| {
            given.iter().any(|one| one.path.is_in(path) || path.is_in(&one.path))
        };
        let mut found: Vec<SettingPath> = Vec::new();
        for (path, standing) in &self.standings {
            if !standing.is_assumed() || draft.value(path).is_none() {
                continue;
            }
            match is_given(path) {
                false => found.push(path.clone()),
                true => {
                    let inside = draft.values().into_iter().filter(|one| one.is_in(path));
                    found.extend(inside.filter(|one| *one != *path && !is_given(one)));
                }
            }
        }
        found
    }

    /// The rules with the settings given, and the title as their name unless another is given.
    fn filled(&self, given: &[Setting]) -> Result<ScenarioDraft, VendorError> {
        let mut draft = self.rules.clone();
        let title = Setting::new(["name"], self.title.as_str());
        let asked = self.asks.iter().map(|ask| {
            let value = SettingValue::from(MISSING);
            Setting { path: ask.path.clone(), value }
        });
        for setting in asked.chain([title]) {
            draft.set(&setting).expect("the tests set everything that is asked for");
        }
        let failed = given.iter().filter_map(|setting| draft.set(setting).err());
        let reasons: Vec<String> = failed.collect();
        if !reasons.is_empty() {
            return Err(VendorError::Settings { vendor: self.name.clone(), reasons });
        }
        let is_missing = |ask: &&Ask| draft.value(&ask.path) == Some(SettingValue::from(MISSING));
        let asks: Vec<Ask> = self.asks.iter().filter(is_missing).cloned().collect();
        match asks.is_empty() {
            true => Ok(draft),
            false => Err(VendorError::Missing { vendor: self.name.clone(), asks }),
        }
    }

    /// The head of a written scenario: the product, and where its rules come from.
    fn head(&self) -> String {
        let mut text = commented(&format!("{}. {}", self.title, self.summary));
        text.push_str("#\n");
        text.push_str(&commented(&format!(
            "The rules of the vendor `{}`, read on {} in:",
            self.name, self.checked
        )));
        for source in &self.sources {
            text.push_str(&commented(&format!("- {}: {}", source.name, source.place)));
        }
        if !self.not_modelled.is_empty() {
            text.push_str("#\n# Rules of the product that are not in this scenario:\n");
            for rule in &self.not_modelled {
                text.push_str(&commented(&format!("- {rule}")));
            }
        }
        text + "\n"
    }

    /// The comment on a setting: its standing, once, where a table or a value has one of its own.
    fn remark(&self, path: &SettingPath, given: &[Setting]) -> Option<String> {
        if given.iter().any(|one| one.path == *path) && !OWN.contains(&path.root()) {
            return Some(match self.asks.iter().find(|ask| ask.path == *path) {
                Some(ask) => format!("given: {}", ask.about),
                None => "given".to_owned(),
            });
        }
        let (_, standing) = self.standings.iter().find(|(of, _)| of == path)?;
        Some(match standing {
            RuleStanding::Documented(evidence) | RuleStanding::FromCode(evidence) => {
                let says = evidence.says.as_ref();
                let says = says.map(|says| format!(": {says}")).unwrap_or_default();
                format!("{}, {}{says}", standing.word(), evidence.source)
            }
            RuleStanding::Assumed(why) | RuleStanding::Owner(why) => {
                format!("{}: {why}", standing.word())
            }
        })
    }
}
