//! The small grammar of filters and amounts: `type = 'Usage' and quantity > 0`, `price * amount`.
//!
//! ```text
//! condition := clause { or clause }
//! clause    := test { and test }
//! test      := not test | ( condition ) | column is [not] blank | column [not] in ( value, … )
//!            | column contains value | column begins value | column ( = | != | < | <= | > | >= ) value
//! formula   := [-] product { ( + | - ) product }
//! product   := factor { * factor } [ / number ]        factor := [-] column | [-] number
//! column    := a bare word | `any header` | "any header"
//! value     := 'any text' | a bare word | number
//! ```
//!
//! A product is divided by a whole number, for factors that no decimal is: `seconds / 60`. Deliberately absent: division by
//! anything else, parentheses in formulas, functions, and columns compared with columns.

use std::cmp::Ordering;
use std::fmt;

use super::number::{self, DecimalMark, Exact};

/// Reason why a text is not a condition or formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {why}")]
pub struct FormulaError {
    /// The whole text.
    pub text: String,
    /// The problem: what was expected and found.
    pub why: String,
}

/// A condition on rows. `C` names a column: its header, or its position once the header is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition<C> {
    /// All of these.
    All(Vec<Condition<C>>),
    /// At least one of these.
    Any(Vec<Condition<C>>),
    /// Not this.
    Not(Box<Condition<C>>),
    /// A test on the cell of one column.
    Cell(C, CellTest),
}

/// A test on a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellTest {
    /// Empty, or a word for nothing.
    Blank,
    /// One of these values.
    OneOf(Vec<FormulaValue>),
    /// A number on this side of the bound; on it too if `or_equal`.
    Beyond {
        /// Greater or less than the bound.
        side: Ordering,
        /// True if the bound itself is included.
        or_equal: bool,
        /// The bound.
        bound: Exact,
    },
    /// Text that holds this, in any case of letters.
    Contains(String),
    /// Text that begins with this, in any case of letters.
    Begins(String),
}

/// A value that cells are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormulaValue {
    /// Text, compared as written, without spaces around it.
    Text(String),
    /// A number, compared by its value.
    Number(Exact),
}

/// A sum of products of columns and numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula<C> {
    /// The terms to add up; at least one.
    pub terms: Vec<Product<C>>,
}

/// Columns multiplied, times a factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product<C> {
    /// The factor, below zero if it is subtracted.
    pub factor: Exact,
    /// The whole number that the product is divided by, to 18 decimals.
    pub divisor: u64,
    /// The columns; none for a number alone.
    pub columns: Vec<C>,
}

impl Condition<String> {
    /// Reads a condition.
    pub fn parse(text: &str) -> Result<Condition<String>, FormulaError> {
        let mut parser = FormulaParser::new(text)?;
        let condition = parser.condition()?;
        parser.end()?;
        Ok(condition)
    }
}

impl<C> Condition<C> {
    /// The columns, in the order of the text.
    pub fn columns(&self) -> Vec<&C> {
        match self {
            Condition::All(inner) | Condition::Any(inner) => {
                inner.iter().flat_map(Condition::columns).collect()
            }
            Condition::Not(inner) => inner.columns(),
            Condition::Cell(column, _) => vec![column],
        }
    }

    /// The same condition with each column named otherwise; all columns must have another name.
    pub fn map<D>(&self, name: &mut dyn FnMut(&C) -> Option<D>) -> Option<Condition<D>> {
        let mut all = |inner: &[Condition<C>]| -> Option<Vec<Condition<D>>> {
            let mapped: Vec<_> = inner.iter().map(|one| one.map(name)).collect();
            mapped.into_iter().collect()
        };
        Some(match self {
            Condition::All(inner) => Condition::All(all(inner)?),
            Condition::Any(inner) => Condition::Any(all(inner)?),
            Condition::Not(inner) => Condition::Not(Box::new(inner.map(name)?)),
            Condition::Cell(column, test) => Condition::Cell(name(column)?, test.clone()),
        })
    }
}

impl fmt::Display for Condition<String> {
    /// As it can be read again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |all: &[Condition<String>], word: &str| {
            all.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(word)
        };
        match self {
            Condition::All(all) => f.write_str(&joined(all, " and ")),
            Condition::Any(any) => f.write_str(&joined(any, " or ")),
            Condition::Not(inner) => write!(f, "not ({inner})"),
            Condition::Cell(column, test) => {
                write!(f, "`{}` {test}", column.replace('`', "``"))
            }
        }
    }
}

