//! The expansion point as a menu and in words, the same in every room.

use crate::app::components::Choice;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::config::{Basis, CLASSES, ExpansionPoint, TOP_LEVEL};
use crate::number;
use leptos::prelude::*;

/// What the menu is for.
pub const MEANING: &str = "A polynomial can be written about any image x₀, in the powers of the difference x − x₀; its value is \
     the same. About the black image its orders are hundreds of times larger than their sum and cancel. About the mean \
     image they fall off, and the low ones already classify.";

/// What the choice of a basis is for.
const BASES: &str = "Along the way s from the point to the digit the score is a polynomial of s. In powers of s its parts are the \
     Taylor orders; in Chebyshev or Legendre polynomials, which suit an interval, the same function needs fewer parts. What \
     is cut there is a function of s: of the pixels it still holds all orders.";

/// Name of a basis for people.
fn title(basis: Basis) -> &'static str {
    match basis {
        Basis::Powers => "Taylor orders",
        Basis::Chebyshev => "Chebyshev polynomials",
        Basis::Legendre => "Legendre polynomials",
    }
}

/// A menu of the bases.
#[component]
pub fn BasisChoice(
    /// Used as `data-testid` and id.
    id: &'static str,
    /// The basis.
    value: Memo<Basis>,
    /// Called with the basis chosen.
    #[prop(into)]
    set: UnsyncCallback<Basis>,
) -> impl IntoView {
    view! {
        <Choice
            id
            label="in"
            meaning=BASES
            options=Basis::ALL.map(|basis| (basis.key().to_owned(), title(basis).to_owned())).to_vec()
            value=memo(move |_| value.get().key().to_owned())
            set=move |key: String| set.run(Basis::from_key(&key).unwrap_or_default())
        />
    }
}

/// Name of a point in a sentence: "about the mean image".
pub fn name(point: ExpansionPoint) -> String {
    match point {
        ExpansionPoint::Black => "the black image".into(),
        ExpansionPoint::Mean => "the mean image".into(),
        ExpansionPoint::ClassMean { class } => format!("the mean {class}"),
        ExpansionPoint::Reference { level, class, index } => {
            let number = if level == TOP_LEVEL { String::new() } else { format!(", no. {}", index + 1) };
            format!("the distilled {class} of level {level}{number}")
        }
        ExpansionPoint::Drawing => "the digit itself".into(),
    }
}

/// The points of the menu; one that only a link names comes after them.
fn offered(chosen: ExpansionPoint) -> Vec<ExpansionPoint> {
    let classes = || 0..number::to_u8(CLASSES);
    let mut points = vec![ExpansionPoint::Mean, ExpansionPoint::Black, ExpansionPoint::Drawing];
    points.extend(classes().map(|class| ExpansionPoint::ClassMean { class }));
    let level = TOP_LEVEL;
    points.extend(classes().map(|class| ExpansionPoint::Reference { level, class, index: 0 }));
    if !points.contains(&chosen) {
        points.push(chosen);
    }
    points
}

/// A menu of expansion points.
#[component]
pub fn PointChoice(
    /// Used as `data-testid`.
    testid: &'static str,
    /// The point.
    value: Memo<ExpansionPoint>,
    /// Called with the point chosen.
    #[prop(into)]
    set: UnsyncCallback<ExpansionPoint>,
) -> impl IntoView {
    let options = move || {
        let chosen = value.get();
        let option = move |point: ExpansionPoint| {
            view! { <option value=point.to_string() prop:selected=point == chosen>{name(point)}</option> }
        };
        offered(chosen).into_iter().map(option).collect_view()
    };
    view! {
        <select
            aria-label="Expand about"
            data-testid=testid
            on:change=heard(move |event: web_sys::Event| {
                if let Ok(point) = event_target_value(&event).parse() {
                    set.run(point);
                }
            })
        >
            {live(options)}
        </select>
    }
}
