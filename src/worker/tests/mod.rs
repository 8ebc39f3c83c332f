//! The session against a test machine: no browser, no network, and a graphics processor that is the CPU.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels and labels are made of small numbers"
)]

mod devices;
mod distillation;
mod drawings;
mod files;
mod polynomials;
mod similarity;
mod training;

use super::{Adapter, Host, Inbox, Session};
use crate::config::{NetworkConfig, TrainingConfig};
use crate::engine::selftest;
use crate::protocol::{DeviceChoice, Event, EventEnvelope, Raster, Request, RequestEnvelope, RequestId, WorkerError};
use burn::tensor::Device;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Images of each of the two sets.
const IMAGES: usize = 40;

/// Stands for the browser.
struct Machine {
    inbox: Inbox,
    sent: RefCell<Vec<EventEnvelope>>,
    now_ms: Cell<f64>,
    files: HashMap<String, Vec<u8>>,
    adapter: Result<Adapter, String>,
    opened: Cell<usize>,
    /// Requests that come in later: after this many more turns of the event loop.
    later: RefCell<VecDeque<(usize, RequestEnvelope)>>,
}

impl Host for Machine {
    fn send(&self, envelope: EventEnvelope) {
        self.sent.borrow_mut().push(envelope);
    }

    fn now_ms(&self) -> f64 {
        self.now_ms.set(self.now_ms.get() + 7.0);
        self.now_ms.get()
    }

    async fn next_turn(&self) {
        let mut later = self.later.borrow_mut();
        match later.front_mut() {
            Some((turns, _)) if *turns > 0 => *turns -= 1,
            Some(_) => {
                if let Some((_, envelope)) = later.pop_front() {
                    self.sent.borrow_mut().extend(self.inbox.push(0.0, envelope));
                }
            }
            None => {}
        }
    }

    async fn fetch(&self, address: String, on_bytes: impl Fn(f64, Option<f64>) + 'static) -> Result<Vec<u8>, String> {
        on_bytes(1.0, None);
        // What came in while the file was on its way.
        self.next_turn().await;
        let file = address.strip_prefix("http://here/").and_then(|path| self.files.get(path));
        file.cloned().ok_or_else(|| "the server answered 404".into())
    }

    async fn find_adapter(&self) -> Result<Adapter, String> {
        self.adapter.clone()
    }

    async fn open_adapter(&self) -> Result<Device, String> {
        self.opened.set(self.opened.get() + 1);
        Ok(Device::flex())
    }
}

/// A session and the page's view of it.
struct Page {
    machine: Rc<Machine>,
    session: Session<Machine>,
    last_id: RequestId,
}

impl Page {
    /// A session on a machine whose adapter is `adapter`, not started yet.
    fn new(adapter: Result<Adapter, String>) -> Self {
        Self::of(adapter, files_of_mnist())
    }

    fn of(adapter: Result<Adapter, String>, files: HashMap<String, Vec<u8>>) -> Self {
        let inbox = Inbox::default();
        let machine = Rc::new(Machine {
            inbox: inbox.clone(),
            sent: RefCell::default(),
            now_ms: Cell::new(0.0),
            files,
            adapter,
            opened: Cell::new(0),
            later: RefCell::default(),
        });
        Self { session: Session::new(machine.clone(), inbox), machine, last_id: 0 }
    }

    /// A started session on the CPU.
    fn started() -> Self {
        let mut page = Self::new(Err("this browser has no WebGPU".into()));
        page.ask(start(DeviceChoice::Auto));
        page.machine.sent.borrow_mut().clear();
        page
    }

    /// A started session on the CPU, on a server with these files.
    fn with_files(files: HashMap<String, Vec<u8>>) -> Self {
        let mut page = Self::of(Err("this browser has no WebGPU".into()), files);
        page.ask(start(DeviceChoice::Auto));
        page
    }

    /// A started session with a run of the small network.
    fn with_run() -> Self {
        let mut page = Self::started();
        page.ask(create_run(0));
        page.machine.sent.borrow_mut().clear();
        page
    }

