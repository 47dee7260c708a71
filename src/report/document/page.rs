//! A document as one HTML file that can be attached to a mail. No script, no network, no font;
//! light, dark and print.
//!
//! All text from files is escaped by `maud`.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cell::{Cell, CellKind, LinkedText};
use super::{Block, Column, Document, DocumentSource, FigureCard, Media, Notation, Table};
use crate::domain::text::visible;
use crate::report::bundle::MADE_BY;
use crate::report::charts::{Chart, ink};
use crate::report::words::count;

/// The document as a page.
pub fn page(document: &Document) -> String {
    let finding = &document.finding;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&document.title, document.source.provenance.version))
            body { main {
                h1 { (document.title) }
                @if let Some(question) = &document.question { p.question { (question) } }
                p.finding { strong { (prose(&finding.headline)) } }
                @if !finding.sentences.is_empty() { p.advice { (prose(&finding.sentences.join(" "))) } }
                @if !finding.basis.is_empty() { p.muted.small { (prose(&finding.basis)) } }
                @for (place, block) in document.blocks.iter().enumerate() {
                    @if section_of_charts(document) == Some(place) { span id=(PICTURES) {} }
                    (self::block(document, block))
                    // The story stands on the first page of paper: answer, figures, what to look at.
                    @if place == 0 { (contents(document)) }
                }
                (source(&document.source))
            } }
        }
    };
    page.into_string()
}

/// What a document opens with, as a part of another page, such as a notebook: the answer, the figures that are seen first,
/// and the notes that stand before all tables.
pub fn opening(document: &Document) -> String {
    let finding = &document.finding;
    let is_opening = |block: &&Block| matches!(block, Block::Cards(_) | Block::Notes { .. });
    let part = html! {
        div.recharge {
            style { (PreEscaped(include_str!("opening.css"))) }
            h3 { (document.title) }
            p { strong { (prose(&finding.headline)) } }
            @if !finding.sentences.is_empty() { p { (prose(&finding.sentences.join(" "))) } }
            @if !finding.basis.is_empty() { p.muted.small { (prose(&finding.basis)) } }
            @for block in document.blocks.iter().take_while(is_opening) {
                @match block {
                    Block::Notes { title, lines } => {
                        h4 { (title) }
                        ul { @for line in lines { li { (prose(line)) } } }
                    }
                    block => (self::block(document, block)),
                }
            }
        }
    };
    part.into_string()
}

fn head(name: &str, version: &str) -> Markup {
    // Nothing may be fetched and no script may run, should any of it slip in.
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            (PreEscaped(MADE_BY)) (version) (PreEscaped("\">"))
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="color-scheme" content="light dark";
            title { (name) }
            style { (PreEscaped(include_str!("page.css"))) (PreEscaped(ink::style())) }
        }
    }
}

/// Links to every section.
fn contents(document: &Document) -> Markup {
    let section = |block: &Block| match block {
        Block::Notes { title, .. } | Block::Listing { title, .. } => {
            Some((id(title), title.clone()))
        }
        Block::Table(table) if table.media.on_page() => {
            Some((table.name.to_string(), table.title.clone()))
        }
        Block::Charts(_) => Some((PICTURES.to_owned(), "Charts".to_owned())),
        Block::Table(_) | Block::Cards(_) => None,
    };
    let charts = section_of_charts(document);
    let linked = |(place, block): (usize, &Block)| match block {
        Block::Charts(_) if charts != Some(place) => None,
        block => section(block),
    };
    let blocks = document.blocks.iter().enumerate();
    let mut sections: Vec<(String, String)> = blocks.filter_map(linked).collect();
    sections.push((SOURCE.to_owned(), "Source".to_owned()));
    html! {
        nav.contents.small aria-label="Contents" {
            ul { @for (id, title) in &sections { li { a href={ "#" (id) } { (title) } } } }
        }
    }
}

/// The charts of a page.
const PICTURES: &str = "charts";
/// The origin of the result.
const SOURCE: &str = "source";

/// The name of a section in a link: its title in small letters.
fn id(title: &str) -> String {
    let letter = |letter: char| match letter {
        some if some.is_ascii_alphanumeric() => some.to_ascii_lowercase(),
        _ => '-',
    };
    title.chars().map(letter).collect()
}

/// The place of the charts that are a section: the most that stand together. Others illustrate the section they
/// stand in.
fn section_of_charts(document: &Document) -> Option<usize> {
    let charts = |(place, block): (usize, &Block)| match block {
        Block::Charts(charts) => Some((charts.len(), place)),
        _ => None,
    };
    document.blocks.iter().enumerate().filter_map(charts).max().map(|(_, place)| place)
}

/// A text with what stands between backticks as code. A backtick without another one stays as it is.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // Code is every second part, of an odd number of them.
    let (paired, rest) = parts.split_at((parts.len() - 1) / 2 * 2);
    html! {
        @for pair in paired.chunks(2) { (pair[0]) code { (pair[1]) } }
        (rest.join("`"))
    }
}

fn block(document: &Document, block: &Block) -> Markup {
    match block {
        Block::Cards(shown) => cards(document, shown),
        Block::Notes { title, lines } => html! {
            h2 id=(id(title)) { (title) }
            ul { @for line in lines { li { (prose(line)) } } }
        },
        Block::Listing { title, text } => html! {
            h2 id=(id(title)) { (title) }
            pre { (visible(text)) }
        },
        Block::Table(table) if table.media.on_page() => self::table(document, table),
        Block::Table(_) => html! {},
        Block::Charts(charts) => pictures(charts),
    }
}

