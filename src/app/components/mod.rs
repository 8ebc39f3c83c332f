//! Parts that several rooms share: digits, charts, terms, progress, notices.
//!
//! Charts are our own SVG. The maintained library for leptos 0.8, leptos-chartistry 0.2.3, was looked at first: it has no
//! roles, names or keyboard access, its tooltip and legend are styled by inline `style` attributes with fixed colours
//! (which the page's content security policy refuses and a dark theme cannot change), and it is under the MPL.

mod axes;
mod bar_chart;
mod choice;
mod line_chart;
mod line_mark;
mod line_table;
mod notice;
mod pixel_image;
mod progress;
mod save_picture;
mod scale_legend;
mod signed_bar;
mod term;
mod way;

pub use axes::axes;
pub use bar_chart::BarChart;
pub use choice::{Choice, FieldName};
pub use line_chart::{LineChart, Series, Writer};
pub use line_mark::Mark;
pub use notice::{Notice, NoticeKind};
pub use pixel_image::{PixelImage, PixelScale, raster_values};
pub use progress::ProgressBar;
pub use save_picture::SavePicture;
pub use scale_legend::ScaleLegend;
pub use signed_bar::{SignedBar, bar_place};
pub use term::Term;
pub use way::{Change, Way};

use std::cell::Cell;

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// An element id that is used once.
pub fn unique_id(prefix: &str) -> String {
    LAST.with(|last| {
        last.set(last.get() + 1);
        format!("{prefix}-{}", last.get())
    })
}
