//! Settings of `distil` from its arguments: those that are not given are the shipped ones.

use crate::cli::CliError;
use crate::config::{
    Augmentation, DistillationConfig, DistillationConfigError, DistillationLoss, LevelOptimization, Partition,
    PixelMetric, StartImages,
};
use std::str::FromStr;

/// Which levels a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelChoice {
    /// One after the other.
    All,
    /// Only this one, from the level below that is already there.
    One(usize),
}

impl FromStr for LevelChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("all", _) => Ok(Self::All),
            (_, Ok(level)) => Ok(Self::One(level)),
            (_, Err(_)) => Err("give all or the number of a level".to_owned()),
        }
    }
}

/// Names of losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LossName {
    /// Squared Euclidean distances, Eq. (5).
    Euclid,
    /// Additive angular margin.
    Arcface,
}

/// Names of starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StartName {
    /// The first image of the group.
    Real,
    /// The mean of the group.
    Mean,
    /// Uniform noise.
    Noise,
}

/// Names of partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PartitionName {
    /// Any images of a class, as in the article.
    Random,
    /// Neighbours: balanced clusters of similar images.
    Alike,
}

/// Arguments that decide the images. A list has one entry for each level, or one for all.
#[derive(Debug, Clone, clap::Args)]
pub struct SettingArguments {
    /// Images per class after each level.
    #[arg(long, value_delimiter = ',')]
    per_class: Option<Vec<usize>>,
    /// How groups are compared.
    #[arg(long)]
    loss: Option<LossName>,
    /// Euclid: weight of the own class against the others, above 9.
    #[arg(long)]
    lambda: Option<f64>,
    /// `ArcFace`: factor of the cosines.
    #[arg(long)]
    scale: Option<f64>,
    /// `ArcFace`: added to the angle to the own class, in radians.
    #[arg(long)]
    margin: Option<f64>,
    /// Where each image starts.
    #[arg(long)]
    start: Option<StartName>,
    /// Channels of the random networks.
    #[arg(long)]
    width: Option<usize>,
    /// Filters of the random networks orthogonal to each other, within a network and across four of them.
    #[arg(long)]
    orthogonal: bool,
    /// Random networks drawn one after the other, per level.
    #[arg(long, value_delimiter = ',')]
    draws: Option<Vec<usize>>,
    /// Gradient steps with each of them, per level.
    #[arg(long, value_delimiter = ',')]
    steps: Option<Vec<usize>>,
    /// First step size, per level.
    #[arg(long, value_delimiter = ',')]
    learning_rate: Option<Vec<f64>>,
    /// Share of the last step that is repeated, per level.
    #[arg(long, value_delimiter = ',')]
    momentum: Option<Vec<f64>>,
    /// Standard deviation of the blur of the steps, in pixels; 0 for none.
    #[arg(long)]
    smoothing: Option<f64>,
    /// Size of the steps of empty pixels against those of full ones, from 0 to 1.
    #[arg(long)]
    background: Option<f64>,
    /// Seed of the random networks and of noise.
    #[arg(long)]
    seed: Option<u64>,
    /// Seed of the partition into groups.
    #[arg(long)]
    partition_seed: Option<u64>,
    /// Which images of a class form a group.
    #[arg(long)]
    partition: Option<PartitionName>,
    /// Symmetric augmentation: all images of a step are moved by the same random shift of at most this many pixels.
    #[arg(long)]
    augment_shift: Option<f64>,
    /// ... turned by at most this many degrees.
    #[arg(long)]
    augment_rotation: Option<f64>,
    /// ... and made larger or smaller by at most this share.
    #[arg(long)]
    augment_scale: Option<f64>,
}

/// `ArcFace` as in its own publication: scale 64, and a margin of half a radian.
const ARC_FACE: (f64, f64) = (64.0, 0.5);
/// Weight of the own class in the article.
const LAMBDA: f64 = 19.0;

