//! The declaration of a key: its name, the kind of its value, whether it is required, and its
//! meaning. Reading, the JSON Schema and the reference all follow from the declaration.
//!
//! Deliberately absent: the keys themselves.

use std::marker::PhantomData;

/// A table of keys.
#[derive(Debug)]
pub struct KeyTable {
    /// A word for it, the same nowhere else.
    pub name: &'static str,
    /// Its purpose.
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [Declaration],
    /// Groups of keys of which at most one may be present.
    pub one_of: &'static [&'static OneOf],
    /// Further keys that depend on the word one key has.
    pub cases: Option<&'static Cases>,
}

/// Keys that exclude each other.
#[derive(Debug)]
pub struct OneOf {
    /// True if one of them is required.
    pub required: bool,
    /// The keys.
    pub keys: &'static [&'static str],
}

/// Keys that depend on the word one key has.
#[derive(Debug)]
pub struct Cases {
    /// The key that has the word.
    pub tag: &'static str,
    /// Every word, with its meaning and its keys.
    pub cases: &'static [WordCase],
}

/// A word and the keys it brings.
#[derive(Clone, Copy, Debug)]
pub struct WordCase {
    /// The word.
    pub word: &'static str,
    /// Its meaning.
    pub doc: &'static str,
    /// The keys it brings.
    pub table: &'static KeyTable,
}

/// A key whose value is read as a `T`; `N` is the meaning of leaving it out.
#[derive(Debug)]
pub struct Key<T, N> {
    /// Its declaration.
    pub declared: Declaration,
    types: PhantomData<fn() -> (T, N)>,
}

/// The declaration of a key, whatever type its value is read as.
#[derive(Debug)]
pub struct Declaration {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: ValueKind,
    /// Its need: required or not, and the meaning of leaving it out.
    pub need: Need,
    /// The key without which it means nothing.
    pub with: Option<&'static str>,
    /// Its meaning, in one or two sentences.
    pub doc: &'static str,
    /// A value as an example, in TOML.
    pub example: &'static str,
    /// True if leaving it out assumes something about the world or the vendor.
    pub assumes: bool,
}

/// Marks a key that is required.
#[derive(Debug)]
pub enum Required {}

/// Marks an optional key whose absence has a meaning of its own.
#[derive(Debug)]
pub enum Optional {}

/// Marks an optional key that has a default.
#[derive(Debug)]
pub enum Defaulted {}

/// A table, in place of a type that a value is read as.
#[derive(Debug)]
pub enum InnerTable {}

/// A list of tables.
#[derive(Debug)]
pub enum TableList {}

/// Tables with names chosen by the author.
#[derive(Debug)]
pub enum NamedTables {}

/// A table that is read elsewhere.
#[derive(Debug)]
pub enum OpenTable {}

/// A kind of value that is read as a `T`.
#[derive(Debug)]
pub struct KindOf<T> {
    /// The kind.
    pub kind: ValueKind,
    read_as: PhantomData<fn() -> T>,
}

impl<T> KindOf<T> {
    /// Values of this kind are read as a `T`.
    pub const fn new(kind: ValueKind) -> KindOf<T> {
        KindOf { kind, read_as: PhantomData }
    }
}

/// The need of a key: required or not, and the meaning of leaving it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must; with [`Key::with`], as soon as that key is there.
    Required,
    /// Optional; its absence has a meaning of its own.
    Optional,
    /// It may be left out and then has this value, in TOML.
    Default(&'static str),
}

