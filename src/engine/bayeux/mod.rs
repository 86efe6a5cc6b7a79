//! Bayeux (CometD, faye, Salesforce Streaming): a client of one server, for all channels.
//!
//! It is driven as a [`session`](super::session) is: hand it what has happened with [`Client::handle`]; take
//! what is to be done with [`Client::poll`] until there is nothing more; see to it that [`Input::Timeout`]
//! comes at [`Client::poll_timeout`]. What it does not do is to keep a place: each subscription is read by a
//! session of its own, to which it looks like a response whose body is an event a line.
//!
//! - this file: the states, and which input goes where;
//! - `link`: handshakes and connects;
//! - `leave`: how a session ends;
//! - `post`: requests, and what they carry; `socket`: another way for them;
//! - `receive`: what servers send;
//! - `listen`: subscriptions on their way to the server and back.

mod advice;
mod channel;
mod config;
mod draft;
mod io;
mod leave;
mod link;
mod listen;
mod message;
mod outbox;
mod post;
mod receive;
mod socket;
mod stats;
mod subscribers;
mod timesync;
mod verdict;

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use super::backoff::{Backoff, RetryPolicy};
use super::error::Error;
use super::io::Report;
use super::limits;
use super::rng::Rng;
use super::time::{Millis, Now};
use super::timer::Timers;
use advice::Advice;
use outbox::Outbox;
use post::{Exchange, Flight};
use socket::Socket;
use subscribers::Subscribers;
use timesync::Timesync;

pub use config::{Config, Sockets};
pub use io::{
    Action, CallId, ExchangeId, Input, Listening, Notice, Publication, Replay, Request, SocketId, StateName,
    SubscriberId,
};
pub use stats::Stats;

/// One client of one server.
#[derive(Debug)]
pub struct Client {
    config: Config,
    state: State,
    actions: VecDeque<Action>,
    now: Now,
    rng: Rng,
    timers: Timers<Timer>,
    /// The spacing of handshakes and connects.
    backoff: Backoff,
    /// The spacing of requests that carry the rest.
    post_backoff: Backoff,
    advice: Advice,
    /// Grows with each session: what arrives from an earlier one is no event any more.
    session: u32,
    last_message: u32,
    last_exchange: ExchangeId,
    exchanges: Vec<Exchange>,
    flights: Vec<Flight>,
    /// How many messages one request may hold.
    most: usize,
    outbox: Outbox,
    subscribers: Subscribers,
    /// Connects in a row that were answered at once, and brought nothing.
    hasty: u32,
    /// Channels that the server was asked to send no more of.
    leaving: Vec<listen::Leaving>,
    socket: Socket,
    socket_backoff: Backoff,
    /// The number of the last batch that arrived, where the server counts them.
    ack: Option<i64>,
    timesync: Timesync,
    listening: Listening,
    page: Page,
    stats: Stats,
}

/// ```text
///  Idle ──Start──▶ Handshaking ──(granted)──▶ Connected ──(unread: too much)──▶ Full
///                    ▲   │                     │  ▲   │                          │
///                    │ (fails)   (unknown, gone)  │   └─(connect: out, due, …)   │
///                    │   ▼                     │  └──────────┘                   │
///                    └─ Waiting ◀──────────────┘                                 │
///                    └────────────────────────(half of it read)──────────────────┘
///  Close ──▶ Closing ──(the server knows, or time is up)──▶ Closed ◀──(an error that ends it)
/// ```
/// `Freeze` leads to `Suspended`, `Thaw` from there to `Handshaking`. Within `Connected` exactly one connect
/// is out, or has its time.
#[derive(Debug)]
enum State {
    /// Nothing is wanted yet.
    Idle,
    /// A handshake is out. `refresh`: with credentials renewed for it.
    Handshaking { refresh: bool },
    /// The server knows us by this name. `renewed`: the credentials are fresh, so that refusing them is final.
    /// `heard`: when it last answered a connect.
    Connected { client: Vec<u8>, link: Link, connect: Connect, renewed: bool, heard: Millis },
    /// The next handshake has its time. `hinted`: the server has named it.
    Waiting { hinted: bool },
    /// There is no session until less waits to be read.
    Full,
    /// The page is put away.
    Suspended,
    /// The server is told that we leave.
    Closing,
    /// Nothing happens any more; whoever still subscribes is told this.
    Closed { status: u16, said: String },
}

/// Whether connects are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// None was, in this session.
    New,
    /// The last one was.
    Up,
    /// The last one was not.
    Down,
}

/// The one connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connect {
    /// It is out, since then.
    Out { exchange: ExchangeId, message: u32, since: Now },
    /// It has its time. `hinted`: the server has named it.
    Due { hinted: bool },
}

/// Whether there is a page to connect for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    There,
    Away,
}

/// Why the client wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    /// The next handshake is due.
    Retry,
    /// The next connect is due.
    Connect,
    /// What was sent has not been answered.
    Exchange(ExchangeId),
    /// What could not be sent is sent again.
    Post,
    /// The answer to a call has not come.
    Answer(CallId),
    /// What has arrived is still not read.
    Backlog,
    /// Nothing more arrives from channels that were left.
    Settle,
    /// The next attempt at a socket is due, or the one at work has taken too long.
    Socket,
}

