//! Files that the worker fetches on first use and keeps: data sets and shipped weights.

use super::{Answer, Session};
use crate::config::{ImageShape, NetworkConfig};
use crate::engine::data::{DataError, ImageSet, SIDE_28};
use crate::engine::weights::WeightsFile;
use crate::number;
use crate::protocol::{BusyUnit, Event, EventEnvelope, OWN_RUN, Raster, RequestId, RunId, TestImage, WorkerError};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// Least time between two reports of a download, in milliseconds.
const REPORT_EVERY_MS: f64 = 100.0;
/// Most test images in one answer.
const MAX_TEST_IMAGES: u32 = 100;
/// Most training images in one answer.
const MAX_TRAIN_IMAGES: usize = 200;

/// Data sets that have been loaded.
#[derive(Default)]
pub struct DataSets {
    training: Option<Arc<ImageSet>>,
    test: Option<Arc<ImageSet>>,
    /// Those of the visitor.
    own: Option<OwnImages>,
}

/// Images of one's own in two parts, and what their classes are called.
struct OwnImages {
    training: Arc<ImageSet>,
    test: Arc<ImageSet>,
    classes: Vec<String>,
}

/// Which images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Training,
    Test,
}

impl Part {
    /// What is loaded, file name of the images and of the labels.
    const fn files(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Training => {
                ("Loading the training images of MNIST", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
            }
            Self::Test => {
                ("Loading the test images of MNIST", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
            }
        }
    }
}

impl<H: Host> Session<H> {
    /// The images of MNIST; drawings are answered while they load.
    pub(super) async fn images(&mut self, part: Part) -> Result<Arc<ImageSet>, Fault> {
        let loaded = match part {
            Part::Training => &self.data.training,
            Part::Test => &self.data.test,
        };
        if let Some(set) = loaded {
            return Ok(set.clone());
        }
        let (what, images, labels) = part.files();
        let address = |file: &str| self.address(&format!("assets/data/mnist/{file}"));
        let label_bytes = download(self.host.clone(), self.current, address(labels)?, what.to_owned());
        let image_bytes = download(self.host.clone(), self.current, address(images)?, what.to_owned());
        let label_bytes = self.attend(label_bytes).await??;
        let image_bytes = self.attend(image_bytes).await??;
        self.busy(self.current, "Unpacking MNIST", 0, None);
        self.breathe().await?;
        let set =
            ImageSet::from_idx((images, &image_bytes), (labels, &label_bytes)).map_err(|error| damaged(&error))?;
        let set = Arc::new(set);
        match part {
            Part::Training => self.data.training = Some(set.clone()),
            Part::Test => self.data.test = Some(set.clone()),
        }
        Ok(set)
    }

    /// The images that a run learns from or is tested with.
    pub(super) async fn images_of(&mut self, run: RunId, part: Part) -> Result<Arc<ImageSet>, Fault> {
        if run != OWN_RUN {
            return self.images(part).await;
        }
        let own = self.data.own.as_ref().ok_or_else(|| Fault::bad_input("there are no images of your own yet"))?;
        Ok(match part {
            Part::Training => own.training.clone(),
            Part::Test => own.test.clone(),
        })
    }

    /// Takes images of the visitor for the run of that number, which begins anew.
    pub(super) fn use_images(&mut self, classes: Vec<String>, pixels: Vec<u8>, labels: Vec<u8>) -> Answer {
        let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
        let (training, test) = ImageSet::with_classes(shape, pixels, labels, classes.len())?.set_aside();
        self.drop_run(OWN_RUN);
        self.data.own = Some(OwnImages { training: Arc::new(training), test: Arc::new(test), classes });
        Ok(Some(Event::Done))
    }

    /// What the classes of the visitor's images are called.
    pub(super) fn own_classes(&self) -> Vec<String> {
        self.data.own.as_ref().map_or_else(Vec::new, |own| own.classes.clone())
    }

