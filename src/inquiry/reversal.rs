//! The changes that would reverse the advice: a price of a refused credit, or fewer constraints.

use crate::study::{Constraint, Objective};

use super::assess::{Assessment, Judgement, Verdict};

/// Fewer credits than this are what sums of floats leave over.
const NO_CREDITS: f64 = 1e-9;

/// Prices that differ by a smaller share are the same, but for what sums of floats leave over.
const SAME_PRICE: f64 = 1e-9;

/// A change that would lead to another candidate.
#[derive(Clone, Debug, PartialEq)]
pub enum Reversal {
    /// It costs less and refuses more, and nothing was said about the value of that.
    Cheaper {
        /// The candidate.
        index: usize,
        /// Its saving per period.
        saved: f64,
        /// Credits that it refuses more per period.
        refused: f64,
        /// It pays where a refused credit costs less than this.
        price: f64,
    },
    /// It costs more and refuses less.
    Safer {
        /// The candidate.
        index: usize,
        /// Others that pay from the same price on.
        equal: usize,
        /// It pays where a refused credit costs more than this.
        price: f64,
        /// How many times what a credit costs that is served, where any is and costs anything.
        times: Option<f64>,
    },
    /// It costs less, and constraints rule it out.
    Unconstrained {
        /// The candidate.
        index: usize,
        /// What it misses.
        constraints: Vec<Constraint>,
    },
}

/// The nearest change of a price or a constraint that would lead to other advice, in the order of
/// [`Reversal`]. `None` if no such change exists, or nothing satisfies the constraints.
pub fn reversal(judgement: &Judgement, objective: &Objective) -> Option<Reversal> {
    if matches!(judgement.verdict, Verdict::Infeasible(_)) {
        return None;
    }
    let advised = judgement.advised();
    cheaper(judgement, advised)
        .or_else(|| safer(judgement, advised, objective))
        .or_else(|| unconstrained(judgement, advised))
}

/// The cheapest of those that surely refuse more.
fn cheaper(judgement: &Judgement, advised: &Assessment) -> Option<Reversal> {
    let tempts = |other: &&Assessment| {
        other.is_feasible()
            && other.refuses_more.is_some()
            && other.cost.value < advised.cost.value
            && other.tradeoff.refused > advised.tradeoff.refused
    };
    let other = cheapest(judgement.run_as_often().filter(tempts))?;
    let saved = advised.cost.value - other.cost.value;
    let refused = other.tradeoff.refused - advised.tradeoff.refused;
    Some(Reversal::Cheaper { index: other.index, saved, refused, price: saved / refused })
}

/// The one that pays at the lowest price; none where another costs no more and refuses less already, which is the better one
/// at any price.
fn safer(judgement: &Judgement, advised: &Assessment, objective: &Objective) -> Option<Reversal> {
    let is_better = |other: &Assessment| {
        let fewer = advised.tradeoff.refused - other.tradeoff.refused;
        fewer > NO_CREDITS && other.cost.value <= advised.cost.value
    };
    if others(judgement, advised).any(|other| other.is_feasible() && is_better(other)) {
        return None;
    }
    let price = |other: &Assessment| {
        let fewer = advised.tradeoff.refused - other.tradeoff.refused;
        let dearer = other.cost.value - advised.cost.value;
        let price = objective.per_refused_credit + dearer / fewer;
        (fewer > NO_CREDITS && dearer > 0.0).then_some(price)
    };
    let feasible = others(judgement, advised).filter(|other| other.is_feasible());
    let priced: Vec<(f64, usize)> =
        feasible.filter_map(|other| price(other).map(|price| (price, other.index))).collect();
    let &(price, index) = priced.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let is_equal = |other: &&(f64, usize)| other.0 - price <= price * SAME_PRICE;
    let equal = priced.iter().filter(is_equal).count() - 1;
    let paid = advised.paid_per_served.filter(|paid| *paid > 0.0);
    Some(Reversal::Safer { index, equal, price, times: paid.map(|paid| price / paid) })
}

/// The cheapest of those that a constraint rules out.
fn unconstrained(judgement: &Judgement, advised: &Assessment) -> Option<Reversal> {
    let ruled_out =
        |other: &&Assessment| !other.is_feasible() && other.cost.value < advised.cost.value;
    let other = cheapest(others(judgement, advised).filter(ruled_out))?;
    let constraints = other.missed().map(|one| one.constraint).collect();
    Some(Reversal::Unconstrained { index: other.index, constraints })
}

