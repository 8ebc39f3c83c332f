//! What is known of a network's polynomial so far: exact coefficients as they arrive, and the terms made of them.

use crate::config::ExpansionPoint;
use crate::number;
use crate::poly::ranking::sorted_by;
use crate::protocol::{CoefficientSlice, Coefficients, Numbers};
use std::collections::BTreeMap;

/// The class whose polynomial is on view, and the one subtracted from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// The class.
    pub class: usize,
    /// The class whose polynomial is subtracted.
    pub against: Option<usize>,
}

/// Exact coefficients of one network at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    pub step: u32,
    /// The image about which the network is expanded.
    pub about: ExpansionPoint,
    /// That image, `[pixel]` from 0 to 1.
    pub point: Numbers,
    /// Side of the image.
    pub side: usize,
    constant: Numbers,
    first: Numbers,
    second: Option<Numbers>,
    /// By order and pixel.
    slices: BTreeMap<(u32, u32), Numbers>,
}

/// A monomial with its coefficient: the pixels are in ascending order, and a pixel stands there as often as it is a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelTerm {
    factors: [u16; 3],
    order: u8,
    /// The coefficient.
    pub value: f64,
}

impl PixelTerm {
    fn new(pixels: &[usize], value: f64) -> Self {
        let mut factors = [0; 3];
        for (factor, &pixel) in factors.iter_mut().zip(pixels) {
            *factor = number::to_u16(pixel);
        }
        factors[..pixels.len().min(3)].sort_unstable();
        Self { factors, order: number::to_u8(pixels.len().min(3)), value }
    }

    /// The pixels, row by row, in ascending order.
    pub fn pixels(&self) -> impl Iterator<Item = usize> + '_ {
        self.factors[..usize::from(self.order)].iter().map(|&pixel| usize::from(pixel))
    }

    /// Number of factors.
    pub fn order(&self) -> usize {
        usize::from(self.order)
    }

    /// Whether the pixel is among the factors.
    pub fn uses(&self, pixel: usize) -> bool {
        self.pixels().any(|own| own == pixel)
    }

    /// Distinct pixels with their exponents.
    pub fn powers(&self) -> Vec<(usize, usize)> {
        let mut powers: Vec<(usize, usize)> = Vec::with_capacity(3);
        for pixel in self.pixels() {
            match powers.last_mut() {
                Some((last, exponent)) if *last == pixel => *exponent += 1,
                Some(_) | None => powers.push((pixel, 1)),
            }
        }
        powers
    }

    /// The monomial in plain text: `x(2,3)² x(4,1)`, rows and columns from 1.
    pub fn name(&self, side: usize) -> String {
        const EXPONENTS: [&str; 4] = ["", "", "²", "³"];
        let power = |(pixel, exponent): (usize, usize)| {
            format!("x({},{}){}", pixel / side.max(1) + 1, pixel % side.max(1) + 1, EXPONENTS[exponent.min(3)])
        };
        self.powers().into_iter().map(power).collect::<Vec<_>>().join(" ")
    }
}

/// Place of the pair `i <= j` of `count` variables in lexicographic order.
pub const fn pair_index(i: usize, j: usize, count: usize) -> usize {
    let (low, high) = if i < j { (i, j) } else { (j, i) };
    // The rows before `low` hold count, count - 1, ... pairs.
    low * (2 * count + 1 - low) / 2 + high - low
}

impl Expansion {
    /// Coefficients as they come from the worker.
    pub fn new(coefficients: &Coefficients) -> Self {
        let mut expansion = Self {
            model: coefficients.model.clone(),
            step: coefficients.step,
            about: coefficients.about,
            point: coefficients.point.clone(),
            side: coefficients.side as usize,
            constant: coefficients.constant.clone(),
            first: coefficients.first.clone(),
            second: None,
            slices: BTreeMap::new(),
        };
        expansion.take(coefficients);
        expansion
    }

    /// Adds coefficients of the same network. Those of another step replace everything: one polynomial is on view.
    pub fn absorb(&mut self, coefficients: &Coefficients) {
        if (self.step, self.side) == (coefficients.step, coefficients.side as usize) {
            self.take(coefficients);
        } else {
            *self = Self::new(coefficients);
        }
    }

