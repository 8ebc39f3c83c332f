//! What was measured: accuracy by level beside the controls, similarity (Fig. S5, S6), and how far the images moved.

use super::words::{DistillationReports, accuracy_by_level, curve, embedders, growth, loss, references, similarity};
use crate::app::components::{LineChart, Series};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::views::view;
use leptos::prelude::*;

/// Charts and tables of what the manifest has; nothing of what it lacks.
#[component]
pub fn Evidence() -> impl IntoView {
    let shipped = expect_context::<Shipped>().0;
    let reports = Memo::new(move |_| {
        shipped.with(|shipped| shipped.as_ref()?.as_ref().ok().map(|manifest| manifest.distillation.clone()))
    });
    move || {
        let reports = reports.get().filter(|reports| *reports != DistillationReports::default())?;
        Some(view! {
            <section class="panel distil-evidence" aria-labelledby="distil-evidence-title" data-testid="distil-evidence">
                <h2 id="distil-evidence-title">"What the levels keep"</h2>
                <div class="distil-charts">{charts(&reports)}</div>
                {accuracies(&reports)}
            </section>
        })
    }
}

/// A chart over the levels; nothing without points.
fn chart(
    label: &'static str,
    testid: &'static str,
    series: Vec<Series>,
    write: fn(f64) -> String,
    range: (f64, f64),
    words: String,
) -> Option<AnyView> {
    let series: Vec<Series> = series.into_iter().filter(|series| !series.points.is_empty()).take(2).collect();
    if series.is_empty() {
        return None;
    }
    let series = Memo::new(move |_| series.clone());
    Some(view! {
        <div>
            <LineChart label x_label="level" series write x_max=Memo::new(|_| 5.0) y_range=range testid/>
            {(!words.is_empty()).then(|| view! { <p class="small" data-testid=format!("{testid}-words")>{words}</p> })}
        </div>
    })
}

fn charts(reports: &DistillationReports) -> Vec<Option<AnyView>> {
    let levels = &reports.levels;
    let series = |name: &str, points| Series { name: name.to_owned(), points };
    let by_level: Vec<Series> = embedders(&reports.accuracy)
        .iter()
        .map(|name| series(name, accuracy_by_level(&reports.accuracy, name)))
        .collect();
    let lowest = by_level.iter().flat_map(|series| &series.points).map(|point| point.1).fold(1.0, f64::min);
    let (within, between) = (curve(levels, |level| level.within), curve(levels, |level| level.between));
    let words = [growth("within the classes", &within), growth("between the classes", &between)].join(" ");
    let (removed, moved) = (curve(levels, |level| level.removed), curve(levels, |level| level.moved));
    let furthest = moved.iter().map(|point| point.1).fold(0.0, f64::max);
    let percent: fn(f64) -> String = |value| format::percent(value, 1);
    vec![
        chart(
            "Accuracy by the angle to ten references or more",
            "distil-accuracy",
            by_level,
            percent,
            ((lowest * 20.0).floor() / 20.0, 1.0),
            String::new(),
        ),
        chart(
            "Mean cosine similarity",
            "distil-similarity",
            vec![series("within classes", within), series("between", between)],
            similarity,
            (0.0, 1.0),
            words.trim().to_owned(),
        ),
        chart(
            "Removable loss removed",
            "distil-removed",
            vec![series("median", removed)],
            percent,
            (0.0, 1.0),
            String::new(),
        ),
        chart(
            "Distance moved from the start",
            "distil-moved",
            vec![series("per pixel", moved)],
            similarity,
            (0.0, furthest * 1.1),
            String::new(),
        ),
    ]
}

/// All accuracies as a table.
fn accuracies(reports: &DistillationReports) -> Option<impl IntoView + use<>> {
    let row = |cells: [String; 4]| {
        let [references, embedder, loss, accuracy] = cells;
        view! { <tr><th scope="row">{references}</th><td>{embedder}</td><td>{loss}</td><td>{accuracy}</td></tr> }
    };
    let or_dash = |text: &str| if text.is_empty() { format::NONE.to_owned() } else { text.to_owned() };
    let measured = reports.accuracy.iter().map(|report| {
        let accuracy = format::percent(report.accuracy, 2);
        row([references(&report.references), or_dash(&report.embedder), or_dash(loss(&report.loss)), accuracy])
    });
    let variants = reports.variants.iter().map(|report| {
        row([report.name.clone(), format::NONE.into(), format::NONE.into(), format::percent(report.accuracy, 2)])
    });
    let ten = reports.ten_images.iter().map(|report| {
        let accuracy = format!("{} ± {}", format::percent(report.mean, 1), format::percent(report.deviation, 1));
        let name = format!("a network trained on the ten images alone, {} seeds", report.seeds);
        row([name, format::NONE.into(), format::NONE.into(), accuracy])
    });
    let rows: Vec<_> = measured.chain(variants).chain(ten).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <div class="table-box" tabindex="0" role="region" aria-label="Accuracies">
                <table class="data distil-table" data-testid="distil-accuracies">
                    <thead>
                        <tr>
                            <th scope="col">"References"</th>
                            <th scope="col">"Features of"</th>
                            <th scope="col">"Loss"</th>
                            <th scope="col">"Accuracy"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    })
}
