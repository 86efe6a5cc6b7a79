//! The machine: everything that decides, and nothing that acts.
//!
//! Hand it what has happened with [`Session::handle`]; then take what is to be done with
//! [`Session::poll`] until there is nothing more; then see to it that [`Input::Timeout`] comes at
//! [`Session::poll_timeout`]. The same machine runs in a page, in a worker and in the native tests.
//!
//! - this file: the states, and which input goes where;
//! - `attempt`: requests, refusals, retries;
//! - `flow`: bytes to events, the window, handlers;
//! - `keep`: the bookmark, gaps, the end;
//! - `quiet`: memory that an idle stream gives back;
//! - `round`: sources that are polled;
//! - `transports`: sources that can be asked in several ways.

mod attempt;
mod flow;
mod keep;
mod quiet;
mod round;
mod transports;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::backoff::Backoff;
use super::commit::Ledger;
use super::config::Config;
use super::error::{Error, Refusal};
use super::event::{Batch, EventsView, Seq, Types};
use super::io::{Action, AttemptId, Fault, Input, Notice, Report, StateName};
use super::limits;
use super::parts::Parts;
use super::position::{Position, Resume};
use super::protocol::Protocol;
use super::repeats::{Recent, Repeats};
use super::request::Remedy;
use super::rng::Rng;
use super::saver::Saver;
use super::stats::Stats;
use super::time::{Millis, Now};
use super::timer::{Timer, Timers};
use transports::Transports;

pub use transports::{Role, Transport};

/// One stream of events from one source.
#[derive(Debug)]
pub struct Session {
    config: Config,
    protocol: Protocol,
    transports: Transports,
    state: State,
    actions: VecDeque<Action>,
    now: Now,
    rng: Rng,
    timers: Timers,
    backoff: Backoff,
    last_attempt: AttemptId,
    /// Where the next attempt continues: behind the last event received, handled or not.
    resume: Resume,
    /// The positions of the source's parts, if they have their own: what `resume` says, taken apart.
    parts: Option<Parts>,
    batch: Batch,
    outbox: Outbox,
    ledger: Ledger,
    repeats: Repeats,
    /// The print of the id that came last, whether it can be sent back or not.
    last_id: Option<u64>,
    demand: Demand,
    page: Page,
    goal: Goal,
    /// Failed events whose time came while the application wanted none.
    due: Vec<Seq>,
    /// Events whose handler has failed, and how often they have come again.
    failures: Vec<(Seq, Backoff)>,
    /// The last committed position, and since when.
    committed: Option<(Position, Millis)>,
    /// The prints of the events committed last.
    seen: Recent,
    /// Which incarnation of the source the bookmark is of, where it says so.
    incarnation: Option<u64>,
    /// Which one the response is of, where a header says so.
    met: Option<u64>,
    saver: Saver,
    stats: Stats,
}

/// ```text
///                             ┌───────────── Seek ─────────────┐
///                             │                                ▼
///  Idle ──Start──▶ Loading ───┴─(record, or none)──────▶ ┌─▶ Opening ──(accepted)──▶ Streaming
///                     │                                  │     │  ▲ ▲                   │
///                     └─(no use)─▶ Gapped ──(decided)────┘     │  │ └─(time, wake)─ Waiting ◀─(cut)─┤
///                                    ▲                         ▼  │                   ▲    │
///                                    └────────(410)───────── Refused ──(may help)─────┘    │
///                                                              │                           │
///            (proper end, or an error that ends it) ───────────┴──▶ Finishing ◀────────────┘
///                                                                      │ (all handled)
///            Close, or a handler that stops ──────────────────────▶ Closing ──(flushed)──▶ Closed
/// ```
/// `Freeze` leads from every state with a request or a wait to `Suspended`, and so does a request that
/// falls due while the page is away; `Thaw` leads from there to `Opening`. Where the position cannot be
/// asked for, the way to `Opening` is by `Gapped`.
#[derive(Debug)]
enum State {
    /// Nothing is wanted yet.
    Idle,
    /// The store was asked for a record.
    Loading(Shelf),
    /// The application was asked what to do about a gap; `error` is what failing would mean.
    Gapped { error: Error, scope: Scope },
    /// A request is out. `refresh`: with credentials renewed for it. The application sees `shown`.
    Opening { attempt: AttemptId, refresh: bool, shown: StateName },
    /// The response is of no use; its body may say why. The application sees `shown`.
    Refused { attempt: AttemptId, remedy: Remedy, refusal: Refusal, body: Vec<u8>, shown: StateName },
    /// The body is being read. `warned`: the application knows of an id that cannot be sent.
    /// `watched`: when the clock was last looked at.
    Streaming { attempt: AttemptId, body: Body, warned: bool, watched: Option<Now> },
    /// The next attempt has its time.
    Waiting { wait: Wait },
    /// The page is put away.
    Suspended,
    /// The source has ended; what it sent is still being handled. The application sees no change
    /// until then: it sees `shown`.
    Finishing { report: Option<Report>, shown: StateName },
    /// The store is at work on the last bookmark. `quiet`: the application has ended the stream, and
    /// wants to hear no more of it than the end.
    Closing { report: Option<Report>, shown: StateName, quiet: bool },
    /// Nothing happens any more.
    Closed,
}

