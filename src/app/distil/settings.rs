//! From what the visitor chose to the settings of a live run, and what to say where they cannot work.

use crate::config::{
    DistillationConfig, DistillationConfigError, DistillationLoss, EmbedderConfig, LevelOptimization, Partition,
    StartImages,
};
use crate::number;

/// A number of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Weight of the own class in Eq. (5).
    Lambda,
    /// Factor of the cosines.
    Scale,
    /// Margin of the angle, in radians.
    Margin,
    /// Channels of the embedder.
    Width,
    /// Embedders drawn one after the other.
    Draws,
    /// Gradient steps with each.
    Steps,
    /// First step size.
    Rate,
}

/// Number of [`Setting`]s.
const COUNT: usize = 7;

impl Setting {
    /// All, with their names in the address.
    pub const KEYS: [(Self, &'static str); COUNT] = [
        (Self::Lambda, "live-lambda"),
        (Self::Scale, "live-scale"),
        (Self::Margin, "live-margin"),
        (Self::Width, "live-width"),
        (Self::Draws, "live-networks"),
        (Self::Steps, "live-steps"),
        (Self::Rate, "live-rate"),
    ];
}

/// What the visitor chose.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveSettings {
    /// Which shipped distillation the group is of, and whose settings stand where none was chosen.
    pub partition: Partition,
    /// The angular loss in place of the Euclidean one.
    pub arcface: bool,
    /// Where the images start; `None` as in the shipped settings.
    pub start: Option<StartImages>,
    /// Whether the filters of the random networks are orthogonal to each other.
    pub orthogonal: bool,
    /// What was typed, in the order of [`Setting`]; `None` for the shipped value, not-a-number while there is none.
    pub typed: [Option<f64>; COUNT],
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self { partition: Partition::ALL[0], arcface: false, start: None, orthogonal: false, typed: [None; COUNT] }
    }
}

/// Name of a start in the menu.
pub const fn start_key(start: StartImages) -> &'static str {
    match start {
        StartImages::Real => "real",
        StartImages::Mean => "mean",
        StartImages::Noise => "noise",
    }
}

/// The start of that name.
pub fn start_from_key(key: &str) -> StartImages {
    let all = [StartImages::Real, StartImages::Mean, StartImages::Noise];
    all.into_iter().find(|&start| start_key(start) == key).unwrap_or(StartImages::Real)
}

impl LiveSettings {
    /// Where the images start, as chosen or as in the shipped settings.
    pub fn start(&self) -> StartImages {
        self.start.unwrap_or_else(|| DistillationConfig::shipped(self.partition).start)
    }

    /// What an address holds of it: everything but the partition, which stands there on its own, and fields without a number.
    #[must_use]
    pub fn for_address(&self) -> Self {
        let typed = self.typed.map(|number| number.filter(|number| number.is_finite()));
        Self { partition: Partition::ALL[0], typed, ..self.clone() }
    }

    /// A number as chosen, or as in the shipped settings of the level (from 1).
    pub fn number(&self, setting: Setting, level: usize) -> f64 {
        self.typed[setting as usize].unwrap_or_else(|| shipped(self.partition, setting, level))
    }

    /// The settings for the worker; they may be impossible, see [`LiveSettings::problem`].
    pub fn config(&self, level: usize) -> DistillationConfig {
        let number = |setting| self.number(setting, level);
        let count =
            |setting| if number(setting).is_finite() { number::whole(number(setting).clamp(0.0, 1e6)) } else { 0 };
        let mut config = DistillationConfig::shipped(self.partition);
        config.loss = if self.arcface {
            DistillationLoss::ArcFace { scale: number(Setting::Scale), margin: number(Setting::Margin) }
        } else {
            DistillationLoss::Euclid { lambda: number(Setting::Lambda) }
        };
        config.start = self.start();
        config.embedder =
            EmbedderConfig { width: count(Setting::Width), orthogonal: self.orthogonal, ..config.embedder };
        if let Some(own) = config.optimization.get_mut(level.saturating_sub(1)) {
            *own = LevelOptimization {
                draws: count(Setting::Draws),
                steps_per_draw: count(Setting::Steps),
                learning_rate: number(Setting::Rate),
                ..own.clone()
            };
        }
        config
    }

