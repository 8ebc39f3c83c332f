//! The program as a whole: `distil` killed and started again, on several devices, and with input that cannot work;
//! `train`, `evaluate` and `predict` likewise, also on pictures of one's own.

#![expect(clippy::unwrap_used, reason = "tests may panic: that is how they fail")]
#![expect(clippy::cast_possible_truncation, reason = "labels and pixels are small numbers")]

mod input;
mod own;
mod program;
#[cfg(feature = "remote")]
mod remote;
mod resume;
mod train;
