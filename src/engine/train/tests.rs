//! Training runs: they learn, they repeat, they can be interrupted, they survive divergence.

use super::*;
use crate::config::{
    BlockConfig, CgConfig, DirectConfig, Formulation, ImageShape, LayerOperation, NetworkConfig, TaylorNetConfig,
    TrainingConfig,
};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::preparation::PIXEL_SCALE;
use burn::tensor::Device;
use std::sync::Arc;

/// 200 images of 8x8: a bright bar whose row tells the class, on a background that varies.
fn bars() -> Arc<ImageSet> {
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for index in 0..200_usize {
        let label = index % 8;
        let background = |at: usize| ((index * 37 + at * 11) % 60) as u8;
        pixels.extend((0..64).map(|at| if at / 8 == label { 220 + background(at) / 2 } else { background(at) }));
        labels.push(label as u8);
    }
    Arc::new(ImageSet::new(ImageShape { channels: 1, height: 8, width: 8 }, pixels, labels).unwrap())
}

fn network() -> NetworkConfig {
    let block = |cg| BlockConfig { channels: 6, operation: LayerOperation::Cg, cg };
    NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 1, height: 8, width: 8 },
        blocks: vec![block(CgConfig::square(2, 1)), block(CgConfig::square(1, 2))],
        normalization: true,
        mirrored: false,
        classes: 10,
    })
}

fn settings() -> TrainingConfig {
    TrainingConfig { batch: 20, epochs: 12, shift: 0, learning_rate: 1e-2, ..TrainingConfig::default() }
}

fn steps(trainer: &mut Trainer, count: usize) -> StepReport {
    for _ in 0..count {
        trainer.step().unwrap();
    }
    pollster::block_on(trainer.report()).unwrap().unwrap()
}

fn state(trainer: &Trainer) -> TrainingState {
    pollster::block_on(trainer.state()).unwrap()
}

#[test]
fn a_direct_expansion_lowers_its_loss_from_that_of_ten_equal_classes() {
    let input = ImageShape { channels: 1, height: 8, width: 8 };
    let mut last = 0.0;
    for order in [1, 2] {
        let network = NetworkConfig::Direct(DirectConfig { input, order });
        let mut trainer = Trainer::new(&network, &settings(), bars(), &Device::flex()).unwrap();
        // All coefficients start at zero: every class is equally likely.
        assert!((steps(&mut trainer, 1).loss - 10.0_f64.ln()).abs() < 1e-6);
        steps(&mut trainer, 99);
        last = steps(&mut trainer, 20).loss;
        assert!(last < 1.0, "order {order}: {last}");
        let state = state(&trainer);
        assert_eq!(TrainingState::from_bytes(&state.to_bytes().unwrap()).unwrap(), state);
    }
    assert!(last < 0.3, "{last}");
}

#[test]
fn a_small_network_learns_to_tell_bars_apart() {
    let mut trainer = Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    let first = steps(&mut trainer, 2);
    let rest = trainer.total_steps() - 2;
    let last = steps(&mut trainer, rest);
    assert!(first.loss > 1.5 && last.loss < 0.5, "{} -> {}", first.loss, last.loss);
    let state = state(&trainer);
    let predictor = Predictor::new(trainer.network(), &state.parameters, &state.statistics, &Device::flex());
    let predictions = pollster::block_on(predictor.predict(&bars(), 0..200)).unwrap();
    assert!(predictions.accuracy() > 0.95, "{}", predictions.accuracy());
    let confusion = predictions.confusion();
    assert_eq!(confusion.iter().flatten().sum::<u32>(), 200);
    assert_eq!(confusion[9], [0; 10]);
}

#[test]
fn an_interrupted_run_ends_where_an_uninterrupted_one_does() {
    let new = || Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    let mut whole = new();
    steps(&mut whole, 15);
    let mut first = new();
    steps(&mut first, 7);
    let bytes = state(&first).to_bytes().unwrap();
    let mut second = Trainer::resume(&TrainingState::from_bytes(&bytes).unwrap(), bars(), &Device::flex()).unwrap();
    assert_eq!(second.step_count(), 7);
    steps(&mut second, 8);
    assert_eq!(state(&second), state(&whole));
}

