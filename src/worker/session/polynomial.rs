//! Polynomials: stacks expanded, trained networks expanded, and answers explained.
//!
//! Everything goes in steps of some tens of milliseconds; between them drawings are answered and the request can be
//! cancelled.

use super::assets::Part;
use super::classification::{input_values, mnist_image, prepared, square};
use super::{Answer, Session};
use crate::config::{ExpansionPoint, StackConfig};
use crate::engine::data::{ImageSet, PIXELS_28, SIDE_28};
use crate::engine::evaluate::argmax;
use crate::engine::network::Network;
use crate::engine::polynomial::{ExpansionError, inputs, polynomial_of, polynomial_of_network};
use crate::number;
use crate::poly::network::{
    CoefficientExpansion, ExplanationRun, PolynomialError, PolynomialNetwork, PrunedNetwork, Question,
    SpectrumMeasurement, UniformMap,
};
use crate::poly::{Budget, Expander, StackError};
use crate::protocol::{About, Event, ModelRef, PolynomialCheck, Raster, StackExpansion};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::collections::HashMap;
use std::sync::Arc;

/// Time between two breaths of an expansion of a stack, in milliseconds; its own steps are much shorter.
const BREATH_MS: f64 = 30.0;
/// Images of one step where only sums are formed.
const PART: usize = 50;

/// A polynomial and the step of the run at which it was made (0 for shipped networks).
pub(super) type Made = (u32, Arc<PolynomialNetwork>);

/// Polynomials that have been made, by their network.
#[derive(Default)]
pub struct Polynomials {
    newest: HashMap<ModelRef, Made>,
    /// Those that the page shows coefficients and spectra of: what [`crate::protocol::Request::CheckPolynomial`] is about.
    shown: HashMap<ModelRef, Made>,
}

impl Polynomials {
    /// Forgets what a network is now, because its run has changed; what is on show stays as it is.
    pub fn forget(&mut self, model: &ModelRef) {
        self.newest.remove(model);
    }
}

impl<H: Host> Session<H> {
    /// Expands a stack.
    pub(super) async fn expand_stack(&mut self, stack: &StackConfig) -> Answer {
        let started_ms = self.host.now_ms();
        let mut expander = Expander::new(stack, Budget::default())?;
        let mut breath_ms = started_ms;
        loop {
            let progress = expander.step();
            if progress.finished {
                break;
            }
            if self.host.now_ms() - breath_ms > BREATH_MS {
                self.busy(self.current, "Expanding", progress.done, Some(progress.total));
                self.breathe().await?;
                breath_ms = self.host.now_ms();
            }
        }
        let expansion = expander.finish();
        let expansion = StackExpansion {
            stack: stack.clone(),
            variables: number::to_u32(expansion.variables),
            exponents: expansion.exponents,
            paths: expansion.paths.into(),
            compute_ms: self.host.now_ms() - started_ms,
        };
        Ok(Some(Event::StackExpanded { expansion }))
    }

    /// Order spectrum and truncation accuracies.
    pub(super) async fn measure_spectrum(&mut self, model: &ModelRef, about: &About, images: u32) -> Answer {
        let (step, network) = self.polynomial_to_show(model, about).await?;
        let set = self.images(Part::Test).await?;
        let total = number_of_images(&set, images)?;
        let part = network.spectra_per_step();
        let mut measurement = SpectrumMeasurement::new(network);
        for first in (0..total).step_by(part) {
            let batch = self.batch(model, step, &set, first..(first + part).min(total)).await?;
            measurement.add(&batch.images, batch.labels, &batch.logits)?;
            self.busy(self.current, "Measuring the orders", batch.end as u64, Some(total as u64));
            self.breathe().await?;
        }
        Ok(Some(Event::Spectrum { report: measurement.finish(step)? }))
    }

