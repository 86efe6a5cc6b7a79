//! Every trap of polling, as a story on virtual time: what goes wrong between a client and the sources that
//! it asks again and again, so that items are lost, come twice, or are asked for without end.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail loudly"
)]

#[path = "../common/mod.rs"]
mod common;

mod again;
mod answers;
mod clocks;
mod gaps;
mod items;
mod pace;
mod pages;
mod requests;
mod rescans;
mod ties;
