//! One coefficient, composed: the sum over all paths that make its monomial.

use super::expanded::{math, number_mathml};
use super::state::use_stack;
use crate::app::components::Term;
use crate::app::format;
use crate::app::reactive::heard;
use crate::app::views::{live, view};
use crate::poly::write::product_mathml;
use crate::poly::{Composition, Symbol, SymbolTable};
use leptos::prelude::*;

/// The chosen coefficient.
#[component]
pub fn Composed() -> impl IntoView {
    let room = use_stack();
    let body = move || {
        let (Some(term), Some(expanded)) = (room.term.get(), room.expanded.get()) else {
            return view! {
                <p class="muted" data-testid="stack-nothing-chosen">
                    "Choose a monomial in the list: the paths that make it light up, and its coefficient is taken apart here."
                </p>
            };
        };
        let monomial = expanded.monomial(term);
        let number = room.numbers.get().and_then(|numbers| {
            let value = expanded.table.coefficient_of(&numbers[..], expanded.expansion.exponents_of(term)).ok()?;
            Some(math(&format!("<mo>=</mo>{}", number_mathml(value))))
        });
        let paths = room.composition.get().map(|composition| match composition.as_ref() {
            Ok(composition) => {
                view! { <Paths composition=composition.clone() table=expanded.table.clone()/> }
            }
            Err(problem) => view! { <p class="small">{super::state::sentence(problem)}</p> },
        });
        view! {
            <div class="composed-head">
                <h2>"The coefficient of " <span data-testid="stack-chosen" data-monomial=expanded.monomial_text(term) inner_html=monomial></span></h2>
                <span inner_html=number></span>
            </div>
            {paths}
        }
    };
    view! { <div class="composed" data-testid="stack-composed">{live(body)}</div> }
}

/// The paths as rows: a row lights up its own path.
#[component]
fn Paths(composition: Composition, table: SymbolTable) -> impl IntoView {
    let room = use_stack();
    let total = composition.total;
    let merged = composition.products.len();
    let listed = composition.paths.len();
    let different = composition.paths.iter().any(|path| path.multiplicity > 1);
    let sentence = if total.exact() == Some(1) {
        "One path makes it.".to_owned()
    } else if !composition.complete {
        format!("{total} paths make it; the first {} are listed.", format::count(listed))
    } else if merged < listed {
        format!("{total} paths make it; with shared coefficients they are {} products.", format::count(merged))
    } else {
        format!("{total} paths make it.")
    };
    let row = move |(index, path): (usize, &crate::poly::Path)| {
        let symbols: Vec<(Symbol, u32)> =
            path.factors.iter().filter_map(|factor| Some((table.symbol(factor.symbol)?, factor.power))).collect();
        let spoken: Vec<String> = symbols
            .iter()
            .map(|(symbol, power)| match power {
                1 => symbol.identifier(),
                _ => format!("{} to the power {power}", symbol.identifier()),
            })
            .collect();
        let spoken = format!("Path {}: {} times {}", index + 1, path.multiplicity, spoken.join(" times "));
        let sign = if index == 0 { "" } else { "<mo form=\"infix\">+</mo>" };
        let formula = math(&format!("{sign}{}", product_mathml(path.multiplicity, &symbols)));
        let pressed = move || room.path.get() == Some(index);
        view! {
            <li>
                <button
                    type="button"
                    class="path"
                    data-testid=format!("stack-path-{}", index + 1)
                    aria-pressed=move || if pressed() { "true" } else { "false" }
                    on:click=heard(move |_| {
                        let next = (!pressed()).then_some(index);
                        room.path.set(next);
                    })
                >
                    // Not every screen reader names a button after a formula.
                    <span class="visually-hidden">{spoken}</span>
                    <span aria-hidden="true" inner_html=formula></span>
                </button>
            </li>
        }
    };
    let rows = composition.paths.iter().enumerate().map(row).collect_view();
    view! {
        <p class="small muted">
            <span data-testid="stack-paths">{sentence}</span>
            " Press one to see it alone."
            {different
                .then(|| {
                    view! {
                        " "
                        <Term
                            word="Why a number before a path?"
                            meaning="A product of equal factors can be arranged in several orders: 2 c c' comes from (… + c + … + c' + …) squared."
                        />
                    }
                })}
        </p>
        <ol class="paths" data-testid="stack-path-list">{rows}</ol>
    }
}
