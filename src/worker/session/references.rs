//! The distilled images as files: fetched on first use, checked, and kept.

use super::Session;
use super::assets::{Part, download};
use crate::config::{CLASSES, DistilledIndex, DistilledLevel, ImageShape, IndexError, ORIGINALS_PER_CLASS, Partition};
use crate::engine::data::ImageSet;
use crate::engine::distillation::read_sprite;
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::sync::Arc;

/// A level of one of the shipped distillations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShippedLevel {
    /// Which distillation.
    pub partition: Partition,
    /// 0 for images of the data set.
    pub level: u32,
}

impl ShippedLevel {
    /// The data set's own images are the same for all distillations.
    pub fn new(partition: Partition, level: u32) -> Self {
        Self { partition: if level == 0 { Partition::Random } else { partition }, level }
    }
}

impl<H: Host> Session<H> {
    /// The images of a level, the first of every class before the second of any; drawings are answered while they load.
    pub(super) async fn references(&mut self, shipped: ShippedLevel) -> Result<Arc<ImageSet>, Fault> {
        if let Some(set) = self.references.images.get(&shipped) {
            return Ok(set.clone());
        }
        let ShippedLevel { partition, level } = shipped;
        let set = Arc::new(if level == 0 {
            originals(&*self.images(Part::Training).await?)?
        } else {
            let index = self.distilled_index(partition).await?;
            let files = index.level(level as usize)?;
            let what = format!("Loading the references of level {level}");
            let bytes = self.distilled_file(partition, &files.file, &what).await?;
            images_of_sprite(&bytes, files, index.config.image)?
        });
        self.references.images.insert(shipped, set.clone());
        Ok(set)
    }

    /// What the folder contains.
    pub(super) async fn distilled_index(&mut self, partition: Partition) -> Result<Arc<DistilledIndex>, Fault> {
        if let Some(index) = self.references.indices.get(&partition) {
            return Ok(index.clone());
        }
        let bytes = self.distilled_file(partition, "index.json", "Loading the list of distilled images").await?;
        let index = Arc::new(DistilledIndex::from_json(&String::from_utf8_lossy(&bytes))?);
        self.references.indices.insert(partition, index.clone());
        Ok(index)
    }

    /// A file of the folder; `what` is reported meanwhile.
    pub(super) async fn distilled_file(
        &mut self,
        partition: Partition,
        name: &str,
        what: &str,
    ) -> Result<Vec<u8>, Fault> {
        let address = self.address(&format!("{}/{name}", partition.folder()))?;
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

/// What stands for level 0: the first images of every class, equally many of each.
fn originals(training: &ImageSet) -> Result<ImageSet, Fault> {
    let count = training.class_counts().into_iter().min().unwrap_or(0).min(ORIGINALS_PER_CLASS);
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); CLASSES];
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
