//! Letters of charts: their size and ink, and the approximate width of a text, computed without a
//! font.

use super::ink::Ink;

/// The side of its point on which a text is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// The look of letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letters {
    /// Their size in pixels.
    pub(super) size: f64,
    /// Their colour.
    pub(super) ink: Ink,
    /// True if they are heavy.
    pub(super) bold: bool,
}

impl Letters {
    /// For the message of a chart.
    pub(super) const LABEL: Letters = Letters { size: 12.0, ink: Ink::Text, bold: false };
    /// For ticks and captions.
    pub(super) const TICK: Letters = Letters { size: 11.5, ink: Ink::Muted, bold: false };

    /// The same in another colour.
    pub(super) const fn in_ink(self, ink: Ink) -> Letters {
        Letters { ink, ..self }
    }

    /// The same, heavy where the message is.
    pub(super) const fn heavy(self, bold: bool) -> Letters {
        Letters { bold, ..self }
    }

    /// The beginning of a text that fits into this many pixels, with an ellipsis if it is cut.
    pub(super) fn fit(self, text: &str, pixels: f64) -> String {
        if text.is_empty() || self.width(text) <= pixels {
            return text.to_owned();
        }
        let mut kept = String::new();
        for letter in text.chars() {
            kept.push(letter);
            if self.width(&kept) + self.width("…") > pixels {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }

    /// A name and the text after it in this many pixels; if there is too little room, the name is
    /// cut.
    pub(super) fn fit_name(self, name: &str, rest: &str, room: f64) -> String {
        let for_name = room - self.width(rest);
        if self.width(name) > for_name && for_name < self.width("mmm…") {
            return self.fit(&format!("{name}{rest}"), room);
        }
        format!("{}{rest}", self.fit(name, for_name))
    }

    /// A text in lines of at most this many pixels, broken between words; at most `most` lines, the
    /// last with an ellipsis if the text is cut.
    pub(super) fn wrap(self, text: &str, pixels: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let last =
                lines.last_mut().filter(|line| self.width(&format!("{line} {word}")) <= pixels);
            match last {
                Some(line) => *line += &format!(" {word}"),
                None => lines.push(word.to_owned()),
            }
        }
        if lines.len() > most {
            let rest = lines.split_off(most.saturating_sub(1)).join(" ");
            lines.push(rest);
        }
        lines.iter().map(|line| self.fit(line, pixels)).collect()
    }

    /// The approximate width of a text in pixels, in the letters of a common sans-serif.
    pub(super) fn width(self, text: &str) -> f64 {
        let heavy = if self.bold { 1.06 } else { 1.0 };
        text.chars().map(advance).sum::<f64>() * self.size * heavy
    }
}

/// The approximate width of a letter, relative to its size: that of a wide sans-serif, so that the
/// layout holds for narrower ones too.
fn advance(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '!' | '·' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' => 0.40,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' | '&' => 0.70,
        '\u{2e80}'.. => 1.0,
        _ => 0.62,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_ends_in_an_ellipsis_and_fits() {
        let letters = Letters::LABEL;
        assert_eq!(letters.fit("short", 100.0), "short");
        let text = "a name that never seems to come to its end";
        for pixels in [0.0, 40.0, 100.0] {
            let kept = letters.fit(text, pixels);
            assert!(kept.ends_with('…') && text.starts_with(kept.trim_end_matches('…')), "{kept}");
            assert!(letters.width(&kept) <= pixels.max(letters.width("…")), "{kept}");
        }
    }

    #[test]
    fn where_there_is_too_little_room_it_is_the_name_that_is_cut() {
        let cut = |name: &str| Letters::LABEL.fit_name(name, " + 1000", 115.0);
        assert_eq!(cut("pro"), "pro + 1000");
        assert_eq!(cut("a plan with a long name"), "a plan wit… + 1000");
        assert!(Letters::LABEL.fit_name("pro", &"9".repeat(99), 115.0).ends_with('…'));
    }

    #[test]
    fn a_text_is_broken_between_words() {
        let wrap = |most| Letters::LABEL.wrap("one two three four", 60.0, most);
        assert_eq!(wrap(9), ["one two", "three", "four"]);
        assert_eq!(wrap(2), ["one two", "three fo…"]);
        assert_eq!(wrap(1).len(), 1);
        assert!(Letters::LABEL.wrap("", 60.0, 3).is_empty());
    }
}
