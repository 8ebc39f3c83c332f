//! Reports about a trained network's polynomial, measured with a progress bar.

use crate::cli::report::WorkProgress;
use crate::cli::{CliError, Context};
use crate::config::ExpansionPoint;
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::polynomial::{inputs, polynomial_of};
use crate::engine::weights::WeightsFile;
use crate::poly::network::{
    CoefficientExpansion, EigenAccuracy, EigenDigits, ExplanationRun, PolynomialNetwork, Progress, PrunedNetwork,
    Question, SecondOrder, SecondOrderRun, SpectrumMeasurement, mean_shares,
};
use crate::protocol::{Coefficients, EigenReport, Explanation, PruningReport, SpectrumReport};
use rayon::prelude::*;
use std::sync::Arc;
use std::time::Instant;

/// Images whose logits the engine computes at once.
const BLOCK: usize = 250;

/// A trained network, as the engine evaluates it and as a polynomial.
pub struct Trained<'a> {
    /// The polynomial.
    pub polynomial: Arc<PolynomialNetwork>,
    /// The one about the black image, where that is not the point.
    about_black: Option<Arc<PolynomialNetwork>>,
    predictor: Predictor,
    context: &'a Context,
}

impl<'a> Trained<'a> {
    /// From a file with weights.
    pub fn new(file: &WeightsFile, context: &'a Context) -> Result<Self, CliError> {
        let polynomial = Arc::new(polynomial_of(file)?);
        Ok(Self { polynomial, about_black: None, predictor: Predictor::of_file(file, &context.device)?, context })
    }

    /// The same about another image, which is brought to the network's size like any other.
    pub fn about(self, point: Option<(ExpansionPoint, ImageSet)>) -> Result<Self, CliError> {
        let Some((name, image)) = point else { return Ok(self) };
        let values = inputs(&image, 0..1, self.predictor.config().input())?;
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let polynomial = Arc::new(self.polynomial.about(name, &values)?);
        Ok(Self { about_black: Some(self.polynomial), polynomial, ..self })
    }

    fn progress(&self, what: &str) -> WorkProgress {
        WorkProgress::new(self.context, format!("{}, {what}", self.polynomial.name()))
    }

    /// Logits of the engine and inputs, block by block.
    fn for_blocks(
        &self,
        what: &str,
        images: &ImageSet,
        block: usize,
        mut add: impl FnMut(&[f32], &[u8], &[f32]) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let progress = self.progress(what);
        let pixels = self.polynomial.pixels();
        for start in (0..images.len()).step_by(BLOCK) {
            let range = start..(start + BLOCK).min(images.len());
            let predictions = pollster::block_on(self.predictor.predict(images, range.clone()))?;
            let values = inputs(images, range, self.predictor.config().input())?;
            let parts = values.chunks(block * pixels).zip(predictions.labels.chunks(block));
            for ((values, labels), logits) in parts.zip(predictions.logits.chunks(block)) {
                add(values, labels, &logits.concat())?;
            }
            progress.update((start + BLOCK) as u64, images.len() as u64);
        }
        progress.finish();
        Ok(())
    }

    /// Order spectrum and truncation accuracies.
    pub fn spectrum(&self, images: &ImageSet) -> Result<SpectrumReport, CliError> {
        let mut measurement = SpectrumMeasurement::new(self.polynomial.clone());
        let block = self.polynomial.spectra_per_step();
        self.for_blocks("order spectrum", images, block, |values, labels, logits| {
            Ok(measurement.add(values, labels, logits)?)
        })?;
        Ok(measurement.finish(0)?)
    }

    /// Coefficients; see [`CoefficientExpansion::new`].
    pub fn coefficients(&self, order: u32, pixel: Option<usize>) -> Result<Coefficients, CliError> {
        let started = Instant::now();
        let mut expansion = CoefficientExpansion::new(self.polynomial.clone(), order, pixel)?;
        self.work("coefficients", || Ok(expansion.step()))?;
        let compute_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(Coefficients { compute_ms, ..expansion.finish(0) })
    }

    /// Accuracy with the largest terms.
    pub fn pruning(&self, order: u32, kept: &[f64], images: &ImageSet) -> Result<PruningReport, CliError> {
        let mut pruned = PrunedNetwork::new(self.polynomial.clone(), order, kept)?;
        self.work("expansion", || Ok(pruned.step()?))?;
        self.for_blocks("pruning", images, 32, |values, labels, logits| Ok(pruned.add(values, labels, logits)?))?;
        Ok(pruned.finish()?)
    }

    /// Everything up to the second order.
    pub fn second_order(&self) -> Result<Arc<SecondOrder>, CliError> {
        let mut run = SecondOrderRun::new(self.polynomial.clone())?;
        self.work("second order", || Ok(run.step()))?;
        Ok(Arc::new(run.finish()))
    }

    /// The eigen-digits of every class.
    pub fn eigen_digits(&self, second: &SecondOrder) -> Result<Vec<EigenDigits>, CliError> {
        let bar = self.progress("eigenvectors");
        let digits = (0..second.classes()).into_par_iter().map(|class| second.eigen_digits(class));
        let digits = digits.collect::<Result<Vec<_>, _>>()?;
        bar.finish();
        Ok(digits)
    }

    /// How many eigen-digits the accuracy of order 2 needs.
    pub fn eigen_accuracy(
        &self,
        second: Arc<SecondOrder>,
        digits: Vec<EigenDigits>,
        [training, images]: [&ImageSet; 2],
    ) -> Result<EigenReport, CliError> {
        let values = inputs(training, 0..training.len(), self.predictor.config().input())?;
        let shares = mean_shares(&self.polynomial, &digits, &values)?;
        let mut accuracy = EigenAccuracy::new(self.polynomial.clone(), second, digits, &shares)?;
        let progress = self.progress("accuracy by eigen-digits");
        for start in (0..images.len()).step_by(BLOCK) {
            let range = start..(start + BLOCK).min(images.len());
            let values = inputs(images, range.clone(), self.predictor.config().input())?;
            accuracy.add(&values, &images.labels[range.clone()])?;
            progress.update(range.end as u64, images.len() as u64);
        }
        progress.finish();
        Ok(accuracy.finish(0)?)
    }

    /// Explanation of the answer to the first of some images; without a class, that of the largest logit.
    pub fn explanation(
        &self,
        image: &ImageSet,
        (class, against): (Option<usize>, Option<usize>),
        pairs: bool,
    ) -> Result<Explanation, CliError> {
        let started = Instant::now();
        let predictions = pollster::block_on(self.predictor.predict(image, 0..1))?;
        let values = inputs(image, 0..1, self.predictor.config().input())?;
        let class = class.unwrap_or_else(|| usize::from(predictions.class(0)));
        let question = Question { class, against, pairs };
        let mut run = ExplanationRun::new(self.polynomial.clone(), &values, question)?;
        if let Some(black) = &self.about_black {
            let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
            run = run.beside(black.spectrum(&values)?);
        }
        self.work("explanation", || Ok(run.step()))?;
        let explanation = run.finish(&predictions.logits.concat());
        Ok(Explanation { compute_ms: started.elapsed().as_secs_f64() * 1e3, ..explanation })
    }

    fn work(&self, what: &str, mut step: impl FnMut() -> Result<Progress, CliError>) -> Result<(), CliError> {
        let bar = self.progress(what);
        loop {
            let progress = step()?;
            bar.update(progress.done, progress.total);
            if progress.is_finished() {
                bar.finish();
                return Ok(());
            }
        }
    }
}
