//! The numbers of the settings form: what each may be, and how what is typed becomes the setting.

use super::settings::{Field, TRAINING_IMAGES, stack};
use crate::app::url::TrainState;
use crate::config::{BlockConfig, Bounds, CgConfig, TrainingConfig};
use crate::number;

impl Field {
    /// What its control may be set to; `None` where it has none.
    pub fn bounds(self) -> Option<Bounds<f64>> {
        Some(match self {
            Self::Width => BlockConfig::WIDTH.real(),
            Self::Order => CgConfig::ORDER.real(),
            Self::Dilation(_) => CgConfig::DILATION.real(),
            Self::Batch => TrainingConfig::batch_bounds(TRAINING_IMAGES).real(),
            Self::Epochs => TrainingConfig::EPOCHS.real(),
            Self::LearningRate => TrainingConfig::LEARNING_RATE,
            Self::Shift => TrainingConfig::SHIFT.real(),
            Self::Seed => TrainingConfig::SEED.real(),
            Self::Other => return None,
        })
    }

    /// The control of the setting that messages call so.
    pub(super) fn called(name: &str) -> Self {
        let is_it = |field: &Self| field.bounds().is_some_and(|bounds| bounds.name == name);
        let all = [Self::Width, Self::Order, Self::Epochs, Self::LearningRate, Self::Shift];
        all.into_iter().find(is_it).unwrap_or(Self::Other)
    }

    /// Takes over what was typed: not-a-number where it was no number.
    pub fn set(self, state: &mut TrainState, number: f64) {
        match self {
            Self::Width => state.width = Some(whole(number)),
            Self::Order => state.order = Some(whole(number)),
            Self::Dilation(level) => {
                let mut dilations = stack(state).map(|(_, _, dilations)| dilations).unwrap_or_default();
                if let Some(place) = dilations.get_mut(level) {
                    *place = whole(number);
                }
                state.dilations = dilations;
            }
            Self::Batch => state.batch = whole(number),
            Self::Epochs => state.epochs = whole(number),
            Self::LearningRate => state.learning_rate = number,
            Self::Shift => state.shift = whole(number),
            Self::Seed => state.seed = TrainingConfig::SEED.nearest(number::whole(number)),
            Self::Other => {}
        }
    }
}

/// A count from a typed number: not-a-number and negative numbers become 0, which the checks refuse where they must.
fn whole(number: f64) -> usize {
    if number.is_finite() { number::whole(number.clamp(0.0, 1e15)) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::train::settings::problems;
    use crate::app::url::{UrlState, parse, write};

    /// Every number of the form with its key in the address.
    const NUMBERS: [(Field, &str); 8] = [
        (Field::Width, "width"),
        (Field::Order, "order"),
        (Field::Dilation(0), "dilations"),
        (Field::Batch, "batch"),
        (Field::Epochs, "epochs"),
        (Field::LearningRate, "lr"),
        (Field::Shift, "shift"),
        (Field::Seed, "seed"),
    ];

    fn typed(field: Field, number: f64) -> TrainState {
        let mut state = TrainState::default();
        field.set(&mut state, number);
        state
    }

    /// Whether the checks find a number out of its range.
    fn is_refused(state: &TrainState) -> bool {
        problems(state).iter().any(|problem| problem.message.contains("must be"))
    }

    #[test]
    fn form_address_and_validation_take_both_ends_of_every_range() {
        for (field, key) in NUMBERS {
            let bounds = field.bounds().unwrap();
            for end in [bounds.least, bounds.most] {
                let state = typed(field, end);
                assert!(!is_refused(&state), "{key}={end}");
                let link = write(&UrlState { train: state.clone(), ..UrlState::default() });
                let parsed = parse(&link);
                assert_eq!((parsed.state.train, parsed.notice), (state, None), "{link}");
            }
        }
    }

    #[test]
    fn form_address_and_validation_refuse_or_clamp_what_lies_beyond() {
        for (field, key) in NUMBERS {
            let bounds = field.bounds().unwrap();
            let beyond = match field {
                Field::LearningRate => [bounds.least / 2.0, bounds.most * 2.0],
                Field::Width
                | Field::Order
                | Field::Dilation(_)
                | Field::Batch
                | Field::Epochs
                | Field::Shift
                | Field::Seed
                | Field::Other => [bounds.least - 1.0, bounds.most + 1.0],
            };
            for (number, end) in beyond.into_iter().zip([bounds.least, bounds.most]) {
                let state = typed(field, number);
                assert!(is_refused(&state) || state == typed(field, end), "{key}={number}");
                let parsed = parse(&format!("{key}={number}"));
                assert!(parsed.notice.is_some_and(|notice| notice.contains(key)), "{key}={number}");
                assert!(!is_refused(&parsed.state.train), "{key}={number}");
                // A list is not mended.
                let expected = if key == "dilations" { TrainState::default() } else { typed(field, end) };
                assert_eq!(parsed.state.train, expected, "{key}={number}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused_or_zero() {
        for (field, key) in NUMBERS {
            let state = typed(field, f64::NAN);
            assert!(is_refused(&state) || state == typed(field, 0.0), "{key}");
        }
    }
}
