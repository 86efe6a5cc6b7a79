//! Sources that can be asked in several ways, with one position for all of them: which way is taken, and
//! when another one is.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::super::error::{Error, Turnoff};
use super::super::io::StateName;
use super::super::limits;
use super::super::position::Resume;
use super::super::protocol::{Poll, Protocol};
use super::super::time::Millis;
use super::{Goal, Session, State};

/// A way to ask the source.
#[derive(Debug)]
pub struct Transport {
    /// Its name, for errors.
    pub name: String,
    /// How it is done.
    pub protocol: Protocol,
    /// What for.
    pub role: Role,
}

/// What a way to ask the source is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// For everything.
    Any,
    /// To find a first position, where others cannot be asked without one.
    Beginning,
}

/// What is known of the ways, the most wanted first. The protocol of the one that is taken is in the session.
#[derive(Debug, Default)]
pub(super) struct Transports {
    ways: Vec<Way>,
    /// The protocols of the others, each with the number of its way.
    spare: Vec<(usize, Protocol)>,
    /// Number of the way that is taken.
    current: usize,
    /// The one that works, as far as is known. Another may be taken where it cannot be asked.
    level: usize,
    /// The one that the rows of the batch are from.
    rows_of: usize,
    /// Attempts that counted before this one was taken.
    before: u32,
    /// How many bytes there were when the last request was sent.
    bytes: u64,
    /// When the most wanted is tried again.
    back: Option<Millis>,
    /// How long that took.
    patience: Millis,
}

#[derive(Debug)]
struct Way {
    name: String,
    role: Role,
    /// Whether it came to nothing when it was taken last.
    is_doubtful: bool,
}

impl Transports {
    /// Sorts the ways; the first is taken. Nothing where there is none.
    pub(super) fn sort(transports: Vec<Transport>) -> Option<(Protocol, Self)> {
        let mut all = Self::default();
        let mut first = None;
        for (number, Transport { name, protocol, role }) in transports.into_iter().enumerate() {
            all.ways.push(Way { name, role, is_doubtful: false });
            match first {
                None => first = Some(protocol),
                Some(_) => all.spare.push((number, protocol)),
            }
        }
        Some((first?, all))
    }

    /// The last way, where it is polled and not the one that is taken.
    pub(super) fn polled(&mut self) -> Option<usize> {
        self.spare_poll().map(|(number, _)| number)
    }

    /// Its number, and its source.
    pub(super) fn spare_poll(&mut self) -> Option<(usize, &mut Poll)> {
        let last = self.ways.len().checked_sub(1)?;
        let (number, protocol) = self.spare.iter_mut().find(|(number, _)| *number == last)?;
        Some((*number, protocol.poll()?))
    }

    /// The way to take where that one comes to nothing.
    fn next(&self) -> Option<usize> {
        let behind = self.ways.iter().enumerate().skip(self.level + 1);
        behind.filter(|(_, way)| way.role == Role::Any).map(|(number, _)| number).next()
    }

    /// The most wanted way has come to nothing.
    fn wait(&mut self, now: Millis, was_doubtful: bool) {
        let longer = Millis::new(self.patience.get().saturating_mul(2)).min(limits::TRANSPORT_BACK_MAX);
        self.patience = if was_doubtful { longer } else { limits::TRANSPORT_BACK };
        self.back = Some(now.after(self.patience));
    }

    /// The protocol in whose bytes the rows of the batch lie, where it has been left since.
    pub(super) fn left_with_rows(&self) -> Option<&Protocol> {
        let left = self.spare.iter().find(|(number, _)| *number == self.rows_of);
        left.map(|(_, protocol)| protocol)
    }

    fn name(&self, number: usize) -> String {
        self.ways.get(number).map(|way| way.name.clone()).unwrap_or_default()
    }
}

impl Session {
    /// Takes the way that is to be taken, before a request. What it knows of the source is where the
    /// stream stands.
    pub(super) fn choose_transport(&mut self) {
        self.transports.bytes = self.stats.bytes;
        self.transports.before = self.transports.before.min(self.backoff.attempts());
        let wanted = self.wanted_transport();
        if wanted == self.transports.current {
            return;
        }
        let Some((number, spare)) = self.transports.spare.iter_mut().find(|(number, _)| *number == wanted)
        else {
            return;
        };
        mem::swap(&mut self.protocol, spare);
        mem::swap(&mut self.transports.current, number);
        self.protocol.aim(&self.resume);
        self.repeats.restore(&self.seen);
        if let Some(poll) = self.protocol.poll() {
            poll.restore(&self.seen, self.incarnation);
        }
    }

