//! JSON texts (RFC 8259), as far as the core looks into them: what stands at a pointer, and whether a
//! text is whole. Values are built by the application alone.
//!
//! Nothing here recurses, so no depth of nesting is too much for the stack.

mod check;
mod fields;
mod paths;
mod pointer;
mod scanner;
mod seek;
mod structure;
mod text;

pub use check::{check, is_json, Check};
pub use fields::{Field, Fields};
pub use pointer::Pointer;
pub use scanner::{elements, is_blank, members, objects};
pub use seek::ArraySeek;
pub use structure::{Marks, Structure};
pub use text::{in_one_line, quote, unescape};
