//! Items on their way to the application: positions, repeats, and what comes newest first.

use core::cmp::Ordering;
use core::ops::Range;

use alloc::string::String;

use super::super::super::cursor::pair;
use super::super::super::error::{Error, Flaw, Reason};
use super::super::super::event::Origin;
use super::super::super::frame::Item;
use super::super::super::limits;
use super::super::super::position::{Position, Resume};
use super::super::super::time::Millis;
use super::super::Step;
use super::ask::compare;
use super::run::{Kind, Run};
use super::ties::Follower;
use super::turn::Outcome;
use super::{Cursor, Missing, Order, Poll, Row, Stage};

impl Poll {
    /// The next item that is for the application.
    pub(super) fn next_item(&mut self) -> Option<Step> {
        if let Cursor::Item { order: Order::NewestFirst, .. } = self.config.cursor {
            return self.next_stashed();
        }
        loop {
            if self.may_share() {
                if !self.can_tell() {
                    return None;
                }
                if self.leave_border() {
                    return Some(Step::Moved);
                }
            }
            match self.answer.take()? {
                Item::TooLarge => {
                    self.see(None);
                    return Some(Step::TooLarge);
                }
                Item::Text { data, ascii } => match self.item(data, ascii) {
                    Ok(Some(step)) => return Some(step),
                    Ok(None) => {}
                    Err(error) => {
                        self.stage = Stage::Spent(Outcome::Failed(error));
                        return None;
                    }
                },
            }
        }
    }

    fn item(&mut self, data: Range<usize>, ascii: bool) -> Result<Option<Step>, Error> {
        self.read_item(&data)?;
        let is_repeat = self.is_repeat();
        let moves = self.follow()?;
        let Some(run) = &mut self.run else {
            return Ok(None);
        };
        if run.kind == Kind::Silent {
            self.note_row();
            return Ok(Some(Step::Passed));
        }
        self.see_row();
        self.note_fresh();
        if is_repeat {
            self.run.iter_mut().for_each(|run| run.has_met = true);
            if !self.is_full() {
                // What comes again and again is not forgotten for what is new.
                self.note_row();
            }
            return Ok(Some(Step::Repeat));
        }
        if let Some(run) = &mut self.run {
            run.events += 1;
            run.restarts = 0;
        }
        if self.is_past() {
            self.row.print = None;
        }
        self.note_row();
        if moves {
            self.row.position = self.position_text();
            if let Some(place) = self.places.get_mut(self.current) {
                place.told = place.at.clone();
            }
        }
        Ok(Some(Step::Row { data, ascii }))
    }

    /// The item that was just read has been seen.
    pub(super) fn note_row(&mut self) {
        if let Some(print) = self.row.print {
            self.window.add(print);
        }
    }

    /// What a full run reads is wanted again, but for what came beside it.
    fn is_repeat(&self) -> bool {
        if self.is_full() {
            self.is_outdated()
        } else {
            self.row.print.is_some_and(|print| self.window.has(print))
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.kind == Kind::Full)
    }

    /// Reads what the configuration names into `self.row`.
    fn read_item(&mut self, data: &Range<usize>) -> Result<(), Error> {
        let frames = self.answer.frames();
        let item = frames.bytes().get(data.clone()).unwrap_or_default();
        if !self.ahead.swap(&mut self.reader) {
            self.reader.read(item);
        }
        let Row { id, kind, position, print, origin, fate } = &mut self.row;
        *fate = None;
        id.clear();
        id.extend_from_slice(self.reader.id(item));
        kind.clear();
        kind.extend_from_slice(self.reader.kind(item));
        *position = None;
        *print = self.reader.print(item);
        *origin = Origin { record: frames.count(), offset: frames.offset() + data.start as u64 };
        if let Some(run) = &mut self.run {
            run.listed += 1;
            run.token = self.reader.token(item).or(run.token.take());
        }
        Ok(())
    }

