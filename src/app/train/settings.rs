//! From what the visitor chose to what the worker builds, and what to say where that cannot work.

use crate::app::url::TrainState;
use crate::config::{
    ConfigError, LayerOperation, NetworkConfig, Sharing, TaylorNetConfig, TrainingConfig, TrainingConfigError,
};

/// Training images of MNIST.
pub const TRAINING_IMAGES: usize = 60_000;
/// Test images of MNIST.
pub const TEST_IMAGES: u32 = 10_000;

/// A control of the settings form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Width of every level.
    Width,
    /// Order of the local polynomials.
    Order,
    /// Dilation of a level, from 0.
    Dilation(usize),
    /// Images per step.
    Batch,
    /// Passes over the training images.
    Epochs,
    /// Peak learning rate.
    LearningRate,
    /// Random shifts.
    Shift,
    /// The seed.
    Seed,
    /// Something that no single control sets.
    Other,
}

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The control to change.
    pub field: Field,
    /// A sentence that says what and how.
    pub message: String,
}

/// The network that the settings describe; it may still be impossible, see [`problems`].
pub fn network(state: &TrainState) -> NetworkConfig {
    let named = NetworkConfig::named(&state.network).or_else(|_| NetworkConfig::named("taylornet-7"));
    // A name that exists always gives a network; the page's names come from the same list.
    let Ok(mut network) = named else { unreachable!("taylornet-7 is a named network") };
    match &mut network {
        NetworkConfig::TaylorNet(stack) => shape(stack, state),
        NetworkConfig::ResNet(resnet) => resnet.normalization = state.normalization,
        NetworkConfig::Direct(_) => {}
    }
    network
}

fn shape(stack: &mut TaylorNetConfig, state: &TrainState) {
    stack.normalization = state.normalization;
    for (index, block) in stack.blocks.iter_mut().enumerate() {
        if let Some(width) = state.width {
            block.channels = width;
        }
        if let Some(order) = state.order {
            block.cg.order = order;
        }
        if let Some(&dilation) = state.dilations.get(index) {
            block.cg.dilation = dilation;
        }
        block.cg.sharing = state.sharing;
    }
}

/// The stack that the settings describe now: width, order and dilations; `None` for networks without levels.
pub fn stack(state: &TrainState) -> Option<(usize, usize, Vec<usize>)> {
    match network(state) {
        NetworkConfig::TaylorNet(stack) => {
            let first = stack.blocks.first()?;
            let dilations = stack.blocks.iter().map(|block| block.cg.dilation).collect();
            Some((first.channels, first.cg.order, dilations))
        }
        NetworkConfig::ResNet(_) | NetworkConfig::Direct(_) => None,
    }
}

/// The same stack with the other operation: plain convolutions for CG, CG for plain convolutions.
/// `None` for the residual network and the direct expansion, which have no such partner.
pub fn partner(network: &NetworkConfig) -> Option<NetworkConfig> {
    let NetworkConfig::TaylorNet(stack) = network else { return None };
    let mut stack = stack.clone();
    for block in &mut stack.blocks {
        block.operation = match block.operation {
            LayerOperation::Cg => LayerOperation::Conv,
            LayerOperation::Conv => LayerOperation::Cg,
        };
    }
    Some(NetworkConfig::TaylorNet(stack))
}

/// Short name of a network for legends: its own where it is a known one; else its family and the side of its input, or the
/// order of a direct expansion.
pub fn short_name(network: &NetworkConfig) -> String {
    if let Some(name) = network.known_name() {
        return name.into();
    }
    let family = match network {
        NetworkConfig::TaylorNet(stack) => match stack.blocks.first().map(|block| block.operation) {
            Some(LayerOperation::Conv) => "conv",
            Some(LayerOperation::Cg) | None => "taylornet",
        },
        NetworkConfig::ResNet(_) => "resnet",
        NetworkConfig::Direct(direct) => return format!("direct-{}", direct.order),
    };
    format!("{family}-{}", network.input().height)
}

/// The highest order that counts where low orders do.
pub const LOW_ORDERS: usize = 3;

/// Whether low orders can count: in `TaylorNet`s whose positions share their coefficients.
pub fn can_count_low_orders(state: &TrainState) -> bool {
    let is_taylornet = matches!(NetworkConfig::named(&state.network), Ok(NetworkConfig::TaylorNet(stack))
        if stack.blocks.iter().all(|block| block.operation == LayerOperation::Cg));
    is_taylornet && state.sharing != Sharing::Untied
}

