//! The page of a study: the advice, the charts, and where it comes from.

use maud::html;

use crate::report::attention;
use crate::report::charts::Chart;
use crate::report::study::Told;

use super::{list, opening, page, pictures};

/// The page as HTML.
pub fn of_study(told: &Told<'_>, charts: &[Chart]) -> String {
    let first = told.scenarios.first();
    let question = first.and_then(|scenario| scenario.question.as_deref());
    let choices = told.read.map(attention::choices).unwrap_or_default();
    let assumed = first.map(|scenario| scenario.assumptions.as_slice()).unwrap_or_default();
    let inside = html! {
        (opening(told.name, question, &told.words.advice(told.judgement), &told.usage))
        (pictures(charts))
        (list("How the usage came about", &choices))
        (super::assumptions(assumed))
        (super::source(told.scenarios, told.provenance))
    };
    page(told.name, told.provenance.version, &inside)
}
