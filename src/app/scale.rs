//! Axes of charts: round ticks, and the way from values to places.

use crate::number;

/// A linear axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Value at `start`.
    pub min: f64,
    /// Value at `end`.
    pub max: f64,
    /// Place of `min`.
    pub start: f64,
    /// Place of `max`.
    pub end: f64,
}

impl Axis {
    /// Place of a value; outside values land at the ends.
    pub fn place(&self, value: f64) -> f64 {
        let span = self.max - self.min;
        let share = if span > 0.0 && value.is_finite() { ((value - self.min) / span).clamp(0.0, 1.0) } else { 0.0 };
        self.start + share * (self.end - self.start)
    }

    /// Value at a place.
    pub fn value(&self, place: f64) -> f64 {
        let span = self.end - self.start;
        let share = if span.abs() > 0.0 { (place - self.start) / span } else { 0.0 };
        self.min + share.clamp(0.0, 1.0) * (self.max - self.min)
    }

    /// About `count` round values inside the axis.
    pub fn ticks(&self, count: usize) -> Vec<f64> {
        let step = round_step((self.max - self.min) / count.max(1) as f64);
        let first: i64 = number::whole((self.min / step - 1e-9).ceil());
        let last: i64 = number::whole((self.max / step + 1e-9).floor());
        (first..=last).map(|index| index as f64 * step).collect()
    }

    /// Decimals that tell neighbouring ticks apart.
    pub fn decimals(&self, count: usize) -> usize {
        let step = round_step((self.max - self.min) / count.max(1) as f64);
        number::whole((-step.log10().floor()).clamp(0.0, 6.0))
    }
}

/// 1, 2 or 5 times a power of ten, not smaller than the step asked for.
fn round_step(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(step.log10().floor());
    let digit = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= step * 0.999).unwrap_or(10.0);
    digit * power
}

/// Smallest and largest finite value, or the fallback where there is none.
pub fn extent(values: impl Iterator<Item = f64>, fallback: (f64, f64)) -> (f64, f64) {
    let mut range = None;
    for value in values.filter(|value| value.is_finite()) {
        let (min, max) = range.unwrap_or((value, value));
        range = Some((value.min(min), value.max(max)));
    }
    range.unwrap_or(fallback)
}

/// Index of the point whose `x` is nearest; the points ascend in `x`.
pub fn nearest(points: &[(f64, f64)], x: f64) -> Option<usize> {
    let after = points.partition_point(|point| point.0 < x);
    let candidates = [after.checked_sub(1), (after < points.len()).then_some(after)];
    let distance = |index: &usize| (points[*index].0 - x).abs();
    candidates.into_iter().flatten().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis { min: 0.0, max: 2.4, start: 0.0, end: 100.0 };
        assert_eq!(axis.ticks(5), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(axis.decimals(5), 1);
        let axis = Axis { min: 0.0, max: 1_875.0, start: 0.0, end: 100.0 };
        assert_eq!(axis.ticks(4), [0.0, 500.0, 1_000.0, 1_500.0]);
        let flat = Axis { min: 1.0, max: 1.0, start: 0.0, end: 100.0 };
        assert_eq!(flat.ticks(4), [1.0]);
        assert!((flat.place(1.0)).abs() < 1e-12);
    }

    #[test]
    fn places_and_values_are_inverse_also_on_a_falling_axis() {
        let axis = Axis { min: 2.0, max: 4.0, start: 150.0, end: 10.0 };
        for value in [2.0, 2.5, 4.0] {
            assert!((axis.value(axis.place(value)) - value).abs() < 1e-12);
        }
        assert!((axis.place(9.0) - 10.0).abs() < 1e-12);
        assert!((axis.place(f64::NAN) - 150.0).abs() < 1e-12);
    }

    #[test]
    fn the_nearest_point_is_found() {
        let points = [(0.0, 1.0), (10.0, 2.0), (20.0, 3.0)];
        assert_eq!(nearest(&points, -5.0), Some(0));
        assert_eq!(nearest(&points, 14.0), Some(1));
        assert_eq!(nearest(&points, 99.0), Some(2));
        assert_eq!(nearest(&[], 1.0), None);
    }

    #[test]
    fn what_is_no_number_does_not_stretch_an_axis() {
        assert_eq!(extent([f64::NAN, 2.0, -1.0, f64::INFINITY].into_iter(), (0.0, 1.0)), (-1.0, 2.0));
        assert_eq!(extent(std::iter::empty(), (0.0, 1.0)), (0.0, 1.0));
    }
}
