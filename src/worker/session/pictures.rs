//! Colour pictures: what a network says about them, and why.

use super::{Answer, Session};
use crate::config::{DataSet, ExpansionPoint, ImageShape};
use crate::engine::data::{ImageSet, Picture};
use crate::engine::evaluate::softmax;
use crate::engine::photograph;
use crate::engine::polynomial::inputs;
use crate::engine::preparation::images_to_tensor;
use crate::engine::transfer::read;
use crate::number;
use crate::poly::network::{ExplanationRun, Question};
use crate::protocol::{ColourRaster, Event, ModelRef};
use crate::worker::fault::Fault;
use crate::worker::host::Host;

impl<H: Host> Session<H> {
    /// From a colour picture of any size to a probability for each class.
    pub(super) async fn classify_picture(&mut self, model: &ModelRef, picture: &ColourRaster, at_ms: f64) -> Answer {
        let (image, logits) = self.look_at(model, picture).await?;
        Ok(Some(Event::PictureClassified {
            model: model.clone(),
            input: interleaved(&image),
            probabilities: softmax(&logits),
            logits,
            compute_ms: self.host.now_ms() - at_ms,
        }))
    }

    /// Why a network for colour pictures says what it says.
    pub(super) async fn explain_picture(
        &mut self,
        model: &ModelRef,
        picture: &ColourRaster,
        point: ExpansionPoint,
        class: Option<u32>,
    ) -> Answer {
        let started_ms = self.host.now_ms();
        let (image, logits) = self.look_at(model, picture).await?;
        let shape = image.shape;
        let values = inputs(&image, 0..1, shape)?;
        let network = match point {
            ExpansionPoint::Black => self.polynomial(model).await?.1,
            ExpansionPoint::Mean => {
                let set = DataSet::of_input(shape);
                let mean = self.means(set).await?.mean().to_vec();
                let values = inputs(&ImageSet::new(set.shape, mean.clone(), vec![0])?, 0..1, shape)?;
                self.polynomial_moved(model, point, &mean, &values).await?.1
            }
            ExpansionPoint::Drawing | ExpansionPoint::ClassMean { .. } | ExpansionPoint::Reference { .. } => {
                let text = "a picture is explained about the black image or the mean of the training images";
                return Err(Fault::bad_input(text));
            }
        };
        let best = || (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or_default();
        let class = class.map_or_else(best, |class| class as usize);
        let mut run = ExplanationRun::new(network, &values, Question { class, against: None, pairs: false })?;
        while !run.step().is_finished() {
            self.breathe().await?;
        }
        let mut explanation = run.finish(&logits);
        explanation.compute_ms = self.host.now_ms() - started_ms;
        Ok(Some(Event::Explained { explanation }))
    }

    /// A picture as the network gets it, and what the network says: one logit for each class.
    async fn look_at(&mut self, model: &ModelRef, picture: &ColourRaster) -> Result<(ImageSet, Vec<f32>), Fault> {
        let predictor = self.predictor(model).await?;
        let shape = predictor.config().input();
        let image = photograph::to_image(&planes(picture), shape)?;
        let input = images_to_tensor(&image, 0..1, shape, predictor.device())?;
        let logits = read(vec![predictor.forward(input).flatten(0, 1)]).await?.swap_remove(0);
        Ok((image, logits))
    }
}

/// A colour picture channel by channel.
fn planes(picture: &ColourRaster) -> Picture {
    let channels = 3;
    let pixels = (0..channels).flat_map(|channel| picture.pixels.iter().skip(channel).step_by(channels)).copied();
    Picture { height: picture.height as usize, width: picture.width as usize, channels, pixels: pixels.collect() }
}

/// The first image of a set of colour images, pixel by pixel.
fn interleaved(images: &ImageSet) -> ColourRaster {
    let ImageShape { channels, height, width } = images.shape;
    let (image, area) = (images.image(0), height * width);
    let pixels = (0..area).flat_map(|at| (0..channels).map(move |channel| image[channel * area + at])).collect();
    ColourRaster { width: number::to_u32(width), height: number::to_u32(height), pixels }
}
