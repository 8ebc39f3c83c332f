//! Images of one's own, by class. Plain data.

use crate::config::CLASS_RANGE;
use serde::{Deserialize, Serialize};

/// Pixels of an image: 28x28, ink light on dark, as the networks get it.
pub const PIXELS: usize = 28 * 28;
/// Most images in all; each takes 784 bytes in the browser's database.
pub const MOST_IMAGES: usize = 5_000;
/// Longest name of a class, in characters.
pub const LONGEST_NAME: usize = 30;
/// Fewest images of a class: one to learn from and one to test with.
const FEWEST: usize = 2;

/// A class and its images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// What it is called.
    pub name: String,
    /// Its images one after the other, [`PIXELS`] each.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// All classes in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Collection {
    /// They.
    pub classes: Vec<Class>,
}

impl Class {
    /// Number of its images.
    pub fn count(&self) -> usize {
        self.pixels.len() / PIXELS
    }

    /// The image at a place.
    pub fn image(&self, index: usize) -> Option<&[u8]> {
        self.pixels.chunks_exact(PIXELS).nth(index)
    }
}

impl Collection {
    /// Number of images in all.
    pub fn count(&self) -> usize {
        self.classes.iter().map(Class::count).sum()
    }

    /// What the classes are called.
    pub fn names(&self) -> Vec<String> {
        self.classes.iter().map(|class| class.name.clone()).collect()
    }

    /// Puts an image into the class of that name, which is made where there is none.
    ///
    /// # Errors
    /// A sentence for the visitor; nothing has changed then.
    pub fn add(&mut self, name: &str, image: &[u8]) -> Result<(), String> {
        let name = name.trim();
        if name.is_empty() {
            return Err("Give the class a name first.".into());
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(format!("A name has at most {LONGEST_NAME} characters."));
        }
        if image.len() != PIXELS {
            return Err("This picture could not be brought to 28 by 28 pixels.".into());
        }
        if self.count() >= MOST_IMAGES {
            return Err(format!("There are {MOST_IMAGES} images, as many as fit. Delete some first."));
        }
        let place = self.classes.iter().position(|class| class.name == name);
        match place {
            Some(place) => self.classes[place].pixels.extend_from_slice(image),
            None if self.classes.len() >= *CLASS_RANGE.end() => {
                return Err(format!(
                    "There are {} classes, as many as a network here tells apart. Delete one first.",
                    CLASS_RANGE.end()
                ));
            }
            None => self.classes.push(Class { name: name.to_owned(), pixels: image.to_vec() }),
        }
        Ok(())
    }

    /// Takes an image out; a class without images goes, too.
    pub fn remove(&mut self, class: usize, index: usize) {
        let Some(held) = self.classes.get_mut(class).filter(|held| index < held.count()) else { return };
        held.pixels.drain(index * PIXELS..(index + 1) * PIXELS);
        if held.pixels.is_empty() {
            self.classes.remove(class);
        }
    }

    /// Takes a class out with all its images.
    pub fn remove_class(&mut self, class: usize) {
        if class < self.classes.len() {
            self.classes.remove(class);
        }
    }

    /// Why a network cannot learn this yet; `None` where it can.
    pub fn obstacle(&self) -> Option<String> {
        if self.classes.len() < *CLASS_RANGE.start() {
            return Some("It takes two classes at least: something to tell apart.".into());
        }
        let few = self.classes.iter().find(|class| class.count() < FEWEST)?;
        Some(format!("Class {} has one image. It takes two: one to learn from, one to test with.", few.name))
    }

    /// All images one after the other, with a label for each.
    pub fn labelled(&self) -> (Vec<u8>, Vec<u8>) {
        let pixels = self.classes.iter().flat_map(|class| &class.pixels).copied().collect();
        let labels = (0_u8..).zip(&self.classes).flat_map(|(label, class)| vec![label; class.count()]).collect();
        (pixels, labels)
    }

    /// Whether what was kept can be used: whole images, and names that differ.
    pub fn is_sound(&self) -> bool {
        let names_differ = self
            .classes
            .iter()
            .enumerate()
            .all(|(at, class)| self.classes[..at].iter().all(|it| it.name != class.name));
        names_differ
            && self.classes.len() <= *CLASS_RANGE.end()
            && self.count() <= MOST_IMAGES
            && self.classes.iter().all(|class| !class.pixels.is_empty() && class.pixels.len() % PIXELS == 0)
    }
}

