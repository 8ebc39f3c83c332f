//! What a network is, in words: for the choice in the Draw room and the line below it.

use crate::app::format;
use crate::app::manifest::Manifest;
use crate::config::{DirectConfig, LayerOperation, NamedNetwork, NetworkConfig};
use crate::protocol::ModelRef;

/// The network that the explorer opens with.
pub const FIRST_NETWORK: ModelRef = ModelRef::shipped(NetworkConfig::NAMES[0]);
/// The network of the first training run.
pub const RUN_NETWORK: ModelRef = ModelRef::Run(0);

/// Title of a shipped network for people.
pub fn shipped_title(name: &str) -> String {
    NamedNetwork::find(name).map_or(name, |network| network.title).to_owned()
}

/// Title of a network for people.
pub fn title(network: &ModelRef) -> String {
    match network {
        ModelRef::Shipped(name) => shipped_title(name),
        ModelRef::Run(_) => "The network you are training".to_owned(),
    }
}

/// Title with the accuracy on the test set, where the manifest has one.
pub fn option_text(network: &ModelRef, manifest: Option<&Manifest>) -> String {
    let accuracy = manifest.and_then(|manifest| manifest.model(network.name()?)?.test_accuracy);
    accuracy.map_or_else(|| title(network), |share| format!("{} · {}", title(network), format::percent(share, 2)))
}

/// The network that answers beside the given one when two are compared: the same stack with the other operation, where
/// there is one.
pub fn counterpart(network: &ModelRef) -> ModelRef {
    network.record().map_or(FIRST_NETWORK, |network| ModelRef::shipped(network.counterpart))
}

/// A word of the line below the choice that is explained on hover and focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// As it stands in the line.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A piece of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// An explained word.
    Term(Term),
}

const POLYNOMIAL: Term = Term {
    word: "polynomial",
    meaning: "A sum of products of pixels, each with a coefficient. Nothing else happens between the pixels and the ten class scores.",
};
const DEGREE: Term = Term {
    word: "degree",
    meaning: "How many pixels are multiplied with each other at most. Each level multiplies two values of the level below, so the degree doubles from level to level.",
};
const ACTIVATIONS: Term = Term {
    word: "activation functions",
    meaning: "The fixed bends (ReLU, tanh and the like) that other networks put between their layers. Without them a stack of convolutions is only a linear map.",
};
const RESIDUAL: Term = Term {
    word: "residual network",
    meaning: "Convolutions with ReLU between them and shortcuts around them: what most people would use. It is no polynomial.",
};
const LINEAR: Term = Term {
    word: "linear map",
    meaning: "Each class score is a weighted sum of the pixels. Pixels never multiply each other, so this network can only weigh them.",
};

const TAYLOR_TERMS: Term = Term {
    word: "Taylor terms",
    meaning: "All distinct products of up to a given number of pixels, each with a coefficient of its own for every digit (Eq. 3). One linear layer on them is the whole network.",
};

/// One line on what the network is. `parameters` where the manifest or the settings give them.
pub fn description(network: &ModelRef, parameters: Option<usize>) -> Vec<Piece> {
    let Some(config) = network.record().map(NamedNetwork::network) else {
        return vec![Piece::Text("The network of the Train room, as it stands at this moment.".into())];
    };
    let parameters = parameters.or_else(|| config.parameters().ok());
    let tail = parameters.map_or_else(String::new, |count| format!(" {} parameters.", format::count(count)));
    let input = config.input();
    let values = if input.channels == 1 { "pixels" } else { "colour values" };
    let pixels = format!("{} {values}", format::count(input.len()));
    let text = |text: String| Piece::Text(text);
    match &config {
        NetworkConfig::TaylorNet(net) if net.blocks.iter().all(|block| block.operation == LayerOperation::Conv) => {
            vec![
                text("A ".into()),
                Piece::Term(LINEAR),
                text(format!(" of {pixels}: the same stack with plain convolutions and no ")),
                Piece::Term(ACTIVATIONS),
                text(format!(".{tail}")),
            ]
        }
        NetworkConfig::TaylorNet(net) => vec![
            text("A ".into()),
            Piece::Term(POLYNOMIAL),
            text(" of ".into()),
            Piece::Term(DEGREE),
            text(format!(" {} in {pixels}, no ", net.degree())),
            Piece::Term(ACTIVATIONS),
            text(format!(".{tail}")),
        ],
        NetworkConfig::ResNet(_) => {
            vec![text("A ".into()), Piece::Term(RESIDUAL), text(format!(" on {pixels}, for comparison.{tail}"))]
        }
        NetworkConfig::Direct(direct) => vec![
            text("A ".into()),
            Piece::Term(POLYNOMIAL),
            text(format!(" written out: one linear layer on all {} ", format::count(terms(direct)))),
            Piece::Term(TAYLOR_TERMS),
            text(format!(" up to order {} in {pixels}.{tail}", direct.order)),
        ],
    }
}

/// Number of Taylor terms with the constant, as Fig. 2 counts them.
fn terms(direct: &DirectConfig) -> usize {
    direct.monomials().map_or(0, |monomials| monomials + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::manifest::ShippedModel;

    fn plain(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Term(term) => term.word.to_owned(),
        };
        pieces.iter().map(piece).collect()
    }

    #[test]
    fn the_line_follows_from_the_settings() {
        let line = plain(&description(&"taylornet-28".into(), None));
        assert!(line.starts_with("A polynomial of degree 16 in 784 pixels, no activation functions. 344"), "{line}");
        assert!(plain(&description(&"conv-7".into(), None)).starts_with("A linear map of 49 pixels"));
        let line = plain(&description(&"taylornet-cifar".into(), None));
        assert!(line.starts_with("A polynomial of degree 16 in 3\u{202f}072 colour values, no"), "{line}");
        assert!(plain(&description(&"resnet-7".into(), Some(5))).ends_with("for comparison. 5 parameters."));
        let line = plain(&description(&"direct-2".into(), None));
        assert!(line.contains("1\u{202f}275 Taylor terms up to order 2 in 49 pixels. 12\u{202f}750 p"), "{line}");
        assert!(plain(&description(&RUN_NETWORK, None)).contains("Train room"));
    }

    #[test]
    fn a_run_has_a_title_and_a_counterpart() {
        assert_eq!(title(&RUN_NETWORK), "The network you are training");
        assert_eq!(counterpart(&RUN_NETWORK), "taylornet-28".into());
        assert_eq!(title(&"conv-7".into()), "Plain convolutions, 7×7");
        assert_eq!(title(&"alexnet".into()), "alexnet");
        assert_eq!(counterpart(&"resnet-18".into()), "taylornet-28".into());
    }

    #[test]
    fn accuracies_come_from_the_manifest_only() {
        let model = ShippedModel { name: "conv-7".into(), test_accuracy: Some(0.9123), ..ShippedModel::default() };
        let manifest = Manifest { models: vec![model], ..Manifest::default() };
        let network = ModelRef::shipped("conv-7");
        assert_eq!(option_text(&network, Some(&manifest)), "Plain convolutions, 7×7 · 91.23\u{a0}%");
        assert_eq!(option_text(&network, None), title(&network));
    }
}
