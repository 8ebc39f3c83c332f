//! The devices of a run: one thread each, one unit at a time, and what happens when one of them is lost.
//!
//! The units are independent, so the result does not depend on which device takes which.

use super::problem::LevelProblem;
use super::unit::{self, UnitError, UnitEvent};
use crate::cli::CliError;
use crate::cli::device::OpenDevice;
use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a run waits.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Time between two checkpoints of a unit.
    pub checkpoint: Duration,
    /// A device with work that says nothing for this long is given up: a machine without power closes no connection.
    pub silence: Duration,
}

/// A unit handed to a device.
struct Assignment {
    problem: Arc<LevelProblem>,
    subsets: Range<usize>,
    interval: Duration,
    ticket: usize,
    revoked: Arc<AtomicBool>,
}

/// What a device's thread says about the assignment with this ticket.
struct Message {
    device: usize,
    ticket: usize,
    content: Content,
}

enum Content {
    Event(UnitEvent),
    Ended(Result<Vec<f32>, UnitError>),
}

/// A device with its thread.
struct Worker {
    name: String,
    /// `None` once it is lost.
    work: Option<Sender<Assignment>>,
    busy: Option<Task>,
    heard: Instant,
}

/// The unit that a device has.
struct Task {
    unit: usize,
    ticket: usize,
    /// Set when another device gets it: should this one wake up late, it must not write its checkpoints then.
    revoked: Arc<AtomicBool>,
}

/// What a run wants to know about its units.
pub trait Observer {
    /// A device has taken a unit, which its checkpoint has brought to this step.
    fn begun(&mut self, device: &str, unit: usize, step: usize) -> Result<(), CliError>;
    /// Some steps of a unit are done.
    fn stepped(&mut self, device: &str, unit: usize, step: usize, loss: f64) -> Result<(), CliError>;
    /// A unit is done.
    fn finished(&mut self, device: &str, unit: usize) -> Result<(), CliError>;
    /// A device is lost; its unit, if it had one, goes to another.
    fn lost(&mut self, device: &str, reason: &str) -> Result<(), CliError>;
    /// Anything else worth a line.
    fn notice(&mut self, text: &str) -> Result<(), CliError>;
}

/// All devices of a run.
pub struct Fleet {
    workers: Vec<Worker>,
    messages: Receiver<Message>,
    tickets: usize,
    patience: Patience,
}

impl Fleet {
    /// Starts a thread for every device.
    ///
    /// # Errors
    /// [`CliError::Thread`] where the system gives no more threads.
    pub fn new(devices: &[OpenDevice], patience: Patience) -> Result<Self, CliError> {
        let (sender, messages) = channel();
        let start = |(index, device): (usize, &OpenDevice)| {
            let (work, assignments) = channel();
            let (device, sender) = (device.clone(), sender.clone());
            let name = device.name.clone();
            let thread = thread::Builder::new().name(name.clone());
            thread.spawn(move || serve(index, &device, &assignments, &sender)).map_err(CliError::Thread)?;
            Ok(Worker { name, work: Some(work), busy: None, heard: Instant::now() })
        };
        let workers = devices.iter().enumerate().map(start).collect::<Result<Vec<_>, CliError>>()?;
        Ok(Self { workers, messages, tickets: 0, patience })
    }

    /// Solves units of a level on all devices that are left; returns the images of each.
    ///
    /// # Errors
    /// [`CliError::AllDevicesLost`], and what fails on every device.
    pub fn solve(
        &mut self,
        problem: &Arc<LevelProblem>,
        units: &[Range<usize>],
        observer: &mut dyn Observer,
    ) -> Result<Vec<Vec<f32>>, CliError> {
        let (waiting, images) = ((0..units.len()).collect(), vec![None; units.len()]);
        let mut level = Level { problem, units, waiting, images, observer };
        while level.images.iter().any(Option::is_none) {
            self.assign(&mut level);
            match self.messages.recv_timeout(self.patience.silence / 10) {
                Ok(message) => self.hear(message, &mut level)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(level.abandoned("its thread has ended")),
            }
            let silence = self.patience.silence;
            for device in 0..self.workers.len() {
                let worker = &self.workers[device];
                if worker.busy.is_some() && worker.heard.elapsed() > silence {
                    self.give_up(device, &format!("nothing was heard for {} s", silence.as_secs()), &mut level)?;
                }
            }
        }
        Ok(level.images.into_iter().flatten().collect())
    }

