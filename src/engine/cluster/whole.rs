//! The cluster operation where the cluster is the whole image: the direct expansion of Eq. (3).
//!
//! Its features (292,824 at fourth order on 49 pixels) are far too many to be stored for a block of images, but they
//! are made of few numbers: with the taps and their pairs at hand, the monomials that share their first factors are
//! those factors times a run of neighbouring taps or pairs, and lie side by side in the order of
//! [`super::MonomialTable`]. A feature is formed in a register, used for all classes and forgotten. Lanes are images in
//! the forward pass and features in the backward pass, so neither has to sum over lanes.

use super::{ClusterGeometry, ClusterSize};
use crate::config::CLASSES;
use crate::engine::parallel::for_each_chunk;
use multiversion::multiversion;
use multiversion::target::target_cfg_f;

/// Images of a parallel task of the forward pass; a multiple of every number of lanes.
const TASK_IMAGES: usize = 32;
/// Features of a parallel task of the backward pass.
const TASK_FEATURES: usize = 16_384;

/// Gradients of logits below this do not count.
const NEGLIGIBLE: f32 = 1e-25;

/// Whether the operation is one that this module computes.
pub fn is_whole_image(geometry: &ClusterGeometry, size: &ClusterSize, out: usize) -> bool {
    let covers = geometry.cluster == [size.height, size.width] && geometry.dilation == 1 && geometry.padding == 0;
    covers && size.channels == 1 && size.positions() == 1 && out == CLASSES
}

/// Monomials that are one product of taps (none, one or two) times neighbouring taps or pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    /// Factors that all have.
    prefix: Prefix,
    /// Which of the taps and pairs are the other factor.
    others: std::ops::Range<usize>,
    /// Index of the first monomial.
    first: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    One,
    Tap(usize),
    Pair(usize, usize),
}

/// All monomials of an image as runs, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    taps: usize,
    /// Number of taps and pairs that the runs need.
    base: usize,
    runs: Vec<Run>,
}

impl Plan {
    fn new(geometry: &ClusterGeometry) -> Self {
        let (taps, order) = (geometry.monomials.taps(), geometry.monomials.order());
        let base = if order == 1 { taps } else { taps + taps * (taps + 1) / 2 };
        // Pairs of taps that are not smaller than `tap`.
        let pairs = |tap: usize| base - (taps - tap) * (taps - tap + 1) / 2..base;
        let mut prefixes = vec![(Prefix::One, 0..base)];
        if order >= 3 {
            prefixes.extend((0..taps).map(|tap| (Prefix::Tap(tap), pairs(tap))));
        }
        if order >= 4 {
            let both = (0..taps).flat_map(|one| (one..taps).map(move |other| (one, other)));
            prefixes.extend(both.map(|(one, other)| (Prefix::Pair(one, other), pairs(other))));
        }
        let mut next = 0;
        let runs = prefixes.into_iter().map(|(prefix, others)| {
            let first = next;
            next += others.len();
            Run { prefix, others, first }
        });
        Self { taps, base, runs: runs.collect() }
    }
}

/// `output[image, class] = features(input) * weight`; the weight is `[feature, class]`.
pub fn forward(geometry: &ClusterGeometry, input: &[f32], weight: &[f32], output: &mut [f32]) {
    let plan = Plan::new(geometry);
    let weight = weight.as_chunks::<CLASSES>().0;
    for_each_chunk(output, TASK_IMAGES * CLASSES, |task, output| {
        let images = &input[task * TASK_IMAGES * plan.taps..][..output.len() / CLASSES * plan.taps];
        task_forward(&plan, images, weight, output.as_chunks_mut().0);
    });
}

