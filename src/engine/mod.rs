//! The core: sans-IO, without clock, randomness, network or storage.
//!
//! ```text
//! bytes ──text──▶ lines ──frame──▶ blocks ──protocol──▶ steps ──session──▶ rows ──▶ application
//!                                                                                       │
//! store ◀── bookmark ◀── Durable ◀── commit ledger ◀───────────── handled ◀─────────────┘
//!
//! requests ◀── protocol ◀── backoff, timers ◀── session ◀── Input      session ──▶ Action
//! ```
//!
//! Whoever drives it hands each [`io::Input`] to [`session::Session::handle`], takes every
//! [`io::Action`] from [`session::Session::poll`], and comes back at
//! [`session::Session::poll_timeout`].

pub mod backoff;
pub mod bayeux;
pub mod bookmark;
pub mod calendar;
pub mod commit;
pub mod config;
pub mod cursor;
pub mod error;
pub mod event;
pub mod frame;
pub mod header;
pub mod http_date;
pub mod io;
pub mod json;
pub mod known;
pub mod limits;
pub mod link;
pub mod number;
pub mod pace;
pub mod parser;
pub mod parts;
pub mod position;
pub mod print;
pub mod protocol;
pub mod repeats;
pub mod request;
pub mod retry_after;
pub mod rng;
pub mod saver;
pub mod session;
pub mod sheet;
pub mod spacing;
pub mod stats;
pub mod text;
pub mod time;
pub mod timer;
