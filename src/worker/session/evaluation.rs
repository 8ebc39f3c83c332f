//! Accuracy of a run on test images, in parts, so that it can be cancelled and drawings are answered meanwhile.

use super::assets::{Part, raster};
use super::{Answer, Session};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::{EVALUATION_BATCH, Predictions, Predictor, softmax};
use crate::engine::network::Network;
use crate::number;
use crate::protocol::{EvaluationReport, Event, Mistake, RunId};
use crate::worker::fault::Fault;
use crate::worker::host::Host;

/// Images of the first part; the next parts are as large as the time below allows.
const FIRST_PART: usize = 10;
/// How long a part may take, in milliseconds.
const PART_MS: f64 = 100.0;
/// Most mistakes of a report.
const MAX_MISTAKES: usize = 60;

impl<H: Host> Session<H> {
    /// Evaluates a run as it stands now.
    pub(super) async fn evaluate(&mut self, run: RunId, images: u32) -> Answer {
        if images == 0 {
            return Err(Fault::bad_input("the number of test images is 0, but must be between 1 and 10000"));
        }
        self.run_mut(run)?;
        let set = self.images_of(run, Part::Test).await?;
        let device = self.devices.active();
        let state = self.run_mut(run)?.state().await?;
        let predictor = Predictor::new(&Network::new(&state.network)?, &state.parameters, &state.statistics, &device);
        let predictions = self.predict(&predictor, &set, set.len().min(images as usize)).await?;
        let report = report(run, state.step, &set, &predictions);
        Ok(Some(Event::Evaluated { report }))
    }

    async fn predict(&mut self, predictor: &Predictor, set: &ImageSet, total: usize) -> Result<Predictions, Fault> {
        let mut predictions = Predictions { logits: Vec::with_capacity(total), labels: Vec::with_capacity(total) };
        let (mut done, mut size) = (0, FIRST_PART);
        while done < total {
            let started_ms = self.host.now_ms();
            let next = (done + size).min(total);
            let part = predictor.predict(set, done..next).await?;
            predictions.logits.extend(part.logits);
            predictions.labels.extend(part.labels);
            let per_image_ms = (self.host.now_ms() - started_ms).max(0.01) / (next - done) as f64;
            size = number::whole::<usize>(PART_MS / per_image_ms).clamp(1, (4 * size).min(EVALUATION_BATCH));
            done = next;
            self.busy(self.current, "Classifying test images", done as u64, Some(total as u64));
            self.breathe().await?;
        }
        Ok(predictions)
    }
}

fn report(run: RunId, step: usize, set: &ImageSet, predictions: &Predictions) -> EvaluationReport {
    let mistake = |index: usize| {
        let predicted = predictions.class(index);
        Mistake {
            index: number::to_u32(index),
            image: raster(set, index),
            label: set.label(index),
            predicted,
            probability: softmax(&predictions.logits[index])[usize::from(predicted)],
        }
    };
    EvaluationReport {
        run,
        step: number::to_u32(step),
        images: number::to_u32(predictions.labels.len()),
        accuracy: predictions.accuracy(),
        loss: predictions.loss(),
        confusion: predictions.confusion(),
        mistakes: predictions.mistakes().into_iter().take(MAX_MISTAKES).map(mistake).collect(),
    }
}
