//! Reads the declared keys of a table, noting every error and every default on the way.
//!
//! A misspelt key is noted once and then read as the key it was meant to be, and a key under
//! another name counts as present, so that one mistake is one error. Deliberately absent: the
//! purpose of any key.

use crate::domain::text::excerpt;

use super::declare::{
    Declaration, Defaulted, InnerTable, Key, KeyTable, NamedTables, Need, OneOf, OpenTable,
    Optional, Required, TableList, ValueKind, WordCase, either,
};
use super::diagnostic::{Diagnostic, Spot};
use super::keys::ROOT;
use super::read::{At, Found, FromNode, ReadContext, Reported, all, check_name, default_value};
use super::tree::{Entry, Node, Value, bare_or_quoted};
use super::{Assumption, Origin};
use crate::domain::suggest::{equally_near, nearest};

/// Another name for a key.
struct OtherName {
    /// The name people write.
    theirs: &'static str,
    /// The keys it may mean.
    ours: &'static [&'static str],
    /// Our name for it, with its place.
    advice: &'static str,
}

/// Names that people may use for our keys.
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

/// What the key that people call `key` is called here.
pub fn other_name(key: &str) -> Option<&'static str> {
    OtherName::of(key).map(|name| name.advice)
}

/// A table being read.
pub struct Reader<'a> {
    ctx: &'a ReadContext,
    table: &'static KeyTable,
    case: Option<&'static WordCase>,
    entries: Vec<(&'static Declaration, &'a Entry)>,
    /// Keys present under other names, each noted as an error.
    renamed: Vec<&'static [&'static str]>,
    spot: Option<Spot>,
    path: String,
}

