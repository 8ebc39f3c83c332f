//! The metric in which pixels descend, [`PixelMetric`].

use crate::config::{ImageShape, PixelMetric};
use crate::engine::parameters::vector;
use burn::tensor::{Device, Tensor};

/// `sqrt(F) G sqrt(F)` for images of one shape.
#[derive(Debug, Clone)]
pub struct Metric {
    /// Blur along rows and along columns, `[1, side, side]` each; `None` for none.
    blur: Option<[Tensor<3>; 2]>,
    background: f64,
}

impl Metric {
    /// Prepares the metric.
    pub fn new(config: &PixelMetric, image: ImageShape, device: &Device) -> Self {
        let kernel = |side: usize| vector(&gaussian(side, config.smoothing), device).reshape([1, side, side]);
        let blur = (config.smoothing > 0.0).then(|| [kernel(image.height), kernel(image.width)]);
        Self { blur, background: config.background }
    }

    /// The direction of steepest descent, but for its sign. `gradient` and `images` are `[n, height, width, channels]`.
    pub fn apply(&self, gradient: Tensor<4>, images: &Tensor<4>) -> Tensor<4> {
        let root = (images.clone() * (1.0 - self.background) + self.background).sqrt();
        root.clone() * self.blurred(root * gradient)
    }

    fn blurred(&self, images: Tensor<4>) -> Tensor<4> {
        let Some([rows, columns]) = &self.blur else { return images };
        let [n, height, width, channels] = images.dims();
        let blurred = rows.clone().matmul(images.reshape([n, height, width * channels]));
        let planes = blurred.reshape([n, height, width, channels]).permute([0, 3, 1, 2]); // [n, channels, h, w]
        let blurred = planes.reshape([n * channels, height, width]).matmul(columns.clone());
        blurred.reshape([n, channels, height, width]).permute([0, 2, 3, 1])
    }
}

/// Symmetric matrix of a Gaussian blur with zeros outside.
fn gaussian(side: usize, deviation: f64) -> Vec<f32> {
    let weight = |distance: f64| (-distance * distance / (2.0 * deviation * deviation)).exp();
    let reach = (6.0 * deviation).ceil() as i32;
    let norm: f64 = (-reach..=reach).map(|distance| weight(f64::from(distance))).sum();
    let entry = |index: usize| (weight((index / side) as f64 - (index % side) as f64) / norm) as f32;
    (0..side * side).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 2, height: 5, width: 4 };

    fn applied(config: &PixelMetric, gradient: &[f32], images: &[f32]) -> Vec<f32> {
        let device = Device::flex();
        let tensor = |values: &[f32]| vector(values, &device).reshape([1, 5, 4, 2]);
        let result = Metric::new(config, SHAPE, &device).apply(tensor(gradient), &tensor(images));
        result.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn the_metric_is_symmetric_and_positive() {
        let config = PixelMetric { smoothing: 1.2, background: 0.1 };
        let images: Vec<f32> = (0..40).map(|i| (i * 17 % 11) as f32 / 10.0).collect();
        let unit = |index: usize| (0..40).map(|i| f32::from(u8::from(i == index))).collect::<Vec<_>>();
        let columns: Vec<Vec<f32>> = (0..40).map(|index| applied(&config, &unit(index), &images)).collect();
        for (i, column) in columns.iter().enumerate() {
            assert!((0..40).all(|j| (column[j] - columns[j][i]).abs() < 1e-6));
        }
        let gradient: Vec<f32> = (0..40).map(|i| if i % 3 == 0 { 1.0 } else { -0.7 }).collect();
        let step = applied(&config, &gradient, &images);
        assert!(step.iter().zip(&gradient).map(|(a, b)| a * b).sum::<f32>() > 0.0);
    }

    #[test]
    fn without_smoothing_and_weights_it_is_the_plain_gradient() {
        let plain = PixelMetric { smoothing: 0.0, background: 1.0 };
        let gradient: Vec<f32> = (0..40).map(|i| i as f32).collect();
        assert_eq!(applied(&plain, &gradient, &[0.3; 40]), gradient);
    }

    #[test]
    fn a_blur_keeps_the_sum_where_the_edge_is_far() {
        let kernel = gaussian(41, 1.0);
        let sum: f32 = kernel[20 * 41..21 * 41].iter().sum();
        let ratio = kernel[20 * 41 + 21] / kernel[20 * 41 + 20];
        assert!((sum - 1.0).abs() < 1e-6 && (ratio - (-0.5_f32).exp()).abs() < 1e-6, "{sum} {ratio}");
    }
}
