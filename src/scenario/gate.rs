//! Gates: conditions on figures of a result that decide the exit code, as people write them.
//!
//! `total_spend <= $60`, `advised.fill_rate >= 99%`, `'the bigger plan'.gain >= 5`, `total_spend <= baseline + 5%`.
//! Deliberately absent: holding results against them, which is the inquiry's, and arithmetic on figures.

use rust_decimal::Decimal;

use crate::domain::Currency;
use crate::domain::text::excerpt;
use crate::figures::{Figure, Unit, unknown};

use super::study::CURRENT;
use super::value;

/// The name of the candidate that is advised.
const ADVISED: &str = "advised";
/// The name of each billing cycle of a run or a forecast.
const EACH_CYCLE: &str = "each_cycle";
/// The name of the billing cycle that goes on where a forecast begins.
const THIS_CYCLE: &str = "this_cycle";
/// The name of the 95th percentile of spend in a cycle.
const SPEND_P95: &str = "spend_p95";
/// The name of the gain over the first candidate.
const GAIN: &str = "gain";
/// The word for the figure that a change is compared with.
const BASELINE: &str = "baseline";
/// The most a bound may be, as for money.
const MOST: i64 = 1_000_000_000_000;
/// The figures of a forecast: of a cycle, or of all cycles that are foreseen.
const FORESEEN: [Figure; 6] = [
    Figure::TOTAL_SPEND,
    Figure::DEMANDED,
    Figure::RECHARGES,
    Figure::REFUSED,
    Figure::CLOSING_BALANCE,
    Figure::OUTAGE_PROBABILITY,
];
const FORM: &str = "write a figure, a comparison and a number: 'total_spend <= 60.00'";

/// A condition on a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// The part of the result that it speaks of.
    pub subject: GateSubject,
    /// The quantity.
    pub measure: GateMeasure,
    /// The comparison with the bound.
    pub comparison: Comparison,
    /// The bound.
    pub bound: GateBound,
    /// The gate as it was written.
    pub text: String,
    /// The sign or code of a currency beside the bound, if any.
    money: Option<String>,
}

/// The part of a result that a gate speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GateSubject {
    /// The whole run; the current settings of a study; the changed scenario of a difference or a fleet; all
    /// cycles of a forecast; the advised settings of `recharge advise`.
    Unsaid,
    /// The candidate or choice that is advised.
    Advised,
    /// What is set today: the first candidate; the base of a fleet.
    Current,
    /// Each billing cycle of a run, for the part of it inside the horizon, or of a forecast.
    EachCycle,
    /// The billing cycle that goes on where a forecast begins, as a whole.
    ThisCycle,
    /// A candidate, a scenario or a choice by its name.
    Named(String),
}

/// The quantity of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateMeasure {
    /// A figure of the catalogue.
    Figure(Figure),
    /// The 95th percentile of spend in a cycle.
    SpendP95,
    /// The gain per period over the first candidate.
    Gain,
}

/// The comparison of a figure with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// No more than the bound.
    AtMost,
    /// No less than the bound.
    AtLeast,
    /// Less than the bound.
    Below,
    /// More than the bound.
    Above,
    /// The bound itself.
    Equal,
}

/// The bound of a gate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GateBound {
    /// A value: a share from 0 to 1, money in the currency, a length in milliseconds, or a number.
    Value(Decimal),
    /// The figure of the baseline and this much more, in the unit of [`GateBound::Value`].
    BaselineAnd(Decimal),
    /// The figure of the baseline times this.
    BaselineTimes(Decimal),
}

/// The gates that a scenario states, by the results that they are held against.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateTable {
    /// Of a run.
    pub run: Vec<Gate>,
    /// Of a study or a comparison.
    pub study: Vec<Gate>,
    /// Of the plans at today's usage.
    pub plan: Vec<Gate>,
    /// Of a difference, on this scenario as the changed one.
    pub diff: Vec<Gate>,
    /// Of a forecast.
    pub forecast: Vec<Gate>,
    /// Of a fleet, on this scenario as the changed one where there are two.
    pub fleet: Vec<Gate>,
}

