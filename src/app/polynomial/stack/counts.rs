//! How large the polynomial is: figures, and terms for every degree, which are also the filter by degree.

use super::state::use_stack;
use crate::app::components::{SavePicture, Term};
use crate::app::format;
use crate::app::reactive::{heard, memo};
use crate::app::views::view;
use crate::number;
use crate::poly::{Count, Forecast};
use leptos::prelude::*;

/// A count for people; large ones with a power of ten.
pub fn written(count: Count) -> String {
    match count.exact() {
        None => "more than 10³⁸".into(),
        Some(value) if value < 1_000_000_000 => format::count(number::to_usize(value)),
        Some(value) => format::significant(value as f64, 3),
    }
}

/// Variables, degree, coefficients, terms and paths.
#[component]
pub fn Figures() -> impl IntoView {
    let room = use_stack();
    let figure = move |read: fn(&Forecast) -> String| {
        move || room.forecast.with(|size| size.as_ref().map_or(format::NONE.to_owned(), read))
    };
    let raw = move || {
        room.forecast.with(|size| size.as_ref().ok().and_then(|size| size.terms.exact()).map(|n| n.to_string()))
    };
    view! {
        <dl class="figures poly-figures">
            <div class="main">
                <dt>"Terms"</dt>
                <dd data-testid="stack-terms" data-count=raw>{figure(|size| written(size.terms))}</dd>
            </div>
            <div>
                <dt>
                    <Term word="Variables" meaning="The receptive field of z: the number of variables that it depends on."/>
                </dt>
                <dd data-testid="stack-variables">{figure(|size| written(size.variables))}</dd>
            </div>
            <div><dt>"Degree"</dt><dd>{figure(|size| format::count(size.degree))}</dd></div>
            <div><dt>"Coefficients"</dt><dd data-testid="stack-coefficients">{figure(|size| written(size.coefficients))}</dd></div>
            <div>
                <dt>
                    <Term
                        word="Paths"
                        meaning="Products of coefficients in all terms together. A term's coefficient is the sum of its paths: of all ways through the network that make its monomial."
                    />
                </dt>
                <dd>{figure(|size| written(size.paths))}</dd>
            </div>
        </dl>
    }
}

/// Terms for every degree as bars; a click shows only those.
#[component]
pub fn Counts() -> impl IntoView {
    let room = use_stack();
    let counts = memo(move |_| {
        room.forecast.with(|size| size.as_ref().map_or_else(|_| Vec::new(), |size| size.terms_by_degree.clone()))
    });
    let chosen = room.chosen(|state| state.degree);
    let row = move |(degree, count): (usize, Count)| {
        let most = counts.with(|counts| counts.iter().copied().map(Count::to_f64).fold(0.0, f64::max));
        let share = if most.is_finite() && most > 0.0 { count.to_f64() / most } else { 1.0 };
        let width = format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0);
        let pressed = move || chosen.get() == Some(degree);
        view! {
            <tr class:best=pressed>
                <th scope="row">
                    <button
                        type="button"
                        class="degree"
                        aria-label=format!("Show only terms of degree {degree}")
                        aria-pressed=move || if pressed() { "true" } else { "false" }
                        data-testid=format!("stack-degree-{degree}")
                        on:click=heard(move |_| {
                            room.choose(|state| state.degree = if state.degree == Some(degree) { None } else { Some(degree) });
                        })
                    >
                        {degree}
                    </button>
                </th>
                <td class="bar" aria-hidden="true"><span class="track"><span class="fill" style:width=width></span></span></td>
                <td class="number" data-testid=format!("stack-count-{degree}")>{written(count)}</td>
            </tr>
        }
    };
    view! {
        <div class="poly-counts" data-picture="">
            <table class="bars">
                <caption>"Terms of each degree"</caption>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Degree"</th><td></td><th scope="col">"Terms"</th></tr>
                </thead>
                <tbody>{move || counts.get().into_iter().enumerate().map(row).collect_view()}</tbody>
            </table>
            <SavePicture id="stack-counts"/>
        </div>
    }
}
