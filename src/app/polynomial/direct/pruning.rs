//! What is left when only the largest coefficients are kept, beside the article's three figures.

use super::chart::{self, Chart};
use super::figures::{ARTICLE_PRUNING, accuracy_at};
use crate::app::components::{SavePicture, Term};
use crate::app::format;
use crate::app::views::view;
use crate::poly::ranking::sorted_by;
use crate::protocol::PruningReport;
use leptos::prelude::*;

const ABOUT_MEAN: &str = "The same network written about the mean training image, in the powers of the difference from it, and its \
     smallest coefficients left out there. What is lost depends on the point more than on anything else.";

/// Curve and table, of the highest order that was measured.
pub fn pruned(report: &PruningReport, about_mean: Option<&PruningReport>) -> impl IntoView + use<> {
    let drawn = chart::draw(&picture(report));
    let full = accuracy_at(report, 1.0);
    let about_mean = about_mean.filter(|other| (&other.model, other.order) == (&report.model, report.order));
    let row = |(share, _, article): (f64, f64, &'static str)| {
        let moved = about_mean.map(|other| {
            let accuracy = accuracy_at(other, share);
            accuracy.map_or(format::NONE.to_owned(), |accuracy| format::percent(accuracy, 2))
        });
        let ours = accuracy_at(report, share);
        let text = ours.map_or(format::NONE.to_owned(), |accuracy| format::percent(accuracy, 2));
        let points = ours
            .zip(full)
            .map_or(format::NONE.to_owned(), |(accuracy, full)| format::signed((accuracy - full) * 100.0, 2));
        view! {
            <tr data-testid=format!("direct-kept-{:.0}", share * 100.0)>
                <th scope="row">{format::percent(share, 0)}</th>
                <td>{article}</td>
                <td>{text}</td>
                <td>{points}</td>
                {moved.map(|text| view! { <td>{text}</td> })}
            </tr>
        }
    };
    let rows = ARTICLE_PRUNING.map(row).into_iter().collect_view();
    let all = report.kept.iter().zip(&report.accuracy).map(|(&kept, &accuracy)| {
        view! { <tr><th scope="row">{format::percent(kept, 1)}</th><td>{format::percent(accuracy, 2)}</td></tr> }
    });
    let all = all.collect_view();
    view! {
        <section class="direct-part" aria-labelledby="direct-pruning-title" data-testid="direct-pruning">
            <h2 id="direct-pruning-title">
                {format!("Order {}: only the largest of its {} coefficients", report.order, format::count(report.terms as usize))}
            </h2>
            <figure class="chart">
                {drawn}
                <SavePicture id="direct-pruning"/>
                <details>
                    <summary>"Table"</summary>
                    <div class="table-box" tabindex="0" role="region" aria-label="Accuracy for every share kept">
                        <table class="data">
                            <thead><tr><th scope="col">"Kept"</th><th scope="col">"Accuracy"</th></tr></thead>
                            <tbody>{all}</tbody>
                        </table>
                    </div>
                </details>
            </figure>
            <table class="data direct-table">
                <thead>
                    <tr>
                        <th scope="col">"Kept"</th>
                        <th scope="col">"Article"</th>
                        <th scope="col">"Here"</th>
                        <th scope="col">"Points"</th>
                        {about_mean.map(|_| view! { <th scope="col"><Term word="About the mean" meaning=ABOUT_MEAN/></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="small muted">
                {format!("By absolute value, for each class separately; {} test images.", format::count(report.images as usize))}
            </p>
        </section>
    }
}

fn picture(report: &PruningReport) -> Chart {
    let points: Vec<(f64, f64)> = report.kept.iter().copied().zip(report.accuracy.iter().copied()).collect();
    let mut points = sorted_by(&points, |point| point.0);
    let ticks = [0.0, 0.1, 0.3, 0.5, 0.7, 1.0].map(|share| (share, format::percent(share, 0), String::new())).to_vec();
    let words = points
        .iter()
        .map(|(kept, accuracy)| format!("{} kept: {}", format::percent(*kept, 1), format::percent(*accuracy, 1)));
    let text = format!("Accuracy over the share of coefficients kept. {}", words.collect::<Vec<_>>().join("; "));
    let article = ARTICLE_PRUNING.iter().map(|(share, accuracy, _)| (*share, *accuracy)).collect();
    // Far below, the curve would press all else against the top.
    points.retain(|point| point.1 >= 0.5);
    Chart { x: (0.0, 1.0), ticks, names: ("coefficients kept", ""), points, article, level: None, text }
}
