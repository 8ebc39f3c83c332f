//! Values, gradients and second derivatives of a network on a line of images, step by step.

use super::maps::Maps;
use super::passes::{Forward, STEP_WORK, Tangents};
use super::polynomial::PolynomialNetwork;
use super::reverse::Reverse;
use super::second::{Second, Traces};
use std::sync::Arc;

/// How far a computation has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Multiplications done.
    pub done: u64,
    /// Multiplications in all, about.
    pub total: u64,
}

impl Progress {
    /// Whether nothing is left to do.
    pub fn is_finished(self) -> bool {
        self.done >= self.total
    }
}

/// What is to be computed.
#[derive(Debug, Clone)]
pub struct Task {
    /// One line of images.
    pub line: Maps,
    /// Highest power of `t` that is kept.
    pub order: usize,
    /// `[point][class]`: gradients of which combinations of the outputs.
    pub seeds: Vec<f64>,
    /// Directions of second derivatives with the factors of their coefficients, where wanted.
    pub second: Option<(Maps, Vec<f64>)>,
}

/// The computation.
#[derive(Debug, Clone)]
pub struct Derivatives {
    network: Arc<PolynomialNetwork>,
    order: usize,
    forward: Forward,
    seeds: Vec<f64>,
    directions: Option<(Maps, Vec<f64>)>,
    reverse: Option<Reverse>,
    tangents: Option<Tangents>,
    second: Option<Second>,
    finished: bool,
    done: u64,
    total: u64,
}

impl Derivatives {
    /// Starts.
    pub fn new(network: Arc<PolynomialNetwork>, task: Task) -> Self {
        let Task { line, order, seeds, second } = task;
        let classes = (seeds.len() / network.classes()) as u64;
        let forward = Forward::work(&network, &line, order);
        let mut total = forward * (1 + 2 * classes);
        if let Some((directions, _)) = &second {
            total += Tangents::work(&network, directions.points, order, &line) * 3 / 2;
        }
        let forward = Forward::new(&network, line, order);
        let (reverse, tangents) = (None, None);
        Self {
            network,
            order,
            forward,
            seeds,
            directions: second,
            reverse,
            tangents,
            second: None,
            finished: false,
            done: 0,
            total,
        }
    }

    /// Goes on for some tens of milliseconds.
    pub fn step(&mut self) -> Progress {
        if !self.finished {
            let done = self.advance();
            self.done += done as u64;
            self.finished = done == 0;
        }
        // The total is an estimate until the end.
        let total = self.total.max(self.done + 1);
        if self.finished { Progress { done: total, total } } else { Progress { done: self.done, total } }
    }

    fn advance(&mut self) -> usize {
        let network = &*self.network;
        let done = self.forward.step(network, STEP_WORK);
        if done > 0 {
            return done;
        }
        let values = &self.forward.trace;
        let reverse = self.reverse.get_or_insert_with(|| {
            let reverse = Reverse::new(network, &self.seeds, self.order, values);
            self.total += reverse.work(network);
            self.total = self
                .total
                .saturating_sub(2 * Forward::work(network, &values[0], self.order) * reverse.trace[0].points as u64);
            reverse
        });
        let done = reverse.step(network, values, STEP_WORK);
        if done > 0 {
            return done;
        }
        let Some((directions, functional)) = &self.directions else { return 0 };
        let tangents =
            self.tangents.get_or_insert_with(|| Tangents::new(network, directions.clone(), self.order, values));
        let done = tangents.step(network, values, STEP_WORK);
        if done > 0 {
            return done;
        }
        let traces = Traces { values, tangents, gradients: reverse };
        let second = self.second.get_or_insert_with(|| {
            self.total = self.done + Second::work(network, traces);
            Second::new(reverse.trace[0].points, directions.points, functional.clone())
        });
        second.step(network, traces, STEP_WORK)
    }

    /// Runs to the end.
    pub fn run(mut self) -> Self {
        while !self.step().is_finished() {}
        self
    }

    /// Outputs on the line, `[coefficient][class]`.
    pub fn outputs(&self) -> &Maps {
        &self.forward.trace[self.forward.trace.len() - 1]
    }

    /// Gradients `[point][pixel][coefficient][channel]`; `None` before their turn.
    pub fn gradients(&self) -> Option<&Maps> {
        self.reverse.as_ref().map(|reverse| &reverse.trace[0])
    }

    /// Second derivatives `[point][direction][direction]`, where they were asked for.
    pub fn second(&self) -> Option<&[f64]> {
        self.second.as_ref().map(|second| second.values.as_slice())
    }
}
