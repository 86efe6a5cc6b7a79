//! Follows a pointer through a text, 64 bytes at a time.

use alloc::vec::Vec;

use super::pointer::{Pointer, Token};
use super::scanner::is_blank;
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
        Self { pointer, way: Way::new() }
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
    let mut way = Way::new();
    way.follow(pointer, text, Goal::LastValue);
    way.found.filter(|_| way.level == 0 && way.structure.depth == 0)
}

/// How far a pointer was followed.
#[derive(Debug, Default)]
struct Way {
    /// It counts the brackets that are open in the innermost object or array of the way.
    structure: Structure,
    /// How many objects and arrays are open that are on the way.
    level: usize,
    /// Those of them that are arrays: the level, and how many elements were before.
    arrays: Vec<(usize, usize)>,
    /// Behind what a value on the way comes next.
    wanted: Option<usize>,
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
    /// The first value leads on.
    fn new() -> Self {
        Self { wanted: Some(0), ..Self::default() }
    }

    fn follow(&mut self, pointer: &Pointer, text: &[u8], goal: Goal) -> Option<usize> {
        while let Some(marks) = self.structure.next(text) {
            if let Some(at) = self.look_into(&marks, pointer, text, goal) {
                return Some(at);
            }
            self.structure.pass(&marks);
        }
        None
    }

    fn look_into(&mut self, marks: &Marks, pointer: &Pointer, text: &[u8], goal: Goal) -> Option<usize> {
        let brackets = marks.opens | marks.closes;
        let mut separators = self.separators(marks, pointer);
        let mut ahead = u64::MAX;
        loop {
            let next = if self.structure.depth == 0 { brackets | separators } else { brackets } & ahead;
            if next == 0 {
                break;
            }
            let one = next & next.wrapping_neg();
            ahead = !(one | (one - 1));
            let at = self.structure.searched + one.trailing_zeros() as usize;
            if one & brackets == 0 {
                self.separate(at, marks.quotes & (one - 1), pointer, text);
            } else if self.structure.depth > 0 {
                let depth = &mut self.structure.depth;
                *depth = if one & marks.opens != 0 { *depth + 1 } else { *depth - 1 };
            } else {
                if one & marks.closes != 0 {
                    self.close();
                } else if self.open(at, pointer, text, goal) {
                    return Some(at);
                }
                separators = self.separators(marks, pointer);
            }
        }
        if marks.quotes != 0 {
            self.quotes = self.last_two(marks.quotes);
        }
        None
    }

    /// What is to be stopped at in the innermost object or array of the way, besides brackets.
    fn separators(&self, marks: &Marks, pointer: &Pointer) -> u64 {
        let Some(token) = self.token(pointer) else {
            return 0;
        };
        if self.is_in_array() {
            return marks.find(b',');
        }
        let colons = marks.find(b':');
        if marks.backslashes != 0 || colons == 0 {
            return colons;
        }
        // Not where a quote is right before the colon, and before that another byte than the name's last.
        // Of the first bytes, an escape may be the last.
        let others = marks.quotes << 1 & !(marks.find_in_strings(token.last_byte()) << 2) & u64::MAX << 8;
        colons & !others
    }

    /// The step that leads on from the innermost object or array of the way.
    fn token<'p>(&self, pointer: &'p Pointer) -> Option<&'p Token> {
        pointer.token(self.level.checked_sub(1)?)
    }

    fn is_in_array(&self) -> bool {
        self.arrays.last().is_some_and(|(level, _)| *level == self.level)
    }

    /// There is a comma or a colon, and `quotes` are those before it.
    fn separate(&mut self, at: usize, quotes: u64, pointer: &Pointer, text: &[u8]) {
        let Some(token) = self.token(pointer) else {
            return;
        };
        let is_on_way = match self.arrays.last_mut() {
            Some((level, index)) if *level == self.level => {
                *index += 1;
                token.is_index(*index)
            }
            _ => {
                let (start, end) = self.last_two(quotes);
                text.get(start + 1..end).is_some_and(|name| token.is_name(name))
            }
        };
        self.lead(is_on_way, at + 1, pointer);
    }

    /// A value begins in the innermost object or array of the way.
    fn lead(&mut self, is_on_way: bool, at: usize, pointer: &Pointer) {
        self.wanted = is_on_way.then_some(at);
        if is_on_way {
            self.found = pointer.token(self.level).is_none().then_some(at);
        }
    }

    /// An object or an array begins there. Whether it is the goal.
    fn open(&mut self, at: usize, pointer: &Pointer, text: &[u8], goal: Goal) -> bool {
        // Not each separator is stopped at, so that this may be behind another one.
        let before = self.wanted.take().and_then(|wanted| text.get(wanted..at));
        let is_wanted = before.is_some_and(|before| before.iter().all(|byte| is_blank(*byte)));
        let is_array = text.get(at) == Some(&b'[');
        match pointer.token(self.level) {
            Some(token) if is_wanted => {
                self.level += 1;
                if is_array {
                    self.arrays.push((self.level, 0));
                    self.lead(token.is_index(0), at + 1, pointer);
                }
                false
            }
            end => {
                self.structure.depth += 1;
                end.is_none() && is_wanted && is_array && goal == Goal::FirstArray
            }
        }
    }

    fn close(&mut self) {
        if self.is_in_array() {
            self.arrays.pop();
        }
        self.level = self.level.saturating_sub(1);
        self.wanted = None;
    }

    /// The last two quotes, with `quotes` in the block that is looked at.
    fn last_two(&self, quotes: u64) -> (usize, usize) {
        let Some(last) = quotes.checked_ilog2() else {
            return self.quotes;
        };
        let end = self.structure.searched + last as usize;
        match (quotes ^ 1 << last).checked_ilog2() {
            Some(first) => (self.structure.searched + first as usize, end),
            None => (self.quotes.1, end),
        }
    }
}
