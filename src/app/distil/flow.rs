//! The flow from level to level as a picture: all images of two classes in the plane through the means of both and the mean
//! of all ten.
//!
//! By Eq. (5) a level carries the mean of a class along the line from the mean of all classes, so that the plane holds what
//! the theory speaks of. Along the first axis the two classes lie apart, along the second both lie away from the others.

use super::pixels::{PIXELS, SIDE};
use crate::config::CLASSES;
use std::fmt::Write as _;

/// Width and height of the picture in its own units.
pub const SIZE: [f64; 2] = [480.0, 320.0];
const MARGIN: f64 = 14.0;
const WIDTH: usize = CLASSES * SIDE;

/// Mean images of the classes of a level, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMeans {
    /// One for each class.
    pub classes: Vec<Vec<f64>>,
    /// Their mean.
    pub centre: Vec<f64>,
}

impl ClassMeans {
    /// Of a level's sprite; nothing where it holds no image.
    pub fn of(sprite: &[u8]) -> Option<Self> {
        let subsets = sprite.len() / (WIDTH * SIDE);
        if subsets == 0 {
            return None;
        }
        let mut classes = vec![vec![0.0; PIXELS]; CLASSES];
        for (row, line) in sprite.chunks_exact(WIDTH).take(subsets * SIDE).enumerate() {
            let y = row % SIDE;
            for (class, part) in line.chunks_exact(SIDE).enumerate() {
                let sums = &mut classes[class][y * SIDE..][..SIDE];
                sums.iter_mut().zip(part).for_each(|(sum, &value)| *sum += f64::from(value));
            }
        }
        let scale = 1.0 / (255.0 * subsets as f64);
        classes.iter_mut().flatten().for_each(|sum| *sum *= scale);
        let centre = (0..PIXELS).map(|pixel| classes.iter().map(|mean| mean[pixel]).sum::<f64>() / CLASSES as f64);
        let centre = centre.collect();
        Some(Self { classes, centre })
    }
}

/// A plane in the space of images, with coordinates from its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    origin: Vec<f64>,
    axes: [Vec<f64>; 2],
}

impl Plane {
    /// Through the mean of all classes and the means of two of them; nothing where these are the same.
    pub fn through(means: &ClassMeans, [one, other]: [usize; 2]) -> Option<Self> {
        let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let (one, other) = (means.classes.get(one)?, means.classes.get(other)?);
        let apart = unit(minus(other, one))?;
        let middle: Vec<f64> = one.iter().zip(other).map(|(one, other)| 0.5 * (one + other)).collect();
        let mut away = minus(&middle, &means.centre);
        let along = dot(&away, &apart);
        away.iter_mut().zip(&apart).for_each(|(value, axis)| *value -= along * axis);
        Some(Self { origin: means.centre.clone(), axes: [apart, unit(away)?] })
    }

    /// Coordinates of an image.
    pub fn at(&self, image: impl Iterator<Item = f64>) -> [f64; 2] {
        let mut sums = [0.0; 2];
        for (pixel, (value, origin)) in image.zip(&self.origin).enumerate() {
            sums[0] += (value - origin) * self.axes[0][pixel];
            sums[1] += (value - origin) * self.axes[1][pixel];
        }
        sums
    }

    /// Coordinates of an image of a level's sprite; nothing where it ends before that.
    pub fn of_sprite(&self, sprite: &[u8], class: usize, subset: usize) -> Option<[f64; 2]> {
        let at = subset * SIDE * WIDTH + class * SIDE;
        let rows = sprite.get(at..at + (SIDE - 1) * WIDTH + SIDE)?;
        Some(self.at(rows.chunks(WIDTH).flat_map(|row| &row[..SIDE]).map(|&value| f64::from(value) / 255.0)))
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn unit(mut vector: Vec<f64>) -> Option<Vec<f64>> {
    let length = dot(&vector, &vector).sqrt();
    for value in &mut vector {
        *value /= length;
    }
    (length > 1e-9).then_some(vector)
}

/// Coordinates on their way into the picture: the same scale for both axes, everything inside.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frame {
    middle: [f64; 2],
    scale: f64,
}

impl Frame {
    /// Around some points.
    pub fn around<'a>(points: impl IntoIterator<Item = &'a [f64; 2]>) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        if low[0] > high[0] {
            return Self::default();
        }
        let room = |axis: usize| (SIZE[axis] - 2.0 * MARGIN) / (high[axis] - low[axis]).max(1e-9);
        Self { middle: [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])], scale: room(0).min(room(1)) }
    }

    /// The second axis points up.
    pub fn place(self, point: [f64; 2]) -> [f64; 2] {
        let from = |axis: usize| (point[axis] - self.middle[axis]) * self.scale;
        [0.5 * SIZE[0] + from(0), 0.5 * SIZE[1] - from(1)]
    }

    /// Dots for a line with round ends.
    pub fn dots(self, points: &[[f64; 2]]) -> String {
        let mut path = String::with_capacity(points.len() * 16);
        for point in points {
            let [x, y] = self.place(*point);
            _ = write!(path, "M{x:.1} {y:.1}h0");
        }
        path
    }

    /// One line from point to point.
    pub fn line(self, points: &[[f64; 2]]) -> String {
        let mut path = String::with_capacity(points.len() * 14);
        for (index, point) in points.iter().enumerate() {
            let [x, y] = self.place(*point);
            _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
        }
        path
    }
}

