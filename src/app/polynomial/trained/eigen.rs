//! Eigen-digits: the second order of the class on view as a sum of squares, as images.

use super::digit::Key;
use super::eigen_curve::EigenCurve;
use super::job::{Job, JobControls};
use super::state::{MOST_PIXELS, use_trained};
use crate::app::components::{PixelImage, PixelScale, SavePicture, Term};
use crate::app::reactive::{effect_after, memo};
use crate::app::views::{live, view};
use crate::app::{expansion_point, format};
use crate::config::ExpansionPoint;
use crate::number;
use crate::protocol::{EigenImages, Event, Request};
use leptos::prelude::*;
use std::sync::Arc;

/// Eigen-digits of each sign that are shown.
const SHOWN: usize = 8;
/// Side of an image on screen, in CSS pixels: a multiple of 7 and of 28.
const SIDE: u32 = 84;

const MEANING: &str = "Eigenvectors of the symmetric matrix of all products of two pixels, drawn as images. With delta = x - x0 each adds its \
     eigenvalue times the square of its product with delta; all together are exactly order 2. A pattern and its negative say the same.";

/// One of them.
#[derive(Debug, Clone, PartialEq)]
struct EigenDigit {
    rank: usize,
    value: f64,
    vector: Vec<f32>,
    /// `lambda (v . delta)^2` for the digit at hand.
    share: Option<f64>,
}

/// Those of a class and sign, the strongest first.
fn of_class(images: &EigenImages, class: usize, speaks_for: bool) -> Vec<EigenDigit> {
    let (count, pixels) = (images.count as usize, images.point.len());
    let first = (class * 2 + usize::from(!speaks_for)) * count;
    let digits = (first..first + count.min(SHOWN)).filter_map(|place| {
        let value = images.values.get(place).copied().filter(|value| *value != 0.0)?;
        let vector = images.vectors.get(place * pixels..(place + 1) * pixels)?;
        let share = images.image.as_ref().map(|image| {
            let delta = image.iter().zip(images.point.iter()).map(|(x, x0)| x - x0);
            value * vector.iter().zip(delta).map(|(v, d)| v * d).sum::<f64>().powi(2)
        });
        Some(EigenDigit {
            rank: place - first,
            value,
            vector: vector.iter().map(|&v| number::single(v)).collect(),
            share,
        })
    });
    digits.collect()
}

/// The section.
#[component]
pub fn EigenDigits() -> impl IntoView {
    let trained = use_trained();
    let job = Job::new(trained.link);
    let found = RwSignal::new(None::<((Key, ExpansionPoint), Arc<EigenImages>)>);
    // Another digit has other shares; the eigen-digits stay in the worker.
    let key = memo(move |_| {
        // As if it were the point: then the digit counts.
        (Key::new(trained.network.get(), ExpansionPoint::Drawing, trained.digit), trained.about.get())
    });
    let images = memo(move |_| {
        found.with(|found| found.as_ref().filter(|(known, _)| *known == key.get()).map(|(_, images)| images.clone()))
    });
    let start = Callback::new(move |()| {
        let (model, about, key) = (trained.network.get_untracked(), trained.point(), key.get_untracked());
        let image = trained.digit.get_untracked().map(|(raster, _)| raster);
        job.start(Request::EigenDigits { model, about, image }, move |event| {
            if let Event::EigenDigits { images } = event {
                found.set(Some((key.clone(), Arc::new(images.clone()))));
            }
        });
    });
    // On small images they take a blink and come by themselves.
    let is_due = memo(move |_| {
        trained.is_visible.get()
            && trained.refusal.with(Option::is_none)
            && trained.digit.with(Option::is_some)
            && trained.side() * trained.side() <= MOST_PIXELS
            && trained
                .config
                .with(|config| config.as_ref().and_then(|config| config.degree()).is_some_and(|degree| degree > 1))
            && images.with(Option::is_none)
    });
    effect_after(move |last: Option<((Key, ExpansionPoint), bool)>| {
        let now = (key.get(), is_due.get());
        let same = last.as_ref().is_some_and(|last| last.0 == now.0);
        if !same && last.is_some() {
            job.cancel();
        }
        if now.1 && !(same && last.is_some_and(|last| last.1)) {
            start.run(());
        }
        now
    });
    let class = memo(move |_| trained.selection.get().class);
    view! {
        <section class="trained-eigen" aria-labelledby="trained-eigen-title" data-testid="trained-eigen">
            <h2 id="trained-eigen-title">
                <Term word="Eigen-digits" meaning=MEANING/>
                <span class="why-of">" of the score of " {class} " about " {move || expansion_point::name(trained.about.get())}</span>
            </h2>
            <p class="trained-line">
                "The second-order part is a sum of squares: each eigen-digit asks how much of this pattern is in the difference from x0. \
                 \u{03bb} is its weight; below it, \u{03bb}\u{202f}(v\u{202f}\u{b7}\u{202f}\u{3b4})\u{b2} for the digit at hand."
            </p>
            <div data-picture="">
                <Row images class speaks_for=true/>
                <Row images class speaks_for=false/>
                <SavePicture id="eigen-digits"/>
            </div>
            {move || {
                images.with(Option::is_none).then(|| view! { <JobControls job label="Show the eigen-digits" start testid="trained-eigen-start"/> })
            }}
            <EigenCurve/>
        </section>
    }
}

/// Those that speak for the class, or against it.
#[component]
fn Row(images: Memo<Option<Arc<EigenImages>>>, class: Memo<usize>, speaks_for: bool) -> impl IntoView {
    let digits = memo(move |_| {
        images.with(|images| images.as_ref().map_or_else(Vec::new, |images| of_class(images, class.get(), speaks_for)))
    });
    let side = memo(move |_| images.with(|images| images.as_ref().map_or(7, |images| images.side)));
    let words = move || {
        let sum: Option<f64> = digits.with(|digits| digits.iter().map(|digit| digit.share).sum());
        let sum = sum.map(|sum| format!(": together {} for the digit at hand", format::signed(sum, 2)));
        let what = if speaks_for { "For" } else { "Against" };
        format!("{what} {}{}", class.get(), sum.unwrap_or_default())
    };
    let content = move || {
        let side = side.get();
        let figures = digits.get().into_iter().map(|digit| figure(digit, class.get(), side)).collect_view();
        (!digits.with(Vec::is_empty))
            .then(|| view! { <h3>{live(words)}</h3> <div class="trained-eigen-row">{figures}</div> })
    };
    let testid = if speaks_for { "trained-eigen-for" } else { "trained-eigen-against" };
    view! { <div data-testid=testid data-count=move || digits.with(Vec::len).to_string()>{live(content)}</div> }
}

fn figure(digit: EigenDigit, class: usize, side: u32) -> impl IntoView {
    let EigenDigit { rank, value, vector, share } = digit;
    let reach = vector.iter().fold(f32::MIN_POSITIVE, |reach, value| reach.max(value.abs()));
    let sign = if value > 0.0 { "for" } else { "against" };
    view! {
        <figure class="trained-map">
            <PixelImage
                width=side
                height=side
                values=Signal::stored(vector)
                scale=PixelScale::Signed
                reach=Signal::stored(reach)
                zoom=(SIDE / side.max(1)).max(1)
                label=format!("Eigen-digit {} {sign} {class}, eigenvalue {}", rank + 1, format::signed(value, 3))
            />
            <figcaption>
                <span>"\u{03bb} " {format::signed(value, 3)}</span> <br/>
                <strong>{share.map_or(format::NONE.to_owned(), |share| format::signed(share, 3))}</strong>
            </figcaption>
        </figure>
    }
}
