//! Reads declared keys from a tree, noting every error and every default on the way.
//!
//! A misspelt key is noted once and then read as the key it was meant to be, and a key under another
//! name counts as there, so that one mistake is one error. Deliberately absent: what any key is for.

use std::cell::{Cell, RefCell};

use crate::domain::text::{excerpt, is_hidden};
use crate::domain::{Currency, Zone};

use super::declare::{Case, Key, Kind, Need, OneOf, Table, either};
use super::diagnostic::{Diagnostic, Spot};
use super::keys::ROOT;
use super::suggest::{equally_near, nearest};
use super::tree::{Entry, Node, Value};
use super::{Assumption, Origin};

/// Another name for a key.
struct OtherName {
    /// What people write.
    theirs: &'static str,
    /// The keys it stands for.
    ours: &'static [&'static str],
    /// What it is called here.
    advice: &'static str,
}

/// What people may call our keys.
static OTHER_NAMES: [OtherName; 10] = [
    OtherName {
        theirs: "threshold",
        ours: &["at_or_below", "below", "consumed_share"],
        advice: "`at_or_below`, `below` or `consumed_share` in [recharge]",
    },
    OtherName { theirs: "timezone", ours: &["zone"], advice: "`zone` at the top level" },
    OtherName { theirs: "time_zone", ours: &["zone"], advice: "`zone` at the top level" },
    OtherName { theirs: "tz", ours: &["zone"], advice: "`zone` at the top level" },
    OtherName {
        theirs: "horizon",
        ours: &["start", "end"],
        advice: "`start` and `end` at the top level",
    },
    OtherName { theirs: "limits", ours: &["caps"], advice: "`caps` in [recharge]" },
    OtherName {
        theirs: "expires",
        ours: &["credits_expire"],
        advice: "`credits_expire` in [recharge]",
    },
    OtherName {
        theirs: "max_failures",
        ours: &["disable_after"],
        advice: "`disable_after` in [payment]",
    },
    OtherName { theirs: "quantity", ours: &["packs"], advice: "`packs`" },
    OtherName {
        theirs: "balance",
        ours: &["opening_balance"],
        advice: "`opening_balance` in [account]",
    },
];

impl OtherName {
    fn of(key: &str) -> Option<&'static OtherName> {
        OTHER_NAMES.iter().find(|name| name.theirs == key)
    }
}

/// After so many notes no likely spelling is looked for.
const MOST_SUGGESTED: usize = 500;

/// An error that is already noted.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

/// A value and where it was written; nowhere if it is a default.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub spot: Option<Spot>,
}

/// What reading needs and gathers.
pub struct Context {
    notes: RefCell<Vec<Diagnostic>>,
    assumptions: RefCell<Vec<Assumption>>,
    /// The zone of local times.
    pub zone: Cell<Zone>,
    /// The currency of money, once it is known.
    pub currency: Cell<Option<Currency>>,
    /// Whether a setting may be gone from where the file has it: a key is misspelt, or another
    /// setting was put in its place.
    pub displaced: Cell<bool>,
    #[cfg(test)]
    pub seen: RefCell<std::collections::BTreeSet<(&'static str, &'static str)>>,
}

impl Default for Context {
    fn default() -> Self {
        Context::new()
    }
}

impl Context {
    /// Nothing read yet.
    pub fn new() -> Context {
        Context {
            notes: RefCell::default(),
            assumptions: RefCell::default(),
            zone: Cell::new(Zone::UTC),
            currency: Cell::new(None),
            displaced: Cell::new(false),
            #[cfg(test)]
            seen: RefCell::default(),
        }
    }

    /// Notes an error, or a warning.
    pub fn note(&self, diagnostic: Diagnostic) -> Reported {
        self.notes.borrow_mut().push(diagnostic);
        Reported
    }

    /// Whether likely spellings are worth looking for. Only the first errors are drawn, and a file
    /// of another kind has tens of thousands.
    pub fn suggests(&self) -> bool {
        self.notes.borrow().len() < MOST_SUGGESTED
    }

