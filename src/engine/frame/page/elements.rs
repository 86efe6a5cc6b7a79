//! The elements of an array, found from behind its bracket on.

use alloc::collections::VecDeque;
use core::ops::Range;

use super::super::super::json::{is_blank, Marks, Structure};

/// Finds where elements begin and end. What they are is not looked at: an element is what stands between
/// two separators, or up to the bracket that closes it.
#[derive(Debug)]
pub(super) struct Elements {
    /// It counts the brackets that are open within the array.
    structure: Structure,
    state: State,
    /// Where the element in progress begins, or the blanks before it. Behind an element: what is before
    /// this is no more than blanks.
    start: usize,
    /// Where the last element ended.
    last: Option<usize>,
    limit: usize,
}

/// ```text
///              ┌───────────────────(comma)────────────────────┐
///              ▼                                              │
///  First ──▶ Before ──(bracket that closes the element)──▶ Behind ──(bracket)──▶ the array's end
///    │         │                                              ▲
///    └────┬────┘                                              │
///         └──(limit passed)──▶ Passing ──────(its end)────────┘
/// ```
/// A value without brackets ends where the comma or the array's bracket behind it is, and so passes over
/// `Behind`. The array may end at `First` too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There was no element yet.
    First,
    /// There was a comma.
    Before,
    /// The element is complete.
    Behind,
    /// The element was too large, and is passed over. So many bytes of it were cut away.
    Passing(usize),
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An element.
    Text { data: Range<usize>, ascii: bool },
    /// The beginning of one that is too large.
    TooLarge,
    /// So many bytes were cut away here.
    Gap(usize),
}

/// Why there will be no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The array's bracket is there.
    Closed(usize),
    /// This is no array.
    Broken,
}

impl Elements {
    /// Begins there, behind the array's bracket.
    pub(super) fn new(start: usize, limit: usize) -> Self {
        Self { structure: Structure::from(start), state: State::First, start, last: None, limit }
    }

    /// Where the element in progress begins: what is before this will not be looked at again.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// So many bytes are gone at the front.
    pub(super) fn shift(&mut self, by: usize) {
        self.structure.searched -= by;
        self.start -= by;
        self.last = self.last.map(|last| last.saturating_sub(by));
        self.structure.high = self.structure.high.saturating_sub(by);
    }

    /// From where on bytes are to be cut away, since they are of an element that is passed over.
    pub(super) fn cut_away(&mut self) -> Option<usize> {
        let State::Passing(cut) = &mut self.state else {
            return None;
        };
        *cut += self.structure.searched - self.start;
        self.structure.searched = self.start;
        self.structure.high = self.structure.high.min(self.start);
        Some(self.start)
    }

    /// Looks at what is new.
    pub(super) fn scan(&mut self, bytes: &[u8], found: &mut VecDeque<Found>) -> Option<End> {
        while let Some(marks) = self.structure.next(bytes) {
            if let Err(end) = self.look_into(&marks, bytes, found) {
                return Some(end);
            }
            self.structure.pass(&marks);
        }
        self.starve(bytes, found).err()
    }

    fn look_into(&mut self, marks: &Marks, bytes: &[u8], found: &mut VecDeque<Found>) -> Result<(), End> {
        let brackets = marks.opens | marks.closes;
        let commas = marks.find(b',');
        let mut ahead = u64::MAX;
        loop {
            let next = if self.structure.depth == 0 { brackets | commas } else { brackets } & ahead;
            if next == 0 {
                return Ok(());
            }
            let one = next & next.wrapping_neg();
            ahead = !(one | (one - 1));
            let at = self.structure.searched + one.trailing_zeros() as usize;
            if one & marks.opens != 0 {
                if self.state == State::Behind {
                    return Err(End::Broken);
                }
                self.structure.depth += 1;
            } else if self.structure.depth > 0 {
                self.structure.depth -= 1;
                if self.structure.depth == 0 {
                    self.structure.note_high(marks.high & (one - 1));
                    self.finish(at + 1, bytes, found);
                }
            } else {
                self.structure.note_high(marks.high & (one - 1));
                self.separate(at, bytes, found)?;
            }
        }
    }

    /// There is a comma, or the bracket that closes the array.
    fn separate(&mut self, at: usize, bytes: &[u8], found: &mut VecDeque<Found>) -> Result<(), End> {
        let state = self.state;
        if state != State::Behind {
            self.pass_blanks(bytes, at);
            if self.start < at || matches!(state, State::Passing(_)) {
                self.finish(at, bytes, found);
            }
        }
        self.pass_blanks(bytes, at);
        let is_element = self.state == State::Behind && self.start == at;
        match bytes.get(at) {
            Some(b',') if is_element => {
                self.state = State::Before;
                self.start = at + 1;
                Ok(())
            }
            Some(b']') if is_element || self.state == State::First => Err(End::Closed(at)),
            _ => Err(End::Broken),
        }
    }

    /// The element ends there.
    fn finish(&mut self, end: usize, bytes: &[u8], found: &mut VecDeque<Found>) {
        if let State::Passing(cut) = self.state {
            if cut > 0 {
                found.push_back(Found::Gap(cut));
            }
        } else {
            self.pass_blanks(bytes, end);
            found.push_back(self.element(end, bytes).unwrap_or(Found::TooLarge));
        }
        self.state = State::Behind;
        self.start = end;
    }

    fn element(&mut self, end: usize, bytes: &[u8]) -> Option<Found> {
        // The blanks behind it count, since they do while its end is not known.
        let text = bytes.get(self.start..end).filter(|text| text.len() <= self.limit)?;
        let blanks = text.iter().rev().take_while(|byte| is_blank(**byte)).count();
        let data = self.start..end - blanks;
        let ascii = self.structure.high <= self.last.unwrap_or(data.start);
        self.last = Some(data.end);
        Some(Found::Text { data, ascii })
    }

    /// There is nothing more to look at for now.
    fn starve(&mut self, bytes: &[u8], found: &mut VecDeque<Found>) -> Result<(), End> {
        let end = self.structure.searched;
        match self.state {
            State::First | State::Before => {
                self.pass_blanks(bytes, end);
                if end - self.start > self.limit {
                    self.state = State::Passing(0);
                    found.push_back(Found::TooLarge);
                }
            }
            State::Behind => {
                self.pass_blanks(bytes, end);
                if self.start < end {
                    return Err(End::Broken);
                }
            }
            State::Passing(_) => {}
        }
        Ok(())
    }

    fn pass_blanks(&mut self, bytes: &[u8], end: usize) {
        while self.start < end && bytes.get(self.start).is_some_and(|byte| is_blank(*byte)) {
            self.start += 1;
        }
    }
}
