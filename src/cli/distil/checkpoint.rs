//! The checkpoint of a unit of work: the latest state of its images and the one before, each with its check sum.
//!
//! A file is the SHA-256 of the rest in hexadecimal digits, a line feed, and the state.

use crate::cli::{CliError, files};
use crate::engine::distillation::DistillationState;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Length of a check sum in hexadecimal digits.
const SUM_LEN: usize = 64;

/// Two generations of a file.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    latest: PathBuf,
    previous: PathBuf,
}

/// What a checkpoint holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The newest state that is intact.
    pub state: Option<DistillationState>,
    /// What was found damaged, in words.
    pub notices: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint at `path`, whose extension becomes `checkpoint` or `previous`.
    pub fn new(path: &std::path::Path) -> Self {
        Self { latest: path.with_extension("checkpoint"), previous: path.with_extension("previous") }
    }

    /// The newest intact state. A damaged file is taken away, so that it never replaces the intact one before it.
    ///
    /// # Errors
    /// [`CliError::Write`] where a damaged file cannot be taken away.
    pub fn load(&self) -> Result<Loaded, CliError> {
        let mut loaded = Loaded::default();
        for path in [&self.latest, &self.previous] {
            match read(path) {
                Ok(Some(state)) => {
                    loaded.state = Some(state);
                    return Ok(loaded);
                }
                Ok(None) => {}
                Err(reason) => {
                    let next = if path == &self.latest { "the one before is used" } else { "the unit starts again" };
                    loaded.notices.push(format!("{} is damaged ({reason}); {next}", path.display()));
                    std::fs::remove_file(path).map_err(|source| CliError::Write { path: path.clone(), source })?;
                }
            }
        }
        Ok(loaded)
    }

    /// Makes `state` the latest and the latest the one before.
    ///
    /// # Errors
    /// [`CliError::Write`]; both files are then as they were.
    pub fn save(&self, state: &DistillationState) -> Result<(), CliError> {
        let state = state.to_bytes()?;
        let mut bytes = files::sha256(&state).into_bytes();
        bytes.push(b'\n');
        bytes.extend(state);
        files::write_generation(&self.latest, &self.previous, &bytes)
    }

    /// Forgets both generations.
    ///
    /// # Errors
    /// [`CliError::Write`] where a file cannot be taken away.
    pub fn remove(&self) -> Result<(), CliError> {
        for path in [&self.latest, &self.previous] {
            match std::fs::remove_file(path) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(CliError::Write { path: path.clone(), source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The state in a file; `None` where there is no file.
fn read(path: &std::path::Path) -> Result<Option<DistillationState>, String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let (sum, state) = bytes.split_at_checked(SUM_LEN + 1).ok_or("it is too short")?;
    if sum[..SUM_LEN] != *files::sha256(state).as_bytes() {
        return Err("its check sum is wrong".into());
    }
    DistillationState::from_bytes(state).map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DistillationConfig;

    fn state(step: usize) -> DistillationState {
        let values = vec![step as f32; 7840];
        let config = DistillationConfig::mnist();
        DistillationState { config, level: 1, step, images: values.clone(), velocity: values }
    }

    fn step(checkpoint: &Checkpoint) -> (Option<usize>, Vec<String>) {
        let Loaded { state, notices } = checkpoint.load().unwrap();
        (state.map(|state| state.step), notices)
    }

    #[test]
    fn the_previous_generation_stands_in_for_a_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(&folder.path().join("unit"));
        assert_eq!(step(&checkpoint), (None, vec![]));
        for done in [3, 6, 9] {
            checkpoint.save(&state(done)).unwrap();
        }
        assert_eq!(step(&checkpoint), (Some(9), vec![]));
        let mut bytes = std::fs::read(&checkpoint.latest).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&checkpoint.latest, bytes).unwrap();
        let (found, notices) = step(&checkpoint);
        assert_eq!(found, Some(6));
        assert!(notices[0].contains("unit.checkpoint is damaged (its check sum is wrong); the one before is used"));
        // The damaged file has not become the previous one.
        checkpoint.save(&state(12)).unwrap();
        std::fs::write(&checkpoint.latest, "cut").unwrap();
        assert_eq!(step(&checkpoint).0, Some(6));
        std::fs::write(&checkpoint.previous, "cut").unwrap();
        let (found, notices) = step(&checkpoint);
        assert!(found.is_none() && notices[0].contains("it is too short); the unit starts again"), "{notices:?}");
    }

    #[test]
    fn a_state_that_cannot_be_written_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(&folder.path().join("unit"));
        checkpoint.save(&state(3)).unwrap();
        let blocked = Checkpoint { latest: checkpoint.latest.join("below"), ..checkpoint.clone() };
        assert!(matches!(blocked.save(&state(6)), Err(CliError::Write { .. })));
        assert_eq!(step(&checkpoint), (Some(3), vec![]));
        checkpoint.remove().unwrap();
        assert_eq!(step(&checkpoint), (None, vec![]));
    }
}
