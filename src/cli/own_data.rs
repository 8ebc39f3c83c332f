//! A data set of one's own: a folder with a folder of pictures for each class, or pairs of IDX files.
//!
//! ```text
//! shapes/circle/*.png              one folder a class; a sixth of each is set aside for testing
//! shapes/train/circle/*.jpg        or both parts by themselves
//! shapes/test/circle/*.jpg
//! letters/*-images-idx3-ubyte.gz   or IDX pairs, those for testing called test or t10k
//! ```
//!
//! Pictures are PNG, JPEG or WebP; their middle square is resized to the input of the network, grey or in colour.

use super::{CliError, files};
use crate::config::{CLASS_RANGE, DataSet, ImageShape};
use crate::engine::data::{ImageSet, MAX_SIDE, Picture, decode_any_labels, decode_images};
use crate::engine::photograph;
use crate::engine::weights::WeightsFile;
use crate::number;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// One of this many pictures of a class is set aside for testing where there is no folder of test pictures.
const TEST_SHARE: usize = 6;
/// More files than this are a mistake: the wrong folder, or one too far up.
const MOST_FILES: usize = 100_000;
/// Bytes that one decoded picture may take.
const PICTURE_BYTES: u64 = 256 << 20;
/// Endings of the names of pictures.
const PICTURES: [&str; 4] = ["png", "jpg", "jpeg", "webp"];
/// Beginnings of the names of folders and files for testing, `t10k` as the digits have it.
const TEST_NAMES: [&str; 3] = ["test", "t10k", "valid"];
/// Pictures that were left out are named, up to this many.
const NAMED: usize = 5;
/// The split into training and test pictures; always the same, whatever the seed of a training.
const SPLIT_SEED: u64 = 0;

/// Why a folder is no data set.
#[derive(Debug, Error)]
pub enum OwnDataError {
    /// Nothing that is understood.
    #[error(
        "{0} holds neither a folder of pictures for each class nor IDX files; put the pictures (PNG, JPEG or WebP) of each \
         class into a folder that is called like the class"
    )]
    NoData(PathBuf),
    /// Too few or too many.
    #[error(
        "{path} has {found} classes ({named}), but a network tells {} to {} apart; {advice}",
        CLASS_RANGE.start(),
        CLASS_RANGE.end()
    )]
    Classes {
        /// The folder.
        path: PathBuf,
        /// How many.
        found: usize,
        /// The first of them.
        named: String,
        /// What to do.
        advice: &'static str,
    },
    /// Nothing to learn from, or nothing to test with.
    #[error("class {class} has {found} usable pictures, at least 2 are needed: one to learn from and one to test with")]
    TooFew {
        /// Its name.
        class: String,
        /// How many.
        found: usize,
    },
    /// A folder of this class is missing, or empty, in one part.
    #[error("{part} has no usable picture of class {class}, which the other part has; add some, or remove the class")]
    PartWithoutClass {
        /// The folder of the part.
        part: PathBuf,
        /// Name of the class.
        class: String,
    },
    /// The wrong folder.
    #[error("{path} holds more than {MOST_FILES} files; choose the folder of the data set itself, or a part of it")]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// Images of IDX files without labels.
    #[error("{images} has no labels beside it; expected {labels}")]
    NoLabels {
        /// The file with images.
        images: PathBuf,
        /// The file that should be there.
        labels: PathBuf,
    },
    /// More than one data set.
    #[error(
        "{path} holds several sets of IDX files ({names}); put one pair, or one for each part, into a folder of its own"
    )]
    SeveralSets {
        /// The folder.
        path: PathBuf,
        /// The files with images.
        names: String,
    },
    /// Images of different sizes in the two parts.
    #[error("the images for testing are {test}, those for training {train}; both parts must have the same size")]
    PartsDiffer {
        /// Height x width.
        train: String,
        /// Height x width.
        test: String,
    },
}

/// A data set of one's own, in two parts.
#[derive(Debug)]
pub struct OwnData {
    /// Images to learn from.
    pub train: ImageSet,
    /// Images to test with.
    pub test: ImageSet,
    /// What the classes are called, in the order of the labels.
    pub classes: Vec<String>,
    /// Hash of the names and bytes of all files.
    pub sha256: String,
}

/// The folder with the data sets of the catalogue.
pub const SHIPPED: &str = "assets/data";

/// Whether a folder given as `--data` is meant as a data set itself, and not as a folder of those of the catalogue.
pub fn is_own(folder: &Path) -> bool {
    folder != Path::new(SHIPPED) && folder.is_dir() && !DataSet::ALL.iter().any(|set| folder.join(set.name).is_dir())
}