    /// Notes what is assumed.
    pub fn assume(&self, assumption: Assumption) {
        self.assumptions.borrow_mut().push(assumption);
    }

    /// All that was noted.
    pub fn into_notes(self) -> (Vec<Diagnostic>, Vec<Assumption>) {
        (self.notes.into_inner(), self.assumptions.into_inner())
    }
}

/// What a value is read from, besides its node.
pub struct At<'a> {
    /// What is gathered.
    pub ctx: &'a Context,
    /// The path of the setting.
    pub path: String,
    /// What it should be.
    pub kind: &'static Kind,
    /// What it could be, in TOML.
    pub example: &'static str,
}

impl<'a> At<'a> {
    /// Notes that a value is not what it should be, and why.
    pub fn wrong(&self, node: &Node, why: impl Into<String>) -> Reported {
        let title = match self.example {
            // A list or a table says more by its noun.
            example if example.is_empty() || example.starts_with(['[', '{']) => {
                format!("`{}` must be {}", self.path, self.kind.noun())
            }
            example => {
                format!("`{}` must be {}, such as {example}", self.path, self.kind.noun())
            }
        };
        self.ctx.note(Diagnostic::value(title).at(node.spot, why))
    }

    /// The same setting, as one of the alternatives of its kind.
    pub fn narrowed(&self, kind: &'static Kind) -> At<'a> {
        At { ctx: self.ctx, path: self.path.clone(), kind, example: self.example }
    }
}

/// A type that can be read from a node.
pub trait FromNode: Sized {
    /// Reads it, noting what is wrong.
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported>;
}

/// A table being read.
pub struct Reader<'a> {
    ctx: &'a Context,
    table: &'static Table,
    case: Option<&'static Case>,
    entries: Vec<(&'static Key, &'a Entry)>,
    /// Keys that stand under other names, each noted as an error.
    renamed: Vec<&'static [&'static str]>,
    spot: Option<Spot>,
    path: String,
}

