//! `taylornet predict`: the class of a picture.

use super::report::{print_json, print_line};
use super::{CliError, Context, evaluate, files, own_data};
use crate::config::ImageShape;
use crate::engine::data::{ImageSet, PngColour, SIDE_28, decode_png};
use crate::engine::drawing::{ink_of_picture, normalize};
use crate::engine::evaluate::{Predictor, argmax, softmax};
use crate::engine::photograph;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `predict`.
#[derive(Debug, clap::Args)]
pub struct PredictArguments {
    /// PNG pictures of any size: of one digit each, dark on light or light on dark, or, for a network of CIFAR-10, in colour;
    /// of those the middle square counts. For a network of your own: as the pictures that it was trained on (PNG, JPEG or WebP).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// File with weights.
    #[arg(long, default_value = "assets/models/taylornet-28.safetensors")]
    weights: PathBuf,
    /// The pictures of digits are data set images: 28x28, light on dark, already centred.
    #[arg(long)]
    as_is: bool,
}

#[derive(Serialize)]
struct Line {
    file: PathBuf,
    class: u8,
    /// What the class is called.
    name: String,
    probabilities: Vec<f32>,
    logits: Vec<f32>,
}

/// Runs the command.
pub fn run(arguments: &PredictArguments, context: &Context) -> Result<(), CliError> {
    let weights = evaluate::load(&arguments.weights)?;
    let predictor = Predictor::of_file(&weights, &context.device)?;
    let (input, names, is_own) = (predictor.config().input(), weights.class_names(), !weights.classes.is_empty());
    for_each_picture(&arguments.files, |file| {
        let set = match input.channels {
            _ if is_own => own(file, input)?,
            1 => digit(file, arguments.as_is)?,
            _ => photo(file, input)?,
        };
        let logits = pollster::block_on(predictor.predict(&set, 0..1))?.logits.concat();
        let (class, probabilities) = (argmax(&logits), softmax(&logits));
        let name = names[usize::from(class)].clone();
        if context.json {
            print_json(&Line { file: file.to_owned(), class, name, probabilities, logits })
        } else {
            let share = 100.0 * probabilities[usize::from(class)];
            print_line(format!("{}: {name} ({share:.1} %)", file.display()))
        }
    })
}

/// Does something with every picture. One that cannot be used is named, and the others still have their turn.
pub fn for_each_picture(
    files: &[PathBuf],
    mut answer: impl FnMut(&Path) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let mut failed = 0;
    for file in files {
        match answer(file) {
            Err(error @ (CliError::OutputClosed | CliError::Output(_))) => return Err(error),
            Err(error) if files.len() == 1 => return Err(error),
            Err(error) => {
                eprintln!("error: {error}");
                failed += 1;
            }
            Ok(()) => {}
        }
    }
    if failed == 0 { Ok(()) } else { Err(CliError::Pictures { failed, total: files.len() }) }
}

/// A picture as those of a data set of one's own become images.
fn own(file: &Path, shape: ImageShape) -> Result<ImageSet, CliError> {
    let bytes = files::read(file, "")?;
    let image = own_data::decode(&bytes).map_err(|reason| CliError::Picture { path: file.to_owned(), reason })?;
    Ok(photograph::to_image(&own_data::planes(&image, shape.channels), shape)?)
}

/// The middle square of a colour picture as a set of one image.
fn photo(file: &Path, shape: ImageShape) -> Result<ImageSet, CliError> {
    let picture = decode_png(&file.display().to_string(), &files::read(file, "")?, PngColour::Rgb)?;
    Ok(photograph::to_image(&picture, shape)?)
}

/// The digit on a picture as a set of one image, brought to the form of the data set unless it is there `as_is`.
pub fn digit(file: &Path, as_is: bool) -> Result<ImageSet, CliError> {
    let picture = decode_png(&file.display().to_string(), &files::read(file, "")?, PngColour::Grey)?;
    let pixels = if as_is {
        picture.pixels
    } else {
        let image = normalize(&ink_of_picture(&picture))?;
        image.ok_or_else(|| CliError::EmptyPicture { path: file.to_owned() })?.to_vec()
    };
    Ok(ImageSet::new(ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 }, pixels, vec![0])?)
}
