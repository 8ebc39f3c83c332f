//! Single images: answers to drawings, and what each level makes of an image.

use super::{Answer, Session};
use crate::config::{ImageShape, LayerOperation, NetworkConfig};
use crate::engine::data::{PIXELS_7, PIXELS_28, Reducer, SIDE_7, SIDE_28};
use crate::engine::drawing;
use crate::engine::evaluate::{Predictor, softmax};
use crate::engine::network::Network;
use crate::engine::preparation::{Movement, Preparation};
use crate::engine::transfer::read;
use crate::number;
use crate::protocol::{Activation, Event, ModelRef, Raster, RunId};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use burn::tensor::{Tensor, TensorData};

impl<H: Host> Session<H> {
    /// From a drawing of any size to ten probabilities.
    pub(super) async fn classify(&mut self, model: &ModelRef, drawing: &Raster, normalize: bool, at_ms: f64) -> Answer {
        let Some(image) = prepared(drawing, normalize)? else { return Ok(Some(Event::EmptyDrawing)) };
        let logits = self.logits(model, &image).await?;
        let mut reduced = [0; PIXELS_7];
        Reducer::new().reduce(&image, &mut reduced);
        Ok(Some(Event::Classified {
            model: model.clone(),
            image_28: square(SIDE_28, &image),
            image_7: square(SIDE_7, &reduced),
            probabilities: softmax(&logits),
            logits,
            compute_ms: self.host.now_ms() - at_ms,
        }))
    }

    /// What a network says about a 28x28 image.
    pub(super) async fn logits(&mut self, model: &ModelRef, image: &[u8; PIXELS_28]) -> Result<Vec<f32>, Fault> {
        let predictor = self.predictor(model).await?;
        let logits = predictor.forward(input(&predictor, image)?);
        Ok(read(vec![logits.flatten(0, 1)]).await?.swap_remove(0))
    }

    /// Feature maps of every level.
    pub(super) async fn activations(&mut self, model: &ModelRef, image: &Raster) -> Answer {
        let Some(image) = mnist_image(image)? else { return Ok(Some(Event::EmptyDrawing)) };
        let predictor = self.predictor(model).await?;
        let input = input(&predictor, &image)?;
        let mut maps = vec![input.clone()];
        maps.extend(predictor.levels(input));
        let shapes: Vec<[usize; 4]> = maps.iter().map(Tensor::dims).collect();
        // [1, h, w, c] to [c * h * w]
        let flat = maps.into_iter().map(|maps| maps.permute([0, 3, 1, 2]).flatten(0, 3)).collect();
        let values = read(flat).await?;
        let levels =
            shapes.into_iter().zip(values).enumerate().map(|(level, ([_, height, width, channels], values))| {
                let name = level_name(predictor.config(), level);
                Activation {
                    name,
                    channels: number::to_u32(channels),
                    height: number::to_u32(height),
                    width: number::to_u32(width),
                    values,
                }
            });
        Ok(Some(Event::Activations { levels: levels.collect() }))
    }

    /// A network, ready on the device for single images.
    pub(super) async fn predictor(&mut self, model: &ModelRef) -> Result<Predictor, Fault> {
        let step = self.step_of(model)?;
        if let Some((kept_step, predictor)) = self.predictors.get(model)
            && *kept_step == step
        {
            return Ok(predictor.clone());
        }
        let device = self.devices.for_single_images();
        let predictor = match model {
            ModelRef::Run(run) => {
                let state = self.run_mut(*run)?.state().await?;
                let network = Network::new(&state.network)?;
                Predictor::new(&network, &state.parameters, &state.statistics, &device)
            }
            ModelRef::Shipped(name) => {
                self.load_model(name).await?;
                let file = self.files.get(&**name).ok_or_else(|| Fault::internal("the weights went missing"))?;
                Predictor::new(&Network::new(&file.network)?, &file.parameters, &[], &device)
            }
        };
        self.predictors.insert(model.clone(), (step, predictor.clone()));
        Ok(predictor)
    }

    /// Forgets networks made ready, because the device or a run has changed.
    pub(super) fn forget_predictors(&mut self, run: Option<RunId>) {
        match run {
            Some(run) => {
                let model = ModelRef::Run(run);
                self.predictors.remove(&model);
                self.polynomials.forget(&model);
                self.points.forget(&model);
            }
            None => self.predictors.clear(),
        }
    }
}

/// A 28x28 image as the network takes it.
fn input(predictor: &Predictor, image: &[u8; PIXELS_28]) -> Result<Tensor<4>, Fault> {
    let shape = predictor.config().input();
    let data = TensorData::new(input_values(shape, image)?, [1, shape.height, shape.width, shape.channels]);
    Ok(Tensor::from_data(data, predictor.device()))
}

/// A 28x28 image as values from 0 to 1, in the size that a network takes: `[row][column][channel]`.
pub(super) fn input_values(shape: ImageShape, image: &[u8; PIXELS_28]) -> Result<Vec<f32>, Fault> {
    let from = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
    let mut values = Vec::with_capacity(shape.len());
    Preparation::new(from, shape)?.append(image, Movement::default(), &mut values)?;
    Ok(values)
}

/// The 28x28 image of a drawing; `None` where there is no ink.
pub(super) fn prepared(drawing: &Raster, normalize: bool) -> Result<Option<[u8; PIXELS_28]>, Fault> {
    if normalize { Ok(drawing::normalize(drawing)?) } else { mnist_image(drawing) }
}

/// An image that is one of the data set already; `None` where it is empty.
pub(super) fn mnist_image(raster: &Raster) -> Result<Option<[u8; PIXELS_28]>, Fault> {
    let side = number::to_u32(SIDE_28);
    let pixels = raster.pixels.as_slice().try_into().ok().filter(|_| [raster.width, raster.height] == [side, side]);
    let pixels: [u8; PIXELS_28] = pixels.ok_or_else(|| {
        let (width, height) = (raster.width, raster.height);
        Fault::bad_input(format!(
            "the image is {width}x{height} with {} values, but must be 28x28",
            raster.pixels.len()
        ))
    })?;
    Ok(pixels.iter().any(|&pixel| pixel > 0).then_some(pixels))
}

pub(super) fn square(side: usize, pixels: &[u8]) -> Raster {
    let side = number::to_u32(side);
    Raster { width: side, height: side, pixels: pixels.to_vec() }
}

/// Name of a level for people; level 0 is the input.
fn level_name(network: &NetworkConfig, level: usize) -> String {
    let Some(index) = level.checked_sub(1) else { return "input".into() };
    match network {
        NetworkConfig::TaylorNet(config) => match config.blocks.get(index).map(|block| block.operation) {
            Some(LayerOperation::Conv) => format!("level {level}, after the convolutions"),
            Some(LayerOperation::Cg) | None => format!("level {level}, after CG"),
        },
        NetworkConfig::ResNet(_) => format!("block {level}"),
        NetworkConfig::Direct(_) => "logits".into(),
    }
}
