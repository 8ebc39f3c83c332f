//! Whole distillations; the loss alone is tested in [`objective`].

mod objective;

use super::{
    ConvNet, DistillationError, DistillationState, Distiller, FreshTraining, partition, read_sprite, sprite_png, tree,
};
use crate::config::{
    CLASSES, DistillationConfig, DistillationLoss, DistilledIndex, DistilledLevel, EmbedderConfig, INDEX_FORMAT,
    ImageShape, LevelOptimization, StartImages,
};
use crate::engine::data::ImageSet;
use burn::tensor::Device;
use pollster::block_on;

/// Images of one pixel.
fn labelled(labels: &[u8]) -> ImageSet {
    let shape = ImageShape { channels: 1, height: 1, width: 1 };
    ImageSet::new(shape, vec![0; labels.len()], labels.to_vec()).unwrap()
}

#[test]
fn every_image_is_used_once_in_groups_that_are_even() {
    // The class counts of MNIST.
    let counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    let labels: Vec<u8> = (0..CLASSES).flat_map(|class| std::iter::repeat_n(class as u8, counts[class])).collect();
    let config = DistillationConfig::mnist();
    let config = DistillationConfig { partition_seed: 3, ..config };
    let tree = tree(&labelled(&labels), &config).unwrap();
    let level = |level: usize| {
        let (file, sha256) = (format!("level-{level}.png"), String::new());
        DistilledLevel { level, per_class: config.per_class[level - 1], file, sha256 }
    };
    let index = DistilledIndex {
        format: INDEX_FORMAT,
        dataset: "mnist".into(),
        data_sha256: String::new(),
        class_counts: counts.to_vec(),
        levels: (1..=5).map(level).collect(),
        tree: "tree.json".into(),
        tree_sha256: String::new(),
        config,
    };
    assert_eq!(tree.check(&index), Ok(()));
    let sizes: Vec<usize> = tree.levels[0].iter().flatten().map(Vec::len).collect();
    assert_eq!((sizes.iter().min(), sizes.iter().max(), sizes.len()), (Some(&9), Some(&12), 6000));
    assert_eq!(tree.levels[1..].iter().map(|classes| classes[4][0].len()).collect::<Vec<_>>(), [6, 5, 5, 4]);
    assert_ne!(partition(&labels, 600, 4).unwrap(), tree.levels[0]);

    let mut twice = tree.clone();
    twice.levels[2][7][3][0] = twice.levels[2][7][2][0];
    assert_eq!(twice.check(&index), Err("level 3 does not use every image of class 7 exactly once".into()));
    let error = partition(&labels[..6000], 600, 0).unwrap_err();
    assert!(error.to_string().contains("class 1 has 77 images, too few for 600 groups"), "{error}");
}

const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };

/// Subsets of three images per class, different ones for each number.
fn subset(number: usize) -> ImageSet {
    let labels: Vec<u8> = (0..3 * CLASSES).map(|index| (index / 3) as u8).collect();
    let pixels = (0..labels.len()).flat_map(|index| {
        let class = index / 3;
        let value = move |pixel: usize| {
            if pixel % CLASSES == class { 200 } else { (pixel * 37 + index * 11 + number * 5) % 60 }
        };
        (0..SHAPE.len()).map(move |pixel| value(pixel) as u8)
    });
    ImageSet::new(SHAPE, pixels.collect(), labels).unwrap()
}

fn settings() -> DistillationConfig {
    let level = LevelOptimization { draws: 3, steps_per_draw: 4, learning_rate: 0.5, momentum: 0.5 };
    DistillationConfig {
        image: SHAPE,
        per_class: vec![2, 1],
        embedder: EmbedderConfig { blocks: 2, width: 4, first_padding: 1, orthogonal: false },
        optimization: vec![level.clone(), level],
        ..DistillationConfig::mnist()
    }
}

/// Enough embedders that what they agree on prevails.
fn longer() -> DistillationConfig {
    let mut config = settings();
    config.embedder.width = 16;
    config.optimization[0] = LevelOptimization { draws: 80, steps_per_draw: 1, learning_rate: 0.5, momentum: 0.5 };
    config
}

fn distilled(config: &DistillationConfig, subsets: &[ImageSet]) -> Vec<f32> {
    let mut distiller = Distiller::new(config, 1, subsets, &Device::flex()).unwrap();
    while distiller.step_count() < distiller.total_steps() {
        distiller.step();
    }
    block_on(distiller.images()).unwrap()
}

