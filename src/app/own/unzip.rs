//! The entries of a zip archive. Written here because of what the page may weigh (see `src/app/distil/archive.rs`).

/// More entries than this are a mistake.
const MOST_ENTRIES: usize = 5_000;
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const END: [u8; 4] = *b"PK\x05\x06";
/// Bytes of the record at the end, and of the longest comment after it.
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;
const DAMAGED: &str = "it is no complete zip archive. Save or download it again.";

/// A file in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its path, with slashes.
    pub path: &'a str,
    /// Its bytes as they lie in the archive.
    pub bytes: &'a [u8],
    /// Whether they are deflated.
    pub is_deflated: bool,
}

/// Files of an archive in the order of its directory; those that are encrypted or compressed in other ways are left out.
///
/// # Errors
/// A sentence for the visitor.
pub fn entries(archive: &[u8]) -> Result<Vec<Entry<'_>>, String> {
    let last = archive.len().checked_sub(END_LENGTH).ok_or(DAMAGED)?;
    let first = last.saturating_sub(LONGEST_COMMENT);
    let end = (first..=last).rev().find(|&at| archive[at..].starts_with(&END)).ok_or(DAMAGED)?;
    let count = usize::from(short(archive, end + 10).ok_or(DAMAGED)?);
    if count > MOST_ENTRIES {
        return Err(format!("it holds {count} files, at most {MOST_ENTRIES} can be opened at once."));
    }
    let mut at = long(archive, end + 16).ok_or(DAMAGED)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (entry, next) = entry(archive, at).ok_or(DAMAGED)?;
        found.extend(entry);
        at = next;
    }
    Ok(found)
}

/// The entry of the directory at a place, where it can be used, and the place of the next one.
fn entry(archive: &[u8], at: usize) -> Option<(Option<Entry<'_>>, usize)> {
    if !archive.get(at..)?.starts_with(&CENTRAL) {
        return None;
    }
    let field = |offset: usize| short(archive, at + offset).map(usize::from);
    let (flags, method, length) = (field(8)?, field(10)?, long(archive, at + 20)?);
    let (name, extra, comment) = (field(28)?, field(30)?, field(32)?);
    let start = long(archive, at + 42)?;
    let path = std::str::from_utf8(archive.get(at + 46..at + 46 + name)?).ok();
    if !archive.get(start..)?.starts_with(&LOCAL) {
        return None;
    }
    // The name and what follows it may have other lengths than in the directory.
    let local = |offset: usize| short(archive, start + offset).map(usize::from);
    let content = start + 30 + local(26)? + local(28)?;
    let bytes = archive.get(content..content.checked_add(length)?)?;
    let is_plain = flags & 1 == 0 && matches!(method, 0 | 8);
    let file = path.filter(|path| is_plain && !path.ends_with('/'));
    Some((file.map(|path| Entry { path, bytes, is_deflated: method == 8 }), at + 46 + name + extra + comment))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let value = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::distil::Archive;

    fn archive() -> Vec<u8> {
        let mut archive = Archive::default();
        archive.add("ring/1.png", b"one");
        archive.add("cross/2.png", b"another");
        archive.finish()
    }

    #[test]
    fn what_was_stored_is_found() {
        let bytes = archive();
        let found = entries(&bytes).unwrap();
        let plain = |path, bytes| Entry { path, bytes, is_deflated: false };
        assert_eq!(found, [plain("ring/1.png", b"one".as_slice()), plain("cross/2.png", b"another")]);
        // With a comment at its end.
        let mut commented = bytes.clone();
        let length = commented.len();
        commented[length - 2] = 3;
        commented.extend(b"abc");
        assert_eq!(entries(&commented).unwrap().len(), 2);
    }

    #[test]
    fn no_damage_does_more_than_be_refused() {
        let whole = archive();
        for length in 0..whole.len() {
            assert!(entries(&whole[..length]).is_err(), "{length}");
        }
        for at in 0..whole.len() {
            for value in [0, 0x55, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= value;
                let _ = entries(&damaged).map(|found| found.iter().map(|entry| entry.bytes.len()).sum::<usize>());
            }
        }
        assert!(entries(b"no archive at all, but long enough").unwrap_err().contains("no complete zip"));
    }
}
