//! Counters.

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
    /// The counters with the names that the API uses.
    pub const fn named(&self) -> [(&'static str, u64); 10] {
        [
            ("events", self.events),
            ("bytes", self.bytes),
            ("attempts", self.attempts),
            ("retries", self.retries),
            ("commits", self.commits),
            ("repeats", self.repeats),
            ("gaps", self.gaps),
            ("errors", self.errors),
            ("pending", self.pending),
            ("buffered", self.buffered),
        ]
    }
}
