//! A labelled set of images in memory, checked once when it is made.

use super::idx::check_labels;
use super::{
    DataError, MAX_BYTES, MAX_SIDE, PIXELS_7, PIXELS_28, PngColour, Reducer, SIDE_7, SIDE_28, decode_images,
    decode_labels, decode_png,
};
use crate::config::{CLASSES, ImageShape};

/// Images of one shape with their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSet {
    /// Shape of every image.
    pub shape: ImageShape,
    /// `[n, channels, height, width]`, 0..255.
    pub pixels: Vec<u8>,
    /// `[n]`, each below `classes`.
    pub labels: Vec<u8>,
    /// Number of classes.
    pub classes: usize,
}

impl ImageSet {
    /// Puts images and labels of ten classes together.
    ///
    /// # Errors
    /// As [`ImageSet::validate`].
    pub fn new(shape: ImageShape, pixels: Vec<u8>, labels: Vec<u8>) -> Result<Self, DataError> {
        Self::with_classes(shape, pixels, labels, CLASSES)
    }

    /// Puts images and labels of any number of classes together.
    ///
    /// # Errors
    /// As [`ImageSet::validate`].
    pub fn with_classes(
        shape: ImageShape,
        pixels: Vec<u8>,
        labels: Vec<u8>,
        classes: usize,
    ) -> Result<Self, DataError> {
        let set = Self { shape, pixels, labels, classes };
        set.validate()?;
        Ok(set)
    }

    /// A set of grey images from the bytes of two IDX files, plain or gzip; the names appear in errors.
    ///
    /// # Errors
    /// [`DataError`] if a file is damaged or of another kind, or if the two do not belong together.
    pub fn from_idx(images: (&str, &[u8]), labels: (&str, &[u8])) -> Result<Self, DataError> {
        let labels = decode_labels(labels.0, labels.1)?;
        let images = decode_images(images.0, images.1)?;
        let shape = ImageShape { channels: 1, height: images.height, width: images.width };
        Self::new(shape, images.pixels, labels)
    }

    /// A set from PNG files, each with its label and its name; `folder` names them all in errors.
    ///
    /// # Errors
    /// [`DataError`] if there is none, a class has none, one is damaged, sizes differ or a label is no class.
    pub fn from_pngs<Name: AsRef<str>, Bytes: AsRef<[u8]>>(
        folder: &str,
        files: impl IntoIterator<Item = (u8, Name, Bytes)>,
        colour: PngColour,
    ) -> Result<Self, DataError> {
        let mut shape: Option<ImageShape> = None;
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for (label, name, bytes) in files {
            let picture = decode_png(name.as_ref(), bytes.as_ref(), colour)?;
            let found = ImageShape { channels: picture.channels, height: picture.height, width: picture.width };
            let expected = *shape.get_or_insert(found);
            if found != expected {
                return Err(DataError::MixedSizes {
                    name: name.as_ref().into(),
                    height: found.height,
                    width: found.width,
                    expected_height: expected.height,
                    expected_width: expected.width,
                });
            }
            labels.push(label);
            if pixels.len() + picture.pixels.len() > MAX_BYTES {
                let (source_name, count) = (folder.into(), labels.len());
                return Err(DataError::TooLarge { source_name, count, height: found.height, width: found.width });
            }
            pixels.extend(picture.pixels);
        }
        let shape = shape.ok_or_else(|| DataError::Empty { source_name: folder.into() })?;
        let set = Self::new(shape, pixels, labels)?;
        match set.class_counts().iter().position(|&count| count == 0) {
            Some(class) => Err(DataError::ClassWithoutImages { class: class as u8 }),
            None => Ok(set),
        }
    }

    /// Checks that shape, pixels and labels fit together, that there is an image and that labels are classes.
    ///
    /// # Errors
    /// The first [`DataError`] found.
    pub fn validate(&self) -> Result<(), DataError> {
        let ImageShape { channels, height, width } = self.shape;
        if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&channels)
        {
            return Err(DataError::Size { what: "an image", height, width });
        }
        let found = self.pixels.len();
        if !found.is_multiple_of(self.shape.len()) {
            return Err(DataError::PixelCount { what: "a set of images", height, width, channels, found });
        }
        let (images, labels) = (found / self.shape.len(), self.labels.len());
        if images != labels {
            return Err(DataError::CountsDiffer { images, labels });
        }
        if images == 0 {
            return Err(DataError::Empty { source_name: "the data set".into() });
        }
        check_labels(&self.labels, self.classes)
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Image `index` as `[channels, height, width]`.
    ///
    /// # Panics
    /// If `index` is not below [`ImageSet::len`].
    pub fn image(&self, index: usize) -> &[u8] {
        let length = self.shape.len();
        &self.pixels[index * length..(index + 1) * length]
    }

