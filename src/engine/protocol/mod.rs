//! The protocols: what to ask a source for, what its answers mean, where its positions are.
//!
//! A protocol is asked by the session and never acts. All of them answer the same questions, so
//! that the session knows nothing of any single one.

mod answer;
mod json;
mod label;
mod place;
pub mod poll;
mod polled;
mod sse;

use core::ops::Range;

use super::error::Error;
use super::event::Origin;
use super::parts::Parts;
use super::position::{Position, Resume};
use super::request::{Head, Request, Verdict};
use super::time::{Millis, Now};
use label::Label;

pub use super::frame::Framing;
pub use json::{BadRecords, Json, JsonConfig, PartFrom, Shape, Standing};
pub use label::{Flag, LabelFrom};
pub use place::{Place, PositionFrom};
pub use poll::Poll;
pub use polled::Polled;
pub use sse::{Sse, SseConfig, Statuses};

/// The protocol that a session speaks.
#[derive(Debug)]
pub enum Protocol {
    /// Server-Sent Events.
    Sse(Sse),
    /// Streaming JSON.
    Json(Json),
    /// Polling.
    Poll(Polled),
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
    /// As an event, of a source that is polled: [`Poll::row`] has the rest of it.
    Row {
        /// Where the payload lies.
        data: Range<usize>,
        /// Whether all bytes since the step before are ASCII.
        ascii: bool,
    },
    /// An item that was seen before.
    Repeat,
    /// An item that is not wanted, of before the beginning. If it comes again, it was seen.
    Passed,
    /// The position that [`Poll::row`] has, without an item.
    Moved,
    /// The application should know, and the stream goes on.
    Told(Error),
    /// The answer cannot be read any further, nor would another one.
    Broken(Error),
    /// Nothing that the application wants to hear; it may have moved the position.
    Unheard,
    /// A comment that the application wants to hear, with its text in [`Protocol::bytes`].
    Comment(Range<usize>),
    /// The source's own reconnection time.
    ReconnectionTime(Millis),
    /// The event that has begun is too large and is passed over.
    TooLarge,
    /// What lies there in [`Protocol::bytes`] should be an event, and cannot be one.
    BadRecord(Range<usize>),
    /// The source says that nothing follows.
    Done,
}

impl Protocol {
    /// The request that continues at `resume`.
    pub fn request(&mut self, resume: &Resume, now: Now) -> Request {
        match self {
            Self::Sse(sse) => sse.request(resume),
            Self::Json(json) => json.request(resume),
            Self::Poll(poll) => poll.request(now),
        }
    }

    /// From now on, requests continue there.
    pub fn aim(&mut self, resume: &Resume) {
        match self {
            Self::Sse(_) | Self::Json(_) => {}
            Self::Poll(poll) => poll.aim(resume),
        }
    }

    /// Whether a request can ask for that.
    pub fn can_ask(&self, resume: &Resume) -> bool {
        match self {
            Self::Sse(sse) => sse.place().can_ask(resume),
            Self::Json(json) => json.place().can_ask(resume),
            Self::Poll(poll) => poll.can_ask(),
        }
    }

    /// The header with the position is not let through: from now on, requests do without it.
    pub fn refuse_header(&mut self) {
        match self {
            Self::Sse(sse) => sse.place_mut().refuse_header(),
            Self::Json(json) => json.place_mut().refuse_header(),
            // The header is what its source wants; there is no other way.
            Self::Poll(_) => {}
        }
    }

    /// What the beginning of a response means, after a request that continued at `resume`.
    pub fn judge(&mut self, head: &Head, resume: &Resume, now: Now) -> Verdict {
        match self {
            Self::Sse(sse) => sse.judge(head, resume, now.wall),
            Self::Json(json) => json.judge(head, resume, now.wall),
            Self::Poll(poll) => poll.judge(head, now),
        }
    }

    /// The position that the beginning of a response names, if it does.
    pub fn position_in(&self, head: &Head) -> Option<Position> {
        match self {
            Self::Sse(sse) => sse.position_in(head),
            Self::Json(json) => json.position_in(head),
            Self::Poll(_) => None,
        }
    }

    /// The request or its body has failed.
    pub fn cut(&mut self) {
        match self {
            Self::Sse(_) | Self::Json(_) => {}
            Self::Poll(poll) => poll.cut(),
        }
    }

    /// A body begins, with this head; what was left of another one is void.
    pub fn begin(&mut self, head: &Head) {
        match self {
            Self::Sse(sse) => sse.begin(),
            Self::Json(json) => json.begin(head),
            Self::Poll(poll) => poll.begin(head),
        }
    }

