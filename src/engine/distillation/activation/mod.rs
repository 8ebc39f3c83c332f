//! The activation layer of Fig. 8: instance normalisation, ReLU and 2x2 mean pooling, as one operation.
//!
//! It follows a convolution without bias, so burn's separate operations would read and write the widest feature map
//! of the embedder about ten times. On the CPU it is one operation with its own gradient; elsewhere plain operations.

mod kernel;
mod operation;

pub use operation::normalize_and_pool;
#[cfg(test)]
use operation::normalize_and_pool_plain;

#[cfg(test)]
mod tests;
