//! Delays of their own for each cause: some services ask their clients to come back sooner after a
//! proper end than after an error.

use super::limits;
use super::time::Millis;

/// What ended an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The request did not get through, or the connection broke.
    Network,
    /// The server has answered with an error.
    Status,
    /// The server has ended the response properly.
    End,
}

/// How attempts are spaced after one cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacing {
    /// The first delay.
    pub min: Millis,
    /// The longest.
    pub max: Millis,
    /// How it gets from the one to the other.
    pub growth: Growth,
}

/// How a delay grows from failure to failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Growth {
    /// By the first delay each time.
    Linear,
    /// By this factor, at least 1.
    Factor(f64),
}

impl Spacing {
    /// The delay after so many failures in a row, without what is random. Not below the floor that no
    /// configuration undercuts.
    pub fn delay(&self, failures: u32) -> Millis {
        let min = self.min.max(limits::RETRY_FLOOR);
        let max = self.max.max(min);
        let delay = match self.growth {
            Growth::Linear => min.get().saturating_mul(failures.into()),
            Growth::Factor(factor) => grown(min, factor, failures, max),
        };
        Millis::new(delay).clamp(min, max)
    }
}

/// `min` times `factor` for each failure behind the first. A loop instead of a power: `powi` is not in
/// `core`, and the ceiling ends it early.
pub fn grown(min: Millis, factor: f64, failures: u32, max: Millis) -> u64 {
    let mut delay = min.get() as f64;
    for _ in 1..failures {
        delay *= factor;
        if delay >= max.get() as f64 {
            break;
        }
    }
    delay as u64
}

/// One spacing for each cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacings {
    /// For [`Cause::Network`].
    pub network: Spacing,
    /// For [`Cause::Status`].
    pub status: Spacing,
    /// For [`Cause::End`].
    pub end: Spacing,
}

impl Spacings {
    /// The one for `cause`.
    pub const fn of(&self, cause: Cause) -> Spacing {
        match cause {
            Cause::Network => self.network,
            Cause::Status => self.status,
            Cause::End => self.end,
        }
    }
}

/// How often each cause has come since the last attempt that made progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failures {
    network: u32,
    status: u32,
    end: u32,
}

impl Failures {
    /// Once more; gives how often now.
    pub fn count(&mut self, cause: Cause) -> u32 {
        let count = match cause {
            Cause::Network => &mut self.network,
            Cause::Status => &mut self.status,
            Cause::End => &mut self.end,
        };
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn delays(min: u64, max: u64, growth: Growth) -> Vec<u64> {
        let spacing = Spacing { min: Millis::new(min), max: Millis::new(max), growth };
        (1..=8).map(|failures| spacing.delay(failures).get()).collect()
    }

    #[test]
    fn delays_grow_linearly_or_by_a_factor_between_floor_and_ceiling() {
        for (min, max, growth, want) in [
            (200, 1_000, Growth::Linear, [200, 400, 600, 800, 1_000, 1_000, 1_000, 1_000]),
            (
                2_000,
                50_000,
                Growth::Factor(2.0),
                [2_000, 4_000, 8_000, 16_000, 32_000, 50_000, 50_000, 50_000],
            ),
            (0, 100, Growth::Factor(2.0), [10, 20, 40, 80, 100, 100, 100, 100]),
            (0, 0, Growth::Linear, [10; 8]),
            (u64::MAX, 0, Growth::Linear, [u64::MAX; 8]),
        ] {
            assert_eq!(delays(min, max, growth), want, "{min} {max} {growth:?}");
        }
    }

    #[test]
    fn each_cause_is_counted_by_itself() {
        let mut failures = Failures::default();
        let causes = [Cause::Network, Cause::End, Cause::Network, Cause::Status, Cause::Network, Cause::End];
        let counts: Vec<u32> = causes.into_iter().map(|cause| failures.count(cause)).collect();
        assert_eq!(counts, [1, 1, 2, 1, 3, 2]);
    }
}
