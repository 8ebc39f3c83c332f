//! Results of trained networks: accuracy and size, direct expansions with fewer coefficients, and networks as polynomials.

use super::article::KEPT;
use super::measured::{Group, Made, Measured, Provenance, See, Source, Unit};
use super::node::Node;
use crate::app::draw::network::shipped_title;
use crate::app::format;
use crate::app::json::Json;
use crate::config::{MNIST, NamedNetwork};
use crate::number;

/// One result of an entry.
pub(super) fn result(
    key: String,
    group: Group,
    name: String,
    unit: Unit,
    sources: Vec<Source>,
    provenance: &Provenance,
) -> Measured {
    Measured { key, group, name, unit, made: Made::Read, sources, provenance: provenance.clone(), see: None }
}

/// Where a network can be seen.
fn see(name: &str) -> Option<See> {
    let network = NamedNetwork::find(name)?;
    Some(if network.data != &MNIST {
        See::Photos(name.to_owned())
    } else if name.starts_with("direct") {
        See::Direct
    } else {
        See::Draw(name.to_owned())
    })
}

/// `models`: every shipped network.
pub(super) fn models<J: Json>(list: &Node<J>, all: &mut Vec<Measured>) {
    for entry in list.elements() {
        let Some(name) = entry.text("name") else { continue };
        let provenance = Provenance::of(&entry);
        let group = if name.starts_with("direct") { Group::Direct } else { Group::Networks };
        let mut add = |key: &str, what: &str, unit, sources| {
            let name_of_row = format!("{}: {what}", shipped_title(&name));
            let found = result(format!("{name}/{key}"), group, name_of_row, unit, sources, &provenance);
            all.push(Measured { see: see(&name), ..found });
        };
        let one = |key: &str| entry.source(key).into_iter().collect();
        add("accuracy", "accuracy", Unit::Share, one("test_accuracy"));
        add("parameters", "parameters", Unit::Count, one("parameters"));
        add("loss", "mean cross-entropy on the test images", Unit::Number, one("test_loss"));
        let precisions = entry.items("precisions");
        let by_bits = |key: &str| {
            let labelled = |precision: &Node<J>| {
                let label = format!("{} bits", precision.number("bits").unwrap_or(f64::NAN));
                precision.source(key).map(|source| Source { label, ..source })
            };
            precisions.iter().filter_map(labelled).collect()
        };
        add("precision", "accuracy by bits of a weight", Unit::Share, by_bits("test_accuracy"));
        add("bytes", "size of its file by bits of a weight", Unit::Bytes, by_bits("bytes"));
    }
}

/// What follows from two networks or more: what convolutions lose, and the orders of the direct expansion.
pub(super) fn derived(all: &mut Vec<Measured>) {
    let accuracy_of = |name: &str| all.iter().find(|result| result.key == format!("{name}/accuracy"));
    let mut more = Vec::new();
    for conv in all.iter().filter(|result| result.key.starts_with("conv-") && result.key.ends_with("/accuracy")) {
        let size = conv.key.trim_start_matches("conv-").trim_end_matches("/accuracy");
        let Some(with) = accuracy_of(&format!("taylornet-{size}")) else { continue };
        more.push(Measured {
            key: format!("conv-{size}/drop"),
            name: format!("Accuracy lost with convolutions in place of CG operations, {size}×{size}"),
            unit: Unit::Points,
            made: Made::Difference,
            sources: [&conv.sources[..], &with.sources[..]].concat(),
            ..conv.clone()
        });
    }
    let orders = (1..=4).filter_map(|order| Some((order, accuracy_of(&format!("direct-{order}"))?)));
    let orders: Vec<_> = orders.collect();
    if let Some((_, last)) = orders.last() {
        let labelled = |&(order, result): &(usize, &Measured)| {
            let source = result.sources.first().cloned();
            source.map(|source| Source { label: format!("order {order}"), ..source })
        };
        let sources = orders.iter().filter_map(labelled).collect();
        more.push(Measured {
            key: "direct/accuracies".into(),
            name: "Direct expansion: accuracy by order".into(),
            sources,
            // Four runs have four commands: each network has a row of its own.
            provenance: Provenance::default(),
            ..(*last).clone()
        });
    }
    all.extend(more);
}

