//! Recognises what a source sends a second time.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::limits;

/// The prints of the last events, a bounded number of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    prints: VecDeque<u64>,
    limit: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self::of(limits::REPEAT_WINDOW)
    }
}

impl Recent {
    /// None yet, and never more than `limit`.
    pub const fn of(limit: usize) -> Self {
        Self { prints: VecDeque::new(), limit }
    }

    /// Those of `others`, as far as there is room.
    pub fn take_over(&mut self, others: &Self) {
        self.prints.clear();
        for print in others.iter() {
            self.add(print);
        }
    }

    /// Adds a print, and forgets the oldest where there are too many.
    pub fn add(&mut self, print: u64) {
        if self.prints.len() >= self.limit {
            self.prints.pop_front();
        }
        self.prints.push_back(print);
    }

    /// The prints, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.prints.iter().copied()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.prints.clear();
    }
}

/// Finds repeats.
///
/// A source that resumes may send again what it sent before: the event at the position itself, or
/// all it has. Some go back in the middle of a response. An event is a repeat where its id, type
/// and data are those of a recent one, and only as often as it came before. They are looked for from
/// the beginning of a response, and from an event on whose id goes back to an earlier one; the
/// first event that is no repeat ends the search: from there on the source is ahead of us, and what
/// looks alike is new. So a source that gives many events the same id loses none of them.
#[derive(Debug, Default)]
pub struct Repeats {
    delivered: Recent,
    /// What the response that is being read may still repeat.
    expected: Vec<u64>,
}

impl Repeats {
    /// Begins with the prints that came with the bookmark.
    pub fn restore(&mut self, seen: &Recent) {
        self.delivered.take_over(seen);
    }

    /// A new response begins.
    pub fn begin(&mut self) {
        self.expected = self.delivered.iter().collect();
    }

    /// Takes note of an event; `true` where it is a repeat. `stands`: its id is the one that is
    /// in force already.
    pub fn check(&mut self, print: u64, stands: bool) -> bool {
        if !stands && !self.expected.contains(&print) && self.delivered.prints.contains(&print) {
            self.begin();
        }
        if !self.expected.is_empty() {
            if let Some(found) = self.expected.iter().position(|&expected| expected == print) {
                self.expected.swap_remove(found);
                return true;
            }
            self.expected = Vec::new();
        }
        self.delivered.add(print);
        false
    }

    /// Forgets everything: the application wants to see events again.
    pub fn clear(&mut self) {
        self.delivered.clear();
        self.expected.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn check(repeats: &mut Repeats, prints: &[u64]) -> Vec<bool> {
        prints.iter().map(|&print| repeats.check(print, true)).collect()
    }

    #[test]
    fn nothing_is_a_repeat_within_one_response() {
        let mut repeats = Repeats::default();
        repeats.begin();
        assert_eq!(check(&mut repeats, &[1, 1, 2, 1]), [false; 4]);
    }

    #[test]
    fn what_a_new_response_repeats_is_dropped_as_often_as_it_came() {
        let mut repeats = Repeats::default();
        repeats.begin();
        check(&mut repeats, &[1, 2, 2, 3]);
        repeats.begin();
        assert_eq!(check(&mut repeats, &[2, 2, 3, 4, 2]), [true, true, true, false, false]);
        repeats.begin();
        assert_eq!(check(&mut repeats, &[4, 4]), [true, false]);
    }

    #[test]
    fn a_source_that_goes_back_is_recognised_in_the_middle_of_a_response() {
        let mut repeats = Repeats::default();
        check(&mut repeats, &[1, 2, 3]);
        assert!(repeats.check(2, false));
        assert_eq!(check(&mut repeats, &[3, 4, 3]), [true, false, false]);
    }

    #[test]
    fn a_source_that_goes_back_twice_in_a_row_is_recognised_both_times() {
        let mut repeats = Repeats::default();
        check(&mut repeats, &[1, 2, 3, 4]);
        for _ in 0..2 {
            assert!(repeats.check(2, false));
            assert_eq!(check(&mut repeats, &[3, 4]), [true, true]);
        }
        assert_eq!(check(&mut repeats, &[5]), [false]);
    }

    #[test]
    fn the_window_is_bounded() {
        let mut repeats = Repeats::default();
        for print in 0..10_000 {
            repeats.check(print, false);
        }
        repeats.begin();
        assert_eq!(repeats.expected.len(), limits::REPEAT_WINDOW);
        assert!(repeats.check(9_999, true));
        assert!(!repeats.check(0, false));
        repeats.clear();
        repeats.begin();
        assert!(!repeats.check(9_998, false));
    }
}