    fn take(&mut self, coefficients: &Coefficients) {
        if let Some(second) = &coefficients.second {
            self.second = Some(second.clone());
        }
        if let Some(CoefficientSlice { pixel, order, values }) = &coefficients.slice {
            self.slices.insert((*order, *pixel), values.clone());
        }
    }

    /// Number of pixels.
    pub fn pixels(&self) -> usize {
        self.side * self.side
    }

    /// Number of pairs `i <= j`.
    pub fn pairs(&self) -> usize {
        self.pixels() * (self.pixels() + 1) / 2
    }

    /// Whether all of second order is known.
    pub fn has_second(&self) -> bool {
        self.second.is_some()
    }

    /// Whether the products with a pixel are known, for order 2 or 3.
    pub fn has_slice(&self, order: u32, pixel: usize) -> bool {
        (order == 2 && self.has_second()) || self.slices.contains_key(&(order, number::to_u32(pixel)))
    }

    /// The constant.
    pub fn constant(&self, selection: Selection) -> f64 {
        pick(&self.constant, 1, selection).first().copied().unwrap_or(f64::NAN)
    }

    /// Coefficients of the single pixels.
    pub fn first(&self, selection: Selection) -> Vec<f64> {
        pick(&self.first, self.pixels(), selection)
    }

    /// Coefficients of all products of two pixels in lexicographic order, where they are known.
    pub fn second(&self, selection: Selection) -> Option<Vec<f64>> {
        self.second.as_ref().map(|second| pick(second, self.pairs(), selection))
    }

    /// Coefficients of the products of a pixel with every pixel, where they are known.
    pub fn products(&self, pixel: usize, selection: Selection) -> Option<Vec<f64>> {
        if let Some(slice) = self.slices.get(&(2, number::to_u32(pixel))) {
            return Some(pick(slice, self.pixels(), selection));
        }
        let second = self.second(selection)?;
        let count = self.pixels();
        Some((0..count).map(|other| second.get(pair_index(pixel, other, count)).copied().unwrap_or(f64::NAN)).collect())
    }

    /// All terms known of orders 1 to `orders`, the largest coefficients first; of third order those of one pixel.
    pub fn terms(&self, selection: Selection, pixel: Option<usize>) -> Vec<PixelTerm> {
        let count = self.pixels();
        let mut terms: Vec<PixelTerm> =
            self.first(selection).into_iter().enumerate().map(|(i, value)| PixelTerm::new(&[i], value)).collect();
        if let Some(second) = self.second(selection) {
            terms.extend(pairs(count).zip(second).map(|((i, j), value)| PixelTerm::new(&[i, j], value)));
        } else if let Some((pixel, products)) = pixel.and_then(|pixel| Some((pixel, self.products(pixel, selection)?)))
        {
            terms.extend(products.into_iter().enumerate().map(|(j, value)| PixelTerm::new(&[pixel, j], value)));
        }
        if let Some((pixel, third)) =
            pixel.and_then(|pixel| Some((pixel, self.slices.get(&(3, number::to_u32(pixel)))?)))
        {
            let third = pick(third, self.pairs(), selection);
            terms.extend(pairs(count).zip(third).map(|((j, k), value)| PixelTerm::new(&[pixel, j, k], value)));
        }
        sorted_by(&terms, |term| -term.value.abs())
    }
}

/// All pairs `i <= j` in lexicographic order.
pub fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |i| (i..count).map(move |j| (i, j)))
}

