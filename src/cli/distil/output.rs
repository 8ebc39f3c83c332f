//! The files of a distillation: one sprite per level, the tree, the index, and the run's entry in the manifest.

use crate::cli::{CliError, distilled, files, manifest};
use crate::config::{
    CLASSES, DistillationConfig, DistilledIndex, DistilledLevel, INDEX_FORMAT, ImageShape, IndexError, Tree,
};
use crate::engine::data::{DataError, ImageSet};
use crate::engine::distillation::{read_sprite, sprite_png};
use crate::number;
use serde::Serialize;
use std::path::{Path, PathBuf};

const HINT: &str = "; distil the levels below first";

/// The images of a level in 8 bits.
pub struct LevelImages {
    level: usize,
    images: ImageSet,
}

impl LevelImages {
    /// From values of 0..1, `[subsets, classes, height, width, channels]`.
    pub fn new(shape: ImageShape, level: usize, values: &[f32]) -> Self {
        let count = values.len() / shape.len();
        let pixel = |index: usize| {
            let (image, place) = (index / shape.len(), index % shape.len());
            let (channel, position) = (place / (shape.height * shape.width), place % (shape.height * shape.width));
            number::whole((values[image * shape.len() + position * shape.channels + channel] * 255.0).round())
        };
        let pixels = (0..count * shape.len()).map(pixel).collect();
        let labels = (0..count).map(|index| number::to_u8(index % CLASSES)).collect();
        Self { level, images: ImageSet { shape, pixels, labels, classes: CLASSES } }
    }

    /// The images as whoever opens the file gets them.
    pub fn shipped(&self) -> Result<ImageSet, DataError> {
        read_sprite(&file_name(self.level), &sprite_png(&self.images)?, self.images.shape)
    }
}

fn file_name(level: usize) -> String {
    format!("level-{level}.png")
}

/// The folder of a distillation.
pub struct Folder {
    path: PathBuf,
    /// What the index says whatever the levels are.
    header: DistilledIndex,
}

impl Folder {
    /// The folder for distillations of these images with these settings.
    pub fn new(path: &Path, dataset: &str, data_sha256: &str, images: &ImageSet, config: &DistillationConfig) -> Self {
        let header = DistilledIndex {
            format: INDEX_FORMAT,
            dataset: dataset.to_owned(),
            data_sha256: data_sha256.to_owned(),
            class_counts: images.class_counts().to_vec(),
            config: config.clone(),
            levels: Vec::new(),
            tree: "tree.json".to_owned(),
            tree_sha256: String::new(),
        };
        Self { path: path.to_owned(), header }
    }

    /// The images of the level below `level`, where they were made from the same images with the same settings.
    ///
    /// # Errors
    /// [`CliError::LevelBelow`] with what is missing or different, [`CliError::Read`], [`CliError::Data`].
    pub fn below(&self, level: usize) -> Result<ImageSet, CliError> {
        let below = level - 1;
        let entry = self.index()?.level(below).cloned();
        let refused = |reason: String| CliError::LevelBelow { level, below, folder: self.path.clone(), reason };
        let entry = entry.map_err(|error| refused(error.to_string()))?;
        self.same_below(level).map_err(|what| refused(format!("{what} there is different")))?;
        let bytes = files::read(&self.path.join(&entry.file), HINT)?;
        if files::sha256(&bytes) != entry.sha256 {
            return Err(refused(format!("{} is not the file that its index describes", entry.file)));
        }
        Ok(read_sprite(&entry.file, &bytes, self.header.config.image)?)
    }

    fn index(&self) -> Result<DistilledIndex, CliError> {
        let bytes = files::read(&self.path.join("index.json"), HINT)?;
        Ok(DistilledIndex::from_json(&String::from_utf8_lossy(&bytes))?)
    }

