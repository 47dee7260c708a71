//! A document as Markdown (CommonMark with GitHub's tables), for a comment or a wiki.

use super::{Block, Document, Media, Table};
use crate::domain::text::{on_one_line, visible};

/// The document as Markdown, ending with a newline.
pub fn markdown(document: &Document) -> String {
    let mut parts = vec![format!("# {}", escaped(&document.title))];
    parts.extend(document.question.as_deref().map(|question| format!("*{}*", escaped(question))));
    parts.push(format!("**{}**", escaped(&document.finding.headline)));
    parts.extend(document.finding.sentences.iter().map(|sentence| escaped(sentence)));
    parts.push(escaped(&document.finding.basis));
    for block in &document.blocks {
        match block {
            Block::Notes { title, lines } => {
                let lines: Vec<String> =
                    lines.iter().map(|line| format!("- {}", escaped(line))).collect();
                parts.push(format!("## {}\n\n{}", escaped(title), lines.join("\n")));
            }
            Block::Listing { title, text } => {
                let fence = if text.contains("```") { "````" } else { "```" };
                parts.push(format!(
                    "## {}\n\n{fence}\n{}\n{fence}",
                    escaped(title),
                    visible(text.trim_end())
                ));
            }
            Block::Table(table) if table.media.in_text() => parts.push(of_table(document, table)),
            Block::Table(_) | Block::Cards(_) => {}
            #[cfg(feature = "html")]
            Block::Charts(_) => {}
        }
    }
    parts.push(escaped(&document.source.provenance.line()));
    parts.join("\n\n") + "\n"
}

fn of_table(document: &Document, table: &Table) -> String {
    let places = table.places(Media::in_text);
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    // Markdown has no table without a header.
    let is_named = places.iter().any(|&place| !table.columns[place].name.is_empty());
    let name = |(index, &place): (usize, &usize)| match (is_named, index) {
        (true, _) => escaped(&table.columns[place].name),
        (false, 0) => "figure".to_owned(),
        (false, 1) => "value".to_owned(),
        (false, _) => "remark".to_owned(),
    };
    let names = places.iter().enumerate().map(name).collect();
    let rule = |&place: &usize| if table.columns[place].kind.is_number() { "--:" } else { "---" };
    let mut lines =
        vec![line(names), format!("|{}|", places.iter().map(rule).collect::<Vec<_>>().join("|"))];
    for row in table.rows.iter().chain(table.totals()) {
        let show = |&place: &usize| escaped(&document.notation.show(&row[place]));
        lines.push(line(places.iter().map(show).collect()));
    }
    let mut parts = vec![format!("## {}", escaped(&table.title))];
    parts.extend(table.caption.as_deref().map(escaped));
    parts.push(lines.join("\n"));
    parts.extend(table.note.as_deref().map(escaped));
    parts.join("\n\n")
}

/// Text that Markdown takes for nothing but text: on one line, with every control character
/// escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in on_one_line(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&')
        {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_scenario_is_text() {
        assert_eq!(
            escaped("a|b <img src=x> [x](y)\n# z"),
            "a\\|b \\<img src=x\\> \\[x\\](y)\\\\n\\# z"
        );
    }
}
