//! Lines to frames: where an event begins and ends, and what its fields are. A frame knows
//! nothing of requests, positions or time.

mod sse;

pub use sse::{Block, SseFrames};
