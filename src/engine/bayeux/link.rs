//! Handshakes and connects: how the session comes about, and is kept up.

use alloc::boxed::Box;

use super::super::error::{Error, Refusal};
use super::super::json::elements;
use super::super::limits;
use super::super::number::decimal;
use super::super::time::Millis;
use super::advice::{Advice, Reconnect};
use super::config::Sockets;
use super::draft::Draft;
use super::io::{Action, Notice};
use super::message::{integer, member, string, Message};
use super::post::{Kind, Try};
use super::socket::Socket;
use super::verdict::{Cure, Verdict};
use super::{Client, Connect, Link, Page, State, Timer};

impl Client {
    /// Asks for a session. A handshake travels alone.
    pub(super) fn handshake(&mut self, refresh: bool) {
        self.timers.clear(Timer::Retry);
        if self.page == Page::Away {
            return self.enter(State::Suspended);
        }
        self.advice = Advice::default();
        self.ack = None;
        let types = match self.config.sockets {
            Sockets::Never => &b"[\"long-polling\"]"[..],
            Sockets::Preferred => b"[\"websocket\",\"long-polling\"]",
        };
        let mut ext = Draft::empty().value("replay", b"true");
        if self.config.ack {
            ext = ext.value("ack", b"true");
        }
        if self.config.timesync {
            ext = ext.value("timesync", &self.timesync.asked(self.now.wall));
        }
        let id = self.next_message();
        let message = Draft::on("/meta/handshake")
            .text("version", "1.0")
            .text("minimumVersion", "1.0")
            .value("supportedConnectionTypes", types)
            .value("ext", &ext.done())
            .text("id", &decimal(id.into()));
        let number = self.backoff.begin();
        self.enter(State::Handshaking { refresh });
        let exchange = self.next_exchange(Kind::Handshake, self.config.connect_timeout);
        self.send(exchange, &[message.done()], Try { number, refresh });
    }

    /// The handshake was answered.
    pub(super) fn handshook(&mut self, message: &Message<'_>, reconnect: Option<Reconnect>) {
        let State::Handshaking { refresh } = self.state else {
            return;
        };
        let (Some(true), Some(client)) = (message.successful, message.client_id) else {
            let verdict = Verdict::of(message, reconnect);
            return match verdict.cure {
                Cure::Authorize => self.authorize(refresh, verdict.error()),
                Cure::Handshake | Cure::Later => {
                    let hint = self.advice.interval.filter(|interval| *interval > Millis::ZERO);
                    self.wait(Some(verdict.error()), hint);
                }
                Cure::Clean => {
                    self.actions.push_back(Action::ForgetCookies);
                    self.wait(Some(verdict.error()), None);
                }
                Cure::Rest => self.wait(Some(verdict.error()), self.config.busy),
                Cure::Gap | Cure::Cookies | Cure::Nothing => self.fail(verdict.error()),
            };
        };
        let types = message.connection_types.unwrap_or_default();
        let offers = |wanted: &str| {
            elements(types).is_some_and(|found| {
                found.into_iter().any(|span| types.get(span).and_then(string).as_deref() == Some(wanted))
            })
        };
        if !offers("long-polling") {
            return self.fail(Error::NoTransport);
        }
        let grants = message.ext.and_then(|ext| member(ext, "ack")).is_some_and(is_granted);
        self.ack = (self.config.ack && grants).then_some(-1);
        self.hear_time(message);
        self.session = self.session.wrapping_add(1);
        self.stats.sessions += 1;
        self.socket = match self.config.sockets {
            Sockets::Preferred if offers("websocket") => Socket::Due,
            Sockets::Preferred | Sockets::Never => Socket::Unwanted,
        };
        let connect = Connect::Due { hinted: false };
        let (client, heard) = (client.into(), self.now.mono);
        self.enter(State::Connected { client, link: Link::New, connect, renewed: refresh, heard });
        if self.socket == Socket::Due {
            // One that has come to nothing is not waited for again at once.
            if self.socket_backoff.attempts() == 0 {
                self.open_socket();
            } else {
                self.retry_socket();
            }
        }
    }

