//! Requests, what becomes of them, and the next one.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::config::Refused;
use super::super::error::{Error, Refusal};
use super::super::io::{Action, Attempt, AttemptId, Notice};
use super::super::limits;
use super::super::request::{Head, Remedy, Verdict};
use super::super::spacing::Cause;
use super::super::time::Millis;
use super::super::timer::Timer;
use super::{Body, Session, State};

impl Session {
    /// Sends a request that continues at `self.resume`.
    pub(super) fn open(&mut self, refresh: bool) {
        self.timers.clear(Timer::Retry);
        self.last_attempt = AttemptId(self.last_attempt.0.wrapping_add(1));
        let id = self.last_attempt;
        let number = self.backoff.begin();
        let request = self.protocol.request(&self.resume);
        self.stats.attempts += 1;
        self.enter(State::Opening { attempt: id, refresh });
        if let Some(after) = self.config.connect_timeout {
            self.timers.set(Timer::Connect, self.now.mono.after(after));
        }
        self.actions.push_back(Action::Open(Attempt { id, number, refresh, request }));
    }

    pub(super) fn head(&mut self, attempt: AttemptId, head: Head) {
        let State::Opening { attempt: current, refresh } = self.state else {
            return;
        };
        if attempt != current {
            return;
        }
        self.timers.clear(Timer::Connect);
        match self.protocol.judge(&head, &self.resume, self.now.wall) {
            Verdict::Accept => {
                self.protocol.begin(&head);
                self.repeats.begin();
                self.backoff.connected();
                if let Some(parts) = &mut self.parts {
                    parts.restart(&self.resume);
                }
                self.enter(State::Streaming { attempt, body: Body::Held, warned: false });
                if let Some(position) = self.protocol.position_in(&head) {
                    self.begins_at(position);
                }
                self.pump();
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
                self.state = State::Refused { attempt, remedy, refusal, body: Vec::new() };
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
            self.pump();
        } else if let State::Refused { .. } = self.state {
            self.conclude_refusal();
        } else {
            // A response that ends before it begins is a cut, whatever the transport calls it.
            let error = error.unwrap_or_else(|| Error::Network("the response did not begin".into()));
            self.failed(Some(error), None);
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
            Remedy::Stop(error) => self.fail(error(refusal)),
            Remedy::Gap => self.expired(Error::PositionExpired(refusal)),
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
        let delay = match hint {
            Some(hint) => self.backoff.delay_after(hint, &mut self.rng),
            None => self.backoff.delay_for(spacing_cause(cause.as_ref()), &mut self.rng),
        };
        let report = cause.map(|error| self.report(error, delay.is_some()));
        if let Some(report) = &report {
            self.tell(Notice::Error(report.clone()));
        }
        let Some(delay) = delay else {
            let attempts = self.backoff.attempts();
            return self.fail(Error::RetriesExhausted(attempts));
        };
        self.stats.retries += 1;
        self.timers.set(Timer::Retry, self.now.mono.after(delay));
        self.enter(State::Waiting { hinted: hint.is_some() || self.backoff.is_followed() });
        let attempt = self.backoff.attempts().saturating_add(1);
        self.tell(Notice::Retry { cause: report, attempt, delay });
    }

    /// Gives up the request that is out, if one is. What its body still held is void.
    pub(super) fn abort(&mut self) {
        let Some(attempt) = self.attempt() else {
            return;
        };
        for timer in [Timer::Connect, Timer::Idle, Timer::Refusal] {
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
            | State::Loading
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
            self.abort();
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

    /// The network may be back. A time that the server has named stands.
    pub(super) fn wake(&mut self) {
        if let State::Waiting { hinted: false } = self.state {
            self.open(false);
        }
    }

    /// The page is put away: a connection would be cut without a word. What may be sent only once
    /// is left to its fate, and a time that the server has named stands.
    pub(super) fn freeze(&mut self) {
        let stands = self.config.retry.is_none() || matches!(self.state, State::Waiting { hinted: true });
        if self.is_connecting() && !stands {
            self.abort();
            self.timers.clear(Timer::Retry);
            self.enter(State::Suspended);
        }
    }

    pub(super) fn thaw(&mut self) {
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