impl GateTable {
    /// The gates on results of `of`.
    pub fn of(&self, of: GateOf) -> &[Gate] {
        match of {
            GateOf::Run => &self.run,
            GateOf::Study => &self.study,
            GateOf::Plan => &self.plan,
            GateOf::Diff => &self.diff,
            GateOf::Forecast => &self.forecast,
            GateOf::Fleet => &self.fleet,
            // Advice is on a vendor's rules, and no scenario states gates of it.
            GateOf::Advice => &[],
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Gate> {
        let all = [&self.run, &self.study, &self.plan, &self.diff, &self.forecast, &self.fleet];
        all.into_iter().flatten()
    }
}

impl GateOf {
    /// The key of its gates in `[gates]`, if there may be any.
    pub fn key(self) -> &'static str {
        match self {
            GateOf::Run => "run",
            GateOf::Study => "study",
            GateOf::Plan => "plan",
            GateOf::Diff => "diff",
            GateOf::Forecast => "forecast",
            GateOf::Fleet => "fleet",
            GateOf::Advice => "advise",
        }
    }
}

/// The results that gates are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateOf {
    /// One run.
    Run,
    /// A study or a comparison.
    Study,
    /// The plans at today's usage.
    Plan,
    /// A changed scenario beside its baseline.
    Diff,
    /// Cycles to come.
    Forecast,
    /// The sums over many accounts, each of one run.
    Fleet,
    /// The settings of a vendor, or vendors.
    Advice,
}

impl GateOf {
    /// Returns true if its figures are of single runs, and so are exact.
    fn is_exact(self) -> bool {
        matches!(self, GateOf::Run | GateOf::Fleet)
    }

    /// Returns true if a bound may be relative to a baseline.
    fn has_baseline(self) -> bool {
        matches!(self, GateOf::Diff | GateOf::Fleet)
    }

    /// Returns true if candidates, scenarios or choices are named in it.
    fn has_candidates(self) -> bool {
        matches!(self, GateOf::Study | GateOf::Plan | GateOf::Advice)
    }

    /// The figures that its gates may speak of.
    fn figures(self) -> Vec<Figure> {
        match self {
            GateOf::Run | GateOf::Fleet => Figure::of_runs().chain(Figure::of_reading()).collect(),
            GateOf::Forecast => FORESEEN.into_iter().chain(Figure::of_reading()).collect(),
            GateOf::Study | GateOf::Plan | GateOf::Diff | GateOf::Advice => {
                Figure::of_studies().chain(Figure::of_reading()).collect()
            }
        }
    }
}

/// The comparisons as they are written, longer ones first.
const WRITTEN: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

impl Comparison {
    /// The sign of it.
    pub fn sign(self) -> &'static str {
        let written = WRITTEN.iter().find(|(_, comparison)| *comparison == self);
        written.map(|(sign, _)| *sign).expect("every comparison is written")
    }

    /// Returns true if a value on this side of the bound satisfies it.
    pub fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::AtMost => order.is_le(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Below => order.is_lt(),
            Comparison::Above => order.is_gt(),
            Comparison::Equal => order.is_eq(),
        }
    }
}

impl GateMeasure {
    /// Its name in results of `of`.
    pub fn name(self, of: GateOf) -> &'static str {
        match (self, of) {
            (GateMeasure::Figure(figure), GateOf::Run | GateOf::Forecast | GateOf::Fleet) => {
                figure.name()
            }
            (GateMeasure::Figure(figure), _) => figure.name_in_studies(),
            (GateMeasure::SpendP95, _) => SPEND_P95,
            (GateMeasure::Gain, _) => GAIN,
        }
    }

    /// Returns true if it is a figure of the usage that was read, which is one for all candidates.
    pub fn is_of_reading(self) -> bool {
        matches!(self, GateMeasure::Figure(figure) if Figure::of_reading().any(|other| other == figure))
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        match self {
            GateMeasure::Figure(figure) => figure.unit(),
            GateMeasure::SpendP95 | GateMeasure::Gain => Unit::Money,
        }
    }
}