    /// Label of image `index`.
    ///
    /// # Panics
    /// If `index` is not below [`ImageSet::len`].
    pub fn label(&self, index: usize) -> u8 {
        self.labels[index]
    }

    /// Number of images of each class.
    pub fn class_counts(&self) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for &label in &self.labels {
            if let Some(count) = counts.get_mut(usize::from(label)) {
                *count += 1;
            }
        }
        counts
    }

    /// The first `count` images, or all if there are fewer.
    #[must_use]
    pub fn take(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let pixels = self.pixels[..count * self.shape.len()].to_vec();
        Self { pixels, labels: self.labels[..count].to_vec(), ..*self }
    }

    /// The images at `indices`, in that order; an index may come twice.
    ///
    /// # Panics
    /// If an index is not below [`ImageSet::len`].
    #[must_use]
    pub fn subset(&self, indices: &[usize]) -> Self {
        let mut pixels = Vec::with_capacity(indices.len() * self.shape.len());
        for &index in indices {
            pixels.extend_from_slice(self.image(index));
        }
        Self { pixels, labels: indices.iter().map(|&index| self.label(index)).collect(), ..*self }
    }

    /// Two parts, to learn from and to test with: every sixth image of a class is for testing, and of a class with fewer the
    /// last, unless it is the only one.
    #[must_use]
    pub fn set_aside(&self) -> (Self, Self) {
        const SHARE: usize = 6;
        let of_class = |class: usize| (0..self.len()).filter(move |&index| usize::from(self.label(index)) == class);
        let (mut training, mut test) = (Vec::new(), Vec::new());
        for class in 0..self.classes {
            let count = of_class(class).count();
            let every = count.clamp(1, SHARE);
            for (place, index) in of_class(class).enumerate() {
                let is_aside = count > 1 && place % every == every - 1;
                if is_aside { test.push(index) } else { training.push(index) }
            }
        }
        (self.subset(&training), self.subset(&test))
    }

    /// The images as arrays of 28x28 pixels.
    ///
    /// # Errors
    /// [`DataError::NotMnistShape`] for any other shape.
    pub fn images_28(&self) -> Result<&[[u8; PIXELS_28]], DataError> {
        if self.shape != (ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 }) {
            return Err(DataError::NotMnistShape { found: self.shape });
        }
        Ok(self.pixels.as_chunks().0)
    }

    /// The same set reduced from 28x28 to 7x7.
    ///
    /// # Errors
    /// [`DataError::NotMnistShape`] for any other shape.
    pub fn reduced_to_7(&self) -> Result<Self, DataError> {
        let reducer = Reducer::new();
        let mut pixels = vec![0; self.len() * PIXELS_7];
        for (image, reduced) in self.images_28()?.iter().zip(pixels.as_chunks_mut().0) {
            reducer.reduce(image, reduced);
        }
        let shape = ImageShape { channels: 1, height: SIDE_7, width: SIDE_7 };
        Ok(Self { shape, pixels, labels: self.labels.clone(), classes: self.classes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 3 };

    fn png(height: u32, width: u32, value: u8) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![value; (height * width) as usize]).unwrap();
        writer.finish().unwrap();
        file
    }

    fn folder(change: impl Fn(u8) -> Option<Vec<u8>>) -> Result<ImageSet, DataError> {
        let files = (0..10).filter_map(|label| change(label).map(|file| (label, format!("{label}/a.png"), file)));
        ImageSet::from_pngs("digits", files, PngColour::Grey)
    }

    #[test]
    fn a_set_gives_its_images_and_parts() {
        let set = ImageSet::new(SHAPE, (0..18).collect(), vec![3, 1, 3]).unwrap();
        assert_eq!((set.len(), set.is_empty(), set.label(1)), (3, false, 1));
        assert_eq!(set.image(1), [6, 7, 8, 9, 10, 11]);
        assert_eq!(set.class_counts()[..4], [0, 1, 0, 2]);
        assert_eq!(set.take(2).labels, [3, 1]);
        assert_eq!(set.take(9), set);
        let subset = set.subset(&[2, 2, 0]);
        assert_eq!((subset.labels.as_slice(), subset.image(1)), ([3, 3, 3].as_slice(), set.image(2)));
    }

    #[test]
    fn every_sixth_image_of_a_class_is_set_aside() {
        let shape = ImageShape { channels: 1, height: 1, width: 1 };
        let labels = [vec![0; 13], vec![1; 3], vec![2]].concat();
        let set = ImageSet::with_classes(shape, (0..17).collect(), labels, 3).unwrap();
        let (training, test) = set.set_aside();
        assert_eq!((test.pixels.as_slice(), test.labels.as_slice()), ([5, 11, 15].as_slice(), [0, 0, 1].as_slice()));
        assert_eq!(training.pixels, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 16]);
        assert_eq!(training.classes, 3);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let refused = |pixels: usize, labels: &[u8]| {
            ImageSet::new(SHAPE, vec![0; pixels], labels.to_vec()).unwrap_err().to_string()
        };
        assert!(refused(12, &[1, 2, 3]).contains("2 images but 3 labels"));
        assert!(refused(13, &[1, 2]).contains("13 values"));
        assert!(refused(12, &[1, 10]).contains("label 1 is 10"));
        assert!(refused(0, &[]).contains("contains no images"));
        let flat = ImageShape { channels: 1, height: 0, width: 3 };
        assert!(matches!(ImageSet::new(flat, vec![], vec![]), Err(DataError::Size { .. })));
    }

    #[test]
    fn idx_files_of_different_counts_are_refused() {
        let images = [[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1].as_slice(), &[5, 6]].concat();
        let labels = [0, 0, 8, 1, 0, 0, 0, 1, 4];
        let error = ImageSet::from_idx(("images", &images), ("labels", &labels)).unwrap_err();
        assert_eq!(error, DataError::CountsDiffer { images: 2, labels: 1 });
        let error = ImageSet::from_idx(("images", &labels), ("labels", &labels)).unwrap_err();
        assert!(error.to_string().contains("swapped"), "{error}");
    }

    #[test]
    fn a_folder_of_pngs_becomes_a_set() {
        let set = folder(|label| Some(png(3, 2, label * 20))).unwrap();
        assert_eq!(set.shape, ImageShape { channels: 1, height: 3, width: 2 });
        assert_eq!((set.len(), set.image(4)), (10, [80; 6].as_slice()));
    }

    #[test]
    fn folders_that_cannot_work_are_refused() {
        assert_eq!(folder(|_| None), Err(DataError::Empty { source_name: "digits".into() }));
        let gap = folder(|label| (label != 7).then(|| png(2, 2, 1)));
        assert_eq!(gap, Err(DataError::ClassWithoutImages { class: 7 }));
        let mixed = folder(|label| Some(png(2, if label == 3 { 5 } else { 2 }, 1))).unwrap_err();
        assert!(mixed.to_string().starts_with("3/a.png is 2x5, but the images before it are 2x2"), "{mixed}");
        let damaged = folder(|label| Some(png(2, 2, 1)[..if label == 2 { 30 } else { png(2, 2, 1).len() }].to_vec()))
            .unwrap_err();
        assert!(damaged.to_string().starts_with("2/a.png is not a readable PNG"), "{damaged}");
        let foreign = ImageSet::from_pngs("digits", [(10, "a.png", png(1, 1, 0))], PngColour::Rgb);
        assert_eq!(foreign, Err(DataError::LabelOutOfRange { index: 0, label: 10, classes: 10 }));
    }

    #[test]
    fn only_28x28_images_are_reduced() {
        let shape = ImageShape { channels: 1, height: 28, width: 28 };
        let reduced = ImageSet::new(shape, vec![200; 784 * 2], vec![0, 1]).unwrap().reduced_to_7().unwrap();
        assert_eq!((reduced.validate(), reduced.pixels), (Ok(()), vec![200; 98]));
        let other = ImageSet::new(SHAPE, vec![0; 6], vec![0]).unwrap();
        assert_eq!(other.reduced_to_7(), Err(DataError::NotMnistShape { found: SHAPE }));
    }
}
