//! How different the images of a class are.

use crate::config::CLASSES;
use crate::engine::data::ImageSet;

/// Root mean square distance of a pixel (0 to 1) from its mean over the images of its class; 0 where all are the same.
pub fn class_spread(images: &ImageSet) -> f64 {
    let length = images.shape.len();
    let mut squares = 0.0;
    for class in 0..CLASSES {
        let members: Vec<&[u8]> = (0..images.len())
            .filter(|&index| usize::from(images.labels[index]) == class)
            .map(|index| images.image(index))
            .collect();
        for place in 0..length {
            let values = || members.iter().map(|image| f64::from(image[place]) / 255.0);
            let mean = values().sum::<f64>() / members.len().max(1) as f64;
            squares += values().map(|value| (value - mean).powi(2)).sum::<f64>();
        }
    }
    (squares / (images.len() * length).max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ImageShape;

    #[test]
    fn it_is_the_standard_deviation_of_a_class_pixel() {
        let shape = ImageShape { channels: 1, height: 1, width: 2 };
        let images = |pixels: Vec<u8>| ImageSet::new(shape, pixels, vec![3, 3]).unwrap();
        // Deviations of 51/255 and 0 about the means: the root of (0.04 + 0) / 2.
        assert!((class_spread(&images(vec![0, 7, 102, 7])) - 0.02_f64.sqrt()).abs() < 1e-12);
        assert!(class_spread(&images(vec![9, 9, 9, 9])).abs() < 1e-12);
    }
}