#[test]
fn a_subset_does_not_depend_on_its_companions() {
    let together = distilled(&settings(), &[subset(0), subset(1), subset(2)]);
    let alone = distilled(&settings(), &[subset(1)]);
    let part = &together[alone.len()..2 * alone.len()];
    let difference = part.iter().zip(&alone).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference < 1e-5, "{difference}");
}

#[test]
fn distilling_lowers_the_loss_from_every_start() {
    for start in [StartImages::Real, StartImages::Mean, StartImages::Noise] {
        for loss in [DistillationLoss::Euclid { lambda: 19.0 }, DistillationLoss::ArcFace { scale: 16.0, margin: 0.2 }]
        {
            let config = DistillationConfig { loss, start, ..longer() };
            let mut distiller = Distiller::new(&config, 1, &[subset(0)], &Device::flex()).unwrap();
            let before = block_on(distiller.images()).unwrap();
            let after = distilled(&config, &[subset(0)]);
            assert!(after.iter().all(|value| (0.0..=1.0).contains(value)));
            let held_out =
                |distiller: &mut Distiller, images: &[f32]| block_on(distiller.held_out_losses(images, 5)).unwrap()[0];
            let (before, after) = (held_out(&mut distiller, &before), held_out(&mut distiller, &after));
            assert!(after < before, "{start:?} {loss:?}: {after} after {before}");
        }
    }
}

#[test]
fn a_checkpoint_goes_on_as_if_nothing_had_happened() {
    let (config, subsets, device) = (settings(), [subset(0), subset(1)], Device::flex());
    let mut first = Distiller::new(&config, 1, &subsets, &device).unwrap();
    (0..6).for_each(|_| first.step());
    let bytes = block_on(first.state()).unwrap().to_bytes().unwrap();
    let state = DistillationState::from_bytes(&bytes).unwrap();
    let mut second = Distiller::resume(&config, 1, &subsets, &state, &device).unwrap();
    while second.step_count() < second.total_steps() {
        second.step();
    }
    assert_eq!(block_on(second.images()).unwrap(), distilled(&config, &subsets));

    let cut = DistillationState::from_bytes(&bytes[..bytes.len() - 9]).unwrap_err();
    assert!(cut.to_string().contains("the checkpoint is damaged"), "{cut}");
    let other = DistillationConfig { seed: 5, ..config };
    let refused = Distiller::resume(&other, 1, &subsets, &state, &device).err();
    assert_eq!(refused, Some(DistillationError::OtherRun));
}

#[test]
fn subsets_that_cannot_work_are_refused() {
    let refused = |config: &DistillationConfig, level, set: ImageSet| {
        Distiller::new(config, level, &[subset(0), set], &Device::flex()).err().unwrap().to_string()
    };
    let without_seven: Vec<usize> = (0..30).filter(|index| index / 3 != 7).collect();
    assert!(refused(&settings(), 1, subset(1).subset(&without_seven)).contains("subset 1 has no image of class 7"));
    assert!(refused(&settings(), 3, subset(1)).contains("no level 3; choose one from 1 to 2"));
    let larger = DistillationConfig { image: ImageShape { height: 10, ..SHAPE }, ..settings() };
    assert!(refused(&larger, 1, subset(1)).contains("the images are 8x8 with 1 channels, but the settings say 10x8"));
}

#[test]
fn sprites_keep_every_image_in_its_place() {
    for channels in [1, 3] {
        let shape = ImageShape { channels, height: 3, width: 2 };
        let pixels = (0..20 * shape.len()).map(|i| (i % 251) as u8).collect();
        let labels = (0..20).map(|i| i % 10).collect();
        let images = ImageSet::new(shape, pixels, labels).unwrap();
        assert_eq!(read_sprite("a.png", &sprite_png(&images).unwrap(), shape).unwrap(), images);
    }
    let error = read_sprite("a.png", b"no picture", SHAPE).unwrap_err();
    assert!(error.to_string().starts_with("a.png is not a readable PNG"), "{error}");
}

#[test]
fn a_network_trained_on_ten_images_knows_images_like_them() {
    let config = EmbedderConfig { blocks: 2, width: 8, first_padding: 1, orthogonal: false };
    let ten: Vec<usize> = (0..CLASSES).map(|class| 3 * class).collect();
    let mut network = ConvNet::new(&config, SHAPE, 1, &Device::flex()).unwrap();
    let before = block_on(network.accuracy(&subset(1))).unwrap();
    let training = FreshTraining { steps: 200, augmentation: None, seed: 0 };
    network.train(&subset(0).subset(&ten), &training).unwrap();
    let after = block_on(network.accuracy(&subset(1))).unwrap();
    assert!(before < 0.3 && after > 0.7, "{before} {after}");
}
