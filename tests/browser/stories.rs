//! Three stories, walked in a browser as their readers walk them, each to a page that can be forwarded; and their pictures in the guide.
//!
//! Pictures are drawn anew by `RECHARGE_PICTURES=yes cargo test --test browser pictures`, and looked at: browsers draw letters otherwise from
//! version to version, so their bytes are compared with nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::explored::{BURST, Explored, STUDY, ran, spend};

/// A picture of the guide: its name, the scenario, the state of the page, and the size of the window.
const PICTURES: [(&str, &str, &str, [u32; 2]); 4] = [
    ("explore", BURST, "recharge.packs=3", [1200, 1180]),
    ("explore-customer", BURST, "recharge.packs=4", [390, 1500]),
    (
        "explore-budget",
        STUDY,
        "usage.scale=1.25&usage.growth_per_month=2%25&budget=70&section=spend-part",
        [1000, 1300],
    ),
    (
        "explore-threshold",
        STUDY,
        "recharge.at_or_below=300&recharge.package=9000&pinned=recharge.at_or_below%3D300",
        [1000, 1180],
    ),
];

/// A customer success manager, on the phone: why is the customer out of tasks, and what helps?
pub fn a_customer_who_is_out_of_tasks_is_told_why_and_sent_a_page(browser: &Path) {
    let seen = Explored::new(&[BURST]).seen(
        browser,
        390,
        "",
        "see(page.querySelector('.finding').textContent); see(count(page.querySelectorAll('.advice')));
         // The first outage stands under \"step by step\", with the cap that caused it.
         await until(() => text('step').includes('outage opened')); see(/Balance [\\d,.]+.*; auto-recharge is/.test(text('step')));
         see(text('caps').includes('4 recharges a day4 of 4 used'));
         see(count(page.querySelectorAll('#causes rect.capped')) > 0);
         const tries = [...page.querySelectorAll('#trials button')]; see(tries.map((one) => one.textContent).join('|'));
         tries.find((one) => one.textContent === 'Try 4 packs at a time').click(); await until(() => sentence().startsWith('With')); see(sentence());
         see(figure('outages', 2) + '|' + figure('total_spend', 2));
         see(text('outage-note')); see(root().scrollWidth - root().clientWidth);
         const sent = await saved(); see(sent.getElementById('sentence').textContent === sentence());
         see(sent.querySelector('.finding').textContent === page.querySelector('.finding').textContent);
         see(sent.querySelector('.knob.moved label').textContent);",
    );
    let changed = ran(&[BURST, "--set", "recharge.packs=4"]);
    let today = ran(&[BURST]);
    assert!(seen[1].starts_with("Today: $600.00 in 31 days; 34.6% of the tasks"), "{seen:?}");
    assert_eq!(seen[2..6], ["2", "true", "true", "true"], "{seen:?}");
    assert!(seen[6].split('|').any(|one| one == "Try 4 packs at a time"), "{seen:?}");
    assert!(seen[7].starts_with("With 4 packs at a time: $1,640.00 more, no outage"), "{seen:?}");
    assert_eq!(seen[8], format!("{}|{}", changed["outages"], spend(&changed)));
    assert_eq!((&today["outages"], &changed["outages"]), (&3.into(), &0.into()));
    let last = ["With the change there is none.", "0", "true", "true", "packs at a time", "done"];
    assert_eq!(seen[9..], last, "{seen:?}");
}

