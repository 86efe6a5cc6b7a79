//! Requests, what becomes of them, and the next one.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::config::{Refused, Slept};
use super::super::error::{Error, Reason, Refusal};
use super::super::io::{Action, Attempt, AttemptId, Notice, Report, StateName};
use super::super::limits;
use super::super::print::print;
use super::super::request::{Head, Remedy, Verdict};
use super::super::spacing::Cause;
use super::super::time::Millis;
use super::super::timer::Timer;
use super::{Body, Page, Scope, Session, State, Wait};

impl Session {
    /// Sends a request that continues at `self.resume`.
    pub(super) fn open(&mut self, refresh: bool) {
        self.open_as(refresh, StateName::Connecting);
    }

    /// Likewise; the application sees `shown` until the response begins.
    pub(super) fn open_as(&mut self, refresh: bool, shown: StateName) {
        self.timers.clear(Timer::Retry);
        if self.page == Page::Away {
            return self.enter(State::Suspended);
        }
        self.choose_transport();
        if !self.protocol.can_ask(&self.resume) {
            let reason = Reason::PositionRefused;
            return self.lost(Scope::Stream, reason, Error::Gap(reason));
        }
        self.last_attempt = AttemptId(self.last_attempt.0.wrapping_add(1));
        let id = self.last_attempt;
        let number = self.backoff.begin();
        let request = self.protocol.request(&self.resume, self.now);
        self.stats.attempts += 1;
        self.enter(State::Opening { attempt: id, refresh, shown });
        if let Some(after) = self.config.connect_timeout {
            self.timers.set(Timer::Connect, self.now.mono.after(after));
        }
        self.actions.push_back(Action::Open(Attempt { id, number, refresh, request }));
    }

    pub(super) fn head(&mut self, attempt: AttemptId, head: Head) {
        let State::Opening { attempt: current, refresh, shown } = self.state else {
            return;
        };
        if attempt != current {
            return;
        }
        self.timers.clear(Timer::Connect);
        match self.protocol.judge(&head, &self.resume, self.now) {
            Verdict::Accept | Verdict::Unchanged if self.is_made_anew(&head) => {
                self.abort();
                self.lost(Scope::Stream, Reason::Recreated, Error::Gap(Reason::Recreated));
            }
            Verdict::Accept => {
                self.protocol.begin(&head);
                self.repeats.begin();
                self.backoff.connected();
                if let Some(parts) = &mut self.parts {
                    parts.restart(&self.resume);
                }
                self.enter(State::Streaming { attempt, body: Body::Held, warned: false, watched: None });
                if let Some(position) = self.protocol.position_in(&head) {
                    self.begins_at(position);
                }
                self.pump();
            }
            Verdict::Elsewhere => {
                self.abort();
                let refusal = Refusal { status: head.status, headers: head.headers, body: String::new() };
                let error = Error::PositionExpired(Box::new(refusal));
                self.lost(Scope::Stream, Reason::PositionExpired, error);
            }
            Verdict::Unchanged => {
                self.abort();
                self.unchanged(&head);
            }
            Verdict::End => {
                self.abort();
                self.finish(None);
            }
            Verdict::Refuse(Remedy::Authorize) if self.config.can_refresh && !refresh => {
                self.abort();
                self.open(true);
            }
            Verdict::Refuse(remedy) => {
                let refusal = Refusal { status: head.status, headers: head.headers, body: String::new() };
                self.state = State::Refused { attempt, remedy, refusal, body: Vec::new(), shown };
                if self.config.refused == Refused::Drop {
                    return self.conclude_refusal();
                }
                self.timers.set(Timer::Refusal, self.now.mono.after(limits::REFUSAL_TIMEOUT));
                self.actions.push_back(Action::Read(attempt));
            }
        }
    }

    /// The body has ended, or the request has failed.
    pub(super) fn ended(&mut self, attempt: AttemptId, error: Option<Error>) {
        if self.attempt() != Some(attempt) {
            return;
        }
        if let State::Streaming { body, .. } = &mut self.state {
            if error.is_none() {
                self.protocol.end();
            }
            *body = Body::Ended(error);
            self.timers.clear(Timer::Idle);
            self.timers.clear(Timer::Watch);
            self.pump();
        } else if let State::Refused { .. } = self.state {
            self.conclude_refusal();
        } else {
            // A response that ends before it begins is a cut, whatever the transport calls it.
            let error = error.unwrap_or_else(|| Error::Network("the response did not begin".into()));
            self.failed(Some(error), None);
        }
    }

