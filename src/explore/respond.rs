//! The same by texts: requests and answers in JSON, for callers that are no Rust.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::scenario::{ScenarioDraft, Setting};

use super::futures::{FanView, FuturesSide, FuturesView};
use super::steps::StepsFrom;
use super::subject::{Exploration, ExploreError, ExploreSubject, settings};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum ExploreRequest {
    /// A replay with these settings, each `PATH=VALUE`.
    View {
        /// The settings.
        set: Vec<String>,
    },
    /// What many runs with these settings come to.
    Futures {
        /// The settings.
        set: Vec<String>,
        /// Runs of each side.
        replications: usize,
    },
    /// Spend to date over the same runs.
    Fan {
        /// The settings.
        set: Vec<String>,
        /// Runs of each side.
        replications: usize,
    },
    /// Some entries of the journal of a replay with these settings.
    Steps {
        /// The settings.
        set: Vec<String>,
        /// The first.
        from: StepsFrom,
        /// How many.
        count: u64,
    },
    /// The scenario with these settings, as a file.
    Scenario {
        /// The settings.
        set: Vec<String>,
    },
}

/// An exploration that answers requests.
#[derive(Debug)]
pub struct Explorer {
    exploration: Exploration,
    /// The runs of today's settings.
    today: Option<FuturesSide>,
    /// The last settings that were asked about, and their runs.
    changed: Option<(Vec<String>, FuturesSide)>,
}

impl Explorer {
    /// Opens a subject in JSON with its packed usage.
    pub fn open(subject: &str, packed: &[u8]) -> Result<Explorer, String> {
        let subject: ExploreSubject =
            serde_json::from_str(subject).map_err(|error| error.to_string())?;
        let exploration = Exploration::open(&subject, packed).map_err(|error| error.to_string())?;
        Ok(Explorer { exploration, today: None, changed: None })
    }

    /// The answer to a request in JSON; an error is `{"error": "…"}`.
    pub fn respond(&mut self, asked: &str) -> String {
        let answered = serde_json::from_str(asked).map_err(|error| error.to_string());
        let answered =
            answered.and_then(|asked| self.answer(asked).map_err(|error| error.to_string()));
        answered.unwrap_or_else(|error| json!({ "error": error }).to_string())
    }

    fn answer(&mut self, asked: ExploreRequest) -> Result<String, ExploreError> {
        let text = match asked {
            ExploreRequest::View { set } => {
                serde_json::to_string(&self.exploration.view(&settings(&set)?)?)
            }
            ExploreRequest::Futures { set, replications } => {
                let (today, changed) = self.sides(set)?;
                serde_json::to_string(&FuturesView::of(today, changed, replications)?)
            }
            ExploreRequest::Fan { set, replications } => {
                let (today, changed) = self.sides(set)?;
                serde_json::to_string(&FanView::of(today, changed, replications)?)
            }
            ExploreRequest::Steps { set, from, count } => {
                serde_json::to_string(&self.exploration.steps(&settings(&set)?, from, count)?)
            }
            ExploreRequest::Scenario { set } => {
                let text = self.scenario(&settings(&set)?)?;
                serde_json::to_string(&json!({ "text": text }))
            }
        };
        Ok(text.expect("an answer is JSON"))
    }

    /// The runs of today's settings and of changes, those of the last request if they are the same.
    fn sides(
        &mut self,
        set: Vec<String>,
    ) -> Result<(&mut FuturesSide, &mut FuturesSide), ExploreError> {
        if self.today.is_none() {
            self.today = Some(self.exploration.side(&[])?);
        }
        if self.changed.as_ref().is_none_or(|(of, _)| *of != set) {
            let side = self.exploration.side(&settings(&set)?)?;
            self.changed = Some((set, side));
        }
        let today = self.today.as_mut().expect("made above");
        let (_, changed) = self.changed.as_mut().expect("made above");
        Ok((today, changed))
    }

    /// The scenario with changes, those of the command line first, checked before it is written.
    fn scenario(&self, changes: &[Setting]) -> Result<String, ExploreError> {
        let scenario = self.exploration.scenario();
        self.exploration.changed(changes)?;
        let mut draft = ScenarioDraft::parse(&scenario.file, &scenario.text)?;
        let given = settings(self.exploration.given())?;
        for setting in given.iter().chain(changes) {
            draft.set(setting).map_err(ExploreError::Setting)?;
        }
        Ok(draft.toml(&|_| None))
    }
}
