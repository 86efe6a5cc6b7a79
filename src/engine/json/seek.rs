//! Follows a pointer through a text, 64 bytes at a time.

use alloc::vec::Vec;

use super::pointer::{Pointer, Token};
use super::structure::{Marks, Structure};

/// Looks for the first array at a pointer while the text is still coming: each byte once, whatever the
/// chunking. It takes the text for well-formed; whether it is can only be said of all of it.
#[derive(Debug)]
pub struct ArraySeek {
    pointer: Pointer,
    way: Way,
}

impl ArraySeek {
    /// At the beginning of a text.
    pub fn new(pointer: Pointer) -> Self {
        Self { pointer, way: Way::default() }
    }

    /// The pointer.
    pub const fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// Where the array begins. `text` is what was there the last time, and more.
    pub fn next(&mut self, text: &[u8]) -> Option<usize> {
        self.way.follow(&self.pointer, text, Goal::FirstArray)
    }
}

/// Where the last value at the pointer begins, or the blanks before it. In a text that is malformed there
/// may be none.
pub(super) fn find_last(pointer: &Pointer, text: &[u8]) -> Option<usize> {
    let mut way = Way::default();
    way.follow(pointer, text, Goal::LastValue);
    way.found.filter(|_| way.level == 0 && way.depth == 0)
}

/// How far a pointer was followed.
#[derive(Debug, Default)]
struct Way {
    structure: Structure,
    /// What is before this was looked at.
    searched: usize,
    /// How many objects and arrays are open that are on the way.
    level: usize,
    /// Those of them that are arrays: the level, and how many elements were before.
    arrays: Vec<(usize, usize)>,
    /// How many others are open in the innermost of these.
    depth: usize,
    /// Whether the value that comes next is on the way, once the text has begun.
    is_wanted: bool,
    /// Where the pointer led last.
    found: Option<usize>,
    /// The last two quotes.
    quotes: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    FirstArray,
    LastValue,
}

impl Way {
    fn follow(&mut self, pointer: &Pointer, text: &[u8], goal: Goal) -> Option<usize> {
        while let Some(rest) = text.get(self.searched..).filter(|rest| !rest.is_empty()) {
            let marks = self.structure.look(rest);
            let (opens, closes) = (marks.opens.count_ones() as usize, marks.closes.count_ones() as usize);
            if self.depth > closes {
                // All of it lies in a value that is not on the way.
                self.depth = self.depth + opens - closes;
            } else if let Some(at) = self.look_into(&marks, pointer, text, goal) {
                return Some(at);
            }
            self.searched += rest.len().min(Structure::WIDTH);
        }
        None
    }

    #[inline]
    fn look_into(&mut self, marks: &Marks, pointer: &Pointer, text: &[u8], goal: Goal) -> Option<usize> {
        let brackets = marks.opens | marks.closes;
        let colons = marks.find(b':');
        let commas = if pointer.has_index() { marks.find(b',') } else { 0 };
        let mut ahead = u64::MAX;
        loop {
            // Between an object's names and an array's elements.
            let separators = if self.depth > 0 {
                0
            } else if self.is_in_array() {
                commas
            } else {
                colons
            };
            let next = (brackets | separators) & ahead;
            if next == 0 {
                break;
            }
            let one = next & next.wrapping_neg();
            ahead = !(one | (one - 1));
            let at = self.searched + one.trailing_zeros() as usize;
            if one & marks.opens != 0 {
                let is_first = self.level == 0 && self.depth == 0;
                if self.depth > 0 || !(self.is_wanted || is_first) {
                    self.depth += 1;
                } else if self.open(at, text.get(at) == Some(&b'['), pointer, goal) {
                    return Some(at);
                }
            } else if one & marks.closes != 0 {
                self.close();
            } else if let Some(token) = self.level.checked_sub(1).and_then(|last| pointer.token(last)) {
                let is_on_way = self.is_on_way(token, marks.quotes & (one - 1), text);
                self.lead(is_on_way, at + 1, pointer);
            }
        }
        if marks.quotes != 0 {
            self.quotes = self.last_two(marks.quotes);
        }
        None
    }

    fn is_in_array(&self) -> bool {
        self.arrays.last().is_some_and(|(level, _)| *level == self.level)
    }

    /// Whether a comma or a colon leads on. `quotes`: those before it.
    fn is_on_way(&mut self, token: &Token, quotes: u64, text: &[u8]) -> bool {
        match self.arrays.last_mut() {
            Some((level, index)) if *level == self.level => {
                *index += 1;
                token.is_index(*index)
            }
            _ => {
                let (start, end) = self.last_two(quotes);
                text.get(start + 1..end).is_some_and(|name| token.is_name(name))
            }
        }
    }

    /// A value begins in the innermost object or array of the way.
    fn lead(&mut self, is_on_way: bool, at: usize, pointer: &Pointer) {
        self.is_wanted = is_on_way;
        if is_on_way {
            self.found = pointer.token(self.level).is_none().then_some(at);
        }
    }

    /// An object or an array begins that may be on the way. Whether it is the goal.
    fn open(&mut self, at: usize, is_array: bool, pointer: &Pointer, goal: Goal) -> bool {
        self.is_wanted = false;
        let Some(token) = pointer.token(self.level) else {
            self.depth += 1;
            return is_array && goal == Goal::FirstArray;
        };
        self.level += 1;
        if is_array {
            self.arrays.push((self.level, 0));
            self.lead(token.is_index(0), at + 1, pointer);
        }
        false
    }

    fn close(&mut self) {
        if self.depth > 0 {
            self.depth -= 1;
            return;
        }
        if self.is_in_array() {
            self.arrays.pop();
        }
        self.level = self.level.saturating_sub(1);
        self.is_wanted = false;
    }

    /// The last two quotes, with `quotes` in the block that is looked at.
    fn last_two(&self, quotes: u64) -> (usize, usize) {
        let Some(last) = quotes.checked_ilog2() else {
            return self.quotes;
        };
        let end = self.searched + last as usize;
        match (quotes ^ 1 << last).checked_ilog2() {
            Some(first) => (self.searched + first as usize, end),
            None => (self.quotes.1, end),
        }
    }
}
