//! The terms that are known, the strongest first; only the rows in sight stand in the document.

use super::expansion::PixelTerm;
use super::products::{MoreTerms, pixel_name};
use super::state::use_trained;
use crate::app::components::{SavePicture, SignedBar};
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::app::{expansion_point, format};
use crate::config::ExpansionPoint;
use crate::number;
use leptos::prelude::*;
use std::sync::Arc;

/// Height of a row and of the box in CSS pixels; the same in the style sheet.
const ROW: f64 = 28.0;
const BOX: f64 = 308.0;
/// Rows above and below those in sight.
const SPARE: usize = 6;

/// Table, filter and what more can be asked for.
#[component]
pub fn TermsTable() -> impl IntoView {
    let trained = use_trained();
    let only_pixel = RwSignal::new(false);
    let terms = memo(move |_| {
        let (selection, pixel) = (trained.selection.get(), trained.pixel.get());
        let all = trained.expansion.with(|it| it.as_ref().map_or_else(Vec::new, |it| it.terms(selection, pixel)));
        let wanted = pixel.filter(|_| only_pixel.get());
        Arc::new(all.into_iter().filter(|term| wanted.is_none_or(|pixel| term.uses(pixel))).collect::<Vec<_>>())
    });
    let count = memo(move |_| terms.with(|terms| terms.len()));
    let what = move || {
        let of = trained.expansion.with(|it| it.as_ref().map(|it| (it.has_second(), it.pixels())));
        // What x stands for.
        let about = trained.about.get();
        let variables = if about == ExpansionPoint::Black {
            String::new()
        } else {
            format!("; x is the difference from {}", expansion_point::name(about))
        };
        let terms = match of {
            None => return String::new(),
            Some((true, _)) => format!("{} terms of orders 1 and 2", format::count(count.get())),
            Some((false, _)) if trained.pixel.get().is_some() => {
                format!("{} terms: order 1, and the products with the chosen pixel", format::count(count.get()))
            }
            Some((false, _)) => format!("{} terms of order 1", format::count(count.get())),
        };
        terms + &variables
    };
    view! {
        <div class="trained-terms" data-picture="" data-testid="trained-terms" data-count=move || count.get().to_string()>
            <h3>"Strongest terms" <span class="why-of" data-testid="trained-terms-what">{live(what)}</span></h3>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="trained-only-pixel"
                    disabled=move || trained.pixel.get().is_none()
                    prop:checked=move || only_pixel.get()
                    on:change=heard(move |event: web_sys::Event| only_pixel.set(event_target_checked(&event)))
                />
                {move || match trained.pixel.get() {
                    Some(pixel) => format!("Only terms with {}", pixel_name(pixel, trained.side())),
                    None => "Only terms with the chosen pixel".into(),
                }}
            </label>
            <Window terms count/>
            <SavePicture id="strongest-terms"/>
            <MoreTerms/>
        </div>
    }
}

/// First row in the document and number of rows, for a box scrolled this far.
fn in_sight(top: f64, rows: usize) -> (usize, usize) {
    let first = number::whole::<usize>(top.max(0.0) / ROW).saturating_sub(SPARE).min(rows);
    (first, (number::whole::<usize>(BOX / ROW) + 1 + 2 * SPARE).min(rows - first))
}

#[component]
fn Window(terms: Memo<Arc<Vec<PixelTerm>>>, count: Memo<usize>) -> impl IntoView {
    let trained = use_trained();
    let top = RwSignal::new(0.0_f64);
    let window = memo(move |_| in_sight(top.get(), count.get()));
    let reach = memo(move |_| terms.with(|terms| terms.first().map_or(1.0, |term| term.value.abs())));
    let rows = move || {
        let (first, shown) = window.get();
        let side = trained.side();
        let reach = reach.get();
        terms.with(|terms| {
            let row = |(index, term): (usize, &PixelTerm)| {
                let value = term.value;
                view! {
                    <tr aria-rowindex=(index + 2).to_string()>
                        <th scope="row" aria-label=term.name(side)>{name(term, side)}</th>
                        <td class="bar"><SignedBar value=Signal::stored(value) range=Signal::stored((-reach, reach))/></td>
                        <td class="number">{format::signed_significant(value, 4)}</td>
                    </tr>
                }
            };
            terms.iter().enumerate().skip(first).take(shown).map(row).collect_view()
        })
    };
    let space = move |height: f64| view! { <tr aria-hidden="true"><td colspan="3" class="space" style:height=format!("{height}px")></td></tr> };
    let above = move || space(window.get().0 as f64 * ROW);
    let below = move || {
        let (first, shown) = window.get();
        space((count.get() - first - shown) as f64 * ROW)
    };
    view! {
        <div
            class="trained-rows"
            tabindex="0"
            role="region"
            aria-label="Terms, the strongest first"
            data-testid="trained-rows"
            on:scroll=heard(move |event: web_sys::Event| {
                let place = event_target::<web_sys::Element>(&event).scroll_top();
                top.set(f64::from(place));
            })
        >
            <table aria-rowcount=move || (count.get() + 1).to_string()>
                <thead>
                    <tr aria-rowindex="1"><th scope="col">"Term"</th><td></td><th scope="col" class="number">"Coefficient"</th></tr>
                </thead>
                <tbody>{live(above)} {live(rows)} {live(below)}</tbody>
            </table>
        </div>
    }
}

/// The monomial with indices below and exponents above.
fn name(term: &PixelTerm, side: usize) -> impl IntoView + use<> {
    let factor = |(pixel, exponent): (usize, usize)| {
        let index = format!("{},{}", pixel / side.max(1) + 1, pixel % side.max(1) + 1);
        let power = (exponent > 1).then(|| view! { <sup>{exponent}</sup> });
        view! { <span class="factor"><i>"x"</i><sub>{index}</sub>{power}</span> }
    };
    term.powers().into_iter().map(factor).collect_view()
}
