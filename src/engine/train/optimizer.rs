//! From a gradient to new parameters.

use crate::config::{Method, TrainingConfig};
use crate::engine::parameters::{ParameterLayout, ParameterSpec};
use burn::optim::{
    AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, AdjustLrFn, Muon, MuonConfig, Optimizer as _,
};
use burn::tensor::Tensor;

/// Decay of the first and second moment, and the number added to the root of the second (as in optax and PyTorch).
const BETAS: (f32, f32) = (0.9, 0.999);
const EPSILON: f32 = 1e-8;

/// The optimiser of a run; what it remembers is handed in and out.
pub struct Optimizer {
    adam: AdamW,
    /// With the decay of weights, which is the same for both.
    muon: Option<(Muon, f64)>,
}

/// What a step changes. Moments are those of `AdamW`, first and second.
pub struct Updated {
    /// All parameters.
    pub parameters: Tensor<1>,
    /// Both moments.
    pub moments: Option<[Tensor<1>; 2]>,
}

impl Optimizer {
    /// As the settings want it.
    pub fn new(training: &TrainingConfig) -> Self {
        let adam = AdamWConfig::new()
            .with_beta_1(BETAS.0)
            .with_beta_2(BETAS.1)
            .with_epsilon(EPSILON)
            .with_weight_decay(training.weight_decay as f32)
            .build();
        // Steps as long as AdamW's, so that both have rates of the same size.
        let muon = || MuonConfig::new().with_adjust_lr_fn(AdjustLrFn::MatchRmsAdamW).build();
        let muon = match training.method {
            Method::AdamW => None,
            Method::Muon => Some((muon(), training.weight_decay)),
        };
        Self { adam, muon }
    }

    /// Step number `step`, from 0, at the learning rate `rate`.
    pub fn step(
        &self,
        layout: &ParameterLayout,
        step: usize,
        rate: f64,
        parameters: &Tensor<1>,
        gradient: &Tensor<1>,
        moments: Option<[Tensor<1>; 2]>,
    ) -> Updated {
        let state = moments.map(|[first, second]| AdamWState::new(AdaptiveMomentumState::new(step, first, second)));
        let (mut updated, state) = self.adam.step(rate, parameters.clone(), gradient.clone(), state);
        let moments = state.map(|state| [state.momentum.moment_1, state.momentum.moment_2]);
        if let (Some((muon, decay)), Some([momentum, _])) = (&self.muon, &moments) {
            // Nesterov's look ahead on AdamW's own mean of the gradients: its length does not matter here.
            let ahead = momentum.clone().mul_scalar(BETAS.0) + gradient.clone().mul_scalar(1.0 - BETAS.0);
            let parts = layout.specs().iter().zip(layout.split(&updated));
            let old = layout.split(parameters).into_iter().zip(layout.split(&ahead));
            let parts = parts.zip(old).map(|((spec, by_adam), (old, direction))| {
                if !is_inner_matrix(spec) {
                    return by_adam;
                }
                let matrix = |part: Tensor<1>| part.reshape([spec.shape[0], spec.shape[1]]);
                let kept = matrix(old).mul_scalar(1.0 - rate * decay);
                muon.step(rate, kept, matrix(direction), None).0.flatten(0, 1)
            });
            updated = Tensor::cat(parts.collect(), 0);
        }
        Updated { parameters: updated, moments }
    }
}

/// Matrices that have a layer after them. (Muon is made for those; last layers, biases and scales are not.)
fn is_inner_matrix(spec: &ParameterSpec) -> bool {
    spec.shape.len() == 2 && !spec.name.starts_with("head")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parameters::{Initial, vector};
    use burn::tensor::Device;
    use nalgebra::DMatrix;

    const ROWS: usize = 7;
    const COLUMNS: usize = 4;

    fn layout() -> ParameterLayout {
        let random = Initial::Normal { fan_in: 1, gain: 1.0 };
        ParameterLayout::new(vec![
            ParameterSpec::new("blocks.0.cg.weight", [ROWS, COLUMNS], random),
            ParameterSpec::new("blocks.0.cg.bias", [COLUMNS], random),
            ParameterSpec::new("head.weight", [COLUMNS, 3], random),
        ])
    }

    fn stepped(method: Method, gradient: &[f32]) -> Vec<f32> {
        let training = TrainingConfig { method, weight_decay: 0.0, ..TrainingConfig::default() };
        let device = Device::flex();
        let (layout, start) = (layout(), vector(&vec![0.0; gradient.len()], &device));
        let updated = Optimizer::new(&training).step(&layout, 0, 0.1, &start, &vector(gradient, &device), None);
        updated.parameters.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn muon_moves_every_direction_of_an_inner_matrix_alike_and_leaves_the_rest_to_adamw() {
        let gradient = layout().initial_values(4);
        let (adam, muon) = (stepped(Method::AdamW, &gradient), stepped(Method::Muon, &gradient));
        let matrix = ROWS * COLUMNS;
        assert_eq!(adam[matrix..], muon[matrix..]);
        let moved = DMatrix::from_row_iterator(ROWS, COLUMNS, muon[..matrix].iter().map(|&value| f64::from(value)));
        let against =
            DMatrix::from_row_iterator(ROWS, COLUMNS, gradient[..matrix].iter().map(|&value| f64::from(value)));
        // The nearest matrix with orthonormal columns, by the singular values of the gradient; Muon's five iterations bring
        // singular values between 0.7 and 1.2 (Jordan 2024), its factor here is 0.2 times the root of the longer side.
        let svd = against.svd(true, true);
        let nearest = svd.u.unwrap() * svd.v_t.unwrap();
        let length = 0.1 * 0.2 * (ROWS as f64).sqrt();
        let lengths = moved.clone().svd(false, false).singular_values / length;
        assert!(lengths.iter().all(|value| (0.6..1.25).contains(value)), "{lengths}");
        let alignment = -moved.dot(&nearest) / (moved.norm() * nearest.norm());
        assert!(alignment > 0.97, "{alignment}");
    }
}
