//! What the page and the worker say to each other.
//!
//! Every message is a serde value inside an envelope with a number. The page numbers its requests; every answer
//! repeats the number of the request it belongs to. Binary content travels as byte buffers.
//!
//! Rules that both sides keep:
//! - a [`Request::Classify`] that a newer one has overtaken is answered by [`Event::Superseded`];
//! - [`Request::Cancel`] takes effect within one training step and is answered by [`Event::Cancelled`];
//! - whatever goes wrong is answered by exactly one [`Event::Failed`], and the worker goes on.

mod device;
mod distillation;
mod error;
mod event;
mod model;
mod request;
mod similarity;
mod training;

pub use device::{DeviceChoice, DeviceKind, DeviceReport, DeviceStatus};
pub use distillation::DistillationProgress;
pub use error::WorkerError;
pub use event::{BusyUnit, Event};
pub use model::{ModelRef, UnknownRun};
pub use request::{About, Request};
pub use similarity::{ClosestReference, Similarity};
pub use training::{
    Activation, Checkpoint, EvaluationReport, Mistake, OWN_RUN, Progress, RunId, RunStatus, RunSummary, TestImage,
};

// What answers carry as it was computed.
pub use crate::report::{
    BasisSpectrum, ClusterAgreement, CoefficientSlice, Coefficients, ColourRaster, EigenImages, EigenReport,
    Explanation, FixedPoint, InteractionReport, LevelSpectrum, Numbers, PairContribution, PairContributions,
    PolynomialCheck, PruningReport, Raster, ScaleFlow, SelfTestReport, SpectrumReport, StackExpansion,
};

use serde::{Deserialize, Serialize};

/// Number that ties an answer to its request.
pub type RequestId = u32;

/// A request with its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestEnvelope {
    /// Chosen by the page, increasing.
    pub id: RequestId,
    /// What is asked for.
    pub request: Request,
}

/// An event with the number of the request that caused it; 0 where none did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventEnvelope {
    /// Number of the request.
    pub id: RequestId,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way_through_json() {
        let envelope = RequestEnvelope {
            id: 7,
            request: Request::Classify {
                model: "taylornet-28".into(),
                drawing: Raster { width: 2, height: 1, pixels: vec![0, 255] },
                normalize: true,
            },
        };
        let text = serde_json::to_string(&envelope).unwrap();
        assert!(text.contains(r#""request":{"classify":{"model""#), "{text}");
        assert_eq!(serde_json::from_str::<RequestEnvelope>(&text).unwrap(), envelope);
    }

    #[test]
    fn errors_say_what_to_do() {
        let error = WorkerError::Diverged { step: 12 };
        assert!(error.to_string().contains("smaller learning rate"));
    }
}
