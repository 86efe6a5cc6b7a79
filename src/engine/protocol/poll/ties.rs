//! Items that share a position. A source that sends what is behind it passes over all of them, so that it is no
//! place to go on from before the last of them was read.

use alloc::string::String;
use core::cmp::Ordering;
use core::mem;

use super::super::super::frame::{Item, Page};
use super::ask::compare;
use super::rows::Reader;
use super::run::Kind;
use super::{Cursor, Form, Order, Poll, Row};

/// The item behind the one that is given out, read before its time.
#[derive(Debug)]
pub(super) struct Ahead {
    reader: Reader,
    is_read: bool,
}

impl Ahead {
    pub(super) const fn new(reader: Reader) -> Self {
        Self { reader, is_read: false }
    }

    pub(super) fn clear(&mut self) {
        self.is_read = false;
    }

    /// That item is given out now; whether it was read.
    pub(super) fn swap(&mut self, reader: &mut Reader) -> bool {
        let is_read = mem::take(&mut self.is_read);
        if is_read {
            mem::swap(&mut self.reader, reader);
        }
        is_read
    }
}

/// What comes behind an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follower {
    /// An item with the same position.
    Same,
    /// One with another position, or none.
    Other,
    /// What cannot be seen yet: the next page begins with it, or it stands behind an item that is too large.
    Unknown,
}

impl Poll {
    /// Whether it matters that items share positions.
    pub(super) fn may_share(&self) -> bool {
        let Form { pair, inclusive, .. } = self.config.form;
        matches!(self.config.cursor, Cursor::Item { order: Order::Ascending, .. }) && !pair && !inclusive
    }

    /// Whether it can be seen what follows the item that comes next.
    pub(super) fn can_tell(&self) -> bool {
        let frames = self.answer.frames();
        self.answer.has_ended() || frames.items() > frames.count() + 1
    }

    /// What follows the item at `position`, which was just read.
    pub(super) fn follower(&mut self, position: &str) -> Follower {
        if !self.may_share() {
            return Follower::Other;
        }
        match self.next_of(position) {
            Some(follower) => follower,
            // Of a page that is broken, nobody knows.
            None if self.answer.frames().page() != Page::Whole => Follower::Same,
            None if self.config.paging.is_some() && !self.is_top(self.next_token().as_deref()) => {
                Follower::Unknown
            }
            None => Follower::Other,
        }
    }

    /// The page is over. Where the next one is asked for by position, nothing more is to be seen.
    pub(super) fn end_border(&mut self) {
        if self.config.paging.is_none() {
            self.pass_border();
        }
    }

    /// Before the next item: whether the position has moved to where the page before has ended, since the
    /// item is not there.
    pub(super) fn leave_border(&mut self) -> bool {
        let Some(border) = self.run.as_ref().and_then(|run| run.border.clone()) else {
            return false;
        };
        if self.next_of(&border) != Some(Follower::Other) {
            return false;
        }
        let is_silent = self.run.as_ref().is_some_and(|run| run.kind == Kind::Silent);
        if !self.pass_border() || is_silent {
            return false;
        }
        let position = self.untold();
        self.row = Row { position, ..Row::default() };
        true
    }

    /// All items at the border were read; returns whether the bookmark moves.
    fn pass_border(&mut self) -> bool {
        let Some(run) = &mut self.run else {
            return false;
        };
        let Some(border) = run.border.take() else {
            return false;
        };
        run.highest = Some(border.clone());
        self.move_to(border)
    }

    /// What the item that comes next is to one at `position`.
    fn next_of(&mut self, position: &str) -> Option<Follower> {
        let data = match self.answer.frames().ahead()? {
            Item::Text { data, .. } => data,
            Item::TooLarge => return Some(Follower::Unknown),
        };
        let Ahead { reader, is_read } = &mut self.ahead;
        if !mem::replace(is_read, true) {
            reader.read(self.answer.item(&data));
        }
        let next = reader.position().map(|(position, _)| position);
        let shares = next.is_some_and(|next| is_same(&self.config.form, position, next));
        Some(if shares { Follower::Same } else { Follower::Other })
    }
}

fn is_same(form: &Form, one: &str, two: &String) -> bool {
    one == two || compare(form, one, two).is_some_and(Ordering::is_eq)
}
