//! Who may use whom: the walls that cargo features do not hold, read from the source.
//!
//! Tests may look everywhere, so code behind `#[cfg(test)]` and files of tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each layer with those below it that it may use.
const LAYERS: [(&str, &[&str]); 9] = [
    ("config", &[]),
    ("report", &["config"]),
    ("protocol", &["config", "report"]),
    ("poly", &["config", "report"]),
    ("engine", &["config", "report", "poly"]),
    ("worker", &["config", "report", "poly", "protocol", "engine"]),
    ("app", &["config", "report", "poly", "protocol"]),
    ("cli", &["config", "report", "poly", "protocol", "engine"]),
    ("xtask", &["config"]),
];
/// Layers whose modules use each other in one direction only.
const WITHOUT_CIRCLES: [&str; 3] = ["poly", "engine", "worker"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Source files below a folder, or the file itself.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found: Vec<_> = entries.flat_map(|entry| files(&entry.expect("an entry").path())).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    found
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        name == "tests" || name.ends_with("tests.rs") || name == "fixture.rs"
    })
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Names that follow a path's beginning, such as `data` in `crate::engine::data` and `crate::engine::{data, train}`.
fn names_after(code: &str, beginning: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split(beginning).skip(1) {
        let list = rest.strip_prefix('{').and_then(|list| list.split('}').next());
        let names = list.map_or_else(|| vec![rest], |list| list.split(',').map(str::trim).collect());
        for name in names {
            let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(name.len());
            found.insert(name[..end].to_owned());
        }
    }
    found
}

#[test]
fn layers_use_only_those_below_them() {
    let names: Vec<_> = LAYERS.iter().map(|(layer, _)| *layer).collect();
    for (layer, below) in LAYERS {
        let files: Vec<_> = files(&source().join(layer)).into_iter().filter(|path| !is_test(path)).collect();
        assert!(!files.is_empty(), "{layer} has no files");
        for path in files {
            for used in names_after(&code(&path), "crate::") {
                let is_layer = names.contains(&used.as_str());
                let is_allowed = used == layer || below.contains(&used.as_str());
                assert!(!is_layer || is_allowed, "{} uses {used}, which {layer} must not", path.display());
            }
        }
    }
}

/// For every module of a layer the other modules of the layer that it uses.
fn uses(layer: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = source().join(layer);
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files(&folder).into_iter().filter(|path| !is_test(path)) {
        let relative = path.strip_prefix(&folder).expect("it lies in the folder");
        let depth = relative.components().count();
        let Some(first) = relative.components().next() else { continue };
        let module = first.as_os_str().to_string_lossy().replace(".rs", "");
        if module == "mod" {
            continue;
        }
        let code = code(&path);
        let mut used = names_after(&code, &format!("crate::{layer}::"));
        // One `super` per folder leads to the layer; `mod.rs` is its folder itself.
        let is_root = path.ends_with("mod.rs");
        let up = "super::".repeat(if is_root { depth - 1 } else { depth });
        let further = format!("super::{up}");
        used.extend(names_after(&code.replace(&further, ""), &up));
        used.remove(&module);
        uses.entry(module).or_default().extend(used);
    }
    let modules: BTreeSet<_> = uses.keys().cloned().collect();
    for used in uses.values_mut() {
        used.retain(|name| modules.contains(name));
    }
    uses
}

/// A circle among the modules, if there is one: what is left when those that use nothing more are taken away, again and again.
fn circle(mut uses: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let done: Vec<_> = uses.iter().filter(|(_, used)| used.is_empty()).map(|(name, _)| name.clone()).collect();
        if done.is_empty() {
            return uses;
        }
        for name in done {
            uses.remove(&name);
            for used in uses.values_mut() {
                used.remove(&name);
            }
        }
    }
}

#[test]
fn modules_of_a_layer_use_each_other_in_one_direction() {
    for layer in WITHOUT_CIRCLES {
        let uses = uses(layer);
        assert!(uses.values().any(|used| !used.is_empty()), "{layer}: nothing is used, so nothing is read");
        let left = circle(uses);
        assert!(left.is_empty(), "{layer} has a circle among {left:?}");
    }
}

#[test]
fn a_circle_is_found() {
    let graph = |edges: &[(&str, &[&str])]| {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        edges.iter().map(|(name, used)| ((*name).to_owned(), set(used))).collect::<BTreeMap<_, BTreeSet<String>>>()
    };
    assert!(circle(graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
    let left = circle(graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])]));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    let names = names_after(
        "use crate::engine::{data, train::Trainer};\nuse crate::engine::cluster::agreement;",
        "crate::engine::",
    );
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["cluster", "data", "train"]);
}
