//! The protocols: what to ask a source for, what its answers mean, where its positions are.
//!
//! A protocol is asked by the session and never acts. All of them answer the same questions, so
//! that the session knows nothing of any single one.

mod sse;

use core::ops::Range;

use super::position::Resume;
use super::request::{Head, Request, Verdict};
use super::time::Millis;

pub use sse::{Place, PositionFrom, Sse, SseConfig};

/// The protocol that a session speaks.
#[derive(Debug)]
pub enum Protocol {
    /// Server-Sent Events.
    Sse(Sse),
}

/// What comes next in a response's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An event, with its payload in [`Protocol::bytes`]. `ascii`: all bytes since the step before are.
    Event {
        /// Where the payload lies.
        data: Range<usize>,
        /// Whether all bytes since the step before are ASCII.
        ascii: bool,
    },
    /// Nothing that the application wants to hear; it may have moved the position.
    Unheard,
    /// The source's own reconnection time.
    ReconnectionTime(Millis),
    /// The event that has begun is too large and is passed over.
    TooLarge,
    /// The source says that nothing follows.
    Done,
}

impl Protocol {
    /// The request that continues at `resume`.
    pub fn request(&self, resume: &Resume) -> Request {
        match self {
            Self::Sse(sse) => sse.request(resume),
        }
    }

    /// What the beginning of a response means, after a request that continued at `resume`.
    pub fn judge(&self, head: &Head, resume: &Resume, wall: Millis) -> Verdict {
        match self {
            Self::Sse(sse) => sse.judge(head, resume, wall),
        }
    }

    /// A body begins; what was left of another one is void.
    pub fn begin(&mut self) {
        match self {
            Self::Sse(sse) => sse.begin(),
        }
    }

    /// A piece of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        match self {
            Self::Sse(sse) => sse.frames().push(chunk),
        }
    }

    /// Spans handed out before are no longer needed.
    pub fn release(&mut self) {
        match self {
            Self::Sse(sse) => sse.frames().release(),
        }
    }

    /// The next step, or `None` where more of the body is needed.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    pub fn step(&mut self) -> Option<Step> {
        match self {
            Self::Sse(sse) => sse.step(),
        }
    }

    /// What spans count in.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Sse(sse) => sse.read().bytes(),
        }
    }

    /// How many bytes have not become steps.
    pub fn waiting(&self) -> usize {
        match self {
            Self::Sse(sse) => sse.read().waiting(),
        }
    }

    /// The size of the largest event, in bytes as sent.
    pub const fn limit(&self) -> usize {
        match self {
            Self::Sse(sse) => sse.read().limit(),
        }
    }

    /// The id that came with the last step, if any.
    pub fn id(&self) -> Option<&[u8]> {
        match self {
            Self::Sse(sse) => sse.id(),
        }
    }

    /// The type that came with the last step, empty for the default.
    pub fn kind(&self) -> &[u8] {
        match self {
            Self::Sse(sse) => sse.read().kind(),
        }
    }

    /// Whether a request can carry this id back.
    pub fn can_send(&self, id: &[u8]) -> bool {
        match self {
            Self::Sse(sse) => sse.can_send(id),
        }
    }
}
