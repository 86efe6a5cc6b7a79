//! What the native tests share: a world around one session, a seeded generator, the fixtures, and
//! a second parser to compare with.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file uses its part of this, and a helper that fails loudly is what a test wants"
)]

pub mod documents;
pub mod fixtures;
pub mod frames;
pub mod naive;
pub mod pages;
pub mod polls;
pub mod records;
pub mod rng;
pub mod world;
