//! Errors and warnings about a scenario, drawn beneath the text they refer to.
//!
//! A diagnostic states the problem in its title, marks one or more places, and ends with the way
//! out. Deliberately absent: any knowledge of keys or rules.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// The most diagnostics that are drawn; the rest is counted.
const MOST_DRAWN: usize = 100;

/// A piece of a source: a range of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The source: 0 is the file, followed by one for each overridden setting.
    pub source: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A text that diagnostics point into.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// Its name in messages: the file's name, or the origin of the setting.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run, and may not mean what its author thinks.
    Warning,
}

/// The subject of a diagnostic, which decides whether it can be trusted next to a syntax error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The text is not TOML.
    Syntax,
    /// One value by itself.
    Value,
    /// Relations between settings: unknown, missing, contradicting.
    Structure,
}

/// A place and the text beneath it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub spot: Spot,
    /// The text; may be empty.
    pub text: String,
}

/// One error or warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// Its subject.
    pub about: About,
    /// The problem, naming the setting.
    pub title: String,
    /// The places; the first is the main one. None if it concerns the file as a whole.
    pub labels: Vec<Label>,
    /// The ways out.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// Creates an error about relations between settings.
    pub fn error(title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            about: About::Structure,
            title: title.into(),
            labels: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(title: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(title) }
    }

    /// An error about one value by itself.
    pub fn value(title: impl Into<String>) -> Diagnostic {
        Diagnostic { about: About::Value, ..Diagnostic::error(title) }
    }

    /// Adds a place; does nothing for a setting that was left out.
    pub fn at(mut self, spot: impl Into<Option<Spot>>, text: impl Into<String>) -> Diagnostic {
        if let Some(spot) = spot.into() {
            self.labels.push(Label { spot, text: text.into() });
        }
        self
    }

    /// Adds a way out.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }
}

/// Diagnostics together with the texts they point into.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    sources: Arc<[SourceText]>,
    /// One after another, in file order.
    pub list: Vec<Diagnostic>,
}

/// The position of a diagnostic, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The name of the source.
    pub source: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Diagnostics {
    /// Diagnostics of these sources, in file order.
    pub fn new(sources: Arc<[SourceText]>, mut list: Vec<Diagnostic>) -> Diagnostics {
        let place = |one: &Diagnostic| one.labels.first().map(|l| (l.spot.source, l.spot.start));
        list.sort_by_key(|one| place(one).map_or((1, 0, 0), |(source, start)| (0, source, start)));
        Diagnostics { sources, list }
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the position of a diagnostic's first place; `None` for one about the file as a
    /// whole.
    pub fn position(&self, diagnostic: &Diagnostic) -> Option<Position> {
        let spot = diagnostic.labels.first()?.spot;
        let source = self.sources.get(spot.source as usize)?;
        let before = source.text.get(..spot.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some(Position {
            source: source.name.clone(),
            line: 1 + before.bytes().filter(|&b| b == b'\n').count(),
            column: 1 + before.get(line_start..)?.chars().count(),
        })
    }

    /// All drawn, each followed by an empty line.
    pub fn draw(&self) -> String {
        let renderer = Renderer::plain();
        let mut text = String::new();
        for diagnostic in self.list.iter().take(MOST_DRAWN) {
            text.push_str(&self.draw_one(&renderer, diagnostic));
            text.push_str("\n\n");
        }
        if self.list.len() > MOST_DRAWN {
            text.push_str(&format!("… and {} more\n\n", self.list.len() - MOST_DRAWN));
        }
        text
    }

    /// What is wrong, in one line: each title with the texts of its places.
    pub fn in_one_line(&self) -> String {
        let told = |one: &Diagnostic| {
            let places: Vec<&str> = one.labels.iter().map(|label| &*label.text).collect();
            let places: Vec<&str> = places.into_iter().filter(|text| !text.is_empty()).collect();
            match places.is_empty() {
                true => one.title.clone(),
                false => format!("{} ({})", one.title, places.join(", ")),
            }
        };
        self.list.iter().map(told).collect::<Vec<_>>().join("; ")
    }

    fn draw_one(&self, renderer: &Renderer, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group: Group<'_> = Group::with_title(level.primary_title(&diagnostic.title));
        if diagnostic.labels.is_empty() {
            let name = self.sources.first().map_or("scenario", |source| source.name.as_str());
            group = group.element(Origin::path(name));
        }
        let excerpts = self.excerpts(diagnostic);
        for excerpt in &excerpts {
            group = excerpt.add_to(group);
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(help));
        }
        renderer.render(&[group])
    }

    /// Returns one excerpt for each source that a diagnostic points into, the main one first, and
    /// several if the places in one source are far apart.
    fn excerpts<'a>(&'a self, diagnostic: &'a Diagnostic) -> Vec<Excerpt<'a>> {
        let mut clusters: Vec<(u32, Vec<&Label>)> = Vec::new();
        for label in &diagnostic.labels {
            let source = label.spot.source;
            let near = |other: &&Label| label.spot.start.abs_diff(other.spot.start) < FAR;
            let together =
                |(of, labels): &(u32, Vec<&Label>)| *of == source && labels.iter().any(near);
            match clusters.iter().position(together).and_then(|at| clusters.get_mut(at)) {
                Some((_, labels)) => labels.push(label),
                None => clusters.push((source, vec![label])),
            }
        }
        let main = diagnostic.labels.first().map(|label| label.spot);
        let of = |(source, labels): (u32, Vec<&'a Label>)| {
            let text = self.sources.get(source as usize)?;
            Some(Excerpt::new(text, labels, main))
        };
        clusters.into_iter().filter_map(of).collect()
    }
}

/// Places at least this many bytes apart are shown separately; a long value is cut to this length.
const FAR: u32 = 10_000;
/// Bytes shown before and after a place in a longer line.
const AROUND: usize = 500;

/// The lines from the first to the last of some places, with the places marked.
struct Excerpt<'a> {
    source: &'a SourceText,
    labels: Vec<&'a Label>,
    main: Option<Spot>,
    /// Bytes of the source that are shown.
    shown: std::ops::Range<usize>,
    /// Start byte of the first line shown; before `shown` if part of that line is left out.
    line_start: usize,
}

