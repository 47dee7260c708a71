//! Markup in pieces: its tags and the text between them, as tolerant as programs that show pages are.
//!
//! What never ends, a comment or a tag, ends with the text. Deliberately absent: what the tags mean.

use std::borrow::Cow;

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkupPiece<'t> {
    /// Text with its entities.
    Text(&'t str),
    /// Text as it is.
    Verbatim(&'t str),
    /// The start of an element.
    Open(MarkupTag<'t>),
    /// The end of an element with this name.
    Close(&'t str),
}

/// The start of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MarkupTag<'t> {
    /// Its name, as written.
    pub(super) name: &'t str,
    attributes: &'t str,
    /// Whether it is its end, too.
    pub(super) is_closed: bool,
}

/// A reader of markup.
pub(super) struct Markup<'t> {
    rest: &'t str,
    /// Whether quotes were left open, so that they part nothing.
    has_open_quotes: bool,
}

/// Elements whose contents are no markup.
const RAW: [&str; 3] = ["script", "style", "textarea"];

impl<'t> Markup<'t> {
    pub(super) fn new(text: &'t str) -> Markup<'t> {
        Markup { rest: text, has_open_quotes: false }
    }

    /// Goes past so many bytes.
    fn pass(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        passed
    }

    /// Goes past the next end of this kind, and returns what stands before it.
    fn pass_until(&mut self, end: &str) -> &'t str {
        let at = memchr::memmem::find(self.rest.as_bytes(), end.as_bytes());
        let before = self.pass(at.unwrap_or(self.rest.len()));
        self.pass(end.len().min(self.rest.len()));
        before
    }

    /// The start of an element, from its name on.
    fn open(&mut self) -> MarkupTag<'t> {
        let end = self.end_of_tag();
        let inside = self.pass(end);
        self.pass(1);
        let ends = |c: char| c.is_ascii_whitespace() || c == '/';
        let (name, attributes) =
            inside.split_at_checked(inside.find(ends).unwrap_or(inside.len())).unwrap_or_default();
        let tag = MarkupTag { name, attributes, is_closed: inside.ends_with('/') };
        if !tag.is_closed && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            self.pass_raw(name);
        }
        tag
    }

    /// Where the tag ends: at a `>` that stands in no quotes.
    fn end_of_tag(&mut self) -> usize {
        let bytes = self.rest.as_bytes();
        let plain = memchr::memchr(b'>', bytes).unwrap_or(bytes.len());
        let mut quote = None;
        for (at, &byte) in bytes.iter().enumerate() {
            match (quote, byte) {
                _ if self.has_open_quotes => break,
                (None, b'>') => return at,
                (None, b'"' | b'\'') if bytes[..at].trim_ascii_end().ends_with(b"=") => {
                    quote = Some(byte);
                }
                (Some(open), byte) if open == byte => quote = None,
                _ => {}
            }
        }
        self.has_open_quotes = true;
        plain
    }

    /// Goes to the end of an element whose contents are no markup.
    fn pass_raw(&mut self, name: &str) {
        loop {
            self.pass_until("</");
            let is_end = |of: &str| of.eq_ignore_ascii_case(name);
            if self.rest.is_empty() || self.rest.get(..name.len()).is_some_and(is_end) {
                self.pass_until(">");
                return;
            }
        }
    }
}

impl<'t> Iterator for Markup<'t> {
    type Item = MarkupPiece<'t>;

    fn next(&mut self) -> Option<MarkupPiece<'t>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(after) = self.rest.strip_prefix('<') else {
                let length = memchr::memchr(b'<', self.rest.as_bytes());
                return Some(MarkupPiece::Text(self.pass(length.unwrap_or(self.rest.len()))));
            };
            let is_name = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
            if after.starts_with("!--") {
                self.pass("<!--".len());
                self.pass_until("-->");
            } else if after.starts_with("![CDATA[") {
                self.pass("<![CDATA[".len());
                return Some(MarkupPiece::Verbatim(self.pass_until("]]>")));
            } else if after.starts_with(['!', '?']) {
                self.pass_until(">");
            } else if after.strip_prefix('/').is_some_and(is_name) {
                self.pass("</".len());
                let name = self.pass_until(">");
                let end = name.find(|c: char| c.is_ascii_whitespace()).unwrap_or(name.len());
                return Some(MarkupPiece::Close(name.get(..end).unwrap_or(name)));
            } else if is_name(after) {
                self.pass("<".len());
                return Some(MarkupPiece::Open(self.open()));
            } else {
                return Some(MarkupPiece::Text(self.pass("<".len())));
            }
        }
    }
}

