//! The picture of a network as geometry: feature maps from left to right, and the cluster that becomes one value.
//!
//! Each map is a square of cells with its channels behind it. In every map that a CG operation (or the convolution that
//! replaces it) reads, the taps of one cluster are marked, and in the next map the one value that they become; so the
//! picture shows how dilation lets two-by-two clusters reach across the whole image.

use crate::app::format;
use crate::config::{ConfigError, DirectConfig, LayerOperation, NetworkConfig, ResNetConfig, TaylorNetConfig};

/// Height of the drawing, in its own units.
pub const HEIGHT: f64 = 158.0;
const GAP: f64 = 62.0;
/// Height of the middle line, and side of the input.
const MIDDLE: f64 = 70.0;
const LARGEST: f64 = 108.0;

/// A stack of feature maps.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Side of the square.
    pub side: f64,
    /// Cells per axis.
    pub cells: usize,
    /// Squares behind it, to hint at the channels.
    pub shadows: usize,
    /// Cells `(row, column)` of one cluster that the next operation reads.
    pub taps: Vec<(usize, usize)>,
    /// Below: the size, "64 × 7×7".
    pub label: String,
}

/// An operation between two maps.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// From here,
    pub from: f64,
    /// to here,
    pub to: f64,
    /// at this height.
    pub y: f64,
    /// Above the arrow, line by line.
    pub lines: Vec<String>,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width of the drawing, in its own units.
    pub width: f64,
    /// Feature maps, the input first.
    pub maps: Vec<Map>,
    /// Operations, one after each map; the last leads to the ten outputs.
    pub arrows: Vec<Arrow>,
    /// Left edge of the ten outputs.
    pub outputs_x: f64,
    /// The same in words.
    pub text: String,
}

struct Stage {
    side: usize,
    channels: usize,
    taps: Vec<(usize, usize)>,
    lines: Vec<String>,
    words: String,
}

/// Draws a network.
///
/// # Errors
/// Where the network cannot be built.
pub fn picture(network: &NetworkConfig) -> Result<Picture, ConfigError> {
    network.parameters()?;
    Ok(match network {
        NetworkConfig::TaylorNet(stack) => lay_out(&taylornet_stages(stack)?),
        NetworkConfig::ResNet(resnet) => lay_out(&resnet_stages(resnet)),
        NetworkConfig::Direct(direct) => lay_out(&[direct_stage(direct)?]),
    })
}

fn taylornet_stages(stack: &TaylorNetConfig) -> Result<Vec<Stage>, ConfigError> {
    let sizes = stack.sizes()?;
    let mut channels = stack.input.channels;
    let mut stages = Vec::new();
    for (block, size) in stack.blocks.iter().zip(&sizes) {
        let cg = block.cg;
        let cluster = format!("{}×{}", cg.cluster[0], cg.cluster[1]);
        let mut lines = vec!["conv 3×3".to_owned()];
        lines.push(match block.operation {
            LayerOperation::Cg => format!("CG {cluster}"),
            LayerOperation::Conv => format!("conv {cluster}"),
        });
        if block.operation == LayerOperation::Cg && cg.order != 2 {
            lines.push(format!("order {}", cg.order));
        }
        if cg.dilation > 1 {
            lines.push(format!("dilation {}", cg.dilation));
        }
        if cg.stride[0] > 1 {
            lines.push(format!("stride {}", cg.stride[0]));
        }
        let taps = (0..cg.cluster[0])
            .flat_map(|row| (0..cg.cluster[1]).map(move |column| (row * cg.dilation, column * cg.dilation)))
            .collect();
        stages.push(Stage { side: size[0], channels, taps, words: lines.join(", "), lines });
        channels = block.channels;
    }
    stages.push(head(sizes[sizes.len() - 1][0], channels));
    Ok(stages)
}

fn resnet_stages(resnet: &ResNetConfig) -> Vec<Stage> {
    let mut side = resnet.stem.out_side(resnet.input.height);
    let mut channels = resnet.input.channels;
    let mut stages = Vec::new();
    for (index, &width) in resnet.widths.iter().enumerate() {
        let lines = vec!["residual".to_owned(), format!("{} × 3×3", 2 * resnet.blocks_per_stage)];
        stages.push(Stage { side, channels, taps: Vec::new(), words: lines.join(" "), lines });
        side = if index == 0 { side } else { side.div_ceil(2) };
        channels = width;
    }
    stages.push(head(side, channels));
    stages
}

