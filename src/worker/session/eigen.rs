//! Eigen-digits: live for small images, from a shipped file for large ones, else computed when asked for.

use super::assets::download;
use super::classification::{input_values, mnist_image};
use super::{Answer, Session};
use crate::config::ExpansionPoint;
use crate::engine::eigen::from_bytes;
use crate::poly::network::{MAX_PIXELS, PolynomialNetwork, SecondOrderRun, strongest};
use crate::protocol::{About, EigenImages, Event, ModelRef, Raster};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::sync::Arc;

/// Of each sign and class, as in the shipped files.
const COUNT: usize = 16;
/// Networks whose eigen-digits about the mean image are shipped.
const SHIPPED: [&str; 2] = ["taylornet-28", "taylornet-28-nested"];

/// The eigen-digits that were computed last, and the network that they belong to.
pub type Known = (Arc<PolynomialNetwork>, EigenImages);

impl<H: Host> Session<H> {
    /// The strongest eigen-digits of a network, and an image as the network gets it.
    pub(super) async fn eigen_digits(&mut self, model: &ModelRef, about: &About, image: Option<&Raster>) -> Answer {
        let started_ms = self.host.now_ms();
        let mut images = self.eigen_images(model, about).await?;
        if let Some(image) = image.map(mnist_image).transpose()?.flatten() {
            let values = input_values(self.predictor(model).await?.config().input(), &image)?;
            images.image = Some(values.into_iter().map(f64::from).collect::<Vec<f64>>().into());
        }
        images.compute_ms = self.host.now_ms() - started_ms;
        Ok(Some(Event::EigenDigits { images }))
    }

    async fn eigen_images(&mut self, model: &ModelRef, about: &About) -> Result<EigenImages, Fault> {
        if let Some(name) = model.name().filter(|name| about.point == ExpansionPoint::Mean && SHIPPED.contains(name)) {
            return self.shipped_eigen_images(name).await;
        }
        let (step, network) = self.polynomial_about(model, about).await?;
        let is_it = |known: &&Known| Arc::ptr_eq(&known.0, &network);
        if let Some((_, images)) = self.eigen.as_ref().filter(is_it) {
            return Ok(images.clone());
        }
        let mut run = SecondOrderRun::new(network.clone())?;
        loop {
            let progress = run.step();
            if progress.is_finished() {
                break;
            }
            self.busy(self.current, "Computing the second order", progress.done, Some(progress.total));
            self.breathe().await?;
        }
        let second = run.finish();
        let mut digits = Vec::with_capacity(second.classes());
        for class in 0..second.classes() {
            digits.push(second.eigen_digits(class)?);
            if network.pixels() > MAX_PIXELS {
                self.busy(self.current, "Computing eigenvectors", class as u64 + 1, Some(second.classes() as u64));
                self.breathe().await?;
            }
        }
        let images = strongest(&network, &digits, COUNT, step);
        self.eigen = Some((network, images.clone()));
        Ok(images)
    }

    /// From the file; kept by the browser, like all files.
    async fn shipped_eigen_images(&mut self, name: &str) -> Result<EigenImages, Fault> {
        if let Some((_, images)) = self.shipped_eigen.as_ref().filter(|(loaded, _)| loaded == name) {
            return Ok(images.clone());
        }
        let path = format!("assets/eigen/{name}.safetensors");
        let what = format!("Loading the eigen-digits of {name}");
        let file = download(self.host.clone(), self.current, self.address(&path)?, what);
        let bytes = self.attend(file).await??;
        let (images, _) = from_bytes(&bytes).map_err(|error| Fault::bad_file(&path, error))?;
        self.shipped_eigen = Some((name.to_owned(), images.clone()));
        Ok(images)
    }
}
