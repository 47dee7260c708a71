//! Plans, packages and rollover: what the vendor sells.

use std::sync::Arc;

use crate::domain::suggest::nearest;
use crate::domain::text::excerpt;
use crate::domain::{Credits, Money};
use crate::policy::{Package, Plan, Quota, Rollover, Term};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{
    root,
    vendor::{package, plan, quota, rollover},
};
use crate::scenario::read::{Found, ReadContext, Reported};
use crate::scenario::reader::Reader;

use super::without_effect;

/// Things by name, in file order.
pub struct Catalogue<T> {
    /// All names, those of entries with errors included.
    names: Vec<String>,
    /// All entries, unless one has errors.
    pub entries: Result<Vec<(String, T)>, Reported>,
}

/// The vendor's offer.
pub struct Catalogues {
    pub plans: Catalogue<Arc<Plan>>,
    pub packages: Catalogue<Package>,
}

impl Catalogues {
    pub fn read(root: &Reader<'_>) -> Catalogues {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Catalogues {
            plans: Catalogue {
                names: owned(root.names(&root::PLANS)),
                entries: root.catalogue(&root::PLANS, plan),
            },
            packages: Catalogue {
                names: owned(root.names(&root::PACKAGES)),
                entries: root.catalogue(&root::PACKAGES, package),
            },
        }
    }

    /// Returns the plan that `plan` names, or one without fee and allowance if it is left out.
    pub fn plan_at_start(&self, root: &Reader<'_>) -> Result<Arc<Plan>, Reported> {
        match root.get(&root::PLAN)? {
            Some(name) => self.plan(root.ctx(), &name),
            None => Ok(Arc::new(Plan::new("no plan", Money::ZERO, Credits::ZERO))),
        }
    }

    pub fn plan(&self, ctx: &ReadContext, name: &Found<String>) -> Result<Arc<Plan>, Reported> {
        self.plans.named(ctx, name, "plan").cloned()
    }

    pub fn package(&self, ctx: &ReadContext, name: &Found<String>) -> Result<Package, Reported> {
        self.packages.named(ctx, name, "package").cloned()
    }
}

impl<T> Catalogue<T> {
    /// Returns the entry of this name; the error lists the names that exist.
    fn named(&self, ctx: &ReadContext, name: &Found<String>, what: &str) -> Result<&T, Reported> {
        if !self.names.contains(&name.value) {
            return Err(ctx.note(self.unknown(name, what, ctx.suggests())));
        }
        let entries = self.entries.as_ref().map_err(|reported| *reported)?;
        let found = entries.iter().find(|(key, _)| *key == name.value);
        found.map(|(_, entry)| entry).ok_or(Reported)
    }

    fn unknown(&self, name: &Found<String>, what: &str, suggests: bool) -> Diagnostic {
        const MOST: usize = 20;
        // The names are the author's, and there may be thousands of them.
        let likely = self.names.iter().take(if suggests { 500 } else { 0 });
        let why = match nearest(&name.value, likely.map(String::as_str)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => String::new(),
        };
        let listed: Vec<String> =
            self.names.iter().take(MOST).map(|name| format!("\"{}\"", excerpt(name))).collect();
        let help = match listed.as_slice() {
            [] => format!("describe it in a table [{what}s.{}]", excerpt(&name.value)),
            listed => format!("this scenario describes {}", listed.join(", ")),
        };
        let title = format!("there is no {what} \"{}\"", excerpt(&name.value));
        Diagnostic::error(title).at(name.spot, why).help(help)
    }
}

fn plan(name: &str, reader: &Reader<'_>) -> Result<Arc<Plan>, Reported> {
    let title = reader.get(&plan::TITLE);
    let (fee, allowance) = (reader.get(&plan::FEE), reader.get(&plan::ALLOWANCE));
    let (term, refill) = (term(reader), reader.get(&plan::REFILL));
    let quotas = quotas(reader);
    let title = title?.map_or_else(|| name.to_owned(), |found| found.value);
    let (fee, allowance): (_, Found<Credits>) = (fee?.value, allowance?);
    let (term, refill, allowance) = (term?, refill?.value, allowance.value);
    Ok(Arc::new(Plan { name: title.into(), fee, allowance, term, refill, quotas: quotas? }))
}

/// Reads the quotas of a plan, each of another length.
fn quotas(reader: &Reader<'_>) -> Result<Vec<Quota>, Reported> {
    let rows = reader.rows(&plan::QUOTAS, |row| {
        let (credits, length) = (row.get(&quota::CREDITS), row.get(&quota::PER));
        let (credits, length) = (credits?, length?);
        Ok((Quota { credits: credits.value, length: length.value }, length.spot))
    })?;
    let rows: Vec<_> = rows.into_iter().map(|row| row.value).collect();
    for (index, (quota, spot)) in rows.iter().enumerate() {
        let same = rows[..index].iter().find(|(before, _)| before.length == quota.length);
        if let Some((_, earlier)) = same {
            let error = Diagnostic::error("two quotas of a plan have windows of one length")
                .at(*spot, "always as long as the other")
                .at(*earlier, "the other")
                .help("keep the smaller of them: the other one is never reached");
            return Err(reader.ctx().note(error));
        }
    }
    Ok(rows.into_iter().map(|(quota, _)| quota).collect())
}

/// Reads the term of a plan. In a term of one cycle both times are the same.
fn term(reader: &Reader<'_>) -> Result<Term, Reported> {
    let cycles = reader.get(&plan::TERM);
    let (fee_per, allowance_per) = (reader.get(&plan::FEE_PER), reader.get(&plan::ALLOWANCE_PER));
    let (cycles, fee_per, allowance_per) = (cycles?, fee_per?, allowance_per?);
    if cycles.value == 1 {
        let keys = [&plan::FEE_PER.declared, &plan::ALLOWANCE_PER.declared];
        without_effect(reader, &keys, "a term of one cycle is a cycle", cycles.spot);
        return Ok(Term::default());
    }
    Ok(Term { cycles: cycles.value, fee_per: fee_per.value, allowance_per: allowance_per.value })
}

fn package(name: &str, reader: &Reader<'_>) -> Result<Package, Reported> {
    let (credits, price) = (reader.get(&package::CREDITS), reader.get(&package::PRICE));
    let (credits, price): (Found<Credits>, Found<Money>) = (credits?, price?);
    Ok(Package { name: name.into(), credits: credits.value, price: price.value })
}

/// Reads the treatment of unused allowance; without its table nothing is carried over.
pub fn rollover(root: &Reader<'_>) -> Result<Rollover, Reported> {
    let Some(reader) = root.table(&root::ROLLOVER)? else { return Ok(Rollover::default()) };
    let (least, most) = (reader.get(&rollover::LEAST), reader.get(&rollover::MOST));
    let (share, cycles) = (reader.get(&rollover::SHARE), reader.get(&rollover::CYCLES));
    let (least, most, share, cycles) = (least?, most?, share?.value, cycles?);
    if most.value < least.value {
        let error = Diagnostic::error("`rollover.most` must be at least `rollover.least`")
            .at(most.spot, "maximum carried over")
            .at(least.spot, "minimum carried over")
            .help("raise `most`, or lower `least`");
        return Err(root.ctx().note(error));
    }
    Ok(Rollover { least: least.value, share, most: most.value, cycles: cycles.value })
}
