//! The shell's Rust half: between the session and JavaScript, for WebAssembly only.
//!
//! What the core wants done is done by `src/js/shell`, with fetch, timers, stores and page events;
//! here is only the translation, and the one place that owns the session. JavaScript is never
//! entered while the session is borrowed, so a callback may call back. Nothing here waits: there
//! are no promises and no tasks on this side.
//!
//! Which of it there is, the crate's features say: a page loads one module for streams, another one for streams and
//! polling, and a third for Bayeux.

#[cfg(feature = "streams")]
pub mod api;
#[cfg(feature = "bayeux")]
pub mod bayeux;
mod convert;
mod driver;
mod host;
#[cfg(feature = "streams")]
pub mod page;
#[cfg(feature = "streams")]
pub mod parser;
#[cfg(feature = "poll")]
mod poll;
#[cfg(feature = "streams")]
mod session;
#[cfg(feature = "streams")]
mod stream;