/// Passes and images a step for a set of this size, such that there are about `steps` steps.
pub fn schedule(images: usize, steps: usize) -> (usize, usize) {
    const MOST: usize = 32;
    const STEPS_A_PASS: usize = 4;
    // A sixth is set aside.
    let learnt = (images - images / 6).max(1);
    let batch = (learnt / STEPS_A_PASS).clamp(2, MOST).min(learnt);
    let steps_a_pass = (learnt / batch).max(1);
    (steps.div_ceil(steps_a_pass).max(1), batch)
}

/// `12 images`.
pub fn counted(count: usize) -> String {
    if count == 1 { "1 image".into() } else { format!("{count} images") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(value: u8) -> Vec<u8> {
        vec![value; PIXELS]
    }

    fn of(classes: &[(&str, u8)]) -> Collection {
        let mut collection = Collection::default();
        for (name, count) in classes {
            for value in 0..*count {
                collection.add(name, &image(value)).unwrap();
            }
        }
        collection
    }

    #[test]
    fn images_go_to_the_class_of_their_name() {
        let mut collection = of(&[("ring", 2)]);
        collection.add(" ring ", &image(9)).unwrap();
        collection.add("cross", &image(7)).unwrap();
        assert_eq!(collection.names(), ["ring", "cross"]);
        assert_eq!((collection.count(), collection.classes[0].image(2)), (4, Some(image(9).as_slice())));
        let (pixels, labels) = collection.labelled();
        assert_eq!((labels.as_slice(), pixels.len()), ([0, 0, 0, 1].as_slice(), 4 * PIXELS));
        assert_eq!(&pixels[3 * PIXELS..], image(7));
        collection.remove(0, 1);
        assert_eq!(collection.classes[0].image(1), Some(image(9).as_slice()));
        collection.remove(1, 0);
        assert_eq!(collection.names(), ["ring"]);
        collection.remove(5, 0);
        collection.remove_class(0);
        assert_eq!(collection, Collection::default());
    }

    #[test]
    fn what_does_not_fit_is_refused_and_changes_nothing() {
        let mut collection = of(&[("ring", 2)]);
        let before = collection.clone();
        assert!(collection.add("  ", &image(1)).unwrap_err().contains("name first"));
        assert!(collection.add(&"x".repeat(31), &image(1)).unwrap_err().contains("30 characters"));
        assert!(collection.add("ring", &[0; 5]).is_err());
        assert_eq!(collection, before);
        let mut full = Collection::default();
        for class in 0..20 {
            full.add(&class.to_string(), &image(1)).unwrap();
        }
        assert!(full.add("one more", &image(1)).unwrap_err().contains("20 classes"));
        full.classes[0].pixels = vec![0; MOST_IMAGES * PIXELS];
        assert!(full.add("1", &image(1)).unwrap_err().contains("5000 images"));
        assert!(!full.is_sound());
    }

    #[test]
    fn two_classes_of_two_images_can_be_learnt() {
        assert!(of(&[]).obstacle().unwrap().contains("two classes"));
        assert!(of(&[("ring", 9)]).obstacle().unwrap().contains("two classes"));
        assert!(of(&[("ring", 9), ("cross", 1)]).obstacle().unwrap().contains("cross has one image"));
        assert_eq!(of(&[("ring", 2), ("cross", 2)]).obstacle(), None);
    }

    #[test]
    fn what_was_kept_is_checked() {
        assert!(of(&[("ring", 2), ("cross", 1)]).is_sound());
        let class = |name: &str, bytes: usize| Class { name: name.into(), pixels: vec![0; bytes] };
        let sound = |classes| Collection { classes }.is_sound();
        assert!(!sound(vec![class("a", 100)]) && !sound(vec![class("a", 0)]));
        assert!(!sound(vec![class("a", PIXELS), class("a", PIXELS)]));
    }

    #[test]
    fn there_are_enough_steps_for_any_number_of_images() {
        for images in [4, 5, 12, 30, 200, 5_000] {
            let (epochs, batch) = schedule(images, 400);
            let learnt = images - images / 6;
            assert!((2..=32).contains(&batch) && batch <= learnt, "{images}: {batch}");
            let steps = epochs * (learnt / batch);
            assert!((400..=400 + learnt / batch).contains(&steps), "{images}: {steps}");
        }
    }
}
