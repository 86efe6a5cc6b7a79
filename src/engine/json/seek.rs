//! Finds an array while the text that holds it is still coming.

use alloc::vec::Vec;

use super::pointer::Pointer;
use super::structure::{find_byte, Marks, Structure};

/// Looks for the first array at a pointer, each byte once, whatever the chunking. It takes the text for
/// well-formed: whether it is can only be said of all of it.
#[derive(Debug)]
pub struct ArraySeek {
    pointer: Pointer,
    structure: Structure,
    /// What is before this was looked at.
    searched: usize,
    /// The objects and arrays on the way to it that are open.
    path: Vec<Container>,
    /// How many others are open in the innermost of these.
    depth: usize,
    /// Whether the value that comes next is on the way.
    is_wanted: bool,
    /// The string that was there last: where it begins, behind the quote, and where it ends.
    string: (usize, usize),
}

#[derive(Clone, Copy, Debug)]
enum Container {
    Object,
    /// How many elements were before the one that comes next or is there.
    Array(usize),
}

impl ArraySeek {
    /// At the beginning of a text.
    pub fn new(pointer: Pointer) -> Self {
        Self {
            pointer,
            structure: Structure::default(),
            searched: 0,
            path: Vec::new(),
            depth: 0,
            is_wanted: true,
            string: (0, 0),
        }
    }

    /// The pointer.
    pub const fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// Where the array begins, behind its bracket. `text` is what was there the last time, and more.
    pub fn next(&mut self, text: &[u8]) -> Option<usize> {
        while let Some(rest) = text.get(self.searched..).filter(|rest| !rest.is_empty()) {
            let marks = self.structure.look(rest);
            let (opens, closes) = (marks.opens.count_ones() as usize, marks.closes.count_ones() as usize);
            if self.depth > closes {
                // All of it lies in a value that is not on the way.
                self.depth = self.depth + opens - closes;
            } else if let Some(at) = self.look_into(&marks, rest, text) {
                return Some(at);
            }
            self.searched += rest.len().min(Structure::WIDTH);
        }
        None
    }

    fn look_into(&mut self, marks: &Marks, block: &[u8], text: &[u8]) -> Option<usize> {
        let brackets = marks.opens | marks.closes;
        let colons = find_byte(block, b':') & !marks.inside;
        let commas = find_byte(block, b',') & !marks.inside;
        let all = brackets | colons | commas | marks.quotes;
        let mut ahead = u64::MAX;
        loop {
            let next = if self.depth == 0 { all } else { brackets } & ahead;
            if next == 0 {
                return None;
            }
            let one = next & next.wrapping_neg();
            ahead = !(one | (one - 1));
            let at = self.searched + one.trailing_zeros() as usize;
            if one & marks.opens != 0 {
                if self.open(text.get(at) == Some(&b'[')) {
                    return Some(at + 1);
                }
            } else if one & marks.closes != 0 {
                self.close();
            } else if one & marks.quotes & marks.inside != 0 {
                self.string.0 = at + 1;
            } else if one & marks.quotes != 0 {
                self.string.1 = at;
            } else if one & commas != 0 {
                self.comma();
            } else {
                self.colon(text);
            }
        }
    }

    /// Whether the bracket is the one that is looked for.
    fn open(&mut self, is_array: bool) -> bool {
        let is_wanted = core::mem::take(&mut self.is_wanted);
        let container = match self.pointer.token(self.path.len()) {
            _ if self.depth > 0 || !is_wanted => None,
            None if is_array => return true,
            None => None,
            Some(token) if is_array => {
                self.is_wanted = token.is_index(0);
                Some(Container::Array(0))
            }
            Some(_) => Some(Container::Object),
        };
        match container {
            Some(container) => self.path.push(container),
            None => self.depth += 1,
        }
        false
    }

    fn close(&mut self) {
        if self.depth > 0 {
            self.depth -= 1;
        } else {
            self.path.pop();
            self.is_wanted = false;
        }
    }

    fn comma(&mut self) {
        self.is_wanted = false;
        let token = self.path.len().checked_sub(1).and_then(|last| self.pointer.token(last));
        if let (Some(Container::Array(index)), Some(token)) = (self.path.last_mut(), token) {
            *index += 1;
            self.is_wanted = token.is_index(*index);
        }
    }

    fn colon(&mut self, text: &[u8]) {
        let name = text.get(self.string.0..self.string.1);
        let token = self.path.len().checked_sub(1).and_then(|last| self.pointer.token(last));
        if let (Some(Container::Object), Some(token), Some(name)) = (self.path.last(), token, name) {
            self.is_wanted = token.is_name(name);
        }
    }
}
