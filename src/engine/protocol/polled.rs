//! A source that is polled, as far as this build has such.
//!
//! Without the feature `poll` it is a type that has no values. So the compiler knows that no session polls, and
//! leaves out what only such a session would do, with no condition anywhere else.

use super::Poll;

/// A source that is polled.
#[cfg(feature = "poll")]
pub type Polled = alloc::boxed::Box<Poll>;

/// A source that is polled, where there can be none.
#[cfg(not(feature = "poll"))]
#[derive(Debug)]
pub enum Polled {}

#[cfg(not(feature = "poll"))]
impl core::ops::Deref for Polled {
    type Target = Poll;

    fn deref(&self) -> &Poll {
        match *self {}
    }
}

#[cfg(not(feature = "poll"))]
impl core::ops::DerefMut for Polled {
    fn deref_mut(&mut self) -> &mut Poll {
        match *self {}
    }
}