    /// Hands waiting units to devices that have none.
    fn assign(&mut self, level: &mut Level<'_>) {
        for worker in self.workers.iter_mut().filter(|worker| worker.busy.is_none()) {
            let Some(work) = &worker.work else { continue };
            let Some(unit) = level.waiting.pop_front() else { return };
            self.tickets += 1;
            let (problem, subsets) = (level.problem.clone(), level.units[unit].clone());
            let (ticket, revoked) = (self.tickets, Arc::new(AtomicBool::new(false)));
            let interval = self.patience.checkpoint;
            let assignment = Assignment { problem, subsets, interval, ticket, revoked: revoked.clone() };
            worker.busy = Some(Task { unit, ticket, revoked });
            worker.heard = Instant::now();
            if work.send(assignment).is_err() {
                // Threads end only when their sender is dropped; should one be gone all the same, do without it.
                worker.work = None;
                worker.busy = None;
                level.waiting.push_front(unit);
            }
        }
    }

    /// Acts on what a device says, unless it is about a unit that was taken away from it.
    fn hear(&mut self, Message { device, ticket, content }: Message, level: &mut Level<'_>) -> Result<(), CliError> {
        let worker = &mut self.workers[device];
        let Some(unit) = worker.busy.as_ref().filter(|task| task.ticket == ticket).map(|task| task.unit) else {
            return Ok(());
        };
        worker.heard = Instant::now();
        match content {
            Content::Event(UnitEvent::Begun { step }) => level.observer.begun(&worker.name, unit, step),
            Content::Event(UnitEvent::Step { step, loss }) => level.observer.stepped(&worker.name, unit, step, loss),
            Content::Event(UnitEvent::Notice(text)) => level.observer.notice(&text),
            Content::Ended(Ok(images)) => {
                worker.busy = None;
                level.images[unit] = Some(images);
                level.observer.finished(&worker.name, unit)
            }
            Content::Ended(Err(UnitError::Run(error))) => Err(error),
            Content::Ended(Err(UnitError::Device(reason))) => self.give_up(device, &reason, level),
            // Only a device without a task says this, so it was not let in above.
            Content::Ended(Err(UnitError::Revoked)) => Ok(()),
        }
    }

    /// Does without a device from now on; its unit goes to the next one.
    fn give_up(&mut self, device: usize, reason: &str, level: &mut Level<'_>) -> Result<(), CliError> {
        let worker = &mut self.workers[device];
        worker.work = None;
        if let Some(task) = worker.busy.take() {
            task.revoked.store(true, Ordering::Relaxed);
            level.waiting.push_front(task.unit);
        }
        level.observer.lost(&worker.name, reason)?;
        let left = self.workers.iter().any(|worker| worker.work.is_some());
        if left { Ok(()) } else { Err(level.abandoned(reason)) }
    }
}

/// The level at hand.
struct Level<'a> {
    problem: &'a Arc<LevelProblem>,
    units: &'a [Range<usize>],
    /// Units that no device has.
    waiting: VecDeque<usize>,
    /// Images of the units that are done.
    images: Vec<Option<Vec<f32>>>,
    observer: &'a mut dyn Observer,
}

impl Level<'_> {
    fn abandoned(&self, reason: &str) -> CliError {
        CliError::AllDevicesLost { reason: reason.to_owned(), checkpoints: self.problem.folder.clone() }
    }
}

/// A device's thread: solves what it is given until there is no more.
fn serve(index: usize, device: &OpenDevice, assignments: &Receiver<Assignment>, messages: &Sender<Message>) {
    for Assignment { problem, subsets, interval, ticket, revoked } in assignments {
        // Nobody listens any more where the run has ended with an error.
        let tell = |content| drop(messages.send(Message { device: index, ticket, content }));
        let event = |event| {
            tell(Content::Event(event));
            if revoked.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // The client of a remote device panics where a call has no way to return an error.
        let result =
            catch_unwind(AssertUnwindSafe(|| unit::solve(&problem, &subsets, &device.device, interval, &event)));
        tell(Content::Ended(result.unwrap_or_else(|panic| Err(UnitError::Device(words(panic.as_ref()))))));
    }
}

/// What a panic says.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it failed without a reason").to_owned()
}
