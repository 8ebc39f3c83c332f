//! The network, drawn; the chosen monomial's paths light up, and a click on a variable filters the terms.

use super::expanded::variable_name;
use super::picture::{Lit, MOST_VARIABLES, Node, Picture, SIZE, picture};
use super::state::{StackRoom, use_stack};
use crate::app::colour;
use crate::app::components::SavePicture;
use crate::app::reactive::{heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

/// The network.
#[component]
pub fn Drawing() -> impl IntoView {
    let room = use_stack();
    let drawn = memo(move |_| room.stack.with(picture));
    let lit = memo(move |_| {
        let path = room.path.get();
        room.composition.with(|composition| {
            let composition = composition.as_ref()?.as_ref().as_ref().ok()?;
            Some(Lit::of(composition, path))
        })
    });
    view! {
        <figure class="poly-drawing" data-testid="stack-drawing" class:chosen=move || lit.with(Option::is_some)>
            {move || match drawn.get() {
                Some(picture) => view! { <div class="poly-scroll"><Network picture lit/></div> },
                None => view! { <p class="poly-undrawn muted">{undrawn(room)}</p> },
            }}
            <SavePicture id="stack" absent=Signal::derive(move || drawn.with(Option::is_none))/>
        </figure>
    }
}

fn undrawn(room: StackRoom) -> String {
    room.forecast.with(|size| match size {
        Ok(size) => format!("{} variables are too many to draw; up to {MOST_VARIABLES} are drawn.", size.variables),
        Err(_) => "This stack is not possible.".into(),
    })
}

#[component]
fn Network(picture: Picture, lit: Memo<Option<Lit>>) -> impl IntoView {
    let radius = picture.radius;
    let edges = picture.edges.iter().map(|edge| {
        let place = (edge.level, edge.cluster, edge.tap);
        let power = move || lit.with(|lit| lit.as_ref().and_then(|lit| lit.edges.get(&place).copied()));
        let [x1, y1, x2, y2] = edge.line;
        // Below a line that rises to the right, above one that rises to the left.
        let middle = [f64::midpoint(x1, x2) + 5.0, f64::midpoint(y1, y2) + if x1 < x2 { 13.0 } else { 0.0 }];
        view! {
            <line class="edge" class:lit=move || power().is_some() x1=x1 y1=y1 x2=x2 y2=y2/>
            {move || {
                power()
                    .filter(|&power| power > 1)
                    .map(|power| view! { <text class="power" x=middle[0] y=middle[1]>{format!("×{power}")}</text> })
            }}
        }
    });
    let edges = edges.collect_view();
    let rows = picture.rows.iter().enumerate().map(|(level, &y)| {
        let name = match level {
            0 => "variables".to_owned(),
            _ => format!("level {level}"),
        };
        view! { <text class="row-name" x="0" y=y + 4.0>{name}</text> }
    });
    let rows = rows.collect_view();
    let levels = picture.nodes.len() - 1;
    let values = picture
        .nodes
        .iter()
        .skip(1)
        .flatten()
        .map(|node| value_view(node, node.level == levels, radius, lit))
        .collect_view();
    let top = picture.nodes.last().and_then(|nodes| nodes.first()).map(|node| {
        view! { <text class="name" x=node.x + radius + 8.0 y=node.y - radius - 2.0>"z"</text> }
    });
    let named = picture.named;
    let columns = picture.nodes.first().map_or(1, |nodes| columns(nodes));
    let variables = picture.nodes.first().cloned().unwrap_or_default();
    view! {
        <svg
            class="poly-svg"
            viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1])
            role="group"
            aria-label=picture.text.clone()
        >
            {rows}
            {edges}
            {values}
            {top}
            <Variables nodes=variables radius named columns lit/>
        </svg>
    }
}

/// Number of variables in the first row.
fn columns(nodes: &[Node]) -> usize {
    let Some(first) = nodes.first() else { return 1 };
    nodes.iter().take_while(|node| (node.y - first.y).abs() < 1e-6).count().max(1)
}

/// A value as a square on its oval plate.
fn value_view(node: &Node, last: bool, radius: f64, lit: Memo<Option<Lit>>) -> impl IntoView + use<> {
    let place = (node.level, node.index);
    let is_lit = move || lit.with(|lit| lit.as_ref().is_some_and(|lit| lit.values.contains(&place)));
    // In the colour of the variables that it is made of; the last value has that of text.
    let fill = (!last).then(|| colour::class(node.index).css());
    let Node { x, y, .. } = *node;
    view! {
        <g class="value" class:last=last class:lit=is_lit data-level=node.level data-index=node.index>
            <ellipse class="plate" cx=x cy=y + radius * 0.5 rx=radius * 2.6 ry=radius * 1.2/>
            <rect class="square" fill=fill x=x - radius y=y - radius width=2.0 * radius height=2.0 * radius rx="1.5"/>
        </g>
    }
}

/// The variables: one tab stop, the arrow keys go from one to the next.
#[component]
fn Variables(nodes: Vec<Node>, radius: f64, named: bool, columns: usize, lit: Memo<Option<Lit>>) -> impl IntoView {
    let room = use_stack();
    let uses = room.chosen(|state| state.uses);
    let count = nodes.len();
    let focused = RwSignal::new(uses.get_untracked().filter(|&variable| variable < count).unwrap_or(0));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let at = focused.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1).min(count - 1),
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowDown" => Some(at + columns).filter(|next| *next < count).unwrap_or(at),
            "ArrowUp" => at.checked_sub(columns).unwrap_or(at),
            "Enter" | " " => {
                event.prevent_default();
                room.toggle_variable(at);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        focused.set(next);
        crate::app::focus::focus(&format!("variable-{next}"));
    };
    let dot = move |node: &Node| {
        let variable = node.index;
        let Node { x, y, .. } = *node;
        let is_lit = move || lit.with(|lit| lit.as_ref().is_some_and(|lit| lit.variables.contains(&variable)));
        let chosen = move || uses.get() == Some(variable);
        let spoken = variable_name(variable);
        let index = variable + 1;
        // Below it in a single row, beside it where rows stand behind each other.
        let name = if columns == count { [0.0, radius + 14.0] } else { [radius + 12.0, 4.0] };
        view! {
            <g
                class="variable"
                class:lit=is_lit
                class:filter=chosen
                id=format!("variable-{variable}")
                data-testid=format!("variable-{index}")
                role="button"
                tabindex=move || if focused.get() == variable { "0" } else { "-1" }
                aria-label=format!("Show only terms with {spoken}")
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=heard(move |_| {
                    focused.set(variable);
                    room.toggle_variable(variable);
                })
            >
                <circle class="hit" cx=x cy=y r=(radius * 1.6).max(4.0)/>
                <circle class="dot" fill=colour::class(node.cluster).css() cx=x cy=y r=radius/>
                {named
                    .then(|| {
                        view! {
                            <text class="name" x=x + name[0] y=y + name[1] text-anchor="middle">
                                "x"<tspan class="index" dy="3">{index}</tspan>
                            </text>
                        }
                    })}
            </g>
        }
    };
    view! { <g on:keydown=heard(on_key)>{nodes.iter().map(dot).collect_view()}</g> }
}
