//! One layer of a network without activations: a linear map of the monomials of local clusters.

use super::PolynomialError;
use crate::poly::cluster_monomials::MonomialTable;

/// Rows, columns and channels.
pub type MapShape = [usize; 3];

/// Where the taps of a cluster lie and which monomials are formed from them, independent of sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterShape {
    /// Taps per axis.
    pub cluster: [usize; 2],
    /// Step between clusters.
    pub stride: [usize; 2],
    /// Distance between taps.
    pub dilation: usize,
    /// Zeros added around the image on every side.
    pub padding: usize,
    /// Order of the monomials; 1 for a convolution.
    pub order: usize,
}

/// A convolution, a coarse-graining operation (Eq. 4), the linear head, or a direct expansion (Eq. 3).
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterLayer {
    /// As in files: `blocks.0.cg`.
    pub name: String,
    /// Shape of its input.
    pub input: MapShape,
    /// Shape of its output.
    pub output: MapShape,
    /// Order of its monomials.
    pub order: usize,
    pub(super) monomials: MonomialTable,
    /// Degree of every monomial.
    pub(super) degrees: Vec<u8>,
    /// `[sets][monomial * channels][out]`; one set, or one per output position.
    pub(super) weight: Vec<f64>,
    /// `[sets][out]`; about another point than black there is one set for each position even where weights are shared.
    pub(super) bias: Vec<f64>,
    /// `[output position][tap]`: input position, `None` in the padding.
    pub(super) taps: Vec<Option<u32>>,
}

impl ClusterLayer {
    /// A layer with its weights `[sets][monomial * channels][out]` in the order of [`MonomialTable`] and biases `[sets][out]`.
    ///
    /// # Errors
    /// [`PolynomialError`] where sizes do not go together or a weight is not finite.
    pub fn new(
        name: &str,
        input: MapShape,
        channels_out: usize,
        shape: ClusterShape,
        weight: Vec<f64>,
        bias: Vec<f64>,
    ) -> Result<Self, PolynomialError> {
        let does_not_fit = || PolynomialError::DoesNotFit { layer: name.to_owned(), height: input[0], width: input[1] };
        let side = |axis: usize| {
            let span = shape.dilation * shape.cluster[axis].checked_sub(1)? + 1;
            Some((input[axis] + 2 * shape.padding).checked_sub(span)? / shape.stride[axis].max(1) + 1)
        };
        let output = [side(0).ok_or_else(does_not_fit)?, side(1).ok_or_else(does_not_fit)?, channels_out];
        let monomials = MonomialTable::new(shape.cluster[0] * shape.cluster[1], shape.order);
        let degrees = degrees(&monomials);
        let layer = Self {
            name: name.to_owned(),
            input,
            output,
            order: shape.order,
            taps: tap_positions(input, output, shape),
            monomials,
            degrees,
            weight,
            bias,
        };
        layer.check()?;
        Ok(layer)
    }

    fn check(&self) -> Result<(), PolynomialError> {
        let sets = self.sets();
        let size = |kind: &str, found: usize, expected: usize| {
            if found == expected {
                return Ok(());
            }
            Err(PolynomialError::Size { what: format!("{} ({kind})", self.name), found, expected })
        };
        let out = self.output[2];
        size("bias", self.bias.len(), sets * out)?;
        size("weight", self.weight.len(), sets * self.row_len() * out)?;
        if self.weight.iter().chain(&self.bias).all(|value| value.is_finite()) {
            Ok(())
        } else {
            Err(PolynomialError::NotFinite { layer: self.name.clone() })
        }
    }

    /// Number of coefficient sets: 1, or one per output position.
    fn sets(&self) -> usize {
        if self.bias.len() == self.output[2] { 1 } else { self.positions() }
    }

    /// Whether every output position has its own coefficients; its bias aside.
    pub(super) fn is_untied(&self) -> bool {
        self.weight.len() > self.row_len() * self.output[2]
    }

    /// Output positions.
    pub(super) fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Input positions.
    pub(super) fn input_positions(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Number of features of a cluster: monomials times channels.
    pub(super) fn row_len(&self) -> usize {
        self.monomials.len() * self.input[2]
    }

    /// Weights of an output position, `[monomial * channels][out]`.
    pub(super) fn weight_at(&self, position: usize) -> &[f64] {
        let len = self.row_len() * self.output[2];
        let set = if self.is_untied() { position } else { 0 };
        &self.weight[set * len..(set + 1) * len]
    }

    /// Bias of an output position, `[out]`.
    pub(super) fn bias_at(&self, position: usize) -> &[f64] {
        let out = self.output[2];
        let set = if self.bias.len() > out { position } else { 0 };
        &self.bias[set * out..(set + 1) * out]
    }

    /// Number of taps of one channel.
    pub(super) fn tap_count(&self) -> usize {
        self.taps.len() / self.positions()
    }

    /// Input positions of the taps of an output position.
    pub(super) fn taps_at(&self, position: usize) -> &[Option<u32>] {
        let taps = self.tap_count();
        &self.taps[position * taps..(position + 1) * taps]
    }

    /// Multiplications that one row of coefficients of one output position takes.
    pub(super) fn row_work(&self) -> usize {
        self.row_len() * (self.output[2] + 4)
    }
}

fn degrees(monomials: &MonomialTable) -> Vec<u8> {
    let mut degrees: Vec<u8> = Vec::with_capacity(monomials.len());
    for monomial in monomials.entries() {
        degrees.push(monomial.rest.map_or(1, |rest| degrees[rest] + 1));
    }
    degrees
}

fn tap_positions(input: MapShape, output: MapShape, shape: ClusterShape) -> Vec<Option<u32>> {
    let mut taps = Vec::with_capacity(output[0] * output[1] * shape.cluster[0] * shape.cluster[1]);
    let place = |index: usize, tap: usize, axis: usize| {
        let place = (index * shape.stride[axis] + tap * shape.dilation).checked_sub(shape.padding)?;
        (place < input[axis]).then_some(place)
    };
    for row in 0..output[0] {
        for column in 0..output[1] {
            for i in 0..shape.cluster[0] {
                for j in 0..shape.cluster[1] {
                    let position = place(row, i, 0).zip(place(column, j, 1));
                    taps.push(position.map(|(y, x)| (y * input[1] + x) as u32));
                }
            }
        }
    }
    taps
}
