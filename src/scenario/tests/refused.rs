//! What is refused or doubted, and what is said: see the table beside this file.

use super::*;

fn said(text: &str) -> Vec<String> {
    let marked = |diagnostics: &Diagnostics| {
        let marks = diagnostics.list.iter().map(|one| match one.severity {
            Severity::Error => "! ",
            Severity::Warning => "? ",
        });
        marks.zip(lines(diagnostics)).map(|(mark, line)| format!("{mark}{line}")).collect()
    };
    match read(text) {
        Ok(scenario) => marked(&scenario.warnings),
        Err(errors) => marked(&errors),
    }
}

#[test]
fn what_is_refused_or_doubted_is_said_like_this() {
    let mut wrong = Vec::new();
    for block in include_str!("refused.txt").trim_end().split("\n\n").skip(1) {
        let case = Case::parse(block);
        let said = said(&case.text()).join("\n");
        if said != case.said {
            wrong.push(case.saying(&said));
        }
    }
    assert!(wrong.is_empty(), "these say something else:\n\n{}\n", wrong.join("\n\n"));
}

#[test]
fn ten_different_mistakes_are_ten_errors() {
    let mistakes = [
        ("currency = \"USD\"", "currency = \"USSD\""),
        ("plan = \"starter\"", "plan = \"strater\""),
        ("fee = \"19.00\"", "fee = 19.00"),
        ("allowance = 3000", "alowance = 3000"),
        ("price = \"7.00\"", "price = \"-7\""),
        ("at_or_below = 100", "at_or_below = 100\nbelow = 100"),
        ("latency = \"5s\"", "latency = 5"),
        ("disable_after = 1", "disable_after = 0"),
        ("requires = [\"payment_method\"]", "requires = [\"payment\"]"),
        ("amount = 10", "amount = 10\n[[actions]]\nat = 2025-12-31\ndo = \"enable\""),
    ];
    let mut text = WORKED.to_owned();
    for (right, wrong) in mistakes {
        assert!(text.contains(right), "{right}");
        text = text.replace(right, wrong);
    }
    let errors = errors(&text);
    assert_eq!(errors.len(), 10, "{errors:#?}");
}
