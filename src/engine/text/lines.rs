//! Lines that end in CR, LF or CRLF, over a buffer that grows at its end.

use core::ops::Range;

use memchr::memchr2;

/// Finds one line after the other. The caller owns the bytes; this is only the place in them.
///
/// A CR ends its line at once, without waiting for the byte behind it (HTML Standard, 9.2.5);
/// an LF that then follows belongs to it, also where it comes in a later chunk.
#[derive(Debug, Default)]
pub struct Lines {
    /// Where the unfinished line begins.
    start: usize,
    /// No line ends between `start` and here: what was searched is not searched again.
    searched: usize,
    /// The line before ended in CR.
    after_cr: bool,
}

impl Lines {
    /// Where the unfinished line begins.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Begins a line at `at`, as if nothing had been before it.
    pub fn restart(&mut self, at: usize) {
        *self = Self { start: at, searched: at, after_cr: false };
    }

    /// The caller has removed `count` bytes in front of the unfinished line.
    pub fn shift(&mut self, count: usize) {
        self.start -= count;
        self.searched -= count;
    }

    /// The caller has cut the unfinished line down to what is before `end`.
    pub fn cut(&mut self, end: usize) {
        self.searched = end;
    }

    /// The next whole line, without its end.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    pub fn next(&mut self, bytes: &[u8]) -> Option<Range<usize>> {
        if self.after_cr {
            let next = bytes.get(self.start)?;
            self.after_cr = false;
            if *next == b'\n' {
                self.restart(self.start + 1);
            }
        }
        match memchr2(b'\n', b'\r', bytes.get(self.searched..)?) {
            None => {
                self.searched = bytes.len();
                None
            }
            Some(found) => {
                let end = self.searched + found;
                let line = self.start..end;
                let after_cr = bytes.get(end) == Some(&b'\r');
                *self = Self { start: end + 1, searched: end + 1, after_cr };
                Some(line)
            }
        }
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
