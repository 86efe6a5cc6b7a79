//! Bytes to lines. Knows nothing of events.

mod lines;
mod utf8;

pub use lines::Lines;
pub use utf8::{is_ascii, Bom};
