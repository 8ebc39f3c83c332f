//! The Results room: does it reproduce the article? One table of every number of the article and of the manifest.
//!
//! The article's numbers stand in `article`, ours are read from the manifest by `measured` together with the place
//! where each stands; `rows` brings the two together. Nothing else types a number.

pub mod article;
mod claim;
mod csv;
mod distilled;
mod measured;
mod networks;
mod node;
mod order;
mod readings;
mod rows;
mod text;

#[cfg(feature = "app")]
mod outcome;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod table;
#[cfg(test)]
mod tests;

pub use claim::{Claim, Says};
pub use csv::csv;
pub use measured::{Group, Made, Measured, Provenance, See, Source, Unit, measured};
pub use order::{Column, sorted};
pub use readings::{OURS, Reading, readings};
pub use rows::{Outcome, Row, rows, summary};

#[cfg(feature = "app")]
pub use room::ResultsRoom;