impl<'a> Reader<'a> {
    /// A table that was left out.
    pub fn absent(ctx: &'a Context, table: &'static Table, path: String) -> Reader<'a> {
        let (entries, renamed) = (Vec::new(), Vec::new());
        Reader { ctx, table, case: None, entries, renamed, spot: None, path }
    }

    /// Opens a table, noting unknown keys and keys that do not go together. `spot` is where to
    /// point for what is missing in it.
    pub fn open(
        ctx: &'a Context,
        table: &'static Table,
        node: &'a Node,
        spot: Option<Spot>,
        path: String,
    ) -> Result<Reader<'a>, Reported> {
        let Value::Table(entries) = &node.value else {
            let error = Diagnostic::value(format!("`{path}` must be a table"))
                .at(node.spot, format!("found {}", node.found()))
                .help(format!("write its keys below [{path}]. {}", table.doc));
            return Err(ctx.note(error));
        };
        let mut reader = Reader { spot, ..Reader::absent(ctx, table, path) };
        reader.case = reader.find_case(entries);
        reader.sort_in(entries);
        reader.check_companions();
        Ok(reader)
    }

    /// The case that the word of the tag names.
    fn find_case(&self, entries: &[Entry]) -> Option<&'static Case> {
        let cases = self.table.cases?;
        let tag = entries.iter().find(|entry| entry.key == cases.tag).or_else(|| {
            let undeclared =
                |entry: &&Entry| !self.table.all_keys().any(|key| key.name == entry.key);
            let tag = |e: &&Entry| {
                self.ctx.suggests() && undeclared(e) && nearest(&e.key, [cases.tag]).is_some()
            };
            entries.iter().find(tag)
        })?;
        let Value::Text(word) = &tag.node.value else { return None };
        // A misspelt word is noted when it is read; its keys are those of the word that was meant.
        let exact = cases.cases.iter().find(|case| case.word == word);
        exact.or_else(|| {
            if !self.ctx.suggests() {
                return None;
            }
            let meant = nearest(word, cases.cases.iter().map(|case| case.word))?;
            cases.cases.iter().find(|case| case.word == meant)
        })
    }

    /// Keys that may stand here.
    fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        let case = self.case.map(|case| case.table.keys).unwrap_or_default();
        self.table.keys.iter().chain(case)
    }

    /// Groups of keys that exclude each other here.
    fn groups(&self) -> impl Iterator<Item = &'static OneOf> + use<> {
        let case = self.case.map(|case| case.table.one_of).unwrap_or_default();
        self.table.one_of.iter().chain(case)
    }

    fn sort_in(&mut self, entries: &'a [Entry]) {
        let mut unknown = Vec::new();
        for entry in entries {
            match self.keys().find(|key| key.name == entry.key) {
                Some(key) => self.entries.push((key, entry)),
                None => unknown.push(entry),
            }
        }
        for entry in unknown {
            // Without a known word nobody can say which keys go with it.
            if self.table.cases.is_some() && self.case.is_none() && self.is_of_a_case(entry) {
                continue;
            }
            let meant = match self.is_of_a_case(entry) {
                true => None,
                false => self.meant(&entry.key),
            };
            self.ctx.note(self.unknown(entry, meant));
            self.ctx.displaced.set(true);
            if meant.is_none() {
                self.renamed.extend(OtherName::of(&entry.key).map(|name| name.ours));
            }
            if let Some(key) = meant.and_then(|name| self.keys().find(|key| key.name == name)) {
                self.entries.push((key, entry));
            }
        }
    }

    /// The key that a misspelt one was most likely meant to be; among several as likely the one
    /// that another key here needs.
    fn meant(&self, typed: &str) -> Option<&'static str> {
        if !self.ctx.suggests() {
            return None;
        }
        let free = self.keys().filter(|key| !self.has(key.name)).map(|key| key.name);
        let likely = equally_near(typed, free);
        let needed = |name: &&&str| self.entries.iter().any(|(key, _)| key.with == Some(**name));
        likely.iter().find(needed).or(likely.first()).copied()
    }

    fn is_of_a_case(&self, entry: &Entry) -> bool {
        self.table.all_keys().any(|key| key.name == entry.key)
    }

    fn unknown(&self, entry: &Entry, meant: Option<&str>) -> Diagnostic {
        let key = excerpt(&entry.key);
        let place = match self.path.as_str() {
            "" => "at the top level".to_owned(),
            path => format!("in `{path}`"),
        };
        if let (Some(cases), true) = (self.table.cases, self.is_of_a_case(entry)) {
            let of: Vec<String> = cases
                .cases
                .iter()
                .filter(|case| case.table.key(&entry.key).is_some())
                .map(|case| format!("\"{}\"", case.word))
                .collect();
            let title = format!("`{key}` is no key of this {}", self.table.name);
            let why = format!("this goes with {} = {}", cases.tag, either(&of));
            return Diagnostic::error(title).at(entry.key_spot, why);
        }
        let error = Diagnostic::error(format!("unknown key `{key}` {place}"));
        if let Some(meant) = meant {
            return error.at(entry.key_spot, format!("did you mean `{meant}`?"));
        }
        let error = error.at(entry.key_spot, "no such key");
        let home = ROOT.keys.iter().find_map(|table| match table.kind {
            Kind::Table(inner) if inner.key(&entry.key).is_some() => Some(table.name),
            _ => None,
        });
        let keys: Vec<&str> = self.keys().map(|key| key.name).collect();
        if let Some(name) = OtherName::of(&entry.key) {
            return error.help(format!("this is called {}", name.advice));
        }
        match home.filter(|home| *home != self.path) {
            Some(home) => error.help(format!("`{key}` belongs into [{home}]")),
            None => error.help(format!("the keys here are {}", keys.join(", "))),
        }
    }

    /// Notes keys that stand without the key they need.
    fn check_companions(&self) {
        for (key, entry) in &self.entries {
            let Some(other) = key.with.filter(|other| !self.has(other)) else { continue };
            let rival = self
                .groups()
                .filter(|group| group.keys.contains(&other))
                .flat_map(|group| group.keys)
                .find_map(|rival| self.entry(rival));
            let title = format!("`{}` means nothing without `{other}`", key.name);
            let mut error = Diagnostic::error(title).at(entry.key_spot, "");
            if let Some(rival) = rival {
                error = error.at(rival.key_spot, format!("this stands in place of `{other}`"));
            }
            let way_out = format!("set `{other}` too, or leave `{}` out", key.name);
            self.ctx.note(error.help(way_out));
        }
    }

    /// Whether one of some keys stands under another name.
    fn is_renamed(&self, keys: &[&str]) -> bool {
        self.renamed.iter().any(|ours| ours.iter().any(|our| keys.contains(our)))
    }

    /// What is gathered.
    pub fn ctx(&self) -> &'a Context {
        self.ctx
    }

    /// Where to point for what is missing here.
    pub fn spot(&self) -> Option<Spot> {
        self.spot
    }

    /// The path of a setting in this table.
    pub fn path(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|(found, _)| found.name == key).map(|(_, entry)| *entry)
    }

    /// Whether a key stands.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Where the name of a key stands.
    pub fn key_spot(&self, key: &str) -> Option<Spot> {
        self.entry(key).map(|entry| entry.key_spot)
    }

    /// Where a key and its value stand.
    pub fn whole_spot(&self, key: &str) -> Option<Spot> {
        self.entry(key).map(|entry| {
            let (key, value) = (entry.key_spot, entry.node.spot);
            match key.source == value.source && key.start <= value.end {
                true => Spot { end: value.end, ..key },
                false => key,
            }
        })
    }

    fn declared(&self, key: &str) -> Option<&'static Key> {
        let declared = self.keys().find(|declared| declared.name == key);
        debug_assert!(declared.is_some(), "{key} of {} is read but not declared", self.table.name);
        #[cfg(test)]
        if let Some(declared) = declared {
            let of_case = self.case.filter(|case| case.table.key(key).is_some());
            let owner = of_case.map_or(self.table.name, |case| case.table.name);
            self.ctx.seen.borrow_mut().insert((owner, declared.name));
        }
        declared
    }

    fn at(&self, key: &'static Key) -> At<'a> {
        let path = self.path(key.name);
        At { ctx: self.ctx, path, kind: &key.kind, example: key.shown() }
    }

    /// A value that may be left out.
    pub fn optional<T: FromNode>(&self, key: &str) -> Result<Option<Found<T>>, Reported> {
        let Some(key) = self.declared(key) else { return Ok(None) };
        let Some(entry) = self.entry(key.name) else { return Ok(None) };
        let value = T::from_node(&self.at(key), &entry.node)?;
        Ok(Some(Found { value, spot: Some(entry.node.spot) }))
    }

    /// A value that must be there.
    pub fn required<T: FromNode>(&self, key: &str) -> Result<Found<T>, Reported> {
        match self.optional(key)? {
            Some(found) => Ok(found),
            None => Err(self.missing(key)),
        }
    }

    /// Notes that a key is missing.
    pub fn missing(&self, key: &str) -> Reported {
        if self.is_renamed(&[key]) {
            return Reported;
        }
        let title = format!("`{}` is missing", self.path(key));
        let error = Diagnostic::error(title).at(self.spot, "");
        let Some(declared) = self.declared(key) else { return self.ctx.note(error) };
        self.ctx.note(error.help(format!("add `{key} = {}`. {}", declared.shown(), declared.doc)))
    }

    /// A value that has a default, which is noted as an assumption where it is one.
    pub fn or_default<T: FromNode>(&self, key: &str) -> Result<Found<T>, Reported> {
        if let Some(found) = self.optional(key)? {
            return Ok(found);
        }
        let found = self.silent_default(key)?;
        if let Some(Key { assumes: true, need: Need::Default(value), .. }) = self.declared(key) {
            let path = self.path(key);
            self.ctx.assume(Assumption {
                path,
                value: (*value).to_owned(),
                origin: Origin::Default,
            });
        }
        Ok(found)
    }

    /// A value that has a default, where the default means nothing in this scenario.
    pub fn or_silent_default<T: FromNode>(&self, key: &str) -> Result<Found<T>, Reported> {
        match self.optional(key)? {
            Some(found) => Ok(found),
            None => self.silent_default(key),
        }
    }

    fn silent_default<T: FromNode>(&self, key: &str) -> Result<Found<T>, Reported> {
        let Some(declared) = self.declared(key) else { return Err(Reported) };
        let Need::Default(value) = declared.need else { return Err(self.missing(key)) };
        let spot = Spot { source: 0, start: 0, end: 0 };
        let node = Node { value: default_value(value), spot };
        Ok(Found { value: T::from_node(&self.at(declared), &node)?, spot: None })
    }

    /// Which of some keys that exclude each other stands; an error if there are more, or none
    /// where one must stand.
    pub fn which(&self, one: &str) -> Result<Option<&'static str>, Reported> {
        let Some(group) = self.groups().find(|group| group.keys.contains(&one)) else {
            debug_assert!(false, "{one} excludes nothing");
            return Ok(None);
        };
        let stand: Vec<(&'static str, Spot)> = group
            .keys
            .iter()
            .filter_map(|key| self.key_spot(key).map(|spot| (*key, spot)))
            .collect();
        let names =
            |keys: &[&str]| either(&keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>());
        match stand.as_slice() {
            [] if self.is_renamed(group.keys) => Err(Reported),
            [] if group.required => {
                let title = match self.path.as_str() {
                    "" => format!("{} is missing", names(group.keys)),
                    path => format!("{} is missing in `{path}`", names(group.keys)),
                };
                let error = Diagnostic::error(title).at(self.spot, "");
                Err(self.ctx.note(error.help(self.choices(group))))
            }
            [] => Ok(None),
            [(key, _)] => Ok(Some(key)),
            [(first, _), rest @ ..] => {
                let mut keys: Vec<&str> = vec![first];
                keys.extend(rest.iter().map(|(key, _)| *key));
                let title = match keys.len() {
                    2 => format!("`{}` and `{}` exclude each other", keys[0], keys[1]),
                    _ => format!("only {} may stand", names(group.keys)),
                };
                let mut error = Diagnostic::error(title);
                for (_, spot) in stand.iter().rev() {
                    error = error.at(*spot, "");
                }
                Err(self.ctx.note(error.help(format!("keep one of them: {}", names(&keys)))))
            }
        }
    }

    fn choices(&self, group: &OneOf) -> String {
        let declared = group.keys.iter().filter_map(|key| self.keys().find(|k| k.name == *key));
        let shown: Vec<String> =
            declared.map(|key| format!("`{} = {}`", key.name, key.shown())).collect();
        format!("add {}", either(&shown))
    }

    /// The word of the tag, if there is one and it is known.
    pub fn case(&self) -> Option<&'static str> {
        self.case.map(|case| case.word)
    }

    /// A table inside this one.
    pub fn table(&self, key: &str) -> Result<Option<Reader<'a>>, Reported> {
        let Some(declared) = self.declared(key) else { return Ok(None) };
        let (Some(entry), Kind::Table(table)) = (self.entry(key), &declared.kind) else {
            return Ok(None);
        };
        Reader::open(self.ctx, table, &entry.node, Some(entry.key_spot), self.path(key)).map(Some)
    }

    /// A table inside this one, as if empty when it is left out.
    pub fn table_or_empty(&self, key: &str) -> Result<Reader<'a>, Reported> {
        let Some(declared) = self.declared(key) else { return Err(Reported) };
        let Kind::Table(table) = &declared.kind else { return Err(Reported) };
        Ok(self.table(key)?.unwrap_or_else(|| Reader::absent(self.ctx, table, self.path(key))))
    }

    /// The tables of a list, each read alike; all of their errors.
    pub fn rows<T>(
        &self,
        key: &str,
        read: impl Fn(&Reader<'a>) -> Result<T, Reported>,
    ) -> Result<Vec<Found<T>>, Reported> {
        let Some(declared) = self.declared(key) else { return Ok(Vec::new()) };
        let Some(entry) = self.entry(key) else { return Ok(Vec::new()) };
        let Kind::List { of: Kind::Table(table), most, .. } = &declared.kind else {
            return Err(Reported);
        };
        let at = self.at(declared);
        let Value::List(items) = &entry.node.value else {
            let why = format!("found {}; write it in brackets", entry.node.found());
            return Err(at.wrong(&entry.node, why));
        };
        if items.len() > *most {
            return Err(at.wrong(&entry.node, format!("more than {most} of them")));
        }
        let read_one = |(index, item): (usize, &'a Node)| {
            let path = format!("{}.{index}", at.path);
            let reader = Reader::open(self.ctx, table, item, Some(item.spot), path)?;
            Ok(Found { value: read(&reader)?, spot: Some(item.spot) })
        };
        all(items.iter().enumerate().map(read_one))
    }

    /// The entries of a table with names of one's own, in file order: name, where it stands, and
    /// the table read.
    pub fn catalogue<T>(
        &self,
        key: &str,
        read: impl Fn(&str, &Reader<'a>) -> Result<T, Reported>,
    ) -> Result<Vec<(String, T)>, Reported> {
        let Some(declared) = self.declared(key) else { return Ok(Vec::new()) };
        let Some(entry) = self.entry(key) else { return Ok(Vec::new()) };
        let Kind::Catalogue(Kind::Table(table)) = &declared.kind else { return Err(Reported) };
        let Value::Table(entries) = &entry.node.value else {
            let why =
                format!("found {}; write [{key}.name] and its keys below", entry.node.found());
            return Err(self.at(declared).wrong(&entry.node, why));
        };
        let read_one = |entry: &'a Entry| {
            let path = format!("{}.{}", self.path(key), super::tree::bare_or_quoted(&entry.key));
            check_name(self.ctx, entry)?;
            let spot = Some(entry.key_spot);
            let reader = Reader::open(self.ctx, table, &entry.node, spot, path)?;
            Ok((entry.key.clone(), read(&entry.key, &reader)?))
        };
        all(entries.iter().map(read_one))
    }

    /// The names in a table with names of one's own, those with errors included.
    pub fn names(&self, key: &str) -> Vec<&'a str> {
        let entries = self.entry(key).map(|entry| entry.node.entries()).unwrap_or_default();
        entries.iter().map(|entry| entry.key.as_str()).collect()
    }

    /// The node of a key that is read elsewhere.
    pub fn open_node(&self, key: &str) -> Option<&'a Node> {
        self.declared(key);
        self.entry(key).map(|entry| &entry.node)
    }
}