fn others<'j>(
    judgement: &'j Judgement,
    advised: &Assessment,
) -> impl Iterator<Item = &'j Assessment> {
    let advised = advised.index;
    judgement.run_as_often().filter(move |other| other.index != advised)
}

fn cheapest<'j>(among: impl Iterator<Item = &'j Assessment>) -> Option<&'j Assessment> {
    among.min_by(|a, b| a.cost.value.total_cmp(&b.cost.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::assess::KeepReason;
    use crate::inquiry::judged::{judge, luck};

    fn found(
        constraints: Vec<Constraint>,
        spends: &[&dyn Fn(usize) -> (f64, f64)],
    ) -> Option<Reversal> {
        let (_, objective, judgement) = judge(constraints, spends);
        reversal(&judgement, &objective)
    }

    /// The same with the price to the cent.
    fn to_the_cent(found: Option<Reversal>) -> Option<Reversal> {
        let cents = |value: f64| libm::round(value * 100.0) / 100.0;
        found.map(|found| match found {
            Reversal::Cheaper { index, saved, refused, price } => Reversal::Cheaper {
                index,
                saved: cents(saved),
                refused: cents(refused),
                price: cents(price),
            },
            Reversal::Safer { index, equal, price, .. } => {
                Reversal::Safer { index, equal, price: cents(price), times: None }
            }
            other => other,
        })
    }

    #[test]
    fn what_is_cheaper_and_refuses_more_pays_below_a_price() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let (cheap, cheapest) = (|r| (40.0 + luck(r), 50.0), |r| (20.0 + luck(r), 100.0));
        let wanted = Reversal::Cheaper { index: 2, saved: 30.0, refused: 100.0, price: 0.3 };
        assert_eq!(to_the_cent(found(Vec::new(), &[&current, &cheap, &cheapest])), Some(wanted));
    }

    #[test]
    fn what_is_dearer_and_refuses_less_pays_above_a_price() {
        let current = |r: usize| (50.0 + luck(r), 100.0);
        let (safe, safer) = (|r| (60.0 + luck(r), 50.0), |r| (55.0 + luck(r), 0.0));
        let wanted = |equal| Reversal::Safer { index: 2, equal, price: 0.05, times: None };
        let all: &[&dyn Fn(usize) -> (f64, f64)] = &[&current, &safe, &safer];
        assert_eq!(to_the_cent(found(Vec::new(), all)), Some(wanted(0)));
        let all: &[&dyn Fn(usize) -> (f64, f64)] = &[&current, &safe, &safer, &safer];
        assert_eq!(to_the_cent(found(Vec::new(), all)), Some(wanted(1)));
    }

    #[test]
    fn no_price_of_a_refused_credit_speaks_for_what_another_beats_at_any_price() {
        let current = |r: usize| (50.0 + luck(r), if r % 10 == 3 { 10.0 } else { 0.0 });
        let (better, dearer) = (|r| (49.0 + luck(r), 0.0), |r| (55.0 + luck(r), 0.0));
        let objective_and = |spends: &[&dyn Fn(usize) -> (f64, f64)]| {
            let (_, objective, judgement) = judge(Vec::new(), spends);
            let kept = Judgement { verdict: Verdict::Keep(KeepReason::Best), ..judgement };
            reversal(&kept, &objective)
        };
        assert_eq!(objective_and(&[&current, &better, &dearer]), None);
        let only_dearer = objective_and(&[&current, &dearer]);
        assert!(matches!(only_dearer, Some(Reversal::Safer { index: 1, .. })), "{only_dearer:?}");
    }

    #[test]
    fn what_a_constraint_rules_out_is_named_with_it() {
        let fill = Constraint::FillRateAtLeast(0.95);
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let cheap = |r: usize| (20.0 + luck(r), 100.0);
        let wanted = Reversal::Unconstrained { index: 1, constraints: vec![fill] };
        assert_eq!(found(vec![fill], &[&current, &cheap]), Some(wanted));
    }

    #[test]
    fn nothing_reverses_what_was_tried_alone_or_keeps_no_constraint() {
        let current = |r: usize| (50.0 + luck(r), 100.0);
        assert_eq!(found(Vec::new(), &[&current]), None);
        let fill = Constraint::FillRateAtLeast(0.95);
        assert_eq!(found(vec![fill], &[&current, &current]), None);
    }
}
