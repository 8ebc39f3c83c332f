//! What a drawing can be compared with, and by which network.

/// Networks whose embeddings are compared, by name; the first is the one that the explorer opens with. Their size and
/// time rise from the first (fast enough to follow the pen) to the last (the article's).
pub const EMBEDDERS: [&str; 3] = ["resnet-light", "taylornet-28", "resnet-18"];

/// The level whose references the explorer opens with: one image per class.
pub const TOP_LEVEL: u8 = 5;

/// Images of each class that stand for level 0, where nothing is distilled: the first ones of the training images.
pub const ORIGINALS_PER_CLASS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NetworkConfig;

    #[test]
    fn embedders_are_shipped_networks() {
        assert!(EMBEDDERS.into_iter().all(|name| NetworkConfig::named(name).is_ok()));
    }
}
