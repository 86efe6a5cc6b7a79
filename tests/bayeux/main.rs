//! Stories of the Bayeux client, on virtual time and with a scripted server.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

mod channels;
mod chaos;
mod connects;
mod extensions;
mod places;
mod publishing;
mod recovery;
mod socket;
mod world;
