//! The drawn stack as geometry, in the spirit of Fig. 4 of the article: variables as dots at the bottom, one row (or one
//! plane, seen from above at an angle) of values for every level, an oval plate under each value that a CG operation
//! makes, and lines from its cluster.

use crate::config::StackConfig;
use crate::poly::{Composition, Count, Geometry, Path};
use std::collections::{BTreeMap, BTreeSet};

/// Size of the drawing, in its own units.
pub const SIZE: [f64; 2] = [600.0, 380.0];
/// Most variables that are drawn one by one.
pub const MOST_VARIABLES: u128 = 256;
/// Most variables whose names stand beside their dots.
const MOST_NAMED: usize = 36;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 36.0;

/// A variable or a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// 0 for variables.
    pub level: usize,
    /// Its number on its level, from 0, row by row.
    pub index: usize,
    /// Place of its centre.
    pub x: f64,
    /// Place of its centre.
    pub y: f64,
    /// Number of the cluster that it belongs to on the level above.
    pub cluster: usize,
}

/// A line from a cluster's value to what the cluster becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Level of the value that is made.
    pub level: usize,
    /// Number of that value.
    pub cluster: usize,
    /// Which value of the cluster, from 0.
    pub tap: usize,
    /// Where it begins and ends.
    pub line: [f64; 4],
}

/// The whole drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// `[level][index]`.
    pub nodes: Vec<Vec<Node>>,
    /// From the bottom upwards.
    pub edges: Vec<Edge>,
    /// Height of the middle of each level.
    pub rows: Vec<f64>,
    /// Half the size of dots and squares.
    pub radius: f64,
    /// Whether the variables' names fit beside the dots.
    pub named: bool,
    /// The same in words.
    pub text: String,
}

/// Places of the plane of a level.
struct Plane {
    width: f64,
    shear: f64,
    depth: f64,
}

/// Draws a stack; nothing, if it is not possible or has more than [`MOST_VARIABLES`] variables.
pub fn picture(stack: &StackConfig) -> Option<Picture> {
    let geometry = Geometry::new(stack).ok()?;
    let variables = geometry.values(0);
    if variables > Count::new(MOST_VARIABLES) {
        return None;
    }
    let levels = geometry.levels();
    // A single column is laid down as a row.
    let [rows, columns] = upright(geometry.grid(0));
    let height = SIZE[1] - TOP - BOTTOM;
    let depth = if rows == 1 { 0.0 } else { (0.95 * height / (levels + 1) as f64).min(130.0) };
    let width = SIZE[0] - LEFT - RIGHT;
    let shear = depth * 0.7;
    let plane = Plane { width: width - shear, shear, depth };
    let step = (height - depth) / levels as f64;
    let spacing = if rows == 1 {
        plane.width / columns as f64
    } else {
        (plane.width / columns as f64).min(1.4 * depth / rows as f64)
    };
    let radius = (spacing * 0.3).clamp(1.2, 8.0);
    let middle = |level: usize| SIZE[1] - BOTTOM - depth / 2.0 - level as f64 * step;
    let nodes: Vec<Vec<Node>> = (0..=levels).map(|level| nodes_of(&geometry, level, &plane, middle(level))).collect();
    let edges = edges_of(&geometry, &nodes);
    let named = variables <= Count::from(MOST_NAMED);
    let text = format!(
        "{variables} variables at the bottom; {levels} {} of CG operations on clusters of {} by {} above, up to the single value z.",
        if levels == 1 { "level" } else { "levels" },
        stack.cluster[0],
        stack.cluster[1],
    );
    Some(Picture { nodes, edges, rows: (0..=levels).map(middle).collect(), radius, named, text })
}

fn upright([rows, columns]: [usize; 2]) -> [usize; 2] {
    if columns == 1 { [1, rows] } else { [rows, columns] }
}

fn nodes_of(geometry: &Geometry, level: usize, plane: &Plane, middle: f64) -> Vec<Node> {
    let [rows, columns] = upright(geometry.grid(level));
    let mut nodes: Vec<Node> = (0..rows * columns)
        .map(|index| {
            let across = ((index % columns) as f64 + 0.5) / columns as f64;
            let back = 1.0 - ((index / columns) as f64 + 0.5) / rows as f64;
            let x = LEFT + across * plane.width + back * plane.shear;
            Node { level, index, x, y: middle + (0.5 - back) * plane.depth, cluster: 0 }
        })
        .collect();
    if level < geometry.levels() {
        for cluster in 0..geometry.grid(level + 1).iter().product() {
            for input in geometry.inputs(level + 1, cluster) {
                nodes[input].cluster = cluster;
            }
        }
    }
    nodes
}

fn edges_of(geometry: &Geometry, nodes: &[Vec<Node>]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for level in 1..=geometry.levels() {
        for value in &nodes[level] {
            for (tap, input) in geometry.inputs(level, value.index).into_iter().enumerate() {
                let from = &nodes[level - 1][input];
                let line = [from.x, from.y, value.x, value.y];
                edges.push(Edge { level, cluster: value.index, tap, line });
            }
        }
    }
    edges
}

