//! Pruning of a direct expansion: what is left when only its largest coefficients are kept (Fig. 2 and the text on it).

use super::data::ImageSet;
use super::evaluate::Predictor;
use super::network::Network;
use super::train::TrainError;
use super::weights::WeightsFile;
use crate::config::{CLASSES, ConfigError, ExpansionPoint, NetworkConfig};
use crate::report::PruningReport;
use burn::tensor::Device;
use thiserror::Error;

/// Shares of the terms that are kept: the article's 50, 30 and 10 % and what lies around them, from 1 downwards.
pub const KEPT_SHARES: [f64; 14] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02, 0.01];

/// Among which coefficients the largest are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranking {
    /// Each class keeps the same share of its own.
    PerClass,
    /// The share is of all classes' coefficients together.
    AllClasses,
}

/// Why a network cannot be pruned.
#[derive(Debug, Error)]
pub enum PruningError {
    /// The coefficients of a network of levels are not its Taylor coefficients.
    #[error("{name} is no direct expansion; choose direct-1 to direct-4, whose weights are Taylor coefficients")]
    NotDirect {
        /// Its name.
        name: String,
    },
    /// The network cannot be built.
    #[error(transparent)]
    Network(#[from] ConfigError),
    /// The evaluation failed.
    #[error(transparent)]
    Evaluation(#[from] TrainError),
}

/// Accuracy of a direct expansion on the first `images` of a set when only its largest coefficients by absolute value are
/// kept, of every class or of all; the constants stay.
///
/// `shares` of the terms, each from 0 to 1, become `kept` of the report.
///
/// # Errors
/// [`PruningError`] where the file holds another kind of network or the device fails.
pub async fn pruned_accuracies(
    file: &WeightsFile,
    set: &ImageSet,
    images: usize,
    shares: &[f64],
    ranking: Ranking,
    device: &Device,
) -> Result<PruningReport, PruningError> {
    let NetworkConfig::Direct(config) = &file.network else {
        return Err(PruningError::NotDirect { name: file.name.clone() });
    };
    let network = Network::new(&file.network)?;
    let terms = config.monomials()?;
    let ranked = ranked(&file.parameters[..terms * CLASSES], ranking);
    let mut accuracy = Vec::with_capacity(shares.len());
    for &share in shares {
        let parameters = pruned(&file.parameters, &ranked, share);
        let predictor = Predictor::new(&network, &parameters, &[], device);
        accuracy.push(predictor.predict(set, 0..images).await?.accuracy());
    }
    Ok(PruningReport {
        model: file.name.clone(),
        about: ExpansionPoint::Black,
        order: config.order as u32,
        terms: terms as u32,
        images: images as u32,
        kept: shares.to_vec(),
        accuracy,
        accuracy_with_rest: Vec::new(),
    })
}

/// Lists of coefficients by falling absolute value, the first of each being kept: one for every class, or one for
/// all. The weight is `[term, class]`.
fn ranked(weight: &[f32], ranking: Ranking) -> Vec<Vec<u32>> {
    let sorted = |mut places: Vec<u32>| {
        let size = |place: u32| weight[place as usize].abs();
        places.sort_by(|&one, &other| size(other).total_cmp(&size(one)));
        places
    };
    let all = 0..weight.len() as u32;
    match ranking {
        Ranking::PerClass => {
            (0..CLASSES).map(|class| sorted(all.clone().skip(class).step_by(CLASSES).collect())).collect()
        }
        Ranking::AllClasses => vec![sorted(all.collect())],
    }
}

/// The parameters with zero for what comes after the kept share of each list.
fn pruned(parameters: &[f32], ranked: &[Vec<u32>], share: f64) -> Vec<f32> {
    let mut parameters = parameters.to_vec();
    for places in ranked {
        let kept = ((places.len() as f64 * share).round() as usize).min(places.len());
        for &place in &places[kept..] {
            parameters[place as usize] = 0.0;
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ImageShape;

    /// Images that need no data set, and a network with coefficients of many sizes.
    fn example() -> (ImageSet, WeightsFile) {
        let shape = ImageShape { channels: 1, height: 7, width: 7 };
        let pixels = (0..60 * 49).map(|index| (index * index % 251) as u8).collect();
        let labels = (0..60).map(|index| (index * 7 % 10) as u8).collect();
        let network = NetworkConfig::named("direct-2").unwrap();
        // All of different size, so that there are no ties.
        let value = |index: usize| {
            let size = (index * 7_919 % 12_757 + 1) as f32 / 12_757.0;
            if index.is_multiple_of(3) { -size } else { size }
        };
        let parameters = (0..network.parameters().unwrap()).map(value).collect();
        (
            ImageSet::new(shape, pixels, labels).unwrap(),
            WeightsFile { name: "direct-2".into(), network, parameters, classes: Vec::new() },
        )
    }

    fn report(file: &WeightsFile, set: &ImageSet, shares: &[f64]) -> PruningReport {
        pollster::block_on(pruned_accuracies(file, set, set.len(), shares, Ranking::PerClass, &Device::flex())).unwrap()
    }

    #[test]
    fn the_pruned_network_is_the_one_with_weights_zeroed_by_hand() {
        let (set, file) = example();
        let shares = [1.0, 0.6, 0.2, 0.0];
        let report = report(&file, &set, &shares);
        assert_eq!((report.terms, report.order, report.images), (1_274, 2, 60));
        for (share, accuracy) in shares.iter().zip(&report.accuracy) {
            // By a threshold instead of by ranks: all coefficients of a class are different here.
            let mut by_hand = file.clone();
            for class in 0..CLASSES {
                let own = |term: usize| term * CLASSES + class;
                let mut sizes: Vec<f32> = (0..1_274).map(|term| file.parameters[own(term)].abs()).collect();
                sizes.sort_by(f32::total_cmp);
                let removed = 1_274 - (1_274.0 * share).round() as usize;
                let threshold = if removed == 0 { -1.0 } else { sizes[removed - 1] };
                for term in (0..1_274).filter(|&term| file.parameters[own(term)].abs() <= threshold) {
                    by_hand.parameters[own(term)] = 0.0;
                }
            }
            let predictor = Predictor::of_file(&by_hand, &Device::flex()).unwrap();
            let expected = pollster::block_on(predictor.predict(&set, 0..60)).unwrap().accuracy();
            assert!((accuracy - expected).abs() < 1e-12, "{share}: {accuracy} against {expected}");
        }
    }

    #[test]
    fn over_all_classes_the_smallest_of_all_go() {
        let (_, file) = example();
        let weight = &file.parameters[..12_740];
        let kept = pruned(&file.parameters, &ranked(weight, Ranking::AllClasses), 0.25);
        // All coefficients are different: the kept ones are those above the 9,555th smallest.
        let mut sizes: Vec<f32> = weight.iter().map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let expected = |value: &f32| if value.abs() > sizes[12_740 - 3_185 - 1] { *value } else { 0.0 };
        assert_eq!(kept[..12_740], weight.iter().map(expected).collect::<Vec<_>>());
        assert_eq!(kept[12_740..], file.parameters[12_740..], "the constants stay");
    }

    #[test]
    fn without_any_term_the_constants_decide() {
        let (set, file) = example();
        let constants = &file.parameters[12_740..];
        let largest = (0..CLASSES).max_by(|&a, &b| constants[a].total_cmp(&constants[b])).unwrap();
        let expected = set.labels.iter().filter(|&&label| usize::from(label) == largest).count() as f64 / 60.0;
        assert!((report(&file, &set, &[0.0]).accuracy[0] - expected).abs() < 1e-12);
    }

    #[test]
    fn other_networks_are_refused() {
        let network = NetworkConfig::named("conv-7").unwrap().without_normalization();
        let parameters = vec![0.0; network.parameters().unwrap()];
        let file = WeightsFile { name: "conv-7".into(), network, parameters, classes: Vec::new() };
        let set = example().0;
        let result = pollster::block_on(pruned_accuracies(&file, &set, 1, &[1.0], Ranking::PerClass, &Device::flex()));
        assert!(result.unwrap_err().to_string().contains("no direct expansion"));
    }
}