impl Gate {
    /// Parses a gate on results of `of`. The error states the problem and the way out.
    pub fn from_text(text: &str, of: GateOf) -> Result<Gate, String> {
        let (left, comparison, right) = parts(text)?;
        let (subject, name) = subject(left, of)?;
        let (measure, unit_of_number) = measure(name, right.ends_with('%'), of)?;
        suits(&subject, measure, of)?;
        let (money, bound) = bound(right, measure.unit(), unit_of_number)?;
        if !matches!(bound, GateBound::Value(_)) {
            if !of.has_baseline() {
                return Err("only `recharge diff` and `recharge fleet` have a baseline; write a \
                     number"
                    .to_owned());
            }
            if subject == GateSubject::Current {
                return Err(format!("`{CURRENT}` is the baseline itself; write a number"));
            }
            if measure == GateMeasure::SpendP95 {
                return Err("a percentile has no difference from the baseline that can be told \
                     apart from luck; write a number"
                    .to_owned());
            }
            if measure.is_of_reading() {
                return Err("both scenarios meet the same usage; write a number".to_owned());
            }
        }
        Ok(Gate { subject, measure, comparison, bound, text: text.trim().to_owned(), money })
    }

    /// Says why the money of its bound is not that of the result, if it is not.
    pub fn wrong_money(&self, currency: Currency) -> Option<String> {
        let written = self.money.as_deref()?;
        let sign = currency.mark("");
        let is_its = written == currency.code() || written == sign.trim();
        (!is_its).then(|| {
            format!(
                "its bound is in {written} and the money of the scenario is {}",
                currency.code()
            )
        })
    }
}

/// Parts of a gate: the figure with its subject, the comparison, and the bound. Signs inside a quoted
/// name belong to the name.
fn parts(text: &str) -> Result<(&str, Comparison, &str), String> {
    let end = text.rfind(['<', '>', '=']).ok_or(FORM)? + 1;
    let sign = |(sign, comparison): &(&str, Comparison)| {
        Some((text[..end].strip_suffix(sign)?, *comparison))
    };
    let (left, comparison) = WRITTEN.iter().find_map(sign).ok_or(FORM)?;
    let (left, right) = (left.trim(), text[end..].trim());
    match left.is_empty() || right.is_empty() {
        true => Err(FORM.to_owned()),
        false => Ok((left, comparison, right)),
    }
}

/// The subject and the name of the figure.
fn subject(left: &str, of: GateOf) -> Result<(GateSubject, &str), String> {
    let Some((subject, name)) = left.rsplit_once('.') else {
        return Ok((GateSubject::Unsaid, left));
    };
    let (subject, name) = (subject.trim(), name.trim());
    let quoted = |mark: char| subject.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    let named = quoted('\'').or_else(|| quoted('"'));
    let found = match (of, named) {
        (GateOf::Run, _) if subject == EACH_CYCLE => GateSubject::EachCycle,
        (GateOf::Run, _) => {
            return Err(format!(
                "a run has no `{}`; write the figure alone, or {EACH_CYCLE}.{}",
                excerpt(subject),
                excerpt(name)
            ));
        }
        (GateOf::Fleet, None) if subject == CURRENT => GateSubject::Current,
        (GateOf::Fleet, _) => {
            return Err(format!(
                "a fleet has no `{}`; write the figure alone, or {CURRENT}.{name} for the accounts without \
                 the change",
                excerpt(named.unwrap_or(subject)),
                name = excerpt(name)
            ));
        }
        (GateOf::Forecast, None) if subject == EACH_CYCLE => GateSubject::EachCycle,
        (GateOf::Forecast, None) if subject == THIS_CYCLE => GateSubject::ThisCycle,
        (GateOf::Forecast, _) => {
            return Err(format!(
                "a forecast has no `{}`; write the figure alone, {THIS_CYCLE}.{name} or {EACH_CYCLE}.{name}",
                excerpt(subject),
                name = excerpt(name)
            ));
        }
        (GateOf::Diff, _) => {
            return Err("a gate of a difference speaks of the changed scenario; write the figure \
                 alone"
                .to_owned());
        }
        (_, Some(name)) => GateSubject::Named(name.to_owned()),
        (_, None) if subject == ADVISED => GateSubject::Advised,
        (_, None) if subject == CURRENT => GateSubject::Current,
        (_, None) => GateSubject::Named(subject.to_owned()),
    };
    Ok((found, name))
}

