//! Plans, packages and rollover: what the vendor sells.

use std::sync::Arc;

use crate::domain::{Credits, Money};
use crate::policy::{Package, Plan, Rollover};
use crate::scenario::declare::either;
use crate::scenario::diagnostic::{Diagnostic, shown};
use crate::scenario::read::{Context, Found, Reader, Reported};
use crate::scenario::suggest::nearest;

/// A name and what it names, in file order.
type Named<T> = Result<Vec<(String, T)>, Reported>;

/// What the vendor sells, each part unless it has errors.
pub struct Catalogues {
    pub plans: Named<Arc<Plan>>,
    pub packages: Named<Package>,
}

impl Catalogues {
    pub fn read(root: &Reader<'_>) -> Catalogues {
        Catalogues {
            plans: root.catalogue("plans", plan),
            packages: root.catalogue("packages", package),
        }
    }

    /// The plan that `plan` names; one without fee and allowance when it is left out.
    pub fn plan_at_start(&self, root: &Reader<'_>) -> Result<Arc<Plan>, Reported> {
        match root.optional::<String>("plan")? {
            Some(name) => self.plan(root.ctx(), &name),
            None => {
                let (fee, allowance) = (Money::ZERO, Credits::ZERO);
                Ok(Arc::new(Plan { name: "no plan".into(), fee, allowance }))
            }
        }
    }

    pub fn plan(&self, ctx: &Context, name: &Found<String>) -> Result<Arc<Plan>, Reported> {
        named(ctx, &self.plans, name, "plan").cloned()
    }

    pub fn package(&self, ctx: &Context, name: &Found<String>) -> Result<Package, Reported> {
        named(ctx, &self.packages, name, "package").cloned()
    }
}

/// The entry of this name; an error that lists the names there are. Of a catalogue with errors
/// nothing is said again.
fn named<'c, T>(
    ctx: &Context,
    catalogue: &'c Named<T>,
    name: &Found<String>,
    what: &str,
) -> Result<&'c T, Reported> {
    let entries = match catalogue {
        Ok(entries) => entries,
        Err(reported) => return Err(*reported),
    };
    if let Some((_, entry)) = entries.iter().find(|(key, _)| *key == name.value) {
        return Ok(entry);
    }
    let title = format!("there is no {what} \"{}\"", shown(&name.value));
    let why = match nearest(&name.value, entries.iter().map(|(key, _)| key.as_str())) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => String::new(),
    };
    let names: Vec<String> = entries.iter().take(20).map(|(key, _)| format!("\"{key}\"")).collect();
    let help = match names.as_slice() {
        [] => format!("describe it in a table [{what}s.{}]", shown(&name.value)),
        names => format!("this scenario describes {}", either(names).replace(" or ", " and ")),
    };
    Err(ctx.note(Diagnostic::error(title).at(name.spot, why).help(help)))
}

fn plan(name: &str, reader: &Reader<'_>) -> Result<Arc<Plan>, Reported> {
    let title = reader.optional::<String>("title");
    let (fee, allowance) = (reader.or_default::<Money>("fee"), reader.or_default("allowance"));
    let title = title?.map_or_else(|| name.to_owned(), |found| found.value);
    let (fee, allowance): (_, Found<Credits>) = (fee?.value, allowance?);
    Ok(Arc::new(Plan { name: title.into(), fee, allowance: allowance.value }))
}

fn package(name: &str, reader: &Reader<'_>) -> Result<Package, Reported> {
    let (credits, price) = (reader.required("credits"), reader.required("price"));
    let (credits, price): (Found<Credits>, Found<Money>) = (credits?, price?);
    Ok(Package { name: name.into(), credits: credits.value, price: price.value })
}

/// What happens to unused allowance; without its table nothing is carried over.
pub fn rollover(root: &Reader<'_>) -> Result<Rollover, Reported> {
    let Some(reader) = root.table("rollover")? else { return Ok(Rollover::default()) };
    let (least, most) = (reader.or_default::<Credits>("least"), reader.required::<Credits>("most"));
    let cycles = reader.or_default::<u64>("cycles");
    let (least, most, cycles) = (least?, most?, cycles?);
    if most.value < least.value {
        let error = Diagnostic::error("`rollover.most` must be at least `rollover.least`")
            .at(most.spot, "at most so much is carried over")
            .at(least.spot, "at least so much is carried over")
            .help("raise `most`, or lower `least`");
        return Err(root.ctx().note(error));
    }
    Ok(Rollover { least: least.value, most: most.value, cycles: cycles.value })
}
