//! Bytes to events, no more of them than the application has room for.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::backoff::{Backoff, RetryPolicy};
use super::super::config::{IdleTimeout, Oversize, Repeated};
use super::super::error::{Error, Misfit};
use super::super::event::{Origin, Row, Seq};
use super::super::io::{Action, AttemptId, HandlerPolicy};
use super::super::limits;
use super::super::parts::Parts;
use super::super::position::{Position, Resume};
use super::super::print::{joined, print};
use super::super::protocol::Step;
use super::super::request::Head;
use super::super::time::Millis;
use super::super::timer::Timer;
use super::{Body, Demand, Outbox, Session, State};

/// Why no further step is taken for now.
enum Pause {
    /// The application has no room.
    Full,
    /// More bytes are needed.
    Starved,
    /// The source says that nothing follows.
    Done,
    /// What comes next cannot be an event, and the stream is to end before it.
    Useless(Error),
}

impl Session {
    pub(super) fn bytes(&mut self, attempt: AttemptId, chunk: &[u8]) {
        if self.attempt() != Some(attempt) {
            return;
        }
        if let State::Streaming { body, .. } = &mut self.state {
            *body = Body::Held;
            self.timers.clear(Timer::Idle);
            self.timers.clear(Timer::Quiet);
            self.stats.bytes += chunk.len() as u64;
            // Rows that nobody has taken yet still point into the bytes; the others are void.
            if self.outbox == Outbox::Free {
                self.protocol.release();
            }
            self.protocol.push(chunk);
            self.pump();
        } else if let State::Refused { body, .. } = &mut self.state {
            body.extend_from_slice(chunk);
            if body.len() < limits::REFUSAL_BYTES {
                self.actions.push_back(Action::Read(attempt));
            } else {
                self.conclude_refusal();
            }
        }
    }

    /// Takes steps while the application has room, hands out what they gave, and asks for more
    /// bytes only when there is none left: so a slow handler stops the reading, and the source.
    pub(super) fn pump(&mut self) {
        if !matches!(self.state, State::Streaming { .. }) {
            return;
        }
        if self.outbox == Outbox::Free {
            self.restart_batch();
        }
        // The id that came last; made a position once a pump, not once an event.
        let mut latest: Option<Vec<u8>> = None;
        let pause = loop {
            if self.demand == Demand::Paused || self.ledger.pending() >= self.config.high_water_mark {
                break Pause::Full;
            }
            match self.protocol.step() {
                None => break Pause::Starved,
                Some(Step::Event { data, ascii }) => self.event(data, ascii, &mut latest),
                Some(Step::Row { data, ascii }) => self.row(data, ascii, &mut latest),
                Some(Step::Repeat) => self.repeat(),
                Some(Step::Passed) => self.passed(),
                Some(Step::Moved) => self.moved(&mut latest),
                Some(Step::Told(error)) => self.warn(error),
                Some(Step::Broken(error)) => break Pause::Useless(error),
                Some(Step::Unheard) => self.unheard(&mut latest),
                Some(Step::Comment(text)) => {
                    let text = self.protocol.bytes().get(text).unwrap_or_default();
                    self.batch.push_comment(text);
                }
                Some(Step::ReconnectionTime(time)) => self.backoff.set_base(time),
                Some(Step::Done) => break Pause::Done,
                Some(Step::TooLarge) => {
                    let error = Error::EventTooLarge(self.protocol.limit());
                    if self.config.oversize == Oversize::Stop {
                        break Pause::Useless(error);
                    }
                    self.warn(error);
                }
                Some(Step::BadRecord(data)) => {
                    let error = self.bad_record(&data);
                    if !self.protocol.skips_bad_records() {
                        break Pause::Useless(error);
                    }
                    self.warn(error);
                }
            }
        };
        if let Some(id) = latest {
            self.resume = resume_after(Position::from_wire(&id));
        }
        // A position without an event before it is durable at once.
        self.settle();
        self.announce();
        match pause {
            Pause::Full => {}
            Pause::Starved => self.starved(),
            Pause::Done => {
                self.abort();
                self.finish(None);
            }
            Pause::Useless(error) => {
                self.abort();
                self.useless(error);
            }
        }
    }

    /// The stream of bytes begins anew. Rows that nobody has taken yet still point into the old one,
    /// which is then left as it is.
    pub(super) fn discard(&mut self) {
        if matches!(self.state, State::Streaming { .. }) && self.outbox == Outbox::Free {
            self.protocol.begin(&Head::default());
        }
    }

    pub(super) fn announce(&mut self) {
        if !self.batch.is_empty() && self.outbox == Outbox::Free {
            self.outbox = Outbox::Announced;
            self.actions.push_back(Action::Deliver);
        }
    }

