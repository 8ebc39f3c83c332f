//! A small fixed network on fixed numbers: the same on every device and build, or something is wrong.

use super::cluster::agreement;
use super::network::{Network, Normalization};
use super::parameters::vector;
use super::train::TrainError;
use super::transfer::read;
use crate::config::{BlockConfig, CLASSES, CgConfig, ImageShape, LayerOperation, NetworkConfig, TaylorNetConfig};
use crate::report::SelfTestReport;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};

/// Images of the test.
const BATCH: usize = 4;
/// Side of its images.
const SIDE: usize = 8;
/// Steps of plain gradient descent and their length.
const STEPS: usize = 3;
const RATE: f64 = 0.05;

/// Random clusters for which the fused operation is compared with the plain one.
const CLUSTERS: u32 = 12;

/// [`run`], and the fused operation against the plain one on random clusters.
///
/// # Errors
/// [`TrainError`] where the device fails.
pub async fn run_in_full(device: &Device) -> Result<SelfTestReport, TrainError> {
    let agreement = Some(agreement(device, CLUSTERS, 0).await?);
    Ok(SelfTestReport { agreement, ..run(device).await? })
}

/// The network: two levels, both strides and a dilation, batch normalisation.
pub fn network() -> NetworkConfig {
    let block = |cg| BlockConfig { channels: 4, operation: LayerOperation::Cg, cg };
    NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 1, height: SIDE, width: SIDE },
        blocks: vec![block(CgConfig::square(2, 1)), block(CgConfig::square(1, 2))],
        normalization: true,
        mirrored: false,
        classes: 10,
    })
}

/// Computes logits, gradients and a few training steps.
///
/// # Errors
/// [`TrainError`] where the device fails.
pub async fn run(device: &Device) -> Result<SelfTestReport, TrainError> {
    let network = Network::new(&network())?;
    let device = device.clone().inner();
    let training = device.clone().autodiff();
    // Multiples of the golden ratio modulo 1: spread evenly, the same everywhere.
    let pixels =
        (0..BATCH * SIDE * SIDE).map(|i| (i as f64 * 0.618_033_988_749_895).fract() as f32).collect::<Vec<_>>();
    let mut targets = vec![0.0_f32; BATCH * CLASSES];
    (0..BATCH).for_each(|image| targets[image * CLASSES + 3 * image] = 1.0);
    let images = || Tensor::<4>::from_data(TensorData::new(pixels.clone(), [BATCH, SIDE, SIDE, 1]), &training);
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [BATCH, CLASSES]), &training);

    let mut parameters = vector(&network.layout().initial_values(0), &device);
    let (mut first, mut losses) = (None, Vec::new());
    for _ in 0..STEPS {
        let leaves: Vec<Tensor<1>> = network
            .layout()
            .split(&parameters)
            .into_iter()
            .map(|part| Tensor::from_inner(part).require_grad())
            .collect();
        let logits = network.forward(images(), &leaves, Normalization::Batch).logits;
        let loss = (log_softmax(logits.clone(), 1) * targets.clone()).sum().mul_scalar(-1.0 / BATCH as f64);
        let gradients = loss.backward();
        let parts: Vec<Tensor<1>> = leaves
            .iter()
            .map(|leaf| leaf.grad(&gradients).unwrap_or_else(|| leaf.clone().inner().zeros_like()))
            .collect();
        first.get_or_insert_with(|| (logits.inner(), parts.clone()));
        losses.push(loss.inner());
        parameters = parameters - Tensor::cat(parts, 0).mul_scalar(RATE);
    }
    let Some((logits, gradients)) = first else { return Err(TrainError::Device("no step was made".into())) };
    let norms = gradients.into_iter().map(|gradient| gradient.square().sum().sqrt()).collect();
    let values = read(vec![logits.flatten(0, 1), Tensor::cat(norms, 0), Tensor::cat(losses, 0)]).await?;
    let [logits, gradient_norms, losses] =
        values.try_into().map_err(|_| TrainError::Device("a read is missing".into()))?;
    Ok(SelfTestReport { device: String::new(), logits, gradient_norms, losses, agreement: None })
}

/// Largest difference of two reports, relative to the largest value of each kind.
pub fn difference(a: &SelfTestReport, b: &SelfTestReport) -> f64 {
    let relative = |a: &[f32], b: &[f32]| {
        let scale = a.iter().chain(b).fold(1e-12_f64, |largest, value| largest.max(f64::from(value.abs())));
        let differences = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()) / scale);
        if a.len() == b.len() { differences.fold(0.0, f64::max) } else { f64::INFINITY }
    };
    let kinds = [(&a.logits, &b.logits), (&a.gradient_norms, &b.gradient_norms), (&a.losses, &b.losses)];
    let finite = kinds.iter().all(|(a, b)| a.iter().chain(*b).all(|value| value.is_finite()));
    if finite { kinds.iter().map(|(a, b)| relative(a, b)).fold(0.0, f64::max) } else { f64::INFINITY }
}
