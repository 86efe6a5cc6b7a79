//! How a session ends, for now or for good.

use super::super::error::{Error, Refusal};
use super::super::limits;
use super::super::number::decimal;
use super::draft::Draft;
use super::io::{Action, Notice};
use super::post::{Kind, Try};
use super::socket::{socket_closed, Socket};
use super::{Client, Connect, Page, State, Timer};

impl Client {
    /// The page is put away: the server is told, so that it keeps nothing for us.
    pub(super) fn freeze(&mut self) {
        self.page = Page::Away;
        match self.state {
            State::Connected { .. } => {
                self.leave(limits::BAYEUX_REQUEST);
                self.lose_session(&Error::SessionLost);
                self.enter(State::Suspended);
            }
            State::Handshaking { .. } | State::Waiting { hinted: false } => {
                let handshake = self.exchanges.iter().find(|exchange| exchange.kind == Kind::Handshake);
                if let Some(id) = handshake.map(|exchange| exchange.id) {
                    self.give_up(id);
                }
                self.timers.clear(Timer::Retry);
                self.enter(State::Suspended);
            }
            State::Waiting { hinted: true }
            | State::Idle
            | State::Full
            | State::Suspended
            | State::Closing
            | State::Closed { .. } => {}
        }
    }

    pub(super) fn thaw(&mut self) {
        self.page = Page::There;
        if let State::Suspended = self.state {
            self.handshake(false);
        }
    }

    /// While too much waits to be read, no connect asks for more. A server does not bear that for long.
    pub(super) fn check_backlog(&mut self) {
        let unread = self.subscribers.unread();
        match self.state {
            State::Connected { .. } if unread <= limits::BAYEUX_BACKLOG => self.timers.clear(Timer::Backlog),
            State::Connected { .. } => match self.socket {
                // What comes over it was not asked for.
                Socket::Open(_) => self.flooded(),
                Socket::Unwanted | Socket::Due | Socket::Opening(_) => {
                    if !self.timers.is_set(Timer::Backlog) {
                        self.timers.set(Timer::Backlog, self.now.mono.after(self.advice.leisure()));
                    }
                }
            },
            State::Full if unread <= limits::BAYEUX_BACKLOG / 2 => self.handshake(false),
            State::Full
            | State::Idle
            | State::Handshaking { .. }
            | State::Waiting { .. }
            | State::Suspended
            | State::Closing
            | State::Closed { .. } => {}
        }
    }

    /// Too much waits to be read: the client leaves cleanly, instead of being thrown out for its silence.
    pub(super) fn flooded(&mut self) {
        if let State::Connected { .. } = self.state {
            self.leave(limits::BAYEUX_REQUEST);
            self.lose_session(&Error::Backlog(limits::BAYEUX_BACKLOG));
            self.enter(State::Full);
        }
    }

    /// The application wants no more. What is still to be published goes along with the farewell.
    pub(super) fn close(&mut self) {
        if let State::Closing | State::Closed { .. } = self.state {
            return;
        }
        let is_known = matches!(self.state, State::Connected { .. });
        if let State::Connected { connect: Connect::Out { exchange, .. }, .. } = self.state {
            self.give_up(exchange);
        }
        self.timers.clear(Timer::Retry);
        self.timers.clear(Timer::Connect);
        if is_known {
            // There is no other request that could take the rest.
            self.leave(usize::MAX);
            self.close_socket();
            self.enter(State::Closing);
        } else {
            self.closed(None);
        }
    }

    /// The end, with an error.
    pub(super) fn fail(&mut self, error: Error) {
        if let State::Connected { .. } = self.state {
            self.lose_session(&Error::SessionLost);
        }
        self.closed(Some(error));
    }

    /// The end.
    pub(super) fn closed(&mut self, error: Option<Error>) {
        self.give_up_all();
        self.close_socket();
        self.timers.clear_all();
        let refused = error.as_ref().and_then(Error::refusal).cloned();
        let Refusal { status, body, .. } = refused.unwrap_or_default();
        // One that nobody asks again at.
        let status = if matches!(status, 400..=499 if !matches!(status, 408 | 410 | 425 | 429)) {
            status
        } else {
            400
        };
        let said = match &error {
            Some(error) if body.is_empty() => error.message(),
            Some(_) | None => body,
        };
        let report = error.map(|error| self.report(error, false));
        self.abandon(status, &said);
        self.settle_all(&Error::ClientClosed);
        let before = self.state();
        self.state = State::Closed { status, said };
        self.tell_state(before);
        if let Some(report) = &report {
            self.tell(Notice::Error(report.clone()));
        }
        self.tell(Notice::Close(report));
    }

    /// Tells the server that we leave, and takes along up to so many `bytes` of what is to be published.
    pub(super) fn leave(&mut self, bytes: usize) {
        let State::Connected { client, .. } = &self.state else {
            return;
        };
        let client = client.clone();
        let exchange = self.next_exchange(Kind::Disconnect, limits::FLUSH_TIMEOUT);
        let mut messages = self.letters(exchange, &client, usize::MAX, bytes);
        let id = decimal(self.next_message().into());
        messages.push(Draft::on("/meta/disconnect").value("clientId", &client).text("id", &id).done());
        self.send(exchange, &messages, Try { number: 1, refresh: false });
    }

    /// A session has ended. Whoever has a position reads what has arrived and asks again from behind it; who
    /// has none is told of `why`.
    pub(super) fn lose_session(&mut self, why: &Error) {
        self.session = self.session.wrapping_add(1);
        if let State::Connected { connect: Connect::Out { exchange, .. }, .. } = self.state {
            self.give_up(exchange);
        }
        for timer in [Timer::Connect, Timer::Settle, Timer::Backlog, Timer::Post] {
            self.timers.clear(timer);
        }
        self.drop_sent(&socket_closed());
        self.close_socket();
        self.leaving.clear();
        for subscriber in self.interrupt() {
            self.actions.push_back(Action::Warn(subscriber, why.clone()));
        }
    }
}
