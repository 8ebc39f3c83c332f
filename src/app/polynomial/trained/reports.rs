//! Which report belongs to what is on view: one measured here, or one that is shipped.

use super::digit::Key;
use crate::app::frame::Shipped;
use crate::app::manifest::PolynomialReports;
use crate::app::reactive::memo;
use crate::config::{ExpansionPoint, NetworkConfig};
use crate::number;
use crate::protocol::{InteractionReport, ModelRef, PruningReport, SpectrumReport};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a shipped report is about.
pub(super) trait Report {
    /// Name of its network and its expansion point.
    fn subject(&self) -> (&str, ExpansionPoint);
}

impl Report for SpectrumReport {
    fn subject(&self) -> (&str, ExpansionPoint) {
        (&self.model, self.about)
    }
}

impl Report for PruningReport {
    fn subject(&self) -> (&str, ExpansionPoint) {
        (&self.model, self.about)
    }
}

impl Report for InteractionReport {
    fn subject(&self) -> (&str, ExpansionPoint) {
        (&self.model, self.about)
    }
}

/// What is known under the key of what is on view.
pub(super) fn at_key<T>(key: Memo<Key>, all: RwSignal<BTreeMap<Key, Arc<T>>>) -> Memo<Option<Arc<T>>>
where
    T: PartialEq + Send + Sync + 'static,
{
    memo(move |_| all.with(|all| all.get(&key.get()).cloned()))
}

/// Of a direct expansion all orders are pruned, of other networks the first two.
pub(super) fn prunable_order(config: Option<&NetworkConfig>) -> u32 {
    match config {
        Some(NetworkConfig::Direct(direct)) => number::to_u32(direct.order),
        Some(NetworkConfig::TaylorNet(_) | NetworkConfig::ResNet(_)) | None => 2,
    }
}

/// What was measured here, or else the shipped report of the same order.
pub(super) fn pruning_of(
    (key, network): (Memo<Key>, Memo<ModelRef>),
    about: Memo<ExpansionPoint>,
    config: Memo<Option<NetworkConfig>>,
    measured: RwSignal<BTreeMap<Key, Arc<PruningReport>>>,
) -> Memo<Option<Arc<PruningReport>>> {
    let (shipped, here) = (expect_context::<Shipped>(), at_key(key, measured));
    let order = move || config.with(|config| prunable_order(config.as_ref()));
    memo(move |_| {
        here.get().or_else(|| {
            shipped_report(
                shipped,
                |reports| &reports.pruning,
                |report| network.with(|own| is_about(report, own, about.get())) && report.order == order(),
            )
        })
    })
}

/// What was measured here, or else stands in the manifest.
pub(super) fn reported<T>(
    (key, network): (Memo<Key>, Memo<ModelRef>),
    about: Memo<ExpansionPoint>,
    measured: RwSignal<BTreeMap<Key, Arc<T>>>,
    list: fn(&PolynomialReports) -> &Vec<T>,
) -> Memo<Option<Arc<T>>>
where
    T: Report + Clone + PartialEq + Send + Sync + 'static,
{
    let (shipped, here) = (expect_context::<Shipped>(), at_key(key, measured));
    memo(move |_| {
        here.get().or_else(|| {
            shipped_report(shipped, list, |report: &T| network.with(|own| is_about(report, own, about.get())))
        })
    })
}

/// The spectrum of a network about the black image, where it is shipped: the one that others are shown beside.
pub(super) fn spectrum_about_black(network: Memo<ModelRef>) -> Memo<Option<Arc<SpectrumReport>>> {
    let shipped = expect_context::<Shipped>();
    memo(move |_| network.with(|own| shipped_spectrum(shipped, own.name()?, ExpansionPoint::Black)))
}

/// The spectrum about a point of the same network trained the other way, where it is shipped.
pub(super) fn spectrum_of_twin(
    network: Memo<ModelRef>,
    about: Memo<ExpansionPoint>,
) -> Memo<Option<Arc<SpectrumReport>>> {
    let shipped = expect_context::<Shipped>();
    memo(move |_| network.with(|own| shipped_spectrum(shipped, own.record()?.twin?, about.get())))
}

fn is_about(report: &impl Report, network: &ModelRef, about: ExpansionPoint) -> bool {
    let (name, point) = report.subject();
    network.name() == Some(name) && point == about
}

fn shipped_spectrum(shipped: Shipped, name: &str, about: ExpansionPoint) -> Option<Arc<SpectrumReport>> {
    shipped_report(shipped, |reports| &reports.spectra, |report: &SpectrumReport| report.subject() == (name, about))
}

fn shipped_report<T: Clone>(
    shipped: Shipped,
    list: fn(&PolynomialReports) -> &Vec<T>,
    is_it: impl Fn(&T) -> bool,
) -> Option<Arc<T>> {
    shipped.0.with(|shipped| {
        let reports = &shipped.as_ref()?.as_ref().ok()?.polynomial;
        list(reports).iter().find(|report| is_it(report)).cloned().map(Arc::new)
    })
}