    /// Says what differs where the levels below `level` were made otherwise.
    fn same_below(&self, level: usize) -> Result<(), &'static str> {
        let found = self.index().map_err(|_| "the index")?;
        let (there, here) = (&found.config, &self.header.config);
        let mut expected = here.clone();
        // How the levels from this one on are made does not concern those below.
        expected.optimization.truncate(level - 1);
        expected.optimization.extend(there.optimization.iter().skip(level - 1).cloned());
        if (&found.data_sha256, &found.class_counts) != (&self.header.data_sha256, &self.header.class_counts) {
            return Err("the data set");
        }
        if *there == expected { Ok(()) } else { Err("one of the settings") }
    }

    /// Writes levels from `first` on with the tree, and the index last, so that it never promises what is not there.
    ///
    /// # Errors
    /// [`CliError::Write`], and what [`Folder::below`] finds wrong with the index that is extended.
    pub fn write(&self, made: Vec<LevelImages>, mut tree: Tree, first: usize) -> Result<(), CliError> {
        let mut index = self.header.clone();
        if first > 1 {
            // Levels above the new ones were made from images that are gone.
            index.levels = self.index()?.levels.into_iter().take(first - 1).collect();
        }
        for LevelImages { level, images } in made {
            let (file, bytes) = (file_name(level), sprite_png(&images)?);
            files::write_atomically(&self.path.join(&file), &bytes)?;
            let per_class = images.len() / CLASSES;
            index.levels.push(DistilledLevel { level, per_class, file, sha256: files::sha256(&bytes) });
        }
        tree.levels.truncate(index.levels.len());
        tree.check(&index).map_err(|reason| IndexError::Damaged { file: index.tree.clone(), reason })?;
        let text = serde_json::to_string(&tree)? + "\n";
        files::write_atomically(&self.path.join(&index.tree), text.as_bytes())?;
        index.tree_sha256 = files::sha256(text.as_bytes());
        let text = serde_json::to_string_pretty(&index)? + "\n";
        files::write_atomically(&self.path.join("index.json"), text.as_bytes())
    }

    /// The manifest that a folder's entry is in.
    pub fn manifest_of(path: &Path) -> PathBuf {
        let assets = path.parent().and_then(Path::parent).filter(|path| !path.as_os_str().is_empty());
        assets.unwrap_or(Path::new(".")).join("manifest.json")
    }

    /// Records in the manifest how the files were made.
    pub fn record_run(&self, entry: &impl Serialize) -> Result<(), CliError> {
        let manifest = Self::manifest_of(&self.path);
        manifest::record_distillation(&manifest, &distilled::name(&self.path), "run", entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::distillation::tree;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 28, width: 28 };

    fn data() -> ImageSet {
        let labels: Vec<u8> = (0..80).map(|index| number::to_u8(index % CLASSES)).collect();
        ImageSet::new(SHAPE, vec![7; 80 * SHAPE.len()], labels).unwrap()
    }

    fn config() -> DistillationConfig {
        let mut config = DistillationConfig { per_class: vec![3, 1], ..DistillationConfig::mnist() };
        config.optimization.truncate(2);
        config
    }

    fn level(level: usize, per_class: usize) -> LevelImages {
        let values: Vec<f32> =
            (0..per_class * CLASSES * SHAPE.len()).map(|index| (index % 256) as f32 / 255.0).collect();
        LevelImages::new(SHAPE, level, &values)
    }

    #[test]
    fn levels_are_written_and_the_next_one_is_made_from_them() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("distilled/mnist");
        let folder = |config: &DistillationConfig| Folder::new(&path, "mnist", "aa", &data(), config);
        let tree = tree(&data(), &config()).unwrap();
        let missing = folder(&config()).below(2).unwrap_err().to_string();
        assert!(missing.contains("index.json") && missing.contains("distil the levels below first"), "{missing}");
        folder(&config()).write(vec![level(1, 3)], tree.clone(), 1).unwrap();
        let images = folder(&config()).below(2).unwrap();
        assert_eq!((images.len(), &images), (30, &level(1, 3).shipped().unwrap()));

        folder(&config()).write(vec![level(2, 1)], tree, 2).unwrap();
        folder(&config()).record_run(&5).unwrap();
        let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
        let index = DistilledIndex::from_json(&read("index.json")).unwrap();
        assert_eq!(index.levels.len(), 2);
        assert_eq!(index.levels[1].sha256, files::sha256(&std::fs::read(path.join("level-2.png")).unwrap()));
        assert!(Tree::from_json(&read("tree.json"), &index).is_ok());
        assert_eq!(index.tree_sha256, files::sha256(read("tree.json").as_bytes()));
        let manifest = manifest::load(&root.path().join("manifest.json")).unwrap();
        assert_eq!(manifest.other["distillation"]["mnist"]["run"], 5);
    }

    #[test]
    fn a_level_is_not_put_on_levels_of_other_settings() {
        let root = tempfile::tempdir().unwrap();
        let folder = |config: &DistillationConfig| Folder::new(root.path(), "mnist", "aa", &data(), config);
        let tree = tree(&data(), &config()).unwrap();
        folder(&config()).write(vec![level(1, 3)], tree, 1).unwrap();
        let mut changed = config();
        changed.optimization[1].draws = 99;
        assert!(folder(&changed).below(2).is_ok(), "the settings of the level itself may change");
        changed.optimization[0].draws = 99;
        let error = folder(&changed).below(2).map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains("level 2 is made from level 1") && error.contains("one of the settings there"),
            "{error}"
        );
        let error = folder(&config()).below(3).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("there is no level 2"), "{error}");
        std::fs::write(root.path().join("level-1.png"), "cut").unwrap();
        let error = folder(&config()).below(2).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("level-1.png is not the file that its index describes"), "{error}");
    }
}