    /// Why the settings cannot work, and which number to change.
    pub fn problem(&self, level: usize) -> Option<(Option<Setting>, String)> {
        let error = self.config(level).validate().err()?;
        let setting = match &error {
            DistillationConfigError::NotConvex { .. } => Some(Setting::Lambda),
            DistillationConfigError::OutOfRange { setting, .. } => named(setting),
            DistillationConfigError::Levels(_)
            | DistillationConfigError::Optimization { .. }
            | DistillationConfigError::TooSmall { .. } => None,
        };
        let message = error.to_string();
        let mut letters = message.chars();
        let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        Some((setting, format!("{first}{}.", letters.as_str())))
    }
}

/// The number that an error message names.
fn named(name: &str) -> Option<Setting> {
    Some(match name {
        "lambda" => Setting::Lambda,
        "the scale of the cosines" => Setting::Scale,
        "the margin" => Setting::Margin,
        "the width of the embedder" => Setting::Width,
        "the number of embedders" => Setting::Draws,
        "the number of steps per embedder" => Setting::Steps,
        "the step size" => Setting::Rate,
        _ => return None,
    })
}

/// As in the shipped settings; for `ArcFace`, which they do not use, usual values.
fn shipped(partition: Partition, setting: Setting, level: usize) -> f64 {
    let config = DistillationConfig::shipped(partition);
    let own = config.optimization.get(level.saturating_sub(1));
    let of_level = |read: fn(&LevelOptimization) -> f64| own.map_or(f64::NAN, read);
    match setting {
        Setting::Lambda => match config.loss {
            DistillationLoss::Euclid { lambda } => lambda,
            DistillationLoss::ArcFace { .. } => 19.0,
        },
        Setting::Scale => 16.0,
        Setting::Margin => 0.2,
        Setting::Width => config.embedder.width as f64,
        Setting::Draws => of_level(|own| own.draws as f64),
        Setting::Steps => of_level(|own| own.steps_per_draw as f64),
        Setting::Rate => of_level(|own| own.learning_rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(setting: Setting, value: f64) -> LiveSettings {
        let mut settings = LiveSettings::default();
        settings.typed[setting as usize] = Some(value);
        settings
    }

    #[test]
    fn without_a_choice_the_shipped_settings_run() {
        for (partition, level) in Partition::ALL.into_iter().flat_map(|each| (1..=5).map(move |level| (each, level))) {
            let settings = LiveSettings { partition, ..LiveSettings::default() };
            assert_eq!(settings.config(level), DistillationConfig::shipped(partition));
            assert_eq!(settings.problem(level), None);
        }
        let arcface = LiveSettings { arcface: true, ..LiveSettings::default() };
        assert_eq!(arcface.problem(3), None);
    }

    #[test]
    fn choices_reach_the_settings_of_their_level() {
        let mut settings = with(Setting::Draws, 3.0);
        settings.typed[Setting::Width as usize] = Some(8.0);
        settings.start = Some(start_from_key("noise"));
        let config = settings.config(2);
        assert_eq!(config.optimization[1].draws, 3);
        assert_eq!(config.optimization[0], DistillationConfig::mnist().optimization[0]);
        assert_eq!((config.embedder.width, config.start), (8, StartImages::Noise));
        assert_eq!(start_from_key(start_key(StartImages::Mean)), StartImages::Mean);
    }

    #[test]
    fn each_problem_points_at_its_number() {
        let cases = [
            (Setting::Lambda, 9.0),
            (Setting::Lambda, f64::NAN),
            (Setting::Width, 0.0),
            (Setting::Draws, 0.0),
            (Setting::Steps, f64::NAN),
            (Setting::Rate, 0.0),
        ];
        for (setting, value) in cases {
            let (found, message) = with(setting, value).problem(5).unwrap();
            assert_eq!(found, Some(setting), "{message}");
        }
        let (_, message) = with(Setting::Lambda, 9.0).problem(5).unwrap();
        assert!(message.starts_with("Lambda is 9, but must be above 9"), "{message}");
        for (setting, value) in [(Setting::Scale, 0.0), (Setting::Margin, 2.0)] {
            let settings = LiveSettings { arcface: true, ..with(setting, value) };
            assert_eq!(settings.problem(1).unwrap().0, Some(setting));
        }
    }
}