/// The kind of a value.
#[derive(Debug)]
pub enum ValueKind {
    /// A line of text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range, both ends inside.
    Count {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A number in a range, both ends inside; a float, for statistics only.
    Number {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// An exact factor of at least 0.
    Factor,
    /// Credits of at least 0, or more than 0.
    Credits {
        /// True if 0 is refused.
        positive: bool,
    },
    /// Money of at least 0.
    Money {
        /// True if it may be no finer than the currency's minor unit.
        minor: bool,
    },
    /// A share from 0% to 100%.
    Share,
    /// A growth above -100%, at most 1000%.
    Growth,
    /// A length of time.
    Length {
        /// The least, in milliseconds.
        least: i64,
    },
    /// An instant.
    Moment,
    /// A local date, or date and time.
    LocalMoment,
    /// An ISO 4217 code.
    Currency,
    /// An IANA time zone.
    Zone,
    /// The name of an entry of a catalogue.
    Reference(&'static str),
    /// The path of a setting.
    Path,
    /// One of some words, with what each means.
    Words(fn() -> Vec<(&'static str, &'static str)>),
    /// A list.
    List {
        /// The kind of its values.
        of: &'static ValueKind,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A table of keys.
    Table(&'static KeyTable),
    /// A table whose keys are names chosen by the author.
    Catalogue(&'static ValueKind),
    /// Any table, read elsewhere.
    Open,
    /// One kind or another.
    Either(&'static [ValueKind]),
}

impl<T, N> Key<T, N> {
    const fn new(name: &'static str, of: KindOf<T>, need: Need, doc: &'static str) -> Key<T, N> {
        let kind = of.kind;
        let declared =
            Declaration { name, kind, need, with: None, doc, example: "", assumes: true };
        Key { declared, types: PhantomData }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.declared.name
    }

    /// Adds an example.
    pub const fn example(mut self, example: &'static str) -> Key<T, N> {
        self.declared.example = example;
        self
    }

    /// Meaning nothing without another key.
    pub const fn with<U, M>(mut self, other: &Key<U, M>) -> Key<T, N> {
        self.declared.with = Some(other.declared.name);
        self
    }

    /// Assuming nothing when it is left out.
    pub const fn harmless(mut self) -> Key<T, N> {
        self.declared.assumes = false;
        self
    }
}

impl<T> Key<T, Required> {
    /// A key that must be there.
    pub const fn required(name: &'static str, of: KindOf<T>, doc: &'static str) -> Self {
        Key::new(name, of, Need::Required, doc)
    }
}

impl<T> Key<T, Optional> {
    /// Declares an optional key whose absence has a meaning of its own.
    pub const fn optional(name: &'static str, of: KindOf<T>, doc: &'static str) -> Self {
        Key::new(name, of, Need::Optional, doc)
    }
}

impl<T> Key<T, Defaulted> {
    /// A key that may be left out and then has this value, in TOML.
    pub const fn default(
        name: &'static str,
        of: KindOf<T>,
        value: &'static str,
        doc: &'static str,
    ) -> Self {
        Key::new(name, of, Need::Default(value), doc)
    }
}

impl Declaration {
    /// The example, or one of its kind.
    pub fn shown(&self) -> &'static str {
        match (self.example, self.need) {
            ("", Need::Default(value)) if value != "[]" => value,
            ("", _) => self.kind.example(),
            (example, _) => example,
        }
    }
}

impl KeyTable {
    /// Returns one of the table's own keys by name.
    pub fn key(&self, name: &str) -> Option<&'static Declaration> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Iterates over the table's own keys and those of all its cases.
    pub fn all_keys(&self) -> impl Iterator<Item = &'static Declaration> {
        let cases = self.cases.map(|cases| cases.cases).unwrap_or_default();
        self.keys.iter().chain(cases.iter().flat_map(|case| case.table.keys))
    }

    /// Iterates over the groups of keys that exclude each other, including those of all cases.
    pub fn all_groups(&self) -> impl Iterator<Item = &'static OneOf> {
        let cases = self.cases.map(|cases| cases.cases).unwrap_or_default();
        self.one_of.iter().chain(cases.iter().flat_map(|case| case.table.one_of)).copied()
    }
}

impl ValueKind {
    /// Returns a phrase for the kind: `a duration`.
    pub fn noun(&self) -> String {
        match self {
            ValueKind::Text => "a text".to_owned(),
            ValueKind::Flag => "true or false".to_owned(),
            ValueKind::Count { least, most } => {
                format!("a whole number from {} to {}", grouped(*least), grouped(*most))
            }
            ValueKind::Number { least, most } => {
                let shown = |number: f64| crate::domain::grouped(&number.to_string());
                format!("a number from {} to {}", shown(*least), shown(*most))
            }
            ValueKind::Factor => "an exact number of at least 0".to_owned(),
            ValueKind::Credits { positive: true } => "a number of credits above 0".to_owned(),
            ValueKind::Credits { positive: false } => "a number of credits".to_owned(),
            ValueKind::Money { .. } => "an amount of money".to_owned(),
            ValueKind::Share => "a share from 0% to 100%".to_owned(),
            ValueKind::Growth => "a growth above -100%, at most 1000%".to_owned(),
            ValueKind::Length { least: 0 } => "a duration".to_owned(),
            ValueKind::Length { least } => {
                let least = crate::domain::Duration::from_millis(*least);
                format!("a duration of at least {least}")
            }
            ValueKind::Moment => "a date, or a date and time".to_owned(),
            ValueKind::LocalMoment => "a local date, or date and time".to_owned(),
            ValueKind::Currency => "an ISO 4217 currency code".to_owned(),
            ValueKind::Zone => "an IANA time zone".to_owned(),
            ValueKind::Reference(catalogue) => format!("the name of one of the [{catalogue}]"),
            ValueKind::Path => "the path of a setting".to_owned(),
            ValueKind::Words(words) if words().len() > MOST_IN_A_PHRASE => {
                format!("one of {} words", words().len())
            }
            ValueKind::Words(_) => either(&self.alternatives()),
            ValueKind::List { of, .. } => format!("a list, each {}", of.noun()),
            ValueKind::Table(_) | ValueKind::Open => "a table".to_owned(),
            ValueKind::Catalogue(of) => format!("a table of names, each {}", of.noun()),
            ValueKind::Either(_) => either(&self.alternatives()),
        }
    }

    /// The words and the kinds it can be, each as a phrase.
    fn alternatives(&self) -> Vec<String> {
        match self {
            ValueKind::Words(words) => {
                words().iter().map(|(word, _)| format!("\"{word}\"")).collect()
            }
            ValueKind::Either(kinds) => kinds.iter().flat_map(ValueKind::alternatives).collect(),
            kind => vec![kind.noun()],
        }
    }

    /// A value as an example, in TOML.
    pub fn example(&self) -> &'static str {
        match self {
            ValueKind::Text => "\"text\"",
            ValueKind::Flag => "true",
            ValueKind::Count { .. } => "1",
            ValueKind::Number { .. } => "1.5",
            ValueKind::Factor => "\"0.001\"",
            ValueKind::Credits { .. } => "1000",
            ValueKind::Money { .. } => "\"7.00\"",
            ValueKind::Share => "\"5%\"",
            ValueKind::Growth => "\"5%\"",
            ValueKind::Length { .. } => "\"1h\"",
            ValueKind::Moment => "2026-01-31T09:00:00",
            ValueKind::LocalMoment => "2026-01-31",
            ValueKind::Currency => "\"USD\"",
            ValueKind::Zone => "\"Europe/Berlin\"",
            ValueKind::Reference(_) => "\"small\"",
            ValueKind::Path => "\"payment.latency\"",
            ValueKind::Words(_) => "\"word\"",
            ValueKind::List { .. } => "[]",
            ValueKind::Table(_) | ValueKind::Catalogue(_) | ValueKind::Open => "{}",
            ValueKind::Either(kinds) => kinds.first().map_or("{}", ValueKind::example),
        }
    }
}

/// The most words that one phrase lists.
pub const MOST_IN_A_PHRASE: usize = 6;

/// Words as an alternative: `a, b or c`.
pub fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A whole number as people read it.
pub fn grouped(number: u64) -> String {
    crate::domain::grouped(&number.to_string())
}