impl<'a> Excerpt<'a> {
    fn new(source: &'a SourceText, labels: Vec<&'a Label>, main: Option<Spot>) -> Excerpt<'a> {
        let text: &str = &source.text;
        let first = labels.iter().map(|l| ends(text, l).0).min().unwrap_or(0);
        let last = labels.iter().map(|l| ends(text, l).1).max().unwrap_or(0).max(first);
        let line_start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[last..].find('\n').map_or(text.len(), |at| last + at);
        let from = line_start.max(boundary(text, first.saturating_sub(AROUND)));
        let to = line_end.min(boundary(text, last + AROUND));
        Excerpt { source, labels, main, shown: from..to, line_start }
    }

    /// Adds the excerpt, below the position of its first mark if part of a long line is left out.
    fn add_to(&'a self, group: Group<'a>) -> Group<'a> {
        let text: &str = &self.source.text;
        let shown = self.shown.clone();
        let line = 1 + text[..shown.start].bytes().filter(|&b| b == b'\n').count();
        let snippet = Snippet::source(&text[shown.clone()]).line_start(line);
        let snippet = snippet.annotations(self.labels.iter().map(|label| {
            let (start, end) = ends(text, label);
            let kind = match self.main == Some(label.spot) {
                true => AnnotationKind::Primary,
                false => AnnotationKind::Context,
            };
            let mark = kind.span(start - shown.start..end.max(start) - shown.start);
            if label.text.is_empty() { mark } else { mark.label(&label.text) }
        }));
        if shown.start == self.line_start {
            return group.element(snippet.path(&self.source.name));
        }
        let first = self.labels.iter().map(|label| ends(text, label).0).min().unwrap_or(0);
        let column = 1 + text[self.line_start..first].chars().count();
        let origin = Origin::path(&self.source.name).line(line).char_column(column);
        group.element(origin).element(snippet)
    }
}

/// Returns the start and the end of a place; of a long one, only its beginning.
fn ends(text: &str, label: &Label) -> (usize, usize) {
    let (start, end) = (label.spot.start, label.spot.end);
    let end = end.min(start.saturating_add(FAR));
    (boundary(text, start as usize), boundary(text, end as usize))
}

/// The nearest boundary of a character at or before this byte.
fn boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Diagnostics {
    /// Drawn plain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.draw().trim_end())
    }
}

impl std::error::Error for Diagnostics {}
