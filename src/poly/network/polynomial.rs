//! A trained network without activations as what it is: a polynomial, given by its layers.

use super::PolynomialError;
use super::layer::{ClusterLayer, MapShape};
use super::maps::Maps;
use super::passes::Forward;
use crate::config::ExpansionPoint;
use std::borrow::Cow;

/// A folded network: linear maps of monomials of clusters, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct PolynomialNetwork {
    name: String,
    layers: Vec<ClusterLayer>,
    levels: Vec<usize>,
    /// The image about which it is expanded, and its name; none for the black one. `[row][column][channel]`: the layers take
    /// what is left of an image without it.
    point: Option<(ExpansionPoint, Vec<f64>)>,
}

impl PolynomialNetwork {
    /// Puts layers together, from the pixels upwards; the last one gives one value per class. `levels` counts, for
    /// every level of the hierarchy, the layers up to its end.
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where a layer does not take what the one before it gives.
    pub fn new(name: &str, layers: Vec<ClusterLayer>, levels: Vec<usize>) -> Result<Self, PolynomialError> {
        let wrong = |what: &str, found: usize, expected: usize| {
            Err(PolynomialError::Size { what: what.to_owned(), found, expected })
        };
        for pair in layers.windows(2) {
            let (expected, found) = (pair[0].output, pair[1].input);
            if expected != found {
                let what = format!("the input of {}", pair[1].name);
                return wrong(&what, found.iter().product(), expected.iter().product());
            }
        }
        match layers.last() {
            None => return wrong("the network", 0, 1),
            Some(last) if last.positions() != 1 => return wrong(&last.name, last.positions(), 1),
            Some(_) => {}
        }
        Ok(Self { name: name.to_owned(), layers, levels, point: None })
    }

    /// The same polynomial about another image `x0`, `[row][column][channel]`: written in the powers of `delta = x - x0`, under the name `name`. Its
    /// values are the same; its orders, coefficients and explanations are those of `delta`. (Eq. 2 is about the black image;
    /// "other expansions" are the outlook of the article.)
    ///
    /// # Errors
    /// [`PolynomialError`] where this is no image of the network.
    pub fn about(&self, name: ExpansionPoint, point: &[f64]) -> Result<Self, PolynomialError> {
        let (found, expected) = (point.len(), self.pixels());
        if found != expected {
            return Err(PolynomialError::Size { what: "the expansion point".into(), found, expected });
        }
        if point.iter().any(|value| !value.is_finite()) {
            return Err(PolynomialError::NotFinite { layer: "the expansion point".into() });
        }
        let mut layers = self.layers.clone();
        layers[0] = layers[0].about(&self.displacements(point));
        Ok(Self { layers, point: Some((name, point.to_vec())), ..self.clone() })
    }

    /// The image about which it is expanded, `[row][column][channel]`; `None` for the black one.
    pub fn point(&self) -> Option<&[f64]> {
        self.point.as_ref().map(|(_, point)| point.as_slice())
    }

    /// The name of that image.
    pub fn expansion_point(&self) -> ExpansionPoint {
        self.point.as_ref().map_or(ExpansionPoint::Black, |(name, _)| *name)
    }

    /// What is left of images `[n][row][column][channel]` without the expansion point: the variables of the polynomial.
    pub(super) fn displacements<'a>(&self, images: &'a [f64]) -> Cow<'a, [f64]> {
        match &self.point {
            None => Cow::Borrowed(images),
            Some((_, point)) => images.iter().zip(point.iter().cycle()).map(|(value, point)| value - point).collect(),
        }
    }

    /// Takes the expansion point of another network of the same images, whose layers already allow for it.
    pub(super) fn with_point_of(mut self, other: &Self) -> Self {
        self.point.clone_from(&other.point);
        self
    }

    /// Its name, for reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The layers, from the pixels upwards.
    pub fn layers(&self) -> &[ClusterLayer] {
        &self.layers
    }

    /// For every level, the number of layers up to its end.
    pub fn levels(&self) -> &[usize] {
        &self.levels
    }

    /// Rows, columns and channels of an image.
    pub fn input(&self) -> MapShape {
        self.layers[0].input
    }

    /// Values of an image.
    pub fn pixels(&self) -> usize {
        self.input().iter().product()
    }

    /// Number of outputs.
    pub fn classes(&self) -> usize {
        self.layers[self.layers.len() - 1].output[2]
    }

    /// Degree of the polynomial.
    pub fn degree(&self) -> usize {
        self.layers.iter().map(|layer| layer.order).product()
    }

    /// Values of the outputs for images `[n][row][column][channel]`: `[n][class]`.
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where these are no whole images.
    pub fn logits(&self, images: &[f64]) -> Result<Vec<f64>, PolynomialError> {
        let points = self.points(images)?;
        let [height, width, channels] = self.input();
        let input = Maps::line(Some(&self.displacements(images)), None, points, height * width, channels);
        let trace = Forward::run(self, input, 0);
        Ok(trace.into_iter().next_back().map(|maps| maps.values).unwrap_or_default())
    }

    /// Number of images in a list of values.
    pub(super) fn points(&self, images: &[f64]) -> Result<usize, PolynomialError> {
        let pixels = self.pixels();
        if images.is_empty() {
            return Err(PolynomialError::NoImages);
        }
        if images.len().is_multiple_of(pixels) {
            return Ok(images.len() / pixels);
        }
        Err(PolynomialError::Size { what: "the image".into(), found: images.len(), expected: pixels })
    }
}