/// Gradient of the weight: `features(input)^T * gradient`.
pub fn backward_weight(geometry: &ClusterGeometry, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    let plan = Plan::new(geometry);
    // What is far below the rounding errors of the sums is left out: its products would be denormal numbers, which
    // cost a hundred times as much as others.
    let kept: Vec<f32> = gradient.iter().map(|&value| if value.abs() < NEGLIGIBLE { 0.0 } else { value }).collect();
    let gradient = kept.as_chunks::<CLASSES>().0;
    let mut result = vec![0.0; geometry.features() * CLASSES];
    for_each_chunk(&mut result, TASK_FEATURES * CLASSES, |task, result| {
        task_backward(&plan, input, gradient, task * TASK_FEATURES, result.as_chunks_mut().0);
    });
    result
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn task_forward(plan: &Plan, images: &[f32], weight: &[[f32; CLASSES]], output: &mut [[f32; CLASSES]]) {
    // As many lanes as keep the sums of all classes in registers.
    let (wide, fused) = (target_cfg_f!(target_feature = "avx512f"), target_cfg_f!(target_feature = "fma"));
    if wide {
        forward_in_lanes::<32, true>(plan, images, weight, output);
    } else if fused {
        forward_in_lanes::<8, true>(plan, images, weight, output);
    } else {
        forward_in_lanes::<4, false>(plan, images, weight, output);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn task_backward(plan: &Plan, input: &[f32], gradient: &[[f32; CLASSES]], first: usize, result: &mut [[f32; CLASSES]]) {
    let (wide, fused) = (target_cfg_f!(target_feature = "avx512f"), target_cfg_f!(target_feature = "fma"));
    if wide {
        backward_in_lanes::<32, true>(plan, input, gradient, first, result);
    } else if fused {
        backward_in_lanes::<8, true>(plan, input, gradient, first, result);
    } else {
        backward_in_lanes::<4, false>(plan, input, gradient, first, result);
    }
}

/// Forward pass of one task, `LANES` images at a time.
#[inline(always)]
fn forward_in_lanes<const LANES: usize, const FUSED: bool>(
    plan: &Plan,
    images: &[f32],
    weight: &[[f32; CLASSES]],
    output: &mut [[f32; CLASSES]],
) {
    let mut groups: Vec<_> = images.chunks(LANES * plan.taps).map(|images| base_of_images(plan, images)).collect();
    let mut sums = vec![[[0.0; LANES]; CLASSES]; groups.len()];
    // Runs outside, groups inside: the weights of a run are read from memory once.
    for run in &plan.runs {
        let weight = &weight[run.first..run.first + run.others.len()];
        for (base, sums) in groups.iter_mut().zip(&mut sums) {
            let prefix = match run.prefix {
                Prefix::One => [1.0; LANES],
                Prefix::Tap(tap) => base[tap],
                Prefix::Pair(one, other) => product(&base[one], &base[other]),
            };
            // Summed run by run, so that rounding errors grow with the length of a run and not with that of all.
            let mut local = [[0.0; LANES]; CLASSES];
            for (other, weight) in base[run.others.clone()].iter().zip(weight) {
                let feature = product(&prefix, other);
                for (sum, weight) in local.iter_mut().zip(weight) {
                    add_scaled::<LANES, FUSED>(sum, &feature, *weight);
                }
            }
            for (sum, local) in sums.iter_mut().zip(&local) {
                add_scaled::<LANES, FUSED>(sum, local, 1.0);
            }
        }
    }
    for (index, output) in output.iter_mut().enumerate() {
        *output = std::array::from_fn(|class| sums[index / LANES][class][index % LANES]);
    }
}

/// Taps and pairs of up to `LANES` images, `[tap or pair][image]`; zero for images that are not there.
#[inline(always)]
fn base_of_images<const LANES: usize>(plan: &Plan, images: &[f32]) -> Vec<[f32; LANES]> {
    let mut base = vec![[0.0; LANES]; plan.base];
    for (lane, image) in images.chunks_exact(plan.taps).enumerate() {
        for (values, pixel) in base.iter_mut().zip(image) {
            values[lane] = *pixel;
        }
    }
    let (taps, pairs) = base.split_at_mut(plan.taps);
    if !pairs.is_empty() {
        let both = (0..plan.taps).flat_map(|one| (one..plan.taps).map(move |other| (one, other)));
        for (pair, (one, other)) in pairs.iter_mut().zip(both) {
            *pair = product(&taps[one], &taps[other]);
        }
    }
    base
}

/// Backward pass of the features from `first` on, `LANES` of them at a time.
#[inline(always)]
fn backward_in_lanes<const LANES: usize, const FUSED: bool>(
    plan: &Plan,
    input: &[f32],
    gradient: &[[f32; CLASSES]],
    first: usize,
    result: &mut [[f32; CLASSES]],
) {
    let end = first + result.len();
    let images = gradient.len();
    let runs = plan.runs.iter().filter(|run| run.first < end && run.first + run.others.len() > first);
    let runs: Vec<&Run> = runs.collect();
    let blocks = base_of_blocks::<LANES>(plan, input);
    let mut prefix = vec![1.0; images];
    // Blocks outside, runs inside: the values of a block for all images stay in the first-level cache.
    for (block, values) in blocks.chunks_exact(images).enumerate() {
        let block = block * LANES..(block + 1) * LANES;
        for run in runs.iter().filter(|run| run.others.start < block.end && run.others.end > block.start) {
            for (prefix, image) in prefix.iter_mut().zip(input.chunks_exact(plan.taps)) {
                *prefix = match run.prefix {
                    Prefix::One => 1.0,
                    Prefix::Tap(tap) => image[tap],
                    Prefix::Pair(one, other) => image[one] * image[other],
                };
            }
            let sums = sums_over_images::<LANES, FUSED>(values, &prefix, gradient);
            for other in run.others.start.max(block.start)..run.others.end.min(block.end) {
                let feature = run.first + other - run.others.start;
                if (first..end).contains(&feature) {
                    result[feature - first] = std::array::from_fn(|class| sums[class][other - block.start]);
                }
            }
        }
    }
}

/// Sum over the images of their features times their gradients, `[class][feature]`.
///
/// A function of its own, so that the sums stay in registers: the caller indexes them by lane, which registers forbid.
#[inline(always)]
fn sums_over_images<const LANES: usize, const FUSED: bool>(
    values: &[[f32; LANES]],
    prefix: &[f32],
    gradient: &[[f32; CLASSES]],
) -> [[f32; LANES]; CLASSES] {
    let mut sums = [[0.0; LANES]; CLASSES];
    for ((values, prefix), gradient) in values.iter().zip(prefix).zip(gradient) {
        let feature = product(values, &[*prefix; LANES]);
        for (sum, gradient) in sums.iter_mut().zip(gradient) {
            add_scaled::<LANES, FUSED>(sum, &feature, *gradient);
        }
    }
    sums
}

/// Taps and pairs of all images in blocks of `LANES`, `[block][image][tap or pair]`.
#[inline(always)]
fn base_of_blocks<const LANES: usize>(plan: &Plan, input: &[f32]) -> Vec<[f32; LANES]> {
    let images = input.len() / plan.taps;
    let mut blocks = vec![[0.0; LANES]; plan.base.div_ceil(LANES) * images];
    for (index, image) in input.chunks_exact(plan.taps).enumerate() {
        let mut put = |place: usize, value| blocks[place / LANES * images + index][place % LANES] = value;
        let mut next = plan.taps;
        for (one, pixel) in image.iter().enumerate() {
            put(one, *pixel);
            if plan.base > plan.taps {
                for other in &image[one..] {
                    put(next, pixel * other);
                    next += 1;
                }
            }
        }
    }
    blocks
}

#[inline(always)]
fn product<const LANES: usize>(a: &[f32; LANES], b: &[f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| a[lane] * b[lane])
}

/// `sum += values * factor`, in one rounding where the processor has such an instruction.
#[inline(always)]
fn add_scaled<const LANES: usize, const FUSED: bool>(sum: &mut [f32; LANES], values: &[f32; LANES], factor: f32) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum = if FUSED { value.mul_add(factor, *sum) } else { value * factor + *sum };
    }
}