impl<'t> MarkupTag<'t> {
    /// The value of an attribute, by the last part of its name; blank where it has none.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'t str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/');
            let (name, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            let after = after.trim_start();
            let (value, after) = match after.strip_prefix('=') {
                Some(value) => quoted(value.trim_start()),
                None => ("", after),
            };
            if local(name).eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            if after.is_empty() {
                return None;
            }
            rest = if after.len() < rest.len() { after } else { after.get(1..)? };
        }
    }

    /// The whole number of an attribute.
    pub(super) fn number(&self, wanted: &str) -> Option<usize> {
        self.attribute(wanted)?.trim().parse().ok()
    }
}

/// The value at the start of a text, in quotes or up to a blank, and what follows it.
fn quoted(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A name without the space that it is of: `Cell` for `ss:Cell`.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Entities by their names, besides those of letters.
const ENTITIES: [(&str, &str); 46] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("thinsp", "\u{2009}"),
    ("ensp", " "),
    ("emsp", " "),
    ("shy", ""),
    ("zwnj", ""),
    ("zwj", ""),
    ("lrm", ""),
    ("rlm", ""),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("cent", "¢"),
    ("curren", "¤"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("minus", "\u{2212}"),
    ("hellip", "…"),
    ("bull", "•"),
    ("middot", "·"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("deg", "°"),
    ("micro", "µ"),
    ("plusmn", "±"),
    ("times", "×"),
    ("sup2", "²"),
    ("sup3", "³"),
    ("frac12", "½"),
    ("szlig", "ß"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("sect", "§"),
    ("para", "¶"),
];

/// Letters with their marks, as entities name them (HTML 4): the letter, the mark and what they are together.
const LETTERS: [(&str, &str); 60] = [
    ("Agrave", "À"),
    ("Aacute", "Á"),
    ("Acirc", "Â"),
    ("Atilde", "Ã"),
    ("Auml", "Ä"),
    ("Aring", "Å"),
    ("AElig", "Æ"),
    ("Ccedil", "Ç"),
    ("Egrave", "È"),
    ("Eacute", "É"),
    ("Ecirc", "Ê"),
    ("Euml", "Ë"),
    ("Igrave", "Ì"),
    ("Iacute", "Í"),
    ("Icirc", "Î"),
    ("Iuml", "Ï"),
    ("Ntilde", "Ñ"),
    ("Ograve", "Ò"),
    ("Oacute", "Ó"),
    ("Ocirc", "Ô"),
    ("Otilde", "Õ"),
    ("Ouml", "Ö"),
    ("Oslash", "Ø"),
    ("Ugrave", "Ù"),
    ("Uacute", "Ú"),
    ("Ucirc", "Û"),
    ("Uuml", "Ü"),
    ("Yacute", "Ý"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("atilde", "ã"),
    ("auml", "ä"),
    ("aring", "å"),
    ("aelig", "æ"),
    ("ccedil", "ç"),
    ("egrave", "è"),
    ("eacute", "é"),
    ("ecirc", "ê"),
    ("euml", "ë"),
    ("igrave", "ì"),
    ("iacute", "í"),
    ("icirc", "î"),
    ("iuml", "ï"),
    ("ntilde", "ñ"),
    ("ograve", "ò"),
    ("oacute", "ó"),
    ("ocirc", "ô"),
    ("otilde", "õ"),
    ("ouml", "ö"),
    ("oslash", "ø"),
    ("ugrave", "ù"),
    ("uacute", "ú"),
    ("ucirc", "û"),
    ("uuml", "ü"),
    ("yacute", "ý"),
    ("yuml", "ÿ"),
    ("scaron", "š"),
    ("Scaron", "Š"),
    ("OElig", "Œ"),
];

/// The longest name of an entity, or of a number in its place.
const LONGEST: usize = 10;

/// A text with what its entities stand for; one that is not known stays as it is.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match entity(part) {
            Some((stands_for, after)) => {
                plain.push_str(&stands_for);
                plain.push_str(after);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    Cow::Owned(plain)
}

/// What the entity at the start of a text stands for, and what follows it.
fn entity(text: &str) -> Option<(Cow<'static, str>, &str)> {
    let (is_number, body) = match text.strip_prefix('#') {
        Some(number) => (true, number),
        None => (false, text),
    };
    let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
    let (name, after) = body.split_at_checked(end).filter(|_| end <= LONGEST)?;
    let is_ended = after.starts_with(';');
    let after = after.strip_prefix(';').unwrap_or(after);
    if is_number {
        let code = match name.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => name.parse().ok()?,
        };
        let sign =
            char::from_u32(code).filter(|sign| !sign.is_control() || sign.is_whitespace())?;
        return Some((Cow::Owned(sign.to_string()), after));
    }
    let known = |(known, _): &&(&str, &str)| *known == name;
    let (_, sign) = ENTITIES.iter().chain(&LETTERS).find(known)?;
    // Without its end, `&copy=1` is a part of an address.
    let may_lack_end = ["nbsp", "amp", "lt", "gt", "quot"].contains(&name);
    (is_ended || may_lack_end).then_some((Cow::Borrowed(*sign), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text_are_told_apart_however_they_are_written() {
        let pieces = |text: &'static str| -> Vec<String> {
            let shown = |piece| match piece {
                MarkupPiece::Text(text) | MarkupPiece::Verbatim(text) => text.to_owned(),
                MarkupPiece::Open(tag) if tag.is_closed => format!("<{}/>", tag.name),
                MarkupPiece::Open(tag) => format!("<{}>", tag.name),
                MarkupPiece::Close(name) => format!("</{name}>"),
            };
            Markup::new(text).map(shown).collect()
        };
        for (text, parts) in [
            ("<td>1</td >", &["<td>", "1", "</td>"][..]),
            ("<a title='1 > 0'>x", &["<a>", "x"]),
            ("<!DOCTYPE html><!-- <td> --><br/>x", &["<br/>", "x"]),
            ("a <b", &["a ", "<b>"]),
            ("1 < 2", &["1 ", "<", " 2"]),
            ("<script>if (a<td) '</b>'</SCRIPT>x", &["<script>", "x"]),
            ("<script>never", &["<script>"]),
            ("<![CDATA[1 < 2 & 3]]>", &["1 < 2 & 3"]),
            ("<td title=\"open>1</td>", &["<td>", "1", "</td>"]),
            ("<p>it's</p>", &["<p>", "it's", "</p>"]),
            ("<!-- never", &[]),
        ] {
            assert_eq!(pieces(text), parts, "{text}");
        }
    }

    #[test]
    fn attributes_are_read_with_quotes_and_without() {
        let tag = |text: &'static str| match Markup::new(text).next() {
            Some(MarkupPiece::Open(tag)) => tag,
            other => panic!("{text}: {other:?}"),
        };
        let cell = tag("<td class=x nowrap colspan = \"2\" ROWSPAN=3/>");
        assert_eq!((cell.number("colspan"), cell.attribute("class")), (Some(2), Some("x")));
        assert_eq!((cell.attribute("nowrap"), cell.attribute("span")), (Some(""), None));
        assert_eq!(tag("<Cell ss:Index=\"4\"/>").number("index"), Some(4));
        assert_eq!(tag("<td =1 colspan=2>").number("colspan"), Some(2));
    }

    #[test]
    fn entities_are_what_they_stand_for() {
        for (text, plain) in [
            ("a&nbsp;b", "a\u{a0}b"),
            ("&lt;1&gt; &amp;amp;", "<1> &amp;"),
            ("&#8364;&#x20AC;", "€€"),
            ("Verf&uuml;gbar", "Verfügbar"),
            ("R&D; &unknown; & &#0; &#xffffffff;", "R&D; &unknown; & &#0; &#xffffffff;"),
            ("?a=1&copy=2", "?a=1&copy=2"),
        ] {
            assert_eq!(unescaped(text), plain);
        }
    }
}
