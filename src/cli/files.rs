//! Reading and writing files so that a crash in between loses nothing.

use super::CliError;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

/// Reads a whole file; `hint` tells what to do where that fails.
pub fn read(path: &Path, hint: impl Into<String>) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|source| CliError::Read { path: path.to_owned(), source, hint: hint.into() })
}

/// Writes beside the target and renames, so that readers see the old file or the new one and never a part.
///
/// A link to a file stays one: the file that it leads to is written.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let target = if path.is_symlink() { std::fs::canonicalize(path).ok() } else { None };
    let target = target.as_deref().unwrap_or(path);
    write_beside(target, bytes)
        .and_then(|file| file.persist(target).map_err(|error| error.error))
        .map(|_| ())
        .map_err(|source| CliError::Write { path: path.to_owned(), source })
}

/// Like [`write_atomically`], and the file that was there becomes `previous`.
pub fn write_generation(path: &Path, previous: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let write = || -> std::io::Result<()> {
        // Only when the new file is complete does the old one make room.
        let file = write_beside(path, bytes)?;
        if path.exists() {
            std::fs::rename(path, previous)?;
        }
        file.persist(path).map(|_| ()).map_err(|error| error.error)
    };
    write().map_err(|source| CliError::Write { path: path.to_owned(), source })
}

/// Finds out before long work whether files can be written to a folder, which it makes.
pub fn check_writable(folder: &Path) -> Result<(), CliError> {
    let probe = folder.join("probe");
    write_beside(&probe, b"probe").map(|_| ()).map_err(|source| CliError::Write { path: folder.to_owned(), source })
}

/// Waits until no other program holds the folder of `path`, which it makes, and holds it until the result is dropped:
/// what is read and written meanwhile is read and written by one program alone. Where folders cannot be locked (Windows)
/// nothing is held.
pub fn lock_folder(path: &Path) -> Result<Option<std::fs::File>, CliError> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(|source| CliError::Write { path: path.to_owned(), source })?;
    Ok(std::fs::File::open(folder).ok().filter(|folder| folder.lock().is_ok()))
}

/// Holds the file `path`, which it makes, until the result is dropped; `None` where another program holds it.
pub fn try_lock(path: &Path) -> Result<Option<std::fs::File>, CliError> {
    let failed = |source| CliError::Write { path: path.to_owned(), source };
    std::fs::create_dir_all(folder_of(path)).map_err(failed)?;
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A complete file in the folder of `path`, which goes away again unless it is renamed.
fn write_beside(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's umask takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write_atomically(&path, b"old").unwrap();
        // The target's folder becomes a file's place: writing below a file must fail.
        let below = path.join("c.txt");
        assert!(matches!(write_atomically(&below, b"new"), Err(CliError::Write { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn a_file_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs/a.lock");
        let held = try_lock(&path).unwrap();
        assert!(held.is_some());
        assert!(try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(try_lock(&path).unwrap().is_some());
    }

    #[test]
    fn the_file_before_is_kept_as_the_previous_generation() {
        let folder = tempfile::tempdir().unwrap();
        let (path, previous) = (folder.path().join("a.new"), folder.path().join("a.old"));
        for content in ["1", "2", "3"] {
            write_generation(&path, &previous, content.as_bytes()).unwrap();
        }
        assert_eq!((std::fs::read(&path).unwrap(), std::fs::read(&previous).unwrap()), (b"3".to_vec(), b"2".to_vec()));
        assert!(check_writable(folder.path()).is_ok());
        assert!(matches!(check_writable(&path), Err(CliError::Write { .. })));
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, "abc"
        assert_eq!(sha256(b"abc"), expected);
    }
}
