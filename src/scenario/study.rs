//! The `[study]` table of a scenario, as values.
//!
//! Deliberately absent: the check of the settings to try, which is left to the scenarios they
//! produce, and the study itself.

use rust_decimal::Decimal;

use crate::domain::{Money, Share};

use super::bound::FigureBound;
use super::setting::{Setting, SettingPath, Variation};

/// The most replications of a study.
pub const MOST_REPLICATIONS: u64 = 1_000_000;
/// The name of today's settings, which no other candidate can have.
pub const CURRENT: &str = "current";
/// Settings that all candidates share: the basis of the comparison, and settings that are not
/// rules.
const SHARED: [&str; 12] = [
    "name", "question", "unit", "currency", "zone", "start", "end", "seed", "usage", "study",
    "assumed", "gates",
];

/// The candidates to try and the criteria to compare them.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyTable {
    /// Settings to cross.
    pub vary: Vec<Variation>,
    /// Candidates with names.
    pub named: Vec<NamedCandidate>,
    /// The stopping rule.
    pub stop: Stop,
    /// The confidence of intervals, between 0 and 1.
    pub confidence: Share,
    /// Cost of a refused credit to the user.
    pub per_refused_credit: Money,
    /// Cost of an hour of outage to the user.
    pub per_hour_of_downtime: Money,
    /// The least gain per period worth a change.
    pub materiality: Money,
    /// The constraints.
    pub constraints: StudyLimits,
    /// Additional bounds; each replaces a constraint on the same side of the same figure.
    pub bounds: Vec<FigureBound>,
    /// The service target.
    pub target: WantedService,
    /// The use of a usage file; `None` to choose by when it ends.
    pub history: Option<HistoryUse>,
}

/// The table with nothing in it: every key has its default.
impl Default for StudyTable {
    fn default() -> Self {
        super::validate::usual_study()
    }
}

/// A named candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedCandidate {
    /// Its name.
    pub name: String,
    /// Its settings.
    pub set: Vec<Setting>,
}

/// The rule that decides when there are enough runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// After the usual number, which is smaller where there are many candidates or much usage.
    Usual,
    /// After a fixed number.
    Replications(u64),
    /// When every mean cost is known within this half-width, or after `most`.
    HalfWidth {
        /// The half-width, above zero.
        half_width: Money,
        /// The most replications.
        most: u64,
    },
    /// When the best is selected with this probability, or after `most`.
    CorrectSelection {
        /// The probability, from a half to below one.
        correct: Share,
        /// The most replications.
        most: u64,
    },
}

/// The constraints, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StudyLimits {
    /// Credits served ÷ demanded.
    pub fill_rate_at_least: Option<Share>,
    /// The probability that an outage touches a cycle.
    pub outage_probability_at_most: Option<Share>,
    /// The 95th percentile of spend in a cycle.
    pub spend_p95_at_most: Option<Money>,
    /// The mean number of recharges per period.
    pub recharges_at_most: Option<Decimal>,
}

/// The service target of the advice.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum WantedService {
    /// Nothing is said: the usual one, unless a price or a constraint says what service is worth.
    #[default]
    Unsaid,
    /// None: cost decides alone.
    None,
    /// These bounds, each of them about service.
    Bounds(Vec<FigureBound>),
}

impl WantedService {
    /// The word for cost alone.
    pub const NONE: &str = "none";

    /// Parses bounds, or the word `none`. The error names the wrong one and the way out.
    pub fn from_texts<'t>(
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<WantedService, (usize, String)> {
        let texts: Vec<&str> = texts.into_iter().collect();
        if texts.iter().all(|text| text.trim() == WantedService::NONE) {
            return Ok(if texts.is_empty() { WantedService::Unsaid } else { WantedService::None });
        }
        let read = |(place, text): (usize, &&str)| of_service(text).map_err(|why| (place, why));
        let bounds: Result<Vec<FigureBound>, _> = texts.iter().enumerate().map(read).collect();
        Ok(WantedService::Bounds(bounds?))
    }
}

/// A bound on a figure of service.
fn of_service(text: &str) -> Result<FigureBound, String> {
    if text.trim() == WantedService::NONE {
        return Err("`none` stands alone: it means that cost decides alone".to_owned());
    }
    let bound = FigureBound::from_text(text)?;
    match bound.measured.is_of_service() {
        true => Ok(bound),
        false => {
            Err("a target is a figure of service, such as fill_rate, outages or downtime; what \
             else must hold is a constraint"
                .to_owned())
        }
    }
}

/// The use of a usage file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryUse {
    /// Whole weeks of it are drawn.
    Resample,
    /// It is replayed as it was; only the luck of payments varies.
    Replay,
    /// A model is learned from it, whose parameters are drawn too.
    Model,
}

/// Says why a path cannot be varied, or set for one candidate.
pub fn check_path(path: &SettingPath) -> Result<(), String> {
    match SHARED.contains(&path.root()) {
        true => Err(format!(
            "candidates are compared on the same usage, time and seed, so `{path}` cannot differ \
             between them; change it for all with --set {path}=VALUE"
        )),
        false => Ok(()),
    }
}
