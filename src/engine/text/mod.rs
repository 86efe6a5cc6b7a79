//! Bytes to lines. Knows nothing of events.

mod buffer;
mod lines;
mod scan;
mod utf16;
mod utf8;

pub use buffer::Buffer;
pub use lines::Lines;
pub use utf16::{count_utf16, write_utf16};
pub use utf8::{is_ascii, Bom};