impl Client {
    /// A client that has not begun. `seed` is for jitter alone.
    pub fn new(config: Config, seed: u64) -> Self {
        let policy = config.retry.clone().unwrap_or_default();
        let (min, max) = limits::SOCKET_RETRY;
        let of_socket = RetryPolicy { min, max, ..RetryPolicy::default() };
        Self {
            backoff: Backoff::new(policy.clone()),
            post_backoff: Backoff::new(RetryPolicy { attempts: None, ..policy }),
            socket_backoff: Backoff::new(of_socket),
            config,
            state: State::Idle,
            actions: VecDeque::new(),
            now: Now::default(),
            rng: Rng::new(seed),
            timers: Timers::default(),
            advice: Advice::default(),
            session: 0,
            last_message: 0,
            last_exchange: ExchangeId::default(),
            exchanges: Vec::new(),
            flights: Vec::new(),
            most: usize::MAX,
            outbox: Outbox::default(),
            subscribers: Subscribers::default(),
            hasty: 0,
            leaving: Vec::new(),
            socket: Socket::Unwanted,
            ack: None,
            timesync: Timesync::default(),
            listening: Listening::Nothing,
            page: Page::There,
            stats: Stats::default(),
        }
    }

    /// Something has happened. Inputs that no longer matter change nothing.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        self.now = Now { mono: self.now.mono.max(now.mono), wall: now.wall };
        match input {
            Input::Start => {
                if let State::Idle = self.state {
                    self.handshake(false);
                }
            }
            Input::Reply(exchange, head, body) => self.replied(exchange, &head, body),
            Input::Failed(exchange, fault) => self.faulted(exchange, fault),
            Input::SocketOpen(socket) => self.socket_opened(socket),
            Input::SocketText(socket, text) => self.socket_said(socket, text),
            Input::SocketClosed(socket) => self.socket_closed(socket),
            Input::Timeout => self.timeout(),
            Input::Subscribe(id, channel, replay) => self.subscribe(id, channel, replay),
            Input::Unsubscribe(id) => self.unsubscribe(id),
            Input::Read(id) => self.subscribers.want(id),
            Input::Publish(id, publication) => self.publish(id, &publication),
            Input::BeginBatch => self.outbox.hold(),
            Input::EndBatch => self.outbox.release(),
            Input::Listen(listening) => self.listening = listening,
            Input::Wake => self.wake(),
            Input::Freeze => self.freeze(),
            Input::Thaw => self.thaw(),
            Input::Close => self.close(),
        }
        self.serve();
        self.keep_connected();
        self.post();
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When, on the monotonic clock, [`Input::Timeout`] is wanted.
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// What the application is told of the state.
    pub const fn state(&self) -> StateName {
        match self.state {
            State::Idle => StateName::Idle,
            State::Connected { link: Link::Up, .. } => StateName::Open,
            State::Handshaking { .. }
            | State::Connected { link: Link::New, .. }
            | State::Connected { connect: Connect::Out { .. }, .. } => StateName::Connecting,
            State::Connected { connect: Connect::Due { .. }, .. } | State::Waiting { .. } => {
                StateName::Waiting
            }
            State::Full => StateName::Full,
            State::Suspended => StateName::Suspended,
            State::Closing | State::Closed { .. } => StateName::Closed,
        }
    }

    /// The counters.
    pub fn stats(&self) -> Stats {
        Stats { unread: self.subscribers.unread() as u64, ..self.stats }
    }

    /// How long a message takes, and how far the server's clock is ahead of ours, where that is known.
    pub fn clock(&self) -> Option<(i64, i64)> {
        self.timesync.read()
    }

    fn timeout(&mut self) {
        while let Some(timer) = self.timers.pop_due(self.now.mono) {
            match timer {
                Timer::Retry => self.handshake(false),
                Timer::Connect => self.connect(),
                Timer::Exchange(exchange) => self.timed_out(exchange),
                // What waits for it is sent once all has been handled.
                Timer::Post => {}
                Timer::Answer(call) => self.unanswered(call),
                Timer::Backlog => self.flooded(),
                Timer::Settle => self.settle_channels(),
                Timer::Socket => self.socket_due(),
            }
        }
    }

    fn enter(&mut self, state: State) {
        let before = self.state();
        self.state = state;
        self.tell_state(before);
    }

    fn tell_state(&mut self, before: StateName) {
        if self.state() != before {
            self.tell(Notice::State(self.state()));
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.actions.push_back(Action::Tell(notice));
    }

    fn report(&mut self, error: Error, retryable: bool) -> Report {
        self.stats.errors += 1;
        Report { error, retryable, attempt: self.backoff.attempts().max(1), position: None }
    }

    fn warn(&mut self, error: Error) {
        let report = self.report(error, true);
        self.tell(Notice::Error(report));
    }
}
