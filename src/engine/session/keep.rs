//! The bookmark: read at the start, moved by commits, flushed at the end.

use alloc::string::String;

use super::super::bookmark::{self, Bookmark, Unusable};
use super::super::commit::Durable;
use super::super::error::{Error, Reason};
use super::super::io::{Action, Gap, GapPolicy, Notice, Report};
use super::super::known::Known;
use super::super::limits;
use super::super::number::decimal;
use super::super::parts::is_map;
use super::super::position::{Position, Resume};
use super::super::protocol::Poll;
use super::super::saver::{Outcome, Saver, Unsaved, Write};
use super::super::time::Millis;
use super::super::timer::Timer;
use super::flow::resume_after;
use super::{Outbox, Page, Scope, Session, Shelf, State};

impl Session {
    pub(super) fn start(&mut self) {
        let State::Idle = self.state else {
            return;
        };
        let knows_items = self.protocol.poll().is_some_and(|poll| poll.known().is_some());
        match self.config.bookmark {
            Some(_) if knows_items => self.load(Shelf::Ids),
            Some(_) => self.load(Shelf::Bookmark),
            None => self.open(false),
        }
    }

    fn load(&mut self, shelf: Shelf) {
        self.enter(State::Loading(shelf));
        self.timers.set(Timer::Store, self.now.mono.after(limits::STORE_TIMEOUT));
        self.actions.push_back(Action::Load(self.name_on(shelf)));
    }

    fn name_on(&self, shelf: Shelf) -> String {
        let bookmark = self.config.bookmark.clone().unwrap_or_default();
        match shelf {
            Shelf::Ids => bookmark::ids_name(&bookmark),
            Shelf::Bookmark => bookmark,
        }
    }

    pub(super) fn loaded(&mut self, name: &str, answer: Result<Option<&str>, String>) {
        // Ids that come when they are no longer waited for are no bookmark.
        if let State::Loading(shelf) = self.state {
            if self.name_on(shelf) == name {
                self.loaded_from(shelf, answer);
            }
        }
    }

    fn loaded_from(&mut self, shelf: Shelf, answer: Result<Option<&str>, String>) {
        self.timers.clear(Timer::Store);
        match shelf {
            Shelf::Ids => self.loaded_ids(answer),
            Shelf::Bookmark => self.loaded_bookmark(answer),
        }
    }

    fn loaded_ids(&mut self, answer: Result<Option<&str>, String>) {
        let source = self.config.source;
        let ids = answer.map(|record| record.map(|record| bookmark::read_ids(source, record)));
        match (ids, self.protocol.poll().and_then(Poll::known)) {
            (Ok(Some(Some(ids))), Some(known)) => known.restore(ids),
            (Ok(Some(Some(_)) | None), _) => {}
            (Ok(Some(None)), _) => self.warn(Error::IdsUnreadable),
            (Err(what), _) => self.warn(Error::StoreRead(what)),
        }
        self.load(Shelf::Bookmark);
    }

    fn loaded_bookmark(&mut self, answer: Result<Option<&str>, String>) {
        let record = match answer {
            Ok(record) => record,
            Err(what) => {
                let error = Error::StoreRead(what);
                self.warn(error.clone());
                return self.gap(Reason::StoreRead, None, error);
            }
        };
        let unusable = match record.map(|record| bookmark::read(self.config.source, record)) {
            None => return self.open(false),
            Some(Ok(found)) if self.parts.is_some() && !is_map(found.position.as_str()) => {
                Unusable::Unreadable
            }
            Some(Ok(found)) => return self.restore(found),
            Some(Err(unusable)) => unusable,
        };
        let (reason, found) = match unusable {
            Unusable::Unreadable => (Reason::BookmarkUnreadable, None),
            Unusable::Version => (Reason::BookmarkVersion, None),
            Unusable::Foreign(found) => (Reason::BookmarkForeign, Some((found.position, found.at))),
        };
        self.gap(reason, found, Error::Gap(reason));
    }

    fn restore(&mut self, found: Bookmark) {
        self.aim(resume_after(found.position.clone()));
        if let Some(poll) = self.protocol.poll() {
            poll.restore(&found.seen, found.incarnation);
        }
        self.incarnation = found.incarnation;
        self.met = found.incarnation;
        self.ledger.restore(found.position.clone());
        self.committed = Some((found.position, found.at));
        self.repeats.restore(&found.seen);
        self.seen.take_over(&found.seen);
        self.open(false);
    }

    /// From now on, requests continue there.
    fn aim(&mut self, resume: Resume) {
        self.protocol.aim(&resume);
        self.resume = resume;
    }

