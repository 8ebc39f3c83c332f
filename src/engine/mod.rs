//! The numerical engine: networks, data, training and evaluation on burn.
//!
//! Knows neither browser nor files and prints nothing, so the worker and the command line are thin around it.
//! Reads of device memory are asynchronous throughout, because a browser allows no other.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "sizes, places and numbers of tensors are converted all the time, in loops that must stay readable"
)]

pub mod cluster;
pub mod data;
pub mod distillation;
pub mod drawing;
pub mod eigen;
pub mod evaluate;
mod fused;
pub mod network;
pub mod normalization;
mod parallel;
pub mod parameters;
pub mod photograph;
pub mod points;
pub mod polynomial;
pub mod preparation;
pub mod pruning;
pub mod selftest;
pub mod similarity;
pub mod train;
pub mod transfer;
pub mod weights;