    fn wanted_transport(&mut self) -> usize {
        if self.transports.back.is_some_and(|at| at <= self.now.mono) {
            self.prefer_first();
        }
        // Words for the beginning and the end, and the end itself, have only sources that are polled.
        let needs_page = self.goal == Goal::Drain
            || matches!(self.resume, Resume::Latest | Resume::Earliest)
            || self.is_to_read_all();
        let is_last = self.transports.current + 1 == self.transports.ways.len();
        match self.transports.polled() {
            Some(polled) if needs_page => polled,
            None if needs_page && is_last => self.transports.current,
            Some(_) | None => self.transports.level,
        }
    }

    /// Whether all is to be read, or is being read, by the last way. One before it that is polled does that itself.
    fn is_to_read_all(&mut self) -> bool {
        match self.protocol.poll() {
            Some(poll) => poll.reads_all() && self.transports.current + 1 == self.transports.ways.len(),
            None => self.transports.spare_poll().is_some_and(|(_, poll)| poll.reads_all()),
        }
    }

    /// Whether another way than the one that is taken is to be taken now.
    pub(super) fn wants_other_transport(&mut self) -> bool {
        self.wanted_transport() != self.transports.current
    }

    /// The most wanted way is to be tried once more.
    pub(super) fn prefer_first(&mut self) {
        self.transports.level = 0;
        self.transports.back = None;
        self.transports.before = self.backoff.attempts();
    }

    /// The way is closed: the source refuses it, or does not know it. Whether there is another one, and it
    /// is asked.
    pub(super) fn turns_off(&mut self, error: &Error) -> bool {
        let is_closed = matches!(error, Error::BadStatus(_) | Error::BadContentType(_) | Error::BadRecord(_));
        let goes_on = is_closed && self.config.retry.is_some() && self.turn_off(error);
        if goes_on {
            // It was an answer, and no failure.
            self.backoff.take_back();
            self.open_as(false, StateName::Connecting);
        }
        goes_on
    }

    /// An attempt has ended: takes note of what it says about the way.
    pub(super) fn weigh_transport(&mut self, cause: Option<&Error>) {
        let has_begun = matches!(self.state, State::Streaming { .. } | State::Refused { .. });
        let is_silent = self.stats.bytes == self.transports.bytes;
        let is_late = matches!(cause, Some(Error::ConnectTimeout(_) | Error::IdleTimeout(_)));
        let new = self.backoff.attempts();
        if new == 0 {
            // Something new has come this way.
            if let Some(way) = self.transports.ways.get_mut(self.transports.current) {
                way.is_doubtful = false;
            }
        }
        let is_doubtful =
            self.transports.ways.get(self.transports.current).is_some_and(|way| way.is_doubtful);
        let most = if is_doubtful { 1 } else { limits::TRANSPORT_ATTEMPTS };
        let is_spent = new.saturating_sub(self.transports.before) >= most;
        let says_something = cause.is_some() || is_silent;
        // A request that did not get through says nothing about what would have come back.
        if (is_late && is_silent) || (has_begun && says_something && is_spent) {
            let ended = || Error::Network("the response ended before it said anything".into());
            self.turn_off(&cause.cloned().unwrap_or_else(ended));
        }
    }

    /// Whether there is another way; it is taken with the next request.
    fn turn_off(&mut self, cause: &Error) -> bool {
        // What was asked only for a beginning is no way for the rest.
        if self.transports.current != self.transports.level {
            return false;
        }
        let Some(next) = self.transports.next() else {
            return false;
        };
        let from = self.transports.level;
        let was_doubtful =
            self.transports.ways.get_mut(from).is_some_and(|way| mem::replace(&mut way.is_doubtful, true));
        self.transports.level = next;
        self.transports.before = self.backoff.attempts();
        if from == 0 {
            self.transports.wait(self.now.mono, was_doubtful);
        }
        let (from, to) = (self.transports.name(from), self.transports.name(next));
        self.warn(Error::TransportRefused(Box::new(Turnoff { from, to, cause: cause.clone() })));
        true
    }

    /// The batch begins anew, with rows of the protocol that is in force.
    pub(super) fn restart_batch(&mut self) {
        self.batch.restart(self.ledger.next());
        self.transports.rows_of = self.transports.current;
    }
}
