//! The static folder, `dist/` for what is shipped: what any web server can host under any path, with its compressed copies and their sizes.
//!
//! ```text
//! dist/index.html            the page; all addresses in it are relative
//! dist/web/...               style, worker boot, fonts, icons
//! dist/pkg/...               app.js, app_bg.wasm, parts.js, rooms-<hash>.wasm, worker.js, worker_bg.wasm, products.wasm
//! dist/sw.js, offline.json   the service worker, and the files that it keeps
//! dist/assets/...            weights, manifest
//! dist/assets/data/mnist/    IDX files, gzip, and test-digits.bin
//! ```

use super::data;
use super::error::XtaskError;
use super::files::{self, Workspace};
use super::media;
use super::offline;
use super::quality::Quality;
use super::shell::{line, say};
use super::stage::{Plan, Stage};
use brotli::enc::BrotliEncoderParams;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What may be how large.
#[derive(Debug)]
struct Limit {
    /// For people.
    what: &'static str,
    /// Beginnings of the names that count.
    files: &'static [&'static str],
    /// Together, after brotli, in bytes.
    bytes: u64,
}

/// What a visitor waits for: before Draw is there, before all rooms are, and before the engine is.
const LIMITS: [Limit; 3] = [
    Limit {
        what: "the page until Draw answers",
        files: &["index.html", "web/", "pkg/app", "pkg/parts"],
        bytes: 450_000,
    },
    // Two windows of compression, and calls between the parts, cost 50,000: without the room of one's own images it was
    // 650,000 in one part and 698,000 in two.
    Limit { what: "the page", files: &["index.html", "web/", "pkg/app", "pkg/parts", "pkg/rooms"], bytes: 725_000 },
    Limit { what: "the worker", files: &["pkg/worker_bg.wasm"], bytes: 2_500_000 },
];
/// Compressing files from this many bytes on takes long enough to say so.
const LARGE: usize = 1_000_000;
/// Not part of the page: tests, benchmarks and what npm installed.
const NOT_SHIPPED: [&str; 6] =
    ["web/node_modules", "web/tests", "web/bench", "web/package.json", "web/package-lock.json", "web/.npmrc"];
/// A service worker controls its own folder only, so this file lies at the top.
const SERVICE_WORKER: &str = "web/sw.js";

/// A file after compression.
#[derive(Debug)]
struct Size {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Makes the folder from scratch and moves it into place.
///
/// # Errors
/// If a file cannot be written or a program is larger than allowed.
pub fn assemble(workspace: &Workspace, quality: Quality) -> Result<(), XtaskError> {
    let staging = workspace.staging()?;
    let dist = staging.path().join("dist");
    for (from, to) in contents(workspace, quality)? {
        files::write(&dist.join(to), &files::read(&from)?)?;
    }
    let sizes = match quality {
        Quality::Shipped => {
            offline::stamp(&dist)?;
            compress_all(workspace, &dist)?
        }
        // Files of the quick form are renewed one by one while they are worked on; there is nothing to keep.
        Quality::Quick => Vec::new(),
    };
    let place = quality.dist(workspace);
    files::replace_folder(&dist, &place)?;
    say("build", &format!("{} is complete", place.strip_prefix(&workspace.root).unwrap_or(&place).display()));
    print_sizes(&sizes);
    check_limits(&sizes)
}

/// Which files go where, the latter relative to the static folder.
///
/// # Errors
/// If a folder cannot be read.
pub fn contents(workspace: &Workspace, quality: Quality) -> Result<Vec<(PathBuf, PathBuf)>, XtaskError> {
    let mut contents = vec![(workspace.path("index.html"), PathBuf::from("index.html"))];
    let folders =
        [("web", workspace.path("web")), ("pkg", quality.pkg(workspace)), ("assets", workspace.path("assets"))];
    for (name, folder) in folders {
        for file in files::files_below(&folder)? {
            let path = Path::new(name).join(&file);
            if is_shipped(&path) {
                let to = if path == Path::new(SERVICE_WORKER) { PathBuf::from("sw.js") } else { path };
                contents.push((folder.join(file), to));
            }
        }
    }
    Ok(contents)
}

/// Of the data sets only the compressed files and the small extract; nothing half written.
fn is_shipped(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_data = path.starts_with("assets/data");
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden
        && extension != "tmp"
        && !NOT_SHIPPED.iter().any(|left_out| path.starts_with(left_out))
        && (!is_data || matches!(extension, "gz" | "bin"))
}

fn compress_all(workspace: &Workspace, dist: &Path) -> Result<Vec<Size>, XtaskError> {
    let cache = workspace.scratch().join("compressed");
    let mut sizes = Vec::new();
    let mut used = BTreeSet::new();
    for name in files::files_below(dist)? {
        if !media::is_compressible(&name) {
            continue;
        }
        let bytes = files::read(&dist.join(&name))?;
        let hash = files::sha256_hex(&bytes);
        let copies = [("gz", gzip as fn(&[u8], &Path) -> _), ("br", brotli_bytes)];
        let mut lengths = [0; 2];
        for ((extension, compress), length) in copies.into_iter().zip(&mut lengths) {
            let cached = cache.join(format!("{hash}.{extension}"));
            if !cached.exists() {
                let stage = (bytes.len() > LARGE).then(|| compressing(workspace, &name, extension));
                files::write(&cached, &compress(&bytes, &name)?)?;
                if let Some(stage) = stage {
                    stage.done();
                }
            }
            let compressed = files::read(&cached)?;
            *length = compressed.len() as u64;
            files::write(&dist.join(format!("{}.{extension}", name.display())), &compressed)?;
            used.insert(cached);
        }
        let name = name.to_string_lossy().into_owned();
        sizes.push(Size { name, raw: bytes.len() as u64, gzip: lengths[0], brotli: lengths[1] });
    }
    for old in files::files_below(&cache)?.iter().map(|name| cache.join(name)).filter(|path| !used.contains(path)) {
        std::fs::remove_file(&old).map_err(XtaskError::file("remove", &old))?;
    }
    Ok(sizes)
}

fn compressing(workspace: &Workspace, name: &Path, extension: &str) -> Stage {
    let what = format!("compressing {} ({extension})", name.display());
    let typical = if extension == "br" { 40 } else { 2 };
    Stage::begin(workspace, Plan { step: "build", key: what.clone(), what, typical })
}

fn gzip(bytes: &[u8], name: &Path) -> Result<Vec<u8>, XtaskError> {
    data::gzip(bytes, name)
}

fn brotli_bytes(bytes: &[u8], name: &Path) -> Result<Vec<u8>, XtaskError> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)
        .map_err(XtaskError::file("compress", name))?;
    Ok(compressed)
}

