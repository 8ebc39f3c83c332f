//! `taylornet distil` as a program: killed and started again, on several devices, and with input that cannot work.

mod input;
mod program;
#[cfg(feature = "remote")]
mod remote;
mod resume;
