//! Charts of studies on made-up runs: what they show, what they leave out, and that they work in
//! every corner: one candidate, ten thousand, all the same, nothing refused, nothing feasible,
//! names of any kind.

use super::*;
use crate::figures::Figure;
use crate::inquiry::judged::luck;
use crate::report::made::{Did, Made};
use crate::study::Constraint;

impl Made {
    fn charts(&self) -> Vec<Chart> {
        self.told(of_study)
    }

    fn chart(&self, name: &str) -> Option<Chart> {
        self.charts().into_iter().find(|chart| chart.name == name)
    }
}

/// Spend and refusals that differ by candidate: later ones cost more and refuse less.
fn usual(index: usize, replication: usize) -> Did {
    let place = index as f64;
    [40.0 + place * 3.0 + luck(replication), 40.0 / (1.0 + place), (index % 5) as f64 * 10.0]
}

/// An attribute of an element, as a number.
fn attribute(element: &str, name: &str) -> Option<f64> {
    let (_, rest) = element.split_once(&format!("{name}=\""))?;
    rest.split('"').next()?.parse().ok()
}

/// No text of a chart crosses an edge of its sheet.
fn stays_inside(svg: &str, width: Width) {
    for element in svg.split("<text ").skip(1) {
        let (tag, text) = element.split_once('>').unwrap();
        let text = text.split_once("</text>").unwrap().0;
        let bold = tag.contains("bold");
        let size = attribute(tag, "font-size").unwrap() / sheet::FINE;
        let letters = letters::Letters { size, bold, ..letters::Letters::LABEL };
        let (x, long) = (attribute(tag, "x").unwrap() / sheet::FINE, letters.width(text));
        let left = match tag {
            tag if tag.contains("middle") => x - long / 2.0,
            tag if tag.contains("end") => x - long,
            _ => x,
        };
        let inside = left >= -0.5 && left + long <= width.pixels() + 0.5;
        // Entities are longer than the letters they represent.
        assert!(inside || text.contains('&'), "{text}: {left} to {}", left + long);
    }
}

fn sound(chart: &Chart) {
    stays_inside(&chart.wide, Width::Wide);
    stays_inside(&chart.narrow, Width::Narrow);
    for svg in [&chart.wide, &chart.narrow] {
        for wrong in ["NaN", "inf", "2147483647", "<script"] {
            assert!(!svg.contains(wrong), "{}: {wrong}\n{svg}", chart.name);
        }
        let opened = svg.matches('<').count() - svg.matches("</").count();
        assert_eq!(opened, svg.matches("</").count() + svg.matches("/>").count(), "{}", chart.name);
        assert!(svg.len() < 150_000, "{}: {} bytes", chart.name, svg.len());
    }
    assert!(!chart.title.is_empty() && !chart.description.is_empty());
}

#[test]
fn every_corner_draws() {
    let fill = vec![Constraint::FillRateAtLeast(0.999)];
    let grid = |index: usize| {
        vec![
            ("recharge.at_or_below", (index % 3 * 100).to_string()),
            ("recharge.package", ["a", "b"][index / 3 % 2].to_owned()),
        ]
    };
    let corners = [
        ("one alone", Made::new(1, 20, vec![], usual)),
        ("one replication", Made::new(6, 1, vec![], usual).set(grid)),
        ("two replications", Made::new(6, 2, vec![], usual).set(grid)),
        ("all the same", Made::new(6, 20, vec![], |_, _| [40.0, 0.0, 0.0]).set(grid)),
        ("nothing spent", Made::new(6, 20, vec![], |_, _| [0.0, 0.0, 0.0]).set(grid)),
        ("nothing refused", Made::new(6, 20, vec![], |i, r| [usual(i, r)[0], 0.0, 0.0]).set(grid)),
        ("nothing kept", Made::new(6, 20, fill, usual).set(grid)),
        ("enormous", Made::new(6, 20, vec![], |i, r| usual(i, r).map(|x| x * 1e12)).set(grid)),
        ("tiny", Made::new(6, 20, vec![], |i, r| usual(i, r).map(|x| x * 1e-6)).set(grid)),
        ("64", Made::new(64, 20, vec![], usual)),
    ];
    for (what, made) in corners {
        let charts = made.charts();
        let spent = what != "nothing spent";
        let refuses =
            !["one alone", "all the same", "nothing spent", "nothing refused"].contains(&what);
        assert_eq!(charts.iter().any(|chart| chart.name == "frontier"), refuses, "{what}");
        assert_eq!(charts.iter().any(|chart| chart.name == "costs"), spent, "{what}");
        charts.iter().for_each(sound);
        assert_eq!(charts, made.charts(), "{what}: the same bytes again");
    }
}

