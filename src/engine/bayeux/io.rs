//! What goes into the client and what comes out of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::Error;
use super::super::io::{Fault, Report};
use super::super::request::Head;
use super::super::time::Millis;

/// The number of what is sent together: the body of one request, or one text of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExchangeId(pub u32);

/// The number of a subscription, given by the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberId(pub u32);

/// The number of a publication, given by the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallId(pub u32);

/// The number of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketId(pub u32);

/// What has happened.
pub enum Input<'a> {
    /// The client is wanted.
    Start,
    /// The response to a request is complete.
    Reply(ExchangeId, Head, &'a [u8]),
    /// A request has failed.
    Failed(ExchangeId, Fault),
    /// The socket is open.
    SocketOpen(SocketId),
    /// It has brought a text.
    SocketText(SocketId, &'a [u8]),
    /// It has failed to open, or has closed.
    SocketClosed(SocketId),
    /// The time that [`poll_timeout`](super::Client::poll_timeout) named has come.
    Timeout,
    /// Somebody wants to hear a channel.
    Subscribe(SubscriberId, String, Replay),
    /// And wants no more of it.
    Unsubscribe(SubscriberId),
    /// The next bytes of a subscription are wanted.
    Read(SubscriberId),
    /// Something is to be published.
    Publish(CallId, Publication<'a>),
    /// What follows is to be sent together, until the last of these is ended.
    BeginBatch,
    /// What was held back is sent.
    EndBatch,
    /// Which messages the application wants to see.
    Listen(Listening),
    /// Something has happened that may have mended the network: online, visible.
    Wake,
    /// The page is put away with all its connections, perhaps for ever.
    Freeze,
    /// The page is back.
    Thaw,
    /// The application wants no more.
    Close,
}

/// From where a subscription is to be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The channel has no positions: what is missed is gone.
    Never,
    /// From now on.
    Latest,
    /// From the oldest event that the server keeps.
    Earliest,
    /// From behind this position.
    After(String),
}

/// What is published.
pub struct Publication<'a> {
    /// Where.
    pub channel: &'a str,
    /// The payload, as JSON.
    pub data: &'a [u8],
    /// Where the answer is an event on the same channel with the same number: how long it may take.
    pub answer_within: Option<Millis>,
}

/// Which messages the application wants to see, besides the events of its subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// None.
    Nothing,
    /// Those of the protocol.
    Meta,
    /// All.
    Everything,
}

/// What the shell must do, in this order.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this as a request.
    Send(Request),
    /// Give a request up, and whatever of it is still to come.
    Abort(ExchangeId),
    /// Open a socket.
    OpenSocket(SocketId),
    /// Send this over it.
    SendText(SocketId, Vec<u8>),
    /// Close it.
    CloseSocket(SocketId),
    /// Forget the cookies that the server has set.
    ForgetCookies,
    /// The subscription stands.
    Subscribed(SubscriberId),
    /// It does not: a status as of HTTP, what the server has said, and how long not to ask again.
    Refused(SubscriberId, u16, String, Option<Millis>),
    /// The next bytes of the subscription: an event a line, and its channel in a line before where it is another one.
    Bytes(SubscriberId, Vec<u8>),
    /// There are no more: it has to be asked for anew, from its position.
    Ended(SubscriberId),
    /// Something went wrong with the subscription, and it goes on.
    Warn(SubscriberId, Error),
    /// What has become of a publication: the server's reply, or why there is none.
    Settled(CallId, Result<Vec<u8>, Error>),
    /// A message that the application wants to see.
    Show(Vec<u8>),
    /// Tell the application.
    Tell(Notice),
}

/// A request to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: ExchangeId,
    /// The body: an array of messages.
    pub body: Vec<u8>,
    /// Which attempt this is since the last one that succeeded, from 1.
    pub number: u32,
    /// Whether the server has just refused the credentials, so that new ones are needed.
    pub refresh: bool,
    /// Whether it is the last one, which is to outlive the page.
    pub is_last: bool,
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The state has changed.
    State(StateName),
    /// There will be another attempt.
    Retry {
        /// What ended the one before; `None`: the server asks for it.
        cause: Option<Report>,
        /// Its number since the last attempt that succeeded.
        attempt: u32,
        /// How long until then.
        delay: Millis,
    },
    /// Something went wrong, and the client goes on.
    Error(Report),
    /// The client has ended: as it was asked to, or with an error.
    Close(Option<Report>),
}

/// The states as the application sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateName {
    /// Nothing is wanted yet.
    Idle,
    /// There is no session yet.
    Connecting,
    /// Events may arrive.
    Open,
    /// The next attempt has its time.
    Waiting,
    /// Too much waits for its handlers: there is no session until there is less.
    Full,
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
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Full => "full",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
}
