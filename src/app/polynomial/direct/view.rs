//! The view as a whole: the orders on the left, accuracy over the order, and what pruning leaves.

use super::chart::{self, Chart};
use super::figures::{ARTICLE_ACCURACY, Order, name, orders, pruning, pruning_about_mean};
use super::pruning::pruned;
use crate::app::components::{Change, SavePicture, Term, Way};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::reactive::memo;
use crate::app::url::{PolynomialView, Room, UrlState};
use crate::app::views::view;
use crate::config::NetworkConfig;
use crate::protocol::ModelRef;
use leptos::prelude::*;
use std::sync::Arc;

/// The direct Taylor expansion.
#[component]
pub fn DirectView() -> impl IntoView {
    let shipped = expect_context::<Shipped>();
    let all = memo(move |_| shipped.0.with(|shipped| orders(shipped.as_ref().and_then(|it| it.as_ref().ok()))));
    let report = memo(move |_| {
        shipped.0.with(|shipped| {
            let manifest = shipped.as_ref()?.as_ref().ok()?;
            let report = pruning(manifest)?;
            Some((report.clone(), pruning_about_mean(manifest, report).cloned()))
        })
    });
    let measured = memo(move |_| all.with(|all| all.iter().any(|order| order.accuracy.is_some())));
    view! {
        <div class="direct-grid" data-testid="direct-view">
            <section class="direct-part" aria-labelledby="direct-title">
                <h2 id="direct-title">"All products of pixels, one linear layer"</h2>
                <div class="poly-formula" tabindex="0" role="region" aria-label="Equation 3" inner_html=FORMULA></div>
                <p>
                    "No levels, no clusters: the 49 pixels of a 7×7 image and "
                    <Term
                        word="all their distinct products"
                        meaning="x1 x2 and x2 x1 are one term. Up to order n there are C(49 + n, n) of them, with the constant."
                    />
                    " up to order n, with one weight for each class (Eq. 3 of the article)."
                </p>
                <Orders all/>
            </section>
            {move || {
                measured
                    .get()
                    .then(|| {
                        view! {
                            <section class="direct-part" aria-labelledby="direct-accuracy-title">
                                <h2 id="direct-accuracy-title">"Accuracy grows with the order"</h2>
                                <figure class="chart" data-testid="direct-accuracy">
                                    {move || all.with(|all| chart::draw(&picture(all)))}
                                    <SavePicture id="direct-accuracy"/>
                                </figure>
                                <p class="small muted">"10\u{202f}000 test images of MNIST, reduced to 7×7 pixels (Fig. 2 of the article)."</p>
                            </section>
                        }
                    })
            }}
            {move || report.with(|found| found.as_ref().map(|(report, about_mean)| pruned(report, about_mean.as_ref())))}
        </div>
    }
}

const FORMULA: &str = "<math display=\"block\"><mrow><msup><mi>f</mi><mrow><mo stretchy=\"false\">(</mo><mi>α</mi><mo stretchy=\"false\">)</mo></mrow></msup>\
<mo>=</mo><msub><mi>f</mi><mn>0</mn></msub><mo>+</mo><munder><mo>∑</mo><mi>i</mi></munder><msub><mi>a</mi><mi>i</mi></msub><msub><mi>x</mi><mi>i</mi></msub>\
<mo>+</mo><munder><mo>∑</mo><mrow><mi>i</mi><mo>≤</mo><mi>j</mi></mrow></munder><msub><mi>a</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>\
<msub><mi>x</mi><mi>i</mi></msub><msub><mi>x</mi><mi>j</mi></msub><mo>+</mo><mo>⋯</mo></mrow></math>";

/// One row per order, with a way to train it or to look at its coefficients.
#[component]
fn Orders(all: Memo<Vec<Order>>) -> impl IntoView {
    let row = |order: &Order| {
        let accuracy = order.accuracy.map_or(format::NONE.to_owned(), |accuracy| format::percent(accuracy, 2));
        view! {
            <tr data-testid=format!("direct-order-{}", order.order)>
                <th scope="row">{order.order}</th>
                <td>{format::count(order.terms)}</td>
                <td>{accuracy}</td>
                <td><Ways order=order.order shipped=order.accuracy.is_some()/></td>
            </tr>
        }
    };
    view! {
        <table class="data direct-table">
            <thead>
                <tr>
                    <th scope="col">"Order"</th>
                    <th scope="col">"Terms"</th>
                    <th scope="col">"Accuracy"</th>
                    <th scope="col"><span class="visually-hidden">"Ways on"</span></th>
                </tr>
            </thead>
            <tbody>{move || all.with(|all| all.iter().map(row).collect_view())}</tbody>
        </table>
    }
}

/// Links into the Train room and to the coefficients.
#[component]
fn Ways(order: usize, shipped: bool) -> impl IntoView {
    let trainable = NetworkConfig::NAMES_TO_TRAIN.contains(&name(order).as_str());
    let train: Change = Arc::new(move |state: &mut UrlState| {
        state.room = Room::Train;
        state.train.network = name(order);
    });
    let look: Change = Arc::new(move |state: &mut UrlState| {
        state.polynomial.view = PolynomialView::Trained;
        state.polynomial.trained.network = ModelRef::Shipped(name(order).into());
    });
    let can_look = shipped && PolynomialView::ALL.contains(&PolynomialView::Trained);
    view! {
        <span class="direct-ways">
            {can_look.then(|| view! { <Way text="Coefficients" label=format!("Coefficients of order {order}") change=look/> })}
            {if trainable {
                view! { <Way text="Train it here" label=format!("Train it here: order {order}") change=train/> }
            } else {
                view! { <span class="muted">"too large to train here"</span> }
            }}
        </span>
    }
}

fn picture(all: &[Order]) -> Chart {
    let points: Vec<(f64, f64)> = all.iter().filter_map(|order| Some((order.order as f64, order.accuracy?))).collect();
    let ticks =
        all.iter().map(|order| (order.order as f64, order.order.to_string(), format::count(order.terms))).collect();
    let words = points.iter().map(|(order, accuracy)| format!("order {order}: {}", format::percent(*accuracy, 2)));
    let text = format!(
        "Test accuracy over the order; the article reaches about 98 % at order 4. {}",
        words.collect::<Vec<_>>().join("; ")
    );
    Chart {
        x: (0.7, 4.3),
        ticks,
        names: ("order", "Taylor terms"),
        points,
        article: Vec::new(),
        level: Some((ARTICLE_ACCURACY, "article: about 98\u{a0}% at order 4")),
        text,
    }
}
