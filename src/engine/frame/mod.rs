//! Lines and bytes to frames: where an event begins and ends, and what its fields are. A frame knows
//! nothing of requests, positions or time.

mod json;
mod page;
mod sse;

pub use json::{Framing, JsonFrames, Record};
pub use page::{Item, Page, PageFrames};
pub use sse::{Block, SseFrames};
