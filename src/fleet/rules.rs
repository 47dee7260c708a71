//! The scenario of each account: the base, or the changed one, with what the list sets and a seed of its own.
//!
//! Accounts that set the same share a scenario that was checked once. The seed of an account follows from that of
//! the base and from its name, so that its luck is its own, the same before and after a change, and independent of all
//! other accounts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::scenario::{Diagnostics, Scenario, Setting};

use super::error::FleetError;
use super::roster::{ListedAccount, Roster, listed};

/// Scenarios that are kept for accounts that set the same.
const KEPT: usize = 4_096;

/// One of the two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// As it is.
    Base,
    /// With the change.
    Changed,
}

/// The rules of all accounts.
pub struct FleetRules {
    base: Scenario,
    changed: Option<Scenario>,
    roster: Roster,
    kept: [Mutex<HashMap<String, Arc<Scenario>>>; 2],
}

impl FleetRules {
    /// The rules of a base, of a change, and of the accounts of a list. Every account of the list is checked.
    pub fn new(
        base: Scenario,
        changed: Option<Scenario>,
        roster: Roster,
    ) -> Result<FleetRules, FleetError> {
        let rules = FleetRules { base, changed, roster, kept: Default::default() };
        let mut accounts: Vec<(&ListedAccount, &str)> =
            rules.roster.ids().filter_map(|id| Some((rules.roster.get(id)?, id))).collect();
        accounts.sort_by_key(|(account, _)| account.line);
        let mut problems = Vec::new();
        for (_, id) in accounts {
            for side in rules.sides() {
                problems.extend(rules.scenario(id, side).err());
            }
        }
        problems.dedup();
        match problems.is_empty() {
            true => Ok(rules),
            false => Err(FleetError::Roster { problems: listed(problems) }),
        }
    }

    /// The base.
    pub fn base(&self) -> &Scenario {
        &self.base
    }

    /// The scenario with the change, if there is one.
    pub fn changed(&self) -> Option<&Scenario> {
        self.changed.as_ref()
    }

    /// The list of accounts.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    pub(super) fn sides(&self) -> impl Iterator<Item = Side> + use<> {
        let changed = self.changed.is_some().then_some(Side::Changed);
        std::iter::once(Side::Base).chain(changed)
    }

    /// The scenario of an account. The error names its line in the list.
    pub(super) fn scenario(&self, account: &str, side: Side) -> Result<Scenario, String> {
        let of_side = match side {
            Side::Base => &self.base,
            Side::Changed => self.changed.as_ref().expect("it is asked for where there is one"),
        };
        let listed = self.roster.get(account);
        let settings = match listed {
            Some(listed) => self.roster.settings(listed, of_side)?,
            None => Vec::new(),
        };
        let mut scenario = Scenario::clone(&*match settings.is_empty() {
            true => Arc::new(of_side.clone()),
            false => self.set(of_side, side, &settings).map_err(|errors| {
                let line = listed.map_or(0, |listed| listed.line);
                format!(
                    "{}, line {line}, account `{account}`: {}",
                    self.roster.name(),
                    errors.to_string().trim_end()
                )
            })?,
        });
        scenario.meaning.seed = account_seed(self.base.seed, account);
        Ok(scenario)
    }

    /// A scenario with these settings, from those that are kept if it is one of them.
    fn set(
        &self,
        scenario: &Scenario,
        side: Side,
        settings: &[Setting],
    ) -> Result<Arc<Scenario>, Diagnostics> {
        let key: String = settings.iter().map(|setting| setting.toml() + "\n").collect();
        let kept = &self.kept[side as usize];
        if let Some(known) = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(scenario.with_overrides(settings)?);
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.insert(key, Arc::clone(&made));
        }
        Ok(made)
    }
}

/// The seed of an account: that of the fleet with its name absorbed eight bytes at a time, by the finaliser of
/// SplitMix64 (Steele, Lea and Flood 2014). It is part of every result.
pub fn account_seed(seed: u64, account: &str) -> u64 {
    let mix = |word: u64| {
        let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    };
    let word = |bytes: &[u8]| {
        let mut padded = [0; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(padded)
    };
    let absorb = |state: u64, word: u64| mix(state ^ word).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let start = absorb(seed, account.len() as u64);
    account.as_bytes().chunks(8).map(word).fold(start, absorb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_of_an_account_never_changes() {
        for (seed, account, expected) in [
            (0, "", 0x9e37_79b9_7f4a_7c15),
            (1, "a", account_seed(1, "a")),
            (1, "account-000001", account_seed(1, "account-000001")),
        ] {
            assert_eq!(account_seed(seed, account), expected, "{account}");
        }
    }

    #[test]
    fn neighbouring_accounts_have_unrelated_seeds() {
        let mut seen = std::collections::HashSet::new();
        for number in 0..10_000 {
            assert!(seen.insert(account_seed(7, &format!("account-{number}"))));
        }
        assert!(seen.insert(account_seed(8, "account-0")));
        assert!(seen.insert(account_seed(7, "account-0\0")));
    }
}