    /// The credentials are refused before anything was sent, for good.
    pub(super) fn denied(&mut self, attempt: AttemptId, what: String) {
        if self.attempt() == Some(attempt) {
            self.timers.clear(Timer::Connect);
            self.fail(Error::AuthFailed(what));
        }
    }

    /// A refused response has said all that will be quoted of it.
    pub(super) fn conclude_refusal(&mut self) {
        let State::Refused { remedy, refusal, body, .. } = &mut self.state else {
            return;
        };
        let remedy = *remedy;
        let mut refusal = core::mem::take(refusal);
        body.truncate(limits::REFUSAL_BYTES);
        refusal.body = String::from_utf8_lossy(body).into_owned();
        let refusal = Box::new(refusal);
        self.abort();
        match remedy {
            Remedy::Retry { error, hint } => self.failed(Some(error(refusal)), hint),
            Remedy::Authorize => self.fail(Error::Unauthorized(refusal)),
            Remedy::Stop(error) => self.useless(error(refusal)),
            Remedy::Gap => {
                self.lost(Scope::Source, Reason::PositionExpired, Error::PositionExpired(refusal));
            }
        }
    }

    /// Another value in the header than before says that the position is of a source that is gone, and an
    /// empty one that it is of no such source. Which one this is, the next answer tells.
    fn is_made_anew(&mut self, head: &Head) -> bool {
        let name = self.config.incarnation.as_ref();
        let Some(value) = name.and_then(|name| head.header(name)) else {
            return false;
        };
        let value = (!value.is_empty()).then(|| print(&[value.as_bytes()]));
        let before = core::mem::replace(&mut self.met, value);
        let is_other = value.is_none() || before.is_some_and(|before| Some(before) != value);
        if !is_other || self.resume.position().is_none() {
            return false;
        }
        self.met = None;
        true
    }

    /// The source cannot be asked like this; perhaps it can in another way.
    pub(super) fn useless(&mut self, error: Error) {
        if !self.turns_off(&error) {
            self.fail(error);
        }
    }

    /// The request did not get through because of the header with the position. It goes another way
    /// at once, or none can be asked for.
    pub(super) fn position_refused(&mut self, attempt: AttemptId) {
        let State::Opening { attempt: current, refresh, .. } = self.state else {
            return;
        };
        if attempt == current {
            self.timers.clear(Timer::Connect);
            self.backoff.take_back();
            self.protocol.refuse_header();
            self.open(refresh);
        }
    }

    /// Looks at both clocks: a machine that has slept left its connections dead without a word. One of
    /// the clocks went on meanwhile; which, is the platform's choice.
    pub(super) fn look_at_clock(&mut self) {
        let State::Streaming { watched: Some(before), body: Body::Held | Body::Reading, .. } = self.state
        else {
            return;
        };
        let passed = self.now.mono.since(before.mono).max(self.now.wall.since(before.wall));
        if passed <= limits::WATCH_MOST {
            return self.watch_clock();
        }
        self.abort();
        let cause = self.report(Error::Network("the clock jumped, as where the machine slept".into()), true);
        self.tell(Notice::Error(cause.clone()));
        self.wait(Some(cause), Millis::ZERO, Wait::Retry);
    }

    /// Sees to it that the clock is looked at, where a connection may be given up without loss.
    pub(super) fn watch_clock(&mut self) {
        let is_wanted = self.config.slept == Slept::Reconnect
            && self.config.retry.is_some()
            && self.resume.position().is_some();
        if let (State::Streaming { watched, .. }, true) = (&mut self.state, is_wanted) {
            *watched = Some(self.now);
            self.timers.set(Timer::Watch, self.now.mono.after(limits::WATCH_PERIOD));
        }
    }

    /// The request is given up for its silence.
    pub(super) fn give_up(&mut self, error: Error) {
        self.abort();
        self.failed(Some(error), None);
    }

