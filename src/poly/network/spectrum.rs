//! Contributions of the Taylor orders: of one image, and over many with the accuracy of every exact truncation.

use super::PolynomialError;
use super::features;
use super::layer::ClusterLayer;
use super::maps::Maps;
use super::passes::{Forward, STEP_WORK};
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, multiply};
use crate::config::Basis;
use crate::poly::basis;
use crate::report::{BasisSpectrum, LevelSpectrum, SpectrumReport};
use std::sync::Arc;

/// Images whose monomials are formed at once.
const DIRECT_BLOCK: usize = 8;

impl PolynomialNetwork {
    /// Contributions of every order at an image `[row][column][channel]`: `[class][order]`. With `f(x0 + t (x - x0))` a
    /// polynomial in `t`, where `x0` is the expansion point, the contribution of order `n` is its coefficient of `t^n`; over all orders they sum up to the logit.
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where this is no image of the network.
    pub fn spectrum(&self, image: &[f64]) -> Result<Vec<Vec<f64>>, PolynomialError> {
        let trace = self.orders(image)?;
        let mut result = by_class(&trace[trace.len() - 1], 0, self.degree());
        result.truncate(self.classes());
        Ok(result)
    }

    fn orders(&self, images: &[f64]) -> Result<Vec<Maps>, PolynomialError> {
        let points = self.points(images)?;
        let [height, width, channels] = self.input();
        let moved = self.displacements(images);
        let line = Maps::line(None, Some(&moved), points, height * width, channels);
        if let [layer] = self.layers() {
            return Ok(vec![line, direct_orders(layer, &moved, points)]);
        }
        Ok(Forward::run(self, line, self.degree()))
    }

    /// Images whose spectra take one step of some tens of milliseconds.
    pub fn spectra_per_step(&self) -> usize {
        let [height, width, channels] = self.input();
        let line = Maps::zeros(1, height * width, 2, channels);
        // Every term of a direct expansion has one order only.
        let order = if self.layers().len() == 1 { 0 } else { self.degree() };
        let work = Forward::work(self, &line, order);
        (STEP_WORK as u64 / work.max(1)).clamp(1, 32) as usize
    }
}

/// Orders of a direct expansion, where every monomial is of one order only: a matrix product per degree.
fn direct_orders(layer: &ClusterLayer, images: &[f64], points: usize) -> Maps {
    let [height, width, channels] = layer.input;
    let (out, len) = (layer.output[2], layer.row_len());
    let input = Maps::line(Some(images), None, points, height * width, channels);
    let mut orders = Maps::zeros(points, 1, layer.order + 1, out);
    let mut rows = vec![0.0; DIRECT_BLOCK * len];
    let mut values = vec![0.0; DIRECT_BLOCK * out];
    for first in (0..points).step_by(DIRECT_BLOCK) {
        let count = DIRECT_BLOCK.min(points - first);
        for (point, row) in (first..first + count).zip(rows.chunks_exact_mut(len)) {
            features::fill(layer, &input, point, 0, row);
            orders.row_mut(point, 0)[..out].copy_from_slice(layer.bias_at(0));
        }
        for degree in 1..=layer.order {
            let place = |degree: usize| layer.degrees.partition_point(|&other| usize::from(other) < degree) * channels;
            let range = place(degree)..place(degree + 1);
            let weight = &layer.weight_at(0)[range.start * out..range.end * out];
            let terms = Matrix::columns(&rows, count, len, range.clone());
            multiply(&mut values, terms, Matrix::new(weight, range.len(), out), false);
            for (point, values) in (first..first + count).zip(values.chunks_exact(out)) {
                orders.row_mut(point, 0)[degree * out..(degree + 1) * out].copy_from_slice(values);
            }
        }
    }
    orders
}

/// `[class][order]` of one image.
fn by_class(outputs: &Maps, point: usize, degree: usize) -> Vec<Vec<f64>> {
    let row = outputs.row(point, 0);
    let value = |class: usize, order: usize| row.get(order * outputs.channels + class).copied().unwrap_or_default();
    (0..outputs.channels).map(|class| (0..=degree).map(|order| value(class, order)).collect()).collect()
}

/// Index of the largest value; the first where several are equal.
pub(super) fn largest(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (index, value) in values.enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best.0
}

/// What the coefficients of a basis are over many images.
#[derive(Debug, Clone)]
struct BasisSums {
    basis: Basis,
    right: Vec<u32>,
    absolute: Vec<f64>,
}

impl BasisSums {
    fn new(basis: Basis, count: usize) -> Self {
        Self { basis, right: vec![0; count], absolute: vec![0.0; count] }
    }

    /// Adds an image with its contributions `[class][order]`.
    fn add(&mut self, contributions: &[Vec<f64>], label: usize) {
        let coefficients: Vec<_> = contributions.iter().map(|series| basis::from_powers(self.basis, series)).collect();
        let mut sums = vec![0.0; coefficients.len()];
        for (degree, right) in self.right.iter_mut().enumerate() {
            for (sum, series) in sums.iter_mut().zip(&coefficients) {
                *sum += series[degree];
                self.absolute[degree] += series[degree].abs();
            }
            *right += u32::from(largest(sums.iter().copied()) == label);
        }
    }

    fn finish(self, images: f64, classes: usize) -> BasisSpectrum {
        BasisSpectrum {
            basis: self.basis,
            accuracy: self.right.into_iter().map(|right| f64::from(right) / images).collect(),
            mean_absolute: self.absolute.into_iter().map(|sum| sum / (images * classes as f64)).collect(),
        }
    }
}

