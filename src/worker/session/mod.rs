//! The session with one page: takes requests from the inbox, trains in between, and answers everything exactly once.
//!
//! One thing happens at a time. Between training steps, between parts of an evaluation and during downloads the
//! session looks at its inbox, so that drawings are answered, and pauses and cancellations take effect at once.

mod assets;
mod checkpoints;
mod classification;
mod devices;
mod distillation;
mod eigen;
mod evaluation;
mod measurement;
mod pictures;
mod points;
mod polynomial;
mod references;
mod runs;
mod similarity;
mod training;

use super::fault::Fault;
use super::host::Host;
use super::inbox::{Arrival, Inbox};
use crate::engine::evaluate::Predictor;
use crate::engine::weights::WeightsFile;
use crate::protocol::{
    BusyUnit, EigenImages, Event, EventEnvelope, ModelRef, Request, RequestId, RunId, RunStatus, WorkerError,
};
use assets::DataSets;
use devices::Devices;
use distillation::Distillation;
use points::Points;
use polynomial::Polynomials;
use references::ShippedLevel;
use runs::Run;
use similarity::References;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

/// An answer; `None` where it comes later.
type Answer = Result<Option<Event>, Fault>;

/// All state of the worker.
pub struct Session<H> {
    host: Rc<H>,
    inbox: Inbox,
    /// Address of the folder that holds `assets/`.
    base_url: Option<String>,
    devices: Devices,
    data: DataSets,
    /// Shipped weights by name.
    files: HashMap<String, WeightsFile>,
    /// Networks ready for single images, with the step of their run (0 for shipped ones).
    predictors: HashMap<ModelRef, (u32, Predictor)>,
    polynomials: Polynomials,
    points: Points,
    /// The eigen-digits that were computed last, and those that were loaded last with the name of their network.
    eigen: Option<eigen::Known>,
    shipped_eigen: Option<(String, EigenImages)>,
    references: References,
    runs: BTreeMap<RunId, Run>,
    /// The run that made the last step.
    last_trained: RunId,
    distillation: Option<Distillation>,
    /// Whether the last step was one of the distillation: it and the runs take turns.
    has_distilled: bool,
    /// The request that is being carried out, and whether the page has given it up.
    current: RequestId,
    cancelled: bool,
}

impl<H: Host> Session<H> {
    /// A session at its beginning.
    pub fn new(host: Rc<H>, inbox: Inbox) -> Self {
        Self {
            host,
            inbox,
            base_url: None,
            devices: Devices::default(),
            data: DataSets::default(),
            files: HashMap::new(),
            predictors: HashMap::new(),
            polynomials: Polynomials::default(),
            points: Points::default(),
            eigen: None,
            shipped_eigen: None,
            references: References::default(),
            runs: BTreeMap::new(),
            last_trained: 0,
            distillation: None,
            has_distilled: false,
            current: 0,
            cancelled: false,
        }
    }

    /// Serves the page for ever.
    pub async fn serve(mut self) {
        self.send(0, Event::Loaded);
        loop {
            if self.turn().await {
                self.host.next_turn().await;
            } else {
                self.inbox.changed().await;
            }
        }
    }

    /// Carries out one request or makes one training step; false where there is nothing to do.
    pub(super) async fn turn(&mut self) -> bool {
        let run = self.next_in_training();
        if let Some(arrival) = self.inbox.next() {
            self.answer(arrival).await;
        } else if self.is_distilling() && !(self.has_distilled && run.is_some()) {
            self.has_distilled = true;
            self.distil_step().await;
        } else if let Some(run) = run {
            self.has_distilled = false;
            self.train_step(run).await;
        } else if self.devices.is_undecided() {
            self.current = 0;
            self.decide_device().await;
        } else {
            return false;
        }
        true
    }

    async fn answer(&mut self, arrival: Arrival) {
        let id = arrival.envelope.id;
        self.current = id;
        self.cancelled = false;
        let answer = self.carry_out(arrival.envelope.request, arrival.at_ms).await;
        self.conclude(id, answer);
        self.current = 0;
    }

    /// Sends what became of a request.
    fn conclude(&mut self, id: RequestId, answer: Answer) {
        match answer {
            Ok(Some(event)) => self.send(id, event),
            Ok(None) => {}
            Err(Fault::Cancelled) => self.send(id, Event::Cancelled),
            Err(Fault::Failed(error)) => self.send(id, Event::Failed { error }),
            Err(Fault::Device(reason)) => self.leave_gpu(id, reason),
        }
    }

