//! Sources that are polled: items, positions, pages, tops.

use alloc::vec::Vec;
use core::ops::Range;

use super::super::error::Error;
use super::super::event::Row;
use super::super::io::{Action, Notice, StateName};
use super::super::position::Position;
use super::super::protocol::poll::Next;
use super::super::request::Head;
use super::super::stats::Summit;
use super::super::timer::Timer;
use super::flow::resume_after;
use super::{Goal, Outbox, Scope, Session, State, Wait};

impl Session {
    /// An item, as the protocol has it.
    pub(super) fn row(&mut self, data: Range<usize>, ascii: bool, latest: &mut Option<Vec<u8>>) {
        let Some(poll) = self.protocol.poll() else {
            return;
        };
        let row = poll.row();
        let flags = Row::EVENT
            | if ascii { Row::ASCII } else { 0 }
            | if row.position.is_none() { Row::UNSENDABLE } else { 0 };
        self.batch.push(data, Some(&row.id), &row.kind, flags);
        if let Some(position) = &row.position {
            self.batch.push_map(position);
            set(latest, position);
        }
        self.batch.push_origin(row.origin);
        self.ledger.enter(row.position.as_deref(), row.print);
        self.stats.events += 1;
        self.backoff.reset();
        self.say_fate();
    }

    /// An item that was seen before.
    pub(super) fn repeat(&mut self) {
        self.stats.repeats += 1;
        self.batch.push_break();
        self.say_fate();
    }

    /// An item that is not wanted. The bookmark knows it, so that it does not come after a restart either.
    pub(super) fn passed(&mut self) {
        if let Some(print) = self.protocol.poll().and_then(|poll| poll.row().print) {
            self.ledger.enter_passed(print);
        }
    }

    /// What the item means for those that are known, if anything.
    fn say_fate(&mut self) {
        let row = self.protocol.poll().map(|poll| poll.row());
        if let Some((fate, id)) = row.and_then(|row| Some((row.fate?, row.id_text()))) {
            self.ledger.say(fate, id.into());
        }
    }

    /// The position has moved without an item.
    pub(super) fn moved(&mut self, latest: &mut Option<Vec<u8>>) {
        let Some(poll) = self.protocol.poll() else {
            return;
        };
        if let Some(position) = &poll.row().position {
            self.batch.push(0..0, Some(b""), b"", 0);
            self.batch.push_map(position);
            self.ledger.enter_bare(position, None);
            set(latest, position);
        }
    }

    /// The answer has been read.
    pub(super) fn turn(&mut self) {
        let now = self.now;
        if let Some(next) = self.protocol.poll().map(|poll| poll.next(now)) {
            self.take_turn(next);
        }
    }

    /// The source has said that nothing has changed.
    pub(super) fn unchanged(&mut self, head: &Head) {
        let now = self.now;
        let Some(next) = self.protocol.poll().map(|poll| poll.unchanged(head, now)) else {
            return;
        };
        if self.outbox == Outbox::Free {
            self.restart_batch();
        }
        let mut latest = None;
        self.moved(&mut latest);
        if let Some(position) = latest {
            self.resume = resume_after(Position::from_wire(&position));
        }
        self.settle();
        self.announce();
        self.take_turn(next);
    }

    fn take_turn(&mut self, next: Next) {
        match next {
            Next::Page => {
                self.backoff.reset();
                self.open_as(false, StateName::Open);
                self.ask_first();
            }
            Next::Top(summit) => self.top(summit),
            Next::Failed(error, patience) => self.failed(Some(error), patience),
            Next::Lost(reason) => self.lost(Scope::Source, reason, Error::Gap(reason)),
            Next::Stop(error) => self.fail(error),
        }
    }

    /// The next page is on its way while the application has the items of this one.
    fn ask_first(&mut self) {
        let deliver = self.actions.iter().position(|action| matches!(action, Action::Deliver));
        if let Some(deliver) = deliver.and_then(|at| self.actions.remove(at)) {
            self.actions.push_back(deliver);
        }
    }

    fn top(&mut self, summit: Summit) {
        self.backoff.reset();
        let delay = summit.delay.filter(|_| self.goal == Goal::Follow && self.config.retry.is_some());
        // Whoever polls in step with others meets them again each time.
        let delay = delay.map(|delay| self.rng.between(delay, delay.after(delay.tenth())));
        self.tell(Notice::Top(Summit { delay, ..summit }));
        // Where one way has found the beginning, another one goes on.
        if delay.is_some() && self.wants_other_transport() {
            return self.open_as(false, StateName::Open);
        }
        match delay {
            None => self.finish(None),
            Some(delay) => {
                self.timers.set(Timer::Retry, self.now.mono.after(delay));
                self.enter(State::Waiting { wait: Wait::Top });
            }
        }
    }

    /// What there is, and then the end: what was there at the last top may be old.
    pub(super) fn drain(&mut self) {
        self.goal = Goal::Drain;
        if let State::Waiting { wait: Wait::Top } = self.state {
            self.open(false);
        } else if self.attempt().is_some() && self.wants_other_transport() {
            self.abort();
            self.open(false);
        }
    }

    pub(super) fn rescan(&mut self) {
        if let Some(poll) = self.protocol.poll() {
            poll.rescan();
        } else if let Some((_, poll)) = self.transports.spare_poll() {
            poll.rescan();
        }
        if let State::Waiting { wait: Wait::Top } = self.state {
            self.open(false);
        } else if self.attempt().is_some() && self.wants_other_transport() {
            self.abort();
            self.open(false);
        }
    }
}

fn set(latest: &mut Option<Vec<u8>>, position: &[u8]) {
    let latest = latest.get_or_insert_default();
    latest.clear();
    latest.extend_from_slice(position);
}
