//! Everything that is shipped of the distillation, as it comes in: the tree, the levels, and original digits on demand.

use super::archive::{Archive, file_name, grey_png};
use super::download;
use super::pixels::{PIXELS, cut, mean, shares};
use super::place::{LEVELS, PER_CLASS, Place};
use crate::app::link::{WorkerLink, use_link};
use crate::app::pending::is_final;
use crate::app::reactive::effect;
use crate::app::slices::Slices;
use crate::config::{CLASSES, Partition};
use crate::number;
use crate::protocol::{Event, Request};
use js_sys::Reflect;
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use wasm_bindgen::JsValue;

/// Most training images of one request.
const AT_ONCE: usize = 200;
const TREE: &str = "tree.json";
const UNREACHABLE: &str = "The distilled images could not be loaded. Check the connection and reload the page.";

/// The files so far.
#[derive(Default)]
struct Shelf {
    /// `levels[level - 1][class][subset]` is a list of numbers.
    tree: JsValue,
    /// Grey values of level 1, 2, ...; empty where not here yet.
    sprites: [Vec<u8>; LEVELS],
    /// Original digits by their position in the training set.
    originals: HashMap<u32, Vec<u8>>,
    asked: HashSet<u32>,
    /// Whose tree and levels these are.
    partition: Partition,
}

/// The shelf with word of its changes. A context value; get it with [`use_library`].
#[derive(Clone, Copy)]
pub struct Library {
    shelf: StoredValue<Shelf, LocalStorage>,
    /// Rises when something has come in.
    news: RwSignal<u32>,
    /// Why something cannot be shown.
    pub failure: RwSignal<Option<String>>,
    link: WorkerLink,
}

/// The library provided by the room.
///
/// # Panics
/// Outside the room, which provides it before any part is built.
pub fn use_library() -> Library {
    expect_context::<Library>()
}

impl Library {
    /// An empty library that loads the levels of a partition from `lowest` (1 or more) up, and those of another one when another
    /// is chosen.
    pub fn open(partition: Memo<Partition>, lowest: usize) -> Self {
        let library = Self {
            shelf: StoredValue::new_local(Shelf::default()),
            news: RwSignal::new(0),
            failure: RwSignal::new(None),
            link: use_link(),
        };
        effect(move || {
            let partition = partition.get();
            library.put(|shelf| {
                shelf.partition = partition;
                shelf.tree = JsValue::UNDEFINED;
                shelf.sprites = Default::default();
            });
            library.failure.set(None);
            crate::app::task::spawn(async move {
                // The room, or this choice, may be gone by now: then nobody misses the files.
                if library.load(partition, lowest).await.is_none() && library.is_of(partition) {
                    library.failure.set(Some(UNREACHABLE.into()));
                }
            });
        });
        library
    }

    /// Whose levels these are.
    pub fn partition(self) -> Partition {
        self.news.track();
        self.shelf.with_value(|shelf| shelf.partition)
    }