/// One cluster that is the whole image.
fn direct_stage(direct: &DirectConfig) -> Result<Stage, ConfigError> {
    let side = direct.input.height;
    let taps = (0..side).flat_map(|row| (0..direct.input.width).map(move |column| (row, column))).collect();
    // With the constant, as Fig. 2 counts.
    let terms = format::count(direct.monomials()? + 1);
    let lines = vec![format!("order {}", direct.order), terms.clone(), "terms".to_owned(), "linear".to_owned()];
    let words = format!("all {terms} Taylor terms up to order {}, linear", direct.order);
    Ok(Stage { side, channels: direct.input.channels, taps, lines, words })
}

fn head(side: usize, channels: usize) -> Stage {
    Stage { side, channels, taps: Vec::new(), lines: vec!["linear".into()], words: "linear".into() }
}

fn lay_out(stages: &[Stage]) -> Picture {
    let mut picture = Picture { width: 0.0, maps: Vec::new(), arrows: Vec::new(), outputs_x: 0.0, text: String::new() };
    let input = stages.first().map_or(1, |stage| stage.side).max(1) as f64;
    let mut x = 2.0;
    let mut words = Vec::new();
    for stage in stages {
        // By the root: the small maps at the end stay large enough to see into.
        let side = LARGEST * (0.3 + 0.7 * (stage.side as f64 / input).sqrt());
        let shadows = match stage.channels {
            0..=1 => 0,
            2..=16 => 1,
            17..=64 => 2,
            _ => 3,
        };
        let depth = shadows as f64 * 4.0;
        let y = MIDDLE - side / 2.0;
        let label = format!("{} × {}×{}", stage.channels, stage.side, stage.side);
        words.push(format!("{label}, then {}", stage.words));
        let taps = stage.taps.clone();
        picture.maps.push(Map { x, y, side, cells: stage.side, shadows, taps, label });
        let from = x + side + depth + 6.0;
        picture.arrows.push(Arrow { from, to: from + GAP, y: MIDDLE, lines: stage.lines.clone() });
        x = from + GAP + 8.0;
    }
    picture.outputs_x = x;
    picture.width = x + 34.0;
    picture.text = format!("From left to right: {}; ten outputs, one per digit.", words.join("; "));
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::train::settings;
    use crate::app::url::TrainState;

    fn drawn(name: &str) -> Picture {
        picture(&NetworkConfig::named(name).unwrap()).unwrap()
    }

    #[test]
    fn maps_stand_in_order_inside_the_picture() {
        for name in NetworkConfig::NAMES {
            let picture = drawn(name);
            assert_eq!(picture.maps.len(), picture.arrows.len());
            let mut last = 0.0;
            for (map, arrow) in picture.maps.iter().zip(&picture.arrows) {
                assert!(map.x >= last && map.y - 12.0 >= 0.0 && map.y + map.side + 20.0 < HEIGHT);
                assert!(arrow.from > map.x + map.side);
                last = arrow.to;
            }
            assert!(picture.outputs_x > last && picture.outputs_x < picture.width);
        }
    }

    #[test]
    fn sizes_and_taps_are_the_networks_own() {
        let picture = drawn("taylornet-28");
        let labels: Vec<_> = picture.maps.iter().map(|map| map.label.as_str()).collect();
        assert_eq!(labels, ["1 × 28×28", "64 × 14×14", "64 × 7×7", "64 × 4×4", "64 × 2×2"]);
        assert_eq!(picture.maps[1].taps, [(0, 0), (0, 7), (7, 0), (7, 7)]);
        assert_eq!(picture.arrows[1].lines, ["conv 3×3", "CG 2×2", "dilation 7"]);
        assert!(picture.maps.iter().all(|map| map.taps.iter().all(|&(row, column)| row.max(column) < map.cells)));
    }

    #[test]
    fn the_text_alternative_tells_the_same() {
        let text = drawn("conv-7").text;
        assert!(text.contains("1 × 7×7, then conv 3×3, conv 2×2, dilation 3; 64 × 4×4"), "{text}");
        assert!(text.ends_with("ten outputs, one per digit."));
        assert!(drawn("resnet-7").text.contains("residual"));
        let text = drawn("direct-3").text;
        assert!(
            text.contains("1 × 7×7, then all 22\u{202f}100 Taylor terms up to order 3, linear; ten outputs"),
            "{text}"
        );
    }

    #[test]
    fn an_impossible_network_has_no_picture() {
        let state = TrainState { dilations: vec![9], ..TrainState::default() };
        assert!(picture(&settings::network(&state)).is_err());
    }
}
