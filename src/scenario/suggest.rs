//! Likely spellings.

/// The word among `words` that `typed` was most likely meant to be, if any is near.
pub fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(typed, words).into_iter().next()
}

/// Up to three words near `typed`, the nearest first.
pub fn near<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    const LONGEST: usize = 100;
    if typed.is_empty() || typed.len() > LONGEST {
        return Vec::new();
    }
    let lower = typed.to_lowercase();
    let mut found: Vec<(usize, &str)> = words
        .into_iter()
        .filter_map(|word| {
            let distance = distance(&lower, &word.to_lowercase());
            let allowed = (word.chars().count().max(lower.chars().count()) / 3).max(1);
            (distance <= allowed).then_some((distance, word))
        })
        .collect();
    found.sort_by_key(|&(distance, _)| distance);
    found.truncate(3);
    found.into_iter().map(|(_, word)| word).collect()
}

/// Edits from one to the other; a missing or surplus separator and other order of parts are small.
fn distance(typed: &str, word: &str) -> usize {
    let joined = |text: &str| text.replace(['-', ' ', '_'], "");
    match joined(typed) == joined(word) {
        true => usize::from(typed != word),
        false => strsim::damerau_levenshtein(typed, word),
    }
}
