//! The digit on which the polynomial is checked, and which can be the expansion point.

use crate::app::at_hand::DigitAtHand;
use crate::app::draw::fetch_digits;
use crate::app::reactive::memo;
use crate::config::ExpansionPoint;
use crate::protocol::{ModelRef, Raster};
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The digit that was drawn last, or else the first test digit; and whether it is the visitor's own.
pub fn digit_at_hand() -> Memo<Option<(Raster, bool)>> {
    let drawn = use_context::<DigitAtHand>();
    let test_digit = RwSignal::new(None::<Raster>);
    crate::app::task::spawn(async move {
        // Without the file there is still the visitor's own digit.
        if let Ok(digits) = fetch_digits().await {
            let picture = digits.picture(0);
            let raster = Raster { width: picture.width, height: picture.height, pixels: picture.ink.clone() };
            test_digit.try_set(Some(raster));
        }
    });
    memo(move |_| {
        let own = drawn.and_then(|drawn| drawn.0.get()).map(|raster| (raster, true));
        own.or_else(|| test_digit.get().map(|raster| (raster, false)))
    })
}

/// What the figures of a network about a point are kept under: another drawing is another point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The network.
    pub network: ModelRef,
    /// The point.
    pub about: ExpansionPoint,
    /// Hash of the drawing, where it is the point.
    drawing: u64,
}

impl Key {
    /// The key of a network about a point; the drawing counts where it is the point.
    pub fn new(network: ModelRef, about: ExpansionPoint, digit: Memo<Option<(Raster, bool)>>) -> Self {
        let mut hasher = DefaultHasher::new();
        if about == ExpansionPoint::Drawing {
            digit.with(|digit| digit.as_ref().map(|(raster, _)| raster.pixels.hash(&mut hasher)));
        }
        Self { network, about, drawing: hasher.finish() }
    }
}
