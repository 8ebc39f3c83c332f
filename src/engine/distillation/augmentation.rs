//! Random movements of images, [`Augmentation`]: bilinear, zeros outside, and linear in the pixels, so gradients flow
//! through them.

use crate::config::{Augmentation, ImageShape};
use crate::engine::parameters::vector;
use burn::tensor::{Device, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One movement: where each pixel of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movement {
    /// Rows of the matrix from places of the result to places of the image, about the middle.
    matrix: [[f64; 2]; 2],
    /// Shift in pixels, down and to the right.
    shift: [f64; 2],
}

impl Movement {
    /// Movement number `draw` of a seed; the same on every machine.
    pub fn draw(config: &Augmentation, seed: u64, draw: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(draw.wrapping_mul(2).wrapping_add(1));
        Self::random(config, &mut random)
    }

    /// Uniform within the widths of the settings.
    pub fn random(config: &Augmentation, random: &mut impl Rng) -> Self {
        let mut uniform = |width: f64| width * (2.0 * (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 1.0);
        let angle = uniform(config.rotation).to_radians();
        let scale = 1.0 / (1.0 + uniform(config.scale));
        let (sine, cosine) = (angle.sin() * scale, angle.cos() * scale);
        let shift = [uniform(config.shift), uniform(config.shift)];
        Self { matrix: [[cosine, -sine], [sine, cosine]], shift }
    }

    /// For every pixel of the result, row by row: pixels of the image with their weights.
    fn sources(&self, height: usize, width: usize) -> impl Iterator<Item = [(Option<usize>, f32); 4]> {
        let middle = [(height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0];
        let Self { matrix, shift } = *self;
        (0..height * width).map(move |place| {
            let from = [(place / width) as f64 - middle[0] - shift[0], (place % width) as f64 - middle[1] - shift[1]];
            let at: [f64; 2] =
                std::array::from_fn(|axis| matrix[axis][0] * from[0] + matrix[axis][1] * from[1] + middle[axis]);
            let first = at.map(f64::floor);
            let rest = [at[0] - first[0], at[1] - first[1]];
            std::array::from_fn(|corner| {
                let step = [corner / 2, corner % 2];
                let place: [f64; 2] = std::array::from_fn(|axis| first[axis] + step[axis] as f64);
                let weight: f64 =
                    (0..2).map(|axis| if step[axis] == 1 { rest[axis] } else { 1.0 - rest[axis] }).product();
                let inside = (0.0..height as f64).contains(&place[0]) && (0.0..width as f64).contains(&place[1]);
                (inside.then(|| place[0] as usize * width + place[1] as usize), weight as f32)
            })
        })
    }

    /// Moves one plane of an image, `[height, width]`.
    pub fn apply(&self, plane: &[f32], height: usize, width: usize) -> Vec<f32> {
        let pixel = |sources: [(Option<usize>, f32); 4]| {
            sources.into_iter().map(|(source, weight)| source.map_or(0.0, |source| plane[source] * weight)).sum()
        };
        self.sources(height, width).map(pixel).collect()
    }

    /// As a matrix, `[pixels of the image, pixels of the result]`.
    pub fn matrix(&self, image: ImageShape, device: &Device) -> Tensor<2> {
        let ImageShape { height, width, .. } = image;
        let pixels = height * width;
        let mut matrix = vec![0.0; pixels * pixels];
        for (place, sources) in self.sources(height, width).enumerate() {
            for (source, weight) in sources {
                if let Some(source) = source {
                    matrix[source * pixels + place] += weight;
                }
            }
        }
        vector(&matrix, device).reshape([pixels, pixels])
    }
}

/// Moves images, `[n, height, width, channels]`, by a matrix of [`Movement::matrix`].
pub fn moved(images: Tensor<4>, matrix: &Tensor<2>) -> Tensor<4> {
    let [n, height, width, channels] = images.dims();
    let planes = images.permute([0, 3, 1, 2]).reshape([n * channels, height * width]);
    let matrix = if planes.device().is_autodiff() { Tensor::from_inner(matrix.clone()) } else { matrix.clone() };
    planes.matmul(matrix).reshape([n, channels, height, width]).permute([0, 2, 3, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Augmentation = Augmentation { shift: 0.0, rotation: 0.0, scale: 0.0 };

    fn plane() -> Vec<f32> {
        (0..30).map(|index| (index * 7 % 11) as f32).collect()
    }

    #[test]
    fn nothing_moves_without_widths_and_pixels_move_whole_steps() {
        assert_eq!(Movement::draw(&NONE, 3, 5).apply(&plane(), 5, 6), plane());
        let down = Movement { matrix: [[1.0, 0.0], [0.0, 1.0]], shift: [1.0, 0.0] };
        let expected: Vec<f32> = [vec![0.0; 6], plane()[..24].to_vec()].concat();
        assert_eq!(down.apply(&plane(), 5, 6), expected);
        // A quarter turn clockwise: the first column, from below, becomes the first row.
        let turn = Movement { matrix: [[0.0, -1.0], [1.0, 0.0]], shift: [0.0, 0.0] };
        let turned = turn.apply(&[1.0, 2.0, 3.0, 4.0], 2, 2);
        assert_eq!(turned, [3.0, 1.0, 4.0, 2.0]);
    }

    #[test]
    fn the_matrix_moves_as_the_sampling_does() {
        let wide = Augmentation { shift: 2.0, rotation: 30.0, scale: 0.3 };
        let device = Device::flex();
        let shape = ImageShape { channels: 1, height: 5, width: 6 };
        for draw in 0..5 {
            let movement = Movement::draw(&wide, 1, draw);
            let images = vector(&plane(), &device).reshape([1, 5, 6, 1]);
            let found = moved(images, &movement.matrix(shape, &device)).into_data().try_to_vec::<f32>().unwrap();
            let expected = movement.apply(&plane(), 5, 6);
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?} {expected:?}");
            assert_ne!(expected, plane());
        }
    }
}
