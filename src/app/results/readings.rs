//! Where the article is silent and we had to choose, and where what it says does not hold here; every number among the
//! words is read from the results, and what lacks its numbers is not said.

use super::article::{CLAIMS, DIRECT_PARAMETERS};
use super::measured::{Measured, See};
use super::text;
use crate::app::format;
use crate::number;

/// A paragraph with a way to its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Name for tests.
    pub key: &'static str,
    /// The point in a few words.
    pub title: &'static str,
    /// One to three sentences.
    pub text: String,
    /// Where it can be seen.
    pub see: Option<See>,
    /// Words of the link.
    pub way: &'static str,
}

/// Results by their keys, as text.
struct Results<'a>(&'a [Measured]);

impl Results<'_> {
    fn of(&self, key: &str) -> Option<&Measured> {
        self.0.iter().find(|result| result.key == key)
    }

    fn value(&self, key: &str) -> Option<f64> {
        self.of(key).map(Measured::value)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.of(key).map(text::ours)
    }

    /// The value of a series that carries a label.
    fn at(&self, key: &str, label: &str) -> Option<f64> {
        self.of(key)?.sources.iter().find(|source| source.label == label).map(|source| source.value)
    }
}

/// What does not hold, or holds of simpler things as well.
pub fn readings(results: &[Measured]) -> Vec<Reading> {
    let results = Results(results);
    [
        controls(&results),
        parameters(&results),
        pruning(&results),
        distance(&results),
        fixed_point(&results),
        ten_images(&results),
        mixer(&results),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn controls(results: &Results<'_>) -> Option<Reading> {
    let (ours, means) =
        (results.value("mnist/resnet-18/level-5/euclid")?, results.value("mnist/resnet-18/class_means")?);
    let percent = |share: f64| format::percent(share, 2);
    let (typical, random) = (results.value("mnist/resnet-18/medoids")?, results.value("mnist/resnet-18/random_real")?);
    let verdict = if means.max(typical) >= ours {
        "So the references carry their class, but no better than simple controls, which the article leaves out."
    } else {
        "So the references do better than the controls, which the article leaves out."
    };
    Some(Reading {
        key: "controls",
        title: "Controls are as good",
        text: format!(
            "The ten distilled references reach {}. The mean of each class's features reaches {}, the most typical real image of \
             each class {}, one random real image of each class {} on average. {verdict}",
            percent(ours),
            percent(means),
            percent(typical),
            percent(random)
        ),
        see: Some(See::Distil(5, None)),
        way: "References and controls in Distil",
    })
}

fn parameters(results: &Results<'_>) -> Option<Reading> {
    let whole = results.value("direct-4/parameters")?;
    let kept = DIRECT_PARAMETERS / whole;
    Some(Reading {
        key: "parameters",
        title: "The parameters of order 4 are those left after pruning",
        text: format!(
            "Ten classes with all products of 49 pixels up to order 4 have {} coefficients. The {} of the article are {} of them: \
             it compares TaylorNet with the expansion after half of it was cut away.",
            format::count(number::whole(whole)),
            format::significant(DIRECT_PARAMETERS, 3),
            format::percent(kept, 0)
        ),
        see: Some(See::Direct),
        way: "The direct expansion",
    })
}

fn pruning(results: &Results<'_>) -> Option<Reading> {
    let black = results.text("direct-4/kept-10")?;
    let mean = results.at("direct-4/mean/pruning-4", &format::percent(0.1, 0))?;
    Some(Reading {
        key: "pruning",
        title: "How much can be cut depends on the point",
        text: format!(
            "About the black image, as in Eq. (2), a tenth of the coefficients of order 4 leaves {black}, less than the article has. \
             Written about the mean image, the same network keeps {} with a tenth.",
            format::percent(mean, 2)
        ),
        see: Some(See::Direct),
        way: "Accuracy with fewer coefficients",
    })
}

fn distance(results: &Results<'_>) -> Option<Reading> {
    let (direct, deep) = (results.value("direct-4/black/far")?, results.value("taylornet-7/black/far")?);
    let verdict = if direct > 1.0 && deep < 1.0 {
        "Locality is what the levels of TaylorNet bring; the direct expansion does not show it."
    } else {
        "The strength of a product depends on its distance in both."
    };
    Some(Reading {
        key: "distance",
        title: "Far pixels are not weakly coupled",
        text: format!(
            "In our direct expansion a product of pixels six apart is {} times as strong as one of neighbours, in TaylorNet {} times. {verdict} \
             What the counts of Fig. 3(b) show is that there are fewer such pairs.",
            format::fixed(direct, 2),
            format::fixed(deep, 2)
        ),
        see: Some(See::Trained("direct-4".into(), "black".into())),
        way: "Strength by distance",
    })
}

fn fixed_point(results: &Results<'_>) -> Option<Reading> {
    let at = |level: &str| results.at("mnist/within", level);
    let (first, third, fourth) = (at("level 0")?, at("level 3")?, at("level 4")?);
    let share = (fourth - third) / (fourth - first);
    Some(Reading {
        key: "fixed-point",
        title: "The distillation has a fixed point",
        text: format!(
            "The article leaves this open. Here the similarity within a class goes from {} for the digits to {} at level 3 and {} at \
             level 4: the last level brings {} of the rise. Each random group soon stands for its whole class, and what still moves is \
             the distance from the other classes.",
            format::fixed(first, 3),
            format::fixed(third, 3),
            format::fixed(fourth, 3),
            format::percent(share, 1)
        ),
        see: Some(See::Distil(4, Some(4))),
        way: "The four 4s of level 4",
    })
}

fn ten_images(results: &Results<'_>) -> Option<Reading> {
    Some(Reading {
        key: "ten-images",
        title: "References are not a training set",
        text: format!(
            "A fresh network trained on the ten images alone reaches {}. Serving as a reference and replacing the data are two things; \
             the article claims the first.",
            results.text("mnist/ten-images/mean")?
        ),
        see: Some(See::Distil(5, None)),
        way: "The ten images",
    })
}

fn mixer(results: &Results<'_>) -> Option<Reading> {
    // Said only while there is something beside it.
    results.0.first()?;
    let cifar = CLAIMS.iter().find(|claim| claim.key == "taylornet-cifar/accuracy")?;
    let here = match results.text(cifar.key) {
        Some(text) => format!("Ours reaches {text}."),
        None => "CIFAR-10 is not here yet.".to_owned(),
    };
    Some(Reading {
        key: "mixer",
        title: "The comparison with MLP-Mixer has no number",
        text: format!(
            "The article calls its {} on CIFAR-10 more efficient than MLP-Mixer without pre-training, and gives no figure for that. It \
             cannot be checked as it stands. {here}",
            text::article(cifar)
        ),
        see: None,
        way: "",
    })
}

/// Where the article leaves something open, and what we took.
pub const OURS: [(&str, &str); 7] = [
    (
        "Products",
        "Each product of two values counts once: 10 for a cluster of four, not 16. The article counts its own Taylor terms in this way, and its numbers of parameters fit.",
    ),
    (
        "Normalisation",
        "Batch normalisation stands between each convolution and its CG operation while a network is trained. It is multiplied into the convolution afterwards: what is shipped is a polynomial and nothing else.",
    ),
    (
        "7×7 images",
        "Reduced with antialiasing, as image libraries do. Without it the same network loses several points.",
    ),
    (
        "Groups",
        "MNIST does not have 6\u{202f}000 images of each class. Each class is split into 600 groups of 9 to 12 images, so that every image is used once.",
    ),
    (
        "Pixels",
        "The article says nothing of how pixels are moved. Ours go from the coarse to the fine; plain gradient descent leaves a grey noise behind.",
    ),
    (
        "Photographs",
        "The article does not say how its network on CIFAR-10 was trained. Ours starts with coefficients of products a tenth as large as the others, and every direction of its matrices gets steps of one length (Muon). With the recipe of the digits it hardly learns.",
    ),
    (
        "Test images",
        "Accuracies are of all 10\u{202f}000 test images, and of the file that is shipped. One seed each, so a few hundredths of a point mean nothing.",
    ),
];