    /// The response says by itself where it begins: that is the position until an event has an id.
    pub(super) fn begins_at(&mut self, position: Position) {
        let id = position.as_str().as_bytes();
        if self.resume.position() == Some(&position) {
            return;
        }
        if self.parts.is_none() && !self.protocol.can_send(id) {
            return self.unsendable();
        }
        if self.outbox == Outbox::Free {
            self.restart_batch();
        }
        match &mut self.parts {
            Some(parts) => {
                parts.restart(&Resume::After(position));
                let map = parts.text();
                self.batch.push(0..0, Some(b""), b"", 0);
                self.batch.push_map(map);
                self.ledger.enter_bare(map, Some(print(&[map])));
                self.resume = Resume::After(Position::from_wire(map));
            }
            None => {
                let print = print(&[id]);
                self.last_id = Some(print);
                self.ledger.enter_bare(id, Some(print));
                self.batch.push(0..0, Some(id), b"", 0);
                self.resume = resume_after(position);
            }
        }
        self.announce();
    }

    fn event(&mut self, data: Range<usize>, ascii: bool, latest: &mut Option<Vec<u8>>) {
        let id = self.protocol.id();
        let kind = self.protocol.kind();
        let payload = self.protocol.bytes().get(data.clone()).unwrap_or_default();
        let id_print = id.map(|id| print(&[id]));
        let label = self.protocol.label();
        let print = match label {
            // As items of a page are recognised: what comes again may come another way.
            Some(label) => Some(joined(print(&[label]), print(&[label, id.unwrap_or(payload)]))),
            None => id.map(|id| print(&[id, kind, payload])),
        };
        let stands = id_print == self.last_id;
        self.last_id = id_print.or(self.last_id);
        let part = self.protocol.part().unwrap_or_default();
        let drops = self.config.repeated == Repeated::Drop;
        let is_repeat = match self.parts.as_ref().filter(|parts| parts.is_ascending()) {
            Some(parts) => id.is_some_and(|id| parts.has(part, id)),
            None => print.is_some_and(|print| drops && self.repeats.check(print, stands)),
        };
        if is_repeat {
            self.stats.repeats += 1;
            return self.batch.push_break();
        }
        let position = match &mut self.parts {
            Some(parts) => id.and_then(|id| parts.advance(part, id)),
            None => id.filter(|id| self.protocol.can_send(id)),
        };
        let mut flags = Row::EVENT | if ascii { Row::ASCII } else { 0 };
        if id.is_some() && position.is_none() {
            flags |= Row::UNSENDABLE;
        }
        let origin = self.protocol.origin(&data);
        let row_flags = if position.is_none() && label.is_some() { flags | Row::UNSENDABLE } else { flags };
        self.batch.push(data, label.or(id), kind, row_flags);
        if let (Some(map), true) = (position, label.is_some() || self.protocol.part().is_some()) {
            self.batch.push_map(map);
        }
        if let Some(origin) = origin {
            self.batch.push_origin(origin);
        }
        self.ledger.enter(position, print);
        self.stats.events += 1;
        self.progress(flags, latest);
    }

    fn unheard(&mut self, latest: &mut Option<Vec<u8>>) {
        let id = self.protocol.id();
        let mut flags = 0;
        if let Some(id) = id {
            let print = print(&[id]);
            self.last_id = Some(print);
            // A source that says where it stands says nothing new.
            let before = self.resume.position().map(|position| position.as_str().as_bytes());
            if latest.as_deref().or(before) == Some(id) {
                return self.batch.push(0..0, Some(id), b"", 0);
            }
            // Nor does one that repeats on connecting where it stood before; later it may go back.
            if self.config.repeated == Repeated::Drop && self.repeats.check(print, true) {
                return self.batch.push_break();
            }
            if self.protocol.can_send(id) {
                self.ledger.enter_bare(id, Some(print));
            } else {
                flags = Row::UNSENDABLE;
            }
        }
        match id.filter(|_| flags == 0 && self.protocol.label().is_some()) {
            Some(position) => {
                self.batch.push(0..0, Some(b""), b"", 0);
                self.batch.push_map(position);
            }
            None => self.batch.push(0..0, id, b"", flags),
        }
        self.progress(flags, latest);
    }

    /// Something new has arrived: failures before it no longer count, and its id, where it has one,
    /// is where to continue.
    fn progress(&mut self, flags: u32, latest: &mut Option<Vec<u8>>) {
        self.backoff.reset();
        let Some(id) = self.protocol.id() else {
            return;
        };
        if flags & Row::UNSENDABLE == 0 {
            let latest = latest.get_or_insert_default();
            latest.clear();
            latest.extend_from_slice(self.parts.as_ref().map_or(id, Parts::text));
        } else {
            self.unsendable();
        }
    }