/// What the store is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shelf {
    /// The ids beside the bookmark.
    Ids,
    /// The bookmark.
    Bookmark,
}

/// Why there is no request for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// By our own rule; a network that is back cuts it short.
    Retry,
    /// The server has named the time.
    Hinted,
    /// All is read, and asked for again by then.
    Top,
}

/// What a gap is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The position of the stream.
    Stream,
    /// The one source, of several, that was read.
    Source,
}

/// What the application wants of a source that is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// What is new, for ever.
    Follow,
    /// What there is, and then the end.
    Drain,
}

/// How far a body has been read.
#[derive(Debug)]
enum Body {
    /// There is more, and it was not asked for.
    Held,
    /// The next piece was asked for.
    Reading,
    /// There is no more: a proper end, or a cut.
    Ended(Option<Error>),
}

/// The way of the batch to the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outbox {
    /// Rows that were taken, or none: the next input may overwrite them.
    Free,
    /// The shell was told to take the rows.
    Announced,
}

/// Whether the application wants events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Flowing,
    Paused,
}

/// Whether there is a page to consume for. What the application asks for itself is done all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    There,
    Away,
}

impl Session {
    /// A session that has not begun. `seed` is for jitter alone.
    pub fn new(config: Config, protocol: Protocol, seed: u64) -> Self {
        Self::of(config, protocol, Transports::default(), seed)
    }

    /// Likewise, for a source that can be asked in several ways, the most wanted first. `None` where there
    /// is none.
    pub fn with_transports(config: Config, transports: Vec<Transport>, seed: u64) -> Option<Self> {
        let (protocol, transports) = Transports::sort(transports)?;
        Some(Self::of(config, protocol, transports, seed))
    }

    fn of(config: Config, mut protocol: Protocol, mut transports: Transports, seed: u64) -> Self {
        let backoff = Backoff::new(config.retry.clone().unwrap_or_default());
        let resume = config.start.clone();
        let parts = protocol.parts();
        let polls = protocol.poll().is_some() || transports.polled().is_some();
        let window = if polls { limits::ROW_WINDOW } else { limits::REPEAT_WINDOW };
        Self {
            config,
            protocol,
            transports,
            state: State::Idle,
            actions: VecDeque::new(),
            now: Now::default(),
            rng: Rng::new(seed),
            timers: Timers::default(),
            backoff,
            last_attempt: AttemptId::default(),
            resume,
            parts,
            batch: Batch::default(),
            outbox: Outbox::Free,
            ledger: Ledger::default(),
            repeats: Repeats::default(),
            last_id: None,
            demand: Demand::Flowing,
            page: Page::There,
            goal: Goal::Follow,
            due: Vec::new(),
            failures: Vec::new(),
            committed: None,
            seen: Recent::of(window),
            incarnation: None,
            met: None,
            saver: Saver::default(),
            stats: Stats::default(),
        }
    }

