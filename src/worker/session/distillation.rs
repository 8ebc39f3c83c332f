//! A distillation that the visitor watches: one group of each class becomes one image, step by step.

use super::assets::Part;
use super::{Answer, Session};
use crate::config::{CLASSES, DistillationConfig, DistilledIndex, Tree};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{DistillationError, DistillationState, Distiller, read_sprite};
use crate::number;
use crate::protocol::{DeviceKind, DistillationProgress, Event, RequestId};
use crate::worker::fault::Fault;
use crate::worker::host::Host;

/// Time between two reports, in milliseconds: a report reads the images back.
const REPORT_EVERY_MS: f64 = 150.0;
/// Widest embedder of a browser: a hundred images are embedded at once, and memory ends at 4 GB.
const MAX_WIDTH: usize = 512;
/// A distillation under way.
pub struct Distillation {
    distiller: Distiller,
    group: Group,
    on: DeviceKind,
    request: RequestId,
    held: bool,
    pace: Pace,
    /// False until the first report on a graphics processor: its first step compiles the kernels.
    is_warm: bool,
    /// State to go on from if the graphics processor is lost.
    kept: Option<DistillationState>,
}

/// What is distilled.
struct Group {
    config: DistillationConfig,
    level: usize,
    images: [ImageSet; 1],
}

/// Since the last report.
#[derive(Default)]
struct Pace {
    steps: usize,
    spent_ms: f64,
}

impl Distillation {
    async fn progress(&mut self) -> Result<DistillationProgress, DistillationError> {
        // Without a step there is no embedder yet, and no loss.
        let loss = match self.distiller.step_count() {
            0 => None,
            _ => self.distiller.report().await?.losses.first().copied(),
        };
        let images = self.distiller.images().await?;
        if self.on == DeviceKind::Webgpu {
            self.kept = Some(self.distiller.state().await?);
        }
        let pace = std::mem::take(&mut self.pace);
        Ok(DistillationProgress {
            step: number::to_u32(self.distiller.step_count()),
            total_steps: number::to_u32(self.distiller.total_steps()),
            loss,
            steps_per_second: if pace.steps > 0 { 1e3 * pace.steps as f64 / pace.spent_ms.max(1e-3) } else { 0.0 },
            images: images.iter().map(|value| number::whole((value * 255.0).round())).collect(),
        })
    }
}

const LOADING: &str = "Loading the distilled images";

impl<H: Host> Session<H> {
    /// Makes a group ready; the answer comes when its distillation ends.
    pub(super) async fn start_distillation(&mut self, config: DistillationConfig, level: u32, subset: u32) -> Answer {
        config.validate().map_err(DistillationError::from)?;
        if config.embedder.width > MAX_WIDTH {
            let width = config.embedder.width;
            let text =
                format!("the width of the embedder is {width}, but a browser has memory for {MAX_WIDTH} at most");
            return Err(Fault::bad_input(text));
        }
        let images = self.group(&config, level as usize, subset as usize).await?;
        self.settle_device().await;
        let group = Group { config, level: level as usize, images: [images] };
        let device = self.devices.active_with_kind();
        let distiller = Distiller::new(&group.config, group.level, &group.images, device.by_ref().1)?;
        let on = device.kind;
        let is_warm = on == DeviceKind::Cpu;
        let request = self.current;
        let pace = Pace::default();
        let mut made = Distillation { distiller, group, on, request, held: false, pace, is_warm, kept: None };
        let progress = made.progress().await?;
        self.give_up_distillation();
        self.distillation = Some(made);
        self.send(request, Event::Distilling { progress });
        Ok(None)
    }

    /// Stops after the step in progress, or goes on.
    pub(super) async fn hold_distillation(&mut self, hold: bool) -> Answer {
        let Some(held) = &mut self.distillation else {
            return Err(Fault::bad_input("no distillation is under way; start one"));
        };
        held.held = hold;
        self.report_distillation().await;
        Ok(Some(Event::Done))
    }

    /// Whether a step is to be made.
    pub(super) fn is_distilling(&self) -> bool {
        self.distillation.as_ref().is_some_and(|distillation| !distillation.held)
    }

    /// One step, and a report where it is time.
    pub(super) async fn distil_step(&mut self) {
        let host = self.host.clone();
        let Some(distillation) = &mut self.distillation else { return };
        if !distillation.is_warm {
            let request = distillation.request;
            self.busy(request, "Compiling GPU kernels", 0, None);
            self.host.next_turn().await;
        }
        let Some(distillation) = &mut self.distillation else { return };
        let started_ms = host.now_ms();
        distillation.distiller.step();
        distillation.pace.steps += 1;
        distillation.pace.spent_ms += host.now_ms() - started_ms;
        let finished = distillation.distiller.step_count() >= distillation.distiller.total_steps();
        // What a graphics processor has been told to do is done only when something is read back.
        if finished || distillation.pace.spent_ms >= REPORT_EVERY_MS || distillation.on == DeviceKind::Webgpu {
            self.report_distillation().await;
        }
    }

