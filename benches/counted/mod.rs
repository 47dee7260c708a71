//! Work counted in instructions, which do not depend on what else the machine does.
//!
//! A program runs itself again under valgrind's callgrind, which counts what [`measured`] executes and
//! nothing around it. Deliberately absent: time.

use std::process::Command;

/// The most instructions a piece of work may need beyond its budget, as a share.
pub const TOLERANCE: f64 = 0.03;

/// Calls `work`. Callgrind finds it by its name.
#[inline(never)]
pub fn measured<T>(work: impl FnOnce() -> T) -> T {
    std::hint::black_box(work())
}

/// Whether valgrind is installed.
pub fn possible() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Instructions that this program executes in [`measured`] when called with `args`.
pub fn count(args: &[&str]) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted::measured*")
        .arg(program)
        .args(args)
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    collected(&said).filter(|_| output.status.success()).ok_or_else(|| said.into_owned())
}

/// What callgrind says it collected; `None` if it says nothing, or counted nothing.
pub fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok().filter(|&count| count > 0)
}

/// The exponent with which `counts` grow with `sizes`: the slope of the straight line nearest to
/// their logarithms.
pub fn exponent(sizes: &[f64], counts: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> =
        sizes.iter().zip(counts).map(|(size, count)| (size.ln(), count.ln())).collect();
    let mean =
        |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let along = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>();
    along / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}

/// What stands in a file of budgets: the name and the instructions of each piece of work. Lines that
/// begin with `#` are for people.
pub fn budgets(text: &str) -> Vec<(String, u64)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let (name, count) = line.rsplit_once(' ')?;
        Some((name.trim().to_owned(), count.replace('_', "").parse().ok()?))
    };
    lines.filter_map(read).collect()
}

/// How a count stands to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no budget for it.
    New,
    /// Within [`TOLERANCE`] of it.
    Kept,
    /// Less than that: the budget can be lowered.
    Better,
    /// More than that.
    Exceeded,
}

/// Judges a count.
pub fn judge(budget: Option<u64>, count: u64) -> Verdict {
    let Some(budget) = budget else { return Verdict::New };
    let ratio = count as f64 / budget as f64;
    match ratio {
        _ if ratio > 1.0 + TOLERANCE => Verdict::Exceeded,
        _ if ratio < 1.0 - TOLERANCE => Verdict::Better,
        _ => Verdict::Kept,
    }
}