/// Reads a data set for networks with that input. `transposed`: IDX images whose rows are columns, as EMNIST has them.
///
/// # Errors
/// [`OwnDataError`] and errors of reading. Single pictures that cannot be read are named and left out.
pub fn load(folder: &Path, input: ImageShape, transposed: bool) -> Result<OwnData, CliError> {
    let idx = idx_files(folder)?;
    if !idx.is_empty() {
        return from_idx(folder, &idx, transposed);
    }
    let parts = folders(folder)?;
    let is_test = |name: &str| TEST_NAMES.iter().any(|test| name.to_lowercase().starts_with(test));
    let named = |name: &str| parts.iter().find(|(found, _)| found.to_lowercase() == name);
    let test = parts.iter().find(|(name, _)| is_test(name));
    let mut reader = Reader { input, hash: Sha256::new(), left_out: Vec::new(), resized: 0, files: 0 };
    let data = match (named("train").or_else(|| named("training")), test) {
        (Some((_, train)), Some((_, test))) => reader.both(folder, train, test)?,
        _ => reader.split(folder, &parts)?,
    };
    reader.say();
    let OwnPictures { classes, train, test } = data;
    let set = |pictures: Labelled| ImageSet::with_classes(input, pictures.pixels, pictures.labels, classes.len());
    let sha256 = files::hex(&reader.hash.finalize());
    Ok(OwnData { train: set(train)?, test: set(test)?, classes, sha256 })
}

/// The test part of a data set whose classes are those of the network.
///
/// # Errors
/// As [`load`], and [`CliError::OtherClasses`].
pub fn test_of(weights: &WeightsFile, folder: &Path, transposed: bool) -> Result<ImageSet, CliError> {
    let own = load(folder, weights.network.input(), transposed)?;
    let names = weights.class_names();
    if names != own.classes {
        return Err(CliError::OtherClasses { network: names.join(", "), folder: own.classes.join(", ") });
    }
    Ok(own.test)
}

/// Pixels of images one after the other, with their labels.
#[derive(Default)]
struct Labelled {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Labelled {
    fn push(&mut self, image: &[u8], label: usize) {
        self.pixels.extend_from_slice(image);
        self.labels.push(number::to_u8(label));
    }
}

struct OwnPictures {
    classes: Vec<String>,
    train: Labelled,
    test: Labelled,
}

/// Reads pictures and remembers what there is to say about them.
struct Reader {
    input: ImageShape,
    hash: Sha256,
    left_out: Vec<String>,
    resized: usize,
    files: usize,
}

impl Reader {
    /// A folder of classes, a part of each of which is set aside.
    fn split(&mut self, folder: &Path, classes: &[(String, PathBuf)]) -> Result<OwnPictures, CliError> {
        let found = self.classes(folder, classes)?;
        check_count(folder, &found)?;
        let mut random = ChaCha8Rng::seed_from_u64(SPLIT_SEED);
        let (mut train, mut test) = (Labelled::default(), Labelled::default());
        for (label, (class, pictures)) in found.iter().enumerate() {
            let count = pictures.len();
            if count < 2 {
                return Err(OwnDataError::TooFew { class: class.clone(), found: count }.into());
            }
            let mut order: Vec<usize> = (0..count).collect();
            for last in (1..count).rev() {
                order.swap(last, number::to_usize(random.next_u64() % (last as u64 + 1)));
            }
            let aside = (count / TEST_SHARE).max(1);
            for (place, &index) in order.iter().enumerate() {
                let part = if place < aside { &mut test } else { &mut train };
                part.push(&pictures[index], label);
            }
        }
        Ok(OwnPictures { classes: found.into_keys().collect(), train, test })
    }

    /// Two folders of the same classes.
    fn both(&mut self, folder: &Path, train: &Path, test: &Path) -> Result<OwnPictures, CliError> {
        let found = [self.classes(folder, &folders(train)?)?, self.classes(folder, &folders(test)?)?];
        for (own, other, part) in [(&found[0], &found[1], train), (&found[1], &found[0], test)] {
            if let Some(class) = other.keys().find(|class| own.get(*class).is_none_or(Vec::is_empty)) {
                let (part, class) = (part.to_owned(), class.clone());
                return Err(OwnDataError::PartWithoutClass { part, class }.into());
            }
        }
        check_count(folder, &found[0])?;
        let [train, test] = found.each_ref().map(|classes| {
            let mut part = Labelled::default();
            for (label, pictures) in classes.values().enumerate() {
                for picture in pictures {
                    part.push(picture, label);
                }
            }
            part
        });
        let [classes, _] = found;
        Ok(OwnPictures { classes: classes.into_keys().collect(), train, test })
    }

