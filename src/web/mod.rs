//! The shell: what the core decides is done here with the means of the web, and what happens is
//! told to the core in its own words. Nothing is decided here.
//!
//! One driver owns the session. JavaScript is never entered while the session is borrowed, so a
//! callback may call back. Every host resource is a guard that ends with its owner.

pub mod api;
mod convert;
mod driver;
mod fetch;
pub mod host;
mod page;
mod store;
mod timer;
