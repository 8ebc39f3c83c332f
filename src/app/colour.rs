//! Colours that carry numbers: one diverging scale for signed values, one palette for the ten classes.
//!
//! Colours of the page itself are tokens in `web/style.css`; these here depend on data and are needed in canvases too.
//! Zero is transparent, so the neutral of the scale is the surface below it, near-white or near-black.
//! Blue and orange differ in hue for every common kind of colour blindness and have equal weight on both surfaces.

use crate::number;

/// A colour with opacity, each channel 0..=255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgba {
    /// Red, green, blue, opacity.
    pub channels: [u8; 4],
}

impl Rgba {
    /// The colour as CSS writes it.
    pub fn css(self) -> String {
        let [red, green, blue, alpha] = self.channels;
        format!("rgb({red} {green} {blue} / {:.3})", f64::from(alpha) / 255.0)
    }
}

const NEGATIVE: [u8; 3] = [38, 118, 196];
const POSITIVE: [u8; 3] = [222, 108, 20];
const INK: [u8; 3] = [0, 0, 0];

/// White paper, for pictures that leave the page.
pub const PAPER: Rgba = Rgba { channels: [255, 255, 255, 255] };

/// Diverging scale: blue for -1, nothing for 0, orange for +1; values outside are cut off, not-a-number is nothing.
///
/// ```
/// # #[cfg(feature = "app")] {
/// use taylornet_explorer::app::colour::diverging;
/// assert_eq!(diverging(0.0).channels[3], 0);
/// # }
/// ```
pub fn diverging(value: f64) -> Rgba {
    let [red, green, blue] = if value < 0.0 { NEGATIVE } else { POSITIVE };
    let strength = if value.is_finite() { value.abs().min(1.0) } else { 0.0 };
    // A little less than linear in opacity: small values stay visible.
    Rgba { channels: [red, green, blue, number::whole((strength.powf(0.8) * 255.0).round())] }
}

/// Grey values of an image: nothing for 0, full ink for 1. Dark surfaces invert the canvas as a whole.
pub fn ink(value: f64) -> Rgba {
    let strength = if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    Rgba { channels: [INK[0], INK[1], INK[2], number::whole((strength * 255.0).round())] }
}

/// Sequential scale for counts and shares: nothing for 0, full accent blue for 1.
pub fn sequential(value: f64) -> Rgba {
    diverging(-value.clamp(0.0, 1.0))
}

const CLASSES: [[u8; 3]; 10] = [
    [52, 120, 190],
    [214, 100, 20],
    [40, 138, 82],
    [200, 60, 70],
    [134, 98, 190],
    [142, 96, 70],
    [204, 88, 150],
    [112, 118, 126],
    [140, 130, 28],
    [22, 140, 152],
];

/// Colour of a class, at least 3:1 against both surfaces; wraps after ten. Never the only carrier of a meaning.
pub fn class(index: usize) -> Rgba {
    let [red, green, blue] = CLASSES[index % CLASSES.len()];
    Rgba { channels: [red, green, blue, 255] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
    }

    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    const LIGHT: [u8; 3] = [251, 251, 249];
    const DARK: [u8; 3] = [20, 21, 24];

    #[test]
    fn the_scale_is_symmetric_monotonic_and_cut_off() {
        assert_eq!(diverging(0.0).channels[3], 0);
        assert_eq!(diverging(f64::NAN).channels[3], 0);
        assert_eq!(diverging(7.0), diverging(1.0));
        assert_ne!(diverging(0.5).channels[..3], diverging(-0.5).channels[..3]);
        let mut last = 0;
        for step in 1..=20 {
            let alpha = diverging(f64::from(step) / 20.0).channels[3];
            assert_eq!(alpha, diverging(f64::from(-step) / 20.0).channels[3]);
            assert!(alpha > last);
            last = alpha;
        }
    }

    #[test]
    fn both_ends_have_the_same_weight_on_both_surfaces() {
        for surface in [LIGHT, DARK] {
            let (negative, positive) = (contrast(NEGATIVE, surface), contrast(POSITIVE, surface));
            assert!(negative > 3.0 && positive > 3.0, "{negative} {positive}");
            assert!((negative / positive).max(positive / negative) < 1.6, "{negative} {positive}");
        }
    }

    #[test]
    fn classes_are_visible_on_both_surfaces_and_distinct() {
        for (index, &colour) in CLASSES.iter().enumerate() {
            assert!(contrast(colour, LIGHT) > 3.0, "{index} {}", contrast(colour, LIGHT));
            assert!(contrast(colour, DARK) > 3.0, "{index} {}", contrast(colour, DARK));
            for other in &CLASSES[..index] {
                let distance: i32 = colour.iter().zip(other).map(|(&a, &b)| (i32::from(a) - i32::from(b)).pow(2)).sum();
                assert!(distance > 900, "{index} {colour:?} {other:?}");
            }
        }
    }

    #[test]
    fn css_text_is_valid() {
        assert_eq!(ink(1.0).css(), "rgb(0 0 0 / 1.000)");
        assert_eq!(ink(-3.0).css(), "rgb(0 0 0 / 0.000)");
        assert_eq!(class(12), class(2));
    }
}
