//! Network architectures as data: shapes, parameter counts and the named networks of the article.

use super::CLASSES;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Largest width, number of blocks and image side accepted from outside; far above anything in the article.
const MAX_CHANNELS: usize = 512;
const MAX_BLOCKS: usize = 12;
const MAX_SIDE: usize = 256;

/// Why a network cannot be built, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// No network of that name exists.
    #[error("unknown network '{name}': choose one of {choices}")]
    UnknownName {
        /// The name asked for.
        name: String,
        /// The names that exist, comma separated.
        choices: String,
    },
    /// A cluster does not fit into its input.
    #[error(
        "block {block}: a cluster spans {span} values but its input is only {size} wide; reduce the dilation or the number of blocks"
    )]
    ClusterTooLarge {
        /// Index of the block, from 0.
        block: usize,
        /// Extent of the dilated cluster.
        span: usize,
        /// Side of the input.
        size: usize,
    },
    /// A setting lies outside its range.
    #[error("{setting} is {value}, but must be between {min} and {max}")]
    OutOfRange {
        /// Name of the setting.
        setting: &'static str,
        /// Value found.
        value: usize,
        /// Smallest allowed value.
        min: usize,
        /// Largest allowed value.
        max: usize,
    },
}

/// Height, width and number of channels of an input image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageShape {
    /// Number of channels (1: grey, 3: colour).
    pub channels: usize,
    /// Number of rows.
    pub height: usize,
    /// Number of columns.
    pub width: usize,
}

impl ImageShape {
    /// Number of values of one image.
    pub fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// True for an image without values.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Whether one set of Taylor coefficients serves all positions or each position has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// One coefficient set for all clusters of a level (translation invariance).
    #[default]
    Shared,
    /// A coefficient set per cluster.
    Untied,
}

/// What follows the convolution of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerOperation {
    /// The coarse-graining operation of Eq. (4).
    #[default]
    Cg,
    /// A plain convolution of the same cluster, stride and dilation: the article's ablation.
    Conv,
}

/// Geometry of a coarse-graining operation CG(l1, l2, c, s1, s2, d) of Eq. (4), without its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CgConfig {
    /// Taps per axis `[l1, l2]`.
    pub cluster: [usize; 2],
    /// Step between clusters `[s1, s2]`.
    pub stride: [usize; 2],
    /// Distance between the taps of a cluster.
    pub dilation: usize,
    /// Order of the local Taylor polynomial, 1..=4. Ignored by [`LayerOperation::Conv`].
    pub order: usize,
    /// Coefficient sharing over positions.
    pub sharing: Sharing,
}

impl CgConfig {
    /// A 2x2 cluster of second order with shared coefficients.
    pub const fn square(stride: usize, dilation: usize) -> Self {
        Self { cluster: [2, 2], stride: [stride, stride], dilation, order: 2, sharing: Sharing::Shared }
    }

    /// Number of values in a cluster of one channel.
    pub fn taps(&self) -> usize {
        self.cluster[0] * self.cluster[1]
    }

    /// Distinct monomials of degree 1..=order in the taps of one channel: `C(taps + order, order) - 1`.
    pub fn monomials(&self) -> usize {
        monomial_count(self.taps(), self.order)
    }

    /// Output side of each axis: `floor((size - d (l - 1) - 1) / s) + 1`, or `None` where the cluster does not fit.
    pub fn output_size(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        let mut out = [0; 2];
        for axis in 0..2 {
            let span = self.dilation * (self.cluster[axis] - 1) + 1;
            out[axis] = size[axis].checked_sub(span)? / self.stride[axis] + 1;
        }
        Some(out)
    }
}

/// `C(variables + order, order) - 1`: monomials of degree 1..=order.
pub fn monomial_count(variables: usize, order: usize) -> usize {
    (1..=order).fold(1_usize, |count, k| count * (variables + k) / k) - 1
}

/// One level of the hierarchy: a 3x3 convolution (padding 1), batch normalisation, and the coarse-graining operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockConfig {
    /// Width of the convolution and of the operation after it.
    pub channels: usize,
    /// What follows the convolution.
    pub operation: LayerOperation,
    /// Its geometry.
    pub cg: CgConfig,
}

/// A stack of coarse-graining levels and one linear layer; no activation functions (Fig. 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaylorNetConfig {
    /// Shape of the input image.
    pub input: ImageShape,
    /// The levels, from the pixels upwards.
    pub blocks: Vec<BlockConfig>,
    /// Whether batch normalisation sits between each convolution and its operation (our choice; the article is silent).
    pub normalization: bool,
}