/// The quantity of a name, and the unit of a bound without one, in milliseconds for lengths of time.
fn measure(name: &str, is_share: bool, of: GateOf) -> Result<(GateMeasure, Decimal), String> {
    const MILLISECOND: Decimal = Decimal::ONE;
    let hour = Decimal::from(3_600_000);
    let of_many = !of.is_exact();
    match name {
        "downtime" if of != GateOf::Forecast => {
            return Ok((GateMeasure::Figure(Figure::DOWNTIME), hour));
        }
        SPEND_P95 if of_many => return Ok((GateMeasure::SpendP95, MILLISECOND)),
        GAIN if matches!(of, GateOf::Study | GateOf::Advice) => {
            return Ok((GateMeasure::Gain, MILLISECOND));
        }
        "outages" if of_many && is_share => {
            return Ok((GateMeasure::Figure(Figure::OUTAGE_PROBABILITY), MILLISECOND));
        }
        _ => {}
    }
    let measures: Vec<GateMeasure> = of.figures().into_iter().map(GateMeasure::Figure).collect();
    if let Some(&measure) = measures.iter().find(|measure| measure.name(of) == name) {
        return Ok((measure, if of_many { hour } else { MILLISECOND }));
    }
    if !of_many && Figure::of_studies().any(|figure| figure.name_in_studies() == name) {
        return Err(format!("`{name}` is a figure of many runs; set the gate on `recharge study`"));
    }
    let extra = match of {
        GateOf::Run | GateOf::Fleet => &["downtime"][..],
        GateOf::Forecast => &[SPEND_P95],
        GateOf::Plan | GateOf::Diff => &[SPEND_P95, "downtime"],
        GateOf::Study | GateOf::Advice => &[SPEND_P95, "downtime", GAIN],
    };
    let names = measures.iter().map(|measure| measure.name(of)).chain(extra.iter().copied());
    Err(unknown(&excerpt(name), names))
}

/// Says why a subject has no such quantity.
fn suits(subject: &GateSubject, measure: GateMeasure, of: GateOf) -> Result<(), String> {
    let is_of_today = match subject {
        GateSubject::Unsaid => of == GateOf::Study,
        other => *other == GateSubject::Current,
    };
    if measure == GateMeasure::Gain && is_of_today {
        return Err(
            "a gain is over the current settings; say whose: 'advised.gain >= 5'".to_owned()
        );
    }
    if measure.is_of_reading() && *subject != GateSubject::Unsaid {
        let name = measure.name(of);
        return Err(match of.has_candidates() {
            true => format!(
                "`{name}` is one for all, as they meet the same usage; write the figure alone"
            ),
            false => format!("`{name}` is known of a whole run only; write the figure alone"),
        });
    }
    Ok(())
}

/// The bound, and the currency beside it, if any.
fn bound(
    text: &str,
    unit: Unit,
    of_number: Decimal,
) -> Result<(Option<String>, GateBound), String> {
    let Some(rest) = text.strip_prefix(BASELINE) else {
        let (money, value) = amount(text, unit, of_number)?;
        return Ok((money, GateBound::Value(value)));
    };
    let rest = rest.trim();
    let (sign, change) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        _ if rest.is_empty() => return Ok((None, GateBound::BaselineAnd(Decimal::ZERO))),
        (Some(change), _) => (Decimal::ONE, change.trim()),
        (_, Some(change)) => (-Decimal::ONE, change.trim()),
        (None, None) => return Err("write baseline, baseline + 5% or baseline - 2".to_owned()),
    };
    if let Some(percent) = change.strip_suffix('%') {
        let percent = number(percent.trim_end()).ok_or_else(|| not_decimal(change))?;
        let times = Decimal::ONE + sign * percent / Decimal::ONE_HUNDRED;
        return Ok((None, GateBound::BaselineTimes(times)));
    }
    let (money, value) = amount(change, unit, of_number)?;
    Ok((money, GateBound::BaselineAnd(sign * value)))
}

