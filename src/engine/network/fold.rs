//! Folding batch normalisation into the convolution in front of it: afterwards a TaylorNet is exactly a polynomial.

use super::Network;
use super::layers::{NORMALIZATION_EPSILON, SHARED};

impl Network {
    /// The same function without normalisation layers.
    ///
    /// With running mean `m` and variance `v`, a convolution `w x + b` followed by `g (. - m) / sqrt(v + eps) + s`
    /// is the convolution with weight `w g / sqrt(v + eps)` and bias `(b - m) g / sqrt(v + eps) + s`.
    ///
    /// Coefficients that all levels share are written out at each of them.
    ///
    /// Takes and returns parameter vectors in the order of the layouts of the two networks; a network without
    /// normalisation comes back unchanged.
    pub fn folded(&self, parameters: &[f32], statistics: &[f32]) -> (Self, Vec<f32>) {
        let config = self.config().deployed();
        let Ok(folded) = Self::new(&config) else {
            unreachable!("a valid network stays valid as it is deployed");
        };
        if config == *self.config() {
            return (folded, parameters.to_vec());
        }
        let part = |name: &str| self.layout().range(name).map(|range| &parameters[range]);
        let shared = |name: &str| name.split_once(".cg.").and_then(|(_, rest)| part(&format!("{SHARED}.cg.{rest}")));
        let mut result = Vec::with_capacity(folded.layout().len());
        let mut used = 0;
        let mut affine: (Vec<f32>, Vec<f32>) = (Vec::new(), Vec::new());
        for spec in folded.layout().specs() {
            let own = part(&spec.name).or_else(|| shared(&spec.name));
            let layer = spec.name.strip_suffix(".conv.weight");
            let normalized = layer.filter(|layer| part(&format!("{layer}.norm.scale")).is_some());
            if let Some(layer) = normalized {
                let bias = part(&format!("{layer}.conv.bias"));
                let scale = part(&format!("{layer}.norm.scale")).unwrap_or_default();
                let shift = part(&format!("{layer}.norm.shift")).unwrap_or_default();
                let channels = scale.len();
                let (mean, variance) = statistics[used..used + 2 * channels].split_at(channels);
                used += 2 * channels;
                affine = (0..channels)
                    .map(|c| {
                        let factor = scale[c] / (f64::from(variance[c]) + NORMALIZATION_EPSILON).sqrt() as f32;
                        (factor, (bias.map_or(0.0, |bias| bias[c]) - mean[c]) * factor + shift[c])
                    })
                    .unzip();
                let weight = own.unwrap_or_default().iter().enumerate();
                result.extend(weight.map(|(index, value)| value * affine.0[index % channels]));
            } else if spec.name.ends_with(".conv.bias") && !affine.1.is_empty() {
                result.append(&mut affine.1);
            } else {
                result.extend_from_slice(own.unwrap_or_default());
            }
        }
        (folded, result)
    }
}