impl TaylorNetConfig {
    /// Sides of the feature maps: the input, then the output of every block.
    ///
    /// # Errors
    /// [`ConfigError`] where a cluster does not fit or a setting is out of range.
    pub fn sizes(&self) -> Result<Vec<[usize; 2]>, ConfigError> {
        self.check_ranges()?;
        let mut sizes = vec![[self.input.height, self.input.width]];
        for (index, block) in self.blocks.iter().enumerate() {
            let size = sizes[index];
            let next = block.cg.output_size(size).ok_or(ConfigError::ClusterTooLarge {
                block: index,
                span: block.cg.dilation * (block.cg.cluster[0].max(block.cg.cluster[1]) - 1) + 1,
                size: size[0].min(size[1]),
            })?;
            sizes.push(next);
        }
        Ok(sizes)
    }

    fn check_ranges(&self) -> Result<(), ConfigError> {
        check("image height", self.input.height, 1, MAX_SIDE)?;
        check("image width", self.input.width, 1, MAX_SIDE)?;
        check("image channels", self.input.channels, 1, 4)?;
        check("number of blocks", self.blocks.len(), 1, MAX_BLOCKS)?;
        for block in &self.blocks {
            check("width", block.channels, 1, MAX_CHANNELS)?;
            check("order", block.cg.order, 1, 4)?;
            check("dilation", block.cg.dilation, 1, MAX_SIDE)?;
            for axis in 0..2 {
                check("stride", block.cg.stride[axis], 1, MAX_SIDE)?;
                check("cluster side", block.cg.cluster[axis], 1, 4)?;
            }
        }
        Ok(())
    }

    /// Number of features that enter the linear head.
    ///
    /// # Errors
    /// As [`Self::sizes`].
    pub fn head_features(&self) -> Result<usize, ConfigError> {
        let sizes = self.sizes()?;
        let last = sizes[sizes.len() - 1];
        Ok(last[0] * last[1] * self.blocks[self.blocks.len() - 1].channels)
    }

    /// Trainable parameters, with the scale and shift of batch normalisation where it is on.
    ///
    /// # Errors
    /// As [`Self::sizes`].
    pub fn parameters(&self) -> Result<usize, ConfigError> {
        let sizes = self.sizes()?;
        let mut total = 0;
        let mut channels_in = self.input.channels;
        for (block, size) in self.blocks.iter().zip(&sizes[1..]) {
            let channels = block.channels;
            let features = match block.operation {
                LayerOperation::Cg => block.cg.monomials(),
                LayerOperation::Conv => block.cg.taps(),
            };
            let sets = match block.cg.sharing {
                Sharing::Shared => 1,
                Sharing::Untied => size[0] * size[1],
            };
            total += channels * channels_in * 9 + channels;
            total += if self.normalization { 2 * channels } else { 0 };
            total += sets * (channels * channels * features + channels);
            channels_in = channels;
        }
        Ok(total + CLASSES * self.head_features()? + CLASSES)
    }

    /// Degree of the polynomial that the whole network is: the product of the orders of its levels.
    pub fn degree(&self) -> usize {
        let order = |block: &BlockConfig| match block.operation {
            LayerOperation::Cg => block.cg.order,
            LayerOperation::Conv => 1,
        };
        self.blocks.iter().map(order).product()
    }
}

fn check(setting: &'static str, value: usize, min: usize, max: usize) -> Result<(), ConfigError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(ConfigError::OutOfRange { setting, value, min, max }) }
}

/// The article's baseline on 7x7 images: a residual network of about 1.3e6 parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResNetConfig {
    /// Shape of the input image.
    pub input: ImageShape,
    /// Width of each stage; every stage after the first halves the sides.
    pub widths: Vec<usize>,
    /// Residual blocks (two 3x3 convolutions each) per stage.
    pub blocks_per_stage: usize,
    /// Whether batch normalisation follows each convolution; without it the convolutions have a bias.
    pub normalization: bool,
}

impl ResNetConfig {
    /// Trainable parameters of the convolutions, their normalisations (or biases) and the head.
    pub fn parameters(&self) -> usize {
        let convolution = |kernel: usize, input: usize, width: usize| {
            kernel * kernel * input * width + if self.normalization { 2 * width } else { width }
        };
        let mut channels = self.widths[0];
        let mut total = convolution(3, self.input.channels, channels);
        for (stage, &width) in self.widths.iter().enumerate() {
            for block in 0..self.blocks_per_stage {
                total += convolution(3, channels, width) + convolution(3, width, width);
                let halves = stage > 0 && block == 0;
                total += if halves || channels != width { convolution(1, channels, width) } else { 0 };
                channels = width;
            }
        }
        total + CLASSES * channels + CLASSES
    }

    /// Checks every setting against its range.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] for the first that cannot work.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check("image height", self.input.height, 1, MAX_SIDE)?;
        check("image width", self.input.width, 1, MAX_SIDE)?;
        check("image channels", self.input.channels, 1, 4)?;
        check("number of stages", self.widths.len(), 1, 6)?;
        check("blocks per stage", self.blocks_per_stage, 1, 16)?;
        self.widths.iter().try_for_each(|&width| check("width", width, 1, MAX_CHANNELS))
    }
}