    /// The usable pictures of each class, by its name.
    fn classes(
        &mut self,
        folder: &Path,
        classes: &[(String, PathBuf)],
    ) -> Result<BTreeMap<String, Vec<Vec<u8>>>, CliError> {
        let mut listed = Vec::new();
        for (class, folder) in classes {
            let pictures = pictures_in(folder)?;
            self.files += pictures.len();
            if self.files > MOST_FILES {
                return Err(OwnDataError::TooManyFiles { path: folder.clone() }.into());
            }
            if !pictures.is_empty() {
                listed.push((class.clone(), pictures));
            }
        }
        if listed.is_empty() {
            return Err(OwnDataError::NoData(folder.to_owned()).into());
        }
        let mut found = BTreeMap::new();
        for (class, files) in listed {
            let mut pictures = Vec::with_capacity(files.len());
            for file in files {
                match self.picture(&class, &file) {
                    Ok(picture) => pictures.push(picture),
                    Err(error) => self.left_out.push(format!("{} ({error})", file.display())),
                }
            }
            found.insert(class, pictures);
        }
        Ok(found)
    }

    /// A picture as the network gets it, `[channels, height, width]`.
    fn picture(&mut self, class: &str, file: &Path) -> Result<Vec<u8>, String> {
        let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
        self.hash.update(class.as_bytes());
        self.hash.update(Sha256::digest(&bytes));
        let picture = planes(&decode(&bytes)?, self.input.channels);
        if [picture.height, picture.width] != [self.input.height, self.input.width] {
            self.resized += 1;
        }
        Ok(photograph::to_image(&picture, self.input).map_err(|error| error.to_string())?.pixels)
    }

    /// What happened to the pictures, where it is not what one would expect.
    fn say(&self) {
        if self.resized > 0 {
            let ImageShape { height, width, .. } = self.input;
            let count = self.resized;
            eprintln!("{count} of {} pictures were resized to {height}x{width} pixels.", self.files);
        }
        if !self.left_out.is_empty() {
            let count = self.left_out.len();
            let named = self.left_out.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if count > NAMED { ", ..." } else { "" };
            eprintln!("{count} of {} pictures cannot be read and are left out: {named}{more}", self.files);
        }
    }
}

/// The picture of a file, turned upright, as far as it is not too large.
pub fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    let most = u32::try_from(MAX_SIDE).unwrap_or(u32::MAX);
    (limits.max_image_width, limits.max_image_height) = (Some(most), Some(most));
    limits.max_alloc = Some(PICTURE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().map_err(|error| error.to_string())?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The pixels channel by channel, grey or in colour; transparency is put on white.
pub fn planes(image: &DynamicImage, channels: usize) -> Picture {
    let rgba = image.to_rgba8();
    let (width, height) = (rgba.width() as usize, rgba.height() as usize);
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        number::to_u8(((value * alpha + 255 * (255 - alpha) + 127) / 255) as usize)
    };
    let colours: Vec<[u8; 3]> =
        rgba.pixels().map(|pixel| [0, 1, 2].map(|channel| on_white(pixel.0[channel], pixel.0[3]))).collect();
    let pixels = if channels == 1 {
        // ITU-R BT.709, as the eye weighs the colours.
        let grey = |[r, g, b]: [u8; 3]| {
            let weighted = 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b);
            number::whole(weighted.round())
        };
        colours.into_iter().map(grey).collect()
    } else {
        (0..3).flat_map(|channel| colours.iter().map(move |colour| colour[channel])).collect()
    };
    Picture { height, width, channels, pixels }
}

fn check_count<T>(path: &Path, classes: &BTreeMap<String, T>) -> Result<(), OwnDataError> {
    const SHOWN: usize = 4;
    let found = classes.len();
    if CLASS_RANGE.contains(&found) {
        return Ok(());
    }
    let named = classes.keys().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let named = if found > SHOWN { format!("{named}, ...") } else { named };
    let advice = if found < *CLASS_RANGE.start() {
        "add a folder of pictures of something else"
    } else {
        "leave some out, or put several into one"
    };
    Err(OwnDataError::Classes { path: path.to_owned(), found, named, advice })
}

