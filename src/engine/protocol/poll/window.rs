//! The items seen last, a bounded number of them. The upper half of a print says which item it is; each is
//! known as it came last.

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
        self.young.get(print).or_else(|| self.old.get(print)) == Some(key(print))
    }

    pub(super) fn add(&mut self, print: u64) {
        if self.young.count >= limits::ROW_WINDOW {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.add(print);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.young.count + self.old.count == 0
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
    /// The print under which the item that `print` is of is known.
    fn get(&self, print: u64) -> Option<u64> {
        let slot = *self.slots.get(self.find(print)?)?;
        (slot != 0).then_some(slot)
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

    /// The slot of the item that `print` is of, or the free one where it would be.
    fn find(&self, print: u64) -> Option<usize> {
        let item = key(print) >> 32;
        let start = item as usize % SLOTS;
        (start..SLOTS)
            .chain(0..start)
            .find(|at| self.slots.get(*at).is_some_and(|slot| *slot >> 32 == item || *slot == 0))
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
        let print = |n: u64| (n * SLOTS as u64) << 32;
        for n in 1..100 {
            window.add(print(n));
        }
        assert!((1..100).all(|n| window.has(print(n))));
        assert!(!window.has(print(100)) && !window.has(3));
    }

    #[test]
    fn an_item_is_known_as_it_came_last() {
        let mut window = Window::default();
        let print = |version: u64| 7 << 32 | version;
        window.add(print(1));
        window.add(print(2));
        assert!(!window.has(print(1)) && window.has(print(2)));
        for n in 8..8 + limits::ROW_WINDOW as u64 {
            window.add(n << 32);
        }
        assert!(window.has(print(2)), "in the old half");
        window.add(print(1));
        assert!(window.has(print(1)) && !window.has(print(2)));
    }
}