#[test]
fn ten_thousand_candidates_make_a_picture_that_can_be_sent() {
    let did = |index: usize, replication: usize| {
        let (x, y) = ((index % 100) as f64, (index / 100) as f64);
        [40.0 + x + luck(replication), y, (index % 7) as f64]
    };
    let made = Made::new(10_000, 2, vec![], did).set(|index| {
        vec![
            ("recharge.at_or_below", (index % 100).to_string()),
            ("recharge.packs", (index / 100).to_string()),
        ]
    });
    let charts = made.charts();
    for chart in &charts {
        for svg in [&chart.wide, &chart.narrow] {
            let most = if chart.name == "settings" { 1_500_000 } else { 150_000 };
            assert!(svg.len() < most, "{}: {}", chart.name, svg.len());
            assert!(!svg.contains("NaN"));
        }
    }
    let frontier = charts.iter().find(|chart| chart.name == "frontier").unwrap();
    assert!(frontier.description.contains("one point stands for them"), "{}", frontier.description);
}

#[test]
fn the_frontier_names_what_is_set_and_what_is_advised() {
    let did = |index: usize, r: usize| match index {
        0 => [60.0 + luck(r), 5.0, 0.0],
        1 => [40.0 + luck(r), 0.0, 0.0],
        _ => [70.0 + luck(r), 9.0, 3.0],
    };
    let made = Made::new(5, 20, vec![], did);
    let chart = made.chart("frontier").unwrap();
    assert!(
        chart.title.starts_with(
            "Current spends a net $64.90 per cycle and refuses 5 credits, advised spends a net"
        ),
        "{}",
        chart.title
    );
    for svg in [&chart.wide, &chart.narrow] {
        assert!(svg.contains(">current</text>") && svg.contains(">advised</text>"));
        assert!(svg.contains(">beaten</text>") && !svg.contains("misses a constraint"));
    }
    let keep = Made::new(4, 20, vec![], |index, r| [40.0 + index as f64 * 9.0 + luck(r), 1.0, 0.0]);
    let chart = keep.chart("frontier").unwrap();
    assert!(chart.title.ends_with("none of 3 other candidates spends less without refusing more"));
    assert!(chart.wide.contains(">current, advised</text>"), "{}", chart.title);
}

#[test]
fn what_refuses_out_of_all_proportion_is_an_arrow_at_the_edge() {
    let did = |most: f64| {
        move |index: usize, r: usize| match index {
            9 => [90.0 + luck(r), most, 0.0],
            index => [40.0 + index as f64 + luck(r), 9.0 - index as f64, 0.0],
        }
    };
    let far = Made::new(10, 20, vec![], did(900.0)).chart("frontier").unwrap();
    assert!(far.wide.contains("Arrow: off the scale, refuses 900.</text>"), "{}", far.title);
    assert!(!far.wide.contains(">800</text>") && far.wide.contains(">9</text>"));
    let near = Made::new(10, 20, vec![], did(20.0)).chart("frontier").unwrap();
    assert!(!near.wide.contains("off the scale") && !near.wide.contains("polygon"));
}

#[test]
fn what_misses_a_constraint_is_told_apart() {
    let fill = vec![Constraint::FillRateAtLeast(0.985)];
    let made = Made::new(8, 20, fill, usual);
    let chart = made.chart("frontier").unwrap();
    assert!(chart.wide.contains("misses a constraint"));
    assert!(chart.description.contains("2 miss a constraint"), "{}", chart.description);
    let none = Made::new(8, 20, vec![Constraint::FillRateAtLeast(0.9999)], usual);
    let title = none.chart("frontier").unwrap().title;
    assert!(title.starts_with("No candidate keeps every constraint: "), "{title}");
}

#[test]
fn the_map_takes_the_two_settings_that_move_the_cost_most_and_says_what_it_holds() {
    // Three settings with two values each; the first hardly matters.
    let bit = |index: usize, place: usize| index >> place & 1;
    let did = |index: usize, r: usize| {
        let cost =
            bit(index, 0) as f64 * 0.1 + bit(index, 1) as f64 * 10.0 + bit(index, 2) as f64 * 20.0;
        [100.0 - cost + luck(r), 0.0, 0.0]
    };
    let made = Made::new(8, 20, vec![], did).set(|index| {
        vec![
            ("recharge.packs", (1 + bit(index, 0)).to_string()),
            ("recharge.package", ["a", "b"][bit(index, 1)].to_owned()),
            ("plan", ["p", "q"][bit(index, 2)].to_owned()),
        ]
    });
    let chart = made.chart("settings").unwrap();
    assert!(chart.title.starts_with("Plan moves the cost most: "), "{}", chart.title);
    let text = &chart.description;
    assert!(text.contains("for each plan and package"), "{text}");
    assert!(text.contains("Of 3 settings that were varied these two move it most"), "{text}");
    assert!(text.contains("the map holds 2 packs at a time, as in candidate 7"), "{text}");
    assert!(text.contains("Not on it: current, which has 1 pack at a time"), "{text}");
    for value in ["$104.80", "$94.80", "$84.80", "$74.80"] {
        assert!(chart.wide.contains(&format!(">{value}</text>")), "{value}");
    }
}