/// How to train.
pub fn training(state: &TrainState) -> TrainingConfig {
    TrainingConfig {
        batch: state.batch,
        epochs: state.epochs,
        learning_rate: state.learning_rate,
        shift: state.shift,
        nested: if state.low_orders && can_count_low_orders(state) { LOW_ORDERS } else { 0 },
        seed: state.seed,
        ..TrainingConfig::default()
    }
}

/// Everything that keeps a run from starting; empty when all is well.
pub fn problems(state: &TrainState) -> Vec<Problem> {
    let network = network(state).parameters().err().map(|error| network_problem(&error));
    let training = training(state).validate(TRAINING_IMAGES).err().map(|error| training_problem(&error));
    network.into_iter().chain(training).collect()
}

fn network_problem(error: &ConfigError) -> Problem {
    match error {
        ConfigError::UnknownName { .. }
        | ConfigError::UnequalLevels
        | ConfigError::UnequalEdges { .. }
        | ConfigError::TenClasses => Problem { field: Field::Other, message: sentence(&error.to_string()) },
        ConfigError::ClusterTooLarge { block, span, size } => Problem {
            field: Field::Dilation(*block),
            message: format!(
                "Level {}: a cluster spans {span} pixels, but its input is only {size} wide. Use smaller dilations.",
                block + 1
            ),
        },
        ConfigError::OutOfRange { setting, .. } => {
            Problem { field: Field::called(setting), message: sentence(&format!("the {error}")) }
        }
    }
}

fn training_problem(error: &TrainingConfigError) -> Problem {
    let field = match error {
        TrainingConfigError::Batch { .. } => Field::Batch,
        TrainingConfigError::LearningRate(_) => Field::LearningRate,
        TrainingConfigError::OutOfRange { setting, .. } => Field::called(setting),
    };
    Problem { field, message: sentence(&error.to_string()) }
}

/// First letter a capital, full stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_network_can_start_with_the_gentle_settings() {
        for name in NetworkConfig::NAMES_TO_TRAIN {
            let state = TrainState { network: name.into(), ..TrainState::default() };
            assert_eq!(problems(&state), []);
            assert_eq!(short_name(&network(&state)), name);
        }
    }

    #[test]
    fn choices_reach_every_level() {
        let state = TrainState {
            width: Some(16),
            order: Some(3),
            dilations: vec![2],
            sharing: Sharing::Untied,
            normalization: false,
            ..TrainState::default()
        };
        let NetworkConfig::TaylorNet(stack) = network(&state) else { panic!("not a TaylorNet") };
        assert!(stack.blocks.iter().all(|b| b.channels == 16 && b.cg.order == 3 && b.cg.sharing == Sharing::Untied));
        assert_eq!(stack.blocks.iter().map(|b| b.cg.dilation).collect::<Vec<_>>(), [2, 1, 1]);
        assert!(!stack.normalization);
    }

    #[test]
    fn the_partner_of_the_partner_is_the_network() {
        let taylornet = network(&TrainState::default());
        let conv = partner(&taylornet).unwrap();
        assert_eq!(short_name(&conv), "conv-7");
        assert_eq!(partner(&conv), Some(taylornet));
        let resnet = network(&TrainState { network: "resnet-7".into(), ..TrainState::default() });
        assert_eq!(partner(&resnet), None);
    }

    #[test]
    fn each_problem_points_at_its_control() {
        let found = |change: fn(&mut TrainState)| {
            let mut state = TrainState::default();
            change(&mut state);
            problems(&state)
        };
        let field = |change| found(change)[0].field;
        assert_eq!(field(|s| s.learning_rate = 0.0), Field::LearningRate);
        assert_eq!(field(|s| s.learning_rate = -1.0), Field::LearningRate);
        assert_eq!(field(|s| s.learning_rate = f64::NAN), Field::LearningRate);
        assert_eq!(field(|s| s.learning_rate = 11.0), Field::LearningRate);
        assert_eq!(field(|s| s.batch = 60_001), Field::Batch);
        assert_eq!(field(|s| s.epochs = 0), Field::Epochs);
        assert_eq!(field(|s| s.shift = 9), Field::Shift);
        assert_eq!(field(|s| s.width = Some(0)), Field::Width);
        assert_eq!(field(|s| s.order = Some(5)), Field::Order);
        assert_eq!(field(|s| s.dilations = vec![3, 1, 9]), Field::Dilation(2));
        let message = &found(|s| s.dilations = vec![7])[0].message;
        assert_eq!(message, "Level 1: a cluster spans 8 pixels, but its input is only 7 wide. Use smaller dilations.");
        let message = &found(|s| s.order = Some(5))[0].message;
        assert_eq!(message, "The order is 5, but must be between 1 and 4.");
    }
}
