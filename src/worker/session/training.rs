//! Making runs and training them, one step per turn.

use super::assets::Part;
use super::runs::{Run, Training};
use super::{Answer, Session};
use crate::config::{LayerOperation, NetworkConfig, TaylorNetConfig, TrainingConfig};
use crate::engine::train::TrainError;
use crate::protocol::{DeviceKind, Event, OWN_RUN, RunId, RunStatus, WorkerError};
use crate::worker::fault::Fault;
use crate::worker::host::Host;

/// Numbers of runs are up to that of the run on images of one's own.
const RUNS: RunId = OWN_RUN + 1;
/// Largest network that is trained in a browser, in parameters.
const MAX_PARAMETERS: usize = 20_000_000;
/// Largest tensor of features in a step, in bytes; several of them are alive at once in 4 GB.
const MAX_FEATURE_BYTES: usize = 400 << 20;
/// How often the state of a run on the graphics processor is kept, in milliseconds.
const KEEP_EVERY_MS: f64 = 20_000.0;

impl<H: Host> Session<H> {
    /// Makes a run ready.
    pub(super) async fn create_run(
        &mut self,
        run: RunId,
        network: &NetworkConfig,
        training: &TrainingConfig,
    ) -> Answer {
        check_number(run)?;
        check_size(network, training)?;
        let images = self.images_of(run, Part::Training).await?;
        self.settle_device().await;
        let made = Run::new(network, training, images, self.devices.active_with_kind().by_ref())?;
        self.install(run, made).await
    }

    /// Puts a run in place of the one of the same number.
    pub(super) async fn install(&mut self, run: RunId, mut made: Run) -> Answer {
        if made.on == DeviceKind::Webgpu {
            made.kept = Some((self.host.now_ms(), made.state().await?));
        }
        self.give_up_training(run);
        self.forget_predictors(Some(run));
        let summary = made.summary(run);
        self.runs.insert(run, made);
        Ok(Some(Event::RunCreated { summary }))
    }

    /// Begins to train; the answer comes when the training stops.
    pub(super) async fn start_training(&mut self, run: RunId, steps: Option<u32>) -> Answer {
        self.settle_device().await;
        let request = self.current;
        let run_state = self.run_mut(run)?;
        if run_state.training.is_some() {
            return Err(Fault::bad_input(format!("run {run} is being trained already; pause it first")));
        }
        let step = run_state.step_count();
        let status = match steps {
            _ if run_state.is_finished() => RunStatus::Finished,
            Some(0) => RunStatus::StepsDone,
            _ => {
                run_state.training = Some(Training { request, remaining: steps });
                return Ok(None);
            }
        };
        Ok(Some(Event::RunStopped { run, status, step }))
    }

    /// The run whose turn it is.
    pub(super) fn next_in_training(&self) -> Option<RunId> {
        let mut waiting = self.runs.iter().filter(|(_, run)| run.training.is_some()).map(|(&id, _)| id);
        let first = waiting.next()?;
        Some(if first == self.last_trained { waiting.next().unwrap_or(first) } else { first })
    }

    /// One step of a run in training, and a report where it is time.
    pub(super) async fn train_step(&mut self, id: RunId) {
        self.last_trained = id;
        let host = self.host.clone();
        let Some(run) = self.runs.get_mut(&id) else { return };
        let Some(training) = run.training else { return };
        if !run.is_warm {
            self.busy(training.request, "Compiling GPU kernels", 0, None);
            self.host.next_turn().await;
        }
        let Some(run) = self.runs.get_mut(&id) else { return };
        let stepped = run.step(|| host.now_ms());
        let ended = if run.is_finished() {
            Some(RunStatus::Finished)
        } else {
            let steps_done = run.training.is_some_and(|training| training.remaining == Some(0));
            steps_done.then_some(RunStatus::StepsDone)
        };
        match (stepped, ended) {
            (Err(error), _) => self.fail_training(id, error),
            (Ok(_), Some(status)) => self.stop_training(id, status).await,
            (Ok(true), None) => {
                if let Err(error) = self.report_progress(id).await {
                    self.fail_training(id, error);
                }
            }
            (Ok(false), None) => {}
        }
    }

    /// Reports what is not reported yet, then ends the training of a run, if it is being trained.
    pub(super) async fn stop_training(&mut self, id: RunId, status: RunStatus) {
        if let Err(error) = self.report_progress(id).await {
            self.fail_training(id, error);
            return;
        }
        let Some(run) = self.runs.get_mut(&id) else { return };
        let step = run.step_count();
        if let Some(training) = run.training.take() {
            self.send(training.request, Event::RunStopped { run: id, status, step });
        }
    }

    /// Ends the training of a run whose request was cancelled or which is replaced.
    pub(super) fn give_up_training(&mut self, id: RunId) {
        if let Some(training) = self.runs.get_mut(&id).and_then(|run| run.training.take()) {
            self.send(training.request, Event::Cancelled);
        }
    }

