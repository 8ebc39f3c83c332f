//! The one-cycle learning rate.

/// Start of the cycle as a share of the peak.
const START: f64 = 1.0 / 25.0;
/// End of the cycle as a share of the start.
const END: f64 = 1e-4;

/// Learning rate of step `step` of `total`: a cosine from `peak / 25` up to `peak` over the first `warmup` of the
/// steps, and a cosine down to almost nothing over the rest (Smith 2018; constants as in optax and PyTorch).
pub fn one_cycle(step: usize, total: usize, peak: f64, warmup: f64) -> f64 {
    let turn = (warmup * total as f64).floor();
    let step = step as f64;
    let cosine = |from: f64, to: f64, share: f64| {
        let share = share.clamp(0.0, 1.0);
        to + (from - to) * (1.0 + (std::f64::consts::PI * share).cos()) / 2.0
    };
    if step < turn {
        cosine(peak * START, peak, step / turn)
    } else {
        cosine(peak, peak * START * END, (step - turn) / (total as f64 - turn).max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_optax() {
        // optax.cosine_onecycle_schedule(1000, 4e-3, 0.1) at these steps, printed by optax 0.2.8.
        let expected = [(0, 1.6e-4), (50, 2.08e-3), (100, 4.0e-3), (550, 2.000_008e-3), (1000, 1.6e-8)];
        for (step, rate) in expected {
            let ours = one_cycle(step, 1000, 4e-3, 0.1);
            assert!((ours - rate).abs() < 1e-8 + 1e-5 * rate, "step {step}: {ours} instead of {rate}");
        }
    }
}
