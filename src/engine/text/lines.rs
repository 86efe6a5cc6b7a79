//! Lines that end in CR, LF or CRLF, over a buffer that grows at its end.

use core::ops::Range;

use super::scan::{count_plain, look, Marks, WIDTH};

/// Finds one line after the other. The caller owns the bytes; this is only the place in them.
///
/// A CR ends its line at once, without waiting for the byte behind it (HTML Standard, 9.2.5);
/// an LF that then follows belongs to it, also where it comes in a later chunk.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Where the unfinished line begins.
    start: usize,
    /// The byte that bit 0 of `marks` stands for.
    base: usize,
    /// Marks of the bytes from `base` to `searched`, but for those already used.
    marks: Marks,
    /// No byte before this is looked at again.
    searched: usize,
    /// The line before ended in CR.
    after_cr: bool,
    /// Bytes beyond ASCII were passed since [`take_ascii`](Self::take_ascii).
    high_passed: bool,
}

impl Lines {
    /// Where the unfinished line begins.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Begins a line at `at`, as if no line had been before it.
    pub fn restart(&mut self, at: usize) {
        self.pass(at);
        *self = Self { start: at, base: at, searched: at, high_passed: self.high_passed, ..Self::default() };
    }

    /// The caller has removed `count` bytes in front of the unfinished line.
    pub fn shift(&mut self, count: usize) {
        self.marks = self.marks.without(count.saturating_sub(self.base));
        self.base = self.base.saturating_sub(count);
        self.start -= count;
        self.searched -= count;
    }

    /// The caller has cut the unfinished line down to what is before `end`.
    pub fn cut(&mut self, end: usize) {
        self.pass(end);
        self.searched = end;
    }

    /// Whether all bytes before `end` are ASCII, back to where this was asked before. `end` is in
    /// the line found last, or at its end.
    #[inline]
    pub fn take_ascii(&mut self, end: usize) -> bool {
        let is_ascii = !self.high_passed && !self.marks.is_high_before(end.saturating_sub(self.base));
        self.high_passed = false;
        self.marks.forget_high_before(end.saturating_sub(self.base));
        is_ascii
    }

    /// The next whole line, without its end.
    #[inline]
    pub fn next(&mut self, bytes: &[u8]) -> Option<Range<usize>> {
        loop {
            let Some(offset) = self.marks.next_end() else {
                if self.searched == bytes.len() {
                    return None;
                }
                self.pass(self.searched + count_plain(bytes.get(self.searched..)?));
                self.marks = look(bytes.get(self.base..)?);
                self.searched = bytes.len().min(self.base + WIDTH);
                continue;
            };
            let end = self.base + offset;
            let line = self.start..end;
            self.start = end + 1;
            if *bytes.get(end)? == b'\r' {
                self.after_cr = true;
            } else if core::mem::take(&mut self.after_cr) && line.is_empty() {
                continue;
            }
            return Some(line);
        }
    }

    /// Goes on at `to`, with no marks.
    #[inline]
    fn pass(&mut self, to: usize) {
        self.high_passed |= self.marks.high != 0;
        self.marks = Marks::default();
        self.base = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn split(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut bytes, mut found) = (Lines::default(), Vec::new(), Vec::new());
        for chunk in chunks {
            bytes.extend_from_slice(chunk);
            while let Some(line) = lines.next(&bytes) {
                found.push(String::from_utf8(bytes[line].to_vec()).unwrap());
            }
        }
        found
    }

    #[test]
    fn all_three_line_ends_count_and_mix() {
        assert_eq!(split(&[b"a\nb\rc\r\nd\n\ne\r\rf"]), ["a", "b", "c", "d", "", "e", ""]);
    }

    #[test]
    fn every_cut_gives_the_same_lines() {
        let text: &[u8] = b"\r\na\r\n\r\n\rbc\n\rd\r\n";
        let whole = split(&[text]);
        for cut in 0..=text.len() {
            assert_eq!(split(&[&text[..cut], &text[cut..]]), whole, "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(split(&bytes), whole);
    }

    #[test]
    fn a_line_that_ends_in_cr_does_not_wait_for_the_byte_behind_it() {
        assert_eq!(split(&[b"a\r"]), ["a"]);
        assert_eq!(split(&[b"a\r", b"\n", b"b\n"]), ["a", "b"]);
    }
}
