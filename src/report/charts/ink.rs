//! The colours of charts, in light and in dark.
//!
//! Hues are those of Okabe and Ito, which readers with any kind of colour vision can distinguish,
//! dark enough to stand out from paper (3:1, WCAG 2.2, 1.4.11); adjacent areas also differ in
//! lightness, so that a grey print shows them. A chart is drawn in the light colours, and a style
//! sheet that matches exactly these turns them dark.

use plotters::style::RGBColor;

/// The ink of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The ground.
    Paper,
    /// Text that carries the message.
    Text,
    /// Secondary text: ticks, captions.
    Muted,
    /// The axis.
    Axis,
    /// Lines to read values by.
    Grid,
    /// The allowance, and what it costs: plan fees.
    Sky,
    /// Purchased by recharges.
    Blue,
    /// Purchased by hand.
    Orange,
    /// Recharges, as marks.
    Green,
    /// Failures: outages, refusals, declined charges.
    Vermillion,
    /// Waiting: verification.
    Purple,
}

impl Ink {
    /// All of them.
    pub const ALL: [Ink; 11] = [
        Ink::Paper,
        Ink::Text,
        Ink::Muted,
        Ink::Axis,
        Ink::Grid,
        Ink::Sky,
        Ink::Blue,
        Ink::Orange,
        Ink::Green,
        Ink::Vermillion,
        Ink::Purple,
    ];

    /// Its colour on light ground and on dark ground. The light ones are all different.
    fn hues(self) -> [u32; 2] {
        match self {
            Ink::Paper => [0xFF_FFFF, 0x15_181C],
            Ink::Text => [0x1B_1F24, 0xE8_EAED],
            Ink::Muted => [0x57_606A, 0xA8_B0BA],
            Ink::Axis => [0x8C_959F, 0x6E_7681],
            Ink::Grid => [0xE1_E4E8, 0x2D_333B],
            Ink::Sky => [0x2F_9BD6, 0x56_B4E9],
            Ink::Blue => [0x00_5B94, 0x1C_83C2],
            Ink::Orange => [0xC9_7B00, 0xE6_9F00],
            Ink::Green => [0x00_8A64, 0x1F_BF93],
            Ink::Vermillion => [0xD5_5E00, 0xF0_7A28],
            Ink::Purple => [0xCC_79A7, 0xD9_93BA],
        }
    }

    /// Its colour on light ground.
    pub fn colour(self) -> RGBColor {
        let [red, green, blue] = parts(self.hues()[0]);
        RGBColor(red, green, blue)
    }

    /// Its colour on light ground, in the syntax of SVG and style sheets.
    pub fn css(self) -> String {
        css(self.hues()[0])
    }
}

/// A hue in the syntax of a style sheet.
fn css(hue: u32) -> String {
    let [red, green, blue] = parts(hue);
    format!("#{red:02X}{green:02X}{blue:02X}")
}

fn parts(hue: u32) -> [u8; 3] {
    let [_, red, green, blue] = hue.to_be_bytes();
    [red, green, blue]
}

/// The style sheet of a chart: the letters, and the dark colours for readers who prefer dark.
pub fn style() -> String {
    let mut dark = String::new();
    for ink in Ink::ALL {
        let [light, other] = ink.hues();
        if light == other {
            continue;
        }
        let (light, other) = (css(light), css(other));
        dark.push_str(&format!(
            ".chart [fill=\"{light}\"]{{fill:{other}}}.chart [stroke=\"{light}\"]{{stroke:{other}}}"
        ));
    }
    format!("@media (prefers-color-scheme:dark){{{dark}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_has_a_light_colour_of_its_own_so_that_the_style_sheet_finds_it() {
        for (i, a) in Ink::ALL.iter().enumerate() {
            for b in &Ink::ALL[i + 1..] {
                assert_ne!(a.hues()[0], b.hues()[0], "{a:?} {b:?}");
            }
        }
    }

    /// Relative luminance after WCAG 2.
    fn luminance(hue: u32) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = parts(hue).map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_its_ground_in_light_and_dark() {
        for side in [0, 1] {
            let paper = Ink::Paper.hues()[side];
            for ink in [Ink::Text, Ink::Muted] {
                assert!(contrast(ink.hues()[side], paper) >= 4.5, "{ink:?} {side}");
            }
        }
    }

    #[test]
    fn marks_stand_out_from_their_ground_in_light_and_dark() {
        for side in [0, 1] {
            let paper = Ink::Paper.hues()[side];
            let data = [Ink::Sky, Ink::Blue, Ink::Orange, Ink::Green, Ink::Vermillion, Ink::Purple];
            for ink in data.into_iter().chain([Ink::Axis]) {
                assert!(contrast(ink.hues()[side], paper) >= 3.0, "{ink:?} {side}");
            }
        }
    }

    #[test]
    fn areas_that_meet_differ_in_grey() {
        for side in [0, 1] {
            let grey = |ink: Ink| luminance(ink.hues()[side]);
            assert!(grey(Ink::Sky) - grey(Ink::Blue) > 0.15);
            assert!(grey(Ink::Orange) - grey(Ink::Blue) > 0.15);
        }
    }
}
