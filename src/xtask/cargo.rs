//! Runs cargo and follows how far it is: cargo draws its bar only for terminals, and says nothing to anybody else.

use super::error::XtaskError;
use super::shell;
use super::stage::Stage;
use std::io::{IsTerminal, Read};
use std::process::{Command, Stdio};

/// Lines that say what cargo is doing; the stage says that in fewer.
const STATUS: [&str; 17] = [
    "Adding",
    "Blocking",
    "Building",
    "Checking",
    "Compiling",
    "Documenting",
    "Downloaded",
    "Downloading",
    "Finished",
    "Fresh",
    "Generated",
    "Installed",
    "Installing",
    "Locking",
    "Replaced",
    "Replacing",
    "Updating",
];
/// Cargo aligns the word in front to this column.
const ALIGNED: usize = 12;

/// The compiler's cargo, whichever toolchain this was started with.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo, shows what it and the compiler complain about, and tells the stage how many crates are done.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub fn run(command: &mut Command, stage: &Stage, what: &str, advice: &str) -> Result<(), XtaskError> {
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    let colourful = std::io::stderr().is_terminal() && !shell::is_logged();
    if colourful && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command.stderr(Stdio::piped());
    shell::log_stdout(command)?;
    let mut child = command.spawn().map_err(|_| shell::missing(command, advice))?;
    if let Some(mut said) = child.stderr.take() {
        follow(&mut said, |text| take(text, stage));
    }
    let status = child.wait().map_err(XtaskError::file("wait for", "cargo"))?;
    if status.success() {
        return Ok(());
    }
    Err(XtaskError::CommandFailed { what: what.into(), status: status.to_string(), advice: advice.into() })
}

/// Cuts a stream at line feeds and at carriage returns, with which cargo draws over its bar.
fn follow(stream: &mut impl Read, mut take: impl FnMut(&str)) {
    let mut rest = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        for &byte in &buffer[..count] {
            if matches!(byte, b'\n' | b'\r') {
                take(&String::from_utf8_lossy(&rest));
                rest.clear();
            } else {
                rest.push(byte);
            }
        }
    }
    if !rest.is_empty() {
        take(&String::from_utf8_lossy(&rest));
    }
}

fn take(text: &str, stage: &Stage) {
    let plain = without_colours(text);
    if let Some(progress) = progress(&plain) {
        stage.progress(progress);
    } else if !is_status(&plain) {
        shell::complain(text);
    }
}

/// `    Building [==>   ] 3/9: serde, syn` to `3 of 9 crates (serde, syn)`.
fn progress(plain: &str) -> Option<String> {
    let (head, rest) = plain.split_once('[')?;
    if head.trim() != "Building" {
        return None;
    }
    let (counts, names) = rest.split_once("] ")?.1.split_once(':')?;
    let (done, all) = counts.split_once('/')?;
    Some(format!("{} of {} crates ({})", done.trim(), all.trim(), names.trim()))
}

fn is_status(plain: &str) -> bool {
    // The bar is wiped out with spaces.
    if plain.trim().is_empty() {
        return plain.len() > ALIGNED;
    }
    let (Some(head), Some(rest)) = (plain.get(..ALIGNED), plain.get(ALIGNED..)) else { return false };
    rest.starts_with(' ') && STATUS.contains(&head.trim_start())
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        rest = rest.get(1..).unwrap_or_default();
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_becomes_progress() {
        let bar = "    Building [=>                        ] 14/126: crossbeam-utils, serde_core      ";
        assert_eq!(progress(bar).as_deref(), Some("14 of 126 crates (crossbeam-utils, serde_core)"));
        assert_eq!(progress("error[E0308]: mismatched types"), None);
        assert_eq!(progress("note: see [this] 1/2: here"), None);
        assert_eq!(without_colours("\u{1b}[1m\u{1b}[96m    Building\u{1b}[0m [ ] 1/2: a"), "    Building [ ] 1/2: a");
    }

    #[test]
    fn what_the_compiler_says_is_shown_and_what_cargo_does_is_not() {
        for status in ["   Compiling syn v3.0.9", "    Finished `dev` profile [optimized] target(s) in 13.15s"] {
            assert!(is_status(status), "{status}");
        }
        for said in ["error: no", "warning: unused", "", "   = note: Compiling", "     Running unittests src/lib.rs"] {
            assert!(!is_status(said), "{said}");
        }
    }

    #[test]
    fn a_stream_is_cut_at_both_kinds_of_line_ends() {
        let mut lines = Vec::new();
        follow(&mut &b"a\rb\nc"[..], |line| lines.push(line.to_owned()));
        assert_eq!(lines, ["a", "b", "c"]);
    }
}
