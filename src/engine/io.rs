//! What goes into the machine and what comes out of it.

use alloc::string::String;

use super::error::{Error, Reason};
use super::event::Seq;
use super::position::{Position, Resume};
use super::request::{Head, Request};
use super::stats::Summit;
use super::time::Millis;

/// The number of a request. What arrives under the number of a request that was given up since is
/// passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptId(pub u32);

/// What has happened.
pub enum Input<'a> {
    /// The stream is wanted.
    Start,
    /// The store has answered: the record under that name, or why there is none. What was asked for before, and
    /// given up since, is passed over.
    Loaded(&'a str, Result<Option<&'a str>, String>),
    /// The store has taken the last record that was handed to it, or has not.
    Saved(Result<(), String>),
    /// Another stream has moved the bookmark, so that the store was not asked to take the last record.
    Overtaken,
    /// A response has begun.
    Head(AttemptId, Head),
    /// A piece of its body.
    Bytes(AttemptId, &'a [u8]),
    /// Its body has ended properly.
    End(AttemptId),
    /// The request or its body has failed.
    Failed(AttemptId, Fault),
    /// The time that [`poll_timeout`](super::session::Session::poll_timeout) named has come.
    Timeout,
    /// The application has handled all events from the first to the last.
    Handled(Seq, Seq),
    /// The application is through with all events from the first to the last, and has not said of
    /// all of them that they are handled: they stay uncommitted until it does.
    Released(Seq, Seq),
    /// The application's handler has failed for this event.
    HandlerFailed(Seq, HandlerPolicy),
    /// The application's answer to [`Action::Gap`].
    Decide(GapPolicy),
    /// The application wants no events for now.
    Pause,
    /// The application wants events again.
    Resume,
    /// The application wants a new connection.
    Reconnect,
    /// The application moves the bookmark.
    Seek(Resume),
    /// The application wants what there is, and then the end. Only a source that is polled has a top.
    Drain,
    /// The application wants all items of a source that is polled, once more.
    Rescan,
    /// The application begins the stream of bytes anew: what is unfinished in it is void.
    Discard,
    /// Something has happened that may have mended the network: online, visible.
    Wake,
    /// The page is put away with all its connections, perhaps for ever.
    Freeze,
    /// The page is back.
    Thaw,
    /// The application wants no more.
    Close,
}

/// What the shell must do, in this order.
#[derive(Debug)]
pub enum Action {
    /// Read the record with this bookmark's name.
    Load(String),
    /// Write this record under this bookmark's name. Answer with [`Input::Saved`] or
    /// [`Input::Overtaken`] before the next.
    Save(String, String),
    /// Send this request.
    Open(Attempt),
    /// Read the next piece of this response's body.
    Read(AttemptId),
    /// Give this request up, and whatever of it is still to come.
    Abort(AttemptId),
    /// Hand out the events of [`Session::batch`](super::session::Session::batch).
    Deliver,
    /// Hand out this event once more: its handler has failed.
    Redeliver(Seq),
    /// Ask the application what to do about this gap; answer with [`Input::Decide`].
    Gap(Gap),
    /// Tell the application.
    Tell(Notice),
}

/// A request to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Which attempt this is since the last one that made progress, from 1.
    pub number: u32,
    /// Whether the server has just refused the credentials, so that new ones are needed.
    pub refresh: bool,
    /// What to send.
    pub request: Request,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It could not be sent, or the connection broke.
    Network(String),
    /// The application's headers or token function failed.
    Auth(String),
    /// The same, and it says that there is no use in asking it again.
    Denied(String),
    /// What the application has put in the way of its messages failed.
    Extension(String),
    /// It was not let through, and is let through without the header that carries the position.
    PositionRefused,
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The state has changed.
    State(StateName),
    /// There will be another attempt.
    Retry {
        /// What ended the one before; `None`: the server ended it properly.
        cause: Option<Report>,
        /// Its number since the last attempt that made progress.
        attempt: u32,
        /// How long until then.
        delay: Millis,
    },
    /// A source that is polled has been read to its top.
    Top(Summit),
    /// The store has taken a bookmark with this position.
    Commit(Position),
    /// Something went wrong, and the stream goes on.
    Error(Report),
    /// The stream has ended: properly, or with an error.
    Close(Option<Report>),
}

/// An error with what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The error.
    pub error: Error,
    /// Whether the stream goes on.
    pub retryable: bool,
    /// Number of the last attempt since the one that made progress.
    pub attempt: u32,
    /// The position that the stream stands at.
    pub position: Option<Position>,
}

/// The source cannot continue from our position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Why.
    pub reason: Reason,
    /// The position, where it is known.
    pub position: Option<Position>,
    /// How long ago it was committed, where that is known.
    pub age: Option<Millis>,
}

/// What to do about a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapPolicy {
    /// Go on from the oldest event that the source keeps.
    Earliest,
    /// Go on with new events.
    Latest,
    /// End the stream.
    Fail,
}

/// What to do about a handler that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerPolicy {
    /// End the stream before the event.
    Stop,
    /// Commit the event as if it had been handled.
    Skip,
    /// Hand the event out again, later.
    Retry,
}

/// The states as the application sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateName {
    /// Nothing is wanted yet.
    Idle,
    /// The bookmark is being read.
    Loading,
    /// A request is out.
    Connecting,
    /// Events may arrive.
    Open,
    /// The next attempt has its time.
    Waiting,
    /// The page is put away.
    Suspended,
    /// The end.
    Closed,
}

impl StateName {
    /// The name that the API uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Loading => "loading",
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
}
