//! Reference similarity: a drawing beside the distilled images, by the angle between embeddings.
//!
//! The references of a level are embedded once, a few at a time: between the parts drawings are answered, and a newer
//! comparison takes over. What was embedded for one that was given up is kept.

use super::classification::{prepared, square};
use super::references::ShippedLevel;
use super::{Answer, Session};
use crate::config::{CLASSES, DistilledIndex, EMBEDDERS, ImageShape, IndexError, Partition};
use crate::engine::data::{ImageSet, PIXELS_28, SIDE_28};
use crate::engine::evaluate::Predictor;
use crate::engine::similarity::{Embeddings, Nearest, ReferenceSet, SimilarityError};
use crate::number;
use crate::protocol::{ClosestReference, Event, ModelRef, Raster, Request, Similarity};
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use std::collections::HashMap;
use std::sync::Arc;

/// References of one part: some tens of milliseconds in a browser.
const PART: usize = 10;

/// An embedder and a level.
type Key = (String, ShippedLevel);

/// Files and embeddings that have been made ready.
#[derive(Default)]
pub struct References {
    pub(super) indices: HashMap<Partition, Arc<DistilledIndex>>,
    /// Images by level: the first of every class, then the second of every class, and so on.
    pub(super) images: HashMap<ShippedLevel, Arc<ImageSet>>,
    begun: HashMap<Key, Begun>,
    complete: HashMap<Key, Arc<ReferenceSet>>,
}

/// Embeddings of the first images of a level.
#[derive(Default)]
struct Begun {
    /// `[done][dimension]`
    values: Vec<f32>,
    /// Number of images.
    done: usize,
}

impl<H: Host> Session<H> {
    /// The closest reference of every class.
    pub(super) async fn compare(
        &mut self,
        embedder: &str,
        shipped: ShippedLevel,
        drawing: &Raster,
        normalize: bool,
    ) -> Answer {
        let started_ms = self.host.now_ms();
        let Some(&known) = EMBEDDERS.iter().find(|known| **known == embedder) else {
            let known = EMBEDDERS.join(", ");
            return Err(Fault::bad_input(format!("there is no embedder '{embedder}'; choose one of {known}")));
        };
        let image = prepared(drawing, normalize)?;
        let set = self.references(shipped).await?;
        self.fetch_model(embedder).await?;
        let predictor = self.predictor(&ModelRef::shipped(known)).await?;
        let key = (embedder.to_owned(), shipped);
        // For an empty canvas only as many as show that everything works.
        let wanted = if image.is_some() { set.len() } else { PART.min(set.len()) };
        if !self.embed_references(&key, &predictor, &set, wanted).await? {
            return Ok(Some(Event::Superseded));
        }
        let nearest = match (image, self.references.complete.get(&key)) {
            (Some(image), Some(references)) => {
                let embedding = predictor.embed_set(&drawn(&image)?, 0..1).await?;
                Some(references.best_per_class(&embedding)?)
            }
            _ => None,
        };
        let similarity = Similarity {
            embedder: embedder.to_owned(),
            level: shipped.level,
            per_class: number::to_u32(set.len() / CLASSES),
            winner: nearest.as_ref().map(winner),
            closest: (0..CLASSES).map(|class| closest(&set, class, nearest.as_ref())).collect(),
            compute_ms: self.host.now_ms() - started_ms,
        };
        Ok(Some(Event::Compared { similarity }))
    }

    /// Embeds references until `wanted` are there; false where a newer comparison waits.
    async fn embed_references(
        &mut self,
        key: &Key,
        predictor: &Predictor,
        set: &ImageSet,
        wanted: usize,
    ) -> Result<bool, Fault> {
        if self.references.complete.contains_key(key) {
            return Ok(true);
        }
        let what = format!("Embedding the references of level {}", key.1.level);
        loop {
            let done = self.references.begun.get(key).map_or(0, |begun| begun.done);
            if done >= wanted {
                break;
            }
            let end = (done + PART).min(set.len());
            let values = predictor.embed_set(set, done..end).await?;
            let begun = self.references.begun.entry(key.clone()).or_default();
            begun.values.extend(values);
            begun.done = end;
            if end < wanted {
                self.busy(self.current, &what, end as u64, Some(wanted as u64));
                self.breathe().await?;
                if self.inbox.waits(|request| matches!(request, Request::Compare { .. })) {
                    return Ok(false);
                }
            }
        }
        if wanted == set.len()
            && let Some(begun) = self.references.begun.remove(key)
        {
            let embeddings = Embeddings::new(begun.values.len() / begun.done, begun.values, set.labels.clone())?;
            self.references.complete.insert(key.clone(), Arc::new(ReferenceSet::new(&embeddings)?));
        }
        Ok(true)
    }
}

/// The closest reference of a class; without a drawing the first one.
fn closest(set: &ImageSet, class: usize, nearest: Option<&[Nearest; CLASSES]>) -> ClosestReference {
    let index = nearest.map_or(class, |nearest| nearest[class].reference);
    ClosestReference {
        reference: number::to_u32(index / CLASSES),
        cosine: nearest.map(|nearest| nearest[class].cosine),
        image: square(SIDE_28, set.image(index)),
    }
}

/// The class of the largest cosine; the first where several are equal.
fn winner(nearest: &[Nearest; CLASSES]) -> u32 {
    let larger = |best: usize, class: usize| if nearest[class].cosine > nearest[best].cosine { class } else { best };
    number::to_u32((1..CLASSES).fold(0, larger))
}

/// A drawing as a set of one image.
fn drawn(image: &[u8; PIXELS_28]) -> Result<ImageSet, Fault> {
    let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
    Ok(ImageSet::new(shape, image.to_vec(), vec![0])?)
}

impl From<IndexError> for Fault {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::NoSuchLevel { .. } => Self::bad_input(error),
            IndexError::Damaged { .. } | IndexError::Format { .. } => Self::bad_file("The distilled images", error),
        }
    }
}

impl From<SimilarityError> for Fault {
    fn from(error: SimilarityError) -> Self {
        match error {
            SimilarityError::Embedding(error) => error.into(),
            SimilarityError::NotFinite { .. } => Self::bad_file("The embedder", error),
            SimilarityError::ClassWithoutReference { .. }
            | SimilarityError::Count { .. }
            | SimilarityError::Dimension { .. } => Self::bad_file("The distilled images", error),
        }
    }
}
