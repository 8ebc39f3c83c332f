//! Images about which the polynomials of networks are written: the mean of a data set and the means of its classes.
//!
//! They are shipped as images like all others, rounded to 0..255, so that an expansion names its point exactly.

use super::data::{DataError, ImageSet};
use super::distillation::{read_sprite, sprite_png};
use crate::config::{CLASSES, ImageShape};

/// The means of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeanImages {
    /// The mean of each class, then the mean of all once for every column, so that they make a sprite of two rows.
    set: ImageSet,
}

impl MeanImages {
    /// Of a training set.
    ///
    /// # Errors
    /// [`DataError`] where a class has no images.
    pub fn of(training: &ImageSet) -> Result<Self, DataError> {
        let classes = (0..CLASSES as u8).filter_map(|class| training.mean_image(Some(class)));
        let all = training.mean_image(None).into_iter().cycle().take(CLASSES);
        let labels = (0..2 * CLASSES).map(|index| (index % CLASSES) as u8).collect();
        let pixels = classes.chain(all).flatten().collect();
        Ok(Self { set: ImageSet::new(training.shape, pixels, labels)? })
    }

    /// From the shipped file; its name appears in errors.
    ///
    /// # Errors
    /// [`DataError`] where it is damaged or holds other images.
    pub fn from_png(name: &str, bytes: &[u8], shape: ImageShape) -> Result<Self, DataError> {
        let set = read_sprite(name, bytes, shape)?;
        if set.len() == 2 * CLASSES {
            return Ok(Self { set });
        }
        let ImageShape { channels, height, width } = shape;
        let found = set.pixels.len();
        Err(DataError::PixelCount { what: "the file of mean images", height, width, channels, found })
    }

    /// As the shipped file.
    ///
    /// # Errors
    /// [`DataError::Png`] where it cannot be encoded.
    pub fn to_png(&self) -> Result<Vec<u8>, DataError> {
        sprite_png(&self.set)
    }

    /// The mean of all images, `[channels, height, width]`.
    pub fn mean(&self) -> &[u8] {
        self.set.image(CLASSES)
    }

    /// The mean of a class, likewise; `None` for a class that does not exist.
    pub fn class_mean(&self, class: u8) -> Option<&[u8]> {
        (usize::from(class) < CLASSES).then(|| self.set.image(usize::from(class)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_come_back_from_their_file() {
        let shape = ImageShape { channels: 1, height: 28, width: 28 };
        let labels: Vec<u8> = (0..30).map(|index| (index % 10) as u8).collect();
        let pixels = (0..30 * shape.len()).map(|index| (index * 31 % 251) as u8).collect();
        let training = ImageSet::new(shape, pixels, labels).unwrap();
        let means = MeanImages::of(&training).unwrap();
        assert_eq!(means.mean(), training.mean_image(None).unwrap());
        assert_eq!(means.class_mean(7).unwrap(), training.mean_image(Some(7)).unwrap());
        assert_eq!(means.class_mean(10), None);
        let file = means.to_png().unwrap();
        assert_eq!(MeanImages::from_png("means", &file, shape).unwrap(), means);
        assert!(MeanImages::from_png("means", &file[..file.len() / 2], shape).is_err());
        let short = sprite_png(&means.set.take(CLASSES)).unwrap();
        assert!(MeanImages::from_png("means", &short, shape).is_err());
    }

    #[test]
    fn the_shipped_means_are_those_of_the_training_images() {
        let file = |name: &str| {
            let path = format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read(path).expect("this test needs MNIST: run `cargo xtask data` first")
        };
        let [images, labels] =
            ["images-idx3", "labels-idx1"].map(|kind| file(&format!("data/mnist/train-{kind}-ubyte")));
        let training = ImageSet::from_idx(("images", &images), ("labels", &labels)).unwrap();
        let shipped = MeanImages::from_png("means", &file("points/mnist.png"), training.shape).unwrap();
        assert_eq!(shipped, MeanImages::of(&training).unwrap());
    }
}
