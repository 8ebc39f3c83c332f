//! The networks known by name: one record each, from which every list, choice, help text and check is made.

use super::{
    BlockConfig, CgConfig, DirectConfig, ImageShape, LayerOperation, NetworkConfig, ResNetConfig, Sharing, Stem,
    TaylorNetConfig,
};
use crate::config::{CIFAR_10, CLASSES, DataSet, MNIST, Method, TrainingConfig};

/// A network known by name: what it is, how it is trained, and where it appears.
#[derive(Debug, Clone)]
pub struct NamedNetwork {
    /// Name in files, addresses and commands.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// The data set that it classifies.
    pub data: &'static DataSet,
    architecture: Architecture,
    /// The network that answers beside it when two are compared.
    pub counterpart: &'static str,
    /// The network of the same architecture that was trained the other way: with or without its low orders counting.
    pub twin: Option<&'static str>,
    /// Settings with which the shipped file was trained.
    pub training: TrainingConfig,
    /// Whether a browser can train it: not the direct expansion of fourth order, whose 2,928,250 parameters cost seconds
    /// per step there, not the embedders of 28x28 images, and none that is another one with a setting changed.
    pub trains_in_browser: bool,
    /// Whether its eigen-digits are measured and, where the page does not compute them itself, shipped.
    pub eigen_digits: bool,
    /// Least and greatest accuracy on the 10,000 test images that its shipped file may have.
    pub bar: (f64, f64),
}

