//! Runs other programs and turns their failures into messages that say what to do.

use super::error::XtaskError;
use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use web_time::Instant;

/// How much of a failed program's output an error repeats.
const SHOWN_LINES: usize = 12;

thread_local! {
    /// Where this thread's output goes instead of the terminal, so that work side by side does not mix its lines.
    static LOG: RefCell<Option<Arc<File>>> = const { RefCell::new(None) };
}

fn log() -> Option<Arc<File>> {
    LOG.with_borrow(Clone::clone)
}

/// Whether the output of this thread goes to a file.
pub fn is_logged() -> bool {
    log().is_some()
}

/// Does something whose whole output, that of programs included, goes to a file.
pub fn logged<T>(file: Arc<File>, work: impl FnOnce() -> T) -> T {
    let before = LOG.replace(Some(file));
    let result = work();
    LOG.set(before);
    result
}

/// Does two things at the same time, the first one in a thread of its own.
pub fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (A, B) {
    let log = log();
    std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            LOG.set(log);
            first()
        });
        let second = second();
        match first.join() {
            Ok(first) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Says what is being done or that nothing had to be done.
pub fn say(step: &str, what: &str) {
    line(&format!("{step:>9}  {what}"));
}

/// Writes a line.
pub fn line(text: &str) {
    match log() {
        // A line that cannot be written is not worth ending the work for.
        Some(file) => drop(writeln!(&*file, "{text}")),
        None => println!("{text}"),
    }
}

/// Writes a line about something wrong.
pub fn complain(text: &str) {
    if is_logged() {
        line(text);
    } else {
        eprintln!("{text}");
    }
}

/// Sends a program's standard output where this thread's output goes.
///
/// # Errors
/// If the file cannot be shared.
pub fn log_stdout(command: &mut Command) -> Result<(), XtaskError> {
    if let Some(file) = log() {
        command.stdout(file.try_clone().map_err(XtaskError::file("share", "the log"))?);
    }
    Ok(())
}

/// Runs a program that shows its own output.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub fn run(command: &mut Command, what: &str, advice: &str) -> Result<(), XtaskError> {
    log_stdout(command)?;
    if let Some(file) = log() {
        command.stderr(file.try_clone().map_err(XtaskError::file("share", "the log"))?);
    }
    let status = command.status().map_err(|_| missing(command, advice))?;
    if status.success() {
        return Ok(());
    }
    Err(XtaskError::CommandFailed { what: what.into(), status: status.to_string(), advice: advice.into() })
}

/// Runs a program quietly and returns what it wrote to its standard output.
///
/// # Errors
/// If it cannot be started or does not succeed; the message repeats the end of its output.
pub fn output(command: &mut Command, what: &str, advice: &str) -> Result<String, XtaskError> {
    let output = command.stdin(Stdio::null()).output().map_err(|_| missing(command, advice))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let said = last_lines(if stderr.trim().is_empty() { &stdout } else { &stderr }, SHOWN_LINES);
    let advice = format!("{advice}\n{said}");
    Err(XtaskError::CommandFailed { what: what.into(), status: output.status.to_string(), advice })
}

/// Whether the program can be started and succeeds, without showing anything.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Runs a program quietly and ends it if it takes too long: a download that hangs must not hang the set-up.
///
/// # Errors
/// What went wrong, as text.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> Result<(), String> {
    let mut log = tempfile::tempfile().map_err(|error| error.to_string())?;
    let stderr = log.try_clone().map_err(|error| error.to_string())?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .map_err(|error| format!("cannot be started ({error})"))?;
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            let mut said = String::new();
            let read = log.rewind().and_then(|()| log.read_to_string(&mut said));
            let said = read.map_or_else(|_| String::new(), |_| last_lines(&said, 1));
            return if status.success() { Ok(()) } else { Err(format!("{status}; {}", said.trim())) };
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill().and_then(|()| child.wait());
    Err(format!("no answer within {} s", limit.as_secs()))
}

/// The error for a program that cannot be started.
pub fn missing(command: &Command, advice: &str) -> XtaskError {
    XtaskError::ProgramMissing {
        program: command.get_program().to_string_lossy().into_owned(),
        advice: format!("Install it and run the command again. {advice}"),
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let start = lines.len().saturating_sub(count);
    lines[start..].iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_repeats_the_end_of_the_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first; echo why >&2; exit 3"]);
        let message = output(&mut command, "the test", "Try again.").unwrap_err().to_string();
        assert!(message.contains("the test failed") && message.contains('3'), "{message}");
        assert!(message.contains("Try again.") && message.contains("why"), "{message}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let message =
            run(&mut Command::new("no-such-program-here"), "x", "It is in package y.").unwrap_err().to_string();
        assert!(message.contains("no-such-program-here") && message.contains("package y"), "{message}");
    }

    #[test]
    fn a_hanging_program_is_ended() {
        let message = succeeds_within(Command::new("sleep").arg("60"), Duration::from_millis(150)).unwrap_err();
        assert!(message.contains("no answer"), "{message}");
        let failed = succeeds_within(Command::new("sh").args(["-c", "echo no >&2; false"]), Duration::from_secs(9));
        assert!(failed.unwrap_err().contains("no"));
        assert_eq!(succeeds_within(&mut Command::new("true"), Duration::from_secs(9)), Ok(()));
    }

    #[test]
    fn a_log_takes_the_output_of_programs_and_of_threads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = Arc::new(File::create(&path).unwrap());
        logged(file, || {
            say("test", "first");
            both(|| line("beside"), || ());
            run(Command::new("sh").args(["-c", "echo out; echo err >&2"]), "x", "").unwrap();
        });
        assert!(!is_logged());
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text, "     test  first\nbeside\nout\nerr\n");
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        assert_eq!(last_lines("a\n\nb\nc\n", 2), "    b\n    c");
    }
}
