//! Which crates make the worker large: bytes of code by crate, from the names in the linked file.
//!
//! The linked file is larger than what is shipped, since wasm-opt still shrinks it by a quarter, but only here do
//! functions have names.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::wasm_std::TARGET;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use wasmparser::{BinaryReaderError, KnownCustom, Name, Parser, Payload, TypeRef};

/// Crates that are listed; the rest becomes one number.
const LISTED: usize = 20;
/// Their generic functions belong to whoever uses them, as far as a name tells.
const STANDARD: [&str; 3] = ["core", "alloc", "std"];
/// For functions whose names tell no crate.
const UNNAMED: &str = "(no crate)";

/// What the linked worker consists of, in bytes.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Composition {
    /// All code.
    code: u64,
    /// Constant data.
    data: u64,
    /// The largest crates.
    crates: Vec<Share>,
    /// Code of all other crates.
    rest: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Share {
    name: String,
    code: u64,
}

/// Writes the composition of the linked worker beside the build's other notes, and returns where.
///
/// # Errors
/// If the worker was not built or has no names.
pub fn write(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let linked = workspace.target.join(TARGET).join("web/worker.wasm");
    let not_found = |what: String| XtaskError::NotFound {
        what,
        place: linked.display().to_string(),
        advice: "Delete the file and run the command again.".into(),
    };
    let composition = composition(&files::read(&linked)?).map_err(|error| not_found(format!("code ({error})")))?;
    if composition.crates.iter().all(|share| share.name == UNNAMED) {
        return Err(not_found("the section of names".into()));
    }
    let result = workspace.scratch().join("crates.json");
    let text = serde_json::to_vec(&composition).unwrap_or_default();
    files::write(&result, &text).map(|()| result)
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

fn composition(wasm: &[u8]) -> Result<Composition, BinaryReaderError> {
    let (mut imported, mut data) = (0, 0);
    let (mut lengths, mut names) = (Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = payload {
            for import in imports.into_imports() {
                imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
            }
        } else if let Payload::CodeSectionEntry(body) = payload {
            lengths.push(length(&body.range()));
        } else if let Payload::DataSection(section) = payload {
            data = length(&section.range());
        } else if let Payload::CustomSection(section) = payload
            && let KnownCustom::Name(subsections) = section.as_known()
        {
            for subsection in subsections {
                let Name::Function(functions) = subsection? else { continue };
                for function in functions {
                    let function = function?;
                    names.insert(function.index, function.name);
                }
            }
        }
    }
    let mut by_crate = BTreeMap::<String, u64>::new();
    for (index, length) in (imported..).zip(&lengths) {
        let name = names.get(&index).map_or_else(|| UNNAMED.to_owned(), |name| owner(name));
        *by_crate.entry(name).or_default() += length;
    }
    let mut crates: Vec<Share> = by_crate.into_iter().map(|(name, code)| Share { name, code }).collect();
    crates.sort_by(|a, b| b.code.cmp(&a.code).then_with(|| a.name.cmp(&b.name)));
    let rest = crates.split_off(LISTED.min(crates.len())).iter().map(|share| share.code).sum();
    Ok(Composition { code: lengths.iter().sum(), data, crates, rest })
}

/// The crate of a function: the first one in its name that is not the standard library, else the standard library's.
fn owner(symbol: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut crates = Vec::new();
    for (end, _) in name.match_indices("::") {
        let start = name[..end].rfind(|c| !is_word(c)).map_or(0, |before| before + 1);
        let is_first = !name[..start].ends_with("::");
        if start < end && is_first {
            crates.push(&name[start..end]);
        }
    }
    let own = crates.iter().find(|name| !STANDARD.contains(name));
    own.or(crates.first()).map_or_else(|| UNNAMED.to_owned(), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number;

    #[test]
    fn functions_belong_to_the_first_crate_of_their_name_that_is_not_the_standard_library() {
        assert_eq!(owner("_ZN4burn6tensor3add17h0123456789abcdefE"), "burn");
        assert_eq!(owner("_ZN51_$LT$naga..Module$u20$as$u20$core..clone..Clone$GT$5clone17h0123456789abcdefE"), "naga");
        assert_eq!(owner("core::ptr::drop_in_place<alloc::vec::Vec<cubecl_ir::Scope>>"), "cubecl_ir");
        assert_eq!(owner("<alloc::string::String as core::fmt::Write>::write_str"), "alloc");
        assert_eq!(owner("memcpy"), UNNAMED);
    }

    #[test]
    fn bytes_of_code_are_counted_by_crate() {
        // One imported function, two of our own with two and three bytes, three bytes of data section, and their names.
        let section = |id: u8, content: &[u8]| [&[id, number::to_u8(content.len())], content].concat();
        let name = |index: u8, name: &str| [&[index, number::to_u8(name.len())], name.as_bytes()].concat();
        let functions = [vec![2], name(1, "naga::a"), name(2, "burn::b")].concat();
        let names = [b"\x04name\x01".as_slice(), &[number::to_u8(functions.len())], &functions].concat();
        let wasm = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(2, &[1, 1, b'm', 1, b'f', 0, 0]),
            section(3, &[2, 0, 0]),
            section(10, &[2, 2, 0, 0x0b, 3, 0, 1, 0x0b]),
            section(11, &[0]),
            section(0, &names),
        ]
        .concat();
        let share = |name: &str, code| Share { name: name.into(), code };
        let expected = Composition { code: 5, data: 1, crates: vec![share("burn", 3), share("naga", 2)], rest: 0 };
        assert_eq!(composition(&wasm).unwrap(), expected);
    }
}
