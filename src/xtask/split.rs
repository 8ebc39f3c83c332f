//! Takes the rooms behind the first out of the linked page: a file of their own, which the page downloads once Draw
//! answers (see `src/app/later.rs`).
//!
//! The linker leaves in the page where its functions and data are used; `wasm_split_cli_support` finds what only those
//! rooms use. The bindings are made afterwards, for both.

use super::error::XtaskError;
use super::files;
use std::path::{Path, PathBuf};
use wasm_split_cli_support::Options;

/// What the linker has to keep for this: where everything is used.
pub const LINKER: &str = "link-arg=--emit-relocs";
/// The script that loads the part.
pub const SCRIPT: &str = "parts.js";
/// Beginning of the part's name, which ends with the hash of its build: a page never meets a part of another build.
pub const PART: &str = "rooms";
const HASH_LENGTH: usize = 16;
/// How the script downloads, and how it should: as the page itself is downloaded, whatever a server says about types.
const DOWNLOADS: [(&str, &str); 3] = [
    ("const src = fetch(new URL(", "const src = early ?? fetchWasm(new URL("),
    (", import.meta.url));\n", ", import.meta.url), () => {});\n"),
    ("WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await src, imports)"),
];
/// In front of the script. `web/boot.js` begins the download at once where the address asks for one of these rooms.
const HEAD: &str = "import { fetchWasm } from \"../web/fetch-wasm.js\";
let early;
export function begin() {
  early = fetchWasm(new URL(\"./PART\", import.meta.url), () => {});
  early.catch(() => { early = undefined; });
}
";

/// Writes the part and the script that loads it into the folder, and returns the program that is left, which has no
/// bindings yet.
///
/// # Errors
/// If there is not exactly one part, or the script is not as expected.
pub fn split(linked: &Path, name: &str, folder: &Path) -> Result<PathBuf, XtaskError> {
    let failed = |reason: String| XtaskError::Split { reason };
    let program = files::read(linked)?;
    let left = folder.join(format!("{name}.wasm"));
    let (link_name, main_module) = (format!("./{SCRIPT}"), format!("./{name}.js"));
    let mut options = Options::new(&program);
    (options.output_dir, options.main_out_path) = (folder, &left);
    (options.link_name, options.main_module) = (&link_name, &main_module);
    let made = wasm_split_cli_support::transform(options).map_err(|error| failed(format!("{error:#}")))?;
    let [part] = made.split_modules.as_slice() else {
        return Err(failed(format!("there are {} parts, not one", made.split_modules.len())));
    };
    let mut hash = files::sha256_hex(&program);
    hash.truncate(HASH_LENGTH);
    let named = format!("{PART}-{hash}.wasm");
    std::fs::rename(part, folder.join(&named)).map_err(XtaskError::file("rename", part))?;
    let old = part.file_name().unwrap_or_default().to_string_lossy();
    let script = folder.join(SCRIPT);
    let text = String::from_utf8_lossy(&files::read(&script)?).replace(old.as_ref(), &named);
    let text =
        rewritten(&text, &named).ok_or_else(|| failed("the script that loads the part is not as expected".into()))?;
    files::write(&script, text.as_bytes())?;
    Ok(left)
}

/// The script with our own download; `None` if it is none that this knows.
fn rewritten(script: &str, part: &str) -> Option<String> {
    DOWNLOADS.into_iter().try_fold(HEAD.replace("PART", part) + script, |text, (old, new)| {
        text.contains(old).then(|| text.replace(old, new))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_downloads_as_the_page_does() {
        let script = "const load = () => {\n    const src = fetch(new URL(\"./a.wasm\", import.meta.url));\n    \
                      src.catch(() => {});\n    return async (imports) => \
                      (WebAssembly.instantiateStreaming(src, imports));\n};\n";
        let expected = "const load = () => {\n    const src = early ?? fetchWasm(new URL(\"./a.wasm\", \
                        import.meta.url), () => {});\n    src.catch(() => {});\n    return async (imports) => \
                        (WebAssembly.instantiate(await src, imports));\n};\n";
        let made = rewritten(script, "a.wasm").unwrap();
        assert!(made.starts_with("import { fetchWasm }") && made.ends_with(expected), "{made}");
        assert!(made.contains("early = fetchWasm(new URL(\"./a.wasm\", import.meta.url)"), "{made}");
        assert_eq!(rewritten("const src = import(\"./a.wasm\");", "a.wasm"), None);
    }

    #[test]
    fn what_has_no_parts_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("linked.wasm");
        // An empty module.
        files::write(&input, b"\0asm\x01\0\0\0").unwrap();
        let message = split(&input, "app", folder.path()).unwrap_err().to_string();
        assert!(message.contains("cannot be taken apart"), "{message}");
    }
}