/// `direct`: accuracies with the largest coefficients only.
pub(super) fn pruned<J: Json>(node: &Node<J>, all: &mut Vec<Measured>) {
    let provenance = Provenance::of(node);
    for report in node.items("pruning") {
        let Some(model) = report.text("model") else { continue };
        let kept = report.numbers("kept");
        let accuracy = report.series("accuracy", |at| kept_label(&kept, at));
        let mut add = |key: &str, what: &str, unit, made, sources| {
            let name = format!("{}: {what}", shipped_title(&model));
            let found = result(format!("{model}/{key}"), Group::Direct, name, unit, sources, &provenance);
            all.push(Measured { made, see: Some(See::Direct), ..found });
        };
        let terms = report.source("terms").into_iter().collect();
        add("terms", "terms besides the constant", Unit::Count, Made::Read, terms);
        let at = |share: f64| {
            let place = kept.iter().position(|kept| (kept - share).abs() < 1e-9)?;
            accuracy.get(place).cloned()
        };
        for share in KEPT {
            let percent = format::percent(share, 0);
            let key = format!("kept-{:.0}", share * 100.0);
            let Some(left) = at(share) else { continue };
            match at(1.0).filter(|_| share >= 0.3) {
                Some(full) => {
                    let what = format!("accuracy lost with {percent} of the coefficients");
                    add(&key, &what, Unit::Points, Made::Difference, vec![left, full]);
                }
                None => {
                    let what = format!("accuracy with {percent} of the coefficients");
                    add(&key, &what, Unit::Share, Made::Read, vec![left]);
                }
            }
        }
        add("pruning", "accuracy by share of coefficients kept", Unit::Share, Made::Read, accuracy);
    }
    for (at, entry) in node.items("tries").iter().enumerate() {
        let Some(model) = entry.text("model") else { continue };
        let kept = entry.numbers("kept");
        let trained = entry.text("name").unwrap_or_default();
        let provenance = Provenance { command: entry.text("command"), ..Provenance::default() };
        for (key, what) in [
            ("black_per_class", "about the black image, each class its own largest"),
            ("black_all_classes", "about the black image, the largest of all classes"),
            ("mean_per_class", "about the mean image, each class its own largest"),
        ] {
            let name = format!("{}, {trained}: accuracy by share of coefficients kept, {what}", shipped_title(&model));
            let sources = entry.series(key, |at| kept_label(&kept, at));
            let found =
                result(format!("{model}/try-{at}/{key}"), Group::Direct, name, Unit::Share, sources, &provenance);
            all.push(Measured { see: Some(See::Direct), ..found });
        }
    }
}

fn kept_label(kept: &[f64], at: usize) -> String {
    kept.get(at).map_or_else(String::new, |&share| format::percent(share, 0))
}

