//! Where a run starts: random numbers of the seed, and what the settings make of them.

use crate::config::{ImageShape, LayerOperation, NetworkConfig, TrainingConfig};
use crate::engine::data::ImageSet;
use crate::engine::network::{Network, SHARED};
use crate::engine::preparation::{Movement, Preparation, PreparationError};
use nalgebra::{DMatrix, SymmetricEigen};

/// Side of the patches that the first convolution sees.
const PATCH: usize = 3;
/// Images whose patches are looked at.
const IMAGES: usize = 2_000;
/// Added to the variance of every direction, in units of the largest one: the weakest ones of smooth images are noise.
const FLOOR: f64 = 1e-4;

/// The parameters before the first step.
///
/// # Errors
/// [`PreparationError`] where the images cannot become inputs of the network.
pub fn start_values(
    network: &Network,
    training: &TrainingConfig,
    images: &ImageSet,
) -> Result<Vec<f32>, PreparationError> {
    let mut values = network.layout().initial_values(training.seed);
    let NetworkConfig::TaylorNet(config) = network.config() else { return Ok(values) };
    let own = config.blocks.iter().enumerate();
    let own = own.map(|(index, block)| (format!("blocks.{index}.cg.weight"), block));
    let shared = config.blocks.iter().take(1).map(|block| (format!("{SHARED}.cg.weight"), block));
    for (name, block) in own.chain(shared) {
        if let Some(range) = network.layout().range(&name)
            && block.operation == LayerOperation::Cg
        {
            let sizes = [block.cg.taps(), block.cg.monomials()];
            scale_products(&mut values[range], sizes, block.channels, training.products);
        }
    }
    if training.whiten
        && let Some(range) = network.layout().range("blocks.0.conv.weight")
    {
        let filters = whitening(&patch_covariance(images, config.input)?);
        mix(&filters, &mut values[range], config.blocks[0].channels);
    }
    Ok(values)
}

/// Makes the coefficients of products `ratio` times as large as those of the values themselves, and both such that the sum of
/// their variances stays what it was: at 1 nothing changes. `weight` is `[.., features * channels, out]`, the values themselves first.
fn scale_products(weight: &mut [f32], [taps, features]: [usize; 2], channels: usize, ratio: f64) {
    let (taps_alone, products) = (taps as f64, (features - taps) as f64);
    let linear = (features as f64 / ratio.powi(2).mul_add(products, taps_alone)).sqrt();
    for matrix in weight.chunks_exact_mut(features * channels * channels) {
        let (values, products) = matrix.split_at_mut(taps * channels * channels);
        for value in values {
            *value *= linear as f32;
        }
        for value in products {
            *value *= (linear * ratio) as f32;
        }
    }
}

/// Covariance of the 3x3 patches of the images as they enter the network, values in the order of a convolution's rows: tap
/// by tap, channel by channel.
fn patch_covariance(images: &ImageSet, input: ImageShape) -> Result<DMatrix<f64>, PreparationError> {
    let mut preparation = Preparation::new(images.shape, input)?;
    let size = PATCH * PATCH * input.channels;
    let (mut sum, mut squares, mut count) = (vec![0.0; size], DMatrix::<f64>::zeros(size, size), 0.0);
    for index in 0..images.len().min(IMAGES) {
        let mut values = Vec::with_capacity(input.len());
        preparation.append(images.image(index), Movement::default(), &mut values)?;
        let places = input.height.saturating_sub(PATCH - 1) * input.width.saturating_sub(PATCH - 1);
        let mut patches = Vec::with_capacity(places * size);
        for top in 0..=input.height.saturating_sub(PATCH) {
            for left in 0..=input.width.saturating_sub(PATCH) {
                for tap in 0..PATCH * PATCH {
                    let at = ((top + tap / PATCH) * input.width + left + tap % PATCH) * input.channels;
                    patches.extend(values.get(at..at + input.channels).into_iter().flatten().map(|&v| f64::from(v)));
                }
            }
        }
        let patches = DMatrix::from_column_slice(size, patches.len() / size, &patches[..patches.len() / size * size]);
        for patch in patches.column_iter() {
            sum.iter_mut().zip(patch.iter()).for_each(|(sum, value)| *sum += value);
        }
        squares += &patches * patches.transpose();
        count += patches.ncols() as f64;
    }
    let mean = nalgebra::DVector::from_vec(sum) / f64::max(count, 1.0);
    Ok(squares / f64::max(count, 1.0) - &mean * mean.transpose())
}

/// The principal directions of a covariance, the strongest first, each divided by its standard deviation: columns.
fn whitening(covariance: &DMatrix<f64>) -> DMatrix<f64> {
    let size = covariance.nrows();
    let SymmetricEigen { eigenvectors, eigenvalues } = covariance.clone().symmetric_eigen();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| eigenvalues[b].total_cmp(&eigenvalues[a]));
    let floor = (FLOOR * eigenvalues[order[0]].max(0.0)).max(f64::MIN_POSITIVE);
    DMatrix::from_fn(size, size, |row, column| {
        let from = order[column];
        eigenvectors[(row, from)] / (eigenvalues[from].max(0.0) + floor).sqrt()
    })
}

