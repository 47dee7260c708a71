//! Likely spellings.

/// Returns the word among `words` that `typed` was most likely meant to be, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(typed, words).into_iter().next()
}

/// Up to three words near `typed`, the nearest first.
pub fn near<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    ranked(typed, words).into_iter().take(3).map(|(_, word)| word).collect()
}

/// The words that are nearest to `typed`, all as near.
pub fn equally_near<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let ranked = ranked(typed, words);
    let least = ranked.first().map(|(distance, _)| *distance);
    let nearest = ranked.into_iter().take_while(|(distance, _)| Some(*distance) == least);
    nearest.map(|(_, word)| word).collect()
}

/// All words near `typed` with their distances, the nearest first.
fn ranked<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    const LONGEST: usize = 100;
    if typed.is_empty() || typed.len() > LONGEST {
        return Vec::new();
    }
    let lower = typed.to_lowercase();
    let near = |word: &'a str| {
        let distance = distance(&lower, &word.to_lowercase());
        let allowed = (word.chars().count().max(lower.chars().count()) / 3).max(1);
        (distance <= allowed).then_some((distance, word))
    };
    let mut found: Vec<(usize, &str)> = words.into_iter().filter_map(near).collect();
    found.sort_by_key(|&(distance, _)| distance);
    found
}

/// Number of edits from one to the other; different separators between the parts of a word count as
/// one.
fn distance(typed: &str, word: &str) -> usize {
    let joined = |text: &str| text.replace(['-', ' ', '_'], "");
    match joined(typed) == joined(word) {
        true => usize::from(typed != word),
        false => strsim::damerau_levenshtein(typed, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_suggested_if_a_third_of_it_is_wrong_at_most() {
        for (typed, meant) in [
            ("at_or_belwo", Some("at_or_below")),
            ("atOrBelow", Some("at_or_below")),
            ("at-or-below", Some("at_or_below")),
            ("POLL", Some("poll")),
            ("pool", Some("poll")),
            ("pull", Some("poll")),
            ("ball", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, ["at_or_below", "poll", "packs"]), meant, "{typed}");
        }
    }

    #[test]
    fn of_words_as_near_all_are_named() {
        assert_eq!(equally_near("meian", ["mean", "median", "least"]), ["mean", "median"]);
        assert_eq!(equally_near("medan", ["mean", "median", "least"]), ["mean", "median"]);
        assert_eq!(equally_near("mediann", ["mean", "median", "least"]), ["median"]);
    }
}
