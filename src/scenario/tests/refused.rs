//! Errors and warnings with their messages: see the table in `refused.txt`.

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
fn all_mistakes_of_a_file_are_told_at_once_whatever_they_are() {
    let mistakes = [
        ("currency = \"USD\"", "currency = \"USD\"\nzone = \"Berlin\"", "`zone` must be"),
        ("plan = \"starter\"", "plan = \"strater\"", "there is no plan \"strater\""),
        ("fee = \"19.00\"", "fee = 19.00", "`plans.starter.fee` must be"),
        ("allowance = 3000", "alowance = 3000", "unknown key `alowance`"),
        ("below = 100", "below = 100\npoll = \"0s\"", "`recharge.poll` must be"),
        (
            "package = \"1000\"",
            "package = \"1000\"\ncaps = [{ money = 5, per = \"day\" }]",
            "this cap would never allow one recharge",
        ),
        ("latency = \"5s\"", "latency = 5", "`payment.latency` must be"),
        ("disable_after = 1", "disable_after = 0", "`payment.disable_after` must be"),
        ("requires = [", "requires = [\"payment\", ", "`eligibility.requires.0` must be"),
        ("amount = 10", "amount = 10\n[cycle]\nmonths = 0", "`cycle.months` must be"),
        ("months = 0", "months = 0\n[rollover]\nleast = 1", "`rollover.most` is missing"),
        (
            "least = 1",
            "least = 1\n[[actions]]\nat = 2025-12-31\ndo = \"enable\"",
            "an action lies outside the run",
        ),
    ];
    let mut text = WORKED.to_owned();
    for (right, wrong, _) in mistakes {
        assert!(text.contains(right), "{right}");
        text = text.replace(right, wrong);
    }
    let errors = errors(&text);
    assert_eq!(errors.len(), mistakes.len(), "{errors:#?}");
    for ((.., said), error) in mistakes.iter().zip(&errors) {
        assert!(error.starts_with(said), "{said}: {errors:#?}");
    }
}
