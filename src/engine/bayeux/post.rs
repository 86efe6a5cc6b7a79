//! What is sent together, and what becomes of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::{Error, Refusal};
use super::super::io::Fault;
use super::super::limits;
use super::super::number::decimal;
use super::super::request::Head;
use super::super::retry_after::retry_after;
use super::super::time::Millis;
use super::io::{Action, CallId, ExchangeId, Publication, Request, SocketId};
use super::message::Message;
use super::outbox::Letter;
use super::socket::Socket;
use super::{Client, Connect, State, Timer};

/// What was sent together: the body of a request, or a text over the socket.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) id: ExchangeId,
    pub(super) kind: Kind,
    /// Of the session that it belongs to.
    session: u32,
    /// Over which it was sent, if over one.
    pub(super) socket: Option<SocketId>,
    /// How long the answer may take.
    within: Millis,
}

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A handshake, which travels alone.
    Handshake,
    /// A connect, which is held.
    Connect,
    /// Whatever else there is.
    Post,
    /// The farewell.
    Disconnect,
}

/// A message that was sent and not answered.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) message: u32,
    /// What it was sent with; `None`: that is over, and only the answer to a call is awaited.
    pub(super) exchange: Option<ExchangeId>,
    pub(super) what: What,
}

/// What a message asks for.
#[derive(Debug)]
pub(super) enum What {
    /// To hear a channel.
    Subscribe,
    /// To hear no more of it.
    Unsubscribe,
    /// To publish this.
    Publish(Letter),
}

/// Which attempt a request is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    /// Since the last one that succeeded, from 1.
    pub(super) number: u32,
    /// Whether it needs new credentials.
    pub(super) refresh: bool,
}

impl Client {
    /// Sends what there is to send but connects: one request at a time, so that the order is kept, and what
    /// comes up meanwhile travels together.
    pub(super) fn post(&mut self) {
        let State::Connected { client, .. } = &self.state else {
            return;
        };
        let is_ours = |exchange: &Exchange| exchange.kind == Kind::Post && exchange.session == self.session;
        let is_busy = self.exchanges.iter().any(is_ours);
        if is_busy || self.outbox.is_held() || self.timers.is_set(Timer::Post) {
            return;
        }
        let client = client.clone();
        let exchange = self.next_exchange(Kind::Post, self.config.connect_timeout);
        let mut messages = self.wishes(exchange, &client);
        let room = self.most.saturating_sub(messages.len());
        messages.extend(self.letters(exchange, &client, room, limits::BAYEUX_REQUEST));
        if messages.is_empty() {
            self.exchanges.retain(|known| known.id != exchange);
        } else {
            let number = self.post_backoff.begin();
            self.send(exchange, &messages, Try { number, refresh: false });
        }
    }

    /// Up to `most` of the letters that wait, and `bytes`, written for `exchange`.
    pub(super) fn letters(
        &mut self,
        exchange: ExchangeId,
        client: &[u8],
        most: usize,
        bytes: usize,
    ) -> Vec<Vec<u8>> {
        let mut messages: Vec<Vec<u8>> = Vec::new();
        let mut size = 0;
        while messages.len() < most {
            let Some(letter) = self.outbox.take() else {
                break;
            };
            size += letter.data.len() + letter.channel.len() + client.len();
            if size > bytes && !messages.is_empty() {
                self.outbox.put_back(letter);
                break;
            }
            let message = self.next_message();
            let id = decimal(message.into());
            messages.push(letter.draft().value("clientId", client).text("id", &id).done());
            self.stats.published += 1;
            self.flights.push(Flight { message, exchange: Some(exchange), what: What::Publish(letter) });
        }
        messages
    }

    pub(super) fn next_message(&mut self) -> u32 {
        self.last_message = self.last_message.wrapping_add(1);
        self.last_message
    }

