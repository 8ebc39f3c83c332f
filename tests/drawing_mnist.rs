//! Real MNIST digits through the decoding, the reduction and the drawing pipeline.
#![cfg(feature = "engine")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "sides and numbers of images are small"
)]

use std::path::Path;
use taylornet_explorer::config::ImageShape;
use taylornet_explorer::engine::data::{ImageSet, PIXELS_28, Reducer, Resizer, SIDE_28};
use taylornet_explorer::engine::drawing::normalize;
use taylornet_explorer::protocol::Raster;
use web_time::Instant;

/// Number of test images pushed through the slower tests.
const IMAGES: usize = 500;

fn test_set() -> ImageSet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/data/mnist");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask data` first", path.display()))
    };
    let (images, labels) = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    ImageSet::from_idx((images, &read(images)), (labels, &read(labels))).expect("the file of the data set is there")
}

fn raster(side: usize, pixels: Vec<u8>) -> Raster {
    Raster { width: side as u32, height: side as u32, pixels }
}

/// Each pixel becomes a square of `factor` pixels.
fn blocks(image: &[u8], factor: usize) -> Raster {
    let side = SIDE_28 * factor;
    let pixel = |index: usize| image[index / side / factor * SIDE_28 + index % side / factor];
    raster(side, (0..side * side).map(pixel).collect())
}

/// Mean over images and pixels of |normalised - original|, in grey levels.
fn mean_difference(set: &ImageSet, drawing_of: impl Fn(&[u8]) -> Raster) -> f64 {
    let difference = |image: &[u8; PIXELS_28]| -> u64 {
        let normalized = normalize(&drawing_of(image)).expect("an image").expect("a digit has ink");
        normalized.iter().zip(image).map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
    };
    let sum: u64 = set.images_28().expect("an image").iter().map(difference).sum();
    sum as f64 / set.pixels.len() as f64
}

#[test]
fn the_test_set_is_what_it_should_be() {
    let set = test_set();
    assert_eq!((set.len(), set.shape), (10_000, ImageShape { channels: 1, height: 28, width: 28 }));
    assert_eq!(set.class_counts(), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
}

#[test]
fn the_fast_reduction_equals_the_general_one_on_every_test_image() {
    let set = test_set();
    let resizer = Resizer::new([28, 28], [7, 7]).unwrap();
    let reduced = set.reduced_to_7().unwrap();
    for index in 0..set.len() {
        assert_eq!(resizer.resize(set.image(index)).unwrap(), reduced.image(index), "image {index}");
    }
}

#[test]
fn an_mnist_image_is_its_own_normal_form() {
    let difference = mean_difference(&test_set(), |image| raster(SIDE_28, image.to_vec()));
    println!("28x28, 10,000 images: mean difference {difference:.4} grey levels");
    assert!(difference < 0.05, "{difference}");
}

#[test]
fn an_enlarged_mnist_image_comes_back() {
    let set = test_set().take(IMAGES);
    let smooth = |side: usize| {
        let resizer = Resizer::new([28, 28], [side, side]).unwrap();
        mean_difference(&set, |image| raster(side, resizer.resize(image).unwrap()))
    };
    // Smoothing itself is not undone: enlarging bilinearly and averaging back over exact pixels costs 5.1 grey levels.
    let measured = [
        ("280x280 in blocks", mean_difference(&set, |image| blocks(image, 10)), 0.1),
        ("280x280 smoothed", smooth(280), 9.0),
        ("336x336 smoothed", smooth(336), 9.0),
        ("500x500 smoothed", smooth(500), 9.0),
    ];
    for (name, difference, _) in measured {
        println!("{name}, {IMAGES} images: mean difference {difference:.3} grey levels");
    }
    for (name, difference, limit) in measured {
        assert!(difference < limit, "{name}: {difference}");
    }
}

#[test]
fn shifting_and_reducing_is_fast_enough_for_every_epoch() {
    let set = test_set();
    let images = set.images_28().unwrap();
    let reducer = Reducer::new();
    let mut reduced = [0; 49];
    let mut checksum = 0_u64;
    let start = Instant::now();
    for (index, image) in images.iter().enumerate() {
        reducer.shift_and_reduce(image, index as i32 % 5 - 2, index as i32 / 5 % 5 - 2, &mut reduced);
        checksum += u64::from(reduced[24]);
    }
    let micros = start.elapsed().as_secs_f64() * 1e6 / images.len() as f64;
    println!("shift and reduce: {micros:.2} microseconds an image (checksum {checksum})");
    assert!(micros < 100.0, "{micros}");
}