/// The architectures of the article, without what all of their kind have in common.
#[derive(Debug, Clone, Copy)]
enum Architecture {
    /// Four levels on 28x28 pixels or three on 7x7 (Fig. 5), 64 channels.
    Stack { side: usize, operation: LayerOperation, sharing: Sharing },
    /// Four levels on 32x32 pixels in colour, 120 channels.
    Colour { operation: LayerOperation, mirrored: bool },
    /// A residual network.
    Residual { side: usize, stem: Stem, widths: &'static [usize], blocks_per_stage: usize },
    /// The direct expansion of 7x7 pixels (Eq. 3).
    Direct { order: usize },
}

const CG_28: Architecture = Architecture::Stack { side: 28, operation: LayerOperation::Cg, sharing: Sharing::Shared };
const CG_7: Architecture = Architecture::Stack { side: 7, operation: LayerOperation::Cg, sharing: Sharing::Shared };

const DEFAULTS: TrainingConfig = TrainingConfig::DEFAULT;
/// The recipe of the 7x7 stacks whose levels have coefficients of their own; the one with one set for all has it too.
const ON_7: TrainingConfig = TrainingConfig { epochs: 30, shift: 1, ..DEFAULTS };
/// A linear map: few passes are enough, and shifted images only blur the classes.
const LINEAR: TrainingConfig = TrainingConfig { epochs: 3, shift: 0, learning_rate: 2e-3, ..DEFAULTS };
/// Direct expansions are convex in their coefficients, so large steps are safe; with small ones the orders above the
/// second stay far from their minimum.
const DIRECT: TrainingConfig = TrainingConfig { epochs: 20, shift: 0, learning_rate: 1e-2, ..DEFAULTS };

/// Four levels of products learn photographs where the products start small and rare images with enormous scores do not
/// decide the steps; what else was tried stands in the README.
const ON_CIFAR: TrainingConfig = TrainingConfig {
    epochs: 24,
    learning_rate: 2.5e-3,
    weight_decay: 5e-2,
    method: Method::Muon,
    shift: 4,
    flip: true,
    products: 0.1,
    label_smoothing: 0.1,
    ..DEFAULTS
};

/// All of them; the first is the one that the explorer opens with.
pub(super) const CATALOGUE: [NamedNetwork; 17] = [
    NamedNetwork {
        name: "taylornet-28",
        title: "TaylorNet, 28×28",
        data: &MNIST,
        architecture: CG_28,
        counterpart: "conv-28",
        twin: Some("taylornet-28-nested"),
        training: DEFAULTS,
        trains_in_browser: true,
        eigen_digits: true,
        bar: (0.995, 1.0),
    },
    NamedNetwork {
        name: "taylornet-7",
        title: "TaylorNet, 7×7",
        data: &MNIST,
        architecture: CG_7,
        counterpart: "conv-7",
        twin: Some("taylornet-7-nested"),
        training: ON_7,
        trains_in_browser: true,
        eigen_digits: true,
        bar: (0.983, 1.0),
    },
    NamedNetwork {
        name: "taylornet-28-nested",
        title: "TaylorNet, 28×28, low orders count",
        data: &MNIST,
        architecture: CG_28,
        counterpart: "taylornet-28",
        twin: Some("taylornet-28"),
        // Few passes: each costs as much as several for the whole alone.
        training: TrainingConfig { epochs: 5, nested: 3, ..DEFAULTS },
        trains_in_browser: false,
        eigen_digits: true,
        bar: (0.994, 1.0),
    },
    NamedNetwork {
        name: "taylornet-7-nested",
        title: "TaylorNet, 7×7, low orders count",
        data: &MNIST,
        architecture: CG_7,
        counterpart: "taylornet-7",
        twin: Some("taylornet-7"),
        training: TrainingConfig { epochs: 20, shift: 1, nested: 3, ..DEFAULTS },
        trains_in_browser: false,
        eigen_digits: true,
        bar: (0.982, 1.0),
    },
    NamedNetwork {
        name: "taylornet-28-scale",
        title: "TaylorNet, 28×28, one operation for all levels",
        data: &MNIST,
        architecture: Architecture::Stack { side: 28, operation: LayerOperation::Cg, sharing: Sharing::Scale },
        counterpart: "taylornet-28",
        twin: None,
        training: DEFAULTS,
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.993, 1.0),
    },
    NamedNetwork {
        name: "taylornet-7-scale",
        title: "TaylorNet, 7×7, one operation for all levels",
        data: &MNIST,
        architecture: Architecture::Stack { side: 7, operation: LayerOperation::Cg, sharing: Sharing::Scale },
        counterpart: "taylornet-7",
        twin: None,
        training: ON_7,
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.975, 1.0),
    },
    NamedNetwork {
        name: "conv-28",
        title: "Plain convolutions, 28×28",
        data: &MNIST,
        architecture: Architecture::Stack { side: 28, operation: LayerOperation::Conv, sharing: Sharing::Shared },
        counterpart: "taylornet-28",
        twin: None,
        training: LINEAR,
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.910, 0.928),
    },
    NamedNetwork {
        name: "conv-7",
        title: "Plain convolutions, 7×7",
        data: &MNIST,
        architecture: Architecture::Stack { side: 7, operation: LayerOperation::Conv, sharing: Sharing::Shared },
        counterpart: "taylornet-7",
        twin: None,
        training: LINEAR,
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.850, 0.928),
    },
    NamedNetwork {
        name: "resnet-7",
        title: "ResNet, 7×7",
        data: &MNIST,
        architecture: Architecture::Residual {
            side: 7,
            stem: Stem::Conv3,
            widths: &[64, 128, 256],
            blocks_per_stage: 1,
        },
        counterpart: "taylornet-7",
        twin: None,
        training: TrainingConfig { epochs: 15, shift: 1, learning_rate: 3e-3, ..DEFAULTS },
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.988, 1.0),
    },
    // Embedders: few passes, because their features and not their last digit of accuracy are what counts.
    NamedNetwork {
        name: "resnet-light",
        title: "Light ResNet, 28×28",
        data: &MNIST,
        architecture: Architecture::Residual {
            side: 28,
            stem: Stem::Conv3,
            widths: &[16, 32, 64],
            blocks_per_stage: 2,
        },
        counterpart: "taylornet-28",
        twin: None,
        training: TrainingConfig { epochs: 4, learning_rate: 1e-2, ..DEFAULTS },
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.990, 1.0),
    },
    NamedNetwork {
        name: "resnet-18",
        title: "ResNet18, 28×28 (11\u{a0}MB)",
        data: &MNIST,
        architecture: Architecture::Residual {
            side: 28,
            stem: Stem::Conv7Pool,
            widths: &[64, 128, 256, 512],
            blocks_per_stage: 2,
        },
        counterpart: "taylornet-28",
        twin: None,
        training: TrainingConfig { epochs: 5, learning_rate: 2e-3, ..DEFAULTS },
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.993, 1.0),
    },
    NamedNetwork {
        name: "direct-1",
        title: "Direct expansion to order 1, 7×7",
        data: &MNIST,
        architecture: Architecture::Direct { order: 1 },
        counterpart: "taylornet-7",
        twin: None,
        training: DIRECT,
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.895, 0.928),
    },
    NamedNetwork {
        name: "direct-2",
        title: "Direct expansion to order 2, 7×7",
        data: &MNIST,
        architecture: Architecture::Direct { order: 2 },
        counterpart: "taylornet-7",
        twin: None,
        training: TrainingConfig { epochs: 30, learning_rate: 1e-1, ..DIRECT },
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.955, 1.0),
    },
    // Weight decay costs the high orders most: without it the third gains 0.4 points, and the fourth needs a third of the
    // passes.
    NamedNetwork {
        name: "direct-3",
        title: "Direct expansion to order 3, 7×7",
        data: &MNIST,
        architecture: Architecture::Direct { order: 3 },
        counterpart: "taylornet-7",
        twin: None,
        training: TrainingConfig { epochs: 40, shift: 1, learning_rate: 3e-2, weight_decay: 0.0, ..DIRECT },
        trains_in_browser: true,
        eigen_digits: false,
        bar: (0.970, 1.0),
    },
    NamedNetwork {
        name: "direct-4",
        title: "Direct expansion to order 4, 7×7",
        data: &MNIST,
        architecture: Architecture::Direct { order: 4 },
        counterpart: "taylornet-7",
        twin: None,
        training: TrainingConfig { batch: 256, epochs: 30, shift: 1, learning_rate: 3e-2, weight_decay: 0.0, ..DIRECT },
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.978, 1.0),
    },
    NamedNetwork {
        name: "taylornet-cifar",
        title: "TaylorNet, CIFAR-10",
        data: &CIFAR_10,
        architecture: Architecture::Colour { operation: LayerOperation::Cg, mirrored: false },
        counterpart: "conv-cifar",
        twin: None,
        training: ON_CIFAR,
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.760, 1.0),
    },
    NamedNetwork {
        name: "conv-cifar",
        title: "Plain convolutions, CIFAR-10",
        data: &CIFAR_10,
        architecture: Architecture::Colour { operation: LayerOperation::Conv, mirrored: false },
        counterpart: "taylornet-cifar",
        twin: None,
        training: TrainingConfig { flip: true, ..LINEAR },
        trains_in_browser: false,
        eigen_digits: false,
        bar: (0.360, 0.430),
    },
];

