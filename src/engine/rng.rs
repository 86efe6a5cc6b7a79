//! A seeded generator for jitter. The seed comes from outside, so that a run can be repeated.

use super::time::Millis;

/// SplitMix64 (Steele, Lea and Flood, 2014): one word of state, good enough to spread clients.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator that repeats itself for the same `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A uniform span from `low` to `high`, both included; `low` where they are reversed.
    pub fn between(&mut self, low: Millis, high: Millis) -> Millis {
        let width = high.since(low).get();
        match width.checked_add(1) {
            Some(values) => low.after(Millis::new(self.next() % values)),
            None => Millis::new(self.next()),
        }
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn the_same_seed_gives_the_same_spans_within_the_bounds() {
        let (low, high) = (Millis::new(10), Millis::new(20));
        let draw = |seed| {
            let mut rng = Rng::new(seed);
            (0..100).map(|_| rng.between(low, high)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().all(|&span| low <= span && span <= high));
        assert!(draw(7).contains(&low) && draw(7).contains(&high));
    }

    #[test]
    fn the_widest_and_the_reversed_range_are_no_special_case_to_the_caller() {
        let mut rng = Rng::new(1);
        assert_ne!(
            rng.between(Millis::ZERO, Millis::new(u64::MAX)),
            rng.between(Millis::ZERO, Millis::new(u64::MAX))
        );
        assert_eq!(rng.between(Millis::new(5), Millis::new(3)), Millis::new(5));
    }
}
