//! From data set images to network inputs: shifted, reduced, scaled to 0..1, channels last.

use crate::config::ImageShape;
use crate::engine::data::{DataError, ImageSet, PIXELS_7, PIXELS_28, Reducer, Resizer, SIDE_7, SIDE_28, shifted};
use burn::tensor::{Device, Tensor, TensorData};
use thiserror::Error;

/// Network input = pixel * `PIXEL_SCALE` + `PIXEL_OFFSET`, with pixels from 0 to 255.
pub const PIXEL_SCALE: f32 = 1.0 / 255.0;
/// See [`PIXEL_SCALE`].
pub const PIXEL_OFFSET: f32 = 0.0;

/// Why the images of a data set cannot enter a network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PreparationError {
    /// Grey images for a network of colour images or the other way round.
    #[error("the images have {found} channels, but the network takes {expected}; choose a network for such images")]
    Channels {
        /// Channels of the images.
        found: usize,
        /// Channels of the network's input.
        expected: usize,
    },
    /// The images cannot be resized.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// How an image is moved before it enters a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movement {
    /// Down and right, in pixels of the original.
    pub shift: [i32; 2],
    /// Whether it is flipped left to right.
    pub flip: bool,
}

/// Prepares images of one shape for inputs of another.
#[derive(Debug, Clone)]
pub struct Preparation {
    from: ImageShape,
    to: ImageShape,
    method: Method,
    moved: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Method {
    Keep,
    /// 28x28 to 7x7, the case that training needs fast.
    Reduce(Box<Reducer>),
    Resize(Box<Resizer>),
}

impl Preparation {
    /// A way from images of shape `from` to inputs of shape `to`.
    ///
    /// # Errors
    /// [`PreparationError`] where there is none.
    pub fn new(from: ImageShape, to: ImageShape) -> Result<Self, PreparationError> {
        if from.channels != to.channels {
            return Err(PreparationError::Channels { found: from.channels, expected: to.channels });
        }
        let grey = |side: usize| ImageShape { channels: 1, height: side, width: side };
        let method = if from == to {
            Method::Keep
        } else if from == grey(SIDE_28) && to == grey(SIDE_7) {
            Method::Reduce(Box::default())
        } else {
            Method::Resize(Box::new(Resizer::new([from.height, from.width], [to.height, to.width])?))
        };
        Ok(Self { from, to, method, moved: vec![0; from.len()] })
    }

    /// Shape of the inputs.
    pub fn shape(&self) -> ImageShape {
        self.to
    }

    /// Appends an image, moved, as `[height, width, channels]` to `values`.
    ///
    /// # Errors
    /// [`DataError`] where the image does not have the promised shape.
    pub fn append(&mut self, image: &[u8], movement: Movement, values: &mut Vec<f32>) -> Result<(), DataError> {
        let ImageShape { channels, height, width } = self.from;
        if image.len() != self.from.len() {
            return Err(DataError::PixelCount { what: "an image", height, width, channels, found: image.len() });
        }
        let Movement { shift: [down, right], flip } = movement;
        shifted(image, self.from, down, right, &mut self.moved);
        if flip {
            self.moved.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
        let push = |values: &mut Vec<f32>, pixels: &[u8], channels: usize| {
            let area = pixels.len() / channels;
            for position in 0..area {
                let channel = |c: usize| f32::from(pixels[c * area + position]) * PIXEL_SCALE + PIXEL_OFFSET;
                values.extend((0..channels).map(channel));
            }
        };
        match &self.method {
            Method::Keep => push(values, &self.moved, channels),
            Method::Reduce(reducer) => {
                let mut reduced = [0; PIXELS_7];
                if let Some(image) = self.moved.first_chunk::<PIXELS_28>() {
                    reducer.reduce(image, &mut reduced);
                }
                push(values, &reduced, 1);
            }
            Method::Resize(resizer) => {
                let planes: Result<Vec<_>, _> =
                    self.moved.chunks_exact(height * width).map(|plane| resizer.resize(plane)).collect();
                push(values, &planes?.concat(), channels);
            }
        }
        Ok(())
    }
}

/// Images of a set as a network input `[n, height, width, channels]`.
///
/// # Errors
/// [`PreparationError`] where the shapes do not go together.
pub fn images_to_tensor(
    images: &ImageSet,
    range: std::ops::Range<usize>,
    shape: ImageShape,
    device: &Device,
) -> Result<Tensor<4>, PreparationError> {
    let mut preparation = Preparation::new(images.shape, shape)?;
    let mut values = Vec::with_capacity(range.len() * shape.len());
    for index in range.clone() {
        preparation.append(images.image(index), Movement::default(), &mut values)?;
    }
    let dims = [range.len(), shape.height, shape.width, shape.channels];
    Ok(Tensor::from_data(TensorData::new(values, dims), device))
}