/// Entries of a folder with their names, sorted; hidden ones are none of our business.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, CliError> {
    let failed = |source| CliError::Read { path: folder.to_owned(), source, hint: String::new() };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        if found.len() > MOST_FILES {
            return Err(OwnDataError::TooManyFiles { path: folder.to_owned() }.into());
        }
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.starts_with("__") {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>, CliError> {
    Ok(entries(folder)?.into_iter().filter(|(_, path)| path.is_dir()).collect())
}

fn pictures_in(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let is_picture =
        |name: &str| name.rsplit_once('.').is_some_and(|(_, end)| PICTURES.contains(&end.to_lowercase().as_str()));
    Ok(entries(folder)?
        .into_iter()
        .filter(|(name, path)| path.is_file() && is_picture(name))
        .map(|(_, path)| path)
        .collect())
}

/// Files with images in IDX format: by the usual names, also with a dot where others have a hyphen.
fn idx_files(folder: &Path) -> Result<Vec<(String, PathBuf)>, CliError> {
    let is_idx = |name: &str| {
        name.contains("images") && (name.contains("idx3") || name.ends_with("ubyte") || name.ends_with("ubyte.gz"))
    };
    Ok(entries(folder)?.into_iter().filter(|(name, path)| path.is_file() && is_idx(name)).collect())
}

/// Images and labels of one part, as they are in the files.
struct IdxPart {
    shape: ImageShape,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

fn from_idx(folder: &Path, files: &[(String, PathBuf)], transposed: bool) -> Result<OwnData, CliError> {
    let is_test = |name: &str| TEST_NAMES.iter().any(|test| name.to_lowercase().contains(test));
    let (test, train): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| is_test(name));
    if train.len() != 1 || test.len() > 1 {
        let names = files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(OwnDataError::SeveralSets { path: folder.to_owned(), names }.into());
    }
    let mut hash = Sha256::new();
    let mut train = idx_part(train[0], transposed, &mut hash)?;
    let mut test = match test.first() {
        Some(files) => idx_part(files, transposed, &mut hash)?,
        None => set_aside(&mut train),
    };
    if train.shape != test.shape {
        let size = |part: &IdxPart| format!("{}x{}", part.shape.height, part.shape.width);
        return Err(OwnDataError::PartsDiffer { train: size(&train), test: size(&test) }.into());
    }
    // Labels need not begin with 0, nor be without gaps: EMNIST's letters begin with 1.
    let mut present = [false; 256];
    train.labels.iter().chain(&test.labels).for_each(|&label| present[usize::from(label)] = true);
    let values: Vec<u8> = (0..=u8::MAX).filter(|&label| present[usize::from(label)]).collect();
    let classes: Vec<String> = values.iter().map(u8::to_string).collect();
    check_count(folder, &classes.iter().map(|class| (class.clone(), ())).collect())?;
    for part in [&mut train, &mut test] {
        for label in &mut part.labels {
            *label = number::to_u8(values.partition_point(|value| value < label));
        }
    }
    let set = |part: IdxPart| ImageSet::with_classes(part.shape, part.pixels, part.labels, classes.len());
    Ok(OwnData { train: set(train)?, test: set(test)?, classes: classes.clone(), sha256: files::hex(&hash.finalize()) })
}

fn idx_part((name, path): &(String, PathBuf), transposed: bool, hash: &mut Sha256) -> Result<IdxPart, CliError> {
    let labels_path = path.with_file_name(name.replace("images", "labels").replace("idx3", "idx1"));
    if !labels_path.is_file() {
        return Err(OwnDataError::NoLabels { images: path.clone(), labels: labels_path }.into());
    }
    let (images, labels) = (files::read(path, "")?, files::read(&labels_path, "")?);
    hash.update(&images);
    hash.update(&labels);
    let decoded = decode_images(&path.display().to_string(), &images)?;
    let labels = decode_any_labels(&labels_path.display().to_string(), &labels)?;
    let mut part = IdxPart {
        shape: ImageShape { channels: 1, height: decoded.height, width: decoded.width },
        pixels: decoded.pixels,
        labels,
    };
    if transposed {
        part.transpose();
    }
    if part.labels.len() != decoded.count {
        let (images, labels) = (decoded.count, part.labels.len());
        return Err(crate::engine::data::DataError::CountsDiffer { images, labels }.into());
    }
    Ok(part)
}

impl IdxPart {
    /// Rows become columns.
    fn transpose(&mut self) {
        let ImageShape { height, width, .. } = self.shape;
        for image in self.pixels.chunks_exact_mut(height * width) {
            let before = image.to_vec();
            for (index, pixel) in image.iter_mut().enumerate() {
                let (row, column) = (index / height, index % height);
                *pixel = before[column * width + row];
            }
        }
        (self.shape.height, self.shape.width) = (width, height);
    }
}

/// Takes every so-many-th image out for testing; files of this format are shuffled as they come.
fn set_aside(part: &mut IdxPart) -> IdxPart {
    let size = part.shape.len();
    let (mut train, mut test) = (Labelled::default(), Labelled::default());
    for (index, (image, &label)) in part.pixels.chunks_exact(size).zip(&part.labels).enumerate() {
        let to = if index % TEST_SHARE == TEST_SHARE - 1 { &mut test } else { &mut train };
        to.push(image, label.into());
    }
    (part.pixels, part.labels) = (train.pixels, train.labels);
    IdxPart { shape: part.shape, pixels: test.pixels, labels: test.labels }
}

#[cfg(test)]
mod tests;