/// Finance: what does next year cost, if usage grows, and how likely is it to be more than the budget?
pub fn a_budget_for_next_year_is_planned_and_sent_as_a_link(browser: &Path) {
    let seen = Explored::new(&[STUDY]).seen(
        browser,
        1200,
        "",
        "slide('usage level', 'usage.scale=1.25'); slide('growth a month', 'usage.growth_per_month=2%');
         await until(() => sentence().includes('growth')); see(figure('total_spend', 2));
         see(count(page.querySelectorAll('#months tbody tr')) + '|' + count(page.querySelectorAll('#month-bars .column.change')));
         const input = page.getElementById('budget'); input.value = 70; input.dispatchEvent(new Event('input', { bubbles: true }));
         await until(() => +page.getElementById('spend').dataset.fan >= 200);
         see(text('futures-said').split('.')[0]); see(/^More than \\$70 a cycle on average: in \\d+ of 200 futures today, in \\d+ of 200 with the change\\.$/.test(text('budget-said')) || text('budget-said'));
         see(/^At the end nine of ten of 200 futures have spent \\$[\\d,.]+ to \\$[\\d,.]+; today \\$[\\d,.]+ to \\$[\\d,.]+\\.$/.test(text('fan-said')) || text('fan-said'));
         see(count(page.querySelectorAll('#spend .band')));
         see(page.getElementById('command').textContent);
         const sent = await linked(); see(sent.getElementById('sentence').textContent === sentence());
         see(sent.getElementById('budget').value);",
    );
    let set = ["usage.scale=1.25", "usage.growth_per_month=2%"];
    let changed = ran(&[STUDY, "--set", set[0], "--set", set[1]]);
    let command = format!("recharge run {STUDY} --set {} --set {}", set[0], set[1]);
    let wanted = [
        "yes",
        &spend(&changed),
        "12|12",
        "200 futures, 95% intervals",
        "true",
        "true",
        "2",
        &command,
        "true",
        "70",
        "done",
    ];
    assert_eq!(seen, wanted);
}

/// A product manager: another threshold, and then another package with it.
pub fn a_threshold_is_moved_pinned_and_compared_and_sent_as_a_page(browser: &Path) {
    let seen = Explored::new(&[STUDY, "--vendor", "product-classifier"]).seen(
        browser,
        1200,
        "",
        "slide('threshold', 'recharge.at_or_below=300'); await until(() => sentence().startsWith('With'));
         const first = figure('total_spend', 2); click('pin'); await until(() => text('pinned').startsWith('Pinned'));
         see(text('pinned')); see(text('pin'));
         slide('package', 'recharge.package=9000'); await until(() => sentence().includes('9,000'));
         see(figure('total_spend', 2) === first); see(figure('total_spend', 3)); see(text('pin'));
         see(count(page.querySelectorAll('#balance .line')));
         // A closer look stays in the address too.
         click('closer'); await until(() => !page.getElementById('whole').disabled);
         see(/&zoom=\\d+~\\d+$/.test(frame.contentWindow.location.hash));
         const sent = await saved(); await until(() => sent.getElementById('pinned').textContent);
         see(sent.getElementById('pinned').textContent); see(sent.getElementById('whole').disabled);
         see(sent.getElementById('sentence').textContent === sentence());
         click('undo'); await until(() => !sentence().includes('9,000')); see(sentence().startsWith('With'));",
    );
    let vendor = ["--set", "recharge.at_or_below=300"];
    let changed = ran(&[&[STUDY][..], &vendor, &["--set", "recharge.package=9000"]].concat());
    let wanted = [
        "yes",
        "Pinned: threshold 300.",
        "Unpin",
        "true",
        &spend(&changed),
        "Pin and compare",
        "4",
        "true",
        "Pinned: threshold 300.",
        "false",
        "true",
        "true",
        "done",
    ];
    assert_eq!(seen, wanted);
}

fn guides() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides")
}

/// Draws the pictures where that is asked for, and looks whether the guide shows each.
pub fn the_pictures_of_the_guide_are_there_and_small(browser: &Path) {
    let guide = fs::read_to_string(guides().join("explore.md")).unwrap();
    for (name, scenario, hash, [width, height]) in PICTURES {
        let file = guides().join(format!("{name}.png"));
        if env::var_os("RECHARGE_PICTURES").is_some() {
            draw(browser, scenario, hash, [width, height], &file);
        }
        assert!(guide.contains(&format!("]({name}.png)")), "{name}");
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 250_000, "{name}: {}", bytes.len());
    }
}

fn draw(browser: &Path, scenario: &str, hash: &str, [width, height]: [u32; 2], file: &Path) {
    let page = Explored::new(&[scenario]);
    let profile = tempfile::tempdir().unwrap();
    let drawn = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
        ])
        .arg("--virtual-time-budget=60000")
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", file.display()))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}#{hash}", page.path().display()))
        .output();
    assert!(drawn.unwrap().status.success());
}