    /// Makes the weights of a shipped network available in `files`.
    pub(super) async fn load_model(&mut self, name: &str) -> Result<(), Fault> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let bytes = self.model_file(name)?.await?;
        self.keep_model(name, &bytes)
    }

    /// The same for large files: drawings are answered while they load.
    pub(super) async fn fetch_model(&mut self, name: &str) -> Result<(), Fault> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let file = self.model_file(name)?;
        let bytes = self.attend(file).await??;
        self.keep_model(name, &bytes)
    }

    fn model_file(&self, name: &str) -> Result<impl Future<Output = Result<Vec<u8>, Fault>> + use<H>, Fault> {
        NetworkConfig::named(name)?;
        let address = self.address(&format!("assets/models/{name}.safetensors"))?;
        Ok(download(self.host.clone(), self.current, address, format!("Loading the weights of {name}")))
    }

    fn keep_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let path = format!("assets/models/{name}.safetensors");
        let file = WeightsFile::from_bytes(bytes).map_err(|error| Fault::bad_file(&path, error))?;
        self.files.insert(name.to_owned(), file);
        Ok(())
    }

    /// Images of the test set.
    pub(super) async fn test_images(&mut self, first: u32, count: u32) -> Answer {
        let set = self.images(Part::Test).await?;
        let total = number::to_u32(set.len());
        if first >= total {
            return Err(Fault::bad_input(format!(
                "the test set has images 0 to {}, but {first} was asked for",
                total - 1
            )));
        }
        let last = first.saturating_add(count.min(MAX_TEST_IMAGES)).min(total);
        let images = (first..last)
            .map(|index| TestImage { index, image: raster(&set, index as usize), label: set.label(index as usize) })
            .collect();
        Ok(Some(Event::TestImages { images }))
    }

    /// Images of the training set.
    pub(super) async fn train_images(&mut self, indices: &[u32]) -> Answer {
        let set = self.images(Part::Training).await?;
        if indices.len() > MAX_TRAIN_IMAGES {
            let text = format!("{} training images are too many at once; ask for {MAX_TRAIN_IMAGES}", indices.len());
            return Err(Fault::bad_input(text));
        }
        let indices: Vec<usize> = indices.iter().map(|&index| index as usize).collect();
        if let Some(index) = indices.iter().find(|&&index| index >= set.len()) {
            let last = set.len() - 1;
            return Err(Fault::bad_input(format!(
                "the training set has images 0 to {last}, but {index} was asked for"
            )));
        }
        Ok(Some(Event::TrainImages { pixels: set.subset(&indices).pixels }))
    }

    pub(super) fn address(&self, path: &str) -> Result<String, Fault> {
        let base = self.base_url.as_ref().ok_or_else(|| Fault::bad_input("the first request must be 'start'"))?;
        Ok(format!("{base}{path}"))
    }
}

/// An image of a grey set as a raster.
pub fn raster(set: &ImageSet, index: usize) -> Raster {
    Raster {
        width: number::to_u32(set.shape.width),
        height: number::to_u32(set.shape.height),
        pixels: set.image(index).to_vec(),
    }
}

fn damaged(error: &DataError) -> Fault {
    Fault::bad_file("MNIST", error)
}

/// Fetches a file and reports its progress under request `id`.
pub(super) async fn download<H: Host>(
    host: Rc<H>,
    id: RequestId,
    address: String,
    what: String,
) -> Result<Vec<u8>, Fault> {
    let file = address.rsplit('/').next().unwrap_or_default().to_owned();
    let last_ms = Cell::new(host.now_ms());
    let reporter = host.clone();
    let on_bytes = move |done: f64, total: Option<f64>| {
        let now_ms = reporter.now_ms();
        if now_ms - last_ms.get() >= REPORT_EVERY_MS {
            last_ms.set(now_ms);
            let event = Event::Busy { what: what.clone(), done, total, unit: BusyUnit::Bytes };
            reporter.send(EventEnvelope { id, event });
        }
    };
    let bytes = host.fetch(address, on_bytes).await;
    bytes.map_err(|reason| Fault::Failed(WorkerError::Download { what: file, reason }))
}