#[test]
fn another_figure_can_be_mapped() {
    let made = Made::new(6, 20, vec![], usual).set(|index| {
        vec![
            ("recharge.at_or_below", (index % 3 * 100).to_string()),
            ("recharge.package", ["a", "b"][index / 3].to_owned()),
        ]
    });
    for (figure, starts, cell) in [
        (Figure::FILL_RATE, "Package moves fill rate most: 97.6", ">96%</text>"),
        (
            Figure::EXPIRED,
            "Threshold moves expired most: 10 per cycle with a threshold of 200",
            ">40</text>",
        ),
    ] {
        let charts = made.told(|told| of_study(&StudyReport { map: figure, ..told.clone() }));
        let chart = charts.into_iter().find(|chart| chart.name == "settings").unwrap();
        assert!(chart.title.starts_with(starts), "{}", chart.title);
        assert!(chart.wide.contains(cell), "{}", chart.wide);
        sound(&chart);
    }
}

#[test]
fn one_setting_is_a_line_if_its_values_are_numbers_and_rows_if_they_are_words() {
    let course = Made::new(5, 20, vec![], usual)
        .set(|index| vec![("recharge.at_or_below", (index * 1_000).to_string())]);
    let chart = course.chart("settings").unwrap();
    assert!(chart.wide.contains("<polygon"), "a band");
    assert!(chart.wide.contains(">4,000</text>"), "{}", chart.wide);
    let rows = Made::new(3, 20, vec![], usual)
        .set(|index| vec![("recharge.package", ["a", "b", "<script>"][index].to_owned())]);
    let chart = rows.chart("settings").unwrap();
    assert!(!chart.wide.contains("<polygon"));
    assert!(chart.wide.contains(">b</text>") && chart.wide.contains("&lt;script&gt;"));
    sound(&chart);
}

#[test]
fn nothing_is_mapped_where_nothing_was_varied_or_most_of_the_map_is_empty() {
    assert!(Made::new(5, 20, vec![], usual).chart("settings").is_none());
    // Five named candidates on a diagonal: five of 25 cells.
    let sparse = Made::new(5, 20, vec![], usual).set(|index| {
        vec![
            ("recharge.at_or_below", (index * 100).to_string()),
            ("recharge.packs", (index + 1).to_string()),
        ]
    });
    assert!(sparse.chart("settings").is_none());
}

#[test]
fn the_distribution_names_its_quantiles() {
    let did = |index: usize, r: usize| [r as f64 + 20.0 - index as f64 * 10.0, 0.0, 0.0];
    let chart = Made::new(2, 101, vec![], did).chart("costs").unwrap();
    assert!(chart.wide.contains("p5 $25.00 · median $70.00 · p95 $115.00"), "{}", chart.title);
    assert!(chart.wide.contains("p5 $15.00 · median $60.00 · p95 $105.00"), "{}", chart.title);
    assert!(chart.description.contains("101 cycles of current"), "{}", chart.description);
    let always = Made::new(1, 9, vec![], |_, _| [19.0, 0.0, 0.0]).chart("costs").unwrap();
    assert_eq!(always.title, "Spend in a cycle: current always $19.00");
}

#[test]
fn names_of_any_length_and_letters_stay_inside_and_are_text() {
    let long = "<script>alert(1)</script> a name that goes on and on ".repeat(20);
    let made = Made::new(4, 20, vec![], |index, r| [60.0 - 5.0 * index as f64 + luck(r), 0.0, 0.0])
        .named(3, &long)
        .named(0, &long.to_uppercase())
        .set(|index| vec![("recharge.package", format!("{index}{long}"))]);
    for chart in made.charts() {
        for svg in [&chart.wide, &chart.narrow] {
            // Titles and descriptions may be long; the drawing is not.
            let drawn = svg.split_once("</desc>").unwrap().1;
            assert!(!svg.contains("<script") && !svg.contains("<SCRIPT"), "{}", chart.name);
            let texts = drawn.split("<text").skip(1).filter_map(|text| text.split_once('>'));
            for (_, text) in texts {
                let text = text.split_once("</text>").unwrap().0;
                assert!(text.len() < 250, "{}: {text}", chart.name);
            }
        }
    }
}

#[test]
fn what_the_shades_of_a_map_mean_stays_on_a_phone() {
    let dear = |index: usize, r: usize| [1_000.0 * (index + 1) as f64 + luck(r), 0.0, 0.0];
    let made = Made::new(4, 20, vec![], dear).set(|index| {
        let name = |index: usize| ["a name that is long", "another long name"][index].to_owned();
        vec![("plan", name(index / 2)), ("recharge.package", name(index % 2))]
    });
    let chart = made.chart("settings").unwrap();
    assert!(chart.narrow.contains(" per cycle</text>"), "{}", chart.narrow);
    sound(&chart);
}