    /// The attempt is over: plans the next one, or ends.
    pub(super) fn failed(&mut self, cause: Option<Error>, hint: Option<Millis>) {
        self.timers.clear(Timer::Connect);
        if self.config.retry.is_none() {
            return match cause {
                Some(error) => self.fail(error),
                None => self.finish(None),
            };
        }
        self.protocol.cut();
        let delay = match hint {
            Some(hint) => self.backoff.delay_after(hint, &mut self.rng),
            None => self.backoff.delay_for(spacing_cause(cause.as_ref()), &mut self.rng),
        };
        let report = cause.map(|error| self.report(error, delay.is_some()));
        if let Some(report) = &report {
            self.tell(Notice::Error(report.clone()));
        }
        self.weigh_transport(report.as_ref().map(|report| &report.error));
        let Some(delay) = delay else {
            let attempts = self.backoff.attempts();
            return self.fail(Error::RetriesExhausted(attempts));
        };
        // Patience that the server has asked for is no failure of a source that is polled.
        if hint.is_some() && self.protocol.poll().is_some() {
            self.backoff.take_back();
        }
        let is_named = hint.is_some() || self.backoff.is_followed();
        self.wait(report, delay, if is_named { Wait::Hinted } else { Wait::Retry });
    }

    fn wait(&mut self, cause: Option<Report>, delay: Millis, wait: Wait) {
        self.stats.retries += 1;
        self.timers.set(Timer::Retry, self.now.mono.after(delay));
        self.enter(State::Waiting { wait });
        let attempt = self.backoff.attempts().saturating_add(1);
        self.tell(Notice::Retry { cause, attempt, delay });
    }

    /// Gives up the request that is out, if one is. What its body still held is void.
    pub(super) fn abort(&mut self) {
        let Some(attempt) = self.attempt() else {
            return;
        };
        for timer in [Timer::Connect, Timer::Idle, Timer::Watch, Timer::Quiet, Timer::Refusal] {
            self.timers.clear(timer);
        }
        self.actions.push_back(Action::Abort(attempt));
    }

    /// The request that is out.
    pub(super) fn attempt(&self) -> Option<AttemptId> {
        match self.state {
            State::Streaming { body: Body::Ended(_), .. } => None,
            State::Opening { attempt, .. }
            | State::Refused { attempt, .. }
            | State::Streaming { attempt, .. } => Some(attempt),
            State::Idle
            | State::Loading(_)
            | State::Gapped { .. }
            | State::Waiting { .. }
            | State::Suspended
            | State::Finishing { .. }
            | State::Closing { .. }
            | State::Closed => None,
        }
    }

    pub(super) fn reconnect(&mut self) {
        if self.is_connecting() || matches!(self.state, State::Suspended) {
            self.page = Page::There;
            self.abort();
            self.prefer_first();
            self.open(false);
        }
    }

    /// Whether there is a request, or will be one without anybody asking for it.
    fn is_connecting(&self) -> bool {
        matches!(
            self.state,
            State::Opening { .. } | State::Refused { .. } | State::Streaming { .. } | State::Waiting { .. }
        )
    }

    /// The network may be back, perhaps after a sleep. A time that the server has named stands.
    pub(super) fn wake(&mut self) {
        if let State::Waiting { wait: Wait::Retry } = self.state {
            self.open(false);
        } else {
            self.look_at_clock();
        }
    }

    /// The page is put away: a connection would be cut without a word. What may be sent only once
    /// is left to its fate, and a time that the server has named stands.
    pub(super) fn freeze(&mut self) {
        if self.config.retry.is_none() {
            return;
        }
        self.page = Page::Away;
        let is_named = matches!(self.state, State::Waiting { wait: Wait::Hinted | Wait::Top });
        if self.is_connecting() && !is_named {
            self.abort();
            self.timers.clear(Timer::Retry);
            self.enter(State::Suspended);
        }
    }

    pub(super) fn thaw(&mut self) {
        self.page = Page::There;
        if let State::Suspended = self.state {
            self.open(false);
        }
    }
}

/// What an attempt that ended with `error`, or properly, counts as.
fn spacing_cause(error: Option<&Error>) -> Cause {
    match error {
        None => Cause::End,
        Some(error) if error.refusal().is_some() => Cause::Status,
        Some(_) => Cause::Network,
    }
}