fn cards(document: &Document, cards: &[FigureCard]) -> Markup {
    html! {
        dl.cards {
            @for card in cards {
                div.card {
                    dt { (card.name) }
                    dd.value.alarm[card.alarm] { (document.notation.show(&card.value)) }
                    dd.muted.small { (prose(&card.meaning)) }
                }
            }
        }
    }
}

fn pictures(charts: &[Chart]) -> Markup {
    html! {
        @for chart in charts {
            figure id={ "chart-" (chart.name) } {
                figcaption { h3 { (chart.title) } }
                div.wide { (PreEscaped(&chart.wide)) }
                div.narrow { (PreEscaped(&chart.narrow)) }
                p.muted.small { (prose(&chart.description)) }
            }
        }
    }
}

/// The layout of the cells of a column. A text after figures, with no name of its own, is what a figure
/// means: a phone shows it below them.
fn class(columns: &[&Column], place: usize) -> &'static str {
    match columns[place].kind {
        CellKind::Text if place > 1 && columns[place].name.is_empty() => "means",
        CellKind::Text | CellKind::Code => "text",
        CellKind::Instant => "date",
        _ => "number",
    }
}

/// Columns up to which a value stands on one line.
const MANY_COLUMNS: usize = 7;

fn table(document: &Document, table: &Table) -> Markup {
    let places = table.places(Media::on_page);
    let columns: Vec<&Column> = places.iter().map(|&place| &table.columns[place]).collect();
    let classes: Vec<&str> = (0..columns.len()).map(|place| class(&columns, place)).collect();
    let is_of_figures = classes.last() == Some(&"means");
    let values = format!("--values:{}", columns.len().saturating_sub(2));
    let layout = match is_of_figures {
        true => Some("figures"),
        // Values may take two lines, so that the last column is seen where there is room for a page.
        false => (columns.len() > MANY_COLUMNS).then_some("many"),
    };
    let cells = |row: &[Cell]| -> Vec<(Markup, Option<String>)> {
        let notation = &document.notation;
        let shown = |&place: &usize| (shown(notation, &row[place]), notation.exactly(&row[place]));
        places.iter().map(shown).collect()
    };
    let hidden = table.rows.len().saturating_sub(table.most_on_page);
    html! {
        h2 id=(table.name) { (table.title) }
        @if let Some(caption) = &table.caption { p.muted.small { (prose(caption)) } }
        div.scroll tabindex="0" role="region" aria-label=(table.title) {
            table class=[layout] style=[is_of_figures.then_some(values)] {
                @if columns.iter().any(|column| !column.name.is_empty()) {
                    thead { tr { @for (column, class) in columns.iter().zip(&classes) {
                        th class=(class) scope="col" { (column.name) }
                    } } }
                }
                tbody { @for row in table.rows.iter().take(table.most_on_page) {
                    tr { @for (place, (cell, exact)) in cells(row).into_iter().enumerate() {
                        td class=(classes[place]) title=[exact] {
                            @if columns[place].kind == CellKind::Code { code { (cell) } } @else { (cell) }
                        }
                    } }
                } }
                @if let Some(sums) = table.totals() {
                    tfoot { tr { @for (class, (cell, exact)) in classes.iter().zip(cells(sums)) {
                        td class=(class) title=[exact] { (cell) }
                    } } }
                }
            }
        }
        @if hidden > 0 {
            p.muted.small { "And " (count(hidden as u64, "row")) " more; a workbook (--xlsx FILE) has them all." }
        }
        @if let Some(note) = &table.note { p.muted.small { (prose(note)) } }
    }
}

/// A value of a table.
fn shown(notation: &Notation, cell: &Cell) -> Markup {
    let Cell::Linked(parts) = cell else { return html! { (notation.show(cell)) } };
    html! {
        @for LinkedText { text, address, anchor } in parts {
            @match (address, anchor) {
                (Some(address), anchor) => a href=(address) id=[anchor.as_ref()] { (text) },
                (None, Some(anchor)) => span id=(anchor) { (text) },
                (None, None) => (text),
            }
        }
    }
}

/// The origin of the result: enough to reproduce it.
fn source(source: &DocumentSource) -> Markup {
    let provenance = &source.provenance;
    html! {
        h2 id=(SOURCE) { "Source" }
        dl.source {
            dt { "made by" } dd { "recharge " (provenance.version) }
            dt { "command" } dd { code { (provenance.command_line()) } }
            @for scenario in &source.scenarios {
                dt { "scenario" } dd { (scenario.file) br; code { "sha256 " (scenario.hash) } }
            }
            @if !source.scenarios.is_empty() { dt { "seed" } dd { (provenance.seed) } }
            dt { "usage" } dd {
                (provenance.usage)
                @if let Some(rows) = provenance.usage_rows { ", " (count(rows, "row")) }
                @if let Some(hash) = &provenance.usage_hash {
                    br; code { (hash.kind.name()) " " (hash.hex) }
                }
            }
        }
        @for scenario in &source.scenarios {
            details.scenario {
                summary { (scenario.file) ", word for word" }
                pre { (visible(&scenario.text)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_a_lone_one_stays() {
        for (text, expected) in [
            ("plain & simple", "plain &amp; simple"),
            (
                "Assumed: `--target` states another.",
                "Assumed: <code>--target</code> states another.",
            ),
            ("`a` or `<b>`", "<code>a</code> or <code>&lt;b&gt;</code>"),
            ("one ` alone", "one ` alone"),
            ("`a` and ` alone", "<code>a</code> and ` alone"),
            ("", ""),
        ] {
            assert_eq!(prose(text).into_string(), expected, "{text}");
        }
    }
}
