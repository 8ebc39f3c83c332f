//! Takes a package from the Debian mirror this machine uses already, from a suite it does not, without installing it.
//!
//! apt itself downloads and checks signatures and hashes, in lists and caches of its own, so that the machine's
//! configuration stays as it is. No address is written here: the mirror comes from the machine's apt sources.

use super::error::XtaskError;
use super::files;
use super::shell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Suites that may hold a version other than the machine's own.
const SUITES: [&str; 5] = ["trixie-backports", "bookworm-backports", "trixie", "forky", "sid"];
/// How the suites of Debian begin; other repositories in the apt sources are no mirrors of it.
const DEBIAN_SUITES: [&str; 8] = ["bullseye", "bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable"];
const ADVICE: &str = "Check that the Debian mirror of this machine's apt sources can be reached (`apt-get update`).";

/// A mirror of Debian and the key ring its signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mirror {
    uri: String,
    signed_by: Option<String>,
}

/// Downloads the newest package whose version starts with `version+` or is `version`, from any suite of any mirror.
///
/// # Errors
/// If no mirror has it or apt refuses it.
pub fn download(package: &str, version: &str, into: &Path) -> Result<PathBuf, XtaskError> {
    let mirrors = machine_mirrors();
    let mut last = not_found(package, version);
    for (mirror, suite) in mirrors.iter().flat_map(|mirror| SUITES.iter().map(move |suite| (mirror, suite))) {
        let apt = Apt::new(into, mirror, suite)?;
        match apt.download(package, version, into) {
            Ok(path) => return Ok(path),
            Err(error @ XtaskError::WrongHash { .. }) => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn not_found(package: &str, version: &str) -> XtaskError {
    XtaskError::NotFound {
        what: format!("{package} {version}"),
        place: "the Debian mirrors of this machine's apt sources".into(),
        advice: ADVICE.into(),
    }
}

/// apt with a configuration of its own.
struct Apt {
    options: Vec<String>,
}

impl Apt {
    fn new(below: &Path, mirror: &Mirror, suite: &str) -> Result<Self, XtaskError> {
        let root = below.join("apt").join(suite);
        for folder in ["lists/partial", "cache/archives/partial"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(XtaskError::file("create", &folder))?;
        }
        let signed_by = mirror.signed_by.as_ref().map_or_else(String::new, |ring| format!("[signed-by={ring}] "));
        let list = root.join("sources.list");
        files::write(&list, format!("deb {signed_by}{} {suite} main\n", mirror.uri).as_bytes())?;
        let settings = [
            format!("Dir::Etc::sourcelist={}", list.display()),
            "Dir::Etc::sourceparts=-".into(),
            format!("Dir::State::lists={}", root.join("lists").display()),
            format!("Dir::Cache={}", root.join("cache").display()),
            "Acquire::Languages=none".into(),
            "Acquire::Retries=2".into(),
            // The sandbox user cannot write into a checkout that belongs to somebody else.
            "APT::Sandbox::User=root".into(),
        ];
        Ok(Self { options: settings.into_iter().flat_map(|setting| ["-o".into(), setting]).collect() })
    }

    fn run(&self, program: &str, arguments: &[&str], folder: &Path, what: &str) -> Result<String, XtaskError> {
        let mut command = Command::new(program);
        command.args(&self.options).args(arguments).current_dir(folder);
        shell::output(&mut command, what, ADVICE)
    }

    fn download(&self, package: &str, version: &str, into: &Path) -> Result<PathBuf, XtaskError> {
        self.run("apt-get", &["update", "--error-on=any"], into, "reading Debian's package lists")?;
        let listed = self.run("apt-cache", &["madison", package], into, "looking up the package")?;
        let full = matching_version(&listed, version).ok_or_else(|| not_found(package, version))?;
        let wanted = format!("{package}={full}");
        let shown = self.run("apt-cache", &["show", &wanted], into, "looking up the package")?;
        let sha256 = field(&shown, "SHA256").ok_or_else(|| not_found(package, version))?;
        self.run("apt-get", &["download", &wanted], into, &format!("downloading {wanted}"))?;
        let found = files::files_below(into)?.into_iter().find(|path| {
            let name = path.to_string_lossy();
            name.starts_with(&format!("{package}_")) && path.extension().is_some_and(|extension| extension == "deb")
        });
        let path = into.join(found.ok_or_else(|| not_found(package, version))?);
        files::read_verified(&path, sha256, &wanted)?;
        Ok(path)
    }
}

fn machine_mirrors() -> Vec<Mirror> {
    let mut paths = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.sort();
    let mut mirrors = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let found = match path.extension().and_then(|extension| extension.to_str()) {
            Some("sources") => mirrors_of_stanzas(&text),
            Some("list") => mirrors_of_lines(&text),
            _ => Vec::new(),
        };
        mirrors.extend(found);
    }
    mirrors.dedup();
    mirrors
}

/// The deb822 format: stanzas of `Field: value`, separated by empty lines.
fn mirrors_of_stanzas(text: &str) -> Vec<Mirror> {
    let mut mirrors = Vec::new();
    for stanza in text.replace("\r\n", "\n").split("\n\n") {
        let enabled = field(stanza, "Enabled").is_none_or(|value| !value.eq_ignore_ascii_case("no"));
        let suites = field(stanza, "Suites").unwrap_or_default();
        if !enabled || !is_debian(suites, field(stanza, "Components").unwrap_or_default()) {
            continue;
        }
        // A key may also stand in the file itself, over several lines; then apt's own key rings must do.
        let signed_by = field(stanza, "Signed-By").filter(|ring| ring.starts_with('/')).map(str::to_owned);
        let uris = field(stanza, "URIs").unwrap_or_default().split_whitespace();
        mirrors.extend(uris.map(|uri| Mirror { uri: uri.into(), signed_by: signed_by.clone() }));
    }
    mirrors
}

/// The one-line format: `deb [option=value ...] uri suite component...`.
fn mirrors_of_lines(text: &str) -> Vec<Mirror> {
    let mut mirrors = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.trim().strip_prefix("deb ") else { continue };
        let (options, rest) = match rest.trim_start().strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((options, rest)) => (options, rest),
            None => ("", rest),
        };
        let words: Vec<&str> = rest.split('#').next().unwrap_or_default().split_whitespace().collect();
        let [uri, suite, components @ ..] = words.as_slice() else { continue };
        if is_debian(suite, &components.join(" ")) {
            let signed_by = options.split_whitespace().find_map(|option| option.strip_prefix("signed-by="));
            mirrors.push(Mirror { uri: (*uri).into(), signed_by: signed_by.map(str::to_owned) });
        }
    }
    mirrors
}