impl fmt::Display for CellTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        match self {
            CellTest::Blank => f.write_str("is blank"),
            CellTest::OneOf(values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| match value {
                        FormulaValue::Text(value) => text(value),
                        FormulaValue::Number(number) => number.plain(),
                    })
                    .collect();
                match values.as_slice() {
                    [value] => write!(f, "= {value}"),
                    values => write!(f, "in ({})", values.join(", ")),
                }
            }
            CellTest::Beyond { side, or_equal, bound } => {
                let sign = if *side == Ordering::Less { "<" } else { ">" };
                write!(f, "{sign}{} {}", if *or_equal { "=" } else { "" }, bound.plain())
            }
            CellTest::Contains(inside) => write!(f, "contains {}", text(inside)),
            CellTest::Begins(start) => write!(f, "begins {}", text(start)),
        }
    }
}

impl Condition<usize> {
    /// Returns true if a row meets it.
    #[inline]
    pub fn holds<'r>(
        &self,
        cell: &(impl Fn(usize) -> &'r str + ?Sized),
        mark: DecimalMark,
    ) -> bool {
        // Nearly every condition: a cell is this text.
        if let Condition::Cell(column, CellTest::OneOf(values)) = self
            && let [FormulaValue::Text(text)] = values.as_slice()
        {
            return unpadded(cell(*column)) == text;
        }
        self.holds_anyhow(cell, mark)
    }

    /// The same of any condition.
    fn holds_anyhow<'r>(
        &self,
        cell: &(impl Fn(usize) -> &'r str + ?Sized),
        mark: DecimalMark,
    ) -> bool {
        match self {
            Condition::All(inner) => inner.iter().all(|one| one.holds(cell, mark)),
            Condition::Any(inner) => inner.iter().any(|one| one.holds(cell, mark)),
            Condition::Not(inner) => !inner.holds(cell, mark),
            Condition::Cell(column, test) => test.holds(unpadded(cell(*column)), mark),
        }
    }
}

