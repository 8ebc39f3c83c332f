//! What the networks really get: the drawing in 28x28 and in 7x7.

use super::state::use_draw;
use crate::app::components::{PixelImage, SavePicture, raster_values};
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::protocol::{ModelRef, Raster};
use leptos::prelude::*;

/// The two images. The frames stand there from the beginning, so that nothing moves when the first answer comes.
#[component]
pub fn Seen() -> impl IntoView {
    let state = use_draw();
    let image = move |pick: fn(&super::state::Answer) -> &Raster| {
        Signal::derive(move || state.answer(0).map_or_else(Vec::new, |answer| raster_values(pick(&answer))))
    };
    let image_28 = image(|answer| &answer.image_28);
    let image_7 = image(|answer| &answer.image_7);
    let is_small = memo(move |_| {
        let name = |models: &Vec<ModelRef>| models.first()?.name().map(|name| name.ends_with("-7"));
        state.models.with(name).unwrap_or(false)
    });
    view! {
        <section class="draw-seen" aria-labelledby="draw-seen-title" data-picture="">
            <h2 id="draw-seen-title">"What the network gets"</h2>
            <div class="draw-images">
                <figure data-testid="draw-input-28" data-pixels=move || pixels(&image_28.get())>
                    {move || {
                        view! {
                            <PixelImage
                                width=28
                                height=28
                                values=image_28
                                zoom=state.zoom.get()
                                label="The drawing as an image of 28 by 28 pixels: fitted into 20 by 20, centred by its mass"
                            />
                        }
                    }}
                    <Caption size="28×28" is_input=Signal::derive(move || !is_small.get())/>
                </figure>
                <figure data-testid="draw-input-7" data-pixels=move || pixels(&image_7.get())>
                    {move || {
                        view! {
                            <PixelImage
                                width=7
                                height=7
                                values=image_7
                                zoom=4 * state.zoom.get()
                                label="The same image reduced to 7 by 7 pixels"
                            />
                        }
                    }}
                    <Caption size="7×7" is_input=is_small.into()/>
                </figure>
            </div>
            <SavePicture id="input"/>
        </section>
    }
}

#[component]
fn Caption(
    /// Size of the image.
    size: &'static str,
    /// Whether the chosen network gets this one.
    is_input: Signal<bool>,
) -> impl IntoView {
    view! {
        <figcaption>
            {size} {move || is_input.get().then(|| view! { <span class="used">" · input of this network"</span> })}
        </figcaption>
    }
}

/// Number of pixels with ink, for tests: `0` while there is no image.
fn pixels(values: &[f32]) -> String {
    values.iter().filter(|&&value| value > 0.0).count().to_string()
}