fn print_sizes(sizes: &[Size]) {
    if sizes.is_empty() {
        return;
    }
    line(&format!("{:<28} {:>12} {:>12} {:>12}", "bytes", "raw", "gzip", "brotli"));
    for Size { name, raw, gzip, brotli } in sizes {
        line(&format!("{name:<28} {raw:>12} {gzip:>12} {brotli:>12}"));
    }
}

fn check_limits(sizes: &[Size]) -> Result<(), XtaskError> {
    for Limit { what, files, bytes } in LIMITS {
        let counted = sizes.iter().filter(|size| files.iter().any(|beginning| size.name.starts_with(beginning)));
        let found = counted.map(|size| size.brotli).sum();
        if found > 0 {
            line(&format!("{what:<28} {found:>38} (at most {bytes})"));
        }
        if found > bytes {
            return Err(XtaskError::TooLarge { what, found, limit: bytes });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_tools_and_raw_data_are_not_shipped() {
        let shipped = |path: &str| is_shipped(Path::new(path));
        assert!(shipped("web/style.css") && shipped("web/fonts/a.woff2") && shipped("pkg/app.js"));
        assert!(shipped("assets/manifest.json") && shipped("assets/models/taylornet-28.safetensors"));
        assert!(
            shipped("assets/data/mnist/train-images-idx3-ubyte.gz") && shipped("assets/data/mnist/test-digits.bin")
        );
        assert!(!shipped("assets/data/mnist/train-images-idx3-ubyte"));
        assert!(!shipped("web/node_modules/a/b.js") && !shipped("web/tests/run.mjs") && !shipped("web/.npmrc"));
        assert!(!shipped("assets/manifest.json.tmp"));
    }

    #[test]
    fn a_large_program_is_refused() {
        let size = |name: &str, brotli| Size { name: name.into(), raw: 0, gzip: 0, brotli };
        let page = |first, later| [size("pkg/app_bg.wasm", first), size("pkg/rooms-1.wasm", later)];
        assert!(check_limits(&page(450_000, 275_000)).is_ok());
        assert!(check_limits(&[size("assets/manifest.json", 9_000_000)]).is_ok());
        let said = |sizes: &[Size]| check_limits(sizes).unwrap_err().to_string();
        assert!(said(&page(450_001, 0)).contains("450001"));
        assert!(said(&page(450_000, 275_001)).contains("725001"));
        assert!(said(&[size("pkg/worker_bg.wasm", 2_500_001)]).contains("2500001"));
    }

    #[test]
    fn compressed_copies_hold_the_same_bytes() {
        let text = b"polynomial ".repeat(1000);
        let packed = brotli_bytes(&text, Path::new("x")).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        assert!(packed.len() < 100 && gzip(&text, Path::new("x")).unwrap().len() < 200);
    }
}
