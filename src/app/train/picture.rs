//! The picture of the stack, and the figures that it has.

use super::settings;
use super::stack::{self, Arrow, HEIGHT, Map, Picture};
use super::state::use_training;
use crate::app::components::{SavePicture, Term};
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::config::NetworkConfig;
use leptos::prelude::*;

/// The network as it is chosen now.
#[component]
pub fn StackPicture() -> impl IntoView {
    let training = use_training();
    let network = memo(move |_| training.address.state.with(|state| settings::network(&state.train)));
    // While a setting is impossible the last possible picture stays, faded, with the sentence above it.
    let drawn = memo(move |last: Option<&Option<Picture>>| {
        network.with(|network| stack::picture(network).ok()).or_else(|| last.cloned().flatten())
    });
    let impossible = memo(move |_| network.with(|network| network.parameters().is_err()));
    let sentence = move || {
        let problems = training.address.state.with(|state| settings::problems(&state.train));
        problems.first().filter(|_| impossible.get()).map(|problem| problem.message.clone())
    };
    let parameters = move || network.with(NetworkConfig::parameters).map_or(format::NONE.to_owned(), format::count);
    let degree =
        move || network.with(|network| network.degree().map_or_else(|| "no polynomial".to_owned(), format::count));
    view! {
        <div class="panel stack" data-picture="" data-testid="stack-picture">
            <dl class="figures">
                <div><dt>"Parameters"</dt><dd data-testid="train-parameters">{live(parameters)}</dd></div>
                <div>
                    <dt>
                        <Term
                            word="Degree"
                            meaning="The whole network is one polynomial of the pixels. This is its degree: the orders of all levels multiplied."
                        />
                    </dt>
                    <dd data-testid="train-degree">{live(degree)}</dd>
                </div>
                <p class="problem" role="status" data-testid="stack-problem">{live(sentence)}</p>
            </dl>
            <div class="stack-scroll" class:faded=move || impossible.get() tabindex="0" role="region" aria-label="Picture of the network">
                {move || drawn.get().map(|picture| view! { <Drawing picture/> })}
            </div>
            <SavePicture id="network"/>
        </div>
    }
}

#[component]
fn Drawing(picture: Picture) -> impl IntoView {
    let width = picture.width;
    let next_taps = picture.maps.iter().skip(1).map(Some).chain([None]);
    let zooms = picture.maps.iter().zip(next_taps).map(|(map, next)| zoom(map, next)).collect_view();
    let outputs = (0..10).map(|digit| {
        let y = 6.0 + f64::from(digit) * 13.0;
        view! {
            <rect class="output" x=picture.outputs_x y=y width="10" height="10" rx="2"/>
            <text class="digit" x=picture.outputs_x + 15.0 y=y + 9.0>{digit}</text>
        }
    });
    view! {
        <svg class="stack-svg" viewBox=format!("0 0 {width:.0} {HEIGHT}") role="img" aria-label=picture.text.clone()>
            {picture.maps.iter().map(map_view).collect_view()}
            {zooms}
            {picture.arrows.iter().map(arrow_view).collect_view()}
            {outputs.collect_view()}
        </svg>
    }
}

/// A square of cells, its channels behind it, one cluster marked.
fn map_view(map: &Map) -> impl IntoView + use<> {
    let Map { x, y, side, cells, shadows, ref taps, ref label } = *map;
    let cell = side / cells as f64;
    let behind = (1..=shadows).rev().map(|layer| {
        let shift = layer as f64 * 4.0;
        view! { <rect class="sheet" x=x + shift y=y - shift width=side height=side/> }
    });
    let lines = (1..cells).map(|line| {
        let at = line as f64 * cell;
        view! {
            <line class="cells" x1=x + at x2=x + at y1=y y2=y + side/>
            <line class="cells" x1=x x2=x + side y1=y + at y2=y + at/>
        }
    });
    let marks = taps.iter().map(|&(row, column)| {
        let (left, top) = (x + column as f64 * cell, y + row as f64 * cell);
        view! { <rect class="tap" x=left y=top width=cell height=cell/> }
    });
    view! {
        {behind.collect_view()}
        <rect class="sheet" x=x y=y width=side height=side/>
        {lines.collect_view()}
        {marks.collect_view()}
        <text class="size" x=x + side / 2.0 y=y + side + 16.0 text-anchor="middle">{label.clone()}</text>
    }
}

/// Lines from a cluster to the value that it becomes in the next map.
fn zoom(map: &Map, next: Option<&Map>) -> Option<impl IntoView + use<>> {
    let next = next?;
    let cell = map.side / map.cells as f64;
    let target = next.side / next.cells as f64;
    let corners = map.taps.iter().map(|&(row, column)| {
        let (x, y) = (map.x + (column as f64 + 0.5) * cell, map.y + (row as f64 + 0.5) * cell);
        view! { <line class="ray" x1=x y1=y x2=next.x + target / 2.0 y2=next.y + target / 2.0/> }
    });
    let corners = corners.collect_view();
    let value = (!map.taps.is_empty()).then(|| {
        view! { <rect class="value" x=next.x y=next.y width=target height=target/> }
    });
    Some(view! { {corners}{value} })
}

fn arrow_view(arrow: &Arrow) -> impl IntoView + use<> {
    let Arrow { from, to, y, ref lines } = *arrow;
    let middle = f64::midpoint(from, to);
    let words = lines.iter().enumerate().map(|(index, line)| {
        view! { <text class="operation" x=middle y=y + 14.0 + index as f64 * 13.0 text-anchor="middle">{line.clone()}</text> }
    });
    let words = words.collect_view();
    view! {
        <path class="arrow" d=format!("M{from:.1} {y:.1}H{:.1}m-5 -4l5 4l-5 4", to)/>
        {words}
    }
}