#[test]
fn seeds_decide_and_nothing_else_does() {
    let run = |seed| {
        let mut trainer =
            Trainer::new(&network(), &TrainingConfig { seed, ..settings() }, bars(), &Device::flex()).unwrap();
        steps(&mut trainer, 3);
        state(&trainer).parameters
    };
    assert_eq!(run(4), run(4));
    assert_ne!(run(4), run(5));
}

#[test]
fn a_run_that_diverges_goes_back_to_its_last_good_state() {
    let mut trainer = Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    steps(&mut trainer, 3);
    let good = state(&trainer);
    // Weights so large that the fourth power of the activations overflows.
    let mut broken = good.clone();
    broken.parameters.iter_mut().for_each(|value| *value = 1e30);
    let mut trainer = Trainer::resume(&good, bars(), &Device::flex()).unwrap();
    trainer.replace_parameters(&broken.parameters);
    trainer.step().unwrap();
    let error = pollster::block_on(trainer.report()).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { step: 4, restored: 3 }), "{error}");
    assert!(error.to_string().contains("smaller learning rate"));
    assert_eq!(state(&trainer), good);
}

#[test]
fn a_run_that_diverged_goes_on_with_a_smaller_learning_rate() {
    let mut trainer = Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    steps(&mut trainer, 3);
    let broken = vec![1e30; state(&trainer).parameters.len()];
    trainer.replace_parameters(&broken);
    trainer.step().unwrap();
    assert!(pollster::block_on(trainer.report()).is_err());
    trainer.set_learning_rate(1e-6).unwrap();
    assert!(steps(&mut trainer, 3).loss.is_finite());
}

#[test]
fn low_orders_that_count_learn_resume_and_survive_divergence() {
    let nested = TrainingConfig { nested: 2, ..settings() };
    let new = || Trainer::new(&network(), &nested, bars(), &Device::flex()).unwrap();
    let mut trainer = new();
    // The loss of the whole and of two truncations, all near that of ten equal classes at the start.
    let first = steps(&mut trainer, 1).loss;
    let plain = steps(&mut Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap(), 1).loss;
    assert!(first.is_finite() && (first - plain).abs() > 1e-6, "{first} and {plain}");
    steps(&mut trainer, 4);
    let good = state(&trainer);
    let mut resumed =
        Trainer::resume(&TrainingState::from_bytes(&good.to_bytes().unwrap()).unwrap(), bars(), &Device::flex())
            .unwrap();
    steps(&mut resumed, 3);
    let mut whole = new();
    steps(&mut whole, 8);
    assert_eq!(state(&resumed), state(&whole));
    trainer.replace_parameters(&vec![1e30; good.parameters.len()]);
    trainer.step().unwrap();
    let error = pollster::block_on(trainer.report()).unwrap_err();
    assert!(error.to_string().contains("fewer low orders"), "{error}");
    let TrainError::Diverged { restored, .. } = error else { panic!("{error}") };
    let mut again = new();
    steps(&mut again, restored);
    assert_eq!(state(&trainer), state(&again));
}

#[test]
fn low_orders_cannot_count_where_there_are_none_to_evaluate() {
    let nested = TrainingConfig { nested: 2, ..settings() };
    let direct = NetworkConfig::Direct(DirectConfig { input: network().input(), order: 2 });
    let error = Trainer::new(&direct, &nested, bars(), &Device::flex()).err().unwrap();
    assert!(matches!(error, TrainError::NoTruncations) && error.to_string().contains("choose a TaylorNet"), "{error}");
}

