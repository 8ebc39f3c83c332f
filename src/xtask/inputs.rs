//! What the site is made of, seen through times and lengths of files: whether anything changed, and what must be built
//! again because of it.

use super::error::XtaskError;
use super::files::{self, Workspace};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Folders and files that the site is made of.
const FOLDERS: [&str; 4] = ["src", "web", "assets", ".cargo"];
const FILES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "index.html"];
/// Below them, what the site does not depend on: installed packages are pinned in a file that stays.
const LEFT_OUT: [&str; 5] = ["web/node_modules", "web/tests", "web/bench", "src/xtask", "src/cli"];
/// What the compiler also listens to.
const VARIABLES: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN"];

/// Times in nanoseconds and lengths of all inputs, by their path from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, (u128, u64)>);

/// What must be built again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// The page.
    pub page: bool,
    /// The worker.
    pub worker: bool,
    /// Files that are served as they are.
    pub site: bool,
}

impl Needs {
    /// Nothing has to be done.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Snapshot {
    /// As the files are now.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn take(workspace: &Workspace) -> Result<Self, XtaskError> {
        let mut found = BTreeMap::new();
        for folder in FOLDERS {
            add_below(&workspace.root, Path::new(folder), &mut found)?;
        }
        for file in FILES {
            add(&workspace.root, Path::new(file), &mut found);
        }
        Ok(Self(found))
    }

    /// One text for all of it and for what else decides what is compiled.
    pub fn stamp(&self, recipe: &str) -> String {
        use std::fmt::Write as _;
        let mut text = format!("{recipe}\n");
        for name in VARIABLES {
            let _ = writeln!(text, "{name} {:?}", std::env::var_os(name));
        }
        for (path, (time, length)) in &self.0 {
            let _ = writeln!(text, "{} {time} {length}", path.display());
        }
        files::sha256_hex(text.as_bytes())
    }

    /// Files that came, went or changed since.
    pub fn changed_since(&self, before: &Self) -> Vec<PathBuf> {
        let now = self.0.iter().filter(|(path, state)| before.0.get(*path) != Some(state));
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path));
        now.map(|(path, _)| path).chain(gone).cloned().collect()
    }
}

fn add(root: &Path, path: &Path, found: &mut BTreeMap<PathBuf, (u128, u64)>) {
    // A file that went meanwhile is one that is not there.
    if let Ok(metadata) = std::fs::metadata(root.join(path)) {
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        found.insert(path.to_owned(), (modified.unwrap_or_default().as_nanos(), metadata.len()));
    }
}

fn add_below(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, (u128, u64)>) -> Result<(), XtaskError> {
    let absolute = root.join(folder);
    let Ok(entries) = std::fs::read_dir(&absolute) else { return Ok(()) };
    for entry in entries {
        let entry = entry.map_err(XtaskError::file("read", &absolute))?;
        let path = folder.join(entry.file_name());
        if is_left_out(&path) {
            continue;
        }
        if entry.path().is_dir() {
            add_below(root, &path, found)?;
        } else {
            add(root, &path, found);
        }
    }
    Ok(())
}

/// Also what editors and this program write for a moment.
fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().unwrap_or_default();
    let is_hidden = name.starts_with('.') && path.components().count() > 1;
    LEFT_OUT.iter().any(|left_out| path == Path::new(left_out))
        || (is_hidden && !path.starts_with(".cargo"))
        || name.ends_with('~')
        || extension == "tmp"
        || extension == "swp"
}

/// What depends on these files: the layers of `src/lib.rs`.
pub fn needs<'a>(changed: impl IntoIterator<Item = &'a PathBuf>) -> Needs {
    const PAGE: [&str; 2] = ["src/app", "src/bin/app.rs"];
    const WORKER: [&str; 4] = ["src/engine", "src/worker", "src/bin/worker.rs", "src/bin/products.rs"];
    /// Programs for the command line.
    const NEITHER: [&str; 3] = ["src/bin/xtask.rs", "src/bin/taylornet.rs", "src/main.rs"];
    const AS_IT_IS: [&str; 3] = ["web", "assets", "index.html"];
    let mut needs = Needs::default();
    for path in changed {
        let is_below = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        if is_below(&PAGE) {
            needs.page = true;
        } else if is_below(&WORKER) {
            needs.worker = true;
        } else if is_below(&AS_IT_IS) {
            needs.site = true;
        } else if !is_below(&NEITHER) {
            (needs.page, needs.worker) = (true, true);
        }
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(paths: &[&str]) -> Needs {
        needs(&paths.iter().map(PathBuf::from).collect::<Vec<_>>())
    }

    #[test]
    fn each_layer_is_built_for_its_own_files() {
        let nothing = Needs::default();
        assert_eq!(needed(&["src/app/draw/canvas.rs"]), Needs { page: true, ..nothing });
        assert_eq!(needed(&["src/engine/evaluate.rs"]), Needs { worker: true, ..nothing });
        assert_eq!(needed(&["web/style.css", "index.html"]), Needs { site: true, ..nothing });
        for shared in [
            "src/poly/basis.rs",
            "src/protocol/event.rs",
            "src/report/mod.rs",
            "src/number.rs",
            "src/lib.rs",
            "Cargo.lock",
        ] {
            assert_eq!(needed(&[shared]), Needs { page: true, worker: true, site: false }, "{shared}");
        }
        assert!(needed(&["src/bin/xtask.rs"]).is_nothing());
    }

    #[test]
    fn every_folder_of_the_source_is_known() {
        let root = Workspace::here().path("src");
        let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let mut names: Vec<_> = folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        // A new one is built for both until it is named above.
        assert_eq!(names, ["app", "bin", "cli", "config", "engine", "poly", "protocol", "report", "worker", "xtask"]);
    }

    #[test]
    fn changes_are_seen_and_everything_else_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().into(), target: folder.path().join("target") };
        let write = |path: &str, text: &str| files::write(&workspace.path(path), text.as_bytes()).unwrap();
        write("src/app/a.rs", "1");
        write("index.html", "1");
        let before = Snapshot::take(&workspace).unwrap();
        for ignored in ["web/node_modules/a.js", "web/tests/run.mjs", "src/app/.a.rs.swp", "README.md", "target/x"] {
            write(ignored, "1");
        }
        let after = Snapshot::take(&workspace).unwrap();
        assert_eq!(after.changed_since(&before), Vec::<PathBuf>::new());
        assert_eq!(after.stamp("x"), before.stamp("x"));
        assert_ne!(after.stamp("x"), before.stamp("y"));
        write("src/app/a.rs", "22");
        std::fs::remove_file(workspace.path("index.html")).unwrap();
        let last = Snapshot::take(&workspace).unwrap();
        assert_eq!(last.changed_since(&after), [PathBuf::from("src/app/a.rs"), PathBuf::from("index.html")]);
        assert_ne!(last.stamp("x"), after.stamp("x"));
    }
}
