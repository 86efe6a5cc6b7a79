//! What a server sends: answers, events, and what it says unasked.

use alloc::vec::Vec;

use super::super::error::Error;
use super::advice::{Advice, Reconnect};
use super::io::{Action, ExchangeId, Listening};
use super::message::Message;
use super::post::{Flight, What};
use super::verdict::Verdict;
use super::{Client, State};

impl Client {
    /// Messages have arrived: in the response to `exchange`, or over the
    /// socket. Events come first: what the others say about the session holds for what follows.
    pub(super) fn receive(&mut self, session: u32, exchange: Option<ExchangeId>, messages: Vec<Message<'_>>) {
        let mut answers = Vec::new();
        for message in messages {
            self.show(&message);
            if message.is_event() || self.answers_call(&message) {
                self.event(session, &message);
            } else {
                answers.push(message);
            }
        }
        for message in answers {
            let reconnect = self.heed(session, &message);
            self.answer(session, exchange, &message, reconnect);
        }
    }

    /// Takes in the advice that came with a message. What is said of an earlier session says nothing of how this one
    /// goes on.
    fn heed(&mut self, session: u32, message: &Message<'_>) -> Option<Reconnect> {
        let advice = message.advice?;
        if session != self.session {
            return Advice::default().merge(advice);
        }
        let was_many = self.advice.multiple_clients;
        let reconnect = self.advice.merge(advice);
        if self.advice.multiple_clients && !was_many {
            self.warn(Error::MultipleClients);
        }
        reconnect
    }

    fn answer(
        &mut self,
        session: u32,
        exchange: Option<ExchangeId>,
        message: &Message<'_>,
        reconnect: Option<Reconnect>,
    ) {
        // What is said of an earlier session does not hold for this one, where all was asked for anew.
        let is_current = session == self.session;
        match &*message.channel {
            "/meta/handshake" => self.handshook(message, reconnect),
            "/meta/connect" => self.connected(message, reconnect),
            "/meta/disconnect" => {
                if is_current {
                    self.dismissed();
                }
            }
            _ => {
                let Some(flight) = self.flight_of(exchange, message) else {
                    return;
                };
                let failed = message.successful != Some(true);
                let verdict = failed.then(|| Verdict::of(message, reconnect));
                match flight.what {
                    What::Publish(_) => self.published(flight, message, verdict, is_current),
                    What::Subscribe if is_current => self.subscribed(flight.message, message, verdict),
                    What::Unsubscribe if is_current => self.parted(flight.message),
                    What::Subscribe | What::Unsubscribe => {}
                }
            }
        }
    }

    /// What a message answers: by its number, or where a server gives none, the first of its kind.
    fn flight_of(&mut self, exchange: Option<ExchangeId>, message: &Message<'_>) -> Option<Flight> {
        let number: Option<u32> = message.id.as_deref().and_then(|id| id.parse().ok());
        let is_kind = |flight: &Flight| match (&flight.what, &*message.channel) {
            (What::Subscribe, "/meta/subscribe") | (What::Unsubscribe, "/meta/unsubscribe") => true,
            (What::Publish(letter), channel) => letter.channel == channel,
            (What::Subscribe | What::Unsubscribe, _) => false,
        };
        self.take_flight(|flight| {
            is_kind(flight)
                && number.map_or(exchange.is_some() && flight.exchange == exchange, |it| it == flight.message)
        })
    }

    fn published(
        &mut self,
        flight: Flight,
        message: &Message<'_>,
        verdict: Option<Verdict>,
        is_current: bool,
    ) {
        let What::Publish(letter) = flight.what else {
            return;
        };
        match verdict {
            // The answer itself is an event.
            None if letter.answer_within.is_some() => {
                self.flights.push(Flight { exchange: None, what: What::Publish(letter), ..flight });
            }
            None => self.settle(letter.call, Ok(message.text.into())),
            // It has not been heard by anybody.
            Some(verdict) if verdict.cure.is_of_session() => {
                self.outbox.put_back(letter);
                if is_current {
                    self.session_refused(verdict);
                }
            }
            Some(verdict) => self.settle(letter.call, Err(verdict.error())),
        }
    }

    /// The server does not know the session, or no longer trusts it.
    pub(super) fn session_refused(&mut self, verdict: Verdict) {
        if let State::Connected { renewed, .. } = self.state {
            self.disconnected(verdict, renewed);
        }
    }

    /// Whether it is what a call waits for. A server may say in it whether the call has succeeded.
    fn answers_call(&self, message: &Message<'_>) -> bool {
        let number: Option<u32> = message.id.as_deref().and_then(|id| id.parse().ok());
        message.data.is_some()
            && self.flights.iter().any(|flight| Some(flight.message) == number && is_call(flight, message))
    }

    fn event(&mut self, session: u32, message: &Message<'_>) {
        self.hasty = 0;
        let number: Option<u32> = message.id.as_deref().and_then(|id| id.parse().ok());
        let call = self.take_flight(|flight| Some(flight.message) == number && is_call(flight, message));
        if let Some(Flight { what: What::Publish(letter), .. }) = call {
            let outcome = if message.successful == Some(false) {
                Err(Verdict::of(message, None).error())
            } else {
                Ok(message.text.into())
            };
            return self.settle(letter.call, outcome);
        }
        if session == self.session && self.subscribers.deliver(message) {
            self.stats.events += 1;
        } else {
            self.stats.unheard += 1;
        }
    }

    /// The server has ended the session, or knows that we have.
    fn dismissed(&mut self) {
        match self.state {
            State::Connected { .. } => self.begin_again(None),
            State::Closing => self.said_farewell(),
            State::Idle
            | State::Handshaking { .. }
            | State::Waiting { .. }
            | State::Full
            | State::Suspended
            | State::Closed { .. } => {}
        }
    }

    /// Nobody answers the farewell any more, nor what went along with it.
    pub(super) fn farewell_over(&mut self, exchange: ExchangeId, error: &Error) {
        self.said_farewell();
        self.drop_flights(exchange, error);
    }

    /// The farewell has been heard, or never will be.
    pub(super) fn said_farewell(&mut self) {
        if let State::Closing = self.state {
            self.closed(None);
        }
    }

    fn show(&mut self, message: &Message<'_>) {
        let is_wanted = match self.listening {
            Listening::Nothing => false,
            Listening::Meta => message.is_meta(),
            Listening::Everything => true,
        };
        if is_wanted {
            self.actions.push_back(Action::Show(message.text.into()));
        }
    }
}

fn is_call(flight: &Flight, message: &Message<'_>) -> bool {
    matches!(&flight.what, What::Publish(letter) if letter.answer_within.is_some() && letter.channel == message.channel)
}
