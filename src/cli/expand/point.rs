//! The image about which a network is expanded: by name, or from a file.

use super::network::picture;
use crate::cli::data::{self, Part};
use crate::cli::files::{self, write_atomically};
use crate::cli::report::print_line;
use crate::cli::{CliError, Context, distilled};
use crate::config::{CLASSES, DataSet, ExpansionPoint, ImageShape};
use crate::engine::data::{ImageSet, SIDE_28};
use crate::engine::points::MeanImages;
use std::path::{Path, PathBuf};

/// The mean images that are shipped.
const MEANS: &str = "assets/points/mnist.png";
const SHAPE: ImageShape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };

/// Arguments of `taylornet expand points`.
#[derive(Debug, clap::Args)]
pub struct PointArguments {
    /// The data set: mnist or cifar-10.
    #[arg(long, default_value = "mnist", value_parser = data_set)]
    set: &'static DataSet,
    /// The file; assets/points/NAME.png if not given.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Writes the mean images.
pub(super) fn run(arguments: &PointArguments, context: &Context) -> Result<(), CliError> {
    let means = MeanImages::of(&data::load(&context.data, arguments.set, Part::Train)?.images)?;
    let usual = || Path::new(MEANS).with_file_name(format!("{}.png", arguments.set.name));
    let out = arguments.out.clone().unwrap_or_else(usual);
    write_atomically(&out, &means.to_png()?)?;
    print_line(format!("{}: the mean of each class and of all", out.display()))
}

fn data_set(name: &str) -> Result<&'static DataSet, String> {
    let choices = DataSet::ALL.map(|set| set.name).join(" or ");
    DataSet::find(name).ok_or_else(|| format!("there is no such data set; choose {choices}"))
}

/// A point as it is given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointName {
    /// One that has a name.
    Named(ExpansionPoint),
    /// A picture.
    File(PathBuf),
}

/// A name, or else a file that exists; anything else is an error that says so.
pub fn parse(text: &str) -> Result<PointName, String> {
    match text.parse() {
        Ok(point) => Ok(PointName::Named(point)),
        Err(_) if Path::new(text).exists() => Ok(PointName::File(text.into())),
        Err(error) => Err(format!("{error}, or the PNG file of a 28x28 image")),
    }
}

impl PointName {
    /// The point and its image; `None` for the black one. `drawing` is the picture that is explained.
    pub fn image(&self, drawing: Option<&ImageSet>) -> Result<Option<(ExpansionPoint, ImageSet)>, CliError> {
        let image = |pixels: &[u8]| Ok::<_, CliError>(ImageSet::new(SHAPE, pixels.to_vec(), vec![0])?);
        let means = || -> Result<MeanImages, CliError> {
            let bytes = files::read(Path::new(MEANS), "; `taylornet expand points` writes it")?;
            Ok(MeanImages::from_png(MEANS, &bytes, SHAPE)?)
        };
        let point = match self {
            Self::File(path) => return Ok(Some((ExpansionPoint::Drawing, picture(path, true)?))),
            Self::Named(point) => *point,
        };
        let image = match point {
            ExpansionPoint::Black => return Ok(None),
            ExpansionPoint::Drawing => drawing.cloned().ok_or(CliError::NoDrawing)?,
            ExpansionPoint::Mean => image(means()?.mean())?,
            ExpansionPoint::ClassMean { class } => image(means()?.class_mean(class).unwrap_or_default())?,
            ExpansionPoint::Reference { level, class, index } => {
                let folder = Path::new(distilled::FOLDER);
                let set = distilled::level(folder, &distilled::index(folder)?, usize::from(level))?;
                let place = usize::from(index) * CLASSES + usize::from(class);
                if place >= set.len() {
                    let available = set.len() / CLASSES;
                    return Err(CliError::NoReference { level, index, available });
                }
                image(set.image(place))?
            }
        };
        Ok(Some((point, image)))
    }
}
