//! `docs/reference/figures.md`, made from the catalogue.

use super::definition::{Basis, Estimator, Total, Unit};
use super::figure::Figure;

/// The page as Markdown, ending with a newline.
pub fn reference() -> String {
    let runs: String = Figure::of_runs().map(run_row).collect();
    let reading: String = Figure::of_reading().map(reading_row).collect();
    let studies: String = Figure::of_studies().map(study_row).collect();
    format!(
        "# Figures\n\n{OPENING}\n## Of a run\n\n{OF_RUNS}\n\
         | name | unit | over cycles | meaning |\n|---|---|---|---|\n{runs}\n{IDENTITIES}\n\
         ## Of the usage that was read\n\n{OF_READING}\n\
         | name | unit | meaning |\n|---|---|---|\n{reading}\n\
         ## Of a study\n\n{OF_STUDIES}\n\
         | name | unit | estimated as | meaning |\n|---|---|---|---|\n{studies}"
    )
}

const OPENING: &str = "\
This page is made from the catalogue of figures, `src/figures/catalogue.rs`. The names are those of JSON,
CSV, `--gate` and `--map`; they never change. The rules are [semantics, section 11](semantics.md).
";

const OF_RUNS: &str = "\
`recharge run` gives them of the whole run and of each billing cycle, for the part of it inside the horizon.
Money and credits are exact. A figure that cannot be known is `null`.
";

const IDENTITIES: &str = "\
Two identities hold to the last decimal: opening + granted + forgiven + overage + included + restored + given back = served − unmetered +
standing charges + expired + forfeited + taken back + closing, and demanded = served + refused.
";

const OF_READING: &str = "\
`recharge run` gives them of the whole run, in JSON and for `--gate`; what is above zero is told under *Attention*.
";

const OF_STUDIES: &str = "\
`recharge study` and `recharge compare` estimate them over replications, each with its interval. A period is
a billing cycle; where candidates have different cycles, a month of 30.4375 days; where the horizon holds no whole cycle,
the horizon.
";

fn run_row(figure: Figure) -> String {
    let (name, meaning) = (figure.name(), figure.meaning());
    format!("| `{name}` | {} | {} | {meaning} |\n", unit(figure), over_cycles(figure))
}

fn reading_row(figure: Figure) -> String {
    format!("| `{}` | {} | {} |\n", figure.name(), unit(figure), figure.meaning())
}

fn unit(figure: Figure) -> &'static str {
    match figure.unit() {
        Unit::Money => "money",
        Unit::Price => "number: money for 1,000",
        Unit::Credits => "credits",
        Unit::Count => "count",
        Unit::Share => "share",
        Unit::Duration => "ms",
    }
}

fn over_cycles(figure: Figure) -> &'static str {
    match figure.definition().total {
        Total::Sum(_) | Total::OfSums => "sum",
        Total::Time => "sum, cut at the ends of cycles",
        Total::Opening => "the first one's",
        Total::Closing => "the last one's",
        Total::Ratio => "of the sums",
        Total::Run | Total::Runs => "–",
    }
}

fn study_row(figure: Figure) -> String {
    let unit = match figure.unit() {
        Unit::Duration => "hours",
        _ => unit(figure),
    };
    let (name, meaning) = (figure.name_in_studies(), figure.meaning());
    format!("| `{name}` | {unit} | {} | {meaning} |\n", estimated(figure))
}

fn estimated(figure: Figure) -> &'static str {
    let Some(estimator) = figure.estimator() else { return "–" };
    match estimator {
        Estimator::Objective | Estimator::PerPeriod => "mean per period",
        Estimator::Mean => match figure.definition().basis {
            Basis::Stretch(_) | Basis::Part(_) | Basis::Reading(_) => "mean at the end",
            Basis::Run(_) | Basis::Runs => "mean of each run",
        },
        Estimator::Kept { .. } | Estimator::Ratio { .. } => "ratio of sums over all runs",
        Estimator::CyclesTouched { .. } | Estimator::CyclesFree { .. } => {
            "share of the cycles of all runs"
        }
        Estimator::TimeOutside(_) => "mean share of the horizon",
    }
}
