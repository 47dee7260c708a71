//! The scenario of each account: the base, or the changed one, with what the list sets and a seed of its own.
//!
//! Accounts that set the same share a scenario that was checked once. The seed of an account follows from that of
//! the base and from its name, so that its luck is its own, the same before and after a change, and independent of all
//! other accounts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::scenario::{Diagnostics, Scenario, Setting};

use super::error::FleetError;
use super::partition::{PARTS, part_of};
use super::roster::{ListedAccount, Roster, listed};

/// Scenarios that are kept for accounts that set the same.
const KEPT: usize = 4_096;

/// One of the two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RulesSide {
    /// As it is.
    Base,
    /// With the change.
    Changed,
}

/// The rules of all accounts.
pub struct FleetRules {
    base: Arc<Scenario>,
    changed: Option<Arc<Scenario>>,
    roster: Roster,
    kept: [Mutex<HashMap<String, Arc<Scenario>>>; 2],
    /// The accounts of the list by the part they are in, once asked for.
    by_part: OnceLock<Vec<Vec<String>>>,
}

impl FleetRules {
    /// The rules of a base, of a change, and of the accounts of a list. Every account of the list is checked.
    pub fn new(
        base: Scenario,
        changed: Option<Scenario>,
        roster: Roster,
    ) -> Result<FleetRules, FleetError> {
        let (base, changed) = (Arc::new(base), changed.map(Arc::new));
        let rules = FleetRules {
            base,
            changed,
            roster,
            kept: Default::default(),
            by_part: OnceLock::new(),
        };
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
        self.changed.as_deref()
    }

    /// The list of accounts.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The accounts of the list that are in a part.
    pub(super) fn listed_in_part(&self, part: usize) -> &[String] {
        let by_part = self.by_part.get_or_init(|| {
            let mut by_part = vec![Vec::new(); PARTS];
            let ids = self.roster.ids();
            ids.for_each(|id| by_part[part_of(id, PARTS)].push(id.to_owned()));
            by_part
        });
        by_part.get(part).map_or(&[], Vec::as_slice)
    }

    pub(super) fn sides(&self) -> impl Iterator<Item = RulesSide> + use<> {
        let changed = self.changed.is_some().then_some(RulesSide::Changed);
        std::iter::once(RulesSide::Base).chain(changed)
    }

    /// The seed of an account.
    pub(super) fn seed(&self, account: &str) -> u64 {
        account_seed(self.base.seed, account)
    }

    /// The scenario of an account, but for its seed. The error names its line in the list.
    pub(super) fn scenario(&self, account: &str, side: RulesSide) -> Result<Arc<Scenario>, String> {
        let of_side = match side {
            RulesSide::Base => &self.base,
            RulesSide::Changed => {
                self.changed.as_ref().expect("it is asked for where there is one")
            }
        };
        let Some(listed) = self.roster.get(account) else { return Ok(Arc::clone(of_side)) };
        let settings = self.roster.settings(listed, of_side)?;
        if settings.is_empty() {
            return Ok(Arc::clone(of_side));
        }
        self.set(of_side, side, &settings).map_err(|errors| {
            let errors = errors.to_string();
            let (name, line) = (self.roster.name(), listed.line);
            format!("{name}, line {line}, account `{account}`: {}", errors.trim_end())
        })
    }

    /// A scenario with these settings, from those that are kept if it is one of them.
    fn set(
        &self,
        scenario: &Scenario,
        side: RulesSide,
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
            (1, "a", 0x99ad_8af2_612b_23a1),
            (1, "account-000001", 0x5a98_e875_2fa1_7066),
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