    /// Sends how far it is; the last report is the answer.
    async fn report_distillation(&mut self) {
        let host = self.host.clone();
        let Some(distillation) = &mut self.distillation else { return };
        let started_ms = host.now_ms();
        let request = distillation.request;
        let finished = distillation.distiller.step_count() >= distillation.distiller.total_steps();
        if distillation.on == DeviceKind::Webgpu && distillation.pace.steps > 0 {
            // The steps themselves are part of the waiting.
            if let Err(error) = distillation.distiller.images().await {
                return self.fail_distillation(request, error);
            }
            distillation.pace.spent_ms += host.now_ms() - started_ms;
        }
        match distillation.progress().await {
            Ok(progress) => {
                distillation.is_warm = true;
                if finished {
                    self.distillation = None;
                    self.send(request, Event::Distilled { progress });
                } else {
                    self.send(request, Event::Distilling { progress });
                }
            }
            Err(error) => self.fail_distillation(request, error),
        }
    }

    fn fail_distillation(&mut self, request: RequestId, error: DistillationError) {
        match Fault::from(error) {
            // The distillation itself goes on, on the CPU.
            Fault::Device(reason) => self.leave_gpu(0, reason),
            fault @ (Fault::Failed(_) | Fault::Cancelled) => {
                self.distillation = None;
                self.conclude(request, Err(fault));
            }
        }
    }

    /// Ends a distillation whose request was cancelled or which is replaced.
    pub(super) fn give_up_distillation(&mut self) {
        if let Some(distillation) = self.distillation.take() {
            self.send(distillation.request, Event::Cancelled);
        }
    }

    /// Whether the request `id` is the distillation under way.
    pub(super) fn is_distilled_by(&self, id: RequestId) -> bool {
        self.distillation.as_ref().is_some_and(|distillation| distillation.request == id)
    }

    /// Goes on on the device that computes now, from its present state.
    pub(super) async fn move_distillation(&mut self) -> Result<(), Fault> {
        let device = self.devices.active_with_kind();
        let Some(moved) = self.distillation.as_mut().filter(|moved| moved.on != device.kind) else { return Ok(()) };
        moved.kept = Some(moved.distiller.state().await?);
        self.resume_distillation();
        Ok(())
    }

    /// Goes on from the state that was kept, on the active device; where there is none, the page is told.
    pub(super) fn resume_distillation(&mut self) {
        let device = self.devices.active_with_kind();
        let Some(mut lost) = self.distillation.take() else { return };
        if lost.on == device.kind {
            self.distillation = Some(lost);
            return;
        }
        let Group { config, level, images } = &lost.group;
        let state = lost.kept.take().ok_or(DistillationError::OtherRun);
        match state.and_then(|state| Distiller::resume(config, *level, images, &state, device.by_ref().1)) {
            Ok(distiller) => {
                let (on, is_warm) = (device.kind, device.kind == DeviceKind::Cpu);
                self.distillation = Some(Distillation { distiller, on, is_warm, pace: Pace::default(), ..lost });
            }
            Err(error) => self.conclude(lost.request, Err(error.into())),
        }
    }

    /// The images of one group of each class.
    async fn group(&mut self, config: &DistillationConfig, level: usize, subset: usize) -> Result<ImageSet, Fault> {
        let text = self.distilled_file(config.partition, "index.json", LOADING).await?;
        let index = DistilledIndex::from_json(&String::from_utf8_lossy(&text))?;
        let own = index.level(level)?;
        if subset >= own.per_class {
            let last = own.per_class - 1;
            return Err(Fault::bad_input(format!("level {level} has groups 0 to {last}; {subset} does not exist")));
        }
        let text = self.distilled_file(config.partition, &index.tree, LOADING).await?;
        let tree = Tree::from_json(&String::from_utf8_lossy(&text), &index)?;
        let groups = tree.levels[level - 1].iter().map(|classes| &classes[subset]);
        if level == 1 {
            let images = self.images(Part::Training).await?;
            let members: Vec<usize> = groups.flatten().map(|&member| member as usize).collect();
            if members.iter().any(|&member| member >= images.len()) {
                return Err(Fault::bad_file(&index.tree, "it names images that the data set does not have"));
            }
            return Ok(images.subset(&members));
        }
        let members: Vec<usize> = groups
            .enumerate()
            .flat_map(|(class, members)| members.iter().map(move |&member| member as usize * CLASSES + class))
            .collect();
        let below = &index.level(level - 1)?.file;
        let sprite = self.distilled_file(config.partition, below, LOADING).await?;
        let images = read_sprite(below, &sprite, config.image).map_err(|error| Fault::bad_file(below, error))?;
        if members.iter().any(|&member| member >= images.len()) {
            return Err(Fault::bad_file(below, "it has fewer images than its index says; distil again"));
        }
        Ok(images.subset(&members))
    }
}

impl From<DistillationError> for Fault {
    fn from(error: DistillationError) -> Self {
        match error.into_device_failure() {
            Ok(reason) => Self::Device(reason),
            Err(error) => Self::bad_input(error),
        }
    }
}
