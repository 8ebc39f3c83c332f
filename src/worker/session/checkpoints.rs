//! Runs as files: weights for use, and checkpoints to go on from.

use super::assets::Part;
use super::runs::Run;
use super::training::{check_number, check_size};
use super::{Answer, Session};
use crate::config::{CLASSES, NetworkConfig, TrainingConfig};
use crate::engine::network::Network;
use crate::engine::train::TrainingState;
use crate::engine::weights::WeightsFile;
use crate::protocol::{Checkpoint, Event, OWN_RUN, RunId};
use crate::worker::fault::Fault;
use crate::worker::host::Host;

/// What the files are called in error messages.
const WEIGHTS: &str = "The file with weights";
const CHECKPOINT: &str = "The checkpoint";
/// Batch with which a network from a file is trained further, where no run says otherwise.
const BATCH: usize = 32;

impl<H: Host> Session<H> {
    /// The folded network of a run as a safetensors file.
    pub(super) async fn save_weights(&mut self, run: RunId) -> Answer {
        let state = self.run_mut(run)?.state().await?;
        let network = Network::new(&state.network)?;
        let mut file = WeightsFile::folded(name_of(&state.network), &network, &state.parameters, &state.statistics);
        if run == OWN_RUN {
            file.classes = self.own_classes();
        }
        Ok(Some(Event::Weights { run, file: file.to_bytes()? }))
    }

    /// Puts the network of a file into a run, ready for use and for further training.
    pub(super) async fn load_weights(&mut self, run: RunId, file: &[u8]) -> Answer {
        check_number(run)?;
        let file = WeightsFile::from_bytes(file)?;
        let is_own = file.network.classes() != CLASSES || !file.classes.is_empty();
        if run != OWN_RUN && is_own {
            let reason = format!("it tells {} apart, but drawings are digits", file.class_names().join(", "));
            return Err(Fault::bad_file(WEIGHTS, format!("{reason}; use it with `taylornet predict`")));
        }
        let training = match self.runs.get(&run) {
            Some(old) if old.network().deployed() != file.network.deployed() => {
                let (found, expected) = (describe(&file.network, &file.name), describe(old.network(), "this one"));
                let reason = format!("it holds {found}, but the run is {expected}; choose that model and try again");
                return Err(Fault::bad_file(WEIGHTS, reason));
            }
            Some(old) => old.training_config().clone(),
            None => {
                let images = self.images_of(run, Part::Training).await?.len();
                TrainingConfig { batch: BATCH.min(images), ..TrainingConfig::default() }
            }
        };
        let state = TrainingState {
            network: file.network,
            training,
            step: 0,
            parameters: file.parameters,
            statistics: Vec::new(),
            moments: None,
        };
        self.resume(run, &state).await
    }

    /// Everything needed to go on with a run.
    pub(super) async fn save_checkpoint(&mut self, run: RunId) -> Answer {
        let now_ms = self.host.now_ms();
        let held = self.run_mut(run)?;
        let state = held.state().await?;
        // The learning rate may have changed, and the summary must give the step of this very state.
        let summary = held.summary(run);
        let bytes = state.to_bytes()?;
        if held.kept.is_some() {
            held.kept = Some((now_ms, state));
        }
        Ok(Some(Event::Checkpointed { checkpoint: Checkpoint { summary, state: bytes } }))
    }

    /// Goes on from a checkpoint.
    pub(super) async fn restore_checkpoint(&mut self, run: RunId, checkpoint: &Checkpoint) -> Answer {
        check_number(run)?;
        let state = TrainingState::from_bytes(&checkpoint.state)?;
        let moments = state.moments.iter().flatten().flatten();
        if !state.parameters.iter().chain(&state.statistics).chain(moments).all(|value| value.is_finite()) {
            return Err(Fault::bad_file(CHECKPOINT, "it holds values that are not finite; start the run again"));
        }
        self.resume(run, &state).await
    }

    async fn resume(&mut self, run: RunId, state: &TrainingState) -> Answer {
        check_size(&state.network, &state.training)?;
        let images = self.images_of(run, Part::Training).await?;
        self.settle_device().await;
        let made = Run::resume(state, images, self.devices.active_with_kind().by_ref())?;
        self.install(run, made).await
    }
}

/// Name of a network that is known by name, or of its kind.
fn name_of(network: &NetworkConfig) -> &'static str {
    let kind = match network {
        NetworkConfig::TaylorNet(_) => "taylornet",
        NetworkConfig::ResNet(_) => "resnet",
        NetworkConfig::Direct(_) => "direct",
    };
    network.known_name().unwrap_or(kind)
}

fn describe(network: &NetworkConfig, name: &str) -> String {
    let parameters = network.without_normalization().parameters().unwrap_or_default();
    match network.known_name() {
        None => format!("a network of its own ({name}, {parameters} parameters)"),
        Some(known) => format!("{known} ({parameters} parameters)"),
    }
}
