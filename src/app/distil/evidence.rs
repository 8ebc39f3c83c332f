//! What was measured: accuracy by level beside the controls, similarity (Fig. S5, S6), and how far the images moved.

use super::measures::{self, Row};
use super::words::{
    AccuracyRow, DistillationReports, accuracy_by_level, curve, embedders, growth, loss, references, similarity, table,
};
use crate::app::components::{LineChart, Series, Term};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::manifest::Manifest;
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::config::Partition;
use leptos::prelude::*;

/// Charts and tables of what the manifest has; nothing of what it lacks.
#[component]
pub fn Evidence() -> impl IntoView {
    let shipped = expect_context::<Shipped>().0;
    let address = use_address();
    let of = move |read: fn(&Manifest) -> &DistillationReports| {
        memo(move |_| shipped.with(|shipped| shipped.as_ref()?.as_ref().ok().map(|manifest| read(manifest).clone())))
    };
    let (alike, random) = (of(|manifest| &manifest.distillation_alike), of(|manifest| &manifest.distillation));
    let partition = memo(move |_| address.state.with(|state| state.distil.partition));
    move || {
        let (alike, random) = (alike.get()?, random.get()?);
        let reports = match partition.get() {
            Partition::Alike => &alike,
            Partition::Random => &random,
        };
        if *reports == DistillationReports::default() {
            return None;
        }
        Some(view! {
            <section class="panel distil-evidence" aria-labelledby="distil-evidence-title" data-testid="distil-evidence">
                <h2 id="distil-evidence-title">"What the levels keep"</h2>
                <div class="distil-charts">{charts(reports)}</div>
                {accuracies(reports)}
                <Untrained alike=alike.clone() random=random.clone()/>
                {others(&random)}
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
    let series = memo(move |_| series.clone());
    Some(view! {
        <div>
            <LineChart label x_label="level" series write x_max=memo(|_| 5.0) y_range=range testid/>
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
            "Accuracy by the nearest reference",
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

/// Accuracies of the references, and of whatever else was tried.
fn accuracies(reports: &DistillationReports) -> AnyView {
    let percent = |accuracy: f64| format::percent(accuracy, 2);
    let or_dash = |text: &str| if text.is_empty() { format::NONE.to_owned() } else { text.to_owned() };
    let (embedders, rows) = table(&reports.accuracy);
    let head = ["References", "Loss"].map(str::to_owned).into_iter().chain(embedders.iter().map(|name| or_dash(name)));
    let row = |row: &AccuracyRow| {
        let accuracies =
            row.accuracies.iter().map(|accuracy| accuracy.map_or_else(|| format::NONE.to_owned(), percent));
        [references(&row.references), or_dash(loss(&row.loss))].into_iter().chain(accuracies).collect()
    };
    let variants = reports.variants.iter().map(|report| vec![report.name.clone(), percent(report.accuracy)]);
    let ten = reports.ten_images.iter().map(|report| {
        let accuracy = format!("{} ± {}", format::percent(report.mean, 1), format::percent(report.deviation, 1));
        vec![format!("a network trained on the ten images alone, {} seeds", report.seeds), accuracy]
    });
    view! {
        <div class="distil-tables" data-testid="distil-accuracies">
            {data_table("Accuracies by network", head.collect(), rows.iter().map(row).collect())}
            {data_table(
                "Accuracies of other settings",
                ["Other settings", "Accuracy"].map(str::to_owned).into(),
                variants.chain(ten).collect(),
            )}
        </div>
    }
}

/// What the images are worth without a trained network.
#[component]
fn Untrained(alike: DistillationReports, random: DistillationReports) -> impl IntoView {
    let rows = measures::rows(&alike, &random);
    let curve = |name: &str, reports| Series { name: name.to_owned(), points: measures::pixel_curve(reports) };
    let series = vec![curve("likes", &alike), curve("any images", &random)];
    let lowest = series.iter().flat_map(|series| &series.points).map(|point| point.1).fold(1.0, f64::min);
    let percent: fn(f64) -> String = |value| format::percent(value, 1);
    let range = ((lowest * 10.0).floor() / 10.0, 1.0);
    let head = measures::COLUMNS.map(|(name, meaning)| view! { <th scope="col"><Term word=name meaning/></th> });
    let row = |row: Row| {
        view! {
            <tr class:control=!row.is_distilled>
                <td>{row.per_class}</td>
                <th scope="row">{row.name}</th>
                {row.values.map(|value| view! { <td>{value}</td> }).into_iter().collect_view()}
            </tr>
        }
    };
    (!rows.is_empty()).then(|| {
        view! {
            <h3>"Without a trained network"</h3>
            <p class="small muted">
                "A good network gets almost any typical digit right, so its angle says little about what an image has kept. These measures need none. "
                "Random groups lose the shapes: every image of a class becomes the same one, pushed ever further from the mean of all digits. "
                "Groups of likes, drawn to their own mean alone, keep them."
            </p>
            {chart("Accuracy by raw pixels", "distil-pixels", series, percent, range, String::new())}
            <div class="table-box" tabindex="0" role="region" aria-label="Measures without a trained network" data-testid="distil-measures">
                <table class="data distil-table">
                    <thead><tr><th scope="col">"Per class"</th><th scope="col">"Images"</th>{head.into_iter().collect_view()}</tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}

/// Other settings without a trained network, and random networks of two kinds.
fn others(reports: &DistillationReports) -> AnyView {
    view! {
        <div class="distil-tables" data-testid="distil-others">
            {data_table(
                "Other settings, without a trained network",
                measures::TRY_HEAD.map(str::to_owned).into(),
                measures::try_rows(&reports.tries),
            )}
            {data_table(
                "Random networks with independent and with orthogonal filters",
                measures::EMBEDDER_HEAD.map(str::to_owned).into(),
                measures::embedder_rows(&reports.embedders),
            )}
        </div>
        {(!reports.embedders.is_empty()).then(|| view! { <p class="small distil-prose">{measures::embedders_in_words(&reports.embedders)}</p> })}
    }
    .into_any()
}

/// A table whose rows begin with their names; nothing without rows.
pub(super) fn data_table(label: &'static str, head: Vec<String>, rows: Vec<Vec<String>>) -> Option<AnyView> {
    let head: Vec<_> = head.into_iter().map(|text| view! { <th scope="col">{text}</th> }).collect();
    let cell = |(index, text): (usize, String)| match index {
        0 => view! { <th scope="row">{text}</th> },
        _ => view! { <td>{text}</td> },
    };
    let is_empty = rows.is_empty();
    let row = |row: Vec<String>| view! { <tr>{row.into_iter().enumerate().map(cell).collect::<Vec<_>>()}</tr> };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    (!is_empty).then(|| {
        view! {
            <div class="table-box" tabindex="0" role="region" aria-label=label>
                <table class="data distil-table">
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    })
}
