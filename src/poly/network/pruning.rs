//! Accuracy when only the largest coefficients of the expansion are kept.

use super::PolynomialError;
use super::coefficients::{CoefficientExpansion, ThirdOrder};
use super::derivatives::Progress;
use super::layer::{ClusterLayer, ClusterShape};
use super::polynomial::PolynomialNetwork;
use super::spectrum::largest;
use crate::report::PruningReport;
use std::sync::Arc;

/// A network whose terms up to an order are expanded and pruned; made step by step, then measured block by block.
#[derive(Debug, Clone)]
pub struct PrunedNetwork {
    network: Arc<PolynomialNetwork>,
    order: u32,
    kept: Vec<f64>,
    stage: Stage,
    terms: usize,
    images: u32,
    right: Vec<u32>,
    right_with_rest: Vec<u32>,
}

#[derive(Debug, Clone)]
enum Stage {
    /// A direct expansion has its coefficients as weights.
    Direct,
    Second(Box<CoefficientExpansion>),
    Third {
        first: Box<CoefficientExpansion>,
        third: ThirdOrder,
    },
    /// One output per share and class; where there are higher orders, then the unpruned terms per class.
    Pruned(Box<PolynomialNetwork>),
}

/// Expanded terms, without those of higher order.
struct Terms {
    constant: Vec<f64>,
    /// `[class][term]` in the order of the monomials.
    values: Vec<Vec<f64>>,
}

impl PrunedNetwork {
    /// Prunes the terms up to `order` (1 or 2, natively 3; for a direct expansion its own order) to the shares `kept`.
    ///
    /// # Errors
    /// [`PolynomialError`] for orders and shares that do not exist, and for expansions that are too large.
    pub fn new(network: Arc<PolynomialNetwork>, order: u32, kept: &[f64]) -> Result<Self, PolynomialError> {
        if let Some(share) = kept.iter().find(|share| !(0.0..=1.0).contains(*share)) {
            return Err(PolynomialError::Share { share: share.to_string() });
        }
        let second = |order: u32| CoefficientExpansion::new(network.clone(), order, None).map(Box::new);
        let stage = match order {
            _ if is_direct(&network) && order == network.degree() as u32 => Stage::Direct,
            1 | 2 => Stage::Second(second(order)?),
            3 => Stage::Third { first: second(2)?, third: ThirdOrder::new(network.clone())? },
            _ => return Err(PolynomialError::Order { order, choices: "1 or 2; for a direct expansion its own order" }),
        };
        let right = vec![0; kept.len()];
        let right_with_rest = if network.degree() as u32 > order { right.clone() } else { Vec::new() };
        Ok(Self { network, order, kept: kept.to_vec(), stage, terms: 0, images: 0, right, right_with_rest })
    }

    /// Goes on with the expansion.
    ///
    /// # Errors
    /// [`PolynomialError::NotFinite`] where the coefficients are too large for floating-point numbers.
    pub fn step(&mut self) -> Result<Progress, PolynomialError> {
        let progress = match &mut self.stage {
            Stage::Pruned(_) => return Ok(Progress { done: 1, total: 1 }),
            Stage::Direct => Progress { done: 1, total: 1 },
            Stage::Second(expansion) => expansion.step(),
            Stage::Third { first, third } => {
                if first.step().is_finished() {
                    third.step()
                } else {
                    Progress { done: 0, total: self.network.pixels() as u64 }
                }
            }
        };
        if progress.is_finished() {
            self.prune()?;
        }
        Ok(progress)
    }

    fn prune(&mut self) -> Result<(), PolynomialError> {
        let direct = self.network.layers()[0].clone();
        let terms = match std::mem::replace(&mut self.stage, Stage::Direct) {
            Stage::Direct => {
                Terms { constant: direct.bias.clone(), values: columns(&direct.weight, self.network.classes()) }
            }
            Stage::Second(expansion) => low_orders(*expansion, self.network.pixels()),
            Stage::Third { first, third } => {
                let mut terms = low_orders(*first, self.network.pixels());
                for (values, third) in terms.values.iter_mut().zip(third.finish()) {
                    values.extend(third);
                }
                terms
            }
            Stage::Pruned(pruned) => {
                self.stage = Stage::Pruned(pruned);
                return Ok(());
            }
        };
        self.terms = terms.values.first().map_or(0, Vec::len);
        let shares = self.kept.iter().copied().chain((!self.right_with_rest.is_empty()).then_some(1.0));
        let shares: Vec<f64> = shares.collect();
        self.stage = Stage::Pruned(Box::new(evaluator(&self.network, self.order, &terms, &shares)?));
        Ok(())
    }