    /// Tells once a response.
    fn unsendable(&mut self) {
        if let State::Streaming { warned: warned @ false, .. } = &mut self.state {
            *warned = true;
            self.warn(Error::UnsendablePosition);
        }
    }

    fn starved(&mut self) {
        if let State::Streaming { watched: None, .. } = self.state {
            self.watch_clock();
        }
        let State::Streaming { attempt, body, .. } = &mut self.state else {
            return;
        };
        let attempt = *attempt;
        match body {
            Body::Reading => {}
            Body::Held => {
                *body = Body::Reading;
                if let Some(after) = self.idle_timeout() {
                    self.timers.set(Timer::Idle, self.now.mono.after(after));
                }
                self.actions.push_back(Action::Read(attempt));
                self.expect_quiet();
            }
            Body::Ended(None) if self.protocol.poll().is_some() => self.turn(),
            Body::Ended(error) => {
                let cut = || Error::Network("the response ended in the middle of a record".into());
                let error = error.take().or_else(|| self.protocol.is_cut().then(cut));
                // What is asked for again goes on; here, nothing else would tell it from a whole answer.
                let is_partial = self.config.retry.is_none() && self.protocol.says_done();
                self.failed(error.or(is_partial.then_some(Error::Incomplete)), None);
            }
        }
    }

    /// How long the connection may be silent. Silence that we make ourselves, by not reading, does
    /// not count.
    pub(super) fn idle_timeout(&self) -> Option<Millis> {
        match self.config.idle_timeout {
            IdleTimeout::Never => None,
            IdleTimeout::After(span) => Some(span),
            IdleTimeout::Default => self.resume.position().map(|_| limits::IDLE_TIMEOUT),
        }
    }

    fn bad_record(&self, data: &Range<usize>) -> Error {
        let body = self.protocol.bytes().get(data.clone()).unwrap_or_default();
        let body = body.get(..limits::REFUSAL_BYTES).unwrap_or(body);
        let body = String::from_utf8_lossy(body).into_owned();
        let Origin { record, offset } = self.protocol.origin(data).unwrap_or_default();
        Error::BadRecord(Box::new(Misfit { record, offset, body }))
    }

    pub(super) fn handled(&mut self, first: Seq, last: Seq) {
        if let State::Closing { .. } | State::Closed = self.state {
            return;
        }
        self.ledger.finish(first, last);
        self.failures.retain(|(seq, _)| *seq < first || *seq > last);
        self.settle();
        self.pump();
        self.finish_when_handled();
    }

    pub(super) fn released(&mut self, first: Seq, last: Seq) {
        self.ledger.release(first, last);
        self.finish_when_handled();
    }

    pub(super) fn handler_failed(&mut self, seq: Seq, policy: HandlerPolicy) {
        if matches!(self.state, State::Closing { .. } | State::Closed) || seq >= self.ledger.next() {
            return;
        }
        match policy {
            // What the application has committed itself can still be what ends the stream.
            HandlerPolicy::Skip | HandlerPolicy::Retry if !self.ledger.is_pending(seq) => {}
            HandlerPolicy::Stop => {
                let report = self.report(Error::Handler, false);
                self.close(Some(report), false);
            }
            HandlerPolicy::Skip => {
                self.stats.errors += 1;
                self.handled(seq, seq);
            }
            HandlerPolicy::Retry => {
                self.stats.errors += 1;
                let at = self.now.mono.after(self.redelivery_delay(seq));
                self.timers.set(Timer::Redeliver(seq), at);
            }
        }
    }

    /// The failed event's time has come.
    pub(super) fn redeliver(&mut self, seq: Seq) {
        if self.demand == Demand::Paused {
            self.due.push(seq);
        } else if self.ledger.is_pending(seq) {
            self.actions.push_back(Action::Redeliver(seq));
        }
    }

    /// Handlers are spared like servers: the same policy, without its end.
    fn redelivery_delay(&mut self, seq: Seq) -> Millis {
        let index = self.failures.iter().position(|(known, _)| *known == seq).unwrap_or_else(|| {
            let policy = self.config.retry.clone().unwrap_or_default();
            self.failures.push((seq, Backoff::new(RetryPolicy { attempts: None, ..policy })));
            self.failures.len() - 1
        });
        let delay = self.failures.get_mut(index).and_then(|(_, backoff)| {
            backoff.begin();
            backoff.delay(&mut self.rng)
        });
        delay.unwrap_or(limits::RETRY_MAX)
    }
}

/// Where to continue after a source has named `position`; the empty text takes back what it named.
pub(super) fn resume_after(position: Position) -> Resume {
    if position.as_str().is_empty() {
        Resume::Latest
    } else {
        Resume::After(position)
    }
}