    /// Low-order coefficients.
    pub(super) async fn expand_network(
        &mut self,
        model: &ModelRef,
        about: &About,
        order: u32,
        pixel: Option<u32>,
    ) -> Answer {
        let started_ms = self.host.now_ms();
        let (step, network) = self.polynomial_to_show(model, about).await?;
        let mut expansion = CoefficientExpansion::new(network, order, pixel.map(|pixel| pixel as usize))?;
        loop {
            let progress = expansion.step();
            if progress.is_finished() {
                break;
            }
            self.busy(self.current, "Computing coefficients", progress.done, Some(progress.total));
            self.breathe().await?;
        }
        let mut coefficients = expansion.finish(step);
        coefficients.compute_ms = self.host.now_ms() - started_ms;
        Ok(Some(Event::Coefficients { coefficients }))
    }

    /// Accuracy with fewer terms.
    pub(super) async fn prune_terms(
        &mut self,
        model: &ModelRef,
        about: &About,
        (order, images): (u32, u32),
        kept: &[f64],
    ) -> Answer {
        let (step, network) = self.polynomial_to_show(model, about).await?;
        let mut pruned = PrunedNetwork::new(network, order, kept)?;
        loop {
            let progress = pruned.step()?;
            if progress.is_finished() {
                break;
            }
            self.busy(self.current, "Computing coefficients", progress.done, Some(progress.total));
            self.breathe().await?;
        }
        let set = self.images(Part::Test).await?;
        let total = number_of_images(&set, images)?;
        for first in (0..total).step_by(PART) {
            let batch = self.batch(model, step, &set, first..(first + PART).min(total)).await?;
            pruned.add(&batch.images, batch.labels, &batch.logits)?;
            self.busy(self.current, "Classifying with fewer terms", batch.end as u64, Some(total as u64));
            self.breathe().await?;
        }
        Ok(Some(Event::Pruned { report: pruned.finish()? }))
    }

    /// Contributions to an answer: of the class (or the most probable one), minus those of another class.
    pub(super) async fn explain(
        &mut self,
        model: &ModelRef,
        (drawing, normalize): (&Raster, bool),
        point: ExpansionPoint,
        (class, against): (Option<u32>, Option<u32>),
        pairs: bool,
    ) -> Answer {
        let started_ms = self.host.now_ms();
        let Some(image) = prepared(drawing, normalize)? else { return Ok(Some(Event::EmptyDrawing)) };
        let drawing = square(SIDE_28, &image);
        let about = About { point, drawing: Some(drawing) };
        let (_, network) = self.polynomial_about(model, &about).await?;
        let (_, about_black) = self.polynomial(model).await?;
        let predictor = self.predictor(model).await?;
        let values = input_values(predictor.config().input(), &image)?;
        let logits = self.logits(model, &image).await?;
        let class = class.map_or_else(|| usize::from(argmax(&logits)), |class| class as usize);
        // Without a choice the most probable class is explained, which may be the one to subtract.
        let against = against.map(|against| against as usize);
        let mut run = ExplanationRun::new(network, &values, Question { class, against, pairs })?;
        if point != ExpansionPoint::Black {
            let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
            run = run.beside(about_black.spectrum(&values)?);
        }
        while !run.step().is_finished() {
            self.breathe().await?;
        }
        let mut explanation = run.finish(&logits);
        explanation.compute_ms = self.host.now_ms() - started_ms;
        Ok(Some(Event::Explained { explanation }))
    }

    /// The operation of all levels, applied again and again.
    pub(super) async fn scale_flow(&mut self, model: &ModelRef) -> Answer {
        let (step, network) = self.polynomial_to_show(model, &About::BLACK).await?;
        let flow = UniformMap::of(&network)?.flow(&model.to_string(), step)?;
        Ok(Some(Event::ScaleFlow { flow }))
    }

    /// The polynomial beside the network.
    pub(super) async fn check_polynomial(&mut self, model: &ModelRef, image: &Raster) -> Answer {
        let Some(image) = mnist_image(image)? else { return Ok(Some(Event::EmptyDrawing)) };
        // A run that was replaced by one on images of another size has nothing in common with what was expanded.
        let pixels = self.predictor(model).await?.config().input().len();
        let shown = self.polynomials.shown.get(model).filter(|(_, network)| network.pixels() == pixels).cloned();
        let (made, network) = match shown {
            Some(made) => made,
            None => self.polynomial_to_show(model, &About::BLACK).await?,
        };
        let polynomial = self.polynomial_value(model, &network, &image).await?;
        let logits = self.logits(model, &image).await?;
        let check = PolynomialCheck {
            model: model.to_string(),
            polynomial,
            network: logits.iter().copied().map(f64::from).collect(),
            steps: [made, self.step_of(model)?],
        };
        Ok(Some(Event::PolynomialChecked { check }))
    }

