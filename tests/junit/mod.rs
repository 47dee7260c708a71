//! JUnit reports held against a schema: the structure of `junit-10.xsd` of the xUnit plugin of Jenkins, which the reports
//! of Ant, Surefire and pytest meet too.
//!
//! The schema is written down here as data, element by element; the counts of a suite are checked beyond it.

use roxmltree::{Document, Node};

/// An element of the schema: its attributes, those it must have first, and its children.
struct Element {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    children: &'static [&'static str],
    /// Whether it may hold text.
    text: bool,
}

const SCHEMA: [Element; 6] = [
    Element {
        name: "testsuites",
        required: &[],
        optional: &["name", "time", "tests", "failures", "errors"],
        children: &["testsuite"],
        text: false,
    },
    Element {
        name: "testsuite",
        required: &["name", "tests", "failures", "errors"],
        optional: &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
        children: &["testsuite", "properties", "testcase", "system-out", "system-err"],
        text: false,
    },
    Element {
        name: "testcase",
        required: &["name"],
        optional: &["time", "classname", "group"],
        children: &["skipped", "error", "failure", "system-out", "system-err"],
        text: false,
    },
    Element {
        name: "failure",
        required: &[],
        optional: &["type", "message"],
        children: &[],
        text: true,
    },
    Element {
        name: "error",
        required: &[],
        optional: &["type", "message"],
        children: &[],
        text: true,
    },
    Element {
        name: "skipped",
        required: &[],
        optional: &["type", "message"],
        children: &[],
        text: true,
    },
];

/// What of a report is not as the schema has it.
pub fn breaches(report: &str) -> Vec<String> {
    let document = match Document::parse(report) {
        Ok(document) => document,
        Err(error) => return vec![format!("is no XML: {error}")],
    };
    let root = document.root_element();
    let mut found = Vec::new();
    if root.tag_name().name() != "testsuites" {
        found.push(format!("begins with <{}>", root.tag_name().name()));
    }
    root.descendants().filter(Node::is_element).for_each(|node| element(node, &mut found));
    found
}

fn element(node: Node<'_, '_>, found: &mut Vec<String>) {
    let name = node.tag_name().name();
    let Some(schema) = SCHEMA.iter().find(|element| element.name == name) else {
        return found.push(format!("<{name}> is no element"));
    };
    for attribute in node.attributes() {
        let name = attribute.name();
        if !schema.required.contains(&name) && !schema.optional.contains(&name) {
            found.push(format!("<{}> has no attribute {name}", schema.name));
        }
    }
    for required in schema.required.iter().filter(|name| node.attribute(**name).is_none()) {
        found.push(format!("<{name}> lacks {required}"));
    }
    for child in node.children() {
        let told = child.tag_name().name();
        if child.is_element() && !schema.children.contains(&told) {
            found.push(format!("<{name}> holds <{told}>"));
        }
        if child.is_text() && !schema.text && !child.text().unwrap_or_default().trim().is_empty() {
            found.push(format!("<{name}> holds text"));
        }
    }
    counts(node, found);
}

/// Times are seconds, and the counts of suites are those of the cases in them.
fn counts(node: Node<'_, '_>, found: &mut Vec<String>) {
    let name = node.tag_name().name();
    if node.attribute("time").is_some_and(|time| time.parse::<f64>().is_err()) {
        found.push(format!("the time of <{name}> is no number"));
    }
    if !name.starts_with("testsuite") {
        return;
    }
    let of = |kind: &str| node.descendants().filter(|one| one.has_tag_name(kind)).count();
    for (attribute, kind) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        let counted = of(kind).to_string();
        if node.attribute(attribute).is_some_and(|count| count != counted) {
            found.push(format!("<{name}> has {counted} of {kind} and says otherwise"));
        }
    }
}

/// The name of each case of a report that meets the schema, and what happened to it: `passed`, `failure` or `error`.
pub fn cases(report: &str) -> Vec<(String, String)> {
    assert_eq!(breaches(report), Vec::<String>::new(), "{report}");
    let document = Document::parse(report).unwrap();
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    let told = |case: Node<'_, '_>| {
        let outcome = case.first_element_child();
        let outcome = outcome.map_or("passed", |outcome| outcome.tag_name().name()).to_owned();
        (case.attribute("name").unwrap().to_owned(), outcome)
    };
    cases.map(told).collect()
}