/// `polynomial`: truncations, bases, coefficients against distance, fewer terms.
pub(super) fn polynomials<J: Json>(node: &Node<J>, all: &mut Vec<Measured>) {
    let provenance = Provenance::of(node);
    let mut add = |report: &Node<J>, key: &str, what: &str, unit, sources: Vec<Source>| {
        let (Some(model), about) = (report.text("model"), report.text("about").unwrap_or_default()) else { return };
        let name = format!("{}, about the {}: {what}", shipped_title(&model), about_name(&about));
        let found = result(format!("{model}/{about}/{key}"), Group::Polynomials, name, unit, sources, &provenance);
        all.push(Measured { see: Some(See::Trained(model, about)), ..found });
    };
    let order = |at: usize| format!("order {at}");
    let degree = |at: usize| format!("degree {at}");
    for report in node.items("spectra") {
        let whole = report.source("network_accuracy").into_iter().collect();
        add(&report, "whole", "accuracy of the whole network", Unit::Share, whole);
        let truncations = report.series("truncation_accuracy", order);
        add(&report, "truncations", "accuracy of the orders up to n", Unit::Share, truncations);
        for basis in report.items("bases") {
            let name = basis.text("basis").unwrap_or_default();
            let what = |what: &str| format!("{what} in {} polynomials up to degree n", capitalised(&name));
            let accuracy = basis.series("accuracy", degree);
            add(&report, &format!("{name}/accuracy"), &what("accuracy"), Unit::Share, accuracy);
            let sizes = basis.series("mean_absolute", degree);
            add(&report, &format!("{name}/sizes"), &what("size of the coefficients"), Unit::Number, sizes);
        }
        let gap = report.source("largest_difference").into_iter().collect();
        add(&report, "gap", "largest difference of the sum over orders from the network, relative", Unit::Number, gap);
    }
    for report in node.items("interactions") {
        let distances = report.numbers("distances");
        let label =
            |at: usize| distances.get(at).map_or_else(String::new, |&at| format!("distance {}", format::fixed(at, 2)));
        let strength = report.series("mean_absolute", label);
        add(&report, "strength", "mean strength of a product by distance (Fig. 3)", Unit::Number, strength);
    }
    for report in node.items("pruning") {
        let (kept, upto) = (report.numbers("kept"), report.number("order").unwrap_or(f64::NAN));
        let label = |at: usize| kept_label(&kept, at);
        let what =
            |rest: &str| format!("orders up to {upto} with their largest coefficients{rest}, accuracy by share kept");
        let accuracy = report.series("accuracy", label);
        add(&report, &format!("pruning-{upto}"), &what(""), Unit::Share, accuracy);
        let with_rest = report.series("accuracy_with_rest", label);
        add(&report, &format!("pruning-{upto}-rest"), &what(" and all higher orders"), Unit::Share, with_rest);
        let terms = report.source("terms").into_iter().collect();
        add(
            &report,
            &format!("terms-{upto}"),
            &format!("terms up to order {upto} besides the constant"),
            Unit::Count,
            terms,
        );
    }
    far_apart(all);
}

/// How strong products of pixels six apart are beside those of neighbours: what Fig. 3(b) is about.
fn far_apart(all: &mut Vec<Measured>) {
    const NEAR: &str = "distance 1.00";
    const FAR: &str = "distance 6.00";
    let far = all.iter().filter(|result| result.key.ends_with("/strength")).filter_map(|result| {
        let at = |label: &str| result.sources.iter().find(|source| source.label == label).cloned();
        let model = result.key.split('/').next()?;
        Some(Measured {
            key: result.key.replace("/strength", "/far"),
            name: format!(
                "{}: products of pixels six apart beside those of neighbours",
                result.name.split(':').next()?
            ),
            group: if model.starts_with("direct") { Group::Direct } else { Group::Polynomials },
            unit: Unit::Times,
            made: Made::Ratio,
            sources: vec![at(FAR)?, at(NEAR)?],
            ..result.clone()
        })
    });
    let far: Vec<_> = far.collect();
    all.extend(far);
}

/// `eigen_digits`: how much of the second order a few eigen-digits keep.
pub(super) fn eigen_digits<J: Json>(node: &Node<J>, all: &mut Vec<Measured>) {
    for (model, report) in node.entries() {
        let provenance = Provenance::of(&report);
        let about = report.text("about").unwrap_or_default();
        let kept = report.numbers("kept");
        let label = |at: usize| kept.get(at).map_or_else(String::new, |&count| format::count(number::whole(count)));
        let mut add = |key: &str, what: &str, unit, sources: Vec<Source>| {
            let name = format!("{}, about the {}: {what}", shipped_title(&model), about_name(&about));
            let key = format!("{model}/{about}/eigen-{key}");
            let found = result(key, Group::Polynomials, name, unit, sources, &provenance);
            all.push(Measured { see: Some(See::Trained(model.clone(), about.clone())), ..found });
        };
        let one = |key: &str| report.source(key).into_iter().collect();
        add("all", "order 2 with all eigen-digits, accuracy", Unit::Share, one("all"));
        add(
            "size",
            "accuracy by number of eigen-digits, largest eigenvalues first",
            Unit::Share,
            report.series("accuracy", label),
        );
        add(
            "share",
            "accuracy by number of eigen-digits, most telling first",
            Unit::Share,
            report.series("accuracy_by_share", label),
        );
        add(
            "gap",
            "largest difference of the eigen-digits from order 2, relative",
            Unit::Number,
            one("largest_difference"),
        );
    }
}

fn about_name(key: &str) -> String {
    format!("{key} image")
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
