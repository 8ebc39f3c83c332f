//! Where things lie in the work tree, and writing so that nothing is ever half there.

use super::error::XtaskError;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of a checkout.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Folder of `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's output.
    pub target: PathBuf,
}

impl Workspace {
    /// The checkout this program was compiled from, or the current folder if that has moved.
    pub fn here() -> Self {
        let compiled_in = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = std::env::var_os("CARGO_MANIFEST_DIR").map_or(compiled_in, PathBuf::from);
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self { root, target }
    }

    /// A path below the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Programs installed for this checkout only.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Stamps, caches and half-finished work of this program.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// An empty folder that disappears with its handle; on the same disk, so that results can be moved into place.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn staging(&self) -> Result<tempfile::TempDir, XtaskError> {
        let scratch = self.scratch();
        fs::create_dir_all(&scratch).map_err(XtaskError::file("create", &scratch))?;
        tempfile::Builder::new().prefix("staging-").tempdir_in(&scratch).map_err(XtaskError::file("create", &scratch))
    }
}

/// Lower-case hexadecimal sha256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads a whole file.
///
/// # Errors
/// If it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, XtaskError> {
    fs::read(path).map_err(XtaskError::file("read", path))
}

/// Reads a file and refuses it unless it is the pinned one.
///
/// # Errors
/// If it cannot be read or has another hash.
pub fn read_verified(path: &Path, sha256: &str, what: &str) -> Result<Vec<u8>, XtaskError> {
    let bytes = read(path)?;
    let found = sha256_hex(&bytes);
    if found == sha256 {
        return Ok(bytes);
    }
    Err(XtaskError::WrongHash { what: what.into(), expected: sha256.into(), found })
}

/// Whether the file is there with exactly this content.
pub fn has_hash(path: &Path, sha256: &str) -> bool {
    fs::read(path).is_ok_and(|bytes| sha256_hex(&bytes) == sha256)
}

/// Writes a file beside its destination and then renames it, so that a reader sees the old or the new one.
///
/// # Errors
/// If it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), XtaskError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(XtaskError::file("create", folder))?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    let temporary = folder.join(name);
    fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)).map_err(XtaskError::file("write", path))
}

/// Puts a finished folder in the place of an older one.
///
/// # Errors
/// If it cannot be moved.
pub fn replace_folder(finished: &Path, destination: &Path) -> Result<(), XtaskError> {
    if let Some(parent) = destination.parent() {
        fs::create_dir_all(parent).map_err(XtaskError::file("create", parent))?;
    }
    if destination.exists() {
        let old = tempfile::tempdir_in(finished.parent().unwrap_or(Path::new(".")))
            .map_err(XtaskError::file("create", finished))?;
        let aside = old.path().join("old");
        fs::rename(destination, aside).map_err(XtaskError::file("move", destination))?;
    }
    fs::rename(finished, destination).map_err(XtaskError::file("write", destination))
}

/// All files below a folder, relative to it, sorted; nothing if the folder is not there.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    let mut found = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        let absolute = folder.join(&relative);
        if !absolute.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&absolute).map_err(XtaskError::file("read", &absolute))? {
            let entry = entry.map_err(XtaskError::file("read", &absolute))?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() {
                pending.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_a_known_text() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_wrong_hash_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"abd").unwrap();
        let error = read_verified(&path, &sha256_hex(b"abc"), "the file").unwrap_err();
        assert!(matches!(&error, XtaskError::WrongHash { found, .. } if *found == sha256_hex(b"abd")));
        assert!(!has_hash(&path, &sha256_hex(b"abc")) && has_hash(&path, &sha256_hex(b"abd")));
    }

    #[test]
    fn writing_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("a/b.txt"), b"1").unwrap();
        write(&folder.path().join("a/b.txt"), b"2").unwrap();
        assert_eq!(files_below(folder.path()).unwrap(), [PathBuf::from("a/b.txt")]);
        assert_eq!(read(&folder.path().join("a/b.txt")).unwrap(), b"2");
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        write(&new.join("new.txt"), b"").unwrap();
        write(&old.join("old.txt"), b"").unwrap();
        replace_folder(&new, &old).unwrap();
        assert_eq!(files_below(folder.path()).unwrap(), [PathBuf::from("old/new.txt")]);
    }
}
