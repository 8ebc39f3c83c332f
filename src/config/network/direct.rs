//! The direct Taylor expansion of Eq. (3) as data.

use super::{CgConfig, ConfigError, ImageShape, check, check_image, monomial_count};
use crate::config::{Bounds, CLASSES};
use serde::{Deserialize, Serialize};

/// One linear layer on all distinct monomials of the pixels up to some order (Eq. 3, Fig. 2): a single coarse-graining
/// operation whose cluster is the whole image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectConfig {
    /// Shape of the input image.
    pub input: ImageShape,
    /// Highest degree of a monomial.
    pub order: usize,
}

impl DirectConfig {
    /// Numbers of channels: only grey images.
    pub const CHANNELS: Bounds<usize> = Bounds::new("image channels", 1, 1);
    /// Highest degrees of a monomial: as within a cluster.
    pub const ORDER: Bounds<usize> = CgConfig::ORDER;
    /// Numbers of monomials accepted from outside: up to a few times those of order 4 on 7x7 pixels.
    pub const MONOMIALS: Bounds<usize> = Bounds::new("number of monomials", 1, 1_000_000);

    /// Distinct monomials of degree 1..=order in the pixels of a grey image; the constant is not counted.
    ///
    /// # Errors
    /// [`ConfigError`] where there would be too many, or a setting is out of range.
    pub fn monomials(&self) -> Result<usize, ConfigError> {
        check_image(self.input)?;
        check(Self::CHANNELS, self.input.channels)?;
        check(Self::ORDER, self.order)?;
        // Degree by degree, since the count of a large image would not fit into the numbers of a browser.
        for order in 1..self.order {
            check_monomials(monomial_count(self.input.len(), order))?;
        }
        let below = monomial_count(self.input.len(), self.order - 1) as u64 + 1;
        let monomials = below * (self.input.len() + self.order) as u64 / self.order as u64 - 1;
        check_monomials(usize::try_from(monomials).unwrap_or(usize::MAX))
    }

    /// Trainable parameters: a coefficient per class and monomial, and a constant per class.
    ///
    /// # Errors
    /// As [`Self::monomials`].
    pub fn parameters(&self) -> Result<usize, ConfigError> {
        Ok(CLASSES * (self.monomials()? + 1))
    }
}

fn check_monomials(monomials: usize) -> Result<usize, ConfigError> {
    check(DirectConfig::MONOMIALS, monomials).map(|()| monomials)
}