    /// What files of it are called.
    pub fn set_name(self) -> &'static str {
        match self.partition() {
            Partition::Random => "mnist",
            Partition::Alike => "mnist-alike",
        }
    }

    fn is_of(self, partition: Partition) -> bool {
        self.shelf.try_with_value(|shelf| shelf.partition == partition).unwrap_or(false)
    }

    /// The smallest files first: the top of the tree is there at once.
    async fn load(self, partition: Partition, lowest: usize) -> Option<()> {
        for level in (lowest..=LEVELS).rev() {
            let sprite = download::sprite(partition, &format!("level-{level}.png")).await?;
            if !self.is_of(partition) {
                return Some(());
            }
            self.put(|shelf| shelf.sprites[level - 1] = sprite);
            if level == LEVELS {
                let tree = js_sys::JSON::parse(&download::text(partition, TREE).await?).ok()?;
                if !self.is_of(partition) {
                    return Some(());
                }
                self.put(|shelf| shelf.tree = tree);
            }
        }
        Some(())
    }

    fn put(self, change: impl FnOnce(&mut Shelf)) {
        self.shelf.update_value(change);
        self.news.update(|news| *news += 1);
    }

    /// Whether a level is here; level 0 stands for the tree, without which no original digit can be named.
    pub fn has(self, level: usize) -> bool {
        self.news.track();
        self.shelf.with_value(|shelf| match level {
            0 => shelf.tree.is_object(),
            _ => !shelf.sprites[level - 1].is_empty(),
        })
    }

    /// The sprite of a level from 1 on; empty while it is not here.
    pub fn with_level<T>(self, level: usize, read: impl FnOnce(&[u8]) -> T) -> T {
        self.news.track();
        self.shelf.with_value(|shelf| read(&shelf.sprites[level - 1]))
    }

    /// An image, 0 to 1; nothing while it is not here.
    pub fn image(self, place: Place) -> Vec<f32> {
        self.news.track();
        self.shelf.with_value(|shelf| match place.level {
            0 => shelf.originals.get(&number::to_u32(place.subset)).map(|bytes| shares(bytes)).unwrap_or_default(),
            level => shares(&cut(&shelf.sprites[level - 1], place.class, place.subset)),
        })
    }

    /// The images of some levels (from 1) as the files of a zip archive, with the index and the tree; nothing where one
    /// of them is not here.
    pub async fn archive(self, levels: RangeInclusive<usize>) -> Option<Vec<u8>> {
        let mut archive = Archive::default();
        let partition = self.shelf.with_value(|shelf| shelf.partition);
        for file in ["index.json", TREE] {
            archive.add(file, download::text(partition, file).await?.as_bytes());
        }
        let mut slices = Slices::begin();
        for level in levels {
            for class in 0..CLASSES {
                for subset in 0..PER_CLASS[level] {
                    let pixels = self.shelf.with_value(|shelf| cut(&shelf.sprites[level - 1], class, subset));
                    if pixels.is_empty() {
                        return None;
                    }
                    archive.add(&file_name(Place { level, class, subset }), &grey_png(&pixels));
                    if slices.over() {
                        slices.pause().await;
                    }
                }
            }
        }
        Some(archive.finish())
    }

    /// The images one level below that an image was made from.
    pub fn members(self, place: Place) -> Vec<Place> {
        let Place { level, class, subset } = place;
        let Some(below) = level.checked_sub(1) else { return Vec::new() };
        self.news.track();
        let group = self.shelf.with_value(|shelf| {
            let path = [below, class, subset];
            let levels = Reflect::get(&shelf.tree, &"levels".into()).ok()?;
            path.into_iter().try_fold(levels, |list, index| Reflect::get_u32(&list, number::to_u32(index)).ok())
        });
        let group = group.filter(js_sys::Array::is_array).map(|list| js_sys::Array::from(&list)).unwrap_or_default();
        let member =
            |number: JsValue| Place { level: below, class, subset: number::whole(number.as_f64().unwrap_or(0.0)) };
        group.iter().map(member).collect()
    }

    /// Mean of the group that an image was made from; nothing while any of it is not here.
    pub fn mean_below(self, place: Place) -> Vec<f32> {
        let images: Vec<_> = self.members(place).into_iter().map(|member| self.image(member)).collect();
        mean(&images)
    }

    /// The original digit that an image started from: the first of its group, and so on down.
    pub fn origin(self, place: Place) -> Place {
        let mut place = place;
        while let Some(&first) = self.members(place).first() {
            place = first;
        }
        place
    }

    /// From the top of the tree down to an image; nothing where it is in no group.
    pub fn path(self, place: Place) -> Vec<Place> {
        let mut path = vec![place];
        while let Some(&last) = path.last().filter(|last| last.level < LEVELS) {
            let level = last.level + 1;
            let above = (0..PER_CLASS[level]).map(|subset| Place { level, subset, ..last });
            match above.into_iter().find(|&above| self.members(above).contains(&last)) {
                Some(above) => path.push(above),
                None => return Vec::new(),
            }
        }
        path.reverse();
        path
    }

    /// The image of a level on the way between the top of the tree and an image, or the first below it; the image itself
    /// while the tree is not here.
    pub fn on_level(self, place: Place, level: usize) -> Place {
        if level > place.level {
            return self.path(place).into_iter().find(|above| above.level == level).unwrap_or(place);
        }
        let mut place = place;
        while place.level > level {
            let Some(&first) = self.members(place).first() else { break };
            place = first;
        }
        place
    }

    /// Asks for the original digits among the places, where they are not here yet.
    pub fn want(self, places: &[Place]) {
        let mut missing = Vec::new();
        self.shelf.update_value(|shelf| {
            let originals = places.iter().filter(|place| place.level == 0).map(|place| number::to_u32(place.subset));
            missing.extend(originals.filter(|&index| shelf.asked.insert(index)));
        });
        for part in missing.chunks(AT_ONCE) {
            let indices = part.to_vec();
            self.link.send(Request::TrainImages { indices: indices.clone() }, move |event| {
                if let Event::TrainImages { pixels } = event {
                    let images = indices.iter().copied().zip(pixels.chunks_exact(PIXELS).map(<[u8]>::to_vec));
                    self.put(|shelf| shelf.originals.extend(images));
                    return;
                }
                if !is_final(event) {
                    return;
                }
                // Asked for again the next time they are shown.
                self.shelf.update_value(|shelf| indices.iter().for_each(|index| _ = shelf.asked.remove(index)));
                if let Event::Failed { error } = event {
                    self.failure.set(Some(error.to_string()));
                }
            });
        }
    }
}
