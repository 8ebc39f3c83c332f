//! `taylornet classify-by-reference`: the class of the distilled reference that is most like a picture.

use super::data::{Part, mnist};
use super::predict::{digit, for_each_picture};
use super::report::{WorkProgress, print_json, print_line};
use super::similarity_controls::{self, Controls};
use super::{CliError, Context, distilled, evaluate};
use crate::config::CLASSES;
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::similarity::{ClassSimilarity, EmbeddingRun, Embeddings, ReferenceSet};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `classify-by-reference`.
#[derive(Debug, clap::Args)]
pub struct ClassifyArguments {
    /// PNG pictures of one digit each, dark on light or light on dark, of any size.
    #[arg(required_unless_present_any = ["test", "controls"])]
    files: Vec<PathBuf>,
    /// Network whose embeddings are compared: resnet-18, resnet-light, taylornet-28 or any other with shipped weights.
    #[arg(long, default_value = "resnet-light")]
    embedder: String,
    /// Level of the references; the highest has one image of each class.
    #[arg(long, default_value_t = 5)]
    level: usize,
    /// The pictures are data set images: 28x28, light on dark, already centred.
    #[arg(long)]
    as_is: bool,
    /// Accuracy on the test images.
    #[arg(long)]
    test: bool,
    /// What other references reach: class means, medoids, real images and more; with every level, into the manifest.
    #[arg(long)]
    controls: bool,
    /// With --test and --controls, the first N training and test images only; nothing is recorded.
    #[arg(long)]
    images: Option<usize>,
    /// Folder with the distilled images.
    #[arg(long, default_value = distilled::FOLDER)]
    references: PathBuf,
    /// Folder with the weights; the manifest lies in its parent.
    #[arg(long, default_value = "assets/models")]
    models: PathBuf,
}

/// A picture's answer.
#[derive(Serialize)]
struct PictureLine {
    file: PathBuf,
    embedder: String,
    level: usize,
    class: u8,
    /// Largest cosine with a reference of each class.
    cosines: [f32; CLASSES],
    /// Which reference of its level that is.
    references: [usize; CLASSES],
}

/// What the references of a level reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelLine {
    /// Network whose embeddings are compared.
    pub embedder: String,
    /// 1 for the level made from the data set itself.
    pub level: usize,
    /// References of each class.
    pub per_class: usize,
    /// Number of test images.
    pub images: usize,
    /// Share of them classified correctly.
    pub accuracy: f64,
    /// How alike the references are.
    pub similarity: ClassSimilarity,
}

/// An embedder in use.
pub struct Embedder<'a> {
    name: &'a str,
    /// The network.
    pub predictor: Predictor,
    context: &'a Context,
}

impl Embedder<'_> {
    /// Embeds images, with a bar.
    pub fn embed(&self, images: Arc<ImageSet>, what: &str) -> Result<Embeddings, CliError> {
        let progress = WorkProgress::new(self.context, format!("{}, {what}", self.name));
        let mut run = EmbeddingRun::new(self.predictor.clone(), images);
        while pollster::block_on(run.step())? {
            let (done, total) = run.progress();
            progress.update(done as u64, total as u64);
        }
        progress.finish();
        Ok(run.finish()?)
    }

    /// Share of embedded images that get their own class.
    pub fn accuracy(&self, references: &Embeddings, images: &Embeddings) -> Result<f64, CliError> {
        let references = ReferenceSet::new(references)?;
        Ok(pollster::block_on(references.accuracy(images, self.predictor.device()))?)
    }
}

/// Runs the command.
pub fn run(arguments: &ClassifyArguments, context: &Context) -> Result<(), CliError> {
    let weights = evaluate::load(&arguments.models.join(format!("{}.safetensors", arguments.embedder)))?;
    let predictor = Predictor::of_file(&weights, &context.device)?;
    let embedder = Embedder { name: &arguments.embedder, predictor, context };
    if !arguments.files.is_empty() {
        pictures(arguments, &embedder)?;
    }
    if !arguments.test && !arguments.controls {
        return Ok(());
    }
    let test = arguments.part(context, Part::Test)?;
    let embedded = embedder.embed(test.clone(), "test images")?;
    if arguments.test {
        let line = arguments.level(arguments.level, &embedder, &embedded)?;
        if context.json { print_json(&line)? } else { print_line(line.text())? }
    }
    if arguments.controls {
        controls(arguments, &embedder, &test, &embedded)?;
    }
    Ok(())
}

