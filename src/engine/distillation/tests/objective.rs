//! The losses against the sums of the article and their closed forms.

use crate::config::{CLASSES, DistillationLoss};
use crate::engine::distillation::Objective;
use crate::engine::parameters::vector;
use burn::tensor::{Device, Tensor};

const VALUES: usize = 7;

fn noise(len: usize, seed: usize) -> Vec<f32> {
    (0..len).map(|i| (((i + 31 * seed) * 7919 + seed) % 1013) as f32 / 500.0 - 1.0).collect()
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// Embeddings of groups of these sizes, `[class][member][value]`.
fn groups(counts: &[usize; CLASSES]) -> Vec<Vec<Vec<f32>>> {
    let group = |class: usize| (0..counts[class]).map(|member| noise(VALUES, 20 * class + member + 1)).collect();
    (0..CLASSES).map(group).collect()
}

fn means(groups: &[Vec<Vec<f32>>]) -> Vec<Vec<f64>> {
    let mean = |group: &Vec<Vec<f32>>| {
        (0..VALUES).map(|value| group.iter().map(|x| f64::from(x[value])).sum::<f64>() / group.len() as f64).collect()
    };
    groups.iter().map(mean).collect()
}

fn objective(loss: DistillationLoss, counts: [usize; CLASSES]) -> Objective {
    let device = Device::flex();
    let mut objective = Objective::new(loss, &[counts], &device).unwrap();
    let flat: Vec<f32> = means(&groups(&counts)).concat().into_iter().map(|value| value as f32).collect();
    objective.set_means(vector(&flat, &device).reshape([1, CLASSES, VALUES]));
    objective
}

/// Eq. (5) as it stands in the article: over all pairs.
fn pairwise(images: &[f32], groups: &[Vec<Vec<f32>>], lambda: f64) -> f64 {
    let distance = |image: &[f32], other: &[f32]| -> f64 {
        image.iter().zip(other).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum()
    };
    let mut loss = 0.0;
    for (class, image) in images.chunks_exact(VALUES).enumerate() {
        for (other, group) in groups.iter().enumerate() {
            let sum: f64 = group.iter().map(|x| distance(image, x)).sum();
            loss += if other == class { lambda * sum } else { -sum };
        }
    }
    loss
}

#[test]
fn class_means_give_the_loss_over_all_pairs() {
    let counts = [3, 4, 3, 3, 4, 3, 2, 3, 3, 3];
    let lambda = 19.0;
    let objective = objective(DistillationLoss::Euclid { lambda }, counts);
    let curvature = |class: usize| {
        let others: usize = counts.iter().sum::<usize>() - counts[class];
        lambda * counts[class] as f64 - others as f64
    };
    let ours = |images: &[f32]| -> f64 {
        let tensor = vector(images, &Device::flex()).reshape([1, CLASSES, VALUES]);
        let losses = read(objective.losses(tensor));
        losses.iter().enumerate().map(|(class, loss)| f64::from(*loss) * VALUES as f64 * curvature(class)).sum()
    };
    let (first, second) = (noise(CLASSES * VALUES, 501), noise(CLASSES * VALUES, 777));
    let groups = groups(&counts);
    let expected = pairwise(&first, &groups, lambda) - pairwise(&second, &groups, lambda);
    let found = ours(&first) - ours(&second);
    assert!((found - expected).abs() < 1e-4 * expected.abs(), "{found} {expected}");
}

#[test]
fn gradient_and_minimiser_are_the_closed_form() {
    for lambda in [19.0, 12.0, 40.0] {
        let counts = [4; CLASSES];
        let objective = objective(DistillationLoss::Euclid { lambda }, counts);
        let means = means(&groups(&counts));
        let n = CLASSES as f64;
        let overall: Vec<f64> = (0..VALUES).map(|v| means.iter().map(|mean| mean[v]).sum::<f64>() / n).collect();
        let target = |mean: f64, v: usize| ((lambda + 1.0) * mean - n * overall[v]) / (lambda - n + 1.0);
        let images = noise(CLASSES * VALUES, 42);
        let leaf =
            Tensor::<3>::from_inner(vector(&images, &Device::flex()).reshape([1, CLASSES, VALUES])).require_grad();
        let gradients = objective.losses(leaf.clone()).sum().backward();
        let gradient = read(leaf.grad(&gradients).unwrap());
        for (class, mean) in means.iter().enumerate() {
            for (v, mean) in mean.iter().enumerate() {
                let index = class * VALUES + v;
                let expected = 2.0 * (f64::from(images[index]) - target(*mean, v)) / VALUES as f64;
                assert!((f64::from(gradient[index]) - expected).abs() < 1e-4, "{} {expected}", gradient[index]);
            }
        }
        let minimum = read(objective.losses(objective.anchors().unwrap().clone()));
        assert!(minimum.iter().all(|loss| loss.abs() < 1e-8), "{minimum:?}");
    }
}

#[test]
fn with_lambda_19_the_distance_from_the_mean_of_all_is_doubled() {
    let objective = objective(DistillationLoss::Euclid { lambda: 19.0 }, [4; CLASSES]);
    let means = means(&groups(&[4; CLASSES]));
    let targets = read(objective.anchors().unwrap().clone());
    let overall = |v: usize| means.iter().map(|mean| mean[v]).sum::<f64>() / CLASSES as f64;
    for (index, (target, mean)) in targets.iter().zip(means.iter().flatten()).enumerate() {
        let doubled = 2.0 * mean - overall(index % VALUES);
        assert!((f64::from(*target) - doubled).abs() < 1e-5);
    }
}

#[test]
fn the_angular_loss_is_the_one_computed_by_hand() {
    let (scale, margin) = (8.0, 0.3);
    let counts = [2; CLASSES];
    let objective = objective(DistillationLoss::ArcFace { scale, margin }, counts);
    let means = means(&groups(&counts));
    let images = noise(CLASSES * VALUES, 9);
    let found = read(objective.losses(vector(&images, &Device::flex()).reshape([1, CLASSES, VALUES])));
    let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    for (class, found) in found.iter().enumerate() {
        let image: Vec<f64> = images[class * VALUES..][..VALUES].iter().map(|x| f64::from(*x)).collect();
        let angle = |other: usize| {
            let dot: f64 = image.iter().zip(&means[other]).map(|(a, b)| a * b).sum();
            (dot / length(&image) / length(&means[other])).acos() + if other == class { margin } else { 0.0 }
        };
        let powers: Vec<f64> = (0..CLASSES).map(|other| (scale * angle(other).cos()).exp()).collect();
        let expected = -(powers[class] / powers.iter().sum::<f64>()).ln();
        assert!((f64::from(*found) - expected).abs() < 1e-4, "{found} {expected}");
    }
}

#[test]
fn groups_of_different_sizes_can_leave_no_minimum() {
    let counts = [1, 9, 9, 9, 9, 9, 9, 9, 9, 9];
    let error = Objective::new(DistillationLoss::Euclid { lambda: 19.0 }, &[counts], &Device::flex()).unwrap_err();
    assert!(error.to_string().contains("class 0 has no minimum with lambda = 19"), "{error}");
}