    /// A piece of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        match self {
            Self::Sse(sse) => sse.frames().push(chunk),
            Self::Json(json) => json.frames().push(chunk),
            Self::Poll(poll) => poll.push(chunk),
        }
    }

    /// The body has ended properly.
    pub fn end(&mut self) {
        match self {
            // An event that has no blank line behind it is none, whatever the end (HTML, 9.2.6).
            Self::Sse(_) => {}
            Self::Json(json) => json.frames().end(),
            Self::Poll(poll) => poll.end(),
        }
    }

    /// Whether a body that has ended properly, and gives no more steps, ended too early all the same.
    pub fn is_cut(&self) -> bool {
        match self {
            Self::Sse(_) | Self::Poll(_) => false,
            Self::Json(json) => json.read().waiting() > 0,
        }
    }

    /// Whether the source says when nothing follows.
    pub fn says_done(&self) -> bool {
        match self {
            Self::Sse(sse) => sse.says_done(),
            Self::Json(json) => json.says_done(),
            Self::Poll(_) => false,
        }
    }

    /// Spans handed out before are no longer needed.
    pub fn release(&mut self) {
        match self {
            Self::Sse(sse) => sse.frames().release(),
            Self::Json(json) => json.frames().release(),
            Self::Poll(poll) => poll.release(),
        }
    }

    /// How much memory the bytes take.
    pub fn capacity(&self) -> usize {
        match self {
            Self::Sse(sse) => sse.read().capacity(),
            Self::Json(json) => json.read().capacity(),
            Self::Poll(poll) => poll.capacity(),
        }
    }

    /// Keeps no more memory for bytes than there are.
    pub fn trim(&mut self) {
        match self {
            Self::Sse(sse) => sse.frames().trim(),
            Self::Json(json) => json.frames().trim(),
            Self::Poll(poll) => poll.trim(),
        }
    }

    /// The next step, or `None` where more of the body is needed.
    pub fn step(&mut self) -> Option<Step> {
        match self {
            Self::Sse(sse) => sse.step(),
            Self::Json(json) => json.step(),
            Self::Poll(poll) => poll.step(),
        }
    }

    /// What spans count in.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Sse(sse) => sse.read().bytes(),
            Self::Json(json) => json.read().bytes(),
            Self::Poll(poll) => poll.bytes(),
        }
    }

    /// How many bytes have not become steps.
    pub fn waiting(&self) -> usize {
        match self {
            Self::Sse(sse) => sse.read().waiting(),
            Self::Json(json) => json.read().waiting(),
            Self::Poll(poll) => poll.waiting(),
        }
    }

    /// The size of the largest event, in bytes as sent.
    pub fn limit(&self) -> usize {
        match self {
            Self::Sse(sse) => sse.read().limit(),
            Self::Json(json) => json.read().limit(),
            Self::Poll(poll) => poll.limit(),
        }
    }

    /// The id that came with the last step, if any.
    pub fn id(&self) -> Option<&[u8]> {
        match self {
            Self::Sse(sse) => sse.id(),
            Self::Json(json) => json.id(),
            Self::Poll(_) => None,
        }
    }

    /// The part of the source that the last step belongs to; there is one wherever there is an id, if
    /// parts have positions of their own.
    pub fn part(&self) -> Option<&[u8]> {
        match self {
            Self::Sse(_) | Self::Poll(_) => None,
            Self::Json(json) => json.part(),
        }
    }

    /// The positions of the parts, none known yet, if parts have positions of their own.
    pub fn parts(&self) -> Option<Parts> {
        match self {
            Self::Sse(_) | Self::Poll(_) => None,
            Self::Json(json) => json.parts(),
        }
    }

    /// The event's id, where that is not its position.
    pub fn label(&self) -> Option<&[u8]> {
        match self {
            Self::Sse(sse) => sse.label().map(Label::id),
            Self::Json(json) => json.label().map(Label::id),
            Self::Poll(_) => None,
        }
    }

    /// The type that came with the last step, empty for the default.
    pub fn kind(&self) -> &[u8] {
        match self {
            Self::Sse(sse) => sse.label().map_or_else(|| sse.read().kind(), Label::kind),
            Self::Json(json) => json.kind(),
            Self::Poll(_) => b"",
        }
    }

    /// Which record of the body the last step is, where the body has records, and where in the body it
    /// begins, if that is where `data` begins.
    pub fn origin(&self, data: &Range<usize>) -> Option<Origin> {
        match self {
            Self::Sse(_) => None,
            Self::Poll(poll) => Some(poll.row().origin),
            Self::Json(json) => json.origin(data),
        }
    }

    /// Whether the stream goes on behind a record that is bad.
    pub const fn skips_bad_records(&self) -> bool {
        match self {
            Self::Sse(_) | Self::Poll(_) => false,
            Self::Json(json) => json.skips_bad_records(),
        }
    }

    /// Whether a request can carry this id back.
    pub fn can_send(&self, id: &[u8]) -> bool {
        match self {
            Self::Sse(sse) => sse.can_send(id),
            Self::Json(json) => json.can_send(id),
            Self::Poll(_) => true,
        }
    }

    /// The source that is polled, if it is.
    pub fn poll(&mut self) -> Option<&mut Poll> {
        match self {
            Self::Sse(_) | Self::Json(_) => None,
            Self::Poll(poll) => Some(poll),
        }
    }
}
