//! Studies that were never run, for tests of the reports of studies: candidates with made-up runs.

use std::path::Path;

use crate::figures::Figure;
use crate::inquiry::{Judgement, Pictures, RemedySearch, Stakes, Today};
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::Run;
use crate::study::candidates::whole;
use crate::study::{Candidate, Constraint, Ending, Objective, Runs};

use super::advice::Words;
use super::provenance::Provenance;
use super::study::StudyReport;

const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n\
     [packages.a]\ncredits = 100\nprice = \"1\"\n[recharge]\nat_or_below = 10\npackage = \"a\"\n";

/// Candidates that were never run, with made-up runs.
pub struct Made {
    scenario: Scenario,
    candidates: Vec<Candidate>,
    runs: Vec<Runs>,
    objective: Objective,
}

/// The outcome of a candidate in a replication: spend, refused and expired credits.
pub type Did = [f64; 3];

impl Made {
    pub fn new(
        count: usize,
        replications: usize,
        constraints: Vec<Constraint>,
        did: impl Fn(usize, usize) -> Did,
    ) -> Made {
        let scenario = Scenario::from_text("month.toml", MONTH, Path::new("")).unwrap();
        let objective =
            Objective { per_hour_of_downtime: 1.0, constraints, ..Objective::of_spend() };
        let name = |index| match index {
            0 => "current".to_owned(),
            index => format!("candidate {index}"),
        };
        let candidates: Vec<Candidate> =
            (0..count).map(|index| whole(&scenario, name(index))).collect();
        let mut runs = vec![Runs::new(); count];
        for (index, runs) in runs.iter_mut().enumerate() {
            for replication in 0..replications {
                let [spent, refused, expired] = did(index, replication);
                let run = Run::made(spent, refused, expired);
                let cost = objective.cost(&run, 1.0);
                runs.push(&run, cost);
            }
        }
        Made { scenario, candidates, runs, objective }
    }

    /// Names a candidate.
    pub fn named(mut self, index: usize, name: &str) -> Made {
        name.clone_into(&mut self.candidates[index].name);
        self
    }

    /// Sets settings by candidate: path and value.
    pub fn set(mut self, settings: impl Fn(usize) -> Vec<(&'static str, String)>) -> Made {
        for (index, candidate) in self.candidates.iter_mut().enumerate() {
            let settings = settings(index).into_iter();
            let setting = |(path, value): (&str, String)| {
                Setting::new(SettingPath::new(path).unwrap(), &*value)
            };
            candidate.settings = settings.map(setting).collect();
        }
        self
    }

    /// Assesses the candidates and passes the report to `look`.
    pub fn told<T>(&self, look: impl FnOnce(&StudyReport<'_>) -> T) -> T {
        let stakes = Stakes { materiality: 1.0, near: 0.005, selected: None, today: Today::Known };
        let judgement =
            Judgement::of(&self.candidates, &self.runs, &self.objective, stakes, 1).unwrap();
        let words = Words {
            currency: self.scenario.currency,
            unit: &self.scenario.unit,
            candidates: &self.candidates,
            objective: &self.objective,
        };
        let provenance = Provenance::of(&self.scenario, &Default::default(), &[]);
        look(&StudyReport {
            name: "made up",
            words,
            runs: &self.runs,
            judgement: &judgement,
            remedy: &RemedySearch::None,
            unfit: &[],
            neglect: None,
            ended: Ending::Complete,
            usage: "made up".to_owned(),
            otherwise: None,
            future: None,
            tested: None,
            bills: &[],
            pictures: &Pictures::None,
            map: Figure::COST,
            read: None,
            meters: Vec::new(),
            scenarios: &[&self.scenario],
            provenance: &provenance,
        })
    }
}