    /// Something has happened. Inputs that no longer matter change nothing.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        self.now = Now { mono: self.now.mono.max(now.mono), wall: now.wall };
        match input {
            Input::Start => self.start(),
            Input::Loaded(name, answer) => self.loaded(name, answer),
            Input::Saved(answer) => self.saved(answer),
            Input::Overtaken => self.overtaken(),
            Input::Head(attempt, head) => self.head(attempt, head),
            Input::Bytes(attempt, chunk) => self.bytes(attempt, chunk),
            Input::End(attempt) => self.ended(attempt, None),
            Input::Failed(attempt, Fault::Network(what) | Fault::Extension(what)) => {
                self.ended(attempt, Some(Error::Network(what)));
            }
            Input::Failed(attempt, Fault::Auth(what)) => self.ended(attempt, Some(Error::AuthFailed(what))),
            Input::Failed(attempt, Fault::Denied(what)) => self.denied(attempt, what),
            Input::Failed(attempt, Fault::PositionRefused) => self.position_refused(attempt),
            Input::Timeout => self.timeout(),
            Input::Handled(first, last) => self.handled(first, last),
            Input::Released(first, last) => self.released(first, last),
            Input::HandlerFailed(seq, policy) => self.handler_failed(seq, policy),
            Input::Decide(policy) => self.decide(policy),
            Input::Pause => self.demand = Demand::Paused,
            Input::Resume => {
                self.demand = Demand::Flowing;
                for seq in core::mem::take(&mut self.due) {
                    self.redeliver(seq);
                }
                self.pump();
            }
            Input::Reconnect => self.reconnect(),
            Input::Seek(resume) => self.seek(resume),
            Input::Discard => self.discard(),
            Input::Drain => self.drain(),
            Input::Rescan => self.rescan(),
            Input::Wake => self.wake(),
            Input::Freeze => self.freeze(),
            Input::Thaw => self.thaw(),
            Input::Close => self.close(None, true),
        }
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When, on the monotonic clock, [`Input::Timeout`] is wanted.
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// The events that [`Action::Deliver`] is about. What is returned is void with the next input, so
    /// they are to be taken before it.
    pub fn batch(&mut self) -> EventsView<'_> {
        self.outbox = Outbox::Free;
        let rows_from = self.transports.left_with_rows().unwrap_or(&self.protocol);
        self.batch.view(rows_from.bytes())
    }

    /// The types that rows name by number.
    pub const fn types(&self) -> &Types {
        self.batch.types()
    }

    /// What the application is told of the state.
    pub const fn state(&self) -> StateName {
        match self.state {
            State::Idle => StateName::Idle,
            State::Loading(_) | State::Gapped { .. } => StateName::Loading,
            State::Opening { shown, .. } | State::Refused { shown, .. } => shown,
            State::Streaming { .. } => StateName::Open,
            State::Waiting { .. } => StateName::Waiting,
            State::Suspended => StateName::Suspended,
            State::Finishing { shown, .. } | State::Closing { shown, .. } => shown,
            State::Closed => StateName::Closed,
        }
    }

    /// Whether the stream goes on behind a record that turns out to be no JSON.
    pub const fn skips_bad_records(&self) -> bool {
        self.protocol.skips_bad_records()
    }

    /// The last committed position.
    pub fn position(&self) -> Option<&Position> {
        self.committed.as_ref().map(|(position, _)| position)
    }

    /// How long the source wants a client to wait before it comes back.
    pub fn reconnection_time(&self) -> Millis {
        self.backoff.reconnection_time()
    }

    /// The counters.
    pub fn stats(&self) -> Stats {
        Stats {
            pending: self.ledger.pending() as u64,
            buffered: self.protocol.waiting() as u64,
            ..self.stats
        }
    }

    fn timeout(&mut self) {
        while let Some(timer) = self.timers.pop_due(self.now.mono) {
            match timer {
                Timer::Connect => {
                    if let Some(after) = self.config.connect_timeout {
                        self.give_up(Error::ConnectTimeout(after));
                    }
                }
                Timer::Idle => {
                    if let Some(after) = self.idle_timeout() {
                        self.give_up(Error::IdleTimeout(after));
                    }
                }
                Timer::Watch => self.look_at_clock(),
                Timer::Quiet => self.give_back(),
                Timer::Refusal => self.conclude_refusal(),
                Timer::Retry => self.open(false),
                Timer::Redeliver(seq) => self.redeliver(seq),
                Timer::Store => self.store_is_due(),
                Timer::Flush => self.flush_timed_out(),
            }
        }
    }

    fn enter(&mut self, state: State) {
        let before = self.state();
        self.state = state;
        if self.state() != before {
            self.tell(Notice::State(self.state()));
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.actions.push_back(Action::Tell(notice));
    }

    fn report(&mut self, error: Error, retryable: bool) -> Report {
        self.stats.errors += 1;
        let position = self.position().cloned();
        Report { error, retryable, attempt: self.backoff.attempts().max(1), position }
    }

    fn warn(&mut self, error: Error) {
        let report = self.report(error, true);
        self.tell(Notice::Error(report));
    }
}
