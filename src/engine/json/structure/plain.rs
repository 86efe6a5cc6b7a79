//! Without vector code.

use super::WIDTH;

/// Up to 64 bytes of a text. Behind its end are zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block([u8; WIDTH]);

impl Block {
    pub(super) const fn whole(bytes: &[u8; WIDTH]) -> Self {
        Self(*bytes)
    }

    /// Less than 64 bytes.
    pub(super) fn part(bytes: &[u8]) -> Self {
        let mut block = [0; WIDTH];
        for (to, from) in block.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(block)
    }

    /// Where `byte` is.
    pub(super) fn find(&self, byte: u8) -> u64 {
        self.bits(|other| other == byte)
    }

    /// Where `byte` is, or what differs from it in the bit that tells braces from square brackets.
    pub(super) fn find_bracket(&self, byte: u8) -> u64 {
        self.bits(|other| other | 0x20 == byte)
    }

    /// Bytes beyond ASCII.
    pub(super) fn high(&self) -> u64 {
        self.bits(|byte| !byte.is_ascii())
    }

    #[inline]
    fn bits(&self, is: impl Fn(u8) -> bool) -> u64 {
        self.0.iter().zip(0..).fold(0, |bits, (byte, index)| bits | u64::from(is(*byte)) << index)
    }
}
