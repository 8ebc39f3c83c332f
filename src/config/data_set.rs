//! The data sets that networks are made for, as values: what images they hold, what the classes are called, which files.

use super::{CLASSES, ImageShape};

/// A labelled set of images in two parts.
#[derive(Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Name in files, addresses and commands; also that of its folder.
    pub name: &'static str,
    /// Shape of its images.
    pub shape: ImageShape,
    /// What the classes are called, in the order of the labels.
    pub classes: [&'static str; CLASSES],
    /// Its files.
    pub files: DataFiles,
}

/// The files of a data set in its folder, by their format; first those for training, then those for testing.
#[derive(Debug, PartialEq, Eq)]
pub enum DataFiles {
    /// IDX files: images and labels of each part.
    Idx([[&'static str; 2]; 2]),
    /// PNG files of colour images one row each, pixel after pixel, and the labels as a JSON array of numbers.
    Rows([ImageRows; 2]),
}

/// One part of a data set as PNG files whose rows are images.
#[derive(Debug, PartialEq, Eq)]
pub struct ImageRows {
    /// The pictures, one after the other.
    pub images: &'static [&'static str],
    /// The labels of all of them.
    pub labels: &'static str,
}

/// The first photographs of CIFAR-10's test set, this many, that the set-up puts into a small file for the page.
pub const SAMPLE_PHOTOS: usize = 200;

/// Handwritten digits, grey (`LeCun`, Cortes and Burges).
pub static MNIST: DataSet = DataSet {
    name: "mnist",
    shape: ImageShape { channels: 1, height: 28, width: 28 },
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    files: DataFiles::Idx([
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
        ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
    ]),
};

/// Small colour photographs (Krizhevsky).
pub static CIFAR_10: DataSet = DataSet {
    name: "cifar-10",
    shape: ImageShape { channels: 3, height: 32, width: 32 },
    classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    files: DataFiles::Rows([
        ImageRows {
            images: &[
                "data_batch_1.png",
                "data_batch_2.png",
                "data_batch_3.png",
                "data_batch_4.png",
                "data_batch_5.png",
            ],
            // Spelt so in the package.
            labels: "train_lables.json",
        },
        ImageRows { images: &["test_batch.png"], labels: "test_lables.json" },
    ]),
};

impl DataFiles {
    /// Names of all of them.
    pub fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Idx(parts) => parts.iter().flatten().copied().collect(),
            Self::Rows(parts) => {
                parts.iter().flat_map(|part| part.images.iter().copied().chain([part.labels])).collect()
            }
        }
    }
}

impl DataSet {
    /// All of them; the first is the one that the explorer opens with.
    pub const ALL: [&'static Self; 2] = [&MNIST, &CIFAR_10];

    /// The data set of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|set| set.name == name)
    }

    /// The data set that inputs of this shape come from: images with as many channels (reduced ones included).
    pub fn of_input(input: ImageShape) -> &'static Self {
        Self::ALL.into_iter().find(|set| set.shape.channels == input.channels).unwrap_or(&MNIST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NamedNetwork;

    #[test]
    fn names_find_their_data_set_and_networks_take_images_of_theirs() {
        for set in DataSet::ALL {
            assert_eq!(DataSet::find(set.name), Some(set));
            assert_eq!(DataSet::of_input(set.shape), set);
        }
        assert_eq!(DataSet::find("imagenet"), None);
        for network in NamedNetwork::ALL {
            let (input, shape) = (network.network().input(), network.data.shape);
            assert_eq!(input.channels, shape.channels, "{}", network.name);
            assert!(input.height <= shape.height && input.width <= shape.width, "{}", network.name);
            assert_eq!(network.name.ends_with("-cifar"), network.data == &CIFAR_10, "{}", network.name);
        }
    }
}