/// The spectra of many images, measured block by block.
#[derive(Debug, Clone)]
pub struct SpectrumMeasurement {
    network: Arc<PolynomialNetwork>,
    images: u32,
    right: Vec<u32>,
    network_right: u32,
    sum: Vec<Vec<f64>>,
    sum_absolute: Vec<Vec<f64>>,
    largest_difference: f64,
    bases: Vec<BasisSums>,
    /// Per level and order the sum of absolute values.
    levels: Vec<Vec<f64>>,
}

impl SpectrumMeasurement {
    /// Starts.
    pub fn new(network: Arc<PolynomialNetwork>) -> Self {
        let (classes, orders) = (network.classes(), network.degree() + 1);
        Self {
            images: 0,
            right: vec![0; orders],
            network_right: 0,
            sum: vec![vec![0.0; orders]; classes],
            sum_absolute: vec![vec![0.0; orders]; classes],
            largest_difference: 0.0,
            bases: [Basis::Chebyshev, Basis::Legendre].map(|basis| BasisSums::new(basis, orders)).to_vec(),
            levels: vec![Vec::new(); network.levels().len() + 2],
            network,
        }
    }

    /// Adds some images (best [`PolynomialNetwork::spectra_per_step`] at a time): pixels from 0 to 1
    /// `[n][row][column][channel]`, labels, and the network's own logits `[n][class]`.
    ///
    /// # Errors
    /// [`PolynomialError`] where the three do not go together.
    pub fn add(&mut self, images: &[f32], labels: &[u8], logits: &[f32]) -> Result<(), PolynomialError> {
        let images: Vec<f64> = images.iter().copied().map(f64::from).collect();
        let points = self.network.points(&images)?;
        let classes = self.network.classes();
        for (what, found, expected) in [("labels", labels.len(), points), ("logits", logits.len(), points * classes)] {
            if found != expected {
                return Err(PolynomialError::Size { what: what.into(), found, expected });
            }
        }
        let trace = self.network.orders(&images)?;
        self.add_levels(&trace);
        let outputs = &trace[trace.len() - 1];
        for (point, (&label, logits)) in labels.iter().zip(logits.chunks_exact(classes)).enumerate() {
            let contributions = by_class(outputs, point, self.network.degree());
            self.add_image(&contributions, usize::from(label), logits);
        }
        self.images += points as u32;
        Ok(())
    }

    fn add_levels(&mut self, trace: &[Maps]) {
        let places = std::iter::once(0).chain(self.network.levels().iter().copied()).chain([trace.len() - 1]);
        for (sums, place) in self.levels.iter_mut().zip(places) {
            let maps = &trace[place];
            sums.resize(maps.coefficients, 0.0);
            for row in maps.values.chunks_exact(maps.row_len()) {
                for (sum, values) in sums.iter_mut().zip(row.chunks_exact(maps.channels)) {
                    *sum += values.iter().map(|value| value.abs()).sum::<f64>();
                }
            }
        }
    }

    fn add_image(&mut self, contributions: &[Vec<f64>], label: usize, logits: &[f32]) {
        let mut sums = vec![0.0; contributions.len()];
        for order in 0..self.right.len() {
            for (class, series) in contributions.iter().enumerate() {
                sums[class] += series[order];
                self.sum[class][order] += series[order];
                self.sum_absolute[class][order] += series[order].abs();
            }
            self.right[order] += u32::from(largest(sums.iter().copied()) == label);
        }
        for sums in &mut self.bases {
            sums.add(contributions, label);
        }
        let logits = || logits.iter().copied().map(f64::from);
        self.network_right += u32::from(largest(logits()) == label);
        let scale = logits().fold(f64::MIN_POSITIVE, |scale, logit| scale.max(logit.abs()));
        let difference = sums.iter().zip(logits()).fold(0.0_f64, |most, (sum, logit)| most.max((sum - logit).abs()));
        self.largest_difference = self.largest_difference.max(difference / scale);
    }

    /// Number of images so far.
    pub fn images(&self) -> u32 {
        self.images
    }

    /// The report; `step` is that of the run, 0 for shipped networks.
    ///
    /// # Errors
    /// [`PolynomialError::NoImages`] before the first image.
    pub fn finish(self, step: u32) -> Result<SpectrumReport, PolynomialError> {
        if self.images == 0 {
            return Err(PolynomialError::NoImages);
        }
        let images = f64::from(self.images);
        let mean = |sums: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            sums.into_iter().map(|sums| sums.into_iter().map(|sum| sum / images).collect()).collect()
        };
        let count = self.levels.len();
        let levels = self.levels.into_iter().enumerate().map(|(index, sums)| {
            let name = match index {
                0 => "pixels".to_owned(),
                _ if index + 1 == count => "logits".to_owned(),
                _ => format!("level {index}"),
            };
            let total: f64 = sums.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            LevelSpectrum { name, shares: sums.into_iter().map(|sum| sum / total).collect() }
        });
        Ok(SpectrumReport {
            model: self.network.name().to_owned(),
            step,
            about: self.network.expansion_point(),
            degree: self.network.degree() as u32,
            images: self.images,
            truncation_accuracy: self.right.iter().map(|&right| f64::from(right) / images).collect(),
            network_accuracy: f64::from(self.network_right) / images,
            bases: self.bases.into_iter().map(|sums| sums.finish(images, self.network.classes())).collect(),
            levels: levels.collect(),
            mean: mean(self.sum),
            mean_absolute: mean(self.sum_absolute),
            largest_difference: self.largest_difference,
        })
    }
}
