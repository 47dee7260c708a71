//! `recharge vendors`: the products whose rules are known, and every rule of one with its source.

use crate::report::{json, vendors as report};
use crate::vendors;

use super::args::{Format, VendorsArgs};
use super::exit::Failure;
use super::print;

/// Lists all vendors, or shows one.
pub fn vendors(args: &VendorsArgs) -> Result<(), Failure> {
    let found = args.name.as_deref().map(vendors::find).transpose()?;
    let chosen: Vec<&vendors::Vendor> = match found {
        Some(vendor) => vec![vendor],
        None => vendors::all().iter().collect(),
    };
    print(&match (args.format, found) {
        (Format::Json, _) => json::text(&json::vendors::result(&chosen))?,
        (Format::Markdown, None) => report::page(vendors::all()),
        (Format::Markdown, Some(vendor)) => report::page(std::slice::from_ref(vendor)),
        (Format::Text, None) => report::list(vendors::all()),
        (Format::Text, Some(vendor)) => report::text(vendor),
    })
}
