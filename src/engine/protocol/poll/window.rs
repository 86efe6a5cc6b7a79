//! The items seen last, a bounded number of them.

use alloc::vec::Vec;

use super::super::super::limits;

/// Knows the last items, at least [`limits::ROW_WINDOW`] of them and at most twice as many: when the young
/// half is full, the old one is forgotten.
#[derive(Debug, Default)]
pub(super) struct Window {
    young: Table,
    old: Table,
}

impl Window {
    pub(super) fn has(&self, print: u64) -> bool {
        self.young.has(print) || self.old.has(print)
    }

    pub(super) fn add(&mut self, print: u64) {
        if self.young.count >= limits::ROW_WINDOW {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.add(print);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A set with open addressing: prints are as random as an index has to be.
#[derive(Debug, Default)]
struct Table {
    /// None, or [`SLOTS`] of them; 0 is a free one.
    slots: Vec<u64>,
    count: usize,
}

impl Table {
    fn has(&self, print: u64) -> bool {
        self.find(print).is_some_and(|at| self.slots.get(at) == Some(&key(print)))
    }

    fn add(&mut self, print: u64) {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
        }
        if let Some(slot) = self.find(print).and_then(|at| self.slots.get_mut(at)) {
            self.count += usize::from(*slot == 0);
            *slot = key(print);
        }
    }

    /// The slot of `print`, or the free one where it would be.
    fn find(&self, print: u64) -> Option<usize> {
        let key = key(print);
        let start = key as usize % SLOTS;
        (start..SLOTS)
            .chain(0..start)
            .find(|at| self.slots.get(*at).is_some_and(|slot| *slot == key || *slot == 0))
    }
}

/// No print is the mark of a free slot.
const fn key(print: u64) -> u64 {
    if print == 0 {
        1
    } else {
        print
    }
}

/// A table is never more than half full.
const SLOTS: usize = 2 * limits::ROW_WINDOW;

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn the_last_items_are_known_and_memory_is_bounded() {
        let mut window = Window::default();
        assert!(!window.has(0) && !window.has(7));
        for n in 0..20_000_u64 {
            let print = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            assert!(!window.has(print), "{n}");
            window.add(print);
            let known = n.saturating_sub(limits::ROW_WINDOW as u64 - 1)..=n;
            assert!(known.step_by(101).all(|n| window.has(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))), "{n}");
        }
        assert!(window.young.slots.len() + window.old.slots.len() <= 2 * SLOTS);
        assert!(!window.has(1_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        window.clear();
        assert!(!window.has(19_999_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    }

    #[test]
    fn prints_that_fall_together_are_told_apart() {
        let mut window = Window::default();
        for n in 1..100 {
            window.add(n * SLOTS as u64);
        }
        assert!((1..100).all(|n| window.has(n * SLOTS as u64)));
        assert!(!window.has(100 * SLOTS as u64) && !window.has(3));
    }
}
