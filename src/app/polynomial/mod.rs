//! The Polynomial room: "what is the formula?"

pub mod trained;
