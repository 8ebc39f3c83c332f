//! The orders in detail: what each contributes to a score on average, and how they grow from level to level.

use super::state::use_trained;
use crate::app::components::{SavePicture, SignedBar, Term};
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::app::{colour, format, scale};
use crate::protocol::SpectrumReport;
use leptos::prelude::*;

const SPECTRUM: &str = "Mean over the test images of the contribution of each order to the score, and the mean of its absolute \
     value: orders of both signs cancel in the first and not in the second.";
const LEVELS: &str = "Share of each order in the mean absolute value of the features of a level. The pixels are of order 1; every \
     CG operation multiplies values of the level below, so higher orders appear level by level, as couplings do in a \
     renormalisation group flow.";

/// Both tables.
#[component]
pub fn Levels() -> impl IntoView {
    let trained = use_trained();
    move || {
        trained.spectrum.get().map(|report| {
            let of_levels = heat(&report);
            view! {
                <section class="trained-detail" aria-labelledby="trained-detail-title" data-testid="trained-levels">
                    <h2 id="trained-detail-title">"Where the orders come from"</h2>
                    <div class="trained-two">
                        <ClassSpectrum/>
                        <div class="trained-heat-box" data-picture="">
                            <h3><Term word="From level to level" meaning=LEVELS/></h3>
                            <div class="table-scroll" tabindex="0" role="region" aria-label="Share of each order by level">{of_levels}</div>
                            <SavePicture id="orders-by-level"/>
                        </div>
                    </div>
                </section>
            }
        })
    }
}

/// Mean contribution of each order to the score on view.
#[component]
fn ClassSpectrum() -> impl IntoView {
    let trained = use_trained();
    let rows = memo(move |_| {
        let selection = trained.selection.get();
        trained.spectrum.with(|report| {
            report.as_ref().map_or_else(Vec::new, |report| means(report, selection.class, selection.against))
        })
    });
    let range = memo(move |_| scale::extent(rows.get().into_iter().map(|row| row.0).chain([0.0]), (0.0, 1.0)));
    let name = move || {
        let selection = trained.selection.get();
        selection.against.map_or_else(
            || format!("score of {}", selection.class),
            |other| format!("score of {} minus that of {other}", selection.class),
        )
    };
    let has_absolute = move || trained.selection.get().against.is_none();
    let body = move || {
        let row = |(order, (mean, absolute)): (usize, (f64, f64))| {
            view! {
                <tr>
                    <th scope="row">{order}</th>
                    <td class="bar"><SignedBar value=Signal::stored(mean) range/></td>
                    <td>{format::signed(mean, 3)}</td>
                    {has_absolute().then(|| view! { <td>{format::fixed(absolute, 3)}</td> })}
                </tr>
            }
        };
        rows.get().into_iter().enumerate().map(row).collect_view()
    };
    view! {
        <div data-picture="">
            <h3><Term word="Mean contribution" meaning=SPECTRUM/> <span class="why-of">{live(name)}</span></h3>
            <table class="data trained-spectrum" data-testid="trained-spectrum">
                <thead>
                    <tr>
                        <th scope="col" colspan="2">"Order"</th>
                        <th scope="col">"mean"</th>
                        {move || has_absolute().then(|| view! { <th scope="col">"mean |·|"</th> })}
                    </tr>
                </thead>
                <tbody>{live(body)}</tbody>
            </table>
            <SavePicture id="spectrum"/>
        </div>
    }
}

fn means(report: &SpectrumReport, class: usize, against: Option<usize>) -> Vec<(f64, f64)> {
    let Some(own) = report.mean.get(class) else { return Vec::new() };
    let other = against.and_then(|class| report.mean.get(class));
    let absolute = report.mean_absolute.get(class);
    let row = |(order, mean): (usize, &f64)| {
        let at = |list: Option<&Vec<f64>>| list.and_then(|list| list.get(order)).copied().unwrap_or(0.0);
        (mean - at(other), at(absolute))
    };
    own.iter().enumerate().map(row).collect()
}

/// One row per level, one column per order; the share is written into its cell.
fn heat(report: &SpectrumReport) -> impl IntoView + use<> {
    let orders = report.levels.iter().map(|level| level.shares.len()).max().unwrap_or_default();
    let head = (0..orders).map(|order| view! { <th scope="col">{order}</th> }).collect_view();
    let rows = report.levels.iter().map(|level| {
        let cells = (0..orders).map(|order| {
            let share = level.shares.get(order).copied().unwrap_or(0.0);
            // Never so dark that the number could not be read.
            let paint = colour::sequential(0.62 * share.clamp(0.0, 1.0).sqrt()).css();
            let text = if share <= 0.0 { String::new() } else if share < 0.005 { "·".into() } else { format::fixed(share * 100.0, 0) };
            view! { <td style:background-color=paint title=format!("{}, order {order}: {}", level.name, format::percent(share, 2))>{text}</td> }
        });
        view! { <tr><th scope="row">{level.name.clone()}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="trained-heat" data-testid="trained-heat">
            <caption class="visually-hidden">"Share of each order in the features of each level, in percent"</caption>
            <thead><tr><th scope="col">"order"</th>{head}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
            <tfoot><tr><td colspan=(orders + 1).to_string()>"Shares in percent; a dot is less than half a percent."</td></tr></tfoot>
        </table>
    }
}