/// Where the theory puts a class at the next level: `growth` times as far from the mean of all.
pub fn next_by_theory(own: [f64; 2], centre: [f64; 2], growth: f64) -> [f64; 2] {
    [0, 1].map(|axis| centre[axis] + growth * (own[axis] - centre[axis]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number;

    /// A sprite of two subsets; class `c` has `c * 20` in pixel 5 of its first row, and `subset * 100` in pixel 30.
    fn sprite() -> Vec<u8> {
        let mut sprite = vec![0; 2 * SIDE * WIDTH];
        for subset in 0..2 {
            for class in 0..CLASSES {
                let at = subset * SIDE * WIDTH + class * SIDE;
                sprite[at + 5] = number::to_u8(class * 20);
                sprite[at + WIDTH + 2] = number::to_u8(subset * 100);
            }
        }
        sprite
    }

    #[test]
    fn means_are_taken_class_by_class() {
        let means = ClassMeans::of(&sprite()).unwrap();
        assert!((means.classes[7][5] - 140.0 / 255.0).abs() < 1e-12);
        assert!((means.classes[7][30] - 50.0 / 255.0).abs() < 1e-12);
        assert!((means.centre[5] - 90.0 / 255.0).abs() < 1e-12);
        assert_eq!(ClassMeans::of(&[]), None);
    }

    #[test]
    fn the_plane_holds_the_three_means_at_their_true_distances() {
        let image = |first: f64, second: f64, third: f64| {
            let mut image = vec![0.0; PIXELS];
            image[..3].copy_from_slice(&[first, second, third]);
            image
        };
        let mut classes = vec![image(0.0, 0.0, 0.0); CLASSES];
        classes[2] = image(3.0, 4.0, 0.0);
        classes[5] = image(-3.0, 4.0, 1.0);
        let means = ClassMeans { classes: classes.clone(), centre: image(0.0, 0.0, 0.0) };
        let plane = Plane::through(&means, [2, 5]).unwrap();
        let at = |image: &[f64]| plane.at(image.iter().copied());
        let distance = |one: [f64; 2], other: [f64; 2]| (one[0] - other[0]).hypot(one[1] - other[1]);
        assert!(at(&means.centre).iter().all(|value| value.abs() < 1e-12));
        let (one, other) = (at(&classes[2]), at(&classes[5]));
        assert!((distance(one, other) - 37.0_f64.sqrt()).abs() < 1e-12);
        assert!((one[0].hypot(one[1]) - 5.0).abs() < 1e-12);
        assert!((other[0].hypot(other[1]) - 26.0_f64.sqrt()).abs() < 1e-12);
        assert!(other[0] > one[0] && one[1] > 0.0);
        // The same class twice spans no plane.
        assert_eq!(Plane::through(&means, [2, 2]), None);
    }

    #[test]
    fn images_of_a_sprite_lie_where_their_pixels_say() {
        let means = ClassMeans::of(&sprite()).unwrap();
        let mut apart = means.clone();
        // A second direction, so that there is a plane.
        apart.classes[1][100] = 1.0;
        let plane = Plane::through(&apart, [1, 3]).unwrap();
        let cut = super::super::pixels::cut(&sprite(), 3, 1);
        let expected = plane.at(cut.iter().map(|&value| f64::from(value) / 255.0));
        let found = plane.of_sprite(&sprite(), 3, 1).unwrap();
        assert!((0..2).all(|axis| (found[axis] - expected[axis]).abs() < 1e-12));
        assert_eq!(plane.of_sprite(&sprite(), 3, 2), None);
    }

    #[test]
    fn the_frame_keeps_everything_inside_and_in_proportion() {
        let points = [[-2.0, 0.0], [6.0, 1.0]];
        let frame = Frame::around(&points);
        let [left, right] = points.map(|point| frame.place(point));
        assert!((left[0] - MARGIN).abs() < 1e-9 && (right[0] - SIZE[0] + MARGIN).abs() < 1e-9);
        assert!(right[1] < left[1], "up is up");
        assert!(((left[1] - right[1]) / (right[0] - left[0]) - 0.125).abs() < 1e-9);
        assert_eq!(frame.line(&points), format!("M14.0 {:.1}L466.0 {:.1}", left[1], right[1]));
        assert_eq!(Frame::around(&[]).dots(&[]), "");
    }

    #[test]
    fn theory_moves_away_from_the_mean_of_all() {
        let [x, y] = next_by_theory([3.0, 1.0], [1.0, 1.0], 2.0);
        assert!((x - 5.0).abs() < 1e-12 && (y - 1.0).abs() < 1e-12);
    }
}