impl NamedNetwork {
    /// All of them; the first is the one that the explorer opens with.
    pub const ALL: &'static [Self] = &CATALOGUE;

    /// The record of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|network| network.name == name)
    }

    /// Its architecture.
    pub fn network(&self) -> NetworkConfig {
        match self.architecture {
            Architecture::Stack { side, operation, sharing } => {
                let levels = if side == 7 { LEVELS_7 } else { LEVELS_28 };
                NetworkConfig::TaylorNet(stack(grey(side), 64, levels, operation, sharing))
            }
            Architecture::Colour { operation, mirrored } => {
                let plain = stack(CIFAR_10.shape, 120, LEVELS_CIFAR, operation, Sharing::Shared);
                NetworkConfig::TaylorNet(TaylorNetConfig { mirrored, ..plain })
            }
            Architecture::Residual { side, stem, widths, blocks_per_stage } => NetworkConfig::ResNet(ResNetConfig {
                input: grey(side),
                stem,
                widths: widths.to_vec(),
                blocks_per_stage,
                normalization: true,
                classes: CLASSES,
            }),
            Architecture::Direct { order } => NetworkConfig::Direct(DirectConfig { input: grey(7), order }),
        }
    }
}

const fn grey(side: usize) -> ImageShape {
    ImageShape { channels: 1, height: side, width: side }
}

// (stride, dilation) of each level, Fig. 5.
const LEVELS_28: &[(usize, usize)] = &[(2, 1), (1, 7), (1, 3), (2, 1)];
const LEVELS_7: &[(usize, usize)] = &[(1, 3), (1, 1), (1, 1)];
const LEVELS_CIFAR: &[(usize, usize)] = &[(2, 1), (1, 8), (1, 4), (2, 1)];

fn stack(
    input: ImageShape,
    channels: usize,
    levels: &[(usize, usize)],
    operation: LayerOperation,
    sharing: Sharing,
) -> TaylorNetConfig {
    let block = |&(stride, dilation): &(usize, usize)| BlockConfig {
        channels,
        operation,
        cg: CgConfig { sharing, ..CgConfig::square(stride, dilation) },
    };
    let blocks = levels.iter().map(block).collect();
    TaylorNetConfig { input, blocks, normalization: true, mirrored: false, classes: CLASSES }
}

#[cfg(test)]
mod tests;
