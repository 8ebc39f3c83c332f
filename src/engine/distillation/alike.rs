//! A partition by likeness: groups of neighbours of the same size, found from the whole class down to groups of ten, so
//! that the tree shows families.
//!
//! Real-space renormalization merges neighbours first; the article leaves open which images of a class are put
//! together. A class is cut into as many families as the highest level but one has images, each of these again, and so
//! on: every image lies in one group of each level, and a group of a level is made of whole groups of the level below.
//! Each cut is a k-means whose clusters have the same size.

use crate::config::ImageShape;
use rand::Rng;
use std::ops::Range;

/// Limit on the rounds of a k-means; most cuts settle earlier.
const ROUNDS: usize = 20;
/// Limit on the rounds of exchanges between clusters.
const EXCHANGES: usize = 50;
/// Exchanges that gain less than this are rounding errors.
const GAIN: f32 = 1e-5;

/// Images as points: means of 2x2 pixels, so that a stroke moved by a pixel is still a neighbour.
#[derive(Debug)]
pub struct Points {
    dimension: usize,
    values: Vec<f32>,
}

impl Points {
    /// From pixels, `[n, channels, height, width]` in 8 bits.
    pub fn of_images(pixels: &[u8], shape: ImageShape) -> Self {
        let ImageShape { channels, height, width } = shape;
        let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
        let dimension = channels * rows * columns;
        let mut values = Vec::with_capacity(pixels.len().div_ceil(shape.len().max(1)) * dimension);
        for image in pixels.chunks_exact(shape.len()) {
            for plane in image.chunks_exact(height * width) {
                for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                    let ys = 2 * row..(2 * row + 2).min(height);
                    let pixel = |y: usize| (2 * column..(2 * column + 2).min(width)).map(move |x| plane[y * width + x]);
                    let sum: f32 = ys.flat_map(pixel).map(f32::from).sum();
                    values.push(sum / (4.0 * 255.0));
                }
            }
        }
        Self { dimension, values }
    }

    /// Every pixel a coordinate, from 0 to 1.
    pub fn of_pixels(pixels: &[u8], shape: ImageShape) -> Self {
        Self { dimension: shape.len(), values: pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect() }
    }

    /// Centres of a plain k-means, whose clusters have any size; `[parts]` points.
    pub fn centroids(&self, members: &[u32], parts: usize, random: &mut impl Rng) -> Vec<Vec<f32>> {
        let mut centres = self.spread_centres(members, parts, random);
        let mut owners = Vec::new();
        for _ in 0..ROUNDS {
            let nearest = |row: &Vec<f32>| (0..parts).min_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
            let found: Vec<usize> = self.distances(members, &centres).iter().map(nearest).collect();
            if found == owners {
                break;
            }
            owners = found;
            for (centre, group) in centres.iter_mut().zip(groups(members, &owners, parts)) {
                if !group.is_empty() {
                    *centre = self.mean(&group);
                }
            }
        }
        centres
    }

    fn point(&self, index: u32) -> &[f32] {
        &self.values[index as usize * self.dimension..][..self.dimension]
    }

    fn mean(&self, members: &[u32]) -> Vec<f32> {
        let mut mean = vec![0.0; self.dimension];
        for &member in members {
            mean.iter_mut().zip(self.point(member)).for_each(|(sum, value)| *sum += value);
        }
        mean.into_iter().map(|sum| sum / members.len() as f32).collect()
    }

    /// Cuts a class into the groups of level 1, so that the blocks of each level above are families.
    ///
    /// `per_class` is the number of groups of levels 1, 2, ... The sizes of the parts of a cut differ by no more than
    /// their numbers of groups require.
    pub fn families(&self, members: Vec<u32>, per_class: &[usize], random: &mut impl Rng) -> Vec<Vec<u32>> {
        let mut families = vec![(members, 0..per_class[0])];
        for level in (0..per_class.len()).rev() {
            let bounds: Vec<usize> = (0..=per_class[level]).map(|block| first_group(per_class, level, block)).collect();
            let cut = |(members, groups): (Vec<u32>, Range<usize>)| {
                let blocks = bounds.windows(2).filter(|bounds| groups.contains(&bounds[0]));
                let blocks: Vec<Range<usize>> = blocks.map(|bounds| bounds[0]..bounds[1]).collect();
                let shares: Vec<usize> = blocks.iter().map(ExactSizeIterator::len).collect();
                self.cut(members, &shares, random).into_iter().zip(blocks)
            };
            families = families.into_iter().flat_map(cut).collect();
        }
        families.into_iter().map(|(members, _)| members).collect()
    }

    /// One cut: k-means with clusters whose sizes are in the ratio of `shares`.
    fn cut(&self, members: Vec<u32>, shares: &[usize], random: &mut impl Rng) -> Vec<Vec<u32>> {
        let parts = shares.len();
        if parts <= 1 {
            return vec![members];
        }
        let all: usize = shares.iter().sum();
        let bound = |part: usize| shares[..part].iter().sum::<usize>() * members.len() / all;
        let capacities: Vec<usize> = (0..parts).map(|part| bound(part + 1) - bound(part)).collect();
        let mut centres = self.spread_centres(&members, parts, random);
        let mut owners = Vec::new();
        for _ in 0..ROUNDS {
            let distances = self.distances(&members, &centres);
            let found = balanced(&distances, &capacities);
            let settled = found == owners;
            owners = found;
            if settled {
                break;
            }
            centres = groups(&members, &owners, parts).iter().map(|group| self.mean(group)).collect();
        }
        groups(&members, &owners, parts)
    }

    /// First centres as k-means++ draws them: each with a probability that grows with its squared distance to the others.
    fn spread_centres(&self, members: &[u32], parts: usize, random: &mut impl Rng) -> Vec<Vec<f32>> {
        let first = members[(random.next_u64() % members.len() as u64) as usize];
        let mut centres = vec![self.point(first).to_vec()];
        let distance = |centre: &[f32]| members.iter().map(|&member| squared(self.point(member), centre)).collect();
        let mut nearest: Vec<f32> = distance(&centres[0]);
        while centres.len() < parts {
            let total: f64 = nearest.iter().copied().map(f64::from).sum();
            let mut left = total * (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            let drawn = nearest.iter().position(|&distance| {
                left -= f64::from(distance);
                left < 0.0
            });
            let centre = self.point(members[drawn.unwrap_or(members.len() - 1)]).to_vec();
            let found: Vec<f32> = distance(&centre);
            nearest.iter_mut().zip(found).for_each(|(old, new)| *old = old.min(new));
            centres.push(centre);
        }
        centres
    }

    /// `[members][parts]`.
    fn distances(&self, members: &[u32], centres: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let row = |&member: &u32| centres.iter().map(|centre| squared(self.point(member), centre)).collect();
        members.iter().map(row).collect()
    }
}

