//! A network as it is written down: one object whose `kind` says which of its other entries count. Serde's own reading of
//! such an enum first keeps the whole object in memory as it came, which needs much more code.

use super::resnet::Stem;
use super::{BlockConfig, DirectConfig, ImageShape, NetworkConfig, ResNetConfig, TaylorNetConfig, ten};
use serde::Deserialize;
use thiserror::Error;

/// An entry that networks of this kind need is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("missing field `{0}` in the description of a network")]
pub(super) struct Missing(&'static str);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    TaylorNet,
    ResNet,
    Direct,
}

/// The entries of all kinds.
#[derive(Debug, Deserialize)]
pub(super) struct Description {
    kind: Kind,
    input: ImageShape,
    blocks: Option<Vec<BlockConfig>>,
    stem: Option<Stem>,
    widths: Option<Vec<usize>>,
    blocks_per_stage: Option<usize>,
    order: Option<usize>,
    normalization: Option<bool>,
    #[serde(default)]
    mirrored: bool,
    #[serde(default = "ten")]
    classes: usize,
}

impl TryFrom<Description> for NetworkConfig {
    type Error = Missing;

    fn try_from(description: Description) -> Result<Self, Missing> {
        let Description {
            kind,
            input,
            blocks,
            stem,
            widths,
            blocks_per_stage,
            order,
            normalization,
            mirrored,
            classes,
        } = description;
        let normalization = normalization.ok_or(Missing("normalization"));
        Ok(match kind {
            Kind::TaylorNet => Self::TaylorNet(TaylorNetConfig {
                input,
                blocks: blocks.ok_or(Missing("blocks"))?,
                normalization: normalization?,
                mirrored,
                classes,
            }),
            Kind::ResNet => Self::ResNet(ResNetConfig {
                input,
                stem: stem.unwrap_or_default(),
                widths: widths.ok_or(Missing("widths"))?,
                blocks_per_stage: blocks_per_stage.ok_or(Missing("blocks_per_stage"))?,
                normalization: normalization?,
                classes,
            }),
            Kind::Direct => Self::Direct(DirectConfig { input, order: order.ok_or(Missing("order"))? }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_is_read_as_it_was_written() {
        for name in NetworkConfig::NAMES {
            let network = NetworkConfig::named(name).unwrap();
            let text = serde_json::to_string(&network).unwrap();
            assert!(text.starts_with(r#"{"kind":""#), "{text}");
            assert_eq!(serde_json::from_str::<NetworkConfig>(&text).unwrap(), network);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let text = r#"{"kind": "direct", "input": {"channels": 1, "height": 7, "width": 7}}"#;
        let error = serde_json::from_str::<NetworkConfig>(text).unwrap_err();
        assert!(error.to_string().contains("missing field `order`"), "{error}");
    }
}
