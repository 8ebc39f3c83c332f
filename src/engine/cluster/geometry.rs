//! Where the taps of a cluster lie.

use super::MonomialTable;
use crate::config::CgConfig;
use std::ops::Range;
use std::sync::Arc;

/// Taps, features and positions of a cluster operation; independent of the image size.
#[derive(Debug, Clone)]
pub struct ClusterGeometry {
    /// Taps per axis.
    pub cluster: [usize; 2],
    /// Step between clusters.
    pub stride: [usize; 2],
    /// Distance between taps.
    pub dilation: usize,
    /// Zeros added around the image on every side.
    pub padding: usize,
    /// Features formed from the taps of one channel.
    pub monomials: Arc<MonomialTable>,
}

/// Sizes of one application of a [`ClusterGeometry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterSize {
    /// Number of images.
    pub batch: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Rows of the output.
    pub out_height: usize,
    /// Columns of the output.
    pub out_width: usize,
}

impl ClusterGeometry {
    /// The cluster of a CG operation; with `order = 1` that of a plain convolution of the same shape.
    pub fn of_cg(cg: &CgConfig, order: usize) -> Self {
        Self {
            cluster: cg.cluster,
            stride: cg.stride,
            dilation: cg.dilation,
            padding: 0,
            monomials: Arc::new(MonomialTable::new(cg.taps(), order)),
        }
    }

    /// A convolution with a square kernel.
    pub fn convolution(kernel: usize, stride: usize, padding: usize) -> Self {
        Self {
            cluster: [kernel, kernel],
            stride: [stride, stride],
            dilation: 1,
            padding,
            monomials: Arc::new(MonomialTable::new(kernel * kernel, 1)),
        }
    }

    /// Without the rows and columns of taps that lie in the padding at every output position of an image of this size;
    /// and the taps that are left, as ranges of rows and columns. `None` where all of them meet the image.
    ///
    /// Where maps have shrunk to one position, eight of the nine taps of a 3x3 convolution only multiply zeros.
    pub fn trimmed(&self, image: [usize; 2]) -> Option<(Self, [Range<usize>; 2])> {
        let size = self.size([1, image[0], image[1], 1])?;
        let taps = [(0, size.out_height), (1, size.out_width)].map(|(axis, positions)| {
            let meets = |tap: &usize| {
                let at = |position: usize| position * self.stride[axis] + tap * self.dilation;
                (0..positions).any(|position| (self.padding..self.padding + image[axis]).contains(&at(position)))
            };
            let first = (0..self.cluster[axis]).find(meets).unwrap_or(0);
            first..(first..self.cluster[axis]).rfind(meets).map_or(first + 1, |last| last + 1)
        });
        let cluster = [taps[0].len(), taps[1].len()];
        // The padding is the same on both axes, so both must begin with the same tap.
        let skipped = taps[0].start * self.dilation;
        if cluster == self.cluster || !self.monomials.is_linear() || taps[1].start != taps[0].start {
            return None;
        }
        let monomials = Arc::new(MonomialTable::new(cluster[0] * cluster[1], 1));
        let trimmed = Self { cluster, padding: self.padding.checked_sub(skipped)?, monomials, ..self.clone() };
        (trimmed.size([1, image[0], image[1], 1])? == size).then_some((trimmed, taps))
    }

    /// Number of taps of one channel.
    pub fn taps(&self) -> usize {
        self.cluster[0] * self.cluster[1]
    }

    /// Number of features of one channel.
    pub fn features(&self) -> usize {
        self.monomials.len()
    }

    /// Sizes for an input `[batch, height, width, channels]`, or `None` where the cluster does not fit.
    pub fn size(&self, [batch, height, width, channels]: [usize; 4]) -> Option<ClusterSize> {
        let side = |size: usize, axis: usize| {
            let span = self.dilation * (self.cluster[axis] - 1) + 1;
            Some((size + 2 * self.padding).checked_sub(span)? / self.stride[axis] + 1)
        };
        Some(ClusterSize { batch, height, width, channels, out_height: side(height, 0)?, out_width: side(width, 1)? })
    }

    /// How many taps of a cluster's row lie side by side in the image, and so in memory.
    pub fn adjacent_taps(&self) -> usize {
        if self.dilation == 1 { self.cluster[1] } else { 1 }
    }

    /// Which of the [`Self::adjacent_taps`] from tap `first` on lie in the image for the cluster at output position
    /// `[row, column]`, counted from `first`, and the pixel under the first of them; `None` where all are in the padding.
    pub fn taps_within(
        &self,
        size: &ClusterSize,
        [row, column]: [usize; 2],
        first: usize,
    ) -> Option<(Range<usize>, usize)> {
        let y = row * self.stride[0] + (first / self.cluster[1]) * self.dilation;
        let x = column * self.stride[1] + (first % self.cluster[1]) * self.dilation;
        let y = y.checked_sub(self.padding).filter(|y| *y < size.height)?;
        let start = self.padding.saturating_sub(x);
        let end = (size.width + self.padding).saturating_sub(x).min(self.adjacent_taps());
        (start < end).then(|| (start..end, y * size.width + x + start - self.padding))
    }
}

impl ClusterSize {
    /// Output positions per image.
    pub fn positions(&self) -> usize {
        self.out_height * self.out_width
    }

    /// Output positions of the whole batch.
    pub fn rows(&self) -> usize {
        self.batch * self.positions()
    }

    /// Values of one input image.
    pub fn image_len(&self) -> usize {
        self.height * self.width * self.channels
    }
}
