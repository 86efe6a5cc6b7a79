//! The socket, beside which long polling always works: it is opened once there is a session, and what is
//! due while there is none goes by request.

use alloc::vec::Vec;

use super::super::error::Error;
use super::super::limits;
use super::io::{Action, ExchangeId, SocketId};
use super::message::Message;
use super::post::{Exchange, Kind};
use super::{Client, Connect, Link, State, Timer};

/// Whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// The server does not offer it, or nobody wants it.
    Unwanted,
    /// There is none, and there will be another attempt.
    Due,
    /// It is being opened.
    Opening(SocketId),
    /// It carries all but handshakes and farewells.
    Open(SocketId),
}

impl Client {
    /// Tries to open a socket.
    pub(super) fn open_socket(&mut self) {
        self.last_exchange = ExchangeId(self.last_exchange.0.wrapping_add(1));
        let socket = SocketId(self.last_exchange.0);
        self.socket_backoff.begin();
        self.socket = Socket::Opening(socket);
        self.timers.set(Timer::Socket, self.now.mono.after(limits::SOCKET_PATIENCE));
        self.actions.push_back(Action::OpenSocket(socket));
    }

    pub(super) fn socket_opened(&mut self, socket: SocketId) {
        if self.socket == Socket::Opening(socket) {
            self.timers.clear(Timer::Socket);
            self.socket = Socket::Open(socket);
        }
    }

    pub(super) fn socket_said(&mut self, socket: SocketId, text: &[u8]) {
        if self.socket != Socket::Open(socket) {
            return;
        }
        self.stats.bytes += text.len() as u64;
        match Message::all(text) {
            Some(messages) => {
                self.post_backoff.reset();
                self.receive(self.session, None, messages);
                // Over a socket, each message is answered by itself.
                let done: Vec<ExchangeId> = self
                    .exchanges
                    .iter()
                    .filter(|exchange| exchange.socket == Some(socket) && exchange.kind == Kind::Post)
                    .map(|exchange| exchange.id)
                    .filter(|id| !self.flights.iter().any(|flight| flight.exchange == Some(*id)))
                    .collect();
                for id in done {
                    self.take_exchange(id);
                }
                self.forget_connect();
            }
            None => {
                self.actions.push_back(Action::CloseSocket(socket));
                self.socket_closed(socket);
            }
        }
    }

    /// The connect that was answered over the socket is over.
    fn forget_connect(&mut self) {
        let mut out = None;
        if let State::Connected { connect: Connect::Out { exchange, .. }, .. } = self.state {
            out = Some(exchange);
        }
        let over = self.exchanges.iter().find(|exchange| {
            exchange.kind == Kind::Connect && exchange.socket.is_some() && Some(exchange.id) != out
        });
        if let Some(id) = over.map(|exchange| exchange.id) {
            self.take_exchange(id);
        }
    }

    /// The socket is gone. What was sent over it is not answered any more; connects go on by long polling
    /// at once.
    pub(super) fn socket_closed(&mut self, socket: SocketId) {
        if self.socket != Socket::Open(socket) && self.socket != Socket::Opening(socket) {
            return;
        }
        self.socket_lost(socket, socket_closed());
    }

    /// Nothing comes over it any more.
    pub(super) fn socket_lost(&mut self, socket: SocketId, error: Error) {
        let was_open = self.socket == Socket::Open(socket);
        let asks = self.flights.iter().any(|flight| {
            let is_over = |one: &Exchange| one.socket.is_some() && Some(one.id) == flight.exchange;
            self.exchanges.iter().any(is_over) && self.subscribers.asks_for_place(flight.message)
        });
        let loses = asks || (self.ack.is_none() && self.subscribers.have_places());
        self.retry_socket();
        self.drop_sent(&error);
        let State::Connected { link, .. } = &self.state else {
            return;
        };
        if was_open && loses {
            // What was on its way is lost, as with a request.
            self.lose_session(&Error::SessionLost);
            self.wait(Some(error), None);
        } else if *link == Link::Down {
            self.warn(error);
        }
    }

    /// Whether it is open, and no connect was answered over it yet.
    pub(super) fn is_on_trial(&self) -> bool {
        matches!(self.socket, Socket::Open(_)) && self.socket_backoff.attempts() > 0
    }

    /// What was sent over the socket will not be answered.
    pub(super) fn drop_sent(&mut self, error: &Error) {
        let sent = |exchange: &&Exchange| exchange.socket.is_some();
        while let Some(id) = self.exchanges.iter().find(sent).map(|exchange| exchange.id) {
            self.take_exchange(id);
            self.drop_flights(id, error);
            let before = self.state();
            if let State::Connected { link, connect, .. } = &mut self.state {
                if matches!(connect, Connect::Out { exchange, .. } if *exchange == id) {
                    *link = Link::Down;
                    *connect = Connect::Due { hinted: false };
                }
            }
            self.tell_state(before);
        }
    }

    /// The next attempt is due, or the one at work takes too long.
    pub(super) fn socket_due(&mut self) {
        match self.socket {
            Socket::Due => self.open_socket(),
            Socket::Opening(socket) => {
                self.actions.push_back(Action::CloseSocket(socket));
                self.retry_socket();
            }
            Socket::Open(_) | Socket::Unwanted => {}
        }
    }

    /// Plans another attempt.
    pub(super) fn retry_socket(&mut self) {
        let delay = self.socket_backoff.delay(&mut self.rng).unwrap_or(limits::SOCKET_RETRY.1);
        self.socket = Socket::Due;
        self.timers.set(Timer::Socket, self.now.mono.after(delay));
    }

    pub(super) fn close_socket(&mut self) {
        self.timers.clear(Timer::Socket);
        if let Socket::Opening(socket) | Socket::Open(socket) = self.socket {
            self.actions.push_back(Action::CloseSocket(socket));
        }
        self.socket = Socket::Unwanted;
        self.exchanges.retain(|exchange| exchange.socket.is_none());
    }
}

/// Why what was sent over it will not be answered.
pub(super) fn socket_closed() -> Error {
    Error::Network("the socket was closed".into())
}