    /// Adds some images: pixels from 0 to 1 `[n][row][column][channel]`, labels, and the network's own logits
    /// `[n][class]`. Does what is left of the expansion.
    ///
    /// # Errors
    /// [`PolynomialError`] where the three do not go together.
    pub fn add(&mut self, images: &[f32], labels: &[u8], logits: &[f32]) -> Result<(), PolynomialError> {
        let classes = self.network.classes();
        let images: Vec<f64> = images.iter().copied().map(f64::from).collect();
        let points = self.network.points(&images)?;
        for (what, found, expected) in [("labels", labels.len(), points), ("logits", logits.len(), points * classes)] {
            if found != expected {
                return Err(PolynomialError::Size { what: what.into(), found, expected });
            }
        }
        let pruned = loop {
            match &self.stage {
                Stage::Pruned(pruned) => break pruned,
                Stage::Direct | Stage::Second(_) | Stage::Third { .. } => self.step()?,
            };
        };
        let values = pruned.logits(&images)?;
        let rows = values.chunks_exact(pruned.classes()).zip(labels).zip(logits.chunks_exact(classes));
        for ((row, &label), logits) in rows {
            let (kept, full) = row.split_at(self.kept.len() * classes);
            for (share, kept) in kept.chunks_exact(classes).enumerate() {
                let right = |class: usize| u32::from(class == usize::from(label));
                self.right[share] += right(largest(kept.iter().copied()));
                if let Some(count) = self.right_with_rest.get_mut(share) {
                    let rest = logits.iter().zip(full).map(|(logit, full)| f64::from(*logit) - full);
                    *count += right(largest(kept.iter().zip(rest).map(|(kept, rest)| kept + rest)));
                }
            }
        }
        self.images += points as u32;
        Ok(())
    }

    /// The report.
    ///
    /// # Errors
    /// [`PolynomialError::NoImages`] before the first image.
    pub fn finish(self) -> Result<PruningReport, PolynomialError> {
        if self.images == 0 {
            return Err(PolynomialError::NoImages);
        }
        let share =
            |right: Vec<u32>| right.into_iter().map(|right| f64::from(right) / f64::from(self.images)).collect();
        Ok(PruningReport {
            model: self.network.name().to_owned(),
            about: self.network.expansion_point(),
            order: self.order,
            terms: self.terms as u32,
            images: self.images,
            kept: self.kept,
            accuracy: share(self.right),
            accuracy_with_rest: share(self.right_with_rest),
        })
    }
}

/// Whether the network is one linear map of the monomials of all pixels (Eq. 3).
fn is_direct(network: &PolynomialNetwork) -> bool {
    let layer = &network.layers()[0];
    network.layers().len() == 1 && layer.tap_count() == network.pixels()
}

/// `[row][column]` as `[column][row]`.
fn columns(values: &[f64], columns: usize) -> Vec<Vec<f64>> {
    (0..columns).map(|column| values.iter().skip(column).step_by(columns).copied().collect()).collect()
}

fn low_orders(expansion: CoefficientExpansion, pixels: usize) -> Terms {
    let coefficients = expansion.finish(0);
    let mut values: Vec<Vec<f64>> = coefficients.first.chunks_exact(pixels).map(<[f64]>::to_vec).collect();
    if let Some(second) = &coefficients.second {
        let rows = second.chunks_exact(pixels * (pixels + 1) / 2);
        values.iter_mut().zip(rows).for_each(|(values, row)| values.extend_from_slice(row));
    }
    Terms { constant: coefficients.constant.to_vec(), values }
}

/// A direct expansion with one output per share and class.
fn evaluator(
    network: &PolynomialNetwork,
    order: u32,
    terms: &Terms,
    shares: &[f64],
) -> Result<PolynomialNetwork, PolynomialError> {
    let (classes, pixels) = (network.classes(), network.pixels());
    let outputs = shares.len() * classes;
    let count = terms.values.first().map_or(0, Vec::len);
    let mut weight = vec![0.0; count * outputs];
    for (class, values) in terms.values.iter().enumerate() {
        let mut ranked: Vec<u32> = (0..count as u32).collect();
        ranked.sort_by(|&a, &b| values[b as usize].abs().total_cmp(&values[a as usize].abs()));
        for (index, share) in shares.iter().enumerate() {
            for &term in &ranked[..(share * count as f64).round() as usize] {
                weight[term as usize * outputs + index * classes + class] = values[term as usize];
            }
        }
    }
    let shape = ClusterShape { cluster: [1, pixels], stride: [1, 1], dilation: 1, padding: 0, order: order as usize };
    let bias = terms.constant.repeat(shares.len());
    let layer = ClusterLayer::new("expansion", [1, pixels, 1], outputs, shape, weight, bias)?;
    Ok(PolynomialNetwork::new(network.name(), vec![layer], Vec::new())?.with_point_of(network))
}
