//! How one stream is set up.

use alloc::string::String;

use super::backoff::RetryPolicy;
use super::bookmark::SourceId;
use super::limits;
use super::position::Resume;
use super::time::Millis;

/// What every source can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bookmark's name; without one, nothing outlives the session.
    pub bookmark: Option<String>,
    /// What the bookmark belongs to.
    pub source: SourceId,
    /// Where to begin where no bookmark exists.
    pub start: Resume,
    /// How attempts are spaced; `None`: there is only one.
    pub retry: Option<RetryPolicy>,
    /// Whether a 401 is worth another attempt with new credentials.
    pub can_refresh: bool,
    /// How long a response may take to begin; `None`: for ever.
    pub connect_timeout: Option<Millis>,
    /// How long an open response may be silent.
    pub idle_timeout: IdleTimeout,
    /// Events that may wait for their handlers, at least 1.
    pub high_water_mark: usize,
    /// What follows an event beyond the limit.
    pub oversize: Oversize,
    /// What becomes of events that come a second time.
    pub repeated: Repeated,
    /// What becomes of the body of a refused response.
    pub refused: Refused,
    /// What becomes of an open connection once the machine has slept.
    pub slept: Slept,
    /// The response header, in lower case, that changes when the source has been made anew. An empty one says
    /// that the position is of another source.
    pub incarnation: Option<String>,
}

impl Config {
    /// The defaults, for the source `source`.
    pub fn new(source: SourceId) -> Self {
        Self {
            bookmark: None,
            source,
            start: Resume::Latest,
            retry: Some(RetryPolicy::default()),
            can_refresh: false,
            connect_timeout: Some(limits::CONNECT_TIMEOUT),
            idle_timeout: IdleTimeout::Default,
            high_water_mark: limits::HIGH_WATER_MARK,
            oversize: Oversize::Stop,
            repeated: Repeated::Drop,
            refused: Refused::Quote,
            slept: Slept::Reconnect,
            incarnation: None,
        }
    }

    /// What the standard prescribes for an `EventSource` (HTML, 9.2.3) where it differs from that.
    pub fn standard(source: SourceId) -> Self {
        Self {
            retry: Some(RetryPolicy::standard()),
            connect_timeout: None,
            idle_timeout: IdleTimeout::Never,
            repeated: Repeated::Deliver,
            refused: Refused::Drop,
            slept: Slept::Stay,
            ..Self::new(source)
        }
    }
}

/// How long an open response may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleTimeout {
    /// [`limits::IDLE_TIMEOUT`] where a position is known, else for ever.
    Default,
    /// For ever.
    Never,
    /// For so long.
    After(Millis),
}

/// What follows an event beyond the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oversize {
    /// The stream ends before it.
    Stop,
    /// The stream goes on behind it.
    Skip,
}

/// What becomes of events that come a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// They are recognised and dropped.
    Drop,
    /// They are events like any others.
    Deliver,
}

/// What becomes of the body of a refused response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The error quotes its beginning.
    Quote,
    /// It is not read, so that the refusal is told at once.
    Drop,
}

/// What becomes of an open connection once the machine has slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slept {
    /// It is given up for a new one, where that loses nothing.
    Reconnect,
    /// It is kept until it fails.
    Stay,
}
