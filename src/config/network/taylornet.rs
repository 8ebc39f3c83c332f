//! TaylorNet and its ablation as data: levels, their geometry, sizes and parameter counts.

use super::{ConfigError, ImageShape, MAX_SIDE, check, check_classes, check_image, is_ten, ten};
use crate::config::{Bounds, is_default};
use serde::{Deserialize, Serialize};

/// Whether one set of Taylor coefficients serves all positions or each position has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// One coefficient set for all clusters of a level (translation invariance).
    #[default]
    Shared,
    /// A coefficient set per cluster.
    Untied,
    /// One coefficient set for all clusters of all levels (translation and scale invariance): the operation of every level
    /// is the same. Needs the same width, cluster and order at every level.
    Scale,
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
    /// Order of the local Taylor polynomial. Ignored by [`LayerOperation::Conv`].
    pub order: usize,
    /// Coefficient sharing over positions.
    pub sharing: Sharing,
}

impl CgConfig {
    /// Taps per axis.
    pub const CLUSTER_SIDE: Bounds<usize> = Bounds::new("cluster side", 1, 4);
    /// Steps between clusters.
    pub const STRIDE: Bounds<usize> = Bounds::new("stride", 1, MAX_SIDE);
    /// Distances between the taps of a cluster.
    pub const DILATION: Bounds<usize> = Bounds::new("dilation", 1, MAX_SIDE);
    /// Orders of the local Taylor polynomial.
    pub const ORDER: Bounds<usize> = Bounds::new("order", 1, 4);

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

impl BlockConfig {
    /// Widths accepted from outside; far above anything in the article.
    pub const WIDTH: Bounds<usize> = Bounds::new("width", 1, 512);
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
    /// Whether the last maps are the mean of those of the image and of the image turned left to right, so that both get
    /// the same answer. A polynomial as before, with the same parameters.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mirrored: bool,
    /// Number of classes, each with an output.
    #[serde(default = "ten", skip_serializing_if = "is_ten")]
    pub classes: usize,
}

impl TaylorNetConfig {
    /// Numbers of levels accepted from outside; far above anything in the article.
    pub const BLOCKS: Bounds<usize> = Bounds::new("number of blocks", 1, 12);

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
        if self.mirrored {
            self.check_mirror(&sizes)?;
        }
        Ok(sizes)
    }

    /// Turned left to right, the clusters of an image must be those of the turned image: they begin and end at its edges.
    fn check_mirror(&self, sizes: &[[usize; 2]]) -> Result<(), ConfigError> {
        for (index, (block, size)) in self.blocks.iter().zip(sizes).enumerate() {
            let span = block.cg.dilation * (block.cg.cluster[1] - 1) + 1;
            if !(size[1] - span).is_multiple_of(block.cg.stride[1]) {
                return Err(ConfigError::UnequalEdges { block: index, size: size[1] });
            }
        }
        Ok(())
    }

    fn check_ranges(&self) -> Result<(), ConfigError> {
        check_image(self.input)?;
        check_classes(self.classes)?;
        check(Self::BLOCKS, self.blocks.len())?;
        for block in &self.blocks {
            check(BlockConfig::WIDTH, block.channels)?;
            check(CgConfig::ORDER, block.cg.order)?;
            check(CgConfig::DILATION, block.cg.dilation)?;
            for axis in 0..2 {
                check(CgConfig::STRIDE, block.cg.stride[axis])?;
                check(CgConfig::CLUSTER_SIDE, block.cg.cluster[axis])?;
            }
        }
        self.check_scale_sharing()
    }

    /// A coefficient set for all levels needs levels of one kind.
    fn check_scale_sharing(&self) -> Result<(), ConfigError> {
        let kind = |block: &BlockConfig| (block.channels, block.operation, block.cg.cluster, block.cg.order);
        let mut shared = self.blocks.iter().filter(|block| block.cg.sharing == Sharing::Scale).map(kind);
        let Some(first) = shared.next() else { return Ok(()) };
        if shared.all(|other| other == first) { Ok(()) } else { Err(ConfigError::UnequalLevels) }
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
        // Whether the coefficients that all levels share are in the sum.
        let mut counted = false;
        for (block, size) in self.blocks.iter().zip(&sizes[1..]) {
            let channels = block.channels;
            let features = match block.operation {
                LayerOperation::Cg => block.cg.monomials(),
                LayerOperation::Conv => block.cg.taps(),
            };
            let sets = match block.cg.sharing {
                Sharing::Shared => 1,
                Sharing::Untied => size[0] * size[1],
                Sharing::Scale => usize::from(!std::mem::replace(&mut counted, true)),
            };
            total += channels * channels_in * 9 + channels;
            total += if self.normalization { 2 * channels } else { 0 };
            total += sets * (channels * channels * features + channels);
            channels_in = channels;
        }
        Ok(total + self.classes * self.head_features()? + self.classes)
    }

    /// Multiplications by a parameter that an image costs forward; a training step costs as many again for the gradient of
    /// the parameters and, but for the first convolution, for that of the maps. For a mirrored network, those
    /// of one of its two images: it is trained with one at a time.
    ///
    /// # Errors
    /// As [`Self::sizes`].
    pub fn multiplications(&self) -> Result<[usize; 2], ConfigError> {
        let sizes = self.sizes()?;
        let area = |size: [usize; 2]| size[0] * size[1];
        let (mut forward, mut first, mut channels_in) = (self.classes * self.head_features()?, 0, self.input.channels);
        for (index, block) in self.blocks.iter().enumerate() {
            let features = match block.operation {
                LayerOperation::Cg => block.cg.monomials(),
                LayerOperation::Conv => block.cg.taps(),
            };
            let convolution = area(sizes[index]) * 9 * channels_in * block.channels;
            first = if index == 0 { convolution } else { first };
            forward += convolution + area(sizes[index + 1]) * features * block.channels * block.channels;
            channels_in = block.channels;
        }
        Ok([forward, 3 * forward - first])
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