    /// Follows the item's own position, if items have any; returns whether the bookmark moves with it.
    fn follow(&mut self) -> Result<bool, Error> {
        let Cursor::Item { order, .. } = self.config.cursor else {
            return Ok(false);
        };
        let form = self.config.form;
        let Some((common, key)) = self.reader.position().cloned() else {
            return match form.missing {
                Missing::Keep => Ok(false),
                Missing::Fail => Err(self.bad_page(Flaw::NoPosition)),
            };
        };
        let is_beyond = self.is_beyond(&common);
        let position = match key {
            Some(key) => pair(&common, &key),
            None => common,
        };
        if !self.can_carry(&position) {
            return Err(self.bad_page(Flaw::BadPosition));
        }
        if !is_beyond && self.is_looked_back_at(&position) {
            self.comes_again();
        }
        let follower = self.follower(&position);
        let Some(run) = &mut self.run else {
            return Ok(false);
        };
        if is_beyond {
            let leads_on = self.config.settle > Millis::ZERO && order == Order::Ascending;
            if leads_on && follower == Follower::Other {
                run.unsettled = Some(position);
            }
            return Ok(false);
        }
        let step = run.highest.as_ref().map(|highest| compare(&form, &position, highest));
        let is_later = match (step, order) {
            (Some(Some(Ordering::Less)), Order::Ascending) => {
                if core::mem::take(&mut run.is_sorted) {
                    self.warnings.push(Error::OutOfOrder);
                }
                false
            }
            (Some(Some(Ordering::Less)), Order::Unordered | Order::NewestFirst)
            | (Some(None), Order::NewestFirst) => false,
            (Some(Some(Ordering::Equal | Ordering::Greater)), _) | (Some(None) | None, _) => true,
        };
        match follower {
            Follower::Other if is_later => run.highest = Some(position.clone()),
            Follower::Unknown if is_later => run.border = Some(position.clone()),
            Follower::Other | Follower::Same | Follower::Unknown => {}
        }
        Ok(follower == Follower::Other && order == Order::Ascending && self.move_to(position))
    }

    /// All items up to there were read; returns whether the bookmark moves.
    pub(super) fn move_to(&mut self, position: String) -> bool {
        let moves = self.run.as_ref().is_some_and(|run| run.kind != Kind::Full && run.is_sorted);
        moves && self.is_ahead(&position) && self.advance(position)
    }

    /// Whether a position is behind the one where its source stands.
    pub(super) fn is_ahead(&self, position: &str) -> bool {
        let Some(at) = self.own_position() else {
            return true;
        };
        match compare(&self.config.form, position, at.as_str()) {
            Some(order) => order == Ordering::Greater,
            None => position != at.as_str(),
        }
    }

    /// The source that is read now stands there.
    pub(super) fn advance(&mut self, position: String) -> bool {
        let name = self.config.sources.get(self.current).map_or("", |source| source.name.as_str());
        let parts = self.parts.as_mut();
        let fits = parts.is_none_or(|parts| parts.advance(name.as_bytes(), position.as_bytes()).is_some());
        match self.places.get_mut(self.current) {
            Some(place) if fits => place.at = Resume::After(Position::new(position)),
            Some(_) | None => self.warnings.push(Error::UnsendablePosition),
        }
        fits
    }

    /// Whether an item is newer than what may be relied on: it comes again, until it is old enough.
    fn is_beyond(&mut self, common: &str) -> bool {
        let Some(horizon) = &self.horizon else {
            return false;
        };
        let kind = self.config.form.kind;
        // What is older than an item that is not settled, may have come since that was read.
        let is_behind = self.run.as_ref().is_some_and(|run| run.unsettled.is_some());
        if !is_behind && kind.compare(common, horizon) != Some(Ordering::Greater) {
            return false;
        }
        let is_new = self.config.settle == Millis::ZERO && !self.is_repeat();
        if let (true, Some(run @ Run { is_ahead: false, .. })) = (is_new, &mut self.run) {
            run.is_ahead = true;
            self.warnings.push(Error::FuturePosition);
        }
        self.comes_again();
        true
    }

