//! What a browser may keep for use without a network: a list of files with their hashes, and the build that they make up.
//!
//! The page and the service worker carry the name of their build; both refuse files of another one. Our own 130 lines in
//! `web/sw.js` rather than Workbox 7.4: its precache has no hashes of contents to check, no parts that are kept only when
//! asked for, and no progress, and its build tool brings Babel and Rollup with it.

use super::error::XtaskError;
use super::files;
use serde::Serialize;
use std::path::Path;

/// The list, at the top of the site.
pub const LIST: &str = "offline.json";
const PAGE: &str = "index.html";
const SERVICE_WORKER: &str = "sw.js";
/// Where page and service worker name their build; empty where there is none, and then nothing is kept.
const IN_PAGE: [&str; 2] = ["<meta name=\"explorer-build\" content=\"", "\">"];
const IN_SERVICE_WORKER: [&str; 2] = ["const BUILD = \"", "\";"];
/// Kept after the first visit: the page with its programs, and what the first screens ask for. A name that ends in a
/// slash is a folder.
const FIRST: [&str; 17] = [
    PAGE,
    "web/",
    "pkg/",
    "assets/manifest.json",
    "assets/models/taylornet-28.safetensors",
    "assets/models/taylornet-7.safetensors",
    "assets/models/resnet-light.safetensors",
    "assets/distilled/mnist-alike/index.json",
    "assets/distilled/mnist-alike/tree.json",
    "assets/distilled/mnist-alike/level-4.png",
    "assets/distilled/mnist-alike/level-5.png",
    "assets/distilled/mnist/index.json",
    "assets/distilled/mnist/tree.json",
    "assets/distilled/mnist/level-4.png",
    "assets/distilled/mnist/level-5.png",
    "assets/points/",
    "assets/data/mnist/test-digits.bin",
];
/// Lies in the site for others, and is never asked for by the page.
const NOT_ASKED_FOR: [&str; 4] = [SERVICE_WORKER, LIST, "assets/figures/", "assets/screenshot.png"];

#[derive(Debug, Serialize)]
struct List {
    build: String,
    files: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    path: String,
    sha256: String,
    bytes: usize,
    first: bool,
}

/// Writes the list of a finished folder, and the name of the build into its page and its service worker.
///
/// # Errors
/// If a file cannot be read or written, or has no place for the name.
pub fn stamp(dist: &Path) -> Result<(), XtaskError> {
    let mut entries = entries(dist)?;
    let build = build_of(&entries);
    for (name, place) in [(PAGE, IN_PAGE), (SERVICE_WORKER, IN_SERVICE_WORKER)] {
        let text = String::from_utf8_lossy(&files::read(&dist.join(name))?).into_owned();
        let stamped = named(&text, place, &build).ok_or_else(|| XtaskError::NoPlace { file: name.into() })?;
        files::write(&dist.join(name), stamped.as_bytes())?;
        if let Some(entry) = entries.iter_mut().find(|entry| entry.path == name) {
            *entry = entry_of(name, stamped.as_bytes());
        }
    }
    let list = serde_json::to_vec(&List { build, files: entries }).unwrap_or_default();
    files::write(&dist.join(LIST), &list)
}

fn entries(dist: &Path) -> Result<Vec<Entry>, XtaskError> {
    let paths = files::files_below(dist)?;
    // Always with slashes: these are addresses.
    let paths = paths.iter().map(|path| path.to_string_lossy().replace('\\', "/"));
    paths
        .filter(|path| !is_one_of(&NOT_ASKED_FOR, path))
        .map(|path| Ok(entry_of(&path, &files::read(&dist.join(&path))?)))
        .collect()
}

fn entry_of(path: &str, bytes: &[u8]) -> Entry {
    let first = is_one_of(&FIRST, path);
    Entry { path: path.into(), sha256: files::sha256_hex(bytes), bytes: bytes.len(), first }
}

fn is_one_of(names: &[&str], path: &str) -> bool {
    names.iter().any(|name| if name.ends_with('/') { path.starts_with(name) } else { path == *name })
}

/// The same for the same files: page and service worker count as they are before they are named.
fn build_of(entries: &[Entry]) -> String {
    let text: String = entries.iter().map(|entry| format!("{} {}\n", entry.path, entry.sha256)).collect();
    let mut hash = files::sha256_hex(text.as_bytes());
    hash.truncate(16);
    hash
}

fn named(text: &str, [before, after]: [&str; 2], build: &str) -> Option<String> {
    let unnamed = format!("{before}{after}");
    text.contains(&unnamed).then(|| text.replacen(&unnamed, &format!("{before}{build}{after}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// A site of a few files, the page and the service worker as they are.
    fn site(script: &str) -> (tempfile::TempDir, Value) {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| files::write(&folder.path().join(name), bytes).unwrap();
        put("index.html", include_bytes!("../../index.html"));
        put("sw.js", include_bytes!("../../web/sw.js"));
        put("web/boot.js", script.as_bytes());
        put("assets/models/resnet-18.safetensors", b"large");
        put("assets/figures/a.svg", b"<svg/>");
        stamp(folder.path()).unwrap();
        let list = serde_json::from_slice(&files::read(&folder.path().join(LIST)).unwrap()).unwrap();
        (folder, list)
    }

    #[test]
    fn every_file_is_listed_with_the_hash_of_its_bytes() {
        let (folder, list) = site("one");
        let listed = list["files"].as_array().unwrap();
        let paths: Vec<&str> = listed.iter().map(|file| file["path"].as_str().unwrap()).collect();
        assert_eq!(paths, ["assets/models/resnet-18.safetensors", "index.html", "web/boot.js"]);
        for file in listed {
            let bytes = files::read(&folder.path().join(file["path"].as_str().unwrap())).unwrap();
            assert_eq!(file["sha256"], files::sha256_hex(&bytes), "{file}");
            assert_eq!(file["bytes"], bytes.len());
        }
        let first: Vec<bool> = listed.iter().map(|file| file["first"].as_bool().unwrap()).collect();
        assert_eq!(first, [false, true, true]);
    }

    #[test]
    fn page_and_service_worker_carry_the_build_of_the_list() {
        let (folder, list) = site("one");
        let build = list["build"].as_str().unwrap();
        assert_eq!(build.len(), 16);
        let text = |name: &str| String::from_utf8(files::read(&folder.path().join(name)).unwrap()).unwrap();
        assert!(text("index.html").contains(&format!("content=\"{build}\">")));
        assert!(text("sw.js").contains(&format!("const BUILD = \"{build}\";")));
        assert_eq!(site("one").1["build"], build);
        assert_ne!(site("two").1["build"], build);
    }

    #[test]
    fn what_is_kept_first_is_shipped() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in FIRST.iter().filter(|name| !name.starts_with("assets/data") && **name != "pkg/") {
            assert!(root.join(name).exists(), "{name}");
        }
    }

    #[test]
    fn a_page_without_a_place_for_the_build_is_refused() {
        let (folder, _) = site("one");
        let error = stamp(folder.path()).unwrap_err();
        assert!(error.to_string().contains("index.html"), "{error}");
    }
}
