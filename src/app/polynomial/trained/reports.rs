//! Which report belongs to the network on view: one measured here, or one that is shipped.

use crate::app::frame::Shipped;
use crate::app::manifest::PolynomialReports;
use crate::config::NetworkConfig;
use crate::protocol::PruningReport;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The entry of the network on view.
pub(super) fn of_network<T>(network: Memo<String>, all: RwSignal<BTreeMap<String, Arc<T>>>) -> Memo<Option<Arc<T>>>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| all.with(|all| all.get(&network.get()).cloned()))
}

/// Of a direct expansion all orders are pruned, of other networks the first two.
pub(super) fn prunable_order(config: Option<&NetworkConfig>) -> u32 {
    match config {
        Some(NetworkConfig::Direct(direct)) => direct.order as u32,
        Some(NetworkConfig::TaylorNet(_) | NetworkConfig::ResNet(_)) | None => 2,
    }
}

/// What was measured here, or else the shipped report of the same order.
pub(super) fn pruning_of(
    network: Memo<String>,
    config: Memo<Option<NetworkConfig>>,
    measured: RwSignal<BTreeMap<String, Arc<PruningReport>>>,
) -> Memo<Option<Arc<PruningReport>>> {
    let shipped = expect_context::<Shipped>();
    let here = of_network(network, measured);
    Memo::new(move |_| {
        here.get().or_else(|| {
            let order = config.with(|config| prunable_order(config.as_ref()));
            shipped.0.with(|shipped| {
                let reports = &shipped.as_ref()?.as_ref().ok()?.polynomial.pruning;
                let of_it = |report: &&PruningReport| network.with(|own| report.model == *own) && report.order == order;
                reports.iter().find(of_it).cloned().map(Arc::new)
            })
        })
    })
}

/// What was measured here, or else stands in the manifest.
pub(super) fn reported<T>(
    network: Memo<String>,
    measured: RwSignal<BTreeMap<String, Arc<T>>>,
    list: fn(&PolynomialReports) -> &Vec<T>,
    name: fn(&T) -> &String,
) -> Memo<Option<Arc<T>>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let shipped = expect_context::<Shipped>();
    let here = of_network(network, measured);
    Memo::new(move |_| {
        here.get().or_else(|| {
            shipped.0.with(|shipped| {
                let reports = &shipped.as_ref()?.as_ref().ok()?.polynomial;
                network.with(|own| list(reports).iter().find(|report| name(report) == own).cloned().map(Arc::new))
            })
        })
    })
}
