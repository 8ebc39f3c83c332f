//! The distilled images as files: fetched on first use, checked, and kept.

use super::Session;
use super::assets::{Part, download};
use crate::config::{CLASSES, DistilledIndex, DistilledLevel, ImageShape, IndexError, ORIGINALS_PER_CLASS};
use crate::engine::data::ImageSet;
use crate::engine::distillation::read_sprite;
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::sync::Arc;

/// Folder of the distilled images.
const FOLDER: &str = "assets/distilled/mnist";

impl<H: Host> Session<H> {
    /// The images of a level, the first of every class before the second of any; drawings are answered while they load.
    pub(super) async fn references(&mut self, level: u32) -> Result<Arc<ImageSet>, Fault> {
        if let Some(set) = self.references.images.get(&level) {
            return Ok(set.clone());
        }
        let set = Arc::new(if level == 0 {
            originals(&*self.images(Part::Training).await?)?
        } else {
            let index = self.distilled_index().await?;
            let files = index.level(level as usize)?;
            let what = format!("Loading the references of level {level}");
            let bytes = self.distilled_file(&files.file, &what).await?;
            images_of_sprite(&bytes, files, index.config.image)?
        });
        self.references.images.insert(level, set.clone());
        Ok(set)
    }

    /// What the folder contains.
    pub(super) async fn distilled_index(&mut self) -> Result<Arc<DistilledIndex>, Fault> {
        if let Some(index) = &self.references.index {
            return Ok(index.clone());
        }
        let bytes = self.distilled_file("index.json", "Loading the list of distilled images").await?;
        let index = Arc::new(DistilledIndex::from_json(&String::from_utf8_lossy(&bytes))?);
        self.references.index = Some(index.clone());
        Ok(index)
    }

    /// A file of the folder; `what` is said meanwhile.
    pub(super) async fn distilled_file(&mut self, name: &str, what: &str) -> Result<Vec<u8>, Fault> {
        let address = self.address(&format!("{FOLDER}/{name}"))?;
        let file = download(self.host.clone(), self.current, address, what.to_owned());
        self.attend(file).await?
    }
}

/// The images of a level, subset by subset.
fn images_of_sprite(bytes: &[u8], level: &DistilledLevel, shape: ImageShape) -> Result<ImageSet, Fault> {
    let set = read_sprite(&level.file, bytes, shape)?;
    let (found, wanted) = (set.len() / CLASSES, level.per_class);
    if found != wanted {
        let reason = format!("it has {found} images of each class in place of {wanted}");
        return Err(IndexError::Damaged { file: level.file.clone(), reason }.into());
    }
    Ok(set)
}

/// What stands for level 0: the first images of every class, as many of each.
fn originals(training: &ImageSet) -> Result<ImageSet, Fault> {
    let count = training.class_counts().into_iter().min().unwrap_or(0).min(ORIGINALS_PER_CLASS);
    let mut of_class: Vec<Vec<usize>> = vec![Vec::with_capacity(count); CLASSES];
    for (index, &label) in training.labels.iter().enumerate() {
        let of_class = &mut of_class[usize::from(label)];
        if of_class.len() < count {
            of_class.push(index);
        }
    }
    let order: Vec<usize> = (0..count).flat_map(|rank| of_class.iter().map(move |indices| indices[rank])).collect();
    let set = training.subset(&order);
    set.validate()?;
    Ok(set)
}