/// The first group of level 1 in a block of a level (0 for level 1); blocks are as even as possible.
fn first_group(per_class: &[usize], level: usize, block: usize) -> usize {
    (0..level).rev().fold(block, |block, below| block * per_class[below] / per_class[below + 1])
}

/// The members of each part, in their order.
fn groups(members: &[u32], owners: &[usize], parts: usize) -> Vec<Vec<u32>> {
    let of = |part: usize| members.iter().zip(owners).filter(move |(_, owner)| **owner == part);
    (0..parts).map(|part| of(part).map(|(&member, _)| member).collect()).collect()
}

/// Which part each member goes to, no part above its capacity: those with most to lose choose first, then pairs of parts
/// exchange members as long as the sum of the distances falls.
fn balanced(distances: &[Vec<f32>], capacities: &[usize]) -> Vec<usize> {
    let mut left = capacities.to_vec();
    let mut owners = vec![0; distances.len()];
    let regret = |row: &[f32]| {
        let mut sorted = row.to_vec();
        sorted.sort_by(f32::total_cmp);
        sorted[1] - sorted[0]
    };
    let mut order: Vec<(f32, usize)> = distances.iter().map(|row| regret(row)).zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, member) in order {
        let row = &distances[member];
        let open = (0..row.len()).filter(|&part| left[part] > 0);
        if let Some(part) = open.min_by(|&a, &b| row[a].total_cmp(&row[b])) {
            owners[member] = part;
            left[part] -= 1;
        }
    }
    for _ in 0..EXCHANGES {
        let pairs = (0..capacities.len()).flat_map(|a| (a + 1..capacities.len()).map(move |b| (a, b)));
        let exchanged: usize = pairs.map(|(a, b)| exchange(distances, &mut owners, a, b)).sum();
        if exchanged == 0 {
            break;
        }
    }
    owners
}

/// Exchanges members of two parts, the largest gains first; returns how many pairs.
fn exchange(distances: &[Vec<f32>], owners: &mut [usize], a: usize, b: usize) -> usize {
    let gains = |from: usize, to: usize| {
        let members = owners.iter().enumerate().filter(|(_, owner)| **owner == from).map(|(member, _)| member);
        let mut gains: Vec<(f32, usize)> =
            members.map(|member| (distances[member][from] - distances[member][to], member)).collect();
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        gains
    };
    let pairs: Vec<_> = gains(a, b).into_iter().zip(gains(b, a)).take_while(|(p, q)| p.0 + q.0 > GAIN).collect();
    for ((_, of_a), (_, of_b)) in &pairs {
        owners[*of_a] = b;
        owners[*of_b] = a;
    }
    pairs.len()
}