impl<'a> Reader<'a> {
    /// A table that was left out.
    pub fn absent(ctx: &'a ReadContext, table: &'static KeyTable, path: String) -> Reader<'a> {
        let (entries, renamed) = (Vec::new(), Vec::new());
        Reader { ctx, table, case: None, entries, renamed, spot: None, path }
    }

    /// Opens a table, noting unknown keys and keys that do not go together. `spot` is the place to
    /// mark for missing keys.
    pub fn open(
        ctx: &'a ReadContext,
        table: &'static KeyTable,
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
    fn find_case(&self, entries: &[Entry]) -> Option<&'static WordCase> {
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

    /// Keys that may be present here.
    fn keys(&self) -> impl Iterator<Item = &'static Declaration> + use<> {
        let case = self.case.map(|case| case.table.keys).unwrap_or_default();
        self.table.keys.iter().chain(case)
    }

    /// Groups of keys that exclude each other here.
    fn groups(&self) -> impl Iterator<Item = &'static OneOf> + use<> {
        let case = self.case.map(|case| case.table.one_of).unwrap_or_default();
        self.table.one_of.iter().chain(case).copied()
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
            // Without a known word, the keys that go with it are unknown.
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

    /// The key that a misspelt one was most likely meant to be; among equally likely ones, the key
    /// that another key here needs.
    fn meant(&self, typed: &str) -> Option<&'static str> {
        if !self.ctx.suggests() {
            return None;
        }
        let free = self.keys().filter(|key| !self.stands(key.name)).map(|key| key.name);
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
            let title = format!("`{key}` is not a key of this {}", self.table.name);
            let why = format!("this goes with {} = {}", cases.tag, either(&of));
            return Diagnostic::error(title).at(entry.key_spot, why);
        }
        let error = Diagnostic::error(format!("unknown key `{key}` {place}"));
        if let Some(meant) = meant {
            return error.at(entry.key_spot, format!("did you mean `{meant}`?"));
        }
        let error = error.at(entry.key_spot, "no such key");
        let home = ROOT.keys.iter().find_map(|table| match table.kind {
            ValueKind::Table(inner) if inner.key(&entry.key).is_some() => Some(table.name),
            _ => None,
        });
        let keys: Vec<&str> = self.keys().map(|key| key.name).collect();
        if let Some(name) = OtherName::of(&entry.key) {
            return error.help(format!("use {}", name.advice));
        }
        match home.filter(|home| *home != self.path) {
            Some(home) => error.help(format!("`{key}` belongs in [{home}]")),
            None => error.help(format!("the keys here are {}", keys.join(", "))),
        }
    }

    /// Notes keys that are present without the key they need.
    fn check_companions(&self) {
        for (key, entry) in &self.entries {
            let Some(other) = key.with.filter(|other| !self.stands(other)) else { continue };
            let rival = self
                .groups()
                .filter(|group| group.keys.contains(&other))
                .flat_map(|group| group.keys)
                .find_map(|rival| self.entry(rival));
            let title = format!("`{}` requires `{other}`", key.name);
            let mut error = Diagnostic::error(title).at(entry.key_spot, "");
            if let Some(rival) = rival {
                error = error.at(rival.key_spot, format!("this replaces `{other}`"));
            }
            let way_out = format!("set `{other}` too, or leave `{}` out", key.name);
            self.ctx.note(error.help(way_out));
        }
    }

    /// Returns true if one of some keys is present under another name.
    fn is_renamed(&self, keys: &[&str]) -> bool {
        self.renamed.iter().any(|ours| ours.iter().any(|our| keys.contains(our)))
    }

    /// The context, which collects the findings.
    pub fn ctx(&self) -> &'a ReadContext {
        self.ctx
    }

    /// The place to mark for missing keys.
    pub fn spot(&self) -> Option<Spot> {
        self.spot
    }

    /// The path of a setting in this table.
    pub fn path<T, N>(&self, key: &Key<T, N>) -> String {
        self.path_of(key.name())
    }

    fn path_of(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|(found, _)| found.name == key).map(|(_, entry)| *entry)
    }

    fn stands(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Returns true if a key is present.
    pub fn has<T, N>(&self, key: &Key<T, N>) -> bool {
        self.stands(key.name())
    }

    /// The place of a key and its value.
    pub fn whole_spot<T, N>(&self, key: &Key<T, N>) -> Option<Spot> {
        self.spot_of(key.name())
    }

    /// The path of a key that is present, and the place of it and its value.
    pub fn standing(&self, key: &Declaration) -> Option<(String, Option<Spot>)> {
        self.stands(key.name).then(|| (self.path_of(key.name), self.spot_of(key.name)))
    }

    fn spot_of(&self, key: &str) -> Option<Spot> {
        self.entry(key).map(|entry| {
            let (key, value) = (entry.key_spot, entry.node.spot);
            match key.source == value.source && key.start <= value.end {
                true => Spot { end: value.end, ..key },
                false => key,
            }
        })
    }

    /// The entry of a key that is read.
    fn read(&self, key: &'static Declaration) -> Option<&'a Entry> {
        let listed = self.keys().find(|listed| listed.name == key.name);
        let listed = listed.expect("a table is read with the keys that it lists");
        #[cfg(test)]
        {
            let of_case = self.case.filter(|case| case.table.key(listed.name).is_some());
            let owner = of_case.map_or(self.table.name, |case| case.table.name);
            self.ctx.seen.borrow_mut().insert((owner, listed.name));
        }
        self.entry(listed.name)
    }

    fn at(&self, key: &'static Declaration) -> At<'a> {
        let path = self.path_of(key.name);
        At { ctx: self.ctx, path, kind: &key.kind, example: key.shown() }
    }

    /// Reads the value of a key. The key's type defines what a missing key yields: an error,
    /// `None`, or the default, which is noted if it is an assumption.
    pub fn get<T: FromNode, N: Presence>(
        &self,
        key: &'static Key<T, N>,
    ) -> Result<N::Read<T>, Reported> {
        N::read(self, &key.declared)
    }

    /// The value of a key that must be there in this scenario.
    pub fn required<T: FromNode, N>(&self, key: &'static Key<T, N>) -> Result<Found<T>, Reported> {
        <Required as Presence>::read(self, &key.declared)
    }

    /// The value of a key where it is written, whatever leaving it out means.
    pub fn written<T: FromNode, N>(
        &self,
        key: &'static Key<T, N>,
    ) -> Result<Option<Found<T>>, Reported> {
        <Optional as Presence>::read(self, &key.declared)
    }

    /// Reads the value of a key whose default has no effect in this scenario, so that it is not an
    /// assumption.
    pub fn silently<T: FromNode>(
        &self,
        key: &'static Key<T, Defaulted>,
    ) -> Result<Found<T>, Reported> {
        match self.written(key)? {
            Some(found) => Ok(found),
            None => self.default(&key.declared),
        }
    }

    fn default<T: FromNode>(&self, key: &'static Declaration) -> Result<Found<T>, Reported> {
        let spot = Spot { source: 0, start: 0, end: 0 };
        let node = Node { value: default_value(default_of(key), spot), spot };
        Ok(Found { value: T::from_node(&self.at(key), &node)?, spot: None })
    }

    /// Notes that a key is missing.
    pub fn missing<T, N>(&self, key: &'static Key<T, N>) -> Reported {
        self.note_missing(&key.declared)
    }

    fn note_missing(&self, key: &'static Declaration) -> Reported {
        if self.is_renamed(&[key.name]) {
            return Reported;
        }
        let title = format!("`{}` is missing", self.path_of(key.name));
        let error = Diagnostic::error(title).at(self.spot, "");
        self.ctx.note(error.help(format!("add `{} = {}`. {}", key.name, key.shown(), key.doc)))
    }

    /// Checks that at most one of several exclusive keys is present, and exactly one if one is
    /// required.
    pub fn one_of(&self, group: &'static OneOf) -> Result<(), Reported> {
        let stand: Vec<(&'static str, Spot)> = group
            .keys
            .iter()
            .filter_map(|key| self.entry(key).map(|entry| (*key, entry.key_spot)))
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
            [] | [_] => Ok(()),
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

    /// A table inside this one.
    pub fn table<N>(
        &self,
        key: &'static Key<InnerTable, N>,
    ) -> Result<Option<Reader<'a>>, Reported> {
        let Some(entry) = self.read(&key.declared) else { return Ok(None) };
        let (table, spot) = (inner_table(&key.declared.kind), Some(entry.key_spot));
        Reader::open(self.ctx, table, &entry.node, spot, self.path(key)).map(Some)
    }

    /// A table inside this one, as if empty when it is left out.
    pub fn table_or_empty<N>(
        &self,
        key: &'static Key<InnerTable, N>,
    ) -> Result<Reader<'a>, Reported> {
        let table = inner_table(&key.declared.kind);
        Ok(self.table(key)?.unwrap_or_else(|| Reader::absent(self.ctx, table, self.path(key))))
    }

    /// Reads the tables of a list with the same function; collects all of their errors.
    pub fn rows<T, N>(
        &self,
        key: &'static Key<TableList, N>,
        read: impl Fn(&Reader<'a>) -> Result<T, Reported>,
    ) -> Result<Vec<Found<T>>, Reported> {
        let Some(entry) = self.read(&key.declared) else { return Ok(Vec::new()) };
        let ValueKind::List { of, most, .. } = &key.declared.kind else {
            unreachable!("rows are declared as a list")
        };
        let (at, table) = (self.at(&key.declared), inner_table(of));
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

    /// Reads the entries of a table with names chosen by the author, in file order: name, place,
    /// and the table read.
    pub fn catalogue<T, N>(
        &self,
        key: &'static Key<NamedTables, N>,
        read: impl Fn(&str, &Reader<'a>) -> Result<T, Reported>,
    ) -> Result<Vec<(String, T)>, Reported> {
        let Some(entry) = self.read(&key.declared) else { return Ok(Vec::new()) };
        let ValueKind::Catalogue(of) = &key.declared.kind else {
            unreachable!("named tables are declared as a catalogue")
        };
        let (name, table) = (key.name(), inner_table(of));
        let Value::Table(entries) = &entry.node.value else {
            let why =
                format!("found {}; write [{name}.name] and its keys below", entry.node.found());
            return Err(self.at(&key.declared).wrong(&entry.node, why));
        };
        let read_one = |entry: &'a Entry| {
            let path = format!("{}.{}", self.path(key), bare_or_quoted(&entry.key));
            check_name(self.ctx, entry)?;
            let spot = Some(entry.key_spot);
            let reader = Reader::open(self.ctx, table, &entry.node, spot, path)?;
            Ok((entry.key.clone(), read(&entry.key, &reader)?))
        };
        all(entries.iter().map(read_one))
    }

    /// The names in a table with names chosen by the author, including those of entries with
    /// errors.
    pub fn names<N>(&self, key: &Key<NamedTables, N>) -> Vec<&'a str> {
        let entries = self.entry(key.name()).map(|entry| entry.node.entries()).unwrap_or_default();
        entries.iter().map(|entry| entry.key.as_str()).collect()
    }

    /// The node of a table that is read elsewhere.
    pub fn open_node<N>(&self, key: &'static Key<OpenTable, N>) -> Option<&'a Node> {
        self.read(&key.declared).map(|entry| &entry.node)
    }
}

/// The meaning of leaving a key out, by the key's type.
pub trait Presence {
    /// The result of reading a `T`.
    type Read<T>;

    /// Reads a value, or its substitute.
    fn read<T: FromNode>(
        reader: &Reader<'_>,
        key: &'static Declaration,
    ) -> Result<Self::Read<T>, Reported>;
}

impl Presence for Optional {
    type Read<T> = Option<Found<T>>;

    fn read<T: FromNode>(
        reader: &Reader<'_>,
        key: &'static Declaration,
    ) -> Result<Option<Found<T>>, Reported> {
        let Some(entry) = reader.read(key) else { return Ok(None) };
        let value = T::from_node(&reader.at(key), &entry.node)?;
        Ok(Some(Found { value, spot: Some(entry.node.spot) }))
    }
}

impl Presence for Required {
    type Read<T> = Found<T>;

    fn read<T: FromNode>(
        reader: &Reader<'_>,
        key: &'static Declaration,
    ) -> Result<Found<T>, Reported> {
        Optional::read(reader, key)?.ok_or_else(|| reader.note_missing(key))
    }
}

impl Presence for Defaulted {
    type Read<T> = Found<T>;

    fn read<T: FromNode>(
        reader: &Reader<'_>,
        key: &'static Declaration,
    ) -> Result<Found<T>, Reported> {
        if let Some(found) = Optional::read(reader, key)? {
            return Ok(found);
        }
        // Without the key that it goes with, a default means nothing.
        if key.assumes && key.with.is_none_or(|other| reader.stands(other)) {
            let (path, value) = (reader.path_of(key.name), default_of(key).to_owned());
            reader.ctx.assume(Assumption { path, value, origin: Origin::Default });
        }
        reader.default(key)
    }
}

fn default_of(key: &Declaration) -> &'static str {
    let Need::Default(value) = key.need else { unreachable!("only a key with a default has one") };
    value
}

fn inner_table(kind: &'static ValueKind) -> &'static KeyTable {
    let ValueKind::Table(table) = kind else {
        unreachable!("an inner table is declared as a table")
    };
    table
}
