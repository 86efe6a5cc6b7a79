//! Counters.

/// Counters since the client was made, and a reading of what is in it now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Events that somebody hears.
    pub events: u64,
    /// Events that nobody hears any more, or of an earlier session.
    pub unheard: u64,
    /// Bytes of responses.
    pub bytes: u64,
    /// Requests, and texts over a socket.
    pub requests: u64,
    /// Sessions.
    pub sessions: u64,
    /// Attempts planned after a failure.
    pub retries: u64,
    /// Messages published.
    pub published: u64,
    /// Errors reported.
    pub errors: u64,
    /// Bytes that nobody has read yet.
    pub unread: u64,
}

impl Stats {
    /// The counters, in the order of the fields.
    pub const fn values(&self) -> [u64; 9] {
        [
            self.events,
            self.unheard,
            self.bytes,
            self.requests,
            self.sessions,
            self.retries,
            self.published,
            self.errors,
            self.unread,
        ]
    }
}
