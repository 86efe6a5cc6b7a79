//! Counters.

use super::time::Millis;

/// Counters since the session was made, and two readings of what is in it now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Events handed out.
    pub events: u64,
    /// Bytes of response bodies.
    pub bytes: u64,
    /// Requests.
    pub attempts: u64,
    /// Attempts planned after an end or a failure.
    pub retries: u64,
    /// Bookmarks that the store has taken.
    pub commits: u64,
    /// Repeats dropped.
    pub repeats: u64,
    /// Gaps.
    pub gaps: u64,
    /// Errors reported.
    pub errors: u64,
    /// Events handed out and not yet committed.
    pub pending: u64,
    /// Bytes received that are not yet events.
    pub buffered: u64,
}

impl Stats {
    /// The counters, in the order of the fields.
    pub const fn values(&self) -> [u64; 10] {
        [
            self.events,
            self.bytes,
            self.attempts,
            self.retries,
            self.commits,
            self.repeats,
            self.gaps,
            self.errors,
            self.pending,
            self.buffered,
        ]
    }
}

/// What the runs to the top have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summit {
    /// How long until the next one; `None`: there is none.
    pub delay: Option<Millis>,
    /// Items given to the application.
    pub events: u64,
    /// Answers.
    pub pages: u32,
}
