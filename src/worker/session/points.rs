//! Networks about the images that the page chooses: the mean images as a file, and what has been moved already.

use super::Session;
use super::assets::download;
use super::classification::{input_values, mnist_image};
use super::polynomial::Made;
use super::references::ShippedLevel;
use crate::config::{CLASSES, DataSet, ExpansionPoint, MNIST, Partition};
use crate::engine::data::PIXELS_28;
use crate::engine::points::MeanImages;
use crate::protocol::{About, ModelRef};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of expansion points.
#[derive(Default)]
pub struct Points {
    /// The mean of each class and of all, by name of the data set.
    means: HashMap<&'static str, Arc<MeanImages>>,
    /// By network: the newest one that was moved.
    moved: HashMap<ModelRef, Moved>,
}

struct Moved {
    point: ExpansionPoint,
    image: Vec<u8>,
    made: Made,
}

impl Points {
    /// Forgets what was moved of a network, because its run has changed.
    pub fn forget(&mut self, model: &ModelRef) {
        self.moved.remove(model);
    }
}

impl<H: Host> Session<H> {
    /// The polynomial of a network as it is now, about an image.
    pub(super) async fn polynomial_about(&mut self, model: &ModelRef, about: &About) -> Result<Made, Fault> {
        let Some(image) = self.point_image(about).await? else { return self.polynomial(model).await };
        let values = input_values(self.predictor(model).await?.config().input(), &image)?;
        self.polynomial_moved(model, about.point, &image, &values).await
    }

    /// The polynomial of a network as it is now, about an image from which it gets these values; the newest is kept.
    pub(super) async fn polynomial_moved(
        &mut self,
        model: &ModelRef,
        point: ExpansionPoint,
        image: &[u8],
        values: &[f32],
    ) -> Result<Made, Fault> {
        let (step, network) = self.polynomial(model).await?;
        let is_it = |moved: &&Moved| moved.point == point && moved.image == image && moved.made.0 == step;
        if let Some(moved) = self.points.moved.get(model).filter(is_it) {
            return Ok(moved.made.clone());
        }
        let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
        let made = (step, Arc::new(network.about(point, &values)?));
        self.points.moved.insert(model.clone(), Moved { point, image: image.to_vec(), made: made.clone() });
        Ok(made)
    }

    /// The image of a point; `None` for the black one.
    async fn point_image(&mut self, about: &About) -> Result<Option<[u8; PIXELS_28]>, Fault> {
        let missing = |what: &str| Fault::bad_input(format!("{what}, so it cannot be the expansion point"));
        match about.point {
            ExpansionPoint::Black => Ok(None),
            ExpansionPoint::Drawing => {
                let drawing = about.drawing.as_ref().ok_or_else(|| missing("there is no drawing"))?;
                mnist_image(drawing)
            }
            ExpansionPoint::Mean => image_of(self.means(&MNIST).await?.mean()).map(Some),
            ExpansionPoint::ClassMean { class } => {
                let means = self.means(&MNIST).await?;
                image_of(means.class_mean(class).ok_or_else(|| missing("there is no such class"))?).map(Some)
            }
            ExpansionPoint::Reference { level, class, index } => {
                // Links have never named a partition here: the article's.
                let set = self.references(ShippedLevel::new(Partition::Random, u32::from(level))).await?;
                let place = usize::from(index) * CLASSES + usize::from(class);
                if place >= set.len() {
                    let available = set.len() / CLASSES;
                    return Err(missing(&format!("level {level} has only {available} references of each class")));
                }
                image_of(set.image(place)).map(Some)
            }
        }
    }

    /// The mean images; drawings are answered while they load.
    pub(super) async fn means(&mut self, set: &DataSet) -> Result<Arc<MeanImages>, Fault> {
        if let Some(means) = self.points.means.get(set.name) {
            return Ok(means.clone());
        }
        let path = format!("assets/points/{}.png", set.name);
        let file = download(self.host.clone(), self.current, self.address(&path)?, "Loading the mean images".into());
        let bytes = self.attend(file).await??;
        let means = MeanImages::from_png(&path, &bytes, set.shape).map_err(|error| Fault::bad_file(&path, error))?;
        let means = Arc::new(means);
        self.points.means.insert(set.name, means.clone());
        Ok(means)
    }
}

fn image_of(pixels: &[u8]) -> Result<[u8; PIXELS_28], Fault> {
    pixels.try_into().map_err(|_| Fault::internal("an expansion point is not a 28x28 image"))
}
