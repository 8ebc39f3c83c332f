//! How long an answer takes, over the last strokes.

use crate::number;
use crate::poly::ranking::sorted_by;
use std::collections::VecDeque;

/// The last [`LatencyWindow::LENGTH`] delays from a movement of the pen to the answer on the page, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LatencyWindow {
    delays_ms: VecDeque<f64>,
}

impl LatencyWindow {
    /// Number of delays kept.
    pub const LENGTH: usize = 200;

    /// Adds a delay; anything but a non-negative number is left out.
    pub fn push(&mut self, delay_ms: f64) {
        if !delay_ms.is_finite() || delay_ms < 0.0 {
            return;
        }
        if self.delays_ms.len() == Self::LENGTH {
            self.delays_ms.pop_front();
        }
        self.delays_ms.push_back(delay_ms);
    }

    /// Number of delays kept so far.
    pub fn count(&self) -> usize {
        self.delays_ms.len()
    }

    /// The newest delay.
    pub fn last_ms(&self) -> Option<f64> {
        self.delays_ms.back().copied()
    }

    /// The delay that the given share of the delays does not exceed (nearest rank).
    pub fn percentile_ms(&self, share: f64) -> Option<f64> {
        let delays: Vec<f64> = self.delays_ms.iter().copied().collect();
        let sorted = sorted_by(&delays, |delay| *delay);
        let rank: usize = number::whole((share * sorted.len() as f64).ceil());
        sorted.get(rank.max(1) - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let mut window = LatencyWindow::default();
        assert_eq!(window.percentile_ms(0.5), None);
        for delay in [50.0, 15.0, 20.0, 40.0, 35.0] {
            window.push(delay);
        }
        assert_eq!(window.percentile_ms(0.3), Some(20.0));
        assert_eq!(window.percentile_ms(0.5), Some(35.0));
        assert_eq!(window.percentile_ms(0.95), Some(50.0));
        assert_eq!(window.last_ms(), Some(35.0));
    }

    #[test]
    fn only_the_last_ones_count() {
        let mut window = LatencyWindow::default();
        window.push(9_999.0);
        window.push(f64::NAN);
        window.push(-1.0);
        for _ in 0..LatencyWindow::LENGTH {
            window.push(5.0);
        }
        assert_eq!((window.count(), window.percentile_ms(1.0)), (LatencyWindow::LENGTH, Some(5.0)));
    }
}
