//! Items that came in the wrong order, until all of a run are there.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::ops::Range;

use super::Row;

/// Items from the newest to the oldest, in a memory of their own.
#[derive(Debug, Default)]
pub(super) struct Stash {
    bytes: Vec<u8>,
    rows: Vec<(Range<usize>, Row)>,
    prints: BTreeSet<u64>,
}

impl Stash {
    /// How many bytes it keeps.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds an item, unless it is there: while a run goes on, items move from one page to the next.
    pub(super) fn push(&mut self, item: &[u8], row: Row) {
        if row.print.is_some_and(|print| !self.prints.insert(print)) {
            return;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(item);
        self.rows.push((start..self.bytes.len(), row));
    }

    /// The oldest one.
    pub(super) fn pop(&mut self) -> Option<(Range<usize>, Row)> {
        self.rows.pop()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Spans handed out before are no longer needed.
    pub(super) fn release(&mut self) {
        if self.rows.is_empty() {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
