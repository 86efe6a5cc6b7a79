//! Items that a full run has not found: the application is told that they were deleted.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use core::mem;

use super::super::super::commit::Fate;
use super::super::super::error::Error;
use super::super::super::known::Seen;
use super::super::super::limits;
use super::super::Step;
use super::{Poll, Row, Stage};

/// The ids that are still to be told.
pub(super) type Gone = vec::IntoIter<Box<str>>;

impl Poll {
    /// Takes note of the item that was just read.
    pub(super) fn see_row(&mut self) {
        if self.known.is_none() {
            return;
        }
        let id = mem::take(&mut self.row.id);
        self.row.fate = self.see((!id.is_empty()).then(|| String::from_utf8_lossy(&id)).as_deref());
        self.row.id = id;
    }

    /// Takes note of an item, which may have no id, or be passed over.
    pub(super) fn see(&mut self, id: Option<&str>) -> Option<Fate> {
        let is_full = self.is_full();
        let seen = match (&mut self.known, id) {
            (Some(known), id) if is_full => known.look_at(id),
            (Some(known), Some(id)) => known.see(id),
            (Some(_), None) | (None, _) => Seen::Before,
        };
        match seen {
            Seen::Before => None,
            Seen::News => Some(Fate::There),
            Seen::Full => {
                self.warnings.push(Error::TooManyIds(limits::KNOWN_BYTES));
                None
            }
        }
    }

    /// Where a full run has come to its top: what it has not found.
    pub(super) fn gone(&mut self) -> Option<Gone> {
        if !self.is_full() || self.known.is_none() {
            return None;
        }
        self.follow_answer();
        if !self.is_top(self.next_token().as_deref()) {
            return None;
        }
        match self.known.as_mut()?.end_look() {
            Ok(gone) => Some(gone.into_iter()),
            Err(_) => {
                self.warnings.push(Error::DeletionsDoubtful);
                None
            }
        }
    }

    /// The next one, as an event.
    pub(super) fn next_gone(&mut self) -> Option<Step> {
        let Stage::Telling(gone) = &mut self.stage else {
            return None;
        };
        let id = gone.next()?;
        self.known.iter_mut().for_each(|known| known.tell_gone(&id));
        self.run.iter_mut().for_each(|run| run.events += 1);
        self.row = Row {
            id: id.as_bytes().to_owned(),
            kind: TYPE.to_owned(),
            fate: Some(Fate::Gone),
            ..Row::default()
        };
        let data = self.answer.frames_mut().append(DATA);
        Some(Step::Row { data: data.start + 1..data.end, ascii: false })
    }
}

const TYPE: &[u8] = b"deleted";
/// With a comma, as between items.
const DATA: &[u8] = b",null";