/// A value in the unit of a figure: `99%`, `$40`, `40.00 CHF`, `1h`, `5`.
fn amount(text: &str, unit: Unit, of_number: Decimal) -> Result<(Option<String>, Decimal), String> {
    match unit {
        Unit::Share => {
            let (digits, of) = match text.strip_suffix('%') {
                Some(digits) => (digits.trim_end(), Decimal::ONE_HUNDRED),
                None => (text, Decimal::ONE),
            };
            let value = number(digits).ok_or_else(|| not_decimal(text))? / of;
            match (Decimal::ZERO..=Decimal::ONE).contains(&value) {
                true => Ok((None, value)),
                false => Err(format!(
                    "`{}` is no share; write one from 0% to 100%, such as 99.9%",
                    excerpt(text)
                )),
            }
        }
        Unit::Duration => {
            let length = value::duration(text).map(|length| Decimal::from(length.millis()));
            let plain = || number(text).map(|value| value * of_number);
            let value = length.ok().or_else(plain);
            let wrong = || {
                format!("`{}` is no length of time; write one such as 1h or 30min", excerpt(text))
            };
            value.map(|value| (None, value)).ok_or_else(wrong)
        }
        Unit::Money | Unit::Price => {
            let is_digit = |letter: char| letter.is_ascii_digit() || ".,-".contains(letter);
            let start = text.find(is_digit).unwrap_or(text.len());
            let end = text.rfind(is_digit).map_or(start, |at| at + 1);
            let before = text[..start].trim();
            let money = if before.is_empty() { text[end..].trim() } else { before };
            let extra = !before.is_empty() && !text[end..].trim().is_empty();
            let value = number(&text[start..end]).filter(|_| !extra);
            let value = value.ok_or_else(|| not_decimal(text))?;
            Ok(((!money.is_empty()).then(|| money.to_owned()), value))
        }
        Unit::Credits | Unit::Count => {
            number(text).map(|value| (None, value)).ok_or_else(|| not_decimal(text))
        }
    }
}

fn number(text: &str) -> Option<Decimal> {
    let most = Decimal::from(MOST);
    let digits = if text.contains(',') { without_groups(text)? } else { text.to_owned() };
    digits.replace('_', "").parse().ok().filter(|value: &Decimal| value.abs() <= most)
}

/// A number without the commas between its groups of three digits; `None` where a comma stands elsewhere, as a decimal comma
/// does: `53,00` left without it would be a hundred times the bound.
fn without_groups(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(a, b)| (a, Some(b)));
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let first = groups.next()?;
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let is_grouped = is_first && groups.all(|group| group.len() == 3);
    let is_whole = decimals.is_none_or(|decimals| !decimals.contains(','));
    (is_grouped && is_whole).then(|| text.replace(',', ""))
}

