//! The items of a source that the application knows, by their ids, so that one that is gone is noticed.
//!
//! An id has two sides: what the application was told of it last, and what it has handled. What is told is
//! compared with what a full run finds; what is handled is what the store keeps.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::commit::{Fate, Handled};
use super::limits;

/// The ids of the items that the application knows.
#[derive(Debug, Default)]
pub struct Known {
    ids: BTreeMap<Box<str>, Id>,
    /// How much the ids take, in bytes.
    size: usize,
    room: Room,
    look: Look,
    /// Whether the store has something else.
    is_changed: bool,
}

#[derive(Debug)]
struct Id {
    standing: Standing,
    /// The number of the look that has found it last.
    look: u32,
}

/// ```text
///        see              (handled)             tell gone             (handled)
///  ─────────────▶ New ───────────────▶ There ◀──────────▶ Leaving ───────────────▶
///                                              see again
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The application was told of it, and has not handled that.
    New,
    /// It has handled that.
    There,
    /// The application was told that it is gone, and has not handled that.
    Leaving,
}

/// Whether the ids fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Room {
    #[default]
    Enough,
    /// They do not: none are kept until the next look.
    Spent,
    /// They did not, and a look finds out whether they do now.
    Trying,
}

/// A full run through all items.
#[derive(Debug, Default)]
struct Look {
    number: u32,
    /// How many ids were known when it began.
    known: usize,
    /// How many of these were found.
    found: usize,
    /// Whether it has come across any item.
    has_items: bool,
    /// Whether it could tell the id of each.
    is_whole: bool,
}

/// What follows from an id that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: the application was told of it before.
    Before,
    /// The application hears of it now.
    News,
    /// There is no room for it, nor for the others any longer.
    Full,
}

/// A full run that found too little to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubtful;

impl Known {
    /// Ids that were handled before this session.
    pub fn restore(&mut self, ids: Vec<Box<str>>) {
        for id in ids {
            self.put(id, Standing::There);
        }
        self.is_changed = false;
    }

    /// An item came, or comes now.
    pub fn see(&mut self, id: &str) -> Seen {
        if self.room == Room::Spent {
            return Seen::Before;
        }
        if let Some(Id { standing, look }) = self.ids.get_mut(id) {
            let is_told = *standing != Standing::Leaving;
            if core::mem::replace(look, self.look.number) != self.look.number && is_told {
                self.look.found += 1;
            }
            if is_told {
                return Seen::Before;
            }
            *standing = Standing::There;
            return Seen::News;
        }
        if self.put(id.into(), Standing::New) {
            return Seen::News;
        }
        self.ids.clear();
        self.size = 0;
        self.is_changed = true;
        // Once is enough to be told.
        match core::mem::replace(&mut self.room, Room::Spent) {
            Room::Enough => Seen::Full,
            Room::Spent | Room::Trying => Seen::Before,
        }
    }

    /// A full run begins.
    pub fn begin_look(&mut self) {
        if self.room == Room::Spent {
            self.room = Room::Trying;
        }
        let known = self.ids.values().filter(|id| id.standing != Standing::Leaving).count();
        let number = self.look.number.wrapping_add(1);
        self.look = Look { number, known, is_whole: true, ..Look::default() };
    }

    /// The full run has come across an item; `None`: it has no id, or was passed over.
    pub fn look_at(&mut self, id: Option<&str>) -> Seen {
        self.look.has_items = true;
        match id {
            Some(id) => self.see(id),
            None => {
                self.look.is_whole = false;
                Seen::Before
            }
        }
    }

    /// The full run has come to the top: the ids that it has not found, in their order.
    pub fn end_look(&mut self) -> Result<Vec<Box<str>>, Doubtful> {
        match self.room {
            Room::Spent => return Ok(Vec::new()),
            Room::Trying => self.room = Room::Enough,
            Room::Enough => {}
        }
        let Look { number, known, found, has_items, is_whole } = self.look;
        let is_missing = |id: &Id| id.standing != Standing::Leaving && id.look != number;
        let missing: Vec<Box<str>> =
            self.ids.iter().filter(|(_, id)| is_missing(id)).map(|(id, _)| id.clone()).collect();
        // A source that lists nothing, or lost most of its items, has more likely failed.
        let is_sound = is_whole && has_items && found * 2 >= known;
        if is_sound || missing.is_empty() {
            Ok(missing)
        } else {
            Err(Doubtful)
        }
    }

    /// The application is told that an item is gone.
    pub fn tell_gone(&mut self, id: &str) {
        match self.ids.get_mut(id) {
            Some(Id { standing: Standing::New, .. }) => self.remove(id),
            Some(Id { standing: standing @ (Standing::There | Standing::Leaving), .. }) => {
                *standing = Standing::Leaving;
            }
            None => {}
        }
    }

    /// The application has handled what it was told of an item.
    pub fn settle(&mut self, handled: &Handled) {
        let id = handled.id();
        self.is_changed = true;
        match (handled.fate(), self.ids.get_mut(id)) {
            (Fate::There, Some(Id { standing: standing @ Standing::New, .. })) => {
                *standing = Standing::There;
            }
            (Fate::There, Some(Id { standing: Standing::There | Standing::Leaving, .. })) => {}
            // It was told since that this one is gone.
            (Fate::There, None) if self.room != Room::Spent => drop(self.put(id.into(), Standing::Leaving)),
            (Fate::Gone, Some(Id { standing: Standing::Leaving, .. })) => self.remove(id),
            // It was told since that this one is there.
            (Fate::Gone, Some(Id { standing: standing @ Standing::There, .. })) => *standing = Standing::New,
            (Fate::Gone, Some(Id { standing: Standing::New, .. }) | None) | (Fate::There, None) => {}
        }
    }

    /// What was told and not handled is void.
    pub fn restart(&mut self) {
        self.ids.retain(|_, id| id.standing != Standing::New);
        for id in self.ids.values_mut() {
            id.standing = Standing::There;
        }
        self.size = self.ids.keys().map(|id| cost(id)).sum();
    }

    /// The ids that the application has handled.
    pub fn handled(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().filter(|(_, id)| id.standing != Standing::New).map(|(id, _)| &**id)
    }

    /// Whether these have changed since this was asked last.
    pub fn take_change(&mut self) -> bool {
        core::mem::take(&mut self.is_changed)
    }

    fn put(&mut self, id: Box<str>, standing: Standing) -> bool {
        let size = self.size + cost(&id);
        let fits = size <= limits::KNOWN_BYTES;
        if fits {
            self.size = size;
            self.ids.insert(id, Id { standing, look: self.look.number });
        }
        fits
    }

    fn remove(&mut self, id: &str) {
        if self.ids.remove(id).is_some() {
            self.size -= cost(id);
        }
    }
}

/// An id as the store keeps it, with its length before it.
const fn cost(id: &str) -> usize {
    id.len() + LENGTH_BYTES
}

const LENGTH_BYTES: usize = 3;