    /// Sends the one connect. The first one, the first over a socket, and one after a failure are not to be held: so it
    /// is known soon whether the session stands.
    pub(super) fn connect(&mut self) {
        let State::Connected { client, link, connect: Connect::Due { .. }, .. } = &self.state else {
            return;
        };
        if self.timers.is_set(Timer::Backlog) {
            return;
        }
        let (client, link) = (client.clone(), *link);
        self.timers.clear(Timer::Connect);
        let number = if link == Link::Down { self.backoff.begin() } else { 1 };
        let kind = if matches!(self.socket, Socket::Open(_)) { "websocket" } else { "long-polling" };
        let mut ext = Draft::empty();
        if let Some(ack) = self.ack {
            ext = ext.number("ack", ack);
        }
        if self.config.timesync {
            ext = ext.value("timesync", &self.timesync.asked(self.now.wall));
        }
        let ext = Some(ext.done()).filter(|ext| ext.len() > 2);
        let is_held = link == Link::Up && !self.is_on_trial();
        let advice = (!is_held).then_some(&b"{\"timeout\":0}"[..]);
        let id = self.next_message();
        let message = Draft::on("/meta/connect")
            .value("clientId", &client)
            .text("connectionType", kind)
            .maybe("advice", advice)
            .maybe("ext", ext.as_deref())
            .text("id", &decimal(id.into()));
        let held = if is_held { self.advice.timeout } else { Millis::ZERO };
        let exchange = self.next_exchange(Kind::Connect, held.after(limits::BAYEUX_ALLOWANCE));
        self.send(exchange, &[message.done()], Try { number, refresh: false });
        let sent = Connect::Out { exchange, message: id, since: self.now };
        let before = self.state();
        if let State::Connected { connect, .. } = &mut self.state {
            *connect = sent;
        }
        self.tell_state(before);
    }

    /// The connect was answered.
    pub(super) fn connected(&mut self, message: &Message<'_>, reconnect: Option<Reconnect>) {
        let State::Connected { connect: Connect::Out { exchange, message: asked, since }, renewed, .. } =
            &self.state
        else {
            return;
        };
        if message.id.as_deref().is_some_and(|id| id.parse() != Ok(*asked)) {
            return;
        }
        let (exchange, asked, since, renewed) = (*exchange, *asked, since.mono, *renewed);
        let by_socket = self.exchanges.iter().find(|one| one.id == exchange).and_then(|one| one.socket);
        let on_trial = by_socket.filter(|_| self.is_on_trial());
        if message.successful != Some(true) {
            let verdict = Verdict::of(message, reconnect);
            return match on_trial {
                // It may lead to another server, while the session is fine where long polling goes.
                Some(socket) if verdict.cure == Cure::Handshake => {
                    self.actions.push_back(Action::CloseSocket(socket));
                    self.socket_lost(socket, verdict.error());
                }
                Some(_) | None => self.disconnected(verdict, renewed),
            };
        }
        if let (Some(ack), Some(said)) = (&mut self.ack, message.ext.and_then(|ext| member(ext, "ack"))) {
            *ack = integer(said).unwrap_or(*ack);
        }
        self.hear_time(message);
        // Whatever came from the channels that were left has come before this, or with it.
        self.leaving.retain(|one| !one.is_settled_by(asked));
        if on_trial.is_some() {
            self.socket_backoff.reset();
        }
        let is_hasty = self.now.mono.since(since) < limits::BAYEUX_HASTE;
        self.hasty = if is_hasty { self.hasty.saturating_add(1) } else { 0 };
        let before = self.state();
        if let State::Connected { link, connect, renewed, heard, .. } = &mut self.state {
            // A session that does not outlive its first connect is no success yet.
            if *link == Link::Up && on_trial.is_none() {
                self.backoff.reset();
                *renewed = false;
            }
            *heard = self.now.mono;
            *link = Link::Up;
            *connect = Connect::Due { hinted: false };
        }
        self.tell_state(before);
        match (reconnect, self.advice.interval) {
            (Some(Reconnect::None), _) | (_, None) => {
                self.fail(Verdict::of(message, Some(Reconnect::None)).error());
            }
            (Some(Reconnect::Handshake), _) => self.begin_again(None),
            (Some(Reconnect::Retry) | None, Some(interval)) => {
                // A server that holds nothing and brings nothing is not asked without a pause.
                let least = if self.hasty > limits::BAYEUX_HASTY { limits::RETRY_MIN } else { Millis::ZERO };
                let interval = interval.max(least);
                if interval > Millis::ZERO {
                    self.timers.set(Timer::Connect, self.now.mono.after(interval));
                }
            }
        }
    }

