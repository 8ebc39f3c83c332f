//! The view as a whole: what is chosen, the network that it makes, and its polynomial, from left to right.

use super::check::CheckMark;
use super::composed::Composed;
use super::counts::{Counts, Figures};
use super::drawing::Drawing;
use super::expanded::{NAMES, math};
use super::files::Files;
use super::form::Settings;
use super::growth_chart::Growth;
use super::list::TermList;
use super::state::StackRoom;
use crate::app::views::view;
use crate::poly::Monomial;
use crate::poly::write::monomial_mathml;
use leptos::prelude::*;

/// A stack of coarse-graining operations and its polynomial.
#[component]
pub fn StackView() -> impl IntoView {
    provide_context(StackRoom::follow());
    view! {
        <div class="poly-grid" data-testid="stack-view">
            <section class="poly-in" aria-label="The stack">
                <Settings/>
                <Figures/>
                <Counts/>
            </section>
            <section class="poly-middle" aria-label="The network and one coefficient">
                <Drawing/>
                <Composed/>
            </section>
            <section class="poly-out" aria-label="The polynomial">
                <TermList/>
                <CheckMark/>
                <Files/>
            </section>
        </div>
        <div class="poly-below">
            <Growth/>
            <Background/>
        </div>
    }
}

/// Goes deeper, below the first screen.
#[component]
fn Background() -> impl IntoView {
    let local = "<math display=\"block\"><mrow><msubsup><mi>x</mi><mi>\u{3b1}</mi><mrow><mo stretchy=\"false\">(</mo><mi>n</mi>\
        <mo>+</mo><mn>1</mn><mo stretchy=\"false\">)</mo></mrow></msubsup><mo>=</mo><msup><mi>c</mi><mrow><mo stretchy=\"false\">(</mo>\
        <mi>n</mi><mo>+</mo><mn>1</mn><mo separator=\"true\">,</mo><mn>0</mn><mo stretchy=\"false\">)</mo></mrow></msup><mo>+</mo>\
        <munder><mo>\u{2211}</mo><mi>i</mi></munder><msubsup><mi>c</mi><mi>i</mi><mrow><mo stretchy=\"false\">(</mo><mi>n</mi><mo>+</mo>\
        <mn>1</mn><mo separator=\"true\">,</mo><mn>1</mn><mo stretchy=\"false\">)</mo></mrow></msubsup><msubsup><mi>x</mi><mi>i</mi>\
        <mrow><mo stretchy=\"false\">(</mo><mi>n</mi><mo stretchy=\"false\">)</mo></mrow></msubsup><mo>+</mo><munder><mo>\u{2211}</mo>\
        <mrow><mi>i</mi><mo>\u{2264}</mo><mi>j</mi></mrow></munder><msubsup><mi>c</mi><mrow><mi>i</mi><mi>j</mi></mrow><mrow>\
        <mo stretchy=\"false\">(</mo><mi>n</mi><mo>+</mo><mn>1</mn><mo separator=\"true\">,</mo><mn>2</mn><mo stretchy=\"false\">)</mo></mrow>\
        </msubsup><msubsup><mi>x</mi><mi>i</mi><mrow><mo stretchy=\"false\">(</mo><mi>n</mi><mo stretchy=\"false\">)</mo></mrow></msubsup>\
        <msubsup><mi>x</mi><mi>j</mi><mrow><mo stretchy=\"false\">(</mo><mi>n</mi><mo stretchy=\"false\">)</mo></mrow></msubsup><mo>+</mo>\
        <mo>\u{22ef}</mo></mrow></math>";
    let absent = math(&monomial_mathml(&Monomial::from_exponents(&[3, 0, 1]), NAMES));
    view! {
        <section class="poly-background" aria-labelledby="stack-background-title">
            <h2 id="stack-background-title">"Why local polynomials make long-range terms"</h2>
            <p>"Each CG operation replaces a cluster of values by one polynomial of them (Eq. 4 of the article):"</p>
            <div class="poly-formula" tabindex="0" role="region" aria-label="Equation 4" inner_html=local></div>
            <p>
                "No term of the first level reaches beyond its cluster. The second level multiplies the values of neighbouring clusters, "
                "and so products of distant variables appear, but not all: " <span inner_html=absent></span>
                " of Fig. 4(c) would need two factors of its own cluster's value and one of the other's, three in all, where second order "
                "allows two. Each distinct product is counted once (our reading of Eq. 4)."
            </p>
        </section>
    }
}