/// Puts filters into a random weight `[fan_in, out]`: the first outputs get one each, further ones random sums of all.
fn mix(filters: &DMatrix<f64>, weight: &mut [f32], out: usize) {
    let size = filters.nrows();
    let random = DMatrix::from_fn(size, out, |row, column| f64::from(weight[row * out + column]));
    let mixture = DMatrix::from_fn(size, out, |row, column| {
        // Random weights have the variance 1 / fan_in, so their sums have that of one filter.
        if column < size { f64::from(u8::from(row == column)) } else { random[(row, column)] }
    });
    let mixed = filters * mixture;
    for (index, value) in weight.iter_mut().enumerate() {
        *value = mixed[(index / out, index % out)] as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BlockConfig, CgConfig, LayerOperation, TaylorNetConfig};

    const SHAPE: ImageShape = ImageShape { channels: 3, height: 8, width: 8 };

    /// Smooth images: a wave of random direction and colour each, and a little noise.
    fn waves() -> ImageSet {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let mut pixels = Vec::new();
        for _ in 0..200 {
            let (angle, phase) = (random() * 6.3, random() * 6.3);
            for colour in [random(), random(), random()] {
                for at in 0..64 {
                    let (x, y) = (f64::from(at % 8), f64::from(at / 8));
                    let wave = (0.7 * (x * angle.cos() + y * angle.sin()) + phase).sin();
                    pixels.push((120.0 + 90.0 * colour * wave + 12.0 * random()) as u8);
                }
            }
        }
        ImageSet::new(SHAPE, pixels, (0..200).map(|index| index as u8 % 10).collect()).unwrap()
    }

    fn network(channels: usize) -> Network {
        let block = BlockConfig { channels, operation: LayerOperation::Cg, cg: CgConfig::square(2, 1) };
        let config =
            TaylorNetConfig { input: SHAPE, blocks: vec![block; 2], normalization: true, mirrored: false, classes: 10 };
        Network::new(&NetworkConfig::TaylorNet(config)).unwrap()
    }

    #[test]
    fn whitened_filters_answer_patches_with_unit_variance_and_do_not_repeat_each_other() {
        let images = waves();
        let training = TrainingConfig { whiten: true, ..TrainingConfig::default() };
        let network = network(40);
        let values = start_values(&network, &training, &images).unwrap();
        let weight = &values[network.layout().range("blocks.0.conv.weight").unwrap()];
        // Answers of the first 20 filters at every patch, by the definition of a convolution.
        let mut answers: Vec<[f64; 40]> = Vec::new();
        for index in 0..images.len() {
            let image = images.image(index);
            for place in 0..36 {
                let mut answer = [0.0; 40];
                for (row, weights) in weight.chunks_exact(40).enumerate() {
                    let (tap, channel) = (row / 3, row % 3);
                    let at = (place / 6 + tap / 3) * 8 + place % 6 + tap % 3;
                    let pixel = f64::from(image[channel * 64 + at]) / 255.0;
                    answer.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum += pixel * f64::from(weight));
                }
                answers.push(answer);
            }
        }
        let count = answers.len() as f64;
        let mean = |of: &dyn Fn(&[f64; 40]) -> f64| answers.iter().map(of).sum::<f64>() / count;
        let covariance = |a: usize, b: usize| mean(&|x| x[a] * x[b]) - mean(&|x| x[a]) * mean(&|x| x[b]);
        for a in 0..20 {
            assert!((0.5..1.001).contains(&covariance(a, a)), "filter {a}: {}", covariance(a, a));
            for b in 0..a {
                assert!(covariance(a, b).abs() < 1e-3, "filters {a} and {b}: {}", covariance(a, b));
            }
        }
        let further = (27..40).map(|filter| covariance(filter, filter)).sum::<f64>() / 13.0;
        assert!((0.5..1.5).contains(&further), "{further}");
    }

    #[test]
    fn products_start_smaller_and_all_together_as_strong_as_before() {
        let network = network(12);
        let images = waves();
        let start = |products| {
            let training = TrainingConfig { products, ..TrainingConfig::default() };
            start_values(&network, &training, &images).unwrap()
        };
        let (before, after) = (start(1.0), start(0.1));
        let mut left = network.layout().range("blocks.1.cg.weight").unwrap();
        assert_eq!(left.len(), 14 * 12 * 12);
        let squares = |values: &[f32]| values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>();
        let linear = left.start..left.start + 4 * 12 * 12;
        let products = linear.end..left.end;
        let ratio = squares(&after[products.clone()])
            / squares(&before[products])
            / (squares(&after[linear.clone()]) / squares(&before[linear]));
        assert!((ratio - 0.01).abs() < 1e-6, "{ratio}");
        let kept = squares(&after[left.clone()]) / squares(&before[left.clone()]);
        assert!((0.85..1.15).contains(&kept), "{kept}");
        left = network.layout().range("blocks.1.conv.weight").unwrap();
        assert_eq!(before[left.clone()], after[left]);
    }
}