    /// A connect was refused, or whatever else shows what the server thinks of the session.
    pub(super) fn disconnected(&mut self, verdict: Verdict, renewed: bool) {
        match verdict.cure {
            Cure::Handshake => self.begin_again(Some(verdict.error())),
            Cure::Authorize => {
                self.lose_session(&Error::SessionLost);
                self.authorize(renewed, verdict.error());
            }
            Cure::Clean => {
                self.actions.push_back(Action::ForgetCookies);
                self.begin_again(Some(verdict.error()));
            }
            Cure::Later => self.connect_failed(verdict.error(), None),
            // It would be over before we come back: so it takes nobody's place meanwhile.
            Cure::Rest => {
                self.leave(limits::BAYEUX_REQUEST);
                self.lose_session(&Error::SessionLost);
                self.wait(Some(verdict.error()), self.config.busy);
            }
            Cure::Gap | Cure::Cookies | Cure::Nothing => self.fail(verdict.error()),
        }
    }

    /// A connect has failed: the session may still be there, for a while.
    pub(super) fn connect_failed(&mut self, error: Error, hint: Option<Millis>) {
        let State::Connected { connect: Connect::Out { exchange, .. }, heard, .. } = self.state else {
            return;
        };
        self.give_up(exchange);
        if self.now.mono.since(heard) >= self.advice.patience() {
            return self.begin_again(Some(error));
        }
        let before = self.state();
        if let State::Connected { link, connect, .. } = &mut self.state {
            *link = Link::Down;
            *connect = Connect::Due { hinted: hint.is_some() };
        }
        self.tell_state(before);
        self.plan(Timer::Connect, Some(error), hint);
    }

    /// The connect has brought no messages. There may have been events among them, and a server that does not
    /// count its batches does not send those again: whoever has a position asks for them, in a session where
    /// nothing else is on its way.
    pub(super) fn connect_lost(&mut self, error: Error, hint: Option<Millis>) {
        if self.ack.is_some() || !self.subscribers.have_places() {
            return self.connect_failed(error, hint);
        }
        self.lose_session(&Error::SessionLost);
        self.wait(Some(error), hint);
    }

    /// The session is gone. After one that worked, the next handshake waits for nothing.
    pub(super) fn begin_again(&mut self, cause: Option<Error>) {
        self.lose_session(&Error::SessionLost);
        if self.backoff.attempts() > 0 {
            return self.wait(cause, None);
        }
        if let Some(error) = cause {
            self.warn(error);
        }
        self.handshake(false);
    }

    /// The credentials were refused: new ones may help, once.
    pub(super) fn authorize(&mut self, has_tried: bool, error: Error) {
        if has_tried || !self.config.can_refresh {
            return self.fail(error);
        }
        self.handshake(true);
    }

    /// Plans the next handshake.
    pub(super) fn wait(&mut self, cause: Option<Error>, hint: Option<Millis>) {
        self.enter(State::Waiting { hinted: hint.is_some() });
        self.plan(Timer::Retry, cause, hint);
    }