impl SettingArguments {
    /// The settings with which the partition is shipped, with the values given in place of theirs.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn config(&self) -> Result<DistillationConfig, CliError> {
        let shipped = DistillationConfig::shipped(self.partition());
        let per_class = self.per_class.clone().unwrap_or(shipped.per_class);
        let mut embedder = shipped.embedder;
        embedder.width = self.width.unwrap_or(embedder.width);
        embedder.orthogonal = self.orthogonal;
        let config = DistillationConfig {
            image: shipped.image,
            optimization: self.optimization(&shipped.optimization, per_class.len())?,
            per_class,
            loss: self.loss(shipped.loss),
            start: self.start.map_or(shipped.start, StartName::images),
            embedder,
            metric: PixelMetric {
                smoothing: self.smoothing.unwrap_or(shipped.metric.smoothing),
                background: self.background.unwrap_or(shipped.metric.background),
            },
            seed: self.seed.unwrap_or(shipped.seed),
            partition_seed: self.partition_seed.unwrap_or(shipped.partition_seed),
            partition: shipped.partition,
            augmentation: self.augmentation(),
        };
        config.validate()?;
        Ok(config)
    }

    /// The partition asked for, or the article's.
    pub fn partition(&self) -> Partition {
        self.partition.map_or(Partition::Random, PartitionName::partition)
    }

    /// The movements asked for, if any.
    fn augmentation(&self) -> Option<Augmentation> {
        let widths = [self.augment_shift, self.augment_rotation, self.augment_scale];
        let [shift, rotation, scale] = widths.map(|width| width.unwrap_or(0.0));
        widths.iter().any(Option::is_some).then_some(Augmentation { shift, rotation, scale })
    }

    fn loss(&self, shipped: DistillationLoss) -> DistillationLoss {
        let (lambda, arc_face) = match shipped {
            DistillationLoss::Euclid { lambda } => (lambda, ARC_FACE),
            DistillationLoss::ArcFace { scale, margin } => (LAMBDA, (scale, margin)),
        };
        match self.loss {
            Some(LossName::Arcface) => DistillationLoss::ArcFace {
                scale: self.scale.unwrap_or(arc_face.0),
                margin: self.margin.unwrap_or(arc_face.1),
            },
            Some(LossName::Euclid) | None => DistillationLoss::Euclid { lambda: self.lambda.unwrap_or(lambda) },
        }
    }

    /// One set for each of `levels`; where there are more levels than shipped ones, the last one's is repeated.
    fn optimization(&self, shipped: &[LevelOptimization], levels: usize) -> Result<Vec<LevelOptimization>, CliError> {
        let draws = per_level(self.draws.as_deref(), levels)?;
        let steps = per_level(self.steps.as_deref(), levels)?;
        let rates = per_level(self.learning_rate.as_deref(), levels)?;
        let momenta = per_level(self.momentum.as_deref(), levels)?;
        let level = |level: usize| {
            let base = &shipped[level.min(shipped.len() - 1)];
            LevelOptimization {
                draws: draws(level).unwrap_or(base.draws),
                steps_per_draw: steps(level).unwrap_or(base.steps_per_draw),
                learning_rate: rates(level).unwrap_or(base.learning_rate),
                momentum: momenta(level).unwrap_or(base.momentum),
            }
        };
        Ok((0..levels).map(level).collect())
    }

    /// The arguments again, as they are written on the command line.
    pub fn written(&self) -> String {
        let mut text = String::new();
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!(" --{name} {value}"));
            }
        };
        option("per-class", list(self.per_class.as_deref()));
        option("loss", self.loss.and_then(|loss| name(&loss)));
        option("lambda", self.lambda.map(|value| value.to_string()));
        option("scale", self.scale.map(|value| value.to_string()));
        option("margin", self.margin.map(|value| value.to_string()));
        option("start", self.start.and_then(|start| name(&start)));
        option("width", self.width.map(|value| value.to_string()));
        option("draws", list(self.draws.as_deref()));
        option("steps", list(self.steps.as_deref()));
        option("learning-rate", list(self.learning_rate.as_deref()));
        option("momentum", list(self.momentum.as_deref()));
        option("smoothing", self.smoothing.map(|value| value.to_string()));
        option("background", self.background.map(|value| value.to_string()));
        option("seed", self.seed.map(|value| value.to_string()));
        option("partition-seed", self.partition_seed.map(|value| value.to_string()));
        option("partition", self.partition.and_then(|partition| name(&partition)));
        option("augment-shift", self.augment_shift.map(|value| value.to_string()));
        option("augment-rotation", self.augment_rotation.map(|value| value.to_string()));
        option("augment-scale", self.augment_scale.map(|value| value.to_string()));
        if self.orthogonal {
            text.push_str(" --orthogonal");
        }
        text
    }
}

