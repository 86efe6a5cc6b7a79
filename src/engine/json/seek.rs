//! Follows pointers through a text, 64 bytes at a time.

use alloc::vec::Vec;

use super::paths::{Node, Paths};
use super::pointer::Pointer;
use super::scanner::is_blank;
use super::structure::{Marks, Structure};

/// Looks for the first array at a pointer while the text is still coming: each byte once, whatever the
/// chunking. It takes the text for well-formed; whether it is can only be said of all of it.
#[derive(Debug)]
pub struct ArraySeek {
    pointer: Pointer,
    paths: Paths,
    way: Way,
}

impl ArraySeek {
    /// At the beginning of a text.
    pub fn new(pointer: Pointer) -> Self {
        let mut paths = Paths::new();
        paths.add(&pointer);
        let mut way = Way::default();
        way.begin(&paths);
        Self { pointer, paths, way }
    }

    /// The pointer.
    pub const fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// Where the array begins. `text` is what was there the last time, and more.
    pub fn next(&mut self, text: &[u8]) -> Option<usize> {
        self.way.follow(&self.paths, text, Wanted::FirstArray)
    }
}

/// How far pointers were followed.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// It counts the brackets that are open in the innermost object or array of the way.
    structure: Structure,
    /// The objects and arrays that are open on the way.
    open: Vec<Open>,
    /// Behind what a value on the way comes next, and its node.
    next: Option<(usize, usize)>,
    /// Where pointers led last, goal by goal.
    found: Vec<Option<usize>>,
    /// The last two quotes.
    quotes: (usize, usize),
}

/// An object or an array on the way.
#[derive(Debug)]
struct Open {
    node: usize,
    /// Of an array: how many elements were before.
    index: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    FirstArray,
    LastValues,
}

impl Way {
    /// Follows `paths` through all of a text.
    pub(super) fn walk(&mut self, paths: &Paths, text: &[u8]) {
        self.begin(paths);
        self.follow(paths, text, Wanted::LastValues);
        if !self.open.is_empty() || self.structure.depth != 0 {
            // Of a text that is malformed, only what it begins with is known.
            self.found.iter_mut().for_each(|found| *found = found.filter(|at| *at == 0));
        }
    }

    /// Where the last value at a goal begins, or the blanks before it. In a text that is malformed there
    /// may be none.
    pub(super) fn found(&self, goal: usize) -> Option<usize> {
        *self.found.get(goal)?
    }

    fn begin(&mut self, paths: &Paths) {
        self.structure = Structure::default();
        self.quotes = (0, 0);
        self.open.clear();
        self.found.clear();
        self.found.resize(paths.goals(), None);
        // The first value is the whole text.
        self.lead(Some(0), 0, paths);
    }

    fn follow(&mut self, paths: &Paths, text: &[u8], wanted: Wanted) -> Option<usize> {
        while let Some(marks) = self.structure.next(text) {
            if let Some(at) = self.look_into(&marks, paths, text, wanted) {
                return Some(at);
            }
            self.structure.pass(&marks);
        }
        None
    }

    fn look_into(&mut self, marks: &Marks, paths: &Paths, text: &[u8], wanted: Wanted) -> Option<usize> {
        let brackets = marks.opens | marks.closes;
        let colons = marks.find(b':');
        let mut separators = self.separators(marks, colons, paths);
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
                self.separate(at, marks.quotes & (one - 1), paths, text);
            } else if self.structure.depth > 0 {
                let depth = &mut self.structure.depth;
                *depth = if one & marks.opens != 0 { *depth + 1 } else { *depth - 1 };
            } else {
                if one & marks.closes != 0 {
                    self.open.pop();
                    self.next = None;
                } else if self.enter(at, paths, text, wanted) {
                    return Some(at);
                }
                separators = self.separators(marks, colons, paths);
            }
        }
        if marks.quotes != 0 {
            self.quotes = self.last_two(marks.quotes);
        }
        None
    }

    /// What is to be stopped at in the innermost object or array of the way, besides brackets.
    #[inline(always)]
    fn separators(&self, marks: &Marks, colons: u64, paths: &Paths) -> u64 {
        let Some((open, node)) = self.innermost(paths) else {
            return 0;
        };
        if open.index.is_some() {
            return marks.find(b',');
        }
        if marks.backslashes != 0 || colons == 0 {
            return colons;
        }
        // Not right behind a string of another length than the names have. Where the first quote ends a
        // string, that began before, and may have an escape.
        let first = marks.quotes & marks.quotes.wrapping_neg();
        let others = (marks.quotes ^ first) << 1 & !node.ends(marks.quotes);
        colons & !others
    }

    #[inline(always)]
    fn innermost<'p>(&self, paths: &'p Paths) -> Option<(&Open, &'p Node)> {
        let open = self.open.last()?;
        Some((open, paths.node(open.node)?))
    }

    /// There is a comma or a colon, and `quotes` are those before it.
    #[inline(always)]
    fn separate(&mut self, at: usize, quotes: u64, paths: &Paths, text: &[u8]) {
        let Some((open, node)) = self.innermost(paths) else {
            return;
        };
        let next = match open.index {
            Some(index) => {
                if let Some(open) = self.open.last_mut() {
                    open.index = Some(index + 1);
                }
                node.element(index + 1)
            }
            None => {
                let (start, end) = self.last_two(quotes);
                text.get(start + 1..end).and_then(|name| node.member(name))
            }
        };
        self.lead(next, at + 1, paths);
    }

    /// A value begins in the innermost object or array of the way; it is that node, if it is on the way.
    #[inline(always)]
    fn lead(&mut self, node: Option<usize>, at: usize, paths: &Paths) {
        self.next = node.map(|node| (at, node));
        let Some(node) = node.and_then(|node| paths.node(node)) else {
            return;
        };
        // It counts, and not what an earlier one of that name has led to.
        for goal in &node.goals {
            if let Some(found) = self.found.get_mut(*goal) {
                *found = (node.goal == Some(*goal)).then_some(at);
            }
        }
    }

    /// An object or an array begins there. Whether it is what is wanted.
    fn enter(&mut self, at: usize, paths: &Paths, text: &[u8], wanted: Wanted) -> bool {
        // Not each separator is stopped at, so that the one that led on may be behind another one.
        let is_next = |(from, _): &(usize, usize)| {
            text.get(*from..at).is_some_and(|before| before.iter().all(|byte| is_blank(*byte)))
        };
        let number = self.next.take().filter(is_next).map(|(_, node)| node);
        let is_array = text.get(at) == Some(&b'[');
        let node = number.and_then(|number| paths.node(number));
        match (node, number) {
            (Some(node), Some(number)) if !node.is_end() => {
                self.open.push(Open { node: number, index: is_array.then_some(0) });
                if is_array {
                    self.lead(node.element(0), at + 1, paths);
                }
                false
            }
            (node, _) => {
                self.structure.depth += 1;
                node.is_some() && is_array && wanted == Wanted::FirstArray
            }
        }
    }

    /// The last two quotes, with `quotes` in the block that is looked at.
    #[inline]
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