    fn plan(&mut self, timer: Timer, cause: Option<Error>, hint: Option<Millis>) {
        let delay = match (&self.config.retry, hint) {
            (None, _) => None,
            (Some(_), Some(hint)) => self.backoff.delay_after(hint, &mut self.rng),
            (Some(_), None) => self.backoff.delay(&mut self.rng),
        };
        let report = cause.clone().map(|error| self.report(error, delay.is_some()));
        if let Some(report) = &report {
            self.tell(Notice::Error(report.clone()));
        }
        let Some(delay) = delay else {
            let attempts = self.backoff.attempts();
            let last = cause.filter(|_| self.config.retry.is_none());
            return self.fail(last.unwrap_or(Error::RetriesExhausted(attempts)));
        };
        self.stats.retries += 1;
        self.timers.set(timer, self.now.mono.after(delay));
        let attempt = self.backoff.attempts().saturating_add(1);
        self.tell(Notice::Retry { cause: report, attempt, delay });
    }

    /// Something has happened that may have mended the network, perhaps after a sleep.
    pub(super) fn wake(&mut self) {
        match self.state {
            State::Waiting { hinted: false } => self.handshake(false),
            State::Connected { connect: Connect::Due { hinted: false }, link: Link::Down, .. } => {
                self.connect()
            }
            State::Connected { connect: Connect::Out { since, .. }, .. } => {
                let passed = self.now.mono.since(since.mono).max(self.now.wall.since(since.wall));
                if passed > self.advice.timeout.after(limits::BAYEUX_ALLOWANCE) {
                    let error = Error::Network("the clock jumped, as where the machine slept".into());
                    self.connect_lost(error, None);
                    self.wake();
                }
            }
            State::Connected { connect: Connect::Due { .. }, .. }
            | State::Waiting { hinted: true }
            | State::Idle
            | State::Handshaking { .. }
            | State::Full
            | State::Suspended
            | State::Closing
            | State::Closed { .. } => {}
        }
    }

    /// Whether a response of that status, which holds no messages, ends the session: what a server, or what
    /// stands before it, says to a request that it does not understand.
    pub(super) fn judge_status(&mut self, kind: Kind, refusal: Refusal, hint: Option<Millis>) {
        let status = refusal.status;
        let refusal = Box::new(refusal);
        let (is_busy, error) = match status {
            401 => (false, Error::Unauthorized(refusal)),
            403 => (false, Error::Forbidden(refusal)),
            408 | 425 | 429 => (true, Error::TooManyRequests(refusal)),
            500..=599 => (true, Error::ServerError(refusal)),
            200..=299 => (true, Error::BadReply(refusal)),
            _ => (false, Error::BadStatus(refusal)),
        };
        match (kind, &self.state) {
            (Kind::Handshake, State::Handshaking { refresh }) => match status {
                // There is nothing yet that could be forbidden but to come in.
                401 | 403 => self.authorize(*refresh, error),
                _ if is_busy => self.wait(Some(error), hint),
                _ => self.fail(error),
            },
            (Kind::Connect | Kind::Post, State::Connected { renewed, .. }) if status == 401 => {
                let renewed = *renewed;
                self.lose_session(&Error::SessionLost);
                self.authorize(renewed, error);
            }
            (Kind::Connect, State::Connected { .. }) if is_busy => self.connect_lost(error, hint),
            (Kind::Connect, State::Connected { .. }) => self.begin_again(Some(error)),
            (Kind::Post, _) => self.warn(error),
            (Kind::Handshake | Kind::Connect | Kind::Disconnect, _) => {}
        }
    }

    fn hear_time(&mut self, message: &Message<'_>) {
        if let Some(said) = message.ext.and_then(|ext| member(ext, "timesync")) {
            self.timesync.answered(said, self.now.wall);
        }
    }

    /// Connects go on without a word from anybody.
    pub(super) fn keep_connected(&mut self) {
        let waits_for_socket = matches!(
            (&self.socket, &self.state),
            (Socket::Opening(_), State::Connected { link: Link::Up, .. })
        );
        if !waits_for_socket && !self.timers.is_set(Timer::Connect) {
            self.connect();
        }
    }
}

/// CometD's Java server grants `ack` with an object, others with `true`.
fn is_granted(value: &[u8]) -> bool {
    member(value, "enabled").unwrap_or(value) == b"true"
}