impl PartitionName {
    fn partition(self) -> Partition {
        match self {
            Self::Random => Partition::Random,
            Self::Alike => Partition::Alike,
        }
    }
}

impl StartName {
    fn images(self) -> StartImages {
        match self {
            Self::Real => StartImages::Real,
            Self::Mean => StartImages::Mean,
            Self::Noise => StartImages::Noise,
        }
    }
}

/// Entry of each level of a list with one entry for each or for all.
fn per_level<T: Copy>(
    values: Option<&[T]>,
    levels: usize,
) -> Result<impl Fn(usize) -> Option<T>, DistillationConfigError> {
    match values {
        Some(values) if values.len() != 1 && values.len() != levels => {
            Err(DistillationConfigError::Optimization { levels, settings: values.len() })
        }
        _ => Ok(move |level| values.and_then(|values| values.get(level).or(values.first()).copied())),
    }
}

fn list<T: ToString>(values: Option<&[T]>) -> Option<String> {
    values.map(|values| values.iter().map(T::to_string).collect::<Vec<_>>().join(","))
}

fn name(value: &impl clap::ValueEnum) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: SettingArguments,
    }

    fn config(arguments: &str) -> Result<DistillationConfig, CliError> {
        parse(arguments).config()
    }

    fn parse(arguments: &str) -> SettingArguments {
        Line::try_parse_from(["distil"].into_iter().chain(arguments.split_whitespace())).unwrap().settings
    }

    #[test]
    fn settings_not_given_are_the_shipped_ones() {
        assert_eq!(config("").unwrap(), DistillationConfig::mnist());
        assert_eq!(config("--partition alike").unwrap(), DistillationConfig::shipped(Partition::Alike));
        let moved = config("--augment-shift 2 --partition random").unwrap().augmentation.unwrap();
        assert_eq!((moved.shift, moved.rotation, moved.scale), (2.0, 0.0, 0.0));
        let changed = config("--per-class 4,1 --draws 3 --steps 7,9 --loss arcface --margin 0.2 --start mean").unwrap();
        let draws: Vec<_> = changed.optimization.iter().map(|level| (level.draws, level.steps_per_draw)).collect();
        assert_eq!(draws, [(3, 7), (3, 9)]);
        assert_eq!(changed.loss, DistillationLoss::ArcFace { scale: 64.0, margin: 0.2 });
        assert_eq!(changed.start, StartImages::Mean);
    }

    #[test]
    fn settings_that_cannot_work_are_refused_with_the_reason() {
        let refused = |arguments| config(arguments).unwrap_err().to_string();
        assert!(refused("--lambda 9").contains("lambda is 9, but must be above 9"));
        assert!(refused("--draws 1,2").contains("5 levels but optimisation settings for 2"));
        assert!(refused("--per-class 4,4").contains("fewer than the one before"));
        assert!(refused("--learning-rate 0").contains("the step size is 0"));
    }

    #[test]
    fn the_arguments_are_written_as_they_are_read() {
        let line = " --per-class 4,1 --loss arcface --scale 30 --start noise --width 8 --draws 2 --learning-rate 1,0.5 --seed 3 --partition alike --augment-scale 0.1 --orthogonal";
        let written = parse(line).written();
        assert_eq!(written, line);
        assert_eq!(config(&written).unwrap(), config(line).unwrap());
    }

    #[test]
    fn levels_are_all_or_one() {
        assert_eq!("all".parse(), Ok(LevelChoice::All));
        assert_eq!("3".parse(), Ok(LevelChoice::One(3)));
        assert!("some".parse::<LevelChoice>().is_err());
    }
}
