//! Brookmark keeps your place in any event stream.
//!
//! [`engine`] is the core: it decides everything and does nothing. `web` is the shell, which exists
//! only for WebAssembly: it does what the core says and decides nothing. The JavaScript API in
//! `src/js` is its face.
//!
//! The crate is `no_std`, and `std` is there only where the target is not WebAssembly; the crates
//! that know the web are there only where it is. So the native build refuses a browser in the core,
//! and the WebAssembly build refuses a clock, a thread or a hash map with a random seed anywhere.

#![no_std]
// Vector code without `unsafe`. Only the WebAssembly build, which compiles the standard library along,
// has unstable features.
#![cfg_attr(all(target_arch = "wasm32", target_feature = "simd128"), feature(portable_simd))]

extern crate alloc;
// Without it the native cdylib has neither allocator nor panic handler.
#[cfg(not(target_arch = "wasm32"))]
extern crate std;

#[forbid(unsafe_code)]
pub mod engine;

#[cfg(target_arch = "wasm32")]
pub mod web;
