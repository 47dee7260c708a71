//! Three stories, walked in a browser as their readers walk them, each to a page that can be forwarded; and their pictures in the guide.
//!
//! Pictures are drawn anew by `RECHARGE_PICTURES=yes cargo test --test browser pictures`, and looked at: browsers draw letters otherwise from
//! version to version, so their bytes are compared with nothing.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::explored::{BURST, Explored, STUDY, ran, spend};

/// A picture of the guide: its name, the scenario, the state of the page, and the size of the window.
const PICTURES: [(&str, &str, &str, [u32; 2]); 4] = [
    ("explore", BURST, "recharge.packs=3", [1200, 1180]),
    ("explore-customer", BURST, "recharge.packs=6", [390, 1500]),
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
         tries.find((one) => one.textContent === 'Try 6 packs at a time').click(); await until(() => sentence().startsWith('With')); see(sentence());
         see(figure('outages', 2) + '|' + figure('total_spend', 2));
         see(text('outage-note')); see(root().scrollWidth - root().clientWidth);
         const sent = await saved(); see(sent.getElementById('sentence').textContent === sentence());
         see(sent.querySelector('.finding').textContent === page.querySelector('.finding').textContent);
         see(sent.querySelector('.knob.moved label').textContent);",
    );
    let changed = ran(&[BURST, "--set", "recharge.packs=6"]);
    let today = ran(&[BURST]);
    assert!(seen[1].starts_with("Today: $600.00 in 31 days; 34.8% of the tasks"), "{seen:?}");
    assert_eq!(seen[2..6], ["2", "true", "true", "true"], "{seen:?}");
    assert!(seen[6].split('|').any(|one| one == "Try 6 packs at a time"), "{seen:?}");
    assert!(seen[7].starts_with("With 6 packs at a time: $1,560.00 more, no outage"), "{seen:?}");
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
        let picture = Picture::read(&bytes);
        assert_eq!([picture.width, picture.height], [width, height], "{name}");
        let colours = picture.colours();
        assert!(colours.iter().all(|&many| many > FEWEST_COLOURS), "{name} is blank: {colours:?}");
    }
}

/// Anti-aliased letters alone have more colours than this in a quarter of a picture, and a plain area has one.
const FEWEST_COLOURS: usize = 20;

/// A picture without transparency.
struct Picture {
    width: u32,
    height: u32,
    /// Three bytes a pixel.
    pixels: Vec<u8>,
}

impl Picture {
    /// Decodes a PNG of 8 bits a colour that is not interlaced.
    fn read(png: &[u8]) -> Picture {
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        let (width, height) = (number(16), number(20));
        assert_eq!(png[24..29], [8, 2, 0, 0, 0], "8 bits a colour, three colours, not interlaced");
        let (mut packed, mut at) = (Vec::new(), 8);
        while at < png.len() {
            let length = number(at) as usize;
            if &png[at + 4..at + 8] == b"IDAT" {
                packed.extend(&png[at + 8..at + 8 + length]);
            }
            at += length + 12;
        }
        let mut lines = Vec::new();
        flate2::read::ZlibDecoder::new(&*packed).read_to_end(&mut lines).unwrap();
        let line = width as usize * 3;
        let mut pixels: Vec<u8> = Vec::with_capacity(line * height as usize);
        for filtered in lines.chunks(line + 1) {
            let above = pixels.len().checked_sub(line);
            let begin = pixels.len();
            for (place, &byte) in filtered[1..].iter().enumerate() {
                let left = if place >= 3 { pixels[begin + place - 3] } else { 0 };
                let up = above.map_or(0, |above| pixels[above + place]);
                let corner =
                    above.filter(|_| place >= 3).map_or(0, |above| pixels[above + place - 3]);
                pixels.push(byte.wrapping_add(predicted(filtered[0], left, up, corner)));
            }
        }
        Picture { width, height, pixels }
    }

    /// How many colours there are in each quarter of its height.
    fn colours(&self) -> Vec<usize> {
        let quarter = (self.height as usize).div_ceil(4) * self.width as usize * 3;
        let distinct = |part: &[u8]| part.chunks(3).collect::<BTreeSet<_>>().len();
        self.pixels.chunks(quarter).map(distinct).collect()
    }
}

/// The byte that a filter of PNG foretells from its neighbours.
fn predicted(filter: u8, left: u8, up: u8, corner: u8) -> u8 {
    match filter {
        0 => 0,
        1 => left,
        2 => up,
        3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
        _ => {
            let [a, b, c] = [left, up, corner].map(i16::from);
            let distance = |one: i16| (a + b - c - one).abs();
            *[left, up, corner].iter().min_by_key(|&&one| distance(i16::from(one))).unwrap()
        }
    }
}

/// Draws the page once it has answered, with all futures where it draws them. A browser without a screen takes the picture
/// when its clock has run down, which it does while the engine is compiled, unless something waits for that; and it draws what
/// it has scrolled to as nothing, unless that is in a frame.
fn draw(browser: &Path, scenario: &str, hash: &str, [width, height]: [u32; 2], file: &Path) {
    let page = Explored::new(&[scenario]);
    let frame = page.path().with_file_name("frame.html");
    let framed = format!(
        "<!DOCTYPE html><body style=\"margin:0\"><iframe style=\"border:0;display:block\" width={width} height={height} \
         src=\"page.html#{}\"></iframe><script>const seen=()=>{{const page=document.querySelector('iframe').contentDocument;\
         return page&&page.documentElement.dataset.ready&&(!{}||+page.getElementById('spend').dataset.fan>=200)}};\
         const wait=()=>{{if(!seen())setTimeout(wait,4)}};wait()</script>",
        hash.replace('&', "&amp;"),
        scenario == STUDY
    );
    fs::write(&frame, framed).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let drawn = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--allow-file-access-from-files",
        ])
        .arg("--virtual-time-budget=100000000")
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", file.display()))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", frame.display()))
        .output();
    assert!(drawn.unwrap().status.success());
}
