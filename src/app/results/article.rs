//! The numbers of the article (Yang, Xie and Yang, Chin. Phys. Lett. 40, 020501, 2023), each with where it stands there.
//! They are typed here and nowhere else.

use super::claim::{Claim, Says};
use super::measured::{Group, Unit};

/// Accuracy of the direct expansion at fourth order (Fig. 2).
pub const DIRECT_ACCURACY: f64 = 0.98;
/// Shares of the coefficients kept of which the article speaks.
pub const KEPT: [f64; 3] = [0.5, 0.3, 0.1];
/// What it says of them: accuracy, and in words.
pub const PRUNED: [(f64, &str); 3] =
    [(DIRECT_ACCURACY, "unchanged"), (DIRECT_ACCURACY - 0.0083, "\u{2212}0.83 points"), (0.85, "about 85\u{a0}%")];
/// Images of each class at every level of the distillation (Fig. 7).
pub const PER_CLASS: [usize; 5] = [600, 100, 20, 4, 1];
/// Parameters that the article gives the direct expansion of fourth order.
pub const DIRECT_PARAMETERS: f64 = 1.46e6;

const fn reaches(value: f64, step: f64) -> Says {
    Says::Reaches { value, step }
}

const fn is(value: f64, step: f64) -> Says {
    Says::Is { value, step }
}

const fn claim(
    key: &'static str,
    group: Group,
    name: &'static str,
    place: &'static str,
    unit: Unit,
    says: Says,
) -> Claim {
    Claim { key, group, name, place, unit, says }
}

const RESULT: &str = "text on Fig. 5";
const PRUNING: &str = "text on Fig. 2";
const SIMILARITY: &str = "text on Fig. 9";
const DISTILLED: usize = PER_CLASS[0] + PER_CLASS[1] + PER_CLASS[2] + PER_CLASS[3] + PER_CLASS[4];

/// Every number and figure of the article, in its order.
pub const CLAIMS: &[Claim] = &[
    claim(
        "taylornet-28/accuracy",
        Group::Networks,
        "TaylorNet on 28×28 digits",
        RESULT,
        Unit::Share,
        reaches(0.992, 1e-3),
    ),
    claim(
        "taylornet-7/accuracy",
        Group::Networks,
        "TaylorNet on 7×7 digits",
        RESULT,
        Unit::Share,
        reaches(0.979, 1e-3),
    ),
    claim(
        "taylornet-7/parameters",
        Group::Networks,
        "Parameters of TaylorNet on 7×7 digits",
        RESULT,
        Unit::Count,
        is(248e3, 1e3),
    ),
    claim(
        "resnet-7/accuracy",
        Group::Networks,
        "Residual network on 7×7 digits",
        "text on Fig. 2",
        Unit::Share,
        reaches(0.99, 1e-2),
    ),
    claim(
        "resnet-7/parameters",
        Group::Networks,
        "Parameters of the residual network",
        "text on Fig. 2",
        Unit::Count,
        is(1.3e6, 1e5),
    ),
    claim(
        "conv-28/drop",
        Group::Networks,
        "Convolutions in place of CG operations, 28×28",
        RESULT,
        Unit::Points,
        is(-0.073, 1e-3),
    ),
    claim(
        "taylornet-cifar/accuracy",
        Group::Networks,
        "TaylorNet on CIFAR-10",
        RESULT,
        Unit::Share,
        reaches(0.717, 1e-3),
    ),
    claim(
        "taylornet-cifar/parameters",
        Group::Networks,
        "Parameters of TaylorNet on CIFAR-10",
        RESULT,
        Unit::Count,
        is(1.2e6, 1e5),
    ),
    claim(
        "conv-cifar/drop",
        Group::Networks,
        "Convolutions in place of CG operations, CIFAR-10",
        RESULT,
        Unit::Points,
        is(-0.30, 1e-2),
    ),
    claim(
        "direct/accuracies",
        Group::Direct,
        "Accuracy by order, 1 to 4",
        "Fig. 2",
        Unit::Share,
        Says::Rises("grows with the order"),
    ),
    claim(
        "direct-4/accuracy",
        Group::Direct,
        "All products up to order 4",
        "Fig. 2",
        Unit::Share,
        reaches(DIRECT_ACCURACY, 1e-2),
    ),
    claim(
        "direct-4/terms",
        Group::Direct,
        "Taylor terms up to order 4, for each class",
        "Fig. 2",
        Unit::Count,
        is(293e3, 1e3),
    ),
    claim(
        "direct-4/parameters",
        Group::Direct,
        "Parameters of order 4",
        RESULT,
        Unit::Count,
        is(DIRECT_PARAMETERS, 1e4),
    ),
    claim(
        "direct-4/black/far",
        Group::Direct,
        "Products of pixels six apart, beside neighbours",
        "Fig. 3(b)",
        Unit::Times,
        Says::Weaker("small"),
    ),
    claim(
        "direct-4/kept-50",
        Group::Direct,
        "Order 4 with half of its coefficients",
        PRUNING,
        Unit::Points,
        is(0.0, 1e-3),
    ),
    claim(
        "direct-4/kept-30",
        Group::Direct,
        "Order 4 with 30\u{a0}% of its coefficients",
        PRUNING,
        Unit::Points,
        is(-0.0083, 1e-4),
    ),
    claim(
        "direct-4/kept-10",
        Group::Direct,
        "Order 4 with 10\u{a0}% of its coefficients",
        PRUNING,
        Unit::Share,
        reaches(0.85, 1e-2),
    ),
    claim(
        "mnist/images",
        Group::Distillation,
        "Distilled images of all levels",
        "Fig. 7",
        Unit::Count,
        is((10 * DISTILLED) as f64, 1.0),
    ),
    claim(
        "mnist/within",
        Group::Distillation,
        "Similarity within the classes, by level",
        "Fig. S5, S6",
        Unit::Number,
        Says::Rises("grows with the level"),
    ),
    claim(
        "mnist/resnet-18/level-5/euclid",
        Group::References,
        "Ten references, MNIST, ResNet18",
        SIMILARITY,
        Unit::Share,
        reaches(0.987, 1e-3),
    ),
    claim(
        "mnist/resnet-18/level-5/arcface",
        Group::References,
        "Ten references, MNIST, ArcFace loss",
        SIMILARITY,
        Unit::Share,
        reaches(0.99, 1e-2),
    ),
    claim(
        "cifar10/resnet-50/level-5/euclid",
        Group::References,
        "Ten references, CIFAR-10, ResNet50",
        SIMILARITY,
        Unit::Share,
        reaches(0.869, 1e-3),
    ),
    claim(
        "cifar10/resnet-50/level-5/arcface",
        Group::References,
        "Ten references, CIFAR-10, ArcFace loss",
        SIMILARITY,
        Unit::Share,
        reaches(0.89, 1e-2),
    ),
];