/// Squared distance, summed in eight lanes: the same on every machine, and quick.
fn squared(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (heads, tails) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = heads.remainder().iter().zip(tails.remainder()).map(|(a, b)| (a - b) * (a - b)).sum();
    for (a, b) in heads.zip(tails) {
        for lane in 0..8 {
            lanes[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 4 };

    /// Images in four heaps of 10 to 13, mixed; the heap is the number modulo 4 (the last ones are of heap 0).
    fn heaps() -> (Vec<u8>, Vec<usize>) {
        let heap = |index: usize| if index < 44 { index % 4 } else { 0 };
        let pixel = |index: usize, place: usize| (heap(index) * 60 + (index * 5 + place * 3) % 7) as u8;
        ((0..47).flat_map(|index| (0..8).map(move |place| pixel(index, place))).collect(), (0..47).map(heap).collect())
    }

    #[test]
    fn heaps_are_found_and_every_image_has_one_place() {
        let (pixels, heap) = heaps();
        let points = Points::of_images(&pixels, SHAPE);
        let members: Vec<u32> = (0..44).collect();
        for seed in 0..5 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let groups = points.families(members.clone(), &[8, 4, 1], &mut random);
            let mut all = groups.concat();
            all.sort_unstable();
            assert_eq!(all, members);
            assert!(groups.iter().all(|group| (5..=6).contains(&group.len())), "{groups:?}");
            // Two groups of level 1 make a family of level 2, and each family is a heap.
            for family in groups.chunks(2) {
                let of = |member: &u32| heap[*member as usize];
                assert!(family.concat().iter().all(|member| of(member) == of(&family[0][0])), "{groups:?}");
            }
            assert_eq!(groups, points.families(members.clone(), &[8, 4, 1], &mut ChaCha8Rng::seed_from_u64(seed)));
        }
    }

    #[test]
    fn sizes_follow_the_numbers_of_groups() {
        let (pixels, _) = heaps();
        let points = Points::of_images(&pixels, SHAPE);
        let groups = points.families((0..47).collect(), &[7, 3], &mut ChaCha8Rng::seed_from_u64(1));
        // 7 groups in 3 blocks of 2, 2 and 3, and 47 images in them.
        assert_eq!(groups.len(), 7);
        assert!(groups.iter().all(|group| (6..=7).contains(&group.len())), "{groups:?}");
    }

    #[test]
    fn a_balanced_assignment_is_the_best_of_all() {
        // Against all assignments of 6 points to 3 parts of 2: 90 of them.
        let random = |index: usize| (index * 7_919 % 101) as f32;
        for shift in 0..20 {
            let distances: Vec<Vec<f32>> =
                (0..6).map(|row| (0..3).map(|part| random(row * 3 + part + 31 * shift)).collect()).collect();
            let cost = |owners: &[usize]| -> f32 { owners.iter().zip(&distances).map(|(&part, row)| row[part]).sum() };
            let all =
                (0..729_usize).map(|number| (0..6).map(|place| number / 3_usize.pow(place) % 3).collect::<Vec<_>>());
            let even =
                all.filter(|owners| (0..3).all(|part| owners.iter().filter(|owner| **owner == part).count() == 2));
            let lowest = even.map(|owners| cost(&owners)).fold(f32::INFINITY, f32::min);
            let found = balanced(&distances, &[2, 2, 2]);
            // Exchanges of pairs end in a minimum that is close to the lowest, if not the lowest itself.
            assert!(cost(&found) <= 1.25 * lowest + 10.0, "{} against {lowest}", cost(&found));
        }
    }

    #[test]
    fn centroids_are_the_means_of_the_heaps() {
        let (pixels, heap) = heaps();
        let points = Points::of_pixels(&pixels, SHAPE);
        let centres = points.centroids(&(0..44).collect::<Vec<_>>(), 4, &mut ChaCha8Rng::seed_from_u64(3));
        for wanted in 0..4 {
            let members: Vec<usize> = (0..44).filter(|&index| heap[index] == wanted).collect();
            let mean = |place: usize| {
                members.iter().map(|&member| f32::from(pixels[member * 8 + place])).sum::<f32>()
                    / (members.len() as f32 * 255.0)
            };
            let is_mean = |centre: &Vec<f32>| (0..8).all(|place| (centre[place] - mean(place)).abs() < 1e-4);
            assert!(centres.iter().any(is_mean), "{wanted}: {centres:?}");
        }
    }
}