/// The values of a class, or the difference of two, from `[class][count]`; empty where there are none.
fn pick(values: &[f64], count: usize, selection: Selection) -> Vec<f64> {
    let of = |class: usize| values.get(class * count..(class + 1) * count).unwrap_or_default();
    let own = of(selection.class);
    match selection.against.map(of) {
        Some(other) => own.iter().zip(other).map(|(own, other)| own - other).collect(),
        None => own.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coefficients(step: u32) -> Coefficients {
        // Two classes, an image of 2 by 2: 4 pixels, 10 pairs.
        let numbers = |count: usize, from: f64| Numbers((0..count).map(|index| from + index as f64).collect());
        Coefficients {
            model: "run:0".into(),
            step,
            about: ExpansionPoint::Black,
            point: vec![0.0; 4].into(),
            side: 2,
            constant: numbers(2, 0.5),
            first: numbers(8, 1.0),
            second: None,
            slice: None,
            compute_ms: 0.0,
        }
    }

    const FIRST: Selection = Selection { class: 0, against: None };
    const DIFFERENCE: Selection = Selection { class: 1, against: Some(0) };

    #[test]
    fn pairs_are_numbered_in_lexicographic_order() {
        for count in [1, 2, 7, 49] {
            for (index, (i, j)) in pairs(count).enumerate() {
                assert_eq!(pair_index(i, j, count), index);
                assert_eq!(pair_index(j, i, count), index);
            }
        }
        assert_eq!(pairs(49).count(), 1_225);
    }

    #[test]
    fn differences_are_taken_class_by_class() {
        let expansion = Expansion::new(&coefficients(0));
        assert!((expansion.constant(DIFFERENCE) - 1.0).abs() < 1e-12);
        assert_eq!(expansion.first(FIRST), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(expansion.first(DIFFERENCE), [4.0; 4]);
        assert!(expansion.first(Selection { class: 9, against: None }).is_empty());
    }

    #[test]
    fn products_come_from_a_slice_or_from_all_of_second_order() {
        let mut expansion = Expansion::new(&coefficients(0));
        assert_eq!(expansion.products(1, FIRST), None);
        let second = Some(Numbers((0..20).map(f64::from).collect()));
        expansion.absorb(&Coefficients { second, ..coefficients(0) });
        // Pairs of 4 pixels: 00 01 02 03 11 12 13 22 23 33.
        assert_eq!(expansion.products(1, FIRST), Some(vec![1.0, 4.0, 5.0, 6.0]));
        let slice = Some(CoefficientSlice { pixel: 1, order: 2, values: Numbers(vec![7.0; 8]) });
        expansion.absorb(&Coefficients { slice, ..coefficients(0) });
        assert!(expansion.has_second() && expansion.has_slice(2, 1) && !expansion.has_slice(3, 1));
        assert_eq!(expansion.products(1, DIFFERENCE), Some(vec![0.0; 4]));
    }

    #[test]
    fn another_step_is_another_polynomial() {
        let mut expansion = Expansion::new(&coefficients(3));
        expansion.absorb(&Coefficients { second: Some(Numbers(vec![0.0; 20])), ..coefficients(3) });
        expansion.absorb(&coefficients(4));
        assert_eq!((expansion.step, expansion.has_second()), (4, false));
    }

    #[test]
    fn terms_are_sorted_and_named() {
        let mut all = coefficients(0);
        all.second = Some(Numbers((0..20).map(|value| f64::from(-value)).collect()));
        all.slice = Some(CoefficientSlice { pixel: 2, order: 3, values: Numbers(vec![0.25; 20]) });
        let expansion = Expansion::new(&all);
        let terms = expansion.terms(FIRST, Some(2));
        assert_eq!(terms.len(), 4 + 10 + 10);
        assert!(terms.windows(2).all(|pair| pair[0].value.abs() >= pair[1].value.abs()));
        assert_eq!((terms[0].name(2).as_str(), terms[0].value), ("x(2,2)²", -9.0));
        let cube = terms.iter().find(|term| term.order() == 3 && term.powers() == [(2, 3)]).unwrap();
        assert_eq!(cube.name(2), "x(2,1)³");
        let mixed = terms.iter().find(|term| term.order() == 3 && term.powers() == [(1, 1), (2, 2)]).unwrap();
        assert_eq!(mixed.name(2), "x(1,2) x(2,1)²");
        assert!(mixed.uses(1) && !mixed.uses(0));
        assert_eq!(expansion.terms(FIRST, None).len(), 14);
    }
}
