//! The shell's Rust half: between the session and JavaScript, for WebAssembly only.
//!
//! What the core wants done is done by `src/js/shell`, with fetch, timers, stores and page events;
//! here is only the translation, and the one place that owns the session. JavaScript is never
//! entered while the session is borrowed, so a callback may call back. Nothing here waits: there
//! are no promises and no tasks on this side.

pub mod api;
pub mod bayeux;
mod convert;
mod driver;
mod host;
pub mod page;
pub mod parser;
mod poll;