    fn envelope(&mut self, request: Request) -> RequestEnvelope {
        self.last_id += 1;
        RequestEnvelope { id: self.last_id, request }
    }

    /// Puts a request into the inbox.
    fn post(&mut self, request: Request) -> RequestId {
        let envelope = self.envelope(request);
        self.machine.sent.borrow_mut().extend(self.machine.inbox.push(0.0, envelope));
        self.last_id
    }

    /// Lets a request come in after `turns` more turns of the event loop.
    fn post_later(&mut self, turns: usize, request: Request) -> RequestId {
        let envelope = self.envelope(request);
        self.machine.later.borrow_mut().push_back((turns, envelope));
        self.last_id
    }

    /// Works until nothing is left to do.
    fn settle(&mut self) {
        while block_on(self.session.turn()) {
            block_on(self.machine.next_turn());
        }
    }

    /// Everything that was said to request `id`, without reports of being busy.
    fn events(&self, id: RequestId) -> Vec<Event> {
        let sent = self.machine.sent.borrow();
        let of_request = sent.iter().filter(|envelope| envelope.id == id).map(|envelope| envelope.event.clone());
        of_request.filter(|event| !matches!(event, Event::Busy { .. })).collect()
    }

    /// Sends a request, works, and returns its only answer.
    fn ask(&mut self, request: Request) -> Event {
        let id = self.post(request);
        self.settle();
        self.answer(id)
    }

    /// The last event of a request; it must be its only final one.
    fn answer(&self, id: RequestId) -> Event {
        let events = self.events(id);
        let answers = events.iter().filter(|event| !matches!(event, Event::Progress { .. })).count();
        assert_eq!(answers, 1, "{events:?}");
        events.last().cloned().expect("an answer")
    }

    /// Sends a request that must fail.
    fn refused(&mut self, request: Request) -> WorkerError {
        let answer = self.ask(request);
        let Event::Failed { error } = answer else { panic!("not refused: {answer:?}") };
        error
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
    panic!("the session waits for something that never comes");
}

fn start(device: DeviceChoice) -> Request {
    Request::Start { base_url: "http://here/".into(), device }
}

/// A quick training of the network of the self-test.
fn training() -> TrainingConfig {
    TrainingConfig { batch: 10, epochs: 15, learning_rate: 2e-2, shift: 0, ..TrainingConfig::default() }
}

fn create_run(run: u32) -> Request {
    Request::CreateRun { run, network: selftest::network(), training: training() }
}

fn train(steps: Option<u32>) -> Request {
    Request::Train { run: 0, steps }
}

/// A digit of sorts: a block whose place tells the class.
fn digit(class: usize) -> Raster {
    let inside = |index: usize| {
        let (y, x) = (index / 28, index % 28);
        (y / 6 == class / 4 + 1) && (x / 6 == class % 4)
    };
    let pixels = (0..784).map(|index| if inside(index) { 255 } else { 0 }).collect();
    Raster { width: 28, height: 28, pixels }
}

fn files_of_mnist() -> HashMap<String, Vec<u8>> {
    let count = (IMAGES as u32).to_be_bytes();
    let mut images = [[0, 0, 8, 3].as_slice(), &count, &[0, 0, 0, 28, 0, 0, 0, 28]].concat();
    let mut labels = [[0, 0, 8, 1].as_slice(), &count].concat();
    for index in 0..IMAGES {
        images.extend(digit(index % 10).pixels);
        labels.push((index % 10) as u8);
    }
    let path = |name: &str| format!("assets/data/mnist/{name}-ubyte.gz");
    HashMap::from([
        (path("train-images-idx3"), images.clone()),
        (path("train-labels-idx1"), labels.clone()),
        (path("t10k-images-idx3"), images),
        (path("t10k-labels-idx1"), labels),
    ])
}

fn small_network() -> NetworkConfig {
    selftest::network()
}
