//! Files of the distillation, fetched by the page itself: text, and sprites as grey values.

use super::pixels::SIDE;
use crate::app::off_screen;
use crate::app::slices::Slices;
use crate::config::{CLASSES, Partition};
use crate::number;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Rows of images that are read at once; a whole sprite is taller than the canvas of some browsers may be.
const STRIP: usize = 60;

/// Address of a file of a distillation.
pub fn address(partition: Partition, file: &str) -> String {
    format!("{}/{file}", partition.folder())
}

async fn fetched(partition: Partition, file: &str) -> Option<Response> {
    let answer = JsFuture::from(window().fetch_with_str(&address(partition, file))).await.ok()?;
    answer.dyn_into().ok().filter(Response::ok)
}

/// A file of text.
pub async fn text(partition: Partition, file: &str) -> Option<String> {
    JsFuture::from(fetched(partition, file).await?.text().ok()?).await.ok()?.as_string()
}

/// The grey values of a sprite, row by row.
pub async fn sprite(partition: Partition, file: &str) -> Option<Vec<u8>> {
    let blob = JsFuture::from(fetched(partition, file).await?.blob().ok()?).await.ok()?;
    let bitmap = off_screen::bitmap(blob.unchecked_ref()).await?;
    let (width, height) = (number::to_u32(CLASSES * SIDE), bitmap.height());
    let strip = number::to_u32(STRIP * SIDE);
    let (_, context) = off_screen::canvas(width, strip)?;
    let mut grey = Vec::with_capacity((width * height) as usize);
    let mut slices = Slices::begin();
    for top in (0..height).step_by(strip as usize) {
        context.draw_image_with_image_bitmap(&bitmap, 0.0, -f64::from(top)).ok()?;
        let rows = strip.min(height - top);
        let rgba = context.get_image_data(0.0, 0.0, width.into(), rows.into()).ok()?.data();
        grey.extend(rgba.chunks_exact(4).map(|pixel| pixel[0]));
        slices.pause().await;
    }
    bitmap.close();
    Some(grey)
}