/// Debian's main archive; the security archive has no backports.
fn is_debian(suites: &str, components: &str) -> bool {
    let known = |suite: &str| !suite.contains("-security") && DEBIAN_SUITES.iter().any(|name| suite.starts_with(name));
    components.split_whitespace().any(|component| component == "main") && suites.split_whitespace().any(known)
}

/// Value of `Name: value` in a paragraph.
fn field<'a>(paragraph: &'a str, name: &str) -> Option<&'a str> {
    let value = |line: &'a str| line.strip_prefix(name)?.strip_prefix(':').map(str::trim);
    paragraph.lines().find_map(value)
}

/// The version in `package | version | source` lines that is `version` itself or a Debian revision of it.
fn matching_version<'a>(madison: &'a str, version: &str) -> Option<&'a str> {
    let versions = madison.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    versions
        .into_iter()
        .find(|full| full.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', '-'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirror(uri: &str, signed_by: Option<&str>) -> Mirror {
        Mirror { uri: uri.into(), signed_by: signed_by.map(str::to_owned) }
    }

    #[test]
    fn stanzas_are_read() {
        let text = "Types: deb\n# a remark\nURIs: http://mirror.test/debian http://other.test/debian\n\
            Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /ring.gpg\n\n\
            Types: deb\nURIs: http://mirror.test/debian-security\nSuites: bookworm-security\nComponents: main\n\n\
            Enabled: no\nTypes: deb\nURIs: http://off.test\nSuites: sid\nComponents: main\n\n\
            Types: deb\nURIs: http://node.test\nSuites: nodistro\nComponents: main\n";
        let ring = Some("/ring.gpg");
        let expected = [mirror("http://mirror.test/debian", ring), mirror("http://other.test/debian", ring)];
        assert_eq!(mirrors_of_stanzas(text), expected);
    }

    #[test]
    fn lines_are_read() {
        let text = "# deb http://no.test sid main\ndeb [arch=amd64 signed-by=/ring.gpg] http://a.test trixie main contrib\n\
            deb http://b.test/debian/ stable main # why\ndeb-src http://c.test sid main\ndeb http://d.test cloud main\n\
            deb http://e.test bookworm contrib\n";
        let expected = [mirror("http://a.test", Some("/ring.gpg")), mirror("http://b.test/debian/", None)];
        assert_eq!(mirrors_of_lines(text), expected);
    }

    #[test]
    fn only_the_exact_version_matches() {
        let listed =
            " rust-src | 1.95.10+dfsg1-1 | x\n rust-src | 1.95.0+dfsg1-2~bpo13+1 | x\n rust-src | 1.94.1+dfsg1-1 | x";
        assert_eq!(matching_version(listed, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(matching_version(listed, "1.95.1"), None);
        assert_eq!(matching_version(listed, "1.95"), None);
    }
}
