//! Polynomials: stacks expanded, trained networks expanded, and answers explained.

use super::{Answer, Session};
use crate::config::StackConfig;
use crate::protocol::Raster;
use crate::worker::fault::Fault;
use crate::worker::host::Host;

impl<H: Host> Session<H> {
    /// Expands a stack.
    pub(super) async fn expand_stack(&mut self, _stack: &StackConfig) -> Answer {
        Err(Fault::internal("not built"))
    }

    /// Order spectrum and truncation accuracies.
    pub(super) async fn measure_spectrum(&mut self, _model: &str, _images: u32) -> Answer {
        Err(Fault::internal("not built"))
    }

    /// Low-order coefficients.
    pub(super) async fn expand_network(&mut self, _model: &str, _order: u32, _pixel: Option<u32>) -> Answer {
        Err(Fault::internal("not built"))
    }

    /// Accuracy with fewer terms.
    pub(super) async fn prune_terms(&mut self, _model: &str, _order: u32, _images: u32, _kept: &[f64]) -> Answer {
        Err(Fault::internal("not built"))
    }

    /// Contributions to an answer.
    pub(super) async fn explain(
        &mut self,
        _model: &str,
        _drawing: (&Raster, bool),
        _classes: (Option<u32>, Option<u32>),
        _pairs: bool,
    ) -> Answer {
        Err(Fault::internal("not built"))
    }

    /// The polynomial beside the network.
    pub(super) async fn check_polynomial(&mut self, _model: &str, _image: &Raster) -> Answer {
        Err(Fault::internal("not built"))
    }
}