/// What a monomial lights up in the drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lit {
    /// Values that take part, also with a constant: level from 1, and number.
    pub values: BTreeSet<(usize, usize)>,
    /// Lines: level, cluster and value of the cluster, with the largest power on a path.
    pub edges: BTreeMap<(usize, usize, usize), u32>,
    /// Variables that occur.
    pub variables: BTreeSet<usize>,
}

impl Lit {
    /// Lights up all paths of a monomial, or one of them.
    pub fn of(composition: &Composition, path: Option<usize>) -> Self {
        let exponents = composition.exponents.iter().enumerate();
        let variables = exponents.filter(|(_, exponent)| **exponent > 0).map(|(variable, _)| variable).collect();
        let mut lit = Self { variables, ..Self::default() };
        let chosen = path.and_then(|path| composition.paths.get(path));
        match chosen {
            Some(path) => lit.add(path),
            None => composition.paths.iter().for_each(|path| lit.add(path)),
        }
        lit
    }

    fn add(&mut self, path: &Path) {
        let mut powers: BTreeMap<(usize, usize, usize), u32> = BTreeMap::new();
        for factor in &path.factors {
            let (level, cluster) = (factor.place.level, factor.place.cluster);
            self.values.insert((level, cluster));
            for &tap in &factor.place.taps {
                *powers.entry((level, cluster, tap)).or_default() += factor.power;
            }
        }
        for (place, power) in powers {
            let most = self.edges.entry(place).or_default();
            *most = power.max(*most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poly::compose;

    fn stack(cluster: [usize; 2], orders: &[usize]) -> StackConfig {
        StackConfig { cluster, orders: orders.to_vec(), ..StackConfig::default() }
    }

    #[test]
    fn everything_stands_inside_and_apart() {
        for (cluster, orders) in [
            ([1, 2], vec![2, 2]),
            ([2, 1], vec![2; 3]),
            ([2, 2], vec![2, 2]),
            ([3, 3], vec![2, 2]),
            ([2, 2], vec![1; 4]),
            ([1, 2], vec![1; 8]),
            ([4, 4], vec![2, 2]),
            ([2, 3], vec![2]),
        ] {
            let picture = picture(&stack(cluster, &orders)).unwrap();
            assert_eq!(picture.nodes.len(), orders.len() + 1);
            assert_eq!(picture.nodes.last().unwrap().len(), 1);
            for nodes in &picture.nodes {
                for node in nodes {
                    assert!(
                        node.x > LEFT
                            && node.x < SIZE[0] - RIGHT
                            && node.y > TOP * 0.5
                            && node.y < SIZE[1] - BOTTOM * 0.5
                    );
                }
            }
            for (index, one) in picture.nodes[0].iter().enumerate() {
                for other in &picture.nodes[0][..index] {
                    let distance = (one.x - other.x).hypot(one.y - other.y);
                    assert!(distance > 1.5 * picture.radius, "{cluster:?} {orders:?} {distance} {}", picture.radius);
                }
            }
            assert!(picture.rows.windows(2).all(|pair| pair[1] < pair[0]));
        }
        assert_eq!(picture(&stack([4, 4], &[1, 1, 1])), None);
    }

    #[test]
    fn clusters_have_their_lines() {
        let picture = picture(&stack([2, 2], &[2, 2])).unwrap();
        assert_eq!(picture.edges.len(), 20);
        // Variables 1, 2, 5 and 6 of the 4x4 grid make the first value.
        let first: Vec<usize> =
            picture.nodes[0].iter().filter(|node| node.cluster == 0).map(|node| node.index).collect();
        assert_eq!(first, [0, 1, 4, 5]);
        assert!(picture.text.starts_with("16 variables at the bottom; 2 levels"));
    }

    #[test]
    fn a_monomial_lights_up_its_paths() {
        // x1^2 x3 of Fig. 4(c) has one path: y1 with x1^2, y2 with x3, z with y1 y2.
        let stack = stack([1, 2], &[2, 2]);
        let lit = Lit::of(&compose(&stack, &[2, 0, 1, 0], 10).unwrap(), None);
        assert_eq!(lit.variables, BTreeSet::from([0, 2]));
        assert_eq!(lit.values, BTreeSet::from([(1, 0), (1, 1), (2, 0)]));
        let edges = BTreeMap::from([((1, 0, 0), 2), ((1, 1, 0), 1), ((2, 0, 0), 1), ((2, 0, 1), 1)]);
        assert_eq!(lit.edges, edges);
        let square = compose(&stack, &[2, 0, 0, 0], 10).unwrap();
        assert!(Lit::of(&square, Some(0)).edges.len() <= Lit::of(&square, None).edges.len());
    }
}