    /// The source cannot continue from where the next request would ask it to.
    pub(super) fn lost(&mut self, scope: Scope, reason: Reason, error: Error) {
        if reason == Reason::Recreated {
            // What looks alike is new.
            self.forget();
        }
        let own = self.protocol.poll().filter(|_| scope == Scope::Source).map(|poll| poll.own_position());
        let named = own.unwrap_or(self.resume.position()).cloned();
        let committed = self.committed.clone().filter(|(position, _)| named.as_ref() == Some(position));
        match (committed, named) {
            (None, Some(position)) => {
                self.ask(Gap { reason, position: Some(position), age: None }, error, scope);
            }
            (committed, _) => self.gap_in(scope, reason, committed, error),
        }
    }

    fn gap(&mut self, reason: Reason, found: Option<(Position, Millis)>, error: Error) {
        self.gap_in(Scope::Stream, reason, found, error);
    }

    fn gap_in(&mut self, scope: Scope, reason: Reason, found: Option<(Position, Millis)>, error: Error) {
        let age = found.as_ref().map(|(_, at)| self.now.wall.since(*at));
        self.ask(Gap { reason, position: found.map(|(position, _)| position), age }, error, scope);
    }

    /// Asks the application. `error` is what the gap means if that is the end.
    fn ask(&mut self, gap: Gap, error: Error, scope: Scope) {
        self.stats.gaps += 1;
        if gap.reason == Reason::Recreated {
            self.ledger.begin_era();
        }
        self.enter(State::Gapped { error, scope });
        self.actions.push_back(Action::Gap(gap));
    }

    pub(super) fn decide(&mut self, policy: GapPolicy) {
        let State::Gapped { error, scope } = &self.state else {
            return;
        };
        if let Error::Gap(Reason::Recreated | Reason::Regressed) = error {
            // What has an id and a position that were seen, may be another item.
            self.seen.clear();
            if let Some(poll) = self.protocol.poll() {
                poll.forget();
            }
        }
        // What may be sent only once is not sent again for a gap either.
        let spent = self.config.retry.is_none() && self.stats.attempts > 0;
        let scope = *scope;
        let resume = match policy {
            GapPolicy::Earliest if !spent && self.protocol.can_ask(&Resume::Earliest) => Resume::Earliest,
            GapPolicy::Earliest | GapPolicy::Latest if !spent => Resume::Latest,
            GapPolicy::Earliest | GapPolicy::Latest | GapPolicy::Fail => {
                let error = error.clone();
                return self.fail(error);
            }
        };
        match (scope, self.protocol.poll()) {
            (Scope::Source, Some(poll)) => {
                poll.aim_current(&resume);
                self.resume = poll.resume();
            }
            (Scope::Source | Scope::Stream, _) => self.aim(resume),
        }
        self.open(false);
    }

    pub(super) fn seek(&mut self, resume: Resume) {
        if let State::Closing { .. } | State::Closed = self.state {
            return;
        }
        self.abort();
        self.drop_undelivered();
        self.failures.clear();
        self.due.clear();
        self.forget();
        if let Some(durable) = self.ledger.restart(resume.position().cloned()) {
            self.keep(durable);
        }
        self.aim(resume);
        self.page = Page::There;
        self.open(false);
    }

    /// What was seen may come again, and is wanted.
    fn forget(&mut self) {
        self.repeats.clear();
        self.seen.clear();
        if let Some(poll) = self.protocol.poll() {
            poll.forget();
        }
    }

    /// Commits what is handled.
    pub(super) fn settle(&mut self) {
        let settled = self.ledger.settle();
        let has_news = !settled.prints.is_empty() || !settled.fates.is_empty();
        if let Some(known) = self.protocol.poll().and_then(Poll::known) {
            settled.fates.iter().for_each(|handled| known.settle(handled));
        }
        for print in settled.prints {
            self.seen.add(print);
        }
        if let Some(durable) = settled.durable {
            self.keep(durable);
        } else if has_news && self.protocol.poll().is_some() {
            self.keep_news();
        }
    }

    /// Items of a page are handled before the position moves. The bookmark knows them, so that few come again.
    fn keep_news(&mut self) {
        if let (Some(durable), true) = (self.ledger.last(), self.config.bookmark.is_some()) {
            self.keep(durable);
        }
    }

    fn keep(&mut self, durable: Durable) {
        let (position, at) = (durable.position().clone(), self.now.wall);
        // What was received of the incarnation before is committed as that.
        if self.ledger.is_of_now(&durable) {
            let polled = self.protocol.poll().and_then(|poll| poll.incarnation());
            self.incarnation = if self.config.incarnation.is_some() { self.met } else { polled };
        }
        self.committed = Some((position.clone(), at));
        if self.config.bookmark.is_none() {
            return self.tell(Notice::Commit(position));
        }
        let record = bookmark::write(self.config.source, &durable, at, &self.seen, self.incarnation);
        let ids = self.protocol.poll().and_then(Poll::known).is_some_and(Known::take_change);
        let write = self.saver.save(Unsaved { record, position, ids });
        self.write(write);
    }

