//! Lines that were copied out of a document, with blanks between their columns and no header: `10 May 2026 API usage 147 credits`.

use crate::domain::text::excerpt;

/// The problem of a file whose only column has such a line for its header; `None` for any other.
pub(super) fn problem(header: &[String]) -> Option<String> {
    let [line] = header else { return None };
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let ends_date =
        |word: &&str| digits(word.get(word.len().saturating_sub(4)..).unwrap_or_default()) == 4;
    let year = words.iter().position(ends_date)?;
    let is_amount = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
    };
    words.iter().skip(year + 2).any(|word| is_amount(word)).then(|| {
        format!(
            "the lines have no sign between their columns, as where they were copied out of a document (`{}`). If each begins with a date that \
             ends in its year, and has its amount last, `sed -E 's/^(.*[0-9]{{4}}) (.*) ([0-9][0-9.,]*)( [^0-9]*)?$/\\1;\\2;\\3/' FILE > usage.csv` parts \
             them, and `--header-line none --amount-column column_3` reads that",
            excerpt(line)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn a_line_of_a_date_words_and_a_number_is_no_header() {
        for (line, is_such) in [
            ("10 May 2026 API usage 147 credits", true),
            ("05/10/2026 API usage 1,470", true),
            ("Usage of May 2026", false),
            ("Date Credits", false),
            ("May 2026 12", false),
        ] {
            assert_eq!(problem(&[line.to_owned()]).is_some(), is_such, "{line}");
        }
        assert_eq!(problem(&["10 May 2026 API usage 147".to_owned(), "n".to_owned()]), None);
    }
}
