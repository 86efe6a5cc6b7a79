//! Bytes to lines, and numbers to text. Knows nothing of events.

mod lines;
mod number;
mod utf8;

pub use lines::Lines;
pub use number::{decimal, hex};
pub use utf8::{is_ascii, Bom};