/// Any network that the engine can build and train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NetworkConfig {
    /// A TaylorNet, or its ablation with plain convolutions.
    TaylorNet(TaylorNetConfig),
    /// The residual baseline.
    ResNet(ResNetConfig),
}

impl NetworkConfig {
    /// Names accepted by [`Self::named`]; the first is the one that the explorer opens with.
    pub const NAMES: [&'static str; 5] = ["taylornet-28", "taylornet-7", "conv-28", "conv-7", "resnet-7"];

    /// A network of the article by name.
    ///
    /// # Errors
    /// [`ConfigError::UnknownName`] with the names that exist.
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        // (stride, dilation) of each level, models.md 2 and Fig. 5.
        const STACK_28: [(usize, usize); 4] = [(2, 1), (1, 7), (1, 3), (2, 1)];
        const STACK_7: [(usize, usize); 3] = [(1, 3), (1, 1), (1, 1)];
        let stack = |side: usize, levels: &[(usize, usize)], operation| {
            Self::TaylorNet(TaylorNetConfig {
                input: ImageShape { channels: 1, height: side, width: side },
                blocks: levels
                    .iter()
                    .map(|&(stride, dilation)| BlockConfig {
                        channels: 64,
                        operation,
                        cg: CgConfig::square(stride, dilation),
                    })
                    .collect(),
                normalization: true,
            })
        };
        match name {
            "taylornet-28" => Ok(stack(28, &STACK_28, LayerOperation::Cg)),
            "taylornet-7" => Ok(stack(7, &STACK_7, LayerOperation::Cg)),
            "conv-28" => Ok(stack(28, &STACK_28, LayerOperation::Conv)),
            "conv-7" => Ok(stack(7, &STACK_7, LayerOperation::Conv)),
            "resnet-7" => Ok(Self::ResNet(ResNetConfig {
                input: ImageShape { channels: 1, height: 7, width: 7 },
                widths: vec![64, 128, 256],
                blocks_per_stage: 1,
                normalization: true,
            })),
            _ => Err(ConfigError::UnknownName { name: name.to_owned(), choices: Self::NAMES.join(", ") }),
        }
    }

    /// Shape of the input image.
    pub fn input(&self) -> ImageShape {
        match self {
            Self::TaylorNet(config) => config.input,
            Self::ResNet(config) => config.input,
        }
    }

    /// Number of trainable parameters.
    ///
    /// # Errors
    /// As [`TaylorNetConfig::sizes`].
    pub fn parameters(&self) -> Result<usize, ConfigError> {
        match self {
            Self::TaylorNet(config) => config.parameters(),
            Self::ResNet(config) => config.validate().map(|()| config.parameters()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taylornet(name: &str) -> TaylorNetConfig {
        match NetworkConfig::named(name) {
            Ok(NetworkConfig::TaylorNet(config)) => config,
            other => panic!("{name} is not a TaylorNet: {other:?}"),
        }
    }

    #[test]
    fn monomials_of_a_2x2_cluster_are_those_of_the_design() {
        let counts: Vec<_> = (1..=4).map(|order| monomial_count(4, order)).collect();
        assert_eq!(counts, [4, 14, 34, 69]);
        let pixels: Vec<_> = (1..=4).map(|order| monomial_count(49, order) + 1).collect();
        assert_eq!(pixels, [50, 1_275, 22_100, 292_825]);
    }

    #[test]
    fn parameter_counts_are_those_of_the_design() {
        let mut net = taylornet("taylornet-28");
        assert_eq!(net.parameters(), Ok(344_138));
        net.normalization = false;
        assert_eq!(net.parameters(), Ok(343_626));
        let mut net = taylornet("taylornet-7");
        assert_eq!(net.parameters(), Ok(249_674));
        net.normalization = false;
        assert_eq!(net.parameters(), Ok(249_290));
        assert_eq!(net.degree(), 8);
    }

    #[test]
    fn sizes_and_degree_are_those_of_figure_5() {
        let net = taylornet("taylornet-28");
        let sides: Vec<_> = net.sizes().unwrap().iter().map(|size| size[0]).collect();
        assert_eq!(sides, [28, 14, 7, 4, 2]);
        assert_eq!(net.degree(), 16);
        assert_eq!(taylornet("conv-28").degree(), 1);
    }

    #[test]
    fn resnet_has_about_as_many_parameters_as_the_article_says() {
        let parameters = NetworkConfig::named("resnet-7").unwrap().parameters().unwrap();
        assert!((1_200_000..1_400_000).contains(&parameters), "{parameters}");
    }

    #[test]
    fn a_cluster_that_does_not_fit_is_refused() {
        let mut net = taylornet("taylornet-7");
        net.blocks[0].cg.dilation = 7;
        assert_eq!(net.sizes(), Err(ConfigError::ClusterTooLarge { block: 0, span: 8, size: 7 }));
        net.blocks[0].cg.order = 5;
        assert!(matches!(net.sizes(), Err(ConfigError::OutOfRange { setting: "order", value: 5, .. })));
    }
}
