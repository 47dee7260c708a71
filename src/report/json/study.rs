//! A study for programs: one JSON object a candidate, with its figures as estimates.
//!
//! Money here is a mean, so a float; exact money is a replay's. Within schema `recharge.study/1`
//! names are only ever added.

use serde_json::{Map, Value, json};

use crate::figures::Figure;
use crate::inquiry::{Assessment, KeepReason, Verdict};
use crate::report::study::{StudyReport, attention};
use crate::study::{Ending, Estimate, Tails};

/// The study for programs.
pub fn object(told: &StudyReport<'_>) -> Value {
    let judgement = told.judgement;
    let judged = judgement.judged.iter().map(|judged| candidate(told, judged));
    json!({
        "schema": "recharge.study/1",
        "scenario": told.name,
        "currency": told.words.currency.code(),
        "unit": told.words.unit,
        "advice": told.words.advice(judgement),
        "verdict": verdict(judgement.verdict),
        "advised": told.candidates()[judgement.advised().index].name,
        "period": told.objective().period.name(),
        "confidence": told.objective().confidence.probability(),
        "replications": judgement.replications,
        "ended": match told.ended {
            Ending::Complete => "complete",
            Ending::Enough => "enough",
            Ending::AtMost => "at_most",
            Ending::Interrupted => "interrupted",
        },
        "materiality": judgement.materiality,
        "seed": told.provenance.seed,
        "usage": told.usage,
        "attention": attention(told),
        "candidates": judged.collect::<Vec<Value>>(),
        "command": told.provenance.command_line(),
        "version": told.provenance.version,
        "provenance": super::provenance(told.provenance),
    })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Keep(KeepReason::Alone) => "keep_alone",
        Verdict::Keep(KeepReason::Best) => "keep_best",
        Verdict::Keep(KeepReason::NotSure(_)) => "keep_not_sure",
        Verdict::Keep(KeepReason::TooLittle(_)) => "keep_too_little",
        Verdict::Change(_) => "change",
        Verdict::Infeasible(_) => "infeasible",
    }
}

fn interval(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high })
}

fn candidate(told: &StudyReport<'_>, judged: &Assessment) -> Value {
    let (candidate, runs) = (&told.candidates()[judged.index], &told.runs[judged.index]);
    let settings: Map<String, Value> = candidate
        .settings
        .iter()
        .map(|one| (one.path.to_string(), json!(one.value.to_string())))
        .collect();
    let mut figures = Map::new();
    for figure in Figure::of_studies() {
        let estimate = told.estimate(judged, figure).map(interval);
        figures.insert(figure.name_in_studies().to_owned(), estimate.unwrap_or(Value::Null));
    }
    let period = told.objective().period;
    let tails = |samples: (&[f64], usize)| {
        Tails::of(samples, told.objective()).map(|tails| {
            json!({
                "p5": interval(tails.p5),
                "median": interval(tails.median),
                "p95": interval(tails.p95),
                "p99": interval(tails.p99),
            })
        })
    };
    let kept = judged.kept.iter().map(|kept| {
        json!({
            "constraint": kept.constraint.name(),
            "bound": kept.constraint.bound(),
            "figure": kept.figure.map(interval),
            "holds": kept.holds(),
            "clear": kept.is_clear(),
        })
    });
    json!({
        "name": candidate.name,
        "settings": settings,
        "changes": candidate.changes.len(),
        "replications": runs.len(),
        "dropped_after": runs.dropped_after,
        "feasible": judged.is_feasible(),
        "refuses_more": judged.refuses_more,
        "on_frontier": judged.on_frontier,
        "probability_best": judged.best,
        "gain": judged.gain.map(|gain| interval(gain.difference)),
        "variance_reduction": judged.gain.and_then(|gain| gain.variance_reduction),
        "constraints": kept.collect::<Vec<Value>>(),
        "figures": figures,
        "spend_in_a_cycle": tails(runs.spend_in(period)),
        "downtime_hours_in_a_cycle": tails(runs.downtime_in(period)),
    })
}
