//! The program with a data set of a few made-up images, and what it writes.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use taylornet_explorer::engine::distillation::DistillationState;
use tempfile::TempDir;

/// Length of the check sum in front of a checkpoint's state.
const SUM_LEN: usize = 65;
/// Images of each class.
const IMAGES_PER_CLASS: usize = 9;

/// A folder with a data set, where a test's runs find and leave their files.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// Classes 0..9 in turn, pixels that look like noise.
    pub fn new() -> Self {
        Self::with(28, |index| (index % 10) as u8)
    }

    /// Images of `side` x `side` pixels with these labels.
    pub fn with(side: u32, label: impl Fn(usize) -> u8) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let count = 10 * IMAGES_PER_CLASS as u32;
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
        let mut random = 1_u32;
        let mut pixel = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        };
        let mut images = words(&[0x0803, count, side, side]);
        images.extend((0..count * side * side).map(|_| pixel()));
        let mut labels = words(&[0x0801, count]);
        labels.extend((0..count as usize).map(label));
        let data = place.path("data/mnist");
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("train-images-idx3-ubyte"), images).unwrap();
        fs::write(data.join("train-labels-idx1-ubyte"), labels).unwrap();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `taylornet distil` with JSON lines, two small levels and the files of run `name`; `more` is split at spaces.
    pub fn distil(&self, name: &str, more: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taylornet"));
        command.args(["distil", "--json", "--per-class", "4,1", "--width", "8"]);
        if !more.contains("--subsets-per-batch") {
            command.args(["--subsets-per-batch", "2"]);
        }
        command.arg("--data").arg(self.path("data"));
        command.arg("--out").arg(self.path(name).join("distilled/mnist"));
        command.arg("--checkpoints").arg(self.path(name).join("checkpoints"));
        command.args(more.split_whitespace());
        command
    }

    /// The state of every unit of run `name`, in order.
    pub fn states(&self, name: &str) -> Vec<DistillationState> {
        let state = |path: &PathBuf| DistillationState::from_bytes(&fs::read(path).unwrap()[SUM_LEN..]).unwrap();
        self.checkpoints(name, "checkpoint").iter().map(state).collect()
    }

    /// Files with this extension among the checkpoints of run `name`, in order.
    pub fn checkpoints(&self, name: &str, extension: &str) -> Vec<PathBuf> {
        let entries = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        let levels = entries(&self.path(name).join("checkpoints/mnist"));
        let mut files: Vec<PathBuf> = levels.iter().flat_map(|level| entries(level)).collect();
        files.retain(|path| path.extension().is_some_and(|found| found == extension));
        files.sort();
        files
    }
}

/// A program at work; ended with the test.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line.
    pub fn line(&mut self) -> Option<Value> {
        self.lines.next().map(|line| serde_json::from_str(&line.unwrap()).unwrap())
    }

    /// Reads on to the first line that fits.
    pub fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.line().expect("the program ended before that");
            if fits(&line) {
                return line;
            }
        }
    }

    /// Holds it where it is, without closing its connections: a machine that hangs.
    #[cfg(all(feature = "remote", unix))]
    pub fn freeze(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &pid]).status().unwrap().success());
    }

    /// Ends it without asking.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// All lines up to its end, which must be a success.
    pub fn finish(mut self) -> Vec<Value> {
        let lines = std::iter::from_fn(|| self.line()).collect();
        assert!(self.child.wait().unwrap().success());
        lines
    }

    /// What it says on standard error (piped by the caller) up to its end, which must be a failure.
    #[cfg(feature = "remote")]
    pub fn fails(mut self) -> String {
        while self.line().is_some() {}
        let mut said = String::new();
        std::io::Read::read_to_string(self.child.stderr.as_mut().unwrap(), &mut said).unwrap();
        assert!(!self.child.wait().unwrap().success());
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run that cannot work says.
pub fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// Lines about this event.
pub fn events<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

/// Largest difference of the images of two runs.
pub fn difference(one: &[DistillationState], other: &[DistillationState]) -> f32 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other).flat_map(|(one, other)| {
        assert_eq!((one.step, one.images.len()), (other.step, other.images.len()));
        one.images.iter().zip(&other.images)
    });
    pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}