fn not_decimal(text: &str) -> String {
    let way_out = match text.contains(',') {
        true => {
            "; decimals come after a point, and commas stand only between groups of three digits: 1,234.50"
        }
        false => "",
    };
    format!("`{}` is no decimal number{way_out}", excerpt(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, of: GateOf) -> Gate {
        Gate::from_text(text, of).unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    fn value(text: &str) -> GateBound {
        GateBound::Value(text.parse().unwrap())
    }

    #[test]
    fn a_bound_is_read_in_the_unit_of_its_figure() {
        for (of, text, bound) in [
            (GateOf::Run, "total_spend <= $60", value("60")),
            (GateOf::Run, "total_spend <= 60.00 CHF", value("60")),
            (GateOf::Run, "total_spend <= $1,200.50", value("1200.5")),
            (GateOf::Run, "total_spend <= 1,234,567", value("1234567")),
            (GateOf::Run, "closing_balance >= -1,000", value("-1000")),
            (GateOf::Run, "fill_rate >= 99%", value("0.99")),
            (GateOf::Run, "fill_rate>=0.99", value("0.99")),
            (GateOf::Run, "downtime_ms <= 1h", value("3600000")),
            (GateOf::Run, "downtime_ms <= 5", value("5")),
            (GateOf::Run, "downtime <= 5", value("18000000")),
            (GateOf::Run, "closing_balance >= -5", value("-5")),
            (GateOf::Study, "downtime_hours <= 2", value("7200000")),
            (GateOf::Study, "outages <= 1%", value("0.01")),
            (GateOf::Study, "outages <= 2", value("2")),
            (GateOf::Diff, "total_spend <= baseline", GateBound::BaselineAnd(Decimal::ZERO)),
            (GateOf::Fleet, "refused <= baseline", GateBound::BaselineAnd(Decimal::ZERO)),
            (GateOf::Fleet, "current.downtime <= 5", value("18000000")),
            (
                GateOf::Diff,
                "total_spend <= baseline + 5%",
                GateBound::BaselineTimes(Decimal::new(105, 2)),
            ),
            (
                GateOf::Diff,
                "fill_rate >= baseline - 1%",
                GateBound::BaselineTimes(Decimal::new(99, 2)),
            ),
            (GateOf::Diff, "total_spend < baseline - $2", GateBound::BaselineAnd(-Decimal::TWO)),
        ] {
            assert_eq!(read(text, of).bound, bound, "{text}");
        }
    }

    #[test]
    fn the_subject_is_a_candidate_by_name_or_by_role_and_signs_in_names_are_theirs() {
        let named = |name: &str| GateSubject::Named(name.to_owned());
        for (text, subject) in [
            ("fill_rate >= 99%", GateSubject::Unsaid),
            ("advised.fill_rate >= 99%", GateSubject::Advised),
            ("current.fill_rate >= 99%", GateSubject::Current),
            ("'the bigger plan'.gain >= 5", named("the bigger plan")),
            ("\"recharge.packs = 3\".gain >= 5", named("recharge.packs = 3")),
            ("Pro.gain >= 5", named("Pro")),
        ] {
            assert_eq!(read(text, GateOf::Study).subject, subject, "{text}");
        }
        for (of, text, subject) in [
            (GateOf::Run, "each_cycle.total_spend <= 40", GateSubject::EachCycle),
            (GateOf::Forecast, "each_cycle.total_spend <= 40", GateSubject::EachCycle),
            (GateOf::Forecast, "this_cycle.spend_p95 <= 40", GateSubject::ThisCycle),
            (GateOf::Advice, "gain >= 40", GateSubject::Unsaid),
        ] {
            assert_eq!(read(text, of).subject, subject, "{text}");
        }
    }

    #[test]
    fn what_is_no_gate_is_refused_with_the_way_out() {
        for (of, text, why) in [
            (GateOf::Run, "total_spend", "write a figure, a comparison"),
            (GateOf::Run, "<= 5", "write a figure, a comparison"),
            (GateOf::Run, "total_spend = 5", "write a figure, a comparison"),
            (GateOf::Run, "total_spent <= 5", "did you mean `total_spend`?"),
            (GateOf::Run, "spend <= 5", "did you mean `total_spend`?"),
            (GateOf::Advice, "spend <= 5", "did you mean `total_spend`?"),
            (GateOf::Run, "fill >= 5", "did you mean `fill_rate`?"),
            (GateOf::Run, "attempts <= 5", "did you mean `failed_attempts`?"),
            (GateOf::Run, "cycles <= 5", "did you mean `stockout_free_cycles`?"),
            (GateOf::Run, "outage_probability <= 5%", "set the gate on `recharge study`"),
            (GateOf::Run, "current.total_spend <= 5", "a run has no `current`"),
            (GateOf::Run, "each_cycle.skipped_rows <= 5", "a whole run only"),
            (GateOf::Run, "total_spend <= much", "`much` is no decimal number"),
            (GateOf::Run, "total_spend <= $40 CHF", "is no decimal number"),
            (
                GateOf::Run,
                "total_spend <= 53,00",
                "`53,00` is no decimal number; decimals come after",
            ),
            (GateOf::Run, "total_spend <= $53,00", "decimals come after a point"),
            (GateOf::Run, "total_spend <= 53,99", "decimals come after a point"),
            (GateOf::Run, "total_spend <= 5,4", "decimals come after a point"),
            (GateOf::Run, "total_spend <= 0,500", "decimals come after a point"),
            (GateOf::Run, "total_spend <= 1.000,50", "decimals come after a point"),
            (GateOf::Run, "total_spend <= 1234,567", "decimals come after a point"),
            (GateOf::Run, "each_cycle.total_spend <= 400,00", "decimals come after a point"),
            (GateOf::Run, "outages <= 0,5", "decimals come after a point"),
            (GateOf::Run, "fill_rate >= 99,9%", "decimals come after a point"),
            (GateOf::Diff, "total_spend <= baseline + 5,00", "decimals come after a point"),
            (GateOf::Diff, "total_spend <= baseline + 5,5%", "decimals come after a point"),
            (GateOf::Fleet, "refused <= 0,5", "decimals come after a point"),
            (GateOf::Forecast, "each_cycle.total_spend <= 400,00", "decimals come after a point"),
            (GateOf::Run, "downtime <= 1,5", "no length of time"),
            (GateOf::Run, "fill_rate >= 101%", "from 0% to 100%"),
            (GateOf::Run, "downtime_ms <= soon", "no length of time"),
            (GateOf::Run, "total_spend <= baseline", "only `recharge diff`"),
            (GateOf::Fleet, "advised.total_spend <= 60", "a fleet has no `advised`"),
            (GateOf::Fleet, "each_cycle.total_spend <= 60", "a fleet has no `each_cycle`"),
            (GateOf::Fleet, "current.total_spend <= baseline", "`current` is the baseline itself"),
            (GateOf::Fleet, "outage_probability <= 5%", "is a figure of many runs"),
            (GateOf::Study, "gain >= 5", "say whose"),
            (GateOf::Study, "current.gain >= 5", "say whose"),
            (GateOf::Plan, "advised.gain >= 5", "no figure is called `gain`"),
            (GateOf::Study, "advised.rows >= 5", "is one for all"),
            (GateOf::Diff, "rows >= baseline", "both scenarios meet the same usage"),
            (GateOf::Forecast, "cost <= 5", "no figure is called `cost`"),
            (GateOf::Forecast, "next.total_spend <= 5", "a forecast has no `next`"),
            (GateOf::Forecast, "this_cycle.rows >= 5", "a whole run only"),
            (GateOf::Advice, "current.gain >= 5", "say whose"),
            (GateOf::Diff, "spend_p95 <= baseline", "write a number"),
            (GateOf::Diff, "advised.cost <= 5", "write the figure alone"),
            (GateOf::Diff, "cost <= baseline * 2", "baseline + 5%"),
        ] {
            let said = Gate::from_text(text, of).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn the_money_of_a_bound_has_to_be_that_of_the_scenario() {
        let gate = |bound: &str| read(&format!("total_spend <= {bound}"), GateOf::Run);
        let wrong = |bound: &str, code: &str| {
            gate(bound).wrong_money(Currency::from_code(code).unwrap()).is_some()
        };
        assert!(!wrong("40", "EUR") && !wrong("€40", "EUR") && !wrong("40 CHF", "CHF"));
        assert!(!wrong("EUR 40", "EUR") && wrong("$40", "EUR") && wrong("40 CHF", "EUR"));
    }

    #[test]
    fn every_figure_of_a_result_can_be_gated_and_a_misspelt_one_is_suggested() {
        for of in [
            GateOf::Run,
            GateOf::Study,
            GateOf::Plan,
            GateOf::Diff,
            GateOf::Forecast,
            GateOf::Advice,
        ] {
            let names = of.figures().into_iter().map(|figure| GateMeasure::Figure(figure).name(of));
            for name in names {
                assert!(Gate::from_text(&format!("{name} >= 0"), of).is_ok(), "{name}");
                let said = Gate::from_text(&format!("{name}x >= 0"), of).unwrap_err();
                assert!(said.contains(&format!("did you mean `{name}`?")), "{said}");
            }
        }
    }
}