    async fn carry_out(&mut self, request: Request, at_ms: f64) -> Answer {
        match request {
            Request::Start { base_url, device } => self.start(base_url, device).await,
            Request::SwitchDevice { device } => self.switch_device(device).await,
            Request::SelfTest => self.self_test().await,
            Request::Activations { model, image } => self.activations(&model, &image).await,
            Request::TestImages { first, count } => self.test_images(first, count).await,
            Request::TrainImages { indices } => self.train_images(&indices).await,
            Request::StartDistillation { config, level, subset } => {
                self.start_distillation(config, level, subset).await
            }
            Request::HoldDistillation { hold } => self.hold_distillation(hold).await,
            Request::UseImages { classes, pixels, labels } => self.use_images(classes, pixels, labels),
            Request::CreateRun { run, network, training } => self.create_run(run, &network, &training).await,
            Request::Train { run, steps } => self.start_training(run, steps).await,
            Request::Evaluate { run, images } => self.evaluate(run, images).await,
            Request::SaveWeights { run } => self.save_weights(run).await,
            Request::LoadWeights { run, file } => self.load_weights(run, &file).await,
            Request::SaveCheckpoint { run } => self.save_checkpoint(run).await,
            Request::RestoreCheckpoint { run, checkpoint } => self.restore_checkpoint(run, &checkpoint).await,
            Request::DropRun { run } => Ok(Some(self.drop_run(run))),
            Request::ExpandStack { stack } => self.expand_stack(&stack).await,
            Request::MeasureSpectrum { model, about, images } => self.measure_spectrum(&model, &about, images).await,
            Request::ExpandNetwork { model, about, order, pixel } => {
                self.expand_network(&model, &about, order, pixel).await
            }
            Request::EigenDigits { model, about, image } => self.eigen_digits(&model, &about, image.as_ref()).await,
            Request::ScaleFlow { model } => self.scale_flow(&model).await,
            Request::PruneTerms { model, about, order, images, kept } => {
                self.prune_terms(&model, &about, (order, images), &kept).await
            }
            Request::Explain { model, drawing, normalize, about, class, against, pairs } => {
                self.explain(&model, (&drawing, normalize), about, (class, against), pairs).await
            }
            Request::ExplainPicture { model, picture, about, class } => {
                self.explain_picture(&model, &picture, about, class).await
            }
            Request::CheckPolynomial { model, image } => self.check_polynomial(&model, &image).await,
            Request::Compare { embedder, level, partition, drawing, normalize } => {
                self.compare(&embedder, ShippedLevel::new(partition, level), &drawing, normalize).await
            }
            Request::Classify { .. }
            | Request::ClassifyPicture { .. }
            | Request::Cancel { .. }
            | Request::Pause { .. }
            | Request::SetLearningRate { .. } => self.carry_out_urgent(request, at_ms).await,
        }
    }

    /// Carries out a request that does not wait for others. Nothing else is looked at meanwhile.
    #[expect(clippy::wildcard_enum_match_arm, reason = "those of Request::is_urgent are here, the others in carry_out")]
    async fn carry_out_urgent(&mut self, request: Request, at_ms: f64) -> Answer {
        match request {
            Request::Classify { model, drawing, normalize } => self.classify(&model, &drawing, normalize, at_ms).await,
            Request::ClassifyPicture { model, picture } => self.classify_picture(&model, &picture, at_ms).await,
            Request::Cancel { target } => Ok(Some(self.cancel(target))),
            Request::Pause { run } => {
                self.stop_training(run, RunStatus::Paused).await;
                Ok(Some(Event::Done))
            }
            Request::SetLearningRate { run, learning_rate } => {
                self.run_mut(run)?.set_learning_rate(learning_rate)?;
                Ok(Some(Event::Done))
            }
            other => Err(Fault::internal(format!("{other:?} is not urgent"))),
        }
    }

    /// Serves what is urgent; an error where the current request was cancelled.
    async fn look_up(&mut self) -> Result<(), Fault> {
        while let Some(arrival) = self.inbox.next_urgent() {
            let id = arrival.envelope.id;
            let answer = self.carry_out_urgent(arrival.envelope.request, arrival.at_ms).await;
            self.conclude(id, answer);
        }
        if self.cancelled { Err(Fault::Cancelled) } else { Ok(()) }
    }

    /// Lets messages come in and serves what is urgent, in the middle of a long computation.
    async fn breathe(&mut self) -> Result<(), Fault> {
        self.host.next_turn().await;
        self.look_up().await
    }

    /// Waits for `work` and serves what is urgent meanwhile. Cancelling the current request drops `work`.
    async fn attend<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Fault> {
        let mut work = pin!(work);
        loop {
            self.look_up().await?;
            let mut news = pin!(self.inbox.changed());
            let done = std::future::poll_fn(|context| match work.as_mut().poll(context) {
                Poll::Ready(result) => Poll::Ready(Some(result)),
                Poll::Pending => news.as_mut().poll(context).map(|()| None),
            });
            if let Some(result) = done.await {
                return Ok(result);
            }
        }
    }

    /// Gives up a waiting request, the current one or a training. What is over already stays so.
    fn cancel(&mut self, target: RequestId) -> Event {
        let run = self.runs.iter().find(|(_, run)| run.is_trained_by(target)).map(|(&id, _)| id);
        if self.inbox.withdraw(target) {
            self.send(target, Event::Cancelled);
        } else if let Some(run) = run {
            self.give_up_training(run);
        } else if self.is_distilled_by(target) {
            self.give_up_distillation();
        } else if target != 0 && target == self.current {
            self.cancelled = true;
        }
        Event::Done
    }

    fn send(&self, id: RequestId, event: Event) {
        self.host.send(EventEnvelope { id, event });
    }

    fn busy(&self, id: RequestId, what: &str, done: u64, total: Option<u64>) {
        let event = Event::Busy {
            what: what.to_owned(),
            done: done as f64,
            total: total.map(|total| total as f64),
            unit: BusyUnit::Steps,
        };
        self.send(id, event);
    }

    fn run_mut(&mut self, run: RunId) -> Result<&mut Run, Fault> {
        self.runs.get_mut(&run).ok_or_else(|| Fault::no_such_run(run))
    }

    /// Moves everything to the CPU after the graphics processor has failed under request `id`.
    pub(super) fn leave_gpu(&mut self, id: RequestId, reason: String) {
        let lost = WorkerError::DeviceLost { reason: reason.clone() };
        self.send(id, Event::Failed { error: lost });
        self.devices.give_up_gpu(reason);
        self.rescue_runs();
        self.resume_distillation();
        self.send(0, Event::Ready { device: self.devices.report() });
    }
}