    fn write(&mut self, write: Option<Write>) {
        let (Some(write), Some(name)) = (write, self.config.bookmark.clone()) else {
            return;
        };
        let (name, record) = match (write, self.protocol.poll().and_then(Poll::known)) {
            (Write::Bookmark(record), _) => (name, record),
            (Write::Ids, Some(known)) => {
                (bookmark::ids_name(&name), bookmark::write_ids(self.config.source, known))
            }
            (Write::Ids, None) => return,
        };
        self.timers.set(Timer::Store, self.now.mono.after(limits::STORE_TIMEOUT));
        self.actions.push_back(Action::Save(name, record));
    }

    pub(super) fn saved(&mut self, answer: Result<(), String>) {
        if let State::Closed = self.state {
            return;
        }
        self.timers.clear(Timer::Store);
        let (outcome, write) = self.saver.answered(answer.is_ok());
        let quiet = matches!(self.state, State::Closing { quiet: true, .. });
        let is_last = matches!(self.state, State::Closing { .. }) && write.is_none();
        match (outcome, answer) {
            (Outcome::Saved(position), _) => {
                self.stats.commits += 1;
                if !quiet {
                    self.tell(Notice::Commit(position));
                }
            }
            (Outcome::Failed, Err(what)) => self.warn(Error::StoreWrite(what)),
            // That it began to refuse was told; that it still does at the end, nothing else would tell.
            (Outcome::Nothing, Err(what)) if is_last => self.warn(Error::StoreWrite(what)),
            (Outcome::Failed, Ok(())) | (Outcome::Nothing, _) => {}
        }
        if write.is_none() && self.saver.is_behind() && !quiet {
            self.timers.set(Timer::Store, self.now.mono.after(limits::STORE_RETRY));
        }
        self.write(write);
        self.close_when_flushed();
    }

    /// Another stream has moved the bookmark: both would handle what comes, and each undo what the other has
    /// kept. Who finds out, stops.
    pub(super) fn overtaken(&mut self) {
        self.saver = Saver::default();
        match &mut self.state {
            State::Closed => {}
            State::Closing { report, .. } => {
                let report = report.take();
                self.warn(Error::BookmarkConflict);
                self.closed(report);
            }
            State::Idle
            | State::Loading(_)
            | State::Gapped { .. }
            | State::Opening { .. }
            | State::Refused { .. }
            | State::Streaming { .. }
            | State::Waiting { .. }
            | State::Suspended
            | State::Finishing { .. } => {
                let report = self.report(Error::BookmarkConflict, false);
                self.close(Some(report), false);
            }
        }
    }

    /// The store has had its time to answer, or to recover.
    pub(super) fn store_is_due(&mut self) {
        let patience = limits::STORE_TIMEOUT;
        if let State::Loading(shelf) = self.state {
            self.loaded_from(shelf, Err(no_answer(patience)));
        } else if self.saver.is_writing() {
            self.warn(Error::StoreWrite(no_answer(patience)));
        } else {
            self.save_again();
        }
    }

    fn save_again(&mut self) {
        let write = self.saver.retry();
        self.write(write);
    }

    /// The source has ended for good; what it sent is still handled.
    pub(super) fn finish(&mut self, report: Option<Report>) {
        self.timers.clear(Timer::Retry);
        self.state = State::Finishing { report, shown: self.state() };
        self.finish_when_handled();
    }

    /// As [`finish`](Self::finish), with the error that ended it.
    pub(super) fn fail(&mut self, error: Error) {
        let report = self.report(error, false);
        self.finish(Some(report));
    }

    pub(super) fn finish_when_handled(&mut self) {
        if let State::Finishing { report, .. } = &mut self.state {
            if self.ledger.is_through() {
                let report = report.take();
                self.close(report, false);
            }
        }
    }

    /// The end, without regard to what is not yet handled.
    pub(super) fn close(&mut self, report: Option<Report>, quiet: bool) {
        if let State::Closing { .. } | State::Closed = self.state {
            return;
        }
        self.abort();
        self.timers.clear_all();
        self.drop_undelivered();
        self.timers.set(Timer::Flush, self.now.mono.after(limits::FLUSH_TIMEOUT));
        self.save_again();
        self.state = State::Closing { report, shown: self.state(), quiet };
        self.close_when_flushed();
    }

    fn close_when_flushed(&mut self) {
        if let State::Closing { report, .. } = &mut self.state {
            if !self.saver.is_writing() {
                let report = report.take();
                self.closed(report);
            }
        }
    }

    pub(super) fn flush_timed_out(&mut self) {
        if let State::Closing { report, .. } = &mut self.state {
            let report = report.take();
            self.warn(Error::StoreWrite(no_answer(limits::FLUSH_TIMEOUT)));
            self.closed(report);
        }
    }

    fn closed(&mut self, report: Option<Report>) {
        self.timers.clear_all();
        self.enter(State::Closed);
        self.tell(Notice::Close(report));
    }

    fn drop_undelivered(&mut self) {
        self.outbox = Outbox::Free;
        self.restart_batch();
    }
}

fn no_answer(within: Millis) -> String {
    ["no answer within ", &decimal(within.get()), " ms"].concat()
}