    pub(super) fn next_exchange(&mut self, kind: Kind, within: Millis) -> ExchangeId {
        self.last_exchange = ExchangeId(self.last_exchange.0.wrapping_add(1));
        let socket = match (kind, self.socket) {
            // A session begins and ends with a request: the socket may be gone with the page.
            (Kind::Connect | Kind::Post, Socket::Open(socket)) => Some(socket),
            (Kind::Handshake | Kind::Disconnect | Kind::Connect | Kind::Post, _) => None,
        };
        self.exchanges.push(Exchange { id: self.last_exchange, kind, session: self.session, socket, within });
        self.last_exchange
    }

    pub(super) fn send(&mut self, id: ExchangeId, messages: &[Vec<u8>], attempt: Try) {
        self.stats.requests += 1;
        let body = [&b"["[..], &messages.join(&b','), b"]"].concat();
        let Some(exchange) = self.exchanges.iter().find(|exchange| exchange.id == id) else {
            return;
        };
        self.timers.set(Timer::Exchange(id), self.now.mono.after(exchange.within));
        let Try { number, refresh } = attempt;
        let is_last = exchange.kind == Kind::Disconnect;
        self.actions.push_back(match exchange.socket {
            Some(socket) => Action::SendText(socket, body),
            None => Action::Send(Request { id, body, number, refresh, is_last }),
        });
    }

    /// The response to a request is complete.
    pub(super) fn replied(&mut self, id: ExchangeId, head: &Head, body: &[u8]) {
        let Some(exchange) = self.take_exchange(id) else {
            return;
        };
        self.stats.bytes += body.len() as u64;
        let messages = Message::all(body).filter(|all| !all.is_empty() && (200..300).contains(&head.status));
        let Some(messages) = messages else {
            let quoted = body.get(..limits::REFUSAL_BYTES).unwrap_or(body);
            let body = String::from_utf8_lossy(quoted).into_owned();
            let refusal = Refusal { status: head.status, headers: head.headers.clone(), body };
            return self.unusable(&exchange, refusal, retry_after(head, self.now.wall));
        };
        self.post_backoff.reset();
        self.receive(exchange.session, Some(id), messages);
        self.conclude(&exchange);
    }

    /// A response has come that holds no messages.
    fn unusable(&mut self, exchange: &Exchange, refusal: Refusal, hint: Option<Millis>) {
        let count = self.flights.iter().filter(|flight| flight.exchange == Some(exchange.id)).count();
        // "Payload Too Large": none of it was taken, and less may be.
        let splits = refusal.status == 413 && count > 1;
        if splits {
            self.most = (count / 2).max(1);
        }
        if splits || refusal.status == 401 {
            self.take_back(exchange.id);
        }
        let error = Error::BadReply(refusal.clone().into());
        if let Kind::Disconnect = exchange.kind {
            return self.farewell_over(exchange.id, &error);
        }
        if !splits && !self.give_up_places(exchange, &error, hint) {
            // What is said late of an earlier session ends none.
            if exchange.session == self.session {
                self.judge_status(exchange.kind, refusal, hint);
            }
            self.drop_flights(exchange.id, &error);
            self.rest_after(exchange, hint);
        }
    }

    /// All messages of a response were handled: what it has not answered, nobody will.
    fn conclude(&mut self, exchange: &Exchange) {
        let error = || Error::BadReply(Refusal { status: 200, ..Refusal::default() }.into());
        match (exchange.kind, &self.state) {
            // With new credentials, another one is out by now.
            (Kind::Handshake, State::Handshaking { .. })
                if !self.exchanges.iter().any(|other| other.kind == Kind::Handshake) =>
            {
                self.wait(Some(error()), None);
            }
            (Kind::Connect, State::Connected { connect: Connect::Out { exchange: out, .. }, .. })
                if *out == exchange.id =>
            {
                self.connect_lost(error(), None);
            }
            (Kind::Post, _) => {
                let is_unanswered = |flight: &Flight| flight.exchange == Some(exchange.id);
                if self.flights.iter().any(is_unanswered) && !self.give_up_places(exchange, &error(), None) {
                    self.drop_flights(exchange.id, &error());
                    self.rest_after(exchange, None);
                }
            }
            (Kind::Disconnect, _) => self.farewell_over(exchange.id, &error()),
            (Kind::Handshake | Kind::Connect, _) => {}
        }
    }