#[test]
fn both_formulations_take_the_same_step() {
    let mut network = network();
    if let NetworkConfig::TaylorNet(config) = &mut network {
        // Down to one position, where taps of the convolution are left out.
        let one = CgConfig { cluster: [1, 1], ..CgConfig::square(1, 1) };
        let more =
            [CgConfig::square(1, 1), one].map(|cg| BlockConfig { channels: 6, operation: LayerOperation::Cg, cg });
        config.blocks.extend(more);
    }
    let taken = |formulation| {
        // Without a limit of the norm the first moments are a tenth of the gradient.
        let training = TrainingConfig { formulation, clip_norm: 1e6, ..settings() };
        let mut trainer = Trainer::new(&network, &training, bars(), &Device::flex()).unwrap();
        let loss = steps(&mut trainer, 1).loss;
        let state = state(&trainer);
        (loss, state.moments.clone().unwrap()[0].clone(), state)
    };
    let (fused, plain) = (taken(Formulation::Fused), taken(Formulation::Plain));
    assert!((fused.0 - plain.0).abs() <= 1e-4 * plain.0, "{} against {}", fused.0, plain.0);
    let close = |ours: &[f32], theirs: &[f32], what: &str| {
        let scale = theirs.iter().fold(1e-9_f32, |largest, value| largest.max(value.abs()));
        let worst = ours.iter().zip(theirs).fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst <= 1e-4 * scale, "{what}: {worst} of {scale}");
    };
    close(&fused.1, &plain.1, "gradient");
    close(&fused.2.statistics, &plain.2.statistics, "statistics");
    // A state remembers how it was computed, and goes on the same way.
    let state = TrainingState::from_bytes(&plain.2.to_bytes().unwrap()).unwrap();
    assert_eq!(state.training.formulation, Formulation::Plain);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let refused =
        |training: TrainingConfig| Trainer::new(&network(), &training, bars(), &Device::flex()).err().unwrap();
    assert!(refused(TrainingConfig { batch: 201, ..settings() }).to_string().contains("between 1 and 200"));
    assert!(refused(TrainingConfig { learning_rate: 0.0, ..settings() }).to_string().contains("positive"));
    let mut trainer = Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    assert!(trainer.set_learning_rate(-1.0).is_err());
    assert!(trainer.set_learning_rate(0.5).is_ok());
    let colour = ImageSet::new(ImageShape { channels: 3, height: 8, width: 8 }, vec![0; 192], vec![0]).unwrap();
    let training = TrainingConfig { batch: 1, ..settings() };
    let error = Trainer::new(&network(), &training, Arc::new(colour), &Device::flex()).err().unwrap();
    assert!(error.to_string().contains("3 channels"), "{error}");
}

#[test]
fn damaged_checkpoints_are_refused() {
    let mut trainer = Trainer::new(&network(), &settings(), bars(), &Device::flex()).unwrap();
    steps(&mut trainer, 1);
    let bytes = state(&trainer).to_bytes().unwrap();
    for length in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        assert!(matches!(TrainingState::from_bytes(&bytes[..length]), Err(CheckpointError::Damaged(_))), "{length}");
    }
    let weights = crate::engine::weights::WeightsFile::folded(
        "x",
        trainer.network(),
        &state(&trainer).parameters,
        &state(&trainer).statistics,
    );
    let other = TrainingState::from_bytes(&weights.to_bytes().unwrap());
    assert_eq!(other, Err(CheckpointError::OtherKind));
}

#[test]
fn every_image_is_seen_once_in_an_epoch() {
    let mut set = (*bars()).clone();
    // The first pixel of each image tells which one it is.
    for index in 0..200 {
        set.pixels[index * 64] = index as u8;
    }
    let training = TrainingConfig { batch: 20, shift: 0, ..settings() };
    let mut sampler = BatchSampler::new(Arc::new(set), network().input(), training).unwrap();
    let mut seen: Vec<u8> = Vec::new();
    for step in 0..10 {
        let batch = sampler.batch(step, &Device::flex()).unwrap();
        let pixels: Vec<f32> = batch.images.into_data().try_into_vec().unwrap();
        seen.extend(pixels.chunks(64).map(|image| (image[0] / PIXEL_SCALE).round() as u8));
    }
    assert_ne!(seen, (0..200).collect::<Vec<u8>>());
    seen.sort_unstable();
    assert_eq!(seen, (0..200).collect::<Vec<u8>>());
}
