//! A seeded generator, so that every random test can be repeated.

use std::env;

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same throws.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6a09_e667_f3bc_c908)
    }

    /// Any word.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from 0 to `end - 1`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.word() % end as u64) as usize
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.word() % 100 < percent
    }

    /// One of `choices`.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// `bytes` in pieces of random size, each of at least one byte.
    pub fn cut<'a>(&mut self, bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let (mut rest, mut pieces) = (bytes, Vec::new());
        let longest = *self.pick(&[1, 2, 3, 8, 64, 4096]);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(1 + self.below(longest.min(rest.len())));
            pieces.push(piece);
            rest = behind;
        }
        pieces
    }
}

/// The seeds to run: `count` of them from 0, or the one in the environment variable `SEED`.
pub fn seeds(count: u64) -> std::ops::Range<u64> {
    match env::var("SEED") {
        Ok(seed) => {
            let seed = seed.parse().expect("SEED is a number");
            seed..seed + 1
        }
        Err(_) => 0..count,
    }
}

/// Runs `body` for each seed; a failure names the seed that repeats it.
pub fn for_each_seed(count: u64, body: impl Fn(u64) + std::panic::RefUnwindSafe) {
    for seed in seeds(count) {
        if let Err(failure) = std::panic::catch_unwind(|| body(seed)) {
            eprintln!("failed with SEED={seed}");
            std::panic::resume_unwind(failure);
        }
    }
}
