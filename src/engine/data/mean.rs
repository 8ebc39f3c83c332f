//! Mean images: the points about which the polynomial of a network is readable.

use super::ImageSet;

impl ImageSet {
    /// The mean of all images, or of those of a class, `[channels, height, width]`, rounded to 0..255 so that it is an
    /// image like all others; `None` where there are no images.
    pub fn mean_image(&self, class: Option<u8>) -> Option<Vec<u8>> {
        let len = self.shape.len();
        let mut sums = vec![0_u64; len];
        let mut count = 0;
        for (image, &label) in self.pixels.chunks_exact(len.max(1)).zip(&self.labels) {
            if class.is_none_or(|class| class == label) {
                sums.iter_mut().zip(image).for_each(|(sum, &pixel)| *sum += u64::from(pixel));
                count += 1;
            }
        }
        // Halves are rounded up.
        (count > 0).then(|| sums.into_iter().map(|sum| ((2 * sum + count) / (2 * count)) as u8).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ImageShape;

    #[test]
    fn means_are_rounded_and_by_class() {
        let shape = ImageShape { channels: 1, height: 1, width: 2 };
        let set = ImageSet::new(shape, vec![0, 255, 1, 255, 10, 0], vec![3, 3, 7]).unwrap();
        // 11/3 = 3.67, 510/3 = 170; 1/2 is rounded up.
        assert_eq!(set.mean_image(None), Some(vec![4, 170]));
        assert_eq!(set.mean_image(Some(3)), Some(vec![1, 255]));
        assert_eq!(set.mean_image(Some(7)), Some(vec![10, 0]));
        assert_eq!(set.mean_image(Some(0)), None);
    }
}
