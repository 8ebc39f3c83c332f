//! Which file an address stands for. Nothing outside the served folder can be reached.

use std::path::{Component, Path, PathBuf};

/// What is served and where.
#[derive(Debug, Clone)]
pub struct Site {
    /// Folder on the disk.
    folder: PathBuf,
    /// Path the folder appears under, without a slash at its end: empty or like `/some/sub/path`.
    pub prefix: String,
}

impl Site {
    /// `prefix` may have slashes at its ends.
    pub fn new(folder: &Path, prefix: &str) -> Self {
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        Self { folder: folder.to_owned(), prefix }
    }
}

/// What an address stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A file on the disk.
    File(PathBuf),
    /// Relative addresses in a page only work if the address of its folder ends in a slash.
    Redirect(String),
    /// Nothing is there.
    Missing,
}

/// Finds what an address (path and query, as in a request) stands for.
pub fn locate(site: &Site, url: &str) -> Target {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let Some(rest) = path.strip_prefix(&site.prefix) else { return Target::Missing };
    if rest.is_empty() {
        return Target::Redirect(format!("{}/", site.prefix));
    }
    let Some(relative) = rest.strip_prefix('/').and_then(decode) else { return Target::Missing };
    if !is_inside(&relative) {
        return Target::Missing;
    }
    let file = site.folder.join(&relative);
    // Also refuses links that lead out of the folder.
    let inside = |path: &Path| {
        let (Ok(path), Ok(folder)) = (path.canonicalize(), site.folder.canonicalize()) else { return false };
        path.starts_with(folder)
    };
    if !inside(&file) {
        Target::Missing
    } else if file.is_file() {
        Target::File(file)
    } else if !path.ends_with('/') {
        Target::Redirect(format!("{path}/"))
    } else if file.join("index.html").is_file() {
        Target::File(file.join("index.html"))
    } else {
        Target::Missing
    }
}

/// Whether a relative path only ever goes down.
fn is_inside(relative: &str) -> bool {
    !relative.contains(['\\', '\0'])
        && Path::new(relative).components().all(|component| matches!(component, Component::Normal(_)))
}

/// Replaces `%41` and the like; `None` if the result is not text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits =
                std::str::from_utf8(&digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xtask::files;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("site/index.html"), b"page").unwrap();
        files::write(&folder.path().join("site/pkg/a b.js"), b"code").unwrap();
        files::write(&folder.path().join("secret"), b"secret").unwrap();
        folder
    }

    #[test]
    fn files_and_the_first_page_are_found() {
        let folder = folder();
        let root = folder.path().join("site");
        let site = Site::new(&root, "");
        assert_eq!(locate(&site, "/"), Target::File(root.join("index.html")));
        assert_eq!(locate(&site, "/?room=train#x"), Target::File(root.join("index.html")));
        assert_eq!(locate(&site, "/pkg/a%20b.js"), Target::File(root.join("pkg/a b.js")));
        assert_eq!(locate(&site, "/pkg"), Target::Redirect("/pkg/".into()));
        assert_eq!(locate(&site, "/pkg/"), Target::Missing);
        assert_eq!(locate(&site, "/nothing"), Target::Missing);
    }

    #[test]
    fn the_site_can_live_under_a_path() {
        let folder = folder();
        let root = folder.path().join("site");
        let site = Site::new(&root, "/some/sub/path/");
        assert_eq!(locate(&site, "/some/sub/path/"), Target::File(root.join("index.html")));
        assert_eq!(locate(&site, "/some/sub/path"), Target::Redirect("/some/sub/path/".into()));
        assert_eq!(locate(&site, "/some/sub/pathology"), Target::Missing);
        assert_eq!(locate(&site, "/"), Target::Missing);
    }

    #[test]
    fn nothing_outside_the_folder_is_reached() {
        let folder = folder();
        let root = folder.path().join("site");
        let site = Site::new(&root, "");
        for url in [
            "/../secret",
            "/%2e%2e/secret",
            "/pkg/..%2f..%2fsecret",
            "/..%5csecret",
            "//etc/passwd",
            "/%00",
            "/%2",
            "/%zz",
            "/%ff",
        ] {
            assert_eq!(locate(&site, url), Target::Missing, "{url}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret"), root.join("link")).unwrap();
            assert_eq!(locate(&site, "/link"), Target::Missing);
        }
    }
}