    /// Sum over all orders, `[class]`.
    async fn polynomial_value(
        &mut self,
        model: &ModelRef,
        network: &PolynomialNetwork,
        image: &[u8; PIXELS_28],
    ) -> Result<Vec<f64>, Fault> {
        let shape = self.predictor(model).await?.config().input();
        let values: Vec<f64> = input_values(shape, image)?.into_iter().map(f64::from).collect();
        Ok(network.spectrum(&values)?.iter().map(|orders| orders.iter().sum()).collect())
    }

    /// The polynomial of a network as it is now, for something that the page keeps on show.
    async fn polynomial_to_show(&mut self, model: &ModelRef, about: &About) -> Result<Made, Fault> {
        let made = self.polynomial_about(model, about).await?;
        self.polynomials.shown.insert(model.clone(), made.clone());
        Ok(made)
    }

    /// The polynomial of a network as it is now.
    pub(super) async fn polynomial(&mut self, model: &ModelRef) -> Result<Made, Fault> {
        let step = self.step_of(model)?;
        if let Some(made) = self.polynomials.newest.get(model).filter(|(made, _)| *made == step) {
            return Ok(made.clone());
        }
        let polynomial = match model {
            ModelRef::Run(run) => {
                let state = self.run_mut(*run)?.state().await?;
                let network = Network::new(&state.network)?;
                polynomial_of_network(&model.to_string(), &network, &state.parameters, &state.statistics)?
            }
            ModelRef::Shipped(name) => {
                self.load_model(name).await?;
                let file = self.files.get(&**name).ok_or_else(|| Fault::internal("the weights went missing"))?;
                polynomial_of(file)?
            }
        };
        let made = (step, Arc::new(polynomial));
        self.polynomials.newest.insert(model.clone(), made.clone());
        Ok(made)
    }

    /// The step at which a network is now: 0 for a shipped one.
    pub(super) fn step_of(&mut self, model: &ModelRef) -> Result<u32, Fault> {
        Ok(match model {
            ModelRef::Run(run) => self.run_mut(*run)?.step_count(),
            ModelRef::Shipped(_) => 0,
        })
    }

    /// Test images with what the network says about them. The network must still be the one of the polynomial.
    async fn batch<'a>(
        &mut self,
        model: &ModelRef,
        step: u32,
        set: &'a ImageSet,
        range: std::ops::Range<usize>,
    ) -> Result<Batch<'a>, Fault> {
        if self.step_of(model)? != step {
            let text = "the network went on learning meanwhile; pause the training, then measure again";
            return Err(Fault::bad_input(text));
        }
        let predictor = self.predictor(model).await?;
        let predictions = predictor.predict(set, range.clone()).await?;
        Ok(Batch {
            images: inputs(set, range.clone(), predictor.config().input())?,
            labels: &set.labels[range.clone()],
            logits: predictions.logits.concat(),
            end: range.end,
        })
    }
}

/// A few test images.
struct Batch<'a> {
    /// `[n][row][column][channel]`
    images: Vec<f32>,
    labels: &'a [u8],
    /// `[n][class]`
    logits: Vec<f32>,
    /// Index behind the last one.
    end: usize,
}

fn number_of_images(set: &ImageSet, images: u32) -> Result<usize, Fault> {
    if images == 0 {
        return Err(Fault::bad_input("the number of test images is 0, but must be between 1 and 10000"));
    }
    Ok(set.len().min(images as usize))
}

impl From<StackError> for Fault {
    fn from(error: StackError) -> Self {
        Self::bad_input(error)
    }
}

impl From<PolynomialError> for Fault {
    fn from(error: PolynomialError) -> Self {
        Self::bad_input(error)
    }
}

impl From<ExpansionError> for Fault {
    fn from(error: ExpansionError) -> Self {
        Self::bad_input(error)
    }
}