    /// Forgets a run.
    pub(super) fn drop_run(&mut self, id: RunId) -> Event {
        self.give_up_training(id);
        self.runs.remove(&id);
        self.forget_predictors(Some(id));
        Event::Done
    }

    async fn report_progress(&mut self, id: RunId) -> Result<(), TrainError> {
        let host = self.host.clone();
        let Some(run) = self.runs.get_mut(&id) else { return Ok(()) };
        let Some(training) = run.training else { return Ok(()) };
        let progress = run.report(id, || host.now_ms()).await?;
        let is_old = |kept: &(f64, _)| host.now_ms() - kept.0 > KEEP_EVERY_MS;
        if run.on == DeviceKind::Webgpu && run.kept.as_ref().is_none_or(is_old) {
            run.kept = Some((host.now_ms(), run.state().await?));
        }
        if let Some(progress) = progress {
            self.send(training.request, Event::Progress { progress });
        }
        Ok(())
    }

    /// Ends a training that cannot go on, or moves it to the CPU.
    fn fail_training(&mut self, id: RunId, error: TrainError) {
        let error = match Fault::from(error) {
            // The training itself goes on, on the CPU.
            Fault::Device(reason) => return self.leave_gpu(0, reason),
            Fault::Failed(error) => error,
            Fault::Cancelled => return self.give_up_training(id),
        };
        self.forget_predictors(Some(id));
        let Some(run) = self.runs.get_mut(&id) else { return };
        let step = run.step_count();
        let Some(training) = run.training.take() else { return };
        if matches!(error, WorkerError::Diverged { .. }) {
            self.send(training.request, Event::RunStopped { run: id, status: RunStatus::Diverged, step });
            self.send(0, Event::Failed { error });
        } else {
            self.send(training.request, Event::Failed { error });
        }
    }

    /// Moves runs from a lost graphics processor to the CPU, to the last state that was kept.
    pub(super) fn rescue_runs(&mut self) {
        let device = self.devices.active_with_kind();
        let mut lost = Vec::new();
        for (&id, run) in &mut self.runs {
            if run.on == device.kind {
                continue;
            }
            let rescued = match run.kept.take() {
                Some((_, state)) => run.move_to(&state, device.by_ref()).is_ok(),
                None => false,
            };
            if !rescued {
                lost.push(id);
            }
        }
        for id in lost {
            self.drop_run(id);
        }
        self.forget_predictors(None);
    }

    /// Moves runs to the active device with the state they have now.
    pub(super) async fn move_runs(&mut self) -> Result<(), Fault> {
        self.move_distillation().await?;
        let device = self.devices.active_with_kind();
        let now_ms = self.host.now_ms();
        for run in self.runs.values_mut().filter(|run| run.on != device.kind) {
            let state = run.state().await?;
            run.move_to(&state, device.by_ref())?;
            run.kept = (device.kind == DeviceKind::Webgpu).then_some((now_ms, state));
        }
        self.forget_predictors(None);
        Ok(())
    }
}

/// Refuses numbers of runs that do not exist.
pub fn check_number(run: RunId) -> Result<(), Fault> {
    if run < RUNS {
        Ok(())
    } else {
        Err(Fault::bad_input(format!("runs are numbered 0 to {OWN_RUN}; {run} does not exist")))
    }
}

/// Number of features of every level for one image.
fn features_of_levels(config: &TaylorNetConfig) -> Result<impl Iterator<Item = usize>, Fault> {
    let sizes = config.sizes()?.into_iter().skip(1);
    Ok(config.blocks.iter().zip(sizes).map(|(block, size)| {
        let features = match block.operation {
            LayerOperation::Cg => block.cg.monomials(),
            LayerOperation::Conv => block.cg.taps(),
        };
        size[0] * size[1] * block.channels * features
    }))
}

/// Refuses networks that do not fit into a browser's memory: running out of it would end the worker.
pub fn check_size(network: &NetworkConfig, training: &TrainingConfig) -> Result<(), Fault> {
    let parameters = network.parameters()?;
    if parameters > MAX_PARAMETERS {
        let text = "parameters, more than the 20 million that fit into a browser; reduce the width or the order";
        return Err(Fault::bad_input(format!("this network has {parameters} {text}")));
    }
    let values = match network {
        NetworkConfig::TaylorNet(config) => features_of_levels(config)?.max().unwrap_or_default(),
        NetworkConfig::ResNet(_) => return Ok(()),
        NetworkConfig::Direct(config) => config.monomials()?,
    };
    let bytes = values.saturating_mul(training.batch).saturating_mul(size_of::<f32>());
    if bytes > MAX_FEATURE_BYTES {
        let text = "MB in one step, too much for a browser; reduce the batch, the width or the order";
        return Err(Fault::bad_input(format!("a level of this network needs {} {text}", bytes >> 20)));
    }
    Ok(())
}