    /// Items that come each time are known as repeats only as long as there are not too many.
    fn comes_again(&mut self) {
        let Some(run) = &mut self.run else {
            return;
        };
        run.again += 1;
        if run.again == limits::ROW_WINDOW as u64 {
            self.warnings.push(Error::RepeatWindowFull);
        }
    }

    /// Whether the run has looked back as far as to this item.
    fn is_looked_back_at(&self, position: &str) -> bool {
        let base = self.run.as_ref().filter(|run| run.looks_back && run.kind == Kind::Increment);
        let base = base.and_then(|run| run.base.position()).filter(|_| self.config.overlap > 0);
        base.is_some_and(|base| {
            compare(&self.config.form, position, base.as_str()).is_some_and(Ordering::is_le)
        })
    }

    pub(super) fn bad_page(&self, flaw: Flaw) -> Error {
        Error::BadPage(flaw, self.answer.quote())
    }

    /// Where the newest items come first, keeps them until all of the run are there.
    pub(super) fn gather(&mut self) -> Option<Outcome> {
        let Cursor::Item { order: Order::NewestFirst, .. } = self.config.cursor else {
            return None;
        };
        while let Some(item) = self.answer.take() {
            let Item::Text { data, .. } = item else {
                return Some(Outcome::Stop(Error::EventTooLarge(self.config.max_item_bytes)));
            };
            if let Err(error) = self.read_item(&data).and_then(|()| self.follow()) {
                return Some(Outcome::Failed(error));
            }
            self.keep(&data);
        }
        if self.stash.len() > self.config.max_page_bytes {
            return Some(Outcome::Stop(Error::PageTooLarge(self.config.max_page_bytes)));
        }
        let run = self.run.as_ref()?;
        if run.has_met || run.kind == Kind::Silent {
            return None;
        }
        // Where fewer are listed than the source lists at most, what is missing is only too old for it.
        let most = self.config.paging.as_ref().and_then(|paging| paging.cap);
        let is_cut = most.map_or(run.listed > 0, |most| run.listed >= most);
        let token = self.next_token().filter(|_| most.is_none() || !is_cut);
        if token.is_some() {
            self.total.pages += 1;
            return Some(self.go_on(token));
        }
        (is_cut && run.kind == Kind::Increment && run.base.position().is_some())
            .then_some(Outcome::Lost(Reason::Overrun))
    }

    fn keep(&mut self, data: &Range<usize>) {
        let is_repeat = self.is_repeat();
        let is_before = self.is_before();
        if let Some(run) = &mut self.run {
            run.has_met |= is_repeat || is_before;
        }
        // Where nothing was seen, as behind a position that was sought, nothing before it is late.
        let is_unwanted = is_before && self.window.is_empty();
        match &self.run {
            Some(_) if is_repeat => {}
            Some(run) if is_unwanted || run.kind == Kind::Silent => self.passed.extend(self.row.print),
            Some(_) | None => self.stash.push(self.answer.item(data), self.row.clone()),
        }
    }

    /// Whether the item that was just read is one of before the position.
    fn is_before(&self) -> bool {
        let Some(run @ Run { kind: Kind::Increment, .. }) = &self.run else {
            return false;
        };
        let position = self.item_position();
        let order = position.zip(run.base.position());
        order.and_then(|(position, base)| compare(&self.config.form, &position, base.as_str()))
            == Some(Ordering::Less)
    }

    fn next_stashed(&mut self) -> Option<Step> {
        let (data, row) = self.stash.pop()?;
        self.row = row;
        self.note_row();
        if let Some(run) = &mut self.run {
            run.events += 1;
        }
        Some(Step::Row { data, ascii: false })
    }
}
