//! Bytes that arrive in chunks and leave at the front.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A buffer that makes room first and is filled afterwards, so that whoever has a chunk can write it
/// where it stays.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    /// Room has been written before, so that none of it is cleared twice.
    room: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// Room for `length` more bytes behind those that are there.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        let end = self.filled + length;
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        self.room.get_mut(self.filled..end).unwrap_or_default()
    }

    /// So many bytes of the room are written.
    pub fn fill(&mut self, length: usize) {
        self.filled = self.room.len().min(self.filled + length);
    }

    /// Appends a chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.room.truncate(self.filled);
        self.room.extend_from_slice(chunk);
        self.filled = self.room.len();
    }

    /// How much memory it takes.
    pub fn capacity(&self) -> usize {
        self.room.capacity()
    }

    /// Keeps no more room than is filled.
    pub fn trim(&mut self) {
        self.room.truncate(self.filled);
        self.room.shrink_to_fit();
    }

    /// Takes away what is not before `end`.
    pub fn truncate(&mut self, end: usize) {
        self.filled = self.filled.min(end);
    }

    /// Takes away what is before `start`, and keeps no more room than `keep` once the rest needs less.
    pub fn release(&mut self, start: usize, keep: usize) {
        let start = start.min(self.filled);
        self.room.copy_within(start..self.filled, 0);
        self.filled -= start;
        if self.filled < keep && self.room.capacity() > keep {
            self.room.truncate(keep);
            self.room.shrink_to(keep);
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.room.get(..self.filled).unwrap_or_default()
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        self.room.get_mut(..self.filled).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_and_what_is_written_stand_in_order() {
        let mut buffer = Buffer::default();
        buffer.push(b"one ");
        buffer.room(10)[..4].copy_from_slice(b"two ");
        buffer.fill(4);
        buffer.push(b"three");
        assert_eq!(*buffer, *b"one two three");
        buffer.release(4, 100);
        assert_eq!(*buffer, *b"two three");
        buffer.truncate(3);
        buffer.push(b"!");
        assert_eq!(*buffer, *b"two!");
    }

    #[test]
    fn room_that_nobody_made_is_not_filled() {
        let mut buffer = Buffer::default();
        buffer.push(b"x");
        buffer.fill(5);
        assert_eq!(buffer.len(), 1);
    }

    #[test]
    fn room_is_given_back_when_it_is_no_longer_needed() {
        let mut buffer = Buffer::default();
        buffer.push(&[7; 1000]);
        buffer.release(0, 100);
        assert!(buffer.room.capacity() >= 1000 && buffer.len() == 1000);
        buffer.release(990, 100);
        assert!(buffer.room.capacity() <= 100);
        assert_eq!(*buffer, [7; 10]);
        buffer.trim();
        assert_eq!(buffer.capacity(), 10);
        buffer.push(b"x");
        assert_eq!(*buffer, [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, b'x']);
    }
}