impl ClassifyArguments {
    fn part(&self, context: &Context, part: Part) -> Result<Arc<ImageSet>, CliError> {
        let images = mnist(&context.data, part)?.images;
        Ok(Arc::new(match self.images {
            Some(count) => images.take(count),
            None => images,
        }))
    }

    /// What the references of a level reach on embedded test images.
    fn level(&self, level: usize, embedder: &Embedder, test: &Embeddings) -> Result<LevelLine, CliError> {
        let index = distilled::index(&self.references)?;
        let images = Arc::new(distilled::level(&self.references, &index, level)?);
        let references = embedder.embed(images, "references")?;
        Ok(LevelLine {
            embedder: self.embedder.clone(),
            level,
            per_class: references.len() / CLASSES,
            images: test.len(),
            accuracy: embedder.accuracy(&references, test)?,
            similarity: ClassSimilarity::of(&references),
        })
    }
}

impl LevelLine {
    fn text(&self) -> String {
        let Self { embedder, level, per_class, images, accuracy, .. } = self;
        let accuracy = 100.0 * accuracy;
        format!("{embedder}, level {level}, {per_class} of each class: {accuracy:.2} % of {images} test images")
    }
}

fn pictures(arguments: &ClassifyArguments, embedder: &Embedder) -> Result<(), CliError> {
    let index = distilled::index(&arguments.references)?;
    let images = Arc::new(distilled::level(&arguments.references, &index, arguments.level)?);
    let references = ReferenceSet::new(&embedder.embed(images, "references")?)?;
    for_each_picture(&arguments.files, |file| {
        let embedding = pollster::block_on(embedder.predictor.embed_set(&digit(file, arguments.as_is)?, 0..1))?;
        let class = references.classify(&embedding)?;
        let best = references.best_per_class(&embedding)?;
        let nearest = best[usize::from(class)];
        if embedder.context.json {
            print_json(&PictureLine {
                file: file.to_owned(),
                embedder: arguments.embedder.clone(),
                level: arguments.level,
                class,
                cosines: best.map(|nearest| nearest.cosine),
                references: best.map(|nearest| nearest.reference),
            })
        } else {
            let (name, cosine) = (file.display(), nearest.cosine);
            print_line(format!("{name}: {class} (cosine {cosine:.3} with reference {})", nearest.reference))
        }
    })
}

/// Everything that the accuracy of distilled references is compared with, and those references themselves.
fn controls(
    arguments: &ClassifyArguments,
    embedder: &Embedder,
    test: &ImageSet,
    embedded: &Embeddings,
) -> Result<(), CliError> {
    let train = arguments.part(embedder.context, Part::Train)?;
    let mut controls = similarity_controls::measure(&arguments.embedder, embedder, &train, test, embedded)?;
    if arguments.references.join("index.json").exists() {
        let levels = distilled::index(&arguments.references)?.levels.len();
        let lines = (1..=levels).map(|level| arguments.level(level, embedder, embedded));
        controls.levels = lines.collect::<Result<_, _>>()?;
    }
    if arguments.images.is_none() {
        let manifest = arguments.models.parent().unwrap_or(std::path::Path::new(".")).join("manifest.json");
        super::manifest::record_in(&manifest, "similarity", &arguments.embedder, &controls)?;
    }
    print_controls(&controls, embedder.context)
}

fn print_controls(controls: &Controls, context: &Context) -> Result<(), CliError> {
    if context.json {
        return print_json(controls);
    }
    for (what, accuracy) in controls.rows() {
        print_line(format!("{:>6.2} %  {what}", 100.0 * accuracy))?;
    }
    controls.levels.iter().try_for_each(|line| print_line(line.text()))
}