/// Notes names that cannot be shown.
pub fn check_name(ctx: &Context, entry: &Entry) -> Result<(), Reported> {
    let problem = match entry.key.as_str() {
        "" => "this name is empty",
        key if key.chars().any(is_hidden) => "this name has control characters",
        key if key.chars().count() > 100 => "this name has more than 100 characters",
        _ => return Ok(()),
    };
    Err(ctx.note(
        Diagnostic::value(format!("{problem}: \"{}\"", excerpt(&entry.key)))
            .at(entry.key_spot, "write a short name on one line"),
    ))
}

/// All results, or that some are errors; every one is looked at.
pub fn all<T>(results: impl Iterator<Item = Result<T, Reported>>) -> Result<Vec<T>, Reported> {
    let mut values = Vec::with_capacity(results.size_hint().0);
    let mut reported = None;
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(one) => reported = Some(one),
        }
    }
    reported.map_or(Ok(values), Err)
}

/// The value of a default: a text, a flag, a number, a list or a table.
fn default_value(toml: &str) -> Value {
    if toml.starts_with(['{', '[']) {
        let (tree, _) = super::tree::parse(&format!("default = {toml}"), 0);
        let value = tree.child("default").map(|node| node.value.clone());
        return value.expect("a default of the key table is TOML");
    }
    if let Some(text) = toml.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return Value::Text(text.to_owned());
    }
    match toml {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        digits => Value::Integer(digits.to_owned()),
    }
}
