//! Networks whose levels share one operation: what becomes of a map when it is applied again and again.

use super::job::{Job, JobControls};
use super::scale_words::{self, SIZE};
use super::state::use_trained;
use crate::app::components::{SavePicture, Term};
use crate::app::reactive::{effect, memo};
use crate::app::views::view;
use crate::config::{NetworkConfig, Sharing};
use crate::protocol::{Event, ModelRef, Request, ScaleFlow};
use leptos::prelude::*;
use std::sync::Arc;

const MEANING: &str = "A vector of channels that the operation leaves as it is. Near it every step multiplies a deviation by an eigenvalue of the \
     derivative: along relevant directions, with an eigenvalue above 1, it grows; along irrelevant ones it dies out. So the \
     renormalization group sorts what a coarser description has to keep.";

fn shares_scales(network: &NetworkConfig) -> bool {
    match network {
        NetworkConfig::TaylorNet(config) => config.blocks.iter().any(|block| block.cg.sharing == Sharing::Scale),
        NetworkConfig::ResNet(_) | NetworkConfig::Direct(_) => false,
    }
}

/// The section; not there for other networks.
#[component]
pub fn ScaleFixedPoint() -> impl IntoView {
    let trained = use_trained();
    let job = Job::new(trained.link);
    let found = RwSignal::new(None::<(ModelRef, Arc<ScaleFlow>)>);
    let is_here = memo(move |_| trained.config.with(|config| config.as_ref().is_some_and(shares_scales)));
    let flow = memo(move |_| {
        let network = trained.network.get();
        found.with(|found| found.as_ref().filter(|(known, _)| *known == network).map(|(_, flow)| flow.clone()))
    });
    let start = Callback::new(move |()| {
        let model = trained.network.get_untracked();
        job.start(Request::ScaleFlow { model: model.clone() }, move |event| {
            if let Event::ScaleFlow { flow } = event {
                found.set(Some((model.clone(), Arc::new(flow.clone()))));
            }
        });
    });
    effect(move || {
        let is_due = is_here.get() && trained.is_visible.get() && trained.refusal.with(Option::is_none);
        if is_due && flow.with(Option::is_none) {
            start.run(());
        }
    });
    let picture = move |flow: &ScaleFlow| {
        let ways = scale_words::ways(flow);
        let words = scale_words::sentence(flow);
        view! {
            <figure data-picture="">
                <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="img" aria-label=words.clone()>
                    <path class="axes" d=scale_words::axes()/>
                    {ways.into_iter().map(|way| view! { <path class="way" d=way.line/> <path class="stops" d=way.stops/> }).collect_view()}
                    <circle class="point" cx=SIZE[0] / 2.0 cy=SIZE[1] / 2.0 r="5"/>
                </svg>
                <figcaption class="small" data-testid="trained-scale-words">{words}</figcaption>
                <SavePicture id="scale-flow"/>
            </figure>
            <table class="data" data-testid="trained-scale-points">
                <thead><tr>{scale_words::HEAD.map(|text| view! { <th scope="col">{text}</th> }).into_iter().collect_view()}</tr></thead>
                <tbody>
                    {scale_words::rows(flow)
                        .into_iter()
                        .map(|row| view! { <tr>{row.into_iter().map(|text| view! { <td>{text}</td> }).collect_view()}</tr> })
                        .collect_view()}
                </tbody>
            </table>
        }
    };
    move || {
        is_here.get().then(|| {
            view! {
                <section class="trained-scale" aria-labelledby="trained-scale-title" data-testid="trained-scale">
                    <h2 id="trained-scale-title">"The same operation at every scale"</h2>
                    <p class="trained-line">
                        "All levels of this network share one coarse-graining operation (Eq. 4). Given a map that is the same everywhere, it makes another such map. Applied again and again it flows about its "
                        <Term word="fixed points" meaning=MEANING/> "."
                    </p>
                    {move || flow.with(Option::is_none).then(|| view! { <JobControls job label="Find the fixed points" start testid="trained-scale-start"/> })}
                    <div class="trained-two">{move || flow.with(|flow| flow.as_deref().map(picture))}</div>
                </section>
            }
        })
    }
}
