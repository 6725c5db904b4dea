//! The retry budget of a client.

use std::sync::{Mutex, PoisonError};

const FULL: u32 = 100;
const COST_AFTER_TIMEOUT: u32 = 10;
const COST: u32 = 5;

/// Points that retries spend and successes refund, so that an outage does not multiply the traffic.
pub(super) struct Budget(Mutex<u32>);

impl Default for Budget {
    /// A full budget: 100 points.
    fn default() -> Budget {
        Budget(Mutex::new(FULL))
    }
}

impl Budget {
    /// Spends the points for one retry: 10 after a time-out, 5 after any other failure. Returns `false`, and spends
    /// nothing, when fewer points are left.
    pub(super) fn spend(&self, timed_out: bool) -> bool {
        let cost = if timed_out { COST_AFTER_TIMEOUT } else { COST };
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= cost;
        if enough {
            *left -= cost;
        }
        enough
    }

    /// Refunds one point after a success.
    pub(super) fn refund(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + 1).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_runs_out_and_recovers() {
        let budget = Budget::default();
        assert_eq!((0..100).filter(|_| budget.spend(false)).count(), 20);
        (0..5).for_each(|_| budget.refund());
        assert!(!budget.spend(true) && budget.spend(false) && !budget.spend(false));
    }
}