/// A cell without blanks around it.
#[inline]
fn unpadded(cell: &str) -> &str {
    match cell.as_bytes() {
        // Nearly no cell has blanks around it.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

impl CellTest {
    fn holds(&self, cell: &str, mark: DecimalMark) -> bool {
        let number = || match number::read(cell, mark) {
            Ok(written) => Some(written.number),
            Err(_) => number::read_shortened(cell, mark).map(|(written, _)| written.number),
        };
        match self {
            CellTest::Blank => super::blank::Blank::of(cell).is_some(),
            CellTest::OneOf(values) => values.iter().any(|value| match value {
                FormulaValue::Text(text) => cell == text,
                FormulaValue::Number(value) => {
                    number().and_then(|number| number.partial_cmp(value)) == Some(Ordering::Equal)
                }
            }),
            CellTest::Beyond { side, or_equal, bound } => {
                let order = number().and_then(|number| number.partial_cmp(bound));
                order == Some(*side) || (*or_equal && order == Some(Ordering::Equal))
            }
            CellTest::Contains(text) => cell.to_lowercase().contains(text),
            CellTest::Begins(text) => cell.to_lowercase().starts_with(text),
        }
    }
}

impl Formula<String> {
    /// One column by itself.
    pub fn column(name: &str) -> Formula<String> {
        Formula { terms: vec![Product::of(name.to_owned())] }
    }

    /// Reads a formula.
    pub fn parse(text: &str) -> Result<Formula<String>, FormulaError> {
        let mut parser = FormulaParser::new(text)?;
        let mut terms = Vec::new();
        let mut negative = parser.takes(&FormulaToken::Sign("-"));
        loop {
            let mut term = parser.product()?;
            if negative {
                term.factor = term.factor.negated();
            }
            terms.push(term);
            negative = match () {
                () if parser.takes(&FormulaToken::Sign("+")) => false,
                () if parser.takes(&FormulaToken::Sign("-")) => true,
                () => break,
            };
        }
        parser.end()?;
        Ok(Formula { terms })
    }
}

impl<C> Product<C> {
    /// One column by itself.
    pub fn of(column: C) -> Product<C> {
        Product { factor: Exact::ONE, divisor: 1, columns: vec![column] }
    }

    /// Whether it is one column by itself.
    pub fn is_column(&self) -> bool {
        self.columns.len() == 1 && self.factor == Exact::ONE && self.divisor == 1
    }
}

impl<C> Formula<C> {
    /// The columns, in the order of the text.
    pub fn columns(&self) -> impl Iterator<Item = &C> {
        self.terms.iter().flat_map(|term| &term.columns)
    }

    /// The same formula with each column named otherwise; all columns must have another name.
    pub fn map<D>(&self, name: &mut dyn FnMut(&C) -> Option<D>) -> Option<Formula<D>> {
        let mut terms = Vec::new();
        for term in &self.terms {
            let columns: Vec<_> = term.columns.iter().map(&mut *name).collect();
            terms.push(columns.into_iter().collect::<Option<_>>().map(|columns| Product {
                factor: term.factor,
                divisor: term.divisor,
                columns,
            }));
        }
        Some(Formula { terms: terms.into_iter().collect::<Option<_>>()? })
    }

    /// Times a factor; `None` beyond 38 digits.
    pub fn times(mut self, factor: Exact) -> Option<Formula<C>> {
        for term in &mut self.terms {
            term.factor = term.factor.times(factor)?;
        }
        Some(self)
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum FormulaToken {
    /// A header in quotes.
    Header(String),
    /// Text in single quotes.
    Quoted(String),
    /// A bare word.
    Word(String),
    /// A number, and how it is written.
    Number(Exact, String),
    /// A sign.
    Sign(&'static str),
}

impl FormulaToken {
    fn shown(&self) -> String {
        match self {
            FormulaToken::Header(text)
            | FormulaToken::Word(text)
            | FormulaToken::Number(_, text) => text.clone(),
            FormulaToken::Quoted(text) => format!("'{text}'"),
            FormulaToken::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// Signs, longer ones first.
const SIGNS: [&str; 13] = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "*", "+"];

/// A reader of tokens.
struct FormulaParser<'t> {
    text: &'t str,
    tokens: Vec<FormulaToken>,
    next: usize,
    depth: usize,
}

impl<'t> FormulaParser<'t> {
    /// Nesting beyond which no condition is meant.
    const DEEPEST: usize = 32;

    fn new(text: &'t str) -> Result<FormulaParser<'t>, FormulaError> {
        let tokens = tokens(text).map_err(|why| FormulaError { text: text.to_owned(), why })?;
        Ok(FormulaParser { text, tokens, next: 0, depth: 0 })
    }

    fn peek(&self) -> Option<&FormulaToken> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<FormulaToken> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn takes(&mut self, token: &FormulaToken) -> bool {
        let found = self.peek() == Some(token);
        self.next += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is = |token: &FormulaToken| matches!(token, FormulaToken::Word(w) if w.eq_ignore_ascii_case(word));
        let found = self.peek().is_some_and(is);
        self.next += usize::from(found);
        found
    }

    fn wrong<T>(&self, expected: &str, found: Option<&FormulaToken>) -> Result<T, FormulaError> {
        let found = found.map_or("the end".to_owned(), |token| format!("`{}`", token.shown()));
        let why = format!("expected {expected}, found {found}");
        Err(FormulaError { text: self.text.to_owned(), why })
    }

    fn end(&self) -> Result<(), FormulaError> {
        match self.peek() {
            None => Ok(()),
            some => self.wrong("the end", some),
        }
    }

    fn condition(&mut self) -> Result<Condition<String>, FormulaError> {
        let mut clauses = vec![self.clause()?];
        while self.takes_word("or") {
            clauses.push(self.clause()?);
        }
        Ok(one_or(clauses, Condition::Any))
    }

    fn clause(&mut self) -> Result<Condition<String>, FormulaError> {
        let mut tests = vec![self.test()?];
        while self.takes_word("and") {
            tests.push(self.test()?);
        }
        Ok(one_or(tests, Condition::All))
    }

    fn test(&mut self) -> Result<Condition<String>, FormulaError> {
        self.depth += 1;
        if self.depth > Self::DEEPEST {
            return self.wrong("fewer parentheses", self.peek());
        }
        let read = self.test_inside();
        self.depth -= 1;
        read
    }

    fn test_inside(&mut self) -> Result<Condition<String>, FormulaError> {
        if self.takes_word("not") {
            return Ok(Condition::Not(Box::new(self.test()?)));
        }
        if self.takes(&FormulaToken::Sign("(")) {
            let inner = self.condition()?;
            return match self.takes(&FormulaToken::Sign(")")) {
                true => Ok(inner),
                false => self.wrong("`)`", self.peek()),
            };
        }
        let column = self.column()?;
        let (mut negative, test) = (self.takes_word("not"), None);
        let test = match test {
            Some(test) => test,
            None if self.takes_word("is") => {
                negative ^= self.takes_word("not");
                match self.takes_word("blank") {
                    true => CellTest::Blank,
                    false => return self.wrong("`blank` after `is`", self.peek()),
                }
            }
            None if self.takes_word("in") => CellTest::OneOf(self.values()?),
            None if self.takes_word("contains") => CellTest::Contains(self.words()?),
            None if self.takes_word("begins") => CellTest::Begins(self.words()?),
            None => self.comparison(&mut negative)?,
        };
        let condition = Condition::Cell(column, test);
        Ok(if negative { Condition::Not(Box::new(condition)) } else { condition })
    }

    fn comparison(&mut self, negative: &mut bool) -> Result<CellTest, FormulaError> {
        let sign = self.take();
        let (side, or_equal) = match &sign {
            Some(FormulaToken::Sign("=" | "==")) => {
                return Ok(CellTest::OneOf(vec![self.value()?]));
            }
            Some(FormulaToken::Sign("!=" | "<>")) => {
                *negative = !*negative;
                return Ok(CellTest::OneOf(vec![self.value()?]));
            }
            Some(FormulaToken::Sign("<")) => (Ordering::Less, false),
            Some(FormulaToken::Sign("<=")) => (Ordering::Less, true),
            Some(FormulaToken::Sign(">")) => (Ordering::Greater, false),
            Some(FormulaToken::Sign(">=")) => (Ordering::Greater, true),
            other => {
                return self.wrong(
                    "=, !=, <, <=, >, >=, `in`, `contains`, `begins` or `is blank`",
                    other.as_ref(),
                );
            }
        };
        match self.value()? {
            FormulaValue::Number(bound) => Ok(CellTest::Beyond { side, or_equal, bound }),
            FormulaValue::Text(text) => self.wrong("a number", Some(&FormulaToken::Quoted(text))),
        }
    }

    fn column(&mut self) -> Result<String, FormulaError> {
        match self.take() {
            Some(FormulaToken::Header(name) | FormulaToken::Word(name)) => Ok(name),
            other => {
                self.wrong("a column; quote a header with spaces as `Like This`", other.as_ref())
            }
        }
    }

    fn value(&mut self) -> Result<FormulaValue, FormulaError> {
        let negative = self.takes(&FormulaToken::Sign("-"));
        match self.take() {
            Some(FormulaToken::Number(number, _)) if negative => {
                Ok(FormulaValue::Number(number.negated()))
            }
            Some(FormulaToken::Number(number, _)) => Ok(FormulaValue::Number(number)),
            Some(
                FormulaToken::Quoted(text) | FormulaToken::Word(text) | FormulaToken::Header(text),
            ) if !negative => Ok(FormulaValue::Text(text)),
            other => self.wrong("a value, such as 'Usage' or 0.5", other.as_ref()),
        }
    }

    fn words(&mut self) -> Result<String, FormulaError> {
        match self.take() {
            Some(
                FormulaToken::Quoted(text)
                | FormulaToken::Header(text)
                | FormulaToken::Word(text)
                | FormulaToken::Number(_, text),
            ) => Ok(text.to_lowercase()),
            other => self.wrong("a text, such as 'GPU'", other.as_ref()),
        }
    }

    fn values(&mut self) -> Result<Vec<FormulaValue>, FormulaError> {
        if !self.takes(&FormulaToken::Sign("(")) {
            return self.wrong("`(` after `in`", self.peek());
        }
        let mut values = vec![self.value()?];
        while self.takes(&FormulaToken::Sign(",")) {
            values.push(self.value()?);
        }
        match self.takes(&FormulaToken::Sign(")")) {
            true => Ok(values),
            false => self.wrong("`,` or `)`", self.peek()),
        }
    }

    fn product(&mut self) -> Result<Product<String>, FormulaError> {
        let mut product = Product { factor: Exact::ONE, divisor: 1, columns: Vec::new() };
        loop {
            if self.takes(&FormulaToken::Sign("-")) {
                product.factor = product.factor.negated();
            }
            match self.take() {
                Some(FormulaToken::Number(number, text)) => {
                    let Some(factor) = product.factor.times(number) else {
                        return self.wrong("fewer digits", Some(&FormulaToken::Word(text)));
                    };
                    product.factor = factor;
                }
                Some(FormulaToken::Header(name) | FormulaToken::Word(name)) => {
                    product.columns.push(name)
                }
                other => return self.wrong("a column or a number", other.as_ref()),
            }
            if self.takes_word("/") {
                product.divisor = self.divisor()?;
                return Ok(product);
            }
            if !self.takes(&FormulaToken::Sign("*")) {
                return Ok(product);
            }
        }
    }

    /// The whole number that a product is divided by.
    fn divisor(&mut self) -> Result<u64, FormulaError> {
        let token = self.take();
        let whole = match &token {
            Some(FormulaToken::Number(_, text)) => text.parse().ok(),
            _ => None,
        };
        match whole.filter(|whole| *whole > 0) {
            Some(whole) => Ok(whole),
            None => self.wrong("a whole number from 1 on after `/`", token.as_ref()),
        }
    }
}

/// The only one, or all of them together.
fn one_or<T>(mut many: Vec<T>, together: impl Fn(Vec<T>) -> T) -> T {
    match (many.pop(), many.is_empty()) {
        (Some(one), true) => one,
        (last, _) => {
            many.extend(last);
            together(many)
        }
    }
}

/// Parts a text into tokens.
fn tokens(text: &str) -> Result<Vec<FormulaToken>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '`' | '"' | '\'' => {
                let (inside, after) = quoted(rest, first)?;
                match first {
                    '\'' => (FormulaToken::Quoted(inside), after),
                    _ => (FormulaToken::Header(inside), after),
                }
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => {
                    (FormulaToken::Sign(sign), rest.get(sign.len()..).unwrap_or_default())
                }
                None => bare(rest)?,
            },
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// The text between two quotes, and the rest; a quote inside is written twice.
fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut inside = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((_, letter)) = letters.next() {
        if letter != quote {
            inside.push(letter);
        } else if letters.next_if(|&(_, next)| next == quote).is_some() {
            inside.push(quote);
        } else {
            let after = letters.peek().map_or(text.len(), |&(index, _)| index);
            return Ok((inside, text.get(after..).unwrap_or_default()));
        }
    }
    Err(format!("a quote {quote} opens and never closes"))
}

/// A word, a number or a minus at the start of a text, and what follows.
fn bare(text: &str) -> Result<(FormulaToken, &str), String> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    // A minus between letters belongs to a word, as in `ai-credits`.
    let belongs = |index: usize, letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, '_' | '.' | '/' | ':' | '@' | '%' | '[' | ']' | '$' | '#')
            || (letter == '-'
                && index > 0
                && letters.get(index + 1).is_some_and(|(_, next)| next.is_alphanumeric()))
    };
    let count =
        letters.iter().enumerate().take_while(|(i, (_, letter))| belongs(*i, *letter)).count();
    let length = letters.get(count).map_or(text.len(), |(at, _)| *at);
    let (word, after) = text.split_at_checked(length).unwrap_or((text, ""));
    if word.is_empty() {
        return match text.strip_prefix('-') {
            Some(after) => Ok((FormulaToken::Sign("-"), after)),
            None => {
                let sign = text.chars().next().unwrap_or(' ');
                Err(format!("`{sign}` means nothing here; quote a header as `Like This`"))
            }
        };
    }
    let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-'));
    let number = number::read(word, DecimalMark::Point);
    Ok(match number {
        Ok(number) if is_number => (FormulaToken::Number(number.number, word.to_owned()), after),
        _ => (FormulaToken::Word(word.to_owned()), after),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [&str; 5] = ["type", "quantity", "Unit Price", "lineItem/Type", "note"];

    fn holds(condition: &str, row: [&str; 5]) -> bool {
        let condition = Condition::parse(condition).unwrap();
        let place = |name: &String| HEADER.iter().position(|header| header == name);
        let condition = condition.map(&mut |name| place(name)).expect("all columns exist");
        let cell = |column| row[column];
        let holds = condition.holds(&cell, DecimalMark::Point);
        assert_eq!(holds, condition.holds_anyhow(&cell, DecimalMark::Point));
        holds
    }

    #[test]
    fn conditions_hold_of_cells_as_they_read() {
        let row = ["ai-credits", "5.0", "$1,234.50", "Usage", ""];
        for (condition, expected) in [
            ("type = 'ai-credits'", true),
            ("type = ai-credits", true),
            ("type = 'AI-Credits'", false),
            ("type != 'requests'", true),
            ("type in ('requests', 'ai-credits')", true),
            ("type not in ('requests', 'ai-credits')", false),
            ("quantity = 5", true),
            ("quantity = '5'", false),
            ("quantity > 4.9 and quantity <= 5", true),
            ("quantity > -1", true),
            ("quantity < 5", false),
            ("`Unit Price` >= 1234.5", true),
            ("\"Unit Price\" > 1234.5", false),
            ("lineItem/Type = Usage", true),
            ("note is blank", true),
            ("note is not blank", false),
            ("not note is blank or type begins 'AI'", true),
            ("(type = x or type contains CREDIT) and not quantity = 6", true),
            ("type > 3", false),
        ] {
            assert_eq!(holds(condition, row), expected, "{condition}");
        }
    }

    #[test]
    fn what_is_no_condition_says_what_was_expected() {
        for (text, why) in [
            ("", "expected a column; quote a header with spaces as `Like This`, found the end"),
            (
                "type",
                "expected =, !=, <, <=, >, >=, `in`, `contains`, `begins` or `is blank`, found the end",
            ),
            ("type = ", "expected a value, such as 'Usage' or 0.5, found the end"),
            ("type = 'a", "a quote ' opens and never closes"),
            ("type = a b", "expected the end, found `b`"),
            ("(type = a", "expected `)`, found the end"),
            ("type in a", "expected `(` after `in`, found `a`"),
            ("type > a", "expected a number, found `'a'`"),
            ("type & 3", "`&` means nothing here; quote a header as `Like This`"),
        ] {
            assert_eq!(Condition::parse(text).unwrap_err().why, why, "{text}");
        }
        let deep = format!("{}a = 1{}", "(".repeat(100), ")".repeat(100));
        assert!(Condition::parse(&deep).is_err());
    }

    fn terms(text: &str) -> Vec<String> {
        let formula = Formula::parse(text).unwrap();
        let shown = |term: &Product<String>| {
            format!("{} {}", term.factor.atto().unwrap(), term.columns.join(" "))
        };
        formula.terms.iter().map(shown).collect()
    }

    #[test]
    fn a_product_is_divided_by_a_whole_number_behind_a_slash_between_blanks() {
        let divisors = |text: &str| -> Vec<u64> {
            Formula::parse(text).unwrap().terms.iter().map(|term| term.divisor).collect()
        };
        assert_eq!(divisors("ms / 60000 + 2 * seconds / 60 + minutes"), [60_000, 60, 1]);
        assert_eq!(terms("-5 * `Heat (MJ)` / 18"), ["-5 Heat (MJ)"]);
        assert!(!Formula::parse("ms / 60").unwrap().terms[0].is_column());
        assert!(Formula::column("ms").terms[0].is_column());
    }

    #[test]
    fn formulas_are_sums_of_products() {
        assert_eq!(terms("price * amount"), ["1 price amount"]);
        assert_eq!(terms("0.001 * input_tokens + output * 2"), ["0.001 input_tokens", "2 output"]);
        assert_eq!(terms("`Cost ($)` - credit"), ["1 Cost ($)", "-1 credit"]);
        assert_eq!(terms("-discount_amount"), ["-1 discount_amount"]);
        assert_eq!(terms("`to` + -1 * `from`"), ["1 to", "-1 from"]);
        assert_eq!(terms("a - -2 * b * -c"), ["1 a", "-2 b c"]);
        assert_eq!(terms("lineItem/UsageAmount"), ["1 lineItem/UsageAmount"]);
        for text in
            ["", "a *", "a b", "a + * b", "* a", "a / / b +", "a -", "a / 0", "a / b", "a / 1.5"]
        {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }
}