    pub(super) fn faulted(&mut self, id: ExchangeId, fault: Fault) {
        let Some(exchange) = self.take_exchange(id) else {
            return;
        };
        let error = match fault {
            Fault::Network(what) => Error::Network(what),
            Fault::Auth(what) => Error::AuthFailed(what),
            Fault::Extension(what) => Error::ExtensionFailed(what),
            // The farewell alone is worth nobody's word.
            Fault::Denied(what) if exchange.kind != Kind::Disconnect => {
                return self.fail(Error::AuthFailed(what));
            }
            Fault::Denied(what) => Error::AuthFailed(what),
            Fault::PositionRefused => Error::Network("the request was not let through".into()),
        };
        self.broken(&exchange, error);
    }

    pub(super) fn timed_out(&mut self, id: ExchangeId) {
        let Some(exchange) = self.exchanges.iter().find(|exchange| exchange.id == id) else {
            return;
        };
        let error = Error::ConnectTimeout(exchange.within);
        if let Some(socket) = exchange.socket {
            // One that is open and silent says nothing of the server, which long polling may reach.
            self.actions.push_back(Action::CloseSocket(socket));
            return self.socket_lost(socket, error);
        }
        self.actions.push_back(Action::Abort(id));
        if let Some(exchange) = self.take_exchange(id) {
            self.broken(&exchange, error);
        }
    }

    /// An exchange has brought nothing.
    fn broken(&mut self, exchange: &Exchange, error: Error) {
        match exchange.kind {
            Kind::Handshake => {
                if let State::Handshaking { .. } = self.state {
                    self.wait(Some(error), None);
                }
            }
            Kind::Connect => {
                let is_current = matches!(self.state, State::Connected { connect: Connect::Out { exchange: out, .. }, .. } if out == exchange.id);
                if is_current {
                    self.connect_lost(error, None);
                }
            }
            Kind::Post => {
                if self.give_up_places(exchange, &error, None) {
                    return;
                }
                self.drop_flights(exchange.id, &error);
                self.warn(error);
                self.rest_after(exchange, None);
            }
            Kind::Disconnect => self.farewell_over(exchange.id, &error),
        }
    }

    /// What a post has not achieved is asked for again, and not at once. Another session does not wait for it.
    fn rest_after(&mut self, exchange: &Exchange, hint: Option<Millis>) {
        let State::Connected { .. } = self.state else {
            return;
        };
        if exchange.kind == Kind::Post && exchange.session == self.session {
            let delay = match hint {
                Some(hint) => self.post_backoff.delay_after(hint, &mut self.rng),
                None => self.post_backoff.delay(&mut self.rng),
            };
            self.timers.set(Timer::Post, self.now.mono.after(delay.unwrap_or(limits::RETRY_MAX)));
        }
    }

    /// Gives up the session where nobody knows whether the server has heard that channels with positions are
    /// wanted: asked for twice in one session, a channel may bring an event before those that are sent again.
    /// Returns whether it did.
    fn give_up_places(&mut self, exchange: &Exchange, error: &Error, hint: Option<Millis>) -> bool {
        let is_current = matches!(self.state, State::Connected { .. }) && exchange.session == self.session;
        let mut flown = self.flights.iter().filter(|flight| flight.exchange == Some(exchange.id));
        let gives_up = is_current && flown.any(|flight| self.subscribers.asks_for_place(flight.message));
        if gives_up {
            self.drop_flights(exchange.id, error);
            self.lose_session(&Error::SessionLost);
            self.wait(Some(error.clone()), hint);
        }
        gives_up
    }

    /// What was sent there will not be answered. Publications may have arrived, and are not sent twice; the
    /// rest can be asked for again.
    pub(super) fn drop_flights(&mut self, id: ExchangeId, error: &Error) {
        while let Some(flight) = self.take_flight(|flight| flight.exchange == Some(id)) {
            match flight.what {
                What::Publish(letter) => self.settle(letter.call, Err(error.clone())),
                What::Subscribe | What::Unsubscribe => self.ask_again(flight.message),
            }
        }
    }

    /// What was sent there has certainly not arrived, and is sent again.
    fn take_back(&mut self, id: ExchangeId) {
        let mut letters = Vec::new();
        while let Some(flight) = self.take_flight(|flight| flight.exchange == Some(id)) {
            match flight.what {
                What::Publish(letter) => letters.push(letter),
                What::Subscribe | What::Unsubscribe => self.ask_again(flight.message),
            }
        }
        for letter in letters.into_iter().rev() {
            self.outbox.put_back(letter);
        }
    }

    /// The first of the flights that are meant, in their order.
    pub(super) fn take_flight(&mut self, is_meant: impl Fn(&Flight) -> bool) -> Option<Flight> {
        let index = self.flights.iter().position(is_meant)?;
        Some(self.flights.remove(index))
    }

    pub(super) fn take_exchange(&mut self, id: ExchangeId) -> Option<Exchange> {
        let index = self.exchanges.iter().position(|exchange| exchange.id == id)?;
        self.timers.clear(Timer::Exchange(id));
        Some(self.exchanges.swap_remove(index))
    }

    /// Gives an exchange up.
    pub(super) fn give_up(&mut self, id: ExchangeId) {
        if let Some(Exchange { socket: None, .. }) = self.take_exchange(id) {
            self.actions.push_back(Action::Abort(id));
        }
    }

    pub(super) fn give_up_all(&mut self) {
        while let Some(exchange) = self.exchanges.first() {
            self.give_up(exchange.id);
        }
    }

    /// Something is to be published.
    pub(super) fn publish(&mut self, call: CallId, publication: &Publication<'_>) {
        if let State::Closing | State::Closed { .. } = self.state {
            return self.settle(call, Err(Error::ClientClosed));
        }
        let Publication { channel, data, answer_within } = *publication;
        let letter = Letter { call, channel: channel.into(), data: data.into(), answer_within };
        if self.outbox.push(letter).is_err() {
            return self.settle(call, Err(Error::OutboxFull(limits::BAYEUX_OUTBOX)));
        }
        if let Some(within) = answer_within {
            self.timers.set(Timer::Answer(call), self.now.mono.after(within));
        }
    }

    /// The answer to a call has not come in time.
    pub(super) fn unanswered(&mut self, call: CallId) {
        let is_it = |flight: &Flight| matches!(&flight.what, What::Publish(letter) if letter.call == call);
        let flown = self.take_flight(is_it).and_then(|flight| match flight.what {
            What::Publish(letter) => Some(letter),
            What::Subscribe | What::Unsubscribe => None,
        });
        let letter = flown.or_else(|| self.outbox.remove(call));
        if let Some(within) = letter.and_then(|letter| letter.answer_within) {
            self.settle(call, Err(Error::AnswerTimeout(within)));
        }
    }

    pub(super) fn settle(&mut self, call: CallId, outcome: Result<Vec<u8>, Error>) {
        self.timers.clear(Timer::Answer(call));
        self.actions.push_back(Action::Settled(call, outcome));
    }

    /// Nobody will answer anything any more.
    pub(super) fn settle_all(&mut self, error: &Error) {
        let waiting: Vec<CallId> = self.outbox.drain().iter().map(|letter| letter.call).collect();
        let flown: Vec<CallId> = core::mem::take(&mut self.flights)
            .iter()
            .filter_map(|flight| match &flight.what {
                What::Publish(letter) => Some(letter.call),
                What::Subscribe | What::Unsubscribe => None,
            })
            .collect();
        for call in flown.into_iter().chain(waiting) {
            self.settle(call, Err(error.clone()));
        }
    }
}
